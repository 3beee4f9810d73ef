"""What a build came to: its transfers, its failures, and the record that a finished station's folder keeps of itself.

The record makes a build resumable: it holds the key of everything that the station was made from (`fingerprint`), so
that a later build knows without drawing whether anything changed, and what to list in the index.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

# A record's types are read when one is parsed: they are imported in earnest.
from muui_maps.maps.index import Row
from muui_maps.model import Endpoint, Finding, Text
from muui_maps.plain import finding_dict, platform_dict

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import TypeAdapter

RECORD = ".muui-maps"
"""The record's name in a station's folder."""


@dataclass(frozen=True, slots=True)
class BuiltTransfer:
    """One transfer, drawn. `files` are relative to the folder built into; `row` is its row of the index."""

    station: str
    start: Endpoint
    end: Endpoint
    found: bool
    files: tuple[str, ...]
    row: Row

    def as_json(self) -> dict[str, Any]:
        return {
            "station": self.station,
            "from": platform_dict(self.start),
            "to": platform_dict(self.end),
            "route": self.found,
            "files": list(self.files),
        }


@dataclass(frozen=True, slots=True)
class Failed:
    """What could not be built, and why."""

    station: str
    exit_code: int
    reason: Text
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "station": self.station,
            "exit_code": self.exit_code,
            "reason_ko": self.reason.ko,
            "reason_en": self.reason.en,
            "findings": [finding_dict(each) for each in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to.

    Parameters
    ----------
    built
        Every transfer that now lies there, drawn anew or kept.
    files
        How many files that is, with the indexes.
    set_aside
        Findings of survey rows that could not be used.
    unchanged
        Stations that an earlier build had made from the very same, and which were not drawn again.
    """

    built: tuple[BuiltTransfer, ...]
    failed: tuple[Failed, ...]
    files: int
    set_aside: tuple[Finding, ...] = ()
    unchanged: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As `build --json` writes it; its shape is `docs/schemas/build.json`."""
        return {
            "built": [each.as_json() for each in self.built],
            "failed": [each.as_json() for each in self.failed],
            "files": self.files,
            "unchanged": list(self.unchanged),
        }


@dataclass(frozen=True, slots=True)
class Record:
    """What a finished station's folder says of itself. `files` are all names in the folder, the record's own too."""

    key: str
    files: tuple[str, ...]
    built: tuple[BuiltTransfer, ...]
    set_aside: tuple[Finding, ...]

    def dump(self) -> bytes:
        return _records().dump_json(self, indent=1)


def read_record(folder: Path) -> Record | None:
    """The folder's record; None if there is none, or one that nobody can read (then nothing in it counts as ours)."""
    try:
        return _records().validate_json((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return None


@cache
def _records() -> TypeAdapter[Record]:
    from pydantic import TypeAdapter

    return TypeAdapter(Record)
