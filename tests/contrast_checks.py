"""Contrast of a scene computed against what lies beneath: text 4.5:1, marks that carry meaning 3:1.

A fault is a sentence. What only decorates (hairlines, tints, casings, the grey of slabs) has no role or none of these.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from muui_maps.maps import style
from muui_maps.maps.fonts import measure
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

READABLE, VISIBLE = 4.5, 3.0
MEANING = re.compile(
    r"leg:.+|alternative:.+|landing(:.+)?|route|rule|arrow|badge.*|step:.+|pill:.+|plate:.+|stop.*:.+|shaft:.+|gate-tick"
    r"|section:.+|banner:.+|time|level:.+|button:.+|walkers|box:.+|metres:.+|minutes:.+|chevron|paid.*|fold:.+|line:.+"
)

Point = tuple[float, float]


def contrast_faults(scene: Scene) -> list[str]:
    return list(_faults(scene))


def _faults(scene: Scene) -> Iterator[str]:
    grounds: list[Mark] = []
    for mark in scene.marks:
        if isinstance(mark, Words):
            at = (_middle_of(mark), mark.y - 0.28 * mark.size)
            ground = _ground(scene, grounds, at)
            if style.contrast(mark.fill, ground) < READABLE:
                yield f"“{mark.text}” {mark.fill} on {ground}"
            if mark.halo is not None and style.contrast(mark.fill, mark.halo) < READABLE:
                yield f"“{mark.text}” {mark.fill} on its halo {mark.halo}"
        elif isinstance(mark, Icon):
            beneath = _ground(scene, grounds, (mark.x + mark.size / 2, mark.y + mark.size / 2))
            if style.contrast(mark.colour, mark.background or beneath) < VISIBLE:
                yield f"pictogram {mark.name} {mark.colour} on {mark.background or beneath}"
        elif mark.role is not None and MEANING.fullmatch(mark.role):
            ground = _ground(scene, grounds, _middle(mark))
            inks = [ink for ink in (mark.fill, mark.stroke) if ink is not None]
            if inks and max(style.contrast(ink, ground) for ink in inks) < VISIBLE:
                yield f"{mark.role} {inks} on {ground}"
        if not isinstance(mark, Words):
            grounds.append(mark)


def _middle_of(words: Words) -> float:
    width = measure(words.text, words.size, words.weight)
    return words.x + {"start": width / 2, "middle": 0.0, "end": -width / 2}[words.anchor]


def _middle(mark: Rect | Circle | Polyline) -> Point:
    if isinstance(mark, Rect):
        beside = mark.x - mark.stroke_width  # an outline alone is seen against what lies around it
        return (beside if mark.fill is None else mark.x + mark.width / 2), mark.y + mark.height / 2
    if isinstance(mark, Circle):
        return mark.x, mark.y
    start, end = max(pairwise(mark.points), key=lambda pair: _length(*pair))
    return (start[0] + end[0]) / 2, (start[1] + end[1]) / 2


def _length(start: Point, end: Point) -> float:
    return abs(end[0] - start[0]) + abs(end[1] - start[1])


def _ground(scene: Scene, grounds: list[Mark], at: Point) -> str:
    """The colour under a point: the last shape drawn before that covers it."""
    return next((colour for mark in reversed(grounds) if (colour := _covers(mark, at)) is not None), scene.background)


def _covers(mark: Mark, at: Point) -> str | None:
    x, y = at
    if isinstance(mark, Rect):
        return mark.fill if mark.x <= x <= mark.x + mark.width and mark.y <= y <= mark.y + mark.height else None
    if isinstance(mark, Circle):
        return mark.fill if (x - mark.x) ** 2 + (y - mark.y) ** 2 <= mark.radius**2 else None
    if isinstance(mark, Icon):
        return mark.background if 0 <= x - mark.x <= mark.size and 0 <= y - mark.y <= mark.size else None
    assert isinstance(mark, Polyline)
    if mark.closed:
        return mark.fill if _inside(mark.points, at) else None
    level = [(a, b) for a, b in pairwise(mark.points) if (a[0] == b[0] or a[1] == b[1]) and not mark.dash]
    half = mark.stroke_width / 2
    for a, b in level:
        left, right, top, bottom = min(a[0], b[0]), max(a[0], b[0]), min(a[1], b[1]), max(a[1], b[1])
        if left - half <= x <= right + half and top - half <= y <= bottom + half:
            return mark.stroke
    return None


def _inside(points: tuple[Point, ...], at: Point) -> bool:
    x, y = at
    sides = zip(points, (*points[1:], points[0]), strict=True)
    crossed = [
        a for a, b in sides if (a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
    ]
    return len(crossed) % 2 == 1
