"""The typeface of a set of pages: two files that hold just the letters that the pages show, and their style sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.maps.fonts import CSS_WEIGHTS, FAMILY, WEIGHTS, subset_woff2

if TYPE_CHECKING:
    from collections.abc import Iterable


def letter_files(letters: Iterable[str], sheet: str) -> dict[str, bytes]:
    """Name → content of the style sheet and its fonts, which lie beside it."""
    wanted = frozenset(letter for letter in letters if letter.isprintable())
    files: dict[str, bytes] = {}
    rules = []
    for weight in WEIGHTS:
        name = f"muui-{CSS_WEIGHTS[weight]}.woff2"
        files[name] = subset_woff2(wanted, weight)
        rules.append(
            f'@font-face{{font-family:"{FAMILY}";font-weight:{CSS_WEIGHTS[weight]};font-display:swap;'
            f'src:url("{name}") format("woff2")}}'
        )
    files[sheet] = ("\n".join(rules) + "\n").encode()
    return files
