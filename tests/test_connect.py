"""Places and the ways between them: gates that texts leave out, middle stops, one-way units, the street."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gaon import BACK, OUT, Gaon, acts_of, between, findings, links, place_of, route_of, two_lines
from hypothesis import given
from hypothesis import strategies as st

from muui_maps.assemble.connect import paid_states
from muui_maps.assemble.walks import walk_of
from muui_maps.model import Link, LinkKind, Method, MetKind, Station
from muui_maps.network.routes import find_route
from muui_maps.profiles import profile

if TYPE_CHECKING:
    from pathlib import Path

    from muui_maps.model import Route


def route(station: Station, start: str, end: str, who: str = "manual_wheelchair") -> Route:
    from muui_maps.model import Endpoint

    ends = [Endpoint(*each.split(":")) if ":" in each else Endpoint() for each in (start, end)]
    return find_route(station, *ends, profile=profile(who))


# ── inside or outside the gates ──────────────────────────────────────────────


def states(text: str) -> list[tuple[bool | None, bool | None]]:
    head = route_of("4:나래 > 7:마루")
    return paid_states(walk_of(head, acts_of(head.route_id, text)))


def test_a_ride_before_the_gate_is_inside_and_one_after_it_outside() -> None:
    assert states(OUT) == [(True, True), (False, False), (False, False), (True, True)]


def test_where_the_gates_do_not_add_up_nothing_is_said() -> None:
    """마루 → 나래 leaves out line 7's gate: whether its concourse is inside can't be told from this text alone."""
    assert states(BACK) == [(None, None), (None, False), (False, False), (True, True)]


@pytest.mark.parametrize(
    ("gates", "second"),
    [(0, (True, True)), (1, (True, True)), (2, (True, True)), (3, (None, None))],
)
def test_between_two_platforms_two_gates_are_out_and_in(gates: int, second: tuple[bool | None, bool | None]) -> None:
    text = "ride elevator\ngo concourse level=2F\n" + "gate\n" * gates + "ride elevator\ngo platform level=B3 line=7"
    assert states(text)[1] == second


@given(
    st.lists(st.sampled_from(["ride elevator", "go concourse", "gate", "cross", "ride elevator exit=2"]), max_size=9)
)
def test_any_text_gives_a_state_for_both_ends_of_every_ride_and_the_street_is_outside(lines: list[str]) -> None:
    head = route_of("4:나래 > 7:마루")
    walk = walk_of(head, acts_of(head.route_id, "\n".join(lines)))
    told = paid_states(walk)
    assert len(told) == len(walk.rides)
    for ride, ends in zip(walk.rides, told, strict=True):
        for spot, state in zip(ride.ends, ends, strict=True):
            assert state is False or not spot.on_street


# ── gates ────────────────────────────────────────────────────────────────────


def test_a_gate_that_one_text_leaves_out_counts_because_the_reverse_names_it(tmp_path: Path) -> None:
    station = two_lines().station(tmp_path)
    assert route(station, "4:나래", "7:마루").gates == 2
    assert route(station, "7:마루", "4:나래").gates == 2
    (conflict,) = findings(station, "gate_conflict")
    assert conflict.message.ko == "7호선 B1 개찰구: 안내문 1개에는 있고 1개에는 없어요. 있는 것으로 세요."
    assert conflict.message.en == "The fare gate on Line 7 B1: named by 1 text, left out by 1. It is counted."
    assert conflict.layer == "gate:7:B1"


def test_a_gate_that_no_text_names_is_there_because_paid_and_free_areas_meet(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.tables["official_acts"] = [act for act in gaon.tables["official_acts"] if getattr(act, "kind", "") != "gate"]
    station = gaon.station(tmp_path)
    (gate,) = [link for link in links(station, LinkKind.GATE) if link.id == "gate:4:2F"]
    assert {evidence.method for evidence in gate.evidence["link"]} == {Method.DERIVED}
    assert "2개에 모두 없어요" in findings(station, "gate_conflict")[0].message.ko
    assert route(station, "4:나래", "7:마루").gates == 2


def test_an_emergency_gate_or_a_call_to_staff_is_a_gate_that_staff_open(tmp_path: Path) -> None:
    for said in ("gate emergency_gate side=out", "gate side=out staff=1"):
        gaon = two_lines()
        gaon.tables["official_routes"], gaon.tables["official_acts"] = [], []
        gaon.route("4:나래 > 7:마루", OUT.replace("gate side=out", said))
        gates = {link.id: link.staff_call for link in links(gaon.station(tmp_path / said[5:8]), LinkKind.GATE)}
        assert gates == {"gate:4:2F": True, "gate:7:B1": None}


def test_two_gates_between_two_paid_places_lead_out_and_in_again(tmp_path: Path) -> None:
    """나래 side, 2F: gate out, along the free part, gate in to the lift of the other side."""
    gaon = two_lines()
    gaon.unit("4:EV:내부2", "2F|3F", doors="다온:2-1", place="platform")
    gaon.route(
        "4:나래 > 4:다온",
        """alight platform level=3F line=4 direction=나래
           ride elevator place=concourse line=4
           go passage level=2F
           gate side=out
           gate side=in
           ride elevator place=platform line=4 direction=다온
           go platform level=3F line=4 direction=다온""",
    )
    station = gaon.station(tmp_path)
    (passage,) = {place.id for place in station.places if place.kind.value == "passage"}
    assert f"gate:4:concourse:2F:out~{passage}" in {link.id for link in links(station, LinkKind.GATE)}
    assert not findings(station, "gate_missing")


ON_GROUND = """
    alight platform level=3F line=4 direction=나래
    ride elevator place=concourse
    go concourse level=1F line=4
    GATES
    go concourse level=1F line=7
    ride elevator line=7 direction=마루
    go platform level=B3 line=7 direction=마루
    board wheelchair_space
"""
"""`(1F) 대합실로 이동`, between two lifts that no register has."""


def test_a_hall_that_texts_name_on_1f_is_inside_the_station_and_no_street(tmp_path: Path) -> None:
    """Else who changes trains is sent outside, past gates that nobody names."""
    gaon = Gaon()
    gaon.route("4:나래 > 7:마루", ON_GROUND.replace("GATES\n", "\n"))
    way = route(gaon.station(tmp_path), "4:나래", "7:마루")
    assert (way.goes_outside, way.reentries, way.gates) == (False, 0, 0)
    assert way.rides[0].to_level == "4:1F"


def test_gates_out_and_in_that_one_text_names_and_another_does_not_are_told(tmp_path: Path) -> None:
    gaon = Gaon()
    gaon.route("4:나래 > 7:마루", ON_GROUND.replace("GATES", "gate\n    gate"))
    gaon.route("4:다온 > 7:마루", ON_GROUND.replace("GATES\n", "\n").replace("나래", "다온"))
    station = gaon.station(tmp_path)
    (told,) = findings(station, "gate_conflict")
    assert told.message.en.endswith(
        "out of the gates and in again by 1 text, no gate by 1. The way inside was followed."
    )
    assert "gate_conflict" in [doubt.code for doubt in route(station, "4:나래", "7:마루").doubts]


def test_every_gate_has_a_paid_side_and_no_plain_way_passes_by_one(tmp_path: Path) -> None:
    station = two_lines().station(tmp_path)
    for gate in links(station, LinkKind.GATE):
        assert (place_of(station, gate.start).paid_area, place_of(station, gate.end).paid_area) == (False, True)
        assert gate.paid_after is True
    for way in links(station, LinkKind.WALKWAY):
        assert place_of(station, way.start).paid_area is place_of(station, way.end).paid_area


# ── floors and stops ─────────────────────────────────────────────────────────


def test_a_text_that_changes_floors_without_a_ride_is_told_and_makes_no_way(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.route("7:라온 > 4:나래", BACK.replace("마루", "라온").replace("ride elevator place=concourse line=7", ""))
    station = gaon.station(tmp_path)
    (told,) = findings(station, "walk_changes_level")
    assert told.message.ko == (
        "안내문(7호선 라온 방면 → 4호선 나래 방면)에 7호선 승강장에서 7호선 B1 대합실까지 층을 옮기는 방법이 없어요. "
        "길로 잇지 않았어요."
    )
    assert "from the Line 7 platform to the concourse on Line 7 B1" in told.message.en
    assert told.value == "7:B3>7:B1"
    assert (told.file, told.row) == ("texts", int(gaon.tables["official_routes"][-1].record))
    levels = {node.id: node.level for node in station.nodes}
    assert all(levels[way.start] == levels[way.end] for way in links(station, LinkKind.WALKWAY))


def test_stairs_in_a_text_are_for_people_on_foot(tmp_path: Path) -> None:
    gaon = Gaon()
    gaon.route(
        "4:나래 > 7:마루",
        "alight platform level=B1 line=4 direction=나래\nride stairs\ngo platform level=B3 line=7 direction=마루",
    )
    station = gaon.station(tmp_path)
    (stairs,) = between(station, "train:4:나래", "train:7:마루")
    assert stairs.kind is LinkKind.STAIRS


def test_a_middle_stop_that_nobody_describes_is_not_walked_through(tmp_path: Path) -> None:
    """Lifts 1 and 5 both stop on B2; no source says what is there, nor that one can change between them."""
    gaon = two_lines()
    gaon.tables["units"] = [row for row in gaon.tables["units"] if row.record != "4"]
    gaon.unit("7:EV:1", "B3|B2|B1", doors="라온:4-4|마루:5-1", place="platform")
    gaon.unit("7:EV:5", "B2|B1", place="concourse")
    station = gaon.station(tmp_path)
    assert place_of(station, "7:EV:1@B2").paid_area is None
    assert between(station, "7:EV:1@B2", "7:EV:5@B2") == []


def test_a_lift_of_three_stops_is_one_link_for_each_pair_of_them(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.tables["units"] = [row for row in gaon.tables["units"] if row.record != "4"]
    gaon.unit("7:EV:1", "B3|B2|B1", doors="라온:4-4|마루:5-1", place="platform")
    rides = links(gaon.station(tmp_path), of="7:EV:1")
    assert sorted(link.id for link in rides) == ["7:EV:1:B2>B1", "7:EV:1:B3>B1", "7:EV:1:B3>B2"]
    assert all(link.kind is LinkKind.ELEVATOR and not link.oneway for link in rides)


def test_a_side_platforms_lift_lands_on_its_own_platform_only(tmp_path: Path) -> None:
    station = two_lines().station(tmp_path)
    assert place_of(station, "4:EV:내부1@3F").id == "4:platform:나래"
    assert place_of(station, "train:4:다온").id == "4:platform:다온"
    assert between(station, "4:EV:내부1@3F", "train:4:다온") == []
    assert place_of(station, "7:EV:1@B3").id == "7:platform"  # an island is one place for both directions
    assert {way.kind for way in between(station, "7:EV:1@B3", "train:7:라온")} == {LinkKind.WALKWAY}


def test_an_escalator_runs_one_way_as_the_register_lists_its_floors(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.unit("4:ES:1", "2F|3F", doors="나래:2-1", place="platform")
    gaon.unit("4:ES:2", "3F|2F", doors="나래:2-2", place="platform")
    gaon.height("4:ES:1", "2F|3F", 6.0, upward=True)
    gaon.height("4:ES:2", "3F|2F", 6.0, upward=False)
    station = gaon.station(tmp_path)
    (up,), (down,) = links(station, of="4:ES:1"), links(station, of="4:ES:2")
    assert (up.start, up.end, up.oneway, up.rise_m) == ("4:ES:1@2F", "4:ES:1@3F", True, 6.0)
    assert (down.start, down.end, down.oneway, down.rise_m) == ("4:ES:2@3F", "4:ES:2@2F", True, -6.0)
    assert {unit.id: unit.upward for unit in station.units if unit.kind.value == "ES"} == {
        "4:ES:1": True,
        "4:ES:2": False,
    }


def test_a_rise_is_metres_up_from_a_links_start_to_its_end(tmp_path: Path) -> None:
    station = two_lines().station(tmp_path)
    heights = {level.id: level.elevation_m for level in station.levels}
    levels = {node.id: node.level for node in station.nodes}
    rides = links(station, LinkKind.ELEVATOR)
    assert len(rides) == 4
    for ride in rides:
        start, end = heights[levels[ride.start]], heights[levels[ride.end]]
        assert start is not None
        assert end is not None
        assert ride.rise_m == pytest.approx(end - start)


# ── the street ───────────────────────────────────────────────────────────────


def test_lifts_on_the_street_are_joined_by_ways_that_are_assumed_unless_a_text_describes_them(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.unit("7:EV:3", "B1|1F", exits="4", place="exit")
    station = gaon.station(tmp_path)
    (described,) = between(station, "4:EV:외부1@1F", "7:EV:2@1F")
    (assumed,) = between(station, "4:EV:외부1@1F", "7:EV:3@1F")
    assert {each.method for each in described.evidence["link"]} == {Method.OFFICIAL}
    assert {each.method for each in assumed.evidence["link"]} == {Method.ASSUMED}
    assert assumed.length_m is None


def test_exits_are_those_at_which_a_unit_comes_up_in_their_order(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.unit("7:EV:3", "B1|1F", exits="10", place="exit")
    gaon.unit("7:ES:4", "B1|1F", exits="3-1", place="exit")
    gaon.unit("7:EV:5", "B1|1F", place="unknown")
    station = gaon.station(tmp_path)
    assert station.exits == ("2", "3", "3-1", "10")
    assert between(station, "street:exit:10", "7:EV:3@1F")
    assert between(station, "street:exit:?", "7:EV:5@1F")


def test_crossings_and_turns_of_a_text_are_met_on_the_way_as_it_runs(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.tables["official_routes"], gaon.tables["official_acts"] = [], []
    gaon.route("4:나래 > 7:마루", OUT.replace("go elevator", "turn heading=left\ncross\ngo elevator"))
    gaon.route("4:나래 > 7:라온", OUT.replace("go elevator", "cross\ngo elevator").replace("마루", "라온"))
    (way,) = between(gaon.station(tmp_path), "4:EV:외부1@1F", "7:EV:2@1F")
    assert _counted(way) == {MetKind.TURN: 1, MetKind.CROSSING: 1}  # one road, though two texts name it
    assert [met.name.en for met in way.met if met.name] == ["turn left"]


def _counted(way: Link) -> dict[MetKind, int | None]:
    return {met.kind: met.count for met in way.met}


# ── what is not clear ────────────────────────────────────────────────────────


def test_a_ride_that_may_mean_units_to_different_places_is_told_and_left_to_the_router(tmp_path: Path) -> None:
    """`엘리베이터` at exit 2: one leads to 2F, the other past it to 3F; the text says neither."""
    gaon = two_lines()
    gaon.unit("4:EV:외부2", "1F|3F", exits="2", doors="다온:1-1", place="exit")
    gaon.route(
        "7:마루 > 4:다온",
        """alight platform level=B3 line=7 direction=마루
           ride elevator place=concourse line=7
           go concourse level=B1
           ride elevator line=7 exit=3
           go outside level=1F
           ride elevator line=4 exit=2
           gate side=in""",
    )
    (doubt,) = findings(gaon.station(tmp_path), "ride_ambiguous")
    assert doubt.value == "4:EV:외부1, 4:EV:외부2"
    assert "4호선 엘리베이터 외부 1, 4호선 엘리베이터 외부 2" in doubt.message.ko


def test_a_text_to_a_platform_that_does_not_exist_is_told(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.route("4:가람 > 7:마루", OUT)
    (told,) = findings(gaon.station(tmp_path), "route_unplaced")
    assert told.value == "4:가람"
    assert told.layer == "S1:4:가람>7:마루"


def test_two_lifts_to_one_concourse_both_lead_there_and_the_route_says_so(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.unit("4:EV:내부2", "2F|3F", doors="나래:2-1", place="platform")
    station = gaon.station(tmp_path)
    out = route(station, "4:나래", "7:마루")
    first = next(leg for leg in out.legs if leg.unit is not None)
    assert first.unit is not None
    assert {first.unit.id, *first.same_as} == {"4:EV:내부1", "4:EV:내부2"}
