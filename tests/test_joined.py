"""Layers and registers as one station: real places and metres under official units, and what they disagree on."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import write_station
from shapely import LineString, Point, box

import muui_maps as mm
from muui_maps.errors import InputRefusedError
from muui_maps.exports_indoor import write_seoul_indoor
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


@pytest.mark.parametrize(
    "line", ['layers = "../secret.zip"', 'layers = "C:/x.zip"', 'layers = "x.zip"\nnetwork = "rails"']
)
def test_layers_outside_the_folder_and_unknown_networks_are_refused(workspace: Path, line: str) -> None:
    write_station(workspace, "nowon", TOML + line + "\n")
    with pytest.raises(InputRefusedError):
        mm.load("nowon", workspace=workspace)
