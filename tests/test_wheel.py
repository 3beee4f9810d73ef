"""From a wheel the program is whole: stations and facts travel in it, and it writes nothing into itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from shared import REPOSITORY


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel's content, as an installer would lay it out."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The program from the wheel, in another folder, for a user without a checkout."""
    environment = os.environ | {"PYTHONPATH": str(installed), "XDG_DATA_HOME": str(cwd / "data"), "LANG": "C.UTF-8"}
    command = [sys.executable, "-m", "muui_maps", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_stations_and_facts_travel_in_the_wheel(installed: Path, tmp_path: Path) -> None:
    ran = run(installed, tmp_path, "route", "노원", "--from", "4:상계", "--to", "7:중계", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["length_m"] == 470
    assert list(tmp_path.iterdir()) == []


def test_maps_are_drawn_from_a_wheel(installed: Path, tmp_path: Path) -> None:
    arguments = ("map", "노원", "--from", "4:상계", "--to", "7:중계", "--out", "maps", "--format", "html")
    ran = run(installed, tmp_path, *arguments)
    assert ran.returncode == 0, ran.stderr
    assert len(list((tmp_path / "maps" / "nowon").iterdir())) == 2


def test_what_is_written_goes_to_the_users_folder_and_is_said(installed: Path, tmp_path: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in installed.rglob("bundled/**/*") if file.is_file()}
    assert len(before) > 20
    (tmp_path / "downloads").mkdir()
    (tmp_path / "downloads" / "notes.csv").write_text("nothing,we,know\n1,2,3\n", encoding="utf-8")
    ran = run(installed, tmp_path, "data", "import", "downloads")
    assert ran.returncode in {0, 6}, ran.stderr
    assert str(tmp_path / "data" / "muui-maps" / "data") in ran.stdout
    assert (tmp_path / "data" / "muui-maps" / "data" / "facts" / "units.csv").is_file()
    assert {file: file.stat().st_mtime_ns for file in before} == before


def test_no_tests_or_surveys_in_progress_travel(installed: Path) -> None:
    names = {path.name for path in installed.iterdir()}
    assert {name for name in names if not name.startswith("muui_maps")} == set()
