"""Corrections that editors write into `station.toml`, each with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.model import Status, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.assemble.report import Report
    from muui_maps.assemble.units import UnitDraft
    from muui_maps.definition import Override


def override_units(units: Mapping[str, UnitDraft], overrides: Sequence[Override]) -> list[Override]:
    """Apply overrides in place; the evidence of each joins the unit's own.

    Returns
    -------
    list
        Those whose unit is not there (yet: units that only a route mentions come into being later).
    """
    left = []
    for override in overrides:
        unit = units.get(override.unit)
        if unit is None:
            left.append(override)
        else:
            _apply(unit, override)
    return left


def _apply(unit: UnitDraft, override: Override) -> None:
    match override.field, override.value:
        case "levels", tuple(labels):
            unit.labels, unit.climb = labels, None
        case "exit", number:
            unit.exits = (str(number),)
        case "status", status:
            unit.status, unit.status_as_of = Status(str(status)), override.evidence.date
        case "rise_m", int() | float() as metres:
            unit.rise_m = float(metres)
        case "width_mm", int() as width_mm:
            unit.width_mm = width_mm
    unit.evidence.append(override.evidence)


def report_unknown(overrides: Sequence[Override], units: Mapping[str, UnitDraft], report: Report) -> None:
    """An override of a unit that the station does not have would be lost without a word."""
    for override in overrides:
        kind = override.unit.split(":")[1:2]
        alike = [unit for unit in sorted(units) if unit.split(":")[1:2] == kind] or sorted(units)
        report.error(
            "override_unknown",
            Text(
                f"station.toml이 고치려는 승강기가 이 역에 없어요: {override.unit}",
                f"station.toml corrects a unit that this station does not have: {override.unit}",
            ),
            Text(f"이 중에 있나요? {', '.join(alike)}", f"Is it one of these? {', '.join(alike)}"),
            file="station.toml",
            layer=override.unit,
            field=override.field,
            value=override.unit,
        )
