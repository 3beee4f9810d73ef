"""What is found out about indoor layers → plain data for machines (`docs/schemas/indoor-*.json`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from muui_maps.insight.indoor_quality import degrees
from muui_maps.plain import finding_dict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from muui_maps.insight.indoor_quality import IndoorReport


def report_dict(report: IndoorReport, pictures: Mapping[str, Path]) -> dict[str, Any]:
    """A quality report: counts, shares, and each fault with its place.

    Parameters
    ----------
    pictures
        Those that were drawn, by level.
    """
    fragment = report.fragment
    return {
        "source": fragment.source,
        "crs": fragment.crs,
        "checks": [
            {
                "id": each.id,
                "name_ko": each.name.ko,
                "name_en": each.name.en,
                "looked_at": each.looked_at,
                "faulty": each.faulty,
                "share": None if each.share is None else round(each.share, 6),
                "limit": each.limit,
                "within_limit": each.within_limit,
            }
            for each in report.checks
        ],
        "levels": [
            {
                "level": each.level,
                "code": each.code,
                "spaces": each.spaces,
                "area_m2": each.area_m2,
                "facilities": each.facilities,
                "structure": each.structure,
                "doors": each.doors,
                "points": each.points,
                "lines": each.lines,
                "faults": each.faults,
                "picture": str(pictures[each.level]) if each.level in pictures else None,
            }
            for each in report.levels
        ],
        "faults": [
            {
                "n": number,
                "check": each.check,
                "object": each.object,
                "level": each.level,
                "x_m": each.x_m,
                "y_m": each.y_m,
                "lat": at[0] if (at := degrees(each, fragment)) else None,
                "lon": at[1] if at else None,
                "finding": finding_dict(each.finding),
            }
            for number, each in enumerate(report.faults, 1)
        ],
        "notes": [finding_dict(each) for each in report.notes],
    }
