"""What a drawn map says of itself to machines: which station, which way and for whom, in which look.

The facts stand on the root of the SVG as `data-muui-*`. Whoever holds the file can draw the same map again from the
data and lay the two side by side: that is what `muui-maps map check` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.model import STOPPED

if TYPE_CHECKING:
    from muui_maps.maps.foreign import Names
    from muui_maps.maps.style import Theme
    from muui_maps.model import Route, Station

PREFIX = "data-muui-"
Facts = tuple[tuple[str, str], ...]


def identity(
    station: Station,
    route: Route | None,
    view: str,
    *,
    as_of: str | None = None,
    theme: Theme = "light",
    large_print: bool = False,
    names: Names = "",
) -> Facts:
    """Pairs of name and value, for `Scene.facts`.

    Parameters
    ----------
    route
        None for a picture of the station without a way.
    view
        `cards`, `section` …: the module that drew it.
    as_of, theme, large_print, names
        As the view was asked for.
    """
    facts = {
        "view": view,
        "station": station.id,
        **(_way(route) if route is not None else {}),
        "as-of": as_of or "",
        "theme": theme,
        "size": "large" if large_print else "normal",
        "names": names,
    }
    return tuple((name, value) for name, value in facts.items() if value)


def _way(route: Route) -> dict[str, str]:
    rides_stopped = any(leg.unit is not None and leg.unit.status in STOPPED for leg in route.legs)
    return {
        "from": route.start.key,
        "to": route.end.key,
        "profile": route.profile.id,
        "without": " ".join(route.unavailable),
        "ignore-status": "yes" if rides_stopped else "",
    }
