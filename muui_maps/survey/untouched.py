"""Rows that a form wrote and nobody filled in: they are no answers, and no rows of a researcher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.survey.fields import FIELDS, Part

if TYPE_CHECKING:
    from collections.abc import Mapping

_SAID = frozenset(name for name, field in FIELDS.items() if field.part in {Part.FACT, Part.REMARK})


def is_untouched(cells: Mapping[str, str]) -> bool:
    """Whether a row of our own Excel sheet has no answer: only the form writes `form_version` into a row.

    Parameters
    ----------
    cells
        The row's own cells under the schema's names, nothing taken from a visit above it.
    """
    return bool(cells.get("form_version", "").strip()) and not any(
        cells.get(name, "").strip() for name in _SAID if name in cells
    )
