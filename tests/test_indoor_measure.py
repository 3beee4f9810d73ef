"""Polygons beside the drawn network: each pair in the right column, with its reason."""

from __future__ import annotations

import json
from dataclasses import replace
from math import hypot
from pathlib import Path

import layer_builder as build
import pytest
from conftest import Run
from drawn_floor import area, places, spaces
from jsonschema import Draft202012Validator
from shapely import LineString, box
from shared import REPOSITORY, shared_data

from muui_maps.errors import InputRefusedError, UnknownNameError
from muui_maps.insight.indoor_measure import COLUMNS, measure
from muui_maps.model import Text
from muui_maps.sources.fragment import Area, Fragment, FragmentLevel, NetLine, NetPoint
from muui_maps.sources.seoul_indoor import read_indoor

# The lines turn at the corner B, people cut it. No line leads to D. The line to E runs through the shop, the one to F
# outside. G is a room by itself.
HALL = """
    A.........B    ...
    ...........    .F.
    ...........    ...
    ...........
    ...........~~~~~..
    ...........~~~~~E.
    .D.......C........
    - - - - - - - - -
    .G.
"""
LINES = ("A-B", "B-C", "C-E", "B-F")


def drawn(lines: tuple[str, ...] = LINES, *, areas: list[Area] | None = None) -> Fragment:
    at = places(HALL)
    points = [NetPoint(name, "B1", x, y, "node", f"POINT#{n}") for n, (name, (x, y)) in enumerate(sorted(at.items()))]
    found = []
    for number, ends in enumerate(lines, start=1):
        start, end = ends.split("-")
        way = LineString([at[start], at[end]])
        found.append(
            NetLine(
                ends, start, end, "walkway", "B1", way.length, way, handicap=True, oneway=False, record=f"LINE#{number}"
            )
        )
    return Fragment(
        "drawn",
        "EPSG:5186",
        (FragmentLevel("B1", "B01", -1),),
        areas=tuple(areas or spaces(HALL)),
        points=tuple(points),
        lines=tuple(found),
    )


def test_each_pair_stands_in_one_column_and_one_sided_ones_say_why() -> None:
    result = measure(drawn(), pairs=1000, seed=1)
    assert result.pairs == 42  # seven points, in both directions
    found = {(pair.start, pair.end): pair for pair in result.measured}
    corner = found["A", "C"]
    assert (corner.column, corner.reason) == ("both", None)
    assert corner.network_m == pytest.approx(10 + hypot(1, 6))
    assert corner.polygons_m == pytest.approx(hypot(9, 6), abs=0.2)
    assert corner.ratio == pytest.approx(hypot(9, 6) / (10 + hypot(1, 6)), abs=0.02)
    assert (found["A", "D"].column, found["A", "D"].reason) == ("polygons_only", "no_line")
    assert (found["B", "F"].column, found["B", "F"].reason) == ("network_leaves_floor", "off_floor LINE#4")
    assert (found["C", "E"].column, found["C", "E"].reason) == ("network_leaves_floor", "closed_space LINE#3")
    assert (found["A", "G"].column, found["A", "G"].reason) == ("neither", None)
    assert sum(result.counts.get(column, 0) for column in COLUMNS) == result.pairs
    assert {each.code for each in result.findings} == {"measure_polygons_only", "measure_network_leaves_floor"}
    told = next(each for each in result.findings if each.value == "C > E")
    assert (told.layer, told.row) == ("LINE", 3)
    one_sided = [pair for pair in result.measured if pair.column == "polygons_only"]
    assert list(result.worst[: len(one_sided)]) == one_sided  # they come first
    assert found["A", "D"].why == Text(
        "바닥은 이어져 있는데 그려진 경로가 없어요", "the floor connects them, no drawn way does"
    )


def test_what_is_too_narrow_for_a_wheelchair_is_told_with_the_line() -> None:
    rooms = [area("west", box(0, 0, 5, 5)), area("east", box(6, 0, 11, 5)), area("gap", box(5, 2, 6, 2.6))]
    ends = [NetPoint("a", "B1", 1, 2.3, "node", "P#1"), NetPoint("b", "B1", 10, 2.3, "node", "P#2")]
    way = LineString([(1, 2.3), (10, 2.3)])
    line = NetLine("ab", "a", "b", "walkway", "B1", 9.0, way, oneway=False, handicap=True, record="LINE#1")
    layers = replace(drawn(), areas=tuple(rooms), points=tuple(ends), lines=(line,))
    chair = measure(layers, pairs=10, seed=1, profile="manual_wheelchair")
    assert (chair.counts, chair.ratios) == ({"network_only": 2}, None)
    assert {pair.reason for pair in chair.worst} == {"narrow LINE#1"}
    assert measure(layers, pairs=10, seed=1, profile="walker").counts == {"both": 2}


def test_both_sides_are_filtered_for_the_traveller_alike() -> None:
    layers = drawn()
    stairs = tuple(replace(line, handicap=False) for line in layers.lines)
    chair = measure(replace(layers, lines=stairs), pairs=1000, seed=1, profile="manual_wheelchair")
    assert set(chair.counts) == {"polygons_only", "neither"}
    only = tuple(replace(line, only_reduced_mobility=True) for line in layers.lines)
    assert "both" not in measure(replace(layers, lines=only), pairs=1000, seed=1).counts


def test_the_seed_draws_the_pairs_and_the_json_has_the_promised_keys() -> None:
    one, two = (measure(drawn(), pairs=10, seed=4, seconds_read=0.5) for _ in range(2))
    other = measure(drawn(), pairs=10, seed=5)
    assert one.measured == two.measured
    assert [(each.start, each.end) for each in one.measured] != [(each.start, each.end) for each in other.measured]
    keys = {"pairs", *COLUMNS, "ratio_p5", "ratio_median", "ratio_p95", "seconds_read", "seconds_build", "peak_mb"}
    assert keys <= set(one.as_json())
    assert one.as_json()["pairs"] == 10
    assert one.as_json()["seconds_read"] == 0.5
    assert len(one.as_json()["worst"]) <= 20


def test_what_machines_are_told_keeps_its_contract(tmp_path: Path, run: Run) -> None:
    folder = build.write(tmp_path / "layers", build.station())
    done = run("indoor", "measure", str(folder), "--pairs", "9", "--json")
    assert done.code == 0
    schema = json.loads((REPOSITORY / "docs" / "schemas" / "indoor-measure.json").read_text(encoding="utf-8"))
    for said in (json.loads(done.out), measure(drawn(), pairs=1000, seed=1).as_json()):
        assert list(Draft202012Validator(schema).iter_errors(said)) == []
    assert json.loads(done.out)["both"] == 2


def test_layers_without_a_network_or_without_floor_are_refused() -> None:
    with pytest.raises(InputRefusedError, match="no network"):
        measure(replace(drawn(), lines=(), points=()), pairs=10, seed=1)
    with pytest.raises(InputRefusedError, match="no floor"):
        measure(drawn(areas=[area("far", box(100, 100, 110, 110))]), pairs=10, seed=1)
    with pytest.raises(UnknownNameError):
        measure(drawn(), pairs=10, seed=1, profile="cyclist")


def test_the_figures_of_a_real_terminal() -> None:
    """The bars: 99 % of what the network connects on the floor, practically never longer, corners cut."""
    layers = read_indoor(shared_data() / "indoor" / "terminal_a.zip")
    result = measure(layers, pairs=1500, seed=1)
    both, lost = result.counts["both"], result.counts.get("network_only", 0)
    assert both > 1000
    assert both / (both + lost) >= 0.99
    assert result.ratios is not None
    _, middle, high = result.ratios
    assert 0.70 <= middle <= 1.00
    assert high <= 1.02
    assert all("unexplained" not in (pair.reason or "") for pair in result.measured)


def test_the_shapefiles_of_another_publisher_bring_no_network() -> None:
    mapping = REPOSITORY / "data" / "mappings" / "jr-shinjuku.toml"
    layers = read_indoor(shared_data() / "indoor" / "jr_shinjuku_shapefiles", mapping=mapping)
    with pytest.raises(InputRefusedError, match="no network"):
        measure(layers, pairs=10, seed=1)
