"""Colours, sizes and weights of all maps, and the arithmetic of contrast that keeps them readable.

Nothing here carries meaning by colour alone: methods differ by mark and border, hazards by a triangle, lines by their
numeral. The ultramarine of the route stays apart from all line colours of Seoul under colour-vision deficiency.
"""

from __future__ import annotations

import re
from functools import cache

# ── inks ─────────────────────────────────────────────────────────────────────
INK = "#15171C"  # text, level plates
MUTED = "#475060"  # second language, secondary facts
PAPER = "#FFFFFF"
ROUTE = "#1B2A8C"  # the way, lift bands, pictogram tiles
ON_ROUTE = "#FFFFFF"
ON_ROUTE_SOFT = "#E4E8FA"  # second language on a lift band
ROUTE_TINT = "#ECEFFB"  # behind quotes and outside legs
HAZARD = "#A3001E"  # bodily hazards only
HAIRLINE = "#C9CDD4"  # rules between lines of a card: decoration
EDGE = "#767E8C"  # outlines that carry meaning: 4.1:1 on white
SLAB = "#DDE1E8"
PAID_TINT = "#FFF3D2"  # inside the fare gates
PAID_EDGE = "#8A5A00"
UNUSED = "#767E8C"  # lifts and ways that this route does not use

# ── sizes, in user units; cards are 720 wide ─────────────────────────────────
CARD_WIDTH = 720.0
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
