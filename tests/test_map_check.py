"""The map linter: a map as drawn has no faults, and each slip that hand-made maps show is named for what it is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import Ran, Run
from test_schemas import faults as schema_faults

from muui_maps.api import load
from muui_maps.build import Wish, draw
from muui_maps.errors import InputRefusedError
from muui_maps.maps.lint.claims import claims_of
from muui_maps.maps.lint.reading import colour, read_drawing

STEM = "4-sanggye_7-junggye"
XML = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9"'


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The maps of one transfer of 노원, in both languages."""
    out = tmp_path_factory.mktemp("maps")
    station = load("노원")
    draw(station, [(station.endpoint("4:상계"), station.endpoint("7:중계"))], out, Wish(("svg",), "2026-02-11"))
    return out / "nowon"


def spoilt(drawn: Path, tmp_path: Path, change: tuple[str, str], view: str = "cards", lang: str = "ko") -> Path:
    """A map in which one thing was changed; the test fails if it was not there."""
    text = (drawn / f"{STEM}.{view}.{lang}.svg").read_text(encoding="utf-8")
    pattern, new = change
    changed, count = re.subn(pattern, new, text, count=1, flags=re.DOTALL)
    assert count == 1, pattern
    file = tmp_path / "map.svg"
    file.write_text(changed, encoding="utf-8")
    return file


def codes(ran: Ran) -> list[str]:
    return [each["code"] for each in ran.json[0]["findings"]]


def test_maps_as_drawn_have_no_faults(run: Run, drawn: Path) -> None:
    files = sorted(drawn.glob("*.svg"))
    ran = run("map", "check", *files, "--json")
    assert ran.code == 0, ran.out
    assert schema_faults("map-check", ran.json) == []
    assert [(each["findings"], each["ok"]) for each in ran.json] == [([], True)] * len(files)
    assert {each["view"] for each in ran.json} >= {"cards", "section", "oblique", "plan-4-2f"}
    assert all(each["compared"] > 50 for each in ran.json)
    assert "as the data have it" in run("map", "check", *files).out


@pytest.mark.parametrize(
    ("view", "change", "code"),
    [
        # the slips of hand-made maps
        ("cards", (r">“7호선으로 갈아타요", ">“2호선으로 갈아타요"), "map_line"),
        ("cards", (r'(data-role="line:7" )?fill="#747F00"', r'\1fill="#00A84D"'), "map_line_colour"),
        ("cards", (r">470<", ">480<"), "map_sum"),
        ("cards", (r">470<", ">480<"), "map_total"),
        ("cards", (r">110 m<", ">101 m<"), "map_figure"),
        ("cards", (r">10-1 문<", ">10-2 문<"), "map_door"),
        ("cards", (r">B3<", ">B2<"), "map_level"),
        ("cards", (r">상계 방면<", ">중계 방면<"), "map_direction"),
        ("cards", (r">상계 방면<(.*)>중계 방면<", r">중계 방면<\1>상계 방면<"), "map_direction"),
        ("cards", (r'<(rect|path)[^>]*data-role="leg:2"[^>]*/>', ""), "map_step_missing"),
        ("cards", (r"<text[^>]*>바닥 경사 주의</text>", ""), "map_missing"),
        ("cards", (r'(data-role="route"[^>]*stroke=)"#1B2A8C"', r'\1"#0052A4"'), "map_route_colour"),
        ("cards", (r">외부 1<", ">외부 2<"), "map_unit"),
        ("cards", (r">노원역<", ">노언역<"), "map_station"),
        ("cards", (r">2번 출구<", ">6번 출구<"), "map_exit"),
        ("section", (r">10-1 문에서 내리기<", ">1-1 문에서 내리기<"), "map_door"),
        ("section", (r">7호선 대합실<", ">4호선 대합실<"), "map_line"),
        ("section", (r">270 m<", ">27 m<"), "map_figure"),
        ("section", (r'<polyline[^>]*data-role="leg:4"[^>]*/>', ""), "map_step_missing"),
        ("section", (r'<g[^>]*data-role="gate:7"[^>]*>.*?</g>', ""), "map_missing"),
        ("section", (r">B1<", ">B2<"), "map_level"),
        ("section", (r"<desc[^>]*>.*?</desc>", ""), "map_aloud"),
        ("cards", (r"(<desc[^>]*>.*?)270 m", r"\1 27 m"), "map_aloud"),
        # what a map must not hold
        ("cards", (r"</svg>", "<script>alert(1)</script></svg>"), "svg_script"),
        ("cards", (r"<text ", '<text onclick="alert(1)" '), "svg_script"),
        ("cards", (r"</svg>", '<a href="javascript:alert(1)"><rect/></a></svg>'), "svg_script"),
        ("cards", (r"</svg>", '<image href="https://example.org/a.png"/></svg>'), "svg_foreign_link"),
        ("cards", (r"</svg>", "<style>@import 'https://example.org/a.css';</style></svg>"), "svg_foreign_link"),
        ("cards", (r"</svg>", "<foreignObject><p>x</p></foreignObject></svg>"), "svg_foreign_content"),
    ],
)  # fmt: skip
def test_a_slip_is_named(run: Run, drawn: Path, tmp_path: Path, view: str, change: tuple[str, str], code: str) -> None:
    ran = run("map", "check", spoilt(drawn, tmp_path, change, view), "--json")
    assert ran.code == 6
    assert code in codes(ran)
    assert not ran.json[0]["ok"]
    assert schema_faults("map-check", ran.json) == []


def test_a_slip_is_told_in_both_languages_with_its_mend(run: Run, drawn: Path, tmp_path: Path) -> None:
    file = spoilt(drawn, tmp_path, (r">10-1 문<", ">10-2 문<"))
    ran = run("map", "check", file)
    assert ran.code == 6
    assert "a door differs from the data: “10-2 문”, the data say “10-1 문”" in ran.err
    assert "문 번호가 자료와 달라요" in ran.err
    assert "Correct it to “10-1 문”." in ran.err


def test_steps_that_changed_places_are_found(run: Run, drawn: Path, tmp_path: Path) -> None:
    text = (drawn / f"{STEM}.cards.ko.svg").read_text(encoding="utf-8")
    first, second = (re.search(rf'<circle[^>]*data-role="step:{n}"[^>]*/>', text) for n in (2, 3))
    assert first
    assert second
    swapped = text.replace(first[0], "§").replace(second[0], second[0].replace("step:3", "step:2"))
    file = tmp_path / "map.svg"
    file.write_text(swapped.replace("§", first[0].replace("step:2", "step:3")), encoding="utf-8")
    ran = run("map", "check", file, "--json")
    assert "map_step_order" in codes(ran)


def test_words_moved_onto_another_card_are_found(run: Run, drawn: Path, tmp_path: Path) -> None:
    text = (drawn / f"{STEM}.cards.ko.svg").read_text(encoding="utf-8")
    card = re.search(r'<rect[^>]*data-role="leg:6"[^>]* y="([\d.]+)"', text)
    assert card
    file = tmp_path / "map.svg"
    moved = re.sub(r'(<text[^>]*) y="[\d.]+"(>110 m<)', rf'\1 y="{float(card[1]) + 60}"\2', text)
    assert moved != text
    file.write_text(moved, encoding="utf-8")
    ran = run("map", "check", file, "--json")
    assert codes(ran) == ["map_misplaced"]
    assert "another step: 7" in ran.json[0]["findings"][0]["message_en"]


def test_the_oblique_is_checked_too(run: Run, tmp_path: Path) -> None:
    from muui_maps.build import view_options
    from muui_maps.maps.oblique import oblique_scene
    from muui_maps.maps.svg import render_svg

    station = load("노원")
    route = station.route("4:상계", "7:중계")
    options = view_options(station, route.model, Wish(as_of="2026-02-11"))
    svg = render_svg(oblique_scene(*route.told(), lang="ko", **options))
    file = tmp_path / "map.svg"
    file.write_text(svg, encoding="utf-8")
    assert codes(run("map", "check", file, "--json")) == []
    spoilt = svg.replace(">개찰구 호출, 110 m<", ">개찰구 호출, 101 m<")
    assert spoilt != svg
    file.write_text(spoilt, encoding="utf-8")
    ran = run("map", "check", file, "--json")
    assert ran.code == 6
    assert "map_figure" in codes(ran)


@pytest.mark.parametrize("view", ["easy", "tactile"])
def test_easy_maps_and_plates_are_checked_too(run: Run, tmp_path: Path, view: str) -> None:
    run("map", "노원", "--from", "4:상계", "--to", "7:중계", "--view", view, "--format", "svg", "--out", tmp_path)
    files = sorted((tmp_path / "nowon").glob("*.ko.svg"))
    ran = run("map", "check", *files, "--json")
    assert ran.code == 0, ran.out
    assert all(each["compared"] > 20 for each in ran.json)
    text = files[0].read_text(encoding="utf-8")
    spoilt = text.replace(">10-1 문<", ">10-2 문<") if view == "easy" else re.sub("<circle[^>]*/>", "", text, count=1)
    assert spoilt != text
    files[0].write_text(spoilt, encoding="utf-8")
    assert codes(run("map", "check", files[0], "--json")) == ["map_door" if view == "easy" else "map_missing"]


def test_what_a_mapmaker_may_do_is_no_fault(run: Run, drawn: Path, tmp_path: Path) -> None:
    """Moving, restyling and saving from Inkscape: styles instead of attributes, groups, texts split into lines."""
    text = (drawn / f"{STEM}.cards.ko.svg").read_text(encoding="utf-8")
    text = re.sub(r' fill="(#[0-9A-F]{6})"', lambda m: f' style="fill:{m[1].lower()};fill-opacity:1"', text)
    text = re.sub(r">([^<>]+)</text>", r'><tspan xml:space="preserve">\1</tspan></text>', text)
    head, _, rest = text.partition("</desc>")
    text = f'{head}</desc><g transform="translate(12,-30)">{rest.replace("</svg>", "</g></svg>")}'
    text = text.replace("<text ", '<text font-family="Nanum Gothic" ')
    text = text.replace('width="720"', 'width="190mm"', 1)
    file = tmp_path / "inkscape.svg"
    file.write_text(text, encoding="utf-8")
    ran = run("map", "check", file, "--json")
    assert codes(ran) == []
    assert ran.code == 0


def test_rewording_is_told_but_no_fault(run: Run, drawn: Path, tmp_path: Path) -> None:
    ran = run("map", "check", spoilt(drawn, tmp_path, (r">바닥 경사 주의<", ">바닥이 기울었어요<")), "--json")
    assert codes(ran) == ["map_caption"]
    assert ran.code == 0


def test_a_hidden_warning_is_missing(run: Run, drawn: Path, tmp_path: Path) -> None:
    file = spoilt(drawn, tmp_path, (r"<text ([^>]*>바닥 경사 주의)", r'<text style="display:none" \1'))
    assert "map_missing" in codes(run("map", "check", file, "--json"))


def test_a_caption_added_by_hand_is_held_to_the_station(run: Run, drawn: Path, tmp_path: Path) -> None:
    added = '<text x="9" y="9">2호선 승강장 B7</text></svg>'
    ran = run("map", "check", spoilt(drawn, tmp_path, ("</svg>", added)), "--json")
    assert codes(ran) == ["map_line", "map_level"]


def test_a_map_without_a_way_any_more_says_so(run: Run, drawn: Path, tmp_path: Path) -> None:
    file = spoilt(drawn, tmp_path, ('data-muui-profile="[^"]*"', r'data-muui-without="7:EV:1" \g<0>'))
    assert codes(run("map", "check", file, "--json")) == ["map_no_way"]


# ── maps drawn elsewhere ─────────────────────────────────────────────────────

HAND = f"""{XML}>
<circle cx="20" cy="20" r="10" fill="#00a5de"/><text x="20" y="24">4</text>
<circle cx="60" cy="20" r="10" style="fill:#747f00"/><text x="60" y="24">7</text>
<text>상계 방면에서 중계 방면으로</text><text>10-1번 문</text><text>총 80 m</text>
<text>B1</text><text>30 m</text><text>50 m</text><text>4-2 문에서 타요</text><text>3번 출구 엘리베이터</text>
</svg>"""
ENDS = ("--station", "노원", "--from", "4:상계", "--to", "7:중계")


def hand(tmp_path: Path, old: str = "", new: str = "") -> Path:
    assert old in HAND
    file = tmp_path / "hand.svg"
    file.write_text(HAND.replace(old, new, 1) if old else HAND, encoding="utf-8")
    return file


def test_a_map_drawn_elsewhere_is_held_to_the_station(run: Run, tmp_path: Path) -> None:
    ran = run("map", "check", hand(tmp_path), *ENDS, "--json")
    assert (codes(ran), ran.code, ran.json[0]["compared"]) == ([], 0, 0)
    assert "What is missing can't be told" in run("map", "check", hand(tmp_path), *ENDS).out


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('style="fill:#747f00"', 'fill="#00A84D"', "map_line_colour"),
        ("총 80 m", "총 90 m", "map_sum"),
        ("10-1번 문", "2-4번 문", "map_door"),
        (">B1<", ">B5<", "map_level"),
        ("중계 방면", "신풍 방면", "map_direction"),
        ("3번 출구", "31번 출구", "map_exit"),
        ("<text>B1", "<text>3호선", "map_line"),
    ],
)  # fmt: skip
def test_a_slip_of_a_map_drawn_elsewhere_is_named(run: Run, tmp_path: Path, old: str, new: str, code: str) -> None:
    ran = run("map", "check", hand(tmp_path, old, new), *ENDS, "--json")
    assert (codes(ran), ran.code) == ([code], 6)


def test_without_a_station_the_map_says_what_it_needs(run: Run, tmp_path: Path) -> None:
    ran = run("map", "check", hand(tmp_path))
    assert ran.code == 2
    assert "--station" in ran.err


# ── hostile files ────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (f'<!DOCTYPE svg [<!ENTITY a "b">]>{XML}>&a;</svg>', "xml_entity_refused"),
        (f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>{XML}>&a;</svg>', "xml_entity_refused"),
        (f"{XML}><text>", "xml_syntax"),
        ("<html><body/></html>", "format_not_allowed"),
        ("\x1f\x8b\x08", "svg_compressed"),
        ("", "xml_syntax"),
        (f"{XML}>" + "<g/>" * 200_001 + "</svg>", "svg_too_large"),
        ("x" * 20_000_001, "svg_too_large"),
    ],
    ids=["entity", "external entity", "cut off", "html", "gzip", "empty", "many elements", "large"],
)
def test_a_hostile_file_is_refused(run: Run, tmp_path: Path, content: str, code: str) -> None:
    file = tmp_path / "bad.svg"
    file.write_bytes(content.encode("latin-1" if content.startswith("\x1f") else "utf-8"))
    ran = run("map", "check", file, *ENDS, "--json")
    assert ran.code == 4
    assert [each["code"] for each in ran.json["error"]["findings"]] == [code]


def test_a_file_that_is_not_there_and_a_station_that_is_none(run: Run, drawn: Path, tmp_path: Path) -> None:
    assert run("map", "check", tmp_path / "no.svg").code == 2
    file = spoilt(drawn, tmp_path, ('data-muui-station="nowon"', 'data-muui-station="../etc"'))
    assert run("map", "check", file).code == 3


# ── reading ──────────────────────────────────────────────────────────────────


def test_what_a_text_names() -> None:
    said = claims_of("7호선 B3 승강장, 지하 2층, 4-3·4-4 문, 중계 방면, 3-1번 출구에서 40 m")
    assert said.lines == {"7"}
    assert said.levels == {"B3", "B2"}
    assert said.doors == {"4-3", "4-4"}
    assert said.directions == {"중계"}
    assert said.exits == {"3-1"}
    assert said.metres == (40,)
    english = claims_of("Line 7 for Junggye, door 4-2, exit 3")
    assert english.lines == {"7"}
    assert english.directions == {"Junggye"}
    assert (english.doors | english.exits) == {"4-2", "3"}
    assert claims_of("2025-08-11").doors == frozenset()


def test_colours_are_read_in_every_spelling() -> None:
    assert {colour(each) for each in ("#0af", "#00AAFF", "#00aaff", "rgb(0, 170, 255)")} == {"#00AAFF"}
    assert colour("None") == "none"


def test_simple_classes_colour_shapes() -> None:
    content = f'{XML}><style>.a{{fill:#00a84d}}</style><circle class="a" r="3"/></svg>'
    (mark,) = read_drawing(content.encode(), "x.svg").marks
    assert mark.fill == "#00A84D"


def test_nothing_is_fetched_or_run() -> None:
    external = f'<!DOCTYPE svg SYSTEM "http://127.0.0.1:9/no.dtd">{XML}><text>a</text></svg>'
    try:
        drawing = read_drawing(external.encode(), "x.svg")
    except InputRefusedError:
        return
    assert [mark.text for mark in drawing.marks] == ["a"]


def test_the_schema_is_a_contract() -> None:
    assert schema_faults("map-check", json.loads('[{"file": "a.svg"}]')) != []
