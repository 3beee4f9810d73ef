"""What a station says without the ledger, as facts that claims are held against: official data are claims too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.model import Evidence, LinkKind, Method, Station, Status, UnitKind
from muui_maps.survey.match import platform_id
from muui_maps.survey.observations import Basis, Value
from muui_maps.survey.values import level_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from muui_maps.model import Link, Unit

Key = tuple[str, str]
"""Id of a feature and name of a property."""

_TOLD = frozenset({Method.SURVEYED, Method.OFFICIAL})
"""What is computed or assumed is no claim: anything observed takes its place."""


@dataclass(frozen=True, slots=True)
class BaseFact:
    """A fact of the station as it was assembled. `date` is None where the publisher states none."""

    value: Value
    evidence: tuple[Evidence, ...]
    date: str | None

    @property
    def day(self) -> str:
        """The day to order it by; what has no date is older than everything."""
        return (self.date or "").removeprefix("<=")[:10]


def base_facts(station: Station) -> Mapping[Key, BaseFact]:
    """The station's own facts, by feature and property."""
    found: dict[Key, BaseFact] = {}
    for unit in station.units:
        found |= {(unit.id, prop): fact for prop, fact in _unit(unit)}
    for link in station.links:
        found |= {(link.id, prop): fact for prop, fact in _link(link)}
    for each in station.platforms:
        label = each.level.rpartition(":")[2]
        if label and (told := _fact(label, each.evidence)):
            found[platform_id(each.line, each.direction), "signed_level"] = told
    return found


def _unit(unit: Unit) -> Iterator[tuple[str, BaseFact]]:
    status = {Status.WORKING: "working", Status.UNDER_REPAIR: "under_repair"}.get(unit.status)
    if status is not None:
        yield "operational_status", BaseFact(Value(status, raw=status), unit.evidence[:1], unit.status_as_of)
    if unit.width_mm is not None and (told := _fact(float(unit.width_mm), unit.evidence, "mm")):
        yield "cabin_width_mm" if unit.kind is UnitKind.WHEELCHAIR_LIFT else "clear_width_mm", told
    if unit.in_register and unit.levels:
        # The register's 1F is the station's street: researchers write what the sign says.
        labels = tuple(sorted((_label(level) for level in unit.levels), key=level_order))
        if told := _fact(labels, unit.evidence):
            yield "served_levels", told


def _label(level: str) -> str:
    label = level.rpartition(":")[2]
    return "1F" if label == "street" else label


def _link(link: Link) -> Iterator[tuple[str, BaseFact]]:
    if link.kind is LinkKind.GATE and link.staff_call is not None:
        told = _fact("yes" if link.staff_call else "no", link.evidence.get("staff_call", ()))
        if told:
            yield "staff_call_needed", told
    if link.unit is None and link.length_m is not None and link.length_group is None:
        told = _fact(link.length_m, link.evidence.get("length_m", ()), "m")
        if told:
            yield "length_m", told


def _fact(
    value: str | float | tuple[str, ...], evidence: tuple[Evidence, ...], unit: str | None = None
) -> BaseFact | None:
    """A fact that somebody published or surveyed; None for what is only computed or assumed."""
    told = tuple(each for each in evidence if each.method in _TOLD)
    if not told:
        return None
    dates = sorted(each.date.removeprefix("<=") for each in told if each.date)
    return BaseFact(Value(value, unit, Basis.OFFICIAL, raw=str(value)), told, dates[-1] if dates else None)
