"""The overview of a station: every lift stops where the register says, nothing overlaps, every station has one."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from contrast_checks import contrast_faults
from section_builder import nowon
from section_checks import by_role, text_box, texts_of

from muui_maps.api import load
from muui_maps.maps.overview import lifts_of, overview_scene
from muui_maps.maps.scene import Icon, Polyline, Rect, Scene, Words
from muui_maps.maps.style import THEMES, Theme
from muui_maps.maps.svg import render_svg
from muui_maps.model import STREET, Station, StationName, Status, UnitKind
from muui_maps.plans import floor_plan, route_floors

PILOTS = ("daerim", "express-bus-terminal", "gasan-digital-complex", "konkuk-univ", "nowon")


def overlaps(scene: Scene) -> list[str]:
    texts = [(mark.text, text_box(mark)) for mark in scene.marks if isinstance(mark, Words) and mark.text]
    found = [f"{a!r} and {b!r} overlap" for (a, one), (b, other) in combinations(texts, 2) if one.overlaps(other)]
    found += [f"{text!r} leaves the picture" for text, box in texts if box.right > scene.width or box.left < 0]
    return found + [f"{text!r} is below the picture" for text, box in texts if box.bottom > scene.height]


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("name", PILOTS)
def test_every_lift_stops_where_the_station_says(name: str, lang: str) -> None:
    station = load(name).model
    scene = overview_scene(station, lang=lang)
    assert overlaps(scene) == []
    stops = {mark.role for mark in by_role(scene, r"stop:.+")}
    lifts = [unit for line in station.lines for unit in lifts_of(station, line)]
    assert stops == {f"stop:{unit.id}:{level}" for unit in lifts for level in unit.levels}
    shafts = {str(mark.role).removeprefix("shaft:"): mark for mark in by_role(scene, r"shaft:.+")}
    assert set(shafts) == {unit.id for unit in lifts}
    for unit in lifts:
        shaft = shafts[unit.id]
        assert isinstance(shaft, Rect)
        icons = [mark for mark in by_role(scene, r"stop:.+") if str(mark.role).startswith(f"stop:{unit.id}:")]
        assert all(isinstance(i, Icon) and shaft.y < i.y and i.y + i.size < shaft.y + shaft.height for i in icons)


@pytest.mark.parametrize("theme", THEMES)
def test_overview_and_plans_stand_out_in_every_theme(theme: Theme) -> None:
    loaded = load("nowon")
    route = loaded.route("4:상계", "7:중계").model
    assert contrast_faults(overview_scene(loaded.model, lang="ko", theme=theme)) == []
    for level in route_floors(loaded, route):
        assert contrast_faults(floor_plan(loaded, level, route, lang="ko", theme=theme)) == [], level


def test_levels_stand_in_the_order_of_their_heights() -> None:
    station = load("nowon").model
    marks = by_role(overview_scene(station, lang="ko"), r"plate:4:.+")
    plates = {str(mark.role)[6:]: mark.y for mark in marks if isinstance(mark, Rect)}
    assert plates["4:3F"] < plates["4:2F"]


def test_exits_gates_toilets_and_phones_are_told() -> None:
    station = load("nowon").model
    said = texts_of(overview_scene(station, lang="ko", as_of="2026-02-11"))
    for words in ("엘리베이터 출구: 2, 9", "개찰구, 역무원 호출", "장애인 화장실, 개찰구 안", "4호선 02-6110-4111"):
        assert words in said
    assert any("2026-02-11" in text for text in said)
    assert any("278 m" in text for text in said)


def _one_lift(station: Station, **changes: Any) -> Scene:
    units = tuple(replace(unit, **changes) for unit in station.units if unit.id == "4:EV:외부1")
    return overview_scene(replace(station, units=units), lang="ko")


def test_a_level_that_a_lift_passes_is_dotted() -> None:
    station, _ = nowon()
    scene = _one_lift(station, levels=(STREET, "4:3F"))
    assert len(by_role(scene, r"pass:4:EV:외부1:4:2F")) == 1
    assert not by_role(_one_lift(station, levels=(STREET, "4:2F", "4:3F")), r"pass:.+")


def test_a_lift_is_not_said_to_pass_a_floor_that_is_called_like_one_of_its_stops() -> None:
    """Two floors called 2F, one above the other: of a lift that stops at 2F nobody knows that it goes through a 2F."""
    station, _ = nowon()
    middle = next(level for level in station.levels if level.id == "4:2F")
    lower = replace(middle, id="7:2F", elevation_m=(middle.elevation_m or 0.0) - 1.0)
    two = replace(station, levels=(*station.levels, lower))
    assert [mark.role for mark in by_role(_one_lift(two, levels=(STREET, "4:3F")), r"pass:.+")] != []
    assert by_role(_one_lift(two, levels=(STREET, "7:2F", "4:3F")), r"pass:.+") == []


def test_a_lift_that_stands_still_is_grey_and_says_why() -> None:
    station, _ = nowon()
    scene = _one_lift(station, status=Status.UNDER_REPAIR)
    assert "수리 중" in texts_of(scene)
    (travel,) = by_role(scene, "travel:4:EV:외부1")
    (working,) = by_role(_one_lift(station), "travel:4:EV:외부1")
    assert isinstance(travel, Polyline)
    assert isinstance(working, Polyline)
    assert travel.stroke != working.stroke


def test_a_line_without_lifts_says_so() -> None:
    station, _ = nowon()
    scene = overview_scene(replace(station, units=()), lang="en")
    assert " ".join(texts_of(scene)).count("No lift") == 2


def test_many_lifts_and_long_names_go_on_in_another_chart() -> None:
    station, _ = nowon()
    lift = next(unit for unit in station.units if unit.kind is UnitKind.ELEVATOR and unit.line == "4")
    many = tuple(replace(lift, id=f"4:EV:외부{n}", number=f"외부{n}") for n in range(1, 24))
    name = StationName("동대문역사문화공원의아주긴이름을가진아주긴역이름", "Dongdaemun History & Culture Park")
    scene = overview_scene(replace(station, units=many, name=name), lang="ko")
    assert overlaps(scene) == []
    assert len(by_role(scene, "chart:4")) == 3
    assert len(by_role(scene, r"shaft:.+")) == 23


def test_the_description_names_every_lift_with_its_stops() -> None:
    description = overview_scene(load("nowon").model, lang="en").description
    assert "Lift Outside 1: 2F, 1F." in description
    assert "Lift 1: B1, B2, B3." in description


def test_same_input_same_bytes_and_themes_keep_the_marks() -> None:
    station = load("nowon").model
    first, second = (render_svg(overview_scene(station, lang="ko")) for _ in range(2))
    assert first == second
    dark = overview_scene(station, lang="ko", theme="dark", large_print=True)
    assert [type(mark) for mark in dark.marks] == [type(mark) for mark in overview_scene(station, lang="ko").marks]
    assert dark.scale == 2.0
