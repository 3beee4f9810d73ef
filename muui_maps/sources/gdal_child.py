"""The child process that reads foreign files with GDAL, and nothing else of this package.

Run as a script (`gdal_worker` starts it), so that it imports nothing of ours. It is told a private folder and the names
of copies in it, and answers with plain bytes: never a pickle, which the other side would have to trust. Its GDAL knows
the drivers of shapefiles and GeoPackages alone, and each request is served by a fork of its own where the system can
fork: one file's doings end with it.

Requests are lines of JSON; an answer is the length of its head (8 bytes), a head in JSON, and the geometries as WKB.
"""

# No `from __future__` matters here, but the rest of the package has it and so has this.
from __future__ import annotations

import json
import os
import re
import sqlite3
import sys
import warnings

ALLOWED = {"ESRI Shapefile", "GPKG", "MEM", "Memory"}
_NAME = re.compile(r"\d{4}\.(?:shp|gpkg)")
_LENGTHS = "<i4"
_NO_MORE = 5


def main() -> int:
    """Serve requests until the input ends."""
    # pyogrio looks for these at import; they would triple the time to start, and nothing of them is used here.
    for name in ("geopandas", "pandas", "pyarrow", "pyproj", "shapely"):
        sys.modules[name] = None  # type: ignore[assignment]
    import pyogrio

    drivers = sorted(set(pyogrio.list_drivers()) - ALLOWED)
    _say({"refused_drivers": drivers})
    if drivers:
        return 3
    if not hasattr(os, "fork"):
        for line in sys.stdin:
            _answer(json.loads(line))
        return 0
    while True:
        # Forked before the request comes, so that the request need not wait for it.
        child = os.fork()
        if child == 0:
            os._exit(_serve())
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status != 0:
            return 0 if status == _NO_MORE else 4


def _serve() -> int:
    """Serve one request."""
    try:
        line = sys.stdin.readline()
        if not line:
            return _NO_MORE
        request = json.loads(line)
        _limit(request)
        _answer(request)
    except BaseException:  # noqa: BLE001 - this process ends here, whatever it was
        return 1
    return 0


def _limit(request: dict) -> None:  # type: ignore[type-arg]
    """No file may be written, memory and time are bounded."""
    import resource

    for kind, most in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, int(request["seconds"]) + 1),
        (resource.RLIMIT_AS, int(request["memory_bytes"])),
    ):
        hard = resource.getrlimit(kind)[1]
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (wanted, wanted))
        except (OSError, ValueError):  # macOS refuses a bound on memory
            continue


def _answer(request: dict) -> None:  # type: ignore[type-arg]
    layers: list[dict] = []  # type: ignore[type-arg]
    blobs: list[bytes] = []
    for name in request["files"]:
        if not _NAME.fullmatch(name):
            layers.append({"error": "no such name"})
            continue
        path = os.path.join(request["folder"], name)  # noqa: PTH118 - strings are all that is needed
        try:
            found = _geopackage(path) if name.endswith(".gpkg") else [_shapes(path)]
        except Exception as error:  # noqa: BLE001 - whatever a foreign file does to the library is its refusal
            found = [({"error": f"{type(error).__name__}: {error}".replace(path, name)}, b"")]
        for head, blob in found:
            layers.append({"file": name, **head, "bytes": len(blob)})
            blobs.append(blob)
    _say({"token": request["token"], "layers": layers}, *blobs)


def _say(head: dict, *blobs: bytes) -> None:  # type: ignore[type-arg]
    packed = json.dumps(head, ensure_ascii=False).encode()
    out = sys.stdout.buffer
    out.write(len(packed).to_bytes(8, "little"))
    out.write(packed)
    out.writelines(blobs)
    out.flush()


def _shapes(path: str) -> tuple[dict, bytes]:  # type: ignore[type-arg]
    return _read(path, layer=None, columns=[])


def _read(path: str, *, layer: str | None, columns: list[str] | None, **options: str) -> tuple[dict, bytes]:  # type: ignore[type-arg]
    """A layer's geometries as lengths (-1 for none) and WKB, and its cells as text."""
    import numpy as np
    from pyogrio.raw import read

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        meta, fids, geometries, fields = read(
            path,
            layer=layer,
            columns=columns,
            force_2d=True,
            return_fids=columns is None,
            datetime_as_string=True,
            **options,
        )
    count = len(geometries) if geometries is not None else len(fids) if fids is not None else 0
    if geometries is None:
        geometries = [None] * count
    lengths = np.array([-1 if one is None else len(one) for one in geometries], _LENGTHS)
    head: dict[str, object] = {
        "rows": count,
        "kind": meta.get("geometry_type"),
        "warnings": sorted({str(one.message).replace(path, "") for one in said}),
    }
    if columns is None:
        head["numbers"] = [int(fid) for fid in fids]
        head["columns"] = {
            str(name): [_text(value) for value in values.tolist()]
            for name, values in zip(meta["fields"], fields, strict=True)
        }
    return head, lengths.tobytes() + b"".join(one for one in geometries if one is not None)


def _text(value: object) -> str | None:
    if value is None or value != value or isinstance(value, bytes):  # noqa: PLR0124 - NaN is not itself
        return None
    return str(value)


# ── GeoPackages ──────────────────────────────────────────────────────────────


def _geopackage(path: str) -> list[tuple[dict, bytes]]:  # type: ignore[type-arg]
    """The tables that hold features; views and virtual tables are refused before GDAL opens the file."""
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as db:
        for pragma in ("trusted_schema=OFF", "query_only=ON", "cell_size_check=ON"):
            db.execute(f"PRAGMA {pragma}")
        faults, tables = _judge(db)
    db.close()
    if faults:
        return [({"faults": faults}, b"")]
    found = []
    for name, data_type, crs in tables:
        if data_type == "features":
            head, blob = _read(path, layer=name, columns=None, IMMUTABLE="YES", LIST_ALL_TABLES="NO")
            found.append(({"name": name, "crs": crs, **head}, blob))
        else:
            found.append(({"name": name, "crs": None, "rows": 0, "attributes": True}, b""))
    return found


def _judge(db: sqlite3.Connection) -> tuple[list[dict], list[tuple[str, str, str | None]]]:  # type: ignore[type-arg]
    """What is wrong with a GeoPackage, and what it lists: name, type and coordinate system of each table."""
    kinds = {name: (kind, sql or "") for kind, name, sql in db.execute("SELECT type, name, sql FROM sqlite_master")}
    faults = [
        {"code": "gpkg_table_refused", "table": name, "module": module}
        for name, (kind, sql) in sorted(kinds.items())
        if kind == "table" and (module := _module(sql)) not in (None, "rtree")
    ]
    tables = []
    listed = "SELECT table_name, data_type, srs_id FROM gpkg_contents ORDER BY table_name"
    for name, data_type, srs_id in db.execute(listed).fetchall():
        kind = kinds.get(name, ("missing", ""))[0]
        if kind == "view":
            faults.append({"code": "gpkg_view_refused", "table": name})
        elif kind == "table" and data_type in ("features", "attributes"):
            tables.append((name, data_type, _crs(db, srs_id)))
    return faults, tables


def _module(sql: str) -> str | None:
    """The module of a virtual table, None for an ordinary one."""
    match = re.match(r"\s*CREATE\s+VIRTUAL\s+TABLE\b.*?\bUSING\s+[\"'`\[]?(\w+)", sql, re.IGNORECASE | re.DOTALL)
    if match:
        return match.group(1).casefold()
    return "?" if re.match(r"\s*CREATE\s+VIRTUAL\b", sql, re.IGNORECASE) else None


def _crs(db: sqlite3.Connection, srs_id: int | None) -> str | None:
    """`EPSG:5186`, or the definition where no authority is named; None where it is stated to be undefined."""
    if srs_id in (None, 0, -1):
        return None
    found = db.execute(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        (srs_id,),
    ).fetchone()
    if found is None:
        return None
    organization, code, definition = found
    return f"EPSG:{code}" if str(organization).upper() == "EPSG" else definition


if __name__ == "__main__":
    sys.exit(main())
