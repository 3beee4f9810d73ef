"""The floor of a tactile plate in its true shape, where somebody measured it.

Only outlines of layers or surveys are drawn: a rectangle that was assumed would be felt as a wall. The outline gives
way to the route, the symbols and their labels, so that nothing is felt as one thing with another.

Indoor layers hold a whole building: of them a plate shows the spaces that the way runs through, as one hall, as far as
the way and its surroundings reach. What is narrower than fingers can tell is closed or left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shapely import LineString, Point, Polygon, box, get_parts, line_merge, unary_union
from shapely.affinity import affine_transform

from muui_maps.maps.context import link_ends
from muui_maps.maps.scene import Polyline
from muui_maps.maps.tactile_rules import APART_MM, BLACK, GAP_MM, LINE_LENGTH_MM
from muui_maps.model import Method

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapely import Geometry

    from muui_maps.maps.scene import Mark
    from muui_maps.model import Route, Station
    from muui_maps.network.layered import Layers

_SIDE, _ROUTE, _EDGE = 9.0, 2.4, 1.2
_MARGIN, _TOP, _FOOT = 20.0, 45.0, 40.0
_LABEL = (20.0, 15.0)  # room for a number below a symbol, wide and high
_AROUND_M = 12.0  # what is shown beside the way of a floor of the layers
_TOUCHES_M = 0.3  # the way runs through a space that it comes so near to: outlines of neighbours leave gaps
_LEAST_SCALE = 0.5  # mm for a metre: below that a corridor of six metres is no wider than a gap
_WALKED = frozenset({"walkable", "outdoor", "ramp", "unknown"})
_FINE_MM = (GAP_MM + _EDGE) / 2
XY = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Seen:
    """What layers know of a floor: the spaces that are walked, and where ways bend (link → places in metres)."""

    spaces: tuple[Polygon, ...] = ()
    ways: Mapping[str, Sequence[XY]] = field(default_factory=dict)


def seen_of(layers: Layers | None, level: str) -> Seen:
    """What layers show of a level of the station; nothing without layers."""
    if layers is None:
        return Seen()
    areas, *_ = layers.on(level)
    return Seen(tuple(area.polygon for area in areas if area.kind in _WALKED), layers.ways)


@dataclass(frozen=True, slots=True)
class Floor:
    """What is drawn of a floor, where each symbol stands, and whether its number stands above instead of below."""

    marks: tuple[Mark, ...]
    places: tuple[XY, ...]
    above: tuple[bool, ...]


def floor_of(  # noqa: PLR0917 - a leg, its symbols, and what is known around it
    station: Station, route: Route, leg: int, nodes: Sequence[str | None], paper: tuple[float, float], seen: Seen
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
    if not (measured or seen.spaces) or None in walked:
        return None
    ends = [*walked[:1], *walked[-1:]]
    at = [known.get(node) if node else None for node in nodes]
    if at and at[0] is None:
        at[0] = ends[0]
    if at and at[-1] is None:
        at[-1] = ends[-1]
    if None in at:
        return None
    way = _way(route, leg, known, seen.ways)
    hall = _hall(seen.spaces, way)
    if (hall is None and not measured) or (hall is not None and not hall.covers(way)):
        return None  # a straight line through walls is no way
    shapes = [Polygon(space.outline or ()) for space in measured]
    frame = _Frame([way.buffer(_AROUND_M).envelope] if hall else [*shapes, way], paper)
    places = [frame.at(xy) for xy in at if xy]
    if hall and frame.scale < _LEAST_SCALE:
        return None
    if any(math.dist(a, b) < _SIDE + APART_MM + _LABEL[1] for n, a in enumerate(places) for b in places[n + 1 :]):
        return None
    walls = _walls_of(hall, frame, paper) if hall else [_on_paper(shape.exterior, frame) for shape in shapes]
    return _drawn(walls, _on_paper(way, frame), places)


def _way(route: Route, leg: int, known: Mapping[str, XY], ways: Mapping[str, Sequence[XY]]) -> LineString:
    """The way of a leg in metres: round what stands there where layers tell, else straight from place to place."""
    points: list[XY] = []
    for step in route.legs[leg].traversals:
        bends = ways.get(step.link.id) or [known[end] for end in (step.link.start, step.link.end)]
        points += list(bends) if step.forward else list(reversed(bends))
    kept = [xy for n, xy in enumerate(points) if not n or xy != points[n - 1]]
    return LineString(kept if len(kept) > 1 else [*kept, *kept])


def _hall(spaces: Sequence[Polygon], way: LineString) -> Geometry | None:
    """The spaces that a way runs through, as one; None if layers have none there."""
    touched = [space for space in spaces if space.distance(way) <= _TOUCHES_M]
    return unary_union([space.buffer(_TOUCHES_M, join_style="mitre") for space in touched]) if touched else None


def _walls_of(hall: Geometry, frame: _Frame, paper: tuple[float, float]) -> list[LineString]:
    """The outline of a hall as far as the paper shows it, without what is finer than fingers can tell."""
    window = box(_MARGIN - 5, _TOP - 5, paper[0] - _MARGIN + 5, paper[1] - _FOOT + 5)
    on_paper = affine_transform(hall, (frame.scale, 0, 0, -frame.scale, frame.left, frame.top))
    shown = on_paper.intersection(window.buffer(2 * _FINE_MM, join_style="mitre"))
    for grow in (_FINE_MM, -2 * _FINE_MM, _FINE_MM):
        shown = shown.buffer(grow, join_style="mitre")
    # Where the paper ends there is no wall.
    return [line for line in get_parts(line_merge(shown.boundary.intersection(window))) if line.length > 0]


def _on_paper(line: Geometry, frame: _Frame) -> LineString:
    return LineString([frame.at(xy) for xy in line.coords])


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

    def at(self, xy: XY) -> XY:
        return self.left + xy[0] * self.scale, self.top - xy[1] * self.scale


def _drawn(outlines: Sequence[LineString], line: LineString, places: Sequence[XY]) -> Floor | None:
    squares = [Point(xy).buffer(_SIDE / 2 * math.sqrt(2)) for xy in places]
    walls = unary_union(list(outlines))
    # A number that broke a wall would be felt as a door.
    above = [_breaks(walls, xy, above=False) and not _breaks(walls, xy, above=True) for xy in places]
    labels = [_label(xy, above=up) for xy, up in zip(places, above, strict=True)]
    taken = unary_union([*squares, *labels])
    way = line.simplify(1.0).difference(taken.buffer(GAP_MM + _ROUTE / 2))
    parts = [part for part in get_parts(way) if part.length >= LINE_LENGTH_MM]
    if len(parts) < max(len(places) - 1, 1):
        return None  # from each symbol to the next a finger must be led
    marks: list[Mark] = [
        Polyline(tuple(part.coords), BLACK, _ROUTE, rounded=False, role=f"route:{n}") for n, part in enumerate(parts)
    ]
    free = unary_union([taken, way.buffer(_ROUTE / 2)]).buffer(GAP_MM + _EDGE / 2 + 0.1)
    for outline in outlines:
        left = get_parts(line_merge(outline.simplify(1.0).difference(free)))
        for wall in sorted(left, key=lambda part: (-part.length, part.bounds)):
            for part in get_parts(line_merge(wall.difference(free))):
                if part.length >= LINE_LENGTH_MM:
                    line_marks = Polyline(tuple(part.coords), BLACK, _EDGE, rounded=False, role=f"outline:{len(marks)}")
                    marks.append(line_marks)
            # Spaces side by side share a wall: felt once, it is one wall.
            free = unary_union([free, wall.buffer(GAP_MM + _EDGE + 0.1)])
    return Floor(tuple(marks), tuple(places), tuple(above))


def _breaks(walls: Geometry, xy: XY, *, above: bool) -> bool:
    """Whether a wall would have to give way to a number."""
    return float(_label(xy, above=above).distance(walls)) < GAP_MM + _EDGE


def _label(xy: XY, *, above: bool) -> Polygon:
    """The room of a symbol's number, with the air around it."""
    x, y = xy
    near, far = _SIDE / 2, _SIDE / 2 + _LABEL[1]
    return box(x - _LABEL[0] / 2, y - far if above else y + near, x + _LABEL[0] / 2, y - near if above else y + far)
