"""One level as a walkable floor: the shortest ways between its terminals, over its polygons, for one traveller's width.

A terminal is a place that a way begins or ends at: a door, the landing of a lift or stair, a side of a fare gate, a
platform door. Many lie on the very edge of the floor, where no wheelchair has its middle: each is attached to the
nearest place where the middle can be, straight over the floor and through no wall.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString

from muui_maps.network.floor import cut, free_space, ground
from muui_maps.network.visibility import shortest_lengths, visibility_graph, ways_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray
    from shapely import Geometry

    from muui_maps.sources.fragment import Area, Obstacle, Opening

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

HALF_WIDTHS_M: Mapping[str, float] = {
    "manual_wheelchair": 0.35,
    "lift_averse": 0.35,
    "powered_wheelchair": 0.35,
    "stroller": 0.30,
    "walker": 0.25,
}
"""Half the width that each traveller needs, by profile.

Wheelchairs: 700 mm, the one that European railways must carry (source in `profiles`, `own_width_mm`). Hands are not
counted: they draw in at a door. Stroller (600 mm) and walker (500 mm): assumed.
"""

CLEARANCE_M = 1.0
"""How far from walls people like to keep: ways with this clearance look natural."""

DETOUR_SHARE = 1.05
"""A natural way may be this much longer than the shortest …"""
DETOUR_M = 1.0
"""… or this many metres; a longer one goes another way altogether."""

IN_ROW_M = 0.04
"""What is drawn this near to a row of gates stands in it: less than the sides of its lanes are apart from it."""

OFF_FLOOR_M = 1.0
"""How far off the floor a terminal may be drawn and still belong to it."""

_NOOK_M2 = 4.0  # a place smaller than this is a nook: attached to only if nothing larger is as near as
_NOOK_MALUS_M = 1.0
_SLIP_M = 0.02
_SLANT = 1.25  # a line onto the floor may leave the gap beside it at this slant
_EXACT_M = 0.001


@dataclass(frozen=True, slots=True)
class Terminal:
    """A place that ways begin and end at.

    Parameters
    ----------
    kind
        `door`, `landing`, `gate`, `platform_door`, `exit` or `point`.
    """

    id: str
    level: str
    kind: str
    x_m: float
    y_m: float
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """A way over a floor.

    Parameters
    ----------
    xy
        Where it bends, from the first terminal to the last, in metres.
    shortest_m
        The least length there is; `length_m` is longer where the way keeps clear of walls.
    clearance_m
        What it keeps clear of walls, its two ends apart.
    """

    start: str
    end: str
    length_m: float
    shortest_m: float
    clearance_m: float
    xy: tuple[tuple[float, float], ...]


class Floor:
    """A level that can be walked on. Build it with `build_floor`.

    Attributes
    ----------
    ground
        What feet may stand on.
    free
        Where the traveller's middle may be.
    terminals
        In the order given.
    attached
        For each terminal the place in `free` that it is entered from, not-a-number where there is none.
    """

    def __init__(
        self,
        floor: Geometry,
        terminals: Sequence[Terminal],
        *,
        half_width_m: float,
        clearance_m: float | None,
        cuts: Sequence[LineString] = (),
    ) -> None:
        self.ground = cut(floor, cuts)
        self.cuts = tuple(cuts)
        self.terminals = tuple(terminals)
        self.half_width_m = half_width_m
        self.clearance_m = clearance_m
        self.free = free_space(self.ground, half_width_m)
        self.index = {terminal.id: number for number, terminal in enumerate(self.terminals)}
        self._at = np.array([(each.x_m, each.y_m) for each in self.terminals], dtype=float).reshape(-1, 2)
        reach_m = OFF_FLOOR_M + 2 * half_width_m
        around = _Surroundings(self.ground, shapely.union_all(self.cuts))
        # The far side of a gate that no floor is drawn on must not be reached from the near side, round the end.
        may_be_off = np.array([_EXACT_M if each.kind == "gate" else OFF_FLOOR_M for each in self.terminals])
        self.attached = _attached(self.free, around, self._at, may_be_off, reach_m)
        self._extra_m = np.hypot(*(self.attached - self._at).T)
        self._reached = ~np.isnan(self._extra_m)
        self._row = np.cumsum(self._reached) - 1
        self.graph = visibility_graph(self.free, self.attached[self._reached])
        self._ways: dict[int, tuple[Floats, Ints]] = {}

    @cached_property
    def lengths_m(self) -> Floats:
        """The shortest way between each two terminals, in their order; infinite where there is none."""
        extra, reached = self._extra_m, self._reached
        found = np.full((len(extra), len(extra)), np.inf)
        found[np.ix_(reached, reached)] = shortest_lengths(self.graph)
        found += extra[:, None] + extra[None, :]
        found[np.isnan(found)] = np.inf
        np.fill_diagonal(found, 0.0)
        return found

    @cached_property
    def pieces(self) -> tuple[Geometry, ...]:
        """The parts of `free`: between two of them nobody gets without a gate, a lift or stairs."""
        return tuple(part for part in shapely.get_parts(self.free) if not part.is_empty)

    def reached(self, terminal: str) -> bool:
        """Whether a traveller of this width gets from the floor to the terminal at all."""
        return not bool(np.isnan(self.attached[self.index[terminal]]).any())

    def path(self, start: str, end: str) -> Path | None:
        """The shortest way from one terminal to another, None if there is none."""
        one, two = self.index[start], self.index[end]
        if one == two:
            return Path(start, end, 0.0, 0.0, self.half_width_m, (_pair(self._at[one]),))
        if not (self._reached[one] and self._reached[two]):
            return None
        row, place = int(self._row[one]), int(self._row[two])
        if row not in self._ways:
            self._ways[row] = ways_from(self.graph, row)
        lengths, before = self._ways[row]
        if not np.isfinite(lengths[place]):
            return None
        length = float(lengths[place] + self._extra_m[one] + self._extra_m[two])
        places: list[int] = []
        while place >= 0:
            places.append(place)
            place = int(before[place])
        bends = [_pair(self._at[one]), *(_pair(self.graph.xy[each]) for each in reversed(places)), _pair(self._at[two])]
        xy = tuple(each for number, each in enumerate(bends) if number == 0 or each != bends[number - 1])
        return Path(start, end, length, length, self.half_width_m, xy)

    @cached_property
    def natural(self) -> Floor | None:
        """The same floor for somebody who keeps clear of walls; None if nobody asked for that."""
        if self.clearance_m is None or self.clearance_m <= self.half_width_m:
            return None
        return Floor(self.ground, self.terminals, half_width_m=self.clearance_m, clearance_m=None, cuts=self.cuts)


def _pair(xy: Floats) -> tuple[float, float]:
    return round(float(xy[0]), 4), round(float(xy[1]), 4)


def build_floor(
    areas: Sequence[Area],
    obstacles: Sequence[Obstacle],
    openings: Sequence[Opening],
    terminals: Sequence[Terminal],
    *,
    half_width_m: float,
    clearance_m: float | None = CLEARANCE_M,
    cuts: Sequence[LineString] = (),
) -> Floor:
    """The floor of one level and the shortest ways between its terminals.

    Parameters
    ----------
    half_width_m
        Half the width of the traveller (`HALF_WIDTHS_M`): narrower passages are none.
    clearance_m
        What `paths` keeps clear of walls where that costs no detour; None for the shortest ways alone.
    cuts
        Lines that nobody crosses but through a gate.
    """
    floor = ground(areas, obstacles, openings)
    return Floor(floor, terminals, half_width_m=half_width_m, clearance_m=clearance_m, cuts=cuts)


def paths(floor: Floor, pairs: Iterable[tuple[str, str]]) -> tuple[Path | None, ...]:
    """For each pair of terminals the way that looks natural, else the shortest; None where there is none.

    A way that keeps `clearance_m` from walls is taken unless it is longer than the shortest by 5 % and by a metre.
    """
    found: list[Path | None] = []
    for start, end in pairs:
        path = floor.path(start, end)
        wide = floor.natural.path(start, end) if path and floor.natural else None
        if path and wide and wide.length_m <= max(DETOUR_SHARE * path.length_m, path.length_m + DETOUR_M):
            path = Path(start, end, wide.length_m, path.length_m, wide.clearance_m, wide.xy)
        found.append(path)
    return tuple(found)


# ── attaching terminals ──────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, eq=False)
class _Surroundings:
    """What a terminal may be reached over, and the rows of gates that it may not be reached through."""

    ground: Geometry
    cuts: Geometry

    def open(self, lines: Geometry, beside_m: Floats | float) -> NDArray[np.bool_]:
        """For each line: whether it runs over the floor, but for the metres that its terminal is drawn beside it.

        It crosses no row of gates; but what stands in the row itself is reached from either side.
        """
        lines, beside_m = np.asarray(lines), np.broadcast_to(beside_m, np.shape(lines))
        off = shapely.covers(self.ground, lines)
        leaves = np.flatnonzero(~off)
        off[leaves] = shapely.length(shapely.difference(lines[leaves], self.ground)) <= beside_m[leaves]
        ends = shapely.get_coordinates(lines).reshape(-1, 2, 2)
        way = ends[:, 1] - ends[:, 0]
        step = np.minimum(IN_ROW_M / np.maximum(np.hypot(*way.T), IN_ROW_M), 1.0)
        in_row = shapely.dwithin(shapely.points(ends[:, 0]), self.cuts, IN_ROW_M)
        ends[:, 0] += way * np.where(in_row, step, 0.0)[:, None]
        found: NDArray[np.bool_] = off & ~shapely.intersects(shapely.linestrings(ends), self.cuts)
        return found


def _attached(free: Geometry, around: _Surroundings, at: Floats, may_be_off: Floats, reach_m: float) -> Floats:
    """For each place the nearest one in `free` that is reached straight over the floor; not-a-number if none is.

    A place may be drawn beside the floor by `may_be_off` metres.
    """
    found = np.full(at.shape, np.nan)
    parts = np.array([part for part in shapely.get_parts(free) if not part.is_empty], dtype=object)
    if not len(at) or not len(parts):
        return found
    points = shapely.points(at)
    shapely.prepare(free)
    inside = shapely.intersects(free, points)
    found[inside] = at[inside]
    beside = np.where(inside, 0.0, shapely.distance(points, around.ground))
    off = np.flatnonzero(~inside & (beside <= may_be_off))
    beside = _SLANT * beside + np.minimum(_SLIP_M, may_be_off)
    place, part = shapely.STRtree(parts).query(points[off], predicate="dwithin", distance=reach_m)
    lines = shapely.shortest_line(points[off[place]], parts[part])
    cost = shapely.length(lines) + np.where(shapely.area(parts[part]) < _NOOK_M2, _NOOK_MALUS_M, 0.0)
    is_open = around.open(lines, beside[off[place]])
    for number in np.lexsort((part, cost)).tolist():
        which = off[place[number]]
        if np.isnan(found[which, 0]) and is_open[number]:
            found[which] = shapely.get_coordinates(lines[number])[-1]
    for which in np.unique(off[place]).tolist():
        if np.isnan(found[which, 0]):
            found[which] = _around_a_corner(points[which], free, around, reach_m, float(beside[which]))
    return found


def _around_a_corner(point: Geometry, free: Geometry, around: _Surroundings, reach_m: float, beside_m: float) -> Floats:
    """As `_attached`, where the nearest place lies behind a wall: the nearest on any edge that does not."""
    near = shapely.intersection(shapely.boundary(free), shapely.buffer(point, reach_m))
    edges = [
        LineString(each)
        for line in shapely.get_parts(near)
        if line.geom_type == "LineString"
        for each in pairwise(line.coords)
    ]
    lines = shapely.shortest_line(point, np.array(edges, dtype=object))
    lines = lines[np.argsort(shapely.length(lines), kind="stable")]
    is_open = np.flatnonzero(around.open(lines, beside_m))
    if not len(is_open):
        return np.full(2, np.nan)
    end: Floats = shapely.get_coordinates(lines[is_open[0]])[-1]
    return end
