"""Tables out of a CSV, JSON or XLSX file that nobody here wrote.

Every value is text first: a station code `0150` keeps its zero, and nothing is guessed. A file that can't be trusted
whole (an open quote, two equal headers, a bomb) is refused with a Finding; a row that doesn't fit its header is set
aside. The format is told by the content; a file's name plays no part.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.model import Text
from muui_maps.sources.decoding import decode
from muui_maps.sources.json_records import read_json
from muui_maps.sources.refusal import refuse
from muui_maps.sources.sheets import HEADER_WITHIN, Sheet, read_sheet
from muui_maps.sources.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from muui_maps.sources.sheets import HeaderTest

MAX_BYTES = 64 * 2**20
"""A register of every machine of Seoul's subway takes one of these."""

_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class Tabular:
    """What a file holds. `kind` is `csv`, `json` or `xlsx`."""

    file: str
    kind: str
    encoding: str
    sheets: tuple[Sheet, ...]


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
    file, data = path.name, file_bytes(path)
    if data.startswith(b"PK"):
        return Tabular(file, "xlsx", "utf-8", read_workbook(file, data, is_header))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        message = Text("옛 엑셀(.xls)이거나 암호가 걸린 파일이에요", "an old Excel file (.xls) or one with a password")
        fix = Text(
            "엑셀에서 암호 없이 ‘Excel 통합 문서(.xlsx)’로 저장해 주세요.", "Save it without a password as .xlsx."
        )
        refuse(file, "workbook_old_format", message, fix)
    text, encoding = decode(file, data)
    start = text.lstrip()[:1]
    if start == "<":
        message = Text("표가 아니라 웹 페이지(HTML·XML)예요", "a web page (HTML or XML), not a table")
        fix = Text(
            "내려받기에 실패하면 이런 파일이 남아요. 다시 내려받아 주세요.",
            "A failed download leaves such a file: download it again.",
        )
        refuse(file, "file_is_html", message, fix, row=1, value=text.lstrip()[:80])
    if start in {"{", "["}:
        return Tabular(file, "json", encoding, (read_json(file, text),))
    return Tabular(file, "csv", encoding, (read_csv(file, text, is_header),))


_NO_FILE = (
    Text("그런 파일이 없어요", "there is no such file"),
    Text("경로와 이름을 확인해 주세요.", "Check its path and its name."),
)
_A_FOLDER = (
    Text("파일이 아니라 폴더예요", "a folder, not a file"),
    Text("안에 있는 파일을 적어 주세요.", "Name the files in it."),
)
_SPECIAL = (
    Text("보통 파일이 아니에요", "not a regular file"),
    Text("내용을 보통 파일로 옮겨 주세요.", "Copy its content into a regular file."),
)


def file_bytes(path: Path) -> bytes:
    """A regular file's bytes.

    Raises
    ------
    InputRefusedError
        If it is none, is empty, too big, or can't be opened.
    """
    if not path.is_file():
        what, mend = _NO_FILE if not path.exists() else _A_FOLDER if path.is_dir() else _SPECIAL
        refuse(path.name, "not_a_regular_file", what, mend)
    size = path.stat().st_size
    if size > MAX_BYTES:
        refuse(path.name, "file_too_big", Text(f"너무 커요 ({size >> 20} MB)", f"too big ({size >> 20} MB)"))
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = Text(f"열 수 없어요 ({reason})", f"can't be opened ({reason})")
        refuse(path.name, "file_unreadable", message, Text("읽기 권한을 봐 주세요.", "See whether you may read it."))
    if not data.strip(b"\xef\xbb\xbf\xfe\xff \t\r\n\0"):
        refuse(path.name, "file_empty", Text("빈 파일이에요", "the file is empty"))
    return data


def read_csv(file: str, text: str, is_header: HeaderTest) -> Sheet:
    """The table of a CSV file's text.

    Raises
    ------
    InputRefusedError
        If its separator or its quotes are not clear, or two columns have the same name.
    """
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        refuse(file, "char_not_allowed", Text(f"{row}줄에 NUL 문자가 있어요", f"a NUL in line {row}"), row=row)
    return read_sheet(file, None, _csv_rows(file, text, _delimiter(file, text, is_header)), is_header)


def _delimiter(file: str, text: str, is_header: HeaderTest) -> str:
    """The separator that makes a known header, else the one that alone cuts the first line most often."""
    lines = text.splitlines()[:HEADER_WITHIN]
    for delimiter in _DELIMITERS:
        if any(is_header(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1):
            return delimiter
    first = next((line for line in lines if line.strip()), "")
    counts = {delimiter: first.count(delimiter) for delimiter in _DELIMITERS}
    most = max(counts.values())
    if most and list(counts.values()).count(most) > 1:
        message = Text("칸을 나누는 글자를 알 수 없어요", "the separator is not clear")
        fix = Text("쉼표로 나눈 CSV로 저장해 주세요.", "Save it as CSV with commas.")
        refuse(file, "delimiter_unsure", message, fix, row=1, value=first[:80])
    return max(_DELIMITERS, key=lambda delimiter: counts[delimiter])


def _csv_rows(file: str, text: str, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows with the line on which each begins."""
    # A note may be longer than the module's 128 kB: it costs its row, not the file. The limit is one for the process.
    csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            code = "quote_unclosed" if "end of data" in str(error) else "csv_syntax"
            message = Text(f"{begins}줄의 칸이 잘못됐어요 ({error})", f"a bad cell on line {begins} ({error})")
            fix = Text("따옴표가 짝이 맞는지 봐 주세요.", "See whether every quote is closed.")
            refuse(file, code, message, fix, row=begins)
        yield begins, row
