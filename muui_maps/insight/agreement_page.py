"""How our routes agree with official ones, with surveys and with published distances: a page, a picture, a table."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from muui_maps.assemble.levels import level_words
from muui_maps.insight.agreement import accounted, reasons_tally
from muui_maps.insight.compare import survey_error
from muui_maps.insight.reasons import REASON_TEXTS
from muui_maps.insight.walking import walking_figures
from muui_maps.maps import style
from muui_maps.maps.fonts import measure
from muui_maps.maps.report_page import ReportPart, report_page
from muui_maps.maps.scene import Mark, Polyline, Rect, Scene, Words
from muui_maps.model import Text
from muui_maps.profiles import KIND_NAMES
from muui_maps.wording import latin, line_text, toward_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.insight.agreement import Group
    from muui_maps.insight.compare import OfficialComparison, Platform, SurveyComparison, SurveyError
    from muui_maps.insight.walking import WalkingDistance

TITLE = Text("우리 길과 공식 안내, 얼마나 같을까요?", "How far do our routes agree with the official ones?")
NAME = "agreement"

_UNKNOWN = Text("모름", "unknown")


def agreement_page(
    groups: Sequence[Group],
    official: Sequence[OfficialComparison],
    surveyed: Sequence[SurveyComparison],
    walking: Sequence[WalkingDistance],
    *,
    names: Mapping[str, Text],
    lang: str,
) -> str:
    """The page: shares by operator, line and station; every disagreement with its reasons; surveys; people on foot."""
    parts = [
        _shares("operator", Text("운영기관마다", "By operator"), groups, lang),
        _shares("line", Text("노선마다", "By line"), groups, lang),
        _reasons(official, lang),
        *([_surveys(surveyed, names, lang)] if surveyed else []),
        *([_walking(walking, names, lang)] if walking else []),
        _shares("station", Text("역마다", "By station"), groups, lang),
        _disagreements(official, names, lang),
    ]
    return report_page(_said(TITLE, lang), _lead(lang), parts, agreement_scene(groups, lang=lang), lang=lang, name=NAME)


def agreement_table(official: Sequence[OfficialComparison], unseen: Mapping[str, bool]) -> str:
    """One row for each official route, as CSV. `unseen` says of a route whether it is reproduced without its text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            *("station", "route_id", "operator", "from_line", "from_direction", "to_line", "to_direction"),
            *("reproduced", "accounted", "reproduced_unseen", "reasons", "theirs", "ours"),
        ]
    )
    for each in official:
        blind = unseen.get(each.route_id)
        writer.writerow(
            [
                *(each.station, each.route_id, each.operator, each.start.line, each.start.direction),
                *(each.end.line, each.end.direction, int(each.equal), int(accounted(each))),
                "" if blind is None else int(blind),
                "|".join(each.reasons),
                _theirs(each),
                _ours(each),
            ]
        )
    return out.getvalue()


def _said(text: Text, lang: str) -> str:
    return text.ko if lang == "ko" else text.en


def _words(lang: str, *texts: Text) -> tuple[str, ...]:
    return tuple(_said(text, lang) for text in texts)


def _lead(lang: str) -> tuple[str, ...]:
    return _words(
        lang,
        Text(
            "운영기관이 글로 적은 휠체어 환승길과 우리 길을 하나씩 견주었어요. 탈것의 종류와 차례, 타고 내리는 층이 "
            "모두 같아야 ‘같은 길’이에요. 다르면 까닭을 자료에서 확인하고, 확인되지 않으면 ‘까닭을 몰라요’라고 적어요.",
            "Every step-free route that the operators tell in words was laid beside ours. It is the same if it rides "
            "the same things in the same order between the same floors. A difference has a reason only if the data "
            "bear it out; otherwise it says that no reason was found.",
        ),
        Text(
            "우리 지도는 그 글로도 만들어요. 그래서 견주려는 글을 빼고 만든 역과도 견주었어요(‘글 없이’). 이 숫자가 더 "
            "정직해요. 같다고 해서 글이 맞다는 뜻은 아니에요.",
            "Our stations are made from those texts too. So each was also compared with its station made without that "
            "very text (“unseen”): the more honest figure. Agreement does not say that a text is right.",
        ),
    )


def _share(part: int | None, of: int) -> str:
    return "" if part is None else f"{part} ({100 * part / of:.1f} %)"


def _shares(kind: str, title: Text, groups: Sequence[Group], lang: str) -> ReportPart:
    header = _words(
        lang,
        title,
        Text("공식 경로", "official routes"),
        Text("같은 길", "reproduced"),
        Text("같거나 까닭을 앎", "same or accounted for"),
        Text("글 없이 같은 길", "reproduced unseen"),
        Text("글 없이 같거나 까닭을 앎", "same or accounted for, unseen"),
    )
    rows = tuple(
        (
            _said(each.name, lang),
            str(each.official),
            *(
                _share(part, each.official)
                for part in (each.reproduced, each.accounted, each.reproduced_unseen, each.accounted_unseen)
            ),
        )
        for each in groups
        if each.kind == kind or (kind == "operator" and each.kind in {"all", "seoul"})
    )
    return ReportPart(_said(title, lang), (), header, rows)


def _reasons(official: Sequence[OfficialComparison], lang: str) -> ReportPart:
    tally = reasons_tally(official)
    header = _words(lang, Text("까닭", "reason"), Text("경로", "routes"))
    rows = tuple(
        (f"{_said(REASON_TEXTS[reason], lang)} ({reason.value})", str(count))
        for reason, count in sorted(tally.items(), key=lambda item: (-item[1], item[0]))
    )
    lead = Text(
        "한 경로에 까닭이 여럿일 수 있어요. 확인하는 방법은 docs/compare.md에 있어요.",
        "A route may have several. How each is checked stands in docs/compare.md.",
    )
    return ReportPart(_said(Text("왜 다른가요", "Why they differ"), lang), _words(lang, lead), header, rows)


def _platform(platform: Platform, here: str, lang: str) -> str:
    line = line_text(platform.line)
    if not platform.direction:
        return _said(line, lang)
    told = toward_text(platform.direction, platform.direction_en or latin(platform.direction), here=here)
    return _said(Text(f"{line.ko} {told.ko}", f"{line.en} {told.en}"), lang)


def _transfer(each: OfficialComparison | SurveyComparison, names: Mapping[str, Text], lang: str) -> str:
    name = names.get(each.station, Text(each.station, each.station))
    start, end = (_platform(platform, name.ko, lang) for platform in (each.start, each.end))
    return f"{_said(name, lang)}: {start} → {end}"


def _theirs(each: OfficialComparison, lang: str = "") -> str:
    return ", ".join(
        f"{_said(KIND_NAMES[ride.kind], lang) if lang else ride.kind.value} "
        f"{ride.from_level or '?'}→{ride.to_level or '?'}"
        for ride in each.theirs.rides
    )


def _ours(each: OfficialComparison, lang: str = "") -> str:
    """Units and levels by their ids, for the table; with a language in words, for people."""
    if not lang:
        return ", ".join(f"{ride.unit} {ride.from_level}→{ride.to_level}" for ride in each.ours.rides)
    return ", ".join(
        f"{_said(KIND_NAMES[ride.kind], lang)} {_said(level_words(ride.from_level), lang)}"
        f"→{_said(level_words(ride.to_level), lang)}"
        for ride in each.ours.rides
    )


def _disagreements(official: Sequence[OfficialComparison], names: Mapping[str, Text], lang: str) -> ReportPart:
    header = _words(
        lang,
        Text("환승", "transfer"),
        Text("운영기관 안내", "official text"),
        Text("우리 길", "ours"),
        Text("까닭", "reason"),
    )
    none = _said(Text("탈것 없음", "no ride"), lang)
    rows = tuple(
        (
            f"{_transfer(each, names, lang)} ({each.operator})",
            _theirs(each, lang) or none,
            _ours(each, lang) or none,
            "; ".join(_said(REASON_TEXTS[reason], lang) for reason in each.reasons),
        )
        for each in official
        if not each.equal
    )
    return ReportPart(_said(Text("다른 경로 모두", "Every route that differs"), lang), (), header, rows)


def _surveys(surveys: Sequence[SurveyComparison], names: Mapping[str, Text], lang: str) -> ReportPart:
    header = _words(
        lang,
        Text("환승", "transfer"),
        Text("조사한 분", "surveyed minutes"),
        Text("우리 길의 분", "our way, minutes"),
        Text("다른 점", "what differs"),
    )
    rows = tuple(
        (
            _transfer(each, names, lang),
            f"{each.minutes:g}",
            _said(_UNKNOWN, lang) if each.ours.seconds is None else _minutes(each),
            " ".join(_said(note.message, lang) for note in each.notes),
        )
        for each in surveys
    )
    told = survey_error(surveys)
    lead = () if told is None else (_survey_lead(told),)
    return ReportPart(_said(Text("현장 조사", "Surveyed transfers"), lang), _words(lang, *lead), header, rows)


def _survey_lead(told: SurveyError) -> Text:
    return Text(
        f"그 역의 조사를 빼고 셈한 {told.known}건의 보통 시간은 조사와 평균 {told.minutes:.2f}분 달라요. "
        f"{told.covered}건은 조사한 시간이 우리 범위 안이에요. "
        "조사에서 얻은 값도 다른 역의 조사만으로 다시 맞추었어요.",
        f"Reckoned without the station's own survey, our typical minutes of {told.known} are {told.minutes:.2f} off "
        f"the surveyed ones on average; our range covers {told.covered}. The figures that surveys tell were fitted "
        "again to those of the other stations alone.",
    )


def _minutes(each: SurveyComparison) -> str:
    seconds = each.ours.seconds
    return "" if seconds is None else f"{seconds.low / 60:.0f}–{seconds.high / 60:.0f} ({seconds.typical / 60:.0f})"


def _walking(walking: Sequence[WalkingDistance], names: Mapping[str, Text], lang: str) -> ReportPart:
    header = _words(
        lang,
        Text("환승", "transfer"),
        Text("공식 거리 m", "official metres"),
        Text("우리 거리 m", "ours, metres"),
        Text("차이", "off by"),
    )
    found = walking_figures(walking)
    shown = found.worst if found else tuple(walking)
    rows = tuple(
        (
            _station_and_lines(each, names, lang),
            f"{each.official_m:g}",
            _said(_UNKNOWN, lang) if each.ours_m is None else f"{each.ours_m:.0f}",
            "" if each.error is None else f"{100 * each.error:.0f} %",
        )
        for each in shown
    )
    leads = [
        Text(
            "걷는 사람의 거리를, 그 역의 공식 거리를 쓰지 않고 다른 역들의 공식 거리에 맞춘 식으로 셈했어요(유추).",
            "Metres of people on foot, reckoned without the station's own official distance, by a rule fitted to those "
            "of the other stations (derived).",
        )
    ]
    if found:
        median, constant = 100 * found.median_error, 100 * found.constant_error
        leads.append(
            Text(
                f"{found.rows}행 가운데 두 노선의 좌표가 있는 {found.with_points}행: 오차의 중앙값 {median:.0f} % "
                f"(다른 역의 중앙값 하나로 답하면 {constant:.0f} %). 가장 많이 틀린 열 가지를 보여요.",
                f"{found.with_points} of {found.rows} rows have points for both lines: median error {median:.0f} % "
                f"(the other stations' median for all: {constant:.0f} %). Shown are the ten that are furthest off.",
            )
        )
    title = Text("걷는 사람의 환승 거리", "Metres that people on foot walk")
    return ReportPart(_said(title, lang), _words(lang, *leads), header, rows)


def _station_and_lines(each: WalkingDistance, names: Mapping[str, Text], lang: str) -> str:
    name, first, second = (
        names.get(each.station, Text(each.station, each.station)),
        line_text(each.from_line),
        line_text(each.to_line),
    )
    return f"{_said(name, lang)}: {_said(first, lang)} → {_said(second, lang)}"


# ── the picture ──────────────────────────────────────────────────────────────

_WIDTH, _ROW, _TOP, _EDGE, _BAR = 960.0, 58.0, 132.0, 32.0, 16.0
_KEYS = (
    (Text("같은 길", "reproduced"), style.ROUTE),
    (Text("다르지만 까닭을 앎", "differs, accounted for"), style.SLAB),
    (Text("까닭을 모름", "no reason found"), style.PAPER),
)
_SEEN = Text("모든 글로", "all texts")
_UNSEEN = Text("그 글 없이", "unseen")


def agreement_scene(groups: Sequence[Group], *, lang: str) -> Scene:
    """Two bars for each operator: made of all texts, and without the text that is compared."""
    shown = [each for each in groups if each.kind in {"all", "seoul", "operator"}]
    labels = [f"{_said(each.name, lang)} · {each.official}" for each in shown]
    small = max(measure(_said(text, lang), 13) for text in (_SEEN, _UNSEEN)) + 12
    left = _EDGE + max((measure(label, 16) for label in labels), default=0) + 16 + small
    marks: list[Mark] = [Words(_EDGE, 52, _said(TITLE, lang), 28, "bold", lang=lang)]
    x = _EDGE
    for text, fill in _KEYS:
        words = _said(text, lang)
        marks.append(Rect(x, 84, 26, _BAR, fill=fill, stroke=style.INK))
        marks.append(Words(x + 34, 97, words, 15, lang=lang))
        x += 34 + measure(words, 15) + 28
    for number, (each, label) in enumerate(zip(shown, labels, strict=True)):
        y = _TOP + _ROW * number
        marks.append(Polyline(((_EDGE, y - 8), (_WIDTH - _EDGE, y - 8)), stroke=style.HAIRLINE))
        marks.append(Words(_EDGE, y + 22, label, 16, lang=lang))
        bars = [(_SEEN, each.reproduced, each.accounted)]
        if each.reproduced_unseen is not None and each.accounted_unseen is not None:
            bars.append((_UNSEEN, each.reproduced_unseen, each.accounted_unseen))
        for at, (text, same, known) in enumerate(bars):
            marks += _bar(left, y + at * (_BAR + 5), (_said(text, lang), same, known, each.official), lang)
    height = _TOP + _ROW * len(shown) + 12
    described = ". ".join(_described(each, lang) for each in shown)
    return Scene(NAME, _WIDTH, height, lang, _said(TITLE, lang), described, tuple(marks))


def _bar(left: float, y: float, told: tuple[str, int, int, int], lang: str) -> list[Mark]:
    label, same, known, of = told
    width = _WIDTH - _EDGE - 62 - left
    return [
        Words(left - 10, y + 13, label, 13, anchor="end", lang=lang),
        Rect(left, y, width, _BAR, fill=style.PAPER, stroke=style.INK),
        Rect(left, y, width * known / of, _BAR, fill=style.SLAB, stroke=style.INK),
        Rect(left, y, width * same / of, _BAR, fill=style.ROUTE, stroke=style.INK),
        Words(left + width + 8, y + 13, f"{100 * same / of:.0f} %", 14, "bold"),
    ]


def _described(each: Group, lang: str) -> str:
    unseen = each.reproduced_unseen
    ko = f"{each.name.ko}: 공식 경로 {each.official}, 같은 길 {each.reproduced}, 같거나 까닭을 앎 {each.accounted}"
    en = (
        f"{each.name.en}: {each.official} official routes, {each.reproduced} reproduced, {each.accounted} the same or "
        "accounted for"
    )
    if unseen is not None:
        ko, en = f"{ko}, 그 글 없이 같은 길 {unseen}", f"{en}, {unseen} reproduced unseen"
    return ko if lang == "ko" else en
