"""The lessons in docs/learn are played: files typed, commands run, code run, and answers compared.

`python tests/test_learn.py` writes the answers into the pages again.
"""

from __future__ import annotations

import doctest
import os
import re
import shlex
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from shared import REPOSITORY

from muui_maps.cli import main

LEARN = REPOSITORY / "docs" / "learn"
LESSONS = ("1-read-open-data", "2-survey-a-transfer", "3-worst-barrier")
PAGES = [f"{lesson}{ending}" for lesson in LESSONS for ending in (".md", ".ko.md")]
BLOCK = re.compile(r"^```(?P<kind>csv|console|python)(?: (?P<name>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command: str, lang: str) -> str:
    """What a command prints; it must succeed."""
    out, err = StringIO(), StringIO()
    words = shlex.split(command.removeprefix("$ muui-maps "))
    with redirect_stdout(out), redirect_stderr(err):
        code = main([*words, "--lang", lang])
    assert code == 0, f"{command}: {err.getvalue()}"
    assert out.getvalue().strip(), command
    return out.getvalue().rstrip()


def answered(code: str, names: dict[str, Any]) -> str:
    """The examples with what they really print."""
    lines: list[str] = []
    for example in doctest.DocTestParser().get_examples(code):
        out = StringIO()
        with redirect_stdout(out):
            exec(compile(example.source, "lesson", "single"), names)  # noqa: S102 - our own pages
        first, *more = example.source.splitlines()
        lines += [f">>> {first}", *(f"... {line}" for line in more), *out.getvalue().splitlines()]
    return "\n".join([*lines, "", ""])


def played(page: str, lang: str, folder: Path) -> str:
    """The page with every file written, every command run and every answer as it is. A command may show no output."""
    names: dict[str, Any] = {}

    def play(block: re.Match[str]) -> str:
        if block["kind"] == "csv":
            (folder / block["name"]).write_text(block["body"], encoding="utf-8")
            return block[0]
        if block["kind"] == "python":
            return f"```python\n{answered(block['body'], names)}```"
        command, *shown = block["body"].splitlines()
        said = run(command, lang)
        return f"```console\n{command}\n{said}\n```" if shown else block[0]

    return BLOCK.sub(play, page)


@pytest.mark.parametrize("name", PAGES)
def test_a_lesson_is_as_its_page_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = (LEARN / name).read_text(encoding="utf-8")
    lang = "ko" if name.endswith(".ko.md") else "en"
    assert played(page, lang, tmp_path) == page, "run `python tests/test_learn.py` and read the difference"


@pytest.mark.parametrize("lesson", LESSONS)
def test_both_languages_teach_the_same(lesson: str) -> None:
    """The same commands and code, in the same order."""
    english, korean = ((LEARN / f"{lesson}{ending}").read_text(encoding="utf-8") for ending in (".md", ".ko.md"))

    def taught(page: str) -> list[str]:
        return [
            block["body"].splitlines()[0] if block["kind"] == "console" else block["body"]
            for block in BLOCK.finditer(page)
            if block["kind"] != "csv"
        ]

    assert len(taught(english)) >= 3
    assert taught(english) == taught(korean)


def write(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        lang = "ko" if name.endswith(".ko.md") else "en"
        text = played((LEARN / name).read_text(encoding="utf-8"), lang, Path(folder))
        (LEARN / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    for each in sys.argv[1:] or PAGES:
        write(each)
