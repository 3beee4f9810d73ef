"""A big ledger's station, kept: what comes out is what would be made, and nothing old is ever taken for new."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run

from muui_maps import fieldwork, station_cache
from muui_maps.api import load
from muui_maps.model import Station

VISIT = "station,feature id,kind,observed at,status,door width\nNowon,4:EV:내부1,lift,2026-05-01,working,{}\n"


@pytest.fixture
def surveyed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with one row in the ledger of 노원, which counts as a big one."""
    monkeypatch.setattr(station_cache, "WORTH_KEEPING", 0)
    visit(run, tmp_path, "82cm")
    return tmp_path


def visit(run: Run, folder: Path, width: str) -> None:
    file = folder / "visit.csv"
    file.write_text(VISIT.format(width), encoding="utf-8")
    assert run("survey", "import", file, "--workspace", folder).code == 0


def station(workspace: Path) -> Station:
    return load("nowon", workspace=workspace).model


def door(found: Station) -> int | None:
    return next(unit.door_width_mm for unit in found.units if unit.id == "4:EV:내부1")


def kept(workspace: Path) -> list[Path]:
    return sorted((workspace / "stations/nowon/survey/.cache").glob("*.station"))


def never(*_: object, **__: object) -> None:
    pytest.fail("the ledger was read again")


def test_what_is_kept_is_what_would_be_made_to_the_last_digit(surveyed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = station(surveyed)
    assert door(made) == 820
    assert len(kept(surveyed)) == 1
    with monkeypatch.context() as patched:
        patched.setattr(fieldwork, "open_fieldwork", never)
        again = station(surveyed)
    assert repr(again) == repr(made)
    assert again == made
    assert type(again.links[0].evidence) is type(made.links[0].evidence)


def test_another_row_another_decision_or_another_table_is_never_answered_from_before(surveyed: Path, run: Run) -> None:
    assert door(station(surveyed)) == 820
    visit(run, surveyed, "75cm")
    assert door(station(surveyed)) == 750
    signed = ("--by", "Kim", "--reason", "plate", "--on", "2026-06-01", "--workspace", surveyed)
    assert run("survey", "review", "nowon", "--override", "4:EV:내부1", "door_width_mm", "90cm", *signed).code == 0
    assert door(station(surveyed)) == 900
    before = kept(surveyed)
    (surveyed / "stations/nowon/station.toml").write_bytes(
        (load("nowon").definition.folder / "station.toml").read_bytes()
    )
    assert door(station(surveyed)) == 900
    assert kept(surveyed) != before
    assert len(kept(surveyed)) == 1  # what is out of date is not gathered


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"[{}, []]"])
def test_a_damaged_one_is_made_anew(surveyed: Path, content: bytes) -> None:
    made = station(surveyed)
    (file,) = kept(surveyed)
    file.write_bytes(content)
    assert station(surveyed) == made
    assert file.read_bytes() != content


def test_a_folder_that_can_not_be_written_to_costs_nothing_but_time(surveyed: Path) -> None:
    (surveyed / "stations/nowon/survey/.cache").write_text("no folder", encoding="utf-8")
    assert door(station(surveyed)) == 820


def test_what_came_with_somebody_elses_workspace_is_not_believed(
    surveyed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = station(surveyed)
    (file,) = kept(surveyed)
    content = file.read_bytes().replace(b'"door_width_mm":820', b'"door_width_mm":1500')
    assert content != file.read_bytes()
    file.write_bytes(content)
    assert door(station(surveyed)) == 1500  # whoever can write here could change the ledger too
    monkeypatch.setattr(station_cache, "_installation", lambda: "another machine")
    assert station(surveyed) == made


def test_it_is_not_committed_and_no_reader_of_the_ledger_sees_it(surveyed: Path) -> None:
    made = station(surveyed)
    assert (kept(surveyed)[0].parent / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert load("nowon", workspace=surveyed).model == made


def test_a_small_ledger_leaves_no_trace(run: Run, tmp_path: Path) -> None:
    visit(run, tmp_path, "82cm")
    station(tmp_path)
    assert kept(tmp_path) == []
