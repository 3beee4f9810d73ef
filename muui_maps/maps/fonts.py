"""The bundled typefaces: how wide a text is, which characters can be drawn, and a subset to embed in a picture.

`Muui Sans` is Pretendard cut down (`typefaces/NOTICE.md`). It has no kerning, so the width of a text is the sum of its
advance widths and every renderer agrees with `measure`. fontTools is imported on first use.
"""

from __future__ import annotations

import base64
import io
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.maps.embed import FontData, read_font, woff2

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fontTools.ttLib import TTFont

    from muui_maps.maps.scene import Weight

FAMILY = "Muui Sans"
ASCENT, CAP_HEIGHT, DESCENT = 1950 / 2048, 1448 / 2048, 494 / 2048  # of the em, from the font's own tables
CSS_WEIGHTS: Mapping[Weight, int] = MappingProxyType({"regular": 400, "bold": 700})
WEIGHTS: tuple[Weight, ...] = ("regular", "bold")

_FILES: Mapping[Weight, str] = MappingProxyType({"regular": "MuuiSans-Regular.ttf", "bold": "MuuiSans-Bold.ttf"})
_FOLDER = Path(__file__).parent / "typefaces"


def font_path(weight: Weight) -> Path:
    """The TrueType file of a weight."""
    return _FOLDER / _FILES[weight]


def font_paths() -> tuple[Path, ...]:
    """The files of all weights."""
    return tuple(font_path(weight) for weight in WEIGHTS)


def _open(weight: Weight) -> TTFont:
    from fontTools.ttLib import TTFont

    return TTFont(io.BytesIO(_file_bytes(weight)), lazy=True, recalcTimestamp=False)


@cache
def _file_bytes(weight: Weight) -> bytes:
    return font_path(weight).read_bytes()


@cache
def _advances(weight: Weight) -> Mapping[int, float]:
    """Advance width in em by code point."""
    font = _open(weight)
    per_em = font["head"].unitsPerEm
    metrics = font["hmtx"].metrics
    return {code: metrics[name][0] / per_em for code, name in font.getBestCmap().items()}


def measure(text: str, size: float, weight: Weight = "regular") -> float:
    """Width of a text in user units. A character that the font lacks counts one em (see `missing_glyphs`)."""
    advances = _advances(weight)
    return size * sum(advances.get(ord(char), 1.0) for char in text)


def missing_glyphs(text: str) -> tuple[str, ...]:
    """The characters of a text that the bundled fonts can't draw, sorted and once each; empty if all is well."""
    return tuple(sorted({char for char in text if any(ord(char) not in _advances(weight) for weight in WEIGHTS)}))


def wrap(text: str, size: float, width: float, weight: Weight = "regular") -> tuple[str, ...]:
    """Break a text at blanks so that each line fits a width; only a single word wider than that is broken inside."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        candidate = f"{line} {word}" if line else word
        if not line or measure(candidate, size, weight) <= width:
            line = candidate
        else:
            lines.append(line)
            line = word
        while measure(line, size, weight) > width and len(line) > 1:
            head = _fitting(line, size, width, weight)
            lines.append(line[:head])
            line = line[head:]
    return (*lines, line) if line else tuple(lines)


def _fitting(word: str, size: float, width: float, weight: Weight) -> int:
    """How many characters of a word fit a width, at least one."""
    count = len(word)
    while count > 1 and measure(word[:count], size, weight) > width:
        count -= 1
    return count


@cache
def _data(weight: Weight) -> FontData:
    return read_font(_file_bytes(weight))


@lru_cache(maxsize=64)
def subset_woff2(characters: frozenset[str], weight: Weight) -> bytes:
    """A WOFF2 font with just these characters; the same characters give the same bytes."""
    return woff2(_data(weight), characters)


def font_face_css(texts: Iterable[tuple[str, Weight]]) -> str:
    """`@font-face` rules that hold exactly the characters of these texts, so that a file stands alone."""
    used: dict[Weight, set[str]] = {}
    for text, weight in texts:
        used.setdefault(weight, set()).update(text)
    rules = []
    for weight in WEIGHTS:
        if characters := used.get(weight):
            data = base64.b64encode(subset_woff2(frozenset(characters), weight)).decode("ascii")
            rules.append(
                f'@font-face{{font-family:"{FAMILY}";font-weight:{CSS_WEIGHTS[weight]};'
                f'src:url("data:font/woff2;base64,{data}") format("woff2")}}'
            )
    return "".join(rules)
