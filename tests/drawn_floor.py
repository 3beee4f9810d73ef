"""Floors drawn in ASCII: each character is a square metre, the last line is the southernmost.

`.` or a letter is floor (a letter also names the middle of its square), `#` and a blank are none.
"""

from __future__ import annotations

from textwrap import dedent

import shapely
from shapely import Polygon, box


def rows(drawing: str) -> list[str]:
    """The drawing's lines from south to north."""
    return [line for line in dedent(drawing).splitlines() if line.strip()][::-1]


def squares(drawing: str, wanted: str = "") -> list[Polygon]:
    """One polygon for each run of the wanted characters in a line, by default `.` and letters: many touching spaces."""
    found = []
    for y, line in enumerate(rows(drawing)):
        start = None
        for x, sign in enumerate(line + " "):
            inside = sign in wanted if wanted else sign == "." or sign.isalpha()
            if inside and start is None:
                start = x
            if not inside and start is not None:
                found.append(box(start, y, x, y + 1))
                start = None
    return found


def shape(drawing: str, wanted: str = "") -> shapely.Geometry:
    """The floor as one geometry."""
    return shapely.union_all(squares(drawing, wanted))


def places(drawing: str) -> dict[str, tuple[float, float]]:
    """Where each letter stands."""
    return {
        sign: (x + 0.5, y + 0.5)
        for y, line in enumerate(rows(drawing))
        for x, sign in enumerate(line)
        if sign.isalpha()
    }
