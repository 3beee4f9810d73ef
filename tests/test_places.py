"""The registers' words for places."""

from __future__ import annotations

import pytest

from muui_maps.sources.places import PlaceWords, read_place


@pytest.mark.parametrize(
    ("words", "doors"),
    [
        ("상계 방면8-4", (("상계", 8, 4),)),
        ("가산디지털단지방면 8-2", (("가산디지털단지", 8, 2),)),
        ("시청 방면5-1,남영 방면6-4", (("시청", 5, 1), ("남영", 6, 4))),
        ("안국 방면4-3, 을지로3가 방면7-1", (("안국", 4, 3), ("을지로3가", 7, 1))),
        ("동대문(1) 방면1-2", (("동대문", 1, 2),)),
        ("명동 방면9-4,서울역 방면1-4", (("명동", 9, 4), ("서울", 1, 4))),
        ("신내, 봉화산 방면8-3", (("신내", 8, 3), ("봉화산", 8, 3))),
        ("가락시장 방면 3-4,4-1 사이", (("가락시장", 3, 4), ("가락시장", 4, 1))),
        ("종로3가 방면10-4", (("종로3가", 10, 4),)),
    ],
)
def test_a_train_door_is_a_direction_a_car_and_a_door(words: str, doors: tuple[tuple[str, int, int], ...]) -> None:
    assert read_place(words) == PlaceWords(place="platform", doors=doors)


@pytest.mark.parametrize(
    ("words", "exits"),
    [
        ("3번 출입구", ("3",)),
        ("3번 출구", ("3",)),
        ("9-1번 출구(교통섬) 측", ("9-1",)),
        ("3,4번 출입구 사이", ("3", "4")),
        ("3,4,5번 출입구 중심", ("3", "4", "5")),
        ("2번 출입구(역사 화장실 앞)", ("2",)),
        ("7번출구 측", ("7",)),
    ],
)
def test_a_machine_at_exits(words: str, exits: tuple[str, ...]) -> None:
    assert read_place(words) == PlaceWords(place="exit", exits=exits)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("대합실", PlaceWords(place="concourse")),
        ("대합실(3~8,11,12번 출입구방면)", PlaceWords(place="concourse", exits=(*"345678", "11", "12"))),
        ("대합실(9.10번출구 사이)", PlaceWords(place="concourse", exits=("9", "10"))),
        ("대합실(B2, 3번 출구방면)", PlaceWords(place="concourse", exits=("3",), levels=("B2",))),
        ("대합실(명동 방면7-2)", PlaceWords(place="concourse", doors=(("명동", 7, 2),))),
        ("5,6번 출구방면 통로", PlaceWords(place="passage", exits=("5", "6"))),
        ("환승통로(4호선 방면)", PlaceWords(place="passage", lines=("4",))),
        ("환승통로(2,4호선)", PlaceWords(place="passage", lines=("2", "4"))),
        ("환승통로(1호선 구로 방면)", PlaceWords(place="passage", lines=("1",), directions=("구로",))),
        ("환승통로(7호선 대합실-1호선 승강장)", PlaceWords(place="passage", lines=("7", "1"))),
        ("환승통로(마천방면 승강장)", PlaceWords(place="passage", directions=("마천",))),
        ("환승통로(경부선 방면)", PlaceWords(place="passage", lines=("경부선",))),
        ("1호선 환승통로(B2, M/W 앞)", PlaceWords(place="passage", lines=("1",), levels=("B2",))),
        ("2호선 환승구간(E/S#10,11 옆 계단)", PlaceWords(place="passage", lines=("2",))),
        ("대합실(E/L 1,2호기 앞)", PlaceWords(place="concourse")),
        ("제기동 방면측", PlaceWords(directions=("제기동",))),
        ("고객안전실 측(지하1층)", PlaceWords(levels=("B1",))),
    ],
)
def test_concourses_and_passages_and_where_they_lead(words: str, meant: PlaceWords) -> None:
    assert read_place(words) == meant


def test_an_exit_that_is_only_a_direction_is_not_where_the_machine_stands() -> None:
    assert read_place("3번 출구 방면(B1)") == PlaceWords(place="unknown", exits=("3",), levels=("B1",))


@pytest.mark.parametrize(
    ("words", "unread"),
    [("eogkqtlf", "eogkqtlf"), ("독바위", "독바위"), ("환승통로(상/하선 방면1-1)", "상 하선 1 1")],
)
def test_words_that_mean_nothing_to_us_are_handed_back_and_not_guessed(words: str, unread: str) -> None:
    read = read_place(words)
    assert read.unread == unread
    assert (read.doors, read.exits, read.directions) == ((), (), ())


def test_full_width_signs_and_doubled_blanks_make_no_difference() -> None:
    assert read_place("상계　방면 ８－４") == read_place("상계  방면8-4") == read_place("상계 방면8-4")
