"""Where everything of an exploded oblique stands on paper.

The route is walked once in plan: each move keeps its true direction, and its length too unless its symbols need more
room. The longest move is turned level and left to right, so that the picture does not read as a slope. Levels are then
pulled apart until their slabs clear each other by a band for words. If moves would cross on paper, the route is laid
out in its order instead, always onward, and the layout says so: then nothing can overlap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from muui_maps.maps import words
from muui_maps.maps.labels import Box
from muui_maps.maps.oblique_place import Known, Move, Point, heading
from muui_maps.maps.section_heights import heights_of
from muui_maps.maps.section_parts import Ride, Symbol, SymbolKind, Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muui_maps.model import Level

WIDTH, MARGIN = 1684.0, 28.0
ICON, NUMBER, GAP = 44.0, 36.0, 16.0  # a symbol, the room of a step's number, and the air between them
SHAFT = 56.0
SIZES = (1.0, 0.86, 0.73)
"""Of the symbols, to try in turn: at 0.73 they are 32 units, 8 mm on A3."""
SHEAR, TILT = 0.42, 0.46
"""Of the projection: how far a metre towards the back goes right, and up, as shares of a metre to the right."""
SIDE = 190.0  # room for words left and right of the drawing
MOST_PX_PER_M, LEAST_PX_PER_M = 6.0, 0.5
CROP_M, LEAST_CROP, MOST_CROP, DEEP_CROP = 25.0, 60.0, 112.0, 44.0
"""How far a platform is shown beyond the route: metres, at least and most on paper, and most up and down."""
LEAST_M = 1.0
"""Along a platform, what is nearer is beside each other: doors are told to a few metres."""
HALF_SLAB, FRINGE = 36.0, 44.0  # of a floor: from the line to its edge up and down, and beyond its ends
THICK = 9.0  # of a floor whose outline is known
LEAST_BAND, USUAL_BAND = 88.0, 150.0  # between two floors, for words
STOP_HALF = 12.0
STOP = 46.0  # of a shaft for each level where the lift stops on its way


@dataclass(frozen=True, slots=True)
class View:
    """The projection: station metres turned by `turn` (radians), then to paper.

    `px_per_m` is the scale along the level axis. Heights are not part of it: each level has a base line of its own.
    """

    turn: float
    px_per_m: float

    def turned(self, east: float, north: float) -> Point:
        """Metres along the level axis, and towards the back."""
        cos, sin = math.cos(self.turn), math.sin(self.turn)
        return east * cos + north * sin, north * cos - east * sin

    def paper(self, along: float, back: float) -> Point:
        """Turned metres → right and down on paper."""
        return (along + SHEAR * back) * self.px_per_m, -TILT * back * self.px_per_m

    def of_ground(self, east: float, north: float) -> Point:
        """A step on the ground as a step on paper."""
        return self.paper(*self.turned(east, north))


@dataclass(frozen=True, slots=True)
class Standing:
    """A symbol on the line, centred on a point. `placed` is False where only its order is known."""

    symbol: Symbol
    x: float
    y: float
    size: float
    placed: bool

    @property
    def box(self) -> Box:
        half = self.size / 2
        return Box(self.x - half, self.y - half, self.x + half, self.y + half)


@dataclass(frozen=True, slots=True)
class Slab:
    """A piece of floor on paper: `solid` where its outline is known, `cropped` ends are broken off."""

    level: str
    outline: tuple[Point, ...]
    solid: bool
    paid: bool | None
    track: tuple[tuple[Point, Point], ...] = ()
    ahead: Point | None = None  # the end of the track that trains leave by

    @property
    def box(self) -> Box:
        xs, ys = [x for x, _ in self.outline], [y for _, y in self.outline]
        return Box(min(xs), min(ys), max(xs), max(ys))


@dataclass(frozen=True, slots=True)
class Way:
    """A walk on paper: its line with all its symbols, and the floors that it lies on."""

    move: Move
    walk: Walk
    points: tuple[Point, ...]
    standing: tuple[Standing, ...]
    slabs: tuple[Slab, ...]
    nodes: tuple[str, ...]  # ids of the nodes that inner points of the line mark
    drawn_m: float
    factor: float  # how much longer it is drawn than it is

    @property
    def solid(self) -> bool:
        return self.move.known is Known.PLACED

    @property
    def stretched(self) -> bool:
        return self.factor > 1.001  # noqa: PLR2004  beyond rounding


@dataclass(frozen=True, slots=True)
class Shaft:
    """A ride on paper."""

    move: Move
    ride: Ride
    start: Point
    end: Point
    number: Point
    stops: tuple[tuple[str, Point], ...]
    passed: tuple[tuple[str, float, float], ...]  # floors that it goes through without a stop: level, from y, to y
    size: float

    @property
    def box(self) -> Box:
        half = SHAFT / 2 * self.size
        xs, ys = sorted((self.start[0], self.end[0])), sorted((self.start[1], self.end[1]))
        return Box(xs[0] - half, ys[0] - half, xs[1] + half, ys[1] + half)


@dataclass(frozen=True, slots=True)
class Layout:
    """A route, laid out. `true_view` is None where the picture shows order only."""

    view: View
    in_order: bool
    size: float
    parts: tuple[Way | Shaft, ...]  # in the order travelled
    bases: dict[str, float]
    levels: tuple[str, ...]  # highest first
    width: float
    box: Box
    unknown_heights: frozenset[str] = field(default_factory=frozenset)

    @property
    def ways(self) -> tuple[Way, ...]:
        return tuple(part for part in self.parts if isinstance(part, Way))

    @property
    def shafts(self) -> tuple[Shaft, ...]:
        return tuple(part for part in self.parts if isinstance(part, Shaft))


class Room:
    """The height to fill, which keeps what was asked of it: in a room with the same answers the layout is the same."""

    def __init__(self, height: float) -> None:
        self.height = height
        self._deep: dict[float, bool] = {}
        self._bands: dict[tuple[float, int], float] = {}

    def holds(self, deep: float) -> bool:
        """Whether a route so deep, with its floors not yet pulled apart, leaves room enough between them."""
        answer = self._deep[deep] = deep <= self.height * 0.3
        return answer

    def band(self, total: float, gaps: int) -> float:
        """The room between two of the floors, which are so high together."""
        answer = self._bands[total, gaps] = min(max((self.height - total) / gaps, LEAST_BAND), USUAL_BAND)
        return answer

    def answers_as(self, other: Room) -> bool:
        """Whether this room gives the answers that the other one has given."""
        return all(self.holds(deep) == answer for deep, answer in other._deep.items()) and all(
            self.band(*asked) == answer for asked, answer in other._bands.items()
        )


def lay_out(moves: Sequence[Move], levels: Sequence[Level], *, top: float, room: Room) -> Layout:
    """Lay the moves of a route out below `top`.

    Parameters
    ----------
    moves
        From `oblique_place.moves_of`.
    levels
        Of the station.
    room
        To fill; more is taken where it is needed.
    """
    known = any(move.known is not Known.ORDER and not move.upright for move in moves)
    if known:
        for upside in (False, True):  # floors of one height: either may be drawn above the other
            layout = _Layouter(moves, levels, top, room, in_order=False, upside=upside).run()
            if layout is not None:
                return layout
    layout = _Layouter(moves, levels, top, room, in_order=True).run()
    assert layout is not None  # noqa: S101  in order nothing crosses
    return layout


def crosses(layout: Layout) -> bool:
    """Whether parts of the route lie on each other on paper where they don't in the station's order."""
    pieces = _pieces(layout)
    for (at, boxes), (other_at, others) in combinations(pieces, 2):
        near = other_at - at == 1
        for box in boxes:
            for other in others:
                if box.overlaps(other) and not (near and _shared(box, other, layout.size)):
                    return True
    return False


def _shared(box: Box, other: Box, size: float) -> bool:
    """Whether two boxes meet in the tile where one part of the route ends and the next begins."""
    left, right = max(box.left, other.left), min(box.right, other.right)
    top, bottom = max(box.top, other.top), min(box.bottom, other.bottom)
    return right - left <= SHAFT * size + 1 and bottom - top <= SHAFT * size + 1


def _pieces(layout: Layout) -> list[tuple[int, list[Box]]]:
    """The parts of the route in order, each with the boxes of its line and symbols."""
    pieces: list[tuple[int, list[Box]]] = []
    for at, part in enumerate(layout.parts):
        if isinstance(part, Way):
            boxes = [box for start, end in pairwise(part.points) for box in line_boxes(start, end, 8.0)]
            pieces.append((at, [*boxes, *(each.box for each in part.standing)]))
        else:
            pieces.append((at, list(shaft_boxes(part))))
    return pieces


def shaft_boxes(shaft: Shaft) -> Iterator[Box]:
    """The room of a shaft: one box for a lift, a chain of boxes for a ride that leads on."""
    half = SHAFT / 2 * shaft.size
    if shaft.start[0] == shaft.end[0]:
        yield shaft.box
        return
    for x, y in (shaft.start, shaft.end):
        yield Box(x - half, y - half, x + half, y + half)
    yield from line_boxes(shaft.start, shaft.end, half * 0.7)


def line_boxes(start: Point, end: Point, half: float) -> Iterator[Box]:
    """Boxes that cover a line: one if it is upright or level, else a chain of small ones."""
    (x0, y0), (x1, y1) = start, end
    straight = x0 == x1 or y0 == y1
    pieces = 1 if straight else max(math.ceil(min(abs(x1 - x0), abs(y1 - y0)) / 10), 1)
    for i in range(pieces):
        xs = (x0 + (x1 - x0) * i / pieces, x0 + (x1 - x0) * (i + 1) / pieces)
        ys = (y0 + (y1 - y0) * i / pieces, y0 + (y1 - y0) * (i + 1) / pieces)
        yield Box(min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half)


@dataclass(frozen=True, slots=True)
class _Step:
    """A move in the picture's own plan: turned metres from (along, back) to (end_along, end_back)."""

    move: Move
    start: Point
    end: Point
    factor: float  # how much longer it is drawn than it is


class _Layouter:
    def __init__(
        self,
        moves: Sequence[Move],
        levels: Sequence[Level],
        top: float,
        room: Room,
        *,
        in_order: bool,
        upside: bool = False,
    ) -> None:
        self.moves, self.levels, self.top, self.room, self.in_order = moves, levels, top, room, in_order
        self.turn = 0.0 if in_order else self._turn()
        self.heights = heights_of(levels, self._used())
        drawn = self.heights.drawn
        names = sorted(drawn, reverse=upside)
        self.order = tuple(sorted(names, key=lambda level: -round(drawn[level], 1)))

    def _used(self) -> list[str]:
        used: list[str] = []
        for move in self.moves:
            used += move.part.levels if isinstance(move.part, Walk) else (move.part.from_level, move.part.to_level)
        return used

    def _turn(self) -> float:
        """The angle of the longest move, from east to north: it is drawn level."""
        longest = max(self.moves, key=lambda move: math.hypot(move.east_m, move.north_m))
        if math.hypot(longest.east_m, longest.north_m) < 1.0:
            bearings = [m.platform.bearing_deg for m in self.moves if m.platform and m.platform.bearing_deg is not None]
            east, north = heading(bearings[0]) if bearings else (1.0, 0.0)
            return math.atan2(north, east)
        return math.atan2(longest.north_m, longest.east_m)

    def run(self) -> Layout | None:
        """The layout; None if parts of the route would lie on each other."""
        for size in SIZES:
            scale = self._scale(size)
            if scale is not None or size == SIZES[-1]:
                break
        scale = scale or LEAST_PX_PER_M
        layout = self._placed(View(self.turn, scale), size)
        while layout.width > WIDTH and scale > LEAST_PX_PER_M:  # floors reach beyond the route
            scale = max(scale * 0.92, LEAST_PX_PER_M)
            layout = self._placed(View(self.turn, scale), size)
        return None if not self.in_order and crosses(layout) else layout

    # scale

    def _scale(self, size: float) -> float | None:
        """The largest scale at which the drawing fits; None if not even the smallest does."""
        low, high = LEAST_PX_PER_M, MOST_PX_PER_M
        if not self._fits(low, size):
            return None
        if self._fits(high, size):
            return high
        for _ in range(9):
            middle = (low + high) / 2
            low, high = (middle, high) if self._fits(middle, size) else (low, middle)
        return low

    def _fits(self, scale: float, size: float) -> bool:
        view = View(self.turn, scale)
        points = [view.paper(*point) for step in self._steps(view, size) for point in (step.start, step.end)]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return max(xs) - min(xs) <= WIDTH - 2 * (MARGIN + SIDE) and self.room.holds(max(ys) - min(ys))

    # plan

    def _steps(self, view: View, size: float) -> list[_Step]:
        steps: list[_Step] = []
        at: Point = (0.0, 0.0)
        for move in self.moves:
            along, back = self._vector(view, move)
            length = math.hypot(*view.paper(along, back))
            needed = self._needed(move, size)
            factor = 1.0
            if length < needed:
                if length < 1e-6:  # noqa: PLR2004  nothing to stretch
                    along, back, length = *self._towards(view, move), 1.0
                    length = math.hypot(*view.paper(along, back))
                factor = needed / length
            end = (at[0] + along * factor, at[1] + back * factor)
            steps.append(_Step(move, at, end, factor))
            at = end
        return steps

    def _vector(self, view: View, move: Move) -> Point:
        if move.upright:
            return 0.0, 0.0
        if self.in_order:
            return max(math.hypot(move.east_m, move.north_m), move.length_m), 0.0
        if move.known in {Known.ORDER, Known.ALONG}:
            along, back = self._towards(view, move)
            return along * move.length_m, back * move.length_m
        along, back = view.turned(move.east_m, move.north_m)
        by_doors = move is self.moves[0] or move is self.moves[-1]
        if not by_doors or move.platform is None or move.platform.bearing_deg is None:
            return along, back
        # Doors are told along the track: what lies across it is rounding.
        axis = view.turned(*heading(move.platform.bearing_deg))
        metres = along * axis[0] + back * axis[1]
        return (axis[0] * metres, axis[1] * metres) if abs(metres) >= LEAST_M else (0.0, 0.0)

    def _towards(self, view: View, move: Move) -> Point:
        """One metre onward: along the platform, the way that leads to the right; else to the right."""
        if self.in_order or move.platform is None or move.platform.bearing_deg is None:
            return 1.0, 0.0
        along, back = view.turned(*heading(move.platform.bearing_deg))
        return (along, back) if along + SHEAR * back >= 0 else (-along, -back)

    @staticmethod
    def _needed(move: Move, size: float) -> float:
        """Length on paper that the symbols of a move ask for."""
        if isinstance(move.part, Ride):
            return 0.0 if move.upright else SHAFT * 1.6 * size
        if move.part.leg is None:
            ends = [each for each in move.part.symbols if each.kind in ENDS]
            return (SHAFT + GAP) * size if ends or move.part.levels else 0.0
        ends_px = (SHAFT / 2 + ICON / 2 if any(s.kind in ENDS for s in move.part.symbols) else SHAFT) * size
        inner = [width for symbol in carried(move.part) for width in (room_of(symbol, size),)]
        return ends_px + sum(inner) + GAP * size * (len(inner) + 1)

    # paper

    def _placed(self, view: View, size: float) -> Layout:
        steps = self._steps(view, size)
        flat = [self._way(view, size, step) for step in steps if isinstance(step.move.part, Walk)]
        bases = self._bases(view, size, steps, flat)
        ways = [_lowered(way, bases) for way in flat]
        walked = iter(ways)
        parts = [
            self._shaft(view, size, step, bases, ways) if isinstance(step.move.part, Ride) else next(walked)
            for step in steps
        ]
        return self._centred(view, size, parts, bases)

    def _way(self, view: View, size: float, step: _Step) -> Way:
        """A walk as if each of its levels had its base line at 0."""
        walk = step.move.part
        assert isinstance(walk, Walk)  # noqa: S101  asked by the caller
        placed = step.move.known is Known.PLACED and not self.in_order
        path = self._path(view, step) if placed else ()
        points = (view.paper(*step.start), *(at for _, at in path), view.paper(*step.end))
        straight = math.hypot(step.end[0] - step.start[0], step.end[1] - step.start[1])
        move = step.move if not self.in_order or step.move.upright else replace(step.move, known=Known.ORDER)
        gates = tuple(self._on_paper(view, step, gate) for gate in step.move.gates) if placed else ()
        begins = step.move is self.moves[0]
        standing = _strung(walk, points, gates, size, begins=begins)
        if path and _crowded(points, standing, size):  # too small for its bends: straight from end to end
            path, points = (), (points[0], points[-1])
            standing = _strung(walk, points, (), size, begins=begins)
        slabs = tuple(self._slab(view, size, step, level, points) for level in dict.fromkeys(walk.levels))
        return Way(move, walk, points, standing, slabs, tuple(node for node, _ in path), straight, step.factor)

    def _path(self, view: View, step: _Step) -> tuple[tuple[str, Point], ...]:
        found = ((node, self._on_paper(view, step, place)) for node, place in step.move.path)
        return tuple((node, at) for node, at in found if at is not None)

    @staticmethod
    def _on_paper(view: View, step: _Step, place: Point | None) -> Point | None:
        """A place of the station, in station metres, on the floor of a move."""
        origin = step.move.start
        if origin is None or place is None:
            return None
        along_m, back = view.turned(place[0] - origin[0], place[1] - origin[1])
        return view.paper(step.start[0] + along_m * step.factor, step.start[1] + back * step.factor)

    def _slab(self, view: View, size: float, step: _Step, level: str, points: Sequence[Point]) -> Slab:
        walk = step.move.part
        assert isinstance(walk, Walk)  # noqa: S101  asked by the caller
        paid = walk.paid[0] if walk.paid[0] is walk.paid[1] else None
        platform = step.move.platform
        on_platform = platform is not None and platform.level == level
        if on_platform and platform is not None:
            return self._platform(view, size, step, paid)
        half_along, half_back = FRINGE * size / view.px_per_m, HALF_SLAB * size / (TILT * view.px_per_m)
        plan = [_plan(view, point) for point in points]
        west, east = min(a for a, _ in plan) - half_along, max(a for a, _ in plan) + half_along
        near, far = min(b for _, b in plan) - half_back, max(b for _, b in plan) + half_back
        corners = ((west, near), (west, far), (east, far), (east, near))
        return Slab(level, tuple(view.paper(*corner) for corner in corners), solid=False, paid=paid)

    def _platform(self, view: View, size: float, step: _Step, paid: bool | None) -> Slab:  # noqa: FBT001
        """A strip along the track through both ends of the walk, cropped to the route."""
        platform = step.move.platform
        assert platform is not None  # noqa: S101  asked by the caller
        known = platform.bearing_deg is not None and not self.in_order
        axis = view.turned(*heading(platform.bearing_deg or 0.0)) if known else (1.0, 0.0)
        ends = [0.0, (step.end[0] - step.start[0]) * axis[0] + (step.end[1] - step.start[1]) * axis[1]]
        per_m = math.hypot(*view.paper(*axis))
        steep = abs(view.paper(*axis)[1]) / per_m
        most = min(MOST_CROP, DEEP_CROP / max(steep, 0.01)) * size
        fringe = min(max(CROP_M * per_m, LEAST_CROP * size), most) / per_m
        low, high = min(ends) - fringe, max(ends) + fringe
        across = (-axis[1], axis[0])
        if view.paper(*across)[1] > 0:  # the far side is up on paper
            across = (-across[0], -across[1])
        half = (HALF_SLAB - 4) * size * per_m / (TILT * view.px_per_m**2)

        def at(along: float, side: float) -> Point:
            return view.paper(
                step.start[0] + axis[0] * along + across[0] * side, step.start[1] + axis[1] * along + across[1] * side
            )

        outline = (*_broken(at, low, half), *_broken(at, high, -half))
        tracks = [(at(low, half * 1.28), at(high, half * 1.28))]
        if platform.shape is not None and platform.shape.value == "island":
            tracks.append((at(low, -half * 1.28), at(high, -half * 1.28)))
        return Slab(platform.level, outline, solid=known, paid=paid, track=tuple(tracks), ahead=tracks[0][1])

    def _bases(self, view: View, size: float, steps: Sequence[_Step], ways: Sequence[Way]) -> dict[str, float]:
        """The base line of each level, highest first, as if the drawing began at 0."""
        extents: dict[str, tuple[float, float]] = {}
        for way in ways:
            for slab in way.slabs:
                ys = [y for _, y in slab.outline] + [y for pair in slab.track for _, y in pair]
                ys += [y + sign * ICON * size * 0.6 for _, y in way.points for sign in (-1, 1)]
                low, high = extents.get(slab.level, (math.inf, -math.inf))
                extents[slab.level] = (min(low, *ys), max(high, *ys, max(y for _, y in slab.outline) + THICK))
        order = [level for level in self.order if level in extents]
        total = sum(extents[level][1] - extents[level][0] for level in order)
        gaps = max(len(order) - 1, 1)
        band = self.room.band(total, gaps)
        bases: dict[str, float] = {}
        bottom = -band
        for level in order:
            base = bottom + band - extents[level][0]
            for step in steps:
                ride = step.move.part
                if isinstance(ride, Ride) and level in (ends := {ride.from_level, ride.to_level}) and len(ends) == 2:  # noqa: PLR2004
                    other = (ends - {level}).pop()
                    if other in bases:
                        shift = abs(view.paper(*step.start)[1] - view.paper(*step.end)[1])
                        base = max(base, bases[other] + self._shaft_px(ride, size) + shift)
            bases[level] = base
            bottom = base + extents[level][1]
        return bases

    @staticmethod
    def _shaft_px(ride: Ride, size: float) -> float:
        return (ICON + NUMBER + 2 * GAP) * size + STOP * len(ride.passes)

    def _shaft(self, view: View, size: float, step: _Step, bases: dict[str, float], ways: Sequence[Way]) -> Shaft:
        ride = step.move.part
        assert isinstance(ride, Ride)  # noqa: S101  asked by the caller
        (x0, y0), (x1, y1) = view.paper(*step.start), view.paper(*step.end)
        start, end = (x0, y0 + bases[ride.from_level]), (x1, y1 + bases[ride.to_level])
        stops, passed = self._on_the_way(ride, start, end, bases, ways)
        length = math.dist(start, end) or 1.0
        landing, stop = ICON / 2 * size / length, STOP_HALF / length
        at_stops = sorted(math.dist(start, at) / length for _, at in stops)
        free = pairwise([landing - stop, *at_stops, 1.0 - landing + stop])
        low, high = max(free, key=lambda pair: (round(pair[1] - pair[0], 4), -pair[0]))
        middle = (low + high) / 2
        number = (start[0] + (end[0] - start[0]) * middle, start[1] + (end[1] - start[1]) * middle)
        return Shaft(step.move, ride, start, end, number, stops, passed, size)

    def _on_the_way(
        self, ride: Ride, start: Point, end: Point, bases: dict[str, float], ways: Sequence[Way]
    ) -> tuple[tuple[tuple[str, Point], ...], tuple[tuple[str, float, float], ...]]:
        """Levels where the lift stops on its way, and drawn floors that it goes through without a stop.

        Of two floors that stations call alike, one for each line, nobody knows that they are two: a lift that stops at
        B1 is never said to go through a B1.
        """
        levels = [ride.from_level, *ride.passes, ride.to_level]
        plates = {words.plate(level) for level in levels}
        stops = []
        for position, level in enumerate(ride.passes, 1):
            share = position / (len(levels) - 1)
            stops.append((level, (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)))
        passed = []
        if start[0] == end[0]:
            low, high = sorted((start[1], end[1]))
            for way in ways:
                for slab in way.slabs:
                    if words.plate(slab.level) in plates or not low < bases[slab.level] < high:
                        continue
                    if (span := _span_at(slab.outline, start[0])) is not None:
                        passed.append((slab.level, max(span[0], low), min(span[1], high)))
        return tuple(stops), tuple(dict.fromkeys(passed))

    def _centred(self, view: View, size: float, parts: Sequence[Way | Shaft], bases: dict[str, float]) -> Layout:
        ways = [part for part in parts if isinstance(part, Way)]
        shafts = [part for part in parts if isinstance(part, Shaft)]
        xs = [x for way in ways for slab in way.slabs for x, _ in slab.outline]
        xs += [edge for shaft in shafts for edge in (shaft.box.left, shaft.box.right)]
        ys = [y for way in ways for slab in way.slabs for y in (slab.box.top, slab.box.bottom)]
        ys += [edge for shaft in shafts for edge in (shaft.box.top, shaft.box.bottom)]
        ys += [y for way in ways for slab in way.slabs for pair in slab.track for _, y in pair]
        wide = max(xs) - min(xs) + 2 * (MARGIN + 60)
        width = max(WIDTH, math.ceil(wide))
        dx = (width - (max(xs) + min(xs))) / 2
        dy = self.top - min(ys)
        box = Box(min(xs) + dx, self.top, max(xs) + dx, max(ys) + dy)
        return Layout(
            view=view,
            in_order=self.in_order,
            size=size,
            parts=tuple(_moved_way(p, dx, dy) if isinstance(p, Way) else _moved_shaft(p, dx, dy) for p in parts),
            bases={level: base + dy for level, base in bases.items()},
            levels=tuple(level for level in self.order if level in bases),
            width=width,
            box=box,
            unknown_heights=self.heights.unknown,
        )


# ── symbols on the line ──────────────────────────────────────────────────────

ENDS = frozenset({SymbolKind.TRAIN, SymbolKind.STREET})
_SILENT = frozenset({SymbolKind.METRES, SymbolKind.FOLD, *ENDS})


def carried(walk: Walk) -> tuple[Symbol, ...]:
    """The symbols that a walk carries between its ends: its number, gates, hazards, crossings, machines."""
    return tuple(symbol for symbol in walk.symbols if symbol.kind not in _SILENT)


def room_of(symbol: Symbol, size: float) -> float:
    """Width of a symbol on the line."""
    return (NUMBER if symbol.kind is SymbolKind.NUMBER else ICON) * size


def _strung(
    walk: Walk, points: Sequence[Point], gates: Sequence[Point | None], size: float, *, begins: bool
) -> tuple[Standing, ...]:
    """Symbols along the line in order, at even distances but for gates of a known place; ends stand on its ends.

    `begins` says whether the route begins with this walk.
    """
    ends = [symbol for symbol in walk.symbols if symbol.kind in ENDS]
    starts = ends[:1] if begins else []
    standing = [Standing(symbol, *points[0], ICON * size, placed=True) for symbol in starts]
    standing += [Standing(symbol, *points[-1], ICON * size, placed=True) for symbol in ends[len(starts) :]]
    total = sum(math.dist(a, b) for a, b in pairwise(points))
    first = (ICON if starts else SHAFT) / 2 * size
    last = (ICON if ends[len(starts) :] else SHAFT) / 2 * size
    symbols = carried(walk)
    each_crossing = tuple(symbol for symbol in symbols for _ in range(_shown(symbol)))
    widths = [room_of(symbol, size) + GAP * size for symbol in each_crossing]
    if total - first - last > sum(widths) + GAP * size:
        symbols = each_crossing
    known = iter(_distances(points, gates))
    fixed = [next(known, None) if symbol.kind is SymbolKind.GATE else None for symbol in symbols]
    places = _spaced([room_of(symbol, size) for symbol in symbols], fixed, first, total - last)
    for symbol, at, wanted in zip(symbols, places, fixed, strict=True):
        x, y = along(points, at)
        standing.append(Standing(symbol, round(x, 2), round(y, 2), room_of(symbol, size), placed=at == wanted))
    return tuple(standing)


def _crowded(points: Sequence[Point], standing: Sequence[Standing], size: float) -> bool:
    """Whether symbols of a bent walk lie on each other or on the tiles at its ends."""
    inner = [each.box for each in standing if each.symbol.kind not in ENDS]
    tiles = [Box(x, y, x, y).grown(ICON * size / 2) for x, y in (points[0], points[-1])]
    return any(box.grown(1).overlaps(other) for box, other in combinations([*tiles, *inner], 2))


def _distances(points: Sequence[Point], gates: Sequence[Point | None]) -> Iterator[float | None]:
    """How far along the line each gate lies: at its nearest point."""
    for gate in gates:
        if gate is None:
            yield None
            continue
        passed, best = 0.0, (math.inf, 0.0)
        for (x0, y0), (x1, y1) in pairwise(points):
            length = math.dist((x0, y0), (x1, y1))
            if length:
                share = ((gate[0] - x0) * (x1 - x0) + (gate[1] - y0) * (y1 - y0)) / length**2
                share = min(max(share, 0.0), 1.0)
                off = math.dist(gate, (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share))
                best = min(best, (off, passed + length * share))
            passed += length
        yield best[1]


def _spaced(widths: Sequence[float], fixed: Sequence[float | None], low: float, high: float) -> list[float]:
    """Middles of things of some widths between two ends: the fixed at their places if all then have room, else none."""
    places: list[float] = []
    start, at = low, 0
    while at <= len(widths):
        until = next((i for i in range(at, len(widths)) if fixed[i] is not None), len(widths))
        if until < len(widths):
            wanted = fixed[until]
            assert wanted is not None  # noqa: S101  found by that
            end = wanted - widths[until] / 2
        else:
            wanted, end = None, high
        gap = (end - start - sum(widths[at:until])) / (until - at + 1)
        if gap < 0 and any(each is not None for each in fixed):
            return _spaced(widths, [None] * len(widths), low, high)
        for width in widths[at:until]:
            start += gap + width / 2
            places.append(start)
            start += width / 2
        if wanted is not None:
            places.append(wanted)
            start = wanted + widths[until] / 2
        at = until + 1
    return places


MOST_CROSSINGS = 4


def _shown(symbol: Symbol) -> int:
    """How many times a symbol is drawn where there is room: each crossing of a few by itself."""
    counted = symbol.kind is SymbolKind.CROSSING and symbol.count is not None and 0 < symbol.count <= MOST_CROSSINGS
    return symbol.count or 1 if counted else 1


def along(points: Sequence[Point], distance: float) -> Point:
    """The point at a distance from the start of a line."""
    for (x0, y0), (x1, y1) in pairwise(points):
        length = math.dist((x0, y0), (x1, y1))
        if distance <= length and length:
            share = distance / length
            return x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
        distance -= length
    return points[-1]


# ── pieces ───────────────────────────────────────────────────────────────────


def _plan(view: View, point: Point) -> Point:
    """Paper → turned metres, at base line 0."""
    back = -point[1] / (TILT * view.px_per_m)
    return point[0] / view.px_per_m - SHEAR * back, back


def _broken(at: object, along_m: float, half: float) -> tuple[Point, ...]:
    """An end of a platform that goes on: broken off in a zig-zag from one side to the other."""
    teeth = ((-1.0, 0.0), (-0.5, 1.0), (0.0, -1.0), (0.5, 1.0), (1.0, 0.0))
    bite = 2.2
    return tuple(at(along_m + bite * off, half * side) for side, off in teeth)  # type: ignore[operator]


def _span_at(outline: Sequence[Point], x: float) -> tuple[float, float] | None:
    """From where to where an upright line through x lies in an outline."""
    ys = []
    for (x0, y0), (x1, y1) in pairwise((*outline, outline[0])):
        if (x0 <= x < x1) or (x1 <= x < x0):
            ys.append(y0 + (y1 - y0) * (x - x0) / (x1 - x0))
    return (min(ys), max(ys)) if ys else None


def _lowered(way: Way, bases: dict[str, float]) -> Way:
    """A walk on the base lines of its levels; one that changes its level slopes in its middle."""
    levels = tuple(dict.fromkeys(way.walk.levels))
    slabs = tuple(_moved_slab(slab, 0.0, bases[slab.level]) for slab in way.slabs)
    if len(levels) == 1:
        base = bases[levels[0]]
        return replace(
            way,
            points=tuple((x, y + base) for x, y in way.points),
            standing=tuple(replace(each, y=each.y + base) for each in way.standing),
            slabs=slabs,
        )
    (x0, y0), (x1, y1) = way.points[0], way.points[-1]
    points: list[Point] = []
    for position, level in enumerate(way.walk.levels):
        for share in (position / len(way.walk.levels) + 0.02, (position + 1) / len(way.walk.levels) - 0.02):
            exact = 0.0 if share < 0.03 else 1.0 if share > 0.97 else share  # noqa: PLR2004
            points.append((x0 + (x1 - x0) * exact, y0 + (y1 - y0) * exact + bases[level]))
    total = math.dist(way.points[0], way.points[-1])
    whole = sum(math.dist(a, b) for a, b in pairwise(points))
    standing = []
    for each in way.standing:
        share = math.dist(way.points[0], (each.x, each.y)) / total if total else 0.0
        x, y = along(points, whole * share)
        standing.append(replace(each, x=round(x, 2), y=round(y, 2)))
    return replace(way, points=tuple(points), standing=tuple(standing), slabs=slabs)


def _moved_slab(slab: Slab, dx: float, dy: float) -> Slab:
    def at(point: Point) -> Point:
        return round(point[0] + dx, 2), round(point[1] + dy, 2)

    return replace(
        slab,
        outline=tuple(at(point) for point in slab.outline),
        track=tuple((at(a), at(b)) for a, b in slab.track),
        ahead=at(slab.ahead) if slab.ahead else None,
    )


def _moved_way(way: Way, dx: float, dy: float) -> Way:
    return replace(
        way,
        points=tuple((round(x + dx, 2), round(y + dy, 2)) for x, y in way.points),
        standing=tuple(replace(each, x=round(each.x + dx, 2), y=round(each.y + dy, 2)) for each in way.standing),
        slabs=tuple(_moved_slab(slab, dx, dy) for slab in way.slabs),
    )


def _moved_shaft(shaft: Shaft, dx: float, dy: float) -> Shaft:
    def at(point: Point) -> Point:
        return round(point[0] + dx, 2), round(point[1] + dy, 2)

    return replace(
        shaft,
        start=at(shaft.start),
        end=at(shaft.end),
        number=at(shaft.number),
        stops=tuple((level, at(point)) for level, point in shaft.stops),
        passed=tuple((level, round(a + dy, 2), round(b + dy, 2)) for level, a, b in shaft.passed),
    )
