"""Nothing lies over anything in a picture: words keep clear of words, symbols and the route, and stay in the frame.

The same rules hold for a scene as it was laid out (`picture_of`) and for its picture as a browser measured it
(`browser/measured.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import shapely
from shapely import STRtree

from muui_maps.maps.fonts import measure
from muui_maps.maps.scene import Circle, Icon, Polyline, Rect, Scene, Words

# A symbol has its place for itself: nobody else's words and no other symbol may lie on it.
SYMBOL = re.compile(
    r"(badge|badge-or|pill|step|gate|hazard|machine|metres|minutes):\d+|crossing|train|street|traveller|landing:\d+"
    r"|(plate|stop-plate|button|badge|icon|line|stop|node|unplaced|unused|list):.+|arrow"
)
# The way and what is drawn as a line beside it: no words on it, unless on a symbol that lies between.
LINE = re.compile(r"leg:\d+|landing|alternative:\d+|route|walkers")
ABOVE, BELOW = 0.76, 0.2  # the ink of Hangul and Latin letters, as shares of their size
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
    width: float = 0.0
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


def picture_of(scene: Scene) -> Picture:
    """A scene as it was laid out, by the widths of its fonts."""
    marks = tuple(_laid_out(mark) for mark in scene.marks)
    return Picture(scene.id, scene.width, scene.height, marks)


def _laid_out(mark: Rect | Circle | Polyline | Words | Icon) -> Mark:
    role = mark.role or ""
    if isinstance(mark, Words):
        advance = measure(mark.text, mark.size, mark.weight)
        left = mark.x - {"start": 0.0, "middle": advance / 2, "end": advance}[mark.anchor]
        box = Box(left, mark.y - ABOVE * mark.size, left + advance, mark.y + BELOW * mark.size)
        bold = mark.weight == "bold"
        return Mark("text", role, box, text=mark.text, size=mark.size, bold=bold, advance=advance)
    if isinstance(mark, Icon):
        box = Box(mark.x, mark.y, mark.x + mark.size, mark.y + mark.size)
        return Mark("icon", role or f"icon:{mark.name}", box if mark.background else _inner(box))
    if isinstance(mark, Circle):
        x, y, radius = mark.x, mark.y, mark.radius
        return Mark("circle", role, Box(x - radius, y - radius, x + radius, y + radius), mark.stroke_width)
    if isinstance(mark, Rect):
        return Mark("rect", role, Box(mark.x, mark.y, mark.x + mark.width, mark.y + mark.height), mark.stroke_width)
    xs, ys = zip(*mark.points, strict=True)
    kind = "polygon" if mark.closed else "polyline"
    return Mark(kind, role, Box(min(xs), min(ys), max(xs), max(ys)), mark.stroke_width, points=mark.points)


def _inner(box: Box) -> Box:
    """Where a pictogram without a tile has its strokes, at most."""
    air = (box.right - box.left) * 0.1
    return Box(box.left + air, box.top + air, box.right - air, box.bottom - air)


# ── pictures ─────────────────────────────────────────────────────────────────


def picture_faults(picture: Picture) -> list[str]:
    """Everything that lies where it must not, empty if nothing does."""
    return [*word_faults(picture), *_said_of(picture, _symbol_faults, _line_faults)]


def word_faults(picture: Picture) -> list[str]:
    """As far as it can be seen where marks do not say what they stand for, as in the site's lighter pictures."""
    return _said_of(picture, _frame_faults, _word_faults, _font_faults)


def _said_of(picture: Picture, *rules: Callable[[Picture], Iterator[str]]) -> list[str]:
    return [f"{picture.id}: {fault}" for rule in rules for fault in rule(picture)]


def _texts(picture: Picture) -> list[tuple[int, Mark]]:
    return [(n, mark) for n, mark in enumerate(picture.marks) if mark.kind == "text" and not mark.halo]


def _symbols(picture: Picture) -> list[tuple[int, Mark]]:
    return [
        (n, mark)
        for n, mark in enumerate(picture.marks)
        if mark.kind in {"rect", "circle", "icon"} and SYMBOL.fullmatch(mark.role) and not _is_dot(mark)
    ]


def _is_dot(mark: Mark) -> bool:
    """A place on a plan that has no sign of its own; two of them may share a spot."""
    return mark.kind == "circle" and mark.role.startswith("node:")


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
        apart = first.role != second.role and not _holds_icon(first, second)
        if apart and first.box.overlaps(second.box):
            yield f"{first} and {second} overlap"


def _holds_icon(ground: Mark, icon: Mark) -> bool:
    """Whether a pictogram that has no role of its own stands on the ground that was drawn for it."""
    return ground.kind != "icon" and icon.role.startswith("icon:") and ground.box.holds(icon.box)


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
