"""What people say about a station in `stations/<id>/station.toml`, once it has been read and found good."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from muui_maps.model import Evidence, StationName, Text

STATION_ID = re.compile(r"[0-9A-Za-z가-힣_-]{1,64}")
"""What a station's id may look like; it names a folder on every system."""

_RESERVED = frozenset({"con", "prn", "aux", "nul"} | {f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10)})


def valid_station_id(text: str) -> bool:
    """Whether `text` can be the id of a station on every system: no path, no reserved name, composed letters."""
    return (
        STATION_ID.fullmatch(text) is not None
        and unicodedata.normalize("NFC", text) == text
        and text.casefold() not in _RESERVED
    )


@dataclass(frozen=True, slots=True)
class LineCode:
    """A line at the station, and the number that the signs give the station on it (`411`, `P142`)."""

    line: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that an editor wants readers to know; `date` in ISO form."""

    text: Text
    date: str


@dataclass(frozen=True, slots=True)
class Override:
    """One field of one unit that an editor corrects, with the evidence for it.

    Parameters
    ----------
    unit
        Id of the unit (`4:EV:외부1`).
    field
        `levels` (labels as the unit's line writes them), `exit`, `status`, `rise_m` or `width_mm`.
    value
        In the measure that the field's name says.
    """

    unit: str
    field: str
    value: str | float | int | tuple[str, ...]
    evidence: Evidence


NETWORKS = ("layers", "polygons", "both")
"""What walks follow in indoor layers: the LINEs, ways over the spaces, or ways and, where none is, the LINEs."""


@dataclass(frozen=True, slots=True)
class IndoorLayers:
    """Indoor layers of a station, beside its `station.toml`.

    Parameters
    ----------
    layers
        The folder, ZIP or GeoPackage.
    network
        One of `NETWORKS`.
    columns
        The mapping of a delivery that uses other names, beside it.
    levels
        Station level → label in the layers, where they differ.
    """

    layers: Path
    network: str = "both"
    crs: str | None = None
    encoding: str | None = None
    columns: Path | None = None
    levels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """A station as its editors define it: enough to find everything else in the open facts.

    `folder` is where the definition was read; `survey.csv`, if there is one, lies beside it. `also_known_as` are other
    Korean names under which the sources file the same station (`이수` for 총신대입구).
    """

    id: str
    name: StationName
    lines: tuple[LineCode, ...]
    folder: Path
    also_known_as: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    overrides: tuple[Override, ...] = ()
    indoor: IndoorLayers | None = None

    @property
    def line_ids(self) -> tuple[str, ...]:
        """The lines' ids, in the editors' order."""
        return tuple(each.line for each in self.lines)

    @property
    def survey(self) -> Path | None:
        """The station's surveyed transfers, if there are any."""
        file = self.folder / "survey.csv"
        return file if file.is_file() else None
