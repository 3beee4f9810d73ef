"""A finished picture before ink: marks in drawing order, and the words that say the same.

Views (`cards.py`, `section.py`) make a Scene; renderers (`svg.py`, `raster.py`, `page.py`) only draw it. All lengths
are in the scene's own units (user units of the SVG). Every mark may carry `role`, what it stands for (`leg:3`,
`badge:3`, `shaft:4:EV:외부1`, `door`, `level:7:B3` …), so that a test can compare the picture with the route.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from muui_maps.maps.style import INK, PAPER

if TYPE_CHECKING:
    from muui_maps.maps.foreign import Names

Weight = Literal["regular", "bold"]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()
    radius: float = 0.0
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Circle:
    x: float
    y: float
    radius: float
    fill: str | None = None
    stroke: str | None = None
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Polyline:
    points: tuple[tuple[float, float], ...]
    stroke: str
    stroke_width: float = 1.0
    dash: tuple[float, ...] = ()
    fill: str | None = None
    closed: bool = False
    rounded: bool = True
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; `y` is the baseline. `halo` is the colour of an outline drawn behind it."""

    x: float
    y: float
    text: str
    size: float
    weight: Weight = "regular"
    fill: str = INK
    anchor: Anchor = "start"
    lang: str | None = None
    halo: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Icon:
    """A pictogram of `icons.py`, in a square of `size` whose upper left corner is (x, y)."""

    name: str
    x: float
    y: float
    size: float
    colour: str
    background: str | None = None
    role: str | None = None


Mark = Rect | Circle | Polyline | Words | Icon


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture: `title` and `description` are its text for a screen reader, `scale` how much larger it is shown.

    `facts` are what it says of itself to machines (`identity.py`). `unit` is the length of one of its own on paper
    (`mm`); empty where it has none. `names` says in which language names stand beside English:
    that takes a typeface more.
    """

    id: str
    width: float
    height: float
    lang: str
    title: str
    description: str
    marks: tuple[Mark, ...]
    background: str = PAPER
    scale: float = 1.0
    facts: tuple[tuple[str, str], ...] = ()
    unit: Literal["", "mm"] = ""
    names: Names = ""
