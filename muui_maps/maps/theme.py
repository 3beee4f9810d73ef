"""A scene in another theme: the same marks in other inks.

Views draw in the inks of `style.py`; here each becomes a plain colour, so that a picture that goes from hand to hand
holds no CSS variable, which rasterisers can't read. Pages define their inks in every theme, and take variables.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from muui_maps.maps.style import INKS, Ink, ink_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from muui_maps.maps.scene import Mark, Scene
    from muui_maps.maps.style import Theme


def themed(scene: Scene, theme: Theme) -> Scene:
    """The scene in the colours of a theme; nothing else changes."""
    if theme == "light":
        return scene  # inks are the light theme's colours
    marks = tuple(type(mark)(*_recoloured(mark, lambda colour: ink_of(colour, theme))) for mark in scene.marks)
    return replace(scene, marks=marks, background=ink_of(scene.background, theme))


def in_variables(mark: Mark) -> tuple[Any, ...]:
    """The values of a mark in the order of its fields, its inks as CSS variables (`var(--ROUTE)`).

    They tell marks apart that are equal: two inks may be one colour in the light theme.
    """
    read, _ = _parts(type(mark))  # type: ignore[arg-type]  # a type has a hash
    return tuple([_VARIABLES[value.name] if type(value) is Ink else value for value in read(mark)])


_VARIABLES = {name: f"var(--{name})" for name in INKS}


def _recoloured(mark: Mark, change: Callable[[str], str]) -> tuple[Any, ...]:
    read, places = _parts(type(mark))  # type: ignore[arg-type]  # a type has a hash
    values = list(read(mark))
    for place in places:
        if values[place] is not None:
            values[place] = change(values[place])
    return tuple(values)


_COLOURS = frozenset({"fill", "stroke", "halo", "colour", "background"})


@cache
def _parts(kind: type[Mark]) -> tuple[attrgetter[tuple[Any, ...]], tuple[int, ...]]:
    """How to read all fields of a kind of mark in order, and which of them are colours."""
    names = [each.name for each in fields(kind)]
    return attrgetter(*names), tuple(place for place, name in enumerate(names) if name in _COLOURS)
