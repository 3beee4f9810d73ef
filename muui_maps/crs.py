"""Coordinate systems of deliveries: which one a `.prj` means, and from its coordinates to station metres.

Beside `geo` the only user of pyproj. PROJ takes tens of milliseconds to recognise a system, and all layers of a
delivery say the same: what a text means is remembered by the text.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from muui_maps.model import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyproj import CRS, Transformer

    Coordinates = NDArray[np.float64]

KOREAN = (5174, 5179, 5181, 5186, 4326)
"""EPSG codes that occur in Korean data (schema notes)."""

_GRID = 5
_AFFINE_ERROR_M = 0.0005
_DECIMALS = 6  # a thousandth of a millimetre: the last bits differ from machine to machine
_CODE = re.compile(r"(?:EPSG:+)?(\d{4,6})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CoordinateSystem:
    """A coordinate system as far as it is known.

    Parameters
    ----------
    name
        `EPSG:5186`, or the name in its text where no code fits.
    text
        What PROJ makes it from.
    is_identified
        Whether an EPSG code fits.
    is_geographic
        Whether its coordinates are degrees.
    """

    name: str
    text: str
    is_identified: bool
    is_geographic: bool


@lru_cache(maxsize=256)
def system_of_text(text: str) -> CoordinateSystem | None:
    """What the text of a `.prj` (or `EPSG:5186`) means; None if PROJ can't make anything of it."""
    from pyproj.exceptions import CRSError

    try:
        crs = _crs(text)
    except CRSError:
        return None
    code = crs.to_epsg()
    name = f"EPSG:{code}" if code else crs.name
    return CoordinateSystem(name, f"EPSG:{code}" if code else text, code is not None, crs.is_geographic)


def system_of_code(text: str) -> CoordinateSystem | None:
    """What a person's `EPSG:5186` or `5186` means; None for anything else, so that no file or address is opened."""
    match = _CODE.fullmatch(text.strip())
    return system_of_text(f"EPSG:{match.group(1)}") if match else None


def _crs(text: str) -> CRS:
    from pyproj import CRS

    match = _CODE.fullmatch(text.strip())
    # `from_wkt` alone: other texts could name files.
    return CRS.from_epsg(int(match.group(1))) if match else CRS.from_wkt(text)


@lru_cache(maxsize=64)
def _to_wgs84(text: str) -> Transformer:
    from pyproj import Transformer

    return Transformer.from_crs(_crs(text), "EPSG:4326", always_xy=True)


@lru_cache(maxsize=64)
def _to_metres(text: str, origin: tuple[float, float]) -> Transformer:
    from pyproj import Transformer

    lat, lon = origin
    # The plane of `geo`, so that what is read here fits what is assembled there.
    plane = f"+proj=aeqd +lat_0={lat} +lon_0={lon} +units=m +datum=WGS84"
    return Transformer.from_crs(_crs(text), plane, always_xy=True)


def place(system: CoordinateSystem, x: float, y: float) -> tuple[float, float] | None:
    """WGS84 latitude and longitude of a coordinate; None where the system gives none."""
    from pyproj.exceptions import ProjError

    try:
        lon, lat = _to_wgs84(system.text).transform(x, y, errcheck=True)
    except ProjError:
        return None
    return (float(lat), float(lon)) if math.isfinite(lat) and math.isfinite(lon) else None


def is_in_use(system: CoordinateSystem, lat: float, lon: float, *, margin_deg: float = 2.0) -> bool:
    """Whether the system is made for that part of the world, give or take `margin_deg`."""
    area = _crs(system.text).area_of_use
    if area is None:
        return True
    return (
        area.west - margin_deg <= lon <= area.east + margin_deg
        and area.south - margin_deg <= lat <= area.north + margin_deg
    )


def metres_apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two places (latitude, longitude), along the ground."""
    from pyproj import Geod

    return float(Geod(ellps="WGS84").inv(one[1], one[0], other[1], other[0])[2])


def candidates(x: float, y: float, *, near: tuple[float, float] | None = None) -> Text:
    """Where each of the usual Korean systems would put a coordinate, for a person to choose from."""
    said_ko, said_en = [], []
    for code in KOREAN:
        system = system_of_code(str(code))
        where = place(system, x, y) if system else None
        if system is None or where is None or not is_in_use(system, *where, margin_deg=0.5):
            continue
        ko = en = f"EPSG:{code} → {where[0]:.5f}, {where[1]:.5f}"
        if near is not None:
            away = metres_apart(near, where)
            ko, en = f"{ko} (역에서 {distance(away)})", f"{en} ({distance(away)} from the station)"
        said_ko.append(ko)
        said_en.append(en)
    none = Text("한국에서 쓰는 좌표계로는 맞는 곳이 없어요", "None of the systems used in Korea gives a place there")
    return Text("가능한 위치: " + "; ".join(said_ko), "Possible places: " + "; ".join(said_en)) if said_ko else none


def distance(metres: float) -> str:
    """`313 m`, `12.4 km`."""
    return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"  # noqa: PLR2004 - a thousand metres


def to_station_metres(xy: Coordinates, system: CoordinateSystem, *, origin: tuple[float, float]) -> Coordinates:
    """Coordinates (rows of x, y) in metres east and north of `origin`.

    Over a station a projection is an affine map but for fractions of a millimetre; that map is fitted to a grid over
    the coordinates and used where it is true to half a millimetre, else every coordinate is projected by itself.
    """
    import numpy as np

    transformer = _to_metres(system.text, origin)
    if not len(xy):
        return xy
    low, high = np.array([(column.min(), column.max()) for column in xy.T]).T
    steps = np.linspace(0, 1, _GRID)
    grid = low + np.array([(a, b) for a in steps for b in steps]) * (high - low)
    there = np.column_stack(transformer.transform(grid[:, 0], grid[:, 1]))
    middle = (low + high) / 2
    design = np.column_stack([grid - middle, np.ones(len(grid))])
    fit, *_ = np.linalg.lstsq(design, there, rcond=None)
    if len(xy) > len(grid) and np.abs(design @ fit - there).max() <= _AFFINE_ERROR_M:
        placed: Coordinates = (xy - middle) @ fit[:2] + fit[2]
        return np.round(placed, _DECIMALS)
    return np.round(np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])), _DECIMALS)


def from_station_metres(xy: Coordinates, system: CoordinateSystem, *, origin: tuple[float, float]) -> Coordinates:
    """The way back: metres east and north of `origin` as coordinates (rows of x, y) of a system."""
    import numpy as np

    if not len(xy):
        return xy
    back = _to_metres(system.text, origin).transform(xy[:, 0], xy[:, 1], direction="INVERSE")
    return np.column_stack(back)
