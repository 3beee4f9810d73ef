"""Labels and heights: sources that disagree, aliases, and heights that order levels."""

from __future__ import annotations

from pathlib import Path

import pytest
from gaon import Gaon, findings, two_lines, unit
from hypothesis import given
from hypothesis import strategies as st

from muui_maps.assemble.draft import Landing, lowest_first
from muui_maps.assemble.units import level_rank, storeys
from muui_maps.model import Level, Method, Station


def level(station: Station, level_id: str) -> Level:
    return next(each for each in station.levels if each.id == level_id)


# ── labels ───────────────────────────────────────────────────────────────────


def test_a_label_that_loses_is_reported_and_kept_as_an_alias(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.tables["platforms"] = []
    gaon.platform("7", "B4", shape="island")
    station = gaon.station(tmp_path)
    (conflict,) = findings(station, "level_conflict")
    assert conflict.message.ko == (
        "7호선 승강장의 층이 자료마다 달라요: 환승 안내문 B3, 승강기 목록 B3, 역사심도 B4. 지도에는 B3으로 적어요."
    )
    assert (conflict.layer, conflict.value) == ("7:platform", "B4")
    assert level(station, "7:B3").aliases == ("B4",)


def test_another_floors_label_is_no_alias(tmp_path: Path) -> None:
    """The depth register calls the platform B1, but B1 is the concourse of this very line."""
    gaon = two_lines()
    gaon.tables["platforms"] = []
    gaon.platform("7", "B1", shape="island")
    station = gaon.station(tmp_path)
    assert findings(station, "level_conflict")
    assert level(station, "7:B3").aliases == ()
    assert level(station, "7:B1").elevation_m == -12.5


def test_the_label_of_most_sources_wins_over_the_texts_alone(tmp_path: Path) -> None:
    """Texts say 7:B3, lifts and the depth register say B4: then it is B4, and the texts' rides are still understood."""
    gaon = two_lines()
    gaon.tables["platforms"] = []
    gaon.platform("4", "3F", shape="side")
    gaon.platform("7", "B4", shape="island")
    gaon.tables["units"] = [row for row in gaon.tables["units"] if row.record != "4"]
    gaon.unit("7:EV:1", "B4|B1", doors="라온:4-4|마루:5-1", place="platform")
    station = gaon.station(tmp_path)
    assert {platform.level for platform in station.platforms if platform.line == "7"} == {"7:B4"}
    assert level(station, "7:B4").aliases == ("B3",)
    assert not findings(station, "unit_not_in_register")


def test_labels_belong_to_a_line(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.unit("4:EV:외부9", "B1|1F", exits="9", place="exit")
    station = gaon.station(tmp_path)
    assert {"4:B1", "7:B1"} <= {each.id for each in station.levels}


# ── heights ──────────────────────────────────────────────────────────────────


def test_heights_add_up_from_the_street_over_the_lifts(tmp_path: Path) -> None:
    station = two_lines().station(tmp_path)
    heights = {each.id: each.elevation_m for each in station.levels}
    assert heights == {"4:2F": 6.0, "4:3F": 12.0, "7:B1": -12.5, "7:B3": -23.0, "street": 0.0}
    told = level(station, "7:B3").evidence
    assert told is not None
    assert (told.method, told.record, told.date) == (Method.DERIVED, "7:EV:1", "2026-02-11")


def test_of_three_stops_only_the_ends_have_the_lifts_height(tmp_path: Path) -> None:
    gaon = Gaon()
    gaon.unit("7:EV:1", "B3|B2|B1", doors="라온:4-4|마루:5-1")
    gaon.unit("7:EV:2", "B1|1F", exits="3")
    gaon.height("7:EV:1", "B3|B2|B1", 10.5)
    gaon.height("7:EV:2", "B1|1F", 12.5)
    heights = {each.id: each.elevation_m for each in gaon.station(tmp_path).levels}
    assert (heights["7:B3"], heights["7:B1"]) == (-23.0, -12.5)
    assert heights["7:B2"] is None  # unknown is not half way


def test_the_depth_register_speaks_where_no_lift_does_and_is_compared_where_one_does(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.tables["unit_heights"] = []
    gaon.height("7:EV:2", "B1|1F", 12.5)
    assert {each.id: each.elevation_m for each in gaon.station(tmp_path).levels}["7:B3"] == -23.0
    gaon.height("7:EV:1", "B3|B1", 16.0)
    (conflict,) = findings(gaon.station(tmp_path), "height_conflict")
    assert "-28.5 m" in conflict.message.ko
    assert "-23.0 m" in conflict.message.ko


def test_two_lifts_that_disagree_about_a_height_are_told(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.unit("7:EV:3", "B1|1F", exits="4", place="exit")
    gaon.height("7:EV:3", "B1|1F", 10.0)
    (conflict,) = findings(gaon.station(tmp_path), "height_conflict")
    assert conflict.message.ko == "7호선 엘리베이터 3은 B1–1F 사이가 10.0 m인데, 다른 승강기로 셈하면 12.5 m예요."
    assert conflict.message.en == "Line 7 lift 3 rises 10.0 m over B1–1F; by the other units it is 12.5 m."
    assert conflict.layer == "7:EV:3"


def test_a_rise_too_small_for_its_storeys_is_told_and_not_used(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.tables["unit_heights"] = [row for row in gaon.tables["unit_heights"] if row.record != "EV:4"]
    gaon.height("7:EV:1", "B3|B1", 3.9)
    station = gaon.station(tmp_path)
    (odd,) = findings(station, "rise_implausible")
    assert odd.value == "3.9"
    assert level(station, "7:B3").elevation_m == -23.0  # from the depth register


def test_floors_of_two_lines_joined_on_foot_share_a_height_or_the_difference_is_told(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.unit("4:EV:3", "B1|3F", doors="다온:2-1", place="platform")
    gaon.route(
        "7:라온 > 4:다온",
        """alight platform level=B3 line=7 direction=라온
           ride elevator place=concourse line=7
           go concourse level=B1 line=7
           go concourse level=B1 line=4
           ride elevator line=4
           go platform level=3F line=4 direction=다온""",
    )
    station = gaon.station(tmp_path)
    assert level(station, "4:B1").elevation_m == level(station, "7:B1").elevation_m == -12.5
    known = level(station, "4:B1").evidence
    assert known is not None
    assert known.record == "joined on foot with 7:B1"
    gaon.unit("4:EV:8", "B1|1F", exits="8", place="exit")
    gaon.height("4:EV:8", "B1|1F", 7.0)
    (conflict,) = [each for each in findings(gaon.station(tmp_path), "height_conflict") if each.layer == "4:B1"]
    assert conflict.message.ko == "4호선 B1과 7호선 B1은 걸어서 이어지는데, 셈한 높이는 -7.0 m와 -12.5 m예요."


def test_heights_order_a_units_levels_whatever_their_labels_say(tmp_path: Path) -> None:
    """On a slope line 7's `1F` is no ground: its lift goes from B1, past the street, up to M1 of the hall above."""
    stops = [Landing("u", label, f"7:{label}", "p") for label in ("B1", "B2", "1F")]
    heights = {"7:B1": -4.0, "7:B2": 3.0, "7:1F": -9.0}
    assert [stop.label for stop in lowest_first(stops, heights.get)] == ["1F", "B1", "B2"]
    assert [stop.label for stop in lowest_first(stops, {"7:B1": -4.0}.get)] == ["B2", "B1", "1F"]
    lines = [Landing("u", "1F", "4:1F", "p"), Landing("u", "B1", "7:B1", "p")]
    assert lowest_first(lines, lambda _: None) == lines  # two lines' labels are no order at all
    assert unit(two_lines().station(tmp_path), "4:EV:외부1").levels == ("street", "4:2F")


def test_a_mezzanines_place_is_taken_from_the_escalator_that_climbs_to_it(tmp_path: Path) -> None:
    """BM1 → BM2 goes up by the list of heights, though labels alone would put BM2 below BM1."""
    gaon = two_lines()
    gaon.unit("7:ES:1", "B1|BM1", place="passage")
    gaon.unit("7:ES:2", "BM1|BM2", place="passage")
    gaon.height("7:ES:1", "B1|BM1", 6.0, upward=True)
    gaon.height("7:ES:2", "BM1|BM2", 3.0, upward=True)
    heights = {each.id: each.elevation_m for each in gaon.station(tmp_path).levels}
    assert (heights["7:BM1"], heights["7:BM2"]) == (-6.5, -3.5)


LABELS = st.builds(
    lambda form, number: form.format(number), st.sampled_from(["B{}", "BM{}", "{}F", "M{}"]), st.integers(1, 8)
)


@given(LABELS, LABELS)
def test_storeys_between_two_labels_of_one_line_are_never_negative(one: str, other: str) -> None:
    low, high = sorted((level_rank(one) or 0.0, level_rank(other) or 0.0))
    assert storeys(low, high) >= 0
    assert (level_rank(one) == level_rank(other)) == (one == other)


@pytest.mark.parametrize(("low", "high", "count"), [("B1", "1F", 1), ("B3", "B1", 2), ("B2", "2F", 3), ("1F", "3F", 2)])
def test_there_is_no_floor_0(low: str, high: str, count: int) -> None:
    ranks = level_rank(low), level_rank(high)
    assert ranks[0] is not None
    assert ranks[1] is not None
    assert storeys(ranks[0], ranks[1]) == count
