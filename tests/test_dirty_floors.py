"""Floors as people draw them: with gaps, overlaps, bow-ties, spikes, slivers and doubled spaces.

Whatever is wrong with the drawing by a few centimetres: nothing fails, no pair of places that the clean floor connects
is lost, none that it parts is joined, and no way is longer or shorter by 1 %.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import shapely
from drawn_floor import doors, spaces, structure, terminals
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, affinity

from muui_maps.network.walkable import Floor, build_floor
from muui_maps.sources.fragment import Area

# Two halls, a shop in one, a corridor, a walled room with a door, a room that nothing leads to, columns.
TERMINAL = """
    A.............          .............D
    ..............          ..............
    .......o......          .....~~~~.....
    ..............................~~~.....
    ..............................~~~.....
    ..............          .....~~~~.....
    .......o......          .......o......
    ..............          ..............
    #####+########   ####   ..............
    ..............   #.F#   ..............
    ............B.   #..#   ..............
    ..............   ####   ....C.........
"""
Draw = Callable[[st.SearchStrategy[Any]], Any]
Fault = Callable[[Draw, Polygon], list[Polygon]]


def floor_of(areas: list[Area]) -> Floor:
    return build_floor(
        areas, structure(TERMINAL), doors(TERMINAL), terminals(TERMINAL), half_width_m=0.35, clearance_m=None
    )


CLEAN = spaces(TERMINAL)
LENGTHS = floor_of(CLEAN).lengths_m


def moved(draw: Draw, polygon: Polygon) -> list[Polygon]:
    """Gaps and overlaps: the space is a little off, or a little too large or small."""
    slip = st.integers(-30, 30).map(lambda mm: mm / 1000)
    if draw(st.booleans()):
        return [affinity.translate(polygon, draw(slip), draw(slip))]
    return [polygon.buffer(draw(slip) / 2, join_style="mitre")]


def bow_tie(draw: Draw, polygon: Polygon) -> list[Polygon]:
    """Two corners change places."""
    ring = list(polygon.exterior.coords)[:-1]
    one = draw(st.integers(0, len(ring) - 1))
    ring[one], ring[one - 1] = ring[one - 1], ring[one]
    return [Polygon(ring)]


def curled_corner(draw: Draw, polygon: Polygon) -> list[Polygon]:
    """A corner that is drawn as a small loop."""
    ring = list(polygon.exterior.coords)[:-1]
    (x, y), by = ring[0], draw(st.integers(5, 30)) / 1000
    return [Polygon([(x + by, y - by), (x - by, y), (x, y + by), (x + by, y), *ring[1:]])]


def spike(draw: Draw, polygon: Polygon) -> list[Polygon]:
    """A line out of an edge or into it, there and back, with a centimetre between or none."""
    ring = list(polygon.exterior.coords)
    (ax, ay), (bx, by) = ring[0], ring[1]
    x, y = (ax + bx) / 2, (ay + by) / 2
    length, width = draw(st.sampled_from([-0.4, 0.4, 3.0])), draw(st.sampled_from([0.0, 0.01]))
    across = (by - ay, ax - bx)
    norm = float(np.hypot(*across))
    tip = (x + across[0] / norm * length, y + across[1] / norm * length)
    along = ((bx - ax) / norm * width, (by - ay) / norm * width)
    return [Polygon([ring[0], (x, y), tip, (x + along[0], y + along[1]), *ring[1:-1]])]


def sliver(draw: Draw, polygon: Polygon) -> list[Polygon]:
    """The space, and a strip of a hair's breadth along its edge."""
    west, _, east, north = polygon.bounds
    thin = draw(st.integers(1, 30)) / 1000
    return [polygon, shapely.box(west, north - thin / 2, east, north + thin)]


def doubled(draw: Draw, polygon: Polygon) -> list[Polygon]:
    """The space twice, the second time a little off."""
    return [polygon, *moved(draw, polygon)]


def doubled_corners(draw: Draw, polygon: Polygon) -> list[Polygon]:
    """Each corner many times."""
    times = draw(st.integers(2, 4))
    return [Polygon([xy for xy in polygon.exterior.coords for _ in range(times)])]


def turned(draw: Draw, polygon: Polygon) -> list[Polygon]:
    """Drawn the other way round, from another corner."""
    ring = list(polygon.exterior.coords)[:-1][::-1]
    first = draw(st.integers(0, len(ring) - 1))
    return [Polygon(ring[first:] + ring[:first])]


FAULTS: tuple[Fault, ...] = (moved, bow_tie, curled_corner, spike, sliver, doubled, doubled_corners, turned)


@st.composite
def dirty(draw: st.DrawFn) -> list[Area]:
    """The spaces of the drawing, a third of them with a fault."""
    found = []
    for area in CLEAN:
        fault = draw(st.sampled_from([None, None, *FAULTS]))
        drawn = [area.polygon] if fault is None else fault(draw, area.polygon)
        found += [replace(area, id=f"{area.id} {number}", polygon=each) for number, each in enumerate(drawn)]
    return found


def check(areas: list[Area]) -> None:
    lengths = floor_of(areas).lengths_m
    assert np.array_equal(np.isfinite(lengths), np.isfinite(LENGTHS))
    there = np.isfinite(LENGTHS) & (LENGTHS > 0)
    assert float(np.max(np.abs(lengths[there] / LENGTHS[there] - 1))) < 0.01


@settings(max_examples=80, derandomize=True)
@given(dirty())
def test_no_pair_is_lost_or_won_and_no_way_is_off_by_a_hundredth(areas: list[Area]) -> None:
    check(areas)


@settings(max_examples=10, derandomize=True)
@given(st.data())
@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_on_every_space_at_once(fault: Fault, data: st.DataObject) -> None:
    areas = []
    for area in CLEAN:
        drawn = fault(data.draw, area.polygon)
        areas += [replace(area, id=f"{area.id} {number}", polygon=each) for number, each in enumerate(drawn)]
    check(areas)


def test_the_clean_floor_is_what_the_drawing_says() -> None:
    names = [each.id for each in terminals(TERMINAL)]
    apart = {(one, two) for (i, one), (j, two) in combinations(enumerate(names), 2) if not np.isfinite(LENGTHS[i, j])}
    assert apart == {("A", "F"), ("B", "F"), ("C", "F"), ("D", "F")}
