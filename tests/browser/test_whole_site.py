"""The site as riders get it, in both languages: every transfer of the pilot stations, and of each its own page.

Pages of exits are all made alike: of each station those from and to its first platform are looked at. These are 142
pages at some three seconds of a processor each, more than a check of every change may take: unless `MUUI_WHOLE_SITE` is
set, two stations are looked at in one language each, with every third of their transfers. `test_layout` looks at all
transfers in both each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from picture_checks import word_faults

from browser.conftest import PAPER, PHONE, USUAL_PHONE, WHOLE, Open, Window
from browser.measured import page_faults, pictures_of, words_of
from browser.readers import TARGET, axe_faults, empty_pictures, tabbed, with_axe
from muui_maps.maps.style import THEMES

PILOTS = {"nowon": 8, "konkuk-univ": 8, "gasan-digital-complex": 8, "daerim": 8, "express-bus-terminal": 24}
"""Each with the number of its transfers."""
SIZES = {"normal": ((USUAL_PHONE, "screen"), (PAPER, "print")), "large": ((USUAL_PHONE, "screen"),)}
"""Of letters, and where pages are looked at in each; at a desk `test_site` looks at one of each kind."""

EVERY = [(station, lang) for station in PILOTS for lang in ("ko", "en")]
FEW = [("nowon", "ko"), ("konkuk-univ", "en")]
of_each_station = pytest.mark.parametrize(("station", "lang"), EVERY if WHOLE else FEW)


def pages_of(site: Path, station: str, lang: str) -> list[Path]:
    """The pages of a station: its own, all its transfers, and one of exits each way."""
    files = sorted((site / station).glob(f"*.{lang}.html"))
    exits = [file for file in files if "exits" in file.name]
    own = [file for file in files if file.name.startswith("index")]
    transfers = [file for file in files if file not in {*exits, *own}]
    assert len(transfers) == PILOTS[station]
    outwards = [file for file in exits if not file.name.startswith("exits")]
    inwards = [file for file in exits if file.name.startswith("exits")]
    return [*own, *(transfers if WHOLE else transfers[::3]), *outwards[:1], *inwards[:1]]


def opened(page: Any, url: str) -> None:
    """Open a page and wait until its answers and pictures are at hand; exits that are folded are opened."""
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
def test_every_page_is_whole_for_the_eye_the_ear_and_the_keys(
    site: Path, served: str, window: Open, station: str, lang: str
) -> None:
    """Each page is opened once, for all that is looked at."""
    faults: list[str] = []
    looked_at = False
    # axe comes from elsewhere, and asks for the style sheets, which a page from a file may not
    with window(width=USUAL_PHONE, bypass_csp=True, service_workers="block") as shown:
        with_axe(shown.page)
        for file in pages_of(site, station, lang):
            opened(shown.page, f"{served}{station}/{file.name}")
            found = [] if looked_at else [*_picture_faults(shown.page)]
            looked_at = looked_at or bool(shown.page.locator("svg[role=img]").count())
            empty_pictures(shown.page)
            found += _overlaps(shown)
            if "exits" not in file.name:  # which have no steps until an exit is chosen
                shown.place(PHONE)
                found += _walk_faults(shown.page)
            shown.place(USUAL_PHONE)
            found += _axe_faults(shown.page)
            faults += [f"{file.name}: {fault}" for fault in found]
    assert faults == []
    assert looked_at


def _picture_faults(page: Any) -> Iterator[str]:
    """Of the pictures of one page: they are those of `test_layout`, without the roles that tell symbols and route."""
    for picture in pictures_of(page):
        yield from word_faults(picture)


def _overlaps(shown: Window) -> Iterator[str]:
    """Words on a phone and on A4, and in large letters on a phone."""
    for size, places in SIZES.items():
        shown.page.evaluate("(size) => { document.documentElement.dataset.size = size; }", size)
        for width, media in places:
            shown.place(width, media)
            yield from (f"at {width}, {size}: {fault}" for fault in page_faults(words_of(shown.page)))
    shown.page.evaluate("document.documentElement.dataset.size = 'normal'")


def _walk_faults(page: Any) -> Iterator[str]:
    walk = tabbed(page, target=TARGET)
    assert len(walk.visited) > 2
    yield from walk.faults


def _axe_faults(page: Any) -> Iterator[str]:
    """With settings and the form of a report open, and on pages of exits with one of them chosen.

    A theme changes colours alone. What axe says of whole pictures is asked in `test_site`.
    """
    page.click("#display summary")
    if page.locator("#step-1 .seen a").count():
        page.click("#step-1 .seen a")
    for theme in THEMES:
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
        yield from (f"in {theme}: {fault}" for fault in axe_faults(page, colours=theme != THEMES[0]))
    if page.locator("#choose [name=pair]").count():
        page.select_option("#choose [name=pair]", index=1)
        empty_pictures(page)
        yield from (f"one exit: {fault}" for fault in axe_faults(page))
