"""What is lost when a lift is out: drawn small enough to check by hand, and asked as an operator would."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from drawn_station import drawn
from jsonschema import Draft202012Validator
from test_schemas import faults, validator

from muui_maps.api import load, open_atlas
from muui_maps.build import Wish
from muui_maps.build import plan_b as drawn_plan_b
from muui_maps.errors import NoRouteError
from muui_maps.fingerprint import surroundings
from muui_maps.maps.outage_words import burden_text, more_text, told
from muui_maps.maps.summary import plan_b_notes
from muui_maps.model import Direction, Endpoint, Seconds, Station, StationName, Status, Text
from muui_maps.network.outages import Burden, Effect, StationOutages, Trip, plan_b, ranking, station_outages
from muui_maps.network.routes import find_route
from muui_maps.profiles import PROFILES

CHAIR = PROFILES["manual_wheelchair"]
FOUR, SEVEN, STREET = Endpoint("4", "상계"), Endpoint("7", "중계"), Endpoint()

# Line 4 has two lifts up to the concourse, the second further off; Line 7 has one; the street has one, and a wheelchair
# lift on the stairs beside it.
STATION = """
  p  platform   4:B2    in   4:상계
  c  concourse  4:B1    in
  q  platform   7:B3    in   7:중계
  o  concourse  4:B1    out
  st street     street  out
  ---
  p.train  -- 10 --       p.one
  p.one    == 4:EV:1 ==   c.one    rise=5
  p.train  -- 110 --      p.two
  p.two    == 4:EV:2 ==   c.two    rise=5
  c.one    -- 20 --       c.hall
  c.two    -- 20 --       c.hall
  c.hall   == 7:EV:1 ==   q.land   rise=-5
  q.land   -- 5 --        q.train
  c.hall   |tap|          o.gate
  o.gate   -- 10 --       o.lift
  o.lift   == 4:EV:3 ==   st.lift  rise=5
  st.lift  -- 10 --       st.exit:1
  o.gate   == 4:WL:1 ==   st.stair rise=5
  st.stair -- 10 --       st.exit:1  id=from_stairs
"""


def station(**status: Status) -> Station:
    built = drawn(STATION)
    units = tuple(
        replace(unit, status=status.get(unit.id.replace(":", "_"), unit.status), status_as_of="2025-10-01")
        for unit in built.units
    )
    directions = (
        Direction("4", StationName("상계", "Sanggye"), None),
        Direction("7", StationName("중계", "Junggye"), None),
    )
    return replace(built, units=units, exits=("1",), directions=directions)


def outages(*profiles: str, **status: Status) -> StationOutages:
    return station_outages(station(**status), profiles=[PROFILES[each] for each in profiles or ("manual_wheelchair",)])


def effects(found: StationOutages, *units: str) -> dict[Trip, Effect]:
    (outage,) = (each for each in (*found.singles, *found.pairs) if each.units == units)
    return {each.trip: each for each in outage.effects}


def seconds(time: Seconds | None) -> tuple[float, ...]:
    assert time is not None
    return time.low, time.typical, time.high


def lines(found: StationOutages, *units: str) -> list[str]:
    (outage,) = (each for each in (*found.singles, *found.pairs) if each.units == units)
    return [each.text.en for each in told(found.station, outage)]


# ── what is lost, what gets longer ───────────────────────────────────────────


def test_the_only_lift_of_a_platform_takes_its_transfers_and_its_street_with_it() -> None:
    found = effects(outages(), "7:EV:1")
    assert all(each.lost for each in found.values())
    assert set(found) == {
        Trip(FOUR, SEVEN),
        Trip(SEVEN, FOUR),
        Trip(SEVEN, STREET),
        Trip(STREET, SEVEN),
        Trip(SEVEN, Endpoint(exit="1")),
        Trip(Endpoint(exit="1"), SEVEN),
    }


def test_a_lift_that_another_stands_in_for_costs_just_the_detour() -> None:
    effect = effects(outages(), "4:EV:1")[Trip(FOUR, SEVEN)]
    assert effect.more is not None
    assert effect.by == ("4:EV:2",)
    # 110 m instead of 10 m at a wheelchair's 1.0 m/s; both lifts take the same
    assert effect.more.typical == pytest.approx(100)
    assert effect.more.low <= 100 <= effect.more.high
    ours = find_route(station(), FOUR, SEVEN, profile=CHAIR, without=["4:EV:1"])
    assert seconds(effect.after) == pytest.approx(seconds(ours.seconds))
    usual = find_route(station(), FOUR, SEVEN, profile=CHAIR)
    assert seconds(effect.before) == pytest.approx(seconds(usual.seconds))
    assert not effect.lost
    assert (effect.goes_outside, effect.more_wheelchair_lifts, effect.more_assumed) == (False, 0, 0)


def test_the_further_lift_alone_changes_nothing_and_both_together_lose_all() -> None:
    found = outages()
    assert effects(found, "4:EV:2") == {}
    both = effects(found, "4:EV:1", "4:EV:2")
    assert Trip(FOUR, SEVEN) in both
    assert all(each.lost for each in both.values())


def test_a_pair_tells_only_what_neither_of_the_two_does_alone() -> None:
    found = outages()
    assert [each.units for each in found.pairs] == [("4:EV:1", "4:EV:2"), ("4:EV:3", "4:WL:1")]


def test_it_depends_on_who_travels_what_stands_in() -> None:
    found = outages("manual_wheelchair", "stroller", "lift_averse")
    (street,) = (each for each in found.singles if each.units == ("4:EV:3",))
    by_profile = {each.profile: each for each in street.effects if each.trip == Trip(SEVEN, STREET)}
    assert [by_profile[each].lost for each in ("manual_wheelchair", "stroller", "lift_averse")] == [False, True, True]
    assert by_profile["manual_wheelchair"].more_wheelchair_lifts == 1
    assert by_profile["manual_wheelchair"].by == ("4:WL:1",)


def test_a_unit_under_repair_is_told_by_what_its_repair_costs_now() -> None:
    found = outages(**{"4_EV_1": Status.UNDER_REPAIR})
    (now,) = (each for each in found.singles if each.out_now)
    assert now.units == ("4:EV:1",)
    assert effects(found, "4:EV:1")[Trip(FOUR, SEVEN)].by == ("4:EV:2",)
    # and the other lift has become the only one
    assert all(each.lost for each in effects(found, "4:EV:2").values())
    ignoring = station_outages(station(**{"4_EV_1": Status.UNDER_REPAIR}), profiles=[CHAIR], ignore_status=True)
    assert not any(each.out_now for each in ignoring.singles)
    assert effects(ignoring, "4:EV:2") == {}


@pytest.mark.parametrize("name", ["daerim", "konkuk-univ", "nowon"])
def test_every_effect_at_a_pilot_is_what_the_search_finds_without_the_unit(name: str) -> None:
    model = load(name).model
    found = station_outages(model, profiles=[CHAIR], pairs=True)
    checked = 0
    for outage in (*found.singles, *found.pairs[::3]):
        if outage.out_now:
            continue
        for effect in outage.effects[::4]:
            try:
                after = find_route(
                    model, effect.trip.start, effect.trip.end, profile=CHAIR, without=outage.units
                ).seconds
            except NoRouteError:
                assert effect.lost
            else:
                assert effect.after is not None
                assert effect.after.typical == pytest.approx(after.typical)
            checked += 1
    assert checked > 10


# ── the ranking ──────────────────────────────────────────────────────────────


def test_the_ranking_puts_what_loses_most_first_and_leaves_out_what_loses_nothing() -> None:
    ranked = ranking([outages("manual_wheelchair", "stroller")])
    # Line 7's lift: both transfers and the street; of the others, the street's lift loses two ways for strollers twice
    assert [(each.rank, each.unit) for each in ranked] == [(1, "7:EV:1"), (2, "4:EV:3"), (3, "4:EV:1")]
    assert ranked[0].burden == Burden(transfers_lost=2, platforms_cut_off=2)
    assert ranked[1].burden.platforms_cut_off == 4
    assert ranked[2].burden.trips_longer == 4
    assert ranked[2].burden.more_s == pytest.approx(4 * 100)


def test_equal_burdens_share_a_rank_in_a_stable_order() -> None:
    one = outages()
    two = replace(one, station=replace(one.station, id="another"))
    ranked = ranking([one, two])
    assert [(each.rank, each.station) for each in ranked[:2]] == [(1, "another"), (1, "drawn")]
    assert ranked[2].rank == 3
    assert ranking([two, one]) == ranked


def test_who_walks_does_not_rank() -> None:
    assert ranking([outages("walker")]) == ()


# ── plan B of a route ────────────────────────────────────────────────────────


def test_plan_b_has_a_route_or_none_for_each_unit_ridden() -> None:
    here = station()
    route = find_route(here, FOUR, SEVEN, profile=CHAIR)
    others = plan_b(here, route)
    assert list(others) == ["4:EV:1", "7:EV:1"]
    assert others["4:EV:1"] == find_route(here, FOUR, SEVEN, profile=CHAIR, without=["4:EV:1"])
    assert others["7:EV:1"] is None
    assert plan_b(here, route, without=["4:EV:2"])["4:EV:1"] is None


def test_a_map_tells_where_else_to_change_where_a_lift_has_no_other() -> None:
    nowon = load("nowon")
    route = nowon.route("4:상계", "7:중계").model
    others = drawn_plan_b(nowon, route, Wish())
    told = others["4:EV:외부1"]
    assert isinstance(told, Text)
    assert told.ko.startswith("미리 창동역, 도봉산역에서 갈아타기 · 열차 기다림 빼고 ")
    assert told.en.startswith("Earlier: change at Chang-dong, Dobongsan · ")
    assert told.en.endswith(" more, without waiting for trains")
    assert told in [note.body for note in plan_b_notes(nowon.model, route, others)]
    # to the street there is no train, and a station by itself knows none around it
    out = nowon.route("4:상계", "street").model
    assert drawn_plan_b(nowon, out, Wish())["4:EV:외부1"] is None
    assert drawn_plan_b(replace(nowon, beside=None), route, Wish())["4:EV:외부1"] is None


def test_turning_back_on_the_same_line_is_told_as_that() -> None:
    terminal = load("고속터미널")
    route = terminal.route("3:잠원", "9:사평").model
    others = drawn_plan_b(terminal, route, Wish())
    told = others["3:EV:내부1"]
    assert isinstance(told, Text)
    # past the station to the next one, back on the other side, and there to the other line
    assert told.ko.startswith("신사역에서 반대 방향으로 갈아타기 · 고속터미널역에서 갈아타기 · ")
    assert told.en.startswith("Change direction at Sinsa · change at Express Bus Terminal · ")


def test_what_is_surveyed_at_one_station_makes_no_map_of_another_again(workspace: Path) -> None:
    here = open_atlas(workspace)
    before = surroundings(here)
    survey = workspace / "stations" / "chang-dong" / "survey.csv"
    survey.parent.mkdir(parents=True)
    survey.write_text("x\n", encoding="utf-8")
    assert surroundings(open_atlas(workspace)) == before
    file = survey.parent / "station.toml"
    file.write_bytes((here.definition("창동").folder / "station.toml").read_bytes() + b"\n")
    assert surroundings(open_atlas(workspace)) != before


def test_a_walkers_map_is_drawn_though_stairs_are_no_unit(run: Run, tmp_path: Any) -> None:
    ends = ("--from", "4:상계", "--to", "7:중계")
    ran = run("map", "노원", *ends, "--profile", "walker", "--out", tmp_path)
    assert ran.code == 0, ran.err
    assert (tmp_path / "nowon" / "4-sanggye_7-junggye.ko.html").is_file()


# ── in words ─────────────────────────────────────────────────────────────────


def test_trips_lost_alike_are_one_line() -> None:
    found = outages("manual_wheelchair", "powered_wheelchair", "stroller", "lift_averse")
    assert lines(found, "7:EV:1") == [
        "Line 4 ↔ Line 7: lost — everybody on wheels",
        "Line 7 ↔ street: lost — everybody on wheels",
    ]
    (outage,) = (each for each in found.singles if each.units == ("7:EV:1",))
    assert told(found.station, outage)[0].text.ko == "4호선 ↔ 7호선: 끊겨요 — 바퀴로 다니는 모두"


def test_a_detour_says_how_much_longer_and_by_what() -> None:
    said = lines(outages(), "4:EV:1")
    assert said[0] == "Line 4 ↔ Line 7: 1–2 min more · by Line 4 lift 2 — manual wheelchair"
    street = lines(outages(), "4:EV:3")
    assert "1 more wheelchair lift" in street[0]


@pytest.mark.parametrize(
    ("low", "high", "ko", "en"),
    [
        (-100, 20, "1분 미만 더", "under 1 min more"),
        (-100, 200, "3분까지 더", "up to 3 min more"),
        (170, 190, "3분 더", "3 min more"),
        (60, 480, "1–8분 더", "1–8 min more"),
    ],
)
def test_more_minutes(low: float, high: float, ko: str, en: str) -> None:
    assert (more_text(low, high).ko, more_text(low, high).en) == (ko, en)


def test_a_burden_in_words() -> None:
    said = burden_text(Burden(8, 4, 2, 240.0))
    assert said.ko == "환승 8개 끊김 · 바깥 출입 4개 끊김 · 2개는 평균 2분 더"
    assert said.en == "8 transfers lost · 4 ways to the street lost · 2 longer, 2 min more on average"


# ── the command ──────────────────────────────────────────────────────────────


def test_the_command_answers_a_person_in_their_language(run: Run) -> None:
    korean = run("outages", "노원", "--lang", "ko")
    assert korean.code == 0, korean.err
    assert "노원역: 설비가 멈추면" in korean.out
    assert " 1. 4호선 엘리베이터 외부 1 — 환승 8개 끊김" in korean.out
    assert "4호선 ↔ 7호선: 끊겨요 — 바퀴로 다니는 모두" in korean.out
    english = run("outages", "nowon", "--profile", "manual_wheelchair")
    assert "Line 4 ↔ Line 7: lost — manual wheelchair" in english.out
    assert not any("가" <= letter <= "힣" for letter in english.out)


def test_a_ranking_of_several_stations(run: Run) -> None:
    ran = run("outages", "--set", "pilot", "--profile", "manual_wheelchair")
    assert ran.code == 0, ran.err
    rows = ran.out.splitlines()
    assert rows[0].split()[:2] == ["rank", "station"]
    assert rows[-1].startswith("5 stations · ")
    # 대림's lift 1 of Line 7 was under repair when the register was published
    assert [row for row in rows if "out now" in row and "Daerim" in row and "Line 7 lift 1" in row]


def test_the_json_keeps_its_contract(run: Run) -> None:
    ran = run("outages", "노원", "대림", "--profile", "stroller", "--json")
    assert ran.code == 0, ran.err
    assert faults("outages", ran.json) == []
    nowon = ran.json["stations"][0]
    assert len(nowon["units"]) == len([u for u in load("nowon").model.units if u.kind.value != "MW"])
    lost = [each for unit in nowon["units"] if unit["unit"] == "7:EV:1" for each in unit["effects"] if each["lost"]]
    assert lost
    assert all(each["after"] is None and each["more"] is None for each in lost)
    again = run("outages", "노원", "대림", "--profile", "stroller", "--json")
    assert again.out == ran.out


def test_the_contract_refuses_what_it_should(run: Run) -> None:
    checks: Draft202012Validator = validator("outages")
    good = run("outages", "nowon", "--profile", "stroller", "--json").json
    assert checks.is_valid(good)
    good["stations"][0]["pairs"][0]["units"].append("x")
    assert not checks.is_valid(good)


@pytest.mark.parametrize("arguments", [[], ["노원", "--all"], ["--all", "--set", "pilot"]], ids=" ".join)
def test_it_must_be_said_which_stations(run: Run, arguments: list[str]) -> None:
    assert run("outages", *arguments).code == 2


def test_a_traveller_or_station_that_does_not_exist_is_named(run: Run) -> None:
    assert run("outages", "노원", "--profile", "horse").code == 3
    assert run("outages", "노언").code == 3
