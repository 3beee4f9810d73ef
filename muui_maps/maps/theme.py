"""A scene in another theme: the same marks in other inks.

Views draw in the inks of `style.py`; here each becomes a plain colour, so that a picture holds no CSS variable, which
rasterisers can't read.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

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


_COLOURS = frozenset({"fill", "stroke", "halo", "colour", "background"})


def _in_inks(mark: Mark, change: Callable[[str], str]) -> Mark:
    read, places = _parts(type(mark))  # type: ignore[arg-type]  # a type has a hash
    values = list(read(mark))
    for place in places:
        if values[place] is not None:
            values[place] = change(values[place])
    return type(mark)(*values)


@cache
def _parts(kind: type[Mark]) -> tuple[attrgetter[tuple[Any, ...]], tuple[int, ...]]:
    """How to read all fields of a kind of mark in order, and which of them are colours."""
    names = [each.name for each in fields(kind)]
    return attrgetter(*names), tuple(place for place, name in enumerate(names) if name in _COLOURS)
