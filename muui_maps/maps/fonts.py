"""The bundled typefaces: how wide a text is, which characters can be drawn, and a subset to embed in a picture.

`Muui Sans` is Pretendard cut down (`typefaces/NOTICE.md`). It has no kerning, so the width of a text is the sum of its
advance widths and every renderer agrees with `measure`. Names in Japanese and Chinese have typefaces of their own,
whose characters are all one em wide: each character is drawn by the first typeface that has it. fontTools is imported
on first use.
"""

from __future__ import annotations

import base64
import io
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.errors import InputRefusedError
from muui_maps.maps.embed import FontData, read_font, woff2
from muui_maps.model import Finding, Severity, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from muui_maps.maps.foreign import Names
    from muui_maps.maps.scene import Weight

FAMILY = "Muui Sans"
ASCENT, CAP_HEIGHT, DESCENT = 1950 / 2048, 1448 / 2048, 494 / 2048  # of the em, from the font's own tables
CSS_WEIGHTS: Mapping[Weight, int] = MappingProxyType({"regular": 400, "bold": 700})
WEIGHTS: tuple[Weight, ...] = ("regular", "bold")

_FILES: Mapping[Weight, str] = MappingProxyType({"regular": "MuuiSans-Regular.ttf", "bold": "MuuiSans-Bold.ttf"})
_NAMES: Mapping[Names, str] = MappingProxyType({"ja": "Muui Names JA", "zh": "Muui Names ZH"})
_FOLDER = Path(__file__).parent / "typefaces"


def families(names: Names = "") -> tuple[str, ...]:
    """The typefaces of a map in the order in which they are asked for a character."""
    return (FAMILY, _NAMES[names]) if names else (FAMILY,)


def names_of(families_css: str) -> Names:
    """Which names' typeface a list of families asks for."""
    return next((names for names, family in _NAMES.items() if family in families_css), "")


def font_path(weight: Weight, family: str = FAMILY) -> Path:
    """The TrueType file of a weight."""
    if family == FAMILY:
        return _FOLDER / _FILES[weight]
    return _FOLDER / f"{family.replace(' ', '')}-{'Bold' if weight == 'bold' else 'Regular'}.ttf"


def font_paths(names: Names = "") -> tuple[Path, ...]:
    """The files of all weights."""
    return tuple(font_path(weight, family) for family in families(names) for weight in WEIGHTS)


@cache
def _file_bytes(weight: Weight, family: str = FAMILY) -> bytes:
    return font_path(weight, family).read_bytes()


@cache
def _advances(weight: Weight) -> Mapping[int, float]:
    """Advance width in em by code point."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(_file_bytes(weight)), lazy=True, recalcTimestamp=False)
    per_em = font["head"].unitsPerEm
    metrics = font["hmtx"].metrics
    return {code: metrics[name][0] / per_em for code, name in font.getBestCmap().items()}


def measure(text: str, size: float, weight: Weight = "regular") -> float:
    """Width of a text in user units. A character that the font lacks counts one em (see `missing_glyphs`)."""
    return size * _ems(text, weight)


@lru_cache(maxsize=65536)
def _ems(text: str, weight: Weight) -> float:
    """Width in em. The maps of a station say the same words over and over, and try each in many places."""
    advances = _advances(weight)
    return sum(advances.get(ord(char), 1.0) for char in text)


def missing_glyphs(text: str, names: Names = "") -> tuple[str, ...]:
    """The characters of a text that the bundled fonts can't draw, sorted and once each; empty if all is well."""
    return tuple(sorted(set(text) - _drawable(names)))


@cache
def _drawable(names: Names) -> frozenset[str]:
    """Every character that can be drawn in all weights."""
    drawn = [frozenset().union(*(_characters(weight, family) for family in families(names))) for weight in WEIGHTS]
    return frozenset.intersection(*drawn)


@cache
def _characters(weight: Weight, family: str) -> frozenset[str]:
    """Every character that a typeface draws."""
    return frozenset(chr(code) for code in _data(weight, family).cmap)


def require_glyphs(texts: Iterable[str], what: str, names: Names = "") -> None:
    """See that every character can be drawn: none is left out or becomes a box.

    Parameters
    ----------
    what
        Which picture it is, for the message.

    Raises
    ------
    InputRefusedError
        If some can't; its Finding `font_missing_glyphs` names them and where they stand.
    """
    told = tuple(texts)
    if not missing_glyphs("".join(told), names):
        return
    for text in told:
        if lacking := missing_glyphs(text, names):
            shown = " ".join(f"{char} (U+{ord(char):04X})" for char in lacking)
            message = Text(
                f"{what}: 그릴 수 없는 글자가 있어요: {shown}. “{text}”",
                f"{what}: characters that the bundled typefaces can't draw: {shown}. “{text}”",
            )
            mend = Text(
                "자료에서 그 글자를 한글, 로마자, 숫자로 바꿔 주세요.",
                "Write it in Hangul, Latin letters or digits in the data.",
            )
            value = "".join(lacking)
            finding = Finding("font_missing_glyphs", Severity.ERROR, message, mend, field=text[:120], value=value)
            raise InputRefusedError(message, findings=(finding,))


def glyph_runs(text: str, weight: Weight, names: Names = "") -> tuple[tuple[str, str], ...]:
    """A text in pieces of one typeface each, as (piece, family)."""
    pieces: list[tuple[str, str]] = []
    for char in text:
        family = next((each for each in families(names) if char in _characters(weight, each)), FAMILY)
        if pieces and pieces[-1][1] == family:
            pieces[-1] = (pieces[-1][0] + char, family)
        else:
            pieces.append((char, family))
    return tuple(pieces)


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
def _data(weight: Weight, family: str = FAMILY) -> FontData:
    return read_font(_file_bytes(weight, family))


@lru_cache(maxsize=64)
def subset_woff2(characters: frozenset[str], weight: Weight, family: str = FAMILY) -> bytes:
    """A WOFF2 font with just these characters; the same characters give the same bytes."""
    return woff2(_data(weight, family), characters)


def font_face_css(texts: Iterable[tuple[str, Weight]], names: Names = "") -> str:
    """`@font-face` rules that hold exactly the characters of these texts, so that a file stands alone."""
    used: dict[Weight, set[str]] = {}
    for text, weight in texts:
        used.setdefault(weight, set()).update(text)
    rules = []
    for family in families(names):
        for weight in WEIGHTS:
            wanted = frozenset(used.get(weight, set()))
            if family != FAMILY:
                wanted = (wanted - _characters(weight, FAMILY)) & _characters(weight, family)
            if wanted:
                data = base64.b64encode(subset_woff2(wanted, weight, family)).decode("ascii")
                rules.append(
                    f'@font-face{{font-family:"{family}";font-weight:{CSS_WEIGHTS[weight]};'
                    f'src:url("data:font/woff2;base64,{data}") format("woff2")}}'
                )
    return "".join(rules)
