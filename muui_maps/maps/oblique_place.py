"""Where the points of a route lie in plan, as far as anyone knows: the moves of an oblique before they are drawn.

A lift goes straight up, so both its landings share a place. A place comes from the station, from a train door along the
platform, or from nowhere: then the way between two known places is shared out among the moves between them, and the
picture says that only its length is known. Nothing here has a scale or a language.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from muui_maps.maps.context import link_ends
from muui_maps.maps.doors import CAR_M, alight_door, board_door
from muui_maps.maps.section_parts import Part, Ride, Walk
from muui_maps.model import LinkKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muui_maps.model import Endpoint, Leg, Node, Platform, Route, Station

Point = tuple[float, float]

UPRIGHT = frozenset({LinkKind.ELEVATOR})
"""Rides that end above or below where they began; others lead on a way of their own."""
SLANT_M = 12.0
"""Drawn run of a ride that leads on where neither end has a known place: only ever drawn dashed."""
USUAL_M = 30.0
"""Drawn length of a walk where no walk of the route has a known one: only ever drawn dashed."""


class Known(StrEnum):
    """How the place of a move is known."""

    PLACED = "placed"  # both ends
    BETWEEN = "between"  # shares the straight way between two known places with its neighbours
    ALONG = "along"  # one end and the platform it runs along
    ORDER = "order"  # that it comes before one thing and after another, no more


@dataclass(frozen=True, slots=True)
class Move:
    """A part of the route in plan: a walk, a spot between two rides, or a ride.

    Parameters
    ----------
    part
        As `section_parts` strings it on the line.
    known
        How well its place is known.
    east_m, north_m
        From its start to its end; 0 for lifts and where nothing is known.
    start
        Where it starts, in station metres; None unless its start has a known place.
    path
        Places of the nodes between, for a way that is placed: ids with station metres.
    length_m
        To be drawn where `known` is ORDER or ALONG.
    gates
        Places of its fare gates in order, in station metres; None for those of unknown place.
    platform
        The platform that it lies on, if any.
    """

    part: Part
    known: Known
    east_m: float
    north_m: float
    length_m: float
    start: Point | None = None
    path: tuple[tuple[str, Point], ...] = ()
    gates: tuple[Point | None, ...] = ()
    platform: Platform | None = None

    @property
    def upright(self) -> bool:
        return isinstance(self.part, Ride) and self.part.kind in UPRIGHT


def moves_of(station: Station, route: Route, parts: Sequence[Part]) -> tuple[Move, ...]:
    """The parts of a route as moves in plan, in order."""
    return _Surveyor(station, route, parts).moves()


@dataclass(frozen=True, slots=True)
class _Ends:
    """The known places of a part's two ends, and of what lies between."""

    start: Point | None
    end: Point | None
    path: tuple[tuple[str, Point], ...] = ()


class _Surveyor:
    def __init__(self, station: Station, route: Route, parts: Sequence[Part]) -> None:
        self.station, self.route, self.parts = station, route, parts
        self.nodes = {node.id: node for node in station.nodes}
        self.platforms = {(each.line, each.direction): each for each in station.platforms}
        self.usual = self._usual()

    def _usual(self) -> float:
        lengths = [leg.length_m for leg in self.route.legs if leg.unit is None and leg.length_m]
        return statistics.median(lengths) if lengths else USUAL_M

    def moves(self) -> tuple[Move, ...]:
        ends = [self._ends(part) for part in self.parts]
        joints = self._joints(ends)
        moves = [
            self._move(part, own, joints[i], joints[i + 1])
            for i, (part, own) in enumerate(zip(self.parts, ends, strict=True))
        ]
        return tuple(self._shared(moves, joints))

    # places of ends

    def _ends(self, part: Part) -> _Ends:
        leg = self._leg(part)
        if leg is None or not leg.traversals:
            return _Ends(None, None)
        ids = [link_ends(leg.traversals[0].link, forward=leg.traversals[0].forward)[0]]
        ids += [link_ends(each.link, forward=each.forward)[1] for each in leg.traversals]
        start, end = self._place(ids[0], part, first=True), self._place(ids[-1], part, first=False)
        if isinstance(part, Ride) and part.kind in UPRIGHT:
            start = end = start or end
        between = tuple((each, at) for each in ids[1:-1] if (at := _at(self.nodes.get(each))) is not None)
        return _Ends(start, end, between)

    def _leg(self, part: Part) -> Leg | None:
        return None if part.leg is None else self.route.legs[part.leg]

    def _place(self, node_id: str, part: Part, *, first: bool) -> Point | None:
        """Of a node; where the train stands, the door that one uses, since its node marks the platform's middle."""
        route = self.route
        if first and part is self.parts[0] and route.start.line is not None:
            return self._door(route.start, alight_door(self.station, route)[0])
        if not first and part is self.parts[-1] and route.end.line is not None:
            return self._door(route.end, board_door(self.station, route)[0])
        return _at(self.nodes.get(node_id))

    def _door(self, endpoint: Endpoint, door: tuple[int, int | None] | None) -> Point | None:
        platform = self.platforms.get((endpoint.line or "", endpoint.direction or ""))
        middle = _at(self.nodes.get(platform.node)) if platform else None
        if platform is None or middle is None or door is None or not platform.cars or platform.bearing_deg is None:
            return None
        from_front = (door[0] - 1 + ((door[1] or 2.5) - 0.5) / 4) * CAR_M
        ahead = platform.cars * CAR_M / 2 - from_front
        east, north = heading(platform.bearing_deg)
        return middle[0] + ahead * east, middle[1] + ahead * north

    def _joints(self, ends: Sequence[_Ends]) -> list[Point | None]:
        """Known places before, between and after the parts; what one part does not know, its neighbour may."""
        joints: list[Point | None] = [ends[0].start if ends else None]
        for before, after in pairwise(ends):
            joints.append(before.end if before.end is not None else after.start)
        joints.append(ends[-1].end if ends else None)
        for position, part in enumerate(self.parts):
            if isinstance(part, Ride) and part.kind in UPRIGHT:  # one place for both landings, or the picture leans
                joints[position] = joints[position + 1] = joints[position] or joints[position + 1]
        return joints

    # moves

    def _move(self, part: Part, ends: _Ends, start: Point | None, end: Point | None) -> Move:
        platform = self._platform(part)
        length = self._length(part)
        if start is not None and end is not None:
            east, north = end[0] - start[0], end[1] - start[1]
            gates = tuple(self._gates(part))
            return Move(part, Known.PLACED, east, north, length, start, ends.path, gates, platform)
        along = platform is not None and platform.bearing_deg is not None and (start or end) is not None
        return Move(part, Known.ALONG if along else Known.ORDER, 0.0, 0.0, length, start, platform=platform)

    def _gates(self, part: Part) -> Iterator[Point | None]:
        """Between the two sides of each gate of a walk."""
        leg = self._leg(part)
        for each in leg.traversals if leg is not None else ():
            if each.link.kind is LinkKind.GATE:
                one, other = (_at(self.nodes.get(node)) for node in (each.link.start, each.link.end))
                yield ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2) if one and other else None

    def _length(self, part: Part) -> float:
        if isinstance(part, Ride):
            return 0.0 if part.kind in UPRIGHT else SLANT_M
        leg = self._leg(part)
        if leg is None:
            return 0.0
        return leg.length_m if leg.length_m is not None else self.usual

    def _platform(self, part: Part) -> Platform | None:
        """The platform that a walk is on, where it begins or ends at a train."""
        if not isinstance(part, Walk):
            return None
        for end, place in ((self.route.start, self.parts[0]), (self.route.end, self.parts[-1])):
            if part is place and end.line is not None:
                return self.platforms.get((end.line, end.direction or ""))
        return None

    def _shared(self, moves: list[Move], joints: Sequence[Point | None]) -> Iterator[Move]:
        """Runs of moves between two known places share the straight way between them by their lengths."""
        known = [position for position, joint in enumerate(joints) if joint is not None]
        shares: dict[int, tuple[float, float, Point | None]] = {}
        for low, high in pairwise(known):
            if high - low == 1:
                continue
            start, end = joints[low], joints[high]
            assert start is not None and end is not None  # noqa: S101, PT018  known, see above
            run = range(low, high)
            total = sum(moves[i].length_m for i in run)
            for i in run:
                part = moves[i].length_m / total if total else 0.0
                shares[i] = ((end[0] - start[0]) * part, (end[1] - start[1]) * part, start if i == low else None)
        for position, move in enumerate(moves):
            if position in shares:
                east, north, start = shares[position]
                yield replace(move, known=Known.BETWEEN, east_m=east, north_m=north, start=start)
            else:
                yield move


def heading(bearing_deg: float) -> Point:
    """One metre on that bearing, as metres east and north."""
    angle = math.radians(bearing_deg)
    return math.sin(angle), math.cos(angle)


def _at(node: Node | None) -> Point | None:
    return (node.x_m, node.y_m) if node is not None and node.x_m is not None and node.y_m is not None else None
