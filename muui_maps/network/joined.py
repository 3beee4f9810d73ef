"""An indoor delivery and the registers as one Station: real places and lengths under official units, doors and routes.

station (registers, official routes, survey) ─┐
    levels by label ── connectors ↔ units by level span, number and nearness ── gates, exits, platforms ── lengths
fragment (layers) ── network over it ─────────┘

The station keeps its units, links and facts; the layers give landings, gates, exits and platforms their places, and
the walks between them their metres. What was surveyed stays; where the two disagree, that is a Finding.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from shapely import Point
from shapely.ops import nearest_points

from muui_maps.definition import NETWORKS
from muui_maps.errors import InputRefusedError
from muui_maps.model import (
    STREET,
    Evidence,
    Finding,
    LinkKind,
    Method,
    NodeKind,
    Severity,
    Space,
    Station,
    Text,
    UnitKind,
)
from muui_maps.network.delivered import DeliveredFloor
from muui_maps.network.indoor import walkable_network
from muui_maps.network.paid import with_sides
from muui_maps.network.walkable import HALF_WIDTHS_M, Terminal, paths
from muui_maps.profiles import profile
from muui_maps.sources.indoor_keys import floor_of, label_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from muui_maps.model import Level, Link, Node, Unit
    from muui_maps.network.connectors import Connector
    from muui_maps.network.indoor import IndoorNetwork
    from muui_maps.network.walkable import Floor
    from muui_maps.sources.fragment import Area, Fragment, NetLine

    XY = tuple[float, float]

KINDS = {
    UnitKind.ELEVATOR: LinkKind.ELEVATOR,
    UnitKind.WHEELCHAIR_LIFT: LinkKind.WHEELCHAIR_LIFT,
    UnitKind.ESCALATOR: LinkKind.ESCALATOR,
    UnitKind.MOVING_WALK: LinkKind.MOVING_WALK,
}
NEAR_M = 60.0
"""A unit whose place is known is not a connector that lies further away."""
CLEARLY_M = 10.0
"""Of two connectors that fit, the nearer one is taken only if it is nearer by this."""
REACH_M = 5.0
"""How far from a drawn point of the delivered network a place may lie and be reached over it."""
DISAGREE_SHARE = 0.25
"""A surveyed length that differs from the layers' by a larger share is told."""
_SPAN, _PART, _NUMBER, _NEAR = 4.0, 1.0, 3.0, 2.0  # what speaks for a match, strongest first


def join_indoor(
    station: Station, fragment: Fragment, *, network: str = "both", levels: Mapping[str, str] | None = None
) -> Station:
    """Give a station the places and lengths that layers know.

    Parameters
    ----------
    fragment
        Read with the station's origin.
    network
        What lengths come from: `layers` (the delivered LINEs), `polygons` (the ways over the spaces), or `both`
        (polygons, and the delivered LINEs where no way leads over them).
    levels
        Station level → label in the layers, where they differ (`7:B3` → `B3`).
    """
    return Joining(station, fragment, network=network, levels=levels).joined()


@dataclass(frozen=True, slots=True)
class _Pair:
    """A unit and a connector that may be one, with what speaks for it and the metres between them."""

    score: float
    metres: float
    unit: Unit
    connector: Connector

    def rivals(self, other: _Pair) -> bool:
        """Whether this one speaks for the other's unit as well as the other does."""
        same_unit = self.unit.id == other.unit.id and self.connector.id != other.connector.id
        return same_unit and self.score == other.score and not self.metres > other.metres + CLEARLY_M


class Joining:
    """A station and layers on their way to one Station; `join_indoor` for that alone.

    Attributes
    ----------
    network
        Over the polygons, after `joined`: with the station's placed nodes among its terminals, if its lengths count.
    """

    def __init__(
        self, station: Station, fragment: Fragment, *, network: str = "both", levels: Mapping[str, str] | None = None
    ) -> None:
        if network not in NETWORKS:
            raise ValueError(network)
        self.station = station
        self.fragment = fragment
        self.choice = network
        self.level_names = dict(levels or {})
        self.findings: list[Finding] = []
        self.at: dict[str, tuple[XY, str]] = {}  # node → where, and by which record
        self.network = walkable_network(fragment, half_width_m=HALF_WIDTHS_M["manual_wheelchair"])
        self._walked: dict[str, tuple[str, str]] = {}  # link → the nodes between which the layers know a way
        self._shapes: dict[tuple[str, str], Callable[[], tuple[XY, ...]]] = {}

    def joined(self) -> Station:
        """The station with what the layers know; called once."""
        self._match_levels()
        for unit, connector in self._matches(_whole_lifts(self.network.connectors)):
            self._place_unit(unit, connector)
        self._place_gates(self.network)
        self._place_exits()
        self._place_platforms()
        nodes = tuple(self._placed(node) for node in self.station.nodes)
        links = tuple(self._measured(nodes))
        spaces = tuple(self._spaces())
        findings = (*self.station.findings, *self.findings)
        return replace(self.station, nodes=nodes, links=links, spaces=spaces, findings=findings)

    def ways(self) -> dict[str, tuple[XY, ...]]:
        """For each link that the layers know a way for, where it bends: natural ways over polygons, lines as drawn."""
        return {link: self._shapes[ends]() for link, ends in self._walked.items()}

    def with_sides(self) -> Fragment:
        """The layers, their spaces with their side of the fare gates."""
        return with_sides(self.fragment, self.network.floors, self.network.sides)

    # levels

    def _match_levels(self) -> None:
        """A level of the layers for each of the station's that has one, by its label."""
        known = {level.id for level in self.fragment.levels}
        for level in self.station.levels:
            label = self.level_names.get(level.id)
            if label is None:
                label = _label(level)
            if label in known:
                self.level_names[level.id] = label
            else:
                self.level_names.pop(level.id, None)
                self._tell("indoor_level_missing", level.id, label)
        used = set(self.level_names.values())
        for label in sorted(known - used):
            self._tell("indoor_level_extra", label)

    # units

    def _matches(self, connectors: Sequence[Connector]) -> Iterator[tuple[Unit, Connector]]:
        """Units and connectors, each in one pair at most: the surest pairs first, ties left alone."""
        pairs = [
            _Pair(score, metres, unit, connector)
            for unit in self.station.units
            for connector in connectors
            if connector.kind is KINDS[unit.kind]
            for score, metres in [self._score(unit, connector)]
            if score > 0
        ]
        pairs.sort(key=lambda each: (-each.score, each.metres, each.unit.id, each.connector.id))
        units, taken = set[str](), set[str]()
        for pair in pairs:
            if pair.unit.id in units or pair.connector.id in taken:
                continue
            units.add(pair.unit.id)
            rivals = [each.connector.id for each in pairs if each.rivals(pair) and each.connector.id not in taken]
            if rivals:
                self._tell("indoor_unit_ambiguous", pair.unit.id, ", ".join([pair.connector.id, *rivals][:4]))
                continue
            taken.add(pair.connector.id)
            there = {each.level for each in pair.connector.landings}
            if there != self._labels(pair.unit):
                self._tell("indoor_levels_differ", pair.unit.id, ", ".join(sorted(there)))
            yield pair.unit, pair.connector
        self._tell_unmatched(connectors, units, taken)

    def _tell_unmatched(self, connectors: Sequence[Connector], units: set[str], taken: set[str]) -> None:
        for unit in self.station.units:
            is_lift = unit.kind in (UnitKind.ELEVATOR, UnitKind.WHEELCHAIR_LIFT)
            # Where the layers lack its levels, that is told of the levels.
            if is_lift and unit.id not in units and len(self._labels(unit)) > 1:
                self._tell("indoor_unit_unmatched", unit.id)
        for connector in connectors:
            if connector.kind is LinkKind.ELEVATOR and connector.id not in taken:
                self._tell("indoor_lift_unregistered", connector.id)

    def _labels(self, unit: Unit) -> set[str]:
        return {self.level_names[level] for level in unit.levels if level in self.level_names}

    def _score(self, unit: Unit, connector: Connector) -> tuple[float, float]:
        """How well a connector fits a unit (0 for not at all), and the metres between them, infinite if unknown."""
        here, there = self._labels(unit), {each.level for each in connector.landings}
        if len(here & there) < 2:  # noqa: PLR2004 - it must lead from one of the unit's levels to another
            return 0.0, math.inf
        if (line := _line_in(connector.name)) is not None and line != unit.line:
            return 0.0, math.inf
        score = _SPAN if here == there else _PART
        if connector.name and _number(_LINE.sub("", connector.name)) in (_number(unit.id), _number(unit.number)):
            score += _NUMBER
        metres = self._apart(unit, connector)
        if metres is not None and metres > NEAR_M:
            return 0.0, metres
        if metres is not None:
            score += _NEAR
        return score, math.inf if metres is None else metres

    def _apart(self, unit: Unit, connector: Connector) -> float | None:
        """Metres between what is known of a unit's landings and a connector's, on one level."""
        found = [
            math.dist((node.x_m, node.y_m), (landing.x_m, landing.y_m))
            for node in self.station.nodes
            if node.id.startswith(f"{unit.id}@") and node.x_m is not None and node.y_m is not None
            for landing in connector.landings
            if landing.level == self.level_names.get(node.level)
        ]
        return min(found) if found else None

    def _place_unit(self, unit: Unit, connector: Connector) -> None:
        where = {landing.level: landing for landing in connector.landings}
        for node in self.station.nodes:
            landing = where.get(self.level_names.get(node.level, ""))
            if node.id.startswith(f"{unit.id}@") and landing is not None:
                self.at[node.id] = (landing.x_m, landing.y_m), connector.id

    # gates, exits, platforms

    def _place_gates(self, built: IndoorNetwork) -> None:
        """Both sides of a gate, where its level has one row of gates in the layers and one in the station."""
        pairs: dict[str, list[Link]] = defaultdict(list)
        nodes = {node.id: node for node in self.station.nodes}
        for link in self.station.links:
            if link.kind is LinkKind.GATE:
                pairs[nodes[link.start].level].append(link)
        for level, links in sorted(pairs.items()):
            cuts = [cut for cut in built.cuts if cut.level == self.level_names.get(level)]
            if len(cuts) != 1 or len(links) != 1:
                if cuts:
                    self._tell("indoor_gate_ambiguous", level, str(len(cuts)))
                continue
            number = len(cuts[0].lanes) // 2
            one, two = cuts[0].lanes[number]
            first, second = (built.sides.terminals.get(f"{cuts[0].id}:{number}{side}") for side in "ab")
            outside_first = (one, two) if second or first is False else (two, one)
            if first is None and second is None:
                self._tell("indoor_gate_sides_unknown", level)
            ends = (links[0].start, links[0].end) if links[0].paid_after else (links[0].end, links[0].start)
            for name, xy in zip(ends, outside_first, strict=True):
                self.at[name] = xy, cuts[0].id

    def _place_exits(self) -> None:
        by_number: dict[str, list[tuple[XY, str]]] = defaultdict(list)
        for thing in self.fragment.facilities:
            if thing.kind == "exit" and thing.name and (number := _number(thing.name)):
                middle = thing.geometry.centroid
                by_number[number].append(((float(middle.x), float(middle.y)), thing.id))
        for point in self.fragment.points:
            if point.kind == "entrance" and point.name and (number := _number(point.name)):
                by_number[number].append(((point.x_m, point.y_m), point.id))
        for node in self.station.nodes:
            found = by_number.get(node.id.rpartition(":")[2], [])
            if node.kind is NodeKind.EXIT and len({xy for xy, _ in found}) == 1:
                self.at[node.id] = found[0]

    def _place_platforms(self) -> None:
        """The middle of the level's platform, where the layers draw one for each that the station has there."""
        for platform in self.station.platforms:
            label = self.level_names.get(platform.level)
            areas = [area for area in self.fragment.areas if area.level == label and area.label in _PLATFORM_WORDS]
            named = [area for area in areas if area.name and platform.direction in area.name]
            mine = {each.place for each in self.station.platforms if each.level == platform.level}
            found = named if len(named) == 1 else areas if len(areas) == 1 and len(mine) == 1 else []
            if found:
                self.at[platform.node] = self._stop(platform.node, found[0]), found[0].id
            elif areas:
                self._tell("indoor_platform_ambiguous", platform.place, str(len(areas)))

    def _stop(self, node: str, area: Area) -> XY:
        """Where one boards: the known door, on the platform as drawn; the platform's middle where none is known."""
        known = next(each for each in self.station.nodes if each.id == node)
        at = None if known.x_m is None or known.y_m is None else Point(known.x_m, known.y_m)
        if at is None or area.polygon.distance(at) > NEAR_M:
            at = area.polygon.representative_point()
        on = nearest_points(area.polygon, at)[0]
        return float(on.x), float(on.y)

    def _placed(self, node: Node) -> Node:
        found = self.at.get(node.id)
        if found is None:
            return node
        (x, y), record = found
        if (
            node.x_m is not None
            and node.y_m is not None
            and (moved := math.dist((node.x_m, node.y_m), (x, y))) > NEAR_M
        ):
            self._tell("indoor_place_differs", node.id, f"{moved:.0f} m")
        evidence = (self._evidence(record), *node.evidence)
        return replace(node, x_m=round(x, 3), y_m=round(y, 3), error_m=None, evidence=evidence)

    # lengths

    def _measured(self, nodes: Sequence[Node]) -> Iterator[Link]:
        """The links, walks between two places found in the layers with the layers' metres."""
        by_id = {node.id: node for node in nodes}
        metres = self._metres([by_id[name] for name in sorted(self.at)])
        for link in self.station.links:
            ends = (link.start, link.end)
            start, end = (by_id[name] for name in ends)
            same = self.level_names.get(start.level) == self.level_names.get(end.level)
            if link.kind is not LinkKind.WALKWAY or not same or not set(ends) <= self.at.keys():
                yield link
                continue
            found = metres.get(ends)
            if found is None:
                self._tell("indoor_no_way", link.id)
                yield link
                continue
            length, how = found
            self._walked[link.id] = ends
            methods = {each.method for each in link.evidence.get("length_m", ())}
            if link.length_m is not None and methods & {Method.SURVEYED, Method.OFFICIAL}:
                if abs(link.length_m - length) > DISAGREE_SHARE * max(link.length_m, length):
                    self._tell("indoor_length_differs", link.id, f"{link.length_m:.0f} m ↔ {length:.0f} m")
                yield link
                continue
            evidence = {**link.evidence, "length_m": (self._evidence(how),)}
            yield replace(link, length_m=round(length, 1), length_group=None, evidence=evidence)

    def _metres(self, nodes: Sequence[Node]) -> Mapping[tuple[str, str], tuple[float, str]]:
        """Metres between placed nodes of one level, and what they are measured over."""
        found: dict[tuple[str, str], tuple[float, str]] = {}
        if self.choice in ("layers", "both"):
            for label in sorted(set(self.level_names.values())):
                found |= self._along_lines(label, [node for node in nodes if self.level_names.get(node.level) == label])
        if self.choice in ("polygons", "both"):
            found |= self._over_polygons(nodes)
        return found

    def _along_lines(self, label: str, nodes: Sequence[Node]) -> dict[tuple[str, str], tuple[float, str]]:
        points = [point for point in self.fragment.points if point.level == label]
        nearest: dict[str, tuple[float, str]] = {}
        for node in nodes:
            away = [(math.dist((node.x_m or 0.0, node.y_m or 0.0), (each.x_m, each.y_m)), each.id) for each in points]
            if away and min(away)[0] <= REACH_M:
                nearest[node.id] = min(away)
        floor = DeliveredFloor(self.fragment, label, profile("manual_wheelchair"))
        wanted = [(one, two) for one in nearest for two in nearest if one != two]
        ways = floor.ways([(nearest[one][1], nearest[two][1]) for one, two in wanted])
        at = {node.id: (node.x_m or 0.0, node.y_m or 0.0) for node in nodes}
        found: dict[tuple[str, str], tuple[float, str]] = {}
        for (one, two), way in zip(wanted, ways, strict=True):
            if way is not None:
                found[one, two] = way[0] + nearest[one][0] + nearest[two][0], "delivered lines"
                self._shapes[one, two] = partial(_along, at[one], nearest[one][1], way[1], at[two])
        return found

    def _over_polygons(self, nodes: Sequence[Node]) -> dict[tuple[str, str], tuple[float, str]]:
        more = [
            Terminal(f"muui:{node.id}", self.level_names[node.level], "point", node.x_m or 0.0, node.y_m or 0.0)
            for node in nodes
        ]
        self.network = walkable_network(self.fragment, half_width_m=HALF_WIDTHS_M["manual_wheelchair"], more=more)
        found = {}
        for label, floor in self.network.floors.items():
            here = [node.id for node in nodes if self.level_names[node.level] == label]
            for one in here:
                for two in here:
                    length = float(floor.lengths_m[floor.index[f"muui:{one}"], floor.index[f"muui:{two}"]])
                    if one != two and math.isfinite(length):
                        found[one, two] = length, "floor polygons"
                        self._shapes[one, two] = partial(_over, floor, f"muui:{one}", f"muui:{two}")
        return found

    # spaces

    def _spaces(self) -> Iterator[Space]:
        """The station's spaces, those of platforms with the outline that the layers draw."""
        drawn: dict[str, str] = {}
        for platform in self.station.platforms:
            if platform.node in self.at:
                drawn[platform.place] = self.at[platform.node][1]
        areas = {area.id: area for area in self.fragment.areas}
        for space in self.station.spaces:
            area = areas.get(drawn.get(space.place, ""))
            if area is None:
                yield space
                continue
            outline = tuple((round(float(x), 3), round(float(y), 3)) for x, y, *_ in area.polygon.exterior.coords[:-1])
            yield replace(space, outline=outline, evidence=self._evidence(area.id))

    # what is told

    def _evidence(self, record: str) -> Evidence:
        return Evidence("muui_maps", f"layers {self.fragment.source}: {record}", None, Method.DERIVED)

    def _tell(self, code: str, value: str, more: str = "") -> None:
        severity, message, fix = _SENTENCES[code]
        words = {"value": value, "more": more}
        self.findings.append(
            Finding(
                code,
                severity,
                Text(message.ko.format(**words), message.en.format(**words)),
                fix,
                station=self.station.id,
                file=self.fragment.source,
                value=value,
            )
        )


def _over(floor: Floor, start: str, end: str) -> tuple[XY, ...]:
    (path,) = paths(floor, [(start, end)])
    return () if path is None else path.xy


def _along(start: XY, first: str, lines: Sequence[NetLine], end: XY) -> tuple[XY, ...]:
    """The drawn lines one after the other from the point `first`, between the places of their ends."""
    found, here = [start], first
    for line in lines:
        xy = [(round(float(x), 3), round(float(y), 3)) for x, y in line.geometry.coords]
        found += xy if line.start == here else reversed(xy)
        here = line.end if line.start == here else line.start
    found.append(end)
    return tuple(xy for number, xy in enumerate(found) if number == 0 or xy != found[number - 1])


def _whole_lifts(connectors: Sequence[Connector]) -> tuple[Connector, ...]:
    """The connectors, lifts that share a landing as one: a lift of three stops may be drawn as three lines."""
    found: list[Connector] = []
    for connector in connectors:
        landings = {each.id for each in connector.landings}
        same = next((each for each in found if _shares(each, connector, landings)), None)
        if same is None:
            found.append(connector)
            continue
        stops = {each.id: each for each in (*same.landings, *connector.landings)}
        whole = tuple(stops[name] for name in sorted(stops))
        found[found.index(same)] = replace(same, landings=whole, links=same.links + connector.links)
    return tuple(found)


def _shares(one: Connector, other: Connector, landings: set[str]) -> bool:
    is_lift = one.kind is other.kind is LinkKind.ELEVATOR
    return is_lift and one.name == other.name and bool(landings & {each.id for each in one.landings})


_PLATFORM_WORDS = frozenset({"기차승강장", "승강장", "platform"})


_LINE = re.compile(r"(\S+?)\s*호선")


def _line_in(name: str | None) -> str | None:
    """The line that a name says: `7호선 엘리베이터 1호기` → `7`."""
    found = _LINE.search(name or "")
    return found.group(1) if found else None


def _number(name: str) -> str | None:
    """The number in a name: `3번 출구` → `3`, `엘리베이터 외부#1` → `외부1`."""
    last = name.rpartition(":")[2]
    found = re.search(r"(외부|내부)?\s*#?\s*(\d+(?:-\d+)?)", last)
    return f"{found.group(1) or ''}{found.group(2)}" if found else None


_BY_LEVELS = Text(
    "station.toml의 [indoor.levels]에 층을 맞춰 주세요.", "Say in station.toml, [indoor.levels], which level it is."
)
_IN_LAYERS = Text("레이어를 고치거나 현장에서 확인해 주세요.", "Mend the layers, or check on site.")
_SENTENCES: dict[str, tuple[Severity, Text, Text]] = {
    "indoor_level_missing": (
        Severity.WARNING,
        Text("레이어에 없는 층이에요: {value} ({more})", "the layers have no level {value} ({more})"),
        _BY_LEVELS,
    ),
    "indoor_level_extra": (
        Severity.INFO,
        Text("레이어에만 있는 층이에요: {value}", "a level of the layers alone: {value}"),
        _BY_LEVELS,
    ),
    "indoor_unit_ambiguous": (
        Severity.WARNING,
        Text(
            "{value}: 레이어에서 맞는 것이 여럿이라 위치를 정하지 않았어요: {more}",
            "{value}: several of the layers fit, so none was taken: {more}",
        ),
        Text("레이어의 NAME에 호기를 적어 주세요.", "Write the unit's number into NAME of the layers."),
    ),
    "indoor_unit_unmatched": (
        Severity.WARNING,
        Text("{value}: 레이어에서 찾지 못했어요.", "{value}: not found in the layers."),
        _IN_LAYERS,
    ),
    "indoor_lift_unregistered": (
        Severity.WARNING,
        Text("레이어에만 있는 엘리베이터예요: {value}", "a lift of the layers alone: {value}"),
        _IN_LAYERS,
    ),
    "indoor_levels_differ": (
        Severity.WARNING,
        Text("{value}: 레이어에는 다른 층에 서요 ({more})", "{value}: in the layers it stops at {more}"),
        _IN_LAYERS,
    ),
    "indoor_gate_ambiguous": (
        Severity.INFO,
        Text(
            "{value}: 개찰구가 여럿이라 위치를 정하지 않았어요 ({more})",
            "{value}: several rows of gates ({more}); none was placed",
        ),
        _IN_LAYERS,
    ),
    "indoor_gate_sides_unknown": (
        Severity.INFO,
        Text(
            "{value}: 개찰구의 어느 쪽이 안인지 레이어로는 알 수 없어요. 두 점은 10 cm 차이라 길에는 영향이 없어요.",
            "{value}: which side of the gates lies inside can't be told from the layers; the two are 10 cm apart, "
            "which changes no way.",
        ),
        Text("공간 이름에 안/밖을 적어 주세요.", "Name the spaces inside and outside."),
    ),
    "indoor_platform_ambiguous": (
        Severity.INFO,
        Text(
            "{value}: 승강장이 여럿이라 위치를 정하지 않았어요 ({more})",
            "{value}: several platforms ({more}); none was taken",
        ),
        Text("레이어의 NAME에 방면을 적어 주세요.", "Write the direction into NAME of the layers."),
    ),
    "indoor_place_differs": (
        Severity.WARNING,
        Text("{value}: 전에 알던 위치와 {more} 달라요.", "{value}: {more} from where it was thought to be."),
        _IN_LAYERS,
    ),
    "indoor_no_way": (
        Severity.WARNING,
        Text(
            "{value}: 레이어에서는 휠체어로 이어지지 않아요.",
            "{value}: in the layers no way leads there in a wheelchair.",
        ),
        _IN_LAYERS,
    ),
    "indoor_length_differs": (
        Severity.WARNING,
        Text("{value}: 조사한 거리와 달라요: {more}", "{value}: the survey gives another length: {more}"),
        _IN_LAYERS,
    ),
}


def _label(level: Level) -> str:
    """What layers call a level of the station; its own label where no FLOOR code says it (`?`): no layer has that."""
    try:
        return label_of(floor_of(None if level.id == STREET else level.label))
    except InputRefusedError:
        return level.label or ""
