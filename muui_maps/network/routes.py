"""The best way through a station for one traveller: searched by burden, told in seconds, with its doubts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from muui_maps.assemble.levels import UNKNOWN_LABEL
from muui_maps.errors import UsageError
from muui_maps.model import (
    STOPPED,
    Doubt,
    Endpoint,
    Leg,
    Link,
    LinkKind,
    Method,
    Place,
    PlaceKind,
    Profile,
    Ride,
    Route,
    Seconds,
    Station,
    Status,
    SurveyRun,
    Text,
    Times,
    Traversal,
    Unit,
)
from muui_maps.network.graph import Step, index_of, length_method, weakest
from muui_maps.network.search import Path, Search
from muui_maps.network.words import unit_text
from muui_maps.profiles import (
    RIDES,
    Costs,
    at_train,
    calls_staff,
    only_assumed,
    read_costs,
)
from muui_maps.survey.items import rides_of
from muui_maps.wording import STATUS_WORDS, with_particle
from muui_maps.workspace import bundled_folder

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

ONE_FLOOR_M = 1.0
"""Our own choice: labels of heights this near are one floor, which a ramp may still slope."""


@lru_cache(maxsize=1)
def default_costs() -> Costs:
    """The table of figures that came with the program."""
    return read_costs(bundled_folder() / "data" / "costs.csv")


def find_route(
    station: Station,
    start: Endpoint,
    end: Endpoint,
    *,
    profile: Profile,
    without: Collection[str] = (),
    ignore_status: bool = False,
    costs: Costs | None = None,
) -> Route:
    """The best way from `start` to `end` for this traveller.

    Fewest wheelchair lifts first (so a way by lifts alone wins whenever one exists), then the fewest links that are
    only assumed to be there, then the least time; among equals the fewest links, then the smallest link ids, so that
    the order of the station's links never matters.

    Parameters
    ----------
    without
        Ids of units to do without.
    ignore_status
        Take units under repair as working; the route still says that they are under repair.
    costs
        Another table of figures than the program's own.

    Raises
    ------
    UnknownNameError
        If the station has no such platform, exit or unit.
    UsageError
        If start and end are the same.
    NoRouteError
        If there is no way for this traveller; `blockers` name what stands in it.
    InputRefusedError
        If the station's links are broken: a negative length, a node that does not exist.
    """
    search = Search(
        index_of(station), profile, frozenset(without), ignore_status=ignore_status, costs=costs or default_costs()
    )
    sources, targets = search.terminals(start), search.terminals(end)
    if sources & targets:
        raise UsageError(Text(f"출발과 도착이 같아요: {end.key}", f"start and end are the same: {end.key}"))
    path = search.best(sources, targets)
    if path is None:
        raise search.no_route(start, end, sources, targets)
    return _Telling(search, start, end, path).route(search.best_regardless(sources, targets))


@dataclass(frozen=True, slots=True)
class _Priced:
    """A step of the path with its times."""

    step: Step
    times: Times


class _Telling:
    """A path turned into legs, totals and doubts."""

    def __init__(self, search: Search, start: Endpoint, end: Endpoint, path: Path) -> None:
        self.search, self.index = search, search.index
        self.start, self.end, self.path = start, end, path
        self.priced = tuple(_Priced(step, search.prices.times(step.link)) for step in path)
        self.groups = _groups(self.priced)
        self.spells = self._spells_outside()

    def route(self, regardless: Path) -> Route:
        """The whole route; `regardless` is the best way if everything worked."""
        legs = self._legs()
        lengths = [leg.length_m for leg in legs]
        gates = [step.link for step in self.path if step.link.kind is LinkKind.GATE]
        unavailable = self._unavailable(regardless)
        station = self.index.station
        rides = tuple(self._ride(group[0].step) for group in self.groups if _is_ride(group[0].step))
        return Route(
            station=station.id,
            start=self.start,
            end=self.end,
            profile=self.search.profile,
            legs=legs,
            length_m=None if None in lengths else _metres(length for length in lengths if length is not None),
            seconds=_total(leg.times for leg in legs).total(),
            rides=rides,
            gates=len(gates),
            staff_calls=sum(calls_staff(gate, self.search.profile) for gate in gates),
            reentries=len(self.spells),
            goes_outside=any(self.index.place(node).kind is PlaceKind.STREET for node in self._nodes()),
            doubts=self._doubts(legs, unavailable),
            run=_run(station, self.start, self.end, rides),
            unavailable=unavailable,
            outside_gates=max(self.spells, key=lambda spell: spell.high, default=None),
        )

    def _nodes(self) -> tuple[str, ...]:
        return (self.path[0].start, *(step.end for step in self.path))

    # legs

    def _legs(self) -> tuple[Leg, ...]:
        """The legs; the first and the last hold what the trains at the ends take."""
        legs = [self._leg(group) for group in self.groups]
        train = Times(train=at_train(self.search.profile, self.search.costs))
        for place, end in ((0, self.start), (-1, self.end)):
            if end.line is not None:
                legs[place] = replace(legs[place], times=_total((legs[place].times, train)))
        return tuple(legs)

    def _leg(self, group: Sequence[_Priced]) -> Leg:
        first, last = group[0].step, group[-1].step
        leg = Leg(
            traversals=tuple(Traversal(each.step.link, each.step.forward) for each in group),
            from_level=self.index.nodes[first.start].level,
            to_level=self.index.nodes[last.end].level,
            unit=self.index.unit(first.link),
            length_m=0.0,
            length_method=None,
            times=_total(each.times for each in group),
        )
        if _is_ride(first):
            ride = replace(leg, same_as=self._same_as(first), passes=_passes(leg.unit, leg.from_level, leg.to_level))
            on_foot = first.link.kind is LinkKind.STAIRS and first.link.length_m is not None
            return (
                replace(ride, length_m=first.link.length_m, length_method=length_method(first.link))
                if on_foot
                else ride
            )
        # A gate without a length is a point, not an unknown distance.
        walked = [
            each.step.link for each in group if each.step.link.kind is not LinkKind.GATE or each.step.link.length_m
        ]
        lengths = [link.length_m for link in walked if link.length_m is not None]
        if len(lengths) < len(walked):
            return replace(leg, length_m=None)
        return replace(leg, length_m=_metres(lengths), length_method=weakest(length_method(link) for link in walked))

    def _same_as(self, step: Step) -> tuple[str, ...]:
        """Units that would do as well: the same kind between the same places, usable in this direction.

        A source must describe the way to them and on from them: that two lifts both stand on the street is not enough.
        """
        before, after = self._walked_around(step)
        return tuple(
            sorted(
                {
                    other.link.unit
                    for other in self._parallel(step)
                    if other.link.unit not in (None, step.link.unit)
                    and self.search.usable(other.link)
                    and self._described(other.start, before)
                    and self._described(other.end, after)
                }
                - {None}
            )
        )

    def _walked_around(self, step: Step) -> tuple[frozenset[str], frozenset[str]]:
        """The nodes of the walks before and after a ride, but for its own landings."""
        at = self.path.index(step)
        before: set[str] = set()
        for earlier in reversed(self.path[:at]):
            if _is_ride(earlier):
                break
            before.add(earlier.start)
        after: set[str] = set()
        for later in self.path[at + 1 :]:
            if _is_ride(later):
                break
            after.add(later.end)
        return frozenset(before), frozenset(after)

    def _described(self, node: str, others: frozenset[str]) -> bool:
        """Whether a way that is more than assumed joins the node with one of the others; yes if there are none."""
        if not others:
            return True
        return any(
            each.end in others and not _is_ride(each) and not only_assumed(each.link)
            for each in self.index.steps_from.get(node, ())
        )

    def _parallel(self, step: Step) -> Iterable[Step]:
        """The steps of the same kind between the same two places."""
        if ("parallel",) not in self.index.memo:
            found: dict[tuple[LinkKind, tuple[str, str]], list[Step]] = {}
            for each in self.index.steps:
                found.setdefault((each.link.kind, self._ends(each)), []).append(each)
            self.index.memo["parallel",] = found
        kept: dict[tuple[LinkKind, tuple[str, str]], list[Step]] = self.index.memo["parallel",]
        return kept.get((step.link.kind, self._ends(step)), ())

    def _ends(self, step: Step) -> tuple[str, str]:
        return self.index.nodes[step.start].place, self.index.nodes[step.end].place

    def _ride(self, step: Step) -> Ride:
        nodes = self.index.nodes
        return Ride(step.link.kind, step.link.unit or step.link.id, nodes[step.start].level, nodes[step.end].level)

    # gates and status

    def _spells_outside(self) -> list[Seconds]:
        """How long each stay outside the paid area lasts, from the gate out to the gate in again."""
        spells: list[Seconds] = []
        been_inside = _paid(self.index.place(self.path[0].start)) is True
        outside_since: int | None = None
        for number, each in enumerate(self.priced):
            state = self._paid_after(each.step)
            if state is False and outside_since is None and been_inside:
                outside_since = number + 1
            elif state is True:
                if outside_since is not None:
                    spells.append(_total(p.times for p in self.priced[outside_since : number + 1]).total())
                been_inside, outside_since = True, None
        return spells

    def _paid_after(self, step: Step) -> bool | None:
        paid = step.link.paid_after
        if step.link.kind is LinkKind.GATE and paid is not None:
            return paid if step.forward else not paid
        return _paid(self.index.place(step.end))

    def _unavailable(self, regardless: Path) -> tuple[str, ...]:
        """Units left out that would have been ridden if all worked, or that stand beside one that is or would be."""
        return tuple(
            sorted(
                {
                    other.link.unit
                    for step in (*self.path, *regardless)
                    if _is_ride(step)
                    for other in self._parallel(step)
                    if other.link.unit is not None and self.search.left_out(other.link)
                }
            )
        )

    # doubts

    def _doubts(self, legs: Sequence[Leg], unavailable: Sequence[str]) -> tuple[Doubt, ...]:
        doubts = [
            Doubt("unit_under_repair", _repair_text(self.index.units[unit]))
            for unit in unavailable
            if unit not in self.search.without
        ]
        if self.spells:
            doubts.append(self._reentry_doubt())
        if self.start.line is not None and self.end.line is not None and _rides_nothing(legs):
            doubts.append(_UNSURVEYED_KIND)
        for number, (leg, group) in enumerate(zip(legs, self.groups, strict=True)):
            doubts += self._leg_doubts(number, leg, group)
        # What the router says itself (a unit that the register lacks) is not said again in the station's words.
        said = {(doubt.code, doubt.leg) for doubt in doubts}
        doubts += [doubt for doubt in self._finding_doubts() if (doubt.code, doubt.leg) not in said]
        return tuple(dict.fromkeys(doubts))

    def _reentry_doubt(self) -> Doubt:
        limit = self.search.costs["rule", "reentry", ""].typical
        longest = max(spell.high for spell in self.spells)
        minutes = round(limit / 60)
        ko = f"개찰구를 나갔다가 다시 들어가요. {minutes}분 안에 들어가세요."
        en = f"You leave the gates and go in again: do so within {minutes} minutes."
        if longest > limit:
            ko += f" {round(longest / 60)}분까지 걸릴 수 있어 시간을 넘길 수 있어요."
            en += f" It may take up to {round(longest / 60)} minutes, which is too long."
        return Doubt("reentry_30_minutes", Text(ko, en))

    def _leg_doubts(self, number: int, leg: Leg, group: Sequence[_Priced]) -> Iterable[Doubt]:
        if leg.unit is not None:
            yield from self._unit_doubts(number, leg.unit, group[0].step.link)
        else:
            yield from self._walk_doubts(number, leg, group)

    def _finding_doubts(self) -> Iterable[Doubt]:
        """The station's findings about links, units and places of the route, each at the first leg it bears on."""
        leg_of: dict[str, int] = {}
        # Walks come first: what is found about a place is of use where one moves about in it, not in the lift to it.
        for number, group in sorted(enumerate(self.groups), key=lambda item: (_is_ride(item[1][0].step), item[0])):
            for each in group:
                step = each.step
                for about in (step.link.id, step.link.unit, *self._ends(step), step.start, step.end):
                    if about is not None:
                        leg_of.setdefault(about, number)
        for finding in self.index.station.findings:
            if finding.layer in leg_of:
                yield Doubt(finding.code, finding.message, leg_of[finding.layer])

    def _floors_untold(self, step: Step) -> tuple[str, str] | None:
        """The labels that a walk joins though they differ and nothing says that they are one floor; None if none do.

        Texts lead from one line's floor to another's without a ride (`(B3) … 이동`, `(B2) 승강장으로 이동`). Whether
        that is level nobody says.
        """
        start, end = (self.index.levels.get(self.index.nodes[each].level) for each in (step.start, step.end))
        if (
            step.link.kind not in {LinkKind.WALKWAY, LinkKind.GATE}
            or start is None
            or end is None
            or not start.label
            or not end.label
        ):
            return None
        if start.label in {end.label, *end.aliases} or end.label in start.aliases:
            return None
        if any(label.startswith(UNKNOWN_LABEL) for label in (start.label, end.label)):
            return None
        heights = (start.elevation_m, end.elevation_m)
        if None not in heights and abs(heights[0] - heights[1]) <= ONE_FLOOR_M:  # type: ignore[operator]
            return None
        return start.label, end.label

    def _unit_doubts(self, number: int, unit: Unit, link: Link) -> Iterable[Doubt]:
        name = unit_text(unit)
        if self.index.out_of_service(link):
            yield Doubt("unit_under_repair", _repair_text(unit), number)
        if unit.status_expired and unit.status is Status.UNKNOWN:
            yield Doubt(
                "unit_status_expired",
                Text(
                    f"{name.ko}: {unit.status_as_of}에는 움직였어요. 지금은 몰라요",
                    f"{name.en}: ran on {unit.status_as_of}; not known today",
                ),
                number,
            )
        if not unit.in_register:
            yield Doubt(
                "unit_not_in_register",
                Text(
                    f"{name.ko}: 설비 목록에 없어서 운행하는지 몰라요", f"{name.en}: not in the register; may not run"
                ),
                number,
            )

    def _walk_doubts(self, number: int, leg: Leg, group: Sequence[_Priced]) -> Iterable[Doubt]:
        if leg.length_m is None:
            yield Doubt(
                "length_unknown", Text("거리를 모르는 구간이 있어요", "part of this distance is unknown"), number
            )
        elif leg.length_method is Method.DERIVED:
            yield Doubt("length_derived", Text("거리는 계산한 값이에요", "this distance is computed"), number)
        elif leg.length_method is Method.ASSUMED:
            yield Doubt("length_assumed", Text("거리는 짐작한 값이에요", "this distance is assumed"), number)
        if any(only_assumed(each.step.link) for each in group):
            words = Text("이어진다고 본 길이에요. 안내에 나오지 않아요", "this way is assumed: nobody describes it")
            yield Doubt("way_assumed", words, number)
        for each in group:
            link = each.step.link
            if floors := self._floors_untold(each.step):
                yield Doubt(
                    "floor_change_untold",
                    Text(
                        f"{floors[0]}에서 {with_particle(floors[1], '로')} 가는데 무엇을 타는지 안내에 없어요. 한 층을 "
                        "두 노선이 달리 부르거나 경사로일 수 있어요",
                        f"from {floors[0]} to {floors[1]} no text names a lift: two lines may call one floor so, or "
                        "there is a ramp",
                    ),
                    number,
                )
            if link.kind is LinkKind.GATE and link.staff_call is None and self.search.profile.wheels:
                yield Doubt(
                    "gate_staff_unknown",
                    Text("개찰구에서 역무원을 불러야 할 수 있어요", "you may have to call staff at the gate"),
                    number,
                )


def _groups(priced: Sequence[_Priced]) -> tuple[tuple[_Priced, ...], ...]:
    """The path cut into legs: each ride by itself, and all that is walked between two rides together."""
    groups: list[list[_Priced]] = []
    for each in priced:
        if groups and not _is_ride(each.step) and not _is_ride(groups[-1][-1].step):
            groups[-1].append(each)
        else:
            groups.append([each])
    return tuple(tuple(group) for group in groups)


def _is_ride(step: Step) -> bool:
    return step.link.kind in RIDES


def _total(parts: Iterable[Times]) -> Times:
    total = Times()
    for each in parts:
        total = Times(
            total.moving + each.moving,
            total.riding + each.riding,
            total.waiting + each.waiting,
            total.gates + each.gates,
            total.train + each.train,
        )
    return total


def _metres(lengths: Iterable[float]) -> float:
    # To the millimetre, so that the even shares of one measured length add up to just that length.
    return round(sum(lengths), 3)


def _passes(unit: Unit | None, from_level: str, to_level: str) -> tuple[str, ...]:
    """Levels where the unit stops between the two, in the order they are passed."""
    levels = unit.levels if unit else ()
    if from_level not in levels or to_level not in levels:
        return ()
    start, end = levels.index(from_level), levels.index(to_level)
    return levels[start + 1 : end] if start < end else tuple(reversed(levels[end + 1 : start]))


def _paid(place: Place) -> bool | None:
    if place.paid_area is None:
        return {PlaceKind.PLATFORM: True, PlaceKind.STREET: False}.get(place.kind)
    return place.paid_area


_UNSURVEYED_KIND = Doubt(
    "train_time_unsurveyed",
    Text(
        "아무것도 타지 않는 환승은 조사한 적이 없어요. 시간은 엘리베이터를 타는 환승에서 가져와서, 더 짧을 수 있어요.",
        "No change without a lift was ever surveyed: the time is that of changes by lift, and may well be shorter.",
    ),
)


def _rides_nothing(legs: Sequence[Leg]) -> bool:
    """Whether there is one walk alone, and time at trains that was surveyed where something was ridden."""
    return len(legs) == 1 and legs[0].unit is None and legs[0].times.train.typical > 0


def _repair_text(unit: Unit) -> Text:
    name, as_of = unit_text(unit), unit.status_as_of
    if unit.status_expired:
        return Text(
            f"{name.ko}: {as_of}에 멈춰 있었어요. 지금은 몰라서 피했어요",
            f"{name.en}: out on {as_of}; not known today, so avoided",
        )
    if as_of is None:
        when = Text("", "")
    elif as_of.startswith("<="):
        # The publisher dates nothing; only the latest possible day is known.
        when = Text(f" ({as_of[2:]} 이전 자료)", f" (as of {as_of[2:]} at the latest)")
    else:
        when = Text(f" ({as_of} 기준)", f" (as of {as_of})")
    word = STATUS_WORDS[unit.status if unit.status in STOPPED else Status.UNDER_REPAIR]
    return Text(f"{name.ko}: {word.ko}이에요{when.ko}", f"{name.en}: {word.en}{when.en}")


def _run(station: Station, start: Endpoint, end: Endpoint, rides: Sequence[Ride]) -> SurveyRun | None:
    """The newest survey of just this transfer, made the same way: by the same kinds of rides.

    At 금정 the survey took lifts over the tracks where one may cross the platform, at 이수 a wheelchair lift that four
    lifts stand in for since: its minutes and train doors are of another way.
    """
    kinds = {ride.kind for ride in rides}
    names = {(d.line, d.next_station.ko): {d.next_station.ko, *d.aliases} for d in station.directions}

    def same(endpoint: Endpoint, line: str, direction: str) -> bool:
        if endpoint.line is None or endpoint.direction is None or endpoint.line != line:
            return False
        return direction in names.get((endpoint.line, endpoint.direction), {endpoint.direction})

    found = [
        run
        for run in station.runs
        if same(start, run.from_line, run.from_direction)
        and same(end, run.to_line, run.to_direction)
        and _rode(run, kinds)
    ]
    return max(found, key=lambda run: (run.observed_at, run.run_id), default=None)


def _rode(run: SurveyRun, kinds: set[LinkKind]) -> bool:
    """Whether a survey rode what a route rides; one that lacks rows may have ridden more than it tells."""
    told = {kind for leg in run.legs for kind in rides_of(leg)}
    return told <= kinds if run.incomplete or not run.legs else told == kinds
