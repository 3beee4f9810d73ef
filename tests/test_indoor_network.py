"""A network over floors: gates cut them, lifts and stairs join them, and travellers differ in what they take."""

from __future__ import annotations

from dataclasses import replace
from math import hypot
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from drawn_floor import area, doors, places, spaces, structure, terminals
from shapely import LineString, Point, Polygon, box
from shared import shared_data

from muui_maps.errors import NoRouteError, UnknownNameError
from muui_maps.model import LinkKind
from muui_maps.network.indoor import IndoorNetwork, walkable_network
from muui_maps.network.overlay import Overlay, Router, kept, overlay, seconds
from muui_maps.network.walkable import Terminal
from muui_maps.profiles import PROFILES, Costs, read_costs
from muui_maps.sources.fragment import Area, Facility, Fragment, FragmentLevel, NetLine, NetPoint, Obstacle, Opening

LEVELS = (FragmentLevel("B2", "B02", -2), FragmentLevel("B1", "B01", -1), FragmentLevel("1F", "F01", 1))

# A concourse: people come in at U, the gates stand between x = 10 and 11, the paid part is P.
CONCOURSE = """
    ....................
    ....................
    .U................P.
    ....................
    ....................
"""


def fragment(
    areas: list[Area],
    *,
    facilities: list[Facility] | None = None,
    openings: list[Opening] | None = None,
    points: list[NetPoint] | None = None,
    lines: list[NetLine] | None = None,
) -> Fragment:
    return Fragment(
        "drawn",
        "EPSG:5186",
        LEVELS,
        areas=tuple(areas),
        facilities=tuple(facilities or ()),
        openings=tuple(openings or ()),
        points=tuple(points or ()),
        lines=tuple(lines or ()),
    )


def gate(name: str, x: float, y: float, *, called: str | None = None) -> Facility:
    return Facility(name, "B1", "gate", Point(x, y), called, "TP03", "TP_FC#1")


def codes(network: IndoorNetwork) -> list[str]:
    return sorted({finding.code for finding in network.findings if finding.code != "floor_missing"})


def costs() -> Costs:
    return read_costs(Path(__file__).resolve().parent.parent / "data" / "costs.csv")


def router(network: IndoorNetwork, profile: str) -> Router:
    ways = overlay(network)
    return Router(ways, seconds(ways, PROFILES[profile], costs()))


# ── gates ────────────────────────────────────────────────────────────────────


def concourse(
    *gates: Facility, openings: list[Opening] | None = None, areas: list[Area] | None = None
) -> IndoorNetwork:
    drawn = fragment(areas or spaces(CONCOURSE), facilities=list(gates), openings=openings)
    return walkable_network(drawn, more=terminals(CONCOURSE), clearance_m=None)


def test_a_row_of_gates_drawn_as_a_door_cuts_the_floor_and_is_passed_by_its_lanes() -> None:
    row = Opening("d", "B1", LineString([(10, 1), (10, 4)]), "서울역", "DR#1")
    network = concourse(gate("g", 10.2, 2.5, called="서울역"), openings=[row])
    (cut,) = network.cuts
    assert (cut.how, cut.name, len(cut.lanes)) == ("door", "서울역", 3)
    assert cut.line.length == pytest.approx(5, abs=0.2)  # the fence goes on to both walls
    floor = network.floors["B1"]
    assert floor.path("U", "P") is None
    weight, way = router(network, "walker").route("U", "P")
    assert [name.split(":")[0] for name in way] == ["U", "cut", "cut", "P"]
    assert weight == pytest.approx(17 / 1.2 + 18, abs=0.5)  # the way at 1.2 m/s, and 18 s to tap
    assert codes(network) == []


def test_gates_side_by_side_cut_along_their_row() -> None:
    network = concourse(gate("a", 10, 1.5), gate("b", 10.1, 2.5), gate("c", 10, 3.5))
    (cut,) = network.cuts
    assert (cut.how, cut.gates, len(cut.lanes)) == ("row", ("a", "b", "c"), 3)
    assert network.floors["B1"].path("U", "P") is None
    assert router(network, "manual_wheelchair").route("U", "P")[0] > 17


def test_a_single_gate_on_the_edge_of_two_spaces_cuts_along_that_edge() -> None:
    halves = [area("west", box(0, 0, 10, 5)), area("east", box(10, 0, 20, 5))]
    network = concourse(gate("g", 10.1, 2.5), areas=halves)
    (cut,) = network.cuts
    assert (cut.how, cut.confidence) == ("edge", 0.7)
    assert network.floors["B1"].path("U", "P") is None
    assert len(router(network, "walker").route("U", "P")[1]) == 4


def test_a_single_gate_in_one_space_cuts_the_shortest_way_across_and_says_that_this_is_assumed() -> None:
    network = concourse(gate("g", 10, 2.5), areas=[area("hall", box(0, 0, 20, 5))])
    (cut,) = network.cuts
    assert (cut.how, cut.evidence.method) == ("neck", "assumed")
    assert network.floors["B1"].path("U", "P") is None


def test_a_gate_in_a_wide_hall_has_no_cut_and_the_floor_is_reported() -> None:
    network = concourse(gate("g", 10, 2.5), areas=[area("hall", box(-20, -20, 40, 40))])
    assert network.cuts == ()
    assert codes(network) == ["gate_cut_unknown"]
    (finding,) = [each for each in network.findings if each.code == "gate_cut_unknown"]
    assert (finding.layer, finding.row, finding.value) == ("TP_FC", 1, "g")
    assert network.floors["B1"].path("U", "P") is not None


def test_a_way_around_a_row_of_gates_is_reported() -> None:
    hall = [area("hall", box(0, 0, 20, 12))]
    row = Opening("d", "B1", LineString([(10, 0), (10, 4)]), None, "DR#1")
    network = concourse(gate("g", 10, 2), openings=[row], areas=hall)
    assert codes(network) == ["gate_cut_open"]


def test_a_gate_that_nothing_is_drawn_behind_leads_off_the_floor() -> None:
    hall = [area("hall", box(0, 0, 10, 5))]
    row = Opening("d", "B1", LineString([(10, 1), (10, 4)]), None, "DR#1")
    network = concourse(gate("g", 10, 2.5), openings=[row], areas=hall)
    assert "gate_leads_off_floor" in codes(network)
    assert network.links == ()


def machines(*middles: float) -> list[Facility]:
    """Bodies of gates, 0.2 m broad and 1.8 m long, side by side along y."""
    return [
        Facility(f"m{n}", "B1", "gate", box(9.1, y - 0.1, 10.9, y + 0.1), None, "TP03", "TP_FC#1")
        for n, y in enumerate(middles)
    ]


def between_machines(half_width_m: float) -> IndoorNetwork:
    """Lanes of 0.6, 0.6 and 1.0 m between machines; the door's line runs along their ends."""
    row = Opening("d", "B1", LineString([(9.1, 0.6), (9.1, 3.8)]), None, "DR#1")
    bodies = machines(0.7, 1.5, 2.3, 3.5)
    standing = tuple(Obstacle(each.id, "B1", "fixture", each.geometry, each.record) for each in bodies)
    drawn = replace(fragment(spaces(CONCOURSE), facilities=bodies, openings=[row]), obstacles=standing)
    return walkable_network(drawn, more=terminals(CONCOURSE), clearance_m=None, half_width_m=half_width_m)


def test_machines_drawn_with_their_outline_are_passed_between_by_those_who_fit() -> None:
    walker, wheelchair = between_machines(0.25), between_machines(0.35)
    assert [pytest.approx(width) for width in (0.6, 0.6, 1.0)] == list(walker.cuts[0].widths_m)
    assert [pytest.approx(1.0)] == list(wheelchair.cuts[0].widths_m)
    for network in (walker, wheelchair):
        assert codes(network) == []
        assert network.floors["B1"].path("U", "P") is None
    (link,) = wheelchair.links
    (wide,) = (each for each in wheelchair.terminals if each.id == link.start)
    assert wide.y_m == pytest.approx(2.9)
    assert router(wheelchair, "manual_wheelchair").route("U", "P")[0] > 17


def test_lanes_that_are_all_too_narrow_are_told_and_not_passed() -> None:
    network = between_machines(0.55)
    assert codes(network) == ["gate_lanes_narrow"]
    assert network.links == ()
    (finding,) = [each for each in network.findings if each.code == "gate_lanes_narrow"]
    assert "1.00 m; 1.10 m" in finding.message.en


def test_the_side_of_the_gates_is_known_beyond_the_space_that_says_it() -> None:
    # Only the western space says that it lies outside; the lift goes on down from the paid side.
    halves = [area("west", box(0, 0, 10, 5), paid=False), area("east", box(10, 0, 20, 5))]
    below = [area("below", box(0, 0, 20, 5), level="B2")]
    lifts = [connector(f"ev {level}", level, "elevator", box(15, 5, 17, 7)) for level in ("B2", "B1")]
    drawn = fragment([*halves, *below, *lifts], facilities=[gate("g", 10.1, 2.5)])
    network = walkable_network(drawn, more=[*terminals(CONCOURSE), Terminal("low", "B2", "point", 1, 1)])
    assert {name: network.sides.terminals[name] for name in ("U", "P", "low")} == {"U": False, "P": True, "low": True}


def test_a_piece_of_floor_on_both_sides_of_the_gates_is_reported_and_stays_unknown() -> None:
    halves = [area("west", box(0, 0, 10, 5), paid=False), area("east", box(10, 0, 20, 5), paid=True)]
    network = walkable_network(fragment(halves), more=terminals(CONCOURSE))
    assert codes(network) == ["paid_area_conflict"]
    assert network.sides.terminals == {}


# ── connectors by delivered lines ────────────────────────────────────────────


def node(name: str, level: str, x: float, y: float) -> NetPoint:
    return NetPoint(name, level, x, y, "node", "POINT#1")


def line(
    name: str, start: NetPoint, end: NetPoint, kind: str, *, oneway: bool = False, handicap: bool | None = True
) -> NetLine:
    drawn = LineString([(start.x_m, start.y_m), (end.x_m, end.y_m)])
    level = start.level if start.level == end.level else None
    return NetLine(name, start.id, end.id, kind, level, drawn.length, drawn, oneway, handicap, f"LINE#{name}")


# Three halls above one another, 30 m long; a lift at the west end, stairs and an escalator at the east end.
HALL = """
    ..............................
    ..............................
    .A..........................B.
    ..............................
"""


def tower() -> IndoorNetwork:
    halls = [each for level in ("B2", "B1", "1F") for each in spaces(HALL, level=level)]
    lift_doors = [node(f"lift door {level}", level, -0.05, 2) for level in ("B2", "B1", "1F")]
    cars = [node(f"car {level}", level, -1, 2) for level in ("B2", "B1", "1F")]
    low, half, high = node("stair low", "B2", 30, 1), node("stair half", "B1", 34, 1), node("stair high", "B1", 30, 2)
    up, top = node("escalator low", "B1", 30, 3), node("escalator high", "1F", 30, 3.5)
    lines = [line(f"door {door.level}", door, car, "elevator") for door, car in zip(lift_doors, cars, strict=True)]
    lines += [line("shaft 1", cars[0], cars[1], "elevator"), line("shaft 2", cars[1], cars[2], "elevator")]
    lines += [line("flight 1", low, half, "stairs", handicap=False), line("flight 2", half, high, "stairs")]
    lines += [line("escalator", up, top, "escalator", oneway=True, handicap=False)]
    more = [
        Terminal(f"{name} {level}", level, "point", x, y)
        for level in ("B2", "B1", "1F")
        for name, (x, y) in places(HALL).items()
    ]
    drawn = fragment(halls, points=[*lift_doors, *cars, low, half, high, up, top], lines=lines)
    return walkable_network(drawn, more=more, clearance_m=None)


def test_a_lift_is_one_link_for_each_pair_of_levels_and_a_stair_with_a_half_landing_is_one() -> None:
    network = tower()
    by_kind = {connector.kind: connector for connector in network.connectors}
    lift = by_kind[LinkKind.ELEVATOR]
    assert {each.level for each in lift.landings} == {"B2", "B1", "1F"}
    assert len(lift.links) == 3
    assert {round(link.length_m, 2) for link in lift.links} == {1.9}  # in and out; the ride is no walk
    stairs = by_kind[LinkKind.STAIRS]
    (link,) = stairs.links
    assert {link.start, link.end} == {"stair low", "stair high"}
    assert link.length_m == pytest.approx(4 + hypot(4, 1))
    assert link.handicap is False
    assert (link.evidence.dataset, link.evidence.record) == ("drawn", "LINE#flight 2 LINE#flight 1")
    assert codes(network) == []


def test_wheelchairs_take_the_lift_and_walkers_the_stairs_and_nobody_goes_down_the_escalator() -> None:
    network = tower()
    walker, chair = router(network, "walker"), router(network, "manual_wheelchair")
    assert "stair high" in walker.route("B B2", "B B1")[1]
    assert "lift door B1" in chair.route("B B2", "B B1")[1]
    assert "escalator low" in walker.route("B B1", "B 1F")[1]
    assert "lift door 1F" in walker.route("B 1F", "B B1")[1]


def test_the_overlay_says_what_the_floors_say() -> None:
    """Dijkstra over the arrays, over the networkx graph, and by hand over all floors' ways agree."""
    network = tower()
    chair = router(network, "manual_wheelchair")
    found = chair.all_pairs()
    graph = chair.graph()
    for start, lengths in nx.all_pairs_dijkstra_path_length(graph):
        for end in range(len(chair.ways.ids)):
            assert found[start, end] == pytest.approx(lengths.get(end, np.inf))
    floor = network.floors["B1"]
    one, two = floor.index["A B1"], floor.index["B B1"]
    names = chair.ways.index
    assert found[names["A B1"], names["B B1"]] == pytest.approx(floor.lengths_m[one, two] / 1.0)


def test_of_parallel_ways_the_best_counts_and_not_their_sum() -> None:
    ways = Overlay(
        ("a", "b"),
        {"a": 0, "b": 1},
        (),
        start=np.array([0, 0]),
        end=np.array([1, 1]),
        length_m=np.array([5.0, 3.0]),
        link=np.array([-1, -1]),
        storeys=np.array([0, 0]),
    )
    assert Router(ways, ways.length_m).route("a", "b") == (3.0, ("a", "b"))
    with pytest.raises(NoRouteError):
        Router(ways, ways.length_m).route("b", "a")
    with pytest.raises(UnknownNameError):
        Router(ways, ways.length_m).route("a", "c")


def test_ways_by_way_of_another_terminal_are_left_out_and_nothing_is_lost() -> None:
    # Four places on a line, two of them in one place.
    at = np.array([0.0, 4.0, 4.0, 10.0])
    lengths = np.abs(at[:, None] - at[None, :])
    start, end = kept(lengths)
    assert (0, 3) not in set(zip(start.tolist(), end.tolist(), strict=True))
    graph: nx.Graph[int] = nx.Graph()
    graph.add_weighted_edges_from((int(i), int(j), float(lengths[i, j])) for i, j in zip(start, end, strict=True))
    for i in range(4):
        for j in range(4):
            assert nx.dijkstra_path_length(graph, i, j) == pytest.approx(lengths[i, j])


# ── connectors without lines ─────────────────────────────────────────────────


def connector(name: str, level: str, kind: str, shape: Polygon, *, called: str | None = None) -> Area:
    return Area(name, level, kind, "MV", called, shape, None, f"{name}#7")


def test_without_lines_lifts_that_lie_over_one_another_are_one_and_say_how_sure_that_is() -> None:
    halls = [each for level in ("B2", "B1", "1F") for each in spaces(HALL, level=level)]
    lifts = [connector(f"ev {level}", level, "elevator", box(10, 4, 12, 6)) for level in ("B2", "B1", "1F")]
    elsewhere = connector("ev far", "1F", "elevator", box(-2, 1, 0, 3), called="EV 9")
    network = walkable_network(fragment([*halls, *lifts, elsewhere]), clearance_m=None)
    assert len(network.links) == 3
    for link in network.links:
        assert (link.kind, link.confidence, link.length_m) == (LinkKind.ELEVATOR, 0.7, 0.0)
        assert link.evidence.record.startswith("overlap 1.00")
        assert link.evidence.method == "derived"
    assert codes(network) == ["connector_alone", "connector_matched"]
    landing = next(each for each in network.terminals if each.id == "ev B1@landing")
    assert (landing.x_m, landing.y_m) == (11, 4)  # the middle of the edge that it shares with the hall


def test_without_lines_a_stair_leads_from_its_foot_to_its_head() -> None:
    # The stair's foot touches the lower hall, its head the upper one.
    low, high = area("low", box(0, 0, 20, 6), level="B2"), area("high", box(30, 0, 50, 6), level="B1")
    stair = [connector(f"st {level}", level, "stairs", box(20, 2, 30, 4)) for level in ("B2", "B1")]
    ends = [Terminal("a", "B2", "point", 1, 3), Terminal("b", "B1", "point", 49, 3)]
    network = walkable_network(fragment([low, high, *stair]), more=ends, clearance_m=None)
    (link,) = network.links
    at = {each.id: (each.x_m, each.y_m) for each in network.terminals}
    assert (at[link.start], at[link.end]) == ((20, 3), (30, 3))
    assert link.length_m == pytest.approx(10)
    assert router(network, "walker").route("a", "b")[0] == pytest.approx(48 / 1.2 + 30, abs=1)
    with pytest.raises(NoRouteError):
        router(network, "manual_wheelchair").route("a", "b")


def test_one_name_joins_lifts_that_are_drawn_apart() -> None:
    halls = [each for level in ("B2", "B1") for each in spaces(HALL, level=level)]
    named = [
        connector(f"ev {n}", level, "elevator", box(x, 4, x + 2, 6), called="EV 3")
        for n, (level, x) in enumerate([("B2", 5), ("B1", 12)])
    ]
    network = walkable_network(fragment([*halls, *named]), clearance_m=None)
    (link,) = network.links
    assert (link.confidence, link.evidence.record.split(":")[0]) == (0.9, "name")


# ── the rest ─────────────────────────────────────────────────────────────────


def test_what_is_drawn_off_the_floor_is_told_with_its_distance() -> None:
    exits = [Facility("exit", "B1", "exit", Point(40, 2), "3", "IF01", "MV_FC#4")]
    network = walkable_network(fragment(spaces(HALL), facilities=exits), clearance_m=None)
    (finding,) = [each for each in network.findings if each.code == "terminal_off_floor"]
    assert "10.0 m" in finding.message.en
    assert finding.value == "exit"
    assert [each.code for each in network.findings if each.code == "floor_missing"] == ["floor_missing"] * 2


def test_nothing_drawn_is_no_fault() -> None:
    network = walkable_network(Fragment("empty", "EPSG:5186", ()))
    assert (network.terminals, network.links, network.findings) == ((), (), ())
    assert router(network, "walker").all_pairs().shape == (0, 0)


def test_the_same_layers_give_the_same_network() -> None:
    one, two = tower(), tower()
    assert (one.links, one.terminals, one.findings) == (two.links, two.terminals, two.findings)
    assert all(np.array_equal(one.floors[level].lengths_m, two.floors[level].lengths_m) for level in one.levels)


def test_a_real_terminal_in_the_seoul_schema() -> None:
    """Of the lifts that its delivered lines join, the shapes alone would join most, and hardly any wrongly."""
    from dataclasses import replace

    from muui_maps.sources.seoul_indoor import read_indoor

    layers = read_indoor(shared_data() / "indoor" / "terminal_a.zip")
    network = walkable_network(layers, clearance_m=None)
    assert len(network.cuts) == 26
    assert {cut.how for cut in network.cuts} == {"door"}
    reached = sum(floor.reached(each.id) for floor in network.floors.values() for each in floor.terminals)
    assert reached > 500
    alone = walkable_network(replace(layers, lines=()), clearance_m=None)
    assert sum(connector.kind is LinkKind.ELEVATOR for connector in alone.connectors) > 20


def test_shapely_points_of_doors_are_terminals() -> None:
    drawing = """
        .......
        ###+###
        ...A...
    """
    network = walkable_network(
        Fragment(
            "drawn",
            "EPSG:5186",
            LEVELS,
            areas=tuple(spaces(drawing)),
            obstacles=tuple(structure(drawing)),
            openings=tuple(doors(drawing)),
        ),
        more=terminals(drawing),
        clearance_m=None,
    )
    (door,) = [each for each in network.terminals if each.kind == "door"]
    assert (door.x_m, door.y_m) == (3.5, 1.5)
    assert network.floors["B1"].lengths_m.max() == pytest.approx(1.0)
    assert shapely.Point(3.5, 1.5).within(network.floors["B1"].ground)
