"""A picture as it stands in a page of the site: the same marks in fewer bytes.

A picture that goes from hand to hand says in its file what each mark stands for, so that `map check` can hold it
against the station. In a page nobody asks, and there are a thousand pages: the attributes for machines go, but for the
legs of the way; ends of strokes are said by the style sheet; a pictogram that comes again points to the first.
"""

from __future__ import annotations

import re

_FOR_MACHINES = re.compile(r' (?:data-(?!role="leg:)[a-z-]+|baseProfile|version|xmlns:[a-z]+)="[^"]*"')
_ROUND = ' stroke-linecap="round" stroke-linejoin="round"'
_PICTOGRAM = re.compile(r'<g transform="([^"]*)">((?:<(?:rect|path)\b[^>]*/>)+)</g>')
_TAG = re.compile(r"<[^>]*>")  # XML writes `<` and `>` of words and values as entities
_ID = re.compile(r'<svg\b[^>]*? id="([^"]*)"')


def lightened(svg: str) -> str:
    """The same picture for a page that has the site's style sheet."""
    plain = _TAG.sub(_light_tag, svg.rstrip("\n"))
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


def _light_tag(tag: re.Match[str]) -> str:
    return _FOR_MACHINES.sub("", tag[0]).replace(" />", "/>").replace(_ROUND, ' class="r"')


def _twice(svg: str) -> list[tuple[str, str]]:
    """Pictograms whose shapes come more than once."""
    found: list[tuple[str, str]] = _PICTOGRAM.findall(svg)
    count: dict[str, int] = {}
    for _, shapes in found:
        count[shapes] = count.get(shapes, 0) + 1
    return [each for each in found if count[each[1]] > 1]
