"""Every question that a page of the site can be asked, answered by the search that the command line uses.

A question is a pair of ends, a traveller, and at most one lift that is out. Only lifts that matter to a way are asked
about: those it rides, and those that would do as well. Without any other the way is the same, so that the page gives
the answer with everything working.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.errors import NoRouteError
from muui_maps.model import Endpoint, Route, Text
from muui_maps.network import outages
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

    `plan_b` is the way without each unit ridden (None where there is none), `repaired` the way if the units under
    repair ran, where there is none without them.
    """

    start: Endpoint
    end: Endpoint
    profile: str
    out: str
    found: Route | NoWay
    plan_b: Mapping[str, Route | None] = field(default_factory=dict)
    repaired: Route | None = None


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

    def units_that_matter(self, route: Route) -> tuple[str, ...]:
        """Units without which the way, or what is told of it, is another: in the order in which they are ridden."""
        ridden = [unit for leg in route.legs if leg.unit is not None for unit in (leg.unit.id, *leg.same_as)]
        return tuple(unit for unit in dict.fromkeys(ridden) if unit in self._units)

    def answers(self, pair: Pair) -> Iterator[Answer]:
        """Of every traveller with everything working, and without each unit that matters to that."""
        for profile in PROFILES:
            whole = self.route(pair, profile)
            yield self._answer(pair, profile, "", whole)
            if isinstance(whole, Route):
                for unit in self.units_that_matter(whole):
                    yield self._answer(pair, profile, unit, self.route(pair, profile, frozenset({unit})))

    def _answer(self, pair: Pair, profile: str, out: str, found: Route | NoWay) -> Answer:
        without = frozenset({out} - {""})
        if isinstance(found, NoWay):
            return Answer(*pair, profile, out, found, repaired=self._repaired(pair, profile, without))
        if out:
            plan_b = outages.plan_b(self.loaded.model, found, without=without)
        else:  # the very answers that the page gives when one of them is out
            units = dict.fromkeys(ride.unit for ride in found.rides if ride.unit in self._units)
            others = {unit: self.route(pair, profile, frozenset({unit})) for unit in units}
            plan_b = {unit: other if isinstance(other, Route) else None for unit, other in others.items()}
        return Answer(*pair, profile, out, found, plan_b)

    def _repaired(self, pair: Pair, profile: str, without: frozenset[str]) -> Route | None:
        try:
            found = self.loaded.route(*pair, profile=profile, without=sorted(without), ignore_status=True)
        except NoRouteError:
            return None
        return found.model
