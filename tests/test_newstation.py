"""New stations out of the facts: what is written, what is left alone, and what is said to be missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run, write_station
from test_schemas import faults

from muui_maps.errors import UnknownNameError, UsageError
from muui_maps.facts import LineStationFact, OfficialRouteFact
from muui_maps.newstation import candidates, new_stations, station_toml
from muui_maps.station_file import read_station_file
from muui_maps.tables import write_table
from muui_maps.workspace import Workspace, data_folder, stations_folder


def named(line: str, station: str, en: str | None, code: str = "", **names: str) -> LineStationFact:
    given = {"name_ja": None, "name_zh": None} | names
    return LineStationFact(
        dataset="names", publisher="p", licence="l", as_of="", record=f"{line}{station}", line=line, station=station,
        name_en=en, code=code, station_code="", lat=None, lon=None, **given,
    )  # fmt: skip


def route(station: str, from_line: str, to_line: str) -> OfficialRouteFact:
    return OfficialRouteFact(
        dataset="routes", publisher="p", licence="l", as_of="", record="1", operator="S1",
        route_id=f"S1:{station}:{from_line}:{to_line}",
        line=from_line, station=station, from_line=from_line, from_direction="", to_line=to_line,
        to_direction="", steps=0,
    )  # fmt: skip


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    """A workspace with facts of its own.

    가온 is 4 ↔ 7 and was 옛가온; 나루 is 나루선 ↔ 7 and has no published name; 먼바다 is of another city.
    """
    facts = tmp_path / "data" / "facts"
    rows = [
        named("4", "가온", "Gaon(Old Market)", "401", name_ja="ガオン", name_zh="加溫"),
        named("7", "가온", "Central Plaza", "701"),
        named("7", "옛가온", "Yetgaon", "701"),
        named("4", "다온", "Daon", "402"),
    ]
    write_table("line_stations", rows, facts)
    routes = [route("옛가온", "4", "7"), route("나루", "나루선", "7|4"), route("먼바다", "부산1", "부산2")]
    write_table("official_routes", routes, facts)
    (tmp_path / "data" / "renamed_stations.csv").write_text("old,new,evidence\n옛가온,가온,a sign\n", encoding="utf-8")
    return Workspace(tmp_path, "option")


def test_a_station_is_written_as_its_publishers_name_it(space: Workspace) -> None:
    (done,) = new_stations(["가온"], workspace=space)
    assert (done.file, done.written, done.derived_id) == (space.root / "stations/gaon/station.toml", True, False)
    read = read_station_file(done.file)
    assert read == done.definition
    assert (read.name.ko, read.name.en, read.name.ja, read.name.zh) == ("가온", "Gaon", "ガオン", "加溫")
    assert [(each.line, each.code) for each in read.lines] == [("4", "401"), ("7", "701")]


@pytest.mark.parametrize("spelling", ["옛가온", "가온역", "gaon", "Gaon", "401"])
def test_several_spellings_are_one_station(space: Workspace, spelling: str) -> None:
    (done,) = new_stations([spelling, "가온"], workspace=space)
    assert done.definition.also_known_as == ("옛가온",)
    assert 'also_known_as = ["옛가온"]' in done.file.read_text(encoding="utf-8")


def test_an_id_without_an_english_name_is_romanised_and_says_so(space: Workspace) -> None:
    (done,) = new_stations(["나루"], workspace=space)
    assert (done.definition.id, done.derived_id) == ("naru", True)
    assert "Revised Romanization" in done.file.read_text(encoding="utf-8")
    read = read_station_file(done.file)
    assert read.name.en is None
    assert read.line_ids == ("4", "7", "나루선")


def test_what_is_missing_is_said_line_by_line_and_the_file_is_written_all_the_same(space: Workspace) -> None:
    (done,) = new_stations(["나루"], workspace=space)
    assert done.file.is_file()
    said = [each.en for each in done.missing]
    assert [each for each in said if each.startswith("Naru") and "no number" in each]
    assert [each for each in said if each.startswith("Line 7") and "no lift in the register" in each]
    assert [each for each in said if each.startswith("Line 4") and "platforms are unknown" in each]


def test_all_are_the_transfer_stations_that_trains_of_the_names_list_reach(space: Workspace) -> None:
    done = new_stations(every=True, workspace=space)
    assert [each.definition.id for each in done] == ["gaon", "naru"], "다온 is no transfer, 먼바다 another city"


def test_a_station_that_exists_is_never_overwritten(space: Workspace) -> None:
    mine = 'id = "mine"\nlines = [{ line = "4" }]\n[names]\nko = "가온"\n'
    file = write_station(space.root, "mine", mine)
    (done,) = new_stations(["옛가온"], workspace=space)
    assert (done.file, done.written) == (file, False)
    assert file.read_text(encoding="utf-8") == mine
    assert not (space.root / "stations" / "gaon").exists()


def test_a_file_with_a_fault_is_not_overwritten_either(space: Workspace) -> None:
    file = write_station(space.root, "gaon", "half a file")
    (done,) = new_stations(["가온"], workspace=space)
    assert (done.file, done.written) == (file, False)
    assert file.read_text(encoding="utf-8") == "half a file"


def test_an_unknown_name_writes_nothing_and_offers_the_nearest(space: Workspace) -> None:
    with pytest.raises(UnknownNameError) as caught:
        new_stations(["가온", "가운"], workspace=space)
    assert "가온 (gaon)" in caught.value.nearest
    assert caught.value.exit_code == 3
    assert not (space.root / "stations").exists()


@pytest.mark.parametrize(("names", "every"), [([], False), (["가온"], True)])
def test_names_or_all_but_not_both(space: Workspace, names: list[str], *, every: bool) -> None:
    with pytest.raises(UsageError):
        new_stations(names, every=every, workspace=space)


# ── by command, with the facts that came with the program ────────────────────


def test_the_command_writes_and_the_station_can_be_used_at_once(run: Run, workspace: Path) -> None:
    """화랑대 and 봉화산 are no transfer stations, so the program brings no file of theirs."""
    ran = run("new", "화랑대", "봉화산", "--workspace", workspace, "--json")
    assert ran.code == 0, ran.err
    assert faults("new", ran.json) == []
    assert {(each["name_ko"], each["written"]) for each in ran.json} == {("화랑대", True), ("봉화산", True)}
    assert all(Path(each["file"]).is_relative_to(workspace) for each in ran.json)
    assert run("transfers", "화랑대", "--workspace", workspace, "--json").json == []
    again = run("new", "화랑대", "--workspace", workspace)
    assert "exists, left as it is" in again.out
    assert "이미 있어서" in run("new", "화랑대", "--workspace", workspace, "--lang", "ko").out


def test_all_of_the_capital_come_with_the_program_and_are_left_alone(run: Run, workspace: Path) -> None:
    rows = run("new", "--all", "--workspace", workspace, "--json").json
    ids = [each["id"] for each in rows]
    assert len(ids) == len(set(ids)) > 105
    assert {"wangsimni", "sindang", "isu", "nowon"} <= set(ids)
    assert not [each for each in rows if any(line["line"].startswith(("부산", "대구")) for line in each["lines"])]
    assert [each["id"] for each in rows if each["written"]] == []
    assert not (workspace / "stations").exists()


def test_what_the_program_brings_is_what_new_writes() -> None:
    """Run again over the same facts, `new` writes the same bytes: no station's file was touched by hand."""
    made = {each.definition.id: station_toml(each) for each in candidates(data_folder(), stations_folder())}
    files = sorted(stations_folder().glob("*/station.toml"))
    assert len(files) > 105
    assert [file.parent.name for file in files if file.read_text(encoding="utf-8") != made[file.parent.name]] == []


def test_an_unknown_name_ends_with_3(run: Run, workspace: Path) -> None:
    ran = run("new", "서울여", "--workspace", workspace)
    assert ran.code == 3
    assert "서울 (seoul-station)" in ran.err
    assert len(ran.err) < 500, "no list of all stations of the country"
