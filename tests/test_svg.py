"""SVG and PNG: well-formed, accessible, clean, and the same bytes for the same scene."""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from defusedxml.ElementTree import fromstring
from map_samples import gana

from muui_maps.maps import style
from muui_maps.maps.cards import cards_scene
from muui_maps.maps.icons import BOX, ICONS
from muui_maps.maps.narrate import narrate
from muui_maps.maps.raster import pixels_of, render_png
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Words
from muui_maps.maps.svg import clean_text, element_id, number, render_svg

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SVG = "{http://www.w3.org/2000/svg}"


def scene(*marks: Mark, **changes: object) -> Scene:
    made = Scene("test:가", 100, 80, "ko", "제목", "설명", marks)
    return replace(made, **changes)  # type: ignore[arg-type]


def tree(*marks: Mark, **changes: object) -> Element:
    root: Element = fromstring(render_svg(scene(*marks, **changes)))
    return root


def only(root: Element, name: str) -> Element:
    found = list(root.iter(SVG + name))
    assert len(found) == 1
    return found[0]


def test_title_and_description_are_the_name_of_the_picture() -> None:
    root = tree()
    assert root.attrib["role"] == "img"
    assert root.attrib["lang"] == "ko"
    assert root.attrib["aria-labelledby"] == only(root, "title").attrib["id"]
    assert root.attrib["aria-describedby"] == only(root, "desc").attrib["id"]
    assert only(root, "title").text == "제목"
    assert next(iter(root)).tag == SVG + "title"  # browsers take the first child's words for a tooltip only


def test_ids_are_unique_and_of_the_scene() -> None:
    ids = [each.attrib["id"] for each in tree().iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids)) == 3
    assert all(each.startswith("test-가-") for each in ids)
    assert element_id(scene(), "title") != element_id(scene(id="other"), "title")


def test_every_kind_of_mark_is_drawn_where_it_stands() -> None:
    root = tree(
        Rect(1, 2, 30, 4, fill="#123456", radius=2, role="rect"),
        Circle(5, 6, 7, stroke="#123456", stroke_width=2, dash=(3, 1.5), role="circle"),
        Polyline(((0, 0), (10.126, 5)), "#123456", 8, role="leg:1"),
        Polyline(((0, 0), (1, 0), (0, 1)), "#123456", closed=True, role="triangle"),
        Words(9, 10, "가 나", 12, "bold", anchor="middle", lang="ko"),
        Icon("lift", 3, 4, 48, "#FFFFFF", "#1B2A8C", role="icon"),
    )
    rect = next(each for each in root.iter(SVG + "rect") if each.attrib.get("data-role") == "rect")
    assert {key: rect.attrib[key] for key in ("x", "y", "width", "height", "rx", "fill")} == {
        "x": "1", "y": "2", "width": "30", "height": "4", "rx": "2", "fill": "#123456"
    }  # fmt: skip
    circle = only(root, "circle")
    assert (circle.attrib["fill"], circle.attrib["stroke-dasharray"]) == ("none", "3 1.5")
    assert next(root.iter(SVG + "polyline")).attrib["points"] == "0,0 10.13,5"
    assert next(root.iter(SVG + "polygon")).attrib["data-role"] == "triangle"
    text = only(root, "text")
    assert (text.text, text.attrib["text-anchor"], text.attrib["font-weight"]) == ("가 나", "middle", "700")
    group = only(root, "g")
    assert group.attrib["transform"] == "translate(3 4) scale(2.0000)"
    assert len(list(group)) == 1 + len(ICONS["lift"])


def test_marks_keep_their_order() -> None:
    roles = [f"mark:{n}" for n in range(20)]
    root = tree(*(Rect(n, 0, 1, 1, fill="#000000", role=role) for n, role in enumerate(roles)))
    assert [e.attrib["data-role"] for e in root.iter(SVG + "rect") if "data-role" in e.attrib] == roles


def test_a_halo_is_hidden_from_screen_readers() -> None:
    root = tree(Words(0, 10, "가", 12, halo="#FFFFFF"))
    halo, text = root.iter(SVG + "text")
    assert halo.attrib["aria-hidden"] == "true"
    assert "aria-hidden" not in text.attrib


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("가\x00나\x0b", "가나"),
        ("a\u202eb\u2066c\u200f", "abc"),
        ("두\n줄\t글", "두 줄 글"),
        ("\ud800x", "x"),
        ("그대로 · 1–2", "그대로 · 1–2"),
    ],
)
def test_text_is_cleaned(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


def test_evil_names_stay_text() -> None:
    evil = '</text><script>alert(1)</script><a href="javascript:alert(1)">"\x00\u202e'
    svg = render_svg(scene(Words(0, 10, evil, 12, role=f'x" onload="{evil}'), title=evil, description=evil, id=evil))
    root = fromstring(svg)
    assert {each.tag for each in root.iter()} == {
        SVG + name for name in ("svg", "title", "desc", "style", "rect", "text")
    }
    assert not any(name.startswith("on") or "href" in name for each in root.iter() for name in each.attrib)
    assert only(root, "text").text == '</text><script>alert(1)</script><a href="javascript:alert(1)">"'


def test_numbers_are_short() -> None:
    assert [number(value) for value in (1, 2.5, 1.005, -0.001, 123.456789, 1e-9)] == [
        "1",
        "2.5",
        "1",
        "0",
        "123.46",
        "0",
    ]


def test_the_same_scene_makes_the_same_bytes() -> None:
    station, route = gana()
    made = [render_svg(cards_scene(station, route, narrate(station, route), lang="ko")) for _ in range(2)]
    assert made[0] == made[1]
    assert len(made[0]) < 120_000


def test_a_file_asks_nothing_of_others() -> None:
    station, route = gana()
    svg = render_svg(cards_scene(station, route, narrate(station, route), lang="ko"))
    root = fromstring(svg)
    style_text = next(root.iter(SVG + "style")).text or ""
    assert "font/woff2;base64," in style_text
    assert "http" not in style_text
    assert svg.count("http") == svg.count("http://www.w3.org/")
    assert not list(root.iter(SVG + "script"))


def test_fonts_may_be_left_to_the_page() -> None:
    assert "@font-face" not in render_svg(scene(Words(0, 10, "가", 12)), embed_fonts=False)


# ── PNG ──────────────────────────────────────────────────────────────────────


def test_a_picture_is_as_much_work_as_it_has_pixels() -> None:
    svg = render_svg(scene(Words(0, 10, "가", 12)))
    width, height, _ = pixels(render_png(svg))
    assert pixels_of(svg) == width * height


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and raw bytes of a PNG's image, still filtered: enough to tell two pictures apart."""
    stream = io.BytesIO(png[8:])
    width = height = 0
    data = b""
    while header := stream.read(8):
        length, kind = struct.unpack(">I4s", header)
        body = stream.read(length)
        stream.read(4)
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
        if kind == b"IDAT":
            data += body
    return width, height, zlib.decompress(data)


def test_a_png_has_the_scenes_size_and_its_hangul() -> None:
    hangul = render_svg(scene(Words(10, 60, "한글", 40)))
    blank = render_svg(scene())
    width, height, inked = pixels(render_png(hangul, zoom=2))
    assert (width, height) == (200, 160)
    assert inked != pixels(render_png(blank, zoom=2))[2]
    assert inked != pixels(render_png(render_svg(scene(Words(10, 60, "글한", 40))), zoom=2))[2]


def test_a_png_is_the_same_every_time() -> None:
    svg = render_svg(scene(Words(10, 60, "가나", 40)))
    assert render_png(svg) == render_png(svg)


# ── pictograms and colours ───────────────────────────────────────────────────


@pytest.mark.parametrize("name", sorted(ICONS))
def test_every_pictogram_draws_something_inside_its_box(name: str) -> None:
    on_white = pixels(render_png(render_svg(scene(Icon(name, 0, 0, BOX * 2, "#000000"))), zoom=1))[2]
    assert on_white != pixels(render_png(render_svg(scene()), zoom=1))[2]


def test_pictograms_differ() -> None:
    assert len({tuple(shapes) for shapes in ICONS.values()}) == len(ICONS)


@pytest.mark.parametrize("line", sorted(style.LINE_COLOURS))
def test_line_numerals_are_readable(line: str) -> None:
    colour = style.line_colour(line)
    ink = style.numeral_colour(colour)
    assert ink in {"#000000", "#FFFFFF"}
    assert style.contrast(ink, colour) >= 4.5


def test_contrast_is_wcags() -> None:
    assert style.contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert style.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    with pytest.raises(ValueError, match="RRGGBB"):
        style.luminance("red")


@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [
        (style.INK, style.PAPER, 7),
        (style.MUTED, style.PAPER, 4.5),
        (style.MUTED, style.ROUTE_TINT, 4.5),
        (style.ON_ROUTE, style.ROUTE, 7),
        (style.ON_ROUTE_SOFT, style.ROUTE, 4.5),
        (style.HAZARD, style.PAPER, 4.5),
        (style.PAID_EDGE, style.PAID_TINT, 4.5),
        (style.EDGE, style.PAPER, 3),
        (style.ROUTE, style.PAPER, 3),
        (style.ROUTE, style.PAID_TINT, 3),
    ],
)
def test_inks_are_readable_on_their_grounds(ink: str, ground: str, least: float) -> None:
    assert style.contrast(ink, ground) >= least
