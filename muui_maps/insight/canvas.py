"""A matplotlib figure as bytes: in the bundled typeface, its words as text, the same bytes for the same drawing."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Literal

from muui_maps.maps.fonts import FAMILY, font_face_css, font_paths
from muui_maps.maps.style import PAPER

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

FONT_PT = 11.0
FileFormat = Literal["svg", "png"]


def figure_bytes(
    draw: Callable[[Figure], None], *, size_in: tuple[float, float], title: str, lang: str, file_format: FileFormat
) -> bytes:
    """What `draw` draws on an empty figure.

    Parameters
    ----------
    size_in
        Width and height in inches.
    title
        The figure's name for those who hear it.
    file_format
        SVG holds real text and its own typeface, so that it can be read aloud and searched; PNG is for slides.
    """
    import matplotlib as mpl
    from matplotlib import font_manager
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    for path in font_paths():
        font_manager.fontManager.addfont(str(path))
    settings: Any = {
        "font.family": FAMILY,
        "font.size": FONT_PT,
        "svg.fonttype": "none",
        "svg.hashsalt": "muui-maps",
        "axes.unicode_minus": False,
        "text.parse_math": False,
    }
    out = io.BytesIO()
    with mpl.rc_context(settings):
        figure = Figure(figsize=size_in, facecolor=PAPER)
        draw(figure)
        if file_format == "png":
            FigureCanvasAgg(figure)
            figure.savefig(out, format="png", dpi=150, metadata={"Software": None})
            return out.getvalue()
        FigureCanvasSVG(figure)
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    return _standing_alone(out.getvalue().decode(), title, lang).encode()


def _standing_alone(svg: str, title: str, lang: str) -> str:
    """The SVG with its own typeface, a language and a name."""
    words = "".join(sorted(set(re.sub(r"<[^>]*>", "", svg)) | set("0123456789")))
    css = font_face_css([(words, "regular"), (words, "bold")])
    svg = re.sub(r'<style type="text/css">', lambda found: found.group(0) + css, svg, count=1)
    opening = f'<svg role="img" lang="{lang}" aria-label="{title}" '
    return svg.replace("<svg ", opening, 1).replace(
        '<?xml version="1.0" encoding="utf-8" standalone="no"?>', '<?xml version="1.0" encoding="utf-8"?>'
    )
