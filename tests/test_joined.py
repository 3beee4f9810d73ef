"""Layers and registers as one station: real places and metres under official units, and what they disagree on."""

from __future__ import annotations

import itertools
import math
import shutil
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import layer_builder as build
import pytest
from conftest import Run, write_station
from drawn_delivery import LIFTS, nowon_line_7
from shapely import LineString, Point, box
from shared import REPOSITORY

import muui_maps as mm
from muui_maps.errors import InputRefusedError
from muui_maps.exports_indoor import write_seoul_indoor
from muui_maps.maps.plan import plan_scene, underlay
from muui_maps.maps.scene import Polyline, Words
from muui_maps.model import (
    Evidence,
    Level,
    Link,
    LinkKind,
    Method,
    Node,
    NodeKind,
    Place,
    PlaceKind,
    Platform,
    Space,
    Station,
    StationName,
    Text,
    Unit,
    UnitKind,
)
from muui_maps.network.joined import join_indoor
from muui_maps.sources.fragment import Area, Facility, Fragment, FragmentLevel, NetLine, NetPoint

#   B1, the layers                                 B2
#   10 ┌───────────────────────────────┐       10 ┌───────────────────────────────┐
#      │ hall            wall          │          │            platform           │
#      │           ▄▄▄▄▄▄▄▄▄▄▄▄        │          │                               │
#      │ [1]                       [2] │          │ [1]                       [2] │
#    0 └───────────────────────────────┘        0 └───────────────────────────────┘
#      0                              30          [1], [2] lifts, named 1 and 2

B1, B2 = "7:B1", "7:B2"
OFFICIAL = Evidence("seoulmetro-lift-status", "1", "2025-10-01", Method.OFFICIAL)
SURVEYED = Evidence("survey:run", "2", "2016", Method.SURVEYED)


def landing(unit: str, level: str) -> Node:
    place = "7:concourse" if level == B1 else "7:platform"
    return Node(f"{unit}@{level[2:]}", place, level, NodeKind.LANDING, Text(unit, unit), evidence=(OFFICIAL,))


def lift(number: str, levels: tuple[str, ...] = (B2, B1)) -> Unit:
    return Unit(f"7:EV:{number}", UnitKind.ELEVATOR, "7", number, Text(number, number), levels)


STATION = Station(
    id="drawn",
    name=StationName("그린역", "Drawn"),
    lines=("7",),
    directions=(),
    levels=(Level(B1, "7", "B1"), Level(B2, "7", "B2")),
    places=(
        Place("7:concourse", PlaceKind.CONCOURSE, B1, "7", Text("대합실", "concourse"), paid_area=True),
        Place("7:platform", PlaceKind.PLATFORM, B2, "7", Text("승강장", "platform"), paid_area=True),
    ),
    nodes=(
        landing("7:EV:1", B1),
        landing("7:EV:1", B2),
        landing("7:EV:2", B1),
        landing("7:EV:2", B2),
        Node("train:7:중계", "7:platform", B2, NodeKind.TRAIN, Text("중계", "Junggye")),
    ),
    links=(
        Link("hall", "7:EV:1@B1", "7:EV:2@B1", LinkKind.WALKWAY),
        Link("up", "7:EV:1@B2", "7:EV:1@B1", LinkKind.ELEVATOR, unit="7:EV:1", length_m=0.0),
        Link("to train", "7:EV:1@B2", "train:7:중계", LinkKind.WALKWAY),
    ),
    units=(lift("1"), lift("2")),
    platforms=(Platform("7:platform", "train:7:중계", "7", "중계", B2, 8, None, None),),
    spaces=(Space("space:7:platform", "7:platform", B2, None, OFFICIAL),),
    origin=(37.65, 127.06),
)


def stop(number: int, level: str, x: float) -> Facility:
    name = f"엘리베이터 {number}호기"
    return Facility(
        f"L_X_{level}_FC_{number}", level, "elevator", Point(x, 1), name, "MV04", f"L_X_{level}_FC#{number}"
    )


LAYERS = Fragment(
    source="layers",
    crs="EPSG:5186",
    levels=(FragmentLevel("B2", "B02", -2), FragmentLevel("B1", "B01", -1)),
    areas=(
        Area("hall", "B1", "walkable", "CV", None, box(0, 0, 30, 10), None, "L_X_B1_RM#1", "대합실"),
        Area("platform", "B2", "walkable", "TP", None, box(0, 0, 30, 10), None, "L_X_B2_RM#1", "기차승강장"),
    ),
    facilities=(stop(1, "B1", 2), stop(1, "B2", 2), stop(2, "B1", 28), stop(2, "B2", 28)),
    points=(NetPoint("p1", "B1", 2, 1, "node", "P#1"), NetPoint("p2", "B1", 28, 1, "node", "P#2")),
    lines=(
        NetLine(
            "w",
            "p1",
            "p2",
            "walkway",
            "B1",
            34.0,
            LineString([(2, 1), (2, 5), (28, 5), (28, 1)]),
            oneway=False,
            handicap=True,
            record="L#1",
        ),
    ),
    origin=STATION.origin,
)


def told(station: Station) -> Counter[str]:
    return Counter(each.code for each in station.findings)


def link(station: Station, name: str) -> Link:
    return next(each for each in station.links if each.id == name)


def test_lifts_are_matched_by_number_and_take_their_places_from_the_layers() -> None:
    joined = join_indoor(STATION, LAYERS)
    at = [(node.id, node.x_m, node.y_m) for node in joined.nodes if node.id.startswith("7:EV")]
    assert at == [("7:EV:1@B1", 2, 1), ("7:EV:1@B2", 2, 1), ("7:EV:2@B1", 28, 1), ("7:EV:2@B2", 28, 1)]
    assert joined.nodes[0].evidence[1:] == (OFFICIAL,)
    assert not told(joined)


def test_a_platform_takes_the_outline_that_the_layers_draw() -> None:
    joined = join_indoor(STATION, LAYERS)
    assert set(joined.spaces[0].outline or ()) == {(0, 0), (30, 0), (30, 10), (0, 10)}
    assert link(joined, "to train").length_m == pytest.approx(13.6, abs=0.1)  # (2, 1) to (15, 5)


@pytest.mark.parametrize(("network", "metres"), [("polygons", 26.0), ("both", 26.0), ("layers", 34.0)])
def test_the_choice_of_network_decides_which_metres_count(network: str, metres: float) -> None:
    assert link(join_indoor(STATION, LAYERS, network=network), "hall").length_m == pytest.approx(metres, abs=0.2)


def test_both_falls_back_on_the_delivered_lines_where_a_space_was_not_drawn() -> None:
    holes = replace(
        LAYERS,
        areas=(
            Area("west", "B1", "walkable", "CV", None, box(0, 0, 10, 10), None, "L_X_B1_RM#1", "대합실"),
            Area("east", "B1", "walkable", "CV", None, box(20, 0, 30, 10), None, "L_X_B1_RM#2", "대합실"),
            LAYERS.areas[1],
        ),
    )
    assert link(join_indoor(STATION, holes), "hall").length_m == pytest.approx(34.0)
    alone = join_indoor(STATION, holes, network="polygons")
    assert link(alone, "hall").length_m is None
    assert told(alone)["indoor_no_way"] == 1


def test_what_was_surveyed_stays_and_a_disagreement_is_told() -> None:
    hall = replace(STATION.links[0], length_m=60.0, evidence={"length_m": (SURVEYED,)})
    joined = join_indoor(replace(STATION, links=(hall, *STATION.links[1:])), LAYERS)
    assert link(joined, "hall").length_m == 60.0
    (finding,) = [each for each in joined.findings if each.code == "indoor_length_differs"]
    assert "60 m ↔ 26 m" in finding.message.en


def test_two_lifts_that_fit_alike_are_told_not_drawn_by_lot() -> None:
    nameless = replace(LAYERS, facilities=tuple(replace(each, name=None) for each in LAYERS.facilities))
    joined = join_indoor(STATION, nameless)
    assert told(joined)["indoor_unit_ambiguous"] >= 1
    assert all(node.x_m is None for node in joined.nodes if node.id.startswith("7:EV"))


def test_a_line_in_a_lifts_name_tells_two_lifts_of_one_number_apart() -> None:
    """Two lines' lifts 1 on the same two floors: nearness alone would have to guess."""
    four = replace(lift("1"), id="4:EV:1", line="4")
    nodes = tuple(replace(landing("7:EV:1", level), id=f"4:EV:1@{level[2:]}") for level in (B1, B2))
    both = replace(STATION, units=(*STATION.units, four), nodes=(*STATION.nodes, *nodes))
    stops = [
        replace(stop(n, level, x), name=f"{line}호선 엘리베이터 1호기")
        for n, line, x in ((1, "4", 2.0), (2, "7", 28.0))
        for level in ("B1", "B2")
    ]
    joined = join_indoor(both, replace(LAYERS, facilities=tuple(stops)))
    places = {node.id: node.x_m for node in joined.nodes if node.id.endswith("EV:1@B1")}
    assert places == {"4:EV:1@B1": 2.0, "7:EV:1@B1": 28.0}


def test_lifts_that_only_one_side_knows_are_told() -> None:
    one = replace(LAYERS, facilities=LAYERS.facilities[:2])
    assert told(join_indoor(STATION, one))["indoor_unit_unmatched"] == 1
    third = replace(LAYERS, facilities=(*LAYERS.facilities, stop(3, "B1", 15), stop(3, "B2", 15)))
    assert told(join_indoor(STATION, third))["indoor_lift_unregistered"] == 1


def test_levels_that_are_called_otherwise_are_said_in_the_station_file() -> None:
    above = replace(
        STATION,
        levels=(Level(B1, "7", "M1"), Level(B2, "7", "B2")),
    )
    assert told(join_indoor(above, LAYERS))["indoor_level_missing"] == 1
    assert told(join_indoor(above, LAYERS, levels={B1: "B1"}))["indoor_level_missing"] == 0


def test_a_level_that_no_floor_code_can_say_keeps_no_station_from_its_layers() -> None:
    """서울역's airport line has stops of unknown level: `?`."""
    unsure = replace(STATION, levels=(*STATION.levels, Level("7:?", "7", "?")))
    joined = join_indoor(unsure, LAYERS)
    assert told(joined) == {"indoor_level_missing": 1}
    assert next(node for node in joined.nodes if node.id == "7:EV:1@B1").x_m == 2


# ── through station.toml ─────────────────────────────────────────────────────

TOML = """id = "nowon"
lines = [{ line = "4", code = "411" }, { line = "7", code = "713" }]

[names]
ko = "노원"
en = "Nowon"

[indoor]
"""


def test_a_station_whose_file_names_its_own_layers_is_built_from_them(workspace: Path, tmp_path: Path) -> None:
    plain = mm.load("nowon").model
    file = write_station(workspace, "nowon", TOML + 'layers = "nowon.zip"\n')
    write_seoul_indoor(mm.load("nowon").model, tmp_path / "nowon.zip")
    shutil.copy(tmp_path / "nowon.zip", file.parent / "nowon.zip")
    loaded = mm.load("nowon", workspace=workspace).model
    assert [(each.id, each.x_m, each.y_m) for each in loaded.nodes] == [
        (each.id, each.x_m, each.y_m) for each in plain.nodes
    ]
    assert not [each for each in loaded.findings if each.code.startswith("layer_")]


def delivered(workspace: Path, *, more: str = "", **drawn: Any) -> mm.LoadedStation:
    """노원 with the layers of a city under Line 7."""
    shutil.rmtree(workspace / "stations" / "nowon", ignore_errors=True)
    file = write_station(workspace, "nowon", TOML + 'layers = "city"\n' + more)
    shutil.copy(REPOSITORY / "stations" / "nowon" / "survey.csv", file.parent)
    build.write(file.parent / "city", nowon_line_7(**drawn))
    return mm.load("nowon", workspace=workspace)


def at(station: Station, name: str) -> tuple[float, float]:
    found = next(node for node in station.nodes if node.id == name)
    assert found.x_m is not None
    assert found.y_m is not None
    return found.x_m, found.y_m


def test_a_citys_layers_put_real_places_and_metres_under_official_units_doors_and_routes(workspace: Path) -> None:
    """What the registers know stays: status, doors, heights; what the layers know comes to it."""
    plain, loaded = mm.load("nowon").model, delivered(workspace).model
    assert loaded.units == plain.units
    for n, (x, y) in LIFTS.items():
        other = LIFTS[4 if n != 4 else 2]
        here, there = at(loaded, f"7:EV:{n}@B1"), at(loaded, f"7:EV:{4 if n != 4 else 2}@B1")
        assert math.dist(here, there) == pytest.approx(math.dist((x, y), other), abs=0.1)
    codes = told(loaded)
    assert codes["indoor_level_missing"] == 4  # 2F, 3F, B2, BM1: the delivery has Line 7's own floors alone
    assert codes["indoor_unit_unmatched"] == 0
    assert codes["indoor_length_differs"] == 2  # as surveyed in 2016, and as drawn
    inside = next(each for each in loaded.nodes if each.id == "gate:7:B1:in")
    assert inside.evidence[0].record.startswith("layers city: cut:")


def test_a_wall_drawn_or_taken_away_changes_the_walk_and_a_lifts_stop_is_told(workspace: Path) -> None:
    name = "walk:7:EV:1@B1~gate:7:B1:in"
    walled, open_hall = delivered(workspace).layers, delivered(workspace, wall=None).layers
    assert walled is not None
    assert open_hall is not None
    assert length_of(walled.ways[name]) > length_of(open_hall.ways[name]) + 4
    assert len(walled.ways[name]) > 2
    moved = delivered(workspace, lift_1=("B01B01", "F01F01")).model
    (finding,) = [each for each in moved.findings if each.code == "indoor_unit_unmatched"]
    assert finding.value == "7:EV:1"
    assert told(moved)["indoor_lift_unregistered"] == 1


def length_of(way: Sequence[tuple[float, float]]) -> float:
    return sum(math.dist(one, other) for one, other in itertools.pairwise(way))


def test_the_plan_shows_the_citys_spaces_walls_and_gates_and_the_route_round_them(
    workspace: Path, tmp_path: Path, run: Run
) -> None:
    loaded = delivered(workspace)
    assert loaded.layers is not None
    route = loaded.route("4:상계", "7:중계").model
    scene = plan_scene(loaded.model, "7:B1", route, lang="ko", below=underlay(loaded.layers, "7:B1", ways=True))
    lines = [mark for mark in scene.marks if isinstance(mark, Polyline)]
    roles = Counter((mark.role or "").split(":")[0] for mark in lines)
    assert (roles["area"], roles["obstacle"], roles["gates"], roles["door"]) == (4, 9, 1, 1)
    words = " ".join(mark.text for mark in scene.marks if isinstance(mark, Words))
    assert "꽃집" in words
    assert "벽과 기둥" in words
    assert "벽은 그리지 않았어요" not in words
    (way,) = [LineString(mark.points) for mark in lines if mark.role == "route"]
    walls = [LineString(mark.points) for mark in lines if mark.role == "obstacle" and not mark.closed]
    assert [way.intersects(wall) for wall in walls] == [False] * 3
    straight = LineString([way.coords[0], way.coords[-1]])
    assert any(straight.intersects(wall) for wall in walls)
    done = run("map", "노원", "--view", "plan", "--workspace", str(workspace), "--out", str(tmp_path))
    assert done.code == 0
    assert "obstacle" in (tmp_path / "nowon" / "plan-7-b1.ko.svg").read_text(encoding="utf-8")


def test_an_export_without_its_sidecar_is_refused_since_places_put_somewhere_would_count(
    workspace: Path, tmp_path: Path
) -> None:
    file = write_station(workspace, "nowon", TOML + 'layers = "ours"\n')
    write_seoul_indoor(mm.load("nowon").model, tmp_path / "nowon.zip")
    with zipfile.ZipFile(tmp_path / "nowon.zip") as archive:
        archive.extractall(file.parent / "ours")
    sidecar = file.parent / "ours" / "muui.csv"
    shutil.move(sidecar, tmp_path / "muui.csv")
    with pytest.raises(InputRefusedError) as caught:
        mm.load("nowon", workspace=workspace)
    assert "muui.csv" in caught.value.message.ko
    shutil.move(tmp_path / "muui.csv", file.parent / "muui.csv")  # beside station.toml does as well
    assert mm.load("nowon", workspace=workspace).model.nodes == mm.load("nowon").model.nodes


@pytest.mark.parametrize(
    "line", ['layers = "../secret.zip"', 'layers = "C:/x.zip"', 'layers = "x.zip"\nnetwork = "rails"']
)
def test_layers_outside_the_folder_and_unknown_networks_are_refused(workspace: Path, line: str) -> None:
    write_station(workspace, "nowon", TOML + line + "\n")
    with pytest.raises(InputRefusedError):
        mm.load("nowon", workspace=workspace)
