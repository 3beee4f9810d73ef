"""A picture of a whole station for a survey sheet: floors from top to bottom, its things with the numbers of the form.

It is no map: things stand side by side in the order of the form, and only the floors are true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.maps import style
from muui_maps.maps.fonts import measure
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Words
from muui_maps.maps.style import line_colour, numeral_colour
from muui_maps.model import STREET, Text
from muui_maps.survey.values import level_order
from muui_maps.wording import line_text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from muui_maps.forms.asked import Thing
    from muui_maps.model import Level, Station

ICONS: Mapping[str, str] = {
    "elevator": "lift",
    "escalator": "escalator",
    "moving_walk": "escalator",
    "wheelchair_lift": "wheelchair_lift",
    "gate": "gate",
    "platform": "train",
    "exit": "exit",
}
"""Pictograms of kinds; what has none shows its number alone."""
_LEFT, _BADGE, _ICON = 120.0, 9.5, 22.0
_ROW = 58.0


@dataclass(frozen=True, slots=True)
class _Floor:
    """One row: the levels that lie at one height."""

    levels: tuple[Level, ...]
    y: float

    @property
    def labels(self) -> frozenset[str]:
        return frozenset(label for level in self.levels for label in (level.label or "1F", *level.aliases))


def picture(
    station: Station, things: Sequence[Thing], *, x: float, y: float, width: float, lang: str
) -> tuple[tuple[Mark, ...], float]:
    """The picture's marks, and its height.

    Things are numbered from 1 in their order; those without a floor are left out.
    """
    floors = _floors(station, y)
    drawn = [(number, thing) for number, thing in enumerate(things, start=1) if _place(station, floors, thing)]
    step = min(40.0, (width - _LEFT - 10) / max(1, len(drawn)))
    marks = list(_slabs(floors, x, width, lang))
    for column, (number, thing) in enumerate(drawn):
        at = x + _LEFT + step * (column + 0.5)
        marks += _drawn(thing, number, _place(station, floors, thing), at, min(1.0, step / 24))
    return tuple(marks), _ROW * len(floors) + 8


def _floors(station: Station, top: float) -> tuple[_Floor, ...]:
    """Levels grouped by height, highest first; those of unknown height where their label belongs."""
    groups: dict[float, list[Level]] = {}
    unknown: list[Level] = []
    for level in station.levels:
        if level.elevation_m is None:
            unknown.append(level)
        else:
            near = next((height for height in groups if abs(height - level.elevation_m) < _SAME_M), level.elevation_m)
            groups.setdefault(near, []).append(level)
    rows = [groups[height] for height in sorted(groups, reverse=True)]
    for level in sorted(unknown, key=_label_order):
        below = [n for n, row in enumerate(rows) if any(_is_below(each, level) for each in row)]
        rows.insert(min(below, default=len(rows)), [level])
    return tuple(_Floor(tuple(row), top + _ROW * (n + 1) - 10) for n, row in enumerate(rows))


def _label_order(level: Level) -> tuple[float, str]:
    return level_order(level.label or "1F")


def _is_below(level: Level, other: Level) -> bool:
    """Whether a level's label puts it below another of the same line."""
    return level.line == other.line and _label_order(level) < _label_order(other)


_SAME_M = 0.5
"""Levels of two lines nearer than this are one floor."""


def _slabs(floors: Sequence[_Floor], x: float, width: float, lang: str) -> Iterator[Mark]:
    for floor in floors:
        outside = any(level.id == STREET for level in floor.levels)
        yield Polyline(
            ((x, floor.y), (x + width, floor.y)),
            stroke=style.EDGE,
            stroke_width=2.4 if outside else 1.0,
            role=f"floor:{floor.levels[0].id}",
        )
        at = x
        for level in floor.levels:
            if level.line is None and len(floor.levels) > 1:
                continue
            label = level.label or "1F"
            plate = measure(label, 14, "bold") + 12
            yield Rect(at, floor.y - 24, plate, 20, fill=style.INK, radius=4)
            yield Words(at + 6, floor.y - 9, label, 14, "bold", fill=style.PAPER)
            at += plate + 4
            if level.line is not None:
                at = yield from _line_mark(level.line, at, floor.y - 14, lang)
        if outside:
            yield Words(x, floor.y - 29, "바깥" if lang == "ko" else "street", 11, fill=style.MUTED)


def _line_mark(line: str, x: float, y: float, lang: str) -> Generator[Mark, None, float]:
    colour = line_colour(line)
    if line.isdigit():
        yield Circle(x + 9, y, 9, fill=colour)
        yield Words(x + 9, y + 4.5, line, 12, "bold", fill=numeral_colour(colour), anchor="middle")
        return x + 24
    named = line_text(line)
    text = named.ko if lang == "ko" else named.en
    yield Words(x, y + 4.5, text, 11, fill=style.INK)
    return x + measure(text, 11) + 6


def _place(station: Station, floors: Sequence[_Floor], thing: Thing) -> tuple[float, ...]:
    """The heights at which a thing stands; empty if none is known."""
    if thing.kind not in ICONS:
        return ()
    if thing.kind == "exit":
        return tuple(floor.y for floor in floors if any(level.id == STREET for level in floor.levels))
    units = {unit.id: unit.levels for unit in station.units}
    if thing.id in units:
        wanted = set(units[thing.id])
        return tuple(floor.y for floor in floors if wanted & {level.id for level in floor.levels})
    return tuple(
        floor.y
        for floor in floors
        if any(level.line == thing.line and {level.label, *level.aliases} & set(thing.levels) for level in floor.levels)
    )[:1]


def _drawn(thing: Thing, number: int, heights: tuple[float, ...], x: float, scale: float) -> Iterator[Mark]:
    top, bottom = min(heights), max(heights)
    if bottom > top:
        yield Polyline(((x, top - 12), (x, bottom - 4)), stroke=style.ROUTE, stroke_width=3.2 * scale)
        for height in heights:
            yield Circle(x, height, 3.2 * scale, fill=style.PAPER, stroke=style.ROUTE, stroke_width=1.6)
    size = _ICON * scale
    yield Icon(
        ICONS[thing.kind],
        x - size / 2,
        bottom - size - 3,
        size,
        style.ON_ROUTE,
        style.ROUTE,
        role=f"thing:{thing.id}",
    )
    yield from badge(number, x, bottom - size - 3 - _BADGE * scale, _BADGE * scale)


def badge(number: int, x: float, y: float, radius: float) -> Iterator[Mark]:
    """A thing's number in a circle."""
    yield Circle(x, y, radius, fill=style.PAPER, stroke=style.INK, stroke_width=1.2)
    size = radius * 1.25
    yield Words(x, y + size * 0.36, str(number), size, "bold", anchor="middle")


CAPTION = Text(
    "번호는 아래 목록의 번호예요. 층만 맞고, 자리는 실제와 달라요.",
    "Numbers are those of the list below. Only floors are true, not places.",
)
