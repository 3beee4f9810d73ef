"""The pages around the maps: an index of every transfer, and the page of a transfer that has no way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from muui_maps.maps import words
from muui_maps.maps.fonts import font_face_css
from muui_maps.maps.style import HAIRLINE, HAZARD, INK, MUTED, PAPER, ROUTE, ROUTE_TINT, line_colour, numeral_colour
from muui_maps.maps.summary import endpoint_text
from muui_maps.model import Status, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Template

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

_STYLE = f"""
*{{box-sizing:border-box}}
body{{margin:0 auto;max-width:64rem;padding:1.5rem 1rem 4rem;background:{PAPER};color:{INK};line-height:1.5;
font-family:"Muui Sans",Pretendard,"Noto Sans KR","Apple SD Gothic Neo","Malgun Gothic",system-ui,sans-serif}}
h1{{font-size:2rem;line-height:1.2;margin:.5rem 0}}
h2{{font-size:1.5rem;margin:2.5rem 0 .5rem}} .box h2{{font-size:1.15rem;margin:0 0 .25rem}} h2 small{{font-weight:400;color:{MUTED};font-size:1rem;margin-left:.5rem}}
p{{margin:.25rem 0}} .quiet{{color:{MUTED}}}
a{{color:{ROUTE};text-underline-offset:.15em}} a:focus-visible{{outline:3px solid {ROUTE};outline-offset:2px}}
nav ul{{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;margin:1rem 0}}
nav a,.top a{{display:inline-block;min-height:24px;padding:.25rem 0}}
table{{border-collapse:collapse;width:100%}} caption{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
th,td{{text-align:left;vertical-align:top;padding:.6rem .75rem .6rem 0;border-bottom:1px solid {HAIRLINE}}}
thead th{{color:{MUTED};font-weight:400;font-size:.9rem}} tbody th{{font-weight:700}}
p small{{margin-left:.35em;color:{MUTED}}}
td small,th small{{display:block;color:{MUTED};font-weight:400}}
.line{{display:inline-block;min-width:1.75em;padding:0 .4em;border:1.5px solid {INK};border-radius:1em;text-align:center;
font-weight:700;margin-right:.35em}}
.blocked{{color:{HAZARD};font-weight:700}} .box{{background:{ROUTE_TINT};border-left:4px solid {ROUTE};padding:.75rem 1rem;margin:1rem 0}}
@media (max-width:44rem){{thead{{display:none}} tr{{display:block;border-bottom:1px solid {HAIRLINE};padding:.6rem 0}}
th,td{{display:block;border:0;padding:.1rem 0}} td[data-label]::before{{content:attr(data-label) " ";color:{MUTED}}}}}
@media print{{a{{color:inherit}} nav,.top{{display:none}}}}
"""

_MACROS = """
{%- macro end(e) -%}
{%- if e.line -%}
<span class="line" style="background:{{ colour(e.line) }};color:{{ ink(e.line) }}">{{ e.line }}</span>
{%- endif -%}
{{ e.towards[lang] }}
{%- if e.terminus %}<small>{{ e.terminus[lang] }}</small>{% endif %}
{%- endmacro -%}
"""

_INDEX = (
    _MACROS
    + """<!doctype html>
<html lang="{{ lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{{ w.title }}</title>
<style>{{ style }}</style>
</head>
<body>
<p class="top"><a href="index.{{ other }}.html" hreflang="{{ other }}" lang="{{ other }}">{{ w.other }}</a></p>
<main>
<h1>{{ w.title }}</h1>
<p>{{ w.lead }}</p>
{%- if as_of %}
<p class="quiet">{{ w.as_of }} <time datetime="{{ as_of }}">{{ as_of }}</time>. {{ w.as_of_note }}</p>
{%- endif %}
<nav aria-label="{{ w.stations }}"><ul>
{%- for part in parts %}
<li><a href="#{{ part.id }}">{{ part.name.ko if lang == 'ko' else part.name.en or part.name.ko }}</a></li>
{%- endfor %}
</ul></nav>
{%- for part in parts %}
<section id="{{ part.id }}" aria-labelledby="{{ part.id }}-name">
<h2 id="{{ part.id }}-name">
{%- if lang == 'ko' %}{{ part.name.ko }}{% if part.name.en %}<small lang="en">{{ part.name.en }}</small>{% endif %}
{%- else %}{{ part.name.en or part.name.ko }}<small lang="ko">{{ part.name.ko }}</small>{% endif %}</h2>
<table>
<caption>{{ part.name.ko if lang == 'ko' else part.name.en or part.name.ko }}</caption>
<thead><tr><th scope="col">{{ w.from }}</th><th scope="col">{{ w.to }}</th><th scope="col">{{ w.minutes }}</th>
<th scope="col">{{ w.metres }}</th><th scope="col">{{ w.rides }}</th><th scope="col">{{ w.gates }}</th></tr></thead>
<tbody>
{%- for row in part.rows %}
<tr><th scope="row">{{ end(row.start) }}</th>
<td><a href="{{ part.id }}/{{ row.page }}.{{ lang }}.html">{{ end(row.end) }}</a></td>
{%- if row.minutes is none %}
<td colspan="4" class="blocked">{{ w.none }}</td>
{%- else %}
<td data-label="{{ w.minutes }}">{{ row.minutes[lang] }}
{%- if row.surveyed %}<small>{{ w.surveyed }} {{ row.surveyed }}</small>{% endif %}</td>
<td data-label="{{ w.metres }}">{{ w.unknown if row.length_m is none else '%.0f m' % row.length_m }}
{%- if row.outside %}<small>{{ w.outside }}</small>{% endif %}</td>
<td data-label="{{ w.rides }}">{{ counted(row.lifts, w.lift) }}
{%- if row.wheelchair_lifts %}<small class="blocked">{{ counted(row.wheelchair_lifts, w.wheelchair_lift) }}</small>{% endif %}</td>
<td data-label="{{ w.gates }}">{{ row.gates }}</td>
{%- endif %}</tr>
{%- endfor %}
</tbody>
</table>
</section>
{%- endfor %}
</main>
</body>
</html>
"""
)

_NO_WAY = (
    _MACROS
    + """<!doctype html>
<html lang="{{ lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{{ w.none }}: {{ title }}</title>
<style>{{ style }}</style>
</head>
<body>
<p class="top"><a href="../index.{{ lang }}.html#{{ id }}">{{ w.back }}</a> ·
<a href="{{ page }}.{{ other }}.html" hreflang="{{ other }}" lang="{{ other }}">{{ w.other }}</a></p>
<main>
<h1>{{ title }}</h1>
<p>{{ end(row.start) }} → {{ end(row.end) }}</p>
<p class="blocked">{{ w.none }} ({{ profile }})</p>
{%- if blockers %}
<div class="box">
<h2>{{ w.why }}</h2>
<ul>
{%- for each in blockers %}
<li>{{ each }}</li>
{%- endfor %}
</ul>
{%- if status_as_of %}
<p class="quiet">{{ w.status }} {{ status_as_of[lang] }}</p>
{%- endif %}
{%- if repaired %}
<p>{{ w.repaired }}: {{ repaired[lang] }}</p>
{%- endif %}
</div>
{%- endif %}
{%- if phones %}
<p>{{ w.ask }}:
{%- for line, phone in phones %}
<span class="line" style="background:{{ colour(line) }};color:{{ ink(line) }}">{{ line }}</span><a href="tel:{{ phone }}">{{ phone }}</a>
{%- endfor %}</p>
{%- endif %}
{%- if as_of %}
<p class="quiet">{{ w.as_of }} <time datetime="{{ as_of }}">{{ as_of }}</time>. {{ w.as_of_note }}</p>
{%- endif %}
</main>
</body>
</html>
"""
)


@cache
def _template(source: str) -> Template:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=True, undefined=StrictUndefined).from_string(source)


def _render(source: str, lang: str, **content: object) -> str:
    from markupsafe import Markup

    labels = WORDS[lang]
    template = _template(source)

    def counted(count: int, noun: str) -> str:
        if lang == "ko":
            return f"{noun} {count}{labels['times']}"
        return f"{count} {noun.removesuffix('s') if count == 1 else noun}"

    filled = {
        "lang": lang,
        "other": "en" if lang == "ko" else "ko",
        "w": labels,
        "colour": line_colour,
        "ink": lambda line: numeral_colour(line_colour(line)),
        "counted": counted,
        **content,
    }
    # Written once for its letters, and again with a font of just these: the page shows Hangul on any machine.
    letters = "".join(sorted(set(template.render(style="", **filled)) - set("\n\r\t")))
    fonts = font_face_css([(letters, "regular"), (letters, "bold")])
    return template.render(style=Markup(fonts + _STYLE), **filled)  # noqa: S704 - our own fonts and constant


def index_page(parts: Sequence[Part], *, lang: str, as_of: str | None = None) -> str:
    """The index of all transfers, in one language, as one HTML page that stands alone."""
    return _render(_INDEX, lang, parts=parts, as_of=as_of)


def no_way_page(
    station: Station,
    row: Row,
    *,
    profile: Text,
    blockers: Sequence[Text],
    lang: str,
    repaired: Text | None = None,
    as_of: str | None = None,
) -> str:
    """The page of a transfer that this traveller can't make: what blocks it, whom to ask, and no map.

    `repaired` is the time it will take once every unit runs again, None if there is no way even then.
    """
    name = station.name.ko if lang == "ko" else station.name.en or station.name.ko
    return _render(
        _NO_WAY,
        lang,
        id=station.id,
        title=name,
        page=row.page,
        row=row,
        profile=getattr(profile, lang),
        repaired=repaired,
        status_as_of=_status_date(station),
        phones=sorted((line, phone) for line, phone in station.phones.items() if line in {row.start.line, row.end.line}),
        blockers=[getattr(each, lang) for each in blockers],
        as_of=as_of,
    )


def _status_date(station: Station) -> Text | None:
    """The date of the newest word that a unit of this station is under repair."""
    dates = [each.status_as_of for each in station.units if each.status is Status.UNDER_REPAIR and each.status_as_of]
    return words.as_of_text(max(dates)) if dates else None
