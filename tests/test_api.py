"""The library, as a developer calls it."""

from __future__ import annotations

import subprocess
import sys

import networkx as nx
import pytest

import muui_maps as mm
from muui_maps.api import open_atlas
from muui_maps.model import Endpoint, LinkKind


def test_the_public_names_are_there_and_no_others() -> None:
    assert sorted(mm.__all__) == [name for name in sorted(mm.__all__) if getattr(mm, name) is not None]
    with pytest.raises(AttributeError, match="lift"):
        mm.lift  # noqa: B018


def test_importing_the_library_loads_nothing_heavy() -> None:
    code = "import sys, muui_maps; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"networkx", "geopandas", "pydantic", "click", "numpy"}.isdisjoint(loaded)


@pytest.fixture(scope="module")
def nowon() -> mm.LoadedStation:
    return mm.load("nowon")


def test_a_route_exposes_what_a_traveller_asks_for(nowon: mm.LoadedStation) -> None:
    route = nowon.route("4:상계", "7:중계", profile="manual_wheelchair")
    assert [ride.kind for ride in route.rides] == [LinkKind.ELEVATOR] * 4
    assert route.seconds.low <= route.seconds.typical <= route.seconds.high
    assert route.gates >= route.staff_calls >= 0
    assert len(route.steps("ko")) == len(route.steps("en")) == len(route.narration)
    assert route.steps() == route.steps("ko")
    assert route.stem == "4-sanggye_7-junggye"
    assert route.to_dict()["gates"] == route.gates


def test_sentences_exist_in_two_languages_only(nowon: mm.LoadedStation) -> None:
    with pytest.raises(mm.UsageError):
        nowon.route("4:상계", "7:중계").steps("fr")


def test_an_endpoint_may_be_given_as_itself(nowon: mm.LoadedStation) -> None:
    named = nowon.route("4:상계", "7:중계")
    given = nowon.route(Endpoint("4", "상계"), Endpoint("7", "중계"))
    assert named.model == given.model


def test_the_graph_is_networkx_and_has_every_node(nowon: mm.LoadedStation) -> None:
    graph = nowon.graph()
    assert isinstance(graph, nx.MultiDiGraph)
    assert set(graph) == {node.id for node in nowon.model.nodes}


def test_frames_of_a_real_station(nowon: mm.LoadedStation) -> None:
    assert len(nowon.nodes_gdf()) == len(nowon.model.nodes)
    assert len(nowon.links_gdf()) == len(nowon.model.links)
    west, south, east, north = nowon.spaces_gdf().total_bounds
    assert 126 < west < east < 128
    assert 37 < south < north < 38


def test_every_transfer_of_every_station_has_an_answer() -> None:
    """A route, or a reason why there is none: 56 of the pilots."""

    def answer(loaded: mm.LoadedStation, start: Endpoint, end: Endpoint) -> tuple[object, ...]:
        try:
            return loaded.route(start, end).narration
        except mm.NoRouteError as error:
            return error.blockers

    answers = {
        (loaded.id, start.key, end.key): answer(loaded, start, end)
        for loaded in mm.load_all()
        for start, end in loaded.transfers
    }
    assert len(answers) >= 56
    assert [key for key, said in answers.items() if not said] == []


def test_counting_transfers_agrees_with_the_station_assembled() -> None:
    atlas = open_atlas()
    for definition in atlas.definitions:
        assert atlas.count_transfers(definition) == len(atlas.load(definition).transfers), definition.id
