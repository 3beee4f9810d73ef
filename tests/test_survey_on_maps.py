"""Every fact that can change a route, from the row that a researcher wrote to the words on the map.

Each case imports one row into the station that `ledger_samples` draws, lays a route over it, and reads the steps as a
traveller would: what is said there, and that the step names the survey and its day among its evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ledger_samples import STATION, file_of, home, row, store

from muui_maps.errors import NoRouteError
from muui_maps.fieldwork import Fieldwork
from muui_maps.maps.narrate import Step, narrate
from muui_maps.model import Endpoint, Station
from muui_maps.network.routes import find_route
from muui_maps.plain import route_dict
from muui_maps.profiles import profile
from muui_maps.survey.decide import Act
from muui_maps.survey.effects import EFFECTS
from muui_maps.survey.fields import FACTS
from muui_maps.survey.ledger import read_ledger

WAY = {"feature_id": "4p.train>4p.ev", "kind": "passage"}
GATE = {"feature_id": "4c.gate>4o.gate", "kind": "gate"}
PLATFORM = {"feature_id": "4:platform:상계", "kind": "platform"}
NEW_WAY = {"feature_id": "new", "kind": "ramp", "line": "4", "from_place": "4:platform", "to_place": "street"}
NEW_LIFT = {"feature_id": "new", "kind": "elevator", "line": "4", "served_levels": "2F, 1F", "near_exit": "2"}


def surveyed(folder: Path, cells: dict[str, str], *, accept: bool = False) -> Station:
    """The station after one row, accepted by a reviewer if it needs that to count."""
    store(folder, file_of([row(2, **cells)]))

    def work() -> Fieldwork:
        return Fieldwork(home(folder), read_ledger(home(folder)), STATION, None)

    if accept:
        (entry,) = work().ledger.entries
        work().decide(Act.ACCEPT, entry, by="kim", reason="seen", decided_on="2026-06-01")
    return work().station


def told(station: Station, who: str, without: tuple[str, ...] = ()) -> tuple[tuple[Step, ...], dict[str, Any]]:
    route = find_route(station, Endpoint("4", "상계"), Endpoint(), profile=profile(who), without=without)
    steps = narrate(station, route)
    return steps, route_dict(station, route, steps)


@dataclass(frozen=True)
class Said:
    """A fact that is told on the way: `ko` and `en` on the step that names the survey.

    `seconds` are how much longer the way takes, at least.
    """

    fact: str
    cells: dict[str, str]
    ko: str
    en: str
    seconds: float = 0
    accept: bool = False
    without: tuple[str, ...] = ()


SAID = [
    Said("door_width_mm", {"door_width_mm": "80cm"}, "좁은 곳 (문 폭 800 mm) 주의", "narrow place (door 800 mm)"),
    Said("cabin_width_mm", {"cabin_width_mm": "100cm"}, "안쪽 폭 1000 mm", "inside, width 1000 mm"),
    Said("cabin_depth_mm", {"cabin_depth_mm": "130cm"}, "안쪽 깊이 1300 mm", "inside, depth 1300 mm"),
    Said("clear_width_mm", {**WAY, "clear_width_mm": "80cm"}, "좁은 곳 (폭 800 mm) 주의", "(width 800 mm)"),
    Said("step_height_mm", {**WAY, "step_height_mm": "35"}, "턱 (높이 35 mm) 주의", "threshold (height 35 mm)"),
    Said("slope_percent", {**WAY, "slope_percent": "10"}, "기울기 10 %", "slope 10 %"),
    Said("surface", {**WAY, "surface": "파손"}, "바닥 (깨졌어요) 주의", "floor (damaged)"),
    Said("passable", {**WAY, "passable": "도움 필요"}, "도움이 있어야", "with help"),
    Said("length_m", {**WAY, "length_m": "95"}, "95 m", "95 m", seconds=50),
    Said("traverse_seconds", {"traverse_seconds": "200"}, "약 4분", "4 min", seconds=150),
    Said(
        "traverse_seconds",
        {**WAY, "traverse_seconds": "300", "mobility_aid": "수동"},
        "약 6–8분",
        "6–8 min",
        seconds=200,
    ),
    Said("wait_seconds", {"wait_seconds": "10분"}, "약 10분", "10 min", seconds=500),
    Said("wait_seconds", {**GATE, "wait_seconds": "6분"}, "호출 버튼", "call", seconds=250),
    Said("staff_call_needed", {**GATE, "staff_call_needed": "아니요"}, "카드 찍기", "tap", seconds=-200),
    Said("open_from", {"open_from": "05:30", "open_to": "23:00"}, "05:30–23:00", "05:30–23:00"),
    Said("open_to", {**GATE, "open_to": "23:00"}, "–23:00", "–23:00"),
    Said("near_exit", {"near_exit": "3"}, "3번 출구", "exit 3"),
    Said("gap_horizontal_mm", {**PLATFORM, "gap_horizontal_mm": "130"}, "승강장 틈 (가로 130 mm)", "across 130 mm"),
    Said("gap_vertical_mm", {**PLATFORM, "gap_vertical_mm": "30"}, "위아래 30 mm", "up or down 30 mm"),
    Said("from_place", {**NEW_WAY, "length_m": "25"}, "경사로", "ramp", accept=True, without=("4:EV:1",)),
    Said("to_place", {**NEW_WAY, "length_m": "25"}, "바깥으로 나가기", "outside", accept=True, without=("4:EV:1",)),
    Said("served_levels", NEW_LIFT, "엘리베이터 2번 출구 옆", "by exit 2", accept=True, without=("4:EV:2",)),
]

STOPS: list[tuple[str, dict[str, str], str, str]] = [
    ("operational_status", {"operational_status": "고장"}, "고장이에요", "out of order"),
    ("operational_status", {"operational_status": "수리중"}, "수리 중이에요", "under repair"),
    ("operational_status", {**WAY, "operational_status": "폐쇄"}, "막힘이에요", "closed"),
    ("door_width_mm", {"door_width_mm": "65cm"}, "폭이 650 mm라 너무 좁아요", "too narrow: 650 mm"),
    ("cabin_width_mm", {"cabin_width_mm": "65cm"}, "폭이 650 mm라 너무 좁아요", "too narrow: 650 mm"),
    ("cabin_depth_mm", {"cabin_depth_mm": "115cm"}, "안쪽 깊이가 1150 mm라 너무 짧아요", "too short inside: 1150 mm"),
    ("clear_width_mm", {**WAY, "clear_width_mm": "65cm"}, "폭이 650 mm라 너무 좁아요", "too narrow: 650 mm"),
    ("step_height_mm", {**WAY, "step_height_mm": "12cm"}, "턱이 120 mm예요", "a step of 120 mm"),
    ("step_count", {**WAY, "step_count": "3"}, "계단이 3개 있어요", "3 steps"),
    ("steps_remaining_with_lift", {"steps_remaining_with_lift": "4"}, "계단이 4개 있어요", "4 steps"),
    ("slope_percent", {**WAY, "slope_percent": "15"}, "기울기가 15 %예요", "too steep: 15 %"),
    ("passable", {**WAY, "passable": "아니요"}, "휠체어로 지나갈 수 없어요", "not passable on wheels"),
]

NOT_ON_ROUTES = {"call_button_height_mm", "door_type"}
"""Kept in the ledger alone, as `EFFECTS` says."""
IN_FINDINGS: list[tuple[str, dict[str, str], str]] = [
    ("sign_problem", {**WAY, "sign_problem": "hidden"}, "sign_problem"),
    ("step_verdict", {"feature_id": "", "route": "4:상계>street", "step": "2", "step_verdict": "틀림"}, "step_doubted"),
]


@pytest.mark.parametrize("case", SAID, ids=lambda case: f"{case.fact}: {case.ko}")
def test_what_somebody_measured_is_told_on_the_step_that_names_the_survey_and_its_day(
    case: Said, tmp_path: Path
) -> None:
    station = surveyed(tmp_path, case.cells, accept=case.accept)
    before, plain_before = told(STATION, "manual_wheelchair")
    steps, plain = told(station, "manual_wheelchair", case.without)
    assert [step.text for step in steps] != [step.text for step in before]
    saying = [
        step
        for step, as_json in zip(steps, plain["steps"], strict=True)
        if case.ko in step.text.ko
        and case.en in step.text.en
        and any(
            each["dataset"].startswith("survey:o-") and each["date"] == "2026-05-01" for each in as_json["evidence"]
        )
    ]
    assert len(saying) >= 1, [step.text.ko for step in steps]
    assert any(badge.method == "surveyed" for badge in saying[0].evidence)
    if case.seconds > 0:
        assert plain["seconds"]["typical"] > plain_before["seconds"]["typical"] + case.seconds
    elif case.seconds < 0:
        assert plain["seconds"]["typical"] < plain_before["seconds"]["typical"]


@pytest.mark.parametrize(("fact", "cells", "ko", "en"), STOPS, ids=lambda value: str(value)[:40])
def test_what_a_wheelchair_can_not_pass_is_left_out_and_named(
    fact: str, cells: dict[str, str], ko: str, en: str, tmp_path: Path
) -> None:
    station = surveyed(tmp_path, cells)
    with pytest.raises(NoRouteError) as refused:
        told(station, "manual_wheelchair")
    (blocker,) = refused.value.blockers
    assert ko in blocker.ko
    assert en in blocker.en
    assert fact in cells


def test_a_level_on_the_sign_is_another_name_and_the_step_names_the_survey(tmp_path: Path) -> None:
    station = surveyed(tmp_path, {**PLATFORM, "signed_level": "2F"})
    assert any("2F" in level.aliases for level in station.levels if level.id == "4:3F")
    _, plain = told(station, "manual_wheelchair")
    assert any(each["dataset"].startswith("survey:o-") for each in plain["steps"][0]["evidence"])


def test_what_differs_from_the_data_is_careful_and_marked_on_the_step_and_among_the_doubts(tmp_path: Path) -> None:
    steps, plain = told(surveyed(tmp_path, {**WAY, "length_m": "95"}), "manual_wheelchair")
    assert any(badge.method == "differs" and badge.text.ko == "조사와 자료가 다름" for badge in steps[0].evidence)
    (doubt,) = [each for each in plain["doubts"] if each["code"] == "survey_conflict"]
    assert "큰 쪽으로 셌어요" in doubt["message_ko"]
    assert "the greater counts" in doubt["message_en"]


def two(cells: dict[str, str], fact: str, values: tuple[str, str]) -> Callable[[Path], Station]:
    def made(folder: Path) -> Station:
        rows = [{**cells, fact: values[0]}, {**cells, fact: values[1], "observed_at": "2026-05-02"}]
        store(folder, file_of([row(n, **each) for n, each in enumerate(rows, 2)]))
        return Fieldwork(home(folder), read_ledger(home(folder)), STATION, None).station

    return made


@pytest.mark.parametrize(
    ("cells", "fact", "values", "careful"),
    [
        ({}, "door_width_mm", ("75cm", "100cm"), "문 폭 750 mm"),
        ({}, "cabin_depth_mm", ("125cm", "150cm"), "안쪽 깊이 1250 mm"),
        (WAY, "clear_width_mm", ("75cm", "2m"), "폭 750 mm"),
        (WAY, "step_height_mm", ("0", "40"), "높이 40 mm"),
        (WAY, "slope_percent", ("3", "10"), "기울기 10 %"),
        (PLATFORM, "gap_horizontal_mm", ("50", "150"), "가로 150 mm"),
        (GATE, "staff_call_needed", ("예", "아니요"), "호출 버튼"),
        (WAY, "passable", ("예", "도움 필요"), "도움이 있어야"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_where_two_researchers_differ_the_careful_answer_counts_in_either_order(
    cells: dict[str, str], fact: str, values: tuple[str, str], careful: str, tmp_path: Path
) -> None:
    for n, order in enumerate((values, values[::-1])):
        steps, plain = told(two(cells, fact, order)(tmp_path / str(n)), "manual_wheelchair")
        (step,) = [each for each in steps if careful in each.text.ko]
        assert any(badge.method == "differs" for badge in step.evidence)
        assert "survey_conflict" in {each["code"] for each in plain["doubts"]}


@pytest.mark.parametrize(("fact", "cells", "code"), IN_FINDINGS)
def test_what_doubts_the_map_or_the_signs_is_a_finding(
    fact: str, cells: dict[str, str], code: str, tmp_path: Path
) -> None:
    found = [each for each in surveyed(tmp_path, cells).findings if each.code == code]
    assert [each.field for each in found] == [fact]


def test_every_fact_of_the_schema_has_an_effect_that_is_tested_here_or_none() -> None:
    assert set(EFFECTS) == set(FACTS)
    tested = {case.fact for case in SAID} | {stop[0] for stop in STOPS} | {each[0] for each in IN_FINDINGS}
    assert tested | {"signed_level"} | NOT_ON_ROUTES == set(FACTS)
    assert {name for name, text in EFFECTS.items() if text.en == "Kept in the ledger alone."} == NOT_ON_ROUTES


@pytest.mark.parametrize("fact", sorted(NOT_ON_ROUTES))
def test_what_is_kept_in_the_ledger_alone_changes_no_step(fact: str, tmp_path: Path) -> None:
    value = {"call_button_height_mm": "120cm", "door_type": "자동문"}[fact]
    steps, _ = told(surveyed(tmp_path, {fact: value}), "manual_wheelchair")
    assert [each.text for each in steps] == [each.text for each in told(STATION, "manual_wheelchair")[0]]
