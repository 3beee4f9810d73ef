"""Any route over any station, in every view: nothing lies over anything, all stands out, and no step or name is lost.

The rules are those that the browser's pictures are held to (`picture_checks`), here on the scene as it was laid out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import card_checks
import pytest
import section_checks
from contrast_checks import contrast_faults
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys import Journey, Places, journeys, places
from picture_checks import picture_faults, picture_of

from muui_maps.maps import words
from muui_maps.maps.cards import cards_scene
from muui_maps.maps.easy import easy_scene
from muui_maps.maps.narrate import narrate
from muui_maps.maps.oblique import oblique_scene
from muui_maps.maps.overview import overview_scene
from muui_maps.maps.plan import plan_levels, plan_scene
from muui_maps.maps.scene import Circle, Icon, Rect, Scene, Words
from muui_maps.maps.section import section_scene
from muui_maps.maps.style import THEMES, Theme
from muui_maps.maps.theme import themed
from muui_maps.model import Route, Station

OF_A_ROUTE: dict[str, Callable[..., Scene]] = {
    "cards": cards_scene,
    "section": section_scene,
    "oblique": oblique_scene,
    "easy": easy_scene,
}


def scenes(view: str, station: Station, route: Route, lang: str, *, large: bool = False) -> Iterator[Scene]:
    """The pictures of a view: one, but for plans, which are one for each level where anything has its place."""
    if view == "plan":
        yield from (plan_scene(station, level, route, lang=lang) for level in plan_levels(station))
    elif view == "overview":
        yield overview_scene(station, lang=lang, large_print=large)
    else:
        look = {} if view == "easy" else {"large_print": large}  # whose letters are always large
        yield OF_A_ROUTE[view](station, route, narrate(station, route), lang=lang, **look)


@pytest.mark.parametrize("view", [*OF_A_ROUTE, "plan", "overview"])
@settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))
@given(journeys(), places(), st.sampled_from(["ko", "en"]), st.booleans(), st.sampled_from(THEMES))
def test_words_symbols_and_route_keep_apart_and_stand_out(
    view: str,
    journey: Journey,
    at: Places,
    lang: str,
    large: bool,  # noqa: FBT001
    theme: Theme,
) -> None:
    for scene in scenes(view, *at.given_to(*journey.built()), lang, large=large):
        assert picture_faults(picture_of(scene)) == []
        assert contrast_faults(themed(scene, theme)) == []


@settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(journeys(), st.sampled_from(["ko", "en"]), st.booleans())
def test_cards_lose_no_step_no_act_and_no_figure(journey: Journey, lang: str, large: bool) -> None:  # noqa: FBT001
    station, route = journey.built()
    steps = narrate(station, route)
    scene = cards_scene(station, route, steps, lang=lang, large_print=large)
    assert card_checks.faults(scene, route, steps) == []


@pytest.mark.parametrize("view", ["section", "oblique"])
@settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))
@given(journeys(), places(), st.sampled_from(["ko", "en"]))
def test_a_label_without_room_becomes_its_number_and_never_vanishes(
    view: str, journey: Journey, at: Places, lang: str
) -> None:
    """Each step has its number on the drawing once; what stands nowhere beside it is told in a list, once."""
    station, route = at.given_to(*journey.built())
    (scene,) = scenes(view, station, route, lang)
    numbers = Counter(str(m.role) for m in texts(scene, "badge:") if m.text.isdigit())
    assert numbers == Counter(f"badge:{n + 1}:text" for n in range(len(route.legs)))
    labels = Counter((m.role, m.text, m.y) for m in texts(scene, "label:", "tag:", "callout:"))
    assert [each for each, count in labels.items() if count > 1] == []
    if view == "section":
        assert list(section_checks.word_faults(scene, route)) == []
    else:
        assert oblique_labels_lost(scene, route) == []


def oblique_labels_lost(scene: Scene, route: Route) -> list[str]:
    """Steps without a card of their own and levels without their plate that no list tells either."""
    cards = Counter(str(m.role) for m in scene.marks if isinstance(m, Rect) and (m.role or "").startswith("callout:"))
    lost = [f"{role} stands there {count} times" for role, count in cards.items() if count > 1]
    listed = [m for m in scene.marks if isinstance(m, Words) and m.role is None and m.text.isdigit()]
    numbers = {mark.text for mark in listed}
    lost += [
        f"step {n} has neither a card nor a line in the list"
        for n in range(1, len(route.legs) + 1)
        if f"callout:{n}" not in cards and str(n) not in numbers
    ]
    told = "".join(m.text for m in texts(scene, "box-text"))
    plates = {m.role for m in scene.marks if isinstance(m, Rect)}
    levels = {level for leg in route.legs for level in (leg.from_level, leg.to_level)}
    untold = [each for each in levels if f"plate:{each}" not in plates and words.plate(each) not in told]
    return [*lost, *(f"{level} has neither a plate nor a line in the list" for level in untold)]


def texts(scene: Scene, *roles: str) -> list[Words]:
    return [m for m in scene.marks if isinstance(m, Words) and (m.role or "").startswith(roles)]


@settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck))
@given(journeys(), places(), st.sampled_from(["ko", "en"]))
def test_each_place_of_a_level_is_on_its_plan_once_or_in_the_list_beside_it(
    journey: Journey, at: Places, lang: str
) -> None:
    station, route = at.given_to(*journey.built())
    for level, scene in zip(plan_levels(station), scenes("plan", station, route, lang), strict=True):
        drawn = Counter(
            str(m.role)[5:] for m in scene.marks if isinstance(m, Icon | Circle) and (m.role or "").startswith("node:")
        )
        assert drawn == Counter(node.id for node in station.nodes if node.level == level and node.x_m is not None)
        listed = Counter(str(m.role)[9:] for m in scene.marks if (m.role or "").startswith("unplaced:"))
        assert max(listed.values(), default=1) == 1
        assert not listed.keys() & drawn.keys()
