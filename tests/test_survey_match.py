"""Which lift, gate, exit or platform a researcher means, and when it is better to ask."""

from __future__ import annotations

from dataclasses import replace

import pytest

import muui_maps as mm
from muui_maps.model import Text
from muui_maps.survey.claims import Target
from muui_maps.survey.match import Feature, Matched, Matcher, features_of, step_id
from muui_maps.survey.observations import Point


@pytest.fixture(scope="module")
def nowon() -> Matcher:
    return Matcher(features_of(mm.load("nowon").model))


@pytest.mark.parametrize(
    ("target", "feature"),
    [
        (Target(feature_id="4:EV:외부1"), "4:EV:외부1"),
        (Target(feature_id="4:ev:외부 1"), "4:EV:외부1"),
        (Target(feature_id="외부1", kind="elevator"), "4:EV:외부1"),
        (Target(feature_id="4호선 엘리베이터 외부#1"), "4:EV:외부1"),
        (Target(feature_id="1호기", kind="elevator", line="7"), "7:EV:1"),
        (Target(feature_id="1호기", kind="elevator"), "7:EV:1"),
        (Target(feature_id="3번 출구", kind="exit"), "exit:3"),
        (Target(feature_id="exit:3"), "exit:3"),
        (Target(kind="elevator", line="7", place_text="3번 출구 앞"), "7:EV:2"),
        (Target(kind="platform", line="4", place_text="상계 방면"), "4:platform:상계"),
        (Target(kind="gate", line="4"), "gate:4:2F"),
        (Target(kind="gate", line="4", level="2F"), "gate:4:2F"),
        (Target(feature_id="4:EV:외부1", kind="door"), "4:EV:외부1"),
        (Target(feature_id="4:EV:외부1", level="1F"), "4:EV:외부1"),
        (Target(feature_id="4:EV:외부1", level="street"), "4:EV:외부1"),
        (Target(kind="elevator", route="4:상계>7:중계", step="2"), step_id("4:상계>7:중계", "2")),
    ],
)
def test_what_is_clear_is_matched(nowon: Matcher, target: Target, feature: str) -> None:
    assert nowon.match(target).feature == feature


@pytest.mark.parametrize(
    ("target", "code", "candidate"),
    [
        (Target(feature_id="4:EV:외부3"), "feature_unmatched", "4:EV:외부2"),
        (Target(feature_id="1호기", kind="escalator"), "feature_ambiguous", "7:ES:1"),
        (Target(kind="elevator", line="4"), "feature_ambiguous", "4:EV:내부1"),
        (Target(kind="elevator", line="9"), "feature_unmatched", None),
        (Target(feature_id="4:EV:외부1", level="B3"), "feature_unmatched", "4:EV:외부1"),
        (Target(feature_id="4:EV:외부1", kind="gate"), "feature_unmatched", "4:EV:외부1"),
        (Target(feature_id="4:EV:외부1", line="7"), "feature_unmatched", "4:EV:외부1"),
        (Target(place_text="저기"), "feature_unmatched", None),
    ],
)
def test_what_is_not_clear_is_asked_with_candidates(
    nowon: Matcher, target: Target, code: str, candidate: str | None
) -> None:
    found = nowon.match(target)
    assert (found.feature, found.code) == (None, code)
    assert candidate is None or candidate in found.candidates
    assert found.message.ko
    assert found.message.en


def test_something_new_is_nothing_that_is_there(nowon: Matcher) -> None:
    assert nowon.match(Target(feature_id="new", kind="elevator", line="4")) == Matched(None, new=True)


def lift(number: str, lat: float) -> Feature:
    return Feature(
        f"4:EV:{number}",
        ("elevator",),
        Text(number, number),
        frozenset({"4"}),
        frozenset({"street", "1F"}),
        point=(lat, 127.06),
    )


def test_above_ground_a_point_tells_two_lifts_apart_if_one_is_much_nearer() -> None:
    # 0.0001° of latitude are 11 m.
    matcher = Matcher([lift("1", 37.6500), lift("2", 37.6510)])
    near = Target(kind="elevator", point=Point(37.65005, 127.06))
    assert matcher.match(near).feature == "4:EV:1"
    between = matcher.match(replace(near, point=Point(37.6505, 127.06)))
    assert between.feature is None
    far = matcher.match(replace(near, point=Point(37.6600, 127.06)))
    assert (far.feature, far.candidates[0]) == (None, "4:EV:2 (1001 m)")


def test_every_feature_of_a_station_is_found_by_its_own_id(nowon: Matcher) -> None:
    for feature in nowon.features.values():
        assert nowon.match(Target(feature_id=feature.id)).feature == feature.id
        assert nowon.match(Target(feature_id=feature.id, kind=feature.kind)).feature == feature.id
