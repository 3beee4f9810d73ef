"""A picture as it stands in a page of the site: the same marks in fewer bytes.

A picture that goes from hand to hand says in its file what each mark stands for, so that `map check` can hold it
against the station, and carries its own inks. In a page nobody asks, and there are a thousand pages: the attributes for
machines go, but for the legs of the way; what many marks have in common is said by the style sheet (`rules`); words and
the halo behind them are one element; places are told to a tenth of a unit, which is less than a pixel; a pictogram that
comes again points to the first.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from muui_maps.maps.scene import Icon
from muui_maps.maps.style import INKS
from muui_maps.maps.svg import drawn_marks, element_id, elements, escaped, head_attributes, head_texts, tag
from muui_maps.maps.theme import in_variables

if TYPE_CHECKING:
    from muui_maps.maps.foreign import Names
    from muui_maps.maps.scene import Mark, Scene
    from muui_maps.maps.svg import Element

_SVG = "http://www.w3.org/2000/svg"
_PLACES = frozenset({"x", "y", "cx", "cy", "r", "width", "height", "points", "transform"})
_HUNDREDTHS = re.compile(r"-?\d+\.\d\d\b")

_SIZES = (*range(11, 30), 32, 34, 38, 44, 56, 14.2, 14.4, 32.48)
_WIDTHS = (1.2, 1.4, 1.42, 1.5, 1.7, 1.8, 1.9, 2, 2.2, 2.4, 2.5, 2.6, 3, 4, 5, 8, 15)
"""Of letters and lines that come often; any other is said by the mark itself."""

_SAID: dict[tuple[str, str | None], tuple[str, str]] = {
    ("paint-order", "stroke"): ("h", "paint-order:stroke"),
    ("stroke-linecap", "round"): ("c", "stroke-linecap:round"),
    ("stroke-linejoin", "round"): ("j", "stroke-linejoin:round"),
    ("fill", "none"): ("n", "fill:none"),
    ("fill-rule", "evenodd"): ("v", "fill-rule:evenodd"),
    ("font-weight", "700"): ("b", "font-weight:700"),
    ("text-anchor", "middle"): ("m", "text-anchor:middle"),
    ("text-anchor", "end"): ("e", "text-anchor:end"),
    **{("fill", f"var(--{ink})"): (f"f{n}", f"fill:var(--{ink})") for n, ink in enumerate(INKS)},
    **{("stroke", f"var(--{ink})"): (f"s{n}", f"stroke:var(--{ink})") for n, ink in enumerate(INKS)},
    **{("font-size", str(size)): (f"t{n}", f"font-size:{size}px") for n, size in enumerate(_SIZES)},
    **{("stroke-width", str(width)): (f"w{n}", f"stroke-width:{width}") for n, width in enumerate(_WIDTHS)},
}
"""Attribute → the class that says it in a page, and its declaration. A pictogram that comes again stands in a tree of
its own, where the page around it has no say: so the rules name no element around."""


def rules() -> str:
    """What the site's style sheet says for the pictures of pages."""
    return "".join(f".{name}{{{declaration}}}" for name, declaration in _SAID.values())


class _Pictogram(NamedTuple):
    """In two parts, since its shapes may have been drawn already."""

    place: str
    shapes: str


def light_svg(scene: Scene) -> str:
    """A picture for a page that has the site's style sheet and letters.

    Raises
    ------
    InputRefusedError
        If a character can't be drawn, as `render_svg`.
    """
    drawn = [
        _drawn(type(mark), in_variables(mark), scene.names)  # type: ignore[arg-type]  # a type has a hash
        for mark in drawn_marks(scene)
    ]
    times = Counter([each.shapes for each in drawn if isinstance(each, _Pictogram)])
    seen: dict[str, str] = {}

    def pictogram(place: str, shapes: str) -> str:
        if times[shapes] == 1:
            return f'<g transform="{place}">{shapes}</g>'
        if shapes in seen:
            return f'<use href="#{seen[shapes]}" transform="{place}"/>'
        seen[shapes] = element_id(scene, f"p{len(seen)}")
        return f'<g transform="{place}"><g id="{seen[shapes]}">{shapes}</g></g>'

    marks = "".join([each if isinstance(each, str) else pictogram(*each) for each in drawn])
    return f"{_head(scene)}{marks}</svg>"


def _head(scene: Scene) -> str:
    attributes = tag("svg", sorted({**head_attributes(scene), "xmlns": _SVG}.items()), empty=">")
    texts = [tag(name, [("id", identifier)], escaped(text), empty="/>") for name, identifier, text in head_texts(scene)]
    return f"{attributes}{''.join(texts)}"


@lru_cache(maxsize=1 << 16)  # the ways of a station share most of their marks
def _drawn(kind: type[Mark], values: tuple[Any, ...], names: Names) -> str | _Pictogram:
    """A mark with these values, its inks as variables."""
    parts = elements(kind(*values), names)
    if kind is Icon:
        (icon,) = parts
        attributes = _light_attributes(icon)
        if [name for name, _ in attributes] == ["transform"]:
            return _Pictogram(attributes[0][1], _light_inside(icon))
    return "".join([_light(each) for each in _with_halo(parts)])


def _with_halo(parts: tuple[Element, ...]) -> tuple[Element, ...]:
    """Words and the halo behind them as one element."""
    if len(parts) == 1:
        return parts
    halo, text = parts
    if not text.content or halo.content != text.content:
        return parts
    outline = [each for each in halo.attributes if each[0].startswith("stroke")]
    return (text._replace(attributes=(("paint-order", "stroke"), *outline, *text.attributes)),)


def _light(element: Element) -> str:
    return tag(element.name, _light_attributes(element), _light_inside(element), empty="/>")


def _light_inside(element: Element) -> str:
    content = element.content
    return escaped(content) if isinstance(content, str) else "".join([_light(each) for each in content])


def _light_attributes(element: Element) -> list[tuple[str, str]]:
    classes: list[str] = []
    others: list[tuple[str, str]] = []
    for attribute in element.attributes:
        name, value = attribute
        if not value:
            continue
        if said := _SAID.get(attribute):
            classes.append(said[0])
        elif name in _PLACES:
            others.append((name, _in_tenths(value)))
        elif not name.startswith("data-") or (name == "data-role" and value.startswith("leg:")):
            others.append((name, value))
    return [("class", " ".join(classes)), *others] if classes else others


@lru_cache(maxsize=1 << 16)
def _in_tenths(place: str) -> str:
    return _HUNDREDTHS.sub(_tenths, place)


def _tenths(number: re.Match[str]) -> str:
    text = f"{float(number[0]):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
