"""The city: stations joined by trains. Who can go from where to where without a step, and which way is best.

A node is a platform: a line, a station, and the next station of the trains that stop there. A train takes the traveller
from platform to platform; inside a station the ways between platforms, and to and from the street, are those of
`routes.find_route` at that station, at its price. Stations without data are passed through, never changed at.

Stations are read when they are needed: a search takes every transfer to cost just what its two trains do until the way
it finds leads through it, prices that one, and searches again; what is found last leads through priced stations alone
and is the best way.

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
from muui_maps.profiles import at_train

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from muui_maps.model import Profile, Route, Seconds, Station, StationName
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
        train = _milliseconds(at_train(matrix.profile, matrix.prices.costs))
        self.changes = np.array([2 * train + _least(trees, rows, one, two) for one, two in pairs])
        self.out = np.array([train + _least(trees, rows, each, exits) for each in nodes])
        self.into = np.array([train + _least(trees, rows, exits, each) for each in nodes])


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


@dataclass(frozen=True, slots=True)
class _Passed:
    """A stop that trains only pass: which node they come from, as which of the stops after it, and how long before."""

    node: int
    nth: int
    weight: float


class Network:
    """The city for one traveller as a sparse matrix, whose pattern never changes.

    Its nodes are the stops at stations with data, and where a line forks or ends. At the others nothing is decided:
    they lie along the way from a node to the next. One node more stands for where a question starts; its edges are set
    anew for each.
    """

    def __init__(self, city: City, profile: Profile) -> None:
        self.city, self.profile = city, profile
        self.priced: dict[str, Prices] = {}
        self._lay_out()
        self.start = len(self.nodes)
        edges: dict[tuple[int, int], float] = {(self.start, n): np.inf for n in range(self.start)}
        for n, (targets, weight) in enumerate(self._onward):
            edges |= {(n, self.number[stop]): weight for stop in targets}
        inside = {place.id: self._pairs(place) for place in city.places.values()}
        two_trains = 2 * _milliseconds(at_train(profile, city.costs))
        edges |= {pair: two_trains for pairs in inside.values() for pair in pairs}
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
        self._place = [city.place_of.get(stop) for stop in self.nodes]

    def _lay_out(self) -> None:
        """Tell nodes from stops that are only passed. What no way from a node passes is a node too."""
        city, ways = self.city, self.city.lines.nexts
        two = 2  # neighbours of a station where nothing is decided
        kept = {s for s in city.stops if s in city.place_of or len(ways[s.line, s.station]) != two}
        while True:
            self.nodes = tuple(sorted(kept))
            self.number = {stop: n for n, stop in enumerate(self.nodes)}
            self._along: list[tuple[Stop, ...]] = []
            self._onward: list[tuple[tuple[Stop, ...], float]] = []
            self._passed: dict[Stop, _Passed] = {}
            for n, stop in enumerate(self.nodes):
                self._follow(n, stop)
            forked = {stop for targets, _ in self._onward for stop in targets} - kept
            left = [stop for stop in city.stops if stop not in kept and stop not in self._passed]
            if not forked and not left:
                return
            kept |= forked or {left[0]}

    def _follow(self, number: int, stop: Stop) -> None:
        """From a node to the next ones, by the train that stops there."""
        along: list[Stop] = []
        run = self.city.lines.runs[stop.line, stop.station, stop.next_station]
        weight = _weight(run)
        targets = self.city.arrivals(run)
        while len(targets) == 1 and targets[0] not in self.number:
            passed = targets[0]
            self._passed[passed] = _Passed(number, len(along), weight)
            along.append(passed)
            run = self.city.lines.runs[passed.line, passed.station, passed.next_station]
            weight += _weight(run)
            targets = self.city.arrivals(run)
        self._along.append(tuple(along))
        self._onward.append((targets, weight))

    def _pairs(self, place: Place) -> list[tuple[int, int]]:
        """The changes inside a station, in the order of its prices."""
        numbers = [self.number[stop] for stop in place.stops]
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
        special = dict(instead or {})
        direct = self._direct(starts, ends)
        while True:
            goals = dict(ends) if street_of is None else self._streets(special, street_of)
            costs, before = self._run(self._entries(starts), special)
            cost, last = min(
                ((costs[self._node(stop)] + self._beyond(stop) + more, stop) for stop, more in goals.items()),
                default=(np.inf, None),
            )
            if direct is not None and direct.cost <= cost:
                return direct
            if last is None or not np.isfinite(cost):
                return None
            path = self._path(before, self._node(last))
            unpriced = self._unpriced(path, special, streets=street_of is not None)
            if not unpriced:
                _, lead = self._entries(starts)[path[0]]
                return self._found(float(cost), (*lead, *self._stops(path, last)))
            for station_id in unpriced:
                self.price(station_id)

    def _node(self, stop: Stop) -> int:
        """The node of a stop, or the one that its trains come from."""
        passed = self._passed.get(stop)
        return self.number[stop] if passed is None else passed.node

    def _beyond(self, stop: Stop) -> float:
        """What a stop costs from its node."""
        passed = self._passed.get(stop)
        return 0.0 if passed is None else passed.weight

    def _entries(self, starts: Mapping[Stop, float]) -> dict[int, tuple[float, tuple[Stop, ...]]]:
        """The first nodes that are reached from some stops, at what cost, and the stops passed before."""
        found: dict[int, tuple[float, tuple[Stop, ...]]] = {}

        def enter(node: int, cost: float, lead: tuple[Stop, ...]) -> None:
            if node not in found or cost < found[node][0]:
                found[node] = (cost, lead)

        for stop, cost in starts.items():
            passed = self._passed.get(stop)
            if passed is None:
                enter(self.number[stop], cost, ())
                continue
            targets, weight = self._onward[passed.node]
            for target in targets:
                enter(self.number[target], cost + weight - passed.weight, self._along[passed.node][passed.nth :])
        return found

    def _direct(self, starts: Mapping[Stop, float], ends: Mapping[Stop, float]) -> Found | None:
        """The best way that passes no node at all: from one stop to a later one before the next node."""
        found: Found | None = None
        for one, cost in starts.items():
            for two, more in ends.items():
                here, there = self._passed.get(one), self._passed.get(two)
                if here is None or there is None or here.node != there.node or there.nth < here.nth:
                    continue
                total = cost + there.weight - here.weight + more
                if found is None or total < found.cost:
                    found = self._found(total, self._along[here.node][here.nth : there.nth + 1])
        return found

    def _run(
        self, entries: Mapping[int, tuple[float, tuple[Stop, ...]]], special: Mapping[str, Prices]
    ) -> tuple[Floats, NDArray[np.int32]]:
        """The costs of all nodes and the node before each, with some stations not as usual; leaves no trace."""
        data = self.matrix.data
        usual = {station_id: data[self._inside[station_id]] for station_id in special}
        for station_id, prices in special.items():
            data[self._inside[station_id]] = prices.changes
        for node, (cost, _) in entries.items():
            data[self._starts[node]] = cost
        try:
            costs, before = dijkstra(
                self.matrix, directed=True, indices=self.start, return_predecessors=True, limit=EXACT
            )
        finally:
            data[self._starts[list(entries)]] = np.inf
            for station_id, prices_before in usual.items():
                data[self._inside[station_id]] = prices_before
        return costs, before

    def _stops(self, path: Sequence[int], last: Stop) -> Iterator[Stop]:
        """The stops of a way by its nodes: with those passed between two, and those up to the last."""
        for n, node in enumerate(path):
            yield self.nodes[node]
            if n + 1 < len(path) and not self._changes(node, path[n + 1]):
                yield from self._along[node]
        passed = self._passed.get(last)
        if passed is not None:
            yield from self._along[passed.node][: passed.nth + 1]

    def _found(self, cost: float, stops: Sequence[Stop]) -> Found:
        return Found(cost, self._parts(stops), stops[0], stops[-1])

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

    def _parts(self, stops: Sequence[Stop]) -> tuple[Part, ...]:
        place_of = self.city.place_of
        parts: list[Part] = []
        runs: list[Run] = []
        for one, two in pairwise(stops):
            place = place_of.get(one)
            if place is None or place_of.get(two) != place:
                runs.append(self.city.lines.runs[one.line, one.station, one.next_station])
                continue
            if runs:
                parts.append(Ride(runs[0].line, tuple(runs)))
                runs = []
            platforms = self.city.places[place].stops
            parts.append(Change(place, platforms[one], platforms[two]))
        return (*parts, Ride(runs[0].line, tuple(runs))) if runs else tuple(parts)


def _weight(run: Run) -> float:
    """A run in `DIGITS`: its typical milliseconds."""
    return _milliseconds(run.seconds)


def _milliseconds(seconds: Seconds) -> float:
    return float(round(seconds.typical * 1000))


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
