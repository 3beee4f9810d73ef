"""Coordinates in, station metres out: with `crs` the only user of pyproj.

Station metres are east and north of the station's origin in an azimuthal equidistant projection about it; within the
few hundred metres of a station its lengths are true to better than a millimetre.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyproj import Proj

CAR_LENGTH_M = 20.0
"""Length of one car of Seoul's heavy-rail lines, with 4 doors a side: about 20 m on every line here."""

DOORS_PER_CAR = 4

CARS_OF_LINE = {"1": 10, "2": 10, "3": 10, "4": 10, "5": 8, "6": 8, "7": 8, "8": 6, "9": 6}
"""Cars of a train by line, as the doors in the register bear out but for two on line 5; no other line is known."""


@lru_cache(maxsize=64)
def _projection(origin: tuple[float, float]) -> Proj:
    from pyproj import Proj  # a Transformer says the same, and takes 10 ms to make for each station

    lat, lon = origin
    return Proj(f"+proj=aeqd +lat_0={lat} +lon_0={lon} +units=m +datum=WGS84")


def to_station_metres(lat: float, lon: float, *, origin: tuple[float, float]) -> tuple[float, float]:
    """WGS84 degrees → metres east and north of `origin` (latitude, longitude)."""
    x, y = _projection(origin)(lon, lat)
    return round(float(x), 3), round(float(y), 3)


def to_wgs84(x_m: float, y_m: float, *, origin: tuple[float, float]) -> tuple[float, float]:
    """Metres east and north of `origin` → WGS84 latitude and longitude."""
    lon, lat = _projection(origin)(x_m, y_m, inverse=True)
    return float(lat), float(lon)


def bearing_deg(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Clockwise from north, of the straight line between two points in station metres."""
    return math.degrees(math.atan2(end[0] - start[0], end[1] - start[1])) % 360.0


def door_offset_m(car: int, door: int | None, *, cars: int) -> float:
    """Where a car's door stands along the platform: metres ahead of its middle, in the direction of travel.

    Door d of car c lies ((c − 1) + (d − 0.5) / 4) × 20 m behind the front of the train; a car without a door number
    means its middle.
    """
    within = 0.5 if door is None else (door - 0.5) / DOORS_PER_CAR
    from_front = ((car - 1) + within) * CAR_LENGTH_M
    return cars * CAR_LENGTH_M / 2 - from_front


def along(point: tuple[float, float], bearing: float, metres: float) -> tuple[float, float]:
    """The point `metres` further on that bearing."""
    angle = math.radians(bearing)
    return round(point[0] + metres * math.sin(angle), 3), round(point[1] + metres * math.cos(angle), 3)
