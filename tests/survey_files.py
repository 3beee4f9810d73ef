"""Survey files built for tests: workbooks, GeoPackages and photos as programs write them."""

from __future__ import annotations

import io
import sqlite3
import struct
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, Any

import openpyxl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

COLUMNS = ("observed_at", "station_id", "feature_id", "kind", "operational_status", "door_width_mm", "note")
GOOD = ("2026-05-01 14:30", "노원", "4:EV:외부1", "elevator", "working", "820", "3번 출구 앞")


def rows(*changes: Mapping[str, str]) -> list[list[str]]:
    """A header and one good row for each change, with the cells changed; new names become columns."""
    extra = list(dict.fromkeys(name for change in changes for name in change if name not in COLUMNS))
    good = dict(zip(COLUMNS, GOOD, strict=True))
    header = [*COLUMNS, *extra]
    return [header, *([(good | dict(change)).get(name, "") for name in header] for change in changes)]


def as_csv(table: Sequence[Sequence[str]], mark: str = ",") -> str:
    def cell(text: str) -> str:
        quoted = text.replace('"', '""')
        return f'"{quoted}"' if any(sign in text for sign in f'{mark}"\r\n') else text

    return "".join(mark.join(cell(text) for text in row) + "\n" for row in table)


def workbook(sheets: Mapping[str, Sequence[Any]], change: Any = None) -> bytes:
    """A workbook; `change(book)` may do to it what a person would."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, table in sheets.items():
        sheet: Worksheet = book.create_sheet(name)
        for row in table:
            sheet.append(list(row))
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(
    data: bytes, *, add: Mapping[str, bytes] | None = None, replace: Mapping[bytes, bytes] | None = None
) -> bytes:
    """An archive with parts added, or bytes replaced in all of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            for before, after in (replace or {}).items():
                part = part.replace(before, after)
            new.writestr(name, part)
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return out.getvalue()


# ── GeoPackages ──────────────────────────────────────────────────────────────

_SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
    organization_coordsys_id INTEGER, definition TEXT, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER);
INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, '', ''), ('KGD2002', 5186, 'EPSG', 5186, '', ''),
    ('undefined', -1, 'NONE', -1, 'undefined', '');
"""


def point(x: float, y: float, srs_id: int = 4326) -> bytes:
    """A GeoPackage's geometry: header, then well-known binary."""
    return struct.pack("<2sBBi", b"GP", 0, 1, srs_id) + struct.pack("<BIdd", 1, 1, x, y)


def geopackage(
    path: Path,
    tables: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    srs_id: int = 4326,
    script: str = "",
) -> Path:
    """A GeoPackage; a table whose rows have `geom` is one of features."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(_SCHEMA)
        for name, records in tables.items():
            columns = list(dict.fromkeys(column for record in records for column in record))
            kinds = "".join(f', "{column}" {"BLOB" if column == "geom" else "TEXT"}' for column in columns)
            db.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY{kinds})')
            for record in records:
                marks = ", ".join("?" for _ in columns)
                listed = ", ".join(f'"{column}"' for column in columns)
                db.execute(f'INSERT INTO "{name}" ({listed}) VALUES ({marks})', [record.get(c) for c in columns])  # noqa: S608
            is_layer = "geom" in columns
            db.execute(
                "INSERT INTO gpkg_contents VALUES (?, ?, ?, ?)",
                (name, "features" if is_layer else "attributes", name, srs_id if is_layer else 0),
            )
            if is_layer:
                db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POINT', ?)", (name, srs_id))
        db.executescript(script)
        db.commit()
    return path


# ── photos ───────────────────────────────────────────────────────────────────


def photo(taken: str | None = "2026:05:01 14:32:00", *, size: tuple[int, int] = (640, 480), zone: str = "") -> bytes:
    """The head of a JPEG with its EXIF block: where it was taken is in it too, as phones put it there."""
    width, height = size
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 8, 8, height, width, 1)
    exif = b"" if taken is None else _exif(taken, zone)
    return b"\xff\xd8" + exif + frame + b"\xff\xda\x00\x02" + b"\x00" * 32 + b"\xff\xd9"


def _exif(taken: str, zone: str) -> bytes:
    date, offset = taken.encode() + b"\0", zone.encode() + b"\0"
    below = 8 + 2 + 12 + 4  # the first directory has one entry
    texts = below + 2 + 2 * 12 + 4
    first = struct.pack("<HHHII", 1, 0x8769, 4, 1, below) + struct.pack("<I", 0)
    second = struct.pack("<H", 2)
    second += struct.pack("<HHII", 0x9003, 2, len(date), texts)
    second += struct.pack("<HHII", 0x9011, 2, len(offset), texts + len(date)) + struct.pack("<I", 0)
    tiff = b"II*\0" + struct.pack("<I", 8) + first + second + date + offset
    part = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(part) + 2) + part
