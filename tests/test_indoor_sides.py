"""Inside or outside the fare gates, on floors drawn here: a letter is a space of 10 × 10 m, `|` a gate between two."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from shapely import LineString, Point, box
from shared import REPOSITORY, shared_data

from muui_maps.sources.fragment import Area, Facility, Fragment, FragmentLevel, Opening
from muui_maps.sources.indoor_sides import with_sides
from muui_maps.sources.seoul_indoor import read_indoor

WORDS = {"e": "출입구", "c": "대합실", "h": "복도", "p": "기차승강장", "s": "상가"}


def floor(
    row: str, *, gates: Sequence[tuple[float, float]] = (), doors: Sequence[Opening] = (), **said: bool
) -> Fragment:
    """A row of spaces from west to east: `ec|p` is an entrance, a concourse, a gate, a platform.

    A blank between two letters is a wall of 1 m. `said` gives the side that a space's own name states (by letter).
    """
    areas, facilities, x = (
        [],
        [Facility(f"g{n}", "B1", "gate", Point(at), None, None, f"L#{n}") for n, at in enumerate(gates)],
        0.0,
    )
    for n, letter in enumerate(row):
        if letter == "|":
            facilities.append(Facility(f"gate{n}", "B1", "gate", Point(x, 5), None, None, f"GATES#{n}"))
        elif letter == " ":
            x += 1
        else:
            kind = "closed" if letter == "s" else "walkable"
            shape = box(x, 0, x + 10, 10)
            areas.append(
                Area(f"{n}{letter}", "B1", kind, "MV", None, shape, said.get(letter), f"SPACES#{n}", WORDS[letter])
            )
            x += 10
    return Fragment(
        "x", "EPSG:5186", (FragmentLevel("B1", "B01", -1),), tuple(areas), (), tuple(doors), tuple(facilities)
    )


def sides(fragment: Fragment) -> str:
    """`-` outside, `+` inside, `?` unknown."""
    return "".join({True: "+", False: "-", None: "?"}[area.paid_area] for area in with_sides(fragment).areas)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("ec|p", "--+"),
        ("ecc|hp", "---++"),
        ("ec|h|c", "--+-"),  # through the paid area to another concourse
        ("c|p", "-+"),
        ("e|h", "-+"),
        ("cc", "??"),  # nothing says anything
        ("ec", "--"),
        ("c|h", "??"),
        ("ec p", "--+"),  # a wall, no gate: both ends speak for themselves
        ("ecp|h", "????"),  # nothing parts the platform from the entrance: nor is it known what lies beyond the gate
        ("esp", "-?+"),  # through a shop one does not walk
    ],
)
def test_what_is_known_spreads_up_to_the_gates_and_turns_beyond_them(row: str, expected: str) -> None:
    assert sides(floor(row)) == expected


def test_what_names_say_is_kept() -> None:
    assert sides(floor("h|c", h=True)) == "+-"
    assert sides(floor("hc", h=True)) == "++"


def test_a_platform_that_nothing_parts_from_the_exit_is_told_and_left_unknown() -> None:
    fragment = floor("ecp")
    assert sides(fragment) == "???"
    told = with_sides(fragment).findings
    assert [(one.code, one.layer, one.row) for one in told] == [("paid_area_unclear", "SPACES", 2)]
    assert "0e" in told[0].message.en
    assert "2p" in told[0].message.ko


def test_a_gate_amidst_a_space_is_told_and_the_space_left_unknown() -> None:
    """The concourse lies on both sides of it: so does everything that touches it."""
    fragment = floor("ec|p", gates=[(15, 5)])
    assert sides(fragment) == "??+"
    assert ["amidst" in one.message.en for one in with_sides(fragment).findings] == [True]


def test_a_door_joins_what_a_wall_parts() -> None:
    door = Opening("d", "B1", LineString([(10.0, 4), (11.0, 4)]), None, "DOORS#1")
    assert sides(floor("e c")) == "-?"
    assert sides(floor("e c", doors=[door])) == "--"


def test_a_gate_at_a_door_parts_what_the_door_joins() -> None:
    door = Opening("d", "B1", LineString([(10.0, 4), (11.0, 4)]), None, "DOORS#1")
    assert sides(floor("e c", doors=[door], gates=[(10.5, 4.5)])) == "-+"


def test_both_sides_of_a_gate_the_same_is_told() -> None:
    fragment = floor("e|e")
    assert sides(fragment) == "--"
    assert [one.code for one in with_sides(fragment).findings] == ["paid_area_unclear"]


def test_corners_that_merely_touch_are_no_way() -> None:
    one = Area("a", "B1", "walkable", "MV", None, box(0, 0, 10, 10), None, "S#1", "출입구")
    other = Area("b", "B1", "walkable", "MV", None, box(10, 10, 20, 20), None, "S#2", "복도")
    fragment = Fragment("x", "EPSG:5186", (FragmentLevel("B1", "B01", -1),), (one, other))
    assert sides(fragment) == "-?"


def test_a_real_station_whose_mapping_states_both_sides_has_no_contradiction_beside_them() -> None:
    made = read_indoor(
        shared_data() / "indoor" / "jr_shinjuku_shapefiles",
        mapping=REPOSITORY / "data" / "mappings" / "jr-shinjuku.toml",
    )
    walked = [area for area in with_sides(made).areas if area.kind == "walkable"]
    stated = {area.id: area.paid_area for area in made.areas if area.paid_area is not None}
    assert all(area.paid_area == stated[area.id] for area in walked if area.id in stated)


def test_a_real_terminal_without_platforms_or_names_stays_unknown() -> None:
    made = with_sides(read_indoor(shared_data() / "indoor" / "terminal_a.zip"))
    gates = [one for one in made.facilities if one.kind == "gate"]
    assert gates
    assert {area.paid_area for area in made.areas} == {None}
