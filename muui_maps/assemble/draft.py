"""A station while it is being put together: places, nodes and links that can still grow."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from muui_maps.assemble.levels import level_id, level_words
from muui_maps.assemble.units import TWO_STOPS, UnitDraft, level_rank
from muui_maps.model import (
    STREET,
    Evidence,
    Link,
    LinkKind,
    Met,
    Method,
    Node,
    NodeKind,
    Place,
    PlaceKind,
    Text,
    Unit,
    UnitKind,
)
from muui_maps.profiles import UNIT_LINKS
from muui_maps.wording import line_text, with_particle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from muui_maps.assemble.report import Report


TURN_LEFT, TURN_RIGHT = Text("왼쪽으로", "turn left"), Text("오른쪽으로", "turn right")
TURNS = {"left": TURN_LEFT, "right": TURN_RIGHT}
"""A turn in words, as `Met.name` has it for who goes from a link's start to its end."""

_SWAPPED: dict[Text | None, Text] = {TURN_LEFT: TURN_RIGHT, TURN_RIGHT: TURN_LEFT}


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


@dataclass
class Draft:
    """Grows place by place and link by link; `frozen_*` give the finished tuples, sorted by id."""

    report: Report
    places: dict[str, Place] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    landings: dict[tuple[str, str], Landing] = field(default_factory=dict)
    unit_words: dict[str, Text] = field(default_factory=dict)

    # ── places ──────────────────────────────────────────────────────────────

    def street(self) -> str:
        """The one place outside; its id."""
        if STREET not in self.places:
            name = Text("바깥", "outside")
            self.places[STREET] = Place(STREET, PlaceKind.STREET, STREET, None, name, paid_area=False)
        return STREET

    def concourse(
        self,
        line: str,
        label: str,
        *,
        paid: bool | None,
        kind: PlaceKind = PlaceKind.CONCOURSE,
        apart: str | None = None,
    ) -> str:
        """The concourse or passage of a line on a level, on one side of the gates; its id.

        `apart` keeps a place of unknown level from being taken for another one: two unknowns are not the same floor.
        """
        side = {True: "in", False: "out", None: "unknown"}[paid]
        place_id = f"{line}:{kind.value}:{label}:{side}" + (f":{apart}" if apart else "")
        if place_id not in self.places:
            word = Text("통로", "passage") if kind is PlaceKind.PASSAGE else Text("대합실", "concourse")
            of = line_text(line)
            name = Text(f"{of.ko} {word.ko}", f"{of.en} {word.en}")
            self.places[place_id] = Place(place_id, kind, level_id(line, label), line, name, paid)
        return place_id

    def place_of(self, node: str) -> Place:
        """The place in which a node lies."""
        return self.places[self.nodes[node].place]

    def add_node(self, node: Node) -> str:
        """A node, or the one of that id that is there already; its id."""
        self.nodes.setdefault(node.id, node)
        return node.id

    def add_landing(self, landing: Landing, unit: UnitDraft) -> None:
        """Where a unit is entered on one level."""
        self.landings[landing.unit, landing.label] = landing
        self.unit_words[landing.unit] = unit.words
        told = tuple(sorted(set(unit.evidence), key=_order))
        self.add_node(Node(landing.node, landing.place, landing.level, NodeKind.LANDING, unit.name, evidence=told))

    def landings_of(self, unit: str) -> list[Landing]:
        """A unit's stops, by label."""
        return [landing for (of, _), landing in sorted(self.landings.items()) if of == unit]

    # ── words ───────────────────────────────────────────────────────────────

    def place_words(self, place_id: str) -> Text:
        """A place in a sentence: `7호선 B1 대합실` / `the concourse on Line 7 B1`."""
        place = self.places[place_id]
        if place.kind is PlaceKind.STREET:
            return level_words(STREET)
        if place.kind is PlaceKind.PLATFORM:
            return self.report.platform(place.line or "", place.direction)
        word = Text("통로", "passage") if place.kind is PlaceKind.PASSAGE else Text("대합실", "concourse")
        level = level_words(place.level)
        return Text(f"{level.ko} {word.ko}", f"the {word.en} on {level.en}")

    def between_words(self, first: str, second: str) -> Text:
        """Two places in a sentence: `7호선 B1 대합실과 바깥 사이`; one place stands for itself."""
        a, b = self.place_words(first), self.place_words(second)
        if a == b:
            return a
        return Text(f"{with_particle(a.ko, '과')} {b.ko} 사이", f"between {a.en} and {b.en}")

    def gate_words(self, gate: str) -> Text:
        """A fare gate in a sentence: `7호선 B1 개찰구` / `the fare gate on Line 7 B1`."""
        link = self.links[gate]
        outer, inner = (self.place_of(node) for node in (link.start, link.end))
        if outer.level == inner.level and PlaceKind.PLATFORM not in {outer.kind, inner.kind}:
            level = level_words(outer.level)
            return Text(f"{level.ko} 개찰구", f"the fare gate on {level.en}")
        between = self.between_words(outer.id, inner.id)
        return Text(f"{between.ko} 개찰구", f"the fare gate {between.en}")

    def way_words(self, start: str, end: str) -> Text:
        """A way in a sentence: `2호선 엘리베이터 내부 1과 7호선 엘리베이터 3 사이`."""
        a, b = (self._node_words(node) for node in (start, end))
        return Text(f"{with_particle(a.ko, '과')} {b.ko} 사이", f"between {a.en} and {b.en}")

    def _node_words(self, node_id: str) -> Text:
        node = self.nodes[node_id]
        if node.kind is NodeKind.LANDING:
            return self.unit_words[node_id.rpartition("@")[0]]
        return self.place_words(node.place) if node.kind is NodeKind.TRAIN else node.name

    # ── links ───────────────────────────────────────────────────────────────

    def add_rides(self, draft: UnitDraft, unit: Unit, height: Callable[[str], float | None]) -> None:
        """One link for each pair of stops: a chain of floors would pay the wait on every floor."""
        order = {label: index for index, label in enumerate(draft.labels)}
        stops = sorted(self.landings_of(unit.id), key=lambda s: (order.get(s.label, len(order)), s.label))
        for index, start in enumerate(stops):
            for end in stops[index + 1 :]:
                if start.place == end.place:
                    continue
                rise = _rise(draft, start, end, height, only=len(stops) == TWO_STOPS)
                evidence = {"link": unit.evidence}
                if rise is not None:
                    evidence["rise_m"] = tuple(e for e in unit.evidence if "height" in e.dataset) or unit.evidence
                link_id = f"{unit.id}:{start.label}>{end.label}"
                self.links[link_id] = Link(
                    id=link_id,
                    start=start.node,
                    end=end.node,
                    kind=UNIT_LINKS[unit.kind],
                    unit=unit.id,
                    rise_m=rise,
                    oneway=unit.kind in {UnitKind.ESCALATOR, UnitKind.MOVING_WALK},
                    status=unit.status,
                    evidence=MappingProxyType(evidence),
                )

    def add_walkway(
        self, start: str, end: str, *, evidence: Iterable[Evidence] = (), kind: LinkKind = LinkKind.WALKWAY
    ) -> str:
        """A way on foot between two nodes, or the one that is there already, with its evidence added; its id."""
        first, second = sorted((start, end))
        link_id = walkway_id(first, second) if kind is LinkKind.WALKWAY else f"{kind.value}:{first}~{second}"
        told = tuple(evidence)
        if link_id not in self.links:
            self.links[link_id] = Link(link_id, first, second, kind, evidence=_evidence({"link": told}))
        elif told:
            self.add_evidence(link_id, "link", told)
        return link_id

    def add_gate(self, outer: str, inner: str, *, evidence: Iterable[Evidence]) -> str:
        """A fare gate from the place `outer` into the place `inner`; its id.

        Both places may be paid: then it is a transfer gate between two operators.
        """
        gate_id = f"gate:{_gate_name(self.places[outer], self.places[inner])}"
        told = tuple(evidence)
        if gate_id in self.links:
            self.add_evidence(gate_id, "link", told)
            return gate_id
        name = Text("개찰구", "fare gate")
        sides = [
            self.add_node(
                Node(f"{gate_id}:{side}", place, self.places[place].level, NodeKind.GATE, name, evidence=told)
            )
            for side, place in (("out", outer), ("in", inner))
        ]
        self.links[gate_id] = Link(
            id=gate_id,
            start=sides[0],
            end=sides[1],
            kind=LinkKind.GATE,
            paid_after=None if self.places[outer].paid_area is self.places[inner].paid_area else True,
            evidence=_evidence({"link": told}),
        )
        return gate_id

    def side_of(self, gate: str, place: str) -> str:
        """The node on that side of a gate which lies in `place`."""
        link = self.links[gate]
        return link.start if self.nodes[link.start].place == place else link.end

    def add_evidence(self, link_id: str, key: str, told: Iterable[Evidence]) -> None:
        """More evidence for one field of a link."""
        link = self.links[link_id]
        merged = {**link.evidence, key: (*link.evidence.get(key, ()), *told)}
        self.change_link(link_id, evidence=_evidence(merged))

    def set_length(self, link_id: str, length_m: float, told: Evidence, *, group: str | None = None) -> None:
        """A link's metres and the one source of just this figure."""
        link = self.links[link_id]
        evidence = _evidence({**link.evidence, "length_m": (told,)})
        self.change_link(link_id, length_m=length_m, length_group=group, evidence=evidence)

    def add_met(self, link_id: str, met: Sequence[Met], *, start: str) -> None:
        """What is met on a link by who enters it at the node `start`.

        Of two sources that count the same thing there, the greater count stays.
        """
        link = self.links[link_id]
        told = list(met) if start == link.start else [_met_backwards(each) for each in reversed(met)]
        kept = list(link.met)
        for what, new in _by_kind(told).items():
            others = [each for each in _by_kind(kept).get(what, ()) if _source(each) != _source(new[0])]
            if others and _count(new) <= _count(others):
                told = [each for each in told if each not in new]
            else:
                kept = [each for each in kept if each not in others]
        self.change_link(link_id, met=(*kept, *told))

    def change_link(self, link_id: str, **fields: Any) -> None:  # noqa: ANN401 - the fields of Link, each of its type
        """Set fields of a link."""
        self.links[link_id] = replace(self.links[link_id], **fields)

    # ── finished ────────────────────────────────────────────────────────────

    def frozen_places(self) -> tuple[Place, ...]:
        return tuple(self.places[key] for key in sorted(self.places))

    def frozen_nodes(self) -> tuple[Node, ...]:
        return tuple(self.nodes[key] for key in sorted(self.nodes))

    def frozen_links(self) -> tuple[Link, ...]:
        return tuple(self.links[key] for key in sorted(self.links))


def walkway_id(first: str, second: str) -> str:
    """The id of the way on foot between two nodes, in whichever order they are given."""
    return "walk:" + "~".join(sorted((first, second)))


def lowest_first(stops: Iterable[Landing], height: Callable[[str], float | None]) -> list[Landing]:
    """A unit's stops from below: by heights; where one is unknown, by the labels of one line, else as they come."""
    given = list(stops)
    heights = {stop: height(stop.level) for stop in given}
    ranks = {stop: level_rank(stop.level.partition(":")[2] or stop.label) for stop in given}
    lines = {stop.level.partition(":")[0] for stop in given if ":" in stop.level}
    for known in (heights, ranks if len(lines) <= 1 else {}):
        found = {stop: metres for stop in given if (metres := known.get(stop)) is not None}
        if len(found) == len(given):
            return sorted(given, key=lambda stop: (found[stop], stop.label))
    return given


def _rise(
    unit: UnitDraft, start: Landing, end: Landing, height: Callable[[str], float | None], *, only: bool
) -> float | None:
    """Metres up from one stop to another. The unit's own travel counts where it has no other stops."""
    low, high = height(start.level), height(end.level)
    known = None if low is None or high is None else round(high - low, 3)
    if unit.rise_m is None or not only:
        return known
    up = unit.upward if known in {None, 0.0} else (known or 0.0) > 0
    if up is None:
        below, above = level_rank(start.label), level_rank(end.label)
        up = None if below is None or above is None else above > below
    return None if up is None else unit.rise_m if up else -unit.rise_m


def _gate_name(outer: Place, inner: Place) -> str:
    """`7:B1` for the gate between the two sides of one concourse; else the two places."""
    sides = {
        f"{outer.line}:{PlaceKind.CONCOURSE.value}:{outer.level.partition(':')[2]}:{side}" for side in ("in", "out")
    }
    return outer.level if {outer.id, inner.id} == sides else f"{outer.id}~{inner.id}"


def _met_backwards(met: Met) -> Met:
    return replace(met, name=_SWAPPED[met.name]) if met.name in _SWAPPED else met


def _by_kind(met: Iterable[Met]) -> dict[tuple[str, str], list[Met]]:
    found: dict[tuple[str, str], list[Met]] = {}
    for each in met:
        found.setdefault((each.kind.value, each.name.ko if each.name else ""), []).append(each)
    return found


def _source(met: Met) -> tuple[str, str]:
    """One survey run, or one record of a dataset: what may be added up, for it counts nothing twice."""
    dataset, record = met.evidence.dataset, met.evidence.record
    return (dataset, "") if dataset.startswith("survey:") else (dataset, record)


def _count(met: Iterable[Met]) -> int:
    return sum(1 if each.count is None else each.count for each in met)


_STRENGTH = {method: rank for rank, method in enumerate(Method)}


def _order(evidence: Evidence) -> tuple[int, str, str, str]:
    return _STRENGTH[evidence.method], evidence.dataset, evidence.record, evidence.date or ""


def _evidence(fields: dict[str, tuple[Evidence, ...]]) -> MappingProxyType[str, tuple[Evidence, ...]]:
    """Each field's evidence, without repeats, strongest method first."""
    return MappingProxyType({key: tuple(sorted(set(told), key=_order)) for key, told in sorted(fields.items()) if told})
