"""Names in Japanese and Chinese beside English: in every format, with glyphs of their own, and none lost in silence."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Run, write_station
from fontTools.ttLib import TTFont
from map_samples import gana
from pypdf import PdfReader

from muui_maps.errors import InputRefusedError
from muui_maps.maps import fonts
from muui_maps.maps.cards import cards_scene
from muui_maps.maps.fonts import font_path, glyph_runs, measure, missing_glyphs
from muui_maps.maps.foreign import Names, characters, line_name, names_line, with_names
from muui_maps.maps.narrate import narrate
from muui_maps.maps.pdf import render_map_pdf
from muui_maps.maps.raster import render_png
from muui_maps.maps.scene import Scene, Words
from muui_maps.maps.section import section_scene
from muui_maps.maps.svg import render_svg
from muui_maps.model import Route, Station, StationName
from muui_maps.workspace import bundled_folder

LANGUAGES: tuple[Names, ...] = ("ja", "zh")


def named() -> tuple[Station, Route]:
    station, route = gana()
    own = {
        "나다": StationName("나다", "Nada", "サンゲ", "上溪"),
        "라마": StationName("라마", "Rama", "チュンゲ", "中溪"),
    }
    directions = tuple(replace(each, next_station=own[each.next_station.ko]) for each in station.directions)
    return replace(station, name=StationName("가나", "Gana", "ノウォン", "芦原"), directions=directions), route


def scene_of(names: Names, view: str = "cards") -> Scene:
    station, route = named()
    station = with_names(station, names)
    draw = {"cards": cards_scene, "section": section_scene}[view]
    return draw(station, route, narrate(station, route), lang="en", names=names)


def said(scene: Scene) -> str:
    return " ".join(mark.text for mark in scene.marks if isinstance(mark, Words))


# ── glyphs ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("names", LANGUAGES)
def test_every_name_of_the_register_can_be_drawn(names: Names) -> None:
    with (bundled_folder() / "data" / "facts" / "line_stations.csv").open(encoding="utf-8", newline="") as lines:
        used = {char for row in csv.DictReader(lines) for char in row[f"name_{names}"]}
    assert len(used) > 90
    assert missing_glyphs("".join(used | characters(names)), names) == ()
    assert missing_glyphs("".join(used)) != ()  # Muui Sans alone has none of them


@pytest.mark.parametrize("names", LANGUAGES)
def test_their_typefaces_are_small_free_renamed_and_one_em_wide(names: Names) -> None:
    for path in set(fonts.font_paths(names)) - set(fonts.font_paths()):
        assert path.stat().st_size < 2_000_000
        font = TTFont(path)
        assert str(font["name"].getDebugName(1)) == f"Muui Names {names.upper()}"
        assert not {"GPOS", "GSUB", "kern"} & set(font.keys())
        widths = {font["hmtx"].metrics[name][0] for name in font.getBestCmap().values()}
        assert widths == {font["head"].unitsPerEm}  # so that `measure` need not know the language
    assert "SIL OPEN FONT LICENSE" in (font_path("bold").parent / "OFL-Noto.txt").read_text("utf-8").upper()
    assert measure("芦原", 20) == 40


def test_the_same_character_is_drawn_as_its_language_does() -> None:
    assert glyph_runs("Nowon 芦原", "bold", "zh") == (("Nowon ", "Muui Sans"), ("芦原", "Muui Names ZH"))
    assert glyph_runs("Nowon", "bold", "ja") == (("Nowon", "Muui Sans"),)


# ── on maps ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("view", ["cards", "section"])
@pytest.mark.parametrize(
    ("names", "station", "line"),
    [
        ("ja", "Gana ノウォン", "4号線 サンゲ方面 → 7号線 チュンゲ方面"),
        ("zh", "Gana 芦原", "4号线 上溪方向 → 7号线 中溪方向"),
    ],
)
def test_names_of_stations_and_lines_stand_beside_english(names: Names, station: str, line: str, view: str) -> None:
    scene = scene_of(names, view)
    assert station in said(scene)
    assert line in said(scene)
    assert "가나역" in said(scene)
    assert scene.lang == "en"


@pytest.mark.parametrize("names", LANGUAGES)
def test_every_format_draws_them(names: Names) -> None:
    scene = scene_of(names)
    svg = render_svg(scene)
    assert f"Muui Names {names.upper()}" in re.sub(r"<style.*?</style>", "", svg)
    assert svg.count("@font-face") == 4
    without = re.sub(r"(<tspan[^>]*Muui Names[^>]*>)[^<]*", r"\1", svg)
    assert render_png(svg) != render_png(without)
    text = PdfReader(io.BytesIO(render_map_pdf(scene))).pages[0].extract_text()
    assert {"ja": "ノウォン", "zh": "芦原"}[names] in text


def test_bold_names_are_bold_in_pictures() -> None:
    svg = render_svg(scene_of("ja"))
    thin = re.sub(r'(data-role="station"[^>]*)font-weight="700"', r"\1", svg)
    assert thin != svg
    assert render_png(svg) != render_png(thin)


def test_a_station_without_such_a_name_keeps_its_english_one() -> None:
    station, route = gana()
    assert with_names(station, "ja") == station
    assert names_line(station, route, "ja") == "4号線 → 7号線"
    assert line_name("경춘선", "zh") == "京春线"
    assert line_name("GTX-A", "ja") == "GTX-A"
    assert with_names(station, "") is station


# ── what no typeface draws ───────────────────────────────────────────────────


def strange() -> Scene:
    scene = scene_of("")
    marks = (*scene.marks, Words(40, 40, "카페 ☎ 뷁", 20))
    return replace(scene, marks=marks)


@pytest.mark.parametrize("render", [render_svg, render_map_pdf])
def test_a_character_that_no_typeface_draws_is_an_error_that_names_it(render: object) -> None:
    assert callable(render)
    with pytest.raises(InputRefusedError) as caught:
        render(strange())
    (finding,) = caught.value.findings
    assert finding.code == "font_missing_glyphs"
    assert finding.value == "☎뷁"
    assert "U+260E" in caught.value.message.en
    assert "카페 ☎ 뷁" in caught.value.message.ko


def test_a_removed_typeface_is_an_error_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names in Japanese on a map that does not carry their typeface: an error, never boxes."""
    with pytest.raises(InputRefusedError, match="can't draw"):
        render_svg(replace(scene_of("ja"), names=""))
    monkeypatch.setattr(fonts, "families", lambda _names="": ("Muui Sans",))
    monkeypatch.setattr(fonts, "_drawable", fonts._drawable.__wrapped__)  # noqa: SLF001 - what it kept of before
    with pytest.raises(InputRefusedError, match="can't draw"):
        render_svg(scene_of("ja"))


def test_a_station_with_such_a_name_is_refused_with_its_mend(run: Run, workspace: Path, tmp_path: Path) -> None:
    nowon = (bundled_folder() / "stations" / "nowon" / "station.toml").read_text("utf-8")
    spoilt = re.sub(r'(?m)^name(?:_en|\.en|) *= *".*?"', lambda m: m[0], nowon).replace('"Nowon"', '"Nowon ☃"')
    assert spoilt != nowon
    write_station(workspace, "nowon", spoilt)
    wanted = ("map", "nowon", "--from", "4:상계", "--to", "7:중계", "--workspace", workspace, "--out", tmp_path / "out")
    ran = run(*wanted)
    assert ran.code == 4
    assert "☃ (U+2603)" in ran.err
    assert "그릴 수 없는 글자" in ran.err


# ── the command ──────────────────────────────────────────────────────────────


def test_the_command_draws_them_beside_korean_and_english(run: Run, tmp_path: Path) -> None:
    ran = run("map", "노원", "--from", "4:상계", "--to", "7:중계", "--lang", "ja", "--out", tmp_path)
    assert ran.code == 0, ran.err
    stem = "4-sanggye_7-junggye"
    names = {file.name for file in (tmp_path / "nowon").iterdir()}
    assert {f"{stem}.{tail}" for tail in ("cards.ja.svg", "section.ja.svg", "ja.html", "ko.html", "en.html")} <= names
    page = (tmp_path / "nowon" / f"{stem}.ja.html").read_text("utf-8")
    assert '<html lang="en">' in page
    assert '<p class="second" lang="ja">4号線 サンゲ方面 → 7号線 チュンゲ方面</p>' in page
    checked = run("map", "check", *(tmp_path / "nowon").glob("*.ja.svg"))
    assert checked.code == 0, checked.err
