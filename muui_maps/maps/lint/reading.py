"""An SVG from anywhere → its marks, without running, fetching or expanding anything.

Our own files and those that Inkscape or Illustrator saved again are read alike: colours may stand in attributes, in
`style` or in simple CSS classes, groups may be moved, texts may be split. Scripts, links out of the file and foreign
content are no reason to refuse a map, but each becomes a Finding: a map has none of them.
"""

from __future__ import annotations

import re
import xml.sax
import xml.sax.handler
import xml.sax.xmlreader
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from muui_maps.maps.identity import PREFIX
from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_BYTES = 20_000_000
"""A poster of a whole station stays under 2 MB."""
MAX_ELEMENTS = 200_000
SHAPES = frozenset({"rect", "circle", "ellipse", "polyline", "polygon", "path", "line", "text", "g"})

Matrix = tuple[float, float, float, float, float, float]
_STILL: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class Seen:
    """One mark of a drawing.

    Parameters
    ----------
    role
        What it stands for (`data-role`); None for decoration and for what was added by hand.
    text
        Of a text, with single blanks; empty for shapes.
    fill, stroke
        `#RRGGBB` in capitals, `none`, or as written if it is neither.
    x, y, width, height
        Its box in the drawing's own units; for a text the place where it is anchored, without size.
    row
        Row of the file.
    icon
        Name of a pictogram.
    """

    tag: str
    role: str | None
    text: str
    fill: str
    stroke: str
    x: float
    y: float
    width: float
    height: float
    row: int
    icon: str | None = None

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in its box."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing as read: what it says of itself, its visible marks in drawing order, and what it should not hold.

    Among `facts` are `title` and `desc`, the drawing's text for a screen reader, where it has them.
    """

    facts: Mapping[str, str]
    marks: tuple[Seen, ...]
    findings: tuple[Finding, ...]


def read_drawing(content: bytes, file: str) -> Drawing:
    """The marks of an SVG.

    Raises
    ------
    InputRefusedError
        For what is no SVG, is too large, is broken, or declares entities.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.sax import parseString

    if len(content) > MAX_BYTES:
        size = f"{len(content) / 1e6:.0f} MB"
        told = Text(f"지도로는 너무 커요 ({size})", f"too large for a map ({size})")
        refuse(file, "svg_too_large", told, Text("그림 하나만 담아 주세요.", "Keep one picture in a file."))
    if content[:2] == b"\x1f\x8b":
        told = Text("압축한 SVG(SVGZ)예요", "a compressed SVG (SVGZ)")
        refuse(file, "svg_compressed", told, Text("일반 SVG로 저장해 주세요.", "Save it as plain SVG."))
    reader = _Reader(file)
    try:
        parseString(content, reader, forbid_dtd=False)
    except DefusedXmlException as error:
        told = Text("XML 개체(ENTITY)를 선언한 파일이에요", "XML that declares entities")
        mend = Text("그림 프로그램에서 일반 SVG로 다시 저장해 주세요.", "Save it again as plain SVG.")
        refuse(file, "xml_entity_refused", told, mend, value=type(error).__name__)
    except xml.sax.SAXParseException as error:
        row = error.getLineNumber() or 1
        told = Text(f"XML 문법이 틀렸어요 ({row}줄)", f"no valid XML (line {row}: {error.getMessage()})")
        mend = Text("파일이 끊겼을 수 있어요. 다시 저장해 주세요.", "It may be cut off: save it again.")
        refuse(file, "xml_syntax", told, mend, row=row)
    return Drawing(reader.facts, tuple(reader.marks), tuple(reader.findings))


# ── colours and places ───────────────────────────────────────────────────────

_NAMED = {"black": "#000000", "white": "#FFFFFF", "red": "#FF0000", "blue": "#0000FF"}


def colour(written: str) -> str:
    """A colour in one spelling: `#RRGGBB`, `none`, or as it was written."""
    text = written.strip()
    if re.fullmatch(r"#[0-9A-Fa-f]{6}", text):
        return text.upper()
    if re.fullmatch(r"#[0-9A-Fa-f]{3}", text):
        return "#" + "".join(2 * digit for digit in text[1:]).upper()
    if found := re.fullmatch(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)", text):
        return "#" + "".join(f"{min(255, int(part)):02X}" for part in found.groups())
    return _NAMED.get(text.lower(), text.lower() if text.lower() == "none" else text)


def _numbers(written: str) -> list[float]:
    return [float(each) for each in _NUMBER.findall(written)]


def _number(written: str | None) -> float:
    found = _NUMBER.match(written.strip()) if written else None
    return float(found.group()) if found else 0.0


def _times(a: Matrix, b: Matrix) -> Matrix:
    """`a` after `b`."""
    return (
        a[0] * b[0] + a[2] * b[1],
        a[1] * b[0] + a[3] * b[1],
        a[0] * b[2] + a[2] * b[3],
        a[1] * b[2] + a[3] * b[3],
        a[0] * b[4] + a[2] * b[5] + a[4],
        a[1] * b[4] + a[3] * b[5] + a[5],
    )


def _matrix(written: str | None) -> Matrix:
    """A `transform`; turns and skews count as standing still, since maps have none."""
    matrix = _STILL
    for name, inside in re.findall(r"(\w+)\s*\(([^)]*)\)", written or ""):
        n = _numbers(inside)
        if name == "translate" and n:
            matrix = _times(matrix, (1, 0, 0, 1, n[0], n[1] if len(n) > 1 else 0.0))
        elif name == "scale" and n:
            matrix = _times(matrix, (n[0], 0, 0, n[-1], 0, 0))
        elif name == "matrix" and len(n) == len(matrix):
            matrix = _times(matrix, (n[0], n[1], n[2], n[3], n[4], n[5]))
    return matrix


def _box(tag: str, attributes: Mapping[str, str], matrix: Matrix) -> tuple[float, float, float, float]:
    """Left, top, width and height of a shape, moved."""
    at = {key: _number(value) for key, value in attributes.items() if key in {"x", "y", "cx", "cy", "r", "rx", "ry"}}
    points: list[tuple[float, float]]
    if tag in {"rect", "text"}:
        x, y = at.get("x", 0.0), at.get("y", 0.0)
        wide = _number(attributes.get("width")) if tag == "rect" else 0.0
        high = _number(attributes.get("height")) if tag == "rect" else 0.0
        points = [(x, y), (x + wide, y + high)]
    elif tag in {"circle", "ellipse"}:
        x, y = at.get("cx", 0.0), at.get("cy", 0.0)
        wide, high = at.get("r", at.get("rx", 0.0)), at.get("r", at.get("ry", 0.0))
        points = [(x - wide, y - high), (x + wide, y + high)]
    elif tag in {"polyline", "polygon"}:
        n = _numbers(attributes.get("points", ""))
        points = list(zip(n[::2], n[1::2], strict=False)) or [(0.0, 0.0)]
    else:
        points = [(0.0, 0.0)]
    moved = [(matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]) for x, y in points]
    left, top = min(x for x, _ in moved), min(y for _, y in moved)
    return left, top, max(x for x, _ in moved) - left, max(y for _, y in moved) - top


# ── reading ──────────────────────────────────────────────────────────────────

_INHERITED = ("fill", "stroke", "visibility")
_OUT = re.compile(r"@import|url\(\s*(?!['\"]?(?:#|data:image/(?:png|jpeg|gif|webp);|data:font/))", re.IGNORECASE)
_INNER = re.compile(r"#|data:image/(?:png|jpeg|gif|webp);", re.IGNORECASE)
_OF_THE_ROOT = 2  # how deep the title and description of the whole drawing stand
_HARMLESS_LINKS = frozenset({"namedview", "RDF", "Work", "metadata"})  # where Inkscape keeps its own notes


@dataclass(slots=True)
class _Level:
    """An open element."""

    tag: str
    style: dict[str, str]
    matrix: Matrix
    hidden: bool
    seen: Seen | None = None
    words: list[str] = field(default_factory=list)


class _Reader(xml.sax.handler.ContentHandler):
    """Collects marks and what does not belong."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file = file
        self.facts: dict[str, str] = {}
        self.marks: list[Seen] = []
        self.findings: list[Finding] = []
        self._open: list[_Level] = []
        self._classes: dict[str, dict[str, str]] = {}
        self._count = 0
        self._where: xml.sax.xmlreader.Locator | None = None
        self._quiet = 0  # open elements whose content is not drawn: style, title, defs …

    def setDocumentLocator(self, locator: xml.sax.xmlreader.Locator) -> None:  # noqa: N802 - SAX's name
        self._where = locator

    # ── elements ────────────────────────────────────────────────────────────

    def startElement(self, name: str, attrs: xml.sax.xmlreader.AttributesImpl) -> None:  # noqa: N802 - SAX's name
        tag = name.rpartition(":")[2]
        attributes = {str(key): str(value) for key, value in attrs.items()}
        self._count += 1
        if self._count > MAX_ELEMENTS:
            told = Text("지도로는 요소가 너무 많아요", "too many elements for a map")
            refuse(self.file, "svg_too_large", told, Text("그림 하나만 담아 주세요.", "Keep one picture in a file."))
        if not self._open:
            self._root(tag, attributes)
        self._guard(tag, attributes)
        above = self._open[-1] if self._open else _Level("", {}, _STILL, hidden=False)
        style = {key: value for key, value in above.style.items() if key in _INHERITED} | self._style(attributes)
        hidden = above.hidden or style.get("display") == "none" or _is_zero(style.get("opacity"))
        level = _Level(tag, style, _times(above.matrix, _matrix(attributes.get("transform"))), hidden)
        self._open.append(level)
        quiet = tag in {"style", "title", "desc", "defs", "metadata", "script", "foreignObject", "symbol"}
        self._quiet += quiet
        if not self._quiet and tag in SHAPES and (tag != "g" or "data-role" in attributes or "data-icon" in attributes):
            level.seen = self._seen(level, attributes)

    def _root(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag != "svg":
            told = Text(f"SVG가 아니에요 (<{tag[:40]}>)", f"no SVG (<{tag[:40]}>)")
            mend = Text("지도의 .svg 파일을 주세요.", "Give the .svg file of a map.")
            refuse(self.file, "format_not_allowed", told, mend, row=1, value=tag[:80])
        self.facts = {k.removeprefix(PREFIX): v for k, v in attributes.items() if k.startswith(PREFIX)}
        self.facts.setdefault("lang", attributes.get("lang") or attributes.get("xml:lang") or "")

    def _style(self, attributes: Mapping[str, str]) -> dict[str, str]:
        """What holds for an element, weakest first: attributes, classes, its own `style`."""
        keys = ("fill", "stroke", "display", "visibility", "opacity")
        style = {key: attributes[key].strip() for key in keys if key in attributes}
        for name in attributes.get("class", "").split():
            style |= self._classes.get(name, {})
        return style | _declarations(attributes.get("style", ""))

    def _seen(self, level: _Level, attributes: Mapping[str, str]) -> Seen | None:
        if level.hidden or level.style.get("visibility") in {"hidden", "collapse"}:
            return None
        if attributes.get("aria-hidden") == "true":
            return None  # the halo of a text
        x, y, width, height = _box(level.tag, attributes, level.matrix)
        return Seen(
            tag=level.tag,
            role=attributes.get("data-role"),
            text="",
            fill=colour(level.style.get("fill", "#000000")),
            stroke=colour(level.style.get("stroke", "none")),
            x=x,
            y=y,
            width=width,
            height=height,
            row=self._row,
            icon=attributes.get("data-icon"),
        )

    def characters(self, content: str) -> None:
        if len(self._open) == _OF_THE_ROOT and self._open[-1].tag in {"title", "desc"}:
            self._open[-1].words.append(content)
        for level in reversed(self._open):
            if level.tag in {"text", "style"}:
                level.words.append(content)
                return

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX's name
        del name
        level = self._open.pop()
        self._quiet -= level.tag in {"style", "title", "desc", "defs", "metadata", "script", "foreignObject", "symbol"}
        if level.tag in {"title", "desc"} and level.words:
            self.facts.setdefault(level.tag, " ".join("".join(level.words).split()))
        if level.tag == "style":
            self._sheet("".join(level.words))
        if level.seen is not None:
            text = " ".join("".join(level.words).split()) if level.tag == "text" else ""
            if level.tag != "text" or text:
                self.marks.append(replace(level.seen, text=text))
        elif level.tag == "tspan" and self._open and self._open[-1].tag == "text":
            self._open[-1].words.append(" ")  # Inkscape's lines

    def _sheet(self, sheet: str) -> None:
        if _OUT.search(sheet):
            self._found("svg_foreign_link", "style", _OUT.findall(sheet)[0])
        for name, inside in re.findall(r"\.([\w-]+)\s*\{([^}]*)\}", sheet):
            self._classes.setdefault(name, {}).update(_declarations(inside))

    def processingInstruction(self, target: str, data: str) -> None:  # noqa: N802 - SAX's name
        if target.lower() == "xml-stylesheet":
            self._found("svg_foreign_link", target, data)

    # ── what does not belong ────────────────────────────────────────────────

    @property
    def _row(self) -> int:
        return int(self._where.getLineNumber() or 1) if self._where else 1

    def _guard(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "script":
            self._found("svg_script", tag, attributes.get("href", ""))
        if tag in {"foreignObject", "iframe", "object", "embed", "audio", "video"}:
            self._found("svg_foreign_content", tag, "")
        if any(level.tag in _HARMLESS_LINKS for level in self._open) or tag in _HARMLESS_LINKS:
            return
        for key, value in attributes.items():
            if re.fullmatch(r"on[a-z]+", key, re.IGNORECASE):
                self._found("svg_script", key, value)
            elif key.rpartition(":")[2] == "href" and not _INNER.match(value.strip()):
                code = "svg_script" if value.strip().lower().startswith("javascript:") else "svg_foreign_link"
                self._found(code, key, value)
            elif (key == "style" or "url(" in value.lower()) and _OUT.search(value):
                self._found("svg_foreign_link", key, value)

    def _found(self, code: str, where: str, value: str) -> None:
        message, mend = _FOREIGN[code]
        self.findings.append(
            Finding(
                code,
                Severity.ERROR,
                Text(f"{message.ko}: {where}", f"{message.en}: {where}"),
                mend,
                file=self.file,
                row=self._row,
                field=where,
                value=value[:120] or None,
            )
        )


_FOREIGN = {
    "svg_script": (
        Text("지도에 스크립트가 들어 있어요", "the map holds a script"),
        Text("그 요소를 지우고 일반 SVG로 다시 저장해 주세요.", "Delete the element and save as plain SVG."),
    ),
    "svg_foreign_link": (
        Text("지도가 파일 밖의 것을 가리켜요", "the map points outside of its file"),
        Text("링크를 지우거나 그림을 파일 안에 넣어 주세요.", "Remove the link, or embed the picture."),
    ),
    "svg_foreign_content": (
        Text("지도에 그림이 아닌 것이 들어 있어요", "the map holds something that is no drawing"),
        Text("그 요소를 지우고 도형과 글자로 그려 주세요.", "Delete the element; draw with shapes and text."),
    ),
}


def _declarations(written: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in written.split(";") if ":" in part)
    return {key.strip().lower(): value.replace("!important", "").strip() for key, _, value in pairs}


def _is_zero(written: str | None) -> bool:
    return written is not None and _NUMBER.match(written) is not None and _number(written) == 0
