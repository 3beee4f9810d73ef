"""The catalogue of bad inputs where a file meets the ledger: what readers can't judge, as they see one file alone.

Each case writes files as their programs do, reads and stores them one after the other, and looks at what holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from ledger_samples import home, seen, store
from survey_files import geopackage

from muui_maps.survey.importing import ImportReport
from muui_maps.survey.ledger import Ledger, read_ledger
from muui_maps.survey.readers import read
from muui_maps.survey.view import View

KOBO = "today;station_id;kind;feature_id;door_width_mm;note;_uuid;_submission_time;_index\n"
UUID = "f16d9a3f-0892-413e-81d4-758ab188ea0b"
TYPED = "station_id,observed_at,kind,feature_id,door_width_mm,note,{}\n"
DOOR = ("4:EV:1", "door_width_mm")


DELETED = """<osm><node id="5" lat="37.6" lon="127.06" timestamp="2026-05-01T00:00:00Z" action="delete">
<tag k="highway" v="elevator"/><tag k="station_id" v="gaon"/></node></osm>"""


def kobo(width: str, *, index: int = 1, sent: str = "2026-05-02T01:00:00", uuid: str = UUID) -> str:
    return f"2026-05-01;gaon;elevator;4:EV:1;{width};;{uuid};{sent};{index}\n"


@dataclass(frozen=True)
class Told:
    """Reports of the imports in order, the ledger after them, and what holds by it."""

    reports: tuple[ImportReport, ...]
    ledger: Ledger
    view: View
    shared: str

    @property
    def counts(self) -> list[tuple[int, int, int, int]]:
        """Of each import: rows, stored, duplicates, quarantined."""
        return [
            (each.read.rows, each.total("stored"), each.total("duplicates"), each.total("quarantined"))
            for each in self.reports
        ]

    @property
    def remarks(self) -> set[str]:
        return {each.code for report in self.reports for each in report.remarks}

    def width(self) -> object:
        value = self.view.facts[DOOR].value
        return None if value is None else value.value


@dataclass(frozen=True)
class Case:
    """Files by name, imported in this order, and what must be true then."""

    id: str
    what: str
    files: Sequence[tuple[str, str | Callable[[Path], Path]]]
    check: Callable[[Told], bool]


def typed(column: str = "x", cell: str = "", **cells: str) -> str:
    """A sheet of one row, with one column more."""
    good = {
        "station_id": "gaon",
        "observed_at": "2026-05-01",
        "kind": "elevator",
        "feature_id": "4:EV:1",
        "door_width_mm": "820",
        "note": "",
    }
    return TYPED.format(column) + ",".join([*(good | cells).values(), cell]) + "\n"


def conflict_copy(width: str, name: str) -> Callable[[Path], Path]:
    row = {"uuid": "u1", "observed_at": "2026-05-01", "kind": "elevator", "station_id": "gaon", "feature_id": "4:EV:1"}
    return lambda folder: geopackage(folder / name, {"lifts": [{**row, "door_width_mm": width}]})


CASES: list[Case] = [
    Case(
        "C30",
        "one submission twice in a file, and again in another file",
        [("a.csv", KOBO + kobo("820") * 2), ("b.csv", KOBO + kobo("820"))],
        lambda told: told.counts == [(2, 1, 1, 0), (1, 0, 1, 0)] and "already_imported" in told.remarks,
    ),
    Case(
        "C31",
        "an edited submission is a new version, whichever came first",
        [("b.csv", KOBO + kobo("780", sent="2026-05-03T01:00:00")), ("a.csv", KOBO + kobo("820"))],
        lambda told: (
            told.width() == 780.0
            and "submission_changed" in told.remarks
            and told.view.rows["superseded"] == 1
            and any("780 → 820" in each.message.ko for each in told.reports[1].remarks)
        ),
    ),
    Case(
        "C32",
        "without an id a row is known by its content",
        [("a.csv", typed()), ("same.csv", typed())],
        lambda told: told.counts == [(1, 1, 0, 0), (1, 0, 1, 0)] and "key_from_content" in told.remarks,
    ),
    Case(
        "C33",
        "Kobo numbers its rows anew at every export",
        [("a.csv", KOBO + kobo("820", index=1)), ("b.csv", KOBO + kobo("820", index=44))],
        lambda told: told.counts[1] == (1, 0, 1, 0),
    ),
    Case(
        "C33",
        "and one number is two submissions",
        [("a.csv", KOBO + kobo("820", index=1)), ("b.csv", KOBO + kobo("820", index=1, uuid="other-" + UUID[6:]))],
        lambda told: told.counts[1] == (1, 1, 0, 0),
    ),
    Case(
        "C35",
        "what nobody asked for is kept with the row",
        [("a.csv", typed("날씨", "비"))],
        lambda told: next(iter(told.ledger.entries.values())).raw["날씨"] == "비",
    ),
    Case(
        "C38",
        "a lift that is not there: held with the lifts that are",
        [("a.csv", typed(feature_id="4:EV:7"))],
        lambda told: (
            told.counts == [(1, 1, 0, 1)]
            and told.view.unmatched[0].match.code == "feature_unmatched"
            and "4:EV:1" in told.reports[0].quarantine[0].fix.en
        ),
    ),
    Case(
        "C38",
        "a lift, and there are two",
        [("a.csv", typed(feature_id=""))],
        lambda told: (
            told.view.unmatched[0].match.code == "feature_ambiguous"
            and len(told.view.unmatched[0].match.candidates) == 2
        ),
    ),
    Case(
        "C38",
        "the right lift on a wrong level",
        [("a.csv", typed("level", "B7"))],
        lambda told: told.view.unmatched[0].match.code == "feature_unmatched" and DOOR not in told.view.facts,
    ),
    Case(
        "C39",
        "a point finds no feature below ground",
        [("a.csv", typed("geopoint", "37.65 127.06 0 500", feature_id="", kind="passage"))],
        lambda told: len(told.view.unmatched) == 1 and "location_unreliable" in told.remarks,
    ),
    Case(
        "C40",
        "gone, and yet measured: told, and the row counts",
        [("a.csv", typed("operational_status", "없음"))],
        lambda told: "row_contradicts_itself" in told.remarks and told.width() == 820.0,
    ),
    Case(
        "C41",
        "names and phones are in no text that is shared",
        [("a.csv", typed("phonenumber", "02-345-6789", note="역무원 010-1234-5678"))],
        lambda told: "1234" not in told.shared and "345-6789" not in told.shared and "•••" in told.shared,
    ),
    Case(
        "C44",
        "a note of a million letters is held, and costs nobody else a row",
        [("a.csv", typed(note="가" * 1_000_000)), ("b.csv", typed())],
        lambda told: told.counts == [(1, 0, 0, 1), (1, 1, 0, 0)],
    ),
    Case(
        "K06",
        "a conflict copy is a rival, not a second visit",
        [
            ("a.gpkg", conflict_copy("820", "a.gpkg")),
            ("b.gpkg", conflict_copy("760", "a (conflicted copy, kim v3).gpkg")),
        ],
        lambda told: (
            told.view.facts[DOOR].conflict
            and told.width() == 760.0
            and {"conflict_copy", "versions_unordered"} <= told.remarks
        ),
    ),
    Case(
        "G08",
        "a thing that JOSM deleted is claimed to be gone, and nothing is deleted",
        [("a.osm", DELETED)],
        lambda told: (
            told.counts[0][0] == 1
            and [claim.value.value for entry in told.ledger.entries.values() for claim in entry.claims] == ["absent"]
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.id} {case.what}")
def test_what_the_ledger_makes_of_it(case: Case, tmp_path: Path) -> None:
    files, ledger = tmp_path / "files", tmp_path / "ledger"
    files.mkdir()
    reports = []
    for name, content in case.files:
        file = files / name
        if callable(content):
            file = content(files)
        else:
            file.write_text(content, encoding="utf-8")
        found = read(file)
        assert found.conserved
        reports.append(store(ledger, found))
    shared = "".join(
        json.dumps(path.read_text(encoding="utf-8"), ensure_ascii=False)
        for path in sorted(ledger.rglob("imports/*.jsonl"))
    )
    told = Told(tuple(reports), read_ledger(home(ledger)), seen(ledger), shared)
    for report in reports:
        for each in report.stations:
            assert each.rows == each.stored + each.duplicates + each.held
    assert case.check(told)
