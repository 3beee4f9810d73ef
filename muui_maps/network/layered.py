"""The indoor layers that a station's file names, put under its station."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from muui_maps.errors import InputRefusedError
from muui_maps.geo import to_station_metres
from muui_maps.model import Text

if TYPE_CHECKING:
    from muui_maps.definition import Definition, IndoorLayers
    from muui_maps.model import Station
    from muui_maps.sources.sidecar import Sidecar


def with_layers(definition: Definition, station: Station) -> Station:
    """The station as its indoor layers correct it; as it is if its file names none.

    Layers that we exported ourselves carry `muui.csv`: their edits are applied one by one. Any others are joined with
    the registers.

    Raises
    ------
    InputRefusedError
        If the layers, or their sidecar, can't be read, or belong to another station.
    """
    indoor = definition.indoor
    if indoor is None:
        return station
    text = _sidecar(indoor)
    if text is not None:
        return _corrected(indoor, station, text)
    from muui_maps.network.joined import join_indoor
    from muui_maps.sources.seoul_indoor import read_indoor

    fragment = read_indoor(
        indoor.layers,
        crs=indoor.crs,
        encoding=indoor.encoding,
        mapping=indoor.columns,
        near=station.origin,
        origin=station.origin,
    )
    joined = join_indoor(station, fragment, network=indoor.network, levels=dict(indoor.levels))
    told = tuple(replace(each, station=station.id) for each in fragment.findings)
    return replace(joined, origin=joined.origin or fragment.origin, findings=joined.findings + told)


def _sidecar(indoor: IndoorLayers) -> bytes | None:
    from muui_maps.sources.archives import read_files
    from muui_maps.sources.seoul_indoor import SIDECAR

    files = read_files(indoor.layers, also=(SIDECAR,))
    return next((data for name, data in files.parts.items() if name.rsplit("/", 1)[-1].casefold() == SIDECAR), None)


def _corrected(indoor: IndoorLayers, station: Station, data: bytes) -> Station:
    from muui_maps.assemble.from_layers import station_from_layers
    from muui_maps.sources.seoul_indoor import read_indoor
    from muui_maps.sources.sidecar import read_sidecar

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        said = Text("muui.csv가 UTF-8이 아니에요.", "muui.csv is not UTF-8.")
        raise InputRefusedError(said) from error
    sidecar = read_sidecar(text)
    if sidecar.station.id != station.id:
        raise InputRefusedError(
            Text(
                f"다른 역의 레이어예요: {sidecar.station.id}",
                f"these layers are those of another station: {sidecar.station.id}",
            )
        )
    origin = station.origin or sidecar.station.origin
    fragment = read_indoor(indoor.layers, encoding=indoor.encoding, crs=indoor.crs, origin=origin)
    return station_from_layers(fragment, _about(sidecar, origin), base=station)


def _about(sidecar: Sidecar, origin: tuple[float, float] | None) -> Sidecar:
    """The sidecar with its drawn places about another origin: facts that came since may have moved the station's."""
    before = sidecar.station.origin
    if origin is None or before is None or before == origin:
        return sidecar
    east, north = to_station_metres(*before, origin=origin)
    drawn = {key: (x + east, y + north) for key, (x, y) in sidecar.drawn.items()}
    return replace(sidecar, drawn=drawn)
