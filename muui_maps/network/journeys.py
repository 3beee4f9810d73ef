"""A journey through the city for one traveller: from a platform, an exit or the street to another, told leg by leg."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from muui_maps.errors import NoRouteError, UsageError
from muui_maps.model import Doubt, Endpoint, NodeKind, Seconds, Text
from muui_maps.network.city import DIGITS, Ride
from muui_maps.network.search import terminals
from muui_maps.wording import english, latin, line_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from muui_maps.model import Profile, Route, Station
    from muui_maps.network.city import City, Found, Stop
    from muui_maps.network.lines import Run


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a journey starts or ends: a platform, an exit or the street of a station with data."""

    station: str
    endpoint: Endpoint

    @property
    def key(self) -> str:
        """As the command line writes it: `nowon`, `nowon:exit:3`, `nowon:4:상계`."""
        return self.station if self.endpoint == Endpoint() else f"{self.station}:{self.endpoint.key}"


@dataclass(frozen=True, slots=True)
class Inside:
    """A leg inside a station: in from the street, from train to train, or out to the street."""

    station: Station
    route: Route

    @property
    def seconds(self) -> Seconds:
        return self.route.seconds


@dataclass(frozen=True, slots=True)
class ByTrain:
    """A leg by train, without getting off; `runs` in the order ridden."""

    line: str
    runs: tuple[Run, ...]
    branches: tuple[str, ...] = ()

    @property
    def seconds(self) -> Seconds:
        return sum((run.seconds for run in self.runs), Seconds(0.0, 0.0, 0.0))

    @property
    def derived(self) -> bool:
        """Whether a time was computed from a length."""
        return any(run.derived for run in self.runs)


Leg = Inside | ByTrain


@dataclass(frozen=True, slots=True)
class Journey:
    """The best way for one traveller. Waiting for trains is not in `seconds`: no source tells how long it takes."""

    start: Spot
    end: Spot
    profile: Profile
    legs: tuple[Leg, ...]
    seconds: Seconds
    doubts: tuple[Doubt, ...]

    @property
    def changes(self) -> tuple[str, ...]:
        """Ids of the stations where trains are changed."""
        between = zip(self.legs, self.legs[1:], self.legs[2:], strict=False)
        return tuple(
            leg.station.id
            for before, leg, after in between
            if isinstance(leg, Inside) and isinstance(before, ByTrain) and isinstance(after, ByTrain)
        )


def find_journey(city: City, start: Spot, end: Spot, *, profile: Profile) -> Journey:
    """The best journey: fewest wheelchair lifts, then fewest ways only assumed, then the least time.

    Raises
    ------
    UnknownNameError
        If a station has no such platform or exit.
    UsageError
        If start and end are the same.
    NoRouteError
        If there is no way for this traveller; `blockers` say whether it fails at the start, at the end, or between.
    """
    if start == end:
        raise UsageError(Text(f"출발과 도착이 같아요: {end.key}", f"start and end are the same: {end.key}"))
    if start.station == end.station and (direct := _direct(city, start, end, profile)) is not None:
        return direct
    starts = _reached(city, start, profile, outward=True)
    ends = _reached(city, end, profile, outward=False)
    found = city.network(profile).search(starts, ends) if starts and ends else None
    if found is None:
        raise _no_journey(city, start, end, profile, reached=(bool(starts), bool(ends)))
    return told(city, start, end, profile, found)


def _direct(city: City, start: Spot, end: Spot, profile: Profile) -> Journey | None:
    """Inside one station, if there is a way."""
    station = city.station(start.station)
    try:
        route = city.route(start.station, start.endpoint, end.endpoint, profile)
    except NoRouteError:
        return None
    return Journey(start, end, profile, (Inside(station, route),), route.seconds, _doubts((Inside(station, route),)))


def _reached(city: City, spot: Spot, profile: Profile, *, outward: bool) -> dict[Stop, float]:
    """The stops of a station that a traveller gets to from a spot (or from which they get there), with the burden."""
    matrix = city.matrix(spot.station, profile)
    if street_unknown(matrix.index.station, spot.endpoint):
        return dict.fromkeys(city.places[spot.station].stops, 0.0)
    here = sorted(terminals(matrix.index, spot.endpoint))
    found: dict[Stop, float] = {}
    for stop, platform in city.places[spot.station].stops.items():
        known = {(each.line, each.direction) for each in matrix.index.station.platforms}
        if (platform.line, platform.direction) not in known:
            continue
        nodes = sorted(terminals(matrix.index, platform))
        sources, targets = (here, nodes) if outward else (nodes, here)
        trees = matrix.trees(sources, matrix.out_now)
        cost = min(trees.cost(row, target) for row in range(len(sources)) for target in targets)
        if np.isfinite(cost):
            found[stop] = DIGITS.number(matrix.digits.burden(cost)[0], links=0)
    return found


def street_unknown(station: Station, endpoint: Endpoint) -> bool:
    """Whether the street is meant and no source says how a platform of this station is joined to it.

    The journey is then told from platform to platform.
    """
    return endpoint == Endpoint() and not any(node.kind is NodeKind.EXIT for node in station.nodes)


def told(city: City, start: Spot, end: Spot, profile: Profile, found: Found) -> Journey:
    """What was found, with the way into the first station and out of the last."""
    legs: list[Leg] = []
    for part in found.parts:
        if isinstance(part, Ride):
            legs.append(ByTrain(part.line, part.runs, tuple(_branches(city, part.runs))))
        else:
            station = city.station(part.station)
            legs.append(Inside(station, city.route(part.station, part.start, part.end, profile)))
    first, last = city.places[start.station].stops[found.first], city.places[end.station].stops[found.last]
    station = city.station(start.station)
    if first != start.endpoint and not street_unknown(station, start.endpoint):
        legs.insert(0, Inside(station, city.route(start.station, start.endpoint, first, profile)))
    station = city.station(end.station)
    if last != end.endpoint and not street_unknown(station, end.endpoint):
        legs.append(Inside(station, city.route(end.station, last, end.endpoint, profile)))
    total = sum((leg.seconds for leg in legs), Seconds(0.0, 0.0, 0.0))
    return Journey(start, end, profile, tuple(legs), total, (*_street_doubts(city, start, end), *_doubts(legs)))


def _branches(city: City, runs: Sequence[Run]) -> Iterator[str]:
    """Stations where the line forks and the train is stayed on: it may go the other way, or end there."""
    for run, then in pairwise(runs):
        if len(city.lines.after(run.line, run.start, run.end)) > 1:
            yield then.start


def _street_doubts(city: City, start: Spot, end: Spot) -> Iterator[Doubt]:
    for spot in (start, end):
        station = city.station(spot.station)
        if street_unknown(station, spot.endpoint):
            name = station.name
            words = Text(
                f"{name.ko}: 승강장과 바깥 사이의 길은 자료가 없어 넣지 않았어요",
                f"{english(name)}: no data of the way between platform and street, which is not included",
            )
            yield Doubt("street_unknown", words)


def _doubts(legs: Sequence[Leg]) -> tuple[Doubt, ...]:
    doubts: list[Doubt] = []
    if any(isinstance(leg, ByTrain) for leg in legs):
        words = Text("열차를 기다리는 시간은 넣지 않았어요", "waiting for trains is not included")
        doubts.append(Doubt("waiting_not_included", words))
    for number, leg in enumerate(legs):
        if isinstance(leg, Inside):
            continue
        line = line_text(leg.line)
        if leg.derived:
            words = Text(
                f"{line.ko} 열차 시간은 거리로 셈했어요", f"train times of {line.en} are computed from lengths"
            )
            doubts.append(Doubt("train_time_derived", words, number))
        for station in leg.branches:
            words = Text(
                f"{line.ko}은 {station}에서 갈라져요. 열차의 행선지를 확인하세요",
                f"{line.en} forks at {latin(station)}: check where the train goes",
            )
            doubts.append(Doubt("line_forks", words, number))
    return tuple(dict.fromkeys(doubts))


def _no_journey(city: City, start: Spot, end: Spot, profile: Profile, *, reached: tuple[bool, bool]) -> NoRouteError:
    who = profile.name
    message = Text(
        f"{start.key}에서 {end.key}까지 {who.ko}로 갈 수 있는 길이 없어요",
        f"no way from {start.key} to {end.key} for: {who.en}",
    )
    blockers: list[Text] = []
    for spot, got_there, outward in ((start, reached[0], True), (end, reached[1], False)):
        if not got_there:
            blockers += _blockers(city, spot, profile, outward=outward)
    if not blockers:
        blockers = [
            Text(
                "두 역은 계단 없는 환승으로 이어지지 않아요",
                "no chain of transfers that this traveller can make joins the two",
            )
        ]
    return NoRouteError(message, blockers=tuple(dict.fromkeys(blockers)))


def _blockers(city: City, spot: Spot, profile: Profile, *, outward: bool) -> Iterator[Text]:
    """Why no train can be reached from a spot, or the spot from no train."""
    station, stops = city.station(spot.station), city.places[spot.station].stops
    name = station.name
    without_trains = sorted(set(station.lines) - {stop.line for stop in stops})
    if without_trains:
        lines = [line_text(line) for line in without_trains]
        yield Text(
            f"{name.ko}: {', '.join(line.ko for line in lines)}의 열차 자료가 없어요",
            f"{english(name)}: no data of the trains of {', '.join(line.en for line in lines)}",
        )
    for platform in stops.values():
        ends = (spot.endpoint, platform) if outward else (platform, spot.endpoint)
        if ends[0] == ends[1]:
            continue
        try:
            city.route(spot.station, *ends, profile)
        except NoRouteError as error:
            yield from error.blockers


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The next station with data along a line.

    Parameters
    ----------
    line, direction
        The platform that the trains leave from.
    station
        The id of the station reached; None where the line ends, or forks, before there is one.
    runs
        Ridden as far as that.
    """

    line: str
    direction: str
    station: str | None
    runs: tuple[Run, ...]

    @property
    def seconds(self) -> Seconds:
        return sum((run.seconds for run in self.runs), Seconds(0.0, 0.0, 0.0))


def neighbours(city: City, station_id: str) -> tuple[Neighbour, ...]:
    """From each platform of a station that has trains, the next station with data."""
    found = []
    for stop in city.places[station_id].stops:
        reached, runs = _onward(city, city.lines.runs[stop.line, stop.station, stop.next_station])
        found.append(Neighbour(stop.line, stop.next_station, reached, runs))
    return tuple(found)


def nearest_places(city: City, name: str) -> Mapping[str, Seconds]:
    """The stations with data that are nearest by train to a station without: id → seconds; empty if it has no trains.

    Parameters
    ----------
    name
        The station's name of today, without 역.
    """
    found: dict[str, Seconds] = {}
    for run in city.lines.runs.values():
        if run.start != name:
            continue
        reached, runs = _onward(city, run)
        total = sum((each.seconds for each in runs), Seconds(0.0, 0.0, 0.0))
        if reached is not None and (reached not in found or total.typical < found[reached].typical):
            found[reached] = total
    return dict(sorted(found.items(), key=lambda each: (each[1].typical, each[0])))


def _onward(city: City, first: Run) -> tuple[str | None, tuple[Run, ...]]:
    """Along a line to the next station with data, and its id; as far as the line goes on without forking."""
    runs = [first]
    while (reached := _place_at(city, runs[-1])) is None:
        onward = city.lines.after(runs[-1].line, runs[-1].start, runs[-1].end)
        if len(onward) != 1 or onward[0] in {run.start for run in runs}:
            break
        runs.append(city.lines.runs[runs[-1].line, runs[-1].end, onward[0]])
    return reached, tuple(runs)


def _place_at(city: City, run: Run) -> str | None:
    return next((city.place_of[stop] for stop in city.arrivals(run) if stop in city.place_of), None)
