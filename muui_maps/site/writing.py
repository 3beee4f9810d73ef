"""Templates → HTML: the one place of the site that knows jinja2. Everything is escaped, whoever wrote it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from muui_maps.maps.parts import bullet_label, other
from muui_maps.maps.svg import clean_text
from muui_maps.site.wording import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2 import Environment
    from markupsafe import Markup

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'"
)
"""The Content-Security-Policy of every page: nothing from elsewhere, nothing inline that runs or styles."""

LANGUAGES = ("ko", "en")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        keep_trailing_newline=True,
        finalize=lambda value: clean_text(value) if type(value) is str else value,
    )
    environment.globals["bullet_label"] = bullet_label  # macros see no other names
    return environment


def part(template: str, lang: str, content: Mapping[str, object]) -> Markup:
    """A piece of a page, safe to be put into one."""
    from markupsafe import Markup

    made = _environment().get_template(template).render(_common(lang) | dict(content))
    return Markup(made)  # noqa: S704 - of our own templates, which escape what they are given


def page(template: str, lang: str, *, root: str, fonts: str, other_href: str, **content: object) -> str:
    """A whole page.

    Parameters
    ----------
    root
        The way from the page to the site's first folder (`../`, or empty).
    fonts
        The style sheet of its letters, relative to the page.
    other_href
        The same page in the other language.
    """
    shell = {"root": root, "fonts": fonts, "other_href": other_href, "policy": POLICY, "as_of": None}
    return _environment().get_template(template).render(_common(lang) | shell | content)


def svg(markup: str) -> Markup:
    """A picture of our own renderer, which escapes all it draws."""
    from markupsafe import Markup

    return Markup(markup)  # noqa: S704


def _common(lang: str) -> dict[str, object]:
    words = words_of(lang)
    return {
        "lang": lang,
        "other": other(lang),
        "w": words,
        "other_words": words_of(other(lang)),
    }


def json_in_attribute(content: object) -> Markup:
    """Data between single quotes in a tag, which JSON's own double ones don't end."""
    from markupsafe import Markup

    text = clean_text(json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True))
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;"))  # noqa: S704
