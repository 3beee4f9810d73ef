"""Braille: words to cells with liblouis where it is installed, cells to dots on paper.

liblouis is asked through its own command (`lou_translate`, Debian's `liblouis-bin`): Korean uncontracted, English
uncontracted in Unified English Braille. Without it there are only numbers, which are the same in both codes, and the
words stand in a list beside the plate. No translation is proof-read by anybody here, and every plate says so.

Sizes are those of the Korean braille rules (한국 점자 규정 of 2020-09-10, on paper): dots 1.5 to 1.6 mm wide, 2.3 to
2.5 mm apart, cells 5.5 to 6.9 mm, lines at least 10 mm.
"""

from __future__ import annotations

import shutil
import subprocess
from functools import lru_cache
from typing import TYPE_CHECKING

from muui_maps.maps.scene import Circle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DOT_MM, APART_MM, CELL_MM, LINE_MM = 1.5, 2.4, 6.0, 10.0
HEIGHT_MM = 2 * APART_MM + DOT_MM

TABLES = {"ko": "unicode.dis,ko-g1.ctb", "en": "unicode.dis,en-ueb-g1.ctb"}
PROGRAM = "lou_translate"
_BLANK, _LAST = 0x2800, 0x283F
_SECONDS = 20.0
_NUMBER_SIGN = "⠼"
_DIGITS = dict(zip("1234567890", "⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚", strict=True))
UNREAD = {"ko": "⠈⠬⠨⠎⠶ ⠨⠎⠒", "en": "⠝⠕⠞ ⠏⠗⠕⠕⠋⠗⠑⠁⠙"}
"""`교정 전` and `not proofread`: the mark that every plate bears, with liblouis or without."""


def number_cells(number: int) -> str:
    """A number: the number sign and the letters a to j, in Korean as in English."""
    return _NUMBER_SIGN + "".join(_DIGITS[digit] for digit in str(number))


def has_words() -> bool:
    """Whether words can be put into braille on this machine."""
    return shutil.which(PROGRAM) is not None


@lru_cache(maxsize=256)
def _translated(texts: tuple[str, ...], lang: str) -> tuple[str, ...] | None:
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    try:
        ran = subprocess.run(  # noqa: S603 - liblouis's own command, the words on its stdin
            [program, TABLES[lang]],
            input="".join(f"{' '.join(text.split())}\n" for text in texts),
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    lines = tuple(line.replace("\N{BRAILLE PATTERN BLANK}", " ").strip() for line in ran.stdout.splitlines())
    good = len(lines) == len(texts) and all(_is_braille(line) for line in lines)
    return lines if good else None


def _is_braille(line: str) -> bool:
    return all(char == " " or _BLANK <= ord(char) <= _LAST for char in line)


def translate(texts: Sequence[str], lang: str) -> tuple[str, ...] | None:
    """Each text as Unicode braille of six dots; None where liblouis is missing or does not know a character."""
    return _translated(tuple(texts), lang) if texts else ()


def wrapped(cells: str, width_mm: float) -> tuple[str, ...]:
    """Lines that fit a width, broken at blanks; a word longer than a line is cut."""
    room = max(1, int(width_mm // CELL_MM))
    lines = [""]
    for word in cells.split():
        rest = word
        joined = f"{lines[-1]} {rest}" if lines[-1] else rest
        if len(joined) <= room:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        while len(rest) > room:
            lines[-1] = rest[:room]
            lines.append("")
            rest = rest[room:]
        lines[-1] = rest
    return tuple(line for line in lines if line)


def width_mm(cells: str) -> float:
    """How wide a line of braille is, from the first column of dots to the last."""
    return max(0, len(cells) - 1) * CELL_MM + APART_MM + DOT_MM


def dots(cells: str, x: float, y: float, *, ink: str, role: str) -> Iterator[Circle]:
    """The dots of a line whose upper left dot would lie in the corner (x, y)."""
    for n, cell in enumerate(cells):
        bits = ord(cell) - _BLANK if _BLANK <= ord(cell) <= _LAST else 0
        for dot in range(6):
            if bits >> dot & 1:
                column, row = divmod(dot, 3)
                yield Circle(
                    x + DOT_MM / 2 + n * CELL_MM + column * APART_MM,
                    y + DOT_MM / 2 + row * APART_MM,
                    DOT_MM / 2,
                    fill=ink,
                    role=role,
                )
