"""The unrolled section: nothing is lost, nothing overlaps, heights and totals are true, same input same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys import Journey, journeys
from map_samples import gana
from section_builder import Gate, Spec, build, met, nowon, ride, walk
from section_checks import by_role, faults, level_ys, texts_of

from muui_maps.maps.narrate import narrate
from muui_maps.maps.scene import Circle, Polyline, Rect, Scene, Words
from muui_maps.maps.section import section_scene
from muui_maps.maps.section_boxes import wrapped
from muui_maps.maps.svg import render_svg
from muui_maps.model import STREET, Doubt, Endpoint, MetKind, PlaceKind, Route, Station, StationName, Text, UnitKind


def drawn(
    station: Station,
    route: Route,
    lang: str = "ko",
    *,
    plan_b: Mapping[str, Route | None] | None = None,
    as_of: str | None = None,
) -> Scene:
    return section_scene(station, route, narrate(station, route), lang=lang, plan_b=plan_b, as_of=as_of)


def label_texts(scene: Scene) -> set[str]:
    return {mark.text for mark in scene.marks if isinstance(mark, Words) and (mark.role or "").startswith("label:")}


# ── 노원: the survey of 2016 ─────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_nowon_has_no_fault(lang: str) -> None:
    station, route = nowon()
    scene = drawn(station, route, lang)
    assert faults(scene, route) == []
    assert (scene.width, scene.height) == (1684, 1191)


def test_nowon_says_what_a_rider_looks_for() -> None:
    station, route = nowon()
    said = label_texts(drawn(station, route))
    assert {
        "10-1 문에서 내리기",
        "4-2 문에서 타기",
        "바닥 경사 주의",
        "급경사로, 기둥 주의",
        "횡단보도 3번",
        "호출 버튼 누르기",
        "내부 1",
        "외부 1, 2번 출구",
        "엘리베이터 4, 5번 출구",
        "또는",
        "B2에도 서요",
        "개찰구 안",
        "7호선 대합실",
        "Line 7 platform",
        "Inside 1, 6.1 m",
    } <= said


def test_the_language_of_the_map_is_large_and_the_other_small() -> None:
    station, route = nowon()
    for lang, large, small in (("ko", "4호선 대합실", "Line 4 concourse"), ("en", "Line 4 concourse", "4호선 대합실")):
        words = {mark.text: mark for mark in drawn(station, route, lang).marks if isinstance(mark, Words)}
        assert words[large].weight == "bold"
        assert words[small].weight == "regular"
        assert words[large].size > words[small].size
        assert words[large].y < words[small].y


def test_heights_are_to_scale() -> None:
    station, route = nowon()
    ys = {level: min(found) for level, found in level_ys(drawn(station, route)).items()}
    metres = {level.id: level.elevation_m for level in station.levels if level.elevation_m is not None}
    per_metre = {
        level: (ys["4:3F"] - y) / (metres[level] - metres["4:3F"]) for level, y in ys.items() if level != "4:3F"
    }
    assert max(per_metre.values()) - min(per_metre.values()) < 0.01
    assert ys["4:3F"] < ys["4:2F"] < ys[STREET] < ys["7:B1"] < ys["7:B3"]


def test_a_stop_between_is_a_stop_with_a_dashed_plate() -> None:
    station, route = nowon()
    scene = drawn(station, route)
    (stop,) = by_role(scene, r"stop:7:B2")
    (plate,) = by_role(scene, r"stop-plate:B2")
    assert isinstance(stop, Circle)
    assert isinstance(plate, Rect)
    assert plate.dash
    assert abs(plate.y + plate.height / 2 - stop.y) < 1


def test_the_lift_that_would_do_as_well_is_a_second_shaft() -> None:
    station, route = nowon()
    scene = drawn(station, route)
    shafts = [mark.role for mark in by_role(scene, r"shaft:.+")]
    assert shafts == ["shaft:4:EV:내부1", "shaft:4:EV:외부1", "shaft:7:EV:4", "shaft:7:EV:2", "shaft:7:EV:1"]
    assert len(by_role(scene, r"badge-or:6")) == 1
    assert len(by_role(scene, r"alternative:5")) == 1


def test_the_paid_area_is_left_and_entered_at_its_gates() -> None:
    station, route = nowon()
    scene = drawn(station, route)
    fields = [mark for mark in by_role(scene, r"paid:\d+") if isinstance(mark, Rect)]
    gates = [mark.x + mark.size / 2 for mark in by_role(scene, r"gate:\d+") if hasattr(mark, "size")]  # type: ignore[union-attr]
    assert len(fields) == len(gates) == 2
    assert fields[0].x + fields[0].width == pytest.approx(gates[0], abs=0.02)
    assert fields[1].x == pytest.approx(gates[1], abs=0.02)


def test_the_walkers_way_is_drawn_or_told() -> None:
    station, route = nowon()
    scene = drawn(station, route)
    assert any("278 m" in text for text in texts_of(scene))
    silent = drawn(replace(station, walking_transfer_m={}), route)
    assert not any("278 m" in text for text in texts_of(silent))
    assert not by_role(silent, "walkers")


def test_ribbons_are_as_long_as_their_shares() -> None:
    station, route = nowon()
    cells = {mark.role: mark.width for mark in by_role(drawn(station, route), r"metres:\d+") if isinstance(mark, Rect)}
    assert set(cells) == {"metres:1", "metres:3", "metres:5", "metres:7", "metres:9"}
    assert cells["metres:5"] / cells["metres:1"] == pytest.approx(270 / 40, abs=0.01)
    assert sum(cells.values()) == pytest.approx(1684 - 28 - 178, abs=0.1)


def test_boxes_say_conflicts_plan_b_and_the_date() -> None:
    station, route = nowon()
    doubt = Doubt("gate_conflict", Text("개찰구 자료가 달라요", "sources differ on the gate"), 6)
    route = replace(route, doubts=(doubt, Doubt("length_derived", Text("계산", "derived"), 2)))
    scene = drawn(station, route, plan_b={"4:EV:내부1": None}, as_of="2026-11-23")
    texts = texts_of(scene)
    assert "정보가 서로 달라요" in texts
    assert "개찰구 자료가 달라요" in texts
    assert any("엘리베이터 내부 1" in text and "다른 길을 몰라요" in text for text in texts)
    assert any("2026-11-23" in text for text in texts)
    assert not any("2026-11-23" in text for text in texts_of(drawn(station, route)))
    assert faults(scene, route) == []


def test_a_gate_that_several_texts_pass_is_told_once() -> None:
    """대곡: four texts pass it, and none says where it stands."""
    station, route = nowon()
    texts = [Text(f"안내문 {n}", f"The text {n} passes a gate") for n in range(4)]
    route = replace(route, doubts=tuple(Doubt("gate_unplaced", each, 2) for each in texts))
    told = texts_of(drawn(station, route, lang="en"))
    assert sum("passes a gate" in text for text in told) == 1


def test_same_input_same_bytes() -> None:
    first, second = (render_svg(drawn(*nowon(), lang="en")) for _ in range(2))
    assert first == second


def test_no_text_is_smaller_than_ten_points_on_a3() -> None:
    a3_points = 420 / 25.4 * 72
    smallest = min(mark.size for mark in drawn(*nowon()).marks if isinstance(mark, Words))
    assert smallest * a3_points / 1684 >= 10


# ── other shapes ─────────────────────────────────────────────────────────────


def one_ride(heights: Mapping[str, float] | None = None) -> tuple[Station, Route]:
    specs: list[Spec] = [
        walk("1:B2", 20, paid=True, place=PlaceKind.PLATFORM),
        ride("1:EV:1", "1:B2", "1:B1", paid=True),
        walk("1:B1", 30, Gate(out=True), paid=True),
        ride("1:EV:2", "1:B1", STREET, paid=False),
        walk(STREET, 10, paid=False),
    ]
    return build(specs, start=Endpoint("1", "가"), end=Endpoint(exit="3"), heights=heights)


def test_a_way_to_an_exit_ends_in_the_street() -> None:
    station, route = one_ride(heights={"1:B2": -15.0, "1:B1": -8.0})
    scene = drawn(station, route)
    assert faults(scene, route) == []
    assert len(by_role(scene, "train")) == 1
    assert len(by_role(scene, "street")) == 1
    assert "3번 출구" in texts_of(scene)


def test_a_level_of_unknown_height_is_dashed_and_said_to_be() -> None:
    station, route = one_ride(heights={"1:B2": -15.0})
    scene = drawn(station, route)
    slabs = {mark.role: mark for mark in by_role(scene, r"level:.+") if isinstance(mark, Rect)}
    assert slabs["level:1:B1"].dash
    assert not slabs["level:1:B2"].dash
    ys = {level: min(found) for level, found in level_ys(scene).items()}
    assert ys[STREET] < ys["1:B1"] < ys["1:B2"]
    assert any("B1 높이는 몰라요" in text for text in texts_of(scene))


def test_without_heights_the_levels_are_in_order_and_the_map_says_so() -> None:
    station, route = one_ride()
    scene = drawn(station, route)
    ys = {level: min(found) for level, found in level_ys(scene).items()}
    assert ys["1:B1"] - ys[STREET] == pytest.approx(ys["1:B2"] - ys["1:B1"])
    assert any("높이 자료가 없어요. 층의 순서만" in text for text in texts_of(scene))
    assert faults(scene, route) == []


def test_heights_that_contradict_a_ride_are_not_drawn_as_true() -> None:
    station, route = one_ride(heights={"1:B2": -8.0, "1:B1": -8.0})
    scene = drawn(station, route)
    assert faults(scene, route) == []
    assert len({min(found) for found in level_ys(scene).values()}) == 3
    assert any("높이 자료가 서로 달라요. 층의 순서만" in text for text in texts_of(scene))


def test_what_differs_is_told_in_the_order_of_the_steps() -> None:
    station, route = gana()
    told = Text("자료가 달라요.", "Sources differ.")
    first, last = Text("처음 것이 달라요.", "The first differs."), Text("끝 것이 달라요.", "The last differs.")
    doubts = (Doubt("gate_conflict", last, 8), Doubt("gate_conflict", first, 0), Doubt("gate_conflict", told))
    scene = drawn(station, replace(route, doubts=doubts), lang="en")
    said = [text for text in texts_of(scene) if text in {told.en, first.en, last.en}]
    assert said == [told.en, first.en, last.en]


def test_no_line_of_a_list_begins_with_its_dot() -> None:
    told = "오늘의 운행 · 내려서 도는 방향 · 승강장 틈과 턱 · 경사도와 폭 · 엘리베이터 문과 칸의 크기"
    for width in range(120, 340, 5):
        lines = wrapped(told, 16.0, "regular", width)
        assert " ".join(lines) == told
        assert [line for line in lines if line.startswith("·")] == []


def test_an_unknown_length_is_a_question_mark_and_the_sum_says_that_it_is_one() -> None:
    specs: list[Spec] = [
        walk("1:B1", None, paid=True, place=PlaceKind.PLATFORM),
        ride("1:EV:1", "1:B1", "1:B2", paid=True),
        walk("1:B2", 35, paid=True, place=PlaceKind.PLATFORM),
    ]
    station, route = build(specs, start=Endpoint("1", "가"), end=Endpoint("1", "나"), heights={"1:B1": -8, "1:B2": -14})
    scene = drawn(station, route)
    assert faults(scene, route) == []
    assert {"? m", "35", "m+", "거리 35 m+"} <= set(texts_of(scene))
    (cell,) = by_role(scene, "metres:1")
    assert isinstance(cell, Rect)
    assert cell.dash


def test_a_wheelchair_lift_has_its_own_picture_and_its_own_total() -> None:
    specs: list[Spec] = [
        walk("1:B1", 10, paid=True),
        ride("1:WL:1", "1:B1", "1:B2", paid=True, kind=UnitKind.WHEELCHAIR_LIFT),
        walk("1:B2", 10, paid=True),
    ]
    station, route = build(specs, start=Endpoint("1", "가"), end=Endpoint("1", "나"), heights={"1:B1": -8, "1:B2": -14})
    scene = drawn(station, route)
    assert {mark.name for mark in by_role(scene, r"landing:1")} == {"wheelchair_lift"}  # type: ignore[union-attr]
    assert any(mark.role == "total:wheelchair_lift" for mark in scene.marks)
    assert faults(scene, route) == []


def test_two_rides_without_a_walk_between_share_a_landing() -> None:
    specs: list[Spec] = [
        walk("1:B1", 10, paid=True),
        ride("1:EV:1", "1:B1", "1:B2", paid=True),
        ride("1:EV:2", "1:B2", "1:B3", paid=True),
    ]
    heights = {"1:B1": -8.0, "1:B2": -14.0, "1:B3": -20.0}
    station, route = build(specs, start=Endpoint("1", "가"), end=Endpoint("1", "나"), heights=heights)
    scene = drawn(station, route)
    assert faults(scene, route) == []
    assert {mark.role for mark in by_role(scene, r"plate:.+")} == {"plate:B1", "plate:B2", "plate:B3"}


def test_a_walk_that_changes_level_bends_and_shows_both_levels() -> None:
    specs: list[Spec] = [walk("1:B1", 80, paid=True, to_level="2:B2"), ride("2:EV:1", "2:B2", "2:B3", paid=True)]
    heights = {"1:B1": -8.0, "2:B2": -10.0, "2:B3": -20.0}
    station, route = build(specs, start=Endpoint("1", "가"), end=Endpoint("2", "나"), heights=heights)
    scene = drawn(station, route)
    assert faults(scene, route) == []
    (line,) = by_role(scene, "leg:0")
    assert isinstance(line, Polyline)
    assert len({y for _, y in line.points}) == 2


def test_crossings_without_a_count_are_some_and_not_one() -> None:
    specs: list[Spec] = [walk(STREET, 100, met(MetKind.CROSSING, None), paid=False)]
    station, route = build(specs, start=Endpoint(exit="1"), end=Endpoint(exit="2"))
    assert "횡단보도 몇 번" in texts_of(drawn(station, route))


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_sixteen_steps_and_long_names_fit(lang: str) -> None:
    levels = ["1:B4", "1:B1", STREET, "1:2F"]
    heights = {"1:B4": -24.0, "1:B1": -8.0, "1:2F": 7.0}
    specs: list[Spec] = []
    order = [levels[i] for i in (0, 1, 2, 3, 2, 1, 0, 1)]
    for number, (here, there) in enumerate(zip(order, [*order[1:], "1:B4"], strict=True)):
        things = (met(MetKind.STEEP_RAMP), met(MetKind.CROSSING, 2), Gate(out=number % 2 == 0))
        specs += [walk(here, 40 + number, *things, paid=number % 2 == 0)]
        specs += [ride(f"1:EV:{number}", here, there, paid=None)]
    name = StationName(
        "동대문역사문화공원의아주긴이름을가진아주긴역이름이에요", "Dongdaemun History & Culture Park Long"
    )
    station, route = build(
        specs,
        start=Endpoint("1", "동대문역사문화공원"),
        end=Endpoint("경의중앙선", "디지털미디어시티"),
        heights=heights,
        name=name,
    )
    scene = drawn(station, route, lang)
    assert len(route.legs) == 16
    assert scene.width == 1684
    assert faults(scene, route) == []


def test_the_number_of_a_short_ride_does_not_lie_on_a_stop_between() -> None:
    """A shaft too short for both shows the number; that the lift stops there too is told in words."""
    specs: list[Spec] = [
        walk("1:B4", None, paid=True),
        ride("1:EV:1", "1:B4", "2:B3", paid=True),
        ride("1:EV:2", "2:B3", "2:B1", passes=("3:B2",), paid=True),
    ]
    station, route = build(specs, start=Endpoint("1", "가"), end=Endpoint("2", "나"), heights={"1:B4": 29.0})
    scene = drawn(station, route)
    assert faults(scene, route) == []
    (number,) = (mark for mark in by_role(scene, "badge:3") if isinstance(mark, Circle))
    stops = [mark for mark in by_role(scene, "stop:3:B2") if isinstance(mark, Circle)]
    assert [each for each in stops if abs(each.y - number.y) < each.radius + number.radius] == []
    assert "B2에도 서요" in texts_of(scene)


# ── any route ────────────────────────────────────────────────────────────────


@settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(journeys(), st.sampled_from(["ko", "en"]))
def test_no_route_loses_a_step_or_lets_words_overlap(journey: Journey, lang: str) -> None:
    station, route = journey.built()
    scene = drawn(station, route, lang)
    assert faults(scene, route) == []
    assert scene == drawn(station, route, lang)


# ── each way of spoiling a section is found ──────────────────────────────────


def _without(scene: Scene, role: str) -> Scene:
    return replace(scene, marks=tuple(mark for mark in scene.marks if mark.role != role))


def _changed(scene: Scene, role: str, change: Callable[[Any], Any]) -> Scene:
    return replace(scene, marks=tuple(change(mark) if mark.role == role else mark for mark in scene.marks))


def _on_the_line(scene: Scene) -> Scene:
    pill = next(mark for mark in scene.marks if mark.role == "pill:1")
    assert isinstance(pill, Rect)
    return _changed(scene, "label:door:alight", lambda words: replace(words, x=pill.x, y=pill.y + 20))


SPOILED: dict[str, Callable[[Scene], Scene]] = {
    "a leg is missing": lambda scene: _without(scene, "leg:4"),
    "a number is missing": lambda scene: _without(scene, "badge:6"),
    "a pill is missing": lambda scene: _without(scene, "pill:5"),
    "a gate is missing": lambda scene: _without(scene, "gate:7"),
    "a number is drawn twice": lambda scene: replace(scene, marks=(*scene.marks, *by_role(scene, "badge:6"))),
    "a pill says other metres": lambda scene: _changed(scene, "pill:5:text", lambda w: replace(w, text="27 m")),
    "a shaft ends off its level": lambda scene: _changed(
        scene, "leg:1", lambda line: replace(line, points=(line.points[0], (line.points[1][0], line.points[1][1] + 9)))
    ),
    "the line is mirrored": lambda scene: _changed(
        scene, "leg:4", lambda line: replace(line, points=tuple(reversed(line.points)))
    ),
    "the header says other metres": lambda scene: _changed(scene, "total:metres", lambda w: replace(w, text="471")),
    "the header says other minutes": lambda scene: _changed(scene, "total:minutes", lambda w: replace(w, text="12")),
    "the header says another count of lifts": lambda scene: _changed(
        scene, "total:elevator", lambda w: replace(w, text="5")
    ),
    "a hazard is not said": lambda scene: _without(scene, "label:hazard:1:1"),
    "words lie on the line": _on_the_line,
    "words leave the picture": lambda scene: _changed(scene, "label:door:board", lambda w: replace(w, x=1800)),
}


@pytest.mark.parametrize("how", sorted(SPOILED))
def test_a_spoiled_section_is_found_out(how: str) -> None:
    station, route = nowon()
    assert faults(SPOILED[how](drawn(station, route)), route) != []
