"""Inside or outside the fare gates, on floors drawn here: a letter is a space of 10 × 10 m, `|` a gate between two."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from shapely import LineString, Point, box
from shared import REPOSITORY, shared_data

from muui_maps.model import Finding
from muui_maps.network.indoor import walkable_network
from muui_maps.network.paid import with_sides
from muui_maps.sources.fragment import Area, Facility, Fragment, FragmentLevel, Opening
from muui_maps.sources.seoul_indoor import read_indoor

WORDS = {"e": "출입구", "c": "대합실", "h": "복도", "p": "기차승강장", "s": "상가"}


def floor(
    row: str, *, gates: Sequence[tuple[float, float]] = (), doors: Sequence[Opening] = (), **said: bool
) -> Fragment:
    """A row of spaces from west to east: `ec|p` is an entrance, a concourse, a gate, a platform.

    A blank between two letters is a wall of 0.5 m. `said` gives the side that a space's own name states (by letter).
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
            x += 0.5
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


def told(fragment: Fragment) -> tuple[Fragment, list[Finding]]:
    """The fragment with what follows of it, and what was said of that."""
    network = walkable_network(fragment)
    made = with_sides(fragment, network.floors, network.sides)
    return made, [one for one in network.findings if one.code == "paid_area_conflict"]


def sides(fragment: Fragment) -> str:
    """`-` outside, `+` inside, `?` unknown."""
    return "".join({True: "+", False: "-", None: "?"}[area.paid_area] for area in told(fragment)[0].areas)


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
    (finding,) = told(fragment)[1]
    assert finding.value == "2p"
    assert "2p (inside) from 0e (outside)" in finding.message.en
    assert "2p(안)와 0e(밖)" in finding.message.ko


def test_nothing_is_concluded_from_a_gate_whose_row_is_a_guess() -> None:
    """The gate amidst the concourse may part it or not: what the gate at the platform's edge says still holds."""
    assert sides(floor("ec|p", gates=[(15, 5)])) == "--+"


def test_a_door_joins_what_a_wall_parts() -> None:
    door = Opening("d", "B1", LineString([(10.25, 4), (10.25, 5.2)]), None, "DOORS#1")
    assert sides(floor("e c")) == "-?"
    assert sides(floor("e c", doors=[door])) == "--"


def test_a_gate_at_a_door_parts_what_the_door_joins() -> None:
    door = Opening("d", "B1", LineString([(10.25, 4), (10.25, 5.2)]), None, "DOORS#1")
    assert sides(floor("e c", doors=[door], gates=[(10.25, 4.6)])) == "-+"


def test_both_sides_of_a_gate_the_same_is_told_and_what_is_stated_stays() -> None:
    fragment = floor("e|e")
    assert sides(fragment) == "--"
    assert {one.code for one in told(fragment)[1]} == {"paid_area_conflict"}


def test_corners_that_merely_touch_are_no_way() -> None:
    one = Area("a", "B1", "walkable", "MV", None, box(0, 0, 10, 10), None, "S#1", "출입구")
    other = Area("b", "B1", "walkable", "MV", None, box(10, 10, 20, 20), None, "S#2", "복도")
    fragment = Fragment("x", "EPSG:5186", (FragmentLevel("B1", "B01", -1),), (one, other))
    assert sides(fragment) == "-?"


def test_a_real_station_keeps_what_its_mapping_states_and_more_follows() -> None:
    made = read_indoor(
        shared_data() / "indoor" / "jr_shinjuku_shapefiles",
        mapping=REPOSITORY / "data" / "mappings" / "jr-shinjuku.toml",
    )
    stated = {area.id: area.paid_area for area in made.areas if area.paid_area is not None}
    known = {area.id: area.paid_area for area in told(made)[0].areas if area.paid_area is not None}
    assert stated.items() <= known.items()
    assert len(known) > len(stated)


def test_a_real_terminal_without_platforms_or_names_stays_unknown() -> None:
    made = read_indoor(shared_data() / "indoor" / "terminal_a.zip")
    assert any(one.kind == "gate" for one in made.facilities)
    assert {area.paid_area for area in told(made)[0].areas} == {None}
