"""Step cards against the steps they show: one invented transfer, and every transfer of the pilots."""

from __future__ import annotations

from dataclasses import replace

import pytest
from card_checks import by_role, cards, faults, texts
from map_samples import SPECS, gana
from section_builder import Spec, build, ride, walk

import muui_maps as mm
from muui_maps.errors import NoRouteError
from muui_maps.maps import style, summary
from muui_maps.maps.cards import cards_scene
from muui_maps.maps.fonts import measure
from muui_maps.maps.narrate import narrate
from muui_maps.maps.scene import Polyline, Rect, Scene, Words
from muui_maps.model import Endpoint, PlaceKind, Route, Station, StationName, Text, UnitKind

PILOTS = ("nowon", "konkuk-univ", "gasan-digital-complex", "daerim", "express-bus-terminal")


def drawn(lang: str = "ko", **changes: object) -> tuple[Scene, Station, Route]:
    station, route = gana(**changes)  # type: ignore[arg-type]
    scene = cards_scene(
        station, route, narrate(station, route), lang=lang, plan_b={"4:EV:내부1": None}, as_of="2026-11-23"
    )
    return scene, station, route


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_cards_of_a_transfer_have_no_fault(lang: str) -> None:
    scene, station, route = drawn(lang)
    assert faults(scene, route, narrate(station, route)) == []


@pytest.mark.parametrize("station_id", PILOTS)
def test_the_cards_of_every_pilot_transfer_have_no_fault(station_id: str) -> None:
    loaded = mm.load(station_id)
    found = {}
    drawn_cards = 0
    for start, end in loaded.transfers:
        try:
            route = loaded.route(start, end, ignore_status=True)
        except NoRouteError:
            continue
        for lang in ("ko", "en"):
            scene = cards_scene(loaded.model, route.model, route.narration, lang=lang, as_of="2026-11-23")
            drawn_cards += 1
            if wrong := faults(scene, route.model, route.narration):
                found[start.key, end.key, lang] = wrong[:3]
    assert found == {}
    assert drawn_cards >= 16


# ── proofs: each way of spoiling the cards is found ──────────────────────────


def spoilt(scene: Scene, change: object) -> Scene:
    return replace(scene, marks=tuple(change(mark) for mark in scene.marks if change(mark) is not None))  # type: ignore[operator]


def without(role: str) -> object:
    return lambda mark: None if mark.role == role else mark


def saying(old: str, new: str) -> object:
    return lambda mark: replace(mark, text=mark.text.replace(old, new)) if isinstance(mark, Words) else mark


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (without("leg:4"), "are not the legs in order"),
        (without("step:3"), "are not those of the steps"),
        (without("button:B1"), "buttons"),
        (saying("8-4", "4-8"), "step 1 lacks"),
        (saying("270 m", "27 m"), "step 5: metres"),
        (saying("470", "471"), "total metres"),
        (saying("호출 버튼", "비상 버튼"), "step 3 lacks"),
        (saying("급경사로", "경사로"), "step 5 lacks"),
        (saying("주의", "☎"), "no font draws"),
        (lambda m: replace(m, fill="#C0C0C0") if isinstance(m, Words) else m, "has a contrast of"),
        (lambda m: replace(m, size=m.size * 1.3) if isinstance(m, Words) else m, "overlap"),
        (lambda m: replace(m, x=m.x + 200) if isinstance(m, Words) and m.anchor == "start" else m, "runs off"),
        (lambda m: replace(m, size=12.0) if isinstance(m, Words) else m, "is set in 12"),
        (lambda m: replace(m, fill=style.PAPER) if m.role == "leg:1" else m, "colour of the other kind"),
    ],
)
def test_a_spoilt_picture_is_found(change: object, fault: str) -> None:
    scene, station, route = drawn()
    assert any(fault in found for found in faults(spoilt(scene, change), route, narrate(station, route)))


# ── what stands on them ──────────────────────────────────────────────────────


def test_next_station_and_terminus_of_both_ends() -> None:
    scene, _, _ = drawn()
    assert texts(scene, "direction") == ["나다 방면", "라마 방면"]
    shown = [mark.text for mark in scene.marks if isinstance(mark, Words)]
    assert "바사행 · Basa" in shown
    assert "아자행 · Aja" in shown


def test_the_surveyed_minutes_stand_first_and_the_derived_range_beside_the_bar() -> None:
    scene, _, route = drawn()
    assert texts(scene, "total:minutes") == ["21", "조사 2016"]
    assert f"계산 {round(route.seconds.low / 60)}–{round(route.seconds.high / 60)}분" in texts(scene, "badge:derived")
    unsurveyed, _, _ = drawn(run=None)
    assert texts(unsurveyed, "total:minutes") == ["17–25", "계산"]


def test_totals_in_two_rows_share_their_columns() -> None:
    """Four figures that are too wide for one row in English stand two by two, one below the other."""
    unknown = walk("4:3F", None, paid=True, place=PlaceKind.PLATFORM)
    scene, _, _ = drawn("en", specs=(unknown, *SPECS[1:]), run=None)
    figures = {m.role: m for m in reversed(by_role(scene, r"total:.+")) if isinstance(m, Words)}
    minutes, metres, lifts, gates = (figures[f"total:{key}"] for key in ("minutes", "metres", "lifts", "gates"))
    assert lifts.y > minutes.y
    assert (lifts.x, gates.x) == (minutes.x, metres.x)


def test_the_bar_is_divided_like_the_time() -> None:
    scene, _, route = drawn()
    widths = {m.role: m.width for m in scene.marks if isinstance(m, Rect) and m.role and m.role.startswith("time:")}
    total = sum(widths.values())
    for part in summary.time_parts(route):
        assert widths[f"time:{part.key}"] / total == pytest.approx(part.seconds / route.seconds.typical)


def test_the_route_runs_from_the_first_number_to_the_last() -> None:
    scene, _, _ = drawn()
    (line,) = [mark for mark in by_role(scene, "route") if isinstance(mark, Polyline)]
    numbers = [mark for mark in by_role(scene, r"step:\d+") if isinstance(mark, Words)]
    assert line.points[0][1] < numbers[0].y < numbers[-1].y
    assert line.points[1][1] == pytest.approx(cards(scene)[-1].y + 51)


def test_badges_of_the_steps_are_drawn_with_their_marks() -> None:
    scene, station, route = drawn()
    shown = texts(scene, r"badge:\w+")
    for step in narrate(station, route):
        assert all(badge.text.ko in shown for badge in step.evidence)


def test_red_is_for_bodily_hazards_alone() -> None:
    scene, _, _ = drawn()
    red = {m.role for m in scene.marks if style.HAZARD in {getattr(m, "fill", None), getattr(m, "colour", None)}}
    assert red == {"hazard", "icon:warning"}


def test_sections_stand_below_only_where_there_is_something_to_say() -> None:
    scene, _, _ = drawn()
    assert {m.role for m in by_role(scene, "section:.*")} == {"section:≠", "section:B", "section:toilet", "section:?"}
    station, route = gana(doubts=())
    bare = replace(station, toilets=(), phones={})
    scene = cards_scene(
        bare, replace(route, legs=route.legs[:5]), narrate(bare, replace(route, legs=route.legs[:5])), lang="ko"
    )
    assert {m.role for m in by_role(scene, "section:.*")} == {"section:?"}


def test_no_date_without_one() -> None:
    station, route = gana()
    scene = cards_scene(station, route, narrate(station, route), lang="ko")
    assert not any("기준일" in mark.text for mark in scene.marks if isinstance(mark, Words))


def test_long_names_wrap_and_lose_nothing() -> None:
    station, route = gana(name="가나다라마바사아자차카타파하거너더러")
    station = replace(
        station,
        directions=tuple(
            replace(each, next_station=StationName(each.next_station.ko, "A Very Long Name of a Station Indeed"))
            for each in station.directions
        ),
        places=tuple(
            replace(
                place, name=Text(f"{place.name.ko} 아주아주 긴 이름의 대합실", f"{place.name.en} with an endless name")
            )
            for place in station.places
        ),
    )
    steps = narrate(station, route)
    for lang in ("ko", "en"):
        assert faults(cards_scene(station, route, steps, lang=lang), route, steps) == []


def test_a_long_name_in_the_second_language_wraps_below_a_short_one() -> None:
    station, route = gana()
    long = StationName("역", "Dongdaemun History and Culture Park and Design Plaza Station")
    station, steps = replace(station, name=long), narrate(station, route)
    scene = cards_scene(station, route, steps, lang="ko", as_of="2026-11-23")
    assert faults(scene, route, steps) == []
    assert "Plaza Station" in " ".join(mark.text for mark in scene.marks if isinstance(mark, Words))


def test_wheelchair_lifts_have_their_own_total_and_no_button() -> None:
    specs = (
        walk("4:2F", 50, paid=True, place=PlaceKind.PLATFORM),
        ride("4:WL:2", "4:2F", "7:B3", paid=True, kind=UnitKind.WHEELCHAIR_LIFT),
        walk("7:B3", 10, paid=True, place=PlaceKind.PLATFORM),
    )
    scene, station, route = drawn(specs=specs, run=None, doubts=())
    assert faults(scene, route, narrate(station, route)) == []
    assert texts(scene, "total:wheelchair_lifts")[0] == "1"
    assert by_role(scene, "button:.*") == []


@pytest.mark.parametrize(("lang", "name"), [("ko", "경의중앙"), ("en", "Gyeongui–Jungang")])
def test_the_bullet_of_a_line_with_a_name_is_in_the_readers_language(lang: str, name: str) -> None:
    line = "경의중앙선"
    specs: list[Spec] = [walk(f"{line}:1F", 30), ride("1:EV:1", f"{line}:1F", "1:B1"), walk("1:B1", 20)]
    station, route = build(specs, start=Endpoint(line, "응봉"), end=Endpoint("1", "나"))
    steps = narrate(station, route)
    scene = cards_scene(station, route, steps, lang=lang, as_of="2026-11-23")
    assert faults(scene, route, steps) == []
    bullets = [mark for mark in by_role(scene, f"line:{line}") if isinstance(mark, Words)]
    assert [mark.text for mark in bullets] == [name, name]  # at the head, and on the card of its platform
    # The one on the card leaves the metres and the minutes beside it their room.
    (pill,) = [mark for mark in by_role(scene, f"line:{line}") if isinstance(mark, Rect) and mark.height < 40]
    beside = [mark for mark in scene.marks if isinstance(mark, Words) and mark.anchor == "end"]
    near = [mark for mark in beside if abs(mark.y - pill.y) < 40]
    assert [mark.text for mark in near if mark.x - measure(mark.text, mark.size) < pill.x + pill.width] == []


def test_an_exit_is_an_end_like_a_platform() -> None:
    specs = (
        walk("4:2F", 50, paid=True, place=PlaceKind.PLATFORM),
        ride("4:EV:외부1", "4:2F", "street", paid=False, exit="2"),
        walk("street", 10, paid=False),
    )
    scene, station, route = drawn(specs=specs, run=None, doubts=(), end=Endpoint(exit="2"))
    assert faults(scene, route, narrate(station, route)) == []
    assert texts(scene, "direction") == ["나다 방면", "2번 출구"]
    assert "휠체어로 가는 길" in [mark.text for mark in scene.marks if isinstance(mark, Words)]


def test_the_same_route_makes_the_same_scene() -> None:
    assert drawn() == drawn()
