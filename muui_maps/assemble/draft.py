"""A station while it is being put together: places, nodes and links that can still grow."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.assemble.levels import level_id
from muui_maps.model import (
    STREET,
    Evidence,
    Finding,
    Link,
    LinkKind,
    Method,
    Node,
    NodeKind,
    Place,
    PlaceKind,
    Text,
    Unit,
    UnitKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muui_maps.assemble.units import UnitDraft

LINK_OF_UNIT = {
    UnitKind.ELEVATOR: LinkKind.ELEVATOR,
    UnitKind.WHEELCHAIR_LIFT: LinkKind.WHEELCHAIR_LIFT,
    UnitKind.ESCALATOR: LinkKind.ESCALATOR,
    UnitKind.MOVING_WALK: LinkKind.MOVING_WALK,
}


@dataclass(frozen=True, slots=True)
class Landing:
    """A stop of a unit: on which level of which line, and in which place."""

    unit: str
    label: str  # in the unit's own vocabulary
    level: str
    place: str

    @property
    def node(self) -> str:
        return f"{self.unit}@{self.label}"


def line_name(line: str) -> Text:
    """A line's name for people: `4` → 4호선 / Line 4; other lines go by their Korean name in both."""
    return Text(f"{line}호선", f"Line {line}") if line.isdigit() else Text(line, line)


@dataclass
class Draft:
    """Grows place by place and link by link; `frozen_*` give the finished tuples, sorted by id."""

    station: str
    places: dict[str, Place] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    landings: dict[tuple[str, str], Landing] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    # ── places ──────────────────────────────────────────────────────────────

    def street(self) -> str:
        if STREET not in self.places:
            self.places[STREET] = Place(
                STREET, PlaceKind.STREET, STREET, None, Text("바깥", "outside"), paid_area=False
            )
        return STREET

    def concourse(self, line: str, label: str, *, paid: bool | None, kind: PlaceKind = PlaceKind.CONCOURSE) -> str:
        """The concourse or passage of a line on a level, on one side of the gates; its id."""
        side = {True: "in", False: "out", None: "unknown"}[paid]
        place_id = f"{line}:{kind.value}:{label}:{side}"
        if place_id not in self.places:
            word = Text("통로", "passage") if kind is PlaceKind.PASSAGE else Text("대합실", "concourse")
            of = line_name(line)
            name = Text(f"{of.ko} {word.ko}", f"{of.en} {word.en}")
            self.places[place_id] = Place(place_id, kind, level_id(line, label), line, name, paid)
        return place_id

    def add_node(self, node: Node) -> str:
        self.nodes.setdefault(node.id, node)
        return node.id

    def nodes_of(self, place: str) -> list[str]:
        return sorted(node.id for node in self.nodes.values() if node.place == place)

    # ── links ───────────────────────────────────────────────────────────────

    def add_landing(self, landing: Landing, name: Text, evidence: Iterable[Evidence]) -> None:
        key = (landing.unit, landing.label)
        self.landings[key] = landing
        self.add_node(
            Node(landing.node, landing.place, landing.level, NodeKind.LANDING, name, evidence=tuple(evidence))
        )

    def add_rides(self, draft: UnitDraft, unit: Unit, heights: dict[str, float]) -> None:
        """One link for each pair of stops: a chain of floors would pay the wait on every floor."""
        stops = [landing for (unit_id, _), landing in sorted(self.landings.items()) if unit_id == unit.id]
        order = {label: index for index, label in enumerate(draft.labels)}
        stops.sort(key=lambda stop: (order.get(stop.label, len(order)), stop.label))
        oneway = unit.kind in {UnitKind.ESCALATOR, UnitKind.MOVING_WALK}
        for index, start in enumerate(stops):
            for end in stops[index + 1 :]:
                if start.node == end.node or self.nodes[start.node].place == self.nodes[end.node].place:
                    continue
                rise = self._rise(unit, start, end, heights, len(stops))
                link_id = f"{unit.id}:{start.label}>{end.label}"
                evidence = {"link": unit.evidence}
                if rise is not None:
                    evidence["rise_m"] = tuple(e for e in unit.evidence if "height" in e.dataset) or unit.evidence
                self.links[link_id] = Link(
                    id=link_id,
                    start=start.node,
                    end=end.node,
                    kind=LINK_OF_UNIT[unit.kind],
                    unit=unit.id,
                    length_m=None,
                    rise_m=rise,
                    oneway=oneway,
                    status=unit.status,
                    evidence=MappingProxyType(evidence),
                )

    @staticmethod
    def _rise(unit: Unit, start: Landing, end: Landing, heights: dict[str, float], stops: int) -> float | None:
        low, high = heights.get(start.level), heights.get(end.level)
        if unit.rise_m is not None and stops == 2:
            if low is not None and high is not None:
                return unit.rise_m if high >= low else -unit.rise_m
            return unit.rise_m if unit.upward in {True, None} else -unit.rise_m
        return round(high - low, 3) if low is not None and high is not None else None

    def add_walkway(self, start: str, end: str, *, evidence: Iterable[Evidence] = ()) -> str:
        """A way on foot between two nodes, or the one that is there already, with its evidence added; its id."""
        first, second = sorted((start, end))
        link_id = f"walk:{first}~{second}"
        old = self.links.get(link_id)
        told = tuple(evidence)
        if old is None:
            self.links[link_id] = Link(link_id, first, second, LinkKind.WALKWAY, evidence=_evidence({"link": told}))
        elif told:
            self.add_evidence(link_id, "link", told)
        return link_id

    def add_gate(self, outer: str, inner: str, *, name: str, evidence: Iterable[Evidence]) -> str:
        """A fare gate from the place `outer` into the place `inner`; its id.

        Both places may be paid: then it is a transfer gate between two operators.
        """
        gate_id = f"gate:{name}"
        told = tuple(evidence)
        if gate_id in self.links:
            self.add_evidence(gate_id, "link", told)
            return gate_id
        sides = []
        for side, place in (("out", outer), ("in", inner)):
            text = Text("개찰구", "fare gate")
            node = Node(f"{gate_id}:{side}", place, self.places[place].level, NodeKind.GATE, text, evidence=told)
            sides.append(self.add_node(node))
        self.links[gate_id] = Link(
            id=gate_id,
            start=sides[0],
            end=sides[1],
            kind=LinkKind.GATE,
            paid_after=None if self.places[outer].paid_area is self.places[inner].paid_area else True,
            length_m=None,
            evidence=_evidence({"link": told}),
        )
        return gate_id

    def add_evidence(self, link_id: str, key: str, told: Iterable[Evidence]) -> None:
        link = self.links[link_id]
        merged = {**link.evidence, key: (*link.evidence.get(key, ()), *told)}
        self.links[link_id] = replace(link, evidence=_evidence(merged))

    def change_link(self, link_id: str, **fields: object) -> None:
        self.links[link_id] = replace(self.links[link_id], **fields)  # type: ignore[arg-type]

    # ── finished ────────────────────────────────────────────────────────────

    def frozen_places(self) -> tuple[Place, ...]:
        return tuple(self.places[key] for key in sorted(self.places))

    def frozen_nodes(self) -> tuple[Node, ...]:
        return tuple(self.nodes[key] for key in sorted(self.nodes))

    def frozen_links(self) -> tuple[Link, ...]:
        return tuple(self.links[key] for key in sorted(self.links))


def _evidence(fields: dict[str, tuple[Evidence, ...]]) -> MappingProxyType[str, tuple[Evidence, ...]]:
    """Each field's evidence, without repeats, strongest method first."""
    strength = {method: rank for rank, method in enumerate(Method)}

    def order(evidence: Evidence) -> tuple[int, str, str, str]:
        return strength[evidence.method], evidence.dataset, evidence.record, evidence.date or ""

    return MappingProxyType({key: tuple(sorted(set(told), key=order)) for key, told in sorted(fields.items()) if told})
