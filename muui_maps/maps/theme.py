"""A scene in another theme: the same marks in other inks.

Views draw in the inks of `style.py`; here each becomes a plain colour, so that a picture holds no CSS variable, which
rasterisers can't read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from muui_maps.maps.scene import Icon, Words
from muui_maps.maps.style import ink_of

if TYPE_CHECKING:
    from muui_maps.maps.scene import Mark, Scene
    from muui_maps.maps.style import Theme


def themed(scene: Scene, theme: Theme) -> Scene:
    """The scene in the colours of a theme; nothing else changes."""
    if theme == "light":
        return scene  # inks are the light theme's colours
    marks = tuple(_in_theme(mark, theme) for mark in scene.marks)
    return replace(scene, marks=marks, background=ink_of(scene.background, theme))


def _in_theme(mark: Mark, theme: Theme) -> Mark:
    def ink(colour: str | None) -> str | None:
        return None if colour is None else ink_of(colour, theme)

    if isinstance(mark, Words):
        return replace(mark, fill=ink_of(mark.fill, theme), halo=ink(mark.halo))
    if isinstance(mark, Icon):
        return replace(mark, colour=ink_of(mark.colour, theme), background=ink(mark.background))
    return replace(mark, fill=ink(mark.fill), stroke=ink(mark.stroke))  # type: ignore[arg-type]  # a line has a stroke
