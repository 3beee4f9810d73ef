"""Section and oblique say what vouches for each step: signs at its number, words in a list and to a screen reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import shapely
from picture_checks import picture_of
from section_builder import nowon
from section_checks import by_role

from muui_maps.maps.evidence import evidence_list, signs
from muui_maps.maps.narrate import narrate
from muui_maps.maps.oblique import oblique_scene
from muui_maps.maps.scene import Circle, Rect, Scene, Words
from muui_maps.maps.section import section_scene
from muui_maps.maps.steps import Step

NEAR = 30.0
"""Units of the paper within which a reader sees that signs belong to something."""


def steps_of() -> tuple[Step, ...]:
    return narrate(*nowon())


def section(lang: str, steps: tuple[Step, ...] | None = None) -> Scene:
    return section_scene(*nowon(), steps or steps_of(), lang=lang)


def listed(scene: Scene) -> dict[int, list[str]]:
    """The words of the badges at the foot, by the number that they follow."""
    found: dict[int, list[str]] = {}
    number = None
    for mark in scene.marks:
        role = mark.role or ""
        if (at := re.fullmatch(r"evidence:(\d+)", role)) is not None:
            number = int(at[1])
        elif number is not None and isinstance(mark, Words) and re.fullmatch(r"badge:[a-z]+", role):
            found.setdefault(number, []).append(mark.text)
    return found


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_section_lists_what_vouches_for_each_step_in_the_words_of_the_cards(lang: str) -> None:
    told = {step.n: [getattr(badge.text, lang) for badge in step.evidence] for step in steps_of()}
    assert all(told.values())
    assert listed(section(lang)) == told


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_signs_stand_at_what_they_are_about(lang: str) -> None:
    """At the number, the metres or the words of the door of the step; where none has room, the list says it alone."""
    scene, steps = section(lang), steps_of()
    boxes = dict(_boxes(scene))
    found = 0
    for step in steps:
        if (rim := boxes.get(f"signs:{step.n}")) is None:
            assert step in (steps[0], steps[-1])
            continue
        found += 1
        door = {1: "label:door:alight", len(steps): "label:door:board"}.get(step.n, "")
        own = [boxes[role] for role in (f"badge:{step.n}", f"pill:{step.n}", door) if role in boxes]
        assert min(shapely.distance(shapely.box(*rim), shapely.box(*box)) for box in own) < NEAR
        (words,) = (m for m in scene.marks if isinstance(m, Words) and m.role == f"label:evidence:{step.n}")
        assert words.text == " ".join(signs(step))
        assert rim[0] < words.x < rim[2]
    assert found >= len(steps) - 1


def _boxes(scene: Scene) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    for mark in picture_of(scene).marks:
        if mark.role and not mark.role.endswith(":text"):
            yield mark.role, (mark.box.left, mark.box.top, mark.box.right, mark.box.bottom)


def test_a_step_that_nothing_vouches_for_has_neither_signs_nor_badges() -> None:
    steps = steps_of()
    bare = (replace(steps[0], evidence=()), *steps[1:])
    scene = section("ko", bare)
    assert by_role(scene, "signs:1") == []
    assert 1 not in listed(scene)
    assert listed(scene).keys() == {step.n for step in steps[1:]}


@pytest.mark.parametrize("lang", ["ko", "en"])
@pytest.mark.parametrize("view", [section_scene, oblique_scene])
def test_a_screen_reader_is_told_what_vouches_for_each_step(view: type, lang: str) -> None:
    steps = steps_of()
    scene = view(*nowon(), steps, lang=lang)
    for step in steps:
        told = ", ".join(getattr(badge.text, lang) for badge in step.evidence)
        assert told in scene.description


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_an_oblique_has_signs_with_each_step_and_says_what_they_mean(lang: str) -> None:
    steps = steps_of()
    scene = oblique_scene(*nowon(), steps, lang=lang)
    words = [mark for mark in scene.marks if isinstance(mark, Words)]
    listed_there = " ".join(mark.text for mark in words if mark.role == "box-text")
    for step in steps:
        told = "".join(signs(step))
        at = [mark.text for mark in words if mark.role == f"signs:{step.n}"]
        assert at == [told] or (not at and told in listed_there)
    key = " ".join(mark.text for mark in words if mark.role == "key")
    for meaning in {"ko": ("● 조사", "■ 공식"), "en": ("● survey", "■ official")}[lang]:
        assert meaning in key


def test_a_list_breaks_between_steps_and_stays_in_its_width() -> None:
    for width in (1628.0, 700.0, 240.0):
        marks, height = evidence_list(steps_of(), width, "en")
        boxes = [mark for mark in marks if isinstance(mark, Rect) and (mark.role or "").startswith("badge:")]
        assert max(box.x + box.width for box in boxes) <= width
        assert max(box.y + box.height for box in boxes) <= height
        rows = {mark.role: mark.y for mark in marks if isinstance(mark, Circle) and mark.role}
        assert list(rows.values()) == sorted(rows.values())
