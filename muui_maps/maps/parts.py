"""Pieces that cards share: text in two weights that wraps, line bullets, level plates, badges."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from muui_maps.maps import style, words
from muui_maps.maps.fonts import CAP_HEIGHT, measure
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Weight, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muui_maps.maps.narrate import Badge
    from muui_maps.model import Text

Lang = str


def said(text: Text, lang: Lang) -> str:
    """A text in a language."""
    return text.ko if lang == "ko" else text.en


def other(lang: Lang) -> Lang:
    """The map's second language."""
    return "en" if lang == "ko" else "ko"


def shifted(mark: Mark, dx: float, dy: float) -> Mark:
    """The mark moved."""
    if isinstance(mark, Polyline):
        return replace(mark, points=tuple((x + dx, y + dy) for x, y in mark.points))
    if isinstance(mark, Icon):
        return replace(mark, x=mark.x + dx, y=mark.y + dy)
    _, _, *others = _fields(type(mark))(mark)  # type: ignore[arg-type]  # a type has a hash; quicker than `replace`
    return type(mark)(mark.x + dx, mark.y + dy, *others)


@cache
def _fields(kind: type[Mark]) -> attrgetter[tuple[Any, ...]]:
    """How to read all fields of a kind of mark, in order."""
    return attrgetter(*(each.name for each in fields(kind)))


def centred(y: float, size: float) -> float:
    """The baseline that centres capitals and digits on a height."""
    return y + size * CAP_HEIGHT / 2


_BEFORE_NUMBER = ("door", "exit", "Line", "Lift", "lift", "Inside", "Outside", "엘리베이터", "내부", "외부")
_TIED = re.compile(
    r"(?<=\d) (?=(?:문|m|min)\b)|(?<=번) (?=출구)|(?<=번째) (?=칸)| (?=· )"
    + "".join(rf"|(?<={word}) (?=\d)" for word in _BEFORE_NUMBER)
)


@lru_cache(maxsize=4096)  # the same words are set to several widths
def tied(text: str) -> str:
    """The text with no-break spaces where a line must not end: `4-2 문`, `exit 3`, `Line 7`, `40 m`, before a `·`."""
    return _TIED.sub("\N{NO-BREAK SPACE}", text)


# ── text that wraps ──────────────────────────────────────────────────────────

Run = tuple[str, Weight]


def runs(marked: str, weight: Weight = "regular") -> tuple[Run, ...]:
    """A text with `**…**` as runs of one weight each."""
    parts = marked.split("**")
    return tuple((part, "bold" if index % 2 else weight) for index, part in enumerate(parts) if part)


def _width(line: Sequence[Run], size: float, before: float = 0.0) -> float:
    """Width of the runs, after what stands before them."""
    for text, weight in line:
        before += measure(text, size, weight)
    return before


def wrap_runs(content: Sequence[Run], size: float, width: float) -> tuple[tuple[Run, ...], ...]:
    """Break runs at blanks so that each line fits; a single word wider than the line is broken inside."""
    lines: list[list[Run]] = [[]]
    wide = 0.0  # so far, of the last line
    for word in _fitting_words(content, size, width):
        longer = [(" ", word[0][1]), *word] if lines[-1] else word
        wider = _width(longer, size, wide)
        if lines[-1] and wider > width:
            lines.append(list(word))
            wide = _width(word, size)
        else:
            lines[-1] += longer
            wide = wider
    return tuple(_merged(line) for line in lines if line)


def _fitting_words(content: Sequence[Run], size: float, width: float) -> Iterator[list[Run]]:
    for word in _split_words(tuple(content)):
        yield from _broken(word, size, width)


@lru_cache(maxsize=4096)  # the same words are set to several widths
def _split_words(content: tuple[Run, ...]) -> tuple[list[Run], ...]:
    words: list[list[Run]] = []
    word: list[Run] = []
    for text, weight in content:
        for piece in re.split(r"([ \t\n]+)", text):
            if not piece:
                continue
            if not piece.strip(" \t\n"):  # a no-break space keeps its neighbours together
                if word:
                    words.append(word)
                word = []
            else:
                word.append((piece, weight))
    if word:
        words.append(word)
    return tuple(words)


def _broken(word: list[Run], size: float, width: float) -> Iterator[list[Run]]:
    """The word itself, or pieces of it if it is wider than a line."""
    if _width(word, size) <= width:
        yield word
        return
    piece: list[Run] = []
    for text, weight in word:
        for char in text:
            if piece and _width([*piece, (char, weight)], size) > width:
                yield piece
                piece = []
            piece.append((char, weight))
    yield piece


def _merged(line: Sequence[Run]) -> tuple[Run, ...]:
    merged: list[Run] = []
    for text, weight in line:
        if merged and merged[-1][1] == weight:
            merged[-1] = (merged[-1][0] + text, weight)
        else:
            merged.append((text, weight))
    return tuple(merged)


@dataclass(frozen=True, slots=True)
class Block:
    """Wrapped text as marks that begin at (0, 0), and how high it is."""

    marks: tuple[Words, ...]
    height: float
    width: float

    def at(self, x: float, y: float) -> Iterator[Mark]:
        return (shifted(mark, x, y) for mark in self.marks)


def block(
    marked: str,
    *,
    size: float,
    width: float,
    fill: str = style.INK,
    weight: Weight = "regular",
    lang: Lang | None = None,
    role: str | None = None,
    leading: float = style.LEADING,
) -> Block:
    """A paragraph: `**…**` is bold. Each line is `size × leading` high."""
    marks: list[Words] = []
    step = size * leading
    lines = wrap_runs(runs(tied(marked), weight), size, width)
    widest = 0.0
    for index, line in enumerate(lines):
        x = 0.0
        baseline = index * step + size * (leading - 1) / 2 + size * 0.86
        for text, run_weight in line:
            # SVG drops blanks at the ends of a text, so a leading one moves the text instead.
            x += measure(text[: len(text) - len(text.lstrip(" "))], size, run_weight)
            shown = text.strip(" ").replace("\N{NO-BREAK SPACE}", " ")
            marks.append(Words(x, baseline, shown, size, run_weight, fill, lang=lang, role=role))
            x += measure(text.lstrip(" "), size, run_weight)
        widest = max(widest, x)
    return Block(tuple(marks), len(lines) * step, widest)


# ── bullets and plates ───────────────────────────────────────────────────────


def bullet_width(line: str, radius: float, lang: Lang) -> float:
    """How wide the bullet of a line is: a disc for a numeral, a pill for a name."""
    label = bullet_label(line, lang)
    return max(2 * radius, measure(label, _bullet_size(label, radius), "bold") + radius)


def bullet_label(line: str, lang: Lang) -> str:
    """What stands in the bullet: the numeral, or the name in the reader's language without 선 or `Line`."""
    if line.isdigit():
        return line
    if lang == "ko":
        return line.removesuffix("선")
    name = words.line_text(line).en
    short = name.removesuffix(" Line")
    return short if len(short) > 1 else name  # a single letter (U Line) would not be known for a line


def _bullet_size(label: str, radius: float) -> float:
    return radius * (1.16 if len(label) == 1 else 0.92)


def bullet(line: str, x: float, y: float, radius: float, lang: Lang) -> Iterator[Mark]:
    """A line's bullet, its left edge at x, centred on y: dark outline, numeral black or white by contrast."""
    colour, label = style.line_colour(line), bullet_label(line, lang)
    size, width = _bullet_size(label, radius), bullet_width(line, radius, lang)
    role = f"line:{line}"
    if width <= 2 * radius:
        yield Circle(x + radius, y, radius, fill=colour, stroke=style.INK, stroke_width=radius * 0.09 + 1, role=role)
    else:
        yield Rect(x, y - radius, width, 2 * radius, colour, style.INK, radius * 0.09 + 1, radius=radius, role=role)
    ink = style.numeral_colour(colour)
    yield Words(x + width / 2, centred(y, size), label, size, "bold", ink, anchor="middle", role=role)


LONGEST_USUAL_LABEL = 3
"""Characters of a level's label that fit the plate in full size (`B12`)."""


def level_plate(label: str, x: float, y: float, level: str) -> Iterator[Mark]:
    """The black plate with a level's label: 84 wide, 58 high."""
    size = 40.0 if len(label) <= LONGEST_USUAL_LABEL else 30.0
    yield Rect(x, y, 84, 58, fill=style.INK, radius=8, role=f"level:{level}")
    yield Words(x + 42, centred(y + 29, size), label, size, "bold", style.PAPER, anchor="middle", role=f"level:{level}")


def tile(name: str, x: float, y: float, size: float, *, inverse: bool = False, role: str | None = None) -> Icon:
    """A pictogram on its tile; a warning stands alone in red."""
    if name == "warning":
        return Icon(name, x, y, size, style.HAZARD, role=role)
    ink, ground = (style.ROUTE, style.PAPER) if inverse else (style.ON_ROUTE, style.ROUTE)
    return Icon(name, x, y, size, ink, ground, role=role)


# ── badges ───────────────────────────────────────────────────────────────────

BADGE_HEIGHT = 36.0
BADGE_GAP = 7.0
_PAD, _MARK = 10.0, 22.0


def badge_height(size: float = style.BADGE) -> float:
    """How high a badge is whose words have this size."""
    return BADGE_HEIGHT * size / style.BADGE


def badge_width(badge: Badge, lang: Lang, size: float = style.BADGE) -> float:
    """How wide a badge is."""
    return (2 * _PAD + _MARK) * size / style.BADGE + measure(said(badge.text, lang), size, "bold")


def draw_badge(
    badge: Badge, x: float, y: float, lang: Lang, *, ink: str, ground: str | None, size: float = style.BADGE
) -> Iterator[Mark]:
    """A badge: kinds differ by mark and border (round, solid, dashed, dotted, double), never by colour."""
    by = size / style.BADGE
    width, height, role = badge_width(badge, lang, size), badge_height(size), f"badge:{badge.method}"
    radius = {"surveyed": height / 2, "official": 5.0 * by}.get(badge.method, 7.0 * by)
    dash = {"derived": (7.0, 4.0), "unknown": (2.0, 3.0)}.get(badge.method, ())
    yield Rect(x, y, width, height, ground, ink, 2.0 * by, dash, radius, role)
    if badge.method == "differs":
        inner = 4 * by
        yield Rect(x + inner, y + inner, width - 2 * inner, height - 2 * inner, None, ink, 1.4 * by, radius=4 * by)
    middle = y + height / 2
    if badge.method == "surveyed":
        yield Circle(x + (_PAD + 7) * by, middle, 6.5 * by, fill=ink)
    elif badge.method == "official":
        yield Rect(x + (_PAD + 1) * by, middle - 6 * by, 12 * by, 12 * by, fill=ink, radius=2 * by)
    else:
        yield Words(x + (_PAD + 8) * by, centred(middle, size), badge.mark, size, "bold", ink, anchor="middle")
    text = said(badge.text, lang)
    yield Words(x + (_PAD + _MARK) * by, centred(middle, size), text, size, "bold", ink, lang=lang, role=role)


def draw_badges(
    badges: Sequence[Badge], width: float, lang: Lang, *, ink: str = style.INK, ground: str | None = None
) -> tuple[tuple[Mark, ...], float]:
    """Badges in rows, as marks that begin at (0, 0), and their height."""
    marks: list[Mark] = []
    x = y = 0.0
    for badge in badges:
        if x and x + badge_width(badge, lang) > width:
            x, y = 0.0, y + BADGE_HEIGHT + BADGE_GAP
        marks += draw_badge(badge, x, y, lang, ink=ink, ground=ground)
        x += badge_width(badge, lang) + BADGE_GAP
    return tuple(marks), y + BADGE_HEIGHT if badges else 0.0
