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

from muui_maps.collecting import without_collecting

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
_STRAIGHT_M2 = 1e-8  # two sides of a tangent whose distances multiply to less are one: rounding alone gives 1e-10
_BLOCK = 128  # rows of candidates at a time, so that they stay in the cache
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
        corners = _corners(part, middle)
        names = np.concatenate([here, np.arange(first, first + len(corners.xy))])
        start, end = _lines_of_sight(part, points[here] - middle, corners, middle)
        starts.append(names[start])
        ends.append(names[end])
        xy.append(corners.xy + middle)
        first += len(corners.xy)
    places, start, end = np.vstack(xy), np.concatenate(starts), np.concatenate(ends)
    return SightGraph(places, len(points), start, end, np.hypot(*(places[start] - places[end]).T))


def _corners(part: Geometry, middle: Floats) -> _Corners:
    """The vertices that stick out into the polygon: on its rim where it is notched, and on the rims of its holes.

    They are counted from the middle of the polygon: products lose digits far from the origin.
    """
    xy, ring = _rims(part)
    first, last = _ends(ring)
    is_vertex = np.ones(len(xy), dtype=bool)
    is_vertex[last] = False  # it is the first once more, and from it leads no edge
    edge = np.diff(xy, axis=0)[is_vertex[:-1]]
    edge /= np.hypot(edge[:, 0], edge[:, 1])[:, None]
    vertices = xy[is_vertex] - middle
    counts = last - first
    before = np.arange(len(edge)) - 1
    before[np.cumsum(counts) - counts] = np.cumsum(counts) - 1  # a rim's first vertex comes after its last edge
    into = edge[before]
    out = into[:, 0] * edge[:, 1] - into[:, 1] * edge[:, 0] < -_STRAIGHT
    return _Corners(vertices[out], _line(vertices[out], -into[out]), _line(vertices[out], edge[out]))


def _rims(part: Geometry) -> tuple[Floats, Ints]:
    """The rings of a polygon one after the other, the floor on their left, and the number of the ring of each place."""
    rings = shapely.get_rings(shapely.orient_polygons(part))
    xy, ring = shapely.get_coordinates(shapely.remove_repeated_points(rings), return_index=True)
    return xy, ring


def _ends(ring: Ints) -> tuple[Ints, Ints]:
    """The first and the last place of each ring."""
    change = np.flatnonzero(np.diff(ring)) + 1
    return np.concatenate([[0], change]), np.concatenate([change, [len(ring)]]) - 1


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


def _lines_of_sight(part: Geometry, points: Floats, corners: _Corners, middle: Floats) -> tuple[Ints, Ints]:
    """Pairs that see each other; points are counted from 0, corners after them."""
    xy = np.vstack([points, corners.xy])
    test = _Test(shapely.transform(part, lambda each: each - middle))
    with without_collecting():  # of a segment for each candidate
        found = [test.unblocked(xy, start, end) for start, end in _batches(_candidates(points, corners))]
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
        start, end = np.nonzero(np.triu(pairs, 1))
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
    """Whether segments stay on a floor.

    The exact test asks whether a segment meets the floor's edge, moved out by a hair, anywhere. Before it, a coarse
    picture of the floor is looked at in 31 places of each segment: a place whose cell lies wholly off the floor blocks
    it for certain, and most blocked ones are found out that way, at a fraction of the price.
    """

    def __init__(self, part: Geometry) -> None:
        self.grown = shapely.buffer(part, TOUCH_M, join_style="mitre")
        self.edge = shapely.boundary(self.grown)
        shapely.prepare(self.edge)

    def unblocked(self, xy: Floats, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """The pairs whose segment stays on the floor."""
        if len(start) > _WORTH_IT:
            start, end = self.picture.maybe_unblocked(xy, start, end)
        segments = shapely.linestrings(xy[np.column_stack([start, end])])
        clear = ~shapely.intersects(self.edge, segments)
        return start[clear], end[clear]

    @cached_property
    def picture(self) -> _Picture:
        """The coarse picture of the floor."""
        return _Picture(self.grown)


class _Picture:
    """Which cells of a grid a polygon may touch."""

    def __init__(self, part: Geometry) -> None:
        west, south, east, north = shapely.bounds(part).tolist()
        self.cell_m = max(_CELL_M, float(np.sqrt((east - west) * (north - south) / _CELLS)))
        self.corner = np.array([west, south]) - 2 * self.cell_m
        columns, rows = (int((high - low) / self.cell_m) + 5 for low, high in ((west, east), (south, north)))
        self.width = np.int32(columns)
        self.maybe = _cells(part, self.corner, self.cell_m, (rows, columns)).ravel()

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


def _cells(part: Geometry, corner: Floats, cell_m: float, shape: tuple[int, int]) -> Bools:
    """Which cells a polygon may touch: those with their middle inside it, and those near its edge."""
    xy, ring = _rims(part)
    starts = np.delete(np.arange(len(xy) - 1), _ends(ring)[1][:-1])
    one, two = (xy[starts] - corner) / cell_m, (xy[starts + 1] - corner) / cell_m
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
