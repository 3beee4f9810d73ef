"""A scene in another theme: the same marks in other inks.

Views draw in the inks of `style.py`; here each becomes a plain colour, so that a picture holds no CSS variable, which
rasterisers can't read.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from muui_maps.maps.scene import Icon, Words
from muui_maps.maps.style import Ink, ink_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from muui_maps.maps.scene import Mark, Scene
    from muui_maps.maps.style import Theme


def themed(scene: Scene, theme: Theme) -> Scene:
    """The scene in the colours of a theme; nothing else changes."""
    if theme == "light":
        return scene  # inks are the light theme's colours
    return _recoloured(scene, lambda colour: ink_of(colour, theme))


def in_variables(scene: Scene) -> Scene:
    """The scene in CSS variables named after its inks (`var(--ROUTE)`), for a page that defines them in every theme."""
    return _recoloured(scene, lambda colour: f"var(--{colour.name})" if isinstance(colour, Ink) else colour)


def _recoloured(scene: Scene, ink: Callable[[str], str]) -> Scene:
    marks = tuple(_in_inks(mark, ink) for mark in scene.marks)
    return replace(scene, marks=marks, background=ink(scene.background))


def _in_inks(mark: Mark, change: Callable[[str], str]) -> Mark:
    def ink(colour: str | None) -> str | None:
        return None if colour is None else change(colour)

    if isinstance(mark, Words):
        return replace(mark, fill=change(mark.fill), halo=ink(mark.halo))
    if isinstance(mark, Icon):
        return replace(mark, colour=change(mark.colour), background=ink(mark.background))
    return replace(mark, fill=ink(mark.fill), stroke=ink(mark.stroke))  # type: ignore[arg-type]  # a line has a stroke
