"""Where a delivery lies: its coordinate system, and from its coordinates to station metres.

Nothing is guessed: without a system that is stated and known, the delivery is refused with the places that each of the
usual systems would give. Coordinates that can't be are found before a map is drawn from them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from muui_maps import crs
from muui_maps.sources.archives import refused
from muui_maps.sources.indoor_notices import notice
from muui_maps.sources.layers import Layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from muui_maps.crs import CoordinateSystem
    from muui_maps.model import Finding

    Coordinates = NDArray[np.float64]

FARTHEST_M = 5_000.0
"""How far from the middle of its delivery, or from the station, anything of a station can be."""

_DEGREE_M = 111_320.0  # of latitude
_MAX_LAT, _MAX_LON = 90.0, 180.0
_EARTH_M = 2.1e7  # half-way around
_ORIGIN_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Placed:
    """Layers in station metres: `crs` is the delivery's, `origin` the WGS84 latitude and longitude of (0, 0)."""

    layers: tuple[Layer, ...]
    crs: str
    origin: tuple[float, float]


def place_layers(
    source: str,
    layers: Sequence[Layer],
    findings: list[Finding],
    *,
    option: str | None,
    near: tuple[float, float] | None,
    origin: tuple[float, float] | None,
) -> Placed:
    """Layers in station metres, without the rows that lie in impossible places.

    Parameters
    ----------
    option
        `EPSG:5186`: what a person says; it wins over the files.
    near
        WGS84 latitude and longitude of the station, where known.
    origin
        Of the station metres; the middle of the layers if None.

    Raises
    ------
    InputRefusedError
        If the system is missing or can't be known, or the coordinates do not fit it.
    """
    full = [layer for layer in layers if layer.numbers]  # a layer without rows lies nowhere, and needs no system
    texts = dict.fromkeys(layer.crs for layer in full)
    groups = [_Group.of([layer for layer in full if layer.crs == text]) for text in texts]
    systems = [_system(source, group, findings, option=option, near=near) for group in groups]
    for group, system in zip(groups, systems, strict=True):
        _check_place(source, group, system, findings, near)
    groups = [_without_strays(group, system, findings) for group, system in zip(groups, systems, strict=True)]
    origin = origin or _origin(groups, systems) or near or (0.0, 0.0)
    moved = [_moved(group, system, origin) for group, system in zip(groups, systems, strict=True)]
    by_name = {layer.name: layer for group in moved for layer in group}
    return Placed(tuple(by_name.get(layer.name, layer) for layer in layers), _names(systems), origin)


@dataclass(frozen=True, slots=True)
class _Group:
    """Layers in one coordinate system, their shapes in one array. `owners[i]` is the shape of coordinate `i`."""

    layers: tuple[Layer, ...]
    shapes: Any
    xy: Coordinates
    owners: Any
    middle: tuple[float, float]

    @classmethod
    def of(cls, layers: Sequence[Layer]) -> _Group:
        import numpy as np
        import shapely

        shapes = np.concatenate([layer.geometries for layer in layers])
        xy, owners = shapely.get_coordinates(shapes, return_index=True)
        # The median of the coordinates: no stray moves it.
        x, y = (float(np.median(column)) for column in xy.T.copy()) if len(xy) else (0.0, 0.0)
        return cls(tuple(layers), shapes, xy, owners, (x, y))

    @property
    def where(self) -> dict[str, Any]:
        return {"file": self.layers[0].file, "layer": self.layers[0].name}


def _names(systems: Sequence[CoordinateSystem]) -> str:
    return ", ".join(dict.fromkeys(system.name for system in systems))


# ── which system ─────────────────────────────────────────────────────────────


def _system(
    source: str,
    group: _Group,
    findings: list[Finding],
    *,
    option: str | None,
    near: tuple[float, float] | None,
) -> CoordinateSystem:
    text = group.layers[0].crs
    stated = crs.system_of_text(text) if text else None
    if option is not None:
        said = crs.system_of_code(option)
        if said is None:
            raise refused(source, [*findings, notice("crs_unknown", file=source, value=option)])
        if stated is not None and stated.name != said.name:
            _note_overridden(group, stated, said, findings)
        return said
    if stated is not None and stated.is_identified:
        return stated
    places = crs.candidates(*group.middle, near=near)
    where = group.where
    words: dict[str, Any] = {"candidates_ko": places.ko, "candidates_en": places.en}
    if not text:
        raise refused(source, [*findings, notice("crs_missing", **where, value=None, **words)])
    if stated is None:
        raise refused(source, [*findings, notice("crs_unreadable", **where, value=text, **words)])
    doubt = notice("crs_not_identified", **where, value=stated.name)
    raise refused(source, [*findings, doubt, notice("crs_needed", **where, value=text, **words)])


def _note_overridden(group: _Group, stated: CoordinateSystem, said: CoordinateSystem, findings: list[Finding]) -> None:
    one, other = crs.place(stated, *group.middle), crs.place(said, *group.middle)
    apart = crs.distance(crs.metres_apart(one, other)) if one and other else "?"
    findings.append(notice("crs_overridden", **group.where, value=stated.name, crs=said.name, distance=apart))


# ── whether the coordinates fit it ───────────────────────────────────────────


def _check_place(
    source: str,
    group: _Group,
    system: CoordinateSystem,
    findings: list[Finding],
    near: tuple[float, float] | None,
) -> None:
    """Refuse layers whose middle does not lie where its system is used and the station is."""
    x, y = group.middle
    where = {**group.where, "value": f"{x:.6g}, {y:.6g}"}
    is_degrees = abs(x) <= _MAX_LON and abs(y) <= _MAX_LAT
    is_swapped_degrees = abs(x) <= _MAX_LAT and abs(y) <= _MAX_LON
    if system.is_geographic and not is_degrees:
        if is_swapped_degrees:
            raise refused(source, [*findings, notice("coord_axes_swapped", **where)])
        looks: dict[str, Any] = {"looks_ko": "미터", "looks_en": "metres"}
        raise refused(source, [*findings, notice("coord_units_wrong", **where, crs=system.name, **looks)])
    if not system.is_geographic and (is_degrees or is_swapped_degrees):
        looks = {"looks_ko": "도(경위도)", "looks_en": "degrees"}
        raise refused(source, [*findings, notice("coord_units_wrong", **where, crs=system.name, **looks)])
    if not _is_possible(crs.place(system, x, y), system, near):
        if _is_possible(crs.place(system, y, x), system, near):
            raise refused(source, [*findings, notice("coord_axes_swapped", **where)])
        words = _far_words(crs.place(system, x, y), system, near)
        raise refused(source, [*findings, notice("coord_out_of_area", **where, **words)])


def _is_possible(spot: tuple[float, float] | None, system: CoordinateSystem, near: tuple[float, float] | None) -> bool:
    if spot is None or not crs.is_in_use(system, *spot):
        return False
    return near is None or crs.metres_apart(near, spot) <= FARTHEST_M


def _far_words(
    spot: tuple[float, float] | None, system: CoordinateSystem, near: tuple[float, float] | None
) -> dict[str, Any]:
    if near is not None:
        away = crs.distance(crs.metres_apart(near, spot)) if spot else "∞"
        return {"reference_ko": "역", "reference_en": "the station", "distance": away}
    return {"reference_ko": f"{system.name}를 쓰는 지역", "reference_en": f"the area of {system.name}", "distance": "∞"}


def _without_strays(group: _Group, system: CoordinateSystem, findings: list[Finding]) -> _Group:
    """The layers without rows that lie absurdly far from all the others."""
    import numpy as np

    metre = 1 / _DEGREE_M if system.is_geographic else 1.0
    away = np.maximum(*np.abs(group.xy - group.middle).T)  # many times faster than a maximum over rows of two
    if not (away > FARTHEST_M * metre).any():
        return group
    is_stray = np.zeros(len(group.shapes), bool)
    is_stray[group.owners[away > FARTHEST_M * metre]] = True
    kept, at = [], 0
    for layer in group.layers:
        here = is_stray[at : at + len(layer.numbers)]
        for n in np.flatnonzero(here):
            its = group.owners == at + n
            point = group.xy[its][np.argmax(away[its])]
            findings.append(_stray(layer, layer.numbers[n], point, float(away[its].max()) / metre))
        kept.append(_chosen(layer, np.flatnonzero(~here).tolist()))
        at += len(layer.numbers)
    return _Group.of(kept)


def _stray(layer: Layer, number: int, point: Coordinates, metres: float) -> Finding:
    return notice(
        "coord_out_of_area",
        file=layer.file,
        layer=layer.name,
        row=number,
        value=f"{point[0]:.6g}, {point[1]:.6g}",
        reference_ko="다른 도형들",
        reference_en="everything else",
        distance=crs.distance(metres) if metres < _EARTH_M else "∞",
    )


def _chosen(layer: Layer, rows: Sequence[int]) -> Layer:
    return replace(
        layer,
        numbers=tuple(layer.numbers[n] for n in rows),
        geometries=layer.geometries[rows],
        columns={name: tuple(cells[n] for n in rows) for name, cells in layer.columns.items()},
    )


# ── into station metres ──────────────────────────────────────────────────────


def _origin(groups: Sequence[_Group], systems: Sequence[CoordinateSystem]) -> tuple[float, float] | None:
    """The middle of the first layers' box, rounded to a metre or so: the same layers give the same origin."""
    for group, system in zip(groups, systems, strict=True):
        if len(group.xy):
            x, y = (float(column.min() + column.max()) / 2 for column in group.xy.T)
            spot = crs.place(system, x, y)
            if spot is not None:
                return round(spot[0], _ORIGIN_DECIMALS), round(spot[1], _ORIGIN_DECIMALS)
    return None


def _moved(group: _Group, system: CoordinateSystem, origin: tuple[float, float]) -> list[Layer]:
    import shapely

    shapes = group.shapes.copy()
    shapely.set_coordinates(shapes, crs.to_station_metres(group.xy, system, origin=origin))
    moved, at = [], 0
    for layer in group.layers:
        here = shapes[at : at + len(layer.numbers)]
        moved.append(Layer(layer.name, layer.file, layer.numbers, here, layer.columns, layer.crs))
        at += len(layer.numbers)
    return moved
