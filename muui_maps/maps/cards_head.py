"""The head of step cards: who travels, station, from and to, the totals, and what must be known first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muui_maps.maps import style, summary, words
from muui_maps.maps.cards_sheet import MARGIN, Sheet
from muui_maps.maps.fonts import measure
from muui_maps.maps.parts import block, bullet, bullet_width, other, said, shifted, tile
from muui_maps.maps.scene import Icon, Mark, Polyline, Rect, Words
from muui_maps.model import Endpoint, Text


def header(sheet: Sheet) -> None:
    icon = "wheelchair" if sheet.route.profile.wheels else "walk"
    sheet.put(tile(icon, MARGIN + 1, sheet.y + 2, 54))
    marks, height = sheet.pair(
        summary.kicker(sheet.route), MARGIN + 70, sheet.y - 5, width=sheet.right - MARGIN - 70, size=26, weight="bold"
    )
    sheet.put(*marks)
    sheet.y += max(height, 56) + 14
    _name(sheet)
    _ends(sheet)
    sheet.rule(sheet.y, MARGIN, sheet.right, strong=True)


def foreign_names(sheet: Sheet, told: str, tag: str) -> None:
    """From and to with the names of lines and stations in a third language, under the rule."""
    line = block(told, size=24, width=sheet.right - MARGIN, lang=tag, role="names", leading=1.35)
    sheet.put(*line.at(MARGIN, sheet.y + 12))
    sheet.y += line.height + 24
    sheet.rule(sheet.y, MARGIN, sheet.right)


def _name(sheet: Sheet) -> None:
    name = words.station_text(sheet.station)
    first, second = said(name, sheet.lang), said(name, other(sheet.lang))
    room = sheet.right - MARGIN
    size = next((s for s in (88.0, 76.0, 64.0, 54.0) if measure(first, s, "bold") <= room), 46.0)
    big = block(first, size=size, width=room, weight="bold", lang=sheet.lang, role="station", leading=1.16)
    sheet.put(*big.at(MARGIN - size * 0.03, sheet.y))
    beside = big.width + 26 + measure(second, 36) <= room and big.height < size * 1.5
    if beside:
        sheet.put(
            Words(MARGIN + big.width + 24, sheet.y + size * 0.94, second, 36, fill=style.MUTED, lang=other(sheet.lang))
        )
    sheet.y += big.height + 8
    if not beside:
        below = block(second, size=32, width=room, fill=style.MUTED, lang=other(sheet.lang), leading=1.2)
        sheet.put(*below.at(MARGIN, sheet.y - 4))
        sheet.y += below.height + 22


def _ends(sheet: Sheet) -> None:
    """From and to: side by side if both are short, else one below the other."""
    start, end = _end(sheet, sheet.route.start), _end(sheet, sheet.route.end)
    arrow = 92.0
    if start.width + arrow + end.width <= sheet.right - MARGIN:
        sheet.put(*start.at(MARGIN, sheet.y))
        x = MARGIN + start.width
        sheet.put(Icon("arrow", x + 20, sheet.y + 9, 52, style.ROUTE, role="arrow"))
        sheet.put(*end.at(x + arrow, sheet.y))
        sheet.y += max(start.height, end.height) + 34
        return
    sheet.put(*start.at(MARGIN, sheet.y))
    sheet.y += start.height + 12
    tip = sheet.y + 30
    sheet.put(Polyline(((MARGIN + 34, sheet.y), (MARGIN + 34, tip)), style.ROUTE, 6))
    head = ((MARGIN + 20, tip - 13), (MARGIN + 34, tip), (MARGIN + 48, tip - 13))
    sheet.put(Polyline(head, style.ROUTE, 6, role="arrow"))
    sheet.y += 44
    sheet.put(*end.at(MARGIN, sheet.y))
    sheet.y += end.height + 34


def _end(sheet: Sheet, endpoint: Endpoint) -> _Piece:
    """Bullet and direction: the next station large, the other language and the terminus below."""
    marks: list[Mark]
    if endpoint.line is None:
        marks, x = [tile("outside", 0, 0, 68)], 82.0
        label, below = summary.endpoint_text(sheet.station, endpoint), None
    else:
        marks = list(bullet(endpoint.line, 0, 34, 33, sheet.lang))
        x = bullet_width(endpoint.line, 33, sheet.lang) + 16
        label = words.towards(sheet.station, endpoint.line, endpoint.direction)
        below = words.terminus(sheet.station, endpoint.line, endpoint.direction)
    first, second = said(label, sheet.lang), said(label, other(sheet.lang))
    room = sheet.right - MARGIN - x
    top = block(first, size=31, width=room, weight="bold", lang=sheet.lang, role="direction")
    bottom = block(second, size=20, width=room, fill=style.MUTED, lang=other(sheet.lang))
    marks += top.at(x, 0)
    marks += bottom.at(x, top.height - 2)
    width, height = x + max(top.width, bottom.width), top.height + bottom.height
    if below is not None:
        last = block(_terminus(sheet, below), size=20, width=room, fill=style.MUTED)
        marks += last.at(x, height - 2)
        width, height = max(width, x + last.width), height + last.height
    return _Piece(tuple(marks), width, max(height, 68.0))


def _terminus(sheet: Sheet, of: Text) -> str:
    """`진접행 · Jinjeop` / `to Jinjeop · 진접행`: short, so that both ends stand side by side."""
    name = of.en.removeprefix("terminus ")
    return f"{of.ko} · {name}" if sheet.lang == "ko" else f"to {name} · {of.ko}"


@dataclass(frozen=True, slots=True)
class _Piece:
    """Marks that begin at (0, 0)."""

    marks: tuple[Mark, ...]
    width: float
    height: float

    def at(self, x: float, y: float) -> Iterator[Mark]:
        return (shifted(mark, x, y) for mark in self.marks)


# ── totals ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Cell:
    """One figure of the header."""

    key: str
    figure: str
    unit: Text
    label: Text


def totals(sheet: Sheet) -> None:
    cells = _cells(sheet)
    pad = next((pad for pad in (28.0, 20.0, 14.0) if _fits(sheet, cells, pad)), None)
    half = (len(cells) + 1) // 2
    rows, pad = ([cells], pad) if pad else ([cells[:half], cells[half:]], 28.0)
    shared = _columns(sheet, rows, pad)
    for row in rows:
        widths = shared if sum(shared) <= sheet.right - MARGIN + pad / 2 else _columns(sheet, [row], pad)
        _totals_row(sheet, row, widths, pad)
        sheet.rule(sheet.y, MARGIN, sheet.right)
    sheet.y += 26


def _fits(sheet: Sheet, row: Sequence[_Cell], pad: float) -> bool:
    return sum(_cell_width(sheet, cell) + pad for cell in row) - pad / 2 <= sheet.right - MARGIN


def _columns(sheet: Sheet, rows: Sequence[Sequence[_Cell]], pad: float) -> list[float]:
    """Widths of the columns of these rows: what the widest cell of each needs, and an even share of what is left."""
    needed = [max(_cell_width(sheet, row[at]) for row in rows if at < len(row)) + pad for at in range(len(rows[0]))]
    spare = max(0.0, sheet.right - MARGIN - sum(needed)) / len(needed)
    return [width + spare for width in needed]


def _totals_row(sheet: Sheet, row: Sequence[_Cell], widths: Sequence[float], pad: float) -> None:
    x, top, bottom = MARGIN, sheet.y, sheet.y + 162
    for index, (cell, width) in enumerate(zip(row, widths, strict=False)):  # the second row may be shorter
        if index:
            sheet.put(Polyline(((x, top + 2), (x, bottom)), style.HAIRLINE, 1.5, rounded=False))
        inset = x + (pad / 2 if index else 0)
        number = measure(cell.figure, 60, "bold")
        role = f"total:{cell.key}"
        sheet.put(
            Words(inset, top + 72, cell.figure, 60, "bold", role=role),
            Words(inset + number + 5, top + 72, said(cell.unit, sheet.lang), 27, "bold", lang=sheet.lang),
            Words(inset, top + 111, said(cell.label, sheet.lang), 22, "bold", lang=sheet.lang, role=role),
            Words(inset, top + 138, said(cell.label, other(sheet.lang)), 20, fill=style.MUTED, lang=other(sheet.lang)),
        )
        x += width
    sheet.y = bottom


def _cell_width(sheet: Sheet, cell: _Cell) -> float:
    figure = measure(cell.figure, 60, "bold") + 5 + measure(said(cell.unit, sheet.lang), 27, "bold")
    labels = (
        measure(said(cell.label, sheet.lang), 22, "bold"),
        measure(said(cell.label, other(sheet.lang)), 20),
    )
    return max(figure, *labels)


def _cells(sheet: Sheet) -> list[_Cell]:
    of = summary.totals(sheet.route)
    cells = [_minutes_cell(of)]
    figure, _, unit = summary.metres_text(of).partition(" ")
    cells.append(_Cell("metres", figure, Text(unit, unit), summary.length_label(of)))
    times = Text("번", "")
    lifts = Text("엘리베이터", "lift" if of.lifts == 1 else "lifts")
    if of.lifts or not of.wheelchair_lifts:
        cells.append(_Cell("lifts", str(of.lifts), times, lifts))
    if of.wheelchair_lifts:
        cells.append(
            _Cell("wheelchair_lifts", str(of.wheelchair_lifts), times, Text("휠체어리프트", "wheelchair lift"))
        )
    gate = "gate" if of.gates == 1 else "gates"
    label = Text("개찰구", gate)
    if of.staff_calls:
        label = Text("개찰구, 호출", f"{gate}, call staff")
    cells.append(_Cell("gates", str(of.gates), times, label))
    return cells


def _minutes_cell(of: summary.Totals) -> _Cell:
    if of.surveyed_min is not None:
        label = Text(f"조사 {of.surveyed_in}", f"surveyed {of.surveyed_in}")
        return _Cell("minutes", f"{of.surveyed_min:.0f}", Text("분", "min"), label)
    low, high = words.whole_minutes(of.seconds)
    figure = str(high) if low == high else f"{low}–{high}"
    return _Cell("minutes", figure, Text("분", "min"), Text("계산", "derived"))


# ── banners ──────────────────────────────────────────────────────────────────


def banners(sheet: Sheet) -> None:
    if (told := summary.outside(sheet.route)) is not None:
        _banner(
            sheet,
            "outside",
            Text(f"**밖으로 나가요**  {told.ko}", f"**Goes outside:** {told.en}"),
            stroke=style.ROUTE,
            role="banner:outside",
        )
    for alert in summary.alerts(sheet.route):
        _banner(sheet, "warning", alert, stroke=style.INK, role="banner:alert")


def _banner(sheet: Sheet, icon: str, text: Text, *, stroke: str, role: str) -> None:
    marks, height = sheet.pair(text, MARGIN + 100, sheet.y + 18, width=sheet.right - MARGIN - 124)
    box = max(height + 36, 100.0)
    sheet.put(Rect(MARGIN, sheet.y, sheet.right - MARGIN, box, style.PAPER, stroke, 3, radius=16, role=role))
    mark = tile(icon, MARGIN + 24, sheet.y + (box - 58) / 2, 58)
    sheet.put(Icon(icon, mark.x, mark.y, 58, style.INK) if icon == "warning" else mark)
    offset = (box - 36 - height) / 2
    sheet.put(*(shifted(each, 0, offset) for each in marks))
    sheet.y += box + 16
