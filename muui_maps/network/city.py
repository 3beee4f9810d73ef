"""The city: stations joined by trains. Who can go from where to where without a step, and which way is best.

A node is a platform: a line, a station, and the next station of the trains that stop there. A train takes the traveller
from platform to platform; inside a station the ways between platforms, and to and from the street, are those of
`routes.find_route` at that station, at its price. Stations without data are passed through, never changed at.

Stations are read when they are needed: a search takes every transfer to be free until the way it finds leads through
it, prices that one, and searches again; what is found last leads through priced stations alone and is the best way.

What the search minimises is the burden, as inside a station. Waiting for a train is not in it: no source tells it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from muui_maps.model import Endpoint, NodeKind
from muui_maps.network.graph import index_of
from muui_maps.network.matrix import EXACT, Digits, matrix_of
from muui_maps.network.routes import default_costs, find_route

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from muui_maps.model import Profile, Route, Station, StationName
    from muui_maps.network.graph import Index
    from muui_maps.network.lines import Lines, Run
    from muui_maps.network.matrix import Matrix, Trees
    from muui_maps.profiles import Costs

    Floats = NDArray[np.float64]

DIGITS = Digits(lift=2**44, assumed=2**34, millisecond=1)
"""Half a year of milliseconds, a thousand assumed ways, five hundred wheelchair lifts: more than any journey has."""


@dataclass(frozen=True, slots=True, order=True)
class Stop:
    """A platform of the city: trains of a line that stop at a station and go on to `next_station`."""

    line: str
    station: str
    next_station: str


@dataclass(frozen=True, slots=True)
class Place:
    """A station with data: its id, and its platforms by the stops of the city. Lines without trains have no stop."""

    id: str
    stops: Mapping[Stop, Endpoint]


@dataclass(frozen=True, slots=True)
class Change:
    """On foot or on wheels inside a station."""

    station: str
    start: Endpoint
    end: Endpoint


@dataclass(frozen=True, slots=True)
class Ride:
    """By train, from stop to stop; `runs` in the order ridden."""

    line: str
    runs: tuple[Run, ...]


Part = Change | Ride


@dataclass(frozen=True, slots=True)
class Found:
    """The best way that a search found: its burden as a number of `DIGITS`, its parts, and its first and last stop."""

    cost: float
    parts: tuple[Part, ...]
    first: Stop
    last: Stop


class Prices:
    """What getting about in one station costs one traveller, in `DIGITS`; infinite where there is no way.

    `changes` are from each stop to each other, `out` and `into` from and to the street by whichever exit.
    """

    def __init__(self, place: Place, matrix: Matrix, out_of_service: Collection[str]) -> None:
        self.stops = tuple(place.stops)
        nodes = [_platform_nodes(matrix.index.station, place.stops[stop]) for stop in self.stops]
        exits = sorted(node.id for node in matrix.index.station.nodes if node.kind is NodeKind.EXIT)
        sources = sorted({node for group in nodes for node in group} | set(exits))
        trees = matrix.trees(sources, out_of_service) if sources else None
        rows = {node: row for row, node in enumerate(sources)}
        pairs = [(one, two) for n, one in enumerate(nodes) for m, two in enumerate(nodes) if n != m]
        self.changes = np.array([_least(trees, rows, one, two) for one, two in pairs])
        self.out = np.array([_least(trees, rows, each, exits) for each in nodes])
        self.into = np.array([_least(trees, rows, exits, each) for each in nodes])


def _platform_nodes(station: Station, endpoint: Endpoint) -> list[str]:
    return sorted(p.node for p in station.platforms if (p.line, p.direction) == (endpoint.line, endpoint.direction))


def _least(trees: Trees | None, rows: Mapping[str, int], starts: Sequence[str], ends: Sequence[str]) -> float:
    """The least burden from one of some nodes to one of some others, in `DIGITS`."""
    if trees is None or not starts or not ends:
        return np.inf
    cost = min(trees.cost(rows[start], end) for start in starts for end in ends)
    if not np.isfinite(cost):
        return np.inf
    burden, _ = trees.matrix.digits.burden(cost)
    return DIGITS.number(burden, links=0)


class City:
    """All stations and trains, for any traveller.

    Parameters
    ----------
    lines
        The runs of trains.
    places
        The stations with data, by id.
    load
        Reads one of them; called once for each that is needed.
    names
        Their names by id.
    """

    def __init__(
        self,
        lines: Lines,
        places: Iterable[Place],
        load: Callable[[str], Station],
        *,
        names: Mapping[str, StationName] | None = None,
        ignore_status: bool = False,
        costs: Costs | None = None,
    ) -> None:
        self.names = dict(names or {})
        self.lines, self.ignore_status = lines, ignore_status
        self.costs = costs or default_costs()
        self.places = {place.id: place for place in places}
        self._load = load
        self._stations: dict[str, Station] = {}
        self._indexes: dict[str, Index] = {}
        self._networks: dict[str, Network] = {}
        self._routes: dict[tuple[object, ...], Route] = {}
        self.stops = tuple(sorted({Stop(*ends) for ends in lines.runs}))
        self.number = {stop: n for n, stop in enumerate(self.stops)}
        self.place_of = {stop: place.id for place in self.places.values() for stop in place.stops}

    def station(self, station_id: str) -> Station:
        """A station with data."""
        if station_id not in self._stations:
            self._stations[station_id] = self._load(station_id)
        return self._stations[station_id]

    def arrivals(self, run: Run) -> tuple[Stop, ...]:
        """The platforms that a run may lead to: those of the trains that go on, without turning back.

        At the end of a line it is the platform of the trains back: the tables know no other.
        """
        onward = self.lines.after(run.line, run.start, run.end) or (run.start,)
        found = (Stop(run.line, run.end, each) for each in onward)
        return tuple(stop for stop in found if stop in self.number)

    def network(self, profile: Profile) -> Network:
        """The city for one traveller, kept with its prices."""
        if profile.id not in self._networks:
            self._networks[profile.id] = Network(self, profile)
        return self._networks[profile.id]

    def route(self, station_id: str, start: Endpoint, end: Endpoint, profile: Profile) -> Route:
        """The way inside a station, kept.

        Raises
        ------
        NoRouteError
            If there is none.
        """
        key = (station_id, start, end, profile.id)
        if key not in self._routes:
            self._routes[key] = find_route(
                self.station(station_id),
                start,
                end,
                profile=profile,
                ignore_status=self.ignore_status,
                costs=self.costs,
            )
        return self._routes[key]

    def matrix(self, station_id: str, profile: Profile) -> Matrix:
        """A station for a traveller."""
        if station_id not in self._indexes:
            self._indexes[station_id] = index_of(self.station(station_id))
        return matrix_of(self._indexes[station_id], profile, self.costs, ignore_status=self.ignore_status)


class Network:
    """The city for one traveller as a sparse matrix, whose pattern never changes.

    One node more than there are stops stands for where a question starts; its edges are set anew for each.
    """

    def __init__(self, city: City, profile: Profile) -> None:
        self.city, self.profile = city, profile
        self.start = len(city.stops)
        self.priced: dict[str, Prices] = {}
        edges: dict[tuple[int, int], float] = {(self.start, n): np.inf for n in range(self.start)}
        for run in city.lines.runs.values():
            number = city.number[Stop(run.line, run.start, run.end)]
            weight = float(round(run.seconds.typical * 1000))
            edges |= {(number, city.number[stop]): weight for stop in city.arrivals(run)}
        inside = {place.id: self._pairs(place) for place in city.places.values()}
        edges |= {pair: 0.0 for pairs in inside.values() for pair in pairs}
        ends = sorted(edges)
        at = {pair: n for n, pair in enumerate(ends)}
        self._starts = np.array([at[self.start, n] for n in range(self.start)], dtype=np.int64)
        self._inside = {each: np.array([at[pair] for pair in pairs], dtype=np.int64) for each, pairs in inside.items()}
        rows = np.array([start for start, _ in ends], dtype=np.int64)
        self.matrix = csr_array(
            (
                np.array([edges[pair] for pair in ends]),
                np.array([end for _, end in ends], dtype=np.int32),
                np.searchsorted(rows, np.arange(self.start + 2)).astype(np.int32),
            ),
            shape=(self.start + 1, self.start + 1),
        )
        self._place = [city.place_of.get(stop) for stop in city.stops]

    def _pairs(self, place: Place) -> list[tuple[int, int]]:
        """The changes inside a station, in the order of its prices."""
        numbers = [self.city.number[stop] for stop in place.stops]
        return [(one, two) for one in numbers for two in numbers if one != two]

    # prices

    def price(self, station_id: str) -> Prices:
        """Price the ways inside a station, if that was not done yet."""
        if station_id not in self.priced:
            matrix = self.city.matrix(station_id, self.profile)
            self.put(station_id, Prices(self.city.places[station_id], matrix, matrix.out_now))
        return self.priced[station_id]

    def put(self, station_id: str, prices: Prices) -> None:
        """Give a station's inside its prices."""
        self.priced[station_id] = prices
        self.matrix.data[self._inside[station_id]] = prices.changes

    def price_all(self) -> None:
        """Price every station with data."""
        for station_id in self.city.places:
            self.price(station_id)

    # questions

    def search(
        self,
        starts: Mapping[Stop, float],
        ends: Mapping[Stop, float],
        *,
        instead: Mapping[str, Prices] | None = None,
        street_of: Callable[[str], bool] | None = None,
    ) -> Found | None:
        """The best way from one of some stops to one of some others.

        Parameters
        ----------
        starts, ends
            What it costs to get to the train at a stop, and from the train to where the question ends.
        instead
            Prices of stations that are not as usual, by id.
        street_of
            Ask for the street instead of `ends`: at any station with data for which this holds.
        """
        special, data = dict(instead or {}), self.matrix.data
        from_start = {self._starts[self.city.number[stop]]: cost for stop, cost in starts.items()}
        while True:
            goals = dict(ends) if street_of is None else self._streets(special, street_of)
            usual = {station_id: data[self._inside[station_id]] for station_id in special}
            for station_id, prices in special.items():
                data[self._inside[station_id]] = prices.changes
            for at, cost in from_start.items():
                data[at] = cost
            try:
                costs, before = dijkstra(
                    self.matrix, directed=True, indices=self.start, return_predecessors=True, limit=EXACT
                )
            finally:
                data[list(from_start)] = np.inf
                for station_id, prices_before in usual.items():
                    data[self._inside[station_id]] = prices_before
            cost, last = min(
                ((costs[self.city.number[stop]] + more, stop) for stop, more in goals.items()),
                default=(np.inf, None),
            )
            if last is None or not np.isfinite(cost):
                return None
            path = self._path(before, self.city.number[last])
            unpriced = self._unpriced(path, special, streets=street_of is not None)
            if not unpriced:
                return Found(float(cost), self._parts(path), self.city.stops[path[0]], last)
            for station_id in unpriced:
                self.price(station_id)

    def _streets(self, special: Mapping[str, Prices], street_of: Callable[[str], bool]) -> dict[Stop, float]:
        """What the street costs from each stop; nothing yet at stations whose prices are not known."""
        found: dict[Stop, float] = {}
        for station_id, place in self.city.places.items():
            if street_of(station_id):
                prices = special.get(station_id) or self.priced.get(station_id)
                found |= (
                    dict.fromkeys(place.stops, 0.0) if prices is None else zip(prices.stops, prices.out, strict=True)
                )
        return found

    def _path(self, before: NDArray[np.int32], last: int) -> list[int]:
        """The stops of the way found, by number."""
        at, path = last, []
        while at != self.start:
            path.append(at)
            at = int(before[at])
        return path[::-1]

    def _unpriced(self, path: Sequence[int], special: Collection[str], *, streets: bool) -> list[str]:
        """Stations whose inside the way leads through and whose prices are not known yet."""
        ids = [self._place[one] for one, two in pairwise(path) if self._changes(one, two)]
        if streets:
            ids.append(self._place[path[-1]])
        return [
            each for each in dict.fromkeys(ids) if each is not None and each not in self.priced and each not in special
        ]

    def _changes(self, one: int, two: int) -> bool:
        """Whether the way leads from one stop to the other inside a station, not by train."""
        return self._place[one] is not None and self._place[one] == self._place[two]

    def _parts(self, path: Sequence[int]) -> tuple[Part, ...]:
        parts: list[Part] = []
        for n, (one, two) in zip(path, pairwise(self.city.stops[n] for n in path), strict=False):
            if self._changes(n, self.city.number[two]):
                place = self.city.places[self.city.place_of[one]]
                parts.append(Change(place.id, place.stops[one], place.stops[two]))
                continue
            run = self.city.lines.runs[one.line, one.station, one.next_station]
            if parts and isinstance(parts[-1], Ride):
                parts[-1] = Ride(run.line, (*parts[-1].runs, run))
            else:
                parts.append(Ride(run.line, (run,)))
        return tuple(parts)


def places_of(lines: Lines, stations: Iterable[tuple[str, Iterable[tuple[str, str]]]]) -> tuple[Place, ...]:
    """The stations with data, on the map of the trains.

    Parameters
    ----------
    stations
        For each its id, and its lines with the station's name of today on each.
    """
    found: list[Place] = []
    for station_id, names in stations:
        stops = [Stop(line, name, each) for line, name in names for each in lines.nexts.get((line, name), ())]
        found.append(Place(station_id, {stop: Endpoint(stop.line, stop.next_station) for stop in sorted(stops)}))
    return tuple(found)
