"""What somebody typed → the id it stands for. Forgiving in spelling, never in meaning: two candidates are a question.

`노원`, `노원역`, `nowon`, `411` → the station; `4:상계`, `4호선:상계 방면`, `Line 4:Sanggye`, `상계` → the platform;
`exit:3`, `3번 출구`, `street` → outside; `4:EV:외부#1`, `4호선 엘리베이터 외부1` → the unit. Old names count as well.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from muui_maps.errors import UnknownNameError
from muui_maps.model import Direction, Endpoint, StationName, Text, UnitKind
from muui_maps.names import normal_line, normal_station
from muui_maps.romanise import romanise, slug
from muui_maps.tables import renamed_stations
from muui_maps.wording import english, latin, line_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from muui_maps.definition import Definition
    from muui_maps.model import Profile, Station
    from muui_maps.workspace import StationSet

NEAREST = 3
"""How many near names an error offers."""

_STREET_WORDS = frozenset({"street", "outside", "지상", "거리", "길", "밖", "바깥", "외부", "노면", "도로"})
_EXIT = re.compile(r"(?:exit|출구|출입구)[:#]?(\d+(?:-\d+)?)번?|(\d+(?:-\d+)?)번?(?:출구|출입구|exit)")
_TOWARDS = re.compile(r"^(?:towards?|for|to)\s+|\s*[- ]bound$|\s*(?:방면|방향|행|쪽)$", re.IGNORECASE)
_LINE_AND_REST = re.compile(r"^(line\s*\d+|\d+\s*호선|\S+선|\d+)\s*[:/,\s]\s*(.+)$", re.IGNORECASE)
_KINDS: Mapping[str, UnitKind] = {
    "ev": UnitKind.ELEVATOR,
    "elevator": UnitKind.ELEVATOR,
    "lift": UnitKind.ELEVATOR,
    "엘리베이터": UnitKind.ELEVATOR,
    "엘베": UnitKind.ELEVATOR,
    "승강기": UnitKind.ELEVATOR,
    "wl": UnitKind.WHEELCHAIR_LIFT,
    "wheelchairlift": UnitKind.WHEELCHAIR_LIFT,
    "휠체어리프트": UnitKind.WHEELCHAIR_LIFT,
    "리프트": UnitKind.WHEELCHAIR_LIFT,
    "es": UnitKind.ESCALATOR,
    "escalator": UnitKind.ESCALATOR,
    "에스컬레이터": UnitKind.ESCALATOR,
    "mw": UnitKind.MOVING_WALK,
    "movingwalk": UnitKind.MOVING_WALK,
    "무빙워크": UnitKind.MOVING_WALK,
}


def _key(text: str) -> str:
    """A name without case, blanks, punctuation and by-names, so that spellings meet."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text)).casefold()
    return re.sub(r"[\s.,·'’`\-_/#]+", "", re.sub(r"\([^)]*\)", "", plain))


def _station_keys(name: str) -> set[str]:
    """The keys under which a station's name may be typed."""
    key = _key(name)
    return {key, normal_station(key), key.removesuffix("station")} - {""}


def _name_keys(name: StationName) -> set[str]:
    keys = {key for each in (name.ko, name.en, name.ja, name.zh) if each for key in _station_keys(each)}
    return keys | {romanise(normal_station(name.ko))} | _station_keys(latin(normal_station(name.ko)))


def nearest(text: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates that look most like `text`, best first. Hangul is compared letter by letter, not by syllable."""
    spelled = {unicodedata.normalize("NFD", _key(each)): each for each in candidates}
    wanted = unicodedata.normalize("NFD", _key(text))
    return tuple(spelled[key] for key in difflib.get_close_matches(wanted, list(spelled), n=NEAREST, cutoff=0.5))


# ── old names ────────────────────────────────────────────────────────────────


@lru_cache(maxsize=4)
def _renamed(data: Path) -> Mapping[str, str]:
    return renamed_stations(data)


def _with_old_names(text: str, data: Path | None) -> set[str]:
    """The keys of what was typed, and those of the present name if it is an old one."""
    keys = _station_keys(text)
    if data is None:
        from muui_maps.workspace import data_folder

        data = data_folder()
    renamed = _renamed(data)
    now = {new for old, new in renamed.items() if _station_keys(old) & keys or romanise(old) in keys}
    return keys | {_key(name) for name in now}


# ── stations ─────────────────────────────────────────────────────────────────


def resolve_station(text: str, definitions: Sequence[Definition], *, data: Path | None = None) -> Definition:
    """The station that `text` names: by id, name in any language, old name, or number on the signs.

    Raises
    ------
    UnknownNameError
        If there is none, or more than one.
    """
    wanted = _with_old_names(text, data)
    found = [each for each in definitions if wanted & _definition_keys(each)]
    if len(found) == 1:
        return found[0]
    shown = {each.id: f"{each.name.ko} ({each.id})" for each in found or definitions}
    spellings = {word: each.id for each in definitions for word in (each.id, each.name.ko, each.name.en or each.id)}
    raise UnknownNameError(
        _unknown("역", "station", text) if not found else _ambiguous("역", "station", text),
        nearest=tuple(dict.fromkeys(shown[spellings[word]] for word in nearest(text, spellings))) if not found else (),
        existing=tuple(shown.values()),
    )


def resolve_set(text: str, sets: Sequence[StationSet]) -> StationSet:
    """The named set of stations that `text` names, by id or by name.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    wanted = _key(text)
    for each in sets:
        if wanted in {_key(each.id), _key(each.name.ko), _key(each.name.en)}:
            return each
    ids = tuple(each.id for each in sets)
    raise UnknownNameError(_unknown("역 묶음", "set of stations", text), nearest=nearest(text, ids), existing=ids)


def names_folder(text: str, folder: str) -> bool:
    """Whether `text` is the name of a station's folder, however it is spelled."""
    return _key(text) == _key(folder)


def _definition_keys(definition: Definition) -> set[str]:
    also = {key for name in definition.also_known_as for key in _station_keys(name)}
    codes = {_key(line.code) for line in definition.lines if line.code}
    return _name_keys(definition.name) | also | codes | {_key(definition.id)}


def _unknown(what_ko: str, what_en: str, text: str) -> Text:
    return Text(
        f"이런 {what_ko}은 없어요: {text}" if _has_final(what_ko) else f"이런 {what_ko}는 없어요: {text}",
        f"no such {what_en}: {text}",
    )


def _ambiguous(what_ko: str, what_en: str, text: str) -> Text:
    subject = "이" if _has_final(what_ko) else "가"
    return Text(
        f"{what_ko}{subject} 둘 이상이에요. 더 자세히 써 주세요: {text}",
        f"more than one {what_en} is called that: {text}",
    )


def _has_final(word: str) -> bool:
    """Whether a Korean word ends in a consonant: its particles follow from that."""
    return (ord(word[-1]) - 0xAC00) % 28 != 0


# ── platforms, exits, the street ─────────────────────────────────────────────


def resolve_endpoint(station: Station, text: str, *, data: Path | None = None) -> Endpoint:
    """The platform (`4:상계`), exit (`exit:3`) or `street` that `text` names.

    Raises
    ------
    UnknownNameError
        If there is none at this station, or more than one; `existing` lists all that there are.
    """
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text)).strip()
    tight = re.sub(r"\s+", "", plain).casefold()
    if tight in _STREET_WORDS:
        return Endpoint()
    if (match := _EXIT.fullmatch(tight)) and (match[1] or match[2]):
        return _exit(station, match[1] or match[2], text)
    line, direction = _split(station, plain)
    candidates = [each for each in station.directions if line is None or each.line == line]
    existing = endpoints(station)
    if line is not None and not candidates:
        raise UnknownNameError(
            _unknown("노선", "line", text), nearest=nearest(line, station.lines), existing=tuple(station.lines)
        )
    found = _towards(candidates, direction, data)
    if len(found) == 1:
        return Endpoint(found[0].line, found[0].next_station.ko)
    if found or not direction:
        choice = tuple(f"{each.line}:{each.next_station.ko}" for each in found or candidates)
        raise UnknownNameError(_ambiguous("방면", "direction", text), existing=choice)
    raise UnknownNameError(
        _unknown("방면", "direction", text), nearest=_near_directions(candidates, direction), existing=existing
    )


def endpoints(station: Station) -> tuple[str, ...]:
    """Every endpoint that a route of this station may have, as the command line writes it."""
    platforms = tuple(f"{each.line}:{each.next_station.ko}" for each in station.directions)
    return (*platforms, *(f"exit:{number}" for number in station.exits), "street")


def _exit(station: Station, number: str, text: str) -> Endpoint:
    if number in station.exits:
        return Endpoint(exit=number)
    exits = tuple(f"exit:{each}" for each in station.exits)
    raise UnknownNameError(_unknown("출구", "exit", text), nearest=nearest(f"exit:{number}", exits), existing=exits)


def _split(station: Station, plain: str) -> tuple[str | None, str]:
    """Line (if any is said) and direction, as typed."""
    if ":" in plain:
        line, _, direction = plain.partition(":")
        return _line_of(station, line), direction
    if (match := _LINE_AND_REST.match(plain)) and _line_of(station, match[1]) in station.lines:
        return _line_of(station, match[1]), match[2]
    if (line := _line_of(station, plain)) in station.lines:
        return line, ""
    return None, plain


def _line_of(station: Station, text: str) -> str:
    line = normal_line(text)
    if line in station.lines:
        return line
    wanted = _key(line.replace("–", "")).removesuffix("line").removesuffix("선")
    for known in station.lines:
        short = known.removesuffix("선")
        in_english = _key(line_text(known).en.replace("–", "")).removesuffix("line")
        if wanted in {_key(short), _key(romanise(short)), _key(romanise(known)), in_english}:
            return known
    return line


def _towards(candidates: Sequence[Direction], text: str, data: Path | None) -> list[Direction]:
    """Directions of that name: a next station before an alias, an alias before a terminus."""
    bare = _TOWARDS.sub("", _TOWARDS.sub("", text.strip()))
    wanted = (_with_old_names(bare, data) | _with_old_names(text, data)) if bare else set()
    if not wanted:
        return list(candidates) if len(candidates) == 1 else []
    for keys in (_next_keys, _alias_keys, _terminus_keys):
        if found := [each for each in candidates if wanted & keys(each)]:
            return found
    return []


def _next_keys(direction: Direction) -> set[str]:
    return _name_keys(direction.next_station)


def _alias_keys(direction: Direction) -> set[str]:
    return {key for alias in direction.aliases for key in _station_keys(alias)}


def _terminus_keys(direction: Direction) -> set[str]:
    return _name_keys(direction.terminus) if direction.terminus else set()


def _near_directions(candidates: Sequence[Direction], text: str) -> tuple[str, ...]:
    spellings: dict[str, str] = {}
    for each in candidates:
        key = f"{each.line}:{each.next_station.ko}"
        names = (each.next_station.ko, each.next_station.en, each.terminus.ko if each.terminus else None, *each.aliases)
        spellings.update({name: key for name in names if name})
    return tuple(dict.fromkeys(spellings[name] for name in nearest(text, spellings)))


# ── units and profiles ───────────────────────────────────────────────────────


def resolve_unit(station: Station, text: str) -> str:
    """The id of the unit that `text` names: `LINE:EV|WL|ES|MW:NUMBER`, with or without `#`, `호선` and blanks.

    Raises
    ------
    UnknownNameError
        If there is none at this station, or more than one.
    """
    parts = [part for part in re.split(r"\s*:\s*|\s+", unicodedata.normalize("NFKC", text).strip()) if part]
    kind_at = next((n for n, part in enumerate(parts) if part.casefold() in _KINDS), None)
    found = []
    if kind_at is not None:
        kind = _KINDS[parts[kind_at].casefold()]
        line = _line_of(station, " ".join(parts[:kind_at])) if kind_at else None
        number = _number("".join(parts[kind_at + 1 :]))
        found = [
            each.id
            for each in station.units
            if each.kind == kind and line in {None, each.line} and _number(each.number) == number
        ]
    if len(found) == 1:
        return found[0]
    ids = tuple(each.id for each in station.units)
    if found:
        raise UnknownNameError(_ambiguous("승강기", "unit", text), existing=found)
    raise UnknownNameError(_unknown("승강기", "unit", text), nearest=nearest(text, ids), existing=ids)


def _number(text: str) -> str:
    return re.sub(r"[#\s]|호기?$|번$|^no\.?", "", unicodedata.normalize("NFC", text).casefold())


def resolve_profile(text: str) -> Profile:
    """The traveller that `text` names, by id or by name.

    Raises
    ------
    UnknownNameError
        If there is none.
    """
    from muui_maps.profiles import PROFILES

    wanted = _key(text)
    for each in PROFILES.values():
        if wanted in {_key(each.id), _key(each.name.ko), _key(each.name.en)}:
            return each
    raise UnknownNameError(
        _unknown("이동 유형", "profile", text), nearest=nearest(text, PROFILES), existing=tuple(PROFILES)
    )


def file_stem(station: Station, start: Endpoint, end: Endpoint) -> str:
    """The name of a transfer's files, in letters that every system takes: `4-sanggye_7-junggye`, `4-sanggye_exit-3`."""
    return f"{_endpoint_slug(station, start)}_{_endpoint_slug(station, end)}"


def _endpoint_slug(station: Station, endpoint: Endpoint) -> str:
    if endpoint.line is None:
        return slug(endpoint.key)
    names = {(each.line, each.next_station.ko): each.next_station for each in station.directions}
    name = names.get((endpoint.line, endpoint.direction or ""))
    towards = english(name or StationName(endpoint.direction or ""))
    line = endpoint.line if endpoint.line.isdigit() else line_text(endpoint.line).en
    return f"{slug(line.replace('–', '-')).removesuffix('-line')}-{slug(towards)}"
