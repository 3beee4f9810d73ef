"""Lifts, stairs, escalators and ramps: which landings belong to one of them, and what leads from which to which.

By the delivered LINEs: lines of one kind that meet where nothing else does (inside a lift, on a half-landing) are one
connector; its landings are its other ends. One lift becomes one link for each pair of levels, never a chain.

Where no line touches a connector, `matching` joins its landings by code, name, overlap and nearness.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from muui_maps.model import Evidence, LinkKind, Method
from muui_maps.network.walkable import Terminal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from shapely import Geometry

    from muui_maps.sources.fragment import Fragment, NetLine, NetPoint

LINE_KINDS = frozenset(
    {
        LinkKind.STAIRS,
        LinkKind.ESCALATOR,
        LinkKind.MOVING_WALK,
        LinkKind.RAMP,
        LinkKind.ELEVATOR,
        LinkKind.WHEELCHAIR_LIFT,
    }
)
_LINK_KINDS = {kind.value: kind for kind in LINE_KINDS}
"""Kinds of line that are connectors on one floor too; between floors every line is."""

ON_FLOOR_M = 0.1
"""A node this near the floor is a landing."""


@dataclass(frozen=True, slots=True)
class WalkLink:
    """A way between two terminals that is no plain floor.

    Parameters
    ----------
    kind
        A `LinkKind`; `walkway` for a line between floors that the source calls no stair or ramp.
    length_m
        Metres walked, in the plane; 0 in a lift.
    connector
        Id of the lift, stair … it is part of; for gates, of the cut.
    handicap
        Whether a wheelchair passes, None where the source does not say.
    confidence
        0 to 1: how sure it is that the link exists.
    """

    id: str
    start: str
    end: str
    kind: LinkKind
    length_m: float
    oneway: bool
    connector: str
    handicap: bool | None
    evidence: Evidence
    confidence: float
    only_reduced_mobility: bool = False


@dataclass(frozen=True, slots=True)
class Connector:
    """A lift, stair, escalator, ramp …: its landings, and what leads from which to which."""

    id: str
    kind: LinkKind
    name: str | None
    landings: tuple[Terminal, ...]
    links: tuple[WalkLink, ...]


# ── by the delivered lines ───────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Delivered:
    """The delivered network, looked at for what it says of connectors."""

    points: Mapping[str, NetPoint]
    rides: Sequence[NetLine]
    kinds: Mapping[str, frozenset[str]]  # of the lines at each node; lines on the floor are `floor`
    on_floor: frozenset[str]

    def inner(self, node: str) -> bool:
        """Whether lines of one connector meet there and nothing else does: inside a lift, on a half-landing."""
        kinds = self.kinds[node]
        return len(kinds) == 1 and "floor" not in kinds and (kinds == {"elevator"} or node not in self.on_floor)


def connectors_by_lines(fragment: Fragment, grounds: Mapping[str, Geometry]) -> tuple[Connector, ...]:
    """What the delivered lines join: each group of lines of one kind that meet where nothing else does."""
    delivered = _delivered(fragment, grounds)
    groups: dict[str, list[NetLine]] = defaultdict(list)
    first: dict[str, str] = {}

    def root(name: str) -> str:
        while first.setdefault(name, name) != name:
            name = first[name]
        return name

    for line in delivered.rides:
        for node in (line.start, line.end):
            if delivered.inner(node):
                one, two = sorted((root(line.id), root(f"{line.kind} {node}")))
                first[two] = one
    for line in delivered.rides:
        groups[root(line.id)].append(line)
    found = (_connector(lines, delivered, fragment.source) for lines in groups.values())
    return tuple(sorted((each for each in found if each), key=lambda each: each.id))


def _delivered(fragment: Fragment, grounds: Mapping[str, Geometry]) -> _Delivered:
    points = {point.id: point for point in fragment.points}
    lines = [line for line in fragment.lines if line.start in points and line.end in points]
    rides = [line for line in lines if line.kind in LINE_KINDS or line.level is None]
    ridden = {line.id for line in rides}
    kinds: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for node in (line.start, line.end):
            kinds[node].add(line.kind if line.id in ridden else "floor")
    on_floor = set[str]()
    by_level: dict[str, list[NetPoint]] = defaultdict(list)
    for point in fragment.points:
        by_level[point.level].append(point)
    for level, ground in grounds.items():
        here = by_level[level]
        at = np.array([(point.x_m, point.y_m) for point in here]).reshape(-1, 2)
        near = shapely.dwithin(ground, shapely.points(at), ON_FLOOR_M)
        on_floor |= {point.id for point, is_near in zip(here, near.tolist(), strict=True) if is_near}
    frozen = {node: frozenset(each) for node, each in kinds.items()}
    return _Delivered(points, rides, frozen, frozenset(on_floor))


def _connector(lines: Sequence[NetLine], delivered: _Delivered, source: str) -> Connector | None:
    """One group of lines as a connector; None if it leads nowhere."""
    ends: dict[str, list[tuple[str, NetLine]]] = defaultdict(list)
    degree: dict[str, int] = defaultdict(int)
    for line in lines:
        degree[line.start] += 1
        degree[line.end] += 1
        ends[line.start].append((line.end, line))
        if not line.oneway:
            ends[line.end].append((line.start, line))
    landings = sorted(
        node for node in degree if degree[node] == 1 or not delivered.inner(node) or node in delivered.on_floor
    )
    name = next((line.name for line in lines if line.name), None)
    kind = _link_kind(lines[0].kind)
    identity = min(line.id for line in lines)
    level = {node: delivered.points[node].level for node in landings}
    lift = kind is LinkKind.ELEVATOR and len(set(level.values())) > 1
    links = [
        _line_link(identity, (start, end), way, source)
        for start in landings
        for end, way in _rides_from(start, ends, stop_at=() if lift else landings)
        if end in level and not (lift and level[start] == level[end])
    ]
    if not links:
        return None
    used = {node for link in links for node in (link.start, link.end)}
    terminals = tuple(_landing(delivered.points[node], name) for node in landings if node in used)
    return Connector(identity, kind, name, terminals, _both_ways(links))


def _link_kind(kind: str) -> LinkKind:
    return _LINK_KINDS.get(kind, LinkKind.WALKWAY)


def _landing(point: NetPoint, name: str | None) -> Terminal:
    return Terminal(point.id, point.level, "landing", point.x_m, point.y_m, point.name or name)


def _rides_from(
    start: str, ends: Mapping[str, Sequence[tuple[str, NetLine]]], *, stop_at: Collection[str]
) -> Iterable[tuple[str, tuple[NetLine, ...]]]:
    """The shortest way to each other node of the group, in the order of the nodes; never on through a landing."""
    heap: list[tuple[float, str, tuple[str, ...], tuple[NetLine, ...]]] = [(0.0, start, (), ())]
    done: dict[str, tuple[NetLine, ...]] = {}
    while heap:
        metres, node, ids, way = heapq.heappop(heap)
        if node in done:
            continue
        done[node] = way
        if node != start and node in stop_at:
            continue
        for end, line in ends.get(node, ()):
            if end not in done:
                heapq.heappush(heap, (metres + line.length_m, end, (*ids, line.id), (*way, line)))
    return [(node, way) for node, way in sorted(done.items()) if node != start]


def _line_link(identity: str, ends: tuple[str, str], way: Sequence[NetLine], source: str) -> WalkLink:
    kind, (start, end) = _link_kind(way[0].kind), ends
    walked = sum(line.length_m for line in way if kind is not LinkKind.ELEVATOR or line.level is not None)
    passes = [line.handicap for line in way]
    return WalkLink(
        id=f"{identity}:{start}>{end}",
        start=start,
        end=end,
        kind=kind,
        length_m=walked,
        oneway=True,
        connector=identity,
        handicap=False if False in passes else (None if None in passes else True),
        evidence=Evidence(source, " ".join(line.record for line in way), None, Method.OFFICIAL),
        confidence=1.0,
        only_reduced_mobility=any(line.only_reduced_mobility for line in way),
    )


def _both_ways(links: Sequence[WalkLink]) -> tuple[WalkLink, ...]:
    """Two opposite links of the same length as one that goes both ways."""
    by_ends = {(link.start, link.end): link for link in links}
    found = []
    for (start, end), link in sorted(by_ends.items()):
        back = by_ends.get((end, start))
        if back is None:
            found.append(link)
        elif start < end:
            found.append(replace(link, oneway=False))
    return tuple(found)
