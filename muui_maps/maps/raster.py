"""SVG to PNG with resvg and the bundled fonts only, so that every machine draws the same."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from muui_maps.maps.fonts import FAMILY, font_paths, names_of
from muui_maps.maps.svg import without_fonts

if TYPE_CHECKING:
    from resvg import usvg

    from muui_maps.maps.foreign import Names

_HEAD = 4000  # within this the root says its typefaces
_SIZE = re.compile(r'<svg[^>]*? height="([\d.]+)[^>]*? width="([\d.]+)')
_DPI = 96.0  # of lengths in mm; pixels stay pixels


def render_png(svg: str, *, zoom: float = 1.0) -> bytes:
    """A PNG of an SVG document, `zoom` pixels for each user unit.

    System fonts are left out: a character that the bundled fonts lack would stay empty, but `render_svg` refuses it.
    """
    from resvg import render, usvg

    options = _options(names_of(svg[:_HEAD]))
    bare = without_fonts(svg)  # resvg reads none that are embedded
    tree = usvg.Tree.from_str(bare, options)
    if zoom != 1:  # of a transform the size of the picture would take no notice
        width, height = tree.int_size()
        frame = f'width="{width * zoom:g}" height="{height * zoom:g}" viewBox="0 0 {width} {height}"'
        inner = bare[bare.index("<svg") :]
        tree = usvg.Tree.from_str(f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>{inner}</svg>', options)
    return bytes(render(tree, (1, 0, 0, 0, 1, 0)))


def pixels_of(svg: str) -> float:
    """How many pixels a document of `render_svg` takes: most of the work of painting it."""
    found = _SIZE.search(svg[:_HEAD])
    assert found is not None  # noqa: S101 - svg.opening writes both
    return float(found[1]) * float(found[2])


@lru_cache
def _options(names: Names) -> usvg.Options:
    from resvg import usvg

    options = usvg.Options.default()
    options.dpi, options.font_family = _DPI, FAMILY
    for path in font_paths(names):
        options.load_font_data(path.read_bytes())  # of a file it would read every letter anew
    return options
