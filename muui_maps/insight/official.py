"""What an official step-free route says, for a comparison: which rides, between which floors, through how many gates.

Read from the acts alone, not from the station assembled from them: a comparison must not lean on what it checks. Only
what the text states counts: a floor that it leaves out is None, and matches anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from muui_maps.model import STREET, LinkKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.facts import ActFact, OfficialRouteFact
    from muui_maps.model import Ride, Station, SurveyRun

GROUND = "1F"
"""How texts and surveys label the street; there is no floor 0 in Korean data."""


class OfficialFacts(Protocol):
    """The official routes of one station and their acts: `assemble.gather.StationFacts` is one."""

    @property
    def routes(self) -> Sequence[OfficialRouteFact]: ...

    @property
    def acts(self) -> Mapping[str, Sequence[ActFact]]: ...


@dataclass(frozen=True, slots=True)
class StatedRide:
    """A ride as a text or a survey states it: floors are labels (`B2`), None where it doesn't say."""

    kind: LinkKind
    from_level: str | None
    to_level: str | None

    def back(self) -> StatedRide:
        """The same ride the other way."""
        return StatedRide(self.kind, self.to_level, self.from_level)


@dataclass(frozen=True, slots=True)
class StatedRoute:
    """All rides of a text or a survey, and how many fare gates it passes."""

    rides: tuple[StatedRide, ...]
    gates: int

    def back(self) -> StatedRoute:
        """The same route the other way."""
        return StatedRoute(tuple(ride.back() for ride in reversed(self.rides)), self.gates)


def stated_by_text(acts: Sequence[ActFact]) -> StatedRoute:
    """The rides and gates of an official route.

    A ride begins on the floor that its own act names, else on the last one named since the ride before; it ends on the
    first one named after it and before the next ride. A floor named before an earlier ride is never carried over it.
    """
    rides: list[StatedRide] = []
    here: str | None = None
    for act in acts:
        if act.kind == "ride" and act.means is not None:
            rides.append(StatedRide(LinkKind(act.means), act.level or here, None))
            here = None
        elif act.level is not None:
            if rides and rides[-1].to_level is None:
                rides[-1] = StatedRide(rides[-1].kind, rides[-1].from_level, act.level)
            here = act.level
    return StatedRoute(tuple(rides), sum(act.kind == "gate" for act in acts))


_SURVEYED_RIDES = {
    "elevator": LinkKind.ELEVATOR,
    "building_lift": LinkKind.ELEVATOR,
    "wheelchair_lift": LinkKind.WHEELCHAIR_LIFT,
    "escalator": LinkKind.ESCALATOR,
    "moving_walk": LinkKind.MOVING_WALK,
    "stairs": LinkKind.STAIRS,
}


def stated_by_survey(run: SurveyRun) -> StatedRoute:
    """The rides and gates of a surveyed transfer: the last ride of a leg leads to the floor of the next leg."""
    rides: list[StatedRide] = []
    gates = 0
    for number, leg in enumerate(run.legs):
        kinds = [_SURVEYED_RIDES[item.item] for item in leg.items if item.item in _SURVEYED_RIDES]
        gates += sum(item.count or 0 for item in leg.items if item.item == "gate")
        for at, kind in enumerate(kinds):
            ends_leg = at == len(kinds) - 1 and number + 1 < len(run.legs)
            rides.append(StatedRide(kind, leg.level, run.legs[number + 1].level if ends_leg else leg.level))
    return StatedRoute(tuple(rides), gates)


class Floors:
    """The labels that a station's floors go by, to lay a stated floor beside one of ours."""

    def __init__(self, station: Station) -> None:
        self._labels = {
            level.id: frozenset({level.label or GROUND, *level.aliases})
            for level in station.levels
            if level.id != STREET
        }

    def labels(self, level: str) -> frozenset[str]:
        """Every label of a level: its own and its aliases."""
        if level == STREET:
            return frozenset({STREET, GROUND})
        return self._labels.get(level, frozenset({level.partition(":")[2]}))

    def same(self, stated: str | None, level: str) -> bool:
        """Whether a stated floor may be this level; one that is not stated may be any."""
        return stated is None or stated in self.labels(level)

    def ride(self, stated: StatedRide, ours: Ride) -> bool:
        """Whether a stated ride may be this one."""
        return (
            stated.kind is ours.kind
            and self.same(stated.from_level, ours.from_level)
            and self.same(stated.to_level, ours.to_level)
        )

    def rides(self, stated: Sequence[StatedRide], ours: Sequence[Ride]) -> bool:
        """Whether all rides agree: as many, in the same order, of the same kind, between the same floors."""
        return len(stated) == len(ours) and all(map(self.ride, stated, ours))

    def texts(self, one: Sequence[StatedRide], other: Sequence[StatedRide]) -> bool:
        """Whether two texts state rides that may be the same."""
        return len(one) == len(other) and all(
            a.kind is b.kind and _may_be(a.from_level, b.from_level) and _may_be(a.to_level, b.to_level)
            for a, b in zip(one, other, strict=True)
        )


def _may_be(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other
