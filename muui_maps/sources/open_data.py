"""Turn a folder of the publishers' downloads into the project's own tables of facts.

All or nothing: every file is read and converted before the first table is written, and one broken file leaves all as it
was. A record gives rows or a Finding, never neither. The same files give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.errors import InputRefusedError, MuuiError
from muui_maps.facts import LineFact, LineStationFact, Origin
from muui_maps.model import Finding, Severity, Text
from muui_maps.sources import datasets, intake
from muui_maps.sources.crosscheck import StationPoints, far_points
from muui_maps.sources.datasets import DATASETS
from muui_maps.sources.registers import CONVERTERS
from muui_maps.sources.rows import Row, RowFaultError
from muui_maps.sources.sheets import clean_header
from muui_maps.tables import TABLES, read_table, renamed_stations, table_file, table_text, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from muui_maps.sources.datasets import Recognised
    from muui_maps.sources.sheets import Sheet
    from muui_maps.sources.tabular import Tabular

OFFICIAL_ROUTES = "molit-transfer-movement"
_FAR_FEWER = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """What became of one file.

    Parameters
    ----------
    dataset
        Id of the dataset it is; None if it was not recognised.
    as_of
        The date of the file as a whole; empty where it is unknown, or where each row has its own.
    records
        Records in the file: `records == used + set_aside`.
    used
        Records that gave rows.
    set_aside
        Records that gave none; each has its Finding.
    tables
        Rows given, by table.
    findings
        Of the records set aside, and notes on those that were kept.
    """

    file: str
    dataset: str | None = None
    encoding: str | None = None
    as_of: str = ""
    records: int = 0
    used: int = 0
    set_aside: int = 0
    tables: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: every file, and the files of ours that changed."""

    files: tuple[FileReport, ...]
    changed: tuple[Path, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for file in self.files for finding in file.findings)

    @property
    def set_aside(self) -> int:
        """Records that gave no row, in all files."""
        return sum(file.set_aside for file in self.files)


@dataclass(frozen=True, slots=True)
class Converted:
    """A file's rows by table. Of its records, `used` gave rows and `set_aside` only a Finding."""

    source: Tabular
    found: Recognised
    as_of: str
    rows: Mapping[str, Sequence[Origin]]
    used: int
    set_aside: int
    findings: Sequence[Finding]


def import_folder(
    downloads: Path, out: Path, *, progress: Callable[[int, int, str], None] | None = None
) -> ImportReport:
    """Read every file of a folder and write the tables that its datasets give.

    Rows of a dataset that is imported replace the rows which that dataset gave before; rows of others stay.

    Parameters
    ----------
    downloads
        The folder with the publishers' files, of whatever name; its sub-folders are left alone, with a Finding.
    out
        The data folder: tables go to its folder `facts`, the list of datasets to `datasets.csv`.
    progress
        Called with files done, files in all, and the name of the file that comes next.

    Raises
    ------
    InputRefusedError
        If there is no such folder, a file is recognised but broken, or two files are the same dataset. Nothing was
        changed then.
    """
    files, others = intake.list_files(downloads)
    read: list[intake.Read] = []
    refusals: list[Finding] = []
    for number, file in enumerate(files):
        if progress:
            progress(number, len(files), file.name)
        try:
            source = intake.read_download(file)
        except InputRefusedError as error:
            refusals.extend(error.findings)
            continue
        if isinstance(source, Finding):
            others.append(source)
        else:
            read.append(source)
    _refuse_any([*refusals, *intake.twins(read)])
    converted = _convert_all(read, out)
    reports = [_report(file, far, out) for file, far in zip(converted, _far_points(converted, out), strict=True)]
    changed = write_files(_texts(converted, out))
    if progress:
        progress(len(files), len(files), "")
    reports += [FileReport(file=finding.file or "", findings=(finding,)) for finding in others]
    return ImportReport(tuple(sorted(reports, key=lambda report: report.file)), changed)


def _refuse_any(findings: Sequence[Finding]) -> None:
    if findings:
        names = ", ".join(dict.fromkeys(finding.file or "" for finding in findings))
        message = Text(
            f"아무것도 가져오지 않았어요. 고칠 파일: {names}", f"Nothing was imported. To be mended: {names}"
        )
        raise InputRefusedError(message, findings=tuple(findings))


# ── records ──────────────────────────────────────────────────────────────────


def _convert_all(read: Sequence[intake.Read], out: Path) -> list[Converted]:
    """The registers first: the official routes are read with the station names that they hold."""
    done = [convert(source, found) for source, found in read if found.dataset.id != OFFICIAL_ROUTES]
    named = [row for file in done for row in file.rows.get("line_stations", ())]
    stations = {row.station for row in named if isinstance(row, LineStationFact)}
    stations = stations or {row.station for row in read_table("line_stations", out)}
    renamed = renamed_stations(out)
    done += [
        _convert_routes(source, found, stations, renamed)
        for source, found in read
        if found.dataset.id == OFFICIAL_ROUTES
    ]
    return done


def convert(source: Tabular, found: Recognised) -> Converted:
    """The rows that a register's file gives; each record gives rows or a Finding, never neither."""
    as_of = datasets.as_of(source.file, found)
    findings = intake.notes_on_file(source, found, as_of)
    rows: dict[str, list[Origin]] = {}
    used = set_aside = 0
    for sheet in found.sheets:
        findings.extend(sheet.bad)
        set_aside += len(sheet.bad)
        for record in _records(source, sheet, found, as_of):
            try:
                given = list(CONVERTERS[found.dataset.id](record))
            except RowFaultError as fault:
                findings.append(record.set_aside(fault))
                set_aside += 1
                continue
            used += 1
            findings.extend(record.notes)
            for table, row in given:
                rows.setdefault(table, []).append(row)
    return Converted(source, found, as_of, rows, used, set_aside, findings)


def _records(source: Tabular, sheet: Sheet, found: Recognised, as_of: str) -> Iterator[Row]:
    for record in sheet.records:
        cells = {clean_header(name): cell for name, cell in record.cells.items()}
        yield Row(source.file, sheet.name, record.row, cells, found.dataset, as_of, [])


def _convert_routes(
    source: Tabular, found: Recognised, stations: Collection[str], renamed: Mapping[str, str]
) -> Converted:
    """The official routes: a step means something only among its neighbours, so they have a reader of their own."""
    from muui_maps.sources.transfer_routes import parse_routes

    as_of = datasets.as_of(source.file, found)
    sheet = found.sheets[0]
    cells = [
        (record.row, {clean_header(name): str(cell or "") for name, cell in record.cells.items()})
        for record in sheet.records
    ]
    known = found.dataset
    origin = {"dataset": known.id, "publisher": known.publisher, "licence": known.licence, "as_of": as_of}
    read = parse_routes(cells, stations=stations, origin=origin, file=source.file, renamed=renamed)
    findings = [*intake.notes_on_file(source, found, as_of), *sheet.bad, *read.findings]
    rows: dict[str, Sequence[Origin]] = {"official_routes": read.routes, "official_acts": read.acts}
    set_aside = read.steps - read.explained + len(sheet.bad)
    return Converted(source, found, as_of, rows, read.explained, set_aside, findings)


def _far_points(converted: Sequence[Converted], out: Path) -> Iterator[tuple[Finding, ...]]:
    """For each file, its points that lie far from their station by the registers at hand after this import."""
    renamed = renamed_stations(out)
    own: dict[str, Sequence[Origin]] = {}
    for table in ("station_points", "line_stations"):
        given = [file.rows[table] for file in converted if table in file.rows]
        own[table] = given[0] if given else read_table(table, out)
    everywhere = StationPoints([*own["station_points"], *own["line_stations"]], renamed)
    of_operator = StationPoints(own["station_points"], renamed)
    for file in converted:
        yield tuple(
            finding
            for table, rows in file.rows.items()
            for finding in far_points(file.source.file, rows, of_operator if table == "line_stations" else everywhere)
        )


def _report(file: Converted, far: Sequence[Finding], out: Path) -> FileReport:
    """Every record was used or set aside, or this program is wrong."""
    records = sum(sheet.rows_in for sheet in file.found.sheets)
    if records != file.used + file.set_aside:
        message = f"{file.source.file}: {records} records, {file.used} used, {file.set_aside} set aside"
        raise MuuiError(Text(f"내부 오류: 행 수가 맞지 않아요. {message}", f"internal fault: {message}"))
    return FileReport(
        file=file.source.file,
        dataset=file.found.dataset.id,
        encoding=file.source.encoding,
        as_of=file.as_of,
        records=records,
        used=file.used,
        set_aside=file.set_aside,
        tables=MappingProxyType({table: len(rows) for table, rows in file.rows.items()}),
        findings=(
            *file.findings,
            *far,
            *_far_fewer(file, out),
            *_lines_gone(file, out),
            *_renamed(file, out),
            *_doubled(file),
        ),
    )


def _far_fewer(file: Converted, out: Path) -> Iterator[Finding]:
    """A download cut off at a line's end looks whole; that it has fewer rows than the last one is the only sign."""
    for table, rows in file.rows.items():
        before = sum(row.dataset == file.found.dataset.id for row in read_table(table, out))
        if len(rows) < _FAR_FEWER * before:
            yield Finding(
                "far_fewer_rows",
                Severity.WARNING,
                Text(
                    f"{file.source.file}: 표 {table}의 행이 {before}개에서 {len(rows)}개로 줄었어요.",
                    f"{file.source.file}: table {table} shrinks from {before} rows to {len(rows)}.",
                ),
                Text(
                    "내려받기가 끊기지 않았는지 봐 주세요. 그렇다면 다시 내려받아 가져오면 돼요.",
                    "See whether the download was cut off; if so, download it again and import it.",
                ),
                file=file.source.file,
                layer=table,
                value=str(len(rows)),
            )


def _lines_gone(file: Converted, out: Path) -> Iterator[Finding]:
    """Lines that this dataset had before and has no row of now: a register without a line's lifts looks whole too."""
    for table, rows in file.rows.items():
        earlier = (row for row in read_table(table, out) if row.dataset == file.found.dataset.id)
        before, now = ({line for row in told if (line := getattr(row, "line", ""))} for told in (earlier, rows))
        if gone := sorted(before - now):
            lines = ", ".join(gone)
            yield Finding(
                "lines_gone",
                Severity.WARNING,
                Text(
                    f"{file.source.file}: 표 {table}에 있던 노선의 행이 하나도 없어요: {lines}.",
                    f"{file.source.file}: table {table} had rows of these lines and has none now: {lines}.",
                ),
                Text(
                    "노선 이름이 바뀌었거나 일부만 내려받았는지 봐 주세요. 전의 행이 필요하면 다시 내려받으세요.",
                    "See whether the line was renamed or only a part was downloaded; import a whole download to have "
                    "its rows again.",
                ),
                file=file.source.file,
                layer=table,
                field="line",
                value=lines,
            )


def _doubled(file: Converted) -> Iterator[Finding]:
    """Records that stand twice, word for word: a machine would be two, of which nobody knows where the other stands."""
    for sheet in file.found.sheets:
        seen: dict[str, int] = {}
        twice: list[tuple[int, int]] = []
        for record in sheet.records:
            words = repr(sorted(record.cells.items()))
            if (first := seen.setdefault(words, record.row)) != record.row:
                twice.append((record.row, first))
        if twice:
            again, first = twice[0]
            yield Finding(
                "records_doubled",
                Severity.WARNING,
                Text(
                    f"{file.source.file}: 글자까지 똑같은 행이 {len(twice)}개 있어요. "
                    f"처음은 {again}행이고 {first}행과 같아요.",
                    f"{file.source.file}: {len(twice)} records stand twice, word for word; the first is row {again}, "
                    f"the same as row {first}.",
                ),
                Text(
                    "같은 파일을 두 번 이어 붙이지 않았는지 보고 다시 내려받아 주세요. "
                    "설비는 둘로 세고, `muui-maps check`가 어느 것인지 물어요.",
                    "See whether a part was pasted twice, and download the file again. The machines count as two, and "
                    "`muui-maps check` asks which is which.",
                ),
                file=file.source.file,
                layer=sheet.name or None,
                value=str(len(twice)),
            )


def _renamed(file: Converted, out: Path) -> Iterator[Finding]:
    """Lines of which one station's rows are gone while another name is new: most likely the station was renamed."""
    known = renamed_stations(out)
    for table, rows in file.rows.items():
        earlier = [row for row in read_table(table, out) if row.dataset == file.found.dataset.id]
        before, now = _stations_by_line(earlier), _stations_by_line(rows)
        for line in sorted(before.keys() & now.keys()):
            gone, new = sorted(before[line] - now[line]), sorted(now[line] - before[line])
            told = [name for name in gone if known.get(name) not in new]
            if told and new:
                yield Finding(
                    "station_renamed",
                    Severity.WARNING,
                    Text(
                        f"{file.source.file}: {line} 노선에서 없어진 역 이름 {', '.join(told)}, "
                        f"새로 나온 역 이름 {', '.join(new)}.",
                        f"{file.source.file}: line {line} has no rows of {', '.join(told)} any more, and new ones of "
                        f"{', '.join(new)}.",
                    ),
                    Text(
                        "역 이름이 바뀌었으면 data/renamed_stations.csv에 옛 이름, 새 이름, 근거를 한 행으로 적으세요.",
                        "If the station was renamed, write its old name, its new name and the evidence as a row of "
                        "data/renamed_stations.csv.",
                    ),
                    file=file.source.file,
                    layer=table,
                    field="station",
                    value=", ".join(new),
                )


def _stations_by_line(rows: Iterable[Origin]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        line, station = getattr(row, "line", ""), getattr(row, "station", "")
        if line and station:
            found.setdefault(line, set()).add(station)
    return found


# ── tables ───────────────────────────────────────────────────────────────────


def _texts(converted: Sequence[Converted], out: Path) -> Mapping[Path, str]:
    """The text of every file of ours that this import touches."""
    tables = _merged(converted, out)
    if not tables:
        return {}
    texts = {table_file(table, out): table_text(table, rows) for table, rows in tables.items()}
    list_of_datasets = table_file("lines", out).parent.parent / "datasets.csv"
    texts[list_of_datasets] = datasets.datasets_table(_dates(tables, out))
    return texts


def _merged(converted: Sequence[Converted], out: Path) -> dict[str, list[Origin]]:
    """The rows that each touched table holds afterwards: those of the datasets not imported now stay."""
    new: dict[str, list[Origin]] = {}
    for file in converted:
        for table, rows in file.rows.items():
            new.setdefault(table, []).extend(rows)
    if "lines" in new:
        new["lines"].extend(extra_lines())
    replaced = {file.found.dataset.id for file in converted} | {_LINE_COLOURS}
    order = {known.id: number for number, known in enumerate(DATASETS)}
    for table, rows in new.items():
        rows.extend(row for row in read_table(table, out) if row.dataset not in replaced)
        rows.sort(key=lambda row: order.get(row.dataset, len(order)))
    return new


def _dates(tables: Mapping[str, Sequence[Origin]], out: Path) -> Mapping[str, str]:
    """The newest as-of date of each dataset's rows, after this import."""
    dates = {"muui-2016": "2016", "line-names": "2026-12-01"}  # those that give no rows of tables
    for table in TABLES:
        for row in tables[table] if table in tables else read_table(table, out):
            if row.as_of.lstrip("<=") >= dates.get(row.dataset, "").lstrip("<="):
                dates[row.dataset] = row.as_of
    return dates


_LINE_COLOURS = "line-colours"
_EXTRA_LINES = (
    ("경의중앙선", "Gyeongui–Jungang Line", "#77C4A3"),
    ("경춘선", "Gyeongchun Line", "#0C8E72"),
    ("공항철도", "AREX", "#0090D2"),
    ("수인분당선", "Suin–Bundang Line", "#F5A200"),
    ("신분당선", "Shinbundang Line", "#D4003B"),
    ("우이신설선", "Ui–Sinseol Line", "#B7C452"),
    ("신림선", "Sillim Line", "#6789CA"),
    ("김포골드라인", "Gimpo Goldline", "#A17800"),
    ("GTX-A", "GTX-A", "#9A6292"),
)


def extra_lines() -> tuple[LineFact, ...]:
    """Lines that the register of lines 1 to 9 lacks: their colours and English names, typed by hand."""
    known = datasets.dataset(_LINE_COLOURS)
    return tuple(
        LineFact(
            dataset=known.id,
            publisher=known.publisher,
            licence=known.licence,
            as_of="2026-11-23",
            record=str(number),
            line=line,
            name_ko=line,
            name_en=name_en,
            colour=colour,
        )
        for number, (line, name_en, colour) in enumerate(_EXTRA_LINES, 1)
    )
