"""Exact shortest ways over a floor with holes: a visibility graph of the corners that a shortest way can bend around.

┌──────────────────┐      a ── c1 ── c2 ── b       Only corners that stick out into the floor (reflex vertices)
│ a        ┌──┐    │                               can lie on a shortest way, and it leaves each of them along a
│    ······c1 │    │                               tangent. So of all pairs of vertices few are worth a test, and
│          │  c2·b │                               the ways that remain are exactly as short as with all of them.
└──────────┴───────┘
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import Polygon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from scipy.sparse import csr_array
    from shapely import Geometry

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

TOUCH_M = 1e-6
"""How far a way may run outside the floor: the edge itself belongs to it, and rounding may put a corner beside it."""
_STRAIGHT = 1e-12  # the sine of a bend that is none
_LONG_M = 1_000 * TOUCH_M  # edges that moving by a hair can't turn round
_BLUNT = 0.1  # one and the cosine of a bend: more than a needle
_STRAIGHT_M2 = 1e-8  # two sides of a tangent whose distances multiply to less are one: rounding alone gives 1e-10
_BLOCK = 128  # rows of candidates at a time, so that they stay in the cache
_LATER = ~np.tri(_BLOCK, dtype=bool)  # of a pair the one with the higher number is the end
_PIECE, _ROWS = (
    128,
    128,
)  # edges and candidates at a time: for the cache, and too few for a matrix product to start threads
_BATCH = 100_000  # candidates tested at a time: bounds the memory
_CELL_M = 0.5  # of the coarse picture that most blocked candidates fail on …
_CELLS = 1_000_000  # … and how many it may have
_WORTH_IT = 3_000  # candidates below which the exact test alone is quicker
_LOOKS = tuple(
    tuple(np.float32((2 * n + 1) / 2**power) for n in range(2 ** (power - 1))) for power in range(1, 6)
)  # ½; ¼, ¾; …


@dataclass(frozen=True, slots=True, eq=False)
class SightGraph:
    """Who sees whom on a floor.

    Parameters
    ----------
    xy
        Metres; first the points that were given, then the corners of the floor.
    points
        How many of them were given.
    start, end, length_m
        The lines of sight, each once.
    """

    xy: Floats
    points: int
    start: Ints
    end: Ints
    length_m: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Corners:
    """Reflex vertices, and for the edges before and after each the row that tells a place's distance from its line."""

    xy: Floats
    before: Floats
    after: Floats

    def tangent_from(self, seen_from: Floats) -> Bools:
        """For each place (row) and corner (column): whether a way from there may bend around the corner."""
        sides = _beside(seen_from, self.before)
        sides *= _beside(seen_from, self.after)
        found: Bools = sides >= -_STRAIGHT_M2
        return found

    def __getitem__(self, some: slice) -> _Corners:
        return _Corners(self.xy[some], self.before[some], self.after[some])


def visibility_graph(free: Geometry, points: Floats) -> SightGraph:
    """The lines of sight between the points, and between them and the corners that shortest ways bend around.

    Parameters
    ----------
    free
        Where the middle of a traveller may be: a polygon or several. Its edge belongs to it.
    points
        An array of x and y. A point that lies off `free` sees nothing.
    """
    parts = [part for part in shapely.get_parts(free) if part.geom_type == "Polygon" and not part.is_empty]
    xy, starts, ends = [points], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    first = len(points)
    at = shapely.points(points)
    for part in parts:
        here = np.flatnonzero(shapely.dwithin(part, at, TOUCH_M))
        if not len(here):
            continue  # nobody gets there, so nobody looks around there
        middle = np.array(shapely.bounds(part)).reshape(2, 2).mean(0)
        rims = _rims(part, middle)
        corners = _corners(rims)
        names = np.concatenate([here, np.arange(first, first + len(corners.xy))])
        start, end = _lines_of_sight(rims, points[here] - middle, corners)
        starts.append(names[start])
        ends.append(names[end])
        xy.append(corners.xy + middle)
        first += len(corners.xy)
    places, start, end = np.vstack(xy), np.concatenate(starts), np.concatenate(ends)
    return SightGraph(places, len(points), start, end, np.hypot(*(places[start] - places[end]).T))


@dataclass(frozen=True, slots=True, eq=False)
class _Rims:
    """The vertices of a polygon's rings one after the other, the floor on their left.

    Places are counted from the middle of the polygon: products lose digits far from the origin.

    Parameters
    ----------
    into, edge
        Directions of the edges that lead to a vertex and away from it, of length 1.
    closed
        The numbers of the vertices ring by ring, the first of each once more at its end.
    is_end
        Which of those are the last of their ring.
    """

    xy: Floats
    into: Floats
    edge: Floats
    closed: Ints
    is_end: Bools
    shortest_m: float


def _rims(part: Geometry, middle: Floats) -> _Rims:
    rings = shapely.get_rings(shapely.orient_polygons(part))
    xy, ring = shapely.get_coordinates(shapely.remove_repeated_points(rings), return_index=True)
    xy -= middle
    is_end = np.append(ring[1:] != ring[:-1], True)  # from there leads no edge: it is the first place once more
    is_vertex = ~is_end
    along = np.diff(xy, axis=0)[is_vertex[:-1]]
    length = np.hypot(along[:, 0], along[:, 1])
    along /= length[:, None]
    closed = np.cumsum(is_vertex) - 1
    last = closed[is_end]
    first = np.append(0, last[:-1] + 1)
    closed[is_end] = first
    before = np.arange(-1, len(along) - 1)
    before[first] = last
    return _Rims(xy[is_vertex], along[before], along, closed, is_end, float(length.min()))


def _corners(rims: _Rims) -> _Corners:
    """The vertices that stick out into the polygon: on its rim where it is notched, and on the rims of its holes."""
    out = rims.into[:, 0] * rims.edge[:, 1] - rims.into[:, 1] * rims.edge[:, 0] < -_STRAIGHT
    xy = rims.xy[out]
    return _Corners(xy, _line(xy, -rims.into[out]), _line(xy, rims.edge[out]))


def _line(xy: Floats, along: Floats) -> Floats:
    """Rows that give a place's distance from the line through `xy`, signed, when multiplied with (x, y, 1)."""
    across = np.column_stack([along[:, 1], -along[:, 0]])
    return np.column_stack([across, -(xy * across).sum(1)])


def _beside(places: Floats, lines: Floats) -> Floats:
    """How far each place (row) is from each line (column), signed. Not a matrix product: that would start threads."""
    found: Floats = places[:, :1] * lines[:, 0]
    found += places[:, 1:] * lines[:, 1]
    found += lines[:, 2]
    return found


def _lines_of_sight(rims: _Rims, points: Floats, corners: _Corners) -> tuple[Ints, Ints]:
    """Pairs that see each other; points are counted from 0, corners after them."""
    xy = np.vstack([points, corners.xy])
    test = _Test(rims, xy)
    found = [test.unblocked(start, end) for start, end in _batches(_candidates(points, corners))]
    none = np.empty(0, np.int64)
    return np.concatenate([none, *(start for start, _ in found)]), np.concatenate([none, *(end for _, end in found)])


def _candidates(points: Floats, corners: _Corners) -> Iterator[tuple[Ints, Ints]]:
    """Pairs that a shortest way may run between, as far as their own surroundings tell: it bends around corners."""
    count, xy = len(points), np.vstack([points, corners.xy])
    for first in range(0, len(xy), _BLOCK):
        rows, later = xy[first : first + _BLOCK], xy[first:]
        pairs = np.ones((len(rows), len(later)), dtype=bool)
        around = corners[max(first - count, 0) :].tangent_from(rows)
        pairs[:, max(count - first, 0) :] = around
        if first + len(rows) > count:
            some = corners[max(first - count, 0) : first + len(rows) - count]
            back = around if len(rows) == len(later) else some.tangent_from(later)  # the same, if all fit into a block
            pairs[max(count - first, 0) :] &= back.T
        pairs[:, : len(rows)] &= _LATER[: len(rows), : len(rows)]
        start, end = np.nonzero(pairs)
        yield start + first, end + first


def _batches(pairs: Iterator[tuple[Ints, Ints]]) -> Iterator[tuple[Ints, Ints]]:
    """The same pairs, many at a time."""
    starts: list[Ints] = []
    ends: list[Ints] = []
    for start, end in pairs:
        starts.append(start)
        ends.append(end)
        if sum(map(len, starts)) >= _BATCH:
            yield np.concatenate(starts), np.concatenate(ends)
            starts, ends = [], []
    if len(starts) == 1:
        yield starts[0], ends[0]
    elif starts:
        yield np.concatenate(starts), np.concatenate(ends)


class _Test:
    """Whether segments stay on a floor: they do if they cross none of its edges, moved out by a hair.

    Two segments cross if the ends of each lie on different sides of the other. Before that, a coarse picture of the
    floor is looked at in 31 places of each segment: a place whose cell lies wholly off the floor blocks it for certain,
    and most blocked ones are found out that way, at a fraction of the price.
    """

    def __init__(self, rims: _Rims, xy: Floats) -> None:
        self.rims, self.xy = rims, xy
        edge, is_end = _edge_moved_out(rims)
        along = np.diff(edge, axis=0)
        along[is_end[:-1]] = 0  # between two rings is no edge: all lie on one side of it
        self.pieces = [
            _Piece(edge[first : first + _PIECE + 1], along[first : first + _PIECE], xy)
            for first in range(0, len(along), _PIECE)
        ]

    def unblocked(self, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """The pairs whose segment stays on the floor."""
        if len(start) > _WORTH_IT:
            start, end = self.picture.maybe_unblocked(self.xy, start, end)
        one, two = self.xy.take(start, 0), self.xy.take(end, 0)
        lines = _line(one, two - one)
        west_south, east_north = np.minimum(one, two), np.maximum(one, two)
        clear = np.ones(len(start), dtype=bool)
        for piece in self.pieces:
            near = clear & (west_south < piece.east_north).all(1) & (east_north > piece.west_south).all(1)
            left = np.flatnonzero(near)
            for first in range(0, len(left), _ROWS):
                some = left[first : first + _ROWS]
                clear[some] = ~piece.crossed(lines[some], start[some], end[some])
        return start[clear], end[clear]

    @cached_property
    def picture(self) -> _Picture:
        """The coarse picture of the floor."""
        return _Picture(self.rims)


def _edge_moved_out(rims: _Rims) -> tuple[Floats, Bools]:
    """The floor's edge, moved out by a hair: its places ring by ring, and which of them end a ring.

    Where edges are long beside a hair and corners not sharp, each corner moves by itself. Else GEOS sees to it that
    edges don't cross after the move.
    """
    blunt = 1 + rims.into[:, 0] * rims.edge[:, 0] + rims.into[:, 1] * rims.edge[:, 1]
    if rims.shortest_m > _LONG_M and blunt.min() > _BLUNT:
        across = (rims.into + rims.edge) * (TOUCH_M / blunt)[:, None]
        moved = rims.xy + np.column_stack([across[:, 1], -across[:, 0]])
        return moved[rims.closed], rims.is_end
    rim, *holes = np.split(rims.xy[rims.closed], np.flatnonzero(rims.is_end)[:-1] + 1)
    grown = shapely.buffer(Polygon(rim, holes), TOUCH_M, join_style="mitre")
    again = _rims(grown, np.zeros(2))
    return again.xy[again.closed], again.is_end


class _Piece:
    """Some edges of a floor, one after the other, and on which side of them each place lies."""

    def __init__(self, edge: Floats, along: Floats, xy: Floats) -> None:
        self.west_south, self.east_north = edge.min(0), edge.max(0)
        self.left_of = _beside(xy, _line(edge[:-1], along)) > 0
        self.edge = np.vstack([edge.T, np.ones(len(edge))])

    def crossed(self, lines: Floats, start: Ints, end: Ints) -> Bools:
        """Which segments cross one of the edges; `lines` are those that they lie on."""
        is_left = lines @ self.edge > 0
        apart = is_left[:, 1:] != is_left[:, :-1]
        apart &= self.left_of.take(start, 0) != self.left_of.take(end, 0)
        found: Bools = apart.any(1)
        return found


class _Picture:
    """Which cells of a grid a polygon may touch."""

    def __init__(self, rims: _Rims) -> None:
        (west, south), (east, north) = rims.xy.min(0).tolist(), rims.xy.max(0).tolist()
        self.cell_m = max(_CELL_M, float(np.sqrt((east - west) * (north - south) / _CELLS)))
        self.corner = np.array([west, south]) - 2 * self.cell_m
        columns, rows = (int((high - low) / self.cell_m) + 5 for low, high in ((west, east), (south, north)))
        self.width = np.int32(columns)
        self.maybe = _cells(rims, self.corner, self.cell_m, (rows, columns)).ravel()

    def maybe_unblocked(self, xy: Floats, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """The pairs whose segment was seen in no cell that lies wholly off the floor."""
        cells = ((xy - self.corner) / self.cell_m).astype(np.float32)
        columns, rows = np.ascontiguousarray(cells[:, 0]), np.ascontiguousarray(cells[:, 1])
        for shares in _LOOKS:
            column, row = columns.take(start), rows.take(start)
            along, up = columns.take(end) - column, rows.take(end) - row
            clear = np.ones(len(start), dtype=bool)
            for share in shares:
                cell = (row + share * up).astype(np.int32) * self.width
                cell += (column + share * along).astype(np.int32)
                clear &= self.maybe.take(cell)
            start, end = start[clear], end[clear]
        return start, end


def _cells(rims: _Rims, corner: Floats, cell_m: float, shape: tuple[int, int]) -> Bools:
    """Which cells a polygon may touch: those with their middle inside it, and those near its edge."""
    places = (rims.xy[rims.closed] - corner) / cell_m
    starts = np.flatnonzero(~rims.is_end)
    one, two = places[starts], places[starts + 1]
    near = _traced(one, two, shape)
    for axis in (0, 1):
        near |= np.roll(near, 1, axis) | np.roll(near, -1, axis)
    found: Bools = near | (np.cumsum(_crossings(one, two, shape), axis=1) % 2 == 1)
    return found


def _traced(one: Floats, two: Floats, shape: tuple[int, int]) -> Bools:
    """The cells along the edges from one to two, in steps of half a cell at most."""
    steps = np.ceil(2 * np.hypot(*(two - one).T)).astype(int) + 1
    edge, step = _counted(steps)
    places = (one[edge] + (two - one)[edge] * (step / steps[edge])[:, None]).astype(np.intp)
    found = np.zeros(shape, dtype=bool)
    found[places[:, 1], places[:, 0]] = True
    return found


def _crossings(one: Floats, two: Floats, shape: tuple[int, int]) -> Ints:
    """For each cell how many edges cross the line through its row's middles just before its own."""
    low, high = np.minimum(one[:, 1], two[:, 1]), np.maximum(one[:, 1], two[:, 1])
    first, last = np.ceil(low - 0.5).astype(int), np.ceil(high - 0.5).astype(int)
    edge, step = _counted(last - first)
    row = first[edge] + step
    share = (row + 0.5 - one[edge, 1]) / (two - one)[edge, 1]
    column = np.ceil(one[edge, 0] + share * (two - one)[edge, 0] - 0.5).astype(int)
    flat = np.bincount(row * shape[1] + column, minlength=shape[0] * shape[1])
    return flat.reshape(shape)


def _counted(counts: Ints) -> tuple[Ints, Ints]:
    """For each thing its number as often as it counts, and beside it 0, 1, 2 and so on."""
    thing = np.repeat(np.arange(len(counts)), counts)
    return thing, np.arange(len(thing)) - np.repeat(np.cumsum(counts) - counts, counts)


def shortest_lengths(graph: SightGraph) -> Floats:
    """Length of the shortest way between each two of the given points; infinite where there is none."""
    from scipy.sparse.csgraph import dijkstra

    if graph.points == 0:
        return np.empty((0, 0))
    found: Floats = dijkstra(_matrix(graph), directed=True, indices=np.arange(graph.points))[:, : graph.points]
    return found


def ways_from(graph: SightGraph, start: int) -> tuple[Floats, Ints]:
    """For each place the length of the shortest way from a given point, and the place before it on that way.

    Where there is none, the length is infinite and the place before it a negative number.
    """
    from scipy.sparse.csgraph import dijkstra

    lengths, before = dijkstra(_matrix(graph), directed=True, indices=start, return_predecessors=True)
    return lengths, before.astype(np.int64)


def _matrix(graph: SightGraph) -> csr_array:
    from scipy.sparse import coo_array

    count = len(graph.xy)
    both = (np.concatenate([graph.start, graph.end]), np.concatenate([graph.end, graph.start]))
    return coo_array((np.tile(graph.length_m, 2), both), shape=(count, count)).tocsr()
