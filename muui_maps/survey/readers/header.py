"""What the columns of a table mean: the conventions of KoboToolbox, ODK Central, Ona, QField and of plain tables.

The schema knows its own names and other words for them (`survey.fields`). Around them each program writes columns of
its own: `group/field` and `group-field`, a point's four parts, several choices as one column each, ids, bookkeeping.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.names import normal_level
from muui_maps.survey.fields import FIELDS, Field, Type, choice_of, field_of
from muui_maps.survey.privacy import is_personal
from muui_maps.survey.readers.grid import POINT
from muui_maps.survey.rows import PHOTOS, columns_of
from muui_maps.survey.values import ValueRefusedError, is_blank, read_moment, tidy_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_CENTRAL = frozenset(
    {
        "SubmissionDate", "KEY", "PARENT_KEY", "SubmitterID", "SubmitterName", "AttachmentsPresent",
        "AttachmentsExpected", "Status", "ReviewState", "DeviceID", "Edits", "instanceID", "instanceName",
    }
)  # fmt: skip
"""What ODK Central adds to every export, spelled just so."""
_FORM_MOMENTS = ("start", "today", "end")
"""Times that a form takes by itself, the most telling first."""
_VERSIONS = frozenset({"__version__", "_version"})
_POINT_PART = re.compile(
    r"^(?:(?P<base>.+)[_\-/.:])?(?P<part>latitude|longitude|altitude|precision|accuracy|lat|lon|lng|위도|경도)$",
    re.IGNORECASE,
)
_POINT_PARTS = MappingProxyType({"lat": "latitude", "위도": "latitude", "lon": "longitude", "lng": "longitude",
                                 "경도": "longitude", "precision": "accuracy"})  # fmt: skip
_UNIT = re.compile(
    r"[(\[（]\s*(mm|cm|m|km|밀리|센티|미터|%|도|°|초|분|s|sec|min|개|단|칸)\s*[)\]）]\s*$", re.IGNORECASE
)
_BARE_NUMBERS = re.compile(r"(\D{0,8}?\d+(?:\.\d+)?(?:\s*[~〜–-]\s*\d+(?:\.\d+)?)?)(\s*(?:쯤|정도|가량)?\s*)")
"""A number or a range without a unit, with or without `약` before and `쯤` after it."""
_WKT_POINT = re.compile(r"\s*POINT\s*(?:Z|M|ZM)?\s*\(\s*(\S+)\s+([^\s)]+)[^)]*\)\s*", re.IGNORECASE)
_UUID = re.compile(r"(?:uuid:)?([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})", re.IGNORECASE)
_SEVERAL = frozenset({Type.CHOICES, Type.LEVELS})
_PERSON = re.compile(r"submit|user|device|phone|imei|email", re.IGNORECASE)
"""What a program's own columns say of a person; its `_parent_table_name` says nothing."""
_TRUE, _FALSE = frozenset({"1", "true", "yes", "1.0"}), frozenset({"0", "false", "no", "0.0"})


class ChoicesDisagreeError(Exception):
    """The joined column and the split columns of one question name different choices."""

    def __init__(self, name: str, joined: str, split: str) -> None:
        super().__init__(name)
        self.name, self.joined, self.split = name, joined, split


@dataclass(frozen=True, slots=True)
class Layout:
    """What the columns of one table mean.

    Parameters
    ----------
    columns
        Header → name of a field.
    units
        Header → the unit that its brackets state (`문폭(cm)`), where it is not the field's own.
    point
        Headers of latitude, longitude, altitude and accuracy where no column holds the whole point.
    several
        Field → header → choice, for questions whose choices have a column each.
    keys, versions, moments
        Columns that may hold the submission's lasting id, when it was sent, and when it was made; the best first.
    own
        Every header that is used or is a program's own bookkeeping: the rest is the researcher's.
    """

    columns: Mapping[str, str]
    units: Mapping[str, str]
    point: tuple[str, ...]
    several: Mapping[str, Mapping[str, str]]
    keys: tuple[str, ...]
    versions: tuple[str, ...]
    moments: tuple[str, ...]
    own: frozenset[str]

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields that have a column."""
        found = {*self.columns.values(), *self.several}
        return frozenset(found | ({POINT} if self.point else set()) | ({"observed_at"} if self.moments else set()))

    def cells(self, row: Mapping[str, str]) -> dict[str, str]:
        """A row's cells under the schema's names.

        Raises
        ------
        ChoicesDisagreeError
            If two ways of writing several choices say different things.
        """
        cells: dict[str, str] = {}
        for header, name in self.columns.items():
            text = self._cell(header, name, row.get(header, ""))
            if name == PHOTOS and cells.get(name):
                text = f"{cells[name]}\n{text}" if text else cells[name]
            cells[name] = text
        for name, split in self.several.items():
            cells[name] = _several(name, cells.get(name, ""), split, row)
        if self.point and is_blank(cells.get(POINT, "")):
            cells[POINT] = self._point(row)
        if is_blank(cells.get("observed_at", "")):
            cells["observed_at"] = next((row[name] for name in self.moments if not is_blank(row.get(name, ""))), "")
        return cells

    def _cell(self, header: str, name: str, text: str) -> str:
        if header in self.units and (match := _BARE_NUMBERS.fullmatch(text)):
            return f"{match.group(1)}{self.units[header]}{match.group(2)}"
        if name == POINT and (match := _WKT_POINT.fullmatch(text)):
            return f"{match.group(2)} {match.group(1)}"
        return text

    def _point(self, row: Mapping[str, str]) -> str:
        lat, lon, altitude, accuracy = (row.get(name, "").strip() if name else "" for name in self.point)
        if is_blank(lat) and is_blank(lon):
            return ""
        return f"{lat} {lon} {altitude or 0} {accuracy}" if not is_blank(accuracy) else f"{lat} {lon}"

    def key(self, row: Mapping[str, str]) -> str:
        """The submission's lasting id in one spelling; empty where the row has none."""
        return next((key_of(row[name]) for name in self.keys if not is_blank(row.get(name, ""))), "")

    def version(self, row: Mapping[str, str]) -> str:
        """When the submission was sent or last edited; empty where the row does not say."""
        stamp = next((row[name] for name in self.versions if not is_blank(row.get(name, ""))), "")
        try:
            stamp = read_moment(stamp.rpartition("\0date ")[2]) if stamp else ""
        except ValueRefusedError:
            stamp = tidy_text(stamp)
        # Central keeps the day of the first sending and counts the edits.
        edits = row.get("Edits", "").strip()
        return f"{stamp}+{int(edits):04d}" if edits.isdecimal() and int(edits) else stamp


def key_of(text: str) -> str:
    """An id in one spelling: `uuid:` before a UUID, in small letters; any other as it is."""
    tidy = tidy_text(text)
    match = _UUID.fullmatch(tidy)
    return f"uuid:{match.group(1).lower()}" if match else tidy


def platform_of(header: Iterable[str]) -> str | None:
    """Which program wrote a table: `kobo`, `ona`, `odk`; None for a plain one."""
    names = set(header)
    if "KEY" in names and names & {"SubmissionDate", "PARENT_KEY"}:
        return "odk"
    if names & {"_xform_id", "_media_all_received", "_duration", "_total_media"}:
        return "ona"
    if names & {"_validation_status", "__version__", "_submission__uuid"} or {"_uuid", "_submission_time"} <= names:
        return "kobo"
    return None


def layout_of(header: Sequence[str], *, columns: Mapping[str, str] | None = None) -> Layout:
    """What the columns of a table mean.

    Parameters
    ----------
    columns
        Header → name of a field, where the format or a mapping says it; else the header's own words do.
    """
    names = [name for name in header if name.strip()]
    several = _split_choices(names)
    splits = {name for split in several.values() for name in split}
    joined, point = _point_columns(names)
    bookkeeping = {name for name in names if is_bookkeeping(name, names)}
    keys = _keys(names)
    free = [name for name in names if name not in bookkeeping | splits | set(keys) | (set(point) - {""})]
    found = dict(columns) if columns is not None else columns_of(free)
    if joined is not None and POINT not in found.values():
        found[joined] = POINT
    if columns is None:
        found |= {name: POINT for name in free if name.casefold() == "wkt" and POINT not in found.values()}
    moments = [name for moment in _FORM_MOMENTS for name in names if last_part(name).casefold() == moment]
    found = {name: field for name, field in found.items() if name not in moments}
    links = {name for name in names if name.endswith("_URL") and name.removesuffix("_URL") in found}
    versions = {name for name in names if last_part(name) in _VERSIONS}
    used = {*found, *splits, *bookkeeping, *keys, *moments, *point, *links, *versions} - {""}
    return Layout(
        columns=MappingProxyType(found),
        units=MappingProxyType(_units(found) if columns is None else {}),
        point=point,
        several=MappingProxyType(several if columns is None else {}),
        keys=keys,
        versions=tuple(name for name in ("_submission_time", "SubmissionDate", "timestamp_sent") if name in names),
        moments=tuple(moments),
        own=frozenset(used),
    )


def last_part(header: str) -> str:
    """A header without its groups: `site/where` → `where`."""
    return re.split(r"[/:]", header)[-1].strip()


def is_bookkeeping(header: str, among: Iterable[str] = ()) -> bool:
    """Whether a column is a program's own: ids, states and counts that say nothing of the station."""
    last = last_part(header)
    if last in _VERSIONS:
        return False
    if header in _CENTRAL or header.startswith("SET-OF-"):
        return platform_of(among) == "odk"
    return last.startswith("_") or re.match(r"(?:meta|formhub)[/\-.:]", header, re.IGNORECASE) is not None


def foreign_columns(layout: Layout, header: Iterable[str]) -> tuple[list[str], list[str]]:
    """The columns that nobody here knows, and those that hold personal data."""
    strange, personal = [], []
    for name in header:
        if not name.strip():
            continue
        if is_personal(name) and (name not in layout.own or name in layout.columns or _PERSON.search(name)):
            personal.append(name)
        elif name not in layout.own:
            strange.append(name)
    return strange, personal


# ── the parts of it ──────────────────────────────────────────────────────────


def _keys(names: Sequence[str]) -> tuple[str, ...]:
    """Columns with the submission's id, the one that outlives an edit first. Never `_index` and never `_id`."""

    def rank(name: str) -> int | None:
        last = last_part(name).casefold()
        if re.match(r"formhub[/\-.:]", name, re.IGNORECASE):  # the form's id, not the answer's
            return None
        for place, known in enumerate(("rootuuid", "key", "_uuid", "instanceid")):
            if re.split(r"-", last)[-1] == known and (known != "key" or name == "KEY"):
                return place
        known_as = field_of(name) if not last.startswith("_") else None
        return 9 if known_as is not None and known_as.name == "submission_id" else None

    ranked = [(place, at, name) for at, name in enumerate(names) if (place := rank(name)) is not None]
    return tuple(name for _, _, name in sorted(ranked))


def _units(columns: Mapping[str, str]) -> dict[str, str]:
    units = {}
    for header, name in columns.items():
        known = FIELDS.get(name)
        match = _UNIT.search(header)
        if known is not None and known.is_number and match and match.group(1).casefold() != known.unit:
            units[header] = match.group(1)
    return units


def _split_choices(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """Questions whose choices have a column each: `sign_problem/missing`, `sign_problem/hidden`."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        for mark in "/-.":
            head, _, tail = name.rpartition(mark)
            known = field_of(head) if head else None
            if known is not None and known.type in _SEVERAL and (choice := _choice_name(known, tail)) is not None:
                found.setdefault(known.name, {})[name] = choice
                break
    return found


def _several(name: str, joined: str, split: Mapping[str, str], row: Mapping[str, str]) -> str:
    """The choices of a question, in one cell; both ways of writing them must agree."""
    said = {choice: row.get(header, "").strip().casefold() for header, choice in split.items()}
    chosen = {choice for choice, cell in said.items() if cell in _TRUE}
    if is_blank(joined):
        return " ".join(choice for choice in said if choice in chosen)
    field = FIELDS[name]
    named = {_choice_name(field, word) or word for word in re.split(r"[\s,;|]+", joined.strip())}
    ruled_out = {choice for choice, cell in said.items() if cell in _FALSE}
    if chosen - named or named & ruled_out:
        raise ChoicesDisagreeError(name, joined, " ".join(sorted(chosen)))
    return joined


def _choice_name(field: Field, word: str) -> str | None:
    """The name of a choice, or of a level; None for a word that is neither."""
    if field.type is Type.LEVELS:
        return normal_level(word)
    found = choice_of(field, word)
    return None if found is None else found.name


def _point_columns(names: Sequence[str]) -> tuple[str | None, tuple[str, ...]]:
    """The column of the whole point, and those of its parts: latitude, longitude, altitude, accuracy.

    Of several points in one form, the one whose name is the schema's counts; of one alone the name does not matter.
    """
    parts: dict[str, dict[str, str]] = {}
    for name in names:
        if match := _POINT_PART.match(name.strip()):
            group, slash, last = (match.group("base") or "").rpartition("/")
            part = match.group("part").casefold()
            base = f"{group}{slash}{last.removeprefix('_')}"
            parts.setdefault(base, {})[_POINT_PARTS.get(part, part)] = name
    whole = {base: found for base, found in parts.items() if {"latitude", "longitude"} <= set(found)}
    named = [base for base in whole if (known := field_of(base)) is not None and known.name == POINT]
    chosen = named[0] if named else next(iter(whole)) if len(whole) == 1 else None
    if chosen is None:
        return None, ()
    found = whole[chosen]
    joined = chosen if chosen in names else None
    return joined, tuple(found.get(part, "") for part in ("latitude", "longitude", "altitude", "accuracy"))
