"""Surveyed transfers → the station: measured metres, gates, hazards and exits, on the links where they were met.

A survey never replaces an official fact and an official fact never silences a survey: both stay as evidence, what
differs is a Finding, and the cautious value goes into the link.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from muui_maps.assemble.draft import Draft, line_name
from muui_maps.assemble.walks import GROUND_LABEL, Mention, Spot
from muui_maps.model import (
    STREET,
    Evidence,
    Finding,
    LinkKind,
    Met,
    Method,
    MetKind,
    PlaceKind,
    Platform,
    Severity,
    SurveyItem,
    SurveyLeg,
    SurveyRun,
    Text,
    UnitKind,
)
from muui_maps.survey.items import STAFF_CALL, TAP, read_exits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.assemble.match import Match, Matcher

LENGTHS_AGREE = 2.0
"""Two sources for one length that differ by this factor or more are shown as a conflict (`assembly.md`)."""

_RIDES = {
    "elevator": UnitKind.ELEVATOR,
    "building_lift": UnitKind.ELEVATOR,
    "wheelchair_lift": UnitKind.WHEELCHAIR_LIFT,
    "escalator": UnitKind.ESCALATOR,
    "moving_walk": UnitKind.MOVING_WALK,
}
_TURNS = {"left": Text("왼쪽으로", "turn left"), "right": Text("오른쪽으로", "turn right")}


@dataclass(frozen=True, slots=True)
class _Ride:
    """A ride of a run, and the leg (from 0) at whose end it is taken."""

    leg: int
    mention: Mention


def exits_by_unit(runs: Sequence[SurveyRun], matcher: Matcher) -> dict[str, tuple[str, ...]]:
    """Exits that a survey names together for one lift (`7·8번 출구`) are one lift's: unit id → those numbers."""
    same: dict[str, tuple[str, ...]] = {}
    for run in runs:
        for ride in _rides(run):
            if len(ride.mention.exits) > 1:
                match = matcher.match(ride.mention)
                for unit in match.stops if match else ():
                    same[unit] = tuple(sorted({*same.get(unit, ()), *ride.mention.exits}))
    return same


def merge_run(
    draft: Draft, matcher: Matcher, platforms: Mapping[tuple[str, str], Platform], run: SurveyRun
) -> set[str]:
    """Put one surveyed transfer on the links it went over; returns the ids of the units it used.

    Parameters
    ----------
    draft, matcher, platforms
        The station so far.
    run
        The surveyed transfer. One whose platforms don't exist here becomes a Finding.
    """
    start = platforms.get((run.from_line, run.from_direction))
    end = platforms.get((run.to_line, run.to_direction))
    if start is None or end is None:
        draft.findings.append(_unmatched(draft.station, run, 0, "platform"))
        return set()
    _compare_labels(draft, run, start, end)
    here: list[str] = [start.node]
    used: set[str] = set()
    walked = 0  # first leg that the next stretch has to cover
    rides = list(_rides(run))
    while rides:
        taken, match = _match_first(matcher, rides)
        if match is None:
            draft.findings.append(_unmatched(draft.station, run, rides[0].leg, "lift"))
            here, walked = [], rides[0].leg + 1
            rides = rides[1:]
            continue
        if taken > 1:
            draft.findings.append(_rides_joined(draft.station, run, rides[:taken], sorted(match.stops)))
            walked_between = range(rides[0].leg + 1, rides[taken - 1].leg + 1)
            metres = sum(i.length_m or 0.0 for leg in walked_between for i in run.legs[leg].items)
            if metres:
                draft.findings.append(_length_unplaced(draft.station, run, walked_between, metres))
        departures = _landings(draft, match, 0)
        _lay(draft, run, range(walked, rides[0].leg + 1), here, departures)
        used.update(match.stops)
        here, walked = _landings(draft, match, 1), rides[taken - 1].leg + 1
        rides = rides[taken:]
    _lay(draft, run, range(walked, len(run.legs)), here, [end.node])
    return used


# ── rides ────────────────────────────────────────────────────────────────────


def _rides(run: SurveyRun) -> list[_Ride]:
    """The rides of a run in order, each as a mention: from its leg's floor to the next leg's."""
    rides = []
    for index, leg in enumerate(run.legs[:-1]):
        items = [item for item in leg.items if item.item in _RIDES]
        if not items:
            continue
        item = items[-1]
        nearby = (leg, run.legs[index + 1]) if _outside(leg) or _outside(run.legs[index + 1]) else ()
        exits = read_exits(item.note or "") or _exits_of(nearby, at_end=_outside(leg))
        mention = Mention(
            route_id=run.run_id,
            step=index + 1,
            kind=_RIDES[item.item or "elevator"],
            start=_spot(run, index),
            end=_spot(run, index + 1),
            line=None,
            direction=None,
            exits=exits,
            car=None,
            door=None,
            place=None,
            toward=None,
        )
        rides.append(_Ride(index, mention))
    return rides


def _outside(leg: SurveyLeg) -> bool:
    """Is this leg outside?"""
    return leg.place is PlaceKind.STREET


def _exits_of(legs: Sequence[SurveyLeg], *, at_end: bool) -> tuple[str, ...]:
    """Exit numbers named on the leg inside next to the street; on the street's own leg only its last one."""
    for leg in legs:
        if not _outside(leg):
            named = [read_exits(item.note or "") for item in leg.items if item.item == "exit"]
            if named:
                return named[-1]
    for leg in legs:
        if _outside(leg):
            named = [read_exits(item.note or "") for item in leg.items if item.item == "exit"]
            if named:
                return named[-1 if at_end else 0]
    return ()


def _spot(run: SurveyRun, index: int) -> Spot:
    leg = run.legs[index]
    if _outside(leg):
        return Spot(None, GROUND_LABEL, PlaceKind.STREET)
    if index == 0:
        return Spot(run.from_line, leg.level, PlaceKind.PLATFORM, run.from_direction)
    if index == len(run.legs) - 1 and leg.place is PlaceKind.PLATFORM:
        return Spot(run.to_line, leg.level, PlaceKind.PLATFORM, run.to_direction)
    return Spot(leg.line, leg.level, leg.place if leg.place is not PlaceKind.PLATFORM else None)


def _match_first(matcher: Matcher, rides: Sequence[_Ride]) -> tuple[int, Match | None]:
    """How many of the next rides one match covers (1; 2 where today one unit rides what the survey rode in two), and it."""
    first = rides[0].mention
    single = _match_relaxed(matcher, first)
    if len(rides) > 1 and rides[1].mention.kind is first.kind:
        following = _match_relaxed(matcher, rides[1].mention)
        both = matcher.match(replace(first, end=rides[1].mention.end, exits=first.exits or rides[1].mention.exits))
        one_unit = single is None or (following is not None and set(single.stops) & set(following.stops))
        if one_unit and both is not None and both.stops:
            return 2, both
    return 1, single


def _match_relaxed(matcher: Matcher, mention: Mention) -> Match | None:
    for relaxed in _relaxed(mention):
        match = matcher.match(relaxed)
        if match is not None and match.stops:
            return match
    return None


def _relaxed(mention: Mention) -> list[Mention]:
    """The mention; then without its exit; then without the lines of its ends: labels of a survey are its own."""
    bare = replace(mention, exits=())
    lines = [bare]
    if mention.end.line is None or mention.start.line is None:
        return [mention, *lines]
    other = replace(bare, start=replace(bare.start, line=mention.end.line), end=bare.end)
    return [mention, *lines, other]


def _landings(draft: Draft, match: Match, end: int) -> list[str]:
    found = [draft.landings.get((unit, stops[end])) for unit, stops in sorted(match.stops.items())]
    return [landing.node for landing in found if landing is not None]


# ── legs ─────────────────────────────────────────────────────────────────────


def _lay(draft: Draft, run: SurveyRun, legs: range, starts: Sequence[str], ends: Sequence[str]) -> None:
    """Put the legs' metres and what was met on the shortest chain of links between the two ends."""
    if not starts or not ends or not legs:
        return
    told = [run.legs[index] for index in legs]
    evidence = Evidence(f"survey:{run.run_id}", f"leg {legs[0] + 1}", run.observed_at, Method.SURVEYED)
    a, b = starts[0], ends[0]
    path = _path(draft, a, b)
    if path is None:
        path = [draft.add_walkway(a, b, evidence=[evidence])]
    _gates(draft, run, told, path, evidence)
    path = _path(draft, a, b) or path
    walkways = [link for link in path if draft.links[link].kind is LinkKind.WALKWAY]
    if not walkways:
        return
    for link in walkways:
        draft.add_evidence(link, "link", [evidence])
    items = [item for leg in told for item in leg.items]
    metres = [item.length_m for item in items if item.length_m is not None]
    if metres and len(told) == 1:
        _measure(draft, run, walkways, sum(metres), evidence)
    elif metres:
        draft.findings.append(_length_unplaced(draft.station, run, legs, sum(metres)))
    met = tuple(met for item in items if (met := _met(item, evidence)) is not None)
    if met:
        first = draft.links[walkways[0]]
        draft.change_link(first.id, met=tuple(dict.fromkeys([*first.met, *met])))


def _measure(draft: Draft, run: SurveyRun, walkways: Sequence[str], metres: float, evidence: Evidence) -> None:
    known = [draft.links[link].length_m for link in walkways]
    before = sum(length for length in known if length is not None)
    if before and None not in known and max(before, metres) >= LENGTHS_AGREE * min(before, metres):
        draft.findings.append(_length_conflict(draft, walkways, before, metres, run))
    cautious = max(before, metres) if None not in known else metres
    group = f"{run.run_id}:{evidence.record}" if len(walkways) > 1 else None
    for link in walkways:
        draft.change_link(link, length_m=round(cautious / len(walkways), 3), length_group=group)
        draft.add_evidence(link, "length_m", [evidence])


def _gates(draft: Draft, run: SurveyRun, legs: Sequence[SurveyLeg], path: Sequence[str], evidence: Evidence) -> None:
    """Bring the gates of the survey and of the chain together; a gate only the survey met is added where it can lie."""
    met = [item for leg in legs for item in leg.items if item.item == "gate" for _ in range(item.count or 1)]
    gates = [link for link in path if draft.links[link].kind is LinkKind.GATE]
    if met and not gates:
        gates = _add_gate(draft, run, path, evidence)
        if not gates:
            draft.findings.append(_gate_difference(draft.station, run, path[0], surveyed=len(met), known=0))
            return
    elif len(met) != len(gates):
        layer = gates[0] if gates else path[0]
        draft.findings.append(_gate_difference(draft.station, run, layer, surveyed=len(met), known=len(gates)))
    for item, gate in zip(met, gates, strict=False):
        draft.add_evidence(gate, "link", [evidence])
        if item.note in {STAFF_CALL, TAP}:
            staffed = item.note == STAFF_CALL or draft.links[gate].staff_call is True
            draft.change_link(gate, staff_call=staffed)
            draft.add_evidence(gate, "staff_call", [evidence])


def _add_gate(draft: Draft, run: SurveyRun, path: Sequence[str], evidence: Evidence) -> list[str]:
    """A gate between two places that a plain way joined: only the survey knows it, so it takes the way's place."""
    for link_id in path:
        link = draft.links[link_id]
        first, second = (draft.places[draft.nodes[node].place] for node in (link.start, link.end))
        if first.id == second.id or STREET in {first.id, second.id}:
            continue
        outer, inner = (second, first) if second.paid_area is False else (first, second)
        gate = draft.add_gate(outer.id, inner.id, name=f"{outer.id}~{inner.id}", evidence=[evidence])
        added = draft.links[gate]
        sides = {draft.nodes[node].place: node for node in (added.start, added.end)}
        for crossing in [other for other in draft.links.values() if _joins(draft, other.id, first.id, second.id)]:
            told = crossing.evidence.get("link", ())
            del draft.links[crossing.id]
            for node in (crossing.start, crossing.end):
                draft.add_walkway(node, sides[draft.nodes[node].place], evidence=told)
        draft.findings.append(_gate_difference(draft.station, run, gate, surveyed=1, known=0))
        return [gate]
    return []


def _joins(draft: Draft, link_id: str, first: str, second: str) -> bool:
    link = draft.links[link_id]
    places = {draft.nodes[link.start].place, draft.nodes[link.end].place}
    return link.kind is LinkKind.WALKWAY and places == {first, second}


def _path(draft: Draft, start: str, end: str) -> list[str] | None:
    """The chain of walkways and gates with the fewest links, ties by id; None if there is none."""
    near: dict[str, list[tuple[str, str]]] = {}
    for link in draft.links.values():
        if link.kind in {LinkKind.WALKWAY, LinkKind.GATE}:
            near.setdefault(link.start, []).append((link.id, link.end))
            near.setdefault(link.end, []).append((link.id, link.start))
    came: dict[str, tuple[str, str]] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node == end:
            chain: list[str] = []
            while node != start:
                node, link_id = came[node]
                chain.append(link_id)
            return chain[::-1]
        for link_id, other in sorted(near.get(node, ())):
            if other != start and other not in came:
                came[other] = (node, link_id)
                queue.append(other)
    return None


def _met(item: SurveyItem, evidence: Evidence) -> Met | None:
    if item.item == "turn":
        return Met(MetKind.TURN, 1, evidence, _TURNS.get(item.note or ""))
    if item.item not in {kind.value for kind in MetKind}:
        return None
    kind = MetKind(item.item)
    if kind is MetKind.RAMP and item.note == "caution":
        kind = MetKind.SLOPING_FLOOR
    named = kind in {MetKind.LANDMARK, MetKind.BUILDING_LIFT} and item.note
    return Met(kind, item.count, evidence, Text(item.note, item.note) if named and item.note else None)


# ── what differs ─────────────────────────────────────────────────────────────


def _compare_labels(draft: Draft, run: SurveyRun, start: Platform, end: Platform) -> None:
    for leg, platform in ((run.legs[0], start), (run.legs[-1], end)):
        label = platform.level.partition(":")[2]
        if leg.level and leg.place is PlaceKind.PLATFORM and leg.level != label:
            line = line_name(platform.line)
            draft.findings.append(
                Finding(
                    code="level_conflict",
                    severity=Severity.WARNING,
                    message=Text(
                        f"{line.ko} 승강장 층: 공식 자료는 {label}, {run.observed_at}년 조사는 {leg.level}예요.",
                        f"{line.en} platform: {label} in official data, {leg.level} in the survey of {run.observed_at}.",
                    ),
                    fix=Text("현장에서 층 표지를 확인해 주세요.", "Check the floor sign on site."),
                    station=draft.station,
                    layer=platform.place,
                    field="level",
                    value=leg.level,
                )
            )


def _unmatched(station: str, run: SurveyRun, leg: int, what: str) -> Finding:
    ko = {"platform": "승강장", "lift": "승강기"}[what]
    return Finding(
        code="survey_unmatched",
        severity=Severity.WARNING,
        message=Text(
            f"조사 {run.run_id}의 {leg + 1}번째 구간: 맞는 {ko}을 자료에서 찾지 못했어요."
            if what == "platform"
            else f"조사 {run.run_id}의 {leg + 1}번째 구간: 맞는 {ko}를 자료에서 찾지 못했어요.",
            f"Leg {leg + 1} of survey {run.run_id}: the data have no {what} that fits.",
        ),
        fix=Text("조사 뒤에 바뀌었는지 현장에서 확인해 주세요.", "Check on site whether it has changed since."),
        station=station,
        file="survey.csv",
        layer=run.run_id,
        field="item",
    )


def _rides_joined(station: str, run: SurveyRun, rides: Sequence[_Ride], units: Sequence[str]) -> Finding:
    labels = [rides[0].mention.start.label, *(ride.mention.end.label for ride in rides)]
    by = "→".join(label or "?" for label in labels)
    return Finding(
        code="rides_conflict",
        severity=Severity.WARNING,
        message=Text(
            f"조사({run.observed_at})는 {by}로 {len(rides)}번 탔고, 공식 자료는 한 번에 가요.",
            f"The survey of {run.observed_at} rode {by} in {len(rides)} rides; official data ride it in one.",
        ),
        fix=Text("현장에서 엘리베이터를 확인해 주세요.", "Check the lifts on site."),
        station=station,
        layer=units[0],
        field="rides",
        value=by,
    )


def _length_unplaced(station: str, run: SurveyRun, legs: range, metres: float) -> Finding:
    return Finding(
        code="length_unplaced",
        severity=Severity.INFO,
        message=Text(
            f"조사 {run.run_id}의 {legs[0] + 1}–{legs[-1] + 1}번째 구간 {metres:g} m를 놓을 길이 없어요.",
            f"Legs {legs[0] + 1}–{legs[-1] + 1} of survey {run.run_id}, {metres:g} m, have no single way to lie on.",
        ),
        fix=Text("현장에서 다시 재 주세요.", "Measure again on site."),
        station=station,
        file="survey.csv",
        layer=run.run_id,
        field="length_m",
        value=f"{metres:g}",
    )


def _length_conflict(draft: Draft, walkways: Sequence[str], before: float, metres: float, run: SurveyRun) -> Finding:
    return Finding(
        code="length_conflict",
        severity=Severity.WARNING,
        message=Text(
            f"거리가 달라요: 안내문 {before:g} m, {run.observed_at}년 조사 {metres:g} m. 긴 쪽으로 셌어요.",
            f"Lengths differ: {before:g} m in the text, {metres:g} m in the survey of {run.observed_at}. The longer counts.",
        ),
        fix=Text("현장에서 다시 재 주세요.", "Measure again on site."),
        station=draft.station,
        layer=walkways[0],
        field="length_m",
        value=f"{before:g}",
    )


def _gate_difference(station: str, run: SurveyRun, layer: str, *, surveyed: int, known: int) -> Finding:
    return Finding(
        code="gate_conflict",
        severity=Severity.WARNING,
        message=Text(
            f"개찰구 수가 달라요: {run.observed_at}년 조사 {surveyed}번, 공식 자료 {known}번. 많은 쪽으로 셌어요.",
            f"Gates differ: {surveyed} in the survey of {run.observed_at}, {known} in official data. The greater counts.",
        ),
        fix=Text("현장에서 개찰구를 확인해 주세요.", "Check the gate on site."),
        station=station,
        layer=layer,
        field="gate",
        value=str(surveyed),
    )
