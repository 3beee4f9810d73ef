"""Shortest ways are exact: as short as with every vertex and every pair, and as a ruler says where that is plain."""

from __future__ import annotations

from itertools import combinations
from math import hypot, sqrt

import numpy as np
import pytest
import shapely
from drawn_floor import places, shape
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Geometry, Polygon
from slow_ways import every_way

from muui_maps.network.visibility import shortest_lengths, visibility_graph

# Two halls, a kiosk, a bent corridor, a pillar that touches the wall, and a nook; the shop is behind walls.
HALLS = """
    ..........####...
    .A........####.B.
    ...###....####...
    ...###...........
    ...###..C#####...
    .........#####.#.
    .....#####   #...
    D....#         .E
"""

# The way bends around one corner, at (1, 3).
BEND = """
    .......B
    .#######
    .#
    A#
"""

# Rooms that share no edge.
APART = """
    ..A.#.B..
    ....#....
"""

# A hole whose corner touches the rim of the floor: no way through, none lost.
PINCH = """
    ......
    .A....
    ....##
    ...#.B
    ......
"""


def our_ways(floor: Geometry, points: dict[str, tuple[float, float]]) -> dict[tuple[str, str], float]:
    lengths = shortest_lengths(visibility_graph(floor, np.array(list(points.values())).reshape(-1, 2)))
    return {(one, two): float(lengths[i, j]) for i, one in enumerate(points) for j, two in enumerate(points)}


@pytest.mark.parametrize("drawing", [HALLS, BEND, APART, PINCH])
@pytest.mark.parametrize("half_width_m", [0.0, 0.25, 0.35, 0.45])
def test_ways_are_as_short_as_with_every_pair_of_vertices(drawing: str, half_width_m: float) -> None:
    floor = shape(drawing)
    if half_width_m:
        floor = floor.buffer(-half_width_m, join_style="mitre", mitre_limit=2)
    assert our_ways(floor, places(drawing)) == pytest.approx(every_way(floor, places(drawing)), rel=1e-6)


def test_a_bend_is_as_long_as_a_ruler_says() -> None:
    # From A (0.5, 0.5) up the corridor to the corner at (1, 3), then along to B (7.5, 3.5).
    assert our_ways(shape(BEND), places(BEND))["A", "B"] == pytest.approx(hypot(0.5, 2.5) + hypot(6.5, 0.5))


def test_rooms_that_share_nothing_are_infinitely_far_apart() -> None:
    assert our_ways(shape(APART), places(APART))["A", "B"] == np.inf


def test_the_way_back_is_as_long_and_the_straight_line_is_never_beaten() -> None:
    ways, at = our_ways(shape(HALLS), places(HALLS)), places(HALLS)
    for one, two in combinations(at, 2):
        assert ways[one, two] == pytest.approx(ways[two, one])
        assert ways[one, two] >= hypot(at[one][0] - at[two][0], at[one][1] - at[two][1]) - 1e-9


def test_a_round_pillar_is_walked_around_along_its_tangents() -> None:
    pillar = shapely.Point(0, 0).buffer(1.0, quad_segs=64)
    floor = shapely.box(-10, -10, 10, 10).difference(pillar)
    around = 2 * sqrt(4**2 - 1) + (np.pi - 2 * np.arccos(1 / 4))  # two tangents and the arc between
    assert our_ways(floor, {"a": (-4.0, 0.0), "b": (4.0, 0.0)})["a", "b"] == pytest.approx(around, rel=1e-4)


def test_a_place_off_the_floor_sees_nothing() -> None:
    ways = our_ways(shape(BEND), {"off": (5.0, 1.0), "on": (0.5, 0.5)})
    assert ways["off", "on"] == np.inf
    assert ways["on", "on"] == 0


def test_an_empty_floor_and_no_points_are_no_fault() -> None:
    assert our_ways(Polygon(), {"a": (0.0, 0.0)}) == {("a", "a"): 0.0}
    assert our_ways(shape(BEND), {}) == {}


@st.composite
def floors(draw: st.DrawFn) -> tuple[Geometry, dict[str, tuple[float, float]]]:
    """Halls with boxes and triangles standing in them, at any angle, overlapping as they like."""
    corner = st.tuples(st.integers(0, 30), st.integers(0, 20))
    holes = draw(st.lists(st.lists(corner, min_size=3, max_size=5), max_size=5))
    hulls = [shapely.MultiPoint(each).convex_hull for each in holes]
    floor = shapely.box(0, 0, 30, 20).difference(shapely.union_all([hull.buffer(0.3, quad_segs=1) for hull in hulls]))
    free = [(x + 0.5, y + 0.5) for x in range(0, 30, 4) for y in range(0, 20, 4)]
    standing = [xy for xy in free if floor.covers(shapely.Point(xy))]
    chosen = draw(st.lists(st.sampled_from(standing), min_size=2, max_size=4, unique=True)) if len(standing) > 1 else []
    return floor, {str(number): xy for number, xy in enumerate(chosen)}


@settings(max_examples=60, derandomize=True)
@given(floors())
def test_ways_over_any_floor_are_as_short_as_with_every_pair(
    drawn: tuple[Geometry, dict[str, tuple[float, float]]],
) -> None:
    floor, points = drawn
    assert our_ways(floor, points) == pytest.approx(every_way(floor, points), rel=1e-6)
