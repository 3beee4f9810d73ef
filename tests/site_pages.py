"""What tests of the site share: reading a page back as its script and its reader do."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from muui_maps.site.packing import unpacked

VOID = frozenset({"meta", "link", "input", "rect", "br"})


@dataclass(frozen=True)
class Element:
    """A start tag with its attributes, and how deep it stands."""

    name: str
    attributes: dict[str, str | None]
    depth: int


class Reader(HTMLParser):
    """Elements in order, and every text outside of scripts and styles."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == [], f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), len(self._open)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), len(self._open)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag, f"</{tag}> out of order"

    def handle_data(self, data: str) -> None:
        if data.strip() and not {"script", "style"} & set(self._open):
            self.texts.append(" ".join(data.split()))

    def all(self, name: str, **attributes: str) -> list[Element]:
        wanted = {key.replace("_", "-"): value for key, value in attributes.items()}
        return [e for e in self.elements if e.name == name and wanted.items() <= e.attributes.items()]


@dataclass(frozen=True)
class Ways:
    """The answers that a page carries."""

    answers: dict[str, dict[str, dict[str, int]]]
    units: dict[str, str]
    pieces: tuple[str, ...]

    def answer(self, pair: str, profile: str, out: str = "") -> str:
        """The markup that the page's script shows for a question: as `site.js` looks it up."""
        table = self.answers[pair][profile]
        return self.pieces[table.get(out, table[""])]


def ways_of(page: str) -> Ways:
    packed = re.search(r'<script type="text/plain" id="ways">([^<]*)</script>', page)
    assert packed is not None
    content, pieces = unpacked(packed[1])
    return Ways(content["answers"], content["units"], pieces)  # type: ignore[arg-type]


def pictures_of(script: str) -> tuple[str, ...]:
    """The pictures that a station's pages open when somebody comes near, by number."""
    packed = re.fullmatch(r'muuiPictures\("([^"]*)"\);\n', script)
    assert packed is not None
    return unpacked(packed[1])[1]


def numbers_of(piece: str) -> dict[str, list[int]]:
    """View → numbers of its pictures, in what a page shows."""
    found: dict[str, list[int]] = {}
    view = ""
    for e in Reader(piece).elements:
        if e.attributes.get("class") == "picture":
            view = e.attributes["id"] or ""
        elif "data-picture" in e.attributes:
            found.setdefault(view, []).append(int(e.attributes["data-picture"] or ""))
    return found


def schema_of(script: str, lang: str) -> dict[str, Any]:
    """What the pages' script knows of reports."""
    found = re.search(r"^  var told = (\{.*\});$", script, re.MULTILINE)
    assert found is not None
    schema: dict[str, Any] = json.loads(found[1])[lang]["report"]
    return schema


def path_of(piece: str) -> str | None:
    """The links of the way that a piece tells; None where it says that there is none."""
    found = Reader(piece).all("article")[0].attributes["data-path"]
    return found or None


def seen_of(piece: str) -> list[dict[str, str]]:
    """What a report of each step is about, in the order of the steps."""
    return [json.loads(e.attributes["data-seen"] or "") for e in Reader(piece).elements if "data-seen" in e.attributes]
