"""Nothing lies over anything, nothing leaves its frame: measured in the browser, on every pilot transfer."""

from __future__ import annotations

import pytest
from picture_checks import picture_faults

from browser.conftest import DESKTOP, PAPER, PHONE, Look, Open, Pages, transfers
from browser.measured import page_faults, pictures_of, words_of

MEDIA = {DESKTOP: "screen", PHONE: "screen", PAPER: "print"}


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("look", [Look(), Look(large_print=True)], ids=str)
def test_words_symbols_and_route_keep_apart_in_every_picture(pages: Pages, window: Open, look: Look, lang: str) -> None:
    faults: list[str] = []
    pictures = 0
    with window() as shown:
        for file in transfers(pages(look), lang):
            shown.show(file)
            for width, media in MEDIA.items():
                shown.page.set_viewport_size({"width": width, "height": 900})
                shown.page.emulate_media(media=media)
                faults += [f"{file.name} at {width}: {fault}" for fault in page_faults(words_of(shown.page))]
                if width == DESKTOP:  # pictures scale as a whole: measured once, they are the same at any width
                    found = pictures_of(shown.page)
                    pictures += len(found)
                    faults += [fault for each in found for fault in picture_faults(each)]
    assert pictures > 80
    assert faults == []
