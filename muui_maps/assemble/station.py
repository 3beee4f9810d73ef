"""Definition + open facts + surveys → one Station.

The order of the steps is the story: who is there (directions, units), what the texts call them (walks, matches), where
each landing lies (places), what joins the places (walks again, gates), what was measured (surveys), where it is
(positions), and what remains doubtful (validate).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.assemble.connect import (
    Connector,
    Landings,
    add_platform,
    join_sides,
    join_within,
    mentions_of,
    platform_place,
    tell,
)
from muui_maps.assemble.directions import directions as find_directions
from muui_maps.assemble.draft import Draft, Landing
from muui_maps.assemble.gather import StationFacts, gather, today
from muui_maps.assemble.levels import (
    Elevations,
    PlatformLevels,
    elevations,
    finished_levels,
    level_across_lines,
    platform_levels,
)
from muui_maps.assemble.match import Match, Matcher, mentions_by_detail
from muui_maps.assemble.merge import exits_by_unit, merge_run
from muui_maps.assemble.overrides import override_units
from muui_maps.assemble.positions import place_everything
from muui_maps.assemble.stairs import add_stairs_beside_lifts, add_walkers_transfers
from muui_maps.assemble.street import add_exits, join_street
from muui_maps.assemble.units import UnitDraft, level_rank, official, register_units
from muui_maps.assemble.validate import unit_findings, validate
from muui_maps.assemble.walks import Mention, Walk, walk_of
from muui_maps.model import (
    Direction,
    Evidence,
    Finding,
    Platform,
    PlatformShape,
    Station,
    SurveyRun,
    Toilet,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from muui_maps.definition import Definition

Key = tuple[str, str]


def assemble(definition: Definition, *, data: Path, runs: Sequence[SurveyRun] = ()) -> Station:
    """Put one station together.

    Parameters
    ----------
    definition
        The station's `station.toml`.
    data
        The folder `data/`; its tables are in `facts/`.
    runs
        The station's surveyed transfers.

    Returns
    -------
    Station
        With its Findings. The same input gives the same Station; the order of rows and runs does not matter.
    """
    names = (definition.name.ko,)
    facts = gather(names, definition.line_ids, folder=data / "facts")
    runs = tuple(sorted((_renamed(run, facts) for run in runs), key=lambda run: run.run_id))
    draft = Draft(definition.id)
    walks = _walks(facts)
    drafts, found = register_units(facts, station=definition.id)
    draft.findings += found
    units = {unit.id: unit for unit in drafts}
    override_units(units, definition.overrides)
    all_directions = find_directions(facts, names, definition.line_ids)
    shapes = _shapes(facts, units.values())
    places = {
        (d.line, d.next_station.ko): platform_place(d.line, d.next_station.ko, shapes.get(d.line))
        for d in all_directions
    }
    levels = platform_levels(facts, walks, units.values(), places, station=definition.id)
    draft.findings += levels.findings
    platforms = _platforms(draft, levels, shapes, walks, facts)
    matcher = Matcher(units, levels.label, shapes)
    matcher.same_exit = exits_by_unit(runs, matcher)
    usable = [walk for walk in walks if _ends(walk) <= set(platforms)]
    matches = _match_all(matcher, usable, draft)
    used = {unit for match in matches.values() for unit in match.stops}
    _land(draft, matcher, usable, matches, platforms)
    heights = elevations(facts, units.values(), levels, used=used, station=definition.id)
    draft.findings += heights.findings
    connector = Connector(draft, platforms)
    for walk in usable:
        connector.connect(walk, matches)
    level_across_lines(heights, _joined_levels(draft))
    finished = _ride_links(draft, units, heights)
    draft.findings += connector.gate_findings()
    join_sides(draft)
    exits = add_exits(draft, units)
    join_street(draft)
    add_stairs_beside_lifts(draft)
    add_walkers_transfers(draft, facts, platforms)
    join_within(draft)
    _official_lengths(draft, usable, matches)
    for run in runs:
        used |= merge_run(draft, matcher, platforms, run)
    placed = place_everything(draft, facts, platforms, units)
    draft.findings += unit_findings(draft, matcher, used)
    keys = [(level.partition(":")[0], level.partition(":")[2]) for level in _levels_used(draft)]
    station = Station(
        id=definition.id,
        name=definition.name,
        lines=definition.line_ids,
        directions=_with_aliases(all_directions, facts),
        levels=finished_levels(keys, heights, levels.aliases),
        places=draft.frozen_places(),
        nodes=draft.frozen_nodes(),
        links=draft.frozen_links(),
        units=tuple(finished[key] for key in sorted(finished)),
        platforms=placed.platforms,
        spaces=placed.spaces,
        toilets=_toilets(facts),
        exits=exits,
        runs=runs,
        origin=placed.origin,
        walking_transfer_m=_walking(facts),
        phones=_phones(facts),
    )
    return replace(station, findings=_sorted(draft.findings + validate(station, usable)))


# ── steps ────────────────────────────────────────────────────────────────────


def _walks(facts: StationFacts) -> list[Walk]:
    return [walk_of(route, facts.acts[route.route_id]) for route in sorted(facts.routes, key=lambda r: r.route_id)]


def _ends(walk: Walk) -> set[Key]:
    route = walk.route
    return {(route.from_line, route.from_direction), (route.to_line, route.to_direction)}


def _renamed(run: SurveyRun, facts: StationFacts) -> SurveyRun:
    start, end = (today(name, facts.renamed) for name in (run.from_direction, run.to_direction))
    return replace(run, from_direction=start, to_direction=end)


def _shapes(facts: StationFacts, units: Iterable[UnitDraft]) -> dict[str, PlatformShape]:
    """Island or side, from the depth register; else an island where one lift opens beside doors of both directions."""
    shapes: dict[str, PlatformShape] = {}
    for unit in units:
        if len({door.direction for door in unit.doors}) > 1:
            shapes[unit.line] = PlatformShape.ISLAND
    for fact in facts.platforms:
        if fact.shape is not None:
            shapes[fact.line] = PlatformShape(fact.shape)
    return shapes


def _platforms(
    draft: Draft,
    levels: PlatformLevels,
    shapes: Mapping[str, PlatformShape],
    walks: Sequence[Walk],
    facts: StationFacts,
) -> dict[Key, Platform]:
    told = defaultdict(list)
    for walk in walks:
        for key in _ends(walk):
            told[key].append(official(walk.route))
    for fact in facts.platforms:
        for key in levels.label:
            if key[0] == fact.line:
                told[key].append(official(fact))
    return {
        (line, direction): add_platform(
            draft, line, direction, label, shapes.get(line), sorted(set(told[line, direction]), key=_evidence_order)[:4]
        )
        for (line, direction), label in sorted(levels.label.items())
    }


def _match_all(matcher: Matcher, walks: Sequence[Walk], draft: Draft) -> dict[Key2, Match]:
    """Match every ride: first make the units that no register has, most detailed mention first; then match all anew."""
    mentions = mentions_of(walks)
    evidence = {walk.route.route_id: official(walk.route) for walk in walks}
    for mention in mentions_by_detail([mention for _, mention in mentions]):
        match = matcher.match(mention)
        if match is None or not match.stops:
            matcher.add_route_only(mention, evidence[mention.route_id])
    while True:
        before = len(matcher.units)
        matches = _match_in_order(matcher, walks, evidence)
        if len(matcher.units) == before:
            break  # no unit is new: every walk has met every unit
    for (route_id, _), match in matches.items():
        for unit in match.stops:
            matcher.units[unit].evidence.append(evidence[route_id])
    _drop_unused(matcher, matches)
    return matches


def _match_in_order(
    matcher: Matcher, walks: Sequence[Walk], evidence: Mapping[str, Evidence]
) -> dict[Key2, Match]:
    """Match the rides of each walk in turn, so that no walk rides a unit twice in a row."""
    matches: dict[Key2, Match] = {}
    for walk in walks:
        ridden: Collection[str] = ()
        for index, mention in enumerate(walk.rides):
            match = matcher.match(mention, ridden=ridden)
            if match is None or not match.stops:
                match = matcher.add_route_only(mention, evidence[mention.route_id], ridden=ridden)
            matches[walk.route.route_id, index] = match
            ridden = match.stops
    return matches


Key2 = tuple[str, int]


def _drop_unused(matcher: Matcher, matches: Mapping[Key2, Match]) -> None:
    used = {unit for match in matches.values() for unit in match.stops}
    for unit_id in [unit.id for unit in matcher.units.values() if not unit.in_register and unit.id not in used]:
        del matcher.units[unit_id]


def _land(
    draft: Draft,
    matcher: Matcher,
    walks: Sequence[Walk],
    matches: Mapping[Key2, Match],
    platforms: Mapping[Key, Platform],
) -> None:
    own: dict[str, set[str]] = defaultdict(set)
    for unit in matcher.units.values():
        if unit.toward_line is None:
            own[unit.line].update(unit.labels)
    for platform in platforms.values():
        own[platform.line].add(platform.level.partition(":")[2])
    labels = {line: frozenset(found) for line, found in own.items()}
    Landings(draft, matcher, tell(walks, matches), platforms, labels).add_all()


def _ride_links(draft: Draft, units: Mapping[str, UnitDraft], heights: Elevations) -> dict[str, Unit]:
    metres = {f"{line}:{label}": value for (line, label), (value, _) in heights.metres.items()}
    metres["street"] = 0.0
    finished: dict[str, Unit] = {}
    for unit_id in sorted(units):
        unit = units[unit_id]
        stops = [landing for (of, _), landing in sorted(draft.landings.items()) if of == unit_id]
        stops.sort(key=lambda stop: _lowest_first(stop, metres))
        finished[unit_id] = unit.frozen(list(dict.fromkeys(stop.level for stop in stops)))
        draft.add_rides(unit, finished[unit_id], metres)
    return finished


def _joined_levels(draft: Draft) -> set[tuple[Key, Key]]:
    joined = set()
    for link in draft.links.values():
        levels = [draft.nodes[node].level.partition(":") for node in (link.start, link.end)]
        (line_a, _, label_a), (line_b, _, label_b) = levels
        if line_a != line_b and label_a and label_b:
            joined.add(((line_a, label_a), (line_b, label_b)))
    return joined


def _lowest_first(stop: Landing, metres: Mapping[str, float]) -> tuple[float, str]:
    """Stops of one unit in order: by label within its line, by height across lines."""
    rank = level_rank(stop.label)
    return (rank if rank is not None else metres.get(stop.level, 0.0), stop.label)


def _official_lengths(draft: Draft, walks: Sequence[Walk], matches: Mapping[Key2, Match]) -> None:
    """Metres that a text states for a stretch go on its link, where the stretch is one link and has no gate."""
    for walk in walks:
        for index, stretch in enumerate(walk.stretches):
            if stretch.length_m is None or stretch.gates or not 0 < index < len(walk.rides):
                continue
            before, after = (matches[walk.route.route_id, at] for at in (index - 1, index))
            for a in _nodes_at(draft, before, 1):
                for b in _nodes_at(draft, after, 0):
                    link = "walk:" + "~".join(sorted((a, b)))
                    if link in draft.links:
                        draft.change_link(link, length_m=stretch.length_m)
                        draft.add_evidence(link, "length_m", [official(walk.route)])


def _nodes_at(draft: Draft, match: Match, end: int) -> list[str]:
    found = [draft.landings.get((unit, stops[end])) for unit, stops in sorted(match.stops.items())]
    return [landing.node for landing in found if landing is not None]


def _levels_used(draft: Draft) -> set[str]:
    return {place.level for place in draft.places.values()} - {"street"}


def _with_aliases(found: Sequence[Direction], facts: StationFacts) -> tuple[Direction, ...]:
    del facts
    return tuple(found)


def _toilets(facts: StationFacts) -> tuple[Toilet, ...]:
    toilets = [
        Toilet(
            line=fact.line,
            level=f"{fact.line}:{fact.level}" if fact.level else None,
            paid_area=fact.paid_area,
            place="|".join(fact.exits),
            phone=fact.phone,
            hours=fact.hours,
            evidence=official(fact),
        )
        for fact in facts.toilets
    ]
    return tuple(sorted(toilets, key=lambda toilet: (toilet.line, toilet.level or "", toilet.evidence.record)))


def _phones(facts: StationFacts) -> Mapping[str, str]:
    return MappingProxyType({fact.line: fact.phone for fact in facts.toilets if fact.phone})


def _walking(facts: StationFacts) -> Mapping[Key, float]:
    lengths: dict[Key, float] = {}
    for fact in facts.distances:
        lengths[fact.line, fact.to_line] = fact.length_m
        lengths.setdefault((fact.to_line, fact.line), fact.length_m)
    return MappingProxyType(dict(sorted(lengths.items())))


def _evidence_order(evidence: object) -> str:
    return repr(evidence)


def _sorted(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    unique = {repr(finding): finding for finding in findings}
    return tuple(
        unique[key] for key in sorted(unique, key=lambda key: (unique[key].code, unique[key].layer or "", key))
    )


def mention_of(mention: Mention) -> str:
    """A ride as a Finding quotes it."""
    return f"{mention.route_id} · {mention.step}"
