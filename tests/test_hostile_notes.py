"""What people write goes where people read: into pages, pictures, sheets, layers and the terminal. It harms none."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import Run
from defusedxml.ElementTree import fromstring
from hostile import FORMULA, HARMFUL, hostile_workspace
from openpyxl import load_workbook

from muui_maps.api import load

UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]")
SVG = "{http://www.w3.org/2000/svg}"


class Tags(HTMLParser):
    """The tags of a page with their attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


_BUILT: list[Path] = []


@pytest.fixture
def workspace(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built once: these tests only read it."""
    if not _BUILT:
        _BUILT.append(hostile_workspace(run, tmp_path_factory.mktemp("hostile")))
    return _BUILT[0]


def test_pages_and_pictures_hold_no_tag_link_or_turned_letter_of_a_note(
    workspace: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    ran = run("map", "노원", "--from", "4:상계", "--to", "7:중계", "--workspace", workspace, "--out", out)
    assert ran.code == 0, ran.err
    pages, pictures = sorted(out.rglob("*.html")), sorted(out.rglob("*.svg"))
    assert pages
    assert pictures
    told = 0
    for file in pages:
        text = file.read_text(encoding="utf-8")
        page = Tags(text)
        assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "embed"}, file.name
        assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
        assert not [v for _, attrs in page.tags for v in attrs.values() if v and v.strip().startswith("javascript:")]
        assert not [mark for mark in HARMFUL if mark in text]
        told += "alert(1)" in "".join(page.words)
    for file in pictures:
        text = file.read_text(encoding="utf-8")
        root = fromstring(text)
        assert not [
            each.tag for each in root.iter() if each.tag in {f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject"}
        ]
        assert not [mark for mark in HARMFUL if mark in text]
    assert told  # the words themselves are shown, as words


def test_the_exported_quarantine_runs_nothing_in_a_spreadsheet(workspace: Path, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mend.csv"
    assert run("survey", "review", "노원", "--workspace", workspace, "--export-quarantine", file).code == 0
    rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    cells = [cell for row in rows for cell in row]
    assert any(cell.startswith(f"'{FORMULA}") for cell in cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]


def test_the_sheets_for_the_next_visit_hold_no_formula_and_no_control_character(
    workspace: Path, run: Run, tmp_path: Path
) -> None:
    assert run("survey", "next", "노원", "--workspace", workspace, "--out", tmp_path / "next").code == 0
    assert run("survey", "form", "노원", "--workspace", workspace, "--out", tmp_path / "next").code == 0
    books = sorted((tmp_path / "next").glob("*.xlsx"))
    assert len(books) > 5
    for file in books:
        for sheet in load_workbook(file).worksheets:
            filled = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
            assert not [cell.coordinate for cell in filled if cell.data_type == "f"]
            assert not [cell.coordinate for cell in filled if UNSEEN.search(str(cell.value))]


def test_layers_for_other_programs_are_data(workspace: Path) -> None:
    station = load("nowon", workspace=workspace)
    for frame in (station.links_gdf(), station.nodes_gdf(), station.spaces_gdf()):
        assert json.loads(frame.to_json())["type"] == "FeatureCollection"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_terminal_is_told_no_control_character(workspace: Path, run: Run, lang: str) -> None:
    for arguments in (
        ("survey", "review", "노원"),
        ("survey", "explain", "노원", "4:EV:내부1"),
        ("check", "노원"),
        ("route", "노원", "--from", "4:상계", "--to", "7:중계"),
        ("survey", "next", "노원"),
    ):
        ran = run(*arguments, "--workspace", workspace, "--lang", lang)
        assert not UNSEEN.search(ran.out + ran.err), arguments


def test_json_keeps_every_character_and_stays_json(workspace: Path, run: Run) -> None:
    told = run("survey", "explain", "노원", "4:EV:내부1", "문폭", "--workspace", workspace, "--json").json
    notes = {row["note"] for claim in told[0]["claims"] for row in claim["rows"]}
    assert any(note.startswith(FORMULA) and "<script>" in note for note in notes)
    review = run("survey", "review", "노원", "--workspace", workspace, "--json")
    assert review.code == 0
    assert review.json["items"]


def test_the_page_of_the_two_methods_shows_a_name_as_a_name(workspace: Path, run: Run, tmp_path: Path) -> None:
    ran = run("compare", "--methods", "노원", "--workspace", workspace, "--out", tmp_path / "methods")
    assert ran.code == 0, ran.err
    for file in (tmp_path / "methods").iterdir():
        text = file.read_text(encoding="utf-8")
        assert not [mark for mark in HARMFUL if mark in text], file.name
