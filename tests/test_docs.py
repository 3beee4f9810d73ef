"""What the documentation says is so: its examples run, its commands exist, its generated parts are fresh."""

from __future__ import annotations

import doctest
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from conftest import Run
from shared import REPOSITORY

from muui_maps.cli import program
from muui_maps.cli_base import CommandWith, speak
from muui_maps.cli_docs import pages
from muui_maps.profiles import PROFILES
from muui_maps.station_file import read_station_file

PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def fenced(page: Path, language: str) -> list[str]:
    return [body for named, body in FENCE.findall(page.read_text(encoding="utf-8")) if named == language]


def test_the_library_page_runs() -> None:
    source = "\n".join(fenced(REPOSITORY / "docs" / "library.md", "python"))
    flags = doctest.ELLIPSIS | doctest.IGNORE_EXCEPTION_DETAIL
    test = doctest.DocTestParser().get_doctest(source, {}, "library.md", "docs/library.md", 0)
    assert len(test.examples) > 15
    said: list[str] = []
    doctest.DocTestRunner(optionflags=flags).run(test, out=said.append)
    assert "".join(said) == ""


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_commands_of_the_readme_run(run: Run, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [
        line.removeprefix("$ muui-maps ")
        for block in fenced(REPOSITORY / name, "console")
        for line in block.splitlines()
        if line.startswith("$ ")
    ]
    assert len(lines) == 6
    for line in lines:
        ran = run(*shlex.split(line))
        assert ran.code == 0, f"{line}: {ran.err}"
        assert ran.out


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_the_program_of_the_readme_runs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (source,) = fenced(REPOSITORY / name, "python")
    exec(compile(source, name, "exec"), {})  # noqa: S102 - our own page
    assert len(capsys.readouterr().out.splitlines()) > 5


@pytest.mark.parametrize("name", ["adding-a-station.md", "adding-a-station.ko.md"])
def test_the_station_file_of_the_recipe_is_good(name: str, tmp_path: Path) -> None:
    first, more, sets = fenced(REPOSITORY / "docs" / name, "toml")
    head, _, names = first.partition("[names]")
    known, _, overrides = more.partition("[[overrides]]")
    file = tmp_path / "sadang" / "station.toml"
    file.parent.mkdir()
    file.write_text(f"{head}{known}[names]{names}[[overrides]]{overrides}", encoding="utf-8")
    station = read_station_file(file)
    assert (station.name.ko, station.line_ids) == ("사당", ("2", "4"))
    assert [each.field for each in station.overrides] == ["exit", "rise_m"]
    assert tomllib.loads(sets)["mine"]["stations"] == ["sadang", "nowon"]


def test_the_generated_pages_are_fresh() -> None:
    fresh = pages()
    speak("en")
    stale = [name for name, content in fresh.items() if (REPOSITORY / "docs" / name).read_text("utf-8") != content]
    assert stale == [], "run `make docs`"


def described(
    page: str, group: click.Group | CommandWith = program, path: str = "muui-maps"
) -> Iterator[tuple[click.Command, str]]:
    """Every command with its section of a page; the section is empty where there is none."""
    for word, each in group.commands.items():
        if isinstance(each, click.Group | CommandWith):
            yield from described(page, each, f"{path} {word}")
        if not isinstance(each, click.Group):
            yield each, page.partition(f"## {path} {word}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("name", ["cli.md", "cli.ko.md"])
def test_every_command_and_option_is_documented(name: str) -> None:
    found = list(described((REPOSITORY / "docs" / name).read_text(encoding="utf-8")))
    assert len(found) > 8
    for command, section in found:
        flags = {"--help"} | {flag for param in command.params for flag in param.opts if flag.startswith("--")}
        assert sorted(flag for flag in flags if flag not in section) == [], command.name


def test_every_traveller_is_documented() -> None:
    for name in ("cost-model.md", "cost-model.ko.md", "cli.md"):
        page = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
        assert [each for each in PROFILES if each not in page] == [], name


def links(page: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            yield target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    assert [each for each in links(page) if not (page.parent / each).exists()] == []


def test_every_page_of_the_docs_is_reached_from_the_readme() -> None:
    def reached(page: Path, seen: set[Path]) -> set[Path]:
        if page in seen or page.suffix != ".md" or not page.is_file():
            return seen
        seen.add(page)
        for each in links(page):
            reached((page.parent / each).resolve(), seen)
        return seen

    found = reached(REPOSITORY / "README.md", set())
    assert [
        str(page.relative_to(REPOSITORY)) for page in PAGES if page not in found and page.parent.name == "docs"
    ] == []


@pytest.mark.parametrize("name", sorted(each.name for each in (REPOSITORY / "docs" / "pictures").rglob("*.svg")))
def test_a_picture_of_the_docs_says_what_the_data_say(run: Run, name: str) -> None:
    (file,) = (REPOSITORY / "docs" / "pictures").rglob(name)
    ran = run("map", "check", file, "--json")
    assert [each["message_en"] for each in ran.json[0]["findings"]] == [], "run `make pictures`"


# ── dependencies ─────────────────────────────────────────────────────────────

IMPORTED_AS = {"fpdf2": "fpdf", "fonttools": "fontTools"}


def dependencies() -> list[str]:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [re.split(r"[<>=\[]", each)[0] for each in project["dependencies"]]


def test_every_dependency_has_its_reason_and_no_reason_is_left_over() -> None:
    page = (REPOSITORY / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\w, ]+) \|", page, re.MULTILINE)
    told = {name.strip() for row in rows for name in row.split(",")} - {"package"}
    assert told == set(dependencies())


@pytest.mark.parametrize("name", dependencies())
def test_every_dependency_is_used(name: str) -> None:
    module = IMPORTED_AS.get(name, name)
    pattern = re.compile(rf"^\s*(?:import|from) {module}\b", re.MULTILINE)
    users = [file for file in (REPOSITORY / "muui_maps").rglob("*.py") if pattern.search(file.read_text("utf-8"))]
    # fontTools packs WOFF2 with brotli by itself
    assert users or name == "brotli"


def test_the_lock_holds_every_dependency_and_names_no_registry() -> None:
    lock = (REPOSITORY / "requirements-lock.txt").read_text(encoding="utf-8")
    locked = {line.partition("==")[0].lower().replace("-", "_") for line in lock.splitlines() if "==" in line}
    assert {each.lower().replace("-", "_") for each in dependencies()} <= locked
    assert "://" not in lock
