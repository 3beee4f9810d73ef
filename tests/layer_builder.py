"""Shapefiles and deliveries built byte by byte in a test, so that every byte of them can be spoilt.

The station that most tests start from, on B1:

        y
     20 ┌───────────┬───────┐
        │  hall     │ shop  │        hall  복도 (walked)      shop  상가 (closed)
        │           │       │        A, B  POINTs, joined by LINE 1
     10 │  A─────B  ├───────┤        column 기둥 between A and B's line and the shop
        │        ▪  │       │
      0 └───────────┴───────┘
        0          20      30  x
"""

# ruff: noqa: S608 - tables are named after layers

from __future__ import annotations

import io
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from shapely import LineString, Point, Polygon, box

PRJ_5186 = (
    'PROJCS["KGD2002_Central_Belt_2010",GEOGCS["GCS_KGD2002",DATUM["D_Korea_Geodetic_Datum_2002",'
    'SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",200000.0],PARAMETER["False_Northing",600000.0],'
    'PARAMETER["Central_Meridian",127.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",38.0],'
    'UNIT["Meter",1.0]]'
)
ORIGIN = (200000.0, 550000.0)
"""Where the drawn (0, 0) lies in EPSG:5186: in Seoul."""

UFID = "B00100000001AULW1"
WIDTHS = {
    "PRIMARYKEY": 41,
    "FOREIGNKEY": 38,
    "LAYER": 35,
    "ID": 17,
    "FLOOR": 6,
    "DIVISION": 2,
    "CLASSIFY": 2,
    "KIND": 50,
    "KINDENG": 100,
    "SERIAL": 5,
    "NAME": 50,
    "QAL": 6,
    "SLP": 6,
    "DIR": 6,
    "SKT": 6,
    "HANDICAP": 6,
    "FPOINT": 41,
    "SPOINT": 41,
}
NETWORK = ["PRIMARYKEY", "LAYER", "ID", "FLOOR", "DIVISION", "KIND", "KINDENG", "SERIAL", "NAME", "SLP", "DIR", "SKT"]
COLUMNS = {
    "LINE": [*NETWORK, "HANDICAP", "FPOINT", "SPOINT"],
    "POINT": [*NETWORK, "HANDICAP", "FPOINT", "SPOINT"],
    "RM": ["PRIMARYKEY", "FOREIGNKEY", *NETWORK[1:5], "CLASSIFY", *NETWORK[5:9], "QAL", *NETWORK[9:]],
}

Files = dict[str, bytes]


@dataclass
class LayerFiles:
    """A layer to be written: shapes in metres from `ORIGIN`, and cells of text by column."""

    name: str
    rows: list[tuple[Any, dict[str, str]]]
    widths: dict[str, int] = field(default_factory=dict)
    encoding: str = "cp949"
    cpg: str | None = "CP949"
    prj: str | None = PRJ_5186
    origin: tuple[float, float] = ORIGIN

    def files(self, folder: str = "") -> Files:
        records = [shape_record(moved(shape, self.origin)) for shape, _ in self.rows]
        kinds = [shape_kind(shape) for shape, _ in self.rows if shape is not None]
        shp, shx = shp_and_shx(records, kinds[0] if kinds else 5)
        made = {".shp": shp, ".shx": shx, ".dbf": self.dbf()}
        if self.cpg is not None:
            made[".cpg"] = self.cpg.encode()
        if self.prj is not None:
            made[".prj"] = self.prj.encode()
        return {f"{folder}{self.name}{suffix}": data for suffix, data in made.items()}

    def dbf(self) -> bytes:
        columns = self.widths or {"PRIMARYKEY": 41}
        return dbf(columns, [cells for _, cells in self.rows], self.encoding)


def layer(classify: str, rows: Sequence[tuple[Any, Mapping[str, str]]], **options: Any) -> LayerFiles:
    """A layer of the official schema with all its columns: each row a shape and the cells that matter.

    Options: `floor`, `division`, `ufid`, and those of `LayerFiles`.
    """
    floor = options.pop("floor", "B01B01")
    division = options.pop("division", {"PL": "IS", "WL": "IS", "DR": "IS"}.get(classify, "MV"))
    ufid = options.pop("ufid", UFID)
    name = options.pop("name", f"L_{ufid}_{floor}_{division}_{classify}")
    columns = COLUMNS.get(classify, COLUMNS["RM"])
    full = []
    for number, (shape, cells) in enumerate(rows, 1):
        known = {
            "PRIMARYKEY": f"{name}_{number:05}",
            "LAYER": name,
            "ID": ufid,
            "FLOOR": floor,
            "DIVISION": division,
            "CLASSIFY": classify,
            "SERIAL": f"{number:05}",
            "SLP": "SLP000",
            "DIR": "DIR003",
            "SKT": "SKT001",
            "QAL": "QAL000",
            "HANDICAP": "HCP000",
        }
        full.append((shape, {column: {**known, **cells}.get(column, "") for column in columns}))
    return LayerFiles(name, full, widths={column: WIDTHS[column] for column in columns}, **options)


def key(classify: str, number: int, floor: str = "B01B01", division: str = "MV") -> str:
    return f"L_{UFID}_{floor}_{division}_{classify}_{number:05}"


def spaces(**options: Any) -> LayerFiles:
    """The hall."""
    return layer("RM", [(box(0, 0, 20, 20), {"KIND": "복도", "NAME": "환승통로"})], **options)


def shops(**options: Any) -> LayerFiles:
    return layer("RM", [(box(20, 10, 30, 20), {"KIND": "상가"})], division="SL", **options)


def columns(**options: Any) -> LayerFiles:
    return layer("PL", [(box(12, 5, 13, 6), {"KIND": "기둥"})], **options)


def points(**options: Any) -> LayerFiles:
    return layer("POINT", [(Point(2, 10), {"KIND": "지점"}), (Point(14, 10), {"KIND": "지점"})], **options)


def lines(**cells: str) -> LayerFiles:
    """LINE 1 from A to B; cells replace its own."""
    row = {"KIND": "경로", "FPOINT": key("POINT", 1), "SPOINT": key("POINT", 2), **cells}
    return layer("LINE", [(LineString([(2, 10), (14, 10)]), row)])


def station() -> Files:
    """The station drawn above."""
    made: Files = {}
    for one in (spaces(), shops(), columns(), points(), lines()):
        made |= one.files()
    return made


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


# ── bytes ────────────────────────────────────────────────────────────────────


def moved(shape: Any, origin: tuple[float, float]) -> Any:
    """A shapely shape from where it is drawn to where it lies; bytes stay as they are."""
    if shape is None or isinstance(shape, bytes):
        return shape
    return shapely.transform(shape, lambda xy: xy + origin)


def shape_kind(shape: Any) -> int:
    if isinstance(shape, bytes):
        return int(struct.unpack_from("<i", shape)[0])
    return {"Point": 1, "LineString": 3, "MultiLineString": 3, "Polygon": 5, "MultiPolygon": 5}[shape.geom_type]


def shape_record(shape: Any) -> bytes:
    """The content of a record: bytes as they are, None for a row without a shape."""
    if shape is None:
        return struct.pack("<i", 0)
    if isinstance(shape, bytes):
        return shape
    if isinstance(shape, Point):
        return struct.pack("<idd", 1, shape.x, shape.y)
    parts = list(getattr(shape, "geoms", [shape]))
    rings: list[Any] = []
    for part in parts:
        if isinstance(part, Polygon):
            turned = shapely.geometry.polygon.orient(part, -1) if part.is_valid else part
            rings += [turned.exterior.coords, *(ring.coords for ring in turned.interiors)]
        else:
            rings.append(part.coords)
    return poly_record(shape_kind(shape), [list(ring) for ring in rings])


def poly_record(kind: int, rings: Sequence[Sequence[tuple[float, float]]]) -> bytes:
    """A polyline or polygon of any rings, sound or not."""
    flat = [xy for ring in rings for xy in ring]
    starts, at = [], 0
    for ring in rings:
        starts.append(at)
        at += len(ring)
    xs, ys = [x for x, _ in flat] or [0.0], [y for _, y in flat] or [0.0]
    head = struct.pack("<i4dii", kind, min(xs), min(ys), max(xs), max(ys), len(rings), len(flat))
    return head + struct.pack(f"<{len(starts)}i", *starts) + b"".join(struct.pack("<dd", *xy) for xy in flat)


def shp_and_shx(records: Sequence[bytes], kind: int) -> tuple[bytes, bytes]:
    body, index, at = b"", b"", 100
    for number, record in enumerate(records, 1):
        body += struct.pack(">ii", number, len(record) // 2) + record
        index += struct.pack(">ii", at // 2, len(record) // 2)
        at += 8 + len(record)
    return _head(kind, len(body)) + body, _head(kind, len(index)) + index


def _head(kind: int, size: int) -> bytes:
    return struct.pack(">i20xi", 9994, (100 + size) // 2) + struct.pack("<ii64x", 1000, kind)


def dbf(widths: Mapping[str, int], rows: Sequence[Mapping[str, Any]], encoding: str = "cp949") -> bytes:
    """A table of texts; a cell of bytes is written as it is, a text that is too long is cut as programs cut it."""
    fields = b"".join(
        name.encode(encoding).ljust(11, b"\0") + b"C" + struct.pack("<4xBB14x", width, 0)
        for name, width in widths.items()
    )
    size = 1 + sum(widths.values())
    head = struct.pack("<B3BIHH20x", 3, 126, 1, 1, len(rows), 32 + len(fields) + 1, size)
    body = b""
    for row in rows:
        body += b" "
        for name, width in widths.items():
            cell = row.get(name, "")
            raw = cell if isinstance(cell, bytes) else cell.encode(encoding)
            body += raw[:width].ljust(width)
    return head + fields + b"\r" + body + b"\x1a"


def spoilt(data: bytes, at: int, new: bytes) -> bytes:
    """The same bytes with some replaced."""
    return data[:at] + new + data[at + len(new) :]


def vrt(target: str) -> bytes:
    """XML that lets GDAL open another file, or an address, whatever it is called itself."""
    source = f"<OGRVRTLayer name='{spaces().name}'><SrcDataSource>{target}</SrcDataSource></OGRVRTLayer>"
    return f"<OGRVRTDataSource>{source}</OGRVRTDataSource>".encode()


# ── GeoPackages ──────────────────────────────────────────────────────────────


def geopackage(*more: str, srs: int = 5186, rows: int = 1, data_type: str = "features") -> bytes:
    """A GeoPackage of the hall, and further statements."""
    hall = spaces().name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.gpkg"
        db = sqlite3.connect(path)
        db.executescript(
            f"""
            PRAGMA application_id = {0x47504B47};
            PRAGMA user_version = 10300;
            CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT,
                organization_coordsys_id INTEGER, definition TEXT, description TEXT);
            INSERT INTO gpkg_spatial_ref_sys VALUES ('KGD2002', 5186, 'EPSG', 5186, 'undefined', NULL),
                ('undefined', -1, 'NONE', -1, 'undefined', NULL), ('undefined', 0, 'NONE', 0, 'undefined', NULL);
            CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT,
                last_change TEXT, min_x REAL, min_y REAL, max_x REAL, max_y REAL, srs_id INTEGER);
            CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT,
                srs_id INTEGER, z TINYINT, m TINYINT);
            CREATE TABLE "{hall}" (fid INTEGER PRIMARY KEY, geom BLOB, PRIMARYKEY TEXT, FLOOR TEXT, DIVISION TEXT,
                KIND TEXT, NAME TEXT, SKT TEXT);
            INSERT INTO gpkg_contents VALUES ('{hall}', '{data_type}', 'a', '',
                '2026-01-01T00:00:00Z', 0, 0, 1, 1, {srs});
            """
        )
        if data_type == "features":
            db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', 'POLYGON', ?, 0, 0)", (hall, srs))
        for number in range(1, rows + 1):
            shape = moved(box(0, 0, 20, 20), ORIGIN)
            blob = b"GP\0\1" + struct.pack("<i", srs) + shape.wkb
            cells = (number, blob, f"{hall}_{number:05}", "B01B01", "MV", "복도", "환승통로", "SKT001")
            db.execute(f'INSERT INTO "{hall}" VALUES (?, ?, ?, ?, ?, ?, ?, ?)', cells)
        for statement in more:
            db.execute(statement)
        db.commit()
        db.close()
        return path.read_bytes()


def listed(name: str) -> str:
    """The statement that lists a table or view."""
    cells = f"'{name}', 'features', '{name}', '', '2026-01-01T00:00:00Z', 0, 0, 1, 1, 5186"
    return f"INSERT INTO gpkg_contents VALUES ({cells})"
