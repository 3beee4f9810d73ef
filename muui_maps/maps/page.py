"""One HTML page for each transfer and language: the steps as a list, the cards and the section, and who says so.

The page stands alone: no script, no request, fonts embedded once for words and pictures. The list says everything that
the pictures say, so whoever can't see them misses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Unpack

from muui_maps.maps import style, summary, words
from muui_maps.maps.cards_foot import KEY
from muui_maps.maps.fonts import FAMILY, families, font_face_css
from muui_maps.maps.foreign import TAGS, names_line
from muui_maps.maps.index import LARGE_CSS
from muui_maps.maps.narrate import MARKS
from muui_maps.maps.parts import other, said
from muui_maps.maps.svg import clean_text, render_svg, scene_texts, without_fonts
from muui_maps.maps.way_back import WAY_BACK, way_back_notes
from muui_maps.model import Route, Station, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2 import Environment
    from markupsafe import Markup

    from muui_maps.maps.foreign import Names
    from muui_maps.maps.narrate import Step, StepLine
    from muui_maps.maps.options import Options
    from muui_maps.maps.scene import Scene, Weight
    from muui_maps.maps.way_back import WayBack

WORDS: dict[str, dict[str, str]] = {
    "ko": {
        "skip": "순서로 바로 가기",
        "nav": "다른 지도",
        "all": "모든 환승",
        "other": "English",
        "cards": "카드로 보기",
        "section": "층으로 보기",
        "oblique": "한눈에 보기",
        "plans": "위에서 보기",
        "steps": "가는 순서",
        "unknown": "아직 몰라요",
        "key": "표시",
        "sources": "출처",
        "drawn": "자료 기준일",
    },
    "en": {
        "skip": "Skip to the steps",
        "nav": "Other maps",
        "all": "All transfers",
        "other": "한국어",
        "cards": "As cards",
        "section": "By level",
        "oblique": "The whole way at a glance",
        "plans": "Seen from above",
        "steps": "Step by step",
        "unknown": "Not known yet",
        "key": "Marks",
        "sources": "Sources",
        "drawn": "Data as of",
    },
}
"""What the page says of itself."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link to another page, relative to this one."""

    text: Text
    href: str


def transfer_page(
    station: Station,
    route: Route,
    steps: Sequence[Step],
    scenes: Mapping[str, Scene],
    *,
    lang: str,
    stem: str,
    svgs: Mapping[str, str] = MappingProxyType({}),
    links: Sequence[PageLink] = (),
    index: bool = True,
    **options: Unpack[Options],
) -> str:
    """The page of one transfer in one language.

    Parameters
    ----------
    scenes
        `cards`, `section`, `oblique` and plans (`plan-…`), in this language: those that the page is to show.
    stem
        Name of this page's file without language and ending; the page in the other language lies beside it.
    svgs
        The scenes that are written already, by name, as `render_svg` does it; any other is written here.
    links
        Further pages to offer, such as the way back.
    index
        Whether an index of all transfers lies in the folder above.
    options
        See `Options`; the scenes should be made with the same.
    """
    theme, plan_b, datasets = options.get("theme", "light"), options.get("plan_b"), options.get("datasets")
    told = route_told(station, route, steps, plan_b=plan_b, datasets=datasets, back=options.get("back"))
    names = options.get("names", "")
    title = summary.transfer_title(station, route)
    content = header_content(told, lang) | foot_content(told.unknowns, told.sources, lang)
    content |= {
        "lang": lang,
        "other": other(lang),
        "title": said(title, lang),
        "title_other": said(title, other(lang)),
        "headline": said(summary.headline(station, route), lang),
        "termini": _termini(station, route, lang),
        "steps": [step_content(step, lang) for step in steps],
        "blocks": [block_content(block, lang) for block in told.blocks],
        "names_line": names_line(station, route, names) if names else "",
        "names_tag": TAGS.get(names, ""),
        "w": WORDS[lang],
        "as_of": options.get("as_of"),
        "index_href": f"../index.{lang}.html#{station.id}" if index else None,
        "other_href": f"{stem}.{other(lang)}.html",
        "scheme": _scheme(theme),
        "links": [{"text": said(link.text, lang), "href": link.href} for link in links],
    }
    pictures = {
        name: without_fonts(svgs[name]) if name in svgs else render_svg(scene, embed_fonts=False)
        for name, scene in scenes.items()
    }
    texts = [text for scene in scenes.values() for text in scene_texts(scene)]
    return _rendered(content, pictures, texts, names, _css(theme, large_print=options.get("large_print", False)))


@dataclass(frozen=True, slots=True)
class Block:
    """Notes under a title; `id` is its anchor in the page."""

    id: str
    title: Text
    notes: tuple[summary.Note, ...]


@dataclass(frozen=True, slots=True)
class RouteTold:
    """All that a page says of a route beside title and steps, in both languages; `facts` are labels and values."""

    kicker: Text
    facts: tuple[tuple[Text, Text], ...]
    outside: Text | None
    alerts: tuple[Text, ...]
    blocks: tuple[Block, ...]
    unknowns: tuple[Text, ...]
    sources: tuple[tuple[Text, Text], ...]


def route_told(
    station: Station,
    route: Route,
    steps: Sequence[Step],
    *,
    plan_b: Mapping[str, Route | Text | None] | None = None,
    datasets: Mapping[str, Text] | None = None,
    back: WayBack | None = None,
) -> RouteTold:
    """What is to be told of a route.

    Parameters
    ----------
    plan_b, datasets, back
        As in `Options`.
    """
    return RouteTold(
        kicker=summary.kicker(route),
        facts=_facts(route),
        outside=_outside(route),
        alerts=summary.alerts(route),
        blocks=_blocks(station, route, steps, plan_b or {}, back),
        unknowns=summary.unknowns(station, route),
        sources=summary.sources(route, datasets),
    )


def header_content(told: RouteTold, lang: str) -> dict[str, Any]:
    """What stands above the steps, in one language, as plain values for a template."""
    return {
        "kicker": said(told.kicker, lang),
        "facts": [{"label": said(label, lang), "value": said(value, lang)} for label, value in told.facts],
        "outside": strong(said(told.outside, lang)) if told.outside else None,
        "alerts": [said(alert, lang) for alert in told.alerts],
    }


def block_content(block: Block, lang: str) -> dict[str, Any]:
    """Notes as a template writes them."""
    notes = [{"heading": said(n.heading, lang), "body": strong(said(n.body, lang))} for n in block.notes]
    return {"id": block.id, "title": said(block.title, lang), "notes": notes}


def foot_content(unknowns: Sequence[Text], sources: Sequence[tuple[Text, Text]], lang: str) -> dict[str, Any]:
    """What stands at the end of a page: what is unknown, what the marks mean, and who says so."""
    return {
        "unknowns": [said(each, lang) for each in unknowns],
        "key": [{"method": m, "mark": MARKS[m], "text": said(n, lang), "meaning": said(t, lang)} for m, n, t in KEY],
        "sources": [{"name": said(name, lang), "date": said(date, lang)} for name, date in sources],
        "computed": said(summary.how_computed(), lang),
        "go": said(summary.before_you_go(), lang),
    }


def _rendered(
    content: dict[str, Any], pictures: Mapping[str, str], texts: Sequence[tuple[str, Weight]], names: Names, sheet: str
) -> str:
    """The page with its pictures, whose texts these are, and with fonts that hold just its characters."""
    from markupsafe import Markup

    template = environment().get_template("transfer.html.j2")
    none: dict[str, Any] = {"cards": "", "section": "", "oblique": "", "plans": [], "css": ""}
    bare = clean_text(template.render(none | content).replace("\n", " "))
    faces = font_face_css([*texts, (bare, "regular"), (bare, "bold")], names)
    drawn = {name: Markup(svg) for name, svg in pictures.items()}  # noqa: S704 - our own
    css = Markup(faces + sheet)  # noqa: S704 - our own
    css += Markup(_names_css(names))  # noqa: S704 - our own
    plans = [picture for name, picture in drawn.items() if name.startswith("plan-")]
    return template.render(none | content | drawn | {"plans": plans, "css": css})


def _names_css(names: Names) -> str:
    """The page's typefaces where names in a third language stand in it."""
    if not names:
        return ""
    return "body{font-family:" + ",".join(f'"{each}"' for each in families(names)) + ",sans-serif}"


@cache
def environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
        finalize=lambda value: clean_text(value) if type(value) is str else value,
    )


# ── the header ───────────────────────────────────────────────────────────────


def _termini(station: Station, route: Route, lang: str) -> str | None:
    ends = [e for e in (route.start, route.end) if e.line is not None]
    told = [
        f"{said(words.line_text(e.line or ''), lang)} {said(last, lang)}"
        for e in ends
        if (last := words.terminus(station, e.line, e.direction)) is not None
    ]
    return " · ".join(told) or None


def _facts(route: Route) -> tuple[tuple[Text, Text], ...]:
    of = summary.totals(route)
    facts: list[tuple[Text, Text]] = []
    if of.surveyed_min is not None:
        minutes = f"{of.surveyed_min:.0f}"
        label = Text(f"걸린 시간 (조사 {of.surveyed_in})", f"time (surveyed {of.surveyed_in})")
        facts.append((label, Text(f"{minutes}분", f"{minutes} min")))
    facts.append((Text("걸리는 시간 (계산)", "time (derived)"), words.minutes(of.seconds)))
    facts.append((summary.length_label(of), Text(summary.metres_text(of), summary.metres_text(of))))
    facts.append((Text("엘리베이터", "lifts"), Text(f"{of.lifts}번", str(of.lifts))))
    if of.wheelchair_lifts:
        count = of.wheelchair_lifts
        facts.append((Text("휠체어리프트", "wheelchair lifts"), Text(f"{count}번", str(count))))
    gates = summary.gates_text(of)
    calls = gates.en.partition(", ")[2]
    en = f"{of.gates}, {calls}" if calls else str(of.gates)
    facts.append((Text("개찰구", "gates"), Text(gates.ko.removeprefix("개찰구 "), en)))
    told = [_part(part) for part in summary.time_parts(route)]
    spent = Text(", ".join(part.ko for part in told), ", ".join(part.en for part in told))
    facts.append((Text("시간이 드는 곳", "where the time goes"), spent))
    return tuple(facts)


def _part(part: summary.TimePart) -> Text:
    """`엘리베이터 8분` / `lifts 8 min`."""
    minutes = Text(f"{part.minutes}분", f"{part.minutes} min") if part.minutes else Text("1분 미만", "under 1 min")
    return Text(f"{part.name.ko} {minutes.ko}", f"{part.name.en.partition(',')[0]} {minutes.en}")


def _outside(route: Route) -> Text | None:
    told = summary.outside(route)
    return Text(f"**밖으로 나가요** {told.ko}", f"**Goes outside:** {told.en}") if told else None


# ── steps and notes ──────────────────────────────────────────────────────────


@lru_cache(maxsize=1 << 14)
def strong(marked: str) -> Markup:
    """`**…**` as `<strong>`, everything else escaped."""
    from markupsafe import Markup, escape

    parts = [escape(clean_text(part)) for part in marked.split("**")]
    return Markup("").join(
        Markup("<strong>{}</strong>").format(part) if index % 2 else part for index, part in enumerate(parts)
    )


def step_content(step: Step, lang: str) -> dict[str, Any]:
    """A step as the template writes it. On an English page the Korean stands beside it, to be shown to people."""
    second = other(lang)
    minutes = said(words.minutes(step.seconds), lang)
    metres = words.metres(step.length_m, step.length_method)
    return {
        "n": step.n,
        "leg": step.leg,
        "kind": step.kind,
        "icon": str(step.link_kind or ""),
        "unit": step.unit,
        "line": step.line,
        "button": step.button or "",
        "plate": step.plate if step.kind == "walk" else "",
        "title": said(step.title, lang),
        "subtitle": said(step.subtitle, lang) if step.subtitle else "",
        "title_other": said(step.title, second) if lang == "en" else "",
        "lines": [_line(line, lang) for line in step.lines],
        "facts": f"{metres}, ≈ {minutes}" if step.kind == "walk" else f"≈ {minutes}",
        "badges": [{"method": b.method, "mark": b.mark, "text": said(b.text, lang)} for b in step.evidence],
    }


def _line(line: StepLine, lang: str) -> dict[str, Any]:
    cls = "hazard" if line.hazard else "quote" if line.quote else ""
    second = line.text.ko if lang == "en" else ""
    return {"text": strong(said(line.marked, lang)), "cls": cls, "other": second, "icon": line.icon or ""}


def _blocks(
    station: Station,
    route: Route,
    steps: Sequence[Step],
    plan_b: Mapping[str, Route | Text | None],
    back: WayBack | None,
) -> tuple[Block, ...]:
    blocks = (
        ("differ", Text("정보가 서로 달라요", "Sources differ"), summary.differences(station, route, steps)),
        ("plan-b", Text("엘리베이터가 멈추면", "If a lift is out"), summary.plan_b_notes(station, route, plan_b)),
        ("way-back", WAY_BACK, way_back_notes(station, route, back)),
        ("toilets", Text("장애인 화장실", "Accessible toilets"), summary.toilet_notes(station, route)),
    )
    return tuple(Block(name, title, notes) for name, title, notes in blocks if notes)


@cache
def _css(theme: style.Theme, *, large_print: bool) -> str:
    ink = style.inks_of(theme)
    sheet = f"""
:root{{color-scheme:only {_scheme(theme)}}}
*{{box-sizing:border-box}}
body{{margin:0;background:{ink["PAPER"]};color:{ink["INK"]};
font:400 1.0625rem/1.55 "{FAMILY}",Pretendard,"Noto Sans KR",
"Apple SD Gothic Neo","Malgun Gothic",sans-serif;word-break:keep-all;overflow-wrap:anywhere}}
main{{max-width:76rem;margin:0 auto;padding:0 1rem 3rem}}
a{{color:{ink["ROUTE"]}}}
a:focus-visible,[tabindex]:focus-visible{{outline:3px solid {ink["ROUTE"]};outline-offset:3px}}
.skip{{position:absolute;left:-99rem}} .skip:focus{{left:1rem;top:.5rem;background:{ink["PAPER"]};padding:.5rem}}
nav{{max-width:76rem;margin:0 auto;padding:.5rem 1rem;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}}
nav a{{display:inline-block;min-height:24px;padding:.35rem 0}}
.kicker{{margin:1rem 0 0;font-weight:700}} h1{{font-size:2rem;line-height:1.25;margin:.25rem 0}}
h2{{font-size:1.4rem;margin:2rem 0 .5rem}} h3{{font-size:1.1rem;margin:0 0 .25rem}}
.second,.date,h3 small{{color:{ink["MUTED"]};font-weight:400}} .second{{margin:0;font-size:.95rem}}
.totals{{display:flex;flex-wrap:wrap;gap:.5rem 2rem;margin:1rem 0;padding:.75rem 0;border-top:3px solid {ink["INK"]};
border-bottom:1px solid {ink["HAIRLINE"]}}}
.totals div{{display:flex;flex-direction:column-reverse}} dt{{font-size:.95rem;color:{ink["MUTED"]}}}
dd{{margin:0;font-size:1.5rem;font-weight:700}}
.banner{{border:2px solid {ink["INK"]};border-radius:.75rem;padding:.75rem 1rem;margin:.75rem 0}}
.banner.outside{{border-color:{ink["ROUTE"]}}}
.columns{{display:grid;gap:2rem}} figure{{margin:1.5rem 0}}
figcaption{{font-size:1.4rem;font-weight:700;margin-bottom:.75rem}}
figure svg{{display:block;width:100%;height:auto}}
.cards svg{{max-width:45rem;border:1px solid {ink["HAIRLINE"]};border-radius:1rem}}
.scroll{{overflow-x:auto}} .section svg{{min-width:60rem}} .floors svg+svg{{margin-top:1.5rem}}
ol.steps{{list-style:none;counter-reset:step;margin:0;padding:0}}
ol.steps>li{{counter-increment:step;position:relative;padding:0 0 1.25rem 3.25rem;
border-left:4px solid {ink["ROUTE"]};margin-left:1rem}}
ol.steps>li:last-child{{border-color:transparent}}
ol.steps>li::before{{content:counter(step);position:absolute;left:-1.2rem;top:-.2rem;width:2.2rem;height:2.2rem;
line-height:2.2rem;
border-radius:50%;text-align:center;font-weight:700;background:{ink["ROUTE"]};color:{ink["ON_ROUTE"]}}}
ol.steps ul{{margin:.25rem 0;padding-left:1.1rem}} ol.steps ul .second{{display:block}}
.plate{{background:{ink["INK"]};color:{ink["PAPER"]};border-radius:.3rem;padding:.05rem .5rem;margin-right:.25rem}}
.hazard{{color:{ink["HAZARD"]};font-weight:700}} .hazard::before{{content:"\\25B2  "}}
.hazard .second{{font-weight:400}}
.quote{{list-style:none;background:{ink["ROUTE_TINT"]};border-left:4px solid {ink["ROUTE"]};padding:.4rem .75rem;
font-weight:700}}
.quote .second{{font-weight:400}}
.facts{{margin:.25rem 0;font-weight:700}} .badges{{margin:.25rem 0;display:flex;flex-wrap:wrap;gap:.35rem}}
.badge{{display:inline-block;border:2px solid {ink["INK"]};border-radius:.35rem;padding:.05rem .5rem;
font-size:.95rem;font-weight:700}}
.badge.surveyed{{border-radius:1rem}} .badge.derived{{border-style:dashed}} .badge.unknown{{border-style:dotted}}
.badge.differs{{border-style:double;border-width:4px}} .key{{list-style:none;padding:0}} .key li{{margin:.4rem 0}}
.notes h3{{margin-top:.75rem}} .notes p{{margin:.1rem 0 .5rem}}
@media (min-width:64rem){{.columns{{grid-template-columns:minmax(0,28rem) minmax(0,1fr);align-items:start}}}}
.plate,.quote,ol.steps>li::before{{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
@media print{{nav,.skip,.cards,.more{{display:none}} body{{font-size:11pt}}
main{{display:flex;flex-direction:column;padding:0}}
.section{{order:1;margin:.5rem 0}} .columns{{order:2;display:block}} .section svg{{min-width:0}}
.scroll{{overflow:visible}} ol.steps>li,.notes{{break-inside:avoid}}}}
"""
    if theme != "light":
        sheet += "body{-webkit-print-color-adjust:exact;print-color-adjust:exact}"
    return sheet.replace("\n", "") + (LARGE_CSS + LARGE_PICTURES if large_print else "")


def _scheme(theme: style.Theme) -> str:
    return "dark" if theme == "dark" else "light"


LARGE_PICTURES = (
    ".columns{grid-template-columns:minmax(0,1fr)}"
    "@media print{.section{display:none}}"  # its letters would be small on A4; the list says the same
)
