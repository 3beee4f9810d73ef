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

STAIRS = "stairs"

_PLACE_OF_WORD = {
    "platform": PlaceKind.PLATFORM,
    "concourse": PlaceKind.CONCOURSE,
    "transfer_concourse": PlaceKind.CONCOURSE,
    "passage": PlaceKind.PASSAGE,
    "outside": PlaceKind.STREET,
    "exit": PlaceKind.STREET,
}
_LEADS_TO_LINE = frozenset({"concourse", "platform", "passage", "transfer"})


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a walk is, as far as the text says: every field may be unknown.

    `carried` says that the label is that of the place before: the text names no floor for this one.
    """

    line: str | None = None
    label: str | None = None
    place: PlaceKind | None = None
    direction: str | None = None
    carried: bool = False

    @property
    def on_street(self) -> bool:
        return self.place is PlaceKind.STREET

    @property
    def on_platform(self) -> bool:
        return self.place is PlaceKind.PLATFORM


@dataclass(frozen=True, slots=True)
class Mention:
    """One ride as a text or a survey names it. `toward` is the line of the place it leads to, where that is named."""

    route_id: str
    step: int
    kind: UnitKind
    start: Spot
    end: Spot
    line: str | None = None
    directions: tuple[str, ...] = ()
    exits: tuple[str, ...] = ()
    car: int | None = None
    door: int | None = None
    place: str | None = None
    toward: str | None = None

    @property
    def ends(self) -> tuple[Spot, Spot]:
        return self.start, self.end

    @property
    def touches_street(self) -> bool:
        return self.start.on_street or self.end.on_street


@dataclass(frozen=True, slots=True)
class GateMention:
    """A fare gate as a text names it; `side` is `in`, `out` or None."""

    side: str | None = None
    emergency: bool = False
    staff_call: bool | None = None
    transfer: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is walked between two rides."""

    gates: tuple[GateMention, ...] = ()
    crossings: int = 0
    stairs: bool = False
    length_m: float | None = None
    headings: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """One official route: `len(stretches) == len(rides) + 1`."""

    route: OfficialRouteFact
    rides: tuple[Mention, ...]
    stretches: tuple[Stretch, ...]

    @property
    def start(self) -> tuple[str, str]:
        return self.route.from_line, self.route.from_direction

    @property
    def end(self) -> tuple[str, str]:
        return self.route.to_line, self.route.to_direction

    @property
    def row(self) -> int | None:
        """The row of its first step in the publisher's file, where the record is one."""
        return int(self.route.record) if self.route.record.isdigit() else None


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
        _take(writer, _of_this_route(route, act))
    writer.stretches.append(writer.stretch)
    _end_at_platform(writer)
    rides, stretches = _without_repeats(_by_platform(writer.rides, writer.stretches), writer.stretches)
    return Walk(route, tuple(_with_street(rides, index) for index in range(len(rides))), stretches)


def _of_this_route(route: OfficialRouteFact, act: ActFact) -> ActFact:
    """The act with one line and one kind of place, where its text names several: a passage `towards Lines 5 and 6`."""
    line, place = act.line, act.place
    if line and "|" in line:
        named = line.split("|")
        line = next((known for known in (route.to_line, route.from_line) if known in named), named[0])
    if place and "|" in place:
        place = place.split("|")[0]
    return act if (line, place) == (act.line, act.place) else replace(act, line=line, place=place)


def _take(writer: _Writer, act: ActFact) -> None:
    if act.kind == "ride" and act.means in UNIT_OF_MEANS:
        _ride(writer, act)
    elif act.means == STAIRS or (act.kind == "go" and act.place == STAIRS):
        writer.stretch = replace(writer.stretch, stairs=True)
        _arrive(writer, act)
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
    if act.heading:
        writer.stretch = replace(writer.stretch, headings=(*writer.stretch.headings, act.heading))
    if act.length_m is not None:
        writer.stretch = replace(writer.stretch, length_m=(writer.stretch.length_m or 0.0) + act.length_m)


def _ride(writer: _Writer, act: ActFact) -> None:
    hint, start = writer.hint, writer.here
    exits = act.exit or (hint.exit if hint else None)
    direction = act.direction or (hint.direction if hint else None)
    leads = act.place in _LEADS_TO_LINE or bool(act.direction)
    first, _, last = (act.level or "").partition("|")  # `B2|B1` is a ride from the one to the other
    if first and start.label is None and (last or act.place not in {"concourse", "platform"}):
        start = replace(start, label=first, carried=False)
    if exits and start.label == GROUND_LABEL and not start.on_platform:
        start = replace(start, place=PlaceKind.STREET)
    mention = Mention(
        route_id=writer.route.route_id,
        step=act.step,
        kind=UNIT_OF_MEANS[act.means or "elevator"],
        start=start,
        end=Spot(label=last or None),
        line=act.line or (hint.line if hint else None),
        directions=tuple(direction.split("|")) if direction else (),
        exits=tuple(exits.split("|")) if exits else (),
        car=act.car,
        door=act.door,
        place=act.place,
        toward=act.line if leads else None,
    )
    writer.rides.append(mention)
    writer.stretches.append(writer.stretch)
    beyond = hint.line if hint is not None and hint.place == "passage" else None
    writer.line = act.line or beyond or (writer.route.to_line if writer.here.on_street else writer.line)
    writer.stretch, writer.hint, writer.here = Stretch(), None, Spot(line=writer.line, label=last or None)


def _go(writer: _Writer, act: ActFact) -> None:
    if act.kind == "alight" and act.means:
        if act.place in _PLACE_OF_WORD:  # `지하2층 승강장 엘리베이터`, where the ride ends
            writer.here = replace(writer.here, place=_PLACE_OF_WORD[act.place], direction=act.direction)
        _arrive(writer, act)
        return
    _ride_walked_to(writer, act)
    if act.place in UNIT_OF_MEANS:
        writer.hint = act
        from_exit = act.level is None and bool(writer.rides) and bool(writer.rides[-1].exits)
        if act.exit and (act.level == GROUND_LABEL or from_exit):
            writer.here = replace(writer.here, place=PlaceKind.STREET)
        # A lift of the other line that is walked to along the platform: one is still on the platform.
        _arrive(writer, replace(act, line=None) if writer.here.on_platform and writer.here.line else act)
        return
    place = _PLACE_OF_WORD.get(act.place or "")
    if place is PlaceKind.PASSAGE and act.line and not act.level:
        # `2호선 방향 환승통로로 이동` leads to Line 2 but is not on it yet.
        writer.hint = act
        writer.here = replace(writer.here, place=place)
        _arrive(writer, replace(act, line=None))
        return
    if place is not None:
        direction = _platform_direction(writer.route, act) if place is PlaceKind.PLATFORM else None
        writer.here = replace(writer.here, place=place, direction=direction or writer.here.direction, carried=True)
    if act.exit and place is PlaceKind.STREET:
        writer.hint = act
    _arrive(writer, act)


def _ride_walked_to(writer: _Writer, act: ActFact) -> None:
    """A lift that is walked to and not boarded was ridden, if the next floor named is another one.

    Walked to from the train, the floor named with the lift is where it leads: no text has named the platform's yet.
    """
    hint = writer.hint
    lift = hint is not None and hint.place in {"elevator", "wheelchair_lift"}
    if hint is None or not lift or act.level is None or act.place in UNIT_OF_MEANS:
        return
    first = not writer.rides and len(writer.stretch.spots) == 1 and hint.level is not None
    if first:
        writer.here = replace(writer.here, label=None)
    if writer.here.label != act.level.rpartition("|")[2]:
        _ride(writer, replace(hint, kind="ride", means=hint.place, place=None, level=None))


def _platform_direction(route: OfficialRouteFact, act: ActFact) -> str | None:
    """The platform's direction; of an island that is named by both, the one the route uses."""
    named = act.direction.split("|") if act.direction else []
    if len(named) > 1:
        return next((known for known in (route.to_direction, route.from_direction) if known in named), named[0])
    return named[0] if named else None


def _arrive(writer: _Writer, act: ActFact) -> None:
    """Take the level and line an act states; they belong to the arrival of the last ride if that has none yet."""
    if act.line and act.kind != "gate":
        writer.line = act.line
        writer.here = replace(writer.here, line=act.line)
    label = act.level.rpartition("|")[2] if act.level else None
    if label:
        writer.here = replace(writer.here, label=label, carried=False)
    if label == GROUND_LABEL and not writer.here.on_platform and _came_by_exit(writer):
        writer.here = replace(writer.here, place=PlaceKind.STREET)
    writer.stretch = replace(writer.stretch, spots=(*writer.stretch.spots, writer.here))
    _set_arrival(writer)


def _came_by_exit(writer: _Writer) -> bool:
    return bool(writer.rides) and bool(writer.rides[-1].exits) and not writer.rides[-1].start.on_street


def _set_arrival(writer: _Writer) -> None:
    if not writer.rides or writer.stretch.stairs:
        return
    end = writer.rides[-1].end
    first = len(writer.stretch.spots) <= 1 and not writer.stretch.gates
    known = Spot(
        line=end.line or writer.here.line,
        label=end.label or writer.here.label,
        carried=end.label is None and writer.here.carried,
        place=end.place or (writer.here.place if first else None),
        direction=end.direction or (writer.here.direction if first else None),
    )
    writer.rides[-1] = replace(writer.rides[-1], end=known)


def _end_at_platform(writer: _Writer) -> None:
    """The last ride of a walk without a gate, a hall or stairs after it ends on the platform of the destination."""
    if not writer.rides:
        return
    last, rest = writer.rides[-1], writer.stretches[-1]
    through_halls = any(spot.place in {PlaceKind.CONCOURSE, PlaceKind.PASSAGE} for spot in rest.spots)
    barred = rest.gates or rest.stairs or through_halls
    if not barred and last.end.place in {None, PlaceKind.PLATFORM}:
        route = writer.route
        end = replace(last.end, line=route.to_line, place=PlaceKind.PLATFORM, direction=route.to_direction)
        writer.rides[-1] = replace(last, end=end)


def _by_platform(rides: Sequence[Mention], stretches: Sequence[Stretch]) -> list[Mention]:
    """A ride to `7호선 수락산 방면` whose arrival nothing describes ends on that platform; the next starts there."""
    told = list(rides)
    for index, ride in enumerate(rides[:-1]):
        after = rides[index + 1]
        silent = ride.end.label is None and ride.end.place is None and not stretches[index + 1].gates
        named = ride.line is not None and ride.toward == ride.line and len(ride.directions) == 1
        if silent and named and not ride.start.on_platform:
            platform = Spot(line=ride.line, place=PlaceKind.PLATFORM, direction=ride.directions[0])
            told[index] = replace(told[index], end=platform)
            if after.start.label is None and after.start.place is None:
                told[index + 1] = replace(after, start=platform)
    return told


def _without_repeats(
    rides: Sequence[Mention], stretches: Sequence[Stretch]
) -> tuple[tuple[Mention, ...], tuple[Stretch, ...]]:
    """Join a ride that is named twice: boarded, and named again on arrival, with no walk and no level between."""
    kept: list[Mention] = []
    between: list[Stretch] = [stretches[0]]
    for index, ride in enumerate(rides):
        if kept and stretches[index] == Stretch() and kept[-1].end.label is None and _may_be_same(kept[-1], ride):
            first = kept[-1]
            kept[-1] = replace(
                first,
                end=ride.end,
                exits=first.exits or ride.exits,
                directions=first.directions or ride.directions,
                line=first.line or ride.line,
            )
            between[-1] = stretches[index + 1]
            continue
        kept.append(ride)
        between.append(stretches[index + 1])
    return tuple(kept), tuple(between)


def _may_be_same(first: Mention, second: Mention) -> bool:
    same_exit = not first.exits or not second.exits or first.exits == second.exits
    same_way = not first.directions or not second.directions or first.directions == second.directions
    return first.kind is second.kind and same_exit and same_way


def _with_street(rides: Sequence[Mention], index: int) -> Mention:
    """A lift at an exit that leads up or down to 1F ends on the street; the next ride then starts there."""
    ride = rides[index]
    end, start = ride.end, ride.start
    following = rides[index + 1] if index + 1 < len(rides) else None
    if not end.on_platform and end.label in {GROUND_LABEL, None}:
        leaves = bool(ride.exits) and not start.on_street and following is not None
        goes_to_exit = following is not None and bool(following.exits) and end.label == GROUND_LABEL
        if end.on_street or leaves or goes_to_exit:
            end = replace(end, place=PlaceKind.STREET, label=GROUND_LABEL)
    if index and not start.on_platform:
        before = rides[index - 1]
        left = bool(before.exits) and not before.start.on_street and start.label in {GROUND_LABEL, None}
        to_exit = bool(ride.exits) and start.label == GROUND_LABEL
        if start.on_street or left or to_exit or before.end.on_street:
            start = replace(start, place=PlaceKind.STREET, label=GROUND_LABEL)
    return replace(ride, start=start, end=end)


def branches_apart(walks: Iterable[Walk]) -> frozenset[tuple[str, str]]:
    """Platforms (line, direction) of a branch that a text leaves or reaches by lift from another one of its line.

    Such a platform lies on no island with the others, whatever the depth register says of the line. It is the one that
    has transfers to most of the others.
    """
    partners: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for walk in walks:
        if walk.route.from_line == walk.route.to_line and walk.rides:
            partners.setdefault(walk.start, set()).add(walk.end)
            partners.setdefault(walk.end, set()).add(walk.start)
    return frozenset(
        here for here, others in partners.items() if all(len(others) >= len(partners[other]) for other in others)
    )
