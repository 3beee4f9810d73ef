"""Which unit does a ride mean? The rides that texts and surveys name, matched to units of the registers.

Several units are often right: `대합실 방향 엘리베이터` on a platform with two lifts to one concourse means either. So a
mention is matched to the SET of units that fit it best; the router chooses. A ride that no unit fits becomes a unit
known from the official route alone, shared by all texts that describe it; its number begins with `?`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.assemble.units import TWO_STOPS, UnitDraft, level_rank
from muui_maps.assemble.walks import GROUND_LABEL, Mention, Spot
from muui_maps.model import Door, Evidence, PlaceKind, PlatformShape, Text, UnitKind

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

NEAR, FAR = "near", "far"
"""Stops of a unit whose levels no two sources agree on: on its own line's side, and on the other line's."""

UNKNOWN_LABEL = "?"
"""The stop of a ride of which no text says the level."""


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
        fitting: list[tuple[float, str, tuple[str, str]]] = []
        for unit in self.units.values():
            if unit.kind is mention.kind and unit.id not in ridden and self._fits(unit, mention):
                stops = self._stops(unit, mention)
                if stops is not None:
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
        # A text that leaves an end open means the longest ride to an end stop, not a stop between.
        return max(pairs, key=lambda pair: (_span(pair), pair)) if pairs else None

    def _labels_at(self, unit: UnitDraft, spot: Spot, mention: Mention) -> list[str]:
        if spot.on_street:
            return [label for label in unit.labels if label == GROUND_LABEL]
        if spot.on_platform and spot.line == unit.line:
            label = self.platform_label.get((unit.line, spot.direction or ""), spot.label)
            return [each for each in unit.labels if each == label]
        if spot.on_platform and spot.line is not None:
            own = {self.platform_label.get((unit.line, direction)) for direction in _served(unit)}
            return [each for each in unit.labels if each == spot.label and each not in own]
        its_words = spot.line in {None, unit.line, unit.toward_line} or mention.line == unit.line
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
        return spot.direction in served or self.shapes.get(unit.line) is PlatformShape.ISLAND

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
        line = mention.line or mention.end.line or mention.start.line or ""
        start, end = (self._label_of(spot) for spot in mention.ends)
        loose = start is not None and start == end  # two lines' words for one floor: the labels don't tell the ends
        known = set() if loose else {label for label in (start, end) if label}
        number, name = self._route_only_name(mention)
        unit = self._alike(line, mention, number, known, ridden)
        if unit is None:
            if f"{line}:{mention.kind.value}:{number}" in self.units:
                span = "-".join(sorted(known)) or UNKNOWN_LABEL
                number, name = f"{number}({span})", Text(f"{name.ko} {span}", f"{name.en} {span}")
            unit = UnitDraft(
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
        if loose:
            return Match({unit.id: _loose_stops(unit, mention)})
        stops = _stops_of(unit, mention, start, end)
        unit.labels = tuple(dict.fromkeys([*unit.labels, *stops]))
        return Match({unit.id: stops})

    def _alike(
        self, line: str, mention: Mention, number: str, labels: Collection[str], ridden: Collection[str]
    ) -> UnitDraft | None:
        for unit in self.units.values():
            if unit.in_register or unit.id in ridden or unit.line != line or unit.kind is not mention.kind:
                continue
            stops = {label for label in unit.labels if not label.startswith(UNKNOWN_LABEL)}
            same_floors = stops == set(labels) or (len(labels) < TWO_STOPS and stops >= set(labels))
            if same_floors and unit.number.partition("(")[0] == number:
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
