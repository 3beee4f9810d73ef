"""Official acts → walks: platform, stretch, ride, stretch, ride, …, platform.

A walk keeps what one official route says and nothing else: which ride is named how, which level is stated before and
after it, and what lies on the stretches between. Which register unit a ride means is decided in `match.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from muui_maps.model import PlaceKind, UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from muui_maps.facts import ActFact, OfficialRouteFact

GROUND_LABEL = "1F"
"""There is no floor 0 in Korea: 1F is the ground."""

UNIT_OF_MEANS = {
    "elevator": UnitKind.ELEVATOR,
    "wheelchair_lift": UnitKind.WHEELCHAIR_LIFT,
    "escalator": UnitKind.ESCALATOR,
    "moving_walk": UnitKind.MOVING_WALK,
}

_PLACE_OF_WORD = {
    "platform": PlaceKind.PLATFORM,
    "concourse": PlaceKind.CONCOURSE,
    "transfer_concourse": PlaceKind.CONCOURSE,
    "passage": PlaceKind.PASSAGE,
    "outside": PlaceKind.STREET,
    "exit": PlaceKind.STREET,
}


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a walk is, as far as the text says: every field may be unknown."""

    line: str | None = None
    label: str | None = None
    place: PlaceKind | None = None
    direction: str | None = None

    @property
    def on_street(self) -> bool:
        return self.place is PlaceKind.STREET


@dataclass(frozen=True, slots=True)
class Mention:
    """One ride as a text names it."""

    route_id: str
    step: int
    kind: UnitKind
    start: Spot
    end: Spot
    line: str | None
    direction: str | None
    exits: tuple[str, ...]
    car: int | None
    door: int | None
    place: str | None
    toward: str | None  # the line of the place it leads to, where that is named

    @property
    def touches_street(self) -> bool:
        return self.start.on_street or self.end.on_street


@dataclass(frozen=True, slots=True)
class GateMention:
    side: str | None
    emergency: bool
    staff_call: bool | None
    transfer: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is walked between two rides."""

    gates: tuple[GateMention, ...] = ()
    crossings: int = 0
    length_m: float | None = None
    headings: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """One official route: `len(stretches) == len(rides) + 1`."""

    route: OfficialRouteFact
    rides: tuple[Mention, ...]
    stretches: tuple[Stretch, ...]
    boards_wheelchair_space: bool = False


@dataclass
class _Writer:
    """Collects a walk act by act."""

    route: OfficialRouteFact
    here: Spot
    line: str | None
    rides: list[Mention] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    stretch: Stretch = Stretch()
    hint: ActFact | None = None  # the unit that was walked to, named before it is boarded
    stairs: bool = False
    wheelchair_space: bool = False


def walk_of(route: OfficialRouteFact, acts: Iterable[ActFact]) -> Walk:
    """The walk that one official route describes.

    Parameters
    ----------
    route
        The head of the route.
    acts
        Its acts, in any order.
    """
    start = Spot(line=route.from_line, place=PlaceKind.PLATFORM, direction=route.from_direction)
    writer = _Writer(route=route, here=start, line=route.from_line)
    for act in sorted(acts, key=lambda a: (a.step, a.n)):
        _take(writer, act)
    writer.stretches.append(writer.stretch)
    _end_at_platform(writer)
    rides, stretches = _without_repeats(writer.rides, writer.stretches)
    rides = tuple(_with_street(rides, index) for index in range(len(rides)))
    return Walk(route, rides, stretches, writer.wheelchair_space)


def _take(writer: _Writer, act: ActFact) -> None:
    if act.kind == "ride" and act.means in UNIT_OF_MEANS:
        _ride(writer, act)
    elif act.kind in {"go", "alight"}:
        _go(writer, act)
    elif act.kind == "gate":
        gate = GateMention(act.side, act.place == "emergency_gate", act.staff_call, act.place == "transfer_gate")
        writer.stretch = replace(writer.stretch, gates=(*writer.stretch.gates, gate))
        _arrive(writer, act)
    elif act.kind == "cross":
        writer.stretch = replace(writer.stretch, crossings=writer.stretch.crossings + 1)
        writer.here = replace(writer.here, place=PlaceKind.STREET)
        _set_arrival(writer)
        _arrive(writer, act)
    elif act.kind == "turn" and act.heading:
        writer.stretch = replace(writer.stretch, headings=(*writer.stretch.headings, act.heading))
    elif act.kind == "board" and act.place == "wheelchair_space":
        writer.wheelchair_space = True
    if act.length_m is not None:
        known = writer.stretch.length_m or 0.0
        writer.stretch = replace(writer.stretch, length_m=known + act.length_m)


def _ride(writer: _Writer, act: ActFact) -> None:
    hint = writer.hint
    exits = act.exit or (hint.exit if hint else None)
    line = act.line or (hint.line if hint else None)
    toward = act.line if act.place in {"concourse", "platform", "passage", "transfer"} or act.direction else None
    start = writer.here
    if act.level and start.label is None and act.place not in {"concourse", "platform"}:
        start = replace(start, label=act.level)
    if exits and start.label == GROUND_LABEL and start.place is not PlaceKind.PLATFORM:
        start = replace(start, place=PlaceKind.STREET)
    mention = Mention(
        route_id=writer.route.route_id,
        step=act.step,
        kind=UNIT_OF_MEANS[act.means or "elevator"],
        start=start,
        end=Spot(),
        line=line,
        direction=act.direction or (hint.direction if hint else None),
        exits=tuple(exits.split("|")) if exits else (),
        car=act.car,
        door=act.door,
        place=act.place,
        toward=toward,
    )
    writer.rides.append(mention)
    writer.stretches.append(writer.stretch)
    writer.stretch = Stretch()
    writer.hint = None
    beyond = hint.line if hint is not None and hint.place == "passage" else None
    writer.line = act.line or beyond or (writer.route.to_line if writer.here.on_street else writer.line)
    writer.here = Spot(line=writer.line)


def _go(writer: _Writer, act: ActFact) -> None:
    if act.kind == "alight" and act.means:
        _arrive(writer, act)
        return
    if act.place in {*UNIT_OF_MEANS, "stairs"}:
        writer.hint = act
        from_exit = act.level is None and bool(writer.rides) and bool(writer.rides[-1].exits)
        if act.exit and (act.level == GROUND_LABEL or from_exit):
            writer.here = replace(writer.here, place=PlaceKind.STREET)
        _arrive(writer, act)
        return
    place = _PLACE_OF_WORD.get(act.place or "")
    if place is PlaceKind.PASSAGE and act.line and not act.level:
        # `2호선 방향 환승통로로 이동` leads to Line 2 but is not on it yet.
        writer.hint = act
        writer.here = replace(writer.here, place=place)
        _arrive(writer, replace(act, line=None))
        return
    if place is not None:
        direction = act.direction if place is PlaceKind.PLATFORM else None
        writer.here = replace(writer.here, place=place, direction=direction or writer.here.direction)
    if act.exit and place is PlaceKind.STREET:
        writer.hint = act
    _arrive(writer, act)


def _arrive(writer: _Writer, act: ActFact) -> None:
    """Take the level and line an act states; they belong to the arrival of the last ride if that has none yet."""
    if act.line and act.kind != "gate":
        writer.line = act.line
        writer.here = replace(writer.here, line=act.line)
    if act.level:
        writer.here = replace(writer.here, label=act.level)
    if act.level == GROUND_LABEL and writer.here.place is not PlaceKind.PLATFORM and _came_by_exit(writer):
        writer.here = replace(writer.here, place=PlaceKind.STREET)
    writer.stretch = replace(writer.stretch, spots=(*writer.stretch.spots, writer.here))
    _set_arrival(writer)


def _came_by_exit(writer: _Writer) -> bool:
    return bool(writer.rides) and bool(writer.rides[-1].exits) and not writer.rides[-1].start.on_street


def _set_arrival(writer: _Writer) -> None:
    if not writer.rides:
        return
    end = writer.rides[-1].end
    first = len(writer.stretch.spots) <= 1 and not writer.stretch.gates
    known = Spot(
        line=end.line or writer.here.line,
        label=end.label or writer.here.label,
        place=end.place or (writer.here.place if first else None),
        direction=end.direction or (writer.here.direction if first else None),
    )
    writer.rides[-1] = replace(writer.rides[-1], end=known)


def _end_at_platform(writer: _Writer) -> None:
    """The last ride of a walk without a gate after it ends on the platform of the destination."""
    route = writer.route
    if not writer.rides:
        return
    last = writer.rides[-1]
    if not writer.stretches[-1].gates and last.end.place in {None, PlaceKind.PLATFORM}:
        end = replace(last.end, line=route.to_line, place=PlaceKind.PLATFORM, direction=route.to_direction)
        writer.rides[-1] = replace(last, end=end)


def _without_repeats(
    rides: Sequence[Mention], stretches: Sequence[Stretch]
) -> tuple[tuple[Mention, ...], tuple[Stretch, ...]]:
    """Join a ride that is named twice: boarded, and named again on arrival, with no walk and no level between."""
    kept: list[Mention] = []
    between: list[Stretch] = [stretches[0]]
    for index, ride in enumerate(rides):
        before = stretches[index]
        if kept and before == Stretch() and kept[-1].end.label is None and _may_be_same(kept[-1], ride):
            first = kept[-1]
            kept[-1] = replace(
                first,
                end=ride.end,
                exits=first.exits or ride.exits,
                direction=first.direction or ride.direction,
                line=first.line or ride.line,
            )
            between[-1] = stretches[index + 1]
            continue
        kept.append(ride)
        between.append(stretches[index + 1])
    return tuple(kept), tuple(between)


def _may_be_same(first: Mention, second: Mention) -> bool:
    same_exit = not first.exits or not second.exits or first.exits == second.exits
    same_way = first.direction is None or second.direction is None or first.direction == second.direction
    return first.kind is second.kind and same_exit and same_way


def _with_street(rides: Sequence[Mention], index: int) -> Mention:
    """A lift at an exit that leads up or down to 1F ends on the street; the next ride then starts there."""
    ride = rides[index]
    end, start = ride.end, ride.start
    following = rides[index + 1] if index + 1 < len(rides) else None
    if end.place is not PlaceKind.PLATFORM and end.label in {GROUND_LABEL, None}:
        leaves = bool(ride.exits) and not start.on_street and following is not None
        goes_to_exit = following is not None and bool(following.exits) and end.label == GROUND_LABEL
        if end.on_street or leaves or goes_to_exit:
            end = replace(end, place=PlaceKind.STREET, label=GROUND_LABEL)
    if index and start.place is not PlaceKind.PLATFORM:
        before = rides[index - 1]
        left = bool(before.exits) and not before.start.on_street and start.label in {GROUND_LABEL, None}
        to_exit = bool(ride.exits) and start.label == GROUND_LABEL
        if start.on_street or left or to_exit or before.end.on_street:
            start = replace(start, place=PlaceKind.STREET, label=GROUND_LABEL)
    return replace(ride, start=start, end=end)
