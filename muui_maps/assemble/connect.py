"""Walks over a station: which landing lies in which place, and which places are joined by a way or by a gate."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.assemble.draft import Draft, Landing, line_name
from muui_maps.assemble.levels import level_id
from muui_maps.assemble.match import FAR, NEAR, Match, Matcher
from muui_maps.assemble.units import UnitDraft, official
from muui_maps.assemble.walks import GROUND_LABEL, GateMention, Mention, Spot, Walk
from muui_maps.model import (
    STREET,
    Evidence,
    Finding,
    Method,
    Node,
    NodeKind,
    Place,
    PlaceKind,
    Platform,
    PlatformShape,
    Severity,
    Text,
    UnitKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Stop = tuple[str, str]  # (unit id, label)


@dataclass
class Told:
    """What all walks together say about each stop of each unit."""

    spots: dict[Stop, list[Spot]] = field(default_factory=lambda: defaultdict(list))
    paid: dict[Stop, Counter[bool]] = field(default_factory=lambda: defaultdict(Counter))


def tell(walks: Sequence[Walk], matches: Mapping[tuple[str, int], Match]) -> Told:
    """Collect, for each stop, where the walks say it lies and on which side of the gates."""
    told = Told()
    for walk in walks:
        states = paid_states(walk)
        for index, ride in enumerate(walk.rides):
            match = matches[walk.route.route_id, index]
            for unit, (start, end) in match.stops.items():
                told.spots[unit, start].append(ride.start)
                told.spots[unit, end].append(ride.end)
                for label, state in zip((start, end), states[index], strict=True):
                    if state is not None:
                        told.paid[unit, label][state] += 1
    return told


def paid_states(walk: Walk) -> list[tuple[bool | None, bool | None]]:
    """For each ride, whether it starts and ends inside the paid area, as far as the walk's own gates say.

    Platforms are inside, the street is outside; between two such anchors the stated gates must add up, else nothing is
    said: texts leave gates out.
    """
    tokens: list[tuple[str, int, int]] = [("anchor", 1, 0)]  # kind, paid or ride index, end
    for index, ride in enumerate(walk.rides):
        tokens += [("gate", 0, 0)] * len(walk.stretches[index].gates)
        for end, spot in enumerate((ride.start, ride.end)):
            tokens.append(("anchor", 0, 0) if spot.on_street else ("slot", index, end))
    tokens += [("gate", 0, 0)] * len(walk.stretches[-1].gates)
    tokens.append(("anchor", 1, 0))
    states: list[list[bool | None]] = [[None, None] for _ in walk.rides]
    for index, ride in enumerate(walk.rides):
        for end, spot in enumerate((ride.start, ride.end)):
            if spot.on_street:
                states[index][end] = False
    anchors = [position for position, token in enumerate(tokens) if token[0] == "anchor"]
    for first, second in zip(anchors, anchors[1:], strict=False):
        gates = sum(token[0] == "gate" for token in tokens[first:second])
        before, after = bool(tokens[first][1]), bool(tokens[second][1])
        passed = 0
        for kind, index, end in tokens[first + 1 : second]:
            if kind == "gate":
                passed += 1
            elif kind == "slot":
                states[index][end] = _state(before, after, gates, passed)
    return [(start, end) for start, end in states]


def _state(before: bool, after: bool, gates: int, passed: int) -> bool | None:
    if before != after:
        return None if gates != 1 else (before if passed == 0 else after)
    if gates in {0, 1}:
        return before
    return (not before if passed == 1 else before) if gates == 2 else None


# ── platforms ────────────────────────────────────────────────────────────────


def platform_place(line: str, direction: str, shape: PlatformShape | None) -> str:
    """One place for an island, one for each direction else."""
    return f"{line}:platform" if shape is PlatformShape.ISLAND else f"{line}:platform:{direction}"


def add_platform(
    draft: Draft, line: str, direction: str, label: str, shape: PlatformShape | None, evidence: Iterable[Evidence]
) -> Platform:
    """The platform of one direction, with its TRAIN node."""
    place_id = platform_place(line, direction, shape)
    level = level_id(line, label)
    of = line_name(line)
    told = tuple(evidence)
    if place_id not in draft.places:
        island = shape is PlatformShape.ISLAND
        draft.places[place_id] = Place(
            id=place_id,
            kind=PlaceKind.PLATFORM,
            level=level,
            line=line,
            name=Text(f"{of.ko} 승강장", f"{of.en} platform"),
            paid_area=True,
            direction=None if island else direction,
            evidence=told,
        )
    node = Node(f"train:{line}:{direction}", place_id, level, NodeKind.TRAIN, Text(f"{direction} 방면", direction))
    draft.add_node(node)
    return Platform(place_id, node.id, line, direction, level, None, shape, None, told)


# ── landings ─────────────────────────────────────────────────────────────────


@dataclass
class Landings:
    """Decides the place of every stop of every unit."""

    draft: Draft
    matcher: Matcher
    told: Told
    platforms: Mapping[tuple[str, str], Platform]
    other_labels: Mapping[str, frozenset[str]]  # labels each line uses by itself
    elevated: frozenset[str] = frozenset()

    def add_all(self) -> None:
        for unit_id in sorted(self.matcher.units):
            unit = self.matcher.units[unit_id]
            labels = dict.fromkeys([*unit.labels, *(label for stop, label in self.told.spots if stop == unit_id)])
            loose = NEAR in labels or FAR in labels
            for label in labels:
                if loose and label not in {NEAR, FAR}:
                    continue  # the texts' levels stand in for the register's, which is a Finding
                self._add(unit, label)

    def _add(self, unit: UnitDraft, label: str) -> None:
        place = self._place(unit, label)
        landing = Landing(unit.id, label, self.draft.places[place].level, place)
        self.draft.add_landing(landing, unit.name, sorted(set(unit.evidence)))

    def _place(self, unit: UnitDraft, label: str) -> str:
        spots = self.told.spots.get((unit.id, label), [])
        if any(spot.on_street for spot in spots):
            return self.draft.street()
        platform = self._platform(unit, label, spots)
        before_gate = GROUND_LABEL in unit.labels and self.told.paid.get((unit.id, label), Counter())[False] > 0
        if platform is not None and not before_gate:
            return platform
        if label == GROUND_LABEL and unit.toward_line is None and unit.line not in self._lines_on_ground():
            return self.draft.street()
        if label in {NEAR, FAR}:
            return self._loose_place(unit, label, spots)
        line = self._line(unit, label, spots)
        return self.draft.concourse(line, label, paid=self._paid(unit, label), kind=self._kind(unit, label, spots))

    def _loose_place(self, unit: UnitDraft, label: str, spots: Sequence[Spot]) -> str:
        stated = Counter((spot.line or unit.line, spot.label) for spot in spots if spot.label)
        if not stated:
            line = unit.line if label == NEAR else unit.toward_line or unit.line
            stated = Counter({(line, next(iter(unit.labels), "?")): 1})
        line, stop = min(stated, key=lambda key: (-stated[key], key))
        return self.draft.concourse(line, stop or "?", paid=True, kind=self._kind(unit, label, spots))

    def _lines_on_ground(self) -> set[str]:
        return {
            line for (line, _), platform in self.platforms.items() if platform.level == level_id(line, GROUND_LABEL)
        }

    def _platform(self, unit: UnitDraft, label: str, spots: Sequence[Spot]) -> str | None:
        for spot in spots:
            key = (spot.line or unit.line, spot.direction or "")
            if spot.place is PlaceKind.PLATFORM and key in self.platforms:
                return self.platforms[key].place
        directions = [door.direction for door in unit.doors] + sorted(unit.platforms)
        for direction in directions:
            platform = self.platforms.get((unit.line, direction))
            if platform is not None and platform.level == level_id(unit.line, label):
                return platform.place
        return None

    def _line(self, unit: UnitDraft, label: str, spots: Sequence[Spot]) -> str:
        """A stop belongs to the unit's own line, unless its label is one that only the other line of a passage uses."""
        own = self.other_labels.get(unit.line, frozenset())
        if unit.toward_line and label not in own and label in self.other_labels.get(unit.toward_line, frozenset()):
            return unit.toward_line
        named = Counter(spot.line for spot in spots if spot.line)
        if not unit.in_register and named and not named[unit.line]:
            return min(named, key=lambda line: (-named[line], line))
        return unit.line

    def _paid(self, unit: UnitDraft, label: str) -> bool | None:
        votes = self.told.paid.get((unit.id, label))
        if votes and votes[True] != votes[False]:
            return votes[True] > votes[False]
        if self._untold(unit, label):
            return None
        if GROUND_LABEL in unit.labels and not unit.doors and unit.toward_line is None:
            return False  # a lift to the street opens outside the gates
        if unit.doors or unit.toward_line or unit.platforms or unit.exits:
            return True
        return True if votes or self.told.spots.get((unit.id, label)) else None

    def _untold(self, unit: UnitDraft, label: str) -> bool:
        """A stop that no source says a word about: one between those that texts use, or at the height of the platform
        without a door that says which side.
        """
        if self.told.spots.get((unit.id, label)):
            return False
        others = any(self.told.spots.get((unit.id, other)) for other in unit.labels)
        at_platform = any(p.level == level_id(unit.line, label) for p in self.platforms.values())
        return others or (at_platform and unit.toward_line is None)

    def _kind(self, unit: UnitDraft, label: str, spots: Sequence[Spot]) -> PlaceKind:
        kinds = Counter(spot.place for spot in spots if spot.place in {PlaceKind.CONCOURSE, PlaceKind.PASSAGE})
        if kinds[PlaceKind.PASSAGE] > kinds[PlaceKind.CONCOURSE]:
            return PlaceKind.PASSAGE
        mezzanine = "M" in label
        return PlaceKind.PASSAGE if mezzanine and unit.toward_line and not kinds else PlaceKind.CONCOURSE


# ── ways between places ──────────────────────────────────────────────────────


@dataclass
class Connector:
    """Joins places as the walks demand."""

    draft: Draft
    platforms: Mapping[tuple[str, str], Platform]
    naming: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # gate → routes that name it
    silent: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # gate → routes that leave it out

    def connect(self, walk: Walk, matches: Mapping[tuple[str, int], Match]) -> None:
        route = walk.route
        evidence = official(route)
        start = [self.platforms[route.from_line, route.from_direction].node]
        for index, stretch in enumerate(walk.stretches):
            if index < len(walk.rides):
                match = matches[route.route_id, index]
                ends = self._nodes(match, 0)
            else:
                match = None
                ends = [self.platforms[route.to_line, route.to_direction].node]
            for a in start:
                for b in ends:
                    self._stretch(a, b, stretch.gates, evidence)
            start = self._nodes(match, 1) if match is not None else []

    def _nodes(self, match: Match, end: int) -> list[str]:
        nodes = []
        for unit, stops in sorted(match.stops.items()):
            landing = self.draft.landings.get((unit, stops[end]))
            if landing is not None:
                nodes.append(landing.node)
        return nodes

    def _stretch(self, a: str, b: str, gates: Sequence[GateMention], evidence: Evidence) -> None:
        first, second = (self.draft.places[self.draft.nodes[node].place] for node in (a, b))
        if first.line == second.line and first.level != second.level:
            self.draft.findings.append(_level_changes(self.draft.station, first, second, evidence))
            return
        if first.id == second.id:
            self.draft.add_walkway(a, b, evidence=[evidence])
            if gates and first.kind is not PlaceKind.PLATFORM and first.id != STREET:
                self.draft.findings.append(_gate_unplaced(self.draft.station, first, evidence))
            return
        if first.paid_area is second.paid_area and not gates:
            self.draft.add_walkway(a, b, evidence=[evidence])
            return
        outer, inner = (first, second) if second.paid_area else (second, first)
        told = [evidence] if gates else [_ALTERNATES]
        gate = self.draft.add_gate(outer.id, inner.id, name=_gate_name(outer, inner), evidence=told)
        (self.naming if gates else self.silent)[gate].add(evidence.record)
        if any(g.emergency or g.staff_call for g in gates):
            self.draft.change_link(gate, staff_call=True)
            self.draft.add_evidence(gate, "staff_call", [evidence])
        link = self.draft.links[gate]
        sides = {self.draft.nodes[n].place: n for n in (link.start, link.end)}
        for node in (a, b):
            self.draft.add_walkway(node, sides[self.draft.nodes[node].place], evidence=told)

    def gate_findings(self) -> list[Finding]:
        """Gates that some texts name and others, over the same way, leave out."""
        return [
            _gate_conflict(self.draft.station, gate, len(self.naming[gate]), len(self.silent[gate]))
            for gate in sorted(self.silent)
        ]


def _gate_name(outer: Place, inner: Place) -> str:
    if outer.line == inner.line and PlaceKind.PLATFORM not in {outer.kind, inner.kind}:
        return outer.level if outer.level == inner.level else f"{outer.level}~{inner.level}"
    return f"{outer.id}~{inner.id}"


def join_sides(draft: Draft) -> None:
    """A concourse that lies on both sides of the gates has a gate, even where no text names it."""
    for place in list(draft.frozen_places()):
        if place.kind is PlaceKind.CONCOURSE and place.id.endswith(":out"):
            inner = draft.places.get(place.id.removesuffix("out") + "in")
            if inner is not None:
                draft.add_gate(place.id, inner.id, name=_gate_name(place, inner), evidence=[_ALTERNATES])


_ALTERNATES = Evidence("muui_maps", "the paid area begins somewhere between street and platform", None, Method.DERIVED)


def join_within(draft: Draft) -> None:
    """Every two nodes of one place are joined on foot: neighbours in a place that no gate or stair divides."""
    by_place: dict[str, list[Node]] = defaultdict(list)
    for node in draft.frozen_nodes():
        by_place[node.place].append(node)
    for place_id, nodes in sorted(by_place.items()):
        if place_id == STREET or draft.places[place_id].paid_area is None:
            continue
        same = Evidence("muui_maps", f"both lie in {place_id}", None, Method.DERIVED)
        for index, first in enumerate(nodes):
            for second in nodes[index + 1 :]:
                if first.kind is NodeKind.TRAIN and second.kind is NodeKind.TRAIN:
                    continue
                link = draft.add_walkway(first.id, second.id)
                if "link" not in draft.links[link].evidence:
                    draft.add_evidence(link, "link", [same])


def _level_changes(station: str, first: Place, second: Place, evidence: Evidence) -> Finding:
    levels = f"{first.level} – {second.level}"
    return Finding(
        code="walk_changes_level",
        severity=Severity.WARNING,
        message=Text(
            f"안내문은 {first.name.ko}에서 {second.name.ko}까지 걷는데 층이 달라요({levels}). 이 길은 쓰지 않아요.",
            f"A text walks from the {first.name.en} to the {second.name.en}, on different floors ({levels}); not used.",
        ),
        fix=Text("사이에 무엇을 타는지 현장에서 확인해 주세요.", "Check on site what is ridden in between."),
        station=station,
        file=evidence.dataset,
        layer=first.id,
        field="level",
        value=levels,
    )


def _gate_conflict(station: str, gate: str, naming: int, silent: int) -> Finding:
    some_ko = f"안내문 {naming}개에 있고 {silent}개에는 없어요" if naming else f"안내문 {silent}개에 모두 없어요"
    some_en = f"{naming} texts name it, {silent} leave it out" if naming else f"none of {silent} texts names it"
    return Finding(
        code="gate_conflict",
        severity=Severity.WARNING,
        message=Text(f"개찰구가 {some_ko}. 있는 것으로 세요.", f"Fare gate: {some_en}. It is counted."),
        fix=Text("현장에서 개찰구를 확인해 주세요.", "Check the gate on site."),
        station=station,
        layer=gate,
        field="gate",
    )


def _gate_unplaced(station: str, place: Place, evidence: Evidence) -> Finding:
    return Finding(
        code="gate_unplaced",
        severity=Severity.INFO,
        message=Text(
            f"안내문 {evidence.record}의 개찰구가 {place.name.ko}의 어디인지 알 수 없어요.",
            f"Text {evidence.record} passes a gate in the {place.name.en}, but nothing says between what.",
        ),
        fix=Text("현장에서 개찰구 위치를 확인해 주세요.", "Check on site where the gate is."),
        station=station,
        layer=place.id,
        field="gate",
    )


def escalators_only(unit: UnitDraft) -> bool:
    """Is this a unit that wheels never take?"""
    return unit.kind in {UnitKind.ESCALATOR, UnitKind.MOVING_WALK}


def mentions_of(walks: Sequence[Walk]) -> list[tuple[tuple[str, int], Mention]]:
    """Every ride of every walk with its key (route id, index)."""
    return [((walk.route.route_id, index), ride) for walk in walks for index, ride in enumerate(walk.rides)]
