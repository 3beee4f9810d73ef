"""Scene to SVG. The one place that knows svgwrite.

svgwrite's validator refuses `role`, `aria-*` and `data-*`, writes control characters that XML forbids and lets
`javascript:` links through; so it runs with `debug=False` behind this adapter, which cleans all text and makes no link.
svgwrite writes the document with its title, description and fonts; marks are written into it as text, which is many
times as quick.
The same scene gives the same bytes.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import svgwrite
from svgwrite.base import BaseElement

from muui_maps.maps.fonts import CSS_WEIGHTS, FAMILY, families, font_face_css, glyph_runs, require_glyphs
from muui_maps.maps.icons import BOX, ICONS, TILE_RADIUS
from muui_maps.maps.identity import PREFIX
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Weight, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from muui_maps.maps.foreign import Names

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
_SPECIAL = re.compile('[&<>"]')
_NOT_ID = re.compile(r"[^0-9A-Za-z가-힣_-]+")


def clean_text(text: str) -> str:
    """A text without control characters, bidirectional overrides and invisible marks; newlines become blanks."""
    if text.isprintable():  # as nearly all are: then there is nothing of the kind in it
        return text
    return re.sub(r"[\t\r\n]", " ", _FORBIDDEN.sub("", text))


def element_id(scene: Scene, part: str) -> str:
    """An id that is unique among the scenes of a page."""
    return _NOT_ID.sub("-", f"{scene.id}-{part}")


@lru_cache(maxsize=1 << 16)
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
    ground = _rect(Rect(0, 0, scene.width, scene.height, fill=scene.background))
    marks = "".join(
        _words(mark, scene.names) if isinstance(mark, Words) else _INK[type(mark)](mark) for mark in scene.marks
    )
    return str(drawing.tostring()).removesuffix("</svg>") + ground + marks + "</svg>\n"


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


def _text_element(name: str, identifier: str, text: str) -> _Element:
    element = _Element(name, id=identifier)
    element.text = clean_text(text)
    return element


# ── marks ────────────────────────────────────────────────────────────────────
#
# A picture has hundreds, a site a million: they are written as text, in the form that svgwrite's elements would take.


def _tag(name: str, attributes: Mapping[str, str | None], content: str = "", *, role: str | None = None) -> str:
    """An element whose content is markup already; attributes without a value are left out."""
    if role is not None:
        attributes = {**attributes, "data-role": clean_text(role)}
    valued = [(key, value) for key, value in sorted(attributes.items()) if value]
    if _SPECIAL.search("".join([value for _, value in valued])):
        valued = [(key, _escaped_text(value).replace('"', "&quot;")) for key, value in valued]
    told = "".join([f' {key}="{value}"' for key, value in valued])
    return f"<{name}{told}>{content}</{name}>" if content else f"<{name}{told} />"


def _escaped_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _dash(dash: tuple[float, ...]) -> str | None:
    return " ".join(number(part) for part in dash) if dash else None


def _ink(fill: str | None, stroke: str | None, stroke_width: float, dash: tuple[float, ...]) -> dict[str, str | None]:
    return {
        "fill": fill or "none",
        "stroke": stroke,
        "stroke-width": number(stroke_width) if stroke else None,
        "stroke-dasharray": _dash(dash) if stroke else None,
    }


def _rect(mark: Rect) -> str:
    place: dict[str, str | None] = {"x": number(mark.x), "y": number(mark.y)}
    place |= {"width": number(mark.width), "height": number(mark.height)}
    place["rx"] = number(mark.radius) if mark.radius else None
    return _tag("rect", place | _ink(mark.fill, mark.stroke, mark.stroke_width, mark.dash), role=mark.role)


def _circle(mark: Circle) -> str:
    place: dict[str, str | None] = {"cx": number(mark.x), "cy": number(mark.y), "r": number(mark.radius)}
    return _tag("circle", place | _ink(mark.fill, mark.stroke, mark.stroke_width, mark.dash), role=mark.role)


def _polyline(mark: Polyline) -> str:
    points = " ".join([f"{number(x)},{number(y)}" for x, y in mark.points])
    shape = "round" if mark.rounded else None
    joins: dict[str, str | None] = {"points": points, "stroke-linejoin": shape, "stroke-linecap": shape}
    ink = _ink(mark.fill, mark.stroke, mark.stroke_width, mark.dash)
    return _tag("polygon" if mark.closed else "polyline", joins | ink, role=mark.role)


def _words(mark: Words, names: Names) -> str:
    """The text, and behind it the same as its outline if it has a halo."""
    attributes: dict[str, str | None] = {
        "x": number(mark.x),
        "y": number(mark.y),
        "font-size": number(mark.size),
        "font-weight": str(CSS_WEIGHTS[mark.weight]) if mark.weight != "regular" else None,
        "fill": mark.fill,
        "text-anchor": mark.anchor if mark.anchor != "start" else None,
        "lang": mark.lang,
    }
    told = clean_text(mark.text)
    plain = content = _escaped_text(told)
    pieces = glyph_runs(told, mark.weight, names) if names else ()
    if len(pieces) > 1 or any(family != FAMILY for _, family in pieces):
        # A rasteriser that looks for another typeface by itself forgets the weight.
        content = "".join(
            _tag("tspan", {"font-family": f"'{family}'"}, _escaped_text(piece)) for piece, family in pieces
        )
    text = _tag("text", attributes, content, role=mark.role)
    if mark.halo is None:
        return text
    halo_ink = {"fill": mark.halo, "stroke": mark.halo, "stroke-width": number(mark.size * 0.24)}
    return _tag("text", attributes | halo_ink | {"stroke-linejoin": "round", "aria-hidden": "true"}, plain) + text


def _icon(mark: Icon) -> str:
    scale = mark.size / BOX
    place = f"translate({number(mark.x)} {number(mark.y)}) scale({scale:.4f})"
    shapes = _pictogram(mark.name, mark.colour, mark.background)
    return _tag("g", {"transform": place, "data-icon": mark.name}, shapes, role=mark.role)


@lru_cache(maxsize=256)
def _pictogram(name: str, colour: str, background: str | None) -> str:
    """The shapes of a pictogram, in its own box."""
    shapes = []
    if background is not None:
        shapes.append(_rect(Rect(0, 0, BOX, BOX, fill=background, radius=TILE_RADIUS)))
    for shape in ICONS[name]:
        if shape.width is None:
            ink: dict[str, str | None] = {"d": shape.d, "fill": colour, "fill-rule": "evenodd"}
        else:
            ink = {"d": shape.d, "fill": "none", "stroke": colour, "stroke-width": number(shape.width)}
            ink |= {"stroke-linecap": "round", "stroke-linejoin": "round"}
        shapes.append(_tag("path", ink))
    return "".join(shapes)


_INK: dict[type[Mark], Callable[[Any], str]] = {Rect: _rect, Circle: _circle, Polyline: _polyline, Icon: _icon}
