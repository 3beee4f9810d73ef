"""The walk in docs/field-research.md is played as a new researcher would: files typed, commands run, outputs compared.

`python tests/test_field_research_docs.py` writes the outputs into the pages again.
"""

from __future__ import annotations

import csv
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from shared import REPOSITORY

from muui_maps.cli import main

PAGES = {"ko": "field-research.ko.md", "en": "field-research.md"}
BLOCK = re.compile(r"^```(?P<kind>csv|xlsx|console)(?: (?P<name>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def say(command: str, lang: str, workspace: Path) -> str:
    """What the program prints."""
    out = StringIO()
    words = shlex.split(command.removeprefix("$ muui-maps "))
    with redirect_stdout(out), redirect_stderr(StringIO()):
        main([*words, "--lang", lang, "--workspace", str(workspace)])
    lines = out.getvalue().rstrip().splitlines()
    return "\n".join(lines)


def workbook(file: Path, body: str) -> None:
    """What the page shows of a workbook: its sheets by name in brackets, each as CSV."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for part in re.split(r"^\[", body, flags=re.MULTILINE)[1:]:
        name, _, rows = part.partition("]\n")
        sheet = book.create_sheet(name)
        for row in csv.reader(rows.splitlines()):
            sheet.append(row)
    book.save(file)


def played(page: str, lang: str, folder: Path) -> str:
    """The page with every file written and every command's output as it is."""

    def play(block: re.Match[str]) -> str:
        if block["kind"] == "xlsx":
            workbook(folder / block["name"], block["body"])
            return block[0]
        if block["kind"] == "csv":
            (folder / (block["name"] or "visit.csv")).write_text(block["body"], encoding="utf-8")
            return block[0]
        command, *shown = block["body"].splitlines()
        said = say(command, lang, folder / "workspace")
        if shown[:1] == ["…"]:  # only some lines are quoted: they must be there
            said = "\n".join(["…", *(line for line in shown[1:] if line in said.splitlines())])
        return f"```console\n{command}\n{said}\n```"

    return BLOCK.sub(play, page)


@pytest.mark.parametrize("lang", PAGES)
def test_the_walk_of_a_new_researcher_is_as_the_page_says(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = (REPOSITORY / "docs" / PAGES[lang]).read_text(encoding="utf-8")
    assert played(page, lang, tmp_path) == page, (
        "run `python tests/test_field_research_docs.py` and read the difference"
    )


@pytest.mark.parametrize("lang", PAGES)
def test_every_id_that_the_walk_types_is_one_that_it_was_shown(lang: str) -> None:
    page = (REPOSITORY / "docs" / PAGES[lang]).read_text(encoding="utf-8")
    commands = [block["body"].splitlines()[0] for block in BLOCK.finditer(page) if block["kind"] == "console"]
    for command in commands:
        for typed in re.findall(r"\b[ocd]-[0-9a-f]{12}|new:\S+", command):
            assert page.index(typed) < page.index(command), f"{typed} comes from nowhere"


def write(lang: str) -> None:
    file = REPOSITORY / "docs" / PAGES[lang]
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        file.write_text(played(file.read_text(encoding="utf-8"), lang, Path(name)), encoding="utf-8")


if __name__ == "__main__":
    _write: Callable[[str], None] = write
    for each in sys.argv[1:] or PAGES:
        _write(each)
