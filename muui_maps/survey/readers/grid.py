"""What every format is turned into before anything is made of it: tables of text cells under the file's own header."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Finding, Severity, Text
from muui_maps.survey.observations import Quarantined
from muui_maps.survey.rows import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.sources.sheets import Fault, Sheet

POINT = "geopoint"
"""The column under which formats that have geometry put it: `latitude longitude [altitude [accuracy]]`."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row. `row` is where a person finds it; `cells` are text under the file's own header, blank ones left out."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of a file.

    Parameters
    ----------
    name
        Of the sheet or layer; None in a file of one table.
    bad
        Rows that could not even be cut into cells.
    columns
        Header → name of a field, where the format itself fixes its meaning (GPX); None where the header's words do.
    header_row
        None where there is no such row (GeoJSON).
    sheet
        The table as `sources.sheets` read it, where it came from there.
    is_survey
        Whether the format itself is one of observations (points that somebody marked): what its rows lack is then told
        row by row.
    """

    name: str | None
    header: tuple[str, ...]
    lines: tuple[Line, ...]
    bad: tuple[Quarantined, ...] = ()
    columns: Mapping[str, str] | None = None
    header_row: int | None = None
    sheet: Sheet | None = None
    is_survey: bool = False

    @property
    def rows(self) -> int:
        return len(self.lines) + len(self.bad)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file opened and cut into tables; nothing is known of their meaning yet."""

    file: str
    format: str
    encoding: str | None
    grids: tuple[Grid, ...]
    findings: tuple[Finding, ...] = ()


def grid_of(sheet: Sheet) -> Grid:
    """A sheet as a grid."""
    lines = tuple(
        Line(record.row, MappingProxyType({name: str(cell) for name, cell in record.cells.items() if cell is not None}))
        for record in sheet.records
    )
    bad = tuple(
        Quarantined(by_header(sheet.header, cells), finding)
        for finding, cells in zip(sheet.bad, sheet.bad_cells, strict=True)
    )
    return Grid(sheet.name, sheet.header, lines, bad, header_row=sheet.header_row, sheet=sheet)


def by_header(header: Sequence[str], cells: Sequence[str]) -> Mapping[str, str]:
    """Cells of a row that does not fit its header: by the header as far as it goes, then by position."""
    names = [*header, *(f"+{n}" for n in range(1, len(cells) - len(header) + 1))]
    return MappingProxyType({name: cell for name, cell in zip(names, cells, strict=False) if cell.strip()})


def held(
    file: str, row: int, fault: Fault, cells: Mapping[str, str], *, layer: str | None = None, fix: Text | None = None
) -> Quarantined:
    """A row that could not even be cut into cells."""
    mend = fix or Text("원본에서 고쳐 다시 가져와 주세요.", "Mend it in the source and import it again.")
    reason = finding(
        file, fault.code, Severity.ERROR, fault.message, mend, layer=layer, row=row, field=fault.field,
        value=fault.value,
    )  # fmt: skip
    return Quarantined(MappingProxyType(dict(cells)), reason)


def finding(
    file: str,
    code: str,
    severity: Severity,
    message: Text,
    fix: Text | None = None,
    *,
    layer: str | None = None,
    row: int | None = None,
    field: str | None = None,
    value: str | None = None,
) -> Finding:
    """A Finding about a file or a table of it; `message` is without a full stop."""
    place = Text("", "") if layer is None else Text(f" ‘{layer}’", f", ‘{layer}’")
    if row is not None:
        place = Text(f"{place.ko} {row}행", f"{place.en}, row {row}")
    said = Text(f"{file}{place.ko}: {message.ko}.", f"{file}{place.en}: {message.en}.")
    mend = fix or Text("그대로 두어도 돼요.", "It may stay as it is.")
    return Finding(
        code, severity, said, mend, file=file, layer=layer, row=row,
        field=None if field is None else quoted(field), value=None if value is None else quoted(value),
    )  # fmt: skip
