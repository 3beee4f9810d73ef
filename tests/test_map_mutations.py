"""The six ways of spoiling a map that must never pass: each is done to every view, and a named checker reports it.

The transfer is 노원's, 4호선 상계 → 7호선 중계, from the program's own facts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import card_checks
import oblique_checks
import pytest
import section_checks
from conftest import Run
from picture_checks import picture_faults, picture_of
from svg_checks import THE_ROUTE, colour_faults, font_faults
from test_oblique import corner

import muui_maps as mm
from muui_maps.api import LoadedRoute
from muui_maps.maps.cards import cards_scene
from muui_maps.maps.narrate import narrate
from muui_maps.maps.oblique import oblique_scene
from muui_maps.maps.scene import Circle, Mark, Polyline, Scene, Words
from muui_maps.maps.section import section_scene
from muui_maps.maps.style import LINE_COLOURS, THEMES, Theme
from muui_maps.maps.svg import render_svg

VIEWS: dict[str, Callable[..., Scene]] = {"cards": cards_scene, "section": section_scene, "oblique": oblique_scene}


@cache
def transfer() -> LoadedRoute:
    return mm.load("nowon").route("4:상계", "7:중계", ignore_status=True)


@cache
def drawn(view: str, lang: str = "ko", theme: Theme = "light") -> Scene:
    route = transfer()
    return VIEWS[view](route.station, route.model, route.narration, lang=lang, theme=theme, as_of="2026-02-11")


def faults(view: str, scene: Scene) -> list[str]:
    """What the checker of the view says about the structure of a scene."""
    route = transfer()
    if view == "cards":
        return card_checks.faults(scene, route.model, route.narration)
    if view == "section":
        return section_checks.faults(scene, route.model)
    return oblique_checks.faults(scene, route.station, route.model)


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


@pytest.mark.parametrize("view", VIEWS)
def test_a_dropped_route_is_reported(view: str) -> None:
    spoilt = changed(drawn(view), lambda mark: None if is_route(mark) else mark)
    assert any("route" in fault or "leg" in fault for fault in faults(view, spoilt))


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


@pytest.mark.parametrize("view", ["cards", "oblique"])
def test_a_swapped_door_is_reported(view: str) -> None:
    for spoilt in with_doors_swapped(drawn(view)):
        assert faults(view, spoilt) != []


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", VIEWS)
def test_a_route_in_the_colour_of_line_1_is_reported(view: str, theme: Theme) -> None:
    first = LINE_COLOURS["1"]
    spoilt = changed(drawn(view, theme=theme), lambda m: replace(m, stroke=first) if is_route(m) else m)
    assert any("not in the route's ink" in fault for fault in colour_faults(spoilt, theme))


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


@pytest.mark.parametrize("weight", ["400", "700"])
@pytest.mark.parametrize("view", VIEWS)
def test_a_removed_font_is_reported(view: str, weight: str) -> None:
    svg = render_svg(drawn(view))
    spoilt = re.sub(rf"@font-face\{{[^}}]*font-weight:{weight};[^}}]*\}}", "", svg)
    assert spoilt != svg
    assert any(f"({weight}) has no font" in fault for fault in font_faults(spoilt))


@pytest.mark.parametrize("view", VIEWS)
def test_a_shifted_label_is_reported(view: str) -> None:
    """Any label that is moved onto the next one, out of the frame or onto a number of the route."""
    scene = drawn(view)
    labels = [mark for mark in scene.marks if isinstance(mark, Words) and mark.role and len(mark.text) > 4]
    badge = next(m for m in scene.marks if isinstance(m, Circle) and re.fullmatch(r"(step|badge):2", m.role or ""))
    assert len(labels) > 10
    for label, following in pairwise(labels):
        for x, y, anchor in (
            (following.x, following.y, following.anchor),
            (scene.width - 5, label.y, "start"),
            (badge.x, badge.y, "middle"),
        ):
            moved = replace(label, x=x, y=y, anchor=anchor)
            spoilt = replace(scene, marks=tuple(moved if mark is label else mark for mark in scene.marks))
            assert picture_faults(picture_of(spoilt)) != [], label.text
