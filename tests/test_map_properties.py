"""Any route over any station, in every view: nothing lies over anything, and no step is lost.

The rules are those that the browser's pictures are held to (`picture_checks`), here on the scene as it was laid out.
"""

from __future__ import annotations

from collections.abc import Callable

import card_checks
import pytest
from contrast_checks import contrast_faults
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys import Journey, Places, journeys, places
from picture_checks import picture_faults, picture_of

from muui_maps.maps.cards import cards_scene
from muui_maps.maps.narrate import narrate
from muui_maps.maps.oblique import oblique_scene
from muui_maps.maps.scene import Scene, Words
from muui_maps.maps.section import section_scene

VIEWS: dict[str, Callable[..., Scene]] = {"cards": cards_scene, "section": section_scene, "oblique": oblique_scene}


@pytest.mark.parametrize("view", VIEWS)
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(journeys(), places(), st.sampled_from(["ko", "en"]), st.booleans())
def test_words_symbols_and_route_keep_apart(view: str, journey: Journey, at: Places, lang: str, large: bool) -> None:  # noqa: FBT001
    station, route = at.given_to(*journey.built())
    scene = VIEWS[view](station, route, narrate(station, route), lang=lang, large_print=large)
    assert picture_faults(picture_of(scene)) == []
    if view != "oblique":  # where lines cross anything: held on the pilots' own transfers
        assert contrast_faults(scene) == []


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(journeys(), st.sampled_from(["ko", "en"]), st.booleans())
def test_cards_lose_no_step_no_act_and_no_figure(journey: Journey, lang: str, large: bool) -> None:  # noqa: FBT001
    station, route = journey.built()
    steps = narrate(station, route)
    scene = cards_scene(station, route, steps, lang=lang, large_print=large)
    assert card_checks.faults(scene, route, steps) == []


@pytest.mark.parametrize("view", ["section", "oblique"])
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(journeys(), places())
def test_a_label_without_room_becomes_its_number_and_never_vanishes(view: str, journey: Journey, at: Places) -> None:
    """Whatever is told elsewhere, each step has its number on the drawing."""
    station, route = at.given_to(*journey.built())
    scene = VIEWS[view](station, route, narrate(station, route), lang="ko")
    numbers = [m.text for m in scene.marks if isinstance(m, Words) and (m.role or "").startswith("badge:")]
    assert [str(n + 1) for n in range(len(route.legs)) if str(n + 1) not in numbers] == []
