"""Every question that a page of the site can be asked, answered by the search that the command line uses.

A question is a pair of ends, a traveller, and at most one lift that is out. Only lifts that matter to a way are asked
about: those it rides, and those that would do as well. Without any other the way is the same, so that the page gives
the answer with everything working.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps import build
from muui_maps.errors import NoRouteError
from muui_maps.maps.way_back import WayBack
from muui_maps.model import Endpoint, Route, Text
from muui_maps.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from muui_maps.api import LoadedStation

Pair = tuple[Endpoint, Endpoint]


@dataclass(frozen=True, slots=True)
class NoWay:
    """There is no way for this traveller; `blockers` say what stands in it."""

    blockers: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a page shows for one question; `out` is empty when everything that is not under repair works.

    Parameters
    ----------
    plan_b, back
        As the maps take them (`maps.options.Options`).
    repaired
        Where there is no way: the way if the units under repair ran.
    instead
        Where there is no way because `out` is out: the way round by another station, in words.
    """

    start: Endpoint
    end: Endpoint
    profile: str
    out: str
    found: Route | NoWay
    plan_b: Mapping[str, Route | Text | None] = field(default_factory=dict)
    back: WayBack | None = None
    repaired: Route | None = None
    instead: Text | None = None


class Asked:
    """A station's answers, each searched once."""

    def __init__(self, loaded: LoadedStation) -> None:
        self.loaded = loaded
        self._units = frozenset(unit.id for unit in loaded.model.units)
        self._found: dict[tuple[Pair, str, frozenset[str]], Route | NoWay] = {}

    def route(self, pair: Pair, profile: str, out: frozenset[str] = frozenset()) -> Route | NoWay:
        """What `muui-maps route` says to the same question."""
        key = (pair, profile, out)
        if key not in self._found:
            try:
                self._found[key] = self.loaded.route(*pair, profile=profile, without=sorted(out)).model
            except NoRouteError as error:
                self._found[key] = NoWay(error.blockers)
        return self._found[key]

    def has_way(self, pair: Pair, profile: str, out: str) -> bool:
        """Whether there is a way without a unit (or with all, if `out` is empty)."""
        whole = self.route(pair, profile)
        if isinstance(whole, NoWay) or out not in self.units_that_matter(whole):
            return isinstance(whole, Route)
        return isinstance(self.route(pair, profile, frozenset({out})), Route)

    def units_that_matter(self, route: Route) -> tuple[str, ...]:
        """Units without which the way, or what is told of it, is another: in the order in which they are ridden."""
        ridden = [unit for leg in route.legs if leg.unit is not None for unit in (leg.unit.id, *leg.same_as)]
        return tuple(unit for unit in dict.fromkeys(ridden) if unit in self._units)

    def answers(self, pair: Pair) -> Iterator[Answer]:
        """Of every traveller with everything working, and without each unit that matters to that."""
        for profile in PROFILES:
            whole = self._answer(pair, profile, "", {})
            yield whole
            if isinstance(whole.found, Route):
                for unit in self.units_that_matter(whole.found):
                    yield self._answer(pair, profile, unit, whole.plan_b)

    def _answer(self, pair: Pair, profile: str, out: str, rounds: Mapping[str, Route | Text | None]) -> Answer:
        without = frozenset({out} - {""})
        found = self.route(pair, profile, without)
        if isinstance(found, NoWay):
            instead = rounds.get(out)
            repaired = self._repaired(pair, profile, without)
            return Answer(*pair, profile, out, found, repaired=repaired, instead=_if_words(instead))

        def find(units: frozenset[str]) -> Route | None:
            return self._way_without(pair, profile, units)

        plan_b = build.plan_b(self.loaded, found, build.Wish(profile=profile, without=tuple(without)), find=find)
        return Answer(*pair, profile, out, found, plan_b, self._back(pair, profile, without))

    def _way_without(self, pair: Pair, profile: str, units: frozenset[str]) -> Route | None:
        """A way without these units: the one without one of them where none matters to it; none where that has none."""
        for unit in sorted(units):
            known = self._found.get((pair, profile, frozenset({unit})))
            if isinstance(known, NoWay):
                return None
            if known is not None and units.isdisjoint(self.units_that_matter(known)):
                return known
        found = self.route(pair, profile, units)
        return found if isinstance(found, Route) else None

    def _back(self, pair: Pair, profile: str, without: frozenset[str]) -> WayBack | None:
        """For a transfer: an exit's way back is another page's."""
        if pair not in self.loaded.transfers:
            return None
        back = self.route((pair[1], pair[0]), profile, without)
        return WayBack(back if isinstance(back, Route) else None)

    def _repaired(self, pair: Pair, profile: str, without: frozenset[str]) -> Route | None:
        try:
            found = self.loaded.route(*pair, profile=profile, without=sorted(without), ignore_status=True)
        except NoRouteError:
            return None
        return found.model


def _if_words(way: Route | Text | None) -> Text | None:
    return way if isinstance(way, Text) else None
