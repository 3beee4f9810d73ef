"""Plans of a station's floors, and its overview, as files in both languages.

OUT/<station>/plan-<level>.<lang>.svg                      a floor without a route (and .png, .pdf)
OUT/<station>/<from>_<to>.plan-<level>.<lang>.svg          with one
OUT/<station>/overview.<lang>.svg                          the whole station
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from muui_maps.build import LANGUAGES, in_formats
from muui_maps.files import write_whole
from muui_maps.maps.foreign import with_names
from muui_maps.maps.identity import identity
from muui_maps.maps.plan import plan_levels, plan_scene, underlay
from muui_maps.maps.style import LARGE_SECTION
from muui_maps.maps.theme import themed
from muui_maps.romanise import slug

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from muui_maps.api import LoadedStation
    from muui_maps.build import Wish
    from muui_maps.maps.foreign import Names
    from muui_maps.maps.scene import Scene
    from muui_maps.maps.style import Theme
    from muui_maps.model import Endpoint, Route


def draw_plans(
    loaded: LoadedStation, pair: tuple[Endpoint, Endpoint] | None, out: Path, wish: Wish
) -> tuple[Path, ...]:
    """Draw each floor on which anything has a known place, into `out/<station>/`.

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
    route, stem = None, ""
    if pair is not None:
        found = loaded.route(*pair, profile=wish.profile, without=wish.without, ignore_status=wish.ignore_status)
        route, stem = found.model, f"{found.stem}."
    files: list[Path] = []
    for lang in LANGUAGES:
        for level in plan_levels(loaded.model, loaded.layers):
            scene = floor_plan(loaded, level, route, lang=lang, as_of=wish.as_of, **wish.look)
            files += _written(scene, out / loaded.id, f"{stem}{plan_name(level)}.{lang}", wish)
    return tuple(files)


def draw_overview(loaded: LoadedStation, out: Path, wish: Wish) -> tuple[Path, ...]:
    """Draw the whole station, into `out/<station>/overview.<lang>.svg` and the other formats wished for."""
    from muui_maps.maps.overview import overview_scene

    files: list[Path] = []
    for lang in LANGUAGES:
        scene = overview_scene(loaded.model, lang=lang, as_of=wish.as_of, **wish.look)
        files += _written(scene, out / loaded.id, f"overview.{lang}", wish)
    return tuple(files)


def _written(scene: Scene, folder: Path, stem: str, wish: Wish) -> Iterator[Path]:
    formats = tuple(dict.fromkeys("svg" if each == "html" else each for each in wish.formats))
    for ending, content in in_formats(scene, replace(wish, formats=formats)):
        yield write_whole(folder / f"{stem}.{ending}", content)


def plan_name(level: str) -> str:
    """`plan-4-3f`: a level in letters that every system takes."""
    return f"plan-{slug(level)}"


def route_floors(loaded: LoadedStation, route: Route) -> tuple[str, ...]:
    """The floors of a route on which anything has a known place, in the order travelled."""
    travelled = dict.fromkeys(level for leg in route.legs for level in (leg.from_level, leg.to_level))
    known = plan_levels(loaded.model, loaded.layers)
    return tuple(level for level in travelled if level in known)


def floor_plan(
    loaded: LoadedStation,
    level: str,
    route: Route | None = None,
    *,
    lang: str,
    as_of: str | None = None,
    theme: Theme = "light",
    large_print: bool = False,
    names: Names = "",
) -> Scene:
    """The plan of a floor with all that layers know of it, in the look of the other views."""
    below = underlay(loaded.layers, level, ways=route is not None) if loaded.layers else None
    station = with_names(loaded.model, names) if names else loaded.model
    scene = plan_scene(station, level, route, lang=lang, below=below)
    look: dict[str, Any] = {"as_of": as_of, "theme": theme, "large_print": large_print, "names": names}
    facts = identity(station, route, plan_name(level), **look)
    return themed(replace(scene, facts=facts, names=names, scale=LARGE_SECTION if large_print else 1.0), theme)
