"""The first page: every station, found by whatever somebody types. And the page for addresses that lead nowhere."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muui_maps.maps.parts import other
from muui_maps.maps.words import english
from muui_maps.names import normal_station
from muui_maps.romanise import romanise
from muui_maps.site.writing import LANGUAGES, page
from muui_maps.wording import line_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from muui_maps.definition import Definition

FONTS = "assets/letters.css"
"""The style sheet of the front pages' letters."""

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_FIRST, _SYLLABLES, _PER_INITIAL = 0xAC00, 11172, 588


@dataclass(frozen=True, slots=True)
class Entry:
    """A station in the list."""

    definition: Definition
    old_names: tuple[str, ...] = ()


def initials(name: str) -> str:
    """The initial consonants of a Hangul name, as people type them to find it: `노원` → `ㄴㅇ`."""
    return "".join(
        _INITIALS[(ord(letter) - _FIRST) // _PER_INITIAL] if 0 <= ord(letter) - _FIRST < _SYLLABLES else letter
        for letter in unicodedata.normalize("NFC", name)
    )


def keys(entry: Entry) -> tuple[str, ...]:
    """What finds a station: its names in every writing, its numbers on the signs, and its lines (`=4`: meant whole)."""
    definition = entry.definition
    korean = [normal_station(each) for each in (definition.name.ko, *definition.also_known_as, *entry.old_names)]
    found = [*map(_bare, korean), *map(initials, korean), *(_bare(romanise(each)) for each in korean)]
    found += [_bare(each) for each in (definition.name.en, definition.name.ja, definition.name.zh) if each]
    found += [_bare(line.code) for line in definition.lines if line.code]
    found += [f"={_bare(line).removesuffix('선')}" for line in definition.line_ids]
    in_english = [_bare(line_text(line).en.replace("–", "")) for line in definition.line_ids if not line.isdigit()]
    found += [f"={each}" for line in in_english for each in (line, line.removesuffix("line"))]
    return tuple(dict.fromkeys(each for each in found if each.strip("=")))


def _bare(text: str) -> str:
    """As the page's script brings down what is typed: no case, blanks or punctuation."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text)).lower()
    return "".join(letter for letter in plain if letter not in " \t\n.,·'’`-_/#()|=")


def front_pages(entries: Iterable[Entry], *, as_of: str | None) -> Iterator[tuple[str, str]]:
    """File name and content: the list in each language, the door that chooses one, and the pages of no page."""
    listed = sorted(entries, key=lambda each: (each.definition.name.ko, each.definition.id))
    for lang in LANGUAGES:
        shell: dict[str, Any] = {"root": "", "fonts": FONTS, "as_of": as_of}
        # Each reader looks in the order of their own letters.
        stations = sorted((_station(each, lang) for each in listed), key=lambda each: str(each["name"]).casefold())
        yield (
            f"index.{lang}.html",
            page("front.html.j2", lang, **shell, other_href=f"index.{other(lang)}.html", stations=stations),
        )
    yield "index.html", page("door.html.j2", "ko", **shell, other_href="index.en.html")
    for name, what in (("404.html", "lost"), ("offline.html", "offline")):
        yield name, page("lost.html.j2", "ko", **shell, other_href="index.en.html", what=what)


def _station(entry: Entry, lang: str) -> Mapping[str, object]:
    name = entry.definition.name
    told = {"ko": name.ko, "en": english(name)}
    return {
        "id": entry.definition.id,
        "name": told[lang],
        "name_other": told[other(lang)],
        "lines": entry.definition.line_ids,
        "find": "|".join(keys(entry)),
    }


def old_names(renamed: Mapping[str, str], definition: Definition) -> Sequence[str]:
    """Names that the station had before, by the table of renamed stations (old → new)."""
    now = {normal_station(each) for each in (definition.name.ko, *definition.also_known_as)}
    return tuple(sorted(old for old, new in renamed.items() if normal_station(new) in now))
