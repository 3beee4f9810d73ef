"""What stands around an oblique: which way it looks, the key, and how true it is, each a panel for free room."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.maps import style, words
from muui_maps.maps.fonts import measure
from muui_maps.maps.oblique_ink import DASH, order_only, paid_rim
from muui_maps.maps.oblique_words import COMPASS, REASONS, Truth, error_text
from muui_maps.maps.parts import shifted
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Words
from muui_maps.maps.section_boxes import wrapped
from muui_maps.maps.section_labels import plate_width
from muui_maps.maps.section_words import pair
from muui_maps.maps.steps import MARKS
from muui_maps.model import Method, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from muui_maps.maps.oblique_layout import Layout, View
    from muui_maps.model import Route

Point = tuple[float, float]
_Entry = tuple["Callable[[float], list[Mark]]", Text]

TITLE, MAIN, SECOND = 21.0, 16.5, 15.0
LEAST = 14.2  # 10 points on A3
_SCALES_M = (10, 20, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Panel:
    """Marks from (0, 0) that take a width and height; placed as near to `towards` (shares of the room) as it can be."""

    marks: tuple[Mark, ...]
    width: float
    height: float
    towards: tuple[float, float]


def _title(text: Text, lang: str, *, y: float = 20.0) -> tuple[list[Mark], float]:
    (first_lang, first), (other_lang, other) = pair(text, lang)
    wide = measure(first, TITLE, "bold")
    marks: list[Mark] = [
        Words(0, y, first, TITLE, "bold", style.INK, lang=first_lang, role="panel-title"),
        Words(round(wide + 12, 2), y, other, SECOND, "regular", style.MUTED, lang=other_lang),
    ]
    return marks, wide + 12 + measure(other, SECOND)


# ── which way it looks ───────────────────────────────────────────────────────


def view_panel(layout: Layout, lang: str) -> Panel:
    """North, a scale bar and from where one looks; in order only, that there is neither."""
    apart = Text("층 사이 높이는 실제와 달라요", "levels are drawn apart, not to scale")
    if layout.in_order:
        told = [
            Text("순서대로 폈어요. 방향과 거리는 그림과 달라요", "laid out in order: no directions, no scale"),
            apart,
        ]
        return _told_panel(told, lang, Text("보는 법", "How to look"))
    view = layout.view
    marks: list[Mark] = []
    north = view.of_ground(0.0, 1.0)
    length = math.hypot(*north)
    dx, dy = north[0] / length * 46, north[1] / length * 46
    x, y = 64.0, 58.0
    marks += _arrow((x - dx, y - dy), (x + dx, y + dy))
    name, size = ("북 N", 17.0) if lang == "ko" else ("N", 19.0)
    wide = measure(name, size, "bold")
    marks.append(
        Words(
            round(x + dx * 1.42, 2), round(y + dy * 1.42 + 6, 2), name, size, "bold", style.INK, "middle", role="north"
        )
    )
    left = 160.0
    metres = max((each for each in _SCALES_M if each * view.px_per_m <= 240), default=_SCALES_M[0])  # noqa: PLR2004
    bar = metres * view.px_per_m
    marks += [
        Polyline(
            ((left, 36), (left, 48), (round(left + bar, 2), 48), (round(left + bar, 2), 36)),
            style.INK,
            2.4,
            role="scale",
        ),
        Words(left, 28, f"{metres} m", 18, "bold", style.INK, role="scale"),
    ]
    from_where = COMPASS[round(_seen_from(view) / 45) % 8]
    lines = [
        Text(
            f"{from_where.ko}에서 봄. 늘린 길은 자와 달라요",
            f"seen from the {from_where.en}; the bar does not hold for stretched ways",
        ),
        apart,
    ]
    right = max(left + bar, x + abs(dx) * 1.42 + wide)
    bottom = 62.0
    for text in lines:
        (first_lang, first), (other_lang, other) = pair(text, lang)
        marks.append(Words(left, bottom + 16, first, MAIN, "bold", style.INK, lang=first_lang, role="view"))
        bottom += 22
        right = max(right, left + measure(first, MAIN, "bold"))
        for line in wrapped(other, SECOND, "regular", 330):
            marks.append(Words(left, bottom + 14, line, SECOND, "regular", style.MUTED, lang=other_lang))
            right = max(right, left + measure(line, SECOND))
            bottom += 20
    return Panel(tuple(marks), right, max(bottom, 128), (1.0, 0.0))


def _seen_from(view: View) -> float:
    """Bearing of the viewer, clockwise from north: opposite to where the picture goes back."""
    return math.degrees(math.atan2(math.sin(view.turn), -math.cos(view.turn))) % 360


def _arrow(tail: Point, tip: Point) -> Iterator[Mark]:
    length = math.dist(tail, tip)
    dx, dy = (tip[0] - tail[0]) / length, (tip[1] - tail[1]) / length

    def at(back: float, side: float) -> Point:
        return round(tip[0] - dx * back - dy * side, 2), round(tip[1] - dy * back + dx * side, 2)

    yield Polyline((at(length, 0), at(12, 0)), style.INK, 2.6, role="north-line")
    yield Polyline((at(0, 0), at(20, 8), at(20, -8)), style.INK, 1, fill=style.INK, closed=True, role="north-tip")


def _told_panel(texts: Sequence[Text], lang: str, title: Text) -> Panel:
    marks, right = _title(title, lang)
    y = 34.0
    for text in texts:
        (first_lang, first), (other_lang, other) = pair(text, lang)
        marks.append(Words(0, y + 16, first, MAIN, "bold", style.INK, lang=first_lang, role="view"))
        marks.append(Words(0, y + 37, other, SECOND, "regular", style.MUTED, lang=other_lang))
        right = max(right, measure(first, MAIN, "bold"), measure(other, SECOND))
        y += 50
    return Panel(tuple(marks), right, y, (1.0, 0.0))


# ── key ──────────────────────────────────────────────────────────────────────


def key_panels(layout: Layout, lang: str, *, rings: bool, unused: bool, signs: Text | None = None) -> tuple[Panel, ...]:
    """What each look means, of those that this picture has: in one, two or three columns.

    Parameters
    ----------
    signs
        What the signs at the numbers of the steps mean.
    """
    entries = [*_entries(layout, rings=rings, unused=unused), *([(_signs, signs)] if signs else [])]
    counts = [columns for columns in (1, 2, 3) if columns <= max(len(entries) // 2, 1)]
    return tuple(_key_panel(entries, lang, columns) for columns in counts)


def _key_panel(entries: Sequence[_Entry], lang: str, columns: int) -> Panel:
    title, right = _title(Text("기호", "Key"), lang)
    marks: list[Mark] = list(title)
    rows = math.ceil(len(entries) / columns)
    left, bottom = 0.0, 0.0
    for first in range(0, len(entries), rows):
        y, wide = 34.0, 0.0
        for draw, text in entries[first : first + rows]:
            (first_lang, said), (other_lang, other) = pair(text, lang)
            marks += [shifted(mark, left, 0) for mark in draw(y + 19)]
            at = round(left + 72, 2)
            marks.append(Words(at, y + 17, said, MAIN, "bold", style.INK, lang=first_lang, role="key"))
            marks.append(Words(at, y + 34, other, LEAST, "regular", style.MUTED, lang=other_lang))
            wide = max(wide, 72 + measure(said, MAIN, "bold"), 72 + measure(other, LEAST))
            y += 42
        bottom, right = max(bottom, y), max(right, left + wide)
        left += wide + 30
    return Panel(tuple(marks), right, bottom, (1.0, 0.25))


def _entries(layout: Layout, *, rings: bool, unused: bool) -> Iterator[_Entry]:
    slabs = [slab for way in layout.ways for slab in way.slabs]
    strung = [standing for way in layout.ways for standing in way.standing if standing.symbol.kind != "number"]
    entries: tuple[tuple[bool, Callable[[float], list[Mark]], Text], ...] = (
        (any(way.solid for way in layout.ways), _line(()), Text("자리를 셈한 길", "position derived")),
        (
            not all(way.solid for way in layout.ways),
            _line(DASH),
            Text("길이나 순서만 아는 길", "only its length or order is known"),
        ),
        (not all(each.placed for each in strung), _order_only, Text("순서만 아는 것", "order known, place not")),
        (
            any(slab.solid for slab in slabs),
            _slab(dash=False),
            Text("승강장, 폭은 몰라요", "platform; its width is not known"),
        ),
        (not all(slab.solid for slab in slabs), _slab(dash=True), Text("윤곽을 모르는 층", "outline not known")),
        (
            any(slab.paid for slab in slabs),
            _paid,
            Text("개찰구 안", "inside the gates"),
        ),
        (
            any(shaft.passed for shaft in layout.shafts),
            _passed,
            Text("서지 않고 지나는 층", "passes without stopping"),
        ),
        (any(shaft.stops for shaft in layout.shafts), _stop, Text("내리지 않는 정지층", "stops here; stay in")),
        (unused, _unused, Text("이 길에서 안 타는 것", "not used on this way")),
        (rings, _ring, Text("자리 오차", "error of position")),
    )
    return ((draw, text) for shown, draw, text in entries if shown)


def _order_only(y: float) -> list[Mark]:
    return list(order_only("gate", 28, y, 34, role="key-symbol"))


def _line(dash: tuple[float, ...]) -> Callable[[float], list[Mark]]:
    return lambda y: [
        Polyline(((0, y), (56, y)), style.ROUTE, style.ROUTE_WIDTH, dash=dash and (16.0, 7.0), rounded=False)
    ]


_SAMPLE = ((10.0, -11.0), (56.0, -11.0), (46.0, 11.0), (0.0, 11.0))


def _slab(*, dash: bool) -> Callable[[float], list[Mark]]:
    return lambda y: [_sample(y, style.PALE, (8, 6) if dash else ())]


def _sample(y: float, fill: str, dash: tuple[float, ...] = ()) -> Polyline:
    return Polyline(tuple((x, y + up) for x, up in _SAMPLE), style.EDGE, 1.8, dash=dash, fill=fill, closed=True)


def _paid(y: float) -> list[Mark]:
    outline = _sample(y, style.PAID_TINT)
    return [outline, paid_rim(outline.points)]


def _passed(y: float) -> list[Mark]:
    return [
        Polyline(((0, y), (56, y)), style.ROUTE, style.ROUTE_WIDTH, rounded=False),
        Polyline(((12, y), (46, y)), style.PAPER, 9, dash=(6, 6), rounded=False),
    ]


def _stop(y: float) -> list[Mark]:
    return [
        Polyline(((0, y), (56, y)), style.ROUTE, style.ROUTE_WIDTH, rounded=False),
        Circle(28, y, 9, fill=style.PAPER, stroke=style.ROUTE, stroke_width=4),
    ]


def _signs(y: float) -> list[Mark]:
    frame = Rect(4, y - 15, 48, 30, style.PAPER, style.ROUTE, 2, radius=8)
    return [frame, Words(28, round(y + LEAST * 0.355, 2), "●■", LEAST, "bold", style.INK, "middle")]


def _unused(y: float) -> list[Mark]:
    return [Icon("lift", 14, y - 14, 28, style.PAPER, style.UNUSED)]


def _ring(y: float) -> list[Mark]:
    points = tuple((round(28 + 26 * math.cos(a), 2), round(y + 12 * math.sin(a), 2)) for a in _angles(20))
    return [Polyline(points, style.MUTED, 1.8, dash=(2, 5), closed=True)]


def _angles(count: int) -> Iterator[float]:
    return (2 * math.pi * i / count for i in range(count))


# ── how true ─────────────────────────────────────────────────────────────────

_BAR = 270.0


def truth_panels(
    route: Route, truths: Sequence[Truth], errors: Sequence[tuple[str, float]], lang: str
) -> tuple[Panel, ...]:
    """Metres as told beside metres as drawn, walk by walk, and why they part: with the reasons below, or beside."""
    bars, wide, high = _bars(route, truths, lang)
    reasons, reasons_wide, reasons_high = _reason_marks(truths, errors, lang)
    below = (*bars, *(shifted(mark, 0, high + 6) for mark in reasons))
    beside = (*bars, *(shifted(mark, wide + 30, 62) for mark in reasons))
    return (
        Panel(below, max(wide, reasons_wide), high + 6 + reasons_high, (0.0, 1.0)),
        Panel(beside, wide + 30 + reasons_wide, max(high, 62 + reasons_high), (0.0, 1.0)),
    )


def _bars(route: Route, truths: Sequence[Truth], lang: str) -> tuple[list[Mark], float, float]:
    marks, right = _title(Text("얼마나 맞는 그림인가", "How true is this drawing"), lang)
    legend = _legend(route, lang)
    marks.append(Rect(0, 38, 26, 10, fill=style.ROUTE))
    marks.append(Words(34, 48, legend[0], LEAST, "bold", style.INK, lang=lang))
    x = round(34 + measure(legend[0], LEAST, "bold") + 26, 2)
    drawn = any(truth.drawn_m is not None for truth in truths)
    if drawn:
        marks.append(Rect(x, 38, 26, 10, fill=style.PAPER, stroke=style.INK, stroke_width=1.5, dash=(4, 3)))
        marks.append(Words(x + 34, 48, legend[1], LEAST, "regular", style.INK, lang=lang))
        right = max(right, x + 34 + measure(legend[1], LEAST))
    longest = max([each.told_m or 0.0 for each in truths] + [each.drawn_m or 0.0 for each in truths] + [1.0])
    y = 62.0
    plates = max((plate_width(words.plate(each.level), 16) for each in truths), default=0.0)
    for truth in truths:
        marks += _truth_row(truth, y, plates, longest)
        y += 33 if drawn else 30
    figures = [each.told for each in truths] + ["0000"]
    return marks, max(right, 42 + plates + _BAR + 7 + max(measure(each, 15, "bold") for each in figures)), y


def _reason_marks(
    truths: Sequence[Truth], errors: Sequence[tuple[str, float]], lang: str
) -> tuple[list[Mark], float, float]:
    marks: list[Mark] = []
    y = right = 0.0
    for text in _reasons(truths, errors):
        (first_lang, first), (other_lang, other) = pair(text, lang)
        for line in wrapped(first, 16, "bold", 430):
            marks.append(Words(0, y + 15, line, 16, "bold", style.INK, lang=first_lang, role="truth-reason"))
            right, y = max(right, measure(line, 16, "bold")), y + 20
        for line in wrapped(other, LEAST, "regular", 430):
            marks.append(Words(0, y + 13, line, LEAST, "regular", style.MUTED, lang=other_lang))
            right, y = max(right, measure(line, LEAST)), y + 18
        y += 4
    return marks, right, y


def _legend(route: Route, lang: str) -> tuple[str, str]:
    methods = {leg.length_method for leg in route.legs if leg.unit is None and leg.length_m is not None}
    years = sorted(
        {
            str(year)
            for leg in route.legs
            for traversal in leg.traversals
            for each in traversal.link.evidence.get("length_m", ())
            if each.method is Method.SURVEYED and (year := words.year(each.date))
        }
    )
    surveyed = methods == {Method.SURVEYED}
    when = f" {', '.join(years)}" if surveyed and years else ""
    if lang == "ko":
        return (f"{MARKS['surveyed']} 조사{when} m" if surveyed else "알려진 m", f"{MARKS['derived']} 그림 m")
    return (f"{MARKS['surveyed']} surveyed{when}, m" if surveyed else "as told, m", f"{MARKS['derived']} drawn, m")


def _truth_row(truth: Truth, y: float, plates: float, longest: float) -> Iterator[Mark]:
    yield Circle(12, y + 14, 12, fill=style.ROUTE, role=f"truth:{truth.number}")
    yield Words(12, y + 19, str(truth.number), LEAST, "bold", style.ON_ROUTE, "middle")
    yield Rect(32, y + 2, plates, 24, fill=style.INK, radius=5)
    yield Words(round(32 + plates / 2, 2), y + 20, words.plate(truth.level), 16, "bold", style.PAPER, "middle")
    left = 34 + plates + 8
    told_y = y if truth.drawn_m is not None else y + 8
    if truth.told_m is not None:
        wide = round(max(_BAR * truth.told_m / longest, 2), 2)
        yield Rect(left, told_y + 1, wide, 11, fill=style.ROUTE, role=f"truth-told:{truth.number}")
        yield Words(
            round(left + wide + 7, 2),
            told_y + 12,
            truth.told.removesuffix(" m"),
            15,
            "bold",
            style.ROUTE,
            role=f"truth-told:{truth.number}:text",
        )
    else:
        yield Words(left, told_y + 12, "?", 15, "bold", style.ROUTE, role=f"truth-told:{truth.number}:text")
    if truth.drawn_m is not None:
        wide = round(max(_BAR * truth.drawn_m / longest, 2), 2)
        yield Rect(
            left,
            y + 16,
            wide,
            10,
            fill=style.PAPER,
            stroke=style.INK,
            stroke_width=1.3,
            dash=(4, 3),
            role=f"truth-drawn:{truth.number}",
        )
        yield Words(
            round(left + wide + 7, 2),
            y + 26,
            f"{truth.drawn_m:.0f}",
            LEAST,
            "regular",
            style.INK,
            role=f"truth-drawn:{truth.number}:text",
        )


def _reasons(truths: Sequence[Truth], errors: Sequence[tuple[str, float]]) -> Iterator[Text]:
    for reason, text in REASONS.items():
        numbers = ", ".join(str(truth.number) for truth in truths if truth.reason == reason)
        if numbers:
            yield Text(f"{numbers}: {text.ko}", f"{numbers}: {text.en}")
    if errors:
        yield words.together(error_text(line, error_m) for line, error_m in errors)
