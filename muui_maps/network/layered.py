"""The indoor layers that a station's file names, put under its station."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import shapely

from muui_maps.errors import InputRefusedError
from muui_maps.geo import to_station_metres
from muui_maps.model import Text
from muui_maps.sources.indoor_keys import building_of, is_ours, level_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from shapely import LineString

    from muui_maps.definition import Definition, IndoorLayers
    from muui_maps.model import Station
    from muui_maps.sources.fragment import Area, Facility, Fragment, Obstacle, Opening
    from muui_maps.sources.sidecar import Sidecar

    XY = tuple[float, float]
    Ways = Mapping[str, tuple[XY, ...]]


class Layers:
    """What indoor layers show beside the station that was put together with them.

    Attributes
    ----------
    fragment
        In the station's metres; its spaces with their side of the fare gates, where that follows.
    levels
        Level of the station → building (None for all) and level of the fragment.
    """

    def __init__(
        self,
        fragment: Fragment,
        levels: Mapping[str, tuple[str | None, str]],
        rows: Mapping[str, tuple[LineString, ...]],
        ways: Callable[[], Ways],
    ) -> None:
        self.fragment = fragment
        self.levels = levels
        self._rows = rows
        self._ways = ways

    @cached_property
    def ways(self) -> Ways:
        """Link → where a way between its two places bends, from its start to its end, in metres."""
        return self._ways()

    def rows(self, level: str) -> tuple[LineString, ...]:
        """The lines along which fare gates cut a level of the station."""
        return self._rows.get(self.levels[level][1], ()) if level in self.levels else ()

    def on(self, level: str) -> tuple[list[Area], list[Obstacle], list[Opening], list[Facility]]:
        """What the fragment has on a level of the station."""
        if level not in self.levels:
            return [], [], [], []
        building, label = self.levels[level]

        def here(thing: Area | Obstacle | Opening | Facility) -> bool:
            return thing.level == label and (building is None or building_of(thing.id) == building)

        found = self.fragment
        return (
            list(filter(here, found.areas)),
            list(filter(here, found.obstacles)),
            list(filter(here, found.openings)),
            list(filter(here, found.facilities)),
        )


def with_layers(definition: Definition, station: Station) -> tuple[Station, Layers | None]:
    """The station as its indoor layers correct it, and the layers; as it is if its file names none.

    Layers that we exported ourselves come with `muui.csv`, among them or beside `station.toml`: their edits are applied
    one by one. Any others are joined with the registers.

    Raises
    ------
    InputRefusedError
        If the layers, or their sidecar, can't be read, or belong to another station; or if they are an export of ours
        without its sidecar: places that it only put somewhere to be seen would count as measured.
    """
    indoor = definition.indoor
    if indoor is None:
        return station, None
    text = _sidecar(indoor)
    return _joined(indoor, station) if text is None else _corrected(indoor, station, text)


def _joined(indoor: IndoorLayers, station: Station) -> tuple[Station, Layers]:
    from muui_maps.network.joined import Joining
    from muui_maps.sources.seoul_indoor import read_indoor

    fragment = read_indoor(
        indoor.layers,
        crs=indoor.crs,
        encoding=indoor.encoding,
        mapping=indoor.columns,
        near=station.origin,
        origin=station.origin,
    )
    _refuse_ours(fragment)
    joining = Joining(station, fragment, network=indoor.network, levels=dict(indoor.levels))
    joined = joining.joined()
    told = tuple(replace(each, station=station.id) for each in fragment.findings)
    levels = {level: (None, label) for level, label in joining.level_names.items()}
    rows = {name: floor.cuts for name, floor in joining.network.floors.items()}
    layers = Layers(joining.with_sides(), levels, rows, joining.ways)
    return replace(joined, origin=joined.origin or fragment.origin, findings=joined.findings + told), layers


def _refuse_ours(fragment: Fragment) -> None:
    """Our own export without what says which of its places are known."""
    if any(is_ours(building_of(point.id)) for point in fragment.points):
        raise InputRefusedError(
            Text(
                f"{fragment.source}: muui-maps가 내보낸 레이어인데 muui.csv가 없어요. 위치를 모르는 지점까지 "
                "잰 것처럼 쓰게 되니 읽지 않았어요. 함께 나온 muui.csv를 레이어나 station.toml 옆에 두세요.",
                f"{fragment.source}: these layers were exported by muui-maps, and their muui.csv is missing. "
                "Without it places that were only put somewhere to be seen would count as measured. Put the "
                "muui.csv of the same export among the layers or beside station.toml.",
            )
        )


def _sidecar(indoor: IndoorLayers) -> bytes | None:
    """`muui.csv` among the layers, or beside them: a GeoPackage has no room for it."""
    from muui_maps.sources.archives import read_files
    from muui_maps.sources.seoul_indoor import SIDECAR

    beside = indoor.layers.parent / SIDECAR
    for path in (indoor.layers, beside):
        if path == beside and not beside.is_file():
            continue
        for name, data in read_files(path, also=(SIDECAR,)).parts.items():
            if name.rsplit("/", 1)[-1].casefold() == SIDECAR:
                return data
    return None


def _corrected(indoor: IndoorLayers, station: Station, data: bytes) -> tuple[Station, Layers]:
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
    corrected = station_from_layers(fragment, _about(sidecar, origin), base=station)
    levels = {level.id: level_key(sidecar.station, level) for level in sidecar.station.levels}
    return corrected, Layers(fragment, levels, {}, lambda: _drawn_ways(corrected, fragment, sidecar))


def _drawn_ways(station: Station, fragment: Fragment, sidecar: Sidecar) -> Ways:
    """The links' lines as drawn, between the places of their ends."""
    names = {key: name for key, (noun, name) in sidecar.keys.items() if noun == "link"}
    links = {link.id: link for link in station.links}
    places = {node.id: (node.x_m, node.y_m) for node in station.nodes if node.x_m is not None and node.y_m is not None}
    found: dict[str, tuple[XY, ...]] = {}
    for line in fragment.lines:
        link = links.get(names.get(line.id, line.id))
        if link is None or line.level is None or link.start not in places or link.end not in places:
            continue
        start, end = places[link.start], places[link.end]
        bends = [(round(x, 3), round(y, 3)) for x, y in shapely.get_coordinates(line.geometry).tolist()[1:-1]]
        if start != end:
            found[link.id] = (start, *bends, end)
    return found


def _about(sidecar: Sidecar, origin: tuple[float, float] | None) -> Sidecar:
    """The sidecar with its drawn places about another origin: facts that came since may have moved the station's."""
    before = sidecar.station.origin
    if origin is None or before is None or before == origin:
        return sidecar
    east, north = to_station_metres(*before, origin=origin)
    drawn = {key: (x + east, y + north) for key, (x, y) in sidecar.drawn.items()}
    return replace(sidecar, drawn=drawn)
