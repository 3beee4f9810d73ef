"""Maps for hands and for easy reading, as files: tactile plates with their key, and easy-read cards.

OUT/<station>/<from>_<to>.tactile-1.<lang>.svg …     a plate each, and the pages of the key in braille
OUT/<station>/<from>_<to>.tactile.<lang>.pdf         all of them, true to size
OUT/<station>/<from>_<to>.tactile.<lang>.txt         the key in print, for whoever helps
OUT/<station>/<from>_<to>.easy.<lang>.svg            (and .png, .pdf, .html)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.build import LANGUAGES, Tick
from muui_maps.files import write_whole
from muui_maps.maps.svg import render_svg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from muui_maps.api import LoadedRoute, LoadedStation
    from muui_maps.build import Wish
    from muui_maps.maps.scene import Scene
    from muui_maps.model import Endpoint

VIEWS = ("easy", "tactile")


def draw_handouts(
    loaded: LoadedStation,
    pairs: Sequence[tuple[Endpoint, Endpoint]],
    out: Path,
    wish: Wish,
    view: str,
    *,
    progress: Tick | None = None,
) -> tuple[Path, ...]:
    """Draw routes of one station in both languages, into `out/<station>/`.

    Parameters
    ----------
    view
        `easy` or `tactile`.

    Raises
    ------
    NoRouteError
        If just one route is wanted and there is no way; among several, such a one is passed over.
    """
    from muui_maps.errors import NoRouteError

    files: list[Path] = []
    for done, (start, end) in enumerate(pairs, 1):
        try:
            found = loaded.route(
                start, end, profile=wish.profile, without=wish.without, ignore_status=wish.ignore_status
            )
        except NoRouteError:
            if len(pairs) == 1:
                raise
        else:
            make = _easy if view == "easy" else _tactile
            for name, content in make(loaded, found, wish):
                files.append(write_whole(out / loaded.id / name, content))
        if progress is not None:
            progress(done, len(pairs), f"{start.key} → {end.key}")
    return tuple(files)


def _tactile(loaded: LoadedStation, found: LoadedRoute, wish: Wish) -> Iterator[tuple[str, bytes]]:
    from muui_maps.maps.pdf import render_pdf
    from muui_maps.maps.raster import render_png
    from muui_maps.maps.tactile import tactile

    for lang in LANGUAGES:
        made = tactile(loaded.model, found.model, lang=lang, layers=loaded.layers)
        parts = [(f"tactile-{n}", scene) for n, scene in enumerate(made.plates, 1)]
        parts += [(f"tactile-key-{n}", scene) for n, scene in enumerate(made.key, 1)]
        for part, scene in parts:
            svg = render_svg(scene, embed_fonts=False)  # a plate has no letters
            if "svg" in wish.formats:
                yield f"{found.stem}.{part}.{lang}.svg", svg.encode()
            if "png" in wish.formats:
                yield f"{found.stem}.{part}.{lang}.png", render_png(svg, zoom=2.0)
        if {"pdf", "html"} & set(wish.formats):
            yield f"{found.stem}.tactile.{lang}.pdf", render_pdf(made.scenes)
        yield f"{found.stem}.tactile.{lang}.txt", made.text.encode()


def _easy(loaded: LoadedStation, found: LoadedRoute, wish: Wish) -> Iterator[tuple[str, bytes]]:
    from muui_maps.maps.easy import easy_scene
    from muui_maps.maps.easy_page import easy_page

    for lang in LANGUAGES:
        scene = easy_scene(loaded.model, found.model, found.narration, lang=lang, as_of=wish.as_of, theme=wish.theme)
        yield from _pictures(scene, f"{found.stem}.easy.{lang}", wish)
        if "html" in wish.formats:
            told = (loaded.model, found.model, found.narration)
            page = easy_page(*told, lang=lang, stem=f"{found.stem}.easy", as_of=wish.as_of, theme=wish.theme)
            yield f"{found.stem}.easy.{lang}.html", page.encode()


def _pictures(scene: Scene, stem: str, wish: Wish) -> Iterator[tuple[str, bytes]]:
    from muui_maps.maps.pdf import render_map_pdf
    from muui_maps.maps.raster import render_png

    svg = render_svg(scene) if {"svg", "png"} & set(wish.formats) else ""
    if "svg" in wish.formats:
        yield f"{stem}.svg", svg.encode()
    if "png" in wish.formats:
        yield f"{stem}.png", render_png(svg)
    if "pdf" in wish.formats:
        yield f"{stem}.pdf", render_map_pdf(scene)
