"""Scenes to one PDF on A4. The one place that knows fpdf2.

The bundled typefaces go into the file, cut down to what is used; the date inside is fixed, so that the same scenes give
the same bytes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from muui_maps.maps.fonts import FAMILY, font_path, measure
from muui_maps.maps.icons import BOX, ICONS, TILE_RADIUS
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Weight, Words
from muui_maps.maps.svg import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fpdf import FPDF

A4_WIDTH_MM, A4_HEIGHT_MM = 210.0, 297.0
_WHEN = datetime(2000, 1, 1, tzinfo=UTC)
_STYLES: dict[Weight, str] = {"regular": "", "bold": "B"}


def render_pdf(scenes: Sequence[Scene]) -> bytes:
    """One page for each scene, as wide as the paper.

    The document's title and language are those of the first scene.
    """
    from fpdf import FPDF

    document = FPDF(unit="mm", format="A4")
    document.set_auto_page_break(auto=False)
    document.set_margin(0)
    document.c_margin = 0
    document.set_creation_date(_WHEN)
    document.set_producer("muui_maps")
    document.set_lang(scenes[0].lang)
    document.set_title(clean_text(scenes[0].title))
    for weight, style in _STYLES.items():
        document.add_font(FAMILY, style, font_path(weight))
    for scene in scenes:
        document.add_page(orientation="landscape" if scene.width > scene.height else "portrait")
        _Page(document, scene).draw()
    return bytes(document.output())


class _Page:
    """One scene on one page."""

    def __init__(self, document: FPDF, scene: Scene) -> None:
        self.document = document
        self.scene = scene
        self.scale = document.w / scene.width

    def draw(self) -> None:
        ink: dict[type[Mark], Callable[[Any], None]] = {
            Rect: self._rect,
            Circle: self._circle,
            Polyline: self._polyline,
            Words: self._words,
            Icon: self._icon,
        }
        for mark in self.scene.marks:
            ink[type(mark)](mark)

    def _pen(self, fill: str | None, stroke: str | None, width: float, dash: tuple[float, ...]) -> str:
        """Sets colours; returns how a shape is painted, empty for not at all."""
        if fill:
            self.document.set_fill_color(fill)
        if stroke:
            self.document.set_draw_color(stroke)
            self.document.set_line_width(width * self.scale)
            on, off = (*dash, *dash)[:2] if dash else (0.0, 0.0)
            self.document.set_dash_pattern(on * self.scale, off * self.scale)
        return ("D" if stroke else "") + ("F" if fill else "")

    def _rect(self, mark: Rect) -> None:
        style = self._pen(mark.fill, mark.stroke, mark.stroke_width, mark.dash)
        if style:
            x, y, width, height = (each * self.scale for each in (mark.x, mark.y, mark.width, mark.height))
            radius = min(mark.radius * self.scale, width / 2, height / 2)
            self.document.rect(x, y, width, height, style, radius > 0, radius)

    def _circle(self, mark: Circle) -> None:
        style = self._pen(mark.fill, mark.stroke, mark.stroke_width, mark.dash)
        if style:
            self.document.circle(mark.x * self.scale, mark.y * self.scale, mark.radius * self.scale, style=style)

    def _polyline(self, mark: Polyline) -> None:
        style = self._pen(mark.fill, mark.stroke, mark.stroke_width, mark.dash)
        points = [(x * self.scale, y * self.scale) for x, y in mark.points]
        if mark.closed or mark.fill:
            self.document.polygon(points, style=style)
        else:
            self.document.polyline(points, style="D")

    def _words(self, mark: Words) -> None:
        text = clean_text(mark.text)
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * measure(text, mark.size, mark.weight)
        self.document.set_font(FAMILY, _STYLES[mark.weight])
        self.document.set_font_size(mark.size * self.scale * self.document.k)
        self.document.set_text_color(mark.fill)
        self.document.text((mark.x - shift) * self.scale, mark.y * self.scale, text)

    def _icon(self, mark: Icon) -> None:
        from fpdf.drawing_primitives import Transform

        side = mark.size / BOX
        if mark.background is not None:
            tile = Rect(mark.x, mark.y, mark.size, mark.size, fill=mark.background, radius=TILE_RADIUS * side)
            self._rect(tile)
        self.document.set_dash_pattern()
        with self.document.drawing_context() as context:
            for d, width in ((shape.d, shape.width) for shape in ICONS[mark.name]):
                path = _path(d, width, mark.colour)
                scale = side * self.scale
                path.transform = Transform.scaling(scale).translate(mark.x * self.scale, mark.y * self.scale)
                context.add_item(path)


@cache
def _path(d: str, width: float | None, colour: str) -> Any:  # noqa: ANN401 - fpdf2's own path
    from fpdf.drawing import PaintedPath
    from fpdf.svg import svg_path_converter

    path = PaintedPath()
    svg_path_converter(path, d)
    path.style.auto_close = width is None
    path.style.fill_color = colour if width is None else None
    path.style.stroke_color = None if width is None else colour
    if width is not None:
        path.style.stroke_width = width
        path.style.stroke_cap_style = "round"
        path.style.stroke_join_style = "round"
    path.style.intersection_rule = "evenodd"
    return path
