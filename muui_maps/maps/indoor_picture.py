"""A picture of each floor of a delivery that shows its faults, numbered as in the report."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from muui_maps.insight.indoor_fault import CHECKS
from muui_maps.maps import style
from muui_maps.maps.floor_frame import FILLS, Frame, obstacle_marks, scale_bar, shape_marks, space_marks
from muui_maps.maps.fonts import measure, wrap
from muui_maps.maps.parts import said
from muui_maps.maps.scene import Circle, Polyline, Rect, Scene, Words
from muui_maps.model import Text
from muui_maps.sources.indoor_words import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from muui_maps.insight.indoor_fault import Fault
    from muui_maps.insight.indoor_quality import IndoorReport
    from muui_maps.maps.parts import Lang
    from muui_maps.maps.scene import Mark

    XY = tuple[float, float]

WIDTH, HEIGHT = 1600.0, 1100.0
_MARGIN, _LIST = 36.0, 400.0
_TOP = 108.0
FAULT = "#A8005C"  # apart from hazards, the route and the lines
_NETWORK = "#5E8C4A"
_DISC = 18.0
_KEY = ("walkable", "outdoor", "unknown", "closed", "stairs", "escalator", "elevator", "ramp", "track")


def floor_picture(report: IndoorReport, level: str, *, lang: Lang) -> Scene:
    """The floor as delivered, with a numbered disc at each fault.

    Faults that would hide each other share a disc: `12+3` stands for the fault 12 and three more.
    """
    fragment = report.fragment
    here = [(number, fault) for number, fault in enumerate(report.faults, 1) if fault.level == level]
    shapes = [area.polygon for area in fragment.areas if area.level == level]
    shapes += [line.geometry for line in fragment.lines if line.level == level]
    shapes += [thing.geometry for thing in fragment.facilities if thing.level == level]
    frame = Frame.around(shapes, _MARGIN, _TOP, WIDTH - _LIST - 3 * _MARGIN, HEIGHT - _TOP - 90)
    marks: list[Mark] = [*_heading(report, level, len(here), lang), *_floor(report, level, frame)]
    for _, fault in here:
        if fault.shape is not None and fault.shape.geom_type != "Point":
            marks += shape_marks(frame, fault.shape, stroke=FAULT, width=2.0)
    marks += _discs(here, frame)
    marks += _list(report, here, lang)
    marks += _key(report, level, lang)
    marks += scale_bar(frame, _MARGIN, HEIGHT - 24)
    name = f"{fragment.source} {level}"
    summary = "; ".join(f"{said(CHECKS[check], lang)} {len(numbers)}" for check, numbers in _by_check(here))
    description = said(
        Text(f"{name}: 표시할 곳 {len(here)}군데. {summary}", f"{name}: {len(here)} places marked. {summary}"), lang
    )
    return Scene(f"floor-{level}", WIDTH, HEIGHT, lang, name, description, tuple(marks))


def _heading(report: IndoorReport, level: str, count: int, lang: Lang) -> Iterator[Mark]:
    yield Words(_MARGIN, 62, level, 44, weight="bold", role=f"level:{level}")
    left = _MARGIN + measure(level, 44, "bold") + 22
    found = next(each for each in report.levels if each.level == level)
    yield Words(left, 44, report.fragment.source, 20, weight="bold", role="source")
    words = Text(
        f"공간 {found.spaces} · 걷는 곳 {found.area_m2:,.0f} m² · 시설 {found.facilities} · 구조 {found.structure} · "
        f"문 {found.doors} · 지점 {found.points} · 선 {found.lines} · 살펴볼 곳 {count}",
        f"{found.spaces} spaces · {found.area_m2:,.0f} m² walked · {found.facilities} facilities · "
        f"{found.structure} walls and columns · {found.doors} doors · {found.points} points · {found.lines} lines · "
        f"{count} to look at",
    )
    yield Words(left, 72, said(words, lang), 16, fill=style.MUTED, role="counts")


def _floor(report: IndoorReport, level: str, frame: Frame) -> Iterator[Mark]:
    fragment = report.fragment
    areas = [area for area in fragment.areas if area.level == level]
    yield from space_marks(frame, [(each.polygon, each.kind, each.paid_area, f"area:{each.id}") for each in areas])
    yield from obstacle_marks(frame, [thing.geometry for thing in fragment.obstacles if thing.level == level])
    for line in fragment.lines:
        if line.level == level:
            yield Polyline(frame.ring(line.geometry), _NETWORK, 0.9)
    for opening in fragment.openings:
        if opening.level == level:
            yield from shape_marks(frame, opening.geometry, stroke=style.INK, width=2.0, role=f"door:{opening.id}")
    for facility in fragment.facilities:
        if facility.level == level and facility.geometry.geom_type == "Point":
            x, y = frame.at(facility.geometry.x, facility.geometry.y)
            yield Circle(x, y, 2.2, fill=style.ROUTE, role=f"facility:{facility.id}")


def _discs(here: Sequence[tuple[int, Fault]], frame: Frame) -> Iterator[Mark]:
    placed = []
    for number, fault in here:
        if fault.x_m is not None and fault.y_m is not None:
            placed.append((frame.at(fault.x_m, fault.y_m), number))
    for (x, y), numbers in heaps(placed):
        wide = _disc_width(numbers)
        role = f"fault:{','.join(map(str, numbers))}"
        yield Rect(x - wide / 2, y - 9, wide, 18, fill=FAULT, stroke=style.PAPER, radius=9, role=role)
        yield Words(x, y + 4, _disc_label(numbers), 11, weight="bold", fill=style.PAPER, anchor="middle")


def heaps(places: Iterable[tuple[XY, int]]) -> list[tuple[XY, list[int]]]:
    """Numbered places on paper, those whose discs would touch on one heap, at the place of its first number."""
    found: list[tuple[XY, list[int]]] = []
    for place in places:
        (x, y), numbers = place[0], [place[1]]
        while hidden := next((each for each in found if _touch((x, y), numbers, *each)), None):
            found.remove(hidden)
            (x, y), numbers = hidden[0], sorted([*hidden[1], *numbers])
        found.append(((x, y), numbers))
    return sorted(found, key=lambda heap: heap[1])


def _touch(one: XY, some: Sequence[int], other: XY, others: Sequence[int]) -> bool:
    beside = (_disc_width(some) + _disc_width(others)) / 2 + 1
    return abs(one[0] - other[0]) < beside and abs(one[1] - other[1]) < _DISC + 1


def _disc_label(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}+{len(numbers) - 1}"


def _disc_width(numbers: Sequence[int]) -> float:
    return max(_DISC, measure(_disc_label(numbers), 11, "bold") + 9)


# ── the list beside it ───────────────────────────────────────────────────────


def _by_check(here: Sequence[tuple[int, Fault]]) -> list[tuple[str, list[int]]]:
    pairs = [(fault.check, number) for number, fault in here]
    return [(check, [number for _, number in group]) for check, group in groupby(pairs, key=itemgetter(0))]


def ranges(numbers: Sequence[int]) -> str:
    """`1–4, 7`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _list(report: IndoorReport, here: Sequence[tuple[int, Fault]], lang: Lang) -> Iterator[Mark]:
    left, y = WIDTH - _LIST - _MARGIN, _TOP + 8.0
    if not here:
        yield Words(left, y + 16, said(Text("살펴볼 곳이 없어요.", "Nothing to look at."), lang), 18, role="list")
    for check, numbers in _by_check(here):
        for line in wrap(f"{said(CHECKS[check], lang)} ({len(numbers)})", 17, _LIST, "bold"):
            yield Words(left, y + 14, line, 17, weight="bold", role=f"check:{check}")
            y += 23
        for line in wrap(ranges(numbers), 14, _LIST)[:3]:
            yield Words(left, y + 12, line, 14, fill=FAULT)
            y += 19
        codes = dict.fromkeys(report.faults[number - 1].finding.code for number in numbers)
        for code in codes:
            example = next(number for number in numbers if report.faults[number - 1].finding.code == code)
            fault = report.faults[example - 1]
            text = said(fault.finding.message, lang).removeprefix(f"{fault.level}: ")
            for line in wrap(f"{example}. {text}", 14, _LIST)[:3]:
                yield Words(left, y + 12, line, 14, fill=style.MUTED)
                y += 19
        y += 14


def _key(report: IndoorReport, level: str, lang: Lang) -> Iterator[Mark]:
    here = [area for area in report.fragment.areas if area.level == level]
    kinds = {area.kind for area in here}
    x, y = _MARGIN + 420.0, HEIGHT - 38.0
    for kind in _KEY:
        if kind in kinds:
            name = KINDS[kind]
            dash = (4.0, 3.0) if kind in ("outdoor", "unknown") else ()
            yield Rect(x, y, 20, 14, fill=FILLS[kind], stroke=style.EDGE, stroke_width=0.8, dash=dash)
            yield Words(x + 26, y + 12, said(name, lang), 13, fill=style.MUTED)
            x += 26 + measure(said(name, lang), 13) + 20
    if any(area.paid_area for area in here):
        name = Text("개찰구 안", "inside the gates")
        yield Rect(x, y, 20, 14, fill=style.PAID_TINT, stroke=style.EDGE, stroke_width=0.8)
        yield Words(x + 26, y + 12, said(name, lang), 13, fill=style.MUTED)
        x += 26 + measure(said(name, lang), 13) + 20
    if any(line.level == level for line in report.fragment.lines):
        yield Polyline(((x, y + 7), (x + 20, y + 7)), _NETWORK, 1.5)
        yield Words(x + 26, y + 12, said(Text("받은 경로", "delivered network"), lang), 13, fill=style.MUTED)
