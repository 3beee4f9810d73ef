"""New lifts and passages that researchers found and a reviewer accepted: landings, rides and ways of their own.

They come in as explicit claims (`feature_id` is `new`), never by a guess, and they are marked as not in the register,
so that every route over one says so. What is needed and not told (the floors a lift serves, which of two concourses a
passage leads to) keeps it out, with a Finding that asks.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import (
    STREET,
    Evidence,
    Finding,
    Link,
    LinkKind,
    Met,
    Method,
    MetKind,
    Node,
    NodeKind,
    PlaceKind,
    Severity,
    Station,
    Text,
    Unit,
    UnitKind,
)
from muui_maps.survey.fields import KINDS, RIDDEN
from muui_maps.survey.match import KIND_OF_UNIT
from muui_maps.survey.view import NEW_PREFIX

if TYPE_CHECKING:
    from muui_maps.model import Place
    from muui_maps.survey.ledger import Ledger
    from muui_maps.survey.view import NewFeature, Settled, View

_KINDS = {kind: unit for unit, kind in KIND_OF_UNIT.items()}
_LINKS = {
    UnitKind.ELEVATOR: LinkKind.ELEVATOR,
    UnitKind.WHEELCHAIR_LIFT: LinkKind.WHEELCHAIR_LIFT,
    UnitKind.ESCALATOR: LinkKind.ESCALATOR,
    UnitKind.MOVING_WALK: LinkKind.MOVING_WALK,
}
_TWO = 2
_WHERE = frozenset({"served_levels", "near_exit", "from_place", "to_place"})
"""What says where a new thing is: it is there already."""


class Additions:
    """What is new at a station. `findings` say what waits for review, and what could not be placed.

    `made` says which unit or link each new thing became; what else is told of it is put on that like on any other.
    """

    def __init__(self, station: Station, view: View, ledger: Ledger) -> None:
        self.base, self.view, self.ledger = station, view, ledger
        self.findings: list[Finding] = []
        self.nodes: dict[str, Node] = {}
        self.links: dict[str, Link] = {}
        self.units: dict[str, Unit] = {}
        self.made: dict[str, str] = {}

    def extend(self, station: Station) -> Station:
        """The station with the accepted new things; those that wait become Findings."""
        for feature in self.view.new:
            if not feature.accepted:
                self._find(feature, "new_feature_pending", "검토를 기다려요", "waits for a reviewer")
            elif feature.kind in RIDDEN:
                self._unit(feature)
            elif feature.kind in {"passage", "ramp"}:
                self._passage(feature)
            else:
                self._find(
                    feature,
                    "new_feature_unplaced",
                    "지도에 넣을 수 있는 종류가 아니에요",
                    "is of a kind that maps have no place for",
                )
        nodes = {**{node.id: node for node in station.nodes}, **self.nodes}
        return replace(
            station,
            nodes=tuple(nodes[key] for key in sorted(nodes)),
            links=tuple(self.links[key] for key in sorted(self.links)),
            units=tuple(self.units[key] for key in sorted(self.units)),
        )

    def as_made(self, settled: Settled) -> Settled | None:
        """A fact of a new thing as one of what that became, None where it is not there; all others as they are."""
        if not settled.feature.startswith(NEW_PREFIX):
            return settled
        made = self.made.get(settled.feature)
        return None if made is None or settled.prop in _WHERE else replace(settled, feature=made)

    def _fact(self, feature: NewFeature, prop: str) -> Settled | None:
        found = self.view.facts.get((feature.id, prop))
        return found if found is not None and found.value is not None and found.value.value is not None else None

    def _words(self, feature: NewFeature, prop: str) -> str | None:
        found = self._fact(feature, prop)
        return found.value.value if found and found.value and isinstance(found.value.value, str) else None

    def _evidence(self, feature: NewFeature) -> tuple[Evidence, ...]:
        entries = (self.ledger.entries[entry] for entry in feature.entries)
        return tuple(
            Evidence(f"survey:{each.id}", "new", each.observed_at[:10], Method.SURVEYED)
            for each in sorted(entries, key=lambda each: each.id)
        )

    # ── lifts and the like ──────────────────────────────────────────────────

    def _unit(self, feature: NewFeature) -> None:
        served = self._fact(feature, "served_levels")
        labels = served.value.value if served and served.value and isinstance(served.value.value, tuple) else ()
        if feature.line is None or len(labels) < _TWO:
            self._find(
                feature,
                "new_feature_unplaced",
                "노선과 서는 층이 모두 있어야 해요",
                "needs its line and the levels it stops at",
            )
            return
        exit_number, unit_id = feature.near_exit, feature.known_as
        kind, number = _KINDS[feature.kind], feature.known_as.rpartition(":")[2]
        told = self._evidence(feature)
        placed = [
            (label, self._place(feature, label, to_street=bool({"1F", STREET} & set(labels)))) for label in labels
        ]
        stops = [(label, place) for label, place in placed if place is not None]
        for label, place in placed:
            if place is None:
                self._find(
                    feature,
                    "new_feature_unplaced",
                    f"{label}의 어디인지 알 수 없어요",
                    f"where on {label} is not clear",
                )
        if len(stops) < _TWO:
            return
        by = Text(f"{exit_number}번 출구 옆", f"by exit {exit_number}") if exit_number else Text("새로 생긴 것", "new")
        self.units[unit_id] = Unit(
            unit_id, kind, feature.line, number, by, tuple(place.level for _, place in stops),
            exit=exit_number, in_register=False, evidence=told,
        )  # fmt: skip
        for label, place in stops:
            self._land(f"{unit_id}@{label}", place, by, told, exit_number)
        self._rides(self.units[unit_id], stops, told)
        self.made[feature.id] = unit_id

    def _rides(self, unit: Unit, stops: list[tuple[str, Place]], told: tuple[Evidence, ...]) -> None:
        heights = {level.id: level.elevation_m for level in self.base.levels} | {STREET: 0.0}
        for index, (label, place) in enumerate(stops):
            for other, there in stops[index + 1 :]:
                low, high = heights.get(place.level), heights.get(there.level)
                link_id = f"{unit.id}:{label}>{other}"
                self.links[link_id] = Link(
                    link_id, f"{unit.id}@{label}", f"{unit.id}@{other}", _LINKS[unit.kind], unit=unit.id,
                    rise_m=None if low is None or high is None else round(high - low, 3),
                    status=unit.status, evidence=MappingProxyType({"link": told}),
                )  # fmt: skip

    def _place(self, feature: NewFeature, label: str, *, to_street: bool) -> Place | None:
        """The place of a stop: the only one on that level, else the only one on its side of the gates."""
        if label in {STREET, "1F"} and not any(p.level == f"{feature.line}:1F" for p in self.base.places):
            return next((place for place in self.base.places if place.kind is PlaceKind.STREET), None)
        here = [place for place in self.base.places if place.level == f"{feature.line}:{label}"]
        if len(here) == 1:
            return here[0]
        words = " ".join(self.ledger.entries[entry].target.place_text or "" for entry in feature.entries)
        named = [place for place in here if place.direction is not None and place.direction in words]
        if len(named) == 1:
            return named[0]
        platforms = [place for place in here if place.kind is PlaceKind.PLATFORM]
        wanted = [
            place for place in here if place.kind is not PlaceKind.PLATFORM and place.paid_area is (not to_street)
        ]
        if len(wanted) == 1:
            return wanted[0]
        return platforms[0] if len(platforms) == 1 and not to_street else None

    # ── passages ────────────────────────────────────────────────────────────

    def _passage(self, feature: NewFeature) -> None:
        told = self._evidence(feature)
        ends: list[tuple[str, Place]] = []
        for prop in ("from_place", "to_place"):
            said = self._words(feature, prop)
            places = self._places_called(said, feature) if said else []
            if len(places) != 1:
                near = ", ".join(place.id for place in places) or "-"
                self._find(
                    feature,
                    "new_feature_unplaced",
                    f"‘{said or '?'}’이 어디인지 알 수 없어요 ({near})",
                    f"where ‘{said or '?'}’ is, is not clear ({near})",
                )
                return
            ends.append((f"{feature.id}@{prop.partition('_')[0]}", places[0]))
        name = Text("새로 생긴 통로", "new passage")
        for node, place in ends:
            self._land(node, place, name, told, None)
        link_id = feature.known_as
        kind = LinkKind.RAMP if feature.kind == "ramp" else LinkKind.WALKWAY
        met = (Met(MetKind.RAMP, 1, told[-1]),) if kind is LinkKind.RAMP else ()
        evidence = MappingProxyType({"link": told})
        self.links[link_id] = Link(link_id, ends[0][0], ends[1][0], kind, met=met, evidence=evidence)
        self.made[feature.id] = link_id

    def _places_called(self, said: str, feature: NewFeature) -> list[Place]:
        """Places by their id, else by line and kind (`7:concourse`), narrowed by the level of the observation."""
        exact = [place for place in self.base.places if place.id == said]
        if exact:
            return exact
        line, _, kind = said.rpartition(":")
        found = [place for place in self.base.places if place.kind == kind and (not line or place.line == line)]
        on_level = [place for place in found if place.level.rpartition(":")[2] == feature.level]
        return on_level if len(found) > 1 and on_level else found

    # ── joining ─────────────────────────────────────────────────────────────

    def _land(
        self, node_id: str, place: Place, name: Text, told: tuple[Evidence, ...], exit_number: str | None
    ) -> None:
        """A node in a place, joined on foot to what is there; on the street to its exit alone."""
        self.nodes[node_id] = Node(node_id, place.id, place.level, NodeKind.LANDING, name, evidence=told)
        same = Evidence("muui_maps", f"both lie in {place.id}", None, Method.DERIVED)
        for node in self.base.nodes:
            if node.place != place.id or node.id == node_id:
                continue
            if (
                place.kind is PlaceKind.STREET
                and exit_number is not None
                and not node.id.endswith(f":exit:{exit_number}")
            ):
                continue
            first, second = sorted((node.id, node_id))
            link_id = f"walk:{first}~{second}"
            self.links[link_id] = Link(
                link_id, first, second, LinkKind.WALKWAY, evidence=MappingProxyType({"link": (same,)})
            )

    def _find(self, feature: NewFeature, code: str, ko: str, en: str) -> None:
        kind = KINDS[feature.kind].label
        line = f"{feature.line}:" if feature.line else ""
        self.findings.append(
            Finding(
                code,
                Severity.WARNING,
                Text(f"새로운 {line}{kind.ko}({feature.id}): {ko}.", f"New {line}{kind.en} ({feature.id}): {en}."),
                Text("`muui-maps survey review`로 검토해 주세요.", "Review it with `muui-maps survey review`."),
                station=self.base.id,
                layer=feature.id,
                field="feature_id",
                value=", ".join(feature.entries)[:80],
            )
        )
