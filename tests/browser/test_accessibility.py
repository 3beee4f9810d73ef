"""What a page owes to whoever reads it without a mouse, without colour, without script or with a screen reader."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from browser.conftest import DESKTOP, PHONE, Look, Open, Pages
from browser.readers import TARGET, axe_faults, empty_pictures, tabbed, with_axe
from muui_maps.maps.style import THEMES

LOOKS = [Look(theme) for theme in THEMES]


def every_kind(folder: Path, lang: str) -> list[Path]:
    """The index and, of each station, its first page with a way and its first without."""
    chosen = [folder / f"index.{lang}.html"]
    for station in sorted(path for path in folder.iterdir() if path.is_dir()):
        found = sorted(station.glob(f"*.{lang}.html"))
        for with_way in (True, False):
            chosen += [file for file in found if ("<svg" in file.read_text(encoding="utf-8")) is with_way][:1]
    assert len(chosen) > 2
    return chosen


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_axe_finds_nothing(pages: Pages, window: Open, look: Look, lang: str) -> None:
    """What it says of whole pictures is asked in one of the looks, which differ by colours alone."""
    faults = []
    with window() as shown:
        with_axe(shown.page)
        for file in every_kind(pages(look), lang):
            shown.show(file)
            if look != LOOKS[0]:
                empty_pictures(shown.page)
            faults += [f"{file.name}: {fault}" for fault in axe_faults(shown.page)]
    assert faults == []


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_tab_order_is_step_order_focus_is_seen_and_targets_are_large(
    pages: Pages, window: Open, lang: str, width: int
) -> None:
    """On every kind of page with all that is in it; `test_layout` walks through every transfer."""
    faults = []
    with window(width=width) as shown:
        for file in every_kind(pages(Look()), lang):
            shown.show(file)
            walk = tabbed(shown.page, target=TARGET)
            assert len(walk.visited) > 2
            faults += [f"{file.name}: {fault}" for fault in (*walk.faults, *walk.small)]
    assert faults == []


@pytest.mark.parametrize("look", [*LOOKS[1:], Look(large_print=True)], ids=str)
def test_the_focus_is_seen_in_every_look(pages: Pages, window: Open, look: Look) -> None:
    with window() as shown:
        for file in every_kind(pages(look), "ko"):
            shown.show(file)
            assert tabbed(shown.page, target=TARGET).faults == [], file.name


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_text_and_pictures_are_there_without_script_and_without_network(pages: Pages, window: Open, lang: str) -> None:
    with window(width=PHONE, java_script_enabled=False, offline=True) as shown:
        for file in every_kind(pages(Look()), lang):
            shown.page.goto(file.as_uri())
            content = file.read_text(encoding="utf-8")
            steps = shown.page.locator("ol.steps > li").all()
            assert len(steps) == content.count('<li id="step-')
            assert all(step.is_visible() and step.inner_text() for step in steps)
            pictures = shown.page.locator("svg[role=img]").all()
            assert len(pictures) == content.count("<svg")
            assert all(picture.bounding_box()["height"] > 100 for picture in pictures)
        assert {url.partition(":")[0] for url in shown.asked} <= {"file", "data"}


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_screen_reader_gets_landmarks_headings_and_a_name_for_each_picture(
    pages: Pages, window: Open, lang: str
) -> None:
    """Read from the tree that the browser hands on, not from our markup."""
    with window() as shown:
        for file in every_kind(pages(Look()), lang)[1:]:
            shown.show(file)
            page = shown.page
            assert page.get_by_role("main").count() == 1, file.name
            assert page.get_by_role("heading", level=1).count() == 1
            title = page.get_by_role("heading", level=1).inner_text()
            drawn = page.locator("svg").count()
            station = title.partition(": " if lang == "en" else " ")[0]
            assert page.get_by_role("img", name=station).count() == drawn, "plans are named by station and floor"
            assert page.get_by_role("img", name=title).count() >= min(drawn, 1), "and the rest by the way they show"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_printed_page_holds_every_step(pages: Pages, window: Open, lang: str, tmp_path: Path) -> None:
    with window() as shown:
        for file in every_kind(pages(Look()), lang)[1:4]:
            shown.show(file)
            titles = shown.page.locator("ol.steps h3").all_inner_texts()
            printed = tmp_path / "printed.pdf"
            shown.page.pdf(path=printed, format="A4")
            text = "".join(_squeezed(page.extract_text()) for page in PdfReader(printed).pages)
            assert [title for title in titles if _squeezed(title) not in text] == []


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
