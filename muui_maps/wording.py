"""Words that every room says alike: Korean particles, and lines and kinds of units in Korean and English."""

from __future__ import annotations

import re
from types import MappingProxyType

from muui_maps.model import StationName, Status, Text
from muui_maps.names import normal_station
from muui_maps.romanise import romanise

_DIGIT_FINALS = {"0": "ㅇ", "1": "ㄹ", "2": "", "3": "ㅁ", "4": "", "5": "", "6": "ㄱ", "7": "ㄹ", "8": "ㄹ", "9": ""}
_LETTER_FINALS = {"L": "ㄹ", "M": "ㅁ", "N": "ㄴ", "R": "ㄹ"}  # as Korean reads them: 엘, 엠, 엔, 알
_PARTICLES = {"을": ("을", "를"), "이": ("이", "가"), "은": ("은", "는"), "과": ("과", "와"), "이나": ("이나", "나")}
_RIEUL = 8  # final ㄹ, in the order of Unicode

STATUS_WORDS = MappingProxyType(
    {
        Status.WORKING: Text("작동 중", "working"),
        Status.UNDER_REPAIR: Text("수리 중", "under repair"),
        Status.OUT_OF_ORDER: Text("고장", "out of order"),
        Status.CLOSED: Text("막힘", "closed"),
        Status.UNKNOWN: Text("상태 모름", "status unknown"),
    }
)
"""Whether something runs, in a word or two; each ends in a consonant, so `이에요` follows."""

LINE_NAMES_EN = MappingProxyType(
    {
        "공항철도": "AREX",
        "경의중앙선": "Gyeongui–Jungang Line",
        "경춘선": "Gyeongchun Line",
        "수인분당선": "Suin–Bundang Line",
        "신분당선": "Shinbundang Line",
        "우이신설선": "Ui–Sinseol Line",
        "신림선": "Sillim Line",
        "김포골드라인": "Gimpo Goldline",
        "서해선": "Seohae Line",
        "경강선": "Gyeonggang Line",
        "인천1": "Incheon Line 1",
        "인천2": "Incheon Line 2",
        "의정부경전철": "U Line",
        "용인경전철": "EverLine",
        "에버라인": "EverLine",
        "인천공항자기부상철도": "Incheon Airport Maglev",
        "GTX-A": "GTX-A",
    }
)
"""Lines without a number by their English names.

The names of lines.csv stand there with their dataset. Where those of the others were read stands in `data/datasets.csv`
under `line-names`."""

STATION_NAMES_EN = MappingProxyType(
    {
        "가천대": "Gachon Univ.",
        "강남대": "Kangnam Univ.",
        "공항화물청사": "Incheon Intl. Airport Cargo Terminal",
        "남동인더스파크": "Namdong Induspark",
        "달월": "Dalwol",
        "대모산입구": "Daemosan",
        "보라매공원": "Boramae Park",
        "부평시장": "Bupyeong Market",
        "서강대": "Sogang Univ.",
        "서울숲": "Seoul Forest",
        "서울지방병무청": "Seoul Regional Office of Military Manpower",
        "석바위시장": "Seokbawi Market",
        "석천사거리": "Seokcheon Sageori",
        "시민공원": "Citizens Park",
        "압구정로데오": "Apgujeong Rodeo",
        "양재시민의숲": "Yangjae Citizen’s Forest",
        "예술회관": "Arts Center",
        "인천공항1터미널": "Incheon Intl. Airport Terminal 1",
        "인천공항2터미널": "Incheon Intl. Airport Terminal 2",
        "인천시청": "Incheon City Hall",
        "장기주차장": "Long Term Parking",
        "장자호수공원": "Jangja Lake Park",
        "주안국가산단": "Juan National Industrial Complex",
        "청계산입구": "Cheonggyesan",
        "청라국제도시": "Cheongna Intl. City",
        "킨텍스": "KINTEX",
    }
)
"""English names of stations that the names register lacks (it has lines 1 to 9 alone) and that signs don't romanise.

Where they were read stands in `data/datasets.csv` under `line-names`. Every other name is romanised."""


def final_consonant(word: str) -> str:
    """What the last syllable of a word ends in as it is read aloud: `""` for a vowel, `ㄹ`, or another consonant.

    Digits and Latin letters are read the Korean way (`7` 칠, `10` 십, `F` 에프); marks at the end don't count.
    """
    tail = re.sub(r"[^0-9A-Za-z가-힣]+$", "", word)
    if not tail:
        return ""
    last = tail[-1]
    if "가" <= last <= "힣":
        final = (ord(last) - 0xAC00) % 28
        return "" if final == 0 else "ㄹ" if final == _RIEUL else "ㅇ"
    if last == "0" and re.search(r"(?<!\d)[1-9]\d*0$", tail):
        return "ㅂ"  # 십, 백 …: any consonant that is no ㄹ
    return _DIGIT_FINALS.get(last, _LETTER_FINALS.get(last.upper(), ""))


def with_particle(word: str, particle: str) -> str:
    """A word with the particle that suits its last syllable: `("7호선", "로")` → 7호선으로, `("3", "을")` → 3을."""
    final = final_consonant(word)
    if particle == "로":
        return word + ("으로" if final and final != "ㄹ" else "로")
    after_consonant, after_vowel = _PARTICLES[particle]
    return word + (after_consonant if final else after_vowel)


def latin(korean: str) -> str:
    """A Korean name in Latin letters, for want of a published English one: as the signs have it, else romanised."""
    return STATION_NAMES_EN.get(korean) or romanise(korean).capitalize()


def english(name: StationName) -> str:
    """A station's English name: as published, else in Latin letters. Never in Hangul."""
    return name.en or latin(name.ko)


def name_text(name: StationName) -> Text:
    """A station's name in both languages: `노원` / `Nowon`."""
    return Text(name.ko, english(name))


def district_text(district: str) -> Text:
    """A district of Seoul in words: `노원구` → 노원구 / Nowon-gu, in Revised Romanization as the districts write it."""
    return Text(district, f"{latin(district.removesuffix('구'))}-gu")


def toward_text(direction: str, english: str, *, here: str) -> Text:
    """Where trains go, in words: `상계 방면` / `for Sanggye`, the next station.

    A direction named after the station itself (`here`) is the platform that trains arrive at and go no further: no
    train goes from there "for" where it already is.
    """
    if normal_station(direction) == normal_station(here):
        return Text("종착 열차", "where trains end")
    return Text(f"{direction} 방면", f"for {english}")


def line_text(line: str) -> Text:
    """A line in words: `7` → 7호선 / Line 7; `인천1` → 인천1호선 / Incheon Line 1; `공항철도` → 공항철도 / AREX."""
    if line.isdigit():
        return Text(f"{line}호선", f"Line {line}")
    return Text(f"{line}호선" if line[-1:].isdigit() else line, LINE_NAMES_EN.get(line, latin(line)))
