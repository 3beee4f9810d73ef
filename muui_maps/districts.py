"""In which district of Seoul a station lies: the one its own street lifts stand in, as Seoul publishes it with each.

A station on a boundary has lifts on both sides and lies in both. A station of which no lift is published, as every
station outside Seoul, has none: unknown, and never guessed from a neighbour or from coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Evidence, Method
from muui_maps.sources.crosscheck import FAR_LIFT_M, StationPoints
from muui_maps.tables import read_table, renamed_stations

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class District:
    """A district, and the lifts of the station that stand in it."""

    name: str  # as published: `노원구`
    evidence: tuple[Evidence, ...]


def districts(data: Path) -> Mapping[str, tuple[District, ...]]:
    """Station (by today's name) → its districts, sorted; a station of which none is known is not among the keys.

    A lift that lies too far from the station it is filed under tells nothing of that station: `data import` names it
    (`point_far_from_station`).
    """
    renamed = renamed_stations(data)
    placed = StationPoints([*read_table("station_points", data), *read_table("line_stations", data)], renamed)
    found: dict[str, dict[str, list[Evidence]]] = {}
    for point in read_table("lift_points", data):
        if point.station is None or point.district is None:
            continue
        distance_m = placed.distance_m((point.lat, point.lon), point.station)
        if distance_m is None or distance_m <= FAR_LIFT_M:
            of_station = found.setdefault(renamed.get(point.station, point.station), {})
            evidence = Evidence(point.dataset, point.record, point.as_of or None, Method.OFFICIAL)
            of_station.setdefault(point.district, []).append(evidence)
    return MappingProxyType(
        {
            station: tuple(District(name, tuple(evidence)) for name, evidence in sorted(by_name.items()))
            for station, by_name in found.items()
        }
    )
