"""Checks that catch nonsense: what a station lacks or contradicts is told, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gaon import BACK, OUT, Gaon, findings, two_lines

from muui_maps.model import Severity

if TYPE_CHECKING:
    from pathlib import Path


def whole() -> Gaon:
    """The station with a lift on both sides of line 4 and texts both ways that say all gates."""
    gaon = two_lines()
    gaon.unit("4:EV:내부2", "2F|3F", doors="다온:2-1", place="platform")
    gaon.tables["official_routes"], gaon.tables["official_acts"] = [], []
    gaon.route("4:나래 > 7:마루", OUT)
    gaon.route("7:마루 > 4:나래", BACK.replace("go concourse level=B1\n", "go concourse level=B1\n gate side=out\n"))
    return gaon


def test_a_station_without_contradictions_has_nothing_to_tell(tmp_path: Path) -> None:
    assert whole().station(tmp_path).findings == ()


def test_a_station_of_which_no_source_knows_a_platform(tmp_path: Path) -> None:
    (told,) = Gaon().station(tmp_path).findings
    assert (told.code, told.severity) == ("no_platforms", Severity.ERROR)


def test_a_platform_without_a_way_is_told_for_what_it_lacks(tmp_path: Path) -> None:
    gaon = whole()
    gaon.tables["units"] = [row for row in gaon.tables["units"] if row.record != "6"]  # the lift of 다온
    station = gaon.station(tmp_path)
    told = {finding.message.ko for finding in findings(station, "platform_cut_off")}
    assert told == {
        "4호선 다온 방면 승강장에서 바깥까지 가는 길을 자료에서 찾지 못했어요.",
        "4호선 다온 방면 승강장에서 4호선 나래 방면 승강장까지 가는 길을 자료에서 찾지 못했어요.",
        "4호선 다온 방면 승강장에서 7호선 승강장까지 가는 길을 자료에서 찾지 못했어요.",
        "4호선 나래 방면 승강장에서 4호선 다온 방면 승강장까지 가는 길을 자료에서 찾지 못했어요.",
        "7호선 라온 방면 승강장에서 4호선 다온 방면 승강장까지 가는 길을 자료에서 찾지 못했어요.",
        "7호선 마루 방면 승강장에서 4호선 다온 방면 승강장까지 가는 길을 자료에서 찾지 못했어요.",
    }
    english = {finding.message.en for finding in findings(station, "platform_cut_off")}
    assert "The data show no way from the Line 4 platform for Daon to the street." in english


def test_an_escalator_that_only_leads_away_reaches_nobody(tmp_path: Path) -> None:
    gaon = whole()
    gaon.tables["units"] = [row for row in gaon.tables["units"] if row.record != "6"]
    gaon.unit("4:ES:1", "3F|2F", doors="다온:2-1", place="platform")
    told = {finding.message.ko for finding in findings(gaon.station(tmp_path), "platform_cut_off")}
    assert "4호선 다온 방면 승강장에서 바깥까지 가는 길을 자료에서 찾지 못했어요." not in told
    assert "바깥에서 4호선 다온 방면 승강장까지 가는 길을 자료에서 찾지 못했어요." in told
    gaon.unit("4:ES:2", "2F|3F", doors="다온:2-1", place="platform")
    assert not findings(gaon.station(tmp_path), "platform_cut_off")


def test_the_published_walkers_transfer_is_a_way_for_somebody(tmp_path: Path) -> None:
    gaon = whole()
    gaon.tables["units"] = [row for row in gaon.tables["units"] if row.record != "6"]
    gaon.distance("4", "7", 77.0)
    assert not findings(gaon.station(tmp_path), "platform_cut_off")


def test_a_route_without_its_reverse_is_told_once_for_each_pair_of_lines(tmp_path: Path) -> None:
    gaon = whole()
    gaon.route("4:나래 > 7:라온", OUT.replace("마루", "라온"))
    gaon.route("4:다온 > 7:라온", OUT.replace("마루", "라온").replace("나래", "다온"))
    (told,) = findings(gaon.station(tmp_path), "route_reverse_missing")
    assert told.severity is Severity.INFO
    assert told.message.ko == (
        "4호선에서 7호선으로 가는 안내문은 있는데 거꾸로 가는 안내문이 없어요: "
        "7호선 라온 방면 → 4호선 나래 방면, 7호선 라온 방면 → 4호선 다온 방면."
    )
    assert told.message.en.startswith("Official texts lead from Line 4 to Line 7 but not back: Line 7 for Raon →")
    assert told.layer == "4>7"


def test_a_one_way_escalator_explains_a_missing_reverse(tmp_path: Path) -> None:
    gaon = whole()
    gaon.unit("4:ES:1", "2F|3F", doors="나래:2-1", place="platform")
    gaon.route(
        "4:나래 > 7:라온", OUT.replace("마루", "라온").replace("elevator place=concourse", "escalator place=concourse")
    )
    (told,) = findings(gaon.station(tmp_path), "route_reverse_missing")
    assert told.message.ko.endswith("에스컬레이터는 한 방향으로만 움직여요.")


@pytest.mark.parametrize(
    ("said", "instead", "says"),
    [
        ("gate side=out", "gate side=in", "이미 개찰구 안인데 다시 들어간다고 해요."),
        ("gate side=in", "gate side=out", "이미 개찰구 밖인데 다시 나간다고 해요."),
    ],
)
def test_gates_that_do_not_alternate_in_a_text_are_told(tmp_path: Path, said: str, instead: str, says: str) -> None:
    gaon = whole()
    gaon.route("4:나래 > 7:라온", OUT.replace("마루", "라온").replace(said, instead))
    (told,) = findings(gaon.station(tmp_path), "gate_order")
    assert told.message.ko == f"안내문(4호선 나래 방면 → 7호선 라온 방면)은 {says}"


def test_a_lift_that_only_a_text_knows_is_told_with_those_it_may_be(tmp_path: Path) -> None:
    gaon = whole()
    gaon.route("4:나래 > 7:라온", OUT.replace("마루", "라온").replace("line=4 exit=2", "line=4 exit=5"))
    (told,) = findings(gaon.station(tmp_path), "unit_not_in_register")
    assert told.message.ko == (
        "안내문이나 조사에 나오는 4호선 5번 출구 옆 엘리베이터가 승강기 목록에 없어요. 문 위치와 운행 상태를 몰라요. "
        "비슷한 승강기: 4호선 엘리베이터 외부 1."
    )
    assert (told.layer, told.value) == ("4:EV:?5번출구", "4:EV:외부1")


def test_a_line_that_the_register_does_not_cover_is_said_to_be_so(tmp_path: Path) -> None:
    gaon = whole()
    for table in ("units", "unit_heights"):
        gaon.tables[table] = [row for row in gaon.tables[table] if getattr(row, "line", "") != "7"]
    told = findings(gaon.station(tmp_path), "unit_not_in_register")
    assert told
    assert all("이 역의 7호선 승강기는 목록에 하나도 없어요." in finding.message.ko for finding in told)


def test_levels_that_text_and_register_do_not_share_are_told(tmp_path: Path) -> None:
    gaon = whole()
    gaon.unit("7:WL:3", "2F|B2", toward_line="4", directions="나래", place="passage")
    gaon.route(
        "4:나래 > 7:라온",
        """alight platform level=3F line=4 direction=나래
           ride elevator line=4 place=concourse
           go concourse level=2F line=4
           ride wheelchair_lift direction=나래
           go concourse level=B1 line=7
           ride elevator line=7 place=platform direction=라온
           go platform level=B3 line=7 direction=라온""",
    )
    (told,) = findings(gaon.station(tmp_path), "unit_levels_differ")
    assert told.message.ko == (
        "7호선 휠체어리프트 3의 운행층이 승강기 목록에는 2F–B2, 안내문에는 4호선 2F–7호선 B1로 나와요."
    )


def test_a_lift_whose_stop_leads_nobody_knows_where_is_told_and_not_used(tmp_path: Path) -> None:
    """외부 2 opens on the floor of both side platforms, without a door that says on which."""
    gaon = whole()
    gaon.unit("4:EV:외부2", "1F|3F", exits="9", place="exit")
    station = gaon.station(tmp_path)
    (told,) = findings(station, "unit_place_unknown")
    assert told.message.ko == (
        "4호선 엘리베이터 외부 2가 3F에서 어디로 이어지는지 자료에 없어요. 길 찾기에 쓰지 않아요."
    )
    onward = [link for link in station.links if "4:EV:외부2@3F" in {link.start, link.end} and link.unit is None]
    assert onward == []


def test_a_number_given_twice_is_told_and_both_units_are_kept(tmp_path: Path) -> None:
    gaon = whole()
    gaon.unit("4:EV:외부1", "1F|2F", exits="9", place="exit")
    station = gaon.station(tmp_path)
    (told,) = findings(station, "unit_doubled")
    assert told.message.ko == "가동현황에 4호선 엘리베이터 외부 1이 두 번 있어요."
    assert {"4:EV:외부1", "4:EV:외부1(2)"} <= {unit.id for unit in station.units}


def test_lists_that_disagree_about_floors_are_told_together(tmp_path: Path) -> None:
    gaon = whole()
    gaon.unit("7:ES:1", "B3|B1", place="concourse")
    gaon.height("7:ES:1", "B2|B1", 5.0, upward=True)
    gaon.width("7:ES:1", "B2|B1", 1200)
    (told,) = findings(gaon.station(tmp_path), "registers_disagree")
    assert told.message.ko == (
        "7호선 에스컬레이터 1의 운행층이 목록마다 달라요: 가동현황 B3-B1, 길이·높이 목록·에스컬레이터 설치현황 B2-B1."
    )
    assert told.value == "B3-B1 / B2-B1"


def test_a_station_of_which_only_transfers_are_known_says_so_once(tmp_path: Path) -> None:
    gaon = Gaon()
    gaon.route(
        "4:나래 > 7:마루",
        """alight platform level=B1 line=4 direction=나래
           ride elevator place=platform line=7 direction=마루
           go platform level=B3 line=7 direction=마루""",
    )
    (told,) = findings(gaon.station(tmp_path), "street_unknown")
    assert told.message.en == "The data have no lift or escalator to the street here: only transfers can be found."
    assert not [each for each in findings(gaon.station(tmp_path), "platform_cut_off") if "바깥" in each.message.ko]
