"""Which way do trains go? The next stations and termini of a line at a station, from the order of the line."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from muui_maps.assemble.gather import today
from muui_maps.model import Direction, Endpoint, StationName
from muui_maps.names import normal_station

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    names, lines = tuple(names), tuple(lines)
    here = {today(normal_station(name), facts.renamed) for name in names}
    known_names = station_names(facts)
    further = {line: _further(facts, here, names, line) for line in lines}
    found: list[Direction] = []
    for line in lines:
        order = _neighbours(facts, line)
        told = _told_by_routes(facts, line)
        nexts = {station for name in here for station in order.get(name, ())}
        nexts -= _not_run(order, here, nexts, told)
        for next_station in sorted(nexts | _only_told(told - further[line].keys(), nexts)):
            terminus = None if next_station in here else _terminus(order, here, next_station)
            found.append(
                Direction(
                    line=line,
                    next_station=known_names.get((line, next_station))
                    or StationName(next_station, facts.english.get(next_station)),
                    terminus=known_names.get((line, terminus), StationName(terminus)) if terminus else None,
                    aliases=tuple(
                        sorted(
                            {old for old, new in facts.renamed.items() if new == next_station}
                            | {name for name, way in further[line].items() if way == next_station}
                        )
                    ),
                )
            )
    return tuple(sorted(found, key=lambda d: (d.line, d.next_station.ko)))


def transfers(platforms: Iterable[Endpoint], station: str) -> tuple[tuple[Endpoint, Endpoint], ...]:
    """Every change from a platform of one line to a platform of another, in the platforms' order.

    One gets off where trains end, but boards there by the name of where they go next: a platform named after the
    station itself is no goal where its line has another one.

    Parameters
    ----------
    platforms
        By line and next station.
    station
        The station's Korean name.
    """
    platforms = tuple(platforms)
    last = {each for each in platforms if normal_station(each.direction or "") == normal_station(station)}
    going_on = {each.line for each in platforms if each not in last}
    goals = [each for each in platforms if each not in last or each.line not in going_on]
    return tuple((start, end) for start in platforms for end in goals if start.line != end.line)


def platforms_of(found: Iterable[Direction]) -> tuple[Endpoint, ...]:
    """The platforms that trains of these directions stop at."""
    return tuple(Endpoint(each.line, each.next_station.ko) for each in found)


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


def _further(facts: StationFacts, here: set[str], names: Iterable[str], line: str) -> dict[str, str]:
    """What routes call a direction → the next station that way, where they name one further along: 의정부 for 영등포.

    A route named after the station itself is left at the platform of trains that end here: a branch's, if the line's
    texts lead from it to all the line's other platforms.
    """
    told = _told_by_routes(facts, line)
    nexts = {station for name in here for station in _neighbours(facts, line).get(name, ())}
    if len(nexts) <= 1:  # the line's order is not known here: a name cut short (대모산 for 대모산입구) is no other way
        fuller = {name: [other for other in told if other != name and other.startswith(name)] for name in told - nexts}
        return {name: others[0] for name, others in fuller.items() if len(others) == 1}
    along = ways(facts, names, (line,))
    found = {name: along[line, name] for name in told - nexts if (line, name) in along}
    for name in told & here:
        of_line = [route for route in facts.routes if route.from_line == route.to_line == line]
        partners = {route.to_direction for route in of_line if route.from_direction == name}
        partners |= {route.from_direction for route in of_line if route.to_direction == name}
        if partners and len(left := nexts - partners) == 1:
            found[name] = next(iter(left))
    return found


def by_next_station(facts: StationFacts, found: Sequence[Direction]) -> StationFacts:
    """The facts with every route's directions named by next stations, as the station's platforms are.

    A route for several directions (`회기|제기동`) becomes a route for each. One that names no direction stays as it is:
    nobody knows to which platform it leads.
    """
    names = {(each.line, alias): each.next_station.ko for each in found for alias in each.aliases}

    def renamed(line: str, direction: str) -> str:
        return "|".join(dict.fromkeys(names.get((line, name), name) for name in direction.split("|")))

    routes, acts = [], {}
    for route in facts.routes:
        of_ends = (route.from_line, route.to_line)
        told = tuple(
            replace(act, direction=renamed(_line_of(act.line, act.direction, of_ends, names), act.direction))
            if act.direction
            else act
            for act in facts.acts[route.route_id]
        )
        starts, ends = renamed(route.from_line, route.from_direction), renamed(route.to_line, route.to_direction)
        pairs = [(start, end) for start in starts.split("|") for end in ends.split("|")]
        for count, (start, end) in enumerate(pairs, 1):
            route_id = route.route_id if count == 1 else f"{route.route_id}~{count}"
            routes.append(replace(route, route_id=route_id, from_direction=start, to_direction=end))
            acts[route_id] = told
    return replace(facts, routes=tuple(routes), acts=acts)


def _line_of(line: str | None, direction: str, ends: tuple[str, str], names: Mapping[tuple[str, str], str]) -> str:
    """The line of an act's direction; where the act names none, the end of the route that knows the direction."""
    return line or next((end for end in ends if (end, direction) in names), ends[0])


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
    return {today(name, facts.renamed) for names in told for name in names.split("|") if name}


def _only_told(told: set[str], nexts: set[str]) -> set[str]:
    """Routes name next stations; where the line's order already has both, another name is no direction of its own."""
    return told - nexts if len(nexts) <= 1 else set()


def _not_run(order: Mapping[str, tuple[str, ...]], here: set[str], nexts: set[str], told: set[str]) -> set[str]:
    """Next stations round a loop to which no train runs: those that texts pass over while they name the other way.

    Line 6 runs its loop at 응암 one way: from 연신내 trains go to 구산, and none to 독바위.
    """
    round_the_loop = {station for named in nexts & told for station in _onward(order, here, named)}
    return (nexts - told) & round_the_loop


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
