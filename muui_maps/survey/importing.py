"""From a file that was read into the ledgers of its stations: what is new is stored, and every row is accounted for.

Rows in = rows stored and matched + duplicates + quarantined (held, as they can't be read, or unmatched, as they mean no
one feature). The sum is checked for each station and for the file, before anything is written.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from muui_maps.errors import MuuiError
from muui_maps.model import Finding, Severity, Text
from muui_maps.survey.claims import Entry, HeldRow, RunEntry, claims_of, entry_of, held_of, run_entry, value_dict
from muui_maps.survey.fields import FIELDS
from muui_maps.survey.ledger import UNPLACED, Import, Ledger, Stored, add_import, locked, pseudonym_key, read_ledger
from muui_maps.survey.observations import Quarantined
from muui_maps.survey.own_layout import station_cell
from muui_maps.survey.privacy import surveyor_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from muui_maps.survey.ledger import Home
    from muui_maps.survey.match import Matcher
    from muui_maps.survey.observations import FileRead, Observation
    from muui_maps.survey.own_layout import KnownStation


@dataclass(frozen=True, slots=True)
class StationImport:
    """What an import brought to one station, in rows; `claims` are the new answers.

    `rows == stored + duplicates + held`, and `unmatched` of the stored ones mean no feature yet.
    """

    station: str
    rows: int
    stored: int
    claims: int
    runs: int
    duplicates: int
    held: int
    unmatched: int
    import_id: str | None

    @property
    def quarantined(self) -> int:
        return self.held + self.unmatched


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of one file. `quarantine` has a Finding for each quarantined row, `remarks` all others."""

    read: FileRead
    stations: tuple[StationImport, ...]
    quarantine: tuple[Finding, ...]
    remarks: tuple[Finding, ...]
    dry_run: bool

    def total(self, what: str) -> int:
        """The sum over stations of one of their counts: `claims`, `stored`, `duplicates`, `quarantined`."""
        return sum(getattr(each, what) for each in self.stations)


@dataclass
class _Part:
    """The rows of one station."""

    records: list[Stored] = field(default_factory=list)
    private: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def add(self, record: Stored, private: Mapping[str, str]) -> None:
        self.records.append(record)
        if private:
            self.private[record.id] = private


def import_file(
    read: FileRead,
    *,
    home_of: Callable[[str], Home],
    known_station: KnownStation,
    secrets: Path,
    default_station: str | None = None,
    matcher_of: Callable[[str], Matcher | None] | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Store what is new in a file.

    Parameters
    ----------
    home_of
        Where a station's ledger lives.
    known_station
        A station's id by any of its names; None if there is none.
    secrets
        The workspace's folder for its `ledger.pseudonym_key`.
    default_station
        The station of rows that name none.
    matcher_of
        What a station has that rows can mean; None to store without matching.
    dry_run
        Tell what would happen, and store nothing.

    Raises
    ------
    MuuiError
        If the rows don't add up: nothing is stored then.
    InputRefusedError
        If a ledger is not whole.
    """
    key = pseudonym_key(secrets) if not dry_run and _names_somebody(read) else b""
    parts = _by_station(read, known_station, default_station, key)
    if sum(_row_count(record) for part in parts.values() for record in part.records) != read.rows:
        raise MuuiError(
            Text(
                f"{read.file}: 행 수가 맞지 않아 저장하지 않았어요.",
                f"{read.file}: the rows don't add up; nothing was stored.",
            )
        )
    stations: list[StationImport] = []
    quarantine: list[Finding] = []
    remarks = list(read.findings)
    for station, part in sorted(parts.items()):
        home = home_of(station)
        storing = _Storing(read, home, part, None if station == UNPLACED else matcher_of, known_station)
        if dry_run:
            stations.append(storing.report(_known(home, known_station), write=False))
        else:
            with locked(home):
                stations.append(storing.report(_known(home, known_station), write=True))
        quarantine += storing.quarantine
        remarks += storing.remarks
    return ImportReport(read, tuple(stations), tuple(sorted(quarantine, key=_by_row)), tuple(remarks), dry_run)


def _known(home: Home, known_station: KnownStation) -> Ledger:
    return read_ledger(home, known_station=known_station, with_claims=False)


def _by_row(finding: Finding) -> tuple[str, int]:
    return finding.layer or "", finding.row or 0


def _row_count(record: Stored) -> int:
    return len(record.rows) if isinstance(record, RunEntry) else 1


def _names_somebody(read: FileRead) -> bool:
    """Whether a surveyor gave a name instead of a code."""
    named = {each.submission.surveyor for each in read.observations} - {None}
    return any(surveyor_code(each) is None for each in named)


def _by_station(read: FileRead, known_station: KnownStation, default: str | None, key: bytes) -> dict[str, _Part]:
    parts: dict[str, _Part] = defaultdict(_Part)
    for observation in read.observations:
        said = observation.station_id
        station = known_station(said) if said else default
        if station is None:
            parts[default or UNPLACED].add(*held_of(_station_unknown(observation)))
        else:
            parts[station].add(*entry_of(observation, station, pseudonym_key=key, with_claims=False))
    for seen in read.runs:
        station = known_station(seen.run.station) or seen.run.station
        run = replace(seen.run, station=station)
        parts[station].add(run_entry(run, read.file, seen.sheet, seen.rows), {})
    for row in read.quarantined:
        named = station_cell(row.raw)
        station = (known_station(named) if named else None) or default or UNPLACED
        parts[station].add(*held_of(row))
    return parts


def _station_unknown(observation: Observation) -> Quarantined:
    seen = observation.submission
    said = observation.station_id
    if said:
        code, what = "station_unknown", Text(f"‘{said[:40]}’: 이런 역이 없어요", f"‘{said[:40]}’ is no station here")
        fix = Text("`muui-maps stations`에 나오는 이름을 써 주세요.", "Use a name that `muui-maps stations` lists.")
    else:
        code, what = "station_missing", Text("역이 적혀 있지 않아요", "it names no station")
        fix = Text("역 열을 채우거나 --station으로 알려 주세요.", "Fill in the station, or give it with --station.")
    message = Text(f"{seen.row}행: {what.ko}.", f"Row {seen.row}: {what.en}.")
    finding = Finding(
        code, Severity.ERROR, message, fix, file=seen.source_file, layer=seen.sheet, row=seen.row, field="station_id",
        value=said,
    )  # fmt: skip
    return Quarantined(seen.raw, finding)


class _Storing:
    """The rows of one file that belong to one station, held against its ledger."""

    def __init__(
        self,
        read: FileRead,
        home: Home,
        part: _Part,
        matcher_of: Callable[[str], Matcher | None] | None,
        known_station: KnownStation,
    ) -> None:
        self.read, self.home, self.part, self.matcher_of = read, home, part, matcher_of
        self.known_station = known_station
        self.quarantine: list[Finding] = []
        self.remarks: list[Finding] = []

    def report(self, ledger: Ledger, *, write: bool) -> StationImport:
        new: dict[str, Stored] = {}
        again: list[tuple[str | None, int, str]] = []
        for record in self.part.records:
            if record.id in ledger or record.id in new:
                again += [(record.sheet, row, record.id) for row in _rows(record)]
            else:
                # Claims are worked out for what is new alone: most rows of a second export are not.
                new[record.id] = replace(record, claims=claims_of(record)) if isinstance(record, Entry) else record
        held = [each for each in new.values() if isinstance(each, HeldRow)]
        stored = sum(_row_count(each) for each in new.values() if not isinstance(each, HeldRow))
        head = Import(
            "", PurePath(self.read.file).name, self.read.described.format, self.read.described.encoding,
            stored + len(again) + len(held), stored, len(again), len(held), tuple(again),
        )  # fmt: skip
        self.quarantine += [_of_row(each) for each in held]
        unmatched = self._match(new.values())
        self._remark(ledger, new, again)
        private = {key: cells for key, cells in self.part.private.items() if key in new}
        name = add_import(self.home, tuple(new.values()), head, private) if write else None
        entries = [each for each in new.values() if isinstance(each, Entry)]
        known = {claim.id for entry in ledger.entries.values() for claim in claims_of(entry)} if entries else set()
        return StationImport(
            station=self.home.station,
            rows=head.rows,
            stored=stored,
            claims=len({claim.id for entry in entries for claim in entry.claims} - known),
            runs=sum(isinstance(each, RunEntry) for each in new.values()),
            duplicates=len(again),
            held=len(held),
            unmatched=unmatched,
            import_id=name,
        )

    def _match(self, records: Any) -> int:  # noqa: ANN401 - any iterable of records
        """How many new entries mean no feature; a Finding for each, with its candidates."""
        entries = [each for each in records if isinstance(each, Entry)]
        matcher = self.matcher_of(self.home.station) if self.matcher_of is not None and entries else None
        if matcher is None:
            return 0
        unmatched = 0
        for entry in entries:
            found = matcher.match(entry.target)
            if found.feature is None and not found.new:
                unmatched += 1
                self.quarantine.append(unmatched_finding(entry, found.code, found.message, found.candidates))
        return unmatched

    def _remark(self, ledger: Ledger, new: Mapping[str, Stored], again: Sequence[tuple[str | None, int, str]]) -> None:
        if again:
            self._say(
                "already_imported",
                Text(f"{len(again)}행은 이미 있어요", f"{len(again)} rows are in the ledger already"),
                Text("다시 저장하지 않았어요.", "They were not stored again."),
            )
        entries = [each for each in new.values() if isinstance(each, Entry)]
        keyless = sum(each.key.startswith("k-") for each in entries)
        if keyless and not any(each.code == "key_from_content" for each in self.read.findings):
            self._say(
                "key_from_content",
                Text(
                    f"{keyless}행에는 제출 번호가 없어 내용으로 알아봐요",
                    f"{keyless} rows have no id of their own: known by their content",
                ),
                Text("고쳐서 다시 가져오면 새 행이 돼요.", "If mended and imported again they are new rows."),
            )
        told = any(each.code == "personal_field_held" for each in self.read.findings)
        if not told and any(cells for key, cells in self.part.private.items() if key in new):
            self._say(
                "personal_field_held",
                Text(
                    "이름·전화번호 같은 개인정보는 따로 두고 내보내지 않아요",
                    "names, phones and the like are kept apart and never leave the ledger",
                ),
                Text("그대로 두어도 돼요.", "Nothing needs to be done."),
            )
        self._versions(ledger, entries)

    def _versions(self, ledger: Ledger, entries: Sequence[Entry]) -> None:
        by_key: dict[str, list[Entry]] = defaultdict(list)
        for each in (*ledger.entries.values(), *entries):
            by_key[each.key].append(each)
        for each in entries:
            for other in by_key[each.key]:
                if other.id == each.id:
                    continue
                unordered = (each.version, each.observed_at) == (other.version, other.observed_at)
                code = "versions_unordered" if unordered else "submission_changed"
                self._say(code, *_changed(other, each, unordered=unordered), row=each.row, layer=each.sheet)

    def _say(self, code: str, message: Text, fix: Text, **where: Any) -> None:  # noqa: ANN401
        severity = Severity.WARNING if code == "versions_unordered" else Severity.INFO
        said = Text(f"{self.read.file}: {message.ko}.", f"{self.read.file}: {message.en}.")
        self.remarks.append(Finding(code, severity, said, fix, station=self.home.station, file=self.read.file, **where))


def _rows(record: Stored) -> tuple[int, ...]:
    return record.rows if isinstance(record, RunEntry) else (record.row,)


def _of_row(held: HeldRow) -> Finding:
    return replace(held.reason, file=held.file or held.reason.file)


def unmatched_finding(entry: Entry, code: str, message: Text, candidates: Sequence[str]) -> Finding:
    """The Finding of a row that means no one feature, with what it may mean."""
    near = ", ".join(candidates)
    fix = Text(
        f"혹시 이것인가요? {near}"
        if near
        else "시설 번호를 확인해 주세요. 새로 생긴 것이면 ‘새로 생김’이라고 적어 주세요.",
        f"Is it one of these? {near}" if near else "Check the feature's id; write `new` if it is new.",
    )
    said = Text(f"{entry.row}행: {message.ko}.", f"Row {entry.row}: {message.en}.")
    return Finding(
        code, Severity.ERROR, said, fix, station=entry.station, file=entry.file, layer=entry.sheet, row=entry.row,
        field="feature_id", value=entry.target.feature_id or entry.target.place_text or entry.target.kind,
    )  # fmt: skip


def _changed(old: Entry, new: Entry, *, unordered: bool) -> tuple[Text, Text]:
    names = sorted({*old.facts, *new.facts}, key=list(FIELDS).index)
    ko, en = [], []
    for name in names:
        before, after = (_shown(entry, name) for entry in (old, new))
        if before != after:
            ko.append(f"{FIELDS[name].label.ko} {before} → {after}")
            en.append(f"{FIELDS[name].label.en} {before} → {after}")
    what = Text("; ".join(ko) or "메모나 위치", "; ".join(en) or "the note or the place")
    message = Text(f"같은 제출의 다른 판이에요 ({what.ko})", f"another version of one submission ({what.en})")
    if unordered:
        fix = Text(
            "어느 쪽이 나중인지 알 수 없어 둘 다 두어요. 하나를 골라 주세요.",
            "Nothing says which is later: both stand; choose one.",
        )
    else:
        fix = Text("나중 판을 쓰고 먼저 판도 남겨 두어요.", "The later one counts; the earlier one is kept.")
    return message, fix


def _shown(entry: Entry, name: str) -> str:
    value = entry.facts.get(name)
    if value is None:
        return "—"
    plain = value_dict(value)
    return f"{plain.get('value', plain.get('answer'))}"
