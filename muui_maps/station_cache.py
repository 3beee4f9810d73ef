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
import os
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Station

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pydantic import TypeAdapter

FOLDER = ".cache"
"""Beside `imports/`, with a `.gitignore` of its own; no reader of the ledger looks into it."""
WORTH_KEEPING = 2**18
"""Bytes of a ledger from which on its station is kept: about 400 rows, a tenth of a second."""


def cached(folder: Path, ledger: Iterable[Path], inputs: Iterable[object], make: Callable[[], Station]) -> Station:
    """The station that `make` makes, from the cache if all that it is made of is as it was.

    Parameters
    ----------
    folder
        The station's survey folder in the workspace.
    ledger
        The files of its ledger.
    inputs
        Everything else that it is made of: paths of files and folders count with their content, all else by its `repr`.
    """
    files = tuple(ledger)
    if sum(file.stat().st_size for file in files) < WORTH_KEEPING:
        return make()
    place = folder / FOLDER / f"{_digest([*files, *inputs])}.station"
    with contextlib.suppress(OSError, ValueError):  # not there, or not whole: it is made anew
        return _loads(place.read_bytes())
    station = make()
    with contextlib.suppress(OSError):  # a folder that can't be written to costs time, nothing else
        _keep(place, station)
    return station


def _keep(place: Path, station: Station) -> None:
    data = _dumps(station)
    if repr(_loads(data)) != repr(station):
        return  # what would not come back as it was is not kept
    place.parent.mkdir(parents=True, exist_ok=True)
    (place.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    part = place.with_suffix(f".{os.getpid()}")
    part.write_bytes(data)
    part.replace(place)
    for old in place.parent.glob("*.station"):
        if old != place:
            old.unlink(missing_ok=True)


# ── what it is made of ───────────────────────────────────────────────────────


def _digest(inputs: Iterable[object]) -> str:
    """One hash over all inputs; of the program, which files it consists of and when each was last written."""
    found = hashlib.sha256()
    program = Path(__file__).resolve().parent
    for file in sorted(program.rglob("*.py")):
        stat = file.stat()
        found.update(f"{file} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    for each in inputs:
        if isinstance(each, Path):
            for file in _files(each):
                found.update(f"{file}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
        else:
            found.update(repr(each).encode())
    return found.hexdigest()[:32]


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in sorted(path.rglob("*")) if file.is_file())
    elif path.is_file():
        yield path


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
