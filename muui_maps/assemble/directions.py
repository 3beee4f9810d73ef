"""Which way do trains go? The next stations and termini of a line at a station, from the order of the line."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from muui_maps.assemble.gather import today
from muui_maps.model import Direction, StationName
from muui_maps.names import normal_station

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from muui_maps.assemble.gather import StationFacts


def station_names(facts: StationFacts) -> dict[tuple[str, str], StationName]:
    """(line, today's Korean name) → the name in all languages."""
    names: dict[tuple[str, str], StationName] = {}
    for fact in facts.all_line_stations:
        name = today(fact.station, facts.renamed)
        kept = names.get((fact.line, name))
        if kept is None or fact.station == name:
            same = fact.station == name
            en = fact.name_en if same else None
            names[fact.line, name] = StationName(
                name, en, fact.name_ja if same else None, fact.name_zh if same else None
            )
    return names


def directions(facts: StationFacts, names: Iterable[str], lines: Iterable[str]) -> tuple[Direction, ...]:
    """The directions of every line, sorted by line and next station.

    Next stations come from the official routes and, where those are silent, from the line's order; a terminus is known
    only where the line, followed that way, ends without branching.

    Parameters
    ----------
    facts
        The station's facts.
    names
        Korean names of the station itself.
    lines
        Its line ids.
    """
    here = {today(normal_station(name), facts.renamed) for name in names}
    known_names = station_names(facts)
    found: list[Direction] = []
    for line in lines:
        order = _neighbours(facts, line)
        told = _told_by_routes(facts, line)
        nexts = {station for name in here for station in order.get(name, ())}
        for next_station in sorted(nexts | _only_told(told, nexts)):
            terminus = _terminus(order, here, next_station)
            found.append(
                Direction(
                    line=line,
                    next_station=known_names.get((line, next_station))
                    or StationName(next_station, facts.english.get(next_station)),
                    terminus=known_names.get((line, terminus), StationName(terminus)) if terminus else None,
                    aliases=tuple(sorted(old for old, new in facts.renamed.items() if new == next_station)),
                )
            )
    return tuple(sorted(found, key=lambda d: (d.line, d.next_station.ko)))


def ways(facts: StationFacts, names: Iterable[str], lines: Iterable[str]) -> dict[tuple[str, str], str]:
    """(line, a station further along it) → the next station that way.

    Registers name the direction of a door by a terminus, or by one of years ago: 암사 for what is 송파 here. A station
    that is reached both ways, on a loop, stands for neither.
    """
    here = {today(normal_station(name), facts.renamed) for name in names}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for line in lines:
        order = _neighbours(facts, line)
        for next_station in sorted({station for name in here for station in order.get(name, ())}):
            for name in _onward(order, here, next_station):
                found[line, name].add(next_station)
    return {key: next(iter(nexts)) for key, nexts in found.items() if len(nexts) == 1}


def _onward(order: Mapping[str, tuple[str, ...]], here: set[str], next_station: str) -> set[str]:
    seen, ahead = set(here), [next_station]
    while ahead:
        at = ahead.pop()
        seen.add(at)
        ahead += [name for name in order.get(at, ()) if name not in seen]
    return seen - here


def _neighbours(facts: StationFacts, line: str) -> dict[str, tuple[str, ...]]:
    near: dict[str, set[str]] = defaultdict(set)
    for segment in facts.segments:
        if segment.line == line:
            a, b = (today(name, facts.renamed) for name in (segment.from_station, segment.to_station))
            near[a].add(b)
            near[b].add(a)
    return {name: tuple(sorted(others)) for name, others in near.items()}


def _told_by_routes(facts: StationFacts, line: str) -> set[str]:
    told = {route.from_direction for route in facts.routes if route.from_line == line}
    told |= {route.to_direction for route in facts.routes if route.to_line == line}
    return {today(name, facts.renamed) for name in told if name}


def _only_told(told: set[str], nexts: set[str]) -> set[str]:
    """Routes name next stations; where the line's order already has both, another name is no direction of its own."""
    return told - nexts if len(nexts) <= 1 else set()


def _terminus(order: Mapping[str, tuple[str, ...]], here: set[str], next_station: str) -> str | None:
    before, at = next(iter(sorted(here))), next_station
    seen = {before}
    while True:
        seen.add(at)
        onward = [name for name in order.get(at, ()) if name != before and name not in here]
        if not onward:
            return at if order.get(at) else None
        if len(onward) > 1 or onward[0] in seen:
            return None
        before, at = at, onward[0]
