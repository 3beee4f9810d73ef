"""A station as official layers: what is written comes back, with the sidecar as the very same station."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import fiona
import pytest
from conftest import Run

import muui_maps as mm
from muui_maps.assemble.from_layers import station_from_layers
from muui_maps.errors import InputRefusedError, NoRouteError, UsageError
from muui_maps.exports_indoor import COLUMNS, WIDTHS, write_seoul_indoor
from muui_maps.model import Station, Text
from muui_maps.network.routes import find_route
from muui_maps.profiles import profile
from muui_maps.sources.archives import read_files
from muui_maps.sources.fragment import Fragment
from muui_maps.sources.indoor_keys import building_of, is_ours, level_key, ufid
from muui_maps.sources.seoul_indoor import read_indoor
from muui_maps.sources.sidecar import read_sidecar, sidecar_text

PILOTS = ("nowon", "konkuk-univ", "gasan-digital-complex", "daerim", "express-bus-terminal")


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Station, Path]]:
    """Each pilot with its archive, written once."""
    folder = tmp_path_factory.mktemp("layers")
    made: dict[str, tuple[Station, Path]] = {}

    def of(name: str) -> tuple[Station, Path]:
        if name not in made:
            station = mm.load(name).model
            write_seoul_indoor(station, folder / f"{name}.zip")
            made[name] = station, folder / f"{name}.zip"
        return made[name]

    return of


def read_back(archive: Path) -> tuple[Fragment, Station]:
    sidecar = read_sidecar(read_files(archive, also=("muui.csv",)).parts["muui.csv"].decode())
    fragment = read_indoor(archive, origin=sidecar.station.origin)
    return fragment, station_from_layers(fragment, sidecar)


Exported = Callable[[str], tuple[Station, Path]]


@pytest.mark.parametrize("name", PILOTS)
def test_with_the_sidecar_the_same_station_and_the_same_routes_come_back(name: str, exported: Exported) -> None:
    station, archive = exported(name)
    _, back = read_back(archive)
    assert back == station
    start, end = mm.load(name).transfers[0]
    try:
        ours = find_route(station, start, end, profile=profile("manual_wheelchair"), ignore_status=True)
    except NoRouteError:
        with pytest.raises(NoRouteError):
            find_route(back, start, end, profile=profile("manual_wheelchair"), ignore_status=True)
    else:
        assert find_route(back, start, end, profile=profile("manual_wheelchair"), ignore_status=True) == ours


@pytest.mark.parametrize("name", PILOTS)
def test_without_the_sidecar_levels_and_connectors_are_the_same(name: str, exported: Exported) -> None:
    station, archive = exported(name)
    fragment = read_indoor(archive, origin=station.origin)
    key = {each.id: level_key(station, each) for each in station.levels}
    points = {each.id: (building_of(each.id), each.level) for each in fragment.points}
    assert set(points.values()) == set(key.values())

    level = {each.id: key[each.level] for each in station.nodes}
    rides = {"stairs", "escalator", "elevator", "wheelchair_lift", "moving_walk", "ramp"}
    ours = Counter(
        (each.kind.value, level[each.start], level[each.end], each.oneway)
        for each in station.links
        if each.kind.value in rides
    )
    theirs = Counter(
        (each.kind, points[each.start], points[each.end], each.oneway) for each in fragment.lines if each.kind in rides
    )
    assert theirs == ours
    assert {each.code for each in fragment.findings} <= {"station_mixed", "direction_assumed"}


def test_the_archive_is_the_official_schema_in_cp949_and_the_same_bytes_each_time(
    exported: Exported, tmp_path: Path
) -> None:
    station, archive = exported("daerim")
    write_seoul_indoor(station, tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == archive.read_bytes()
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        assert {info.date_time[0] for info in opened.infolist()} == {1980}
        assert {opened.read(name) for name in names if name.endswith(".cpg")} == {b"CP949"}
        assert all(b"Korea" in opened.read(name) for name in names if name.endswith(".prj"))
        table = opened.read("L_MU02DAERIM00_F02F02_MV_LINE.dbf")
    assert tuple(table[1:4]) == (100, 1, 1)  # the first day of 2000
    fields = [table[32 + 32 * n : 64 + 32 * n] for n in range(len(COLUMNS["LINE"]))]
    assert {raw[:11].rstrip(b"\0").decode(): raw[16] for raw in fields} == {
        name: WIDTHS[name] for name in COLUMNS["LINE"]
    }


def test_a_line_of_its_own_is_a_building_of_its_own() -> None:
    station = mm.load("express-bus-terminal").model
    assert [ufid(station, line) for line in ("3", "9", None)] == ["MU03EXPRESSB", "MU09EXPRESSB", "MU00EXPRESSB"]
    assert all(is_ours(ufid(station, line)) for line in ("3", "9", None))
    assert not is_ours("B00100000001AULW1")


def test_a_text_too_long_for_its_column_is_an_error_and_nothing_is_written(tmp_path: Path) -> None:
    station = mm.load("daerim").model
    long = replace(station.nodes[0], name=Text("가" * 26, "a"))
    with pytest.raises(InputRefusedError) as refusal:
        write_seoul_indoor(replace(station, nodes=(long, *station.nodes[1:])), tmp_path / "x.zip")
    (finding,) = refusal.value.findings
    assert (finding.code, finding.field, finding.value) == ("text_too_long", "NAME", "가" * 26)
    assert "52 > 50" in finding.message.en
    strange = replace(station.nodes[0], name=Text("역🚇", "a"))
    with pytest.raises(InputRefusedError, match="no letter 🚇"):
        write_seoul_indoor(replace(station, nodes=(strange, *station.nodes[1:])), tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []


def test_another_ending_or_a_station_nobody_can_place_is_refused(tmp_path: Path) -> None:
    station = mm.load("daerim").model
    with pytest.raises(UsageError):
        write_seoul_indoor(station, tmp_path / "x.shp")
    with pytest.raises(UsageError):
        write_seoul_indoor(replace(station, origin=None), tmp_path / "x.zip")


# ── the loop through an editor ───────────────────────────────────────────────

Rows = list[dict[str, Any]]


def edited(archive: Path, folder: Path, layer: str, change: Callable[[Rows], Rows]) -> Path:
    """The archive unpacked with one layer changed and saved, as an editor does."""
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    file = folder / f"{layer}.shp"
    with fiona.open(file, encoding="cp949") as opened:
        schema, crs = opened.schema, opened.crs
        rows = [{"geometry": dict(each.geometry), "properties": dict(each.properties)} for each in opened]
    with fiona.open(file, "w", driver="ESRI Shapefile", schema=schema, crs=crs, encoding="cp949") as out:
        out.writerecords(change(rows))
    return folder


def codes(station: Station, back: Station) -> Counter[str]:
    return Counter(each.code for each in back.findings[len(station.findings) :])


def test_a_point_moved_in_an_editor_is_a_place_found_and_told(exported: Exported, tmp_path: Path) -> None:
    station, archive = exported("nowon")
    node = next(each for each in station.nodes if each.x_m is None and each.level == "4:2F")

    def move(rows: Rows) -> Rows:
        for row in rows:
            if row["properties"]["PRIMARYKEY"].endswith("_00001"):
                x, y = row["geometry"]["coordinates"]
                row["geometry"]["coordinates"] = (x + 10, y)
        return rows

    folder = edited(archive, tmp_path / "layers", "L_MU04NOWON000_F02F02_MV_POINT", move)
    _, back = read_back(folder)
    moved = next(each for each in back.nodes if each.id == node.id)
    assert moved.x_m is not None
    assert moved.evidence[0].record.startswith("drawn in layers:")
    assert codes(station, back)["layer_point_moved"] == 1
    same = [each for each in back.nodes if each.id != node.id]
    assert same == [each for each in station.nodes if each.id != node.id]


def test_a_deleted_point_takes_its_ways_with_it_and_that_is_told(exported: Exported, tmp_path: Path) -> None:
    station, archive = exported("nowon")
    gone = next(each for each in station.nodes if each.level == "4:2F")
    folder = edited(archive, tmp_path / "layers", "L_MU04NOWON000_F02F02_MV_POINT", lambda rows: rows[1:])
    _, back = read_back(folder)
    assert gone.id not in {each.id for each in back.nodes}
    assert all(gone.id not in (each.start, each.end) for each in back.links)
    assert codes(station, back)["layer_line_gone"] > 0


def test_a_point_and_a_way_drawn_anew_join_the_station(exported: Exported, tmp_path: Path) -> None:
    station, archive = exported("nowon")
    layer = "L_MU04NOWON000_F02F02_MV_POINT"
    old = next(each for each in station.nodes if each.level == "4:2F")

    def add_point(rows: Rows) -> Rows:
        x, y = rows[0]["geometry"]["coordinates"]
        new = {**rows[0]["properties"], "PRIMARYKEY": f"{layer}_00900", "SERIAL": "00900", "NAME": "새 승강구"}
        return [*rows, {"geometry": {"type": "Point", "coordinates": (x, y + 3)}, "properties": new}]

    def add_line(rows: Rows) -> Rows:
        new = {**rows[0]["properties"], "PRIMARYKEY": "L_MU04NOWON000_F02F02_MV_LINE_00900", "SERIAL": "00900"}
        new |= {"FPOINT": f"{layer}_00001", "SPOINT": f"{layer}_00900", "KIND": "보행로", "DIR": "DIR003", "NAME": ""}
        with fiona.open(tmp_path / "layers" / f"{layer}.shp", encoding="cp949") as points:
            at = {each.properties["PRIMARYKEY"]: each.geometry["coordinates"] for each in points}
        line = [at[new["FPOINT"]], at[new["SPOINT"]]]
        return [*rows, {"geometry": {"type": "LineString", "coordinates": line}, "properties": new}]

    edited(archive, tmp_path / "layers", layer, add_point)
    changed = tmp_path / "layers" / "L_MU04NOWON000_F02F02_MV_LINE.shp"
    with fiona.open(changed, encoding="cp949") as opened:
        schema, crs = opened.schema, opened.crs
        rows = [{"geometry": dict(each.geometry), "properties": dict(each.properties)} for each in opened]
    with fiona.open(changed, "w", driver="ESRI Shapefile", schema=schema, crs=crs, encoding="cp949") as out:
        out.writerecords(add_line(rows))
    _, back = read_back(tmp_path / "layers")
    new = next(each for each in back.nodes if each.name.ko == "새 승강구")
    way = next(each for each in back.links if new.id in (each.start, each.end))
    assert (way.start, way.kind.value) == (old.id, "walkway")
    assert way.length_m == pytest.approx(3, abs=0.1)
    assert new.place == old.place
    assert codes(station, back) == Counter({"layer_point_new": 1, "layer_line_new": 1})


def test_facts_newer_than_the_export_stay_when_its_layers_come_back(exported: Exported) -> None:
    station, archive = exported("daerim")
    today = replace(station, units=tuple(replace(each, status_as_of="2026-11-01") for each in station.units))
    sidecar = read_sidecar(read_files(archive, also=("muui.csv",)).parts["muui.csv"].decode())
    fragment = read_indoor(archive, origin=station.origin)
    assert station_from_layers(fragment, sidecar, base=today) == today


# ── the sidecar ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("row", "field", "said"),
    [
        ("dragon,x,,name,y", "noun", "no such noun"),
        ("node,x,,colour,red", "colour", "no such field"),
        ("node,x,,kind,dragon", "kind", "must be one of train"),
        ("link,x,,length_m,long", "length_m", "can't be read"),
        ("link,x,,length_m,true", "length_m", "can't be read"),
        ("node,x", None, "has 5 cells"),
    ],
)
def test_a_broken_row_of_the_sidecar_is_refused_with_its_place(row: str, field: str | None, said: str) -> None:
    with pytest.raises(InputRefusedError, match=said) as refusal:
        read_sidecar(f"noun,id,key,field,value\r\n{row}\r\n")
    (finding,) = refusal.value.findings
    assert (finding.file, finding.row, finding.field) == ("muui.csv", 2, field)


def test_the_sidecar_of_a_spreadsheet_is_read_too() -> None:
    station = mm.load("daerim").model
    text = "\ufeff" + sidecar_text(station, {}, {}).replace("\r\n", "\n")
    assert read_sidecar(text).station == station


def test_the_command_writes_and_says_what_a_mapmaker_should_know(tmp_path: Path, run: Run) -> None:
    done = run("export", "노원", "--format", "seoul-indoor", "--out", str(tmp_path / "n.zip"), "--lang", "ko")
    assert done.code == 0
    assert "제자리로 옮겨 주세요" in done.out
    assert "7:BM1" in done.out
    names = zipfile.ZipFile(io.BytesIO((tmp_path / "n.zip").read_bytes())).namelist()
    assert "muui.csv" in names
