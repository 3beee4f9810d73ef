"""The registers' words for where a machine stands: `상계 방면8-4`, `3,4번 출입구 사이`, `환승통로(4호선 방면)`.

Whatever is not understood comes back as `unread`; the caller makes a Finding of it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.names import normal_level, normal_station

if TYPE_CHECKING:
    from collections.abc import Iterable

Door = tuple[str, int, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWords:
    """What the words say.

    Parameters
    ----------
    place
        `platform`, `concourse`, `passage`, `exit` or `unknown`.
    doors
        Beside which train doors: (direction, car, door).
    directions
        Directions named without a door; of the line in `lines` if there is one (`1호선 구로 방면`).
    exits
        Exits it stands at, or, if `place` is not `exit`, towards which it leads.
    lines
        Lines named, in the order of the text; the own line may be among them (`7호선 대합실-1호선 승강장`).
    levels
        Levels named.
    unread
        The words that are none of these, blank-separated; empty if all was understood.
    """

    place: str = "unknown"
    doors: tuple[Door, ...] = ()
    directions: tuple[str, ...] = ()
    exits: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    unread: str = ""


_CUT = ";"  # stands where something was read, so that its neighbours don't grow together

_NAME = r"(?<![가-힣0-9/])[가-힣0-9·.]*[가-힣](?:\(\d\))?"
_DOOR = r"\d{1,2}-\d"
_DOORS = re.compile(
    rf"(?P<names>{_NAME}(?:\s*,\s*{_NAME})*)\s*방면\s*(?P<doors>{_DOOR}(?:\s*,\s*{_DOOR}(?=\s*사이))*)(?:\s*사이)?"
)
_LEVEL = re.compile(r"(?<![A-Z0-9])(?:지하\d층|지상\d층|BM?\d(?:-BM?\d)?층?|\d층|[1-9]F)(?![0-9A-Z])")
_MACHINES = re.compile(
    r"(?:E/S|E/L|ES|EL|M/W)\s*#?\s*(?:\d+(?:\s*,\s*\d+)*(?:호기)?)?|(?<!\d)\d+(?:\s*,\s*\d+)*호기|무빙워크"
)
_EXIT = r"\d{1,2}(?:-\d{1,2})?"
_EXITS = re.compile(rf"(?P<list>{_EXIT}(?:\s*[,~.]\s*{_EXIT})*)\s*번?\s*(?:출입구|출구)")
_LINES = re.compile(
    r"(?P<numbers>\d(?:\s*,\s*\d)*)호선|(?P<name>경부선|경춘선|경의중앙선|수인분당선|신분당선|공항철도)"
)
_DIRECTION = re.compile(rf"(?P<name>{_NAME})\s*방면")

_PASSAGE = re.compile(r"환승통로|환승구간|연결통로|연결\s*계단|환승|통로")
_PLATFORM = re.compile(r"승강장")
_CONCOURSE = re.compile(r"대합실")
_LANDMARK = re.compile(
    r"고객\s*안전실|아이센터|지하철경찰대|(?:역사\s*|내부\s*)?화장실|개찰구|개집표기|세븐일레븐|공영주차장\s*입구|교통섬|육교"
    r"|잠실쇼핑센터|잠실광역환승센터|코액스|광장|주민통로|건물측\s*관리|중간\s*계단|중간층|중층|[A-Z]계단|경사형|휠체어"
    r"|옆\s*계단"
)
"""What a machine stands near, or what it is like: read, and not a place of its own."""

_RELATION = re.compile(
    r"(?<![가-힣])(?:(?:방면|방향|사이|중심|근접|근처|상부|우측|좌측|내부|측|앞|옆|위|및|내)\s*)+(?![가-힣])"
)
_PUNCTUATION = re.compile(rf"[\s,()~.\-/{_CUT}]+")


def read_place(raw: str) -> PlaceWords:
    """Read one register's words for a place."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", raw)).strip()
    text, doors = _take_doors(text)
    text, _ = _take(text, _LANDMARK)
    text, levels = _take(text, _LEVEL)
    text, _ = _take(text, _MACHINES)
    at_exit = bool(re.search(r"(?:출입구|출구)(?!\s*(?:방면|방향))", text))
    text, exits = _take(text, _EXITS)
    text, lines = _take(text, _LINES)
    text, passages = _take(text, _PASSAGE)
    text, platforms = _take(text, _PLATFORM)
    text, concourses = _take(text, _CONCOURSE)
    text, directions = _take(text, _DIRECTION)
    text, _ = _take(text, _RELATION)
    if passages:
        place = "passage"
    elif concourses:
        place = "concourse"
    elif doors or platforms:
        place = "platform"
    else:
        place = "exit" if exits and at_exit else "unknown"
    return PlaceWords(
        place=place,
        doors=doors,
        directions=_unique(normal_station(found["name"]) for found in directions),
        exits=_unique(number for found in exits for number in _exit_numbers(found["list"])),
        lines=_unique(line for found in lines for line in _line_ids(found)),
        levels=_unique(level for found in levels for level in _levels(found.group())),
        unread=_PUNCTUATION.sub(" ", text).strip(),
    )


def _take(text: str, pattern: re.Pattern[str]) -> tuple[str, tuple[re.Match[str], ...]]:
    return pattern.sub(_CUT, text), tuple(pattern.finditer(text))


def _take_doors(text: str) -> tuple[str, tuple[Door, ...]]:
    text, found = _take(text, _DOORS)
    doors: list[Door] = []
    for match in found:
        for name in match["names"].split(","):
            for position in match["doors"].split(","):
                car, _, door = position.strip().partition("-")
                doors.append((normal_station(name), int(car), int(door)))
    return text, tuple(dict.fromkeys(doors))


def _exit_numbers(text: str) -> list[str]:
    numbers: list[str] = []
    for part in re.split(r"[,.]", text.replace(" ", "")):
        first, tilde, last = part.partition("~")
        if tilde and first.isdigit() and last.isdigit():
            numbers += [str(number) for number in range(int(first), int(last) + 1)]
        else:
            numbers += [number for number in (first, last) if number]
    return numbers


def _line_ids(found: re.Match[str]) -> list[str]:
    return [found["name"]] if found["name"] else [number.strip() for number in found["numbers"].split(",")]


def _levels(text: str) -> list[str]:
    labels = [normal_level(part.removesuffix("층") if part[0] == "B" else part) for part in text.split("-")]
    return [label for label in labels if label]


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
