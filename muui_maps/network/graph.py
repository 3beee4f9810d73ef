"""A station as a graph: one for all travellers. Who may go where, and at what price, is the router's question.

`ways` is the bare form that the router walks over; `build_graph` is the public face, a networkx graph of plain data.
"""

from __future__ import annotations

import math
import re
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from muui_maps.errors import InputRefusedError
from muui_maps.model import (
    STOPPED,
    STREET,
    Evidence,
    Finding,
    Level,
    Link,
    Method,
    NodeKind,
    Place,
    PlaceKind,
    Severity,
    Station,
    Status,
    Text,
    Unit,
)
from muui_maps.profiles import RIDES, Way

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import networkx as nx

_STRENGTH = {method: rank for rank, method in enumerate(Method)}  # surveyed is 0, assumed is last


@dataclass(frozen=True, slots=True)
class Step:
    """A link in one of its directions."""

    link: Link
    start: str
    end: str
    forward: bool


class Index:
    """A station's parts by id, checked: every reference holds, and every figure is a finite number.

    Raises
    ------
    InputRefusedError
        If a link or node refers to what does not exist, an id stands twice, or a length is negative or not a number.
    """

    def __init__(self, station: Station) -> None:
        self.station = station
        self.places = {place.id: place for place in station.places}
        self.levels = {level.id: level for level in station.levels}
        self.nodes = {node.id: node for node in station.nodes}
        self.units = {unit.id: unit for unit in station.units}
        self.links = {link.id: link for link in station.links}
        findings = [*self._doubled(), *self._dangling(), *self._bad_figures()]
        if findings:
            raise InputRefusedError(
                Text(
                    f"역 자료가 잘못됐어요: {station.id} ({findings[0].message.ko})",
                    f"the station is broken: {station.id} ({findings[0].message.en})",
                ),
                findings=findings,
            )
        self.steps = tuple(ways(station))
        self.steps_from: dict[str, list[Step]] = {}
        for step in self.steps:
            self.steps_from.setdefault(step.start, []).append(step)
        self.memo: dict[tuple[object, ...], Any] = {}  # what others work out of this station, worth keeping

    def place(self, node: str) -> Place:
        """The place that a node lies in."""
        return self.places[self.nodes[node].place]

    def unit(self, link: Link) -> Unit | None:
        """The unit that the link rides, if any."""
        return self.units[link.unit] if link.unit is not None else None

    def out_of_service(self, link: Link) -> bool:
        """Whether the link or its unit is under repair, broken or closed."""
        unit = self.unit(link)
        return link.status in STOPPED or (unit is not None and unit.status in STOPPED)

    def status(self, link: Link) -> Status:
        """Whether it runs: what stops the unit stops the link."""
        unit = self.unit(link)
        return unit.status if unit is not None and unit.status in STOPPED else link.status

    def _doubled(self) -> Iterator[Finding]:
        station = self.station
        for what, items, kept in (
            ("place", station.places, self.places),
            ("node", station.nodes, self.nodes),
            ("unit", station.units, self.units),
            ("link", station.links, self.links),
        ):
            if len(items) != len(kept):
                ids = [item.id for item in items]
                for twice in sorted({each for each in ids if ids.count(each) > 1}):
                    yield self._fault(
                        "graph_double_id", twice, (what, twice), Text("id가 두 번 나와요", "the id stands twice")
                    )

    def _dangling(self) -> Iterator[Finding]:
        for node in self.station.nodes:
            if node.place not in self.places:
                yield self._missing(node.id, "place", node.place)
        for link in self.station.links:
            for name, node_id in (("start", link.start), ("end", link.end)):
                if node_id not in self.nodes:
                    yield self._missing(link.id, name, node_id)
            if link.unit is not None and link.unit not in self.units:
                yield self._missing(link.id, "unit", link.unit)

    def _bad_figures(self) -> Iterator[Finding]:
        """Figures that a search can't add up: networkx would take NaN for the best, and follow a negative one."""
        for link in self.station.links:
            if not _measures(link.length_m):
                words = Text("길이가 될 수 없는 값이에요", "not a length")
                yield self._fault("graph_bad_length", link.id, ("length_m", str(link.length_m)), words)
            if link.rise_m is not None and not _is_number(link.rise_m):
                words = Text("높이가 될 수 없는 값이에요", "not a rise")
                yield self._fault("graph_bad_rise", link.id, ("rise_m", str(link.rise_m)), words)
        for node in self.station.nodes:
            if not _measures(node.error_m):
                words = Text("오차가 될 수 없는 값이에요", "not an error")
                yield self._fault("graph_bad_error", node.id, ("error_m", str(node.error_m)), words)
        for unit in self.station.units:
            wait = unit.wait_s
            if wait is not None and not all(_measures(each) for each in (wait.low, wait.typical, wait.high)):
                words = Text("기다린 시간이 될 수 없는 값이에요", "not a wait")
                yield self._fault("graph_bad_wait", unit.id, ("wait_s", str(wait)), words)

    def _missing(self, owner: str, field: str, value: str) -> Finding:
        words = Text("없는 것을 가리켜요", "refers to what does not exist")
        return self._fault("graph_dangling", owner, (field, value), words)

    def _fault(self, code: str, owner: str, fact: tuple[str, str], words: Text) -> Finding:
        field, value = fact
        return Finding(
            code=code,
            severity=Severity.ERROR,
            message=Text(f"{owner}: {field} {value}: {words.ko}", f"{owner}: {field} {value}: {words.en}"),
            fix=Text("자료를 고쳐 주세요", "mend the data"),
            station=self.station.id,
            layer=owner,
            field=field,
            value=value,
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _measures(value: object) -> bool:
    """Whether a figure is unknown, or a finite number that is not negative."""
    return value is None or (_is_number(value) and value >= 0)  # type: ignore[operator]


_alive: WeakValueDictionary[int, Index] = WeakValueDictionary()
_recent: deque[Index] = deque(maxlen=8)


def index_of(station: Station) -> Index:
    """The station's Index: the one that somebody holds on to, or that was made for one of the last few stations.

    Raises
    ------
    InputRefusedError
        As `Index` does.
    """
    found = _alive.get(id(station))
    # The Index holds on to its station, so an id that is still kept can't have passed to another one.
    if found is None:
        found = _alive[id(station)] = Index(station)
        _recent.append(found)  # one station is mostly asked for many routes
    return found


def ways(station: Station) -> Iterator[Step]:
    """Every link in each direction it may be taken, by link id."""
    for link in sorted(station.links, key=lambda link: link.id):
        yield Step(link, link.start, link.end, forward=True)
        if not link.oneway:
            yield Step(link, link.end, link.start, forward=False)


# ── what pricing wants to know of a link ─────────────────────────────────────


def way(index: Index, link: Link, *, storey_m: float) -> Way:
    """The surroundings of a link: where it runs, how many storeys it spans, how sure its length is."""
    start, end = index.nodes[link.start], index.nodes[link.end]
    place = index.places[start.place].kind
    if PlaceKind.STREET in (place, index.places[end.place].kind):
        place = PlaceKind.STREET
    unit, at_gate = index.unit(link), NodeKind.GATE in (start.kind, end.kind)
    error = 0.0
    if length_method(link) in (Method.DERIVED, Method.ASSUMED):
        error = math.hypot(start.error_m or 0.0, end.error_m or 0.0)
    levels = 0.0
    if link.kind in RIDES:
        levels = storeys(link, index.levels.get(start.level), index.levels.get(end.level), storey_m=storey_m)
    if unit is None:
        return Way(place, levels, error, at_gate=at_gate)
    return Way(place, levels, error, unit.in_register, unit.wait_s, unit.traverse_s, at_gate)


def storeys(link: Link, start: Level | None, end: Level | None, *, storey_m: float) -> float:
    """How many storeys a ride spans: its rise if known, else elevations, else the labels, else one."""
    if link.rise_m is not None:
        return abs(link.rise_m) / storey_m
    if start and end:
        if start.elevation_m is not None and end.elevation_m is not None:
            return max(1.0, abs(start.elevation_m - end.elevation_m) / storey_m)
        low, high = _floor(start), _floor(end)
        if low is not None and high is not None:
            return max(1.0, abs(high - low))
    return 1.0


def _floor(level: Level) -> float | None:
    return 0.0 if level.id == STREET else floor_number(level.label or "")


def floor_number(label: str) -> float | None:
    """A label as a count of storeys above the ground: B2 → −2, BM1 → −0.5, 1F → 0; None if it is no label.

    Good for a guess at time, never for the order of levels: each line labels its own.
    """
    if match := re.fullmatch(r"(BM?|M)(\d+)|(\d+)F", label):
        if match.group(3):
            return float(match.group(3)) - 1
        sign = -1.0 if match.group(1).startswith("B") else 1.0
        half = 0.5 if "M" in match.group(1) else 0.0
        return sign * (float(match.group(2)) - half)
    return None


def length_method(link: Link) -> Method | None:
    """How the link's length is known: by the best of its sources; assumed where it has none; None if it is unknown."""
    if link.length_m is None:
        return None
    sources = link.evidence.get("length_m", ())
    return min((source.method for source in sources), key=_STRENGTH.__getitem__, default=Method.ASSUMED)


def weakest(methods: Iterable[Method | None]) -> Method | None:
    """The weakest of the methods; None if there is none."""
    return max((method for method in methods if method), key=_STRENGTH.__getitem__, default=None)


# ── the public face ──────────────────────────────────────────────────────────


def build_graph(station: Station) -> nx.MultiDiGraph[str]:
    """The station as a networkx graph. Nodes and edges carry plain data: strings, numbers, lists, None.

    Each link is an edge from its start to its end and, unless it is one-way, another one back; the key of both is the
    link's id. `length_m` and `rise_m` are None where unknown, so that no search can take them for a figure unawares:
    networkx counts a missing weight as 1. Use `routes.find_route` for routes.

    Raises
    ------
    InputRefusedError
        If a link or node refers to what does not exist, an id stands twice, or a length is negative or not a number.
    """
    import networkx as nx

    index = Index(station)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(id=station.id, name_ko=station.name.ko, name_en=station.name.en)
    for node in sorted(station.nodes, key=lambda node: node.id):
        place = index.places[node.place]
        graph.add_node(
            node.id,
            kind=node.kind.value,
            level=node.level,
            place=node.place,
            place_kind=place.kind.value,
            paid_area=place.paid_area,
            name_ko=node.name.ko,
            name_en=node.name.en,
            x_m=node.x_m,
            y_m=node.y_m,
            error_m=node.error_m,
        )
    for step in ways(station):
        graph.add_edge(step.start, step.end, key=step.link.id, **_edge(index, step))
    return graph


def _edge(index: Index, step: Step) -> dict[str, Any]:
    link = step.link
    sign = 1 if step.forward else -1
    paid = link.paid_after
    method = length_method(link)
    return {
        "kind": link.kind.value,
        "forward": step.forward,
        "unit": link.unit,
        "length_m": link.length_m,
        "length_method": method.value if method else None,
        "length_group": link.length_group,
        "rise_m": None if link.rise_m is None else sign * link.rise_m,
        "staff_call": link.staff_call,
        "paid_after": paid if paid is None or step.forward else not paid,
        "status": index.status(link).value,
        "met": [{"kind": met.kind.value, "count": met.count} for met in link.met],
        "evidence": _plain(link.evidence),
    }


def _plain(evidence: Mapping[str, tuple[Evidence, ...]]) -> dict[str, list[dict[str, str | None]]]:
    return {
        field: [
            {"dataset": each.dataset, "record": each.record, "date": each.date, "method": each.method.value}
            for each in sources
        ]
        for field, sources in sorted(evidence.items())
    }
