"""How researchers write numbers, choices, dates and places, and what of it is believed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muui_maps.survey.fields import FIELDS, Cautious, Type, choice_of, field_of, nearest_choices
from muui_maps.survey.observations import Answer, Basis
from muui_maps.survey.rows import RawRow, RowContext, cells_of, columns_of, read_row
from muui_maps.survey.values import ValueRefusedError, is_blank, read_moment, read_point, read_value, tidy_text


def read(name: str, cell: str) -> object:
    """The value of a cell, or the code of why it has none."""
    try:
        found = read_value(FIELDS[name], cell)
    except ValueRefusedError as fault:
        return f"✗ {fault.code}" if fault.message.ko and fault.fix.en else "a refusal without words"
    if found is None:
        return None
    return found.value if found.answer is Answer.GIVEN else found.answer.value


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("door_width_mm", "820", 820.0),
        ("door_width_mm", "82cm", 820.0),
        ("door_width_mm", "0.82 m", 820.0),
        ("door_width_mm", "８２０", 820.0),
        ("door_width_mm", "약 82cm", 820.0),
        ("door_width_mm", "82", "✗ unit_unsure"),
        ("door_width_mm", "82mm", "✗ number_out_of_range"),
        ("door_width_mm", "0", "✗ number_out_of_range"),
        ("door_width_mm", "-820", "✗ number_out_of_range"),
        ("door_width_mm", "1,200", "✗ number_unreadable"),
        ("door_width_mm", "82,5", "✗ number_unreadable"),
        ("door_width_mm", "넓음", "✗ number_unreadable"),
        ("door_width_mm", "1e3", "✗ number_unreadable"),
        ("door_width_mm", "Infinity", "✗ number_unreadable"),
        ("door_width_mm", "없음", "none"),
        ("door_width_mm", "모름", "unknown"),
        ("door_width_mm", "?", "unknown"),
        ("door_width_mm", "n/a", None),
        ("door_width_mm", " - ", None),
        ("slope_percent", "1/12", 8.3333),
        ("slope_percent", "1:8", 12.5),
        ("slope_percent", "5도", 8.7489),
        ("slope_percent", "90", "✗ number_out_of_range"),
        ("slope_percent", "90°", "✗ number_out_of_range"),
        ("step_height_mm", "0", 0.0),
        ("step_count", "3단", 3.0),
        ("step_count", "2.5", "✗ number_unreadable"),
        ("step_count", "3000", "✗ number_out_of_range"),
        ("wait_seconds", "2분", 120.0),
        ("wait_seconds", "1분 30초", 90.0),
        ("length_m", "1.2km", 1200.0),
        ("operational_status", "정상", "working"),
        ("operational_status", " Out of order ", "out_of_order"),
        ("operational_status", "미확인", "unknown"),
        ("operational_status", "없음", "absent"),
        ("operational_status", "멀쩡?", "✗ choice_unknown"),
        ("staff_call_needed", "O", "yes"),
        ("staff_call_needed", "예", "yes"),
        ("staff_call_needed", "불필요", "no"),
        ("passable", "도움 필요", "with_help"),
        ("sign_problem", "가려짐, 층 오류", ("wrong_floor", "hidden")),
        ("sign_problem", "missing hidden", ("missing", "hidden")),
        ("near_exit", "3-1번 출구", "3-1"),
        ("near_exit", "2026-03-01", "✗ cell_is_date"),
        ("near_exit", "\0date 2026-03-01 00:00:00", "✗ cell_is_date"),
        ("near_exit", "셋", "✗ exit_unreadable"),
        ("served_levels", "1F, 지하2층 ~ B1", ("B2", "B1", "1F")),
        ("served_levels", "B2, 옥상", "✗ level_unknown"),
        ("signed_level", "지하 3층", "B3"),
        ("open_from", "오전 5시 30분", "05:30"),
        ("open_to", "24:00", "24:00"),
        ("open_to", "27:00", "✗ time_unreadable"),
        ("open_from", "\0date 05:30:00", "05:30"),
        ("to_place", "7호선 대합실", "7:concourse"),
        ("to_place", "저기", "✗ choice_unknown"),
        ("door_width_mm", "\0formula =A1+1", "✗ cell_is_formula"),
        ("door_width_mm", "\0error #N/A", "✗ cell_is_error"),
        ("valid_to", "2026-05", "✗ date_unreadable"),
    ],
)
def test_a_cell_is_read_or_refused_with_a_reason(name: str, cell: str, value: object) -> None:
    assert read(name, cell) == value


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2026", "2026"),
        ("2026년 5월", "2026-05"),
        ("2026.5.1", "2026-05-01"),
        ("20260501", "2026-05-01"),
        ("2026. 5. 1 오후 3:05:21", "2026-05-01T15:05:21"),
        ("2026/05/01 3:05:00 오후 GMT+9", "2026-05-01T15:05"),
        ("2026년 5월 1일 (금) 오전 12시 5분", "2026-05-01T00:05"),
        ("2026-05-01T23:30:00Z", "2026-05-02T08:30"),
        ("2026-05-01T14:30:00.000+09:00", "2026-05-01T14:30"),
        ("2026-05-01T14:30:00-05:00", "2026-05-02T04:30"),
    ],
)
def test_a_moment_is_told_in_seoul_and_as_precisely_as_it_was_written(cell: str, moment: str) -> None:
    assert read_moment(cell) == moment


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("3/1/2019", "date_ambiguous"),
        ("01-03-19", "date_ambiguous"),
        ("45000", "date_ambiguous"),
        ("1970-01-01", "date_out_of_range"),
        ("2026-02-30", "date_unreadable"),
        ("2026-05-01 25:00", "date_unreadable"),
        ("어제", "date_unreadable"),
    ],
)
def test_a_date_that_could_be_two_days_or_none_is_refused(cell: str, code: str) -> None:
    with pytest.raises(ValueRefusedError) as refused:
        read_moment(cell)
    assert refused.value.code == code


def test_a_range_keeps_both_ends_and_the_careful_one_counts() -> None:
    narrow = read_value(FIELDS["door_width_mm"], "80~85cm")
    gap = read_value(FIELDS["gap_horizontal_mm"], "80-100")
    assert narrow is not None
    assert gap is not None
    assert (narrow.value, narrow.low, narrow.high) == (800.0, 800.0, 850.0)
    assert (gap.value, gap.low, gap.high) == (100.0, 80.0, 100.0)


def test_about_makes_an_estimate_whatever_the_row_says() -> None:
    found = read_value(FIELDS["door_width_mm"], "약 820", basis=Basis.MEASURED)
    assert found is not None
    assert found.basis is Basis.ESTIMATED


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("37.65 127.06", (37.65, 127.06)),
        ("37.65 127.06 30 5", (37.65, 127.06)),
        ("", None),
        ("127.06 37.65", "swapped"),
        ("0 0", "outside"),
        ("37.65 127.06 30 500", "500"),
        ("여기", "not a point"),
    ],
)
def test_a_point_that_can_not_be_true_is_not_used(cell: str, found: object) -> None:
    if isinstance(found, str):
        with pytest.raises(ValueRefusedError, match=found) as refused:
            read_point(cell)
        assert refused.value.code == "location_unreliable"
    else:
        point = read_point(cell)
        assert (point and (point.lat, point.lon)) == found


@given(st.text(max_size=60), st.sampled_from(sorted(FIELDS)))
def test_no_cell_at_all_is_a_crash(cell: str, name: str) -> None:
    field = FIELDS[name]
    if field.type is Type.POINT:
        return
    found = read(name, cell)
    if isinstance(found, float):
        assert field.low is not None
        assert field.high is not None
        assert field.low <= found <= field.high
    assert (found is None) <= is_blank(cell)


@given(st.text(max_size=80))
def test_shown_text_has_no_characters_that_break_a_page(raw: str) -> None:
    shown = tidy_text(raw)
    assert not any(ord(ch) < 32 or 0x202A <= ord(ch) <= 0x202E or 0xD800 <= ord(ch) <= 0xDFFF for ch in shown)


# ── the schema holds together ────────────────────────────────────────────────


def test_every_choice_is_read_by_its_name_and_both_its_labels_and_by_nothing_elses() -> None:
    for field in FIELDS.values():
        for choice in field.choices:
            for word in (choice.name, choice.label.ko, choice.label.en, *choice.synonyms):
                assert choice_of(field, word) == choice, f"{field.name}: {word}"


def test_every_column_is_found_by_its_name_its_labels_and_its_other_words() -> None:
    for field in FIELDS.values():
        for word in (field.name, field.label.ko, field.label.en, *field.synonyms):
            assert field_of(word) == field, word
            assert field_of(f" {word.upper()} ") == field, word
        assert field_of(f"group/{field.name}") == field


def test_every_number_has_a_unit_a_range_and_a_careful_side() -> None:
    for field in FIELDS.values():
        if field.is_number:
            assert field.unit, field.name
            assert field.low is not None, field.name
            assert field.high is not None, field.name
            assert field.usual is not None, field.name
            assert field.low <= field.usual[0] < field.usual[1] <= field.high, field.name
            assert field.cautious is not Cautious.NONE, field.name
            assert read(field.name, f"{field.low:g} {field.unit}") == field.low
            assert str(read(field.name, f"{field.high + 1:g} {field.unit}")).startswith("✗")


def test_near_answers_are_offered() -> None:
    assert "under_repair" in nearest_choices(FIELDS["operational_status"], "수리즁")


# ── rows ─────────────────────────────────────────────────────────────────────


def code_of(**cells: str) -> str:
    """`ok`, or why the row is quarantined; and the remarks."""
    raw = {"feature_id": "4:EV:1", "observed_at": "2026-05-01", "operational_status": "working", **cells}
    row = RawRow(cells_of(raw, columns_of(raw)), raw, "f.csv", None, 2)
    found = read_row(row, RowContext(now="2026-06-01T12:00"))
    said = found.read.reason.code if hasattr(found.read, "reason") else "ok"
    return " ".join([said, *(each.code for each in found.remarks)])


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({}, "ok"),
        ({"observed_at": ""}, "date_missing"),
        ({"observed_at": "2026-06-01 12:01"}, "time_in_future"),
        ({"observed_at": "2026-06-02"}, "time_in_future"),
        ({"observed_at": "2026-06"}, "ok"),
        ({"form_version": "2026-11 v2", "observed_at": "2026-05-01"}, "time_before_form"),
        ({"operational_status": ""}, "row_says_nothing"),
        ({"feature_id": ""}, "target_missing"),
        ({"feature_id": "", "place_text": "3번 출구 앞"}, "ok"),
        ({"consent": "동의 안 함"}, "consent_refused"),
        ({"kind": "고래"}, "choice_unknown"),
        ({"level": "옥상"}, "level_unknown"),
        ({"geopoint": "37.6 127.0 0 900"}, "ok location_unreliable"),
        ({"geopoint": "37.6 127.0", "level": "B2"}, "ok location_unreliable"),
        ({"operational_status": "absent", "door_width_mm": "820"}, "ok row_contradicts_itself"),
        ({"note": "고장 표지가 붙어 있어요"}, "ok row_contradicts_itself"),
        ({"note": "전화\u202e해요\x07"}, "ok char_stripped"),
        ({"photo": "../../etc/passwd"}, "ok media_path_escapes"),
        ({"photo": "javascript:alert(1)"}, "ok media_path_escapes"),
        ({"photo": "a.jpg\nhttps://example.org/b.jpg"}, "ok"),
        ({"door_width_mm": "82"}, "unit_unsure"),
    ],
)
def test_a_row_is_taken_whole_or_not_at_all(cells: dict[str, str], code: str) -> None:
    assert code_of(**cells) == code


def test_a_header_that_names_its_unit_lends_it_to_bare_numbers() -> None:
    raw = {"feature_id": "x", "observed_at": "2026", "문폭(cm)": "82", "거리[m]": "30"}
    assert cells_of(raw, columns_of(raw))["door_width_mm"] == "82cm"
    assert cells_of(raw, columns_of(raw))["length_m"] == "30m"


def test_one_number_may_be_measured_and_another_estimated() -> None:
    raw = {
        "feature_id": "x", "observed_at": "2026", "basis": "measured",
        "door_width_mm": "820", "cabin_depth_mm": "1400", "cabin_depth_mm_basis": "눈대중",
    }  # fmt: skip
    found = read_row(RawRow(cells_of(raw, columns_of(raw)), raw, "f.csv", None, 2)).read
    assert {name: value.basis for name, value in found.facts.items()} == {  # type: ignore[union-attr]
        "door_width_mm": Basis.MEASURED,
        "cabin_depth_mm": Basis.ESTIMATED,
    }
