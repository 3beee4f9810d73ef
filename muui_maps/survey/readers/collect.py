"""Tables of an opened file into a `FileRead`: every row is an observation, a part of a run, or held with a reason."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.sheets import Record, Sheet
from muui_maps.survey.fields import FIELDS, OWN_SHEETS, choice_of, field_of
from muui_maps.survey.observations import Described, FileRead, Observation, Quarantined, RunSeen, SheetSeen
from muui_maps.survey.own_layout import is_runs, read_run_sheet, run_column
from muui_maps.survey.readers.grid import Grid, Opened, finding
from muui_maps.survey.readers.header import ChoicesDisagreeError, foreign_columns, last_part
from muui_maps.survey.readers.repeats import Family, Node, family_of, unfolded
from muui_maps.survey.readers.tables import INHERITED, SAID, Asked, Table, tables_of
from muui_maps.survey.readers.unknown import refuse_unknown, refuse_unnamed, refused
from muui_maps.survey.rows import RawRow, quarantined, read_row
from muui_maps.survey.runs import COLUMNS
from muui_maps.survey.untouched import is_untouched
from muui_maps.survey.values import ValueRefusedError, is_blank, read_moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_ZONE = re.compile(r"(?:Z|UTC|GMT.*|:\d\d(?:\.\d+)?[+-]\d\d:?\d\d)$")
_CHECK_EXPORT = Text("내보낸 범위를 확인해 주세요.", "Check what was exported.")


def collect(opened: Opened, path: Path, asked: Asked, beside: Sequence[Grid] = ()) -> FileRead:
    """Everything that a file says, each row in an observation, a run or the quarantine.

    Parameters
    ----------
    beside
        Tables of other files that may hold the visits that this file's rows belong to, or rows of its visits. They are
        looked into; their own rows are not read here.

    Raises
    ------
    InputRefusedError
        If no table of it is one that is known here; the findings say what is missing.
    """
    runs = [grid for grid in opened.grids if grid.sheet is not None and is_runs(grid.header)]
    others = [grid for grid in opened.grids if grid not in runs]
    if not any(grid.header or grid.rows for grid in opened.grids) and opened.encoding is not None:
        return _empty(opened)
    family = family_of([*others, *beside])
    tables = tables_of(opened, family, asked)
    own = tables[: sum(len(unfolded(grid)) for grid in others)]
    if not runs and not any(table.used_as != "ignored" for table in own):
        refuse_unknown(opened, own, asked)
    for table in own:
        if table.used_as != "ignored":
            refuse_unnamed(opened, table.grid)
    reading = _Reading(opened, path, tables, asked)
    for at, table in enumerate(own):
        reading.table(at, table, family)
    reading.parts += [read_run_sheet(opened.file, grid.sheet, path, asked.known_station) for grid in runs if grid.sheet]
    return reading.done()


def _empty(opened: Opened) -> FileRead:
    """A list of features or records that has none: sound, and nothing to import."""
    message = Text("행이 하나도 없어요", "it holds no rows")
    note = finding(opened.file, "no_rows", Severity.WARNING, message, _CHECK_EXPORT)
    seen = SheetSeen(None, 0, "ignored")
    described = Described(opened.format, opened.encoding, (seen,))
    return FileRead(opened.file, described, 0, findings=(*opened.findings, note))


# ── rows ─────────────────────────────────────────────────────────────────────


class _Reading:
    """Collects what the rows of all tables give."""

    def __init__(self, opened: Opened, path: Path, tables: Sequence[Table], asked: Asked) -> None:
        self.opened, self.path, self.tables, self.asked = opened, path, tables, asked
        self.parts: list[FileRead] = []
        self.has_legs = any(table.used_as == "runs" for table in tables)
        self.observations: list[Observation] = []
        self.held: list[Quarantined] = []
        self.findings: list[Finding] = list(opened.findings)
        self.seen: list[SheetSeen] = []
        self.keyless = self.rows = self.untouched = 0
        area = asked.rules.area if asked.rules is not None else None
        self.context = asked.context if area is None else replace(asked.context, area=area)

    def table(self, at: int, table: Table, family: Family) -> None:
        grid = table.grid
        self.seen.append(SheetSeen(grid.name, grid.rows, table.used_as))
        if table.used_as == "ignored":
            self._note_ignored(grid)
            return
        if table.used_as == "runs":
            self.seen.pop()
            self.parts.append(self._legs(table, family.nodes[at]))
            return
        self._note_header(table)
        self.held.extend(grid.bad)
        self.rows += len(grid.bad)
        for node in family.nodes[at]:
            if node.children and not self._says_something(node):
                continue  # a visit: its children tell what was seen
            if table.used_as == "repeats" and node.children:
                continue
            self._row(node)

    def _legs(self, table: Table, nodes: Sequence[Node]) -> FileRead:
        """Surveyed transfers whose legs are a repeat of a form: read as a sheet of legs would be."""
        file, grid = self.opened.file, table.grid
        numbers = [node.line.row for node in nodes]
        if len(set(numbers)) < len(numbers):
            message = Text("한 행에 여러 구간이 들어 있어요", "several legs stand in one row")
            fix = Text(
                "XLSX로 내보내 주세요(반복이 따로 나와요).", "Export it as XLSX, with repeats in sheets of their own."
            )
            fault = finding(file, "runs_in_one_row", Severity.ERROR, message, fix, layer=grid.name)
            raise refused(fault, self.findings)
        agreed = [node for node in nodes if not self._refuses_consent(node)]
        records = tuple(Record(node.line.row, self._leg(node)) for node in agreed)
        bad = tuple(row.reason for row in grid.bad)
        cells = tuple(tuple(row.raw.values()) for row in grid.bad)
        sheet = Sheet(grid.name, COLUMNS, records, bad, cells, grid.header_row)
        return read_run_sheet(file, sheet, self.path, self.asked.known_station)

    def _refuses_consent(self, node: Node) -> bool:
        """Hold a leg of a visit whose researcher does not agree to publication; whether it is one."""
        said = choice_of(FIELDS["consent"], self._cells(node).get("consent", ""))
        if said is None or said.name != "no":
            return False
        message = Text("공개에 동의하지 않은 조사예요", "the researcher does not agree to publication")
        fix = Text("동의를 받으면 다시 가져와 주세요.", "Import it again once there is consent.")
        self.held.append(quarantined(self._raw_row(node, {}, ""), "consent_refused", message, fix))
        self.rows += 1
        return True

    def _leg(self, node: Node) -> dict[str, str | None]:
        cells: dict[str, str | None] = dict.fromkeys(COLUMNS)
        top = self._cells(_lineage(node)[-1])
        key = self._key(_lineage(node)[-1])
        cells |= {"run_id": re.sub(r"[^\w.\-]", "-", key) or None, "observed_at": top.get("observed_at")}
        cells |= {name: answer for name, answer in self.context.defaults.items() if name in cells and answer}
        for each in reversed(_lineage(node)):
            for name, cell in each.line.cells.items():
                if (column := run_column(last_part(name))) in cells and not is_blank(cell):
                    cells[column] = cell
        # A form knows the time of day; a surveyed transfer has a day.
        with contextlib.suppress(ValueRefusedError):
            cells["observed_at"] = read_moment(cells["observed_at"] or "").partition("T")[0]
        return cells

    def _says_something(self, node: Node) -> bool:
        try:
            cells = self.tables[node.table].cells(node.line.cells)
        except ChoicesDisagreeError:
            return True
        return any(name in SAID for name in cells)

    def _row(self, node: Node) -> None:
        if node.parent is None and not node.children and is_untouched(self._own_cells(node)):
            self.untouched += 1
            return
        self.rows += 1
        row = self._raw_row(node, {}, "")
        if node.orphan is not None:
            message = Text(f"윗행 ‘{node.orphan}’이 없어요", f"its parent row ‘{node.orphan}’ is not there")
            fix = Text(
                "방문(위) 시트나 파일을 함께 주세요.", "Give the sheet or file of the visits together with this one."
            )
            self.held.append(quarantined(row, "parent_missing", message, fix))
            return
        try:
            row = self._raw_row(node, self._cells(node), self._key(node))
        except ChoicesDisagreeError as fault:
            label = FIELDS[fault.name].label
            message = Text(
                f"{label.ko}: 한 칸에 적은 답({fault.joined})과 나눠 적은 답({fault.split or '없음'})이 달라요",
                f"{label.en}: the joined answer ({fault.joined}) and the split ones ({fault.split or 'none'}) differ",
            )
            fix = Text("한쪽만 남기거나 같게 고쳐 주세요.", "Keep one of them, or make them agree.")
            self.held.append(quarantined(row, "select_multiple_disagrees", message, fix))
            return
        found = read_row(row, self.context)
        self.findings.extend(found.remarks)
        if isinstance(found.read, Observation):
            self.observations.append(found.read)
            self.keyless += not found.read.submission.key
        else:
            self.held.append(found.read)

    def _own_cells(self, node: Node) -> Mapping[str, str]:
        try:
            return self.tables[node.table].cells(node.line.cells)
        except ChoicesDisagreeError:
            return {}

    def _raw_row(self, node: Node, cells: Mapping[str, str], key: str) -> RawRow:
        raw: dict[str, str] = {}
        for each in reversed(_lineage(node)):
            raw |= each.line.cells
        grid, top = self.tables[node.table].grid, _lineage(node)[-1]
        version = self.tables[top.table].layout.version(top.line.cells)
        sheet = grid.name if grid.sheet is None or grid.name == grid.sheet.name else grid.sheet.name
        return RawRow(cells, MappingProxyType(raw), self.opened.file, sheet, node.line.row, key, version)

    def _cells(self, node: Node) -> dict[str, str]:
        """A row's own cells, and from above whatever says who, when and where."""
        cells: dict[str, str] = {}
        for each in reversed(_lineage(node)[1:]):
            above = self.tables[each.table].cells(each.line.cells)
            cells |= {name: cell for name, cell in above.items() if name in INHERITED}
        return cells | self.tables[node.table].cells(node.line.cells)

    def _key(self, node: Node) -> str:
        """The id of the visit, and the row's number in each repeat: `uuid:…#2`."""
        lineage = _lineage(node)
        top = lineage[-1]
        table = self.tables[top.table]
        cells = table.translation.cells(top.line.cells) if table.translation is not None else {}
        key = cells.get("submission_id") or table.layout.key(top.line.cells)
        for each in reversed(lineage[:-1]):
            siblings = {child.table for child in each.parent.children} if each.parent is not None else set()
            name = (self.tables[each.table].grid.name or "").rpartition("/")[2]
            key = (
                f"{key}#{name}.{each.ordinal}" if key and len(siblings) > 1 else f"{key}#{each.ordinal}" if key else ""
            )
        return key

    # remarks

    def _note_ignored(self, grid: Grid) -> None:
        if not grid.header or not grid.rows or grid.name in OWN_SHEETS:
            return
        message = Text("조사한 내용이 없어 쓰지 않았어요", "holds no observations: not used")
        self.findings.append(finding(self.opened.file, "sheet_unknown", Severity.INFO, message, layer=grid.name))

    def _note_header(self, table: Table) -> None:
        grid, file = table.grid, self.opened.file
        where = {"layer": grid.name, "row": grid.header_row}
        if grid.header_row is not None and grid.header_row > 1:
            message = Text(f"머리글이 {grid.header_row}행에 있어요", f"the header is in row {grid.header_row}")
            self._info("header_at_row", message, layer=grid.name, row=grid.header_row)
        if not grid.rows:
            message = Text("머리글뿐이고 행이 없어요", "a header without rows")
            self.findings.append(finding(file, "no_rows", Severity.WARNING, message, _CHECK_EXPORT, **where))  # type: ignore[arg-type]
        strange, personal = foreign_columns(table.layout, grid.header)
        used = table.translation.used if table.translation is not None else frozenset()
        for name in personal:
            if name in used:
                continue
            message = Text(
                f"‘{name[:40]}’ 열은 개인정보라 밖으로 내보내지 않아요",
                f"the column ‘{name[:40]}’ is personal and stays in the ledger",
            )
            self._info("personal_field_held", message, field=name, layer=grid.name, row=grid.header_row)
        for name in strange:
            if name in used or (self.has_legs and run_column(last_part(name)) in COLUMNS):
                continue
            message = Text(
                f"모르는 열 ‘{name[:40]}’은 그대로 두기만 해요",
                f"the column ‘{name[:40]}’ is not known: kept, not used",
            )
            self._info("field_unknown", message, field=name, layer=grid.name, row=grid.header_row)
        for name, field in table.layout.columns.items():
            if name != name.strip() or "\xa0" in name:
                message = Text(
                    f"머리글 ‘{name.strip()}’의 빈칸을 빼고 읽었어요 ({field})",
                    f"the header ‘{name.strip()}’ was read without its blanks ({field})",
                )
                self._info("header_normalised", message, field=name, layer=grid.name, row=grid.header_row)

    def _info(
        self, code: str, message: Text, *, layer: str | None = None, row: int | None = None, field: str | None = None
    ) -> None:
        self.findings.append(finding(self.opened.file, code, Severity.INFO, message, layer=layer, row=row, field=field))

    def done(self) -> FileRead:
        if self.untouched:
            message = Text(
                f"양식이 채워 둔 {self.untouched}행은 답이 없어 읽지 않았어요",
                f"{self.untouched} rows stand as the form wrote them, without an answer: not read",
            )
            self._info("rows_untouched", message)
        parts = self.parts
        if self.keyless:
            message = Text(
                f"제출 번호가 없어 내용으로 같은 행을 알아봐요 ({self.keyless}행)",
                f"no submission ids: rows are known again by their content ({self.keyless} rows)",
            )
            self._info("key_from_content", message)
        if unzoned := sum(_says_no_zone(each) for each in self.observations):
            message = Text(
                f"시간대가 없어 한국 시간으로 읽었어요 ({unzoned}행)",
                f"times without a zone were read as Korean time ({unzoned} rows)",
            )
            self._info("time_zone_assumed", message)
        runs: list[RunSeen] = [run for part in parts for run in part.runs]
        held = [*self.held, *(row for part in parts for row in part.quarantined)]
        return FileRead(
            file=self.opened.file,
            described=Described(
                self.opened.format,
                self.opened.encoding,
                (*self.seen, *(sheet for part in parts for sheet in part.described.sheets)),
            ),
            rows=self.rows + sum(part.rows for part in parts),
            observations=tuple(self.observations),
            runs=tuple(runs),
            quarantined=tuple(sorted(held, key=lambda row: (row.reason.layer or "", row.reason.row or 0))),
            findings=(*self.findings, *(each for part in parts for each in part.findings)),
        )


def _lineage(node: Node) -> list[Node]:
    """The node, its parent, and so on to the visit."""
    found = [node]
    while found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


def _says_no_zone(observation: Observation) -> bool:
    """Whether the time of an observation was written without a zone."""
    moment = observation.submission.observed_at or ""
    if "T" not in moment:
        return False
    raw = observation.submission.raw
    cells = [
        cell for name, cell in raw.items() if (field := field_of(name)) is not None and field.name == "observed_at"
    ]
    cells += [raw[name] for name in ("start", "end") if name in raw]
    return not any(_ZONE.search(cell.rstrip()) for cell in cells)
