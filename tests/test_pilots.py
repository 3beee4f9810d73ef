"""The five pilot stations, end to end from the project's own data: accepted routes, and agreement with the sources."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from shared import REPOSITORY

from muui_maps.assemble.gather import gather
from muui_maps.insight.compare import OfficialComparison, SurveyComparison, compare_official, compare_surveys, figures
from muui_maps.insight.expected import expected_text, load_station, main
from muui_maps.insight.reasons import Reason
from muui_maps.model import LinkKind, Status
from muui_maps.workspace import data_folder, load_definition, station_ids, station_sets, stations_folder

if TYPE_CHECKING:
    from muui_maps.model import Station

PILOTS = next(each.stations for each in station_sets() if each.id == "pilot")


@cache
def station(station_id: str) -> Station:
    return load_station(station_id)


@cache
def official(station_id: str, *, ignore_status: bool) -> tuple[OfficialComparison, ...]:
    definition = load_definition(station_id)
    facts = gather((definition.name.ko,), definition.line_ids, folder=data_folder() / "facts")
    return compare_official(station(station_id), facts, ignore_status=ignore_status)


def all_official(*, ignore_status: bool) -> list[OfficialComparison]:
    return [each for pilot in PILOTS for each in official(pilot, ignore_status=ignore_status)]


def all_surveys() -> list[SurveyComparison]:
    return [each for pilot in PILOTS for each in compare_surveys(station(pilot), station(pilot).runs)]


@pytest.mark.parametrize("station_id", station_ids())
def test_the_routes_are_those_that_were_accepted(station_id: str) -> None:
    accepted = (REPOSITORY / "stations" / station_id / "expected.json").read_text(encoding="utf-8")
    assert expected_text(station(station_id)) == accepted, "`make expected` writes the file again; read the difference"


def test_all_56_official_routes_are_compared_and_at_least_80_percent_agree() -> None:
    found = figures(all_official(ignore_status=True), all_official(ignore_status=False), all_surveys())
    assert found.official == 56
    assert found.equal_ignoring_status >= 0.8 * found.official


def test_every_difference_has_a_checked_reason() -> None:
    for ignore_status in (True, False):
        for each in all_official(ignore_status=ignore_status):
            assert each.equal or each.reasons, each.route_id
            assert Reason.UNEXPLAINED not in each.reasons, each.route_id
            assert Reason.GATES_UNEXPLAINED not in each.reasons, each.route_id


@pytest.mark.parametrize(("station_id", "lines"), [("gasan-digital-complex", ("7", "1")), ("daerim", ("7", "2"))])
def test_lifts_alone_where_the_text_takes_a_wheelchair_lift(station_id: str, lines: tuple[str, str]) -> None:
    found = [each for each in official(station_id, ignore_status=True) if (each.start.line, each.end.line) == lines]
    assert len(found) == 4
    for each in found:
        assert Reason.LIFT_ONLY in each.reasons
        assert {ride.kind for ride in each.ours.rides} == {LinkKind.ELEVATOR}


def test_daerims_platform_for_sinpung_has_its_lift_under_repair() -> None:
    unit = next(unit for unit in station("daerim").units if unit.id == "7:EV:1")
    assert unit.status is Status.UNDER_REPAIR
    for each in official("daerim", ignore_status=False):
        if "신풍" in (each.start.direction, each.end.direction):
            assert each.ours.seconds is None
            assert {Reason.NO_ROUTE, Reason.UNIT_OUT_OF_SERVICE} <= set(each.reasons)
            assert any("under repair" in blocker.en for blocker in each.ours.blockers)


def test_the_surveyed_transfers_are_met() -> None:
    found = all_surveys()
    assert len(found) == 5
    assert sum(each.in_range for each in found) >= 4
    assert sum(each.typical_near for each in found) >= 4


def test_counts_of_lifts_and_gates_equal_the_survey_or_the_conflict_is_listed() -> None:
    for each in all_surveys():
        kinds = [ride.kind for ride in each.ours.rides]
        codes = {note.code for note in each.notes}
        assert (kinds.count(LinkKind.ELEVATOR) == each.elevators) != ("lifts_differ" in codes), each.run_id
        wheelchair_lifts = kinds.count(LinkKind.WHEELCHAIR_LIFT)
        assert (wheelchair_lifts == each.wheelchair_lifts) != ("wheelchair_lifts_differ" in codes), each.run_id
        assert (each.ours.gates == each.gates) != ("gates_differ" in codes), each.run_id


def test_writing_the_accepted_routes_again_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    file = stations_folder() / "nowon" / "expected.json"
    before = file.read_bytes()
    assert main(["nowon"]) == 0
    assert capsys.readouterr().out == ""
    assert file.read_bytes() == before
