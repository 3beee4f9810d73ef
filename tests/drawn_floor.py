"""Floors drawn in ASCII: each character is a square metre, the last line is the southernmost.

.  floor            A…Z  floor, and the middle of the square has that name
#  wall             +    a door in a wall
~  a shop           o    floor with a column of 0.6 m in its middle
anything else       nothing is drawn there
"""

from __future__ import annotations

from textwrap import dedent

import shapely
from shapely import Geometry, Polygon, box

from muui_maps.network.walkable import Terminal
from muui_maps.sources.fragment import Area, Obstacle, Opening


def rows(drawing: str) -> list[str]:
    """The drawing's lines from south to north."""
    return [line for line in dedent(drawing).splitlines() if line.strip()][::-1]


def is_floor(sign: str) -> bool:
    return sign in ".o" or sign.isupper()


def squares(drawing: str, wanted: str = "") -> list[Polygon]:
    """One polygon for each run of the wanted characters in a line, by default of floor: many touching spaces."""
    found = []
    for y, line in enumerate(rows(drawing)):
        start = None
        for x, sign in enumerate(line + " "):
            inside = sign in wanted if wanted else is_floor(sign)
            if inside and start is None:
                start = x
            if not inside and start is not None:
                found.append(box(start, y, x, y + 1))
                start = None
    return found


def shape(drawing: str, wanted: str = "") -> Geometry:
    """The floor as one geometry."""
    return shapely.union_all(squares(drawing, wanted))


def places(drawing: str) -> dict[str, tuple[float, float]]:
    """Where each letter stands."""
    return {
        sign: (x + 0.5, y + 0.5)
        for y, line in enumerate(rows(drawing))
        for x, sign in enumerate(line)
        if sign.isupper()
    }


def area(name: str, polygon: Geometry, *, kind: str = "walkable", level: str = "B1", paid: bool | None = None) -> Area:
    return Area(name, level, kind, None, None, polygon, paid, f"{name}#1")


def spaces(drawing: str, *, level: str = "B1") -> list[Area]:
    """Its spaces: floor and shops."""
    floor = [area(f"{level} space {n:03}", each, level=level) for n, each in enumerate(squares(drawing))]
    shops = [
        area(f"{level} shop {n:03}", each, kind="closed", level=level) for n, each in enumerate(squares(drawing, "~"))
    ]
    return floor + shops


def structure(drawing: str, *, level: str = "B1") -> list[Obstacle]:
    """Its walls, drawn under the doors too, and its columns."""
    walls = [Obstacle(f"wall {n:03}", level, "wall", each, f"WL#{n}") for n, each in enumerate(squares(drawing, "#+"))]
    columns = [
        Obstacle(f"column {n:03}", level, "column", shapely.box(x + 0.2, y + 0.2, x + 0.8, y + 0.8), f"PL#{n}")
        for n, (x, y) in enumerate(_of(drawing, "o"))
    ]
    return walls + columns


def doors(drawing: str, *, level: str = "B1") -> list[Opening]:
    """Its doors, as squares."""
    return [
        Opening(f"door {n:03}", level, box(x, y, x + 1, y + 1), None, f"DR#{n}")
        for n, (x, y) in enumerate(_of(drawing, "+"))
    ]


def _of(drawing: str, wanted: str) -> list[tuple[int, int]]:
    return [(x, y) for y, line in enumerate(rows(drawing)) for x, sign in enumerate(line) if sign == wanted]


def terminals(drawing: str, *, level: str = "B1") -> list[Terminal]:
    """Its letters."""
    return [Terminal(name, level, "point", x, y) for name, (x, y) in sorted(places(drawing).items())]
