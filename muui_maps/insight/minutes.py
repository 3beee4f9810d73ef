"""What a field survey would take, foretold from our own time for a station that nobody surveyed.

Surveyors find their way as they go; the table of costs prices every part of a way that is known. A straight line from
our typical minutes to the surveyed ones, fitted over the surveys of the other stations, says what to expect of the next
one: minutes = first + factor · ours. Its range is as wide as the errors that it makes on stations that it has not seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muui_maps.insight.compare import SurveyComparison

COVERED = 0.8
"""The share of unseen surveys that the range is made to cover."""

LEAST = 4
"""Surveys of other stations that a line and its errors are taken from at least."""

Sample = tuple[str, float, float]  # station, our typical minutes, surveyed minutes


@dataclass(frozen=True, slots=True)
class Foretold:
    """Minutes that a survey is expected to take."""

    low: float
    typical: float
    high: float

    def covers(self, minutes: float) -> bool:
        """Whether the range holds these minutes."""
        return self.low <= minutes <= self.high

    def as_json(self) -> dict[str, Any]:
        """Minutes to a tenth."""
        return {"low": round(self.low, 1), "typical": round(self.typical, 1), "high": round(self.high, 1)}


def foretell(ours: float, others: Sequence[Sample]) -> Foretold | None:
    """What a survey takes where ours says `ours` minutes, by the surveys of other stations; None if they are too few.

    The width is the conformal one: among the errors of leaving each of the others out in turn, the one that `COVERED`
    of all new surveys stay below if they are like these.
    """
    line = _line(others)
    if line is None or len(others) < LEAST:
        return None
    errors = []
    for station, their_ours, minutes in others:
        rest = _line([each for each in others if each[0] != station])
        if rest is not None:
            errors.append(abs(rest[0] + rest[1] * their_ours - minutes))
    rank = min(len(errors), math.ceil((len(errors) + 1) * COVERED))
    width = sorted(errors)[rank - 1]
    typical = line[0] + line[1] * ours
    return Foretold(max(0.0, typical - width), typical, typical + width)


def _line(samples: Sequence[Sample]) -> tuple[float, float] | None:
    """First and factor of the least squares line; None if all samples have the same minutes of ours."""
    count = len(samples)
    if count < 2:  # noqa: PLR2004 - a line has two figures
        return None
    middle = sum(x for _, x, _ in samples) / count
    mean = sum(y for _, _, y in samples) / count
    spread = sum((x - middle) ** 2 for _, x, _ in samples)
    if not spread:
        return None
    factor = sum((x - middle) * (y - mean) for _, x, y in samples) / spread
    return mean - factor * middle, factor


def foretold_of(surveys: Sequence[SurveyComparison]) -> dict[str, Foretold]:
    """Run id → what its survey was to be expected to take, by the surveys of the other stations alone.

    Parameters
    ----------
    surveys
        Each compared with our route at its station made without any survey.
    """
    samples = [
        (each.station, each.ours.seconds.typical / 60, each.minutes)
        for each in surveys
        if each.ours.seconds is not None
    ]
    found = {}
    for each in surveys:
        if each.ours.seconds is not None:
            others = [sample for sample in samples if sample[0] != each.station]
            told = foretell(each.ours.seconds.typical / 60, others)
            if told is not None:
                found[each.run_id] = told
    return found
