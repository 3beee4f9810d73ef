"""Survey and official data side by side: who tells what, where they agree, and what only one knows."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from conftest import Run
from gaon import Gaon, leg, two_lines
from shared import REPOSITORY

from muui_maps.assemble.gather import gather
from muui_maps.insight.methods import FACTS, MethodsComparison, Verdict, compare_methods
from muui_maps.insight.methods_page import methods_page, methods_table
from muui_maps.insight.methods_plot import methods_scene
from muui_maps.maps.scene import Circle, Rect, Words

AS_THE_TEXT = (
    leg("4:3F:platform", "30", "- elevator"),
    leg("4:2F:concourse", "40 gate staff_call", "20 elevator"),
    leg("street", "270 crossing x3", "30 elevator"),
    leg("7:B1:concourse", "35 gate staff_call", "- elevator"),
    leg("7:B3:platform", "15"),
)


def compared(gaon: Gaon, folder: Path) -> MethodsComparison:
    station = gaon.station(folder)
    (folder / "facts").mkdir(exist_ok=True)
    for table in folder.glob("*.csv"):
        (folder / "facts" / table.name).write_bytes(table.read_bytes())
    facts = gather(("가온",), ("4", "7"), folder=folder)
    return compare_methods([(station, facts, None)], all_stations=3)


def verdicts(found: MethodsComparison) -> dict[str, Verdict]:
    return {cell.fact: cell.verdict for cell in found.pairs[0].cells}


def test_a_survey_that_rides_as_the_text_says_agrees_and_knows_more(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.survey("4:나래 > 7:마루", *AS_THE_TEXT, doors="10-1|4-2")
    found = compared(gaon, tmp_path)
    told = verdicts(found)
    assert told["rides"] is told["floors"] is told["gates"] is Verdict.AGREE
    assert told["minutes"] is told["metres"] is told["board"] is Verdict.SURVEY_ONLY
    assert (found.pairs[0].surveyed_at, found.pairs[0].official_at) == ("2016", "2025-08-11")
    assert not found.pairs[0].backwards
    (reach,) = found.stations
    assert (reach.transfers, reach.surveyed, reach.official, reach.both) == (8, 1, 2, 1)


def test_other_lifts_gates_and_floors_differ(tmp_path: Path) -> None:
    gaon = two_lines()
    short = (
        leg("4:3F:platform", "30 elevator"),
        leg("4:2F:concourse", "40 wheelchair_lift"),
        leg("7:B2:platform", "15"),
    )
    gaon.survey("4:나래 > 7:마루", *short)
    told = verdicts(compared(gaon, tmp_path))
    assert told["rides"] is told["floors"] is told["gates"] is Verdict.DIFFER


def test_without_a_text_of_its_own_the_way_back_is_read_backwards(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.tables["official_routes"] = [each for each in gaon.tables["official_routes"] if "4:나래-" not in str(each)]
    gaon.tables["official_routes"] = [
        each for each in gaon.tables["official_routes"] if getattr(each, "from_line", "") == "7"
    ]
    gaon.survey("4:나래 > 7:마루", *AS_THE_TEXT)
    found = compared(gaon, tmp_path)
    assert found.pairs[0].backwards
    assert verdicts(found)["rides"] is Verdict.AGREE


def test_a_transfer_without_any_text_is_counted_as_the_surveys_alone(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.survey("4:다온 > 7:라온", *AS_THE_TEXT)
    found = compared(gaon, tmp_path)
    assert found.pairs[0].route_id is None
    assert verdicts(found)["rides"] is Verdict.SURVEY_ONLY
    rides = next(each for each in found.facts if each.fact == "rides")
    assert (rides.survey, rides.official, rides.of) == (1, 0, 1)


def test_a_station_without_a_survey_is_passed_over(tmp_path: Path) -> None:
    found = compared(two_lines(), tmp_path)
    assert not found.stations
    assert not found.pairs
    assert found.all_stations == 3
    assert "<h1>" in methods_page(found, "ko")


# ── what people get ──────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_picture_has_a_bar_as_long_as_each_count(tmp_path: Path, lang: str) -> None:
    gaon = two_lines()
    gaon.survey("4:나래 > 7:마루", *AS_THE_TEXT)
    gaon.survey("4:다온 > 7:라온", *AS_THE_TEXT, run_id="second")
    found = compared(gaon, tmp_path)
    scene = methods_scene(found, lang=lang)
    bars = {mark.role: mark.width for mark in scene.marks if isinstance(mark, Rect) and mark.role}
    assert bars["survey:rides"] == pytest.approx(2 * bars["official:rides"])
    said = {mark.text for mark in scene.marks if isinstance(mark, Words)}
    assert {getattr(each, lang) for each in FACTS.values()} <= said


def test_the_table_has_a_row_for_each_fact_and_no_formula(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.survey("4:나래 > 7:마루", *AS_THE_TEXT, run_id="=cmd()")
    rows = list(csv.DictReader(io.StringIO(methods_table(compared(gaon, tmp_path), "en"))))
    assert [row["fact"] for row in rows] == [each.en for each in FACTS.values()]
    assert {row["run"] for row in rows} == {"'=cmd()"}
    korean = list(csv.DictReader(io.StringIO(methods_table(compared(gaon, tmp_path), "ko"))))
    assert [row["무엇을"] for row in korean] == [each.ko for each in FACTS.values()]


def test_marks_stay_inside_the_picture_however_many_transfers_there_are(tmp_path: Path) -> None:
    gaon = two_lines()
    for n in range(14):
        gaon.survey("4:나래 > 7:마루", *AS_THE_TEXT, run_id=f"run-{n}")
    scene = methods_scene(compared(gaon, tmp_path), lang="ko")
    said = [mark.text for mark in scene.marks if isinstance(mark, Words)]
    assert "× 14" in said
    right = [mark.x + mark.radius for mark in scene.marks if isinstance(mark, Circle)]
    assert max(right) < scene.width - 30


def test_what_differs_stands_together_on_the_page(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.survey("4:나래 > 7:마루", *AS_THE_TEXT)
    found = compared(gaon, tmp_path)
    part = next(each for each in methods_page(found, "ko").split("<h2") if "둘이 다르게 말하는 것" in each)
    differ = [cell for cell in found.pairs[0].cells if cell.verdict is Verdict.DIFFER]
    assert part.count("<tr") == (len(differ) + 1 if differ else 0)


def test_the_page_escapes_what_researchers_write_and_is_the_same_each_time(tmp_path: Path) -> None:
    gaon = two_lines()
    turn = leg("street", "20 turn <script>alert(1)</script>")
    gaon.survey("4:나래 > 7:마루", *AS_THE_TEXT, turn)
    found = compared(gaon, tmp_path)
    page = methods_page(found, "en")
    assert "<script" not in page
    assert page == methods_page(found, "en")
    assert 'href="methods.ko.html"' in page
    assert re.search(r"<svg[^>]*role=\"img\"", page)


def test_the_command_writes_table_picture_and_page_in_both_languages(run: Run, tmp_path: Path) -> None:
    ran = run("compare", "--methods", "--out", tmp_path / "methods")
    assert ran.code == 0, ran.err
    assert "minutes" in ran.out
    names = sorted(path.name for path in (tmp_path / "methods").iterdir())
    assert names == [f"methods.{lang}.{kind}" for lang in ("en", "ko") for kind in ("csv", "html", "svg")]


def test_daerims_metres_outside_differ_and_doors_are_known_from_the_survey_alone(run: Run) -> None:
    told = run("compare", "--methods", "대림", "--json").json
    (pair,) = told["transfers"]
    assert pair["facts"]["metres_outside"] == {
        "survey_ko": "575 m",
        "survey_en": "575 m",
        "official_ko": "200 m",
        "official_en": "200 m",
        "verdict": "differ",
    }
    assert pair["facts"]["alight"]["verdict"] == "survey_only"
    assert {each["source"] for each in told["ages"]} == {"survey", "official_text", "register", "status"}


def test_methods_and_our_routes_are_two_questions(run: Run, tmp_path: Path) -> None:
    assert run("compare", "--methods", "--apply-status").code == 2
    assert run("compare", "--out", tmp_path).code == 2


@pytest.mark.parametrize(("page", "lang"), [("two-methods.md", "en"), ("two-methods.ko.md", "ko")])
def test_the_docs_show_what_the_command_says(run: Run, page: str, lang: str) -> None:
    """Where this fails the data or their reading changed: put the command's new output into both pages."""
    pilots = ("노원", "건대입구", "가산디지털단지", "대림", "고속터미널")
    said = run("compare", "--methods", *pilots, "--lang", lang).out.rstrip().splitlines()
    shown = [line[4:] for line in (REPOSITORY / "docs" / page).read_text(encoding="utf-8").splitlines()]
    start = shown.index(said[0])
    assert shown[start : start + len(said)] == said


def test_the_same_floors_in_more_rides_are_the_same_floors(run: Run) -> None:
    told = {each["station"]: each["facts"] for each in run("compare", "--methods", "--json").json["transfers"]}
    for facts in told.values():
        floors = facts["floors"]
        if floors["survey_ko"] is not None and floors["survey_ko"] == floors["official_ko"]:
            assert floors["verdict"] == "agree"
    assert told["jongno-3-ga"]["rides"]["verdict"] == "differ"
