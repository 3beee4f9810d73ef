"""Survey forms: converted by pyxform, filled in by a script as Kobo and as Excel, and read back."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from conftest import Run
from gaon import two_lines
from openpyxl.worksheet.worksheet import Worksheet
from pyxform.xls2xform import convert

from muui_maps.forms.asked import Ask, FormKind, StationForm, question, station_form
from muui_maps.forms.paper import paper, paper_scenes
from muui_maps.forms.sheet import Sheet, answer_sheet, sheet_of
from muui_maps.forms.writing import routes_asked
from muui_maps.forms.xlsform import options, questions, xlsform
from muui_maps.maps.fonts import missing_glyphs
from muui_maps.maps.scene import Words
from muui_maps.model import Level, Station, Text
from muui_maps.survey.fields import FIELDS, SCHEMA_VERSION, field_of, fields_of
from muui_maps.survey.intake import read_survey_files
from muui_maps.survey.match import Matcher, features_of
from muui_maps.survey.observations import FileRead
from muui_maps.survey.rows import RowContext

KINDS = tuple(FormKind)


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Station:
    return two_lines().station(tmp_path_factory.mktemp("gaon"))


def form_of(station: Station, kind: FormKind) -> StationForm:
    return station_form(station, kind, routes=routes_asked(station)[0])


def sheet_rows(content: bytes, name: str) -> list[dict[str, str]]:
    rows = list(openpyxl.load_workbook(io.BytesIO(content))[name].iter_rows(values_only=True))
    return [dict(zip(map(str, rows[0]), (cell or "" for cell in row), strict=True)) for row in rows[1:]]  # type: ignore[misc]


# ── the XLSForm ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", KINDS)
def test_pyxform_converts_the_form_without_a_warning_in_both_languages(station: Station, kind: FormKind) -> None:
    converted = convert(xlsform=io.BytesIO(xlsform(form_of(station, kind))), file_type=".xlsx")
    assert converted.warnings == []
    root = ET.fromstring(converted.xform)  # noqa: S314 - written by this very test
    languages = [each.get("lang") for each in root.iter("{http://www.w3.org/2002/xforms}translation")]
    assert sorted(filter(None, languages)) == ["English (en)", "한국어 (ko)"]
    assert f'version="{SCHEMA_VERSION}"' in converted.xform


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_station_gives_the_same_bytes(station: Station, kind: FormKind) -> None:
    form = form_of(station, kind)
    assert xlsform(form) == xlsform(form)
    assert answer_sheet(form, "ko") == answer_sheet(form, "ko")
    assert paper(station, form, "en") == paper(station, form, "en")


@pytest.mark.parametrize("kind", KINDS)
def test_every_question_and_choice_speaks_korean_and_english(station: Station, kind: FormKind) -> None:
    form = form_of(station, kind)
    for each in questions(form):
        if each.type not in {"start", "end", "calculate", "end_repeat"}:
            assert each.label is not None, each.name
            assert all((each.label.ko, each.label.en)), each.name
    assert all(each.label.ko and each.label.en for each in options(form))


def test_every_answer_comes_back_under_the_schemas_own_name(station: Station) -> None:
    own = {"start", "end", "welcome", "things"}
    for each in questions(form_of(station, FormKind.FACILITY)):
        if each.name not in own:
            assert each.name.removesuffix("_basis") in FIELDS, each.name


def test_every_fact_of_every_kind_is_asked_with_its_range(station: Station) -> None:
    asked = {each.name: each for each in questions(form_of(station, FormKind.FACILITY))}
    for kind in ("elevator", "gate", "platform", "passage", "exit", "ramp", "toilet"):
        for field in fields_of(kind):
            if field.name == "step_verdict":
                continue
            assert f"${{kind}} = '{kind}'" in asked[field.name].relevant, (kind, field.name)
            if field.low is not None:
                assert asked[field.name].constraint == f". >= {field.low:g} and . <= {field.high:g}"


def test_choices_are_the_stations_own_lifts_gates_exits_and_platforms(station: Station) -> None:
    things = {
        each.name: each.label.ko
        for each in options(form_of(station, FormKind.FACILITY))
        if each.list_name == "feature_id"
    }
    assert things["4:EV:외부1"] == "4호선 엘리베이터 외부 1 (1F–2F)"
    assert things["4:platform:나래"] == "4호선 나래 방면 승강장 (3F)"
    assert things["exit:2"] == "2번 출구"
    assert things["gate:7:B1"] == "7호선 개찰구 (B1)"
    assert things["new"] == "목록에 없음(새로 생김)"
    assert not [each for each in things if each.startswith("walk:")]
    known = {each.id for each in features_of(station)}
    assert set(things) - {"new"} <= known


def test_a_choice_that_looks_like_a_formula_stays_text(station: Station) -> None:
    ask = Ask("exit:2", "exit", ("passable",), Text("=HYPERLINK(1)", "=1+1"), Text("+1", "-1"), Text("w", "w"))
    form = station_form(station, FormKind.FACILITY, asks=[ask])
    for content in (xlsform(form), answer_sheet(form, "ko")):
        for sheet in openpyxl.load_workbook(io.BytesIO(content)):
            assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []


# ── filled in as Kobo ────────────────────────────────────────────────────────


def kobo(path: Path, visit: Mapping[str, str], name: str, entries: Sequence[Mapping[str, str]]) -> Path:
    """An export of KoboToolbox: a sheet of visits, and one of the repeat's entries."""
    book = openpyxl.Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "survey"
    visit = {**visit, "_id": "7", "_uuid": "u-1", "_index": "1"}
    first.append(list(visit))
    first.append(list(visit.values()))
    child = book.create_sheet(name)
    header = [
        *dict.fromkeys(key for entry in entries for key in entry),
        "_index",
        "_parent_table_name",
        "_parent_index",
    ]
    child.append(header)
    for number, entry in enumerate(entries, start=1):
        row = {**entry, "_index": str(number), "_parent_table_name": "survey", "_parent_index": "1"}
        child.append([row.get(key) for key in header])
    book.save(path)
    return path


VISIT = {
    "station_id": "gaon",
    "form_version": SCHEMA_VERSION,
    "observed_at": "2026-11-20T10:00:00.000+09:00",
    "surveyor": "달빛",
    "mobility_aid": "manual_chair",
    "role": "volunteer",
    "consent": "yes",
}


def read(path: Path) -> FileRead:
    (found,) = read_survey_files(
        [path], context=RowContext(), known_station=lambda name: "gaon" if name == "gaon" else None
    )
    assert found.conserved
    return found


def names_of(form: StationForm) -> set[str]:
    return {each.name for each in questions(form)}


def test_a_facility_form_filled_in_kobo_is_read_without_a_mapping(station: Station, tmp_path: Path) -> None:
    entries = [
        {
            "things/kind": "elevator",
            "things/feature_id": "4:EV:외부1",
            "things/door_width_mm": "820",
            "things/door_width_mm_basis": "measured",
        },
        {
            "things/kind": "exit",
            "things/feature_id": "exit:2",
            "things/sign_problem": "missing hidden",
            "things/open_to": "24:00",
        },
        {"things/kind": "elevator", "things/feature_id": "7:EV:2", "things/served_levels": "B1 1F"},
    ]
    asked = names_of(form_of(station, FormKind.FACILITY))
    assert {key.partition("/")[2] for entry in entries for key in entry} | set(VISIT) <= asked
    found = read(kobo(tmp_path / "kobo.xlsx", VISIT, "things", entries))
    assert [each.reason.message.en for each in found.quarantined] == []
    first, second, third = found.observations
    assert first.facts["door_width_mm"].value == 820.0
    assert first.facts["door_width_mm"].basis == "measured"
    assert second.facts["sign_problem"].value == ("missing", "hidden")
    assert third.facts["served_levels"].value == ("B1", "1F")
    assert first.submission.surveyor is not None
    assert first.station_id == "gaon"


def test_a_walked_route_comes_back_step_by_step(station: Station, tmp_path: Path) -> None:
    form = form_of(station, FormKind.CHECK)
    route = next(each for each in form.routes if each.id == "4:나래>7:마루")
    entries = [
        {
            "steps/route": route.id,
            "steps/step": str(step.number),
            "steps/place_text": step.text.ko,
            "steps/step_verdict": verdict,
        }
        for step, verdict in zip(route.steps, ("right", "changed", "wrong", *["right"] * 20), strict=False)
    ]
    assert {key.partition("/")[2] for key in entries[0]} <= names_of(form)
    found = read(kobo(tmp_path / "kobo.xlsx", VISIT, "steps", entries))
    assert len(found.observations) == len(route.steps) == len(entries)
    assert [each.facts["step_verdict"].value for each in found.observations][:3] == ["right", "changed", "wrong"]
    assert {each.route for each in found.observations} == {route.id}
    steps = {(each.extra[1][1], each.label.ko) for each in options(form) if each.list_name == "steps"}
    assert ("1", route.steps[0].text.ko) in steps


def test_a_transfer_filled_in_kobo_becomes_a_surveyed_run(station: Station, tmp_path: Path) -> None:
    run = {
        "source": "survey 2026", "from_line": "4", "from_direction": "나래",
        "to_line": "7", "to_direction": "마루", "alight_door": "8-4", "board_door": "5-1", "minutes_chair": "21",
    }  # fmt: skip
    legs = [
        ("1", "3F", "4:platform", "30", "elevator", ""),
        ("2", "2F", "4:concourse", "40", "gate", "staff_call"),
        ("2", "2F", "4:concourse", "20", "elevator", "exit 2"),
        ("3", "1F", "street", "200", "crossing", "x3"),
        ("3", "1F", "street", "20", "elevator", "exit 3"),
        ("4", "B1", "7:concourse", "35", "gate", "tap"),
        ("4", "B1", "7:concourse", "10", "elevator", ""),
        ("5", "B3", "7:platform", "15", "walk", ""),
    ]
    names = ("leg", "level", "place", "length_m", "item", "item_note")
    rows = [dict(zip(names, leg, strict=True)) for leg in legs]
    asked = names_of(form_of(station, FormKind.TRANSFER))
    assert set(rows[0]) | set(run) <= asked
    entries = [{f"legs/{key}": value for key, value in row.items()} for row in rows]
    found = read(kobo(tmp_path / "kobo.xlsx", {**VISIT, **run}, "legs", entries))
    assert [each.reason.message.en for each in found.quarantined] == []
    (seen,) = found.runs
    assert seen.run.minutes_chair == 21
    assert [leg.level for leg in seen.run.legs] == ["3F", "2F", "1F", "B1", "B3"]
    assert seen.run.legs[2].items[0].count == 3


# ── the Excel sheet ──────────────────────────────────────────────────────────


def filled(form: StationForm, lang: str, path: Path, answers: Mapping[str, Mapping[str, str]]) -> Path:
    """The sheet with answers typed into the rows of some things, by their place in `feature_id` or `step`."""
    book = openpyxl.load_workbook(io.BytesIO(answer_sheet(form, lang)))
    target = book.worksheets[0]
    sheet: Sheet = sheet_of(form, lang)
    column = {each.name: number for number, each in enumerate(sheet.columns, start=1)}
    for row, cells in enumerate(sheet.rows, start=2):
        for name, answer in answers.get(cells.get("feature_id") or cells.get("step") or "", {}).items():
            target.cell(row, column[name]).value = answer
    book.save(path)
    return path


@pytest.mark.parametrize(("lang", "works", "yes"), [("ko", "작동해요", "동의해요"), ("en", "working", "I agree")])
def test_the_sheet_is_read_back_and_untouched_rows_are_no_rows(
    station: Station, tmp_path: Path, lang: str, works: str, yes: str
) -> None:
    form = form_of(station, FormKind.FACILITY)
    answers = {
        "4:EV:외부1": {
            "observed_at": "2026-11-20",
            "operational_status": works,
            "door_width_mm": "82cm",
            "consent": yes,
        },
        "exit:2": {"observed_at": "2026-11-20", "step_height_mm": "모름"},
        "gate:7:B1": {"observed_at": "2026-11-20", "call_button_height_mm": "없음"},
    }
    found = read(filled(form, lang, tmp_path / "filled.xlsx", answers))
    assert [each.reason.message.en for each in found.quarantined] == []
    facts = {each.feature_id: each.facts for each in found.observations}
    assert found.rows == len(answers) == len(facts)
    assert facts["4:EV:외부1"]["door_width_mm"].value == 820.0
    assert facts["4:EV:외부1"]["operational_status"].value == "working"
    assert facts["exit:2"]["step_height_mm"].answer == "unknown"
    assert facts["gate:7:B1"]["call_button_height_mm"].answer == "none"
    assert [each.code for each in found.findings].count("rows_untouched") == 1
    matcher = Matcher(features_of(station))
    assert all(each.feature_id in matcher.features for each in found.observations)


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_header_of_the_sheet_is_known_to_the_importer(station: Station, lang: str) -> None:
    for kind in (FormKind.FACILITY, FormKind.CHECK):
        for column in sheet_of(form_of(station, kind), lang).columns:
            known = field_of(column.header)
            assert known is FIELDS[column.name], column.header
    for field in FIELDS.values():
        for label in (question(field).ko, question(field).en):
            assert field_of(label) == field, label


def test_a_sheet_of_steps_is_read_back(station: Station, tmp_path: Path) -> None:
    form = form_of(station, FormKind.CHECK)
    answers = {"1": {"observed_at": "2026-11-20", "step_verdict": "틀려요", "note": "엘리베이터가 없어졌어요"}}
    found = read(filled(form, "ko", tmp_path / "filled.xlsx", answers))
    assert len(found.observations) == len(form.routes)
    assert found.observations[0].facts["step_verdict"].value == "wrong"
    assert found.observations[0].step == "1"


def test_answers_have_drop_downs_and_numbers_warn_but_never_forbid(station: Station) -> None:
    book = openpyxl.load_workbook(io.BytesIO(answer_sheet(form_of(station, FormKind.FACILITY), "ko")))
    rules = book.worksheets[0].data_validations.dataValidation
    lists = [each for each in rules if each.type == "list"]
    assert len(lists) > 8
    assert {each.errorStyle for each in rules if each.type} == {"warning"}
    place, cells = re.fullmatch(r"'(.+)'!(.+)", lists[0].formula1).groups()  # type: ignore[union-attr]
    shown = [cell.value for (cell,) in book[place][cells.replace("$", "")]]
    assert shown[:2] == ["엘리베이터", "에스컬레이터"]


# ── paper ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_the_paper_stays_on_its_pages_and_every_letter_can_be_drawn(
    station: Station, kind: FormKind, lang: str
) -> None:
    for page in paper_scenes(station, form_of(station, kind), lang):
        assert (page.width, page.height) == (840.0, 1188.0)
        for mark in page.marks:
            if isinstance(mark, Words):
                assert 30 <= mark.x <= 800, mark.text
                assert 30 <= mark.y <= 1170, mark.text
                assert missing_glyphs(mark.text) == ()


def test_every_thing_is_on_paper_once_and_in_the_picture_with_its_number(station: Station) -> None:
    form = form_of(station, FormKind.FACILITY)
    roles = [mark.role for page in paper_scenes(station, form, "ko") for mark in page.marks if mark.role]
    for thing in form.things:
        assert roles.count(f"asked:{thing.id}") == 1
    for unit in station.units:
        assert roles.count(f"thing:{unit.id}") == 1


def test_the_paper_is_a_pdf_with_its_own_typefaces(station: Station) -> None:
    content = paper(station, form_of(station, FormKind.TRANSFER), "ko")
    assert content.startswith(b"%PDF-")
    assert content.count(b"/FontFile2") == 2
    assert b"/BaseFont /MPDFAA+MuuiSans" in content


def test_a_floor_of_unknown_height_stands_where_its_label_says(station: Station) -> None:
    """B2 between B1 and B3, though only those two have heights."""
    unknown = Level("7:B2", "7", "B2")
    taller = replace(station, levels=(*station.levels, unknown))
    pages = paper_scenes(taller, station_form(taller, FormKind.FACILITY), "ko")
    rows = [mark.role for mark in pages[0].marks if (mark.role or "").startswith("floor:")]
    assert rows == ["floor:4:3F", "floor:4:2F", "floor:street", "floor:7:B1", "floor:7:B2", "floor:7:B3"]


# ── the command ──────────────────────────────────────────────────────────────


def test_the_command_writes_all_forms_in_both_languages(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "forms"
    ran = run("survey", "form", "노원", "--out", out)
    assert ran.code == 0, ran.err
    names = sorted(path.name for path in out.iterdir())
    endings = ("en.pdf", "en.xlsx", "ko.pdf", "ko.xlsx", "xlsform.xlsx")
    assert names == sorted(f"nowon_{kind}.{ending}" for kind in KINDS for ending in endings)
    form = sheet_rows((out / "nowon_facility.xlsform.xlsx").read_bytes(), "choices")
    assert "4:EV:외부1" in {row["name"] for row in form}


def test_one_kind_alone(run: Run, tmp_path: Path) -> None:
    ran = run("survey", "form", "nowon", "--kind", "check", "--out", tmp_path)
    assert ran.code == 0
    assert {path.name.partition(".")[0] for path in tmp_path.iterdir()} == {"nowon_check"}


def test_an_unknown_kind_is_refused(run: Run, tmp_path: Path) -> None:
    assert run("survey", "form", "nowon", "--kind", "party", "--out", tmp_path).code == 2
    assert list(tmp_path.iterdir()) == []
