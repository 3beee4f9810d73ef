"""Surveyed transfers: `survey.csv`, one row for each thing met on a leg, becomes typed `SurveyRun`s.

The layout is described for researchers in `docs/survey.md`. Strict and forgiving at once: `호선`, `방면`, `EV`, `3층`,
cp949, a BOM or blank repeated columns are understood; what is not understood is never guessed.

* A bad **row** (leg, floor, place, metres, item, door) is set aside whole. The run's other rows count, and the run is
  marked `incomplete`, so that nobody takes its totals at face value.
* A bad **run** (station, date, source, lines, directions or minutes missing, unreadable, or different from row to row)
  makes no sense without them: all its rows are set aside.
* A bad **file** (encoding, header, open quote, size) is refused whole.

Rows in = rows used + rows set aside, and this is checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.errors import MuuiError
from muui_maps.model import Finding, Severity, SurveyRun, Text
from muui_maps.names import normal_line, normal_station
from muui_maps.survey.cells import MAX_MINUTES, NO_ANSWER, RefusedCellError, good_rows, read_date, read_number
from muui_maps.survey.items import tidy
from muui_maps.survey.legs import missing_legs, read_legs
from muui_maps.survey.table import Row, Table, finding, read_rows, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

COLUMNS = (
    "run_id",
    "station_id",
    "observed_at",
    "source",
    "from_line",
    "from_direction",
    "to_line",
    "to_direction",
    "alight_door",
    "board_door",
    "minutes_chair",
    "leg",
    "level",
    "place",
    "length_m",
    "item",
    "item_note",
)
"""The columns of `survey.csv`, in the order in which it is written."""

KOREAN_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "조사번호": "run_id",
        "역": "station_id",
        "조사일": "observed_at",
        "출처": "source",
        "출발노선": "from_line",
        "출발방면": "from_direction",
        "도착노선": "to_line",
        "도착방면": "to_direction",
        "하차문": "alight_door",
        "승차문": "board_door",
        "휠체어분": "minutes_chair",
        "구간": "leg",
        "층": "level",
        "장소": "place",
        "거리m": "length_m",
        "만난것": "item",
        "비고": "item_note",
    }
)
"""What a Korean header may call them."""
MAX_LINE_NAME = 20
"""Characters; the longest line name in the register has 7."""
_RUN_FIELDS = (
    "station_id",
    "observed_at",
    "source",
    "from_line",
    "from_direction",
    "to_line",
    "to_direction",
    "minutes_chair",
)


@dataclass(frozen=True, slots=True)
class RunsRead:
    """What a survey file gave.

    Parameters
    ----------
    runs
        In the order in which the file names them.
    findings
        In the order of the file's rows.
    rows, used, set_aside
        Rows below the header; `rows == used + set_aside`.
    rows_of
        The rows that name each run, by its id; those of `findings` among them were set aside.
    records
        Every row below the header as text, by its number; of a row that does not fit the header the cells by position.
    """

    runs: tuple[SurveyRun, ...]
    findings: tuple[Finding, ...]
    rows: int
    used: int
    set_aside: int
    rows_of: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    records: Mapping[int, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))


def read_runs(path: Path, *, known_station: Callable[[str], str | None] | None = None) -> RunsRead:
    """Read surveyed transfers.

    Parameters
    ----------
    path
        A CSV file in the layout of `COLUMNS`.
    known_station
        Turns a station's name or id into its id, None if there is no such station: the run is then set aside. Without
        it, names are kept as written.

    Raises
    ------
    InputRefusedError
        If the file can't be read as a whole.
    """
    return runs_of(read_rows(path, COLUMNS, aliases=KOREAN_COLUMNS), path, known_station=known_station)


def runs_of(table: Table, path: Path, *, known_station: Callable[[str], str | None] | None = None) -> RunsRead:
    """The surveyed transfers of a table that has been read, as `read_runs` does."""
    findings = list(table.findings)
    runs: list[SurveyRun] = []
    used = 0
    groups = _by_run(path, table, findings)
    for run_id, rows in groups.items():
        read = _run(path, run_id, rows, known_station, findings)
        if read is None:
            continue
        run, kept = read
        lost = any(run_id in (tidy(cell) for cell in cells) for cells in table.set_aside)
        runs.append(replace(run, incomplete=True) if lost else run)
        used += kept
    set_aside = table.total - used
    _check_conservation(findings, table, set_aside)
    return RunsRead(
        tuple(runs), tuple(sorted(findings, key=lambda f: f.row or 0)), table.total, used, set_aside,
        rows_of={run_id: tuple(row.number for row in rows) for run_id, rows in groups.items()},
        records=_records(table),
    )  # fmt: skip


def _records(table: Table) -> dict[int, Mapping[str, str]]:
    unfit = [each.row for each in table.findings if each.severity is Severity.ERROR and each.row is not None]
    by_position = ({str(n): cell for n, cell in enumerate(cells, 1)} for cells in table.set_aside)
    return {row.number: row.cells for row in table.rows} | dict(zip(unfit, by_position, strict=True))


def _check_conservation(findings: Sequence[Finding], table: Table, set_aside: int) -> None:
    """Every row set aside is spoken for: by its own Finding, or by that of its run (which names how many rows)."""
    spoken_for = sum(int(f.value or 0) if f.code == "run_set_aside" else f.severity is Severity.ERROR for f in findings)
    spoken_for -= sum(1 for f in findings if f.code in RUN_CODES)
    if spoken_for != set_aside:
        message = f"{table.total} rows, {set_aside} set aside, but findings for {spoken_for}"
        raise MuuiError(Text(f"조사 행 수가 맞지 않아요: {message}", f"The survey's rows don't add up: {message}"))


RUN_CODES = frozenset({"run_field_missing", "run_field_unreadable", "run_fields_disagree", "station_unknown"})
"""Codes of what is wrong with a run as a whole; each comes with a `run_set_aside`, whose value is how many rows."""


def _by_run(path: Path, table: Table, findings: list[Finding]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        run_id = re.sub(r"\s+", "-", tidy(row.cells["run_id"]))
        if re.fullmatch(r"[\w.\-]{1,80}", run_id):
            groups.setdefault(run_id, []).append(row)
            continue
        message = Text(
            f"{row.number}행: run_id가 없거나 읽을 수 없어요.", f"Row {row.number}: run_id is missing or unreadable."
        )
        fix = Text("한 조사의 모든 행에 같은 run_id를 적어 주세요.", "Give every row of one run the same run_id.")
        findings.append(
            finding(
                "run_id_unreadable",
                Severity.ERROR,
                message,
                fix,
                path=path,
                row=row.number,
                field="run_id",
                value=run_id,
            )
        )
    return groups


# ── one run ──────────────────────────────────────────────────────────────────


def _run(
    path: Path,
    run_id: str,
    rows: Sequence[Row],
    known_station: Callable[[str], str | None] | None,
    findings: list[Finding],
) -> tuple[SurveyRun, int] | None:
    """The run and how many of its rows were used, or None if it was set aside as a whole."""
    try:
        heads = {field: _run_field(path, run_id, field, rows, known_station) for field in _RUN_FIELDS}
    except RefusedCellError as refusal:
        findings.append(refusal.finding)
        findings.append(_run_set_aside(path, run_id, rows, refusal.finding))
        return None
    doors, good = good_rows(path, rows, findings)
    legs, kept = read_legs(path, good, heads["from_line"], heads["to_line"], findings)
    missing = missing_legs(path, run_id, legs, good, findings)
    if not legs:
        return None  # every row was set aside with a Finding of its own
    run = SurveyRun(
        run_id=run_id,
        station=heads["station_id"],
        observed_at=heads["observed_at"],
        source=heads["source"],
        from_line=heads["from_line"],
        from_direction=heads["from_direction"],
        to_line=heads["to_line"],
        to_direction=heads["to_direction"],
        alight=doors["alight_door"],
        board=doors["board_door"],
        minutes_chair=float(heads["minutes_chair"]),
        legs=legs,
        incomplete=missing or kept < len(rows),
    )
    return run, kept


def _run_set_aside(path: Path, run_id: str, rows: Sequence[Row], cause: Finding) -> Finding:
    return finding(
        "run_set_aside",
        Severity.ERROR,
        Text(
            f"조사 {shown(run_id)}의 {len(rows)}행을 모두 빼 두었어요.",
            f"All {len(rows)} rows of the run {shown(run_id)} were set aside.",
        ),
        cause.fix,
        path=path,
        row=rows[0].number,
        field="rows",
        value=str(len(rows)),
    )


def _run_field(
    path: Path,
    run_id: str,
    field: str,
    rows: Sequence[Row],
    known_station: Callable[[str], str | None] | None,
) -> str:
    """One value for the whole run. Rows after the first may leave it blank."""
    said = [(row.number, row.cells[field]) for row in rows if tidy(row.cells[field]).casefold() not in NO_ANSWER]
    if not said:
        message = Text(f"조사 {run_id}: {field} 값이 없어요.", f"Run {run_id}: {field} is missing.")
        fix = Text(f"{field} 칸을 채워 주세요.", f"Fill in {field}.")
        raise RefusedCellError(
            finding(
                "run_field_missing", Severity.ERROR, message, fix, path=path, row=rows[0].number, field=field, value=""
            )
        )
    values: dict[str, int] = {}
    for number, cell in said:
        values.setdefault(_run_value(path, field, number, cell, known_station), number)
    if len(values) > 1:
        listed = ", ".join(shown(value) for value in values)
        message = Text(
            f"조사 {run_id}: {field} 값이 행마다 달라요 ({listed}).", f"Run {run_id}: {field} differs ({listed})."
        )
        fix = Text(
            "조사마다 run_id를 따로 쓰거나 값을 같게 해 주세요.", "Use one run_id a run, or make the values the same."
        )
        raise RefusedCellError(
            finding(
                "run_fields_disagree", Severity.ERROR, message, fix,
                path=path, row=list(values.values())[1], field=field, value=listed,
            )
        )  # fmt: skip
    return next(iter(values))


def _run_value(
    path: Path,
    field: str,
    number: int,
    cell: str,
    known_station: Callable[[str], str | None] | None,
) -> str:
    words = tidy(cell)
    value: str | None
    code = "run_field_unreadable"
    fix = _RUN_FIXES.get(field, Text(f"{field} 칸을 확인해 주세요.", f"Check {field}."))
    if field == "station_id" and known_station is not None:
        value, code = known_station(words), "station_unknown"
    elif field == "observed_at":
        value = read_date(words)
    elif field == "minutes_chair":
        minutes = read_number(words, r"(?:분|min|minutes)?", MAX_MINUTES)
        value = None if minutes is None else repr(minutes)
    elif field.endswith("_line"):
        line = normal_line(words)
        value = line if 0 < len(line) <= MAX_LINE_NAME else None
    elif field.endswith("_direction"):
        value = normal_station(re.sub(r"\s*(?:방면|방향)$", "", words)) or None
    else:
        value = words
    if value is None:
        why = Text("을(를) 읽을 수 없어요", "can't be read")
        if code == "station_unknown":
            why = Text(": 이런 역이 없어요", "is no station here")
        message = Text(
            f"{number}행 {field}: '{shown(cell)}'{why.ko}.", f"Row {number}, {field}: '{shown(cell)}' {why.en}."
        )
        raise RefusedCellError(
            finding(code, Severity.ERROR, message, fix, path=path, row=number, field=field, value=cell)
        )
    return value


_RUN_FIXES: Mapping[str, Text] = MappingProxyType(
    {
        "station_id": Text(
            "`muui-maps stations`에 나오는 역 이름이나 id를 써 주세요.",
            "Use a name or id that `muui-maps stations` lists.",
        ),
        "observed_at": Text("2016, 2016-05, 2016-05-01처럼 써 주세요.", "Write it as 2016, 2016-05 or 2016-05-01."),
        "minutes_chair": Text(
            f"0보다 크고 {MAX_MINUTES:.0f} 이하인 분을 숫자로 써 주세요.",
            f"Write minutes as a number above 0, at most {MAX_MINUTES:.0f}.",
        ),
    }
)
