"""Easy read as a page: a list of instructions with pictograms, large, for phones and screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from muui_maps.maps import style, words
from muui_maps.maps.easy import UNREAD
from muui_maps.maps.easy_words import Stage, if_lost, introduction, stages
from muui_maps.maps.fonts import font_face_css
from muui_maps.maps.icons import ICONS
from muui_maps.maps.page import environment, strong
from muui_maps.maps.parts import other, said
from muui_maps.maps.svg import clean_text
from muui_maps.maps.tactile import level_words
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muui_maps.maps.parts import Lang
    from muui_maps.maps.steps import Step
    from muui_maps.model import Route, Station

_WORDS = {
    "ko": {"say": "이렇게 말해요.", "help": "도움이 필요하면", "other_name": "English"},
    "en": {"say": "Say, or show this:", "help": "If you need help", "other_name": "한국어"},
}


def easy_page(
    station: Station,
    route: Route,
    steps: Sequence[Step],
    *,
    lang: Lang,
    stem: str,
    as_of: str | None = None,
    theme: style.Theme = "light",
) -> str:
    """The page of a route in easy words; it stands alone, without a script or a request.

    Parameters
    ----------
    stem
        Name of this page's file without language and ending; the page in the other language lies beside it.
    as_of
        The date to print, ISO; nothing is printed without one.
    """
    from markupsafe import Markup

    told = stages(steps)
    name = said(words.station_text(station), lang)
    title = said(Text(f"{name}, 쉬운 안내", f"{name}, in easy words"), lang)
    drawn = Text(f"{as_of} 자료로 만들었어요.", f"Made from data of {as_of}.")
    used = dict.fromkeys(each.icon for stage in told for each in stage.instructions)
    content: dict[str, Any] = {
        "lang": lang,
        "other": other(lang),
        "scheme": "dark" if theme == "dark" else "light",
        **_WORDS[lang],
        "title": title,
        "other_href": f"{stem}.{other(lang)}.html",
        "intro": [strong(said(each, lang)) for each in introduction(station, route)],
        "stages": _stages(told, lang),
        "lost": [strong(said(each, lang)) for each in if_lost(station, route)],
        "drawn": said(drawn, lang) if as_of else "",
        "unread": said(UNREAD, lang),
        "icons": [{"name": icon, "shapes": ICONS[icon]} for icon in used],
        "faces": "",
    }
    sheet = environment().get_template("easy.css.j2").render(ink=style.inks_of(theme)).replace("\n", "")
    template = environment().get_template("easy.html.j2")
    bare = clean_text(template.render(content | {"css": ""}).replace("\n", " "))
    faces = font_face_css([(bare, "regular"), (bare, "bold")])
    return template.render(content | {"css": Markup(sheet), "faces": Markup(faces)})  # noqa: S704 - our own


def _stages(told: Sequence[Stage], lang: Lang) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    count = 1
    for stage in told:
        where = level_words(stage.level)
        place = Text(f"{where.ko}, {stage.place.ko}", stage.place.en)
        found.append(
            {
                "n": stage.n,
                "first": count,
                "plate": words.plate(stage.level),
                "where": said(place, lang),
                "instructions": [
                    {
                        "icon": each.icon,
                        "text": strong(said(each.text, lang)),
                        "say": said(each.say, lang) if each.say else "",
                        "say_ko": each.say.ko if each.say and lang == "en" else "",
                        "hazard": each.hazard,
                        "button": each.button or "",
                    }
                    for each in stage.instructions
                ],
            }
        )
        count += len(stage.instructions)
    return found
