"""Boxes of text in the free room of a section: where sources differ, what if a lift is out, what found no room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from muui_maps.maps import style
from muui_maps.maps.fonts import measure
from muui_maps.maps.icons import ICONS
from muui_maps.maps.labels import Box, FreeRoom
from muui_maps.maps.parts import tied, wrap_runs
from muui_maps.maps.scene import Circle, Icon, Mark, Weight, Words
from muui_maps.maps.section_ink import LEAST_SIZE
from muui_maps.maps.section_words import pair
from muui_maps.model import Text

TITLE_SIZE, MAIN_SIZE, SECOND_SIZE = 22.0, 17.0, 15.0
TITLE_HEIGHT, LINE_STEP, SECOND_STEP, ITEM_GAP = 50.0, 22.0, 20.0, 9.0
BETWEEN, STACK_GAP = 40.0, 18.0
MOST_COLUMNS = 3
DISC_STEP = 28.0
EXTENSION = 16.0  # of the canvas downward, step by step, where the boxes find no room
WIDTHS = (480.0, 540.0, 420.0, 360.0, 310.0, 640.0)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to say, with the numbers of the steps that it is about."""

    text: Text
    numbers: tuple[int, ...] = ()

    @property
    def indent(self) -> float:
        """Room for the numbers before the words."""
        return DISC_STEP * len(self.numbers) + 4 if self.numbers else 0.0


@dataclass(frozen=True, slots=True)
class TextBox:
    """A mark in a ring, a title and things to say."""

    mark: str
    title: Text
    items: tuple[Item, ...]


def height_of(box: TextBox, width: float, lang: str) -> float:
    """Height of a box set to a width."""
    return TITLE_HEIGHT + sum(
        len(first) * LINE_STEP + len(second) * SECOND_STEP + ITEM_GAP
        for first, second in (_lines(item, width, lang) for item in box.items)
    )


def _lines(item: Item, width: float, lang: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    (_, first), (_, second) = pair(item.text, lang)
    room = width - item.indent
    return wrapped(first, MAIN_SIZE, "bold", room), wrapped(second, SECOND_SIZE, "regular", room)


@lru_cache(maxsize=1 << 14)  # the same words are tried at the same widths while room is looked for
def wrapped(text: str, size: float, weight: Weight, width: float) -> tuple[str, ...]:
    """Lines no wider than the box; a figure stays with its unit."""
    lines = wrap_runs(((tied(text), weight),), size, width)
    return tuple("".join(words for words, _ in line).replace("\N{NO-BREAK SPACE}", " ") for line in lines)


def draw_box(box: TextBox, at: Box, lang: str) -> Iterator[Mark]:
    """The marks of a box, its upper left corner at `at`."""
    (_, title), (other, small) = pair(box.title, lang)
    x, y = at.left, at.top + 19
    if box.mark in ICONS:
        yield Icon(box.mark, x + 1, y - 16, 32, style.ON_ROUTE, style.ROUTE, role=f"box:{box.mark}")
    else:
        yield Circle(x + 17, y, 16, fill=style.PAPER, stroke=style.INK, stroke_width=2.5, role=f"box:{box.mark}")
        yield Words(x + 17, y + 7, box.mark, 20, "bold", style.INK, "middle")
    yield Words(x + 46, y + 8, title, TITLE_SIZE, "bold", style.INK, lang=lang, role="box-title")
    after = x + 46 + measure(title, TITLE_SIZE, "bold") + 12
    if after + measure(small, 16) <= at.right:
        yield Words(after, y + 8, small, 16, "regular", style.MUTED, lang=other)
    y = at.top + TITLE_HEIGHT
    for item in box.items:
        first, second = _lines(item, at.width, lang)
        left = x + item.indent
        for position, number in enumerate(item.numbers):
            center = x + 12 + position * DISC_STEP
            yield Circle(center, y + 11, 12, fill=style.ROUTE)
            yield Words(center, y + 16, str(number), LEAST_SIZE, "bold", style.PAPER, "middle")
        for line in first:
            yield Words(left, y + 16, line, MAIN_SIZE, "bold", style.INK, lang=lang, role="box-text")
            y += LINE_STEP
        for line in second:
            yield Words(left, y + 14, line, SECOND_SIZE, "regular", style.MUTED, lang=other)
            y += SECOND_STEP
        y += ITEM_GAP


Heights = dict[float, tuple[float, ...]]
"""Of all boxes, by the width that they are set to."""


def heights_of(boxes: Sequence[TextBox], lang: str) -> Heights:
    """How high the boxes are in each of the widths to try: all that counts for where they go."""
    own = [_in_widths(box, lang) for box in boxes]
    return {width: tuple(heights[number] for heights in own) for number, width in enumerate(WIDTHS)}


@lru_cache(maxsize=1 << 12)  # travellers on the same way have most boxes in common
def _in_widths(box: TextBox, lang: str) -> tuple[float, ...]:
    return tuple(height_of(box, width, lang) for width in WIDTHS)


def arrange(heights: Heights, obstacles: Sequence[Box], room: Box) -> tuple[tuple[Box, ...], float]:
    """Where boxes go, and down to where room is used: the least extension of the room downward that holds them all.

    Parameters
    ----------
    obstacles
        All that is drawn already.
    room
        The drawing and what is empty below it.
    """
    if not heights[WIDTHS[0]]:
        return (), room.bottom
    blocks = tuple(_blocks(heights))
    deeper = EXTENSION + min(block.height for block in blocks)
    extra, deep = 0.0, FreeRoom(replace(room, bottom=room.bottom + deeper), obstacles)
    needed, alone = _needed_heights(blocks, heights, deep)
    while True:
        larger = replace(room, bottom=room.bottom + extra)
        if larger.bottom >= deep.bounds.bottom:
            deep = FreeRoom(replace(larger, bottom=larger.bottom + deeper), obstacles)
            needed, alone = _needed_heights(blocks, heights, deep)
        places = None
        if (fitting := next((at for at, height in enumerate(needed) if height <= larger.height), None)) is not None:
            places = _in_columns(blocks[fitting], deep.down_to(larger.bottom))
        elif alone <= larger.height:
            places = _one_by_one(heights, deep.down_to(larger.bottom))
        if places is not None:
            return places, max(room.bottom, *(place.bottom for place in places))
        extra += EXTENSION


@dataclass(frozen=True, slots=True)
class _Block:
    """All boxes together in columns: each as offset, width and height, and the size of it all."""

    boxes: tuple[tuple[float, float, float, float], ...]
    width: float
    height: float


def _blocks(heights: Heights) -> Iterator[_Block]:
    """In one to three columns of each width, the best first."""
    for width, own in heights.items():
        for columns in range(min(len(own), MOST_COLUMNS), 0, -1):
            offsets, total, height = _columns(own, width, columns)
            placed = tuple((x, y, width, tall) for (x, y), tall in zip(offsets, own, strict=True))
            yield _Block(placed, total, height)


def _needed_heights(blocks: Sequence[_Block], heights: Heights, deep: FreeRoom) -> tuple[list[float], float]:
    """How high the room must be for each block, and for the largest box by itself."""
    first = _largest_first(heights)[0]
    alone = min(deep.height_for(width, own[first]) for width, own in heights.items())
    return [deep.height_for(block.width, block.height) for block in blocks], alone


def _in_columns(block: _Block, free: FreeRoom) -> tuple[Box, ...] | None:
    at = free.find(block.width, block.height, towards=(free.bounds.left, free.bounds.bottom))
    if at is None:
        return None
    return tuple(
        Box(at.left + x, at.top + y, at.left + x + width, at.top + y + height) for x, y, width, height in block.boxes
    )


def _largest_first(heights: Heights) -> list[int]:
    own = heights[WIDTHS[0]]
    return sorted(range(len(own)), key=lambda number: (-own[number], number))


def _one_by_one(heights: Heights, free: FreeRoom) -> tuple[Box, ...] | None:
    """Each box where it fits, the largest first, or None if one fits nowhere."""
    towards = (free.bounds.left, free.bounds.bottom)
    places: dict[int, Box] = {}
    for number in _largest_first(heights):
        sizes = ((width, own[number]) for width, own in heights.items())
        found = next((at for size in sizes if (at := free.find(*size, towards=towards))), None)
        if found is None:
            return None
        places[number] = found
        free = free.without(found)
    return tuple(places[number] for number in range(len(places)))


def _columns(heights: Sequence[float], width: float, columns: int) -> tuple[list[tuple[float, float]], float, float]:
    """Offsets of boxes stacked in columns, each onto the shortest column so far; and the size of it all."""
    filled = [0.0] * columns
    offsets = []
    for height in heights:
        column = filled.index(min(filled))
        offsets.append((column * (width + BETWEEN), filled[column]))
        filled[column] += height + STACK_GAP
    return offsets, columns * (width + BETWEEN) - BETWEEN, max(filled) - STACK_GAP
