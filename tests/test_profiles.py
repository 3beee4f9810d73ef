"""Who refuses what, what a link costs whom, and a table of figures that vouches for every number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from drawn_station import drawn

from muui_maps.errors import InputRefusedError, UnknownNameError
from muui_maps.model import Link, LinkKind, PlaceKind, Text, Unit, UnitKind
from muui_maps.network.routes import default_costs
from muui_maps.profiles import (
    PROFILES,
    RIDES,
    Way,
    at_train,
    burden,
    calls_staff,
    profile,
    read_costs,
    refusal,
    times,
)

if TYPE_CHECKING:
    from pathlib import Path

STAIRS, ESCALATOR, MOVING_WALK = LinkKind.STAIRS, LinkKind.ESCALATOR, LinkKind.MOVING_WALK
WHEELCHAIR_LIFT = LinkKind.WHEELCHAIR_LIFT


def _link(kind: LinkKind, **options: object) -> Link:
    return Link("l", "a", "b", kind, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("traveller", "refused"),
    [
        ("manual_wheelchair", {STAIRS, ESCALATOR, MOVING_WALK}),
        ("powered_wheelchair", {STAIRS, ESCALATOR, MOVING_WALK}),
        ("lift_averse", {STAIRS, ESCALATOR, MOVING_WALK, WHEELCHAIR_LIFT}),
        ("stroller", {STAIRS, ESCALATOR, WHEELCHAIR_LIFT}),
        ("walker", {WHEELCHAIR_LIFT}),
    ],
)
def test_each_traveller_refuses_just_these_kinds(traveller: str, refused: set[LinkKind]) -> None:
    assert {kind for kind in LinkKind if refusal(_link(kind), None, profile(traveller))} == refused


def test_unknown_traveller_is_told_who_there_is() -> None:
    with pytest.raises(UnknownNameError) as caught:
        profile("cyclist")
    assert caught.value.exit_code == 3
    assert caught.value.existing == tuple(PROFILES)


@pytest.mark.parametrize(("width_mm", "taken"), [(760, False), (800, True), (820, True), (None, True)])
def test_powered_chair_needs_the_wide_wheelchair_lift(width_mm: int | None, taken: bool) -> None:  # noqa: FBT001
    lift = Unit("7:WL:1", UnitKind.WHEELCHAIR_LIFT, "7", "1", Text("1", "1"), (), width_mm=width_mm)
    link = _link(WHEELCHAIR_LIFT, unit="7:WL:1")
    assert (refusal(link, lift, profile("powered_wheelchair")) is None) is taken
    assert refusal(link, lift, profile("manual_wheelchair")) is None


def test_every_limit_is_dated_and_cited() -> None:
    limits = [limit for each in PROFILES.values() for limit in each.limits.values()]
    assert limits
    assert all(limit.value > 0 and limit.unit and limit.source and limit.date for limit in limits)


@pytest.mark.parametrize("staff_call", [True, None])
def test_whoever_needs_the_wide_gate_calls_staff_unless_a_card_is_known_to_do(staff_call: bool | None) -> None:  # noqa: FBT001
    gate = _link(LinkKind.GATE, staff_call=staff_call)
    assert {each.id for each in PROFILES.values() if calls_staff(gate, each)} == set(PROFILES) - {"walker"}


def test_nobody_calls_staff_where_a_card_does() -> None:
    gate = _link(LinkKind.GATE, staff_call=False)
    assert not any(calls_staff(gate, each) for each in PROFILES.values())


# ── prices ───────────────────────────────────────────────────────────────────


def test_moving_riding_and_waiting_are_three_terms() -> None:
    costs, chair = default_costs(), profile("manual_wheelchair")
    walk = times(_link(LinkKind.WALKWAY, length_m=120.0), Way(PlaceKind.STREET), chair, costs)
    assert walk.moving.typical == 120
    assert walk.total() == walk.moving
    lift = times(_link(LinkKind.ELEVATOR), Way(PlaceKind.PLATFORM, levels=2), chair, costs)
    assert lift.riding.typical == pytest.approx(2 * 8.9)
    assert lift.waiting.typical == 40.8
    assert lift.moving.high == lift.gates.high == 0
    gate = times(_link(LinkKind.GATE, staff_call=True), Way(PlaceKind.CONCOURSE), chair, costs)
    assert gate.total() == gate.gates
    assert gate.gates.typical == 99


def test_unknown_length_is_priced_as_assumed_and_printed_as_a_wide_range() -> None:
    costs, chair = default_costs(), profile("manual_wheelchair")
    unknown = times(_link(LinkKind.WALKWAY), Way(PlaceKind.PLATFORM), chair, costs).moving
    known = times(_link(LinkKind.WALKWAY, length_m=35.0), Way(PlaceKind.PLATFORM), chair, costs).moving
    assert unknown.typical == known.typical
    assert unknown.low < known.low / 2
    assert unknown.high > known.high * 2


def test_error_of_position_widens_the_time_and_leaves_the_typical() -> None:
    costs, chair, link = default_costs(), profile("manual_wheelchair"), _link(LinkKind.WALKWAY, length_m=50.0)
    sure = times(link, Way(PlaceKind.CONCOURSE), chair, costs).moving
    unsure = times(link, Way(PlaceKind.CONCOURSE, error_m=60.0), chair, costs).moving
    assert unsure.low == 0 < sure.low
    assert unsure.typical == sure.typical
    assert unsure.high > 2 * sure.high


def test_a_walker_is_faster_than_a_chair_but_inside_a_lift() -> None:
    costs, walker, chair = default_costs(), profile("walker"), profile("manual_wheelchair")
    for link in (_link(LinkKind.WALKWAY, length_m=100.0), _link(LinkKind.GATE)):
        on_foot, in_chair = (times(link, Way(PlaceKind.CONCOURSE), who, costs).total() for who in (walker, chair))
        assert on_foot.typical < in_chair.typical
    lift = _link(LinkKind.ELEVATOR)
    inside = [times(lift, Way(PlaceKind.CONCOURSE), who, costs).total().typical for who in (walker, chair)]
    assert inside[0] == inside[1]
    assert at_train(walker, costs).high == 0 < at_train(chair, costs).low


def test_one_side_of_a_gate_is_assumed_shorter_than_a_whole_concourse() -> None:
    costs, chair, link = default_costs(), profile("manual_wheelchair"), _link(LinkKind.WALKWAY)
    whole = times(link, Way(PlaceKind.CONCOURSE), chair, costs).moving
    side = times(link, Way(PlaceKind.CONCOURSE, at_gate=True), chair, costs).moving
    assert side.high < whole.low
    assert burden(link, Way(PlaceKind.CONCOURSE, at_gate=True), chair, costs) == burden(
        link, Way(PlaceKind.CONCOURSE), chair, costs
    ), "a search takes what nobody measured for the longest there is"


def test_a_wheelchair_lift_outweighs_any_time() -> None:
    costs, chair = default_costs(), profile("manual_wheelchair")
    lift = burden(_link(WHEELCHAIR_LIFT), Way(PlaceKind.CONCOURSE), chair, costs)
    hour_on_the_road = burden(_link(LinkKind.WALKWAY, length_m=1e9), Way(PlaceKind.STREET), chair, costs)
    assert lift > hour_on_the_road


def test_a_unit_that_the_register_lacks_weighs_more_but_takes_no_longer() -> None:
    costs, chair, link = default_costs(), profile("manual_wheelchair"), _link(LinkKind.ELEVATOR)
    known, stranger = Way(PlaceKind.CONCOURSE), Way(PlaceKind.CONCOURSE, in_register=False)
    assert burden(link, stranger, chair, costs) > burden(link, known, chair, costs)
    assert times(link, stranger, chair, costs) == times(link, known, chair, costs)


# ── the table of figures ─────────────────────────────────────────────────────

HEADER = "term,kind,profile,low,typical,high,unit,source,date,note\n"


def test_every_traveller_finds_every_figure() -> None:
    costs = default_costs()
    for who in PROFILES:
        assert costs["moving", "", who].unit == "m/s"
        assert {costs["gate", kind, who].unit for kind in ("tap", "staff_call")} == {"s"}
        for kind in PlaceKind:
            assert costs["assumed_length", kind, who].unit == "m"
        for ride in RIDES:
            assert costs["riding", ride, who].unit == "s/level"


@pytest.mark.parametrize(
    "row",
    [
        "gate,tap,,20,18,30,s,somebody,2020,",  # typical below low
        "gate,tap,,18,18,nan,s,somebody,2020,",
        "gate,tap,,0,18,20,s,somebody,2020,",
        "gate,tap,,-1,18,20,s,somebody,2020,",
        "gate,tap,,18,18,inf,s,somebody,2020,",
        "gate,tap,,18,soon,20,s,somebody,2020,",
        "gate,tap,,18,18,18,,somebody,2020,",
        "gate,tap,,18,18,18,s,,2020,",
        "gate,tap,,18,18,18,s,somebody,,",
        "gate,tap,,18",
    ],
)
def test_a_figure_without_order_unit_source_or_date_is_refused(tmp_path: Path, row: str) -> None:
    table = tmp_path / "costs.csv"
    table.write_text(HEADER + "gate,staff_call,,1,2,3,s,somebody,2020,\n" + row + "\n", encoding="utf-8")
    with pytest.raises(InputRefusedError) as caught:
        read_costs(table)
    (finding,) = caught.value.findings
    assert (finding.file, finding.row) == ("costs.csv", 3)


def test_a_figure_that_stands_twice_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "costs.csv"
    table.write_text(HEADER + "gate,tap,,1,2,3,s,a,2020,\n" * 2, encoding="utf-8")
    with pytest.raises(InputRefusedError):
        read_costs(table)


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "costs.csv"
    table.write_text("term,low,high\ngate,1,2\n", encoding="utf-8")
    with pytest.raises(InputRefusedError) as caught:
        read_costs(table)
    assert caught.value.findings[0].row == 1


def test_a_missing_figure_is_named(tmp_path: Path) -> None:
    table = tmp_path / "costs.csv"
    table.write_text(HEADER, encoding="utf-8")
    with pytest.raises(InputRefusedError, match="gate tap walker"):
        read_costs(table)["gate", "tap", "walker"]


def test_the_drawing_reads_widths() -> None:
    station = drawn("p platform 7:B3 in 7:중계\nc concourse 7:B1 in\n---\np.a == 7:WL:1 == c.a width=760\n")
    assert station.units[0].width_mm == 760
