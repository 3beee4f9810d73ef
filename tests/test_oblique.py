"""The exploded oblique: the route is the graph's, nothing is lost, nothing overlaps, what is not known is dashed."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys import Journey, Places, journeys, places
from oblique_checks import faults, legs_of
from pypdf import PdfReader
from section_builder import Gate, Spec, build, met, nowon, ride, walk
from section_checks import by_role, texts_of

from muui_maps.api import load
from muui_maps.errors import NoRouteError
from muui_maps.maps.narrate import narrate
from muui_maps.maps.oblique import oblique_scene
from muui_maps.maps.pdf import render_map_pdf
from muui_maps.maps.scene import Icon, Polyline, Rect, Scene, Words
from muui_maps.maps.style import line_colour
from muui_maps.maps.svg import render_svg
from muui_maps.model import (
    STREET,
    Endpoint,
    MetKind,
    PlaceKind,
    Platform,
    PlatformShape,
    Route,
    Station,
    StationName,
    UnitKind,
)


def drawn(station: Station, route: Route, lang: str = "ko", **more: Any) -> Scene:
    return oblique_scene(station, route, narrate(station, route), lang=lang, **more)


TWO_FLOORS: list[Spec] = [
    walk("1:B2", 60, paid=True, place=PlaceKind.PLATFORM),
    ride("1:EV:1", "1:B2", "1:B1", paid=True),
    walk("1:B1", 30, paid=True),
]


def from_platform(door: tuple[int, int], spots: dict[int, tuple[float, float]]) -> tuple[Station, Route]:
    """Off Line 1's train, which runs east along (0, 0), at a surveyed door; a lift up, and 30 m on."""
    station, route = build(TWO_FLOORS, start=Endpoint("1", "가"), end=Endpoint(), heights={"1:B2": -15, "1:B1": -8})
    _, base = nowon()
    assert base.run is not None
    route = replace(route, run=replace(base.run, from_line="1", from_direction="가", alight=door))
    return with_platforms(placed(station, route, spots), route, bearing=90.0, shape=None), route


def placed(station: Station, route: Route, spots: dict[int, tuple[float, float]]) -> Station:
    """The station with its nodes placed: by the number of the joint between legs, lifts keeping theirs."""
    at: dict[str, tuple[float, float]] = {}
    for index, leg in enumerate(route.legs):
        first, last = leg.traversals[0], leg.traversals[-1]
        for joint, node in ((index, first.link.start), (index + 1, last.link.end)):
            if joint in spots:
                at[node] = spots[joint]
    nodes = tuple(
        replace(n, x_m=at[n.id][0], y_m=at[n.id][1], error_m=40.0) if n.id in at else n for n in station.nodes
    )
    return replace(station, nodes=nodes)


def with_platforms(station: Station, route: Route, *, bearing: float | None, shape: PlatformShape | None) -> Station:
    nodes = {node.id: node for node in station.nodes}
    first, last = route.legs[0].traversals[0].link.start, route.legs[-1].traversals[-1].link.end
    platforms = tuple(
        Platform(nodes[node].place, node, end.line, end.direction, nodes[node].level, 10, shape, bearing)
        for end, node in ((route.start, first), (route.end, last))
        if end.line and end.direction
    )
    return replace(station, platforms=platforms)


CORNER: list[Spec] = [
    walk("1:B3", 50, paid=True, place=PlaceKind.PLATFORM),
    ride("1:EV:1", "1:B3", "1:B1", paid=True),
    walk("1:B1", 100, paid=True),
    ride("1:EV:2", "1:B1", "1:2F", paid=True),
    walk("1:2F", 60, paid=True),
    ride("1:EV:3", "1:2F", "1:3F", paid=True),
    walk("1:3F", 40, paid=True),
]
HEIGHTS = {"1:B3": -20.0, "1:B1": -8.0, "1:2F": 6.0, "1:3F": 12.0}


def corner() -> tuple[Station, Route]:
    """East 100 m, then north 60 m, a level higher each time; every joint has a place."""
    station, route = build(CORNER, start=Endpoint(), end=Endpoint(exit="1"), heights=HEIGHTS)
    spots = {0: (-50.0, 0.0), 1: (0, 0), 2: (0, 0), 3: (100, 0), 4: (100, 0), 5: (100, 60), 6: (100, 60), 7: (60, 60)}
    return placed(station, route, spots), route


# ── 노원: places unknown ─────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_nowon_has_no_fault(lang: str) -> None:
    station, route = nowon()
    assert faults(drawn(station, route, lang), station, route) == []


def test_without_places_the_route_is_laid_out_in_order_and_says_so() -> None:
    station, route = nowon()
    scene = drawn(station, route)
    assert any("순서대로 폈어요" in text for text in texts_of(scene))
    assert "순서대로 편 그림" in scene.description
    assert not by_role(scene, "north|scale")
    assert all(line.dash for line in legs_of(scene) if route.legs[int(str(line.role)[4:])].unit is None)
    assert not by_role(scene, r"truth-drawn:\d+")


def test_nowon_says_what_a_rider_looks_for() -> None:
    said = "\n".join(texts_of(drawn(*nowon())))
    for words in (
        "10-1 문에서 내리기, 40 m",
        "엘리베이터 내부 1, 2F 누르기",
        "개찰구 호출, 110 m",
        "바닥 경사 주의",
        "바깥, 270 m, 횡단보도 3번",
        "급경사로, 기둥 주의",
        "B2에도 서요",
        "4-2 문에서 타기, 15 m",
        "levels are drawn apart, not to scale",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("lang", "first", "last"),
    [
        ("ko", "1. 10-1 문에서 내리기", "9. 4-2 문에서 타기"),
        ("en", "1. Off at door 10-1", "9. Board at door 4-2"),
    ],
)
def test_the_description_holds_every_step(lang: str, first: str, last: str) -> None:
    description = drawn(*nowon(), lang).description
    assert first in description
    assert last in description
    assert all(f" {number}. " in description for number in range(1, 10))


# ── places known ─────────────────────────────────────────────────────────────


def test_known_places_are_drawn_solid_and_to_scale() -> None:
    station, route = corner()
    scene = drawn(station, route)
    assert faults(scene, station, route) == []
    lines = {line.role: line for line in legs_of(scene)}
    assert not lines["leg:2"].dash
    (bar,) = by_role(scene, "scale")[:1]
    assert isinstance(bar, Polyline)
    label = next(mark.text for mark in by_role(scene, "scale") if isinstance(mark, Words))
    per_metre = (bar.points[-1][0] - bar.points[0][0]) / float(label.removesuffix(" m"))
    assert math.dist(lines["leg:2"].points[0], lines["leg:2"].points[-1]) == pytest.approx(100 * per_metre, rel=0.01)


def test_the_longest_way_is_level_and_leads_to_the_right() -> None:
    line = {mark.role: mark for mark in legs_of(drawn(*corner()))}["leg:2"]
    (x0, y0), (x1, y1) = line.points[0], line.points[-1]
    assert x1 > x0
    assert y0 == pytest.approx(y1, abs=0.02)


def test_a_turn_to_the_north_goes_back_on_paper() -> None:
    lines = {mark.role: mark for mark in legs_of(drawn(*corner()))}
    (_, start), (_, end) = lines["leg:4"].points[0], lines["leg:4"].points[-1]
    assert end < start


def test_a_mirrored_drawing_is_found_out() -> None:
    station, route = corner()
    scene = drawn(station, route)
    flipped = replace(
        scene,
        marks=tuple(
            replace(m, points=tuple((scene.width - x, y) for x, y in m.points)) if isinstance(m, Polyline) else m
            for m in scene.marks
        ),
    )
    assert "the drawing is mirrored" in faults(flipped, station, route)


def test_a_way_between_two_known_places_is_dashed_and_shares_their_distance() -> None:
    station, route = build(CORNER, start=Endpoint(), end=Endpoint(exit="1"), heights=HEIGHTS)
    station = placed(station, route, {0: (-50.0, 0.0), 1: (0, 0), 2: (0, 0), 5: (120, 0), 6: (120, 0), 7: (160, 0)})
    scene = drawn(station, route)
    assert faults(scene, station, route) == []
    dashes = {line.role: bool(line.dash) for line in legs_of(scene)}
    assert dashes == {
        "leg:0": False,
        "leg:1": False,
        "leg:2": True,
        "leg:3": False,
        "leg:4": True,
        "leg:5": False,
        "leg:6": False,
    }
    told = {str(m.role): m.text for m in by_role(scene, r"truth-drawn:\d+:text") if isinstance(m, Words)}
    assert (told["truth-drawn:3:text"], told["truth-drawn:5:text"]) == ("75", "45")  # 120 m by 100 : 60
    assert any("곧게 그려서 짧아요" in text for text in texts_of(scene))


def test_a_door_says_where_the_train_is_entered() -> None:
    """The middle of the platform lies at (0, 0); door 1-1 of ten cars is 97.5 m ahead of it, to the east."""
    station, route = from_platform((1, 1), {0: (0, 0), 1: (30.0, 0), 2: (30.0, 0), 3: (90.0, 0)})
    scene = drawn(station, route)
    assert faults(scene, station, route) == []
    told = {str(m.role): m.text for m in by_role(scene, r"truth-drawn:\d+:text") if isinstance(m, Words)}
    assert float(told["truth-drawn:1:text"]) == pytest.approx(67.5, abs=0.5)
    first, _, last = legs_of(scene)
    assert first.points[0][0] < first.points[-1][0]  # back along the train: the longest way leads to the right
    assert last.points[0][0] > last.points[-1][0]  # and the way on, to the east again, to the left


def test_a_platform_has_its_track_in_the_colour_of_its_line_and_an_island_has_two() -> None:
    station, route = nowon()
    for shape, tracks in ((PlatformShape.SIDE, 1), (PlatformShape.ISLAND, 2)):
        shaped = with_platforms(station, route, bearing=70.0, shape=shape)
        scene = drawn(shaped, route)
        assert faults(scene, shaped, route) == []
        for line in ("4", "7"):
            marks = by_role(scene, f"track:{line}")
            assert len(marks) == tracks
            assert all(isinstance(mark, Polyline) and mark.stroke == line_colour(line) for mark in marks)


def test_a_gate_of_a_known_place_is_solid_and_stands_there() -> None:
    specs: list[Spec] = [
        walk("1:B2", 100, Gate(out=True), paid=True),
        ride("1:EV:1", "1:B2", STREET, paid=False),
        walk(STREET, 30, paid=False),
    ]
    station, route = build(specs, start=Endpoint(), end=Endpoint(exit="1"), heights={"1:B2": -15.0})
    station = placed(station, route, {0: (0, 0), 1: (100.0, 0), 2: (100.0, 0), 3: (130.0, 0)})
    (dashed,) = by_role(drawn(station, route), "gate:1")
    assert isinstance(dashed, Rect)
    gate = route.legs[0].traversals[1].link
    nodes = tuple(replace(n, x_m=70.0, y_m=0.0) if n.id in {gate.start, gate.end} else n for n in station.nodes)
    scene = drawn(replace(station, nodes=nodes), route)
    (solid,) = by_role(scene, "gate:1")
    assert isinstance(solid, Icon)
    (x0, _), (x1, _) = legs_of(scene)[0].points[0], legs_of(scene)[0].points[-1]
    assert (solid.x + solid.size / 2 - x0) / (x1 - x0) == pytest.approx(0.7, abs=0.01)


def past_a_floor(floor: str) -> Scene:
    """Down from B1 to B3 by a lift that goes through a platform's floor, and up to that floor by another."""
    specs: list[Spec] = [
        walk("1:B1", 300, paid=True),
        ride("1:EV:1", "1:B1", "1:B3", paid=True),
        walk("1:B3", 40, paid=True),
        ride("1:EV:2", "1:B3", floor, paid=True),
        walk(floor, 30, paid=True),
    ]
    heights = {"1:B1": -8.0, floor: -14.0, "1:B3": -20.0}
    station, route = build(specs, start=Endpoint(), end=Endpoint(floor.partition(":")[0], "나"), heights=heights)
    # The platform begins north-east of the first lift and reaches back behind it.
    spots = {0: (0, 0), 1: (300.0, 0), 2: (300.0, 0), 3: (300.0, 60.0), 4: (300.0, 60.0), 5: (340.0, 60.0)}
    station = with_platforms(placed(station, route, spots), route, bearing=90.0, shape=None)
    scene = drawn(station, route)
    assert faults(scene, station, route) == []
    return scene


def test_a_lift_that_passes_a_floor_is_dotted_there_and_says_so() -> None:
    scene = past_a_floor("1:B2")
    (dots,) = by_role(scene, "pass:1:B2")
    shaft = legs_of(scene)[1]
    assert isinstance(dots, Polyline)
    assert {x for x, _ in dots.points} == {x for x, _ in shaft.points}
    assert "B2에는 서지 않아요" in texts_of(scene)
    assert "서지 않고 지나는 층" in texts_of(scene)


def test_a_lift_is_not_said_to_pass_a_floor_that_is_called_like_one_of_its_stops() -> None:
    """A rider who is told to press B3 must not read beside it that the lift does not stop at B3."""
    scene = past_a_floor("2:B3")
    assert [mark.role for mark in scene.marks if (mark.role or "").startswith("pass:")] == []
    assert [text for text in texts_of(scene) if "서지 않" in text] == []


def test_the_paid_area_is_tinted_where_it_is_known_and_not_split_by_a_gate_of_unknown_place() -> None:
    scene = drawn(*nowon())
    fills = {str(m.role): m.fill for m in by_role(scene, r"level:.+") if isinstance(m, Polyline)}
    assert fills["level:4:3F"] == fills["level:7:B3"] != fills["level:4:2F"]


def test_what_the_route_does_not_use_is_grey() -> None:
    station, route = from_platform((10, 1), {0: (0, 0), 1: (40.0, 0), 2: (40.0, 0), 3: (80.0, 0)})
    other = replace(station.units[0], id="1:EV:9", number="9")
    landing = next(node for node in station.nodes if node.x_m == 40.0 and node.level == "1:B2")
    spare = replace(landing, id="1:EV:9@B2", x_m=-10.0)
    scene = drawn(replace(station, units=(*station.units, other), nodes=(*station.nodes, spare)), route)
    (icon,) = by_role(scene, "unused:1:EV:9")
    assert isinstance(icon, Icon)
    assert any("안 타는 것" in text for text in texts_of(scene))


PILOTS = ("daerim", "express-bus-terminal", "gasan-digital-complex", "konkuk-univ", "nowon")

# ── looks ────────────────────────────────────────────────────────────────────


def test_same_input_same_bytes() -> None:
    first, second = (render_svg(drawn(*corner(), lang="en")) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", PILOTS)
def test_no_text_is_smaller_than_ten_points_on_its_paper(name: str) -> None:
    """Of six levels and more too: what is too high for A3 lies on two of A3 or one of A2."""
    loaded = load(name)
    route = loaded.route(*loaded.transfers[0], ignore_status=True)
    scene = oblique_scene(route.station, route.model, route.narration, lang="en")
    page, *more = PdfReader(io.BytesIO(render_map_pdf(scene))).pages
    assert round(float(page.mediabox.width) / 72 * 25.4) in ({420} if more else {420, 594})
    points = float(page.mediabox.width) / scene.width
    if not more:
        points = min(points, float(page.mediabox.height) / scene.height)
    sizes = [m.size for m in scene.marks if isinstance(m, Words) and not re.match("line:", m.role or "")]
    assert min(sizes) * points >= 9.99


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_themes_change_colours_only(theme: Any) -> None:
    station, route = corner()
    plain, themed = drawn(station, route), drawn(station, route, theme=theme, large_print=True)
    assert [type(mark) for mark in plain.marks] == [type(mark) for mark in themed.marks]
    assert themed.scale == 2.0
    assert faults(themed, station, route) == []


# ── the pilots ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("station", PILOTS)
def test_no_transfer_of_a_pilot_has_a_fault(station: str) -> None:
    loaded = load(station)
    drawn_any = 0
    for number, (start, end) in enumerate(loaded.transfers):
        try:
            found = loaded.route(start, end)
        except NoRouteError:
            continue
        lang = ("ko", "en")[number % 2]
        scene = oblique_scene(found.station, found.model, found.narration, lang=lang)
        assert faults(scene, found.station, found.model) == [], (start.key, end.key)
        totals = {str(m.role): m.text for m in by_role(scene, "total:metres") if isinstance(m, Words)}
        length = found.to_dict()["length_m"]  # as JSON has it
        if length is not None:
            assert totals["total:metres"] == f"{length:.0f}"
        drawn_any += 1
    assert drawn_any


def test_a_ride_that_stays_on_its_level_is_a_symbol_of_the_walk() -> None:
    specs: list[Spec] = [
        walk("1:B1", 40, paid=True),
        ride("1:EV:1", "1:B1", "1:B1", paid=True),
        walk("1:B1", 30, paid=True),
        ride("1:EV:2", "1:B1", "1:B2", paid=True),
        walk("1:B2", 30, paid=True),
    ]
    station, route = build(specs, start=Endpoint(), end=Endpoint(exit="1"), heights={"1:B1": -8, "1:B2": -14})
    scene = drawn(station, route)
    assert faults(scene, station, route) == []
    assert len(by_role(scene, "machine:2")) == 1


# ── any route ────────────────────────────────────────────────────────────────


@settings(max_examples=70, derandomize=True, suppress_health_check=list(HealthCheck))
@given(journeys(), places(), st.sampled_from(["ko", "en"]))
def test_no_route_loses_a_step_or_lets_words_overlap(journey: Journey, where: Places, lang: str) -> None:
    station, route = where.given_to(*journey.built())
    scene = drawn(station, route, lang)
    assert faults(scene, station, route) == []
    assert scene == drawn(station, route, lang)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_where_a_step_has_no_room_beside_its_number_its_leader_begins_elsewhere_on_its_line(lang: str) -> None:
    station, route = nowon()
    scene = drawn(station, route, lang)
    assert faults(scene, station, route) == []
    assert len(by_role(scene, r"callout:\d+")) == len(route.legs)
    assert by_role(scene, "box:+") == []


def test_where_two_tracks_meet_on_a_level_the_edge_of_one_never_lies_over_the_colour_of_the_other() -> None:
    specs: list[Spec] = [
        walk("1:B1", 40, paid=True, place=PlaceKind.PLATFORM),
        ride("1:EV:1", "1:B1", "1:2F", paid=True),
        walk("1:2F", 10, paid=True),
        ride("1:EV:2", "1:2F", "1:B1", paid=True),
        walk("1:B1", 40, paid=True, place=PlaceKind.PLATFORM),
    ]
    station, route = build(specs, start=Endpoint("1", "가"), end=Endpoint("1", "나"), heights={"1:B1": -8, "1:2F": 6})
    scene = drawn(with_platforms(station, route, bearing=90.0, shape=PlatformShape.ISLAND), route)
    order = [
        str(mark.role) for mark in scene.marks if (mark.role or "").startswith("track") and "end" not in str(mark.role)
    ]
    assert order == ["track-edge"] * 4 + ["track:1"] * 4


def test_a_place_is_named_once_on_its_level() -> None:
    """Line 7's platform of 건대입구, where one gets off, and its concourse, further on, lie on the same B2."""
    found = load("konkuk-univ").route("7:자양", "2:구의")
    scene = oblique_scene(found.station, found.model, found.narration, lang="en")
    told = [mark.text for mark in by_role(scene, "tag:7:B2") if isinstance(mark, Words) and mark.lang == "en"]
    assert told == ["Line 7 platform", "Line 7 concourse"]


def test_a_step_without_room_keeps_its_number_and_goes_into_the_list() -> None:
    levels = ["1:B4", "1:B1", STREET, "1:2F"]
    specs: list[Spec] = []
    order = [levels[i] for i in (0, 1, 2, 3, 2, 1, 0)]
    for number, (here, there) in enumerate(zip(order, [*order[1:], "1:B1"], strict=True)):
        things = (met(MetKind.STEEP_RAMP), met(MetKind.CROSSING, 2), Gate(out=number % 2 == 0))
        specs += [walk(here, 40 + number, *things, paid=number % 2 == 0), ride(f"1:EV:{number}", here, there)]
    name = StationName("아주긴이름을가진역이라서머리글이두줄이되는역이에요", "A very long name")
    station, route = build(specs, start=Endpoint("1", "가"), end=Endpoint("2", "나"), name=name)
    scene = drawn(station, route)
    assert len(route.legs) == 14
    assert faults(scene, station, route) == []
    callouts = {int(str(mark.role)[8:]) for mark in by_role(scene, r"callout:\d+")}
    listed = set(range(1, 15)) - callouts
    assert listed, "all steps had room: make the route denser"
    assert any(mark.role == "box:+" for mark in scene.marks)


def test_a_wheelchair_lift_leads_on_in_a_band_of_its_own() -> None:
    specs: list[Spec] = [
        walk("1:B1", 10, paid=True),
        ride("1:WL:1", "1:B1", "1:B2", paid=True, kind=UnitKind.WHEELCHAIR_LIFT),
        walk("1:B2", 10, paid=True),
    ]
    station, route = build(specs, start=Endpoint("1", "가"), end=Endpoint("1", "나"), heights={"1:B1": -8, "1:B2": -14})
    scene = drawn(station, route)
    assert faults(scene, station, route) == []
    (band,) = by_role(scene, "shaft:1:WL:1")
    assert isinstance(band, Polyline)
    assert "역무원 부르기" in texts_of(scene)


# ── each way of spoiling an oblique is found ─────────────────────────────────


def _without(scene: Scene, role: str) -> Scene:
    return replace(scene, marks=tuple(mark for mark in scene.marks if mark.role != role))


def _changed(scene: Scene, role: str, change: Callable[[Any], Any]) -> Scene:
    return replace(scene, marks=tuple(change(mark) if mark.role == role else mark for mark in scene.marks))


def _moved(line: Polyline, dx: float, dy: float) -> Polyline:
    return replace(line, points=(*line.points[:-1], (line.points[-1][0] + dx, line.points[-1][1] + dy)))


def _routeless(scene: Scene) -> Scene:
    return replace(scene, marks=tuple(m for m in scene.marks if not (m.role or "").startswith("leg:")))


def _on_the_route(scene: Scene) -> Scene:
    x, y = legs_of(scene)[4].points[0]
    return _changed(scene, "callout:5", lambda card: replace(card, x=x, y=y))


SPOILED: dict[str, Callable[[Scene], Scene]] = {
    "the route is dropped": lambda s: replace(
        s, marks=tuple(m for m in s.marks if not (m.role or "").startswith("leg:"))
    ),
    "a leg is missing": lambda scene: _without(scene, "leg:4"),
    "two legs are swapped": lambda s: replace(
        s, marks=tuple(replace(m, role={"leg:0": "leg:2", "leg:2": "leg:0"}.get(m.role or "", m.role)) for m in s.marks)
    ),
    "a number is missing": lambda scene: _without(scene, "badge:6"),
    "a gate is missing": lambda scene: _without(scene, "gate:7"),
    "a door is swapped": lambda s: replace(
        s, marks=tuple(replace(m, text=m.text.replace("10-1", "1-10")) if isinstance(m, Words) else m for m in s.marks)
    ),
    "a shaft ends off its floor": lambda scene: _changed(scene, "leg:1", lambda line: _moved(line, 0, 60)),
    "a stop between is missing": lambda scene: _without(scene, "stop:7:B2"),
    "the header says other metres": lambda scene: _changed(scene, "total:metres", lambda w: replace(w, text="471")),
    "the panel says other metres": lambda scene: _changed(scene, "truth-told:5:text", lambda w: replace(w, text="27")),
    "a callout lies on the route": _on_the_route,
    "a label leaves the picture": lambda scene: _changed(scene, "tag:4:2F", lambda words: replace(words, x=1800)),
}


@pytest.mark.parametrize("how", sorted(SPOILED))
def test_a_spoiled_oblique_is_found_out(how: str) -> None:
    station, route = nowon()
    assert faults(SPOILED[how](drawn(station, route)), station, route) != []


def test_words_of_a_track_on_the_edge_of_a_floor_are_found_out() -> None:
    """Of 노원, 4호선 상계 → 7호선 중계: nothing lies there as it is drawn."""
    route = load("nowon").route("4:상계", "7:중계", ignore_status=True)
    scene = oblique_scene(route.station, route.model, route.narration, lang="ko")
    ends = by_role(scene, r"track-end:.+")
    edges = [mark for mark in by_role(scene, r"level:.+|error-ring") if isinstance(mark, Polyline)]
    assert ends
    assert len(edges) > 5
    for edge in edges:
        (x, y), *_ = edge.points
        spoilt = _changed(scene, str(ends[0].role), partial(replace, x=x, y=y))
        assert any(f"on the edge of {edge.role}" in fault for fault in faults(spoilt, route.station, route.model))
