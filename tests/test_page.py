"""The HTML page: it stands alone, it is well-formed, and its list says what the pictures say."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from map_samples import gana

import muui_maps as mm
from muui_maps.maps import style
from muui_maps.maps.cards import cards_scene
from muui_maps.maps.narrate import narrate
from muui_maps.maps.page import PageLink, transfer_page
from muui_maps.maps.scene import Scene, Words
from muui_maps.maps.section import section_scene
from muui_maps.maps.svg import render_svg
from muui_maps.model import MetKind, Route, Station, StationName, Text

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Reader(HTMLParser):
    """The page as it is nested, with the text of each element; fails on a tag that closes nothing."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((tuple(name for name, _ in self.open), data.strip()))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, within: str) -> str:
        """The words inside an element that no picture holds."""
        return " ".join(text for path, text in self.texts if within in path and "svg" not in path)


def made(lang: str = "ko", **changes: object) -> tuple[str, Station, Route, dict[str, Scene]]:
    station, route = gana(**changes)  # type: ignore[arg-type]
    return page_of(station, route, lang)


def page_of(station: Station, route: Route, lang: str) -> tuple[str, Station, Route, dict[str, Scene]]:
    steps = narrate(station, route)
    said = {"lang": lang, "plan_b": {"4:EV:내부1": None}, "as_of": "2026-11-23"}
    scenes = {
        "cards": cards_scene(station, route, steps, **said),  # type: ignore[arg-type]
        "section": section_scene(station, route, steps, **said),  # type: ignore[arg-type]
    }
    page = transfer_page(
        station, route, steps, scenes, stem="4-nada_7-rama",
        links=(PageLink(Text("반대로", "Way back"), f"7-x_4-y.{lang}.html"),), **said,  # type: ignore[arg-type]
    )  # fmt: skip
    return page, station, route, scenes


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_page_stands_alone(lang: str) -> None:
    page, *_ = made(lang)
    reader = Reader(page)
    assert not reader.all("script")
    assert not reader.all("link")
    assert not reader.all("img")
    assert "http" not in re.sub(r"http://www\.w3\.org/", "", page)
    assert "url(" not in page.replace('url("data:font/woff2;base64,', "")


def test_pictures_written_for_files_of_their_own_make_the_same_page() -> None:
    """Their fonts stay in those files: the page has its own, once."""
    station, route = gana()
    steps = narrate(station, route)
    scenes = {"cards": cards_scene(station, route, steps, lang="ko"), "plan-b1": replace(scene_of("가"), id="plan")}
    svgs = {"cards": render_svg(scenes["cards"])}
    assert "font/woff2" in svgs["cards"]
    pages = [transfer_page(station, route, steps, scenes, lang="ko", stem="x", svgs=given) for given in ({}, svgs)]
    assert pages[0] == pages[1]
    other = {"cards": render_svg(scene_of("나"))}
    assert ">나</text>" in transfer_page(station, route, steps, scenes, lang="ko", stem="x", svgs=other)


def scene_of(words: str) -> Scene:
    return Scene("other", 10, 10, "ko", "제목", "설명", (Words(0, 0, words, 8),))


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_page_names_itself(lang: str) -> None:
    page, *_ = made(lang)
    reader = Reader(page)
    assert reader.all("html") == [{"lang": lang}]
    title = "가나역 4호선 나다 방면 → 7호선 라마 방면" if lang == "ko" else "Gana: Line 4 for Nada → Line 7 for Rama"
    assert reader.text("title") == title
    assert reader.text("h1") == title
    assert len(reader.all("h1")) == 1
    assert len(reader.all("main")) == 1


def test_ids_are_unique_and_labels_lead_to_them() -> None:
    reader = Reader(made()[0])
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in reader.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert attributes.get(name) is None or attributes[name] in ids
        if (attributes.get("href") or "").startswith("#"):
            assert (attributes["href"] or "")[1:] in ids


def test_other_language_index_and_way_back_are_a_link_away() -> None:
    links = [attributes["href"] for attributes in Reader(made("ko")[0]).all("a")]
    assert links == ["#steps", "../index.ko.html#gana", "4-nada_7-rama.en.html", "7-x_4-y.ko.html"]


# ── the list says what the pictures say ──────────────────────────────────────


def doors(text: str) -> set[str]:
    return set(re.findall(r"(?<![\d-])\d{1,2}-\d(?![\d-])", text))


def levels(text: str) -> set[str]:
    return set(re.findall(r"(?<![0-9A-Za-z])(?:B\d|\d+F)(?![0-9A-Za-z])", text))


def pictured(scene: Scene) -> str:
    return " ".join(mark.text for mark in scene.marks if isinstance(mark, Words))


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("view", ["cards", "section"])
def test_list_and_picture_name_the_same_doors_and_levels(lang: str, view: str) -> None:
    page, _, _, scenes = made(lang)
    listed = Reader(page).text("ol")
    assert (
        doors(listed) == doors(re.sub(r"\d{4}-\d\d-\d\d", "", pictured(scenes[view]))) == {"10-1", "8-4", "4-3", "4-2"}
    )
    assert levels(listed) == levels(pictured(scenes[view])) == {"3F", "2F", "1F", "B1", "B2", "B3"}


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_list_and_cards_name_the_same_lifts_gates_and_metres(lang: str) -> None:
    page, _, route, scenes = made(lang)
    reader = Reader(page)
    units = [attributes["data-unit"] for attributes in reader.all("li") if "data-unit" in attributes]
    assert units == [ride.unit for ride in route.rides]
    drawn = [m.role.removeprefix("unit:") for m in scenes["cards"].marks if m.role and m.role.startswith("unit:")]
    assert drawn == units
    listed, shown = reader.text("ol"), pictured(scenes["cards"])
    call = "호출 버튼" if lang == "ko" else "call button"
    assert listed.count(call) == shown.count(call) == route.gates
    metres = [f"{leg.length_m:.0f} m" for leg in route.legs if leg.unit is None]
    assert all(figure in listed and figure in shown for figure in metres)


def test_every_step_is_an_item_in_order() -> None:
    page, station, route, _ = made("en")
    reader = Reader(page)
    items = [attributes for attributes in reader.all("li") if "data-leg" in attributes]
    assert [attributes["id"] for attributes in items] == [f"step-{n}" for n in range(1, 10)]
    listed = reader.text("ol")
    for step in narrate(station, route):
        for line in step.lines:
            assert line.text.en.replace(" ", "") in listed.replace(" ", "")
            assert line.text.ko.replace(" ", "") in listed.replace(" ", "")  # to be shown to staff


def test_a_lost_step_is_found() -> None:
    """The comparison above bites: a list without the last step lacks its doors."""
    page, *_ = made()
    cut = re.sub(r'<li id="step-9".*?</li>\s*</ol>', "</ol>", page, flags=re.DOTALL)
    assert doors(Reader(cut).text("ol")) != doors(Reader(page).text("ol"))


def test_header_notes_and_sources_stand_on_the_page() -> None:
    page, *_ = made()
    words = Reader(page).text("main")
    for told in (
        "21분", "470 m", "2번, 역무원 호출", "밖으로 나가요", "30분 안에 다시 들어가요", "정보가 서로 달라요",
        "다른 길을 몰라요", "02-000-0004", "7호선 B1", "아직 몰라요", "현장 조사(test)", "2026-11-23",
    ):  # fmt: skip
        assert told in words, told


# ── safety and sameness ──────────────────────────────────────────────────────


def test_evil_names_are_escaped_everywhere() -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    station, route = gana(name=evil)
    station = replace(
        station,
        name=StationName(evil, evil),
        places=tuple(replace(place, name=Text(evil, evil)) for place in station.places),
        directions=tuple(replace(d, terminus=StationName(evil, evil)) for d in station.directions),
        phones={"4": evil},
    )
    legs = tuple(
        replace(
            leg,
            traversals=tuple(
                replace(t, link=replace(t.link, met=tuple(replace(m, name=Text(evil, evil)) for m in t.link.met)))
                for t in leg.traversals
            ),
        )
        for leg in route.legs
    )
    assert any(met.kind is MetKind.LANDMARK for leg in legs for t in leg.traversals for met in t.link.met)
    page, *_ = page_of(station, replace(route, legs=legs), "ko")
    reader = Reader(page)
    assert not reader.all("script")
    assert not reader.all("img")
    assert not any(name.startswith("on") for _, attributes in reader.elements for name in attributes)
    assert evil in reader.text("h1")


def test_control_characters_reach_no_page() -> None:
    page, *_ = made(name="가\x00나\u202e다")
    assert "가나다역" in page
    assert "\x00" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_same_route_makes_the_same_page(lang: str) -> None:
    assert made(lang)[0] == made(lang)[0]


def test_page_colours_are_readable() -> None:
    page, *_ = made()
    css = page[page.index("<style>") : page.index("</style>")]
    for colour in set(re.findall(r"[;{]color:(#[0-9A-Fa-f]{6})", css)) - {style.PAPER}:
        assert style.contrast(colour, style.PAPER) >= 4.5
        assert style.contrast(colour, style.ROUTE_TINT) >= 4.5


def test_every_character_of_a_pilots_page_can_be_drawn() -> None:
    from muui_maps.maps.fonts import missing_glyphs

    loaded = mm.load("nowon")
    route = loaded.route("4:상계", "7:중계")
    for lang in ("ko", "en"):
        page, *_ = page_of(loaded.model, route.model, lang)
        words = " ".join(text for path, text in Reader(page).texts if "style" not in path)
        assert missing_glyphs(words) == ()
        assert "노원" in words
