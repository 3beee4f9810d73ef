"""What a browser shows, measured, and its faults in sentences: words over words, over symbols, off the frame."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import shapely
from shapely import STRtree

from muui_maps.maps.fonts import measure

MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")

# A symbol has its place for itself: nobody else's words and no other symbol may lie on it.
SYMBOL = re.compile(
    r"(badge|badge-or|pill|step|gate|hazard|machine|metres|minutes):\d+|crossing|train|street|traveller|landing:\d+"
    r"|(plate|stop-plate|button|badge|icon|line):.+|arrow"
)
# The way and what is drawn as a line beside it: no words on it, unless on a symbol that lies between.
LINE = re.compile(r"leg:\d+|landing|alternative:\d+|route|walkers")
SLACK = 0.75  # user units: what rounding and antialiasing may share


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, slack: float = SLACK) -> bool:
        return (
            self.left < other.right - slack
            and other.left < self.right - slack
            and self.top < other.bottom - slack
            and other.top < self.bottom - slack
        )

    def holds(self, other: Box, slack: float = SLACK) -> bool:
        return (
            self.left <= other.left + slack
            and self.top <= other.top + slack
            and self.right >= other.right - slack
            and self.bottom >= other.bottom - slack
        )


@dataclass(frozen=True)
class Mark:
    """One mark of a picture; `box` is the ink of words and the shape of all else."""

    kind: str
    role: str
    box: Box
    width: float
    text: str = ""
    size: float = 0.0
    bold: bool = False
    halo: bool = False
    advance: float = 0.0
    points: tuple[tuple[float, float], ...] = ()

    def __str__(self) -> str:
        return f"“{self.text}”" if self.text else self.role or self.kind


@dataclass(frozen=True)
class Picture:
    id: str
    width: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Shown:
    """A page around its pictures: its words (text, box, whether they may scroll), its width and the window's."""

    words: tuple[tuple[str, Box, bool], ...]
    wide: float
    window: float


def pictures_of(page: Any) -> tuple[Picture, ...]:
    """The pictures of a page, measured in one call."""
    return tuple(
        Picture(each["id"], each["width"], each["height"], tuple(_mark(mark) for mark in each["marks"]))
        for each in json.loads(page.evaluate(MEASURE, "pictures"))
    )


def words_of(page: Any) -> Shown:
    """The page around its pictures, measured in one call."""
    got = json.loads(page.evaluate(MEASURE, "words"))
    words = tuple((each["text"], Box(*each["box"]), each["clipped"]) for each in got["words"])
    return Shown(words, got["wide"], got["window"])


def _mark(got: dict[str, Any]) -> Mark:
    points = tuple((x, y) for x, y in got.get("points", ()))
    return Mark(**(got | {"box": Box(*got["box"]), "points": points}))


# ── pictures ─────────────────────────────────────────────────────────────────


def picture_faults(picture: Picture) -> list[str]:
    """Everything that lies where it must not, empty if nothing does."""
    return [
        f"{picture.id}: {fault}"
        for faults in (_frame_faults, _word_faults, _symbol_faults, _line_faults, _font_faults)
        for fault in faults(picture)
    ]


def _texts(picture: Picture) -> list[tuple[int, Mark]]:
    return [(n, mark) for n, mark in enumerate(picture.marks) if mark.kind == "text" and not mark.halo]


def _symbols(picture: Picture) -> list[tuple[int, Mark]]:
    return [
        (n, mark)
        for n, mark in enumerate(picture.marks)
        if mark.kind in {"rect", "circle", "icon"} and SYMBOL.fullmatch(mark.role)
    ]


def _frame_faults(picture: Picture) -> Iterator[str]:
    frame = Box(0, 0, picture.width, picture.height)
    for mark in picture.marks:
        if not frame.holds(mark.box):
            yield f"{mark} leaves the frame"


def _word_faults(picture: Picture) -> Iterator[str]:
    texts = sorted((mark for _, mark in _texts(picture)), key=lambda mark: mark.box.top)
    for n, mark in enumerate(texts):
        for other in texts[n + 1 :]:
            if other.box.top > mark.box.bottom:
                break
            if mark.box.overlaps(other.box):
                yield f"{mark} and {other} overlap"


def _symbol_faults(picture: Picture) -> Iterator[str]:
    """Words stand wholly on the symbol that carries them or wholly beside it, and symbols keep apart."""
    symbols = _symbols(picture)
    for _, mark in _texts(picture):
        for _, symbol in symbols:
            if mark.box.overlaps(symbol.box) and not (symbol.box.holds(mark.box) and _carries(symbol, mark)):
                yield f"{mark} lies on {symbol}"
    for (_, first), (_, second) in combinations(symbols, 2):
        if first.box.overlaps(second.box) and first.role != second.role:
            yield f"{first} and {second} overlap"


def _carries(symbol: Mark, words: Mark) -> bool:
    """Whether the words are the symbol's own: of its role, or of none."""
    role = words.role.removesuffix(":text")
    return symbol.kind != "icon" and (not role or role == symbol.role or not SYMBOL.fullmatch(role))


def _line_faults(picture: Picture) -> Iterator[str]:
    lines = [(n, m) for n, m in enumerate(picture.marks) if m.kind == "polyline" and LINE.fullmatch(m.role)]
    if not lines:
        return
    shapes = [shapely.LineString(line.points).buffer(line.width / 2) for _, line in lines]
    tree, symbols = STRtree(shapes), _symbols(picture)
    for at, mark in _texts(picture):
        box = mark.box
        shape = shapely.box(box.left + SLACK, box.top + SLACK, box.right - SLACK, box.bottom - SLACK)
        for hit in tree.query(shape, predicate="intersects"):
            drawn, line = lines[hit]
            between = (each for n, each in symbols if drawn < n < at)
            if not any(symbol.box.holds(box) for symbol in between):
                yield f"{mark} lies on {line}"


def _font_faults(picture: Picture) -> Iterator[str]:
    """Words are as wide as they were measured, but for what the browser rounds: another font's character is not."""
    for _, mark in _texts(picture):
        expected = measure(mark.text, mark.size, "bold" if mark.bold else "regular")
        if abs(mark.advance - expected) > 0.1 * mark.size + 0.002 * expected:
            yield f"{mark} is {mark.advance:.1f} wide, its font says {expected:.1f}"


# ── pages ────────────────────────────────────────────────────────────────────


def page_faults(shown: Shown) -> list[str]:
    """What is wrong with the page around the pictures: wider than its window, words cut off or over each other."""
    faults = []
    if shown.wide > shown.window + 1:
        faults.append(f"the page is {shown.wide:.0f} wide in a window of {shown.window:.0f}")
    faults += [
        f"“{text}” leaves the window"
        for text, box, clipped in shown.words
        if not clipped and (box.left < -SLACK or box.right > shown.window + SLACK)
    ]
    return [*faults, *_page_overlaps([(text, box) for text, box, clipped in shown.words if not clipped])]


def _page_overlaps(words: Sequence[tuple[str, Box]]) -> Iterator[str]:
    rows = sorted(words, key=lambda each: each[1].top)
    for n, (text, box) in enumerate(rows):
        for other, below in rows[n + 1 :]:
            if below.top > box.bottom:
                break
            if box.overlaps(below, slack=2.0):
                yield f"“{text}” and “{other}” overlap"
