"""Route to Steps: one step for each leg, in Korean and English, from typed data only.

A step is what a person does on one floor (a white card) or in one lift (a navy band). Its lines are one act each, the
thing to look for first. Nothing is said that the data don't say: no turn without a known turn, no door without a door.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from muui_maps.maps import words
from muui_maps.maps.words import with_particle
from muui_maps.model import (
    HAZARDS,
    STREET,
    Direction,
    Doubt,
    Endpoint,
    Evidence,
    Leg,
    Link,
    LinkKind,
    Met,
    Method,
    MetKind,
    Node,
    NodeKind,
    Place,
    PlaceKind,
    Platform,
    Route,
    Seconds,
    Station,
    Status,
    SurveyRun,
    Text,
    Unit,
)
from muui_maps.profiles import KIND_NAMES, RIDES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Vouch = Literal["surveyed", "official", "derived", "unknown", "differs"]

MARKS: dict[Vouch, str] = {"surveyed": "●", "official": "■", "derived": "≈", "unknown": "?", "differs": "≠"}
"""The mark of each kind of badge."""

CONFLICTS: dict[str, Text] = {
    "gate_conflict": Text("개찰구 자료가 다름", "gate: sources differ"),
    "level_conflict": Text("층 이름이 다름", "floor: sources differ"),
    "length_conflict": Text("거리 자료가 다름", "length: sources differ"),
    "rides_conflict": Text("타는 횟수가 다름", "rides: sources differ"),
    "unit_levels_differ": Text("운행층이 다름", "levels: sources differ"),
    "height_conflict": Text("높이가 다름", "height: sources differ"),
    "registers_disagree": Text("승강기 자료가 다름", "lift: sources differ"),
}
"""Codes of findings that say that sources differ, and their badges."""


@dataclass(frozen=True, slots=True)
class Badge:
    """What vouches for a step: a kind, the words after its mark, and the as-of date behind it, if any."""

    method: Vouch
    text: Text
    date: str | None = None

    @property
    def mark(self) -> str:
        """The sign that tells the kinds apart without colour."""
        return MARKS[self.method]


@dataclass(frozen=True, slots=True)
class StepLine:
    """One act.

    Parameters
    ----------
    icon
        A pictogram of `icons.py`, None for a sentence that belongs to the line before it.
    marked
        The words, with `**…**` around what to look for.
    hazard
        A bodily hazard: shown in red with a triangle.
    quote
        A sentence to say aloud.
    """

    icon: str | None
    marked: Text
    hazard: bool = False
    quote: bool = False

    @property
    def text(self) -> Text:
        """The words without marks."""
        return Text(self.marked.ko.replace("**", ""), self.marked.en.replace("**", ""))


@dataclass(frozen=True, slots=True)
class Step:
    """One leg of a route, told.

    Parameters
    ----------
    n
        Its number on the map, from 1; `n - 1` is its index in `route.legs`.
    kind
        `walk` on a level, or `ride`.
    level, to_level
        Ids of the levels where it starts and ends.
    title
        `4호선 승강장` / `Line 4 platform`, or the machine and its name: `엘리베이터 내부 1`.
    subtitle
        What tells it from others: the direction of a platform, the exit and levels of a lift; None if there is nothing.
    line
        The line whose bullet stands beside the title.
    lines
        The acts, in order.
    button
        What to press in a lift: the label of the arrival as that lift calls it.
    unit, same_as
        The unit ridden, and those that would do as well.
    length_m, length_method
        Metres moved; None if unknown or nothing is moved.
    text
        The whole step as plain sentences.
    """

    n: int
    kind: Literal["walk", "ride"]
    level: str
    to_level: str
    title: Text
    subtitle: Text | None
    line: str | None
    lines: tuple[StepLine, ...]
    button: str | None
    unit: str | None
    same_as: tuple[str, ...]
    length_m: float | None
    length_method: Method | None
    seconds: Seconds
    evidence: tuple[Badge, ...]
    text: Text
    link_kind: LinkKind | None = None

    @property
    def leg(self) -> int:
        """Index into `route.legs`."""
        return self.n - 1

    @property
    def plate(self) -> str:
        """What the level plate says."""
        return words.plate(self.level)


def narrate(station: Station, route: Route) -> tuple[Step, ...]:
    """The steps of a route, one for each leg and in their order."""
    context = _Context(station, route)
    return tuple(
        _finished(_ride(context, index) if is_ride(leg) else _walk(context, index))
        for index, leg in enumerate(route.legs)
    )


def is_ride(leg: Leg) -> bool:
    """Whether a leg is a ride, rather than a walk between two rides."""
    return leg.unit is not None or any(traversal.link.kind in RIDES for traversal in leg.traversals)


# ── what the sentences need to know ──────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A link as it is travelled: from a node to a node."""

    link: Link
    forward: bool
    start: Node
    end: Node


class _Context:
    """A station and one of its routes, with look-ups."""

    def __init__(self, station: Station, route: Route) -> None:
        self.station, self.route = station, route
        self.nodes = {node.id: node for node in station.nodes}
        self.places = {place.id: place for place in station.places}
        self.units = {unit.id: unit for unit in station.units}
        self.runs = {run.run_id: run for run in station.runs}
        if route.run is not None:
            self.runs[route.run.run_id] = route.run
        self.gates = self._gates()

    def _gates(self) -> dict[str, bool | None]:
        """Whether each gate of the route leads in, by its id.

        Whoever is inside can't enter: a gate that would lead in from inside is a transfer gate, or the sources are at
        odds. Such a gate says neither.
        """
        inside = True if self.route.start.line is not None else None
        found: dict[str, bool | None] = {}
        for index in range(len(self.route.legs)):
            for stretch in self.stretches(index):
                if stretch.link.kind is LinkKind.GATE:
                    inward = gate_inward(self.places, stretch.link, stretch.start, stretch.end, forward=stretch.forward)
                    found[stretch.link.id] = None if inward is None or inward is inside else inward
                    inside = inward
                elif (paid := self.place(stretch.end).paid_area) is not None:
                    inside = paid
        return found

    def stretches(self, index: int) -> tuple[_Stretch, ...]:
        """The links of a leg as they are travelled."""
        return tuple(
            _Stretch(t.link, t.forward, *(self.nodes[node] for node in _ends(t.link, forward=t.forward)))
            for t in self.route.legs[index].traversals
        )

    def place(self, node: Node) -> Place:
        return self.places[node.place]

    def leg(self, index: int) -> Leg | None:
        return self.route.legs[index] if 0 <= index < len(self.route.legs) else None

    def ridden(self, index: int) -> tuple[Unit, ...]:
        """The unit of a ride and those that would do as well; empty for walks, stairs, and beyond the ends."""
        leg = self.leg(index)
        if leg is None or leg.unit is None:
            return ()
        return (leg.unit, *(self.units[unit] for unit in leg.same_as if unit in self.units))

    def platform(self, endpoint: Endpoint) -> Platform | None:
        if endpoint.line is None:
            return None
        found = (p for p in self.station.platforms if (p.line, p.direction) == (endpoint.line, endpoint.direction))
        return next(found, None)

    def arrival(self, index: int) -> Place:
        """Where a leg ends."""
        last = self.route.legs[index].traversals[-1]
        return self.place(self.nodes[_ends(last.link, forward=last.forward)[1]])

    def doubts(self, index: int) -> tuple[Doubt, ...]:
        return tuple(doubt for doubt in self.route.doubts if doubt.leg == index)


def _ends(link: Link, *, forward: bool) -> tuple[str, str]:
    return (link.start, link.end) if forward else (link.end, link.start)


def _marked_name(name: str) -> str:
    """A name from the data, which may not smuggle in marks of its own."""
    return name.replace("**", "*")


def _bold(text: Text) -> Text:
    return Text(f"**{_marked_name(text.ko)}**", f"**{_marked_name(text.en)}**")


def _finished(step: Step) -> Step:
    """The step with its plain text."""
    return replace(step, text=_plain(step))


def _plain(step: Step) -> Text:
    facts_ko, facts_en = [], []
    if step.kind == "walk":
        facts_ko.append(words.metres(step.length_m, step.length_method).replace("? m", "거리 모름"))
        facts_en.append(words.metres(step.length_m, step.length_method).replace("? m", "distance unknown"))
    facts_ko.append(f"약 {words.minutes(step.seconds).ko}".replace("약 1분쯤", "1분쯤"))
    facts_en.append(words.minutes(step.seconds).en)
    parts_ko, parts_en = [_head(step).ko], [_head(step).en]
    parts_ko += [line.text.ko for line in step.lines]
    parts_en += [line.text.en for line in step.lines]
    parts_ko.append(", ".join(facts_ko))
    parts_en.append(", ".join(facts_en))
    return Text(_sentences(parts_ko), _sentences(parts_en))


def _head(step: Step) -> Text:
    subtitle = step.subtitle or Text("", "")
    if step.kind == "walk":
        ko, en = f"{step.plate} {step.title.ko}", f"{step.plate}, {step.title.en}"
    else:
        ko, en = step.title.ko, step.title.en
    return Text(f"{ko}, {subtitle.ko}" if subtitle.ko else ko, f"{en}, {subtitle.en}" if subtitle.en else en)


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(part if part[-1:] in {".", "”", "?", "!"} else f"{part}." for part in parts if part)


# ── walks ────────────────────────────────────────────────────────────────────


def _walk(context: _Context, index: int) -> Step:
    leg = context.route.legs[index]
    stretches = context.stretches(index)
    first = context.place(stretches[0].start)
    title, subtitle = _place_title(context, index, first)
    return Step(
        n=index + 1,
        kind="walk",
        level=leg.from_level,
        to_level=leg.to_level,
        title=title,
        subtitle=subtitle,
        line=first.line,
        lines=tuple(_walk_lines(context, index, stretches)),
        button=None,
        unit=None,
        same_as=(),
        length_m=leg.length_m,
        length_method=leg.length_method,
        seconds=leg.times.total(),
        evidence=_walk_badges(context, index, stretches),
        text=Text("", ""),
    )


def _place_title(context: _Context, index: int, place: Place) -> tuple[Text, Text | None]:
    if place.kind is PlaceKind.STREET:
        return Text("바깥 길", "Outside"), None
    name = words.place_text(place)
    if place.kind is not PlaceKind.PLATFORM:
        return name, None
    ends = []
    if index == 0:
        ends.append(context.route.start)
    if index == len(context.route.legs) - 1:
        ends.append(context.route.end)
    towards = [words.towards(context.station, e.line, e.direction) for e in ends if e.line == place.line]
    return name, words.together(towards) if towards else None


def _walk_lines(context: _Context, index: int, stretches: Sequence[_Stretch]) -> Iterator[StepLine]:
    if index == 0:
        yield from _start_lines(context, stretches[0].start)
    elif previous := context.ridden(index - 1):
        yield from _opening_lines(context, index, previous)
    yield from _met_and_gates(context, stretches)
    if index == len(context.route.legs) - 1:
        yield from _end_lines(context, stretches[-1].end)
    else:
        yield from _to_ride_lines(context, index)


def _start_lines(context: _Context, node: Node) -> Iterator[StepLine]:
    if context.route.start.line is None:
        if node.kind is NodeKind.EXIT:
            number = node.id.rpartition(":")[2]
            yield StepLine("outside", Text(f"**{number}번 출구**에서 출발", f"Start at **exit {number}**"))
        else:
            yield StepLine("outside", Text("바깥에서 출발", "Start outside"))
        return
    door, _ = alight_door(context.station, context.route)
    if door is not None:
        name = words.door_text(*door)
        yield StepLine("train", Text(f"**{name.ko}**에서 내리기", f"Get off at **{name.en}**"))
    else:
        yield StepLine("train", Text("열차에서 내리기", "Get off the train"))


def _end_lines(context: _Context, node: Node) -> Iterator[StepLine]:
    end = context.route.end
    if end.line is None:
        if node.kind is NodeKind.EXIT:
            number = node.id.rpartition(":")[2]
            yield StepLine("exit", Text(f"**{number}번 출구** 도착", f"You are at **exit {number}**"))
        else:
            yield StepLine("exit", Text("바깥 도착", "You are outside"))
        return
    towards = words.towards(context.station, end.line, end.direction)
    last = words.terminus(context.station, end.line, end.direction)
    suffix = Text(f" ({last.ko})", f" ({last.en})") if last else Text("", "")
    door, _ = board_door(context.station, context.route)
    if door is None:
        yield StepLine("train", Text(f"**{towards.ko}**{suffix.ko} 타기", f"Board **{towards.en}**{suffix.en}"))
    else:
        name = words.door_text(*door)
        yield StepLine(
            "train",
            Text(
                f"**{name.ko}**에서 **{towards.ko}**{suffix.ko} 타기",
                f"Board at **{name.en}**, **{towards.en}**{suffix.en}",
            ),
        )


def _to_ride_lines(context: _Context, index: int) -> Iterator[StepLine]:
    units = context.ridden(index + 1)
    if not units:
        kind = KIND_NAMES[context.route.legs[index + 1].traversals[0].link.kind]
        yield StepLine("walk", Text(f"**{with_particle(kind.ko, '로')}**", f"To the **{kind.en}**"))
        return
    icon = "wheelchair" if context.route.profile.wheels else "walk"
    start, _ = alight_door(context.station, context.route) if index == 0 else (None, None)
    doors = lift_doors(context.station, units[0], context.route.start) if index == 0 else ()
    if doors and doors_fit(start, doors, context.route.legs[index]):
        yield StepLine(icon, _to_platform_lift(units[0], doors, start))
        return
    exits = [unit.exit for unit in units if unit.exit is not None]
    at_street = STREET in {context.route.legs[index].to_level, context.route.legs[index + 1].to_level}
    if len(exits) == len(units) and at_street:
        yield StepLine(icon, _to_exit_lift(units))
        return
    yield StepLine(icon, _to_named_lift(context, index, units))


def _to_platform_lift(
    unit: Unit, doors: Sequence[tuple[int, int | None]], start: tuple[int, int | None] | None
) -> Text:
    place = _doors_text(doors)
    name = words.unit_text(unit)
    if start in doors:
        return Text(f"바로 앞 **{with_particle(name.ko, '로')}**", f"To **{name.en}**, right there")
    way = _along_train(start, doors[0])
    ko = f"열차 {way.ko}으로 가서 **{place.ko}** 옆 {with_particle(name.ko, '로')}" if way else ""
    en = f"Towards the {way.en} of the train, to {name.en} by **{place.en}**" if way else ""
    return Text(
        ko or f"**{place.ko}** 옆 {with_particle(name.ko, '로')}",
        en or f"To {name.en} by **{place.en}**",
    )


def _to_exit_lift(units: Sequence[Unit]) -> Text:
    exits = words.exits_text((unit.exit or "?" for unit in units), marks="**")
    kind = words.unit_kind(units[0])
    return Text(f"{exits.ko} {with_particle(kind.ko, '로')}", f"To the {kind.en} at {exits.en}")


def _to_named_lift(context: _Context, index: int, units: Sequence[Unit]) -> Text:
    to_platform = context.arrival(index + 1).kind is PlaceKind.PLATFORM
    ahead = Text("승강장 가는 ", ", for the platform") if to_platform else Text("", "")
    name = words.units_text(units)
    shown = _marked_name(name.ko)
    particle = with_particle(shown, "로")[len(shown) :]
    article = "" if words.is_numbered(units[0]) else "the "
    return Text(f"{ahead.ko}**{shown}**{particle}", f"To {article}**{_marked_name(name.en)}**{ahead.en}")


def _opening_lines(context: _Context, index: int, units: Sequence[Unit]) -> Iterator[StepLine]:
    """Where the lift that brought us to a platform opens, and which way the door to board at lies from there."""
    if index != len(context.route.legs) - 1:
        return
    doors = lift_doors(context.station, units[0], context.route.end)
    if not doors:
        return
    icon = "wheelchair" if context.route.profile.wheels else "walk"
    opens = _doors_text(doors)
    board, _ = board_door(context.station, context.route)
    if not doors_fit(board, doors, context.route.legs[index]):
        return
    way = _along_train(doors[0], board) if board not in doors else None
    if board is None or way is None:
        yield StepLine(icon, Text(f"**{opens.ko}** 옆에 내려요", f"You come out by **{opens.en}**"))
        return
    to = words.door_text(*board)
    yield StepLine(
        icon,
        Text(
            f"**{opens.ko}** 옆에 내려 열차 {way.ko}으로, **{to.ko}**까지",
            f"You come out by **{opens.en}**; towards the {way.en} of the train, to **{to.en}**",
        ),
    )


def _doors_text(doors: Sequence[tuple[int, int | None]]) -> Text:
    if len(doors) == 1:
        return words.door_text(*doors[0])
    if any(door is None for _, door in doors):
        return words.door_text(*doors[0])
    numbers = "·".join(f"{car}-{door}" for car, door in doors)
    return Text(f"{numbers} 문", f"doors {numbers}")


CAR_M = 20.0
"""Length of a car, with its share of the coupling (`assemble.positions` uses the same)."""


def doors_fit(door: tuple[int, int | None] | None, lift: Sequence[tuple[int, int | None]], leg: Leg) -> bool:
    """Whether a door and the doors a lift stands at can both be true, given the metres between them.

    Doors are told to a door or a car, metres to the next few: the train may say up to two cars more than the metres.
    """
    if door is None or not lift or leg.length_m is None:
        return True
    return min(abs(_along_m(door) - _along_m(each)) for each in lift) <= leg.length_m + 2 * CAR_M


def _along_m(door: tuple[int, int | None]) -> float:
    """Metres from the front of the train: four doors a car; the middle of a car whose door is not told."""
    car, number = door
    return (car - 1 + ((number or 2.5) - 0.5) / 4) * CAR_M


def _along_train(start: tuple[int, int | None] | None, end: tuple[int, int | None] | None) -> Text | None:
    """Which way along the train from one door to another: car 1 is its front. None unless both are known and differ."""
    if start is None or end is None or start == end:
        return None
    if start[0] == end[0] and (start[1] is None or end[1] is None):
        return None
    ahead = (end[0], end[1] or 0) < (start[0], start[1] or 0)
    return Text("앞쪽", "front") if ahead else Text("뒤쪽", "back")


# ── gates and what is met ────────────────────────────────────────────────────


def _met_and_gates(context: _Context, stretches: Sequence[_Stretch]) -> Iterator[StepLine]:
    waiting: list[tuple[Met, bool]] = []
    for stretch in stretches:
        mets = stretch.link.met if stretch.forward else tuple(reversed(stretch.link.met))
        waiting += [(met, stretch.forward) for met in mets]
        before, after = context.place(stretch.start), context.place(stretch.end)
        if stretch.link.kind is LinkKind.GATE:
            yield from _met_lines(waiting)
            waiting = []
            yield from _gate_lines(context, stretch)
        if words.place_text(after) != words.place_text(before):
            yield from _met_lines(waiting)
            waiting = []
            yield _arrival_line(context, before, after)
    yield from _met_lines(waiting)


def _arrival_line(context: _Context, before: Place, after: Place) -> StepLine:
    icon = "wheelchair" if context.route.profile.wheels else "walk"
    if after.kind is PlaceKind.STREET:
        return StepLine("outside", Text("**바깥**으로 나가기", "Go **outside**"))
    name = words.place_text(after)
    here, there = words.plate(before.level), words.plate(after.level)
    called = Text(f" ({there})", f" ({there})") if here != there else Text("", "")
    shown = f"{name.ko}{called.ko}"
    return StepLine(
        icon,
        Text(
            f"**{_marked_name(shown)}**{with_particle(name.ko, '로')[len(name.ko) :]}",
            f"On to the **{name.en}{called.en}**",
        ),
    )


def _gate_lines(context: _Context, stretch: _Stretch) -> Iterator[StepLine]:
    inward = context.gates.get(stretch.link.id)
    name = {
        True: Text("들어가는 개찰구", "Gate in"),
        False: Text("나가는 개찰구", "Gate out"),
        None: Text("개찰구", "Gate"),
    }[inward]
    if not context.route.profile.wheels or stretch.link.staff_call is False:
        yield StepLine("gate_tap", Text(f"{name.ko}, **카드** 찍기", f"{name.en}: **tap** your card"))
        return
    icon = "gate_staff" if stretch.link.staff_call else "gate"
    yield StepLine(icon, Text(f"{name.ko}, **호출 버튼** 누르기", f"{name.en}: press the **call button**"))
    yield StepLine(None, _to_say(context, inward=inward), quote=True)


def gate_inward(places: dict[str, Place], gate: Link, start: Node, end: Node, *, forward: bool) -> bool | None:
    """Whether passing a gate this way enters the paid area; None if the sources don't say."""
    if gate.paid_after is not None:
        return gate.paid_after if forward else not gate.paid_after
    before, after = places[start.place].paid_area, places[end.place].paid_area
    return after if after is not None else None if before is None else not before


def _to_say(context: _Context, *, inward: bool | None) -> Text:
    """What to say into the intercom: where one is going if one leaves, where one comes from if one enters."""
    start, end = context.route.start, context.route.end
    if inward and start.line is not None:
        line = words.line_text(start.line)
        return Text(f"“{line.ko}에서 갈아타요. 문 열어 주세요.”", f"“Changing from {line.en}. Please open the gate.”")
    if not inward and end.line is not None:
        line = words.line_text(end.line)
        ko = with_particle(line.ko, "로")
        return Text(f"“{ko} 갈아타요. 문 열어 주세요.”", f"“Changing to {line.en}. Please open the gate.”")
    if inward:
        return Text("“열차 타러 가요. 문 열어 주세요.”", "“I'm taking the train. Please open the gate.”")
    return Text("“밖으로 나가요. 문 열어 주세요.”", "“I'm leaving the station. Please open the gate.”")


_HAZARD_WORDS = {
    MetKind.STEEP_RAMP: Text("급경사로", "steep ramp"),
    MetKind.SLOPING_FLOOR: Text("바닥 경사", "sloping floor"),
    MetKind.PILLAR: Text("기둥", "pillar"),
    MetKind.NARROW: Text("좁은 길", "narrow way"),
    MetKind.CROSSING_UNSIGNALLED: Text("신호등 없는 횡단보도", "crossing without signals"),
    MetKind.NARROW_PAVEMENT: Text("좁은 보도", "narrow pavement"),
}
_TURNED = {"turn left": "turn right", "turn right": "turn left"}
_TURN_WORDS = {"turn left": "왼쪽으로", "turn right": "오른쪽으로"}


def _met_lines(mets: Sequence[tuple[Met, bool]]) -> Iterator[StepLine]:
    """Hazards met one after another share a line, and so do crossings and the landmark beside them."""
    for hazard, group in groupby(mets, key=lambda pair: pair[0].kind in HAZARDS):
        members = list(group)
        if hazard:
            yield _hazard_line([met for met, _ in members])
        else:
            yield from _harmless_lines(members)


def _hazard_line(mets: Sequence[Met]) -> StepLine:
    named = [_counted_hazard(met) for met in mets if met.kind is not MetKind.CAUTION]
    if not named:
        return StepLine("warning", Text("**주의**", "**Take care**"), hazard=True)
    all_of = words.together(named)
    text = Text(f"**{_marked_name(all_of.ko)}** 주의", f"Careful: **{_marked_name(all_of.en)}**")
    return StepLine("warning", text, hazard=True)


def _counted_hazard(met: Met) -> Text:
    name = _HAZARD_WORDS[met.kind]
    own = Text(f" ({met.name.ko})", f" ({met.name.en})") if met.name else Text("", "")
    if met.count is None:
        ko, en = f"{name.ko} 몇 곳", f"some {_plural(name.en)}"
    elif met.count > 1:
        ko, en = f"{name.ko} {met.count}곳", f"{met.count} {_plural(name.en)}"
    else:
        ko, en = name.ko, name.en
    return Text(ko + own.ko, en + own.en)


def _plural(noun: str) -> str:
    """`crossing without signals` → `crossings without signals`."""
    head, blank, rest = noun.partition(" without ")
    return f"{head}s{blank}{rest}"


def _harmless_lines(mets: Sequence[tuple[Met, bool]]) -> Iterator[StepLine]:
    index = 0
    while index < len(mets):
        met, forward = mets[index]
        following = mets[index + 1][0] if index + 1 < len(mets) else None
        if {met.kind, following.kind if following else None} == {MetKind.CROSSING, MetKind.LANDMARK} and following:
            crossing, landmark = (met, following) if met.kind is MetKind.CROSSING else (following, met)
            cross, past = _crossing(crossing), _landmark(landmark)
            yield StepLine("crossing", Text(f"{cross.ko}, {past.ko}", f"{cross.en}, {past.en}"))
            index += 2
            continue
        yield _harmless_line(met, forward=forward)
        index += 1


def _harmless_line(met: Met, *, forward: bool) -> StepLine:
    if met.kind is MetKind.CROSSING:
        return StepLine("crossing", _crossing(met))
    if met.kind is MetKind.LANDMARK:
        past = _landmark(met)
        return StepLine("landmark", Text(past.ko, past.en[:1].upper() + past.en[1:]))
    if met.kind is MetKind.BUILDING_LIFT:
        whose = _bold(met.name or Text("옆 건물", "a building"))
        return StepLine(
            "lift",
            Text(
                f"조사 때는 {whose.ko} 엘리베이터를 탔어요",
                f"The survey took the lift of **{whose.en}**".replace("****", "**"),
            ),
        )
    if met.kind is MetKind.TURN:
        return StepLine("walk", _turn(met, forward=forward))
    return StepLine("ramp", Text("**경사로** 지나기", "Over a **ramp**"))


def _crossing(met: Met) -> Text:
    if met.count is None:
        return Text("**횡단보도** 몇 번", "**Some crossings**")
    return Text(f"**횡단보도 {met.count}번**", f"**{met.count} crossing{'s' if met.count != 1 else ''}**")


def _landmark(met: Met) -> Text:
    name = met.name or Text("건물", "a building")
    ko = name.ko if name.ko.endswith("앞") else f"{name.ko} 앞"
    en = name.en if name.en.startswith("past ") else f"past {name.en}"
    return Text(_marked_name(ko), _marked_name(en))


def _turn(met: Met, *, forward: bool) -> Text:
    """A turn as it is met; going back, left becomes right. A turn of unknown side says no side."""
    told = met.name.en if met.name else ""
    told = told if forward else _TURNED.get(told, "")
    if told not in _TURN_WORDS:
        return Text("도는 곳", "The way turns here")
    return Text(f"**{_TURN_WORDS[told]}** 돌기", f"**{told[:1].upper()}{told[1:]}**")


# ── rides ────────────────────────────────────────────────────────────────────


def _ride(context: _Context, index: int) -> Step:
    leg = context.route.legs[index]
    units = context.ridden(index)
    kind = leg.traversals[0].link.kind
    return Step(
        n=index + 1,
        kind="ride",
        level=leg.from_level,
        to_level=leg.to_level,
        title=_ride_title(units, kind),
        subtitle=_ride_subtitle(leg, units),
        line=units[0].line if units else None,
        lines=tuple(_ride_lines(context, index, units)),
        button=_button(context, index) if kind is LinkKind.ELEVATOR else None,
        unit=leg.unit.id if leg.unit else None,
        same_as=leg.same_as,
        length_m=None,
        length_method=None,
        seconds=leg.times.total(),
        evidence=_ride_badges(context, index, units),
        text=Text("", ""),
        link_kind=kind,
    )


def _ride_title(units: Sequence[Unit], kind: LinkKind) -> Text:
    name = words.units_text(units) if units else KIND_NAMES[kind]
    return Text(name.ko, name.en[:1].upper() + name.en[1:])


def ride_names(step: Step, station: Station) -> tuple[Text, ...]:
    """The short names of the units of a ride, the ridden one first; empty for stairs."""
    units = {unit.id: unit for unit in station.units}
    return tuple(words.unit_short(units[unit]) for unit in (step.unit, *step.same_as) if unit in units)


def _ride_subtitle(leg: Leg, units: Sequence[Unit]) -> Text:
    start, end = words.plate(leg.from_level), words.plate(leg.to_level)
    numbered = all(words.is_numbered(unit) for unit in units)  # else the title names the exits
    exits = list(dict.fromkeys(unit.exit for unit in units if unit.exit is not None and numbered))
    told = words.exits_text(exits)
    ko, en = ([told.ko], [told.en]) if exits else ([], [])
    if start != end:
        ko.append(f"{start}에서 {with_particle(end, '로')}")
        en.append(f"{start} to {end}")
    return Text(", ".join(ko), ", ".join(en))


def _ride_lines(context: _Context, index: int, units: Sequence[Unit]) -> Iterator[StepLine]:
    leg = context.route.legs[index]
    kind = leg.traversals[0].link.kind
    if units and Status.UNDER_REPAIR in {units[0].status, leg.traversals[0].link.status}:
        as_of = words.as_of_text(units[0].status_as_of)
        yield StepLine("warning", Text(f"**수리 중** ({as_of.ko})", f"**Under repair** ({as_of.en})"))
    if kind is LinkKind.WHEELCHAIR_LIFT:
        yield StepLine("call", Text("**호출 버튼**으로 역무원 부르기", "Press **call**: staff run this lift"))
        yield StepLine(None, Text("“휠체어리프트 타러 왔어요.”", "“I'd like to take the wheelchair lift.”"), quote=True)
    if button := _button(context, index):
        yield from _stop_lines(context, index, kind, button)
    if kind in {LinkKind.ESCALATOR, LinkKind.STAIRS}:
        up = words.goes_up(units[0], leg.from_level, leg.to_level) if units else None
        to = words.plate(leg.to_level)
        way = {True: Text("올라가기", "Up"), False: Text("내려가기", "Down"), None: Text("가기", "Go")}[up]
        yield StepLine(kind.value, Text(f"**{with_particle(to, '로')}** {way.ko}", f"{way.en} to **{to}**"))


def _stop_lines(context: _Context, index: int, kind: LinkKind, button: str) -> Iterator[StepLine]:
    leg = context.route.legs[index]
    if kind is LinkKind.WHEELCHAIR_LIFT:
        same = words.plate(leg.from_level) == words.plate(leg.to_level)
        place = words.place_text(context.arrival(index))
        ko, en = (place.ko, f"the {place.en}") if same else (button, button)
        yield StepLine("wheelchair_lift", Text(f"**{ko}**에서 내리기", f"Get off at **{en}**"))
    if kind is not LinkKind.ELEVATOR:
        return
    yield StepLine("lift", Text(f"**{button}** 누르기", f"Press **{button}**"))
    if not leg.passes:
        return
    passed = words.together(Text(words.plate(level), words.plate(level)) for level in leg.passes)
    extreme = _extreme(context.station, leg)
    if extreme is not None:
        yield StepLine(
            None,
            Text(
                f"{extreme.ko}에서 내리기. {passed.ko}에도 서요",
                f"Get off at the {extreme.en} stop; it also stops at {passed.en}",
            ),
        )
    else:
        yield StepLine(None, Text(f"{passed.ko}에도 서요", f"It also stops at {passed.en}"))


def _extreme(station: Station, leg: Leg) -> Text | None:
    """`맨 아래` or `맨 위` where the arrival is that end of the lift; only where elevations put its stops in order."""
    heights = {level.id: level.elevation_m for level in station.levels}
    stops = leg.unit.levels if leg.unit else ()
    known = [heights.get(stop) if stop != STREET else 0.0 for stop in stops]
    if leg.to_level not in stops or None in known:
        return None
    in_order = sorted(stops, key=lambda stop: heights.get(stop) or 0.0)
    if leg.to_level == in_order[0]:
        return Text("맨 아래", "lowest")
    return Text("맨 위", "top") if leg.to_level == in_order[-1] else None


def _button(context: _Context, index: int) -> str | None:
    """The arrival's label as the lift itself calls it, which its landing's id carries; else the level's own."""
    leg = context.route.legs[index]
    if leg.unit is None:
        return None
    _, end = _ends(leg.traversals[-1].link, forward=leg.traversals[-1].forward)
    unit, _, label = end.partition("@")
    if unit == leg.unit.id and re.fullmatch(r"[BM]+\d*|\d+F", label):
        return label
    return words.plate(leg.to_level)


# ── doors ────────────────────────────────────────────────────────────────────


def alight_door(station: Station, route: Route) -> tuple[tuple[int, int | None] | None, Method | None]:
    """Where to get off, and how that is known.

    The door of the survey whose metres the first leg carries; without one, the door that the first lift stands at.
    """
    return _door(station, route, route.start, 0, first=True)


def board_door(station: Station, route: Route) -> tuple[tuple[int, int | None] | None, Method | None]:
    """Where to board, as `alight_door`."""
    return _door(station, route, route.end, len(route.legs) - 1, first=False)


def _door(
    station: Station, route: Route, endpoint: Endpoint, index: int, *, first: bool
) -> tuple[tuple[int, int | None] | None, Method | None]:
    if endpoint.line is None or not route.legs:
        return None, None
    run = _run_of(station, route, route.legs[index], endpoint, first=first)
    if run is not None and (door := run.alight if first else run.board):
        return door, Method.SURVEYED
    beside = index + 1 if first else index - 1
    if not 0 <= beside < len(route.legs) or (unit := route.legs[beside].unit) is None:
        return None, None
    doors = lift_doors(station, unit, endpoint)
    return (doors[0], Method.OFFICIAL) if doors else (None, None)


def _run_of(station: Station, route: Route, leg: Leg, endpoint: Endpoint, *, first: bool) -> SurveyRun | None:
    """The survey of this very transfer, else the one that measured this leg from or to the same platform."""
    if route.run is not None:
        return route.run
    measured = {e.dataset for t in leg.traversals for e in t.link.evidence.get("length_m", ())}
    names = _names(words.find_direction(station, endpoint.line, endpoint.direction), endpoint)
    for run in sorted(station.runs, key=lambda run: (run.observed_at, run.run_id), reverse=True):
        line, direction = (run.from_line, run.from_direction) if first else (run.to_line, run.to_direction)
        if f"survey:{run.run_id}" in measured and line == endpoint.line and direction in names:
            return run
    return None


def _names(direction: Direction | None, endpoint: Endpoint) -> set[str]:
    own = {endpoint.direction} if endpoint.direction else set()
    return own | ({direction.next_station.ko, *direction.aliases} if direction else set())


def lift_doors(station: Station, unit: Unit, endpoint: Endpoint) -> tuple[tuple[int, int | None], ...]:
    """The train doors that a lift stands at, for the trains of an endpoint; empty if the register has none."""
    if unit.line != endpoint.line:
        return ()
    names = _names(words.find_direction(station, endpoint.line, endpoint.direction), endpoint)
    return tuple(sorted({(d.car, d.door) for d in unit.doors if d.direction in names}, key=lambda d: (d[0], d[1] or 0)))


def door_conflicts(station: Station, route: Route) -> tuple[tuple[int, Text], ...]:
    """Where a surveyed door and metres contradict the door that the register gives the lift: leg and sentence."""
    found = []
    last = len(route.legs) - 1
    for endpoint, index, beside, told in (
        (route.start, 0, 1, alight_door(station, route)),
        (route.end, last, last - 1, board_door(station, route)),
    ):
        unit = route.legs[beside].unit if 0 <= beside <= last else None
        doors = lift_doors(station, unit, endpoint) if unit else ()
        door, leg = told[0], route.legs[index]
        if door is None or not doors or doors_fit(door, doors, leg):
            continue
        ours, theirs, metres = words.door_text(*door), _doors_text(doors), words.metres(leg.length_m, leg.length_method)
        ko = f"엘리베이터 자리가 달라요: 조사는 {ours.ko}에서 {metres}, 공식 자료는 {theirs.ko} 옆이에요."
        en = f"The lift's place differs: {metres} from {ours.en} in the survey, by {theirs.en} in official data."
        found.append((index, Text(ko, en)))
    return tuple(found)


# ── badges ───────────────────────────────────────────────────────────────────


def _walk_badges(context: _Context, index: int, stretches: Sequence[_Stretch]) -> tuple[Badge, ...]:
    badges: list[Badge] = []
    links = [stretch.link for stretch in stretches]
    badges += _dated("surveyed", Text("조사", "survey"), _evidence(links, Method.SURVEYED))
    badges += _length_badges(context.route.legs[index], links)
    badges += _door_badges(context, index)
    badges += _exit_badges(context, index)
    badges += _gate_badges(context, links)
    badges += _conflict_badges(context, index)
    return tuple(dict.fromkeys(badges))


def _evidence(links: Sequence[Link], method: Method) -> list[Evidence]:
    found = [e for link in links for field in sorted(link.evidence) for e in link.evidence[field]]
    found += [met.evidence for link in links for met in link.met]
    return [each for each in found if each.method is method]


def _dated(method: Vouch, what: Text, evidence: Sequence[Evidence]) -> list[Badge]:
    """One badge with the years of the evidence; `날짜 모름` where no publisher states a date."""
    if not evidence:
        return []
    years = sorted({year for each in evidence if (year := words.year(each.date))})
    when = Text(", ".join(years), ", ".join(years)) if years else Text("날짜 모름", "undated")
    latest = max((each.date for each in evidence if each.date), default=None)
    return [Badge(method, Text(f"{what.ko} {when.ko}", f"{what.en} {when.en}"), latest)]


def _length_badges(leg: Leg, links: Sequence[Link]) -> list[Badge]:
    if leg.length_m is None:
        return [Badge("unknown", Text("거리 모름", "distance unknown"))]
    if leg.length_method is Method.DERIVED:
        return [Badge("derived", Text("거리 계산", "distance derived"))]
    if leg.length_method is Method.ASSUMED:
        return [Badge("unknown", Text("거리 짐작", "distance assumed"))]
    if leg.length_method is Method.OFFICIAL:
        told = [e for link in links for e in link.evidence.get("length_m", ()) if e.method is Method.OFFICIAL]
        return _dated("official", Text("거리 공식", "distance official"), told)
    return []


def _door_badges(context: _Context, index: int) -> list[Badge]:
    badges: list[Badge] = []
    station, route = context.station, context.route
    ends: list[tuple[Endpoint, int, tuple[int, int | None] | None]] = []
    if index == 0 and route.start.line is not None:
        ends.append((route.start, 1, alight_door(station, route)[0]))
    if index == len(route.legs) - 1 and route.end.line is not None:
        ends.append((route.end, index - 1, board_door(station, route)[0]))
    for endpoint, beside, door in ends:
        unit = next(iter(context.ridden(beside)), None)
        doors = lift_doors(station, unit, endpoint) if unit else ()
        if not doors or unit is None:
            continue
        name = _doors_text(doors)
        short = Text(name.ko.removesuffix(" 문"), name.en)
        official = [each for each in unit.evidence if each.method is Method.OFFICIAL]
        badges += _dated("official", Text(f"{short.ko} 공식", f"{short.en} official"), official)
        if not doors_fit(door, doors, route.legs[index]):
            badges.append(Badge("differs", Text("문 위치가 다름", "door: sources differ")))
        elif door not in doors and _along_train(door, doors[0]):
            badges.append(Badge("derived", Text("방향 계산", "direction derived")))
    return badges


def _exit_badges(context: _Context, index: int) -> list[Badge]:
    units = context.ridden(index + 1)
    leg, ride = context.route.legs[index], context.leg(index + 1)
    if ride is None or STREET not in {leg.to_level, ride.to_level} or any(unit.exit is None for unit in units):
        return []
    badges: list[Badge] = []
    elsewhere = list(dict.fromkeys(unit.exit for unit in units[1:] if unit.exit and unit.exit != units[0].exit))
    for unit in units[:1]:
        official = [each for each in unit.evidence if each.method is Method.OFFICIAL]
        surveyed = [each for each in unit.evidence if each.method is Method.SURVEYED]
        badges += _dated("official", Text(f"{unit.exit}번 공식", f"exit {unit.exit} official"), official)
        if not official:
            badges += _dated("surveyed", Text(f"{unit.exit}번 조사", f"exit {unit.exit} survey"), surveyed)
    if elsewhere and leg.length_m is not None:
        numbers = "·".join(elsewhere)
        badges.append(Badge("unknown", Text(f"{numbers}번까지 거리 모름", f"exit {numbers}: distance unknown")))
    return badges


def _gate_badges(context: _Context, links: Sequence[Link]) -> list[Badge]:
    badges: list[Badge] = []
    for link in links:
        if link.kind is not LinkKind.GATE:
            continue
        told = link.evidence.get("link", ())
        methods = {each.method for each in told}
        if Method.SURVEYED not in methods:
            official = [each for each in told if each.method is Method.OFFICIAL]
            badges += _dated("official", Text("개찰구 공식", "gate official"), official)
            if not official:
                badges.append(Badge("derived", Text("개찰구 계산", "gate derived")))
        if link.staff_call is None and context.route.profile.wheels:
            badges.append(Badge("unknown", Text("여는 방법 모름", "how to open: unknown")))
    if any(link.kind is LinkKind.GATE for link in links) and any(link.length_group for link in links):
        badges.append(Badge("unknown", Text("개찰구 자리 모름", "gate position unknown")))
    return badges


def _conflict_badges(context: _Context, index: int) -> list[Badge]:
    return [Badge("differs", CONFLICTS[d.code]) for d in context.doubts(index) if d.code in CONFLICTS]


def _ride_badges(context: _Context, index: int, units: Sequence[Unit]) -> tuple[Badge, ...]:
    if not units:
        return ()
    unit = units[0]
    told = [*unit.evidence, *_evidence([t.link for t in context.route.legs[index].traversals], Method.SURVEYED)]
    badges: list[Badge] = []
    badges += _dated("surveyed", Text("조사", "survey"), [e for e in told if e.method is Method.SURVEYED])
    badges += _dated("official", Text("공식", "official"), [e for e in told if e.method is Method.OFFICIAL])
    if not unit.in_register:
        badges.append(Badge("unknown", Text("목록에 없음", "not in the register")))
    if unit.status is Status.WORKING and (year := words.year(unit.status_as_of)):
        badges.append(Badge("official", Text(f"운행 {unit.status_as_of}", f"working {unit.status_as_of}"), year))
    badges += _conflict_badges(context, index)
    return tuple(dict.fromkeys(badges))
