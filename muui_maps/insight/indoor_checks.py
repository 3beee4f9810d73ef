"""What the polygons themselves tell of their quality: missing, doubled, overlapping and unreached objects."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from muui_maps.insight.indoor_fault import Fault, say
from muui_maps.model import Severity
from muui_maps.network.floor import CONNECTORS, WALKED
from muui_maps.sources.indoor_words import kind_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shapely import Geometry

    from muui_maps.model import Finding
    from muui_maps.sources.fragment import Area, Fragment

OFF_SPACES_M = 1.0
"""An object further than this from every space of its level lies where a space is missing."""
TOUCH_M = 0.1
"""Spaces nearer than this touch: a wider gap is a wall."""
CONTACT_M = 0.3
"""How much of their edges must touch to let anybody through; less is a corner."""
DOOR_REACH_M = 0.3
SAME = 0.98
"""Share of two outlines that must coincide for one to be the other drawn twice."""
INSIDE = 0.98
"""Share of a space that must lie in another to be inside it, which the rule allows."""
SAME_PLACE_M = 0.01
SLIP_M = 0.05
"""Overlaps narrower than twice this are slips of the pen, which the network mends."""


@dataclass(frozen=True, slots=True)
class Item:
    """An object of the delivery: what it is, and where."""

    id: str
    record: str
    level: str | None
    kind: str
    shape: Geometry


@dataclass(frozen=True, slots=True)
class Looked:
    """A fragment with its objects by record and by id."""

    fragment: Fragment
    records: Mapping[str, Item]
    ids: Mapping[str, Item]

    @classmethod
    def at(cls, fragment: Fragment) -> Looked:
        items = [Item(each.id, each.record, each.level, each.kind, each.polygon) for each in fragment.areas]
        for things in (fragment.obstacles, fragment.facilities):
            items += [Item(each.id, each.record, each.level, each.kind, each.geometry) for each in things]
        items += [Item(each.id, each.record, each.level, "door", each.geometry) for each in fragment.openings]
        items += [
            Item(each.id, each.record, each.level, each.kind, shapely.Point(each.x_m, each.y_m))
            for each in fragment.points
        ]
        items += [Item(each.id, each.record, each.level, each.kind, each.geometry) for each in fragment.lines]
        records: dict[str, Item] = {}
        for item in items:
            records.setdefault(item.record, item)
        return cls(fragment, records, {item.id: item for item in reversed(items)})

    def item(self, finding: Finding) -> Item | None:
        """The object that a Finding is about."""
        found = self.records.get(f"{finding.layer}#{finding.row}") if finding.row is not None else None
        if found is None and finding.value is not None:
            name = finding.value
            found = self.ids.get(name) or self.ids.get(name.split("@")[0]) or self.ids.get(name.rsplit(":", 1)[0])
        return found

    def kind(self, finding: Finding) -> str | None:
        found = self.item(finding)
        return found.kind if found else None

    def lost(self, finding: Finding) -> bool:
        """Whether a Finding is about a row that could not be used."""
        return finding.severity is Severity.ERROR and f"{finding.layer}#{finding.row}" not in self.records

    def layer_and_row(self, name: str) -> tuple[str | None, int | None]:
        """Where an object is written."""
        found = self.ids.get(name)
        if found is None:
            return None, None
        layer, _, row = found.record.rpartition("#")
        return layer, int(row) if row.isdigit() else None

    def fault(self, check: str, finding: Finding) -> Fault:
        """A Finding with the place of the object that it is about."""
        found = self.item(finding)
        if found is None:
            level = finding.value if finding.value in {each.id for each in self.fragment.levels} else None
            name = finding.value if finding.row is None else f"{finding.layer}#{finding.row}"
            return Fault(check, finding, name or finding.layer or finding.file or "", level)
        at = _middle(found.shape)
        if finding.layer is None:
            layer, row = self.layer_and_row(found.id)
            finding = replace(finding, layer=layer, row=row)
        return Fault(check, finding, found.id, found.level, at[0], at[1], found.shape)

    def told(self, check: str, code: str, item: Item, at: Geometry | None = None, **words: object) -> Fault:
        """A fault of our own about an object; `at` is its place, if that is only a part of it."""
        layer, row = self.layer_and_row(item.id)
        finding = say(code, item.id, layer=layer, row=row, **{"level": item.level, **words})
        x, y = _middle(at if at is not None else item.shape)
        return Fault(check, finding, item.id, item.level, x, y, at if at is not None else item.shape)

    def here(self, level: str) -> list[Area]:
        return [area for area in self.fragment.areas if area.level == level]


def _middle(shape: Geometry) -> tuple[float, float]:
    at = shape.representative_point()
    return round(float(at.x), 3), round(float(at.y), 3)


# ── missing ──────────────────────────────────────────────────────────────────


def missing(looked: Looked) -> Iterator[Fault]:
    """Where other layers say that something should be: nodes and facilities off all spaces, lifts without facility."""
    fragment = looked.fragment
    for level in fragment.levels:
        spaces = shapely.union_all([area.polygon for area in looked.here(level.id)])
        if spaces.is_empty:
            continue  # the level as a whole is missing, which the network tells
        shapely.prepare(spaces)
        names = [each.id for each in fragment.points if each.level == level.id]
        names += [each.id for each in fragment.facilities if each.level == level.id]
        items = [looked.ids[name] for name in names]
        shapes = np.array([item.shape for item in items], dtype=object)
        far = ~shapely.dwithin(spaces, shapes, OFF_SPACES_M)
        for item, is_far in zip(items, far, strict=True):
            if is_far:
                metres = float(shapely.distance(spaces, item.shape))
                yield looked.told("missing", "object_off_spaces", item, metres=f"{metres:.1f}")
        yield from _without_facility(looked, level.id)


def _without_facility(looked: Looked, level: str) -> Iterator[Fault]:
    """Spaces of stairs, lifts and escalators without a facility, of kinds that this delivery has facilities of."""
    facilities = looked.fragment.facilities
    for kind in sorted(CONNECTORS & {thing.kind for thing in facilities}):
        areas = [area for area in looked.here(level) if area.kind == kind]
        tree = shapely.STRtree([thing.geometry for thing in facilities if (thing.level, thing.kind) == (level, kind)])
        outlines = np.array([area.polygon for area in areas], dtype=object)
        told, _ = tree.query(outlines, predicate="dwithin", distance=OFF_SPACES_M)
        words = kind_words(kind)
        for number in sorted(set(range(len(areas))) - set(told.tolist())):
            yield looked.told(
                "missing",
                "connector_without_facility",
                looked.ids[areas[number].id],
                kind_ko=words.ko,
                kind_en=words.en,
            )


# ── doubled and overlapping ──────────────────────────────────────────────────


def doubled(looked: Looked) -> Iterator[Fault]:
    """Objects drawn twice: the same outline, the same kind of thing in the same place, lines with the same ends."""
    fragment = looked.fragment
    for level in fragment.levels:
        for one, two, shared in _pairs(looked.here(level.id)):
            if shared.area > SAME * max(one.polygon.area, two.polygon.area):
                yield looked.told("doubled", "object_doubled", looked.ids[two.id], other=one.id)
    of_spaces = {area.record for area in fragment.areas}
    things = [thing for thing in fragment.facilities if thing.record not in of_spaces]
    yield from _same_place(looked, [(thing.id, (thing.level, thing.kind), thing.geometry) for thing in things])
    points = [(each.id, (each.level, each.kind), looked.ids[each.id].shape) for each in fragment.points]
    yield from _same_place(looked, points)
    seen: dict[tuple[str, ...], str] = {}
    for line in fragment.lines:
        ends = tuple(sorted((line.start, line.end)))
        first = seen.setdefault((*ends, line.kind), line.id)
        if first != line.id and shapely.hausdorff_distance(looked.ids[first].shape, line.geometry) < SAME_PLACE_M:
            yield looked.told("doubled", "object_doubled", looked.ids[line.id], other=first)


def _same_place(looked: Looked, things: Sequence[tuple[str, tuple[str, str], Geometry]]) -> Iterator[Fault]:
    shapes = np.array([shape for _, _, shape in things], dtype=object)
    one, two = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=SAME_PLACE_M)
    for first, second in sorted(zip(one.tolist(), two.tolist(), strict=True)):
        (name, group, shape), (again, group_again, shape_again) = things[first], things[second]
        if first < second and group == group_again:
            if (
                shape.geom_type != shape_again.geom_type
                or shapely.hausdorff_distance(shape, shape_again) > SAME_PLACE_M
            ):
                continue
            yield looked.told("doubled", "object_doubled", looked.ids[again], other=name)


def overlapping(looked: Looked) -> Iterator[Fault]:
    """Spaces that overlap by more than a slip of the pen, unless one lies inside the other."""
    for level in looked.fragment.levels:
        for one, two, shared in _pairs(looked.here(level.id)):
            if shared.area > INSIDE * min(one.polygon.area, two.polygon.area):
                continue
            if not shared.buffer(-SLIP_M).is_empty:
                yield looked.told(
                    "overlapping",
                    "spaces_overlap",
                    looked.ids[one.id],
                    shared,
                    other=two.id,
                    area=f"{shared.area:.1f}",
                )


def _pairs(areas: Sequence[Area]) -> Iterator[tuple[Area, Area, Geometry]]:
    """Pairs of areas that share some area, with it."""
    shapes = np.array([area.polygon for area in areas], dtype=object)
    if not len(shapes):
        return
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    wanted = one < two
    one, two = one[wanted], two[wanted]
    shared = shapely.intersection(shapes[one], shapes[two])
    for number in np.lexsort((two, one)).tolist():
        if shapely.area(shared[number]) > 0:
            yield areas[one[number]], areas[two[number]], shared[number]


# ── unreached ────────────────────────────────────────────────────────────────


def unreached(looked: Looked) -> Iterator[Fault]:
    """Spaces that touch no other and have no door; and groups of walked spaces that touch nothing but each other."""
    fragment = looked.fragment
    exits = [thing for thing in fragment.facilities if thing.kind == "exit"]
    for level in fragment.levels:
        areas = [area for area in looked.here(level.id) if area.kind != "track"]
        doors = [each.geometry for each in fragment.openings if each.level == level.id]
        with_door = _near(areas, doors, DOOR_REACH_M)
        leaving = _near(areas, [each.geometry for each in exits if each.level == level.id], SAME_PLACE_M)
        groups = _groups(areas)
        largest = max(groups, key=lambda group: sum(areas[n].polygon.area for n in group), default=())
        for group in groups:
            led_out = any(n in with_door or n in leaving or areas[n].kind in CONNECTORS for n in group)
            first = looked.ids[areas[group[0]].id]
            if len(group) == 1 and group[0] not in with_door and group is not largest:
                if group[0] not in leaving:
                    yield looked.told("unreached", "space_unreached", first)
            elif group is not largest and not led_out and any(areas[n].kind in WALKED for n in group):
                area = sum(areas[n].polygon.area for n in group)
                for n in group:
                    words = {"count": len(group), "area": f"{area:.0f}"}
                    yield looked.told("unreached", "spaces_cut_off", looked.ids[areas[n].id], **words)


def _near(areas: Sequence[Area], shapes: Sequence[Geometry], metres: float) -> set[int]:
    if not areas or not shapes:
        return set()
    found, _ = shapely.STRtree(shapes).query([area.polygon for area in areas], predicate="dwithin", distance=metres)
    return set(found.tolist())


def _groups(areas: Sequence[Area]) -> list[list[int]]:
    """Areas that touch, directly or through others: lists of their numbers, each sorted."""
    shapes = np.array([area.polygon for area in areas], dtype=object)
    if not len(shapes):
        return []
    first = list(range(len(areas)))

    def root(n: int) -> int:
        while first[n] != n:
            n = first[n]
        return n

    one, two = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCH_M)
    wanted = one < two
    one, two = one[wanted], two[wanted]
    contact = shapely.length(shapely.intersection(shapely.boundary(shapes[one]), shapely.buffer(shapes[two], TOUCH_M)))
    for n, m, metres in zip(one.tolist(), two.tolist(), contact.tolist(), strict=True):
        if metres >= CONTACT_M:
            low, high = sorted((root(n), root(m)))
            first[high] = low
    groups: dict[int, list[int]] = defaultdict(list)
    for n in range(len(areas)):
        groups[root(n)].append(n)
    return list(groups.values())
