"""Nothing lies over anything, nothing leaves its frame, and keys lead through it: on every pilot transfer.

Each page is opened once, for all that is looked at.
"""

from __future__ import annotations

import pytest
from picture_checks import picture_faults

from browser.conftest import DESKTOP, PAPER, PHONE, WHOLE, Look, Open, Pages, transfers
from browser.measured import page_faults, pictures_of, words_of
from browser.readers import TARGET, empty_pictures, tabbed

PLACES = ((PAPER, "print"), (PHONE, "screen"), (DESKTOP, "screen"))
"""The last is where the next page opens."""
VIEWS = {"cards", "section", "oblique", "plan"}
PILOT_TRANSFERS, WITHOUT_A_WAY = 56, 4
"""The latter have a page without pictures, and one more as if everything worked."""


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("look", [Look(), Look(large_print=True)], ids=str)
def test_words_symbols_and_route_keep_apart_in_every_picture_and_tab_order_is_step_order(
    pages: Pages, window: Open, look: Look, lang: str
) -> None:
    """Of all transfers in all views; pictures scale as a whole: measured once, they are the same at any width.

    So the words around them are measured without what is inside of them, which takes a browser the longest. In large
    print each transfer is looked at in one language, in both if `MUUI_WHOLE_SITE` is set.
    """
    faults: list[str] = []
    whole = set()
    with window() as shown:
        files = transfers(pages(look), lang)
        halved = look.large_print and not WHOLE
        looked_at = files[("ko", "en").index(lang) :: 2] if halved else files
        for file in looked_at:
            shown.show(file)
            pictures = pictures_of(shown.page)
            faults += [fault for each in pictures for fault in picture_faults(each)]
            if {each.id.partition("-")[0] for each in pictures} == VIEWS:
                whole.add((file.parent.name, file.name))
            empty_pictures(shown.page)
            for place in PLACES:
                shown.place(*place)
                wrong = page_faults(words_of(shown.page))
                if place == (PHONE, "screen"):
                    walk = tabbed(shown.page, target=TARGET)
                    assert len(walk.visited) > 2
                    wrong += [*walk.faults, *walk.small]
                faults += [f"{file.name} at {place}: {fault}" for fault in wrong]
    assert faults == []
    assert len(whole) >= len(looked_at) - WITHOUT_A_WAY
    assert halved or len(whole) == PILOT_TRANSFERS
