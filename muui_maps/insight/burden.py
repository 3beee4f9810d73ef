"""What changing trains costs somebody in a wheelchair, beside somebody on foot: one row for each transfer of a station.

Everything is taken as working, unless said otherwise: the building is judged, not the day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.assemble.directions import platforms_of, transfers
from muui_maps.errors import NoRouteError
from muui_maps.model import Endpoint, LinkKind, Method
from muui_maps.network.routes import find_route
from muui_maps.profiles import profile as profile_of

if TYPE_CHECKING:
    from muui_maps.model import Profile, Route, Station

IN_A_CHAIR, ON_FOOT = "manual_wheelchair", "walker"
"""Whose ways are held beside each other."""


@dataclass(frozen=True, slots=True)
class TransferBurden:
    """One transfer.

    Parameters
    ----------
    chair
        The way in a manual wheelchair while everything works; None if there is none.
    today
        The same with what is under repair left out.
    walker
        The way on foot.
    """

    station: Station
    start: Endpoint
    end: Endpoint
    chair: Route | None
    today: Route | None
    walker: Route | None

    @property
    def minutes(self) -> float | None:
        """Typical minutes in a wheelchair; None without a way."""
        return None if self.chair is None else self.chair.seconds.typical / 60

    @property
    def minutes_more(self) -> float | None:
        """Typical minutes over those on foot; None where one of the two is unknown."""
        if self.chair is None or self.walker is None:
            return None
        return (self.chair.seconds.typical - self.walker.seconds.typical) / 60

    @property
    def lifts(self) -> int:
        return self._rides(LinkKind.ELEVATOR)

    @property
    def wheelchair_lifts(self) -> int:
        return self._rides(LinkKind.WHEELCHAIR_LIFT)

    @property
    def staff_calls(self) -> int:
        return self.chair.staff_calls if self.chair else 0

    @property
    def forced_out(self) -> bool:
        """Whether the wheelchair must leave the gates and go in again, or go outside, though walkers need not."""
        if self.chair is None:
            return False
        on_foot = self.walker is not None and (self.walker.reentries > 0 or self.walker.goes_outside)
        return (self.chair.reentries > 0 or self.chair.goes_outside) and not on_foot

    @property
    def surveyed(self) -> str | None:
        """The newest date on which anything of the way was surveyed, as its source writes it; None if nothing was."""
        return max(_survey_dates(self.chair), default=None) if self.chair is not None else None

    def _rides(self, kind: LinkKind) -> int:
        return sum(ride.kind is kind for ride in self.chair.rides) if self.chair else 0


def _survey_dates(route: Route) -> set[str]:
    found = {route.run.observed_at} if route.run is not None else set()
    for leg in route.legs:
        sources = [each for traversal in leg.traversals for field in traversal.link.evidence.values() for each in field]
        sources += leg.unit.evidence if leg.unit is not None else ()
        found |= {each.date for each in sources if each.method is Method.SURVEYED and each.date is not None}
    return found


def transfer_burdens(station: Station) -> tuple[TransferBurden, ...]:
    """Every transfer from a platform of one line to a platform of another, in a stable order."""
    chair, walker = profile_of(IN_A_CHAIR), profile_of(ON_FOOT)
    return tuple(
        TransferBurden(
            station,
            start,
            end,
            _way(station, start, end, chair, ignore_status=True),
            _way(station, start, end, chair, ignore_status=False),
            _way(station, start, end, walker, ignore_status=True),
        )
        for start, end in transfers(platforms_of(station.directions), station.name.ko)
    )


def _way(station: Station, start: Endpoint, end: Endpoint, profile: Profile, *, ignore_status: bool) -> Route | None:
    try:
        return find_route(station, start, end, profile=profile, ignore_status=ignore_status)
    except NoRouteError:
        return None
