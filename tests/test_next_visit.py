"""The next visit: what the routes lean on most and what is known worst comes first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from conftest import Run, write_station
from drawn_station import drawn

from muui_maps.insight.next_visit import Doubt, next_visit
from muui_maps.model import Direction, Evidence, Finding, Method, Severity, Station, StationName, Text
from muui_maps.survey.fields import FIELDS

WAYS = """
  4p  platform   4:3F    in   4:상계
  4c  concourse  4:2F    in
  7p  platform   7:B3    in   7:중계
  7q  platform   7:B3    in   7:마들
  ---
  4p.train  -- 40 --      4p.ev
  4p.ev     == 4:EV:1 ==  4c.ev
  4c.ev     -- {middle} --      4c.low   id=middle
  4c.low    == 7:EV:1 ==  7p.ev
  7p.ev     -- 20 --      7p.train
  7p.ev     -- 30 --      7q.train
"""


def station(middle: str = "50", findings: tuple[Finding, ...] = ()) -> Station:
    """Line 4 has one platform, line 7 two; all transfers share the middle."""
    made = drawn(WAYS.format(middle=middle), findings=findings)
    ends = (("4", "상계"), ("7", "중계"), ("7", "마들"))
    return replace(made, directions=tuple(Direction(line, StationName(name), None) for line, name in ends))


def conflict(layer: str, value: str = "200 / 575") -> Finding:
    words = Text("거리가 달라요: 200 m, 575 m.", "Lengths differ: 200 m, 575 m.")
    return Finding("length_conflict", Severity.WARNING, words, words, layer=layer, field="length_m", value=value)


def test_an_unknown_length_that_every_transfer_walks_is_asked_with_its_unit() -> None:
    asked = {each.ask.feature: each for each in next_visit(station("?"))}
    middle = asked["middle"]
    assert (middle.doubt, middle.ask.props, middle.transfers, middle.of) == (Doubt.UNKNOWN, ("length_m",), 4, 4)
    assert middle.ask.question == Text("몇 m인가요?", "How many metres is it?")
    assert "환승 4개 가운데 4개가 여기를 지나요." in middle.ask.why.ko


def test_a_conflict_of_many_metres_comes_before_one_of_few() -> None:
    far = next_visit(station(findings=(conflict("middle"),)))
    near = next_visit(station(findings=(conflict("middle", "50 / 55"),)))
    ranks = [next(each.rank for each in found if each.ask.feature == "middle") for found in (far, near)]
    assert far[0].ask.feature == "middle"
    assert ranks[0] > ranks[1]


def test_a_lift_without_which_no_transfer_can_be_made_counts_double() -> None:
    found = {each.ask.feature: each for each in next_visit(station())}
    assert found["4:EV:1"].critical
    assert "이것이 없으면 갈 수 없는 환승이 있어요." in found["4:EV:1"].ask.why.ko


@pytest.mark.parametrize(
    ("date", "newest", "doubt"),
    [("2016", "2026-02-11", Doubt.STALE), ("2024", "2026-02-11", Doubt.SINGLE), ("2016", None, Doubt.SINGLE)],
)
def test_old_metres_are_asked_again_and_metres_of_one_source_too(date: str, newest: str | None, doubt: Doubt) -> None:
    here = station()
    evidence = {"length_m": (Evidence("survey:run", "leg 2", date, Method.SURVEYED),)}
    links = tuple(replace(each, evidence=evidence) if each.id == "middle" else each for each in here.links)
    found = {each.ask.feature: each for each in next_visit(replace(here, links=links), newest=newest)}
    assert found["middle"].doubt is doubt


def test_every_question_asks_for_facts_of_the_schema_in_both_languages() -> None:
    found = next_visit(station("?", findings=(conflict("middle"),)), newest="2026-02-11")
    assert found
    for each in found:
        assert set(each.ask.props) <= set(FIELDS)
        for text in (each.ask.label, each.ask.question, each.ask.why):
            assert all((text.ko, text.en))
    assert [each.rank for each in found] == sorted((each.rank for each in found), reverse=True)


# ── the two stations where official text and survey contradict each other ────

GEUMJEONG = """\
id = "geumjeong"
lines = [ { line = "1", code = "P149" }, { line = "4", code = "443" } ]

[names]
ko = "금정"
en = "Geumjeong"
"""
RUN = "geumjeong-1-4,geumjeong,2016,Muui 2016,1,명학,4,범계,10-4,1-4,7"
HEADER = (
    "run_id,station_id,observed_at,source,from_line,from_direction,to_line,to_direction,alight_door,board_door,"
    "minutes_chair,leg,level,place,length_m,item,item_note"
)
LEGS = (
    "1,1F,1:platform,45,caution,",
    "1,1F,1:platform,,elevator,",
    "2,2F,passage,40,elevator,",
    "3,1F,4:platform,30,,",
)


def test_geumjeong_is_asked_whether_both_trains_stop_at_one_platform(run: Run, workspace: Path) -> None:
    """The official text walks straight across; the survey of 2016 rode two lifts."""
    write_station(workspace, "geumjeong", GEUMJEONG)
    rows = "\n".join([HEADER, *(f"{RUN},{leg}" for leg in LEGS)])
    (workspace / "stations" / "geumjeong" / "survey.csv").write_text(rows + "\n", encoding="utf-8")
    first, *_ = run("survey", "next", "금정", "--workspace", workspace, "--json").json
    assert first["feature"] == "4:platform:범계"
    assert first["doubt"] == "conflict"
    assert "1호선 명학 방면과 4호선 범계 방면은 같은 승강장인가요?" in first["question_ko"]
    assert "2016년 조사는 엘리베이터를 2번 탔어요" in first["why_ko"]


def test_geumjeong_as_it_comes_with_the_program_is_asked_the_same_first(run: Run) -> None:
    first, *_ = run("survey", "next", "geumjeong", "--json").json
    assert first["feature"] == "4:platform:범계"
    assert "같은 승강장인가요?" in first["question_ko"]


def test_daerim_is_asked_for_the_metres_outside_first(run: Run) -> None:
    first, *_ = run("survey", "next", "대림", "--json").json
    assert first["label_ko"].startswith("바깥 길:")
    assert first["properties"] == ["length_m"]
    assert "200 m" in first["why_ko"]
    assert "575 m" in first["why_ko"]


def test_what_researchers_settled_is_not_asked_again(run: Run, workspace: Path, tmp_path: Path) -> None:
    walk = run("survey", "next", "대림", "--json").json[0]["feature"]
    rows = ["station_id,observed_at,kind,feature_id,length_m,basis", f"대림,2026-11-20,passage,{walk},560,measured"]
    (tmp_path / "visit.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert run("survey", "import", tmp_path / "visit.csv", "--workspace", workspace).code == 0
    after = run("survey", "next", "대림", "--workspace", workspace, "--count", "200", "--json").json
    assert walk not in {each["feature"] for each in after}


# ── the command ──────────────────────────────────────────────────────────────


def test_a_folder_gets_every_format_and_a_file_the_one_it_names(run: Run, tmp_path: Path) -> None:
    assert run("survey", "next", "daerim", "--out", tmp_path / "all").code == 0
    names = sorted(path.name for path in (tmp_path / "all").iterdir())
    endings = ("en.pdf", "en.xlsx", "ko.pdf", "ko.xlsx", "xlsform.xlsx")
    assert names == [f"daerim_next.{ending}" for ending in endings]
    assert run("survey", "next", "daerim", "--count", "3", "--out", tmp_path / "next.pdf").code == 0
    assert (tmp_path / "next.pdf").read_bytes().startswith(b"%PDF-")
    refused = run("survey", "next", "daerim", "--out", tmp_path / "next.docx")
    assert refused.code == 2
    assert ".xlsform.xlsx" in refused.err


def test_the_prefilled_sheet_has_one_row_for_each_question(run: Run, tmp_path: Path) -> None:
    asked = run("survey", "next", "대림", "--count", "5", "--out", tmp_path / "n.xlsx", "--json").json
    rows = list(openpyxl.load_workbook(tmp_path / "n.xlsx").worksheets[0].iter_rows(values_only=True))
    at = rows[0].index("feature id")
    assert [row[at] for row in rows[1:] if row[at]] == [each["feature"] for each in asked]
    assert len(asked) == 5
