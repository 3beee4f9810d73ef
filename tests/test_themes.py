"""Themes and large print: every pilot transfer stays readable and whole, in every theme and both languages."""

from __future__ import annotations

import copy
import pickle
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import card_checks
import pytest
import section_checks
from contrast_checks import contrast_faults
from map_samples import gana

import muui_maps as mm
from muui_maps.errors import NoRouteError
from muui_maps.maps import style
from muui_maps.maps.cards import cards_scene
from muui_maps.maps.index import Part, index_page
from muui_maps.maps.narrate import narrate
from muui_maps.maps.oblique import oblique_scene
from muui_maps.maps.overview import overview_scene
from muui_maps.maps.page import transfer_page
from muui_maps.maps.plan import plan_levels
from muui_maps.maps.scene import Icon, Scene, Words
from muui_maps.maps.section import section_scene
from muui_maps.maps.style import INKS, THEMES, Theme
from muui_maps.maps.svg import render_svg
from muui_maps.maps.theme import themed
from muui_maps.model import StationName
from muui_maps.plans import floor_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muui_maps.maps.narrate import Step
    from muui_maps.model import Route, Station

PILOTS = ("nowon", "konkuk-univ", "gasan-digital-complex", "daerim", "express-bus-terminal")
A4_WIDTH_PT, A1_WIDTH_PT = 210 / 25.4 * 72, 841 / 25.4 * 72
LARGE_PT = 18.0
DARK: tuple[Theme, ...] = ("dark", "contrast")


@cache
def transfers(station_id: str) -> tuple[tuple[Station, Route, Sequence[Step]], ...]:
    loaded = mm.load(station_id)
    found = []
    for start, end in loaded.transfers:
        try:
            route = loaded.route(start, end, ignore_status=True)
        except NoRouteError:
            continue
        found.append((loaded.model, route.model, route.narration))
    return tuple(found)


def sample(theme: Theme, lang: str = "ko", *, large_print: bool = False) -> dict[str, Scene]:
    station, route = gana()
    told = (station, route, narrate(station, route))
    return {
        "cards": cards_scene(*told, lang=lang, theme=theme, large_print=large_print),
        "section": section_scene(*told, lang=lang, theme=theme, large_print=large_print),
    }


def colours(scene: Scene) -> Iterator[str]:
    yield scene.background
    for mark in scene.marks:
        inks = (
            (mark.fill, mark.halo)
            if isinstance(mark, Words)
            else (mark.colour, mark.background)
            if isinstance(mark, Icon)
            else (mark.fill, mark.stroke)
        )
        yield from (ink for ink in inks if ink is not None)


# ── every pilot transfer ─────────────────────────────────────────────────────


@pytest.mark.parametrize("station_id", PILOTS)
def test_every_text_and_mark_stands_out_in_every_theme(station_id: str) -> None:
    found = {}
    for station, route, steps in transfers(station_id):
        for lang in ("ko", "en"):
            light = (
                cards_scene(station, route, steps, lang=lang, as_of="2026-11-23"),
                section_scene(station, route, steps, lang=lang, as_of="2026-11-23"),
                oblique_scene(station, route, steps, lang=lang, as_of="2026-11-23"),
            )
            for theme in THEMES:
                for scene in light:
                    if wrong := contrast_faults(themed(scene, theme)):
                        found[theme, scene.id] = wrong[:4]
    assert found == {}
    assert len(transfers(station_id)) >= 4


@pytest.mark.parametrize("station_id", PILOTS)
def test_large_print_loses_nothing_and_has_eighteen_points(station_id: str) -> None:
    found = {}
    for station, route, steps in transfers(station_id):
        for lang in ("ko", "en"):
            made = {"lang": lang, "as_of": "2026-11-23", "large_print": True}
            cards = cards_scene(station, route, steps, **made)  # type: ignore[arg-type]
            section = section_scene(station, route, steps, **made)  # type: ignore[arg-type]
            wrong = card_checks.faults(cards, route, steps) + section_checks.faults(section, route)
            wrong += [f"{size:.1f} pt" for size in points(cards, A4_WIDTH_PT) if size < LARGE_PT]
            wrong += [f"{size:.1f} pt" for size in points(section, A1_WIDTH_PT) if size < LARGE_PT]
            if wrong:
                found[route.start.key, route.end.key, lang] = wrong[:3]
    assert found == {}


@pytest.mark.parametrize("station_id", PILOTS)
def test_large_print_of_plans_and_overviews_has_eighteen_points(station_id: str) -> None:
    """On A1, which is the paper of large print."""
    loaded = mm.load(station_id)
    for lang in ("ko", "en"):
        plans = [floor_plan(loaded, level, lang=lang, large_print=True) for level in plan_levels(loaded.model)]
        for scene in (*plans, overview_scene(loaded.model, lang=lang, large_print=True)):
            small = [size for size in points(scene, A1_WIDTH_PT) if size < LARGE_PT]
            assert small == [], scene.id
            assert f'width="{round(2 * scene.width)}"' in render_svg(scene), "and shown at twice the size"


def points(scene: Scene, paper_pt: float) -> list[float]:
    """Sizes of all texts when the picture is as wide as the paper; a line's bullet is a sign."""
    texts = [m for m in scene.marks if isinstance(m, Words) and not (m.role or "").startswith("line:")]
    return [mark.size * paper_pt / scene.width for mark in texts]


# ── one transfer ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("view", ["cards", "section"])
def test_themes_differ_in_colour_alone(view: str) -> None:
    light = sample("light")[view]
    for theme in DARK:
        other = sample(theme)[view]
        strip = re.compile(r'"(?:#[0-9A-Fa-f]{6}|light|dark|contrast)"')
        assert strip.sub('"#"', render_svg(other)) == strip.sub('"#"', render_svg(light))
        assert render_svg(other) != render_svg(light)


@pytest.mark.parametrize("view", ["cards", "section"])
@pytest.mark.parametrize("theme", THEMES)
def test_every_colour_is_of_the_theme_or_of_a_line(theme: Theme, view: str) -> None:
    lines = {*style.LINE_COLOURS.values(), "#000000", "#FFFFFF"}
    assert set(colours(sample(theme)[view])) <= set(style.inks_of(theme).values()) | lines


@pytest.mark.parametrize("theme", DARK)
def test_a_line_keeps_its_colour_and_its_numeral(theme: Theme) -> None:
    def bullets(scene: Scene) -> list[str | None]:
        return [getattr(mark, "fill", None) for mark in scene.marks if (mark.role or "").startswith("line:")]

    assert bullets(sample(theme)["cards"]) == bullets(sample("light")["cards"])


def test_the_route_is_yellow_on_black_in_the_dark() -> None:
    scene = sample("dark")["cards"]
    route = next(mark for mark in scene.marks if mark.role == "route")
    assert (route.stroke, scene.background) == ("#FFD60A", "#000000")  # type: ignore[union-attr]


def test_pictures_hold_no_variable() -> None:
    assert all("var(" not in render_svg(scene) for theme in THEMES for scene in sample(theme).values())


def test_high_contrast_text_has_seven_to_one() -> None:
    inks = style.inks_of("contrast")
    for ink in ("INK", "MUTED", "ROUTE", "HAZARD", "PAID_EDGE"):
        assert style.contrast(inks[ink], inks["PAPER"]) >= 7
    assert style.contrast(inks["ON_ROUTE"], inks["ROUTE"]) >= 7


def test_an_ink_is_its_light_colour_and_survives_copies() -> None:
    assert INKS["ROUTE"][0] == style.ROUTE
    for twin in (copy.deepcopy(style.PAPER), pickle.loads(pickle.dumps(style.PAPER))):  # noqa: S301 - our own bytes
        assert style.ink_of(twin, "dark") == "#000000"


# ── proofs: a spoilt theme is found ──────────────────────────────────────────


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda m: replace(m, fill="#333333") if isinstance(m, Words) else m, "on #000000"),
        (lambda m: replace(m, stroke="#1A1A1A") if m.role == "route" else m, "route"),
        (lambda m: replace(m, colour="#FFFFFF") if isinstance(m, Icon) else m, "pictogram"),
    ],
)
def test_too_little_contrast_is_found(spoil: object, fault: str) -> None:
    scene = sample("dark")["cards"]
    assert contrast_faults(scene) == []
    spoilt = replace(scene, marks=tuple(spoil(mark) for mark in scene.marks))  # type: ignore[operator]
    assert any(fault in each for each in contrast_faults(spoilt))


# ── pages ────────────────────────────────────────────────────────────────────


def page(theme: Theme, *, large_print: bool = False) -> str:
    station, route = gana()
    scenes = sample(theme, large_print=large_print)
    steps = narrate(station, route)
    return transfer_page(
        station, route, steps, scenes, lang="ko", stem="4-nada_7-rama", theme=theme, large_print=large_print
    )


def css_of(page: str) -> str:
    return page[page.rindex("}@font-face") if "}@font-face" in page else 0 : page.index("</style>")]


@pytest.mark.parametrize("theme", THEMES)
def test_a_page_has_the_colours_of_its_theme(theme: Theme) -> None:
    inks = style.inks_of(theme)
    for made in (page(theme), index_page((), lang="ko", theme=theme)):
        css = css_of(made)
        assert f"background:{inks['PAPER']};color:{inks['INK']}" in css
        assert set(re.findall(r"#[0-9A-Fa-f]{6}", css)) <= set(inks.values())
        for colour in set(re.findall(r"[;{]color:(#[0-9A-Fa-f]{6})", css)) - {inks["PAPER"], inks["ON_ROUTE"]}:
            assert style.contrast(colour, inks["PAPER"]) >= 4.5
            assert style.contrast(colour, inks["ROUTE_TINT"]) >= 4.5
    scheme = "dark" if theme == "dark" else "light"
    assert f'<meta name="color-scheme" content="only {scheme}">' in page(theme)


def test_a_large_print_page_has_no_word_under_eighteen_points() -> None:
    for made in (page("light", large_print=True), index_page((), lang="ko", large_print=True)):
        css = css_of(made)
        percent = re.search(r"html\{font-size:(\d+)%\}", css)
        assert percent is not None
        root_pt = 12 * int(percent[1]) / 100  # a browser's 100 % is 16 px, 12 points
        rems = [float(size) for size in re.findall(r"font-size:([\d.]+)rem", css)]
        assert min(rems) * root_pt >= LARGE_PT
    assert "html{font-size" not in page("light")


def test_large_print_is_shown_larger() -> None:
    assert 'width="3368"' in render_svg(sample("light", large_print=True)["section"])
    assert 'width="720"' in render_svg(sample("light", large_print=True)["cards"])


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_station_without_transfers_says_so_instead_of_showing_an_empty_table(lang: str) -> None:
    shown = index_page((Part("gana", StationName("가나", "Gana"), ()),), lang=lang)
    assert "<table" not in shown
    assert {"ko": "갈아타는 길은 아직", "en": "no transfer"}[lang] in shown


def test_no_colour_of_a_page_is_left_unfilled() -> None:
    """A name in braces where a colour belongs makes browsers skip the rule without a word."""
    for made in (page("light"), index_page((), lang="ko")):
        sheet = re.sub(r"url\([^)]*\)", "", made.partition("<style>")[2].partition("</style>")[0])
        assert re.findall(r"\{[A-Z_]+\}", sheet) == []
