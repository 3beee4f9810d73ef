"""Where the time of a route goes, as a bar: rides, moving, gates, trains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from muui_maps.maps import style, summary, words
from muui_maps.maps.cards_sheet import MARGIN, Sheet
from muui_maps.maps.fonts import measure
from muui_maps.maps.narrate import Badge
from muui_maps.maps.parts import badge_width, draw_badge, other, said
from muui_maps.maps.scene import Mark, Polyline, Rect, Words
from muui_maps.model import Text

_Label = tuple[float, summary.TimePart]  # where its segment begins
_APART, _ROW = 16.0, 58.0  # between two labels; of a row of them


def time_bar(sheet: Sheet) -> None:
    sheet.y += 14
    parts = summary.time_parts(sheet.route)
    title = Text("시간이 드는 곳", "Where the time goes")
    first = said(title, sheet.lang)
    sheet.put(Words(MARGIN, sheet.y + 27, first, 24, "bold", lang=sheet.lang))
    range_ = words.minutes(sheet.route.seconds)
    badge = Badge("derived", Text(f"계산 {range_.ko}", f"derived {range_.en}"))
    width = badge_width(badge, sheet.lang)
    sheet.put(*draw_badge(badge, sheet.right - width, sheet.y, sheet.lang, ink=style.INK, ground=None))
    x = MARGIN + measure(first, 24, "bold") + 12
    if x + measure(said(title, other(sheet.lang)), 20) < sheet.right - width - 12:
        sheet.put(Words(x, sheet.y + 27, said(title, other(sheet.lang)), 20, fill=style.MUTED, lang=other(sheet.lang)))
    sheet.y += 48
    _bar(sheet, parts)
    sheet.y += 34


def _bar(sheet: Sheet, parts: Sequence[summary.TimePart]) -> None:
    total = sum(part.seconds for part in parts) or 1.0
    room, height, x = sheet.right - MARGIN, 34.0, MARGIN
    labels: list[_Label] = []
    for part in parts:
        width = room * part.seconds / total
        sheet.put(*_segment(part.key, x, sheet.y, width, height))
        labels.append((x, part))
        x += width
    sheet.put(Rect(MARGIN, sheet.y, room, height, None, style.INK, 2.5, radius=8, role="time"))
    sheet.y += height + 10
    for row in _rows(sheet, labels):
        for label_x, part in _label_places(sheet, row):
            lang, second = sheet.lang, other(sheet.lang)
            told, role = said(_part_text(part), lang), f"time:{part.key}"
            sheet.put(
                Words(label_x, sheet.y + 21, told, 22, "bold", lang=lang, role=role),
                Words(label_x, sheet.y + 50, _short(part, second), 20, fill=style.MUTED, lang=second),
            )
        sheet.y += _ROW


def _rows(sheet: Sheet, labels: Sequence[_Label]) -> list[list[_Label]]:
    """The labels in as few rows as hold them side by side, in the order of their segments."""
    rows: list[list[_Label]] = [[]]
    free = sheet.right - MARGIN
    for label in labels:
        width = _width(sheet, label[1]) + _APART
        if rows[-1] and width - _APART > free:
            rows.append([])
            free = sheet.right - MARGIN
        rows[-1].append(label)
        free -= width
    return rows


def _part_text(part: summary.TimePart) -> Text:
    minutes = Text(f"{part.minutes}분", f"{part.minutes} min") if part.minutes else Text("1분 미만", "< 1 min")
    return Text(f"{_short(part, 'ko')} {minutes.ko}", f"{_short(part, 'en')} {minutes.en}")


def _short(part: summary.TimePart, lang: str) -> str:
    return said(part.name, lang).partition(",")[0]


def _width(sheet: Sheet, part: summary.TimePart) -> float:
    told, second = said(_part_text(part), sheet.lang), _short(part, other(sheet.lang))
    return max(measure(told, 22, "bold"), measure(second, 20))


def _label_places(sheet: Sheet, labels: Sequence[_Label]) -> list[_Label]:
    """Labels under the start of their segment, pushed left so that the last one ends at the margin."""
    widths = [_width(sheet, part) for _, part in labels]
    xs = [x + (8 if index else 0) for index, (x, _) in enumerate(labels)]
    limit = sheet.right
    for index in range(len(xs) - 1, -1, -1):
        xs[index] = max(MARGIN, min(xs[index], limit - widths[index]))
        limit = xs[index] - _APART - 4
    for index in range(1, len(xs)):
        xs[index] = max(xs[index], xs[index - 1] + widths[index - 1] + _APART)
    return [(x, part) for x, (_, part) in zip(xs, labels, strict=True)]


def _segment(key: str, x: float, y: float, width: float, height: float) -> Iterator[Mark]:
    """A part of the time bar: solid for rides, hatched for moving, empty for gates, lined for trains."""
    role = f"time:{key}"
    if key == "riding":
        yield Rect(x, y, width, height, style.ROUTE, radius=8, role=role)
        yield Rect(x + width / 2, y, width / 2, height, style.ROUTE)
        return
    yield Rect(x, y, width, height, style.PAPER, role=role)
    if key == "moving":
        for index in range(1, int((width + height) / 12) + 1):
            yield from _stroke(x, y, width, height, index * 12.0)
    if key == "train":
        for line in range(1, 4):
            at = y + height * line / 4
            yield Polyline(((x, at), (x + width, at)), style.ROUTE, 2, rounded=False)
    yield Polyline(((x, y), (x, y + height)), style.INK, 2, rounded=False)


def _stroke(x: float, y: float, width: float, height: float, at: float) -> Iterator[Mark]:
    """One slanted stroke of the hatching, cut to the segment."""
    low, high = max(0.0, at - height), min(width, at)
    if high - low > 1:
        yield Polyline(((x + low, y + (at - low)), (x + high, y + (at - high))), style.ROUTE, 2.5, rounded=False)
