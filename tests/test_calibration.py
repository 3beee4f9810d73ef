"""The fitted figures of `data/costs.csv`, computed again from the surveys; and how well they foretell them.

`docs/cost-model.md` tells the method. The table stays as it is until somebody fits it again and writes down why.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from shared import REPOSITORY, shared_data

from muui_maps.model import Link, LinkKind, PlaceKind, Seconds, SurveyRun
from muui_maps.names import normal_level
from muui_maps.network.graph import floor_number
from muui_maps.network.routes import default_costs
from muui_maps.profiles import PROFILES, Way, times
from muui_maps.survey.runs import read_runs
from muui_maps.workspace import bundled_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

CHAIR = "manual_wheelchair"
DOCS = ("cost-model.md", "cost-model.ko.md")
PILOTS = {
    "nowon": "노원",
    "konkuk-univ": "건대입구",
    "gasan-digital-complex": "가산디지털단지",
    "daerim": "대림",
    "express-bus-terminal": "고속터미널",
}


def _cited(term: str, kind: str) -> tuple[float, float, float]:
    figure = default_costs()[term, kind, CHAIR]
    return figure.low, figure.typical, figure.high


@dataclass(frozen=True)
class Surveyed:
    """A surveyed transfer as the fit sees it."""

    station: str
    seconds: float
    metres: float
    lifts: int
    wheelchair_lifts: int
    staffed_gates: int
    tapped_gates: int
    storeys: float


def _surveyed() -> list[Surveyed]:
    path = shared_data() / "muui" / "muui_2016_surveyed_transfers.json"
    return [_counted(card) for card in json.loads(path.read_text(encoding="utf-8"))]


def _counted(card: dict[str, Any]) -> Surveyed:
    gates = [item for leg in card["legs"] for item in leg["items"] if "개찰구" in item]
    staffed = sum("역무원" in gate for gate in gates)
    floors = [floor_number(normal_level(leg["floor"]) or "") for leg in card["legs"]]
    return Surveyed(
        station=card["station"],
        seconds=60.0 * card["minutes"],
        metres=sum(sum(leg["metres"]) for leg in card["legs"]),
        lifts=card["elevators"],
        wheelchair_lifts=card["lifts"],
        staffed_gates=staffed,
        tapped_gates=len(gates) - staffed,
        storeys=sum(abs((a or 0) - (b or 0)) for a, b in pairwise(floors)),
    )


def _design(cards: list[Surveyed]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rides as columns; what the published figures leave of the surveyed seconds."""
    moving, riding = _cited("moving", "")[1], _cited("riding", "elevator")[1]
    staffed, tapped = _cited("gate", "staff_call")[1], _cited("gate", "tap")[1]
    rest = [
        card.seconds
        - card.metres / moving
        - card.storeys * riding
        - card.staffed_gates * staffed
        - card.tapped_gates * tapped
        for card in cards
    ]
    return np.array([[card.lifts, card.wheelchair_lifts] for card in cards], float), np.array(rest)


def _fit(rides: NDArray[np.float64], rest: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.linalg.lstsq(rides, rest, rcond=None)[0], float)


def test_the_survey_holds_what_the_fit_is_said_to_rest_on() -> None:
    cards = _surveyed()
    assert len(cards) == 12
    assert [sum(getattr(card, what) for card in cards) for what in ("lifts", "wheelchair_lifts")] == [30, 4]
    assert [sum(getattr(card, what) for card in cards) for what in ("staffed_gates", "tapped_gates")] == [8, 4]


def test_waits_are_the_least_squares_fit_with_its_standard_error() -> None:
    rides, rest = _design(_surveyed())
    fitted = _fit(rides, rest)
    residuals = rest - rides @ fitted
    variance = residuals @ residuals / (len(rest) - 2)
    errors = np.sqrt(variance * np.diag(np.linalg.inv(rides.T @ rides)))
    for kind, value, error in zip(("elevator", "wheelchair_lift"), fitted, errors, strict=True):
        assert _cited("waiting", kind) == pytest.approx((value - error, value, value + error), abs=0.5)


def test_the_staffed_gate_is_as_wide_in_proportion_as_the_lift() -> None:
    low, typical, high = _cited("waiting", "elevator")
    assert _cited("gate", "staff_call")[1] == pytest.approx(1.65 * 60, abs=0.5)
    assert _cited("gate", "staff_call")[0] == pytest.approx(99 * low / typical, abs=0.5)
    assert _cited("gate", "staff_call")[2] == pytest.approx(99 * high / typical, abs=1)


def test_the_error_of_foretelling_a_transfer_unseen_is_the_one_in_the_docs() -> None:
    rides, rest = _design(_surveyed())
    errors = []
    for unseen in range(len(rest)):
        seen = np.arange(len(rest)) != unseen
        errors.append(abs(rest[unseen] - rides[unseen] @ _fit(rides[seen], rest[seen])) / 60)
    mean, median = float(np.mean(errors)), float(np.median(errors))
    for name in DOCS:
        text = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
        told = re.search(r"\| (?:leave-one-out|하나 빼고 맞추기) \| ([\d.]+) \| ([\d.]+) \|", text)
        assert told, name
        assert (float(told[1]), float(told[2])) == pytest.approx((mean, median), abs=0.05)


# ── the five pilots: they come with the program ──────────────────────────────


def _foretold(run: SurveyRun) -> Seconds:
    """The minutes of a surveyed transfer by the table, from its own metres, lifts and gates."""
    return sum((_told(link, way) for link, way in _links(run)), Seconds(0, 0, 0))


def _told(link: Link, way: Way) -> Seconds:
    return times(link, way, PROFILES[CHAIR], default_costs()).total()


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
                    Link(item.item, "a", "b", kind, staff_call=item.note != "tap" if kind is LinkKind.GATE else None),
                    way,
                )


def test_the_five_pilots_are_foretold_as_the_docs_say() -> None:
    covered, near, rows = 0, 0, []
    for pilot, name in PILOTS.items():
        (run,) = read_runs(bundled_folder() / "stations" / pilot / "survey.csv").runs
        told = _foretold(run)
        low, typical, high = (seconds / 60 for seconds in (told.low, told.typical, told.high))
        covered += low <= run.minutes_chair <= high
        near += abs(typical / run.minutes_chair - 1) <= 0.25
        rows.append(f"| {name} | {run.minutes_chair:g} | {low:.1f} – **{typical:.1f}** – {high:.1f} |")
        assert high / low < 1.6, "a range of use"
    assert covered >= 4
    assert near >= 4
    for doc in DOCS:
        assert "\n".join(rows) in (REPOSITORY / "docs" / doc).read_text(encoding="utf-8")


# ── lengths that nobody measured ─────────────────────────────────────────────


def _legs_by_place() -> dict[PlaceKind, list[float]]:
    """Surveyed metres of a leg by what the leg runs through; a concourse is cut into equal parts by its gates."""
    path = shared_data() / "muui" / "muui_2016_surveyed_transfers.json"
    found: dict[PlaceKind, list[float]] = {kind: [] for kind in PlaceKind}
    for card in json.loads(path.read_text(encoding="utf-8")):
        for leg in card["legs"]:
            if metres := sum(leg["metres"]):
                gates = sum("개찰구" in item for item in leg["items"])
                found[_kind(leg["place"])].append(metres / (gates + 1))
    return found


def _kind(place: str) -> PlaceKind:
    if "외부" in place:
        return PlaceKind.STREET
    if any(word in place for word in ("중간층", "이동 구간", "지나감")):
        return PlaceKind.PASSAGE
    return PlaceKind.CONCOURSE if "대합실" in place else PlaceKind.PLATFORM


def test_an_assumed_length_is_the_median_of_the_surveyed_legs() -> None:
    for kind, metres in _legs_by_place().items():
        figure = default_costs()["assumed_length", kind, ""]
        expected = np.percentile(metres, [10, 50, 90])
        assert (figure.low, figure.typical, figure.high) == pytest.approx(tuple(expected), abs=0.05)
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
