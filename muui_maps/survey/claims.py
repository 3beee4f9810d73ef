"""Observations as the ledger keeps them: entries, each a row of some file, and the claims that an entry makes.

An id is a hash of content, never of a file's name or a row's number: the same data imported again, from another format
or in another order, has the same ids.

* An **entry** (`o-…`) is one observation: about what, by whom, when, and every answer.
* A **claim** (`c-…`) is one answer of it: a property of a thing, a value, and when and how it was observed.
* A **run** (`r-…`) is one surveyed transfer.
* A **held row** (`q-…`) could not be read; its raw cells are kept until somebody mends it.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from muui_maps.model import Finding, PlaceKind, Severity, SurveyItem, SurveyLeg, SurveyRun, Text
from muui_maps.survey.fields import FACTS, MENDS, field_of, word_key
from muui_maps.survey.observations import Answer, Basis, Observation, Point, Quarantined, Value
from muui_maps.survey.privacy import is_personal, masked, pseudonym, split_raw, surveyor_code, unmarked
from muui_maps.survey.rows import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

_ID_DIGITS = 12
"""Hex digits of an id: among a million claims two share them once in 560 times."""


def content_id(prefix: str, content: object) -> str:
    """The id of plain content: the same whatever the order of its keys."""
    return f"{prefix}-{hashlib.sha256(canonical(content)).hexdigest()[:_ID_DIGITS]}"


def canonical(content: object) -> bytes:
    """Plain content as bytes in one form only."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode(
        "utf-8"
    )


@dataclass(frozen=True, slots=True)
class Target:
    """What an observation is about, in the researcher's words."""

    line: str | None = None
    level: str | None = None
    feature_id: str | None = None
    kind: str | None = None
    direction: str | None = None
    place_text: str | None = None
    point: Point | None = None
    route: str | None = None
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One answer: the property `prop` of whatever the entry is about is `value`."""

    id: str
    entry: str
    prop: str
    value: Value
    observed_at: str
    surveyor: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One observation as the ledger keeps it.

    Parameters
    ----------
    key, version
        Entries of one key are versions of one submission: the greatest `(version, observed_at)` counts. Two that are
        equal there stand beside each other.
    file, sheet, row
        Where it was first imported from.
    valid_from, valid_to
        Days between which its answers hold; None for no end.
    raw
        The row's cells, without what is personal.
    raw_id
        Hash of the cells: a held row with this one has been read after all.
    mends
        Id of the held row that this one is the mended form of, if it says so.
    """

    id: str
    station: str
    key: str
    version: str
    observed_at: str
    surveyor: str | None
    mobility_aid: str | None
    role: str | None
    form_version: str | None
    consent: bool | None
    target: Target
    facts: Mapping[str, Value]
    note: str | None
    photos: tuple[str, ...]
    valid_from: str | None
    valid_to: str | None
    file: str
    sheet: str | None
    row: int
    raw: Mapping[str, str]
    raw_id: str
    mends: str | None = None
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One surveyed transfer as the ledger keeps it."""

    id: str
    run: SurveyRun
    file: str
    sheet: str | None
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A row that could not be read."""

    id: str
    reason: Finding
    raw: Mapping[str, str]
    candidates: tuple[str, ...]
    file: str
    sheet: str | None
    row: int
    raw_id: str


# ── observations → entries ───────────────────────────────────────────────────

_META = re.compile(
    r"^_|^(?:start|end|today|key|parent_key|set-of.*|submissiondate|edits|status|reviewstate|attachments\w*|formversion)$"
    r"|(?:^|[/\-])(?:meta[/\-].*|instanceid|instancename|rootuuid|deprecatedid)$|^__",
    re.IGNORECASE,
)


def extras(raw: Mapping[str, str]) -> dict[str, str]:
    """What a row says beyond the schema: not the form's own bookkeeping (`_index`, `start`), nothing personal."""
    known = _columns(tuple(raw))
    found = {
        re.split(r"[/:]", column)[-1]: _plain_cell(masked(cell))
        for column, cell in raw.items()
        if column not in known
        and column != MENDS
        and cell.strip()
        and not _META.search(column)
        and not is_personal(column)
    }
    return dict(sorted(found.items()))


@lru_cache(maxsize=64)
def _columns(header: tuple[str, ...]) -> Mapping[str, str]:
    return columns_of(header)


def _plain_cell(cell: str) -> str:
    """A cell in one spelling: a spreadsheet writes 82 as `82.0`."""
    text = " ".join(unmarked(cell).split())
    return text.rstrip("0").rstrip(".") if ".0" in text and re.fullmatch(r"-?\d+\.0+", text) else text


def raw_id(raw: Mapping[str, str]) -> str:
    """Hash of a row's cells, but for the form's own bookkeeping and for what is personal: a hash can be tried out."""
    return content_id(
        "x",
        {
            word_key(name): _plain_cell(masked(cell))
            for name, cell in raw.items()
            if cell.strip()
            and name != MENDS
            and not _META.search(name)
            and (not is_personal(name) or surveyor_code(cell) is not None)
        },
    )


def entry_of(
    observation: Observation, station: str, *, pseudonym_key: bytes, with_claims: bool = True
) -> tuple[Entry, Mapping[str, str]]:
    """The entry of an observation of this station, and the original of those of its cells that are personal.

    `pseudonym_key` as for `privacy.pseudonym`; the entry's id does not depend on it.
    """
    seen = observation.submission
    shared, private = split_raw(seen.raw)
    facts = {name: observation.facts[name] for name in FACTS if name in observation.facts}
    target = Target(
        line=observation.line,
        level=observation.level,
        feature_id=observation.feature_id,
        kind=observation.kind,
        direction=observation.direction,
        place_text=None if observation.place_text is None else masked(observation.place_text),
        point=observation.point,
        route=observation.route,
        step=observation.step,
    )
    entry = Entry(
        id="",
        station=station,
        key=seen.key,
        version=seen.version,
        observed_at=seen.observed_at or "",
        surveyor=pseudonym(seen.surveyor, pseudonym_key),
        mobility_aid=seen.mobility_aid,
        role=seen.role,
        form_version=seen.form_version,
        consent=seen.consent,
        target=target,
        facts=MappingProxyType({name: _without_secrets(value) for name, value in facts.items()}),
        note=None if observation.note is None else masked(observation.note),
        photos=observation.photos,
        valid_from=_day_of(observation, "valid_from"),
        valid_to=_day_of(observation, "valid_to"),
        file=seen.source_file,
        sheet=seen.sheet,
        row=seen.row,
        raw=MappingProxyType(shared),
        raw_id=raw_id(seen.raw),
        mends=seen.raw.get(MENDS),
    )
    named = _with_ids(entry, extras(seen.raw))
    return (replace(named, claims=claims_of(named)) if with_claims else named), private


def _day_of(observation: Observation, name: str) -> str | None:
    value = observation.facts.get(name)
    return value.value if value is not None and isinstance(value.value, str) else None


def _without_secrets(value: Value) -> Value:
    raw, said = masked(value.raw), masked(value.value) if isinstance(value.value, str) else value.value
    return value if raw == value.raw and said == value.value else replace(value, raw=raw, value=said)


def _with_ids(entry: Entry, more: Mapping[str, str]) -> Entry:
    """The entry with its id, and with a key made of its content where the source gave none.

    By whom it was written counts only where they gave a code: a name's pseudonym is another one in every workspace.
    """
    content = _identity(entry, more)
    key = entry.key or content_id("k", {**content, "by": surveyor_code(entry.surveyor)})
    return replace(entry, key=key, id=content_id("o", {**content, "key": key, "version": entry.version}))


def _identity(entry: Entry, more: Mapping[str, str]) -> dict[str, Any]:
    return {
        "station": entry.station,
        "at": entry.observed_at,
        "target": target_dict(entry.target),
        "facts": {name: value_dict(value) for name, value in entry.facts.items()},
        "note": entry.note,
        "photos": list(entry.photos),
        "valid": [entry.valid_from, entry.valid_to],
        "more": dict(more),
    }


def claims_of(entry: Entry) -> tuple[Claim, ...]:
    """The claims that an entry makes, one for each answer."""
    shared = {
        "station": entry.station,
        "key": entry.key,
        "at": entry.observed_at,
        "target": target_dict(entry.target),
        "valid": [entry.valid_from, entry.valid_to],
    }
    return tuple(
        Claim(
            content_id("c", {**shared, "property": name, "value": value_dict(value)}),
            entry.id,
            name,
            value,
            entry.observed_at,
            entry.surveyor,
        )
        for name, value in entry.facts.items()
    )


def held_of(row: Quarantined) -> tuple[HeldRow, Mapping[str, str]]:
    """A row that could not be read, as the ledger keeps it, and the original of its personal cells.

    Of a row without consent nothing is shared, nor of one whose answer to that can't be read.
    """
    shared, private = split_raw(row.raw)
    asked = field_of(row.reason.field) if row.reason.field else None
    if row.reason.code == "consent_refused" or (asked is not None and asked.name == "consent"):
        shared, private = {}, dict(row.raw)
    digest = raw_id(row.raw)
    value = row.reason.value
    reason = replace(
        row.reason,
        message=Text(masked(row.reason.message.ko), masked(row.reason.message.en)),
        value=None if value is None else masked(value),
    )
    if row.reason.field is not None and is_personal(row.reason.field):
        reason = replace(reason, value=None)
    return (
        HeldRow(
            id=f"q-{digest.removeprefix('x-')}",
            reason=reason,
            raw=MappingProxyType(shared),
            candidates=row.candidates,
            file=row.reason.file or "",
            sheet=row.reason.layer,
            row=row.reason.row or 0,
            raw_id=digest,
        ),
        private,
    )


def run_entry(run: SurveyRun, file: str, sheet: str | None, rows: tuple[int, ...]) -> RunEntry:
    """A surveyed transfer as the ledger keeps it."""
    return RunEntry(content_id("r", run_dict(run)), run, file, sheet, rows)


# ── plain data, and back ─────────────────────────────────────────────────────


def _filled(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if value is not None and value != ""}


def value_dict(value: Value) -> dict[str, Any]:
    """A value without how it was written."""
    plain = list(value.value) if isinstance(value.value, tuple) else value.value
    if isinstance(plain, float) and plain.is_integer():
        plain = int(plain)
    return _filled(
        {
            "value": plain,
            "answer": None if value.answer is Answer.GIVEN else value.answer.value,
            "unit": value.unit,
            "basis": value.basis.value if value.basis else None,
            "low": value.low,
            "high": value.high,
        }
    )


def value_from(content: Mapping[str, Any]) -> Value:
    plain = content.get("value")
    if isinstance(plain, list):
        plain = tuple(plain)
    elif isinstance(plain, int):
        plain = float(plain)
    basis = content.get("basis")
    return Value(
        plain,
        content.get("unit"),
        Basis(basis) if basis else None,
        content.get("low"),
        content.get("high"),
        content.get("raw", ""),
        Answer(content.get("answer", "given")),
    )


def target_dict(target: Target) -> dict[str, Any]:
    point = target.point
    return _filled(
        {
            "line": target.line,
            "level": target.level,
            "feature_id": target.feature_id,
            "kind": target.kind,
            "direction": target.direction,
            "place_text": target.place_text,
            "point": None if point is None else [point.lat, point.lon, point.accuracy_m],
            "route": target.route,
            "step": target.step,
        }
    )


def _target_from(content: Mapping[str, Any]) -> Target:
    point = content.get("point")
    return Target(**{**content, "point": None if point is None else Point(*point)})


def entry_dict(entry: Entry) -> dict[str, Any]:
    """An entry as one line of the ledger."""
    facts = {}
    for name, value in entry.facts.items():
        facts[name] = value_dict(value)
        if value.raw and value.raw != str(facts[name].get("value")):
            facts[name]["raw"] = value.raw
    return {
        "type": "observation",
        "id": entry.id,
        **_filled(
            {
                "sheet": entry.sheet,
                "row": entry.row,
                "key": entry.key,
                "version": entry.version,
                "at": entry.observed_at,
                "by": entry.surveyor,
                "aid": entry.mobility_aid,
                "role": entry.role,
                "form": entry.form_version,
                "consent": entry.consent,
            }
        ),
        "target": target_dict(entry.target),
        "facts": facts,
        **_filled(
            {
                "note": entry.note,
                "photos": list(entry.photos) or None,
                "valid_from": entry.valid_from,
                "valid_to": entry.valid_to,
                "mends": entry.mends,
            }
        ),
        "raw_id": entry.raw_id,
        "raw": dict(entry.raw),
    }


def entry_from(content: Mapping[str, Any], station: str, file: str, *, with_claims: bool = True) -> Entry:
    """An entry out of a line of the ledger; its claims' ids are computed anew."""
    facts = {name: value_from(value) for name, value in content["facts"].items()}
    entry = Entry(
        id=content["id"],
        station=station,
        key=content["key"],
        version=content.get("version", ""),
        observed_at=content["at"],
        surveyor=content.get("by"),
        mobility_aid=content.get("aid"),
        role=content.get("role"),
        form_version=content.get("form"),
        consent=content.get("consent"),
        target=_target_from(content["target"]),
        facts=MappingProxyType(facts),
        note=content.get("note"),
        photos=tuple(content.get("photos", ())),
        valid_from=content.get("valid_from"),
        valid_to=content.get("valid_to"),
        file=file,
        sheet=content.get("sheet"),
        row=content["row"],
        raw=MappingProxyType(content["raw"]),
        raw_id=content["raw_id"],
        mends=content.get("mends"),
    )
    return replace(entry, claims=claims_of(entry)) if with_claims else entry


def held_dict(held: HeldRow) -> dict[str, Any]:
    reason = held.reason
    return {
        "type": "quarantine",
        "id": held.id,
        **_filled(
            {"sheet": held.sheet, "row": held.row, "code": reason.code, "field": reason.field, "value": reason.value}
        ),
        "message_ko": reason.message.ko,
        "message_en": reason.message.en,
        "fix_ko": reason.fix.ko,
        "fix_en": reason.fix.en,
        **_filled({"candidates": list(held.candidates) or None}),
        "raw_id": held.raw_id,
        "raw": dict(held.raw),
    }


def held_from(content: Mapping[str, Any], station: str, file: str) -> HeldRow:
    reason = Finding(
        content["code"],
        Severity.ERROR,
        Text(content["message_ko"], content["message_en"]),
        Text(content["fix_ko"], content["fix_en"]),
        station=station,
        file=file,
        layer=content.get("sheet"),
        row=content["row"],
        field=content.get("field"),
        value=content.get("value"),
    )
    return HeldRow(
        content["id"], reason, MappingProxyType(content["raw"]), tuple(content.get("candidates", ())), file,
        content.get("sheet"), content["row"], content["raw_id"],
    )  # fmt: skip


def run_dict(run: SurveyRun) -> dict[str, Any]:
    """A surveyed transfer as plain data."""
    return {
        "run_id": run.run_id,
        "station": run.station,
        "observed_at": run.observed_at,
        "source": run.source,
        "from_line": run.from_line,
        "from_direction": run.from_direction,
        "to_line": run.to_line,
        "to_direction": run.to_direction,
        "alight": None if run.alight is None else list(run.alight),
        "board": None if run.board is None else list(run.board),
        "minutes_chair": run.minutes_chair,
        "incomplete": run.incomplete,
        "legs": [
            {
                "level": leg.level,
                "line": leg.line,
                "place": leg.place.value,
                "paid_area": leg.paid_area,
                "items": [[item.length_m, item.item, item.note, item.count] for item in leg.items],
            }
            for leg in run.legs
        ],
    }


def run_from(content: Mapping[str, Any]) -> SurveyRun:
    legs = tuple(
        SurveyLeg(
            leg["level"], leg["line"], PlaceKind(leg["place"]), leg["paid_area"],
            tuple(SurveyItem(*item) for item in leg["items"]),
        )
        for leg in content["legs"]
    )  # fmt: skip
    doors = {
        name: None if content[name] is None else (content[name][0], content[name][1]) for name in ("alight", "board")
    }
    return SurveyRun(**{**content, **doors, "legs": legs})


def run_entry_dict(entry: RunEntry) -> dict[str, Any]:
    return {
        "type": "run",
        "id": entry.id,
        **_filled({"sheet": entry.sheet}),
        "rows": list(entry.rows),
        "run": run_dict(entry.run),
    }


def run_entry_from(content: Mapping[str, Any], file: str) -> RunEntry:
    return RunEntry(content["id"], run_from(content["run"]), file, content.get("sheet"), tuple(content["rows"]))
