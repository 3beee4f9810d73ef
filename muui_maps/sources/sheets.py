"""Records under a header, all of them text, whatever format they came in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    HeaderTest = Callable[[Sequence[str]], bool]
    """Tells whether a row is a header that somebody knows."""

MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
"""A form with repeats, exported as one table, has some hundreds."""
MAX_CELL = 20_000
HEADER_WITHIN = 10
"""Titles may stand above the header: so many rows at most."""

FORMULA, ERROR, DATE = "\0formula", "\0error", "\0date"
"""Stand before the text of a workbook's cell that is no plain value; a NUL can't occur in one."""
_MARKS = (FORMULA, ERROR, DATE)


@dataclass(frozen=True, slots=True)
class Record:
    """A record. `row` is where a person finds it: the line of the file, the row of the sheet, the n-th of a JSON list.

    Cells are text; None is an empty one. A JSON record may hold lists and objects.
    """

    row: int
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file. `name` is the sheet's name in a workbook; `bad` has a Finding for each row set aside.

    `bad_cells` are the cells of these rows, in the same order; `header_row` is the row of the header, if there is one;
    `unnamed` are the columns (from 1) that hold something below no name.
    """

    name: str | None
    header: tuple[str, ...]
    records: tuple[Record, ...]
    bad: tuple[Finding, ...] = ()
    bad_cells: tuple[tuple[str, ...], ...] = ()
    header_row: int | None = None
    unnamed: tuple[int, ...] = ()

    @property
    def rows_in(self) -> int:
        return len(self.records) + len(self.bad)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row or a cell."""

    code: str
    message: Text
    field: str | None = None
    value: str | None = None


def clean_header(name: str) -> str:
    """A column's name without blanks: the publishers write `역  명`, `연번⏎(총괄정렬용)`, `(㎜)` and `(mm)`."""
    return re.sub(r"[\s\ufeff]+", "", unicodedata.normalize("NFKC", name))


def cell_fault(value: object) -> Fault | None:
    """Why a cell that is needed can't be used: a formula without a result, an error, a date made by a spreadsheet."""
    if not isinstance(value, str) or not value.startswith(_MARKS):
        return None
    mark, _, text = value.partition(" ")
    shown = text[:40]
    if mark == FORMULA:
        message = Text(f"계산되지 않은 수식이에요 ({shown})", f"a formula without a result ({shown})")
        return Fault("cell_is_formula", message, value=text)
    if mark == ERROR:
        return Fault("cell_is_error", Text(f"오류 값이에요 ({shown})", f"an error value ({shown})"), value=text)
    return Fault("cell_is_date", Text(f"날짜로 바뀐 값이에요 ({shown})", f"turned into a date ({shown})"), value=text)


def text_fault(text: str, field: str | None = None) -> Fault | None:
    """Why a text can't be taken: too long, or with a NUL in it."""
    if len(text) > MAX_CELL:
        message = Text(f"{MAX_CELL}자를 넘어요", f"longer than {MAX_CELL} characters")
        return Fault("too_long", message, field, text)
    if "\0" in text and not text.startswith(_MARKS):
        return Fault("char_not_allowed", Text("NUL 문자가 있어요", "a NUL character"), field, text.replace("\0", "␀"))
    return None


def bad_row(file: str, layer: str | None, row: int, fault: Fault) -> Finding:
    """The Finding for a row that is set aside whole."""
    return Finding(
        fault.code,
        Severity.ERROR,
        Text(
            f"{file} {row}행: {fault.message.ko}. 이 행은 뺐어요.",
            f"{file} row {row}: {fault.message.en}. The row was set aside.",
        ),
        Text("원본에서 그 행을 고쳐 다시 가져와 주세요.", "Mend the row in the source and import it again."),
        file=file,
        layer=layer,
        row=row,
        field=fault.field,
        value=None if fault.value is None else fault.value[:80],
    )


def read_sheet(
    file: str,
    name: str | None,
    rows: Iterator[tuple[int, Sequence[str]]],
    is_header: HeaderTest,
    *,
    ragged: bool = False,
) -> Sheet:
    """The records under the first row that is a known header, else under the first row that is not blank.

    Parameters
    ----------
    rows
        Row numbers and cells.
    ragged
        Whether rows may end before the header does, as they do in workbooks.

    Raises
    ------
    InputRefusedError
        If two columns have the same name, or the sheet is too big.
    """
    header_row, header, first = _find_header(rows, is_header)
    _check_header(file, name, header)
    good: list[Record] = []
    bad: list[Finding] = []
    bad_cells: list[tuple[str, ...]] = []
    unnamed: set[int] = set()
    for number, cells in (*first, *rows) if first else rows:
        if number > MAX_ROWS:
            refuse(file, "too_many_rows", Text(f"{MAX_ROWS}행을 넘어요", f"more than {MAX_ROWS} rows"), layer=name)
        if not any(cell.strip() for cell in cells):
            continue
        if fault := _row_fault(cells, header, ragged=ragged):
            bad.append(bad_row(file, name, number, fault))
            bad_cells.append(tuple(cells))
        else:
            padded = (*cells, *[""] * (len(header) - len(cells)))
            pairs = tuple(zip(header, padded, strict=False))
            named = {key: cell or None for key, cell in pairs if key.strip()}
            unnamed |= {n for n, (key, cell) in enumerate(pairs, 1) if cell.strip() and not key.strip()}
            good.append(Record(number, named))
    return Sheet(name, tuple(header), tuple(good), tuple(bad), tuple(bad_cells), header_row, tuple(sorted(unnamed)))


def _find_header(
    rows: Iterator[tuple[int, Sequence[str]]], is_header: HeaderTest
) -> tuple[int | None, Sequence[str], list[tuple[int, Sequence[str]]]]:
    """The header with its row, and the rows below it that were read on the way."""
    read: list[tuple[int, Sequence[str]]] = []
    for number, cells in rows:
        if is_header(cells):
            return number, _trimmed(cells), []
        read.append((number, cells))
        if len(read) == HEADER_WITHIN:
            break
    for index, (number, cells) in enumerate(read):
        if any(cell.strip() for cell in cells):
            return number, _trimmed(cells), read[index + 1 :]
    return None, (), []


def _trimmed(header: Sequence[str]) -> Sequence[str]:
    """Without the empty cells at its end: sheets are often wider than their table."""
    width = max((index for index, cell in enumerate(header, 1) if cell.strip()), default=0)
    return header[:width]


def _check_header(file: str, layer: str | None, header: Sequence[str]) -> None:
    if len(header) > MAX_COLUMNS:
        message = Text(f"열이 {len(header)}개예요", f"{len(header)} columns")
        refuse(file, "too_many_columns", message, layer=layer)
    names = [clean_header(cell) for cell in header]
    for index, name in enumerate(names):
        if name and name in names[:index]:
            message = Text(f"열 ‘{name[:40]}’이 두 번 있어요", f"the column ‘{name[:40]}’ occurs twice")
            fix = Text("열 이름을 서로 다르게 고쳐 주세요.", "Give each column a name of its own.")
            refuse(file, "header_duplicate", message, fix, layer=layer, row=1, field=name[:80])


def _row_fault(cells: Sequence[str], header: Sequence[str], *, ragged: bool) -> Fault | None:
    wanted = len(header)
    short = len(cells) < wanted and not ragged
    if short or any(cell.strip() for cell in cells[wanted:]):
        message = Text(f"칸이 {wanted}개여야 하는데 {len(cells)}개예요", f"{len(cells)} cells instead of {wanted}")
        return Fault("row_length", message)
    for name, cell in zip(header, cells, strict=False):
        if fault := text_fault(cell, name):
            return fault
    return None
