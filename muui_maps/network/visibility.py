"""Exact shortest ways over a floor with holes: a visibility graph of the corners that a shortest way can bend around.

┌──────────────────┐      a ── c1 ── c2 ── b       Only corners that stick out into the floor (reflex vertices)
│ a        ┌──┐    │                               can lie on a shortest way, and it leaves each of them along a
│    ······c1 │    │                               tangent. So of all pairs of vertices few are worth a test, and
│          │  c2·b │                               the ways that remain are exactly as short as with all of them.
└──────────┴───────┘
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from shapely import Geometry

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

TOUCH_M = 1e-6
"""How far a way may run outside the floor: the edge itself belongs to it, and rounding may put a corner beside it."""
_FLAT_M2 = 1e-9  # a cross product below it means: straight on
_BLOCK = 512  # rows of candidates at a time: bounds the memory, and stays in the cache
_SAMPLES = (0.5, 0.25, 0.75)  # where a candidate is looked at first: most blocked ones are blocked there


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
    """Reflex vertices with the vectors to the vertices before and after, turned by 90° so that a product is a cross."""

    xy: Floats
    before: Floats
    after: Floats

    def tangent_from(self, seen_from: Floats) -> Bools:
        """For each place (row) and corner (column): whether a way from there may bend around the corner."""
        one = seen_from @ self.before.T - (self.xy * self.before).sum(1)
        other = seen_from @ self.after.T - (self.xy * self.after).sum(1)
        between: Bools = ((one > _FLAT_M2) & (other < -_FLAT_M2)) | ((one < -_FLAT_M2) & (other > _FLAT_M2))
        return ~between


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
    for part in parts:
        corners = _corners(part)
        here = np.flatnonzero(shapely.dwithin(part, shapely.points(points), TOUCH_M))
        names = np.concatenate([here, np.arange(first, first + len(corners.xy))])
        start, end = _lines_of_sight(part, points[here], corners)
        starts.append(names[start])
        ends.append(names[end])
        xy.append(corners.xy)
        first += len(corners.xy)
    places, start, end = np.vstack(xy), np.concatenate(starts), np.concatenate(ends)
    return SightGraph(places, len(points), start, end, np.hypot(*(places[start] - places[end]).T))


def _corners(part: Geometry) -> _Corners:
    """The vertices that stick out into the polygon: on its rim where it is notched, and on the rims of its holes."""
    kept: list[tuple[Floats, Floats, Floats]] = []
    for number, ring in enumerate(shapely.get_rings(part)):
        vertices = shapely.get_coordinates(shapely.remove_repeated_points(ring))[:-1]
        if shapely.is_ccw(ring) == (number > 0):
            vertices = vertices[::-1]  # the floor is on the left: rims run anticlockwise, holes clockwise
        before, after = np.roll(vertices, 1, 0) - vertices, np.roll(vertices, -1, 0) - vertices
        turn = before[:, 1] * after[:, 0] - before[:, 0] * after[:, 1]
        scale = np.hypot(*before.T) * np.hypot(*after.T)
        out = turn < -1e-12 * scale
        kept.append((vertices[out], before[out], after[out]))
    return _Corners(
        np.vstack([xy for xy, _, _ in kept]),
        _turned(np.vstack([before for _, before, _ in kept])),
        _turned(np.vstack([after for _, _, after in kept])),
    )


def _turned(vectors: Floats) -> Floats:
    return np.column_stack([vectors[:, 1], -vectors[:, 0]])


def _lines_of_sight(part: Geometry, points: Floats, corners: _Corners) -> tuple[Ints, Ints]:
    """Pairs that see each other; points are counted from 0, corners after them."""
    middle = corners.xy.mean(0) if len(corners.xy) else np.zeros(2)
    local = _Corners(corners.xy - middle, corners.before, corners.after)  # products lose digits far from the origin
    xy = np.vstack([points, corners.xy])
    grown = shapely.buffer(part, TOUCH_M, join_style="mitre")
    edge = shapely.boundary(grown)
    shapely.prepare(grown)
    shapely.prepare(edge)
    starts, ends = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for start, end in _candidates(points - middle, local):
        seen_start, seen_end = _unblocked(grown, edge, xy, start, end)
        starts.append(seen_start)
        ends.append(seen_end)
    return np.concatenate(starts), np.concatenate(ends)


def _candidates(points: Floats, corners: _Corners) -> Iterator[tuple[Ints, Ints]]:
    """Pairs that a shortest way may run between, as far as their own surroundings tell."""
    count = len(points)
    for first in range(0, count, _BLOCK):
        some = points[first : first + _BLOCK]
        start, end = np.nonzero(np.arange(count) > np.arange(first, first + len(some))[:, None])
        yield start + first, end
        start, end = np.nonzero(corners.tangent_from(some))
        yield start + first, end + count
    for first in range(0, len(corners.xy), _BLOCK):
        block = slice(first, first + _BLOCK)
        rows = _Corners(corners.xy[block], corners.before[block], corners.after[block])
        later = _Corners(corners.xy[first:], corners.before[first:], corners.after[first:])
        pairs = np.triu(later.tangent_from(rows.xy) & rows.tangent_from(later.xy).T, 1)
        start, end = np.nonzero(pairs)
        yield start + first + count, end + first + count


def _unblocked(grown: Geometry, edge: Geometry, xy: Floats, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """The pairs whose segment stays on the floor: it meets its edge, moved out by a hair, nowhere.

    A look at three places between comes first: it is cheaper than the exact test, and most blocked pairs fail it.
    """
    for share in _SAMPLES:
        between = xy[start] * (1 - share) + xy[end] * share
        inside = shapely.contains_xy(grown, between[:, 0], between[:, 1])
        start, end = start[inside], end[inside]
    segments = shapely.linestrings(np.stack([xy[start], xy[end]], axis=1))
    clear = ~shapely.intersects(edge, segments)
    return start[clear], end[clear]


def shortest_ways(graph: SightGraph) -> tuple[Floats, Ints]:
    """Length of the shortest way from each given point (row) to every place, and the place before it on that way.

    An unreachable place is infinitely far and has no place before it (a negative number).
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    count = len(graph.xy)
    if graph.points == 0:
        return np.empty((0, count)), np.empty((0, count), np.int64)
    both = (np.concatenate([graph.start, graph.end]), np.concatenate([graph.end, graph.start]))
    matrix = coo_array((np.tile(graph.length_m, 2), both), shape=(count, count)).tocsr()
    lengths, before = dijkstra(matrix, directed=True, indices=np.arange(graph.points), return_predecessors=True)
    return lengths, before.astype(np.int64)
