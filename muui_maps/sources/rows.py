"""A record of a register being read: typed access to its cells, and Findings with file, row, field and value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict

from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.sheets import cell_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muui_maps.sources.datasets import Dataset

_EMPTY = frozenset({"", "-", "–"})
_NUMBER = re.compile(r"[-+]?\d{1,12}(?:\.\d{1,17})?(?:[eE][-+]?\d{1,2})?")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d{1,2}")
_DATE = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class OriginCells(TypedDict):
    """The five columns that every row of ours begins with."""

    dataset: str
    publisher: str
    licence: str
    as_of: str
    record: str


class RowFaultError(Exception):
    """A record that gives no row of ours: set aside whole, for this reason."""

    def __init__(self, code: str, column: str, value: object, message: Text) -> None:
        super().__init__(message.en)
        self.code, self.column, self.value, self.message = code, column, value, message


@dataclass(frozen=True, slots=True)
class Row:
    """A record. `notes` collects what a person should know about a row that is kept all the same."""

    file: str
    sheet: str | None
    number: int
    cells: Mapping[str, Any]
    known: Dataset
    as_of: str
    notes: list[Finding]

    def origin(self, *, as_of: str | None = None, record: str | None = None) -> OriginCells:
        """Where a row of ours comes from; the record is the row's number where it has no name of its own."""
        return {
            "dataset": self.known.id,
            "publisher": self.known.publisher,
            "licence": self.known.licence,
            "as_of": self.as_of if as_of is None else as_of,
            "record": record or str(self.number),
        }

    def optional(self, column: str) -> str | None:
        """A cell's text without the blanks around it; None if it is empty or only a dash."""
        value = self.cells.get(column)
        if fault := cell_fault(value):
            raise RowFaultError(fault.code, column, fault.value, fault.message)
        if isinstance(value, list | dict):
            raise RowFaultError("cell_not_plain", column, "…", Text("글이나 수가 아니에요", "neither text nor number"))
        text = "" if value is None else unicodedata.normalize("NFC", str(value)).replace("\xa0", " ").strip()
        return None if text in _EMPTY else text

    def text(self, column: str) -> str:
        """A cell that must not be empty."""
        text = self.optional(column)
        if text is None:
            raise RowFaultError("cell_empty", column, self.cells.get(column), Text("비어 있어요", "empty"))
        return text

    def number_or_none(self, column: str, low: float, high: float) -> float | None:
        """A cell's number, None if it is empty; outside of the range the row is set aside."""
        return None if self.optional(column) is None else self.measure(column, low, high)

    def measure(self, column: str, low: float, high: float) -> float:
        """A number that must be there. A decimal comma is read as a point, and noted."""
        text = self.text(column)
        if _DECIMAL_COMMA.fullmatch(text):
            message = Text("소수점 자리에 쉼표가 있어 소수로 읽었어요", "a decimal comma, read as a point")
            self.note("decimal_comma", column, text, message, severity=Severity.INFO)
            text = text.replace(",", ".")
        if not _NUMBER.fullmatch(text):
            raise RowFaultError("number_unreadable", column, text, Text("수가 아니에요", "not a number"))
        value = float(text)
        if not low <= value <= high:
            message = Text(f"{low:g}–{high:g} 사이가 아니에요", f"not between {low:g} and {high:g}")
            raise RowFaultError("number_out_of_range", column, text, message)
        return value

    def whole_or_none(self, column: str, low: int, high: int) -> int | None:
        value = self.number_or_none(column, low, high)
        if value is not None and value != int(value):
            message = Text("정수가 아니에요", "not a whole number")
            raise RowFaultError("number_unreadable", column, str(value), message)
        return None if value is None else int(value)

    def choice(self, column: str, choices: Mapping[str, Any]) -> Any:  # noqa: ANN401 - what the choices map to
        """What a word stands for; a word that is not among the choices sets the row aside."""
        text = self.text(column)
        if text not in choices:
            known = ", ".join(choices)
            message = Text(f"모르는 값이에요 (아는 값: {known})", f"unknown value (known: {known})")
            raise RowFaultError("choice_unknown", column, text, message)
        return choices[text]

    def date(self, column: str) -> str:
        """The row's own as-of date; that of the file where the row has none that can be read."""
        text = self.optional(column)
        if text is not None and _DATE.fullmatch(text):
            return text
        message = Text(
            "기준일을 읽을 수 없어 파일의 기준일을 썼어요", "unreadable as-of date: that of the file was taken"
        )
        self.note("date_unreadable", column, text, message)
        return self.as_of

    def note(
        self, code: str, column: str, value: object, message: Text, *, severity: Severity = Severity.WARNING
    ) -> None:
        """Say something about a row that is kept."""
        fix = Text(
            "이 행은 나머지 값으로 남겼어요. 틀린 값이면 발행 기관에 알려 주세요.",
            "The row was kept with its other values. If the value is wrong, tell the publisher.",
        )
        self.notes.append(self._finding(RowFaultError(code, column, value, message), fix, severity))

    def set_aside(self, fault: RowFaultError) -> Finding:
        """The Finding for a record that gave no row."""
        fix = Text(
            "이 행은 뺐어요. 원본에서 값을 고쳐 다시 가져와 주세요.",
            "The row was set aside. Mend the value in the source and import it again.",
        )
        return self._finding(fault, fix, Severity.ERROR)

    def _finding(self, fault: RowFaultError, fix: Text, severity: Severity) -> Finding:
        shown = None if fault.value is None else str(fault.value)[:80]
        said = fault.column if shown is None else f"{fault.column} ‘{shown}’"
        return Finding(
            fault.code,
            severity,
            Text(
                f"{self.file} {self.number}행 {said}: {fault.message.ko}.",
                f"{self.file} row {self.number}, {said}: {fault.message.en}.",
            ),
            fix,
            file=self.file,
            layer=self.sheet,
            row=self.number,
            field=fault.column,
            value=shown,
        )
