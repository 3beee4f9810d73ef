"""The way round by train: what a traveller does when the lift of their transfer station is out and no other is there.

They come by train and want to go on by train. So the way is sought from the train at the station before to a train at
the station after, on the other line, with the station's own ways as they are without the lift: it may lead to the next
transfer station and back, over a third line, or to the opposite platform of this station. Where it would ride to this
station only to turn back, it starts at the station that it leads back to: who knows beforehand changes there.

Where the street is lost, it is the nearest station, by burden, whose street can be reached.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from muui_maps.model import Endpoint, Seconds
from muui_maps.network.city import Change, Prices, Ride, Stop
from muui_maps.network.graph import index_of
from muui_maps.network.matrix import matrix_of
from muui_maps.network.outages import ByTrain, Effect
from muui_maps.network.routes import find_route
from muui_maps.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from muui_maps.model import Profile, Station
    from muui_maps.network.city import City, Found
    from muui_maps.network.lines import Run
    from muui_maps.network.outages import Outage, StationOutages, Trip


def with_rounds(city: City, found: StationOutages) -> StationOutages:
    """The same outages; trips that are lost know their way round by train."""
    seeker = _Seeker(city, found.station)
    return replace(
        found,
        singles=tuple(seeker.told(each) for each in found.singles),
        pairs=tuple(seeker.told(each) for each in found.pairs),
    )


def round_of_transfer(
    city: City, station: Station, trip: Trip, *, profile: Profile, out: Collection[str], usual: Seconds
) -> ByTrain | None:
    """The way round by train for one transfer; None if there is none, or a line has no trains.

    Parameters
    ----------
    out
        Units to do without, beside those under repair.
    usual
        How long the transfer takes with them.
    """
    kept = index_of(station).memo
    key = ("rounds", id(city))  # of a city that the seeker holds on to
    if key not in kept:
        kept[key] = _Seeker(city, station)
    seeker: _Seeker = kept[key]
    return seeker.transfer(Effect(trip, profile.id, usual), profile, tuple(sorted(out)))


class _Seeker:
    """Ways round one station, which is as it is told here, not as the city has it."""

    def __init__(self, city: City, station: Station) -> None:
        self.city, self.station, self.station_id = city, station, station.id
        self._prices: dict[tuple[str, tuple[str, ...]], Prices] = {}

    def told(self, outage: Outage) -> Outage:
        if not any(effect.lost for effect in outage.effects):
            return outage
        return replace(outage, effects=tuple(self._with_round(each, outage.units) for each in outage.effects))

    def _with_round(self, effect: Effect, units: tuple[str, ...]) -> Effect:
        trip = effect.trip
        if not effect.lost or not (trip.is_transfer or trip.is_street):
            return effect
        profile = PROFILES[effect.profile]
        if trip.is_transfer:
            return replace(effect, by_train=self.transfer(effect, profile, units))
        outward = trip.start.line is not None
        platform = trip.start if outward else trip.end
        return replace(effect, by_train=self._street(effect, platform, profile, units, outward=outward))

    def _instead(self, profile: Profile, units: tuple[str, ...]) -> dict[str, Prices]:
        """The station's prices without the units."""
        key = (profile.id, units)
        if key not in self._prices:
            matrix = matrix_of(index_of(self.station), profile, self.city.costs, ignore_status=self.city.ignore_status)
            place = self.city.places[self.station_id]
            self._prices[key] = Prices(place, matrix, matrix.out_now | frozenset(units))
        return {self.station_id: self._prices[key]}

    def _stop(self, platform: Endpoint) -> Stop | None:
        """The platform on the map of the trains; None where its line has no trains."""
        stops = self.city.places[self.station_id].stops
        return next((stop for stop, endpoint in stops.items() if endpoint == platform), None)

    def _before(self, stop: Stop) -> dict[Stop, Run]:
        """The platforms of the stations before, whose trains stop at this one."""
        return {
            Stop(run.line, run.start, run.end): run
            for run in self.city.lines.runs.values()
            if run.line == stop.line and run.end == stop.station and stop in self.city.arrivals(run)
        }

    def transfer(self, effect: Effect, profile: Profile, units: tuple[str, ...]) -> ByTrain | None:
        start, end = self._stop(effect.trip.start), self._stop(effect.trip.end)
        if start is None or end is None:
            return None
        before, then = self._before(start), self.city.lines.runs[end.line, end.station, end.next_station]
        there = dict.fromkeys(
            (stop for stop in self.city.stops if (stop.line, stop.station) == (then.line, then.end)), 0.0
        )

        def search(starts: Iterable[Stop]) -> Found | None:
            network = self.city.network(profile)
            return network.search(dict.fromkeys(starts, 0.0), there, instead=self._instead(profile, units))

        found = search(before)
        if found is None:
            return None
        found, to_station = self._planned(found, before[found.first], search)
        return self._by_train(effect, found, profile, units, (*to_station, then))

    def _street(
        self, effect: Effect, platform: Endpoint, profile: Profile, units: tuple[str, ...], *, outward: bool
    ) -> ByTrain | None:
        stop = self._stop(platform)
        if stop is None:
            return None
        before = self._before(stop)

        def search(starts: Iterable[Stop]) -> Found | None:
            return self.city.network(profile).search(
                dict.fromkeys(starts, 0.0),
                {},
                instead=self._instead(profile, units),
                street_of=self.station_id.__ne__,
            )

        found = search(before)
        if found is None:
            return None
        found, to_station = self._planned(found, before[found.first], search)
        street = self.city.place_of[found.last]
        if not outward and not self._can_get_in(street, found.last, profile):
            return None
        return self._by_train(effect, found, profile, units, to_station, street=street)

    def _planned(
        self, found: Found, last_run: Run, search: Callable[[Iterable[Stop]], Found | None]
    ) -> tuple[Found, tuple[Run, ...]]:
        """The way of who knows beforehand, and the runs that bring them to the station as usual.

        Where the way rides to the station only to turn back there, who comes from that side changes before it: the way
        is sought from the train at the station where it leads back to.
        """
        match found.parts:
            case (Ride(), Change() as turn, Ride() as back, *_) if (
                turn.station == self.station_id and turn.start.line == turn.end.line
            ):
                runs = self.city.lines.runs
                there = [runs.get((run.line, run.end, run.start)) for run in reversed(back.runs)]
                usual = tuple(run for run in there if run is not None)
                if len(usual) == len(there) and usual[-1] == last_run:
                    start = Stop(usual[0].line, usual[0].start, usual[0].end)
                    planned = search([start])
                    if planned is not None and not isinstance(next(iter(planned.parts), None), Ride):
                        return planned, usual
        return found, (last_run,)

    def _can_get_in(self, station_id: str, stop: Stop, profile: Profile) -> bool:
        prices = self.city.network(profile).price(station_id)
        return bool(np.isfinite(prices.into[prices.stops.index(stop)]))

    def _by_train(
        self,
        effect: Effect,
        found: Found,
        profile: Profile,
        units: tuple[str, ...],
        usual: tuple[Run, ...],
        *,
        street: str | None = None,
    ) -> ByTrain:
        """What was found, beside the usual way: the runs around the station and the way inside it."""
        rides = [part for part in found.parts if isinstance(part, Ride)]
        runs = [run for ride in rides for run in ride.runs]
        inside = Seconds(0.0, 0.0, 0.0)
        for part in found.parts:
            if isinstance(part, Change):
                inside += self._seconds(part, profile, units)
        if street is not None:
            inside += self.city.route(street, self.city.places[street].stops[found.last], Endpoint(), profile).seconds
        added = inside + _total(run for run in runs if run not in usual)
        spared = effect.before + _total(run for run in usual if run not in runs)
        changes = [part for part in found.parts if isinstance(part, Change)]
        stations = tuple(dict.fromkeys(part.station for part in changes))
        to_other_lines = {part.station for part in changes if part.start.line != part.end.line}
        return ByTrain(
            changes=stations,
            street=street,
            lines=tuple(dict.fromkeys(ride.line for ride in rides)),
            stops=len(runs),
            seconds=inside + _total(runs),
            early=not isinstance(next(iter(found.parts), None), Ride),
            turns=tuple(each for each in stations if each not in to_other_lines),
            more=Seconds(added.low - spared.high, added.typical - spared.typical, added.high - spared.low),
        )

    def _seconds(self, change: Change, profile: Profile, units: tuple[str, ...]) -> Seconds:
        if change.station != self.station_id:
            return self.city.route(change.station, change.start, change.end, profile).seconds
        return find_route(
            self.station,
            change.start,
            change.end,
            profile=profile,
            without=units,
            ignore_status=self.city.ignore_status,
            costs=self.city.costs,
        ).seconds


def _total(runs: Iterable[Run]) -> Seconds:
    return sum((run.seconds for run in runs), Seconds(0.0, 0.0, 0.0))
