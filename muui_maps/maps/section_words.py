"""The short words of the section: a caption for each symbol, shaft and slab, in Korean and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.maps.section_parts import Ride, Symbol, SymbolKind, Walk
from muui_maps.model import HAZARDS, STREET, Door, Leg, Level, LinkKind, Met, Method, MetKind, Place, Route, Text, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MET = {
    MetKind.RAMP: Text("경사로", "ramp"),
    MetKind.STEEP_RAMP: Text("급경사로", "steep ramp"),
    MetKind.SLOPING_FLOOR: Text("바닥 경사 주의", "sloping floor"),
    MetKind.PILLAR: Text("기둥 조심", "mind the pillar"),
    MetKind.NARROW: Text("좁은 길", "narrow way"),
    MetKind.CROSSING: Text("횡단보도", "crossing"),
    MetKind.CROSSING_UNSIGNALLED: Text("신호등 없는 횡단보도", "crossing without lights"),
    MetKind.NARROW_PAVEMENT: Text("좁은 보도", "narrow pavement"),
    MetKind.CAUTION: Text("주의", "take care"),
    MetKind.LANDMARK: Text("지나는 곳", "landmark"),
    MetKind.BUILDING_LIFT: Text("건물 엘리베이터", "lift of a building"),
    MetKind.TURN: Text("돌기", "turn"),
}

PAID = Text("개찰구 안", "inside the gates")
UNPAID = Text("개찰구 밖", "outside")
OR = Text("또는", "or")


def metres(length_m: float | None, method: Method | None) -> str:
    """A length as the pill says it: `40 m`, `≈ 40 m` where it is computed or assumed, `? m` where unknown."""
    if length_m is None:
        return "? m"
    sure = method in {Method.SURVEYED, Method.OFFICIAL, None}
    return f"{length_m:.0f} m" if sure else f"≈ {length_m:.0f} m"


def pill(leg: Leg) -> str:
    return metres(leg.length_m, leg.length_method)


def joined(texts: Iterable[Text]) -> Text | None:
    """Texts as a list in one line, each once; None if there are none."""
    unique = list(dict.fromkeys(texts))
    if not unique:
        return None
    return Text(", ".join(text.ko for text in unique), ", ".join(text.en for text in unique))


def met_text(met: Met) -> Text:
    """What one thing met is called, with its own name where it has one."""
    words = _MET[met.kind]
    if met.kind in {MetKind.LANDMARK, MetKind.TURN, MetKind.BUILDING_LIFT} and met.name is not None:
        return met.name
    if met.name is not None:
        return Text(f"{words.ko}({met.name.ko})", f"{words.en} ({met.name.en})")
    return words


def crossing_text(symbol: Symbol) -> Text:
    unsignalled = any(met.kind is MetKind.CROSSING_UNSIGNALLED for met in symbol.met)
    words = _MET[MetKind.CROSSING_UNSIGNALLED if unsignalled else MetKind.CROSSING]
    if symbol.count is None:
        return words
    plural = "crossing" if symbol.count == 1 else "crossings"
    return Text(f"{words.ko} {symbol.count}번", f"{symbol.count} {words.en.replace('crossing', plural, 1)}")


def gate_text(symbol: Symbol) -> Text:
    staff = symbol.gate.staff_call if symbol.gate else None
    if staff:
        return Text("호출 버튼 누르기", "press the call button")
    if staff is False:
        return Text("카드 대기", "tap your card")
    return Text("개찰구", "fare gate")


def caption(symbol: Symbol) -> Text | None:
    """The words that stand above a symbol of the line."""
    if symbol.kind is SymbolKind.HAZARD:
        return joined(met_text(met) for met in symbol.met)
    if symbol.kind is SymbolKind.CROSSING:
        return crossing_text(symbol)
    if symbol.kind is SymbolKind.GATE:
        return gate_text(symbol)
    if symbol.kind is SymbolKind.MOVING_WALK:
        return Text("무빙워크", "moving walk")
    return None


def door_text(route: Route, *, alight: bool) -> Text | None:
    """At which door to get off or on, where the survey of this very transfer says it."""
    door = route.run and (route.run.alight if alight else route.run.board)
    if not door:
        return None
    number = door_number(*door)
    if alight:
        return Text(f"{number.ko}에서 내리기", f"Get off at {number.en}")
    return Text(f"{number.ko}에서 타기", f"Board at {number.en}")


def door_number(car: int, door: int | None) -> Text:
    return Text(f"{car}번째 칸", f"car {car}") if door is None else Text(f"{car}-{door} 문", f"door {car}-{door}")


def by_door(unit: Unit, direction: str | None) -> Text | None:
    """Which door a lift stands at, for the train of a direction."""
    doors: Sequence[Door] = [door for door in unit.doors if door.direction == direction]
    if not doors:
        return None
    number = door_number(doors[0].car, doors[0].door)
    return Text(f"{number.ko} 옆", f"by {number.en}")


def plate(level: Level | None, level_id: str) -> str:
    """What a level plate says."""
    if level_id == STREET:
        return "1F"
    return (level.label if level else None) or level_id.partition(":")[2]


def place_text(walk: Walk, level: str) -> Text | None:
    """Where one is on a level of a walk: the names of its places, each once."""
    if level == STREET:
        return Text("바깥 길", "outside")
    places: Sequence[Place] = walk.places.get(level, ())
    return joined(place.name for place in places[:1])


def shaft_text(unit: Unit | None, ride: Ride) -> Text:
    """The name of a lift, with its exit where it stands at one."""
    if unit is None:
        return _RIDE[ride.kind]
    if unit.exit is None:
        return unit.name
    return Text(f"{unit.name.ko}, {unit.exit}번 출구", f"{unit.name.en}, exit {unit.exit}")


def with_rise(text: Text, unit: Unit | None, ride: Ride) -> Text:
    """The name of a lift followed by the metres it rises, where they are published for just this ride."""
    if unit is None or unit.rise_m is None or set(unit.levels) != {ride.from_level, *ride.passes, ride.to_level}:
        return text
    return Text(f"{text.ko}, {unit.rise_m:.1f} m", f"{text.en}, {unit.rise_m:.1f} m")


def mixed(first: str, second: str, lang: str) -> Text:
    """A Text from the line in the map's language and the line in the other one."""
    return Text(first, second) if lang == "ko" else Text(second, first)


def is_hazard(symbol: Symbol) -> bool:
    """Whether the words of a symbol warn of a bodily hazard: only those are red."""
    return any(met.kind in HAZARDS for met in symbol.met)


_RIDE = {
    LinkKind.ELEVATOR: Text("엘리베이터", "lift"),
    LinkKind.WHEELCHAIR_LIFT: Text("휠체어리프트", "wheelchair lift"),
    LinkKind.ESCALATOR: Text("에스컬레이터", "escalator"),
    LinkKind.MOVING_WALK: Text("무빙워크", "moving walk"),
    LinkKind.STAIRS: Text("계단", "stairs"),
}


def passing_text(plate: str) -> Text:
    """That a lift also stops at a level where one stays in."""
    return Text(f"{plate}에도 서요", f"also stops at {plate}")
