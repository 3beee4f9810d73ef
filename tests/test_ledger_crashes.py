"""A ledger killed at any moment stays whole, importers at once lose nothing; `bench/ledger.py` runs this in full."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from ledger_crashes import at_once, kill_at_random

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a process that can be forked and killed is needed")


def test_whatever_moment_an_import_is_killed_at_the_ledger_is_whole_and_keeps_what_it_reported(tmp_path: Path) -> None:
    assert kill_at_random(tmp_path, kills=10).killed == 10


def test_four_importers_at_once_lose_no_row_and_store_none_twice(tmp_path: Path) -> None:
    assert at_once(tmp_path, rounds=3).files_said == 3 * 4 * 6
