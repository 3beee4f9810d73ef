"""What every survey reader hands to the ledger: observations with typed facts, and rows that could not be read.

    a file ──reader──► FileRead ──claims──► ledger ──view──► station

A reader knows a format and nothing else: it finds the rows, names the columns in the words of `survey.fields`, and
keeps every raw cell. Cells become values in `survey.rows.read_row`, which is the same for all formats, so that a reader
decides nothing about numbers, choices, dates or personal data.

Conservation, checked at every import: `FileRead.rows == observations' rows + runs' rows + quarantined rows`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muui_maps.model import Finding, SurveyRun


class Answer(StrEnum):
    """Blank, none and unknown are three different answers; blank is the absence of the property."""

    GIVEN = "given"
    NONE = "none"  # looked, and there is none (`없음`)
    UNKNOWN = "unknown"  # asked, and could not tell (`모름`, `not_checked`)


class Basis(StrEnum):
    """How a researcher came by a number."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    OFFICIAL = "official"  # copied from a sign or a plate


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Value:
    """One answer.

    Parameters
    ----------
    value
        A number in the field's unit, a choice's name, a tuple of these for several choices, a text; None unless
        `answer` is `given`.
    unit
        The unit of `value`, as the field's; None for what has none.
    basis
        None where nobody says.
    low, high
        Ends of a range (`80~85`), both in `unit`; `value` is then the cautious end.
    raw
        The cell as it was written.
    """

    value: str | float | tuple[str, ...] | None
    unit: str | None = None
    basis: Basis | None = None
    low: float | None = None
    high: float | None = None
    raw: str = ""
    answer: Answer = Answer.GIVEN


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the ground, WGS84. Only ever used above ground."""

    lat: float
    lon: float
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """Who observed, when, and where it was written down.

    Parameters
    ----------
    key
        The source's own lasting id of the submission (instanceID, rootUuid, `_uuid`, KEY) and, for a row of a repeat,
        its number in it (`uuid:…#2`); empty where the source has none: the ledger then takes a hash of the content.
        Never Kobo's `_index`: it is renumbered at every export.
    observed_at
        ISO date (`2026`, `2026-05`, `2026-05-01`) or time in Asia/Seoul (`2026-05-01T14:30`); None where unknown.
    surveyor
        A pseudonym; what the file says stays in `raw` and never leaves the ledger.
    consent
        Whether the researcher agreed to publication; None where nobody asked.
    source_file, sheet, row
        As a person sees it: the header is row 1; for a list without rows (GeoJSON, GPX) the n-th entry.
    raw
        Every cell of the row as text, by the file's own header.
    version
        When the submission was last edited or sent, ISO, where the source tells (`_submission_time`): of two
        versions of one key the later counts. Never a clock of ours.
    """

    key: str
    observed_at: str | None
    surveyor: str | None
    mobility_aid: str | None
    role: str | None
    form_version: str | None
    consent: bool | None
    source_file: str
    sheet: str | None
    row: int
    raw: Mapping[str, str] = field(default_factory=_nothing)
    version: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing looked at. What it is about is as the researcher wrote it; `survey.match` finds the feature meant."""

    submission: Submission
    station_id: str | None
    line: str | None
    level: str | None
    feature_id: str | None
    kind: str | None
    direction: str | None
    place_text: str | None
    point: Point | None
    facts: Mapping[str, Value]
    note: str | None = None
    photos: tuple[str, ...] = ()
    route: str | None = None  # for kind `check`: the route that was walked, `4:상계>7:중계`
    step: str | None = None


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A surveyed transfer, and the rows it came from."""

    run: SurveyRun
    sheet: str | None
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row set aside whole: its raw cells by the file's own header, why, and what it may have meant.

    `reason.layer` is the sheet and `reason.row` the row.
    """

    raw: Mapping[str, str]
    reason: Finding
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """A table of a file: its name (None in a file of one table), its rows below the header, and what it was taken for.

    `used_as` is `observations`, `runs`, `repeats` or `ignored`.
    """

    name: str | None
    rows: int
    used_as: str


@dataclass(frozen=True, slots=True)
class Described:
    """What a file is. `format` is a word of the reader's own (`csv`, `xlsx`, `kobo_csv`, `gpkg` …)."""

    format: str
    encoding: str | None
    sheets: tuple[SheetSeen, ...]


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file read, nothing stored yet.

    `rows` counts the rows of the sheets that hold observations or runs: each is in exactly one observation, one run or
    the quarantine. `findings` are remarks on the file and on cells that did not cost a row; the reasons of quarantined
    rows are not repeated in it.
    """

    file: str
    described: Described
    rows: int
    observations: tuple[Observation, ...] = ()
    runs: tuple[RunSeen, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def conserved(self) -> bool:
        """Whether every row is spoken for, once."""
        in_runs = sum(len(run.rows) for run in self.runs)
        return self.rows == len(self.observations) + in_runs + len(self.quarantined)
