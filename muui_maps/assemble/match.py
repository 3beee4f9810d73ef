"""Which unit does a ride mean? The rides that texts and surveys name, matched to units of the registers.

Several units are often right: `대합실 방향 엘리베이터` on a platform with two lifts to one concourse means either. So a
mention is matched to the SET of units that fit it best; the router chooses. A ride that no unit fits becomes a unit known
from the official route alone, shared by all texts that describe it; its number begins with `?`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.assemble.units import UnitDraft, level_rank
from muui_maps.assemble.walks import GROUND_LABEL, Mention, Spot
from muui_maps.model import Door, Evidence, PlaceKind, PlatformShape, Text, UnitKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

_TRANSFER = "환승"


@dataclass(frozen=True, slots=True)
class Match:
    """Units a mention stands for, each with the label of the stop at the start and at the end of the ride.

    `stops` maps a unit's id to (label at start, label at end) in the unit's own vocabulary.
    `loose` is True where the levels of text and register don't agree and only the purpose does.
    """

    stops: Mapping[str, tuple[str, str]]
    loose: bool = False
    rejected: tuple[str, ...] = ()  # units that fit but for one thing, for a Finding's candidates


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
    same_exit
        Other exit numbers a unit is known by, from `station.toml`.
    """

    units: dict[str, UnitDraft]
    platform_label: Mapping[tuple[str, str], str]
    shapes: Mapping[str, PlatformShape | None]
    same_exit: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _loose_ends: dict[str, frozenset[tuple[str | None, str | None]]] = field(default_factory=dict)

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
        rejected: list[str] = []
        for unit in self.units.values():
            if unit.kind is not mention.kind or unit.id in ridden:
                continue
            stops = self._stops(unit, mention)
            if stops is None:
                continue
            if not self._fits(unit, mention):
                rejected.append(unit.id)
                continue
            fitting.append((self._score(unit, mention), unit.id, stops))
        if not fitting:
            loose = {unit: stops for unit, stops in self._by_purpose(mention).items() if unit not in ridden}
            return Match(loose, loose=True, rejected=tuple(sorted(rejected))) if loose else self._none(rejected)
        best = max(score for score, _, _ in fitting)
        chosen = {unit_id: stops for score, unit_id, stops in sorted(fitting) if score == best}
        return Match(chosen, rejected=tuple(sorted(rejected)))

    def _none(self, rejected: Iterable[str]) -> Match | None:
        rejected = tuple(sorted(rejected))
        return Match({}, rejected=rejected) if rejected else None

    def candidates(self, mention: Mention) -> tuple[str, ...]:
        """Units of the same kind on the same lines, to name in a Finding."""
        lines = {mention.line, mention.start.line, mention.end.line}
        return tuple(
            sorted(u.id for u in self.units.values() if u.kind is mention.kind and u.line in lines and u.in_register)
        )

    # ── does it fit? ────────────────────────────────────────────────────────

    def _stops(self, unit: UnitDraft, mention: Mention) -> tuple[str, str] | None:
        """The unit's stops for the two ends of the ride, or None if it can't make this ride."""
        starts = self._labels_at(unit, mention.start, mention)
        ends = self._labels_at(unit, mention.end, mention)
        pairs = [(a, b) for a in starts for b in ends if a != b]
        if not pairs:
            return None
        # A text that leaves an end open means the longest ride to an end stop, not a stop between.
        return max(pairs, key=lambda pair: (self._span(unit, pair), pair))

    @staticmethod
    def _span(unit: UnitDraft, pair: tuple[str, str]) -> float:
        ranks = [level_rank(label) for label in pair]
        known = [rank for rank in ranks if rank is not None]
        return abs(known[0] - known[1]) if len(known) == 2 else 0.0

    def _labels_at(self, unit: UnitDraft, spot: Spot, mention: Mention) -> list[str]:
        lines = {spot.line, None}
        if spot.on_street:
            return [label for label in unit.labels if label == GROUND_LABEL]
        if spot.place is PlaceKind.PLATFORM and spot.line is not None:
            if spot.line != unit.line:
                return [label for label in unit.labels if label == spot.label]
            label = self.platform_label.get((spot.line, spot.direction or ""), spot.label)
            return [label] if label in unit.labels else []
        if spot.label is None:
            return list(unit.labels)
        if unit.line in lines or unit.line == mention.line or unit.toward_line == spot.line:
            return [label for label in unit.labels if label == spot.label]
        return []

    def _fits(self, unit: UnitDraft, mention: Mention) -> bool:
        if unit.line not in {mention.line, mention.start.line, mention.end.line}:
            return False
        if mention.exits:
            known = {*unit.exits, *self.same_exit.get(unit.id, ())}
            if not known & set(mention.exits):
                return False
            if mention.line is not None and mention.toward is None and unit.line != mention.line:
                return False
        elif unit.exits and not mention.touches_street:
            return False
        return all(self._serves(unit, spot) for spot in (mention.start, mention.end))

    def _serves(self, unit: UnitDraft, spot: Spot) -> bool:
        """Does the unit open on this platform? One with doors of other directions does not, unless it is an island."""
        served = {door.direction for door in unit.doors} | unit.platforms
        if spot.place in {PlaceKind.CONCOURSE, PlaceKind.PASSAGE} and unit.doors and spot.line == unit.line:
            return spot.label not in {self.platform_label.get((unit.line, direction)) for direction in served}
        if spot.place is not PlaceKind.PLATFORM or not served or unit.line != spot.line:
            return True
        if spot.direction in served:
            return True
        return self.shapes.get(unit.line) is PlatformShape.ISLAND

    def _score(self, unit: UnitDraft, mention: Mention) -> float:
        directions = {door.direction for door in unit.doors}
        lines = (mention.line, mention.toward)
        score = 0.0
        score += 4 if mention.direction is not None and mention.direction in directions else 0
        score -= 4 if mention.direction is not None and directions and mention.direction not in directions else 0
        score += 2 if any(spot.direction in directions for spot in (mention.start, mention.end)) else 0
        score += 2 if mention.exits and unit.exits else 0
        score += 1 if unit.line == mention.line else 0
        score += 1 if unit.toward_line is not None and unit.toward_line in lines else 0
        score += 1 if mention.car is not None and mention.car in {door.car for door in unit.doors} else 0
        return score

    def _by_purpose(self, mention: Mention) -> dict[str, tuple[str, str]]:
        """Wheelchair lifts of a transfer passage: the registers' levels for them are unlike any text's."""
        if mention.kind is not UnitKind.WHEELCHAIR_LIFT or mention.touches_street:
            return {}
        ends = {line for line in (mention.start.line, mention.end.line, mention.line) if line is not None}
        if len(ends) < 2:
            return {}
        found = [
            unit
            for unit in self.units.values()
            if unit.kind is mention.kind and unit.in_register and unit.line in ends and unit.toward_line is not None
        ]
        ways = {mention.direction, mention.start.direction, mention.end.direction} - {None}
        named = [unit for unit in found if ways & set(unit.toward_directions)]
        either = [unit for unit in found if unit.toward_line in ends]
        fitting = [unit for unit in named or either or found if self._same_ends(unit, mention)]
        return {unit.id: _loose_stops(unit, mention) for unit in fitting}

    def _same_ends(self, unit: UnitDraft, mention: Mention) -> bool:
        """One lift has one pair of floors: a second ride between others is another lift, whatever they have in common."""
        labels = frozenset({(None, mention.start.label), (None, mention.end.label)})
        kept = self._loose_ends.setdefault(unit.id, labels)
        return kept == labels or any(label is None for _, label in kept | labels)

    # ── units that no register has ──────────────────────────────────────────

    def add_route_only(self, mention: Mention, evidence: Evidence, *, ridden: Collection[str] = ()) -> Match:
        """Make the unit that only this mention knows, or join the one that another text already made.

        Texts share a unit if they call it alike and ride it between the same floors; one with the same name between
        others is another unit, lest two lifts become one that skips the way between them.
        """
        line = mention.line or mention.end.line or mention.start.line or ""
        start, end = (self._label_of(spot) for spot in (mention.start, mention.end))
        same_label = start is not None and start == end
        labels = () if same_label else tuple(label for label in (start, end) if label)
        number, name = _route_only_name(mention)
        unit = self._alike(line, mention, number, labels, ridden)
        if unit is None:
            unit = UnitDraft(
                id=f"{line}:{mention.kind.value}:{number}",
                kind=mention.kind,
                line=line,
                number=number,
                labels=labels,
                name=name,
                exits=mention.exits[:1],
                in_register=False,
                doors=_route_only_doors(mention),
            )
            if unit.id in self.units:
                unit.number = f"{number}({'-'.join(sorted(labels)) or '?'})"
                unit.id = f"{line}:{mention.kind.value}:{unit.number}"
            self.units[unit.id] = unit
        unit.platforms |= {
            spot.direction
            for spot in (mention.start, mention.end)
            if spot.place is PlaceKind.PLATFORM and spot.direction
        }
        unit.labels = tuple(dict.fromkeys([*unit.labels, *labels]))
        unit.evidence.append(evidence)
        return Match({unit.id: _loose_stops(unit, mention) if same_label else (start or "", end or "")})

    def _alike(
        self, line: str, mention: Mention, number: str, labels: tuple[str, ...], ridden: Collection[str]
    ) -> UnitDraft | None:
        for unit in self.units.values():
            if unit.in_register or unit.id in ridden or unit.line != line or unit.kind is not mention.kind:
                continue
            named = unit.number.partition("(")[0] == number
            if named and (set(unit.labels) == set(labels) or (len(labels) < 2 and set(labels) <= set(unit.labels))):
                return unit
        return None

    def _label_of(self, spot: Spot) -> str | None:
        if spot.place is PlaceKind.PLATFORM and spot.line is not None:
            return self.platform_label.get((spot.line, spot.direction or ""), spot.label)
        return GROUND_LABEL if spot.on_street else spot.label


NEAR, FAR = "near", "far"
"""Stops of a unit whose levels no two sources agree on: on its own line's side, and on the other line's."""


def _loose_stops(unit: UnitDraft, mention: Mention) -> tuple[str, str]:
    """The ride's two stops by the lines they lie on; levels come from what the texts say of them."""
    return (FAR, NEAR) if mention.end.line == unit.line and mention.start.line != unit.line else (NEAR, FAR)


def _route_only_name(mention: Mention) -> tuple[str, Text]:
    if mention.exits:
        exit_number = mention.exits[0]
        return f"?{exit_number}번출구", Text(f"{exit_number}번 출구 옆", f"by exit {exit_number}")
    for spot in (mention.end, mention.start):
        if spot.place is PlaceKind.PLATFORM and spot.direction and spot.line in {mention.line, None, spot.line}:
            direction = spot.direction
            return f"?{direction}", Text(f"{direction} 방면", f"for {direction}")
    if mention.direction:
        return f"?{mention.direction}", Text(f"{mention.direction} 방면", f"for {mention.direction}")
    if mention.place in {"transfer", "passage"} or mention.toward or mention.start.line != mention.end.line:
        return f"?{_TRANSFER}", Text("환승", "for the transfer")
    labels = sorted(label for label in (mention.start.label, mention.end.label) if label)
    span = "-".join(labels) or "이름없음"
    return f"?{span}", Text(f"{span}", f"{span}")


def _route_only_doors(mention: Mention) -> tuple[Door, ...]:
    if mention.car is None:
        return ()
    for spot in (mention.start, mention.end):
        if spot.place is PlaceKind.PLATFORM and spot.direction:
            return (Door(spot.direction, mention.car, mention.door),)
    return ()


def mentions_by_detail(mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions, those that say most first: a vague one can then join the unit that a precise one made."""

    def said(mention: Mention) -> int:
        ends = (mention.start, mention.end)
        return sum(spot.label is not None for spot in ends) + bool(mention.direction) + bool(mention.exits)

    return sorted(mentions, key=lambda m: (-said(m), m.route_id, m.step))
