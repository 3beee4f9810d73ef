"""Files and folders put in their place whole, wherever the process is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from muui_maps.errors import MuuiError
from muui_maps.files import LEFT, PART, clear_leftovers, locked, place_folder, write_whole
from muui_maps.model import Text

OLD = {"a.html": b"old a", "b.html": b"old b"}
NEW = {"a.html": b"new a", "c.html": b"new c"}


def content(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir())}


def test_a_write_that_is_cut_off_leaves_the_old_file_and_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "page.html"
    file.write_text("old, and whole")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("muui_maps.files.os.fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        write_whole(file, b"new")
    assert content(tmp_path) == {"page.html": b"old, and whole"}


def test_a_new_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    place_folder(tmp_path / "nowon", OLD, ours=frozenset())
    place_folder(tmp_path / "nowon", NEW, ours=frozenset(OLD))
    assert content(tmp_path / "nowon") == NEW
    assert [each.name for each in tmp_path.iterdir()] == ["nowon"]


@pytest.mark.parametrize("killed_at", range(11))
def test_wherever_the_process_is_killed_the_folder_is_the_old_or_the_new(tmp_path: Path, killed_at: int) -> None:
    """A second process puts a folder in place and is killed at its n-th call that touches the disk."""
    place_folder(tmp_path / "nowon", OLD, ours=frozenset())
    (tmp_path / "nowon" / "mine.txt").write_bytes(b"mine")
    code = f"""
import os, signal, sys
from pathlib import Path
from muui_maps.files import place_folder
calls = 0
def count(event, arguments):
    global calls
    touching = event in {{"open", "os.rename", "os.mkdir", "shutil.rmtree", "shutil.copyfile"}}
    if touching and {str(tmp_path)!r} in str(arguments):
        if calls == {killed_at}:
            os.kill(os.getpid(), signal.SIGKILL)
        calls += 1
sys.addaudithook(count)
place_folder(Path({str(tmp_path / "nowon")!r}), {NEW!r}, ours=frozenset({sorted(OLD)!r}))
"""
    ran = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    clear_leftovers(tmp_path)
    mine = {"mine.txt": b"mine"}
    assert content(tmp_path / "nowon") in (OLD | mine, NEW | mine)
    assert [each.name for each in tmp_path.iterdir()] == ["nowon"]


def test_a_kill_between_the_two_renames_is_finished(tmp_path: Path) -> None:
    place_folder(tmp_path / f"{PART}nowon", NEW, ours=frozenset())
    place_folder(tmp_path / f"{LEFT}nowon", OLD, ours=frozenset())
    clear_leftovers(tmp_path)
    assert content(tmp_path / "nowon") == NEW
    assert [each.name for each in tmp_path.iterdir()] == ["nowon"]


def test_an_old_folder_without_a_new_one_comes_back(tmp_path: Path) -> None:
    place_folder(tmp_path / f"{LEFT}nowon", OLD, ours=frozenset())
    clear_leftovers(tmp_path)
    assert content(tmp_path / "nowon") == OLD


def test_a_lock_keeps_another_process_out_and_goes_with_its_process(tmp_path: Path) -> None:
    file = tmp_path / ".lock"
    code = (
        "import time; from pathlib import Path\n"
        "from muui_maps.files import locked; from muui_maps.model import Text\n"
        f"with locked(Path({str(file)!r}), seconds=5, busy=Text('', '')):\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(MuuiError, match="busy"), locked(file, seconds=0.1, busy=Text("바빠요", "busy")):
            pytest.fail("two at once")
        holder.kill()
    with locked(file, seconds=5, busy=Text("바빠요", "busy")):
        assert os.path.exists(file)  # noqa: PTH110 - that it is held is what matters
