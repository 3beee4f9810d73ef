"""The short words of the section: a caption for each symbol, shaft and slab, in Korean and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.maps import words
from muui_maps.maps.doors import alight_door, board_door, doors_text, lift_doors
from muui_maps.maps.narrate import HAZARD_WORDS
from muui_maps.maps.section_parts import Ride, Symbol, SymbolKind, Walk
from muui_maps.model import HAZARDS, STOPPED, STREET, Endpoint, Leg, Met, MetKind, Route, Station, Text, Unit, UnitKind
from muui_maps.profiles import KIND_NAMES, UNIT_LINKS
from muui_maps.wording import STATUS_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

_MET = {
    **HAZARD_WORDS,
    MetKind.RAMP: Text("경사로", "ramp"),
    MetKind.CROSSING: Text("횡단보도", "crossing"),
    MetKind.LANDMARK: Text("건물", "a building"),
    MetKind.BUILDING_LIFT: Text("건물 엘리베이터", "lift of a building"),
    MetKind.TURN: Text("도는 곳", "a turn"),
}

PAID = Text("개찰구 안", "inside the gates")
UNPAID = Text("개찰구 밖", "outside the gates")
OR = Text("또는", "or")
TAKE_CARE = Text("주의", "take care")


# ── two languages ────────────────────────────────────────────────────────────


def pair(text: Text, lang: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """The text in the map's language and in the other one, each with its language."""
    if lang == "ko":
        return (("ko", text.ko), ("en", text.en))
    return (("en", sentence(text).en), ("ko", text.ko))


def sentence(text: Text) -> Text:
    """The text with an English capital: large words begin with one, small ones beside Korean don't."""
    return Text(text.ko, text.en[:1].upper() + text.en[1:])


# ── captions ─────────────────────────────────────────────────────────────────


def pill(leg: Leg) -> str:
    """The metres of a walk."""
    return words.metres(leg.length_m, leg.length_method)


def joined(texts: Iterable[Text]) -> Text | None:
    """Texts as a list in one line, each once; None if there are none."""
    unique = list(dict.fromkeys(texts))
    return words.together(unique) if unique else None


def met_text(met: Met) -> Text:
    """What one thing met is called, with its own name where it has one."""
    named = _MET[met.kind]
    if met.name is None:
        return named
    if met.kind is MetKind.LANDMARK:
        ko = met.name.ko if met.name.ko.endswith("앞") else f"{met.name.ko} 앞"
        en = met.name.en if met.name.en.startswith("past ") else f"past {met.name.en}"
        return Text(ko, en)
    if met.kind is MetKind.BUILDING_LIFT:
        return Text(f"{met.name.ko} {named.ko}", f"{named.en}: {met.name.en}")
    if met.kind is MetKind.TURN:
        return named  # which side it turns to depends on the way it is walked; the steps say it
    return Text(f"{named.ko}({met.name.ko})", f"{named.en} ({met.name.en})")


def hazard_text(mets: Iterable[Met]) -> Text:
    """What to look out for: `급경사로, 기둥 주의` / `steep ramp, pillar`."""
    named = joined(met_text(met) for met in mets if met.kind is not MetKind.CAUTION)
    return Text(f"{named.ko} 주의", named.en) if named else TAKE_CARE


def crossing_text(symbol: Symbol) -> Text:
    """How many roads are crossed, and whether one of them has no signals."""
    unsignalled = any(met.kind is MetKind.CROSSING_UNSIGNALLED for met in symbol.met)
    named = _MET[MetKind.CROSSING_UNSIGNALLED if unsignalled else MetKind.CROSSING]
    plural = named.en if symbol.count == 1 else named.en.replace("crossing", "crossings", 1)
    if symbol.count is None:
        return Text(f"{named.ko} 몇 번", f"some {plural}")
    return Text(f"{named.ko} {symbol.count}번", f"{symbol.count} {plural}")


def gate_text(symbol: Symbol) -> Text:
    """What to do at a gate: tap, else call, which also helps where nobody says how it opens."""
    if symbol.calls is False:
        return Text("카드 찍기", "tap your card")
    return Text("호출 버튼 누르기", "press the call button")


def caption(symbol: Symbol) -> Text | None:
    """The words that stand beside a symbol of the line."""
    if symbol.kind is SymbolKind.HAZARD:
        return hazard_text(symbol.met)
    if symbol.kind is SymbolKind.CROSSING:
        return crossing_text(symbol)
    if symbol.kind is SymbolKind.GATE:
        return gate_text(symbol)
    if symbol.kind is SymbolKind.MACHINE and symbol.machine is not None:
        return KIND_NAMES[symbol.machine]
    return None


def short_caption(symbol: Symbol) -> Text | None:
    """The same in fewer words, for gates in narrow places."""
    if symbol.kind is not SymbolKind.GATE:
        return None
    return Text("카드", "tap") if symbol.calls is False else Text("호출 버튼", "press call")


def is_hazard(symbol: Symbol) -> bool:
    """Whether the words of a symbol warn of a bodily hazard: only those are red."""
    return any(met.kind in HAZARDS for met in symbol.met)


def door_texts(station: Station, route: Route) -> tuple[Text | None, Text | None]:
    """At which doors to get off and on; None where the data name none."""
    alight, board = alight_door(station, route)[0], board_door(station, route)[0]
    off = words.door_text(*alight) if alight else None
    on = words.door_text(*board) if board else None
    return (
        Text(f"{off.ko}에서 내리기", f"Get off at {off.en}") if off else None,
        Text(f"{on.ko}에서 타기", f"Board at {on.en}") if on else None,
    )


def by_door(station: Station, unit: Unit, endpoint: Endpoint) -> tuple[Text, tuple[tuple[int, int | None], ...]] | None:
    """Which doors of the train a lift stands at, and the same as figures; None if the register has none."""
    doors = lift_doors(station, unit, endpoint)
    if not doors:
        return None
    name = doors_text(doors)
    return Text(f"{name.ko} 옆", f"by {name.en}"), doors


def place_texts(walk: Walk, level: str) -> list[Text]:
    """Where one is on a level of a walk: its places in the order walked, each name once."""
    if level == STREET:
        return [Text("바깥 길", "outside")]
    return list(dict.fromkeys(words.place_text(place) for place in walk.places.get(level, ())))


def shaft_text(unit: Unit | None, ride: Ride) -> Text:
    """The name of a lift, with its exit where it stands at one."""
    if unit is None:
        name = KIND_NAMES[ride.kind]
        length = f", {words.metres(ride.length_m, ride.length_method)}" if ride.length_m is not None else ""
        return Text(name.ko + length, name.en + length)
    short = words.unit_short(unit)
    plain = unit.kind is not UnitKind.ELEVATOR or not words.is_numbered(unit) or unit.number.isdigit()
    name = words.unit_text(unit) if plain else short
    if unit.exit is not None and words.is_numbered(unit):
        leaving = words.exit_text(unit.exit)
        name = Text(f"{name.ko}, {leaving.ko}", f"{name.en}, {leaving.en}")
    if unit.status in STOPPED:
        word = STATUS_WORDS[unit.status]
        name = Text(f"{name.ko}, {word.ko}", f"{name.en}, {word.en}")
    return name


def with_rise(text: Text, unit: Unit | None, ride: Ride) -> Text:
    """The name of a lift followed by the metres it rises, where they are published for just this ride."""
    if unit is None or unit.rise_m is None or UNIT_LINKS[unit.kind] is not ride.kind:
        return text
    if set(unit.levels) != {ride.from_level, *ride.passes, ride.to_level}:
        return text
    return Text(f"{text.ko}, {unit.rise_m:.1f} m", f"{text.en}, {unit.rise_m:.1f} m")


def passing_text(plate: str) -> Text:
    """That a lift also stops at a level where one stays in."""
    return Text(f"{plate}에도 서요", f"also stops at {plate}")
