"""Our routes beside official texts and surveys: what counts as the same, and that every reason is checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from shared import REPOSITORY

from muui_maps.facts import ActFact, OfficialRouteFact
from muui_maps.insight.agreement import Group
from muui_maps.insight.agreement_page import agreement_page
from muui_maps.insight.compare import OfficialComparison, Ours, compare_official, compare_surveys, figures
from muui_maps.insight.compare import Platform as ComparedPlatform
from muui_maps.insight.official import StatedRide, StatedRoute, stated_by_survey, stated_by_text
from muui_maps.insight.plots import agreement_plot
from muui_maps.insight.reasons import REASON_TEXTS, Reason
from muui_maps.model import (
    Direction,
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
    Ride,
    Station,
    StationName,
    Status,
    SurveyItem,
    SurveyLeg,
    SurveyRun,
    Text,
    Unit,
    UnitKind,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

EVIDENCE = Evidence("test", "row 1", "2025", Method.OFFICIAL)
HERE = Text("여기", "here")


# 4호선 3F   ●상계── E1
#       2F           E1 ──┃gate┃── E2      W1 (inside the gates)
#   street                         E2 ──── E3
# 7호선 B1     W1 ┃ E4 ──┃gate┃── E3
#       B3   ●중계── E4
def station(*, wheelchair_lift: bool = True, street: bool = True, out: Sequence[str] = ()) -> Station:
    """Two ways from 4호선 to 7호선: four lifts by way of the street, or a wheelchair lift inside."""
    places = (
        _place("4:platform:상계", PlaceKind.PLATFORM, "4:3F", "상계", paid=True),
        _place("4:concourse:in", PlaceKind.CONCOURSE, "4:2F", paid=True),
        _place("4:concourse:out", PlaceKind.CONCOURSE, "4:2F", paid=False),
        _place("street", PlaceKind.STREET, "street", paid=False),
        _place("7:concourse:out", PlaceKind.CONCOURSE, "7:B1", paid=False),
        _place("7:concourse:in", PlaceKind.CONCOURSE, "7:B1", paid=True),
        _place("7:platform:중계", PlaceKind.PLATFORM, "7:B3", "중계", paid=True),
    )
    by_id = {place.id: place for place in places}
    links = [
        *_lift("4:EV:1", "4:platform:상계", "4:concourse:in", out),
        *_lift("4:EV:2", "4:concourse:out", "street", out),
        *_lift("7:EV:3", "street", "7:concourse:out", out),
        *_lift("7:EV:4", "7:concourse:in", "7:platform:중계", out),
        _walk("4:train", "4:EV:1@4:platform:상계"),
        _walk("4:EV:1@4:concourse:in", "4:gate:in"),
        _gate("4:gate:in", "4:gate:out"),
        _walk("4:gate:out", "4:EV:2@4:concourse:out"),
        _walk("7:EV:3@7:concourse:out", "7:gate:out"),
        _gate("7:gate:in", "7:gate:out"),
        _walk("7:gate:in", "7:EV:4@7:concourse:in"),
        _walk("7:EV:4@7:platform:중계", "7:train"),
    ]
    if street:
        links.append(_walk("4:EV:2@street", "7:EV:3@street", length_m=270.0))
    if wheelchair_lift:
        links += _lift("7:WL:1", "4:concourse:in", "7:concourse:in", out, LinkKind.WHEELCHAIR_LIFT)
        links += [
            _walk("4:EV:1@4:concourse:in", "7:WL:1@4:concourse:in"),
            _walk("7:WL:1@7:concourse:in", "7:EV:4@7:concourse:in"),
        ]
    return Station(
        id="nowon",
        name=StationName("노원", "Nowon"),
        lines=("4", "7"),
        directions=(
            Direction("4", StationName("상계", "Sanggye"), StationName("진접")),
            Direction("7", StationName("중계", "Junggye"), StationName("석남"), aliases=("옛중계",)),
        ),
        levels=(
            Level("4:2F", "4", "2F", elevation_m=6.0),
            Level("4:3F", "4", "3F", elevation_m=12.0),
            Level("7:B1", "7", "B1", elevation_m=-6.0),
            Level("7:B3", "7", "B3", aliases=("B2",), elevation_m=-14.0),
            Level("street", None, None, elevation_m=0.0),
        ),
        places=tuple(sorted(places, key=lambda place: place.id)),
        nodes=_nodes(links, by_id),
        links=tuple(sorted(links, key=lambda link: link.id)),
        units=tuple(_unit(unit, out) for unit in _UNITS if wheelchair_lift or unit != "7:WL:1"),
        platforms=(
            Platform("4:platform:상계", "4:train", "4", "상계", "4:3F", 10, None, None),
            Platform("7:platform:중계", "7:train", "7", "중계", "7:B3", 8, None, None),
        ),
    )


_UNITS = {
    "4:EV:1": ("4:2F", "4:3F"),
    "4:EV:2": ("street", "4:2F"),
    "7:EV:3": ("7:B1", "street"),
    "7:EV:4": ("7:B3", "7:B1"),
    "7:WL:1": ("7:B1", "4:2F"),
}


def _place(place: str, kind: PlaceKind, level: str, direction: str | None = None, *, paid: bool) -> Place:
    line = None if level == "street" else level.partition(":")[0]
    return Place(place, kind, level, line, HERE, paid, direction)


def _unit(unit: str, out: Sequence[str]) -> Unit:
    line, kind, number = unit.split(":")
    status = Status.UNDER_REPAIR if unit in out else Status.WORKING
    return Unit(unit, UnitKind(kind), line, number, Text(number, number), _UNITS[unit], status=status)


def _lift(unit: str, start: str, end: str, out: Sequence[str], kind: LinkKind = LinkKind.ELEVATOR) -> list[Link]:
    status = Status.UNDER_REPAIR if unit in out else Status.WORKING
    return [
        Link(f"{unit}@{start}-{end}", f"{unit}@{start}", f"{unit}@{end}", kind, unit=unit, rise_m=5.0, status=status)
    ]


def _walk(start: str, end: str, length_m: float = 20.0) -> Link:
    return Link(f"{start}-{end}", start, end, LinkKind.WALKWAY, length_m=length_m)


def _gate(inside: str, outside: str) -> Link:
    return Link(f"{inside}-{outside}", inside, outside, LinkKind.GATE, staff_call=True, paid_after=False)


def _nodes(links: Sequence[Link], places: dict[str, Place]) -> tuple[Node, ...]:
    found = {}
    for name in sorted({end for link in links for end in (link.start, link.end)}):
        if name.endswith("train"):
            place, kind = ("4:platform:상계" if name[0] == "4" else "7:platform:중계"), NodeKind.TRAIN
        elif "gate" in name:
            place, kind = f"{name[0]}:concourse:{name.rpartition(':')[2]}", NodeKind.GATE
        else:
            place, kind = name.partition("@")[2], NodeKind.LANDING
        found[name] = Node(name, place, places[place].level, kind, HERE)
    return tuple(found.values())


# ── official texts ───────────────────────────────────────────────────────────

ORIGIN = {"dataset": "test", "publisher": "test", "licence": "test", "as_of": "2025-08-11", "record": "1"}


@dataclass
class Texts:
    """Official routes, each written as words: `3F EV 2F gate EV 1F EV B1 EV B3`."""

    routes: list[OfficialRouteFact] = field(default_factory=list)
    acts: dict[str, list[ActFact]] = field(default_factory=dict)

    def add(self, words: str, *, operator: str = "S1", start: str = "4:상계", end: str = "7:중계") -> Texts:
        route_id = f"{operator}:{start}-{end}:{len(self.routes)}"
        (from_line, from_direction), (to_line, to_direction) = start.split(":"), end.split(":")
        self.routes.append(
            OfficialRouteFact(
                **ORIGIN, route_id=route_id, operator=operator, line=from_line, station="노원",
                from_line=from_line, from_direction=from_direction,
                to_line=to_line, to_direction=to_direction, steps=len(words.split()),
            )
        )  # fmt: skip
        self.acts[route_id] = [_act(route_id, step, word) for step, word in enumerate(words.split(), 1)]
        return self


def _act(route_id: str, step: int, word: str) -> ActFact:
    means = {"EV": "elevator", "WL": "wheelchair_lift"}.get(word)
    kind = "ride" if means else ("gate" if word == "gate" else "go")
    level = word if kind == "go" and word != "-" else None
    return ActFact(
        **ORIGIN, route_id=route_id, step=step, n=1, kind=kind, means=means, place=None, level=level, line=None,
        direction=None, exit=None, car=None, door=None, side=None, staff_call=None, length_m=None, heading=None,
    )  # fmt: skip


STREET_WAY = "3F EV 2F gate EV 1F EV B1 gate EV B3"
INSIDE_WAY = "3F EV 2F WL B1 EV B3"


def only(texts: Texts, here: Station | None = None, *, ignore_status: bool = True) -> tuple[bool, list[Reason]]:
    """Whether the first text's rides are ours, and why not."""
    found = compare_official(here or station(), texts, ignore_status=ignore_status)
    first = next(each for each in found if each.route_id == texts.routes[0].route_id)
    return first.equal, list(first.reasons)


def test_floors_are_read_only_where_the_text_states_them() -> None:
    stated = stated_by_text(Texts().add("3F EV 2F gate EV - EV B1").acts["S1:4:상계-7:중계:0"])
    assert stated.rides == (
        StatedRide(LinkKind.ELEVATOR, "3F", "2F"),
        StatedRide(LinkKind.ELEVATOR, "2F", None),
        StatedRide(LinkKind.ELEVATOR, None, "B1"),  # 2F is not carried over the ride in between
    )
    assert stated.gates == 1


@pytest.mark.parametrize(
    ("words", "equal"),
    [
        (STREET_WAY, True),
        ("EV gate EV EV gate EV", True),
        ("3F EV 2F gate EV 1F EV B1 gate EV B2", True),  # B2 is an alias of 7:B3
        ("3F EV 2F gate EV 1F EV B1 gate EV B4", False),
        ("3F EV 2F gate EV 1F WL B1 gate EV B3", False),
        ("3F EV 2F gate EV 1F EV B1", False),
    ],
)
def test_rides_are_the_same_if_number_order_kind_and_stated_floors_are(words: str, *, equal: bool) -> None:
    assert only(Texts().add(words))[0] is equal


def test_the_same_route_and_gates_need_no_reason() -> None:
    assert only(Texts().add(STREET_WAY)) == (True, [])


def test_a_renamed_station_is_the_same_platform() -> None:
    (found,) = compare_official(station(), Texts().add(STREET_WAY, end="7:옛중계"))
    assert (found.end.line, found.end.direction, found.equal) == ("7", "중계", True)


def test_lifts_only_where_the_text_takes_a_wheelchair_lift() -> None:
    assert only(Texts().add(INSIDE_WAY)) == (False, [Reason.LIFT_ONLY])


def test_lift_only_is_not_claimed_when_we_take_the_wheelchair_lift_too() -> None:
    equal, reasons = only(Texts().add("3F EV 2F WL B1 EV B4"), station(street=False))
    assert not equal
    assert Reason.LIFT_ONLY not in reasons


def test_another_operator_of_the_opposite_transfer_has_our_rides() -> None:
    back = "B3 EV B1 gate EV 1F EV 2F gate EV 3F"
    texts = Texts().add(INSIDE_WAY).add(back, operator="KR", start="7:중계", end="4:상계")
    assert only(texts) == (False, [Reason.LIFT_ONLY, Reason.OPERATORS_DISAGREE])
    own = Texts().add(INSIDE_WAY).add(back, operator="S1", start="7:중계", end="4:상계")
    assert only(own) == (False, [Reason.LIFT_ONLY, Reason.REVERSE_TEXT_AGREES])


@pytest.mark.parametrize(
    ("start", "level", "witness"),
    [("7:마들", "7:B3", [Reason.SISTER_TEXT]), ("7:마들", "7:B1", []), ("3:다온", "7:B3", [])],
    ids=["shares a platform", "another floor", "another line"],
)
def test_a_text_of_another_direction_is_a_witness_if_it_shares_a_platform_and_a_floor(
    start: str, level: str, witness: list[Reason]
) -> None:
    here, (line, direction) = station(), start.split(":")
    also = Platform(f"{line}:platform:{direction}", "7:train", line, direction, level, 8, None, None)
    here = replace(here, platforms=(*here.platforms, also))
    texts = Texts().add(INSIDE_WAY).add("B3 EV B1 gate EV 1F EV 2F gate EV 3F", start=start, end="4:상계")
    assert only(texts, here) == (False, [Reason.LIFT_ONLY, *witness])


def test_a_text_that_leaves_the_floor_out_is_no_witness_against_one_that_names_it() -> None:
    """Ours ends its first ride on 2F. One text says 5F; the opposite one says nothing of that floor."""
    wrong = "3F EV 5F gate EV 1F EV B1 gate EV B3"
    silent, telling = "B3 EV B1 gate EV 1F EV gate EV 3F", "B3 EV B1 gate EV 1F EV 2F gate EV 3F"
    for back, is_witness in ((silent, False), (telling, True)):
        equal, reasons = only(Texts().add(wrong).add(back, operator="S1", start="7:중계", end="4:상계"))
        assert not equal
        assert (Reason.REVERSE_TEXT_AGREES in reasons) is is_witness


def test_a_text_that_names_a_platform_we_lack_is_said_and_stops_nothing() -> None:
    assert only(Texts().add(STREET_WAY, end="7:마들")) == (False, [Reason.NO_ROUTE, Reason.UNKNOWN_PLATFORM])


def test_the_register_contradicts_the_floors_of_the_text() -> None:
    assert only(Texts().add("3F EV 2F gate EV 1F EV B1 gate EV B4")) == (False, [Reason.REGISTERS_DISAGREE])


def test_a_unit_that_the_register_lacks_contradicts_nothing() -> None:
    here = station()
    here = replace(here, units=tuple(replace(u, in_register=u.id != "7:EV:4") for u in here.units))
    assert only(Texts().add("3F EV 2F gate EV 1F EV B1 gate EV B4"), here) == (False, [Reason.UNEXPLAINED])


def test_a_text_that_leaves_out_a_ride_or_joins_two() -> None:
    assert only(Texts().add("3F EV 1F EV B1 gate EV B3")) == (False, [Reason.TEXT_OMITS_RIDE])
    assert only(Texts().add("2F EV 1F EV B1 gate EV B3")) == (False, [Reason.TEXT_OMITS_RIDE])


def test_a_unit_under_repair_is_the_reason_only_when_status_is_applied() -> None:
    here = station(out=["7:EV:3"])
    assert only(Texts().add(STREET_WAY), here, ignore_status=True) == (True, [])
    assert only(Texts().add(STREET_WAY), here, ignore_status=False) == (False, [Reason.UNIT_OUT_OF_SERVICE])


def test_no_route_names_what_blocks_it() -> None:
    here = station(out=["7:EV:4"])
    (found,) = compare_official(here, Texts().add(STREET_WAY), ignore_status=False)
    assert found.reasons == (Reason.NO_ROUTE, Reason.UNIT_OUT_OF_SERVICE)
    assert [blocker.en for blocker in found.ours.blockers] == ["Line 7 lift 4 (Line 7 B1 → Line 7 B3): under repair"]
    assert found.as_json()["ours"] == {"rides": [], "gates": None}


def test_a_gate_that_only_the_opposite_text_has() -> None:
    texts = (
        Texts()
        .add("3F EV 2F gate EV 1F EV B1 EV B3")
        .add("B3 EV B1 gate EV 1F EV 2F gate EV 3F", start="7:중계", end="4:상계")
    )
    assert only(texts) == (True, [Reason.GATE_IN_REVERSE_TEXT])
    assert only(Texts().add("3F EV 2F gate EV 1F EV B1 EV B3")) == (True, [Reason.GATES_UNEXPLAINED])


def test_a_gate_that_only_the_text_of_another_direction_has() -> None:
    sister = Texts().add("3F EV 2F gate EV 1F EV B1 EV B3").add("3F EV 2F gate EV 1F EV B1 gate EV B3", end="7:마들")
    assert only(sister) == (True, [Reason.GATE_IN_SISTER_TEXT])


def test_gates_that_follow_from_the_street_alone() -> None:
    here = station()
    derived = {"link": (Evidence("muui-maps", "rule", None, Method.DERIVED),)}
    links = tuple(replace(each, evidence=derived) if each.kind is LinkKind.GATE else each for each in here.links)
    text = Texts().add("3F EV 2F EV 1F EV B1 EV B3")
    assert only(text, replace(here, links=links)) == (True, [Reason.GATE_BY_STREET])
    assert only(text, here) == (True, [Reason.GATES_UNEXPLAINED])


def test_a_survey_is_a_witness_for_rides() -> None:
    here = replace(station(), runs=(run(),))
    assert only(Texts().add(INSIDE_WAY), here) == (False, [Reason.LIFT_ONLY, Reason.SURVEY_AGREES])
    partial = replace(station(), runs=(replace(run(), incomplete=True),))
    assert only(Texts().add(INSIDE_WAY), partial) == (False, [Reason.LIFT_ONLY])


@pytest.mark.parametrize(
    ("words", "surveyed", "reason"),
    [
        ("3F EV 2F gate EV 1F EV B1 EV B3", ("4:gate:in", "7:gate:in"), Reason.GATE_IN_SURVEY),
        ("3F EV 2F EV 1F EV B1 EV B3", ("4:gate:in", "7:gate:in"), Reason.GATE_IN_SURVEY),
        ("3F EV 2F EV 1F EV B1 EV B3", ("7:gate:in",), Reason.GATES_UNEXPLAINED),
        ("gate EV gate gate EV EV EV", ("4:gate:in", "7:gate:in"), Reason.GATES_UNEXPLAINED),
    ],
)
def test_a_gate_that_a_survey_met(words: str, surveyed: Sequence[str], reason: Reason) -> None:
    here = station()
    seen = {"link": (Evidence("survey:r1", "leg 2", "2016", Method.SURVEYED),)}
    links = tuple(replace(link, evidence=seen) if link.start in surveyed else link for link in here.links)
    assert only(Texts().add(words), replace(here, links=links)) == (True, [reason])


def test_the_json_of_an_official_route() -> None:
    (found,) = compare_official(station(), Texts().add(INSIDE_WAY))
    assert found.as_json() == {
        "station": "nowon",
        "route_id": found.route_id,
        "from": {"line": "4", "direction": "상계"},
        "to": {"line": "7", "direction": "중계"},
        "operator": "S1",
        "theirs": {
            "rides": [
                {"kind": "elevator", "from_level": "3F", "to_level": "2F"},
                {"kind": "wheelchair_lift", "from_level": "2F", "to_level": "B1"},
                {"kind": "elevator", "from_level": "B1", "to_level": "B3"},
            ],
            "gates": 0,
        },
        "ours": {
            "rides": [
                {"kind": "elevator", "unit": "4:EV:1", "from_level": "4:3F", "to_level": "4:2F"},
                {"kind": "elevator", "unit": "4:EV:2", "from_level": "4:2F", "to_level": "street"},
                {"kind": "elevator", "unit": "7:EV:3", "from_level": "street", "to_level": "7:B1"},
                {"kind": "elevator", "unit": "7:EV:4", "from_level": "7:B1", "to_level": "7:B3"},
            ],
            "gates": 2,
        },
        "equal": False,
        "reasons": ["lift_only_instead_of_wheelchair_lift"],
    }


def test_every_reason_has_words_in_both_languages() -> None:
    assert set(REASON_TEXTS) == set(Reason)
    assert all(text.ko and text.en for text in REASON_TEXTS.values())


def test_the_docs_explain_every_reason() -> None:
    docs = (REPOSITORY / "docs" / "compare.md").read_text(encoding="utf-8")
    assert [reason for reason in Reason if f"| `{reason}` |" not in docs] == []


# ── surveys ──────────────────────────────────────────────────────────────────


def _leg(level: str, place: PlaceKind, *items: tuple[float | None, str | None, str | None]) -> SurveyLeg:
    line = {"3F": "4", "2F": "4", "B1": "7", "B2": "7"}.get(level)
    return SurveyLeg(level, line, place, None, tuple(SurveyItem(*item) for item in items))


def run(minutes: float = 20.0, gates: int = 2) -> SurveyRun:
    """The way by the street, as surveyed; 410 m like ours."""
    second_gate = (("gate", "tap"),) if gates == 2 else ()
    return SurveyRun(
        "r1", "nowon", "2016", "Muui 2016", "4", "Sanggye", "7", "중계", (10, 1), (4, 2), minutes,
        (
            _leg("3F", PlaceKind.PLATFORM, (20.0, "elevator", None)),
            _leg("2F", PlaceKind.CONCOURSE, (40.0, "gate", "staff_call"), (None, "elevator", None)),
            _leg("1F", PlaceKind.STREET, (270.0, "elevator", "exit 5")),
            _leg("B1", PlaceKind.CONCOURSE, *((40.0, *gate) for gate in second_gate), (None, "elevator", None)),
            _leg("B2", PlaceKind.PLATFORM, (20.0 if gates == 2 else 60.0, None, None)),
        ),
    )  # fmt: skip


def codes(found: SurveyRun, here: Station | None = None) -> list[str]:
    (compared,) = compare_surveys(here or station(), [found])
    return [note.code for note in compared.notes]


def test_a_surveyed_run_states_its_rides_floor_by_floor() -> None:
    assert [(ride.from_level, ride.to_level) for ride in stated_by_survey(run()).rides] == [
        ("3F", "2F"), ("2F", "1F"), ("1F", "B1"), ("B1", "B2"),
    ]  # fmt: skip


def test_a_survey_that_agrees_has_no_notes() -> None:
    (found,) = compare_surveys(station(), [run()])
    assert found.notes == ()
    assert found.in_range
    assert found.typical_near
    assert (found.length_m, found.elevators, found.wheelchair_lifts, found.gates) == (390.0, 4, 0, 2)
    assert found.ours.gates == 2
    assert (found.start.direction, found.end.direction) == ("상계", "중계")


@pytest.mark.parametrize(
    ("surveyed", "expected"),
    [
        (run(minutes=200), ["minutes_out_of_range", "typical_off"]),
        (run(gates=1), ["gates_differ"]),
        (replace(run(), incomplete=True), ["run_incomplete"]),
        (replace(run(), to_direction="장암"), ["unknown_platform"]),
        (replace(run(), to_line="4", to_direction="상계"), ["unknown_platform"]),
    ],
)
def test_what_differs_is_noted(surveyed: SurveyRun, expected: list[str]) -> None:
    assert codes(surveyed) == expected


def test_a_floor_that_goes_by_no_known_name_is_noted() -> None:
    legs = run().legs
    other = replace(run(), legs=(*legs[:-1], replace(legs[-1], level="B5")))
    (found,) = compare_surveys(station(), [other])
    (note,) = found.notes
    assert (note.code, note.message.en) == ("levels_differ", "Floor: surveyed B5, ours 7:B3.")


def test_a_survey_without_a_route_says_what_blocks_it() -> None:
    here = station(street=False, wheelchair_lift=False)
    (found,) = compare_surveys(here, [run()])
    assert [note.code for note in found.notes] == ["no_route"]
    assert not found.in_range
    assert found.as_json()["ours"] == {"seconds": None, "length_m": None, "rides": [], "gates": None}


def test_repair_status_of_today_does_not_touch_an_old_survey() -> None:
    assert codes(run(), station(out=["7:EV:4"])) == []


# ── figures and plot ─────────────────────────────────────────────────────────


def test_figures_count_what_was_compared() -> None:
    here = replace(station(out=["7:EV:3"]), runs=(run(),))
    texts = Texts().add(STREET_WAY).add(INSIDE_WAY)
    found = figures(
        compare_official(here, texts),
        compare_official(here, texts, ignore_status=False),
        compare_surveys(here, [run(), replace(run(minutes=200), run_id="r2")]),
    )
    assert (found.official, found.equal_ignoring_status, found.equal_with_status) == (2, 1, 1)
    assert dict(found.reasons_with_status) == {Reason.UNIT_OUT_OF_SERVICE: 1}
    assert (found.surveys, found.in_range, found.typical_near) == (2, 1, 1)
    assert "1/2 (50 %)" in found.lines("ko")[0]
    assert found.lines("en")[-1] == "2 surveyed transfers: 1 within our range, 1 within 25 % of our typical time"


def test_the_plot_shows_every_run_in_both_languages_and_twice_the_same() -> None:
    names = {"nowon": StationName("노원", "Nowon")}
    compared = compare_surveys(station(), [run(), replace(run(minutes=33), run_id="r2")])
    for lang, station_name, axis in (("ko", "노원", "조사"), ("en", "Nowon", "Surveyed")):
        picture = agreement_plot(compared, names=names, lang=lang, file_format="svg")
        words = picture.decode()
        assert words.count(f">{station_name}") >= 1
        assert axis in words
        assert ">33<" in words
        assert ("4 Sanggye → 7 Junggye" in words) is (lang == "en")
        assert picture == agreement_plot(compared, names=names, lang=lang, file_format="svg")
    assert agreement_plot(compared, names=names, lang="ko", file_format="png").startswith(b"\x89PNG")


def test_long_names_are_not_cut_off() -> None:
    long = StationName("동대문역사문화공원입구", "Dongdaemun History and Culture Park Entrance and Design Plaza")
    picture = agreement_plot(compare_surveys(station(), [run()]), names={"nowon": long}, lang="en").decode()
    starts = re.findall(r"translate\(([-\d.]+) [-\d.]+\)\">(?:Dongdaemun|4 Sanggye)", picture)
    assert len(starts) == 2
    assert all(float(start) > 0 for start in starts)


def test_a_plot_of_nothing_says_so() -> None:
    assert "조사가 없어요" in agreement_plot((), names={}, lang="ko", file_format="svg").decode()


def test_the_agreement_page_names_lines_floors_and_stations_in_its_language() -> None:
    """Directions that no register names in English, and levels by their ids, stood in Hangul in English sentences."""
    ours = Ours((Ride(LinkKind.ELEVATOR, "우이신설선:EV:1", "우이신설선:B4", "street"),), 0, None, None)
    ends = ComparedPlatform("우이신설선", "정릉"), ComparedPlatform("수인분당선", "대모산입구")
    found = OfficialComparison("bomun", "r", *ends, "S1", StatedRoute((), 0), ours, equal=False, reasons=())
    groups = [Group("operator", "all", Text("모두", "all"), 1, 0, 0, 0, 0)]
    page = agreement_page(groups, [found], [], [], names={"bomun": Text("보문", "Bomun")}, lang="en")
    assert "Ui–Sinseol Line for Jeongneung → Suin–Bundang Line for Daemosan" in page
    assert "lift Ui–Sinseol Line B4→the street" in page
    bare = re.sub(r"<style.*?</style>|<svg.*?</svg>|<[^>]+>", "", page, flags=re.DOTALL).replace("한국어", "")
    assert re.findall("[가-힣]+", bare) == []
