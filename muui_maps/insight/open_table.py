"""A table for others: each column says what it is, in two languages, with its type and unit. An empty cell is unknown.

From one definition come the CSV, its data dictionary and the columns of the GeoPackage.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muui_maps.model import Text

Cell = str | int | float | bool | None
Kind = Literal["string", "integer", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `kind` is its type after the Table Schema of Frictionless Data, `unit` None for plain words."""

    name: str
    kind: Kind
    about: Text
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class OpenTable:
    """Rows under columns. `key` are the names of the columns that tell its rows apart."""

    name: str
    title: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def records(self) -> Iterable[Mapping[str, Cell]]:
        names = [each.name for each in self.columns]
        return (dict(zip(names, row, strict=True)) for row in self.rows)


def table_csv(table: OpenTable) -> str:
    """The table as CSV with a heading; unknown cells are empty, and no cell is taken for a formula."""
    return write_csv([each.name for each in table.columns], table.rows)


def write_csv(heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as CSV. Text that a spreadsheet would run gets an apostrophe; a number stays one."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows([_cell(each) for each in row] for row in rows)
    return out.getvalue()


def _cell(value: Cell) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value[:1] in set("=+-@\t\r"):
        return f"'{value}"
    return value
