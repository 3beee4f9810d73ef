"""A floor seen from above: metres to paper, north up, and how each kind of space and structure looks."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import shapely

from muui_maps.maps import style
from muui_maps.maps.scene import Circle, Polyline, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from shapely import Geometry

    from muui_maps.maps.scene import Mark

XY = tuple[float, float]

FLOOR, SHUT, BUILT = style.FLOOR, style.SHUT, style.BUILT
FILLS: Mapping[str, str] = MappingProxyType(
    {
        "walkable": FLOOR,
        "outdoor": style.PAPER,
        "ramp": style.RAMP,
        "unknown": style.PAPER,
        "stairs": style.STAIRS,
        "escalator": style.ESCALATOR,
        "elevator": style.ELEVATOR,
        "closed": SHUT,
        "track": style.TRACK,
    }
)
"""Fill of a space by its kind (`fragment.Area.kind`)."""
_DASHED = frozenset({"outdoor", "unknown"})
_BAR_M = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_WALL = 2.4
_ASSUMED = 1.6  # an outline that nobody measured: broken, and plain to see
_DETAIL = 0.35  # user units: what lies nearer to the line can't be seen


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of the paper that a rectangle of the ground is fitted into, north up.

    Parameters
    ----------
    west_m, north_m
        What lies in the upper left corner (`left`, `top`).
    scale
        User units for a metre.
    """

    left: float
    top: float
    width: float
    height: float
    west_m: float
    north_m: float
    scale: float

    @classmethod
    def around(cls, shapes: Iterable[Geometry], left: float, top: float, width: float, height: float) -> Frame:
        """The largest that shows all shapes within the given rectangle, in its middle."""
        found = [shape.bounds for shape in shapes if not shape.is_empty] or [(0.0, 0.0, 1.0, 1.0)]
        west, south = min(b[0] for b in found), min(b[1] for b in found)
        east, north = max(b[2] for b in found), max(b[3] for b in found)
        wide, high = max(east - west, 1.0), max(north - south, 1.0)
        scale = min(width / wide, height / high)
        west -= (width / scale - wide) / 2
        north += (height / scale - high) / 2
        return cls(left, top, width, height, west, north, scale)

    def at(self, x_m: float, y_m: float) -> XY:
        """Where a place lies on paper."""
        return (
            round(self.left + (x_m - self.west_m) * self.scale, 2),
            round(self.top + (self.north_m - y_m) * self.scale, 2),
        )

    def ring(self, line: Geometry) -> tuple[XY, ...]:
        """A line on paper, without bends too small to see."""
        seen = shapely.simplify(line, _DETAIL / self.scale)
        return tuple(self.at(float(x), float(y)) for x, y in shapely.get_coordinates(seen).tolist())


def space_marks(frame: Frame, spaces: Iterable[tuple[Geometry, str, bool | None, str]]) -> Iterator[Mark]:
    """Outlines with kind, side of the gates and role: the largest first, so that what lies inside is seen."""
    for polygon, kind, paid, role in sorted(spaces, key=lambda each: (-each[0].area, each[3])):
        fill = FILLS.get(kind, style.PAPER)
        if paid and kind in ("walkable", "outdoor", "ramp", "unknown"):
            fill = style.PAID_TINT
        dash = (4.0, 3.0) if kind in _DASHED else ()
        for part in shapely.get_parts(polygon):
            if part.geom_type == "Polygon":
                width = _ASSUMED if kind == "unknown" else 0.8
                yield Polyline(
                    frame.ring(part.exterior), style.EDGE, width, dash=dash, fill=fill, closed=True, role=role
                )
                for hole in part.interiors:
                    yield Polyline(frame.ring(hole), style.EDGE, 0.8, fill=style.PAPER, closed=True)


def obstacle_marks(frame: Frame, shapes: Iterable[Geometry]) -> Iterator[Mark]:
    """Walls, columns and machines; a wall drawn as a line without breadth is as plain to see as one with it."""
    for shape in shapes:
        is_line = shape.geom_type in ("LineString", "MultiLineString")
        width, fill = (_WALL, None) if is_line else (0.8, BUILT)
        yield from shape_marks(frame, shape, stroke=BUILT, width=width, fill=fill, role="obstacle")


def shape_marks(
    frame: Frame, shape: Geometry, *, stroke: str, width: float, fill: str | None = None, role: str | None = None
) -> Iterator[Mark]:
    """Any shape in one ink: points as dots, lines as lines, polygons with a fill."""
    for part in shapely.get_parts(shape):
        if part.is_empty:
            continue
        if part.geom_type == "Point":
            x, y = frame.at(part.x, part.y)
            yield Circle(x, y, max(width, 1.5), fill=fill or stroke, role=role)
        elif part.geom_type == "Polygon":
            yield Polyline(frame.ring(part.exterior), stroke, width, fill=fill, closed=True, role=role)
        else:
            yield Polyline(frame.ring(part), stroke, width, role=role)


def scale_bar(frame: Frame, x: float, y: float) -> Iterator[Mark]:
    """A bar of a round number of metres, about a seventh of the frame wide, and which way is north."""
    metres = max((each for each in _BAR_M if each * frame.scale <= frame.width / 7), default=_BAR_M[0])
    end = x + metres * frame.scale
    yield Polyline(((x, y - 5), (x, y), (end, y), (end, y - 5)), style.INK, 1.5, rounded=False, role="scale")
    yield Words(end + 8, y + 1, f"{metres} m", 15, role="scale")
    tip = end + 76 + 14 * (len(str(metres)) - 1)
    yield Polyline(
        ((tip, y - 22), (tip + 7, y), (tip, y - 5), (tip - 7, y)),
        style.INK,
        1.0,
        fill=style.INK,
        closed=True,
        role="north",
    )
    yield Words(tip + 13, y, "N", 15, weight="bold", role="north")
