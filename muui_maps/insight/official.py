"""What an official step-free route says, for a comparison: which rides, between which floors, through how many gates.

Read from the acts alone, not from the station assembled from them: a comparison must not lean on what it checks. Only
what the text states counts: a floor that it leaves out is None, and matches anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from muui_maps.model import STREET, LinkKind
from muui_maps.survey.items import rides_of

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
    """All rides of a text or a survey, how many fare gates it passes, and whether it takes stairs."""

    rides: tuple[StatedRide, ...]
    gates: int
    stairs: bool = False

    def back(self) -> StatedRoute:
        """The same route the other way."""
        return StatedRoute(tuple(ride.back() for ride in reversed(self.rides)), self.gates, self.stairs)


_LEADS = frozenset({"concourse", "transfer_concourse", "platform", "passage", "transfer"})
"""Places that a ride is said to lead to: a floor named with one is where it ends, if it is known where it began."""


def stated_by_text(acts: Sequence[ActFact]) -> StatedRoute:
    """The rides and gates of an official route.

    A ride begins on the floor that its own act names, else on the last one named since the ride before; it ends on the
    first one named after it and before the next ride. A floor named before an earlier ride is never carried over it.
    A lift that is walked to without being boarded counts as ridden if the next floor named is another one.
    """
    rides: list[StatedRide] = []
    here: str | None = None
    walked_to: str | None = None
    stairs = False
    for act in acts:
        if act.kind == "ride" and act.means is not None:
            ride = _ride(act, here)
            rides.append(ride)
            here, walked_to = None, None
            continue
        stairs |= act.means == "stairs" or act.place == "stairs"
        label = act.level.rpartition("|")[2] if act.level else None
        if walked_to is not None and label is not None and label != here:
            rides.append(StatedRide(LinkKind(walked_to), here, label))
        elif label is not None and rides and rides[-1].to_level is None:
            rides[-1] = StatedRide(rides[-1].kind, rides[-1].from_level, label)
        first = here is None and not rides
        if act.kind == "go" and act.place in _WALKED_TO:
            # Walked to from a train, it leads to the floor named with it: there is no other word for the platform's.
            walked_to, label = str(act.place), None if first else label
        elif label is not None:
            walked_to = None
        here = label or here
    return StatedRoute(tuple(rides), sum(act.kind == "gate" for act in acts), stairs)


_WALKED_TO = frozenset({"elevator", "wheelchair_lift"})


def _ride(act: ActFact, here: str | None) -> StatedRide:
    first, _, last = (act.level or "").partition("|")  # `B2|B1` is a ride from the one to the other
    kind = LinkKind(str(act.means))
    if first and not last and here not in {None, first} and (act.place in _LEADS or act.direction):
        return StatedRide(kind, here, first)
    return StatedRide(kind, first or here, last or None)


def stated_by_survey(run: SurveyRun) -> StatedRoute:
    """The rides and gates of a surveyed transfer: the last ride of a leg leads to the floor of the next leg."""
    rides: list[StatedRide] = []
    gates = 0
    for number, leg in enumerate(run.legs):
        kinds = rides_of(leg)
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
