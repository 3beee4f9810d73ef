"""What must hold for any station at all: small random ones, every traveller, and networkx as the second opinion."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
from hypothesis import assume, given
from hypothesis import strategies as st

from muui_maps.errors import NoRouteError
from muui_maps.model import (
    Endpoint,
    Link,
    LinkKind,
    Node,
    NodeKind,
    Place,
    PlaceKind,
    Platform,
    Profile,
    Route,
    Station,
    StationName,
    Status,
    Text,
    Unit,
    UnitKind,
)
from muui_maps.network.graph import Index, way
from muui_maps.network.routes import default_costs, find_route
from muui_maps.profiles import PROFILES, burden, refusal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

KINDS = (
    LinkKind.WALKWAY,
    LinkKind.STAIRS,
    LinkKind.ESCALATOR,
    LinkKind.ELEVATOR,
    LinkKind.WHEELCHAIR_LIFT,
    LinkKind.GATE,
    LinkKind.RAMP,
)
UNIT_KINDS = {
    LinkKind.ESCALATOR: UnitKind.ESCALATOR,
    LinkKind.ELEVATOR: UnitKind.ELEVATOR,
    LinkKind.WHEELCHAIR_LIFT: UnitKind.WHEELCHAIR_LIFT,
}


@st.composite
def stations(draw: st.DrawFn, *, oneway: bool = True) -> Station:
    """Any little station: a start, an end, some places, and links of every kind thrown between them."""
    count = draw(st.integers(3, 7))
    places = tuple(Place(f"p{i}", PlaceKind.CONCOURSE, f"4:{i + 1}F", "4", Text("", ""), None) for i in range(count))
    nodes = tuple(Node(f"n{i}", f"p{i}", f"4:{i + 1}F", NodeKind.LANDING, Text("", "")) for i in range(count))
    ends = st.lists(st.integers(0, count - 1), min_size=2, max_size=2, unique=True)
    links, units = [], []
    for number in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(KINDS))
        a, b = draw(ends)
        status = draw(st.sampled_from([Status.WORKING, Status.WORKING, Status.UNDER_REPAIR, Status.UNKNOWN]))
        unit = None
        if kind in UNIT_KINDS:
            unit = f"4:{UNIT_KINDS[kind].value}:{number}"
            width = draw(st.sampled_from([None, 760, 820]))
            known = draw(st.booleans())
            units.append(
                Unit(
                    unit,
                    UNIT_KINDS[kind],
                    "4",
                    str(number),
                    Text("", ""),
                    (),
                    status=status,
                    width_mm=width,
                    in_register=known,
                )
            )
        walked = kind in (LinkKind.WALKWAY, LinkKind.RAMP)
        links.append(
            Link(
                f"l{number:02}",
                f"n{a}",
                f"n{b}",
                kind,
                unit=unit,
                length_m=draw(st.sampled_from([None, 0.0, 10.0, 20.0, 33.3])) if walked else 0.0,
                rise_m=draw(st.sampled_from([None, 4.0, 5.4])),
                oneway=oneway and draw(st.booleans()),
                staff_call=draw(st.sampled_from([True, False, None])),
                status=Status.UNKNOWN if unit else status,
            )
        )
    platforms = tuple(Platform(f"p{i}", f"n{i}", "4", f"d{i}", f"4:{i + 1}F", None, None, None) for i in range(count))
    return Station(
        "any", StationName("역"), ("4",), (), (), places, nodes, tuple(links), tuple(units), platforms,
    )  # fmt: skip


START, END = Endpoint("4", "d0"), Endpoint("4", "d1")
TRAVELLERS = st.sampled_from(sorted(PROFILES.values(), key=lambda each: each.id))
Weight = tuple[int, ...]


def _go(station: Station, start: Endpoint, end: Endpoint, *, profile: Profile) -> Route:
    return find_route(station, start, end, profile=profile)


def _weight(station: Station, link: Link, who: Profile) -> Weight:
    costs = default_costs()
    place = way(Index(station), link, storey_m=costs["storey", "", ""].typical)
    return burden(link, place, who, costs)


def _burden(station: Station, who: Profile, start: Endpoint = START, end: Endpoint = END) -> Weight | None:
    """What the best way weighs; None if there is none."""
    try:
        route = _go(station, start, end, profile=who)
    except NoRouteError:
        return None
    weights = [_weight(station, step.link, who) for leg in route.legs for step in leg.traversals]
    return tuple(map(sum, zip(*weights, strict=True)))


def _no_better(worse: Weight | None, better: Weight | None) -> bool:
    return worse is None or (better is not None and worse >= better)


def _replaced(station: Station, old: Link, new: Link) -> Station:
    return replace(station, links=tuple(new if link is old else link for link in station.links))


def _usable(station: Station, who: Profile) -> list[Link]:
    units = {unit.id: unit for unit in station.units}
    return [
        link
        for link in station.links
        if refusal(link, units.get(link.unit or ""), who) is None
        and link.status is not Status.UNDER_REPAIR
        and not (link.unit and units[link.unit].status is Status.UNDER_REPAIR)
    ]


def _plain(station: Station, links: Sequence[Link]) -> nx.DiGraph[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(node.id for node in station.nodes)
    for link in links:
        graph.add_edge(link.start, link.end)
        if not link.oneway:
            graph.add_edge(link.end, link.start)
    return graph


@given(stations(), TRAVELLERS)
def test_there_is_a_route_just_where_the_links_one_may_use_connect(station: Station, who: Profile) -> None:
    connected = nx.has_path(_plain(station, _usable(station, who)), "n0", "n1")
    assert (_burden(station, who) is not None) == connected


@given(stations(), TRAVELLERS)
def test_no_way_at_all_is_lighter_than_the_one_found(station: Station, who: Profile) -> None:
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(node.id for node in station.nodes)
    for link in _usable(station, who):
        weight = _weight(station, link, who)
        graph.add_edge(link.start, link.end, weight=weight)
        if not link.oneway:
            graph.add_edge(link.end, link.start, weight=weight)
    every = [
        tuple(map(sum, zip(*(graph.get_edge_data(*edge)["weight"] for edge in path), strict=True)))
        for path in nx.all_simple_edge_paths(graph, "n0", "n1")
    ]
    assert _burden(station, who) == min(every, default=None)


@given(stations(), TRAVELLERS)
def test_a_way_by_lifts_alone_wins_whenever_one_exists(station: Station, who: Profile) -> None:
    links = [link for link in _usable(station, who) if link.kind is not LinkKind.WHEELCHAIR_LIFT]
    assume(nx.has_path(_plain(station, links), "n0", "n1"))
    assert LinkKind.WHEELCHAIR_LIFT not in {ride.kind for ride in _go(station, START, END, profile=who).rides}


@given(stations(), TRAVELLERS, st.data())
def test_a_barrier_never_makes_a_route_better(station: Station, who: Profile, data: st.DataObject) -> None:
    link = data.draw(st.sampled_from(station.links))
    barriers = [
        replace(link, status=Status.UNDER_REPAIR),
        replace(link, oneway=True),
        replace(link, staff_call=True),
        replace(link, kind=LinkKind.STAIRS, unit=None),
    ]
    # Walkers are glad of stairs.
    barrier = data.draw(st.sampled_from(barriers if who.wheels else barriers[:3]))
    assert _no_better(_burden(_replaced(station, link, barrier), who), _burden(station, who))


@given(stations(), TRAVELLERS, st.data())
def test_doing_without_a_unit_never_makes_a_route_better(station: Station, who: Profile, data: st.DataObject) -> None:
    assume(station.units)
    unit = data.draw(st.sampled_from(station.units))
    less = replace(station, links=tuple(link for link in station.links if link.unit != unit.id))
    try:
        route = find_route(station, START, END, profile=who, without=[unit.id])
    except NoRouteError:
        assert _burden(less, who) is None
    else:
        assert route.rides == _go(less, START, END, profile=who).rides
        assert unit.id not in {ride.unit for ride in route.rides}
    assert _no_better(_burden(less, who), _burden(station, who))


@given(stations(), TRAVELLERS, st.data())
def test_widening_or_mending_never_makes_a_route_worse(station: Station, who: Profile, data: st.DataObject) -> None:
    assume(station.units)
    unit = data.draw(st.sampled_from(station.units))
    mended = data.draw(
        st.sampled_from(
            [replace(unit, width_mm=900), replace(unit, status=Status.WORKING), replace(unit, in_register=True)]
        )
    )
    better = replace(station, units=tuple(mended if each is unit else each for each in station.units))
    assert _no_better(_burden(station, who), _burden(better, who))


@given(stations(oneway=False), TRAVELLERS)
def test_the_way_back_weighs_the_same_where_nothing_is_one_way(station: Station, who: Profile) -> None:
    assert _burden(station, who, END, START) == _burden(station, who)


@given(stations(), TRAVELLERS, st.randoms())
def test_the_order_of_links_nodes_and_units_never_changes_the_route(
    station: Station, who: Profile, random: Random
) -> None:
    def shuffled(items: tuple[object, ...]) -> tuple[object, ...]:
        mixed = list(items)
        random.shuffle(mixed)
        return tuple(mixed)

    other = replace(
        station,
        links=shuffled(station.links),  # type: ignore[arg-type]
        nodes=shuffled(station.nodes),  # type: ignore[arg-type]
        units=shuffled(station.units),  # type: ignore[arg-type]
        places=shuffled(station.places),  # type: ignore[arg-type]
    )
    assert _answer(other, who) == _answer(station, who)


def _answer(station: Station, who: Profile) -> Route | Sequence[Text]:
    try:
        return _go(station, START, END, profile=who)
    except NoRouteError as error:
        return error.blockers


@given(stations(), TRAVELLERS)
def test_legs_hold_together(station: Station, who: Profile) -> None:
    try:
        route = _go(station, START, END, profile=who)
    except NoRouteError:
        return
    steps = [step for leg in route.legs for step in leg.traversals]
    nodes = ["n0"]
    for step in steps:
        here, there = (step.link.start, step.link.end) if step.forward else (step.link.end, step.link.start)
        assert here == nodes[-1]
        nodes.append(there)
    assert nodes[-1] == "n1"
    assert len(set(nodes)) == len(nodes)
    walks = [leg.traversals[0].link.kind in (LinkKind.WALKWAY, LinkKind.RAMP, LinkKind.GATE) for leg in route.legs]
    assert not any(a and b for a, b in pairwise(walks))
    assert all(len(leg.traversals) == 1 for leg, walk in zip(route.legs, walks, strict=True) if not walk)
    assert route.seconds.low <= route.seconds.typical <= route.seconds.high
