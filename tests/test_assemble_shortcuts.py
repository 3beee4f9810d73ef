"""No way that skips a ride: equal labels of two lines, one lift for two, and what other texts say of a stop.

A false way is worse than none for who can't take stairs.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from gaon import Gaon, acts_of, findings, links, route_of

from muui_maps.assemble.match import HALL, Matcher
from muui_maps.assemble.units import UnitDraft
from muui_maps.assemble.walks import Mention, Spot, walk_of
from muui_maps.model import Endpoint, LinkKind, PlaceKind, Station, Text, UnitKind
from muui_maps.network.routes import find_route
from muui_maps.profiles import profile


def rides(station: Station, start: str, end: str) -> list[str]:
    """The units that a wheelchair rides from a platform to another, in order."""
    ends = [Endpoint(*each.split(":")) for each in (start, end)]
    route = find_route(station, *ends, profile=profile("manual_wheelchair"), ignore_status=True)
    return [ride.unit for ride in route.rides]


def equal_labels() -> Gaon:
    """Line 4's platform and Line 7's concourse are both called B2, and lie on different floors.

    4:B1   concourse ── passage ── ?환승 (no register) ──┐
             │ 내부1                                     │
    4:B2   ══ 나래, 다온 ══                7:B2  concourse
                                             │ 1
                                    7:B4   ══ 라온, 마루 ══
    """
    gaon = Gaon()
    gaon.platform("4", "B2", shape="island")
    gaon.platform("7", "B4", shape="island")
    gaon.unit("4:EV:내부1", "B2|B1", doors="나래:8-4|다온:3-1", place="platform")
    gaon.unit("7:EV:1", "B4|B2", doors="라온:4-4|마루:5-1", place="platform")
    gaon.route(
        "4:나래 > 7:마루",
        """
        alight platform level=B2 line=4 direction=나래
        ride elevator place=concourse
        go concourse level=B1
        go passage line=7
        ride elevator place=transfer
        go concourse level=B2 line=7
        ride elevator line=7 direction=마루
        go platform level=B4 line=7 direction=마루
        """,
    )
    gaon.route(
        "7:마루 > 4:나래",
        """
        alight platform level=B4 line=7 direction=마루
        ride elevator place=transfer_concourse
        go transfer_concourse level=B2
        ride elevator place=transfer line=4
        go concourse level=B1 line=4
        ride elevator line=4 direction=나래
        go platform level=B2 line=4 direction=나래
        """,
    )
    return gaon


@pytest.mark.parametrize(("start", "end"), [("4:나래", "7:마루"), ("7:마루", "4:나래")])
def test_a_concourse_is_not_the_platform_of_another_line_that_has_its_label(
    start: str, end: str, tmp_path: Path
) -> None:
    station = equal_labels().station(tmp_path)
    used = rides(station, start, end)
    assert len(used) == 3, "to walk from 4:B2 to 7:B2 would skip two lifts"
    assert {"4:EV:내부1", "7:EV:1"} <= set(used)
    assert [each for each in used if ":?" in each], "the lift between the concourses is none of the register"


def test_two_lifts_that_one_text_rides_in_a_row_are_two(tmp_path: Path) -> None:
    """Up from Line 4's platform to the passage, down from it to Line 7's concourse: both between a B1 and a B2.

    4:B2 ══ platform    B1 passage    7:B2 concourse    7:B3 ══ platform
           └── lift 3 or 4 ──┘└── another ──┘    └── lift ──┘
    """
    gaon = Gaon()
    gaon.platform("4", "B2", shape="island")
    gaon.platform("7", "B3", shape="island")
    gaon.unit("7:WL:3", "B2|B1", toward_line="4", place="passage")
    gaon.unit("7:WL:4", "B2|B1", toward_line="4", place="passage")
    gaon.route(
        "4:나래 > 7:마루",
        """
        alight platform level=B2 line=4 direction=나래
        ride wheelchair_lift place=passage
        go passage level=B1 line=7
        ride wheelchair_lift
        go concourse level=B2 line=7
        ride wheelchair_lift
        go platform level=B3 line=7 direction=마루
        """,
    )
    gaon.route(
        "7:마루 > 4:나래",
        """
        alight platform level=B3 line=7 direction=마루
        ride wheelchair_lift place=passage
        go concourse level=B2
        ride wheelchair_lift place=passage
        go passage level=B1
        ride wheelchair_lift line=4 direction=나래
        go platform level=B2 line=4 direction=나래
        """,
    )
    station = gaon.station(tmp_path)
    for ends in (("4:나래", "7:마루"), ("7:마루", "4:나래")):
        assert len(set(rides(station, *ends))) == 3, ends
    both = {link.id for link in links(station, LinkKind.WALKWAY) if "train:4" in link.id and "7:" in link.id}
    assert not [each for each in both if "@B2~train" in each and "?마루" in each]


def test_an_unknown_end_is_the_stop_that_other_texts_name(tmp_path: Path) -> None:
    """Lift 내부1 stops on B4, B3 and B2; the passage to Line 7 begins on B3, as one of two texts says."""
    gaon = Gaon()
    gaon.platform("4", "B4", shape="island")
    gaon.platform("7", "B2", shape="island")
    gaon.unit("4:EV:내부1", "B4|B3|B2", doors="나래:8-4|다온:3-1", place="platform")
    gaon.unit("7:EV:4", "B3|B2", doors="마루:1-1|라온:2-1", place="platform")
    gaon.route(
        "4:나래 > 7:마루",
        """
        alight platform level=B4 line=4 direction=나래
        ride elevator place=concourse
        go concourse level=B3
        ride elevator line=7 direction=마루
        go platform level=B2 line=7 direction=마루
        """,
    )
    gaon.route(
        "7:마루 > 4:나래",
        """
        alight platform level=B2 line=7 direction=마루
        ride elevator place=transfer line=4
        go passage line=4
        ride elevator line=4 direction=나래
        go platform level=B4 line=4 direction=나래
        """,
    )
    station = gaon.station(tmp_path)
    assert rides(station, "4:나래", "7:마루") == ["4:EV:내부1", "7:EV:4"]
    assert rides(station, "7:마루", "4:나래") == ["7:EV:4", "4:EV:내부1"]
    ridden = {link.id for link in station.links if link.unit == "4:EV:내부1"}
    assert not [each.id for each in links(station, LinkKind.WALKWAY) if "4:EV:내부1@B2" in each.id and "7:" in each.id]
    assert "4:EV:내부1:B4>B3" in ridden


def test_a_door_named_by_the_terminus_is_one_of_the_next_station(tmp_path: Path) -> None:
    """The register says 끝샘, where trains by way of 마루 end."""
    gaon = equal_labels()
    gaon.segment("7", "마루", "끝샘")
    gaon.unit("7:EV:2", "B4|B2", doors="끝샘:1-1", place="platform")
    station = gaon.station(tmp_path)
    (lift,) = [each for each in station.units if each.id == "7:EV:2"]
    assert [door.direction for door in lift.doors] == ["마루"]
    assert not findings(station, "unit_place_unknown")


def transfer_lift(*, left_out: bool) -> Gaon:
    """Lifts to B1 on both lines, and one more between the two B1, which the text towards 라온 may leave out."""
    gaon = Gaon()
    gaon.platform("4", "B2", shape="island")
    gaon.platform("7", "B3", shape="island")
    gaon.unit("4:EV:내부1", "B2|B1", doors="나래:8-4|다온:3-1", place="platform")
    gaon.unit("7:EV:1", "B3|B1", doors="마루:1-1|라온:2-1", place="platform")
    for direction in ("마루", "라온"):
        lift = "" if left_out and direction == "라온" else "ride elevator place=concourse line=7"
        gaon.route(
            f"4:나래 > 7:{direction}",
            f"""
            alight platform level=B2 line=4 direction=나래
            ride elevator place=concourse
            go concourse level=B1
            go passage line=7
            {lift}
            go concourse level=B1 line=7
            ride elevator line=7 direction={direction}
            go platform level=B3 line=7 direction={direction}
            """,
        )
    return gaon


def test_a_text_that_leaves_out_a_lift_which_another_one_rides_makes_no_way_around_it(tmp_path: Path) -> None:
    station = transfer_lift(left_out=True).station(tmp_path)
    for direction in ("마루", "라온"):
        assert len(rides(station, "4:나래", f"7:{direction}")) == 3, direction
    (finding,) = findings(station, "walk_changes_level")
    assert "라온" in finding.message.ko
    assert "Raon" in finding.message.en


def test_where_all_texts_walk_one_walks(tmp_path: Path) -> None:
    gaon = transfer_lift(left_out=True)
    gaon.tables["official_routes"] = [row for row in gaon.tables["official_routes"] if "라온" in str(row)]
    station = gaon.station(tmp_path)
    assert rides(station, "4:나래", "7:라온") == ["4:EV:내부1", "7:EV:1"]
    assert not findings(station, "walk_changes_level")


def test_the_platform_of_a_branch_is_no_part_of_the_lines_island(tmp_path: Path) -> None:
    """Line 4 has a branch to 샛별: its platform is reached from the others by two lifts.

    B1      ──────── concourse ────────
              │ 내부1            │ (no register)
    B2  ══ 나래, 다온 ══      ══ 샛별 ══
    """
    gaon = Gaon()
    gaon.segment("4", "가온", "샛별")
    gaon.platform("4", "B2", shape="island")
    gaon.unit("4:EV:내부1", "B2|B1", doors="나래:8-4|다온:3-1", place="platform")
    for direction in ("나래", "다온"):
        gaon.route(
            f"4:{direction} > 4:샛별",
            f"""
            alight platform level=B2 line=4 direction={direction}
            ride elevator place=concourse
            go concourse level=B1
            ride elevator line=4 direction=샛별
            go platform level=B2 line=4 direction=샛별
            """,
        )
    station = gaon.station(tmp_path)
    assert len(rides(station, "4:나래", "4:샛별")) == 2
    assert rides(station, "4:나래", "4:샛별")[0] == "4:EV:내부1"
    places = {each.direction: each.place for each in station.platforms if each.line == "4"}
    assert places["나래"] == places["다온"] != places["샛별"]


def test_a_text_that_ends_on_the_opposite_platform_makes_no_way_to_the_one_it_is_filed_under(tmp_path: Path) -> None:
    """Line 4 has side platforms; the text filed under 다온 leads to that of 나래."""
    gaon = Gaon()
    gaon.platform("4", "B2", shape="side")
    gaon.platform("7", "B3", shape="island")
    gaon.unit("7:EV:1", "B3|B2", doors="마루:1-1|라온:2-1", place="platform")
    for direction in ("나래", "다온"):
        gaon.route(
            f"7:마루 > 4:{direction}",
            """
            alight platform level=B3 line=7 direction=마루
            ride elevator place=concourse
            go concourse level=B2
            go platform direction=나래 line=4
            """,
        )
    station = gaon.station(tmp_path)
    assert [link.id for link in station.links if "train:4:나래" in link.id and "7:EV:1" in link.id]
    assert not [link.id for link in station.links if "train:4:다온" in link.id and "7:EV:1" in link.id]


def test_platforms_on_other_floors_are_not_joined_by_a_text_without_rides(tmp_path: Path) -> None:
    gaon = equal_labels()
    gaon.route("4:다온 > 7:라온", "go platform line=7 direction=라온")
    station = gaon.station(tmp_path)
    assert len(rides(station, "4:다온", "7:라온")) == 3
    assert findings(station, "walk_changes_level")


def test_a_lift_of_the_other_line_that_is_walked_to_is_boarded_on_ones_own_platform() -> None:
    acts = """
        alight platform level=2F line=4 direction=나래
        go elevator line=7
        ride elevator place=transfer
        go concourse level=2F line=7
        ride elevator line=7 direction=마루
        go platform level=1F line=7 direction=마루
    """
    route = route_of("4:나래 > 7:마루")
    first = walk_of(route, acts_of(route.route_id, acts)).rides[0]
    assert (first.start.line, first.start.direction, first.start.on_platform) == ("4", "나래", True)
    assert (first.line, first.end.line) == ("7", "7")


def test_a_ride_that_does_not_say_where_it_ends_does_not_end_on_the_platform_of_a_third_line() -> None:
    """A text of Line 9 names a wheelchair lift of Line 7 and no floor; the known one leads to Line 4's platform."""
    known = UnitDraft(
        "7:WL:?나래", UnitKind.WHEELCHAIR_LIFT, "7", "?나래", ("B2", "B3"), Text("나래", "Narae"), in_register=False
    )
    known.homes = {"B2": "4", "B3": HALL}
    matcher = Matcher({known.id: known}, {("4", "나래"): "B2"}, {}, lambda name: Text(name, name))
    passage = Spot("7", None, PlaceKind.PASSAGE)
    assert matcher.match(Mention("r", 1, UnitKind.WHEELCHAIR_LIFT, passage, Spot(), line="7")) is None
    here = Spot("4", "B2", PlaceKind.PLATFORM, "나래")
    back = matcher.match(Mention("r", 1, UnitKind.WHEELCHAIR_LIFT, passage, here, line="7"))
    assert back is not None
    assert back.stops == {known.id: ("B3", "B2")}
