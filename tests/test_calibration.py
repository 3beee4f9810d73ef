"""The fitted figures of `data/costs.csv`, computed again from the surveys; and how well they foretell them.

`docs/cost-model.md` tells the method. The table stays as it is until somebody fits it again and writes down why.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from shared import REPOSITORY, shared_data

from muui_maps.insight.minutes import CHAIR, fitted, legs_by_kind, lifts, storeys, unpriced_s
from muui_maps.model import Link, LinkKind, PlaceKind, Seconds, SurveyRun
from muui_maps.names import normal_level
from muui_maps.network.graph import floor_number
from muui_maps.network.routes import default_costs
from muui_maps.profiles import GATE_SIDE, PROFILES, Costs, Way, at_train, times
from muui_maps.survey.runs import read_runs
from muui_maps.workspace import bundled_folder

if TYPE_CHECKING:
    from collections.abc import Iterator


DOCS = ("cost-model.md", "cost-model.ko.md")
PILOTS = {
    "nowon": "노원",
    "konkuk-univ": "건대입구",
    "gasan-digital-complex": "가산디지털단지",
    "daerim": "대림",
    "express-bus-terminal": "고속터미널",
}


@cache
def _runs() -> tuple[SurveyRun, ...]:
    """The surveyed transfers that come with the program."""
    files = sorted((bundled_folder() / "stations").glob("*/survey.csv"))
    return tuple(run for file in files for run in read_runs(file).runs)


def _figure(term: str, kind: str, costs: Costs | None = None) -> tuple[float, float, float]:
    figure = (costs or default_costs())[term, kind, CHAIR]
    return figure.low, figure.typical, figure.high


def test_the_survey_holds_what_the_fit_is_said_to_rest_on() -> None:
    """Counted again from the cards themselves, where they lie beside the checkout."""
    runs = {run.station: run for run in _runs()}
    assert len(runs) == 12
    cards = json.loads((shared_data() / "muui" / "muui_2016_surveyed_transfers.json").read_text(encoding="utf-8"))
    assert sum(lifts(run) for run in runs.values()) == sum(card["elevators"] for card in cards) == 30
    assert sum(run.minutes_chair for run in runs.values()) == sum(card["minutes"] for card in cards)
    surveyed = sum(item.length_m or 0 for run in runs.values() for leg in run.legs for item in leg.items)
    assert surveyed == sum(sum(leg["metres"]) for card in cards for leg in card["legs"])


def test_every_surveyed_change_rides_something() -> None:
    """The times at the trains say nothing of a change across one platform: a route there says so."""
    ridden = {LinkKind.ELEVATOR, LinkKind.WHEELCHAIR_LIFT}
    assert all(any(link.kind in ridden for link, _ in _links(run)) for run in _runs())


def test_the_table_is_the_fit_over_all_surveys() -> None:
    costs = fitted(default_costs(), _runs())
    for key, figure in default_costs().figures.items():
        again = costs.figures[key]
        assert (again.low, again.typical, again.high) == pytest.approx(
            (figure.low, figure.typical, figure.high), abs=0.5
        ), key


def test_trains_and_wheelchair_lifts_are_the_least_squares_fit() -> None:
    """By another way than the program's: a matrix, with the residual spread and the standard error of the slope."""
    rides = np.array([[1.0, sum(i.item == "wheelchair_lift" for leg in r.legs for i in leg.items)] for r in _runs()])
    rest = np.array([unpriced_s(run, default_costs()) for run in _runs()])
    found = np.linalg.lstsq(rides, rest, rcond=None)[0]
    left = rest - rides @ found
    spread = float(np.sqrt(left @ left / (len(rest) - 2)))
    error = spread * float(np.sqrt(np.linalg.inv(rides.T @ rides)[1, 1]))
    train, lift = found
    told = [_foretold(run, _certain_trains(default_costs())) for run in _runs()]
    others = float(np.mean([(each.high - each.low) / 2 for each in told]))
    wide = float(np.sqrt(spread**2 - others**2))
    assert _figure("train", "") == pytest.approx(((train - wide) / 2, train / 2, (train + wide) / 2), abs=0.6)
    assert _figure("waiting", "wheelchair_lift") == pytest.approx((lift - error, lift, lift + error), abs=0.5)


def _certain_trains(costs: Costs) -> Costs:
    """The table as if the time at trains never varied: what is left of a range is that of the other terms."""
    figures = {
        key: replace(figure, low=figure.typical, high=figure.typical) if key[0] == "train" else figure
        for key, figure in costs.figures.items()
    }
    return Costs(MappingProxyType(figures))


def test_a_range_holds_four_surveys_of_five_whose_station_it_has_not_seen() -> None:
    """From surveyed metres, lifts and gates, by the figures of the other stations; in whole minutes, as printed."""
    held, widest = 0, 0.0
    for run in _runs():
        costs = fitted(default_costs(), [other for other in _runs() if other.station != run.station])
        told = _foretold(run, costs)
        held += round(told.low / 60) <= run.minutes_chair <= round(told.high / 60)
        widest = max(widest, told.high / told.low)
    assert held >= 0.8 * len(_runs())
    assert widest < 2.1, "a range of use"


def test_fitted_as_well_a_lift_comes_to_the_wait_that_is_published() -> None:
    """Why the published wait stands: the surveys, asked for it beside the trains, say the same."""
    lift, published = _lift_fit(with_trains=True), _figure("waiting", "elevator")[1]
    assert lift == pytest.approx(published, abs=1)


def test_a_search_weighs_a_lift_as_the_fit_without_trains_does() -> None:
    caution = default_costs()["caution", "elevator", CHAIR].typical
    assert _figure("waiting", "elevator")[1] + caution == pytest.approx(_lift_fit(with_trains=False), abs=0.5)


def _lift_fit(*, with_trains: bool) -> float:
    """Seconds of a lift by least squares, beside those of a wheelchair lift."""
    wait = _figure("waiting", "elevator")[1]
    columns = [[1.0] * len(_runs())] if with_trains else []
    columns.append([float(lifts(run)) for run in _runs()])
    columns.append([float(sum(i.item == "wheelchair_lift" for leg in r.legs for i in leg.items)) for r in _runs()])
    rest = np.array([unpriced_s(run, default_costs()) + wait * lifts(run) for run in _runs()])
    return float(np.linalg.lstsq(np.array(columns).T, rest, rcond=None)[0][-2])


def test_the_staffed_gate_is_a_sixth_wide_either_way() -> None:
    low, typical, high = _figure("gate", "staff_call")
    assert typical == pytest.approx(1.65 * 60, abs=0.5)
    assert (low, high) == pytest.approx((typical * 88 / 108, typical * 127 / 108), abs=1)


def test_the_error_of_foretelling_a_transfer_unseen_is_the_one_in_the_docs() -> None:
    """From its own surveyed metres, lifts and gates, by the figures of the other surveys."""
    errors = []
    for run in _runs():
        costs = fitted(default_costs(), [other for other in _runs() if other is not run])
        told = _foretold(run, costs)
        errors.append(abs(told.typical / 60 - run.minutes_chair))
    mean, median = float(np.mean(errors)), float(np.median(errors))
    for name in DOCS:
        text = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
        told_there = re.search(r"\| (?:leave-one-out|하나 빼고 맞추기) \| ([\d.]+) \| ([\d.]+) \|", text)
        assert told_there, name
        assert (float(told_there[1]), float(told_there[2])) == pytest.approx((mean, median), abs=0.01)


def _foretold(run: SurveyRun, costs: Costs) -> Seconds:
    """The minutes of a surveyed transfer by the table, from its own metres, storeys, lifts and gates."""
    rides = sum(link.kind in {LinkKind.ELEVATOR, LinkKind.WHEELCHAIR_LIFT} for link, _ in _links(run))
    train = at_train(PROFILES[CHAIR], costs)
    return sum((_told(link, way, costs, storeys(run) / max(rides, 1)) for link, way in _links(run)), train + train)


def _told(link: Link, way: Way, costs: Costs, levels: float) -> Seconds:
    return times(link, replace(way, levels=levels), PROFILES[CHAIR], costs).total()


# ── the five pilots: they come with the program ──────────────────────────────


def _links(run: SurveyRun) -> Iterator[tuple[Link, Way]]:
    kinds = {
        "elevator": LinkKind.ELEVATOR,
        "building_lift": LinkKind.ELEVATOR,
        "wheelchair_lift": LinkKind.WHEELCHAIR_LIFT,
        "gate": LinkKind.GATE,
    }
    for leg in run.legs:
        way = Way(leg.place)
        for item in leg.items:
            if item.length_m is not None:
                yield Link("walk", "a", "b", LinkKind.WALKWAY, length_m=item.length_m), way
            if item.item in kinds:
                kind = kinds[item.item]
                yield (
                    Link(
                        item.item,
                        "a",
                        "b",
                        kind,
                        staff_call=item.note == "staff_call" if kind is LinkKind.GATE else None,
                    ),
                    way,
                )


def test_the_five_pilots_are_foretold_as_the_docs_say() -> None:
    covered, near, rows = 0, 0, []
    for pilot, name in PILOTS.items():
        (run,) = read_runs(bundled_folder() / "stations" / pilot / "survey.csv").runs
        told = _foretold(run, default_costs())
        low, typical, high = (seconds / 60 for seconds in (told.low, told.typical, told.high))
        covered += low <= run.minutes_chair <= high
        near += abs(typical / run.minutes_chair - 1) <= 0.25
        rows.append(f"| {name} | {run.minutes_chair:g} | {low:.1f} – **{typical:.1f}** – {high:.1f} |")
        by_wheelchair_lift = any(link.kind is LinkKind.WHEELCHAIR_LIFT for link, _ in _links(run))
        assert high / low < (1.8 if by_wheelchair_lift else 1.6), "a range of use"
    assert covered >= 4
    assert near >= 4
    for doc in DOCS:
        assert "\n".join(rows) in (REPOSITORY / "docs" / doc).read_text(encoding="utf-8")


# ── lengths that nobody measured ─────────────────────────────────────────────


def test_an_assumed_length_is_the_median_of_the_surveyed_legs() -> None:
    found = legs_by_kind(_runs())
    assert set(found) == {*PlaceKind, GATE_SIDE}
    for kind, metres in found.items():
        figure = default_costs()["assumed_length", kind, ""]
        expected = np.percentile(metres, [10, 50, 90])
        assert (figure.low, figure.typical, figure.high) == pytest.approx(tuple(expected), abs=0.05)
        assert f" {len(metres)} surveyed legs" in figure.source


def test_a_search_takes_what_nobody_measured_indoors_for_the_longest_there_is() -> None:
    found = legs_by_kind(_runs())
    indoors = {
        PlaceKind.PLATFORM: found[PlaceKind.PLATFORM],
        PlaceKind.CONCOURSE: found[PlaceKind.CONCOURSE] + found[GATE_SIDE],
        PlaceKind.PASSAGE: found[PlaceKind.PASSAGE],
    }
    for kind, metres in indoors.items():
        figure = default_costs()["caution", kind, ""]
        assert figure.typical == pytest.approx(float(np.percentile(metres, 90)), abs=0.05)
        assert f" {len(metres)} surveyed legs" in figure.source


def test_a_storey_is_the_median_rise_per_level_of_the_operators_lifts() -> None:
    import openpyxl

    path = shared_data() / "seoul" / "seoulmetro_lift_heights_20260211.xlsx"
    book = openpyxl.load_workbook(path, read_only=True)
    rises = [rise for row in book.worksheets[0].iter_rows(min_row=3, values_only=True) if (rise := _rise(row))]
    book.close()
    figure = default_costs()["storey", "", ""]
    assert f"{len(rises)} lifts" in figure.note
    expected = tuple(np.percentile(rises, [10, 50, 90]))
    assert (figure.low, figure.typical, figure.high) == pytest.approx(expected, abs=0.06)


def _rise(row: tuple[Any, ...]) -> float | None:
    """Metres per level; None where the stops or the height are not given plainly."""
    floors = [floor_number(normal_level(stop) or "") for stop in str(row[6]).split("-")]
    known = [floor for floor in floors if floor is not None]
    if len(known) < len(floors) or len(known) < 2 or not isinstance(row[7], int | float):
        return None
    span = max(known) - min(known)
    return row[7] / 1000 / span if span else None
