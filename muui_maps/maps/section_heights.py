"""How high each level of a route is drawn: true where the heights are known, and marked where they are not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from muui_maps.model import STREET, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STOREY_M = 5.0
"""A floor's height where none is known: only ever drawn dashed and said to be unknown, never printed as a figure."""

LEAST_STEP_M = 0.05
"""Levels nearer than this are one height: travel heights are published in millimetres, sums of them err by some."""

_LABEL = re.compile(r"^(?:(?P<basement>B)|(?P<mezzanine>B?M)|)(?P<number>\d*)F?$")


class HeightsKind(StrEnum):
    """What the heights of a drawing tell."""

    TRUE = "true"  # all are known and drawn to one scale
    PARTLY = "partly"  # some levels are unknown: they stand between their neighbours, dashed
    ORDER = "order"  # nothing but the order of the levels is drawn


@dataclass(frozen=True, slots=True)
class Heights:
    """Drawn height of each level in metres (ORDER: in steps), and the levels whose height nobody published."""

    kind: HeightsKind
    drawn: Mapping[str, float]
    unknown: frozenset[str]

    @property
    def range(self) -> float:
        return max(self.drawn.values()) - min(self.drawn.values())


def storey(label: str | None) -> float | None:
    """A label as floors above the ground, for ordering the unknown only: 1F → 0, 3F → 2, B2 → −2, BM1 → −0.5."""
    match = _LABEL.match(label or "")
    if match is None or not label:
        return None
    number = int(match["number"] or 1)
    if match["basement"]:
        return -float(number)
    if match["mezzanine"]:
        return number - 0.5 if match["mezzanine"] == "M" else 0.5 - number
    return float(number - 1)


def heights_of(levels: Sequence[Level], used: Iterable[str]) -> Heights:
    """Heights of the levels that a route uses.

    Parameters
    ----------
    levels
        All levels of the station: those that the route does not touch help to place the unknown ones.
    used
        Ids of the levels to be drawn.
    """
    by_id = {level.id: level for level in levels}
    wanted = sorted(set(used))
    known = {level.id: _known_height(level) for level in levels}
    unknown = frozenset(level for level in wanted if known.get(level) is None)
    if unknown and all(level in unknown or level == STREET for level in wanted):
        return in_order({level: _guess(by_id.get(level), level, by_id, {}) for level in wanted}, unknown)
    drawn: dict[str, float] = {}
    for level in wanted:
        height = known.get(level)
        drawn[level] = height if height is not None else _guess(by_id.get(level), level, by_id, known)
    return Heights(HeightsKind.PARTLY if unknown else HeightsKind.TRUE, drawn, unknown)


def in_order(drawn: Mapping[str, float], unknown: frozenset[str], *, apart: Iterable[tuple[str, str]] = ()) -> Heights:
    """The same levels at equal distances: all that can be said where heights are missing or contradict each other.

    Parameters
    ----------
    apart
        Pairs of levels that a ride connects: they get two steps even if their heights are the same.
    """
    kept_apart = {frozenset(pair) for pair in apart}
    order = sorted(drawn, key=lambda level: (drawn[level], level))
    steps: dict[str, float] = {}
    step, group = 0, [order[0]]
    for before, level in pairwise(order):
        same = drawn[level] - drawn[before] < LEAST_STEP_M
        if same and not any(frozenset({level, other}) in kept_apart for other in group):
            group.append(level)
        else:
            step, group = step + 1, [level]
        steps[before] = steps.get(before, 0.0)
        steps[level] = float(step)
    steps.setdefault(order[0], 0.0)
    return Heights(HeightsKind.ORDER, steps, unknown)


def _known_height(level: Level) -> float | None:
    return 0.0 if level.id == STREET and level.elevation_m is None else level.elevation_m


def _guess(level: Level | None, level_id: str, levels: Mapping[str, Level], known: Mapping[str, float | None]) -> float:
    """Where to draw a level of unknown height: between its line's known neighbours, else some storeys beyond them."""
    line = level.line if level else level_id.partition(":")[0]
    here = storey(level.label if level else level_id.partition(":")[2]) or 0.0
    marks = {0.0: 0.0}
    for other in levels.values():
        height, floor = known.get(other.id), storey(other.label)
        if height is not None and floor is not None and other.line == line:
            marks[floor] = height
    below = max((floor for floor in marks if floor <= here), default=None)
    above = min((floor for floor in marks if floor >= here), default=None)
    if below is None and above is not None:
        return marks[above] - (above - here) * STOREY_M
    if above is None and below is not None:
        return marks[below] + (here - below) * STOREY_M
    assert above is not None and below is not None  # noqa: S101, PT018  the ground is always a mark
    if above == below:
        return marks[below]
    return marks[below] + (marks[above] - marks[below]) * (here - below) / (above - below)
