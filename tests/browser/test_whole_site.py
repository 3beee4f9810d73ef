"""The site as riders get it, in both languages: every transfer of the pilot stations, and of each its own page.

Pages of exits are all made alike: of each station those from and to its first platform are looked at. All of this takes
some ten minutes on two processors, more than a check of every change may take: unless `MUUI_WHOLE_SITE` is set, one
station in one language is looked at. `test_layout` looks at all transfers each time.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from picture_checks import word_faults

from browser.conftest import PAPER, PHONE, USUAL_PHONE, Open
from browser.measured import page_faults, pictures_of, words_of
from browser.readers import axe_faults, empty_pictures, tabbed, with_axe
from muui_maps.maps.style import THEMES

PILOTS = {"nowon": 8, "konkuk-univ": 8, "gasan-digital-complex": 8, "daerim": 8, "express-bus-terminal": 24}
"""Each with the number of its transfers."""
SIZES = {"normal": ((USUAL_PHONE, "screen"), (PAPER, "print")), "large": ((USUAL_PHONE, "screen"),)}
"""Of letters, and where pages are looked at in each; at a desk `test_site` looks at one of each kind."""
TARGET = 24  # CSS pixels: WCAG 2.2, 2.5.8

EVERY = [(station, lang) for station in PILOTS for lang in ("ko", "en")]
FEW = [("konkuk-univ", "en")]
of_each_station = pytest.mark.parametrize(("station", "lang"), EVERY if os.environ.get("MUUI_WHOLE_SITE") else FEW)


def pages_of(site: Path, station: str, lang: str) -> list[Path]:
    """The pages of a station: its own, all its transfers, and one of exits each way."""
    files = sorted((site / station).glob(f"*.{lang}.html"))
    exits = [file for file in files if "exits" in file.name]
    own = [file for file in files if file.name.startswith("index")]
    transfers = [file for file in files if file not in {*exits, *own}]
    assert len(transfers) == PILOTS[station]
    outwards = [file for file in exits if not file.name.startswith("exits")]
    inwards = [file for file in exits if file.name.startswith("exits")]
    return [*own, *transfers, *outwards[:1], *inwards[:1]]


def opened(page: Any, url: str) -> None:
    """Open a page and wait until its answers and pictures are at hand; exits that are folded are opened."""
    page.goto("about:blank")
    page.goto(url)
    if "/index." not in url:
        page.wait_for_selector("#choose:not([hidden])")
    page.evaluate("document.querySelector('#answer [data-picture]')?.scrollIntoView()")  # whoever comes near gets them
    page.locator("#answer [data-picture]:empty").first.wait_for(state="detached")
    page.evaluate("scrollTo(0, 0)")
    page.evaluate("document.querySelectorAll('details.exit').forEach((each) => { each.open = true; })")
    # a layout asks for the fonts of what has just been put in
    page.evaluate("document.body.offsetHeight && document.fonts.ready.then(() => true)")


@of_each_station
def test_nothing_lies_over_anything_or_leaves_its_frame(site: Path, window: Open, station: str, lang: str) -> None:
    """On a phone and on A4, and in large letters on a phone.

    The pictures are those of `test_layout`, without the roles that tell symbols and route from all else: they are
    looked at on the first page that has some.
    """
    faults: list[str] = []
    looked_at = False
    with window() as shown:
        for file in pages_of(site, station, lang):
            opened(shown.page, file.as_uri())
            if not looked_at:
                found = pictures_of(shown.page)
                faults += [f"{file.name}: {fault}" for each in found for fault in word_faults(each)]
                looked_at = bool(found)
            for size, places in SIZES.items():
                shown.page.evaluate("(size) => { document.documentElement.dataset.size = size; }", size)
                for width, media in places:
                    shown.page.set_viewport_size({"width": width, "height": 900})
                    shown.page.emulate_media(media=media)
                    wrong = page_faults(words_of(shown.page))
                    faults += [f"{file.name} at {width}, {size}: {fault}" for fault in wrong]
            shown.page.emulate_media(media="screen")
    assert faults == []
    assert looked_at


@of_each_station
def test_axe_finds_nothing_in_any_colours(site: Path, served: str, window: Open, station: str, lang: str) -> None:
    """With settings and the form of a report open, and on pages of exits with one of them chosen.

    A theme changes colours alone. What axe says of whole pictures is asked in `test_site`.
    """
    faults: list[str] = []
    # axe comes from elsewhere, and asks for the style sheets, which a page from a file may not
    with window(width=USUAL_PHONE, bypass_csp=True) as shown:
        page = shown.page
        with_axe(page)
        for file in pages_of(site, station, lang):
            opened(page, f"{served}{station}/{file.name}")
            empty_pictures(page)
            page.click("#display summary")
            if page.locator("#step-1 .seen a").count():
                page.click("#step-1 .seen a")
            for theme in THEMES:
                page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
                found = axe_faults(page, colours=theme != THEMES[0])
                faults += [f"{file.name} in {theme}: {fault}" for fault in found]
            if page.locator("#choose [name=pair]").count():
                page.select_option("#choose [name=pair]", index=1)
                empty_pictures(page)
                faults += [f"{file.name}, one exit: {fault}" for fault in axe_faults(page)]
    assert faults == []


@of_each_station
def test_tab_goes_through_the_steps_in_their_order_and_focus_is_seen(
    site: Path, window: Open, station: str, lang: str
) -> None:
    faults: list[str] = []
    with window(width=PHONE) as shown:
        for file in pages_of(site, station, lang):
            if "exits" not in file.name:  # which have no steps until an exit is chosen
                opened(shown.page, file.as_uri())
                walk = tabbed(shown.page, target=TARGET)
                assert len(walk.visited) > 2
                faults += [f"{file.name}: {fault}" for fault in walk.faults]
    assert faults == []
