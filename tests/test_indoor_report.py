"""The quality report finds what is wrong with a delivery, and says where."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from layer_builder import station, write
from shapely import LineString, Point, box
from shared import REPOSITORY, shared_data

from muui_maps.insight.indoor_quality import IndoorReport, degrees, indoor_report
from muui_maps.maps.fonts import measure
from muui_maps.maps.indoor_picture import floor_picture, heaps, ranges
from muui_maps.maps.scene import Rect, Words
from muui_maps.maps.svg import render_svg
from muui_maps.sources.fragment import Area, Facility, Fragment, FragmentLevel, NetLine, NetPoint, Opening

#    B1                                     1F
#   10 ┌─────────┬─────────┐   ┌────┐       ┌─────────┐
#      │  hall   │  room   │   │cut │       │ street  │
#      │        ┌┤lift     │   │off │       │        ┌┤lift
#    0 └────────┴┴─────────┘   └────┘       └────────┴┘
#      0         10       20   30  35       0        10


def area(key: str, level: str, west: float, east: float, *, kind: str = "walkable", south: float = 0) -> Area:
    number = key.rsplit("_", 1)[-1]
    return Area(key, level, kind, "MV", None, box(west, south, east, 10), None, f"L_X_{level}#{number}")


def lift(key: str, level: str) -> Facility:
    return Facility(key, level, "elevator", Point(10.5, 1), None, "MV04", f"L_X_{level}_FC#{key[-1]}")


SOUND = Fragment(
    source="drawn",
    crs="EPSG:5186",
    levels=(FragmentLevel("B1", "B01", -1), FragmentLevel("1F", "F01", 1)),
    areas=(
        area("hall_1", "B1", 0, 10),
        area("room_2", "B1", 11, 20),
        Area("shaft_3", "B1", "elevator", "MV", None, box(10, 0, 11, 10), None, "L_X_B1#3"),
        area("street_4", "1F", 0, 10),
        Area("shaft_5", "1F", "elevator", "MV", None, box(10, 0, 11, 10), None, "L_X_1F#5"),
    ),
    facilities=(lift("lift1", "B1"), lift("lift2", "1F")),
    origin=(37.55, 126.98),
)


def faults(report: IndoorReport) -> list[tuple[str, str, str]]:
    return [(each.check, each.finding.code, each.object) for each in report.faults]


def test_a_sound_floor_has_no_faults_and_every_question_was_asked() -> None:
    report = indoor_report(SOUND)
    assert faults(report) == []
    assert {each.id: each.looked_at for each in report.checks}["lift_landing"] == 1
    assert all(each.faulty == 0 for each in report.checks)
    assert [(each.level, each.spaces, each.area_m2) for each in report.levels] == [("B1", 3, 190.0), ("1F", 2, 100.0)]


def test_a_space_that_nothing_touches_is_unreached_until_it_gets_a_door() -> None:
    alone = replace(SOUND, areas=(*SOUND.areas, area("cut_6", "B1", 30, 35)))
    assert faults(indoor_report(alone)) == [("unreached", "space_unreached", "cut_6")]
    with_door = replace(alone, openings=(Opening("door", "B1", LineString([(30, 4), (30, 6)]), None, "L_X_DR#1"),))
    assert not [each for each in faults(indoor_report(with_door)) if each[0] == "unreached"]


def test_spaces_that_touch_only_each_other_are_cut_off_together() -> None:
    island = replace(SOUND, areas=(*SOUND.areas, area("cut_6", "B1", 30, 33), area("cut_7", "B1", 33, 36)))
    found = indoor_report(island)
    assert faults(found) == [("unreached", "spaces_cut_off", "cut_6"), ("unreached", "spaces_cut_off", "cut_7")]
    assert "2 spaces (60 m²)" in found.faults[0].finding.message.en


def test_a_space_drawn_twice_is_doubled_and_a_space_inside_another_is_not_an_overlap() -> None:
    twice = replace(SOUND, areas=(*SOUND.areas, area("hall_8", "B1", 0, 10)))
    assert ("doubled", "object_doubled", "hall_8") in faults(indoor_report(twice))
    inside = replace(SOUND, areas=(*SOUND.areas, area("kiosk_9", "B1", 2, 4, kind="closed", south=8)))
    assert faults(indoor_report(inside)) == []


@pytest.mark.parametrize(("overlap_m", "told"), [(0.08, []), (1.5, [("overlapping", "spaces_overlap", "extra_7")])])
def test_overlaps_wider_than_a_slip_of_the_pen_are_told_with_their_area(
    overlap_m: float, told: list[tuple[str, str, str]]
) -> None:
    report = indoor_report(replace(SOUND, areas=(area("extra_7", "1F", -5, overlap_m), *SOUND.areas)))
    assert faults(report) == told
    assert [(each.x_m, each.finding.message.en) for each in report.faults] == [
        (0.75, "1F: overlaps street_4 by 15.0 m².")
    ] * len(told)


def test_a_network_point_off_all_spaces_says_that_a_space_is_missing() -> None:
    points = (NetPoint("p1", "B1", 5, 5, "node", "L_X_POINT#1"), NetPoint("p2", "B1", 5, 40, "node", "L_X_POINT#2"))
    line = NetLine(
        "w", "p1", "p2", "walkway", "B1", 35, LineString([(5, 5), (5, 40)]), oneway=False, handicap=True, record="L#1"
    )
    report = indoor_report(replace(SOUND, points=points, lines=(line,)))
    (fault,) = report.faults
    assert (fault.check, fault.object, fault.x_m, fault.y_m) == ("missing", "p2", 5, 40)
    assert "30.0 m" in fault.finding.message.en
    assert degrees(fault, report.fragment) == pytest.approx((37.55036, 126.98006), abs=1e-5)


def test_a_lift_that_stops_on_one_floor_alone_and_a_floor_without_a_way_up_are_told() -> None:
    upstairs = replace(
        SOUND,
        areas=tuple(each for each in SOUND.areas if each.id != "shaft_5"),
        facilities=(lift("lift1", "B1"),),
    )
    assert faults(indoor_report(upstairs)) == [
        ("lift_landing", "lift_alone", "shaft_3"),
        ("level_connector", "level_alone", "B1"),
        ("level_connector", "level_alone", "1F"),
    ]


def test_a_share_has_no_denominator_of_nothing() -> None:
    lines = {each.id: each for each in indoor_report(SOUND).checks}["dangling"]
    assert (lines.looked_at, lines.share, lines.within_limit) == (0, None, None)


# ── pictures ─────────────────────────────────────────────────────────────────


def test_the_picture_numbers_faults_as_the_report_does_and_says_so_in_words() -> None:
    report = indoor_report(replace(SOUND, areas=(*SOUND.areas, area("cut_6", "B1", 30, 35))))
    scene = floor_picture(report, "B1", lang="en")
    (disc,) = [mark for mark in scene.marks if isinstance(mark, Rect) and mark.role == "fault:1"]
    frame = [mark for mark in scene.marks if isinstance(mark, Words) and mark.role == "check:unreached"]
    assert disc.x > 0
    assert frame != []
    assert "1 places marked" in scene.description
    assert "fault" not in str({mark.role for mark in floor_picture(report, "1F", lang="ko").marks})
    assert render_svg(scene) == render_svg(floor_picture(report, "B1", lang="en"))


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), max_size=60))
def test_no_disc_hides_another_and_no_fault_is_lost(places: list[tuple[float, float]]) -> None:
    numbered = [(place, number) for number, place in enumerate(places, 1)]
    found = heaps(numbered)
    assert sorted(number for _, numbers in found for number in numbers) == [number for _, number in numbered]
    labels = [str(each[0]) if len(each) == 1 else f"{each[0]}+{len(each) - 1}" for _, each in found]
    discs = [(x, y, measure(label, 11, "bold")) for ((x, y), _), label in zip(found, labels, strict=True)]
    for n, (x, y, wide) in enumerate(discs):
        for u, v, other in discs[n + 1 :]:
            assert abs(x - u) >= (wide + other) / 2 or abs(y - v) >= 11


def test_ranges_are_written_short() -> None:
    assert ranges([1, 2, 3, 7, 9, 10]) == "1–3, 7, 9–10"


# ── the command ──────────────────────────────────────────────────────────────


def test_the_command_reports_draws_and_answers_in_both_languages(tmp_path: Path, run: Run) -> None:
    folder = write(tmp_path / "layers", station())
    korean = run("indoor", "report", str(folder), "--out", str(tmp_path / "out"), "--lang", "ko")
    english = run("indoor", "report", str(folder), "--json", "--lang", "en")
    assert (korean.code, english.code) == (0, 0)
    assert "빠진 객체" in korean.out
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["B1.en.svg", "B1.ko.svg"]
    said = json.loads(english.out)
    schema = json.loads((REPOSITORY / "docs" / "schemas" / "indoor-report.json").read_text(encoding="utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(said)) == []
    assert [each["level"] for each in said["levels"]] == ["B1"]
    assert [(each["id"], each["looked_at"], each["faulty"]) for each in said["checks"]][:2] == [
        ("missing", 6, 0),
        ("doubled", 6, 0),
    ]


def test_a_missing_index_is_made_for_the_time_of_reading_when_asked(tmp_path: Path, run: Run) -> None:
    files = {name: data for name, data in station().items() if not name.endswith(".shx")}
    folder = write(tmp_path / "layers", files)
    refused = run("indoor", "report", str(folder))
    assert refused.code == 4
    assert "--restore-shx" in refused.err
    assert run("indoor", "report", str(folder), "--restore-shx").code == 0
    assert sorted(file.name for file in folder.iterdir()) == sorted(files)


def test_a_mapping_that_is_not_there_is_said_with_those_that_are(tmp_path: Path, run: Run) -> None:
    write(tmp_path, station())
    done = run("indoor", "report", str(tmp_path), "--columns", "nobody")
    assert done.code == 2
    assert "jr-shinjuku" in done.err


def test_a_delivery_without_layers_is_refused(tmp_path: Path, run: Run) -> None:
    (tmp_path / "empty").mkdir()
    assert run("indoor", "report", str(tmp_path / "empty")).code == 4


@pytest.mark.parametrize(
    ("source", "options", "levels"),
    [
        ("terminal_a.zip", (), ["B3", "B2", "B1", "1F", "2F", "3F", "4F", "5F"]),
        ("jr_shinjuku_shapefiles", ("--columns", "jr-shinjuku"), ["B1", "1F", "2F"]),
    ],
)
def test_the_real_deliveries_are_reported_with_a_place_for_each_fault(
    source: str, options: tuple[str, ...], levels: list[str], run: Run
) -> None:
    done = run("indoor", "report", str(shared_data() / "indoor" / source), *options, "--json")
    assert done.code == 0
    said = json.loads(done.out)
    assert [each["level"] for each in said["levels"]] == levels
    assert said["faults"] != []
    assert all(each["lat"] is not None for each in said["faults"])
    assert sum(each["faulty"] for each in said["checks"]) <= len(said["faults"])
