"""The station as a networkx graph: what a developer finds in it, and which stations are refused."""

from __future__ import annotations

import json
from dataclasses import replace

import networkx as nx
import pytest
from drawn_station import drawn

from muui_maps.errors import InputRefusedError
from muui_maps.model import Evidence, Level, Link, LinkKind, Method, PlaceKind, Status
from muui_maps.network import graph
from muui_maps.network.graph import Index, build_graph, index_of, length_method, storeys, way

SMALL = """
  p   platform   7:B3    in   7:중계
  c   concourse  7:B1    in
  o   concourse  7:B1    out
  st  street     street  out
  ---
  p.train  -- 15 --      p.ev
  p.ev     == 7:EV:1 ==  c.ev      rise=12.5
  p.ev     == 7:ES:1 ==  c.es      oneway repair
  c.ev     -- ? --       c.gate
  c.gate   |staff|       o.gate
  o.gate   -- 20~ --     o.ev
  o.ev     == 7:EV:2 ==  st.ev
  st.ev    -- 10 --      st.exit:3
"""


def test_each_link_is_an_edge_each_way_under_its_own_key() -> None:
    built = build_graph(drawn(SMALL))
    assert built.has_edge("p.ev", "c.ev", key="p.ev>c.ev")
    assert built.has_edge("c.ev", "p.ev", key="p.ev>c.ev")
    assert built["p.ev"]["c.ev"]["p.ev>c.ev"]["rise_m"] == 12.5
    assert built["c.ev"]["p.ev"]["p.ev>c.ev"]["rise_m"] == -12.5


def test_a_one_way_link_is_one_edge() -> None:
    built = build_graph(drawn(SMALL))
    assert built.has_edge("p.ev", "c.es")
    assert not built.has_edge("c.es", "p.ev")


def test_a_gate_knows_in_each_direction_whether_one_is_inside_after_it() -> None:
    built = build_graph(drawn(SMALL))
    out, back = (built.edges[(*ends, "c.gate>o.gate")] for ends in (("c.gate", "o.gate"), ("o.gate", "c.gate")))
    assert (out["paid_after"], back["paid_after"]) == (False, True)
    assert out["staff_call"] is back["staff_call"] is True


def test_unknown_stays_unknown_and_evidence_goes_along() -> None:
    built = build_graph(drawn(SMALL))
    unknown = built.edges["c.ev", "c.gate", "c.ev>c.gate"]
    assert unknown["length_m"] is None
    assert unknown["length_method"] is None
    derived = built.edges["o.gate", "o.ev", "o.gate>o.ev"]
    assert derived["length_method"] == "derived"
    assert derived["evidence"]["length_m"][0]["dataset"] == "muui_maps"
    assert built.edges["p.ev", "c.es", "p.ev>c.es"]["status"] == "under_repair"


def test_a_link_whose_unit_is_under_repair_says_so() -> None:
    station = drawn(SMALL)
    assert station.units[0].id == "7:EV:1"
    assert build_graph(station).edges["p.ev", "c.ev", "p.ev>c.ev"]["status"] != "under_repair"
    broken = replace(station, units=tuple(replace(unit, status=Status.UNDER_REPAIR) for unit in station.units))
    assert build_graph(broken).edges["p.ev", "c.ev", "p.ev>c.ev"]["status"] == "under_repair"


def test_nodes_and_edges_are_plain_data() -> None:
    built = build_graph(drawn(SMALL))
    assert built.nodes["p.train"]["kind"] == "train"
    assert built.nodes["street:exit:3"]["place_kind"] == "street"
    assert built.nodes["c.ev"]["paid_area"] is True
    assert json.loads(json.dumps(nx.node_link_data(built, edges="edges")))["nodes"]


def test_the_order_of_the_station_changes_nothing() -> None:
    station = drawn(SMALL)
    turned = replace(station, nodes=station.nodes[::-1], links=station.links[::-1], units=station.units[::-1])
    assert nx.node_link_data(build_graph(station), edges="edges") == nx.node_link_data(
        build_graph(turned), edges="edges"
    )


@pytest.mark.parametrize("length", [float("nan"), -1.0, float("inf")])
def test_a_length_that_is_none_is_refused_by_name(length: float) -> None:
    station = drawn(SMALL)
    bad = replace(station, links=(replace(station.links[0], length_m=length), *station.links[1:]))
    with pytest.raises(InputRefusedError) as caught:
        build_graph(bad)
    (finding,) = caught.value.findings
    assert (finding.code, finding.layer, finding.field) == ("graph_bad_length", "p.train>p.ev", "length_m")
    assert str(length) in caught.value.message.en


def test_a_rise_that_is_no_number_is_refused() -> None:
    station = drawn(SMALL)
    bad = replace(station, links=(replace(station.links[0], rise_m=float("nan")), *station.links[1:]))
    with pytest.raises(InputRefusedError, match="rise_m"):
        build_graph(bad)


@pytest.mark.parametrize(
    ("change", "named"),
    [({"start": "nowhere"}, "nowhere"), ({"end": "nowhere"}, "nowhere"), ({"unit": "7:EV:9"}, "7:EV:9")],
)
def test_a_reference_to_nothing_is_refused(change: dict[str, str], named: str) -> None:
    station = drawn(SMALL)
    bad = replace(station, links=(replace(station.links[0], **change), *station.links[1:]))  # type: ignore[arg-type]
    with pytest.raises(InputRefusedError, match=named):
        build_graph(bad)


def test_an_id_that_stands_twice_is_refused() -> None:
    station = drawn(SMALL)
    with pytest.raises(InputRefusedError, match="twice"):
        build_graph(replace(station, links=(*station.links, station.links[0])))


# ── lengths and storeys ──────────────────────────────────────────────────────


def test_a_length_is_known_by_the_best_of_its_sources() -> None:
    sources = tuple(Evidence("d", "1", None, method) for method in (Method.DERIVED, Method.SURVEYED, Method.ASSUMED))
    link = Link("l", "a", "b", LinkKind.WALKWAY, length_m=10.0)
    assert length_method(replace(link, evidence={"length_m": sources})) is Method.SURVEYED
    assert length_method(replace(link, evidence={"length_m": sources[::2]})) is Method.DERIVED
    assert length_method(link) is Method.ASSUMED
    assert length_method(replace(link, length_m=None, evidence={"length_m": sources})) is None


@pytest.mark.parametrize(
    ("start", "end", "rise_m", "expected"),
    [
        ("7:B3", "7:B1", 10.8, 2.0),
        ("7:B3", "7:B1", -5.4, 1.0),
        ("7:B3", "7:B1", None, 2.0),
        ("7:B1", "street", None, 1.0),
        ("4:3F", "street", None, 2.0),
        ("4:3F", "7:B2", None, 4.0),
        ("7:BM1", "7:B3", None, 2.5),
        ("7:?", "7:B3", None, 1.0),
        ("2:1F", "street", None, 1.0),
    ],
)
def test_storeys_by_rise_else_by_label(start: str, end: str, rise_m: float | None, expected: float) -> None:
    link = Link("l", "a", "b", LinkKind.ELEVATOR, rise_m=rise_m)
    levels = [Level(each, each.partition(":")[0], each.partition(":")[2]) for each in (start, end)]
    assert storeys(link, *levels, storey_m=5.4) == pytest.approx(expected)


def test_elevations_decide_before_labels() -> None:
    link = Link("l", "a", "b", LinkKind.ELEVATOR)
    low, high = Level("7:B3", "7", "B3", elevation_m=-27.0), Level("7:B1", "7", "B1", elevation_m=-5.4)
    assert storeys(link, low, high, storey_m=5.4) == pytest.approx(4.0)


def test_only_a_computed_length_is_as_unsure_as_its_ends() -> None:
    station = drawn(SMALL)
    index = Index(replace(station, nodes=tuple(replace(node, error_m=3.0) for node in station.nodes)))
    derived, surveyed, unknown = (index.links[each] for each in ("o.gate>o.ev", "p.train>p.ev", "c.ev>c.gate"))
    assert way(index, derived, storey_m=5.4).error_m == pytest.approx(18**0.5)
    assert way(index, surveyed, storey_m=5.4).error_m == 0
    assert way(index, unknown, storey_m=5.4).error_m == 0
    assert way(Index(station), derived, storey_m=5.4).error_m == 0


@pytest.mark.parametrize("line", ["c.a -- ? -- st.a", "st.a -- ? -- c.a"])
def test_a_way_that_touches_the_street_counts_as_outside(line: str) -> None:
    index = Index(drawn(f"c concourse 7:B1 out\nst street street out\n---\n{line}\n"))
    assert way(index, index.station.links[0], storey_m=5.4).place is PlaceKind.STREET


def test_an_index_is_kept_for_the_very_station_and_no_other() -> None:
    station = drawn(SMALL)
    assert index_of(station) is index_of(station)
    many = [drawn(SMALL) for _ in range(20)]
    assert all(index_of(each).station is each for each in many)
    assert index_of(replace(station, links=station.links[1:])).links.keys() != index_of(station).links.keys()
    assert len(graph._recent) <= 8  # noqa: SLF001
