"""What every view of a route takes besides the route and its language."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muui_maps.maps.foreign import Names
    from muui_maps.maps.style import Theme
    from muui_maps.maps.way_back import WayBack
    from muui_maps.model import Route, Text


class Options(TypedDict, total=False):
    """Keywords of the views, all of which may be left out.

    Parameters
    ----------
    plan_b
        For units of the route: the route without them, the way round by another station in words, or None if there is
        neither.
    back
        The way back for the same traveller, to be compared; nothing is said of it without one.
    as_of
        The date to print, ISO; nothing is printed without one.
    datasets
        Names of datasets by id, for the list of sources.
    names
        `ja` or `zh`: names in that language stand beside the English ones. Station and steps are then those of
        `foreign.with_names`.
    theme
        `light` (unless given), `dark` or `contrast`.
    large_print
        Nothing under 18 points on the view's paper, instead of 16.
    """

    plan_b: Mapping[str, Route | Text | None] | None
    back: WayBack | None
    as_of: str | None
    datasets: Mapping[str, Text] | None
    names: Names
    theme: Theme
    large_print: bool
