"""Which unit a ride means: sets of units, sides of the platform, exits, and units that no register has."""

from __future__ import annotations

from itertools import permutations

from muui_maps.assemble.match import FAR, NEAR, Match, Matcher, another_unit
from muui_maps.assemble.units import UnitDraft, unit_name
from muui_maps.assemble.walks import Mention, Spot
from muui_maps.model import Door, Evidence, Method, PlaceKind, PlatformShape, Text, UnitKind

HERE = Evidence("texts", "2", "2025-08-11", Method.OFFICIAL)
PLATFORMS = {("4", "나래"): "3F", ("4", "다온"): "3F", ("7", "라온"): "B3", ("7", "마루"): "B3"}


def lift(
    unit_id: str,
    *labels: str,
    doors: tuple[Door, ...] = (),
    exits: tuple[str, ...] = (),
    toward_line: str | None = None,
    toward: tuple[str, ...] = (),
) -> UnitDraft:
    line, kind, number = unit_id.split(":")
    return UnitDraft(
        unit_id, UnitKind(kind), line, number, labels, unit_name(number), doors, exits, toward_line, toward
    )


def matcher(*units: UnitDraft, island: bool = False, **more: object) -> Matcher:
    shape = PlatformShape.ISLAND if island else PlatformShape.SIDE
    shapes = {"4": shape, "7": PlatformShape.ISLAND}
    toward = lambda name: Text(f"{name} 방면", f"for {name}")  # noqa: E731 - one line says it
    return Matcher({unit.id: unit for unit in units}, PLATFORMS, shapes, toward, **more)  # type: ignore[arg-type]


def platform(line: str, direction: str) -> Spot:
    return Spot(line, PLATFORMS[line, direction], PlaceKind.PLATFORM, direction)


def concourse(line: str, label: str | None = None) -> Spot:
    return Spot(line, label, PlaceKind.CONCOURSE)


STREET = Spot(None, "1F", PlaceKind.STREET)
NARAE_UP = Mention("r", 1, UnitKind.ELEVATOR, platform("4", "나래"), concourse("4", "2F"), line="4")


def stops(match: Match | None) -> dict[str, tuple[str, str]]:
    return dict(match.stops) if match else {}


# ── the register's units ─────────────────────────────────────────────────────


def test_an_ambiguous_ride_means_the_set_of_units_that_fit() -> None:
    """나래 platform 3F has two lifts to the one concourse on 2F."""
    both = [lift(f"4:EV:{n}", "2F", "3F", doors=(Door("나래", n, 1),)) for n in (2, 8)]
    assert stops(matcher(*both).match(NARAE_UP)) == {"4:EV:2": ("3F", "2F"), "4:EV:8": ("3F", "2F")}


def test_the_one_whose_door_or_direction_the_text_names_is_meant() -> None:
    narae = lift("4:EV:1", "2F", "3F", doors=(Door("나래", 8, 4),))
    daon = lift("4:EV:2", "2F", "3F", doors=(Door("다온", 2, 1),))
    up = Mention("r", 1, UnitKind.ELEVATOR, concourse("4", "2F"), concourse("4", "3F"), line="4")
    assert stops(matcher(narae, daon).match(up)).keys() == set()  # a lift beside a door stands on the platform there
    named = Mention("r", 1, UnitKind.ELEVATOR, concourse("4", "2F"), Spot("4"), line="4", directions=("다온",))
    assert stops(matcher(narae, daon).match(named)) == {"4:EV:2": ("2F", "3F")}


def test_a_side_platforms_lift_does_not_serve_the_other_side_but_an_islands_does() -> None:
    daon_lift = lift("4:EV:2", "2F", "3F", doors=(Door("다온", 2, 1),))
    assert matcher(daon_lift).match(NARAE_UP) is None
    assert stops(matcher(daon_lift, island=True).match(NARAE_UP)) == {"4:EV:2": ("3F", "2F")}


def test_an_exit_number_chooses_the_lift_and_a_survey_may_know_it_by_another() -> None:
    at_2, at_5 = (lift(f"4:EV:외부{n}", "1F", "2F", exits=(n,)) for n in ("2", "5"))
    down = Mention("r", 2, UnitKind.ELEVATOR, concourse("4", "2F"), STREET, line="4", exits=("5",))
    assert stops(matcher(at_2, at_5).match(down)) == {"4:EV:외부5": ("2F", "1F")}
    by_7 = Mention("r", 2, UnitKind.ELEVATOR, concourse("4", "2F"), STREET, line="4", exits=("7",))
    assert matcher(at_2, at_5).match(by_7) is None
    assert stops(matcher(at_2, at_5, same_exit={"4:EV:외부2": ("2", "7")}).match(by_7)).keys() == {"4:EV:외부2"}


def test_a_lift_at_an_exit_is_no_ride_between_two_floors_inside() -> None:
    inside = Mention("r", 2, UnitKind.ELEVATOR, concourse("4", "1F"), concourse("4", "2F"), line="4")
    assert matcher(lift("4:EV:외부1", "1F", "2F", exits=("2",))).match(inside) is None


def test_an_open_end_means_the_ride_to_an_end_stop_not_to_one_between() -> None:
    """Three stops B3–B2–B1: `엘리베이터 탑승` on the platform goes up to B1."""
    three = lift("7:EV:1", "B3", "B2", "B1", doors=(Door("라온", 4, 4),))
    up = Mention("r", 1, UnitKind.ELEVATOR, platform("7", "라온"), Spot("7"), line="7")
    assert stops(matcher(three).match(up)) == {"7:EV:1": ("B3", "B1")}


def test_a_stop_on_its_own_lines_platform_is_none_on_another_lines_of_the_same_label() -> None:
    """4:3F is a platform; so is 7:3F. The lift beside a door of line 4 opens on the former."""
    across = Mention("r", 1, UnitKind.ELEVATOR, concourse("4", "2F"), Spot("7", "3F", PlaceKind.PLATFORM, "마루"))
    assert matcher(lift("4:EV:1", "2F", "3F", doors=(Door("나래", 8, 4),))).match(across) is None
    assert stops(matcher(lift("4:EV:2", "2F", "3F")).match(across)) == {"4:EV:2": ("2F", "3F")}


def test_a_lift_is_no_wheelchair_lift() -> None:
    assert matcher(lift("4:WL:1", "2F", "3F")).match(NARAE_UP) is None


def test_nobody_takes_a_lift_up_and_at_once_down_again() -> None:
    one = lift("4:EV:1", "2F", "3F", doors=(Door("나래", 8, 4),))
    assert matcher(one).match(NARAE_UP, ridden={"4:EV:1"}) is None


def test_a_wheelchair_lift_of_the_transfer_passage_is_known_by_its_purpose_not_by_floors() -> None:
    """The register says 2F–B1; the text rides it from 4:1F to 7:B1, in its own words."""
    passage = lift("7:WL:3", "2F", "B2", toward_line="4", toward=("나래",))
    other = lift("7:WL:4", "2F", "B2", toward_line="4", toward=("다온",))
    ride = Mention("r", 1, UnitKind.WHEELCHAIR_LIFT, concourse("4", "1F"), concourse("7", "B1"), directions=("나래",))
    assert stops(matcher(passage, other).match(ride)) == {"7:WL:3": (FAR, NEAR)}


# ── units that no register has ───────────────────────────────────────────────


def test_a_ride_unknown_to_the_register_is_one_unit_for_all_texts() -> None:
    down = Mention("나래-마루", 5, UnitKind.ELEVATOR, STREET, concourse("7", "B1"), line="7", exits=("3",))
    up = Mention("마루-나래", 4, UnitKind.ELEVATOR, concourse("7", "B1"), STREET, line="7", exits=("3",))
    texts = matcher()
    first = texts.add_route_only(down, HERE)
    assert stops(texts.match(up)) == {"7:EV:?3번출구": ("B1", "1F")}
    assert stops(first) == {"7:EV:?3번출구": ("1F", "B1")}
    (unit,) = texts.units.values()
    assert unit.number.startswith("?")
    assert not unit.in_register
    assert unit.words == Text("7호선 3번 출구 옆 엘리베이터", "Line 7 lift by exit 3")


def test_one_name_between_other_floors_is_another_unit() -> None:
    """9:B5 ═ B4, a passage, B4 ═ B2: joined into one lift, it would skip the passage."""
    low = Mention(
        "r", 1, UnitKind.ELEVATOR, platform("7", "마루"), concourse("7", "B2"), line="7", directions=("마루",)
    )
    high = Mention(
        "r", 2, UnitKind.ELEVATOR, concourse("7", "B2"), concourse("7", "B1"), line="7", directions=("마루",)
    )
    texts = matcher()
    texts.add_route_only(low, HERE)
    texts.add_route_only(high, HERE)
    assert sorted(texts.units) == ["7:EV:?마루", "7:EV:?마루(B1-B2)"]
    assert [texts.units[each].name.en for each in sorted(texts.units)] == ["for 마루", "for 마루 B1-B2"]


def test_a_name_tells_its_floors_once_and_counts_where_they_are_told_already() -> None:
    """Else a list of lifts says `B2-B3 B2-B3`, `for 마루 ?` and `for 마루 B1-B2'`."""
    assert another_unit("?B2-B3", Text("B2-B3", "B2-B3"), "B2-B3") == ("?B2-B3(B2-B3)", Text("B2-B3 (2)", "B2-B3 (2)"))
    assert another_unit("?마루", Text("마루 방면", "for 마루"), "?")[1] == Text("마루 방면 (2)", "for 마루 (2)")
    number, name = another_unit("?마루(B1-B2)", Text("마루 방면 B1-B2", "for 마루 B1-B2"), "B1-B2")
    assert (number, name.en) == ("?마루(B1-B2)'", "for 마루 B1-B2 (2)")
    assert another_unit(number, name, "B1-B2")[1].en == "for 마루 B1-B2 (3)"


def test_the_stops_of_a_ride_whose_floors_no_text_says_are_still_two() -> None:
    """Else boarding and leaving would be one spot, and one could walk through the lift."""
    unsaid = Mention("r", 1, UnitKind.ELEVATOR, Spot("4"), Spot("7"), line="4")
    back = Mention("q", 1, UnitKind.ELEVATOR, Spot("7"), Spot("4"), line="4")
    texts = matcher()
    (there,) = texts.add_route_only(unsaid, HERE).stops.values()
    (again,) = texts.add_route_only(back, HERE).stops.values()
    assert there[0] != there[1]
    assert again == (there[1], there[0])
    one_line = Mention("r", 1, UnitKind.ELEVATOR, Spot("4"), Spot("4"), line="4", directions=("나래",))
    ((start, end),) = matcher().add_route_only(one_line, HERE).stops.values()
    assert start != end


def test_a_car_number_in_the_text_becomes_a_door_of_the_unit_it_makes() -> None:
    up = Mention("r", 1, UnitKind.ELEVATOR, platform("4", "나래"), concourse("4", "2F"), line="4", car=6)
    texts = matcher()
    texts.add_route_only(up, HERE)
    assert texts.units["4:EV:?나래"].doors == (Door("나래", 6, None),)


def test_the_order_of_the_units_does_not_matter() -> None:
    units = [
        lift("4:EV:1", "2F", "3F", doors=(Door("나래", 8, 4),)),
        lift("4:EV:2", "2F", "3F", doors=(Door("나래", 2, 1),)),
        lift("4:EV:3", "2F", "3F", doors=(Door("다온", 2, 1),)),
        lift("4:EV:외부1", "1F", "2F", exits=("2",)),
    ]
    answers = [stops(matcher(*order).match(NARAE_UP)) for order in permutations(units)]
    assert all(answer == {"4:EV:1": ("3F", "2F"), "4:EV:2": ("3F", "2F")} for answer in answers)
