"""A disk that is full, or an allowance that is used up: told in words, and what was there stays."""

from __future__ import annotations

import errno
import hashlib
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from shared import REPOSITORY

from muui_maps.errors import MuuiError, naming, no_room, unwritable
from muui_maps.tables import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

KILOBYTE = 1024


def allowed(kilobytes: int, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The program, run in a process that may write no file larger than this, as on a disk with so much room left."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * KILOBYTE, kilobytes * KILOBYTE))

    command = [sys.executable, "-m", "muui_maps", *map(str, arguments)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", "/tmp")}  # noqa: S108
    return subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=bound, cwd=REPOSITORY, env=environment
    )


def digests(folder: Path) -> dict[str, str]:
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    return {str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


def told_what_to_do(ran: subprocess.CompletedProcess[str]) -> None:
    assert ran.returncode == 1, ran.stderr
    assert "디스크에 자리가 없어서" in ran.stderr
    assert "같은 명령을 다시 하세요" in ran.stderr
    assert "no room on the disk" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "None" not in ran.stderr


@pytest.mark.parametrize(
    ("command", "kilobytes"),
    [
        (("choose", "대림"), 20),
        (("build", "불광", "--workers", "1"), 20),
        (("site", "불광"), 20),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_what_a_command_made_before_is_as_it_was(tmp_path: Path, command: tuple[str, ...], kilobytes: int) -> None:
    """Every file of the last time is whole and of that time: not one new page beside old tables."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    if command[0] == "choose":
        (out / "choose.ko.csv").write_text("the table of last time", encoding="utf-8")
    before = digests(out)
    told_what_to_do(allowed(kilobytes, *command, "--out", out))
    after = digests(out)
    assert {name: after.get(name) for name in before} == before
    assert {name for name in after.keys() - before.keys() if "lock" not in name} == set(), "no half of anything"


def test_an_import_that_finds_no_room_leaves_the_tables_as_they_were(tmp_path: Path) -> None:
    workspace, downloads = tmp_path / "workspace", tmp_path / "downloads"
    shutil.copytree(REPOSITORY / "data", workspace / "data")
    downloads.mkdir()
    rows = "".join(f"{n},4,서울역,공항철도,{n},03:07\n" for n in range(1, 3000))
    (downloads / "x_20260101.csv").write_text(
        "연번,호선,환승역명,환승노선,환승거리,환승소요시간\n" + rows, encoding="utf-8"
    )
    before = digests(workspace)
    ran = allowed(100, "data", "import", downloads, "--workspace", workspace)
    told_what_to_do(ran)
    assert "transfer_distances.csv" in ran.stderr
    assert digests(workspace) == before


def full(_: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_report_stays_one_of_one_time(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, pictures and tables are written all or none: no new page beside old tables."""
    out = tmp_path / "out"
    (out / "data").mkdir(parents=True)
    (out / "report.ko.html").write_text("the report of last time", encoding="utf-8")
    (out / "data" / "lines.csv").write_text("line\n", encoding="utf-8")
    before = digests(out)
    monkeypatch.setattr("muui_maps.tables.os.fsync", full)
    ran = run("report", "대림", "--out", out)
    assert (ran.code, digests(out)) == (1, before)
    assert "디스크에 자리가 없어서" in ran.err


@pytest.mark.parametrize(("form", "name"), [("gpkg", "daerim.gpkg"), ("seoul-indoor", "daerim.zip")])
def test_an_export_for_which_there_is_no_room_leaves_the_old_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, name: str
) -> None:
    (tmp_path / name).write_bytes(b"the export of last time")
    monkeypatch.setattr("muui_maps.files.os.fsync", full)
    ran = run("export", "대림", "--out", tmp_path / name, "--format", form)
    assert ran.code == 1
    assert f"no room on the disk for {tmp_path / name}" in ran.err
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {name: b"the export of last time"}


def test_several_files_are_written_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("old", encoding="utf-8")
    synced: list[int] = []

    def full(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("muui_maps.tables.os.fsync", full)
    with pytest.raises(MuuiError) as caught:
        write_files({tmp_path / "a": "new", tmp_path / "b": "new"})
    assert str(tmp_path / "b") in caught.value.message.ko
    assert digests(tmp_path).keys() == {"a"}
    assert (tmp_path / "a").read_text(encoding="utf-8") == "old"


def test_no_room_is_known_however_it_is_said() -> None:
    assert no_room(OSError(errno.EDQUOT, "Disk quota exceeded"))
    assert no_room(OSError(errno.EFBIG, "File too large"))
    assert no_room(sqlite3.OperationalError("database or disk is full"))
    assert no_room(shutil.Error([("a", "b", "[Errno 28] No space left on device")]))
    assert not no_room(PermissionError(errno.EACCES, "Permission denied"))


def test_another_reason_is_named_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(PermissionError) as caught, naming(tmp_path / "map.svg"):
        raise PermissionError(errno.EACCES, "Permission denied")
    said = unwritable(caught.value).message
    assert f"{tmp_path / 'map.svg'}: Permission denied" in said.en
    assert "권한을 확인하세요" in said.ko
