"""Pictograms as our own plain vector paths, in a box of 24 by 24 units.

A shape is either filled (even-odd, so that holes are holes) or a stroke with round ends. Drawn on a tile (`background`
of `scene.Icon`) the box is the tile; without one the shapes stand alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BOX = 24.0
TILE_RADIUS = 4.6


@dataclass(frozen=True, slots=True)
class Shape:
    """One path of a pictogram: a stroke `width` wide, or filled where that is None."""

    d: str
    width: float | None = None


def _disc(x: float, y: float, radius: float) -> str:
    half = f"a{radius:g} {radius:g} 0 1 0"
    return f"M{x - radius:g} {y:g}{half} {2 * radius:g} 0{half} {-2 * radius:g} 0Z"


_CHAIR = (
    Shape(_disc(9.4, 4.9, 1.75)),
    Shape("M9.4 8V13.3H14.6L16.6 17.9L18.6 17.2", 1.9),
    Shape("M9.6 10.3H13.6", 1.7),
    Shape("M7.3 11.3A4.6 4.6 0 1 0 14 17.4", 1.8),
)
_POSTS = "M4 8.2a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1V19H4ZM16 8.2a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1V19H16Z"
_SMALL_PERSON = _disc(8.7, 8.3, 1.25) + "M7.1 10.4h3.2a.8.8 0 0 1 .8.8V14.4h-1V17.6H7.3V14.4h-1V11.2a.8.8 0 0 1 .8-.8Z"

ICONS: Mapping[str, tuple[Shape, ...]] = MappingProxyType(
    {
        "wheelchair": _CHAIR,
        "lift": (
            Shape("M5.6 3.6H18.4a1 1 0 0 1 1 1V19.4a1 1 0 0 1-1 1H5.6a1 1 0 0 1-1-1V4.6a1 1 0 0 1 1-1Z", 1.7),
            Shape(_SMALL_PERSON),
            Shape("M15 6.4L17.3 10H12.7ZM15 16L17.3 12.4H12.7Z"),
        ),
        "train": (
            Shape(
                "M8.4 3.8H15.6a2.2 2.2 0 0 1 2.2 2.2V14.8a2.2 2.2 0 0 1-2.2 2.2H8.4a2.2 2.2 0 0 1-2.2-2.2"
                "V6a2.2 2.2 0 0 1 2.2-2.2Z",
                1.7,
            ),
            Shape("M8.3 7.6a.9.9 0 0 1 .9-.9h5.6a.9.9 0 0 1 .9.9V11H8.3Z"),
            Shape(_disc(9.5, 13.7, 1.05) + _disc(14.5, 13.7, 1.05)),
            Shape("M8.6 17.4L6.6 20.4M15.4 17.4L17.4 20.4", 1.7),
        ),
        "gate_staff": (
            Shape(_POSTS),
            Shape(_disc(12, 5.6, 1.75)),
            Shape("M10.6 8.2h2.8a1 1 0 0 1 1 1V13.6h-1.1V19H10.7V13.6H9.6V9.2a1 1 0 0 1 1-1Z"),
        ),
        "gate_tap": (
            Shape("M4 10.2a1 1 0 0 1 1-1h3a1 1 0 0 1 1 1V19.4H4Z"),
            Shape(
                "M11.2 5.2L18.6 3.4a.8.8 0 0 1 1 .6L20.8 8.6a.8.8 0 0 1-.6 1L12.8 11.4a.8.8 0 0 1-1-.6"
                "L10.6 6.2a.8.8 0 0 1 .6-1ZM12.2 7.6l7-1.7-.3-1.2-7 1.7Z"
            ),
            Shape("M12 14.2a4.4 4.4 0 0 1 0 4.6M14.6 12.8a7.6 7.6 0 0 1 0 7.2", 1.5),
        ),
        "gate": (
            Shape(_POSTS),
            Shape("M9.9 9.1a2.1 2.1 0 1 1 3.1 1.9C12.2 11.4 12 11.9 12 13", 1.7),
            Shape(_disc(12, 16.4, 1.1)),
        ),
        "crossing": (Shape("M6.9 5H9.6L8 19H3.8ZM10.8 5H13.2L14 19H10ZM14.4 5H17.1L20.2 19H16Z"),),
        "warning": (
            Shape("M12 3.4L22 20.6H2Z", 1.9),
            Shape("M12 9.4V14.2", 2.2),
            Shape(_disc(12, 17.3, 1.25)),
        ),
        "outside": (
            Shape("M3.6 19H20.4", 1.7),
            Shape("M5.6 19V8.4L10.4 5.4V19", 1.7),
            Shape(_disc(17, 6.6, 2.1)),
            Shape("M13 14H18.6M16.4 11.6L18.8 14L16.4 16.4", 1.7),
        ),
        "wheelchair_lift": (
            Shape("M3.4 20.6L20.6 12.6", 1.7),
            Shape("M5 15.2H15.4", 1.7),
            Shape(_disc(9, 3.9, 1.4)),
            Shape("M9 6.2V9.4H12.2L13.4 12.2", 1.6),
            Shape("M7.4 8.2A2.9 2.9 0 1 0 11.6 12.2", 1.5),
        ),
        "escalator": (
            Shape("M3.6 18.6H7.4L15.6 10.2H20.4", 1.9),
            Shape("M3.6 14.2H6L13.8 6.2H16", 1.6),
            Shape(_disc(9.2, 4.6, 1.5)),
        ),
        "stairs": (Shape("M3.6 19.4H8V15.4H12V11.4H16V7.4H20.4", 2.0),),
        "moving_walk": (
            Shape("M3.4 18.4H20.6", 2.0),
            Shape(_disc(9.6, 4.8, 1.6)),
            Shape("M9.6 7.6V12L8 16M9.6 12L11.8 16", 1.8),
            Shape("M14.6 9.6H20M17.8 7.4L20 9.6L17.8 11.8", 1.6),
        ),
        "walk": (
            Shape(_disc(12.6, 4.4, 1.8)),
            Shape("M12.4 7.6L11.4 13.4L8.6 19.6M11.4 13.4L14.6 15.6L15.6 19.8", 1.9),
            Shape("M12.2 8.4L8.6 10.4V12.8M12.6 8.6L14.2 11L16.6 11.6", 1.6),
        ),
        "ramp": (Shape("M3.2 19.4H20.8L20.8 10.6Z"), Shape("M6.2 11.4L14 7.4M11.4 6.6L14.4 7.2L13.2 10", 1.6)),
        "toilet": (
            Shape(_disc(7.4, 5, 1.6) + _disc(16.6, 5, 1.6)),
            Shape("M5.6 7.4H9.2a.9.9 0 0 1 .9.9V13.4H9.2V19.4H5.6V13.4H4.7V8.3a.9.9 0 0 1 .9-.9Z"),
            Shape("M15.4 7.4H17.8L20 14H18.4V19.4H14.8V14H13.2Z"),
            Shape("M12 4V20", 1.2),
        ),
        "landmark": (
            Shape("M5 20V5.4H13.4V20M13.4 10H19V20M3.2 20H20.8", 1.7),
            Shape(
                "M7.4 8.4h1.6V10H7.4ZM7.4 11.8h1.6v1.6H7.4ZM7.4 15.2h1.6v1.6H7.4ZM10.4 8.4H12V10H10.4Z"
                "M10.4 11.8H12v1.6H10.4ZM15.4 12.8H17v1.6H15.4ZM15.4 16H17v1.6H15.4Z"
            ),
        ),
        "exit": (
            Shape("M13.4 4H5V20H13.4", 1.8),
            Shape("M9.4 12H19.6M15.8 8.2L19.6 12L15.8 15.8", 1.9),
        ),
        "call": (
            Shape(_disc(12, 8.6, 4.6), 1.7),
            Shape(_disc(12, 8.6, 1.9)),
            Shape("M12 13.4V20.4", 1.9),
        ),
        "phone": (
            Shape(
                "M6.2 3.8L9.2 4.4L10.4 8L8.4 9.8C9.4 12.2 11.6 14.4 14.2 15.6L16 13.6L19.6 14.8L20.2 17.8"
                "C20.2 19.2 19.2 20.2 17.8 20.2C10.2 20.2 3.8 13.8 3.8 6.2C3.8 4.8 4.8 3.8 6.2 3.8Z"
            ),
        ),
        "arrow": (Shape("M2.2 12H20.6M13.6 5L20.8 12L13.6 19", 2.6),),
    }
)
"""Every pictogram by name."""
