"""Many pieces of text that have much in common, as one short text inside a page.

Pages and pictures of a station differ little from each other: the same lift, the same floor, the same pictogram. A
pack holds every fragment once; a piece is the list of its fragments. The whole is JSON, deflated, in base85, whose
letters mean nothing in HTML and in a script's quotes: browsers inflate it by themselves (`DecompressionStream`), from a
file too.
"""

from __future__ import annotations

import base64
import json
import string
import zlib

import numpy as np

_LEVEL = 7
"""Of zlib: the highest takes twice as long and saves one part in eighty."""
_CUT = "\x00"
"""Stands between fragments while a piece is cut; pages hold no such character."""
_PLAIN = str.maketrans("<>&", ",.:")
"""The three digits of Python's base85 that HTML reads otherwise, and what stands for them."""
_DIGITS = (string.digits + string.ascii_uppercase + string.ascii_lowercase + "!#$%&()*+-;<=>?@^_`{|}~").translate(
    _PLAIN
)


class _Numbers(dict[str, int]):
    """Fragments by number; a new one gets the next."""

    def __missing__(self, fragment: str) -> int:
        self[fragment] = number = len(self)
        return number


class Pack:
    """Fragments and the pieces made of them. The same pieces in the same order give the same text."""

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._pieces: dict[tuple[int, ...], int] = {}

    def add(self, markup: str) -> int:
        """Put a piece in; returns its number. A piece that is there already keeps its number."""
        plain = str(markup)  # what a template made would escape what is put in
        fragments = plain.replace("><", f">{_CUT}<").replace("\n", f"\n{_CUT}").split(_CUT)
        piece = tuple(map(self._numbers.__getitem__, filter(None, fragments)))
        return self._pieces.setdefault(piece, len(self._pieces))

    def __len__(self) -> int:
        return len(self._pieces)

    @property
    def letters(self) -> set[str]:
        """Every character of the pieces."""
        return set().union(*self._numbers)

    def text(self, **more: object) -> str:
        """Everything, for the page: `fragments`, `pieces` (numbers as steps from the one before), and `more`."""
        content = {
            "fragments": list(self._numbers),
            "pieces": [_steps(piece) for piece in self._pieces],
            **more,
        }
        plain = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
        deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
        return _in_digits(deflate.compress(plain) + deflate.flush())


def unpacked(text: str) -> tuple[dict[str, object], tuple[str, ...]]:
    """What a page's script makes of the text: all that was put in beside the pieces, and the pieces themselves."""
    digits = text.translate({mark: letter for letter, mark in _PLAIN.items()})
    content = json.loads(zlib.decompress(base64.b85decode(digits), -zlib.MAX_WBITS))
    fragments, pieces = content.pop("fragments"), []
    for steps in content.pop("pieces"):
        number, parts = 0, []
        for step in steps:
            number += step
            parts.append(fragments[number])
        pieces.append("".join(parts))
    return content, tuple(pieces)


def _in_digits(content: bytes) -> str:
    """As `base64.b85encode`, at once instead of four bytes after the other: five digits for each four bytes."""
    lacking = -len(content) % 4
    words = np.frombuffer(content + bytes(lacking), dtype=">u4")[:, None]
    digits = words // np.array([85**4, 85**3, 85**2, 85, 1]) % 85
    told: str = np.frombuffer(_DIGITS.encode("ascii"), dtype=np.uint8)[digits].tobytes().decode("ascii")
    return told[: len(told) - lacking]


def _steps(numbers: tuple[int, ...]) -> list[int]:
    """Neighbours are mostly one apart: small numbers, and many of them alike."""
    return [number - before for before, number in zip((0, *numbers), numbers, strict=False)]
