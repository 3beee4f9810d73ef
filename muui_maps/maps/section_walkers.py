"""The walkers' way between two lines, dashed and grey: for orientation, where its official length is known.

Nobody publishes its course, so it is a line from the one line's floor to the other's, drawn only where it crosses no
word, symbol or walk; it may pass behind shafts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from muui_maps.maps import style
from muui_maps.maps.fonts import measure
from muui_maps.maps.labels import Box, Placed, Spot, place
from muui_maps.maps.scene import Mark, Polyline
from muui_maps.maps.section_ink import shaft_symbols, symbol_box
from muui_maps.maps.section_labels import label_of, line_boxes, variants
from muui_maps.maps.section_layout import Layout, Slab
from muui_maps.model import Route, Station, Text

Point = tuple[float, float]
STEP = 24.0
LEAST_APART = 150.0  # between the gates: nearer than that they are one gate between two lines


@dataclass(frozen=True, slots=True)
class WalkersWay:
    """The way with its words: marks to be drawn before the shafts, words with the other words."""

    line: tuple[Mark, ...]
    words: tuple[Mark, ...]
    boxes: tuple[Box, ...]


def walking_m(station: Station, route: Route) -> float | None:
    """The official walking distance of this transfer, if one is published and the traveller does not walk it anyway."""
    if not route.profile.wheels or route.start.line is None or route.end.line is None:
        return None
    return station.walking_transfer_m.get((route.start.line, route.end.line))


def way_text(metres: float) -> Text:
    """What is known of the way."""
    return Text(f"걷는 사람의 환승통로, {metres:.0f} m", f"passage for walkers, {metres:.0f} m (official)")


def walkers_way(
    metres: float, layout: Layout, *, words: Sequence[Box], drawn: Sequence[Box], room: Box, lang: str
) -> WalkersWay | None:
    """The way and its words, or None if there is no course or no room for the words.

    Parameters
    ----------
    words
        Of the drawing: the way may not cross them.
    drawn
        All that its own words may not stand on.
    room
        The drawing's box.
    """
    if (floors := _floors(layout)) is None:
        return None
    blocked = [*(box.grown(4) for box in words), *_solid(layout)]
    for course in _courses(*floors, room, blocked):
        if (label := _label(metres, course, [*words, *drawn], room, lang)) is not None:
            line = Polyline(course, style.UNUSED, 3, dash=(10, 7), role="walkers")
            way = tuple(box for a, b in pairwise(course) for box in line_boxes(a, b, 3))
            return WalkersWay((line,), label.words, (*way, label.box))
    return None


def _floors(layout: Layout) -> tuple[_Floor, _Floor] | None:
    """The floors that the way joins: the last before the first gate out, and the first after the last gate in."""
    out = next((field for field in layout.fields if field.gate_right), None)
    back = next((field for field in reversed(layout.fields) if field.gate_left), None)
    if out is None or back is None or out.band != back.band or back.left - out.right < LEAST_APART:
        return None
    start, end = _floor_at(layout, out.band, out.right - 1), _floor_at(layout, back.band, back.left + 1)
    if start is None or end is None:
        return None
    return (
        _Floor(start.left, min(out.right, start.right), start.top, start.bottom),
        _Floor(max(back.left, end.left), end.right, end.top, end.bottom),
    )


@dataclass(frozen=True, slots=True)
class _Floor:
    """The part of a floor that lies inside the gates."""

    left: float
    right: float
    top: float
    bottom: float

    def x(self, share: float) -> float:
        return round(self.left + (self.right - self.left) * share, 2)


def _floor_at(layout: Layout, band: int, x: float) -> Slab | None:
    rows = [row for row in layout.rows if row.band == band and row.points[0][0] <= x <= row.points[-1][0]]
    return next((slab for row in rows for slab in row.slabs if slab.left <= x <= slab.right), None)


def _solid(layout: Layout) -> Iterator[Box]:
    """What the way may not cross: symbols, walks and floors; shafts it may."""
    for row in layout.rows:
        for placed in row.placed:
            yield symbol_box(placed, layout.scale).grown(3)
        for start, end in pairwise(row.points):
            yield from line_boxes(start, end, style.CASING_WIDTH / 2)
        for slab in row.slabs:
            yield Box(slab.left, slab.top, slab.right, slab.bottom - 1)
    for shaft in layout.shafts:
        yield from shaft_symbols(shaft, layout.scale)


def _courses(start: _Floor, end: _Floor, room: Box, blocked: list[Box]) -> Iterator[tuple[Point, ...]]:
    """Straight, or down or up to a height between, along it, and on; from several points of both floors.

    Only what nothing blocks: a piece that many courses share is looked at once.
    """
    starts = [start.x(share) for share in (0.75, 0.5, 0.9, 0.97, 0.25)]
    ends = [end.x(share) for share in (0.92, 0.6, 0.3)]
    below = end.top > start.bottom
    for a in starts:
        for b in ends:
            straight = (a, start.bottom if below else start.top), (b, end.top if below else end.bottom)
            if not _is_blocked(*straight, blocked):
                yield straight
    for y in _heights(start, end, room):
        leave = start.bottom if y > start.bottom else start.top
        arrive = end.top if y < end.top else end.bottom
        for slope in (1.6, 0.6, 0.2):
            first, last = abs(y - leave) * slope, abs(arrive - y) * slope
            down = [((a, leave), (round(a + first, 2), y)) for a in starts if first + last + 80 <= max(ends) - a]
            down = [piece for piece in down if not _is_blocked(*piece, blocked)]
            on = [((round(b - last, 2), y), (b, arrive)) for b in ends] if down else []
            on = [piece for piece in on if not _is_blocked(*piece, blocked)]
            for (begin, turn), (back, goal) in product(down, on):
                if first + last + 80 <= goal[0] - begin[0] and not _is_blocked(turn, back, blocked):
                    yield begin, turn, back, goal


def _heights(start: _Floor, end: _Floor, room: Box) -> list[float]:
    """Heights for the level stretch: between the floors, the middle first, then below and above both."""
    high, low = sorted((start.bottom, end.bottom))
    between = [high + STEP * i for i in range(1, int((low - high) / STEP) + 1)]
    between.sort(key=lambda y: (abs(y - (low + high) / 2), y))
    under = [low + STEP * i for i in range(2, 9) if low + STEP * i < room.bottom - STEP]
    over = [high - STEP * i for i in range(6, 16) if high - STEP * i > room.top + STEP]
    floors = (start.top, start.bottom, end.top, end.bottom)
    return [y for y in (*between, *under, *over) if all(abs(y - floor) >= STEP for floor in floors)]


def _is_blocked(a: Point, b: Point, blocked: list[Box]) -> bool:
    """Whether a box is in the way; that one is asked first the next time, since the next line is much the same."""
    for position, box in enumerate(blocked):
        if _hits(a, b, box):
            blocked.insert(0, blocked.pop(position))
            return True
    return False


def _hits(a: Point, b: Point, box: Box) -> bool:
    """Whether a line passes through a box (Liang–Barsky)."""
    beside = (a[0] <= box.left and b[0] <= box.left) or (a[0] >= box.right and b[0] >= box.right)
    if beside or (a[1] <= box.top and b[1] <= box.top) or (a[1] >= box.bottom and b[1] >= box.bottom):
        return False  # as most are
    low, high = 0.0, 1.0
    for origin, delta, least, most in (
        (a[0], b[0] - a[0], box.left, box.right),
        (a[1], b[1] - a[1], box.top, box.bottom),
    ):
        if delta == 0:
            if not least < origin < most:
                return False
            continue
        near, far = (least - origin) / delta, (most - origin) / delta
        if near > far:
            near, far = far, near
        low, high = max(low, near), min(high, far)
        if low >= high:
            return False
    return True


def _label(metres: float, course: Sequence[Point], taken: Sequence[Box], room: Box, lang: str) -> Placed | None:
    way = [box for a, b in pairwise(course) for box in line_boxes(a, b, 4)]
    lines = variants(way_text(metres), lang, fill=style.MUTED)
    spots = []
    for (x0, y0), (x1, y1) in pairwise(course):
        for share in (0.5, 0.3, 0.7, 0.15, 0.85):
            x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
            spots += [
                Spot(x, y + 10, "middle", "top"),
                Spot(x, y - 10, "middle", "bottom"),
                Spot(x - 12, y + 6, "end", "top"),
                Spot(x + 12, y - 6, "start", "bottom"),
                Spot(x + 12, y + 6, "start", "top"),
                Spot(x - 12, y - 6, "end", "bottom"),
            ]
    placement = place([label_of("walkers", lines, spots)], [*taken, *way], room, measure)
    return placement.placed[0] if placement.placed else None
