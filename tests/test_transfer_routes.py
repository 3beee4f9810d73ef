"""Rows of transfer steps become routes. The station 한빛 and its neighbours are made up."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
from shared import shared_data

from muui_maps.sources.transfer_routes import COLUMNS, RoutesRead, coverage_by_operator, line_id, parse_routes
from muui_maps.tables import TABLES, read_table, table_text, write_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ORIGIN = {"dataset": "routes", "publisher": "국토교통부", "licence": "free", "as_of": "2025-08-11"}

TO_7 = """
S1(공사) | 4호선 | 한빛(대학) | 1 | 1) (F3) 4호선 솔숲 방면 승강장 하차 | 4호선 솔숲 방면
S1(공사) | 4호선 | 한빛(대학) | 2 | 2) 대합실 방향 엘리베이터 탑승       |
S1(공사) | 4호선 | 한빛(대학) | 3 | 3) (F2) 표 내는 곳 통과              |
S1(공사) | 4호선 | 한빛(대학) | 4 | 4) (B3) 7호선 너울 방면 승강장 이동  |
S1(공사) | 4호선 | 한빛(대학) | 5 | 5) 승차(휠체어칸)                    | 7호선 너울 방면
"""


def rows_of(*blocks: str) -> list[tuple[int, Mapping[str, str]]]:
    lines = [line for block in blocks for line in block.strip().splitlines()]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [(number, dict(zip(COLUMNS, row, strict=True))) for number, row in enumerate(cells, 2)]


def read(*blocks: str) -> RoutesRead:
    return parse_routes(rows_of(*blocks), stations={"강나루"}, origin=ORIGIN, file="routes.csv")


def codes(routes: RoutesRead) -> list[str]:
    return [finding.code for finding in routes.findings]


def test_a_block_of_steps_becomes_a_route_with_its_acts() -> None:
    got = read(TO_7)

    (route,) = got.routes
    assert route.route_id == "S1:4:한빛:솔숲-7:너울"
    assert (route.operator, route.line, route.station) == ("S1", "4", "한빛")
    assert (route.from_line, route.from_direction, route.to_line, route.to_direction) == ("4", "솔숲", "7", "너울")
    assert (route.steps, route.record, route.as_of) == (5, "2", "2025-08-11")
    assert [(act.step, act.n, act.kind, act.level) for act in got.acts] == [
        (1, 1, "alight", "3F"),
        (2, 1, "ride", None),
        (3, 1, "gate", "2F"),
        (4, 1, "go", "B3"),
        (5, 1, "board", None),
    ]
    assert {act.route_id for act in got.acts} == {route.route_id}
    assert [act.record for act in got.acts] == ["2", "3", "4", "5", "6"]
    assert (got.steps, got.explained, got.findings) == (5, 5, ())


def test_a_route_starts_where_the_number_is_1_and_a_repeated_one_is_told_apart() -> None:
    got = read(TO_7, TO_7, TO_7.replace("7호선 너울", "7호선 강나루"))

    assert [route.route_id for route in got.routes] == [
        "S1:4:한빛:솔숲-7:너울",
        "S1:4:한빛:솔숲-7:너울#2",
        "S1:4:한빛:솔숲-7:강나루",
    ]
    assert [route.record for route in got.routes] == ["2", "7", "12"]


def test_a_route_starts_where_another_station_begins_even_without_a_1() -> None:
    got = read(TO_7, "S1(공사) | 2호선 | 너울 | 2 | 2) 엘리베이터 탑승 | 2호선 강나루 방면")

    assert [route.station for route in got.routes] == ["한빛", "너울"]
    assert "route_step_number_missing" in codes(got)


def test_a_step_with_an_unknown_word_is_set_aside_whole_and_quoted() -> None:
    got = read(TO_7.replace("2) 대합실 방향 엘리베이터 탑승", "2) 급경사 대합실 방향 엘리베이터 탑승"))

    (finding,) = got.findings
    assert finding.code == "route_step_unexplained"
    assert (finding.file, finding.row, finding.field) == ("routes.csv", 3, "이동내용상세")
    assert finding.value == "2) 급경사 대합실 방향 엘리베이터 탑승"
    assert "급경사" in finding.message.ko
    assert "급경사" in finding.message.en
    assert [act.step for act in got.acts] == [1, 3, 4, 5]
    assert got.explained + len(got.findings) == got.steps


def test_an_empty_step_is_a_finding_too() -> None:
    got = read(TO_7.replace("2) 대합실 방향 엘리베이터 탑승", ""))

    assert codes(got) == ["route_step_unexplained"]
    assert got.explained == 4


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ("| 5 | 5) 승차", "| 6 | 5) 승차", "번호만 건너뛰었어요"),
        ("| 5 | 5) 승차", "| 8 | 8) 승차", "사이 단계가 없거나"),
        ("| 5 | 5) 승차", "|   | 5) 승차", "행 차례를 따랐어요"),
    ],
)
def test_a_missing_step_number_is_reported_and_the_step_kept(was: str, now: str, said: str) -> None:
    got = read(TO_7.replace(was, now))

    (finding,) = got.findings
    assert (finding.code, finding.row, finding.field) == ("route_step_number_missing", 6, "환승이동순서")
    assert said in finding.message.ko
    assert len(got.acts) == 5


def test_ends_that_the_last_column_leaves_out_come_from_the_acts() -> None:
    got = read(TO_7.replace("| 4호선 솔숲 방면\n", "|\n").replace("| 7호선 너울 방면\n", "|\n"))

    assert got.routes[0].route_id == "S1:4:한빛:솔숲-7:너울"
    assert got.findings == ()


def test_a_line_that_a_route_leaves_out_comes_from_the_other_routes_of_the_station() -> None:
    silent = """
    KR(코레일) | 1호선 | 한빛 | 1 | 1) 솔숲방면 승강장         | 강나루방면 승강장
    KR(코레일) | 1호선 | 한빛 | 2 | 2) 너울방면 엘리베이터     |
    KR(코레일) | 1호선 | 한빛 | 3 | 3) 너울방면 승강장         | 너울방면 승강장
    """

    assert read(silent).routes[0].route_id == "KR:1:한빛:강나루-?:너울"
    assert read(silent, TO_7).routes[0].route_id == "KR:1:한빛:강나루-7:너울"


def test_an_end_that_nothing_names_is_a_finding() -> None:
    got = read(
        TO_7.replace("7호선 너울 방면 승강장 이동", "승강장 이동").replace("| 7호선 너울 방면\n", "| 7호선 승강장\n")
    )

    assert codes(got) == ["route_end_unknown"]
    assert got.routes[0].route_id == "S1:4:한빛:솔숲-7:?"
    assert got.routes[0].to_direction == ""


def test_steps_and_summary_that_name_different_directions_are_a_finding_unless_renamed() -> None:
    rows = rows_of(TO_7.replace("| 7호선 너울 방면\n", "| 7호선 옛너울 방면\n"))

    got = parse_routes(rows, stations=(), origin=ORIGIN)
    assert codes(got) == ["route_end_disagrees"]
    assert got.routes[0].to_direction == "옛너울"

    assert parse_routes(rows, stations=(), origin=ORIGIN, renamed={"옛너울": "너울"}).findings == ()


def test_a_remark_beside_the_direction_is_not_lost() -> None:
    got = read(TO_7.replace("| 7호선 너울 방면\n", "| 7호선 너울 방면(~'25.3월까지 폐쇄)\n"))

    (finding,) = got.findings
    assert finding.code == "route_end_remark"
    assert "'25.3월까지 폐쇄" in finding.message.ko
    assert got.routes[0].to_direction == "너울"


@pytest.mark.parametrize(
    ("name", "operator", "line"),
    [
        ("4호선", "S1", "4"),
        ("경의중앙", "KR", "경의중앙선"),
        ("분당선", "KR", "수인분당선"),
        ("GTXA", "GX", "GTX-A"),
        ("인천1호선", "IC", "인천1"),
        ("2호선", "BS", "부산2"),
        ("3호선", "DG", "대구3"),
        ("공항철도", "AR", "공항철도"),
    ],
)
def test_line_ids(name: str, operator: str, line: str) -> None:
    assert line_id(name, operator) == line


BY_AN_OLD_NAME = """
KR(철도) | 분당선 | 한빛 | 1 | 1) (B3) 분당선 솔숲 방면 승강장 하차   | 분당선 솔숲 방면
KR(철도) | 분당선 | 한빛 | 2 | 2) 분당선 솔숲 방면 엘리베이터 탑승    |
KR(철도) | 분당선 | 한빛 | 3 | 3) (B2) 인천지하철 표 내는 곳 통과      |
KR(철도) | 분당선 | 한빛 | 4 | 4) (B1) 경의선 너울 방면 승강장으로 이동 | 경의중앙선 너울 방면
"""


def test_what_a_step_names_goes_by_the_lines_ids_as_the_ends_do() -> None:
    """Else a lift of the 분당선 is another line's than the 수인분당선's, and its floors another line's floors."""
    got = read(BY_AN_OLD_NAME)
    assert (got.routes[0].from_line, got.routes[0].to_line) == ("수인분당선", "경의중앙선")
    assert {act.line for act in got.acts if act.line} == {"수인분당선", "인천1", "경의중앙선"}


def test_routes_and_acts_survive_their_tables(tmp_path: Path) -> None:
    got = read(TO_7)
    write_table("official_routes", got.routes, tmp_path)
    write_table("official_acts", got.acts, tmp_path)

    assert read_table("official_routes", tmp_path) == got.routes
    assert read_table("official_acts", tmp_path) == got.acts


def test_coverage_counts_steps_by_operator() -> None:
    strange = "KR(코레일) | 1호선 | 너울 | 1 | 1) 급경사 엘리베이터 탑승 | 1호선 솔숲 방면"

    assert coverage_by_operator(rows_of(TO_7, strange), stations=()) == {"S1(공사)": (5, 5), "KR(코레일)": (0, 1)}


# ── the published table ──────────────────────────────────────────────────────


BY_FLOORS = """
KR(철도) | 4호선 | 한빛 | 1 | 1) 솔숲방면 승강장                  | 4호선 솔숲 방면
KR(철도) | 4호선 | 한빛 | 2 | 2) 솔숲방면 지상1층 승강장 엘리베이터 |
KR(철도) | 4호선 | 한빛 | 3 | 3) 솔숲방면 지하1층 엘리베이터        |
KR(철도) | 4호선 | 한빛 | 4 | 4) 너울방면 지하1층 엘리베이터        |
KR(철도) | 4호선 | 한빛 | 5 | 5) 너울방면 지하2층 승강장 엘리베이터 |
KR(철도) | 4호선 | 한빛 | 6 | 6) 너울방면 승강장                  | 7호선 너울 방면
"""


def test_a_lift_named_on_both_of_its_floors_is_ridden_once() -> None:
    acts = read(BY_FLOORS).acts
    assert [(act.kind, act.level) for act in acts if act.means] == [
        ("ride", "1F"), ("alight", "B1"), ("ride", "B1"), ("alight", "B2"),
    ]  # fmt: skip


def test_lifts_named_once_each_are_ridden_each_once() -> None:
    """One that does not pair makes all of them single: half a rule would lose a ride."""
    odd = "\n".join(line for line in BY_FLOORS.strip().splitlines() if " | 5 | " not in line)
    assert [act.kind for act in read(odd).acts if act.means] == ["ride", "ride", "ride"]


def published() -> list[tuple[int, Mapping[str, str]]]:
    file = shared_data() / "seoul" / "molit_transfer_movement_20250811.csv"
    with file.open(encoding="cp949", newline="") as stream:
        return list(enumerate(csv.DictReader(stream), 2))


def test_published_routes_are_all_found() -> None:
    got = parse_routes(published(), stations=(), origin=ORIGIN, file="routes.csv")

    assert len(got.routes) == 1148
    assert len({(route.operator, route.line, route.station) for route in got.routes}) == 258
    assert len({route.route_id for route in got.routes}) == 1148
    assert sum(route.steps for route in got.routes) == got.steps == 8054
    assert got.explained + codes(got).count("route_step_unexplained") == got.steps
    assert len({(act.route_id, act.step) for act in got.acts}) == got.explained
    jumps = [finding.station for finding in got.findings if finding.code == "route_step_number_missing"]
    assert jumps == ["부평", "미금", "창동"]


def test_published_routes_name_both_ends_but_for_those_reported() -> None:
    got = parse_routes(published(), stations=(), origin=ORIGIN, file="routes.csv")

    silent = [r for r in got.routes if not (r.from_line and r.from_direction and r.to_line and r.to_direction)]
    assert len(silent) == codes(got).count("route_end_unknown")
    assert len(silent) <= 12


def test_published_steps_reach_the_coverage_asked_for() -> None:
    coverage = coverage_by_operator(published(), stations=())

    explained, total = (sum(counts) for counts in zip(*coverage.values(), strict=True))
    for operator, (good, of) in [*coverage.items(), ("전국 nationwide", (explained, total))]:
        print(f"{good / of:8.2%}  {good:5,} of {of:5,}  {operator}")  # noqa: T201 - figures for the documentation
    by_code = {operator.split("(")[0]: good / of for operator, (good, of) in coverage.items()}
    assert by_code["S1"] >= 0.995
    assert by_code["S9"] >= 0.995
    assert explained / total >= 0.995
    assert min(by_code.values()) >= 0.95


def test_the_table_of_acts_keeps_no_prose_and_stays_small() -> None:
    got = parse_routes(published(), stations=(), origin=ORIGIN, file="routes.csv")
    text = table_text("official_acts", got.acts)

    assert len(text.encode()) < 2_000_000
    assert "official_acts" in TABLES
    assert not [word for word in ("탑승", "하차", "승강장", "엘리베이터", "방면") if word in text]
