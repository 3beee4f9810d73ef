"""The page about maps: its pictures are small, show what it says they show, and its command draws them again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import Run
from shared import REPOSITORY

PICTURES = REPOSITORY / "docs" / "pictures"
MOST_BYTES = 150_000


@pytest.mark.parametrize("page", ["maps.md", "maps.ko.md"])
def test_every_picture_of_the_page_is_there_and_small(page: str) -> None:
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    named = re.findall(r"!\[[^\]]+\]\((pictures/[^)]+)\)", text)
    assert len(named) == 3
    for name in named:
        file = REPOSITORY / "docs" / name
        assert 1_000 < file.stat().st_size < MOST_BYTES
        assert f'xml:lang="{"ko" if page.endswith(".ko.md") else "en"}"' in file.read_text(encoding="utf-8")


def _roles(file: Path) -> set[str]:
    """Which steps, legs and lifts a picture has: what stays however it is laid out."""
    return set(re.findall(r'data-role="((?:badge|leg|shaft):[^":]+(?::EV:[^"]+)?)"', file.read_text(encoding="utf-8")))


def test_the_command_draws_the_pictures_again(run: Run, tmp_path: Path) -> None:
    for view in ("oblique", "section"):
        way = ("--from", "4:상계", "--to", "7:중계", "--view", view)
        assert run("map", "노원", *way, "--format", "svg", "--out", str(tmp_path)).code == 0
    assert run("map", "노원", "--view", "overview", "--format", "svg", "--out", str(tmp_path)).code == 0
    made = sorted(file.relative_to(tmp_path) for file in tmp_path.rglob("*.svg"))
    assert made == sorted(file.relative_to(PICTURES) for file in PICTURES.rglob("*.svg"))
    for name in made:
        assert _roles(tmp_path / name) == _roles(PICTURES / name), f"{name} is old: make pictures"
