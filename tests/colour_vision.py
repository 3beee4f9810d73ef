"""Pictures as people see them who see red and green alike, or as a black-and-white printer gives them."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from typing import Literal, get_args

from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Words

Vision = Literal["grey", "protanopia", "deuteranopia"]
VISIONS: tuple[Vision, ...] = get_args(Vision)

Triple = tuple[float, float, float]

# On linear RGB, at full severity. Source: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, "A Physiologically-based
# Model for Simulation of Color Vision Deficiency", IEEE Trans. Visualization and Computer Graphics 15(6), 2009.
_MACHADO: dict[Vision, tuple[Triple, Triple, Triple]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
_LUMINANCE: Triple = (0.2126, 0.7152, 0.0722)  # of linear sRGB


@cache
def seen_colour(colour: str, vision: Vision) -> str:
    """`#RRGGBB` as it looks to that vision."""
    linear = _linear(colour)
    if vision == "grey":
        return _hex((_dot(_LUMINANCE, linear),) * 3)
    first, second, third = _MACHADO[vision]
    return _hex((_dot(first, linear), _dot(second, linear), _dot(third, linear)))


def seen(scene: Scene, vision: Vision) -> Scene:
    """The scene in the colours that are left of it."""
    marks = tuple(_seen_mark(mark, vision) for mark in scene.marks)
    return replace(scene, marks=marks, background=seen_colour(scene.background, vision))


def _seen_mark(mark: Mark, vision: Vision) -> Mark:
    def left(colour: str | None) -> str | None:
        return None if colour is None else seen_colour(str(colour), vision)

    if isinstance(mark, Words):
        return replace(mark, fill=seen_colour(str(mark.fill), vision), halo=left(mark.halo))
    if isinstance(mark, Icon):
        return replace(mark, colour=seen_colour(str(mark.colour), vision), background=left(mark.background))
    if isinstance(mark, Polyline):
        return replace(mark, stroke=seen_colour(str(mark.stroke), vision), fill=left(mark.fill))
    assert isinstance(mark, Rect | Circle)
    return replace(mark, fill=left(mark.fill), stroke=left(mark.stroke))


def apart(first: str, second: str) -> float:
    """How far two colours lie apart: CIE76 in CIELAB under D65. About 2 is just seen, 10 at a glance."""
    return math.dist(_lab(_linear(first)), _lab(_linear(second)))


def _linear(colour: str) -> Triple:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _straight(red), _straight(green), _straight(blue)


def _straight(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _hex(linear: Triple) -> str:
    channels = (min(max(each, 0.0), 1.0) for each in linear)
    curved = (c * 12.92 if c <= 0.0031308 else 1.055 * c ** (1 / 2.4) - 0.055 for c in channels)
    return "#" + "".join(f"{round(c * 255):02X}" for c in curved)


def _dot(row: Triple, linear: Triple) -> float:
    return sum(factor * each for factor, each in zip(row, linear, strict=True))


def _lab(linear: Triple) -> Triple:
    rows: tuple[Triple, Triple, Triple] = ((0.4124, 0.3576, 0.1805), _LUMINANCE, (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    x, y, z = (_bent(_dot(row, linear) / most) for row, most in zip(rows, white, strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _bent(share: float) -> float:
    return share ** (1 / 3) if share > 216 / 24389 else (24389 / 27 * share + 16) / 116
