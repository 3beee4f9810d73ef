"""Boxes of text in the free room of a section: where sources differ, what to do if a lift is out, what found no room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muui_maps.maps import style
from muui_maps.maps.fonts import measure, wrap
from muui_maps.maps.labels import Box, FreeRoom
from muui_maps.maps.scene import Circle, Mark, Words
from muui_maps.maps.section_layout import MARGIN, WIDTH
from muui_maps.model import Text

TITLE_SIZE, MAIN_SIZE, SECOND_SIZE = 22.0, 17.0, 15.0
TITLE_HEIGHT, LINE_STEP, SECOND_STEP, ITEM_GAP = 50.0, 22.0, 20.0, 9.0
BETWEEN = 40.0
WIDTHS = (480.0, 540.0, 420.0, 360.0, 310.0)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to say, with the number of its step where it has one."""

    text: Text
    number: int | None = None


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
    first, second = (item.text.ko, item.text.en) if lang == "ko" else (item.text.en, item.text.ko)
    indent = 30.0 if item.number is not None else 0.0
    return wrap(first, MAIN_SIZE, width - indent, "bold"), wrap(second, SECOND_SIZE, width - indent)


def draw_box(box: TextBox, at: Box, lang: str) -> Iterator[Mark]:
    """The marks of a box, its upper left corner at `at`."""
    other = "en" if lang == "ko" else "ko"
    title, small = (box.title.ko, box.title.en) if lang == "ko" else (box.title.en, box.title.ko)
    x, y = at.left, at.top + 19
    yield Circle(x + 17, y, 16, fill=style.PAPER, stroke=style.INK, stroke_width=2.5, role=f"box:{box.mark}")
    yield Words(x + 17, y + 7, box.mark, 20, "bold", style.INK, "middle")
    yield Words(x + 46, y + 8, title, TITLE_SIZE, "bold", style.INK, lang=lang, role="box-title")
    after = x + 46 + measure(title, TITLE_SIZE, "bold") + 12
    if after + measure(small, 16) <= at.right:
        yield Words(after, y + 8, small, 16, "regular", style.MUTED, lang=other)
    y = at.top + TITLE_HEIGHT
    for item in box.items:
        first, second = _lines(item, at.width, lang)
        left = x
        if item.number is not None:
            yield Circle(x + 11, y + 11, 11, fill=style.ROUTE)
            size = 13 if item.number < 10 else 11  # noqa: PLR2004  two digits need smaller ones
            yield Words(x + 11, y + 11 + size * 0.36, str(item.number), size, "bold", style.PAPER, "middle")
            left = x + 30
        for line in first:
            yield Words(left, y + 16, line, MAIN_SIZE, "bold", style.INK, lang=lang, role="box-text")
            y += LINE_STEP
        for line in second:
            yield Words(left, y + 14, line, SECOND_SIZE, "regular", style.MUTED, lang=other)
            y += SECOND_STEP
        y += ITEM_GAP


def arrange(boxes: Sequence[TextBox], obstacles: Sequence[Box], room: Box, lang: str) -> tuple[tuple[Box, ...], float]:
    """Where the boxes go, and down to where the room is used: side by side if they fit, else each by itself, else below.

    Parameters
    ----------
    obstacles
        All that is drawn already.
    room
        The drawing and what is empty below it; boxes that fit nowhere in it are put side by side under it.
    """
    if not boxes:
        return (), room.bottom
    free = FreeRoom(room, obstacles)
    towards = (room.left, room.bottom)
    for width in WIDTHS:
        heights = [height_of(box, width, lang) for box in boxes]
        total = len(boxes) * width + (len(boxes) - 1) * BETWEEN
        if (found := free.find(total, max(heights), towards=towards)) is not None:
            lefts = [found.left + i * (width + BETWEEN) for i in range(len(boxes))]
            places = [Box(x, found.top, x + width, found.top + h) for x, h in zip(lefts, heights, strict=True)]
            return tuple(places), room.bottom
    one_by_one: list[Box] = []
    for box in boxes:
        place = _alone(box, [*obstacles, *one_by_one], room, lang)
        if place is None:
            break
        one_by_one.append(place)
    else:
        return tuple(one_by_one), room.bottom
    return _below(boxes, [*obstacles], room, lang)


def _alone(box: TextBox, obstacles: Sequence[Box], room: Box, lang: str) -> Box | None:
    free = FreeRoom(room, obstacles)
    for width in WIDTHS:
        if (found := free.find(width, height_of(box, width, lang), towards=(room.left, room.bottom))) is not None:
            return found
    return None


def _below(boxes: Sequence[TextBox], obstacles: Sequence[Box], room: Box, lang: str) -> tuple[tuple[Box, ...], float]:
    """Side by side under everything that is drawn."""
    top = max((box.bottom for box in obstacles), default=room.top) + 28
    width = (WIDTH - 2 * MARGIN - (len(boxes) - 1) * BETWEEN) / len(boxes)
    heights = [height_of(box, width, lang) for box in boxes]
    lefts = [MARGIN + i * (width + BETWEEN) for i in range(len(boxes))]
    places = tuple(Box(x, top, x + width, top + h) for x, h in zip(lefts, heights, strict=True))
    return places, max(room.bottom, top + max(heights))
