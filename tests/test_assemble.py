"""The whole way from facts to a Station: nothing lost, nothing that depends on order, and the five pilots."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest
from gaon import BACK, OUT, Gaon, findings, leg, links, place_of, two_lines, unit
from hypothesis import given, settings
from hypothesis import strategies as st

import muui_maps as mm
from muui_maps.assemble.directions import transfers
from muui_maps.assemble.report import Report
from muui_maps.insight.expected import load_station
from muui_maps.model import Endpoint, Evidence, LinkKind, Method, Severity, Station, Status, Text
from muui_maps.network.graph import Index
from muui_maps.workspace import station_sets

if TYPE_CHECKING:
    from pathlib import Path

IDS = (":EV:", ":WL:", ":ES:", "gate:", "walk:", "train:", "S1:", "KR:", "muui-", "None")
"""What would betray that a sentence names an id."""

PILOTS = next(each.stations for each in station_sets() if each.id == "pilot")


@cache
def pilot(station_id: str) -> Station:
    return load_station(station_id)


def busy() -> Gaon:
    """The station with everything that makes an order: doubled numbers, two surveys, several lists, an old name."""
    gaon = two_lines()
    gaon.renamed = {"옛나래": "나래"}
    gaon.unit("4:EV:내부2", "2F|3F", doors="다온:2-1", place="platform")
    gaon.unit("4:EV:외부1", "1F|2F", exits="9", place="exit")
    gaon.unit("4:EV:내부3", "2F|3F", doors="옛나래:2-1", place="platform")
    gaon.unit("4:ES:1", "2F|3F", doors="나래:5-1", place="platform")
    gaon.height("4:ES:1", "1F|3F", 6.0, upward=True)
    gaon.unit("7:WL:3", "2F|B2", toward_line="4", directions="나래", place="passage")
    gaon.width("7:WL:3", "B1|1F", 800)
    gaon.route("4:다온 > 7:라온", OUT.replace("마루", "라온").replace("나래", "다온"))
    gaon.route("7:라온 > 4:다온", BACK.replace("마루", "라온").replace("나래", "다온").replace("exit=3", "exit=7"))
    gaon.distance("4", "7", 77.0)
    gaon.toilet("4", "2F")
    gaon.toilet("4", "1F", phone="02-000-0009")
    gaon.toilet("7", "B1")
    legs = (
        leg("4:3F:platform", "30 elevator"),
        leg("4:2F:concourse", "20 sloping_floor", "50 gate staff_call", "40 elevator exit 2"),
        leg("street", "200 steep_ramp", "30 crossing x3", "20 elevator exit 3"),
        leg("7:B1:concourse", "35 gate tap", "- elevator"),
        leg("7:B3:platform", "15"),
    )
    gaon.survey("4:나래 > 7:마루", *legs)
    gaon.survey("4:다온 > 7:라온", *legs, date="2026-05-03")
    return gaon


# ── order ────────────────────────────────────────────────────────────────────


@given(st.integers(0, 10_000))
@settings(max_examples=15)
def test_the_order_of_rows_and_surveys_does_not_matter(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    gaon = busy()
    expected = gaon.station(tmp_path_factory.mktemp("gaon"))
    assert gaon.station(tmp_path_factory.mktemp("gaon"), shuffle=seed) == expected


def test_assembling_twice_gives_the_same_station(tmp_path: Path) -> None:
    gaon = busy()
    assert gaon.station(tmp_path) == gaon.station(tmp_path)


def test_everything_is_sorted_by_id(tmp_path: Path) -> None:
    station = busy().station(tmp_path)
    for items in (station.levels, station.places, station.nodes, station.links, station.units, station.spaces):
        ids = [each.id for each in items]
        assert ids == sorted(set(ids))
    assert list(station.runs) == sorted(station.runs, key=lambda run: run.run_id)


# ── nothing is lost ──────────────────────────────────────────────────────────


def test_every_row_of_the_register_is_a_unit_and_every_text_is_used_or_told(tmp_path: Path) -> None:
    gaon = busy()
    gaon.route("4:가람 > 7:마루", OUT)
    station = gaon.station(tmp_path)
    assert sum(each.in_register for each in station.units) == len(gaon.tables["units"])
    cited = {each.record for link in station.links for told in link.evidence.values() for each in told}
    unplaced = {finding.layer for finding in findings(station, "route_unplaced")}
    for route in gaon.tables["official_routes"]:
        assert route.record in cited or getattr(route, "route_id", "") in unplaced
    assert len(unplaced) == 1


def test_every_unit_has_a_landing_on_each_of_its_levels_and_every_reference_holds(tmp_path: Path) -> None:
    for station in (busy().station(tmp_path), *(pilot(each) for each in PILOTS)):
        Index(station)  # refuses a station with a broken reference
        landings: dict[str, set[str]] = {}
        for node in station.nodes:
            if "@" in node.id:
                landings.setdefault(node.id.partition("@")[0], set()).add(node.level)
        assert {each.id: set(each.levels) for each in station.units} == landings
        known = {level.id for level in station.levels}
        assert {place.level for place in station.places} <= known
        assert {node.level for node in station.nodes} <= known


def test_every_fact_has_evidence(tmp_path: Path) -> None:
    for station in (busy().station(tmp_path), *(pilot(each) for each in PILOTS)):
        assert all(link.evidence.get("link") for link in station.links)
        for link in station.links:
            for field in ("length_m", "rise_m", "staff_call"):
                assert (getattr(link, field) is None) or link.evidence.get(field), f"{station.id} {link.id} {field}"
        assert all(each.evidence for each in station.units)
        assert all(level.evidence for level in station.levels if level.elevation_m is not None)


def test_dates_are_those_of_the_rows(tmp_path: Path) -> None:
    station = two_lines().station(tmp_path)
    lift = unit(station, "4:EV:내부1")
    assert lift.status_as_of == "<=2025-10-01"
    dates = {each.dataset: each.date for each in lift.evidence}
    assert dates == {
        "seoulmetro-lift-status": "<=2025-10-01", "seoulmetro-lift-heights": "2026-02-11", "texts": "2025-08-11",
    }  # fmt: skip


# ── what the registers say of units ──────────────────────────────────────────


def test_a_wheelchair_lifts_width_comes_from_its_own_list(tmp_path: Path) -> None:
    lift = unit(busy().station(tmp_path), "7:WL:3")
    assert lift.width_mm == 800
    assert ("seoulmetro-wheelchair-lifts", "2025-03-10") in {(each.dataset, each.date) for each in lift.evidence}


def test_heights_of_renumbered_lifts_are_taken_over_only_where_all_are_alike(tmp_path: Path) -> None:
    gaon = Gaon()
    gaon.unit("7:EV:1", "B1|1F", exits="1", place="exit")
    gaon.height("7:EV:81", "B1|1F", 9.0)
    gaon.height("7:EV:82", "B1|1F", 9.2)
    assert unit(gaon.station(tmp_path), "7:EV:1").rise_m == 9.1
    gaon.height("7:EV:83", "B1|1F", 12.0)
    assert unit(gaon.station(tmp_path), "7:EV:1").rise_m is None


def test_a_lift_that_only_the_list_of_heights_knows_is_there_too(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.height("7:EV:9", "B3|1F", 23.0)
    lift = unit(gaon.station(tmp_path), "7:EV:9")
    assert (lift.rise_m, lift.status, lift.in_register) == (23.0, Status.UNKNOWN, True)


# ── editors ──────────────────────────────────────────────────────────────────


def test_an_editors_correction_counts_and_is_evidence(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.override("4:EV:외부1", "status", "under_repair")
    gaon.override("4:EV:외부1", "exit", "5")
    gaon.override("7:EV:2", "rise_m", 11.0)
    gaon.override("7:EV:2", "width_mm", 900)
    station = gaon.station(tmp_path)
    lift = unit(station, "4:EV:외부1")
    assert (lift.status, lift.status_as_of, lift.exit) == (Status.UNDER_REPAIR, "2026-05-03", "5")
    assert Evidence("site-visit", "photo 1", "2026-05-03", Method.SURVEYED) in lift.evidence
    assert "5" in station.exits
    assert {level.id: level.elevation_m for level in station.levels}["7:B1"] == -11.0
    assert unit(station, "7:EV:2").width_mm == 900
    assert {link.status for link in links(station, of="4:EV:외부1")} == {Status.UNDER_REPAIR}


def test_corrected_levels_are_where_the_unit_stops(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.override("7:EV:1", "levels", ("B3", "B2", "B1"))
    station = gaon.station(tmp_path)
    assert unit(station, "7:EV:1").levels == ("7:B3", "7:B2", "7:B1")


def test_a_lift_that_only_texts_know_can_be_corrected_too(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.tables["units"] = [row for row in gaon.tables["units"] if row.record != "5"]
    gaon.tables["unit_heights"] = [row for row in gaon.tables["unit_heights"] if row.record != "EV:5"]
    gaon.override("7:EV:?3번출구", "status", "working")
    station = gaon.station(tmp_path)
    assert unit(station, "7:EV:?3번출구").status is Status.WORKING
    assert not findings(station, "override_unknown")


def test_a_correction_of_a_unit_that_is_not_there_is_told(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.override("4:EV:외부8", "status", "working")
    (told,) = findings(gaon.station(tmp_path), "override_unknown")
    assert told.severity is Severity.ERROR
    assert (told.layer, told.field, told.file) == ("4:EV:외부8", "status", "station.toml")
    assert "4:EV:외부1" in told.fix.ko


# ── names ────────────────────────────────────────────────────────────────────


def test_facts_filed_under_another_or_a_former_name_of_the_station_count(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.also_known_as = ("가온 호수",)
    gaon.renamed = {"옛가온": "가온"}
    gaon.unit("4:EV:8", "1F|2F", exits="8", place="exit", station="가온호수")
    gaon.unit("4:EV:9", "1F|2F", exits="9", place="exit", station="옛가온")
    gaon.unit("4:EV:10", "1F|2F", exits="10", place="exit", station="딴역")
    assert {"4:EV:8", "4:EV:9"} <= {each.id for each in gaon.station(tmp_path).units}
    assert "4:EV:10" not in {each.id for each in gaon.station(tmp_path).units}


def test_a_door_towards_a_renamed_station_is_a_door_towards_todays(tmp_path: Path) -> None:
    station = busy().station(tmp_path)
    assert [door.direction for door in unit(station, "4:EV:내부3").doors] == ["나래"]
    assert place_of(station, "4:EV:내부3@3F").id == "4:platform:나래"


def test_directions_are_next_stations_with_their_terminus(tmp_path: Path) -> None:
    told = {(each.line, each.next_station.ko): each for each in two_lines().station(tmp_path).directions}
    assert set(told) == {("4", "나래"), ("4", "다온"), ("7", "라온"), ("7", "마루")}
    narae = told["4", "나래"]
    assert narae.terminus is not None
    assert (narae.next_station.en, narae.terminus.ko) == ("Narae", "나래")


def test_a_platform_named_after_the_station_is_where_trains_end_and_leads_to_no_terminus() -> None:
    """오이도 ends Line 4: what its texts call the platform for 오이도 is no way to 진접, the line's other end."""
    station = mm.load("오이도").model
    ends = {each.next_station.ko: each.terminus for each in station.directions if each.line == "4"}
    assert ends["오이도"] is None
    assert ends["정왕"] is not None
    report = Report("oido", here="오이도")
    assert report.platform("4", "오이도") == Text("4호선 종착 열차 승강장", "the Line 4 platform where trains end")
    assert report.toward("정왕").ko == "정왕 방면"


def test_nobody_is_sent_against_a_loop_that_trains_run_one_way() -> None:
    """Line 6 runs its loop at 응암 from 역촌 to 구산; Line 2 runs its circle both ways."""
    told = {
        name: [each.next_station.ko for each in mm.load(name).model.directions if each.line == line]
        for name, line in (("연신내", "6"), ("응암", "6"), ("시청", "2"), ("건대입구", "2"))
    }
    assert told == {
        "연신내": ["구산"],
        "응암": ["새절", "역촌"],
        "시청": ["을지로입구", "충정로"],
        "건대입구": ["구의", "성수"],
    }


def test_the_rest_of_the_facts_travel_along(tmp_path: Path) -> None:
    station = busy().station(tmp_path)
    assert station.walking_transfer_m == {("4", "7"): 77.0, ("7", "4"): 77.0}
    assert station.phones == {"4": "02-000-0009", "7": "02-000-0007"}
    assert [toilet.level for toilet in station.toilets] == ["4:1F", "4:2F", "7:B1"]


# ── the pilots ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("station_id", PILOTS)
def test_a_pilot_has_no_error_and_its_survey_lies_on_it(station_id: str) -> None:
    station = pilot(station_id)
    codes = Counter(finding.code for finding in station.findings)
    assert not [finding for finding in station.findings if finding.severity is Severity.ERROR]
    assert codes["survey_unmatched"] == codes["platform_cut_off"] == codes["route_unplaced"] == 0
    assert codes["gate_missing"] == codes["walk_changes_level"] == 0
    (run,) = station.runs
    surveyed = {
        evidence.record
        for link in station.links
        for evidence in link.evidence.get("link", ())
        if evidence.dataset == f"survey:{run.run_id}"
    }
    assert surveyed >= {"leg 1", f"leg {len(run.legs)}"}


@pytest.mark.parametrize("station_id", PILOTS)
def test_what_a_pilot_tells_is_a_sentence_without_ids_in_two_languages(station_id: str) -> None:
    for finding in pilot(station_id).findings:
        for text in (finding.message.ko, finding.message.en, finding.fix.ko, finding.fix.en):
            assert not any(mark in text for mark in IDS), text
            assert text.endswith((".", "?"))
        assert finding.message.ko != finding.message.en
        assert finding.layer


def test_the_worked_example_holds() -> None:
    """노원, 상계 → 중계: side platforms above, an island below; what assembly's worked example found is found."""
    nowon = pilot("nowon")
    codes = {finding.code for finding in nowon.findings}
    assert {"gate_conflict", "level_conflict", "height_conflict", "door_mirror", "unit_not_in_register"} <= codes
    assert {platform.place for platform in nowon.platforms} == {"4:platform:상계", "4:platform:창동", "7:platform"}
    (mirror,) = findings(nowon, "door_mirror")
    assert (mirror.layer, "10 m" in mirror.message.en) == ("7:EV:1", True)
    street = [link for link in links(nowon, LinkKind.WALKWAY) if link.length_m == 270]
    assert [link.evidence["length_m"][0].method for link in street] == [Method.SURVEYED]


def test_nobody_changes_to_a_platform_where_trains_end_unless_the_line_has_no_other() -> None:
    """기흥: from the 수인분당선 one boards the 에버라인 for 강남대, and gets off it where it ends."""
    here, onward, other = Endpoint("에버라인", "기흥"), Endpoint("에버라인", "강남대"), Endpoint("수인분당선", "신갈")
    assert transfers((here, onward, other), "기흥") == ((here, other), (onward, other), (other, onward))
    assert transfers((here, other), "기흥역") == ((here, other), (other, here)), "its next station is not known"
