"""The grammar of official step-free routes: one Korean step text becomes typed acts.

Korean puts the head last, and so does this grammar. A step is a row of clauses, each a row of elements and a verb:

    step     = [number ")"] clause+
    clause   = element* verb [THEN] [ "(" element* ")" ]  |  element+           a bare phrase names a place or a unit
    element  = noun relation*                                                   relation: toward, by, from, to
    noun     = LEVEL | LINE+ | NAME | EXIT | CAR | DOOR | NUMBER | PLACE | UNIT | GATE | CROSSING | HEADING | LENGTH | …

`_Lexer` cuts the text into words (blanks are optional, as the publishers use them), `_clauses` groups them, and one
function for each verb turns a clause into acts. A word that no clause takes up is handed back as unexplained; there is
no list of words to skip.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from muui_maps.names import normal_level, normal_line, normal_station


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act of a step; None is "not said". Several values of one field are joined by `|`, in the text's order.

    Parameters
    ----------
    kind
        alight, board, ride, go, gate, cross, turn, check.
    means
        Of a ride, or the unit got out of: elevator, wheelchair_lift, escalator, moving_walk, stairs.
    place
        platform, concourse, transfer_concourse, passage, outside, inside, exit, wheelchair_space, emergency_gate, …
    level, line, direction, exit
        As said: `B3`, `7`, `상계`, `3-1`.
    car, door
        Train car and door.
    side
        Of a gate: in or out.
    staff_call
        True where staff is to be called.
    length_m
        Stated metres.
    heading
        straight, left, right, back. A clock direction counts as its side.
    number
        The number of the unit or of the platform, where the text gives one (`2호기`, `3/4번 승강장`).
    also
        A further car or door named as an alternative: `8`, `4-1`.
    """

    kind: str
    means: str | None = None
    place: str | None = None
    level: str | None = None
    line: str | None = None
    direction: str | None = None
    exit: str | None = None
    car: int | None = None
    door: int | None = None
    side: str | None = None
    staff_call: bool | None = None
    length_m: float | None = None
    heading: str | None = None
    number: str | None = None
    also: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedStep:
    """What a step says, and the words that nothing explained."""

    acts: tuple[Act, ...]
    unexplained: tuple[str, ...]


# ── words ────────────────────────────────────────────────────────────────────

_TOWARD = r"(?:방면|방명|방향)"
_NUMBER_PREFIX = re.compile(r"\s*(?:(?:\d+\s*\)\s*)+|\d+(?=\()|\d+\s+(?=\d호선))")
_ENDING = r"(?:하여|해서?(?!\S)|하고)?(?:\s*후|\s+및(?!\S))?"  # of a verb that another clause follows
_LINE_NAMES = (
    r"인천\s*공항\s*자기부상철도|경의\s*중앙선|경의선|공항철도선?|수인분당선|신분당선|분당선|수인선|신림선|우이신설선|경춘선|경강선"
    r"|서해선|동해선|김포골드라인|부산김해경전철|의정부경전철|에버라인(?:\s*\(?용인경전철\)?)?|인천지하철|GTX-?[A-Z]|KTX"
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the step: what it is, what it stands for, and as it is written."""

    kind: str
    value: str
    text: str


def _digits(text: str) -> str:
    return "|".join(re.findall(r"\d+(?:-\d+)?", text))


def _level(text: str) -> str:
    """`중층` is a mezzanine; `B1층` says floor twice."""
    compact = re.sub(r"\s", "", text)
    return normal_level({"중층": "M"}.get(compact, compact)) or normal_level(compact.removesuffix("층")) or compact


def _line(text: str) -> str:
    compact = re.sub(r"\s|\(.*", "", text)
    if match := re.fullmatch(r"인천(\d)호선", compact):
        return f"인천{match[1]}"
    if match := re.fullmatch(r"((?:\d[,·./]?)+)호선(?:지선)?", re.sub(r"\s+", "/", text)):
        return "|".join(re.findall(r"\d", match[1]))
    spellings = {"GTXA": "GTX-A", "공항철도선": "공항철도", "의정부": "의정부경전철"}
    compact = re.sub(r"용인경전철$|지선$", "", compact)
    return spellings.get(compact, normal_line(compact))


def _door(text: str) -> str:
    car, door = re.match(r"(\d+?)-?(\d)(?!\d)", text).groups()  # type: ignore[union-attr]
    return f"{car}-{door}"


def _clock(text: str) -> str:
    """A clock direction as its side: 12 straight, 1 to 5 right, 6 back, 7 to 11 left."""
    hour = int(_digits(text)) % 12
    return {0: "straight", 6: "back"}.get(hour, "right" if hour < 6 else "left")


# Kind, pattern, and what the word stands for: a value, or a function of its text. Tried from top to bottom.
_LEXICON: tuple[tuple[str, str, str | Callable[[str], str]], ...] = (
    ("place", r"지하상가", "mall"),
    ("level", r"BM\d*|B\d+층?|F\d+|\d+F|지[하상]\s*\d+\s*층|중층|(?<![\d-])\d+\s*층", _level),
    ("line", r"인천\s*\d호선|(?<![\d-])\d(?:[\s,·./]+\d)*호선(?:\s*지선)?", _line),
    ("line", rf"(?:{_LINE_NAMES})|의정부(?=\s*(?:대합실|승강장|[가-힣]+\s*{_TOWARD}))", _line),
    ("exit", r"(?:\d+(?:-\d+)?(?:\s*번?\s*[/,]\s*|\s+))*\d+(?:-\d+)?\s*번\s*(?:출입구|출구)", _digits),
    ("car", r"\d+\s*(?:번\s*칸|호차)", _digits),
    ("number", r"\d+\s*호기|\d/\d번(?=\s*승강장)", _digits),
    ("door", r"(?:\d{1,2}-\d|\d{2,3})\s*출입문|\d{1,2}-\d|\d{2,3}번(?=\s*승강장)|\d{2,3}(?=\s*(?:승강장|근처|휠체어\s*칸|[/\s]\s*\d{2}))", _door),
    ("heading", r"\d{1,2}시(?=\s*방향)", _clock),
    ("length", r"약?\s*\d+(?:\.\d+)?\s*(?:m(?:터)?|M|미터)", lambda text: re.sub(r"[^\d.]", "", text)),
    ("gate", r"(?:휠체어\s*)?비상\s*게이트", "emergency_gate"),
    ("gate", r"환승\s*(?:게이트|개집표[기구]|개찰구)", "transfer_gate"),
    ("gate", r"표\s*내는\s*곳|개집표[기구]|개찰구|게이트", ""),
    ("unit", r"(?:휠체어\s*|장애인용\s*)리프트", "wheelchair_lift"),
    ("unit", r"엘[리레]베?[이에]터|E/L|승강기", "elevator"),
    ("unit", r"에스컬레이터|E/S", "escalator"),
    ("unit", r"무빙워크|수평보행기", "moving_walk"),
    ("unit", r"계단", "stairs"),
    ("wheelchair_space", r"휠체어\s*칸", "wheelchair_space"),
    ("crossing", r"횡단보도", "crossing"),
    ("place", r"환승\s*대합실|환승홀", "transfer_concourse"),
    ("place", r"대합실|맞이방", "concourse"),
    ("place", r"승강장|상강장", "platform"),
    ("place", r"(?:환승\s*)?(?:연결\s*|이동\s*)?통로", "passage"),
    ("place", r"외부|밖", "outside"),
    ("place", r"내부", "inside"),
    ("place", r"출입구|출구", "exit"),
    ("place", r"기차역|역사(?![가-힣]{3})", "station"),
    ("place", r"여객터미널", "terminal"),
    ("place", r"경사로", "ramp"),
    ("place", r"인도", "pavement"),
    ("place", r"화장실", "toilet"),
    ("transfer", r"환승용?", "transfer"),
    ("ground", r"지상(?!\s*\d)", "1F"),
    ("ground", r"지하(?!\s*\d)", "B"),
    ("train", r"열차|차량", "train"),
    ("staff", r"역무원|직원|인터폰|도움|호출", "staff"),
    ("terminus", r"종착역?|종점", ""),
    ("of_unit", r"경사형?(?=\)?\s*엘)", ""),
    ("of_platform", r"인접|섬식", ""),
    ("heading", r"(?:좌측|왼쪽)편?", "left"),
    ("heading", r"(?:우측|오른쪽)편?", "right"),
    ("turn", rf"직진{_ENDING}", "straight"),
    ("turn", rf"좌회전{_ENDING}", "left"),
    ("turn", rf"우회전{_ENDING}", "right"),
    ("verb", rf"(?:하차|내려서?|내린){_ENDING}", "alight"),
    ("verb", rf"(?:탑승|승차){_ENDING}", "board"),
    ("verb", rf"이용{_ENDING}", "use"),
    ("verb", rf"(?:이동|도착){_ENDING}", "go"),
    ("verb", rf"(?:나가서?|나감|나와){_ENDING}", "leave"),
    ("verb", rf"(?:들어가서?|들어감|들어옴|들어와){_ENDING}", "enter"),
    ("verb", rf"(?:통과|지나서?|지난){_ENDING}", "pass"),
    ("verb", rf"(?:건넌|건너서?){_ENDING}", "cross"),
    ("verb", rf"확인{_ENDING}", "check"),
    ("toward", _TOWARD, ""),
    ("by", r"에\s*위치한|옆|앞|근처|부근|맞은\s*편|사이|안쪽|중앙(?![가-힣]*\s*방[면명])|맨\s*끝|내(?![가-힣])", ""),
    ("from", r"에서", ""),
    ("to", r"(?<=\S)(?:으로|로|을|를|의)|으?로(?!\S)", ""),
    ("afterthought", r"\((?=[^()]*(?:휠체어\s*칸|\)?\s*$))", ""),
)
_MASTER = re.compile("|".join(f"(?P<w{i}>{pattern})" for i, (_, pattern, _) in enumerate(_LEXICON)))
_UNKNOWN_NAME = re.compile(rf"[가-힣0-9]+?(?=역?(?:\([^()]*\))?\s*{_TOWARD}|/[가-힣0-9]+\s*{_TOWARD})")
_BY_NAME = re.compile(rf"\([^()]*\)(?=\s*{_TOWARD})")  # `관악산(서울대) 방면`
_AFTER_NAME = re.compile(rf"(?P<here>역|\s*당역)?\s*(?:(?P<toward>{_TOWARD}|/|,|\(?종착|종점)|(?P<boundary>[\s()]|$|승강장|대합실|역사))")
_BLANK = re.compile(r"[\s.,/·]+|\)|\((?![^()]*(?:휠체어\s*칸|\)?\s*$))")  # punctuation separates, it says nothing
_RUN = re.compile(r"[^\s()/,]+")
_LONGEST_NAME = 14


class _Lexer:
    """Cuts a step into words. Station names are data, so they are looked up, not part of the lexicon."""

    def __init__(self, stations: frozenset[str]) -> None:
        self._stations = stations

    def words(self, text: str) -> Iterator[_Word]:
        at = 0
        while at < len(text):
            if blank := _BLANK.match(text, at):
                at = blank.end()
                continue
            word, at = (
                self._station(text, at, toward=True)
                or self._lexical(text, at)
                or self._station(text, at, toward=False)
                or self._unknown_name(text, at)
                or self._unknown(text, at)
            )
            yield word

    def _station(self, text: str, at: int, *, toward: bool) -> tuple[_Word, int] | None:
        """The longest known station name here. `toward` asks that 방면 or the like follows (`중앙` is also "middle")."""
        best = None
        letters = ""
        for end in range(at + 1, min(at + _LONGEST_NAME + 3, len(text)) + 1):
            letters += text[end - 1].strip()
            if len(letters) > 1 and text[end - 1] != " " and letters in self._stations:
                after = _AFTER_NAME.match(text, end)
                if after and (after["toward"] or not toward):
                    stop = end + len(after["here"] or "")
                    named = "station" if after["here"] and not after["toward"] else "name"
                    best = _Word(named, letters, text[at:stop]), stop
        return best

    def _lexical(self, text: str, at: int) -> tuple[_Word, int] | None:
        if not (match := _MASTER.match(text, at)):
            return None
        kind, _, value = _LEXICON[int(str(match.lastgroup)[1:])]
        return _Word(kind, value if isinstance(value, str) else value(match[0]), match[0]), match.end()

    def _unknown_name(self, text: str, at: int) -> tuple[_Word, int] | None:
        if not (match := _UNKNOWN_NAME.match(text, at)):
            return None
        end = match.end() + text.startswith("역", match.end())
        if by_name := _BY_NAME.match(text, end):
            end = by_name.end()
        return _Word("name", normal_station(match[0]), text[at:end]), end

    def _unknown(self, text: str, at: int) -> tuple[_Word, int]:
        match = _RUN.match(text, at)
        end = match.end() if match else at + 1
        return _Word("unknown", "", text[at:end]), end


# ── clauses ──────────────────────────────────────────────────────────────────

_RELATIONS = frozenset({"toward", "by", "from", "to", "terminus"})
_ADJUNCTS = {"of_unit": "unit", "of_platform": "place"}  # adjective → the kind of noun it stands before


@dataclass(slots=True)
class _Element:
    """A noun with the relations that follow it."""

    kind: str
    value: str
    text: str
    relations: set[str] = field(default_factory=set)

    @property
    def is_landmark(self) -> bool:
        """Named only to say where something else is (`계단 옆`)."""
        return "by" in self.relations


@dataclass(slots=True)
class _Clause:
    """Elements and the verb that they belong to; `verb` is empty for a bare phrase."""

    elements: list[_Element] = field(default_factory=list)
    verb: str = ""
    verb_text: str = ""

    @property
    def head(self) -> _Element | None:
        """The last noun that isn't a landmark nor a mere attribute."""
        nouns = [e for e in self.elements if e.kind in _HEADS and not e.is_landmark]
        return nouns[-1] if nouns else None


_HEADS = frozenset({"unit", "gate", "place", "crossing", "station", "level", "ground", "exit"})
_TRAIN_VERBS = frozenset({"alight", "board"})


class _Clauses:
    """Groups words into clauses; what fits nowhere goes to `unexplained`."""

    def __init__(self, words: Iterable[_Word]) -> None:
        self.done: list[_Clause] = []
        self.unexplained: list[str] = []
        self._open = _Clause()
        self._waiting: list[_Word] = []  # words whose noun is still to come
        for word in words:
            self._take(word)
        self._close()

    def _take(self, word: _Word) -> None:
        if word.kind == "unknown":
            self.unexplained.append(word.text)
        elif word.kind == "afterthought":
            if self.done and not self._open.elements:
                self._open = self.done.pop()
        elif word.kind in {"verb", "turn"}:
            self._open.verb = word.value if word.kind == "verb" else "turn"
            self._open.verb_text = word.text
            if word.kind == "turn":
                self._open.elements.append(_Element("heading", word.value, word.text))
            self._close()
        elif word.kind in _RELATIONS and self._open.elements:
            self._open.elements[-1].relations.add(word.kind)
        elif word.kind in _ADJUNCTS or word.kind == "by":
            self._waiting.append(word)
        elif word.kind in _RELATIONS:
            self.unexplained.append(word.text)
        else:
            self._open.elements.append(_Element(word.kind, word.value, word.text))
            self._waiting = [w for w in self._waiting if _ADJUNCTS.get(w.kind, word.kind) != word.kind]

    def _close(self) -> None:
        """End the clause. The same train verb twice without 후 between is one act: `산본 방면 하차 1호차 하차`."""
        self.unexplained += [word.text for word in self._waiting]
        self._waiting = []
        clause, self._open = self._open, _Clause()
        last = self.done[-1] if self.done else None
        if last and clause.verb == last.verb and clause.verb in _TRAIN_VERBS and not last.verb_text.endswith("후"):
            last.elements += clause.elements
        elif clause.elements or clause.verb:
            self.done.append(clause)


# ── acts ─────────────────────────────────────────────────────────────────────

_ANYWHERE = frozenset({"level", "ground", "line", "name", "exit", "car", "door", "number", "heading", "length"})
_TAKES = {
    "ride": {"unit", "place", "gate", "transfer"},
    "go": {"unit", "place", "gate", "transfer", "station"},
    "gate": {"unit", "place", "gate", "transfer", "staff"},
    "alight": {"unit", "place", "transfer", "train", "station"},
    "board": {"place", "train", "wheelchair_space"},
    "cross": {"crossing", "place"},
    "turn": set(),
    "check": {"train"},
}


class _Reading:
    """Turns clauses into acts; elements that an act can't take go to `unexplained`."""

    def __init__(self, clauses: Sequence[_Clause]) -> None:
        self.acts: list[Act] = []
        self.unexplained: list[str] = []
        for clause in clauses:
            self._read(clause)

    def _read(self, clause: _Clause) -> None:
        head = clause.head
        match clause.verb:
            case "alight" | "turn" | "check":
                self._add(clause.verb, clause.elements)
            case "cross":
                self._add("cross", clause.elements)
            case "board" if not (head and head.kind == "unit"):
                self._add("board", clause.elements)
            case "pass":
                self._pass(clause)
            case "enter" | "leave" if self._is_way_through_gate(clause):
                side = "in" if clause.verb == "enter" else "out"
                self.acts[-1] = replace(self.acts[-1], side=side)
            case "board" | "use" | "":
                self._use(clause.elements, head)
            case _:
                self._go(clause)

    def _pass(self, clause: _Clause) -> None:
        if any(element.kind == "gate" for element in clause.elements):
            self._add("gate", clause.elements)
        elif clause.head:
            self._go(clause)
        else:
            self.unexplained += [element.text for element in clause.elements] + [clause.verb_text]

    def _is_way_through_gate(self, clause: _Clause) -> bool:
        """`비상게이트 이용해 | 외부로 나감`: the second clause only says to which side."""
        places = [element.value for element in clause.elements]
        return bool(self.acts) and self.acts[-1].kind == "gate" and set(places) <= {"inside", "outside"}

    def _use(self, elements: Sequence[_Element], head: _Element | None) -> None:
        """Using a unit, a gate, a crossing or a passage; also a bare phrase, which names what is used."""
        elements = self._stay(elements)
        match head.kind if head else "":
            case "unit":
                self._add("ride", elements)
            case "gate":
                self._add("gate", elements)
            case "crossing":
                self._add("cross", elements)
            case _:
                self._go(_Clause(list(elements)))

    def _go(self, clause: _Clause) -> None:
        elements = self._ridden(self._stay(clause.elements))
        kinds = {element.kind for element in elements}
        if "gate" in kinds and (side := _side(elements)):
            self._add("gate", elements, side=side)
        elif kinds and kinds <= {"heading", "length"}:
            self._add("turn", elements)
        elif elements:
            self._add("go", elements)
        elif clause.elements == [] and clause.verb_text:
            self.unexplained.append(clause.verb_text)

    def _stay(self, elements: Sequence[_Element]) -> Sequence[_Element]:
        """`승강장에서 …`: being at the place is an act of its own. Returns what follows."""
        for i, element in enumerate(elements):
            if "from" in element.relations and element.kind in {"place", "level"}:
                self._add("go", elements[: i + 1])
                return elements[i + 1 :]
        return elements

    def _ridden(self, elements: Sequence[_Element]) -> Sequence[_Element]:
        """`엘리베이터(로) 지하 1층으로 이동`: a unit before the goal is ridden. Returns the goal."""
        units = [i for i, e in enumerate(elements) if e.kind == "unit" and not e.relations & {"by", "toward"}]
        goal_at = units[-1] + 1 if units else 0
        while goal_at and goal_at < len(elements) and elements[goal_at].kind == "number":
            goal_at += 1
        if goal_at and any(element.kind in {"level", "place", "name"} for element in elements[goal_at:]):
            self._add("ride", elements[:goal_at])
            return elements[goal_at:]
        return elements

    def _add(self, kind: str, elements: Sequence[_Element], **own: Any) -> None:
        takes = _ANYWHERE | _TAKES[kind]
        taken = [element for element in elements if element.kind in takes]
        self.unexplained += [element.text for element in elements if element.kind not in takes]
        self.unexplained += _names_without_phrase(taken)
        fields = _common_fields(taken) | _OWN_FIELDS[kind](taken) | own
        self.acts.append(Act(kind=kind, **{key: value for key, value in fields.items() if value is not None}))


def _joined(values: Iterable[str]) -> str | None:
    return "|".join(dict.fromkeys(part for value in values for part in value.split("|") if part)) or None


def _names_without_phrase(elements: Sequence[_Element]) -> list[str]:
    """A station name counts only with 방면, 종착, or before another direction or a platform or concourse."""
    loose = []
    for i, element in enumerate(elements):
        if element.kind == "name" and not element.relations & {"toward", "terminus"}:
            if not any(e.kind == "name" or e.value in {"platform", "concourse"} for e in elements[i + 1 :]):
                loose.append(element.text)
    return loose + [element.text for element in [e for e in elements if e.kind == "station"][1:]]


def _common_fields(elements: Sequence[_Element]) -> dict[str, Any]:
    def values(*kinds: str) -> list[str]:
        return [element.value for element in elements if element.kind in kinds]

    stops = [stop for value in values("car", "door") for stop in value.split("|")]
    car, _, door = stops[0].partition("-") if stops else ("", "", "")
    termini = [e.value for e in elements if e.kind == "station" and "terminus" in e.relations]
    return {
        "level": _joined(_floors(elements)),
        "line": _joined(values("line")),
        "direction": _joined(values("name") + termini),
        "exit": _joined(values("exit")),
        "car": int(car) if car else None,
        "door": int(door) if door else None,
        "also": _joined(stops[1:]),
        "number": _joined(values("number")),
        "heading": _joined(values("heading")),
        "length_m": next((float(value) for value in values("length")), None),
    }


def _floors(elements: Sequence[_Element]) -> list[str]:
    """Levels; a bare 지상 or 지하 counts only where no numbered level says it already."""
    floors = [element.value for element in elements if element.kind == "level"]
    for ground in (e.value for e in elements if e.kind == "ground" and "to" not in e.relations):
        if not any(floor.startswith("B") == (ground == "B") for floor in floors):
            floors.append(ground)
    return floors


def _side(elements: Sequence[_Element]) -> str | None:
    values = {element.value for element in elements}
    return "out" if "outside" in values else "in" if "inside" in values else None


def _place_of_ride(elements: Sequence[_Element]) -> dict[str, Any]:
    units = [element for element in elements if element.kind == "unit" and not element.is_landmark]
    around = [e for e in elements if e.kind in {"place", "transfer"} or (e.is_landmark and e.kind in {"unit", "gate"})]
    return {
        "means": units[-1].value if units else None,
        "place": _joined((e.value or "gate") for e in around),
    }


def _place_of_go(elements: Sequence[_Element]) -> dict[str, Any]:
    """The last noun is where one goes; the nouns before it only say where that is."""
    nouns = [e for e in elements if e.kind in {"place", "unit", "gate", "station", "exit", "transfer"}]
    heads = [e for e in nouns if not e.is_landmark] or nouns
    if heads:
        last = heads[-1]
        return {"place": last.kind if last.kind in {"station", "exit", "transfer"} else last.value or "gate"}
    is_outside = any(e.kind == "ground" and "to" in e.relations for e in elements)
    return {"place": "outside" if is_outside else None}


def _place_of_gate(elements: Sequence[_Element]) -> dict[str, Any]:
    around = [e.value for e in elements if e.kind in {"gate", "place", "unit"} and e.value not in {"inside", "outside"}]
    staff = any(element.kind == "staff" for element in elements)
    return {"place": _joined(around), "staff_call": True if staff else None}


def _place_of_alight(elements: Sequence[_Element]) -> dict[str, Any]:
    units = [element.value for element in elements if element.kind == "unit"]
    places = [element.value for element in elements if element.kind in {"place", "transfer"}]
    return {"means": _joined(units), "place": _joined(places)}


def _place_of_board(elements: Sequence[_Element]) -> dict[str, Any]:
    return {"place": _joined(e.value for e in elements if e.kind == "wheelchair_space")}


def _no_place(elements: Sequence[_Element]) -> dict[str, Any]:
    return {}


_OWN_FIELDS: dict[str, Callable[[Sequence[_Element]], dict[str, Any]]] = {
    "ride": _place_of_ride,
    "go": _place_of_go,
    "gate": _place_of_gate,
    "alight": _place_of_alight,
    "board": _place_of_board,
    "cross": _no_place,
    "turn": _no_place,
    "check": _no_place,
}


def parse_step(text: str, *, stations: Collection[str]) -> ParsedStep:
    """Read one step.

    Parameters
    ----------
    text
        As published, with or without its number.
    stations
        Known station names, normalised (`names.normal_station`). They help with directions; unknown names are taken
        where 방면 or 방향 follows.

    Returns
    -------
    ParsedStep
        The acts in the order they are done, and the words that belong to none of them.
    """
    known = stations if isinstance(stations, frozenset) else frozenset(stations)
    return _parse(unicodedata.normalize("NFKC", text.replace("ㆍ", "/")).strip(), known)


@lru_cache(maxsize=4096)
def _parse(text: str, stations: frozenset[str]) -> ParsedStep:
    prefix = _NUMBER_PREFIX.match(text)
    clauses = _Clauses(_Lexer(stations).words(text[prefix.end() :] if prefix else text))
    reading = _Reading(clauses.done)
    return ParsedStep(tuple(reading.acts), tuple(clauses.unexplained + reading.unexplained))


def parse_end(text: str, *, stations: Collection[str]) -> tuple[str | None, str | None]:
    """Line and direction that the head of a route names (`1호선 독산 방면 승강장`, `4호선 금정 도착`); None where it doesn't.

    Here any known station counts as the direction, with 방면 or without.
    """
    known = stations if isinstance(stations, frozenset) else frozenset(stations)
    words = list(_Lexer(known).words(unicodedata.normalize("NFKC", text.replace("ㆍ", "/")).strip()))
    lines = _joined(word.value for word in words if word.kind == "line")
    return lines, _joined(word.value for word in words if word.kind in {"name", "station"})
