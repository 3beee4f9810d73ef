"""Steps in Korean and English: what they say, and that they say nothing that the data don't."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from map_samples import RUN, SPECS, START, gana
from section_builder import Gate, met, ride, walk

from muui_maps.maps import summary, words
from muui_maps.maps.narrate import Step, narrate
from muui_maps.model import (
    STREET,
    Direction,
    Door,
    Endpoint,
    Evidence,
    LinkKind,
    Met,
    Method,
    MetKind,
    NodeKind,
    PlaceKind,
    Route,
    Seconds,
    Station,
    StationName,
    Status,
    Text,
    Times,
    Unit,
    UnitKind,
)
from muui_maps.profiles import PROFILES


def lines(step: Step, lang: str = "ko") -> list[str]:
    return [getattr(line.text, lang) for line in step.lines]


def told(station: Station, route: Route, leg: int, lang: str = "ko") -> list[str]:
    return lines(narrate(station, route)[leg], lang)


# ── the whole transfer ───────────────────────────────────────────────────────


def test_every_leg_is_one_step_in_order() -> None:
    station, route = gana()
    steps = narrate(station, route)
    assert [step.n for step in steps] == list(range(1, 10))
    assert [step.kind for step in steps] == ["walk", "ride"] * 4 + ["walk"]
    assert [step.level for step in steps] == [leg.from_level for leg in route.legs]
    assert [step.unit for step in steps] == [leg.unit.id if leg.unit else None for leg in route.legs]
    assert [step.length_m for step in steps if step.kind == "walk"] == [40, 110, 270, 35, 15]


def test_the_transfer_in_korean() -> None:
    station, route = gana()
    assert [lines(step) for step in narrate(station, route)] == [
        ["10-1 문에서 내리기", "열차 앞쪽으로 가서 8-4 문 옆 엘리베이터 내부 1로"],
        ["2F 누르기"],
        [
            "바닥 경사 주의",
            "나가는 개찰구, 호출 버튼 누르기",
            "“7호선으로 갈아타요. 문 열어 주세요.”",
            "2번 출구 엘리베이터로",
        ],
        ["1F 누르기"],
        ["급경사로, 기둥 주의", "횡단보도 3번, 가나백화점 앞", "5번 또는 3번 출구 엘리베이터로"],
        ["B1 누르기"],
        [
            "들어가는 개찰구, 호출 버튼 누르기",
            "“4호선에서 갈아타요. 문 열어 주세요.”",
            "승강장 가는 엘리베이터 1로",
        ],
        ["B3 누르기", "맨 아래에서 내리기. B2에도 서요"],
        ["4-3 문 옆에 내려 열차 앞쪽으로, 4-2 문까지", "4-2 문에서 라마 방면 (아자행) 타기"],
    ]


def test_the_transfer_in_english() -> None:
    station, route = gana()
    steps = narrate(station, route)
    assert lines(steps[0], "en") == [
        "Get off at door 10-1",
        "Towards the front of the train, to lift Inside 1 by door 8-4",
    ]
    assert lines(steps[2], "en") == [
        "Careful: sloping floor",
        "Gate out: press the call button",
        "“Changing to Line 7. Please open the gate.”",
        "To the lift at exit 2",
    ]
    assert lines(steps[4], "en") == [
        "Careful: steep ramp, pillar",
        "3 crossings, past Gana Store",
        "To the lift at exit 5 or 3",
    ]
    assert lines(steps[7], "en") == ["Press B3", "Get off at the lowest stop; it also stops at B2"]
    assert lines(steps[8], "en")[-1] == "Board at door 4-2, for Rama (terminus Aja)"


def test_a_step_as_one_text_says_level_acts_metres_and_minutes() -> None:
    station, route = gana()
    step = narrate(station, route)[4]
    assert step.text.ko == (
        "1F 바깥 길. 급경사로, 기둥 주의. 횡단보도 3번, 가나백화점 앞. 5번 또는 3번 출구 엘리베이터로. 270 m, 약 3–4분."
    )
    assert step.text.en.startswith("1F, Outside. Careful: steep ramp, pillar.")
    assert step.text.en.endswith("270 m, 3–4 min.")


def test_hazards_are_marked_and_nothing_else_is() -> None:
    station, route = gana()
    hazards = {line.text.en for step in narrate(station, route) for line in step.lines if line.hazard}
    assert hazards == {"Careful: sloping floor", "Careful: steep ramp, pillar"}


# ── doors and the way along the train ────────────────────────────────────────


@pytest.mark.parametrize(
    ("alight", "expected"),
    [
        ((10, 1), "열차 앞쪽으로 가서 8-4 문 옆"),
        ((7, 3), "열차 뒤쪽으로 가서 8-4 문 옆"),
        ((8, 4), "바로 앞"),
        ((8, None), "8-4 문 옆"),
    ],
)
def test_car_one_is_the_front(alight: tuple[int, int | None], expected: str) -> None:
    station, route = gana(run=replace(RUN, alight=alight))
    assert told(station, route, 0)[1].startswith(expected)


def test_without_a_survey_one_gets_off_where_the_lift_stands() -> None:
    station, route = gana(run=None)
    assert told(station, route, 0) == ["8-4 문에서 내리기", "바로 앞 엘리베이터 내부 1로"]
    assert told(station, route, 8)[-1] == "4-3 문에서 라마 방면 (아자행) 타기"


def test_metres_that_a_survey_took_keep_its_door_on_other_routes_too() -> None:
    """Another transfer off the same platform, and the way back to it, go over the metres measured from door 10-1."""
    station, route = gana()
    surveyed = {"length_m": (Evidence("survey:gana", "leg 1", "2016", Method.SURVEYED),)}
    platform = tuple(replace(t, link=replace(t.link, evidence=surveyed)) for t in route.legs[0].traversals)
    out = replace(
        route,
        run=None,
        end=Endpoint("7", "다른곳"),
        legs=(replace(route.legs[0], traversals=platform), *route.legs[1:]),
    )
    assert told(station, out, 0)[0] == "10-1 문에서 내리기"
    turned = tuple(replace(t, link=replace(t.link, start=t.link.end, end=t.link.start)) for t in reversed(platform))
    back = replace(
        route,
        run=None,
        start=Endpoint(exit="2"),
        end=START,
        legs=(route.legs[1], replace(route.legs[0], traversals=turned)),
    )
    assert told(station, back, 1) == [
        "8-4 문 옆에 내려 열차 뒤쪽으로, 10-1 문까지",
        "10-1 문에서 나다 방면 (바사행) 타기",
    ]


def test_no_door_is_said_where_none_is_known() -> None:
    station, route = gana(run=None)
    bare = {unit.id: replace(unit, doors=()) for unit in station.units}
    legs = tuple(replace(leg, unit=bare[leg.unit.id] if leg.unit else None) for leg in route.legs)
    text = " ".join(
        step.text.ko for step in narrate(replace(station, units=tuple(bare.values())), replace(route, legs=legs))
    )
    assert "문에서" not in text
    assert "문 옆" not in text
    assert "열차 앞쪽" not in text
    assert "열차에서 내리기" in text


def test_doors_under_an_old_name_of_the_direction_count() -> None:
    station, route = gana()
    renamed = tuple(
        replace(unit, doors=tuple(Door("옛라마", d.car, d.door) for d in unit.doors)) if unit.id == "7:EV:1" else unit
        for unit in station.units
    )
    legs = tuple(
        replace(leg, unit=next(u for u in renamed if u.id == leg.unit.id) if leg.unit else None) for leg in route.legs
    )
    assert told(replace(station, units=renamed), replace(route, legs=legs), 8)[0].startswith("4-3 문 옆에 내려")


def test_doors_far_from_the_measured_metres_are_a_conflict_and_no_direction() -> None:
    """40 m from door 10-1 can't end at car 2, which is 160 m away."""
    station, route = gana()
    moved = tuple(
        replace(unit, doors=(Door("나다", 2, 1),)) if unit.id == "4:EV:내부1" else unit for unit in station.units
    )
    legs = tuple(
        replace(leg, unit=next(u for u in moved if u.id == leg.unit.id) if leg.unit else None) for leg in route.legs
    )
    station, route = replace(station, units=moved), replace(route, legs=legs)
    steps = narrate(station, route)
    assert lines(steps[0]) == ["10-1 문에서 내리기", "엘리베이터 내부 1로"]
    assert "문 위치가 다름" in [badge.text.ko for badge in steps[0].evidence]
    notes = [note.body.en for note in summary.differences(station, route, steps)]
    assert "The lift's place differs: 40 m from door 10-1 in the survey, by door 2-1 in official data." in notes


# ── gates ────────────────────────────────────────────────────────────────────


def gate_steps(*, staff: bool | None, profile: str = "manual_wheelchair") -> tuple[Step, ...]:
    specs = (
        walk("4:2F", 50, Gate(out=True, staff=staff), paid=True, place=PlaceKind.PLATFORM),
        ride("4:EV:외부1", "4:2F", STREET, paid=False, exit="2"),
        walk(STREET, 10, paid=False),
    )
    station, route = gana(specs, run=None, end=Endpoint(exit="2"))
    return narrate(station, replace(route, profile=PROFILES[profile]))


@pytest.mark.parametrize(
    ("staff", "profile", "act", "icon", "speaks"),
    [
        (True, "manual_wheelchair", "나가는 개찰구, 호출 버튼 누르기", "gate_staff", True),
        (False, "manual_wheelchair", "나가는 개찰구, 카드 찍기", "gate_tap", False),
        (None, "manual_wheelchair", "나가는 개찰구, 호출 버튼 누르기", "gate", True),
        (True, "walker", "나가는 개찰구, 카드 찍기", "gate_tap", False),
    ],
)
def test_a_gate_in_its_three_states(*, staff: bool | None, profile: str, act: str, icon: str, speaks: bool) -> None:
    step = gate_steps(staff=staff, profile=profile)[0]
    gate = next(line for line in step.lines if "개찰구" in line.text.ko)
    assert (gate.text.ko, gate.icon) == (act, icon)
    assert any(line.quote for line in step.lines) is speaks


def test_an_unknown_gate_has_an_unknown_badge() -> None:
    assert "여는 방법 모름" in [badge.text.ko for badge in gate_steps(staff=None)[0].evidence]
    assert "여는 방법 모름" not in [badge.text.ko for badge in gate_steps(staff=True)[0].evidence]


def test_whoever_leaves_the_station_says_so_at_the_gate() -> None:
    quotes = [line.text for line in gate_steps(staff=True)[0].lines if line.quote]
    assert quotes == [Text("“밖으로 나가요. 문 열어 주세요.”", "“I'm leaving the station. Please open the gate.”")]


def test_nobody_enters_from_inside() -> None:
    """A gate that leads in where one is inside already is a transfer gate: it says neither in nor out."""
    specs = (
        walk("4:2F", 50, Gate(out=False), paid=True, place=PlaceKind.PLATFORM),
        ride("7:EV:1", "4:2F", "7:B3", paid=True),
        walk("7:B3", 10, paid=True, place=PlaceKind.PLATFORM),
    )
    station, route = gana(specs, run=None)
    assert "개찰구, 호출 버튼 누르기" in told(station, route, 0)


# ── what is met ──────────────────────────────────────────────────────────────


def street(*mets: Met, forward: bool = True) -> list[str]:
    specs = (
        walk(STREET, 100, *mets, paid=False),
        ride("7:EV:4", STREET, "7:B3", paid=False, exit="5"),
        walk("7:B3", 10, paid=True, place=PlaceKind.PLATFORM),
    )
    station, route = gana(specs, run=None, start=Endpoint(exit="2"))
    if not forward:
        first = route.legs[0]
        turned = tuple(
            replace(t, forward=False, link=replace(t.link, start=t.link.end, end=t.link.start))
            for t in first.traversals
        )
        route = replace(route, legs=(replace(first, traversals=turned), *route.legs[1:]))
    return [line.text.en for line in narrate(station, route)[0].lines][1:-1]


@pytest.mark.parametrize(
    ("mets", "expected"),
    [
        ([met(MetKind.CROSSING, 1)], ["1 crossing"]),
        ([met(MetKind.CROSSING, None)], ["Some crossings"]),
        ([met(MetKind.CROSSING_UNSIGNALLED, None)], ["Careful: some crossings without signals"]),
        ([met(MetKind.NARROW_PAVEMENT, 2)], ["Careful: 2 narrow pavements"]),
        ([met(MetKind.CAUTION)], ["Take care"]),
        ([met(MetKind.RAMP)], ["Over a ramp"]),
        ([met(MetKind.LANDMARK, 1, Text("우체국", "the post office"))], ["Past the post office"]),
    ],
)
def test_things_met_on_the_way(mets: list[Met], expected: list[str]) -> None:
    assert street(*mets) == expected


def test_a_turn_is_said_only_where_its_side_is_known_and_swaps_going_back() -> None:
    left = met(MetKind.TURN, 1, Text("왼쪽으로", "turn left"))
    assert street(left) == ["Turn left"]
    assert street(left, forward=False) == ["Turn right"]
    assert street(met(MetKind.TURN)) == ["The way turns here"]


def test_going_back_what_is_met_comes_in_the_other_order() -> None:
    mets = [met(MetKind.RAMP), met(MetKind.CROSSING, 2)]
    assert street(*mets, forward=False) == list(reversed(street(*mets)))


def test_a_name_from_the_data_brings_no_marks_of_its_own() -> None:
    sign = met(MetKind.LANDMARK, 1, Text("**가**나", "**A**B"))
    station, route = gana((walk(STREET, 10, sign, paid=False), *SPECS[5:]), start=Endpoint(exit="2"), run=None)
    line = next(line for line in narrate(station, route)[0].lines if line.icon == "landmark")
    assert "**" not in line.marked.ko


# ── rides ────────────────────────────────────────────────────────────────────


def test_a_wheelchair_lift_is_run_by_staff() -> None:
    specs = (
        walk("4:2F", 50, paid=True, place=PlaceKind.PLATFORM),
        ride("4:WL:2", "4:2F", "7:B3", paid=True, kind=UnitKind.WHEELCHAIR_LIFT),
        walk("7:B3", 10, paid=True, place=PlaceKind.PLATFORM),
    )
    station, route = gana(specs, run=None)
    step = narrate(station, route)[1]
    assert step.title == Text("휠체어리프트 2", "Wheelchair lift 2")
    assert step.button is None
    assert lines(step) == ["호출 버튼으로 역무원 부르기", "“휠체어리프트 타러 왔어요.”", "B3에서 내리기"]


def test_units_that_do_as_well_are_named_after_the_one_that_was_measured() -> None:
    station, route = gana()
    steps = narrate(station, route)
    assert steps[5].title == Text("엘리베이터 4 또는 2", "Lift 4 or 2")
    assert steps[5].subtitle == Text(
        "5번 또는 3번 출구, 1F 바깥에서 B1 대합실로", "exit 5 or 3, 1F outside to B1 concourse"
    )
    assert "3번까지 거리 모름" in [badge.text.ko for badge in steps[4].evidence]


def test_the_button_is_the_label_of_the_arrival() -> None:
    station, route = gana()
    assert [step.button for step in narrate(station, route) if step.kind == "ride"] == ["2F", "1F", "B1", "B3"]


def test_no_button_is_told_where_both_floors_are_called_alike() -> None:
    """정자: `(B2) 대합실`, a lift, `(B2) 수인분당선 승강장`: who presses B2 on B2 stays where they are."""
    specs = (
        walk("4:B2", 10, paid=True),
        ride("7:EV:1", "4:B2", "7:B2", paid=True),
        walk("7:B2", 10, paid=True, place=PlaceKind.PLATFORM),
    )
    station, route = gana(specs, run=None)
    step = narrate(station, route)[1]
    assert step.button is None
    assert not [line for line in lines(step) if "누르기" in line]


def test_the_button_is_the_lifts_own_label_where_its_landing_has_one() -> None:
    """A lift may call a floor otherwise than its line does: `7:EV:1@B2` is the lift's own B2."""
    station, route = gana()
    leg = route.legs[7]
    link = replace(leg.traversals[0].link, end="7:EV:1@B2")
    old = leg.traversals[0].link.end
    nodes = (*station.nodes, replace(next(n for n in station.nodes if n.id == old), id="7:EV:1@B2"))
    legs = tuple(
        replace(each, traversals=(replace(each.traversals[0], link=link),)) if index == 7 else each
        for index, each in enumerate(route.legs)
    )
    assert narrate(replace(station, nodes=nodes), replace(route, legs=legs))[7].button == "B2"


def test_lowest_stop_is_said_only_where_heights_put_the_stops_in_order() -> None:
    station, route = gana()
    unknown = tuple(replace(level, elevation_m=None) for level in station.levels)
    assert told(replace(station, levels=unknown), route, 7) == ["B3 누르기", "B2에도 서요"]


def test_a_lift_under_repair_says_so_and_since_when() -> None:
    station, route = gana()
    out = replace(route.legs[1].unit, status=Status.UNDER_REPAIR, status_as_of="2026-05-01")  # type: ignore[type-var]
    legs = tuple(replace(leg, unit=out) if index == 1 else leg for index, leg in enumerate(route.legs))
    assert told(station, replace(route, legs=legs), 1)[0] == "수리 중 (2026-05-01)"


def test_stairs_and_escalators_for_who_walks() -> None:
    specs = (
        walk("4:2F", 50, paid=True, place=PlaceKind.PLATFORM),
        ride("4:ES:1", "4:2F", "7:B3", paid=True, kind=UnitKind.ESCALATOR),
        walk("7:B3", 10, paid=True, place=PlaceKind.PLATFORM),
    )
    station, route = gana(specs, run=None)
    link = replace(route.legs[1].traversals[0].link, kind=LinkKind.ESCALATOR)
    down = replace(route.legs[1].unit, upward=False)  # type: ignore[type-var]
    leg = replace(route.legs[1], traversals=(replace(route.legs[1].traversals[0], link=link),), unit=down)
    steps = narrate(station, replace(route, legs=(route.legs[0], leg, route.legs[2]), profile=PROFILES["walker"]))
    assert steps[1].title.ko == "에스컬레이터 1"
    assert lines(steps[1]) == ["B3으로 내려가기"]
    stairs = replace(
        leg, unit=None, traversals=(replace(leg.traversals[0], link=replace(link, kind=LinkKind.STAIRS, unit=None)),)
    )
    steps = narrate(station, replace(route, legs=(route.legs[0], stairs, route.legs[2]), profile=PROFILES["walker"]))
    assert steps[1].title.en == "Stairs"
    assert lines(steps[0])[-1] == "계단으로"


# ── badges ───────────────────────────────────────────────────────────────────


def badges(step: Step) -> list[str]:
    return [f"{badge.mark} {badge.text.ko}" for badge in step.evidence]


def test_badges_name_what_they_vouch_for() -> None:
    station, route = gana()
    steps = narrate(station, route)
    assert badges(steps[0]) == ["● 조사 2016", "■ 8-4 공식 2025", "≈ 방향 계산"]
    assert badges(steps[1]) == ["■ 공식 2025"]
    assert badges(steps[6]) == ["● 조사 2016", "≠ 개찰구 자료가 다름"]


def test_unknown_and_assumed_lengths_are_badged() -> None:
    station, route = gana()
    legs = list(route.legs)
    legs[0] = replace(legs[0], length_m=None, length_method=None)
    steps = narrate(station, replace(route, legs=tuple(legs)))
    assert "? 거리 모름" in badges(steps[0])
    assert "거리 모름" in steps[0].text.ko
    assert ". Distance unknown, " in steps[0].text.en
    assert "0 m" not in steps[0].text.ko.replace("40 m", "")


def test_a_date_that_no_publisher_states_is_not_made_up() -> None:
    station, route = gana()
    undated = tuple(replace(u, evidence=tuple(replace(e, date="<=2026-11") for e in u.evidence)) for u in station.units)
    legs = tuple(
        replace(leg, unit=next(u for u in undated if u.id == leg.unit.id) if leg.unit else None) for leg in route.legs
    )
    assert badges(narrate(replace(station, units=undated), replace(route, legs=legs))[1]) == ["■ 공식 날짜 모름"]


# ── words ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("word", "particle", "expected"),
    [
        ("7호선", "로", "7호선으로"),
        ("엘리베이터 1", "로", "엘리베이터 1로"),
        ("엘리베이터 2", "로", "엘리베이터 2로"),
        ("엘리베이터 3", "로", "엘리베이터 3으로"),
        ("엘리베이터 6", "로", "엘리베이터 6으로"),
        ("엘리베이터 10", "로", "엘리베이터 10으로"),
        ("엘리베이터 8", "로", "엘리베이터 8로"),
        ("2F", "로", "2F로"),
        ("B3", "로", "B3으로"),
        ("서울", "로", "서울로"),
        ("공항철도", "로", "공항철도로"),
        ("3", "을", "3을"),
        ("2", "을", "2를"),
        ("노원(4호선)", "이", "노원(4호선)이"),
        ("역무원", "은", "역무원은"),
        ("상계", "은", "상계는"),
        ("", "로", "로"),
    ],
)
def test_korean_particles_follow_the_last_syllable(word: str, particle: str, expected: str) -> None:
    assert words.with_particle(word, particle) == expected


@pytest.mark.parametrize(
    ("low", "high", "ko", "en"),
    [
        (10, 25, "1분 미만", "under 1 min"),
        (20, 70, "1분쯤", "about 1 min"),
        (20, 130, "2분 안", "up to 2 min"),
        (1020, 1380, "17–23분", "17–23 min"),
        (175, 185, "3분", "3 min"),
    ],
)
def test_minutes_are_a_range(low: float, high: float, ko: str, en: str) -> None:
    assert words.minutes(Seconds(low, (low + high) / 2, high)) == Text(ko, en)


def test_next_station_first_terminus_second() -> None:
    station, _ = gana()
    assert words.towards(station, "7", "라마") == Text("라마 방면", "for Rama")
    assert words.terminus(station, "7", "라마") == Text("아자행", "terminus Aja")
    last = replace(station, directions=(Direction("7", StationName("라마", "Rama"), StationName("라마", "Rama")),))
    assert words.terminus(last, "7", "라마") is None


def test_at_a_terminus_trains_end_and_nobody_boards_a_train_for_where_one_is() -> None:
    """The platform named after the station itself: 신내 of Line 6, 별내 of Line 8."""
    station, route = gana()
    assert told(station, route, len(route.legs) - 1)[-1].endswith("타기")
    at_end = replace(station, name=StationName("라마", "Rama"))
    assert words.towards(at_end, "7", "라마") == Text("종착 열차", "where trains end")
    assert told(at_end, route, len(route.legs) - 1)[-1] == "종착 열차 승강장 도착"
    assert told(at_end, route, len(route.legs) - 1, "en")[-1] == "You are on the platform where trains end"
    assert summary.endpoint_text(at_end, route.end) == Text("7호선 종착 열차", "Line 7 where trains end")


def test_an_exit_without_a_number_is_outside_and_never_exit_question_mark() -> None:
    station, route = gana()
    last = route.legs[-1].traversals[-1]
    node = last.link.end if last.forward else last.link.start
    out = replace(route, end=Endpoint())
    for number, ko, en in (("3", "3번 출구 도착", "You are at exit 3"), ("?", "바깥 도착", "You are outside")):
        exit_node = f"street:exit:{number}"
        nodes = tuple(
            replace(each, id=exit_node, kind=NodeKind.EXIT) if each.id == node else each for each in station.nodes
        )
        link = replace(last.link, end=exit_node) if last.forward else replace(last.link, start=exit_node)
        leg = replace(route.legs[-1], traversals=(*route.legs[-1].traversals[:-1], replace(last, link=link)))
        there, way = replace(station, nodes=nodes), replace(out, legs=(*route.legs[:-1], leg))
        assert told(there, way, len(way.legs) - 1)[-1] == ko
        assert told(there, way, len(way.legs) - 1, "en")[-1] == en


@pytest.mark.parametrize(
    ("low_s", "high_s", "says"),
    [(1, 10, ", 1분 미만."), (10, 80, ", 1분쯤."), (10, 110, ", 2분 안."), (130, 400, ", 약 2–7분.")],
)
def test_what_is_vague_already_is_not_said_to_be_about_that(low_s: float, high_s: float, says: str) -> None:
    station, route = gana()
    times = Times(moving=Seconds(low_s, low_s, high_s))
    legs = tuple(replace(each, times=times) for each in route.legs)
    assert narrate(station, replace(route, legs=legs))[0].text.ko.endswith(says)


def test_a_lift_without_a_number_goes_by_its_exit_or_direction() -> None:
    by_exit = Unit("7:EV:?3번출구", UnitKind.ELEVATOR, "7", "?3번출구", Text("3번 출구 옆", "by exit 3"), (), exit="3")
    by_way = Unit("1:EV:?다라", UnitKind.ELEVATOR, "1", "?다라", Text("다라 방면", "for 다라"), ())
    assert words.unit_text(by_exit) == Text("3번 출구 엘리베이터", "lift at exit 3")
    assert words.unit_text(by_way) == Text("다라 방면 엘리베이터", "lift for Dara")


# ── beside the steps ─────────────────────────────────────────────────────────


def test_header_totals_are_sums_of_the_steps() -> None:
    station, route = gana()
    steps, of = narrate(station, route), summary.totals(route)
    assert of.length_m == sum(step.length_m or 0 for step in steps) == 470
    assert of.lifts == sum(step.kind == "ride" for step in steps) == 4
    total = Seconds(0, 0, 0)
    for step in steps:
        total = total + step.seconds
    assert (of.seconds.low, of.seconds.high) == pytest.approx((total.low, total.high))


def test_the_headline() -> None:
    station, route = gana()
    assert summary.headline(station, route) == Text(
        "가나역 4호선 나다 방면 → 7호선 라마 방면 · 수동 휠체어 21분 (조사 2016; 계산 17–25분) · 470 m · 엘리베이터 4번"
        " · 개찰구 2번, 역무원 호출 · 밖으로 나가요",
        "Gana: Line 4 for Nada → Line 7 for Rama · 21 min (surveyed 2016; derived 17–25 min), manual wheelchair"
        " · 470 m · 4 lifts · 2 gates, call staff · goes outside",
    )


def test_unknown_metres_are_never_a_total() -> None:
    station, route = gana()
    legs = (replace(route.legs[0], length_m=None), *route.legs[1:])
    assert summary.metres_text(summary.totals(replace(route, legs=legs))) == "430 m+"
    assert "일부 거리" in [each.ko for each in summary.unknowns(station, replace(route, legs=legs))]


def test_parts_of_the_time_add_up_to_the_whole() -> None:
    _, route = gana()
    parts = summary.time_parts(route)
    assert [part.key for part in parts] == ["riding", "moving", "gates"]
    assert sum(part.minutes for part in parts) == round(route.seconds.typical / 60)
    assert sum(part.seconds for part in parts) == pytest.approx(route.seconds.typical)


def test_plan_b_names_the_other_lift_the_other_way_or_none() -> None:
    station, route = gana()
    shorter = replace(route, seconds=Seconds(600, 700, 800))
    notes = summary.plan_b_notes(station, route, {"4:EV:내부1": None, "4:EV:외부1": shorter, "7:EV:1": None})
    assert [(note.heading.ko, note.body.ko) for note in notes] == [
        ("4호선 엘리베이터 내부 1, 7호선 엘리베이터 1", "다른 길을 몰라요."),
        ("4호선 엘리베이터 외부 1", "나머지 엘리베이터 이용 · 10–13분 · 470 m"),
        ("7호선 엘리베이터 4", "엘리베이터 2 타기"),
        ("묻는 곳", "4호선 02-000-0004"),
    ]


def test_findings_are_told_without_ids() -> None:
    station, route = gana()
    (note,) = summary.differences(station, route, narrate(station, route))
    assert note.heading.ko == "7. B1 7호선 대합실"
    assert note.body.ko == "7호선 엘리베이터 1 옆 개찰구 수가 달라요."
    assert summary.plainly(Text("7:WL:1의 운행층: 3:B2 – 7:B2", "7:WL:1: 3:B2")).ko == (
        "7호선 휠체어리프트 1의 운행층: 3호선 B2 – 7호선 B2"
    )


def test_the_map_says_what_it_does_not_know() -> None:
    station, route = gana()
    told = [each.en for each in summary.unknowns(station, route)]
    assert {"lift status today", "which way to turn", "platform gap and step", "what is on B2"} <= set(told)


def test_outside_is_summed_over_its_legs() -> None:
    _, route = gana()
    assert summary.outside(route) == Text("270 m, 횡단보도 3번", "270 m, 3 crossings")


def test_every_text_is_in_both_languages_and_keeps_the_figures() -> None:
    """The same digits in Korean and in English, line by line."""
    station, route = gana()
    for step in narrate(station, route):
        for line in step.lines:
            assert re.search(r"[가-힣]", line.text.ko)
            assert not re.search(r"[가-힣]", line.text.en)
            digits = [sorted(re.findall(r"\d+", text)) for text in (line.text.ko, line.text.en)]
            assert digits[0] == digits[1], line.text
