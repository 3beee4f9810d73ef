"""Tables of an opened file into a `FileRead`: which of them hold observations, under which columns, and every row."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.sheets import Record, Sheet
from muui_maps.survey.fields import FIELDS, Part, field_of, word_key
from muui_maps.survey.observations import Described, FileRead, Observation, Quarantined, RunSeen, SheetSeen
from muui_maps.survey.own_layout import is_runs, read_run_sheet, run_column
from muui_maps.survey.readers.grid import POINT, Grid, Opened, finding
from muui_maps.survey.readers.header import (
    ChoicesDisagreeError,
    Layout,
    foreign_columns,
    last_part,
    layout_of,
    platform_of,
)
from muui_maps.survey.readers.repeats import Family, Node, family_of, unfolded
from muui_maps.survey.rows import RawRow, RowContext, quarantined, read_row
from muui_maps.survey.runs import COLUMNS
from muui_maps.survey.values import is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from muui_maps.survey.readers.mapping import Rules, Translation

_ZONE = re.compile(r"(?:Z|UTC|GMT.*|:\d\d(?:\.\d+)?[+-]\d\d:?\d\d)$")
_LEG_MARKS = frozenset({"leg", "item"})
_RUN_HEAD_MARKS = frozenset({"from_line", "to_line"})
_CHECK_EXPORT = Text("내보낸 범위를 확인해 주세요.", "Check what was exported.")
_TARGETS = ("feature_id", "kind", "place_text")
_INHERITED = frozenset(
    name for name, field in FIELDS.items() if field.part in {Part.SUBMISSION, Part.TARGET} and name != "submission_id"
)
_SAID = frozenset(name for name, field in FIELDS.items() if field.part in {Part.FACT, Part.REMARK})
KNOWN_FORMS = Text(
    "시설 조사(observed_at, feature_id나 kind, 본 것) · 환승 조사(run_id, leg, item …)",
    "facilities (observed_at, feature_id or kind, what was seen); transfers (run_id, leg, item …)",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person who imports says of a file, beside the file itself."""

    context: RowContext
    rules: Rules | None = None
    known_station: Callable[[str], str | None] | None = None
    mappings: Path | None = None

    def shelf(self) -> Iterator[Rules]:
        """The mapping files at hand, to say which of them fits a file that came without one."""
        from muui_maps.survey.readers.mapping import read_mapping

        for file in sorted(self.mappings.glob("*.toml")) if self.mappings is not None and self.rules is None else ():
            with suppress(InputRefusedError):  # a broken one says so when it is used
                yield read_mapping(file)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table, what its columns mean, and what it is used as."""

    grid: Grid
    layout: Layout
    translation: Translation | None
    used_as: str  # `observations`, `runs` (legs), `repeats` (visits, told by their children) or `ignored`

    @property
    def fields(self) -> frozenset[str]:
        return self.layout.fields | (self.translation.fields if self.translation else frozenset())

    def cells(self, row: Mapping[str, str]) -> dict[str, str]:
        """A row's cells under the schema's names, the blank ones left out."""
        cells = self.layout.cells(row)
        if self.translation is not None:
            cells |= {name: cell for name, cell in self.translation.cells(row).items() if not is_blank(cell)}
        return {name: cell for name, cell in cells.items() if not is_blank(cell)}


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
    tables = _tables(opened, family, asked)
    own = tables[: sum(len(unfolded(grid)) for grid in others)]
    if not runs and not any(table.used_as != "ignored" for table in own):
        _refuse_unknown(opened, own, asked)
    for table in own:
        if table.used_as != "ignored":
            _refuse_unnamed(opened, table.grid)
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


# ── which tables are what ────────────────────────────────────────────────────


def _tables(opened: Opened, family: Family, asked: Asked) -> list[_Table]:
    found: list[_Table] = []
    for grid in family.grids:
        translation = asked.rules.translation(opened, grid) if asked.rules is not None else None
        # A mapping says what the columns mean; the point that a geometry gives is no column of theirs.
        geometry = {POINT: POINT} if POINT in grid.header else {}
        columns = geometry if translation is not None else grid.columns
        found.append(_Table(grid, layout_of(grid.header, columns=columns), translation, "ignored"))
    for at, table in enumerate(found):
        fields = set(table.fields)
        above = family.above[at]
        while above is not None:
            fields |= found[above].fields & _INHERITED
            above = family.above[above]
        if table.grid.is_survey or (not _missing(fields, asked.context) and table.fields & _SAID):
            found[at] = replace(table, used_as="observations")
        if family.above[at] is not None and _holds_legs(at, family):
            found[at] = replace(table, used_as="runs")
    for at, table in enumerate(found):
        if table.used_as == "ignored" and _has_observing_child(at, family, found):
            found[at] = replace(table, used_as="repeats")
    return found


def _has_observing_child(at: int, family: Family, tables: Sequence[_Table]) -> bool:
    return any(
        above == at
        and (tables[child].used_as in {"observations", "runs"} or _has_observing_child(child, family, tables))
        for child, above in enumerate(family.above)
    )


def _holds_legs(at: int, family: Family) -> bool:
    """Whether a repeat holds the legs of a surveyed transfer, whose lines stand in the visit above."""
    own = {run_column(last_part(name)) for name in family.grids[at].header}
    above = family.above[at]
    heads: set[str] = set()
    while above is not None:
        heads |= {run_column(last_part(name)) for name in family.grids[above].header}
        above = family.above[above]
    return own >= _LEG_MARKS and heads >= _RUN_HEAD_MARKS


def _missing(fields: Iterable[str], context: RowContext) -> tuple[str, ...]:
    """What a table of observations must tell and this one does not: when, of what, and what was seen."""
    known = {*fields, *(name for name, answer in context.defaults.items() if answer)}
    missing = [] if "observed_at" in known else ["observed_at"]
    missing += [] if known & set(_TARGETS) else ["feature_id"]
    return (*missing, *([] if known & _SAID else ["note"]))


# ── refusals ─────────────────────────────────────────────────────────────────


def _refuse_unknown(opened: Opened, tables: Sequence[_Table], asked: Asked) -> None:
    """Refuse a file of which nothing can be used, with what it lacks and what else was seen."""
    seen = [*opened.findings, *(row.reason for table in tables for row in table.grid.bad)]
    if not any(table.grid.header or table.grid.rows for table in tables):
        message = Text("표가 하나도 없어요", "there is no table in it")
        fix = Text("조사한 내용이 있는 파일인지 봐 주세요.", "See whether this is the file with the answers.")
        raise _refused(finding(opened.file, "file_empty", Severity.ERROR, message, fix), seen)
    form = next((table for table in tables if _is_form(table.grid)), None)
    if form is not None:
        message = Text("조사 결과가 아니라 양식(XLSForm)이에요", "this is the form (XLSForm), not its answers")
        fix = Text("Kobo나 ODK에서 ‘데이터’를 내보내 주세요.", "Export the data from Kobo or ODK.")
        raise _refused(
            finding(opened.file, "form_not_answers", Severity.ERROR, message, fix, layer=form.grid.name), seen
        )
    for table in tables:
        _refuse_unnamed(opened, table.grid)
    best = max(tables, key=lambda table: (len(table.fields), table.grid.rows))
    if reason := asked.rules.why_not(best.grid) if asked.rules is not None else None:
        fix = Text("이 파일은 가져올 것이 없어요.", "There is nothing in this file to import.")
        raise _refused(finding(opened.file, "table_not_observations", Severity.ERROR, reason, fix), seen)
    raise _refused(_unknown_header(opened, best, asked), [*_missing_fields(opened, best, asked), *seen])


def _refused(first: Finding, more: Sequence[Finding]) -> InputRefusedError:
    said = Text(f"{first.message.ko} {first.fix.ko}", f"{first.message.en} {first.fix.en}")
    return InputRefusedError(said, findings=(first, *more))


def _is_form(grid: Grid) -> bool:
    names = {word_key(name) for name in grid.header}
    is_survey = {"type", "name"} <= names and any(name.startswith(("label", "calculation")) for name in names)
    return is_survey or (bool(grid.header) and word_key(grid.header[0]) == "survey")


def _unknown_header(opened: Opened, table: _Table, asked: Asked) -> Finding:
    header = table.grid.header
    own = [name for name in header if name not in table.layout.own]
    worded = [name for name in own if " " in name.strip() or not name.isascii() or "?" in name]
    where = {"layer": table.grid.name, "row": table.grid.header_row}
    value = ", ".join(header)
    if platform_of(header) is not None and not table.layout.columns and 2 * len(worded) > len(own) > 0:
        message = Text("머리글이 질문 문장이에요", "its header has the questions' labels")
        fix = Text(
            "내보낼 때 ‘XML 값과 머리글’을 고르거나, 쓴 양식(XLSForm)을 --mapping으로 주세요.",
            "Export with “XML values and headers”, or give the form (XLSForm) as --mapping.",
        )
        return finding(opened.file, "headers_are_labels", Severity.ERROR, message, fix, value=value, **where)  # type: ignore[arg-type]
    missing = _missing(table.fields, asked.context)
    listed = ", ".join(missing) or "-"
    fitting = next((name for rules in asked.shelf() if (name := rules.fitting(header))), None)
    message = Text(
        f"아는 조사 양식이 아니에요 (없는 것: {listed}). 아는 양식: {KNOWN_FORMS.ko}",
        f"not a survey form that is known here (missing: {listed}). Known: {KNOWN_FORMS.en}",
    )
    fix = Text(
        "그 열을 더하거나, 다른 양식이면 열을 옮겨 읽는 파일을 --mapping으로 주세요.",
        "Add these columns; for another form give a mapping file with --mapping.",
    )
    if fitting is not None:
        fix = Text(f"--mapping {fitting}으로 읽을 수 있어요.", f"It can be read with --mapping {fitting}.")
    return finding(opened.file, "field_missing", Severity.ERROR, message, fix, field=listed, value=value, **where)  # type: ignore[arg-type]


def _missing_fields(opened: Opened, table: _Table, asked: Asked) -> list[Finding]:
    """One finding for each missing column that another one looks like."""
    from difflib import get_close_matches

    found = []
    spelled = {word_key(name): name for name in table.grid.header if name not in table.layout.columns}
    for name in _missing(table.fields, asked.context):
        wanted = [word_key(word) for word in (name, FIELDS[name].label.ko, *FIELDS[name].synonyms)]
        near = {spelled[key] for word in wanted for key in get_close_matches(word, list(spelled), n=1, cutoff=0.75)}
        if near:
            listed = ", ".join(sorted(near))
            message = Text(f"‘{name}’ 열이 없어요. 비슷한 열: {listed}", f"no column ‘{name}’; nearest: {listed}")
            fix = Text(f"열 이름을 {name}(으)로 고쳐 주세요.", f"Rename it to {name}.")
            found.append(
                finding(opened.file, "field_missing", Severity.ERROR, message, fix, layer=table.grid.name, field=name,
                        value=listed)
            )  # fmt: skip
    return found


def _refuse_unnamed(opened: Opened, grid: Grid) -> None:
    sheet = grid.sheet
    if sheet is None or not sheet.unnamed:
        return
    column = sheet.unnamed[0]
    message = Text(f"{column}번째 열에 이름이 없어요", f"column {column} has no name")
    fix = Text("머리글에 열 이름을 적어 주세요.", "Write the column's name into the header.")
    fault = finding(
        opened.file, "header_blank", Severity.ERROR, message, fix, layer=sheet.name, row=sheet.header_row,
        field=str(column),
    )  # fmt: skip
    raise _refused(fault, opened.findings)


# ── rows ─────────────────────────────────────────────────────────────────────


class _Reading:
    """Collects what the rows of all tables give."""

    def __init__(self, opened: Opened, path: Path, tables: Sequence[_Table], asked: Asked) -> None:
        self.opened, self.path, self.tables, self.asked = opened, path, tables, asked
        self.parts: list[FileRead] = []
        self.observations: list[Observation] = []
        self.held: list[Quarantined] = []
        self.findings: list[Finding] = list(opened.findings)
        self.seen: list[SheetSeen] = []
        self.keyless = self.rows = 0
        area = asked.rules.area if asked.rules is not None else None
        self.context = asked.context if area is None else replace(asked.context, area=area)

    def table(self, at: int, table: _Table, family: Family) -> None:
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

    def _legs(self, table: _Table, nodes: Sequence[Node]) -> FileRead:
        """Surveyed transfers whose legs are a repeat of a form: read as a sheet of legs would be."""
        file, grid = self.opened.file, table.grid
        numbers = [node.line.row for node in nodes]
        if len(set(numbers)) < len(numbers):
            message = Text("한 행에 여러 구간이 들어 있어요", "several legs stand in one row")
            fix = Text(
                "XLSX로 내보내 주세요(반복이 따로 나와요).", "Export it as XLSX, with repeats in sheets of their own."
            )
            fault = finding(file, "runs_in_one_row", Severity.ERROR, message, fix, layer=grid.name)
            raise _refused(fault, self.findings)
        records = tuple(Record(node.line.row, self._leg(node)) for node in nodes)
        bad = tuple(row.reason for row in grid.bad)
        cells = tuple(tuple(row.raw.values()) for row in grid.bad)
        sheet = Sheet(grid.name, COLUMNS, records, bad, cells, grid.header_row)
        return read_run_sheet(file, sheet, self.path, self.asked.known_station)

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
        return cells

    def _says_something(self, node: Node) -> bool:
        try:
            cells = self.tables[node.table].cells(node.line.cells)
        except ChoicesDisagreeError:
            return True
        return any(name in _SAID for name in cells)

    def _row(self, node: Node) -> None:
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
            cells |= {name: cell for name, cell in above.items() if name in _INHERITED}
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
        if not grid.header or not grid.rows:
            return
        message = Text("조사한 내용이 없어 쓰지 않았어요", "holds no observations: not used")
        self.findings.append(finding(self.opened.file, "sheet_unknown", Severity.INFO, message, layer=grid.name))

    def _note_header(self, table: _Table) -> None:
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
            if name in used:
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
