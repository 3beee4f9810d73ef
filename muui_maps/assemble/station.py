"""Definition + open facts + surveys → one Station.

The order of the steps is the story: who is there (directions, units), what the texts call them (walks, matches), where
each landing lies (places), what joins the places (walks again, gates), what was measured (surveys), where it is
(positions), and what remains doubtful (validate).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.assemble.connect import (
    Connector,
    Landings,
    Rides,
    join_sides,
    join_within,
    platform_place,
    report_ambiguous,
    ridden_between,
    tell,
    train_node,
)
from muui_maps.assemble.directions import by_next_station, ways
from muui_maps.assemble.directions import directions as find_directions
from muui_maps.assemble.draft import Draft, lowest_first
from muui_maps.assemble.gather import StationFacts, gather, today
from muui_maps.assemble.lengths import official_lengths
from muui_maps.assemble.levels import (
    Elevations,
    PlatformLevels,
    elevations,
    finished_levels,
    level_across_lines,
    level_id,
    platform_levels,
)
from muui_maps.assemble.match import Matcher, elsewhere, mentions_by_detail, mirrored, named_stops, rides_left_out
from muui_maps.assemble.merge import Merged, exits_by_unit, merge_run
from muui_maps.assemble.overrides import override_units, report_unknown
from muui_maps.assemble.positions import Placed, check_doors, check_residuals, place_everything
from muui_maps.assemble.report import Report
from muui_maps.assemble.stairs import add_stairs_beside_lifts, add_walkers_transfers
from muui_maps.assemble.street import add_exits, join_street
from muui_maps.assemble.units import UnitDraft, official, register_units, stops_by_rise
from muui_maps.assemble.validate import check_units, validate
from muui_maps.assemble.walks import Walk, branches_apart, walk_of
from muui_maps.model import (
    STREET,
    Direction,
    Evidence,
    LinkKind,
    Node,
    NodeKind,
    Place,
    Platform,
    PlatformShape,
    Station,
    SurveyRun,
    Text,
    Toilet,
    Unit,
)
from muui_maps.wording import with_particle

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from muui_maps.definition import Definition, Override

Key = tuple[str, str]  # (line, direction) or (line, label)

MOST_EVIDENCE = 4
"""Evidence kept of a platform: dozens of routes name it, and all of them say the same."""


def assemble(
    definition: Definition, *, data: Path, runs: Sequence[SurveyRun] = (), without: Collection[str] = ()
) -> Station:
    """Put one station together.

    Parameters
    ----------
    definition
        The station's `station.toml`.
    data
        The folder `data/`; its tables are in `facts/`.
    runs
        The station's surveyed transfers.
    without
        Ids of official routes to leave unread: what is left says how much of a text the other sources know.

    Returns
    -------
    Station
        With its Findings. The same input gives the same Station; the order of rows and runs does not matter.
    """
    names = (definition.name.ko, *definition.also_known_as)
    facts = gather(names, definition.line_ids, folder=data / "facts")
    return assembled_from(definition, facts.without_routes(without), runs=runs)


def assembled_from(definition: Definition, facts: StationFacts, *, runs: Sequence[SurveyRun] = ()) -> Station:
    """`assemble`, with the station's facts already gathered."""
    names = (definition.name.ko, *definition.also_known_as)
    found = find_directions(facts, names, definition.line_ids)
    draft = Draft(Report(definition.id, facts.english, definition.name.ko))
    assembly = _Assembly(definition, by_next_station(facts, found), found, draft)
    assembly.find_units()
    assembly.find_platforms()
    assembly.read_walks(runs)
    assembly.connect()
    assembly.measure()
    return assembly.finish()


@dataclass
class _Assembly:
    """One station on its way from facts to a Station; the steps are called in the order in which they stand."""

    definition: Definition
    facts: StationFacts
    directions: tuple[Direction, ...]
    draft: Draft
    units: dict[str, UnitDraft] = field(default_factory=dict)
    overrides_left: list[Override] = field(default_factory=list)  # of units that only routes mention, or of none
    shapes: dict[str, PlatformShape] = field(default_factory=dict)
    walks: list[Walk] = field(default_factory=list)
    apart: frozenset[Key] = frozenset()  # platforms of a branch, which share no island with the line's others
    levels: PlatformLevels = field(default_factory=PlatformLevels)
    platforms: dict[Key, Platform] = field(default_factory=dict)
    runs: tuple[SurveyRun, ...] = ()
    matcher: Matcher = field(default_factory=lambda: Matcher({}, {}, {}, lambda name: Text(name, name)))
    matches: Rides = field(default_factory=dict)
    heights: Elevations = field(default_factory=Elevations)
    merged: Merged = field(default_factory=Merged)
    finished: dict[str, Unit] = field(default_factory=dict)
    exits: tuple[str, ...] = ()
    placed: Placed = field(default_factory=lambda: Placed(None, (), ()))

    # ── who is there ────────────────────────────────────────────────────────

    def find_units(self) -> None:
        """The registers' units, and which platforms are islands.

        An island is what the depth register calls so, else where one lift opens beside doors of both directions.
        """
        drafts = register_units(self.facts, self.draft.report)
        self._name_next_stations(drafts)
        self.units = {unit.id: unit for unit in drafts}
        self.overrides_left = override_units(self.units, self.definition.overrides)
        for unit in drafts:
            if len({door.direction for door in unit.doors}) > 1:
                self.shapes[unit.line] = PlatformShape.ISLAND
        for fact in self.facts.platforms:
            if fact.shape is not None:
                self.shapes[fact.line] = PlatformShape(fact.shape)

    def _name_next_stations(self, drafts: Sequence[UnitDraft]) -> None:
        """Doors whose direction is named by a station further along get that of the next station."""
        names = (self.definition.name.ko, *self.definition.also_known_as)
        known = {(each.line, each.next_station.ko) for each in self.directions}
        found = {key: way for key, way in ways(self.facts, names, self.definition.line_ids).items() if key not in known}
        for unit in drafts:
            unit.doors = tuple(
                replace(door, direction=found.get((unit.line, door.direction), door.direction)) for door in unit.doors
            )
            unit.platforms = frozenset(found.get((unit.line, name), name) for name in unit.platforms)

    def find_platforms(self) -> None:
        """A platform for each direction whose level any source tells, and its TRAIN node."""
        routes = sorted(self.facts.routes, key=lambda route: route.route_id)
        self.walks = [walk_of(route, self.facts.acts[route.route_id]) for route in routes]
        keys = [(direction.line, direction.next_station.ko) for direction in self.directions]
        self.apart = branches_apart(self.walks)
        stops_by_rise(self.units.values(), [ride for walk in self.walks for ride in walk.rides], self.draft.report)
        places = {key: platform_place(*key, None if key in self.apart else self.shapes.get(key[0])) for key in keys}
        report = self.draft.report
        self.levels = platform_levels(self.facts, self.walks, self.units.values(), places, report)
        for key, label in sorted(self.levels.label.items()):
            self.platforms[key] = self._platform(key, places[key], level_id(key[0], label))
        for walk in self.walks:
            for line, direction in (walk.start, walk.end):
                if (line, direction) not in self.platforms:
                    _report_no_platform(report, walk, line, direction)
        self.walks = [walk for walk in self.walks if {walk.start, walk.end} <= self.platforms.keys()]

    def _platform(self, key: Key, place: Place, level: str) -> Platform:
        line, direction = key
        told = [official(walk.route) for walk in self.walks if key in {walk.start, walk.end}]
        told += [official(fact) for fact in self.facts.platforms if fact.line == line]
        evidence = tuple(sorted(set(told), key=_by_record)[:MOST_EVIDENCE])
        self.draft.places.setdefault(place.id, replace(place, level=level, evidence=evidence))
        name = self.draft.report.toward(direction)
        node = Node(train_node(line, direction), place.id, level, NodeKind.TRAIN, name)
        self.draft.add_node(node)
        return Platform(
            place.id,
            node.id,
            line,
            direction,
            level,
            None,
            None if key in self.apart else self.shapes.get(line),
            None,
            evidence,
        )

    # ── what the texts call them ────────────────────────────────────────────

    def read_walks(self, runs: Sequence[SurveyRun]) -> None:
        """Match every ride: first make the units that no register has, most detailed mention first; then match anew."""
        renamed = self.facts.renamed
        self.runs = tuple(
            replace(
                run,
                from_direction=today(run.from_direction, renamed),
                to_direction=today(run.to_direction, renamed),
            )
            for run in sorted(runs, key=lambda run: run.run_id)
        )
        self.matcher = Matcher(self.units, self.levels.known, self.shapes, self.draft.report.toward, apart=self.apart)
        self.matcher.same_exit = exits_by_unit(self.runs, self.matcher)
        evidence = {walk.route.route_id: official(walk.route) for walk in self.walks}
        for mention in mentions_by_detail([ride for walk in self.walks for ride in walk.rides]):
            if self.matcher.match(mention) is None:
                self.matcher.add_route_only(mention, evidence[mention.route_id])
        self.matcher.named = named_stops(self.walks, self.units.values())
        while True:
            self._match_until_known()
            refused = elsewhere(self.walks, self.matches, self.units) or mirrored(self.walks, self.matches)
            if not refused:  # every ride starts and ends where its units open
                break
            for mention, units in refused.items():
                self.matcher.refused.setdefault(mention, set()).update(units)
        for (route_id, _), match in self.matches.items():
            for unit in match.stops:
                self.units[unit].evidence.append(evidence[route_id])
        self._drop_unused()
        report_unknown(override_units(self.units, self.overrides_left), self.units, self.draft.report)

    def _match_until_known(self) -> None:
        """Match until no unit is new: then every walk has met every unit."""
        known = -1
        while known != len(self.units):
            known = len(self.units)
            for walk in self.walks:
                self._match_rides(walk)

    def _match_rides(self, walk: Walk) -> None:
        """Match the rides of a walk in turn, so that it rides no unit twice in a row."""
        ridden: Collection[str] = ()
        for index, mention in enumerate(walk.rides):
            match = self.matcher.match(mention, ridden=ridden)
            if match is None:
                match = self.matcher.add_route_only(mention, official(walk.route), ridden=ridden)
            self.matches[walk.route.route_id, index] = match
            ridden = match.stops.keys()

    def _drop_unused(self) -> None:
        """Units made for one mention that another unit, made for a more detailed one, then took over."""
        for unit in [unit for unit in self.units.values() if not unit.in_register]:
            if unit.id not in self._ridden():
                del self.units[unit.id]

    def _ridden(self) -> set[str]:
        return {unit for match in self.matches.values() for unit in match.stops}

    # ── where they lie and what joins them ──────────────────────────────────

    def connect(self) -> None:
        """Landings, then the ways and gates of the walks, rides, exits and the street."""
        draft = self.draft
        Landings(draft, self.matcher, tell(self.walks, self.matches), self.platforms, self._own_labels()).add_all()
        report_ambiguous(draft, self.units, self.walks, self.matches)
        self.heights = elevations(
            self.facts, self.units.values(), self.levels, used=self._ridden(), report=draft.report
        )
        riding = frozenset(frozenset({walk.start[0], walk.end[0]}) for walk in self.walks if walk.rides)
        between = ridden_between(draft, self.units, self._ridden())
        left_out = rides_left_out(self.walks, self.matches)
        connector = Connector(draft, self.platforms, ridden=between, riding=riding, left_out=left_out)
        for walk in self.walks:
            connector.connect(walk, self.matches)
        level_across_lines(self.heights, self._joined_levels(), draft.report)
        for unit_id, unit in sorted(self.units.items()):
            stops = lowest_first(draft.landings_of(unit_id), self.heights.of_level)
            self.finished[unit_id] = unit.frozen(list(dict.fromkeys(stop.level for stop in stops)))
            draft.add_rides(unit, self.finished[unit_id], self.heights.of_level)
        connector.report_gates()
        join_sides(draft)
        self.exits = add_exits(draft, self.units)
        join_street(draft, self.units)
        add_stairs_beside_lifts(draft)
        add_walkers_transfers(draft, self.facts, self.platforms)
        join_within(draft)

    def _own_labels(self) -> dict[str, frozenset[str]]:
        own: dict[str, set[str]] = defaultdict(set)
        for unit in self.units.values():
            if unit.toward_line is None:
                own[unit.line].update(unit.labels)
        for (line, _), label in self.levels.label.items():
            own[line].add(label)
        return {line: frozenset(labels) for line, labels in own.items()}

    def _joined_levels(self) -> list[tuple[Key, Key]]:
        joined = []
        for link in self.draft.links.values():
            if link.kind is LinkKind.WALKWAY:
                first, second = (self.draft.nodes[node].level.partition(":") for node in (link.start, link.end))
                if first[0] != second[0] and first[2] and second[2]:
                    joined.append(((first[0], first[2]), (second[0], second[2])))
        return joined

    # ── what was measured, and where it is ──────────────────────────────────

    def measure(self) -> None:
        """Stated and surveyed metres on the links, then positions and what follows from them."""
        official_lengths(self.draft, self.walks, self.matches, self.platforms)
        for run in self.runs:
            merge_run(self.draft, self.matcher, self.platforms, run, self.merged)
        self.placed = place_everything(self.draft, self.facts, self.platforms, self.units)
        drafts = [unit for _, unit in sorted(self.units.items())]
        check_doors(self.draft.report, drafts, self.placed.platforms, self.shapes)
        check_residuals(self.draft, self.merged.measured, self.units, self.placed.platforms)
        check_units(self.draft, self.units, self._ridden() | self.merged.used)

    def finish(self) -> Station:
        """The Station, with its Findings."""
        for key, labels in self.merged.aliases.items():
            self.levels.aliases[key] |= labels
        used = {place.level.partition(":") for place in self.draft.places.values() if place.level != STREET}
        station = Station(
            id=self.definition.id,
            name=self.definition.name,
            lines=self.definition.line_ids,
            directions=self.directions,
            levels=finished_levels([(line, label) for line, _, label in used], self.heights, self.levels.aliases),
            places=self.draft.frozen_places(),
            nodes=self.draft.frozen_nodes(),
            links=self.draft.frozen_links(),
            units=tuple(unit for _, unit in sorted(self.finished.items())),
            platforms=self.placed.platforms,
            spaces=self.placed.spaces,
            toilets=_toilets(self.facts),
            exits=self.exits,
            runs=self.runs,
            origin=self.placed.origin,
            walking_transfer_m=_walking(self.facts),
            phones=MappingProxyType({fact.line: fact.phone for fact in self.facts.toilets if fact.phone}),
        )
        validate(station, self.walks, self.draft)
        return replace(station, findings=self.draft.report.finished())


# ── the rest of the facts ────────────────────────────────────────────────────


def _report_no_platform(report: Report, walk: Walk, line: str, direction: str) -> None:
    way, platform = report.transfer(walk.start, walk.end), report.platform(line, direction)
    report.warn(
        "route_unplaced",
        Text(
            f"안내문({way.ko})을 쓰지 못했어요: {with_particle(platform.ko, '이')} 없거나 "
            "몇 층인지 어느 자료에도 없어요.",
            f"The text {way.en} can't be used: {platform.en} does not exist, or no source gives its level.",
        ),
        Text("방면 이름과 층을 현장에서 확인해 주세요.", "Check the direction's name and the floor on site."),
        file=walk.route.dataset,
        row=walk.row,
        layer=walk.route.route_id,
        field="direction",
        value=f"{line}:{direction}",
    )


def _toilets(facts: StationFacts) -> tuple[Toilet, ...]:
    toilets = [
        Toilet(
            line=fact.line,
            level=level_id(fact.line, fact.level) if fact.level else None,
            paid_area=fact.paid_area,
            place="|".join(fact.exits),
            phone=fact.phone,
            hours=fact.hours,
            evidence=official(fact),
        )
        for fact in facts.toilets
    ]
    return tuple(sorted(toilets, key=lambda toilet: (toilet.line, toilet.level or "", toilet.evidence.record)))


def _walking(facts: StationFacts) -> Mapping[Key, float]:
    lengths = {(fact.to_line, fact.line): fact.length_m for fact in facts.distances}
    lengths |= {(fact.line, fact.to_line): fact.length_m for fact in facts.distances}
    return MappingProxyType(dict(sorted(lengths.items())))


def _by_record(evidence: Evidence) -> tuple[str, int, str]:
    return evidence.dataset, len(evidence.record), evidence.record
