"""The barrier report: figures that can be checked by hand, pages that say them, and open data that others can read."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import fiona
import pytest
from conftest import Run
from drawn_station import drawn
from test_schemas import faults

from muui_maps.insight.barrier_page import Barriers, barrier_page
from muui_maps.insight.barrier_plots import lines_plot, minutes_of_lines, times_plot
from muui_maps.insight.barrier_tables import (
    Surveyed,
    district_table,
    line_table,
    out_table,
    single_table,
    station_table,
    text_table,
    transfer_table,
)
from muui_maps.insight.burden import transfer_burdens
from muui_maps.insight.compare import OfficialComparison, Ours, Platform
from muui_maps.insight.official import StatedRide, StatedRoute
from muui_maps.insight.open_table import Column, OpenTable, table_csv
from muui_maps.model import Direction, LinkKind, StationName, Status, Text
from muui_maps.network.outages import Burden, Ranked
from muui_maps.open_package import write_package

#  4:상계 ── lift ── gate (staff) ── street ── gate (staff) ── lift ── 7:중계; on foot there are stairs inside the gates
OUTSIDE = """
  4p  platform   4:3F    in   4:상계
  4c  concourse  4:2F    in
  st  street     street  out
  7c  concourse  7:B1    in
  7p  platform   7:B3    in   7:중계
  ---
  4p.train  -- 40 --      4p.ev
  4p.ev     == 4:EV:1 ==  4c.ev
  4c.ev     -- 10 --      4c.gate
  4c.gate   |staff|       st.gate
  st.gate   -- 270 --     st.in
  st.in     |staff|       7c.gate
  7c.gate   -- 10 --      7c.ev
  7c.ev     == 7:EV:1 ==  7p.ev
  7p.ev     -- 20 --      7p.train
  4p.train  ==stairs==    7p.train
"""
DATASETS = (
    {"id": "register", "publisher": "운영사", "title": "목록", "name_en": "register", "where_published": "data.go.kr"}
    | {"licence": "출처표시", "as_of": "2025-10-01"},
)


def surveyed(ways: str = OUTSIDE, *, name: str = "nowon", ko: str = "노원") -> Surveyed:
    ends = (("4", "상계"), ("7", "중계"))
    directions = tuple(Direction(line, StationName(towards, "To"), None) for line, towards in ends)
    station = replace(
        drawn(ways),
        id=name,
        name=StationName(ko, "Nowon"),
        directions=directions,
        lines=("4", "7"),
        origin=(37.65, 127.06),
    )
    return Surveyed(station, transfer_burdens(station))


def rows(table: OpenTable) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(table_csv(table))))


def barriers(*stations: Surveyed) -> Barriers:
    return Barriers(stations, (), (), "2026-02-11")


def words_of(page: str) -> str:
    bare = re.sub(r"<style.*?</style>|<svg.*?</svg>", "", page, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare)))


# ── tables ───────────────────────────────────────────────────────────────────


def test_a_row_tells_what_a_wheelchair_meets_and_a_walker_does_not() -> None:
    there = next(each for each in rows(transfer_table([surveyed()])) if each["from_line"] == "4")
    assert (there["lifts"], there["wheelchair_lifts"], there["fare_gates"], there["staff_calls"]) == (
        "2",
        "0",
        "2",
        "2",
    )
    assert there["length_m"] == "350.0"
    assert (there["leaves_gates"], there["goes_outside"], there["only_wheelchairs_leave"]) == ("true",) * 3
    assert float(there["minutes"]) - float(there["minutes_on_foot"]) == pytest.approx(
        float(there["minutes_more"]), abs=0.11
    )
    assert 0 < float(there["outside_gates_minutes_high"]) < float(there["minutes_high"])
    assert there["surveyed"] == "2016"


def test_unknown_is_an_empty_cell_and_never_a_zero() -> None:
    unknown = rows(transfer_table([surveyed(OUTSIDE.replace("-- 270 --", "-- ? --"))]))[0]
    assert unknown["length_m"] == ""
    nothing = "\n".join(line for line in OUTSIDE.splitlines() if "==" not in line)
    row = rows(transfer_table([surveyed(nothing)]))[0]
    assert row["wheelchair_way"] == "", "no way at all is known: that is not the same as none"
    assert row["minutes"] == row["lifts"] == ""


def test_a_transfer_on_foot_only_is_not_a_way_and_keeps_the_walkers_minutes() -> None:
    on_foot = "\n".join(line for line in OUTSIDE.splitlines() if "EV:" not in line)
    row = rows(transfer_table([surveyed(on_foot)]))[0]
    assert row["wheelchair_way"] == "false"
    assert row["minutes"] == ""
    assert float(row["minutes_on_foot"]) > 0
    assert rows(station_table([surveyed(on_foot)]))[0]["on_foot_only"] == "2"


def test_a_line_counts_the_transfers_from_it_and_to_it() -> None:
    found = {each["line"]: each for each in rows(line_table([surveyed(), surveyed(name="other")]))}
    assert {line: each["transfers"] for line, each in found.items()} == {"4": "4", "7": "4"}
    assert found["4"]["only_wheelchairs_leave"] == "4"


def test_a_station_on_a_boundary_counts_in_both_districts_and_an_unknown_one_in_none() -> None:
    inside = replace(surveyed(), districts=("노원구",))
    between = replace(surveyed(name="other"), districts=("노원구", "도봉구"))
    unknown = surveyed(name="unknown")
    found = {each["district"]: each for each in rows(district_table([inside, between, unknown]))}
    assert {district: (each["stations"], each["transfers"]) for district, each in found.items()} == {
        "노원구": ("2", "4"),
        "도봉구": ("1", "2"),
    }
    assert {each["station"]: each["districts"] for each in rows(station_table([inside, between, unknown]))} == {
        "nowon": "노원구",
        "other": "노원구|도봉구",
        "unknown": "",
    }
    page = words_of(barrier_page(barriers(inside, between, unknown), lang="en"))
    assert re.search(r"Nowon-gu 2 4 .* Dobong-gu 1 2 .* not known 1 2 ", page)
    assert "Of 1 stations it is not known" in page
    assert "자치구를 모르는 역이 1개예요" in words_of(barrier_page(barriers(unknown), lang="ko"))


def test_a_unit_stands_in_the_heading_alone() -> None:
    """A cell is `17–23`: its heading says minutes already."""
    for lang, unit in (("ko", "분"), ("en", "min")):
        page = barrier_page(barriers(surveyed()), lang=lang)
        cells = [unescape(cell) for cell in re.findall(r"<td[^>]*>([^<]*)</td>", page)]
        assert any(re.fullmatch(r"\d+–\d+", cell) for cell in cells)
        assert not [cell for cell in cells if re.search(rf"\d\s*{unit}\b", cell)]


def test_what_is_out_of_service_is_listed_with_what_it_costs_today() -> None:
    broken = surveyed(OUTSIDE.replace("4p.ev     == 4:EV:1 ==  4c.ev", "4p.ev     == 4:EV:1 ==  4c.ev  repair"))
    (row,) = rows(out_table([broken]))
    assert (row["unit"], row["status"], row["transfers_lost"]) == ("4:EV:1", Status.UNDER_REPAIR.value, "2")
    transfer = rows(transfer_table([broken]))[0]
    assert (transfer["wheelchair_way"], transfer["wheelchair_way_today"]) == ("true", "false")


def test_texts_of_two_directions_that_differ_are_found() -> None:
    four, seven = Platform("4", "상계"), Platform("7", "중계")
    lift, wheelchair_lift = (StatedRide(kind, None, None) for kind in (LinkKind.ELEVATOR, LinkKind.WHEELCHAIR_LIFT))

    def text(start: Platform, end: Platform, *rides: StatedRide) -> OfficialComparison:
        ours = Ours((), None, None, None)
        return OfficialComparison("nowon", "r", start, end, "S1", StatedRoute(rides, 1), ours, equal=False, reasons=())

    differing = replace(surveyed(), official=(text(four, seven, lift), text(seven, four, wheelchair_lift)))
    (row,) = rows(text_table([differing]))
    assert (row["lifts"], row["wheelchair_lifts"], row["lifts_back"], row["wheelchair_lifts_back"]) == (
        "1",
        "0",
        "0",
        "1",
    )
    assert row["same_rides"] == "false"
    assert "1 take other rides on the way back" in words_of(barrier_page(barriers(differing), lang="en"))


def test_a_cell_is_never_a_formula_and_a_number_stays_one() -> None:
    column = Column("a", "string", Text("가", "a"))
    table = OpenTable(
        "t", Text("표", "t"), (column, replace(column, name="b", kind="number")), ("a",), (("=1+1", -1.5),)
    )
    assert table_csv(table).splitlines()[1] == "'=1+1,-1.5"


# ── pages and plots ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(("lang", "says"), [("ko", "휠체어만 밖으로 나가요"), ("en", "Only wheelchairs must leave")])
def test_the_page_says_what_the_tables_count(lang: str, says: str) -> None:
    page = barrier_page(barriers(surveyed()), lang=lang)
    words = words_of(page)
    assert f'<html lang="{lang}">' in page
    assert says in words
    assert {"ko": "역 1개에 2개", "en": "2 transfers at 1 stations"}[lang] in words
    assert page == barrier_page(barriers(surveyed()), lang=lang), "the same bytes"


def test_there_and_back_are_one_row_where_they_tell_the_same_and_two_where_not() -> None:
    same = words_of(barrier_page(barriers(surveyed()), lang="en"))
    assert "Line 4 for To ↔ Line 7 for To" in same
    assert "→" not in same
    # Down there is another lift than up: who goes back waits longer.
    there, back = "4p.train -- 40 -- 4p.ev oneway", "4p.ev -- 900 -- 4p.train oneway id=z"
    longer = OUTSIDE.replace("4p.train  -- 40 --      4p.ev", f"{there}\n  {back}")
    other = words_of(barrier_page(barriers(surveyed(longer)), lang="en"))
    assert "Line 4 for To → Line 7 for To" in other
    assert "Line 7 for To → Line 4 for To" in other
    assert "↔" not in other


def test_no_hangul_stands_in_english_where_a_station_has_no_english_name() -> None:
    station = replace(surveyed().station, name=StationName("인천시청"))
    unnamed = Surveyed(station, transfer_burdens(station))
    page = words_of(barrier_page(barriers(unnamed), lang="en")).replace("한국어", "")
    assert "Incheon City Hall" in page
    assert re.findall("[가-힣]+", page) == []
    assert rows(station_table([unnamed]))[0]["name_en"] == "Incheon City Hall"


def test_a_date_is_told_in_words() -> None:
    broken = surveyed(OUTSIDE.replace("4p.ev     == 4:EV:1 ==  4c.ev", "4p.ev     == 4:EV:1 ==  4c.ev  repair"))
    units = tuple(replace(unit, status_as_of="<=2025-10-01") for unit in broken.station.units)
    dated = replace(broken, station=replace(broken.station, units=units))
    assert "(status by 2025-10-01)" in words_of(barrier_page(barriers(dated), lang="en"))
    assert "2025-10-01 이전" in words_of(barrier_page(barriers(dated), lang="ko"))


def test_a_single_point_of_failure_goes_by_its_name_too() -> None:
    found = surveyed()
    worst = Ranked(1, "nowon", "4:EV:1", out_now=False, burden=Burden(2, 1, 0, 0.0))
    (row,) = rows(single_table([found], [worst]))
    assert (row["name_ko"], row["name_en"]) == ("4호선 엘리베이터 1", "Line 4 lift 1")


def test_names_from_the_data_are_words_and_never_markup() -> None:
    hostile = surveyed(ko="<script>alert(1)</script>")
    page = barrier_page(barriers(hostile), lang="ko")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_the_plots_are_the_same_each_time_and_hold_their_words_as_text() -> None:
    stations = [surveyed()]
    assert set(minutes_of_lines(stations)) == {"4", "7"}
    for plot, words in ((times_plot, "휠체어"), (lines_plot, "7호선")):
        drawn_once = plot(stations, lang="ko")
        assert drawn_once == plot(stations, lang="ko")
        assert words in re.sub(r"<[^>]+>", "", drawn_once.decode())


# ── open data ────────────────────────────────────────────────────────────────


def tables(*stations: Surveyed) -> list[OpenTable]:
    return [
        station_table(stations),
        transfer_table(stations),
        line_table(stations),
        district_table(stations),
        out_table(stations),
    ]


def digests(folder: Path) -> dict[str, str]:
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in sorted(folder.iterdir())}


def test_the_package_is_valid_after_the_standards_own_tool(tmp_path: Path) -> None:
    write_package(tmp_path, tables(surveyed()), datasets=DATASETS, as_of="2026-02-11")
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    report = json.loads(ran.stdout)
    assert report["valid"], ran.stdout
    assert {task["name"] for task in report["tasks"]} >= {"stations", "transfers", "lines", "out-of-service"}
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert package["sources"][0]["licence_as_stated"] == "출처표시"


def test_the_tool_would_find_a_wrong_cell(tmp_path: Path) -> None:
    write_package(tmp_path, tables(surveyed()), datasets=DATASETS, as_of="2026-02-11")
    file = tmp_path / "transfers.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("350.0", "far", 1), encoding="utf-8")
    command = [sys.executable, "-m", "frictionless", "validate", "datapackage.json", "--json"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert json.loads(ran.stdout)["valid"] is False


def test_every_column_is_described_in_both_languages(tmp_path: Path) -> None:
    write_package(tmp_path, tables(surveyed()), datasets=DATASETS, as_of=None)
    dictionary = (tmp_path / "DICTIONARY.md").read_text(encoding="utf-8")
    for table in tables(surveyed()):
        heading = (tmp_path / f"{table.name}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        assert heading == [each.name for each in table.columns]
        assert all(f"| `{each.name}` |" in dictionary and each.about.ko and each.about.en for each in table.columns)


def test_the_geopackage_and_the_geojson_hold_the_same_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    nowhere = replace(surveyed(name="nowhere"), station=replace(surveyed(name="nowhere").station, origin=None))
    for folder in ("one", "two"):
        write_package(tmp_path / folder, tables(surveyed(), nowhere), datasets=DATASETS, as_of="2026-02-11")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    with fiona.open(tmp_path / "one" / "barriers.gpkg", layer="stations") as layer:
        placed = {each["properties"]["station"]: each["geometry"] for each in layer}
    assert placed["nowhere"] is None
    assert placed["nowon"]["coordinates"] == pytest.approx((127.06, 37.65))
    assert set(fiona.listlayers(tmp_path / "one" / "barriers.gpkg")) == {each.name for each in tables(surveyed())}
    features = json.loads((tmp_path / "one" / "stations.geojson").read_text(encoding="utf-8"))["features"]
    assert {each["id"]: each["geometry"] for each in features} == {
        "nowhere": None,
        "nowon": {"type": "Point", "coordinates": [127.06, 37.65]},
    }


def test_the_command_writes_pages_and_data_and_keeps_its_contract(run: Run, tmp_path: Path) -> None:
    ran = run("report", "노원", "대림", "--out", tmp_path / "out", "--json")
    assert ran.code == 0, ran.err
    assert faults("report", ran.json) == []
    assert all((tmp_path / "out" / file).is_file() for file in ran.json["files"])
    assert {"report.ko.html", "report.en.html", "data/datapackage.json", "data/barriers.gpkg"} <= set(ran.json["files"])
    counted = {each["name"]: each["rows"] for each in ran.json["tables"]}
    assert counted["stations"] == ran.json["stations"] == 2
    assert counted["transfers"] == ran.json["transfers"] == 16
    page = (tmp_path / "out" / "report.en.html").read_text(encoding="utf-8")
    for source in re.findall(r'<img src="([^"]+)"', page):
        assert (tmp_path / "out" / source).is_file(), "every picture lies beside the page"
    assert not re.search(r'(?:src|href)="https?:', page), "nothing is asked of the network"


def test_a_station_without_transfers_is_counted_and_not_lost() -> None:
    alone = replace(surveyed(), transfers=())
    row = rows(station_table([alone]))[0]
    assert (row["transfers"], row["minutes_median"]) == ("0", "")
