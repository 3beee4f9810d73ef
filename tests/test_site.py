"""The site for riders: the same answers as the command line, in pages that need neither script nor network."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import io
import json
import re
import zlib
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import Run
from site_pages import Reader, numbers_of, path_of, pictures_of, schema_of, seen_of, ways_of

from muui_maps import build
from muui_maps.api import Atlas, open_atlas
from muui_maps.errors import NoRouteError
from muui_maps.maps.oblique import oblique_scene
from muui_maps.maps.scene import Circle, Mark, Polyline, Scene, Words
from muui_maps.maps.style import ON_ROUTE, PAPER, ROUTE
from muui_maps.maps.svg import render_svg
from muui_maps.model import Endpoint, Route, Text, UnitKind
from muui_maps.plans import floor_plan, route_floors
from muui_maps.profiles import DEFAULT_PROFILE, PROFILES
from muui_maps.resolve import file_stem
from muui_maps.site import making, pages, views
from muui_maps.site.answers import Asked, NoWay
from muui_maps.site.front import Entry, initials, keys
from muui_maps.site.lightening import light_svg, rules
from muui_maps.site.packing import Pack, unpacked
from muui_maps.site.pages import EXITS, StationPages, Wish, exits_stem
from muui_maps.site.report import COLUMNS
from muui_maps.site.shell import said_by_script
from muui_maps.site.views import VIEWS, path_text

if TYPE_CHECKING:
    from muui_maps.api import LoadedStation

PILOTS = ("nowon", "konkuk-univ", "gasan-digital-complex", "daerim", "express-bus-terminal")
AS_OF = "2026-11-27"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return open_atlas()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, atlas: Atlas) -> Path:
    """대림, made once: some of its transfers have no way today."""
    folder = tmp_path_factory.mktemp("site")
    made = making.make_site(
        atlas, [atlas.definition("대림")], folder, as_of=AS_OF, contact="maps@example.org", workers=1
    )
    assert made.failed == ()
    return folder


def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


# ── the same answer as the command line ──────────────────────────────────────


def said_by_the_command_line(
    loaded: LoadedStation, pair: tuple[Endpoint, Endpoint], profile: str, out: str
) -> str | None:
    try:
        return path_text(loaded.route(*pair, profile=profile, without=[out] if out else []).model)
    except NoRouteError:
        return None


@pytest.mark.parametrize("station", PILOTS)
def test_page_and_command_line_agree_on_every_transfer_traveller_and_single_outage(
    station: str, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "VIEWS", ())  # pictures are drawn from the same routes; here only the answers count
    loaded = atlas.load(station)
    made = StationPages(loaded, Wish(), {})
    moving = {UnitKind.ELEVATOR, UnitKind.WHEELCHAIR_LIFT}
    compared = 0
    for pair in loaded.transfers:
        ways = ways_of(dict(made.transfer(pair))[f"{file_stem(loaded.model, *pair)}.ko.html"])
        told = {number: path_of(piece) for number, piece in enumerate(ways.pieces)}
        key = f"{pair[0].key}>{pair[1].key}"
        for profile in PROFILES:
            table = ways.answers[key][profile]
            for out in ("", *(unit.id for unit in loaded.model.units if unit.kind in moving or unit.id in table)):
                number = table.get(out, table[""])
                assert told[number] == said_by_the_command_line(loaded, pair, profile, out), (key, profile, out)
                compared += 1
    assert compared >= len(loaded.transfers) * len(PROFILES) * 5


def test_pages_of_exits_agree_too(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "VIEWS", ())
    loaded = atlas.load("건대입구")
    made = StationPages(loaded, Wish(), {})
    platform = made.platforms[0]
    for inwards in (False, True):
        stem = exits_stem(loaded.model, platform, inwards=inwards)
        page = dict(made.to_exits(platform, inwards=inwards))[f"{stem}.en.html"]
        ways = ways_of(page)
        assert len(ways.answers) == len(loaded.model.exits)
        for key, profiles in ways.answers.items():
            start, _, end = key.partition(">")
            pair = loaded.endpoint(start), loaded.endpoint(end)
            for profile, table in profiles.items():
                for unit, number in table.items():
                    assert path_of(ways.pieces[number]) == said_by_the_command_line(loaded, pair, profile, unit)
        # Without a script every exit is there in words.
        reader = Reader(page)
        assert [e.attributes["id"] for e in reader.all("details", **{"class": "exit"})] == [
            f"exit-{each.exit}" for each in made.exits
        ]


def test_without_a_script_the_quickest_exit_has_its_picture(atlas: Atlas) -> None:
    loaded = atlas.load("건대입구")
    made = StationPages(loaded, Wish(as_of=AS_OF), {})
    platform = made.platforms[0]
    page = dict(made.to_exits(platform, inwards=False))[f"{exits_stem(loaded.model, platform, inwards=False)}.ko.html"]
    routes = {each.exit: loaded.route(platform, each) for each in made.exits}
    quickest = min(routes, key=lambda number: routes[number].model.seconds.typical)
    reader = Reader(page)
    opened = [e for e in reader.all("details", **{"class": "exit"}) if "open" in e.attributes]
    assert [e.attributes["id"] for e in opened] == [f"exit-{quickest}"]
    shown = reader.all("svg", role="img")
    assert len(shown) == 1
    assert (shown[0].attributes["id"] or "").startswith("section-konkuk-univ-")
    assert f"exit-{quickest}" in (shown[0].attributes["id"] or "")
    assert "가장 빨라요" in " ".join(reader.texts)


def test_a_lift_that_would_do_as_well_is_no_longer_offered_when_it_is_out(atlas: Atlas) -> None:
    """노원's lifts 2 and 4 stand side by side: without one the way is told with the other alone."""
    loaded = atlas.load("노원")
    pair = loaded.endpoint("4:상계"), loaded.endpoint("7:중계")
    answers = {each.out: each for each in Asked(loaded).answers(pair) if each.profile == "manual_wheelchair"}
    assert {"7:EV:2", "7:EV:4"} <= set(answers)
    whole, without = answers[""].found, answers["7:EV:2"].found
    assert isinstance(whole, Route)
    assert isinstance(without, Route)

    def offered(route: Route) -> set[str]:
        return {unit for leg in route.legs if leg.unit for unit in (leg.unit.id, *leg.same_as)}

    assert offered(whole) - offered(without) == {"7:EV:2"}


def test_where_a_lift_is_out_and_no_way_is_left_the_page_says_where_else_to_change(atlas: Atlas) -> None:
    loaded = atlas.load("노원")
    pair = loaded.endpoint("4:상계"), loaded.endpoint("7:중계")
    answers = [each for each in Asked(loaded).answers(pair) if each.profile == "manual_wheelchair"]
    lost = next(each for each in answers if each.out == "7:EV:1")
    assert isinstance(lost.found, NoWay)
    assert lost.instead is not None
    assert "창동역" in lost.instead.ko
    page = dict(StationPages(loaded, Wish(), {}).transfer(pair))["4-sanggye_7-junggye.en.html"]
    assert lost.instead.en in " ".join(Reader(ways_of(page).answer("4:상계>7:중계", lost.profile, lost.out)).texts)


# ── the pages ────────────────────────────────────────────────────────────────


def test_every_transfer_every_exit_and_the_station_have_pages_in_both_languages(out: Path, atlas: Atlas) -> None:
    loaded = atlas.load("대림")
    names = {file.name for file in (out / "daerim").iterdir()}
    stems = [file_stem(loaded.model, *pair) for pair in loaded.transfers]
    for direction in loaded.model.directions:
        platform = Endpoint(direction.line, direction.next_station.ko)
        stems += [exits_stem(loaded.model, platform, inwards=inwards) for inwards in (False, True)]
    wanted = {f"{stem}.{lang}.html" for stem in (*stems, "index") for lang in ("ko", "en")}
    assert wanted <= names
    assert len(stems) == 8 + 8


def test_every_link_of_every_page_leads_to_a_file(out: Path) -> None:
    for page in out.rglob("*.html"):
        reader = Reader(text(page))
        ids = {e.attributes["id"] for e in reader.elements if "id" in e.attributes}
        assert len(ids) == sum("id" in e.attributes for e in reader.elements), f"{page}: an id twice"
        for e in reader.elements:
            target = e.attributes.get("href") or e.attributes.get("src")
            if target is None or target.startswith("tel:"):
                continue
            assert not re.match(r"[a-z]+:|//", target), f"{page} asks for {target} from elsewhere"
            file, _, anchor = target.partition("#")
            assert not file or (page.parent / file).is_file(), f"{page}: {target}"
            assert not anchor or file or anchor in ids, f"{page}: {target}"


def test_no_page_runs_or_styles_inline_and_nothing_comes_from_elsewhere(out: Path) -> None:
    for page in out.rglob("*.html"):
        reader = Reader(text(page))
        policy = reader.all("meta", http_equiv="Content-Security-Policy")[0].attributes["content"] or ""
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        for e in reader.elements:
            assert "style" not in e.attributes, f"{page}: {e}"
            assert not any(name.startswith("on") for name in e.attributes), f"{page}: {e}"
            runs = e.name == "script" and e.attributes.get("type") in (None, "module", "text/javascript")
            assert not runs or e.attributes.get("src"), f"{page}: {e}"
    script = text(out / "assets" / "site.js") + text(out / "sw.js")
    assert not re.search(r"\beval\(|new Function|document\.write|insertAdjacentHTML|https?://", script)
    assert script.count("innerHTML") == 3, "the list kept, and the page's own pieces and pictures put in"
    assert not re.search(r"https?://(?!www\.w3\.org/)", text(out / "assets" / "site.css"))


def test_without_a_script_the_page_has_words_and_picture_of_the_usual_way(out: Path, atlas: Atlas) -> None:
    loaded = atlas.load("대림")
    pair = loaded.endpoint("2:신도림"), loaded.endpoint("7:남구로")
    route = loaded.route(*pair)
    for lang in ("ko", "en"):
        reader = Reader(text(out / "daerim" / f"{file_stem(loaded.model, *pair)}.{lang}.html"))
        steps = [e for e in reader.all("li") if (e.attributes.get("id") or "").startswith("step-")]
        assert [e.attributes["id"] for e in steps] == [f"step-{n}" for n in range(1, len(route.narration) + 1)]
        assert len(reader.all("svg", role="img")) == sum(not view.apart for view in VIEWS)
        words = " ".join(reader.texts)
        for step in route.narration:
            assert (step.title.ko if lang == "ko" else step.title.en) in words
        assert reader.all("form", id="choose")[0].attributes.get("hidden", "no") is None
        assert len(reader.all("noscript")) == 2 + sum(view.apart for view in VIEWS)


def test_a_transfer_without_a_way_says_why_whom_to_ask_and_who_can(out: Path) -> None:
    page = text(out / "daerim" / "7-sinpung_2-sindorim.ko.html")
    words = " ".join(Reader(page).texts)
    for told in ("갈 수 있는 길이 없어요", "수리 중", "역에 물어보기", "이렇게는 갈 수 있어요", "걸어서"):
        assert told in words, told
    assert 'href="tel:' in page


def test_titles_of_pages_and_the_order_of_headings(out: Path) -> None:
    for page in (out / "daerim").glob("*.html"):
        reader = Reader(text(page))
        levels = [int(e.name[1]) for e in reader.elements if re.fullmatch(r"h[1-6]", e.name)]
        assert levels[0] == 1, page
        assert levels.count(1) == 1, page
        assert all(later - earlier <= 1 for earlier, later in pairwise(levels)), page
        assert reader.all("main", id="main")
        assert reader.all("html")[0].attributes["lang"] == page.suffixes[-2][1:]


def test_colours_are_variables_that_every_theme_defines(out: Path) -> None:
    used = set()
    for page in (out / "daerim").glob("*.html"):
        content = text(page)
        used |= set(re.findall(r"var\(--([A-Z_]+)\)", content))
        for piece in ways_of(content).pieces if 'id="ways"' in content else ():
            used |= set(re.findall(r"var\(--([A-Z_]+)\)", piece))
    style = text(out / "assets" / "site.css")
    used |= set(re.findall(r"var\(--([A-Z_]+)\)", style))
    assert {"ROUTE", "PAPER", "INK"} <= used
    for selector in (":root", "prefers-color-scheme:dark", "prefers-contrast:more", "theme=dark", "theme=contrast"):
        block = style[style.index(selector) :]
        defined = set(re.findall(r"--([A-Z_]+):", block[: block.index("}")]))
        assert used <= defined, f"{selector} lacks {used - defined}"


def test_letters_of_a_station_are_in_its_typeface(out: Path) -> None:
    from fontTools.ttLib import TTFont

    for weight in (400, 700):
        held = set(TTFont(out / "daerim" / f"muui-{weight}.woff2").getBestCmap())
        page = text(out / "daerim" / "7-namguro_2-sindorim.ko.html")
        shown = {letter for each in Reader(page).texts for letter in each}
        shown |= set(said_by_script())
        shown |= {letter for piece in ways_of(page).pieces for each in Reader(piece).texts for letter in each}
        missing = {letter for letter in shown if ord(letter) not in held and letter.isprintable()}
        assert missing == set(), f"{weight}: {missing}"


# ── finding a station ────────────────────────────────────────────────────────


def test_a_station_is_found_by_every_way_of_writing_it(atlas: Atlas) -> None:
    found = keys(Entry(atlas.definition("노원")))
    for typed in ("노원", "ㄴㅇ", "nowon", "411", "713", "=4", "=7"):
        assert typed in found, typed
    airport = keys(Entry(atlas.definition("김포공항")))
    for typed in ("=공항철도", "=arex", "=김포골드라인", "=gimpogoldline"):
        assert typed in airport, typed
    assert "=gyeonguijungang" in keys(Entry(atlas.definition("가좌")))
    assert initials("고속터미널") == "ㄱㅅㅌㅁㄴ"


def test_the_first_page_lists_each_station_once_and_stays_light(atlas: Atlas) -> None:
    from muui_maps.site.front import front_pages

    made = dict(front_pages([Entry(each) for each in atlas.definitions], as_of=AS_OF))
    reader = Reader(made["index.ko.html"])
    rows = [e.attributes["data-id"] for e in reader.all("li") if "data-id" in e.attributes]
    assert sorted(rows, key=str) == sorted((each.id for each in atlas.definitions), key=str)
    english = [e.attributes["data-id"] for e in Reader(made["index.en.html"]).all("li") if "data-id" in e.attributes]
    assert rows.index("nowon") < rows.index("daerim")
    assert english.index("daerim") < english.index("nowon")
    assert len(gzip.compress(made["index.ko.html"].encode())) < 20_000
    assert "index.ko.html" in made["index.html"]
    assert "index.en.html" in made["404.html"]


# ── what was seen ────────────────────────────────────────────────────────────


def report(seen: dict[str, str], answer: str, note: str, schema: dict[str, object]) -> str:
    """The file that the page's script saves: the page's own columns and cells, and what the rider said."""
    columns: list[str] = schema["columns"]  # type: ignore[assignment]
    row = {**schema["fixed"], **seen, "observed_at": "2026-11-30 08:30", "note": note, seen["question"]: answer}  # type: ignore[dict-item]
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    writer.writerow([row.get(name, "") for name in columns])
    return "\ufeff" + file.getvalue()


def test_a_report_from_a_page_comes_back_through_the_survey(out: Path, workspace: Path, run: Run) -> None:
    page = text(out / "daerim" / "2-sindorim_7-namguro.ko.html")
    schema = schema_of(text(out / "assets" / "site.js"), "ko")
    assert tuple(schema["columns"]) == COLUMNS
    steps = seen_of(ways_of(page).answer("2:신도림>7:남구로", "manual_wheelchair"))
    ride = next(each for each in steps if each["question"] == "operational_status")
    walk = next(each for each in steps if each["question"] == "step_verdict")
    assert ride["feature_id"].startswith(("2:EV:", "7:EV:"))
    assert walk["route"] == "2:신도림>7:남구로"

    for name, content in (
        ("ride.csv", report(ride, "out_of_order", '문이 안 닫혀요, "끼익"', schema)),
        ("walk.csv", report(walk, "wrong", "=HYPERLINK", schema)),
    ):
        file = workspace / name
        file.write_text(content, encoding="utf-8")
        ran = run("survey", "import", file, "--workspace", workspace, "--json")
        assert ran.code == 0, ran.err + ran.out
    explained = run("survey", "explain", "대림", ride["feature_id"], "--workspace", workspace)
    assert explained.code == 0, explained.err
    assert "out of order" in explained.out
    # What a rider saw changes the way for all: the lift is no longer ridden.
    ways = run("route", "대림", "--from", "2:신도림", "--to", "7:남구로", "--workspace", workspace, "--json")
    assert ways.code == 5 or ride["feature_id"] not in {each["unit"] for each in ways.json["rides"]}


def test_steps_of_another_way_are_reported_by_their_place(atlas: Atlas) -> None:
    """Its numbers are nobody's but the page's, so a walk names the place where it begins."""
    from muui_maps.site.report import Reports

    loaded = atlas.load("노원")
    reports = Reports(loaded.model)
    found = loaded.route("4:상계", "7:중계", without=["7:EV:2"])
    walks = [step for step in found.narration if step.kind == "walk"]
    seen = [reports.seen_at(found.model, step, out="7:EV:2") for step in walks]
    assert {each.question for each in seen} == {"passable"}
    assert seen[0].feature == "4:platform:상계"
    assert seen[-1].feature == "7:platform:중계"
    assert all("route" not in each.cells for each in seen)


# ── size, bytes, files ───────────────────────────────────────────────────────


def test_the_first_view_of_a_transfer_is_light(out: Path) -> None:
    for page in (out / "daerim").glob("*.html"):
        fetched = [page, out / "daerim" / "letters.css", out / "assets" / "site.css", out / "assets" / "site.js"]
        fetched += [out / "assets" / "icon.svg", *(out / "daerim").glob("*.woff2")]
        size = sum(len(gzip.compress(file.read_bytes(), 9)) for file in fetched)
        assert size < 150_000, f"{page.name}: {size}"


def test_the_same_input_gives_the_same_bytes_and_a_second_run_makes_nothing(
    out: Path, tmp_path: Path, atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digests(folder: Path) -> dict[str, str]:
        files = sorted(each for each in folder.rglob("*") if each.is_file())
        return {str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}

    chosen = [atlas.definition("대림")]
    before = digests(out)
    monkeypatch.setattr(making, "StationPages", None)  # would fail if a page were made
    again = making.make_site(atlas, chosen, out, as_of=AS_OF, contact="maps@example.org", workers=1)
    assert again.unchanged == ("daerim",)
    assert digests(out) == before
    monkeypatch.undo()
    other = tmp_path / "other"
    making.make_site(atlas, chosen, other, as_of=AS_OF, contact="maps@example.org", workers=1)
    assert digests(other) == before


def test_a_phone_is_told_of_every_file_of_a_station(out: Path) -> None:
    told = json.loads(text(out / "daerim" / making.FILES))
    there = {each.name for each in (out / "daerim").iterdir()}
    assert sorted(there - {making.FILES, making.RECORD}) == told
    assert {"index.ko.html", "transfers.ko.js", "exits.en.js"} <= set(told)


def test_what_an_earlier_run_made_goes_and_what_others_put_there_stays(tmp_path: Path) -> None:
    folder = tmp_path / "daerim"
    made = making.MadeStation("daerim", 1, 1, 1, 1)
    making._place(folder, {"old.ko.html": b"old"}, made, "key")  # noqa: SLF001 - the step between two runs
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    making._place(folder, {"new.ko.html": b"new"}, made, "key")  # noqa: SLF001
    assert sorted(file.name for file in folder.iterdir()) == [making.RECORD, "new.ko.html", "notes.txt"]


def test_a_page_that_fails_costs_no_other(tmp_path: Path, atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = StationPages.transfer

    def broken(self: StationPages, pair: tuple[Endpoint, Endpoint]) -> object:
        if pair[0].key == "2:신도림":
            raise ValueError("a lift fell out of the table")
        return whole(self, pair)

    monkeypatch.setattr(StationPages, "transfer", broken)
    monkeypatch.setattr(pages, "VIEWS", ())
    made = making.make_site(atlas, [atlas.definition("대림")], tmp_path, workers=1)
    assert [each.exit_code for each in made.failed] == [1, 1]
    assert "2:신도림" in made.failed[0].reason.ko
    assert (tmp_path / "daerim" / "7-namguro_2-sindorim.ko.html").is_file()
    # It is no finished station: the next run tries again.
    monkeypatch.undo()
    assert json.loads(text(tmp_path / "daerim" / making.RECORD))["key"] == ""


def test_plan_b_of_an_answer_is_what_searches_of_its_own_find(atlas: Atlas) -> None:
    """Ways without two lifts are mostly not searched; each is told as if it had been."""
    loaded = atlas.load("gasan-digital-complex")
    asked, ways = Asked(loaded), 0

    def told(other: Route | Text | None) -> object:
        """All but which units were left out, which the question says."""
        return replace(other, unavailable=()) if isinstance(other, Route) else other

    for pair in loaded.transfers[:4]:
        for answer in asked.answers(pair):
            if isinstance(answer.found, Route) and answer.out:
                wish = build.Wish(profile=answer.profile, without=(answer.out,))
                plain = build.plan_b(loaded, answer.found, wish)
                assert {unit: told(way) for unit, way in answer.plan_b.items()} == {
                    unit: told(way) for unit, way in plain.items()
                }
                ways += sum(isinstance(way, Route) for way in plain.values())
    assert ways > 10


def test_the_command_makes_a_site_and_keeps_its_contract(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from test_schemas import faults

    monkeypatch.setattr(pages, "VIEWS", ())
    ran = run("site", "건대입구", "--out", tmp_path / "site", "--workers", "1", "--json")
    assert ran.code == 0, ran.err
    assert faults("site", ran.json) == []
    files = [each for each in (tmp_path / "site").rglob("*") if each.is_file() and not each.name.startswith(".")]
    assert ran.json["files"] == len(files)
    assert ran.json["bytes"] == sum(each.stat().st_size for each in files)
    told = run("site", "건대입구", "--out", tmp_path / "site", "--workers", "1")
    assert "had not changed" in told.out
    assert "index.en.html" in told.out


def test_bad_wishes_are_refused_in_words(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", encoding="utf-8")
    assert run("site", "노원", "--out", file).code == 2
    assert run("site", "노원", "--out", tmp_path / "x", "--as-of", "yesterday").code == 2
    assert run("site", "무릉", "--out", tmp_path / "x").code == 3
    assert run("site", "노원", "--all", "--out", tmp_path / "x").code == 2
    assert not (tmp_path / "x").exists()


# ── packing ──────────────────────────────────────────────────────────────────


def test_a_pack_gives_back_what_was_put_in_and_holds_what_is_alike_once() -> None:
    pack = Pack()
    one, two = "<p>가<b>나</b></p>\n<svg><rect/></svg>", "<p>가<b>다</b></p>\n<svg><rect/></svg>"
    assert (pack.add(one), pack.add(two), pack.add(one)) == (0, 1, 0)
    text = pack.text(answers={"a": 1})
    assert unpacked(text) == ({"answers": {"a": 1}}, (one, two))
    assert not set(text) & set("<>&\"'\\"), "letters that mean something in a page or a script"
    digits = text.replace(",", "<").replace(".", ">").replace(":", "&")
    held = json.loads(zlib.decompress(base64.b85decode(digits), -15))["fragments"]
    assert held.count("<rect/>") == 1
    assert pack.text(answers={"a": 1}) == text


def test_what_the_ways_of_a_page_have_in_common_is_held_once(out: Path) -> None:
    page = text(out / "daerim" / "2-sindorim_7-namguro.ko.html")
    whole = sum(len(piece.encode()) for piece in ways_of(page).pieces)
    packed = page.partition('id="ways">')[2].partition("<")[0]
    assert len(packed) < whole / 8


# ── pictures of the pages ────────────────────────────────────────────────────


def test_a_lightened_picture_has_the_same_words_and_marks(atlas: Atlas) -> None:
    loaded = atlas.load("노원")
    route = loaded.route("4:상계", "7:중계")
    scene = oblique_scene(route.station, route.model, route.narration, lang="ko")
    whole, light = render_svg(scene, embed_fonts=False), light_svg(scene)
    before, after = Reader(whole), Reader(light)
    halos = [e for e in before.all("text") if e.attributes.get("aria-hidden")]
    assert halos
    assert len(after.all("text")) == len(before.all("text")) - len(halos)
    assert set(after.texts) == set(before.texts)
    count = {name: (len(before.all(name)), len(after.all(name))) for name in ("polyline", "circle")}
    assert all(old == new > 10 for old, new in count.values()), count
    # A pictogram that comes again points to one that is there.
    uses = {e.attributes["href"] for e in after.all("use")}
    ids = {f"#{e.attributes['id']}" for e in after.elements if "id" in e.attributes}
    assert uses
    assert uses <= ids
    pictograms = [e for e in before.all("g") if "data-icon" in e.attributes]
    shown = [e for e in after.elements if e.name in {"g", "use"} and "transform" in e.attributes]
    assert len(shown) == len(pictograms)
    assert [e.attributes["data-role"] for e in after.elements if "data-role" in e.attributes] == [
        e.attributes["data-role"] for e in before.elements if (e.attributes.get("data-role") or "").startswith("leg:")
    ]
    assert len(light) < 0.7 * len(whole)


def test_what_the_style_sheet_says_for_a_lightened_picture_is_what_its_attributes_said() -> None:
    words = Words(1.25, 2, "가", 16, anchor="end", halo=PAPER)
    line = Polyline(((0.05, -0.02), (3.14, 2.7)), ROUTE, 3, rounded=False)
    light = Reader(light_svg(drawn(words, line)))
    assert light.texts == ["제목", "설명", "가"], "words and their halo are one"
    declared = dict(re.findall(r"\.([a-z]+\d*)\{([^}]*)\}", rules()))
    selectors = re.findall(r"([^{}]+)\{", rules())
    assert all(re.fullmatch(r"\.[a-z]+\d*", each) for each in selectors), "a <use> knows nothing of what is around it"
    assert len(selectors) == len(set(selectors))
    text, stroke = (*light.all("text"), *light.all("polyline"))
    said = [{declared[name] for name in (e.attributes["class"] or "").split()} for e in (text, stroke)]
    assert said[0] >= {"fill:var(--INK)", "font-size:16px", "text-anchor:end", "stroke:var(--PAPER)"}
    assert said[0] >= {"paint-order:stroke", "stroke-linejoin:round"}
    assert (text.attributes["stroke-width"], text.attributes["x"]) == ("3.84", "1.2")
    assert said[1] == {"fill:none", "stroke:var(--ROUTE)", "stroke-width:3"}
    assert stroke.attributes["points"] == "0.1,0 3.1,2.7"


def test_words_that_look_like_attributes_stay_in_a_lightened_picture() -> None:
    hostile = 'a version="2" data-icon="y" /><text aria-hidden="true" stroke="x">'
    scene = replace(drawn(Words(0, 0, hostile, 16, role='"><b')), title=hostile, description=hostile)
    light = Reader(light_svg(scene))
    assert light.texts == [hostile] * 3
    assert [e.name for e in light.elements] == ["svg", "title", "desc", "rect", "text"]


def test_inks_of_one_colour_stay_two_in_a_lightened_picture() -> None:
    """Paper and the words on the way are both white in the light theme, but not in the dark one."""
    assert PAPER == ON_ROUTE
    circles = Reader(light_svg(drawn(Circle(1, 2, 3, PAPER), Circle(1, 2, 3, ON_ROUTE)))).all("circle")
    declared = dict(re.findall(r"\.([a-z]+\d*)\{([^}]*)\}", rules()))
    fills = [declared[e.attributes["class"] or ""] for e in circles]
    assert fills == ["fill:var(--PAPER)", "fill:var(--ON_ROUTE)"]


def drawn(*marks: Mark) -> Scene:
    return Scene("a", 10, 10, "ko", "제목", "설명", marks)


def test_every_way_of_a_page_has_its_own_oblique_and_plans_as_the_command_line_draws_them(atlas: Atlas) -> None:
    loaded = atlas.load("노원")
    pair = loaded.endpoint("4:상계"), loaded.endpoint("7:중계")
    made = StationPages(loaded, Wish(as_of=AS_OF), {})
    ways = ways_of(dict(made.transfer(pair))["4-sanggye_7-junggye.ko.html"])
    pictures = pictures_of(dict(made.pictures())["transfers.ko.js"])
    shown = set()
    for profile, table in ways.answers["4:상계>7:중계"].items():
        for out, number in table.items():
            numbers = numbers_of(ways.pieces[number])
            try:
                route = loaded.route(*pair, profile=profile, without=[out] if out else [])
            except NoRouteError:
                assert numbers == {}
                continue
            oblique = oblique_scene(route.station, route.model, route.narration, lang="ko", as_of=AS_OF)
            assert [pictures[n] for n in numbers["oblique"]] == [light_svg(oblique)], (profile, out)
            floors = route_floors(loaded, route.model)
            plans = [light_svg(floor_plan(loaded, each, route.model, lang="ko", as_of=AS_OF)) for each in floors]
            assert [pictures[n] for n in numbers["plans"]] == plans, (profile, out)
            shown |= {*numbers["oblique"]}
    assert len(shown) > len(PROFILES)


def test_the_usual_way_to_each_exit_has_all_pictures(atlas: Atlas) -> None:
    loaded = atlas.load("대림")
    made = StationPages(loaded, Wish(as_of=AS_OF), {}, half=EXITS)
    platform = made.platforms[0]
    stem = exits_stem(loaded.model, platform, inwards=False)
    ways = ways_of(dict(made.to_exits(platform, inwards=False))[f"{stem}.en.html"])
    pictures = pictures_of(dict(made.pictures())["exits.en.js"])
    drawn = 0
    for exit_ in made.exits:
        piece = ways.answer(f"{platform.key}>{exit_.key}", DEFAULT_PROFILE)
        if not path_of(piece):
            continue
        numbers = numbers_of(piece)
        assert [e.attributes["id"] for e in Reader(piece).all("div", **{"class": "picture"})] == [v.id for v in VIEWS]
        route = loaded.route(platform, exit_)
        oblique = oblique_scene(route.station, route.model, route.narration, lang="en", as_of=AS_OF)
        assert [pictures[n] for n in numbers["oblique"]] == [light_svg(oblique)]
        assert len(numbers["plans"]) == len(route_floors(loaded, route.model))
        drawn += 1
    assert drawn > 1


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_picture_drawn_for_one_traveller_and_said_of_another_is_that_travellers(
    atlas: Atlas, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    loaded = atlas.load("대림")
    pair = loaded.endpoint("2:신도림"), loaded.endpoint("7:남구로")

    def told() -> tuple[tuple[str, ...], tuple[str, ...]]:
        made = StationPages(loaded, Wish(), {})
        page = dict(made.transfer(pair))[f"2-sindorim_7-namguro.{lang}.html"]
        return ways_of(page).pieces, pictures_of(dict(made.pictures())[f"transfers.{lang}.js"])

    shared, drawn = told(), count()
    # as if no two were alike
    monkeypatch.setattr(pages, "VIEWS", tuple(replace(view, figures=lambda _: next(drawn)) for view in VIEWS))
    monkeypatch.setattr(views, "_of_a_way", lambda _: next(drawn))
    assert told() == shared
    assert next(drawn) > 20
