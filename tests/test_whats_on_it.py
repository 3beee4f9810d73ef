"""What must stand on every map: each item is on the cards, on the section, on the page, and in the text, or fails here.

One invented transfer has all of it: doors, gates to call at, a lift that passes a level, a wheelchair lift, hazards,
crossings, a turn, measured gaps, toilets, sources that differ, and a way back that is another.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from html import unescape

import pytest
from card_checks import faults as card_faults
from map_samples import SPECS, gana
from section_builder import WalkSpec, met, ride, walk
from section_checks import faults as section_faults

from muui_maps.maps.cards import cards_scene
from muui_maps.maps.gaps import ACROSS_MM, UP_MM, gap_class
from muui_maps.maps.narrate import narrate
from muui_maps.maps.options import Options
from muui_maps.maps.page import transfer_page
from muui_maps.maps.scene import Scene, Words
from muui_maps.maps.section import section_scene
from muui_maps.maps.way_back import WayBack, way_back_notes
from muui_maps.model import (
    Endpoint,
    Evidence,
    Method,
    MetKind,
    Platform,
    PlatformShape,
    Route,
    Station,
    Text,
    UnitKind,
)

TURN = met(MetKind.TURN, 1, Text("오른쪽", "turn right"))
SURVEYED = Evidence("survey:gana", "1", "2024-05-02", Method.SURVEYED)


def full() -> tuple[Station, Route]:
    specs = list(SPECS)
    concourse = specs[2]
    assert isinstance(concourse, WalkSpec)
    specs[2] = replace(concourse, things=(TURN, *concourse.things))
    specs = [*specs[:8], ride("7:WL:2", "7:B3", "7:B4", kind=UnitKind.WHEELCHAIR_LIFT, paid=True), specs[8]]
    specs[-1] = walk("7:B4", 15, paid=True, place=None, seconds=20)
    station, route = gana(tuple(specs))
    train = {route.start: "4", route.end: "7"}
    platforms = tuple(
        Platform(
            place="p",
            node=f"train:{line}",
            line=line,
            direction=str(end.direction),
            level="",
            cars=10,
            shape=PlatformShape.ISLAND,
            bearing_deg=None,
            evidence=(SURVEYED,),
            gap_horizontal_mm=90 if line == "4" else 200,
            gap_vertical_mm=30,
        )
        for end, line in train.items()
    )
    return replace(station, platforms=platforms), route


@cache
def shown(lang: str) -> dict[str, str]:
    """All words of each view, without blanks."""
    station, route = full()
    steps = narrate(station, route)
    other = replace(route, gates=1, staff_calls=0, goes_outside=False)
    options: Options = {"plan_b": {"4:EV:내부1": None}, "as_of": "2026-02-11", "back": WayBack(other)}
    cards = cards_scene(station, route, steps, lang=lang, **options)
    section = section_scene(station, route, steps, lang=lang, **options)
    page = transfer_page(station, route, steps, {"cards": cards, "section": section}, lang=lang, stem="x", **options)
    prose = re.sub(r"<style.*?</style>|<svg.*?</svg>", "", page, flags=re.DOTALL)
    return {
        "cards": _squeezed(_words(cards)),
        "section": _squeezed(_words(section)),
        "page": _squeezed(unescape(re.sub(r"<[^>]+>", "", prose))),
        "text": _squeezed(" ".join(getattr(step.text, lang) for step in steps)),
    }


def _words(scene: Scene) -> str:
    return " ".join(mark.text for mark in scene.marks if isinstance(mark, Words))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


ALL = ("cards", "section", "page")
ITEMS: list[tuple[str, tuple[str, ...], str, str]] = [
    # what, where, in Korean, in English
    ("direction by next station", ALL, "나다 방면", "for Nada"),
    ("then the terminus", ALL, "바사행", "Basa"),
    ("door to alight at", (*ALL, "text"), "10-1 문", "door 10-1"),
    ("door to board at", (*ALL, "text"), "4-2 문", "door 4-2"),
    ("door that the lift stands at", (*ALL, "text"), "8-4 문", "door 8-4"),
    ("metres of a leg", (*ALL, "text"), "110 m", "110 m"),
    ("minutes of a leg, as a range", ("cards", "page", "text"), "2–4분", "2–4 min"),
    ("minutes of the whole, as a range", ALL, "19–28분", "19–28 min"),
    ("gate: call staff", (*ALL, "text"), "호출 버튼", "call button"),
    ("what staff should be told", ("cards", "page", "text"), "7호선으로 갈아타요. 문 열어", "Changing to Line 7"),
    ("which lift: its name", (*ALL, "text"), "내부 1", "Inside 1"),
    ("which lift: out of the station", ("cards", "page", "text"), "1F 바깥으로", "1F outside"),
    ("which lift: to the concourse", ("cards", "page", "text"), "승강장에서 2F 대합실로", "platform to 2F concourse"),
    ("which lift: its exit", (*ALL, "text"), "2번 출구", "exit 2"),
    ("button", ("cards", "page", "text"), "B3", "B3"),
    ("where a lift also stops", (*ALL, "text"), "B2에도 서요", "stops at B2"),
    ("which way to turn", ("cards", "page", "text"), "오른쪽으로", "Turn right"),
    ("wheelchair lift", (*ALL, "text"), "휠체어리프트", "wheelchair lift"),
    ("staff run it", ("cards", "page", "text"), "역무원 부르기", "staff run this lift"),
    ("hazard", (*ALL, "text"), "바닥 경사 주의", "sloping floor"),
    ("hazards outside", (*ALL, "text"), "급경사로, 기둥 주의", "steep ramp, pillar"),
    ("crossings", (*ALL, "text"), "횡단보도 3번", "3 crossings"),
    ("landmark", (*ALL, "text"), "가나백화점 앞", "past Gana Store"),
    ("goes outside", ("cards", "page"), "밖으로 나가요", "Goes outside"),
    ("gap class", (*ALL, "text"), "승강장 틈 90 mm B등급", "gap 90 mm class B"),
    ("step class", (*ALL, "text"), "높이 차 30 mm A등급", "step 30 mm class A"),
    ("gap at the other end", (*ALL, "text"), "승강장 틈 200 mm C등급", "gap 200 mm class C"),
    ("toilets", ALL, "7호선 B1 개찰구 안", "Line 7 B1 inside the gates"),
    ("evidence with its date", ("cards", "section", "page"), "조사 2016", "survey 2016"),
    ("sources that differ", ALL, "개찰구 수가 달라요", "Gates differ"),
    ("plan B", ALL, "다른 길을 몰라요", "No other way known"),
    ("whom to ask", ALL, "02-000-0004", "02-000-0004"),
    ("the way back: gates", ALL, "갈 때 2번, 역무원 호출, 올 때 1번", "call staff there, 1 gate back"),
    ("the way back: stays inside", ALL, "올 때는 밖으로 나가지 않아요", "The way back stays inside"),
    ("where the time goes", ("cards", "page"), "개찰구 2분", "gates 2 min"),
    ("not known yet", ALL, "오늘의 운행", "lift status today"),
    ("as of", ALL, "2026-02-11", "2026-02-11"),
    ("how true the drawing is", ("section",), "가로는 순서만", "order only"),
]  # fmt: skip


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize(("what", "views", "ko", "en"), ITEMS, ids=[item[0] for item in ITEMS])
def test_it_stands_there(what: str, views: tuple[str, ...], ko: str, en: str, lang: str) -> None:
    del what
    wanted = _squeezed(ko if lang == "ko" else en).lower()
    assert [view for view in views if wanted not in shown(lang)[view].lower()] == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_with_all_of_it_nothing_overlaps(lang: str) -> None:
    station, route = full()
    steps = narrate(station, route)
    options: Options = {"plan_b": {"4:EV:내부1": None}, "as_of": "2026-02-11", "back": WayBack(None)}
    assert card_faults(cards_scene(station, route, steps, lang=lang, **options), route, steps) == []
    assert section_faults(section_scene(station, route, steps, lang=lang, **options), route) == []


# ── what is said only where it is so ─────────────────────────────────────────


def test_a_gate_for_a_card_says_tap_and_quotes_nothing() -> None:
    station, route = gana()
    legs = list(route.legs)
    traversals = tuple(
        replace(t, link=replace(t.link, staff_call=False)) if t.link.kind == "gate" else t for t in legs[2].traversals
    )
    legs[2] = replace(legs[2], traversals=traversals)
    step = narrate(station, replace(route, legs=tuple(legs)))[2]
    assert "카드 찍기" in step.text.ko
    assert "tap your card" in step.text.en
    assert not any(line.quote for line in step.lines)


def test_a_gap_that_nobody_measured_is_not_known_and_no_class() -> None:
    station, route = gana()
    scene = cards_scene(station, route, narrate(station, route), lang="ko")
    assert "등급" not in _words(scene)
    assert "승강장 틈과 턱" in _words(scene)
    known, _ = full()
    assert "승강장 틈과 턱" not in _words(cards_scene(known, route, narrate(known, route), lang="ko"))


@pytest.mark.parametrize(
    ("mm", "limits", "grade"),
    [
        (0, ACROSS_MM, "A"),
        (85, ACROSS_MM, "A"),
        (86, ACROSS_MM, "B"),
        (180, ACROSS_MM, "B"),
        (181, ACROSS_MM, "C"),
        (-50, UP_MM, "A"),
        (-51, UP_MM, "B"),
        (120, UP_MM, "B"),
        (121, UP_MM, "C"),
    ],
)
def test_classes_of_gaps(mm: int, limits: tuple[int, int], grade: str) -> None:
    assert gap_class(mm, limits) == grade


def test_a_way_back_that_is_the_same_says_so_and_one_that_is_not_says_what() -> None:
    station, route = gana()
    (same,) = way_back_notes(station, route, WayBack(replace(route, start=route.end, end=route.start)))
    assert same.body.ko == "같은 길을 거꾸로 가요."
    assert way_back_notes(station, route, None) == ()
    (none,) = way_back_notes(station, route, WayBack(None))
    assert none.body.en == "**No way back is known.**"
    fewer = replace(route, legs=route.legs[:-2])
    told = [note.body.ko for note in way_back_notes(station, route, WayBack(fewer))]
    assert any("타는 것**: 갈 때 7호선 엘리베이터 1, 올 때 그대로" in each for each in told)
    assert any("거리**: 갈 때 470 m, 올 때 455 m" in each for each in told)


def test_an_exit_has_no_gap_to_a_train() -> None:
    from muui_maps.maps.gaps import gap_of

    station, _ = full()
    assert gap_of(station, Endpoint(exit="2")) is None
