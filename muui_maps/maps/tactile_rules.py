"""What fingers can tell apart on swell paper, in millimetres, and a check that holds a plate to it.

| rule | figure | source |
|---|---|---|
| between any two things | 3.2 mm at least | L. Hasty, Design Principles for Tactile Graphics: "1/8th inch rule" |
| size of a thing | 6.4 mm at least | the same: components of at least 1/4 inch |
| symbols that mean different things | 6.4 mm apart | APH, Guidelines for Design of Tactile Graphics (1997): closer than 1/4 inch is hard to tell; on capsule paper Hasty asks for it too |
| length of a line | 12.7 mm at least | APH: sides under 1/2 inch may not be recognised |
| kinds of symbols on a plate | 5 at most on one drawing, else a key | BANA/CBA Guidelines and Standards for Tactile Graphics (2010), as its users quote it |
| paper | A4, at most A3 | Tacticos guidelines, ch. 4: A4 lies under two hands |
| braille | dots 1.5–1.6, apart 2.3–2.5, cells 5.5–6.9, lines ≥ 10 | 한국 점자 규정 (2020), paper |
| ink | black on white only | what is black swells, nothing else does |
"""  # noqa: E501 - a table

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from shapely import LineString, MultiPoint, Point, STRtree, box, unary_union

from muui_maps.maps.scene import Circle, Polyline, Rect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely import Geometry

    from muui_maps.maps.scene import Mark, Scene

GAP_MM, APART_MM, SIZE_MM, LINE_LENGTH_MM = 3.2, 6.4, 6.4, 12.7
LINE_WIDTH_MM = 1.0
BLACK, WHITE = "#000000", "#FFFFFF"
DOT_MM, DOTS_MM, CELL_MM, ROW_MM = (1.5, 1.6), (2.3, 2.5), (5.5, 6.9), 10.0
_SLACK = 0.02  # of coordinates that are rounded


def plate_faults(scene: Scene) -> list[str]:
    """What a finger could not tell apart on a plate, in words; empty if all is well.

    Marks of one role are one thing: the dots of a label, the bars of a symbol.
    """
    things: dict[str, list[Mark]] = {}
    for mark in scene.marks:
        things.setdefault(mark.role or "?", []).append(mark)
    shapes = {role: unary_union([_shape(mark) for mark in marks]) for role, marks in things.items()}
    return [
        *_ink(scene),
        *_near(shapes),
        *_small(shapes),
        *_lines(scene),
        *_braille(things),
        *_edge(scene, shapes),
    ]


def _shape(mark: Mark) -> Geometry:
    """What a mark covers on paper."""
    if isinstance(mark, Circle):
        return Point(mark.x, mark.y).buffer(mark.radius + (mark.stroke_width / 2 if mark.stroke else 0.0))
    if isinstance(mark, Rect):
        half = mark.stroke_width / 2 if mark.stroke else 0.0
        return box(mark.x - half, mark.y - half, mark.x + mark.width + half, mark.y + mark.height + half)
    if isinstance(mark, Polyline):
        return LineString(mark.points).buffer(mark.stroke_width / 2, cap_style="round" if mark.rounded else "flat")
    return Point(mark.x, mark.y)


def _ink(scene: Scene) -> Iterator[str]:
    if scene.background != WHITE:
        yield f"the paper is {scene.background}"
    for mark in scene.marks:
        if not isinstance(mark, Circle | Rect | Polyline):
            yield f"{mark.role}: print swells too, and no finger reads it"
            continue
        for ink in (mark.fill, mark.stroke):
            if ink not in {None, BLACK, WHITE}:
                yield f"{mark.role} is {ink}"


def _near(shapes: dict[str, Geometry]) -> Iterator[str]:
    roles = list(shapes)
    tree = STRtree([shapes[role] for role in roles])
    for n, role in enumerate(roles):
        for other in sorted(int(m) for m in tree.query(shapes[role].buffer(APART_MM))):
            if other <= n:
                continue
            least = APART_MM if role.startswith("symbol:") and roles[other].startswith("symbol:") else GAP_MM
            apart = float(shapes[role].distance(shapes[roles[other]]))
            if apart < least - _SLACK:
                yield f"{role} and {roles[other]} are {apart:.1f} mm apart, less than {least}"


def _small(shapes: dict[str, Geometry]) -> Iterator[str]:
    for role, shape in shapes.items():
        left, top, right, bottom = shape.bounds
        if role.startswith("symbol:") and max(right - left, bottom - top) < SIZE_MM - _SLACK:
            yield f"{role} is {max(right - left, bottom - top):.1f} mm, less than {SIZE_MM}"


def _lines(scene: Scene) -> Iterator[str]:
    for mark in scene.marks:
        if isinstance(mark, Polyline) and (mark.role or "").startswith(("route", "outline")):
            if mark.stroke_width < LINE_WIDTH_MM - _SLACK:
                yield f"{mark.role} is {mark.stroke_width:.1f} mm wide"
            if LineString(mark.points).length < LINE_LENGTH_MM - _SLACK:
                yield f"{mark.role} is {LineString(mark.points).length:.1f} mm long, less than {LINE_LENGTH_MM}"


def _braille(things: dict[str, list[Mark]]) -> Iterator[str]:
    for role, marks in things.items():
        if not role.startswith(("label:", "braille:")):
            continue
        dots = [mark for mark in marks if isinstance(mark, Circle)]
        if any(not DOT_MM[0] - _SLACK <= 2 * dot.radius <= DOT_MM[1] + _SLACK for dot in dots):
            yield f"{role}: a dot is not {DOT_MM[0]}–{DOT_MM[1]} mm wide"
        points = MultiPoint([(dot.x, dot.y) for dot in dots])
        for one, other in combinations(list(points.geoms)[:24], 2):
            if one.distance(other) < DOTS_MM[0] - _SLACK:
                yield f"{role}: dots are {one.distance(other):.1f} mm apart, less than {DOTS_MM[0]}"
                break


def _edge(scene: Scene, shapes: dict[str, Geometry]) -> Iterator[str]:
    room = box(10, 10, scene.width - 10, scene.height - 10)
    yield from (f"{role} runs to the edge of the paper" for role, shape in shapes.items() if not room.covers(shape))
