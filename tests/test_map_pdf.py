"""Maps on paper: tagged, in their language, with their fonts; every text once, no card cut, the same bytes."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from map_samples import gana
from pypdf import PdfReader

from muui_maps.maps.cards import cards_scene
from muui_maps.maps.narrate import narrate
from muui_maps.maps.parts import shifted
from muui_maps.maps.pdf import render_map_pdf
from muui_maps.maps.scene import Polyline, Rect, Scene, Words
from muui_maps.maps.section import section_scene

if TYPE_CHECKING:
    from muui_maps.maps.style import Theme

MM = 72 / 25.4


def scene(view: str, lang: str = "ko", *, large_print: bool = False, theme: Theme = "light") -> Scene:
    station, route = gana()
    make = cards_scene if view == "cards" else section_scene
    told = narrate(station, route)
    return make(station, route, told, lang=lang, as_of="2026-11-23", theme=theme, large_print=large_print)


def read(view: str, lang: str = "ko", **look: Any) -> PdfReader:
    return PdfReader(io.BytesIO(render_map_pdf(scene(view, lang, **look))))


def sizes(reader: PdfReader) -> set[tuple[int, int]]:
    return {(round(float(page.mediabox.width) / MM), round(float(page.mediabox.height) / MM)) for page in reader.pages}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def drawn_texts(reader: PdfReader) -> list[tuple[str, float, float, float, int]]:
    """Every text with its place, its size in points and its page; of the places, y grows upwards."""
    found: list[tuple[str, float, float, float, int]] = []
    for number, page in enumerate(reader.pages):

        def note(text: str, _cm: object, tm: list[float], _font: object, size: float, number: int = number) -> None:
            if text.strip():
                found.append((text.strip(), tm[4], tm[5], size, number))

        page.extract_text(visitor_text=note)
    return found


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("view", ["cards", "section"])
def test_it_is_tagged_in_its_language_with_its_fonts(view: str, lang: str) -> None:
    reader = read(view, lang)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == lang
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == scene(view, lang).title
    for page in reader.pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        for font in fonts.values():
            (inner,) = font.get_object()["/DescendantFonts"]
            assert "/FontFile2" in inner.get_object()["/FontDescriptor"]
            assert "/ToUnicode" in font.get_object()


@pytest.mark.parametrize("large_print", [False, True])
@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("view", ["cards", "section"])
def test_every_text_can_be_extracted_once(view: str, lang: str, *, large_print: bool) -> None:
    reader = read(view, lang, large_print=large_print)
    said = Counter("".join(squeezed(page.extract_text()) for page in reader.pages))
    wanted = Counter(
        squeezed("".join(m.text for m in scene(view, lang, large_print=large_print).marks if isinstance(m, Words)))
    )
    numbers = Counter(squeezed("".join(f"{n} / {len(reader.pages) * 2}" for n in range(1, 40))))  # of columns, at most
    assert wanted - said == Counter()
    assert set(said - wanted) <= set(numbers)
    assert "가" in said


def test_a_whole_sentence_can_be_searched_for() -> None:
    said = squeezed("".join(page.extract_text() for page in read("cards").pages))
    station, route = gana()
    sentences = [
        squeezed(line.text.ko) for step in narrate(station, route) if step.kind == "walk" for line in step.lines
    ]
    assert sentences
    assert [each for each in sentences if each not in said] == []


def test_steps_are_read_in_order_and_each_number_before_its_card() -> None:
    said = "\n".join(text for text, *_ in drawn_texts(read("cards")))
    places = [said.index(f"\n{n}\n{plate}") for n, plate in ((1, "3F"), (3, "2F"), (5, "1F"), (7, "B1"), (9, "B3"))]
    assert places == sorted(places)


def test_structure_elements_hold_all_text() -> None:
    reader = read("cards")
    root: Any = reader.trailer["/Root"]
    (document,) = (each.get_object() for each in root["/StructTreeRoot"]["/K"])
    kinds = Counter(each.get_object()["/S"] for each in document["/K"])
    assert kinds["/H1"] == 1
    assert kinds["/P"] > 40
    for page in reader.pages:
        content = page.get_contents()
        assert content is not None
        depth = 0
        for token in re.findall(rb"\bB[DM]C\b|\bEMC\b|\bBT\b", content.get_data()):
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1, b"BT": 0}[token]
            assert depth >= (1 if token == b"BT" else 0)
        assert depth == 0


def test_cards_are_on_a4_and_sections_on_a3() -> None:
    assert sizes(read("cards")) == {(297, 210)}
    assert sizes(read("cards", large_print=True)) == {(210, 297)}
    assert sizes(read("section")) == {(420, 297)}
    assert sizes(read("section", large_print=True)) == {(841, 594)}


@pytest.mark.parametrize(
    ("view", "paper", "size", "columns"),
    [
        ("cards", "a4", (297, 210), 2),
        ("cards", "a3", (420, 297), 3),
        ("cards", "a0", (1189, 841), 4),
        ("section", "a4", (297, 210), 1),
        ("section", "a0", (1189, 841), 1),
    ],
)
def test_the_paper_can_be_chosen(view: str, paper: str, size: tuple[int, int], columns: int) -> None:
    made = scene(view, "ko")
    read_back = PdfReader(io.BytesIO(render_map_pdf(made, paper=paper)))
    assert sizes(read_back) == {size}
    texts = drawn_texts(read_back)
    assert {mark.text for mark in made.marks if isinstance(mark, Words)} <= {text for text, *_ in texts}
    assert max(x for _, x, *_ in texts) <= size[0] * MM
    if columns > 1:
        assert len({int(x / MM // (size[0] / columns)) for _, x, *_ in texts}) <= columns


@pytest.mark.parametrize(
    ("view", "large_print", "least"),
    [("cards", False, 11), ("cards", True, 18), ("section", False, 10), ("section", True, 18)],
)
def test_no_text_is_small_on_paper(view: str, least: float, *, large_print: bool) -> None:
    texts = drawn_texts(read(view, large_print=large_print))
    bullets = {"4", "7"}  # a line's numeral stands in a sign
    assert min(size for text, _, _, size, _ in texts if text not in bullets) >= least


def test_a_picture_too_high_for_a3_lies_on_paper_that_keeps_its_letters() -> None:
    made = scene("section")
    across = Polyline(((20.0, 150.0), (20.0, 1390.0)), "#000000")  # no cut without going through the drawing
    high = replace(made, height=1400.0, marks=(*made.marks, across))
    read_back = PdfReader(io.BytesIO(render_map_pdf(high)))
    assert sizes(read_back) == {(594, 420)}
    assert min(size for text, _, _, size, _ in drawn_texts(read_back) if text not in {"4", "7"}) >= 10
    assert sizes(PdfReader(io.BytesIO(render_map_pdf(high, paper="a3")))) == {(420, 297)}, "as whoever prints wants it"
    large = PdfReader(io.BytesIO(render_map_pdf(replace(high, scale=2.0))))
    assert sizes(large) == {(841, 699)}
    assert min(size for _, _, _, size, _ in drawn_texts(large)) >= 18


def test_a_picture_higher_than_wide_is_not_set_like_cards() -> None:
    """An overview of many floors, or an oblique: on half a sheet of A4 nobody could read it."""
    made = scene("section")
    across = Polyline(((20.0, 150.0), (20.0, 1740.0)), "#000000")  # no cut without going through the drawing
    high = replace(made, height=made.width + 60.0, marks=(*made.marks, across))
    read_back = PdfReader(io.BytesIO(render_map_pdf(high)))
    assert sizes(read_back) == {(420, 594)}, "A2 upright, rather than A1"
    assert min(size for text, _, _, size, _ in drawn_texts(read_back) if text not in {"4", "7"}) >= 10


def test_a_section_too_high_for_a3_comes_on_two_pages_of_a3_cut_where_nothing_stands() -> None:
    made = scene("section")
    foot = max(mark.y for mark in made.marks if isinstance(mark, Rect))
    moved = [shifted(mark, 0, 250) if getattr(mark, "y", 0.0) >= foot else mark for mark in made.marks]
    high = replace(made, height=made.height + 250, marks=tuple(moved))
    read_back = PdfReader(io.BytesIO(render_map_pdf(high)))
    assert len(read_back.pages) == 2
    assert sizes(read_back) == {(420, 297)}
    texts = drawn_texts(read_back)
    assert min(size for text, _, _, size, _ in texts if text not in {"4", "7"}) >= 10
    pages = [[text for text, *_, page in texts if page == number] for number in (0, 1)]
    assert pages[0][-1] == f"{made.title}, 1 / 2"  # so that a loose page tells what it belongs to
    assert pages[1][-1] == f"{made.title}, 2 / 2"
    wanted = Counter(squeezed("".join(mark.text for mark in high.marks if isinstance(mark, Words))))
    assert wanted - Counter(squeezed("".join(text for text, *_ in texts))) == Counter()
    for _, _, y, size, _ in texts:
        assert 0 < y < 297 * MM - size / 2


@pytest.mark.parametrize("large_print", [False, True])
def test_no_card_is_cut_in_two(*, large_print: bool) -> None:
    made = scene("cards", large_print=large_print)
    columns = 1 if large_print else 2
    where = [
        (text, page * columns + int(x > 297 * MM / 2 and columns == 2))
        for text, x, _, _, page in drawn_texts(read("cards", large_print=large_print))
    ]
    for card in (mark for mark in made.marks if isinstance(mark, Rect) and re.fullmatch(r"leg:\d+", mark.role or "")):
        inside = [m for m in made.marks if isinstance(m, Words) and card.y < m.y < card.y + card.height]
        unique = [m.text for m in inside if sum(text == m.text for text, _ in where) == 1]
        assert len({column for text, column in where if text in unique}) <= 1


@pytest.mark.parametrize("view", ["cards", "section"])
def test_the_same_bytes_each_time(view: str) -> None:
    assert render_map_pdf(scene(view)) == render_map_pdf(scene(view))


def test_the_dark_is_dark_to_the_edge_of_the_paper() -> None:
    first = read("cards", theme="dark").pages[0].get_contents()
    assert first is not None
    before, ground, _ = first.get_data().partition(b"\n0.00 595.28 841.89 -595.28 re f\n")
    assert ground
    assert not re.search(rb"\b(g|rg)$", before, re.MULTILINE)  # black, with which a page begins
