"""The cards of a route's steps on their rail; a white card for each place."""

from __future__ import annotations

from collections.abc import Sequence

from muui_maps.maps import style, words
from muui_maps.maps.cards_rides import ride_card
from muui_maps.maps.cards_sheet import CARD_X, GAP, PAD, RAIL_X, TEXT_X, Sheet
from muui_maps.maps.fonts import measure
from muui_maps.maps.parts import (
    block,
    bullet,
    bullet_width,
    centred,
    draw_badges,
    level_plate,
    other,
    said,
    shifted,
    tile,
)
from muui_maps.maps.scene import Circle, Icon, Polyline, Rect, Weight, Words
from muui_maps.maps.steps import Step, StepLine


def step_cards(sheet: Sheet, steps: Sequence[Step]) -> None:
    badges: list[tuple[float, int]] = []
    rail = len(sheet.marks)
    for step in steps:
        badges.append((sheet.y + 51, step.n))
        ride_card(sheet, step) if step.kind == "ride" else _walk_card(sheet, step)
        sheet.y += GAP
    line = Polyline(((RAIL_X, badges[0][0]), (RAIL_X, badges[-1][0])), style.ROUTE, 10, role="route")
    sheet.marks.insert(rail, line)
    for y, n in badges:
        role = f"step:{n}"
        sheet.put(
            Circle(RAIL_X, y, 29, fill=style.PAPER),
            Circle(RAIL_X, y, 25, fill=style.ROUTE, role=role),
            Words(RAIL_X, centred(y, 30), str(n), 30, "bold", style.ON_ROUTE, anchor="middle", role=role),
        )
    sheet.y += 14


def _walk_card(sheet: Sheet, step: Step) -> None:
    sheet.boxed(
        lambda: _walk_content(sheet, step),
        lambda top, height: Rect(
            CARD_X, top, sheet.card_width, height, style.PAPER, style.EDGE, 2, radius=18, role=f"leg:{step.leg}"
        ),
    )


def _walk_content(sheet: Sheet, step: Step) -> None:
    left, right = CARD_X + PAD, sheet.right - PAD
    sheet.y += 20
    _card_head(sheet, step, left, right)
    for line in step.lines:
        if not line.quote:
            sheet.rule(sheet.y, left, right)
            sheet.y += 12
        _act(sheet, line, left, right)
    sheet.rule(sheet.y, left, right)
    sheet.y += 16
    marks, height = draw_badges(step.evidence, right - left, sheet.lang)
    sheet.put(*(shifted(mark, left, sheet.y) for mark in marks))
    sheet.y += height + 20 if height else 4


def _card_head(sheet: Sheet, step: Step, left: float, right: float) -> None:
    top = sheet.y
    sheet.put(*level_plate(step.plate, left, top, step.level))
    metres = words.metres(step.length_m, step.length_method)
    sheet.put(Words(right, top + 31, metres, 34, "bold", anchor="end", role=f"metres:{step.leg}"))
    time = f"≈ {said(words.minutes(step.seconds), sheet.lang)}"
    width = measure(time, 20, "bold")
    sheet.put(
        Words(
            right, top + 58, time, 20, "bold", style.MUTED, anchor="end", lang=sheet.lang, role=f"minutes:{step.leg}"
        ),
        Polyline(((right - width, top + 66), (right, top + 66)), style.MUTED, 2, (6, 4), rounded=False),
    )
    x = left + 100
    room = right - max(width, measure(metres, 34, "bold")) - 20 - x
    taken = bullet_width(step.line, 17, sheet.lang) + 13 if step.line else 0.0
    title = block(said(step.title, sheet.lang), size=29, width=room - taken, weight="bold", lang=sheet.lang)
    sheet.put(*title.at(x, top - 4))
    if step.line is not None:
        last = max((mark.y for mark in title.marks), default=0.0)
        end = max((m.x + measure(m.text, m.size, m.weight) for m in title.marks if m.y == last), default=0.0)
        sheet.put(*bullet(step.line, x + end + 13, top - 4 + last - 10, 17, sheet.lang))
    lang = other(sheet.lang)
    below = said(step.title, lang) + (f", {said(step.subtitle, lang)}" if step.subtitle else "")
    second = block(below, size=20, width=room, fill=style.MUTED, lang=lang)
    sheet.put(*second.at(x, top + title.height - 2))
    sheet.y = max(top + 80, top + title.height + second.height + 10)


def _act(sheet: Sheet, line: StepLine, left: float, right: float) -> None:
    if line.quote:
        _quote(sheet, line, right)
        return
    ink = style.HAZARD if line.hazard else style.INK
    weight: Weight = "bold" if line.hazard else "regular"
    role = "hazard" if line.hazard else "act"
    top = sheet.y
    marks, height = sheet.pair(line.marked, TEXT_X, top + 2, width=right - TEXT_X, weight=weight, fill=ink, role=role)
    if line.icon is not None:
        if line.icon == "warning" and not line.hazard:
            sheet.put(Icon("warning", left, top + 5, 50, style.INK))
        else:
            sheet.put(tile(line.icon, left, top + 5, 50, role=f"icon:{line.icon}"))
        height = max(height, 56)
    sheet.put(*marks)
    sheet.y = top + height + 16


def _quote(sheet: Sheet, line: StepLine, right: float) -> None:
    sheet.y -= 4
    x, width = TEXT_X, right - TEXT_X
    marks, height = sheet.pair(
        line.marked, x + 24, sheet.y + 14, width=width - 36, size=26, weight="bold", role="quote"
    )
    sheet.put(Rect(x, sheet.y, width, height + 28, style.ROUTE_TINT, radius=10))
    sheet.put(Rect(x, sheet.y, 6, height + 28, style.ROUTE))
    sheet.put(*marks)
    sheet.y += height + 28 + 18
