"""Route to Steps: one step for each leg, in Korean and English, from typed data only.

A step is what a person does on one floor (a white card) or in one lift (a navy band). Its lines are one act each, the
thing to look for first. Nothing is said that the data don't say: no turn without a known turn, no door without a door.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from muui_maps.maps import words
from muui_maps.maps.badges import ride_badges, walk_badges
from muui_maps.maps.context import RouteContext, Stretch, gate_inward, is_ride, link_ends
from muui_maps.maps.doors import (
    alight_door,
    along_train,
    board_door,
    door_conflicts,
    doors_fit,
    doors_text,
    lift_doors,
)
from muui_maps.maps.gaps import gap_of, gap_text
from muui_maps.maps.steps import CONFLICTS, MARKS, Badge, Step, StepLine, Vouch
from muui_maps.maps.words import with_particle
from muui_maps.model import (
    HAZARDS,
    STOPPED,
    STREET,
    Endpoint,
    Leg,
    LinkKind,
    Met,
    MetKind,
    Node,
    NodeKind,
    Place,
    PlaceKind,
    Route,
    Station,
    Text,
    Unit,
)
from muui_maps.profiles import KIND_NAMES
from muui_maps.wording import STATUS_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


__all__ = [
    "CONFLICTS",
    "MARKS",
    "Badge",
    "Step",
    "StepLine",
    "Vouch",
    "alight_door",
    "board_door",
    "door_conflicts",
    "gate_inward",
    "is_ride",
    "lift_doors",
    "narrate",
    "ride_names",
]


def narrate(station: Station, route: Route) -> tuple[Step, ...]:
    """The steps of a route, one for each leg and in their order."""
    context = RouteContext(station, route)
    return tuple(
        _finished(_ride(context, index) if is_ride(leg) else _walk(context, index))
        for index, leg in enumerate(route.legs)
    )


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
    if step.kind == "walk" or step.length_m is not None:
        facts_ko.append(words.metres(step.length_m, step.length_method).replace("? m", "거리 모름"))
        facts_en.append(words.metres(step.length_m, step.length_method).replace("? m", "distance unknown"))
    takes = words.minutes(step.seconds)
    facts_ko.append(f"약 {takes.ko}" if takes.ko.endswith("분") else takes.ko)  # `1분쯤`, `1분 미만` are vague already
    facts_en.append(takes.en)
    parts_ko, parts_en = [_head(step).ko], [_head(step).en]
    parts_ko += [line.text.ko for line in step.lines]
    parts_en += [line.text.en for line in step.lines]
    parts_ko.append(", ".join(facts_ko))
    figures = ", ".join(facts_en)
    parts_en.append(figures[:1].upper() + figures[1:])  # a sentence of its own: `Distance unknown, 2–4 min.`
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


def _walk(context: RouteContext, index: int) -> Step:
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
        evidence=walk_badges(context, index, stretches),
        text=Text("", ""),
    )


def _place_title(context: RouteContext, index: int, place: Place) -> tuple[Text, Text | None]:
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


def _walk_lines(context: RouteContext, index: int, stretches: Sequence[Stretch]) -> Iterator[StepLine]:
    if index == 0:
        yield from _start_lines(context, stretches[0].start)
    elif previous := context.ridden(index - 1):
        yield from _opening_lines(context, index, previous)
    yield from _met_and_gates(context, index, stretches)
    if index == len(context.route.legs) - 1:
        yield from _end_lines(context, stretches[-1].end)
    else:
        yield from _to_ride_lines(context, index)


def _start_lines(context: RouteContext, node: Node) -> Iterator[StepLine]:
    if context.route.start.line is None:
        number = node.id.rpartition(":")[2]
        if node.kind is NodeKind.EXIT and number != words.UNKNOWN:
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
    yield from _gap_lines(context, context.route.start)


def _gap_lines(context: RouteContext, endpoint: Endpoint) -> Iterator[StepLine]:
    """How wide and how high it is between platform and train, where somebody measured it."""
    if (gap := gap_of(context.station, endpoint)) is not None:
        yield StepLine("train", gap_text(gap))


def _end_lines(context: RouteContext, node: Node) -> Iterator[StepLine]:
    end = context.route.end
    if end.line is None:
        number = node.id.rpartition(":")[2]
        if node.kind is NodeKind.EXIT and number != words.UNKNOWN:
            yield StepLine("exit", Text(f"**{number}번 출구** 도착", f"You are at **exit {number}**"))
        else:
            yield StepLine("exit", Text("바깥 도착", "You are outside"))
        return
    towards = words.towards(context.station, end.line, end.direction)
    if words.ends_here(context.station, end.line, end.direction):
        yield StepLine("train", Text(f"**{towards.ko} 승강장** 도착", f"You are on the platform **{towards.en}**"))
        yield from _gap_lines(context, end)
        return
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
    yield from _gap_lines(context, end)


def _to_ride_lines(context: RouteContext, index: int) -> Iterator[StepLine]:
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
    place = doors_text(doors)
    name = words.unit_text(unit)
    if start in doors:
        return Text(f"바로 앞 **{with_particle(name.ko, '로')}**", f"To **{name.en}**, right there")
    way = along_train(start, doors[0])
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


def _to_named_lift(context: RouteContext, index: int, units: Sequence[Unit]) -> Text:
    to_platform = context.arrival(index + 1).kind is PlaceKind.PLATFORM
    ahead = Text("승강장 가는 ", ", for the platform") if to_platform else Text("", "")
    name = words.units_text(units)
    shown = _marked_name(name.ko)
    particle = with_particle(shown, "로")[len(shown) :]
    article = "" if words.is_numbered(units[0]) else "the "
    return Text(f"{ahead.ko}**{shown}**{particle}", f"To {article}**{_marked_name(name.en)}**{ahead.en}")


def _opening_lines(context: RouteContext, index: int, units: Sequence[Unit]) -> Iterator[StepLine]:
    """Where the lift that brought us to a platform opens, and which way the door to board at lies from there."""
    if index != len(context.route.legs) - 1:
        return
    doors = lift_doors(context.station, units[0], context.route.end)
    if not doors:
        return
    icon = "wheelchair" if context.route.profile.wheels else "walk"
    opens = doors_text(doors)
    board, _ = board_door(context.station, context.route)
    if not doors_fit(board, doors, context.route.legs[index]):
        return
    way = along_train(doors[0], board) if board not in doors else None
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


# ── gates and what is met ────────────────────────────────────────────────────


def _met_and_gates(context: RouteContext, index: int, stretches: Sequence[Stretch]) -> Iterator[StepLine]:
    waiting: list[tuple[Met, bool]] = []
    for stretch in stretches:
        mets = stretch.link.met if stretch.forward else tuple(reversed(stretch.link.met))
        waiting += [(met, stretch.forward) for met in mets]
        before, after = context.place(stretch.start), context.place(stretch.end)
        if stretch.link.kind is LinkKind.GATE:
            yield from _met_lines(waiting)
            waiting = []
            yield from _gate_lines(context, index, stretch)
        if words.place_text(after) != words.place_text(before):
            yield from _met_lines(waiting)
            waiting = []
            yield _arrival_line(context, before, after)
    yield from _met_lines(waiting)


def _arrival_line(context: RouteContext, before: Place, after: Place) -> StepLine:
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


def _gate_lines(context: RouteContext, index: int, stretch: Stretch) -> Iterator[StepLine]:
    inward = context.gates.get((index, stretch.link.id))
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


def _to_say(context: RouteContext, *, inward: bool | None) -> Text:
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


HAZARD_WORDS = {
    MetKind.STEEP_RAMP: Text("급경사로", "steep ramp"),
    MetKind.SLOPING_FLOOR: Text("바닥 경사", "sloping floor"),
    MetKind.PILLAR: Text("기둥", "pillar"),
    MetKind.NARROW: Text("좁은 곳", "narrow place"),
    MetKind.CROSSING_UNSIGNALLED: Text("신호등 없는 횡단보도", "crossing without signals"),
    MetKind.NARROW_PAVEMENT: Text("좁은 보도", "narrow pavement"),
    MetKind.THRESHOLD: Text("턱", "threshold"),
    MetKind.GAP: Text("승강장 틈", "gap to the train"),
    MetKind.SURFACE: Text("바닥", "floor"),
    MetKind.HOURS: Text("이용 시간", "opening hours"),
    MetKind.HELP: Text("도움이 있어야 지나가는 곳", "place to pass with help"),
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
    name = HAZARD_WORDS[met.kind]
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


def _ride(context: RouteContext, index: int) -> Step:
    leg = context.route.legs[index]
    units = context.ridden(index)
    kind = leg.traversals[0].link.kind
    return Step(
        n=index + 1,
        kind="ride",
        level=leg.from_level,
        to_level=leg.to_level,
        title=_WALKERS_TRANSFER if _is_walkers_transfer(context, index) else _ride_title(units, kind),
        subtitle=_ride_subtitle(context, index, units),
        line=units[0].line if units else None,
        lines=tuple(_ride_lines(context, index, units)),
        button=_button(context, index) if kind is LinkKind.ELEVATOR else None,
        unit=leg.unit.id if leg.unit else None,
        same_as=leg.same_as,
        length_m=leg.length_m or None,
        length_method=leg.length_method,
        seconds=leg.times.total(),
        evidence=ride_badges(context, index, units),
        text=Text("", ""),
        link_kind=kind,
    )


_WALKERS_TRANSFER = Text("걷는 사람의 환승통로", "Walkers' transfer passage")


def _is_walkers_transfer(context: RouteContext, index: int) -> bool:
    """Stairs from train to train: the published way of people on foot, of which nothing else is told."""
    link = context.route.legs[index].traversals[0].link
    kinds = {node.kind for node in context.station.nodes if node.id in {link.start, link.end}}
    return link.kind is LinkKind.STAIRS and kinds == {NodeKind.TRAIN}


def _ride_title(units: Sequence[Unit], kind: LinkKind) -> Text:
    name = words.units_text(units) if units else KIND_NAMES[kind]
    return Text(name.ko, name.en[:1].upper() + name.en[1:])


def ride_names(step: Step, station: Station) -> tuple[Text, ...]:
    """The short names of the units of a ride, the ridden one first; empty for stairs."""
    units = {unit.id: unit for unit in station.units}
    return tuple(words.unit_short(units[unit]) for unit in (step.unit, *step.same_as) if unit in units)


_PLACES = {
    PlaceKind.PLATFORM: Text("승강장", "platform"),
    PlaceKind.CONCOURSE: Text("대합실", "concourse"),
    PlaceKind.PASSAGE: Text("통로", "passage"),
    PlaceKind.STREET: Text("바깥", "outside"),
}


def _ride_subtitle(context: RouteContext, index: int, units: Sequence[Unit]) -> Text:
    """Which of the lifts this is: its exit, and what it joins (`3F 승강장에서 2F 대합실로`)."""
    leg = context.route.legs[index]
    start, end = words.plate(leg.from_level), words.plate(leg.to_level)
    numbered = all(words.is_numbered(unit) for unit in units)  # else the title names the exits
    exits = list(dict.fromkeys(unit.exit for unit in units if unit.exit is not None and numbered))
    told = words.exits_text(exits)
    ko, en = ([told.ko], [told.en]) if exits else ([], [])
    if start != end:
        here, there = _PLACES[context.departure(index).kind], _PLACES[context.arrival(index).kind]
        ko.append(f"{start} {here.ko}에서 {end} {with_particle(there.ko, '로')}")
        en.append(f"{start} {here.en} to {end} {there.en}")
    return Text(", ".join(ko), ", ".join(en))


def _ride_lines(context: RouteContext, index: int, units: Sequence[Unit]) -> Iterator[StepLine]:
    leg = context.route.legs[index]
    kind = leg.traversals[0].link.kind
    stopped = {units[0].status, leg.traversals[0].link.status} & STOPPED if units else set()
    if stopped:
        as_of, word = words.as_of_text(units[0].status_as_of), STATUS_WORDS[min(stopped)]
        yield StepLine("warning", Text(f"**{word.ko}** ({as_of.ko})", f"**{word.en.capitalize()}** ({as_of.en})"))
    if hazards := [met for met in leg.traversals[0].link.met if met.kind in HAZARDS]:
        yield _hazard_line(hazards)
    if kind is LinkKind.WHEELCHAIR_LIFT:
        yield StepLine("call", Text("**호출 버튼**으로 역무원 부르기", "Press **call**: staff run this lift"))
        yield StepLine(None, Text("“휠체어리프트 타러 왔어요.”", "“I'd like to take the wheelchair lift.”"), quote=True)
    if button := _button(context, index):
        yield from _stop_lines(context, index, kind, button)
    if kind in {LinkKind.ESCALATOR, LinkKind.STAIRS}:
        up = words.goes_up(units[0], leg.from_level, leg.to_level) if units else None
        to = _arrival_text(context, index)
        way = {True: Text("올라가기", "Up"), False: Text("내려가기", "Down"), None: Text("가기", "Go")}[up]
        if _is_walkers_transfer(context, index):
            yield StepLine("stairs", Text("계단이나 에스컬레이터가 있어요", "There are stairs or escalators"))
        yield StepLine(kind.value, Text(f"**{with_particle(to.ko, '로')}** {way.ko}", f"{way.en} to **{to.en}**"))


def _arrival_text(context: RouteContext, index: int) -> Text:
    """Where a ride ends: the level; the place where both levels have the same label."""
    leg = context.route.legs[index]
    label = words.plate(leg.to_level)
    if label != words.plate(leg.from_level):
        return Text(label, label)
    place = words.place_text(context.arrival(index))
    return Text(place.ko, f"the {place.en}")


def _stop_lines(context: RouteContext, index: int, kind: LinkKind, button: str) -> Iterator[StepLine]:
    leg = context.route.legs[index]
    if kind is LinkKind.WHEELCHAIR_LIFT:
        to = _arrival_text(context, index)
        yield StepLine("wheelchair_lift", Text(f"**{to.ko}**에서 내리기", f"Get off at **{to.en}**"))
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


def _button(context: RouteContext, index: int) -> str | None:
    """The arrival's label as the lift itself calls it, which its landing's id carries; else the level's, if known.

    None where it is that of the departure too, as two lines may call two floors: that button leads nowhere.
    """
    leg = context.route.legs[index]
    if leg.unit is None:
        return None
    ends = link_ends(leg.traversals[-1].link, forward=leg.traversals[-1].forward)
    of_lift = [label if unit == leg.unit.id else "" for unit, _, label in (end.partition("@") for end in ends)]
    if re.fullmatch(r"[BM]+\d*|\d+F", of_lift[1]) and of_lift[0] != of_lift[1]:
        return of_lift[1]
    told = words.plate(leg.to_level)
    return None if told in {words.UNKNOWN, words.plate(leg.from_level)} else told  # nobody knows which button
