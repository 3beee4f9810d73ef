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
from muui_maps.assemble.gather import today
from muui_maps.assemble.lengths import LENGTHS_AGREE
from muui_maps.assemble.merge import Measured, run_words
from muui_maps.model import (
    STREET,
    Door,
    Evidence,
    LinkKind,
    Method,
    Node,
    NodeKind,
    Platform,
    PlatformShape,
    Space,
    Text,
    UnitKind,
)
from muui_maps.wording import with_particle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muui_maps.assemble.draft import Draft
    from muui_maps.assemble.gather import StationFacts
    from muui_maps.assemble.report import Report
    from muui_maps.assemble.units import UnitDraft

POINT_ERROR_M = 40.0
"""How far a published point of a line's station may lie off its platforms: the two published points of Nowon's Line 7
lie 41 m apart (seoul-station-names and seoulmetro-station-points)."""

STREET_POINT_ERROR_M = 5.0
"""How far a published point of a street lift may lie off it (assumed: they are read off a map of buildings)."""

PLATFORM_WIDTH_M = 5.0
"""Drawn width of a platform; no dataset states one (assumed)."""

DOOR_SPACING_M = geo.CAR_LENGTH_M / geo.DOORS_PER_CAR
"""A lift stands beside the nearest door: each of two doors may be half of this off, so they may differ by all of it."""

Point = tuple[float, float]
Key = tuple[str, str]  # (line, direction)


@dataclass(frozen=True, slots=True)
class Placed:
    """The station's origin (latitude, longitude), its platforms with cars and bearing, and their outlines."""

    origin: tuple[float, float] | None
    platforms: tuple[Platform, ...]
    spaces: tuple[Space, ...]


def place_everything(
    draft: Draft,
    facts: StationFacts,
    platforms: Mapping[Key, Platform],
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
    origin = _middle(points.values()) if points else None
    centres = (
        {line: geo.to_station_metres(lat, lon, origin=origin) for line, (lat, lon) in points.items()} if origin else {}
    )
    placed = {}
    for key, platform in sorted(platforms.items()):
        along = _points_along(platform, platforms, facts, centres, origin) if origin else None
        placed[key] = _with_bearing(platform, along)
    for platform in placed.values():
        if platform.line in centres:
            _move(draft, platform.node, centres[platform.line], POINT_ERROR_M, "middle of the platform")
    for _, unit in sorted(units.items()):
        _place_unit(draft, unit, placed, centres)
    if origin:
        _place_street(draft, facts, units, origin)
    _lengths(draft)
    return Placed(origin, tuple(placed.values()), _spaces(placed.values(), centres))


def _line_points(facts: StationFacts) -> dict[str, tuple[float, float]]:
    """(latitude, longitude) of each line at the station; the operator's own point before the city's."""
    points = {
        fact.line: (fact.lat, fact.lon) for fact in facts.line_stations if fact.lat is not None and fact.lon is not None
    }
    points.update({fact.line: (fact.lat, fact.lon) for fact in facts.points})
    return points


def _middle(points: Iterable[tuple[float, float]]) -> tuple[float, float]:
    latitudes, longitudes = zip(*points, strict=True)
    return round(statistics.fmean(latitudes), 6), round(statistics.fmean(longitudes), 6)


def _points_along(
    platform: Platform,
    platforms: Mapping[Key, Platform],
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
        same = fact.line == line and today(fact.station, facts.renamed) == name
        if same and fact.lat is not None and fact.lon is not None:
            return geo.to_station_metres(fact.lat, fact.lon, origin=origin)
    return None


# ── units ────────────────────────────────────────────────────────────────────


def _place_unit(draft: Draft, unit: UnitDraft, platforms: Mapping[Key, Platform], centres: Mapping[str, Point]) -> None:
    """A lift beside a train door stands there, on all its levels; two doors give their mean, their gap as an error."""
    places = []
    for door in unit.doors:
        platform = platforms.get((unit.line, door.direction))
        if platform is None or platform.bearing_deg is None or unit.line not in centres:
            continue
        offset = _offset_m(platform, door)
        if offset is not None:
            places.append(geo.along(centres[unit.line], platform.bearing_deg, offset))
    if not places:
        return
    middle = (statistics.fmean(x for x, _ in places), statistics.fmean(y for _, y in places))
    gap = max(math.dist(middle, place) for place in places)
    beside = ", ".join(f"{door.direction} {_door_words(door)}" for door in unit.doors)
    for landing in draft.landings_of(unit.id):
        at_platform = any(landing.place == platform.place for platform in platforms.values())
        if at_platform or unit.kind is UnitKind.ELEVATOR:
            date = unit.evidence[0].date if unit.evidence else None
            _move(draft, landing.node, middle, POINT_ERROR_M + gap, f"beside door {beside}", date=date)


def _offset_m(platform: Platform, door: Door) -> float | None:
    """Metres of a door ahead of the platform's middle; None where the train's length is unknown or has no such door."""
    if platform.cars is None or not _has_door(platform.cars, door):
        return None
    return geo.door_offset_m(door.car, door.door, cars=platform.cars)


def _has_door(cars: int, door: Door) -> bool:
    return 1 <= door.car <= cars and (door.door is None or 1 <= door.door <= geo.DOORS_PER_CAR)


def check_doors(
    report: Report, units: Iterable[UnitDraft], platforms: Sequence[Platform], shapes: Mapping[str, PlatformShape]
) -> None:
    """Doors that no train has, and the two doors of an island's lift that are not the same place.

    Each direction counts its doors from its own front: on an island of ten cars, 4-3 one way and 7-2 the other are one
    place.
    """
    of = {(platform.line, platform.direction): platform for platform in platforms}
    for unit in units:
        offsets: dict[str, tuple[Door, float]] = {}
        for door in unit.doors:
            platform = of.get((unit.line, door.direction))
            if platform is None or platform.cars is None:
                continue
            offset = _offset_m(platform, door)
            if offset is None:
                _report_off_platform(report, unit, door, platform.cars)
            else:
                offsets[door.direction] = (door, offset)
        opposite = sum(platform.line == unit.line for platform in platforms) == len(offsets) == len(("there", "back"))
        if opposite and shapes.get(unit.line) is PlatformShape.ISLAND:
            (one, ahead), (other, behind) = (offsets[direction] for direction in sorted(offsets))
            slack = DOOR_SPACING_M if None not in {one.door, other.door} else geo.CAR_LENGTH_M
            if abs(ahead + behind) > slack:
                _report_mirror(report, unit, one, other, abs(ahead + behind))


# ── the street ───────────────────────────────────────────────────────────────


def _place_street(
    draft: Draft, facts: StationFacts, units: Mapping[str, UnitDraft], origin: tuple[float, float]
) -> None:
    """A street lift stands at a published point if the station has one of each: nothing else tells points apart."""
    points = [p for p in facts.lift_points if p.kind == UnitKind.ELEVATOR]
    landings = [
        landing
        for landing in draft.landings.values()
        if landing.place == STREET and units[landing.unit].kind is UnitKind.ELEVATOR
    ]
    if len(points) == 1 and len(landings) == 1:
        point = geo.to_station_metres(points[0].lat, points[0].lon, origin=origin)
        rule = f"the one published street lift of the station ({points[0].dataset} {points[0].record})"
        _move(draft, landings[0].node, point, STREET_POINT_ERROR_M, rule, date=points[0].as_of)


def _move(draft: Draft, node_id: str, point: Point, error_m: float, rule: str, *, date: str | None = None) -> None:
    node = draft.nodes[node_id]
    if node.x_m is None:
        told = Evidence("muui_maps", rule, date, Method.DERIVED)
        draft.nodes[node_id] = replace(
            node,
            x_m=round(point[0], 2),
            y_m=round(point[1], 2),
            error_m=round(error_m, 1),
            evidence=(*node.evidence, told),
        )


# ── lengths ──────────────────────────────────────────────────────────────────


def _lengths(draft: Draft) -> None:
    """A way between two lifts of one concourse whose doors place them on one line: the distance along the platform.

    Both ends share the error of the line's point, so their distance does not.
    """
    rule = "distance of the two car doors along the platform"
    for link in draft.frozen_links():
        if link.kind is not LinkKind.WALKWAY or link.length_m is not None:
            continue
        first, second = draft.nodes[link.start], draft.nodes[link.end]
        distance = _between(first, second)
        if distance is not None:
            draft.set_length(link.id, distance, Evidence("muui_maps", rule, _oldest(first, second), Method.DERIVED))


def _oldest(first: Node, second: Node) -> str | None:
    """What is computed from two facts is as old as the older one."""
    dates = [
        each.date for node in (first, second) for each in node.evidence if each.method is Method.DERIVED and each.date
    ]
    return min(dates, key=lambda date: (date.removeprefix("<="), date), default=None)


def _between(first: Node, second: Node) -> float | None:
    """Metres between two landings that the doors of one line's trains place; another line's point is too rough."""
    units = [node.id.partition("@")[0] for node in (first, second)]
    one_line = units[0] != units[1] and units[0].partition(":")[0] == units[1].partition(":")[0]
    inside = all(node.kind is NodeKind.LANDING and node.level != STREET for node in (first, second))
    if not one_line or not inside:
        return None
    return _distance(first, second)


def _distance(first: Node, second: Node) -> float | None:
    if first.x_m is None or first.y_m is None or second.x_m is None or second.y_m is None:
        return None
    return round(math.dist((first.x_m, first.y_m), (second.x_m, second.y_m)), 1) or None


def check_residuals(
    draft: Draft, measured: Iterable[Measured], units: Mapping[str, UnitDraft], platforms: Sequence[Platform]
) -> None:
    """Metres that a survey gave beside those that car doors give: what differs twofold is told, as the plan's error."""
    of = {platform.node: platform for platform in platforms}
    for each in measured:
        if each.start in of:
            derived = _along_platform(of[each.start], each.run.alight, units.get(each.end.partition("@")[0]))
        elif each.end in of:
            derived = _along_platform(of[each.end], each.run.board, units.get(each.start.partition("@")[0]))
        else:
            derived = _between(draft.nodes[each.start], draft.nodes[each.end])
        if derived is None or abs(derived - each.length_m) <= 2 * DOOR_SPACING_M:
            continue
        if max(derived, each.length_m) >= LENGTHS_AGREE * min(derived, each.length_m):
            _report_residual(draft, each, derived)


def _along_platform(platform: Platform, door: tuple[int, int | None] | None, lift: UnitDraft | None) -> float | None:
    """Metres from the train door that a survey used to the nearest door that the register gives the lift."""
    if door is None or lift is None:
        return None
    used = _offset_m(platform, Door(platform.direction, *door))
    doors = [each for each in lift.doors if each.direction == platform.direction and lift.line == platform.line]
    offsets = [offset for each in doors if (offset := _offset_m(platform, each)) is not None]
    return round(min(abs(used - offset) for offset in offsets), 1) if used is not None and offsets else None


# ── outlines ─────────────────────────────────────────────────────────────────


def _spaces(platforms: Iterable[Platform], centres: Mapping[str, Point]) -> tuple[Space, ...]:
    """An outline for each platform: its axis and length are derived, its width is assumed."""
    spaces: dict[str, Space] = {}
    for platform in sorted(platforms, key=lambda p: (p.place, p.direction)):
        if platform.place in spaces:
            continue
        outline = None
        rule = "no line point: outline unknown"
        if platform.cars and platform.bearing_deg is not None and platform.line in centres:
            outline = _rectangle(centres[platform.line], platform.bearing_deg, platform.cars * geo.CAR_LENGTH_M)
            rule = f"cars x 20 m along the track; width {PLATFORM_WIDTH_M} m"
        evidence = Evidence("muui_maps", rule, None, Method.ASSUMED)
        spaces[platform.place] = Space(f"space:{platform.place}", platform.place, platform.level, outline, evidence)
    return tuple(spaces[key] for key in sorted(spaces))


def _rectangle(centre: Point, bearing: float, length_m: float) -> tuple[Point, ...]:
    ends = [geo.along(centre, bearing, sign * length_m / 2) for sign in (-1, 1)]
    half = PLATFORM_WIDTH_M / 2
    sides = [(ends[0], -half), (ends[1], -half), (ends[1], half), (ends[0], half)]
    return tuple(geo.along(point, bearing + 90.0, offset) for point, offset in sides)


# ── what does not fit ────────────────────────────────────────────────────────

_CHECK_DOOR = Text("현장에서 가까운 문 번호를 확인해 주세요.", "Note on site which train door it stands at.")


def _door_words(door: Door) -> str:
    return f"{door.car}" if door.door is None else f"{door.car}-{door.door}"


def _report_off_platform(report: Report, unit: UnitDraft, door: Door, cars: int) -> None:
    words, toward = unit.words, report.toward(door.direction)
    number = _door_words(door)
    report.note(
        "door_off_platform",
        Text(
            f"{words.ko} 옆이라는 {toward.ko} {number} 문은 없어요. "
            f"열차는 {cars}칸이고 칸마다 문이 {geo.DOORS_PER_CAR}개예요.",
            f"{words.en} is said to stand at door {number} {toward.en}, but trains have {cars} cars "
            f"of {geo.DOORS_PER_CAR} doors.",
        ),
        _CHECK_DOOR,
        layer=unit.id,
        field="doors",
        value=f"{door.direction}:{number}",
    )


def _report_mirror(report: Report, unit: UnitDraft, one: Door, other: Door, apart_m: float) -> None:
    words = unit.words
    first, second = report.toward(one.direction), report.toward(other.direction)
    report.note(
        "door_mirror",
        Text(
            f"{with_particle(words.ko, '이')} {first.ko}으로는 {_door_words(one)}, {second.ko}으로는 "
            f"{_door_words(other)} 문 옆이라는데, 두 자리는 {apart_m:g} m 떨어져 있어요.",
            f"{words.en} is said to stand at door {_door_words(one)} {first.en} "
            f"and at {_door_words(other)} {second.en}: these are {apart_m:g} m apart.",
        ),
        _CHECK_DOOR,
        layer=unit.id,
        field="doors",
        value=f"{one.direction}:{_door_words(one)} / {other.direction}:{_door_words(other)}",
    )


def _report_residual(draft: Draft, each: Measured, derived: float) -> None:
    words = run_words(draft.report, each.run)
    a, b = (draft.place_of(node).id for node in (each.start, each.end))
    where = draft.between_words(a, b)
    draft.report.note(
        "length_residual",
        Text(
            f"{words.ko}에서 잰 {each.length_m:g} m가 문 번호로 셈하면 {derived:g} m예요({where.ko}).",
            f"{each.length_m:g} m in {words.en} come out as {derived:g} m by the numbers of the doors ({where.en}).",
        ),
        Text("현장에서 문 번호와 거리를 다시 확인해 주세요.", "Check doors and metres again on site."),
        file=f"survey:{each.run.run_id}",
        layer=each.run.run_id,
        field="length_m",
        value=f"{each.length_m:g} / {derived:g}",
    )
