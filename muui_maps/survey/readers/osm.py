"""OSM files of JOSM or an OSM field app: nodes and ways whose tags speak of what our schema asks.

A negative id is something that is not on the server yet: something new. `action="delete"` says that a thing is gone,
and is a claim like any other: nothing is deleted here.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.refusal import refuse
from muui_maps.survey.fields import FIELDS, NEW_FEATURE, Part
from muui_maps.survey.readers.grid import POINT, Grid, Line, Opened, finding
from muui_maps.survey.rows import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree.ElementTree import Element

_KINDS: tuple[tuple[str, str, str], ...] = (
    ("highway", "elevator", "elevator"),
    ("conveying", r"yes|forward|backward|reversible", "escalator"),
    ("highway", "steps", "stairs"),
    ("railway", "subway_entrance", "exit"),
    ("barrier", r"turnstile|full-height_turnstile|gate|swing_gate|wicket_gate", "gate"),
    ("railway", "platform", "platform"),
    ("amenity", "toilets", "toilet"),
    ("door", r"(?!no$).+", "door"),
)
"""Tags of the OSM wiki that name what our schema calls a kind; the first that fits counts."""
_PASSABLE = MappingProxyType({"yes": "yes", "designated": "yes", "limited": "with_help", "no": "no"})
_METRES = re.compile(r"\d+(?:\.\d+)?")
_SLOPE = re.compile(r"-?(\d+(?:\.\d+)?\s*[%°])")


def open_osm(file: str, encoding: str, root: Element) -> Opened:
    """The features of an OSM file that our schema asks of; what else is in it is counted and passed by."""
    known = {each.get("id") for each in root if each.tag == "node"}
    notes: list[Finding] = []
    lines: list[Line] = []
    others = 0
    for number, element in enumerate((each for each in root if each.tag in {"node", "way", "relation"}), 1):
        tags = {each.get("k", ""): (each.get("v") or "").strip() for each in element if each.tag == "tag"}
        answers = _answers(element, tags)
        if answers is None:
            others += bool(tags)
            continue
        missing = [each.get("ref") for each in element if each.tag == "nd" and each.get("ref") not in known]
        if missing:
            message = Text(
                f"way {element.get('id')}의 점 {len(missing)}개가 파일에 없어요",
                f"{len(missing)} nodes of way {element.get('id')} are not in the file",
            )
            fix = Text("답은 그대로 받았어요.", "Its answers were taken all the same.")
            notes.append(finding(file, "osm_ref_missing", Severity.WARNING, message, fix, row=number))
        lines.append(Line(number, MappingProxyType({**tags, **answers})))
    if others:
        message = Text(
            f"역과 상관없는 {others}개는 쓰지 않았어요", f"{others} features that are no part of a station: not used"
        )
        notes.append(finding(file, "feature_not_surveyed", Severity.INFO, message, value=str(others)))
    if not lines:
        message = Text("엘리베이터·계단·출구·개찰구가 없어요", "no lift, stairs, exit or gate in it")
        fix = Text("highway=elevator 같은 태그를 붙여 주세요.", "Tag them, for example highway=elevator.")
        refuse(file, "field_missing", message, fix, field="kind", value=f"{others}")
    header = tuple(dict.fromkeys(name for line in lines for name in line.cells))
    columns = {name: name for name in header if name in FIELDS}
    return Opened(
        file, "osm", encoding, (Grid(None, header, tuple(lines), columns=columns, is_survey=True),), tuple(notes)
    )


def _answers(element: Element, tags: Mapping[str, str]) -> dict[str, str] | None:
    """An element's tags under the schema's names; None if they say nothing that it asks."""
    own = {name: tags[column] for column, name in columns_of(tags).items() if column == name}
    kind = next((ours for key, values, ours in _KINDS if re.fullmatch(values, tags.get(key, ""))), None)
    if kind is None and not any(FIELDS[name].part is Part.FACT for name in own if name in FIELDS):
        return None
    identity = element.get("id", "")
    is_new = identity.startswith("-")
    answers = {
        "kind": kind or "",
        "feature_id": NEW_FEATURE if is_new else f"exit:{tags['ref']}" if kind == "exit" and tags.get("ref") else "",
        "place_text": tags.get("name:ko") or tags.get("name") or tags.get("ref") or "",
        "note": tags.get("note") or tags.get("description") or tags.get("fixme") or "",
        "observed_at": tags.get("survey:date") or tags.get("check_date") or element.get("timestamp") or "",
        "passable": _PASSABLE.get(tags.get("wheelchair", ""), ""),
        "clear_width_mm": _in_metres(tags.get("width", "")),
        "step_count": tags.get("step_count", "") if kind == "stairs" else "",
        "slope_percent": _slope(tags.get("incline", "")),
        "submission_id": "" if is_new else f"osm:{element.tag}/{identity}",
        POINT: f"{element.get('lat')} {element.get('lon')}" if element.get("lat") else "",
    }
    if element.get("action") == "delete" or element.get("visible") == "false":
        answers["operational_status"] = "absent"
    return {name: cell for name, cell in {**answers, **own}.items() if cell}


def _in_metres(text: str) -> str:
    """A width as OSM writes it: metres, unless it says otherwise."""
    return f"{text}m" if _METRES.fullmatch(text) else text


def _slope(text: str) -> str:
    """An incline without its direction: `-8%` is `8%`; `up` and `down` say nothing of how steep it is."""
    match = _SLOPE.fullmatch(text)
    return match.group(1) if match else ""
