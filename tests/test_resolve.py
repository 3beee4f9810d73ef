"""Names as people type them → the ids they stand for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from muui_maps.definition import Definition, LineCode
from muui_maps.errors import UnknownNameError
from muui_maps.model import Direction, Endpoint, Station, StationName, Text, Unit, UnitKind
from muui_maps.resolve import (
    endpoints,
    file_stem,
    nearest,
    resolve_endpoint,
    resolve_profile,
    resolve_station,
    resolve_unit,
)
from muui_maps.romanise import romanise, slug

#   4:  창동 ── 노원 ── 상계 ┄ 불암산          exits 2, 3, 3-1
#   7:  마들 ── 노원 ── 중계 ┄ 석남
#   경의중앙선:  회기 ── 노원 ── 청량리           (a line with a name instead of a number)
NOWON = Definition(
    "nowon",
    StationName("노원", "Nowon", "ノウォン", "芦原"),
    (LineCode("4", "411"), LineCode("7", "713")),
    Path("stations/nowon"),
)
SEOUL = Definition("seoul", StationName("서울역", "Seoul Station"), (LineCode("1", "133"),), Path("stations/seoul"))
JAYANG = Definition("jayang", StationName("자양", "Jayang"), (LineCode("7", "728"),), Path("stations/jayang"))
DAERIM = Definition("daerim", StationName("대림(구로구청)", "Daerim"), (LineCode("2", "233"),), Path("stations/daerim"))
ALL = (DAERIM, JAYANG, NOWON, SEOUL)


def direction(line: str, ko: str, en: str, end: str, end_en: str, *aliases: str) -> Direction:
    return Direction(line, StationName(ko, en), StationName(end, end_en), aliases)


def unit(unit_id: str) -> Unit:
    line, kind, number = unit_id.split(":")
    return Unit(unit_id, UnitKind(kind), line, number, Text(number, number), ())


STATION = Station(
    id="nowon",
    name=NOWON.name,
    lines=("4", "7", "경의중앙선"),
    directions=(
        direction("4", "상계", "Sanggye", "불암산", "Buramsan", "당고개"),
        direction("4", "창동", "Chang-dong", "오이도", "Oido"),
        direction("7", "마들", "Madeul", "장암", "Jangam"),
        direction("7", "중계", "Junggye", "석남", "Seongnam"),
        direction("경의중앙선", "청량리", "Cheongnyangni", "문산", "Munsan"),
        direction("경의중앙선", "회기", "Hoegi", "지평", "Jipyeong"),
    ),
    levels=(),
    places=(),
    nodes=(),
    links=(),
    units=tuple(unit(each) for each in ("4:EV:내부1", "4:EV:외부1", "4:ES:1", "7:EV:1", "7:WL:1")),
    platforms=(),
    exits=("2", "3", "3-1"),
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that knows one renamed station."""
    (tmp_path / "renamed_stations.csv").write_text("old,new,evidence\n뚝섬유원지,자양,test\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "station"),
    [
        ("노원", "nowon"),
        ("노원역", "nowon"),
        (" 노 원 역 ", "nowon"),
        ("nowon", "nowon"),
        ("Nowon", "nowon"),
        ("NOWON STATION", "nowon"),
        ("芦原", "nowon"),
        ("ノウォン", "nowon"),
        ("411", "nowon"),
        ("\u1102\u1169\u110b\u116f\u11ab", "nowon"),  # 노원 as macOS writes it in file names
        ("서울역", "seoul"),
        ("서울", "seoul"),
        ("서울역(1)", "seoul"),
        ("seoul", "seoul"),
        ("대림", "daerim"),
        ("대림(구로구청)", "daerim"),
        ("뚝섬유원지", "jayang"),  # its name until 2024
        ("뚝섬유원지역", "jayang"),
        ("ttukseomyuwonji", "jayang"),
    ],
)
def test_a_station_is_found_by_any_of_its_names(typed: str, station: str, data: Path) -> None:
    assert resolve_station(typed, ALL, data=data).id == station


def test_an_unknown_station_lists_the_nearest_and_all_there_are(data: Path) -> None:
    with pytest.raises(UnknownNameError) as caught:
        resolve_station("노언", ALL, data=data)
    assert caught.value.exit_code == 3
    assert caught.value.nearest[0] == "노원 (nowon)"
    assert len(caught.value.existing) == 4
    assert "노언" in caught.value.message.ko
    assert "노언" in caught.value.message.en


def test_a_name_of_two_stations_is_a_question_not_a_guess(data: Path) -> None:
    other = Definition("yangpyeong-5", StationName("자양", None), (LineCode("5", None),), Path("x"))
    with pytest.raises(UnknownNameError, match="more than one") as caught:
        resolve_station("자양", (*ALL, other), data=data)
    assert set(caught.value.existing) == {"자양 (jayang)", "자양 (yangpyeong-5)"}


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("4:상계", "4:상계"),
        ("4호선:상계", "4:상계"),
        ("4호선 : 상계 방면", "4:상계"),
        ("4호선 상계방면", "4:상계"),
        ("4 상계", "4:상계"),
        ("Line 4:Sanggye", "4:상계"),
        ("line 4 Sanggye", "4:상계"),
        ("LINE4:toward sanggye", "4:상계"),
        ("4:Sanggye-bound", "4:상계"),
        ("4：상계", "4:상계"),  # a full-width colon
        ("4:상계역", "4:상계"),
        ("상계", "4:상계"),
        ("4:chang-dong", "4:창동"),
        ("4:Changdong", "4:창동"),
        ("4:불암산", "4:상계"),  # a terminus
        ("4:불암산행", "4:상계"),
        ("4:당고개", "4:상계"),  # another name of the direction
        ("7:석남", "7:중계"),
        ("경의중앙선:청량리", "경의중앙선:청량리"),
        ("경의중앙:청량리", "경의중앙선:청량리"),
        ("경의중앙선 청량리 방면", "경의중앙선:청량리"),
        ("Gyeongui-Jungang Line:Cheongnyangni", "경의중앙선:청량리"),
        ("Gyeongui–Jungang Line:Cheongnyangni", "경의중앙선:청량리"),
        ("exit:3", "exit:3"),
        ("exit 3", "exit:3"),
        ("EXIT3-1", "exit:3-1"),
        ("3번 출구", "exit:3"),
        ("3번출입구", "exit:3"),
        ("출구 3-1", "exit:3-1"),
        ("street", "street"),
        ("지상", "street"),
        ("밖", "street"),
    ],
)
def test_an_endpoint_is_found_as_people_write_it(typed: str, key: str, data: Path) -> None:
    assert resolve_endpoint(STATION, typed, data=data).key == key


def test_the_old_name_of_a_neighbour_still_names_the_direction(data: Path) -> None:
    """7호선 건대입구 → 뚝섬유원지, which is 자양 now."""
    konkuk = Station(
        **{
            **{name: getattr(STATION, name) for name in STATION.__slots__},
            "directions": (direction("7", "자양", "Jayang", "석남", "Seongnam"), STATION.directions[2]),
        }
    )
    assert resolve_endpoint(konkuk, "7:뚝섬유원지", data=data) == Endpoint("7", "자양")


@pytest.mark.parametrize("typed", ["AREX:Incheon City Hall", "공항철도:인천시청", "arex:incheonsicheong"])
def test_a_line_and_a_direction_are_found_by_the_english_names_that_maps_print(typed: str, data: Path) -> None:
    ends = Direction("공항철도", StationName("인천시청"), None)
    airport = replace(STATION, lines=("4", "공항철도"), directions=(STATION.directions[0], ends))
    assert resolve_endpoint(airport, typed, data=data) == Endpoint("공항철도", "인천시청")


@pytest.mark.parametrize(
    ("typed", "exists", "near"),
    [
        ("4:상게", "4:상계", "4:상계"),
        ("5:상계", "4", None),
        ("4:중계", "4:창동", "4:상계"),
        ("exit:9", "exit:3-1", None),
        ("4", "4:창동", None),
        ("4:", "4:상계", None),
        ("어디", "street", None),
        ("", "4:상계", None),
    ],
)
def test_an_unknown_endpoint_says_what_exists(typed: str, exists: str, near: str | None, data: Path) -> None:
    with pytest.raises(UnknownNameError) as caught:
        resolve_endpoint(STATION, typed, data=data)
    assert exists in caught.value.existing
    assert near is None or near in caught.value.nearest


def test_every_endpoint_listed_is_understood(data: Path) -> None:
    listed = endpoints(STATION)
    assert len(listed) == 6 + 3 + 1
    assert [resolve_endpoint(STATION, each, data=data).key for each in listed] == list(listed)


@pytest.mark.parametrize(
    ("typed", "unit_id"),
    [
        ("4:EV:외부1", "4:EV:외부1"),
        ("4:EV:외부#1", "4:EV:외부1"),
        ("4:EV:외부 1", "4:EV:외부1"),
        ("4호선:EV:외부1", "4:EV:외부1"),
        ("4호선:엘리베이터:외부#1", "4:EV:외부1"),
        ("4호선 엘리베이터 외부1", "4:EV:외부1"),
        ("Line 4:ev:내부1", "4:EV:내부1"),
        ("4:ES:1", "4:ES:1"),
        ("7:EV:1호기", "7:EV:1"),
        ("7호선 휠체어리프트 1", "7:WL:1"),
        ("WL:1", "7:WL:1"),
    ],
)
def test_a_unit_is_found_as_people_write_it(typed: str, unit_id: str) -> None:
    assert resolve_unit(STATION, typed) == unit_id


def test_an_unknown_unit_lists_near_ones_and_all() -> None:
    with pytest.raises(UnknownNameError) as caught:
        resolve_unit(STATION, "4:EV:외부9")
    assert caught.value.nearest[0] == "4:EV:외부1"
    assert caught.value.existing == tuple(each.id for each in STATION.units)


@pytest.mark.parametrize("typed", ["manual_wheelchair", "manual-wheelchair", "Manual Wheelchair", "수동휠체어"])
def test_a_profile_is_found_by_id_or_name(typed: str) -> None:
    assert resolve_profile(typed).id == "manual_wheelchair"


def test_an_unknown_profile_lists_what_exists() -> None:
    with pytest.raises(UnknownNameError) as caught:
        resolve_profile("wheelchiar")
    assert "lift_averse" in caught.value.existing


def test_nearest_compares_hangul_letter_by_letter() -> None:
    assert nearest("건데입구", ["건대입구", "숭실대입구", "노원"])[0] == "건대입구"


@pytest.mark.parametrize(
    ("hangul", "latin"),
    [
        ("종로", "jongno"),
        ("왕십리", "wangsimni"),
        ("신림", "sillim"),
        ("독립문", "dongnimmun"),
        ("청량리", "cheongnyangni"),
        ("압구정", "apgujeong"),
        ("인천1", "incheon1"),
    ],
)
def test_hangul_is_written_as_the_sound_rules_say(hangul: str, latin: str) -> None:
    assert romanise(hangul) == latin


def test_file_names_are_plain_letters() -> None:
    assert file_stem(STATION, Endpoint("4", "창동"), Endpoint("7", "중계")) == "4-chang-dong_7-junggye"
    assert file_stem(STATION, Endpoint("경의중앙선", "회기"), Endpoint(exit="3-1")) == "gyeongui-jungang-hoegi_exit-3-1"
    airport = Endpoint("공항철도", "인천공항1터미널")
    assert file_stem(STATION, airport, Endpoint()) == "arex-incheon-intl-airport-terminal-1_street"
    assert file_stem(STATION, Endpoint(), Endpoint("4", "상계")) == "street_4-sanggye"
    assert slug("Konkuk Univ.") == "konkuk-univ"
