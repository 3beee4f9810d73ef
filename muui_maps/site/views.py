"""The pictures of a page. A view that is new to the site is one entry in `VIEWS`.

The steps themselves are no picture: a page writes them as cards in HTML, so that they can be read aloud, enlarged,
searched and turned dark; here is what can only be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.maps.oblique import oblique_scene
from muui_maps.maps.section import section_scene
from muui_maps.model import Route, Text
from muui_maps.plans import floor_plan, route_floors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from muui_maps.api import LoadedStation
    from muui_maps.maps.options import Options
    from muui_maps.maps.scene import Scene
    from muui_maps.maps.steps import Step


@dataclass(frozen=True, slots=True)
class Told:
    """A route with all that goes onto its pictures."""

    loaded: LoadedStation
    route: Route
    steps: Sequence[Step]
    options: Options


@dataclass(frozen=True, slots=True)
class View:
    """A kind of picture.

    Parameters
    ----------
    id
        Its anchor in the page.
    title
        Its heading.
    draw
        Told and language → its pictures in order; none where the station's data don't suffice.
    usual_only
        Drawn for the usual way of a transfer alone (a manual wheelchair, nothing more out than the data say), and
        packed beside it: it shows where things are, which the other ways share, and takes long to draw. Any other view
        is drawn for every way, and the usual one stands in the page for whoever has no script.
    """

    id: str
    title: Text
    draw: Callable[[Told, str], Iterator[Scene]]
    usual_only: bool = False


def _section(told: Told, lang: str) -> Iterator[Scene]:
    yield section_scene(told.loaded.model, told.route, told.steps, lang=lang, **told.options)


def _oblique(told: Told, lang: str) -> Iterator[Scene]:
    yield oblique_scene(told.loaded.model, told.route, told.steps, lang=lang, **told.options)


def _plans(told: Told, lang: str) -> Iterator[Scene]:
    for level in route_floors(told.loaded, told.route):
        yield floor_plan(told.loaded, level, told.route, lang=lang, as_of=told.options.get("as_of"))


VIEWS: tuple[View, ...] = (
    View("section", Text("층으로 보기", "By level"), _section),
    View("oblique", Text("입체로 보기", "As a whole"), _oblique, usual_only=True),
    View("plans", Text("층마다 위에서 보기", "Each level from above"), _plans, usual_only=True),
)
"""In the order of the page."""
