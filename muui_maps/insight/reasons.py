"""Why our route and an official one differ: a closed list, and for each reason a predicate on the data.

A reason is given if and only if its predicate holds; a difference for which none holds is `unexplained`.
Rides are asked first. Gates are asked only where the rides are the same: another way has other gates.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import STOPPED, LinkKind, Method, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from muui_maps.insight.official import Floors, StatedRide, StatedRoute
    from muui_maps.model import Link, Ride, Route, Station, Unit


SURVEY_DATASET = "survey:"
"""How the dataset of a surveyed fact begins."""


class Reason(StrEnum):
    """Why a route differs from an official one."""

    NO_ROUTE = "no_route"
    UNKNOWN_PLATFORM = "unknown_platform"
    SAME_PLATFORM = "text_ends_where_it_begins"
    UNIT_OUT_OF_SERVICE = "unit_out_of_service"
    LIFT_ONLY = "lift_only_instead_of_wheelchair_lift"
    FEWER_WHEELCHAIR_LIFTS = "fewer_wheelchair_lifts"
    TEXT_TAKES_STAIRS = "text_takes_stairs"
    OPERATORS_DISAGREE = "operators_disagree"
    REVERSE_TEXT_AGREES = "reverse_text_has_our_rides"
    REGISTERS_DISAGREE = "registers_disagree"
    SURVEY_AGREES = "survey_disagrees"
    TEXT_OMITS_RIDE = "text_omits_ride"
    PLATFORM_FLOOR = "texts_disagree_on_platform_floor"
    SISTER_TEXT = "text_of_another_direction_has_our_rides"
    UNEXPLAINED = "unexplained"
    GATE_IN_REVERSE_TEXT = "text_omits_gate"
    GATE_IN_SURVEY = "gate_met_by_survey"
    GATE_IN_SISTER_TEXT = "text_of_another_direction_has_our_gates"
    GATE_BY_STREET = "gate_follows_from_the_street"
    GATES_UNEXPLAINED = "gates_unexplained"


REASON_TEXTS: Mapping[Reason, Text] = MappingProxyType(
    {
        Reason.NO_ROUTE: Text("우리 길이 없어요", "we find no way"),
        Reason.UNKNOWN_PLATFORM: Text("우리 자료에 없는 승강장이에요", "the text names a platform that we don't have"),
        Reason.SAME_PLATFORM: Text(
            "안내의 출발과 도착이 같은 승강장이에요", "the text begins and ends at one and the same platform"
        ),
        Reason.UNIT_OUT_OF_SERVICE: Text("수리 중인 설비가 있어요", "a unit on the way is under repair"),
        Reason.LIFT_ONLY: Text(
            "우리 길은 휠체어리프트 없이 엘리베이터로만 가요", "ours takes lifts only, theirs a wheelchair lift"
        ),
        Reason.FEWER_WHEELCHAIR_LIFTS: Text(
            "우리 길은 휠체어리프트를 덜 타요", "ours rides fewer wheelchair lifts than theirs"
        ),
        Reason.TEXT_TAKES_STAIRS: Text("안내가 계단으로 가요", "the text goes by stairs"),
        Reason.OPERATORS_DISAGREE: Text(
            "다른 운영기관의 안내는 우리와 같아요", "another operator's text has our rides"
        ),
        Reason.REVERSE_TEXT_AGREES: Text(
            "반대 방향 안내는 우리와 같아요", "the text of the opposite transfer has our rides"
        ),
        Reason.REGISTERS_DISAGREE: Text(
            "안내의 층이 설비 목록과 달라요", "the text's floors contradict the register of the unit"
        ),
        Reason.SURVEY_AGREES: Text("현장 조사는 우리와 같아요", "the survey has our rides"),
        Reason.TEXT_OMITS_RIDE: Text("안내에 빠진 탈것이 있어요", "the text leaves out a ride that its floors need"),
        Reason.PLATFORM_FLOOR: Text(
            "승강장의 층을 안내마다 다르게 적어요", "other texts name our floor for that platform, this one another"
        ),
        Reason.SISTER_TEXT: Text(
            "같은 두 노선의 다른 방면 안내는 우리와 같아요", "a text of another direction of these lines has our rides"
        ),
        Reason.UNEXPLAINED: Text("까닭을 몰라요", "no reason found"),
        Reason.GATE_IN_REVERSE_TEXT: Text(
            "안내에 없는 개찰구가 반대 방향 안내에는 있어요", "the opposite text has the gate that this one leaves out"
        ),
        Reason.GATE_IN_SURVEY: Text(
            "안내에 없는 개찰구를 현장 조사가 지났어요", "a survey met the gate that this text leaves out"
        ),
        Reason.GATE_IN_SISTER_TEXT: Text(
            "같은 두 노선의 다른 방면 안내는 개찰구 수가 우리와 같아요",
            "a text of another direction of these lines has as many gates as ours",
        ),
        Reason.GATE_BY_STREET: Text(
            "길로 나가는데 안내에 개찰구가 없어요", "the way passes the street, and the text names no gate for that"
        ),
        Reason.GATES_UNEXPLAINED: Text("개찰구 수가 다른 까닭을 몰라요", "gates differ, no reason found"),
    }
)
"""The reasons in words."""


@dataclass(frozen=True, slots=True)
class StatedTransfer:
    """What one source says of one transfer; the ends are (line, direction) by the station's names of today."""

    operator: str
    start: tuple[str, str]
    end: tuple[str, str]
    stated: StatedRoute


@dataclass(frozen=True, slots=True)
class Case:
    """All that a reason may be checked against.

    `ours` is the route compared, None if there is none; `regardless` is ours with repair status ignored.
    """

    station: Station
    floors: Floors
    text: StatedTransfer
    others: tuple[StatedTransfer, ...]
    surveys: tuple[StatedTransfer, ...]
    ours: Route | None
    regardless: Route | None

    @property
    def rides(self) -> tuple[Ride, ...]:
        return self.ours.rides if self.ours else ()

    @property
    def rides_equal(self) -> bool:
        """Whether the text's rides are ours."""
        return self.ours is not None and self.floors.rides(self.text.stated.rides, self.rides)

    def unit(self, unit_id: str) -> Unit | None:
        return next((unit for unit in self.station.units if unit.id == unit_id), None)

    def opposite(self, transfers: Sequence[StatedTransfer]) -> tuple[StatedRoute, ...]:
        """What is said of the opposite transfer, turned round."""
        ends = (self.text.end, self.text.start)
        return tuple(each.stated.back() for each in transfers if (each.start, each.end) == ends)

    def same(self, transfers: Sequence[StatedTransfer]) -> tuple[StatedRoute, ...]:
        """What is said of this very transfer."""
        ends = (self.text.start, self.text.end)
        return tuple(each.stated for each in transfers if (each.start, each.end) == ends)

    def ours_among(self, routes: Sequence[StatedRoute]) -> bool:
        """Whether one of these states our rides, and says so where the text contradicts them.

        A floor that it leaves out fits any: that is no evidence against a text that names one.
        """
        return self.ours is not None and any(self._speaks_for_ours(route.rides) for route in routes)

    def _speaks_for_ours(self, other: Sequence[StatedRide]) -> bool:
        if not self.floors.rides(other, self.rides):
            return False
        text = self.text.stated.rides
        if [ride.kind for ride in text] != [ride.kind for ride in other]:
            return True
        return all(
            self.floors.ride(theirs, ours)
            or not any(
                said is None and not self.floors.same(told, level)
                for said, told, level in (
                    (also.from_level, theirs.from_level, ours.from_level),
                    (also.to_level, theirs.to_level, ours.to_level),
                )
            )
            for theirs, also, ours in zip(text, other, self.rides, strict=True)
        )


def reasons_for(case: Case) -> tuple[Reason, ...]:
    """Every reason whose predicate holds, in the order of `Reason`; empty if nothing differs."""
    if not case.rides_equal:
        found = tuple(reason for reason, holds in _RIDES.items() if holds(case))
        # That there is no way is a finding, not a reason for it.
        return found if set(found) - {Reason.NO_ROUTE} else (*found, Reason.UNEXPLAINED)
    if case.ours is not None and case.text.stated.gates != case.ours.gates:
        found = tuple(reason for reason, holds in _GATES.items() if holds(case))
        return found or (Reason.GATES_UNEXPLAINED,)
    return ()


# ── rides ────────────────────────────────────────────────────────────────────


def _no_route(case: Case) -> bool:
    return case.ours is None


def _unknown_platform(case: Case) -> bool:
    known = {(each.line, each.direction) for each in case.station.platforms}
    return not {case.text.start, case.text.end} <= known


def _same_platform(case: Case) -> bool:
    return case.text.start == case.text.end


def _unit_out_of_service(case: Case) -> bool:
    """With everything working we would go another way, and that way rides a unit that is under repair."""
    if case.regardless is None or (case.ours is not None and case.ours.rides == case.regardless.rides):
        return False
    units = (case.unit(ride.unit) for ride in case.regardless.rides)
    return any(unit is not None and unit.status in STOPPED for unit in units)


def _lift_only(case: Case) -> bool:
    """Theirs takes a wheelchair lift; ours takes nothing but lifts."""
    return (
        case.ours is not None
        and any(ride.kind is LinkKind.WHEELCHAIR_LIFT for ride in case.text.stated.rides)
        and all(ride.kind is LinkKind.ELEVATOR for ride in case.rides)
    )


def _fewer_wheelchair_lifts(case: Case) -> bool:
    """Theirs rides more wheelchair lifts than ours, which does not do without: see `_lift_only`."""
    ours, theirs = (
        sum(ride.kind is LinkKind.WHEELCHAIR_LIFT for ride in rides) for rides in (case.rides, case.text.stated.rides)
    )
    return case.ours is not None and 0 < ours < theirs


def _text_takes_stairs(case: Case) -> bool:
    """The text is no step-free route."""
    return case.text.stated.stairs


def _operators_disagree(case: Case) -> bool:
    """Another operator's text of this transfer, or of the opposite one, has our rides."""
    foreign = [other for other in case.others if other.operator != case.text.operator]
    return case.ours_among((*case.same(foreign), *case.opposite(foreign)))


def _reverse_text_agrees(case: Case) -> bool:
    """The same operator's text of the opposite transfer, turned round, has our rides."""
    own = [other for other in case.others if other.operator == case.text.operator]
    return case.ours_among(case.opposite(own))


def _registers_disagree(case: Case) -> bool:
    """The rides are of the same kinds in the same order, and where a floor differs the register says otherwise."""
    stated = case.text.stated.rides
    if case.ours is None or [ride.kind for ride in stated] != [ride.kind for ride in case.rides]:
        return False
    differing = [
        (theirs, ours) for theirs, ours in zip(stated, case.rides, strict=True) if not case.floors.ride(theirs, ours)
    ]
    return bool(differing) and all(_contradicts(case, theirs, ours) for theirs, ours in differing)


def _contradicts(case: Case, theirs: StatedRide, ours: Ride) -> bool:
    """Whether the register lists our unit, and none of its stops goes by a floor that the text names."""
    unit = case.unit(ours.unit)
    if unit is None or not unit.in_register:
        return False
    stops = frozenset(label for level in unit.levels for label in case.floors.labels(level))
    wrong = (
        label
        for label, level in ((theirs.from_level, ours.from_level), (theirs.to_level, ours.to_level))
        if not case.floors.same(label, level)
    )
    return all(label not in stops for label in wrong)


def _survey_agrees(case: Case) -> bool:
    """A surveyed run of this transfer, or of the opposite one, has our rides."""
    return case.ours_among((*case.same(case.surveys), *case.opposite(case.surveys)))


def _text_omits_ride(case: Case) -> bool:
    """The text's rides are ours but for some that it leaves out or joins: a lift from 3F to 1F for two by way of 2F."""
    stated, ours = case.text.stated.rides, case.rides
    return 0 < len(stated) < len(ours) and _covers(case.floors, stated, ours)


def _covers(floors: Floors, stated: Sequence[StatedRide], ours: Sequence[Ride]) -> bool:
    """Whether the stated rides are ours in order, with rides of ours skipped or several of one kind joined."""
    if not stated:
        return True
    for at in range(len(ours)):
        for end in range(at + 1, len(ours) + 1):
            chain = ours[at:end]
            joined = (
                all(ride.kind is stated[0].kind for ride in chain)
                and floors.same(stated[0].from_level, chain[0].from_level)
                and floors.same(stated[0].to_level, chain[-1].to_level)
            )
            if joined and _covers(floors, stated[1:], ours[end:]):
                return True
    return False


def _platform_floor(case: Case) -> bool:
    """Only the floor of the platform at an end differs, and another text names ours for that very platform."""
    stated, ours = case.text.stated.rides, case.rides
    if not ours or [ride.kind for ride in stated] != [ride.kind for ride in ours]:
        return False
    last = len(ours) - 1
    wrong: list[tuple[bool, tuple[str, str], str]] = []
    for index, (theirs, mine) in enumerate(zip(stated, ours, strict=True)):
        if not case.floors.same(theirs.from_level, mine.from_level):
            wrong.append((index == 0, case.text.start, mine.from_level))
        if not case.floors.same(theirs.to_level, mine.to_level):
            wrong.append((index == last, case.text.end, mine.to_level))
    return bool(wrong) and all(at_end and _named_elsewhere(case, end, level) for at_end, end, level in wrong)


def _named_elsewhere(case: Case, platform: tuple[str, str], level: str) -> bool:
    """Whether another text begins or ends at this platform on this level."""
    labels = {
        label
        for other in case.others
        if other.stated.rides
        for end, label in (
            (other.start, other.stated.rides[0].from_level),
            (other.end, other.stated.rides[-1].to_level),
        )
        if end == platform and label is not None
    }
    return bool(labels & case.floors.labels(level))


def _sister_text(case: Case) -> bool:
    """A text between the same two lines that shares one of the platforms has our rides, or its opposite has them.

    Its other platform must lie on the floor of ours: a lift to another floor tells nothing of this one.
    """
    return case.ours_among([stated for start, end, stated in _sisters(case) if _same_floors(case, start, end)])


def _sisters(case: Case) -> Iterator[tuple[tuple[str, str], tuple[str, str], StatedRoute]]:
    """Texts between the same two lines, turned our way, that share just one of the platforms."""
    ends = (case.text.start, case.text.end)
    for other in case.others:
        for start, end, stated in (
            (other.start, other.end, other.stated),
            (other.end, other.start, other.stated.back()),
        ):
            lines = (start[0], end[0]) == (ends[0][0], ends[1][0])
            if lines and (start, end) != ends and (start == ends[0] or end == ends[1]):
                yield start, end, stated


def _same_floors(case: Case, start: tuple[str, str], end: tuple[str, str]) -> bool:
    levels = {(each.line, each.direction): each.level for each in case.station.platforms}
    wanted = (levels.get(case.text.start), levels.get(case.text.end))
    return (levels.get(start), levels.get(end)) == wanted


# ── gates ────────────────────────────────────────────────────────────────────


def _gate_in_reverse_text(case: Case) -> bool:
    """A text of the opposite transfer, or another operator's of this one, counts the gates as we do."""
    texts = (*case.opposite(case.others), *case.same(case.others))
    return case.ours is not None and any(
        text.gates == case.ours.gates > case.text.stated.gates and case.floors.texts(text.rides, case.text.stated.rides)
        for text in texts
    )


def _gate_in_survey(case: Case) -> bool:
    """A survey met the gates that the text leaves out: those that no survey met are no more than the text has."""
    if case.ours is None or case.ours.gates <= case.text.stated.gates:
        return False
    gates = [t.link for leg in case.ours.legs for t in leg.traversals if t.link.kind is LinkKind.GATE]
    return sum(not _surveyed(gate) for gate in gates) <= case.text.stated.gates


def _gate_in_sister_text(case: Case) -> bool:
    """A text of another direction of these lines that shares a platform and may ride the same counts gates as we do."""
    return case.ours is not None and any(
        stated.gates == case.ours.gates and case.floors.texts(stated.rides, case.text.stated.rides)
        for _, _, stated in _sisters(case)
    )


def _gate_by_street(case: Case) -> bool:
    """Ours passes the street: gates that no source names follow from that, and are all that the text has less."""
    if case.ours is None or not case.ours.goes_outside or case.ours.gates <= case.text.stated.gates:
        return False
    gates = [t.link for leg in case.ours.legs for t in leg.traversals if t.link.kind is LinkKind.GATE]
    return sum(not _derived(gate) for gate in gates) <= case.text.stated.gates


def _derived(gate: Link) -> bool:
    told = gate.evidence.get("link", ())
    return bool(told) and all(each.method is Method.DERIVED for each in told)


def _surveyed(gate: Link) -> bool:
    return any(each.dataset.startswith(SURVEY_DATASET) for each in gate.evidence.get("link", ()))


_RIDES: Mapping[Reason, Callable[[Case], bool]] = MappingProxyType(
    {
        Reason.NO_ROUTE: _no_route,
        Reason.UNKNOWN_PLATFORM: _unknown_platform,
        Reason.SAME_PLATFORM: _same_platform,
        Reason.UNIT_OUT_OF_SERVICE: _unit_out_of_service,
        Reason.LIFT_ONLY: _lift_only,
        Reason.FEWER_WHEELCHAIR_LIFTS: _fewer_wheelchair_lifts,
        Reason.TEXT_TAKES_STAIRS: _text_takes_stairs,
        Reason.OPERATORS_DISAGREE: _operators_disagree,
        Reason.REVERSE_TEXT_AGREES: _reverse_text_agrees,
        Reason.REGISTERS_DISAGREE: _registers_disagree,
        Reason.SURVEY_AGREES: _survey_agrees,
        Reason.TEXT_OMITS_RIDE: _text_omits_ride,
        Reason.PLATFORM_FLOOR: _platform_floor,
        Reason.SISTER_TEXT: _sister_text,
    }
)
_GATES: Mapping[Reason, Callable[[Case], bool]] = MappingProxyType(
    {
        Reason.GATE_IN_REVERSE_TEXT: _gate_in_reverse_text,
        Reason.GATE_IN_SURVEY: _gate_in_survey,
        Reason.GATE_IN_SISTER_TEXT: _gate_in_sister_text,
        Reason.GATE_BY_STREET: _gate_by_street,
    }
)
GATE_REASONS = frozenset({*_GATES, Reason.GATES_UNEXPLAINED})
"""Reasons why the gates differ though the rides are the same."""
