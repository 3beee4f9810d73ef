"""What a lift that is out does to a station: which trips are lost or get longer, for whom, and the best way round.

A trip is a transfer (platform to platform of another line) or a way between a platform and the street, at one exit or
at any. Each unit is taken out alone, and in pairs. Of a pair only that is told in which the two stand in for each
other: what costs more than both detours one after the other.

A unit that is under repair now is looked at the other way round: what its repair costs today.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from muui_maps.assemble.directions import transfers
from muui_maps.errors import NoRouteError
from muui_maps.model import Endpoint, NodeKind, PlaceKind, Seconds, UnitKind
from muui_maps.network.graph import index_of
from muui_maps.network.matrix import matrix_of
from muui_maps.network.routes import default_costs, find_route
from muui_maps.network.search import EXIT_NODE, terminals
from muui_maps.profiles import PROFILES, at_train

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from muui_maps.model import Profile, Route, Station
    from muui_maps.network.graph import Index, Step
    from muui_maps.network.matrix import Matrix, Trees
    from muui_maps.network.search import Path
    from muui_maps.profiles import Costs

LOOKED_AT = (UnitKind.ELEVATOR, UnitKind.WHEELCHAIR_LIFT, UnitKind.ESCALATOR)
"""The kinds of unit whose outage is asked about."""


@dataclass(frozen=True, slots=True)
class Trip:
    """From one endpoint of a station to another."""

    start: Endpoint
    end: Endpoint

    @property
    def is_transfer(self) -> bool:
        """Whether it leads from one line to another."""
        return self.start.line is not None and self.end.line is not None

    @property
    def is_street(self) -> bool:
        """Whether one end is the street, by whichever exit."""
        return Endpoint() in (self.start, self.end)


@dataclass(frozen=True, slots=True)
class ByTrain:
    """A way round by train, for a trip that is lost inside the station; see `rounds`.

    Parameters
    ----------
    changes
        Ids of the stations where trains are changed.
    street
        The id of the station whose street is used instead; None for a transfer.
    lines
        The lines ridden, in order.
    stops
        How many stations are ridden to.
    seconds
        From the train before the change to the train after the station, or to the street, without waiting for trains.
    more
        How much longer than the usual way between the same two.
    early
        Whether the train is left before the station is reached.
    turns
        Those of `changes` where one only turns back: to a train of the same line, the other way.
    """

    changes: tuple[str, ...]
    street: str | None
    lines: tuple[str, ...]
    stops: int
    seconds: Seconds
    more: Seconds
    early: bool = False
    turns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What an outage does to one trip of one traveller.

    Parameters
    ----------
    before
        The time while the unit runs.
    after
        The time without it; None if there is no way at all.
    more
        How much longer: links that both ways share cancel out, so that the range is that of the detour alone.
    more_wheelchair_lifts, more_assumed
        How many more wheelchair lifts, and ways that nobody describes, the detour takes.
    by
        Units ridden only on the detour, in the order ridden.
    goes_outside
        Whether the detour leaves the station though the usual way does not.
    by_train
        For a trip that is lost: the way round by another station, if that was asked for and there is one.
    """

    trip: Trip
    profile: str
    before: Seconds
    after: Seconds | None = None
    more: Seconds | None = None
    more_wheelchair_lifts: int = 0
    more_assumed: int = 0
    by: tuple[str, ...] = ()
    goes_outside: bool = False
    by_train: ByTrain | None = None

    @property
    def lost(self) -> bool:
        return self.after is None


@dataclass(frozen=True, slots=True)
class Outage:
    """Units that are out together and what that does. `out_now`: one of them is under repair as it is."""

    units: tuple[str, ...]
    out_now: bool
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Burden:
    """How much hangs on a unit: what the ranking of single points of failure goes by, in this order.

    Parameters
    ----------
    transfers_lost
        Transfers that somebody on wheels can't make any more.
    platforms_cut_off
        Ways between a platform and the street, each direction by itself, lost to somebody on wheels.
    trips_longer
        Transfers and ways to the street that get longer for somebody on wheels.
    more_s
        The sum of what they get longer, typically: of the traveller for whom each gets longest.
    """

    transfers_lost: int = 0
    platforms_cut_off: int = 0
    trips_longer: int = 0
    more_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit's place in the ranking; what weighs the same shares a place."""

    rank: int
    station: str
    unit: str
    out_now: bool
    burden: Burden


@dataclass(frozen=True, slots=True)
class StationOutages:
    """All that was asked of one station. Units whose outage changes nothing have no effects."""

    station: Station
    profiles: tuple[str, ...]
    singles: tuple[Outage, ...]
    pairs: tuple[Outage, ...]


# ── the trips of a station ───────────────────────────────────────────────────


def endpoints_of(station: Station) -> tuple[tuple[Endpoint, ...], tuple[Endpoint, ...]]:
    """Platforms, and the street with the exits whose numbers are known, of a station, in a stable order."""
    platforms = sorted({(each.line, each.direction) for each in station.platforms})
    nodes = {node.id for node in station.nodes if node.kind is NodeKind.EXIT}
    exits = [number for number in station.exits if f"{EXIT_NODE}{number}" in nodes]
    outside = [Endpoint(), *(Endpoint(exit=number) for number in exits)] if nodes else []
    return tuple(Endpoint(line, direction) for line, direction in platforms), tuple(outside)


def trips_of(station: Station) -> tuple[Trip, ...]:
    """Every transfer, and every way between a platform and the street, in a stable order."""
    platforms, outside = endpoints_of(station)
    changes = [Trip(*each) for each in transfers(platforms, station.name.ko)]
    outward = [Trip(start, end) for start in platforms for end in outside]
    return (*changes, *outward, *(Trip(each.end, each.start) for each in outward))


# ── one traveller ────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Way:
    """The best way of a trip under some outage; `path` is None and the cost infinite where there is none."""

    cost: float
    path: Path | None

    @property
    def units(self) -> frozenset[str]:
        return frozenset(step.link.unit for step in self.path or () if step.link.unit is not None)


class _Traveller:
    """The outages of one station for one traveller."""

    def __init__(self, index: Index, matrix: Matrix, trips: Sequence[Trip]) -> None:
        self.index, self.matrix = index, matrix
        ends = {end for trip in trips for end in (trip.start, trip.end)}
        self.nodes = {end: tuple(sorted(terminals(index, end))) for end in ends}
        self.trips = trips
        self._times: dict[str, Seconds] = {}
        self.train = at_train(matrix.profile, matrix.prices.costs)
        self.base = self.ways(trips, matrix.out_now)

    def ways(self, trips: Collection[Trip], out: Collection[str]) -> dict[Trip, _Way]:
        """The best way of each trip while exactly these units are out."""
        if not trips:
            return {}
        sources = sorted({node for trip in trips for node in self.nodes[trip.start]})
        trees = self.matrix.trees(sources, out)
        rows = {node: row for row, node in enumerate(sources)}
        return {trip: self._best(trees, rows, trip) for trip in trips}

    def _best(self, trees: Trees, rows: Mapping[str, int], trip: Trip) -> _Way:
        cost, start, end = min(
            (trees.cost(rows[start], end), start, end)
            for start in self.nodes[trip.start]
            for end in self.nodes[trip.end]
        )
        return _Way(cost, trees.path(rows[start], end) if np.isfinite(cost) else None)

    # what changes

    def single(self, unit: str) -> tuple[dict[Trip, _Way], dict[Trip, _Way]]:
        """The ways with the unit and without, of the trips that take it."""
        if unit in self.matrix.out_now:
            if unit not in self.matrix.pattern.pairs_of:
                return {}, {}
            running = self.ways(self.trips, self.matrix.out_now - {unit})
            taken = [trip for trip in self.trips if unit in running[trip].units]
            return {trip: running[trip] for trip in taken}, {trip: self.base[trip] for trip in taken}
        taken = [trip for trip in self.trips if unit in self.base[trip].units]
        return {trip: self.base[trip] for trip in taken}, self.ways(taken, self.matrix.out_now | {unit})

    def effects(self, before: Mapping[Trip, _Way], after: Mapping[Trip, _Way]) -> Iterator[Effect]:
        for trip in self.trips:
            if trip in before and trip in after and after[trip].cost > before[trip].cost:
                yield self.effect(trip, before[trip], after[trip])

    def effect(self, trip: Trip, before: _Way, after: _Way) -> Effect:
        old = before.path or ()
        trains = sum([self.train for end in (trip.start, trip.end) if end.line is not None], Seconds(0, 0, 0))
        took = trains + self._seconds(old)
        if after.path is None:
            return Effect(trip, self.matrix.profile.id, took)
        shared = {step.link.id for step in old} & {step.link.id for step in after.path}
        added = self._seconds(step for step in after.path if step.link.id not in shared)
        spared = self._seconds(step for step in old if step.link.id not in shared)
        (lifts, assumed, _), _ = self.matrix.digits.burden(after.cost)
        (lifts_before, assumed_before, _), _ = self.matrix.digits.burden(before.cost)
        return Effect(
            trip,
            self.matrix.profile.id,
            took,
            after=trains + self._seconds(after.path),
            more=Seconds(added.low - spared.high, added.typical - spared.typical, added.high - spared.low),
            more_wheelchair_lifts=lifts - lifts_before,
            more_assumed=assumed - assumed_before,
            by=tuple(
                dict.fromkeys(
                    step.link.unit
                    for step in after.path
                    if step.link.unit is not None and step.link.unit not in before.units
                )
            ),
            goes_outside=self._outside(after.path) and not self._outside(old),
        )

    def _seconds(self, steps: Iterable[Step]) -> Seconds:
        total = Seconds(0.0, 0.0, 0.0)
        for step in steps:
            link = step.link
            if link.id not in self._times:
                self._times[link.id] = self.matrix.prices.times(link).total()
            total += self._times[link.id]
        return total

    def _outside(self, path: Path) -> bool:
        return any(self.index.place(step.end).kind is PlaceKind.STREET for step in path[:-1])

    # pairs

    def pairs(self, singles: Mapping[str, Mapping[Trip, _Way]]) -> dict[tuple[str, str], list[Effect]]:
        """What two units do only together.

        A pair is worth asking about on a trip only where the way without the one takes the other: elsewhere one of the
        two alone says all.
        """
        asked: dict[tuple[str, str], set[Trip]] = defaultdict(set)
        for first, ways in singles.items():
            for trip, way in ways.items():
                for second in way.units & singles.keys():
                    asked[min(first, second), max(first, second)].add(trip)
        found: dict[tuple[str, str], list[Effect]] = {}
        for pair, wanted in asked.items():
            trips = [trip for trip in self.trips if trip in wanted]
            after = self.ways(trips, self.matrix.out_now | {*pair})
            worse = [
                self.effect(trip, self.base[trip], after[trip])
                for trip in trips
                if after[trip].cost > self._one_by_one(trip, [singles[unit] for unit in pair])
            ]
            if worse:
                found[pair] = worse
        return found

    def _one_by_one(self, trip: Trip, singles: Sequence[Mapping[Trip, _Way]]) -> float:
        """What two outages cost a trip that have nothing to do with each other: both detours, one after the other."""
        base = self.base[trip].cost
        return base + sum(each[trip].cost - base for each in singles if trip in each)


# ── a station ────────────────────────────────────────────────────────────────


def station_outages(
    station: Station,
    *,
    profiles: Sequence[Profile] = tuple(PROFILES.values()),
    ignore_status: bool = False,
    pairs: bool = True,
    costs: Costs | None = None,
) -> StationOutages:
    """Every unit out, alone and in pairs.

    Parameters
    ----------
    profiles
        For whom.
    ignore_status
        Take units under repair as working.
    pairs
        Whether to ask about pairs too.

    Raises
    ------
    InputRefusedError
        If the station's links are broken: a negative length, a node that does not exist.
    """
    index, table = index_of(station), costs or default_costs()
    trips = trips_of(station)
    units = [unit.id for unit in station.units if unit.kind in LOOKED_AT]
    alone: dict[str, list[Effect]] = {unit: [] for unit in units}
    together: dict[tuple[str, str], list[Effect]] = {}
    out_now: set[str] = set()
    for profile in profiles:
        matrix = matrix_of(index, profile, table, ignore_status=ignore_status)
        out_now |= matrix.out_now
        traveller = _Traveller(index, matrix, trips)
        without: dict[str, dict[Trip, _Way]] = {}
        for unit in units:
            before, after = traveller.single(unit)
            alone[unit] += traveller.effects(before, after)
            if unit not in matrix.out_now:
                without[unit] = after
        for pair, effects in traveller.pairs(without).items() if pairs else ():
            together.setdefault(pair, []).extend(effects)
    return StationOutages(
        station,
        tuple(profile.id for profile in profiles),
        tuple(Outage((unit,), unit in out_now, tuple(alone[unit])) for unit in units),
        tuple(
            Outage(pair, out_now=False, effects=tuple(together[pair]))
            for pair in combinations(units, 2)
            if pair in together
        ),
    )


def plan_b(
    station: Station,
    route: Route,
    *,
    without: Collection[str] = (),
    ignore_status: bool = False,
    costs: Costs | None = None,
    find: Callable[[frozenset[str]], Route | None] | None = None,
) -> Mapping[str, Route | None]:
    """For each unit that a route rides, the best route without it; None if there is none.

    Parameters
    ----------
    without, ignore_status
        As the route was searched.
    find
        How to find the route without some units, for who keeps what was found.
    """

    def found(out: frozenset[str]) -> Route | None:
        try:
            return find_route(
                station,
                route.start,
                route.end,
                profile=route.profile,
                without=out,
                ignore_status=ignore_status,
                costs=costs,
            )
        except NoRouteError:
            return None

    units = index_of(station).units
    ridden = dict.fromkeys(ride.unit for ride in route.rides if ride.unit in units)
    return {unit: (find or found)(frozenset({*without, unit})) for unit in ridden}


# ── the ranking ──────────────────────────────────────────────────────────────


def burden_of(outage: Outage) -> Burden:
    """How much hangs on the units of an outage, for everybody on wheels."""
    lost: set[Trip] = set()
    longer: dict[Trip, float] = {}
    for effect in outage.effects:
        if not PROFILES[effect.profile].wheels or not (effect.trip.is_transfer or effect.trip.is_street):
            continue
        if effect.more is None:
            lost.add(effect.trip)
        else:
            longer[effect.trip] = max(longer.get(effect.trip, 0.0), effect.more.typical)
    transfers = sum(trip.is_transfer for trip in lost)
    still = {trip: more for trip, more in longer.items() if trip not in lost}
    return Burden(transfers, len(lost) - transfers, len(still), sum(still.values()))


def ranking(stations: Iterable[StationOutages]) -> tuple[Ranked, ...]:
    """Single points of failure, worst first: units whose outage costs somebody on wheels a trip or time."""
    found = [
        (burden_of(outage), each.station.id, outage) for each in stations for outage in each.singles if outage.effects
    ]
    told = sorted(
        ((burden, station, outage) for burden, station, outage in found if burden != Burden()),
        key=lambda each: (_weight(each[0]), each[1], each[2].units),
    )
    ranks: dict[tuple[float, ...], int] = {}
    for place, (burden, _, _) in enumerate(told, 1):
        ranks.setdefault(_weight(burden), place)
    return tuple(
        Ranked(ranks[_weight(burden)], station, outage.units[0], outage.out_now, burden)
        for burden, station, outage in told
    )


def _weight(burden: Burden) -> tuple[float, ...]:
    return (-burden.transfers_lost, -burden.platforms_cut_off, -burden.trips_longer, -burden.more_s)
