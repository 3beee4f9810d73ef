"""The short words of the oblique: a sentence for each step, and how true the drawing is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from muui_maps.maps import section_words as said
from muui_maps.maps import words
from muui_maps.maps.doors import alight_door, board_door
from muui_maps.maps.evidence import signs, vouched
from muui_maps.maps.oblique_place import Known
from muui_maps.maps.section_parts import CROSSINGS, Ride, Symbol, SymbolKind, Walk
from muui_maps.model import HAZARDS, STREET, Text, UnitKind
from muui_maps.profiles import KIND_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from muui_maps.maps.oblique_layout import Layout, Shaft, Way
    from muui_maps.maps.section_parts import Part
    from muui_maps.maps.steps import Step
    from muui_maps.model import Route, Station


@dataclass(frozen=True, slots=True)
class Callout:
    """A step in short: what one does, what to beware of, what else there is to know, and the signs of its evidence."""

    number: int
    main: Text
    hazards: tuple[Text, ...] = ()
    more: tuple[Text, ...] = ()
    signs: tuple[str, ...] = ()
    vouched: Text | None = None

    @property
    def whole(self) -> Text:
        """All of it as one line."""
        parts = (self.main, *self.hazards, *self.more)
        ko, en = ". ".join(part.ko for part in parts), ". ".join(said.sentence(part).en for part in parts)
        return Text(ko.replace("\N{NO-BREAK SPACE}", " "), en.replace("\N{NO-BREAK SPACE}", " "))


def callouts(
    station: Station, route: Route, parts: Sequence[Part], steps: Sequence[Step], layout: Layout
) -> tuple[Callout, ...]:
    """One for each step, in order; rides say which floors of the picture they go through without a stop."""
    by_leg: dict[int, Part] = {part.leg: part for part in parts if part.leg is not None}
    passed = {shaft.ride.leg: passing_through(shaft) for shaft in layout.shafts}
    found = []
    for step in steps:
        part = by_leg[step.leg]
        if isinstance(part, Ride):
            told = _ride(route, part, step, passed[step.leg])
        else:
            told = _walk(station, route, part, step)
        found.append(replace(told, signs=signs(step), vouched=vouched(step)))
    return tuple(found)


# ── walks ────────────────────────────────────────────────────────────────────


def _walk(station: Station, route: Route, walk: Walk, step: Step) -> Callout:
    index = step.leg
    length = words.metres(step.length_m, step.length_method)
    metres = Text(length, length) if step.length_m is not None else Text("거리 모름", "distance unknown")
    acts = [*_alighting(station, route, index), *_gates(walk), *_outside(step)]
    crossings = [said.crossing_text(s) for s in walk.symbols if s.kind is SymbolKind.CROSSING]
    ridden = route.legs[index].unit  # a ride that stays on its level
    machines = [KIND_NAMES[s.machine] for s in walk.symbols if s.kind is SymbolKind.MACHINE and s.machine]
    machines = [words.unit_text(ridden)] if ridden is not None else machines
    boarding = list(_boarding(station, route, index))
    if not (acts or boarding):
        acts = [_onward(route, index)]
    main = words.together([*acts, *boarding, metres, *crossings, *machines])
    hazards = tuple(_hazards(walk.symbols))
    more = [said.met_text(met) for met in walk.passed]
    beside = _lift_door(station, route, index)
    return Callout(step.n, main, hazards, tuple(dict.fromkeys([*beside, *more])))


def _onward(route: Route, index: int) -> Text:
    """What the walk leads to."""
    unit = route.legs[index + 1].unit if index + 1 < len(route.legs) else None
    if unit is None:
        return Text("이동", "go")
    name = words.unit_text(unit)
    return Text(words.with_particle(name.ko, "로"), f"to {name.en}")


def _alighting(station: Station, route: Route, index: int) -> Iterator[Text]:
    if index != 0 or route.start.line is None:
        return
    door, _ = alight_door(station, route)
    name = words.door_text(*door) if door else None
    yield Text(f"{name.ko}에서 내리기", f"off at {name.en}") if name else Text("내리기", "get off")


def _boarding(station: Station, route: Route, index: int) -> Iterator[Text]:
    if index != len(route.legs) - 1 or route.end.line is None:
        return
    door, _ = board_door(station, route)
    name = words.door_text(*door) if door else None
    yield Text(f"{name.ko}에서 타기", f"board at {name.en}") if name else Text("타기", "board")


def _gates(walk: Walk) -> Iterator[Text]:
    gates = [symbol for symbol in walk.symbols if symbol.kind is SymbolKind.GATE]
    if not gates:
        return
    times = Text(f" {len(gates)}번", f"{len(gates)} gates") if len(gates) > 1 else Text("", "the gate")
    if all(gate.calls is False for gate in gates):
        yield Text(f"개찰구{times.ko} 카드 찍기", f"tap at {times.en}")
    else:
        yield Text(f"개찰구{times.ko} 호출", f"call at {times.en}")


def _outside(step: Step) -> Iterator[Text]:
    if STREET in {step.level, step.to_level}:
        yield Text("바깥", "outside")


def _hazards(symbols: Iterable[Symbol]) -> Iterator[Text]:
    for symbol in symbols:
        if symbol.kind is SymbolKind.HAZARD:
            yield said.hazard_text(symbol.met)
        elif symbol.kind is SymbolKind.CROSSING:
            risky = [met for met in symbol.met if met.kind in HAZARDS and met.kind not in CROSSINGS]
            if risky:
                yield said.hazard_text(risky)


def _lift_door(station: Station, route: Route, index: int) -> Iterator[Text]:
    """At which door the lift stands, where that is not the door that one uses."""
    last = len(route.legs) - 1
    ends = []
    if index == 0 and route.start.line is not None:
        ends.append((route.start, 1, alight_door(station, route)[0]))
    if index == last and route.end.line is not None:
        ends.append((route.end, last - 1, board_door(station, route)[0]))
    for endpoint, beside, door in ends:
        unit = route.legs[beside].unit if 0 <= beside <= last else None
        found = said.by_door(station, unit, endpoint) if unit else None
        if found is None:
            continue
        text, doors = found
        if door in doors:
            yield Text("엘리베이터 바로 앞", "right at the lift")
        else:
            yield Text(f"엘리베이터는 {text.ko}", f"the lift is {text.en}")


# ── rides ────────────────────────────────────────────────────────────────────


def _ride(route: Route, ride: Ride, step: Step, passed: Sequence[Text]) -> Callout:
    leg = route.legs[step.leg]
    units = [unit for unit in (ride.unit, *ride.others) if unit is not None]
    name = words.units_text(units) if units else said.shaft_text(None, ride)
    exits = [unit.exit for unit in units if unit.exit is not None]
    at = words.exits_text(exits) if exits and all(words.is_numbered(unit) for unit in units) else None
    if step.button and ride.unit is not None and ride.unit.kind is UnitKind.ELEVATOR:
        act = Text(f"{step.button}\N{NO-BREAK SPACE}누르기", f"press\N{NO-BREAK SPACE}{step.button}")
    else:
        plate = words.plate(leg.to_level)
        act = Text(f"{plate}까지", f"to {plate}")
    main = words.together([text for text in (name, at, act) if text is not None])
    calls = [Text("역무원 부르기", "call staff")] if ride.unit and ride.unit.kind is UnitKind.WHEELCHAIR_LIFT else []
    stops = [said.passing_text(words.plate(level)) for level in ride.passes]
    return Callout(step.n, main, (), (*calls, *stops, *passed))


# ── how true ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Truth:
    """One walk of the picture beside what is known of it: metres as told and as drawn, and why they part."""

    number: int
    level: str
    told_m: float | None
    told: str
    drawn_m: float | None
    reason: str | None


REASONS: dict[str, Text] = {
    "straight": Text("도는 길을 몰라 곧게 그려서 짧아요", "bends are not known: drawn straight, so shorter"),
    "stretched": Text("기호가 들어가게 늘려 그렸어요", "drawn longer to make room for the symbols"),
    "longer": Text("자리로 셈하면 잰 것보다 길어요", "the places are further apart than the metres told"),
    "unknown": Text("거리를 몰라요", "its length is not known"),
    "order": Text("자리를 몰라 순서대로만 폈어요", "places are not known: laid out in order"),
}
"""Why drawn metres are not the metres told."""

AGREE = 0.15
"""Share by which they may differ and still count as the same: a reader sees no less."""


def truths(route: Route, layout: Layout) -> tuple[Truth, ...]:
    """Every walk that is a step, in order."""
    return tuple(_truth(route, layout, way) for way in layout.ways if way.walk.leg is not None)


def _truth(route: Route, layout: Layout, way: Way) -> Truth:
    leg = route.legs[way.walk.leg or 0]
    drawn = None if way.move.known is Known.ORDER else way.drawn_m
    reason = None
    if layout.in_order or way.move.known is Known.ORDER:
        reason = "order"
    elif way.stretched:
        reason = "stretched"
    elif leg.length_m is None:
        reason = "unknown"
    elif drawn is not None and drawn < leg.length_m * (1 - AGREE):
        reason = "straight"
    elif drawn is not None and drawn > leg.length_m * (1 + AGREE):
        reason = "longer"
    told = words.metres(leg.length_m, leg.length_method)
    return Truth(way.walk.number or 0, leg.from_level, leg.length_m, told, drawn, reason)


COMPASS: tuple[Text, ...] = (
    Text("북쪽", "north"),
    Text("북동쪽", "north-east"),
    Text("동쪽", "east"),
    Text("남동쪽", "south-east"),
    Text("남쪽", "south"),
    Text("남서쪽", "south-west"),
    Text("서쪽", "west"),
    Text("북서쪽", "north-west"),
)


def passing_through(shaft: Shaft) -> tuple[Text, ...]:
    """Floors that a lift goes through without a stop."""
    plates = [words.plate(level) for level, _, _ in shaft.passed]
    return tuple(Text(f"{plate}에는 서지 않아요", f"does not stop at {plate}") for plate in dict.fromkeys(plates))


def error_text(line: str, error_m: float) -> Text:
    """How far a line may lie off."""
    name = words.line_text(line)
    return Text(f"{name.ko} 자리 오차 {error_m:.0f} m", f"{name.en} may lie {error_m:.0f} m off")
