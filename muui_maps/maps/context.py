"""A station and one of its routes with look-ups: what the sentences and badges of `narrate` need to know."""

from __future__ import annotations

from dataclasses import dataclass

from muui_maps.model import Doubt, Leg, Link, LinkKind, Node, Place, Route, Station, Unit
from muui_maps.profiles import RIDES


def is_ride(leg: Leg) -> bool:
    """Whether a leg is a ride, rather than a walk between two rides."""
    return leg.unit is not None or any(traversal.link.kind in RIDES for traversal in leg.traversals)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A link as it is travelled: from a node to a node."""

    link: Link
    forward: bool
    start: Node
    end: Node


class RouteContext:
    """A station and one of its routes, with look-ups."""

    def __init__(self, station: Station, route: Route) -> None:
        self.station, self.route = station, route
        self.nodes = {node.id: node for node in station.nodes}
        self.places = {place.id: place for place in station.places}
        self.units = {unit.id: unit for unit in station.units}
        self.gates = self._gates()

    def _gates(self) -> dict[tuple[int, str], bool | None]:
        """Whether each gate of the route leads in, by leg and id: a route may pass a gate out and in again.

        Whoever is inside can't enter: a gate that would lead in from inside is a transfer gate, or the sources are at
        odds. Such a gate says neither.
        """
        inside = True if self.route.start.line is not None else None
        found: dict[tuple[int, str], bool | None] = {}
        for index in range(len(self.route.legs)):
            for stretch in self.stretches(index):
                if stretch.link.kind is LinkKind.GATE:
                    inward = gate_inward(self.places, stretch.link, stretch.start, stretch.end, forward=stretch.forward)
                    found[index, stretch.link.id] = None if inward is None or inward is inside else inward
                    inside = inward
                elif (paid := self.place(stretch.end).paid_area) is not None:
                    inside = paid
        return found

    def stretches(self, index: int) -> tuple[Stretch, ...]:
        """The links of a leg as they are travelled."""
        return tuple(
            Stretch(t.link, t.forward, *(self.nodes[node] for node in link_ends(t.link, forward=t.forward)))
            for t in self.route.legs[index].traversals
        )

    def place(self, node: Node) -> Place:
        return self.places[node.place]

    def leg(self, index: int) -> Leg | None:
        return self.route.legs[index] if 0 <= index < len(self.route.legs) else None

    def ridden(self, index: int) -> tuple[Unit, ...]:
        """The unit of a ride and those that would do as well; empty for walks, stairs, and beyond the ends."""
        leg = self.leg(index)
        if leg is None or leg.unit is None:
            return ()
        return (leg.unit, *(self.units[unit] for unit in leg.same_as if unit in self.units))

    def departure(self, index: int) -> Place:
        """Where a leg begins."""
        first = self.route.legs[index].traversals[0]
        return self.place(self.nodes[link_ends(first.link, forward=first.forward)[0]])

    def arrival(self, index: int) -> Place:
        """Where a leg ends."""
        last = self.route.legs[index].traversals[-1]
        return self.place(self.nodes[link_ends(last.link, forward=last.forward)[1]])

    def doubts(self, index: int) -> tuple[Doubt, ...]:
        return tuple(doubt for doubt in self.route.doubts if doubt.leg == index)


def link_ends(link: Link, *, forward: bool) -> tuple[str, str]:
    return (link.start, link.end) if forward else (link.end, link.start)


def gate_inward(places: dict[str, Place], gate: Link, start: Node, end: Node, *, forward: bool) -> bool | None:
    """Whether passing a gate this way enters the paid area; None if the sources don't say."""
    if gate.paid_after is not None:
        return gate.paid_after if forward else not gate.paid_after
    before, after = places[start.place].paid_area, places[end.place].paid_area
    return after if after is not None else None if before is None else not before
