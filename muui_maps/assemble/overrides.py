"""Corrections that editors write into `station.toml`, each with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.model import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.assemble.units import UnitDraft
    from muui_maps.definition import Override


def override_units(units: Mapping[str, UnitDraft], overrides: Sequence[Override]) -> None:
    """Apply the overrides of units in place; the evidence of each joins the unit's own.

    Parameters
    ----------
    units
        Drafts by id.
    overrides
        From the definition; one of a unit that does not exist is refused by whoever loads the station.
    """
    for override in overrides:
        unit = units.get(override.unit)
        if unit is None:
            continue
        value = override.value
        if override.field == "levels" and isinstance(value, tuple):
            unit.labels = value
        elif override.field == "exit":
            unit.exits = (str(value),)
        elif override.field == "status":
            unit.status = Status(str(value))
            unit.status_as_of = override.evidence.date
        elif override.field == "rise_m" and isinstance(value, int | float):
            unit.rise_m = float(value)
        elif override.field == "width_mm" and isinstance(value, int):
            unit.width_mm = value
        unit.evidence.append(override.evidence)
