"""The two methods as a picture: of each fact, how often each source says it, and how often both say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.maps import style
from muui_maps.maps.fonts import measure
from muui_maps.maps.scene import Circle, Mark, Polyline, Rect, Scene, Words
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muui_maps.insight.methods import FactCount, MethodsComparison

_WIDTH, _ROW, _TOP, _EDGE = 960.0, 52.0, 150.0, 32.0
_BAR = 15.0
_MARKS = 10
"""Marks of one kind that fit beside the bars."""
_SURVEY, _OFFICIAL = style.ROUTE, style.SLAB
TITLE = Text("현장 조사와 공식 자료는 무엇을 알려 주나요?", "What do field surveys and official data tell?")
_LEAD = Text("조사한 환승 {of}개 가운데 몇 개에서 알 수 있나", "of {of} surveyed transfers, in how many it is known")
_KEYS = (
    (Text("현장 조사가 알아요", "survey tells"), "survey"),
    (Text("공식 자료가 알아요", "official data tell"), "official"),
    (Text("둘이 같아요", "both say the same"), "agree"),
    (Text("둘이 달라요", "they differ"), "differ"),
)


def methods_scene(found: MethodsComparison, *, lang: str) -> Scene:
    """A row for each fact: two bars for who tells it, and a mark for each transfer that both tell.

    Nothing is told by colour alone: bars are filled or outlined, marks are full or crossed.
    """
    of = len(found.pairs)
    names = [_said(each.label, lang) for each in found.facts]
    left = _EDGE + max((measure(name, 17) for name in names), default=0) + 18
    right = _WIDTH - _EDGE - 190
    marks: list[Mark] = [
        Words(_EDGE, 52, _said(TITLE, lang), 28, "bold", lang=lang),
        Words(_EDGE, 80, _said(_LEAD, lang).format(of=of), 16, fill=style.MUTED, lang=lang),
        *_keys(lang),
    ]
    for number, each in enumerate(found.facts):
        marks += _row(each, _TOP + _ROW * number, (left, right), lang)
    height = _TOP + _ROW * len(found.facts) + 20
    return Scene("methods", _WIDTH, height, lang, _said(TITLE, lang), _described(found, lang), tuple(marks))


def _said(text: Text, lang: str) -> str:
    return text.ko if lang == "ko" else text.en


def _keys(lang: str) -> Iterator[Mark]:
    x = _EDGE
    for text, kind in _KEYS:
        if kind in {"survey", "official"}:
            yield _bar(x, 104, 26, kind)
            width = 34.0
        else:
            yield from _verdict(x + 8, 104 + _BAR / 2, kind)
            width = 24.0
        words = _said(text, lang)
        yield Words(x + width, 117, words, 15, lang=lang)
        x += width + measure(words, 15) + 26


def _row(each: FactCount, y: float, span: tuple[float, float], lang: str) -> Iterator[Mark]:
    left, right = span
    yield Polyline(((_EDGE, y - 8), (_WIDTH - _EDGE, y - 8)), stroke=style.HAIRLINE)
    yield Words(left - 14, y + 22, _said(each.label, lang), 17, anchor="end", lang=lang)
    for offset, kind, count in ((0.0, "survey", each.survey), (_BAR + 4, "official", each.official)):
        width = (right - left) * count / each.of if each.of else 0.0
        if count:
            yield _bar(left, y + offset, width, kind, role=f"{kind}:{each.fact}")
        yield Words(left + width + 6, y + offset + 12, str(count), 13, fill=style.INK)
    for offset, kind, count in ((0.0, "agree", each.agree), (_BAR + 4, "differ", each.differ)):
        yield from _marks(right + 40, y + offset + _BAR / 2, kind, count)


def _marks(x: float, y: float, kind: str, count: int) -> Iterator[Mark]:
    """A mark for each transfer as far as they fit, else one mark and the number."""
    shown = count if count <= _MARKS else min(count, 1)
    for number in range(shown):
        yield from _verdict(x + 15 * number, y, kind)
    if count > shown:
        yield Words(x + 14, y + 5, f"× {count}", 14, "bold", fill=style.INK)


def _bar(x: float, y: float, width: float, kind: str, role: str | None = None) -> Rect:
    fill = _SURVEY if kind == "survey" else _OFFICIAL
    return Rect(x, y, width, _BAR, fill=fill, stroke=style.INK, stroke_width=1.0, role=role)


def _verdict(x: float, y: float, kind: str) -> Iterator[Mark]:
    if kind == "agree":
        yield Circle(x, y, 6, fill=style.INK)
        return
    yield Circle(x, y, 6, fill=style.PAPER, stroke=style.HAZARD, stroke_width=1.6)
    yield Polyline(((x - 3.5, y + 3.5), (x + 3.5, y - 3.5)), stroke=style.HAZARD, stroke_width=1.8)


def _described(found: MethodsComparison, lang: str) -> str:
    """The picture in words, for those who hear it."""
    ko = [
        f"{each.label.ko}: 조사 {each.survey}, 공식 {each.official}, 같음 {each.agree}, 다름 {each.differ}"
        for each in found.facts
    ]
    en = [
        f"{each.label.en}: survey {each.survey}, official {each.official}, same {each.agree}, differ {each.differ}"
        for each in found.facts
    ]
    return ". ".join(ko if lang == "ko" else en)
