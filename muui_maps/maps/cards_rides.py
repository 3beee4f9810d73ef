"""The band of a ride: which lift, what it takes, and the button to press."""

from __future__ import annotations

from muui_maps.maps import style, words
from muui_maps.maps.cards_sheet import CARD_X, PAD, Sheet
from muui_maps.maps.fonts import measure
from muui_maps.maps.narrate import Badge, ride_names
from muui_maps.maps.parts import LONGEST_USUAL_LABEL, block, centred, draw_badges, other, said, shifted, tile
from muui_maps.maps.scene import Circle, Rect, Words
from muui_maps.maps.steps import Step, StepLine
from muui_maps.model import Text


def ride_card(sheet: Sheet, step: Step) -> None:
    sheet.boxed(
        lambda: _ride_content(sheet, step),
        lambda top, height: Rect(CARD_X, top, sheet.card_width, height, style.ROUTE, radius=18, role=f"leg:{step.leg}"),
    )


def _ride_content(sheet: Sheet, step: Step) -> None:
    top = sheet.y
    x, right = CARD_X + 112, sheet.right - 144
    icon = step.ride_icon
    sheet.put(tile(icon, CARD_X + PAD + 2, top + 26, 66, inverse=True, role=f"icon:{icon}"))
    sheet.y = top + 20
    _ride_title(sheet, step, x, right)
    for line in step.lines:
        if not (step.button and line.icon == "lift"):
            _ride_line(sheet, line, x, sheet.right - 26 if sheet.y > top + 196 else right)
    sheet.y += 12
    time = words.minutes(step.seconds)
    badges = (*step.evidence, Badge("derived", time))
    wide = sheet.y > top + 196
    marks, height = draw_badges(badges, (sheet.right - 26 if wide else right) - x, sheet.lang, ink=style.ON_ROUTE)
    sheet.put(*(shifted(mark, x, sheet.y) for mark in marks))
    sheet.y = max(sheet.y + height + 24, top + 206)
    _arrival(sheet, step, top)


def _ride_title(sheet: Sheet, step: Step, x: float, right: float) -> None:
    title = said(step.title, sheet.lang)
    kind, names = _kind_and_names(sheet, step)
    start = x + measure(kind, 25, "bold") + 12
    size = next((s for s in (42.0, 36.0, 31.0) if start + measure(names, s, "bold") <= right), None)
    if names and size:
        role = f"unit:{step.unit}"
        sheet.put(Words(x, sheet.y + 46, kind, 25, "bold", style.ON_ROUTE, lang=sheet.lang))
        sheet.put(Words(start, sheet.y + 46, names, size, "bold", style.ON_ROUTE, lang=sheet.lang, role=role))
        sheet.y += 58
    else:
        first = block(
            title,
            size=32,
            width=right - x,
            weight="bold",
            fill=style.ON_ROUTE,
            lang=sheet.lang,
            role=f"unit:{step.unit}",
        )
        sheet.put(*first.at(x, sheet.y + 6))
        sheet.y += first.height + 10
    for lang in (sheet.lang, other(sheet.lang)):
        told = said(step.title, lang) if lang != sheet.lang else ""
        more = said(step.subtitle, lang) if step.subtitle else ""
        line = f"{told}, {more}" if told and more else told or more
        if line:
            below = block(
                line, size=21 if lang == sheet.lang else 20, width=right - x, fill=style.ON_ROUTE_SOFT, lang=lang
            )
            sheet.put(*below.at(x, sheet.y))
            sheet.y += below.height + 2


def _kind_and_names(sheet: Sheet, step: Step) -> tuple[str, str]:
    """`엘리베이터` and `2 또는 4`, where the title begins with the kind."""
    units = {unit.id: unit for unit in sheet.station.units}
    numbered = all(words.is_numbered(units[unit]) for unit in (step.unit, *step.same_as) if unit in units)
    joined = said(words.either(ride_names(step, sheet.station)), sheet.lang)
    title = said(step.title, sheet.lang)
    if numbered and joined and title.endswith(joined) and title != joined:
        return title.removesuffix(joined).strip(), joined
    return title, ""


def _ride_line(sheet: Sheet, line: StepLine, x: float, right: float) -> None:
    sheet.y += 8
    marks, height = sheet.pair(
        line.marked,
        x,
        sheet.y,
        width=right - x,
        size=26,
        weight="bold",
        fill=style.ON_ROUTE,
        soft=style.ON_ROUTE_SOFT,
        role="act",
    )
    sheet.put(*marks)
    sheet.y += height + 4


def _arrival(sheet: Sheet, step: Step, top: float) -> None:
    """The button to press, in a ring; for what has no buttons, the plate of the arrival."""
    x, y = sheet.right - 78, top + 74
    if step.button is not None:
        size = _label_size(step.button)
        role = f"button:{step.button}"
        sheet.put(
            Circle(x, y, 48.5, stroke=style.ON_ROUTE, stroke_width=3),
            Circle(x, y, 42, fill=style.PAPER, role=role),
            Words(x, centred(y, size), step.button, size, "bold", style.ROUTE, anchor="middle", role=role),
        )
        told = Text("누르기", "press")
    else:
        label = words.plate(step.to_level)
        size = _label_size(label)
        sheet.put(
            Rect(x - 42, y - 29, 84, 58, fill=style.PAPER, radius=8, role=f"level:{step.to_level}"),
            Words(x, centred(y, size), label, size, "bold", style.ROUTE, anchor="middle"),
        )
        told = Text("도착", "arrive")
    sheet.put(
        Words(x, top + 157, said(told, sheet.lang), 25, "bold", style.ON_ROUTE, anchor="middle", lang=sheet.lang),
        Words(
            x,
            top + 182,
            said(told, other(sheet.lang)),
            20,
            fill=style.ON_ROUTE_SOFT,
            anchor="middle",
            lang=other(sheet.lang),
        ),
    )


def _label_size(label: str) -> float:
    """Size of a level's label in the button ring: `BM12` is longer than `B1`."""
    return 36.0 if len(label) <= LONGEST_USUAL_LABEL else 28.0
