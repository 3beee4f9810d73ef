"""The pages around the maps: an index of every transfer, and the page of a transfer that has no way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from muui_maps.maps import words
from muui_maps.maps.fonts import font_face_css
from muui_maps.maps.parts import bullet_label
from muui_maps.maps.style import inks_of, line_colour, numeral_colour
from muui_maps.maps.summary import endpoint_text
from muui_maps.model import STOPPED, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

    from muui_maps.maps.style import Theme
    from muui_maps.model import Endpoint, Station, StationName


@dataclass(frozen=True, slots=True)
class End:
    """An end of a route as the index names it: line (None outside), next station, terminus."""

    line: str | None
    towards: Text
    terminus: Text | None


@dataclass(frozen=True, slots=True)
class Row:
    """A transfer in the index. `minutes` is None where there is no way; `page` is the page's name without language."""

    start: End
    end: End
    page: str
    minutes: Text | None
    length_m: float | None
    lifts: int
    wheelchair_lifts: int
    gates: int
    outside: bool
    surveyed: str | None


@dataclass(frozen=True, slots=True)
class Part:
    """A station in the index."""

    id: str
    name: StationName
    rows: tuple[Row, ...]


def end_of(station: Station, endpoint: Endpoint) -> End:
    """How the index names a platform, an exit or the street."""
    if endpoint.line is None:
        return End(None, endpoint_text(station, endpoint), None)
    return End(
        endpoint.line,
        words.towards(station, endpoint.line, endpoint.direction),
        words.terminus(station, endpoint.line, endpoint.direction),
    )


WORDS = {
    "ko": {
        "title": "휠체어 환승 지도",
        "lead": "지하철에서 휠체어로 갈아타는 길이에요. 방면은 다음 역이에요.",
        "other": "English",
        "stations": "역",
        "from": "내리는 곳",
        "to": "타는 곳",
        "minutes": "시간",
        "metres": "거리",
        "rides": "타는 것",
        "gates": "개찰구",
        "lift": "엘리베이터",
        "wheelchair_lift": "휠체어리프트",
        "outside": "밖으로 나가요",
        "surveyed": "현장 조사",
        "none": "갈 수 있는 길이 없어요",
        "empty": "이 역에서 갈아타는 길은 아직 자료에 없어요.",
        "unknown": "모름",
        "times": "번",
        "as_of": "자료 기준일",
        "as_of_note": "승강기 상태는 날마다 바뀌어요. 떠나기 전에 역에 확인하세요.",
        "why": "막는 것",
        "status": "승강기 상태 기준:",
        "repaired": "수리가 끝나면 걸리는 시간",
        "ask": "역에 물어보기",
        "back": "모든 환승 보기",
    },
    "en": {
        "title": "Step-free transfer maps",
        "lead": "How to change trains in a wheelchair. Directions are named by the next station.",
        "other": "한국어",
        "stations": "Stations",
        "from": "From",
        "to": "To",
        "minutes": "Time",
        "metres": "Distance",
        "rides": "Rides",
        "gates": "Fare gates",
        "lift": "lifts",
        "wheelchair_lift": "wheelchair lifts",
        "outside": "goes outside",
        "surveyed": "surveyed",
        "none": "No step-free way",
        "empty": "The data tell of no transfer at this station yet.",
        "unknown": "unknown",
        "times": "",
        "as_of": "Data as of",
        "as_of_note": "Lifts change from day to day: ask the station before you go.",
        "why": "What blocks it",
        "status": "Status of lifts as of:",
        "repaired": "Time once it is repaired",
        "ask": "Ask the station",
        "back": "All transfers",
    },
}
"""What the pages say, by language."""

_THEME_CSS: dict[Theme, str] = {
    "light": "",
    "dark": ":root{color-scheme:only dark}body{-webkit-print-color-adjust:exact;print-color-adjust:exact}",
    "contrast": ":root{color-scheme:only light}",
}
LARGE_CSS = "html{font-size:170%}@media print{body{font-size:1rem}}"
"""Large print: the smallest words of a page, 0.9 of the rest, have 18 points."""


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)


def _render(template: str, lang: str, theme: Theme, *, large_print: bool, **content: object) -> str:
    from markupsafe import Markup

    labels = WORDS[lang]
    page = _environment().get_template(template)

    def counted(count: int, noun: str) -> str:
        if lang == "ko":
            return f"{noun} {count}{labels['times']}"
        return f"{count} {noun.removesuffix('s') if count == 1 else noun}"

    filled = {
        "lang": lang,
        "other": "en" if lang == "ko" else "ko",
        "w": labels,
        "bullet": bullet_label,
        "colour": line_colour,
        "ink": lambda line: numeral_colour(line_colour(line)),
        "counted": counted,
        **content,
    }
    # Written once for its letters, and again with a font of just these: the page shows Hangul on any machine.
    letters = "".join(sorted(set(page.render(style="", **filled)) - set("\n\r\t")))
    fonts = font_face_css([(letters, "regular"), (letters, "bold")])
    style = _environment().get_template("plain.css.j2").render(ink_of=inks_of(theme))
    style += _THEME_CSS[theme] + (LARGE_CSS if large_print else "")
    return page.render(style=Markup(fonts + style), **filled)  # noqa: S704 - our own fonts and colours


def index_page(
    parts: Sequence[Part], *, lang: str, as_of: str | None = None, theme: Theme = "light", large_print: bool = False
) -> str:
    """The index of all transfers, in one language, as one HTML page that stands alone."""
    return _render("index.html.j2", lang, theme, large_print=large_print, parts=parts, as_of=as_of)


def no_way_page(
    station: Station,
    row: Row,
    *,
    profile: Text,
    blockers: Sequence[Text],
    lang: str,
    repaired: Text | None = None,
    as_of: str | None = None,
    index: bool = True,
    theme: Theme = "light",
    large_print: bool = False,
) -> str:
    """The page of a transfer that this traveller can't make: what blocks it, whom to ask, and no map.

    `repaired` is the time it will take once every unit runs again, None if there is no way even then;
    `index` says whether an index of all transfers lies in the folder above.
    """
    name = station.name.ko if lang == "ko" else station.name.en or station.name.ko
    return _render(
        "no_way.html.j2",
        lang,
        theme,
        large_print=large_print,
        id=station.id,
        title=name,
        page=row.page,
        row=row,
        profile=getattr(profile, lang),
        repaired=repaired,
        index=index,
        status_as_of=_status_date(station),
        phones=sorted(
            (line, phone) for line, phone in station.phones.items() if line in {row.start.line, row.end.line}
        ),
        blockers=[getattr(each, lang) for each in blockers],
        as_of=as_of,
    )


def _status_date(station: Station) -> Text | None:
    """The date of the newest word that a unit of this station is under repair."""
    dates = [each.status_as_of for each in station.units if each.status in STOPPED and each.status_as_of]
    return words.as_of_text(max(dates)) if dates else None
