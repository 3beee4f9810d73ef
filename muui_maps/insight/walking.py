"""How far people on foot walk from one line to another, reckoned for stations whose operator publishes no distance.

The published transfer distances of other stations say how metres follow from what is known of a station: the gap
between the two platforms where they come closest, the height between them, and whether a transfer passage joins them.
Each can only lengthen the way. The four figures are fitted so that twice too long counts as much as half as long; a
station's own published distance is never among what its estimate is fitted to. All of it is derived.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muui_maps import geo
from muui_maps.assemble.units import level_rank, storeys
from muui_maps.network.routes import default_costs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.assemble.gather import StationFacts
    from muui_maps.facts import TransferDistanceFact
    from muui_maps.model import Platform, Station

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a walker's metres are reckoned from.

    Parameters
    ----------
    gap_m
        Metres between the two platforms where they come closest, seen from above; the mean by two publishers' points:
        nobody knows whose are better.
    rise_m
        Metres between them in height; by storeys where a platform's height is unknown.
    passage
        Whether a transfer passage joins them, by an official text or by a lift, escalator or moving walk in it.
    """

    gap_m: float
    rise_m: float
    passage: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """A published distance of one station, with the ground it lies on."""

    station: str
    ground: Ground
    metres: float


@dataclass(frozen=True, slots=True)
class WalkingModel:
    """metres = base + per_gap · gap + per_rise · rise + passage, where there is one."""

    base_m: float
    per_gap: float
    per_rise: float
    passage_m: float
    samples: int
    stations: int

    def metres(self, ground: Ground) -> float:
        """The estimate for one pair of platforms."""
        told = self.base_m + self.per_gap * ground.gap_m + self.per_rise * ground.rise_m
        return told + self.passage_m * ground.passage


@dataclass(frozen=True, slots=True)
class WalkingDistance:
    """A published distance beside ours; `ours_m` is None where a line has no published point."""

    station: str
    from_line: str
    to_line: str
    official_m: float
    ours_m: float | None
    ground: Ground | None
    model: WalkingModel | None

    @property
    def error(self) -> float | None:
        """How far ours lies off, in proportion."""
        return None if self.ours_m is None else abs(self.ours_m - self.official_m) / self.official_m

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
                "passage": None if ground is None else ground.passage,
                "fitted_to_distances": 0 if model is None else model.samples,
                "fitted_to_stations": 0 if model is None else model.stations,
            },
        }


# ── the ground ───────────────────────────────────────────────────────────────


def ground_between(station: Station, facts: StationFacts, line: str, other: str) -> Ground | None:
    """What lies between the platforms of two lines; None if no one publisher gives both points or no text the way.

    Parameters
    ----------
    station
        As assembled: its platforms have bearings and levels.
    facts
        The station's facts, for the publishers' points, the official texts and the register.
    """
    origin = station.origin
    if origin is None:
        return None
    gaps = []
    for points in _points_by_publisher(facts, origin):
        ends = [_axis(station, each, points.get(each)) for each in (line, other)]
        if ends[0] is not None and ends[1] is not None:
            gaps.append(_apart(ends[0], ends[1]))
    rise, passage = _rise_m(station, line, other), _passage(facts, line, other)
    if not gaps or rise is None or passage is None:
        return None
    return Ground(statistics.fmean(gaps), rise, passage)


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


def _passage(facts: StationFacts, line: str, other: str) -> bool | None:
    """Whether a transfer passage joins two lines; None where no official text tells the way between them."""
    ends = {line, other}
    if any(each.place == "passage" and {each.line, each.toward_line} == ends for each in facts.units):
        return True
    texts = [facts.acts[each.route_id] for each in facts.routes if {each.from_line, each.to_line} == ends]
    return any("passage" in (act.place or "") for acts in texts for act in acts) if texts else None


# ── the fit ──────────────────────────────────────────────────────────────────


_START = (30.0, 1.0, 1.0, 30.0)
"""Where the search for the four figures starts."""


def fit(samples: Sequence[Sample]) -> WalkingModel | None:
    """The four figures, none below 0, for which the errors in proportion are least; None if there are too few samples.

    Least squares of the logarithms: the mean error in per cent would be least for estimates that are too short.
    """
    import numpy as np
    from scipy.optimize import least_squares

    if len({each.ground for each in samples}) < len(_START):
        return None
    ordered = sorted(samples, key=lambda each: (each.station, each.metres, each.ground.gap_m))
    rows = np.array([[1.0, each.ground.gap_m, each.ground.rise_m, each.ground.passage] for each in ordered])
    told = np.log([each.metres for each in ordered])
    found = least_squares(
        lambda figures: np.log(rows @ figures) - told,
        _START,
        jac=lambda figures: rows / (rows @ figures)[:, None],
        bounds=(0, np.inf),
        ftol=1e-12,
        xtol=1e-12,
        gtol=1e-12,
    )
    base, gap, rise, passage = (round(float(each), 4) for each in found.x)
    return WalkingModel(base, gap, rise, passage, len(samples), len({each.station for each in samples}))


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
    found = []
    for station, fact, ground in rows:
        if station not in models:
            models[station] = fit([each for each in samples if each.station != station])
        model = models[station] if ground is not None else None
        ours = None if model is None or ground is None else model.metres(ground)
        found.append(WalkingDistance(station, fact.line, fact.to_line, fact.length_m, ours, ground, model))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class WalkingFigures:
    """What the comparison comes to; `constant_error` is that of the one best figure for all, for measure."""

    rows: int
    with_points: int
    median_error: float
    constant_error: float
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
    worst = sorted(known, key=lambda pair: (-pair[0], pair[1].station, pair[1].from_line, pair[1].to_line))
    return WalkingFigures(
        len(found),
        len(known),
        statistics.median(errors),
        statistics.median(constant),
        tuple(each for _, each in worst[:_WORST]),
    )
