"""The project's own tables: what is written can be read, and a broken table says where."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muui_maps.errors import InputRefusedError, MuuiError
from muui_maps.facts import LineStationFact, UnitFact
from muui_maps.names import normal_level
from muui_maps.sources.datasets import DATASETS
from muui_maps.tables import TABLES, read_table, renamed_stations, table_file, table_text, write_files, write_table

DATA = Path(__file__).resolve().parent.parent / "data"

LIFT = UnitFact(
    dataset="d",
    publisher="서울교통공사",
    licence="출처표시",
    as_of="<=2025-10-01",
    record="17",
    line="4",
    station="노원",
    kind="EV",
    number="내부1",
    status="working",
    levels=("2F", "3F"),
    doors=(("상계", 8, 4), ("창동", 3, None)),
    exits=(),
    toward_line=None,
    place="platform",
)

PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="|\r\n\0"), max_size=12)
ITEM = PLAIN.filter(bool)
LIFTS = st.builds(
    replace,
    st.just(LIFT),
    station=PLAIN,
    levels=st.lists(ITEM, max_size=4).map(tuple),
    doors=st.lists(st.tuples(ITEM, st.integers(1, 10), st.none() | st.integers(1, 4)), max_size=3).map(tuple),
    toward_line=st.none() | ITEM,
)


@given(st.lists(LIFTS, max_size=5))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, lifts: list[UnitFact]) -> None:
    folder = tmp_path_factory.mktemp("data")
    write_table("units", lifts, folder)
    assert read_table("units", folder) == tuple(lifts)


def test_a_cell_reads_as_a_person_would_write_it(tmp_path: Path) -> None:
    file = write_table("units", [LIFT], tmp_path)
    assert file == tmp_path / "facts" / "units.csv"
    header, row = csv.reader(file.read_text(encoding="utf-8").splitlines())
    cells = dict(zip(header, row, strict=True))
    assert header[:5] == ["dataset", "publisher", "licence", "as_of", "record"]
    assert (cells["levels"], cells["doors"], cells["exits"], cells["toward_line"]) == (
        "2F|3F",
        "상계:8-4|창동:3",
        "",
        "",
    )


def test_unknown_and_false_and_zero_are_three_things(tmp_path: Path) -> None:
    station = LineStationFact(
        dataset="d", publisher="p", licence="l", as_of="2020", record="1", line="4", station="노원",
        name_en=None, name_ja=None, name_zh="芦原", code="", station_code="0411", lat=37.0, lon=None,
    )  # fmt: skip
    write_table("line_stations", [station, replace(station, lat=0.0)], tmp_path)
    first, second = read_table("line_stations", tmp_path)
    assert (first.name_en, first.code, first.station_code, first.lat, first.lon) == (None, "", "0411", 37.0, None)
    assert second.lat == 0.0
    assert second.lat is not None


@pytest.mark.parametrize(
    "lift",
    [
        replace(LIFT, station="노\n원"),
        replace(LIFT, levels=("B1|B2",)),
        replace(LIFT, levels=("",)),
        replace(LIFT, doors=(("상|계", 1, 1),)),
    ],
)
def test_what_could_not_be_read_back_is_not_written(tmp_path: Path, lift: UnitFact) -> None:
    write_table("units", [LIFT], tmp_path)
    with pytest.raises(ValueError, match=r"cell|separators"):
        write_table("units", [lift], tmp_path)
    assert read_table("units", tmp_path) == (LIFT,)


def test_a_number_that_is_none_is_not_written() -> None:
    fields = {"name_en": None, "name_ja": None, "name_zh": None, "code": "", "station_code": "", "lon": None}
    origin = {"dataset": "d", "publisher": "p", "licence": "l", "as_of": "", "record": "1"}
    with pytest.raises(ValueError, match="finite"):
        table_text("line_stations", [LineStationFact(**origin, **fields, line="4", station="노원", lat=float("nan"))])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mend", "code", "row", "field"),
    [
        (("working", 'wor"king'), "table_unreadable", None, None),
        (("상계:8-4", "상계 8-4"), "table_cell", 2, "doors"),
        (("상계:8-4", "상계:eight-4"), "table_cell", 2, "doors"),
        ((",EV,", ",EV,EV,"), "table_row_length", 2, None),
        (("kind", "sort"), "table_columns", 1, None),
    ],
)
def test_a_broken_table_is_refused_with_file_row_and_field(
    tmp_path: Path, mend: tuple[str, str], code: str, row: int | None, field: str | None
) -> None:
    file = write_table("units", [LIFT], tmp_path)
    text = file.read_text(encoding="utf-8").replace(*mend)
    file.write_text(text if code != "table_unreadable" else text + '"open', encoding="utf-8")
    with pytest.raises(InputRefusedError) as refused:
        read_table("units", tmp_path)
    (finding,) = refused.value.findings
    assert (finding.code, finding.file, finding.row, finding.field) == (code, "units.csv", row, field)


def test_a_table_in_another_encoding_is_refused(tmp_path: Path) -> None:
    file = write_table("units", [LIFT], tmp_path)
    file.write_bytes(file.read_text(encoding="utf-8").encode("cp949"))
    with pytest.raises(InputRefusedError, match=r"units\.csv"):
        read_table("units", tmp_path)


def test_a_table_never_imported_has_no_rows_and_a_table_that_is_none_is_an_error(tmp_path: Path) -> None:
    assert read_table("units", tmp_path) == ()
    with pytest.raises(KeyError):
        read_table("lifts", tmp_path)


def test_a_table_that_changed_on_disk_is_read_anew(tmp_path: Path) -> None:
    write_table("units", [LIFT], tmp_path)
    assert len(read_table("units", tmp_path)) == 1
    write_table("units", [LIFT, replace(LIFT, number="내부2")], tmp_path)
    assert [lift.number for lift in read_table("units", tmp_path)] == ["내부1", "내부2"]


def test_writing_the_same_again_touches_nothing(tmp_path: Path) -> None:
    file = write_table("units", [LIFT], tmp_path)
    os.utime(file, (1, 1))
    assert write_files({file: file.read_text(encoding="utf-8")}) == ()
    assert file.stat().st_mtime == 1


def test_several_files_are_written_all_or_none(tmp_path: Path) -> None:
    good, blocked = tmp_path / "a" / "good.csv", tmp_path / "b" / "blocked.csv"
    good.parent.mkdir()
    good.write_text("old", encoding="utf-8")
    (tmp_path / "b").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(MuuiError):
        write_files({good: "new", blocked: "new"})
    assert good.read_text(encoding="utf-8") == "old"
    assert [file.name for file in good.parent.iterdir()] == ["good.csv"]


# ── the facts that travel with the program ───────────────────────────────────


@pytest.mark.parametrize("name", TABLES)
def test_every_fact_says_where_it_is_from(name: str) -> None:
    rows = read_table(name, DATA)
    assert rows, f"data/facts/{name}.csv is empty"
    known = {dataset.id: dataset for dataset in DATASETS}
    for row in rows:
        dataset = known[row.dataset]
        assert (row.publisher, row.licence) == (dataset.publisher, dataset.licence)
        assert row.as_of
        assert row.record


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_small_enough_to_travel(name: str) -> None:
    assert table_file(name, DATA).stat().st_size < 2_000_000


def test_levels_have_one_spelling_everywhere() -> None:
    units = {level for row in read_table("units", DATA) for level in row.levels}
    heights = {level for row in read_table("unit_heights", DATA) for level in row.levels}
    escalators = {level for row in read_table("escalators", DATA) for level in (row.from_level, row.to_level)} - {""}
    for level in units | heights | escalators:
        assert normal_level(level) == level


def test_the_list_of_datasets_is_the_table_of_licences() -> None:
    with (DATA / "datasets.csv").open(encoding="utf-8", newline="") as stream:
        listed = {row["id"]: row for row in csv.DictReader(stream)}
    assert list(listed) == [dataset.id for dataset in DATASETS]
    assert all(row["publisher"] and row["licence"] and row["as_of"] for row in listed.values())


def test_renamed_stations_lead_to_names_of_the_register() -> None:
    names = {row.station for row in read_table("line_stations", DATA)}
    units = {row.station for row in read_table("units", DATA)}
    renamed = renamed_stations(DATA)
    assert renamed["뚝섬유원지"] == "자양"
    assert renamed["당고개"] == "불암산"
    assert not set(renamed.values()) - names - units
    assert not set(renamed) & set(renamed.values())


def test_a_renaming_needs_its_evidence(tmp_path: Path) -> None:
    (tmp_path / "renamed_stations.csv").write_text("old,new,evidence\n뚝섬유원지,자양,\n", encoding="utf-8")
    with pytest.raises(InputRefusedError):
        renamed_stations(tmp_path)
    assert renamed_stations(tmp_path / "elsewhere") == {}
