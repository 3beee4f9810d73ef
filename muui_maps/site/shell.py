"""What all pages share: style, script, pictograms, the app's manifest and icons, and the service worker."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from muui_maps.maps.icons import ICONS
from muui_maps.maps.raster import render_png
from muui_maps.maps.scene import Icon, Scene
from muui_maps.maps.style import INKS, LINE_COLOURS, ON_ROUTE, ROUTE, THEMES, UNKNOWN_LINE, inks_of, numeral_colour
from muui_maps.maps.svg import render_svg
from muui_maps.site.lightening import rules
from muui_maps.site.report import schema
from muui_maps.site.wording import SCRIPT_KEYS, UI, words_of
from muui_maps.site.writing import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_HERE = Path(__file__).parent / "assets"
ICON_SIZES = (192, 512)
"""Of the app's icon, in pixels, as phones ask for them."""


def shared_files(letters: Mapping[str, bytes]) -> dict[str, bytes]:
    """Name in the site's folder → content, but for the pages and the service worker.

    Parameters
    ----------
    letters
        Files of the front page's letters.
    """
    icons = {f"assets/icon-{size}.png": render_png(_icon(size)) for size in ICON_SIZES}
    files = {
        "assets/site.css": _style().encode(),
        "assets/site.js": _script().encode(),
        "assets/icon.svg": _icon(ICON_SIZES[0]).encode(),
        **icons,
    }
    files |= {f"assets/{name}": content for name, content in letters.items()}
    for lang in ("ko", "en"):
        files[f"app.{lang}.webmanifest"] = _manifest(lang)
    return files


def worker(files: Sequence[tuple[str, bytes]]) -> bytes:
    """The service worker: keeps the shell and the front pages, and every page once it was seen.

    Parameters
    ----------
    files
        Name and content of what is kept from the first visit on. Its version is what they hold: new content, new cache.
    """
    version = hashlib.sha256(b"\0".join(part for name, content in files for part in (name.encode(), content)))
    script = (_HERE / "sw.js").read_text(encoding="utf-8")
    names = json.dumps([name for name, _ in files], ensure_ascii=True)
    return script.replace("VERSION_HERE", version.hexdigest()[:16]).replace("[/* FILES_HERE */]", names).encode()


def _icon(size: int) -> str:
    scene = Scene(
        id="icon",
        width=float(size),
        height=float(size),
        lang="ko",
        title=UI["site"].ko,
        description=UI["tagline"].ko,
        marks=(Icon("wheelchair", size * 0.14, size * 0.14, size * 0.72, ON_ROUTE, None),),
        background=ROUTE,
    )
    return render_svg(scene, embed_fonts=False)


def _manifest(lang: str) -> bytes:
    inks = inks_of("light")
    sizes = [{"src": f"assets/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png"} for size in ICON_SIZES]
    name = UI["site"].ko if lang == "ko" else UI["site"].en
    content = {
        "name": name,
        "short_name": name,
        "description": UI["tagline"].ko if lang == "ko" else UI["tagline"].en,
        "lang": lang,
        "start_url": f"index.{lang}.html",
        "scope": "./",
        "display": "standalone",
        "background_color": inks["PAPER"],
        "theme_color": inks["ROUTE"],
        "icons": sizes,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


@cache
def said_by_script() -> str:
    """What the script says and asks in each language, as it stands in it: its letters too must be drawn."""
    told = {}
    for lang in LANGUAGES:
        words = words_of(lang)
        told[lang] = {"words": {key: words[key] for key in SCRIPT_KEYS}, "report": schema(lang)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _script() -> str:
    """The hand-written script with its words."""
    return (_HERE / "site.js").read_text(encoding="utf-8").replace("{/* TOLD_HERE */}", said_by_script())


# ── style ────────────────────────────────────────────────────────────────────


@cache
def _style() -> str:
    """The hand-written sheet, with colours of the themes, lines and pictograms from the tables that the maps use."""
    return "\n".join([_themes(), _lines(), _pictograms(), rules(), (_HERE / "site.css").read_text(encoding="utf-8")])


def _themes() -> str:
    """Every ink as a variable: by the device's wish, and by the reader's, which comes first."""
    light, dark, high = (_variables(n) for n in range(len(THEMES)))
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{dark}}}}}\n"
        f"@media screen and (prefers-contrast:more){{:root{{color-scheme:light;{high}}}}}\n"
        "@media screen{"
        f":root[data-theme=light]{{color-scheme:light;{light}}}"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}"
        f":root[data-theme=contrast]{{color-scheme:light;{high}}}"
        "}"
    )


def _variables(theme: int) -> str:
    return "".join(f"--{name}:{colours[theme]};" for name, colours in INKS.items())


def _lines() -> str:
    rules = [f".line{{background:{UNKNOWN_LINE};color:{numeral_colour(UNKNOWN_LINE)}}}"]
    rules += [
        f'.line[data-line="{line}"]{{background:{colour};color:{numeral_colour(colour)}}}'
        for line, colour in LINE_COLOURS.items()
    ]
    return "".join(rules)


def _pictograms() -> str:
    """Each pictogram as a mask, so that it takes the colour of the words beside it."""
    return "".join(f'.i-{name}{{--icon:url("{_mask(name)}")}}' for name in ICONS)


def _mask(name: str) -> str:
    shapes = "".join(
        f"<path d='{shape.d}' fill-rule='evenodd'/>"
        if shape.width is None
        else f"<path d='{shape.d}' fill='none' stroke='#000' stroke-width='{shape.width:g}' "
        "stroke-linecap='round' stroke-linejoin='round'/>"
        for shape in ICONS[name]
    )
    return "data:image/svg+xml," + quote(
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>{shapes}</svg>", safe=" /:=',;()-.'"
    ).replace("'", "%27")
