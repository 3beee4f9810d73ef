"""The six ways of spoiling a map that must never pass: each is done to every view, and a named checker reports it.

`SPOILT` says which view is spoilt in which way, `NEEDLESS` why the others are not.
The transfer is 노원's, 4호선 상계 → 7호선 중계, from the program's own facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import card_checks
import oblique_checks
import pytest
import section_checks
import view_checks
from conftest import Run
from picture_checks import picture_faults, picture_of
from svg_checks import THE_ROUTE, colour_faults, font_faults
from test_oblique import corner

import muui_maps as mm
from muui_maps.api import LoadedRoute, LoadedStation
from muui_maps.maps.cards import cards_scene
from muui_maps.maps.easy import easy_scene
from muui_maps.maps.narrate import narrate
from muui_maps.maps.oblique import oblique_scene
from muui_maps.maps.overview import overview_scene
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Words
from muui_maps.maps.section import section_scene
from muui_maps.maps.style import LINE_COLOURS, THEMES, Theme
from muui_maps.maps.svg import render_svg
from muui_maps.maps.tactile import Tactile, tactile
from muui_maps.plans import floor_plan

OF_A_ROUTE: dict[str, Callable[..., Scene]] = {
    "cards": cards_scene,
    "section": section_scene,
    "oblique": oblique_scene,
    "easy": easy_scene,
}
FLOOR = "4:3F"
VIEWS = (*OF_A_ROUTE, "plan", "overview")
"""All that have letters; tactile plates have none, and no themes."""

DROPPED, DOOR, RECOLOURED = "the route dropped", "a door swapped", "recoloured as Line 1"
MIRRORED, FONTLESS, SHIFTED = "the projection mirrored", "a font removed", "a label shifted"
SPOILT: dict[str, tuple[str, ...]] = {
    DROPPED: ("cards", "section", "oblique", "plan", "easy", "tactile"),
    DOOR: ("cards", "section", "oblique", "easy", "overview", "tactile"),
    RECOLOURED: (*VIEWS, "tactile"),
    MIRRORED: ("section", "oblique", "plan", "overview", "tactile"),
    FONTLESS: VIEWS,
    SHIFTED: (*VIEWS, "tactile"),
}
NEEDLESS: dict[tuple[str, str], str] = {
    (DROPPED, "overview"): "it shows a station, and no way through it",
    (DOOR, "plan"): "it names no door, which a test asserts",
    (MIRRORED, "cards"): "one card below the other: left and right say nothing",
    (MIRRORED, "easy"): "one card below the other: left and right say nothing",
    (FONTLESS, "tactile"): "it has no letters: its braille is of dots",
}


def test_every_view_is_spoilt_in_every_way_or_there_is_a_reason() -> None:
    done = {(way, view) for way, views in SPOILT.items() for view in views}
    assert done | NEEDLESS.keys() == {(way, view) for way in SPOILT for view in (*VIEWS, "tactile")}
    assert not done & NEEDLESS.keys()


@cache
def station() -> LoadedStation:
    return mm.load("nowon")


@cache
def transfer() -> LoadedRoute:
    return station().route("4:상계", "7:중계", ignore_status=True)


@cache
def drawn(view: str, lang: str = "ko", theme: Theme = "light") -> Scene:
    route = transfer()
    if view == "plan":
        return floor_plan(station(), FLOOR, route.model, lang=lang, theme=theme, as_of="2026-02-11")
    if view == "overview":
        return overview_scene(route.station, lang=lang, theme=theme, as_of="2026-02-11")
    return OF_A_ROUTE[view](route.station, route.model, route.narration, lang=lang, theme=theme, as_of="2026-02-11")


def faults(view: str, scene: Scene) -> list[str]:
    """What the checker of the view says about the structure of a scene."""
    route = transfer()
    if view == "cards":
        return card_checks.faults(scene, route.model, route.narration)
    if view == "section":
        return section_checks.faults(scene, route.model)
    if view == "plan":
        return view_checks.plan_faults(scene, route.station, FLOOR, route.model)
    if view == "overview":
        return view_checks.overview_faults(scene, route.station)
    if view == "easy":
        return view_checks.easy_faults(scene, route.narration)
    return oblique_checks.faults(scene, route.station, route.model)


@cache
def plates(lang: str = "ko") -> Tactile:
    return tactile(transfer().station, transfer().model, lang=lang)


def plates_with(change: Callable[[Scene], Scene]) -> list[str]:
    """Faults of the plates when the second one, a concourse, is changed."""
    first, second, *others = plates().plates
    made = replace(plates(), plates=(first, change(second), *others))
    assert made != plates(), "nothing was spoilt"
    return tactile_faults(made)


def tactile_faults(made: Tactile) -> list[str]:
    return view_checks.tactile_faults(made, transfer().station, transfer().model, transfer().narration)


def changed(scene: Scene, change: Callable[[Any], Mark | None]) -> Scene:
    marks = tuple(new for mark in scene.marks if (new := change(mark)) is not None)
    assert marks != scene.marks, "nothing was spoilt"
    return replace(scene, marks=marks)


def is_route(mark: Mark) -> bool:
    return isinstance(mark, Polyline) and THE_ROUTE.fullmatch(mark.role or "") is not None


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("view", VIEWS)
def test_the_map_as_drawn_passes_every_checker(view: str, lang: str, theme: Theme) -> None:
    scene = drawn(view, lang, theme)
    assert picture_faults(picture_of(scene)) == []
    assert list(colour_faults(scene, theme)) == []
    assert font_faults(render_svg(scene)) == []
    if theme == "light":
        assert faults(view, scene) == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_plates_as_drawn_pass_every_checker(lang: str) -> None:
    assert tactile_faults(plates(lang)) == []


@pytest.mark.parametrize("view", [view for view in SPOILT[DROPPED] if view not in {"easy", "tactile"}])
def test_a_dropped_route_is_reported(view: str) -> None:
    spoilt = changed(drawn(view), lambda mark: None if is_route(mark) else mark)
    assert any("route" in fault or "leg" in fault for fault in faults(view, spoilt))


def test_an_easy_map_without_one_of_its_cards_is_reported() -> None:
    """Its way is its cards in order."""
    scene = drawn("easy")
    for card in [mark for mark in scene.marks if isinstance(mark, Rect) and (mark.role or "").startswith("card:")]:
        spoilt = replace(scene, marks=tuple(mark for mark in scene.marks if mark is not card))
        assert any("the route is not told whole" in fault for fault in faults("easy", spoilt))


def test_a_plate_without_its_route_is_reported() -> None:
    def routeless(scene: Scene) -> Scene:
        return changed(scene, lambda mark: None if (mark.role or "").startswith("route") else mark)

    assert "plate 2 has no route" in plates_with(routeless)


def with_doors_swapped(scene: Scene) -> Iterator[Scene]:
    """The scene with another door, for each door that it names."""
    said = " ".join(mark.text for mark in scene.marks if isinstance(mark, Words))
    doors = sorted(set(re.findall(r"\d+-\d+(?= ?문)", said)))
    assert doors
    for door in doors:
        car, number = door.split("-")
        other = f"{car}-{int(number) % 4 + 1}"
        marks = (replace(m, text=m.text.replace(door, other)) if isinstance(m, Words) else m for m in scene.marks)
        yield replace(scene, marks=tuple(marks))


@pytest.mark.parametrize("view", ["cards", "section"])
def test_a_swapped_door_is_reported_to_mapmakers(run: Run, tmp_path: Path, view: str) -> None:
    for spoilt in with_doors_swapped(drawn(view)):
        file = tmp_path / "map.svg"
        file.write_text(render_svg(spoilt), encoding="utf-8")
        ran = run("map", "check", file, "--json")
        assert ran.code == 6
        assert "map_door" in {each["code"] for each in ran.json[0]["findings"]}


@pytest.mark.parametrize("view", ["cards", "oblique", "easy", "overview"])
def test_a_swapped_door_is_reported(view: str) -> None:
    for spoilt in with_doors_swapped(drawn(view)):
        assert faults(view, spoilt) != []


def test_a_swapped_door_on_the_list_of_the_plates_is_reported() -> None:
    assert "10-1 문" in plates().text
    spoilt = replace(plates(), text=plates().text.replace("10-1 문", "10-2 문"))
    assert tactile_faults(spoilt) == ["door 10-2 is none of the way"]


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("view", [view for way, view in NEEDLESS if way == DOOR])
def test_no_door_is_named_on(view: str, lang: str) -> None:
    assert view_checks.DOOR.findall("\n".join(m.text for m in drawn(view, lang).marks if isinstance(m, Words))) == []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", [view for view in SPOILT[RECOLOURED] if view not in {"easy", "overview", "tactile"}])
def test_a_route_in_the_colour_of_line_1_is_reported(view: str, theme: Theme) -> None:
    first = LINE_COLOURS["1"]
    spoilt = changed(drawn(view, theme=theme), lambda m: replace(m, stroke=first) if is_route(m) else m)
    assert any("not in the route's ink" in fault for fault in colour_faults(spoilt, theme))


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("view", "way"), [("easy", "arrow"), ("overview", "travel:")])
def test_ways_in_the_colour_of_line_1_are_reported(view: str, way: str, theme: Theme) -> None:
    """The arrow from line to line, and the ways of the lifts: these views draw no other."""
    first = LINE_COLOURS["1"]

    def painted(mark: Mark) -> Mark:
        if isinstance(mark, Polyline) and (mark.role or "").startswith(way):
            return replace(mark, stroke=first)
        return mark

    spoilt = changed(drawn(view, theme=theme), painted)
    assert any("wears the colour of 1" in fault for fault in colour_faults(spoilt, theme))


def test_a_plate_in_the_colour_of_line_1_is_reported() -> None:
    first = LINE_COLOURS["1"]

    def painted(scene: Scene) -> Scene:
        return changed(scene, lambda m: replace(m, stroke=first) if (m.role or "").startswith("route") else m)

    assert any(first in fault for fault in plates_with(painted))


def flipped(scene: Scene) -> Iterator[Mark]:
    """The picture in a mirror: words and signs stay upright, and stand on the other side."""
    for mark in scene.marks:
        if isinstance(mark, Polyline):
            yield replace(mark, points=tuple((scene.width - x, y) for x, y in mark.points))
        else:
            width = getattr(mark, "width", getattr(mark, "size", 0.0)) if not isinstance(mark, Words) else 0.0
            yield replace(mark, x=scene.width - mark.x - width)


def test_a_mirrored_section_is_reported() -> None:
    spoilt = replace(drawn("section"), marks=tuple(flipped(drawn("section"))))
    assert any("to the left" in fault for fault in faults("section", spoilt))


def test_a_mirrored_oblique_is_reported() -> None:
    """Seen where the way turns between two known places."""
    station, route = corner()
    scene = oblique_scene(station, route, narrate(station, route), lang="ko")
    spoilt = replace(scene, marks=tuple(flipped(scene)))
    assert "the drawing is mirrored" not in oblique_checks.faults(scene, station, route)
    assert "the drawing is mirrored" in oblique_checks.faults(spoilt, station, route)


def test_a_mirrored_plan_is_reported() -> None:
    spoilt = replace(drawn("plan"), marks=tuple(flipped(drawn("plan"))))
    told = faults("plan", spoilt)
    assert "east and west are changed about" in told
    assert "the route: east and west are changed about" in told


def test_an_overview_that_is_upside_down_is_reported() -> None:
    """Left and right say nothing there, above and below all."""
    scene = drawn("overview")
    spoilt = changed(scene, lambda m: replace(m, y=scene.height - m.y - m.height) if isinstance(m, Rect) else m)
    assert any("order of their heights" in fault for fault in faults("overview", spoilt))


def test_a_mirrored_plate_is_reported() -> None:
    assert "plate 2 leads to the left" in plates_with(lambda scene: replace(scene, marks=tuple(flipped(scene))))


@pytest.mark.parametrize("weight", ["400", "700"])
@pytest.mark.parametrize("view", SPOILT[FONTLESS])
def test_a_removed_font_is_reported(view: str, weight: str) -> None:
    svg = render_svg(drawn(view))
    spoilt = re.sub(rf"@font-face\{{[^}}]*font-weight:{weight};[^}}]*\}}", "", svg)
    assert spoilt != svg
    assert any(f"({weight}) has no font" in fault for fault in font_faults(spoilt))


@pytest.mark.parametrize("view", VIEWS)
def test_a_shifted_label_is_reported(view: str) -> None:
    """Any label that is moved onto the next one, out of the frame or onto a number or sign of the way."""
    scene = drawn(view)
    labels = [mark for mark in scene.marks if isinstance(mark, Words) and len(mark.text) > 4]
    if view in {"cards", "section", "oblique"}:  # which have many more
        labels = [label for label in labels if label.role]
    x, y = next(
        _middle(mark) for mark in scene.marks if re.fullmatch(r"(step|badge):2|stop:.+|node:.+|icon:.+", _role(mark))
    )
    assert len(labels) > 10
    for label, following in pairwise(labels):
        for at, baseline, anchor in (
            (following.x, following.y, following.anchor),
            (scene.width - 5, label.y, "start"),
            (x, y, "middle"),
        ):
            moved = replace(label, x=at, y=baseline, anchor=anchor)
            spoilt = replace(scene, marks=tuple(moved if mark is label else mark for mark in scene.marks))
            assert picture_faults(picture_of(spoilt)) != [], label.text


def _role(mark: Mark) -> str:
    return (mark.role or "") if isinstance(mark, Circle | Icon) else ""


def _middle(mark: Mark) -> tuple[float, float]:
    assert isinstance(mark, Circle | Icon)
    half = mark.size / 2 if isinstance(mark, Icon) else 0.0
    return mark.x + half, mark.y + half


def test_a_shifted_number_of_a_plate_is_reported() -> None:
    """Any number, moved onto the next one or off the paper."""
    scene = plates().plates[1]
    numbers = list(dict.fromkeys(str(m.role) for m in scene.marks if (m.role or "").startswith("label:")))
    assert len(numbers) == 4
    places = {role: next(m for m in scene.marks if m.role == role) for role in numbers}
    for role, following in pairwise([*numbers, numbers[0]]):
        here, there = places[role], places[following]
        assert isinstance(here, Circle)
        assert isinstance(there, Circle)
        for dx, dy in ((there.x - here.x, there.y - here.y), (-here.x, 0.0)):
            spoilt = plates_with(partial(_moved, role=role, dx=dx, dy=dy))
            assert any(role in fault for fault in spoilt)


def _moved(scene: Scene, *, role: str, dx: float, dy: float) -> Scene:
    return changed(scene, lambda mark: replace(mark, x=mark.x + dx, y=mark.y + dy) if mark.role == role else mark)
