"""Plans of a station's floors as files: a page for each floor and language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.maps.plan import plan_levels, plan_scene, underlay
from muui_maps.maps.svg import render_svg

if TYPE_CHECKING:
    from pathlib import Path

    from muui_maps.api import LoadedStation
    from muui_maps.build import Wish
    from muui_maps.model import Endpoint

LANGUAGES = ("ko", "en")


def draw_plans(
    loaded: LoadedStation, pair: tuple[Endpoint, Endpoint] | None, out: Path, wish: Wish
) -> tuple[Path, ...]:
    """Draw each floor on which anything has a known place, into `out/<station>/plan-<level>.<lang>.svg`.

    Parameters
    ----------
    pair
        The way to show on the floors; none if None.
    wish
        Its formats `svg`, `png` and `pdf` count; `html` asks for the same as `svg`.

    Raises
    ------
    NoRouteError
        If there is no such way.
    """
    from muui_maps.maps.raster import render_png

    route = None
    if pair is not None:
        route = loaded.route(*pair, profile=wish.profile, without=wish.without, ignore_status=wish.ignore_status).model
    folder = out / loaded.id
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for level in plan_levels(loaded.model, loaded.layers):
        below = underlay(loaded.layers, level, ways=route is not None) if loaded.layers else None
        for lang in LANGUAGES:
            scene = plan_scene(loaded.model, level, route, lang=lang, below=below)
            svg = render_svg(scene)
            stem = f"plan-{level.replace(':', '-')}.{lang}"
            if set(wish.formats) & {"svg", "html"}:
                files.append(folder / f"{stem}.svg")
                files[-1].write_text(svg, encoding="utf-8")
            if "png" in wish.formats:
                files.append(folder / f"{stem}.png")
                files[-1].write_bytes(render_png(svg))
            if "pdf" in wish.formats:
                from muui_maps.maps.pdf import render_map_pdf

                files.append(folder / f"{stem}.pdf")
                files[-1].write_bytes(render_map_pdf(scene))
    return tuple(files)
