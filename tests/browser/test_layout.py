"""Nothing lies over anything, nothing leaves its frame: measured in the browser, on every pilot transfer."""

from __future__ import annotations

import pytest
from picture_checks import picture_faults

from browser.conftest import DESKTOP, PAPER, PHONE, Look, Open, Pages, transfers
from browser.measured import page_faults, pictures_of, words_of

MEDIA = {DESKTOP: "screen", PHONE: "screen", PAPER: "print"}
VIEWS = {"cards", "section", "oblique", "plan"}
PILOT_TRANSFERS = 56


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("look", [Look(), Look(large_print=True)], ids=str)
def test_words_symbols_and_route_keep_apart_in_every_picture(pages: Pages, window: Open, look: Look, lang: str) -> None:
    """Of all transfers in all views; pictures scale as a whole: measured once, they are the same at any width."""
    faults: list[str] = []
    whole = set()
    with window() as shown:
        for file in transfers(pages(look), lang):
            shown.show(file)
            pictures = pictures_of(shown.page)
            faults += [fault for each in pictures for fault in picture_faults(each)]
            if {each.id.partition("-")[0] for each in pictures} == VIEWS:
                whole.add((file.parent.name, file.name))
            for width, media in MEDIA.items():
                shown.page.set_viewport_size({"width": width, "height": 900})
                shown.page.emulate_media(media=media)
                faults += [f"{file.name} at {width}: {fault}" for fault in page_faults(words_of(shown.page))]
            shown.page.emulate_media(media="screen")
    assert faults == []
    assert len(whole) == PILOT_TRANSFERS
