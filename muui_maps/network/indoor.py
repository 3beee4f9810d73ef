"""A whole set of layers as one network: a walkable floor for each level, joined by lifts, stairs and fare gates.

Fragment ── floors ── cuts at gates ── terminals ── shortest ways on each floor ─┐
    └────── connectors: by lines, else by shape ────────────────────────────────┴── IndoorNetwork ── overlay
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import Polygon

from muui_maps.collecting import without_collecting
from muui_maps.model import Finding, LinkKind, Severity, Text
from muui_maps.network.connectors import Connector, WalkLink, connectors_by_lines
from muui_maps.network.floor import ground
from muui_maps.network.gates import GateCut, doors_of_gates, gate_cuts
from muui_maps.network.matching import connectors_by_shape
from muui_maps.network.paid import Sides, paid_sides
from muui_maps.network.walkable import CLEARANCE_M, HALF_WIDTHS_M, Floor, Terminal
from muui_maps.sources.indoor_words import kind_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shapely import Geometry

    from muui_maps.sources.fragment import Facility, Fragment, NetPoint, Opening

_PLACES = {"exit": "exit", "platform_door": "platform_door"}  # kinds of Facility that are terminals
_ON_FLOOR_M = 0.001


@dataclass(frozen=True, slots=True, eq=False)
class IndoorNetwork:
    """The walkable network of one set of layers, for one traveller's width.

    Parameters
    ----------
    floors
        By level; a level without spaces has a floor that nothing can be reached on.
    terminals
        Of all floors, sorted by id.
    links
        What joins them besides the floors: the connectors' links and the gates', sorted by id.
    sides
        What lies inside the fare gates, as far as it is known.
    """

    half_width_m: float
    levels: tuple[str, ...]
    floors: Mapping[str, Floor]
    terminals: tuple[Terminal, ...]
    connectors: tuple[Connector, ...]
    cuts: tuple[GateCut, ...]
    links: tuple[WalkLink, ...]
    sides: Sides
    findings: tuple[Finding, ...]


def walkable_network(
    fragment: Fragment,
    *,
    half_width_m: float = HALF_WIDTHS_M["manual_wheelchair"],
    clearance_m: float | None = CLEARANCE_M,
    more: Sequence[Terminal] = (),
) -> IndoorNetwork:
    """Build the network over the polygons of a fragment.

    Parameters
    ----------
    more
        Terminals beside those that the fragment has (doors, landings, gates, platform doors, exits).
    """
    names = [level.id for level in fragment.levels]
    # Geometry is worked out outside the interpreter: floors side by side take half the time on two processors.
    with without_collecting(), ThreadPoolExecutor(min(len(names), os.cpu_count() or 1) or 1) as pool:
        grounds = dict(zip(names, pool.map(lambda level: level_ground(fragment, level), names), strict=True))
        connectors, findings = _connectors(fragment, grounds)
        cuts: list[GateCut] = []
        for level in names:
            own_cuts, untold = _cuts(fragment, level, grounds[level], half_width_m)
            findings += untold
            cuts += own_cuts

        def floor_of(level: str) -> Floor:
            own = [each for each in cuts if each.level == level]
            return Floor(
                grounds[level],
                _terminals(fragment, level, connectors, own, more),
                half_width_m=half_width_m,
                clearance_m=clearance_m,
                cuts=[each.line for each in own],
            )

        floors = dict(zip(names, pool.map(floor_of, names), strict=True))
    findings += [finding for level in names for finding in _off_floor(floors[level], level)]
    gates = [link for each in cuts for link in _gate_links(each, floors[each.level])]
    findings += [finding for each in cuts for finding in _open_cut(each, floors[each.level])]
    links = [*gates, *(link for connector in connectors for link in connector.links)]
    links.sort(key=lambda link: link.id)
    sides = paid_sides(floors, links, fragment.areas)
    return IndoorNetwork(
        half_width_m=half_width_m,
        levels=tuple(level.id for level in sorted(fragment.levels, key=lambda level: level.order)),
        floors=floors,
        terminals=tuple(sorted((each for floor in floors.values() for each in floor.terminals), key=lambda t: t.id)),
        connectors=connectors,
        cuts=tuple(cuts),
        links=tuple(links),
        sides=sides,
        findings=(*findings, *sides.findings),
    )


def level_ground(fragment: Fragment, level: str) -> Geometry:
    """The floor of one level that feet may stand on."""
    areas = [area for area in fragment.areas if area.level == level]
    if not areas:
        return Polygon()
    obstacles = [thing for thing in fragment.obstacles if thing.level == level]
    openings = [opening for opening in fragment.openings if opening.level == level]
    gates = [thing for thing in fragment.facilities if thing.level == level and thing.kind == "gate"]
    return ground(areas, obstacles, openings, gate_doors=doors_of_gates(gates, openings))


def points_near(points: Sequence[NetPoint], floor: Geometry, metres: float) -> list[NetPoint]:
    """The points that lie on a floor or that near it."""
    at = shapely.points(np.array([(point.x_m, point.y_m) for point in points]).reshape(-1, 2))
    near = shapely.dwithin(floor, at, metres)
    return [point for point, is_near in zip(points, near.tolist(), strict=True) if is_near]


def _connectors(fragment: Fragment, grounds: Mapping[str, Geometry]) -> tuple[tuple[Connector, ...], list[Finding]]:
    by_lines = connectors_by_lines(fragment, grounds)
    by_shape, findings = connectors_by_shape(fragment, grounds)
    return (*by_lines, *by_shape), list(findings)


def _cuts(
    fragment: Fragment, level: str, floor: Geometry, half_width_m: float
) -> tuple[tuple[GateCut, ...], tuple[Finding, ...]]:
    gates = [thing for thing in fragment.facilities if thing.level == level and thing.kind == "gate"]
    if not gates:
        return (), ()
    openings = [opening for opening in fragment.openings if opening.level == level]
    cuts, findings = gate_cuts(gates, openings, [area for area in fragment.areas if area.level == level], floor)
    return tuple(_with_useful_lanes(each, floor, half_width_m) for each in cuts), findings


def _with_useful_lanes(cut: GateCut, floor: Geometry, half_width_m: float) -> GateCut:
    """The lanes that lead from floor to floor and are wide enough; else the widest or middle one, as the gate's end."""
    on_floor = shapely.dwithin(floor, shapely.points(np.array(cut.lanes)), _ON_FLOOR_M).all(axis=1)
    lanes = list(zip(cut.lanes, cut.widths_m, strict=True))
    through = [
        (lane, width)
        for (lane, width), leads in zip(lanes, on_floor.tolist(), strict=True)
        if leads and (width is None or width >= 2 * half_width_m)
    ]
    if not through:
        middle_first = [lanes[len(lanes) // 2], *lanes]
        through = [max(middle_first, key=lambda each: each[1] or 0.0)]
    return replace(cut, lanes=tuple(lane for lane, _ in through), widths_m=tuple(width for _, width in through))


def _is_too_narrow(cut: GateCut, floor: Floor) -> bool:
    return all(width is not None and width < 2 * floor.half_width_m for width in cut.widths_m)


# ── terminals ────────────────────────────────────────────────────────────────


def _terminals(
    fragment: Fragment, level: str, connectors: Iterable[Connector], cuts: Sequence[GateCut], more: Sequence[Terminal]
) -> list[Terminal]:
    """All terminals of a level, each once, by id."""
    gate_doors = [each.line for each in cuts]
    found = [each for connector in connectors for each in connector.landings]
    found += [side for each in cuts for lane in _lanes(each) for side in lane]
    found += [_at(thing, _PLACES[thing.kind]) for thing in fragment.facilities if thing.kind in _PLACES]
    found += [
        _at(opening, "door")
        for opening in fragment.openings
        if opening.level == level and not any(shapely.dwithin(line, opening.geometry, 0.01) for line in gate_doors)
    ]
    by_id = {each.id: each for each in [*more, *found] if each.level == level}
    return [by_id[name] for name in sorted(by_id)]


def _at(thing: Facility | Opening, kind: str) -> Terminal:
    if thing.geometry.geom_type == "LineString":
        middle = thing.geometry.interpolate(0.5, normalized=True)
    else:
        middle = shapely.centroid(thing.geometry)
    return Terminal(thing.id, thing.level, kind, float(middle.x), float(middle.y), thing.name)


def _lanes(cut: GateCut) -> Iterator[tuple[Terminal, Terminal]]:
    for number, lane in enumerate(cut.lanes):
        one, two = (
            Terminal(f"{cut.id}:{number}{side}", cut.level, "gate", xy[0], xy[1], cut.name)
            for side, xy in zip("ab", lane, strict=True)
        )
        yield one, two


# ── gates ────────────────────────────────────────────────────────────────────


def _gate_links(cut: GateCut, floor: Floor) -> Iterator[WalkLink]:
    """A link for each lane that has floor on both sides."""
    if _is_too_narrow(cut, floor):
        return
    for one, two in _lanes(cut):
        if floor.reached(one.id) and floor.reached(two.id):
            yield WalkLink(
                id=f"{one.id}>{two.id}",
                start=one.id,
                end=two.id,
                kind=LinkKind.GATE,
                length_m=float(np.hypot(one.x_m - two.x_m, one.y_m - two.y_m)),
                oneway=False,
                connector=cut.id,
                handicap=None,
                evidence=cut.evidence,
                confidence=cut.confidence,
            )


def _open_cut(cut: GateCut, floor: Floor) -> Iterator[Finding]:
    """What is wrong with a cut: a way leads around it, or there is no floor on one side."""
    named = f" ({cut.name})" if cut.name else ""
    if _is_too_narrow(cut, floor):
        widest, needed = max(width or 0.0 for width in cut.widths_m), 2 * floor.half_width_m
        yield _finding(
            "gate_lanes_narrow",
            Severity.WARNING,
            Text(
                f"{cut.level}: 개찰구{named} 통로가 가장 넓은 것도 {widest:.2f} m라 {needed:.2f} m 너비로는 못 지나요",
                f"{cut.level}: the widest lane of the fare gate{named} is {widest:.2f} m; {needed:.2f} m are needed",
            ),
            Text(
                "넓은 개찰구가 있으면 그리고, 없으면 그대로 두세요",
                "draw the wide gate if there is one, else leave it so",
            ),
            cut.gates[0],
        )
        return
    lanes = [(one, two) for one, two in _lanes(cut) if floor.reached(one.id) and floor.reached(two.id)]
    if not lanes:
        yield _finding(
            "gate_leads_off_floor",
            Severity.WARNING,
            Text(
                f"{cut.level}: 개찰구{named} 너머에 그려진 공간이 없어요",
                f"{cut.level}: there is no floor on one side of the fare gate{named}",
            ),
            Text("개찰구 안쪽 공간을 그려 주세요", "draw the spaces beyond the gate"),
            cut.gates[0],
        )
        return
    around = min((path.length_m for lane in lanes if (path := floor.path(lane[0].id, lane[1].id))), default=None)
    if around is not None:
        yield _finding(
            "gate_cut_open",
            Severity.WARNING,
            Text(
                f"{cut.level}: 개찰구{named}를 지나지 않고도 {around:.0f} m를 돌아 반대편으로 갈 수 있게 그려져 있어요",
                f"{cut.level}: as drawn, a way of {around:.0f} m leads around the fare gate{named}",
            ),
            Text("개찰구 옆 울타리나 벽을 그려 주세요", "draw the fence or wall beside the gate"),
            cut.gates[0],
        )


# ── findings ─────────────────────────────────────────────────────────────────


def _off_floor(floor: Floor, level: str) -> Iterator[Finding]:
    """Terminals that nobody of this width gets to; one Finding for a level that has no floor at all."""
    if floor.ground.is_empty:
        yield _finding(
            "floor_missing",
            Severity.WARNING,
            Text(
                f"{level}: 걸을 수 있는 공간이 하나도 그려져 있지 않아요 (이어질 곳 {len(floor.terminals)}군데)",
                f"{level}: no walkable space is drawn ({len(floor.terminals)} places would join it)",
            ),
            Text("이 층의 공간(RM)을 그려 주세요", "draw the spaces (RM) of this level"),
            level,
        )
        return
    lost = [each for each in floor.terminals if each.kind != "gate" and not floor.reached(each.id)]
    at = shapely.points(np.array([(each.x_m, each.y_m) for each in lost]).reshape(-1, 2))
    for terminal, metres in zip(lost, shapely.distance(floor.ground, at).tolist(), strict=True):
        kind = kind_words(terminal.kind)
        yield _finding(
            "terminal_off_floor",
            Severity.WARNING,
            Text(
                f"{level}: 바닥에서 닿을 수 없는 곳이에요 ({kind.ko}, 바닥까지 {metres:.1f} m)",
                f"{level}: can't be reached from the floor ({kind.en}, {metres:.1f} m from it)",
            ),
            Text("공간을 여기까지 그리거나 위치를 고쳐 주세요", "draw the space up to it, or mend its position"),
            terminal.id,
        )


def _finding(code: str, severity: Severity, message: Text, fix: Text, value: str) -> Finding:
    return Finding(code=code, severity=severity, message=message, fix=fix, field="geometry", value=value)
