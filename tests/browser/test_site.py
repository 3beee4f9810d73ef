"""The site for riders in a real browser: from a file, without a script, without a signal, and with every choice."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from browser.conftest import PHONE, Once, Open
from browser.measured import page_faults, words_of
from browser.readers import axe_faults, with_axe
from muui_maps.api import Atlas, open_atlas
from muui_maps.cli import main
from muui_maps.errors import NoRouteError
from muui_maps.maps.oblique import oblique_scene
from muui_maps.maps.style import THEMES
from muui_maps.plans import route_floors
from muui_maps.profiles import PROFILES
from muui_maps.site.making import make_site
from muui_maps.site.views import path_text

STATIONS = ("daerim", "express-bus-terminal", "gasan-digital-complex", "konkuk-univ", "nowon")
TRANSFER = "nowon/4-sanggye_7-junggye.{}.html"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return open_atlas()


def address(file: Path, **state: str) -> str:
    return f"{file.as_uri()}#{'&'.join(f'{key}={quote(value)}' for key, value in state.items())}"


def opened(page: Any, url: str) -> None:
    """Open a page and wait until its other answers are at hand."""
    page.goto("about:blank")
    page.goto(url)
    page.wait_for_selector("#choose:not([hidden])")


def path_shown(page: Any) -> str:
    found: str = page.get_attribute("#answer article", "data-path")
    return found


def test_from_a_file_the_page_gives_the_command_lines_answer_for_every_choice(
    window: Open, site: Path, atlas: Atlas
) -> None:
    loaded = atlas.load("노원")
    with window(width=PHONE) as shown:
        page = shown.page
        file = site / TRANSFER.format("ko")
        opened(page, file.as_uri())
        units = page.eval_on_selector_all("#choose [name=out] option", "all => all.map(each => each.value)")
        assert len(units) == 6, "everything works, and five lifts"
        for profile in PROFILES:
            page.select_option("#choose [name=profile]", profile)
            for unit in units:
                page.select_option("#choose [name=out]", unit)
                try:
                    route = loaded.route("4:상계", "7:중계", profile=profile, without=[unit] if unit else [])
                    expected = path_text(route.model)
                except NoRouteError:
                    expected = ""
                assert path_shown(page) == expected, (profile, unit)


def picture_told(page: Any, view: str) -> str:
    """What a view says of itself to a screen reader, once somebody has come near enough for it to open."""
    page.locator(f"#{view}").scroll_into_view_if_needed()
    page.wait_for_selector(f"#{view} svg[role=img]")
    told: str = page.locator(f"#{view} svg desc").first.text_content()
    return told


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_another_way_shows_its_own_oblique_and_plans(window: Open, site: Path, atlas: Atlas, lang: str) -> None:
    loaded = atlas.load("노원")
    with window(width=PHONE) as shown:
        page = shown.page
        opened(page, (site / TRANSFER.format(lang)).as_uri())
        assert not [url for url in shown.asked if "pictures" in url], "nobody has come near one"
        for profile, unit in (("manual_wheelchair", ""), ("walker", ""), ("walker", "7:EV:2")):
            page.select_option("#choose [name=profile]", profile)
            page.select_option("#choose [name=out]", unit)
            route = loaded.route("4:상계", "7:중계", profile=profile, without=[unit] if unit else [])
            drawn = oblique_scene(route.station, route.model, route.narration, lang=lang)
            assert picture_told(page, "oblique") == drawn.description
            legs = page.eval_on_selector_all(
                "#oblique [data-role^='leg:']", "all => all.map(each => each.getAttribute('data-role'))"
            )
            assert legs == [each.role for each in drawn.marks if (each.role or "").startswith("leg:")]
            picture_told(page, "plans")
            floors = route_floors(loaded, route.model)
            assert page.locator("#plans svg[role=img]").count() == len(floors)
        assert len([url for url in shown.asked if f"transfers.{lang}.js" in url]) == 1


def test_an_exit_has_all_pictures_and_printing_waits_for_none_of_them(window: Open, site: Path) -> None:
    with window() as shown:
        page = shown.page
        page.goto(address(site / "nowon" / "4-sanggye_exits.ko.html", pair="4:상계>exit:3"))
        page.wait_for_selector("#answer article")
        for view in ("section", "oblique", "plans"):
            assert "3번 출구" in page.inner_text("#answer h1")
            assert page.locator(f"#{view}").count() == 1
        page.evaluate("window.print = () => { window.printed = document.querySelectorAll('#oblique svg').length; }")
        page.click("#print")
        page.wait_for_function("window.printed !== undefined")
        assert page.evaluate("window.printed") == 1, "the oblique is there before the paper is"


def test_a_file_of_pictures_that_is_missing_is_told_in_words(window: Open, site: Path, tmp_path: Path) -> None:
    shutil.copytree(site, tmp_path / "site")
    (tmp_path / "site" / "nowon" / "transfers.en.js").unlink()
    with window() as shown:
        page = shown.page
        opened(page, (tmp_path / "site" / TRANSFER.format("en")).as_uri())
        page.locator("#oblique").scroll_into_view_if_needed()
        page.get_by_text("file of pictures could not be opened").first.wait_for()
        shown.errors.clear()  # the browser notes the missing file


def test_a_shared_link_opens_what_was_chosen_and_the_other_language_keeps_it(window: Open, site: Path) -> None:
    with window() as shown:
        page = shown.page
        opened(page, (site / TRANSFER.format("ko")).as_uri())
        page.select_option("#choose [name=profile]", "powered_wheelchair")
        page.select_option("#choose [name=out]", "7:EV:2")
        link, path = page.url, path_shown(page)
        assert link.endswith("#profile=powered_wheelchair&out=7:EV:2")
        opened(page, link)
        assert path_shown(page) == path
        assert "7호선 엘리베이터 2" in page.inner_text(".without")
        page.click("#other-language")
        page.wait_for_selector("#choose:not([hidden])")
        assert page.get_attribute("html", "lang") == "en"
        assert path_shown(page) == path
        assert page.input_value("#choose [name=out]") == "7:EV:2"


def test_an_address_from_elsewhere_leads_to_the_page_that_answers_it(window: Open, site: Path) -> None:
    with window() as shown:
        page = shown.page
        state = {"station": "nowon", "from": "4:상계", "to": "7:중계", "profile": "stroller"}
        page.goto(address(site / "index.en.html", **state))
        page.wait_for_url("**/4-sanggye_7-junggye.en.html#profile=stroller")
        page.wait_for_selector("#choose:not([hidden])")
        assert page.input_value("#choose [name=profile]") == "stroller"
        page.goto("about:blank")
        page.goto(address(site / "index.ko.html", station="nowon", **{"from": "4:상계", "to": "exit:3"}))
        page.wait_for_url("**/4-sanggye_exits.ko.html#*")
        page.wait_for_selector("#answer article")
        assert "3번 출구" in page.inner_text("#answer h1")


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"profile": "<img src=x onerror=alert(1)>"}, "이동 유형을 몰라요"),
        ({"out": "9:EV:9"}, "설비가 이 역에 없어요"),
        ({"out": "4:ES:1"}, "그것을 타지 않아요"),
    ],
)
def test_what_an_address_says_wrong_is_told_in_words_and_never_run(
    window: Open, site: Path, state: dict[str, str], says: str
) -> None:
    with window() as shown:
        opened(shown.page, address(site / TRANSFER.format("ko"), **state))
        assert says in shown.page.inner_text("#notice")
        assert shown.page.locator("#notice img").count() == 0
        assert path_shown(shown.page)


def test_a_station_that_is_not_there_is_told_in_words(window: Open, site: Path) -> None:
    with window() as shown:
        shown.page.goto(address(site / "index.ko.html", station="<b>atlantis</b>"))
        assert "<b>atlantis</b>" in shown.page.inner_text("#notice")
        shown.page.goto("about:blank")
        shown.page.goto(address(site / "nowon" / "index.ko.html", **{"from": "4:상계", "to": "4:상계"}))
        assert "이 역에 없어요" in shown.page.inner_text("#notice")


TYPED: dict[str, tuple[str, ...]] = {
    "노원": ("nowon",),
    "노원역": ("nowon",),
    "ㄴㅇ": ("nowon",),
    "NoWon": ("nowon",),
    "ㄷㄹ": ("daerim",),
    "411": ("nowon",),
    "4호선": ("nowon",),
    "Line 7": STATIONS,
    "7": STATIONS,
    "2": ("daerim", "konkuk-univ"),
    "무릉": (),
}


def test_a_station_is_found_as_people_type_it(window: Open, site: Path) -> None:
    with window(width=PHONE) as shown:
        shown.page.goto((site / "index.ko.html").as_uri())
        for typed, found in TYPED.items():
            shown.page.fill("#query", typed)
            ids = shown.page.eval_on_selector_all(
                "#stations li:not([hidden])", "all => all.map(each => each.getAttribute('data-id'))"
            )
            assert sorted(ids) == sorted(found), typed
            told = shown.page.inner_text("#found")
            assert ("찾는 역이 없어요" in told) == (not found), typed


def test_without_a_script_words_pictures_and_exits_are_there(window: Open, site: Path, atlas: Atlas) -> None:
    route = atlas.load("노원").route("4:상계", "7:중계")
    with window(java_script_enabled=False) as shown:
        page = shown.page
        page.goto((site / TRANSFER.format("ko")).as_uri())
        assert page.locator("li.card").count() == len(route.narration)
        for step in route.narration:
            assert step.title.ko in page.inner_text("ol.cards").replace("\n", " ")
        assert page.locator(".picture svg[role=img]").first.bounding_box()["height"] > 300
        assert not page.locator("#choose").is_visible()
        assert page.locator("noscript").first.is_visible()
        page.goto((site / "nowon" / "4-sanggye_exits.ko.html").as_uri())
        assert page.locator("details.exit").count() == len(atlas.load("노원").model.exits)
        shown_picture = page.locator("details.exit[open] .picture svg[role=img]")
        assert shown_picture.count() == 1
        assert shown_picture.bounding_box()["height"] > 300
        page.goto((site / "index.ko.html").as_uri())
        assert page.locator("#stations a").count() == len(STATIONS)


def test_pages_fit_a_phone_and_targets_a_finger(window: Open, site: Path) -> None:
    files = ["index.ko.html", "nowon/index.en.html", TRANSFER.format("en"), "nowon/4-sanggye_exits.ko.html"]
    small = """() => Array.from(document.querySelectorAll(
        'a, button, summary, select, input:not([type=radio]), label:has([type=radio])'))
        .filter(each => each.offsetParent && !each.classList.contains('skip'))
        .map(each => [each.getBoundingClientRect(), each.outerHTML.slice(0, 80)])
        .filter(([box]) => box.width < 24 || (box.height < 24)).map(([, markup]) => markup)"""
    with window(width=PHONE) as shown:
        for name in (*files, "daerim/7-sinpung_2-sindorim.ko.html", "404.html"):
            shown.page.goto((site / name).as_uri())
            shown.page.wait_for_timeout(150)
            assert shown.page.evaluate("document.documentElement.scrollWidth") <= PHONE, name
            assert shown.page.evaluate(small) == [], name


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_axe_finds_nothing(window: Open, served: str, lang: str) -> None:
    """On the first page and where nothing is; and on a transfer with its pictures whole, in all colours."""
    faults = []
    # axe itself comes from elsewhere, and asks for the style sheets, which a page from a file may not
    with window(width=PHONE, bypass_csp=True) as shown:
        page = shown.page
        with_axe(page)
        for name in (f"index.{lang}.html", "404.html", TRANSFER.format(lang)):
            page.goto(served + name)
            if name == TRANSFER.format(lang):
                page.wait_for_selector("#choose:not([hidden])")
                page.click("#step-2 .seen a")
            for theme in THEMES:
                page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", theme)
                faults += [f"{name} in {theme}: {fault}" for fault in axe_faults(page)]
    assert faults == []


def test_colours_follow_the_device_and_the_readers_choice_comes_first(window: Open, site: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    with window(color_scheme="dark") as shown:
        page = shown.page
        opened(page, (site / TRANSFER.format("ko")).as_uri())
        assert page.evaluate(ground) == "rgb(0, 0, 0)"
        route = "getComputedStyle(document.querySelector('.picture [data-role=\"leg:0\"]')).stroke"
        assert page.evaluate(route) == "rgb(255, 214, 10)"
        page.click("#display summary")
        page.check("input[name=theme][value=light]")
        page.check("input[name=size][value=large]")
        assert page.evaluate(ground) == "rgb(255, 255, 255)"
        opened(page, (site / TRANSFER.format("en")).as_uri())
        assert page.evaluate(ground) == "rgb(255, 255, 255)", "kept for the next page"
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"


def test_on_paper_the_steps_stand_without_buttons(window: Open, site: Path) -> None:
    with window(color_scheme="dark") as shown:
        page = shown.page
        opened(page, (site / TRANSFER.format("ko")).as_uri())
        page.emulate_media(media="print")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        for hidden in ("#choose", ".bar", "#tools", ".report", ".seen"):
            assert not page.locator(hidden).first.is_visible(), hidden
        assert page.locator("li.card").last.is_visible()
        inked = "Array.from(document.querySelectorAll('.card .icon'), e => getComputedStyle(e).printColorAdjust)"
        assert set(page.evaluate(inked)) == {"exact"}, "pictograms are grounds cut to shape: printers leave grounds out"


def test_buttons_of_one_row_are_as_high_on_a_phone(window: Open, site: Path) -> None:
    with window(width=PHONE) as shown:
        page = shown.page
        page.goto((site / "nowon" / "index.ko.html").as_uri())
        heights = page.eval_on_selector_all(
            ".links.exits a", "all => all.map(each => each.getBoundingClientRect().height)"
        )
        assert max(heights) - min(heights) < 1, heights


def test_a_report_is_kept_saved_and_read_by_the_survey(
    window: Open, site: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with window(accept_downloads=True) as shown:
        page = shown.page
        opened(page, (site / TRANSFER.format("ko")).as_uri())
        page.click("#step-2 .seen a")
        page.click("#report-body button[type=submit]")
        assert "하나는 적어 주세요" in page.inner_text("#notice")
        page.check("#report-body input[value=under_repair]")
        page.fill("#report-body textarea", '=cmd|"/C calc"!A1, 문이 "반쯤" 열려요')
        page.click("#report-body button[type=submit]")
        page.click("#step-3 .seen a")
        page.check("#report-body input[value=changed]")
        page.click("#report-body button[type=submit]")
        assert ": 2" in page.inner_text("#report-body")
        with page.expect_download() as waiting:
            page.click("#report-save")
        file = tmp_path / waiting.value.suggested_filename
        waiting.value.save_as(file)
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    assert main(["survey", "import", str(file), "--workspace", str(workspace), "--json"]) == 0
    capsys.readouterr()
    assert main(["route", "노원", "--from", "4:상계", "--to", "7:중계", "--workspace", str(workspace), "--json"]) in (
        0,
        5,
    )
    told = json.loads(capsys.readouterr().out)
    assert "4:EV:내부1" not in {ride["unit"] for ride in told.get("rides", [])}


def test_served_pages_open_without_a_signal(window: Open, served: str) -> None:
    with window(width=PHONE) as shown:
        page = shown.page
        page.goto(served + "index.ko.html")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.goto(served + "nowon/index.ko.html")
        page.click("#keep")
        page.get_by_text("저장했어요").first.wait_for()
        page.context.set_offline(offline=True)
        page.goto(served + TRANSFER.format("en"))
        page.wait_for_selector("#choose:not([hidden])")
        page.select_option("#choose [name=profile]", "walker")
        assert path_shown(page)
        assert page.evaluate("document.fonts.check('16px \"Muui Sans\"')")
        page.goto(served + "daerim/index.ko.html")
        assert "신호가 없어요" in page.inner_text("h1")
        page.context.set_offline(offline=False)
        shown.errors.clear()  # the browser complains of the missing network, as it should


def test_a_page_that_is_not_there_says_so(window: Open, served: str) -> None:
    with window() as shown:
        shown.page.goto(served + "nowon/nobody.ko.html")
        assert "이런 페이지는 없어요" in shown.page.inner_text("h1")
        shown.errors.clear()  # the browser notes the 404


def test_no_words_lie_over_others_or_leave_the_window(window: Open, site: Path) -> None:
    faults = []
    with window(width=PHONE) as shown:
        for file in sorted((site / "nowon").glob("*.html"))[::3]:
            if file.name.startswith("index"):  # nothing is asked there
                shown.show(file)
            else:
                opened(shown.page, file.as_uri())
            for width in (320, PHONE):
                shown.place(width)
                faults += [f"{file.name} at {width}: {fault}" for fault in page_faults(words_of(shown.page))]
    assert faults == []


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_names_of_lines_and_long_names_keep_to_their_room_on_a_phone(window: Open, once: Once, lang: str) -> None:
    """The pilots' lines have numbers alone; here are two with names, and a station whose name is longer than a line."""

    def make(folder: Path) -> None:
        atlas = open_atlas()
        assert make_site(atlas, atlas.chosen(["인천공항1터미널", "별내"]), folder, workers=1).failed == ()

    folder = once("named-lines", make)
    files = [folder / f"index.{lang}.html", *sorted(folder.glob(f"*/*.{lang}.html"))]
    assert len(files) > 10
    faults = []
    with window(width=PHONE) as shown:
        for file in files:
            shown.show(file)
            faults += [f"{file.name}: {fault}" for fault in page_faults(words_of(shown.page))]
    assert faults == []
