"""JSON: GeoJSON of any program, and the records of Kobo's and Ona's interfaces. Numbers stay text.

Points are [lon, lat] in GeoJSON and [lat, lon] in Kobo's `_geolocation`. A `crs` member (GeoJSON of 2008) is honoured.
"""

from __future__ import annotations

import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.json_records import parse_json
from muui_maps.sources.refusal import refuse
from muui_maps.sources.sheets import MAX_COLUMNS, MAX_ROWS, Fault, text_fault
from muui_maps.survey.observations import Quarantined
from muui_maps.survey.readers.grid import POINT, Grid, Line, Opened, finding, held
from muui_maps.survey.readers.header import platform_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.crs import CoordinateSystem

_LISTS = ("results", "data", "value", "records", "DATA", "row")
"""Under which the interfaces put their records: Kobo `results`, Central's OData `value`."""
_LON_LAT = re.compile(r"(?:urn:ogc:def:crs:)?(?:OGC:+(?:1\.3:+)?CRS84|EPSG:+4326)", re.IGNORECASE)
_DEEPEST = 8
"""Objects in objects: a form's groups and repeats seldom go beyond three."""
_GEOMETRIES = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)


def open_json(file: str, text: str, encoding: str) -> Opened:
    """The tables of a JSON file.

    Raises
    ------
    InputRefusedError
        For bad JSON, a format that is not read (TopoJSON, GDAL's own), or one without records.
    """
    root = parse_json(file, text)
    kind = root.get("type") if isinstance(root, dict) else None
    if kind in {"Topology", "gdal_streamed_alg", "gdal_pipeline"}:
        message = Text(f"‘{kind}’은 읽지 않는 형식이에요", f"‘{kind}’ is not a format that is read")
        fix = Text("GeoJSON으로 다시 내보내 주세요.", "Export it again as GeoJSON.")
        code = "format_refused" if kind == "Topology" else "format_not_allowed"
        refuse(file, code, message, fix, value=str(kind))
    if kind == "FeatureCollection":
        return _features(file, encoding, root)
    if kind == "Feature":
        return _features(file, encoding, {**root, "features": [root]})
    if kind in _GEOMETRIES:
        message = Text("도형만 있고 답이 없어요", "it holds a geometry and no answers")
        fix = Text("속성이 있는 GeoJSON으로 내보내 주세요.", "Export GeoJSON with its properties.")
        refuse(file, "json_no_records", message, fix, value=str(kind))
    return _records(file, encoding, _list_of(file, root))


def _list_of(file: str, root: object) -> list[Any]:
    if isinstance(root, list):
        return root
    known = root if isinstance(root, dict) else {}
    found = next((known[key] for key in _LISTS if isinstance(known.get(key), list)), None)
    if found is None:
        message = Text("레코드의 목록이 없어요", "there is no list of records")
        fix = Text("Kobo·ODK의 JSON이나 GeoJSON을 주세요.", "Give the JSON of Kobo or ODK, or GeoJSON.")
        refuse(file, "json_no_records", message, fix)
    return list(found)


# ── features ─────────────────────────────────────────────────────────────────


def _features(file: str, encoding: str, root: Mapping[str, Any]) -> Opened:
    features = root.get("features")
    if not isinstance(features, list):
        message = Text("features가 목록이 아니에요", "its features are no list")
        refuse(file, "json_no_records", message)
    notes: list[Finding] = []
    system = _system(file, root.get("crs"), notes)
    flat: list[tuple[int, dict[str, str] | None]] = []
    for number, feature in enumerate(features, 1):
        cells = _feature_cells(feature)
        if cells is not None and isinstance(feature, dict):
            point, fault = _point(feature.get("geometry"), system)
            if fault is not None:
                notes.append(_bad_geometry(file, number, fault, feature.get("geometry")))
            if point and POINT not in cells:
                cells[POINT] = point
        flat.append((number, cells))
    grid = _grid(file, flat, [str(feature) for feature in features])
    platform = platform_of(grid.header)
    return Opened(file, f"{platform}_geojson" if platform else "geojson", encoding, (grid,), tuple(notes))


def _feature_cells(feature: object) -> dict[str, str] | None:
    if not isinstance(feature, dict):
        return None
    properties = feature.get("properties")
    if properties is not None and not isinstance(properties, dict):
        return None
    cells = _flat(properties or {})
    if (own := feature.get("id")) is not None and "id" not in cells:
        cells["id"] = str(own)
    return cells


def _system(file: str, member: object, notes: list[Finding]) -> CoordinateSystem | None:
    """The coordinate system that a file states; None for longitude and latitude."""
    if member is None:
        return None
    named = member.get("properties", {}).get("name") if isinstance(member, dict) else None
    if isinstance(named, str) and _LON_LAT.fullmatch(named):
        return None
    from muui_maps.crs import system_of_code

    code = re.fullmatch(r"(?:urn:ogc:def:crs:)?EPSG:+(?:[\d.]*:)?(\d{4,6})", str(named), re.IGNORECASE)
    system = system_of_code(code.group(1)) if code else None
    if system is None:
        message = Text(f"좌표계 ‘{named}’을 알 수 없어요", f"the coordinate system ‘{named}’ is not known")
        fix = Text("WGS84(EPSG:4326)로 다시 내보내 주세요.", "Export it again in WGS84 (EPSG:4326).")
        refuse(file, "crs_unreadable", message, fix, value=str(named)[:80])
    message = Text(f"좌표계 {system.name}에서 바꾸어 읽었어요", f"coordinates were read from {system.name}")
    notes.append(finding(file, "crs_honoured", Severity.INFO, message, value=system.name))
    return system


def _point(geometry: object, system: CoordinateSystem | None) -> tuple[str, Text | None]:
    """A point as `latitude longitude [altitude]`; empty for none, with what is wrong where something is."""
    if geometry is None:
        return "", None
    if not isinstance(geometry, dict) or geometry.get("type") not in _GEOMETRIES:
        return "", Text("도형이 아니에요", "no geometry")
    if geometry.get("type") != "Point":
        # A line or an outline is no place for one thing; its row counts without it.
        return "", None
    numbers = geometry.get("coordinates")
    if not isinstance(numbers, list) or len(numbers) < 2 or not all(_is_number(n) for n in numbers):  # noqa: PLR2004
        return "", Text("좌표가 두 수가 아니에요", "its coordinates are not two numbers")
    if system is not None:
        from muui_maps.crs import place

        found = place(system, float(numbers[0]), float(numbers[1]))
        return ("", Text("좌표를 바꿀 수 없어요", "can't be converted")) if found is None else (
            f"{found[0]:.7f} {found[1]:.7f}", None
        )  # fmt: skip
    return " ".join([numbers[1], numbers[0], *numbers[2:3]]), None


def _is_number(value: object) -> bool:
    # `parse_json` keeps numbers as text and has refused the infinite ones.
    return isinstance(value, str) and re.fullmatch(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", value) is not None


def _bad_geometry(file: str, number: int, fault: Text, geometry: object) -> Finding:
    fix = Text("좌표를 쓰지 않고 나머지를 받았어요.", "The point was not used; the rest of the row was.")
    return finding(
        file, "geometry_invalid", Severity.WARNING, fault, fix, row=number, field="geometry",
        value=_as_text(geometry),
    )  # fmt: skip


# ── records ──────────────────────────────────────────────────────────────────


def _records(file: str, encoding: str, records: Sequence[Any]) -> Opened:
    flat: list[tuple[int, dict[str, str] | None]] = []
    for number, record in enumerate(records, 1):
        cells = _flat(record) if isinstance(record, dict) else None
        if cells is not None and isinstance(record, dict) and POINT not in cells:
            point = record.get("_geolocation")
            if isinstance(point, list) and len(point) == 2 and all(_is_number(n) for n in point):  # noqa: PLR2004
                cells[POINT] = f"{point[0]} {point[1]}"
        flat.append((number, cells))
    grid = _grid(file, flat, [str(record) for record in records])
    platform = platform_of(grid.header)
    return Opened(file, f"{platform}_json" if platform else "json", encoding, (grid,))


def _flat(record: Mapping[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str]:
    """An object's answers under one level of names: `group/name`, `lifts[2]/name`; other lists as JSON text."""
    cells: dict[str, str] = {}
    for key, value in record.items():
        # Kobo writes `lifts/kind` inside of `lifts`: the path is said once.
        own = str(key).rpartition("/")[2] if prefix and str(key).startswith(_bare(prefix)) else str(key)
        name = f"{prefix}{own}"
        if value is None:
            continue
        if isinstance(value, dict) and depth < _DEEPEST:
            cells |= _flat(value, f"{name}/", depth + 1)
        elif _is_repeat(own, value) and depth < _DEEPEST:
            for n, each in enumerate(value, 1):
                cells |= _flat(each, f"{name}[{n}]/", depth + 1)
        elif isinstance(value, list | dict):
            cells[name] = _as_text(value)
        elif isinstance(value, bool):
            cells[name] = "true" if value else "false"
        else:
            cells[name] = str(value)
    return cells


def _is_repeat(key: str, value: object) -> bool:
    """Whether a list holds the rows of a repeat; `_attachments` and the like are a program's own."""
    return (
        isinstance(value, list)
        and bool(value)
        and not key.startswith("_")
        and all(isinstance(each, dict) for each in value)
    )


def _as_text(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "…"


def _bare(prefix: str) -> str:
    return re.sub(r"\[\d+\]", "", prefix)


def _grid(file: str, rows: Sequence[tuple[int, dict[str, str] | None]], said: Sequence[str]) -> Grid:
    if len(rows) > MAX_ROWS:
        refuse(file, "too_many_rows", Text(f"{MAX_ROWS}개를 넘어요", f"more than {MAX_ROWS} records"))
    header = tuple(dict.fromkeys(name for _, cells in rows if cells is not None for name in cells))
    if len(header) > MAX_COLUMNS:
        refuse(file, "too_many_columns", Text(f"열이 {len(header)}개예요", f"{len(header)} columns"))
    lines: list[Line] = []
    bad: list[Quarantined] = []
    for number, cells in rows:
        if cells is None:
            no_object = Fault("row_not_an_object", Text("객체({…})가 아니에요", "not an object ({…})"))
            bad.append(held(file, number, no_object, {"": said[number - 1][:200]}))
            continue
        if fault := next((found for name, cell in cells.items() if (found := text_fault(cell, name))), None):
            bad.append(held(file, number, fault, cells))
        else:
            lines.append(Line(number, MappingProxyType({name: cell for name, cell in cells.items() if cell})))
    return Grid(None, header, tuple(lines), tuple(bad))
