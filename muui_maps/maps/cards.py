"""Step cards: a portrait for phone and pocket print, one card for each leg.

White cards are places, navy bands are rides. The map's language is large, the other one small below it: station names
and signs must be recognised by everybody. Every word comes from `narrate` and `summary`; these modules only arrange:
`cards_sheet` is what they put marks on, `cards_head`, `cards_time`, `cards_steps`, `cards_rides` and `cards_foot` fill
it from the top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from muui_maps.maps import style, summary
from muui_maps.maps.cards_foot import key, notes, sources, unknowns
from muui_maps.maps.cards_head import banners, foreign_names, header, totals
from muui_maps.maps.cards_sheet import Sheet
from muui_maps.maps.cards_steps import step_cards
from muui_maps.maps.cards_time import time_bar
from muui_maps.maps.foreign import TAGS, names_line
from muui_maps.maps.identity import identity
from muui_maps.maps.parts import said
from muui_maps.maps.scene import Scene
from muui_maps.maps.theme import themed
from muui_maps.maps.way_back import WAY_BACK, way_back_notes
from muui_maps.model import Route, Station, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muui_maps.maps.options import Options
    from muui_maps.maps.steps import Step


def cards_scene(
    station: Station, route: Route, steps: Sequence[Step], *, lang: str, **options: Unpack[Options]
) -> Scene:
    """The step cards of a route, 720 wide and as high as they need; in large print they still fit A4.

    Parameters
    ----------
    steps
        Of the same route, from `narrate`.
    lang
        `ko` or `en`: the language in large letters.
    options
        See `Options`.
    """
    theme, large_print, as_of = options.get("theme", "light"), options.get("large_print", False), options.get("as_of")
    names = options.get("names", "")
    scale = style.LARGE_CARDS if large_print else 1.0
    sheet = Sheet(station, route, lang, style.CARD_WIDTH / scale)
    header(sheet)
    if names:
        foreign_names(sheet, names_line(station, route, names), TAGS[names])
    totals(sheet)
    banners(sheet)
    time_bar(sheet)
    step_cards(sheet, steps)
    plan_b = summary.plan_b_notes(station, route, options.get("plan_b") or {})
    notes(sheet, Text("정보가 서로 달라요", "Sources differ"), "≠", summary.differences(station, route, steps))
    notes(sheet, Text("엘리베이터가 멈추면", "If a lift is out"), "B", plan_b)
    notes(sheet, WAY_BACK, "↔", way_back_notes(station, route, options.get("back")))
    notes(sheet, Text("장애인 화장실", "Accessible toilets"), "toilet", summary.toilet_notes(station, route))
    unknowns(sheet, summary.unknowns(station, route))
    key(sheet)
    sources(sheet, summary.sources(route, options.get("datasets")), as_of)
    scene = Scene(
        id=f"cards-{station.id}-{route.start.key}-{route.end.key}-{names or lang}",
        width=sheet.width,
        height=round(sheet.y + 40, 2),
        lang=lang,
        title=said(summary.transfer_title(station, route), lang),
        description=" ".join([said(summary.headline(station, route), lang), *(said(s.text, lang) for s in steps)]),
        marks=tuple(sheet.marks),
        scale=scale,
        facts=identity(station, route, "cards", as_of=as_of, theme=theme, large_print=large_print, names=names),
        names=names,
    )
    return themed(scene, theme)
