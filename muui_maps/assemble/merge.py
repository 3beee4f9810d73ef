"""Surveyed transfers → the station: measured metres, gates, hazards and exits, on the links where they were met.

A survey never replaces an official fact and an official fact never silences a survey: both stay as evidence, what
differs is a Finding, and the cautious value goes into the link.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from muui_maps.assemble.connect import landing_nodes
from muui_maps.assemble.draft import TURNS, Draft
from muui_maps.assemble.lengths import MEASURE_AGAIN, path_between, share_out, shared_otherwise
from muui_maps.assemble.report import survey_words
from muui_maps.assemble.walks import GROUND_LABEL, Mention, Spot
from muui_maps.model import (
    STREET,
    Evidence,
    LinkKind,
    Met,
    Method,
    MetKind,
    PlaceKind,
    Platform,
    SurveyItem,
    SurveyLeg,
    SurveyRun,
    Text,
    UnitKind,
)
from muui_maps.survey.items import CAUTION_NOTE, STAFF_CALL, TAP, read_exits
from muui_maps.wording import with_particle

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from muui_maps.assemble.match import Match, Matcher
    from muui_maps.assemble.report import Report

_RIDES = {
    "elevator": UnitKind.ELEVATOR,
    "building_lift": UnitKind.ELEVATOR,
    "wheelchair_lift": UnitKind.WHEELCHAIR_LIFT,
    "escalator": UnitKind.ESCALATOR,
    "moving_walk": UnitKind.MOVING_WALK,
}
_CHECK_GATE = Text("현장에서 개찰구를 확인해 주세요.", "Check the gate on site.")


@dataclass(frozen=True, slots=True)
class _Ride:
    """A ride of a run, and the leg (from 0) at whose end it is taken."""

    leg: int
    mention: Mention


@dataclass(frozen=True, slots=True)
class Measured:
    """Metres that a survey gave for one leg, and the nodes at its two ends."""

    run: SurveyRun
    start: str
    end: str
    length_m: float


@dataclass
class Merged:
    """What merging surveys brought: units that they used, labels of platforms that lost, and what was measured."""

    used: set[str] = field(default_factory=set)
    aliases: dict[tuple[str, str], set[str]] = field(default_factory=dict)  # (line, label) → others
    measured: list[Measured] = field(default_factory=list)


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
    draft: Draft, matcher: Matcher, platforms: Mapping[tuple[str, str], Platform], run: SurveyRun, merged: Merged
) -> None:
    """Put one surveyed transfer on the links it went over.

    Parameters
    ----------
    draft, matcher, platforms
        The station so far.
    run
        The surveyed transfer. One whose platforms don't exist here becomes a Finding.
    merged
        Learns what the run brought.
    """
    start = platforms.get((run.from_line, run.from_direction))
    end = platforms.get((run.to_line, run.to_direction))
    if start is None or end is None:
        _report_unmatched(draft, run, 0 if start is None else len(run.legs) - 1, _NO_PLATFORM)
        return
    survey = _Survey(draft, run, merged)
    survey.compare_labels(start, end)
    here: list[str] = [start.node]
    walked = 0  # first leg that the next stretch has to cover
    rides = _rides(run)
    ridden: Collection[str] = ()
    while rides:
        taken, match = _match_first(matcher, rides, ridden)
        if match is None:
            _report_unmatched(draft, run, rides[0].leg, _NO_LIFT)
            here, walked = [], rides[0].leg + 1
            rides = rides[1:]
            continue
        if taken > 1:
            survey.report_joined(rides[:taken], [matcher.units[unit].words for unit in sorted(match.stops)], match)
        survey.lay(range(walked, rides[0].leg + 1), here, landing_nodes(draft, match, 0))
        ridden = match.stops.keys()
        merged.used.update(ridden)
        here, walked = landing_nodes(draft, match, 1), rides[taken - 1].leg + 1
        rides = rides[taken:]
    survey.lay(range(walked, len(run.legs)), here, [end.node])


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
        mention = Mention(
            route_id=run.run_id,
            step=index + 1,
            kind=_RIDES[item.item or "elevator"],
            start=_spot(run, index),
            end=_spot(run, index + 1),
            exits=read_exits(item.note or "") or _exits_of(nearby, at_end=_outside(leg)),
        )
        rides.append(_Ride(index, mention))
    return rides


def _outside(leg: SurveyLeg) -> bool:
    return leg.place is PlaceKind.STREET


def _exits_of(legs: Sequence[SurveyLeg], *, at_end: bool) -> tuple[str, ...]:
    """Exit numbers named on the leg inside next to the street; on the street's own leg only its last one."""
    for leg in sorted(legs, key=_outside):
        named = [read_exits(item.note or "") for item in leg.items if item.item == "exit"]
        if named:
            return named[-1 if at_end or not _outside(leg) else 0]
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


def _match_first(matcher: Matcher, rides: Sequence[_Ride], ridden: Collection[str]) -> tuple[int, Match | None]:
    """How many of the next rides one match covers, and it.

    It covers two where one unit rides today what the survey rode in two.
    """
    first = rides[0].mention
    single = _match_relaxed(matcher, first, ridden)
    if len(rides) > 1 and rides[1].mention.kind is first.kind:
        following = _match_relaxed(matcher, rides[1].mention, ridden)
        whole = replace(first, end=rides[1].mention.end, exits=first.exits or rides[1].mention.exits)
        both = matcher.match(whole, ridden=ridden)
        one_unit = single is None or (following is not None and set(single.stops) & set(following.stops))
        if one_unit and both is not None:
            return 2, both
    return 1, single


def _match_relaxed(matcher: Matcher, mention: Mention, ridden: Collection[str]) -> Match | None:
    """The units for the mention; else without its exit; else as a lift of its other end's line.

    Labels and exits of a survey are its own.
    """
    bare = replace(mention, exits=())
    other = replace(bare, start=replace(bare.start, line=mention.end.line or bare.start.line))
    for relaxed in (mention, bare, other):
        match = matcher.match(relaxed, ridden=ridden)
        if match is not None:
            return match
    return None


# ── legs ─────────────────────────────────────────────────────────────────────


@dataclass
class _Survey:
    """Lays one run onto the draft."""

    draft: Draft
    run: SurveyRun
    merged: Merged

    def lay(self, legs: range, starts: Sequence[str], ends: Sequence[str]) -> None:
        """Put the legs' metres and what was met on the shortest chain of links between the two ends."""
        if not starts or not ends or not legs:
            return
        told = [self.run.legs[index] for index in legs]
        evidence = Evidence(f"survey:{self.run.run_id}", f"leg {legs[0] + 1}", self.run.observed_at, Method.SURVEYED)
        a, b, path = self._chain(starts, ends, evidence)
        if path and self._gates(told, path, evidence):
            path = path_between(self.draft, a, b) or path
        walkways = [link for link in path if self.draft.links[link].kind is LinkKind.WALKWAY]
        for link in walkways:
            self.draft.add_evidence(link, "link", [evidence])
        items = [item for leg in told for item in leg.items]
        metres = _metres(items)
        if metres and (not walkways or len(told) > 1 or shared_otherwise(self.draft, walkways)):
            self._report_unplaced(legs, metres)
        elif metres and not self.run.incomplete:
            self.merged.measured.append(Measured(self.run, a, b, metres))
            share_out(self.draft, walkways, metres, evidence, group=f"{self.run.run_id}:{evidence.record}")
        if walkways:
            self._meet(a, path, items, evidence)

    def _chain(self, starts: Sequence[str], ends: Sequence[str], evidence: Evidence) -> tuple[str, str, list[str]]:
        """The shortest chain between any start and any end; a way of its own where the station has none."""
        chains = [(a, b, path) for a in starts for b in ends if (path := path_between(self.draft, a, b)) is not None]
        if chains:
            return min(chains, key=lambda chain: (len(chain[2]), chain))
        return starts[0], ends[0], [self.draft.add_walkway(starts[0], ends[0], evidence=[evidence])]

    def _meet(self, start: str, path: Sequence[str], items: Sequence[SurveyItem], evidence: Evidence) -> None:
        """What was met goes on the first way of the part of the chain where it was met: before or after a gate."""
        parts: list[list[tuple[str, str]]] = [[]]  # for each part, its ways and the node where each is entered
        node = start
        for link_id in path:
            link = self.draft.links[link_id]
            if link.kind is LinkKind.GATE:
                parts.append([])
            else:
                parts[-1].append((link_id, node))
            node = link.end if node == link.start else link.start
        met: dict[tuple[str, str], list[Met]] = {}
        part = 0
        for item in items:
            if item.item == "gate":
                part = min(part + (item.count or 1), len(parts) - 1)
            elif what := _met(item, evidence):
                ways = next(each for each in (parts[part], *parts) if each)
                met.setdefault(ways[0], []).extend(what)
        for (link_id, entered), told in met.items():
            self.draft.add_met(link_id, told, start=entered)

    # ── gates ───────────────────────────────────────────────────────────────

    def _gates(self, legs: Sequence[SurveyLeg], path: Sequence[str], evidence: Evidence) -> bool:
        """Bring the gates of the survey and of the chain together; whether one was added that only the survey met."""
        met = [item for leg in legs for item in leg.items if item.item == "gate" for _ in range(item.count or 1)]
        gates = [link for link in path if self.draft.links[link].kind is LinkKind.GATE]
        added = self._add_gate(path, evidence) if met and not gates else None
        too_few = self.run.incomplete and len(met) < len(gates)
        if len(met) != len(gates) and not too_few:
            at = added or (gates or path)[0]
            self._report_gates(at, len(met), len(gates), placed=len(gates) + bool(added))
        for item, gate in zip(met, [added] if added else gates, strict=False):
            self.draft.add_evidence(gate, "link", [evidence])
            if item.note in {STAFF_CALL, TAP}:
                staffed = item.note == STAFF_CALL or self.draft.links[gate].staff_call is True
                self.draft.change_link(gate, staff_call=staffed)
                self.draft.add_evidence(gate, "staff_call", [evidence])
        return added is not None

    def _add_gate(self, path: Sequence[str], evidence: Evidence) -> str | None:
        """A gate between two places that a plain way joined: only the survey knows it, so it takes the way's place."""
        for link_id in path:
            link = self.draft.links[link_id]
            first, second = (self.draft.place_of(node) for node in (link.start, link.end))
            if first.id == second.id or STREET in {first.id, second.id}:
                continue
            outer, inner = (second, first) if second.paid_area is False else (first, second)
            gate = self.draft.add_gate(outer.id, inner.id, evidence=[evidence])
            for crossing in self._ways_between(first.id, second.id):
                old = self.draft.links.pop(crossing)
                for node in (old.start, old.end):
                    side = self.draft.side_of(gate, self.draft.nodes[node].place)
                    self.draft.add_walkway(node, side, evidence=old.evidence.get("link", ()))
            return gate
        return None

    def _ways_between(self, first: str, second: str) -> list[str]:
        """The ways on foot from one place straight into another."""
        return [
            link.id
            for link in self.draft.frozen_links()
            if link.kind is LinkKind.WALKWAY
            and {self.draft.nodes[link.start].place, self.draft.nodes[link.end].place} == {first, second}
        ]

    # ── what differs ────────────────────────────────────────────────────────

    def compare_labels(self, start: Platform, end: Platform) -> None:
        """A floor that the survey labels otherwise than official data do is reported; its label may become an alias."""
        for leg, platform in ((self.run.legs[0], start), (self.run.legs[-1], end)):
            line, _, label = platform.level.partition(":")
            if leg.place is not PlaceKind.PLATFORM or leg.level == label:
                continue
            self.merged.aliases.setdefault((line, label), set()).add(leg.level)
            words, survey = self.draft.place_words(platform.place), survey_words(self.run.observed_at)
            self.draft.report.warn(
                "level_conflict",
                Text(
                    f"{words.ko}의 층이 자료마다 달라요: 공식 자료 {label}, {survey.ko} {leg.level}.",
                    f"Sources differ on the level of {words.en}: {label} in official data, {leg.level} in {survey.en}.",
                ),
                Text("현장에서 층 표지를 확인해 주세요.", "Check the floor sign on site."),
                file=f"survey:{self.run.run_id}",
                layer=platform.place,
                field="level",
                value=leg.level,
            )

    def report_joined(self, rides: Sequence[_Ride], names: Sequence[Text], match: Match) -> None:
        """The survey rode twice what official data ride once; what it walked between the two has no way to lie on."""
        by = "→".join(
            label or "?" for label in (rides[0].mention.start.label, *(ride.mention.end.label for ride in rides))
        )
        unit, survey = names[0], survey_words(self.run.observed_at)
        self.draft.report.warn(
            "rides_conflict",
            Text(
                f"{survey.ko}는 {by} 사이에서 {len(rides)}번 탔는데, "
                f"공식 자료는 {with_particle(unit.ko, '로')} 한 번에 가요.",
                f"By {survey.en}, {by} took {len(rides)} rides; official data ride it in one: {unit.en}.",
            ),
            Text("현장에서 승강기를 확인해 주세요.", "Check the lifts on site."),
            file=f"survey:{self.run.run_id}",
            layer=min(match.stops),
            field="rides",
            value=by,
        )
        between = range(rides[0].leg + 1, rides[-1].leg + 1)
        metres = _metres([item for leg in between for item in self.run.legs[leg].items])
        if metres:
            self._report_unplaced(between, metres)

    def _report_unplaced(self, legs: range, metres: float) -> None:
        numbers = f"{legs[0] + 1}" if len(legs) == 1 else f"{legs[0] + 1}–{legs[-1] + 1}"
        words = run_words(self.draft.report, self.run)
        self.draft.report.note(
            "length_unplaced",
            Text(
                f"{words.ko}의 {numbers}번째 구간 {metres:g} m를 놓을 길이 없어요. 거리에 넣지 않았어요.",
                f"Leg {numbers} of {words.en}, {metres:g} m, has no single way to lie on. It is not counted.",
            ),
            MEASURE_AGAIN,
            file=f"survey:{self.run.run_id}",
            layer=self.run.run_id,
            field="length_m",
            value=f"{metres:g}",
        )

    def _report_gates(self, layer: str, surveyed: int, known: int, *, placed: int) -> None:
        survey, link = survey_words(self.run.observed_at), self.draft.links[layer]
        where = self.draft.between_words(*(self.draft.nodes[node].place for node in (link.start, link.end)))
        outcome = Text("많은 쪽으로 셌어요", "The greater counts")
        if surveyed > placed:
            outcome = Text(
                "나머지는 어디에 있는지 몰라 세지 못했어요", "Where the others stand is unknown: not counted"
            )
        self.draft.report.warn(
            "gate_conflict",
            Text(
                f"{where.ko} 개찰구 수가 달라요: {survey.ko} {surveyed}번, 공식 자료 {known}번. {outcome.ko}.",
                f"Gates differ ({where.en}): {surveyed} in {survey.en}, {known} in official data. {outcome.en}.",
            ),
            _CHECK_GATE,
            file=f"survey:{self.run.run_id}",
            layer=layer,
            field="gate",
            value=f"{surveyed} / {known}",
        )


def run_words(report: Report, run: SurveyRun) -> Text:
    """A surveyed transfer in a sentence: its year and where it went."""
    way = report.transfer((run.from_line, run.from_direction), (run.to_line, run.to_direction))
    survey = survey_words(run.observed_at)
    return Text(f"{survey.ko}({way.ko})", f"{survey.en} ({way.en})")


_NO_PLATFORM = Text("맞는 승강장을", "no platform that fits")
_NO_LIFT = Text("맞는 승강기를", "no lift that fits")


def _report_unmatched(draft: Draft, run: SurveyRun, leg: int, what: Text) -> None:
    words = run_words(draft.report, run)
    draft.report.warn(
        "survey_unmatched",
        Text(
            f"{words.ko}의 {leg + 1}번째 구간: {what.ko} 자료에서 찾지 못했어요.",
            f"Leg {leg + 1} of {words.en}: the data have {what.en}.",
        ),
        Text("조사 뒤에 바뀌었는지 현장에서 확인해 주세요.", "Check on site whether it has changed since."),
        file=f"survey:{run.run_id}",
        layer=run.run_id,
        field="item",
    )


def _metres(items: Sequence[SurveyItem]) -> float:
    return sum(item.length_m for item in items if item.length_m is not None)


def _name(note: str) -> Text:
    """A landmark's name; `롯데백화점 / Lotte Department Store` gives it in both languages."""
    ko, _, en = note.partition(" / ")
    return Text(ko.strip(), en.strip() or ko.strip())


def _met(item: SurveyItem, evidence: Evidence) -> list[Met]:
    """What an item says was met; the note `caution` is a warning of its own."""
    if item.item == "turn":
        return [Met(MetKind.TURN, 1, evidence, TURNS.get(item.note or ""))]
    if item.item not in {kind.value for kind in MetKind}:
        return []
    kind = MetKind(item.item)
    named = kind in {MetKind.LANDMARK, MetKind.BUILDING_LIFT} and item.note
    met = [Met(kind, item.count, evidence, _name(item.note) if named and item.note else None)]
    if item.note == CAUTION_NOTE and kind is not MetKind.CAUTION:
        met.append(Met(MetKind.CAUTION, 1, evidence))
    return met
