"""Nothing on a map is told by colour alone: in greys, and to people who see red and green alike, it says the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import combinations

import pytest
from colour_vision import VISIONS, Vision, apart, seen, seen_colour
from contrast_checks import contrast_faults

import muui_maps as mm
from muui_maps.maps import style
from muui_maps.maps.cards import cards_scene
from muui_maps.maps.cards_foot import KEY
from muui_maps.maps.easy import easy_scene
from muui_maps.maps.icons import ICONS
from muui_maps.maps.narrate import Badge
from muui_maps.maps.oblique import oblique_scene
from muui_maps.maps.overview import overview_scene
from muui_maps.maps.parts import draw_badge
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Words
from muui_maps.maps.section import section_scene
from muui_maps.maps.style import THEMES, Theme
from muui_maps.model import Text
from muui_maps.plans import floor_plan, route_floors

VIEWS: dict[str, Callable[..., Scene]] = {
    "cards": cards_scene,
    "section": section_scene,
    "oblique": oblique_scene,
    "easy": easy_scene,
}
FLOORS_AND_STATIONS = ("plan", "overview")
"""Views that are not of steps. A tactile plate is black on white for everybody: `tactile_rules` asks for it."""
AT_A_GLANCE = 10.0
TRANSFERS = (("nowon", "4:상계", "7:중계"), ("gasan-digital-complex", "1:구로", "7:철산"))


@cache
def drawn(view: str, transfer: tuple[str, str, str], theme: Theme = "light") -> Scene:
    station, start, end = transfer
    loaded = mm.load(station)
    route = loaded.route(start, end, ignore_status=True)
    if view == "plan":
        return floor_plan(loaded, route_floors(loaded, route.model)[0], route.model, lang="ko", theme=theme)
    if view == "overview":
        return overview_scene(route.station, lang="ko", theme=theme)
    return VIEWS[view](route.station, route.model, route.narration, lang="ko", theme=theme)


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", [*VIEWS, *FLOORS_AND_STATIONS])
def test_text_and_marks_stand_out_in_any_vision(view: str, theme: Theme, vision: Vision) -> None:
    for transfer in TRANSFERS:
        assert contrast_faults(seen(drawn(view, transfer, theme), vision)) == []


@pytest.mark.parametrize("vision", [None, *VISIONS])
@pytest.mark.parametrize("theme", THEMES)
def test_the_route_is_apart_from_every_line_at_a_glance(theme: Theme, vision: Vision | None) -> None:
    def looks(colour: str) -> str:
        return colour if vision is None else seen_colour(colour, vision)

    route = looks(style.inks_of(theme)["ROUTE"])
    near = {line: apart(route, looks(colour)) for line, colour in style.LINE_COLOURS.items()}
    assert {line: far for line, far in near.items() if far < AT_A_GLANCE} == {}


def form(mark: Mark) -> tuple[object, ...]:
    """What a mark shows besides colour."""
    if isinstance(mark, Words):
        return "words", mark.text
    if isinstance(mark, Icon):
        return "icon", mark.name
    if isinstance(mark, Polyline):
        return "line", mark.dash, round(mark.stroke_width), mark.closed
    filled = mark.fill is not None
    return type(mark).__name__, mark.dash, filled, round(mark.stroke_width), round(getattr(mark, "radius", 0.0))


def test_each_method_has_its_own_mark_and_its_own_border() -> None:
    """With equal words in every badge, all else being equal but the method."""
    forms = {
        method: [
            form(mark) for mark in draw_badge(Badge(method, Text("가", "a")), 0, 0, "ko", ink="#000000", ground=None)
        ]
        for method, _, _ in KEY
    }
    for (one, first), (two, second) in combinations(forms.items(), 2):
        assert first != second, (one, two)
        assert first[0] != second[0] or len(first) != len(second), f"{one} and {two} share their border"
        assert first[1:-1] != second[1:-1], f"{one} and {two} share their mark"


@pytest.mark.parametrize("view", [*VIEWS, "overview"])
def test_every_bullet_of_a_line_carries_its_numeral_and_a_dark_edge(view: str) -> None:
    scene = drawn(view, TRANSFERS[0])
    shapes = [m for m in scene.marks if isinstance(m, Circle | Rect) and (m.role or "").startswith("line:")]
    words = [(m.role, m.text) for m in scene.marks if isinstance(m, Words) and (m.role or "").startswith("line:")]
    assert len(shapes) > 1
    assert [shape.role for shape in shapes] == [role for role, _ in words]
    assert all(text == str(role).partition(":")[2] for role, text in words)
    assert all(shape.stroke == style.INK and shape.stroke_width >= 1 for shape in shapes)


def test_a_hazard_is_a_triangle_with_words_and_not_only_red() -> None:
    scene = drawn("cards", TRANSFERS[0])
    red = [mark for mark in scene.marks if isinstance(mark, Words) and mark.fill == style.HAZARD]
    assert red
    for words in red:
        beside = [
            m for m in scene.marks if isinstance(m, Icon) and m.name == "warning" and m.y - 40 < words.y < m.y + 160
        ]
        assert beside, words.text


def test_the_states_of_a_gate_differ_in_shape() -> None:
    gates = [name for name in ICONS if name.startswith("gate")]
    assert len(gates) >= 3
    assert len({ICONS[name] for name in gates}) == len(gates)


@pytest.mark.parametrize("transfer", TRANSFERS)
def test_on_a_plan_the_route_is_thicker_than_all_else_and_has_arrows(transfer: tuple[str, str, str]) -> None:
    """In greys a thin edge and the route may look alike: their widths don't."""
    lines = [m for m in drawn("plan", transfer).marks if isinstance(m, Polyline) and not m.closed and m.role]
    route = [m for m in lines if m.role == "route"]
    assert route
    assert all(m.stroke_width < route[0].stroke_width for m in lines if m.role != "route")


def test_in_an_overview_a_stop_and_a_level_that_is_passed_differ_in_form() -> None:
    marks = drawn("overview", TRANSFERS[0]).marks
    stops = [m for m in marks if (m.role or "").startswith("stop:")]
    passes = [m for m in marks if (m.role or "").startswith("pass:")]
    assert stops
    assert passes
    assert all(isinstance(m, Icon) for m in stops)
    assert all(isinstance(m, Polyline) and m.dash for m in passes)


def test_the_walkers_way_is_dashed_and_thinner_than_the_route() -> None:
    scene = drawn("section", ("gasan-digital-complex", "1:독산", "7:철산"))
    lines = [mark for mark in scene.marks if isinstance(mark, Polyline)]
    route = [mark for mark in lines if (mark.role or "").startswith("leg:")]
    walkers = [mark for mark in lines if mark.role == "walkers"]
    assert walkers
    assert all(mark.dash and mark.stroke_width < route[0].stroke_width for mark in walkers)
    assert not any(mark.dash for mark in route)


def test_every_track_lies_between_dark_edges() -> None:
    """A pale line's colour is seen by few on a pale floor: what shows a track is its edge."""
    scene = drawn("oblique", TRANSFERS[1])
    lines = [mark for mark in scene.marks if isinstance(mark, Polyline)]
    edges = {mark.points: mark.stroke_width for mark in lines if mark.role == "track-edge"}
    tracks = [mark for mark in lines if (mark.role or "").startswith("track:")]
    assert tracks
    assert all(edges[track.points] > track.stroke_width + 2 for track in tracks)


def test_a_map_that_tells_by_red_and_green_alone_is_found() -> None:
    """The proof that the simulation finds what it is for: dark red on dark green has contrast to few eyes."""
    assert apart("#9C2020", "#4C5A00") > 40
    assert apart(*(seen_colour(each, "deuteranopia") for each in ("#9C2020", "#4C5A00"))) < 25
    scene = drawn("cards", TRANSFERS[0])
    spoilt = replace(scene, marks=tuple(replace(m, fill="#BBBBBB") if isinstance(m, Words) else m for m in scene.marks))
    assert contrast_faults(seen(spoilt, "grey")) != []
