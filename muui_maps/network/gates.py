"""Where fare gates cut a floor: the layers give gates as points, without the fence that they stand in.

How the cut is found, best first; each says so in its evidence:

    door    a door's line at the gate, or the one that bears its name; on to the walls if they are near
    row     a line through gates that stand side by side, on to the walls
    edge    the edge that two spaces share beside the gate
    neck    the shortest line across the floor through the gate: assumed

A cut that leaves a way around it, and a gate without any cut, are Findings of the floor.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, Point

from muui_maps.model import Evidence, Finding, Method, Severity, Text
from muui_maps.network.floor import WALKED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely import Geometry

    from muui_maps.sources.fragment import Area, Facility, Opening

    Floats = NDArray[np.float64]

DOOR_M = 1.5
"""How far a gate may stand from the line of its door."""
NAMED_DOOR_M = 30.0
"""The same, where both bear one name."""
ROW_M = 2.5
"""How far apart gates of one row stand at most."""
EDGE_M = 0.5
"""How far a gate may stand from the edge that it opens."""
FENCE_M = 3.0
"""How far beyond a door or a row a fence may run on to the wall."""
NECK_M = 15.0
"""The longest line across a floor that is taken for a fence though nothing says so."""
LANE_M = 0.9
"""The width of a lane, as of a wide gate (rule of 2002), where a row is drawn as one line …"""
NARROWEST_M = 0.4
"""Between machines that stand nearer there is no lane: they stand back to back."""
LANES = 5
"""… and how many of its lanes are kept: from any place on the line one of them is near."""

CONFIDENCE = {"door": 0.9, "row": 0.8, "edge": 0.7, "neck": 0.3}
_SIDE_M = 0.05  # the sides of a gate are marked this far from its line
_FAR_M = 60.0


@dataclass(frozen=True, slots=True)
class GateCut:
    """A line between the paid area and the rest, with the gates in it.

    Parameters
    ----------
    gates
        Ids of the facilities.
    line
        What nobody crosses but through a lane.
    lanes
        For each lane its two sides, in metres.
    widths_m
        Of each lane between machines that are drawn with their outline; None where they are points.
    how
        `door`, `row`, `edge` or `neck`.
    confidence
        0 to 1: how sure it is that the fence runs there.
    """

    id: str
    level: str
    name: str | None
    gates: tuple[str, ...]
    line: LineString
    lanes: tuple[tuple[tuple[float, float], tuple[float, float]], ...]
    widths_m: tuple[float | None, ...]
    how: str
    confidence: float
    evidence: Evidence


def gate_cuts(
    gates: Sequence[Facility], openings: Sequence[Opening], areas: Sequence[Area], floor: Geometry
) -> tuple[tuple[GateCut, ...], tuple[Finding, ...]]:
    """The cuts of one level, and a Finding for each gate whose cut can't be found."""
    at_door = doors_of_gates(gates, openings)
    cuts: list[GateCut] = []
    findings: list[Finding] = []
    for door in openings:
        if door.id in at_door:
            line = _to_the_walls(_straight(door.geometry), floor)
            cuts.append(_cut(at_door[door.id], line, _straight(door.geometry), "door", door.record))
    has_door = {gate.id for each in at_door.values() for gate in each}
    for row in _rows([gate for gate in gates if gate.id not in has_door]):
        how, line = _guess(row, areas, floor)
        if line is None:
            findings.extend(_no_cut(gate) for gate in row)
        else:
            cuts.append(_cut(row, line, None, how, row[0].record))
    return tuple(sorted(cuts, key=lambda cut: cut.id)), tuple(findings)


def doors_of_gates(gates: Sequence[Facility], openings: Sequence[Opening]) -> dict[str, list[Facility]]:
    """The doors of one level that are rows of gates, by id, each with its gates."""
    doors = [door for door in openings if door.geometry.geom_type in ("LineString", "MultiLineString")]
    found: dict[str, list[Facility]] = {}
    for gate in sorted(gates, key=lambda gate: gate.id):
        if door := _door_of(gate, doors):
            found.setdefault(door.id, []).append(gate)
    return found


def _middle(gate: Facility) -> Point:
    return Point(shapely.get_coordinates(shapely.centroid(gate.geometry))[0])


def _door_of(gate: Facility, doors: Sequence[Opening]) -> Opening | None:
    at = _middle(gate)
    ranked = sorted((float(shapely.distance(door.geometry, at)), door.id, door) for door in doors)
    for distance, _, door in ranked:
        same_name = gate.name is not None and gate.name == door.name
        if distance <= DOOR_M or (same_name and distance <= NAMED_DOOR_M):
            return door
    return None


def _straight(geometry: Geometry) -> LineString:
    """From the first end of a door to its last."""
    xy = shapely.get_coordinates(geometry)
    return LineString([xy[0], xy[-1]])


def _to_the_walls(line: LineString, floor: Geometry) -> LineString:
    """The line, longer at each end by what is missing to the edge of the floor, if that is near."""
    start, end = shapely.get_coordinates(line)[[0, -1]]
    length = float(np.hypot(*(end - start)))
    if length == 0:
        return line
    along = (end - start) / length
    return LineString([_wall(start, -along, floor), start, end, _wall(end, along, floor)])


def _wall(start: Floats, along: Floats, floor: Geometry) -> Floats:
    """Where a fence that goes on from `start` meets the wall; `start` itself if that is too far."""
    ray = LineString([start, start + along * (FENCE_M + 1.0)])
    for part in shapely.get_parts(shapely.intersection(ray, floor)):
        xy = shapely.get_coordinates(part)
        if len(xy) and shapely.distance(part, Point(start)) < _SIDE_M:
            reach = float(np.max((xy - start) @ along))
            if reach <= FENCE_M:
                found: Floats = start + along * (reach + _SIDE_M)
                return found
    return start


def _rows(gates: Sequence[Facility]) -> list[list[Facility]]:
    """Gates that stand side by side, each row along its line."""
    left = list(gates)
    rows: list[list[Facility]] = []
    while left:
        row = [left.pop(0)]
        while near := [each for each in left if any(_apart(each, other) <= ROW_M for other in row)]:
            row.extend(near)
            left = [each for each in left if each not in near]
        xy = np.array([shapely.get_coordinates(_middle(each))[0] for each in row])
        axis = np.linalg.svd(xy - xy.mean(0))[2][0] if len(row) > 1 else np.array([1.0, 0.0])
        order = np.argsort((xy - xy.mean(0)) @ axis, kind="stable")
        rows.append([row[number] for number in order])
    return rows


def _apart(one: Facility, two: Facility) -> float:
    return float(shapely.distance(_middle(one), _middle(two)))


def _guess(row: Sequence[Facility], areas: Sequence[Area], floor: Geometry) -> tuple[str, LineString | None]:
    if len(row) > 1:
        line = LineString([_middle(gate) for gate in row])
        if line.length > 0:
            return "row", _to_the_walls_of_row(line, floor)
    at = _middle(row[0])
    if edge := _shared_edge(at, areas):
        return "edge", edge
    return "neck", _neck(at, floor)


def _to_the_walls_of_row(line: LineString, floor: Geometry) -> LineString:
    xy = shapely.get_coordinates(line)
    first, last = xy[0] - xy[1], xy[-1] - xy[-2]
    return LineString(
        [
            _wall(xy[0], first / np.hypot(*first), floor),
            *xy,
            _wall(xy[-1], last / np.hypot(*last), floor),
        ]
    )


def _shared_edge(at: Point, areas: Sequence[Area]) -> LineString | None:
    """The edge between two walked spaces beside the gate."""
    beside = [area for area in areas if area.kind in WALKED and shapely.distance(area.polygon, at) <= EDGE_M]
    for one, two in pairwise(sorted(beside, key=lambda area: area.id)):
        shared = shapely.intersection(shapely.boundary(one.polygon), shapely.buffer(two.polygon, _SIDE_M))
        merged = shapely.line_merge(shared) if shared.geom_type == "MultiLineString" else shared
        pieces = [each for each in shapely.get_parts(merged) if each.geom_type == "LineString"]
        near = [each for each in pieces if shapely.distance(each, at) <= EDGE_M and each.length > 2 * _SIDE_M]
        if near:
            return max(near, key=lambda each: float(each.length))
    return None


def _neck(at: Point, floor: Geometry) -> LineString | None:
    """The shortest line across the floor through the gate; None if it is too long for a fence."""
    found: list[LineString] = []
    for angle in np.linspace(0, np.pi, 72, endpoint=False):
        along = np.array([np.cos(angle), np.sin(angle)]) * _FAR_M
        ray = LineString([(at.x - along[0], at.y - along[1]), (at.x + along[0], at.y + along[1])])
        pieces = shapely.get_parts(shapely.intersection(ray, floor))
        found += [each for each in pieces if each.geom_type == "LineString" and shapely.distance(each, at) < _SIDE_M]
    best = min(found, key=lambda each: float(each.length), default=None)
    if best is None or best.length > NECK_M:
        return None
    start, end = shapely.get_coordinates(best)[[0, -1]]
    over = (end - start) / float(best.length) * _SIDE_M
    return LineString([start - over, end + over])


def _cut(row: Sequence[Facility], line: LineString, door: LineString | None, how: str, record: str) -> GateCut:
    lanes: list[tuple[Floats, float | None]] = _between_machines(row, door or line)
    if not lanes and door is not None and len(row) == 1:
        lanes = [(xy, None) for xy in _lanes_along(door)]
    if not lanes:
        lanes = [(shapely.get_coordinates(_middle(gate))[0], None) for gate in row]
    names = sorted({gate.name for gate in row if gate.name})
    return GateCut(
        id=f"cut:{row[0].id}",
        level=row[0].level,
        name=" / ".join(names) or None,
        gates=tuple(sorted(gate.id for gate in row)),
        line=line,
        lanes=_sides(np.array([xy for xy, _ in lanes]), line),
        widths_m=tuple(width for _, width in lanes),
        how=how,
        confidence=CONFIDENCE[how],
        evidence=Evidence("muui_maps", f"{how} {record}", None, Method.ASSUMED if how == "neck" else Method.DERIVED),
    )


def _between_machines(row: Sequence[Facility], line: LineString) -> list[tuple[Floats, float | None]]:
    """Middle and width of each gap that machines drawn with their outline leave of the line; empty without any.

    The line may run before the machines or through them: what counts is how they stand along it.
    """
    shadows = []
    for gate in row:
        if gate.geometry.geom_type in ("Polygon", "MultiPolygon") and gate.geometry.area > 0:
            along = shapely.line_locate_point(line, shapely.points(shapely.get_coordinates(gate.geometry)))
            shadows.append((float(along.min()), float(along.max())))
    if not shadows:
        return []
    found: list[tuple[Floats, float | None]] = []
    at = 0.0
    for low, high in [*sorted(shadows), (line.length, line.length)]:
        if low - at >= NARROWEST_M:
            found.append((shapely.get_coordinates(line.interpolate((at + low) / 2))[0], low - at))
        at = max(at, high)
    return found


def _lanes_along(door: LineString) -> list[Floats]:
    """The middles of the lanes of a row that is drawn as one line."""
    count = min(LANES, max(1, int(door.length / LANE_M)))
    return [shapely.get_coordinates(door.interpolate((n + 0.5) / count, normalized=True))[0] for n in range(count)]


def _sides(middles: Floats, line: LineString) -> tuple[tuple[tuple[float, float], tuple[float, float]], ...]:
    """For each lane a hair to each side of the line, where the lane crosses it."""
    along = shapely.line_locate_point(line, shapely.points(middles))
    steps = np.clip(along[:, None] + (-_SIDE_M, 0.0, _SIDE_M), 0.0, line.length)
    places = shapely.get_coordinates(shapely.line_interpolate_point(line, steps.ravel())).reshape(-1, 3, 2)
    before, at, after = places[:, 0], places[:, 1], places[:, 2]
    across = np.column_stack([before[:, 1] - after[:, 1], after[:, 0] - before[:, 0]])
    across *= _SIDE_M / np.maximum(np.hypot(*across.T), 1e-9)[:, None]
    pairs = np.stack([at + across, at - across], axis=1).tolist()
    return tuple(((one[0], one[1]), (two[0], two[1])) for one, two in pairs)


def _no_cut(gate: Facility) -> Finding:
    named = f" ({gate.name})" if gate.name else ""
    return Finding(
        code="gate_cut_unknown",
        severity=Severity.WARNING,
        message=Text(
            f"{gate.level}: 개찰구{named}가 어느 선을 막는지 알 수 없어요. 이 층은 요금 구역을 나누지 못했어요.",
            f"{gate.level}: where the fence of the fare gate{named} runs can't be told; the floor is not cut there",
        ),
        fix=Text(
            "개찰구 선을 문(DR) 레이어에 그려 주세요",
            "draw the row of gates as a line in the door layer (DR)",
        ),
        layer=gate.record.split("#")[0],
        row=int(gate.record.split("#")[1]) if "#" in gate.record else None,
        field="geometry",
        value=gate.id,
    )
