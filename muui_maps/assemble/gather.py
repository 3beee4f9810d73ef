"""The open facts of one station, picked from the tables of the whole country."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from muui_maps.names import normal_station
from muui_maps.tables import read_table, renamed_stations

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from muui_maps.facts import (
        ActFact,
        EscalatorFact,
        LiftPointFact,
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


class _Recorded(Protocol):
    @property
    def dataset(self) -> str: ...
    @property
    def record(self) -> str: ...


class _OfStation(_Recorded, Protocol):
    @property
    def line(self) -> str: ...
    @property
    def station(self) -> str: ...


T = TypeVar("T", bound=_OfStation)
R = TypeVar("R", bound=_Recorded)


@dataclass(frozen=True, slots=True)
class StationFacts:
    """What the tables say of one station. `renamed` maps every old station name to a newer one."""

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
    renamed: Mapping[str, str]
    english: Mapping[str, str]  # published English names of all stations of the country, by today's Korean name

    def without_routes(self, route_ids: Collection[str]) -> StationFacts:
        """The same facts, as if these official routes had never been published."""
        if not route_ids:
            return self
        return replace(
            self,
            routes=tuple(route for route in self.routes if route.route_id not in route_ids),
            acts={route_id: acts for route_id, acts in self.acts.items() if route_id not in route_ids},
        )


def today(name: str, renamed: Mapping[str, str]) -> str:
    """A station's name as it is today: `뚝섬유원지` → `자양`."""
    seen = {name}
    while name in renamed and renamed[name] not in seen:
        name = renamed[name]
        seen.add(name)
    return name


def gather(names: Iterable[str], lines: Iterable[str], *, folder: Path) -> StationFacts:
    """Pick the rows of one station.

    Parameters
    ----------
    names
        The Korean names the station goes by in the data. Its former names need not be among them.
    lines
        Ids of its lines; rows of a station of the same name on another line are left out.
    folder
        The folder of the tables, `data/facts`.
    """
    of_lines = set(lines)
    renamed = dict(renamed_stations(folder.parent))
    here = {today(normal_station(name), renamed) for name in names}
    wanted = here | {old for old in renamed if today(old, renamed) in here}

    def mine(rows: Iterable[T]) -> tuple[T, ...]:
        return _in_order(row for row in rows if row.station in wanted and row.line in of_lines)

    routes = tuple(
        replace(
            route,
            from_direction=today(route.from_direction, renamed),
            to_direction=today(route.to_direction, renamed),
        )
        for route in read_table("official_routes", folder)
        if route.station in wanted and route.from_line in of_lines and route.to_line in of_lines
    )
    acts: dict[str, list[ActFact]] = {route.route_id: [] for route in sorted(routes, key=lambda r: r.route_id)}
    for act in read_table("official_acts", folder):
        if act.route_id in acts:
            acts[act.route_id].append(_with_directions_today(act, renamed))
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
        lift_points=_in_order(p for p in read_table("lift_points", folder) if p.station in wanted),
        routes=_in_order(routes),
        acts={route_id: tuple(found) for route_id, found in acts.items()},
        segments=_in_order(s for s in read_table("segments", folder) if s.line in of_lines),
        all_line_stations=_in_order(s for s in line_stations if s.line in of_lines),
        renamed=renamed,
        english={row.station: row.name_en for row in _in_order(line_stations) if row.name_en},
    )


def _in_order(rows: Iterable[R]) -> tuple[R, ...]:
    """The rows in one order, whatever order their table has: the same facts make the same station."""
    return tuple(sorted(rows, key=lambda row: (row.dataset, len(row.record), row.record, repr(row))))


def _with_directions_today(act: ActFact, renamed: Mapping[str, str]) -> ActFact:
    if not act.direction:
        return act
    known = "|".join(today(name, renamed) for name in act.direction.split("|"))
    return act if known == act.direction else replace(act, direction=known)


def _with_doors_today(unit: UnitFact, renamed: Mapping[str, str]) -> UnitFact:
    """The unit with the directions of its doors named as they are today, so that they meet those of the routes."""
    named = {*unit.directions, *(direction for direction, _, _ in unit.doors)}
    if not named & renamed.keys():
        return unit
    doors = tuple((today(name, renamed), car, door) for name, car, door in unit.doors)
    return replace(unit, doors=doors, directions=tuple(today(name, renamed) for name in unit.directions))
