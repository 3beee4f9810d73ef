"""What stands below the cards: conflicts, plan B, toilets, what is not known, the key and the sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from muui_maps.maps import style, summary
from muui_maps.maps.cards_sheet import MARGIN, Sheet
from muui_maps.maps.fonts import measure
from muui_maps.maps.narrate import Badge, Vouch
from muui_maps.maps.parts import badge_width, block, centred, draw_badge, other, said, tile
from muui_maps.maps.scene import Circle, Rect, Words
from muui_maps.model import Text

KEY: tuple[tuple[Vouch, Text, Text], ...] = (
    ("surveyed", Text("조사", "survey"), Text("현장에서 잼", "measured on site")),
    ("official", Text("공식", "official"), Text("기관 자료", "published data")),
    ("derived", Text("계산", "derived"), Text("자료에서 셈", "computed")),
    ("unknown", Text("모름", "unknown"), Text("자료에 없음", "not in the data")),
    ("differs", Text("다름", "differ"), Text("자료가 서로 다름", "sources differ")),
)


def notes(sheet: Sheet, title: Text, sign: str, notes: Sequence[summary.Note]) -> None:
    if notes:
        _section(sheet, title, sign, lambda: _note_lines(sheet, notes))


def unknowns(sheet: Sheet, told: Sequence[Text]) -> None:
    between = "\N{NO-BREAK SPACE}· "
    text = Text(between.join(t.ko for t in told), between.join(t.en for t in told))
    _section(sheet, Text("아직 몰라요", "Not known yet"), "?", lambda: _paragraph(sheet, text), dash=(8, 6))


def _section(
    sheet: Sheet, title: Text, sign: str, content: Callable[[], None], *, dash: tuple[float, ...] = ()
) -> None:
    sheet.boxed(
        lambda: _section_content(sheet, title, sign, content),
        lambda top, height: Rect(
            MARGIN, top, sheet.right - MARGIN, height, style.PAPER, style.EDGE, 2, dash, 18, role=f"section:{sign}"
        ),
    )
    sheet.y += 28


def _section_content(sheet: Sheet, title: Text, sign: str, content: Callable[[], None]) -> None:
    x = MARGIN + 30
    sheet.y += 28
    if len(sign) > 1:
        sheet.put(tile(sign, x, sheet.y, 44))
    else:
        dots: tuple[float, ...] = (2, 4) if sign == "?" else ()
        sheet.put(
            Circle(x + 22, sheet.y + 22, 21, stroke=style.INK, stroke_width=3, dash=dots),
            Words(x + 22, centred(sheet.y + 22, 26), sign, 26, "bold", anchor="middle"),
        )
    first = said(title, sheet.lang)
    sheet.put(Words(x + 56, sheet.y + 33, first, 29, "bold", lang=sheet.lang))
    beside = x + 56 + measure(first, 29, "bold") + 12
    sheet.put(Words(beside, sheet.y + 33, said(title, other(sheet.lang)), 20, fill=style.MUTED, lang=other(sheet.lang)))
    sheet.y += 58
    content()
    sheet.y += 14


def _note_lines(sheet: Sheet, notes: Iterable[summary.Note]) -> None:
    x, width = MARGIN + 30, sheet.right - MARGIN - 60
    for note in notes:
        if said(note.heading, sheet.lang):
            head = block(said(note.heading, sheet.lang), size=24, width=width, weight="bold", lang=sheet.lang)
            sheet.put(*head.at(x, sheet.y))
            sheet.y += head.height + 2
        body = block(said(note.body, sheet.lang), size=25, width=width, lang=sheet.lang, leading=1.35)
        sheet.put(*body.at(x, sheet.y))
        sheet.y += body.height + 2
        lang = other(sheet.lang)
        heading = said(note.heading, lang)
        plain = said(note.body, lang).replace("**", "")
        below = f"{heading}: {plain}" if heading else plain
        small = block(below, size=20, width=width, fill=style.MUTED, lang=lang, leading=1.3)
        sheet.put(*small.at(x, sheet.y))
        sheet.y += small.height + 18


def _paragraph(sheet: Sheet, text: Text) -> None:
    x, width = MARGIN + 30, sheet.right - MARGIN - 60
    body = block(said(text, sheet.lang), size=25, width=width, lang=sheet.lang, leading=1.4)
    sheet.put(*body.at(x, sheet.y))
    sheet.y += body.height + 6
    small = block(
        said(text, other(sheet.lang)), size=20, width=width, fill=style.MUTED, lang=other(sheet.lang), leading=1.3
    )
    sheet.put(*small.at(x, sheet.y))
    sheet.y += small.height + 12


def key(sheet: Sheet) -> None:
    sheet.y += 8
    sheet.rule(sheet.y, MARGIN, sheet.right, strong=True)
    sheet.y += 22
    badge = max(badge_width(Badge(method, name), sheet.lang) for method, name, _ in KEY) + 12
    entry = badge + max(_meaning_width(sheet, meaning) for _, _, meaning in KEY) + 24
    columns = 2 if 2 * entry <= sheet.right - MARGIN + 24 else 1
    for index, (method, name, meaning) in enumerate(KEY):
        x, y = MARGIN + (index % columns) * entry, sheet.y + (index // columns) * 68
        sheet.put(*draw_badge(Badge(method, name), x, y + 2, sheet.lang, ink=style.INK, ground=None))
        sheet.put(
            Words(x + badge, y + 17, said(meaning, sheet.lang), 20, "bold", lang=sheet.lang),
            Words(x + badge, y + 43, said(meaning, other(sheet.lang)), 20, fill=style.MUTED, lang=other(sheet.lang)),
        )
    sheet.y += -(-len(KEY) // columns) * 68 + 6


def _meaning_width(sheet: Sheet, meaning: Text) -> float:
    return max(measure(said(meaning, sheet.lang), 20, "bold"), measure(said(meaning, other(sheet.lang)), 20))


def sources(sheet: Sheet, told: Sequence[tuple[Text, Text]], as_of: str | None) -> None:
    listed = Text(
        ", ".join(f"{name.ko} {date.ko}" for name, date in told),
        ", ".join(f"{name.en} {date.en}" for name, date in told),
    )
    drawn = Text(f"**자료 기준일 {as_of}.** ", f"**Data as of {as_of}.** ") if as_of else Text("", "")
    go = summary.before_you_go()
    closing = Text(f"{drawn.ko}{go.ko} {go.en}", f"{drawn.en}{go.en} {go.ko}")
    head = Text("출처: ", "Sources: ")
    for text in (Text(f"{head.ko}{listed.ko}.", f"{head.en}{listed.en}."), summary.how_computed(), closing):
        paragraph = block(said(text, sheet.lang), size=20, width=sheet.right - MARGIN, lang=sheet.lang, leading=1.4)
        sheet.put(*paragraph.at(MARGIN, sheet.y))
        sheet.y += paragraph.height + 12
