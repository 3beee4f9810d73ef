"""What frames a section: the header with the totals, the ribbons of metres and minutes, and the lines at the foot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from muui_maps.maps import style, summary, words
from muui_maps.maps.fonts import measure, wrap
from muui_maps.maps.parts import bullet, bullet_width, shifted
from muui_maps.maps.scene import Circle, Mark, Polyline, Rect, Words
from muui_maps.maps.section_ink import LEAST_SIZE, tile
from muui_maps.maps.section_layout import MARGIN, WIDTH
from muui_maps.maps.section_words import pair
from muui_maps.maps.steps import MARKS
from muui_maps.model import STREET, Endpoint, Leg, LinkKind, Method, Route, Station, Text

RIGHT = WIDTH - MARGIN
NAME_SIZES = (56.0, 48.0, 40.0, 34.0, 28.0, 24.0)
BULLET_RADIUS = 28.0


@dataclass(frozen=True, slots=True)
class Total:
    """One figure of the header."""

    key: str
    figure: str
    unit: Text
    label: Text


@dataclass(frozen=True, slots=True)
class Run:
    """Marks that take `width`, to be shifted to where they stand."""

    width: float
    draw: Callable[[float], Iterator[Mark]]


# ── header ───────────────────────────────────────────────────────────────────


def header(station: Station, route: Route, lang: str) -> tuple[tuple[Mark, ...], float]:
    """Name, lines with directions and totals; and the y of the rule below. A second row if one is too narrow."""
    totals = [_total_run(total, lang) for total in totals_of(route)]
    totals_width = sum(run.width for run in totals)
    room = RIGHT - totals_width - MARGIN - 30
    ends = _ends(station, route, lang)
    traveller = "wheelchair" if route.profile.wheels else "walk"
    marks: list[Mark] = list(_totals_marks(totals, RIGHT - totals_width))
    name = next(
        (run for size in NAME_SIZES[:2] if (run := _name(station, lang, size, traveller)).width + ends.width <= room),
        None,
    )
    if name is None:
        name = next((run for size in NAME_SIZES if (run := _name(station, lang, size, traveller)).width <= room), None)
        name = name or _name(station, lang, NAME_SIZES[-1], traveller)
        marks += [*name.draw(MARGIN), *(shifted(mark, 0, 72) for mark in ends.draw(MARGIN))]
        bottom = 200.0
    else:
        marks += [*name.draw(MARGIN), *ends.draw(MARGIN + name.width)]
        bottom = 140.0
    marks.append(Polyline(((MARGIN, bottom), (RIGHT, bottom)), style.INK, 2.5, role="rule"))
    return tuple(marks), bottom


def _name(station: Station, lang: str, size: float, traveller: str) -> Run:
    (first_lang, first), (other_lang, other) = pair(words.station_text(station), lang)
    small = max(size * 0.5, 18.0)
    first_width = measure(first, size, "bold")

    def draw(x: float) -> Iterator[Mark]:
        yield tile(traveller, x + 25, 66, 50, role="traveller")
        yield Words(x + 66, 66 + size * 0.36, first, size, "bold", style.INK, lang=first_lang, role="station")
        yield Words(x + 66 + first_width + 22, 66 + size * 0.36, other, small, "regular", style.MUTED, lang=other_lang)

    return Run(66 + first_width + 22 + measure(other, small) + 44, draw)


def _ends(station: Station, route: Route, lang: str) -> Run:
    start, end = (_end(station, endpoint, lang) for endpoint in (route.start, route.end))
    arrow = 84.0

    def draw(x: float) -> Iterator[Mark]:
        yield from start.draw(x)
        ax = x + start.width + 18
        yield Polyline(((ax, 66), (ax + 46, 66)), style.ROUTE, 5, role="arrow")
        yield Polyline(((ax + 30, 51), (ax + 46, 66), (ax + 30, 81)), style.ROUTE, 5)
        yield from end.draw(x + start.width + arrow)

    return Run(start.width + arrow + end.width, draw)


def end_text(station: Station, endpoint: Endpoint) -> tuple[Text, Text | None]:
    """The two lines beside an end of the route: where to, and the terminus of that line."""
    if endpoint.line is not None:
        return (
            words.towards(station, endpoint.line, endpoint.direction),
            words.terminus(station, endpoint.line, endpoint.direction),
        )
    if endpoint.exit is not None:
        return words.exit_text(endpoint.exit), None
    return Text("바깥", "street"), None


def _end(station: Station, endpoint: Endpoint, lang: str) -> Run:
    text, last = end_text(station, endpoint)
    (first_lang, first), (other_lang, other) = pair(text, lang)
    line = endpoint.line
    lead = bullet_width(line, BULLET_RADIUS, lang) if line else 2 * BULLET_RADIUS
    third = f"{last.ko} · {last.en.removeprefix('terminus ')}" if last else ""
    top = 50.0 if last else 60.0

    def draw(x: float) -> Iterator[Mark]:
        if line:
            yield from bullet(line, x, 66, BULLET_RADIUS, lang)
        else:
            yield tile("exit" if endpoint.exit else "outside", x + BULLET_RADIUS, 66, 50)
        tx = x + lead + 12
        yield Words(tx, top, first, 22, "bold", style.INK, lang=first_lang, role="direction")
        yield Words(tx, top + 24, other, 17, "regular", style.MUTED, lang=other_lang)
        if third:
            yield Words(tx, top + 46, third, 15, "regular", style.MUTED, role="terminus")

    width = max(measure(first, 22, "bold"), measure(other, 17), measure(third, 15))
    return Run(lead + 12 + width, draw)


def totals_of(route: Route) -> tuple[Total, ...]:
    """Minutes, metres, rides by kind and gates of a route."""
    of = summary.totals(route)
    kinds = [ride.kind for ride in route.rides]
    totals = [_minutes(of), _metres(of)]
    for kind, label in _RIDES:
        if (count := kinds.count(kind)) or kind is LinkKind.ELEVATOR:
            totals.append(Total(kind.value, str(count), Text("번", ""), label))
    gates = Text("개찰구, 호출", "gates, call staff") if of.staff_calls else Text("개찰구", "gates")
    totals.append(Total("gates", str(of.gates), Text("번", ""), gates))
    return tuple(totals)


_RIDES = (
    (LinkKind.ELEVATOR, Text("엘리베이터", "lifts")),
    (LinkKind.WHEELCHAIR_LIFT, Text("휠체어리프트", "wheelchair lifts")),
    (LinkKind.ESCALATOR, Text("에스컬레이터", "escalators")),
    (LinkKind.MOVING_WALK, Text("무빙워크", "moving walks")),
    (LinkKind.STAIRS, Text("계단", "stairs")),
)


def _minutes(of: summary.Totals) -> Total:
    low, high = words.whole_minutes(of.seconds)
    derived = str(low) if low == high else f"{low}–{high}"
    unit = Text("분", "min")
    if of.surveyed_min is None:
        return Total("minutes", derived, unit, Text("계산", "derived"))
    year = of.surveyed_in or ""
    label = Text(f"조사 {year}", f"surveyed {year}")
    return Total("minutes", f"{of.surveyed_min:.0f}", unit, label)


def _metres(of: summary.Totals) -> Total:
    figure, unit = f"{of.length_m:.0f}", Text("m", "m")
    if of.length_complete:
        return Total("metres", figure, unit, Text("거리", "distance"))
    if not of.length_m:
        return Total("metres", "?", unit, Text("거리 모름", "distance unknown"))
    return Total("metres", figure, Text("m+", "m+"), Text("아는 거리만", "as far as known"))


def _total_run(total: Total, lang: str) -> Run:
    unit = total.unit.ko if lang == "ko" else total.unit.en
    (first_lang, first), (other_lang, other) = pair(total.label, lang)
    figure_width = measure(total.figure, 44, "bold")
    width = max(figure_width + 5 + measure(unit, 23, "bold"), measure(first, 18, "bold"), measure(other, 16)) + 40

    def draw(x: float) -> Iterator[Mark]:
        x += 20
        yield Words(x, 65, total.figure, 44, "bold", style.INK, role=f"total:{total.key}")
        if unit:
            yield Words(x + figure_width + 5, 65, unit, 23, "bold", style.INK, lang=lang)
        yield Words(x, 92, first, 18, "bold", style.INK, lang=first_lang)
        yield Words(x, 114, other, 16, "regular", style.MUTED, lang=other_lang)

    return Run(width, draw)


def _totals_marks(totals: Sequence[Run], x: float) -> Iterator[Mark]:
    for number, run in enumerate(totals):
        if number:
            yield Polyline(((x, 30), (x, 116)), style.HAIRLINE, 1.5)
        yield from run.draw(x)
        x += run.width


# ── ribbons ──────────────────────────────────────────────────────────────────

RIBBON_LEFT, RIBBON_HEIGHT = 178.0, 38.0
UNKNOWN_SHARE = 0.06
"""Width of a leg of unknown length, as a share of the ribbon: enough for its question mark."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One step in a ribbon: `size` is None where it is unknown."""

    number: int
    size: float | None
    long: str
    short: str
    ride: bool
    outside: bool


_LENGTH_MARKS = {
    Method.SURVEYED: MARKS["surveyed"],
    Method.OFFICIAL: MARKS["official"],
    Method.DERIVED: MARKS["derived"],
    Method.ASSUMED: MARKS["unknown"],
    None: "",
}


def metre_cells(route: Route, numbers: dict[int, int], lang: str) -> tuple[Cell, ...]:
    """The walked metres of each step."""
    cells = []
    for index, leg in enumerate(route.legs):
        if leg.unit is not None:
            continue
        outside = leg.from_level == leg.to_level == STREET
        where = {"ko": "바깥", "en": "outside"}[lang] if outside else words.plate(leg.from_level)
        figure = "?" if leg.length_m is None else f"{leg.length_m:.0f}"
        known = f"{_LENGTH_MARKS[leg.length_method]} {figure}" if leg.length_m is not None else figure
        cells.append(Cell(numbers[index], leg.length_m, f"{where} {known}", known, ride=False, outside=outside))
    return tuple(cells)


def minute_cells(route: Route, numbers: dict[int, int], lang: str) -> tuple[Cell, ...]:
    """The typical minutes of each step."""
    cells = []
    for index, leg in enumerate(route.legs):
        seconds = leg.times.total().typical
        minutes = round(seconds / 60)
        figure = ("1분 미만", "< 1 min") if not minutes else (f"{minutes}분", f"{minutes} min")
        text = figure[lang == "en"]
        outside = leg.from_level == leg.to_level == STREET
        name = leg_noun(leg)
        noun = (name.ko, name.en)[lang == "en"] if name else ""
        long = f"{noun} {text}".strip()
        cells.append(Cell(numbers[index], seconds, long, text, ride=leg.unit is not None, outside=outside))
    return tuple(cells)


def leg_noun(leg: Leg) -> Text | None:
    if leg.unit is not None:
        return words.unit_kind(leg.unit)
    return Text("바깥", "outside") if leg.from_level == leg.to_level == STREET else None


def ribbon(cells: Sequence[Cell], y: float, *, key: str, title: Text, note: Text, lang: str) -> Iterator[Mark]:
    """A bar whose cells are as long as their share; words only as far as they fit their cell."""
    (first_lang, first), (other_lang, _) = pair(title, lang)
    (_, _), (_, small) = pair(note, lang)
    yield Words(MARGIN, y + 17, first, 20, "bold", style.INK, lang=first_lang, role=f"ribbon:{key}")
    yield Words(MARGIN, y + 37, small, 16, "regular", style.MUTED, lang=other_lang)
    x = RIBBON_LEFT
    for cell, width in zip(cells, _cell_widths(cells, RIGHT - RIBBON_LEFT), strict=True):
        unknown = cell.size is None
        fill = style.ROUTE if cell.ride else style.ROUTE_TINT if cell.outside else style.PAPER
        yield Rect(
            round(x, 2),
            y,
            round(width, 2),
            RIBBON_HEIGHT,
            fill=fill,
            stroke=style.INK,
            stroke_width=2,
            dash=(5, 4) if unknown else (),
            role=f"{key}:{cell.number}",
        )
        yield from _cell_words(cell, x, y, width)
        x += width


def _cell_widths(cells: Sequence[Cell], room: float) -> list[float]:
    unknown = sum(cell.size is None for cell in cells)
    known = sum(cell.size or 0.0 for cell in cells)
    share = room * min(UNKNOWN_SHARE, 1 / len(cells)) if cells else 0.0
    if not known:
        return [room / len(cells) for _ in cells]
    rest = room - unknown * share
    return [share if cell.size is None else rest * cell.size / known for cell in cells]


def _cell_words(cell: Cell, x: float, y: float, width: float) -> Iterator[Mark]:
    ink = style.PAPER if cell.ride else style.INK
    middle = y + RIBBON_HEIGHT / 2
    disc_fill, disc_ink = (style.PAPER, style.ROUTE) if cell.ride else (style.ROUTE, style.PAPER)
    for text in (cell.long, cell.short, ""):
        text_width = measure(text, 17, "bold")
        total = 24 + (8 + text_width if text else 0)
        if total + 12 <= width:
            left = x + (width - total) / 2
            yield Circle(round(left + 12, 2), middle, 12, fill=disc_fill)
            yield Words(round(left + 12, 2), middle + 5, str(cell.number), LEAST_SIZE, "bold", disc_ink, "middle")
            if text:
                yield Words(round(left + 32, 2), middle + 6, text, 17, "bold", ink)
            return
    number = str(cell.number)
    if measure(number, LEAST_SIZE, "bold") + 4 <= width:
        yield Words(round(x + width / 2, 2), middle + 5, number, LEAST_SIZE, "bold", ink, "middle")


# ── foot ─────────────────────────────────────────────────────────────────────


def foot(*, note: Text, sources: Sequence[str], last: Text, y: float, lang: str) -> tuple[tuple[Mark, ...], float]:
    """What the drawing is true to, sources and the last word, from y down; and where it ends."""
    (first_lang, first), (other_lang, other) = pair(note, lang)
    marks: list[Mark] = [Words(MARGIN, y + 16, first, 16, "bold", style.INK, lang=first_lang, role="heights")]
    if MARGIN + measure(first, 16, "bold") + 24 + measure(other, 16) <= RIGHT:
        marks.append(Words(RIGHT, y + 16, other, 16, "regular", style.MUTED, "end", other_lang))
    y += 26
    (last_lang, said), _ = pair(last, lang)
    last_width = measure(said, 16, "bold")
    for number, line in enumerate(_source_lines(sources, last_width + 24)):
        marks.append(Words(MARGIN, y + 16 + number * 21, line, LEAST_SIZE, "regular", style.MUTED, role="sources"))
    lines = len(_source_lines(sources, last_width + 24))
    bottom = y + max(lines, 1) * 21
    marks.append(Words(RIGHT, bottom - 5, said, 16, "bold", style.INK, "end", last_lang))
    return tuple(marks), bottom


def _source_lines(sources: Sequence[str], reserved: float) -> tuple[str, ...]:
    """The sources as lines, broken between sources where possible; room for the last word is kept at the right."""
    lines: list[str] = []
    room = RIGHT - MARGIN - reserved
    for source in sources:
        trial = f"{lines[-1]} · {source}" if lines else source
        if lines and measure(trial, LEAST_SIZE) <= room:
            lines[-1] = trial
        else:
            lines += wrap(source, LEAST_SIZE, room)
    return tuple(lines)
