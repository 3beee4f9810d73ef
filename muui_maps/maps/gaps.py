"""The gap and the step between platform and train, in the classes that Transport for London's step-free guide uses.

| class | gap across | step up or down |
|---|---|---|
| A | up to 85 mm | up to 50 mm |
| B | 86 to 180 mm | 51 to 120 mm |
| C | over 180 mm | over 120 mm |

London's guide prints letters for gaps and colours for steps; here both are letters beside the millimetres, since no
Korean source has classes, and a colour alone says nothing to many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.maps import words
from muui_maps.model import Text

if TYPE_CHECKING:
    from muui_maps.model import Endpoint, Station

ACROSS_MM, UP_MM = (85, 180), (50, 120)
"""The widest gap and the highest step of classes A and B."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Between platform and train, in millimetres; None for what nobody measured. A train floor below is negative."""

    across_mm: int | None
    up_mm: int | None


def gap_class(mm: int, limits: tuple[int, int]) -> str:
    """A, B or C."""
    return "A" if abs(mm) <= limits[0] else "B" if abs(mm) <= limits[1] else "C"


def gap_of(station: Station, endpoint: Endpoint) -> Gap | None:
    """The gap at a platform; None where nothing of it was measured, and at exits."""
    if endpoint.line is None:
        return None
    found = words.find_direction(station, endpoint.line, endpoint.direction)
    names = {endpoint.direction} | ({found.next_station.ko, *found.aliases} if found else set())
    for platform in station.platforms:
        measured = platform.gap_horizontal_mm is not None or platform.gap_vertical_mm is not None
        if platform.line == endpoint.line and platform.direction in names and measured:
            return Gap(platform.gap_horizontal_mm, platform.gap_vertical_mm)
    return None


def gap_text(gap: Gap) -> Text:
    """`승강장 틈 **90 mm** B등급, 높이 차 **30 mm** A등급`."""
    ko, en = [], []
    if gap.across_mm is not None:
        grade = gap_class(gap.across_mm, ACROSS_MM)
        ko.append(f"승강장 틈 **{gap.across_mm} mm** {grade}등급")
        en.append(f"gap **{gap.across_mm} mm** class {grade}")
    if gap.up_mm is not None:
        grade = gap_class(gap.up_mm, UP_MM)
        ko.append(f"높이 차 **{abs(gap.up_mm)} mm** {grade}등급")
        en.append(f"step **{abs(gap.up_mm)} mm** class {grade}")
    told = ", ".join(en)
    return Text(", ".join(ko), told[:1].upper() + told[1:])
