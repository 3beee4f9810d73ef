"""Every pilot transfer on paper: tagged, in its language, with its fonts, and each word of it can be found again.

It stands here, beside the pages in a browser: all that people are given is too much for each `make test`,
where `test_map_pdf.py` proves the same of one transfer. Each transfer is looked at in all views in one language,
in both if `MUUI_WHOLE_SITE` is set: they differ by their words, which are set alike.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from pypdf import PdfReader

from browser.conftest import WHOLE
from muui_maps.api import LoadedRoute, open_atlas
from muui_maps.errors import NoRouteError
from muui_maps.maps.cards import cards_scene
from muui_maps.maps.oblique import oblique_scene
from muui_maps.maps.pdf import render_map_pdf
from muui_maps.maps.scene import Scene, Words
from muui_maps.maps.section import section_scene

VIEWS: dict[str, Callable[..., Scene]] = {"cards": cards_scene, "section": section_scene, "oblique": oblique_scene}
PILOTS = ("nowon", "konkuk-univ", "gasan-digital-complex", "daerim", "express-bus-terminal")


@cache
def routes(station_id: str) -> tuple[LoadedRoute, ...]:
    return tuple(_routes(station_id))


def _routes(station_id: str) -> Iterator[LoadedRoute]:
    station = open_atlas().load(station_id)
    for start, end in station.transfers:
        try:
            yield station.route(start, end, ignore_status=True)
        except NoRouteError:
            continue


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("station_id", PILOTS)
def test_a_map_on_paper_can_be_read_by_machines(station_id: str, view: str, lang: str) -> None:
    faults, all_routes = [], routes(station_id)
    for route in all_routes if WHOLE else all_routes[("ko", "en").index(lang) :: 2]:
        scene = VIEWS[view](route.station, route.model, route.narration, lang=lang, as_of="2026-02-11")
        faults += [f"{route.stem}: {fault}" for fault in paper_faults(render_map_pdf(scene), scene)]
    assert len(all_routes) >= 4
    assert faults == []


def paper_faults(content: bytes, scene: Scene) -> Iterator[str]:
    reader = PdfReader(io.BytesIO(content))
    root: Any = reader.trailer["/Root"]
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        yield "it is not tagged"
    if root.get("/Lang") != scene.lang:
        yield f"its language is {root.get('/Lang')}"
    if reader.metadata is None or reader.metadata.title != scene.title:
        yield "its title is not the map's"
    for page in reader.pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        for font in fonts.values():
            (inner,) = font.get_object()["/DescendantFonts"]
            if "/FontFile2" not in inner.get_object()["/FontDescriptor"] or "/ToUnicode" not in font.get_object():
                yield f"{font.get_object()['/BaseFont']} is not embedded or can't be read back"
    if scene.width > scene.height:  # cards are cut into columns; test_map_pdf measures those
        yield from _small_words(reader, scene)
    said = Counter(_squeezed("".join(page.extract_text() for page in reader.pages)))
    wanted = Counter(_squeezed("".join(mark.text for mark in scene.marks if isinstance(mark, Words))))
    if lost := wanted - said:
        yield f"letters are lost: {dict(lost)}"
    if not re.search("[가-힣]", "".join(said)):
        yield "no Hangul can be read back"


def _small_words(reader: PdfReader, scene: Scene) -> Iterator[str]:
    """Words that fall under ten points on the paper that the picture lies on."""
    paper = reader.pages[0].mediabox
    points = float(paper.width) / scene.width
    if len(reader.pages) == 1:  # a picture on two pages fills their width
        points = min(points, float(paper.height) / scene.height)
    sizes = [mark.size for mark in scene.marks if isinstance(mark, Words) and not (mark.role or "").startswith("line:")]
    if min(sizes) * points < 9.99:
        yield f"words of {min(sizes) * points:.1f} points"


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_a_spoilt_paper_is_found() -> None:
    route = routes("nowon")[0]
    scene = section_scene(route.station, route.model, route.narration, lang="ko")
    content = render_map_pdf(scene)
    assert list(paper_faults(content, scene)) == []
    for whole, broken, said in (
        (b"/Marked true", b"/Marxed true", "not tagged"),
        (b"/Lang (ko)", b"/Lang (fr)", "its language is fr"),
        (b"/FontFile2", b"/FontFileX", "not embedded"),
        (b"/ToUnicode", b"/ToUnicodX", "can't be read back"),
    ):
        assert whole in content
        assert any(said in fault for fault in paper_faults(content.replace(whole, broken), scene))
