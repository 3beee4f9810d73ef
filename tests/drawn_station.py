"""Stations for tests, drawn as text.

    drawn('''
      4p  platform   4:3F    in   4:상계
      4c  concourse  4:2F    in
      st  street     street  out
      ---
      4p.train  -- 40 --      4p.ev           a walkway of 40 m; `?` for an unknown length, `40~` for a derived one
      4p.ev     == 4:EV:1 ==  4c.ev           a ride; the kind follows from the unit's id, `==stairs==` has no unit
      4c.gate   |staff|       4o.gate         a gate out of the paid area: staff, tap or ?
      st.ev     -- 10 --      st.exit:3       exits are called exit:N
    ''')

After a line may stand: `oneway`, `repair`, `stranger` (a unit that the register lacks), `rise=5.5`, `group=g1`, `id=z`,
`width=760`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from muui_maps.model import (
    Evidence,
    Finding,
    Level,
    Link,
    LinkKind,
    Method,
    Node,
    NodeKind,
    Place,
    PlaceKind,
    Platform,
    Station,
    StationName,
    Status,
    SurveyRun,
    Text,
    Unit,
    UnitKind,
)
from muui_maps.profiles import UNIT_LINKS

EVIDENCE = {
    "": Evidence("survey:test", "1", "2016", Method.SURVEYED),
    "!": Evidence("register", "1", "2025-10-01", Method.OFFICIAL),
    "~": Evidence("muui_maps", "coordinates", None, Method.DERIVED),
    "*": Evidence("muui_maps", "guess", None, Method.ASSUMED),
}
_WALK = re.compile(r"--\s*(\?|\S+?)([!~*]?)\s*--")
_RIDE = re.compile(r"==\s*(\S+?)\s*==")
_GATE = re.compile(r"\|(staff|tap|\?)\|")


@dataclass
class _Drawing:
    places: dict[str, Place] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)
    platforms: list[Platform] = field(default_factory=list)
    levels: dict[str, Level] = field(default_factory=dict)


def drawn(
    text: str,
    *,
    findings: tuple[Finding, ...] = (),
    runs: tuple[SurveyRun, ...] = (),
    served: dict[str, tuple[str, ...]] | None = None,
) -> Station:
    """The station that the text draws. `served` gives units more stops than the rides show."""
    head, _, body = text.partition("---\n")
    drawing = _Drawing()
    for line in filter(str.strip, head.splitlines()):
        _place(drawing, line.split())
    for line in filter(str.strip, body.splitlines()):
        _link(drawing, line)
    for unit_id, levels in (served or {}).items():
        old = drawing.units[unit_id]
        drawing.units[unit_id] = Unit(old.id, old.kind, old.line, old.number, old.name, levels, status=old.status)
    return Station(
        id="drawn",
        name=StationName("그림", "Drawn"),
        lines=tuple(sorted({platform.line for platform in drawing.platforms})),
        directions=(),
        levels=tuple(drawing.levels.values()),
        places=tuple(drawing.places.values()),
        nodes=tuple(drawing.nodes.values()),
        links=tuple(drawing.links),
        units=tuple(drawing.units.values()),
        platforms=tuple(drawing.platforms),
        findings=findings,
        runs=runs,
    )


def _place(drawing: _Drawing, words: list[str]) -> None:
    name, kind, level, paid, *platform = words
    line, _, label = level.partition(":")
    drawing.levels.setdefault(level, Level(level, line if label else None, label or None))
    drawing.places[name] = Place(
        name, PlaceKind(kind), level, line if label else None, Text(name, name), {"in": True, "out": False}.get(paid)
    )
    if platform:
        of_line, _, direction = platform[0].partition(":")
        drawing.platforms.append(Platform(name, f"{name}.train", of_line, direction, level, None, None, None))


def _node(drawing: _Drawing, name: str) -> str:
    place, _, local = name.partition(".")
    kind = NodeKind.LANDING
    node_id = name
    if local.startswith("exit:"):
        kind, node_id = NodeKind.EXIT, f"street:{local}"
    elif local.startswith("gate"):
        kind = NodeKind.GATE
    elif local == "train":
        kind = NodeKind.TRAIN
    drawing.nodes.setdefault(node_id, Node(node_id, place, drawing.places[place].level, kind, Text(name, name)))
    return node_id


def _link(drawing: _Drawing, line: str) -> None:
    for pattern in (_WALK, _RIDE, _GATE):
        if match := pattern.search(line):
            break
    else:
        raise AssertionError(f"not a link: {line}")
    start, *rest = line[: match.start()].split() + line[match.end() :].split()
    end, *extras = rest
    options = dict(each.partition("=")[::2] for each in extras)
    start, end = _node(drawing, start), _node(drawing, end)
    status = Status.UNDER_REPAIR if "repair" in options else Status.WORKING
    common = {
        "id": options.get("id", f"{start}>{end}"),
        "start": start,
        "end": end,
        "oneway": "oneway" in options,
        "rise_m": float(options["rise"]) if "rise" in options else None,
        "length_group": options.get("group"),
    }
    if pattern is _WALK:
        known = match[1] != "?"
        evidence = {"length_m": (EVIDENCE[match[2]],)} if known else {}
        length = float(match[1]) if known else None
        drawing.links.append(
            Link(**common, kind=LinkKind.WALKWAY, length_m=length, evidence=evidence, status=status)  # type: ignore[arg-type]
        )
    elif pattern is _GATE:
        staff = {"staff": True, "tap": False, "?": None}[match[1]]
        drawing.links.append(
            Link(**common, kind=LinkKind.GATE, staff_call=staff, paid_after=False, length_m=0.0)  # type: ignore[arg-type]
        )
    elif match[1] == "stairs":
        drawing.links.append(Link(**common, kind=LinkKind.STAIRS, length_m=0.0))  # type: ignore[arg-type]
    else:
        unit = _unit(drawing, match[1], (start, end), options, status)
        drawing.links.append(
            Link(**common, kind=UNIT_LINKS[unit.kind], unit=unit.id, length_m=0.0)  # type: ignore[arg-type]
        )


def _unit(drawing: _Drawing, unit_id: str, ends: tuple[str, str], options: dict[str, str], status: Status) -> Unit:
    line, kind, number = unit_id.split(":")
    levels = tuple(drawing.nodes[node].level for node in ends)
    unit = Unit(
        unit_id,
        UnitKind(kind),
        line,
        number,
        Text(number, number),
        levels,
        status=status,
        in_register="stranger" not in options,
        width_mm=int(options["width"]) if "width" in options else None,
    )
    return drawing.units.setdefault(unit_id, unit)
