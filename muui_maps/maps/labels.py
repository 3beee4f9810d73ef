"""Where words go: one greedy pass over candidate spots against obstacles, and the search for free room.

A label tries its spots in order, first with all its lines, then with fewer; the first that overlaps nothing is taken
and becomes an obstacle itself. What fits nowhere is handed back, so that the caller can say it elsewhere: nothing is
ever drawn over something else. The order of the labels is their order of importance and decides alone:
the same labels and obstacles always give the same placement.

All boxes are upright, so plain comparisons are enough: 60 labels among 200 obstacles take some milliseconds, which a
spatial index would spend on being imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

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
    tries: tuple[tuple[tuple[Line, ...], tuple[Spot, ...]], ...]
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


def _first_fit(label: Label, taken: Sequence[Box], bounds: Box, measure: Measure, role: str) -> Placed | None:
    for lines, spots in label.tries:
        width, height = block_size(lines, measure, inset=label.inset, least_height=label.least_height)
        for spot in spots:
            box = box_at(spot, width, height)
            if bounds.holds(box) and not any(box.overlaps(other) for other in taken):
                words = set_lines(lines, box, spot.anchor, inset=label.inset, role=role)
                return Placed(label.key, box, words)
    return None


# ── free room ────────────────────────────────────────────────────────────────

_CELL = 12.0


class FreeRoom:
    """Where a box of a given size still fits. A grid with running sums: one look-up for each position tried."""

    def __init__(self, bounds: Box, obstacles: Iterable[Box], *, clearance: float = 20.0) -> None:
        self.bounds = bounds
        self._columns = max(int(bounds.width // _CELL), 0)
        self._rows = max(int(bounds.height // _CELL), 0)
        self._obstacles = [box.grown(clearance) for box in obstacles]
        self._sums = self._running_sums()

    def _running_sums(self) -> list[list[int]]:
        used = [[0] * self._columns for _ in range(self._rows)]
        for box in self._obstacles:
            first, last = self._cells(box.left - self.bounds.left, box.right - self.bounds.left, self._columns)
            upper, lower = self._cells(box.top - self.bounds.top, box.bottom - self.bounds.top, self._rows)
            for row in range(upper, lower):
                used[row][first:last] = [1] * max(last - first, 0)
        sums = [[0] * (self._columns + 1)]
        for cells in used:
            running, row_sums, above = 0, [0], sums[-1]
            for column, cell in enumerate(cells):
                running += cell
                row_sums.append(above[column + 1] + running)
            sums.append(row_sums)
        return sums

    @staticmethod
    def _cells(low: float, high: float, count: int) -> tuple[int, int]:
        first = min(max(int(low // _CELL), 0), count)
        last = min(max(int(-(-high // _CELL)), 0), count)
        return first, last

    def find(self, width: float, height: float, *, towards: tuple[float, float]) -> Box | None:
        """The free box of that size whose centre is nearest to a point, or None; ties go up, then left."""
        across, down = int(-(-width // _CELL)), int(-(-height // _CELL))
        best: tuple[float, int, int] | None = None
        for row in range(self._rows - down + 1):
            upper, lower = self._sums[row], self._sums[row + down]
            for column in range(self._columns - across + 1):
                if lower[column + across] - upper[column + across] - lower[column] + upper[column]:
                    continue
                x = self.bounds.left + column * _CELL + width / 2
                y = self.bounds.top + row * _CELL + height / 2
                candidate = ((x - towards[0]) ** 2 + (y - towards[1]) ** 2, row, column)
                if best is None or candidate < best:
                    best = candidate
        if best is None:
            return None
        left, top = self.bounds.left + best[2] * _CELL, self.bounds.top + best[1] * _CELL
        return Box(left, top, left + width, top + height)
