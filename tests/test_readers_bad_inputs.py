"""The catalogue of bad inputs, case by case: what a file gets that somebody typed, cut, renamed or made to do harm.

Each case is built here. A file is refused with a reason, or each of its rows is an observation or held with a reason.
"""

from __future__ import annotations

import json
import random
import sqlite3
import struct
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.hyperlink import Hyperlink
from shared import REPOSITORY, shared_data
from survey_files import GOOD, as_csv, geopackage, photo, point, repacked, rows, workbook

from muui_maps.errors import InputRefusedError
from muui_maps.survey.observations import Answer, FileRead, Observation
from muui_maps.survey.readers import read, read_all
from muui_maps.survey.rows import RowContext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAPPINGS = REPOSITORY / "data" / "mappings"
UUID = "f16d9a3f-0892-413e-81d4-758ab188ea0b"
HEADER = "observed_at,kind,note"


@dataclass(frozen=True)
class Case:
    """One bad input: its content, and what it gets.

    `refused` is the code of the refusal; else `held` are the codes of the rows held, `told` codes of remarks that must
    be there, and `check` looks at what was read.
    """

    id: str
    what: str
    content: str | bytes | Callable[[Path], Path]
    name: str = "a.csv"
    refused: str | None = None
    held: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    kept: int | None = None
    check: Callable[[FileRead], bool] | None = None
    context: RowContext | None = None


def csv(*changes: Mapping[str, str], mark: str = ",") -> str:
    return as_csv(rows(*changes), mark)


def xlsx(*changes: Mapping[str, Any], change: Any = None) -> bytes:
    return workbook({"응답": rows(*changes)}, change)


def first(found: FileRead) -> Observation:
    return found.observations[0]


def width(found: FileRead) -> tuple[Any, ...]:
    return tuple(o.facts["door_width_mm"].value for o in found.observations if "door_width_mm" in o.facts)


def feature(**properties: Any) -> dict[str, Any]:
    answers = {"observed_at": "2026-05-01", "kind": "exit", "note": "턱", **properties}
    return {"type": "Feature", "properties": answers, "geometry": {"type": "Point", "coordinates": [127.06, 37.65]}}


def collection(*features: Any, **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features, **more})


def lifts(folder: Path, *, script: str = "", srs_id: int = 4326, name: str = "a.gpkg", **row: Any) -> Path:
    answers = {"uuid": "u1", "observed_at": "2026-05-01", "kind": "elevator", "note": "좁음", **row}
    return geopackage(folder / name, {"lifts": [answers]}, srs_id=srs_id, script=script)


def observed(iso: str) -> Callable[[FileRead], bool]:
    return lambda found: first(found).submission.observed_at == iso


def with_photo(path: str) -> Callable[[Path], Path]:
    return lambda folder: lifts(folder, photo=path)


def far_cell(book: Any) -> None:
    book.worksheets[0]["XFD1048576"] = "x"


def put_formula(book: Any) -> None:
    book.worksheets[0]["F2"] = "=800+20"


def put_error(book: Any) -> None:
    book.worksheets[0]["F2"] = "#N/A"


def put_date(book: Any) -> None:
    book.worksheets[0]["H2"] = datetime(2026, 3, 1)  # noqa: DTZ001 - as a spreadsheet has it


def hide_row(book: Any) -> None:
    book.worksheets[0].row_dimensions[2].hidden = True


def hide_sheet(book: Any) -> None:
    book.create_sheet("앞")
    book.worksheets[0].sheet_state = "hidden"


def epoch_1904(book: Any) -> None:
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0]["A2"] = datetime(2026, 5, 1, 14, 30)  # noqa: DTZ001


def link(book: Any) -> None:
    book.worksheets[0]["G2"].hyperlink = Hyperlink(ref="G2", target="https://example.org/a")


STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/": b"http://purl.oclc.org/ooxml/officeDocument/",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
KOBO = "today;kind;note;sign_problem;sign_problem/missing;sign_problem/hidden;_uuid;_submission_time;_index\n"
BOMB = '<!DOCTYPE a [<!ENTITY x "1234567890"><!ENTITY y "&x;&x;&x;">]><kml>&y;</kml>'
WAYPOINT = '<wpt lat="37.6" lon="127.06"><name>문</name>{}</wpt>'
POINTS = ("37.65 127.06 20 500", "0 0 0 0", "127.06 37.65", "37.65 127.06 20 4", "36.79 -1.26")

CASES: list[Case] = [
    # ── C: tables as text ────────────────────────────────────────────────────
    Case(
        "C01",
        "cp949 from Excel",
        csv({}).encode("cp949"),
        told=("encoding_guessed",),
        kept=1,
        check=lambda f: f.described.encoding == "cp949" and first(f).note == GOOD[-1],
    ),
    Case(
        "C02",
        "ten bytes of Hangul in cp949",
        f"{HEADER}\n2026,exit,턱이 있음".encode("cp949"),
        kept=1,
        check=lambda f: first(f).note == "턱이 있음",
    ),
    Case(
        "C03",
        "Latin-1 that decodes as cp949",
        f"{HEADER}\n2026,exit,áéèà çéàè".encode("latin-1"),
        refused="encoding_unsure",
    ),
    Case(
        "C03", "Latin-1 that does not", f"{HEADER}\n2026,exit,café noir".encode("latin-1"), refused="encoding_unknown"
    ),
    Case("C04", "UTF-16 of Excel", csv({}, mark="\t").encode("utf-16"), told=("encoding_guessed",), kept=1),
    Case(
        "C05",
        "a byte order mark",
        csv({}).encode("utf-8-sig"),
        kept=1,
        check=lambda f: "observed_at" in first(f).submission.raw,
    ),
    Case("C06", "a NUL", csv({"note": "a\0b"}), refused="char_not_allowed"),
    Case(
        "C07",
        "control and direction characters in a note",
        csv({"note": "a\x0bb\u202ec\u200b"}),
        told=("char_stripped",),
        kept=1,
        check=lambda f: first(f).note == "a bc" and "\u202e" in first(f).submission.raw["note"],
    ),
    *(Case("C08", f"cells parted by {mark!r}", csv({"note": "a b"}, mark=mark), kept=1) for mark in ";\t|"),
    Case("C09", "separators mixed", "kind note observed_at\nexit, 턱, 2026\n", refused="delimiter_unsure"),
    Case("C10", "every row longer than the header", f"{HEADER}\n2026,exit,a,b\n2026,exit,a,b\n", refused="row_length"),
    Case(
        "C11",
        "one row too long, one too short",
        f"{HEADER}\n2026,exit,a,b\n2026,exit\n2026,exit,a\n",
        held=("row_length", "row_length"),
        kept=1,
        check=lambda f: f.quarantined[0].raw["+1"] == "b",
    ),
    Case("C12", "two columns of one name", "observed_at,kind,note,note\n2026,exit,a,b\n", refused="header_duplicate"),
    Case("C13", "a column without a name", "observed_at,kind,,note\n2026,exit,x,a\n", refused="header_blank"),
    Case("C13", "no header at all", "1,1,턱\n2,2,문\n", refused="header_blank"),
    Case(
        "C14",
        "titles above the header",
        f"무의 조사,,\n,,\n{HEADER}\n2026,exit,a\n",
        told=("header_at_row",),
        kept=1,
        check=lambda f: first(f).submission.row == 4,
    ),
    Case("C15", "an empty file", "", refused="file_empty"),
    Case("C15", "one line break", "\n", refused="file_empty"),
    Case("C15", "a header and nothing below", HEADER, told=("no_rows",), kept=0),
    Case(
        "C16",
        "line breaks of an old Macintosh",
        f"{HEADER}\r2026,exit,a\r2026,exit,b\r",
        kept=2,
        check=lambda f: [o.submission.row for o in f.observations] == [2, 3],
    ),
    Case(
        "C16",
        "a line break inside quotes",
        f'{HEADER}\n2026,exit,"a\nb"\n2026,exit,c\n',
        kept=2,
        check=lambda f: [o.submission.row for o in f.observations] == [2, 4],
    ),
    Case("C16", "a quote that never closes", f'{HEADER}\n2026,exit,"a\n2026,exit,b\n', refused="quote_unclosed"),
    Case(
        "C17",
        "codes with zeros, words for nothing",
        csv({"feature_id": "0150", "note": "n/a", "door_width_mm": "없음"}),
        kept=1,
        check=lambda f: (
            first(f).feature_id == "0150"
            and first(f).note is None
            and first(f).facts["door_width_mm"].answer is Answer.NONE
        ),
    ),
    Case(
        "C18",
        "an id beyond 2^53",
        csv({"submission_id": "9223372036854775807"}),
        kept=1,
        check=lambda f: first(f).submission.key == "9223372036854775807",
    ),
    Case(
        "C19",
        "exit 3-1 turned into a date",
        xlsx({"near_exit": ""}, change=put_date),
        "a.xlsx",
        held=("cell_is_date",),
        check=lambda f: "3-1 / 1-3" in f.quarantined[0].reason.message.ko,
    ),
    Case("C19", "exit 3-1 turned into a date's words", csv({"near_exit": "03월 01일"}), held=("cell_is_date",)),
    *(
        Case("C20", f"the date {day}", csv({"observed_at": day}), held=(code,))
        for day, code in (
            ("3/1/2019", "date_ambiguous"),
            ("01-03-19", "date_ambiguous"),
            ("45000", "date_ambiguous"),
            ("어제", "date_unreadable"),
            ("1970-01-01", "date_out_of_range"),
            ("", "date_missing"),
        )
    ),
    *(
        Case("C20", f"the date {day}", csv({"observed_at": day}), kept=1, check=observed(iso))
        for day, iso in (
            ("2026.3.1", "2026-03-01"),
            ("2026년 3월 1일", "2026-03-01"),
            ("2026. 3. 1 오후 3:05", "2026-03-01T15:05"),
            ("2026-03-01T05:30:00Z", "2026-03-01T14:30"),
        )
    ),
    Case("C21", "a time without a zone", csv({}), told=("time_zone_assumed",), kept=1),
    Case(
        "C21",
        "a time still to come",
        csv({"observed_at": "2027-01-01"}),
        held=("time_in_future",),
        context=RowContext(now="2026-11-23T12:00"),
    ),
    Case("C21", "a time before the form existed", csv({"form_version": "2026-11"}), held=("time_before_form",)),
    Case(
        "C22",
        "widths as people write them",
        csv(*({"door_width_mm": cell} for cell in ("82cm", "0.82m", "약 820", "８２０", "800~850", "800-850"))),
        kept=6,
        check=lambda f: width(f) == (820, 820, 820, 820, 800, 800) and first(f).facts["door_width_mm"].low is None,
    ),
    Case("C22", "a width without its unit", csv({"door_width_mm": "82"}), held=("unit_unsure",)),
    *(
        Case("C23", f"{name} {cell}", csv({name: cell}), held=("number_out_of_range",))
        for name, cell in (
            ("door_width_mm", "0"),
            ("door_width_mm", "-5"),
            ("slope_percent", "90"),
            ("step_count", "3000"),
        )
    ),
    *(
        Case("C24", f"a comma in {cell}", csv({"door_width_mm": cell}), held=("number_unreadable",))
        for cell in ("82,5", "1,200")
    ),
    Case(
        "C25",
        "a word that is no choice",
        csv({"operational_status": "음"}),
        held=("choice_unknown",),
        check=lambda f: "비슷한 답" in f.quarantined[0].reason.fix.ko,
    ),
    Case(
        "C25",
        "labels, other words, blanks",
        csv({"operational_status": "정상 "}, {"passable": "o"}, {"passable": "예"}, {"kind": "lift"}),
        kept=4,
    ),
    Case(
        "C26",
        "joined and split choices that disagree",
        f"{KOBO}2026-05-01;exit;a;missing hidden;1;0;;;1\n",
        held=("select_multiple_disagrees",),
    ),
    Case("C27", "groups parted by a slash", "visit/observed_at,a/b/kind,note\n2026,exit,a\n", kept=1),
    Case(
        "C28",
        "a child without its parent",
        workbook(
            {
                "v": [["today", "station", "_index"], ["2026-05-01", "노원", 1]],
                "r": [["kind", "note", "_parent_index"], ["exit", "a", 9]],
            }
        ),
        "a.xlsx",
        held=("row_says_nothing", "parent_missing"),
    ),
    Case(
        "C29",
        "repeats as numbered columns",
        "today,r[1]/kind,r[1]/note,r[2]/kind,r[2]/note\n2026-05-01,exit,a,stairs,b\n",
        kept=2,
        check=lambda f: [o.kind for o in f.observations] == ["exit", "stairs"],
    ),
    Case(
        "C30",
        "one submission twice",
        f"{KOBO}" + f"2026-05-01;exit;a;;;;{UUID};2026-05-02T01:00:00;1\n" * 2,
        kept=2,
        check=lambda f: f.observations[0].submission.key == f.observations[1].submission.key == f"uuid:{UUID}",
    ),
    Case(
        "C31",
        "one submission, edited",
        f"{KOBO}2026-05-01;exit;a;;;;{UUID};2026-05-02T01:00:00;1\n2026-05-01;exit;b;;;;{UUID};2026-05-03T01:00:00;2\n",
        kept=2,
        check=lambda f: (
            len({o.submission.key for o in f.observations}) == 1
            and f.observations[0].submission.version < f.observations[1].submission.version
        ),
    ),
    Case(
        "C32",
        "no submission id",
        csv({}),
        told=("key_from_content",),
        kept=1,
        check=lambda f: not first(f).submission.key,
    ),
    Case(
        "C33", "only an index", f"{KOBO}2026-05-01;exit;a;;;;;;7\n", kept=1, check=lambda f: not first(f).submission.key
    ),
    Case("C34", "another form", "name,age,pizza_fan\nBob,25,yes\n", refused="field_missing"),
    Case("C34", "a column misspelt", "observed_at,kindd,note\n2026,exit,a\n", refused="field_missing"),
    Case(
        "C35",
        "a column of the researcher's own",
        csv({"날씨": "비"}),
        told=("field_unknown",),
        kept=1,
        check=lambda f: first(f).submission.raw["날씨"] == "비",
    ),
    Case(
        "C36",
        "blanks and capitals in the header",
        "Observed At, KIND\xa0,note\n2026,exit,a\n",
        told=("header_normalised",),
        kept=1,
    ),
    Case(
        "C37",
        "labels for a header",
        "무엇을 보았나요?,언제 가셨나요?,어땠나요?,_uuid,_submission_time\nexit,2026,a,,\n",
        refused="headers_are_labels",
    ),
    Case(
        "C39",
        "points that can't be trusted",
        csv(*({"geopoint": cell} for cell in POINTS)),
        kept=5,
        told=("location_unreliable",),
        check=lambda f: [o.point is not None for o in f.observations] == [False] * 3 + [True, False],
    ),
    Case(
        "C39",
        "a point below ground",
        csv({"geopoint": "37.65 127.06", "level": "B1"}),
        told=("location_unreliable",),
        kept=1,
        check=lambda f: first(f).point is None,
    ),
    Case(
        "C40", "gone, and yet measured", csv({"operational_status": "없음"}), told=("row_contradicts_itself",), kept=1
    ),
    Case(
        "C40",
        "it works, says the choice; not, says the note",
        csv({"note": "고장"}),
        told=("row_contradicts_itself",),
        kept=1,
    ),
    Case(
        "C41",
        "personal columns",
        csv({"phonenumber": "010-1234-5678", "imei": "356", "이름": "김"}),
        told=("personal_field_held",),
        kept=1,
        check=lambda f: sum(each.code == "personal_field_held" for each in f.findings) == 3,
    ),
    Case(
        "C42",
        "cells that a spreadsheet would run",
        csv({"note": "=HYPERLINK(1)", "level": "-1"}),
        kept=1,
        check=lambda f: first(f).note == "=HYPERLINK(1)" and first(f).level == "B1",
    ),
    Case(
        "C43",
        "script in a note, a link that runs",
        csv({"note": "<script>x</script>", "photo": "javascript:alert(1)"}),
        told=("media_path_escapes",),
        kept=1,
        check=lambda f: first(f).photos == () and first(f).note == "<script>x</script>",
    ),
    Case("C44", "a note of a million letters", csv({"note": "가" * 1_000_000}, {}), held=("too_long",), kept=1),
    Case("C44", "a hundred thousand columns", ",".join(f"c{n}" for n in range(100_000)), refused="too_many_columns"),
    Case(
        "C45",
        "naughty strings",
        csv(
            *(
                {"note": text}
                for text in (
                    "undefined",
                    "1;DROP TABLE users",
                    "../../../etc/passwd%00",
                    "﷽",
                    "Z̮̞̠͙͔ͅ",
                    "田中さん",
                    "%s%s%n",
                    "{{7*7}}",
                    "\u202eevil",
                    "$x^2$",
                )
            )
        ),
        kept=10,
    ),
    # ── X: workbooks ─────────────────────────────────────────────────────────
    Case("X01", "Strict Open XML", repacked(xlsx({}), replace=STRICT), "a.xlsx", refused="workbook_no_sheets"),
    Case("X02", "a password", OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", refused="workbook_locked"),
    Case("X03", "an old workbook", OLE, "a.xls", refused="workbook_old_format"),
    Case(
        "X03",
        "a binary workbook",
        repacked(xlsx({}), add={"xl/workbook.bin": b""}),
        "a.xlsb",
        refused="workbook_old_format",
    ),
    Case(
        "X03",
        "an OpenDocument sheet",
        repacked(xlsx({}), add={"mimetype": b"application/vnd.oasis"}),
        "a.ods",
        refused="workbook_old_format",
    ),
    Case("X03", "a web page renamed", "<html><table></table></html>", "a.xlsx", refused="file_is_html"),
    Case("X03", "a CSV renamed", csv({}), "a.xlsx", kept=1, check=lambda f: f.described.format == "csv"),
    Case("X04", "one cell at the far end", xlsx({}, change=far_cell), "a.xlsx", refused="sheet_too_big"),
    Case("X05", "a formula without its result", xlsx({}, change=put_formula), "a.xlsx", held=("cell_is_formula",)),
    Case("X06", "an error value", xlsx({}, change=put_error), "a.xlsx", held=("cell_is_error",)),
    Case(
        "X07",
        "merged cells",
        xlsx({}, {}, change=lambda book: book.worksheets[0].merge_cells("B2:B3")),
        "a.xlsx",
        told=("cell_merged",),
        kept=2,
    ),
    Case(
        "X08",
        "a table that begins at B3",
        workbook({"s": [[], [], *([None, *row] for row in rows({}))]}),
        "a.xlsx",
        kept=1,
        check=lambda f: first(f).submission.row == 4,
    ),
    Case("X09", "a hidden row", xlsx({}, change=hide_row), "a.xlsx", told=("rows_hidden",), kept=1),
    Case("X09", "a hidden sheet", xlsx({}, change=hide_sheet), "a.xlsx", told=("rows_hidden",), kept=1),
    Case(
        "X10", "macros", repacked(xlsx({}), add={"xl/vbaProject.bin": b"x"}), "a.xlsm", told=("macros_ignored",), kept=1
    ),
    Case(
        "X11",
        "line breaks as _x000D_, links",
        xlsx({"note": "a_x000D_b"}, change=link),
        "a.xlsx",
        kept=1,
        check=lambda f: first(f).note == "a b",
    ),
    Case(
        "X12",
        "days counted from 1904",
        xlsx({}, change=epoch_1904),
        "a.xlsx",
        kept=1,
        check=lambda f: first(f).submission.observed_at == "2026-05-01T14:30",
    ),
    Case(
        "X13",
        "the answers on the second sheet",
        workbook({"표지": [["무의"], ["조사"]], "응답": rows({})}),
        "a.xlsx",
        kept=1,
        told=("sheet_unknown",),
    ),
    Case(
        "X13",
        "the form, not its answers",
        workbook({"survey": [["type", "name", "label"], ["text", "note", "?"]]}),
        "a.xlsx",
        refused="form_not_answers",
    ),
    # ── J: JSON ──────────────────────────────────────────────────────────────
    Case("J01", "JSON cut off", '{"type": "FeatureCollection", "features": [', "a.json", refused="json_syntax"),
    Case("J02", "a feature without a colon", '{"type": "Feature", "properties" {}}', "a.json", refused="json_syntax"),
    Case(
        "J02",
        "coordinates that are none",
        collection({**feature(), "geometry": {"type": "Point", "coordinates": []}}),
        "a.json",
        told=("geometry_invalid",),
        kept=1,
        check=lambda f: first(f).point is None and first(f).note == "턱",
    ),
    *(
        Case("J03", what, text, "a.json", refused=code)
        for what, text, code in (
            ("NaN", '[{"kind": NaN}]', "json_number"),
            ("a number without end", "[1e9999]", "json_number"),
            ("a key twice", '[{"a": 1, "a": 2}]', "json_key_twice"),
            ("lists in lists", "[" * 100_000, "json_too_deep"),
        )
    ),
    Case(
        "J03",
        "UTF-16",
        json.dumps([{"observed_at": "2026", "kind": "exit", "note": "턱"}]).encode("utf-16"),
        "a.json",
        kept=1,
    ),
    Case("J04", "a comma too many", '[{"kind": "exit",}]', "a.json", refused="json_syntax"),
    Case(
        "J05",
        "Kobo's latitude first",
        json.dumps([{"observed_at": "2026", "kind": "exit", "note": "턱", "_geolocation": [37.65, 127.06]}]),
        "a.json",
        kept=1,
        check=lambda f: first(f).point is not None,
    ),
    Case(
        "J05",
        "GeoJSON with latitude first",
        collection({**feature(), "geometry": {"type": "Point", "coordinates": [37.65, 127.06]}}),
        "a.geojson",
        kept=1,
        told=("location_unreliable",),
    ),
    Case(
        "J06",
        "a coordinate system of its own",
        collection(
            {**feature(), "geometry": {"type": "Point", "coordinates": [205422, 562000]}},
            crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5186"}},
        ),
        "a.geojson",
        kept=1,
        told=("crs_honoured",),
        check=lambda f: f.observations[0].point is not None and round(f.observations[0].point.lat, 1) == 37.7,
    ),
    Case(
        "J06",
        "a coordinate system that is none",
        collection(feature(), crs={"properties": {"name": "http://x/crs"}}),
        "a.geojson",
        refused="crs_unreadable",
    ),
    Case("J07", "TopoJSON", '{"type": "Topology", "objects": {}}', "a.json", refused="format_refused"),
    Case(
        "J07",
        "a program of GDAL's",
        '{"type": "gdal_streamed_alg", "command_line": "x"}',
        "a.geojson",
        refused="format_not_allowed",
    ),
    Case(
        "J08",
        "objects in objects",
        collection(feature(weather={"sky": {"wet": [1, 2]}})),
        "a.geojson",
        kept=1,
        told=("field_unknown",),
        check=lambda f: first(f).submission.raw["weather/sky/wet"] == '["1", "2"]',
    ),
    Case("J08", "a feature that is none", collection(feature(), "x"), "a.geojson", kept=1, held=("row_not_an_object",)),
    Case("J08", "no features", collection(), "a.geojson", kept=0, told=("no_rows",)),
    # ── G: points and OSM ────────────────────────────────────────────────────
    Case("G01", "a bomb of entities", BOMB, "a.kml", refused="xml_entity_refused"),
    Case(
        "G02",
        "an entity from a file",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx>&x;</gpx>',
        "a.gpx",
        refused="xml_entity_refused",
    ),
    Case("G03", "XML cut off", "<kml><Document>", "a.kml", refused="xml_syntax"),
    Case(
        "G03",
        "GML",
        "<gml:FeatureCollection xmlns:gml='http://www.opengis.net/gml'/>",
        "a.gml",
        refused="format_not_allowed",
    ),
    Case(
        "G03",
        "GDAL's virtual layer",
        "<OGRVRTDataSource><x/></OGRVRTDataSource>",
        "a.gpx",
        refused="format_not_allowed",
    ),
    Case(
        "G04",
        "a link to the network",
        "<kml><NetworkLink/><Placemark><name>문</name><TimeStamp><when>2026</when></TimeStamp></Placemark></kml>",
        "a.kml",
        kept=1,
        told=("network_link_ignored",),
    ),
    Case(
        "G06",
        "points without times, an empty segment",
        f"\ufeff<gpx>{WAYPOINT.format('')}{WAYPOINT.format('<time>2026</time>')}"
        "<trk><trkseg/><trkseg><trkpt lat='1' lon='1'/></trkseg></trk></gpx>",
        "a.gpx",
        kept=1,
        held=("date_missing",),
        told=("tracks_ignored",),
    ),
    Case("G06", "tracks alone", "<gpx><trk/></gpx>", "a.gpx", refused="no_points"),
    Case(
        "G07",
        "unsaved edits of JOSM",
        '<osm><node id="-25374" lat="37.6" lon="127.06" timestamp="2026-05-01T00:00:00Z">'
        '<tag k="highway" v="elevator"/><tag k="wheelchair" v="no"/></node></osm>',
        "a.osm",
        kept=1,
        check=lambda f: first(f).feature_id == "new",
    ),
    Case(
        "G08",
        "a way without its nodes, a thing deleted",
        '<osm><way id="1" timestamp="2026-05-01T00:00:00Z" action="delete">'
        '<nd ref="5"/><tag k="highway" v="steps"/></way></osm>',
        "a.osm",
        kept=1,
        told=("osm_ref_missing",),
        check=lambda f: first(f).facts["operational_status"].value == "absent",
    ),
    # ── P: photos ────────────────────────────────────────────────────────────
    Case("P01", "a photo without EXIF", photo(None), "a.jpg", held=("photo_unmatched",), told=("photo_without_time",)),
    Case(
        "P01",
        "a camera whose clock stands in 1970",
        photo("1970:01:01 00:00:00"),
        "a.jpg",
        held=("date_out_of_range",),
        context=RowContext(defaults={"feature_id": "exit:3"}),
    ),
    Case("P02", "a picture of 4 billion pixels", photo(size=(65_000, 65_000)), "a.jpg", refused="photo_too_big"),
    Case("P02", "EXIF cut off", photo()[:60], "a.jpg", held=("photo_unmatched",)),
    Case("P02", "HEIC", struct.pack(">I", 24) + b"ftypheic" + b"\0" * 12, "a.jpg", refused="photo_format"),
    Case(
        "P02",
        "SVG named .jpg",
        "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        "a.jpg",
        refused="format_not_allowed",
    ),
    # ── K: GeoPackages ───────────────────────────────────────────────────────
    Case(
        "K01",
        "a view without end",
        lambda d: lifts(
            d,
            script="CREATE VIEW v AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT "
            "n + 1 FROM c) SELECT n FROM c; INSERT INTO gpkg_contents VALUES ('v', 'attributes', 'v', 0);",
        ),
        refused="gpkg_view_refused",
    ),
    Case(
        "K02",
        "a virtual table",
        lambda d: lifts(d, script="CREATE VIRTUAL TABLE f USING fts5(a);"),
        refused="gpkg_table_refused",
    ),
    Case("K05", "a log left behind", lambda d: logged(lifts(d)), told=("gpkg_wal_missing",), kept=1),
    Case(
        "K06",
        "a conflict copy",
        lambda d: lifts(d, name="x (conflicted copy, kim v3).gpkg"),
        told=("conflict_copy",),
        kept=1,
    ),
    Case("K06", "a note on a merge", "{}", "x_rebase.json", refused="table_not_observations"),
    Case(
        "K07",
        "tables of an app that is offline",
        lambda d: geopackage(
            d / "a.gpkg",
            {
                "log_fids": [{"kind": "exit", "note": "a"}],
                "lifts_f49b5aaf_463a_42ff_9765_05cb26f08c1e": [{"observed_at": "2026", "kind": "exit", "note": "b"}],
            },
        ),
        kept=1,
        check=lambda f: [each.name for each in f.described.sheets] == ["lifts"],
    ),
    Case("K08", "a photo that is not there", lambda d: lifts(d, photo="DCIM/a.jpg"), told=("media_missing",), kept=1),
    *(
        Case(
            "K08",
            f"a photo at {path}",
            with_photo(path),
            told=("media_path_escapes",),
            kept=1,
            check=lambda f: first(f).photos == (),
        )
        for path in ("../../a.jpg", "/data/a.jpg", "C:\\a.jpg")
    ),
    Case(
        "K09",
        "a layer without rows",
        lambda d: geopackage(d / "a.gpkg", {"lifts": [{"observed_at": "2026", "kind": "exit", "note": "a"}], "no": []}),
        told=("layer_empty",),
        kept=1,
    ),
    Case(
        "K10",
        "no coordinate system",
        lambda d: lifts(d, geom=point(205422.0, 562000.0, -1), srs_id=-1),
        held=("crs_missing",),
    ),
    Case(
        "K10", "an SQLite file that is no GeoPackage", lambda d: plain_sqlite(d / "a.gpkg"), refused="gpkg_unreadable"
    ),
]

ELSEWHERE = {
    "C38": ("test_ledger_bad_inputs.py", "a lift that is not there: held with the lifts that are"),
    "G05": ("test_readers.py", "def test_reading_a_geopackage_leaves_no_trace_beside_it("),
    "K03": (
        "test_ledger_crashes.py",
        "def test_whatever_moment_an_import_is_killed_at_the_ledger_is_whole_and_keeps_what_it_reported(",
    ),
    "K04": ("test_ledger_crashes.py", "def test_four_importers_at_once_lose_no_row_and_store_none_twice("),
}
"""Cases in which a reader has no part, and the test that looks: matching is the ledger's, and readers write nothing."""


def logged(file: Path) -> Path:
    """A file that says that edits stand in a log beside it."""
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode=WAL")
    return file


def plain_sqlite(file: Path) -> Path:
    with closing(sqlite3.connect(file)) as db:
        db.execute("CREATE TABLE a (b TEXT)")
    return file


def made(case: Case, folder: Path) -> Path:
    if callable(case.content):
        return case.content(folder)
    file = folder / case.name
    file.write_bytes(case.content if isinstance(case.content, bytes) else case.content.encode())
    return file


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.id} {case.what}")
def test_a_bad_input_gets_what_the_catalogue_demands(case: Case, tmp_path: Path) -> None:
    file = made(case, tmp_path)
    if case.refused is not None:
        with pytest.raises(InputRefusedError) as refusal:
            read(file, context=case.context)
        finding = refusal.value.findings[0]
        assert finding.code == case.refused
        assert finding.file == file.name
        assert finding.message.ko
        assert finding.fix.en
        return
    found = read(file, context=case.context)
    assert found.conserved
    assert Counter(each.reason.code for each in found.quarantined) == Counter(case.held)
    assert set(case.told) <= {each.code for each in found.findings}
    assert case.kept is None or len(found.observations) == case.kept
    assert case.check is None or case.check(found)
    for held in found.quarantined:
        assert held.reason.row is not None
        assert held.reason.fix.ko


def test_every_case_of_the_catalogue_is_here_or_says_where() -> None:
    wanted = {f"C{n:02}" for n in range(1, 46)} | {f"X{n:02}" for n in range(1, 14)} | {f"J{n:02}" for n in range(1, 9)}
    wanted |= {f"G{n:02}" for n in range(1, 9)} | {"P01", "P02"} | {f"K{n:02}" for n in range(1, 11)}
    assert {case.id for case in CASES} | set(ELSEWHERE) == wanted
    for file, name in ELSEWHERE.values():
        assert name in (REPOSITORY / "tests" / file).read_text(encoding="utf-8")


def damaged(data: bytes, by: random.Random) -> bytes:
    """A file after a bad memory card: bytes changed, lost, doubled, or the end missing."""
    found = bytearray(data)
    for _ in range(by.choice([1, 2, 5, 20])):
        at = by.randrange(len(found) or 1)
        match by.randrange(4):
            case 0:
                found[at : at + 1] = bytes([by.randrange(256)])
            case 1:
                del found[at : at + by.randrange(1, 50)]
            case 2:
                found[at:at] = found[at // 2 : at // 2 + by.randrange(1, 200)]
            case _:
                found = found[: max(at, 1)]
    return bytes(found) or b"?"


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.gpkg", "a.json", "a.gpx", "a.jpg"])
def test_a_damaged_file_is_refused_or_every_row_of_it_is_accounted_for(tmp_path: Path, name: str) -> None:
    whole = {
        "a.csv": csv({}, {"note": "고장"}).encode("cp949"),
        "a.xlsx": xlsx({}, {"note": "고장"}),
        "a.gpkg": lifts(tmp_path).read_bytes(),
        "a.json": collection(feature(), feature()).encode(),
        "a.gpx": f"<gpx>{WAYPOINT.format('<time>2026</time>') * 3}</gpx>".encode(),
        "a.jpg": photo(),
    }[name]
    file, by = tmp_path / name, random.Random(name)  # noqa: S311 - the same damage every time
    refused = 0
    for _ in range(150):
        file.write_bytes(damaged(whole, by))
        try:
            assert read(file).conserved
        except InputRefusedError as error:
            refused += 1
            assert error.findings[0].file == name  # noqa: PT017 - most are refused, some are not: both are right
    assert refused


def test_a_stated_encoding_is_believed(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(f"{HEADER}\n2026,exit,café\n".encode("latin-1"))
    assert read(file, encoding="latin-1").observations[0].note == "café"
    with pytest.raises(InputRefusedError):
        read(file, encoding="no such")


def test_three_readings_are_offered_where_the_encoding_is_not_sure(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(f"{HEADER}\n2026,exit,áéèà çéàè\n".encode("latin-1"))
    with pytest.raises(InputRefusedError) as refusal:
        read(file)
    assert refusal.value.message.en.count("‘") == 3
    assert "latin-1 ‘áéèà çéàè’" in refusal.value.message.en


def test_a_trailing_comma_is_called_that(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('[{"kind": "exit",}]')
    with pytest.raises(InputRefusedError) as refusal:
        read(file)
    assert "trailing comma" in refusal.value.message.en


def test_ten_thousand_rows_of_one_person_are_read_in_seconds(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(csv(*({"feature_id": f"4:EV:{n}"} for n in range(10_000))))
    found = read(file)
    assert (found.rows, len(found.observations)) == (10_000, 10_000)


# ── the publishers' broken files and real samples ────────────────────────────

BROKEN = {
    "csv/64bit_int.csv": "field_missing", "csv/blank.csv": "file_empty", "csv/bom.csv": "field_missing",
    "csv/defective-rows.csv": "field_missing", "csv/empty_header_columns.csv": "header_blank",
    "csv/fl_invalid.csv": "header_duplicate", "csv/invalid_wkt.csv": "field_missing",
    "csv/leading_zeros.csv": "field_missing", "csv/merged-cells.xlsx": "field_missing",
    "csv/mixed_separators.csv": "delimiter_unsure", "csv/needs_headers_two_lines.csv": "header_blank",
    "csv/package-invalid.zip": "archive_not_read", "survey/ona_bad.csv": "field_missing",
    "survey/ona_date.csv": "field_missing", "survey/ona_infinity.xlsx": "form_not_answers",
    "survey/ona_same_uuid.csv": "field_missing", "survey/ona_universal_newline.csv": "form_not_answers",
    "xlsx/OOM_alloc2.xls": "workbook_old_format", "xlsx/empty_sheet.xlsx": "file_empty",
    "xlsx/has_x000D_.xlsx": "field_missing", "xlsx/hyperlinks.xlsx": "field_missing",
    "xlsx/malformed_format.xls": "workbook_old_format", "xlsx/no-header.xlsx": "field_missing",
    "xlsx/strict_iso_paths.xlsx": "workbook_no_sheets", "xlsx/vba.xlsm": "file_empty",
    "json/empty_featurecollection.json": None, "json/feature-malformed-2.json": "field_missing",
    "json/featurecollection-malformed-2.json": "json_syntax", "json/i_number_huge_exp.json": "json_number",
    "json/i_string_invalid_utf-8.json": "encoding_unknown", "json/invalid-arc-index.topojson": "format_refused",
    "json/n_number_infinity.json": "json_number", "json/n_structure_open_array_object.json": "json_too_deep",
    "json/null_feature.geojson": "field_missing", "json/point-invalid.json": "json_syntax",
    "json/various-orientation.json": "field_missing", "xml/cyclic.xml": "xml_entity_refused",
    "xml/external.xml": "xml_entity_refused", "xml/quadratic.xml": "xml_entity_refused",
    "xml/xmlbomb2.xml": "xml_entity_refused", "gpx/3d_point_empty.shp": "format_unknown", "gpx/empty.gpx": None,
    "gpx/track-with-empty-segment.gpx": "no_points", "gpx/track_with_dilution_errors.gpx": None,
}  # fmt: skip
"""File → the code of its refusal; None for one that is read."""
FOLDERS = ("csv", "survey", "xlsx", "json", "xml", "gpx")

# Further codes that a refusal must come with: what else is wrong is told at once.
ALSO = {
    "csv/defective-rows.csv": ("row_length", "row_length"),
    "csv/merged-cells.xlsx": ("cell_merged",),
    "json/feature-malformed-2.json": ("geometry_invalid",),
    "json/null_feature.geojson": ("geometry_invalid",),
    "xlsx/vba.xlsm": ("macros_ignored",),
}


def outcome(file: Path) -> list[str]:
    """The codes with which a file is refused, each with a mend; none for one that is read, every row accounted for."""
    try:
        return [] if read(file, mappings=MAPPINGS).conserved else ["rows lost"]
    except InputRefusedError as error:
        return [each.code if each.fix.ko and each.fix.en else "no mend" for each in error.findings]


def test_every_broken_file_gets_its_result() -> None:
    broken = shared_data() / "broken"
    found: dict[str, str | None] = {}
    for folder in FOLDERS:
        for file in sorted((broken / folder).iterdir()):
            name = f"{folder}/{file.name}"
            result = outcome(file)
            found[name] = result[0] if result else None
            assert set(ALSO.get(name, ())) <= set(result[1:]), name
    assert found == BROKEN


SOME_MAPPING = """name = "some"
area = [-90, -180, 90, 180]
[[table]]
columns = {columns}
defaults = {{ kind = "exit", observed_at = "{day}" }}
{fields}
"""


def mapping(folder: Path, columns: list[str], day: str = "2020-01-01", **fields: str) -> Path:
    """A mapping file for a form that is none of ours, to prove what its rows become."""
    file = folder / "m.toml"
    told = "\n".join(f'[table.fields.{ours}]\nfrom = "{theirs}"' for ours, theirs in fields.items())
    file.write_text(SOME_MAPPING.format(columns=json.dumps(columns), day=day, fields=told), encoding="utf-8")
    return file


def held(found: FileRead) -> list[tuple[str, int | None]]:
    return [(each.reason.code, each.reason.row) for each in found.quarantined]


def test_broken_rows_are_held_once_a_mapping_says_what_the_columns_mean(tmp_path: Path) -> None:
    broken = shared_data() / "broken"
    defective = read(
        broken / "csv/defective-rows.csv", mapping=mapping(tmp_path, ["id"], place_text="name", note="age")
    )
    assert held(defective) == [("row_length", 2), ("row_length", 3)]
    dates = read(
        broken / "survey/ona_date.csv", mapping=mapping(tmp_path, ["tdate"], "", observed_at="tdate", note="name")
    )
    assert {code for code, _ in held(dates)} == {"date_ambiguous"}
    assert dates.conserved
    zeros = read(broken / "csv/leading_zeros.csv", mapping=mapping(tmp_path, ["fips"], note="fips"))
    assert [each.note for each in zeros.observations] == ["001", "003", "005"]
    big = read(broken / "csv/64bit_int.csv", mapping=mapping(tmp_path, ["bigint"], note="bigint"))
    assert [each.note for each in big.observations] == ["2147483648", "9223372036854775807"]
    marked = read(broken / "csv/bom.csv", mapping=mapping(tmp_path, ["id"], submission_id="id", note="name"))
    assert [each.submission.key for each in marked.observations] == ["1", "2"]
    twice = read(broken / "survey/ona_same_uuid.csv", mapping=mapping(tmp_path, ["pizza_fan"], note="name"))
    assert len(twice.observations) == 1
    assert twice.observations[0].submission.key.startswith("uuid:")
    assert sum(each.code == "personal_field_held" for each in twice.findings) >= 2


SAMPLES = {
    "gpx_kml/export.kml": None, "gpx_kml/gpx1.1_with_extensions.gpx": None, "gpx_kml/korita-zbevnica.gpx": None,
    "gpx_kml/unicode.gpx": None, "kobo/Round_1.xlsx": "form_not_answers", "kobo/SelectFromMap.xlsx": "form_not_answers",
    "kobo/cities2.geojson": "field_missing", "kobo/geojson_and_selects.csv": "field_missing",
    "kobo/geojson_and_selects.geojson": "field_missing", "kobo/geojson_and_selects.xlsx": "field_missing",
    "kobo/gps_questions.xlsx": "form_not_answers", "kobo/media_question_types.xlsx": "form_not_answers",
    "kobo/nested_grouped_repeatable.csv": "field_missing", "kobo/nested_grouped_repeatable.geojson": None,
    "kobo/or_other.csv": "field_missing", "kobo/or_other.geojson": None, "kobo/or_other.xlsx": "field_missing",
    "kobo/parent.xlsx": "form_not_answers", "kobo/repeat_group_dataset.xlsx": "field_missing",
    "kobo/repeat_group_form.xlsx": "form_not_answers", "kobo/site_inspection.csv": "field_missing",
    "kobo/site_inspection.geojson": None, "kobo/site_inspection.xlsx": "field_missing",
    **{f"metro4all/{city}_{table}.csv": "field_missing" for city in ("min", "waw")
       for table in ("graph", "interchanges", "lines", "portals", "stations")},
    "muui_demo_xlsform.xlsx": "form_not_answers", "odk_central/odk_pois.osm": "field_missing",
    "odk_central/test.csv": "row_length", "odk_central/toilets.xls": "workbook_old_format",
    "ona/nested_repeats.csv": "field_missing", "ona/nested_repeats.xlsx": "form_not_answers",
    "ona/transportation.csv": "field_missing", "ona/transportation.xlsx": "form_not_answers",
    "ona/transportation_labels_only.csv": "field_missing", "ona/transportation_no_group_names.csv": "header_duplicate",
    "ona/transportation_without_na.csv": "field_missing", "ona/tutorial_w_repeats.csv": "field_missing",
    "ona/tutorial_w_repeats.xlsx": "form_not_answers", "ona/tutorial_w_repeats_flattened.csv": "field_missing",
    **{f"qfield/{name}.gpkg": "field_missing" for name in
       ("base", "bees", "data", "merged_1_A_1_B", "notes", "updated_A", "updated_B")},
}  # fmt: skip


def test_every_sample_is_read_or_refused_with_a_reason() -> None:
    survey = shared_data() / "survey"
    found: dict[str, str | None] = {}
    for file in sorted(path for path in survey.rglob("*") if path.is_file()):
        name = file.relative_to(survey).as_posix()
        found[name] = next(iter(outcome(file)), None)
    assert found == SAMPLES


@pytest.mark.parametrize(("city", "portals", "stations"), [("waw", 197, 21), ("min", 240, 29)])
def test_metro4alls_survey_of_warsaw_and_minsk_is_read_whole(city: str, portals: int, stations: int) -> None:
    folder = shared_data() / "survey" / "metro4all"
    context = RowContext(defaults={"observed_at": "2016"})
    found = read(folder / f"{city}_portals.csv", mapping=MAPPINGS / "metro4all.toml", context=context)
    assert (found.rows, len(found.observations), held(found)) == (portals, portals, [])
    assert len({each.station_id for each in found.observations}) == stations
    assert len({each.submission.key for each in found.observations}) == portals
    assert all(each.point is not None for each in found.observations)
    for each in found.observations:
        steps, raw = each.facts.get("step_count"), each.submission.raw["min_step"]
        assert (steps is None) == (raw == "0")  # 0 is no count: nobody wrote one down
        assert steps is None or steps.value == float(raw)
        assert each.facts["clear_width_mm"].value == float(each.submission.raw["max_width"])
    for table in ("stations", "lines", "graph"):
        with pytest.raises(InputRefusedError) as refusal:
            read(folder / f"{city}_{table}.csv", mapping=MAPPINGS / "metro4all.toml", context=context)
        assert refusal.value.findings[0].code == "table_not_observations"


def test_real_exports_of_other_forms_read_through_a_mapping(tmp_path: Path) -> None:
    survey = shared_data() / "survey"
    kobo = read(survey / "kobo/repeat_group_dataset.xlsx", mapping=two_level_mapping(tmp_path))
    assert kobo.conserved
    assert [(each.name, each.used_as) for each in kobo.described.sheets] == [
        ("Repeat Group (Merge)", "repeats"), ("CR", "observations")]  # fmt: skip
    assert len(kobo.observations) + len(kobo.quarantined) == kobo.rows
    assert kobo.observations[0].place_text == "Mohan"
    ona = read(survey / "ona/tutorial_w_repeats.csv",
               mapping=mapping(tmp_path, ["children/childs_name"], note="children/childs_name"))  # fmt: skip
    assert [(each.note, each.submission.key[-2:]) for each in ona.observations] == [("Tom", "#1"), ("Dick", "#2")]
    site = read(survey / "kobo/site_inspection.csv", mapping=mapping(tmp_path, ["inspector"], surveyor="inspector",
                note="please_rate_the_impact_of_any_defects_observed"))  # fmt: skip
    same = read(survey / "kobo/site_inspection.xlsx", mapping=tmp_path / "m.toml")
    assert [each.note for each in site.observations] == [each.note for each in same.observations]
    selects = read(
        survey / "kobo/geojson_and_selects.csv", mapping=mapping(tmp_path, ["geo_location"], note="current_location")
    )
    seen = selects.observations[0]
    assert seen.point is not None
    assert (seen.point.lat, seen.point.lon, seen.point.accuracy_m) == (39.306938, -76.60869, 22)


def two_level_mapping(folder: Path) -> Path:
    file = folder / "two.toml"
    file.write_text("""name = "two"
[[table]]
columns = ["Name of the household head"]
defaults = { kind = "exit", observed_at = "2020-01-01" }
[table.fields.place_text]
from = "Name of the household head"
[[table]]
columns = ["Name of child"]
[table.fields.note]
from = "Name of child"
""")
    return file


def test_qfields_own_notes_are_read_with_their_photos() -> None:
    file = shared_data() / "survey" / "qfield" / "notes.gpkg"
    found = read(file, mapping=MAPPINGS / "qfield-notes.toml", context=RowContext(defaults={"place_text": "노원"}))
    assert found.conserved
    assert [(each.name, each.used_as) for each in found.described.sheets] == [
        ("notes", "observations"), ("notes_attachments", "observations")]  # fmt: skip
    assert found.rows == 2
    assert all(len(each.photos) == 1 and each.submission.key.startswith("{") for each in found.observations)


def test_two_answers_of_the_same_day_in_two_formats_are_told_apart_by_file(tmp_path: Path) -> None:
    one, two = tmp_path / "a.csv", tmp_path / "b.xlsx"
    one.write_text(csv({}))
    two.write_bytes(xlsx({}))
    assert [each.file for each in read_all([one, two])] == ["a.csv", "b.xlsx"]
