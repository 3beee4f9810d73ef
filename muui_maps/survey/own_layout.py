"""Surveyed transfers in any table: the columns of `survey.csv` under Korean or English names, one row a thing met.

The table may be a CSV file, a sheet of a workbook, or a form's visits with their legs as a repeat.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from muui_maps.model import Severity, Text
from muui_maps.names import normal_station
from muui_maps.sources.refusal import refuse
from muui_maps.survey.fields import field_of, word_key
from muui_maps.survey.observations import Described, FileRead, Quarantined, RunSeen, SheetSeen
from muui_maps.survey.privacy import unmarked
from muui_maps.survey.runs import COLUMNS, KOREAN_COLUMNS, RUN_CODES, RunsRead, runs_of
from muui_maps.survey.table import Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from muui_maps.sources.sheets import Sheet

    KnownStation = Callable[[str], str | None]

_RUN_MARKS = frozenset({"run_id", "leg", "item", "minutes_chair"})


def run_column(cell: str) -> str:
    """The name of a column of surveyed transfers in our spelling: `구간` is `leg`."""
    words = "".join(cell.split()).strip('"').casefold()
    return KOREAN_COLUMNS.get(words, words)


def is_runs(header: Iterable[str]) -> bool:
    """Whether a header is that of surveyed transfers."""
    return {run_column(cell) for cell in header} >= _RUN_MARKS


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
                name: unmarked(str(record.cells.get(column) or ""))
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
    remarks = tuple(
        replace(each, file=path.name, layer=sheet) for each in read.findings if each.severity is not Severity.ERROR
    )
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
