"""GPX and KML points, and OSM files of JOSM: read without entities, links or networks.

A point says where and when; its name and description say what was seen. Tracks and outlines are passed by: they are
ways of somebody's phone, and below ground they are wrong.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from types import MappingProxyType
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.refusal import refuse
from muui_maps.sources.sheets import MAX_ROWS, text_fault
from muui_maps.survey.readers.grid import POINT, Grid, Line, Opened, finding, held
from muui_maps.survey.rows import columns_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_PICTURE = re.compile(r".*\.(?:jpe?g|png|heic)", re.IGNORECASE)


def open_markup(file: str, text: str, encoding: str) -> Opened:
    """The points of a GPX or KML file, or the features of an OSM file.

    Raises
    ------
    InputRefusedError
        For XML that is broken, declares entities, or is of another kind.
    """
    if re.match(r"\s*<(?:!doctype\s+)?html\b", text[:200], re.IGNORECASE):
        message = Text("표가 아니라 웹 페이지(HTML)예요", "a web page (HTML), not a survey")
        fix = Text("내려받기에 실패하면 이런 파일이 남아요. 다시 내려받아 주세요.", "Download it again.")
        refuse(file, "file_is_html", message, fix, row=1)
    root = _parsed(file, text)
    kind = _name(root)
    if kind not in {"gpx", "kml", "osm"}:
        message = Text(f"읽지 않는 XML이에요 (<{kind[:40]}>)", f"XML that is not read here (<{kind[:40]}>)")
        fix = Text("GPX, KML, OSM만 읽어요.", "Only GPX, KML and OSM are read.")
        refuse(file, "format_not_allowed", message, fix, row=1, value=kind[:80])
    if kind == "osm":
        from muui_maps.survey.readers.osm import open_osm

        return open_osm(file, encoding, root)
    return _gpx(file, encoding, root) if kind == "gpx" else _kml(file, encoding, root)


def _parsed(file: str, text: str) -> Element:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root: Element = fromstring(text.lstrip("\ufeff"), forbid_dtd=False)
    except DefusedXmlException as error:
        message = Text("XML 개체(ENTITY)를 선언한 파일이에요", "XML that declares entities")
        fix = Text("기기나 앱에서 다시 내보내 주세요.", "Export it again from the device or the app.")
        refuse(file, "xml_entity_refused", message, fix, value=type(error).__name__)
    except ParseError as error:
        line = error.position[0]
        message = Text(f"XML 문법이 틀렸어요 ({line}줄)", f"no valid XML (line {line}: {error.msg})")
        fix = Text("파일이 끊겼을 수 있어요. 다시 내보내 주세요.", "It may be cut off: export it again.")
        refuse(file, "xml_syntax", message, fix, row=line)
    return root


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _child(element: Element, name: str) -> Element | None:
    return next((each for each in element if _name(each) == name), None)


def _words(element: Element | None) -> str:
    return "" if element is None or element.text is None else element.text.strip()


# ── GPX ──────────────────────────────────────────────────────────────────────

_GPX_COLUMNS = MappingProxyType({"name": "place_text", "desc": "note", "time": "observed_at", "link": "photo"})


def _gpx(file: str, encoding: str, root: Element) -> Opened:
    notes: list[Finding] = []
    tracks = sum(_name(each) in {"trk", "rte"} for each in root)
    if tracks:
        message = Text(f"경로 {tracks}개는 쓰지 않고 점만 읽었어요", f"{tracks} tracks were left out; points were read")
        notes.append(finding(file, "tracks_ignored", Severity.INFO, message, value=str(tracks)))
    points = [each for each in root if _name(each) == "wpt"]
    if not points:
        message = Text("표시한 점(wpt)이 하나도 없어요", "there is no waypoint (wpt) in it")
        fix = Text("지도 앱에서 점을 찍어 이름을 적어 주세요.", "Mark points and name them in the app.")
        refuse(file, "no_points", message, fix)
    rows = [_waypoint(each) for each in points]
    return Opened(file, "gpx", encoding, (_grid(file, rows, _GPX_COLUMNS),), tuple(notes))


def _waypoint(point: Element) -> dict[str, str]:
    cells: dict[str, str] = {}
    for each in point:
        name = _name(each)
        if name == "extensions":
            leaves = (leaf for leaf in each.iter() if not len(leaf) and _words(leaf))
            cells |= {_name(leaf): _words(leaf) for leaf in leaves if _name(leaf) not in cells}
        elif name == "link":
            href = each.get("href", "")
            cells |= {"link": href} if _PICTURE.fullmatch(href) else {}
        elif text := _words(each):
            cells.setdefault(name, text)
    # A note may stand in either; where there is only a name, that is what was noted.
    if "desc" not in cells:
        cells["desc"] = cells.pop("cmt", "") or cells.get("name", "")
    cells[POINT] = f"{point.get('lat', '')} {point.get('lon', '')}"
    return cells


# ── KML ──────────────────────────────────────────────────────────────────────

_KML_COLUMNS = MappingProxyType({"name": "place_text", "description": "note", "when": "observed_at"})


def _kml(file: str, encoding: str, root: Element) -> Opened:
    notes: list[Finding] = []
    links = sum(_name(each) == "NetworkLink" for each in root.iter())
    if links:
        message = Text(f"인터넷 링크 {links}개는 열지 않았어요", f"{links} links to the network were not followed")
        notes.append(finding(file, "network_link_ignored", Severity.INFO, message, value=str(links)))
    marks = [each for each in root.iter() if _name(each) == "Placemark"]
    if not marks:
        message = Text("표시한 점(Placemark)이 하나도 없어요", "there is no Placemark in it")
        refuse(file, "no_points", message, Text("지도 앱에서 점을 찍어 주세요.", "Mark points in the app."))
    rows = [_placemark(each) for each in marks]
    return Opened(file, "kml", encoding, (_grid(file, rows, _KML_COLUMNS),), tuple(notes))


def _placemark(mark: Element) -> dict[str, str]:
    cells = {"name": _words(_child(mark, "name")), "description": _without_tags(_words(_child(mark, "description")))}
    for each in mark.iter():
        name = _name(each)
        if name == "when":
            cells.setdefault("when", _words(each))
        elif name == "Data":
            cells[each.get("name", "")] = _words(_child(each, "value"))
        elif name == "SimpleData":
            cells[each.get("name", "")] = _words(each)
    point = _child(mark, "Point")
    numbers = _words(_child(point, "coordinates")).split(",") if point is not None else []
    if len(numbers) > 1:
        cells[POINT] = f"{numbers[1]} {numbers[0]}"
    if not cells["description"]:
        cells["description"] = cells["name"]
    return cells


class _Strip(HTMLParser):
    """The words of a description that a program wrote as HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _without_tags(text: str) -> str:
    if "<" not in text:
        return text
    parser = _Strip()
    parser.feed(text)
    parser.close()
    return " ".join(" ".join(parser.words).split())


# ── both ─────────────────────────────────────────────────────────────────────


def _grid(file: str, rows: list[dict[str, str]], own: MappingProxyType[str, str]) -> Grid:
    if len(rows) > MAX_ROWS:
        refuse(file, "too_many_rows", Text(f"점이 {MAX_ROWS}개를 넘어요", f"more than {MAX_ROWS} points"))
    header = tuple(dict.fromkeys(name for cells in rows for name, cell in cells.items() if name and cell))
    # Answers under the schema's names come before what the format's own elements are taken for.
    columns = columns_of([name for name in header if name not in own])
    columns |= {name: field for name, field in own.items() if name in header and field not in columns.values()}
    lines, bad = [], []
    for number, cells in enumerate(rows, 1):
        kept = MappingProxyType({name: cell for name, cell in cells.items() if name and cell.strip()})
        fault = next((found for name, cell in kept.items() if (found := text_fault(cell, name))), None)
        if fault is None:
            lines.append(Line(number, kept))
        else:
            bad.append(held(file, number, fault, kept))
    return Grid(None, header, tuple(lines), tuple(bad), columns=MappingProxyType(columns), is_survey=True)
