"""Files in our own two layouts: a table of observations under the schema's names, and `survey.csv` of transfer runs.

Both may come as CSV or XLSX (observations also as a JSON list), with title rows above the header, Korean or English
names, and further columns of the researcher's own.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from muui_maps.model import Finding, Severity, Text
from muui_maps.names import normal_station
from muui_maps.sources.refusal import refuse
from muui_maps.sources.tabular import Tabular, read_tabular
from muui_maps.survey.fields import FIELDS, Part, field_of, word_key
from muui_maps.survey.observations import Described, FileRead, Observation, Quarantined, RunSeen, SheetSeen
from muui_maps.survey.privacy import is_personal, unmarked
from muui_maps.survey.rows import RawRow, RowContext, cells_of, columns_of, read_row
from muui_maps.survey.runs import COLUMNS, KOREAN_COLUMNS, RUN_CODES, RunsRead, runs_of
from muui_maps.survey.table import Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from muui_maps.sources.sheets import Sheet

    KnownStation = Callable[[str], str | None]

_FEWEST = 3
"""Columns of the schema that make a row a header: one or two of its everyday words stand on many sheets."""
_RUN_MARKS = frozenset({"run_id", "leg", "item", "minutes_chair"})


def is_header(cells: Sequence[str]) -> bool:
    """Whether a row is the header of one of our layouts."""
    return is_runs(cells) or _is_observations(cells)


def run_column(cell: str) -> str:
    """The name of a column of surveyed transfers in our spelling: `구간` is `leg`."""
    words = "".join(cell.split()).strip('"').casefold()
    return KOREAN_COLUMNS.get(words, words)


def is_runs(header: Iterable[str]) -> bool:
    """Whether a header is that of surveyed transfers."""
    return {run_column(cell) for cell in header} >= _RUN_MARKS


def _is_observations(header: Iterable[str]) -> bool:
    known = set(columns_of(header).values())
    parts = {FIELDS[name].part for name in known if name in FIELDS}
    return len(known) >= _FEWEST and Part.TARGET in parts and bool(parts & {Part.FACT, Part.REMARK})


def read_own(path: Path, *, context: RowContext, known_station: KnownStation | None = None) -> FileRead:
    """Read a file in one of our layouts.

    Raises
    ------
    InputRefusedError
        If it can't be trusted whole, or has no header that is ours: `field_missing`, with what it has and lacks.
    """
    table = read_tabular(path, is_header=is_header)
    parts = [_read_sheet(table, sheet, path, context, known_station) for sheet in table.sheets]
    used = [part for part in parts if part.described.sheets[0].used_as != "ignored"]
    if not used:
        _refuse_foreign(table)
    return FileRead(
        file=path.name,
        described=Described(
            table.kind, table.encoding, tuple(sheet for part in parts for sheet in part.described.sheets)
        ),
        rows=sum(part.rows for part in used),
        observations=tuple(each for part in used for each in part.observations),
        runs=tuple(each for part in used for each in part.runs),
        quarantined=tuple(each for part in used for each in part.quarantined),
        findings=tuple(each for part in used for each in part.findings),
    )


def _read_sheet(
    table: Tabular, sheet: Sheet, path: Path, context: RowContext, known_station: KnownStation | None
) -> FileRead:
    if is_runs(sheet.header):
        return read_run_sheet(table.file, sheet, path, known_station)
    if _is_observations(sheet.header):
        return _observations(table, sheet, context)
    seen = SheetSeen(sheet.name, sheet.rows_in, "ignored")
    return FileRead(table.file, Described(table.kind, table.encoding, (seen,)), sheet.rows_in)


def _refuse_foreign(table: Tabular) -> None:
    header = next((sheet.header for sheet in table.sheets if sheet.header), ())
    known = ", ".join(sorted(set(columns_of(header).values()))) or "-"
    message = Text(
        f"아는 조사 양식이 아니에요 (알아본 열: {known})",
        f"not a survey form that is known here (columns recognised: {known})",
    )
    fix = Text(
        "feature_id·kind·observed_at과 본 것의 열이 있는 표나, 다른 양식이면 --mapping FILE이 필요해요.",
        "It needs the columns feature_id or kind, observed_at and what was seen; another form needs --mapping FILE.",
    )
    refuse(table.file, "field_missing", message, fix, row=1, value=", ".join(header)[:80])


# ── observations ─────────────────────────────────────────────────────────────


def _observations(table: Tabular, sheet: Sheet, context: RowContext) -> FileRead:
    columns = columns_of(sheet.header)
    observations: list[Observation] = []
    quarantined = [
        Quarantined(_by_header(sheet.header, cells), bad) for bad, cells in zip(sheet.bad, sheet.bad_cells, strict=True)
    ]
    findings = _remarks_on_header(table, sheet, columns)
    for record in sheet.records:
        raw = {name: _cell_text(cell) for name, cell in record.cells.items() if cell is not None}
        found = read_row(RawRow(cells_of(raw, columns), raw, table.file, sheet.name, record.row), context)
        findings.extend(found.remarks)
        if isinstance(found.read, Observation):
            observations.append(found.read)
        else:
            quarantined.append(found.read)
    seen = SheetSeen(sheet.name, sheet.rows_in, "observations")
    return FileRead(
        table.file,
        Described(table.kind, table.encoding, (seen,)),
        sheet.rows_in,
        tuple(observations),
        quarantined=tuple(sorted(quarantined, key=lambda row: row.reason.row or 0)),
        findings=tuple(findings),
    )


def _by_header(header: Sequence[str], cells: Sequence[str]) -> Mapping[str, str]:
    """Cells of a row that does not fit its header: by the header as far as it goes, then by position."""
    names = [*header, *(f"+{n}" for n in range(1, len(cells) - len(header) + 1))]
    return MappingProxyType({name: cell for name, cell in zip(names, cells, strict=False) if cell.strip()})


def _cell_text(cell: Any) -> str:  # noqa: ANN401 - a JSON record may hold anything
    return cell if isinstance(cell, str) else str(cell)


def _remarks_on_header(table: Tabular, sheet: Sheet, columns: Mapping[str, str]) -> list[Finding]:
    found: list[Finding] = []
    row = sheet.header_row
    if row is not None and row > 1:
        message = Text(f"머리글이 {row}행에 있어요", f"the header is in row {row}")
        found.append(_info(table, sheet, "header_at_row", message, row=row))
    for column in sheet.header:
        if not column.strip() or column in columns:
            continue
        if is_personal(column):
            message = Text(
                f"‘{column[:40]}’ 열은 개인정보라 밖으로 내보내지 않아요",
                f"the column ‘{column[:40]}’ is personal and stays in the ledger",
            )
            found.append(_info(table, sheet, "personal_field_held", message, field=column[:80], row=row))
        else:
            message = Text(
                f"모르는 열 ‘{column[:40]}’은 그대로 두기만 해요",
                f"the column ‘{column[:40]}’ is not known: kept, not used",
            )
            found.append(_info(table, sheet, "field_unknown", message, field=column[:80], row=row))
    return found


def _info(table: Tabular, sheet: Sheet, code: str, message: Text, **where: Any) -> Finding:  # noqa: ANN401
    said = Text(f"{table.file}: {message.ko}.", f"{table.file}: {message.en}.")
    fix = Text("그대로 두어도 돼요.", "It may stay as it is.")
    return Finding(code, Severity.INFO, said, fix, file=table.file, layer=sheet.name, **where)


# ── runs ─────────────────────────────────────────────────────────────────────


def read_run_sheet(file: str, sheet: Sheet, path: Path, known_station: KnownStation | None = None) -> FileRead:
    """The surveyed transfers of one table.

    Raises
    ------
    InputRefusedError
        If it lacks a column.
    """
    names = [run_column(name) for name in sheet.header]
    missing = [column for column in COLUMNS if column not in names]
    if missing:
        listed = ", ".join(missing)
        message = Text(f"환승 조사의 열이 없어요: {listed}", f"columns of a surveyed transfer are missing: {listed}")
        fix = Text("첫 행에 빠진 열 이름을 더해 주세요.", "Add the missing column names to the header row.")
        refuse(file, "field_missing", message, fix, layer=sheet.name, row=sheet.header_row, field=missing[0])
    rows = tuple(
        Row(
            record.row,
            {
                name: unmarked(_cell_text(record.cells.get(column) or ""))
                for name, column in zip(names, sheet.header, strict=True)
            },
        )
        for record in sheet.records
    )
    read = runs_of(Table(rows, sheet.bad_cells, sheet.bad), path, known_station=known_station)
    return run_file(read, path, sheet.name)


def run_file(read: RunsRead, path: Path, sheet: str | None = None) -> FileRead:
    """Surveyed transfers that have been read, with every row in a run or in quarantine."""
    reasons = {
        each.row: each
        for each in read.findings
        if each.severity is Severity.ERROR and each.row is not None and each.code not in RUN_CODES | {"run_set_aside"}
    }
    whole = {run.run_id for run in read.runs}
    for run_id, rows in read.rows_of.items():
        if run_id not in whole:
            cause = next((each for each in read.findings if each.code in RUN_CODES and each.row in rows), None)
            reasons |= {row: replace(cause, row=row) for row in rows if row not in reasons and cause is not None}
    runs = tuple(
        RunSeen(run, sheet, tuple(row for row in read.rows_of[run.run_id] if row not in reasons)) for run in read.runs
    )
    quarantined = tuple(
        Quarantined(read.records[row], replace(reason, file=path.name, layer=sheet))
        for row, reason in sorted(reasons.items())
    )
    remarks = tuple(each for each in read.findings if each.severity is not Severity.ERROR)
    return FileRead(
        path.name,
        Described("csv", None, (SheetSeen(sheet, read.rows, "runs"),)),
        read.rows,
        runs=runs,
        quarantined=quarantined,
        findings=remarks,
    )


def station_cell(raw: Mapping[str, str]) -> str | None:
    """What a raw row says of its station, by whatever name its header calls it; None if nothing."""
    for column, cell in raw.items():
        known = field_of(column)
        if known is not None and known.name == "station_id" and cell.strip():
            return normal_station(cell) if word_key(cell) else None
    return None
