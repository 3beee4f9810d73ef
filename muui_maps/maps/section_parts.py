"""A route as the section strings it on its line: walks and rides by turns, and on each walk the things it carries.

Nothing here has a position or a language: `section_layout.py` gives the one, the labels the other. Widths of a section
show order only, so order is all that is kept: a number, what is met, gates, the metres, and where the level changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from muui_maps.maps.context import gate_inward, is_ride
from muui_maps.model import (
    HAZARDS,
    Leg,
    LinkKind,
    Met,
    Method,
    MetKind,
    Node,
    Place,
    PlaceKind,
    Route,
    Station,
    Traversal,
    Unit,
)
from muui_maps.profiles import RIDES

if TYPE_CHECKING:
    from collections.abc import Mapping

CROSSINGS = frozenset({MetKind.CROSSING, MetKind.CROSSING_UNSIGNALLED})


class SymbolKind(StrEnum):
    """What rides on the line of a walk."""

    TRAIN = "train"
    STREET = "street"  # the route starts or ends outside, at an exit or anywhere
    NUMBER = "number"
    HAZARD = "hazard"
    CROSSING = "crossing"
    GATE = "gate"
    MACHINE = "machine"  # a ride that stays on its level: a moving walk, a lift over a few stairs
    METRES = "metres"
    FOLD = "fold"  # the line goes on in the next band


@dataclass(frozen=True, slots=True)
class Symbol:
    """One thing on the line.

    Parameters
    ----------
    kind
        What it is.
    level
        Id of the level it stands on.
    leg
        Index into `route.legs`, None for the ends of the route.
    met
        What a hazard or crossing symbol stands for, in the order met.
    count
        How many crossings, None if the source says only that there are some; 1 for everything else.
    calls
        For gates: True if staff must be called, False if a card does, None where nobody says which.
    inward
        For gates: whether the paid area is entered, None if the sources don't say.
    machine
        For machines: which kind.
    """

    kind: SymbolKind
    level: str
    leg: int | None = None
    met: tuple[Met, ...] = ()
    count: int | None = 1
    calls: bool | None = None
    inward: bool | None = None
    machine: LinkKind | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """What is walked between two rides. `leg` is None where one ride follows another on the spot.

    `passed` are the things met that are no danger and no crossing: landmarks, ramps, turns, in the order met.
    `paid` says for each end whether it is inside the gates.
    """

    leg: int | None
    number: int | None
    symbols: tuple[Symbol, ...]
    levels: tuple[str, ...]  # in the order walked, at least one
    places: Mapping[str, tuple[Place, ...]]  # by level, in the order walked
    passed: tuple[Met, ...]
    paid: tuple[bool | None, bool | None]


@dataclass(frozen=True, slots=True)
class Ride:
    """One ride: the unit used, and those that would do as well."""

    leg: int
    number: int
    kind: LinkKind
    unit: Unit | None
    others: tuple[Unit, ...]
    from_level: str
    to_level: str
    passes: tuple[str, ...]
    paid: bool | None
    length_m: float | None = None  # of stairs, where it is known
    length_method: Method | None = None


Part = Walk | Ride


def parts_of(station: Station, route: Route, numbers: Mapping[int, int]) -> tuple[Part, ...]:
    """The route as walks and rides by turns, a walk at either end.

    Parameters
    ----------
    numbers
        The step number of each leg, by its index in `route.legs`.
    """
    book = _Book(station, route, numbers)
    parts: list[Part] = []
    for index, leg in enumerate(route.legs):
        part = book.ride(index, leg) if changes_level(leg) else book.walk(index, leg)
        if isinstance(part, Ride) and (not parts or isinstance(parts[-1], Ride)):
            parts.append(book.spot(leg, end=False))
        parts.append(part)
    if route.legs and isinstance(parts[-1], Ride):
        parts.append(book.spot(route.legs[-1], end=True))
    return book.with_ends(parts)


def changes_level(leg: Leg) -> bool:
    """Whether a leg is a ride from one level to another, drawn as a shaft. Other rides are symbols on the line."""
    return is_ride(leg) and leg.from_level != leg.to_level


class _Book:
    """Looks things of the station up by id."""

    def __init__(self, station: Station, route: Route, numbers: Mapping[int, int]) -> None:
        self.route = route
        self.numbers = numbers
        self.nodes: dict[str, Node] = {node.id: node for node in station.nodes}
        self.places: dict[str, Place] = {place.id: place for place in station.places}
        self.units: dict[str, Unit] = {unit.id: unit for unit in station.units}

    def ride(self, index: int, leg: Leg) -> Ride:
        others = tuple(self.units[unit] for unit in leg.same_as if unit in self.units)
        kind = leg.traversals[0].link.kind if leg.traversals else LinkKind.ELEVATOR
        return Ride(
            leg=index,
            number=self.numbers[index],
            kind=kind,
            unit=leg.unit,
            others=others,
            from_level=leg.from_level,
            to_level=leg.to_level,
            passes=leg.passes,
            paid=self._paid_at(leg.traversals[0], end=False) if leg.traversals else None,
            length_m=leg.length_m if leg.unit is None else None,
            length_method=leg.length_method,
        )

    def walk(self, index: int, leg: Leg) -> Walk:
        levels, places = self._levels_and_places(leg)
        number = Symbol(SymbolKind.NUMBER, levels[0], index)
        metres = Symbol(SymbolKind.METRES, levels[-1], index)
        carried, passed = self._carried(index, leg)
        ending = () if is_ride(leg) else (metres,)
        paid: tuple[bool | None, bool | None] = (None, None)
        if leg.traversals:
            paid = (self._paid_at(leg.traversals[0], end=False), self._paid_at(leg.traversals[-1], end=True))
        return Walk(
            leg=index,
            number=self.numbers[index],
            symbols=(number, *carried, *ending),
            levels=levels,
            places=places,
            passed=passed,
            paid=paid,
        )

    def spot(self, leg: Leg, *, end: bool) -> Walk:
        """The landing at an end of a ride, where nothing is walked."""
        level = leg.to_level if end else leg.from_level
        if not leg.traversals:
            return Walk(None, None, (), (level,), {}, (), (None, None))
        traversal = leg.traversals[-1 if end else 0]
        node = self.nodes.get(self._ends(traversal)[1 if end else 0])
        place = self.places.get(node.place) if node else None
        paid = self._paid_at(traversal, end=end)
        return Walk(None, None, (), (level,), {level: (place,)} if place else {}, (), (paid, paid))

    def with_ends(self, parts: list[Part]) -> tuple[Part, ...]:
        """The parts with the train or the street at either end of the line."""
        for position, endpoint in ((0, self.route.start), (-1, self.route.end)):
            part = parts[position]
            assert isinstance(part, Walk)  # noqa: S101  parts_of puts a walk at either end
            kind = SymbolKind.TRAIN if endpoint.line is not None else SymbolKind.STREET
            end = Symbol(kind, part.levels[position])
            symbols = (end, *part.symbols) if position == 0 else (*part.symbols, end)
            parts[position] = Walk(part.leg, part.number, symbols, part.levels, part.places, part.passed, part.paid)
        return tuple(parts)

    def _ends(self, traversal: Traversal) -> tuple[str, str]:
        link = traversal.link
        return (link.start, link.end) if traversal.forward else (link.end, link.start)

    def _paid_at(self, traversal: Traversal, *, end: bool) -> bool | None:
        node = self.nodes.get(self._ends(traversal)[1 if end else 0])
        place = self.places.get(node.place) if node else None
        if place is None or place.paid_area is not None:
            return place.paid_area if place else None
        return {PlaceKind.PLATFORM: True, PlaceKind.STREET: False}.get(place.kind)

    def _levels_and_places(self, leg: Leg) -> tuple[tuple[str, ...], Mapping[str, tuple[Place, ...]]]:
        walked = [self.nodes[end] for traversal in leg.traversals for end in self._ends(traversal) if end in self.nodes]
        levels = _unrepeated([leg.from_level, *(node.level for node in walked), leg.to_level])
        places: dict[str, list[Place]] = {}
        for node in walked:
            here = places.setdefault(node.level, [])
            if (place := self.places.get(node.place)) is not None and place not in here:
                here.append(place)
        return levels, {level: tuple(there) for level, there in places.items()}

    def _carried(self, index: int, leg: Leg) -> tuple[tuple[Symbol, ...], tuple[Met, ...]]:
        """The symbols of what is met and passed on a walk, and what is met without a symbol."""
        symbols: list[Symbol] = []
        passed: list[Met] = []
        for traversal in leg.traversals:
            start, _ = self._ends(traversal)
            level = self.nodes[start].level if start in self.nodes else leg.from_level
            met = traversal.link.met if traversal.forward else traversal.link.met[::-1]
            for thing in met:
                _carry(symbols, passed, thing, index, level)
            if traversal.link.kind is LinkKind.GATE:
                calls = traversal.link.staff_call if self.route.profile.wheels else False
                symbols.append(Symbol(SymbolKind.GATE, level, index, calls=calls, inward=self._inward(traversal)))
            elif traversal.link.kind in RIDES:
                symbols.append(Symbol(SymbolKind.MACHINE, level, index, machine=traversal.link.kind))
        return tuple(symbols), tuple(passed)

    def _inward(self, traversal: Traversal) -> bool | None:
        start, end = (self.nodes[node] for node in self._ends(traversal))
        return gate_inward(self.places, traversal.link, start, end, forward=traversal.forward)


def _carry(symbols: list[Symbol], passed: list[Met], thing: Met, leg: int, level: str) -> None:
    """One thing met, onto the line: neighbours of one kind share a symbol."""
    if thing.kind in CROSSINGS:
        kind, count = SymbolKind.CROSSING, thing.count
    elif thing.kind in HAZARDS:
        kind, count = SymbolKind.HAZARD, 1
    else:
        passed.append(thing)
        return
    last = symbols[-1] if symbols else None
    if last is not None and last.kind is kind and last.level == level:
        if kind is SymbolKind.CROSSING:
            count = None if last.count is None or count is None else last.count + count
        symbols[-1] = Symbol(kind, level, leg, (*last.met, thing), count)
        return
    symbols.append(Symbol(kind, level, leg, (thing,), count))


def _unrepeated(levels: list[str]) -> tuple[str, ...]:
    return (levels[0], *(after for before, after in pairwise(levels) if after != before))
