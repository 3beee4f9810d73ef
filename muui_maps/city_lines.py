"""The lines of the city as pictures need them, from the open facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.maps.city import Track
from muui_maps.names import normal_station
from muui_maps.tables import read_table

if TYPE_CHECKING:
    from pathlib import Path


def city_tracks(data: Path) -> tuple[Track, ...]:
    """Every segment between two neighbouring stations whose positions are known, in the order of the lines."""
    facts = data / "facts"
    places = {
        (each.line, normal_station(each.station)): (each.lat, each.lon)
        for each in read_table("line_stations", facts)
        if each.lat is not None and each.lon is not None
    }
    found = []
    for each in read_table("segments", facts):
        ends = [places.get((each.line, normal_station(name))) for name in (each.from_station, each.to_station)]
        if ends[0] is not None and ends[1] is not None:
            found.append(Track(each.line, (ends[0], ends[1])))
    return tuple(found)
