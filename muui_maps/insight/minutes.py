"""The figures of the table of costs that surveys tell, fitted again: to know how far off a station unseen would be.

Of a surveyed transfer, moving, riding, waiting for lifts and gates are taken off at their published figures. What is
left is a straight line over the wheelchair lifts ridden: where it starts is what two trains take (getting off and on,
finding the way), its slope is what a wheelchair lift takes. How far single surveys lie from the line is the range of
the trains, less what the ranges of the other terms hold of it already. The lengths of legs that nobody measured are
medians of the surveyed ones. `docs/cost-model.md` tells the method; `data/costs.csv` holds what comes out over all
surveys.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from statistics import fmean, linear_regression, quantiles
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import LinkKind, PlaceKind
from muui_maps.network.graph import floor_number
from muui_maps.profiles import GATE_SIDE, Costs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muui_maps.model import SurveyLeg, SurveyRun
    from muui_maps.profiles import Figure

CHAIR = "manual_wheelchair"
"""Whose times the surveys are."""

LEAST = 4
"""Surveys that a fit takes at least: with fewer the table stays as it is."""

Range = tuple[float, float, float]  # low, typical, high


def fitted(costs: Costs, runs: Iterable[SurveyRun]) -> Costs:
    """The table with its fitted figures taken from these surveys alone; as it is where they are too few.

    What only a search uses (`caution`) stays as it is.
    """
    whole = [run for run in runs if not run.incomplete]
    if len(whole) < LEAST:
        return costs
    lengths = {("assumed_length", kind): found for kind, found in _lengths(whole).items()}
    told: Mapping[tuple[str, str], Range] = {**lengths, **_rest_by_lifts(costs, whole)}
    return Costs(MappingProxyType({key: _told(figure, told.get(key[:2])) for key, figure in costs.figures.items()}))


def _told(figure: Figure, told: Range | None) -> Figure:
    return figure if told is None else replace(figure, low=told[0], typical=told[1], high=told[2])


def _rest_by_lifts(costs: Costs, runs: Sequence[SurveyRun]) -> dict[tuple[str, str], Range]:
    """Seconds at a train, by the spread of single transfers about the line; and of a wheelchair lift, by its error.

    Moving, riding, waiting and gates were not at their typical figures in any survey: the spread holds their variation
    too, and their own ranges tell it once more. As variances add, so theirs is taken off that of the spread.
    """
    lifts = [float(_count(run, "wheelchair_lift")) for run in runs]
    rest = [unpriced_s(run, costs) for run in runs]
    if len(set(lifts)) == 1:
        return {}
    line = linear_regression(lifts, rest)
    left = sum((y - line.intercept - line.slope * x) ** 2 for x, y in zip(lifts, rest, strict=True))
    spread = math.sqrt(left / (len(runs) - 2))
    middle = fmean(lifts)
    error = spread / math.sqrt(sum((x - middle) ** 2 for x in lifts))
    others = fmean(_half_width_s(run, costs) + error * n for run, n in zip(runs, lifts, strict=True))
    train, wide = line.intercept / 2, math.sqrt(max(0.0, spread**2 - others**2)) / 2  # a transfer is two trains
    return {
        ("train", ""): (train - wide, train, train + wide),
        ("waiting", LinkKind.WHEELCHAIR_LIFT): (line.slope - error, line.slope, line.slope + error),
    }


def unpriced_s(run: SurveyRun, costs: Costs) -> float:
    """Seconds of a survey that moving, riding, waiting for lifts and gates don't explain at their typical figures."""
    return 60 * run.minutes_chair - _priced_s(run, costs)[1]


def _half_width_s(run: SurveyRun, costs: Costs) -> float:
    """Half of the range that moving, riding, waiting for lifts and gates give a survey."""
    low, _, high = _priced_s(run, costs)
    return (high - low) / 2


def _priced_s(run: SurveyRun, costs: Costs) -> Range:
    """Seconds that moving, riding, waiting for lifts and gates take in a survey, by the table."""
    metres = sum(item.length_m or 0.0 for leg in run.legs for item in leg.items)
    gates, staffed = _count(run, "gate"), _count(run, "gate", "staff_call")
    speed = costs["moving", "", CHAIR]
    taken = [
        (storeys(run), costs["riding", LinkKind.ELEVATOR, CHAIR]),
        (lifts(run), costs["waiting", LinkKind.ELEVATOR, CHAIR]),
        (staffed, costs["gate", "staff_call", CHAIR]),
        (gates - staffed, costs["gate", "tap", CHAIR]),
    ]
    return (
        metres / speed.high + sum(count * figure.low for count, figure in taken),
        metres / speed.typical + sum(count * figure.typical for count, figure in taken),
        metres / speed.low + sum(count * figure.high for count, figure in taken),
    )


def lifts(run: SurveyRun) -> int:
    """How many lifts a survey rode, those of buildings beside the station too."""
    return _count(run, "elevator") + _count(run, "building_lift")


def storeys(run: SurveyRun) -> float:
    """How many storeys a survey rode, by the labels of its floors."""
    floors = [floor_number(leg.level) for leg in run.legs]
    return sum(abs(b - a) for a, b in pairwise(floors) if a is not None and b is not None)


def _count(run: SurveyRun, what: str, note: str | None = None) -> int:
    items = [item for leg in run.legs for item in leg.items if item.item == what]
    return sum(item.count or 1 for item in items if note is None or item.note == note)


def legs_by_kind(runs: Iterable[SurveyRun]) -> dict[str, list[float]]:
    """Metres of the surveyed legs by what they run through, a leg through n gates counted as one of its n + 1 parts."""
    found: dict[str, list[float]] = {}
    for run in runs:
        for leg in run.legs:
            if metres := sum(item.length_m or 0.0 for item in leg.items):
                gates = sum(item.count or 1 for item in leg.items if item.item == "gate")
                found.setdefault(_kind(run, leg, gates), []).append(metres / (gates + 1))
    return found


def _kind(run: SurveyRun, leg: SurveyLeg, gates: int) -> str:
    """What the table calls the leg: a platform between two lifts, where no train is met, is a passage."""
    if leg.place is PlaceKind.CONCOURSE and gates:
        return GATE_SIDE
    between = leg not in (run.legs[0], run.legs[-1])
    return PlaceKind.PASSAGE if leg.place is PlaceKind.PLATFORM and between else leg.place


def _lengths(runs: Iterable[SurveyRun]) -> dict[str, Range]:
    """Median, 10th and 90th percentile of the surveyed legs of each kind that has two at least."""
    tenths = {kind: quantiles(m, n=10, method="inclusive") for kind, m in legs_by_kind(runs).items() if len(m) > 1}
    return {kind: (each[0], each[4], each[8]) for kind, each in tenths.items()}
