"""What several tests need: the program run in-process, and a workspace of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from muui_maps.cli import main

# A busy machine is no failure: neither one slow example, nor a slow making of many.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What one worker does for all comes first, so that none is left with it at the end while the others stand idle."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)


@dataclass(frozen=True)
class Ran:
    """What one call of the program gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The program, run here: `run("route", "노원", …)` gives its exit code, stdout and stderr. It speaks English."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")

    def call(*arguments: str | Path) -> Ran:
        capfd.readouterr()
        code = main([str(each) for each in arguments])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return call


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """An empty workspace: what it lacks is read from the program."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def write_station(workspace: Path, station_id: str, content: str) -> Path:
    """Write `stations/<id>/station.toml` into a workspace."""
    file = workspace / "stations" / station_id / "station.toml"
    file.parent.mkdir(parents=True)
    file.write_text(content, encoding="utf-8")
    return file
