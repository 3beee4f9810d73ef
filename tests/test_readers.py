"""What researchers send, format by format: who, when, of what and what was seen come out of each the same."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from survey_files import COLUMNS, GOOD, as_csv, geopackage, photo, point, rows, workbook

from muui_maps.errors import InputRefusedError
from muui_maps.model import Severity
from muui_maps.survey.observations import Answer, Basis, FileRead, Observation
from muui_maps.survey.readers import read, read_all
from muui_maps.survey.rows import RowContext
from muui_maps.survey.runs import COLUMNS as RUN_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

Table = list[list[Any]]
MAPPINGS = Path(__file__).resolve().parent.parent / "data" / "mappings"


def put(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def conserved(found: FileRead) -> FileRead:
    assert found.conserved
    return found


def values(seen: Observation) -> dict[str, Any]:
    return {name: value.value for name, value in seen.facts.items()}


def codes(found: FileRead) -> list[str]:
    return [each.code for each in found.findings]


# ── KoboToolbox ──────────────────────────────────────────────────────────────

UUID = "f16d9a3f-0892-413e-81d4-758ab188ea0b"
KOBO = (
    "start;end;target/station;target/kind;target/feature_id;status;sign_problem;sign_problem/missing;"
    "sign_problem/hidden;gps;_gps_latitude;_gps_longitude;_gps_altitude;_gps_precision;_id;_uuid;_submission_time;"
    "_validation_status;_status;_notes;_submitted_by;__version__;_tags;_index"
)


def test_a_kobo_table_reads_through_its_groups_metadata_and_split_choices(tmp_path: Path) -> None:
    row = (
        "2026-05-01T14:30:00.000+09:00;2026-05-01T14:41:00.000+09:00;노원;elevator;4:EV:외부1;고장;missing hidden;1;1;"
        f"37.6561 127.0613 21 4.5;37.6561;127.0613;21;4.5;123;{UUID};2026-05-02T01:02:03;;submitted_via_web;;kim;v7;;1"
    )
    found = conserved(read(put(tmp_path, "export.csv", f"{KOBO}\n{row}\n")))
    (seen,) = found.observations
    assert found.described.format == "kobo_csv"
    assert (seen.station_id, seen.kind, seen.feature_id) == ("노원", "elevator", "4:EV:외부1")
    assert values(seen) == {"operational_status": "out_of_order", "sign_problem": ("missing", "hidden")}
    assert seen.submission.observed_at == "2026-05-01T14:30"
    assert (seen.submission.key, seen.submission.version) == (f"uuid:{UUID}", "2026-05-02T01:02:03")
    assert seen.submission.form_version == "v7"
    assert seen.point is not None
    assert (seen.point.lat, seen.point.lon, seen.point.accuracy_m) == (37.6561, 127.0613, 4.5)
    # `_status` is Kobo's word on the submission, not on the lift; `_submitted_by` is a person.
    assert [each.field for each in found.findings if each.code == "personal_field_held"] == ["_submitted_by"]
    assert "field_unknown" not in codes(found)


def kobo_workbook() -> bytes:
    visits: Table = [["today", "station", "surveyor", "_index", "_uuid", "_submission_time"]]
    visits += [
        ["2026-05-01", "노원", "R07", 1, UUID, "2026-05-02T01:02:03"],
        ["2026-05-03", "금정", "R08", 2, "b" * 32, ""],
    ]
    lifts: Table = [
        ["kind", "feature_id", "문폭(cm)", "note", "_index", "_parent_table_name", "_parent_index", "_submission__uuid"]
    ]
    lifts += [["elevator", "4:EV:외부1", "82", "", 1, "노원 조사", 1, UUID]]
    lifts += [
        ["elevator", "4:EV:내부1", "", "좁음", 2, "노원 조사", 1, UUID],
        ["exit", "exit:3", "", "턱", 3, "노원 조사", 2, "b" * 32],
    ]
    return workbook({"노원 조사": visits, "lifts": lifts})


def test_the_rows_of_a_kobo_repeat_take_day_station_and_surveyor_from_their_visit(tmp_path: Path) -> None:
    found = conserved(read(put(tmp_path, "export.xlsx", kobo_workbook())))
    assert [(each.name, each.used_as) for each in found.described.sheets] == [
        ("노원 조사", "repeats"),
        ("lifts", "observations"),
    ]
    said = [(o.station_id, o.submission.observed_at, o.submission.surveyor, o.feature_id) for o in found.observations]
    assert said == [
        ("노원", "2026-05-01", "R07", "4:EV:외부1"),
        ("노원", "2026-05-01", "R07", "4:EV:내부1"),
        ("금정", "2026-05-03", "R08", "exit:3"),
    ]  # fmt: skip
    assert [o.submission.key for o in found.observations] == [f"uuid:{UUID}#1", f"uuid:{UUID}#2", f"{'b' * 32}#1"]
    assert found.observations[0].facts["door_width_mm"].value == 820
    assert [(o.submission.sheet, o.submission.row) for o in found.observations] == [
        ("lifts", 2),
        ("lifts", 3),
        ("lifts", 4),
    ]


def test_a_repeat_row_without_its_visit_is_held_whole(tmp_path: Path) -> None:
    visits: Table = [["today", "station", "_index"], ["2026-05-01", "노원", 1]]
    lifts: Table = [["kind", "note", "_index", "_parent_index"], ["elevator", "좁음", 1, 1], ["elevator", "넓음", 2, 7]]
    found = conserved(read(put(tmp_path, "export.xlsx", workbook({"방문": visits, "lifts": lifts}))))
    (held,) = found.quarantined
    assert (held.reason.code, held.reason.layer, held.reason.row) == ("parent_missing", "lifts", 3)
    assert held.raw["note"] == "넓음"


def test_a_visit_in_which_nothing_was_looked_at_is_a_row_that_says_nothing(tmp_path: Path) -> None:
    visits: Table = [["today", "station", "_index"], ["2026-05-01", "노원", 1], ["2026-05-02", "금정", 2]]
    lifts: Table = [["kind", "note", "_index", "_parent_index"], ["elevator", "좁음", 1, 1]]
    found = conserved(read(put(tmp_path, "export.xlsx", workbook({"방문": visits, "lifts": lifts}))))
    assert found.rows == 2
    assert [(each.reason.code, each.reason.layer, each.reason.row) for each in found.quarantined] == [
        ("row_says_nothing", "방문", 3)
    ]


def test_kobos_geojson_and_json_know_latitude_from_longitude(tmp_path: Path) -> None:
    answers = {"today": "2026-05-01", "station": "노원", "kind": "exit", "note": "턱이 있음"}
    feature = {
        "type": "Feature",
        "properties": answers,
        "geometry": {"type": "Point", "coordinates": [127.0613, 37.6561]},
    }
    geojson = json.dumps({"type": "FeatureCollection", "features": [feature]})
    interface = json.dumps({"count": 1, "results": [{**answers, "_uuid": UUID, "_geolocation": [37.6561, 127.0613]}]})
    for name, content in (("a.geojson", geojson), ("b.json", interface)):
        (seen,) = conserved(read(put(tmp_path, name, content))).observations
        assert seen.point is not None
        assert (seen.point.lat, seen.point.lon) == (37.6561, 127.0613)
        assert seen.note == "턱이 있음"


def test_repeats_in_kobos_json_are_rows_of_their_own(tmp_path: Path) -> None:
    record = {"today": "2026-05-01", "station": "노원", "_uuid": UUID, "lifts": [
        {"lifts/kind": "elevator", "lifts/note": "좁음"},
        {"lifts/kind": "elevator", "lifts/note": "넓음"}]}  # fmt: skip
    found = conserved(read(put(tmp_path, "a.json", json.dumps([record]))))
    assert [(o.note, o.station_id, o.submission.key) for o in found.observations] == [
        ("좁음", "노원", f"uuid:{UUID}#1"),
        ("넓음", "노원", f"uuid:{UUID}#2"),
    ]


# ── ODK Central and Ona ──────────────────────────────────────────────────────

CENTRAL = "SubmissionDate,start,target-station,target-kind,gps-Latitude,gps-Longitude,gps-Accuracy,"
CENTRAL += "remark-note,Status,KEY,Edits"


def test_central_writes_groups_with_a_hyphen_and_counts_the_edits(tmp_path: Path) -> None:
    row = "2026-05-02T01:02:03.000Z,2026-05-01T14:30:00+09:00,노원,exit,37.6561,127.0613,6.2,턱,approved,uuid:AB,2"
    found = conserved(read(put(tmp_path, "form.csv", f"{CENTRAL}\n{row}\n")))
    (seen,) = found.observations
    assert found.described.format == "odk_csv"
    assert (seen.kind, seen.note, seen.submission.observed_at) == ("exit", "턱", "2026-05-01T14:30")
    assert (seen.submission.key, seen.submission.version) == ("uuid:AB", "2026-05-02T10:02:03+0002")
    assert seen.point is not None
    assert seen.point.accuracy_m == 6.2
    assert values(seen) == {}  # Central's `Status` is the review's


def test_central_keeps_repeats_in_files_of_their_own(tmp_path: Path) -> None:
    visits = put(
        tmp_path, "form.csv", "SubmissionDate,today,station,KEY\n2026-05-02T01:02:03Z,2026-05-01,노원,uuid:1\n"
    )
    lifts = put(tmp_path, "form-lifts.csv", "kind,note,PARENT_KEY,KEY\nelevator,좁음,uuid:1,uuid:1/lifts[1]\n"
                "elevator,넓음,uuid:1,uuid:1/lifts[2]\nelevator,?,uuid:9,uuid:9/lifts[1]\n")  # fmt: skip
    of_visits, of_lifts = map(conserved, read_all([visits, lifts]))
    assert (of_visits.rows, of_visits.described.sheets[0].used_as) == (0, "repeats")
    assert [(o.note, o.station_id, o.submission.key) for o in of_lifts.observations] == [
        ("좁음", "노원", "uuid:1#1"),
        ("넓음", "노원", "uuid:1#2"),
    ]
    assert [each.reason.code for each in of_lifts.quarantined] == ["parent_missing"]
    with pytest.raises(InputRefusedError) as refusal:
        read(lifts)
    assert refusal.value.findings[0].code == "field_missing"


def test_onas_numbered_columns_are_the_same_rows_as_a_sheet_of_repeats(tmp_path: Path) -> None:
    header = "today,station,lifts[1]/kind,lifts[1]/note,lifts[2]/kind,lifts[2]/note,meta/instanceID,_uuid,_xform_id"
    row = f"2026-05-01,노원,elevator,좁음,n/a,n/a,uuid:{UUID},{UUID},7"
    other = f"2026-05-01,금정,elevator,좁음,exit,턱,uuid:{'0' + UUID[1:]},{'0' + UUID[1:]},7"
    found = conserved(read(put(tmp_path, "ona.csv", f"{header}\n{row}\n{other}\n")))
    assert found.described.format == "ona_csv"
    assert [(o.station_id, o.kind, o.note, o.submission.row) for o in found.observations] == [
        ("노원", "elevator", "좁음", 2),
        ("금정", "elevator", "좁음", 3),
        ("금정", "exit", "턱", 3),
    ]
    assert [o.submission.key[-2:] for o in found.observations] == ["#1", "#1", "#2"]


def test_nested_repeats_inherit_from_every_level_above(tmp_path: Path) -> None:
    header = "today,station,lines[1]/line,lines[1]/lifts[1]/kind,lines[1]/lifts[1]/note,lines[1]/lifts[2]/kind,"
    header += "lines[1]/lifts[2]/note,lines[2]/line,lines[2]/lifts[1]/kind,lines[2]/lifts[1]/note,_uuid,_duration"
    row = f"2026-05-01,노원,4,elevator,좁음,elevator,넓음,7,elevator,고장,{UUID},9"
    found = conserved(read(put(tmp_path, "ona.csv", f"{header}\n{row}\n")))
    assert [(o.station_id, o.line, o.note, o.submission.key[41:]) for o in found.observations if o.kind] == [
        ("노원", "4", "좁음", "#1#1"),
        ("노원", "4", "넓음", "#1#2"),
        ("노원", "7", "고장", "#2#1"),
    ]


# ── GeoPackages ──────────────────────────────────────────────────────────────


def lift(**more: Any) -> dict[str, Any]:
    return {"uuid": "{u1}", "observed_at": "2026-05-01", "station": "노원", "kind": "elevator", "note": "좁음", **more}


def test_a_geopackage_is_read_by_its_tables_and_its_points_land_in_wgs84(tmp_path: Path) -> None:
    layer = [lift(geom=point(205422.0, 562000.0, 5186), photo="DCIM/a.jpg")]
    offline = "lifts_f49b5aaf_463a_42ff_9765_05cb26f08c1e"
    file = geopackage(tmp_path / "data.gpkg", {offline: layer, "log_added_features": [{"a": "1"}]}, srs_id=5186)
    found = conserved(read(file))
    (seen,) = found.observations
    assert [each.name for each in found.described.sheets] == ["lifts"]
    assert (seen.submission.sheet, seen.submission.row, seen.submission.key) == ("lifts", 1, "{u1}")
    assert seen.point is not None
    assert (round(seen.point.lat, 2), round(seen.point.lon, 2)) == (37.66, 127.06)
    assert [(each.code, each.value) for each in found.findings if each.severity is Severity.WARNING] == [
        ("media_missing", "DCIM/a.jpg")
    ]


def test_attachments_are_photos_of_the_thing_that_they_name(tmp_path: Path) -> None:
    tables = {
        "lifts": [lift(geom=point(127.06, 37.65))],
        "lifts_attachments": [{"lift_uuid": "{u1}", "photo": "a.jpg"}],
    }
    put(tmp_path, "a.jpg", photo())
    found = conserved(read(geopackage(tmp_path / "data.gpkg", tables)))
    assert [(o.kind, o.note, o.photos, o.submission.key) for o in found.observations] == [
        ("elevator", "좁음", (), "{u1}"),
        ("elevator", None, ("a.jpg",), "{u1}#1"),
    ]
    assert "media_missing" not in codes(found)


def test_reading_a_geopackage_leaves_no_trace_beside_it(tmp_path: Path) -> None:
    file = geopackage(tmp_path / "data.gpkg", {"lifts": [lift()]})
    before = file.read_bytes(), file.stat().st_mtime_ns
    read(file)
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    assert [each.name for each in tmp_path.iterdir()] == ["data.gpkg"]


def test_edits_that_the_app_has_not_folded_in_yet_are_read(tmp_path: Path) -> None:
    file = geopackage(tmp_path / "data.gpkg", {"lifts": [lift()]})
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA wal_autocheckpoint=0")
        db.execute("UPDATE lifts SET note = '넓음'")
        db.commit()
        # The app is still open: its log lies beside the file.
        (tmp_path / "copy").mkdir()
        for part in ("data.gpkg", "data.gpkg-wal"):
            (tmp_path / "copy" / part).write_bytes((tmp_path / part).read_bytes())
    found = conserved(read(tmp_path / "copy" / "data.gpkg"))
    assert found.observations[0].note == "넓음"
    assert "gpkg_wal_present" in codes(found)
    (tmp_path / "copy" / "data.gpkg-wal").unlink()
    assert "gpkg_wal_missing" in codes(read(tmp_path / "copy" / "data.gpkg"))


def test_a_conflict_copy_rivals_only_where_it_differs(tmp_path: Path) -> None:
    original = geopackage(tmp_path / "x.gpkg", {"lifts": [lift(), lift(uuid="{u2}")]})
    copy = geopackage(tmp_path / "x (conflicted copy, kim v3).gpkg", {"lifts": [lift(note="넓음"), lift(uuid="{u2}")]})
    first, second = read_all([original, copy])
    assert [o.submission.key for o in first.observations] == ["{u1}", "{u2}"]
    assert [o.submission.key for o in second.observations] == ["{u1}~conflicted copy, kim v3", "{u2}"]
    assert "conflict_copy" in codes(second)


# ── tables typed by hand and web forms ───────────────────────────────────────

FORM = ["타임스탬프", "역 이름", "시설", "시설번호", "작동상태", "문폭(cm)", "메모", "이름", "휴대폰 번호"]
ANSWER = [
    "2026. 5. 1 오후 3:05:12",
    "노원역",
    "엘리베이터",
    "4:EV:외부1",
    "정상",
    "약 82",
    "3번 출구 앞",
    "김무의",
    "010-1234-5678",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_a_web_forms_csv_reads_in_every_encoding_that_excel_makes_of_it(tmp_path: Path, encoding: str) -> None:
    found = conserved(read(put(tmp_path, "응답.csv", as_csv([FORM, ANSWER]).encode(encoding))))
    (seen,) = found.observations
    assert (seen.station_id, seen.kind, seen.note) == ("노원역", "elevator", "3번 출구 앞")
    assert values(seen) == {"operational_status": "working", "door_width_mm": 820}
    assert seen.facts["door_width_mm"].basis is Basis.ESTIMATED
    assert seen.submission.observed_at == "2026-05-01T15:05:12"
    assert [each.field for each in found.findings if each.code == "personal_field_held"] == ["이름", "휴대폰 번호"]


def test_an_excel_sheet_with_titles_above_a_korean_header(tmp_path: Path) -> None:
    table: Table = [["무의 역 조사", None, None], [], FORM, ANSWER]
    found = conserved(read(put(tmp_path, "조사.xlsx", workbook({"안내": [["읽어 주세요"]], "응답": table}))))
    assert [o.submission.row for o in found.observations] == [4]
    assert [(each.code, each.row) for each in found.findings if each.code == "header_at_row"] == [("header_at_row", 3)]
    assert [each.layer for each in found.findings if each.code == "sheet_unknown"] == []  # a cover without rows
    assert [(each.name, each.used_as) for each in found.described.sheets] == [
        ("안내", "ignored"),
        ("응답", "observations"),
    ]


def test_merged_cells_are_told_and_filled_only_when_asked(tmp_path: Path) -> None:
    table = rows({}, {"station_id": "", "feature_id": "4:EV:내부1"})

    def merge(book: Any) -> None:
        book.worksheets[0].merge_cells("B2:B3")

    file = put(tmp_path, "조사.xlsx", workbook({"응답": table}, merge))
    told = conserved(read(file))
    assert [o.station_id for o in told.observations] == ["노원", None]
    assert [(each.code, each.value) for each in told.findings if each.code == "cell_merged"] == [
        ("cell_merged", "B2:B3")
    ]
    assert [o.station_id for o in read(file, fill_merged=True).observations] == ["노원", "노원"]


def test_csv_and_xlsx_of_the_same_answers_give_the_same(tmp_path: Path) -> None:
    table = rows({}, {"door_width_mm": "82cm", "note": "모름"}, {"operational_status": "모름"})
    one = read(put(tmp_path, "a.csv", as_csv(table)))
    two = read(put(tmp_path, "b.xlsx", workbook({"s": table})))
    for first, second in zip(one.observations, two.observations, strict=True):
        assert first.facts == second.facts
        assert dict(first.submission.raw) == dict(second.submission.raw)
    assert one.observations[2].facts["operational_status"].answer is Answer.UNKNOWN


def test_what_is_said_of_all_rows_fills_what_they_leave_out(tmp_path: Path) -> None:
    table: Table = [["kind", "note"], ["elevator", "좁음"]]
    context = RowContext(defaults={"station_id": "nowon", "observed_at": "2026-05-01"})
    (seen,) = read(put(tmp_path, "a.csv", as_csv(table)), context=context).observations
    assert (seen.station_id, seen.submission.observed_at) == ("nowon", "2026-05-01")


# ── surveyed transfers ───────────────────────────────────────────────────────

RUN = dict(
    zip(RUN_COLUMNS, ["r1", "nowon", "2016", "Muui", "4", "상계", "7", "중계", "10-1", "4-2", "21"], strict=False)
)
LEGS = [("1", "3F", "platform", "40", "elevator", ""), ("2", "2F", "concourse", "20", "gate", "tap"),
        ("3", "B3", "platform", "15", "", "")]  # fmt: skip
LEG_COLUMNS = RUN_COLUMNS[11:]


def test_transfers_read_from_a_csv_a_workbook_and_a_forms_repeat_alike(tmp_path: Path) -> None:
    flat: Table = [list(RUN_COLUMNS), *([*RUN.values(), *leg] for leg in LEGS)]
    visit: Table = [[f"run/{name}" for name in RUN] + ["_index"], [*RUN.values(), 1]]
    legs: Table = [[*LEG_COLUMNS, "_index", "_parent_index"], *([*leg, n, 1] for n, leg in enumerate(LEGS, 1))]
    found = [
        conserved(read(put(tmp_path, "a.csv", as_csv(flat, ";")))),
        conserved(read(put(tmp_path, "b.xlsx", workbook({"환승": flat})))),
        conserved(read(put(tmp_path, "c.xlsx", workbook({"환승": visit, "legs": legs})))),
    ]
    runs = [each.runs[0].run for each in found]
    assert runs[0] == runs[1] == runs[2]
    assert [leg.level for leg in runs[0].legs] == ["3F", "2F", "B3"]
    assert [each.runs[0].rows for each in found] == [(2, 3, 4)] * 3
    assert [each.name for each in found[2].described.sheets if each.used_as == "runs"] == ["legs"]


def test_legs_of_a_visit_without_consent_are_held(tmp_path: Path) -> None:
    visits: Table = [
        [*RUN, "consent", "_index"],
        [*RUN.values(), "no", 1],
        [*(RUN | {"run_id": "r2"}).values(), "예", 2],
    ]
    legs: Table = [[*LEG_COLUMNS, "_index", "_parent_index"]]
    legs += [[*leg, n, n // 4 + 1] for n, leg in enumerate((*LEGS, *LEGS), 1)]
    found = conserved(read(put(tmp_path, "c.xlsx", workbook({"환승": visits, "legs": legs}))))
    assert [each.run.run_id for each in found.runs] == ["r2"]
    assert {each.reason.code for each in found.quarantined} == {"consent_refused"}
    assert len(found.quarantined) == 3


def test_a_transfer_row_that_can_not_be_read_is_held_with_its_sheet(tmp_path: Path) -> None:
    flat: Table = [list(RUN_COLUMNS), *([*RUN.values(), *leg] for leg in LEGS)]
    flat[2][RUN_COLUMNS.index("length_m")] = "-3"
    found = conserved(read(put(tmp_path, "b.xlsx", workbook({"환승": flat}))))
    assert [(each.reason.code, each.reason.layer, each.reason.row) for each in found.quarantined] == [
        ("number_out_of_range", "환승", 3)
    ]
    assert found.runs[0].run.incomplete


# ── points, photos, OSM ──────────────────────────────────────────────────────


def test_gpx_waypoints_are_notes_at_a_place(tmp_path: Path) -> None:
    gpx = """<gpx xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="37.6561" lon="127.0613"><name>3번 출구 EV</name>
      <desc>문이 안 열림</desc><time>2026-05-01T05:30:00Z</time><extensions><kind>elevator</kind></extensions></wpt>
      <wpt lat="37.6561" lon="127.0613"><name>턱</name></wpt><trk><trkseg/></trk></gpx>"""
    found = conserved(read(put(tmp_path, "a.gpx", gpx)))
    (seen,) = found.observations
    assert (seen.place_text, seen.note, seen.kind) == ("3번 출구 EV", "문이 안 열림", "elevator")
    assert seen.submission.observed_at == "2026-05-01T14:30"
    assert [(each.reason.code, each.reason.row) for each in found.quarantined] == [("date_missing", 2)]
    assert "tracks_ignored" in codes(found)


def test_kml_placemarks_say_their_description_without_its_markup(tmp_path: Path) -> None:
    kml = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link><href>http://x/</href></Link></NetworkLink>
      <Placemark><name>엘리베이터</name><description><![CDATA[<b>고장</b> &amp; 어두움]]></description>
      <TimeStamp><when>2026-05-01</when></TimeStamp><ExtendedData><Data name="door_width_mm"><value>820</value></Data>
      </ExtendedData><Point><coordinates>127.0613,37.6561,0</coordinates></Point></Placemark></Document></kml>"""
    found = conserved(read(put(tmp_path, "a.kml", kml)))
    (seen,) = found.observations
    assert (seen.note, values(seen)) == ("고장 & 어두움", {"door_width_mm": 820})
    assert seen.point is not None
    assert seen.point.lon == 127.0613
    assert "network_link_ignored" in codes(found)


def test_osm_tags_read_as_answers_and_negative_ids_as_new_things(tmp_path: Path) -> None:
    osm = """<osm version="0.6"><node id="-5" lat="37.6561" lon="127.0613" timestamp="2026-05-01T05:30:00Z">
        <tag k="highway" v="elevator"/><tag k="wheelchair" v="yes"/><tag k="width" v="1.1"/></node>
      <node id="7" version="3" lat="37.6" lon="127.06" timestamp="2026-05-01T05:30:00Z" action="delete">
        <tag k="railway" v="subway_entrance"/><tag k="ref" v="3"/></node>
      <way id="8" timestamp="2026-05-01T05:30:00Z"><nd ref="99"/>
        <tag k="highway" v="steps"/><tag k="step_count" v="24"/></way>
      <node id="9" lat="37.6" lon="127.06"><tag k="amenity" v="cafe"/></node></osm>"""
    found = conserved(read(put(tmp_path, "a.osm", osm)))
    assert [(o.kind, o.feature_id, values(o), o.submission.key) for o in found.observations] == [
        ("elevator", "new", {"clear_width_mm": 1100, "passable": "yes"}, ""),
        ("exit", "exit:3", {"operational_status": "absent"}, "osm:node/7"),
        ("stairs", None, {"step_count": 24}, "osm:way/8"),
    ]
    assert {"osm_ref_missing", "feature_not_surveyed"} <= set(codes(found))


def test_a_photo_belongs_to_what_was_looked_at_in_those_minutes(tmp_path: Path) -> None:
    table = rows(
        {"observed_at": "2026-05-01 14:30", "feature_id": "4:EV:외부1"},
        {"observed_at": "2026-05-01 15:30", "feature_id": "4:EV:내부1", "photo": "named.jpg"},
    )
    answers = put(tmp_path, "a.csv", as_csv(table))
    near = put(tmp_path, "near.jpg", photo("2026:05:01 14:34:00"))
    named = put(tmp_path, "named.jpg", photo("2019:01:01 00:00:00"))
    far = put(tmp_path, "far.jpg", photo("2026:05:01 18:00:00"))
    _, of_near, of_named, of_far = map(conserved, read_all([answers, near, named, far]))
    (seen,) = of_near.observations
    assert (seen.feature_id, seen.photos, seen.submission.observed_at) == (
        "4:EV:외부1",
        ("near.jpg",),
        "2026-05-01T14:34",
    )
    assert seen.point is None
    assert (of_named.rows, codes(of_named)) == (0, ["photo_of_row"])
    assert [each.reason.code for each in of_far.quarantined] == ["photo_unmatched"]


def test_a_photos_own_zone_counts(tmp_path: Path) -> None:
    context = RowContext(defaults={"feature_id": "exit:3"})
    file = put(tmp_path, "a.jpg", photo("2026:05:01 05:34:00", zone="+00:00"))
    (seen,) = conserved(read(file, context=context)).observations
    assert seen.submission.observed_at == "2026-05-01T14:34"


# ── mapping files and forms ──────────────────────────────────────────────────

PORTALS = "id_entrance;meetcode;name_ru;name_en;id_station;direction;lat;lon;max_width;min_step;min_step_ramp;lift\n"
STATIONS = "id_station;id_line;id_node;name_en\n7;2;7;Politechnika\n"


def test_metro4alls_entrances_read_through_their_mapping_and_their_zero_is_no_answer(tmp_path: Path) -> None:
    put(tmp_path, "waw_stations.csv", STATIONS)
    entrances = "40000;3;вход;ul. Nowowiejska;7;in;52.2191;21.0155;900;36;36;1\n"
    entrances += "40010;4;вход;plac;7;both;52.2191;21.0155;0;0;0;0\n"
    file = put(tmp_path, "waw_portals.csv", PORTALS + entrances)
    found = conserved(
        read(file, mapping=MAPPINGS / "metro4all.toml", context=RowContext(defaults={"observed_at": "2014"}))
    )
    first = found.observations[0]
    assert (first.station_id, first.line, first.feature_id, first.direction) == ("Politechnika", "2", "exit:3", "in")
    assert values(first) == {"clear_width_mm": 900, "step_count": 36}
    assert first.point is not None
    assert (first.point.lat, first.submission.key) == (52.2191, "metro4all:portal/40000")
    # A width of 0 is one that nobody took: the row has nothing left to say.
    assert [(each.reason.code, each.reason.row) for each in found.quarantined] == [("row_says_nothing", 3)]


def test_a_mapping_knows_the_tables_that_hold_no_observations(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as refusal:
        read(put(tmp_path, "waw_stations.csv", STATIONS), mapping=MAPPINGS / "metro4all.toml")
    assert refusal.value.findings[0].code == "table_not_observations"


def test_a_file_that_a_mapping_fits_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as refusal:
        read(put(tmp_path, "waw_portals.csv", PORTALS), mappings=MAPPINGS)
    assert "--mapping metro4all" in refusal.value.message.en


def test_a_mapping_at_hand_is_meant_by_its_name(tmp_path: Path) -> None:
    put(tmp_path, "waw_stations.csv", STATIONS)
    file = put(tmp_path, "waw_portals.csv", PORTALS + "1;1;a;b;7;in;52.2;21.0;900;1;1;1\n")
    found = read(
        file, mapping=Path("metro4all"), mappings=MAPPINGS, context=RowContext(defaults={"observed_at": "2014"})
    )
    assert len(found.observations) == 1
    with pytest.raises(InputRefusedError) as refusal:
        read(file, mapping=Path("metro5all"), mappings=MAPPINGS)
    assert refusal.value.findings[0].code == "file_unreadable"


def test_a_table_that_must_lie_beside_is_asked_for(tmp_path: Path) -> None:
    file = put(tmp_path, "waw_portals.csv", PORTALS + "1;1;a;b;7;in;52.2;21.0;900;1;1;1\n")
    with pytest.raises(InputRefusedError) as refusal:
        read(file, mapping=MAPPINGS / "metro4all.toml")
    assert (refusal.value.findings[0].code, refusal.value.findings[0].value) == ("lookup_missing", "waw_stations.csv")


TABLE = 'name = "x"\n[[table]]\ncolumns = ["a"]\n'


@pytest.mark.parametrize(
    ("toml", "code", "field"),
    [
        ("name = ", "toml_syntax", None),
        ('name = "x"', "config_type", "table"),
        ('name = "x"\ntabel = 1\n[[table]]\ncolumns = []', "config_key_unknown", "tabel"),
        (TABLE + '[table.fields.door_widht]\nfrom = "a"', "config_key_unknown", "table[1].fields.door_widht"),
        ('name = "x"\n[[table]]\ncolumns = "a"', "config_type", "table[1].columns"),
        ('name = "x"\narea = [1, 2]\n[[table]]\ncolumns = ["a"]', "config_type", "area"),
        (
            TABLE + '[table.fields.line]\nfrom = "a"\nlookup = { beside = ["a", "../b"], key = "k", value = "v" }',
            "config_type",
            "table[1].fields.line.lookup.beside",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_mapping_file_is_named_by_its_place(
    tmp_path: Path, toml: str, code: str, field: str | None
) -> None:
    mapping = put(tmp_path, "m.toml", toml)
    with pytest.raises(InputRefusedError) as refusal:
        read(put(tmp_path, "a.csv", "a,b\n1,2\n"), mapping=mapping)
    assert (refusal.value.findings[0].code, refusal.value.findings[0].field) == (code, field)


def test_labels_for_headers_read_through_the_form(tmp_path: Path) -> None:
    survey = [["type", "name", "label::한국어 (ko)"], ["select_one kinds", "kind", "무엇을 보았나요?"],
              ["text", "note", "덧붙일 말이 있나요?"], ["date", "observed_at", "언제 가셨나요?"],
              ["select_multiple sign", "sign_problem", "안내판은 어땠나요?"]]  # fmt: skip
    choices = [["list_name", "name", "label::한국어 (ko)"], ["kinds", "elevator", "타는 것"],
               ["sign", "missing", "안내가 통 없음"], ["sign", "hidden", "잘 안 보임"]]  # fmt: skip
    form = put(tmp_path, "form.xlsx", workbook({"survey": survey, "choices": choices}))
    table: Table = [["무엇을 보았나요?", "덧붙일 말이 있나요?", "언제 가셨나요?", "안내판은 어땠나요?",
              "_uuid", "_submission_time"],
             ["타는 것", "좁음", "2026-05-01", "안내가 통 없음 잘 안 보임", UUID, ""]]  # fmt: skip
    file = put(tmp_path, "labels.csv", as_csv(table, ";"))
    with pytest.raises(InputRefusedError) as refusal:
        read(file)
    assert refusal.value.findings[0].code == "headers_are_labels"
    (seen,) = conserved(read(file, mapping=form)).observations
    assert (seen.kind, seen.note, values(seen)) == ("elevator", "좁음", {"sign_problem": ("missing", "hidden")})


# ── all together ─────────────────────────────────────────────────────────────


def test_one_bad_file_among_several_refuses_all_and_names_each(tmp_path: Path) -> None:
    good = put(tmp_path, "good.csv", as_csv(rows({})))
    bad = [put(tmp_path, "empty.csv", ""), put(tmp_path, "old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600)]
    with pytest.raises(InputRefusedError) as refusal:
        read_all([good, *bad])
    assert [(each.file, each.code) for each in refusal.value.findings] == [
        ("empty.csv", "file_empty"),
        ("old.xls", "workbook_old_format"),
    ]


CELLS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=30)


@given(st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=6))
def test_whatever_stands_in_the_cells_every_row_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, cells: Sequence[Sequence[str]]
) -> None:
    found = read(put(tmp_path_factory.mktemp("any"), "a.csv", as_csv([list(COLUMNS), list(GOOD), *cells])))
    assert found.conserved
    filled = sum(any(cell.strip() for cell in row) for row in cells)
    assert found.rows == filled + 1
    for held in found.quarantined:
        assert held.reason.file == "a.csv"
        assert held.reason.row is not None
        assert held.reason.fix.ko


def test_sheets_that_name_one_another_as_parents_end_in_quarantine(tmp_path: Path) -> None:
    header = ["today", "kind", "note", "_index", "_parent_index", "_parent_table_name"]
    one = [header, ["2026-05-01", "exit", "a", 1, 1, "b"]]
    two = [header, ["2026-05-01", "exit", "b", 1, 1, "a"]]
    found = conserved(read(put(tmp_path, "a.xlsx", workbook({"a": one, "b": two}))))
    assert "parent_missing" in {each.reason.code for each in found.quarantined}
    assert found.rows == 2


@pytest.mark.parametrize("page", ["mapping-files.md", "mapping-files.ko.md"])
def test_the_example_of_the_docs_reads(tmp_path: Path, page: str) -> None:
    text = (MAPPINGS.parent.parent / "docs" / page).read_text(encoding="utf-8")
    mapping = put(tmp_path, "m.toml", text.partition("```toml\n")[2].partition("```")[0])
    table = "line,ev_no,station_nm,width,state,checked_on\n4,외부1,노원,82,2,2026-05-01\n4,외부2,노원,0,1,2026-05-01\n"
    first, second = read(put(tmp_path, "a.csv", table), mapping=mapping).observations
    assert (first.feature_id, values(first)) == (
        "4:EV:외부1",
        {"operational_status": "out_of_order", "door_width_mm": 820},
    )
    assert first.facts["door_width_mm"].basis is Basis.MEASURED
    assert values(second) == {"operational_status": "working"}
    for key in ("area", "layer", "nothing", "ignored", "join", "unit", "values", "not_recorded", "prefix", "lookup"):
        assert f"`{key}`" in text
