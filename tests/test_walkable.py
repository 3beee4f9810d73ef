"""What people would notice of a floor: where one can walk, how far it is, and through what one can't."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import hypot

import numpy as np
import pytest
import shapely
from drawn_floor import area, doors, places, spaces, structure, terminals
from shapely import LineString, Polygon, box
from slow_ways import every_way

from muui_maps.network.floor import ground, mended
from muui_maps.network.walkable import Floor, Terminal, build_floor, paths
from muui_maps.sources.fragment import Obstacle, Opening

# A hall drawn as many strips that touch, a wall with one door, a shop in the hall, columns.
STATION = """
    ................#.....
    .A..............#..C..
    ......~~~~......#.....
    ......~~~~......+.....
    ..o...~~~~..o...#.....
    ................#.....
    ...........B....#..D..
"""

# Two rooms that a wall parts; nothing opens it.
PARTED = """
    .A.#.B.
    ...#...
"""


def floor_of(drawing: str, *, half_width_m: float = 0.35, clearance_m: float | None = None) -> Floor:
    return build_floor(
        spaces(drawing),
        structure(drawing),
        doors(drawing),
        terminals(drawing),
        half_width_m=half_width_m,
        clearance_m=clearance_m,
    )


def length(floor: Floor, start: str, end: str) -> float:
    (path,) = paths(floor, [(start, end)])
    return path.length_m if path else np.inf


def test_spaces_that_touch_are_one_floor_and_a_straight_way_is_straight() -> None:
    floor = floor_of("""
        .......
        .A...B.
        .......
    """)
    (path,) = paths(floor, [("A", "B")])
    assert path is not None
    assert path.length_m == pytest.approx(4.0)
    assert path.xy == ((1.5, 1.5), (5.5, 1.5))


def test_a_shop_is_walked_around_and_a_wall_is_passed_by_its_door() -> None:
    floor = floor_of(STATION)
    door = box(16, 3, 17, 4)
    for path in paths(floor, [("A", "B"), ("A", "C"), ("B", "D")]):
        assert path is not None
        line = LineString(path.xy)
        assert line.distance(box(6, 2, 10, 5)) >= 0.35 - 0.02  # the shop, but for the detail that is left out
        assert line.intersects(door) == (path.end in "CD")
        assert line.length == pytest.approx(path.length_m, abs=1e-3)


def test_a_wall_without_a_door_parts_two_rooms() -> None:
    assert paths(floor_of(PARTED), [("A", "B")]) == (None,)


@pytest.mark.parametrize("drawing", [STATION, PARTED])
@pytest.mark.parametrize("half_width_m", [0.25, 0.35])
def test_lengths_are_those_of_the_unpruned_graph(drawing: str, half_width_m: float) -> None:
    floor = floor_of(drawing, half_width_m=half_width_m)
    at = {each.id: (float(x), float(y)) for each, (x, y) in zip(floor.terminals, floor.attached, strict=True)}
    truth = every_way(floor.free, at)
    for start, end in combinations(sorted(at), 2):
        assert length(floor, start, end) == pytest.approx(truth[start, end], rel=1e-6)


def test_a_wheelchair_does_not_fit_where_a_walker_does() -> None:
    # A gap of 0.6 m between two rooms of 5 m.
    rooms = [area("west", box(0, 0, 5, 5)), area("east", box(6, 0, 11, 5)), area("gap", box(5, 2, 6, 2.6))]
    ends = [Terminal("a", "B1", "point", 1, 1), Terminal("b", "B1", "point", 10, 1)]
    for half_width_m, fits in ((0.35, False), (0.25, True)):
        floor = build_floor(rooms, [], [], ends, half_width_m=half_width_m)
        assert (paths(floor, [("a", "b")])[0] is not None) == fits


def test_a_way_keeps_clear_of_walls_where_that_is_no_detour() -> None:
    floor = floor_of(
        """
        ..............#......
        .A............#......
        ..............#......
        .....~~~~.....+...C..
        .....~~~~.....#......
        ..............#......
        ..............#......
        ............B.#......
        ..............#......
        """,
        clearance_m=1.0,
    )
    (path,) = paths(floor, [("A", "B")])
    assert path is not None
    assert path.clearance_m == 1.0
    assert LineString(path.xy).distance(box(5, 4, 9, 6)) >= 1.0 - 0.02
    assert path.shortest_m <= path.length_m <= path.shortest_m + 1
    # The door is a metre wide: nobody keeps a metre from its jambs, so the shortest way it is.
    (through,) = paths(floor, [("A", "C")])
    assert through is not None
    assert through.clearance_m == 0.35
    assert through.length_m == through.shortest_m


def test_a_long_detour_is_not_taken_for_the_sake_of_clearance() -> None:
    # From A to B straight through a gap of 1.5 m, or around with room to spare.
    floor = floor_of(
        """
        .............
        .....~~~.....
        .....~~~.....
        .....~~~.....
        A...........B
        .....~~~~....
        .....~~~~....
        .............
        .............
        """,
        clearance_m=1.0,
    )
    (path,) = paths(floor, [("A", "B")])
    assert path is not None
    assert path.length_m == pytest.approx(12.0, abs=0.1)


def test_of_two_spaces_one_inside_the_other_the_inner_one_counts() -> None:
    hall, shop = area("hall", box(0, 0, 20, 10)), area("shop", box(5, 2, 15, 8), kind="closed")
    passage = area("passage", box(9, 2, 11, 8))
    floor = ground([hall, shop, passage])
    assert not floor.contains(shapely.Point(6, 5))
    assert floor.contains(shapely.Point(10, 5))


def test_closing_gaps_does_not_swallow_a_thin_wall() -> None:
    hall = [area("a", box(0, 0, 5, 5)), area("b", box(5, 0, 10, 5))]
    wall = Obstacle("w", "B1", "wall", box(4.95, 0, 5.05, 5), "WL#1")
    fence = Obstacle("f", "B1", "fence", LineString([(5, 0), (5, 5)]), "FC#1")
    ends = [Terminal("a", "B1", "point", 1, 1), Terminal("b", "B1", "point", 9, 1)]
    for standing in (wall, fence):
        assert paths(build_floor(hall, [standing], [], ends, half_width_m=0.35), [("a", "b")]) == (None,)
    assert paths(build_floor(hall, [], [], ends, half_width_m=0.35), [("a", "b")])[0] is not None


@pytest.mark.parametrize(
    "drawn",
    [
        LineString([(5, 2), (5, 3)]),
        shapely.Point(5, 2.5),
        box(4.85, 2, 5.15, 3),
    ],
)
def test_a_door_opens_its_wall_however_it_is_drawn(drawn: shapely.Geometry) -> None:
    hall = [area("a", box(0, 0, 5, 5)), area("b", box(5, 0, 10, 5))]
    wall = Obstacle("w", "B1", "wall", box(4.9, 0, 5.1, 5), "WL#1")
    ends = [Terminal("a", "B1", "point", 1, 1), Terminal("b", "B1", "point", 9, 1)]
    door = Opening("d", "B1", drawn, None, "DR#1")
    (path,) = paths(build_floor(hall, [wall], [door], ends, half_width_m=0.35), [("a", "b")])
    assert path is not None
    assert LineString(path.xy).crosses(box(4.9, 2, 5.1, 3))


def test_a_terminal_on_the_wall_is_entered_from_its_own_side() -> None:
    # T is drawn on the wall, a hand's breadth nearer to the room in the north; U a metre off the floor; V far off.
    rooms = [area("south", box(0, 0, 10, 4)), area("north", box(0, 4.3, 10, 8))]
    ends = [
        Terminal("s", "B1", "point", 5, 1),
        Terminal("n", "B1", "point", 5, 7),
        Terminal("t", "B1", "door", 5, 4.25),
        Terminal("u", "B1", "landing", 10.9, 2),
        Terminal("v", "B1", "landing", 14, 2),
    ]
    floor = build_floor(rooms, [], [], ends, half_width_m=0.35)
    north, south = paths(floor, [("n", "t"), ("s", "t")])
    assert north is not None
    assert north.length_m == pytest.approx(2.75, abs=0.01)
    assert south is None
    assert length(floor, "s", "u") == pytest.approx(hypot(5.9, 1), abs=0.1)
    assert not floor.reached("v")


def test_a_terminal_in_a_nook_is_not_reached_through_the_wall_behind_it() -> None:
    # N stands in a niche of the southern hall; a wall of 0.3 m behind it lies another hall, nearer than its own.
    niche = box(4, 3, 4.6, 3.9)
    rooms = [area("south", box(0, 0, 10, 3)), area("niche", niche), area("north", box(0, 4.2, 10, 8))]
    ends = [
        Terminal("s", "B1", "point", 4.3, 1),
        Terminal("n", "B1", "point", 4.3, 7),
        Terminal("N", "B1", "point", 4.3, 3.8),
    ]
    floor = build_floor(rooms, [], [], ends, half_width_m=0.35)
    assert length(floor, "s", "N") == pytest.approx(2.8, abs=0.01)
    assert length(floor, "n", "N") == np.inf


def test_a_way_from_a_place_to_itself_has_no_length() -> None:
    (path,) = paths(floor_of(PARTED), [("A", "A")])
    assert path is not None
    assert (path.length_m, path.xy) == (0.0, ((1.5, 1.5),))


def test_a_level_without_spaces_has_a_floor_that_nothing_is_reached_on() -> None:
    floor = build_floor([], [], [], [Terminal("a", "B1", "point", 0, 0)], half_width_m=0.35)
    assert not floor.reached("a")
    assert floor.ground.is_empty


def test_a_bow_tie_is_unfolded_and_a_figure_of_eight_with_holes_is_at_least_made_valid() -> None:
    tie = Polygon([(0, 0), (10, 0), (0, 4), (10, 4)])
    (whole,) = mended([tie])
    assert whole.equals(box(0, 0, 10, 4))
    spike = Polygon([(0, 0), (10, 0), (10, 4), (15, 4), (10, 4), (0, 4)])
    (plain,) = mended([spike])
    assert plain.is_valid
    assert plain.area == pytest.approx(40)


def test_the_order_of_the_input_changes_nothing() -> None:
    forward = floor_of(STATION)
    backward = build_floor(
        spaces(STATION)[::-1],
        structure(STATION)[::-1],
        doors(STATION),
        terminals(STATION),
        half_width_m=0.35,
        clearance_m=None,
    )
    assert np.allclose(forward.lengths_m, backward.lengths_m, rtol=1e-12)


def test_letters_of_the_drawing_are_where_the_tests_think() -> None:
    assert places(PARTED) == {"A": (1.5, 1.5), "B": (5.5, 1.5)}
    assert replace(spaces(PARTED)[0], id="x").polygon.equals(box(0, 0, 3, 1))
