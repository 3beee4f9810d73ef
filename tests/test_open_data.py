"""A folder of downloads becomes tables: recognised by content, counted, all or nothing, the same bytes again."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from shared import REPOSITORY, shared_data

from muui_maps.errors import InputRefusedError
from muui_maps.sources import workbook
from muui_maps.sources.decoding import decode, in_ks_x_1001
from muui_maps.sources.open_data import FileReport, ImportReport, import_folder
from muui_maps.tables import TABLES, read_table, table_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from conftest import Run

    from muui_maps.model import Finding

# ── downloads, as the publishers write them ──────────────────────────────────

LIFT = {
    "elvtr_se": "EV",
    "elvtr_nm": "승강기)엘리베이터 내부#1",
    "stn_nm": "노원(4)",
    "stn_cd": "0411",
    "use_yn": "사용가능",
    "opr_sec": "2F-3F",
    "instl_pstn": "상계 방면8-4",
}
ESCALATOR = {
    "연번": 1,
    "호선": "4호선",
    "역  명": "노원(4)",
    "관리번호(호기)": 3,
    "상하행구분": "하행",
    "(근접)출입구번호": "2번출구",
    "시작층(지상_지하)": "지상",
    "시작층(운행역층)": 2,
    "시작층(상세위치)": "2번 출구 측",
    "종료층(지상_지하)": "지상",
    "종료층(운행역층)": 1,
    "종료층(상세위치)": "2번 출구 측",
    "승강기형폭": 1200,
    "승강기 일련번호": "1800-448",
    "데이터 기준일자": "2025-03-10",
}
WHEELCHAIR_LIFT = {
    "연번": 1,
    "호선": "7호선",
    "역명": "대림(7)",
    "관리번호(호기)": "내부#2",
    "(근접) 출입구번호": "내부",
    "시작층(지상_지하)": "지하",
    "시작층(운행역층)": 1,
    "시작층(상세위치)": "환승통로(2호선 대합실-7호선 승강장)",
    "종료층(지상_지하)": "지상",
    "종료층(운행역층)": "M",
    "종료층(상세위치)": "환승통로(2호선 대합실-7호선 승강장)",
    "길이": 15.5,
    "폭": 800,
    "한계중량": 300,
    "승강기 일련번호": "1903-415",
    "데이터 기준일자": "2025-03-10",
}
TOILET = {
    "연번": "1",
    "운영노선명": "1호선",
    "역명": "서울",
    "위도": "37.556878",
    "경도": "126.972578",
    "지상 또는 지하 구분": "지하",
    "역층": "1",
    "게이트 내외 구분": "외부",
    "(근접) 출입구 번호": "2 또는3",
    "전화번호": "02-6110-1331",
    "개방시간": "05:00~24:00",
    "데이터기준일자": "2024-06-28",
}
POINT = {
    "sbwy_stn_nm": "노원",
    "sbwy_stn_cd": "102",
    "node_wkt": "POINT(127.0628 37.6561)",
    "node_type_cd": "1",
    "node_id": 99451,
    "sgg_nm": "노원구",
}
STATION = {
    "line": "4호선",
    "name": "노원",
    "station_nm_chn": "芦原",
    "station_nm_jpn": "ノウォン\u00a0",
    "station_nm_eng": "Women`s  Univ.",
    "fr_code": "411",
    "station_cd": "0411",
    "lat": 37.656,
    "lng": 127.063,
}
LINE = {
    "line": "4호선",
    "line_name": "수도권 전철 4호선",
    "color": "#00a4e3",
    "node": [{"station": [{"name": "상계"}, {"name": "노원"}], "via": [[37.66, 127.07], [37.65, 127.07]]}],
}
DEPTH = """호선,역명,층수,형식,지반고,레일면고,선로기준정거장깊이,정거장깊이
4,노원,고가,상대식,125.69,138.28,-12.59,-13.69
7,노원,B3,섬식,124.6,101.04,23.56,22.46
"""
DISTANCE = """연번,호선,환승역명,환승노선,환승거리,환승소요시간
1,4,서울역,공항철도,224,03:07
"""
INTERSTATION = """연번,호선,역명,소요시간,역간거리(km),호선별누계(km)
1,1,서울역,00:00,0,0
2,1,시청,02:30,1.1,1.1
"""
COORDINATES = """연번,호선,고유역번호(외부역코드),역명,위도,경도,작성일자,작성기준일
1,1,150,서울,37.55315,126.972533,1974-02-28,2025-08-14
"""
STEPS = """철도운영기관코드,선명,역명,환승이동순서,이동내용상세,환승이동내용
S1(서울교통공사),4,노원,1,1) (3F) 4호선 상계 방면 승강장 하차,4호선 상계 방면
S1(서울교통공사),4,노원,2,2) 엘리베이터 탑승,
S1(서울교통공사),4,노원,3,3) 콩떡 찰떡,
S1(서울교통공사),4,노원,4,4) (B3) 7호선 중계 방면 승강장 승차 (휠체어칸),7호선 중계 방면
"""

LIFT_SHEET = (
    ("[연번 관리 규칙]", "❚엘리베이터 승강행정"),
    ("연번\n(총괄정렬용)", "연번", "호선", "역명", "호기", "승강기번호", "운행구간", "승강행정\n(㎜)"),
    ("4-1", "=ROW()-2", 4, "노원(4)", "내부1", "0027-702", "2F-3F", 6535),
    ("4-2", "=ROW()-2", "5(연)", "강일", 6, "0157-507", "B2-1F", "-"),
)
ESCALATOR_MEASURES = ("운행방향", "설치높이\n(m)", "경사길이\n(m)", "운행길이\n(m)")
ESCALATOR_SHEET = (
    ("[연번 관리 규칙]",),
    (*("연번", "연번2", "호선", "역명", "호기", "승강기번호", "운행구간(자체조사)"), *ESCALATOR_MEASURES),
    ("6-1", 1, 6, "안암", 5, "1803-147", "B2-B1", "상행", 3.58, 6, "8,4"),
    ("7-1", 2, 7, "이수(7)", 9, "1804-182", "B3-B1, B1-B3", "상/하겸용", 14.2, 28.4, 14.200000000000001),
)  # fmt: skip


def portal_json(*records: Mapping[str, Any]) -> bytes:
    return json.dumps({"DESCRIPTION": {}, "DATA": list(records)}, ensure_ascii=False).encode()


def plain_json(*records: Mapping[str, Any]) -> bytes:
    return json.dumps(list(records), ensure_ascii=False).encode()


def xlsx(**sheets: Sequence[Sequence[Any]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def heights() -> bytes:
    return xlsx(EL=LIFT_SHEET, ES=ESCALATOR_SHEET)


EVERYTHING = {
    "a": portal_json(LIFT),
    "b": plain_json(ESCALATOR),
    "c": plain_json(WHEELCHAIR_LIFT),
    "d": plain_json(TOILET),
    "e": portal_json(POINT, POINT | {"sbwy_stn_nm": None, "node_id": 7}),
    "f": portal_json(POINT),
    "g": portal_json(STATION),
    "h": portal_json(LINE),
    "i": DEPTH.encode(),
    "j": DISTANCE.encode("cp949"),
    "k": INTERSTATION.encode(),
    "l": COORDINATES.encode("cp949"),
    "m": STEPS.encode("cp949"),
    "n": heights(),
}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


def put(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def only(report: ImportReport) -> FileReport:
    (file,) = report.files
    return file


def refusal(downloads: Path, out: Path) -> tuple[Finding, ...]:
    with pytest.raises(InputRefusedError) as refused:
        import_folder(downloads, out)
    assert refused.value.exit_code == 4
    return refused.value.findings


def tree(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


# ── what the registers say ───────────────────────────────────────────────────


def test_a_lift_of_the_status_register(downloads: Path, out: Path) -> None:
    import_folder(put(downloads, {"status": portal_json(LIFT)}), out)
    (lift,) = read_table("units", out)
    assert (lift.line, lift.station, lift.kind, lift.number) == ("4", "노원", "EV", "내부1")
    assert (lift.status, lift.levels, lift.place) == ("working", ("2F", "3F"), "platform")
    assert lift.doors == (("상계", 8, 4),)
    assert (lift.dataset, lift.publisher, lift.record) == ("seoulmetro-lift-status", "서울교통공사", "1")


@pytest.mark.parametrize(
    ("code", "name", "line"),
    [("0150", "서울역(1)", "1"), ("0246", "신설동(2)", "2"), ("2511", "방화", "5"), ("2748", "가산디지털단지(7)", "7")],
)
def test_the_station_code_tells_the_line(downloads: Path, out: Path, code: str, name: str, line: str) -> None:
    import_folder(put(downloads, {"status": portal_json(LIFT | {"stn_cd": code, "stn_nm": name})}), out)
    assert [unit.line for unit in read_table("units", out)] == [line]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("승강기)엘리베이터 외부#2", "외부2"),
        ("승강기)에스컬레이터 에스컬레이터 19호기", "19"),
        ("승강기)휠체어리프트 내부3", "내부3"),
        ("승강기)엘리베이터", ""),
    ],
)
def test_a_machines_number_without_the_words_around_it(downloads: Path, out: Path, name: str, number: str) -> None:
    report = import_folder(put(downloads, {"status": portal_json(LIFT | {"elvtr_nm": name})}), out)
    assert [unit.number for unit in read_table("units", out)] == [number]
    assert [finding.code for finding in report.findings if finding.field == "elvtr_nm"] == (
        [] if number else ["unit_number_missing"]
    )


@pytest.mark.parametrize(
    ("served", "levels", "code"),
    [
        ("B4-B2-B1-1F", ("B4", "B2", "B1", "1F"), None),
        ("BM1-1F", ("BM1", "1F"), None),
        ("F1-B1", ("1F", "B1"), None),
        ("F3-지상", ("3F", "1F"), None),
        ("2F-FM1", ("2F", "M1"), None),
        ("B3-B1, B1-B3", ("B3", "B1"), "runs_both_ways"),
        ("B1-연결통로", (), "level_unknown"),
        ("B1-B2,B4-B5", (), "level_unknown"),
        ("B0-1F", (), "level_unknown"),
    ],
)
def test_served_levels_in_one_spelling(
    downloads: Path, out: Path, served: str, levels: tuple[str, ...], code: str | None
) -> None:
    report = import_folder(put(downloads, {"status": portal_json(LIFT | {"opr_sec": served})}), out)
    assert [unit.levels for unit in read_table("units", out)] == [levels]
    assert [finding.code for finding in report.findings if finding.field == "opr_sec"] == ([code] if code else [])


@pytest.mark.parametrize(
    ("said", "status"), [("사용가능", "working"), ("보수중", "under_repair"), ("점검", "unknown"), ("", "unknown")]
)
def test_a_state_new_to_us_is_unknown_and_never_working(downloads: Path, out: Path, said: str, status: str) -> None:
    import_folder(put(downloads, {"status": portal_json(LIFT | {"use_yn": said})}), out)
    assert [unit.status for unit in read_table("units", out)] == [status]


def test_a_transfer_passage_names_the_other_line(downloads: Path, out: Path) -> None:
    place = "환승통로(7호선 대합실-1호선 승강장)"
    lift = LIFT | {"stn_cd": "2711", "stn_nm": "도봉산(7)", "instl_pstn": place}
    import_folder(put(downloads, {"status": portal_json(lift)}), out)
    assert [(unit.place, unit.toward_line) for unit in read_table("units", out)] == [("passage", "1")]


def test_both_sheets_of_the_heights(downloads: Path, out: Path) -> None:
    report = import_folder(put(downloads, {"heights_20260211.bin": heights()}), out)
    lift, unknown, escalator, both = read_table("unit_heights", out)
    assert (lift.line, lift.station, lift.number, lift.serial, lift.rise_m) == ("4", "노원", "내부1", "0027-702", 6.535)
    assert (unknown.line, unknown.station, unknown.rise_m) == ("5", "강일", None)
    assert (escalator.upward, escalator.slope_length_m, escalator.run_length_m) == (True, 6.0, 8.4)
    assert (both.upward, both.levels, both.run_length_m) == (None, ("B3", "B1"), 14.2)
    assert {(finding.code, finding.layer, finding.row) for finding in report.findings} == {
        ("height_unknown", "EL", 4),
        ("decimal_comma", "ES", 3),
        ("runs_both_ways", "ES", 4),
    }
    assert lift.as_of == "2026-02-11"


def test_an_escalator(downloads: Path, out: Path) -> None:
    import_folder(put(downloads, {"x": plain_json(ESCALATOR)}), out)
    (one,) = read_table("escalators", out)
    assert (one.line, one.station, one.number, one.upward) == ("4", "노원", "3", False)
    assert (one.from_level, one.to_level, one.exits, one.width_mm) == ("2F", "1F", ("2",), 1200)
    assert one.as_of == "2025-03-10"


def test_an_escalator_that_runs_both_ways_keeps_both_levels(downloads: Path, out: Path) -> None:
    both = {"상하행구분": "상/하겸용", "시작층(지상_지하)": "지하", "종료층(지상_지하)": "지하"}
    both |= {"시작층(운행역층)": "1, M", "종료층(운행역층)": "1, M"}
    import_folder(put(downloads, {"x": plain_json(ESCALATOR | both)}), out)
    (one,) = read_table("escalators", out)
    assert (one.from_level, one.to_level, one.upward) == ("B1", "BM1", None)


def test_a_wheelchair_lift(downloads: Path, out: Path) -> None:
    import_folder(put(downloads, {"x": plain_json(WHEELCHAIR_LIFT)}), out)
    (one,) = read_table("wheelchair_lifts", out)
    assert (one.line, one.station, one.number, one.toward_line) == ("7", "대림", "내부2", "2")
    assert (one.from_level, one.to_level) == ("B1", "M1")
    assert (one.length_m, one.width_mm, one.load_kg) == (15.5, 800, 300)


def test_platforms_above_ground_have_no_level_and_a_negative_depth(downloads: Path, out: Path) -> None:
    import_folder(put(downloads, {"x": DEPTH.encode()}), out)
    line_4, line_7 = read_table("platforms", out)
    assert (line_4.level, line_4.elevated, line_4.shape, line_4.depth_m) == (None, True, "side", -13.69)
    assert (line_7.level, line_7.elevated, line_7.shape, line_7.rail_elevation_m) == ("B3", False, "island", 101.04)


def test_distances_times_points_and_names(downloads: Path, out: Path) -> None:
    import_folder(put(downloads, {key: EVERYTHING[key] for key in "gjkl"}), out)
    (distance,) = read_table("transfer_distances", out)
    assert (distance.line, distance.station, distance.to_line, distance.length_m) == ("4", "서울", "공항철도", 224.0)
    assert [(row.seconds, row.length_m) for row in read_table("interstation", out)] == [(0, 0.0), (150, 1100.0)]
    assert [(row.station, row.lat) for row in read_table("station_points", out)] == [("서울", 37.55315)]
    (name,) = read_table("line_stations", out)
    assert (name.name_en, name.name_ja, name.station_code) == ("Women’s Univ.", "ノウォン", "0411")


def test_lines_and_their_segments(downloads: Path, out: Path) -> None:
    import_folder(put(downloads, {"x": portal_json(LINE)}), out)
    lines = {line.line: line for line in read_table("lines", out)}
    assert (lines["4"].name_ko, lines["4"].name_en, lines["4"].colour) == ("4호선", "Line 4", "#00A4E3")
    assert (lines["공항철도"].name_en, lines["공항철도"].dataset) == ("AREX", "line-colours")
    (segment,) = read_table("segments", out)
    assert (segment.from_station, segment.to_station, segment.seq) == ("상계", "노원", 1)
    assert segment.length_m == pytest.approx(1110, abs=1)  # a hundredth of a degree of latitude at 37.65° north


def test_toilets_keep_their_row_when_their_point_lies_in_the_arctic(downloads: Path, out: Path) -> None:
    report = import_folder(put(downloads, {"x": plain_json(TOILET, TOILET | {"위도": "57.580037"})}), out)
    good, lost = read_table("toilets", out)
    assert (good.level, good.paid_area, good.exits, good.lat) == ("B1", False, ("2", "3"), 37.556878)
    assert (lost.lat, lost.lon, lost.phone) == (None, None, "02-6110-1331")
    assert [(finding.code, finding.row, finding.value) for finding in report.findings] == [
        ("coord_out_of_area", 2, "57.580037")
    ]


def test_the_two_sets_of_points_have_equal_columns_and_are_told_apart(downloads: Path, out: Path) -> None:
    report = import_folder(put(downloads, {key: EVERYTHING[key] for key in "ef"}), out)
    points = read_table("lift_points", out)
    assert [(point.kind, point.station, point.record) for point in points] == [
        ("EV", "노원", "99451"),
        ("EV", None, "7"),
        ("WL", "노원", "99451"),
    ]
    assert (points[0].lat, points[0].lon, points[0].district) == (37.6561, 127.0628, "노원구")
    assert [finding.code for finding in report.findings].count("dataset_guessed") == 2


def test_a_lift_whose_district_is_not_stated_has_none(downloads: Path, out: Path) -> None:
    import_folder(put(downloads, {"f": portal_json(POINT | {"sgg_nm": " "})}), out)
    assert [(point.station, point.district) for point in read_table("lift_points", out)] == [("노원", None)]


def test_official_routes_become_acts_and_a_step_not_understood_a_finding(downloads: Path, out: Path) -> None:
    report = import_folder(put(downloads, {"steps.csv": STEPS.encode("cp949")}), out)
    file = only(report)
    assert (file.records, file.used, file.set_aside) == (4, 3, 1)
    (route,) = read_table("official_routes", out)
    assert (route.from_line, route.from_direction, route.to_line, route.to_direction) == ("4", "상계", "7", "중계")
    assert {act.step for act in read_table("official_acts", out)} == {1, 2, 4}
    assert [finding.row for finding in file.findings if finding.value and "콩떡" in finding.value] == [4]


# ── recognised by content ────────────────────────────────────────────────────


def test_every_dataset_is_known_by_its_content_under_any_name(downloads: Path, out: Path) -> None:
    report = import_folder(put(downloads, EVERYTHING), out)
    assert {file.file: file.dataset for file in report.files} == {
        "a": "seoulmetro-lift-status",
        "b": "seoulmetro-escalators",
        "c": "seoulmetro-wheelchair-lifts",
        "d": "seoulmetro-toilets",
        "e": "seoul-elevator-points",
        "f": "seoul-wheelchair-lift-points",
        "g": "seoul-station-names",
        "h": "seoul-line-order",
        "i": "seoulmetro-station-depth",
        "j": "seoulmetro-transfer-distance",
        "k": "seoulmetro-interstation",
        "l": "seoulmetro-station-points",
        "m": "molit-transfer-movement",
        "n": "seoulmetro-lift-heights",
    }
    assert all(read_table(name, out) for name in TABLES)


@pytest.mark.parametrize("encoding", ["cp949", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_separator_make_no_difference(downloads: Path, out: Path, encoding: str, delimiter: str) -> None:
    text = DEPTH.replace(",", delimiter)
    report = import_folder(put(downloads, {"x": text.encode(encoding)}), out)
    assert only(report).encoding == encoding
    assert [platform.station for platform in read_table("platforms", out)] == ["노원", "노원"]


def test_a_register_may_come_as_json_or_csv(downloads: Path, out: Path, tmp_path: Path) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(LIFT))
    writer.writeheader()
    writer.writerow(LIFT)
    import_folder(put(downloads, {"x": text.getvalue().encode("cp949")}), out)
    (tmp_path / "json").mkdir()
    import_folder(put(tmp_path / "json", {"x": plain_json(LIFT)}), tmp_path / "other")
    (from_csv,), (from_json,) = read_table("units", out), read_table("units", tmp_path / "other")
    assert (from_csv.number, from_csv.doors, from_csv.record) == (from_json.number, from_json.doors, "2")


def test_title_rows_may_stand_above_the_header(downloads: Path, out: Path) -> None:
    import_folder(put(downloads, {"x": ("역사심도정보\n\n" + DEPTH).encode()}), out)
    assert [platform.record for platform in read_table("platforms", out)] == ["4", "5"]


def test_what_is_none_of_ours_is_reported_and_left_alone(downloads: Path, out: Path) -> None:
    strangers = {
        "notes.txt": b"bring an umbrella",
        "page.html": b"<html>",
        "other.csv": b"a,b\n1,2\n",
        "o.json": b'{"a": 1}',
    }
    put(downloads, strangers | {"x": DEPTH.encode(), ".DS_Store": b"\0\0"})
    (downloads / "folder").mkdir()
    report = import_folder(downloads, out)
    unknown = {finding.file for finding in report.findings if finding.code == "file_unknown"}
    assert unknown == {*strangers, "folder"}
    assert len(read_table("platforms", out)) == 2


def test_a_date_in_the_name_is_the_date_of_a_file_that_has_none_inside(downloads: Path, out: Path) -> None:
    report = import_folder(put(downloads, {"역사심도_20261101.csv": DEPTH.encode()}), out)
    assert {platform.as_of for platform in read_table("platforms", out)} == {"2026-11-01"}
    assert report.findings == ()


def test_a_file_without_any_date_says_so(downloads: Path, out: Path) -> None:
    report = import_folder(put(downloads, {"depth_99999999.csv": DEPTH.encode()}), out)
    assert [finding.code for finding in report.findings] == ["as_of_unknown"]
    assert {platform.as_of for platform in read_table("platforms", out)} == {""}


# ── nothing lost, nothing half done ──────────────────────────────────────────


@pytest.mark.parametrize(
    ("register", "table", "bad", "code", "field"),
    [
        (LIFT, "units", {"stn_cd": "9901"}, "station_code_unknown", "stn_cd"),
        (LIFT, "units", {"stn_cd": "2715"}, "line_contradicts", "stn_nm"),
        (LIFT, "units", {"elvtr_se": "TR"}, "choice_unknown", "elvtr_se"),
        (LIFT, "units", {"stn_nm": " "}, "cell_empty", "stn_nm"),
        (LIFT, "units", {"stn_nm": ["노원"]}, "cell_not_plain", "stn_nm"),
        (ESCALATOR, "escalators", {"승강기형폭": "넓음"}, "number_unreadable", "승강기형폭"),
        (ESCALATOR, "escalators", {"승강기형폭": 12}, "number_out_of_range", "승강기형폭"),
        (WHEELCHAIR_LIFT, "wheelchair_lifts", {"폭": 800.5}, "number_unreadable", "폭"),
        (POINT, "lift_points", {"node_wkt": "POINT(37.6561 127.0628)"}, "coord_out_of_area", "node_wkt"),
        (POINT, "lift_points", {"node_wkt": "LINESTRING(1 2, 3 4)"}, "point_unreadable", "node_wkt"),
        (LINE, "lines", {"color": "blue"}, "colour_unreadable", "color"),
        (LINE, "lines", {"node": [{"station": [{"name": "상계"}], "via": []}]}, "segment_unreadable", "node"),
    ],
)
def test_a_record_that_cant_be_used_is_set_aside_whole_and_the_good_ones_count(
    downloads: Path, out: Path, register: Mapping[str, Any], table: str, bad: Mapping[str, Any], code: str, field: str
) -> None:
    report = import_folder(put(downloads, {"x.json": plain_json(register, {**register, **bad})}), out)
    file = only(report)
    assert (file.records, file.used, file.set_aside) == (2, 1, 1)
    (finding,) = [finding for finding in file.findings if finding.row == 2]
    assert (finding.code, finding.file, finding.field) == (code, "x.json", field)
    assert finding.severity == "error"
    assert len([row for row in read_table(table, out) if row.dataset == file.dataset]) == 1


def test_a_row_of_another_length_than_its_header_is_set_aside(downloads: Path, out: Path) -> None:
    text = DEPTH + "5,공덕,B3,섬식,112.46\n" + "6,공덕,B2,상대식,112.13,97.65,14.48,13.38,9\n"
    file = only(import_folder(put(downloads, {"x_20250101.csv": text.encode()}), out))
    assert (file.records, file.used, file.set_aside) == (4, 2, 2)
    assert [(finding.code, finding.row) for finding in file.findings] == [("row_length", 4), ("row_length", 5)]


def test_importing_the_same_again_changes_no_byte(downloads: Path, out: Path) -> None:
    first = import_folder(put(downloads, EVERYTHING), out)
    before = tree(out)
    second = import_folder(downloads, out)
    assert len(first.changed) == len(TABLES) + 1
    assert second.changed == ()
    assert tree(out) == before


def test_the_order_and_names_of_the_files_change_no_byte(downloads: Path, out: Path, tmp_path: Path) -> None:
    import_folder(put(downloads, EVERYTHING), out)
    (tmp_path / "again").mkdir()
    names = sorted(EVERYTHING, reverse=True)
    renamed = {f"{number:02}.dat": EVERYTHING[name] for number, name in enumerate(names)}
    import_folder(put(tmp_path / "again", renamed), tmp_path / "other")
    assert tree(tmp_path / "other") == tree(out)


def test_a_new_download_replaces_its_own_rows_and_leaves_the_others(downloads: Path, out: Path) -> None:
    import_folder(put(downloads, {key: EVERYTHING[key] for key in "aef"}), out)
    for file in downloads.iterdir():
        file.unlink()
    lifts = portal_json(LIFT, LIFT | {"elvtr_nm": "승강기)엘리베이터 내부#2"})
    import_folder(put(downloads, {"a": lifts, "f": portal_json(POINT | {"node_id": 5})}), out)
    assert [unit.number for unit in read_table("units", out)] == ["내부1", "내부2"]
    assert [(point.kind, point.record) for point in read_table("lift_points", out)] == [
        ("EV", "99451"),
        ("EV", "7"),
        ("WL", "5"),
    ]


def test_a_download_with_far_fewer_rows_than_the_last_says_so(downloads: Path, out: Path) -> None:
    import_folder(put(downloads, {"a": portal_json(*[LIFT] * 10)}), out)
    assert "far_fewer_rows" not in {
        finding.code for finding in import_folder(put(downloads, {"a": portal_json(*[LIFT] * 8)}), out).findings
    }
    report = import_folder(put(downloads, {"a": portal_json(*[LIFT] * 5)}), out)
    assert [finding.value for finding in report.findings if finding.code == "far_fewer_rows"] == ["5"]


def test_a_register_that_lost_a_whole_line_says_which(downloads: Path, out: Path) -> None:
    """One line of nine is far less than a fifth of the rows: the number of rows alone would not tell."""
    of_two_lines = [LIFT] * 9 + [LIFT | {"stn_nm": "노원(7)", "stn_cd": "2713"}]
    import_folder(put(downloads, {"a": portal_json(*of_two_lines)}), out)
    assert {unit.line for unit in read_table("units", out)} == {"4", "7"}
    report = import_folder(put(downloads, {"a": portal_json(*[LIFT] * 10)}), out)
    (gone,) = [finding for finding in report.findings if finding.code == "lines_gone"]
    assert (gone.value, gone.layer) == ("7", "units")
    assert "7" in gone.message.ko
    assert "lines_gone" not in {
        finding.code for finding in import_folder(put(downloads, {"a": portal_json(LIFT)}), out).findings
    }


def test_a_station_with_a_new_name_is_told_with_the_mend_unless_the_table_of_names_has_it(
    downloads: Path, out: Path
) -> None:
    import_folder(put(downloads, {"a": portal_json(LIFT)}), out)
    renamed = portal_json(LIFT | {"stn_nm": "새노원(4)"})
    report = import_folder(put(downloads, {"a": renamed}), out)
    (told,) = [finding for finding in report.findings if finding.code == "station_renamed"]
    assert "노원" in told.message.ko
    assert told.value == "새노원"
    assert "renamed_stations.csv" in told.fix.en
    import_folder(put(downloads, {"a": portal_json(LIFT)}), out)
    (out / "renamed_stations.csv").write_text("old,new,evidence\n노원,새노원,a sign\n", encoding="utf-8")
    again = import_folder(put(downloads, {"a": renamed}), out)
    assert "station_renamed" not in {finding.code for finding in again.findings}


def test_records_that_stand_twice_are_told_with_their_rows(downloads: Path, out: Path) -> None:
    other = LIFT | {"elvtr_nm": "승강기)엘리베이터 내부#2"}
    report = import_folder(put(downloads, {"a": portal_json(LIFT, other, LIFT)}), out)
    (told,) = [finding for finding in report.findings if finding.code == "records_doubled"]
    assert told.value == "1"
    assert "3행이고 1행과 같아요" in told.message.ko
    assert "check" in told.fix.en
    assert len(read_table("units", out)) == 3, "what the publisher says is kept"
    assert "records_doubled" not in {
        finding.code for finding in import_folder(put(downloads, {"a": portal_json(LIFT, other)}), out).findings
    }


def test_a_person_is_told_what_concerns_a_file_as_a_whole(run: Run, tmp_path: Path, workspace: Path) -> None:
    """That a line or a station's name is gone must not wait for somebody who reads JSON."""
    for name, numbers in (("first", (1, 2)), ("second", (1,))):
        (tmp_path / name).mkdir()
        lifts = [LIFT | {"elvtr_nm": f"승강기)엘리베이터 내부#{number}"} for number in numbers]
        lines = [*lifts, LIFT | {"stn_nm": "노원(7)", "stn_cd": "2713"}] if name == "first" else lifts
        put(tmp_path / name, {"status.json": portal_json(*lines)})
    first = run("data", "import", tmp_path / "first", "--workspace", workspace)
    assert first.code == 0, first.err
    second = run("data", "import", tmp_path / "second", "--workspace", workspace)
    assert second.code == 0
    assert "[lines_gone]" in second.err
    assert "노선의 행이 하나도 없어요: 7" in second.err
    assert "had rows of these lines and has none now: 7" in second.err


def test_a_new_column_changes_nothing(downloads: Path, out: Path) -> None:
    import_folder(put(downloads, {"a": portal_json(LIFT)}), out)
    before = read_table("units", out)
    import_folder(put(downloads, {"a": portal_json(LIFT | {"new_clmn": "1"})}), out)
    assert read_table("units", out) == before


def test_a_toilet_whose_point_lies_at_another_station_is_named_and_kept(downloads: Path, out: Path) -> None:
    elsewhere = TOILET | {"위도": "37.570203", "경도": "126.983116"}
    report = import_folder(put(downloads, {"l": EVERYTHING["l"], "x": plain_json(TOILET, elsewhere)}), out)
    assert [(finding.code, finding.file, finding.row, finding.station) for finding in report.findings] == [
        ("point_far_from_station", "x", 2, "서울")
    ]
    assert [toilet.lat for toilet in read_table("toilets", out)] == [37.556878, 37.570203]


def test_two_registers_that_put_a_station_in_two_places_are_a_finding(downloads: Path, out: Path) -> None:
    seoul = STATION | {"line": "1호선", "name": "서울", "lat": 37.55315, "lng": 126.972533}
    names = portal_json(seoul, STATION)
    assert not {
        finding.code for finding in import_folder(put(downloads, {"l": EVERYTHING["l"], "g": names}), out).findings
    } & {"point_far_from_station"}
    moved = import_folder(put(downloads, {"g": portal_json(seoul | {"lat": 37.6}, STATION)}), out)
    assert [finding.station for finding in moved.findings if finding.code == "point_far_from_station"] == ["서울"]


BROKEN: Mapping[str, tuple[str, bytes, str]] = {
    "a web page instead of the data": ("status.json", b"<!doctype html><html>503</html>", "file_is_html"),
    "a download cut off": ("status.json", portal_json(LIFT, LIFT)[:-40], "json_syntax"),
    "an empty file": ("depth.csv", b"\xef\xbb\xbf\r\n", "file_empty"),
    "only a header": ("depth.csv", DEPTH.splitlines()[0].encode(), "no_rows"),
    "a column renamed": ("depth.csv", DEPTH.replace("지반고", "지반고도").encode(), "field_missing"),
    "a column twice": ("depth.csv", DEPTH.replace("선로기준정거장깊이", "형식").encode(), "header_duplicate"),
    "a sheet missing": ("heights.xlsx", xlsx(EL=LIFT_SHEET), "field_missing"),
    "neither UTF-8 nor cp949": ("depth.csv", DEPTH.encode() + b"\xff\xfe\x80", "encoding_unknown"),
    "a NUL": ("depth.csv", DEPTH.replace("고가", "고\0가").encode(), "char_not_allowed"),
    "an open quote": ("depth.csv", DEPTH.replace("고가", '"고가').encode(), "quote_unclosed"),
    "NaN": ("points.json", portal_json(POINT | {"node_id": float("nan")}), "json_number"),
    "a number beyond all bounds": ("p.json", portal_json(POINT).replace(b"99451", b"1e9999"), "json_number"),
    "a key twice": ("p.json", portal_json(POINT).replace(b'"node_id"', b'"node_wkt"'), "json_key_twice"),
    "nesting without end": ("p.json", b"[" * 100_000, "json_too_deep"),
    "an old workbook": ("heights.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "workbook_old_format"),
    "a zip that is no workbook": ("heights.xlsx", b"PK\x03\x04nonsense", "archive_unreadable"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_and_nothing_is_changed(downloads: Path, out: Path, case: str) -> None:
    name, data, code = BROKEN[case]
    import_folder(put(downloads, {"a": EVERYTHING["d"]}), out)
    before = tree(out)
    put(downloads, {"a": plain_json(TOILET, TOILET), name: data})
    findings = refusal(downloads, out)
    assert {(finding.code, finding.file) for finding in findings} == {(code, name)}
    assert all(finding.message.ko and finding.message.en and finding.fix.ko for finding in findings)
    assert tree(out) == before


def test_a_missing_column_is_named_with_what_is_there_instead(downloads: Path, out: Path) -> None:
    (finding,) = refusal(put(downloads, {"x": DEPTH.replace("지반고", "지반고도").encode()}), out)
    assert (finding.field, finding.value, finding.row) == ("지반고", "지반고도", 1)


def test_every_broken_file_is_named_at_once(downloads: Path, out: Path) -> None:
    put(
        downloads,
        {name: data for name, data, _ in (BROKEN["a column renamed"], BROKEN["a web page instead of the data"])},
    )
    assert {finding.file for finding in refusal(downloads, out)} == {"depth.csv", "status.json"}


def test_two_files_of_one_dataset_are_refused_since_none_says_which_is_newer(downloads: Path, out: Path) -> None:
    put(downloads, {"new.json": portal_json(LIFT), "old.json": portal_json(LIFT)})
    (finding,) = refusal(downloads, out)
    assert (finding.code, finding.file, finding.value) == ("dataset_twice", "old.json", "new.json")


def test_a_folder_that_is_none_is_refused(tmp_path: Path, out: Path) -> None:
    assert [finding.code for finding in refusal(tmp_path / "nowhere", out)] == ["folder_missing"]


def test_latin_text_that_happens_to_decode_as_cp949_is_not_taken_for_korean(downloads: Path, out: Path) -> None:
    put(downloads, {"x.csv": "name,note\nñáñá,ééèè\n".encode("latin-1")})
    assert [finding.code for finding in refusal(downloads, out)] == ["encoding_unsure"]


def test_syllables_that_nobody_writes_are_no_korean() -> None:
    """Latin-1 often decodes as cp949 into the 8,822 syllables beyond the daily 2,350."""
    rare = "똠펲뷁믜샾".encode("cp949")
    with pytest.raises(InputRefusedError) as caught:
        decode("x", rare)
    assert [finding.code for finding in caught.value.findings] == ["encoding_unsure"]
    assert in_ks_x_1001("역")
    assert not in_ks_x_1001("똠")
    assert not in_ks_x_1001("A")


def test_ten_bytes_of_korean_are_enough_to_know_cp949() -> None:
    assert decode("x", "엘리베이터".encode("cp949")) == ("엘리베이터", "cp949")


# ── workbooks nobody should trust ────────────────────────────────────────────


def heights_with(cell: object) -> bytes:
    row = (*ESCALATOR_SHEET[2][:8], cell, 6, 8.4)
    return xlsx(EL=LIFT_SHEET, ES=(*ESCALATOR_SHEET[:2], row, ESCALATOR_SHEET[3]))


@pytest.mark.parametrize(
    ("cell", "code"), [("=1+1", "cell_is_formula"), ("#N/A", "cell_is_error"), ("높음", "number_unreadable")]
)
def test_a_cell_that_is_no_number_sets_its_row_aside(downloads: Path, out: Path, cell: str, code: str) -> None:
    file = only(import_folder(put(downloads, {"h_20260211": heights_with(cell)}), out))
    assert (file.records, file.used, file.set_aside) == (4, 3, 1)
    (finding,) = [finding for finding in file.findings if finding.severity == "error"]
    assert (finding.code, finding.layer, finding.row, finding.field) == (code, "ES", 3, "설치높이(m)")


def test_a_date_that_a_spreadsheet_made_of_a_number_is_no_number(downloads: Path, out: Path) -> None:
    from datetime import date

    file = only(import_folder(put(downloads, {"h_20260211": heights_with(date(2026, 3, 1))}), out))
    assert [finding.code for finding in file.findings if finding.severity == "error"] == ["cell_is_date"]


def changed_entry(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """A workbook with some bytes of one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            part = source.read(entry)
            assert entry != name or old in part
            target.writestr(entry, part.replace(old, new) if entry == name else part)
    return out.getvalue()


def test_the_result_that_the_publishers_program_left_of_a_formula_is_used(downloads: Path, out: Path) -> None:
    data = changed_entry(heights_with("=I2"), "xl/worksheets/sheet2.xml", b"<f>I2</f><v />", b"<f>I2</f><v>4.6</v>")
    import_folder(put(downloads, {"h": data}), out)
    assert [row.rise_m for row in read_table("unit_heights", out) if row.kind == "ES"] == [4.6, 14.2]


def test_a_sheet_that_lies_about_its_size_costs_nothing(downloads: Path, out: Path) -> None:
    data = changed_entry(heights(), "xl/worksheets/sheet1.xml", b'ref="A1:H4"', b'ref="A1:XFD1048576"')
    assert only(import_folder(put(downloads, {"h": data}), out)).records == 4


def test_a_cell_far_outside_of_the_table_is_refused(downloads: Path, out: Path) -> None:
    data = changed_entry(heights(), "xl/worksheets/sheet1.xml", b'r="H4"', b'r="XFD4"')
    (finding,) = refusal(put(downloads, {"h.xlsx": data}), out)
    assert (finding.code, finding.layer, finding.row) == ("sheet_too_big", "EL", 4)


def test_a_bomb_is_refused_before_it_is_unpacked(downloads: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_opened", lambda *_, **__: pytest.fail("the bomb was opened"))
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b" " * 20_000_000)
    (finding,) = refusal(put(downloads, {"h.xlsx": bomb.getvalue()}), out)
    assert finding.code == "archive_too_big"


def test_entities_are_refused_unread(downloads: Path, out: Path) -> None:
    declared = b'<!DOCTYPE lolz [<!ENTITY lol "lol">]><worksheet'
    data = changed_entry(heights(), "xl/worksheets/sheet1.xml", b"<worksheet", declared)
    assert [finding.code for finding in refusal(put(downloads, {"h.xlsx": data}), out)] == ["xml_doctype"]


# ── the publishers' own files ────────────────────────────────────────────────


def test_the_facts_that_travel_are_what_the_downloads_give(tmp_path: Path) -> None:
    (tmp_path / "renamed_stations.csv").write_bytes((REPOSITORY / "data" / "renamed_stations.csv").read_bytes())
    report = import_folder(shared_data() / "seoul", tmp_path)
    assert len(report.files) == 14
    assert sum(file.records for file in report.files) == 17_798
    assert report.set_aside == sum(finding.code == "route_step_unexplained" for finding in report.findings)
    for name in TABLES:
        assert table_file(name, tmp_path).read_bytes() == table_file(name, REPOSITORY / "data").read_bytes(), name


@pytest.mark.parametrize("kind", ["csv", "gtfs", "json", "survey", "xlsx", "zip", "xml", "shp", "gpx", "gml"])
def test_files_broken_in_known_ways_are_refused_or_reported_and_never_crash(kind: str, tmp_path: Path) -> None:
    broken = sorted(file for file in (shared_data() / "broken" / kind).rglob("*") if file.is_file())
    assert broken
    for number, file in enumerate(broken):
        folder = tmp_path / str(number)
        folder.mkdir()
        put(folder, {file.name: file.read_bytes()})
        try:
            findings = import_folder(folder, tmp_path / "data").findings
        except InputRefusedError as refused:
            findings = refused.findings
        assert findings, file.name
        assert all(finding.file == file.name and finding.fix.ko for finding in findings), file.name
    assert not (tmp_path / "data").exists()
