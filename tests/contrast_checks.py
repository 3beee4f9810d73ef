"""Contrast of a scene computed against what lies beneath: text 4.5:1, marks that carry meaning 3:1.

A fault is a sentence. Every mark with a role means something; what only decorates (hairlines, tints, casings, the grey
of slabs) has none.
"""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import TYPE_CHECKING

import shapely

from muui_maps.maps import style
from muui_maps.maps.fonts import measure
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

READABLE, VISIBLE = 4.5, 3.0
# What stands out by something else: the parts of the time bar by its frame and hatching, a track by its dark edges, a
# dash that carries a chevron by being part of the line.
HELD_ELSEWHERE = re.compile(r"time:.+|track:.+|chevron-dash")

SHARES = (0.06, 0.17, 0.28, 0.39, 0.5, 0.61, 0.72, 0.83, 0.94)  # of a line's length

Point = tuple[float, float]
Reach = tuple[float, float, float, float]


def contrast_faults(scene: Scene) -> list[str]:
    return list(_faults(scene))


def _faults(scene: Scene) -> Iterator[str]:
    grounds: list[tuple[Reach, Mark]] = []
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
        elif mark.role is not None and not HELD_ELSEWHERE.fullmatch(mark.role):
            inks = [ink for ink in (mark.fill, mark.stroke) if ink is not None]
            under = [_ground(scene, grounds, at) for at in _samples(mark)]
            lost = [ground for ground in under if inks and max(style.contrast(ink, ground) for ink in inks) < VISIBLE]
            if 2 * len(lost) > len(under):
                yield f"{mark.role} {inks} on {lost[0]}"
        if not isinstance(mark, Words):
            grounds.append((_reach(mark), mark))


def _middle_of(words: Words) -> float:
    width = measure(words.text, words.size, words.weight)
    return words.x + {"start": width / 2, "middle": 0.0, "end": -width / 2}[words.anchor]


def _samples(mark: Rect | Circle | Polyline) -> tuple[Point, ...]:
    """Where a mark is looked at: lines in several places, since each may cross something of its own colour."""
    if isinstance(mark, Rect):
        beside = mark.x - mark.stroke_width  # an outline alone is seen against what lies around it
        return (((beside if mark.fill is None else mark.x + mark.width / 2), mark.y + mark.height / 2),)
    if isinstance(mark, Circle):
        return ((mark.x, mark.y),)
    line = shapely.LineString((*mark.points, mark.points[0]) if mark.closed else mark.points)
    places = (line.interpolate(share, normalized=True) for share in SHARES)
    return tuple((place.x, place.y) for place in places)


def _ground(scene: Scene, grounds: list[tuple[Reach, Mark]], at: Point) -> str:
    """The colour under a point: the last shape drawn before that covers it."""
    x, y = at
    for (left, top, right, bottom), mark in reversed(grounds):
        if left <= x <= right and top <= y <= bottom and (colour := _covers(mark, at)) is not None:
            return colour
    return scene.background


def _reach(mark: Rect | Circle | Polyline | Icon) -> Reach:
    """The rectangle that a mark keeps to, its line included: what is outside is not looked at more closely."""
    if isinstance(mark, Rect):
        return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
    if isinstance(mark, Circle):
        return mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius
    if isinstance(mark, Icon):
        return mark.x, mark.y, mark.x + mark.size, mark.y + mark.size
    xs, ys = zip(*mark.points, strict=True)
    aside = mark.stroke_width / 2
    return min(xs) - aside, min(ys) - aside, max(xs) + aside, max(ys) + aside


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
    return mark.stroke if _on_line(mark, at) else None


def _on_line(line: Polyline, at: Point) -> bool:
    """Whether the ink of a line covers a point: within its width, and on a dash rather than between two."""
    walked = 0.0
    for start, end in pairwise(line.points):
        length = math.dist(start, end)
        if not length:
            continue
        across = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
        along = (at[0] - start[0]) * across[0] + (at[1] - start[1]) * across[1]
        aside = abs((at[0] - start[0]) * across[1] - (at[1] - start[1]) * across[0])
        if 0 <= along <= length and aside <= line.stroke_width / 2 and _on_dash(line.dash, walked + along):
            return True
        walked += length
    return False


def _on_dash(dash: tuple[float, ...], at: float) -> bool:
    if not dash:
        return True
    pattern = dash if len(dash) % 2 == 0 else dash * 2
    rest = at % sum(pattern)
    for index, part in enumerate(pattern):
        if rest < part:
            return index % 2 == 0
        rest -= part
    return False


def _inside(points: tuple[Point, ...], at: Point) -> bool:
    x, y = at
    sides = zip(points, (*points[1:], points[0]), strict=True)
    crossed = [
        a for a, b in sides if (a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0])
    ]
    return len(crossed) % 2 == 1
