"""Walks over a station: which landing lies in which place, and which places are joined by a way or by a gate."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from muui_maps.assemble.draft import TURNS, Draft, Landing
from muui_maps.assemble.levels import UNKNOWN_HALL, UNKNOWN_LABEL, level_id
from muui_maps.assemble.match import FAR, NEAR, Match, Matcher
from muui_maps.assemble.units import UnitDraft, official
from muui_maps.assemble.walks import GROUND_LABEL, Spot, Stretch, Walk
from muui_maps.model import (
    STREET,
    Evidence,
    LinkKind,
    Met,
    Method,
    MetKind,
    Node,
    NodeKind,
    Place,
    PlaceKind,
    Platform,
    PlatformShape,
    Text,
    UnitKind,
)
from muui_maps.wording import line_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from muui_maps.assemble.report import Report

Stop = tuple[str, str]  # (unit id, label)
Rides = dict[tuple[str, int], Match]  # (route id, index of the ride) → the units it may mean


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
            for unit, stops in match.stops.items():
                for label, spot, state in zip(stops, ride.ends, states[index], strict=True):
                    told.spots[unit, label].append(spot)
                    if state is not None:
                        told.paid[unit, label][state] += 1
    return told


# ── inside or outside the gates ──────────────────────────────────────────────


@dataclass
class _Token:
    """A thing met along a walk: an anchor (known to be paid or not), a gate, or an end of a ride that asks."""

    paid: bool | None = None  # of an anchor
    asks: tuple[int, int] | None = None  # (ride, end)


def paid_states(walk: Walk) -> list[tuple[bool | None, bool | None]]:
    """For each ride, whether it starts and ends inside the paid area, as far as the walk's own gates say.

    Platforms are inside, the street is outside; between two such anchors the stated gates must add up, else nothing is
    said: texts leave gates out.
    """
    tokens = [_Token(paid=True)]
    for index, ride in enumerate(walk.rides):
        tokens += [_Token() for _ in walk.stretches[index].gates]
        tokens += [
            _Token(paid=False, asks=(index, end)) if spot.on_street else _Token(asks=(index, end))
            for end, spot in enumerate(ride.ends)
        ]
    tokens += [_Token() for _ in walk.stretches[-1].gates]
    tokens.append(_Token(paid=True))
    states: dict[tuple[int, int], bool | None] = {}
    anchors = [position for position, token in enumerate(tokens) if token.paid is not None]
    for first, second in pairwise(anchors):
        between = tokens[first + 1 : second]
        gates = sum(token.asks is None for token in between)
        passed = 0
        for token in between:
            if token.asks is None:
                passed += 1
            else:
                states[token.asks] = _state((tokens[first].paid, tokens[second].paid), gates=gates, passed=passed)
    states |= {token.asks: token.paid for token in tokens if token.asks and token.paid is not None}
    return [(states[index, 0], states[index, 1]) for index in range(len(walk.rides))]


def _state(anchors: tuple[bool | None, bool | None], *, gates: int, passed: int) -> bool | None:
    """Paid or not between two anchors, after `passed` of `gates` gates; None where the gates don't add up."""
    before, after = anchors
    out_and_in = 2
    if before is not after:
        return None if gates != 1 else (after if passed else before)
    if gates <= 1:
        return before  # none, or one between two operators' paid areas
    return (before if passed != 1 else not before) if gates == out_and_in else None


# ── platforms ────────────────────────────────────────────────────────────────


def platform_place(line: str, direction: str, shape: PlatformShape | None) -> Place:
    """One place for an island, one for each direction else; its level is not decided yet."""
    island = shape is PlatformShape.ISLAND
    of = line_text(line)
    return Place(
        id=f"{line}:platform" if island else f"{line}:platform:{direction}",
        kind=PlaceKind.PLATFORM,
        level="",
        line=line,
        name=Text(f"{of.ko} 승강장", f"{of.en} platform"),
        paid_area=True,
        direction=None if island else direction,
    )


def train_node(line: str, direction: str) -> str:
    """The id of the node where trains of a direction are left and boarded."""
    return f"train:{line}:{direction}"


# ── landings ─────────────────────────────────────────────────────────────────


@dataclass
class Landings:
    """Decides the place of every stop of every unit."""

    draft: Draft
    matcher: Matcher
    told: Told
    platforms: Mapping[tuple[str, str], Platform]
    own_labels: Mapping[str, frozenset[str]]  # labels that each line uses by itself

    def add_all(self) -> None:
        """Add the landings of all units."""
        for unit_id in sorted(self.matcher.units):
            unit = self.matcher.units[unit_id]
            labels = dict.fromkeys([*unit.labels, *sorted(label for of, label in self.told.spots if of == unit_id)])
            loose = [label for label in labels if label in {NEAR, FAR}]
            for label in loose or labels:  # the texts' levels stand in for the register's, which is a Finding
                place = self._place(unit, label)
                self.draft.add_landing(Landing(unit.id, label, self.draft.places[place].level, place), unit)

    def _place(self, unit: UnitDraft, label: str) -> str:
        spots = self.told.spots.get((unit.id, label), [])
        if any(spot.on_street for spot in spots):
            return self.draft.street()
        platform = self._platform(unit, label, spots)
        before_gate = GROUND_LABEL in unit.labels and self.told.paid.get((unit.id, label), Counter())[False] > 0
        if platform is not None and not before_gate:
            return platform
        if label == GROUND_LABEL and unit.toward_line is None and not self._hall_on_ground(unit.line, spots):
            return self.draft.street()
        kind = _kind(unit, label, spots)
        if label in {NEAR, FAR}:
            line, stop = _loose_level(unit, label, spots)
            return self.draft.concourse(line, stop, paid=True, kind=kind)
        line, paid = self._line(unit, label, spots), self._paid(unit, label)
        if label.startswith(UNKNOWN_LABEL):
            platforms = {each.level for (of, _), each in self.platforms.items() if of == line}
            here = UNKNOWN_HALL if level_id(line, UNKNOWN_LABEL) in platforms else UNKNOWN_LABEL
            return self.draft.concourse(line, here, paid=paid, kind=kind, apart=f"{unit.id}@{label}")
        return self.draft.concourse(line, label, paid=paid, kind=kind)

    def _hall_on_ground(self, line: str, spots: Sequence[Spot]) -> bool:
        """Whether the line's 1F is a floor of the station: its platform lies there, or texts call it a hall."""
        ground = level_id(line, GROUND_LABEL)
        has_platform = any(of == line and platform.level == ground for (of, _), platform in self.platforms.items())
        return has_platform or any(spot.place in {PlaceKind.CONCOURSE, PlaceKind.PASSAGE} for spot in spots)

    def _platform(self, unit: UnitDraft, label: str, spots: Sequence[Spot]) -> str | None:
        for spot in spots:
            key = (spot.line or unit.line, spot.direction or "")
            if spot.on_platform and key in self.platforms:
                return self.platforms[key].place
        for direction in [*(door.direction for door in unit.doors), *sorted(unit.platforms)]:
            platform = self.platforms.get((unit.line, direction))
            if platform is not None and platform.level == level_id(unit.line, label):
                return platform.place
        return None

    def _line(self, unit: UnitDraft, label: str, spots: Sequence[Spot]) -> str:
        """A stop belongs to the unit's own line, unless its label is one that only the other line of a passage uses."""
        own = self.own_labels.get(unit.line, frozenset())
        if unit.toward_line and label not in own and label in self.own_labels.get(unit.toward_line, frozenset()):
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
        """A stop that no source says a word about.

        It is one between those that texts use, or at the height of the platform without a door that says which side.
        """
        if self.told.spots.get((unit.id, label)):
            return False
        others = any(self.told.spots.get((unit.id, other)) for other in unit.labels)
        at_platform = any(p.level == level_id(unit.line, label) for p in self.platforms.values())
        return others or (at_platform and unit.toward_line is None)


def _loose_level(unit: UnitDraft, label: str, spots: Sequence[Spot]) -> tuple[str, str]:
    stated = Counter((spot.line or unit.line, spot.label) for spot in spots if spot.label)
    if stated:
        return min(stated, key=lambda key: (-stated[key], key))
    line = unit.line if label == NEAR else unit.toward_line or unit.line
    return line, next(iter(unit.labels), UNKNOWN_LABEL)


def _kind(unit: UnitDraft, label: str, spots: Sequence[Spot]) -> PlaceKind:
    kinds = Counter(spot.place for spot in spots if spot.place in {PlaceKind.CONCOURSE, PlaceKind.PASSAGE})
    if kinds[PlaceKind.PASSAGE] > kinds[PlaceKind.CONCOURSE]:
        return PlaceKind.PASSAGE
    mezzanine = "M" in label
    return PlaceKind.PASSAGE if mezzanine and unit.toward_line and not kinds else PlaceKind.CONCOURSE


# ── ways between places ──────────────────────────────────────────────────────

_ALTERNATES = Evidence("muui_maps", "the paid area begins somewhere between street and platform", None, Method.DERIVED)
_CHECK_GATE = Text("현장에서 개찰구를 확인해 주세요.", "Check the gate on site.")


@dataclass
class Connector:
    """Joins places as the walks demand."""

    draft: Draft
    platforms: Mapping[tuple[str, str], Platform]
    ridden: frozenset[frozenset[str]] = frozenset()  # two floors that a lift joins: see `ridden_between`
    riding: frozenset[frozenset[str]] = frozenset()  # two lines between which some text rides
    left_out: Collection[tuple[str, int]] = ()  # (route, stretch) over which its opposite rides: see `rides_left_out`
    naming: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # gate → routes that name it
    silent: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # gate → routes that leave it out
    out_and_in: dict[frozenset[str], set[str]] = field(default_factory=lambda: defaultdict(set))  # places → routes
    inside: dict[frozenset[str], set[str]] = field(default_factory=lambda: defaultdict(set))  # the same, without a gate

    def connect(self, walk: Walk, matches: Mapping[tuple[str, int], Match]) -> None:
        """Lay the ways that one walk goes, between every two units that it may mean."""
        starts = [self._named_platform(walk, walk.stretches[0], walk.start).node]
        for index, stretch in enumerate(walk.stretches):
            match = matches[walk.route.route_id, index] if index < len(walk.rides) else None
            ends = (
                landing_nodes(self.draft, match, 0) if match else [self._named_platform(walk, stretch, walk.end).node]
            )
            for a in starts:
                for b in ends:
                    if (walk.route.route_id, index) in self.left_out:
                        self._report_floors(self.draft.place_of(a), self.draft.place_of(b), walk)
                    else:
                        self._stretch(a, b, stretch, walk)
            starts = landing_nodes(self.draft, match, 1) if match else []

    def _named_platform(self, walk: Walk, stretch: Stretch, end: tuple[str, str]) -> Platform:
        """The platform that the text itself names: a few lead to the opposite one of what they are filed under."""
        named = [(spot.line, spot.direction) for spot in stretch.spots if spot.on_platform and spot.line == end[0]]
        wanted = self.platforms[end]
        if not named or end in named or walk.start[0] == walk.end[0]:
            return wanted
        other = self.platforms.get((named[-1][0] or "", named[-1][1] or ""), wanted)
        return wanted if other.level != wanted.level else other

    def _stretch(self, a: str, b: str, stretch: Stretch, walk: Walk) -> None:
        first, second = self.draft.place_of(a), self.draft.place_of(b)
        told = official(walk.route)
        kind = LinkKind.STAIRS if stretch.stairs else LinkKind.WALKWAY
        gates = len(stretch.gates)
        if not stretch.stairs and (self._needs_a_ride(first, second) or self._lift_left_out(first, second, stretch)):
            self._report_floors(first, second, walk)
        elif first.id == second.id:
            self._walk(a, b, kind, stretch, told)
            if gates and first.kind is not PlaceKind.PLATFORM and first.id != STREET:
                self._report_unplaced(first, first, walk)
        elif first.paid_area is second.paid_area and not gates:
            self.inside[frozenset({first.id, second.id})].add(told.record)
            self._walk(a, b, kind, stretch, told)
        elif first.paid_area and second.paid_area and gates > 1 and not all(g.transfer for g in stretch.gates):
            self.out_and_in[frozenset({first.id, second.id})].add(told.record)
            self._out_and_in(a, b, stretch, walk)
        else:
            self._through(a, b, stretch, walk)
            if gates > 1:
                self._report_unplaced(first, second, walk)

    def _needs_a_ride(self, first: Place, second: Place) -> bool:
        """Nobody walks to another floor; nor where one text leaves out the lift that another one rides."""
        ridden = frozenset({first.level, second.level}) in self.ridden
        return ridden or _another_floor(first, second) or self._rides_forgotten(first, second)

    def _lift_left_out(self, first: Place, second: Place, stretch: Stretch) -> bool:
        """From a hall to the platform of another line, which by other texts a lift of that line leads to.

        A text that names the platform's own floor may know a ramp; one that leaves it out forgot the lift.
        """
        for hall, platform in ((first, second), (second, first)):
            if platform.kind is not PlaceKind.PLATFORM or hall.kind is PlaceKind.PLATFORM or hall.line == platform.line:
                continue
            at = level_id(platform.line, hall.level.partition(":")[2])
            named = any(
                spot.on_platform and spot.line == platform.line and spot.label and not spot.carried
                for spot in stretch.spots
            )
            if not named and frozenset({at, platform.level}) in self.ridden:
                return True
        return False

    def _rides_forgotten(self, first: Place, second: Place) -> bool:
        """From platform to platform without any ride, though their floors are called otherwise and other texts ride."""
        platforms = first.kind is second.kind is PlaceKind.PLATFORM
        labels = {place.level.partition(":")[2] for place in (first, second)}
        differ = len(labels) > 1 or UNKNOWN_LABEL in labels
        return platforms and differ and frozenset({first.line or "", second.line or ""}) in self.riding

    def _walk(self, a: str, b: str, kind: LinkKind, stretch: Stretch, told: Evidence) -> None:
        link = self.draft.add_walkway(a, b, evidence=[told], kind=kind)
        met = [Met(MetKind.TURN, 1, told, TURNS[heading]) for heading in stretch.headings if heading in TURNS]
        if stretch.crossings:
            met.append(Met(MetKind.CROSSING, stretch.crossings, told))
        self.draft.add_met(link, met, start=a)

    def _through(self, a: str, b: str, stretch: Stretch, walk: Walk) -> None:
        """One gate lies between: named by this text or, if not, because one side is paid and the other is not."""
        first, second = self.draft.place_of(a), self.draft.place_of(b)
        outer, inner = (first, second) if second.paid_area else (second, first)
        told = official(walk.route)
        gate = self.draft.add_gate(outer.id, inner.id, evidence=[told if stretch.gates else _ALTERNATES])
        (self.naming if stretch.gates else self.silent)[gate].add(told.record)
        if any(each.emergency or each.staff_call for each in stretch.gates):
            self.draft.change_link(gate, staff_call=True)
            self.draft.add_evidence(gate, "staff_call", [told])
        kind = LinkKind.STAIRS if stretch.stairs else LinkKind.WALKWAY
        for node in (a, b):
            place = self.draft.nodes[node].place
            flat = self.draft.places[place].level == self.draft.places[outer.id].level
            side = self.draft.side_of(gate, place)
            self.draft.add_walkway(node, side, evidence=[told], kind=LinkKind.WALKWAY if flat else kind)

    def _out_and_in(self, a: str, b: str, stretch: Stretch, walk: Walk) -> None:
        """Two gates between two paid places: out into the free part of the first one's floor, and in again."""
        first = self.draft.place_of(a)
        told = official(walk.route)
        line, _, label = first.level.partition(":")
        free = self.draft.concourse(line, label, paid=False)
        sides = []
        for node in (a, b):
            place = self.draft.nodes[node].place
            gate = self.draft.add_gate(free, place, evidence=[told])
            self.naming[gate].add(told.record)
            self.draft.add_walkway(node, self.draft.side_of(gate, place), evidence=[told])
            sides.append(self.draft.side_of(gate, free))
        self._walk(sides[0], sides[1], LinkKind.WALKWAY, stretch, told)

    # ── what is doubtful ────────────────────────────────────────────────────

    def report_gates(self) -> None:
        """Gates that some texts name and others, over the same way, leave out."""
        for gate in sorted(self.silent):
            naming, silent = len(self.naming[gate]), len(self.silent[gate])
            words = self.draft.gate_words(gate)
            some_ko = (
                f"안내문 {naming}개에는 있고 {silent}개에는 없어요" if naming else f"안내문 {silent}개에 모두 없어요"
            )
            some_en = (
                f"named by {_texts(naming)}, left out by {silent}" if naming else f"named by none of {_texts(silent)}"
            )
            self.draft.report.warn(
                "gate_conflict",
                Text(f"{words.ko}: {some_ko}. 있는 것으로 세요.", f"{_capital(words.en)}: {some_en}. It is counted."),
                _CHECK_GATE,
                layer=gate,
                field="gate",
                value=f"{naming}/{naming + silent}",
            )

        for places in sorted(self.out_and_in.keys() & self.inside.keys(), key=sorted):
            one, other = sorted(places)
            where, leaving, staying = self.draft.between_words(one, other), self.out_and_in[places], self.inside[places]
            self.draft.report.warn(
                "gate_conflict",
                Text(
                    f"{where.ko}: 나갔다 들어가는 안내문 {len(leaving)}개, 개찰구가 없는 안내문 {len(staying)}개. "
                    "안에서 가는 길을 따랐어요.",
                    f"{_capital(where.en)}: out of the gates and in again by {_texts(len(leaving))}, no gate by "
                    f"{len(staying)}. The way inside was followed.",
                ),
                _CHECK_GATE,
                layer=one,
                field="gate",
                value=f"{len(leaving)}/{len(leaving) + len(staying)}",
            )

    def _report_unplaced(self, first: Place, second: Place, walk: Walk) -> None:
        where = self.draft.between_words(first.id, second.id)
        way = self.draft.report.transfer(walk.start, walk.end)
        self.draft.report.note(
            "gate_unplaced",
            Text(
                f"안내문({way.ko})에 나오는 개찰구가 어디에 있는지 알 수 없어요: {where.ko}.",
                f"The text {way.en} passes a gate, but nothing says where it stands: {where.en}.",
            ),
            Text("현장에서 개찰구 위치를 확인해 주세요.", "Check on site where the gate is."),
            file=walk.route.dataset,
            row=walk.row,
            layer=first.id,
            field="gate",
            value=walk.route.route_id,
        )

    def _report_floors(self, first: Place, second: Place, walk: Walk) -> None:
        a, b = self.draft.place_words(first.id), self.draft.place_words(second.id)
        way = self.draft.report.transfer(walk.start, walk.end)
        self.draft.report.warn(
            "walk_changes_level",
            Text(
                f"안내문({way.ko})에 {a.ko}에서 {b.ko}까지 층을 옮기는 방법이 없어요. 길로 잇지 않았어요.",
                f"The text {way.en} doesn't say how to change floors from {a.en} to {b.en}. They are not joined.",
            ),
            Text("현장에서 무엇을 타는지 확인해 주세요.", "Check on site what one rides."),
            file=walk.route.dataset,
            row=walk.row,
            layer=walk.route.route_id,
            field="level",
            value=f"{first.level}>{second.level}",
        )


def _another_floor(first: Place, second: Place) -> bool:
    """Two labels of one line, or the street and a label that is no ground floor: nobody walks from one to the other."""
    labels = {place.level.partition(":")[2] or GROUND_LABEL for place in (first, second)}
    one_line = first.line == second.line or STREET in {first.id, second.id}
    unknown = any(label.startswith(UNKNOWN_LABEL) for label in labels)
    return one_line and len(labels) > 1 and not unknown


def ridden_between(draft: Draft, units: Mapping[str, UnitDraft], ridden: Collection[str]) -> frozenset[frozenset[str]]:
    """Pairs of floors which a lift that texts ride joins: who goes from one to the other takes it.

    Of two texts, one that leaves the lift out would have a wheelchair roll where the floor steps.
    """
    found = set()
    for unit_id in ridden:
        if units[unit_id].kind in {UnitKind.ELEVATOR, UnitKind.WHEELCHAIR_LIFT}:
            levels = {landing.level for landing in draft.landings_of(unit_id) if landing.level != STREET}
            found |= {frozenset(pair) for pair in combinations(sorted(levels), 2)}
    return frozenset(found)


def _texts(count: int) -> str:
    return f"{count} text" if count == 1 else f"{count} texts"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def landing_nodes(draft: Draft, match: Match, end: int) -> list[str]:
    """The nodes at the start (0) or the end (1) of the ride, of every unit it may mean."""
    found = [draft.landings.get((unit, stops[end])) for unit, stops in sorted(match.stops.items())]
    return [landing.node for landing in found if landing is not None]


def join_sides(draft: Draft) -> None:
    """A concourse that lies on both sides of the gates has a gate, even where no text names it."""
    for place in draft.frozen_places():
        if place.kind is PlaceKind.CONCOURSE and place.id.endswith(":out"):
            inner = draft.places.get(place.id.removesuffix("out") + "in")
            if inner is not None:
                draft.add_gate(place.id, inner.id, evidence=[_ALTERNATES])


def join_within(draft: Draft) -> None:
    """Every two nodes of one place are joined on foot: neighbours in a place that no gate or stair divides.

    Not in a place of which no source says what it is: a middle stop that nobody describes is not walked through.
    """
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


def report_ambiguous(draft: Draft, units: Mapping[str, UnitDraft], walks: Iterable[Walk], matches: Rides) -> None:
    """Rides that may mean units which do not lead to the same places: the choice is the router's, the doubt is told."""
    found: dict[tuple[str, ...], list[Walk]] = defaultdict(list)
    for walk in walks:
        for index in range(len(walk.rides)):
            stops = matches[walk.route.route_id, index].stops
            landings = {unit: [draft.landings.get((unit, label)) for label in labels] for unit, labels in stops.items()}
            if len({tuple(each and each.place for each in pair) for pair in landings.values()}) > 1:
                found[tuple(sorted(stops))].append(walk)
    for unit_ids, told in sorted(found.items()):
        _report_ambiguous(draft.report, [units[unit] for unit in unit_ids], told)


def _report_ambiguous(report: Report, units: Sequence[UnitDraft], walks: Sequence[Walk]) -> None:
    way = report.transfer(walks[0].start, walks[0].end)
    names = [unit.words for unit in units]
    report.note(
        "ride_ambiguous",
        Text(
            f"안내문({way.ko})의 승강기가 어느 것인지 분명하지 않아요: {', '.join(name.ko for name in names)}.",
            f"The text {way.en} may mean any of several units: {', '.join(name.en for name in names)}.",
        ),
        Text("현장에서 어느 승강기인지 확인해 주세요.", "Check on site which of them it is."),
        file=walks[0].route.dataset,
        row=walks[0].row,
        layer=units[0].id,
        field="unit",
        value=", ".join(unit.id for unit in units),
    )
