"""GeoPackages of QField and Mergin, through sqlite3 alone: ordinary tables that the file lists, nothing that runs.

A copy is read, never the file itself: the app may still have it open, and reading must leave nothing beside it. The
schema is not trusted: views, virtual tables and functions of its own are refused or dead. GDAL has no part in this.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import struct
import tempfile
import time
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.refusal import refuse
from muui_maps.sources.sheets import MAX_COLUMNS, MAX_ROWS, Fault, text_fault
from muui_maps.survey.observations import Quarantined
from muui_maps.survey.readers.grid import POINT, Grid, Line, Opened, finding, held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muui_maps.crs import CoordinateSystem

MAX_SECONDS = 20.0
"""For reading all tables of a file; the largest sample takes a hundredth of it."""
_STEPS_BETWEEN_LOOKS = 10_000
_OFFLINE_SUFFIX = re.compile(r"_[0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}$", re.IGNORECASE)
"""QField's offline copies name a layer `lifts_<uuid>`."""
_CONFLICT = re.compile(r"\((?:conflict(?:ed)?[ _]copy),?\s*([^)]*)\)", re.IGNORECASE)
_MACHINERY = re.compile(r"^(?:log_|gpkg_|rtree_|sqlite_|layer_styles$|qgis_|sync_)", re.IGNORECASE)
_VIRTUAL = re.compile(r"\s*CREATE\s+VIRTUAL\s+TABLE\b.*?\bUSING\s+[\"'`\[]?(\w+)", re.IGNORECASE | re.DOTALL)
_ENVELOPE_BYTES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
_WKB_POINT = 1
_EXPORT_AGAIN = Text("QField나 QGIS에서 다시 내보내 주세요.", "Export it again from QField or QGIS.")


def open_geopackage(path: Path) -> Opened:
    """The tables of a GeoPackage.

    Raises
    ------
    InputRefusedError
        If it is no sound GeoPackage, lists a view, or holds a virtual table.
    """
    notes = list(_notes_on_file(path))
    with tempfile.TemporaryDirectory() as folder:
        copy, has_log = _copied(path, Path(folder))
        try:
            with closing(_connected(copy, has_log=has_log)) as db:
                grids = tuple(_grids(path.name, db, notes))
        except (sqlite3.Error, UnicodeError) as error:  # of a broken schema even the error's own words may be broken
            late = "interrupted" in str(error)
            message = Text(f"GeoPackage를 읽을 수 없어요 ({error})", f"unreadable as a GeoPackage ({error})")
            refuse(path.name, "gpkg_too_slow" if late else "gpkg_unreadable", message, _EXPORT_AGAIN)
    return Opened(path.name, "gpkg", "utf-8", grids, tuple(notes))


def _notes_on_file(path: Path) -> Iterator[Finding]:
    log = path.with_name(f"{path.name}-wal")
    if log.is_file() and log.stat().st_size:
        message = Text("옆에 -wal 파일이 있어 함께 읽었어요", "a -wal file lies beside it; its edits were read too")
        fix = Text("앱을 닫고 내보내면 파일 하나로 합쳐져요.", "Close the app before copying: the two become one.")
        yield finding(path.name, "gpkg_wal_present", Severity.WARNING, message, fix, value=log.name)
    else:
        with path.open("rb") as stream:
            # Byte 18 is 2 while the app writes into a log beside the file.
            is_logged = stream.read(20)[18:19] == b"\x02"
        if is_logged:
            message = Text(
                "-wal 파일이 함께 오지 않아 마지막 수정이 빠졌을 수 있어요",
                "no -wal file came with it: the last edits may be missing",
            )
            fix = Text("앱을 닫고 다시 복사해 주세요.", "Close the app and copy it again.")
            yield finding(path.name, "gpkg_wal_missing", Severity.WARNING, message, fix)
    if (match := _CONFLICT.search(path.name)) is not None:
        message = Text(
            "두 사람이 함께 고쳐 생긴 사본이에요. 다른 값은 나란히 두어요",
            "a copy made when two people edited at once; what differs stands side by side",
        )
        yield finding(path.name, "conflict_copy", Severity.INFO, message, value=match.group(1))


def conflict_copy_of(name: str) -> str | None:
    """The name of the file that a conflict copy is a copy of; None for any other file."""
    stem = _CONFLICT.sub("", name)
    return re.sub(r"\s+(?=\.\w+$)", "", stem) if stem != name else None


def _copied(path: Path, folder: Path) -> tuple[Path, bool]:
    """A copy under a name of ours, and whether a log with edits came with it."""
    copy = folder / "layers.gpkg"
    shutil.copyfile(path, copy)
    log = path.with_name(f"{path.name}-wal")
    has_log = log.is_file() and log.stat().st_size > 0
    if has_log:
        shutil.copyfile(log, folder / "layers.gpkg-wal")
    return copy, has_log


def _connected(copy: Path, *, has_log: bool) -> sqlite3.Connection:
    if has_log:
        # SQLite must write to take the log in; it is the copy that it writes to.
        with closing(sqlite3.connect(copy)) as db:
            _harden(db)
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db = sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)
    _harden(db)
    db.execute("PRAGMA query_only=ON")
    db.text_factory = lambda data: data.decode("utf-8", errors="replace")
    return db


def _harden(db: sqlite3.Connection) -> None:
    ends = time.monotonic() + MAX_SECONDS
    db.set_progress_handler(lambda: int(time.monotonic() > ends), _STEPS_BETWEEN_LOOKS)
    for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0"):
        db.execute(f"PRAGMA {pragma}")


# ── tables ───────────────────────────────────────────────────────────────────


def _grids(file: str, db: sqlite3.Connection, notes: list[Finding]) -> Iterator[Grid]:
    made = {name: (kind, sql or "") for kind, name, sql in db.execute("SELECT type, name, sql FROM sqlite_master")}
    if made.get("gpkg_contents", ("", ""))[0] != "table":
        message = Text("SQLite 파일이지만 GeoPackage가 아니에요", "an SQLite file, but no GeoPackage")
        refuse(file, "gpkg_unreadable", message, _EXPORT_AGAIN)
    for name, (kind, sql) in sorted(made.items()):
        module = _VIRTUAL.match(sql) if kind == "table" else None
        if module is not None and module.group(1).casefold() != "rtree":
            message = Text(f"가상 테이블 ‘{name}’이 있어요", f"it holds a virtual table, ‘{name}’")
            refuse(file, "gpkg_table_refused", message, _EXPORT_AGAIN, layer=name, value=module.group(1))
    listed = db.execute("SELECT table_name, data_type, srs_id FROM gpkg_contents ORDER BY table_name").fetchall()
    for name, data_type, srs_id in listed:
        kind = made.get(name, ("missing", ""))[0]
        if kind == "view":
            message = Text(f"‘{name}’은 표가 아니라 뷰예요", f"‘{name}’ is a view, not a table")
            fix = Text("뷰를 표로 저장해 다시 내보내 주세요.", "Save the view as a table and export it again.")
            refuse(file, "gpkg_view_refused", message, fix, layer=name)
        if kind == "table" and data_type in {"features", "attributes"} and not _MACHINERY.match(name):
            yield _grid(file, db, name, srs_id if data_type == "features" else None, notes)


def _grid(file: str, db: sqlite3.Connection, table: str, srs_id: int | None, notes: list[Finding]) -> Grid:
    name = _OFFLINE_SUFFIX.sub("", table)
    columns, number_column = _columns(db, table)
    if len(columns) > MAX_COLUMNS:
        refuse(file, "too_many_columns", Text(f"열이 {len(columns)}개예요", f"{len(columns)} columns"), layer=name)
    shape = _shape_column(db, table) if srs_id is not None else None
    answers = [column for column in columns if column not in {shape, number_column}]
    header = tuple(answers) if shape is None or POINT in answers else (*answers, POINT)
    wanted = [number_column or "rowid", *([shape] if shape else []), *answers]
    selected = ", ".join(_quoted(column) for column in wanted)
    order = _quoted(number_column or "rowid")
    # Names are quoted, and come from the file's own list of its columns.
    found = db.execute(f"SELECT {selected} FROM {_quoted(table)} ORDER BY {order}").fetchmany(MAX_ROWS + 1)  # noqa: S608
    if len(found) > MAX_ROWS:
        refuse(file, "too_many_rows", Text(f"{MAX_ROWS}개를 넘어요", f"more than {MAX_ROWS} rows"), layer=name)
    if not found or not answers:
        message = Text("행이나 답이 없어요", "no rows or no answers")
        notes.append(finding(file, "layer_empty", Severity.INFO, message, layer=name))
    system = _system(db, srs_id)
    lines: list[Line] = []
    bad: list[Quarantined] = []
    for n, values in enumerate(found, 1):
        number = values[0] if isinstance(values[0], int) else n
        cells = {column: text for column, value in zip(wanted[1:], values[1:], strict=True)
                 if column != shape and (text := _text(value))}  # fmt: skip
        fault = next((fault for column, text in cells.items() if (fault := text_fault(text, column))), None)
        if fault is not None:
            bad.append(held(file, number, fault, cells, layer=name, fix=_EXPORT_AGAIN))
            continue
        xy = _point(values[1]) if shape else None
        if xy is not None and system is None:
            fault = Fault("crs_missing", _NO_SYSTEM, shape)
            bad.append(held(file, number, fault, cells, layer=name, fix=_NO_SYSTEM_FIX))
            continue
        if xy is not None and system is not None and (point := _wgs84(system, xy)) and POINT not in cells:
            cells[POINT] = point
        lines.append(Line(number, MappingProxyType(cells)))
    return Grid(name, header, tuple(lines), tuple(bad))


_NO_SYSTEM = Text("좌표계가 적혀 있지 않아요", "its coordinate system is not stated")
_NO_SYSTEM_FIX = Text(
    "QGIS에서 레이어의 좌표계를 정해(한국은 보통 EPSG:5186) 다시 내보내 주세요.",
    "Set the layer's coordinate system in QGIS (in Korea often EPSG:5186) and export it again.",
)


def _columns(db: sqlite3.Connection, table: str) -> tuple[list[str], str | None]:
    """The stored columns of a table (none that is computed), and the one that numbers its rows."""
    found = db.execute(f"PRAGMA table_xinfo({_quoted(table)})").fetchall()
    stored = [row for row in found if row[6] == 0]
    numbers = [row[1] for row in stored if row[5] == 1 and str(row[2]).upper() in {"INTEGER", "MEDIUMINT", "INT"}]
    return [row[1] for row in stored], numbers[0] if len(numbers) == 1 else None


def _shape_column(db: sqlite3.Connection, table: str) -> str | None:
    found = db.execute("SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (table,)).fetchone()
    return str(found[0]) if found else None


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _text(value: object) -> str:
    if value is None or isinstance(value, bytes):
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


# ── points ───────────────────────────────────────────────────────────────────


def _system(db: sqlite3.Connection, srs_id: int | None) -> CoordinateSystem | None:
    """What the layer's coordinates are in; None where it is stated to be undefined, or can't be understood."""
    if srs_id in (None, 0, -1):
        return None
    found = db.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        (srs_id,),
    ).fetchone()
    if found is None:
        return None
    from muui_maps.crs import system_of_code, system_of_text

    organization, code, definition = found
    return system_of_code(str(code)) if str(organization).upper() == "EPSG" else system_of_text(str(definition))


def _wgs84(system: CoordinateSystem, xy: tuple[float, float]) -> str | None:
    if system.name == "EPSG:4326":
        lon, lat = xy
    else:
        from muui_maps.crs import place

        found = place(system, *xy)
        if found is None:
            return None
        lat, lon = found
    return f"{lat:.7f} {lon:.7f}"


def _point(blob: object) -> tuple[float, float] | None:
    """Coordinates (x, y) of a GeoPackage's point; None for an empty one and for any other geometry.

    The blob is `GP`, a version, flags, the coordinate system and an envelope, and then well-known binary.
    """
    if not isinstance(blob, bytes) or len(blob) < 8 or not blob.startswith(b"GP"):  # noqa: PLR2004
        return None
    flags = blob[3]
    start = 8 + _ENVELOPE_BYTES.get(flags >> 1 & 7, 0)
    wkb = blob[start:]
    if flags & 0x10 or len(wkb) < 21:  # noqa: PLR2004 - order, type, two doubles
        return None
    order = "<" if wkb[0] == 1 else ">"
    kind, x, y = struct.unpack(f"{order}Idd", wkb[1:21])
    if (kind & 0xFFFF) % 1000 != _WKB_POINT or x != x or y != y:  # noqa: PLR0124 - NaN is not itself: an empty point
        return None
    return x, y


def is_rebase_note(path: Path) -> bool:
    """Whether a file is Mergin's own note on a merge, and no survey."""
    return path.name.casefold().endswith(("_rebase.json", "_edit_conflict.json", "_rebase_conflicts.json"))
