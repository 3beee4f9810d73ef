"""A picture as it stands in a page of the site: the same marks in fewer bytes.

A picture that goes from hand to hand says in its file what each mark stands for, so that `map check` can hold it
against the station, and carries its own inks. In a page nobody asks, and there are a thousand pages: the attributes for
machines go, but for the legs of the way; what many marks have in common is said by the style sheet (`rules`); words and
the halo behind them are one element; places are told to a tenth of a unit, which is less than a pixel; a pictogram that
comes again points to the first.
"""

from __future__ import annotations

import re
from functools import lru_cache

from muui_maps.maps.style import INKS

_FOR_MACHINES = re.compile(r' (?:data-(?!role="leg:)[a-z-]+|baseProfile|version|xmlns:[a-z]+)="[^"]*"')
_PICTOGRAM = re.compile(r'<g transform="([^"]*)">((?:<(?:rect|path)\b[^>]*/>)+)</g>')
_TAG = re.compile(r"<[^>]*>")  # XML writes `<` and `>` of words and values as entities
_ID = re.compile(r'<svg\b[^>]*? id="([^"]*)"')
_HALO = re.compile(
    r'<text aria-hidden="true"[^>]*?( stroke="[^"]*")[^>]*?( stroke-width="[^"]*")[^>]*>([^<]*)</text>'
    r"<text(?=[^>]*>\3</text>)"
)
_NAME = re.compile(r"<[a-z]+")
_ATTRIBUTE = re.compile(r' ([a-z-]+="[^"]*")')
_PLACE = re.compile(r'(?<= )(?:x|y|cx|cy|r|width|height|points|transform)="[^"]*')
_HUNDREDTHS = re.compile(r"-?\d+\.\d\d\b")

_SIZES = (*range(11, 30), 32, 34, 38, 44, 56, 14.2, 14.4, 32.48)
_WIDTHS = (1.2, 1.4, 1.42, 1.5, 1.7, 1.8, 1.9, 2, 2.2, 2.4, 2.5, 2.6, 3, 4, 5, 8, 15)
"""Of letters and lines that come often; any other is said by the mark itself."""

_SAID: dict[str, tuple[str, str]] = {
    'paint-order="stroke"': ("h", "paint-order:stroke"),
    'stroke-linecap="round"': ("c", "stroke-linecap:round"),
    'stroke-linejoin="round"': ("j", "stroke-linejoin:round"),
    'fill="none"': ("n", "fill:none"),
    'fill-rule="evenodd"': ("v", "fill-rule:evenodd"),
    'font-weight="700"': ("b", "font-weight:700"),
    'text-anchor="middle"': ("m", "text-anchor:middle"),
    'text-anchor="end"': ("e", "text-anchor:end"),
    **{f'fill="var(--{ink})"': (f"f{n}", f"fill:var(--{ink})") for n, ink in enumerate(INKS)},
    **{f'stroke="var(--{ink})"': (f"s{n}", f"stroke:var(--{ink})") for n, ink in enumerate(INKS)},
    **{f'font-size="{size}"': (f"t{n}", f"font-size:{size}px") for n, size in enumerate(_SIZES)},
    **{f'stroke-width="{width}"': (f"w{n}", f"stroke-width:{width}") for n, width in enumerate(_WIDTHS)},
}
"""Attribute → the class that says it in a page, and its declaration. A pictogram that comes again stands in a tree of
its own, where the page around it has no say: so the rules name no element around."""


def rules() -> str:
    """What the site's style sheet says for the pictures of pages."""
    return "".join(f".{name}{{{declaration}}}" for name, declaration in _SAID.values())


def lightened(svg: str) -> str:
    """The same picture for a page that has the site's style sheet."""
    haloed = _HALO.sub(r'<text paint-order="stroke"\1 stroke-linejoin="round"\2', svg.rstrip("\n"))
    plain = _TAG.sub(lambda tag: _light_tag(tag[0]), haloed)
    name = _ID.search(plain)
    prefix = name[1].removesuffix("-svg") if name else "picture"
    seen: dict[str, str] = {}
    again = {shapes for _, shapes in _twice(plain)}

    def pictogram(found: re.Match[str]) -> str:
        place, shapes = found[1], found[2]
        if shapes not in again:
            return found[0]
        if shapes in seen:
            return f'<use href="#{seen[shapes]}" transform="{place}"/>'
        seen[shapes] = f"{prefix}-p{len(seen)}"
        return f'<g transform="{place}"><g id="{seen[shapes]}">{shapes}</g></g>'

    return _PICTOGRAM.sub(pictogram, plain)


@lru_cache(maxsize=1 << 16)  # the ways of a station share most of their marks
def _light_tag(tag: str) -> str:
    plain = _FOR_MACHINES.sub("", tag).replace(" />", "/>")
    if plain.startswith(("<svg", "</", "<title", "<desc")):
        return plain
    classes: list[str] = []

    def said(found: re.Match[str]) -> str:
        if found[1] not in _SAID:
            return found[0]
        classes.append(_SAID[found[1]][0])
        return ""

    bare = _PLACE.sub(lambda place: _HUNDREDTHS.sub(_tenths, place[0]), _ATTRIBUTE.sub(said, plain))
    return _NAME.sub(rf'\g<0> class="{" ".join(classes)}"', bare, count=1) if classes else bare


def _tenths(number: re.Match[str]) -> str:
    text = f"{float(number[0]):.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _twice(svg: str) -> list[tuple[str, str]]:
    """Pictograms whose shapes come more than once."""
    found: list[tuple[str, str]] = _PICTOGRAM.findall(svg)
    count: dict[str, int] = {}
    for _, shapes in found:
        count[shapes] = count.get(shapes, 0) + 1
    return [each for each in found if count[each[1]] > 1]
