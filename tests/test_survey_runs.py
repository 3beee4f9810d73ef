"""Surveyed transfers: researchers' words, rows and runs set aside, files refused, and the pilots' own surveys."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared import REPOSITORY, shared_data

from muui_maps.errors import InputRefusedError
from muui_maps.model import PlaceKind, Severity, SurveyItem, SurveyRun
from muui_maps.survey.items import ITEMS, ItemRead, read_exits, read_item, read_place
from muui_maps.survey.runs import COLUMNS, RunsRead, read_runs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# 노원 in little: platform 3F ─lift─ concourse 2F ┆gate┆ ─lift─ street ─lift─ concourse B1 ┆gate┆ ─lift─ platform B3
HEAD = ["r1", "nowon", "2016", "Muui 2016", "4", "상계", "7", "중계", "10-1", "4-2", "21"]
LEGS = [
    ["1", "3F", "platform", "40", "elevator", ""],
    ["2", "2F", "concourse", "20", "gate", "staff_call"],
    ["2", "2F", "concourse", "50", "elevator", ""],
    ["3", "1F", "street", "270", "crossing", "x3"],
    ["3", "1F", "street", "", "elevator", "exit 5"],
    ["4", "B1", "concourse", "35", "gate", "tap"],
    ["4", "B1", "concourse", "", "elevator", ""],
    ["5", "B3", "platform", "15", "", ""],
]


def rows(**changed: dict[int, str]) -> list[list[str]]:
    """The rows of one good run, with cells changed: `length_m={0: "-5"}` changes the first row's."""
    table = [HEAD + leg for leg in LEGS]
    for column, cells in changed.items():
        for at, value in cells.items():
            table[at][COLUMNS.index(column)] = value
    return table


def as_csv(table: list[list[str]], header: tuple[str, ...] = COLUMNS, separator: str = ",") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(table)
    return out.getvalue()


def read(tmp_path: Path, text: str | bytes, known_station: Callable[[str], str | None] | None = None) -> RunsRead:
    file = tmp_path / "survey.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = read_runs(file, known_station=known_station)
    assert found.rows == found.used + found.set_aside
    return found


def errors(found: RunsRead) -> list[tuple[str, int | None, str | None]]:
    return [(f.code, f.row, f.field) for f in found.findings if f.severity is Severity.ERROR]


def metres(run: SurveyRun) -> float:
    return sum(item.length_m or 0 for leg in run.legs for item in leg.items)


# ── words ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("item", "note", "expected"),
    [
        ("EV", "", ItemRead("elevator", None, 1)),
        ("엘레베이터", "2번 출구", ItemRead("elevator", "exit 2", 1)),
        ("개찰구(역무원 호출)", "", ItemRead("gate", "staff_call", 1)),
        ("개찰구(카드 태그, 호출 불필요)", "", ItemRead("gate", "tap", 1)),
        ("개찰구(근처 역무원 도움 HELP)", "", ItemRead("gate", "staff_call", 1)),
        ("개찰구", "", ItemRead("gate", "unknown", 1)),
        ("gate", "tap", ItemRead("gate", "tap", 1)),
        ("경사로(주의)", "", ItemRead("ramp", "caution", 1)),
        ("경사로x2", "", ItemRead("ramp", None, 2)),
        ("급경사로", "", ItemRead("steep_ramp", None, 1)),
        ("횡단보도x3", "", ItemRead("crossing", None, 3)),
        ("crossing", "x5", ItemRead("crossing", None, 5)),
        ("신호등 없는 횡단보도", "some", ItemRead("crossing_unsignalled", None, None)),
        ("휠체어리프트", "", ItemRead("wheelchair_lift", None, 1)),
        ("병원 EV", "", ItemRead("building_lift", "병원", 1)),
        ("주의x2", "", ItemRead("caution", None, 2)),
        ("landmark", "롯데백화점", ItemRead("landmark", "롯데백화점", 1)),
        ("turn", "왼쪽", ItemRead("turn", "left", 1)),
        ("3-1번 출구", "", ItemRead("exit", "exit 3-1", 1)),
        ("７번 출구", "", ItemRead("exit", "exit 7", 1)),
    ],
)
def test_the_words_of_researchers_become_codes(item: str, note: str, expected: ItemRead) -> None:
    assert read_item(item, note) == expected


@pytest.mark.parametrize(
    ("item", "note"),
    [("blimp", ""), ("gate", "blue"), ("landmark", ""), ("turn", "up"), ("exit", "the big one"), ("crossing", "x0")],
)
def test_what_is_not_in_the_vocabulary_is_not_guessed(item: str, note: str) -> None:
    assert read_item(item, note) is None


def test_every_code_reads_as_itself_in_both_languages() -> None:
    for code, item in ITEMS.items():
        note = {"landmark": "시장", "building_lift": "병원", "turn": "left", "exit": "exit 1"}.get(code, "")
        for words in (code, item.label.ko, item.label.en):
            found = read_item(words, note)
            assert found is not None, words
            assert found.code == code


def test_the_docs_list_every_column_and_every_item() -> None:
    docs = (REPOSITORY / "docs" / "survey.md").read_text(encoding="utf-8")
    assert [name for name in (*COLUMNS, *ITEMS) if f"`{name}`" not in docs] == []


@given(st.text(max_size=40), st.text(max_size=40))
def test_reading_words_never_fails_and_keeps_to_the_vocabulary(item: str, note: str) -> None:
    found = read_item(item, note)
    assert found is None or found.code in ITEMS


@pytest.mark.parametrize(
    ("words", "line", "kind"),
    [
        ("7:concourse", "7", PlaceKind.CONCOURSE),
        ("4호선 상계방향 승강장", "4", PlaceKind.PLATFORM),
        ("Line 4 platform", "4", PlaceKind.PLATFORM),
        ("공항철도:승강장", "공항철도", PlaceKind.PLATFORM),
        ("7호선 승강장 중간층", "7", PlaceKind.PASSAGE),
        ("외부: 7번 출구→6번 출구", None, PlaceKind.STREET),
        ("대합실", None, PlaceKind.CONCOURSE),
    ],
)
def test_places_in_korean_and_english(words: str, line: str | None, kind: PlaceKind) -> None:
    assert read_place(words) == (line, kind)


def test_exits_of_a_note() -> None:
    assert read_exits("exit 7|8") == ("7", "8")
    assert read_exits("롯데백화점") == ()


# ── a good run ───────────────────────────────────────────────────────────────


def test_a_run_keeps_its_legs_metres_and_gates(tmp_path: Path) -> None:
    found = read(tmp_path, as_csv(rows()))
    (run,) = found.runs
    assert found.findings == ()
    assert (run.run_id, run.station, run.observed_at, run.source) == ("r1", "nowon", "2016", "Muui 2016")
    assert (run.alight, run.board, run.minutes_chair, run.incomplete) == ((10, 1), (4, 2), 21.0, False)
    assert [leg.level for leg in run.legs] == ["3F", "2F", "1F", "B1", "B3"]
    assert [sum(item.length_m or 0 for item in leg.items) for leg in run.legs] == [40, 70, 270, 35, 15]
    assert run.legs[2].items == (
        SurveyItem(270, "crossing", None, 3),
        SurveyItem(None, "elevator", "exit 5", 1),
    )


def test_line_and_paid_area_follow_from_street_and_gates(tmp_path: Path) -> None:
    (run,) = read(tmp_path, as_csv(rows())).runs
    assert [leg.line for leg in run.legs] == ["4", "4", None, "7", "7"]
    assert [leg.paid_area for leg in run.legs] == [True, None, False, None, True]


def test_a_gate_between_two_paid_areas_claims_nothing_false(tmp_path: Path) -> None:
    table = [
        [*HEAD, "1", "B5", "9:platform", "30", "elevator", ""],
        [*HEAD, "2", "B2", "9:concourse", "35", "gate", "tap"],
        [*HEAD, "3", "B2", "7:concourse", "20", "elevator", ""],
        [*HEAD, "4", "B3", "7:platform", "20", "", ""],
    ]
    (run,) = read(tmp_path, as_csv(table)).runs
    assert [leg.paid_area for leg in run.legs] == [True, None, True, True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_of_office_programs(tmp_path: Path, encoding: str, separator: str) -> None:
    plain = read(tmp_path, as_csv(rows()))
    other = read(tmp_path, as_csv(rows(), separator=separator).encode(encoding))
    assert other.runs == plain.runs


def test_forgiving_wording_gives_the_same_run(tmp_path: Path) -> None:
    plain = read(tmp_path, as_csv(rows())).runs
    words = rows(
        level={0: "3층", 1: "지상2층", 2: "(2F)", 5: "지하1층"},
        place={
            0: "4호선 상계방향 승강장",
            1: "대합실",
            2: "4호선 대합실",
            3: "외부",
            4: "밖",
            5: "7:대합실",
            6: "7:concourse",
        },
        length_m={0: "40m", 3: " 270 "},
        item={0: "EV", 1: "개찰구(역무원 호출)", 3: "횡단보도x3", 5: "개찰구"},
        item_note={1: "", 3: "", 4: "5번 출구", 5: "카드 태그"},
        from_line={0: "4호선"},
        from_direction={0: "상계 방면"},
    )
    for at in range(1, 8):  # a run's own columns may stay blank below its first row
        for column in ("observed_at", "source", "minutes_chair", "alight_door", "to_line"):
            words[at][COLUMNS.index(column)] = ""
    words[1][COLUMNS.index("place")] = "4호선 대합실"
    assert read(tmp_path, as_csv(words)).runs == plain


def test_title_rows_and_extra_columns_are_told_of(tmp_path: Path) -> None:
    text = "환승 조사 결과\n\n" + as_csv([[*row, "비고란"] for row in rows()], (*COLUMNS, "weather"))
    found = read(tmp_path, text)
    assert [(f.code, f.row, f.field) for f in found.findings] == [
        ("field_unknown", 3, "weather"),
        ("header_at_row", 3, None),
    ]
    assert metres(found.runs[0]) == 430


def test_korean_column_names_are_understood(tmp_path: Path) -> None:
    korean = "조사번호 역 조사일 출처 출발노선 출발방면 도착노선 도착방면 하차문 승차문 휠체어분"
    korean += " 구간 층 장소 거리m 만난것 비고"
    assert read(tmp_path, as_csv(rows(), tuple(korean.split()))).runs == read(tmp_path, as_csv(rows())).runs


# ── rows set aside ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("leg", "zwei", "leg_unreadable"),
        ("leg", "0", "leg_unreadable"),
        ("level", "ground", "level_unknown"),
        ("place", "moon", "choice_unknown"),
        ("length_m", "-5", "number_out_of_range"),
        ("length_m", "0", "number_out_of_range"),
        ("length_m", "1,5", "number_out_of_range"),
        ("length_m", "1e3", "number_out_of_range"),
        ("length_m", "nan", "number_out_of_range"),
        ("length_m", "99999", "number_out_of_range"),
        ("item", "blimp", "choice_unknown"),
        ("item_note", "blue", "choice_unknown"),
        ("alight_door", "10월 1일", "cell_is_date"),
        ("alight_door", "Oct-01", "cell_is_date"),
        ("alight_door", "11-1", "door_unreadable"),
        ("alight_door", "9-1", "doors_disagree"),
        ("source", "a\x00b", "char_not_allowed"),
        ("source", "a\u202eb", "char_not_allowed"),
        ("source", "x" * 501, "too_long"),
        ("level", "3F", "leg_rows_disagree"),
        ("run_id", "a/b", "run_id_unreadable"),
    ],
)
def test_a_bad_row_is_set_aside_and_the_good_ones_count(tmp_path: Path, column: str, value: str, code: str) -> None:
    at = 2 if column == "level" and value == "3F" else 1
    found = read(tmp_path, as_csv(rows(**{column: {at: value}})))
    (fault,) = [f for f in found.findings if f.severity is Severity.ERROR]
    assert (fault.code, fault.row) == (code, at + 2)
    assert fault.fix.ko
    assert fault.fix.en
    assert (found.rows, found.used, found.set_aside) == (8, 7, 1)
    (run,) = found.runs
    assert run.incomplete or column == "run_id"
    assert metres(run) == (380 if at == 2 else 410)


def test_a_row_of_another_length_is_set_aside_and_its_run_marked(tmp_path: Path) -> None:
    table = rows()
    table[3].append("spilled")
    found = read(tmp_path, as_csv(table))
    assert errors(found) == [("row_length", 5, None)]
    assert found.runs[0].incomplete


def test_rows_in_are_rows_used_and_set_aside_whatever_the_cells(tmp_path: Path) -> None:
    file = tmp_path / "any.csv"

    cell = st.sampled_from(["", "1", "3F", "x", "gate", "tap", "4:platform", "-", "99999", "r1", "\x00", '"'])

    @given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, len(COLUMNS) - 1), cell), max_size=12))
    def spoil(changes: list[tuple[int, int, str]]) -> None:
        table = rows()
        for at, column, value in changes:
            table[at][column] = value
        file.write_text(as_csv(table), encoding="utf-8")
        found = read_runs(file)
        assert found.rows == 8 == found.used + found.set_aside
        assert bool(found.set_aside) == any(f.severity is Severity.ERROR for f in found.findings)
        assert (
            all(run.incomplete for run in found.runs)
            or not found.set_aside
            or not found.runs
            or _lost_its_name(changes)
        )

    spoil()


def _lost_its_name(changes: list[tuple[int, int, str]]) -> bool:
    """Whether a row's run_id was spoilt: it then belongs to another run, or to none."""
    return any(column == 0 for _, column, _ in changes)


def test_a_missing_leg_marks_the_run(tmp_path: Path) -> None:
    found = read(tmp_path, as_csv([row for row in rows() if row[11] != "4"]))
    assert [(f.code, f.value) for f in found.findings] == [("leg_missing", "1, 2, 3, 5")]
    assert found.runs[0].incomplete


# ── runs set aside ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("minutes_chair", "fast", "run_field_unreadable"),
        ("minutes_chair", "0", "run_field_unreadable"),
        ("minutes_chair", "22", "run_fields_disagree"),
        ("observed_at", "1/5/2016", "run_field_unreadable"),
        ("observed_at", "2016-13", "run_field_unreadable"),
        ("to_direction", "장암", "run_fields_disagree"),
    ],
)
def test_a_run_that_makes_no_sense_is_set_aside_whole_and_others_count(
    tmp_path: Path, column: str, value: str, code: str
) -> None:
    good = [["r2", *row[1:]] for row in rows()]
    found = read(tmp_path, as_csv(rows(**{column: {3: value}}) + good))
    assert [run.run_id for run in found.runs] == ["r2"]
    assert sorted(errors(found)) == sorted([(code, 5, column), ("run_set_aside", 2, "rows")])
    assert (found.used, found.set_aside) == (8, 8)


def test_a_value_missing_from_the_whole_run(tmp_path: Path) -> None:
    found = read(tmp_path, as_csv(rows(minutes_chair=dict.fromkeys(range(8), "unknown"))))
    assert errors(found) == [("run_field_missing", 2, "minutes_chair"), ("run_set_aside", 2, "rows")]


def test_an_unknown_station_is_said_and_a_known_one_gets_its_id(tmp_path: Path) -> None:
    stations = {"노원역": "nowon"}
    table = rows(station_id=dict.fromkeys(range(8), "노원역")) + [["r2", "모르는역", *row[2:]] for row in rows()]
    found = read(tmp_path, as_csv(table), known_station=stations.get)
    assert [(run.run_id, run.station) for run in found.runs] == [("r1", "nowon")]
    assert ("station_unknown", 10, "station_id") in errors(found)


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        ("2016", "2016"),
        ("2016년", "2016"),
        ("2016-05", "2016-05"),
        ("2016.5.1", "2016-05-01"),
        ("2016년 5월 1일", "2016-05-01"),
    ],
)
def test_dates_in_iso_and_korean_form(tmp_path: Path, raw: str, date: str) -> None:
    (run,) = read(tmp_path, as_csv(rows(observed_at=dict.fromkeys(range(8), raw)))).runs
    assert run.observed_at == date


# ── files refused ────────────────────────────────────────────────────────────


def _without(column: str) -> str:
    at = COLUMNS.index(column)
    return as_csv([row[:at] + row[at + 1 :] for row in rows()], COLUMNS[:at] + COLUMNS[at + 1 :])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\n\n", "file_empty"),
        (_without("minutes_chair").encode(), "field_missing"),
        (as_csv(rows(), (*COLUMNS[:-1], "item_note ")).replace("source", "leg", 1).encode(), "field_missing"),
        (as_csv([[*row, "1"] for row in rows()], (*COLUMNS, "leg")).encode(), "header_duplicate"),
        (as_csv([[*row, "1"] for row in rows()], (*COLUMNS, "")).encode(), "header_blank"),
        (as_csv(rows()).encode() + b'"open,', "quote_unclosed"),
        (as_csv(rows()).replace("Muui", "Môüí énquête").encode("latin-1", "replace"), "encoding_unsure"),
        (b"\x80\x81\xff\xfe" * 20, "encoding_unsure"),
        (b"a" * 5_000_001, "file_too_big"),
        ((as_csv([]) + "x\n" * 20_001).encode(), "too_many_rows"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_whole(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(InputRefusedError) as caught:
        read(tmp_path, content)
    (fault,) = caught.value.findings
    assert fault.code == code
    assert fault.file is not None
    assert fault.file.endswith("survey.csv")
    assert caught.value.exit_code == 4


def test_a_missing_file_is_refused_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match=re.escape("nowhere.csv")):
        read_runs(tmp_path / "nowhere.csv")


# ── the pilots' surveys, and the source they were read off ───────────────────

PILOTS = {
    "노원": "nowon",
    "건대입구": "konkuk-univ",
    "가산디지털단지": "gasan-digital-complex",
    "대림": "daerim",
    "고속터미널": "express-bus-terminal",
}


def pilot_run(station_id: str) -> SurveyRun:
    found = read_runs(REPOSITORY / "stations" / station_id / "survey.csv")
    assert found.findings == ()
    (run,) = found.runs
    return run


def met(run: SurveyRun) -> Counter[str]:
    """How many of each thing; `walk` and things of unknown number are left out."""
    tally: Counter[str] = Counter()
    for leg in run.legs:
        for item in leg.items:
            if item.item is not None:
                tally[item.item] += item.count or 0
    return tally


@pytest.mark.parametrize(
    ("station_id", "totals"),
    [
        ("nowon", (21, 470, 4, 0, 2)),
        ("konkuk-univ", (16, 445, 3, 0, 2)),
        ("gasan-digital-complex", (22, 440, 5, 0, 2)),
        ("daerim", (18, 740, 4, 0, 2)),
        ("express-bus-terminal", (16, 300, 3, 1, 1)),
    ],
)
def test_the_pilots_surveys_hold_the_published_totals(station_id: str, totals: tuple[int, ...]) -> None:
    """Minutes, metres, lifts, wheelchair lifts and gates as Muui published them."""
    run = pilot_run(station_id)
    tally = met(run)
    lifts = tally["elevator"] + tally["building_lift"]
    assert [run.minutes_chair, metres(run), lifts, tally["wheelchair_lift"], tally["gate"]] == list(totals)
    assert run.station == station_id


def _transfers() -> list[dict[str, Any]]:
    file = shared_data() / "muui" / "muui_2016_surveyed_transfers.json"
    found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _as_rows(number: int, transfer: dict[str, Any]) -> list[list[str]]:
    """A transfer of the source in the survey layout, in the source's own words."""
    head = [
        f"muui-2016-{number}", transfer["station"], "2016", "Muui 2016",
        transfer["from_line"], transfer["from_dir"], transfer["to_line"], transfer["to_dir"],
        transfer["alight_car_door"], transfer["board_car_door"], str(transfer["minutes"]),
    ]  # fmt: skip
    table = []
    for leg_number, leg in enumerate(transfer["legs"], 1):
        lengths, items = [str(metre) for metre in leg["metres"]], leg["items"]
        for at in range(max(len(lengths), len(items), 1)):
            length = lengths[at] if at < len(lengths) else ""
            item = items[at] if at < len(items) else ""
            table.append([*head, str(leg_number), leg["floor"], leg["place"], length, item, ""])
    return table


def test_all_twelve_published_transfers_are_read_in_their_own_words(tmp_path: Path) -> None:
    transfers = _transfers()
    table = [row for number, transfer in enumerate(transfers) for row in _as_rows(number, transfer)]
    found = read(tmp_path, as_csv(table))
    assert found.findings == ()
    assert found.used == len(table)
    assert len(found.runs) == len(transfers) == 12
    for run, transfer in zip(found.runs, transfers, strict=True):
        tally = met(run)
        assert metres(run) == transfer["distance_m"]
        assert tally["elevator"] + tally["building_lift"] == transfer["elevators"]
        assert (tally["wheelchair_lift"], tally["gate"]) == (transfer["lifts"], transfer["gates"])
        assert any(leg.place is PlaceKind.STREET for leg in run.legs) is transfer["outdoor"]


def test_the_pilots_surveys_agree_with_the_published_transfers() -> None:
    for transfer in _transfers():
        if transfer["station"] not in PILOTS:
            continue
        run = pilot_run(PILOTS[transfer["station"]])
        assert (run.from_line + "호선", run.from_direction) == (transfer["from_line"], transfer["from_dir"])
        assert (run.to_line + "호선", run.to_direction) == (transfer["to_line"], transfer["to_dir"])
        doors = [f"{car}-{door}" for car, door in filter(None, (run.alight, run.board))]
        assert doors == [transfer["alight_car_door"], transfer["board_car_door"]]
        legs = [(leg.level, [item.length_m for item in leg.items if item.length_m]) for leg in run.legs]
        assert legs == [(leg["floor"], leg["metres"]) for leg in transfer["legs"]]
