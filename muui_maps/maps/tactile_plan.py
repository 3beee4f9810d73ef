"""The floor of a tactile plate in its true shape, where somebody measured it.

Only outlines of layers or surveys are drawn: a rectangle that was assumed would be felt as a wall. The outline gives
way to the route, the symbols and their labels, so that nothing is felt as one thing with another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shapely import LineString, Point, Polygon, box, get_parts, line_merge, unary_union

from muui_maps.maps.context import link_ends
from muui_maps.maps.scene import Polyline
from muui_maps.maps.tactile_rules import APART_MM, BLACK, GAP_MM, LINE_LENGTH_MM
from muui_maps.model import Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely import Geometry

    from muui_maps.maps.scene import Mark
    from muui_maps.model import Route, Station

_SIDE, _ROUTE, _EDGE = 9.0, 2.4, 1.2
_MARGIN, _TOP, _FOOT = 20.0, 45.0, 40.0
_LABEL = (20.0, 15.0)  # room for a number below a symbol, wide and high
XY = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Floor:
    """What is drawn of a floor, where each symbol stands, and whether its number stands above instead of below."""

    marks: tuple[Mark, ...]
    places: tuple[XY, ...]
    above: tuple[bool, ...]


def floor_of(
    station: Station, route: Route, leg: int, nodes: Sequence[str | None], paper: tuple[float, float]
) -> Floor | None:
    """The floor of a leg; None where no outline was measured, or a symbol's place is not known or has no room.

    Parameters
    ----------
    nodes
        Of the symbols, in their order; None for a symbol whose place nobody knows.
    """
    level = route.legs[leg].from_level
    measured = [s for s in station.spaces if s.level == level and s.outline and s.evidence.method is not Method.ASSUMED]
    known = {
        n.id: (n.x_m, n.y_m) for n in station.nodes if n.level == level and n.x_m is not None and n.y_m is not None
    }
    walked = [known.get(node) for node in _nodes(route, leg)]
    if not measured or None in walked:
        return None
    ends = [*walked[:1], *walked[-1:]]
    at = [known.get(node) if node else None for node in nodes]
    if at and at[0] is None:
        at[0] = ends[0]
    if at and at[-1] is None:
        at[-1] = ends[-1]
    if None in at:
        return None
    shapes = [Polygon(space.outline or ()) for space in measured]
    frame = _Frame([*shapes, *(Point(xy) for xy in walked if xy)], paper)
    places = [frame.at(xy) for xy in at if xy]
    if any(math.dist(a, b) < _SIDE + APART_MM + _LABEL[1] for n, a in enumerate(places) for b in places[n + 1 :]):
        return None
    line = LineString([frame.at(xy) for xy in walked if xy])
    return _drawn(shapes, frame, line, places)


def _nodes(route: Route, leg: int) -> list[str]:
    found: list[str] = []
    for step in route.legs[leg].traversals:
        found += [end for end in link_ends(step.link, forward=step.forward) if not found or found[-1] != end]
    return found


class _Frame:
    """Station metres on paper: north up, as large as fits."""

    def __init__(self, shapes: Sequence[Geometry], paper: tuple[float, float]) -> None:
        left, bottom, right, top = unary_union(list(shapes)).bounds
        room = (paper[0] - 2 * _MARGIN, paper[1] - _TOP - _FOOT)
        self.scale = min(room[0] / max(right - left, 1.0), room[1] / max(top - bottom, 1.0))
        self.left = _MARGIN + (room[0] - (right - left) * self.scale) / 2 - left * self.scale
        self.top = _TOP + (room[1] - (top - bottom) * self.scale) / 2 + top * self.scale

    def at(self, xy: tuple[float | None, float | None]) -> XY:
        return self.left + (xy[0] or 0.0) * self.scale, self.top - (xy[1] or 0.0) * self.scale


def _drawn(shapes: Sequence[Geometry], frame: _Frame, line: LineString, places: Sequence[XY]) -> Floor | None:
    squares = [Point(xy).buffer(_SIDE / 2 * math.sqrt(2)) for xy in places]
    walls = unary_union([LineString([frame.at(xy) for xy in shape.exterior.coords]) for shape in shapes])
    # A number that broke a wall would be felt as a door.
    above = [_breaks(walls, xy, above=False) and not _breaks(walls, xy, above=True) for xy in places]
    labels = [_label(xy, above=up) for xy, up in zip(places, above, strict=True)]
    taken = unary_union([*squares, *labels])
    way = line.difference(taken.buffer(GAP_MM + _ROUTE / 2))
    parts = [part for part in get_parts(way) if part.length >= LINE_LENGTH_MM]
    if not parts:
        return None
    marks: list[Mark] = [
        Polyline(tuple(part.coords), BLACK, _ROUTE, rounded=False, role=f"route:{n}") for n, part in enumerate(parts)
    ]
    free = unary_union([taken, way.buffer(_ROUTE / 2)]).buffer(GAP_MM + _EDGE / 2 + 0.1)
    for shape in shapes:
        ring = LineString([frame.at(xy) for xy in shape.exterior.coords]).simplify(1.0)
        walls = line_merge(ring.difference(free))
        parts = [part for part in get_parts(walls) if part.length >= LINE_LENGTH_MM]
        number = len(marks)
        marks += [
            Polyline(tuple(part.coords), BLACK, _EDGE, rounded=False, role=f"outline:{number + n}")
            for n, part in enumerate(parts)
        ]
        # Spaces side by side share a wall: felt once, it is one wall.
        free = unary_union([free, *(part.buffer(GAP_MM + _EDGE + 0.1) for part in parts)])
    return Floor(tuple(marks), tuple(places), tuple(above))


def _breaks(walls: Geometry, xy: XY, *, above: bool) -> bool:
    """Whether a wall would have to give way to a number."""
    return float(_label(xy, above=above).distance(walls)) < GAP_MM + _EDGE


def _label(xy: XY, *, above: bool) -> Polygon:
    """The room of a symbol's number, with the air around it."""
    x, y = xy
    near, far = _SIDE / 2, _SIDE / 2 + _LABEL[1]
    return box(x - _LABEL[0] / 2, y - far if above else y + near, x + _LABEL[0] / 2, y - near if above else y + far)
