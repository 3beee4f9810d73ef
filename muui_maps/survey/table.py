"""A researcher's CSV file as text cells, read strictly: nothing is guessed about a cell, nothing is padded or shifted.

A file that can't be read as a whole (no Hangul-safe encoding, no header, a missing column, an open quote, too big) is
refused with its Findings. A row that doesn't fit its header is set aside whole. Cells stay text: `0150` is not 150.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.decoding import in_ks_x_1001

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

MAX_BYTES = 5_000_000
MAX_ROWS = 20_000
MAX_CELL = 500
"""Characters of one cell. The longest real one among the surveyed transfers has 60."""
SHOWN = 80
"""Characters of a value that a Finding quotes."""
HEADER_WITHIN = 10
"""A header is looked for below as many title rows as forms put above it."""
_COMMON_SHARE = 0.9
"""Share of the non-ASCII characters that must be everyday Korean before a file is believed to be cp949."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row below the header; `number` is the file's own line where it starts, the header of a plain file being 1."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that fit the header; the cells of those that don't, as they stand; and a Finding for each of these."""

    rows: tuple[Row, ...]
    set_aside: tuple[tuple[str, ...], ...]
    findings: tuple[Finding, ...]

    @property
    def total(self) -> int:
        return len(self.rows) + len(self.set_aside)


def shown(value: str) -> str:
    """A cell as a message may quote it: escaped, at most 80 characters."""
    safe = "".join(ch if unicodedata.category(ch)[0] != "C" else f"\\x{ord(ch):02x}" for ch in value)
    return safe if len(safe) <= SHOWN else safe[: SHOWN - 1] + "…"


def read_rows(path: Path, columns: Sequence[str], *, aliases: Mapping[str, str]) -> Table:
    """Read a CSV file that has these columns, in any order.

    Parameters
    ----------
    path
        UTF-8 (with or without BOM), UTF-16 with BOM, or cp949; separated by commas, semicolons or tabs.
    columns
        The columns that must be there.
    aliases
        Other spellings of a column's name, in lower case and without blanks.

    Raises
    ------
    InputRefusedError
        If the file can't be read as such a table.
    """
    text = _decode(_bytes(path), path)
    records = _records(text, path, columns, aliases)
    if not records:
        raise _refused(path, "file_empty", Text("파일이 비어 있어요.", "The file is empty."))
    at, header = _header(records, path, columns, aliases)
    findings = _extra_columns(path, records[at][0], header, columns)
    findings += _title_rows(path, at, records)
    rows: list[Row] = []
    set_aside: list[tuple[str, ...]] = []
    body = [(number, cells) for number, cells in records[at + 1 :] if any(cell.strip() for cell in cells)]
    if len(body) > MAX_ROWS:
        message = Text(
            f"행이 {len(body)}개예요. {MAX_ROWS}개까지 읽어요.", f"{len(body)} rows; at most {MAX_ROWS} are read."
        )
        raise _refused(path, "too_many_rows", message)
    for number, raw in body:
        cells = [re.sub(r"[\r\n\t]+", " ", cell).strip() for cell in raw]
        fault = _row_fault(path, number, header, cells)
        if fault is None:
            rows.append(Row(number, dict(zip(header, cells, strict=True))))
        else:
            findings.append(fault)
            set_aside.append(tuple(cells))
    return Table(tuple(rows), tuple(set_aside), tuple(findings))


def finding(
    code: str,
    severity: Severity,
    message: Text,
    fix: Text,
    *,
    path: Path,
    row: int | None = None,
    field: str | None = None,
    value: str | None = None,
    station: str | None = None,
) -> Finding:
    """A Finding about a survey file, its value escaped and cut."""
    return Finding(
        code, severity, message, fix,
        station=station, file=_file(path), row=row, field=field, value=None if value is None else shown(value),
    )  # fmt: skip


def _file(path: Path) -> str:
    """The file as a person knows it: a station's own survey by its place in the project, any other as it was given."""
    return "/".join(path.parts[-3:]) if path.parent.parent.name == "stations" else str(path)


def _refused(path: Path, code: str, message: Text, fix: Text | None = None, **where: object) -> InputRefusedError:
    mend = fix or Text(
        "조사 파일 양식(docs/survey.md)에 맞춰 다시 저장해 주세요.", "Save it again in the layout of docs/survey.md."
    )
    row = where.get("row")
    fault = finding(
        code, Severity.ERROR, message, mend, path=path,
        row=row if isinstance(row, int) else None,
        field=str(where["field"]) if "field" in where else None,
        value=str(where["value"]) if "value" in where else None,
    )  # fmt: skip
    head = Text(f"{path.name}: {message.ko} {mend.ko}", f"{path.name}: {message.en} {mend.en}")
    return InputRefusedError(head, findings=(fault,))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = Text(f"파일을 열 수 없어요 ({reason}).", f"The file can't be opened ({reason}).")
        raise _refused(path, "file_unreadable", message, Text("경로를 확인해 주세요.", "Check the path.")) from error
    if len(data) > MAX_BYTES:
        message = Text(
            f"파일이 {MAX_BYTES // 1_000_000} MB보다 커요.", f"The file is larger than {MAX_BYTES // 1_000_000} MB."
        )
        raise _refused(path, "file_too_big", message)
    return data


def _decode(data: bytes, path: Path) -> str:
    has_utf16_mark = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if has_utf16_mark else ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "cp949" or _looks_korean(text):
            return unicodedata.normalize("NFC", text)
    raise _refused(
        path,
        "encoding_unsure",
        Text("글자 인코딩을 알 수 없어요.", "The text encoding can't be told."),
        Text("UTF-8 CSV로 다시 저장해 주세요.", "Save it again as CSV UTF-8."),
    )


def _looks_korean(text: str) -> bool:
    """Whether cp949 gave everyday Korean: other 8-bit text decodes too, into syllables that nobody writes."""
    foreign = [ch for ch in text if not ch.isascii()]
    common = sum(1 for ch in foreign if in_ks_x_1001(ch) or ch in "·→←↔○●×～“”‘’…℃㎡㎞㎝")
    return not foreign or common / len(foreign) >= _COMMON_SHARE


def _records(text: str, path: Path, columns: Sequence[str], aliases: Mapping[str, str]) -> list[tuple[int, list[str]]]:
    """Rows with the line where each starts, by the separator under which a header is found."""
    first_lines = text.splitlines()[:HEADER_WITHIN]
    separator = max(
        ",;\t", key=lambda mark: max((_known(line.split(mark), columns, aliases) for line in first_lines), default=0)
    )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[tuple[int, list[str]]] = []
    start = 1
    try:
        for cells in reader:
            records.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        message = Text(f"{start}행부터 따옴표가 맞지 않아요.", f"The quotes don't match from row {start} on.")
        raise _refused(path, "quote_unclosed", message, row=start, value=str(error)) from error
    return [record for record in records if record[1]]


def _name(cell: str, aliases: Mapping[str, str]) -> str:
    words = "".join(unicodedata.normalize("NFKC", cell).replace("\ufeff", "").split()).strip('"').casefold()
    return aliases.get(words, words)


def _known(cells: Sequence[str], columns: Collection[str], aliases: Mapping[str, str]) -> int:
    return sum(1 for cell in cells if _name(cell, aliases) in columns)


def _header(
    records: Sequence[tuple[int, list[str]]], path: Path, columns: Sequence[str], aliases: Mapping[str, str]
) -> tuple[int, list[str]]:
    at = max(range(min(HEADER_WITHIN, len(records))), key=lambda i: (_known(records[i][1], columns, aliases), -i))
    number, cells = records[at]
    header = [_name(cell, aliases) for cell in cells]
    missing = [column for column in columns if column not in header]
    if missing:
        listed = ", ".join(missing)
        raise _refused(
            path,
            "field_missing",
            Text(f"열이 없어요: {listed}.", f"Columns are missing: {listed}."),
            Text("첫 행에 빠진 열 이름을 더해 주세요.", "Add the missing column names to the header row."),
            row=number,
            field=missing[0],
        )
    twice = sorted({name for name in header if header.count(name) > 1 and name})
    if twice or "" in header:
        what = (
            Text("열 이름이 두 번 나와요", "A column's name occurs twice")
            if twice
            else Text("이름 없는 열이 있어요", "A column has no name")
        )
        code = "header_duplicate" if twice else "header_blank"
        value = twice[0] if twice else ""
        raise _refused(path, code, Text(f"{what.ko}: {value}.", f"{what.en}: {value}."), row=number, value=value)
    return at, header


def _extra_columns(path: Path, row: int, header: Sequence[str], columns: Collection[str]) -> list[Finding]:
    return [
        finding(
            "field_unknown",
            Severity.INFO,
            Text(f"모르는 열 '{shown(name)}'은 쓰지 않아요.", f"The column '{shown(name)}' is not known and not used."),
            Text("필요 없으면 지워도 돼요.", "It may be deleted if nobody needs it."),
            path=path,
            row=row,
            field=shown(name),
        )
        for name in header
        if name not in columns
    ]


def _title_rows(path: Path, at: int, records: Sequence[tuple[int, list[str]]]) -> list[Finding]:
    if at == 0:
        return []
    row = records[at][0]
    message = Text(
        f"머리글이 {row}행에 있어요. 그 위는 읽지 않아요.", f"The header is in row {row}; what is above it is not read."
    )
    return [
        finding(
            "header_at_row", Severity.INFO, message, Text("그대로 두어도 돼요.", "It may stay."), path=path, row=row
        )
    ]


def _row_fault(path: Path, number: int, header: Sequence[str], cells: Sequence[str]) -> Finding | None:
    fix = Text("이 행을 고쳐 다시 읽어 주세요.", "Mend this row and read the file again.")
    if len(cells) != len(header):
        message = Text(
            f"{number}행의 칸이 {len(cells)}개예요. {len(header)}개여야 해요.",
            f"Row {number} has {len(cells)} cells, not {len(header)}.",
        )
        return finding("row_length", Severity.ERROR, message, fix, path=path, row=number, value=",".join(cells))
    for name, cell in zip(header, cells, strict=True):
        if len(cell) > MAX_CELL:
            message = Text(
                f"{number}행 {name}: {MAX_CELL}자를 넘어요.", f"Row {number}, {name}: over {MAX_CELL} characters."
            )
            return finding("too_long", Severity.ERROR, message, fix, path=path, row=number, field=name, value=cell)
        if any(unicodedata.category(ch) in {"Cc", "Cf", "Cs", "Co", "Cn"} for ch in cell):
            message = Text(
                f"{number}행 {name}: 쓸 수 없는 글자가 있어요.",
                f"Row {number}, {name}: a character that can't be used.",
            )
            return finding(
                "char_not_allowed", Severity.ERROR, message, fix, path=path, row=number, field=name, value=cell
            )
    return None
