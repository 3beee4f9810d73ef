"""How good a delivery of indoor layers is: after annex 10 of the work rule, and what our network needs of it.

Fragment + the network over it ── one check each ── IndoorReport: counts, shares, and a place for each fault

The rule asks for at most 1 % of objects missing, doubled or miscoded. Its other figure (90 % agreement in place and
theme) compares a delivery with the building, which no file can tell; the report says so and leaves it open.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from muui_maps.geo import to_wgs84
from muui_maps.insight.indoor_checks import Looked, doubled, missing, overlapping, unreached
from muui_maps.insight.indoor_fault import ANNEX_10_LIMIT, CHECKS, Fault, say
from muui_maps.model import LinkKind
from muui_maps.network.indoor import walkable_network
from muui_maps.network.paid import with_sides

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from shapely import Geometry

    from muui_maps.model import Finding, Text
    from muui_maps.network.indoor import IndoorNetwork
    from muui_maps.sources.fragment import Fragment

OF_READER = {
    "geometry_null": "missing",
    "id_duplicate": "doubled",
    "code_unknown": "miscoded",
    "kind_unknown": "miscoded",
    "facility_code_conflict": "miscoded",
    "facility_code_unlisted": "miscoded",
    "layer_conflict": "miscoded",
    "code_misprint": "miscoded",
    "edge_end_unknown": "dangling",
    "edge_end_ambiguous": "dangling",
    "edge_end_off": "dangling",
    "edge_end_by_place": "dangling",
    "geometry_invalid": "invalid",
    "geometry_wrong_type": "invalid",
    "geometry_unreadable": "invalid",
    "line_too_short": "invalid",
}
"""What the reader found → the check it belongs to; its other Findings are notes."""

OF_NETWORK = frozenset(
    {"terminal_off_floor", "gate_leads_off_floor", "gate_cut_open", "gate_cut_unknown", "floor_missing"}
    | {"connector_alone"}
)
"""What the network over the polygons found to be unjoined; its other Findings are notes."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question asked of a delivery.

    Parameters
    ----------
    looked_at
        How many objects (rows of layers, levels, lifts …) the question was asked of.
    faulty
        How many of them have at least one fault.
    limit
        The largest share that annex 10 allows, None where it names none.
    """

    id: str
    name: Text
    looked_at: int
    faulty: int
    limit: float | None

    @property
    def share(self) -> float | None:
        """Of those looked at; None if there was nothing to look at."""
        return self.faulty / self.looked_at if self.looked_at else None

    @property
    def within_limit(self) -> bool | None:
        """None where there is no limit, or nothing to look at."""
        return None if self.limit is None or self.share is None else self.share <= self.limit


@dataclass(frozen=True, slots=True)
class LevelCount:
    """What was delivered of a level. `area_m2` is that of its spaces that are walked on."""

    level: str
    code: str
    spaces: int
    area_m2: float
    facilities: int
    structure: int
    doors: int
    points: int
    lines: int
    faults: int


@dataclass(frozen=True, slots=True)
class IndoorReport:
    """The quality of one delivery.

    Parameters
    ----------
    fragment
        As read, its spaces with their side of the fare gates where that follows.
    faults
        Numbered from 1 in this order: by check, level and object.
    notes
        What reading and joining had to say besides.
    """

    fragment: Fragment
    checks: tuple[Check, ...]
    levels: tuple[LevelCount, ...]
    faults: tuple[Fault, ...]
    notes: tuple[Finding, ...]


def indoor_report(fragment: Fragment, network: IndoorNetwork | None = None) -> IndoorReport:
    """Ask all questions of a delivery.

    Parameters
    ----------
    network
        Over its polygons; built here if None.
    """
    network = network or walkable_network(fragment)
    looked = Looked.at(fragment)
    faults = [
        *_of_reader(fragment, looked),
        *missing(looked),
        *doubled(looked),
        *overlapping(looked),
        *unreached(looked),
        *_of_network(network, looked),
        *_lifts(network, looked),
        *_levels_alone(network),
    ]
    order = {level.id: level.order for level in fragment.levels}
    rank = {check: number for number, check in enumerate(CHECKS)}
    faults.sort(key=lambda each: (rank[each.check], order.get(each.level or "", -1e9), each.object, each.finding.code))
    notes = [each for each in fragment.findings if each.code not in OF_READER]
    notes += [each for each in network.findings if each.code not in OF_NETWORK]
    return IndoorReport(
        fragment=with_sides(fragment, network.floors, network.sides),
        checks=tuple(_checks(fragment, network, looked, faults)),
        levels=tuple(_levels(fragment, faults)),
        faults=tuple(faults),
        notes=tuple(notes),
    )


def degrees(fault: Fault, fragment: Fragment) -> tuple[float, float] | None:
    """Where a fault is, as WGS84 latitude and longitude; None if it has no place."""
    if fault.x_m is None or fault.y_m is None or fragment.origin is None:
        return None
    lat, lon = to_wgs84(fault.x_m, fault.y_m, origin=fragment.origin)
    return round(lat, 7), round(lon, 7)


# ── counts ───────────────────────────────────────────────────────────────────


def _checks(fragment: Fragment, network: IndoorNetwork, looked: Looked, faults: Sequence[Fault]) -> Iterator[Check]:
    lost = {(each.layer, each.row) for each in fragment.findings if each.row is not None and looked.lost(each)}
    rows = len(looked.records) + len(lost)
    outlines = len({area.record for area in fragment.areas} | {thing.record for thing in fragment.obstacles})
    lifts = [each for each in network.connectors if each.kind is LinkKind.ELEVATOR]
    asked = {
        "missing": rows,
        "doubled": rows,
        "miscoded": rows,
        "dangling": len(fragment.lines) + len({each for each in lost if (each[0] or "").endswith("LINE")}),
        "invalid": outlines + len(fragment.lines),
        "overlapping": len(fragment.areas),
        "unreached": len(fragment.areas),
        "lift_landing": len({each.id for each in lifts})
        + len({each.object for each in faults if each.finding.code == "lift_alone"}),
        "level_connector": len(fragment.levels),
        "unjoined": len(network.terminals),
    }
    for check, name in CHECKS.items():
        faulty = len({each.object for each in faults if each.check == check})
        limit = ANNEX_10_LIMIT if check in ("missing", "doubled", "miscoded") else None
        yield Check(check, name, max(asked[check], faulty), faulty, limit)


def _levels(fragment: Fragment, faults: Iterable[Fault]) -> Iterator[LevelCount]:
    here = Counter(each.level for each in faults)
    for level in fragment.levels:
        walked = [area for area in fragment.areas if area.level == level.id]
        ground = shapely.union_all([area.polygon for area in walked if area.kind in ("walkable", "outdoor", "ramp")])
        yield LevelCount(
            level.id,
            level.code,
            len(walked),
            round(float(shapely.area(ground)), 1),
            facilities=sum(each.level == level.id for each in fragment.facilities),
            structure=sum(each.level == level.id for each in fragment.obstacles),
            doors=sum(each.level == level.id for each in fragment.openings),
            points=sum(each.level == level.id for each in fragment.points),
            lines=sum(each.level == level.id for each in fragment.lines),
            faults=here[level.id],
        )


# ── what others found ────────────────────────────────────────────────────────


def _of_reader(fragment: Fragment, looked: Looked) -> Iterator[Fault]:
    for finding in fragment.findings:
        if finding.code in OF_READER:
            yield looked.fault(OF_READER[finding.code], finding)


def _of_network(network: IndoorNetwork, looked: Looked) -> Iterator[Fault]:
    """What can't be joined, apart from lifts, which have their own check."""
    of_lifts = _lift_terminals(network)
    for finding in network.findings:
        is_lift = finding.value in of_lifts or looked.kind(finding) == "elevator"
        if finding.code == "floor_missing":
            yield looked.fault("missing", finding)
        elif finding.code in OF_NETWORK and not is_lift:
            yield looked.fault("unjoined", finding)


def _lift_terminals(network: IndoorNetwork) -> Mapping[str, str]:
    return {
        landing.id: connector.id
        for connector in network.connectors
        if connector.kind is LinkKind.ELEVATOR
        for landing in connector.landings
    }


def _lifts(network: IndoorNetwork, looked: Looked) -> Iterator[Fault]:
    """Lifts that can't be entered on a floor they serve, and lifts that serve one floor alone."""
    for connector in network.connectors:
        if connector.kind is not LinkKind.ELEVATOR:
            continue
        for landing in connector.landings:
            if network.floors[landing.level].reached(landing.id):
                continue
            name = landing.id.split("@")[0] if connector.id.startswith("shape:") else connector.id
            layer, row = looked.layer_and_row(name)
            words = {"level": landing.level, "name": landing.name or ""}
            finding = say("lift_no_landing", landing.id, layer=layer, row=row, **words)
            yield Fault("lift_landing", finding, name, landing.level, landing.x_m, landing.y_m)
    for finding in network.findings:
        if finding.code == "connector_alone" and looked.kind(finding) == "elevator":
            at = looked.fault("lift_landing", finding)
            told = say("lift_alone", at.object, layer=finding.layer, row=finding.row, level=at.level or "")
            yield Fault("lift_landing", told, at.object, at.level, at.x_m, at.y_m, at.shape)


def _levels_alone(network: IndoorNetwork) -> Iterator[Fault]:
    joined = {
        landing.level
        for connector in network.connectors
        if len({each.level for each in connector.landings}) > 1
        for landing in connector.landings
    }
    if len(network.levels) < 2:  # noqa: PLR2004 - a single floor needs no way to another
        return
    for level in network.levels:
        if level not in joined:
            middle = _middle(network.floors[level].ground)
            finding = say("level_alone", level, level=level)
            yield Fault("level_connector", finding, level, level, *middle)


def _middle(ground: Geometry) -> tuple[float | None, float | None]:
    if ground.is_empty:
        return None, None
    at = ground.representative_point()
    return float(at.x), float(at.y)
