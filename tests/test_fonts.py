"""The bundled typefaces: exact widths, no character lost in silence, and subsets that are whole fonts."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from muui_maps.maps import fonts, typeface_subset
from muui_maps.maps.fonts import font_face_css, font_path, measure, missing_glyphs, subset_woff2, wrap
from muui_maps.maps.narrate import MARKS
from muui_maps.workspace import bundled_folder

if TYPE_CHECKING:
    from pathlib import Path

    from muui_maps.maps.scene import Weight


def test_widths_are_the_fonts_own() -> None:
    font = TTFont(font_path("bold"))
    names, metrics = font.getBestCmap(), font["hmtx"].metrics
    text = "노원역 8-4 문, To lift 1"
    expected = sum(metrics[names[ord(char)]][0] for char in text) / font["head"].unitsPerEm * 28
    assert measure(text, 28, "bold") == pytest.approx(expected)
    assert measure("가나다", 20, "bold") >= measure("가나", 20, "bold") > 0
    assert measure("", 20) == 0


@pytest.mark.parametrize("weight", fonts.WEIGHTS)
def test_nothing_shifts_letters_behind_our_back(weight: Weight) -> None:
    """Without kerning and ligatures a text is as wide as the sum of its letters, in every renderer."""
    assert not {"GPOS", "GSUB", "kern", "morx"} & set(TTFont(font_path(weight)).keys())


def test_fonts_are_small_free_and_renamed() -> None:
    for path in fonts.font_paths():
        assert path.stat().st_size < 700_000
        names = {record.nameID: record.toUnicode() for record in TTFont(path)["name"].names}
        assert names[1] == fonts.FAMILY == typeface_subset.FAMILY
        assert "Pretendard" not in {names[1], names[4], names[6]}  # a reserved name
    folder = font_path("bold").parent
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text("utf-8")
    assert "Pretendard" in (folder / "NOTICE.md").read_text("utf-8")


def test_all_common_syllables_and_every_mark_can_be_drawn() -> None:
    common = typeface_subset.ks_x_1001()
    assert len(common) == 2350
    assert missing_glyphs("".join(common)) == ()
    assert missing_glyphs("".join(MARKS.values()) + "→–·“”‘’±▲…×≤—−°") == ()
    assert missing_glyphs("ABCXYZ abcxyz 0123456789 !?()[]/&%+-=#@") == ()


def test_every_syllable_of_the_tables_can_be_drawn() -> None:
    root = bundled_folder()
    used = typeface_subset.syllables_in(root / "data") | typeface_subset.syllables_in(root / "stations")
    assert len(used) > 300
    assert missing_glyphs("".join(used)) == ()


def test_a_missing_character_is_named_once() -> None:
    assert missing_glyphs("뷁 노원 뷁 ☎") == ("☎", "뷁")


@pytest.mark.parametrize("weight", fonts.WEIGHTS)
def test_a_subset_has_just_these_characters_with_their_outlines(weight: Weight) -> None:
    text = "노원역 8-4 문에서 é … ● ≠ ½ Ångström 각갈"
    cut = TTFont(io.BytesIO(subset_woff2(frozenset(text), weight)))
    whole = TTFont(font_path(weight))
    assert set(map(chr, cut.getBestCmap())) == set(text)
    for char in sorted(set(text)):
        drawn = []
        for font in (cut, whole):
            name = font.getBestCmap()[ord(char)]
            pen = DecomposingRecordingPen(font.getGlyphSet())
            font.getGlyphSet()[name].draw(pen)
            drawn.append((pen.value, font["hmtx"].metrics[name]))
        assert drawn[0] == drawn[1], char
    assert cut["name"].getDebugName(1) == fonts.FAMILY


def test_a_subset_is_small_and_always_the_same() -> None:
    first = subset_woff2(frozenset("노원역"), "bold")
    subset_woff2.cache_clear()
    assert subset_woff2(frozenset("역원노"), "bold") == first
    assert len(first) < 3_000
    assert len(first) % 4 == 0
    assert int.from_bytes(first[8:12], "big") == len(first)


def test_a_character_that_no_font_has_breaks_no_subset() -> None:
    cut = TTFont(io.BytesIO(subset_woff2(frozenset("가뷁"), "regular")))
    assert set(cut.getBestCmap()) == {ord("가")}


def test_css_holds_a_face_for_each_weight_in_use() -> None:
    css = font_face_css([("가", "bold"), ("나", "bold")])
    assert re.findall(r"font-weight:(\d+)", css) == ["700"]
    data = re.search(r"base64,([^\"]+)", css)
    assert data is not None
    assert set(TTFont(io.BytesIO(base64.b64decode(data[1]))).getBestCmap()) == {ord("가"), ord("나")}
    assert font_face_css([]) == ""


@pytest.mark.parametrize("width", [60, 120, 200, 500])
def test_wrapped_lines_fit_and_lose_nothing(width: float) -> None:
    text = "횡단보도 3번, 가나백화점 앞으로 가서 3번 또는 5번 출구 엘리베이터로"
    lines = wrap(text, 28, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(measure(line, 28) <= width for line in lines)


def test_lines_break_at_blanks_alone_where_words_fit() -> None:
    lines = wrap("엘리베이터 내부 1로 가기", 28, 200)
    assert " ".join(lines) == "엘리베이터 내부 1로 가기"


def test_typefaces_can_be_cut_again(tmp_path: Path) -> None:
    """The same source and characters give the same bytes, renamed and without layout features."""
    for name in ("first.ttf", "second.ttf"):
        typeface_subset.cut(font_path("bold"), tmp_path / name, "Bold", {ord("가"), ord("나"), 0x20})
    assert (tmp_path / "first.ttf").read_bytes() == (tmp_path / "second.ttf").read_bytes()
    assert set(TTFont(tmp_path / "first.ttf").getBestCmap()) == {ord("가"), ord("나"), 0x20}
