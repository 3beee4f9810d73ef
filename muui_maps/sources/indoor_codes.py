"""The codes of Seoul's indoor spatial information, and what each means here.

Source: 「실내공간정보 구축 작업규정」, annexes 2, 3, 5 and 6. Where the rule leaves room, a comment says what we take.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from muui_maps.names import normal_level

AREA_KINDS = frozenset({"walkable", "outdoor", "ramp", "stairs", "escalator", "elevator", "closed", "track", "unknown"})
"""Kinds of `fragment.Area`. Of `closed` ones (shops, toilets, offices) none is a way to somewhere else."""

FACILITY_KINDS = frozenset(
    {"elevator", "escalator", "moving_walk", "stairs", "ramp", "wheelchair_lift", "gate", "platform_door", "fence"}
    | {"tactile_paving", "safety_line", "exit", "toilet", "info", "other"}
)
"""Kinds of `fragment.Facility`."""

DIVISIONS = {
    "MV": "이동",
    "IF": "안내",
    "CV": "편의",
    "TP": "운수",
    "SF": "안전",
    "FF": "소방",
    "SL": "판매",
    "MD": "의료",
    "HS": "주거",
    "BS": "업무",
    "MN": "관리",
    "IS": "구조",
}

CLASSES = frozenset({"RM", "FC", "CL", "WL", "FL", "DR", "WD", "PL", "LINE", "POINT"})

STRUCTURE = {"WL": "wall", "WD": "window", "PL": "column"}
"""Structure that stands in the way, by its class; doors (DR) open it, ceilings (CL) and floors (FL) bar nothing."""

SPACES: dict[str, dict[str, str]] = {
    "MV": {
        "출입구": "walkable",
        "현관": "walkable",
        "복도": "walkable",
        "통로": "walkable",
        "홀": "walkable",
        "로비": "walkable",
        "광장": "walkable",
        "실내주차장": "walkable",
        "계단": "stairs",
        "에스컬레이터": "escalator",
        "엘리베이터": "elevator",
        "승강기": "elevator",
        "경사로": "ramp",
        "무빙워크": "closed",  # ridden, not walked across; a facility of its own says where
        "휠체어리프트": "closed",
    },
    "CV": {
        "대합실": "walkable",
        "맞이방": "walkable",
        "휴게실": "walkable",
        "화장실": "closed",
        "장애인화장실": "closed",
    }
    | {"수유실": "closed", "흡연실": "closed", "물품보관소": "closed"},
    "TP": {"기차승강장": "walkable", "승강장": "walkable", "버스승강장": "walkable", "선로": "track", "궤도": "track"},
    "SL": {"상가": "closed", "매표소": "closed", "점포": "closed"},
    "IF": {"안내소": "closed"},
    "SF": {"지하철파출소": "closed"},
}
"""Kinds of space (annex 2) → kinds of Area, by division."""

SPACES_OF_DIVISION = {
    "MV": "walkable",  # a space for moving about is walked, whatever it is called
    "TP": "unknown",
    "CV": "unknown",
    "IF": "unknown",
    "SF": "closed",
    "FF": "closed",
    "SL": "closed",
    "MD": "closed",
    "HS": "closed",
    "BS": "closed",
    "MN": "closed",
}
"""What a space is whose kind is empty, `기타` or unknown to us."""

OTHER = frozenset({"기타", "미분류", "ETC", "OTHER"})

SPACE_FACILITIES = {"출입구": "exit", "화장실": "toilet", "장애인화장실": "toilet", "안내소": "info"}
"""Spaces that are also of use as facilities."""

FACILITIES: dict[str, dict[str, str]] = {
    "MV": {
        "01": "stairs",
        "02": "escalator",
        "03": "moving_walk",
        "04": "elevator",
        "05": "fence",
        "06": "gate",
        "07": "tactile_paving",  # 장애인보도블럭
        "08": "wheelchair_lift",
        "09": "ramp",
        "99": "other",
    },
    "TP": {"03": "gate", "04": "platform_door", "05": "safety_line", "99": "other"},
    "IF": {"01": "tactile_paving"} | {f"{n:02}": "info" for n in range(2, 9)} | {"99": "other"},
}
"""Facility codes (annex 5), by division."""

FACILITY_WORDS = {
    "계단": "stairs",
    "에스컬레이터": "escalator",
    "무빙워크": "moving_walk",
    "엘리베이터": "elevator",
    "승강기": "elevator",
    "펜스": "fence",
    "개찰구": "gate",
    "게이트": "gate",
    "장애인보도블럭": "tactile_paving",
    "점자블록": "tactile_paving",
    "점자길": "tactile_paving",
    "휠체어리프트": "wheelchair_lift",
    "경사로": "ramp",
    "스크린도어": "platform_door",
    "안전선": "safety_line",
    "출입구": "exit",
    "화장실": "toilet",
    "장애인화장실": "toilet",
    "표지판": "info",
    "안내도": "info",
    "전광판": "info",
    "디지털뷰": "info",
    "게시판": "info",
    "시각장애인용안내장치": "info",
    "지하철승하차위치": "info",
    "안내소": "info",
    "기타": "other",
}
"""Words in KIND of a facility (blanks taken out)."""

FENCES = frozenset({"fence"})
"""Facilities that bar the way where their outline is drawn."""

LINES = {
    "경로": "walkway",
    "보행로": "walkway",
    "보도": "walkway",
    "통로": "walkway",
    "복도": "walkway",
    "계단": "stairs",
    "에스컬레이터": "escalator",
    "무빙워크": "moving_walk",
    "경사로": "ramp",
    "엘리베이터": "elevator",
    "승강기": "elevator",
    "휠체어리프트": "wheelchair_lift",
}
"""Kinds of LINE."""

POINTS = {"지점": "node", "노드": "node", "경로": "node", "출입구": "entrance", "문": "entrance"} | {
    word: kind for word, kind in FACILITY_WORDS.items() if kind not in ("other", "exit")
}
"""Kinds of POINT."""

DIRECTIONS = {"DIR000": None, "DIR001": "up", "DIR002": "down", "DIR003": "both", "DIR999": None}
HANDICAPS = {"HCP000": (True, False), "HCP001": (True, True), "HCP002": (False, False)}
"""HANDICAP → whether a wheelchair passes, and whether only people with reduced mobility may. HCP000 is `passable`."""

SLOPES = {
    "SLP000": None,
    "SLP001": "none",
    "SLP002": "wheelchair",
    "SLP003": "bicycle",
    "SLP004": "both",
    "SLP999": None,
}
PLACES = {"SKT000": None, "SKT001": "inside", "SKT002": "outside", "SKT999": None}

INSIDE_WORDS = re.compile(
    r"유료|개찰구?\s*(?:안|내)|개집표구?\s*(?:안|내)|게이트\s*(?:안|내)|改札内|ラチ内|\bpaid\b", re.IGNORECASE
)
OUTSIDE_WORDS = re.compile(
    r"무료|개찰구?\s*(?:밖|외)|개집표구?\s*(?:밖|외)|게이트\s*(?:밖|외)|改札外|ラチ外|\bunpaid\b", re.IGNORECASE
)
"""Words in a space's name that say on which side of the fare gates it lies."""

MISPRINTS = (("QALQ", "QAL"),)
"""`QALQ001` is a misprint of the rule itself."""

COLUMN_ALIASES = {"KANDENG": "KINDENG"}
"""The rule's own misprint of a column."""

_FLOOR_PAIR = re.compile(r"((?:B|F|L|R|BM|FM|LM)\d{2})((?:B|F|L|R|BM|FM|LM)\d{2})")
_SPAN = re.compile(r"\s*[~∼–-]\s*(?=\D|\d)")
_LAYER = re.compile(
    r"L_(?P<ufid>[A-Za-z0-9]{4,24})_(?P<floor>[A-Za-z]{1,2}\d{2}[A-Za-z]{1,2}\d{2})_(?P<division>[A-Za-z]{2})_(?P<class>[A-Za-z]{2,5})"
)
_FOREIGN_KEY = re.compile(r"M_[A-Za-z0-9]+_([A-Z]{2})([A-Z]{2})_(\d{2})(\d{5})")


@dataclass(frozen=True, slots=True)
class LayerId:
    """The parts of a layer's name."""

    ufid: str
    floor: str
    division: str
    classify: str


@dataclass(frozen=True, slots=True)
class FloorSpan:
    """Lowest and highest floor of something: level ids, the same one twice for what lies on one floor."""

    first: str
    last: str
    is_one: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_one", self.first == self.last)


def layer_id(name: str) -> LayerId | None:
    """The parts of `L_{UFID}_{FLOOR}_{DIVISION}_{CLASSIFY}`, whatever their length and case; None for other names."""
    match = _LAYER.fullmatch(name)
    if match is None:
        return None
    found = LayerId(match["ufid"].upper(), match["floor"].upper(), match["division"].upper(), match["class"].upper())
    return found if found.division in DIVISIONS and found.classify in CLASSES else None


@lru_cache(maxsize=1024)
def floor_span(text: str) -> tuple[FloorSpan, bool] | None:
    """The floors that a FLOOR means, and whether it is written as the rule says; None if it means none.

    Examples
    --------
    >>> floor_span("B02F01")
    (FloorSpan(first='B2', last='1F', is_one=False), True)
    >>> floor_span("1F-B1")
    (FloorSpan(first='B1', last='1F', is_one=False), False)
    """
    text = text.strip().upper()
    if match := _FLOOR_PAIR.fullmatch(text):
        levels = [_level(part) for part in match.groups()]
        if None in levels:
            return None
        first, last = sorted((level for level in levels if level), key=level_order)
        return FloorSpan(first, last), first == levels[0]
    if (one := _level(text)) is not None:
        return FloorSpan(one, one), False
    parts = _SPAN.split(text)
    if len(parts) == 2:  # noqa: PLR2004 - from … to
        ends = [_level(part) for part in parts]
        if all(ends):
            first, last = sorted((end for end in ends if end), key=level_order)
            return FloorSpan(first, last), False
    return None


def _level(text: str) -> str | None:
    """A single floor as a level's id: `B01` → `B1`, `F02` → `2F`, `L01` → `L1`, `R01` → `R1`."""
    text = text.strip().upper()
    if match := re.fullmatch(r"([LR])0*([1-9]\d*)F?", text):
        return f"{match.group(1)}{match.group(2)}"
    if match := re.fullmatch(r"로비\s*(\d*)층?", text):
        return f"L{int(match.group(1) or '1')}"
    if match := re.fullmatch(r"(BM?\d+)F", text):
        text = match.group(1)
    return normal_level(text)


@lru_cache(maxsize=1024)
def level_order(level: str) -> float:
    """Bottom to top: B2 < B1 < BM1 < L1 < 1F < M1 < 2F < R1.

    A basement mezzanine lies above its basement, a mezzanine above its floor. The rule does not say where a lobby
    lies; between B1 and 1F is our guess, told in a Finding.
    """
    match = re.fullmatch(r"(BM|B|L|M|R)?(\d+)F?", level)
    if match is None:
        raise ValueError(level)
    kind, number = match.group(1) or "F", int(match.group(2))
    return {
        "B": -number,
        "BM": -number + 0.5,
        "L": number / 100,
        "M": number + 0.5,
        "F": number,
        "R": 1000 + number,
    }[kind]


def floor_code(level: str) -> str:
    """The half of a FLOOR code that means a level: `B1` → `B01`, `2F` → `F02`, `L1` → `L01`."""
    match = re.fullmatch(r"(BM|B|L|M|R)?(\d+)F?", level)
    if match is None:
        raise ValueError(level)
    return f"{ {None: 'F', 'M': 'FM'}.get(match.group(1), match.group(1)) }{int(match.group(2)):02}"


def facility_code(foreign_key: str) -> tuple[str, str] | None:
    """Division and facility code of a FOREIGNKEY (`M_{UFID}{FLOOR}_{DIVISION}{CLASSIFY}_{facility 2}{serial 5}`)."""
    match = _FOREIGN_KEY.fullmatch(foreign_key.strip().upper())
    return (match.group(1), match.group(3)) if match else None


def side_of_gates(name: str | None) -> bool | None:
    """Whether a space's name says that it is inside (True) or outside (False) the fare gates."""
    if name is None:
        return None
    # `unpaid` holds `paid`, `무료` never `유료`: the outside is asked first.
    if OUTSIDE_WORDS.search(name):
        return False
    return True if INSIDE_WORDS.search(name) else None
