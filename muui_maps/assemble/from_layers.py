"""Layers that we wrote and somebody corrected in an editor: back to a Station.

Fragment + sidecar ── what moved, went or came since the export ──► the exported Station with just that changed

Only what differs from what was written counts as an edit. A point put somewhere to be seen is still of unknown place
as long as nobody moves it; a line that nobody touched keeps its surveyed metres.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

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
    Severity,
    Space,
    Station,
    Text,
)
from muui_maps.sources.indoor_keys import building_of, level_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from muui_maps.sources.fragment import Area, Fragment, NetLine, NetPoint
    from muui_maps.sources.sidecar import Sidecar

MOVED_M = 0.05
"""Less is the rounding of coordinates."""

_NODE_KINDS = {"gate": NodeKind.GATE, "entrance": NodeKind.EXIT}
_PLACE_KINDS = {"기차승강장": PlaceKind.PLATFORM, "승강장": PlaceKind.PLATFORM, "통로": PlaceKind.PASSAGE}
_PLACE_KINDS |= {"복도": PlaceKind.PASSAGE}


def station_from_layers(fragment: Fragment, sidecar: Sidecar, *, base: Station | None = None) -> Station:
    """The station of an export as its layers now show it.

    Parameters
    ----------
    fragment
        Read with the station's own origin: `read_indoor(path, origin=sidecar.station.origin)`.
    base
        The same station as it is assembled today, to correct in place of the exported one: repairs and surveys since
        the export then count.

    Returns
    -------
    Station
        With one Finding for each edit, so that nobody overlooks a slip of the mouse. Without edits it is the station
        as it was exported.
    """
    return _Edits(fragment, sidecar if base is None else replace(sidecar, station=base)).station()


@dataclass(slots=True)
class _Edits:
    fragment: Fragment
    sidecar: Sidecar
    findings: list[Finding] = field(default_factory=list)
    nodes: dict[str, Node] = field(default_factory=dict)  # by id
    keys: dict[str, str] = field(default_factory=dict)  # PRIMARYKEY of a point → id of its node
    moved: set[str] = field(default_factory=set)

    def station(self) -> Station:
        base = self.sidecar.station
        self._read_nodes()
        spaces, places = self._spaces()
        links = (
            sorted([*self._links(), *self._new_links()], key=lambda link: link.id) if self._changed() else base.links
        )
        nodes = tuple(sorted(self.nodes.values(), key=lambda node: node.id)) if self._changed() else base.nodes
        return replace(
            base,
            nodes=nodes,
            links=tuple(links),
            spaces=spaces,
            places=places,
            findings=base.findings + tuple(self.findings),
        )

    def _changed(self) -> bool:
        return bool(self.findings) or self._lines_differ()

    def _lines_differ(self) -> bool:
        known = {key for key, (noun, _) in self.sidecar.keys.items() if noun == "link"}
        return known != {line.id for line in self.fragment.lines} or any(True for _ in self._redrawn())

    def _evidence(self, record: str) -> Evidence:
        return Evidence("muui_maps", f"drawn in {self.fragment.source}: {record}", None, Method.DERIVED)

    # points

    def _read_nodes(self) -> None:
        base = {node.id: node for node in self.sidecar.station.nodes}
        points = {point.id: point for point in self.fragment.points}
        known = {key: name for key, (noun, name) in self.sidecar.keys.items() if noun == "node"}
        keyed = {name: key for key, name in known.items()}
        for name, node in base.items():
            if name not in keyed:  # it came to the facts after the export
                self.nodes[name] = node
                continue
            point = points.get(keyed[name])
            if point is None:
                self._tell("layer_point_gone", keyed[name], None, name)
                continue
            self.keys[point.id] = name
            self.nodes[name] = self._moved(node, point)
        for key in sorted(points.keys() - known.keys()):
            new = self._new_node(points[key])
            if new is not None:
                self.nodes[new.id] = new
                self.keys[key] = new.id
                self._tell("layer_point_new", key, points[key].record, new.place)

    def _moved(self, node: Node, point: NetPoint) -> Node:
        drawn = self.sidecar.drawn.get(point.id, (point.x_m, point.y_m))
        metres = math.dist(drawn, (point.x_m, point.y_m))
        if metres <= MOVED_M:
            return node
        self.moved.add(node.id)
        self._tell("layer_point_moved", point.id, point.record, f"{metres:.1f} m")
        x, y = round(point.x_m, 3), round(point.y_m, 3)
        return replace(node, x_m=x, y_m=y, error_m=None, evidence=(self._evidence(point.record), *node.evidence))

    def _new_node(self, point: NetPoint) -> Node | None:
        level = self._level(point.id, point.level)
        place = self._place_at(point, level) if level else None
        if level is None or place is None:
            self._tell("layer_place_unknown", point.id, point.record, point.level)
            return None
        kind = _NODE_KINDS.get(point.kind, NodeKind.LANDING)
        name = Text(point.name or "", point.name or "")
        x, y = round(point.x_m, 3), round(point.y_m, 3)
        return Node(point.id, place, level.id, kind, name, x, y, None, (self._evidence(point.record),))

    def _level(self, key: str, label: str) -> Level | None:
        station = self.sidecar.station
        here = {level_key(station, level): level for level in station.levels}
        return here.get((building_of(key) or "", label))

    def _place_at(self, point: NetPoint, level: Level) -> str | None:
        """The place of the nearest point of that level whose place is known."""
        near = [
            (math.dist(self.sidecar.drawn[key], (point.x_m, point.y_m)), node.place)
            for key, (noun, name) in self.sidecar.keys.items()
            if noun == "node"
            and (node := self.nodes.get(name))
            and node.level == level.id
            and key in self.sidecar.drawn
        ]
        return min(near)[1] if near else None

    # lines

    def _redrawn(self) -> Iterator[tuple[str, NetLine, float]]:
        """Links whose line has another length than it was written with."""
        lines = {line.id: line for line in self.fragment.lines}
        ends = {link.id: (link.start, link.end) for link in self.sidecar.station.links}
        at = {name: self.sidecar.drawn[key] for key, (noun, name) in self.sidecar.keys.items() if noun == "node"}
        for key, (noun, name) in sorted(self.sidecar.keys.items()):
            if noun != "link" or key not in lines or name not in ends or not set(ends[name]) <= at.keys():
                continue
            start, end = (at[node] for node in ends[name])
            straight = math.dist(start, end)
            written = straight if straight > 0.01 else None  # noqa: PLR2004 - see `exports_indoor.drawn_line`
            if written is None and not self.moved & set(ends[name]) and lines[key].length_m < 1:
                continue
            if abs(lines[key].length_m - (written or 0.0)) > MOVED_M:
                yield name, lines[key], lines[key].length_m

    def _links(self) -> Iterator[Link]:
        keyed = {name: key for key, (noun, name) in self.sidecar.keys.items() if noun == "link"}
        there = {line.id for line in self.fragment.lines}
        redrawn = {name: (line, metres) for name, line, metres in self._redrawn()}
        for link in self.sidecar.station.links:
            key = keyed.get(link.id)
            if (key is not None and key not in there) or not {link.start, link.end} <= self.nodes.keys():
                self._tell("layer_line_gone", key or link.id, None, link.id)
                continue
            line, metres = redrawn.get(link.id, (None, 0.0))
            is_known = all(self.nodes[name].x_m is not None for name in (link.start, link.end))
            if line is None or not is_known or link.kind not in (LinkKind.WALKWAY, LinkKind.RAMP, LinkKind.STAIRS):
                yield link
                continue
            self._tell("layer_line_redrawn", line.id, line.record, f"{metres:.1f} m")
            evidence = {**link.evidence, "length_m": (self._evidence(line.record),)}
            yield replace(link, length_m=round(metres, 1), length_group=None, evidence=evidence)

    def _new_links(self) -> Iterator[Link]:
        for line in self.fragment.lines:
            if line.id in self.sidecar.keys:
                continue
            if line.start not in self.keys or line.end not in self.keys:
                self._tell("layer_place_unknown", line.id, line.record, f"{line.start} {line.end}")
                continue
            kind = LinkKind(line.kind) if line.kind in set(LinkKind) else LinkKind.WALKWAY
            walked = 0.0 if kind is LinkKind.ELEVATOR else round(line.length_m, 1)
            evidence: Mapping[str, tuple[Evidence, ...]] = {"link": (self._evidence(line.record),)}
            self._tell("layer_line_new", line.id, line.record, kind.value)
            ends = (self.keys[line.start], self.keys[line.end])
            yield Link(line.id, *ends, kind, length_m=walked, oneway=line.oneway, evidence=evidence)

    # spaces

    def _spaces(self) -> tuple[tuple[Space, ...], tuple[Place, ...]]:
        base = self.sidecar.station
        areas = {area.id: area for area in self.fragment.areas}
        known = {name: key for key, (noun, name) in self.sidecar.keys.items() if noun == "space"}
        spaces = []
        for space in base.spaces:
            key = known.get(space.id)
            area = areas.get(key or "")
            if key is not None and area is None:
                self._tell("layer_space_gone", key, None, space.place)
                spaces.append(replace(space, outline=None))
            elif area is not None and _differs(space, area):
                self._tell("layer_space_redrawn", area.id, area.record, space.place)
                spaces.append(replace(space, outline=_outline(area), evidence=self._evidence(area.record)))
            else:
                spaces.append(space)
        new = [self._new_space(area) for key, area in sorted(areas.items()) if key not in known.values()]
        found = [each for each in new if each is not None]
        if not found:
            return tuple(spaces), base.places
        places = sorted([*base.places, *(place for _, place in found)], key=lambda place: place.id)
        return tuple(sorted([*spaces, *(space for space, _ in found)], key=lambda space: space.id)), tuple(places)

    def _new_space(self, area: Area) -> tuple[Space, Place] | None:
        level = self._level(area.id, area.level)
        if level is None or area.kind not in ("walkable", "outdoor", "ramp"):
            self._tell("layer_place_unknown", area.id, area.record, area.level)
            return None
        kind = _PLACE_KINDS.get(area.label or "", PlaceKind.CONCOURSE)
        self._tell("layer_space_new", area.id, area.record, area.label or kind.value)
        name = Text(area.name or area.label or "", area.name or kind.value)
        evidence = self._evidence(area.record)
        place = Place(area.id, kind, level.id, level.line, name, area.paid_area, evidence=(evidence,))
        return Space(f"space:{area.id}", area.id, level.id, _outline(area), evidence), place

    # what is told

    def _tell(self, code: str, key: str, record: str | None, value: str) -> None:
        severity, message, fix = _SENTENCES[code]
        layer, _, row = (record or key).rpartition("#")
        found = Finding(
            code,
            severity,
            Text(message.ko.format(value=value), message.en.format(value=value)),
            fix,
            station=self.sidecar.station.id,
            file=self.fragment.source,
            layer=layer or key.rpartition("_")[0] or None,
            row=int(row) if row.isdigit() and layer else None,
            value=key,
        )
        if found not in self.findings:
            self.findings.append(found)


def _outline(area: Area) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 3), round(float(y), 3)) for x, y, *_ in area.polygon.exterior.coords[:-1])


def _differs(space: Space, area: Area) -> bool:
    """Whether a corner came, went or moved: the rings may begin at another corner and run the other way round."""
    old, new = space.outline or (), _outline(area)
    if len(old) != len(new):
        return True
    return any(min(math.dist(corner, other) for other in new) > MOVED_M for corner in old)


_UNDO = Text("뜻한 것이 아니면 편집기에서 되돌려 주세요.", "If that was not meant, undo it in the editor.")
_SENTENCES = {
    "layer_point_moved": (Severity.INFO, Text("지점을 옮겼어요: {value}", "a point was moved: {value}"), _UNDO),
    "layer_point_new": (Severity.INFO, Text("새 지점이에요 ({value})", "a new point, in {value}"), _UNDO),
    "layer_point_gone": (
        Severity.WARNING,
        Text("지점을 지웠어요. 이어진 길도 빠져요: {value}", "a point was deleted, with the ways to it: {value}"),
        _UNDO,
    ),
    "layer_line_redrawn": (
        Severity.INFO,
        Text("길을 고쳐 그렸어요: {value}", "a way was drawn anew: {value}"),
        _UNDO,
    ),
    "layer_line_new": (Severity.INFO, Text("새 길이에요 ({value})", "a new way ({value})"), _UNDO),
    "layer_line_gone": (Severity.WARNING, Text("길을 지웠어요: {value}", "a way was deleted: {value}"), _UNDO),
    "layer_space_redrawn": (
        Severity.INFO,
        Text("공간을 고쳐 그렸어요: {value}", "a space was drawn anew: {value}"),
        _UNDO,
    ),
    "layer_space_new": (Severity.INFO, Text("새 공간이에요: {value}", "a new space: {value}"), _UNDO),
    "layer_space_gone": (Severity.WARNING, Text("공간을 지웠어요: {value}", "a space was deleted: {value}"), _UNDO),
    "layer_place_unknown": (
        Severity.WARNING,
        Text(
            "어느 층, 어느 곳에 속하는지 알 수 없어 쓰지 않았어요: {value}",
            "not used, as the level and place it belongs to are not known: {value}",
        ),
        Text(
            "그 층의 레이어에 그리고, 선은 FPOINT와 SPOINT에 지점의 PRIMARYKEY를 적어 주세요.",
            "Draw it in the layer of its level; give a line the PRIMARYKEYs of its points as FPOINT and SPOINT.",
        ),
    ),
}
