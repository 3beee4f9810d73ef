"""Scene to SVG. The one place that knows svgwrite.

svgwrite's validator refuses `role`, `aria-*` and `data-*`, writes control characters that XML forbids and lets
`javascript:` links through; so it runs with `debug=False` behind this adapter, which cleans all text and makes no link.
svgwrite writes the document with its title, description and fonts; marks are `elements`, written into it as text, which
is many times as quick.
The same scene gives the same bytes.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import svgwrite
from svgwrite.base import BaseElement

from muui_maps.maps.fonts import CSS_WEIGHTS, FAMILY, families, font_face_css, glyph_runs, require_glyphs
from muui_maps.maps.icons import BOX, ICONS, TILE_RADIUS
from muui_maps.maps.identity import PREFIX
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Weight, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from muui_maps.maps.foreign import Names
    from muui_maps.maps.icons import Shape

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)
_SPECIAL = re.compile('[&<>"]')
_STYLE = re.compile(r"<style\b[^>]*>.*?</style>", re.DOTALL)
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
    marks = "".join([markup(each) for mark in drawn_marks(scene) for each in elements(mark, scene.names)])
    return f"{opening(scene, embed_fonts=embed_fonts)}{marks}</svg>\n"


def without_fonts(svg: str) -> str:
    """A picture of `render_svg` as it is with `embed_fonts=False`."""
    return _STYLE.sub("", svg, count=1)


def drawn_marks(scene: Scene) -> tuple[Mark, ...]:
    """The marks of a picture on its ground."""
    return (Rect(0, 0, scene.width, scene.height, fill=scene.background), *scene.marks)


def opening(scene: Scene, *, embed_fonts: bool = False) -> str:
    """The document up to its first mark: what it is called and shows and, if wanted, its fonts; as `render_svg`."""
    drawing = svgwrite.Drawing(debug=False)
    drawing.attribs |= head_attributes(scene)
    drawing.attribs |= {f"{PREFIX}{name}": clean_text(value) for name, value in scene.facts}
    drawing.elements.clear()  # svgwrite's empty <defs>
    for name, identifier, text in head_texts(scene):
        drawing.add(_Element(name, text, id=identifier))
    if embed_fonts:
        drawing.add(_Element("style", font_face_css(scene_texts(scene), scene.names)))
    return str(drawing.tostring()).removesuffix("</svg>")


def head_attributes(scene: Scene) -> dict[str, str]:
    """What the document says of itself to who shows it or reads it aloud."""
    width, height = number(scene.width), number(scene.height)
    return {
        "width": f"{number(scene.width * scene.scale)}{scene.unit}",
        "height": f"{number(scene.height * scene.scale)}{scene.unit}",
        "viewBox": f"0 0 {width} {height}",
        "role": "img",
        "lang": scene.lang,
        "xml:lang": scene.lang,
        "id": element_id(scene, "svg"),
        "aria-labelledby": element_id(scene, "title"),
        "aria-describedby": element_id(scene, "desc"),
        "font-family": ", ".join([*(f"'{family}'" for family in families(scene.names)), "sans-serif"]),
    }


def head_texts(scene: Scene) -> tuple[tuple[str, str, str], ...]:
    """The texts for who does not see the picture: each with its element's name and id.

    Raises
    ------
    InputRefusedError
        If a character of the picture can't be drawn.
    """
    require_glyphs([text for text, _ in scene_texts(scene)], scene.title, scene.names)
    told = (("title", scene.title), ("desc", scene.description))
    return tuple((name, element_id(scene, name), clean_text(text)) for name, text in told)


class _Element(BaseElement):  # type: ignore[misc]
    """An SVG element with attributes as given and a text."""

    def __init__(self, name: str, text: str, **attributes: str | None) -> None:
        self.elementname = name
        super().__init__(debug=False)
        self.text = text
        self.attribs = {key: value for key, value in attributes.items() if value is not None}

    def get_xml(self) -> ET.Element:
        # As the base class does it, but for the checks of values that are texts already.
        xml = ET.Element(
            self.elementname, {key: self.attribs[key] for key in sorted(self.attribs) if self.attribs[key]}
        )
        xml.extend([element.get_xml() for element in self.elements])
        xml.text = self.text
        return xml


# ── marks ────────────────────────────────────────────────────────────────────
#
# A picture has hundreds, a site a million: they are written as text, in the form that svgwrite's elements would take.


class Element(NamedTuple):
    """What is drawn, as SVG has it.

    `attributes` stand in alphabetical order, as svgwrite writes them; one without a value is left out. `content` is a
    text, or the elements inside.
    """

    name: str
    attributes: tuple[tuple[str, str | None], ...]
    content: str | tuple[Element, ...] = ""


def markup(element: Element) -> str:
    """An element as text."""
    name, attributes, content = element
    inside = escaped(content) if isinstance(content, str) else _inside(content)
    return tag(name, [(key, value) for key, value in attributes if value], inside)


@lru_cache(maxsize=256)  # pictograms are few
def _inside(content: tuple[Element, ...]) -> str:
    return "".join([markup(each) for each in content])


def tag(name: str, attributes: Sequence[tuple[str, str]], inside: str = "", *, empty: str = " />") -> str:
    """An element whose content is markup already; `empty` is how it ends without any."""
    if _SPECIAL.search("".join([value for _, value in attributes])):
        attributes = [(key, escaped(value).replace('"', "&quot;")) for key, value in attributes]
    told = "".join([f' {key}="{value}"' for key, value in attributes])
    return f"<{name}{told}>{inside}</{name}>" if inside else f"<{name}{told}{empty}"


def escaped(text: str) -> str:
    """A text as XML writes it between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def elements(mark: Mark, names: Names) -> tuple[Element, ...]:
    """What a mark is drawn with, back to front: words with a halo are two elements, any other mark is one."""
    if isinstance(mark, Words):
        return _words(mark, names)
    return (_INK[type(mark)](mark),)


def _role(mark: Mark) -> str | None:
    return None if mark.role is None else clean_text(mark.role)


def _stroke(mark: Rect | Circle | Polyline) -> tuple[str | None, str | None]:
    """The dashes and the width of an outline, if there is one."""
    if not mark.stroke:
        return None, None
    return " ".join([number(part) for part in mark.dash]) or None, number(mark.stroke_width)


def _rect(mark: Rect) -> Element:
    dash, stroke_width = _stroke(mark)
    return Element(
        "rect",
        (
            ("data-role", _role(mark)),
            ("fill", mark.fill or "none"),
            ("height", number(mark.height)),
            ("rx", number(mark.radius) if mark.radius else None),
            ("stroke", mark.stroke),
            ("stroke-dasharray", dash),
            ("stroke-width", stroke_width),
            ("width", number(mark.width)),
            ("x", number(mark.x)),
            ("y", number(mark.y)),
        ),
    )


def _circle(mark: Circle) -> Element:
    dash, stroke_width = _stroke(mark)
    return Element(
        "circle",
        (
            ("cx", number(mark.x)),
            ("cy", number(mark.y)),
            ("data-role", _role(mark)),
            ("fill", mark.fill or "none"),
            ("r", number(mark.radius)),
            ("stroke", mark.stroke),
            ("stroke-dasharray", dash),
            ("stroke-width", stroke_width),
        ),
    )


def _polyline(mark: Polyline) -> Element:
    dash, stroke_width = _stroke(mark)
    shape = "round" if mark.rounded else None
    return Element(
        "polygon" if mark.closed else "polyline",
        (
            ("data-role", _role(mark)),
            ("fill", mark.fill or "none"),
            ("points", " ".join([f"{number(x)},{number(y)}" for x, y in mark.points])),
            ("stroke", mark.stroke),
            ("stroke-dasharray", dash),
            ("stroke-linecap", shape),
            ("stroke-linejoin", shape),
            ("stroke-width", stroke_width),
        ),
    )


def _words(mark: Words, names: Names) -> tuple[Element, ...]:
    """The text, and behind it the same as its outline if it has a halo."""
    told = clean_text(mark.text)
    size, weight = number(mark.size), str(CSS_WEIGHTS[mark.weight]) if mark.weight != "regular" else None
    anchor, x, y = mark.anchor if mark.anchor != "start" else None, number(mark.x), number(mark.y)
    text = Element(
        "text",
        (
            ("data-role", _role(mark)),
            ("fill", mark.fill),
            ("font-size", size),
            ("font-weight", weight),
            ("lang", mark.lang),
            ("text-anchor", anchor),
            ("x", x),
            ("y", y),
        ),
        _in_typefaces(told, mark.weight, names),
    )
    if mark.halo is None:
        return (text,)
    halo = Element(
        "text",
        (
            ("aria-hidden", "true"),
            ("fill", mark.halo),
            ("font-size", size),
            ("font-weight", weight),
            ("lang", mark.lang),
            ("stroke", mark.halo),
            ("stroke-linejoin", "round"),
            ("stroke-width", number(mark.size * 0.24)),
            ("text-anchor", anchor),
            ("x", x),
            ("y", y),
        ),
        told,
    )
    return (halo, text)


def _in_typefaces(told: str, weight: Weight, names: Names) -> str | tuple[Element, ...]:
    """A text, in pieces if it takes more than one typeface."""
    pieces = glyph_runs(told, weight, names) if names else ()
    if all(family == FAMILY for _, family in pieces):
        return told
    # A rasteriser that looks for another typeface by itself forgets the weight.
    return tuple(Element("tspan", (("font-family", f"'{family}'"),), piece) for piece, family in pieces)


def _icon(mark: Icon) -> Element:
    place = f"translate({number(mark.x)} {number(mark.y)}) scale({mark.size / BOX:.4f})"
    shapes = _pictogram(mark.name, mark.colour, mark.background)
    return Element("g", (("data-icon", mark.name), ("data-role", _role(mark)), ("transform", place)), shapes)


@lru_cache(maxsize=256)
def _pictogram(name: str, colour: str, background: str | None) -> tuple[Element, ...]:
    """The shapes of a pictogram, in its own box."""
    tile = () if background is None else (_rect(Rect(0, 0, BOX, BOX, fill=background, radius=TILE_RADIUS)),)
    return (*tile, *(_shape(shape, colour) for shape in ICONS[name]))


def _shape(shape: Shape, colour: str) -> Element:
    if shape.width is None:
        return Element("path", (("d", shape.d), ("fill", colour), ("fill-rule", "evenodd")))
    return Element(
        "path",
        (
            ("d", shape.d),
            ("fill", "none"),
            ("stroke", colour),
            ("stroke-linecap", "round"),
            ("stroke-linejoin", "round"),
            ("stroke-width", number(shape.width)),
        ),
    )


_INK: dict[type[Mark], Callable[[Any], Element]] = {Rect: _rect, Circle: _circle, Polyline: _polyline, Icon: _icon}
