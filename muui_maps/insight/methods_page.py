"""The two methods as a page for a class, and as a table for a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.insight.methods import FACTS, VERDICTS, Verdict
from muui_maps.insight.methods_plot import TITLE, methods_scene
from muui_maps.insight.open_table import write_csv
from muui_maps.maps.report_page import ReportPart, report_page
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muui_maps.insight.methods import MethodsComparison, TransferPair

_BACKWARDS = Text("돌아오는 길의 안내문을 거꾸로 읽었어요.", "Read backwards from the text of the way back.")
_NO_TEXT = Text("공식 안내문이 없어요.", "There is no official text.")
_UNKNOWN = Text("말하지 않음", "says nothing")

TABLE_COLUMNS = (
    Text("역", "station"),
    Text("조사 번호", "run"),
    Text("출발", "from"),
    Text("도착", "to"),
    Text("조사한 때", "surveyed at"),
    Text("공식 안내문 번호", "official text"),
    Text("안내문 날짜", "text of"),
    Text("무엇을", "fact"),
    Text("조사", "survey says"),
    Text("공식 안내문", "official text says"),
    Text("견줌", "verdict"),
)


def methods_table(found: MethodsComparison, lang: str) -> str:
    """One row for each fact of each surveyed transfer, as CSV. No cell is taken for a formula."""
    rows = [
        (
            _said(pair.name, lang),
            pair.run_id,
            _said(pair.start, lang),
            _said(pair.end, lang),
            pair.surveyed_at,
            pair.route_id,
            pair.official_at,
            _said(FACTS[cell.fact], lang),
            _said(cell.survey, lang) if cell.survey else None,
            _said(cell.official, lang) if cell.official else None,
            _said(VERDICTS[cell.verdict], lang),
        )
        for pair in found.pairs
        for cell in pair.cells
    ]
    return write_csv(_words(lang, *TABLE_COLUMNS), rows)


def methods_page(found: MethodsComparison, lang: str) -> str:
    """A page that a class can read: what each source tells, where they differ, how old they are; with questions."""
    parts = [_reach(found, lang), _facts(found, lang), _differences(found, lang), _only(found, lang)]
    parts.append(_ages(found, lang))
    parts += [_properties(found, lang), *(_transfer(pair, lang) for pair in found.pairs)]
    return report_page(_said(TITLE, lang), _lead(found, lang), parts, methods_scene(found, lang=lang), lang=lang)


def _said(text: Text, lang: str) -> str:
    return text.ko if lang == "ko" else text.en


def _words(lang: str, *texts: Text) -> tuple[str, ...]:
    return tuple(_said(text, lang) for text in texts)


def _lead(found: MethodsComparison, lang: str) -> tuple[str, ...]:
    stations, runs = len(found.stations), len(found.pairs)
    agree, differ = (sum(getattr(each, name) for each in found.facts) for name in ("agree", "differ"))
    return _words(
        lang,
        Text(
            "역을 아는 길은 두 가지예요. 휠체어로 가 보거나, 기관이 공개한 자료를 읽거나. 둘을 나란히 놓았어요.",
            "There are two ways of knowing a station: going there in a wheelchair, and reading what its operators "
            "publish. Here they are side by side.",
        ),
        Text(
            f"{found.all_stations}개 역 가운데 {stations}개 역, 환승 {runs}개를 조사했어요. "
            f"둘 다 말하는 것 {agree + differ}가지 가운데 {agree}가지가 같고 {differ}가지가 달라요.",
            f"{stations} of {found.all_stations} stations were surveyed, {runs} transfers in all. "
            f"Of {agree + differ} facts that both tell, {agree} are the same and {differ} differ.",
        ),
    )


def _reach(found: MethodsComparison, lang: str) -> ReportPart:
    header = _words(
        lang,
        Text("역", "station"),
        Text("환승(방향마다)", "transfers (each way)"),
        Text("조사함", "surveyed"),
        Text("공식 안내문", "official text"),
        Text("둘 다", "both"),
    )
    rows = tuple(
        (_said(each.name, lang), str(each.transfers), str(each.surveyed), str(each.official), str(each.both))
        for each in found.stations
    )
    questions = _words(
        lang,
        Text("조사하지 않은 방향은 왜 남았을까요? 누가, 얼마나 걸려 조사할 수 있을까요?",
             "Why are directions left unsurveyed? Who could survey them, and how long would it take?"),
    )  # fmt: skip
    return ReportPart(_said(Text("어디까지 아나요", "How far each reaches"), lang), (), header, rows, questions)


def _facts(found: MethodsComparison, lang: str) -> ReportPart:
    header = _words(
        lang,
        Text("무엇을", "fact"),
        Text("조사가 앎", "survey tells"),
        Text("공식 자료가 앎", "official data tell"),
        Text("같음", "same"),
        Text("다름", "differ"),
    )
    rows = tuple(
        (_said(each.label, lang), str(each.survey), str(each.official), str(each.agree), str(each.differ))
        for each in found.facts
    )
    questions = _words(
        lang,
        Text("어떤 것은 왜 조사만 알고, 어떤 것은 왜 둘 다 알까요?",
             "Why are some things known from the survey alone, and some from both?"),
    )  # fmt: skip
    return ReportPart(_said(Text("무엇을 아나요", "What each tells"), lang), (), header, rows, questions)


def _differences(found: MethodsComparison, lang: str) -> ReportPart:
    """Everything that the two tell differently, on one page: what there is to talk about."""
    header = _words(
        lang,
        Text("어디", "where"),
        Text("무엇을", "fact"),
        Text("조사", "survey"),
        Text("공식 안내문", "official text"),
    )
    rows = tuple(
        (_where(pair, lang), _said(FACTS[cell.fact], lang), _said(cell.survey, lang), _said(cell.official, lang))
        for pair in found.pairs
        for cell in pair.cells
        if cell.verdict is Verdict.DIFFER and cell.survey and cell.official
    )
    none = _words(lang, Text("다르게 말하는 것이 없어요.", "They tell nothing differently."))
    questions = _words(
        lang,
        Text("둘이 다르면 어느 쪽을 믿을까요? 무엇을 보면 가릴 수 있을까요?",
             "Where they differ, which do you believe? What would settle it?"),
        Text("2016년 조사와 지금 자료가 다른 것은 틀려서일까요, 바뀌어서일까요?",
             "Does a survey of 2016 differ from today's data because one is wrong, or because things changed?"),
    )  # fmt: skip
    title = _said(Text("둘이 다르게 말하는 것", "Where they differ"), lang)
    return ReportPart(title, () if rows else none, header if rows else (), rows, questions if rows else ())


def _only(found: MethodsComparison, lang: str) -> ReportPart:
    ours = [each.label for each in found.facts if each.survey and not each.official]
    theirs = [each.label for each in found.facts if each.official and not each.survey]
    theirs += [each.label for each in found.properties if each.official and not each.survey]
    ours += [each.label for each in found.properties if each.survey and not each.official]
    lead = _words(
        lang,
        Text(f"조사만: {_listed(ours, 'ko')}.", f"The survey alone: {_listed(ours, 'en')}."),
        Text(f"공식 자료만: {_listed(theirs, 'ko')}.", f"The official data alone: {_listed(theirs, 'en')}."),
    )
    questions = _words(
        lang,
        Text("왜 이것은 가 보아야만 알까요?", "Why can these be known only by going there?"),
    )
    return ReportPart(_said(Text("하나만 아는 것", "What only one knows"), lang), lead, (), (), questions)


def _listed(labels: Sequence[Text], lang: str) -> str:
    return ", ".join(dict.fromkeys(_said(each, lang) for each in labels)) or ("없음" if lang == "ko" else "none")


def _ages(found: MethodsComparison, lang: str) -> ReportPart:
    header = _words(lang, Text("자료", "source"), Text("가장 오래된 날", "oldest"), Text("가장 새로운 날", "newest"))
    undated = _said(Text("날짜 없음", "no date"), lang)
    rows = tuple((_said(each.label, lang), each.oldest or undated, each.newest or undated) for each in found.ages)
    return ReportPart(_said(Text("얼마나 오래됐나요", "How old they are"), lang), (), header, rows)


def _properties(found: MethodsComparison, lang: str) -> ReportPart:
    header = _words(
        lang,
        Text("시설의 무엇을", "property of a thing"),
        Text("조사", "survey"),
        Text("공식 자료", "official"),
        Text("둘 다", "both"),
        Text("같음", "same"),
    )
    rows = tuple(
        (_said(each.label, lang), str(each.survey), str(each.official), str(each.both), str(each.agree))
        for each in found.properties
    )
    lead = _words(
        lang,
        Text(
            "승강기, 개찰구, 통로 하나하나를 몇 곳에서 아는지 셌어요.",
            "Counted by single lifts, gates and ways: of how many each source knows it.",
        ),
    )
    return ReportPart(_said(Text("시설 하나하나", "Thing by thing"), lang), lead, header, rows)


def _transfer(pair: TransferPair, lang: str) -> ReportPart:
    header = _words(
        lang,
        Text("무엇을", "fact"),
        Text("조사", "survey"),
        Text("공식 안내문", "official text"),
        Text("견줌", "verdict"),
    )
    silent = _said(_UNKNOWN, lang)
    rows = tuple(
        (
            _said(FACTS[cell.fact], lang),
            _said(cell.survey, lang) if cell.survey else silent,
            _said(cell.official, lang) if cell.official else silent,
            _said(VERDICTS[cell.verdict], lang),
        )
        for cell in pair.cells
        if cell.verdict is not Verdict.NEITHER
    )
    days = Text(
        f"조사 {pair.surveyed_at}, 안내문 {pair.official_at or '-'}",
        f"Surveyed {pair.surveyed_at}; text of {pair.official_at or '-'}",
    )
    lead = [days, *([_BACKWARDS] if pair.backwards else []), *([_NO_TEXT] if pair.route_id is None else [])]
    return ReportPart(_where(pair, lang), _words(lang, *lead), header, rows)


def _where(pair: TransferPair, lang: str) -> str:
    return f"{_said(pair.name, lang)}: {_said(pair.start, lang)} → {_said(pair.end, lang)}"
