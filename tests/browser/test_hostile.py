"""Pages and pictures of a station in which everybody who could wrote something evil: a browser runs none of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from hostile import SCRIPT, hostile_workspace

from browser.conftest import Open

TURNED = r"/[\u202a-\u202e\u2066-\u2069\u200b]/.test(document.documentElement.textContent)"
ACTIVE = """() => [...document.querySelectorAll('*')].filter(each =>
    ['script', 'img', 'iframe', 'object', 'embed', 'foreignObject'].includes(each.localName)
    || [...each.attributes].some(at => at.name.startsWith('on') || /^\\s*javascript:/i.test(at.value))
).map(each => each.outerHTML.slice(0, 200))"""


@pytest.fixture
def drawn(run: Run, tmp_path: Path) -> Path:
    workspace, out = hostile_workspace(run, tmp_path), tmp_path / "out"
    ran = run("map", "노원", "--from", "4:상계", "--to", "7:중계", "--workspace", workspace, "--out", out)
    assert ran.code == 0, ran.err
    ran = run("compare", "--methods", "노원", "--workspace", workspace, "--out", out / "methods")
    assert ran.code == 0, ran.err
    return out


def caught(page: Any) -> list[str]:
    """What a page says in dialogs from now on; each is closed."""
    said: list[str] = []

    def close(dialog: Any) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", close)
    return said


def test_the_trap_would_be_sprung(window: Open, tmp_path: Path) -> None:
    file = tmp_path / "evil.html"
    file.write_text(f"<meta charset='utf-8'><p>\u202e{SCRIPT}<i onclick='x'></i>", encoding="utf-8")
    with window() as shown:
        dialogs = caught(shown.page)
        shown.show(file)
        assert (shown.page.evaluate("window.harmed"), dialogs) == (1, ["1"])
        assert len(shown.page.evaluate(ACTIVE)) == 2
        assert shown.page.evaluate(TURNED)


def test_no_script_runs_no_letter_turns_and_nothing_is_fetched(drawn: Path, window: Open) -> None:
    files = sorted([*drawn.rglob("*.html"), *drawn.rglob("*.svg")])
    assert len(files) >= 8
    shown_words = 0
    with window() as shown:
        dialogs = caught(shown.page)
        for file in files:
            shown.show(file)
            assert shown.page.evaluate("window.harmed") is None, file.name
            assert shown.page.evaluate(ACTIVE) == [], file.name
            assert not shown.page.evaluate(TURNED), file.name
            shown_words += "alert(1)" in shown.page.evaluate("document.documentElement.textContent")
        assert dialogs == []
    assert shown_words  # the words are there, as words
