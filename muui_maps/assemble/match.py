"""Which unit does a ride mean? The rides that texts and surveys name, matched to units of the registers.

Several units are often right: `대합실 방향 엘리베이터` on a platform with two lifts to one concourse means either. So a
mention is matched to the SET of units that fit it best; the router chooses. A ride that no unit fits becomes a unit
known from the official route alone, shared by all texts that describe it; its number begins with `?`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.assemble.levels import UNKNOWN_LABEL
from muui_maps.assemble.units import TWO_STOPS, UnitDraft, level_rank
from muui_maps.assemble.walks import GROUND_LABEL, Mention, Spot, Walk
from muui_maps.model import Door, Evidence, PlaceKind, PlatformShape, Text, UnitKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

NEAR, FAR = "near", "far"
"""Stops of a unit whose levels no two sources agree on: on its own line's side, and on the other line's."""


_HALLS = frozenset({PlaceKind.CONCOURSE, PlaceKind.PASSAGE})


@dataclass(frozen=True, slots=True)
class Match:
    """Units a mention stands for, each with the label of the stop at the start and at the end of the ride.

    `stops` maps a unit's id to (label at start, label at end) in the unit's own vocabulary; it is never empty.
    """

    stops: Mapping[str, tuple[str, str]]


@dataclass
class Matcher:
    """Matches mentions of one station.

    Parameters
    ----------
    units
        All drafts by id; route-only units are added here.
    platform_label
        The label of the platform of a line and direction, in the units' vocabulary.
    shapes
        Island or side, by line; None where unknown.
    toward
        A direction in words.
    same_exit
        Other exit numbers a unit is known by, from surveys.
    """

    units: dict[str, UnitDraft]
    platform_label: Mapping[tuple[str, str], str]
    shapes: Mapping[str, PlatformShape | None]
    toward: Callable[[str], Text]
    same_exit: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    apart: Collection[tuple[str, str]] = ()  # (line, direction) of platforms that are on no island with the others
    named: set[tuple[str, str]] = field(default_factory=set)  # stops that some text names: (unit, label)
    refused: dict[Mention, set[str]] = field(default_factory=dict)  # units that a ride can't mean: see `elsewhere`
    _loose_ends: dict[str, frozenset[str | None]] = field(default_factory=dict)

    def match(self, mention: Mention, *, ridden: Collection[str] = ()) -> Match | None:
        """The units that fit the mention best, or None if none does.

        Parameters
        ----------
        mention
            A ride as a source names it.
        ridden
            Units that the same walk has just ridden: nobody takes a lift up and at once down again.
        """
        ridden = {*ridden, *self.refused.get(mention, ())}
        fitting: list[tuple[float, str, tuple[str, str]]] = []
        for unit in self.units.values():
            if unit.kind is mention.kind and unit.id not in ridden and self._fits(unit, mention):
                stops = self._stops(unit, mention)
                if stops is not None and _at_home(unit, mention, stops):
                    fitting.append((_score(unit, mention), unit.id, stops))
        if fitting:
            best = max(score for score, _, _ in fitting)
            return Match({unit_id: stops for score, unit_id, stops in sorted(fitting) if score == best})
        loose = {unit: stops for unit, stops in self._by_purpose(mention).items() if unit not in ridden}
        return Match(loose) if loose else None

    # ── does it fit? ────────────────────────────────────────────────────────

    def _stops(self, unit: UnitDraft, mention: Mention) -> tuple[str, str] | None:
        """The unit's stops for the two ends of the ride, or None if it can't make this ride."""
        starts, ends = (self._labels_at(unit, spot, mention) for spot in mention.ends)
        pairs = [(a, b) for a in starts for b in ends if a != b]
        # A text that leaves an end open means the stop that other texts name; else the longest ride, no stop between.
        named = [pair for pair in pairs if all((unit.id, label) in self.named for label in pair)]
        return max(named or pairs, key=lambda pair: (_span(pair), pair)) if pairs else None

    def _labels_at(self, unit: UnitDraft, spot: Spot, mention: Mention) -> list[str]:
        labels = self._labels_named(unit, spot, mention)
        if not spot.on_platform and (spot.place in _HALLS or spot.line not in {None, unit.line}):
            # Lines use equal labels for different floors: Line 9's concourse B2 is not Line 2's platform B2.
            own = {self.platform_label.get((unit.line, direction)) for direction in _served(unit)}
            labels = [label for label in labels if label not in own]
        return labels

    def _labels_named(self, unit: UnitDraft, spot: Spot, mention: Mention) -> list[str]:
        if spot.on_street:
            return [label for label in unit.labels if label == GROUND_LABEL]
        if spot.on_platform and spot.line == unit.line:
            label = self.platform_label.get((unit.line, spot.direction or ""), spot.label)
            return [each for each in unit.labels if each == label]
        if spot.on_platform and spot.line is not None:
            own = {self.platform_label.get((unit.line, direction)) for direction in _served(unit)}
            return [each for each in unit.labels if each == spot.label and each not in own]
        its_words = (
            spot.line in {None, unit.line, unit.toward_line} or unit.line == mention.line or _at_door(unit, mention)
        )
        return [label for label in unit.labels if spot.label is None or (its_words and label == spot.label)]

    def _fits(self, unit: UnitDraft, mention: Mention) -> bool:
        if unit.line not in _lines(mention):
            return False
        if mention.exits:
            if not {*unit.exits, *self.same_exit.get(unit.id, ())} & set(mention.exits):
                return False
            if mention.line is not None and mention.toward is None and unit.line != mention.line:
                return False
        elif unit.exits and not mention.touches_street:
            return False
        return all(self._serves(unit, spot) for spot in mention.ends)

    def _serves(self, unit: UnitDraft, spot: Spot) -> bool:
        """Does the unit open here? On a platform, one with doors of other directions does not, unless it is an island.

        A lift beside a train door stands on the platform: on the platform's floor it is in no concourse.
        """
        served = _served(unit)
        if spot.place in {PlaceKind.CONCOURSE, PlaceKind.PASSAGE} and unit.doors and spot.line == unit.line:
            return spot.label not in {self.platform_label.get((unit.line, direction)) for direction in served}
        if not spot.on_platform or not served or unit.line != spot.line:
            return True
        one_island = (
            self.shapes.get(unit.line) is PlatformShape.ISLAND and (spot.line, spot.direction) not in self.apart
        )
        return spot.direction in served or (one_island and not all((unit.line, way) in self.apart for way in served))

    def _by_purpose(self, mention: Mention) -> dict[str, tuple[str, str]]:
        """Wheelchair lifts of a transfer passage: the registers' levels for them are unlike any text's."""
        lines = _lines(mention)
        if mention.kind is not UnitKind.WHEELCHAIR_LIFT or mention.touches_street or len(lines) <= 1:
            return {}
        found = [
            unit
            for _, unit in sorted(self.units.items())
            if unit.kind is mention.kind and unit.in_register and unit.line in lines and unit.toward_line is not None
        ]
        ways = {*mention.directions, mention.start.direction, mention.end.direction} - {None}
        named = [unit for unit in found if ways & set(unit.toward_directions)]
        either = [unit for unit in found if unit.toward_line in lines]
        fitting = [unit for unit in named or either or found if self._same_ends(unit, mention)]
        return {unit.id: _loose_stops(unit, mention) for unit in fitting}

    def _same_ends(self, unit: UnitDraft, mention: Mention) -> bool:
        """One lift has one pair of floors: a second ride between others is another lift, whatever they share."""
        labels = frozenset(spot.label for spot in mention.ends)
        kept = self._loose_ends.setdefault(unit.id, labels)
        return kept == labels or None in kept | labels

    # ── units that no register has ──────────────────────────────────────────

    def add_route_only(self, mention: Mention, evidence: Evidence, *, ridden: Collection[str] = ()) -> Match:
        """Make the unit that only this mention knows, or join the one that another text already made.

        Texts share a unit if they call it alike and ride it between the same floors; one with the same name between
        others is another unit, lest two lifts become one that skips the way between them.
        """
        ridden = {*ridden, *self.refused.get(mention, ())}
        line = mention.line or mention.end.line or mention.start.line or ""
        start, end = (self._label_of(spot) for spot in mention.ends)
        loose = start is not None and start == end  # two lines' words for one floor: the labels don't tell the ends
        known = set() if loose else {label for label in (start, end) if label}
        number, name = self._route_only_name(mention)
        unit = self._alike(line, mention, number, known, ridden)
        if unit is None:
            span = "-".join(sorted(known)) or UNKNOWN_LABEL
            while (taken := self.units.get(f"{line}:{mention.kind.value}:{number}")) is not None:
                if "(" in number and _at_home(taken, mention, self._ends(taken, mention, loose=loose)):
                    break
                number, name = another_unit(number, name, span)
            unit = taken or UnitDraft(
                id=f"{line}:{mention.kind.value}:{number}",
                kind=mention.kind,
                line=line,
                number=number,
                labels=(),
                name=name,
                exits=mention.exits[:1],
                in_register=False,
                doors=_route_only_doors(mention),
            )
            self.units[unit.id] = unit
        unit.platforms |= {spot.direction for spot in mention.ends if spot.on_platform and spot.direction}
        unit.evidence.append(evidence)
        stops = self._ends(unit, mention, loose=loose)
        if not loose:
            unit.labels = tuple(dict.fromkeys([*unit.labels, *stops]))
        for label, spot in zip(stops, mention.ends, strict=True):
            if (home := where(spot)) is not None:
                unit.homes.setdefault(label, home)
        return Match({unit.id: stops})

    def _ends(self, unit: UnitDraft, mention: Mention, *, loose: bool) -> tuple[str, str]:
        if loose:
            return _loose_stops(unit, mention)
        return _stops_of(unit, mention, *(self._label_of(spot) for spot in mention.ends))

    def _alike(
        self, line: str, mention: Mention, number: str, labels: Collection[str], ridden: Collection[str]
    ) -> UnitDraft | None:
        for unit in self.units.values():
            if unit.in_register or unit.id in ridden or unit.line != line or unit.kind is not mention.kind:
                continue
            stops = {label for label in unit.labels if not label.startswith(UNKNOWN_LABEL)}
            same_floors = stops == set(labels) or (len(labels) < TWO_STOPS and stops >= set(labels))
            loose = not labels and not unit.labels
            if not same_floors or unit.number.partition("(")[0] != number:
                continue
            if _at_home(unit, mention, self._ends(unit, mention, loose=loose)):
                return unit
        return None

    def _label_of(self, spot: Spot) -> str | None:
        if spot.on_platform and spot.line is not None:
            return self.platform_label.get((spot.line, spot.direction or ""), spot.label)
        return GROUND_LABEL if spot.on_street else spot.label

    def _route_only_name(self, mention: Mention) -> tuple[str, Text]:
        if mention.exits:
            number = mention.exits[0]
            return f"?{number}번출구", Text(f"{number}번 출구 옆", f"by exit {number}")
        for spot in (mention.end, mention.start):
            if spot.on_platform and spot.direction:
                return f"?{spot.direction}", self.toward(spot.direction)
        if mention.directions:
            return f"?{mention.directions[0]}", self.toward(mention.directions[0])
        if mention.place in {"transfer", "passage"} or mention.toward or mention.start.line != mention.end.line:
            return "?환승", Text("환승", "for the transfer")
        span = "-".join(sorted(label for label in (mention.start.label, mention.end.label) if label))
        return (f"?{span}", Text(span, span)) if span else ("?이름없음", Text("이름 없는", "without a name"))


def _stops_of(unit: UnitDraft, mention: Mention, start: str | None, end: str | None) -> tuple[str, str]:
    """The two stops of a ride of a unit that only texts know; an end that they leave out gets a label of its own."""
    known = start or end
    others = [label for label in unit.labels if label != known]
    other = others[0] if len(others) == 1 else UNKNOWN_LABEL
    if known is not None:
        return start or other, end or other
    unknown = [f"{UNKNOWN_LABEL}{spot.line or ''}" for spot in mention.ends]
    return (unknown[0], unknown[1]) if unknown[0] != unknown[1] else (unknown[0], unknown[1] + UNKNOWN_LABEL)


def _served(unit: UnitDraft) -> set[str]:
    """Directions of its line on whose platform the unit is said to stand."""
    return {door.direction for door in unit.doors} | unit.platforms


def _at_door(unit: UnitDraft, mention: Mention) -> bool:
    """Whether the ride begins or ends on the very platform on which the unit has a train door."""
    doors = {door.direction for door in unit.doors}
    return any(spot.on_platform and spot.line == unit.line and spot.direction in doors for spot in mention.ends)


def _lines(mention: Mention) -> set[str]:
    return {line for line in (mention.line, mention.start.line, mention.end.line) if line is not None}


def _span(pair: tuple[str, str]) -> float:
    first, second = (level_rank(label) for label in pair)
    return abs(first - second) if first is not None and second is not None else 0.0


def _score(unit: UnitDraft, mention: Mention) -> float:
    doors = {door.direction for door in unit.doors}
    lines = (mention.line, mention.toward)
    score = 0.0
    if mention.directions and doors:
        score += 4 if doors & set(mention.directions) else -4
    score += 2 if any(spot.direction in doors for spot in mention.ends) else 0
    score += 2 if mention.exits and unit.exits else 0
    score += 1 if unit.line == mention.line else 0
    score += 1 if unit.toward_line is not None and unit.toward_line in lines else 0
    score += 1 if mention.car is not None and mention.car in {door.car for door in unit.doors} else 0
    return score


def _loose_stops(unit: UnitDraft, mention: Mention) -> tuple[str, str]:
    """The ride's two stops by the lines they lie on; levels come from what the texts say of them."""
    return (FAR, NEAR) if mention.end.line == unit.line and mention.start.line != unit.line else (NEAR, FAR)


def _route_only_doors(mention: Mention) -> tuple[Door, ...]:
    if mention.car is None:
        return ()
    for spot in mention.ends:
        if spot.on_platform and spot.direction:
            return (Door(spot.direction, mention.car, mention.door),)
    return ()


def mentions_by_detail(mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, those that say most first: a vague one can then join the unit that a precise one made."""

    def said(mention: Mention) -> int:
        labels = sum(spot.label is not None for spot in mention.ends)
        return labels + bool(mention.directions) + bool(mention.exits)

    return sorted(mentions, key=lambda m: (-said(m), m.route_id, m.step))


def named_stops(walks: Iterable[Walk], units: Iterable[UnitDraft]) -> set[tuple[str, str]]:
    """The stops of lifts that a text names by label, on the side of their own line."""
    labels = {(spot.line, spot.label) for walk in walks for ride in walk.rides for spot in ride.ends if spot.label}
    return {(unit.id, label) for unit in units for label in unit.labels if (unit.line, label) in labels}


def elsewhere(
    walks: Iterable[Walk], matches: Mapping[tuple[str, int], Match], units: Mapping[str, UnitDraft]
) -> dict[Mention, set[str]]:
    """Rides matched to a register's unit which, by other texts, opens in another place.

    A stop lies on one line's platform or in a hall, not in both: who takes the two for one skips the way between. The
    line of the unit's train doors counts first, then what most texts say, then the platform.
    """
    told: dict[tuple[str, str], dict[str, list[Mention]]] = {}
    for walk in walks:
        for index, ride in enumerate(walk.rides):
            for unit_id, stops in matches[walk.route.route_id, index].stops.items():
                for label, spot in zip(stops, ride.ends, strict=True):
                    home = where(spot)
                    if units[unit_id].in_register and home is not None and label not in {NEAR, FAR}:
                        told.setdefault((unit_id, label), {}).setdefault(home, []).append(ride)
    refused: dict[Mention, set[str]] = {}
    for (unit_id, _), homes in sorted(told.items()):
        line = units[unit_id].line if units[unit_id].doors else None
        kept = max(sorted(homes), key=lambda home: (home == line, len(homes[home]), home != HALL))
        for home, rides in homes.items():
            for ride in rides if home != kept else ():
                refused.setdefault(ride, set()).add(unit_id)
    return refused


def mirrored(walks: Sequence[Walk], matches: Mapping[tuple[str, int], Match]) -> dict[Mention, set[str]]:
    """Rides that may mean several units, of which the text of the opposite transfer allows only some.

    Both texts ride as often, so the rides are the same from the other end. Units with the same stops as an allowed one
    stay: they lead to the same floors, and the router may choose.
    """
    by_ends: dict[tuple[tuple[str, str], tuple[str, str]], list[Walk]] = {}
    for walk in walks:
        by_ends.setdefault((walk.start, walk.end), []).append(walk)
    refused: dict[Mention, set[str]] = {}
    for walk in walks:
        for other in by_ends.get((walk.end, walk.start), ()):
            if [ride.kind for ride in walk.rides] != [ride.kind for ride in reversed(other.rides)]:
                continue
            for index, ride in enumerate(walk.rides):
                ours = matches[walk.route.route_id, index].stops
                theirs = matches[other.route.route_id, len(other.rides) - 1 - index].stops
                floors = {stops[::-1] for unit, stops in theirs.items() if unit in ours}
                if floors and (wrong := {unit for unit, stops in ours.items() if stops not in floors}):
                    refused.setdefault(ride, set()).update(wrong)
    return refused


def rides_left_out(walks: Sequence[Walk], matches: Mapping[tuple[str, int], Match]) -> set[tuple[str, int]]:
    """(route, stretch) where the text of the opposite transfer rides and this one does not, though the rest agrees.

    Who trusted the shorter text would have a wheelchair roll where the floor steps.
    """
    by_ends: dict[tuple[tuple[str, str], tuple[str, str]], list[Walk]] = {}
    for walk in walks:
        by_ends.setdefault((walk.start, walk.end), []).append(walk)

    def units(walk: Walk) -> list[frozenset[str]]:
        return [frozenset(matches[walk.route.route_id, index].stops) for index in range(len(walk.rides))]

    found: set[tuple[str, int]] = set()
    for walk in walks:
        ours = units(walk)
        for other in by_ends.get((walk.end, walk.start), ()):
            theirs = units(other)[::-1]
            if ours and len(ours) < len(theirs):
                found |= {(walk.route.route_id, stretch) for stretch in _gaps(ours, theirs)}
    return found


def _gaps(ours: Sequence[frozenset[str]], theirs: Sequence[frozenset[str]]) -> set[int]:
    """Before which of our rides (or after the last) others of theirs come; nothing if ours are not among theirs."""
    at, gaps = 0, set()
    for index, unit in enumerate(ours):
        place = next((n for n in range(at, len(theirs)) if theirs[n] & unit), None)
        if place is None:
            return set()
        if place > at:
            gaps.add(index)
        at = place + 1
    return gaps | ({len(ours)} if at < len(theirs) else set())


HALL = ""


def where(spot: Spot) -> str | None:
    """The line on whose platform a spot lies, `HALL` for a concourse or passage, None where the text does not say."""
    if spot.on_platform and spot.line:
        return spot.line
    return HALL if spot.place in _HALLS else None


def _at_home(unit: UnitDraft, mention: Mention, stops: tuple[str, str]) -> bool:
    """Whether the ride's ends lie where the texts that made the unit have its stops."""
    for label, spot in zip(stops, mention.ends, strict=True):
        home, here = unit.homes.get(label), where(spot)
        if home is not None and here is not None and home != here:
            return False
        lines = {spot.line} if spot.line else _lines(mention)
        if home and here is None and lines and home not in lines:
            return False  # one line's platform is no place of another line, whatever kind of place that is
    return True


def another_unit(number: str, name: Text, span: str) -> tuple[str, Text]:
    """A number for a unit that is called as another one: `?환승` → `?환승(B1-B2)` → `?환승(B1-B2)'`.

    Its name tells the floors where that says more, else counts: `환승 B1-B2`, `환승 B1-B2 (2)`.
    """
    if "(" not in number:
        tells = span != UNKNOWN_LABEL and not name.ko.endswith(span)
        return f"{number}({span})", _with(name, span if tells else "(2)")
    counted = re.search(r" \((\d+)\)$", name.en)
    bare = Text(*(re.sub(r" \(\d+\)$", "", each) for each in (name.ko, name.en)))
    return f"{number}'", _with(bare, f"({int(counted[1]) + 1 if counted else 2})")


def _with(name: Text, word: str) -> Text:
    return Text(f"{name.ko} {word}", f"{name.en} {word}")
