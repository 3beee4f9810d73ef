"""The words in the drawing: what is said of each symbol, shaft and slab, and where it may stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise, tee
from typing import TYPE_CHECKING

from muui_maps.maps import section_words as said
from muui_maps.maps import style, words
from muui_maps.maps.doors import alight_door, board_door
from muui_maps.maps.fonts import measure
from muui_maps.maps.labels import Box, Hold, Label, Line, Placement, Spot, place
from muui_maps.maps.labels import Placed as PlacedLabel
from muui_maps.maps.scene import Anchor, Mark, Polyline, Rect, Words
from muui_maps.maps.section_ink import (
    LEAST_SIZE,
    TICK,
    field_box,
    field_outline,
    field_rooms,
    slab_at,
    stretches,
    symbol_box,
)
from muui_maps.maps.section_layout import (
    ENDS,
    ICON,
    MARGIN,
    WIDTH,
    Demand,
    Layout,
    Placed,
    Row,
    Shaft,
    Slab,
)
from muui_maps.maps.section_parts import Symbol, SymbolKind, Walk
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from muui_maps.model import Route, Station

MAIN, SECOND = 20.0, 16.0
PLATE_HEIGHT, PLATE_SIZE, PLATE_GAP = 40.0, 24.0, 12.0
AIR, PLATE_AIR = 8.0, 10.0
SIGN_PAD, SIGNS_HEIGHT = 7.0, 18.0
SIGNS_ROOM = 76.0  # beside the words of a door, for three signs

OPTIONAL = ("paid:", "or:")
"""Labels that may be left out without a word elsewhere: what they say can be seen."""


@dataclass(frozen=True, slots=True)
class Note:
    """What found no room in the drawing, with the number of its step."""

    number: int | None
    text: Text


@dataclass(frozen=True, slots=True)
class Wish:
    """A label with the text and the step that it says, should it be dropped."""

    label: Label
    number: int | None
    text: Text | None
    plate: str | None = None
    dashed: bool = False
    leader: tuple[float, float] | None = None  # from the shaft's axis: y, half its width
    signs: bool = False  # in a rim of their own


@dataclass(frozen=True, slots=True)
class Lettering:
    """The words of a drawing: their marks, the room they take, and what must be said elsewhere."""

    marks: tuple[Mark, ...]
    boxes: tuple[Box, ...]
    notes: tuple[Note, ...]


def two_lines(
    text: Text, lang: str, *, fill: str = style.INK, second: str = style.MUTED, size: float = MAIN
) -> tuple[Line, ...]:
    """The language of the map large, the other one small below it."""
    (_, first), (other_lang, other) = said.pair(text, lang)
    lines = [Line(first, size, "bold", fill, lang)]
    if other and other != first:
        lines.append(Line(other, size * SECOND / MAIN, "regular", second, other_lang))
    return tuple(lines)


def variants(
    text: Text, lang: str, *, fill: str = style.INK, second: str = style.MUTED
) -> tuple[tuple[Line, ...], ...]:
    """Both languages; then a size smaller; then the map's language alone."""
    full = two_lines(text, lang, fill=fill, second=second)
    smaller = two_lines(text, lang, fill=fill, second=second, size=18.0)
    return (full, smaller, full[:1])


def label_of(key: str, variants: Iterable[tuple[Line, ...]], spots: Iterable[Spot], **more: float) -> Label:
    """A label whose variants all try the same spots; each is made when it is first tried, since mostly few are."""
    each = tuple(variants)
    return Label(key, tuple(zip(each, tee(spots, len(each)), strict=True)), **more)


def plate_width(text: str, size: float = PLATE_SIZE) -> float:
    return max(measure(text, size, "bold") + size, size * 2)


class Letterer:
    """Collects the labels of one section and places them."""

    def __init__(
        self,
        station: Station,
        route: Route,
        layout: Layout,
        *,
        lang: str,
        bottom: float,
        signs: Mapping[int, Sequence[str]],
    ) -> None:
        self.station, self.route, self.layout, self.lang, self.signs = station, route, layout, lang, signs
        self.doors = said.door_texts(station, route)
        self.bounds = Box(MARGIN, layout.bands[0].top - 4, WIDTH - MARGIN, bottom)
        self.half = ICON * layout.scale / 2

    @cached_property
    def lettering(self) -> Lettering:
        """All words, placed."""
        wishes = list(self._wishes())
        placement = place(
            [wish.label for wish in wishes], self.obstacles, self.bounds, measure, role=lambda key: f"label:{key}"
        )
        by_key = {wish.label.key: wish for wish in wishes}
        marks = [mark for placed in placement.placed for mark in self._ink(placed, by_key[placed.key])]
        notes = tuple(self._notes(placement, by_key))
        return Lettering(tuple(marks), tuple(placed.box for placed in placement.placed), notes)

    def _notes(self, placement: Placement, wishes: dict[str, Wish]) -> Iterator[Note]:
        for label in placement.dropped:
            wish = wishes[label.key]
            if wish.text is not None and not label.key.startswith(OPTIONAL):
                yield Note(wish.number, wish.text)
        for placed in placement.placed:
            wish = wishes[placed.key]
            if wish.text is not None and not placed.words:
                yield Note(wish.number, wish.text)

    @cached_property
    def obstacles(self) -> list[Box]:
        """Everything drawn: symbols, line, slabs, shafts, gates and the rims of the paid area."""
        boxes = [shaft.box for shaft in self.layout.shafts]
        for row in self.layout.rows:
            boxes += [symbol_box(placed, self.layout.scale) for placed in row.placed]
            boxes += [slab.box for slab in row.slabs]
            for placed in row.placed:
                if placed.symbol.kind is SymbolKind.GATE:
                    slab = slab_at(row, placed.x)
                    boxes.append(Box(placed.x - 4, slab.top, placed.x + 4, slab.bottom + TICK))
        for piece in stretches(self.layout):
            for start, end in pairwise(piece.points):
                boxes += line_boxes(start, end, style.CASING_WIDTH / 2)
        return [*boxes, *self.rims()]

    def rims(self) -> list[Box]:
        """The rims of the paid area, as thin boxes."""
        boxes: list[Box] = []
        for field in self.layout.fields:
            outline = field_outline(field, self.layout)
            for start, end in pairwise((*outline, outline[0])):
                boxes += line_boxes(start, end, 1)
        return boxes

    # ── what is said, in the order of its importance ─────────────────────────

    def _wishes(self) -> Iterator[Wish]:
        rows, shafts = self.layout.rows, self.layout.shafts
        for number, row in enumerate(rows):
            yield from self._plates(number, row)
        for shaft in shafts:
            yield from self._stops(shaft)
        yield from self._doors()
        yield from self._all_signs()
        for kinds in ({SymbolKind.HAZARD}, {SymbolKind.GATE}):
            for number, row in enumerate(rows):
                yield from self._captions(number, row, kinds)
        for number, shaft in enumerate(shafts):
            yield from self._shaft_name(number, shaft)
        for number, row in enumerate(rows):
            yield from self._captions(number, row, {SymbolKind.CROSSING, SymbolKind.MACHINE})
        yield from self._lift_doors()
        for number, row in enumerate(rows):
            yield from self._passed(number, row)
        yield from self._fields()

    def _plates(self, number: int, row: Row) -> Iterator[Wish]:
        for position, (level, slab) in enumerate(zip(row.walk.levels, row.slabs, strict=True)):
            plate = words.plate(level)
            names = said.place_texts(row.walk, level)
            first, others = (names[0], names[1:]) if names else (None, [])
            lines = variants(first, self.lang) if first else ()
            xs = [slab.left + 16 + 12 * i for i in range(max(int((slab.right - slab.left - 16) / 12), 1))]
            below = tuple(Spot(x, slab.bottom + PLATE_AIR) for x in xs)
            above = tuple(Spot(x, slab.line_y - self.half - AIR, hold="bottom") for x in xs)
            label = Label(
                f"plate:{number}:{position}",
                (*((each, below) for each in lines), ((), below), *((each, above) for each in (*lines, ()))),
                inset=plate_width(plate) + (PLATE_GAP if lines else 0),
                least_height=PLATE_HEIGHT,
            )
            yield Wish(label, row.walk.number, first, plate=plate)
            for more, text in enumerate(others):
                yield self._further_place(f"place:{number}:{position}:{more}", row, slab, text)

    def _further_place(self, key: str, row: Row, slab: Slab, text: Text) -> Wish:
        """A second place on the same slab, behind a gate: named on that side of the gate, at the far end."""
        gates = [placed.x for placed in row.placed if placed.symbol.kind is SymbolKind.GATE]
        first = max(gates, default=(slab.left + slab.right) / 2) + AIR
        last = max(min(slab.right, row.inner[1]) - AIR, first)
        lines = variants(text, self.lang)
        tries = tuple((each, tuple(_ending_between(first, last, each, slab.bottom + PLATE_AIR))) for each in lines)
        return Wish(Label(key, tries), row.walk.number, text)

    def _doors(self) -> Iterator[Wish]:
        rows = self.layout.rows
        ends: tuple[tuple[Row, int, Anchor], ...] = ((rows[0], 0, "start"), (rows[-1], -1, "end"))
        for row, position, anchor in ends:
            text = self.doors[position]
            if text is None or not row.placed:
                continue
            end = row.placed[position]
            x = end.x + (self.half if anchor == "end" else -self.half)
            slab = slab_at(row, end.x)
            spots = (
                Spot(x, end.y - self.half - AIR, anchor, "bottom"),
                Spot(x, slab.bottom + AIR, anchor, "top"),
                Spot(x, slab.bottom + AIR + 48, anchor, "top"),
            )
            key = "door:alight" if position == 0 else "door:board"
            yield Wish(label_of(key, variants(text, self.lang), spots), row.walk.number, text)

    def _captions(self, number: int, row: Row, kinds: set[SymbolKind]) -> Iterator[Wish]:
        for position, placed in enumerate(row.placed):
            if placed.symbol.kind not in kinds or (text := said.caption(placed.symbol)) is None:
                continue
            red = said.is_hazard(placed.symbol)
            fill = style.HAZARD if red else style.INK
            lines = variants(text, self.lang, fill=fill, second=fill if red else style.MUTED)
            if (short := said.short_caption(placed.symbol)) is not None:
                lines = (*lines[:2], *variants(short, self.lang), *lines[2:])
            tries = tuple((each, self._around(row, placed, _width(each))) for each in lines)
            yield Wish(Label(f"{placed.symbol.kind.value}:{number}:{position}", tries), row.walk.number, text)

    def _around(self, row: Row, placed: Placed, width: float) -> Iterator[Spot]:
        """Above the symbol, then below its slab, then further out; aside only within reach of it."""
        slab = slab_at(row, placed.x)
        above, below = placed.y - self.half - AIR, slab.bottom + AIR
        holds: tuple[Hold, Hold] = ("bottom", "top")
        if placed.symbol.kind is SymbolKind.CROSSING:
            holds = ("top", "bottom")
        reach = int(max(width / 2 - 6, placed.width / 2) // 8)
        shifts = [0, *(side * 8 * step for step in range(1, reach + 1) for side in (1, -1))]
        for tier in (0.0, 16.0, 32.0, 48.0):
            for hold in holds:
                y = above - tier if hold == "bottom" else below + tier
                if placed.symbol.kind is SymbolKind.GATE:
                    yield Spot(placed.x + 12, y, "start", hold)
                    yield Spot(placed.x - 12, y, "end", hold)
                for shift in shifts:
                    yield Spot(placed.x + shift, y, "middle", hold)

    def _shaft_name(self, number: int, shaft: Shaft) -> Iterator[Wish]:
        text = said.shaft_text(shaft.unit, shaft.ride)
        small = said.with_rise(text, shaft.unit, shaft.ride)
        named = Text(text.ko, small.en) if self.lang == "ko" else Text(small.ko, text.en)
        label = label_of(f"shaft:{number}", variants(named, self.lang), self._beside(shaft))
        yield Wish(label, shaft.ride.number, small)
        if not shaft.alternative and shaft.ride.others:
            pair = [other for other in self.layout.shafts if other.ride is shaft.ride]
            x = (pair[0].x + pair[1].x) / 2
            middle = (shaft.from_y + shaft.to_y) / 2
            spots = tuple(Spot(x, middle + shift, "middle", "middle") for shift in (0, -24, 24, -48, 48))
            yield Wish(label_of(f"or:{number}", variants(said.OR, self.lang), spots), shaft.ride.number, said.OR)

    def _beside(self, shaft: Shaft) -> Iterator[Spot]:
        box = shaft.box
        middle = (box.top + box.bottom) / 2
        reach = max((box.bottom - box.top) / 2 - 20, 0.0)
        shifts = [0.0]
        step = 12.0
        for i in range(1, int(reach / step) + 1):
            shifts += [i * step, -i * step]
        pair = [other for other in self.layout.shafts if other.ride is shaft.ride]
        left_first = len(pair) > 1 and not shaft.alternative
        for away in (10.0, 28.0):  # the second is beyond a rim of the paid area that follows the shaft
            right, left = box.right + away, box.left - away
            for shift in shifts:
                y = middle + shift
                sides = (Spot(right, y, "start", "middle"), Spot(left, y, "end", "middle"))
                yield from reversed(sides) if left_first else sides
        for shift in (0, -20, 20, -40, 40, -60, 60):
            yield Spot(shaft.x + shift, box.top - AIR, "middle", "bottom")
            yield Spot(shaft.x + shift, box.bottom + AIR, "middle", "top")

    def _stops(self, shaft: Shaft) -> Iterator[Wish]:
        if shaft.alternative:
            return
        shown = dict(shaft.stops)
        for level in shaft.ride.passes:
            plate = words.plate(level)
            text = said.passing_text(plate)
            spots: tuple[Spot, ...] = ()
            if level in shown:
                y = shown[level]
                spots = (
                    Spot(shaft.box.left - 18, y, "end", "middle"),
                    Spot(shaft.box.right + 18, y, "start", "middle"),
                )
            label = label_of(
                f"stop:{shaft.ride.number}:{level}",
                (*variants(text, self.lang), ()),
                spots,
                inset=plate_width(plate, 20) + 10,
                least_height=34,
            )
            yield Wish(
                label, shaft.ride.number, text, plate=plate, dashed=True, leader=(shown.get(level, 0.0), shaft.x)
            )

    def _lift_doors(self) -> Iterator[Wish]:
        """Which train door the lift stands at, on the platform where the route begins or ends."""
        ends = ((self.layout.rows[0], self.route.start, 0), (self.layout.rows[-1], self.route.end, -1))
        for row, endpoint, position in ends:
            shaft = self._shaft_next_to(row, first=position == 0)
            if endpoint.line is None or shaft is None or shaft.unit is None:
                continue
            if (found := said.by_door(self.station, shaft.unit, endpoint)) is None or found[1] == self._door(position):
                continue
            text, _ = found
            y = shaft.from_y if position == 0 else shaft.to_y
            x, anchor = _away_from_line(shaft, first=position == 0)
            beyond, hold = _beyond_end(shaft, upper=y < (shaft.from_y + shaft.to_y) / 2)
            spots = [Spot(x, y + shift, anchor, "middle") for shift in (0, -10, 10, -20, -30)]
            spots += [Spot(shaft.x + shift, beyond, "middle", hold) for shift in (0, 24, -24, 48, -48)]
            yield Wish(label_of(f"lift-door:{position}", variants(text, self.lang), spots), shaft.ride.number, text)

    def _door(self, position: int) -> tuple[tuple[int, int | None], ...]:
        """The door at an end of the route, where the map says one."""
        door, _ = (alight_door if position == 0 else board_door)(self.station, self.route)
        return (door,) if door else ()

    def _shaft_next_to(self, row: Row, *, first: bool) -> Shaft | None:
        shafts = [shaft for shaft in self.layout.shafts if shaft.band == row.band and not shaft.alternative]
        if not shafts:
            return None
        return min(shafts, key=lambda shaft: shaft.x) if first else max(shafts, key=lambda shaft: shaft.x)

    def _passed(self, number: int, row: Row) -> Iterator[Wish]:
        text = said.joined(said.met_text(met) for met in row.walk.passed)
        if text is None:
            return
        slab = row.slabs[0]
        reach = range(max(int((row.inner[1] - slab.left) / 16), 1))
        spots = [Spot(slab.left + 16 + i * 16, slab.bottom + AIR + tier) for tier in (0, 48) for i in reach]
        yield Wish(label_of(f"passed:{number}", variants(text, self.lang), spots), row.walk.number, text)

    def _all_signs(self) -> Iterator[Wish]:
        for row in self.layout.rows:
            for placed in row.placed:
                if placed.symbol.kind is SymbolKind.NUMBER:
                    yield from self._evidence(row.walk.number, self._at_number(row, placed))
        for shaft in self.layout.shafts:
            if not shaft.alternative:
                yield from self._evidence(shaft.ride.number, _at_shaft_number(shaft))

    def _evidence(self, number: int | None, spots: Iterator[Spot]) -> Iterator[Wish]:
        """The signs of what vouches for a step, at its number; where they find no room the list at the foot says it."""
        if number is None or not (signs := self.signs[number]):
            return
        line = Line(" ".join(signs), LEAST_SIZE, "bold")
        yield Wish(
            label_of(f"evidence:{number}", ((line,),), spots, inset=2 * SIGN_PAD, least_height=SIGNS_HEIGHT),
            number,
            None,
            signs=True,
        )

    def _at_number(self, row: Row, placed: Placed) -> Iterator[Spot]:
        """Above a number on the line or below the slab under it; else at the metres or the door of the same walk."""
        metres = [each for each in row.placed if each.symbol.kind is SymbolKind.METRES]
        shifts = (0, -6, 6, -12, 12, -18, 18, -24, 24, -30, 30, -36, 36)
        for each in (placed, *metres):
            above, below = each.y - self.half - 4, slab_at(row, each.x).bottom + 4
            yield from (Spot(each.x + shift, above, "middle", "bottom") for shift in shifts)
            yield from (Spot(each.x + shift, below, "middle", "top") for shift in shifts)
        for end, text, side in ((row.placed[0], self.doors[0], 1), (row.placed[-1], self.doors[1], -1)):
            if end.symbol.kind is SymbolKind.TRAIN and text is not None:
                beside = end.x + side * (_width(two_lines(text, self.lang)) - self.half + 11)
                above, below = end.y - self.half - AIR, slab_at(row, end.x).bottom + AIR
                anchor: Anchor = "start" if side > 0 else "end"
                yield Spot(beside, above, anchor, "bottom")
                yield Spot(beside, below, anchor, "top")

    def _fields(self) -> Iterator[Wish]:
        for number, field in enumerate(self.layout.fields):
            lines = variants(said.PAID, self.lang, fill=style.PAID_EDGE, second=style.PAID_EDGE)[:1]
            spots = [spot for box in field_rooms(field, self.layout) for spot in _corner_spots(box)]
            yield Wish(label_of(f"paid:{number}", lines, spots), None, said.PAID)

    def outside(self, taken: Sequence[Box]) -> tuple[Mark, ...]:
        """`개찰구 밖` beside each gate, where room is left after everything else."""
        labels = []
        for number, field in enumerate(self.layout.fields):
            box = field_box(field, self.layout)
            spots = [Spot(box.right + 14, box.top + 8)] * field.gate_right
            spots += [Spot(box.left - 14, box.top + 8, "end")] * field.gate_left
            labels.append(label_of(f"unpaid:{number}", variants(said.UNPAID, self.lang)[:1], spots))
        placement = place(labels, [*self.obstacles, *taken], self.bounds, measure)
        return tuple(mark for placed in placement.placed for mark in placed.words)

    # ── ink ──────────────────────────────────────────────────────────────────

    def _ink(self, placed: PlacedLabel, wish: Wish) -> Iterator[Mark]:
        if wish.plate is not None:
            yield from self._plate_ink(placed, wish)
        if wish.signs:
            yield from _signs_ink(placed, wish.number)
        else:
            yield from placed.words

    def _plate_ink(self, placed: PlacedLabel, wish: Wish) -> Iterator[Mark]:
        assert wish.plate is not None  # noqa: S101  asked by the caller
        size, height = (20.0, 34.0) if wish.dashed else (PLATE_SIZE, PLATE_HEIGHT)
        width = plate_width(wish.plate, size)
        middle = (placed.box.top + placed.box.bottom) / 2
        if wish.dashed and wish.leader is not None:
            y, shaft_x = wish.leader
            near = placed.box.left if placed.box.left > shaft_x else placed.box.right
            yield Polyline(((shaft_x + (12 if near > shaft_x else -12), y), (near, y)), style.EDGE, 2, dash=(5, 4))
        yield Rect(
            placed.box.left,
            middle - height / 2,
            width,
            height,
            radius=7,
            fill=style.PAPER if wish.dashed else style.INK,
            stroke=style.INK if wish.dashed else None,
            stroke_width=2,
            dash=(5, 4) if wish.dashed else (),
            role=f"{'stop-plate' if wish.dashed else 'plate'}:{wish.plate}",
        )
        yield Words(
            placed.box.left + width / 2,
            middle + size * 0.355,
            wish.plate,
            size,
            "bold",
            style.INK if wish.dashed else style.PAPER,
            "middle",
        )


def _signs_ink(placed: PlacedLabel, number: int | None) -> Iterator[Mark]:
    """The signs in a rim, which stands where the label's inset left room for it."""
    box = placed.box
    yield Rect(
        round(box.left, 2),
        round(box.top, 2),
        round(box.width, 2),
        round(box.height, 2),
        fill=style.PAPER,
        stroke=style.INK,
        stroke_width=1.4,
        radius=SIGNS_HEIGHT / 2,
        role=f"signs:{number}",
    )
    yield from (replace(mark, x=round(mark.x - SIGN_PAD, 2)) for mark in placed.words)


def _at_shaft_number(shaft: Shaft) -> Iterator[Spot]:
    """Beside a shaft, at the height of its number or near it; last beyond a rim of the paid area that follows it."""
    for away in (4.0, 20.0):
        for shift in (0, -12, 12, -24, 24, -36, 36, -48, 48):
            yield Spot(shaft.box.left - away, shaft.number_y + shift, "end", "middle")
            yield Spot(shaft.box.right + away, shaft.number_y + shift, "start", "middle")


def line_boxes(start: tuple[float, float], end: tuple[float, float], half: float) -> Iterable[Box]:
    """Boxes that cover a line: one if it is upright or level, else a chain of small ones."""
    (x0, y0), (x1, y1) = start, end
    pieces = 1 if x0 == x1 or y0 == y1 else max(int(max(abs(x1 - x0), abs(y1 - y0)) / 12), 1)
    for i in range(pieces):
        xs = (x0 + (x1 - x0) * i / pieces, x0 + (x1 - x0) * (i + 1) / pieces)
        ys = (y0 + (y1 - y0) * i / pieces, y0 + (y1 - y0) * (i + 1) / pieces)
        yield Box(min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half)


def demand_of(walk: Walk, route: Route, doors: tuple[Text | None, Text | None], lang: str) -> Demand:
    """The room that the words of a walk ask for; `doors` are those of the route's two ends."""
    captions = tuple(_caption_width(symbol, lang) for symbol in walk.symbols)
    above, below = 0.0, 0.0
    for symbol, width in zip(walk.symbols, captions, strict=True):
        if not width:
            continue
        if symbol.kind is SymbolKind.CROSSING:
            below += width + 2 * AIR
        else:
            above += width + 2 * AIR
    plates = 0.0
    for level in walk.levels:
        texts = said.place_texts(walk, level)
        names = [_width(two_lines(text, lang)) + AIR for text in texts]
        plates += plate_width(words.plate(level)) + PLATE_GAP + sum(names[:1]) + 3 * AIR
        below += sum(names[1:])
    below += plates
    if (passed := said.joined(said.met_text(met) for met in walk.passed)) is not None:
        below += _width(two_lines(passed, lang)) + 2 * AIR
    for end, text in zip((walk.symbols[:1], walk.symbols[-1:]), doors, strict=True):
        if end and end[0].kind is SymbolKind.TRAIN and text is not None:
            above += _width(two_lines(text, lang)) + 2 * AIR + SIGNS_ROOM
    pill = measure(said.pill(route.legs[walk.leg]), 1, "bold") if walk.leg is not None else 0.0
    return Demand(plates, above, below, captions, pill)


def _away_from_line(shaft: Shaft, *, first: bool) -> tuple[float, Anchor]:
    """The side of a shaft where no walk begins, at the first or last ride."""
    return (shaft.box.right + 10, "start") if first else (shaft.box.left - 10, "end")


def _beyond_end(shaft: Shaft, *, upper: bool) -> tuple[float, Hold]:
    return (shaft.box.top - AIR, "bottom") if upper else (shaft.box.bottom + AIR, "top")


def _corner_spots(box: Box) -> Iterator[Spot]:
    """The four corners of a box, then all along its upper edge."""
    yield Spot(box.right - 14, box.top + 8, "end")
    yield Spot(box.left + 14, box.top + 8)
    yield Spot(box.right - 14, box.bottom - 8, "end", "bottom")
    yield Spot(box.left + 14, box.bottom - 8, "start", "bottom")
    for i in range(1, int(box.width // 24)):
        yield Spot(box.left + 14 + i * 24, box.top + 8)


def _ending_between(first: float, last: float, lines: Sequence[Line], y: float) -> Iterator[Spot]:
    """Spots for lines that stay between two x, the rightmost first."""
    x = last
    while x - _width(lines) >= first:
        yield Spot(x, y, "end")
        x -= 12.0


def _width(lines: Sequence[Line]) -> float:
    return max((measure(line.text, line.size, line.weight) for line in lines), default=0.0)


def _caption_width(symbol: Symbol, lang: str) -> float:
    text = None if symbol.kind in ENDS else said.caption(symbol)
    return _width(two_lines(text, lang)) if text else 0.0
