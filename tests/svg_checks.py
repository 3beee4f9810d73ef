"""What must hold for the SVG of every view: its own fonts draw its text, and colours say what they are meant to."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from functools import cache

from defusedxml.ElementTree import fromstring
from fontTools.ttLib import TTFont

from muui_maps.maps import style
from muui_maps.maps.scene import Circle, Icon, Polyline, Rect, Scene, Words
from muui_maps.maps.style import Theme

FACE = re.compile(r'@font-face\{[^}]*font-weight:(\d+);src:url\("data:font/woff2;base64,([^"]+)"\)[^}]*\}')
TEXT = "{http://www.w3.org/2000/svg}text"
# Only these may wear a line's own colour; and these are the route.
OF_A_LINE = re.compile(r"line:.+|track:.+")
THE_ROUTE = re.compile(r"leg:\d+|route")


def font_faults(svg: str) -> list[str]:
    """Every character that no font inside the file draws, by the weight that it is set in."""
    faces = {weight: _characters(font) for weight, font in FACE.findall(svg)}
    found = []
    for element in fromstring(svg).iter(TEXT):
        weight, text = element.get("font-weight", "400"), element.text or ""
        if lost := {char for char in text if ord(char) not in faces.get(weight, frozenset())}:
            found.append(f"“{text}” ({weight}) has no font for {sorted(lost)}")
    return found


@cache
def _characters(font: str) -> frozenset[int]:
    return frozenset(TTFont(io.BytesIO(base64.b64decode(font))).getBestCmap())


def colour_faults(scene: Scene, theme: Theme) -> Iterator[str]:
    """The route is in its own ink, and nothing but a line's bullet or track is in the colour of a line."""
    lines = {colour: line for line, colour in style.LINE_COLOURS.items()}
    for mark in scene.marks:
        role = mark.role or ""
        if isinstance(mark, Polyline) and THE_ROUTE.fullmatch(role) and mark.stroke != style.inks_of(theme)["ROUTE"]:
            yield f"{role} is drawn in {mark.stroke}, not in the route's ink"
        for colour in _inks(mark):
            if colour in lines and not OF_A_LINE.fullmatch(role):
                yield f"{role or type(mark).__name__} wears the colour of {lines[colour]}"


def _inks(mark: Rect | Circle | Polyline | Words | Icon) -> tuple[str | None, ...]:
    if isinstance(mark, Words):
        return mark.fill, mark.halo
    if isinstance(mark, Icon):
        return mark.colour, mark.background
    return mark.fill, mark.stroke
