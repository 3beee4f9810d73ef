"""The command line, as a person meets it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from conftest import Run, write_station
from pypdf import PdfReader
from shared import REPOSITORY

import muui_maps
from muui_maps.cli import main, program
from muui_maps.cli_base import language_of, width_of


def commands(
    group: click.Group = program, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it."""
    for name, each in group.commands.items():
        if isinstance(each, click.Group):
            yield from commands(each, (*path, name))
        else:
            yield (*path, name), each


ALL = list(commands())
HANGUL = "가-힣"


# ── one program under three names ────────────────────────────────────────────


@pytest.mark.parametrize(
    "call",
    [[sys.executable, "cli.py"], [sys.executable, "-m", "muui_maps"], [str(Path(sys.executable).parent / "muui-maps")]],
    ids=["python cli.py", "python -m muui_maps", "muui-maps"],
)
def test_it_is_the_same_program_however_it_is_called(call: Sequence[str]) -> None:
    ran = subprocess.run([*call, "--version"], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert ran.stdout == f"muui-maps {muui_maps.__version__}\n"
    failed = subprocess.run(
        [*call, "transfers", "nowhere"], capture_output=True, text=True, check=False, cwd=REPOSITORY
    )
    assert failed.returncode == 3


def test_it_works_from_any_folder(tmp_path: Path) -> None:
    environment = os.environ | {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}
    ran = subprocess.run(
        [sys.executable, "-m", "muui_maps", "transfers", "nowon", "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    assert len(json.loads(ran.stdout)) == 8
    assert list(tmp_path.iterdir()) == [], "reading writes nothing"


# ── languages ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "environment", "lang"),
    [
        ([], {}, "en"),
        ([], {"LANG": "ko_KR.UTF-8"}, "ko"),
        ([], {"LANG": "ko_KR.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ([], {"LC_MESSAGES": "ko_KR", "LANG": "en_US.UTF-8"}, "ko"),
        (["route", "--lang", "ko"], {}, "ko"),
        (["route", "--lang=en"], {"LANG": "ko_KR.UTF-8"}, "en"),
        (["route", "--lang", "fr"], {"LANG": "ko_KR.UTF-8"}, "ko"),
    ],
)
def test_the_language_is_the_options_else_the_environments_else_english(
    arguments: list[str], environment: dict[str, str], lang: str
) -> None:
    assert language_of(arguments, environment) == lang


@pytest.mark.parametrize(("path", "command"), ALL, ids=[" ".join(path) for path, _ in ALL])
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_every_command_has_help_with_an_example_in_both_languages(
    run: Run, path: tuple[str, ...], command: click.Command, lang: str
) -> None:
    ran = run(*path, "--help", "--lang", lang)
    assert ran.code == 0
    title = "예:" if lang == "ko" else "Example:"
    _, _, examples = ran.out.partition(title)
    assert f"muui-maps {' '.join(path)}" in examples
    for option in command.params:
        assert option.opts[0] in ran.out or (option.metavar or "").strip("[].") in ran.out
    said = ran.out.partition(title)[0]
    assert any("가" <= letter <= "힣" for letter in said.replace("노원역", "").replace("노원", "")) == (lang == "ko")


def test_the_help_of_the_program_lists_every_command(run: Run) -> None:
    out = run("--help").out
    assert [name for name in program.commands if name not in out] == []


def test_a_bare_call_shows_help_and_ends_with_2(run: Run) -> None:
    ran = run()
    assert ran.code == 2
    assert "route" in ran.err


def test_korean_is_wide() -> None:
    assert width_of("노원 4") == 6


# ── looking around ───────────────────────────────────────────────────────────


def test_stations(run: Run) -> None:
    rows = {each["id"]: each for each in run("stations", "--json").json}
    assert rows["nowon"] == {
        "id": "nowon",
        "name_ko": "노원",
        "name_en": "Nowon",
        "lines": ["4", "7"],
        "districts": ["노원구"],
        "sets": ["all", "line-4", "line-7", "muui-2016", "nowon-gu", "pilot", "seoulmetro"],
        "transfers": 8,
    }
    assert rows["express-bus-terminal"]["transfers"] == 24
    assert "노원 Nowon" in run("stations").out


def test_transfers_are_all_pairs_of_platforms_of_different_lines(run: Run) -> None:
    rows = run("transfers", "노원", "--json").json
    assert {"from": {"line": "4", "direction": "상계"}, "to": {"line": "7", "direction": "중계"}} in rows
    assert len(rows) == 8
    assert all(each["from"]["line"] != each["to"]["line"] for each in rows)
    assert "상계 방면" in run("transfers", "노원", "--lang", "ko").out
    assert "for Sanggye" in run("transfers", "노원", "--lang", "en").out


# ── routes ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("station", "start", "end"),
    [
        ("노원", "4:상계", "7:중계"),
        ("노원역", "4호선:상계", "7호선 중계 방면"),
        ("nowon", "Line 4:Sanggye", "Line 7:Junggye"),
        ("芦原", "상계", "7:석남"),
    ],
)
def test_a_route_by_any_spelling_is_the_same_route(run: Run, station: str, start: str, end: str) -> None:
    ran = run("route", station, "--from", start, "--to", end, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["from"] == {"line": "4", "direction": "상계", "exit": None}
    assert ran.json["to"] == {"line": "7", "direction": "중계", "exit": None}
    assert [ride["kind"] for ride in ran.json["rides"]] == ["elevator"] * 4
    assert [each["n"] for each in ran.json["steps"]] == list(range(1, len(ran.json["steps"]) + 1))
    assert ran.err == ""


def test_a_route_for_people_tells_every_step_in_their_language(run: Run) -> None:
    steps = run("route", "노원", "--from", "4:상계", "--to", "7:중계", "--json").json["steps"]
    korean = run("route", "노원", "--from", "4:상계", "--to", "7:중계", "--lang", "ko").out
    english = run("route", "노원", "--from", "4:상계", "--to", "7:중계", "--lang", "en").out
    assert [each["n"] for each in steps if each["text_ko"] not in korean] == []
    assert [each["n"] for each in steps if each["text_en"] not in english] == []


def test_a_route_to_an_exit_and_to_the_street(run: Run) -> None:
    by_exit = run("route", "노원", "--from", "4:상계", "--to", "exit:2", "--json")
    assert by_exit.json["to"] == {"line": None, "direction": None, "exit": "2"}
    street = run("route", "노원", "--from", "4:상계", "--to", "street", "--json")
    assert street.json["to"] == {"line": None, "direction": None, "exit": None}
    assert street.json["seconds"]["typical"] <= by_exit.json["seconds"]["typical"]


def test_a_unit_left_out_is_not_ridden(run: Run) -> None:
    arguments = ("route", "노원", "--from", "4:상계", "--to", "7:중계", "--json")
    used = run(*arguments).json["rides"]
    last = used[-1]["unit"]
    line, kind, number = last.split(":")
    ran = run(*arguments, "--without", f"{line}호선:{kind}:#{number}")
    assert ran.code in {0, 5}
    if ran.code == 0:
        assert last not in {ride["unit"] for ride in ran.json["rides"]}
    else:
        assert ran.json["error"]["blockers"]


def test_a_lift_under_repair_is_not_used_unless_its_status_is_ignored(run: Run) -> None:
    """대림's Line 7 lift 1 is under repair in the register; 신풍's platform has no other."""
    arguments = ("route", "대림", "--from", "7:신풍", "--to", "2:신도림", "--json")
    ran = run(*arguments)
    assert ran.code == 5
    assert any("수리" in each["message_ko"] for each in ran.json["error"]["blockers"])
    ignoring = run(*arguments, "--ignore-status")
    assert ignoring.code == 0
    assert "7:EV:1" in {ride["unit"] for ride in ignoring.json["rides"]}


# ── names that stand for nothing ─────────────────────────────────────────────


@pytest.mark.parametrize(
    ("arguments", "near", "exists"),
    [
        (["transfers", "노언"], "노원", "대림"),
        (["route", "노원", "--from", "4:상게", "--to", "7:중계"], "4:상계", "4:창동"),
        (["route", "노원", "--from", "5:상계", "--to", "7:중계"], None, "4, 7"),
        (["route", "노원", "--from", "exit:99", "--to", "7:중계"], None, "exit:2"),
        (["route", "노원", "--from", "4:상계", "--to", "7:중계", "--profile", "wheelchair"], None, "lift_averse"),
        (
            ["route", "노원", "--from", "4:상계", "--to", "7:중계", "--without", "4:EV:외부9"],
            "4:EV:외부1",
            "4:EV:외부2",
        ),
        (["build", "--set", "pilots", "--out", "x"], "pilot", "pilot"),
    ],
    ids=lambda value: " ".join(value[:6]) if isinstance(value, list) else None,
)
def test_an_unknown_name_ends_with_3_and_says_what_is_near_and_what_exists(
    run: Run, arguments: list[str], near: str | None, exists: str
) -> None:
    ran = run(*arguments)
    assert ran.code == 3
    assert ran.out == ""
    assert exists in ran.err
    assert near is None or near in ran.err
    assert any("가" <= letter <= "힣" for letter in ran.err.splitlines()[0]), "Korean first"
    assert ran.err.splitlines()[1].isascii() or "no such" in ran.err.splitlines()[1], "then English"


@pytest.mark.parametrize(
    "arguments",
    [
        ["route", "노원"],
        ["route", "노원", "--from", "4:상계", "--to", "7:중계", "--frm", "x"],
        ["rout"],
        ["stations", "extra"],
        ["route", "노원", "--from", "4:상계", "--to", "4:상계"],
        ["map", "노원", "--out", "x", "--format", "gif"],
        ["map", "노원", "--out", "x", "--theme", "pink"],
        ["map", "노원", "--out", "x", "--view", "globe"],
        ["map", "노원", "--out", "x", "--paper", "a7"],
        ["map", "노원", "--out", "x", "--from", "4:상계"],
        ["stations", "--lang", "fr"],
        ["build", "노원", "--out", "x", "--as-of", "yesterday"],
        ["export", "노원", "--out", "nowon.shp"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_ends_with_2_in_both_languages(
    run: Run, arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run(*arguments, "--workspace", tmp_path)
    assert ran.code == 2
    assert ran.out == ""
    assert any("가" <= letter <= "힣" for letter in ran.err)
    assert any(line[:1].isascii() and len(line.split()) > 2 for line in ran.err.splitlines())
    assert "Traceback" not in ran.err


# ── surveys with a bad row ───────────────────────────────────────────────────


def workspace_with_survey(workspace: Path, change: tuple[str, str]) -> Path:
    """노원 with its own survey, changed."""
    shutil.copytree(REPOSITORY / "stations" / "nowon", workspace / "stations" / "nowon")
    file = workspace / "stations" / "nowon" / "survey.csv"
    content = file.read_text(encoding="utf-8")
    assert change[0] in content
    file.write_text(content.replace(*change, 1), encoding="utf-8")
    return file


def test_a_bad_survey_row_is_set_aside_the_rest_counts_and_the_code_is_6(run: Run, workspace: Path) -> None:
    file = workspace_with_survey(workspace, (",270,", ",27O,") if ",270," in _survey() else (",40,", ",4O,"))
    ran = run("check", "nowon", "--workspace", workspace, "--json")
    assert ran.code == 6
    bad = [each for each in ran.json if str(file).endswith(each["file"] or "-") and each["severity"] != "info"]
    assert [(each["field"], each["value"]) for each in bad if each["row"]] != []
    assert "survey.csv" in ran.err
    assert run("route", "nowon", "--from", "4:상계", "--to", "7:중계", "--workspace", workspace, "--json").code == 6


def _survey() -> str:
    return (REPOSITORY / "stations" / "nowon" / "survey.csv").read_text(encoding="utf-8")


def test_a_survey_that_is_no_survey_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "survey.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    ran = run("compare", "노원", "--survey", file, "--json")
    assert ran.code == 4
    assert ran.json["error"]["findings"]


def test_compare_with_a_survey_of_ones_own(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(_survey().replace(",21,", ",99,"), encoding="utf-8")
    (survey,) = run("compare", "노원", "--survey", file, "--json").json["surveys"]
    assert survey["minutes"] == 99
    assert not survey["in_range"]


# ── writing ──────────────────────────────────────────────────────────────────


def test_export_writes_a_geopackage_that_reads_back(run: Run, tmp_path: Path) -> None:
    import fiona

    file = tmp_path / "deep" / "nowon.gpkg"
    ran = run("export", "노원", "--out", file)
    assert ran.code == 0, ran.err
    assert str(file) in ran.out
    assert sorted(fiona.listlayers(file)) == ["levels", "links", "nodes", "spaces", "units"]
    with fiona.open(file, layer="units") as units:
        assert units.crs is not None
        assert "4:EV:외부1" in {each["properties"]["id"] for each in units}


@pytest.mark.parametrize("view", ["cards", "section", "oblique"])
def test_one_view_alone(run: Run, tmp_path: Path, view: str) -> None:
    ran = run("map", "노원", "--from", "4:상계", "--to", "exit:3", "--view", view, "--out", tmp_path)
    assert ran.code == 0, ran.err
    stem = "4-sanggye_exit-3"
    names = {f"{stem}.{view}.{lang}.svg" for lang in ("ko", "en")} | {f"{stem}.{lang}.html" for lang in ("ko", "en")}
    assert {each.name for each in (tmp_path / "nowon").iterdir()} == names
    page = (tmp_path / "nowon" / f"{stem}.ko.html").read_text(encoding="utf-8")
    assert page.count("<figure") == 1
    assert f'id="{view}"' in page


def test_a_poster_of_the_whole_station(run: Run, tmp_path: Path) -> None:
    ran = run("map", "노원", "--view", "overview", "--format", "pdf", "--paper", "a0", "--out", tmp_path)
    assert ran.code == 0, ran.err
    assert {each.name for each in (tmp_path / "nowon").iterdir()} == {"overview.ko.pdf", "overview.en.pdf"}
    (page,) = PdfReader(tmp_path / "nowon" / "overview.ko.pdf").pages
    assert [round(float(side) / 72 * 25.4) for side in (page.mediabox.width, page.mediabox.height)] == [1189, 841]
    assert "외부 1" in page.extract_text()


def test_a_map_of_one_transfer(run: Run, tmp_path: Path) -> None:
    ran = run("map", "노원", "--from", "4:상계", "--to", "7:중계", "--out", tmp_path, "--format", "svg,png,pdf,html")
    assert ran.code == 0, ran.err
    stem = tmp_path / "nowon" / "4-sanggye_7-junggye"
    names = [
        f"{stem.name}.{view}.{lang}.{form}"
        for view in ("cards", "section", "oblique", "plan-4-3f", "plan-4-2f", "plan-7-b1", "plan-7-b3")
        for lang in ("en", "ko")
        for form in ("pdf", "png", "svg")
    ]
    names += [f"{stem.name}.{lang}.html" for lang in ("en", "ko")]
    assert sorted(each.name for each in stem.parent.iterdir()) == sorted(names)
    assert sorted(ran.out.split()) == sorted(str(each) for each in stem.parent.iterdir())
    assert (stem.parent / f"{stem.name}.cards.ko.png").read_bytes().startswith(b"\x89PNG")
    assert (stem.parent / f"{stem.name}.section.en.pdf").read_bytes().startswith(b"%PDF-")


def test_a_map_in_the_dark_and_in_large_print(run: Run, tmp_path: Path) -> None:
    one = ("map", "노원", "--from", "4:상계", "--to", "7:중계", "--out", tmp_path)
    assert run(*one, "--theme", "dark", "--large-print").code == 0
    stem = tmp_path / "nowon" / "4-sanggye_7-junggye"
    section, page = (Path(f"{stem}.{end}").read_text(encoding="utf-8") for end in ("section.ko.svg", "ko.html"))
    assert 'width="3368"' in section
    assert "#FFD60A" in section
    assert "background:#000000" in page
    assert "html{font-size:170%}" in page


def test_a_map_by_itself_links_to_nothing_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert run("map", "노원", "--from", "4:상계", "--to", "7:중계", "--out", tmp_path, "--format", "html").code == 0
    for page in (tmp_path / "nowon").iterdir():
        for href in re.findall(r'href="([^"#:]+)(?:#[^"]*)?"', page.read_text(encoding="utf-8")):
            assert (page.parent / href).is_file(), href


def test_a_map_of_a_transfer_that_can_not_be_made_ends_with_5_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    ran = run("map", "대림", "--from", "7:신풍", "--to", "2:신도림", "--out", tmp_path / "maps")
    assert ran.code == 5
    assert not (tmp_path / "maps").exists()


def test_an_import_says_where_it_wrote_and_leaves_the_program_alone(run: Run, workspace: Path, tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    ran = run("data", "import", downloads, "--workspace", workspace)
    assert str(workspace / "data") in ran.out + ran.err
    assert ran.code in {0, 4}


def test_a_refused_import_changes_nothing(run: Run, workspace: Path, tmp_path: Path) -> None:
    ran = run("data", "import", tmp_path / "nowhere", "--workspace", workspace)
    assert ran.code == 4
    assert list(workspace.rglob("*")) == []


# ── the last resorts ─────────────────────────────────────────────────────────


def test_a_fault_inside_ends_with_1_and_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> object:
        raise RuntimeError("the roof leaks")

    monkeypatch.setattr("muui_maps.api.open_atlas", broken)
    ran = run("stations", "--json")
    assert ran.code == 1
    assert ran.json["error"]["exit_code"] == 1
    assert "the roof leaks" in ran.err
    assert "내부 오류" in ran.err


def test_a_reader_that_has_had_enough_gets_no_complaint() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "muui_maps", "check", "노원", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=REPOSITORY,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_main_reads_the_arguments_it_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert muui_maps.__version__ in capsys.readouterr().out


def test_stations_of_ones_own_appear(run: Run, workspace: Path) -> None:
    write_station(
        workspace, "sadang", 'id = "sadang"\nlines = [{ line = "2" }, { line = "4" }]\n[names]\nko = "사당"\n'
    )
    rows = {each["id"]: each for each in run("stations", "--workspace", workspace, "--json").json}
    assert rows["sadang"]["lines"] == ["2", "4"]
    assert rows["sadang"]["transfers"] == 8
    ran = run("route", "사당", "--from", "2:방배", "--to", "4:남태령", "--workspace", workspace, "--json")
    assert ran.code in {0, 5}
