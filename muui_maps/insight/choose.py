"""Which stations to survey next: where a visit is needed most, and where least is known.

    score = 100 × need × gap

Need is what changing trains costs somebody in a wheelchair there; gap is what nobody knows, what is old, and what the
sources say differently. Each is a weighted mean of measures between 0 and 1 (`weights.py`); a measure that is unknown
at a station is left out of its mean, never taken as 0. How many people change trains at a station is in none of the
open facts at hand, so it does not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from muui_maps.insight.next_visit import CONFLICTS
from muui_maps.model import Method, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from muui_maps.insight.burden import TransferBurden
    from muui_maps.model import Station, StationName
    from muui_maps.weights import Weight


class Half(StrEnum):
    """What a measure speaks for."""

    NEED = "need"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is measured at a station.

    Parameters
    ----------
    value
        From the station's transfers, the share of them that hang on a single lift, and the year of the newest data;
        None where it is unknown.
    told
        The value in words.
    """

    id: str
    half: Half
    title: Text
    value: Callable[[Case], float | None]
    told: Callable[[Case, float], Text]


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a station before it is judged. `cut_off` is the share of transfers that hang on one lift."""

    transfers: Sequence[TransferBurden]
    cut_off: float | None
    year: float

    @property
    def ways(self) -> list[TransferBurden]:
        """The transfers that have a way."""
        return [each for each in self.transfers if each.chair is not None]


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _more(case: Case) -> float | None:
    return _mean([max(0.0, each.minutes_more) for each in case.ways if each.minutes_more is not None])


def _survey_gap(case: Case) -> float | None:
    """Mean over the transfers: 1 for what nobody ever saw, else its age as a share of `SURVEY_LIFE_YEARS`."""
    ages = [
        1.0 if each.surveyed is None else (case.year - _year(each.surveyed)) / SURVEY_LIFE_YEARS
        for each in case.transfers
    ]
    return _mean([min(1.0, max(0.0, each)) for each in ages])


def conflicts(transfer: TransferBurden) -> int:
    """Things on the way that the sources say differently."""
    doubts = transfer.chair.doubts if transfer.chair is not None else ()
    return len({(doubt.code, doubt.message) for doubt in doubts if doubt.code in CONFLICTS})


def _unmeasured(transfer: TransferBurden) -> float | None:
    """The share of the walked legs whose metres neither a survey nor an operator gives."""
    walked = [leg for leg in transfer.chair.legs if leg.unit is None] if transfer.chair is not None else []
    return _mean([float(leg.length_m is None or leg.length_method not in _MEASURED) for leg in walked])


_MEASURED = (Method.SURVEYED, Method.OFFICIAL)

SURVEY_LIFE_YEARS = 10.0
"""Our own choice: at this age a survey says as little as none. Muui's of 2016 are that old, and lifts came since."""


def _year(date: str) -> float:
    """`2016`, `2016-05`, `2016-05-02` or `<=2016` as years."""
    parts = [int(each) for each in date.removeprefix("<=").split("T")[0].split("-")]
    month = parts[1] if len(parts) > 1 else 7  # a year alone: its middle
    return parts[0] + (month - 1) / 12


def _share(of: Text) -> Callable[[Case, float], Text]:
    """`휠체어만 밖으로 100 %` / `only wheelchairs leave: 100 %`: of the station's transfers."""
    return lambda _, value: Text(f"{of.ko} {round(100 * value)} %", f"{of.en}: {round(100 * value)} %")


def _count(value: float) -> str:
    """A mean count, without decimals where it is whole: `2`, `2.3`."""
    return f"{value:.1f}".removesuffix(".0")


def _survey_told(case: Case, _: float) -> Text:
    dates = [each.surveyed for each in case.transfers if each.surveyed is not None]
    if not dates:
        return Text("조사한 적 없음", "never surveyed")
    newest, of = max(dates)[:4], len(case.transfers)
    return Text(
        f"조사 {newest}년, {of}개 중 {len(dates)}개",
        f"surveyed {newest}, {len(dates)} of {of}",
    )


MEASURES: tuple[Measure, ...] = (
    Measure(
        "minutes_more",
        Half.NEED,
        Text("걷는 사람보다 더 걸리는 분", "minutes more than on foot"),
        _more,
        lambda _, value: Text(f"휠체어로 {value:.0f}분 더", f"{value:.0f} min more by wheelchair"),
    ),
    Measure(
        "lifts",
        Half.NEED,
        Text("엘리베이터", "lifts"),
        lambda case: _mean([each.lifts for each in case.ways]),
        lambda _, value: Text(f"엘리베이터 {_count(value)}번", f"lifts: {_count(value)}"),
    ),
    Measure(
        "staff_calls",
        Half.NEED,
        Text("역무원 호출", "staff calls"),
        lambda case: _mean([each.staff_calls for each in case.ways]),
        lambda _, value: Text(f"역무원 호출 {_count(value)}번", f"staff calls: {_count(value)}"),
    ),
    Measure(
        "forced_out",
        Half.NEED,
        Text("휠체어만 개찰구 밖으로", "only wheelchairs leave the gates"),
        lambda case: _mean([float(each.forced_out) for each in case.ways]),
        _share(Text("휠체어만 밖으로", "only wheelchairs leave")),
    ),
    Measure(
        "wheelchair_lifts",
        Half.NEED,
        Text("휠체어리프트", "wheelchair lifts"),
        lambda case: _mean([float(each.wheelchair_lifts > 0) for each in case.ways]),
        _share(Text("휠체어리프트", "wheelchair lift")),
    ),
    Measure(
        "no_way",
        Half.NEED,
        Text("휠체어만 못 감", "impossible for wheelchairs only"),
        lambda case: _mean([float(each.chair is None) for each in case.transfers if each.walker is not None]),
        _share(Text("걸어서만", "on foot only")),
    ),
    Measure(
        "single_lifts",
        Half.NEED,
        Text("하나에 달린 환승", "hanging on one lift"),
        lambda case: case.cut_off,
        _share(Text("하나만 멈춰도 끊김", "cut off by one lift")),
    ),
    Measure("survey", Half.GAP, Text("현장 조사", "field survey"), _survey_gap, _survey_told),
    Measure(
        "conflicts",
        Half.GAP,
        Text("자료가 다름", "sources differ"),
        lambda case: _mean([conflicts(each) for each in case.ways]),
        lambda _, value: Text(f"자료가 다른 곳 {_count(value)}", f"conflicts: {_count(value)}"),
    ),
    Measure(
        "unknown_ways",
        Half.GAP,
        Text("모르는 길", "unknown ways"),
        lambda case: _mean([float(each.chair is None and each.walker is None) for each in case.transfers]),
        _share(Text("길을 모름", "no way known")),
    ),
    Measure(
        "unknown_metres",
        Half.GAP,
        Text("모르는 거리", "unknown metres"),
        lambda case: _mean([share for each in case.ways if (share := _unmeasured(each)) is not None]),
        _share(Text("안 잰 구간", "unmeasured legs")),
    ),
)
"""What is measured, in the order told."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A measure at one station: its value, and how much of its half's score it makes (0 … 1); None if unknown."""

    measure: Measure
    value: float | None
    part: float | None
    told: Text | None


NO_WAY_KNOWN = Text(
    "어떤 길도 몰라서 필요는 다른 역의 평균으로 쳤어요",
    "no way through it is known: its need is taken as the others' mean",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A station in the ranking.

    Parameters
    ----------
    rank
        From 1; stations of equal score share it.
    need
        None where no way through the station is known: its score then takes the mean need of the others.
    """

    rank: int
    station: str
    name: StationName
    origin: tuple[float, float] | None
    score: float
    need: float | None
    gap: float
    transfers: int
    readings: tuple[Reading, ...]

    def reasons(self, count: int = 4) -> tuple[Text, ...]:
        """What weighs most, in words."""
        if self.need is None:
            return (NO_WAY_KNOWN, *(each.told for each in self.readings if each.part and each.told is not None))
        told = [each for each in self.readings if each.part and each.told is not None]
        heaviest = sorted(told, key=lambda each: -(each.part or 0.0))[:count]
        return tuple(each.told for each in told if each in heaviest and each.told is not None)

    def as_json(self) -> dict[str, Any]:
        """As `choose --json` writes it; its shape is `docs/schemas/choose.json`."""
        return {
            "rank": self.rank,
            "station": self.station,
            "name_ko": self.name.ko,
            "name_en": self.name.en,
            "score": round(self.score, 1),
            "need": None if self.need is None else round(self.need, 3),
            "gap": round(self.gap, 3),
            "transfers": self.transfers,
            "measures": {
                each.measure.id: None if each.value is None else round(each.value, 3) for each in self.readings
            },
            "reasons_ko": [each.ko for each in self.reasons()],
            "reasons_en": [each.en for each in self.reasons()],
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """A station with its two halves, before it has a rank; `need` None where nothing of it is known."""

    station: Station
    transfers: int
    need: float | None
    gap: float
    readings: tuple[Reading, ...]


def judge(station: Station, case: Case, weights: Mapping[str, Weight]) -> Judged:
    """Measure a station, and weigh it."""
    values = {each.id: each.value(case) for each in MEASURES}
    readings = tuple(
        Reading(each, value, part, None if value is None else each.told(case, value))
        for half in Half
        for each, value, part in _parts([each for each in MEASURES if each.half is half], values, weights)
    )
    needs = [each.part for each in readings if each.measure.half is Half.NEED and each.part is not None]
    gap = sum(each.part or 0.0 for each in readings if each.measure.half is Half.GAP)
    return Judged(station, len(case.transfers), sum(needs) if needs else None, gap, readings)


def _parts(
    measures: Sequence[Measure], values: Mapping[str, float | None], weights: Mapping[str, Weight]
) -> Iterator[tuple[Measure, float | None, float | None]]:
    """Each measure, its value, and its share of its half: its weight among the known, times how full it is."""
    known = sum(weights[each.id].weight for each in measures if values[each.id] is not None)
    for each in measures:
        value, weight = values[each.id], weights[each.id]
        counts = value is not None and known > 0
        yield each, value, weight.weight / known * min(1.0, (value or 0.0) / weight.full_at) if counts else None


def rank(judged: Sequence[Judged]) -> tuple[Choice, ...]:
    """The stations, most worth a visit first; equal scores by id."""
    stand_in = _mean([each.need for each in judged if each.need is not None]) or 0.0
    scores = {each.station.id: 100 * (stand_in if each.need is None else each.need) * each.gap for each in judged}
    ordered = sorted(judged, key=lambda each: (-round(scores[each.station.id], 6), each.station.id))
    ranks: dict[float, int] = {}
    for place, each in enumerate(ordered, 1):
        ranks.setdefault(round(scores[each.station.id], 6), place)
    return tuple(
        Choice(
            ranks[round(scores[each.station.id], 6)],
            each.station.id,
            each.station.name,
            each.station.origin,
            scores[each.station.id],
            each.need,
            each.gap,
            each.transfers,
            each.readings,
        )
        for each in ordered
    )
