"""Turn a folder of the publishers' downloads into the project's own tables of facts.

All or nothing: every file is read and converted before the first table is written, and one broken file leaves all as it
was. A record gives rows or a Finding, never neither. The same files give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.errors import InputRefusedError, MuuiError
from muui_maps.facts import LineFact, LineStationFact, Origin
from muui_maps.model import Finding, Severity, Text
from muui_maps.sources import datasets
from muui_maps.sources.datasets import DATASETS, Dataset, Recognised
from muui_maps.sources.registers import CONVERTERS
from muui_maps.sources.rows import Row, RowFaultError
from muui_maps.sources.tabular import Sheet, Tabular, clean_header, read_tabular
from muui_maps.tables import TABLES, read_table, renamed_stations, table_file, table_text, write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

MAX_FILES = 500
OFFICIAL_ROUTES = "molit-transfer-movement"

_DATA_SUFFIXES = frozenset({".csv", ".json", ".xlsx", ".xls"})
_MERELY_UNKNOWN = frozenset({"json_no_records", "delimiter_unsure", "header_duplicate", "csv_syntax", "quote_unclosed"})
"""Faults by which a file with a data suffix is not one of ours, rather than one of ours that broke on its way."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file.

    Parameters
    ----------
    dataset
        Id of the dataset it is; None if it was not recognised.
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
    dataset: str | None
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
        If the folder can't be read, a file is recognised but broken, or two files are the same dataset. Nothing was
        changed then.
    """
    files, skipped = _listed(downloads)
    read: list[tuple[Tabular, Recognised]] = []
    refusals: list[Finding] = []
    for number, file in enumerate(files):
        if progress:
            progress(number, len(files), file.name)
        try:
            source = _read_file(file)
        except InputRefusedError as error:
            refusals.extend(error.findings)
            continue
        if isinstance(source, FileReport):
            skipped.append(source)
        else:
            read.append(source)
    refusals.extend(_twice(read))
    if refusals:
        names = ", ".join(dict.fromkeys(finding.file or "" for finding in refusals))
        message = Text(
            f"가져오지 않았어요. 고쳐야 할 파일: {names}", f"Nothing was imported. Files to be mended: {names}"
        )
        raise InputRefusedError(message, findings=tuple(refusals))
    done = _convert_all(read, out)
    changed = write_files(_texts(done, out))
    if progress:
        progress(len(files), len(files), "")
    reports = [*skipped, *(imported.report for imported in done)]
    return ImportReport(tuple(sorted(reports, key=lambda report: report.file)), changed)


# ── files ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Imported:
    report: FileReport
    rows: Mapping[str, Sequence[Origin]]


def _listed(folder: Path) -> tuple[list[Path], list[FileReport]]:
    """The regular files of a folder, by name; what is none is reported."""
    if not folder.is_dir():
        raise _refused(
            folder.name,
            "folder_missing",
            Text("그런 폴더가 없어요", "there is no such folder"),
            Text("내려받은 파일이 있는 폴더를 주세요.", "Give the folder that holds the downloads."),
        )
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "~$", "__")))
    if len(entries) > MAX_FILES:
        raise _refused(
            folder.name,
            "too_many_files",
            Text(f"파일이 {len(entries)}개예요", f"{len(entries)} files"),
            Text("내려받은 파일만 있는 폴더를 주세요.", "Give a folder that holds only the downloads."),
        )
    files = [entry for entry in entries if entry.is_file()]
    return files, [_unknown(entry.name, "not_a_regular_file") for entry in entries if entry not in files]


def _refused(file: str, code: str, message: Text, fix: Text, column: str | None = None) -> InputRefusedError:
    full = Text(f"{file}: {message.ko}.", f"{file}: {message.en}.")
    finding = Finding(code, Severity.ERROR, full, fix, file=file, field=column)
    return InputRefusedError(full, findings=(finding,))


def _unknown(file: str, why: str) -> FileReport:
    finding = Finding(
        "file_unknown",
        Severity.INFO,
        Text(f"{file}: 아는 데이터셋이 아니라 가져오지 않았어요.", f"{file}: no dataset known here; not imported."),
        Text(
            "가져와야 하는 파일이라면 포털에서 CSV·JSON·XLSX로 다시 내려받아 주세요.",
            "If it should be one, download it again from the portal as CSV, JSON or XLSX.",
        ),
        file=file,
        value=why,
    )
    return FileReport(file, None, findings=(finding,))


def _read_file(file: Path) -> tuple[Tabular, Recognised] | FileReport:
    """Read and recognise one file; a report where it is none of ours.

    Raises
    ------
    InputRefusedError
        If it is a known dataset, or by its suffix meant to be one, and broken.
    """
    try:
        source = read_tabular(file, is_header=datasets.is_known_header)
    except InputRefusedError as error:
        code = error.findings[0].code if error.findings else "unreadable"
        if file.suffix.lower() in _DATA_SUFFIXES and (code not in _MERELY_UNKNOWN or _names_known_columns(file)):
            raise
        return _unknown(file.name, code)
    found = datasets.recognise(source)
    if found is None:
        return _unknown(file.name, "columns")
    _refuse_missing(source, found)
    return source, found


def _names_known_columns(file: Path) -> bool:
    """Whether the first bytes name most columns of a dataset: then the broken file is one of ours."""
    start = file.read_bytes()[: 2**16]
    for encoding in ("utf-8", "cp949"):
        text = clean_header(start.decode(encoding, errors="ignore"))
        if any(all(column in text for column in columns) for known in DATASETS for columns in known.sheets):
            return True
    return False


def _refuse_missing(source: Tabular, found: Recognised) -> None:
    findings = []
    for column, near in found.missing().items():
        hint = Text(f" 비슷한 열: {', '.join(near)}.", f" Nearest: {', '.join(near)}.") if near else Text("", "")
        findings.append(
            Finding(
                "field_missing",
                Severity.ERROR,
                Text(
                    f"{source.file}: {found.dataset.title}인데 열 ‘{column}’이 없어요.{hint.ko}",
                    f"{source.file}: {found.dataset.id} without its column ‘{column}’.{hint.en}",
                ),
                Text(
                    "열 이름을 되돌리거나 포털에서 다시 내려받아 주세요.",
                    "Restore the column's name, or download the file again from the portal.",
                ),
                file=source.file,
                row=1,
                field=column,
                value=", ".join(near) or None,
            )
        )
    if findings:
        raise InputRefusedError(findings[0].message, findings=tuple(findings))


def _twice(read: Iterable[tuple[Tabular, Recognised]]) -> list[Finding]:
    """Two files of one dataset: none of them says which is the newer one."""
    first: dict[str, str] = {}
    findings = []
    for source, found in read:
        if found.dataset.id in first:
            other = first[found.dataset.id]
            findings.append(
                Finding(
                    "dataset_twice",
                    Severity.ERROR,
                    Text(
                        f"{source.file}: {other}과(와) 같은 데이터셋이에요 ({found.dataset.title}).",
                        f"{source.file}: the same dataset as {other} ({found.dataset.id}).",
                    ),
                    Text("새것 하나만 남겨 주세요.", "Leave only the newer of the two in the folder."),
                    file=source.file,
                    value=other,
                )
            )
        first.setdefault(found.dataset.id, source.file)
    return findings


# ── records ──────────────────────────────────────────────────────────────────


def _convert_all(read: Sequence[tuple[Tabular, Recognised]], out: Path) -> list[_Imported]:
    """The registers first: the official routes are read with the station names that they hold."""
    done = [_convert(source, found) for source, found in read if found.dataset.id != OFFICIAL_ROUTES]
    named = [row for imported in done for row in imported.rows.get("line_stations", ())]
    stations = {row.station for row in named if isinstance(row, LineStationFact)}
    stations = stations or {row.station for row in read_table("line_stations", out)}
    done += [
        _convert_routes(source, found, stations, renamed_stations(out))
        for source, found in read
        if found.dataset.id == OFFICIAL_ROUTES
    ]
    return done


def _convert(source: Tabular, found: Recognised) -> _Imported:
    as_of = datasets.as_of(source.file, found)
    notes: list[Finding] = list(_notes_on_file(source, found, as_of))
    rows: dict[str, list[Origin]] = {}
    used = set_aside = 0
    for sheet in found.sheets:
        notes.extend(sheet.bad)
        set_aside += len(sheet.bad)
        for record in _rows(source, sheet, found.dataset, as_of, notes):
            try:
                given = list(CONVERTERS[found.dataset.id](record))
            except RowFaultError as fault:
                notes.append(record.set_aside(fault))
                set_aside += 1
                continue
            used += 1
            for table, row in given:
                rows.setdefault(table, []).append(row)
    return _Imported(_report(source, found, as_of, (used, set_aside), rows, notes), rows)


def _convert_routes(
    source: Tabular, found: Recognised, stations: Collection[str], renamed: Mapping[str, str]
) -> _Imported:
    """The official routes: blocks of steps rather than rows, so they have a reader of their own."""
    from muui_maps.sources.transfer_routes import parse_routes

    as_of = datasets.as_of(source.file, found)
    (sheet,) = found.sheets
    cells = [
        (record.row, {clean_header(name): str(cell or "") for name, cell in record.cells.items()})
        for record in sheet.records
    ]
    known = found.dataset
    origin = {"dataset": known.id, "publisher": known.publisher, "licence": known.licence, "as_of": as_of}
    read = parse_routes(cells, stations=stations, origin=origin, file=source.file, renamed=renamed)
    rows: dict[str, Sequence[Origin]] = {"official_routes": read.routes, "official_acts": read.acts}
    notes = [*_notes_on_file(source, found, as_of), *sheet.bad, *read.findings]
    counts = (read.explained, read.steps - read.explained + len(sheet.bad))
    return _Imported(_report(source, found, as_of, counts, rows, notes), rows)


def _rows(source: Tabular, sheet: Sheet, known: Dataset, as_of: str, notes: list[Finding]) -> Iterable[Row]:
    for record in sheet.records:
        cells = {clean_header(name): cell for name, cell in record.cells.items()}
        yield Row(source.file, sheet.name, record.row, cells, known, as_of, notes)


def _report(
    source: Tabular,
    found: Recognised,
    as_of: str,
    counts: tuple[int, int],
    rows: Mapping[str, Sequence[Origin]],
    notes: Sequence[Finding],
) -> FileReport:
    """`counts`: records used and set aside. Every record of the file is one or the other, or this program is wrong."""
    records, (used, set_aside) = sum(sheet.rows_in for sheet in found.sheets), counts
    if records != used + set_aside:
        message = f"{source.file}: {records} records, but {used} used and {set_aside} set aside"
        raise MuuiError(Text(f"내부 오류: 행 수가 맞지 않아요. {message}", f"internal fault: {message}"))
    return FileReport(
        source.file,
        found.dataset.id,
        source.encoding,
        as_of,
        records,
        used,
        set_aside,
        MappingProxyType({table: len(given) for table, given in rows.items()}),
        tuple(notes),
    )


def _notes_on_file(source: Tabular, found: Recognised, as_of: str) -> Iterable[Finding]:
    dated_inside = any("기준일" in column for columns in found.dataset.sheets for column in columns)
    if not as_of and not dated_inside:
        yield Finding(
            "as_of_unknown",
            Severity.WARNING,
            Text(f"{source.file}: 기준일을 알 수 없어요.", f"{source.file}: the as-of date is unknown."),
            Text(
                "파일 이름에 기준일 여덟 자리(예: _20261123)를 넣고 다시 가져와 주세요.",
                "Put the date into the file's name as eight digits (for example _20261123) and import again.",
            ),
            file=source.file,
        )
    if found.guessed:
        yield Finding(
            "dataset_guessed",
            Severity.WARNING,
            Text(
                f"{source.file}: 열이 같은 두 데이터셋 가운데 ‘{found.dataset.title}’로 보았어요.",
                f"{source.file}: of two datasets with the same columns, taken to be {found.dataset.id}.",
            ),
            Text(
                "역 이름이 빈 점이 있으면 엘리베이터, 없으면 리프트로 봐요. 다르면 이 파일을 빼 주세요.",
                "With points that lack a station it is taken for the lifts, else for the wheelchair lifts. If that is "
                "wrong, leave the file out.",
            ),
            file=source.file,
            value=found.dataset.id,
        )
    for sheet in source.sheets:
        if sheet not in found.sheets:
            yield Finding(
                "sheet_unknown",
                Severity.INFO,
                Text(
                    f"{source.file}: ‘{sheet.name}’ 시트는 쓰지 않았어요.",
                    f"{source.file}: sheet ‘{sheet.name}’ was not used.",
                ),
                Text("할 일이 없어요.", "Nothing to do."),
                file=source.file,
                layer=sheet.name,
            )


# ── tables ───────────────────────────────────────────────────────────────────


def _texts(done: Sequence[_Imported], out: Path) -> Mapping[Path, str]:
    """The text of every file of ours that this import touches."""
    new: dict[str, list[Origin]] = {}
    for imported in done:
        for table, rows in imported.rows.items():
            new.setdefault(table, []).extend(rows)
    if not new:
        return {}
    if "lines" in new:
        new["lines"].extend(extra_lines())
    replaced = {imported.report.dataset for imported in done if imported.report.dataset} | {"line-colours"}
    order = {known.id: number for number, known in enumerate(DATASETS)}
    merged: dict[str, list[Origin]] = {}
    for table, rows in new.items():
        kept = [row for row in read_table(table, out) if row.dataset not in replaced]
        merged[table] = sorted([*kept, *rows], key=lambda row: order.get(row.dataset, len(order)))
    texts = {table_file(table, out): table_text(table, rows) for table, rows in merged.items()}
    texts[table_file("lines", out).parent.parent / "datasets.csv"] = datasets.datasets_table(_dates(merged, out))
    return texts


def _dates(merged: Mapping[str, Sequence[Origin]], out: Path) -> Mapping[str, str]:
    """The newest as-of date of each dataset's rows, after this import."""
    dates: dict[str, str] = {"muui-2016": "2016"}
    for table in TABLES:
        for row in merged[table] if table in merged else read_table(table, out):
            if row.as_of.lstrip("<=") >= dates.get(row.dataset, "").lstrip("<="):
                dates[row.dataset] = row.as_of
    return dates


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
    known = datasets.dataset("line-colours")
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
