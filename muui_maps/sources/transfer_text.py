"""The grammar of official step-free routes: one Korean step text becomes typed acts.

Korean puts the head last, and so does this grammar. A step is a row of clauses, each a row of elements and a verb:

    step     = [number ")"] clause+
    clause   = element* verb [ "(" element+ ]  |  element+     a bare phrase names a place or a unit
    element  = adjunct* noun relation*                         relations: toward, by, from, to, terminus
    noun     = level | line | name | exit | car | door | number | place | unit | gate | crossing | heading | length | …

`_Lexer` cuts the text into words (blanks are optional, as the publishers use them), `_Clauses` groups them, and
`_Reading` turns each clause into acts by its verb. Of several nouns the last one is the head: what is ridden, or where
one goes; a noun with 옆, 앞, 근처 … (`by`) is a landmark of the head. A word that no act takes up is handed back as
unexplained; there is no list of words to skip.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from muui_maps.names import normal_level, normal_line, normal_station

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence


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
    sides = ("straight", *["right"] * 5, "back", *["left"] * 5)
    return sides[int(_digits(text)) % 12]


# Kind, pattern, and what the word stands for: a value, or a function of its text. Tried from top to bottom.
_LEXICON: tuple[tuple[str, str, str | Callable[[str], str]], ...] = (
    ("place", r"지하상가", "mall"),
    ("level", r"BM\d*|B\d+층?|F\d+|\d+F|지[하상]\s*\d+\s*층|중층|(?<![\d-])\d+\s*층", _level),
    ("line", r"인천\s*\d호선|(?<![\d-])\d(?:[\s,·./]+\d)*호선(?:\s*지선)?", _line),
    ("line", rf"(?:{_LINE_NAMES})|의정부(?=\s*(?:대합실|승강장|[가-힣]+\s*{_TOWARD}))", _line),
    ("exit", r"(?:\d+(?:-\d+)?(?:\s*번?\s*[/,]\s*|\s+))*\d+(?:-\d+)?\s*번\s*(?:출입구|출구)", _digits),
    ("car", r"\d+\s*(?:번\s*칸|호차)", _digits),
    ("number", r"\d+\s*호기|\d/\d번(?=\s*승강장)", _digits),
    ("door", r"(?:\d{1,2}-\d|\d{2,3})\s*출입문|\d{1,2}-\d|\d{2,3}번(?=\s*승강장)", _door),
    ("door", r"\d{2,3}(?=\s*(?:승강장|근처|휠체어\s*칸|[/\s]\s*\d{2}))", _door),
    ("heading", r"\d{1,2}시(?=\s*방향)", _clock),
    ("length", r"약?\s*\d+(?:\.\d+)?\s*(?:m(?:터)?|M|미터)", lambda text: re.sub(r"[^\d.]", "", text)),
    ("gate", r"(?:휠체어\s*)?비상\s*게이트", "emergency_gate"),
    ("gate", r"환승\s*(?:게이트|개집표[기구]|개찰구)", "transfer_gate"),
    ("gate", r"표\s*내는\s*곳|개집표[기구]|개찰구|게이트", "gate"),
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
    ("ground", r"지상(?=\s*[^\s\d가-힣]|\s+\D|으로|$)", "1F"),
    ("ground", r"지하(?=\s*[^\s\d가-힣]|\s+\D|$)", "B"),
    ("train", r"열차|차량", "train"),
    ("express", r"급행", "express"),
    ("staff", rf"(?:역무원|직원|인터폰)(?:을|에게|으로)?(?:\s*(?:호출|도움|요청){_ENDING})?|호출{_ENDING}", "staff"),
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
_UNKNOWN_NAME = re.compile(
    rf"[가-힣0-9]+?(?=역?(?:\([^()]*\))?\s*{_TOWARD}|/[가-힣0-9]+\s*{_TOWARD}|역?\s*\(?(?:종착|종점))"
)
_BY_NAME = re.compile(rf"\([^()]*\)(?=\s*{_TOWARD})")  # `관악산(서울대) 방면`
_AFTER_NAME = re.compile(
    rf"(?P<here>역|\s*당역)?\s*(?:(?P<toward>{_TOWARD}|/|,|\(?종착|종점)|[\s()]|$|승강장|대합실|역사)"
)
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
        """The longest known station name here; `toward` asks that 방면 or so follows (`중앙` is also "middle")."""
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
        elif word.kind in _RELATIONS:
            self._relate(word)
        elif word.kind in _ADJUNCTS:
            self._waiting.append(word)
        else:
            self._open.elements.append(_Element(word.kind, word.value, word.text))
            self._waiting = [w for w in self._waiting if _ADJUNCTS.get(w.kind, word.kind) != word.kind]

    def _relate(self, word: _Word) -> None:
        """To the noun before it; 맞은편 and the like may stand before their noun (`맞은편 엘리베이터`)."""
        nouns = self._open.elements
        if nouns and (word.kind != "terminus" or nouns[-1].kind == "name"):
            nouns[-1].relations.add(word.kind)
        elif word.kind == "by":
            self._waiting.append(word)
        else:
            self.unexplained.append(word.text)

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

_ANY_ACT = frozenset({"level", "ground", "line", "name", "exit", "car", "door", "number", "heading", "length"})
_SCENE = frozenset({"unit", "gate", "place", "transfer"})


class _Reading:
    """Turns clauses into acts; elements that an act can't take go to `unexplained`."""

    def __init__(self, clauses: Sequence[_Clause]) -> None:
        self.acts: list[Act] = []
        self.unexplained: list[str] = []
        for clause in clauses:
            self._read(clause)

    def _read(self, clause: _Clause) -> None:
        head = clause.head.kind if clause.head else ""
        match clause.verb:
            case "turn":
                self._turn(clause.elements)
            case "alight" | "check" | "cross":
                self._add(clause.verb, clause.elements)
            case "board" if head != "unit":
                self._add("board", clause.elements)
            case "pass" if any(element.kind == "gate" for element in clause.elements):
                self._add("gate", clause.elements)
            case "enter" | "leave" if self._is_way_through_gate(clause):
                self.acts[-1] = replace(self.acts[-1], side="in" if clause.verb == "enter" else "out")
            case "board" | "use" | "" if head in {"unit", "gate", "crossing"}:
                kind = {"unit": "ride", "gate": "gate", "crossing": "cross"}[head]
                self._add(kind, self._stay(clause.elements))
            case _:
                self._go(clause)

    def _is_way_through_gate(self, clause: _Clause) -> bool:
        """`비상게이트 이용해 | 외부로 나감`: the second clause only says to which side."""
        places = {element.value for element in clause.elements}
        return bool(self.acts) and self.acts[-1].kind == "gate" and places <= {"inside", "outside"}

    def _go(self, clause: _Clause) -> None:
        elements = self._ridden(self._stay(clause.elements))
        kinds = {element.kind for element in elements}
        sides = {element.value: element for element in elements if element.value in _SIDES}
        if "gate" in kinds and sides:
            self._add("gate", elements)
        elif "heading" in kinds and kinds <= {"heading", "length"}:
            self._turn(elements)
        elif elements:
            self._add("go", elements)
        elif not clause.elements:
            self.unexplained.append(clause.verb_text)

    def _turn(self, elements: Sequence[_Element]) -> None:
        """`좌측 12시방향 직진`: one act for each heading; metres belong to the last."""
        self._add("turn", elements)
        if self.acts and self.acts[-1].kind == "turn" and self.acts[-1].heading:
            whole = self.acts.pop()
            *first, last = (whole.heading or "").split("|")
            self.acts += [replace(whole, heading=heading, length_m=None) for heading in first]
            self.acts.append(replace(whole, heading=last))

    def _stay(self, elements: Sequence[_Element]) -> Sequence[_Element]:
        """`승강장에서 …`: being at the place is an act of its own. Returns what follows."""
        for i, element in enumerate(elements):
            if "from" in element.relations and element.kind in {"place", "level", "station"}:
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

    def _add(self, kind: str, elements: Sequence[_Element]) -> None:
        takes, own_fields = _ACTS[kind]
        taken = [element for element in elements if element.kind in _ANY_ACT | takes]
        self.unexplained += [element.text for element in elements if element.kind not in _ANY_ACT | takes]
        self.unexplained += _loose_names(taken) + _surplus(taken)
        fields = _common_fields(taken) | own_fields(taken)
        self.acts.append(Act(kind=kind, **{key: value for key, value in fields.items() if value is not None}))


def _joined(values: Iterable[str]) -> str | None:
    return "|".join(dict.fromkeys(part for value in values for part in value.split("|") if part)) or None


def _loose_names(elements: Sequence[_Element]) -> list[str]:
    """Names that say nothing: one counts with 방면 or 종착, or before another one, a platform or a concourse."""

    def is_held(i: int) -> bool:
        after = elements[i + 1 :]
        is_before_its_place = any(e.kind == "name" or e.value in {"platform", "concourse"} for e in after)
        return bool(elements[i].relations & {"toward", "terminus"}) or is_before_its_place

    return [element.text for i, element in enumerate(elements) if element.kind == "name" and not is_held(i)]


def _surplus(elements: Sequence[_Element]) -> list[str]:
    """What an act can hold only once: its own station, a length, a unit's kind."""
    means = {element.value: element for element in elements if element.kind == "unit" and not element.is_landmark}
    stations = [element for element in elements if element.kind == "station"]
    lengths = [element for element in elements if element.kind == "length"]
    return [element.text for element in (*list(means.values())[:-1], *stations[1:], *lengths[1:])]


def _common_fields(elements: Sequence[_Element]) -> dict[str, Any]:
    def values(*kinds: str) -> list[str]:
        return [element.value for element in elements if element.kind in kinds]

    stops = [stop for value in values("car", "door") for stop in value.split("|")]
    car, _, door = stops[0].partition("-") if stops else ("", "", "")
    return {
        "level": _joined(_floors(elements)),
        "line": _joined(values("line")),
        "direction": _joined(values("name")),
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


_SIDES = {"outside": "out", "inside": "in"}


def _ride_fields(elements: Sequence[_Element]) -> dict[str, Any]:
    units = [element for element in elements if element.kind == "unit" and not element.is_landmark]
    around = [e for e in elements if e.kind in {"place", "transfer"} or (e.is_landmark and e.kind in {"unit", "gate"})]
    return {"means": units[-1].value if units else None, "place": _joined(e.value for e in around)}


def _go_fields(elements: Sequence[_Element]) -> dict[str, Any]:
    """The last noun is where one goes; the nouns before it only say where that is."""
    nouns = [e for e in elements if e.kind in _SCENE | {"station", "exit", "crossing"}]
    heads = [e for e in nouns if not e.is_landmark] or nouns
    if heads:
        return {"place": heads[-1].kind if heads[-1].kind in {"station", "exit"} else heads[-1].value}
    is_outside = any(e.kind == "ground" and "to" in e.relations for e in elements)
    return {"place": "outside" if is_outside else None}


def _gate_fields(elements: Sequence[_Element]) -> dict[str, Any]:
    around = [e.value for e in elements if e.kind in _SCENE and e.value not in {"gate", *_SIDES}]
    side = next((_SIDES[element.value] for element in elements if element.value in _SIDES), None)
    staff = any(element.kind == "staff" for element in elements)
    return {"place": _joined(around), "side": side, "staff_call": True if staff else None}


def _alight_fields(elements: Sequence[_Element]) -> dict[str, Any]:
    means = _joined(element.value for element in elements if element.kind == "unit")
    return {"means": means, "place": _joined(e.value for e in elements if e.kind in {"place", "transfer"})}


def _board_fields(elements: Sequence[_Element]) -> dict[str, Any]:
    return {"place": _joined(e.value for e in elements if e.kind == "wheelchair_space")}


def _no_fields(_: Sequence[_Element]) -> dict[str, Any]:
    return {}


# Kind of act → the nouns it takes beside those of any act, and the fields they fill.
_ACTS: dict[str, tuple[frozenset[str], Callable[[Sequence[_Element]], dict[str, Any]]]] = {
    "ride": (_SCENE, _ride_fields),
    "go": (_SCENE | {"station", "crossing"}, _go_fields),
    "gate": (_SCENE | {"staff"}, _gate_fields),
    "alight": (frozenset({"unit", "place", "transfer", "train"}), _alight_fields),
    "board": (frozenset({"place", "train", "wheelchair_space"}), _board_fields),
    "cross": (frozenset({"crossing", "place"}), _no_fields),
    "turn": (frozenset(), _no_fields),
    "check": (frozenset({"train"}), _no_fields),
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
    return _parse(_normal(text), known)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("ㆍ", "/")).strip()


@lru_cache(maxsize=4096)
def _parse(text: str, stations: frozenset[str]) -> ParsedStep:
    prefix = _NUMBER_PREFIX.match(text)
    clauses = _Clauses(_Lexer(stations).words(text[prefix.end() :] if prefix else text))
    reading = _Reading(clauses.done)
    return ParsedStep(tuple(reading.acts), tuple(clauses.unexplained + reading.unexplained))


def parse_end(text: str, *, stations: Collection[str]) -> tuple[str | None, str | None]:
    """Line and direction that the head of a route names (`1호선 독산 방면 승강장`), each None where it names none.

    Here any known station counts as the direction, with 방면 or without (`4호선 금정 도착`).
    """
    known = stations if isinstance(stations, frozenset) else frozenset(stations)
    words = list(_Lexer(known).words(_normal(text)))
    lines = _joined(word.value for word in words if word.kind == "line")
    return lines, _joined(word.value for word in words if word.kind in {"name", "station"})
