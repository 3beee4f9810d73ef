"""What the whole city's texts taught: which of two lifts, how far one reaches, and platforms that no text describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from gaon import Gaon, findings
from test_assemble_shortcuts import rides

from muui_maps.errors import NoRouteError
from muui_maps.model import LinkKind

if TYPE_CHECKING:
    from pathlib import Path

    from muui_maps.model import Station


def two_lifts_to_two_floors() -> Gaon:
    """Line 7's platform B2 has a lift up to B1 and one down to the passage B3; the way back names neither floor."""
    gaon = Gaon()
    gaon.platform("4", "B4", shape="island")
    gaon.platform("7", "B2", shape="side")
    gaon.unit("4:EV:내부1", "B4|B3", doors="나래:8-4|다온:3-1", place="platform")
    gaon.unit("7:EV:1", "B2|B1", doors="마루:5-4", place="platform")
    gaon.unit("7:EV:3", "B3|B2", doors="마루:6-4", place="platform")
    gaon.route(
        "4:나래 > 7:마루",
        """
        alight platform level=B4 line=4 direction=나래
        ride elevator place=concourse
        go concourse level=B3
        go passage line=7
        ride elevator line=7 direction=마루
        go platform level=B2 line=7 direction=마루
        """,
    )
    return gaon


BACK = """
    alight platform level=B2 line=7 direction=마루
    ride elevator place=transfer line=4
    go passage
    go concourse line=4
    ride elevator line=4 direction=나래
    go platform level=B4 line=4 direction=나래
"""


def test_which_of_two_lifts_a_text_means_the_opposite_text_tells(tmp_path: Path) -> None:
    gaon = two_lifts_to_two_floors()
    gaon.route("7:마루 > 4:나래", BACK)
    station = gaon.station(tmp_path)
    assert rides(station, "7:마루", "4:나래") == ["7:EV:3", "4:EV:내부1"]
    assert rides(station, "4:나래", "7:마루") == ["4:EV:내부1", "7:EV:3"], "not up to B1 by the quicker lift"
    assert not findings(station, "ride_ambiguous")


@pytest.mark.parametrize(("rise_m", "reaches"), [(8.0, "B3"), (20.0, "B1")])
def test_a_lift_stops_no_further_than_its_rise_reaches(rise_m: float, reaches: str, tmp_path: Path) -> None:
    """The register says B5–B1. Texts ride from that platform to B3: with 8 m it is the same lift, with 20 another."""
    gaon = Gaon()
    gaon.platform("4", "B3", shape="island")
    gaon.platform("7", "B5", shape="island")
    gaon.unit("7:EV:2", "B5|B1", doors="마루:1-1|라온:8-4", place="platform")
    gaon.height("7:EV:2", "B5|B1", rise_m)
    gaon.route(
        "7:마루 > 4:나래",
        """
        alight platform level=B5 line=7 direction=마루
        ride elevator place=transfer line=4
        go platform level=B3 line=4 direction=나래
        """,
    )
    station = gaon.station(tmp_path)
    (lift,) = [unit for unit in station.units if unit.id == "7:EV:2"]
    assert {level.partition(":")[2] for level in lift.levels} == {"B5", reaches}
    assert bool(findings(station, "stops_by_rise")) is (reaches == "B3")
    assert (rides(station, "7:마루", "4:나래") == ["7:EV:2"]) is (reaches == "B3")


def test_a_ride_to_the_other_platform_is_no_ride_to_the_other_line(tmp_path: Path) -> None:
    """From 라온 down to the street, up to 마루's platform, and only from there by the transfer lift to Line 4."""
    gaon = Gaon()
    gaon.platform("4", "1F")
    gaon.platform("7", "2F", shape="side")
    gaon.unit("7:EV:1", "1F|2F", doors="라온:7-2", place="platform")
    gaon.unit("7:EV:2", "1F|2F", doors="마루:1-4", place="platform")
    last = """
        ride elevator place=transfer line=4
        go elevator level=2F line=4 direction=나래
        ride elevator line=4 direction=나래
        go platform level=1F line=4 direction=나래
    """
    gaon.route("7:마루 > 4:나래", f"alight platform level=2F line=7 direction=마루\n go elevator line=4\n{last}")
    gaon.route(
        "7:라온 > 4:나래",
        f"""
        alight platform level=2F line=7 direction=라온
        ride elevator line=7 direction=라온
        go elevator level=1F line=7 direction=마루
        ride elevator line=7 direction=마루
        go elevator line=4
        {last}
        """,
    )
    station = gaon.station(tmp_path)
    from_there = rides(station, "7:마루", "4:나래")
    assert len(from_there) == 2
    assert rides(station, "7:라온", "4:나래") == ["7:EV:1", "7:EV:2", *from_there]


def test_the_floor_of_the_hall_before_it_is_not_the_platforms(tmp_path: Path) -> None:
    """A text ends `(B1) concourse, to the platform`: that is on B2, as its own text and lift say, and no walk away."""
    gaon = Gaon()
    gaon.platform("4", "B3", shape="island")
    gaon.platform("7", None, shape="side")
    gaon.unit("4:EV:내부1", "B3|B1", doors="나래:8-4|다온:3-1", place="platform")
    gaon.unit("7:EV:1", "B2|B1", doors="마루:8-3", place="platform")
    gaon.route(
        "7:마루 > 4:다온",
        """
        alight platform level=B2 line=7 direction=마루
        ride elevator place=concourse
        go concourse level=B1
        go concourse line=4
        ride elevator line=4 direction=다온
        go platform level=B3 line=4 direction=다온
        """,
    )
    for count in range(3):  # however often it is said
        gaon.route(
            "4:나래 > 7:마루",
            """
            alight platform level=B3 line=4 direction=나래
            ride elevator place=concourse
            go concourse level=B1
            go passage line=7
            go platform line=7 direction=마루
            """,
            route_id=f"S1:{count}",
        )
    station = gaon.station(tmp_path)
    assert {each.level for each in station.platforms if each.line == "7"} == {"7:B2"}
    assert rides(station, "4:나래", "7:마루") == ["4:EV:내부1", "7:EV:1"]
    assert findings(station, "walk_changes_level")


def unknown_floors(way: str) -> Gaon:
    gaon = Gaon()
    gaon.route(
        "4:나래 > 7:마루",
        f"alight platform line=4 direction=나래\n{way}\ngo platform line=7 direction=마루",
    )
    return gaon


def test_a_platform_whose_floor_nobody_names_is_reached_all_the_same_and_told_of(tmp_path: Path) -> None:
    way = "ride elevator place=passage\ngo concourse level=B1\nride elevator line=7 direction=마루"
    station = unknown_floors(way).station(tmp_path)
    assert len(rides(station, "4:나래", "7:마루")) == 2
    assert len(findings(station, "platform_level_unknown")) == 2
    assert {level.elevation_m for level in station.levels if level.label == "?"} == {None}, "unknown is not the ground"


def test_two_unknown_floors_are_not_one(tmp_path: Path) -> None:
    """A text without any ride joins no platforms where another one of the two lines rides."""
    gaon = unknown_floors("go passage line=7")
    gaon.route(
        "4:다온 > 7:마루",
        """
        alight platform line=4 direction=다온
        ride elevator place=passage
        go concourse level=B1
        ride elevator line=7 direction=마루
        go platform line=7 direction=마루
        """,
    )
    station = gaon.station(tmp_path)
    assert findings(station, "walk_changes_level")
    with pytest.raises(NoRouteError):
        rides(station, "4:나래", "7:마루")


def test_a_direction_further_along_is_the_platform_of_the_next_station(tmp_path: Path) -> None:
    gaon = two_lifts_to_two_floors()
    gaon.segment("7", "마루", "끝샘")
    gaon.route("7:끝샘 > 4:나래", BACK.replace("마루", "끝샘"))
    station = gaon.station(tmp_path)
    assert sorted(each.next_station.ko for each in station.directions if each.line == "7") == ["라온", "마루"]
    assert rides(station, "7:마루", "4:나래") == ["7:EV:3", "4:EV:내부1"]


def test_a_text_for_two_directions_counts_for_both(tmp_path: Path) -> None:
    gaon = two_lifts_to_two_floors()
    gaon.route("7:마루|라온 > 4:나래|다온", BACK.replace(" direction=마루", "").replace(" direction=나래", ""))
    station = gaon.station(tmp_path)
    assert rides(station, "7:마루", "4:다온")
    assert not findings(station, "route_unplaced")


def test_where_one_text_rides_and_its_opposite_does_not_nobody_rolls(tmp_path: Path) -> None:
    """Both halls are called B1. One text takes a lift between them; the way back forgets it."""
    gaon = Gaon()
    gaon.platform("4", "B2", shape="island")
    gaon.platform("7", "B3", shape="island")
    gaon.unit("4:EV:내부1", "B2|B1", doors="나래:8-4|다온:3-1", place="platform")
    gaon.unit("7:EV:1", "B3|B1", doors="라온:4-4|마루:5-1", place="platform")
    gaon.route(
        "4:나래 > 7:마루",
        """
        alight platform level=B2 line=4 direction=나래
        ride elevator place=concourse
        go concourse level=B1
        ride elevator place=transfer
        go concourse line=7
        ride elevator line=7 direction=마루
        go platform level=B3 line=7 direction=마루
        """,
    )
    gaon.route(
        "7:마루 > 4:나래",
        """
        alight platform level=B3 line=7 direction=마루
        ride elevator place=concourse
        go concourse level=B1
        go concourse line=4
        ride elevator line=4 direction=나래
        go platform level=B2 line=4 direction=나래
        """,
    )
    station = gaon.station(tmp_path)
    assert len(rides(station, "7:마루", "4:나래")) == 3
    assert not _walks_between(station, "4:EV:내부1@B1", "7:EV:1@B1")


def _walks_between(station: Station, first: str, second: str) -> list[str]:
    return [
        link.id for link in station.links if link.kind is LinkKind.WALKWAY and {link.start, link.end} == {first, second}
    ]
