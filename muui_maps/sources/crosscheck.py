"""What one register says, held against another: points that lie at some other station than their own.

Nothing is mended here: the rows keep what their publisher wrote, and a Finding says what doesn't fit.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from muui_maps.facts import LiftPointFact, LineStationFact, StationPointFact, ToiletFact
from muui_maps.model import Finding, Severity, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from muui_maps.facts import Origin

FAR_M = 500.0
"""No part of a line's station is so far from its middle: the longest platforms measure 200 m."""
FAR_LIFT_M = 1000.0
"""A station of several lines may stretch so far: a lift point names no line."""

_METRES_PER_DEGREE = 111_200.0  # of latitude; to tell hundreds of metres from kilometres it need not be exact

Point = tuple[float, float]


class StationPoints:
    """Where stations are, by all registers that have points of them."""

    def __init__(self, rows: Iterable[Origin], renamed: Mapping[str, str]) -> None:
        self._renamed = renamed
        self._of_line: dict[tuple[str, str], list[Point]] = {}
        self._of_name: dict[str, list[Point]] = {}
        for row in rows:
            if isinstance(row, StationPointFact | LineStationFact) and row.lat is not None and row.lon is not None:
                name = self._today(row.station)
                self._of_line.setdefault((row.line, name), []).append((row.lat, row.lon))
                self._of_name.setdefault(name, []).append((row.lat, row.lon))

    def _today(self, station: str) -> str:
        return self._renamed.get(station, station)

    def distance_m(self, point: Point, station: str, line: str | None = None) -> float | None:
        """To the nearest of the points that registers give for the station; None if none gives one."""
        name = self._today(station)
        points = self._of_name.get(name, []) if line is None else self._of_line.get((line, name), [])
        return min((_metres(point, other) for other in points), default=None)


def _metres(one: Point, other: Point) -> float:
    north = (one[0] - other[0]) * _METRES_PER_DEGREE
    east = (one[1] - other[1]) * _METRES_PER_DEGREE * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


def far_points(file: str, rows: Sequence[Origin], stations: StationPoints) -> Iterator[Finding]:
    """A Finding for each toilet, lift point or line-station that the registers put far from its station.

    Parameters
    ----------
    file
        Name of the file the rows come from.
    stations
        For toilets and lifts: all points known of stations. For line-stations: those of the other register alone.
    """
    for row in rows:
        if isinstance(row, ToiletFact | LineStationFact):
            name, line, limit = row.station, row.line, FAR_M
        elif isinstance(row, LiftPointFact) and row.station is not None:
            name, line, limit = row.station, None, FAR_LIFT_M
        else:
            continue
        if row.lat is None or row.lon is None:
            continue
        distance = stations.distance_m((row.lat, row.lon), name, line)
        if distance is not None and distance > limit:
            yield _far(file, row, name, f"{row.lat}, {row.lon}", distance)


def _far(file: str, row: Origin, station: str, point: str, distance_m: float) -> Finding:
    number = int(row.record) if not isinstance(row, LiftPointFact) and row.record.isdigit() else None
    where = f"{file} {row.record}"
    return Finding(
        "point_far_from_station",
        Severity.WARNING,
        Text(
            f"{where}: 좌표가 {station}역에서 {distance_m / 1000:.1f} km 떨어져 있어요.",
            f"{where}: the point lies {distance_m / 1000:.1f} km from the station {station}.",
        ),
        Text(
            "좌표를 믿지 마세요. 발행 기관에 알려 주세요.",
            "Don't rely on the point; tell the publisher.",
        ),
        station=station,
        file=file,
        row=number,
        field="lat, lon",
        value=point,
    )
