"""How far people on foot walk from one line to another, reckoned for stations whose operator publishes no distance.

The published transfer distances of other stations say how metres follow from what is known of a station: the gap
between the two platforms where they come closest, the height between them, and how many of the two are islands. The
four figures are fitted so that the mean error in proportion is least; a station's own published distance is never among
what its estimate is fitted to. All of it is derived.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from muui_maps import geo
from muui_maps.assemble.units import level_rank, storeys
from muui_maps.model import PlatformShape
from muui_maps.network.routes import default_costs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from muui_maps.assemble.gather import StationFacts
    from muui_maps.facts import TransferDistanceFact
    from muui_maps.model import Platform, Station

Point = tuple[float, float]

LEAST_M = 15.0
"""No estimate is shorter: of the published distances of two lines all but one are longer (7 m at 성신여대입구)."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a walker's metres are reckoned from.

    Parameters
    ----------
    gap_m
        Metres between the two platforms where they come closest, seen from above; of two publishers' points the less.
    rise_m
        Metres between them in height; by storeys where a platform's height is unknown.
    islands
        How many of the two lines have an island platform: nobody crosses the tracks of one.
    """

    gap_m: float
    rise_m: float
    islands: int


@dataclass(frozen=True, slots=True)
class Sample:
    """A published distance of one station, with the ground it lies on."""

    station: str
    ground: Ground
    metres: float


@dataclass(frozen=True, slots=True)
class WalkingModel:
    """metres = base + per_gap · gap + per_rise · rise + per_island · islands."""

    base_m: float
    per_gap: float
    per_rise: float
    per_island_m: float
    samples: int
    stations: int

    def metres(self, ground: Ground) -> float:
        """The estimate for one pair of platforms."""
        told = self.base_m + self.per_gap * ground.gap_m + self.per_rise * ground.rise_m
        return max(LEAST_M, told + self.per_island_m * ground.islands)


@dataclass(frozen=True, slots=True)
class WalkingDistance:
    """A published distance beside ours; `ours_m` is None where a line has no published point.

    `anew_m` is what a rule says that was not even chosen with this station in sight: a check, told nowhere else.
    """

    station: str
    from_line: str
    to_line: str
    official_m: float
    ours_m: float | None
    ground: Ground | None
    model: WalkingModel | None
    anew_m: float | None = None

    @property
    def error(self) -> float | None:
        """How far ours lies off, in proportion."""
        return self._off(self.ours_m)

    @property
    def anew_error(self) -> float | None:
        """How far `anew_m` lies off, in proportion."""
        return self._off(self.anew_m)

    def _off(self, metres: float | None) -> float | None:
        return None if metres is None else abs(metres - self.official_m) / self.official_m

    def as_json(self) -> dict[str, Any]:
        """As `compare --walking-distances --json` writes it."""
        ground, model = self.ground, self.model
        return {
            "station": self.station,
            "from_line": self.from_line,
            "to_line": self.to_line,
            "official_m": self.official_m,
            "ours_m": None if self.ours_m is None else round(self.ours_m),
            "evidence": {
                "method": "derived" if ground else "unknown",
                "gap_m": None if ground is None else round(ground.gap_m),
                "rise_m": None if ground is None else round(ground.rise_m, 1),
                "islands": None if ground is None else ground.islands,
                "fitted_to_distances": 0 if model is None else model.samples,
                "fitted_to_stations": 0 if model is None else model.stations,
            },
        }


# ── the ground ───────────────────────────────────────────────────────────────


def ground_between(station: Station, facts: StationFacts, line: str, other: str) -> Ground | None:
    """What lies between the platforms of two lines; None if no publisher gives a point for both.

    Parameters
    ----------
    station
        As assembled: its platforms have bearings and levels.
    facts
        The station's facts, for the publishers' points.
    """
    origin = station.origin
    if origin is None:
        return None
    gaps = []
    for points in _points_by_publisher(facts, origin):
        ends = [_axis(station, each, points.get(each)) for each in (line, other)]
        if ends[0] is not None and ends[1] is not None:
            gaps.append(_apart(ends[0], ends[1]))
    rise = _rise_m(station, line, other)
    if not gaps or rise is None:
        return None
    islands = sum(any(each.shape is PlatformShape.ISLAND for each in _platforms(station, one)) for one in (line, other))
    return Ground(min(gaps), rise, islands)


def _points_by_publisher(facts: StationFacts, origin: Point) -> tuple[Mapping[str, Point], ...]:
    city = {
        each.line: geo.to_station_metres(each.lat, each.lon, origin=origin)
        for each in facts.line_stations
        if each.lat is not None and each.lon is not None
    }
    operator = {each.line: geo.to_station_metres(each.lat, each.lon, origin=origin) for each in facts.points}
    return operator, city


def _platforms(station: Station, line: str) -> list[Platform]:
    return [each for each in station.platforms if each.line == line]


def _axis(station: Station, line: str, middle: Point | None) -> tuple[Point, Point] | None:
    """The two ends of a line's platforms: as long as its trains, along the track; a point where that is unknown."""
    if middle is None:
        return None
    known = next((each for each in _platforms(station, line) if each.bearing_deg is not None and each.cars), None)
    if known is None or known.bearing_deg is None or known.cars is None:
        return middle, middle
    half = known.cars * geo.CAR_LENGTH_M / 2
    return geo.along(middle, known.bearing_deg, half), geo.along(middle, known.bearing_deg, -half)


def _apart(first: tuple[Point, Point], second: tuple[Point, Point]) -> float:
    from shapely import LineString

    return float(LineString(first).distance(LineString(second)))


def _rise_m(station: Station, line: str, other: str) -> float | None:
    storey = default_costs()["storey", "", ""].typical
    levels = {each.id: each for each in station.levels}
    heights, floors = [], []
    for one in (line, other):
        here = [levels[each.level] for each in _platforms(station, one)]
        known = [each.elevation_m for each in here if each.elevation_m is not None]
        ranks = [rank for each in here if each.label and (rank := level_rank(each.label)) is not None]
        heights.append(statistics.fmean(known) if known else None)
        floors.append(statistics.fmean(ranks) if ranks else None)
    if heights[0] is not None and heights[1] is not None:
        return abs(heights[0] - heights[1])
    if floors[0] is not None and floors[1] is not None:
        return storeys(min(floors[0], floors[1]), max(floors[0], floors[1])) * storey
    return None


# ── the fit ──────────────────────────────────────────────────────────────────


_PARTS: Mapping[str, Callable[[Ground], float]] = {
    "gap": lambda ground: ground.gap_m,
    "rise": lambda ground: ground.rise_m,
    "islands": lambda ground: ground.islands,
    "root of gap": lambda ground: math.sqrt(ground.gap_m),
}
"""What a rule may be made of."""

_RULE = ("gap", "rise", "islands")
"""The parts of ours: few, each with a meaning. About 300 rules were tried on the published distances before it."""


def fit(samples: Sequence[Sample]) -> WalkingModel | None:
    """The four figures for which the mean error in proportion is least; None if there are too few samples to tell."""
    figures = _least(samples, _RULE)
    if figures is None:
        return None
    base, gap, rise, island = figures
    return WalkingModel(base, gap, rise, island, len(samples), len({each.station for each in samples}))


def _least(samples: Sequence[Sample], parts: Sequence[str]) -> list[float] | None:
    """The base and a factor for each part: least absolute deviations, each divided by its distance.

    It is a linear programme.
    """
    import numpy as np
    from scipy.optimize import linprog

    figures = len(parts) + 1
    if len({each.ground for each in samples}) < figures:
        return None
    ordered = sorted(samples, key=lambda each: (each.station, each.metres, each.ground.gap_m))
    rows = np.array([[1.0, *(_PARTS[part](each.ground) for part in parts)] for each in ordered])
    weighed = rows / np.array([[each.metres] for each in ordered])
    count = len(ordered)
    found = linprog(
        c=np.concatenate([np.zeros(figures), np.ones(2 * count)]),
        A_eq=np.hstack([weighed, np.eye(count), -np.eye(count)]),
        b_eq=np.ones(count),
        bounds=[(None, None)] * figures + [(0, None)] * (2 * count),
        method="highs",
    )
    return [round(float(each), 6) for each in found.x[:figures]] if found.success else None


# ── a rule chosen anew ───────────────────────────────────────────────────────

_OUTER, _INNER = 12, 6
"""Groups of stations that are foretold, and within the others, groups that a rule is chosen by."""


def _chosen_anew(stations: Iterable[str], samples: Sequence[Sample]) -> dict[str, tuple[tuple[str, ...], list[float]]]:
    """For each station, the rule and its figures where not even the choice of the rule has seen the station.

    Each twelfth of the stations gets the rule that foretells the other stations best, of all that can be made of
    `_PARTS`: it tells what is left of our error when looking at the answers can't help.
    """
    fold = _folds(stations, _OUTER)
    found: dict[str, tuple[tuple[str, ...], list[float]]] = {}
    for number in sorted(set(fold.values())):
        seen = [each for each in samples if fold.get(each.station) != number]
        rule = min(_rules(), key=lambda parts: (_mean_error(seen, parts), parts))
        if (figures := _least(seen, rule)) is not None:
            found |= {station: (rule, figures) for station, its in fold.items() if its == number}
    return found


def _rules() -> list[tuple[str, ...]]:
    return [parts for count in range(1, len(_PARTS) + 1) for parts in combinations(_PARTS, count)]


def _folds(stations: Iterable[str], count: int) -> dict[str, int]:
    return {station: number % count for number, station in enumerate(sorted(set(stations)))}


def _mean_error(samples: Sequence[Sample], parts: Sequence[str]) -> float:
    """How far a rule is off on stations that its figures were not fitted to."""
    fold = _folds([each.station for each in samples], _INNER)
    errors: list[float] = []
    for number in sorted(set(fold.values())):
        figures = _least([each for each in samples if fold[each.station] != number], parts)
        if figures is None:
            return math.inf
        unseen = [each for each in samples if fold[each.station] == number]
        errors += [abs(_metres(parts, figures, each.ground) - each.metres) / each.metres for each in unseen]
    return statistics.fmean(errors) if errors else math.inf


def _metres(parts: Sequence[str], figures: Sequence[float], ground: Ground) -> float:
    told = figures[0] + sum(factor * _PARTS[part](ground) for factor, part in zip(figures[1:], parts, strict=True))
    return max(LEAST_M, told)


# ── beside the published ones ────────────────────────────────────────────────


def samples_of(station: Station, facts: StationFacts) -> list[Sample]:
    """The published distances of one station whose two lines have points; one that is listed both ways counts once."""
    found: dict[tuple[str, str], Sample] = {}
    for fact in facts.distances:
        pair = (min(fact.line, fact.to_line), max(fact.line, fact.to_line))
        ground = ground_between(station, facts, *pair) if pair not in found else None
        if ground is not None:
            found[pair] = Sample(station.id, ground, fact.length_m)
    return list(found.values())


def beside_official(
    rows: Sequence[tuple[str, TransferDistanceFact, Ground | None]], samples: Sequence[Sample]
) -> tuple[WalkingDistance, ...]:
    """Ours beside every published distance, each fitted to the other stations' distances alone.

    Parameters
    ----------
    rows
        Station id, its published distance, and its ground if that is known.
    samples
        The published distances of all stations.
    """
    models: dict[str, WalkingModel | None] = {}
    anew = _chosen_anew((station for station, _, ground in rows if ground is not None), samples)
    found = []
    for station, fact, ground in rows:
        if station not in models:
            models[station] = fit([each for each in samples if each.station != station])
        model = models[station] if ground is not None else None
        ours = None if model is None or ground is None else model.metres(ground)
        chosen = None if ground is None or station not in anew else _metres(*anew[station], ground)
        found.append(WalkingDistance(station, fact.line, fact.to_line, fact.length_m, ours, ground, model, chosen))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class WalkingFigures:
    """What the comparison comes to.

    `constant_error` is that of the one best figure for all, for measure; `anew_error` that of rules chosen without
    the station.
    """

    rows: int
    with_points: int
    median_error: float
    constant_error: float
    anew_error: float | None
    worst: tuple[WalkingDistance, ...]


_WORST = 10


def walking_figures(found: Sequence[WalkingDistance]) -> WalkingFigures | None:
    """The median error over the rows that have an estimate, and the worst ten; None if none has."""
    known = [(each.error, each) for each in found if each.error is not None]
    if not known:
        return None
    errors = [error for error, _ in known]
    by_station: dict[str, list[float]] = defaultdict(list)
    for _, each in known:
        by_station[each.station].append(each.official_m)
    constant = []
    for _, each in known:
        others = [metres for station, told in by_station.items() if station != each.station for metres in told]
        guess = statistics.median(others) if others else math.nan
        constant.append(abs(guess - each.official_m) / each.official_m)
    anew = [each.anew_error for _, each in known if each.anew_error is not None]
    worst = sorted(known, key=lambda pair: (-pair[0], pair[1].station, pair[1].from_line, pair[1].to_line))
    return WalkingFigures(
        len(found),
        len(known),
        statistics.median(errors),
        statistics.median(constant),
        statistics.median(anew) if anew else None,
        tuple(each for _, each in worst[:_WORST]),
    )
