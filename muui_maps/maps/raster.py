"""SVG to PNG with resvg and the bundled fonts only, so that every machine draws the same."""

from __future__ import annotations

import re

from muui_maps.maps.fonts import FAMILY, font_paths, names_of

_HEAD = 4000  # within this the root says its typefaces
_STYLE = re.compile(r"<style\b[^>]*>.*?</style>", re.DOTALL)


def render_png(svg: str, *, zoom: float = 1.0) -> bytes:
    """A PNG of an SVG document, `zoom` pixels for each user unit.

    System fonts are left out: a character that the bundled fonts lack would stay empty, but `render_svg` refuses it.
    """
    import resvg_py

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=_STYLE.sub("", svg, count=1),  # resvg reads no embedded fonts
            skip_system_fonts=True,
            font_files=[str(path) for path in font_paths(names_of(svg[:_HEAD]))],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
            zoom=zoom,
            dpi=96,  # of lengths in mm; pixels stay pixels
        )
    )
