"""Where things are, as far as the data let one say: platforms along the track, lifts beside train doors, street lifts.

A platform's axis runs through the line's point along the bearing from the station before to the next one; a door of a
car is a distance along it. All of it is derived, with an error that is stated; what has no such anchor has no position.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from muui_maps import geo
from muui_maps.model import STREET, Evidence, LinkKind, Method, Node, Platform, Space, UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from muui_maps.assemble.draft import Draft
    from muui_maps.assemble.gather import StationFacts
    from muui_maps.assemble.units import UnitDraft

POINT_ERROR_M = 40.0
"""How far a published point of a line's station may lie off its platforms: the two published points of Nowon's Line 7
lie 41 m apart (`assembly.md`)."""

PLATFORM_WIDTH_M = 5.0
"""Drawn width of a platform; no dataset states one (assumed)."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placed:
    """The station's origin (latitude, longitude), its platforms with cars and bearing, and their outlines."""

    origin: tuple[float, float] | None
    platforms: tuple[Platform, ...]
    spaces: tuple[Space, ...]


def place_everything(
    draft: Draft,
    facts: StationFacts,
    platforms: Mapping[tuple[str, str], Platform],
    units: Mapping[str, UnitDraft],
) -> Placed:
    """Give positions to nodes, bearings to platforms, and lengths to links whose two ends are known.

    Parameters
    ----------
    draft
        Its nodes and links are changed in place.
    facts, platforms, units
        The station's facts, platforms by (line, direction), unit drafts by id.
    """
    points = _line_points(facts)
    if not points:
        return Placed(None, tuple(platforms.values()), _spaces(platforms.values(), {}, None))
    origin = (
        round(statistics.fmean(lat for lat, _ in points.values()), 6),
        round(statistics.fmean(lon for _, lon in points.values()), 6),
    )
    centres = {line: geo.to_station_metres(lat, lon, origin=origin) for line, (lat, lon) in points.items()}
    placed = {
        key: _with_bearing(platform, _points_along(platform, platforms, facts, centres, origin))
        for key, platform in platforms.items()
    }
    for platform in placed.values():
        if platform.line in centres:
            _move(draft, platform.node, centres[platform.line], POINT_ERROR_M, "middle of the platform")
    for unit_id in sorted(units):
        _place_unit(draft, units[unit_id], placed, centres)
    _place_street(draft, facts, units, origin)
    _lengths(draft)
    return Placed(origin, tuple(placed[key] for key in sorted(placed)), _spaces(placed.values(), centres, origin))


def _line_points(facts: StationFacts) -> dict[str, tuple[float, float]]:
    """(latitude, longitude) of each line at the station; the operator's own point before the city's."""
    points = {
        fact.line: (fact.lat, fact.lon) for fact in facts.line_stations if fact.lat is not None and fact.lon is not None
    }
    points.update({fact.line: (fact.lat, fact.lon) for fact in facts.points})
    return points


def _points_along(
    platform: Platform,
    platforms: Mapping[tuple[str, str], Platform],
    facts: StationFacts,
    centres: Mapping[str, Point],
    origin: tuple[float, float],
) -> tuple[Point, Point] | None:
    """Two points along the track in the direction of travel: the station before (else the station itself), the next."""
    ahead = _neighbour_point(facts, platform.line, platform.direction, origin)
    behind = [direction for line, direction in platforms if line == platform.line and direction != platform.direction]
    before = _neighbour_point(facts, platform.line, behind[0], origin) if len(behind) == 1 else None
    start = before or centres.get(platform.line)
    return (start, ahead) if start is not None and ahead is not None and start != ahead else None


def _with_bearing(platform: Platform, along: tuple[Point, Point] | None) -> Platform:
    bearing = round(geo.bearing_deg(*along), 1) if along else None
    return replace(platform, cars=geo.CARS_OF_LINE.get(platform.line), bearing_deg=bearing)


def _neighbour_point(facts: StationFacts, line: str, name: str, origin: tuple[float, float]) -> Point | None:
    for fact in facts.all_line_stations:
        known = facts.renamed.get(fact.station, fact.station)
        if fact.line == line and known == name and fact.lat is not None and fact.lon is not None:
            return geo.to_station_metres(fact.lat, fact.lon, origin=origin)
    return None


def _place_unit(
    draft: Draft,
    unit: UnitDraft,
    platforms: Mapping[tuple[str, str], Platform],
    centres: Mapping[str, Point],
) -> None:
    """A lift that opens beside a train door stands there, on all its levels; two doors give their mean and their gap."""
    places = []
    for door in unit.doors:
        platform = platforms.get((unit.line, door.direction))
        if platform is None or platform.cars is None or platform.bearing_deg is None or unit.line not in centres:
            continue
        if door.car > platform.cars:
            continue
        offset = geo.door_offset_m(door.car, door.door, cars=platform.cars)
        places.append(geo.along(centres[unit.line], platform.bearing_deg, offset))
    if not places:
        return
    middle = (statistics.fmean(x for x, _ in places), statistics.fmean(y for _, y in places))
    gap = max(math.dist(middle, place) for place in places)
    slanted = unit.kind is not UnitKind.ELEVATOR
    for (unit_id, _), landing in sorted(draft.landings.items()):
        at_platform = draft.places[landing.place].direction is not None or landing.place.endswith(":platform")
        if unit_id == unit.id and (at_platform or not slanted):
            _move(draft, landing.node, middle, POINT_ERROR_M + gap, f"beside door {_doors(unit)}")


def _doors(unit: UnitDraft) -> str:
    return ", ".join(f"{d.direction} {d.car}" + (f"-{d.door}" if d.door is not None else "") for d in unit.doors)


def _place_street(
    draft: Draft, facts: StationFacts, units: Mapping[str, UnitDraft], origin: tuple[float, float]
) -> None:
    """A street lift stands at a published point if there are as many points near as there are lifts: one of each."""
    points = [geo.to_station_metres(p.lat, p.lon, origin=origin) for p in facts.lift_points if p.kind == "EV"]
    landings = [
        landing
        for landing in draft.landings.values()
        if landing.place == STREET and units[landing.unit].kind is UnitKind.ELEVATOR
    ]
    if len(points) == 1 and len(landings) == 1:
        _move(draft, landings[0].node, points[0], 5.0, "the one published street lift of the station")


def _move(draft: Draft, node_id: str, point: Point, error_m: float, rule: str) -> None:
    node = draft.nodes[node_id]
    if node.x_m is None:
        told = Evidence("muui_maps", rule, None, Method.DERIVED)
        draft.nodes[node_id] = replace(
            node,
            x_m=round(point[0], 2),
            y_m=round(point[1], 2),
            error_m=round(error_m, 1),
            evidence=(*node.evidence, told),
        )


def _lengths(draft: Draft) -> None:
    """A way between two lifts of one concourse whose doors place them on one line: the distance along the platform.

    Both ends share the error of the line's point, so their distance does not.
    """
    for link in draft.frozen_links():
        if link.kind is not LinkKind.WALKWAY or link.length_m is not None:
            continue
        first, second = draft.nodes[link.start], draft.nodes[link.end]
        distance = _between(first, second)
        if distance is None:
            continue
        draft.change_link(link.id, length_m=distance)
        rule = "distance of the two car doors along the platform"
        draft.add_evidence(link.id, "length_m", [Evidence("muui_maps", rule, None, Method.DERIVED)])


def _between(first: Node, second: Node) -> float | None:
    lines = {first.level.partition(":")[0], second.level.partition(":")[0]}
    landings = all("@" in node.id for node in (first, second))
    if len(lines) != 1 or STREET in lines or not landings or first.id.partition("@")[0] == second.id.partition("@")[0]:
        return None
    if first.x_m is None or first.y_m is None or second.x_m is None or second.y_m is None:
        return None
    return round(math.dist((first.x_m, first.y_m), (second.x_m, second.y_m)), 1) or None


def _spaces(
    platforms: Iterable[Platform], centres: Mapping[str, Point], origin: tuple[float, float] | None
) -> tuple[Space, ...]:
    """An outline for each platform: its axis and length are derived, its width is assumed."""
    spaces: dict[str, Space] = {}
    for platform in sorted(platforms, key=lambda p: (p.place, p.direction)):
        if platform.place in spaces:
            continue
        outline = None
        evidence = Evidence("muui_maps", "no line point: outline unknown", None, Method.ASSUMED)
        if origin is not None and platform.cars and platform.bearing_deg is not None and platform.line in centres:
            outline = _rectangle(centres[platform.line], platform.bearing_deg, platform.cars * geo.CAR_LENGTH_M)
            evidence = Evidence(
                "muui_maps", f"cars x 20 m along the track; width {PLATFORM_WIDTH_M} m", None, Method.ASSUMED
            )
        spaces[platform.place] = Space(f"space:{platform.place}", platform.place, platform.level, outline, evidence)
    return tuple(spaces[key] for key in sorted(spaces))


def _rectangle(centre: Point, bearing: float, length_m: float) -> tuple[Point, ...]:
    ends = [geo.along(centre, bearing, sign * length_m / 2) for sign in (-1, 1)]
    half = PLATFORM_WIDTH_M / 2
    sides = [(ends[0], -half), (ends[1], -half), (ends[1], half), (ends[0], half)]
    return tuple(geo.along(point, bearing + 90.0, offset) for point, offset in sides)
