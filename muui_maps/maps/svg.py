"""Scene to SVG. The one place that knows svgwrite.

svgwrite's validator refuses `role`, `aria-*` and `data-*`, writes control characters that XML forbids and lets
`javascript:` links through; so it runs with `debug=False` behind this adapter, which cleans all text and makes no link.
The same scene gives the same bytes.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import svgwrite
from svgwrite.base import BaseElement

from muui_maps.maps.fonts import CSS_WEIGHTS, FAMILY, families, font_face_css, glyph_runs, require_glyphs
from muui_maps.maps.icons import BOX, ICONS, TILE_RADIUS
from muui_maps.maps.identity import PREFIX
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Weight, Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from muui_maps.maps.foreign import Names

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
_NOT_ID = re.compile(r"[^0-9A-Za-z가-힣_-]+")


def clean_text(text: str) -> str:
    """A text without control characters, bidirectional overrides and invisible marks; newlines become blanks."""
    return re.sub(r"[\t\r\n]", " ", _FORBIDDEN.sub("", text))


def element_id(scene: Scene, part: str) -> str:
    """An id that is unique among the scenes of a page."""
    return _NOT_ID.sub("-", f"{scene.id}-{part}")


def number(value: float) -> str:
    """A length with at most two decimals and no trailing zeros; never `-0`."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def scene_texts(scene: Scene) -> tuple[tuple[str, Weight], ...]:
    """Every text that is drawn, with its weight."""
    return tuple((clean_text(mark.text), mark.weight) for mark in scene.marks if isinstance(mark, Words))


def render_svg(scene: Scene, *, embed_fonts: bool = True) -> str:
    """The scene as one SVG document that stands alone.

    Parameters
    ----------
    embed_fonts
        False where the surrounding page already carries the fonts.

    Raises
    ------
    InputRefusedError
        If a character can't be drawn (`font_missing_glyphs`).
    """
    require_glyphs((text for text, _ in scene_texts(scene)), scene.title, scene.names)
    width, height = number(scene.width), number(scene.height)
    shown = tuple(f"{number(length * scene.scale)}{scene.unit}" for length in (scene.width, scene.height))
    drawing = svgwrite.Drawing(size=shown, debug=False)
    title_id, description_id = element_id(scene, "title"), element_id(scene, "desc")
    drawing.attribs |= {
        "viewBox": f"0 0 {width} {height}",
        "role": "img",
        "lang": scene.lang,
        "xml:lang": scene.lang,
        "id": element_id(scene, "svg"),
        "aria-labelledby": title_id,
        "aria-describedby": description_id,
        "font-family": ", ".join([*(f"'{family}'" for family in families(scene.names)), "sans-serif"]),
    }
    drawing.attribs |= {f"{PREFIX}{name}": clean_text(value) for name, value in scene.facts}
    drawing.elements.clear()  # svgwrite's empty <defs>
    drawing.add(_text_element("title", title_id, scene.title))
    drawing.add(_text_element("desc", description_id, scene.description))
    if embed_fonts:
        style = _Element("style")
        style.text = font_face_css(scene_texts(scene), scene.names)
        drawing.add(style)
    drawing.add(_rect(Rect(0, 0, scene.width, scene.height, fill=scene.background)))
    for mark in scene.marks:
        drawn = _words(mark, scene.names) if isinstance(mark, Words) else _INK[type(mark)](mark)
        for element in drawn:
            drawing.add(element)
    return str(drawing.tostring()) + "\n"


class _Element(BaseElement):  # type: ignore[misc]
    """An SVG element with attributes as given and, if set, a text."""

    def __init__(self, name: str, **attributes: str | None) -> None:
        self.elementname = name
        super().__init__(debug=False)
        self.text: str | None = None
        self.attribs = {key: value for key, value in attributes.items() if value is not None}

    def get_xml(self) -> ET.Element:
        # As the base class does it, but for the checks of values that are texts already.
        xml = ET.Element(
            self.elementname, {key: self.attribs[key] for key in sorted(self.attribs) if self.attribs[key]}
        )
        xml.extend([element.get_xml() for element in self.elements])
        if self.text is not None:
            xml.text = self.text
        return xml


def _element(name: str, role: str | None, attributes: dict[str, str | None]) -> _Element:
    element = _Element(name)
    element.attribs = {key: value for key, value in attributes.items() if value is not None}
    if role is not None:
        element.attribs["data-role"] = clean_text(role)
    return element


def _text_element(name: str, identifier: str, text: str) -> _Element:
    element = _element(name, None, {"id": identifier})
    element.text = clean_text(text)
    return element


def _dash(dash: tuple[float, ...]) -> str | None:
    return " ".join(number(part) for part in dash) if dash else None


def _ink(fill: str | None, stroke: str | None, stroke_width: float, dash: tuple[float, ...]) -> dict[str, str | None]:
    return {
        "fill": fill or "none",
        "stroke": stroke,
        "stroke-width": number(stroke_width) if stroke else None,
        "stroke-dasharray": _dash(dash) if stroke else None,
    }


def _rect(mark: Rect) -> _Element:
    place: dict[str, str | None] = {"x": number(mark.x), "y": number(mark.y)}
    place |= {"width": number(mark.width), "height": number(mark.height)}
    place["rx"] = number(mark.radius) if mark.radius else None
    return _element("rect", mark.role, place | _ink(mark.fill, mark.stroke, mark.stroke_width, mark.dash))


def _circle(mark: Circle) -> _Element:
    place: dict[str, str | None] = {"cx": number(mark.x), "cy": number(mark.y), "r": number(mark.radius)}
    return _element("circle", mark.role, place | _ink(mark.fill, mark.stroke, mark.stroke_width, mark.dash))


def _polyline(mark: Polyline) -> _Element:
    points = " ".join(f"{number(x)},{number(y)}" for x, y in mark.points)
    shape = "round" if mark.rounded else None
    joins: dict[str, str | None] = {"points": points, "stroke-linejoin": shape, "stroke-linecap": shape}
    ink = _ink(mark.fill, mark.stroke, mark.stroke_width, mark.dash)
    return _element("polygon" if mark.closed else "polyline", mark.role, joins | ink)


def _words(mark: Words, names: Names) -> list[_Element]:
    attributes: dict[str, str | None] = {
        "x": number(mark.x),
        "y": number(mark.y),
        "font-size": number(mark.size),
        "font-weight": str(CSS_WEIGHTS[mark.weight]) if mark.weight != "regular" else None,
        "fill": mark.fill,
        "text-anchor": mark.anchor if mark.anchor != "start" else None,
        "lang": mark.lang,
    }
    text = _element("text", mark.role, attributes)
    told = clean_text(mark.text)
    pieces = glyph_runs(told, mark.weight, names) if names else ()
    if len(pieces) > 1 or any(family != FAMILY for _, family in pieces):
        for piece, family in pieces:  # a rasteriser that looks for another typeface forgets the weight
            run = _element("tspan", None, {"font-family": f"'{family}'"})
            run.text = piece
            text.add(run)
    else:
        text.text = told
    if mark.halo is None:
        return [text]
    halo_ink = {"fill": mark.halo, "stroke": mark.halo, "stroke-width": number(mark.size * 0.24)}
    halo = _element("text", None, attributes | halo_ink | {"stroke-linejoin": "round", "aria-hidden": "true"})
    halo.text = told
    return [halo, text]


def _icon(mark: Icon) -> _Element:
    scale = mark.size / BOX
    place = f"translate({number(mark.x)} {number(mark.y)}) scale({scale:.4f})"
    group = _element("g", mark.role, {"transform": place, "data-icon": mark.name})
    if mark.background is not None:
        group.add(_rect(Rect(0, 0, BOX, BOX, fill=mark.background, radius=TILE_RADIUS)))
    for shape in ICONS[mark.name]:
        if shape.width is None:
            ink: dict[str, str | None] = {"d": shape.d, "fill": mark.colour, "fill-rule": "evenodd"}
        else:
            ink = {"d": shape.d, "fill": "none", "stroke": mark.colour, "stroke-width": number(shape.width)}
            ink |= {"stroke-linecap": "round", "stroke-linejoin": "round"}
        group.add(_element("path", None, ink))
    return group


_INK: dict[type[Mark], Callable[[Any], list[_Element]]] = {
    Rect: lambda mark: [_rect(mark)],
    Circle: lambda mark: [_circle(mark)],
    Polyline: lambda mark: [_polyline(mark)],
    Icon: lambda mark: [_icon(mark)],
}
