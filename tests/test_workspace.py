"""Where things are read from, where they are written, and what becomes of a station file with a fault."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path

import pytest
from conftest import Run, write_station

from muui_maps.errors import InputRefusedError, UnknownNameError, UsageError
from muui_maps.model import Evidence, Finding, Method
from muui_maps.station_file import read_station_file
from muui_maps.workspace import (
    Workspace,
    all_definitions,
    bundled_folder,
    data_folder,
    find_workspace,
    load_definition,
    newest_date,
    station_sets,
    stations_folder,
    valid_station_id,
    writing_data,
)

PILOTS = ("nowon", "konkuk-univ", "gasan-digital-complex", "daerim", "express-bus-terminal")

GOOD = """
id = "guro"
lines = [
  { line = "1", code = "141" },
  { line = "2" },
]

[names]
ko = "구로"
en = "Guro"
"""


def refused(tmp_path: Path, content: str | bytes, station_id: str = "guro") -> tuple[Finding, ...]:
    """The Findings of a station file that must be refused."""
    file = tmp_path / station_id / "station.toml"
    file.parent.mkdir()
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputRefusedError) as caught:
        read_station_file(file)
    assert caught.value.exit_code == 4
    for finding in caught.value.findings:
        assert finding.file == str(file)
        assert finding.message.ko
        assert finding.message.en
        assert finding.fix.ko
        assert finding.fix.en
    return caught.value.findings


# ── choosing the workspace ───────────────────────────────────────────────────


def test_the_option_comes_first(tmp_path: Path) -> None:
    assert find_workspace(tmp_path / "mine", around=bundled_folder()) == Workspace(tmp_path / "mine", "option")


def test_a_workspace_that_is_a_file_is_a_usage_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(UsageError):
        find_workspace(file)


def test_then_the_checkout_around_the_current_folder(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    (checkout / "stations" / "deep").mkdir(parents=True)
    (checkout / "stations" / "sets.toml").write_text("")
    (checkout / "pyproject.toml").write_text('[project]\nname = "muui-maps"\n')
    assert find_workspace(around=checkout / "stations" / "deep") == Workspace(checkout, "checkout")


def test_another_projects_checkout_is_none_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "other"\n')
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr("sys.platform", "linux")
    assert find_workspace(around=tmp_path) == Workspace(tmp_path / "xdg" / "muui-maps", "user")


def test_a_relative_xdg_folder_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    assert find_workspace(around=tmp_path).root == tmp_path / ".local" / "share" / "muui-maps"


# ── reading and writing ──────────────────────────────────────────────────────


def test_an_empty_workspace_still_has_the_programs_stations_and_facts(workspace: Path) -> None:
    space = Workspace(workspace, "option")
    assert {each.id for each in all_definitions(space)} >= set(PILOTS)
    assert data_folder(space) == bundled_folder() / "data"
    assert stations_folder(space) == workspace / "stations"


def test_the_workspaces_own_station_comes_before_the_programs(workspace: Path) -> None:
    theirs = load_definition("nowon", Workspace(workspace, "option"))
    write_station(
        workspace, "nowon", 'id = "nowon"\nlines = [{ line = "4" }]\n[names]\nko = "노원"\nen = "Nowon, mine"\n'
    )
    mine = load_definition("nowon", Workspace(workspace, "option"))
    assert theirs.name.en == "Nowon"
    assert (mine.name.en, mine.line_ids) == ("Nowon, mine", ("4",))


def test_writing_facts_to_a_new_workspace_keeps_the_other_tables_at_hand(workspace: Path) -> None:
    space = Workspace(workspace, "option")
    with writing_data(space) as folder:
        (folder / "facts" / "toilets.csv").write_text("changed")
    ours = sorted(file.name for file in (bundled_folder() / "data" / "facts").glob("*.csv"))
    assert sorted(file.name for file in (workspace / "data" / "facts").glob("*.csv")) == ours
    assert (workspace / "data" / "facts" / "toilets.csv").read_text() == "changed"
    assert data_folder(space) == workspace / "data"
    with writing_data(space) as folder:
        assert folder == workspace / "data"
    assert sorted(each.name for each in workspace.iterdir()) == ["data"]


def test_writing_that_fails_leaves_a_new_workspace_as_it_was(workspace: Path) -> None:
    def fail() -> None:
        with writing_data(Workspace(workspace, "option")) as folder:
            (folder / "facts" / "toilets.csv").write_text("changed")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(workspace.iterdir()) == []


def test_the_newest_date_is_a_publishers_and_no_clocks(tmp_path: Path) -> None:
    (tmp_path / "datasets.csv").write_text(
        "id,publisher,as_of\na,서울교통공사,2025-03-10\nb,서울교통공사,<=2025-10-01\nc,국토교통부,\nd,muui-maps,2026-11-23\n",
        encoding="utf-8",
    )
    assert newest_date(tmp_path) == "2025-10-01"
    assert newest_date(tmp_path / "nowhere") is None


def test_an_unknown_id_lists_what_exists() -> None:
    with pytest.raises(UnknownNameError) as caught:
        load_definition("nowhere")
    assert "nowon" in caught.value.existing


# ── a good file ──────────────────────────────────────────────────────────────


def test_a_station_file_becomes_a_definition(tmp_path: Path) -> None:
    file = write_station(
        tmp_path,
        "chongshin",
        """
id = "chongshin"
also_known_as = ["이수"]
lines = [{ line = "4", code = "432" }, { line = "경의중앙선", code = "K118" }]
notes = [{ ko = "공사 중", en = "under construction", date = 2026-05-01 }]

[names]
ko = "총신대입구"

[[overrides]]
unit = "4:EV:외부1"
exit = "3-1"
rise_m = 5.8
evidence = { dataset = "visit", record = "photo 3", date = "2026-05", method = "surveyed" }
""",
    )
    found = read_station_file(file)
    assert found.id == "chongshin"
    assert found.name.en is None  # unknown, and so it stays
    assert [(each.line, each.code) for each in found.lines] == [("4", "432"), ("경의중앙선", "K118")]
    assert found.also_known_as == ("이수",)
    assert found.notes[0].date == "2026-05-01"
    assert found.survey is None
    assert [(each.unit, each.field, each.value) for each in found.overrides] == [
        ("4:EV:외부1", "exit", "3-1"),
        ("4:EV:외부1", "rise_m", 5.8),
    ]
    assert found.overrides[0].evidence == Evidence("visit", "photo 3", "2026-05", Method.SURVEYED)


def test_a_byte_order_mark_of_a_windows_editor_does_no_harm(tmp_path: Path) -> None:
    file = write_station(tmp_path, "guro", GOOD)
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert read_station_file(file).name.ko == "구로"


def test_decomposed_hangul_is_composed(tmp_path: Path) -> None:
    file = write_station(tmp_path, "guro", unicodedata.normalize("NFD", GOOD))
    assert read_station_file(file).name.ko == "구로"


def test_the_five_pilots_are_good_and_are_the_pilot_set() -> None:
    pilot = next(each for each in station_sets() if each.id == "pilot")
    assert pilot.stations == PILOTS
    for station_id in PILOTS:
        definition = load_definition(station_id)
        assert definition.survey is not None, "each pilot has a surveyed transfer"
        assert len(definition.lines) >= 2
        assert None not in (definition.name.en, definition.name.ja, definition.name.zh)


# ── files with a fault: refused whole, with file, row, field, value and mend ──


@pytest.mark.parametrize(
    ("change", "code", "row", "field", "value", "mend"),
    [
        (('en = "Guro"', 'eng = "Guro"'), "config_key_unknown", 10, "names.eng", "Guro", "Did you mean en?"),
        (('id = "guro"', 'id = "guro"\nline = 2'), "config_key_unknown", 3, "line", "2", "Did you mean lines?"),
        (('ko = "구로"\n', ""), "config_field_missing", 8, "names.ko", None, "Add"),
        (('ko = "구로"', "ko = 96"), "config_type", 9, "names.ko", "96", "double quotes"),
        (('ko = "구로"', 'ko = " "'), "config_value", 9, "names.ko", " ", "blanks"),
        (('ko = "구로"', 'ko = "구\\u0000로"'), "char_not_allowed", 9, "names.ko", "구\\u0000로", "again"),
        (('line = "2"', 'line = "2호선"'), "config_value", 5, "lines[2].line", "2호선", 'Write "2"'),
        (('line = "2"', 'line = "1"'), "config_value", None, None, None, "each line"),
        (('code = "141"', "code = 0141"), "config_syntax", 4, "code", None, None),
        (('code = "141"', "code = 141"), "config_type", 4, "lines[1].code", "141", "double quotes"),
        (('code = "141"', 'code = "구로"'), "config_value", 4, "lines[1].code", "구로", "P142"),
        (('id = "guro"', 'id = "gurro"'), "config_value", 2, "id", "gurro", 'id = "guro"'),
        (('id = "guro"', 'id = "../guro"'), "station_id_invalid", 2, "id", "../guro", "letters"),
        (("[names]", "[names"), "config_syntax", 8, "names", "[names", None),
        (('en = "Guro"', 'en = "Guro"\nen = "Guro"'), "config_syntax", 11, "en", 'en = "Guro"', "once"),
    ],
)
def test_a_fault_is_named_with_its_place_and_mend(
    tmp_path: Path,
    change: tuple[str, str],
    code: str,
    row: int | None,
    field: str | None,
    value: str | None,
    mend: str | None,
) -> None:
    content = GOOD.replace(*change)
    assert content != GOOD
    (finding,) = refused(tmp_path, content)
    assert finding.code == code
    assert finding.row == row
    if code != "config_syntax":
        assert (finding.field, finding.value) == (field, value)
    assert mend is None or mend in finding.fix.en


OVERRIDE = """
[[overrides]]
unit = "1:EV:1"
rise_m = 5.8
evidence = { dataset = "visit", record = "photo", date = "2026-05-01", method = "surveyed" }
"""


@pytest.mark.parametrize(
    ("change", "code", "row", "field"),
    [
        (("rise_m = 5.8", "rise_cm = 580"), "config_unit", 14, "overrides[1].rise_cm"),
        (("rise_m = 5.8", "rise_m = 5800"), "config_unit", 14, "overrides[1].rise_m"),
        (("rise_m = 5.8", 'rise_m = "5.8 m"'), "config_unit", 14, "overrides[1].rise_m"),
        (("rise_m = 5.8", "rise_m = nan"), "config_unit", 14, "overrides[1].rise_m"),
        (("rise_m = 5.8", "width_mm = 90"), "config_unit", 14, "overrides[1].width_mm"),
        (("2026-05-01", "2026-13-01"), "config_date", 15, "overrides[1].evidence.date"),
        (("2026-05-01", "1.5.2026"), "config_date", 15, "overrides[1].evidence.date"),
        (('date = "2026-05-01"', "date = 20260501"), "config_date", 15, "overrides[1].evidence.date"),
        (('"surveyed"', '"guessed"'), "config_value", 15, "overrides[1].evidence.method"),
        (('"1:EV:1"', '"1:lift:1"'), "config_value", 13, "overrides[1].unit"),
        (('"1:EV:1"', '"1:EV:#1"'), "config_value", 13, "overrides[1].unit"),
        (('"1:EV:1"', '"7:EV:1"'), "config_value", None, None),
        (("rise_m = 5.8", "elevation_m = 5.8"), "config_key_unknown", 14, "overrides[1].elevation_m"),
        (("rise_m = 5.8\n", ""), "config_value", 12, "overrides[1]"),
        (("rise_m = 5.8", 'levels = ["B2", "지하1층"]'), "level_unknown", 14, "overrides[1].levels[2]"),
    ],
)
def test_a_wrong_unit_date_or_target_in_an_override(
    tmp_path: Path, change: tuple[str, str], code: str, row: int | None, field: str | None
) -> None:
    (finding,) = refused(tmp_path, GOOD + OVERRIDE.replace(*change))
    assert (finding.code, finding.row, finding.field) == (code, row, field)


def test_several_faults_are_all_named_in_the_order_of_their_rows(tmp_path: Path) -> None:
    findings = refused(tmp_path, GOOD.replace('"구로"', "1").replace('"2"', '"2호선"').replace("en =", "nn ="))
    assert [(each.row, each.field) for each in findings] == [(5, "lines[2].line"), (9, "names.ko"), (10, "names.nn")]


def test_a_cp949_file_is_refused_with_the_line_that_is_not_utf_8(tmp_path: Path) -> None:
    (finding,) = refused(tmp_path, GOOD.encode("cp949"))
    assert (finding.code, finding.row, finding.field) == ("encoding_mismatch", 9, "ko")
    assert finding.value is not None
    assert "구로" in finding.value
    assert "UTF-8" in finding.fix.en


def test_a_utf_16_file_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD.encode("utf-16"))[0].code == "encoding_mismatch"


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD + "#" * 300_000)[0].code == "too_long"


def test_a_link_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "guro").mkdir()
    (tmp_path / "guro" / "station.toml").symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(InputRefusedError) as caught:
        read_station_file(tmp_path / "guro" / "station.toml")
    assert caught.value.findings[0].code == "not_a_regular_file"


@pytest.mark.parametrize("text", ["../../etc", "/abs", "C:\\x", "a/b", "", ".", "..", "CON", "nul", "a\0b", "x" * 65])
def test_what_can_be_no_station_id(text: str) -> None:
    assert not valid_station_id(text)


def test_decomposed_hangul_is_no_station_id_but_composed_is() -> None:
    assert valid_station_id("노원")
    assert not valid_station_id(unicodedata.normalize("NFD", "노원"))


def test_two_folders_that_differ_in_case_only_are_refused(workspace: Path) -> None:
    write_station(workspace, "guro", GOOD)
    write_station(workspace, "Guro", GOOD.replace('"guro"', '"Guro"'))
    if len(list((workspace / "stations").iterdir())) == 1:
        pytest.skip("this file system does not tell case apart, so the two can't both be there")
    with pytest.raises(InputRefusedError) as caught:
        all_definitions(Workspace(workspace, "option"))
    assert caught.value.findings[0].code == "station_id_duplicate"


@pytest.mark.parametrize(
    "content",
    [
        '[mine]\nname = { ko = "내 역" }\nstations = ["nowon"]\n',
        '[mine]\nname = { ko = "내 역", en = "Mine" }\nstations = "nowon"\n',
        '[mine]\nname = { ko = "내 역", en = "Mine" }\nstations = ["nowhere"]\n',
        '[mine]\nname = { ko = "내 역", en = "Mine" }\nstations = ["nowon"]\ncolour = "red"\n',
        '[mine]\nname = { ko = "내 역", en = "Mine" }\nstations = ["nowon"]\nevery = true\n',
        '[mine]\nname = { ko = "내 역", en = "Mine" }\nevery = false\n',
        '[mine]\nname = { ko = "내 역", en = "Mine" }\nlines = "7"\n',
        '[mine]\nname = { ko = "내 역", en = "Mine" }\nsurveyed = 2016\n',
        '[mine]\nname = { ko = "내 역", en = "Mine" }\ndistricts = "노원구"\n',
    ],
)
def test_a_faulty_set_is_refused_with_its_row(workspace: Path, content: str) -> None:
    (workspace / "stations").mkdir()
    (workspace / "stations" / "sets.toml").write_text(content, encoding="utf-8")
    with pytest.raises(InputRefusedError) as caught:
        station_sets(Workspace(workspace, "option"))
    assert caught.value.findings[0].row == 1


@pytest.mark.parametrize(
    ("rule", "joins"),
    [
        ("every = true", True),
        ('lines = ["7호선", "2"]', True),
        ('lines = ["3"]', False),
        ('surveyed = "2031"', True),
        ('surveyed = "2030"', False),
        ('operators = ["S1"]', True),
        ('operators = ["KR"]', False),
        ('districts = ["노원구", "광진구"]', True),
        ('districts = ["노원구"]', False),
    ],
)
def test_a_station_that_is_added_joins_the_sets_whose_rule_it_answers_to(
    workspace: Path, rule: str, *, joins: bool
) -> None:
    """건대입구 is of lines 2 and 7, of a route of S1, with lifts in 광진구; here it has another id."""
    (workspace / "stations").mkdir()
    sets = workspace / "stations" / "sets.toml"
    sets.write_text(f'[mine]\nname = {{ ko = "내 역", en = "Mine" }}\n{rule}\n', encoding="utf-8")
    space = Workspace(workspace, "option")

    def mine() -> tuple[str, ...]:
        return next(each.stations for each in station_sets(space) if each.id == "mine")

    assert "kondae" not in mine()
    toml = 'id = "kondae"\nlines = [{ line = "2" }, { line = "7" }]\n[names]\nko = "건대입구"\n'
    file = write_station(workspace, "kondae", toml)
    file.with_name("survey.csv").write_text("run_id,observed_at\na,2031-04\n", encoding="utf-8")
    assert ("kondae" in mine()) is joins


# ── through the program ──────────────────────────────────────────────────────


def test_a_faulty_station_file_ends_with_4_and_quotes_the_fault_in_both_languages(run: Run, workspace: Path) -> None:
    file = write_station(workspace, "guro", GOOD.replace('"2"', '"2호선"'))
    ran = run("check", "guro", "--workspace", workspace, "--json")
    assert ran.code == 4
    (finding,) = ran.json["error"]["findings"]
    assert (finding["file"], finding["row"], finding["field"]) == (str(file), 5, "lines[2].line")
    assert (finding["value"], finding["code"]) == ("2호선", "config_value")
    assert "모양이 달라요" in ran.err
    assert 'Write "2"' in ran.err


def test_a_faulty_station_is_found_by_the_name_inside_it_too(run: Run, workspace: Path) -> None:
    write_station(workspace, "guro", GOOD.replace('"2"', '"2호선"'))
    assert run("transfers", "구로", "--workspace", workspace).code == 4


def test_one_faulty_station_hides_no_other(run: Run, workspace: Path) -> None:
    write_station(workspace, "guro", GOOD.replace('"2"', '"2호선"'))
    assert run("transfers", "노원", "--workspace", workspace).code == 0
    ran = run("stations", "--workspace", workspace, "--json")
    assert ran.code == 4
    assert "nowon" in {each["id"] for each in ran.json}
    assert "guro/station.toml:5" in ran.err


def test_an_override_of_a_unit_that_is_not_there_is_refused(run: Run, workspace: Path) -> None:
    shutil.copytree(bundled_folder() / "stations" / "nowon", workspace / "stations" / "nowon")
    file = workspace / "stations" / "nowon" / "station.toml"
    file.write_text(file.read_text(encoding="utf-8") + OVERRIDE.replace("1:EV:1", "4:EV:외부9"), encoding="utf-8")
    ran = run("check", "nowon", "--workspace", workspace)
    assert ran.code == 4
    assert "4:EV:외부1" in ran.err


@pytest.mark.parametrize(
    ("written", "field", "value"),
    [
        ('status = "under_repair"', "status", "under_repair"),
        ("rise_m = 6.5", "rise_m", 6.5),
        ("width_mm = 900", "width_mm", 900),
        ('exit = "3-1"', "exit", "3-1"),
        ('levels = ["2F", "3F"]', "levels", ("4:2F", "4:3F")),
    ],
)
def test_an_override_reaches_the_station_with_its_evidence(
    workspace: Path, written: str, field: str, value: object
) -> None:
    import muui_maps as mm

    shutil.copytree(bundled_folder() / "stations" / "nowon", workspace / "stations" / "nowon")
    file = workspace / "stations" / "nowon" / "station.toml"
    override = OVERRIDE.replace("1:EV:1", "4:EV:외부1").replace("rise_m = 5.8", written)
    file.write_text(file.read_text(encoding="utf-8") + override, encoding="utf-8")
    unit = next(each for each in mm.load("nowon", workspace=workspace).model.units if each.id == "4:EV:외부1")
    assert getattr(unit, field) == value
    assert Evidence("visit", "photo", "2026-05-01", Method.SURVEYED) in unit.evidence
