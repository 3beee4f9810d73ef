"""Official acts → walks: what one text says, and no more."""

from __future__ import annotations

import random

import pytest
from gaon import BACK, OUT, acts_of, route_of
from hypothesis import given
from hypothesis import strategies as st

from muui_maps.assemble.walks import Walk, walk_of
from muui_maps.model import PlaceKind, UnitKind


def walk(ways: str, text: str) -> Walk:
    route = route_of(ways)
    return walk_of(route, acts_of(route.route_id, text))


def test_a_whole_text_is_platform_ride_street_ride_platform() -> None:
    out = walk("4:나래 > 7:마루", OUT)
    assert len(out.stretches) == len(out.rides) + 1 == 5
    assert [(ride.start.label, ride.end.label) for ride in out.rides] == [
        ("3F", "2F"), ("2F", "1F"), ("1F", "B1"), ("B1", "B3"),
    ]  # fmt: skip
    assert [ride.exits for ride in out.rides] == [(), ("2",), ("3",), ()]
    assert out.rides[1].end.on_street
    assert out.rides[2].start.on_street
    assert out.rides[3].end.place is PlaceKind.PLATFORM
    assert [len(stretch.gates) for stretch in out.stretches] == [0, 1, 0, 1, 0]


def test_a_lift_named_at_boarding_and_on_arrival_is_one_ride() -> None:
    twice = walk(
        "4:나래 > 7:마루",
        """alight platform level=3F line=4 direction=나래
           ride elevator place=concourse line=4
           ride elevator line=4
           go concourse level=2F""",
    )
    assert len(twice.rides) == 1
    assert (twice.rides[0].start.label, twice.rides[0].end.label) == ("3F", "2F")


@pytest.mark.parametrize(
    ("between", "why"),
    [
        ("go concourse level=2F", "a level lies between"),
        ("gate", "a gate lies between"),
        ("go concourse", "one walks between"),
    ],
)
def test_two_lifts_one_after_the_other_stay_two(between: str, why: str) -> None:
    two = walk(
        "4:나래 > 7:마루", f"ride elevator\n{between}\nride elevator\ngo platform level=B3 line=7 direction=마루"
    )
    assert len(two.rides) == 2, why


def test_two_kinds_of_units_are_never_one_ride() -> None:
    two = walk("4:나래 > 7:마루", "ride elevator\nride wheelchair_lift\ngo platform level=B3")
    assert [ride.kind for ride in two.rides] == [UnitKind.ELEVATOR, UnitKind.WHEELCHAIR_LIFT]


def test_lifts_named_by_different_exits_are_two_rides() -> None:
    assert len(walk("4:나래 > 7:마루", "ride elevator exit=2\nride elevator exit=3\ngo platform level=B3").rides) == 2


def test_walking_to_a_lift_is_no_ride_but_says_which_one_is_taken_next() -> None:
    out = walk("4:나래 > 7:마루", "go elevator level=1F line=7 exit=3\nride elevator\ngo concourse level=B1")
    assert len(out.rides) == 1
    assert (out.rides[0].line, out.rides[0].exits) == ("7", ("3",))


def test_a_gate_and_a_ride_in_one_step_are_both_there() -> None:
    out = walk("4:나래 > 7:마루", "gate side=out\n+ ride elevator exit=2\ngo outside level=1F")
    assert [gate.side for gate in out.stretches[0].gates] == ["out"]
    assert len(out.rides) == 1


def test_a_crossing_puts_the_walk_on_the_street() -> None:
    out = walk("4:나래 > 7:마루", "ride elevator exit=2\ncross\nride elevator line=7 exit=3\ngo concourse level=B1")
    assert out.stretches[1].crossings == 1
    assert out.rides[0].end.on_street
    assert out.rides[1].start.on_street


def test_the_last_ride_ends_on_the_destinations_platform_unless_a_gate_follows() -> None:
    to_platform = walk("4:나래 > 7:마루", "ride elevator\ngo level=B3")
    assert (to_platform.rides[0].end.line, to_platform.rides[0].end.direction) == ("7", "마루")
    to_concourse = walk("4:나래 > 7:마루", "ride elevator\ngo level=B3\ngate side=in")
    assert to_concourse.rides[0].end.place is not PlaceKind.PLATFORM


def test_a_ride_told_as_from_one_floor_to_another() -> None:
    ride = walk("4:나래 > 7:마루", "ride elevator level=B2|B1\ngo concourse level=B1\ngate").rides[0]
    assert (ride.start.label, ride.end.label) == ("B2", "B1")


def test_an_island_named_by_both_directions_is_the_one_that_the_route_uses() -> None:
    text = "alight platform level=3F line=4 direction=다온|나래\nride elevator\ngo concourse level=2F\ngate"
    assert walk("4:나래 > 7:마루", text).rides[0].start.direction == "나래"


def test_of_several_lines_the_one_of_the_route_is_meant() -> None:
    ride = walk("4:나래 > 7:마루", "ride elevator place=passage line=5|7\ngo platform level=B3").rides[0]
    assert ride.toward == "7"


def test_stairs_are_no_lift_and_the_floor_after_them_is_not_the_lifts_arrival() -> None:
    out = walk("4:나래 > 7:마루", "ride elevator\ngo concourse level=2F\nride stairs\ngo level=B3")
    assert len(out.rides) == 1
    assert out.stretches[1].stairs
    assert out.rides[0].end.label == "2F"


def test_metres_and_turns_belong_to_the_stretch_on_which_they_are_said() -> None:
    out = walk(
        "4:나래 > 7:마루",
        "ride elevator exit=2\ngo exit exit=3 m=200\nturn heading=left\nride elevator exit=3\ngo concourse level=B1",
    )
    assert [stretch.length_m for stretch in out.stretches] == [None, 200.0, None]
    assert out.stretches[1].headings == ("left",)


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(chance: random.Random) -> None:
    for ways, text in (("4:나래 > 7:마루", OUT), ("7:마루 > 4:나래", BACK)):
        route = route_of(ways)
        acts = acts_of(route.route_id, text)
        shuffled = chance.sample(acts, len(acts))
        assert walk_of(route, shuffled) == walk_of(route, acts)


_LINES = st.sampled_from(
    [
        "ride elevator", "ride elevator exit=2", "ride wheelchair_lift line=7", "ride stairs", "go concourse level=2F",
        "go outside level=1F", "go elevator level=1F exit=3", "gate side=out", "gate", "cross", "go level=B1",
        "go platform level=B3 line=7 direction=마루", "alight means=elevator", "turn heading=left", "board",
        "go passage line=7",
    ]
)  # fmt: skip


@given(st.lists(_LINES, max_size=12))
def test_any_text_gives_one_stretch_more_than_rides_and_keeps_every_gate(lines: list[str]) -> None:
    out = walk("4:나래 > 7:마루", "\n".join(lines))
    assert len(out.stretches) == len(out.rides) + 1
    assert sum(len(stretch.gates) for stretch in out.stretches) == sum(line.startswith("gate") for line in lines)
    assert sum(stretch.crossings for stretch in out.stretches) == lines.count("cross")
    boarded = sum(line.startswith("ride") and "stairs" not in line for line in lines)
    assert len(out.rides) <= boarded + sum(line.startswith("go elevator") for line in lines)
