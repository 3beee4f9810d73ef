"""One cell of a field sheet into one typed value, or the reason why not. The same for every file format.

Nothing is guessed: a number that fits no unit, a date that could be two days and a word that is in no list are refused,
each with what stood there and how to mend it. Blank, none (`없음`) and unknown (`모름`) are three different answers.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import STREET, Text
from muui_maps.names import normal_level, normal_line
from muui_maps.sources.sheets import DATE, cell_fault
from muui_maps.survey.fields import FIELDS, UNKNOWN_WORDS, Cautious, Field, Type, choice_of, nearest_choices, word_key
from muui_maps.survey.items import read_place
from muui_maps.survey.observations import Answer, Basis, Point, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_TEXT = 20_000
"""Characters of a note that are kept; a map shows far fewer."""
EMPTY_WORDS = frozenset({"", "-", "--", "n/a", "na", "nan", "null", "해당없음", "해당 없음"})
"""What people and programs write into a cell that has no answer."""
NONE_WORDS = frozenset({"없음", "none", "없어요", "無"})
"""An answer: looked, and there is none."""
FIRST_YEAR, LAST_YEAR = 1974, 2100
"""Seoul's first line opened in 1974."""
SEOUL = timezone(timedelta(hours=9))
"""Asia/Seoul, which has had no summer time since 1988."""
KOREA = (33.0, 124.0, 39.0, 132.0)
"""South, west, north and east ends of where a point may lie, WGS84."""

_UNKNOWN = frozenset(word_key(word) for word in (*UNKNOWN_WORDS, "not_checked"))
_ABOUT = re.compile(r"^(?:약|대략|한|about|ca\.?|approx\.?|~)\s*|\s*(?:쯤|정도|가량)$", re.IGNORECASE)
_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_FACTORS: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "mm": MappingProxyType({"mm": 1, "밀리": 1, "cm": 10, "센티": 10, "센치": 10, "m": 1000, "미터": 1000}),
        "m": MappingProxyType({"m": 1, "미터": 1, "cm": 0.01, "mm": 0.001, "km": 1000}),
        "s": MappingProxyType({"s": 1, "sec": 1, "seconds": 1, "초": 1, "분": 60, "min": 60, "minutes": 60}),
        "percent": MappingProxyType({"%": 1, "percent": 1, "퍼센트": 1, "프로": 1}),
        "steps": MappingProxyType({"개": 1, "단": 1, "칸": 1, "계단": 1, "steps": 1}),
    }
)
_SLIPS = (10, 1000)
"""What a number of mm is off by when the unit of cm or m was left out."""


class ValueRefusedError(Exception):
    """A cell that can't be read. `code`, `message` (without the place) and `fix` go into the row's Finding."""

    def __init__(self, code: str, message: Text, fix: Text) -> None:
        super().__init__(message.en)
        self.code, self.message, self.fix = code, message, fix


def tidy_text(raw: str) -> str:
    """Text as it may be shown: composed, without control and direction characters; line breaks become blanks."""
    if raw.isascii() and raw.isprintable():  # most cells, and every empty one
        return raw.strip()
    text = unicodedata.normalize("NFC", raw)
    if text.isprintable():
        return text.strip()
    text = re.sub(r"[\t\r\n\x0b\x0c\u0085\u2028\u2029]+", " ", text)
    return "".join(ch for ch in text if unicodedata.category(ch) not in {"Cc", "Cf", "Cs", "Co", "Cn"}).strip()


@lru_cache(maxsize=16_384)
def is_blank(raw: str) -> bool:
    """Whether a cell gives no answer."""
    return tidy_text(raw).casefold() in EMPTY_WORDS


def read_value(field: Field, raw: str, *, basis: Basis | None = None) -> Value | None:
    """The answer in a cell, or None if it is blank.

    Parameters
    ----------
    field
        The question; one whose answers are numbers, choices, times, levels, lines, exits, places or text.
    basis
        How the row's numbers are known, where the cell itself does not say (`약 80`).

    Raises
    ------
    ValueRefusedError
        If the cell can't be read.
    """
    known = FIELDS.get(field.name)
    return _read_known(field.name, raw, basis) if known is field else _read(field, raw, basis)


@lru_cache(maxsize=16_384)
def _read_known(name: str, raw: str, basis: Basis | None) -> Value | None:
    """A field of the schema: thousands of rows give few different answers."""
    return _read(FIELDS[name], raw, basis)


def _read(field: Field, raw: str, basis: Basis | None) -> Value | None:
    if (fault := cell_fault(raw)) is not None and not _date_is_fine(field, raw):
        raise _cell_refused(fault.code, raw)
    # A workbook's date has no time of its own: midnight is how it is stored.
    shown = raw.removeprefix(f"{DATE} ").removesuffix(" 00:00:00") if raw.startswith(DATE) else raw
    text = unicodedata.normalize("NFKC", tidy_text(shown))
    if text.casefold() in EMPTY_WORDS:
        return None
    if field.choices:
        return _choice(field, text, shown)
    if word_key(text) in _UNKNOWN:
        return Value(None, field.unit, basis, raw=shown, answer=Answer.UNKNOWN)
    if word_key(text) in NONE_WORDS:
        return Value(None, field.unit, basis, raw=shown, answer=Answer.NONE)
    if field.is_number:
        return replace(_number(field, text, basis), raw=shown)
    return Value(_READERS.get(field.type, _text)(text, shown), raw=shown)


def _date_is_fine(field: Field, raw: str) -> bool:
    return raw.startswith(DATE) and field.type in {Type.MOMENT, Type.DATE, Type.TIME}


def _cell_refused(code: str, raw: str) -> ValueRefusedError:
    words = raw.partition(" ")[2][:40]
    if code == "cell_is_date":
        readings = ""
        if match := re.match(r"\d{4}-(\d{2})-(\d{2})", words):
            month, day = int(match.group(1)), int(match.group(2))
            readings = f"{month}-{day} / {day}-{month}"
        return ValueRefusedError(
            code,
            Text(
                f"표 프로그램이 날짜로 바꾼 칸이에요 ({readings or words})",
                f"a spreadsheet made it a date ({readings or words})",
            ),
            Text("칸 서식을 ‘텍스트’로 두고 다시 적어 주세요.", "Format the cell as text and type it again."),
        )
    what = Text("계산되지 않은 수식이에요", "a formula without a result")
    if code == "cell_is_error":
        what = Text("표 프로그램의 오류 값이에요", "an error value of the spreadsheet")
    return ValueRefusedError(code, what, Text("값으로 바꿔 적어 주세요.", "Replace it with a plain value."))


# ── choices ──────────────────────────────────────────────────────────────────


def _choice(field: Field, text: str, raw: str) -> Value:
    if field.type is Type.CHOICES and choice_of(field, text) is None:
        return _several(field, text, raw)
    found = choice_of(field, text)
    if found is None:
        raise _not_a_choice(field, text)
    if found.unknown:
        return Value(None, raw=raw, answer=Answer.UNKNOWN)
    return Value((found.name,) if field.type is Type.CHOICES else found.name, raw=raw)


def _several(field: Field, text: str, raw: str) -> Value:
    if word_key(text) in _UNKNOWN:
        return Value(None, raw=raw, answer=Answer.UNKNOWN)
    parts = [part for part in re.split(r"[,;|/]+", text) if part.strip()]
    if len(parts) == 1:
        parts = text.split()
    names = []
    for part in parts:
        found = choice_of(field, part)
        if found is None:
            raise _not_a_choice(field, part)
        names.append(found.name)
    order = [choice.name for choice in field.choices]
    return Value(tuple(sorted(set(names), key=order.index)), raw=raw)


def _not_a_choice(field: Field, text: str) -> ValueRefusedError:
    labels = {choice.name: choice.label for choice in field.choices}
    near = [labels[name] for name in nearest_choices(field, text)]
    return ValueRefusedError(
        "choice_unknown",
        Text("고를 수 있는 답이 아니에요", "not one of the choices"),
        Text(f"비슷한 답: {', '.join(each.ko for each in near)}", f"Nearest: {', '.join(each.en for each in near)}"),
    )


# ── numbers ──────────────────────────────────────────────────────────────────


def _number(field: Field, text: str, basis: Basis | None) -> Value:
    bare = _ABOUT.sub("", _ABOUT.sub("", text)).strip()
    if bare != text:
        basis = Basis.ESTIMATED
    ends, has_unit = _ends(field, bare)
    for end in ends:
        _check_range(field, end, has_unit=has_unit)
    low, high = min(ends), max(ends)
    value = high if field.cautious is Cautious.HIGH else low
    if low == high:
        return Value(value, field.unit, basis)
    return Value(value, field.unit, basis, low, high)


def _ends(field: Field, text: str) -> tuple[tuple[float, ...], bool]:
    """The one or two numbers of a cell, in the field's unit, and whether a unit was written."""
    if field.unit == "percent" and (slope := _slope(text)) is not None:
        return (slope,), True
    if field.unit == "s" and (match := re.fullmatch(r"(\d+)\s*(?:분|min)\s*(\d+)\s*(?:초|s|sec)", text)):
        return (int(match.group(1)) * 60.0 + int(match.group(2)),), True
    unit = "|".join(sorted((re.escape(name) for name in _FACTORS[field.unit or ""]), key=len, reverse=True))
    match = re.fullmatch(rf"({_NUMBER})\s*({unit})?(?:\s*[~〜–-]\s*({_NUMBER})\s*({unit})?)?", text, re.IGNORECASE)
    if match is None:
        raise _unreadable(field)
    last_unit = match.group(4) or match.group(2)
    numbers = [(match.group(1), match.group(2) or last_unit)]
    if match.group(3) is not None:
        numbers.append((match.group(3), last_unit))
    factors = _FACTORS[field.unit or ""]
    found = tuple(
        _tidy_number(float(number) * factors[(name or "").casefold()] if name else float(number))
        for number, name in numbers
    )
    if field.type is Type.WHOLE and any(each != int(each) for each in found):
        raise _unreadable(field)
    return found, last_unit is not None


def _slope(text: str) -> float | None:
    """`1/12`, `1:12` and `5도` as a percentage."""
    if (match := re.fullmatch(r"1\s*[/:]\s*(\d+(?:\.\d+)?)", text)) and float(match.group(1)) > 0:
        return _tidy_number(100 / float(match.group(1)))
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:도|°|deg(?:rees)?)", text, re.IGNORECASE):
        degrees = float(match.group(1))
        return _tidy_number(100 * math.tan(math.radians(degrees))) if degrees < 89 else math.inf  # noqa: PLR2004
    return None


def _tidy_number(number: float) -> float:
    """Without the arithmetic's last digits: 0.82 m is 820 mm, not 819.9999."""
    return round(number, 4)


def _check_range(field: Field, number: float, *, has_unit: bool) -> None:
    low, high = field.low or 0.0, field.high if field.high is not None else math.inf
    if low <= number <= high:
        return
    allowed = f"{low:g}~{high:g} {field.unit}"
    slipped = field.unit == "mm" and any(low <= number * factor <= high for factor in _SLIPS)
    if slipped and not has_unit and number > 0:
        raise ValueRefusedError(
            "unit_unsure",
            Text(f"단위를 알 수 없어요 (값은 {allowed}여야 해요)", f"the unit is not clear (it must be {allowed})"),
            Text("82cm, 820mm처럼 단위를 붙여 주세요.", "Write the unit: 82 cm, 820 mm."),
        )
    raise ValueRefusedError(
        "number_out_of_range",
        Text(f"있을 수 없는 값이에요 ({allowed}여야 해요)", f"can't be (it must be {allowed})"),
        Text("다시 확인해 주세요. 모르면 비워 두세요.", "Check it; leave it blank if unknown."),
    )


def _unreadable(field: Field) -> ValueRefusedError:
    return ValueRefusedError(
        "number_unreadable",
        Text("수로 읽을 수 없어요", "not a number"),
        Text(
            f"{field.unit} 단위의 수만 적어 주세요. 쉼표는 쓰지 않아요: 1200, 82.5",
            f"Write a plain number of {field.unit}, without commas: 1200, 82.5",
        ),
    )


# ── times ────────────────────────────────────────────────────────────────────

_AMBIGUOUS_FIX = Text("2026-05-01처럼 연-월-일로 적어 주세요.", "Write year-month-day: 2026-05-01.")
_DATE_FORMS = (
    re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})\.?"),
    re.compile(r"(\d{4})\.\s*(\d{1,2})\.\s*(\d{1,2})\.?"),
    re.compile(r"(\d{4})년\s*(\d{1,2})월\s*(\d{1,2})일"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_MONTH = re.compile(r"(\d{4})(?:[-./](\d{1,2})|년\s*(\d{1,2})월|년)?\.?")
_CLOCK = re.compile(
    r"(?P<half>오전|오후|am|pm|a\.m\.|p\.m\.)?\s*(?P<hour>\d{1,2})(?::|시\s*)(?P<minute>\d{1,2})?분?"
    r"(?::(?P<second>\d{1,2})(?:\.\d+)?|\s*(?P<second_ko>\d{1,2})초)?\s*(?P<after>오전|오후|am|pm|a\.m\.|p\.m\.)?",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\s*(?:(?P<utc>Z|UTC)|(?:GMT)?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?)$")


def read_moment(raw: str) -> str:
    """A date or a time of day in Asia/Seoul, in ISO form and just as precise as it was written.

    `2026`, `2026년 5월`, `2026. 5. 1 오후 3:05`, `2026-05-01T14:30:00+09:00` are read; `3/1/2019` could be two days.

    Raises
    ------
    ValueRefusedError
        If it can't be read, could be two days, or lies outside of 1974–2100.
    """
    text = re.sub(r"\([월화수목금토일]요?일?\)", " ", unicodedata.normalize("NFKC", tidy_text(raw)))
    text = re.sub(r"\s+", " ", text).strip()
    if match := _MONTH.fullmatch(text):
        month = match.group(2) or match.group(3)
        return f"{_year(match.group(1))}-{_part(month, 12):02d}" if month else f"{_year(match.group(1))}"
    for form in _DATE_FORMS:
        if match := form.match(text):
            day = _day(*match.groups())
            rest = text[match.end() :].lstrip("T ").strip()
            return day.isoformat() if not rest else _with_clock(day, rest)
    raise _no_date(text)


def _with_clock(day: date, rest: str) -> str:
    zone = _ZONE.search(rest)
    clock = _CLOCK.fullmatch(rest[: zone.start()].strip() if zone else rest)
    if clock is None:
        raise _no_date(rest)
    hour, minute = _hour(clock), _part(clock.group("minute") or "0", 59, at_least=0)
    second = _part(clock.group("second") or clock.group("second_ko") or "0", 59, at_least=0)
    moment = datetime.combine(day, time(hour, minute, second), tzinfo=_zone(zone)).astimezone(SEOUL)
    return moment.strftime("%Y-%m-%dT%H:%M:%S" if moment.second else "%Y-%m-%dT%H:%M")


def _zone(match: re.Match[str] | None) -> timezone:
    if match is None:
        return SEOUL
    if match.group("utc"):
        return UTC
    hours, minutes = int(match.group("hours")), int(match.group("minutes") or 0)
    offset = timedelta(hours=_part(str(hours), 14, at_least=0), minutes=_part(str(minutes), 59, at_least=0))
    return timezone(-offset if match.group("sign") == "-" else offset)


def _hour(clock: re.Match[str]) -> int:
    hour = int(clock.group("hour"))
    half = (clock.group("half") or clock.group("after") or "").casefold().replace(".", "")
    if half:
        hour = _part(str(hour), 12, at_least=0) % 12
        return hour + 12 if half in {"오후", "pm"} else hour
    return _part(str(hour), 23, at_least=0)


def _day(year: str, month: str, day: str) -> date:
    try:
        return date(_year(year), int(month), int(day))
    except ValueError as error:
        raise _no_date(f"{year}-{month}-{day}") from error


def _year(text: str) -> int:
    if not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise ValueRefusedError(
            "date_out_of_range",
            Text(f"{FIRST_YEAR}년부터 {LAST_YEAR}년까지만 돼요", f"not between {FIRST_YEAR} and {LAST_YEAR}"),
            Text("기기의 시계를 확인해 주세요.", "Check the device's clock."),
        )
    return int(text)


def _part(text: str, most: int, *, at_least: int = 1) -> int:
    if not at_least <= int(text) <= most:
        raise _no_date(text)
    return int(text)


def _no_date(text: str) -> ValueRefusedError:
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    two_days = re.match(r"\d{1,2}[-./]\d{1,2}[-./]\d{2,4}\b", text) is not None
    serial = len(numbers) == 1 and 30_000 <= numbers[0] <= 60_000  # noqa: PLR2004 - Excel's days for 1982 to 2064
    if two_days or serial:
        why = Text("어느 날인지 분명하지 않아요", "it could be more than one day")
        if serial:
            why = Text("엑셀의 날짜 번호 같아요", "it looks like a spreadsheet's serial number of a day")
        return ValueRefusedError("date_ambiguous", why, _AMBIGUOUS_FIX)
    return ValueRefusedError("date_unreadable", Text("날짜로 읽을 수 없어요", "not a date"), _AMBIGUOUS_FIX)


def _date(text: str, _raw: str) -> str:
    moment = read_moment(text)
    if len(moment) < 10:  # noqa: PLR2004 - the characters of a whole date
        raise _no_date(text)
    return moment[:10]


def _time(text: str, _raw: str) -> str:
    """A time of day as `05:30`; up to 26:59, as trains run past midnight."""
    text = text.rpartition(" ")[2] if re.match(r"\d{4}-", text) else text
    clock = _CLOCK.fullmatch(text)
    if clock is None or not (clock.group("minute") or "시" in text):
        raise _no_time()
    minute = int(clock.group("minute") or 0)
    hour = int(clock.group("hour"))
    if clock.group("half") or clock.group("after"):
        hour = _hour(clock)
    if hour > 26 or minute > 59:  # noqa: PLR2004
        raise _no_time()
    return f"{hour:02d}:{minute:02d}"


def _no_time() -> ValueRefusedError:
    return ValueRefusedError(
        "time_unreadable",
        Text("시각으로 읽을 수 없어요", "not a time of day"),
        Text("05:30처럼 적어 주세요.", "Write it as 05:30."),
    )


# ── places ───────────────────────────────────────────────────────────────────

_STREET_WORDS = frozenset({"street", "지상외부", "외부", "바깥", "밖", "거리", "ground", "outside"})


def _line(text: str, _raw: str) -> str:
    return normal_line(text)


def _level(text: str, _raw: str) -> str:
    if word_key(text) in _STREET_WORDS:
        return STREET
    level = normal_level(text)
    if level is None:
        raise ValueRefusedError(
            "level_unknown",
            Text("층으로 읽을 수 없어요", "not a level"),
            Text("B1, 지하2층, 3층처럼 적어 주세요.", "Write it as B1 or 2F."),
        )
    return level


def _levels(text: str, raw: str) -> tuple[str, ...]:
    parts = [part for part in re.split(r"[,;/·→↔~\s]+|(?<=[\dF층])-", text) if part]
    return tuple(sorted({_level(part, raw) for part in parts}, key=level_order))


def level_order(label: str) -> tuple[float, str]:
    """Labels of one line from the deepest up: B3, B2, BM1, B1 … Only for writing a list of them in one order."""
    match = re.fullmatch(r"(B?)(M?)(\d+)F?", label)
    if match is None:
        return 0.0, label
    number = float(match.group(3)) - (0.5 if match.group(2) else 0.0)
    return (-number if match.group(1) else number), label


def _exit(text: str, _raw: str) -> str:
    if re.match(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}월", text):
        raise _cell_refused("cell_is_date", f"{DATE} {text}")
    match = re.fullmatch(r"(?:exit\s*)?(\d{1,2}(?:-\d{1,2})?)\s*번?\s*(?:출구|출입구)?", text, re.IGNORECASE)
    if match is None:
        raise ValueRefusedError(
            "exit_unreadable",
            Text("출구 번호로 읽을 수 없어요", "not an exit's number"),
            Text("3 또는 3-1처럼 적어 주세요.", "Write it as 3 or 3-1."),
        )
    return match.group(1)


def _place(text: str, _raw: str) -> str:
    """A line and a kind of place (`7:concourse`), or a place's own id, as forms have it (`7:concourse:B1:in`)."""
    if re.fullmatch(r"[^\s:]+:(?:platform|concourse|passage):[^\s:]+(?::[^\s:]+)?", text):
        return text
    found = read_place(text)
    if found is None:
        raise ValueRefusedError(
            "choice_unknown",
            Text("장소로 읽을 수 없어요", "not a place"),
            Text("7호선 대합실, 4:platform, 외부처럼 적어 주세요.", "Write it as 7:concourse, 4:platform or street."),
        )
    line, kind = found
    return f"{line}:{kind.value}" if line else kind.value


def _text(text: str, raw: str) -> str:
    if len(text) > MAX_TEXT:
        raise ValueRefusedError(
            "too_long",
            Text(f"{MAX_TEXT}자를 넘어요", f"longer than {MAX_TEXT} characters"),
            Text("나누어 적어 주세요.", "Split it."),
        )
    return tidy_text(raw)


_READERS: Mapping[Type, Callable[[str, str], str | tuple[str, ...]]] = MappingProxyType(
    {
        Type.TIME: _time,
        Type.DATE: _date,
        Type.MOMENT: lambda text, _raw: read_moment(text),
        Type.LINE: _line,
        Type.LEVEL: _level,
        Type.LEVELS: _levels,
        Type.EXIT: _exit,
        Type.PLACE: _place,
    }
)


# ── points ───────────────────────────────────────────────────────────────────

MAX_ACCURACY_M = 50.0
"""A fix that may be further off than the next exit says nothing."""


def read_point(raw: str, area: tuple[float, float, float, float] | None = KOREA) -> Point | None:
    """A point as forms write it: `latitude longitude [altitude [accuracy]]`, or None if the cell is blank.

    Raises
    ------
    ValueRefusedError
        `location_unreliable`, if it is no point, lies outside of `area` (swapped, 0 0), or is less sure than 50 m.
    """
    text = unicodedata.normalize("NFKC", tidy_text(raw))
    if text.casefold() in EMPTY_WORDS:
        return None
    numbers = re.findall(_NUMBER, text)
    if not 2 <= len(numbers) <= 4 or re.sub(rf"{_NUMBER}|[\s,;]", "", text):  # noqa: PLR2004 - see above
        raise _unreliable(Text("좌표로 읽을 수 없어요", "not a point"))
    lat, lon = float(numbers[0]), float(numbers[1])
    accuracy = float(numbers[3]) if len(numbers) == 4 else None  # noqa: PLR2004
    if area is not None and not _inside(lat, lon, area):
        if _inside(lon, lat, area):
            raise _unreliable(Text("위도와 경도가 바뀌었어요", "latitude and longitude are swapped"))
        raise _unreliable(Text("조사한 지역 밖의 좌표예요", "the point lies outside of the area surveyed"))
    if accuracy is not None and accuracy > MAX_ACCURACY_M:
        raise _unreliable(Text(f"오차가 {accuracy:g} m예요", f"it may be {accuracy:g} m off"))
    return Point(lat, lon, accuracy)


def _inside(lat: float, lon: float, area: tuple[float, float, float, float]) -> bool:
    return area[0] <= lat <= area[2] and area[1] <= lon <= area[3]


def _unreliable(message: Text) -> ValueRefusedError:
    fix = Text("좌표를 쓰지 않고 나머지를 받았어요.", "The point was not used; the rest of the row was.")
    return ValueRefusedError("location_unreliable", message, fix)
