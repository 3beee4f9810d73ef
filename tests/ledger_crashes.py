"""Imports killed at any moment, and imports at once: by the tests in small numbers, by `bench/ledger.py` in full.

Each importer is a process of its own. It says what it was told is stored only after the import returned; whatever it
said must be in the ledger, and the ledger must be whole.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger_samples import file_of, home, row, store

from muui_maps.survey.importing import ImportReport
from muui_maps.survey.ledger import read_ledger
from muui_maps.survey.observations import FileRead

ROWS = 40
FILES = 6


def files(seed: int) -> list[FileRead]:
    """Files that overlap: half of each file's rows are in the next one too."""
    rows = [
        row(n + 2, key=f"uuid:{seed}-{n}", door_width_mm=str(700 + n % 300), wait_seconds=str(n % 600), note=f"row {n}")
        for n in range((FILES + 1) * ROWS // 2)
    ]
    broken = row(9, key=f"uuid:{seed}-bad", door_width_mm="82")
    return [
        file_of([*rows[n * ROWS // 2 : n * ROWS // 2 + ROWS], broken], name=f"visit-{seed}-{n}.csv")
        for n in range(FILES)
    ]


def keys(read: FileRead) -> set[str]:
    """What a file's rows are known by."""
    return {each.submission.key for each in read.observations}


@dataclass(frozen=True)
class Importer:
    """A process that imports files one after another and says which it has stored."""

    pid: int
    pipe: int

    def said(self) -> list[int]:
        """The files that it said are stored, once it has ended."""
        with os.fdopen(self.pipe, "rb") as pipe:
            lines = pipe.read().split(b"\n")
        return [json.loads(line) for line in lines[:-1]]


def begin(folder: Path, reads: Sequence[FileRead]) -> Importer:
    """Start an importer; it ends by itself when all is stored."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        code = 1
        try:
            for n, read in enumerate(reads):
                report: ImportReport = store(folder, read)
                assert report.stations
                os.write(writing, json.dumps(n).encode() + b"\n")
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    return Importer(pid, reading)


@dataclass
class Tally:
    """What was seen over all rounds."""

    rounds: int = 0
    killed: int = 0
    cut_off_between: int = 0  # rounds in which some files were stored and others not
    files_said: int = 0


def kill_at_random(folder: Path, kills: int, seed: int = 1) -> Tally:
    """Kill an import of several files at a random moment, until so many were killed before their end.

    Raises
    ------
    AssertionError
        If the ledger is not whole, a row that was reported is missing, or a file is there by halves.
    """
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    tally = Tally()
    longest = _usual_seconds(folder)
    for n in itertools.count():
        if tally.killed == kills:
            break
        where = folder / f"round-{n}"
        reads = files(n)
        importer = begin(where, reads)
        time.sleep(chance.uniform(0, longest))
        os.kill(importer.pid, signal.SIGKILL)
        _, status = os.waitpid(importer.pid, 0)
        said = importer.said()
        _check(where, reads, said)
        # The next import finishes what was cut off, and adds nothing twice.
        for read in reads:
            store(where, read)
        _check(where, reads, range(len(reads)))
        assert not list(where.rglob(".new-*")), "a half-written file was left lying about"
        tally.rounds += 1
        tally.killed += os.WIFSIGNALED(status)
        longest *= 1.1 if os.WIFSIGNALED(status) else 0.8  # moments all over the import, on a slow machine too
        tally.cut_off_between += 0 < len(said) < len(reads)
        tally.files_said += len(said)
    return tally


def _usual_seconds(folder: Path) -> float:
    start = time.perf_counter()
    importer = begin(folder / "warm", files(-1))
    os.waitpid(importer.pid, 0)
    importer.said()
    return 1.2 * (time.perf_counter() - start)


def _check(where: Path, reads: Sequence[FileRead], said: Sequence[int]) -> None:
    ledger = read_ledger(home(where))  # raises if a file was changed or cut short, or if its rows don't add up
    there = {entry.key for entry in ledger.entries.values()}
    for n in said:
        assert keys(reads[n]) <= there, "a row that was reported as stored is missing"
    stored_files = {each.file for each in ledger.imports}
    for read in reads:
        if read.file in stored_files:
            assert keys(read) <= there, "a file is there by halves"
    assert all(each.conserved for each in ledger.imports)


def at_once(folder: Path, rounds: int, importers: int = 4) -> Tally:
    """Several importers of overlapping files at the same moment.

    Raises
    ------
    AssertionError
        If one of them fails, a reported row is missing, or a row is stored twice.
    """
    tally = Tally()
    for n in range(rounds):
        where = folder / f"together-{n}"
        reads = files(n)
        started = [begin(where, reads[k:] + reads[:k]) for k in range(importers)]
        codes = [os.WEXITSTATUS(os.waitpid(each.pid, 0)[1]) for each in started]
        said = [each.said() for each in started]
        assert codes == [0] * importers
        assert said == [list(range(len(reads)))] * importers
        _check(where, reads, range(len(reads)))
        ledger = read_ledger(home(where))
        assert sum(each.stored for each in ledger.imports) == len(ledger.entries), "a row is stored twice"
        tally.rounds += 1
        tally.files_said += sum(map(len, said))
    return tally
