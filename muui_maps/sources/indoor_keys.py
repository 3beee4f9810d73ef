"""Names that our own layers carry: a building (UFID) for each line of a station, and FLOOR codes of its levels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from muui_maps.errors import InputRefusedError
from muui_maps.model import STREET, Text
from muui_maps.names import normal_level
from muui_maps.sources.indoor_codes import floor_code, floor_span

if TYPE_CHECKING:
    from muui_maps.model import Level, Station

_STREET_BUILDING = "00"
_NO_LINE = "90"
_FIRST_NAMED = 91
_BUILDING = re.compile(r"L_([A-Za-z0-9]{4,24})_")
_OURS = re.compile(r"MU(\d{2})[0-9A-Z]{8}")


def ufid(station: Station, line: str | None) -> str:
    """The building that stands for a line at a station; the street's where the line is None.

    The nation's own ids are not open data, so this is one of our own: `MU`, two digits for the line (`00` for the
    street, `91`… for lines without a number) and eight letters for the station.
    """
    if line is None:
        number = _STREET_BUILDING
    elif line.isdigit():
        number = f"{int(line):02}"
    else:
        others = [each for each in station.lines if not each.isdigit()]
        number = f"{_FIRST_NAMED + others.index(line)}" if line in others else _NO_LINE
    name = re.sub(r"[^0-9A-Z]", "", station.id.upper())
    if not station.id.isascii() or not name:
        name = "".join(f"{ord(each):X}" for each in station.id)
    return f"MU{number}{name[:8]:0<8}"


def building_of(key: str) -> str | None:
    """The UFID in a PRIMARYKEY or the name of a layer."""
    found = _BUILDING.match(key)
    return found.group(1) if found else None


def is_ours(building: str | None) -> bool:
    """Whether a building's id is one of those that we make up for an export."""
    return _OURS.fullmatch(building or "") is not None


def is_street(building: str | None) -> bool:
    """Whether one of our buildings is the street."""
    found = _OURS.fullmatch(building or "")
    return found is not None and found.group(1) == _STREET_BUILDING


def floor_of(label: str | None) -> str:
    """Half of a FLOOR code for a level's label: `B3` → `B03`; the street is the first floor.

    Raises
    ------
    InputRefusedError
        If the label is none of a floor.
    """
    if label is None:
        return "F01"
    try:
        return floor_code(normal_level(label) or label)
    except ValueError as error:
        said = Text(f"층 이름을 FLOOR 코드로 쓸 수 없어요: {label}", f"no FLOOR code says the level {label}")
        raise InputRefusedError(said) from error


def label_of(half: str) -> str:
    """What a fragment calls the level of half a FLOOR code: `F01` → `1F`."""
    span = floor_span(half * 2)
    return span[0].first if span else half


def level_key(station: Station, level: Level) -> tuple[str, str]:
    """Building and label of a level, as a fragment of our own layers has them."""
    return ufid(station, level.line), label_of(floor_of(None if level.id == STREET else level.label))
