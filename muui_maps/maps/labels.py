"""Where words go: one greedy pass over candidate spots against obstacles, and the search for free room.

A label tries its spots in order, first with all its lines, then with fewer; the first that overlaps nothing is taken
and becomes an obstacle itself. What fits nowhere is handed back, so that the caller can say it elsewhere: nothing is
ever drawn over something else. The order of the labels is their order of importance and decides alone:
the same labels and obstacles always give the same placement.

All boxes are upright, so plain comparisons are enough: 60 labels among 200 obstacles take some milliseconds. Where one
label tries hundreds of spots (`Crowd`, `FreeRoom`), numpy compares them all at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np

from muui_maps.maps.scene import Anchor, Weight, Words
from muui_maps.maps.style import INK

Hold = Literal["top", "middle", "bottom"]

Measure = Callable[[str, float, Weight], float]
"""Width of a text at a size and weight, in user units."""

ASCENT, DESCENT = 0.92, 0.26
"""Room above and below the baseline, as shares of the size: what Hangul syllables and Latin descenders need."""
LINE_GAP = 1.22
"""From one baseline to the next, as a share of the lower line's size."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright box; `top` is smaller than `bottom`, as in SVG."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def overlaps(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Whether the other box lies inside this one, edges included."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )

    def grown(self, across: float, down: float | None = None) -> Box:
        """The box with air on all sides; `down` above and below, where that differs."""
        down = across if down is None else down
        return Box(self.left - across, self.top - down, self.right + across, self.bottom + down)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a label."""

    text: str
    size: float
    weight: Weight = "regular"
    fill: str = INK
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to try: the point that the box is held by, and where on the box that point lies."""

    x: float
    y: float
    anchor: Anchor = "start"
    hold: Hold = "top"


@dataclass(frozen=True, slots=True)
class Label:
    """Lines to be placed as one block.

    Parameters
    ----------
    key
        What the label is about; comes back with the placement.
    tries
        Lines and the spots to try them on, the fullest and best first. A label is dropped only when the last lines fit
        on none of their spots.
    inset
        Width kept free on the left of the lines, for a plate or a disc that belongs to the label.
    least_height
        Height of that plate: the block is at least as high, and the lines are centred on it.
    """

    key: str
    tries: tuple[tuple[tuple[Line, ...], Iterable[Spot]], ...]
    inset: float = 0.0
    least_height: float = 0.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A label that found room: its box, its inset included, and its words with baselines."""

    key: str
    box: Box
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    placed: tuple[Placed, ...]
    dropped: tuple[Label, ...]


def block_size(
    lines: Sequence[Line], measure: Measure, *, inset: float = 0.0, least_height: float = 0.0
) -> tuple[float, float]:
    """Width and height of the lines as one block."""
    width = max((measure(line.text, line.size, line.weight) for line in lines), default=0.0)
    return inset + width, max(_text_height(lines), least_height)


def _text_height(lines: Sequence[Line]) -> float:
    if not lines:
        return 0.0
    return lines[0].size * ASCENT + sum(line.size * LINE_GAP for line in lines[1:]) + lines[-1].size * DESCENT


def box_at(spot: Spot, width: float, height: float) -> Box:
    """The box of that size which the spot holds."""
    left = spot.x - {"start": 0.0, "middle": width / 2, "end": width}[spot.anchor]
    top = spot.y - {"top": 0.0, "middle": height / 2, "bottom": height}[spot.hold]
    return Box(left, top, left + width, top + height)


def set_lines(
    lines: Sequence[Line], box: Box, anchor: Anchor, *, inset: float = 0.0, role: str | None = None
) -> tuple[Words, ...]:
    """The words of a block inside its box; with an inset the lines start after it and are centred in height."""
    if not lines:
        return ()
    left = box.left + inset
    x = {"start": left, "middle": (left + box.right) / 2, "end": box.right}["start" if inset else anchor]
    y = box.top + (box.height - _text_height(lines)) / 2
    words = []
    for position, line in enumerate(lines):
        y += line.size * (LINE_GAP if position else ASCENT)
        words.append(
            Words(
                x=round(x, 2),
                y=round(y, 2),
                text=line.text,
                size=line.size,
                weight=line.weight,
                fill=line.fill,
                anchor="start" if inset else anchor,
                lang=line.lang,
                role=role,
            )
        )
    return tuple(words)


def place(
    labels: Sequence[Label],
    obstacles: Iterable[Box],
    bounds: Box,
    measure: Measure,
    *,
    clearance: tuple[float, float] = (10.0, 3.0),
    role: Callable[[str], str] = lambda key: f"label:{key}",
) -> Placement:
    """Put each label, in order, on the first spot where it overlaps nothing.

    Parameters
    ----------
    labels
        In order of importance.
    obstacles
        What is there already.
    bounds
        No label leaves this box.
    clearance
        Air kept between a label and everything else, to its sides and above and below: words that follow each other on
        one line would read as one.
    """
    taken = [box.grown(clearance[1]) for box in obstacles]
    placed: list[Placed] = []
    dropped: list[Label] = []
    for label in labels:
        found = _first_fit(label, taken, bounds, measure, role(label.key))
        if found is None:
            dropped.append(label)
            continue
        placed.append(found)
        taken.append(found.box.grown(*clearance))
    return Placement(tuple(placed), tuple(dropped))


def _first_fit(label: Label, taken: list[Box], bounds: Box, measure: Measure, role: str) -> Placed | None:
    for lines, spots in label.tries:
        width, height = block_size(lines, measure, inset=label.inset, least_height=label.least_height)
        aside, above = (
            {"start": 0.0, "middle": width / 2, "end": width},
            {"top": 0.0, "middle": height / 2, "bottom": height},
        )
        for spot in spots:
            left, top = spot.x - aside[spot.anchor], spot.y - above[spot.hold]
            right, bottom = left + width, top + height
            inside = left >= bounds.left and top >= bounds.top and right <= bounds.right and bottom <= bounds.bottom
            if inside and not _in_the_way(left, top, right, bottom, taken):
                box = Box(left, top, right, bottom)
                words = set_lines(lines, box, spot.anchor, inset=label.inset, role=role)
                return Placed(label.key, box, words)
    return None


def _in_the_way(left: float, top: float, right: float, bottom: float, taken: list[Box]) -> bool:
    """Whether one of the boxes overlaps; that one is asked first the next time, since the next spot lies beside."""
    for position, other in enumerate(taken):
        if left < other.right and other.left < right and top < other.bottom and other.top < bottom:
            if position:
                taken.insert(0, taken.pop(position))
            return True
    return False


# ── free room ────────────────────────────────────────────────────────────────

_CELL = 12.0


class FreeRoom:
    """Where a box of a given size still fits: a grid of cells, of which the free ones are the bits of one whole number.

    Row follows row, each with a bit that is never free behind it, so that nothing reaches from one row into the next.
    Whether all cells under a box are free is then asked for every position at once, by shifting the number over itself.
    """

    def __init__(self, bounds: Box, obstacles: Iterable[Box], *, clearance: float = 20.0) -> None:
        self.bounds, self._clearance = bounds, clearance
        self._columns = max(int(bounds.width // _CELL), 0)
        self._rows = max(int(bounds.height // _CELL), 0)
        self._stride = self._columns + 1
        used = 0
        for box in obstacles:
            used |= self._under(box)
        self._free = self._cells(0, self._columns, 0, self._rows) & ~used

    def down_to(self, bottom: float) -> FreeRoom:
        """The upper part of the room; nothing is counted again."""
        room: FreeRoom = copy(self)
        room.bounds = replace(self.bounds, bottom=bottom)
        room._rows = min(max(int(room.bounds.height // _CELL), 0), self._rows)
        room._free = self._free & self._cells(0, self._columns, 0, room._rows)
        return room

    def without(self, box: Box) -> FreeRoom:
        """The room with another obstacle."""
        room: FreeRoom = copy(self)
        room._free = self._free & ~self._under(box)
        return room

    def find(self, width: float, height: float, *, towards: tuple[float, float]) -> Box | None:
        """The free box of that size whose centre is nearest to a point, or None; ties go up, then left."""
        if not (fitting := self._fitting(width, height)):
            return None
        packed = np.frombuffer(fitting.to_bytes(-(-fitting.bit_length() // 8), "little"), dtype=np.uint8)
        rows, columns = np.divmod(np.flatnonzero(np.unpackbits(packed, bitorder="little")), self._stride)
        x = self.bounds.left + columns * _CELL + width / 2
        y = self.bounds.top + rows * _CELL + height / 2
        nearest = int(((x - towards[0]) ** 2 + (y - towards[1]) ** 2).argmin())
        left, top = self.bounds.left + int(columns[nearest]) * _CELL, self.bounds.top + int(rows[nearest]) * _CELL
        return Box(left, top, left + width, top + height)

    def height_for(self, width: float, height: float) -> float:
        """The height of the room down to which it must reach for such a box; infinite if that fits nowhere in it."""
        if not (fitting := self._fitting(width, height)):
            return math.inf
        lowest_bit = (fitting & -fitting).bit_length() - 1
        return (lowest_bit // self._stride + int(-(-height // _CELL))) * _CELL

    def _fitting(self, width: float, height: float) -> int:
        """The cells, as bits, where the upper left corner of a free box of that size may lie."""
        across, down = int(-(-width // _CELL)), int(-(-height // _CELL))
        return _begin_runs(_begin_runs(self._free, across, 1), down, self._stride)

    def _under(self, box: Box) -> int:
        """The cells, as bits, that a box with its clearance touches."""
        room, air = self.bounds, self._clearance
        first = max(math.floor((box.left - air - room.left) / _CELL), 0)
        upper = max(math.floor((box.top - air - room.top) / _CELL), 0)
        last = min(math.ceil((box.right + air - room.left) / _CELL), self._columns)
        lower = min(math.ceil((box.bottom + air - room.top) / _CELL), self._rows)
        return self._cells(first, last, upper, lower) if first < last and upper < lower else 0

    def _cells(self, first: int, last: int, upper: int, lower: int) -> int:
        """The cells, as bits, from one column and row to before another."""
        return ((1 << last) - (1 << first)) * _each_row(self._stride, lower - upper) << upper * self._stride


def _begin_runs(bits: int, count: int, step: int) -> int:
    """The bits with which a run of so many begins, each a step from the last: runs are joined to ones twice as long."""
    length = 1
    while length < count:
        more = min(length, count - length)
        bits &= bits >> more * step
        length += more
    return bits


@lru_cache(maxsize=4096)
def _each_row(stride: int, rows: int) -> int:
    """The first bit of each row."""
    return sum(1 << row * stride for row in range(rows))


# ── many spots at once ───────────────────────────────────────────────────────


CROSSED = -2
"""Owner of boxes that a leader may cross, though no words may lie on them."""


class Crowd:
    """Everything that stands already, for labels that try hundreds of spots: all are compared at once.

    Boxes are rows of left, top, right, bottom. `own` marks boxes that belong to somebody (a step), whose leaders may
    cross them close to where they start.
    """

    def __init__(self, bounds: Box) -> None:
        self.bounds = bounds
        self._boxes = np.empty((256, 4))
        self._own = np.empty(256, dtype=np.int64)
        self._count = 0

    def add(self, box: Box, *, own: int = -1) -> None:
        """Another box that nothing may overlap from now on; leaders may cross it where `own` is `CROSSED`."""
        if self._count == len(self._boxes):
            self._boxes = np.concatenate([self._boxes, np.empty_like(self._boxes)])
            self._own = np.concatenate([self._own, np.empty_like(self._own)])
        self._boxes[self._count] = (box.left, box.top, box.right, box.bottom)
        self._own[self._count] = own
        self._count += 1

    @property
    def count(self) -> int:
        """How many boxes there are, to `rewind` to."""
        return self._count

    def rewind(self, count: int) -> None:
        """Forget the boxes added since there were so many."""
        self._count = min(count, self._count)

    def near(self, box: Box) -> Crowd:
        """What stands within a box, as a crowd of its own: a label asks it in place of all."""
        here = self._within(box.left, box.top, box.right, box.bottom)
        crowd = Crowd(self.bounds)
        crowd._boxes, crowd._own = self._boxes[: self._count][here], self._own[: self._count][here]
        crowd._count = len(crowd._boxes)
        return crowd

    def _within(self, left: float, top: float, right: float, bottom: float) -> np.ndarray:
        there = self._boxes[: self._count]
        here: np.ndarray = (there[:, 0] < right) & (there[:, 2] > left) & (there[:, 1] < bottom) & (there[:, 3] > top)
        return here

    def free(self, spots: np.ndarray, air: float = 0.0) -> np.ndarray:
        """Which boxes (rows of `spots`) overlap nothing and stay within the bounds."""
        if not len(spots):
            return np.zeros(0, dtype=bool)
        (least, most), bounds = (spots.min(axis=0) - air, spots.max(axis=0) + air), self.bounds
        there = self._boxes[: self._count][self._within(least[0], least[1], most[2], most[3])]
        left, top, right, bottom = (spots[:, side, None] for side in range(4))
        inside = (
            (left >= bounds.left) & (top >= bounds.top) & (right <= bounds.right) & (bottom <= bounds.bottom)
        ).ravel()
        hit = (
            (left - air < there[:, 2])
            & (there[:, 0] < right + air)
            & (top - air < there[:, 3])
            & (there[:, 1] < bottom + air)
        )
        answer: np.ndarray = inside & ~hit.any(axis=1)
        return answer

    def free_grid(
        self, across: tuple[np.ndarray, np.ndarray], down: tuple[np.ndarray, np.ndarray], air: float = 0.0
    ) -> np.ndarray:
        """As `free`, of boxes in rows and columns: their left and right sides, their upper and lower ones.

        A box is hit where its column and its row are: one product of two small tables counts that for all.
        """
        bounds, there = self.bounds, self._boxes[: self._count]
        (left, right), (top, bottom) = ((low[:, None], high[:, None]) for low, high in (across, down))
        columns = (left - air < there[:, 2]) & (there[:, 0] < right + air)
        rows = (top - air < there[:, 3]) & (there[:, 1] < bottom + air)
        hits = rows.astype(np.float32) @ columns.astype(np.float32).T
        inside = ((top >= bounds.top) & (bottom <= bounds.bottom)) & ((left >= bounds.left) & (right <= bounds.right)).T
        answer: np.ndarray = inside & (hits == 0)
        return answer

    def open_lines(self, start: tuple[float, float], ends: np.ndarray, *, own: int, reach: float) -> np.ndarray:
        """Which thin lines from a point to `ends` (rows of x, y) meet nothing.

        Boxes of the line's owner don't count within `reach` of its start, `CROSSED` ones never.
        """
        if not len(ends):
            return np.zeros(0, dtype=bool)
        (left, top), (right, bottom) = np.minimum(ends.min(axis=0), start) - 4, np.maximum(ends.max(axis=0), start) + 4
        solid = (self._own[: self._count] != CROSSED) & self._within(left, top, right, bottom)
        there, owners = self._boxes[: self._count][solid], self._own[: self._count][solid]
        step = ends - np.array(start)
        step[np.abs(step) < _NOTHING] = _NOTHING
        skipped = np.minimum(reach / np.hypot(step[:, 0], step[:, 1]), 1.0)
        first, last = np.zeros((len(ends), len(there))), np.ones((len(ends), len(there)))
        first[:, owners == own] = skipped[:, None]
        for axis in (0, 1):
            low = (there[:, axis] - 3 - start[axis]) / step[:, axis, None]
            high = (there[:, axis + 2] + 3 - start[axis]) / step[:, axis, None]
            first = np.maximum(first, np.minimum(low, high))
            last = np.minimum(last, np.maximum(low, high))
        answer: np.ndarray = np.logical_not((first < last).any(axis=1))
        return answer


_NOTHING = 1e-6
