"""The grammar of official route steps. The sentences are made for these tests; so are the stations in them."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muui_maps.sources.transfer_text import Act, ParsedStep, parse_end, parse_step

STATIONS = frozenset({"한빛", "솔숲", "너울", "너울1가", "푸른바다공원", "중앙", "샘터앞", "내울", "강나루"})


def parse(text: str) -> ParsedStep:
    return parse_step(text, stations=STATIONS)


def shown(acts: tuple[Act, ...]) -> list[str]:
    """Acts in short: `ride means=elevator line=4`."""
    names = [field.name for field in fields(Act) if field.name != "kind"]
    return [
        " ".join([act.kind, *(f"{name}={getattr(act, name)}" for name in names if getattr(act, name) is not None)])
        for act in acts
    ]


READINGS = {
    # alighting and boarding
    "1) (B3) 4호선 한빛 방면 승강장 하차": ["alight place=platform level=B3 line=4 direction=한빛"],
    "엘리베이터 하차": ["alight means=elevator"],
    "(B1) 6번 출입구 엘리베이터 하차": ["alight means=elevator level=B1 exit=6"],
    "승차 (휠체어칸)": ["board place=wheelchair_space"],
    "탑승(휠체어칸": ["board place=wheelchair_space"],
    "승차(휠체어칸) 승차": ["board place=wheelchair_space"],
    "한빛 방면 승차 (휠체어칸)": ["board place=wheelchair_space direction=한빛"],
    "승차 (23/41 휠체어칸)": ["board place=wheelchair_space car=2 door=3 also=4-1"],
    "열차승차": ["board"],
    "4호선 한빛방면 2호차/9호차 하차": ["alight line=4 direction=한빛 car=2 also=9"],
    "4호선 한빛방면 하차 2호차 하차": ["alight line=4 direction=한빛 car=2"],
    # riding: which unit, and where it leads
    "4호선 대합실 방향 엘리베이터 탑승": ["ride means=elevator place=concourse line=4"],
    "1호선 한빛 방면 휠체어리프트 탑승": ["ride means=wheelchair_lift line=1 direction=한빛"],
    "1호선 한빛 방면 장애인용리프트 이용": ["ride means=wheelchair_lift line=1 direction=한빛"],
    "7호선 3-1번 출입구 옆 엘리베이터 탑승": ["ride means=elevator line=7 exit=3-1"],
    "4번/5번 출입구 방향 환승 엘리베이터 탑승": ["ride means=elevator place=transfer exit=4|5"],
    "5번칸 근처 엘리베이터 이용": ["ride means=elevator car=5"],
    "1F 7호선 엘리베이터 탑승": ["ride means=elevator level=1F line=7"],
    "7호선 환승통로 휠체어리프트 탑승": ["ride means=wheelchair_lift place=passage line=7"],
    "계단옆 엘리베이터 이용": ["ride means=elevator place=stairs"],
    "맞은편 엘리베이터 승차": ["ride means=elevator"],
    "3) 2  6호선 방향 엘리베이터 탑승": ["ride means=elevator line=2|6"],
    "(경사형)엘리베이터 이용": ["ride means=elevator"],
    "에스컬레이터 이용": ["ride means=escalator"],
    "한빛 방면 지상2층 승강장 계단": ["ride means=stairs place=platform level=2F direction=한빛"],
    "엘리베이터 4호기 이용": ["ride means=elevator number=4"],
    "1/2번 승강장 엘리베이터 3층 승강장으로 이동": [
        "ride means=elevator place=platform number=1|2",
        "go place=platform level=3F",
    ],
    # doors in disguise
    "103번 승강장 엘리베이터 이용": ["ride means=elevator place=platform car=10 door=3"],
    "62번 승강장 엘리베이터 이용": ["ride means=elevator place=platform car=6 door=2"],
    "한빛 방면 8-1 근처 엘리베이터 탑승": ["ride means=elevator direction=한빛 car=8 door=1"],
    "4호선 한빛 방면 승강장 53 출입문 앞 엘리베이터 탑승": [
        "ride means=elevator place=platform line=4 direction=한빛 car=5 door=3"
    ],
    # going
    "(F1) 7호선 3번 출입구 옆 엘리베이터 이동": ["go place=elevator level=1F line=7 exit=3"],
    "지하 2층으로 이동": ["go level=B2"],
    "중층으로 이동": ["go level=M1"],
    "한빛 방면 승강장": ["go place=platform direction=한빛"],
    "(BM) 환승 대합실로 이동": ["go place=transfer_concourse level=BM1"],
    "5호선 방향 환승통로로 이동": ["go place=passage line=5"],
    "7호선 8번출구로 이동(약 150m)": ["go place=exit line=7 exit=8 length_m=150.0"],
    "2F 외부로 이동": ["go place=outside level=2F"],
    "B2 승강장으로 이동(한빛/솔숲 방향)": ["go place=platform level=B2 direction=한빛|솔숲"],
    "2번/3번 출입구 사이 통로 이동": ["go place=passage exit=2|3"],
    "6호선 한빛 승강장으로 이동": ["go place=platform line=6 direction=한빛"],
    "4호선 승강장에서 5번출입구 방면으로 이동": ["go place=platform line=4", "go place=exit exit=5"],
    "4호선 한빛역 역사로 들어가 개찰구 통과": ["go place=station line=4", "gate"],
    # gates
    "표 내는 곳 통과": ["gate"],
    "5호선 방향 환승게이트 통과": ["gate place=transfer_gate line=5"],
    "휠체어 비상게이트 이용해 외부로 나감": ["gate place=emergency_gate side=out"],
    "비상게이트 이용하여 내부로 들어옴": ["gate place=emergency_gate side=in"],
    "개집표기 밖으로 이동": ["gate side=out"],
    "역무원 호출 후 비상게이트 통과": ["gate place=emergency_gate staff_call=True"],
    # several acts in one step
    "표 내는 곳 통과 후 2호선 대합실 방향 엘리베이터 탑승": ["gate", "ride means=elevator place=concourse line=2"],
    "표 내는 곳 통과탑승": ["gate", "board"],
    "엘리베이터 이용 후 지하1층 이동": ["ride means=elevator", "go level=B1"],
    "E/L 2호기로 지하 1층": ["ride means=elevator number=2", "go level=B1"],
    "2번 출구 옆 엘리베이터 탑승 후 지상으로 이동": ["ride means=elevator exit=2", "go place=outside"],
    "횡단보도 건넌 후 2호선 5번 출입구로 이동": ["cross", "go place=exit line=2 exit=5"],
    "직진 후 우회전하여 7호선 대합실로 이동": [
        "turn heading=straight",
        "turn heading=right",
        "go place=concourse line=7",
    ],
    "대합실 하차후 왼쪽으로 40M 이동": ["alight place=concourse", "turn length_m=40.0 heading=left"],
    "환승통로를 지나 환승 엘리베이터를 이용": ["go place=passage", "ride means=elevator place=transfer"],
    "5호선 게이트 지나 B1층 화장실 맞은 편 엘리베이터 탑승": [
        "gate line=5",
        "ride means=elevator place=toilet level=B1",
    ],
    # lines
    "경의 중앙선 방면 엘리베이터로 이동": ["go place=elevator line=경의중앙선"],
    "GTXA 한빛 방면 승강장": ["go place=platform line=GTX-A direction=한빛"],
    "인천2호선 한빛 방면 승강장": ["go place=platform line=인천2 direction=한빛"],
    "3호선/서해선 연결 통로 로 이동": ["go place=passage line=3|서해선"],
    "2호선 지선 한빛 (종착역) 승강장 하차": ["alight place=platform line=2 direction=한빛"],
}


@pytest.mark.parametrize(("text", "acts"), READINGS.items(), ids=list(READINGS))
def test_a_step_says_what_is_done(text: str, acts: list[str]) -> None:
    parsed = parse(text)

    assert shown(parsed.acts) == acts
    assert parsed.unexplained == ()


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("너울 1가 방면 승강장", "너울1가"),  # a blank inside a known name
        ("푸른 바다공원 방면 승강장", "푸른바다공원"),
        ("중앙 방면 승강장", "중앙"),  # 중앙 is also "in the middle"
        ("샘터앞 방면 승강장", "샘터앞"),  # ends like "in front of"
        ("내울방면 승강장", "내울"),  # begins like "inside"
        ("한빛역방면 승강장", "한빛"),
        ("한빛방명 승강장", "한빛"),  # a misspelt 방면
        ("한빛  방면 방면 승강장", "한빛"),
        ("신설예정 방면 승강장", "신설예정"),  # a name nobody told us
        ("내당 방면 승강장", "내당"),
        ("관악(대학) 방면 승강장", "관악"),
        ("한빛ㆍ솔숲 방면 승강장", "한빛|솔숲"),
        ("솔숲  너울 방면 승강장", "솔숲|너울"),
    ],
)
def test_directions_are_station_names_known_or_not(text: str, direction: str) -> None:
    parsed = parse(text)

    assert shown(parsed.acts) == [f"go place=platform direction={direction}"]
    assert parsed.unexplained == ()


@pytest.mark.parametrize(
    "spelling", ["엘리베이터", "엘레베이터", "엘레이터", "엘리베이터 ", "엘레베에터", "E/L", "승강기"]
)
def test_misspelt_lifts_are_lifts(spelling: str) -> None:
    assert shown(parse(f"2번 출입구 옆 {spelling} 탑승").acts) == ["ride means=elevator exit=2"]


@pytest.mark.parametrize(
    ("said", "level"),
    [("(B3)", "B3"), ("B3", "B3"), ("지하 3층", "B3"), ("(F2)", "2F"), ("2F", "2F"), ("지상2층", "2F"), ("B3)", "B3")],
)
def test_levels_come_in_one_spelling(said: str, level: str) -> None:
    assert shown(parse(f"4) {said} 대합실로 이동").acts) == [f"go place=concourse level={level}"]


@pytest.mark.parametrize("number", ["7) ", "7)", "", "7 ", "7) 7) "])
def test_the_step_number_is_no_part_of_the_step(number: str) -> None:
    assert shown(parse(f"{number}3호선 한빛 방면 엘리베이터 탑승").acts) == [
        "ride means=elevator line=3 direction=한빛"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "(2F) 3호선 한빛 방면 엘리베이터 탑승",
        "(B1) 4호선 대합실 이동",
        "경의중앙선 환승통로 이동",
        "5번 출입구 근처 엘리베이터 이용 후 지하2층 이동",
        "표 내는 곳 통과 후 2호선 대합실 방향 엘리베이터 탑승",
        "휠체어 비상게이트 이용하여 외부로 나감",
    ],
)
def test_blanks_do_not_matter(text: str) -> None:
    assert parse(text.replace(" ", "")) == parse(text)
    assert parse(text.replace(" ", "  ")) == parse(text)


@pytest.mark.parametrize(
    ("text", "unexplained"),
    [
        ("등대앞 인도", ("등대앞",)),
        ("급행 한빛방면 승강장", ("급행",)),
        ("4호선 한빛역 솔숲역 4번칸", ("솔숲역",)),  # one can't be at two stations
        ("계단 엘리베이터 탑승", ("계단",)),  # nor ride two kinds of unit at once
        ("하차 후 이용", ("이용",)),  # using what?
        ("분실물센터 옆 엘리베이터를 타고 이동", ("분실물센터", "타고")),
        ("방면 승강장", ("방면",)),
        ("한빛", ("한빛",)),
    ],
)
def test_a_word_without_an_act_is_handed_back(text: str, unexplained: tuple[str, ...]) -> None:
    assert parse(text).unexplained == unexplained


@given(st.sampled_from(sorted(READINGS)), st.data())
def test_no_word_is_skipped(text: str, data: st.DataObject) -> None:
    words = text.split(" ")
    at = data.draw(st.integers(1, len(words)))
    parsed = parse(" ".join([*words[:at], "뷁뷁", *words[at:]]))

    is_a_direction = any("뷁뷁" in (act.direction or "") for act in parsed.acts)  # before 방면 any word is a name
    assert is_a_direction or "뷁뷁" in parsed.unexplained


@given(st.text(alphabet="가나다 호선방면향승강장엘리베이터()/,0123456789BF역후", max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    parsed = parse(text)

    assert all(isinstance(act, Act) for act in parsed.acts)
    assert all(word and word in text for word in parsed.unexplained)


def test_nothing_is_said_by_an_empty_step() -> None:
    assert parse("  ") == ParsedStep((), ())


@pytest.mark.parametrize(
    ("text", "line", "direction"),
    [
        ("4호선 한빛 방면 승강장", "4", "한빛"),
        ("한빛방면 승강장", None, "한빛"),
        ("4호선 한빛 도착", "4", "한빛"),
        ("수인분당선한빛 방면", "수인분당선", "한빛"),
        ("서해선,경의중앙선 솔숲 방면", "서해선|경의중앙선", "솔숲"),
        ("신림선 승강장", "신림선", None),
        ("한빛역 종착역 승강장", None, "한빛"),
        ("", None, None),
    ],
)
def test_the_ends_of_a_route_name_line_and_direction(text: str, line: str | None, direction: str | None) -> None:
    assert parse_end(text, stations=STATIONS) == (line, direction)
