"""Stations together: what is out where, and journeys from one to another. Above `api`, which knows one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from muui_maps.errors import UnknownNameError
from muui_maps.model import Text
from muui_maps.resolve import resolve_profile
from muui_maps.wording import latin, line_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from muui_maps.api import Atlas, LoadedStation
    from muui_maps.model import Finding, StationName
    from muui_maps.network.city import City
    from muui_maps.network.journeys import Journey, Spot
    from muui_maps.network.outages import Ranked, StationOutages
    from muui_maps.workspace import Definition

OFFERED = 3
"""How many stations with data are named where one without was asked for."""


@dataclass(frozen=True, slots=True)
class Outages:
    """What outages do at some stations. `set_aside` are the Findings of survey rows that could not be used."""

    stations: tuple[StationOutages, ...]
    ranking: tuple[Ranked, ...]
    set_aside: tuple[Finding, ...]


def outages_of(
    atlas: Atlas,
    definitions: Sequence[Definition],
    *,
    profiles: Sequence[str] = (),
    ignore_status: bool = False,
    by_train: bool = True,
    progress: Callable[[int, int, str], None] | None = None,
) -> Outages:
    """Every unit of some stations out, alone and in pairs, with the ways round.

    Parameters
    ----------
    profiles
        For whom; for all travellers unless given.
    ignore_status
        Take units under repair as working.
    by_train
        Whether to look for ways round by other stations too.
    progress
        Called after each station: how many are done, how many there are, and the station's name.
    """
    from muui_maps.network.outages import ranking
    from muui_maps.network.rounds import with_rounds

    load = cache(_loader(atlas))
    city = atlas.city(load=lambda station: load(station).model, ignore_status=ignore_status) if by_train else None
    found: list[StationOutages] = []
    for number, definition in enumerate(definitions, 1):
        at_station = load(definition.id).outages(profiles=profiles, ignore_status=ignore_status)
        found.append(at_station if city is None else with_rounds(city, at_station))
        if progress is not None:
            progress(number, len(definitions), definition.name.ko)
    set_aside = tuple(dict.fromkeys(finding for each in definitions for finding in load(each.id).set_aside))
    return Outages(tuple(found), ranking(found), set_aside)


def _loader(atlas: Atlas) -> Callable[[str], LoadedStation]:
    """How a station is loaded by its id, without looking its name up."""
    by_id = {each.id: each for each in atlas.definitions}
    return lambda station: atlas.load(by_id[station])


def names_of(atlas: Atlas) -> Mapping[str, StationName]:
    """The stations' names by id."""
    return {each.id: each.name for each in atlas.definitions}


def names_of_stops(atlas: Atlas) -> Mapping[str, StationName]:
    """The names of all stations where trains stop, by today's Korean one."""
    from muui_maps.assemble.gather import today
    from muui_maps.model import StationName
    from muui_maps.tables import read_table, renamed_stations

    renamed = renamed_stations(atlas.data)
    found: dict[str, StationName] = {}
    for fact in read_table("line_stations", atlas.data):
        name = today(fact.station, renamed)
        if name not in found or (fact.station == name and found[name].en is None):
            english = fact.name_en if fact.station == name else None
            found[name] = StationName(name, english, fact.name_ja, fact.name_zh)
    return found


# ── journeys ─────────────────────────────────────────────────────────────────


def journey(
    atlas: Atlas, start: str, end: str, *, profile: str = "manual_wheelchair", ignore_status: bool = False
) -> Journey:
    """The best journey for one traveller between two stations.

    Parameters
    ----------
    start, end
        `노원` (the street, by whichever exit), `노원:exit 3`, `노원:4:상계` (the platform); names are forgiving.

    Raises
    ------
    UnknownNameError
        If there is no such station, platform or exit; where the station exists but has no data here, the nearest that
        have are named.
    UsageError
        If start and end are the same.
    NoRouteError
        If there is no way for this traveller.
    """
    from muui_maps.network.journeys import find_journey

    load = cache(_loader(atlas))
    city = atlas.city(load=lambda station: load(station).model, ignore_status=ignore_status)
    traveller = resolve_profile(profile)
    spots = (spot(atlas, city, start), spot(atlas, city, end))
    return find_journey(city, *spots, profile=traveller)


def spot(atlas: Atlas, city: City, text: str) -> Spot:
    """The platform, exit or street that `text` names: `노원`, `노원:exit 3`, `노원:4:상계`."""
    from muui_maps.model import Endpoint
    from muui_maps.network.journeys import Spot
    from muui_maps.resolve import resolve_endpoint

    name, _, rest = text.partition(":")
    try:
        definition = atlas.definition(name.strip())
    except UnknownNameError as error:
        raise _without_data(atlas, city, name.strip()) or error from None
    if not rest.strip():
        return Spot(definition.id, Endpoint())
    return Spot(definition.id, resolve_endpoint(city.station(definition.id), rest, data=atlas.data))


def _without_data(atlas: Atlas, city: City, name: str) -> UnknownNameError | None:
    """What to say of a station where trains stop but whose inside nobody has described; None if there is no such."""
    from muui_maps.assemble.gather import today
    from muui_maps.names import normal_station
    from muui_maps.network.journeys import nearest_places
    from muui_maps.tables import read_table, renamed_stations

    renamed = renamed_stations(atlas.data)
    english = {
        each.name_en.casefold(): each.station for each in read_table("line_stations", atlas.data) if each.name_en
    }
    korean = today(normal_station(english.get(name.casefold(), name)), renamed)
    lines = sorted({stop.line for stop in city.stops if stop.station == korean})
    if not lines:
        return None
    names, known = names_of(atlas), names_of_stops(atlas).get(korean)
    near = [f"{names[station].ko} ({station})" for station in nearest_places(city, korean)][:OFFERED]
    in_english = (known.en if known else None) or latin(korean)
    of = [line_text(line) for line in lines]
    return UnknownNameError(
        Text(
            f"{korean}역은 {', '.join(line.ko for line in of)} 역이지만, 역 안의 길 자료가 없어요. "
            f"가까운 역에서 타거나, `muui-maps new {korean}`으로 공개 자료에서 만들어 보세요.",
            f"{in_english} is a station of {', '.join(line.en for line in of)}, but no data tell the ways inside it. "
            f"Start from one nearby, or make it from the open data with `muui-maps new {korean}`.",
        ),
        nearest=near,
        existing=(),
    )
