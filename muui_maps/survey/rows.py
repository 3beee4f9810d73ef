"""One row of any file into one observation, or into quarantine: the same for every format.

A reader finds rows and gives each as a `RawRow`: the cells under the schema's names, and all cells under the file's own
header. `columns_of` does that naming for headers that use our names, labels or other words for them.

A bad cell costs its whole row, which is quarantined with its raw cells. What only weakens a row (a point underground, a
photo that lies elsewhere) is a remark, and the row counts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Finding, Severity, Text
from muui_maps.survey.fields import (
    BASIS_SUFFIX,
    FACTS,
    FIELDS,
    MENDS,
    NEW_FEATURE,
    NEW_WORDS,
    choice_of,
    field_of,
    word_key,
)
from muui_maps.survey.observations import Basis, Observation, Point, Quarantined, Submission, Value
from muui_maps.survey.values import KOREA, ValueRefusedError, is_blank, read_point, read_value, tidy_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

SHOWN = 80
"""Characters of a value that a Finding quotes."""
PHOTOS = "photo"
"""Several photos stand in one cell, one a line."""


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as a reader found it.

    Parameters
    ----------
    cells
        Under the names of `survey.fields.FIELDS`, and `NAME_basis`; what the file does not have is left out.
    raw
        Every cell of the row, under the file's own header.
    file, sheet, row
        Where a person finds it.
    key, version
        The submission's lasting id and when it was last edited, where the format has them; see `Submission`.
    """

    cells: Mapping[str, str]
    raw: Mapping[str, str]
    file: str
    sheet: str | None
    row: int
    key: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class RowContext:
    """What is known of all rows of a file.

    Parameters
    ----------
    defaults
        Answers for cells that are blank or missing (`station_id` of `--station`).
    now
        The present moment in Asia/Seoul, ISO: what was observed later is quarantined. None to believe any.
    area
        Where points may lie: south, west, north, east. None for anywhere.
    """

    defaults: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    now: str | None = None
    area: tuple[float, float, float, float] | None = KOREA


@dataclass(frozen=True, slots=True)
class RowRead:
    """An observation or a quarantined row, and remarks that cost nothing."""

    read: Observation | Quarantined
    remarks: tuple[Finding, ...] = ()


def columns_of(header: Iterable[str]) -> dict[str, str]:
    """Which column holds which answer: header → name of a field, or `NAME_basis`.

    A column that stands for nothing in the schema is left out. Where two stand for one field the exact name comes
    before another word for it, and the first before a later one; photos may have several.
    """
    found: dict[str, str] = {}
    columns = [column for column in header if column.strip()]
    exact = [column for column in columns if column in FIELDS]
    for column in (*exact, *columns):
        name = _name_of(column)
        if name is not None and column not in found and (name == PHOTOS or name not in found.values()):
            found[column] = name
    return {column: found[column] for column in columns if column in found}


def _name_of(column: str) -> str | None:
    own = re.split(r"[/:]", column)[-1].strip()
    if own.endswith(BASIS_SUFFIX) and own.removesuffix(BASIS_SUFFIX) in FIELDS:
        return own
    known = field_of(column)
    return known.name if known else None


def cells_of(raw: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, str]:
    """A row's cells under the schema's names, by `columns_of`."""
    cells: dict[str, str] = {}
    for column, name in columns.items():
        text = _with_unit(column, raw.get(column) or "")
        if name in cells and name == PHOTOS:
            text = f"{cells[name]}\n{text}" if text else cells[name]
        cells[name] = text
    return cells


def _with_unit(column: str, text: str) -> str:
    """A bare number under a header that names its unit (`길이(cm)`) gets that unit."""
    unit = re.search(
        r"[(\[（]\s*(mm|cm|m|km|초|분|s|sec|min|%|도|°)\s*[)\]）]\s*$", unicodedata.normalize("NFKC", column)
    )
    return f"{text}{unit.group(1)}" if unit and re.fullmatch(r"\s*\d+(\.\d+)?\s*", text) else text


def quarantined(
    row: RawRow, code: str, message: Text, fix: Text, *, column: str | None = None, candidates: Sequence[str] = ()
) -> Quarantined:
    """A row set aside whole, with the sentence that says where it is."""
    value = None if column is None else row.cells.get(column)
    return Quarantined(
        row.raw, _finding(row, code, Severity.ERROR, message, fix, column=column, value=value), tuple(candidates)
    )


def read_row(row: RawRow, context: RowContext | None = None) -> RowRead:
    """Read a row: every cell, so that nothing is stored of a row that can't be read whole."""
    return _Reading(row, context or RowContext()).read()


# ── one row ──────────────────────────────────────────────────────────────────


class _CellRefusedError(Exception):
    """Ends the reading of a row."""

    def __init__(self, result: Quarantined) -> None:
        super().__init__(result.reason.code)
        self.result = result


class _Reading:
    def __init__(self, row: RawRow, context: RowContext) -> None:
        self.row, self.context = row, context
        self.remarks: list[Finding] = []

    def read(self) -> RowRead:
        try:
            found = self._observation()
        except _CellRefusedError as refusal:
            return self._with_others(refusal.result)
        return RowRead(found, tuple(self.remarks))

    def _with_others(self, first: Quarantined) -> RowRead:
        """A row set aside, with everything else in it that has to be mended: nobody wants to learn it one by one."""
        asked = field_of(first.reason.field) if first.reason.field else None
        if asked is not None and asked.name == "consent":
            return RowRead(first)
        others = tuple(each for each in self._faults() if each.field != first.reason.field)
        if not others:
            return RowRead(first)
        named = ", ".join(f"{each.field} ‘{each.value}’" if each.value else f"{each.field}" for each in others)
        fix = Text(
            f"{first.reason.fix.ko} 이 행의 다른 칸도 고쳐 주세요: {named}.",
            f"{first.reason.fix.en} Other cells of this row need mending too: {named}.",
        )
        return RowRead(replace(first, reason=replace(first.reason, fix=fix)), others)

    def _faults(self) -> Iterator[Finding]:
        for name in FIELDS:
            if name in self.row.cells:
                try:
                    self._observed_at() if name == "observed_at" else self._value(name, None)
                except _CellRefusedError as refusal:
                    yield refusal.result.reason

    def _observation(self) -> Observation:
        consent = self._word("consent")  # first: a row is held for this before anything else of it is told
        if consent == "no":
            raise self._refused(_CONSENT_REFUSED, _NO_CONSENT, _NO_CONSENT_FIX, "consent")
        basis = self._word("basis")
        row_basis = Basis(basis) if basis else None
        given = [name for name in FACTS if name in self.row.cells or name in self.context.defaults]
        facts = {name: value for name in given if (value := self._value(name, row_basis)) is not None}
        level = self._word("level")
        note, photos = self._note(), self._photos()
        observed_at = self._observed_at()
        for name in ("valid_from", "valid_to"):
            # A period belongs to the answers of its row: it is kept beside them.
            if value := self._value(name, None):
                facts[name] = value
        feature, kind = self._feature(), self._word("kind")
        if not facts and not note and not photos:
            raise self._refused("row_says_nothing", _NOTHING, _NOTHING_FIX)
        step = self._text("route") and self._text("step")
        if feature is None and kind is None and not self._text("place_text") and not step:
            raise self._refused("target_missing", _NO_TARGET, _NO_TARGET_FIX)
        self._contradictions(facts, note)
        return Observation(
            submission=self._submission(observed_at, consent),
            station_id=self._text("station_id"),
            line=self._word("line"),
            level=level,
            feature_id=feature,
            kind=kind,
            direction=self._word("direction"),
            place_text=self._text("place_text"),
            point=self._point(level),
            facts=MappingProxyType(facts),
            note=note,
            photos=photos,
            route=self._text("route"),
            step=self._text("step"),
        )

    def _submission(self, observed_at: str, consent: str | None) -> Submission:
        return Submission(
            key=self.row.key or self._own_key(),
            observed_at=observed_at,
            surveyor=self._text("surveyor"),
            mobility_aid=self._word("mobility_aid"),
            role=self._word("role"),
            form_version=self._text("form_version"),
            consent=None if consent is None else consent == "yes",
            source_file=self.row.file,
            sheet=self.row.sheet,
            row=self.row.row,
            raw=self.row.raw,
            version=self.row.version,
        )

    def _own_key(self) -> str:
        """A submission of a flat sheet may have several rows: each is about something else."""
        submission = self._text("submission_id")
        if submission is None:
            return ""
        target = (
            self._text(name) or "" for name in ("station_id", "feature_id", "kind", "line", "level", "place_text")
        )
        return "#".join([submission, "/".join(target)])

    # cells

    def _cell(self, name: str) -> str:
        cell = self.row.cells.get(name, "")
        if MENDS in self.row.raw and re.match(r"'[=+\-@\t\r]", cell):
            cell = cell[1:]  # our own export put the apostrophe there, against formulas
        return self.context.defaults.get(name, "") if not cell or is_blank(cell) else cell

    def _value(self, name: str, basis: Basis | None) -> Value | None:
        if name not in self.row.cells and name not in self.context.defaults:
            return None
        cell = self._cell(name)
        if not cell:
            return None
        own = self._cell(f"{name}{BASIS_SUFFIX}")
        try:
            if own and (found := choice_of(FIELDS["basis"], tidy_text(own))) is not None:
                basis = Basis(found.name)
            return read_value(FIELDS[name], cell, basis=basis)
        except ValueRefusedError as fault:
            raise self._refused(fault.code, fault.message, fault.fix, name) from fault

    def _word(self, name: str) -> str | None:
        """A choice, line or level; None where the cell is blank or says that nobody knows."""
        value = self._value(name, None)
        return value.value if value is not None and isinstance(value.value, str) else None

    def _text(self, name: str) -> str | None:
        cell = self._cell(name)
        if is_blank(cell):
            return None
        value = self._value(name, None)
        return value.value if value is not None and isinstance(value.value, str) else None

    def _feature(self) -> str | None:
        text = self._text("feature_id")
        return NEW_FEATURE if text is not None and word_key(text) in NEW_WORDS else text

    def _observed_at(self) -> str:
        cell = self._cell("observed_at")
        if is_blank(cell):
            raise self._refused("date_missing", _NO_DATE, _NO_DATE_FIX, "observed_at")
        value = self._value("observed_at", None)
        if value is None or not isinstance(value.value, str):
            raise self._refused("date_missing", _NO_DATE, _NO_DATE_FIX, "observed_at")
        moment = value.value
        if self.context.now is not None and moment > self.context.now[: len(moment)]:
            raise self._refused("time_in_future", _FUTURE, _CLOCK_FIX, "observed_at")
        version = re.match(r"\d{4}-\d{2}(-\d{2})?", self._cell("form_version"))
        if version is not None and moment < version.group(0)[: len(moment)]:
            form = version.group(0)
            before = Text(f"{_BEFORE_FORM.ko} ({form})", f"{_BEFORE_FORM.en} ({form})")
            raise self._refused("time_before_form", before, _CLOCK_FIX, "observed_at")
        return moment

    def _point(self, level: str | None) -> Point | None:
        cell = self._cell("geopoint")
        try:
            point = read_point(cell, self.context.area)
        except ValueRefusedError as fault:
            self._remark(fault.code, fault.message, fault.fix, "geopoint")
            return None
        if point is not None and level is not None and level.startswith("B"):
            self._remark("location_unreliable", _UNDERGROUND, _UNDERGROUND_FIX, "geopoint")
            return None
        return point

    def _note(self) -> str | None:
        cell = self._cell("note")
        if is_blank(cell):
            return None
        value = self._value("note", None)
        shown = value.value if value is not None and isinstance(value.value, str) else tidy_text(cell)
        if any(unicodedata.category(ch) in {"Cc", "Cf", "Cs", "Co", "Cn"} and ch not in "\t\r\n" for ch in cell):
            self._remark("char_stripped", _STRIPPED, _STRIPPED_FIX, "note")
        return shown or None

    def _photos(self) -> tuple[str, ...]:
        kept = []
        for path in re.split(r"[\r\n]+", self._cell(PHOTOS)):
            name = tidy_text(path)
            if is_blank(name):
                continue
            if _stays_inside(name):
                kept.append(name)
            else:
                self._remark("media_path_escapes", _ESCAPES, _ESCAPES_FIX, PHOTOS)
        return tuple(kept)

    def _contradictions(self, facts: Mapping[str, Value], note: str | None) -> None:
        status = facts.get("operational_status")
        gone = status is not None and status.value == "absent"
        measured = [name for name, value in facts.items() if FIELDS[name].is_number and value.value is not None]
        if gone and measured:
            self._remark("row_contradicts_itself", _GONE_BUT_MEASURED, _LOOK_AGAIN, measured[0])
        works = status is not None and status.value == "working"
        if works and note and re.search(r"고장|수리|점검|폐쇄|out of order|broken", note, re.IGNORECASE):
            self._remark("row_contradicts_itself", _WORKS_BUT_BROKEN, _LOOK_AGAIN, "note")

    # findings

    def _refused(self, code: str, message: Text, fix: Text, column: str | None = None) -> _CellRefusedError:
        return _CellRefusedError(quarantined(self.row, code, message, fix, column=column))

    def _remark(self, code: str, message: Text, fix: Text, column: str) -> None:
        info = code == "location_unreliable"
        severity = Severity.INFO if info else Severity.WARNING
        cell = self._cell(column)
        self.remarks.append(_finding(self.row, code, severity, message, fix, column=column, value=cell))


def _stays_inside(path: str) -> bool:
    """A name or relative path, or an https link: nothing that a browser runs or that leaves the folder."""
    if path.casefold().startswith("https://"):
        return True
    parts = re.split(r"[/\\]", path)
    return ":" not in path and not path.startswith(("/", "\\", "~")) and ".." not in parts


def _finding(
    row: RawRow,
    code: str,
    severity: Severity,
    message: Text,
    fix: Text,
    *,
    column: str | None,
    value: str | None,
) -> Finding:
    ko = en = ""
    if column is not None:
        label = FIELDS[column.removesuffix(BASIS_SUFFIX)].label
        ko, en = f" {label.ko}", f", {label.en}"
        if value:
            ko, en = f"{ko} ‘{quoted(value)}’", f"{en} ‘{quoted(value)}’"
    said = Text(f"{row.row}행{ko}: {message.ko}.", f"Row {row.row}{en}: {message.en}.")
    return Finding(
        code, severity, said, fix, file=row.file, layer=row.sheet, row=row.row, field=_column(row, column),
        value=None if not value else quoted(value),
    )  # fmt: skip


def _column(row: RawRow, name: str | None) -> str | None:
    """A field as the person's own file calls it."""
    if name is None:
        return None
    return next((column for column, known in columns_of(row.raw).items() if known == name), name)


def quoted(value: str) -> str:
    """A cell as a message may quote it: escaped, at most 80 characters."""
    safe = "".join(ch if unicodedata.category(ch)[0] != "C" else f"\\x{ord(ch):02x}" for ch in value[: SHOWN + 1])
    return safe if len(safe) <= SHOWN else safe[: SHOWN - 1] + "…"


_CONSENT_REFUSED = "consent_refused"
_NOTHING = Text("답이 하나도 없어요", "no answer at all")
_NOTHING_FIX = Text("본 것을 적거나 행을 지워 주세요.", "Write what you saw, or delete the row.")
_NO_TARGET = Text("무엇을 보았는지 알 수 없어요", "it does not say what was looked at")
_NO_TARGET_FIX = Text("시설 번호나 종류를 적어 주세요.", "Write the feature's id or its kind.")
_NO_DATE = Text("조사한 날이 없어요", "the day of the visit is missing")
_NO_DATE_FIX = Text("2026-05-01처럼 적어 주세요.", "Write it as 2026-05-01.")
_FUTURE = Text("아직 오지 않은 때예요", "this time is still to come")
_BEFORE_FORM = Text("양식이 나오기 전이에요", "this was before the form existed")
_CLOCK_FIX = Text("날짜와 기기의 시계를 확인해 주세요.", "Check the date and the device's clock.")
_NO_CONSENT = Text("공개에 동의하지 않은 행이에요", "the researcher does not agree to publication")
_NO_CONSENT_FIX = Text("동의를 받으면 다시 가져와 주세요.", "Import it again once there is consent.")
_UNDERGROUND = Text("지하에서 찍은 좌표는 쓰지 않아요", "a point taken underground is not used")
_UNDERGROUND_FIX = Text("위치를 글로 적어 주세요.", "Describe the place in words.")
_STRIPPED = Text("보이지 않는 글자를 빼고 보여 줘요", "shown without its invisible characters")
_STRIPPED_FIX = Text("원문은 그대로 두었어요.", "The original is kept.")
_ESCAPES = Text("사진의 경로가 폴더 밖을 가리켜요", "the photo's path leads out of the folder")
_ESCAPES_FIX = Text(
    "사진을 표와 같은 폴더에 두고 이름만 적어 주세요.", "Keep photos beside the file; write the name only."
)
_GONE_BUT_MEASURED = Text("없어졌다면서 잰 값이 있어요", "it is not there, yet was measured")
_WORKS_BUT_BROKEN = Text("작동한다면서 메모에는 고장이라고 해요", "it works, yet the note says that it does not")
_LOOK_AGAIN = Text("어느 쪽이 맞는지 확인해 주세요.", "Check which of the two is right.")
