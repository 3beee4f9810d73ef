"""Particles follow how a word is read aloud; lines are named as signs name them."""

from __future__ import annotations

import pytest
from shared import REPOSITORY

from muui_maps.api import open_atlas
from muui_maps.model import StationName
from muui_maps.wording import STATION_NAMES_EN, english, latin, line_text, with_particle


@pytest.mark.parametrize(
    ("word", "particle", "said"),
    [
        ("7호선", "로", "7호선으로"),
        ("외부 1", "로", "외부 1로"),  # 일: a final ㄹ takes 로
        ("B3", "로", "B3으로"),
        ("B2", "로", "B2로"),
        ("3F", "이", "3F가"),  # 에프
        ("엘리베이터 10", "은", "엘리베이터 10은"),  # 십
        ("엘리베이터 2", "은", "엘리베이터 2는"),
        ("휠체어리프트", "을", "휠체어리프트를"),
        ("4호선 승강장", "과", "4호선 승강장과"),
        ("바깥", "과", "바깥과"),
        ("고속터미널", "로", "고속터미널로"),
        ("서울(1호선)", "이", "서울(1호선)이"),
    ],
)
def test_a_particle_suits_the_last_sound(word: str, particle: str, said: str) -> None:
    assert with_particle(word, particle) == said


def test_lines_in_words() -> None:
    assert (line_text("7").ko, line_text("7").en) == ("7호선", "Line 7")
    assert (line_text("공항철도").ko, line_text("공항철도").en) == ("공항철도", "AREX")
    assert (line_text("인천1").ko, line_text("인천1").en) == ("인천1호선", "Incheon Line 1")
    assert line_text("동해선").en == latin("동해선") == "Donghaeseon"


def test_a_station_without_a_published_english_name_goes_by_that_on_its_signs_else_romanised() -> None:
    assert english(StationName("노원", "Nowon")) == "Nowon"
    assert english(StationName("인천공항1터미널")) == "Incheon Intl. Airport Terminal 1"
    assert english(StationName("갈매")) == "Galmae"
    for korean, name in STATION_NAMES_EN.items():
        assert name.replace("’", "").isascii(), korean


def test_every_line_of_a_station_has_an_english_name_that_is_no_romanised_korean() -> None:
    lines = {line for definition in open_atlas(REPOSITORY).definitions for line in definition.line_ids}
    assert [line for line in sorted(lines) if line_text(line).en == latin(line) and not line.isascii()] == []
