"""A small station and survey rows for tests of the ledger.

3F  4:platform:상계   4:EV:1 (3F-2F)   train
2F  concourse in | gate | concourse out
1F  street, exit 2,   4:EV:2 (2F-1F)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from drawn_station import drawn

from muui_maps.model import Station
from muui_maps.survey.base import base_facts
from muui_maps.survey.importing import ImportReport, import_file
from muui_maps.survey.ledger import Home, Ledger, read_ledger
from muui_maps.survey.match import Matcher, features_of
from muui_maps.survey.observations import Described, FileRead, Observation, Quarantined, SheetSeen
from muui_maps.survey.rows import RawRow, RowContext, cells_of, columns_of, read_row
from muui_maps.survey.view import View, view

_DRAWN = drawn(
    """
    4p  platform   4:3F    in   4:상계
    4c  concourse  4:2F    in
    4o  concourse  4:2F    out
    st  street     street  out
    ---
    4p.train  -- 40! --     4p.ev
    4p.ev     == 4:EV:1 ==  4c.ev
    4c.ev     -- 20! --     4c.gate
    4c.gate   |staff|       4o.gate
    4o.gate   -- 15! --     4o.ev
    4o.ev     == 4:EV:2 ==  st.ev
    st.ev     -- 10! --     st.exit:2
    """
)
STATION = replace(
    _DRAWN,
    nodes=tuple(sorted(_DRAWN.nodes, key=lambda each: each.id)),
    links=tuple(sorted(_DRAWN.links, key=lambda each: each.id)),
)
"""Sorted, as stations are."""
MATCHER = Matcher(features_of(STATION))
BASE = base_facts(STATION)


def row(number: int = 2, *, key: str = "", version: str = "", file: str = "visit.csv", **cells: str) -> RawRow:
    """A row of a flat sheet, about 4:EV:1 on 2026-05-01 unless the cells say otherwise."""
    raw = {"station_id": "gaon", "feature_id": "4:EV:1", "observed_at": "2026-05-01", **cells}
    return RawRow(cells_of(raw, columns_of(raw)), raw, file, None, number, key, version)


def file_of(rows: Iterable[RawRow], *, name: str = "visit.csv", context: RowContext | None = None) -> FileRead:
    """What a reader makes of these rows."""
    observations: list[Observation] = []
    quarantined: list[Quarantined] = []
    count = 0
    for each in rows:
        count += 1
        found = read_row(each, context or RowContext()).read
        if isinstance(found, Observation):
            observations.append(found)
        else:
            quarantined.append(found)
    return FileRead(
        name,
        Described("csv", "utf-8", (SheetSeen(None, count, "observations"),)),
        count,
        tuple(observations),
        quarantined=tuple(quarantined),
    )


def home(folder: Path, station: str = "gaon", *, also: Path | None = None) -> Home:
    """A ledger in this folder (and one more that is read along)."""
    read = (folder / station,) if also is None else (folder / station, also / station)
    return Home(station, folder / station, read)


def known_station(name: str) -> str | None:
    return {"gaon": "gaon", "가온": "gaon", "naru": "naru"}.get(name)


def store(folder: Path, read: FileRead, *, dry_run: bool = False) -> ImportReport:
    """Import into the ledgers of a folder."""
    return import_file(
        read,
        home_of=lambda station: home(folder, station),
        known_station=known_station,
        secrets=folder / "_private",
        matcher_of=lambda _station: MATCHER,
        dry_run=dry_run,
    )


def seen(folder: Path, *, as_of: str | None = None, station: Station = STATION) -> View:
    """What holds by the ledger in a folder."""
    ledger = read_ledger(home(folder))
    matcher = MATCHER if station is STATION else Matcher(features_of(station))
    return view(ledger, matcher, BASE if station is STATION else base_facts(station), as_of=as_of)


def of(ledger: Ledger, *, as_of: str | None = None) -> View:
    return view(ledger, MATCHER, BASE, as_of=as_of)


def values(found: View) -> Mapping[tuple[str, str], object]:
    """Each fact's value alone."""
    return {key: settled.value.value if settled.value else None for key, settled in found.facts.items()}
