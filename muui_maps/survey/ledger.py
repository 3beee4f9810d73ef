"""The ledger of a station: everything that was ever imported or decided, as text files that are only ever added.

    stations/<id>/survey/
      imports/2026-05-01-kobo-export-3fa29bc0d1e2.jsonl   one for each import that brought something new
      decisions/d-9c12a0a4e9f5.json                        one for each decision
      private/…                                            originals of what is personal; not under version control

An import is a header line with its counts, then one line for each row stored. Its name ends in a hash of its content, a
decision's name is the hash of its content: nothing can be changed, cut short or mixed up by a merge without being seen,
and two that are written at once never meet. A file appears under its name whole or not at all.

What is read is the union of all folders at hand (the program's own stations and the workspace's), so the order of
imports does not matter, and importing again adds nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
import sys
import unicodedata
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from muui_maps import files
from muui_maps.errors import InputRefusedError, MuuiError
from muui_maps.model import Finding, Severity, Text
from muui_maps.survey.claims import (
    Entry,
    HeldRow,
    RunEntry,
    entry_dict,
    entry_from,
    held_dict,
    held_from,
    run_entry,
    run_entry_dict,
    run_entry_from,
)
from muui_maps.survey.decide import Decision, decision_dict, decision_from, has_own_id
from muui_maps.survey.runs import read_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

LEDGER_VERSION = 1
UNPLACED = "_unplaced"
"""The folder under `stations/` for rows that name no station that is known here."""
PRIVATE = "private"
LOCK_SECONDS = 60.0
"""How long an import waits for another one of the same station."""

_HASH_DIGITS = 12
_KEY_BYTES = 32
_MAX_FILE = 256 * 2**20

Stored = Entry | RunEntry | HeldRow


@dataclass(frozen=True, slots=True)
class Home:
    """Where the ledger of a station lives.

    Parameters
    ----------
    write
        The folder that is added to.
    read
        All folders that are read, `write` among them; they need not exist.
    survey_csv
        The station's `survey.csv`, adopted as its first import; None if there is none.
    """

    station: str
    write: Path
    read: tuple[Path, ...]
    survey_csv: Path | None = None


@dataclass(frozen=True, slots=True)
class Import:
    """The header of one import: its file as it was called, and how its rows of this station add up."""

    id: str
    file: str
    format: str
    encoding: str | None
    rows: int
    stored: int
    duplicates: int
    quarantined: int
    seen_again: tuple[tuple[str | None, int, str], ...] = ()  # sheet, row, id of what was there already

    @property
    def conserved(self) -> bool:
        return self.rows == self.stored + self.duplicates + self.quarantined


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that is known, by id. The order of imports leaves no trace in it."""

    station: str
    imports: tuple[Import, ...] = ()
    entries: Mapping[str, Entry] = field(default_factory=_nothing)
    runs: Mapping[str, RunEntry] = field(default_factory=_nothing)
    held: Mapping[str, HeldRow] = field(default_factory=_nothing)
    decisions: tuple[Decision, ...] = ()

    def __contains__(self, record_id: object) -> bool:
        return record_id in self.entries or record_id in self.runs or record_id in self.held


# ── reading ──────────────────────────────────────────────────────────────────


def read_ledger(
    home: Home, *, known_station: Callable[[str], str | None] | None = None, with_claims: bool = True
) -> Ledger:
    """Read the whole ledger of a station.

    Parameters
    ----------
    known_station
        As for `runs.read_runs`, for the station's `survey.csv`.
    with_claims
        False to leave the entries' claims out: whether a row is there already is told by its id alone.

    Raises
    ------
    InputRefusedError
        If one of its files was changed, cut short or mixed up; nothing is read of a ledger that is not whole.
    """
    imports: dict[str, Import] = {}
    records: dict[str, Stored] = {}
    decisions: dict[str, Decision] = {}
    faults: list[Finding] = []
    for folder in dict.fromkeys(home.read):
        for path in sorted((folder / "imports").glob("*.jsonl")):
            with _faults_kept(faults):
                head, found = _read_import(path, home.station, with_claims=with_claims)
                imports[head.id] = head
                for record in found:
                    _keep(records, record)
        for path in sorted((folder / "decisions").glob("*.json")):
            with _faults_kept(faults):
                decision = _read_decision(path)
                decisions[decision.id] = decision
    if faults:
        raise _not_whole(home.station, faults)
    for adopted in _adopted(home, known_station):
        records.setdefault(adopted.id, adopted)
    return Ledger(
        home.station,
        tuple(imports[key] for key in sorted(imports)),
        _of_type(records, Entry),
        _of_type(records, RunEntry),
        _of_type(records, HeldRow),
        tuple(decisions[key] for key in sorted(decisions)),
    )


def _keep(records: dict[str, Stored], record: Stored) -> None:
    """Of one record in two imports (they were written on two machines) the one of the smaller place is shown."""
    known = records.get(record.id)
    if known is None or _place(record) < _place(known):
        records[record.id] = record


def _place(record: Stored) -> tuple[str, str, int]:
    row = record.rows[0] if isinstance(record, RunEntry) else record.row
    return record.file, record.sheet or "", row


def _of_type(records: Mapping[str, Stored], kind: type[Any]) -> Mapping[str, Any]:
    return MappingProxyType({key: records[key] for key in sorted(records) if isinstance(records[key], kind)})


def _adopted(home: Home, known_station: Callable[[str], str | None] | None) -> Iterator[RunEntry]:
    """The runs of the station's `survey.csv`: its first import, which needs no copy."""
    if home.survey_csv is None:
        return
    read = read_runs(home.survey_csv, known_station=known_station)
    for run in read.runs:
        if run.station == home.station:
            yield run_entry(run, home.survey_csv.name, None, read.rows_of[run.run_id])


@contextlib.contextmanager
def _faults_kept(faults: list[Finding]) -> Iterator[None]:
    try:
        yield
    except InputRefusedError as refusal:
        faults.extend(refusal.findings)


def _read_import(path: Path, station: str, *, with_claims: bool) -> tuple[Import, list[Stored]]:
    data = _bytes(path)
    if not path.stem.endswith(f"-{_digest(data)}"):
        raise _damaged(path, None, Text("내용이 바뀌었거나 잘렸어요", "its content was changed or cut short"))
    lines = data.decode("utf-8").split("\n")
    if lines.pop() != "":
        raise _damaged(path, len(lines), Text("마지막 줄이 잘렸어요", "the last line is cut short"))
    row = 1
    try:
        head = json.loads(lines[0])
        if head["ledger"] != LEDGER_VERSION:
            raise _damaged(path, 1, Text("더 새로운 판의 장부예요", "written by a newer version of the program"))
        records: list[Stored] = []
        for row, line in enumerate(lines[1:], 2):  # noqa: B007 - the row is told if the line can't be read
            records.append(_record(json.loads(line), station, head["file"], with_claims=with_claims))
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise _damaged(path, row, Text("읽을 수 없는 줄이에요", f"a line that can't be read ({error})")) from error
    found = Import(
        path.stem, head["file"], head["format"], head.get("encoding"), head["rows"], head["stored"], head["duplicates"],
        head["quarantined"], tuple((sheet, number, known) for sheet, number, known in head.get("seen_again", ())),
    )  # fmt: skip
    if not found.conserved or _rows_in(records) != found.stored + found.quarantined:
        raise _damaged(path, 1, Text("행 수가 맞지 않아요", "the rows don't add up"))
    return found, records


def _record(content: Mapping[str, Any], station: str, file: str, *, with_claims: bool) -> Stored:
    kind = content["type"]
    if kind == "observation":
        return entry_from(content, station, file, with_claims=with_claims)
    if kind == "run":
        return run_entry_from(content, file)
    if kind == "quarantine":
        return held_from(content, station, file)
    raise ValueError(kind)


def _rows_in(records: Sequence[Stored]) -> int:
    return sum(len(record.rows) if isinstance(record, RunEntry) else 1 for record in records)


def _read_decision(path: Path) -> Decision:
    try:
        decision = decision_from(json.loads(_bytes(path).decode("utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(path, None, Text("읽을 수 없어요", f"it can't be read ({error})")) from error
    if decision.id != path.stem or not has_own_id(decision):
        raise _damaged(path, None, Text("내용이 바뀌었어요", "its content was changed"))
    return decision


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > _MAX_FILE:
        raise _damaged(path, None, Text("너무 커요", "it is too big"))
    return path.read_bytes()


def _damaged(path: Path, row: int | None, what: Text) -> InputRefusedError:
    name = "/".join(path.parts[-4:])
    said = Text(f"{name}: {what.ko}.", f"{name}: {what.en}.")
    fix = Text(
        "장부의 파일은 고치지 않아요. 버전 관리에서 되돌려 주세요.",
        "Files of the ledger are never edited: bring it back from version control.",
    )
    return InputRefusedError(said, findings=(Finding("ledger_damaged", Severity.ERROR, said, fix, file=name, row=row),))


def _not_whole(station: str, faults: Sequence[Finding]) -> InputRefusedError:
    message = Text(f"{station}: 조사 장부가 온전하지 않아요.", f"{station}: the ledger of its surveys is not whole.")
    return InputRefusedError(message, findings=tuple(faults))


# ── writing ──────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def locked(home: Home) -> Iterator[None]:
    """Keep other imports of this station waiting. The lock goes with the process, however it ends.

    Raises
    ------
    MuuiError
        If another import holds it for more than a minute.
    """
    with _waiting(home.write / ".lock", home.station):
        _clear_leftovers(home.write)
        yield


def _waiting(lock: Path, what: str) -> contextlib.AbstractContextManager[None]:
    busy = Text(
        f"{what}: 다른 가져오기가 끝나지 않았어요. 잠시 뒤에 다시 해 주세요.",
        f"{what}: another import is still running; try again later.",
    )
    return files.locked(lock, seconds=LOCK_SECONDS, busy=busy)


def _clear_leftovers(folder: Path) -> None:
    """Half-written files of imports that were cut off; only whoever holds the lock may take them away."""
    for part in folder.glob("*/.new-*"):
        part.unlink(missing_ok=True)


def pseudonym_key(folder: Path) -> bytes:
    """The secret under which a workspace turns surveyors' names into pseudonyms; made when it is first asked for.

    It stays in its folder, which version control is told to leave out. A team that wants one pseudonym for a person on
    all of its machines hands the file on as one hands on a password.
    """
    _private_folder(folder)
    with _waiting(folder / ".lock", folder.name):
        file = folder / "pseudonym.key"
        key = file.read_bytes() if file.is_file() else b""
        if len(key) != _KEY_BYTES:
            key = secrets.token_bytes(_KEY_BYTES)
            _write(file, key, secret=True)
    return key


def _private_folder(folder: Path) -> None:
    """A folder for this machine's eyes; in whatever repository it comes to lie, it is not committed."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ignored = folder / ".gitignore"
    if not ignored.is_file():
        _write(ignored, b"*\n")


def add_import(
    home: Home, records: Sequence[Stored], head: Import, private: Mapping[str, Mapping[str, str]]
) -> str | None:
    """Write one import; its id, or None if there is nothing new in it. To be called while `locked`.

    Parameters
    ----------
    records
        What is new, in the order of the file.
    head
        Its counts; the id is set here.
    private
        The original of personal cells, by the id of the record.

    Raises
    ------
    MuuiError
        If the counts don't add up: then nothing is written.
    """
    if not head.conserved or _rows_in(records) != head.stored + head.quarantined:
        raise MuuiError(
            Text(
                f"{head.file}: 행 수가 맞지 않아 저장하지 않았어요.",
                f"{head.file}: the rows don't add up; nothing was stored.",
            )
        )
    if not records:
        return None
    lines = [json.dumps(each, ensure_ascii=False) for each in (_head_dict(home.station, head), *map(_line, records))]
    data = ("\n".join(lines) + "\n").encode("utf-8")
    name = f"{_stem(head.file, records)}-{_digest(data)}"
    if private:
        kept = [json.dumps({"id": key, "cells": dict(private[key])}, ensure_ascii=False) for key in sorted(private)]
        _private_folder(home.write / PRIVATE)
        _write(home.write / PRIVATE / f"{name}.jsonl", ("\n".join(kept) + "\n").encode("utf-8"), secret=True)
    _write(home.write / "imports" / f"{name}.jsonl", data)
    return name


def add_decision(home: Home, decision: Decision) -> None:
    """Write one decision. To be called while `locked`, with what `decide` made of the decisions read since."""
    data = json.dumps(decision_dict(decision), ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
    _write(home.write / "decisions" / f"{decision.id}.json", data)


def _line(record: Stored) -> dict[str, Any]:
    if isinstance(record, Entry):
        return entry_dict(record)
    return run_entry_dict(record) if isinstance(record, RunEntry) else held_dict(record)


def _head_dict(station: str, head: Import) -> dict[str, Any]:
    content = {
        "ledger": LEDGER_VERSION,
        "station": station,
        "file": head.file,
        "format": head.format,
        "encoding": head.encoding,
        "rows": head.rows,
        "stored": head.stored,
        "duplicates": head.duplicates,
        "quarantined": head.quarantined,
        "seen_again": [list(each) for each in head.seen_again] or None,
    }
    return {key: value for key, value in content.items() if value is not None}


def _stem(file: str, records: Sequence[Stored]) -> str:
    """What a person looks for in a list of imports: the first day observed, and the file's name."""
    days = [record.observed_at for record in records if isinstance(record, Entry)]
    days += [record.run.observed_at for record in records if isinstance(record, RunEntry)]
    bare = unicodedata.normalize("NFC", file.rpartition(".")[0] or file)
    slug = re.sub(r"[^0-9A-Za-z가-힣]+", "-", bare).strip("-")[:30] or "survey"
    return f"{min(days)[:10]}-{slug}" if days else slug


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_HASH_DIGITS]


def _write(path: Path, data: bytes, *, secret: bool = False) -> None:
    """Put a file in its place whole, and on the disk, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.parent / f".new-{os.getpid()}-{path.name}.part"  # a name that no reader looks for
    with open(part, "wb", opener=lambda name, flags: os.open(name, flags, 0o600 if secret else 0o666)) as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
