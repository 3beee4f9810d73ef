"""Building maps: every transfer, both languages, whole files, the same bytes, and nobody else's files touched."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, write_station
from shared import REPOSITORY

from muui_maps import build as building
from muui_maps import cli_commands
from muui_maps.api import Atlas, open_atlas
from muui_maps.built import RECORD, read_record
from muui_maps.errors import MuuiError, UsageError
from muui_maps.files import locked, place_folder
from muui_maps.fingerprint import fingerprint
from muui_maps.model import Text
from muui_maps.resolve import file_stem


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return open_atlas()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, atlas: Atlas) -> Path:
    """대림, built once: some of its transfers have no way today."""
    folder = tmp_path_factory.mktemp("build")
    result = building.build(atlas, [atlas.definition("대림")], folder, workers=1)
    assert result.failed == ()
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_every_transfer_has_its_files_in_both_languages(out: Path, atlas: Atlas) -> None:
    loaded = atlas.load("대림")
    names = {file.name for file in (out / "daerim").iterdir()}
    for start, end in loaded.transfers:
        stem = file_stem(loaded.model, start, end)
        assert {f"{stem}.ko.html", f"{stem}.en.html"} <= names
    assert all(re.fullmatch(r"[a-z0-9_.-]+", name) for name in names), "plain letters on every system"


def test_a_transfer_without_a_way_says_so_what_blocks_it_and_whom_to_ask(out: Path) -> None:
    """신풍's platform has one lift, and the register says that it is under repair."""
    korean = (out / "daerim" / "7-sinpung_2-sindorim.ko.html").read_text(encoding="utf-8")
    english = (out / "daerim" / "7-sinpung_2-sindorim.en.html").read_text(encoding="utf-8")
    assert "갈 수 있는 길이 없어요" in korean
    assert "수리 중" in korean
    assert "No step-free way" in english
    assert "under repair" in english
    assert "tel:" in english
    assert '<html lang="ko">' in korean
    assert '<html lang="en">' in english


def test_the_index_leads_to_every_page_and_each_page_back(out: Path) -> None:
    for lang in ("ko", "en"):
        index = (out / f"index.{lang}.html").read_text(encoding="utf-8")
        pages = {f"daerim/{file.name}" for file in (out / "daerim").glob(f"*.{lang}.html")}
        assert set(re.findall(r'href="(daerim/[^"#]+)"', index)) == pages
        for page in pages:
            text = (out / page).read_text(encoding="utf-8")
            for href in re.findall(r'href="([^"#:]+)(?:#[^"]*)?"', text):
                assert ((out / page).parent / href).resolve().is_file(), f"{page} → {href}"


def test_the_date_is_the_datas_not_the_clocks(out: Path, atlas: Atlas) -> None:
    assert atlas.as_of is not None
    assert atlas.as_of in (out / "index.ko.html").read_text(encoding="utf-8")


def test_the_same_input_gives_the_same_bytes_however_many_processes(out: Path, atlas: Atlas, tmp_path: Path) -> None:
    building.build(atlas, [atlas.definition("대림")], tmp_path / "again", workers=2)
    assert digests(tmp_path / "again") == digests(out)


def test_another_date_is_printed_and_a_wrong_one_is_refused(atlas: Atlas, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        building.build(atlas, [], tmp_path, as_of="2026-02-30")
    building.build(atlas, [], tmp_path, as_of="2026-05-01")
    assert "2026-05-01" in (tmp_path / "index.en.html").read_text(encoding="utf-8")


def test_what_an_earlier_build_made_goes_and_what_others_put_there_stays(out: Path, tmp_path: Path) -> None:
    folder = tmp_path / "daerim"
    shutil.copytree(out / "daerim", folder)
    (folder / "mine.txt").write_text("mine")
    (folder / "mine too").mkdir()
    (folder / "mine too" / "a.txt").write_text("a")
    place_folder(folder, {"new.html": b"new"}, ours=frozenset(read_record(folder).files))  # type: ignore[union-attr]
    assert set(digests(folder)) == {"new.html", "mine.txt", "mine too/a.txt"}


def test_a_record_that_nobody_can_read_makes_nothing_ours(tmp_path: Path) -> None:
    (tmp_path / RECORD).write_text('{"files": ["../outside.txt"]}')
    assert read_record(tmp_path) is None


def test_a_station_made_from_the_very_same_is_not_drawn_again(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = [atlas.definition("대림")]
    first = building.build(atlas, station, tmp_path, workers=1)
    before = digests(tmp_path)
    monkeypatch.setattr(building, "_do", lambda task: pytest.fail(f"drawn again: {task.station}"))
    second = building.build(atlas, station, tmp_path, workers=1)
    assert (first.unchanged, second.unchanged) == ((), ("daerim",))
    assert second.built == first.built
    assert second.files == first.files
    assert digests(tmp_path) == before


def test_a_station_without_a_transfer_to_draw_is_done_once_and_fails_nothing(atlas: Atlas, tmp_path: Path) -> None:
    """응암: no source gives the floors of two platforms."""
    station = [atlas.definition("응암")]
    first = building.build(atlas, station, tmp_path, workers=1)
    second = building.build(atlas, station, tmp_path, workers=1)
    assert (first.built, first.failed) == (second.built, second.failed) == ((), ())
    assert (first.unchanged, second.unchanged) == ((), ("eungam",))


@pytest.mark.parametrize("change", ["a page lost", "another date", "a survey row", "other facts"])
def test_whatever_changes_a_map_makes_its_station_due(atlas: Atlas, out: Path, tmp_path: Path, change: str) -> None:
    workspace = tmp_path / "workspace"
    shutil.copytree(REPOSITORY / "stations" / "daerim", workspace / "stations" / "daerim")
    shutil.copytree(REPOSITORY / "data", workspace / "data")
    here = open_atlas(workspace)
    station = here.definition("대림")
    wish = building.Wish(as_of=atlas.as_of, index=True)
    shutil.copytree(out / "daerim", tmp_path / "built" / "daerim")
    folder = tmp_path / "built" / "daerim"
    record = read_record(folder)
    assert record is not None
    (folder / RECORD).write_bytes(replace(record, key=fingerprint(here, station, wish)).dump())
    assert building._Stand(folder, fingerprint(here, station, wish)).kept is not None  # noqa: SLF001
    if change == "a page lost":
        (folder / record.files[0]).unlink()
    elif change == "another date":
        wish = replace(wish, as_of="2020-01-01")
    elif change == "a survey row":
        survey = station.folder / "survey.csv"
        survey.write_text(survey.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    else:
        costs = workspace / "data" / "costs.csv"
        costs.write_text(costs.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert building._Stand(folder, fingerprint(here, station, wish)).kept is None  # noqa: SLF001


def test_what_no_map_is_made_from_makes_nothing_due(tmp_path: Path, atlas: Atlas) -> None:
    shutil.copytree(REPOSITORY / "stations" / "daerim", tmp_path / "stations" / "daerim")
    here = open_atlas(tmp_path)
    station = here.definition("대림")
    before = fingerprint(here, station, building.Wish())
    (tmp_path / "stations" / "daerim" / "expected.json").write_text("{}")
    assert fingerprint(here, station, building.Wish()) == before
    assert fingerprint(here, atlas.definition("노원"), building.Wish()) != before


def test_a_killed_build_leaves_whole_stations_and_the_next_one_goes_on(tmp_path: Path) -> None:
    """Killed as soon as the first of two stations stands; the second build finishes without drawing it again."""
    command = [sys.executable, "-m", "muui_maps", "build", "판교", "불광", "--workers", "1", "--out", "out"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    deadline = time.monotonic() + 120
    while not (tmp_path / "out" / "pangyo").is_dir() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    record = read_record(tmp_path / "out" / "pangyo")
    assert record is not None
    assert sorted(record.files) == sorted(each.name for each in (tmp_path / "out" / "pangyo").iterdir())
    ended = subprocess.run([*command, "--json"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert json.loads(ended.stdout)["unchanged"] == ["pangyo"]
    subprocess.run([*command[:-1], "whole"], cwd=tmp_path, check=True, capture_output=True)
    assert digests(tmp_path / "out") == digests(tmp_path / "whole")


def test_a_full_disk_keeps_what_was(atlas: Atlas, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(out / "daerim", tmp_path / "daerim")
    before = digests(tmp_path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(building, "_do", lambda task: _drawn(task, out))
    monkeypatch.setattr("muui_maps.files.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        building.build(atlas, [atlas.definition("대림")], tmp_path, workers=1, again=True)
    assert {name: digest for name, digest in digests(tmp_path).items() if name != building.LOCK} == before


def _drawn(task: Any, out: Path) -> Any:
    """The task's result, without drawing: the files of the first task are those built before."""
    record = read_record(out / "daerim")
    assert record is not None
    files = {name: (out / "daerim" / name).read_bytes() for name in record.files if name != RECORD}
    first = task.first == 0
    return building._Done(record.built if first else (), (), (), files if first else {})  # noqa: SLF001


def test_two_builds_at_once_in_one_folder_are_refused(
    atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "LOCK_SECONDS", 0.1)
    with (
        locked(tmp_path / building.LOCK, seconds=0, busy=Text("", "")),
        pytest.raises(MuuiError, match="another build is at work"),
    ):
        building.build(atlas, [], tmp_path)


def test_a_station_that_is_refused_does_not_cost_the_others(run: Run, workspace: Path, tmp_path: Path) -> None:
    write_station(workspace, "guro", 'id = "guro"\nlines = [{ line = "1" }, { line = "2" }]\n[names]\nko = "구로"\n')
    shutil.copytree(REPOSITORY / "stations" / "nowon", workspace / "stations" / "nowon")
    survey = workspace / "stations" / "guro" / "survey.csv"
    survey.write_text("a,b\n1,2\n", encoding="utf-8")
    ran = run("build", "guro", "판교", "--workspace", workspace, "--out", tmp_path / "out", "--json")
    assert ran.code == 4
    assert {each["station"] for each in ran.json["failed"]} == {"guro"}
    assert ran.json["failed"][0]["findings"]
    assert len(ran.json["built"]) == 6
    assert "guro" in ran.err


def test_a_folder_that_is_a_file_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    assert run("build", "노원", "--out", tmp_path / "out").code == 2


def test_other_formats_lie_beside_the_pages(atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muui_maps.maps.pdf.render_map_pdf", lambda scene, **_: b"%PDF- " + scene.id.encode())
    built = building.build(atlas, [atlas.definition("대림")], tmp_path, formats=("pdf",), workers=1)
    found = next(each for each in built.built if each.found)
    stem = found.row.page
    views = ("cards", "section", "oblique", "plan-2-3f", "plan-2-2f", "plan-7-b1", "plan-7-b2")
    names = {f"{stem}.{view}.{lang}.pdf" for view in views for lang in ("ko", "en")}
    assert {Path(file).name for file in found.files} == names | {f"{stem}.ko.html", f"{stem}.en.html"}
    assert (tmp_path / f"{found.station}/{stem}.cards.ko.pdf").read_bytes().startswith(b"%PDF- cards-")


def test_the_command_offers_what_the_library_makes() -> None:
    assert cli_commands.FORMATS == building.FORMATS
