"""The open facts of one station, picked from the tables of the whole country."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from muui_maps.names import normal_station
from muui_maps.tables import read_table, renamed_stations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from muui_maps.facts import (
        ActFact,
        EscalatorFact,
        LiftPointFact,
        LineFact,
        LineStationFact,
        OfficialRouteFact,
        PlatformFact,
        SegmentFact,
        StationPointFact,
        ToiletFact,
        TransferDistanceFact,
        UnitFact,
        UnitHeightFact,
        WheelchairLiftFact,
    )


class _OfStation(Protocol):
    @property
    def line(self) -> str: ...
    @property
    def station(self) -> str: ...


T = TypeVar("T", bound=_OfStation)


@dataclass(frozen=True, slots=True)
class StationFacts:
    """What the tables say of one station. `renamed` maps every old station name to today's."""

    line_stations: tuple[LineStationFact, ...]
    points: tuple[StationPointFact, ...]
    units: tuple[UnitFact, ...]
    heights: tuple[UnitHeightFact, ...]
    escalators: tuple[EscalatorFact, ...]
    wheelchair_lifts: tuple[WheelchairLiftFact, ...]
    platforms: tuple[PlatformFact, ...]
    distances: tuple[TransferDistanceFact, ...]
    toilets: tuple[ToiletFact, ...]
    lift_points: tuple[LiftPointFact, ...]
    routes: tuple[OfficialRouteFact, ...]
    acts: Mapping[str, tuple[ActFact, ...]]
    segments: tuple[SegmentFact, ...]
    all_line_stations: tuple[LineStationFact, ...]
    lines: tuple[LineFact, ...]
    renamed: Mapping[str, str]


def gather(names: Iterable[str], lines: Iterable[str], *, folder: Path) -> StationFacts:
    """Pick the rows of one station.

    Parameters
    ----------
    names
        The Korean names the station goes by in the data.
    lines
        Ids of its lines; rows of a station of the same name on another line are left out.
    folder
        The folder of the tables, `data/facts`.
    """
    wanted = {normal_station(name) for name in names}
    of_lines = set(lines)
    renamed = dict(renamed_stations(folder.parent))
    wanted |= {old for old, new in renamed.items() if new in wanted}

    def mine(rows: Iterable[T]) -> tuple[T, ...]:
        return tuple(row for row in rows if row.station in wanted and row.line in of_lines)

    routes = tuple(
        replace(
            route,
            from_direction=renamed.get(route.from_direction, route.from_direction),
            to_direction=renamed.get(route.to_direction, route.to_direction),
        )
        for route in read_table("official_routes", folder)
        if route.station in wanted and route.from_line in of_lines and route.to_line in of_lines
    )
    ids = {route.route_id for route in routes}
    acts: dict[str, list[ActFact]] = {route_id: [] for route_id in sorted(ids)}
    for act in read_table("official_acts", folder):
        if act.route_id in ids:
            known = renamed.get(act.direction or "", act.direction)
            acts[act.route_id].append(act if known == act.direction else replace(act, direction=known))
    line_stations = read_table("line_stations", folder)
    return StationFacts(
        line_stations=mine(line_stations),
        points=mine(read_table("station_points", folder)),
        units=tuple(_with_doors_today(unit, renamed) for unit in mine(read_table("units", folder))),
        heights=mine(read_table("unit_heights", folder)),
        escalators=mine(read_table("escalators", folder)),
        wheelchair_lifts=mine(read_table("wheelchair_lifts", folder)),
        platforms=mine(read_table("platforms", folder)),
        distances=mine(read_table("transfer_distances", folder)),
        toilets=mine(read_table("toilets", folder)),
        lift_points=tuple(p for p in read_table("lift_points", folder) if p.station in wanted),
        routes=routes,
        acts={route_id: tuple(found) for route_id, found in acts.items()},
        segments=tuple(s for s in read_table("segments", folder) if s.line in of_lines),
        all_line_stations=tuple(s for s in line_stations if s.line in of_lines),
        lines=read_table("lines", folder),
        renamed=renamed,
    )


def _with_doors_today(unit: UnitFact, renamed: Mapping[str, str]) -> UnitFact:
    """The unit with the directions of its doors named as they are today, so that they meet those of the routes."""
    named = {*unit.directions, *(direction for direction, _, _ in unit.doors)}
    if not named & renamed.keys():
        return unit
    doors = tuple((renamed.get(name, name), car, door) for name, car, door in unit.doors)
    return replace(unit, doors=doors, directions=tuple(renamed.get(name, name) for name in unit.directions))
