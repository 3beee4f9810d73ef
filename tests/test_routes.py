"""The best way for each traveller, drawn small enough to check by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from drawn_station import EVIDENCE, drawn

from muui_maps.errors import InputRefusedError, NoRouteError, UnknownNameError, UsageError
from muui_maps.model import (
    Direction,
    Endpoint,
    Evidence,
    Finding,
    LinkKind,
    Method,
    Node,
    NodeKind,
    PlaceKind,
    Profile,
    Ride,
    Route,
    Seconds,
    Severity,
    Station,
    StationName,
    Status,
    SurveyItem,
    SurveyLeg,
    SurveyRun,
    Text,
)
from muui_maps.network.routes import default_costs, find_route
from muui_maps.profiles import PROFILES, Costs

if TYPE_CHECKING:
    from collections.abc import Sequence

CHAIR = PROFILES["manual_wheelchair"]
FROM, TO = Endpoint("4", "상계"), Endpoint("7", "중계")

# 노원 as it was surveyed in 2016: two lifts down to the street, 270 m outside, two lifts down again.
OUTSIDE = """
  4p  platform   4:3F    in   4:상계
  4c  concourse  4:2F    in
  4o  concourse  4:2F    out
  st  street     street  out
  7o  concourse  7:B1    out
  7c  concourse  7:B1    in
  7p  platform   7:B3    in   7:중계
  ---
  4p.train  -- 40 --          4p.ev
  4p.ev     == 4:EV:내부1 ==  4c.ev     rise=-6.1
  4c.ev     -- 55 --          4c.gate   group=2F
  4c.gate   |staff|           4o.gate
  4o.gate   -- 55 --          4o.ev     group=2F
  4o.ev     == 4:EV:외부1 ==  st.ev4    rise=-5.8
  st.ev4    -- 270 --         st.ev7
  st.ev7    == 7:EV:2 ==      7o.ev     rise=-7.0
  7o.ev     -- 17.5 --        7o.gate   group=B1
  7c.gate   |?|               7o.gate
  7c.gate   -- 17.5 --        7c.ev     group=B1
  7c.ev     == 7:EV:1 ==      7p.ev     rise=-12.5
  7p.ev     -- 15 --          7p.train
  st.ev4    -- 30 --          st.exit:2
  st.ev7    -- 10 --          st.exit:3
"""


def _go(
    station: Station,
    start: Endpoint = FROM,
    end: Endpoint = TO,
    *,
    profile: Profile = CHAIR,
    without: Sequence[str] = (),
    ignore_status: bool = False,
) -> Route:
    return find_route(station, start, end, profile=profile, without=without, ignore_status=ignore_status)


def _units(route: Route) -> list[str]:
    return [ride.unit for ride in route.rides]


def _doubts(route: Route, code: str) -> list[str]:
    return [doubt.message.en for doubt in route.doubts if doubt.code == code]


# ── legs and totals ──────────────────────────────────────────────────────────


def test_walks_and_rides_take_turns_and_add_up() -> None:
    route = _go(drawn(OUTSIDE))
    told = [(leg.unit.id if leg.unit else None, leg.from_level, leg.to_level, leg.length_m) for leg in route.legs]
    assert told == [
        (None, "4:3F", "4:3F", 40),
        ("4:EV:내부1", "4:3F", "4:2F", 0),
        (None, "4:2F", "4:2F", 110),
        ("4:EV:외부1", "4:2F", "street", 0),
        (None, "street", "street", 270),
        ("7:EV:2", "street", "7:B1", 0),
        (None, "7:B1", "7:B1", 35),
        ("7:EV:1", "7:B1", "7:B3", 0),
        (None, "7:B3", "7:B3", 15),
    ]
    assert route.length_m == 470
    assert route.rides[0] == Ride(LinkKind.ELEVATOR, "4:EV:내부1", "4:3F", "4:2F")
    assert (route.gates, route.staff_calls, route.reentries, route.goes_outside) == (2, 2, 1, True)
    total = sum((leg.times.total() for leg in route.legs), Seconds(0, 0, 0))
    assert route.seconds.typical == pytest.approx(total.typical)
    assert route.seconds.high == pytest.approx(total.high)


def test_the_range_holds_what_the_survey_of_2016_took_here() -> None:
    seconds = _go(drawn(OUTSIDE)).seconds
    assert seconds.low / 60 < 21 < seconds.high / 60
    assert abs(seconds.typical / 60 - 21) < 0.25 * 21
    assert seconds.high / seconds.low < 1.6  # a range of use


def test_equal_ways_are_told_apart_by_links_and_then_by_their_ids() -> None:
    fewest = drawn("""
      4p platform 4:3F in 4:상계
      7p platform 4:3F in 7:중계
      ---
      4p.train -- 10 -- 4p.a     id=a
      4p.a     -- 10 -- 7p.train id=b
      4p.train -- 20 -- 7p.train id=z
    """)
    assert [step.link.id for step in _go(fewest).legs[0].traversals] == ["z"]
    by_id = drawn("""
      4p platform 4:3F in 4:상계
      7p platform 4:3F in 7:중계
      ---
      4p.train -- 10 -- 4p.b     id=b
      4p.b     -- 10 -- 7p.train id=c
      4p.train -- 10 -- 4p.z     id=a
      4p.z     -- 10 -- 7p.train id=d
    """)
    assert [step.link.id for step in _go(by_id).legs[0].traversals] == ["a", "d"]


def test_the_way_back_is_the_way_there_turned_round() -> None:
    there, back = _go(drawn(OUTSIDE)), _go(drawn(OUTSIDE), TO, FROM)
    assert _units(back) == _units(there)[::-1]
    assert [t.link.id for leg in back.legs for t in leg.traversals][::-1] == [
        t.link.id for leg in there.legs for t in leg.traversals
    ]
    assert not any(t.forward for t in back.legs[0].traversals)
    assert back.seconds.typical == pytest.approx(there.seconds.typical)


def test_shares_of_one_surveyed_length_add_up_to_just_that_length() -> None:
    assert 1.1 + 2.2 != 3.3
    station = drawn("""
      4p platform 4:3F in 4:상계
      7p platform 7:B3 in 7:중계
      c  concourse 4:2F in
      ---
      4p.train == 4:EV:1 == c.a
      c.a -- 1.1 -- c.b group=g
      c.b -- 2.2 -- c.c group=g
      c.c == 7:EV:1 == 7p.train
    """)
    route = _go(station)
    assert [leg.length_m for leg in route.legs] == [0, 3.3, 0]
    assert route.length_m == 3.3


def test_a_gate_may_hold_a_share_of_the_metres() -> None:
    station = drawn(OUTSIDE)
    share = {"length_m": (EVIDENCE["~"],)}
    links = tuple(
        replace(link, length_m=20.0, evidence=share) if link.id == "4c.gate>4o.gate" else link for link in station.links
    )
    leg = _go(replace(station, links=links)).legs[2]
    assert (leg.length_m, leg.length_method) == (130, Method.DERIVED)
    assert leg.times.moving.typical == 130


def test_two_rides_in_a_row_have_no_leg_between() -> None:
    station = drawn("""
      4p platform 4:3F in 4:상계
      m  passage  4:2F in
      7p platform 7:B3 in 7:중계
      ---
      4p.train == 4:EV:1 == m.a
      m.a      == 7:EV:1 == 7p.train
    """)
    assert [leg.unit.id if leg.unit else None for leg in _go(station).legs] == ["4:EV:1", "7:EV:1"]


def test_stops_between_are_passed_in_the_order_of_travel() -> None:
    text = """
      4p platform 4:3F in 4:상계
      7p platform 7:B3 in 7:중계
      ---
      4p.train == 7:EV:1 == 7p.train
    """
    station = drawn(text, served={"7:EV:1": ("7:B3", "7:B2", "7:B1", "4:3F")})
    assert _go(station).legs[0].passes == ("7:B1", "7:B2")
    assert _go(station, TO, FROM).legs[0].passes == ("7:B2", "7:B1")


def test_a_flight_of_stairs_is_a_ride_without_a_unit() -> None:
    station = drawn("""
      4p platform 4:3F in 4:상계
      7p platform 7:B3 in 7:중계
      ---
      4p.train == stairs == 7p.train id=s1
    """)
    route = _go(station, profile=PROFILES["walker"])
    assert [(ride.kind, ride.unit) for ride in route.rides] == [(LinkKind.STAIRS, "s1")]
    assert route.legs[0].unit is None


# ── who takes what ───────────────────────────────────────────────────────────

LIFT_OR_WHEELCHAIR_LIFT = """
  4p platform  4:3F   in  4:상계
  c  concourse 4:2F   in
  st street    street out
  7p platform  7:B3   in  7:중계
  ---
  4p.train == 4:EV:1 == c.a
  c.a      -- 10 --     c.b
  c.b      == 7:WL:1 == 7p.wl width=800
  7p.wl    -- 10 --     7p.train
  c.a      -- 900 --    st.a
  st.a     == 7:EV:2 == 7p.ev
  7p.ev    -- 900 --    7p.train
"""


def test_a_way_by_lifts_alone_wins_however_long_it_is() -> None:
    station = drawn(LIFT_OR_WHEELCHAIR_LIFT)
    assert _units(_go(station)) == ["4:EV:1", "7:EV:2"]
    assert _go(station).length_m == 1800


def test_the_wheelchair_lift_is_taken_where_there_is_nothing_else() -> None:
    route = _go(drawn(LIFT_OR_WHEELCHAIR_LIFT), without=["7:EV:2"])
    assert _units(route) == ["4:EV:1", "7:WL:1"]
    assert route.rides[1].kind is LinkKind.WHEELCHAIR_LIFT


@pytest.mark.parametrize("who", ["lift_averse", "stroller", "walker"])
def test_some_take_no_wheelchair_lift_even_then(who: str) -> None:
    with pytest.raises(NoRouteError) as caught:
        _go(drawn(LIFT_OR_WHEELCHAIR_LIFT), profile=PROFILES[who], without=["7:EV:2"])
    assert [blocker.en for blocker in caught.value.blockers] == ["Line 7 lift 2 (street → Line 7 B3): taken as out"]


def test_a_powered_chair_is_refused_by_the_old_narrow_wheelchair_lift() -> None:
    narrow = drawn("""
      4p platform 4:3F in 4:상계
      7p platform 7:B3 in 7:중계
      ---
      4p.train == 7:WL:1 == 7p.train width=760
    """)
    assert _units(_go(narrow)) == ["7:WL:1"]
    with pytest.raises(NoRouteError) as caught:
        _go(narrow, profile=PROFILES["powered_wheelchair"])
    assert [blocker.en for blocker in caught.value.blockers] == [
        "Line 7 wheelchair lift 1 (Line 4 3F → Line 7 B3): too narrow: 760 mm"
    ]


ALL_KINDS = """
  4p platform  4:3F  in  4:상계
  7p platform  7:B3  in  7:중계
  ---
  4p.train -- 5 -- 4p.a
  4p.a == stairs == 7p.a
  4p.a == 7:ES:1 == 7p.b oneway
  4p.a == 7:EV:1 == 7p.c
  7p.a -- 5 -- 7p.train
  7p.b -- 5 -- 7p.train
  7p.c -- 5 -- 7p.train
"""


def test_a_walker_takes_the_moving_stairs_down_and_not_up() -> None:
    station = drawn(ALL_KINDS.replace("7:B3", "7:2F"))
    walker = PROFILES["walker"]
    assert [ride.kind for ride in _go(station, profile=walker).rides] == [LinkKind.ESCALATOR]
    assert [ride.kind for ride in _go(station, TO, FROM, profile=walker).rides] == [LinkKind.STAIRS]


@pytest.mark.parametrize("who", sorted(set(PROFILES) - {"walker"}))
def test_all_on_wheels_take_the_lift(who: str) -> None:
    assert _units(_go(drawn(ALL_KINDS), profile=PROFILES[who])) == ["7:EV:1"]


def test_one_station_asked_in_turn_answers_each_traveller_by_their_own_figures() -> None:
    station = drawn("""
      4p platform 4:3F in 4:상계
      7p platform 4:2F in 7:중계
      ---
      4p.train == 4:EV:1 == 7p.train
      4p.train -- 108 --    7p.train id=w
    """)
    stroller, slow = PROFILES["stroller"], _with_figure("moving", "", 0.4, 0.5, 0.6)
    for _ in range(2):
        assert _units(_go(station)) == []
        assert _units(_go(station, profile=stroller)) == ["4:EV:1"]
        assert _units(find_route(station, FROM, TO, profile=CHAIR, costs=slow)) == ["4:EV:1"]


def test_whoever_fits_through_the_narrow_gate_needs_no_way_round_it() -> None:
    station = drawn("""
      4p platform 4:3F in 4:상계
      7p platform 4:3F in 7:중계
      ---
      4p.train |staff| 7p.train
      4p.train -- 50 -- 7p.train id=w
    """)
    slim = replace(CHAIR, wheels=False)
    for _ in range(2):
        assert _go(station).gates == 0
        assert _go(station, profile=slim).gates == 1


def _with_figure(term: str, kind: str, low: float, typical: float, high: float) -> Costs:
    """The table with one figure for the manual wheelchair changed."""
    table = dict(default_costs().figures)
    key = (term, kind, CHAIR.id)
    table[key] = replace(table[key], low=low, typical=typical, high=high)
    return Costs(table)


# ── repair, units left out ───────────────────────────────────────────────────

TWO_WAYS = """
  4p platform  4:3F   in  4:상계
  4q platform  4:3F   in  4:창동
  7p platform  7:B3   in  7:중계
  st street    street out
  ---
  4p.train -- 10 -- 4p.a
  4p.train -- 20 -- 4p.b
  4p.a == 7:EV:1 == 7p.a
  4p.b == 7:EV:2 == 7p.b
  7p.a -- 10 -- 7p.train
  7p.b -- 10 -- 7p.train
  4p.train -- 50 -- 4p.c
  4p.c == 4:EV:9 == st.c
  st.c == 7:EV:9 == 7p.c
  7p.c -- 50 -- 7p.train
"""


def test_a_lift_under_repair_is_not_used_and_the_route_says_so() -> None:
    route = _go(drawn(TWO_WAYS.replace("7p.a\n", "7p.a repair\n", 1)))
    assert _units(route) == ["7:EV:2"]
    assert route.unavailable == ("7:EV:1",)
    assert _doubts(route, "unit_under_repair") == ["Line 7 lift 1: under repair"]
    assert route.legs[1].same_as == ()


@pytest.mark.parametrize(
    ("as_of", "ko", "en"),
    [
        ("2025-10-01", " (2025-10-01 기준)", " (as of 2025-10-01)"),
        ("<=2025-10-01", " (2025-10-01 이전 자료)", " (as of 2025-10-01 at the latest)"),
    ],
)
def test_repair_is_told_with_its_date(as_of: str, ko: str, en: str) -> None:
    station = drawn(TWO_WAYS.replace("7p.a\n", "7p.a repair\n", 1))
    dated = replace(station, units=tuple(replace(unit, status_as_of=as_of) for unit in station.units))
    (doubt,) = _go(dated).doubts
    assert doubt.message.ko == f"7호선 엘리베이터 1: 수리 중이에요{ko}"
    assert doubt.message.en == f"Line 7 lift 1: under repair{en}"


def test_a_lift_under_repair_beside_the_one_taken_is_told_too() -> None:
    route = _go(drawn(TWO_WAYS.replace("7p.b\n", "7p.b repair\n", 1)))
    assert _units(route) == ["7:EV:1"]
    assert route.unavailable == ("7:EV:2",)


def test_all_lifts_whose_repair_sends_one_round_are_told() -> None:
    text = TWO_WAYS.replace("7p.a\n", "7p.a repair\n", 1).replace("7p.b\n", "7p.b repair\n", 1)
    route = _go(drawn(text))
    assert _units(route) == ["4:EV:9", "7:EV:9"]
    assert route.unavailable == ("7:EV:1", "7:EV:2")
    beside = _go(drawn(text + "  4p.c == 4:EV:8 == st.c repair id=e8\n"))
    assert beside.unavailable == ("4:EV:8", "7:EV:1", "7:EV:2")


def test_a_lift_under_repair_elsewhere_is_nothing_to_this_route() -> None:
    route = _go(drawn(TWO_WAYS.replace("4p.c == 4:EV:9 == st.c", "4p.c == 4:EV:9 == st.c repair")))
    assert route.unavailable == ()
    assert _doubts(route, "unit_under_repair") == []


def test_with_status_ignored_the_lift_is_used_and_still_said_to_be_under_repair() -> None:
    route = _go(drawn(TWO_WAYS.replace("7p.a\n", "7p.a repair\n", 1)), ignore_status=True)
    assert _units(route) == ["7:EV:1"]
    assert route.unavailable == ()
    assert [(d.code, d.leg) for d in route.doubts if d.code == "unit_under_repair"] == [("unit_under_repair", 1)]


def test_the_link_alone_may_be_under_repair() -> None:
    station = drawn(TWO_WAYS)
    links = tuple(
        replace(link, status=Status.UNDER_REPAIR) if link.unit == "7:EV:1" else link for link in station.links
    )
    assert _units(_go(replace(station, links=links))) == ["7:EV:2"]


def test_a_unit_left_out_on_request_is_listed_and_is_no_doubt() -> None:
    route = _go(drawn(TWO_WAYS), without=["7:EV:1"])
    assert _units(route) == ["7:EV:2"]
    assert route.unavailable == ("7:EV:1",)
    assert _doubts(route, "unit_under_repair") == []


def test_other_lifts_between_the_same_places_would_do_as_well() -> None:
    assert _go(drawn(TWO_WAYS)).legs[1].same_as == ("7:EV:2",)
    assert _go(drawn(TWO_WAYS), without=["7:EV:2"]).legs[1].same_as == ()


def test_a_lift_that_one_could_only_guess_the_way_to_would_not_do() -> None:
    station = drawn(TWO_WAYS)
    guessed = {"link": (Evidence("muui_maps", "nobody describes it", None, Method.ASSUMED),)}
    links = tuple(
        replace(link, evidence=guessed) if {link.start, link.end} == {"7p.b", "7p.train"} else link
        for link in station.links
    )
    assert _go(replace(station, links=links)).legs[1].same_as == ()


def test_stairs_of_known_metres_are_walked_metres_and_take_no_less_than_their_floors() -> None:
    station = drawn(ALL_KINDS)
    stairs = next(link for link in station.links if link.kind is LinkKind.STAIRS)
    only = replace(station, links=tuple(link for link in station.links if link.unit is None))
    long = replace(only, links=tuple(replace(x, length_m=278.0) if x.id == stairs.id else x for x in only.links))
    walker = PROFILES["walker"]
    (climb,) = [leg for leg in _go(only, profile=walker).legs if leg.traversals[0].link.kind is LinkKind.STAIRS]
    (walk,) = [leg for leg in _go(long, profile=walker).legs if leg.traversals[0].link.kind is LinkKind.STAIRS]
    assert (climb.length_m, walk.length_m) == (0.0, 278.0)
    assert walk.times.total().typical == pytest.approx(278.0 / 1.2)
    assert climb.times.total().typical < walk.times.total().typical


def test_an_escalator_the_other_way_would_not_do() -> None:
    text = ALL_KINDS.replace("4p.a == 7:EV:1 == 7p.c", "7p.c == 7:ES:2 == 4p.a oneway")
    (ride,) = [leg for leg in _go(drawn(text), profile=PROFILES["walker"]).legs if leg.unit]
    assert ride.unit is not None
    assert (ride.unit.id, ride.same_as) == ("7:ES:1", ())


def test_a_unit_that_the_register_lacks_is_used_with_a_doubt_and_only_if_need_be() -> None:
    alone = drawn(TWO_WAYS.replace("7p.a\n", "7p.a stranger\n", 1))
    # 20 s of caution outweigh the 10 m to the other lift.
    assert _units(_go(alone)) == ["7:EV:2"]
    route = _go(alone, without=["7:EV:2"])
    assert _units(route) == ["7:EV:1"]
    assert [d.leg for d in route.doubts if d.code == "unit_not_in_register"] == [1]


def test_unknown_status_of_a_registered_unit_is_no_doubt() -> None:
    station = drawn(TWO_WAYS)
    units = tuple(replace(unit, status=Status.UNKNOWN) for unit in station.units)
    assert _go(replace(station, units=units)).doubts == _go(station).doubts == ()


# ── gates, the street, re-entry ──────────────────────────────────────────────


def test_an_unknown_gate_counts_as_a_staff_call_and_is_a_doubt() -> None:
    route = _go(drawn(OUTSIDE))
    assert len(_doubts(route, "gate_staff_unknown")) == 1
    tapped = _go(drawn(OUTSIDE.replace("|?|", "|tap|")))
    assert (tapped.gates, tapped.staff_calls) == (2, 1)
    assert _doubts(tapped, "gate_staff_unknown") == []
    assert tapped.seconds.typical < route.seconds.typical


def test_a_walker_taps() -> None:
    walker = _go(drawn(OUTSIDE), profile=PROFILES["walker"])
    assert (walker.gates, walker.staff_calls) == (2, 0)
    assert _doubts(walker, "gate_staff_unknown") == []


def test_re_entry_is_warned_of_and_too_long_a_way_round_is_said_to_be_too_long() -> None:
    (short,) = _doubts(_go(drawn(OUTSIDE)), "reentry_30_minutes")
    assert "30 minutes" in short
    assert "too long" not in short
    route = _go(drawn(OUTSIDE.replace("-- 270 --", "-- 1500 --")))
    (far,) = _doubts(route, "reentry_30_minutes")
    # From the first gate, passed, to the second, passed: two lifts, the street, and what is walked before and after.
    inside_2f, outside_2f = 55 / 0.8, 117
    outside = sum(leg.times.total().high for leg in route.legs[2:7]) - inside_2f - outside_2f - 17.5 / 0.8
    assert far.endswith(f"It may take up to {outside / 60:.0f} minutes, which is too long.")


def test_time_inside_the_gates_does_not_count_towards_re_entry() -> None:
    (doubt,) = _doubts(_go(drawn(OUTSIDE.replace("-- 40 --", "-- 3000 --"))), "reentry_30_minutes")
    assert "too long" not in doubt


@pytest.mark.parametrize("known", ["out", "?"])
def test_re_entry_is_seen_where_no_gate_is_recorded(known: str) -> None:
    """Official texts leave gates out; the street is outside all the same."""
    text = TWO_WAYS.replace("st street    street out", f"st street    street {known}")
    route = _go(drawn(text), without=["7:EV:1", "7:EV:2"])
    assert _units(route) == ["4:EV:9", "7:EV:9"]
    assert (route.gates, route.reentries) == (0, 1)


def test_re_entry_is_seen_by_the_gates_where_the_places_say_nothing() -> None:
    station = drawn("""
      4p platform  4:3F in 4:상계
      a  concourse 4:2F ?
      b  concourse 4:2F ?
      c  concourse 4:2F ?
      7p platform  7:B3 in 7:중계
      ---
      4p.train == 4:EV:1 == a.gate
      a.gate   |tap|        b.gate
      c.gate   |tap|        b.gate
      c.gate   -- 900 --    c.ev
      c.ev     == 7:EV:1 == 7p.train
    """)
    route = _go(station)
    assert (route.gates, route.reentries) == (2, 1)
    (doubt,) = _doubts(route, "reentry_30_minutes")
    assert "too long" not in doubt


def test_out_to_the_street_or_in_from_it_is_no_re_entry() -> None:
    station = drawn(OUTSIDE)
    out, back = _go(station, FROM, Endpoint(exit="2")), _go(station, Endpoint(exit="2"), FROM)
    assert (out.reentries, back.reentries) == (0, 0)
    assert (out.gates, back.gates) == (1, 1)
    assert out.goes_outside
    assert _doubts(out, "reentry_30_minutes") == []


def test_a_transfer_inside_does_not_go_outside() -> None:
    route = _go(drawn(TWO_WAYS))
    assert (route.goes_outside, route.reentries, route.gates) == (False, 0, 0)


# ── endpoints ────────────────────────────────────────────────────────────────


def test_the_street_is_the_nearest_exit() -> None:
    station = drawn(OUTSIDE)
    up = _go(station, TO, Endpoint())
    assert up.legs[-1].traversals[-1].link.end == "street:exit:3"
    down = _go(station, Endpoint(), FROM)
    assert down.legs[0].traversals[0].link.end == "street:exit:2"
    assert up.end.key == "street"


def test_from_the_street_no_one_walks_from_exit_to_exit() -> None:
    station = drawn(OUTSIDE + "  st.exit:2 -- 1 -- st.exit:3\n")
    for end in (FROM, TO):
        walk = _go(station, Endpoint(), end).legs[0]
        assert len(walk.traversals) == 1
    assert _go(station, Endpoint(), FROM).length_m == 30 + 110 + 40


@pytest.mark.parametrize("where", [Endpoint("4", "당고개"), Endpoint("9", "상계"), Endpoint(exit="8")])
def test_no_such_place_is_not_the_same_as_no_way(where: Endpoint) -> None:
    with pytest.raises(UnknownNameError) as caught:
        _go(drawn(OUTSIDE), FROM, where)
    assert where.key in caught.value.message.en
    assert caught.value.existing == (("exit:2", "exit:3") if where.line is None else ("4:상계", "7:중계"))


def test_a_station_without_exits_has_no_street() -> None:
    with pytest.raises(UnknownNameError):
        _go(drawn(TWO_WAYS), FROM, Endpoint())


def test_unknown_units_to_do_without_are_named() -> None:
    with pytest.raises(UnknownNameError) as caught:
        _go(drawn(TWO_WAYS), without=["7:EV:77"])
    assert "7:EV:77" in caught.value.message.ko
    assert "7:EV:1" in caught.value.existing


def test_from_a_place_to_itself_is_no_question() -> None:
    with pytest.raises(UsageError):
        _go(drawn(OUTSIDE), FROM, FROM)
    with pytest.raises(UsageError):
        _go(drawn(OUTSIDE), Endpoint(), Endpoint(exit="3"))


# ── no way ───────────────────────────────────────────────────────────────────


def test_no_way_says_which_lift_is_under_repair() -> None:
    with pytest.raises(NoRouteError) as caught:
        _go(drawn(OUTSIDE.replace("rise=-12.5", "rise=-12.5 repair")))
    assert caught.value.exit_code == 5
    assert caught.value.blockers == (
        Text(
            "7호선 엘리베이터 1 (7호선 B1 → 7호선 B3): 수리 중이에요",
            "Line 7 lift 1 (Line 7 B1 → Line 7 B3): under repair",
        ),
    )
    assert "4:상계" in caught.value.message.ko
    assert "수동휠체어" in caught.value.message.ko


def test_no_way_says_what_is_refused_on_it() -> None:
    text = ALL_KINDS.replace("  4p.a == 7:EV:1 == 7p.c\n", "").replace("  7p.c -- 5 -- 7p.train\n", "")
    with pytest.raises(NoRouteError) as caught:
        _go(drawn(text))
    (blocker,) = caught.value.blockers
    assert blocker.en in ("stairs (Line 4 3F → Line 7 B3)", "Line 7 escalator 1 (Line 4 3F → Line 7 B3)")


def test_a_broken_lift_is_named_rather_than_the_stairs_beside_it() -> None:
    with pytest.raises(NoRouteError) as caught:
        _go(drawn(ALL_KINDS.replace("4p.a == 7:EV:1 == 7p.c", "4p.a == 7:EV:1 == 7p.c repair")))
    assert [blocker.ko for blocker in caught.value.blockers] == [
        "7호선 엘리베이터 1 (4호선 3F → 7호선 B3): 수리 중이에요"
    ]


def test_no_link_at_all_is_said_to_be_a_gap_in_the_data() -> None:
    station = drawn(TWO_WAYS)
    with pytest.raises(NoRouteError) as caught:
        _go(
            replace(station, nodes=(*station.nodes, Node("4q.train", "4q", "4:3F", NodeKind.TRAIN, Text("", "")))),
            Endpoint("4", "창동"),
            TO,
        )
    assert "no link at all" in caught.value.blockers[0].en


# ── lengths and doubts ───────────────────────────────────────────────────────


def test_an_unknown_length_stays_unknown_and_is_a_doubt() -> None:
    known, unknown = _go(drawn(OUTSIDE)), _go(drawn(OUTSIDE.replace("-- 270 --", "-- ? --")))
    assert unknown.length_m is None
    assert unknown.legs[4].length_m is None
    assert unknown.legs[4].length_method is None
    assert [(d.code, d.leg) for d in unknown.doubts if d.code.startswith("length")] == [("length_unknown", 4)]
    assert unknown.seconds.high - unknown.seconds.low > known.seconds.high - known.seconds.low


def test_a_change_that_rides_nothing_says_that_nobody_surveyed_one() -> None:
    """Every surveyed change had a lift; only who is on wheels is given the time that they took at the trains."""
    across = drawn("""
      p  platform  4:1F  in  4:상계
      q  platform  4:1F  in  7:중계
      ---
      p.train  -- 30 --  q.train
    """)

    def said(station: Station, profile: Profile = CHAIR) -> list[str]:
        doubts = _go(station, profile=profile).doubts
        return [each.code for each in doubts if each.code == "train_time_unsurveyed"]

    assert said(across) == ["train_time_unsurveyed"]
    assert said(across, PROFILES["walker"]) == []
    assert said(drawn(TWO_WAYS)) == []


def test_a_walk_between_floors_of_two_names_says_that_no_lift_is_told() -> None:
    """`(B3) … 이동`, `(B2) 승강장으로 이동`: one floor under two names, a ramp, or a lift that the text leaves out."""
    joined = """
      p  platform  4:B3  in  4:상계
      q  platform  7:B2  in  7:중계
      ---
      p.train  -- 30 --  q.train
    """

    def said(station: Station) -> list[str]:
        return [each.message.en for each in _go(station).doubts if each.code == "floor_change_untold"]

    (told,) = said(drawn(joined))
    assert told.startswith("from B3 to B2 no text names a lift")
    assert said(drawn(joined.replace("7:B2", "7:B3"))) == []
    assert said(drawn(joined.replace("7:B2", "7:?"))) == [], "an unknown floor is another doubt"
    station = drawn(joined)
    levels = tuple(replace(level, elevation_m=-16.7) for level in station.levels)
    assert said(replace(station, levels=levels)) == [], "the heights say that it is one floor"


def test_an_unknown_length_is_not_taken_for_none() -> None:
    """A search that counts a missing weight as 1, as networkx does, would take the unknown way."""
    station = drawn("""
      4p platform 4:3F in 4:상계
      7p platform 4:3F in 7:중계
      ---
      4p.train -- ? -- 4p.a
      4p.a -- ? -- 7p.train
      4p.train -- 60 -- 7p.train
    """)
    assert _go(station).length_m == 60


@pytest.mark.parametrize(
    ("mark", "method", "code"),
    [("!", Method.OFFICIAL, None), ("~", Method.DERIVED, "length_derived"), ("*", Method.ASSUMED, "length_assumed")],
)
def test_a_leg_is_as_sure_as_its_weakest_length(mark: str, method: Method, code: str | None) -> None:
    route = _go(drawn(OUTSIDE.replace("4o.gate   -- 55 --", f"4o.gate   -- 55{mark} --")))
    assert route.legs[2].length_method is method
    assert route.legs[0].length_method is Method.SURVEYED
    assert [(d.code, d.leg) for d in route.doubts if d.code.startswith("length")] == ([(code, 2)] if code else [])


@pytest.mark.parametrize("length", [float("nan"), -1.0])
def test_a_length_that_is_none_is_refused(length: float) -> None:
    station = drawn(OUTSIDE)
    with pytest.raises(InputRefusedError, match="length_m"):
        _go(replace(station, links=(replace(station.links[0], length_m=length), *station.links[1:])))


def _finding(code: str, layer: str | None) -> Finding:
    return Finding(code, Severity.WARNING, Text(f"{code} 달라요", f"{code} differs"), Text("", ""), layer=layer)


def test_findings_about_what_is_met_become_doubts_where_they_are_met() -> None:
    findings = (
        _finding("gates_differ", "7c"),
        _finding("concourse_differs", "4c"),
        _finding("lift_levels_differ", "7:EV:1"),
        _finding("link_odd", "st.ev4>st.ev7"),
        _finding("elsewhere", "7:EV:9"),
        _finding("whole_station", None),
    )
    route = _go(drawn(OUTSIDE, findings=findings))
    met = {(d.code, d.leg) for d in route.doubts if d.message.en.endswith("differs")}
    assert met == {("gates_differ", 6), ("concourse_differs", 2), ("lift_levels_differ", 7), ("link_odd", 4)}


def test_a_unit_that_the_register_lacks_is_told_once() -> None:
    text = OUTSIDE.replace("rise=-12.5", "rise=-12.5 stranger")
    route = _go(drawn(text, findings=(_finding("unit_not_in_register", "7:EV:1"),)))
    assert len(_doubts(route, "unit_not_in_register")) == 1


def test_two_guesses_never_undercut_a_measured_leg() -> None:
    """From the wheelchair lift to the lift 90 m are measured; by the escalator between them nobody measured a metre."""
    station = drawn("""
      4p platform  4:3F   in  4:상계
      7c concourse 7:B2   in
      7p platform  7:B3   in  7:중계
      ---
      4p.train -- 10 -- 4p.a
      4p.a == 7:EV:3 == 7c.a
      7c.a -- 90 -- 7c.b
      7c.a -- ? -- 7c.es
      7c.es -- ? -- 7c.b
      7c.b == 7:EV:1 == 7p.b
      7p.b -- 10 -- 7p.train
    """)
    assert _go(station).length_m == 110.0


def test_a_way_that_is_only_assumed_is_the_last_resort_and_a_doubt() -> None:
    station = drawn("""
      4p platform 4:3F in 4:상계
      7p platform 4:3F in 7:중계
      ---
      4p.train -- 10 -- 7p.train id=short
      4p.train -- 99 -- 7p.train id=told
    """)
    guessed, seen = {"link": (EVIDENCE["*"],)}, {"link": (EVIDENCE["*"], EVIDENCE["!"])}
    short, told = (replace(link, evidence={**link.evidence, **guessed}) for link in station.links)
    told = replace(told, evidence={**told.evidence, **seen})
    route = _go(replace(station, links=(short, told)))
    assert route.length_m == 99
    assert _doubts(route, "way_assumed") == []
    alone = _go(replace(station, links=(short,)))
    assert alone.length_m == 10
    assert [(doubt.code, doubt.leg) for doubt in alone.doubts if doubt.leg is not None] == [("way_assumed", 0)]


# ── the survey of just this transfer ─────────────────────────────────────────


def _run(run_id: str, observed_at: str, to_direction: str = "중계") -> SurveyRun:
    return SurveyRun(run_id, "drawn", observed_at, "x", "4", "상계", "7", to_direction, None, None, 21, ())


def test_the_newest_survey_of_this_transfer_goes_with_it() -> None:
    runs = (_run("b", "2016"), _run("a", "2019"), _run("c", "2020", to_direction="마들"))
    station = drawn(OUTSIDE, runs=runs)
    assert (_go(station).run or runs[0]).run_id == "a"
    assert _go(station, TO, FROM).run is None
    assert _go(station, FROM, Endpoint(exit="2")).run is None


def test_a_survey_of_another_way_does_not_go_with_this_one() -> None:
    """금정: surveyors took lifts over the tracks; who crosses the platform gets neither their doors nor minutes."""

    def rode(*items: str) -> SurveyRun:
        met = tuple(SurveyItem(None, item, None) for item in items)
        return replace(_run("a", "2016"), legs=(SurveyLeg("2F", "4", PlaceKind.PASSAGE, paid_area=True, items=met),))

    assert _go(drawn(OUTSIDE, runs=(rode("elevator", "gate", "elevator"),))).run is not None
    assert _go(drawn(OUTSIDE, runs=(rode("wheelchair_lift", "elevator"),))).run is None
    assert _go(drawn(OUTSIDE, runs=(rode("gate"),))).run is None
    assert _go(drawn(OUTSIDE, runs=(replace(rode("gate"), incomplete=True),))).run is not None, "rows are missing"


def test_a_survey_under_the_old_name_of_the_next_station_is_found() -> None:
    station = replace(
        drawn(OUTSIDE, runs=(_run("a", "2016", to_direction="옛중계"),)),
        directions=(Direction("7", StationName("중계"), None, aliases=("옛중계",)),),
    )
    run = _go(station).run
    assert run is not None
    assert run.run_id == "a"
