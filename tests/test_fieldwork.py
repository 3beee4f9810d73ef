"""A researcher's day at the command line: import, look, decide, see it on the way, undo."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from test_schemas import faults

HEADER = "역명,호선,시설번호,종류,조사일,문폭,작동,대기시간,호출필요,폭,서는 층,가까운 출구,위치,비고"
SIGNED = ("--by", "김무의", "--reason", "사진으로 확인", "--on", "2026-06-10")


def visit(folder: Path, *rows: str, name: str = "visit.csv", encoding: str = "utf-8") -> Path:
    """A sheet as somebody types it; cells are named, `작동=고장 비고=…`, the rest are blank."""
    header = HEADER.split(",")
    lines = [HEADER]
    for row in rows:
        cells = dict(part.split("=", 1) for part in row.split(" | "))
        cells = {"역명": "노원", "조사일": "2026-05-01", **cells}
        assert set(cells) <= set(header), "the test names a column that the sheet lacks"
        lines.append(",".join(f'"{cells.get(column, "")}"' for column in header))
    file = folder / name
    file.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return file


class Researcher:
    """Runs the program with a workspace of one's own."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run, self.folder = run, folder

    def __call__(self, *arguments: object, code: int = 0) -> Any:
        ran = self.run(*map(str, arguments), "--workspace", str(self.folder / "ws"), "--json")
        assert ran.code == code, ran.err
        return ran.json

    def says(self, *arguments: object, code: int = 0) -> str:
        ran = self.run(*map(str, arguments), "--workspace", str(self.folder / "ws"), "--lang", "ko")
        assert ran.code == code, ran.err
        return ran.out

    def imports(self, *rows: str, code: int = 0, **more: Any) -> dict[str, Any]:
        (report,) = self("survey", "import", visit(self.folder, *rows, **more), code=code)
        found: dict[str, Any] = report
        return found

    def route(self, start: str, end: str, *more: str, code: int = 0) -> Any:
        return self("route", "노원", "--from", start, "--to", end, *more, code=code)


@pytest.fixture
def researcher(run: Run, tmp_path: Path) -> Researcher:
    return Researcher(run, tmp_path)


# ── import ───────────────────────────────────────────────────────────────────


def test_a_file_is_described_and_every_row_is_accounted_for(researcher: Researcher) -> None:
    report = researcher.imports(
        "시설번호=4:EV:내부1 | 문폭=82cm | 작동=정상",
        "시설번호=4:EV:내부1 | 문폭=82",
        "시설번호=4:EV:내부9 | 작동=정상",
        "역명=한밭 | 시설번호=2:EV:1 | 작동=정상",
        code=6,
    )
    counted = {key: report[key] for key in ("rows", "stored", "claims", "duplicates", "quarantined")}
    assert counted == {"rows": 4, "stored": 2, "claims": 3, "duplicates": 0, "quarantined": 3}
    assert [(each["code"], each["row"]) for each in report["quarantine"]] == [
        ("unit_unsure", 3),
        ("feature_unmatched", 4),
        ("station_unknown", 5),
    ]
    assert "4:EV:내부1" in report["quarantine"][1]["fix_ko"]


def test_importing_again_or_in_another_encoding_or_order_adds_nothing(researcher: Researcher) -> None:
    rows = ("시설번호=4:EV:내부1 | 문폭=82cm", "시설번호=4:EV:외부1 | 작동=고장")
    researcher.imports(*rows)
    again = researcher.imports(*reversed(rows), name="excel.csv", encoding="cp949")
    assert (again["stored"], again["duplicates"], again["stations"][0]["import"]) == (0, 2, None)


def test_a_dry_run_and_a_strict_run_store_nothing(researcher: Researcher) -> None:
    file = visit(researcher.folder, "시설번호=4:EV:내부1 | 문폭=82cm", "시설번호=4:EV:내부1 | 문폭=82")
    researcher("survey", "import", file, "--dry-run", code=6)
    error = researcher("survey", "import", file, "--strict", code=4)
    assert error["error"]["findings"][0]["code"] == "unit_unsure"
    assert not list((researcher.folder / "ws").rglob("*.jsonl"))


def test_what_was_seen_tomorrow_is_not_believed(researcher: Researcher) -> None:
    report = researcher.imports("시설번호=4:EV:내부1 | 작동=정상 | 조사일=2099-01-01", code=6)
    assert report["quarantine"][0]["code"] == "time_in_future"


def test_names_and_phones_never_leave_the_ledger(researcher: Researcher) -> None:
    file = researcher.folder / "personal.csv"
    file.write_text(
        "역명,시설번호,조사일,작동,비고,조사자,전화번호,이메일\n"
        '노원,4:EV:내부1,2026-05-01,고장,"담당 010-1234-5678",김무의,010-9876-5432,kim@example.org\n',
        encoding="utf-8",
    )
    (report,) = researcher("survey", "import", file)
    assert "personal_field_held" in {each["code"] for each in report["remarks"]}
    outside = [json.dumps(researcher(*words), ensure_ascii=False) for words in (
        ("survey", "explain", "노원", "4:EV:내부1"), ("survey", "review", "노원"), ("check", "노원"),
        ("route", "노원", "--from", "4:상계", "--to", "street", "--ignore-status"),
    )]  # fmt: skip
    ledger = researcher.folder / "ws" / "stations" / "nowon" / "survey"
    shared = [path.read_text(encoding="utf-8") for path in (ledger / "imports").iterdir()]
    for secret in ("김무의", "1234-5678", "9876-5432", "example.org"):
        assert not any(secret in text for text in (*outside, *shared))
    kept = "".join(path.read_text(encoding="utf-8") for path in (ledger / "private").iterdir())
    assert "010-9876-5432" in kept


def test_the_pilots_own_survey_is_the_first_import(researcher: Researcher) -> None:
    pilot = Path(__file__).resolve().parent.parent / "stations" / "nowon" / "survey.csv"
    (report,) = researcher("survey", "import", pilot)
    assert (report["rows"], report["duplicates"], report["stored"]) == (13, 13, 0)


# ── into routes and maps ─────────────────────────────────────────────────────


def test_a_broken_lift_sends_the_route_another_way_and_the_route_says_so(researcher: Researcher) -> None:
    before = {ride["unit"] for ride in researcher.route("7:중계", "street")["rides"]}
    (broken,) = before - {"7:EV:1"}
    researcher.imports(f"시설번호={broken} | 작동=고장")
    after = researcher.route("7:중계", "street")
    assert broken not in {ride["unit"] for ride in after["rides"]}
    said = [each["message_ko"] for each in after["doubts"] if each["code"] == "unit_under_repair"]
    assert any("고장이에요 (2026-05-01 기준)" in message for message in said)


def test_where_a_broken_lift_leaves_no_way_it_is_named(researcher: Researcher) -> None:
    researcher.imports("시설번호=4:EV:외부1 | 작동=고장")
    blockers = researcher.route("4:상계", "street", code=5)["error"]["blockers"]
    assert [("외부 1" in each["message_ko"], "고장" in each["message_ko"]) for each in blockers] == [(True, True)]


def test_a_door_narrower_than_a_wheelchair_stops_the_wheelchair_and_not_the_walker(researcher: Researcher) -> None:
    researcher.imports("시설번호=4:EV:내부1 | 문폭=65cm")
    error = researcher.route("4:상계", "street", code=5)
    assert any("650 mm" in each["message_ko"] for each in error["error"]["blockers"])
    assert researcher.route("4:상계", "street", "--profile", "walker")["rides"]


def test_a_narrow_door_that_one_fits_through_is_a_warning_with_survey_and_day(researcher: Researcher) -> None:
    researcher.imports("시설번호=4:EV:내부1 | 문폭=82cm")
    steps = researcher.route("4:상계", "street")["steps"]
    evidence = [each for step in steps for each in step["evidence"] if each["date"] == "2026-05-01"]
    assert {each["method"] for each in evidence} == {"surveyed"}
    drawn = researcher.folder / "maps"
    researcher.says("map", "노원", "--from", "4:상계", "--to", "street", "--out", drawn, "--format", "html")
    page = next(drawn.rglob("*.html")).read_text(encoding="utf-8")
    assert "문 폭 820 mm" in page
    assert "2026" in page


def test_surveyed_waits_change_the_minutes(researcher: Researcher) -> None:
    before = researcher.route("4:상계", "street")["seconds"]
    researcher.imports("시설번호=4:EV:내부1 | 대기시간=10분")
    after = researcher.route("4:상계", "street")["seconds"]
    assert after["typical"] > before["typical"] + 300


def test_a_conflict_uses_the_careful_value_and_shows_on_the_route(researcher: Researcher) -> None:
    researcher.imports("시설번호=4:EV:내부1 | 문폭=90cm", "시설번호=4:EV:내부1 | 문폭=65cm | 조사일=2026-05-03")
    error = researcher.route("4:상계", "street", code=5)
    assert any("650 mm" in each["message_ko"] for each in error["error"]["blockers"])
    found = [each for each in researcher("check", "노원") if each["code"] == "survey_conflict"]
    assert [each["layer"] for each in found] == ["4:EV:내부1"]
    assert "900 mm" in found[0]["message_ko"]
    assert "650 mm" in found[0]["message_ko"]


def test_a_conflict_marks_the_step_on_the_map(researcher: Researcher) -> None:
    researcher.imports("시설번호=4:EV:내부1 | 문폭=95cm", "시설번호=4:EV:내부1 | 문폭=80cm | 조사일=2026-05-03")
    drawn = researcher.folder / "maps"
    researcher.says("map", "노원", "--from", "4:상계", "--to", "street", "--out", drawn, "--format", "html")
    page = next(drawn.rglob("*.html")).read_text(encoding="utf-8")
    assert "조사와 자료가 다름" in page


def test_what_the_gate_asks_is_what_was_seen_last_on_site_unless_it_is_the_easier_way(researcher: Researcher) -> None:
    before = researcher.route("4:상계", "street")
    researcher.imports("시설번호=gate:4:2F | 종류=개찰구 | 호출필요=아니요")
    after = researcher.route("4:상계", "street")
    # The survey of 2016 had to call staff, so the two differ, and the careful one counts.
    assert (before["staff_calls"], after["staff_calls"]) == (1, 1)
    assert "survey_conflict" in {each["code"] for each in after["doubts"]}
    (item,) = [each for each in researcher("survey", "review", "노원")["items"] if each["kind"] == "conflict"]
    researcher("survey", "review", "노원", "--accept", item["claims"][0]["id"], *SIGNED)
    assert researcher.route("4:상계", "street")["staff_calls"] == 0


def test_a_new_lift_is_ridden_once_a_reviewer_accepted_it(researcher: Researcher) -> None:
    new = "호선=4 | 시설번호=새로 생김 | 종류=EV | 서는 층=1F, 2F | 가까운 출구=1 | 위치=1번 출구 앞"
    researcher.imports(new)
    way = ("exit:1", "4:상계", "--without", "4:EV:외부1", "--without", "4:EV:외부2")
    researcher.route(*way, code=5)
    (item,) = researcher("survey", "review", "노원")["items"]
    assert item["kind"] == "new"
    made = researcher("survey", "review", "노원", "--accept", item["id"], *SIGNED)["decisions"]
    route = researcher.route(*way)
    assert "4:EV:+1번출구" in {ride["unit"] for ride in route["rides"]}
    assert "unit_not_in_register" in {each["code"] for each in route["doubts"]}
    researcher("survey", "undo", made[0]["id"], "--by", "이", "--reason", "다른 출구예요")
    researcher.route(*way, code=5)


def test_surveyed_facts_reach_the_library(researcher: Researcher) -> None:
    import muui_maps as mm

    researcher.imports("시설번호=4:EV:내부1 | 문폭=82cm", "시설번호=gate:4:2F | 종류=개찰구 | 폭=95cm")
    loaded = mm.load("nowon", workspace=researcher.folder / "ws")
    unit = next(each for each in loaded.model.units if each.id == "4:EV:내부1")
    gate = next(each for each in loaded.model.links if each.id == "gate:4:2F")
    assert (unit.door_width_mm, gate.width_mm) == (820, 950)
    assert mm.load("nowon").fieldwork is None


# ── contracts ────────────────────────────────────────────────────────────────


def test_what_the_commands_say_to_machines_keeps_its_contract(researcher: Researcher) -> None:
    file = visit(
        researcher.folder,
        "시설번호=4:EV:내부1 | 문폭=80~95cm | 작동=정상 | 대기시간=40",
        "시설번호=4:EV:내부1 | 문폭=75cm | 작동=모름",
        "시설번호=4:EV:내부9 | 문폭=75cm",
        "시설번호=4:EV:내부1 | 문폭=82",
        "역명=한밭 | 시설번호=2:EV:1 | 작동=정상",
    )
    assert faults("survey-import", researcher("survey", "import", file, code=6)) == []
    (item,) = [each for each in researcher("survey", "review", "노원")["items"] if each["kind"] == "conflict"]
    kept = ("--keep", "4:EV:내부1", "operational_status", "--override", "4:EV:내부1", "문폭", "80~90cm")
    made = researcher("survey", "review", "노원", "--accept", item["id"], *kept, *SIGNED)
    assert faults("survey-review", made) == []
    assert len(made["decisions"]) == 3
    assert faults("survey-review", researcher("survey", "review")) == []
    undone = researcher("survey", "undo", made["decisions"][0]["id"], "--by", "이", "--reason", "잘못")
    assert faults("survey-undo", undone) == []
    explained = researcher("survey", "explain", "노원", "4:EV:내부1")
    assert faults("survey-explain", explained) == []
    assert len(explained) == 4  # three that were asked, and the levels of the register


def test_explain_says_until_when_a_status_counts_and_why(researcher: Researcher) -> None:
    researcher.imports(
        "시설번호=4:EV:내부1 | 작동=정상 | 조사일=2026-05-01", "시설번호=7:EV:1 | 작동=폐쇄 | 조사일=2026-06-20"
    )
    (fact,) = researcher("survey", "explain", "노원", "4:EV:내부1", "상태")
    assert (fact["rule"], fact["value"]) == ("expired", None)
    assert [each["counts_until"] for each in fact["claims"]] == [None, "2026-05-31"]
    said = researcher.says("survey", "explain", "노원", "4:EV:내부1", "상태")
    assert "오래됨 (2026-05-31까지)" in said
    assert "기준일 2026-06-20" in said
    assert "‘작동해요’ 본 날부터 30일 세요. 승강기는 달마다" in said
    assert "‘막힘·폐쇄’ 새로 본 사람이 있을 때까지 세요." in researcher.says("survey", "explain", "노원", "7:EV:1")


def test_what_nobody_surveyed_is_explained_too(researcher: Researcher) -> None:
    facts = {each["property"]: each for each in researcher("survey", "explain", "노원", "7:EV:2")}
    assert facts["operational_status"]["rule"] == "base"
    assert facts["operational_status"]["claims"][0]["evidence"][0]["method"] == "official"


# ── review, explain, undo ────────────────────────────────────────────────────


def test_a_reviewer_sees_conflicts_and_decides_and_undoes(researcher: Researcher) -> None:
    researcher.imports("시설번호=4:EV:내부1 | 문폭=90cm", "시설번호=4:EV:내부1 | 문폭=75cm | 조사일=2026-05-03")
    (item,) = researcher("survey", "review", "노원")["items"]
    assert (item["kind"], item["feature"], item["property"]) == ("conflict", "4:EV:내부1", "door_width_mm")
    wide = next(each["id"] for each in item["claims"] if "900" in each["text_ko"])
    (made,) = researcher("survey", "review", "노원", "--accept", wide, *SIGNED)["decisions"]
    (fact,) = researcher("survey", "explain", "노원", "내부1", "문폭")
    assert (fact["value"]["value"], fact["rule"], fact["conflict"]) == (900, "accepted", False)
    assert [(each["by"], each["reason"], each["stands"]) for each in fact["decisions"]] == [
        ("김무의", "사진으로 확인", True)
    ]
    researcher("survey", "undo", made["id"], "--by", "이", "--reason", "잘못 골랐어요")
    (fact,) = researcher("survey", "explain", "노원", "내부1", "문폭")
    assert (fact["value"]["value"], fact["rule"]) == (750, "conflict")
    assert [each["stands"] for each in fact["decisions"] if each["act"] == "accept"] == [False]


def test_an_explanation_names_every_row_in_words(researcher: Researcher) -> None:
    researcher.imports("시설번호=4:EV:내부1 | 문폭=90cm", "시설번호=4:EV:내부1 | 문폭=75cm | 조사일=2026-05-03")
    said = researcher.says("survey", "explain", "노원", "4:EV:내부1")
    for words in ("문 폭: 750 mm", "답이 서로 달라요", "‘90cm’ → 다름", "‘75cm’ → 쓰임", "visit.csv:2", "visit.csv:3"):
        assert words in said


def test_quarantined_rows_go_out_as_a_sheet_and_come_back_mended(researcher: Researcher) -> None:
    researcher.imports("시설번호=4:EV:내부1 | 문폭=82", "시설번호=4:EV:내부9 | 문폭=82cm | 비고==1+1", code=6)
    sheet = researcher.folder / "mend.csv"
    researcher.says("survey", "review", "노원", "--export-quarantine", sheet)
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    assert {row["비고"] for row in rows} == {"", "'=1+1"}, "a formula must not run in a spreadsheet"
    for row in rows:
        row["문폭"], row["시설번호"] = "82cm", "4:EV:내부1"
        del row["quarantine_reason"]
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (report,) = researcher("survey", "import", sheet)
    assert (report["stored"], report["quarantined"]) == (2, 0)
    assert researcher("survey", "review", "노원")["items"] == []
    (fact,) = researcher("survey", "explain", "노원", "4:EV:내부1", "문폭")
    notes = {row["note"] for claim in fact["claims"] for row in claim["rows"]}
    assert notes == {None, "=1+1"}, "the apostrophe was ours, not the researcher's"


def test_an_unmatched_row_is_matched_by_hand(researcher: Researcher) -> None:
    report = researcher.imports("시설번호=4:EV:내부9 | 문폭=75cm", code=6)
    assert report["quarantine"][0]["code"] == "feature_unmatched"
    (item,) = researcher("survey", "review", "노원")["items"]
    answer = researcher("survey", "review", "노원", "--match", f"{item['id']}=4:EV:내부1", *SIGNED)
    assert answer["items"] == []
    assert researcher("survey", "explain", "노원", "4:EV:내부1", "door_width_mm")[0]["value"]["value"] == 750


def test_overriding_and_keeping_take_a_feature_a_property_and_a_value(researcher: Researcher) -> None:
    researcher.imports("시설번호=4:EV:내부1 | 문폭=75cm | 작동=고장")
    researcher("survey", "review", "노원", "--override", "4:EV:내부1", "문폭", "88cm", *SIGNED)
    researcher("survey", "review", "노원", "--keep", "4:EV:내부1", "operational_status", *SIGNED)
    facts = {each["property"]: each for each in researcher("survey", "explain", "노원", "4:EV:내부1")}
    assert facts["door_width_mm"]["value"]["value"] == 880
    assert facts["operational_status"]["value"]["value"] == "working"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("survey", "review", "노원", "--accept", "c-000000000000", *SIGNED), 3),
        (("survey", "review", "노원", "--override", "4:EV:없음", "문폭", "88cm", *SIGNED), 3),
        (("survey", "review", "노원", "--override", "4:EV:내부1", "문폭", "88", *SIGNED), 2),
        (("survey", "review", "노원", "--override", "4:EV:내부1", "너비?", "88", *SIGNED), 3),
        (("survey", "review", "노원", "--keep", "4:EV:내부1", "문폭"), 2),
        (("survey", "review", "--keep", "4:EV:내부1", "문폭", *SIGNED), 2),
        (("survey", "undo", "d-000000000000", "--by", "k", "--reason", "r"), 3),
        (("survey", "explain", "노원", "4:EV:없음"), 3),
        (("survey", "import", "no-such-file.csv"), 4),
    ],
)
def test_what_does_not_exist_or_nobody_signed_changes_nothing(
    researcher: Researcher, words: tuple[str, ...], code: int
) -> None:
    researcher.imports("시설번호=4:EV:내부1 | 문폭=75cm")
    before = sorted((researcher.folder / "ws").rglob("*.json*"))
    error = researcher(*words, code=code)["error"]
    assert error["message_ko"]
    assert error["message_en"]
    assert sorted((researcher.folder / "ws").rglob("*.json*")) == before


def test_a_ledger_that_was_edited_is_refused_with_the_file_and_the_mend(researcher: Researcher) -> None:
    researcher.imports("시설번호=4:EV:내부1 | 문폭=75cm")
    (file,) = (researcher.folder / "ws" / "stations" / "nowon" / "survey" / "imports").iterdir()
    file.write_text(file.read_text(encoding="utf-8").replace("750", "950"), encoding="utf-8")
    (finding,) = researcher.route("4:상계", "street", code=4)["error"]["findings"]
    assert (finding["code"], file.name in finding["file"]) == ("ledger_damaged", True)
    assert "되돌려" in finding["fix_ko"]


def test_a_station_without_surveys_says_so(researcher: Researcher) -> None:
    assert "아직 가져온 조사가 없어요" in researcher.says("survey", "review", "노원")
    assert researcher("survey", "review", "노원") == {"decisions": [], "items": []}


# ── what a newcomer meets ────────────────────────────────────────────────────


def test_everything_that_is_wrong_with_a_row_is_said_at_once(researcher: Researcher) -> None:
    report = researcher.imports("시설번호=4:EV:내부1 | 작동=ㅇㅋ | 문폭=팔십 | 조사일=6월 2일", code=6)
    (held,) = report["quarantine"]
    assert (held["code"], held["field"]) == ("choice_unknown", "작동")
    assert "비슷한 답: 작동해요" in held["fix_ko"]
    assert "이 행의 다른 칸도 고쳐 주세요: 조사일 ‘6월 2일’, 문폭 ‘팔십’." in held["fix_ko"]
    others = {each["field"]: each for each in report["remarks"] if each["row"] == 2}
    assert set(others) == {"조사일", "문폭"}
    assert all(each["severity"] == "error" and each["fix_ko"] and each["fix_en"] for each in others.values())


def test_our_own_excel_form_comes_back_without_remarks_on_its_lists_and_its_help(
    researcher: Researcher, tmp_path: Path
) -> None:
    from openpyxl import load_workbook

    researcher("survey", "form", "노원", "--kind", "check", "--out", tmp_path / "forms")
    book = load_workbook(tmp_path / "forms" / "nowon_check.ko.xlsx")
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    for name, value in (("지도와 같나요", "틀려요"), ("조사한 때", "2026-11-20"), ("조사자 별칭", "R01")):
        sheet.cell(3, header.index(name) + 1, value)
    book.save(tmp_path / "filled.xlsx")
    (report,) = researcher("survey", "import", tmp_path / "filled.xlsx")
    assert (report["rows"], report["stored"], report["quarantined"]) == (1, 1, 0)
    assert {each["code"] for each in report["remarks"]} == {
        "personal_field_held", "rows_untouched", "key_from_content",
    }  # fmt: skip
    found = researcher("check", "노원")
    assert "step_doubted" in {each["code"] for each in found}


@pytest.mark.parametrize(
    ("name", "what", "mend"),
    [("nothing.csv", "그런 파일이 없어요", "경로와 이름을"), ("", "파일이 아니라 폴더예요", "안에 있는 파일을")],
)
def test_a_file_that_is_none_says_what_it_is(researcher: Researcher, name: str, what: str, mend: str) -> None:
    answer = researcher("survey", "import", researcher.folder / name, code=4)
    (finding,) = answer["error"]["findings"]
    assert finding["code"] == "not_a_regular_file"
    assert what in finding["message_ko"]
    assert mend in finding["fix_ko"]
