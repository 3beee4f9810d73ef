"""The measuring itself: what is spoiled in a page is found, so that a page without faults says something."""

from __future__ import annotations

import pytest
from picture_checks import picture_faults

from browser.conftest import PHONE, Look, Open, Pages
from browser.measured import page_faults, pictures_of, words_of

PAGE = "nowon/4-sanggye_7-junggye.ko.html"
SPOILED = {  # what is done: the script that does it, and the fault that must be found
    "a label shifted onto another": (
        """const [a, b] = section.querySelectorAll('[data-role^="label:shaft"]');
        a.setAttribute('x', b.getAttribute('x')); a.setAttribute('y', b.getAttribute('y'))""",
        "overlap",
    ),
    "a label shifted onto the route": (
        """const leg = section.querySelector('polyline[data-role="leg:2"]').points;
        const label = section.querySelector('[data-role^="label:plate"]');
        label.setAttribute('x', leg[0].x + 40); label.setAttribute('y', leg[0].y + 4)""",
        "lies on leg:2",
    ),
    "a label shifted out of the frame": (
        """section.querySelector('[data-role^="label:shaft"]').setAttribute('x', 1670)""",
        "leaves the frame",
    ),
    "a number shifted onto the next": (
        """const [a, b] = cards.querySelectorAll('circle[data-role^="step:"]');
        a.setAttribute('cy', b.getAttribute('cy'))""",
        "step:1 and step:2 overlap",
    ),
    "words on a symbol": (
        """const gate = section.querySelector('[data-role^="gate:"]').transform.baseVal.consolidate().matrix;
        const label = section.querySelector('[data-role^="label:shaft"]');
        label.setAttribute('x', gate.e); label.setAttribute('y', gate.f + 20)""",
        "lies on gate:",
    ),
    "the font removed": ("document.querySelector('style').textContent = ''", "its font says"),
}


@pytest.mark.parametrize(("script", "said"), SPOILED.values(), ids=SPOILED)
def test_a_spoiled_picture_is_found(pages: Pages, window: Open, script: str, said: str) -> None:
    with window() as shown:
        shown.show(pages(Look()) / PAGE)
        assert [fault for each in pictures_of(shown.page) for fault in picture_faults(each)] == []
        find = "const [cards, section] = document.querySelectorAll('svg[role=img]');"
        shown.page.evaluate(f"() => {{{find}{script}; return document.fonts.ready.then(() => true)}}")
        faults = [fault for each in pictures_of(shown.page) for fault in picture_faults(each)]
    assert any(said in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("h1 { white-space: nowrap }", "wide in a window of 360"),
        ("h1 { white-space: nowrap } html { overflow: hidden }", "leaves the window"),
        ("h1 { line-height: 0.5 }", "overlap"),
    ],
)
def test_a_spoiled_page_is_found(pages: Pages, window: Open, css: str, said: str) -> None:
    with window(width=PHONE) as shown:
        shown.show(pages(Look()) / PAGE)
        assert page_faults(words_of(shown.page)) == []
        shown.page.add_style_tag(content=css)
        faults = page_faults(words_of(shown.page))
    assert any(said in fault for fault in faults), faults


def test_a_request_to_elsewhere_fails_the_test(pages: Pages, window: Open) -> None:
    def ask() -> None:
        with window() as shown:
            shown.show(pages(Look()) / PAGE)
            shown.page.evaluate("fetch('http://example.org/').catch(() => null)")

    with pytest.raises(AssertionError, match="asked for something outside"):
        ask()
