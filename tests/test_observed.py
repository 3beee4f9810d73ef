"""Each surveyed fact finds its place: on its lift, way, gate, exit or platform, with who saw it and when.

3F  4:platform:상계   4:EV:1 (3F-2F)   train
2F  concourse in | gate | concourse out
1F  street, exit 2,   4:EV:2 (2F-1F)
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from ledger_samples import STATION, file_of, home, row, store

from muui_maps.assemble.observed import with_survey
from muui_maps.errors import NoRouteError
from muui_maps.fieldwork import Fieldwork
from muui_maps.model import Endpoint, Evidence, Link, Met, Method, MetKind, Route, Station, Status, Unit
from muui_maps.network.routes import find_route
from muui_maps.profiles import profile
from muui_maps.survey.base import base_facts
from muui_maps.survey.decide import Act
from muui_maps.survey.ledger import read_ledger
from muui_maps.survey.match import Matcher, features_of
from muui_maps.survey.observations import Value
from muui_maps.survey.view import view

GATE = "4c.gate>4o.gate"
WALK = "4p.train>4p.ev"


def surveyed(folder: Path, *rows: dict[str, str], station: Station = STATION) -> Station:
    """The station after these rows were imported."""
    store(folder, file_of([row(n, **each) for n, each in enumerate(rows, 2)]))
    ledger = read_ledger(home(folder))
    found = view(ledger, Matcher(features_of(station)), base_facts(station))
    return with_survey(station, found, ledger)


def work_on(folder: Path) -> Fieldwork:
    return Fieldwork(home(folder), read_ledger(home(folder)), STATION, None)


def unit(station: Station, unit_id: str = "4:EV:1") -> Unit:
    return next(each for each in station.units if each.id == unit_id)


def link(station: Station, link_id: str) -> Link:
    return next(each for each in station.links if each.id == link_id)


def met(link: Link) -> list[tuple[str, str]]:
    return [(each.kind.value, each.name.ko if each.name else "") for each in link.met]


def route(station: Station, who: str = "manual_wheelchair", end: Endpoint | None = None) -> Route:
    return find_route(station, Endpoint("4", "상계"), end or Endpoint(), profile=profile(who))


def blockers(station: Station, who: str = "manual_wheelchair") -> list[str]:
    with pytest.raises(NoRouteError) as refused:
        route(station, who)
    return [each.ko for each in refused.value.blockers]


# ── lifts ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cells", "field", "value"),
    [
        ({"operational_status": "고장"}, "status", Status.OUT_OF_ORDER),
        ({"operational_status": "수리중"}, "status", Status.UNDER_REPAIR),
        ({"operational_status": "없음"}, "status", Status.CLOSED),
        ({"operational_status": "정상"}, "status", Status.WORKING),
        ({"door_width_mm": "85cm"}, "door_width_mm", 850),
        ({"cabin_width_mm": "1400"}, "width_mm", 1400),
        ({"cabin_depth_mm": "135cm"}, "depth_mm", 1350),
        ({"steps_remaining_with_lift": "4"}, "steps_left", 4),
        ({"near_exit": "2"}, "exit", "2"),
    ],
)
def test_a_fact_about_a_lift_is_the_lifts_with_its_day(
    tmp_path: Path, cells: dict[str, str], field: str, value: object
) -> None:
    found = unit(surveyed(tmp_path, cells))
    assert getattr(found, field) == value
    assert "2026-05-01" in {each.date for each in found.evidence}


def test_a_stopped_lift_stops_its_rides_and_says_since_when(tmp_path: Path) -> None:
    station = surveyed(tmp_path, {"operational_status": "고장"})
    assert (unit(station).status_as_of, link(station, "4p.ev>4c.ev").status) == ("2026-05-01", Status.OUT_OF_ORDER)
    assert blockers(station) == ["4호선 엘리베이터 1 (4호선 3F → 4호선 2F): 고장이에요"]


def test_a_lift_that_ends_in_steps_is_no_way_for_wheels(tmp_path: Path) -> None:
    station = surveyed(tmp_path, {"steps_remaining_with_lift": "4"})
    assert blockers(station) == ["4호선 엘리베이터 1 (4호선 3F → 4호선 2F): 계단이 4개 있어요"]
    assert route(station, "walker").rides


def test_waits_are_waited(tmp_path: Path) -> None:
    waited = surveyed(tmp_path, {"wait_seconds": "60"}, {"wait_seconds": "5분"})
    seconds = unit(waited).wait_s
    assert seconds is not None
    assert (seconds.low, seconds.high) == (60, 300)
    assert route(waited).seconds.typical > route(STATION).seconds.typical + 60


def test_a_lift_with_hours_says_them_on_the_ride(tmp_path: Path) -> None:
    station = surveyed(tmp_path, {"open_from": "05:30", "open_to": "23:00"})
    assert met(link(station, "4p.ev>4c.ev")) == [("hours", "05:30–23:00")]


def test_levels_that_a_reviewer_took_away_are_not_ridden_to(tmp_path: Path) -> None:
    surveyed(tmp_path, {"feature_id": "4:EV:2", "served_levels": "2F, B1"})
    work = work_on(tmp_path)
    (claim,) = next(iter(work.ledger.entries.values())).claims
    work.decide(Act.ACCEPT, claim.id, by="kim", reason="seen", decided_on="2026-06-01")
    station = work_on(tmp_path).station
    assert "4o.ev>st.ev" not in {each.id for each in station.links if each.unit == "4:EV:2" and "st" in each.end}
    assert "stop_unplaced" in {each.code for each in station.findings}


# ── ways, gates, exits, platforms ────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cells", "field", "value", "blocker"),
    [
        ({"clear_width_mm": "65cm"}, "width_mm", 650, "폭이 650 mm라 너무 좁아요"),
        ({"clear_width_mm": "95cm"}, "width_mm", 950, None),
        ({"slope_percent": "1/7"}, "slope_percent", 14.2857, "기울기가 14 %예요"),
        ({"slope_percent": "1/10"}, "slope_percent", 10.0, None),
        ({"step_count": "2"}, "steps", 2, "계단이 2개 있어요"),
        ({"passable": "아니요"}, "passable", "no", "휠체어로 지나갈 수 없어요"),
        ({"passable": "도움 필요"}, "passable", "with_help", None),
        ({"operational_status": "폐쇄"}, "status", Status.CLOSED, "막힘이에요"),
    ],
)
def test_a_fact_about_a_way_decides_who_can_pass(
    tmp_path: Path, cells: dict[str, str], field: str, value: object, blocker: str | None
) -> None:
    station = surveyed(tmp_path, {"feature_id": WALK, "kind": "passage", **cells})
    assert getattr(link(station, WALK), field) == value
    if blocker is None:
        assert route(station).rides
    else:
        assert [each.rpartition(": ")[2] for each in blockers(station)] == [blocker]


@pytest.mark.parametrize(
    ("cells", "hazard"),
    [
        ({"clear_width_mm": "80cm"}, ("narrow", "폭 800 mm")),
        ({"slope_percent": "10"}, ("steep_ramp", "기울기 10 %")),
        ({"step_height_mm": "35"}, ("threshold", "높이 35 mm")),
        ({"surface": "파손"}, ("surface", "깨졌어요")),
        ({"passable": "도움 필요"}, ("help", "")),
    ],
)
def test_what_can_be_passed_with_care_is_warned_of(
    tmp_path: Path, cells: dict[str, str], hazard: tuple[str, str]
) -> None:
    station = surveyed(tmp_path, {"feature_id": WALK, "kind": "passage", **cells})
    assert met(link(station, WALK)) == [hazard]


@pytest.mark.parametrize(
    "cells", [{"clear_width_mm": "90cm"}, {"slope_percent": "5"}, {"step_height_mm": "20"}, {"surface": "양호"}]
)
def test_what_is_fine_is_not_warned_of(tmp_path: Path, cells: dict[str, str]) -> None:
    assert met(link(surveyed(tmp_path, {"feature_id": WALK, "kind": "passage", **cells}), WALK)) == []


def test_a_measured_length_agrees_with_the_published_one_or_the_longer_counts(tmp_path: Path) -> None:
    near = link(surveyed(tmp_path / "a", {"feature_id": WALK, "kind": "passage", "length_m": "45"}), WALK)
    assert (near.length_m, {each.date for each in near.evidence["length_m"]}) == (45.0, {"2025-10-01", "2026-05-01"})
    station = surveyed(tmp_path / "b", {"feature_id": WALK, "kind": "passage", "length_m": "95"})
    assert link(station, WALK).length_m == 95.0
    assert "survey_conflict" in {each.code for each in station.findings if each.layer == WALK}


def test_the_gate_is_the_careful_one_until_a_reviewer_says_otherwise(tmp_path: Path) -> None:
    told = MappingProxyType({"staff_call": (Evidence("survey:2016", "leg 2", "2016", Method.SURVEYED),)})
    gate = replace(link(STATION, GATE), evidence=told)
    known = replace(STATION, links=tuple(gate if each.id == GATE else each for each in STATION.links))
    station = surveyed(tmp_path, {"feature_id": GATE, "kind": "gate", "staff_call_needed": "아니요"}, station=known)
    assert link(station, GATE).staff_call is True
    assert "survey_conflict" in {each.code for each in route(station).doubts}
    work = work_on(tmp_path)
    work.decide(
        Act.OVERRIDE,
        GATE,
        by="kim",
        reason="seen",
        decided_on="2026-06-01",
        prop="staff_call_needed",
        value=Value("no"),
    )
    assert link(work_on(tmp_path).station, GATE).staff_call is False


def test_a_wide_gap_is_met_where_one_boards(tmp_path: Path) -> None:
    station = surveyed(
        tmp_path,
        {"feature_id": "4:platform:상계", "kind": "platform", "gap_horizontal_mm": "130", "gap_vertical_mm": "10"},
    )
    (platform,) = station.platforms
    assert (platform.gap_horizontal_mm, platform.gap_vertical_mm) == (130, 10)
    assert met(link(station, WALK)) == [("gap", "가로 130 mm")]


def test_another_level_on_the_sign_is_a_conflict_and_the_sign_is_known_by_both_names(tmp_path: Path) -> None:
    told = replace(
        STATION,
        platforms=tuple(replace(each, evidence=link(STATION, WALK).evidence["length_m"]) for each in STATION.platforms),
    )
    station = surveyed(
        tmp_path, {"feature_id": "4:platform:상계", "kind": "platform", "signed_level": "2F"}, station=told
    )
    (finding,) = [each for each in station.findings if each.code == "level_conflict"]
    assert "3F" in finding.message.ko
    assert "2F" in finding.message.ko
    assert "level_conflict" in {each.code for each in route(station).doubts}


def test_a_fact_about_a_whole_place_is_true_of_the_ways_within_it(tmp_path: Path) -> None:
    station = surveyed(tmp_path, {"feature_id": "4c", "kind": "passage", "clear_width_mm": "65cm"})
    assert {each.id for each in station.links if each.width_mm == 650} == {"4c.ev>4c.gate"}


def test_a_closed_exit_closes_the_way_to_it(tmp_path: Path) -> None:
    exits = replace(STATION, exits=("2",))
    station = surveyed(tmp_path, {"feature_id": "exit:2", "kind": "exit", "operational_status": "폐쇄"}, station=exits)
    assert link(station, "st.ev>street:exit:2").status is Status.CLOSED
    with pytest.raises(NoRouteError):
        route(station, end=Endpoint(exit="2"))


# ── nothing more than what was seen ──────────────────────────────────────────


def test_a_station_without_new_answers_stays_as_it_is(tmp_path: Path) -> None:
    station = surveyed(tmp_path, {"operational_status": "모름"})
    assert replace(station, findings=()) == replace(STATION, findings=())


def test_what_means_nothing_here_is_a_finding_and_changes_nothing(tmp_path: Path) -> None:
    station = surveyed(tmp_path, {"feature_id": "4:EV:9", "operational_status": "고장"}, {"door_width_mm": "82"})
    assert replace(station, findings=()) == replace(STATION, findings=())
    assert [each.code for each in station.findings] == ["feature_unmatched", "unit_unsure"]


def test_a_kept_fact_stays(tmp_path: Path) -> None:
    surveyed(tmp_path, {"operational_status": "고장"})
    work_on(tmp_path).decide(
        Act.KEEP, "4:EV:1", by="kim", reason="works", decided_on="2026-06-01", prop="operational_status"
    )
    assert unit(work_on(tmp_path).station).status is unit(STATION).status


def test_the_warning_carries_the_survey_as_its_evidence(tmp_path: Path) -> None:
    found: tuple[Met, ...] = link(surveyed(tmp_path, {"door_width_mm": "80cm"}), "4p.ev>4c.ev").met
    assert [(each.kind, each.evidence.date, each.evidence.dataset[:9]) for each in found] == [
        (MetKind.NARROW, "2026-05-01", "survey:o-")
    ]


# ── new lifts and passages ───────────────────────────────────────────────────

NEW_LIFT = {"feature_id": "new", "kind": "elevator", "line": "4", "served_levels": "2F, 1F", "near_exit": "2"}
NEW_WAY = {
    "feature_id": "new",
    "kind": "passage",
    "line": "4",
    "from_place": "4:platform",
    "to_place": "street",
    "length_m": "25",
}


def accepted(folder: Path, **cells: str) -> Station:
    surveyed(folder, cells)
    work = work_on(folder)
    (new,) = work.view.new
    work.decide(Act.ACCEPT, new.id, by="kim", reason="seen", decided_on="2026-06-01")
    return work_on(folder).station


def test_a_new_lift_lands_outside_the_gates_and_at_its_exit(tmp_path: Path) -> None:
    station = accepted(tmp_path, **NEW_LIFT)
    new = unit(station, "4:EV:+2번출구")
    assert (new.levels, new.exit, new.in_register) == (("street", "4:2F"), "2", False)
    found = find_route(
        station, Endpoint("4", "상계"), Endpoint(), profile=profile("manual_wheelchair"), without=["4:EV:2"]
    )
    assert [ride.unit for ride in found.rides] == ["4:EV:1", "4:EV:+2번출구"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"served_levels": "1F"}, "노선과 서는 층이 모두 있어야 해요"),
        ({"served_levels": "1F, B7"}, "B7의 어디인지 알 수 없어요"),
        ({"line": ""}, "노선과 서는 층이 모두 있어야 해요"),
        ({"kind": "toilet"}, "지도에 넣을 수 있는 종류가 아니에요"),
    ],
)
def test_a_new_thing_that_says_too_little_stays_out_and_asks(tmp_path: Path, change: dict[str, str], says: str) -> None:
    station = accepted(tmp_path, **{**NEW_LIFT, **change})
    assert len(station.units) == len(STATION.units)
    assert any(says in each.message.ko for each in station.findings if each.code == "new_feature_unplaced")


def test_a_new_passage_joins_two_places_with_its_metres(tmp_path: Path) -> None:
    station = accepted(tmp_path, **{**NEW_WAY, "kind": "ramp"})
    (way,) = [each for each in station.links if each.id.startswith("walk:new:") and each.length_m == 25.0]
    assert way.evidence["length_m"][0].date == "2026-05-01"
    found = find_route(
        station, Endpoint("4", "상계"), Endpoint(), profile=profile("manual_wheelchair"), without=["4:EV:1"]
    )
    assert (found.rides, found.length_m) == ((), None)
    assert any(each.link.length_m == 25.0 for leg in found.legs for each in leg.traversals)


def test_a_passage_to_either_of_two_concourses_is_asked_about(tmp_path: Path) -> None:
    station = accepted(tmp_path, **{**NEW_WAY, "to_place": "4호선 대합실"})
    assert any("(4c, 4o)" in each.message.ko for each in station.findings if each.code == "new_feature_unplaced")


def test_until_it_is_accepted_it_waits(tmp_path: Path) -> None:
    station = surveyed(tmp_path, NEW_LIFT)
    assert (len(station.units), [each.code for each in station.findings]) == (2, ["new_feature_pending"])


def test_everything_is_the_same_whichever_row_came_first(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"door_width_mm": "80cm"},
        {"door_width_mm": "95cm"},
        {"feature_id": WALK, "kind": "passage", "slope_percent": "9"},
        {"feature_id": GATE, "kind": "gate", "staff_call_needed": "예"},
    ]
    assert surveyed(tmp_path / "a", *rows) == surveyed(tmp_path / "b", *reversed(rows))


# ── what was accepted is a thing like others ─────────────────────────────────


def test_what_is_told_of_a_new_lift_holds_for_it_as_for_any_other(tmp_path: Path) -> None:
    station = accepted(
        tmp_path, **NEW_LIFT, operational_status="고장", door_width_mm="80cm", cabin_depth_mm="130cm", open_to="23:00"
    )
    new = unit(station, "4:EV:+2번출구")
    assert (new.status, new.door_width_mm, new.depth_mm) == (Status.OUT_OF_ORDER, 800, 1300)
    (ride,) = [each for each in station.links if each.unit == new.id]
    assert ride.status is Status.OUT_OF_ORDER
    assert met(ride) == [("narrow", "안쪽 깊이 1300 mm"), ("narrow", "문 폭 800 mm"), ("hours", "–23:00")]


def test_a_new_lift_of_which_nobody_says_that_it_works_is_not_said_to_work(tmp_path: Path) -> None:
    new = unit(accepted(tmp_path, **NEW_LIFT), "4:EV:+2번출구")
    assert (new.status, new.status_as_of) == (Status.UNKNOWN, None)


def test_a_later_row_names_a_new_lift_by_the_id_that_forms_and_maps_give_it(tmp_path: Path) -> None:
    accepted(tmp_path, **NEW_LIFT)
    later = {
        "feature_id": "4:ev:+2번출구",
        "kind": "elevator",
        "observed_at": "2026-06-02",
        "operational_status": "고장",
    }
    store(tmp_path, file_of([row(9, **later)]))
    work = work_on(tmp_path)
    assert work.view.unmatched == ()
    assert unit(work.station, "4:EV:+2번출구").status is Status.OUT_OF_ORDER
    assert work.explain("4:EV:+2번출구", "operational_status")[0].settled.standings[0].date == "2026-06-02"


def test_until_it_is_accepted_nothing_bears_its_id(tmp_path: Path) -> None:
    surveyed(tmp_path, NEW_LIFT, {"feature_id": "4:EV:+2번출구", "kind": "elevator", "operational_status": "고장"})
    assert [each.match.code for each in work_on(tmp_path).view.unmatched] == ["feature_unmatched"]


# ── measures that stop, and times that were taken ────────────────────────────


@pytest.mark.parametrize(
    ("cells", "blocker"),
    [
        ({"cabin_depth_mm": "110cm"}, "안쪽 깊이가 1100 mm라 너무 짧아요"),
        ({"cabin_width_mm": "65cm"}, "폭이 650 mm라 너무 좁아요"),
        ({"feature_id": WALK, "kind": "passage", "step_height_mm": "12cm"}, "턱이 120 mm예요"),
    ],
)
def test_what_no_chair_can_pass_stops_chairs_alone(tmp_path: Path, cells: dict[str, str], blocker: str) -> None:
    station = surveyed(tmp_path, cells)
    assert [each.rpartition(": ")[2] for each in blockers(station)] == [blocker]
    assert route(station, "walker").rides


def test_a_ride_that_was_timed_takes_as_long_for_everybody(tmp_path: Path) -> None:
    station = surveyed(tmp_path, {"traverse_seconds": "150"}, {"traverse_seconds": "210"})
    for who in ("manual_wheelchair", "walker"):
        before, after = route(STATION, who).seconds, route(station, who).seconds
        assert after.typical > before.typical + 60


def test_a_way_that_was_timed_in_a_chair_takes_as_long_in_a_chair_alone(tmp_path: Path) -> None:
    timed = {"feature_id": WALK, "kind": "passage", "traverse_seconds": "5분"}
    chair = surveyed(tmp_path / "a", {**timed, "mobility_aid": "수동휠체어"})
    found = next(each.traverse_s for each in chair.links if each.id == WALK)
    assert found is not None
    assert (found.low, found.typical, found.high) == (300, 300, 300)
    assert route(chair).seconds.typical > route(STATION).seconds.typical + 200
    assert route(chair, "walker").seconds == route(STATION, "walker").seconds
    afoot = surveyed(tmp_path / "b", {**timed, "mobility_aid": "도보"})
    assert route(afoot).seconds == route(STATION).seconds


def test_a_gate_at_which_somebody_waited_takes_as_long(tmp_path: Path) -> None:
    station = surveyed(tmp_path, {"feature_id": GATE, "kind": "gate", "wait_seconds": "6분"})
    assert route(station).seconds.typical > route(STATION).seconds.typical + 200
