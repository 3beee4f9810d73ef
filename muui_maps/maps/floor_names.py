"""What the spaces of a floor are called on a map: as their layers say it, in letters that the bundled typefaces have.

A name in other letters (`改札`) would stop the whole map (`fonts.require_glyphs`). Instead the space is called by its
kind, else by its code, and a Finding names what was not drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.maps.fonts import missing_glyphs
from muui_maps.maps.parts import said
from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.indoor_words import kind_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from muui_maps.maps.parts import Lang
    from muui_maps.sources.fragment import Area

_TELLING = frozenset({"stairs", "escalator", "elevator", "ramp", "track"})
"""Kinds of spaces that are a name in themselves; the others hold many things."""


def area_name(area: Area, lang: Lang) -> str | None:
    """The space's own name, else what it is, else its code (`RM 00042`); None where the layers give no name."""
    if area.name is None or not missing_glyphs(area.name):
        return area.name
    if area.kind in _TELLING:
        return said(kind_words(area.kind), lang)
    if lang == "ko" and area.label and not missing_glyphs(area.label):
        return area.label
    code = " ".join(area.id.split("_")[-2:])
    return None if missing_glyphs(code) else code


def names_not_drawn(areas: Iterable[Area], station: str) -> Iterator[Finding]:
    """One Finding for each name that a map can't show, with the first space that has it."""
    told: set[str] = set()
    for area in areas:
        if area.name is None or area.name in told or not (lacking := missing_glyphs(area.name)):
            continue
        told.add(area.name)
        layer, _, row = area.record.partition("#")
        letters = " ".join(lacking)
        yield Finding(
            "name_not_drawable",
            Severity.WARNING,
            Text(
                f"지도 글꼴에 없는 글자라서 이름 대신 종류나 번호를 써요: {letters}",
                f"The typefaces of the maps lack these letters, so its kind or code stands for the name: {letters}",
            ),
            Text("NAME을 한글, 로마자, 숫자로 적어 주세요.", "Write NAME in Hangul, Latin letters or digits."),
            station=station,
            layer=layer,
            row=int(row) + 1 if row.isdigit() else None,
            field="NAME",
            value=area.name,
        )
