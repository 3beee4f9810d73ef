"""Tactile plates: what fingers must tell apart is apart, nothing met is left out, none claims to be proof-read."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from hypothesis import given, settings
from journeys import Journey, journeys
from map_samples import gana
from pypdf import PdfReader
from shapely import LineString, Polygon, box
from test_joined import delivered

from muui_maps.api import load
from muui_maps.maps import braille
from muui_maps.maps.context import is_ride, link_ends
from muui_maps.maps.scene import Circle, Polyline, Rect, Scene, Words
from muui_maps.maps.svg import render_svg
from muui_maps.maps.tactile import plates_of, tactile
from muui_maps.maps.tactile_rules import plate_faults
from muui_maps.model import Evidence, Method, Route, Space, Station
from muui_maps.network.layered import Layers
from muui_maps.sources.fragment import Area, Fragment, FragmentLevel

needs_liblouis = pytest.mark.skipif(not braille.has_words(), reason="liblouis (lou_translate) is not installed")


def roles(scene: Scene, start: str) -> list[str]:
    return list(dict.fromkeys(mark.role for mark in scene.marks if mark.role and mark.role.startswith(start)))


# ── plates ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_plates_of_an_invented_transfer_keep_every_rule(lang: str) -> None:
    station, route = gana()
    made = tactile(station, route, lang=lang)
    assert [plate_faults(scene) for scene in made.scenes] == [[]] * len(made.scenes)
    assert len(made.plates) == sum(not is_ride(leg) for leg in route.legs)


@pytest.mark.parametrize("name", ["노원", "고속터미널", "대림", "가산디지털단지", "건대입구"])
def test_plates_of_the_pilots_keep_every_rule(name: str) -> None:
    station = load(name)
    start, end = station.transfers[0]
    made = tactile(station.model, station.route(start, end).model, lang="ko")
    assert made.plates
    assert [fault for scene in made.scenes for fault in plate_faults(scene)] == []


@settings(max_examples=12)
@given(journeys())
def test_no_journey_makes_a_plate_that_fingers_confuse(journey: Journey) -> None:
    station, route = journey.built()
    made = tactile(station, route, lang="ko")
    for plate, scene in zip(plates_of(station, route), made.plates, strict=True):
        assert plate_faults(scene) == []
        assert len(roles(scene, "symbol:")) == len(roles(scene, "label:")) == len(plate.items)


def test_each_thing_met_is_a_symbol_in_order() -> None:
    station, route = gana()
    kinds = [[item.kind for item in plate.items] for plate in plates_of(station, route)]
    assert kinds == [
        ["train", "lift"],
        ["lift", "hazard", "gate", "lift"],
        ["lift", "hazard", "crossing", "lift"],
        ["lift", "gate", "lift"],
        ["lift", "train"],
    ]


def test_the_list_says_what_each_number_is() -> None:
    station, route = gana()
    text = tactile(station, route, lang="ko").text
    assert "교정 전" in text
    assert "  1. 10-1 문에서 내리기" in text
    assert "  3. 호출 버튼 누르기" in text
    assert "지하 1층 누르기" in text
    assert "4-2 문에서 타기, 라마 방면" in text
    legs = (replace(route.legs[0], length_m=None), *route.legs[1:])
    assert "4호선 승강장 · 거리 모름" in tactile(station, replace(route, legs=legs), lang="ko").text
    english = tactile(station, route, lang="en").text
    assert "Not proof-read" in english
    assert "press B1" in english


def test_a_plate_is_true_to_size_and_says_that_it_is_not_proof_read() -> None:
    station, route = gana()
    scene = tactile(station, route, lang="ko").plates[0]
    svg = render_svg(scene)
    assert 'width="297mm"' in svg
    assert 'height="210mm"' in svg
    assert "교정 전" in svg
    assert roles(scene, "braille:unread")
    assert not any(isinstance(mark, Words) for mark in scene.marks)
    dots = [mark for mark in scene.marks if mark.role == "label:1" and isinstance(mark, Circle)]
    assert len(dots) == 5  # ⠼⠁
    assert {mark.radius for mark in dots} == {0.75}


def test_many_things_go_on_in_a_second_line() -> None:
    station, route = gana()
    plate = plates_of(station, route)[1]
    scene = tactile(station, route, lang="ko").plates[1]
    assert not roles(scene, "goes-on")
    from muui_maps.maps import tactile as module

    many = replace(plate, items=plate.items * 5)
    marks = tuple(module._strip(many, module.A4))  # noqa: SLF001 - a plate that no sample has
    crowded = replace(scene, marks=marks)
    assert roles(crowded, "goes-on")
    assert plate_faults(crowded) == []


def test_a_plate_on_a3_is_a_page_of_a3() -> None:
    from muui_maps.maps.pdf import render_pdf

    station, route = gana()
    first = tactile(station, route, lang="ko").plates[0]
    pages = PdfReader(io.BytesIO(render_pdf([first, replace(first, width=420.0, height=297.0)]))).pages
    sizes = [[round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] for page in pages]
    assert sizes == [[297, 210], [420, 297]]


# ── spoilt plates are found ──────────────────────────────────────────────────


SHORT = Polyline(((60, 40), (66, 40)), "#000000", 1.2, role="outline:1")


def spoilt(change: Any) -> list[str]:
    station, route = gana()
    scene = tactile(station, route, lang="ko").plates[1]
    marks = tuple(made for mark in scene.marks for made in change(mark))
    assert marks != scene.marks
    return plate_faults(replace(scene, marks=marks))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda m: [replace(m, y=m.y - 5)] if m.role == "label:2" else [m], "mm apart, less than"),
        (lambda m: [replace(m, fill="#1B2A8C")] if m.role == "label:2" else [m], "is #1B2A8C"),
        (lambda m: [replace(m, radius=0.5)] if m.role == "label:2" else [m], "a dot is not"),
        (lambda m: [replace(m, width=3, height=3)] if m.role == "symbol:1:lift" else [m], "less than 6.4"),
        (lambda m: [replace(m, stroke_width=0.5)] if m.role == "route:1" else [m], "0.5 mm wide"),
        (lambda m: [m, replace(m, x=2.0)] if m.role == "label:1" else [m], "edge of the paper"),
        (lambda m: [m, Words(90, 90, "2F", 8, role="print")] if m.role == "label:1" else [m], "print swells"),
        (lambda m: [m, SHORT] if m.role == "route:1" else [m], "6.0 mm long"),
    ],
)  # fmt: skip
def test_a_spoilt_plate_is_found(change: Any, says: str) -> None:
    assert any(says in fault for fault in spoilt(change))


# ── a floor in its true place ────────────────────────────────────────────────


def measured(method: Method) -> tuple[Station, Route]:
    """가나 with the platform of 4호선 drawn: 90 m long, the lift 60 m from the train."""
    station, route = gana()
    step = route.legs[0].traversals[0]
    at = dict(zip(link_ends(step.link, forward=step.forward), ((0.0, 0.0), (60.0, 5.0)), strict=True))
    nodes = tuple(
        replace(node, x_m=at[node.id][0], y_m=at[node.id][1]) if node.id in at else node for node in station.nodes
    )
    place = next(node.place for node in station.nodes if node.id in at)
    outline = ((-15.0, -8.0), (75.0, -8.0), (75.0, 14.0), (-15.0, 14.0))
    space = Space("s", place, "4:3F", outline, Evidence("layers", "1", "2025", method))
    return replace(station, nodes=nodes, spaces=(space,)), route


def test_a_measured_floor_is_drawn_in_its_true_place() -> None:
    station, route = measured(Method.OFFICIAL)
    scene = tactile(station, route, lang="ko").plates[0]
    assert plate_faults(scene) == []
    walls = [m for m in scene.marks if isinstance(m, Polyline) and (m.role or "").startswith("outline:")]
    drawn = sum(LineString(wall.points).length for wall in walls)
    scale = (297 - 40) / 90
    assert drawn > 0.98 * 2 * (90 + 22) * scale  # no number breaks a wall: that would be felt as a door
    (line,) = [mark for mark in scene.marks if isinstance(mark, Polyline) and (mark.role or "").startswith("route")]
    assert line.points[-1][1] < line.points[0][1]  # the lift lies to the north
    assert "실제 모양이에요" in scene.description


def test_a_wall_between_two_spaces_is_felt_once() -> None:
    station, route = measured(Method.OFFICIAL)
    (space,) = station.spaces
    beside = replace(space, id="t", outline=((-15.0, 14.0), (75.0, 14.0), (75.0, 30.0), (-15.0, 30.0)))
    scene = tactile(replace(station, spaces=(space, beside)), route, lang="ko").plates[0]
    assert plate_faults(scene) == []
    assert len(roles(scene, "outline:")) >= 2


def test_an_assumed_outline_is_no_wall() -> None:
    station, route = measured(Method.ASSUMED)
    scene = tactile(station, route, lang="ko").plates[0]
    assert not roles(scene, "outline:")
    assert "실제와 달라요" in scene.description


# ── a floor of indoor layers ─────────────────────────────────────────────────


def hall(*spaces: Polygon) -> Layers:
    """Layers whose floor of 4호선's platform is these spaces."""
    areas = tuple(
        Area(f"L_X_F03F03_CV_RM_{n}", "3F", "walkable", "CV", None, space, None, f"L_X_F03F03_CV_RM#{n}")
        for n, space in enumerate(spaces, 1)
    )
    fragment = Fragment("layers", "EPSG:5186", (FragmentLevel("3F", "F03", 3),), areas)
    return Layers(fragment, {"4:3F": (None, "3F")}, {}, dict)


def outlines(scene: Scene) -> list[LineString]:
    return [
        LineString(mark.points)
        for mark in scene.marks
        if isinstance(mark, Polyline) and (mark.role or "").startswith("outline:")
    ]


def test_a_floor_of_layers_is_felt_as_the_hall_that_the_way_runs_through() -> None:
    station, route = measured(Method.ASSUMED)
    corner = Polygon(((-15, -8), (75, -8), (75, 14), (30, 14), (30, 30), (-15, 30)))
    elsewhere = box(-15, -60, 75, -40)  # another hall of the building, which the way does not touch
    scene = tactile(station, route, lang="ko", layers=hall(corner, elsewhere)).plates[0]
    assert "실제 모양이에요" in scene.description
    assert plate_faults(scene) == []
    turns = {round(x) for wall in outlines(scene) for x, _ in wall.coords}
    assert len(turns) >= 3  # west, the step in the north, east
    apart = tactile(station, route, lang="ko", layers=hall(corner)).plates[0]
    assert apart.marks == scene.marks


def test_spaces_side_by_side_on_the_way_have_no_wall_across_it() -> None:
    station, route = measured(Method.ASSUMED)
    whole = tactile(station, route, lang="ko", layers=hall(box(-15, -8, 75, 14))).plates[0]
    halves = tactile(station, route, lang="ko", layers=hall(box(-15, -8, 30, 14), box(30, -8, 75, 14))).plates[0]
    assert halves.marks == whole.marks


def test_a_straight_line_through_walls_is_no_plate_in_true_shape() -> None:
    station, route = measured(Method.ASSUMED)
    split = hall(box(-15, -8, 20, 14), box(40, -8, 75, 14))  # nobody says how one gets from one to the other
    scene = tactile(station, route, lang="ko", layers=split).plates[0]
    assert outlines(scene) == []
    assert "실제와 달라요" in scene.description


def test_a_plate_of_a_citys_layers_leads_round_the_wall_that_is_drawn(workspace: Path) -> None:
    loaded = delivered(workspace)
    route = loaded.route("4:상계", "7:중계").model
    plates = tactile(loaded.model, route, lang="ko", layers=loaded.layers).plates
    assert [plate_faults(plate) for plate in plates] == [[]] * len(plates)
    placed = [plate for plate in plates if "실제 모양이에요" in plate.description]
    assert placed
    bent = [mark for plate in placed for mark in plate.marks if (mark.role or "").startswith("route:")]
    assert any(isinstance(mark, Polyline) and len(mark.points) > 2 for mark in bent)


# ── braille ──────────────────────────────────────────────────────────────────


def test_numbers_are_the_same_in_both_codes() -> None:
    assert braille.number_cells(1) == "⠼⠁"
    assert braille.number_cells(20) == "⠼⠃⠚"


@needs_liblouis
def test_words_are_put_into_braille() -> None:
    assert braille.translate(["노원역", "3층"], "ko") == ("⠉⠥⠏⠒⠱⠁", "⠼⠉⠰⠪⠶")
    assert braille.translate(["lift 1"], "en") == ("⠇⠊⠋⠞ ⠼⠁",)
    assert braille.translate(["교정 전"], "ko") == (braille.UNREAD["ko"],)
    assert braille.translate(["not proofread"], "en") == (braille.UNREAD["en"],)


@needs_liblouis
def test_a_sign_that_braille_has_not_is_no_guess() -> None:
    assert braille.translate(["가 → 나"], "ko") is None


@needs_liblouis
def test_the_key_is_in_braille_and_keeps_the_rules() -> None:
    station, route = gana()
    made = tactile(station, route, lang="ko")
    assert made.key
    assert "10-1 문에서 내리기" in made.key[0].description


def test_without_liblouis_the_list_is_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    braille._translated.cache_clear()  # noqa: SLF001 - what this machine has
    station, route = gana()
    made = tactile(station, route, lang="en")
    assert made.key == ()
    assert "Without liblouis" in made.text
    assert all(roles(scene, "braille:unread") and plate_faults(scene) == [] for scene in made.plates)
    braille._translated.cache_clear()  # noqa: SLF001


def test_a_broken_liblouis_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = tmp_path / "lou_translate"
    fake.write_text("#!/bin/sh\nexit 3\n")
    fake.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(fake))
    braille._translated.cache_clear()  # noqa: SLF001
    assert braille.translate(["가"], "ko") is None
    braille._translated.cache_clear()  # noqa: SLF001


def test_long_lines_break_at_blanks() -> None:
    assert braille.wrapped("⠁⠁⠁ ⠃⠃⠃ ⠉", 6 * 6.0) == ("⠁⠁⠁", "⠃⠃⠃ ⠉")
    assert braille.wrapped("⠁" * 7, 5 * 6.0) == ("⠁" * 5, "⠁" * 2)


# ── the command ──────────────────────────────────────────────────────────────


def test_the_command_writes_plates_a_pdf_true_to_size_and_a_list(run: Run, tmp_path: Path) -> None:
    wanted = ("map", "노원", "--from", "4:상계", "--to", "7:중계", "--view", "tactile", "--format", "svg,pdf")
    ran = run(*wanted, "--out", tmp_path)
    assert ran.code == 0, ran.err
    folder = tmp_path / "nowon"
    stem = "4-sanggye_7-junggye.tactile"
    assert {f"{stem}-{n}.ko.svg" for n in range(1, 6)} <= {file.name for file in folder.iterdir()}
    assert "[1] 3층 4호선 승강장 · 40 m" in (folder / f"{stem}.ko.txt").read_text("utf-8")
    pages = PdfReader(io.BytesIO((folder / f"{stem}.en.pdf").read_bytes())).pages
    assert len(pages) >= 5
    assert [round(float(side) / 72 * 25.4) for side in pages[0].mediabox[2:]] == [297, 210]
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    run(*wanted, "--out", tmp_path)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_symbols_differ_in_shape() -> None:
    from muui_maps.maps.tactile import SYMBOLS, symbol_marks

    def shape(kind: str) -> tuple[Any, ...]:
        marks = [m for m in symbol_marks(kind, 50, 50, 1) if (m.role or "").startswith("symbol")]
        return tuple(
            (type(m).__name__, getattr(m, "fill", None) is not None, len(getattr(m, "points", ()))) for m in marks
        )

    assert len({shape(kind) for kind in SYMBOLS}) == len(SYMBOLS)
    assert all(isinstance(mark, Rect) for mark in list(symbol_marks("gate", 50, 50, 1))[:2])
