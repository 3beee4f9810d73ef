"""A page that tells of figures: a picture, and parts with a table and questions each. It stands alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from muui_maps.maps.fonts import font_face_css
from muui_maps.maps.style import inks_of
from muui_maps.maps.svg import clean_text, render_svg, scene_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

    from muui_maps.maps.scene import Scene


@dataclass(frozen=True, slots=True)
class ReportPart:
    """One part: sentences, a picture beside the page, a table (empty for none), and questions to think about.

    `image` is the picture's file and what it shows in words.
    """

    title: str
    lead: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    questions: tuple[str, ...] = ()
    image: tuple[str, str] | None = None


def report_page(
    title: str, lead: Sequence[str], parts: Sequence[ReportPart], picture: Scene, *, lang: str, name: str = "methods"
) -> str:
    """The page as HTML, with its picture and its typeface inside. `name` is the page's own, without language."""
    from markupsafe import Markup

    template = _environment().get_template("methods.html.j2")
    filled = {
        "lang": lang,
        "name": name,
        "other": "en" if lang == "ko" else "ko",
        "other_name": "English" if lang == "ko" else "한국어",
        "title": title,
        "lead": [clean_text(each) for each in lead],
        "parts": parts,
    }
    bare = clean_text(template.render(style="", picture="", **filled).replace("\n", " "))
    fonts = font_face_css([*scene_texts(picture), (bare, "regular"), (bare, "bold")])
    sheet = _environment().get_template("plain.css.j2").render(ink_of=inks_of("light"))
    drawn = Markup(render_svg(picture, embed_fonts=False))  # noqa: S704 - our own drawing
    return template.render(style=Markup(fonts + sheet), picture=drawn, **filled)  # noqa: S704 - our own


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: clean_text(value) if type(value) is str else value,
    )
