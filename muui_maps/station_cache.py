"""A station with a big ledger, kept as it came out the last time: derived, disposable, never shared.

Ten thousand rows take seconds to read and to hold against each other, and most commands change none of them. What comes
out is kept beside the ledger as JSON, under a hash of everything that goes in: the ledger's files, the tables, the
station's own files, the program. Another input has another name, so nothing is ever out of date; whoever deletes the
folder loses nothing but time.

Small ledgers are not kept: reading them takes less than looking.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.files import write_whole
from muui_maps.model import Station

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pydantic import TypeAdapter

FOLDER = ".cache"
"""Beside `imports/`, with a `.gitignore` of its own; no reader of the ledger looks into it."""
WORTH_KEEPING = 2**18
"""Bytes of a ledger from which on its station is kept: about 400 rows, a tenth of a second."""


def cached(folder: Path, ledger: Iterable[Path], key: Callable[[], str], make: Callable[[], Station]) -> Station:
    """The station that `make` makes, from the cache if all that it is made of is as it was.

    Parameters
    ----------
    folder
        The station's survey folder in the workspace.
    ledger
        The files of its ledger.
    key
        Tells everything that it is made of, as `fingerprint` does; asked for only where there is something to gain.
    """
    if sum(file.stat().st_size for file in ledger) < WORTH_KEEPING:
        return make()
    place = folder / FOLDER / f"{_own(key())}.station"
    with contextlib.suppress(OSError, ValueError):  # not there, or not whole: it is made anew
        return _loads(place.read_bytes())
    station = make()
    with contextlib.suppress(OSError):  # a folder that can't be written to costs time, nothing else
        _keep(place, station)
    return station


def _own(key: str) -> str:
    """The key as this installation writes it: what came along with somebody else's workspace is never believed."""
    return hashlib.sha256(f"{key} {_installation()}".encode()).hexdigest()[:32]


def _installation() -> str:
    stat = Path(__file__).stat()
    return f"{stat.st_dev} {stat.st_ino} {stat.st_mtime_ns}"


def _keep(place: Path, station: Station) -> None:
    data = _dumps(station)
    if repr(_loads(data)) != repr(station):
        return  # what would not come back as it was is not kept
    write_whole(place.parent / ".gitignore", b"*\n")
    write_whole(place, data)
    for old in place.parent.glob("*.station"):
        if old != place:
            old.unlink(missing_ok=True)


# ── JSON, and back ───────────────────────────────────────────────────────────


def _adapter() -> TypeAdapter[tuple[Station, list[tuple[tuple[str, str], float]]]]:
    """Reads and writes a station, and beside it the one table of it whose keys JSON has no words for."""
    from pydantic import TypeAdapter

    return TypeAdapter(tuple[Station, list[tuple[tuple[str, str], float]]])


def _dumps(station: Station) -> bytes:
    plain = replace(
        station,
        links=tuple(replace(link, evidence=dict(link.evidence)) for link in station.links),
        phones=dict(station.phones),
        walking_transfer_m={},
    )
    return _adapter().dump_json((plain, list(station.walking_transfer_m.items())))


def _loads(data: bytes) -> Station:
    station, walks = _adapter().validate_json(data)
    return replace(
        station,
        links=tuple(replace(link, evidence=MappingProxyType(link.evidence)) for link in station.links),
        phones=MappingProxyType(station.phones),
        walking_transfer_m=MappingProxyType(dict(walks)),
    )
