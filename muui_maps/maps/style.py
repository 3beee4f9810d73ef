"""Colours, sizes and weights of all maps, and the arithmetic of contrast that keeps them readable.

Nothing here carries meaning by colour alone: methods differ by mark and border, hazards by a triangle, lines by their
numeral. The ultramarine of the route stays apart from all line colours of Seoul under colour-vision deficiency.
"""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, Self, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

# ── inks ─────────────────────────────────────────────────────────────────────

Theme = Literal["light", "dark", "contrast"]
THEMES: tuple[Theme, ...] = get_args(Theme)


class Ink(str):
    """A colour of the light theme that knows its name, so that `ink_of` finds the same ink of another theme.

    Views use inks alone; lines keep their own colours, which are plain `#RRGGBB`, in every theme.
    """

    __slots__ = ("name",)
    name: str

    def __new__(cls, name: str) -> Self:
        ink = super().__new__(cls, INKS[name][0])
        ink.name = name
        return ink

    def __getnewargs__(self) -> tuple[str]:
        return (self.name,)


INKS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {  # light, dark, high contrast
        "INK": ("#15171C", "#FFFFFF", "#000000"),
        "MUTED": ("#475060", "#C3CAD6", "#000000"),
        "PAPER": ("#FFFFFF", "#000000", "#FFFFFF"),
        "ROUTE": ("#1B2A8C", "#FFD60A", "#00007A"),
        "ON_ROUTE": ("#FFFFFF", "#000000", "#FFFFFF"),
        "ON_ROUTE_SOFT": ("#E4E8FA", "#262100", "#FFFFFF"),
        "ROUTE_TINT": ("#ECEFFB", "#2A2500", "#FFFFFF"),
        "HAZARD": ("#A3001E", "#FF8A80", "#8A0000"),
        "HAIRLINE": ("#C9CDD4", "#4A515E", "#000000"),
        "EDGE": ("#767E8C", "#9AA3B2", "#000000"),
        "SLAB": ("#DDE1E8", "#2B303A", "#FFFFFF"),
        "PALE": ("#F1F3F7", "#14171D", "#FFFFFF"),
        "PAID_TINT": ("#FFF3D2", "#20180A", "#FFFFFF"),
        "PAID_EDGE": ("#8A5A00", "#FFB562", "#5C3B00"),
        "UNUSED": ("#767E8C", "#9AA3B2", "#000000"),
        # Floors seen from above; on high contrast outlines and pictograms alone tell them apart.
        "FLOOR": ("#F1F3F6", "#15181E", "#FFFFFF"),
        "SHUT": ("#CFD4DC", "#3A404B", "#FFFFFF"),
        "BUILT": ("#5B6371", "#B4BCC8", "#000000"),
        "RAMP": ("#DCE9DD", "#16291A", "#FFFFFF"),
        "STAIRS": ("#D9DFEE", "#1D2640", "#FFFFFF"),
        "ESCALATOR": ("#C6D0EA", "#232F52", "#FFFFFF"),
        "ELEVATOR": ("#AEBBE3", "#2B3966", "#FFFFFF"),
        "TRACK": ("#E7DFD3", "#2A241A", "#FFFFFF"),
    }
)
"""Every colour of the views, by theme, in the order of `THEMES`."""

INK = Ink("INK")  # text, level plates
MUTED = Ink("MUTED")  # second language, secondary facts
PAPER = Ink("PAPER")
ROUTE = Ink("ROUTE")  # the way, lift bands, pictogram tiles
ON_ROUTE = Ink("ON_ROUTE")
ON_ROUTE_SOFT = Ink("ON_ROUTE_SOFT")  # second language on a lift band
ROUTE_TINT = Ink("ROUTE_TINT")  # behind quotes and outside legs
HAZARD = Ink("HAZARD")  # bodily hazards only
HAIRLINE = Ink("HAIRLINE")  # rules between lines of a card: decoration
EDGE = Ink("EDGE")  # outlines that carry meaning: 4.1:1 on white
SLAB = Ink("SLAB")
PALE = Ink("PALE")  # floors of the oblique, whose outlines carry the meaning
PAID_TINT = Ink("PAID_TINT")  # inside the fare gates
PAID_EDGE = Ink("PAID_EDGE")
UNUSED = Ink("UNUSED")  # lifts and ways that this route does not use
FLOOR, SHUT, BUILT = Ink("FLOOR"), Ink("SHUT"), Ink("BUILT")
RAMP, STAIRS, ESCALATOR, ELEVATOR, TRACK = (
    Ink("RAMP"),
    Ink("STAIRS"),
    Ink("ESCALATOR"),
    Ink("ELEVATOR"),
    Ink("TRACK"),
)


def ink_of(colour: str, theme: Theme) -> str:
    """A colour in a theme: an ink as its table says, any other colour as it is."""
    return INKS[colour.name][THEMES.index(theme)] if isinstance(colour, Ink) else colour


def inks_of(theme: Theme) -> Mapping[str, str]:
    """The colours of a theme by name, for pages."""
    return {name: colours[THEMES.index(theme)] for name, colours in INKS.items()}


# ── sizes, in user units; cards are 720 wide ─────────────────────────────────
CARD_WIDTH = 720.0
LARGE_CARDS, LARGE_SECTION = 1.125, 2.0  # large print: cards stay on A4, the section takes A1 instead of A3
SECTION_WIDTH, SECTION_HEIGHT = 1684.0, 1191.0
ROUTE_WIDTH, CASING_WIDTH, CHEVRON_EVERY = 8.0, 15.0, 95.0
TITLE, HEADING, MAIN, SECOND, BADGE = 88.0, 30.0, 28.0, 20.0, 20.0
ICON = 50.0
LEADING = 1.25  # line height of text that wraps

# ── lines ────────────────────────────────────────────────────────────────────
LINE_COLOURS: dict[str, str] = {
    "1": "#0052A4",
    "2": "#00A84D",
    "3": "#EF7C1C",
    "4": "#00A5DE",
    "5": "#996CAC",
    "6": "#CD7C2F",
    "7": "#747F00",
    "8": "#E6186C",
    "9": "#BDB092",
    "공항철도": "#0090D2",
    "경의중앙선": "#77C4A3",
    "경춘선": "#0C8E72",
    "수인분당선": "#F5A200",
    "신분당선": "#D4003B",
    "우이신설선": "#B7C452",
    "신림선": "#6789CA",
    "김포골드라인": "#A17800",
    "GTX-A": "#9A6292",
}
UNKNOWN_LINE = "#E3E6EB"


def line_colour(line: str) -> str:
    """The colour of a line as Seoul publishes it; a pale grey for a line without one."""
    return LINE_COLOURS.get(line, UNKNOWN_LINE)


# ── contrast ─────────────────────────────────────────────────────────────────
_LINEAR_BELOW = 0.04045  # of a channel, from the sRGB definition
_HEX = re.compile(r"^#([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})$")


@cache
def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB` after WCAG 2.2; ValueError for anything else."""
    match = _HEX.match(colour)
    if match is None:
        raise ValueError(f"not a #RRGGBB colour: {colour!r}")
    channels = [int(part, 16) / 255 for part in match.groups()]
    linear = [c / 12.92 if c <= _LINEAR_BELOW else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours after WCAG 2.2, from 1 to 21."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def numeral_colour(background: str) -> str:
    """Black or white, whichever stands out more: computed, never picked by hand."""
    return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, background))
