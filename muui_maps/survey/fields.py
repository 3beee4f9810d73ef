"""The one schema of field research: what is asked, of what, in which unit and range, and how answers are written.

The form, the importer, the messages and `docs/field-research.md` all come from `FIELDS`; a test holds them together.
What can be met on the legs of a surveyed transfer is in `survey.items`.

Ranges come in two widths. Outside of `low`–`high` a number can't be true and its row is quarantined (a door of 82 mm is
one of 82 cm). Outside of `usual` it may be true and is shown to a reviewer. Where two answers differ by more than
`tolerance` (a ratio where `relative`), they are a conflict.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Text
from muui_maps.survey.effects import LIFETIMES

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA_VERSION = "2026-11"
"""Goes into every form as `form_version`, and comes back with its answers."""


class Type(StrEnum):
    """What kind of answer a field takes."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE = "whole"
    CHOICE = "choice"
    CHOICES = "choices"  # several may be chosen
    MOMENT = "moment"  # a date, or a date with a time
    DATE = "date"
    TIME = "time"
    POINT = "point"
    PHOTO = "photo"
    LINE = "line"
    LEVEL = "level"
    LEVELS = "levels"  # several, as `B2, B1, 1F`
    EXIT = "exit"  # a number: `3`, `3-1`
    PLACE = "place"  # as in a surveyed leg: `7:concourse`, `4호선 승강장`


class Part(StrEnum):
    """Which part of a row a field belongs to."""

    SUBMISSION = "submission"
    TARGET = "target"
    FACT = "fact"
    REMARK = "remark"  # notes and photos: kept and shown, never a fact


class Nature(StrEnum):
    """How answers of different days and people come together."""

    STABLE = "stable"  # agreement counts; what differs is a conflict, and the cautious answer is used
    VOLATILE = "volatile"  # the newest counts as long as it lives
    SAMPLE = "sample"  # every answer is a sample of what varies


class Cautious(StrEnum):
    """Which of two answers to be careful with."""

    LOW = "low"
    HIGH = "high"
    LAST = "last"  # of the choices, in their order
    NONE = "none"  # neither: a conflict leaves the fact unknown


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers of a choice. `unknown` marks the one that says that nobody could tell."""

    name: str
    label: Text
    synonyms: tuple[str, ...] = ()
    unknown: bool = False

    @property
    def lifetime_days(self) -> int | None:
        """Days for which it counts once it was seen; None where it does not end by itself."""
        lifetime = LIFETIMES.get(self.name)
        return None if lifetime is None else lifetime.days


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    Parameters
    ----------
    unit
        The unit of the stored number; None for what has none.
    low, high
        What can be true at all, ends included.
    usual
        What is met in practice; outside of it a reviewer is asked.
    tolerance, relative
        How far answers may differ and still agree: in the unit, or as a ratio.
    kinds
        Kinds of things it is asked of; empty for all.
    """

    name: str
    part: Part
    type: Type
    label: Text
    hint: Text
    synonyms: tuple[str, ...] = ()
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    usual: tuple[float, float] | None = None
    tolerance: float = 0.0
    relative: bool = False
    cautious: Cautious = Cautious.NONE
    nature: Nature = Nature.STABLE
    choices: tuple[Choice, ...] = ()
    kinds: frozenset[str] = frozenset()

    @property
    def is_number(self) -> bool:
        return self.type in {Type.NUMBER, Type.WHOLE}


# ── choices ──────────────────────────────────────────────────────────────────

YES_WORDS = ("예", "네", "y", "yes", "true", "o", "○", "있음", "필요", "1")
NO_WORDS = ("아니오", "아니요", "n", "no", "false", "x", "×", "불필요", "0")
UNKNOWN_WORDS = ("모름", "모르겠음", "확인 못 함", "확인불가", "don't know", "unknown", "?")

_CHOICES: Mapping[str, tuple[Choice, ...]] = MappingProxyType(
    {
        "mobility_aid": (
            Choice("manual_chair", Text("수동휠체어", "manual wheelchair"), ("수동", "휠체어")),
            Choice("power_chair", Text("전동휠체어", "powered wheelchair"), ("전동", "powered_chair")),
            Choice("scooter", Text("전동스쿠터", "mobility scooter"), ("스쿠터",)),
            Choice("stroller", Text("유아차", "stroller"), ("유모차",)),
            Choice("walking_frame", Text("보행보조기", "walking frame"), ("워커", "보행기")),
            Choice("none", Text("없음", "none"), ("도보", "걸어서")),
        ),
        "role": (
            Choice("trained", Text("교육받은 조사자", "trained surveyor"), ("조사원", "조사자")),
            Choice("volunteer", Text("자원봉사자", "volunteer"), ("봉사자",)),
            Choice("staff", Text("역 직원", "station staff"), ("직원", "역무원")),
            Choice("feed", Text("자동 수집", "data feed"), ()),
        ),
        "consent": (
            Choice("yes", Text("동의해요", "I agree"), (*YES_WORDS, "동의", "동의함")),
            Choice("no", Text("동의하지 않아요", "I do not agree"), (*NO_WORDS, "동의 안 함", "미동의")),
        ),
        "kind": (
            Choice("elevator", Text("엘리베이터", "lift"), ("EV", "E/V", "승강기", "엘레베이터", "엘베", "lift")),
            Choice("escalator", Text("에스컬레이터", "escalator"), ("ES", "E/S")),
            Choice("moving_walk", Text("무빙워크", "moving walk"), ("MW", "자동보도")),
            Choice("wheelchair_lift", Text("휠체어리프트", "wheelchair lift"), ("WL", "리프트", "경사형 리프트")),
            Choice("stairs", Text("계단", "stairs"), ("층계",)),
            Choice("ramp", Text("경사로", "ramp"), ("슬로프",)),
            Choice("gate", Text("개찰구", "fare gate"), ("개집표기", "게이트", "표 내는 곳")),
            Choice("door", Text("문", "door"), ("출입문",)),
            Choice("passage", Text("통로", "passage"), ("환승통로", "복도", "길", "대합실")),
            Choice("platform", Text("승강장", "platform"), ("플랫폼",)),
            Choice("exit", Text("출구", "exit"), ("출입구",)),
            Choice("toilet", Text("화장실", "toilet"), ("장애인화장실",)),
            Choice("sign", Text("안내판", "sign"), ("표지", "표지판", "안내표지")),
        ),
        "direction": (
            Choice("both", Text("양쪽", "both ways"), ("양방향",)),
            Choice("in", Text("들어가는 쪽", "in"), ("들어감", "입구", "진입")),
            Choice("out", Text("나가는 쪽", "out"), ("나감", "출구 쪽", "진출")),
        ),
        "operational_status": (
            Choice(
                "working",
                Text("작동해요", "working"),
                ("정상", "운행", "운행중", "작동", "작동중", "작동함", "가동", "가동중", "ok"),
            ),
            Choice("out_of_order", Text("고장", "out of order"), ("고장남", "멈춤", "정지")),
            Choice("under_repair", Text("수리 중", "under repair"), ("수리", "수리중", "공사중", "점검", "점검중")),
            Choice("closed", Text("막힘·폐쇄", "closed"), ("폐쇄", "막힘", "이용불가", "중지")),
            Choice("absent", Text("없어졌어요", "not there"), ("없음", "철거", "없어짐", "none")),
            Choice("not_checked", Text("확인 못 함", "not checked"), ("미확인", *UNKNOWN_WORDS), unknown=True),
        ),
        "surface": (
            Choice("smooth", Text("매끈해요", "smooth"), ("평탄", "양호")),
            Choice("tactile", Text("점자블록이 지나가요", "tactile paving across"), ("점자블록",)),
            Choice("rough", Text("울퉁불퉁해요", "rough"), ("거침", "울퉁불퉁", "요철")),
            Choice("slippery", Text("미끄러워요", "slippery"), ("미끄러움",)),
            Choice("damaged", Text("깨졌어요", "damaged"), ("파손", "깨짐")),
        ),
        "door_type": (
            Choice("automatic_sliding", Text("자동 미닫이", "automatic sliding"), ("자동문", "자동")),
            Choice("automatic_swing", Text("자동 여닫이", "automatic swing"), ()),
            Choice("manual_sliding", Text("손으로 미닫이", "manual sliding"), ("수동 미닫이", "미닫이")),
            Choice("manual_swing", Text("손으로 여닫이", "manual swing"), ("수동 여닫이", "여닫이", "수동")),
            Choice("revolving", Text("회전문", "revolving"), ()),
        ),
        "staff_call_needed": (
            Choice("no", Text("부르지 않아도 돼요", "no need to call"), NO_WORDS),
            Choice("yes", Text("역무원을 불러야 해요", "staff must be called"), (*YES_WORDS, "호출")),
            Choice("unknown", Text("모르겠어요", "could not tell"), UNKNOWN_WORDS, unknown=True),
        ),
        "passable": (
            Choice("yes", Text("지나갈 수 있어요", "yes"), (*YES_WORDS, "가능", "통과")),
            Choice("with_help", Text("도움이 있어야 해요", "with help"), ("도움 필요", "도움받으면", "도움")),
            Choice("no", Text("지나갈 수 없어요", "no"), (*NO_WORDS, "불가", "불가능")),
            Choice("unknown", Text("모르겠어요", "could not tell"), UNKNOWN_WORDS, unknown=True),
        ),
        "sign_problem": (
            Choice("missing", Text("안내가 없어요", "missing"), ("없음", "누락")),
            Choice("wrong_floor", Text("층이 틀려요", "wrong floor"), ("층 오류", "층수 틀림")),
            Choice(
                "transfer_vs_exit_unclear", Text("환승인지 출구인지 헷갈려요", "transfer or exit unclear"), ("헷갈림",)
            ),
            Choice("hidden", Text("가려져 있어요", "hidden"), ("가려짐", "안 보임")),
            Choice("wrong_direction", Text("방향이 틀려요", "wrong direction"), ("방향 오류",)),
        ),
        "step_verdict": (
            Choice("right", Text("맞아요", "right"), ("맞음", "o", "○", "예", "네", "ok")),
            Choice("changed", Text("바뀌었어요", "changed"), ("바뀜", "변경")),
            Choice("wrong", Text("틀려요", "wrong"), ("틀림", "x", "×", "아니오", "아니요")),
            Choice("unknown", Text("모르겠어요", "could not tell"), UNKNOWN_WORDS, unknown=True),
        ),
        "basis": (
            Choice("measured", Text("쟀어요", "measured"), ("측정", "실측", "잰 값")),
            Choice("estimated", Text("어림했어요", "estimated"), ("추정", "어림", "눈대중", "짐작")),
            Choice("official", Text("표지에 적혀 있어요", "from a sign or plate"), ("공식", "표지", "명판")),
        ),
    }
)

RIDDEN = frozenset({"elevator", "escalator", "moving_walk", "wheelchair_lift"})
"""Kinds of machines."""
_WALKED = frozenset({"passage", "ramp", "gate", "door", "exit"})
_LIFTS = frozenset({"elevator", "wheelchair_lift"})

# ── the questions ────────────────────────────────────────────────────────────


def _submission(name: str, kind: Type, label: Text, hint: Text, *synonyms: str) -> Field:
    return Field(name, Part.SUBMISSION, kind, label, hint, synonyms, choices=_CHOICES.get(name, ()))


def _target(name: str, kind: Type, label: Text, hint: Text, *synonyms: str) -> Field:
    return Field(name, Part.TARGET, kind, label, hint, synonyms, choices=_CHOICES.get(name, ()))


def _fact(name: str, kind: Type, label: Text, hint: Text, *synonyms: str, kinds: frozenset[str]) -> Field:
    cautious = (
        Cautious.LAST
        if name in {"operational_status", "staff_call_needed", "passable", "step_verdict"}
        else Cautious.NONE
    )
    volatile = name == "operational_status"
    return Field(
        name,
        Part.FACT,
        kind,
        label,
        hint,
        synonyms,
        choices=_CHOICES.get(name, ()),
        kinds=kinds,
        cautious=cautious,
        nature=Nature.VOLATILE if volatile else Nature.STABLE,
    )


def _number(
    name: str,
    label: Text,
    hint: Text,
    *synonyms: str,
    unit: str,
    can_be: tuple[float, float],
    usual: tuple[float, float],
    agree: float,
    cautious: Cautious,
    kinds: frozenset[str],
    whole: bool = False,
) -> Field:
    return Field(
        name,
        Part.FACT,
        Type.WHOLE if whole else Type.NUMBER,
        label,
        hint,
        synonyms,
        unit=unit,
        low=can_be[0],
        high=can_be[1],
        usual=usual,
        tolerance=agree,
        cautious=cautious,
        kinds=kinds,
    )


_MM = Text("mm로 적어요. cm나 m면 단위를 붙여 주세요.", "In mm; write the unit if it is cm or m.")
_SECONDS = Text("초로 적어요. 분이면 ‘2분’처럼 적어요.", "In seconds; write `2 min` for minutes.")
_COUNT = Text("세어서 적어요. 없으면 0이에요.", "Count them; 0 if there are none.")

_SUBMISSION_FIELDS = (
    _submission(
        "submission_id",
        Type.TEXT,
        Text("제출 번호", "submission id"),
        Text(
            "앱이 붙여요. 손으로 적는 표에서는 비워 두어도 돼요.",
            "Set by the app; a hand-typed sheet may leave it blank.",
        ),
        "instanceid",
        "meta/instanceid",
        "_uuid",
        "uuid",
        "key",
        "제출번호",
        "응답번호",
    ),
    _submission(
        "observed_at",
        Type.MOMENT,
        Text("조사한 때", "observed at"),
        Text("2026-05-01 또는 2026-05-01 14:30", "2026-05-01 or 2026-05-01 14:30"),
        "조사일",
        "조사일시",
        "조사날짜",
        "날짜",
        "일시",
        "타임스탬프",
        "timestamp",
        "date",
        "today",
        "응답일시",
    ),
    _submission(
        "surveyor",
        Type.TEXT,
        Text("조사자 별칭", "surveyor's pseudonym"),
        Text("이름 대신 별칭을 적어요. 밖으로 내보내지 않아요.", "A pseudonym, not a name; it is never published."),
        "조사자",
        "조사원",
        "surveyor_id",
    ),
    _submission(
        "mobility_aid",
        Type.CHOICE,
        Text("이동 보조기기", "mobility aid"),
        Text("무엇을 타고 조사했나요?", "What did you travel with?"),
        "보조기기",
        "이동수단",
    ),
    _submission(
        "role", Type.CHOICE, Text("조사자 구분", "role"), Text("누가 조사했나요?", "Who surveyed?"), "구분", "역할"
    ),
    _submission(
        "form_version",
        Type.TEXT,
        Text("양식 판", "form version"),
        Text("양식이 붙여요.", "Set by the form."),
        "__version__",
        "version",
        "양식판",
    ),
    _submission(
        "consent",
        Type.CHOICE,
        Text("공개 동의", "consent"),
        Text(
            "조사한 내용을 지도에 써도 되나요? (이름은 쓰지 않아요)",
            "May what you saw be used on maps, without your name?",
        ),
        "동의",
        "개인정보동의",
    ),
)

_TARGET_FIELDS = (
    _target(
        "station_id",
        Type.TEXT,
        Text("역", "station"),
        Text("노원, nowon처럼 적어요.", "Its name or id: 노원, nowon."),
        "station",
        "역명",
        "역이름",
        "전철역",
    ),
    _target(
        "line", Type.LINE, Text("노선", "line"), Text("4, 4호선, 경의중앙선", "4, Line 4, 경의중앙선"), "호선", "노선명"
    ),
    _target(
        "level",
        Type.LEVEL,
        Text("층", "level"),
        Text("표지대로: B1, 지하2층, 3층", "As signed: B1, 2F"),
        "층수",
        "floor",
    ),
    _target(
        "feature_id",
        Type.TEXT,
        Text("시설 번호", "feature id"),
        Text(
            "양식에 적힌 번호(4:EV:외부1, exit:3). 새로 생긴 것이면 ‘새로 생김’.",
            "As the form has it (4:EV:외부1, exit:3); `new` for something new.",
        ),
        "시설번호",
        "시설id",
        "feature",
        "시설명",
        "호기",
    ),
    _target(
        "kind",
        Type.CHOICE,
        Text("종류", "kind"),
        Text("무엇을 보았나요?", "What did you look at?"),
        "시설종류",
        "시설",
        "구분(시설)",
    ),
    _target(
        "direction",
        Type.CHOICE,
        Text("방향", "direction"),
        Text("한쪽만이면 골라 주세요.", "If only one way."),
        "통행방향",
    ),
    _target(
        "place_text",
        Type.TEXT,
        Text("위치 설명", "where"),
        Text("3번 출구 앞, 상계 방면 승강장 끝처럼", "By exit 3; end of the platform for 상계"),
        "위치",
        "장소",
        "place",
    ),
    _target(
        "geopoint",
        Type.POINT,
        Text("좌표", "point"),
        Text("땅 위에서만 찍어요. 지하에서는 맞지 않아요.", "Above ground only; useless below."),
        "gps",
        "좌표",
        "위치좌표",
        "location",
    ),
    _target(
        "route",
        Type.TEXT,
        Text("경로", "route"),
        Text("점검하는 경로: 4:상계>7:중계", "Route checked: 4:상계>7:중계"),
        "점검경로",
    ),
    _target(
        "step", Type.TEXT, Text("걸음 번호", "step"), Text("지도의 걸음 번호", "Number of the step on the map"), "걸음"
    ),
)

_FACT_FIELDS = (
    _fact(
        "operational_status",
        Type.CHOICE,
        Text("상태", "status"),
        Text("지금 쓸 수 있나요?", "Can it be used now?"),
        "status",
        "작동",
        "작동상태",
        "운행상태",
        "가동상태",
        kinds=RIDDEN | _WALKED | {"toilet", "stairs"},
    ),
    _number(
        "door_width_mm",
        Text("문 폭", "door width"),
        _MM,
        "문폭",
        "door_width",
        "출입문폭",
        unit="mm",
        can_be=(300, 3000),
        usual=(700, 2000),
        agree=30,
        cautious=Cautious.LOW,
        kinds=frozenset({"elevator", "door", "toilet"}),
    ),
    _number(
        "clear_width_mm",
        Text("지나는 폭", "clear width"),
        _MM,
        "통로폭",
        "유효폭",
        "폭",
        "clear_width",
        "width",
        unit="mm",
        can_be=(300, 30000),
        usual=(600, 12000),
        agree=50,
        cautious=Cautious.LOW,
        kinds=_WALKED | {"stairs", "platform", "escalator", "moving_walk"},
    ),
    _number(
        "cabin_width_mm",
        Text("안쪽 폭", "cabin width"),
        _MM,
        "카폭",
        "내부폭",
        "cabin_width",
        unit="mm",
        can_be=(500, 5000),
        usual=(700, 3000),
        agree=50,
        cautious=Cautious.LOW,
        kinds=_LIFTS,
    ),
    _number(
        "cabin_depth_mm",
        Text("안쪽 깊이", "cabin depth"),
        _MM,
        "카깊이",
        "내부깊이",
        "cabin_depth",
        unit="mm",
        can_be=(500, 6000),
        usual=(900, 3500),
        agree=50,
        cautious=Cautious.LOW,
        kinds=_LIFTS,
    ),
    _number(
        "step_height_mm",
        Text("턱 높이", "step height"),
        _MM,
        "턱",
        "단차",
        "step_height",
        "threshold",
        unit="mm",
        can_be=(0, 500),
        usual=(0, 200),
        agree=10,
        cautious=Cautious.HIGH,
        kinds=_WALKED | _LIFTS | {"toilet"},
    ),
    _number(
        "gap_horizontal_mm",
        Text("승강장 틈(가로)", "gap, across"),
        _MM,
        "연단간격",
        "간격",
        "gap_horizontal",
        "gap",
        unit="mm",
        can_be=(0, 600),
        usual=(0, 250),
        agree=20,
        cautious=Cautious.HIGH,
        kinds=frozenset({"platform"}),
    ),
    _number(
        "gap_vertical_mm",
        Text("승강장 단차(세로)", "gap, up or down"),
        _MM,
        "열차단차",
        "gap_vertical",
        unit="mm",
        can_be=(0, 400),
        usual=(0, 150),
        agree=10,
        cautious=Cautious.HIGH,
        kinds=frozenset({"platform"}),
    ),
    _number(
        "step_count",
        Text("계단 수", "steps"),
        _COUNT,
        "계단수",
        "steps",
        unit="steps",
        can_be=(0, 500),
        usual=(0, 150),
        agree=0,
        cautious=Cautious.HIGH,
        kinds=frozenset({"stairs", "passage", "exit"}),
        whole=True,
    ),
    _number(
        "steps_remaining_with_lift",
        Text("엘리베이터를 타도 남는 계단", "steps left with the lift"),
        _COUNT,
        "남는계단",
        unit="steps",
        can_be=(0, 200),
        usual=(0, 30),
        agree=0,
        cautious=Cautious.HIGH,
        kinds=frozenset({"elevator", "exit"}),
        whole=True,
    ),
    _number(
        "slope_percent",
        Text("기울기", "slope"),
        Text("%로 적어요. 1/12이나 5도라고 적어도 돼요.", "In percent; 1/12 and 5° are read too."),
        "경사",
        "경사도",
        "기울기(%)",
        "slope",
        unit="percent",
        can_be=(0, 45),
        usual=(0, 20),
        agree=1.5,
        cautious=Cautious.HIGH,
        kinds=frozenset({"ramp", "passage", "exit"}),
    ),
    replace(
        _number(
            "length_m",
            Text("거리", "length"),
            Text("m로 적어요.", "In metres."),
            "길이",
            "length",
            "거리m",
            unit="m",
            can_be=(0.1, 2000),
            usual=(1, 800),
            agree=2.0,
            cautious=Cautious.HIGH,
            kinds=frozenset({"passage", "ramp", "moving_walk"}),
        ),
        relative=True,
    ),
    replace(
        _number(
            "traverse_seconds",
            Text("지나는 시간", "time to pass"),
            _SECONDS,
            "이동시간",
            "소요시간",
            "traverse_time",
            unit="s",
            can_be=(1, 7200),
            usual=(1, 1800),
            agree=0,
            cautious=Cautious.HIGH,
            kinds=_WALKED | RIDDEN,
        ),
        nature=Nature.SAMPLE,
    ),
    replace(
        _number(
            "wait_seconds",
            Text("기다린 시간", "time waited"),
            _SECONDS,
            "대기시간",
            "기다린시간",
            "wait",
            unit="s",
            can_be=(0, 3600),
            usual=(0, 900),
            agree=0,
            cautious=Cautious.HIGH,
            kinds=_LIFTS | {"gate"},
        ),
        nature=Nature.SAMPLE,
    ),
    _number(
        "call_button_height_mm",
        Text("호출 버튼 높이", "call button height"),
        _MM,
        "버튼높이",
        unit="mm",
        can_be=(300, 2500),
        usual=(700, 1500),
        agree=30,
        cautious=Cautious.HIGH,
        kinds=_LIFTS | {"gate", "toilet"},
    ),
    _fact(
        "surface",
        Type.CHOICE,
        Text("바닥", "surface"),
        Text("바퀴가 구르기 어떤가요?", "How does it roll?"),
        "바닥상태",
        "노면",
        kinds=frozenset({"passage", "ramp", "platform", "exit"}),
    ),
    _fact(
        "door_type",
        Type.CHOICE,
        Text("문 종류", "door type"),
        Text("어떻게 열리나요?", "How does it open?"),
        "문종류",
        kinds=frozenset({"door", "toilet", "elevator"}),
    ),
    _fact(
        "staff_call_needed",
        Type.CHOICE,
        Text("역무원 호출", "staff call"),
        Text("지나려면 역무원을 불러야 하나요?", "Must staff be called to pass?"),
        "호출필요",
        "역무원호출",
        "staff_call",
        kinds=frozenset({"gate", "wheelchair_lift", "door"}),
    ),
    _fact(
        "passable",
        Type.CHOICE,
        Text("지나갈 수 있나요", "passable"),
        Text("휠체어로 지나갈 수 있나요?", "Can one pass in a wheelchair?"),
        "통과",
        "통행가능",
        "통과가능",
        kinds=_WALKED | {"stairs", "platform"},
    ),
    _fact(
        "open_from",
        Type.TIME,
        Text("여는 시각", "opens at"),
        Text("05:30", "05:30"),
        "여는시간",
        "운영시작",
        kinds=RIDDEN | {"exit", "gate", "toilet", "passage"},
    ),
    _fact(
        "open_to",
        Type.TIME,
        Text("닫는 시각", "closes at"),
        Text("24:00", "24:00"),
        "닫는시간",
        "운영종료",
        kinds=RIDDEN | {"exit", "gate", "toilet", "passage"},
    ),
    _fact(
        "signed_level",
        Type.LEVEL,
        Text("표지에 적힌 층", "level on the sign"),
        Text("승강장이나 대합실의 층 표지를 그대로 적어요.", "As the sign on the platform or concourse says."),
        "표지층",
        "층표지",
        kinds=frozenset({"platform", "passage"}),
    ),
    _fact(
        "served_levels",
        Type.LEVELS,
        Text("서는 층", "stops at"),
        Text("B2, B1, 1F처럼 모두 적어요.", "All of them: B2, B1, 1F."),
        "운행층",
        "정차층",
        "운행구간",
        kinds=RIDDEN,
    ),
    _fact(
        "near_exit",
        Type.EXIT,
        Text("가까운 출구", "nearest exit"),
        Text("3, 3-1", "3, 3-1"),
        "출구번호",
        "출구",
        kinds=RIDDEN | {"passage"},
    ),
    _fact(
        "from_place",
        Type.PLACE,
        Text("이쪽 끝", "one end"),
        Text("4호선 대합실, 7:platform", "7:concourse, 7:platform"),
        "시작장소",
        kinds=frozenset({"passage"}),
    ),
    _fact(
        "to_place",
        Type.PLACE,
        Text("저쪽 끝", "other end"),
        Text("7호선 대합실, street", "7:concourse, street"),
        "끝장소",
        kinds=frozenset({"passage"}),
    ),
    _fact(
        "sign_problem",
        Type.CHOICES,
        Text("안내판 문제", "sign problem"),
        Text("있는 대로 골라요.", "All that apply."),
        "안내문제",
        kinds=frozenset({"sign", "exit", "elevator", "platform", "passage"}),
    ),
    _fact(
        "step_verdict",
        Type.CHOICE,
        Text("지도와 같나요", "as the map says"),
        Text("이 걸음이 맞나요?", "Is this step right?"),
        "점검결과",
        kinds=frozenset(),
    ),
)

_VALIDITY_FIELDS = (
    _target("valid_from", Type.DATE, Text("이 날부터", "valid from"), Text("2026-05-01", "2026-05-01"), "시작일"),
    _target("valid_to", Type.DATE, Text("이 날까지", "valid to"), Text("2026-06-30", "2026-06-30"), "종료일"),
    _target(
        "basis",
        Type.CHOICE,
        Text("어떻게 알았나요", "basis"),
        Text("이 행의 수를 어떻게 알았나요?", "How are this row's numbers known?"),
        "근거",
        "측정방법",
    ),
)

_REMARK_FIELDS = (
    Field(
        "note",
        Part.REMARK,
        Type.TEXT,
        Text("메모", "note"),
        Text("이름과 전화번호는 적지 마세요.", "No names or phone numbers, please."),
        ("비고", "특이사항", "comment", "remarks", "기타"),
    ),
    Field(
        "photo",
        Part.REMARK,
        Type.PHOTO,
        Text("사진", "photo"),
        Text("사람 얼굴이 없게 찍어요.", "Without faces."),
        ("사진1", "picture", "image"),
    ),
)

_HOURS = MappingProxyType({"open_from": Cautious.HIGH, "open_to": Cautious.LOW})
"""Of two times the later opening and the earlier closing are the safe ones."""

FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        each.name: replace(each, cautious=_HOURS.get(each.name, each.cautious))
        for each in (*_SUBMISSION_FIELDS, *_TARGET_FIELDS, *_VALIDITY_FIELDS, *_FACT_FIELDS, *_REMARK_FIELDS)
    }
)
"""Every question by name, in the order in which a form asks them."""

KINDS: Mapping[str, Choice] = MappingProxyType({choice.name: choice for choice in FIELDS["kind"].choices})
"""The kinds of things that are looked at."""

FACTS: tuple[str, ...] = tuple(each.name for each in _FACT_FIELDS)
"""The names of the fields that become claims."""

BASIS_SUFFIX = "_basis"
"""`door_width_mm_basis` says how just this number is known; a column `basis` says it for the whole row."""

NEW_FEATURE = "new"
"""What `feature_id` says of something that this station's data do not have."""
NEW_WORDS = frozenset({"new", "신규", "새로생김", "새것", "새시설", "신설"})


MENDS = "quarantine_id"
"""The column of an exported quarantine that says which held row a mended one stands for."""

LISTS_SHEET, HELP_SHEET = Text("목록", "lists"), Text("안내", "how to")
OWN_SHEETS = frozenset({LISTS_SHEET.ko, LISTS_SHEET.en, HELP_SHEET.ko, HELP_SHEET.en})
"""Sheets of our own workbooks that hold no answers."""


def fields_of(kind: str) -> tuple[Field, ...]:
    """The facts that are asked of a kind of thing, in order.

    Raises
    ------
    KeyError
        If there is no such kind.
    """
    KINDS[kind]
    return tuple(FIELDS[name] for name in FACTS if not FIELDS[name].kinds or kind in FIELDS[name].kinds)


@lru_cache(maxsize=4096)
def word_key(words: str) -> str:
    """Words as they are compared: NFKC, no blanks, `_` or `-`, no case."""
    return re.sub(r"[\s_\-\ufeff]+", "", unicodedata.normalize("NFKC", words)).casefold()


_BY_HEADER: Mapping[str, str] = MappingProxyType(
    {
        word_key(word): each.name
        for each in reversed(tuple(FIELDS.values()))
        for word in (*each.synonyms, each.label.en, each.label.ko, each.name)
    }
)


@lru_cache(maxsize=1024)
def field_of(header: str) -> Field | None:
    """The question that a column's header stands for: its name, its label in either language, or another word for it.

    A group before the name is passed over (`target/line`, `target-line`), and a unit in brackets after it (`문폭(mm)`).
    """
    bare = re.sub(r"[(\[（][^()\[\]（）]{0,8}[)\]）]\s*$", "", unicodedata.normalize("NFKC", header)).strip()
    for words in (header, bare, re.split(r"[/:]", bare)[-1], bare.rsplit("-", 1)[-1]):
        if found := _BY_HEADER.get(word_key(words)):
            return FIELDS[found]
    return None


def choice_of(field: Field, words: str) -> Choice | None:
    """The choice that an answer stands for: its name, its label in either language, or another word for it."""
    wanted = word_key(words)
    for each in field.choices:
        if wanted in {word_key(word) for word in (each.name, each.label.ko, each.label.en, *each.synonyms)}:
            return each
    return None


def nearest_choices(field: Field, words: str) -> tuple[str, ...]:
    """Up to three choices' names that look most like an answer: for the mend of a Finding."""
    from difflib import get_close_matches

    spelled = {
        word_key(word): each.name
        for each in field.choices
        for word in (each.name, each.label.ko, each.label.en, *each.synonyms)
    }
    near = get_close_matches(word_key(words), list(spelled), n=6, cutoff=0.4)
    return tuple(dict.fromkeys(spelled[key] for key in near))[:3] or tuple(each.name for each in field.choices[:3])
