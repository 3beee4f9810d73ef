"""Tables as open data for others: CSV with a data dictionary, a GeoPackage, GeoJSON, and a Frictionless data package.

FOLDER/<table>.csv          UTF-8, a heading, empty where unknown
FOLDER/datapackage.json     every table and column described, with sources and licences (Data Package, version 1)
FOLDER/DICTIONARY.md        the same for people, in both languages
FOLDER/barriers.gpkg        all tables as layers; stations have points
FOLDER/stations.geojson     the stations
"""

from __future__ import annotations

import csv
import json
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muui_maps.insight.open_table import table_csv
from muui_maps.tables import write_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from muui_maps.insight.open_table import OpenTable

CRS = "EPSG:4326"
PLACE = ("lon", "lat")
"""Columns of a table that has points."""
_GPKG_KINDS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}
UNDATED = "1980-01-01"
"""GeoPackages carry the date of their last change: this one where the data have none. Never the clock's."""


def write_package(
    folder: Path, tables: Sequence[OpenTable], *, datasets: Sequence[Mapping[str, str]], as_of: str | None
) -> tuple[Path, ...]:
    """Write the tables and everything that describes them, all or none; the files of the package."""
    files = {folder / name: content for name, content in package_files(tables, datasets=datasets, as_of=as_of).items()}
    write_files(files)
    return tuple(files)


def package_files(
    tables: Sequence[OpenTable], *, datasets: Sequence[Mapping[str, str]], as_of: str | None
) -> dict[str, bytes]:
    """The package: name of a file → its content.

    Parameters
    ----------
    datasets
        Rows of `data/datasets.csv`: what the tables were made from.
    as_of
        Date of the newest dataset, ISO.
    """
    files = {f"{each.name}.csv": table_csv(each).encode() for each in tables}
    files["stations.geojson"] = _json(_geojson(next(each for each in tables if _has_points(each))))
    files["datapackage.json"] = _json(_descriptor(tables, datasets, as_of))
    files["DICTIONARY.md"] = _dictionary(tables, datasets).encode()
    files["barriers.gpkg"] = _geopackage(tables, as_of)
    return files


def read_datasets(data: Path) -> tuple[dict[str, str], ...]:
    """The rows of `data/datasets.csv`."""
    with (data / "datasets.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


# ── describing ───────────────────────────────────────────────────────────────


def _descriptor(
    tables: Sequence[OpenTable], datasets: Sequence[Mapping[str, str]], as_of: str | None
) -> dict[str, Any]:
    return {
        "profile": "tabular-data-package",
        "name": "muui-maps-barriers",
        "title": "Barriers at transfer stations · 환승역의 장벽",
        "description": "Computed by muui_maps from the sources below; an empty cell is unknown, never zero. "
        "아래 출처로 계산했어요. 빈칸은 모른다는 뜻이고 0이 아니에요.",
        "version": as_of or "unknown",
        "licenses": [
            {"name": "MIT", "title": "MIT License, for what is computed here; the facts keep their sources' terms"}
        ],
        "sources": [
            {
                "title": f"{each['publisher']}, {each['title']} ({each['name_en']})",
                "path": each["where_published"],
                "licence_as_stated": each["licence"],
                "as_of": each["as_of"],
                "id": each["id"],
            }
            for each in datasets
        ],
        "resources": [_resource(each) for each in tables],
    }


def _resource(table: OpenTable) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-"),
        "path": f"{table.name}.csv",
        "title": f"{table.title.en} · {table.title.ko}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [
                {
                    "name": each.name,
                    "type": each.kind,
                    "title": each.about.ko,
                    "description": each.about.en,
                    **({"unit": each.unit} if each.unit else {}),
                    **({"constraints": {"required": True}} if each.name in table.key else {}),
                }
                for each in table.columns
            ],
            "primaryKey": list(table.key),
            "missingValues": [""],
        },
    }


def _dictionary(tables: Sequence[OpenTable], datasets: Sequence[Mapping[str, str]]) -> str:
    lines = [
        "# Data dictionary · 자료 설명",
        "",
        "An empty cell is unknown, never zero. Each transfer counts once for each direction.",
        "빈칸은 모른다는 뜻이고 0이 아니에요. 환승은 방향마다 하나로 세요.",
    ]
    for table in tables:
        lines += ["", f"## {table.name}.csv: {table.title.en} · {table.title.ko}", ""]
        lines += ["| column | type | unit | English | 한국어 |", "|---|---|---|---|---|"]
        lines += [
            f"| `{each.name}` | {each.kind} | {each.unit or ''} | {_escaped(each.about.en)} | "
            f"{_escaped(each.about.ko)} |"
            for each in table.columns
        ]
    lines += [
        "",
        "## Sources · 출처",
        "",
        "| id | publisher | dataset | licence as stated | as of |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {each['id']} | {each['publisher']} | {each['title']} · {each['name_en']} | {each['licence']} | "
        f"{each['as_of']} |"
        for each in datasets
    ]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


# ── places ───────────────────────────────────────────────────────────────────


def _has_points(table: OpenTable) -> bool:
    return {each.name for each in table.columns} >= set(PLACE)


def _geojson(table: OpenTable) -> dict[str, Any]:
    """The table's rows as features, longitude first; geometry null where the place is unknown."""
    features = []
    for row in table.records():
        at = [row[name] for name in PLACE]
        features.append(
            {
                "type": "Feature",
                "id": row[table.key[0]],
                "geometry": None if None in at else {"type": "Point", "coordinates": at},
                "properties": {name: value for name, value in row.items() if name not in PLACE},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _geopackage(tables: Sequence[OpenTable], as_of: str | None) -> bytes:
    import fiona

    with tempfile.TemporaryDirectory() as folder, _dated(as_of or UNDATED):
        draft = Path(folder) / "barriers.gpkg"
        for table in tables:
            shape = "Point" if _has_points(table) else "None"
            schema = {"geometry": shape, "properties": {each.name: _GPKG_KINDS[each.kind] for each in table.columns}}
            with fiona.open(draft, "w", driver="GPKG", layer=table.name, schema=schema, crs=CRS) as out:
                out.writerecords(
                    {"geometry": _point(row) if shape == "Point" else None, "properties": dict(row)}
                    for row in table.records()
                )
        return draft.read_bytes()


def _point(row: Mapping[str, Any]) -> dict[str, Any] | None:
    at = tuple(row[name] for name in PLACE)
    return None if None in at else {"type": "Point", "coordinates": at}


@contextmanager
def _dated(date: str) -> Iterator[None]:
    """GDAL writes this date instead of the clock's."""
    before = os.environ.get("OGR_CURRENT_DATE")
    os.environ["OGR_CURRENT_DATE"] = f"{date}T00:00:00.000Z"
    try:
        yield
    finally:
        if before is None:
            del os.environ["OGR_CURRENT_DATE"]
        else:
            os.environ["OGR_CURRENT_DATE"] = before
