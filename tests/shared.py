"""Where the publishers' files are on a developer's machine; the default tests work without them."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def shared_data() -> Path:
    """The folder `data` of the `shared` folder beside the checkout; skips the test when it is absent."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the publishers' files (shared/data beside the checkout) are not on this machine")
    return folder
