"""Which spaces lie inside the fare gates: from what names, platforms and exits say, spread over neighbouring spaces.

    ┌─────────┬──────────────┬─────────┐
    │ 출입구   │   대합실      ╎ 승강장   │     ╎ a gate stands at the edge: what is beyond lies on the other side
    │ outside │   outside    ╎ inside  │     │ a plain edge: the same side
    └─────────┴──────────────┴─────────┘

Gates come as points without a fence. Where one stands at the edge between two spaces, or at a door, the edge is the
cut. Where it stands amidst a space, that space lies on both sides, and the floor is told instead of guessed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from muui_maps.sources.indoor_notices import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shapely import Geometry

    from muui_maps.model import Finding
    from muui_maps.sources.fragment import Area, Facility, Fragment, Opening

WALKED = frozenset({"walkable", "outdoor", "ramp", "unknown"})
PLATFORMS = frozenset({"기차승강장", "승강장"})
ENTRANCES = frozenset({"출입구", "현관"})

TOUCH_M = 0.1
"""Spaces this near touch; the gap is a slip of the pen."""
PASSAGE_M = 0.8
"""The least length of an edge that one passes: narrower than any door that a wheelchair fits through."""
GATE_M = 2.0
"""How far a gate may stand from the edge that it opens: half a gate's length, and the pen's slip."""


def with_sides(fragment: Fragment) -> Fragment:
    """The fragment, its areas with the side of the gates on which they lie where that follows from what is stated.

    What names or a mapping state is kept. A platform lies inside, an entrance and the outdoors outside; spaces that
    touch without a gate between them lie on one side, those with a gate between them on two. A contradiction, and a
    gate that no edge belongs to, leave the spaces unknown and are told for each floor.
    """
    findings: list[Finding] = list(fragment.findings)
    sides: dict[str, bool] = {}
    for level in fragment.levels:
        gates = [one for one in fragment.facilities if one.level == level.id and one.kind == "gate"]
        areas = [one for one in fragment.areas if one.level == level.id and one.kind in WALKED]
        if not areas:
            continue
        doors = [one for one in fragment.openings if one.level == level.id]
        floor = _Floor(level.id, areas, _borders(areas, doors, gates))
        sides |= floor.sides(gates, findings)
    areas = [_on_its_side(area, sides) for area in fragment.areas]
    return replace(fragment, areas=tuple(areas), findings=tuple(findings))


def _on_its_side(area: Area, sides: Mapping[str, bool]) -> Area:
    side = sides.get(area.id)
    return area if side is None or area.paid_area is not None else replace(area, paid_area=side)


def _stated(area: Area) -> bool | None:
    """What is said of a space itself."""
    if area.paid_area is not None:
        return area.paid_area
    label = (area.label or "").replace(" ", "")
    if label in PLATFORMS:
        return True
    return False if label in ENTRANCES or area.kind == "outdoor" else None


# ── neighbours ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Border:
    """Where one gets from one space to another; `gates` stand there."""

    one: int
    other: int
    gates: frozenset[str]


def _borders(areas: Sequence[Area], doors: Sequence[Opening], gates: Sequence[Facility]) -> list[_Border]:
    import shapely

    shapes = [area.polygon for area in areas]
    tree = shapely.STRtree(shapes)
    passages: list[tuple[int, int, Geometry]] = []
    for one, other in zip(*tree.query(shapes, predicate="dwithin", distance=TOUCH_M).tolist(), strict=True):
        if one < other:
            edge = _shared_edge(shapes[one], shapes[other])
            if edge.length >= PASSAGE_M:
                passages.append((one, other, edge))
    for door in doors:
        beside = sorted(tree.query(door.geometry, predicate="dwithin", distance=2 * TOUCH_M).tolist())
        passages += [(one, other, door.geometry) for n, one in enumerate(beside) for other in beside[n + 1 :]]
    return [_Border(one, other, frozenset(_at(gates, where))) for one, other, where in passages]


def _shared_edge(one: Geometry, other: Geometry) -> Geometry:
    import shapely

    return shapely.intersection(shapely.boundary(one), shapely.buffer(other, TOUCH_M, quad_segs=2))


def _at(gates: Iterable[Facility], where: Geometry) -> Iterator[str]:
    import shapely

    for gate in gates:
        if shapely.dwithin(gate.geometry, where, GATE_M):
            yield gate.id


# ── sides ────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Floor:
    """One floor: its walked spaces, and the groups of them that no gate parts."""

    level: str
    areas: Sequence[Area]
    borders: Sequence[_Border]
    group_of: list[int] = field(default_factory=list)

    def sides(self, gates: Sequence[Facility], findings: list[Finding]) -> dict[str, bool]:
        self.group_of = self._groups()
        used = {gate for border in self.borders for gate in border.gates}
        amidst = [gate for gate in gates if gate.id not in used]
        findings += [
            self._unclear(gate.record, "개찰구가 한 공간 가운데 있어요", "a gate stands amidst one space", gate.id)
            for gate in amidst
        ]
        unclear = {
            group
            for area, group in zip(self.areas, self.group_of, strict=True)
            if any(area.polygon.intersects(gate.geometry) for gate in amidst)
        }
        known = self._said(unclear, findings)
        self._across_gates(known, unclear, findings)
        return {area.id: known[group] for area, group in zip(self.areas, self.group_of, strict=True) if group in known}

    def _groups(self) -> list[int]:
        """Which spaces lie on one side, whichever it is: those joined without a gate."""
        root = list(range(len(self.areas)))

        def find(n: int) -> int:
            while root[n] != n:
                root[n] = root[root[n]]
                n = root[n]
            return n

        for border in self.borders:
            if not border.gates:
                one, other = sorted((find(border.one), find(border.other)))
                root[other] = one
        return [find(n) for n in range(len(self.areas))]

    def _said(self, unclear: set[int], findings: list[Finding]) -> dict[int, bool]:
        """The side of each group by what is stated of its spaces; a group of which both is stated becomes unclear."""
        words: dict[int, dict[bool, Area]] = defaultdict(dict)
        for area, group in zip(self.areas, self.group_of, strict=True):
            side = _stated(area)
            if side is not None:
                words[group].setdefault(side, area)
        for group, both in words.items():
            if len(both) > 1:
                unclear.add(group)
                inside, outside = both[True], both[False]
                ko = f"{inside.id}(안)와 {outside.id}(밖) 사이를 막는 것이 없어요"
                en = f"nothing parts {inside.id} (inside) from {outside.id} (outside)"
                findings.append(self._unclear(inside.record, ko, en, inside.id))
        return {group: next(iter(said)) for group, said in words.items() if group not in unclear}

    def _across_gates(self, known: dict[int, bool], unclear: set[int], findings: list[Finding]) -> None:
        """Beyond a gate lies the other side, as far as that follows."""
        pending = sorted(known)
        while pending:
            group = pending.pop(0)
            for border in self.borders:
                ends = {self.group_of[border.one], self.group_of[border.other]}
                if not border.gates or group not in ends or len(ends) == 1:
                    continue
                (beyond,) = ends - {group}
                if beyond in unclear:
                    continue
                if beyond not in known:
                    known[beyond] = not known[group]
                    pending.append(beyond)
                elif known[beyond] == known[group]:
                    record = self.areas[border.one].record
                    why = ("개찰구 양쪽이 같은 쪽이에요", "both sides of a gate are said to be the same side")
                    finding = self._unclear(record, *why, min(border.gates))
                    if finding not in findings:
                        findings.append(finding)

    def _unclear(self, record: str, why_ko: str, why_en: str, value: str) -> Finding:
        layer, _, row = record.rpartition("#")
        return notice(
            "paid_area_unclear",
            layer=layer,
            row=int(row) if row.isdigit() else None,
            value=value,
            why_ko=f"{self.level}: {why_ko}",
            why_en=f"{self.level}: {why_en}",
        )
