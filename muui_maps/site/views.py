"""The pictures of a page. A view that is new to the site is one entry in `VIEWS`.

The steps themselves are no picture: a page writes them as cards in HTML, so that they can be read aloud, enlarged,
searched and turned dark; here is what can only be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.maps import oblique, section
from muui_maps.model import Route, Text
from muui_maps.plans import floor_plan, route_floors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from muui_maps.api import LoadedStation
    from muui_maps.maps.options import Options
    from muui_maps.maps.scene import Scene
    from muui_maps.maps.steps import Step


@dataclass(frozen=True, slots=True)
class Kept:
    """What was drawn for one traveller at a station and serves others on the same way; views fill it."""

    sections: dict[object, section.Drawing] = field(default_factory=dict)
    drawings: dict[object, oblique.Drawing] = field(default_factory=dict)
    obliques: dict[object, tuple[Route, Scene]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """A route with all that goes onto its pictures.

    Parameters
    ----------
    kept
        What was drawn before at the same station.
    """

    loaded: LoadedStation
    route: Route
    steps: Sequence[Step]
    options: Options
    kept: Kept = field(default_factory=Kept)


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
    figures
        All that differs between its pictures, but for the traveller's name: ways alike in this are drawn once.
    apart
        Kept in the station's file of pictures, which a page opens when its reader comes near: what is large, and shows
        much that the ways of a station share. Any other view stands in the page, packed with the words of its way.
    """

    id: str
    title: Text
    draw: Callable[[Told, str], Iterator[Scene]]
    figures: Callable[[Told], object]
    apart: bool = False


def path_text(route: Route) -> str:
    """The links of a route in order, each with its direction: what makes two routes the same way."""
    return " ".join(f"{'' if t.forward else '-'}{t.link.id}" for leg in route.legs for t in leg.traversals)


# ── the section ──────────────────────────────────────────────────────────────


def _section(told: Told, lang: str) -> Iterator[Scene]:
    """Where everything stands is found once for a way; header, ribbons and boxes are each traveller's own."""
    station, route, key = told.loaded.model, told.route, (lang, _of_a_way(told.route))
    if key not in told.kept.sections:
        told.kept.sections[key] = section.Drawing(station, route, told.steps, lang)
    drawing = told.kept.sections[key]
    yield section.section_scene(station, route, told.steps, lang=lang, drawing=drawing, **told.options)


def _of_a_section(told: Told) -> object:
    others = tuple((unit, _way(other)) for unit, other in (told.options.get("plan_b") or {}).items())
    back = told.options.get("back")
    return _times(told.route), _of_a_way(told.route), others, back and _way(back.route)


def _way(other: Route | Text | None) -> object:
    return (path_text(other), other.seconds) if isinstance(other, Route) else other


def _times(route: Route) -> object:
    return tuple(leg.times for leg in route.legs)


def _of_a_way(route: Route) -> object:
    """What the steps of a route say, but for how long they take."""
    ends = (route.start, route.end, route.profile.wheels)
    same = tuple(leg.same_as for leg in route.legs)
    return ends, path_text(route), same, route.doubts, route.unavailable, route.staff_calls


# ── the oblique ──────────────────────────────────────────────────────────────


def _oblique(told: Told, lang: str) -> Iterator[Scene]:
    """Finding room for words takes long: whoever takes the same way gets the same drawing under other totals."""
    station, route, key = told.loaded.model, told.route, (lang, _of_a_way(told.route))
    if key in told.kept.obliques:
        first, drawn = told.kept.obliques[key]
        again = oblique.retold(drawn, first, station, route, lang=lang)
        if again is not None:
            yield again
            return
    if (figures := _of_an_oblique(told)) not in told.kept.drawings:
        told.kept.drawings[figures] = oblique.Drawing(station, route, told.steps)
    drawing = told.kept.drawings[figures]
    scene = oblique.oblique_scene(station, route, told.steps, lang=lang, drawing=drawing, **told.options)
    told.kept.obliques[key] = route, scene
    yield scene


def _of_an_oblique(told: Told) -> object:
    return _times(told.route), _of_a_way(told.route)


# ── plans ────────────────────────────────────────────────────────────────────


def _plans(told: Told, lang: str) -> Iterator[Scene]:
    for level in route_floors(told.loaded, told.route):
        yield floor_plan(told.loaded, level, told.route, lang=lang, as_of=told.options.get("as_of"))


VIEWS: tuple[View, ...] = (
    View("section", Text("층으로 보기", "By level"), _section, _of_a_section),
    View(
        "oblique",
        Text("입체로 보기", "As a whole"),
        _oblique,
        _of_an_oblique,
        apart=True,
    ),
    View(
        "plans",
        Text("층마다 위에서 보기", "Each level from above"),
        _plans,
        lambda told: (told.route.start, told.route.end, path_text(told.route)),
        apart=True,
    ),
)
"""In the order of the page."""
