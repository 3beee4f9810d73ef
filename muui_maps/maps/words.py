"""Small words of the maps in Korean and English: particles, lines, levels, metres, minutes, names of units."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from muui_maps import wording
from muui_maps.model import STREET, Direction, Method, Place, Seconds, Station, StationName, Text, Unit, UnitKind
from muui_maps.names import normal_station
from muui_maps.profiles import KIND_NAMES, UNIT_LINKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What every room says alike.
final_consonant = wording.final_consonant
with_particle = wording.with_particle
line_text = wording.line_text
latin = wording.latin
english = wording.english
LINE_NAMES_EN = wording.LINE_NAMES_EN


UNKNOWN = "?"
"""The plate of a level that no source names."""

# ── names ────────────────────────────────────────────────────────────────────


def place_text(place: Place) -> Text:
    """A place's name, with the line's English name where the sources have none."""
    if place.line is None or place.line.isdigit() or place.line not in place.name.en:
        return place.name
    return Text(place.name.ko, place.name.en.replace(place.line, line_text(place.line).en))


def station_text(station: Station) -> Text:
    """`노원역` / `Nowon`; a name that already ends in 역 keeps one."""
    ko = station.name.ko
    return Text(ko if ko.endswith("역") else f"{ko}역", english(station.name))


def find_direction(station: Station, line: str | None, direction: str | None) -> Direction | None:
    """The direction of a line towards a next station, under any of its names."""
    for each in station.directions:
        if each.line == line and direction in {each.next_station.ko, *each.aliases}:
            return each
    return None


def towards(station: Station, line: str | None, direction: str | None) -> Text:
    """`상계 방면` / `for Sanggye`: the next station; `종착 열차` / `where trains end` at a terminus."""
    found = find_direction(station, line, direction)
    name = found.next_station if found else StationName(direction or "?")
    return wording.toward_text(name.ko, english(name), here=station.name.ko)


def ends_here(station: Station, line: str | None, direction: str | None) -> bool:
    """Whether a platform is one that trains arrive at and go no further: nobody boards there by its name."""
    found = find_direction(station, line, direction)
    return found is not None and normal_station(found.next_station.ko) == normal_station(station.name.ko)


def terminus(station: Station, line: str | None, direction: str | None) -> Text | None:
    """`진접행` / `terminus Jinjeop`; None where the line's last station is unknown or is the next one."""
    found = find_direction(station, line, direction)
    if found is None or found.terminus is None or found.terminus.ko == found.next_station.ko:
        return None
    return Text(f"{found.terminus.ko}행", f"terminus {english(found.terminus)}")


def plate(level: str) -> str:
    """What a level plate says: the label; the street is 1F, as the buttons of the lifts call it; `?` if unknown."""
    label = "1F" if level == STREET else level.partition(":")[2]
    return UNKNOWN if label.startswith(UNKNOWN) else label


def door_text(car: int, door: int | None) -> Text:
    """`8-4 문` / `door 8-4`; a car only: `8번째 칸` / `car 8`."""
    return Text(f"{car}번째 칸", f"car {car}") if door is None else Text(f"{car}-{door} 문", f"door {car}-{door}")


def unit_kind(unit: Unit) -> Text:
    """`엘리베이터` / `lift`."""
    return KIND_NAMES[UNIT_LINKS[unit.kind]]


def is_numbered(unit: Unit) -> bool:
    """Whether the unit has a number of its own, not one that was made up for a lift that only a text mentions."""
    return not unit.number.startswith("?")


def number_text(number: str) -> Text:
    """A unit's number as the register writes it, for people: `외부1` → 외부 1 / Outside 1."""
    side = {"내부": "Inside", "외부": "Outside"}.get(number[:2])
    return Text(f"{number[:2]} {number[2:]}", f"{side} {number[2:]}") if side else Text(number, number)


def unit_short(unit: Unit) -> Text:
    """The part of a unit's name that tells it from others: `외부 1` / `Outside 1`, else its exit or direction."""
    if is_numbered(unit):
        return unit.name
    return exit_text(unit.exit) if unit.exit is not None else _latin(unit.name)


def _latin(name: Text) -> Text:
    """A made-up name whose English half still holds a Korean one (`for 구로`), romanised."""
    return Text(name.ko, re.sub(r"[가-힣]+", lambda found: latin(found.group()), name.en))


def unit_text(unit: Unit) -> Text:
    """A unit in a sentence: `엘리베이터 외부 1` / `lift Outside 1`, `3번 출구 엘리베이터` / `lift at exit 3`."""
    kind, short = unit_kind(unit), unit_short(unit)
    if is_numbered(unit):
        return Text(f"{kind.ko} {short.ko}", f"{kind.en} {short.en}")
    if unit.exit is not None:
        return Text(f"{short.ko} {kind.ko}", f"{kind.en} at {short.en}")
    return Text(f"{short.ko} {kind.ko}", f"{kind.en} {short.en}")


def units_text(units: Sequence[Unit]) -> Text:
    """Units that do the same, the first one first: `엘리베이터 4 또는 2`, `1번 또는 6번 출구 엘리베이터`."""
    kind = unit_kind(units[0])
    if all(is_numbered(unit) for unit in units):
        names = either(unit_short(unit) for unit in units)
        return Text(f"{kind.ko} {names.ko}", f"{kind.en} {names.en}")
    if all(unit.exit is not None for unit in units):
        exits = exits_text(unit.exit or "" for unit in units)
        return Text(f"{exits.ko} {kind.ko}", f"{kind.en} at {exits.en}")
    return either(unit_text(unit) for unit in units)


def unit_with_line(unit: Unit) -> Text:
    """`4호선 엘리베이터 외부 1` / `Line 4 lift Outside 1`."""
    line, name = line_text(unit.line), unit_text(unit)
    return Text(f"{line.ko} {name.ko}", f"{line.en} {name.en}")


def exit_text(number: str) -> Text:
    """`3번 출구` / `exit 3`; several on one lift are written `7·8`."""
    return Text(f"{number}번 출구", f"exit {number}")


def goes_up(unit: Unit, from_level: str, to_level: str) -> bool | None:
    """Whether a ride goes up; None unless both levels are stops of the unit, which lists them lowest first."""
    if unit.kind is UnitKind.ESCALATOR and unit.upward is not None:
        return unit.upward
    if from_level in unit.levels and to_level in unit.levels:
        return unit.levels.index(to_level) > unit.levels.index(from_level)
    return None


def either(texts: Iterable[Text]) -> Text:
    """`2 또는 4` / `2 or 4`; `2, 3 또는 4` / `2, 3 or 4`."""
    unique = list(dict.fromkeys(texts))
    return Text(_listed([text.ko for text in unique], " 또는 "), _listed([text.en for text in unique], " or "))


def _listed(parts: list[str], last: str) -> str:
    return last.join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def exits_text(numbers: Iterable[str], *, marks: str = "") -> Text:
    """`3번 또는 5번 출구` / `exit 3 or 5`, each number between marks."""
    each = list(dict.fromkeys(numbers))
    ko = [f"{marks}{number}번{' 출구' if number == each[-1] else ''}{marks}" for number in each]
    en = [f"{marks}{'exit ' if number == each[0] else ''}{number}{marks}" for number in each]
    return Text(_listed(ko, " 또는 "), _listed(en, " or "))


def together(texts: Iterable[Text]) -> Text:
    """A list: `2, 4` in both languages, each once."""
    unique = list(dict.fromkeys(texts))
    return Text(", ".join(text.ko for text in unique), ", ".join(text.en for text in unique))


# ── figures ──────────────────────────────────────────────────────────────────


def metres(length_m: float | None, method: Method | None) -> str:
    """`40 m`; `≈ 40 m` where it is computed or assumed; `? m` where it is unknown."""
    if length_m is None:
        return "? m"
    return f"{length_m:.0f} m" if method in {Method.SURVEYED, Method.OFFICIAL, None} else f"≈ {length_m:.0f} m"


def whole_minutes(seconds: Seconds) -> tuple[int, int]:
    """Low and high end of a time in whole minutes."""
    return round(seconds.low / 60), round(seconds.high / 60)


def minutes_text(seconds: Seconds) -> str:
    """The figure alone, in whole minutes: `17–23`, or `3` where both ends round to the same."""
    low, high = (max(1, value) for value in whole_minutes(seconds))
    return str(low) if low == high else f"{low}–{high}"


def minutes(seconds: Seconds) -> Text:
    """A time as a range: `17–23분` / `17–23 min`; short ones as `1분 미만`, `1분쯤`, `2분 안`."""
    low, high = whole_minutes(seconds)
    if high == 0:
        return Text("1분 미만", "under 1 min")
    if low == 0:
        return Text("1분쯤", "about 1 min") if high == 1 else Text(f"{high}분 안", f"up to {high} min")
    figure = str(low) if low == high else f"{low}–{high}"
    return Text(f"{figure}분", f"{figure} min")


def year(date: str | None) -> str | None:
    """The year of an as-of date; None where the publisher states no date of its own (`<=2026-11`)."""
    return None if date is None or not re.match(r"\d{4}", date) else date[:4]


def as_of_text(date: str | None) -> Text:
    """An as-of date in words: the date itself, `2026-11 이전`, or `날짜 모름`."""
    if date is None:
        return Text("날짜 모름", "undated")
    if date.startswith("<="):
        return Text(f"{date[2:]} 이전", f"by {date[2:]}")
    return Text(date, date)
