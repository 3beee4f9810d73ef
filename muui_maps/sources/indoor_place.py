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

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from muui_maps.crs import CoordinateSystem
    from muui_maps.model import Finding
    from muui_maps.sources.layers import Layer

    Coordinates = NDArray[np.float64]

FARTHEST_M = 5_000.0
"""How far from the middle of its delivery, or from the station, anything of a station can be."""

_DEGREE_M = 111_320.0  # of latitude
_MAX_LAT, _MAX_LON = 90.0, 180.0
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
    texts = list(dict.fromkeys(layer.crs for layer in layers if layer.numbers))
    groups = [[layer for layer in layers if layer.crs == text and layer.numbers] for text in texts]
    systems = [_system(source, group, findings, option=option, near=near) for group in groups]
    middles = [
        _check_place(source, group, system, findings, near) for group, system in zip(groups, systems, strict=True)
    ]
    kept = [
        [_without_strays(layer, system, middle, findings) for layer in group]
        for group, system, middle in zip(groups, systems, middles, strict=True)
    ]
    origin = origin or _origin(kept, systems) or near or (0.0, 0.0)
    moved = {
        layer.name: layer
        for group, system in zip(kept, systems, strict=True)
        for layer in _moved(group, system, origin)
    }
    # A layer without rows lies nowhere, and needs no system.
    return Placed(tuple(moved.get(layer.name, layer) for layer in layers), _names(systems), origin)


def _names(systems: Sequence[CoordinateSystem]) -> str:
    return ", ".join(dict.fromkeys(system.name for system in systems))


# ── which system ─────────────────────────────────────────────────────────────


def _system(
    source: str,
    group: Sequence[Layer],
    findings: list[Finding],
    *,
    option: str | None,
    near: tuple[float, float] | None,
) -> CoordinateSystem:
    text = group[0].crs
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
    middle = _middle(group)
    places = crs.candidates(float(middle[0]), float(middle[1]), near=near)
    where: dict[str, Any] = {"file": group[0].file, "layer": group[0].name}
    words: dict[str, Any] = {"candidates_ko": places.ko, "candidates_en": places.en}
    if not text:
        raise refused(source, [*findings, notice("crs_missing", **where, value=None, **words)])
    if stated is None:
        raise refused(source, [*findings, notice("crs_unreadable", **where, value=text, **words)])
    doubt = notice("crs_not_identified", **where, value=stated.name)
    raise refused(source, [*findings, doubt, notice("crs_needed", **where, value=text, **words)])


def _note_overridden(
    group: Sequence[Layer], stated: CoordinateSystem, said: CoordinateSystem, findings: list[Finding]
) -> None:
    x, y = map(float, _middle(group))
    one, other = crs.place(stated, x, y), crs.place(said, x, y)
    apart = crs.distance(crs.metres_apart(one, other)) if one and other else "?"
    findings.append(
        notice(
            "crs_overridden",
            file=group[0].file,
            layer=group[0].name,
            value=stated.name,
            crs=said.name,
            distance=apart,
        )
    )


# ── whether the coordinates fit it ───────────────────────────────────────────


def _coordinates(group: Sequence[Layer]) -> Coordinates:
    import numpy as np
    import shapely

    return shapely.get_coordinates(np.concatenate([layer.geometries for layer in group]))  # type: ignore[no-any-return]


def _middle(group: Sequence[Layer]) -> Coordinates:
    """The median of the coordinates: no stray moves it."""
    import numpy as np

    xy = _coordinates(group)
    middle: Coordinates = np.median(xy, axis=0) if len(xy) else np.zeros(2)
    return middle


def _check_place(
    source: str,
    group: Sequence[Layer],
    system: CoordinateSystem,
    findings: list[Finding],
    near: tuple[float, float] | None,
) -> Coordinates:
    """The middle of the layers, once it is sure that it lies where its system is used and the station is."""
    middle = _middle(group)
    x, y = map(float, middle)
    where: dict[str, Any] = {"file": group[0].file, "layer": group[0].name, "value": f"{x:.6g}, {y:.6g}"}
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
    return middle


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


def _without_strays(layer: Layer, system: CoordinateSystem, middle: Coordinates, findings: list[Finding]) -> Layer:
    """The layer without rows that lie absurdly far from all the others."""
    import numpy as np
    import shapely

    farthest = FARTHEST_M / (_DEGREE_M if system.is_geographic else 1.0)
    xy, owners = shapely.get_coordinates(layer.geometries, return_index=True)
    away = np.abs(xy - middle).max(axis=1) if len(xy) else np.zeros(0)
    if not (away > farthest).any():
        return layer
    is_stray = np.zeros(len(layer.numbers), bool)
    is_stray[owners[away > farthest]] = True
    for n in np.flatnonzero(is_stray):
        point = xy[owners == n][np.argmax(away[owners == n])]
        metres = float(np.abs(point - middle).max()) * (_DEGREE_M if system.is_geographic else 1.0)
        findings.append(
            notice(
                "coord_out_of_area",
                file=layer.file,
                layer=layer.name,
                row=layer.numbers[n],
                value=f"{point[0]:.6g}, {point[1]:.6g}",
                reference_ko="다른 도형들",
                reference_en="everything else",
                distance=crs.distance(metres) if metres < 1e8 else "∞",  # noqa: PLR2004 - farther than the Earth is round
            )
        )
    kept = np.flatnonzero(~is_stray).tolist()
    return replace(
        layer,
        numbers=tuple(layer.numbers[n] for n in kept),
        geometries=layer.geometries[kept],
        columns={name: tuple(cells[n] for n in kept) for name, cells in layer.columns.items()},
    )


# ── into station metres ──────────────────────────────────────────────────────


def _origin(groups: Sequence[Sequence[Layer]], systems: Sequence[CoordinateSystem]) -> tuple[float, float] | None:
    """The middle of the first layers' box, rounded to a metre or so: the same layers give the same origin."""
    for group, system in zip(groups, systems, strict=True):
        xy = _coordinates(group)
        if len(xy):
            middle = (xy.min(axis=0) + xy.max(axis=0)) / 2
            spot = crs.place(system, float(middle[0]), float(middle[1]))
            if spot is not None:
                return round(spot[0], _ORIGIN_DECIMALS), round(spot[1], _ORIGIN_DECIMALS)
    return None


def _moved(group: Sequence[Layer], system: CoordinateSystem, origin: tuple[float, float]) -> list[Layer]:
    import numpy as np
    import shapely

    together = np.concatenate([layer.geometries for layer in group])
    metres = crs.to_station_metres(shapely.get_coordinates(together), system, origin=origin)
    shapely.set_coordinates(together, metres)
    ends = np.cumsum([len(layer.numbers) for layer in group])[:-1]
    return [replace(layer, geometries=part) for layer, part in zip(group, np.split(together, ends), strict=True)]
