"""The figures of the ledger in full: killed at random moments, four importers at once, ten thousand rows.

python bench/ledger.py [KILLS] [ROUNDS]
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY / "tests"))

from ledger_crashes import at_once, kill_at_random  # noqa: E402 - found by the line above

ROWS = 10_000


def crashes(kills: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        start = time.perf_counter()
        tally = kill_at_random(Path(name), kills, seed=2026)
        print(
            f"kill -9 at a random moment: {tally.rounds} imports of 6 files, {tally.killed} killed before their end, "
            f"{tally.cut_off_between} between two files, {tally.files_said} files reported as stored; "
            f"ledger whole and every reported row there each time ({time.perf_counter() - start:.0f} s)"
        )
        start = time.perf_counter()
        tally = at_once(Path(name), rounds)
        print(
            f"4 importers at once: {tally.rounds} rounds, {tally.files_said} imports; "
            f"no row lost, none stored twice ({time.perf_counter() - start:.0f} s)"
        )


def sheet(path: Path) -> None:
    """Ten thousand visits to a station's lifts and gates, one in fifty with a cell that can't be read."""
    header = [
        "station_id",
        "feature_id",
        "kind",
        "observed_at",
        "door_width_mm",
        "operational_status",
        "wait_seconds",
        "note",
    ]
    features = [("4:EV:외부1", "elevator"), ("4:EV:내부1", "elevator"), ("7:EV:1", "elevator"), ("7:EV:2", "elevator")]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for n in range(ROWS):
            feature, kind = features[n % len(features)]
            width = "82" if n % 50 == 0 else str(800 + n % 100)
            moment = f"2026-{1 + n % 10:02d}-{1 + n % 28:02d} {n % 24:02d}:{n % 60:02d}"
            writer.writerow(
                ["노원", feature, kind, moment, width, "정상" if n % 7 else "고장", str(n % 600), f"{n}번째"]
            )


def volume() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sheet(folder / "visits.csv")
        command = ["survey", "import", str(folder / "visits.csv"), "--workspace", str(folder / "ws"), "--json"]
        for what, bar in (("import", "20 s, 300 MB"), ("re-import", "5 s")):
            figures, answer = _measured(command)
            report = json.loads(answer)[0]
            counts = {key: report[key] for key in ("rows", "stored", "claims", "duplicates", "quarantined")}
            print(f"{what} of {ROWS:,} rows: {figures} (bar {bar}) {counts}")
        route = ["route", "노원", "--from", "4:상계", "--to", "street", "--json", "--ignore-status"]
        over = [*route, "--workspace", str(folder / "ws")]
        for what, asked in (
            ("route over that ledger, the first time", over),
            ("route over it again", over),
            ("route without a ledger", route),
        ):
            figures, _ = _measured(asked)
            print(f"{what}: {figures}")


def _measured(arguments: list[str]) -> tuple[str, str]:
    """How long the program took, of that its own processor time, and its memory; and what it answered."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "muui_maps", *arguments]
    child = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert child.stdout is not None  # noqa: S101 - it was asked for
    answer = child.stdout.read()
    _, _, used = os.wait4(child.pid, 0)
    taken, own = time.perf_counter() - start, used.ru_utime + used.ru_stime
    return f"{taken:.1f} s ({own:.1f} s of processor time), {used.ru_maxrss / 1024:.0f} MB", answer


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:]]
    volume()
    crashes(*(numbers or [200, 50]))
