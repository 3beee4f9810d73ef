"""The matrix answers as the search does: for every traveller, and whatever is out."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from drawn_station import drawn
from hypothesis import given, settings
from hypothesis import strategies as st

from muui_maps.api import load
from muui_maps.errors import InputRefusedError
from muui_maps.model import LinkKind, NodeKind, Seconds, Station, Status
from muui_maps.network.graph import Index, build_graph
from muui_maps.network.matrix import Matrix, digits_for
from muui_maps.network.routes import default_costs
from muui_maps.network.search import Path, Search
from muui_maps.profiles import PROFILES

CHAIR = PROFILES["manual_wheelchair"]
PILOTS = ("daerim", "express-bus-terminal", "gasan-digital-complex", "konkuk-univ", "nowon")

# A lift and a wheelchair lift beside stairs between the same two landings, and a long ramp round.
BESIDE = """
  p  platform   4:B2  in   4:상계
  c  concourse  4:B1  in
  q  platform   7:B3  in   7:중계
  ---
  p.train  -- 10 --       p.land
  p.land   == 4:EV:1 ==   c.land   rise=5 id=lift
  p.land   == 4:WL:1 ==   c.land   rise=5 id=chair
  p.land   ==stairs==     c.land   rise=5 id=stairs
  p.train  -- 400 --      c.land
  c.land   -- 20 --       c.hall
  c.hall   == 7:EV:1 ==   q.land   rise=-5
  q.land   -- 5 --        q.train
"""


def matrix(station: Station, profile: str = "manual_wheelchair", *, ignore_status: bool = False) -> Matrix:
    return Matrix(Index(station), PROFILES[profile], default_costs(), ignore_status=ignore_status)


def weight(path: Path | None, of: Matrix) -> tuple[int, ...] | None:
    """What a way weighs, with the count of its links: what the search minimises before it looks at ids."""
    if path is None:
        return None
    burdens = [of.prices.burden(step.link) for step in path]
    return (*(sum(burden[n] for burden in burdens) for n in range(3)), len(path))


@pytest.mark.parametrize("name", PILOTS)
def test_it_agrees_with_the_search_at_every_pilot_for_every_traveller_and_every_lift_out(name: str) -> None:
    station = load(name).model
    index, costs = Index(station), default_costs()
    ends = sorted(node.id for node in station.nodes if node.kind in {NodeKind.TRAIN, NodeKind.EXIT})
    lifts = [unit.id for unit in station.units if unit.kind.value in {"EV", "WL"}]
    compared = ways = 0
    for profile in PROFILES.values():
        found = Matrix(index, profile, costs)
        for out in (frozenset[str](), *(frozenset({lift}) for lift in lifts)):
            trees = found.trees(ends, found.out_now | out)
            search = Search(index, profile, out, ignore_status=False, costs=costs)
            for row, start in enumerate(ends):
                for end in ends[row + 1 :: 3]:
                    theirs = weight(search.best({start}, {end}), found)
                    assert weight(trees.path(row, end), found) == theirs, (profile.id, out, start, end)
                    compared += 1
                    if theirs is not None:
                        burden, links = found.digits.burden(trees.cost(row, end))
                        assert (*burden, links) == theirs
                        ways += 1
    assert compared > ways > 100  # some are lost, and most are not


def test_of_parallel_ways_the_best_counts_and_never_their_sum() -> None:
    found = matrix(drawn(BESIDE), "stroller")
    trees = found.trees(["p.land"], ())
    (burden, links) = found.digits.burden(trees.cost(0, "c.land"))
    lift = next(link for link in found.index.station.links if link.kind is LinkKind.ELEVATOR)
    assert burden == found.prices.burden(lift)
    assert links == 1


def test_taking_a_lift_out_takes_the_next_best_and_changes_no_later_answer() -> None:
    found = matrix(drawn(BESIDE))
    before = found.trees(["p.train"], ()).cost(0, "q.train")
    without_lift = found.trees(["p.train"], {"4:EV:1"})
    path = without_lift.path(0, "c.land")
    assert path is not None
    assert [step.link.length_m for step in path] == [400]  # round by the ramp, rather than the wheelchair lift
    assert found.trees(["p.train"], {"7:EV:1"}).path(0, "q.train") is None
    assert math.isinf(found.trees(["p.train"], {"7:EV:1"}).cost(0, "q.train"))
    assert found.trees(["p.train"], ()).cost(0, "q.train") == before


def test_a_unit_under_repair_is_out_unless_status_is_ignored() -> None:
    station = drawn(BESIDE)
    units = tuple(replace(unit, status=Status.UNDER_REPAIR) if unit.id == "4:EV:1" else unit for unit in station.units)
    station = replace(station, units=units)
    found = matrix(station)
    assert found.out_now == {"4:EV:1"}
    assert found.trees(["p.land"], found.out_now).path(0, "c.land") != found.trees(["p.land"], ()).path(0, "c.land")
    assert matrix(station, ignore_status=True).out_now == frozenset()


def test_a_passage_that_is_shut_stays_shut_whatever_runs() -> None:
    station = drawn(BESIDE)
    shut = tuple(
        replace(link, status=Status.CLOSED) if {link.start, link.end} == {"c.land", "c.hall"} else link
        for link in station.links
    )
    assert matrix(replace(station, links=shut)).trees(["p.train"], ()).path(0, "q.train") is None


# ── figures that no search can add up ────────────────────────────────────────


def _with_length(length: object) -> Station:
    station = drawn(BESIDE)
    return replace(station, links=(replace(station.links[0], length_m=length), *station.links[1:]))  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [float("nan"), float("inf"), -1.0, "12", True], ids=str)
@pytest.mark.parametrize("build", [Index, build_graph], ids=["search", "networkx"])
def test_a_weight_that_is_none_is_refused_when_the_graph_is_built_with_the_links_id(
    build: type[Index], length: object
) -> None:
    station = _with_length(length)
    with pytest.raises(InputRefusedError) as caught:
        build(station)
    (finding,) = caught.value.findings
    assert (finding.code, finding.layer, finding.value) == ("graph_bad_length", station.links[0].id, str(length))
    assert caught.value.exit_code == 4


def test_an_unknown_length_is_priced_as_unknown_and_never_counts_as_one_or_nothing() -> None:
    station = _with_length(None)
    found = matrix(station)
    (link,) = (link for link in station.links if link.id == station.links[0].id)
    known = matrix(drawn(BESIDE))
    assert found.prices.burden(link)[2] > known.prices.burden(drawn(BESIDE).links[0])[2]
    assert found.prices.times(link).total().high > found.prices.times(link).total().low > 1


@pytest.mark.parametrize("wait", [Seconds(-1, 0, 1), Seconds(0, float("nan"), 1), Seconds(0, 1, float("inf"))], ids=str)
def test_a_wait_that_is_none_is_refused_with_the_units_id(wait: Seconds) -> None:
    station = drawn(BESIDE)
    units = (replace(station.units[0], wait_s=wait), *station.units[1:])
    with pytest.raises(InputRefusedError) as caught:
        Index(replace(station, units=units))
    assert [(each.code, each.layer) for each in caught.value.findings] == [("graph_bad_wait", station.units[0].id)]


def test_an_error_of_a_place_that_is_none_is_refused_with_the_nodes_id() -> None:
    station = drawn(BESIDE)
    nodes = (replace(station.nodes[0], error_m=float("nan")), *station.nodes[1:])
    with pytest.raises(InputRefusedError) as caught:
        Index(replace(station, nodes=nodes))
    assert [(each.code, each.layer) for each in caught.value.findings] == [("graph_bad_error", station.nodes[0].id)]


# ── burdens as numbers ───────────────────────────────────────────────────────

BURDENS = st.tuples(st.integers(0, 5), st.integers(0, 9), st.integers(0, 600_000))


@settings(max_examples=200)
@given(st.lists(BURDENS, min_size=1, max_size=30), st.lists(BURDENS, min_size=1, max_size=30))
def test_numbers_compare_and_add_as_burdens_do(
    one: list[tuple[int, int, int]], two: list[tuple[int, int, int]]
) -> None:
    sums = [tuple(sum(each[n] for each in ways) for n in range(3)) for ways in (one, two)]
    digits = digits_for([max(s[n] for s in sums) for n in range(3)], 31, where="here")
    numbers = [sum(digits.number(each) for each in ways) for ways in (one, two)]
    exact = [(*total, len(ways)) for total, ways in zip(sums, (one, two), strict=True)]
    assert (numbers[0] < numbers[1]) == (exact[0] < exact[1])
    assert [digits.burden(number) for number in numbers] == [(each[:3], each[3]) for each in exact]


def test_burdens_too_great_to_add_up_exactly_are_refused() -> None:
    assert digits_for([0, 0, 10**9], 10**6, where="here").burden(5.0) == ((0, 0, 0), 5)
    with pytest.raises(InputRefusedError, match="here"):
        digits_for([1000, 1000, 10**9], 10**6, where="here")


def test_digits_leave_room_for_the_greatest_sum() -> None:
    digits = digits_for([2, 3, 4], 5, where="here")
    steps = [digits.millisecond, digits.assumed, digits.lift]
    assert all(high % low == 0 and high > low for low, high in pairwise(steps))
    assert digits.number((0, 0, 4), links=5) < digits.number((0, 1, 0), links=0)
    assert digits.number((0, 3, 4), links=5) < digits.number((1, 0, 0), links=0)
