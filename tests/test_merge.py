"""Surveyed transfers laid onto the station: metres, gates, things met, and what contradicts official data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gaon import BACK, OUT, Gaon, between, findings, leg, links, two_lines
from hypothesis import given, settings
from hypothesis import strategies as st

from muui_maps.model import LinkKind, Method, MetKind

if TYPE_CHECKING:
    from pathlib import Path

    from muui_maps.model import Link, Station, SurveyLeg

WAY = "4:나래 > 7:마루"
LEGS = (
    leg("4:3F:platform", "30 elevator"),
    leg("4:2F:concourse", "20 sloping_floor", "50 gate staff_call", "40 elevator exit 2"),
    leg("street", "200 steep_ramp", "- pillar", "30 crossing x3", "20 landmark 가온백화점", "20 elevator exit 3"),
    leg("7:B1:concourse", "35 gate staff_call", "- elevator"),
    leg("7:B3:platform", "15"),
)


def surveyed(*legs: SurveyLeg, gaon: Gaon | None = None, **options: str | bool) -> Gaon:
    """The station with one run over `LEGS`, of which `legs` replace those of the same floor."""
    told = {each.level: each for each in legs}
    gaon = gaon or two_lines()
    gaon.survey(WAY, *(told.get(each.level, each) for each in LEGS), **options)
    return gaon


def on_floor(station: Station, level: str) -> list[Link]:
    """The surveyed ways on one floor."""
    levels = {node.id: node.level for node in station.nodes}
    return [way for way in links(station, LinkKind.WALKWAY) if levels[way.start] == level and _from_survey(way, "link")]


def _from_survey(link: Link, field: str) -> bool:
    return any(each.dataset.startswith("survey:") for each in link.evidence.get(field, ()))


# ── metres ───────────────────────────────────────────────────────────────────


def test_metres_of_a_leg_with_a_gate_are_one_length_shared_out(tmp_path: Path) -> None:
    """20 + 50 + 40 m on 2F, with a gate somewhere: nobody knows how much of it lies before the gate."""
    ways = on_floor(surveyed().station(tmp_path), "4:2F")
    assert len(ways) == 2
    assert len({way.length_group for way in ways} - {None}) == 1
    assert sum(way.length_m or 0 for way in ways) == pytest.approx(110)
    assert all(_from_survey(way, "length_m") for way in ways)


def test_metres_of_a_leg_without_a_gate_lie_on_its_one_way(tmp_path: Path) -> None:
    station = surveyed().station(tmp_path)
    (street,) = on_floor(station, "street")
    assert (street.length_m, street.length_group) == (270, None)
    (told,) = street.evidence["length_m"]
    assert (told.dataset, told.record, told.date, told.method) == ("survey:run-2016", "leg 3", "2016", Method.SURVEYED)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=3))
@settings(max_examples=15)
def test_shares_add_up_to_the_surveyed_metres(tmp_path_factory: pytest.TempPathFactory, metres: list[int]) -> None:
    items = [f"{each}" for each in metres]
    station = surveyed(leg("4:2F:concourse", *items, "- gate tap", "- elevator exit 2")).station(
        tmp_path_factory.mktemp("gaon")
    )
    assert sum(way.length_m or 0 for way in on_floor(station, "4:2F")) == pytest.approx(sum(metres), abs=1e-6)


@pytest.mark.parametrize(
    ("text_m", "counts", "told"),
    [(200, 270.0, False), (135, 270.0, True), (600, 600.0, True), (400, 400.0, False)],
)
def test_the_longer_of_text_and_survey_counts_and_twofold_difference_is_told(
    tmp_path: Path, *, text_m: int, counts: float, told: bool
) -> None:
    gaon = two_lines()
    gaon.tables["official_routes"], gaon.tables["official_acts"] = [], []
    gaon.route(WAY, OUT.replace("go elevator level=1F", f"go elevator m={text_m} level=1F"))
    station = surveyed(gaon=gaon).station(tmp_path)
    (way,) = between(station, "4:EV:외부1@1F", "7:EV:2@1F")
    assert way.length_m == counts
    method = Method.OFFICIAL if text_m > 270 else Method.SURVEYED
    assert {each.method for each in way.evidence["length_m"]} == {method}  # of the figure that counts
    conflicts = findings(station, "length_conflict")
    assert bool(conflicts) is told
    if told:
        assert f"안내문 {text_m} m, 2016년 조사 270 m. 긴 쪽으로 셌어요." in conflicts[0].message.ko
        assert conflicts[0].message.ko.startswith("4호선 엘리베이터 외부 1과 7호선 엘리베이터 2 사이 거리가 달라요")
        assert conflicts[0].layer == way.id


def test_metres_that_a_text_states_through_a_gate_are_shared_out_too(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.tables["official_routes"], gaon.tables["official_acts"] = [], []
    gaon.route(WAY, OUT.replace("gate side=out", "gate side=out m=50"))
    station = gaon.station(tmp_path)
    ways = [way for way in links(station, LinkKind.WALKWAY) if way.length_m is not None and way.length_m > 0]
    assert [way.length_m for way in ways] == [25.0, 25.0]
    assert len({way.length_group for way in ways}) == 1


def test_a_way_shared_out_once_is_not_shared_out_again_by_another_survey(tmp_path: Path) -> None:
    """Both runs pass the gate on 2F, the second one to another lift: their metres share one of the two ways."""
    gaon = surveyed()
    gaon.unit("4:EV:내부2", "2F|3F", doors="다온:2-1", place="platform")
    gaon.route("4:다온 > 7:마루", OUT.replace("나래", "다온"))
    gaon.survey(
        "4:다온 > 7:마루",
        leg("4:3F:platform", "10 elevator"),
        leg("4:2F:concourse", "500 gate tap", "- elevator exit 2"),
        *LEGS[2:],
        run_id="run-2026",
    )
    station = gaon.station(tmp_path)
    assert sum(way.length_m or 0 for way in on_floor(station, "4:2F") if way.length_group) == pytest.approx(110)
    (told,) = findings(station, "length_unplaced")
    assert told.value == "500"


def test_an_incomplete_run_measures_nothing(tmp_path: Path) -> None:
    """Rows were set aside: its metres are too few, its gates too."""
    station = surveyed(leg("4:2F:concourse", "5 elevator exit 2"), incomplete=True).station(tmp_path)
    assert not any(_from_survey(way, "length_m") for way in links(station))
    assert not findings(station, "gate_conflict")[1:]  # only that between the two texts


# ── gates ────────────────────────────────────────────────────────────────────


def test_how_a_gate_is_passed_comes_from_the_survey(tmp_path: Path) -> None:
    gates = {gate.id: gate for gate in links(surveyed().station(tmp_path), LinkKind.GATE)}
    assert {gate.staff_call for gate in gates.values()} == {True}
    assert _from_survey(gates["gate:4:2F"], "staff_call")


def test_the_cautious_state_of_a_gate_stays(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.tables["official_routes"], gaon.tables["official_acts"] = [], []
    gaon.route(WAY, OUT.replace("gate side=out", "gate emergency_gate side=out"))
    gaon = surveyed(leg("4:2F:concourse", "50 gate tap", "40 elevator exit 2"), gaon=gaon)
    gates = {gate.id: gate.staff_call for gate in links(gaon.station(tmp_path), LinkKind.GATE)}
    assert gates["gate:4:2F"] is True


def test_a_gate_that_only_the_survey_met_is_added_and_told(tmp_path: Path) -> None:
    """Inside, from line 4's concourse to line 7's: no text names a gate, the survey tapped one."""
    gaon = Gaon()
    gaon.unit("4:EV:1", "B2|B1", doors="나래:1-1")
    gaon.unit("7:EV:1", "B2|B1", doors="마루:1-1")
    gaon.route(
        WAY,
        """alight platform level=B2 line=4 direction=나래
           ride elevator line=4 place=concourse
           go concourse level=B1 line=4
           go concourse level=B1 line=7
           ride elevator line=7 place=platform direction=마루
           go platform level=B2 line=7 direction=마루""",
    )
    gaon.survey(
        WAY,
        leg("4:B2:platform", "5 elevator"),
        leg("4:B1:concourse", "30 gate tap", "20 elevator"),
        leg("7:B2:platform", "5"),
    )
    station = gaon.station(tmp_path)
    (gate,) = links(station, LinkKind.GATE)
    assert gate.staff_call is False
    assert between(station, "4:EV:1@B1", "7:EV:1@B1") == []  # no way around it
    (told,) = findings(station, "gate_conflict")
    assert told.layer == gate.id
    assert told.message.ko == (
        "4호선 B1 대합실과 7호선 B1 대합실 사이 개찰구 수가 달라요: 2016년 조사 1번, 공식 자료 0번. 많은 쪽으로 셌어요."
    )


def test_gates_that_can_be_put_nowhere_are_told(tmp_path: Path) -> None:
    station = surveyed(leg("7:B1:concourse", "10 gate tap", "10 gate tap", "- elevator")).station(tmp_path)
    (told,) = [each for each in findings(station, "gate_conflict") if "2016" in each.message.ko]
    assert told.value == "2 / 1"
    assert "세지 못했어요" in told.message.ko


def test_a_gate_that_the_survey_did_not_meet_stays(tmp_path: Path) -> None:
    station = surveyed(leg("7:B1:concourse", "35 elevator")).station(tmp_path)
    assert "gate:7:B1" in {gate.id for gate in links(station, LinkKind.GATE)}
    (told,) = [each for each in findings(station, "gate_conflict") if "2016" in each.message.ko]
    assert told.value == "0 / 1"
    assert "많은 쪽으로 셌어요" in told.message.ko


# ── what is met ──────────────────────────────────────────────────────────────


def test_what_was_met_lies_on_the_way_before_or_after_the_gate(tmp_path: Path) -> None:
    station = surveyed(
        leg("4:2F:concourse", "20 sloping_floor", "50 gate staff_call", "- narrow", "40 elevator exit 2")
    ).station(tmp_path)
    (before,) = [way for way in on_floor(station, "4:2F") if "내부1" in way.id]
    (after,) = [way for way in on_floor(station, "4:2F") if "외부1" in way.id]
    assert [met.kind for met in before.met] == [MetKind.SLOPING_FLOOR]
    assert [met.kind for met in after.met] == [MetKind.NARROW]


def test_what_was_met_on_the_street_is_all_there_in_order(tmp_path: Path) -> None:
    (street,) = on_floor(surveyed().station(tmp_path), "street")
    assert [(met.kind, met.count) for met in street.met] == [
        (MetKind.STEEP_RAMP, 1), (MetKind.PILLAR, 1), (MetKind.CROSSING, 3), (MetKind.LANDMARK, 1),
    ]  # fmt: skip
    assert street.met[3].name is not None
    assert street.met[3].name.ko == "가온백화점"


def test_some_is_a_count_that_nobody_knows(tmp_path: Path) -> None:
    (street,) = on_floor(surveyed(leg("street", "100 crossing some", "- elevator exit 3")).station(tmp_path), "street")
    assert [met.count for met in street.met] == [None]


def test_a_note_of_caution_is_a_warning_of_its_own(tmp_path: Path) -> None:
    station = surveyed(leg("street", "100 ramp caution", "- elevator exit 3")).station(tmp_path)
    assert [met.kind for met in on_floor(station, "street")[0].met] == [MetKind.RAMP, MetKind.CAUTION]


def test_a_run_the_other_way_meets_things_in_reverse_and_turns_the_other_way(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.survey(
        "7:마루 > 4:나래",
        leg("7:B3:platform", "15 elevator"),
        leg("7:B1:concourse", "35 gate tap", "- elevator exit 3"),
        leg("street", "100 ramp", "- turn left", "- crossing", "50 elevator exit 2"),
        leg("4:2F:concourse", "40 gate tap", "- elevator"),
        leg("4:3F:platform", "10"),
    )
    (street,) = on_floor(gaon.station(tmp_path), "street")
    assert street.start == "4:EV:외부1@1F"  # the run walked it from its end to its start
    assert [met.kind for met in street.met] == [MetKind.CROSSING, MetKind.TURN, MetKind.RAMP]
    assert [met.name.en for met in street.met if met.name] == ["turn right"]


@pytest.mark.parametrize("dates", [("2016", "2026-05-03"), ("2026-05-03", "2016")])
def test_two_surveys_of_one_way_do_not_double_its_crossings(tmp_path: Path, dates: tuple[str, str]) -> None:
    gaon = surveyed(date=dates[0])
    gaon = surveyed(leg("street", "280 crossing x4", "- elevator exit 3"), gaon=gaon, date=dates[1])
    station = gaon.station(tmp_path)
    (street,) = on_floor(station, "street")
    assert [met.count for met in street.met if met.kind is MetKind.CROSSING] == [4]  # the greater one
    assert [met.kind for met in street.met].count(MetKind.STEEP_RAMP) == 1
    assert street.length_m == 280


# ── rides ────────────────────────────────────────────────────────────────────


def test_a_floor_that_the_survey_labels_otherwise_is_told_and_its_label_is_an_alias(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.survey(WAY, *LEGS[:4], leg("7:B2:platform", "15"))
    station = gaon.station(tmp_path)
    (told,) = findings(station, "level_conflict")
    assert told.message.ko == "7호선 승강장의 층이 자료마다 달라요: 공식 자료 B3, 2016년 조사 B2."
    assert {level.id: level.aliases for level in station.levels}["7:B3"] == ("B2",)
    assert not findings(station, "survey_unmatched")


def test_two_rides_that_are_one_today_are_told_with_the_metres_between(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.survey(WAY, *LEGS[:4], leg("7:B2:concourse", "55 elevator"), leg("7:B3:platform", "15"))
    station = gaon.station(tmp_path)
    (told,) = findings(station, "rides_conflict")
    assert told.message.ko == (
        "2016년 조사는 B1→B2→B3 사이에서 2번 탔는데, 공식 자료는 7호선 엘리베이터 1로 한 번에 가요."
    )
    (metres,) = findings(station, "length_unplaced")
    assert metres.value == "55"
    assert "2016년 조사(4호선 나래 방면 → 7호선 마루 방면)의 5번째 구간 55 m" in metres.message.ko


def test_a_survey_by_a_day_is_told_by_that_day(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.survey(WAY, *LEGS[:4], leg("7:B2:platform", "15"), date="2026-05-03")
    assert "2026-05-03 조사 B2" in findings(gaon.station(tmp_path), "level_conflict")[0].message.ko


def test_another_exit_than_today_still_finds_the_lift(tmp_path: Path) -> None:
    """The survey left by exit 5; the lift stands at exit 3 today."""
    station = surveyed(leg("street", "270 elevator exit 5")).station(tmp_path)
    assert not findings(station, "survey_unmatched")
    assert [way.length_m for way in on_floor(station, "street")] == [270]


def test_a_lift_that_nothing_matches_is_told_and_the_rest_still_counts(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.survey(
        WAY,
        leg("4:3F:platform", "30 elevator"),
        leg("4:2F:concourse", "110 gate tap", "- wheelchair_lift exit 2"),
        *LEGS[2:],
    )
    station = gaon.station(tmp_path)
    (told,) = findings(station, "survey_unmatched")
    assert "2번째 구간: 맞는 승강기를 자료에서 찾지 못했어요" in told.message.ko
    assert told.layer == "run-2016"
    assert on_floor(station, "7:B1")


def test_a_run_between_platforms_that_are_not_here_is_told(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.survey("4:나래 > 7:가람", *LEGS)
    (told,) = findings(gaon.station(tmp_path), "survey_unmatched")
    assert "맞는 승강장을" in told.message.ko


def test_a_run_may_use_a_stations_former_name(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.renamed = {"옛나래": "나래"}
    gaon.survey("4:옛나래 > 7:마루", *LEGS)
    station = gaon.station(tmp_path)
    assert not findings(station, "survey_unmatched")
    assert station.runs[0].from_direction == "나래"


def test_a_lift_between_two_texts_and_a_survey_that_all_agree_leaves_no_doubt(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.tables["official_routes"], gaon.tables["official_acts"] = [], []
    gaon.unit("4:EV:내부2", "2F|3F", doors="다온:2-1", place="platform")
    gaon.route(WAY, OUT)
    gaon.route("7:마루 > 4:나래", BACK.replace("go concourse level=B1\n", "go concourse level=B1\n gate side=out\n"))
    assert surveyed(gaon=gaon).station(tmp_path).findings == ()
