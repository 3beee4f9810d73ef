"""A station for other programs: GeoDataFrames in WGS84, and a GeoPackage written with fiona.

A place whose position is unknown has no geometry; it is exported all the same, because its other facts are known.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muui_maps.errors import UsageError
from muui_maps.files import write_whole
from muui_maps.geo import to_wgs84
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

    from muui_maps.model import Evidence, Station

CRS = "EPSG:4326"

Row = dict[str, Any]

SPACES = {"id": "str", "place": "str", "level": "str", "kind": "str", "line": "str", "paid_area": "bool"}
SPACES |= {"name_ko": "str", "name_en": "str", "method": "str", "dataset": "str"}
NODES = {"id": "str", "place": "str", "level": "str", "kind": "str", "name_ko": "str", "name_en": "str"}
NODES |= {"error_m": "float", "method": "str", "dataset": "str"}
LINKS = {"id": "str", "start": "str", "end": "str", "kind": "str", "unit": "str", "length_m": "float"}
LINKS |= {"rise_m": "float", "oneway": "bool", "staff_call": "bool", "status": "str", "method": "str", "dataset": "str"}
UNITS = {"id": "str", "kind": "str", "line": "str", "number": "str", "name_ko": "str", "name_en": "str"}
UNITS |= {"levels": "str", "rise_m": "float", "exit": "str", "status": "str", "status_as_of": "str"}
UNITS |= {"width_mm": "int", "in_register": "bool"}
LEVELS = {"id": "str", "line": "str", "label": "str", "aliases": "str", "elevation_m": "float"}


def _first(evidence: Sequence[Evidence]) -> Row:
    """The first witness, as two columns; a table has no room for all."""
    return {
        "method": evidence[0].method.value if evidence else None,
        "dataset": evidence[0].dataset if evidence else None,
    }


class _Places:
    """Where things of one station are, as shapely geometries in WGS84 (longitude first)."""

    def __init__(self, station: Station) -> None:
        self.origin = station.origin
        self.nodes = {each.id: each for each in station.nodes}

    def point(self, node_id: str) -> tuple[float, float] | None:
        node = self.nodes[node_id]
        if self.origin is None or node.x_m is None or node.y_m is None:
            return None
        return self._degrees(node.x_m, node.y_m)

    def outline(self, points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        return [self._degrees(x, y) for x, y in points]

    def _degrees(self, x_m: float, y_m: float) -> tuple[float, float]:
        assert self.origin is not None  # noqa: S101 - both callers have asked
        lat, lon = to_wgs84(x_m, y_m, origin=self.origin)
        # seven decimals are a centimetre: more would claim what no source knows
        return round(lon, 7), round(lat, 7)


# ── rows ─────────────────────────────────────────────────────────────────────


def _space_rows(station: Station) -> list[tuple[Row, BaseGeometry | None]]:
    from shapely import Polygon

    where = _Places(station)
    places = {each.id: each for each in station.places}
    rows: list[tuple[Row, BaseGeometry | None]] = []
    for space in station.spaces:
        place = places[space.place]
        known = space.outline is not None and station.origin is not None
        shape = Polygon(where.outline(space.outline or ())) if known else None
        row: Row = {
            "id": space.id,
            "place": space.place,
            "level": space.level,
            "kind": place.kind.value,
            "line": place.line,
        }
        row |= {"paid_area": place.paid_area, "name_ko": place.name.ko, "name_en": place.name.en}
        rows.append((row | _first([space.evidence]), shape))
    return rows


def _node_rows(station: Station) -> list[tuple[Row, BaseGeometry | None]]:
    from shapely import Point

    where = _Places(station)
    rows: list[tuple[Row, BaseGeometry | None]] = []
    for node in station.nodes:
        at = where.point(node.id)
        row: Row = {"id": node.id, "place": node.place, "level": node.level, "kind": node.kind.value}
        row |= {"name_ko": node.name.ko, "name_en": node.name.en, "error_m": node.error_m}
        rows.append((row | _first(node.evidence), None if at is None else Point(at)))
    return rows


def _link_rows(station: Station) -> list[tuple[Row, BaseGeometry | None]]:
    from shapely import LineString

    where = _Places(station)
    rows: list[tuple[Row, BaseGeometry | None]] = []
    for link in station.links:
        start, end = where.point(link.start), where.point(link.end)
        row: Row = {"id": link.id, "start": link.start, "end": link.end, "kind": link.kind.value, "unit": link.unit}
        row |= {"length_m": link.length_m, "rise_m": link.rise_m, "oneway": link.oneway}
        row |= {"staff_call": link.staff_call, "status": link.status.value}
        evidence = _first(link.evidence.get("link", ()))
        rows.append((row | evidence, None if start is None or end is None else LineString([start, end])))
    return rows


def _unit_rows(station: Station) -> list[tuple[Row, None]]:
    return [
        (
            {"id": each.id, "kind": each.kind.value, "line": each.line, "number": each.number}
            | {"name_ko": each.name.ko, "name_en": each.name.en, "levels": "|".join(each.levels)}
            | {"rise_m": each.rise_m, "exit": each.exit, "status": each.status.value}
            | {"status_as_of": each.status_as_of, "width_mm": each.width_mm, "in_register": each.in_register},
            None,
        )
        for each in station.units
    ]


def _level_rows(station: Station) -> list[tuple[Row, None]]:
    return [
        (
            {"id": each.id, "line": each.line, "label": each.label}
            | {"aliases": "|".join(each.aliases), "elevation_m": each.elevation_m},
            None,
        )
        for each in station.levels
    ]


# ── frames ───────────────────────────────────────────────────────────────────


def spaces_gdf(station: Station) -> gpd.GeoDataFrame:
    """Outlines of platforms, concourses and passages; one row each."""
    return _frame(_space_rows(station), SPACES)


def nodes_gdf(station: Station) -> gpd.GeoDataFrame:
    """Landings, gates, exits and trains; one row each."""
    return _frame(_node_rows(station), NODES)


def links_gdf(station: Station) -> gpd.GeoDataFrame:
    """Ways between two nodes, as straight lines; one row each."""
    return _frame(_link_rows(station), LINKS)


def _frame(rows: Sequence[tuple[Row, BaseGeometry | None]], columns: Mapping[str, str]) -> gpd.GeoDataFrame:
    import geopandas as gpd

    content = {name: [row[name] for row, _ in rows] for name in columns}
    return gpd.GeoDataFrame(content, geometry=[shape for _, shape in rows], crs=CRS)


# ── GeoPackage ───────────────────────────────────────────────────────────────

_LAYERS: Mapping[str, tuple[Callable[[Station], Any], Mapping[str, str], str]] = {
    "spaces": (_space_rows, SPACES, "Polygon"),
    "nodes": (_node_rows, NODES, "Point"),
    "links": (_link_rows, LINKS, "LineString"),
    "units": (_unit_rows, UNITS, "None"),
    "levels": (_level_rows, LEVELS, "None"),
}


def write_geopackage(station: Station, file: Path) -> dict[str, int]:
    """Write the station as a GeoPackage with the layers spaces, nodes, links, units and levels.

    Returns
    -------
    dict
        Rows written, by layer.

    Raises
    ------
    UsageError
        If `file` does not end in `.gpkg`, or is a folder.
    """
    import fiona
    from shapely.geometry import mapping

    if file.suffix.lower() != ".gpkg" or file.is_dir():
        raise UsageError(
            Text(f"파일 이름이 .gpkg로 끝나야 해요: {file}", f"the file's name must end in .gpkg: {file}"),
        )
    counts = {}
    with tempfile.TemporaryDirectory(prefix="muui-") as folder:
        draft = Path(folder) / "station.gpkg"
        for layer, (rows_of, columns, shape) in _LAYERS.items():
            schema = {"geometry": shape, "properties": dict(columns)}
            rows = rows_of(station)
            with fiona.open(draft, "w", driver="GPKG", layer=layer, schema=schema, crs=CRS) as out:
                out.writerecords(
                    {"geometry": None if at is None else mapping(at), "properties": row} for row, at in rows
                )
            counts[layer] = len(rows)
        # The old file stays until the new one is whole.
        write_whole(file, draft.read_bytes())
    return counts
