"""The words of a surveyed transfer: what can be met on a leg, where a leg lies, and how people write both.

`ITEMS` is the whole vocabulary. What a researcher writes (`EV`, `엘레베이터`, `개찰구(역무원 호출)`, `횡단보도x3`,
`주의x2`) is read into a code, a typed note and a count, or into None: a word that is not in the vocabulary is never
guessed.

Notes are typed as well:

======================  ==============================================================================================
gate                    `staff_call`, `tap` or `unknown` (also when nothing is said)
turn                    `left`, `right`, `straight`, `back`; required
landmark, building_lift the name that stands there; required
exit                    `exit N`; required
any other               `exit N` (it stands at that exit), `caution`, or a few words of free text
a count                 `x3` in the item or in the note; `some` where the source says that there are some (count None)
======================  ==============================================================================================
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import LinkKind, PlaceKind, Text
from muui_maps.names import normal_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muui_maps.model import SurveyLeg

STAFF_CALL = "staff_call"
TAP = "tap"
UNKNOWN = "unknown"
CAUTION_NOTE = "caution"
SOME = "some"
WALK = "walk"
MAX_COUNT = 99
MAX_NOTE = 120
"""Characters of a note; a map has no room for more."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be met: its code, its names, and how people write it.

    `needs_note` is True where the code alone says nothing (a landmark without a name).
    """

    code: str
    label: Text
    synonyms: tuple[str, ...]
    needs_note: bool = False


@dataclass(frozen=True, slots=True)
class ItemRead:
    """What a researcher's words stand for. `count` is None where the source only says that there are some."""

    code: str
    note: str | None
    count: int | None


_ITEM_ROWS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("elevator", "엘리베이터", "lift", ("EV", "E/V", "엘레베이터", "엘레이터", "승강기", "lift")),
    ("wheelchair_lift", "휠체어리프트", "wheelchair lift", ("WL", "W/L", "리프트", "경사형 리프트", "stair lift")),
    ("escalator", "에스컬레이터", "escalator", ("ES", "E/S", "에스컬레이타")),
    ("moving_walk", "무빙워크", "moving walkway", ("MW", "자동보도", "수평보행기", "moving walk")),
    ("stairs", "계단", "stairs", ("층계", "steps", "stair")),
    ("gate", "개찰구", "fare gate", ("개집표기", "표 내는 곳", "게이트", "비상게이트", "휠체어 비상게이트")),
    ("ramp", "경사로", "ramp", ("완만한 경사로", "슬로프")),
    ("steep_ramp", "급경사로", "steep ramp", ("급경사", "가파른 경사로", "경사로(급경사)")),
    ("sloping_floor", "바닥 경사", "sloping floor", ("경사진 바닥", "바닥이 기울어짐", "기울어진 바닥")),
    ("pillar", "기둥", "pillar", ("고가 기둥", "교각", "column")),
    ("narrow", "좁은 통로", "narrow way", ("좁음", "매우 좁음", "통로 좁음", "좁은 길", "narrow passage")),
    ("crossing", "횡단보도", "crossing", ("건널목", "crosswalk", "zebra crossing")),
    (
        "crossing_unsignalled",
        "신호등 없는 횡단보도",
        "crossing without signals",
        ("무신호 횡단보도", "횡단보도(신호등 없음)", "횡단보도(무신호)", "unsignalled crossing"),
    ),
    ("narrow_pavement", "좁은 인도", "narrow pavement", ("인도 좁음", "좁은 보도", "narrow sidewalk")),
    ("caution", "주의", "caution", ("조심", "위험", "careful")),
    ("landmark", "지나는 곳", "landmark", ("표지물", "건물")),
    ("building_lift", "건물 엘리베이터", "lift in a building", ("건물 EV", "building elevator")),
    ("turn", "방향 전환", "turn", ("회전",)),
    ("exit", "출구", "exit", ("출입구",)),
    (WALK, "이동", "moving on", ("보행", "직진 이동", "통로", "걷기")),
)
_NEEDS_NOTE = frozenset({"landmark", "building_lift", "turn", "exit"})

ITEMS: Mapping[str, Item] = MappingProxyType(
    {
        code: Item(code, Text(ko, en), (code, ko, en, *synonyms), needs_note=code in _NEEDS_NOTE)
        for code, ko, en, synonyms in _ITEM_ROWS
    }
)
"""Every code that may stand in `item`, in the order in which the docs list them."""

GATE_NOTES: Mapping[str, Text] = MappingProxyType(
    {
        STAFF_CALL: Text("역무원 호출", "call staff"),
        TAP: Text("카드 태그", "tap a card"),
        UNKNOWN: Text("통과 방법 모름", "not known how to pass"),
    }
)
"""The three states of a fare gate in a survey."""

_TURNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "left": ("left", "왼쪽", "좌회전", "좌"),
        "right": ("right", "오른쪽", "우회전", "우"),
        "straight": ("straight", "직진", "곧장", "앞으로"),
        "back": ("back", "뒤로", "유턴", "u-turn"),
    }
)

# `호출 불필요` holds `호출`: what says that no call is needed is asked first.
_TAP_WORDS = ("불필요", "태그", "카드", TAP)
_STAFF_WORDS = ("역무원", "직원", "호출", "도움", "인터폰", "help", "call", "staff", STAFF_CALL)
_UNKNOWN_WORDS = (UNKNOWN, "모름", "미확인", "?")

_PLACES: tuple[tuple[PlaceKind, tuple[str, ...]], ...] = (
    # A landing between two lifts is named after its platform or concourse (`승강장 중간층`): it is asked first.
    (PlaceKind.PASSAGE, ("passage", "중간층", "환승통로", "통로", "이동 구간", "landing", "mezzanine")),
    (PlaceKind.STREET, ("street", "outside", "외부", "바깥", "밖", "거리", "지상 외부")),
    (PlaceKind.CONCOURSE, ("concourse", "대합실", "맞이방")),
    (PlaceKind.PLATFORM, ("platform", "승강장", "플랫폼")),
)

_COUNT = re.compile(r"[\s(]*[x×*]\s*(\d{1,3})\)?$", re.IGNORECASE)
_PARENTHESES = re.compile(r"^(?P<head>[^()]+)\((?P<note>[^()]*)\)$")
_EXITS = re.compile(
    r"^(?:exit\s*)?(?P<numbers>\d+(?:-\d+)?(?:[·,|/]\d+(?:-\d+)?)*)\s*번?\s*(?:출구|출입구)?$", re.IGNORECASE
)


def tidy(raw: str) -> str:
    """Text in one form: NFKC (full-width digits, compatibility jamo), single blanks, none at the ends."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", raw)).strip()


def _key(words: str) -> str:
    return re.sub(r"[\s_\-]+", "", tidy(words)).casefold()


_BY_KEY: Mapping[str, str] = MappingProxyType(
    {_key(synonym): item.code for item in ITEMS.values() for synonym in item.synonyms}
)


def read_item(raw_item: str, raw_note: str = "") -> ItemRead | None:
    """Read what was met, or None if the item or its note is not in the vocabulary.

    Parameters
    ----------
    raw_item
        `EV`, `개찰구(역무원 호출)`, `횡단보도x3`, `병원 EV`, `gate` …
    raw_note
        The note beside it; it wins over a note in the item's own parentheses.
    """
    words, in_item = _split_count(tidy(raw_item))
    note, in_note = _split_count(tidy(raw_note))
    code, own_note = _code_and_note(words)
    if code is None or len(note) > MAX_NOTE:
        return None
    count: int | None = in_note if in_note is not None else in_item
    if count is not None and not 1 <= count <= MAX_COUNT:
        return None
    if note.casefold() == SOME:
        return ItemRead(code, None, None) if count is None else None
    typed = _typed_note(code, note or own_note)
    if typed is None:
        return None
    return ItemRead(code, typed or None, 1 if count is None else count)


def read_place(raw: str) -> tuple[str | None, PlaceKind] | None:
    """Read a leg's line and kind of place: `7:concourse`, `7호선 대합실`, `외부`; None if it names no place.

    The line is None where the words name none. Words that name two places (`대합실+승강장`) stand for the first.
    """
    words = tidy(raw)
    line: str | None = None
    head, colon, rest = words.partition(":")
    if colon and read_place(head) is None:
        line, words = normal_line(head) or None, tidy(rest)
    else:  # `외부: 7번 출구→6번 출구`: the words after the colon say more about the same place
        words = head
        if match := re.match(r"^(\d+호선|\S+선|\S*철도|line \d+|인천\d)\s+(.+)$", words, re.IGNORECASE):
            line, words = normal_line(match.group(1)), match.group(2)
    first = re.split(r"[+,→]", words)[0]
    for kind, names in _PLACES:
        if any(_key(name) in _key(first) for name in names):
            return (None if kind is PlaceKind.STREET else line), kind
    return None


def read_exits(raw: str) -> tuple[str, ...]:
    """The exit numbers of a typed note `exit 5` or `exit 7|8`; empty if it names none."""
    note = tidy(raw)
    match = _EXITS.match(note)
    return tuple(re.split(r"[·,|/]", match.group("numbers"))) if match else ()


def nearest_items(raw: str) -> tuple[str, ...]:
    """Up to three codes whose spellings look most like `raw`: for the mend of a Finding."""
    from difflib import get_close_matches

    found = get_close_matches(_key(_split_count(tidy(raw))[0]), list(_BY_KEY), n=6, cutoff=0.5)
    return tuple(dict.fromkeys(_BY_KEY[key] for key in found))[:3]


def _split_count(words: str) -> tuple[str, int | None]:
    match = _COUNT.search(words)
    return (words[: match.start()].strip(), int(match.group(1))) if match else (words, None)


def _code_and_note(words: str) -> tuple[str | None, str]:
    if code := _BY_KEY.get(_key(words)):
        return code, ""
    if (match := _PARENTHESES.match(words)) and (code := _BY_KEY.get(_key(match.group("head")))):
        return code, tidy(match.group("note"))
    if exits := re.match(r"^(.*\d)\s*번\s*(?:출구|출입구)$", words):
        return "exit", exits.group(0)
    head, _, last = words.rpartition(" ")
    if head and _BY_KEY.get(_key(last)) == "elevator":  # `병원 EV`: a lift of somebody else's
        return "building_lift", head
    return None, ""


def _typed_note(code: str, note: str) -> str | None:
    """The note in its one spelling, empty if there is none; None if this item can't carry it."""
    if code == "gate":
        return _gate_note(note)
    if code == "turn":
        return next((turn for turn, words in _TURNS.items() if note.casefold() in words), None)
    exits = read_exits(note)
    if code == "exit":
        return "exit " + "|".join(exits) if exits else None
    if not note:
        return None if ITEMS[code].needs_note else ""
    if exits:
        return "exit " + "|".join(exits)
    return CAUTION_NOTE if note.casefold() in ITEMS["caution"].synonyms else note


def _gate_note(note: str) -> str | None:
    folded = note.casefold()
    if not folded or any(word == folded for word in _UNKNOWN_WORDS):
        return UNKNOWN
    if any(word in folded for word in _TAP_WORDS):
        return TAP
    return STAFF_CALL if any(word in folded for word in _STAFF_WORDS) else None


_RIDES = MappingProxyType(
    {
        "elevator": LinkKind.ELEVATOR,
        "building_lift": LinkKind.ELEVATOR,
        "wheelchair_lift": LinkKind.WHEELCHAIR_LIFT,
        "escalator": LinkKind.ESCALATOR,
        "moving_walk": LinkKind.MOVING_WALK,
        "stairs": LinkKind.STAIRS,
    }
)


def rides_of(leg: SurveyLeg) -> list[LinkKind]:
    """What a surveyed leg rode or climbed, in its order."""
    return [_RIDES[item.item] for item in leg.items if item.item is not None and item.item in _RIDES]
