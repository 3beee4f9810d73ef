"""What must never land: paths of one machine, hosts of registries, unfinished marks, huge files, made things."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

import pytest
from shared import REPOSITORY, shared_data

MOST_BYTES = 2_000_000
# Written so that this file does not find itself.
PATHS = re.compile(r"(?<![\w.])/(?:wor[k]|far[m]|hom[e]|roo[t]|Users|tm[p])/\w")
REGISTRIES = re.compile(r"pypi\.(?:org|io)|pythonhosted\.or[g]|registry\.npmj[s]|deb\.debia[n]|anaconda\.or[g]")
MARKS = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b|raise NotImplementedErro[r]|pragma: no cove[r]")
MADE = re.compile(r"(?:^|/)(?:build|dist|__pycache__|\.venv|\.\w+_cache)/|\.pyc$|\.egg-info/")


def tracked() -> list[Path]:
    """Every file that is, or would be, in the repository."""
    if not (REPOSITORY / ".git").exists():
        pytest.skip("not a git checkout, so nothing says which files are the project's")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [file for name in listed.split("\0") if name and (file := REPOSITORY / name).is_file()]


def found(pattern: re.Pattern[str]) -> list[str]:
    places = []
    for file in tracked():
        content = file.read_bytes()
        if b"\0" in content[:8000]:
            continue
        for row, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            if match := pattern.search(line):
                places.append(f"{file.relative_to(REPOSITORY)}:{row}: {match[0]}")
    return places


def test_there_are_files_to_look_at() -> None:
    assert len(tracked()) > 100


@pytest.mark.parametrize("pattern", [PATHS, REGISTRIES, MARKS], ids=["paths", "registries", "marks"])
def test_no_tracked_file_says_what_it_should_not(pattern: re.Pattern[str]) -> None:
    assert found(pattern) == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (PATHS, "open('/wo" + "rk/main/x')"),
        (PATHS, "see /tm" + "p/brief"),
        (REGISTRIES, "https://files.pythonhosted.or" + "g/packages"),
        (MARKS, "# TO" + "DO: later"),
    ],
)
def test_each_pattern_finds_what_it_is_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


def test_no_tracked_file_is_huge() -> None:
    assert [str(file) for file in tracked() if file.stat().st_size > MOST_BYTES] == []


def test_nothing_made_is_tracked() -> None:
    names = [str(file.relative_to(REPOSITORY)) for file in tracked()]
    assert [name for name in names if MADE.search(name)] == []


def test_no_tracked_file_is_a_copy_of_a_download() -> None:
    """Facts are re-expressed in the project's own tables; the publishers' files stay with them."""
    theirs = {
        hashlib.sha256(file.read_bytes()).hexdigest()
        for file in shared_data().rglob("*")
        if file.is_file() and 200 < file.stat().st_size < MOST_BYTES
    }
    assert [str(file) for file in tracked() if hashlib.sha256(file.read_bytes()).hexdigest() in theirs] == []
