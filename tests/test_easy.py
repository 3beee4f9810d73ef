"""Easy read: one thing a card, a picture with each, whole polite sentences, the same facts as the steps."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from card_checks import text_box
from conftest import Run
from hypothesis import given, settings
from journeys import Journey, journeys
from map_samples import gana

from muui_maps.api import open_atlas
from muui_maps.errors import NoRouteError
from muui_maps.maps.easy import easy_scene
from muui_maps.maps.easy_page import easy_page
from muui_maps.maps.easy_words import easy_en, easy_ko, stages
from muui_maps.maps.fonts import missing_glyphs
from muui_maps.maps.icons import ICONS
from muui_maps.maps.lint.claims import claims_of
from muui_maps.maps.narrate import narrate
from muui_maps.maps.scene import Rect, Scene, Words
from muui_maps.model import Route, Station

LONGEST = 26  # syllables and signs of a Korean sentence that can be taken in at once, but for names of lifts


def scene_of(station: Station, route: Route, lang: str = "ko") -> Scene:
    return easy_scene(station, route, narrate(station, route), lang=lang, as_of="2026-02-11")


def faults(scene: Scene) -> list[str]:
    """Words that overlap, run off their card, are small, or can't be drawn."""
    texts = [(text_box(mark), mark) for mark in scene.marks if isinstance(mark, Words)]
    found = [
        f"{m.text}: {m.size}" for _, m in texts if m.size * scene.scale < 24 and not (m.role or "").startswith("line:")
    ]
    found += [f"no glyph: {mark.text}" for _, mark in texts if missing_glyphs(mark.text)]
    found += [f"off the page: {m.text}" for box, m in texts if box.left < 15 or box.right > scene.width - 15]
    for n, (box, mark) in enumerate(texts):
        found += [f"{mark.text} | {other.text}" for second, other in texts[n + 1 :] if box.overlaps(second)]
    cards = [mark for mark in scene.marks if isinstance(mark, Rect) and (mark.role or "").startswith("card:")]
    found += [f"{b.role} begins in {a.role}" for a, b in pairwise(cards) if b.y < a.y + a.height]
    for card in cards:
        inside = [box for box, _ in texts if card.y <= box.top <= card.y + card.height]
        found += [f"runs off {card.role}" for box in inside if box.right > card.x + card.width - 8]
        found += [f"runs off {card.role}" for box in inside if box.bottom > card.y + card.height]
    return found


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_an_invented_transfer_in_easy_words(lang: str) -> None:
    station, route = gana()
    scene = scene_of(station, route, lang)
    assert faults(scene) == []
    told = stages(narrate(station, route))
    cards = [mark for mark in scene.marks if isinstance(mark, Rect) and (mark.role or "").startswith("card:")]
    assert len(cards) == sum(len(stage.instructions) for stage in told)
    assert scene.scale > 1  # on A4 portrait, where the smallest letters have 18 points


def test_it_says_what_to_do_one_after_the_other() -> None:
    station, route = gana()
    told = [each for stage in stages(narrate(station, route)) for each in stage.instructions]
    said = [each.text.ko.replace("**", "") for each in told]
    assert said[:6] == [
        "10-1 문에서 내리세요.",
        "열차 앞쪽으로 가서 8-4 문 옆 엘리베이터 내부 1로 가세요.",
        "모두 40미터쯤 가요.",
        "엘리베이터 내부 1을 타세요.",
        "2층 버튼을 누르세요.",
        "2층에서 내리세요.",
    ]
    gate = said.index("호출 버튼을 누르세요.")
    assert told[gate].say is not None
    assert said[gate + 1] == "개찰구를 나가세요."
    assert "조심하세요. 급경사로, 기둥이 있어요." in said
    assert "횡단보도를 3번 건너세요." in said
    assert [each.hazard for each in told if each.icon == "warning"] == [True, True]
    assert [each.button for each in told if each.button] == ["2F", "1F", "B1", "B3"]


@pytest.mark.parametrize(
    ("marked", "easy"),
    [
        ("**10-1 문**에서 내리기", "**10-1 문**에서 내리세요."),
        ("나가는 개찰구, **카드** 찍기", "개찰구를 나가세요. **카드**를 찍으세요."),
        ("**4-2 문**에서 **중계 방면** (석남행) 타기", "**4-2 문**에서 **중계 방면** 열차를 타세요."),
        ("**횡단보도 3번**, 가나백화점 앞", "**횡단보도를 3번** 건너세요. 가나백화점 앞을 지나가세요."),
        ("승강장 가는 **엘리베이터 1**로", "승강장 가는 **엘리베이터 1**로 가세요."),
        ("**왼쪽으로** 돌기", "**왼쪽으로** 도세요."),
        ("조사 때는 **가나병원** 엘리베이터를 탔어요", "**가나병원**에도 엘리베이터가 있어요."),
        ("승강장 틈 **90 mm** B등급", "열차와 승강장 사이 틈은 **90 mm**예요."),
    ],
)
def test_acts_become_requests(marked: str, easy: str) -> None:
    assert easy_ko(marked) == easy


def test_acts_in_english_become_sentences() -> None:
    assert easy_en("Gate out: press the **call button**") == "Go out through the gate. Press the **call button**."
    assert easy_en("To **lift 1**, for the platform") == "Go to **lift 1**, for the platform."
    assert easy_en("Careful: **steep ramp**", hazard=True) == "Be careful: **steep ramp**."
    assert easy_en("Gap **90 mm** class B, step **30 mm** class A") == (
        "The gap to the train is **90 mm**. The step to the train is **30 mm**."
    )
    assert easy_en("Down to **B1**") == "Go down to **B1**."


def sentences_of_all_stations() -> list[tuple[str, str]]:
    atlas, found = open_atlas(), []
    for definition in atlas.chosen((), "pilot"):
        station = atlas.load(definition)
        for start, end in station.transfers:
            for profile in ("manual_wheelchair", "walker"):
                try:
                    route = station.route(start, end, profile=profile)
                except NoRouteError:
                    continue
                found += [(i.text.ko, i.text.en) for s in stages(route.narration) for i in s.instructions]
    return list(dict.fromkeys(found))


def test_every_sentence_of_the_pilots_is_whole_polite_and_short() -> None:
    found = sentences_of_all_stations()
    assert len(found) > 100
    for ko, en in found:
        for sentence in re.split(r"(?<=\.) ", ko.replace("**", "")):
            assert re.search(r"(?:요|예요)\.$", sentence), ko
        assert en.endswith((".", ".**")), en
        assert ko.count("**") % 2 == en.count("**") % 2 == 0
        assert not re.search(r"[():]", ko), ko
        named = re.sub(r"엘리베이터 [^를을로]*", "", ko.replace("**", ""))
        assert len(re.sub(r"\s", "", max(re.split(r"(?<=\.) ", named), key=len))) <= LONGEST, ko


@settings(max_examples=12)
@given(journeys())
def test_no_journey_loses_a_fact_or_overlaps(journey: Journey) -> None:
    station, route = journey.built()
    steps = narrate(station, route)
    assert faults(easy_scene(station, route, steps, lang="ko")) == []
    told = stages(steps)
    assert [stage.n for stage in told] == [step.n for step in steps]
    for stage, step in zip(told, steps, strict=True):
        assert all(each.icon in ICONS for each in stage.instructions)
        said = claims_of(" ".join(each.text.ko for each in stage.instructions))
        doors = claims_of(" ".join(line.text.ko for line in step.lines)).doors
        assert doors <= said.doors
        assert sum(line.hazard for line in step.lines) == sum(each.hazard for each in stage.instructions)
        assert [each.button for each in stage.instructions if each.button] == ([step.button] if step.button else [])


def test_the_page_is_a_list_without_scripts_that_says_the_same() -> None:
    station, route = gana()
    page = easy_page(station, route, narrate(station, route), lang="en", stem="x.easy", as_of="2026-02-11")
    assert "<script" not in page
    assert "http" not in page
    told = [each for stage in stages(narrate(station, route)) for each in stage.instructions]
    assert page.count("<li") == len(told)
    assert "“7호선으로 갈아타요. 문 열어 주세요.”" in page  # to be shown to staff
    assert "Readers have not checked it yet" in page
    assert 'href="x.easy.ko.html"' in page


def test_hostile_names_are_escaped() -> None:
    station, route = gana(name="<script>alert(1)</script>")
    page = easy_page(station, route, narrate(station, route), lang="ko", stem="x.easy")
    assert "<script" not in page


def test_the_command_writes_easy_maps(run: Run, tmp_path: Path) -> None:
    wanted = ("map", "노원", "--from", "4:상계", "--to", "7:중계", "--view", "easy", "--format", "svg,html,pdf")
    assert run(*wanted, "--out", tmp_path).code == 0
    names = {file.name for file in (tmp_path / "nowon").iterdir()}
    stem = "4-sanggye_7-junggye.easy"
    assert names == {f"{stem}.{lang}.{ending}" for lang in ("ko", "en") for ending in ("svg", "html", "pdf")}
    svg = (tmp_path / "nowon" / f"{stem}.ko.svg").read_text("utf-8")
    assert 'data-muui-view="easy"' in svg
    assert "당사자가 아직 확인하지 않았어요" in svg
