"""Rows of text out of a CSV, JSON or XLSX file that nobody here wrote.

Every value is text first: a station code `0150` keeps its zero, nothing is guessed. A file that can't be trusted whole
(a broken quote, two equal headers, a bomb) is refused with a Finding; a row that doesn't fit its header is set aside.
Formats are told apart by content; a file's name plays no part.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity, Text

MAX_BYTES = 64 * 2**20
"""A register of every machine of Seoul's subway is 1 MB."""
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELL = 20_000
HEADER_WITHIN = 10
"""Titles may stand above the header, so many rows at most."""

_ZIP_ENTRIES = 1_000
_ZIP_BYTES = 512 * 2**20
_ZIP_RATIO = 200
_MIN_HANGUL_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Record:
    """A row as text. `row` is where a person finds it: the line of the sheet, or the n-th record of a JSON file.

    Cells that hold lists or objects (JSON) keep them; None is JSON's null or an empty cell.
    """

    row: int
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file. `name` is the sheet's name in a workbook. `bad` are the rows that did not fit the header."""

    name: str | None
    header: tuple[str, ...]
    records: tuple[Record, ...]
    bad: tuple[Finding, ...] = ()

    @property
    def rows_in(self) -> int:
        return len(self.records) + len({finding.row for finding in self.bad})


@dataclass(frozen=True, slots=True)
class Tabular:
    """What a file holds. `kind` is `csv`, `json` or `xlsx`."""

    file: str
    kind: str
    encoding: str
    sheets: tuple[Sheet, ...]


HeaderTest = Callable[[Sequence[str]], bool]
"""Tells whether a row is a header that somebody knows."""


def read_tabular(path: Path, *, is_header: HeaderTest = any) -> Tabular:
    """Read a file's tables.

    Parameters
    ----------
    path
        A regular file.
    is_header
        Which of the first rows is the header; if it is true of none, the first row that is not blank is taken.

    Raises
    ------
    InputRefusedError
        If the file is none of the three, or can't be trusted whole; its Findings say why and how to mend it.
    """
    if not path.is_file():
        _refuse(
            path.name,
            "not_a_regular_file",
            "보통 파일이 아니에요",
            "not a regular file",
            "파일을 주세요.",
            "Give a file.",
        )
    size = path.stat().st_size
    if size > MAX_BYTES:
        _refuse(path.name, "file_too_big", f"너무 커요 ({size}바이트)", f"too big ({size} bytes)", *_MEND_DOWNLOAD)
    data = path.read_bytes()
    if not data.strip(b"\xef\xbb\xbf \t\r\n\0"):
        _refuse(path.name, "file_empty", "빈 파일이에요", "the file is empty", *_MEND_DOWNLOAD)
    if data[:2] == b"PK":
        return _read_xlsx(path.name, data, is_header)
    if data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        _refuse(
            path.name, "workbook_old_format", "옛 엑셀(.xls)이거나 암호가 걸린 파일이에요",
            "an old Excel file (.xls) or one with a password",
            "엑셀에서 암호 없이 ‘Excel 통합 문서(.xlsx)’로 저장해 주세요.", "Save it without a password as .xlsx.",
        )  # fmt: skip
    text, encoding = decode(path.name, data)
    start = text.lstrip()[:1]
    if start == "<":
        _refuse(
            path.name, "file_is_html", "표가 아니라 웹 페이지(HTML·XML)예요", "a web page (HTML or XML), not a table",
            "내려받기가 실패했을 때 이런 파일이 생겨요. 다시 내려받아 주세요.",
            "A failed download leaves such a file: download it again.",
        )  # fmt: skip
    if start in {"{", "["}:
        return Tabular(path.name, "json", encoding, (_read_json(path.name, text),))
    return Tabular(path.name, "csv", encoding, (_read_csv(path.name, text, is_header),))


_MEND_DOWNLOAD = ("파일을 다시 내려받아 주세요.", "Download the file again.")


def _refuse(file: str, code: str, ko: str, en: str, fix_ko: str, fix_en: str, **where: Any) -> NoReturn:  # noqa: ANN401
    message = Text(f"{file}: {ko}.", f"{file}: {en}.")
    finding = Finding(code, Severity.ERROR, message, Text(fix_ko, fix_en), file=file, **where)
    raise InputRefusedError(message, findings=(finding,))


# ── text ─────────────────────────────────────────────────────────────────────


def decode(file: str, data: bytes) -> tuple[str, str]:
    """The text of a file and its encoding: a byte order mark decides, else UTF-8, else cp949 if it reads like Korean.

    Raises
    ------
    InputRefusedError
        If neither fits, or if what cp949 makes of it is not Korean.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _decoded(file, data, encoding), encoding
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _decoded(file, data, "cp949")
        if _hangul_share(text) < _MIN_HANGUL_SHARE:
            sample = " ".join(re.findall(r"[^\x00-\x7f]+", text)[:3])
            _refuse(
                file, "encoding_unsure", f"글자 인코딩을 알 수 없어요 (cp949로 읽으면 ‘{sample[:40]}’)",
                f"the encoding is not clear (as cp949 it reads ‘{sample[:40]}’)",
                "UTF-8로 저장해 주세요.", "Save it as UTF-8.", value=sample[:80],
            )  # fmt: skip
        return text, "cp949"
    return text, "utf-8"


def _decoded(file: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        value = data[error.start : error.start + 8].hex(" ")
        _refuse(
            file, "encoding_unknown", f"{row}행의 글자를 읽을 수 없어요 (UTF-8도 cp949도 아니에요)",
            f"line {row} is neither UTF-8 nor cp949", "UTF-8로 저장하거나 다시 내려받아 주세요.",
            "Save it as UTF-8, or download it again.", row=row, value=value,
        )  # fmt: skip


def _hangul_share(text: str) -> float:
    """The share of everyday Hangul among the letters that are not ASCII: Latin-1 read as cp949 gives rare ones."""
    letters = [letter for letter in text if ord(letter) > 0x7F and letter.isalpha()]  # noqa: PLR2004 - the end of ASCII
    if not letters:
        return 1.0
    common = sum("가" <= letter <= "힣" and _in_ks_x_1001(letter) for letter in letters)
    return common / len(letters)


def _in_ks_x_1001(letter: str) -> bool:
    try:
        return len(letter.encode("euc_kr")) == 2  # noqa: PLR2004 - the 2,350 syllables of KS X 1001 take two bytes
    except UnicodeEncodeError:
        return False


# ── JSON ─────────────────────────────────────────────────────────────────────

_RECORDS_UNDER = ("DATA", "data", "row", "records")


def _read_json(file: str, text: str) -> Sheet:
    root = parse_json(file, text)
    records = _json_records(root)
    if records is None:
        _refuse(
            file, "json_no_records", "레코드의 목록이 없어요", "there is no list of records",
            "포털의 JSON 내려받기([{…}, …] 또는 {\"DATA\": [{…}]})를 주세요.",
            "Give the portal's JSON download ([{…}, …] or {\"DATA\": [{…}]}).",
        )  # fmt: skip
    if len(records) > MAX_ROWS:
        _refuse(file, "too_many_rows", f"{MAX_ROWS}행을 넘어요", f"more than {MAX_ROWS} rows", *_MEND_DOWNLOAD)
    header = tuple(dict.fromkeys(key for record in records[:100] if isinstance(record, dict) for key in record))
    good: list[Record] = []
    bad: list[Finding] = []
    for row, record in enumerate(records, 1):
        fault = _json_fault(record)
        if fault is None:
            good.append(Record(row, record))
        else:
            bad.append(_bad_row(file, row, *fault))
    return Sheet(None, header, tuple(good), tuple(bad))


def _json_fault(record: object) -> tuple[str, Text, str | None] | None:
    """Code, message and field of what is wrong with a record, or None."""
    if not isinstance(record, dict):
        return "row_not_an_object", Text("객체({…})가 아니에요", "not an object ({…})"), None
    for key, value in record.items():
        if isinstance(value, str) and (fault := _text_fault(value)):
            return fault[0], fault[1], key
    return None


def parse_json(file: str, text: str) -> Any:  # noqa: ANN401
    """JSON with its numbers as text.

    Raises
    ------
    InputRefusedError
        For bad syntax, NaN and infinite or absurdly long numbers, a key given twice, or a nesting without end.
    """

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) != len(items):
            key = next(key for key, _ in items if sum(key == other for other, _ in items) > 1)
            _refuse(
                file, "json_key_twice", f"한 객체에 ‘{key[:40]}’이 두 번 있어요", f"‘{key[:40]}’ twice in one object",
                *_MEND_DOWNLOAD, field=key[:80],
            )  # fmt: skip
        return found

    def number(raw: str) -> str:
        if len(raw) > 40 or not math.isfinite(float(raw)):  # noqa: PLR2004 - no measure of a station is longer
            _refuse(
                file, "json_number", f"있을 수 없는 수 ‘{raw[:20]}’", f"an impossible number ‘{raw[:20]}’",
                *_MEND_DOWNLOAD, value=raw[:80],
            )  # fmt: skip
        return raw

    try:
        return json.loads(text, parse_int=number, parse_float=number, parse_constant=number, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        _refuse(
            file, "json_syntax", f"JSON 문법이 틀렸어요 ({error.lineno}줄 {error.colno}칸)",
            f"no valid JSON (line {error.lineno}, column {error.colno}: {error.msg})",
            "내려받기가 끊겼을 수 있어요. 다시 내려받아 주세요.", "The download may be cut off: download it again.",
            row=error.lineno,
        )  # fmt: skip
    except RecursionError:
        _refuse(file, "json_too_deep", "너무 깊이 겹쳐 있어요", "nested too deeply", *_MEND_DOWNLOAD)


def _json_records(root: object) -> list[Any] | None:
    """The list of records: the root itself, or under a portal's usual key, one level down at most."""
    if isinstance(root, list):
        return root
    if not isinstance(root, dict):
        return None
    for holder in (root, *(value for value in root.values() if isinstance(value, dict))):
        for key in _RECORDS_UNDER:
            if isinstance(holder.get(key), list):
                return holder[key]
    return None


# ── CSV ──────────────────────────────────────────────────────────────────────


def _read_csv(file: str, text: str, is_header: HeaderTest) -> Sheet:
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        _refuse(
            file, "char_not_allowed", f"{row}행에 NUL 문자가 있어요", f"a NUL in line {row}", *_MEND_DOWNLOAD, row=row
        )
    delimiter = _delimiter(file, text, is_header)
    rows = _csv_rows(file, text, delimiter)
    return _sheet(file, None, rows, is_header)


def _delimiter(file: str, text: str, is_header: HeaderTest) -> str:
    """The separator that makes a known header, else the one that cuts the first line most often."""
    lines = text.splitlines()[:HEADER_WITHIN]
    for delimiter in (",", ";", "\t", "|"):
        if any(is_header(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1):
            return delimiter
    first = next((line for line in lines if line.strip()), "")
    counts = {delimiter: first.count(delimiter) for delimiter in (",", ";", "\t", "|")}
    best = max(counts, key=lambda delimiter: counts[delimiter])
    if sum(count == counts[best] for count in counts.values()) > 1 and counts[best]:
        _refuse(
            file, "delimiter_unsure", "칸을 나누는 글자를 알 수 없어요", "the separator is not clear",
            "쉼표로 나눈 CSV로 저장해 주세요.", "Save it as CSV with commas.", row=1, value=first[:80],
        )  # fmt: skip
    return best


def _csv_rows(file: str, text: str, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows with the line on which each begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            _refuse(
                file, "quote_unclosed" if "end of data" in str(error) else "csv_syntax",
                f"{begins}행에서 시작하는 칸이 잘못됐어요 ({error})", f"a bad cell in the row that begins on line {begins} ({error})",
                "따옴표가 짝이 맞는지 봐 주세요.", "See that the quotes are closed.", row=begins,
            )  # fmt: skip
        yield begins, row


# ── workbooks ────────────────────────────────────────────────────────────────


def _read_xlsx(file: str, data: bytes, is_header: HeaderTest) -> Tabular:
    _guard_zip(file, data)
    from openpyxl import load_workbook

    try:
        # Twice: formulas as formulas, so that one without a result is set aside instead of read as nothing; and the
        # results that the publisher's own program left behind. Nothing is computed here.
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        results = load_workbook(io.BytesIO(data), read_only=True, keep_links=False, data_only=True)
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever its XML happens to break
        _refuse(
            file, "workbook_unreadable", f"엑셀 파일로 읽을 수 없어요 ({type(error).__name__})",
            f"unreadable as a workbook ({type(error).__name__})",
            "엑셀에서 ‘Excel 통합 문서(.xlsx)’로 다시 저장해 주세요.", "Save it again as an Excel workbook (.xlsx).",
        )  # fmt: skip
    try:
        sheets = []
        for sheet, resulting in zip(book.worksheets, results.worksheets, strict=True):
            rows = _xlsx_rows(file, sheet, resulting)
            sheets.append(_sheet(file, sheet.title, rows, is_header))
    finally:
        book.close()
        results.close()
    if not sheets:
        _refuse(
            file, "workbook_no_sheets", "시트가 하나도 없어요", "there is no sheet",
            "엑셀에서 ‘Excel 통합 문서(.xlsx)’로 다시 저장해 주세요 (Strict Open XML은 안 돼요).",
            "Save it again as an Excel workbook (.xlsx), not Strict Open XML.",
        )  # fmt: skip
    return Tabular(file, "xlsx", "utf-8", tuple(sheets))


def _guard_zip(file: str, data: bytes) -> None:
    """Refuse bombs by what the archive declares. zipfile never gives more bytes than declared, so a lie only cuts."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            if len(entries) > _ZIP_ENTRIES or total > min(_ZIP_BYTES, max(2**20, _ZIP_RATIO * len(data))):
                _refuse(
                    file, "archive_too_big", f"풀면 {total // 2**20} MB예요", f"unpacks to {total // 2**20} MB",
                    *_MEND_DOWNLOAD,
                )  # fmt: skip
            for entry in entries:
                if entry.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(entry) as stream:
                        if b"<!DOCTYPE" in stream.read(4096).upper().replace(b"\0", b""):
                            _refuse(
                                file, "xml_doctype", "문서형 선언(DOCTYPE)이 들어 있어요",
                                "it holds a document type declaration", *_MEND_DOWNLOAD, layer=entry.filename[:80],
                            )  # fmt: skip
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        _refuse(
            file, "archive_unreadable", f"압축을 풀 수 없어요 ({type(error).__name__})",
            f"can't be unpacked ({type(error).__name__})", *_MEND_DOWNLOAD,
        )  # fmt: skip


_FORMULA = "\0formula"
_ERROR = "\0error"
_DATE = "\0date"
"""Marks before the text of a cell that is no plain value; NUL can't stand in a cell."""
_MARKS = {"e": _ERROR, "d": _DATE}


def _xlsx_rows(file: str, sheet: Any, resulting: Any) -> Iterator[tuple[int, Sequence[str]]]:  # noqa: ANN401
    try:
        for number, (cells, results) in enumerate(zip(sheet.iter_rows(), resulting.iter_rows(), strict=True), 1):
            if number > MAX_ROWS or len(cells) > MAX_COLUMNS:
                _refuse(
                    file, "sheet_too_big", f"‘{sheet.title}’ 시트가 너무 커요", f"sheet ‘{sheet.title}’ is too big",
                    "표 밖의 빈 행과 열을 지우고 저장해 주세요.", "Delete the rows and columns outside the table.",
                    layer=sheet.title, row=number,
                )  # fmt: skip
            yield number, [_xlsx_text(*pair) for pair in zip(cells, results, strict=True)]
    except InputRefusedError:
        raise
    except Exception as error:  # noqa: BLE001 - see _read_xlsx
        _refuse(
            file, "workbook_unreadable", f"‘{sheet.title}’ 시트를 읽을 수 없어요 ({type(error).__name__})",
            f"sheet ‘{sheet.title}’ is unreadable ({type(error).__name__})", *_MEND_DOWNLOAD, layer=sheet.title,
        )  # fmt: skip


def _xlsx_text(cell: Any, resulting: Any) -> str:  # noqa: ANN401
    if cell.data_type == "f":
        if resulting.value is None:
            return f"{_FORMULA} {cell.value}"
        cell = resulting
    value = cell.value
    if value is None:
        return ""
    if mark := _MARKS.get(cell.data_type):
        return f"{mark} {value}"
    if isinstance(value, float):
        # Excel keeps 15 digits; the 17 of 14.200000000000001 are arithmetic, not measurement.
        return f"{value:.15g}"
    text = str(value)
    if "_x" in text:
        from openpyxl.utils.escape import unescape

        text = str(unescape(text))
    return text.replace("\0", "�")


# ── rows under a header ──────────────────────────────────────────────────────


def clean_header(name: str) -> str:
    """A column's name without blanks: publishers write `역  명`, `연번\\n(총괄정렬용)` and `역명`."""
    return re.sub(r"[\s\ufeff]+", "", unicodedata.normalize("NFKC", name))


def _sheet(file: str, name: str | None, rows: Iterator[tuple[int, Sequence[str]]], is_header: HeaderTest) -> Sheet:
    above: list[tuple[int, Sequence[str]]] = []
    header: Sequence[str] | None = None
    for number, cells in rows:
        if is_header(cells):
            header, above = cells, []
            break
        above.append((number, cells))
        if len(above) >= HEADER_WITHIN:
            break
    if header is None:
        header, above = _first_row(above)
    header = _trimmed(header)
    _check_header(file, name, header)
    good: list[Record] = []
    bad: list[Finding] = []
    for number, cells in (*above, *rows):
        if number > MAX_ROWS:
            _refuse(file, "too_many_rows", f"{MAX_ROWS}행을 넘어요", f"more than {MAX_ROWS} rows", *_MEND_DOWNLOAD)
        if not any(cell.strip() for cell in cells):
            continue
        fault = _row_fault(cells, header)
        if fault is None:
            padded = (*cells, *[""] * (len(header) - len(cells)))
            good.append(Record(number, {key: cell or None for key, cell in zip(header, padded, strict=False) if key}))
        else:
            bad.append(_bad_row(file, number, *fault, layer=name))
    return Sheet(name, tuple(header), tuple(good), tuple(bad))


def _first_row(
    above: list[tuple[int, Sequence[str]]],
) -> tuple[Sequence[str], list[tuple[int, Sequence[str]]]]:
    for index, (_, cells) in enumerate(above):
        if any(cell.strip() for cell in cells):
            return cells, above[index + 1 :]
    return (), []


def _trimmed(header: Sequence[str]) -> Sequence[str]:
    """Without the empty cells at its end: sheets are often wider than their table."""
    width = max((index for index, cell in enumerate(header, 1) if cell.strip()), default=0)
    return header[:width]


def _check_header(file: str, layer: str | None, header: Sequence[str]) -> None:
    if len(header) > MAX_COLUMNS:
        _refuse(file, "too_many_columns", f"열이 {len(header)}개예요", f"{len(header)} columns", *_MEND_DOWNLOAD)
    names = [clean_header(cell) for cell in header]
    for index, name in enumerate(names):
        if name and name in names[:index]:
            _refuse(
                file, "header_duplicate", f"열 ‘{name[:40]}’이 두 번 있어요", f"the column ‘{name[:40]}’ occurs twice",
                "열 이름을 서로 다르게 고쳐 주세요.", "Give each column a name of its own.", layer=layer, field=name[:80],
            )  # fmt: skip


def _row_fault(cells: Sequence[str], header: Sequence[str]) -> tuple[str, Text, str | None] | None:
    wanted = len(header)
    if len(cells) != wanted and not _only_padding(cells, wanted):
        return (
            "row_length",
            Text(f"칸이 {wanted}개여야 하는데 {len(cells)}개예요", f"{len(cells)} cells instead of {wanted}"),
            None,
        )
    for name, cell in zip(header, cells, strict=False):
        if fault := _text_fault(cell):
            return *fault, name
    return None


def _only_padding(cells: Sequence[str], wanted: int) -> bool:
    return len(cells) > wanted and not any(cell.strip() for cell in cells[wanted:])


def _text_fault(text: str) -> tuple[str, Text] | None:
    if len(text) > MAX_CELL:
        return "too_long", Text(f"{MAX_CELL}자를 넘어요", f"longer than {MAX_CELL} characters")
    if "\0" in text and not text.startswith((_FORMULA, _ERROR, _DATE)):
        return "char_not_allowed", Text("NUL 문자가 있어요", "a NUL character")
    return None


def _bad_row(file: str, row: int, code: str, message: Text, field: str | None, *, layer: str | None = None) -> Finding:
    return Finding(
        code,
        Severity.ERROR,
        Text(
            f"{file} {row}행: {message.ko}. 이 행은 뺐어요.", f"{file} row {row}: {message.en}. The row was set aside."
        ),
        Text("원본에서 그 행을 고쳐 다시 가져와 주세요.", "Mend the row in the source and import it again."),
        file=file,
        layer=layer,
        row=row,
        field=field,
    )


def cell_fault(value: object) -> tuple[str, Text] | None:
    """Why a cell that is needed can't be used, or None: a formula, an error, or a date that a spreadsheet guessed."""
    if not isinstance(value, str) or not value.startswith("\0"):
        return None
    mark, _, text = value.partition(" ")
    if mark == _FORMULA:
        return "cell_is_formula", Text(f"수식이 들어 있어요 ({text[:40]})", f"the cell holds a formula ({text[:40]})")
    if mark == _ERROR:
        return "cell_is_error", Text(f"오류 값이에요 ({text[:40]})", f"the cell holds an error ({text[:40]})")
    return "cell_is_date", Text(f"날짜로 바뀌었어요 ({text[:40]})", f"turned into a date ({text[:40]})")
