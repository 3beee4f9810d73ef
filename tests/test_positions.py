"""Where things are: platforms along the track, lifts beside train doors, and what does not fit together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from gaon import Gaon, between, findings, leg, two_lines
from hypothesis import given, settings
from hypothesis import strategies as st

from muui_maps import geo
from muui_maps.model import Method

if TYPE_CHECKING:
    from pathlib import Path

    from muui_maps.model import Node, Station


def node(station: Station, node_id: str) -> Node:
    return next(each for each in station.nodes if each.id == node_id)


def at(station: Station, node_id: str) -> tuple[float, float]:
    found = node(station, node_id)
    assert found.x_m is not None
    assert found.y_m is not None
    return found.x_m, found.y_m


def test_a_platform_lies_along_the_track_towards_the_next_station(tmp_path: Path) -> None:
    """Line 4 runs north to south, line 7 east to west."""
    platforms = {(p.line, p.direction): p for p in two_lines().station(tmp_path).platforms}
    assert platforms["4", "나래"].bearing_deg == pytest.approx(0, abs=0.1)
    assert platforms["4", "다온"].bearing_deg == pytest.approx(180, abs=0.1)
    assert platforms["7", "라온"].bearing_deg == pytest.approx(90, abs=0.1)
    assert [platforms[key].cars for key in sorted(platforms)] == [10, 10, 8, 8]


def test_a_lift_stands_beside_its_door_on_every_floor(tmp_path: Path) -> None:
    """Door 8-4 of ten cars is 57.5 m behind the middle: towards 나래 in the north, that is to the south."""
    station = two_lines().station(tmp_path)
    middle = at(station, "train:4:나래")
    for stop in ("4:EV:내부1@3F", "4:EV:내부1@2F"):
        x_m, y_m = at(station, stop)
        assert (x_m - middle[0], y_m - middle[1]) == pytest.approx((0, -57.5), abs=0.1)
    told = node(station, "4:EV:내부1@3F").evidence[-1]
    assert (told.method, told.record, told.date) == (Method.DERIVED, "beside door 나래 8-4", "<=2025-10-01")


def test_what_has_no_anchor_has_no_position(tmp_path: Path) -> None:
    station = two_lines().station(tmp_path)
    assert (node(station, "4:EV:외부1@1F").x_m, node(station, "gate:4:2F:in").x_m) == (None, None)
    bare = two_lines()
    bare.tables["line_stations"] = []
    station = bare.station(tmp_path)
    assert station.origin is None
    assert all(each.x_m is None for each in station.nodes)
    assert {platform.cars for platform in station.platforms} == {8, 10}  # this much is known without coordinates
    assert all(space.outline is None for space in station.spaces)


def test_an_escalators_far_end_is_not_where_its_near_end_is(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.unit("4:ES:1", "2F|3F", doors="나래:2-1", place="platform")
    station = gaon.station(tmp_path)
    assert node(station, "4:ES:1@3F").x_m is not None
    assert node(station, "4:ES:1@2F").x_m is None


def test_the_operators_point_comes_before_the_citys(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.operators_point("4", 37.501, 127.0)
    station = gaon.station(tmp_path)
    north = at(station, "train:4:나래")[1] - at(station, "train:7:라온")[1]
    assert north == pytest.approx(111, abs=0.5)


def test_a_street_lift_stands_at_a_published_point_only_if_there_is_one_of_each(tmp_path: Path) -> None:
    gaon = Gaon()
    gaon.unit("7:EV:2", "B1|1F", exits="3", place="exit")
    gaon.unit("7:EV:1", "B3|B1", doors="라온:4-4|마루:5-1", place="platform")
    gaon.street_point(37.5005, 127.0)
    station = gaon.station(tmp_path)
    assert at(station, "7:EV:2@1F") == pytest.approx((0, 55.5), abs=0.1)
    gaon.street_point(37.5006, 127.0)
    assert node(gaon.station(tmp_path), "7:EV:2@1F").x_m is None


# ── lengths ──────────────────────────────────────────────────────────────────


def test_between_two_lifts_of_one_concourse_is_the_distance_of_their_doors(tmp_path: Path) -> None:
    """8-4 and 2-1 of one platform: 57.5 m behind and 77.5 m ahead of the middle."""
    gaon = two_lines()
    gaon.unit("4:EV:내부2", "2F|3F", doors="나래:2-1", place="platform")
    (way,) = between(gaon.station(tmp_path), "4:EV:내부1@2F", "4:EV:내부2@2F")
    assert way.length_m == pytest.approx(135, abs=0.2)
    (told,) = way.evidence["length_m"]
    assert (told.method, told.date) == (Method.DERIVED, "<=2025-10-01")


def test_lines_points_are_too_rough_for_a_length_between_two_lines(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.unit("7:EV:9", "2F|B3", doors="라온:1-1|마루:8-4", toward_line="4", place="platform")
    gaon.route(
        "7:라온 > 4:나래",
        """alight platform level=B3 line=7 direction=라온
           ride elevator line=4 place=passage
           go concourse level=2F line=4
           ride elevator line=4 place=platform direction=나래
           go platform level=3F line=4 direction=나래""",
    )
    station = gaon.station(tmp_path)
    ways = [link for link in station.links if "7:EV:9" in link.id and "4:EV:내부1" in link.id]
    assert ways
    assert all(way.length_m is None for way in ways)


# ── doors that can't be ──────────────────────────────────────────────────────


def test_two_doors_of_an_islands_lift_that_are_no_one_place_are_told(tmp_path: Path) -> None:
    """Eight cars: 4-4 one way is 5-1 the other. A register that says 4-3 is 10 m off."""
    gaon = two_lines()
    assert not findings(gaon.station(tmp_path), "door_mirror")
    gaon.tables["units"] = [row for row in gaon.tables["units"] if row.record != "4"]
    gaon.unit("7:EV:1", "B3|B1", doors="라온:4-4|마루:4-3", place="platform")
    (told,) = findings(gaon.station(tmp_path), "door_mirror")
    assert told.message.ko == (
        "7호선 엘리베이터 1이 라온 방면으로는 4-4, 마루 방면으로는 4-3 문 옆이라는데, 두 자리는 10 m 떨어져 있어요."
    )
    assert told.message.en == (
        "Line 7 lift 1 is said to stand at door 4-4 for Raon and at 4-3 for Maru: these are 10 m apart."
    )
    assert told.layer == "7:EV:1"


@given(st.integers(1, 8), st.integers(1, 4), st.integers(-1, 1))
@settings(max_examples=20)
def test_an_islands_lift_may_stand_one_door_off_and_no_more(
    tmp_path_factory: pytest.TempPathFactory, car: int, door: int, off: int
) -> None:
    behind = (9 - car - 1) * geo.DOORS_PER_CAR + (5 - door) - 1 + off  # the mirrored door, `off` doors away
    if not 0 <= behind < 8 * geo.DOORS_PER_CAR:
        return
    mirrored = f"{behind // geo.DOORS_PER_CAR + 1}-{behind % geo.DOORS_PER_CAR + 1}"
    gaon = Gaon()
    gaon.platform("7", "B3", shape="island")
    gaon.unit("7:EV:1", "B3|B1", doors=f"라온:{car}-{door}|마루:{mirrored}", place="platform")
    assert not findings(gaon.station(tmp_path_factory.mktemp("gaon")), "door_mirror")


def test_a_side_platforms_two_doors_need_not_mirror(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.unit("4:ES:9", "2F|3F", doors="나래:1-1|다온:1-1", place="platform")
    assert not findings(gaon.station(tmp_path), "door_mirror")


@pytest.mark.parametrize("door", ["11-1", "3-5", "0-1"])
def test_a_door_that_no_train_has_is_told_and_places_nothing(tmp_path: Path, door: str) -> None:
    gaon = two_lines()
    gaon.unit("4:EV:내부2", "2F|3F", doors=f"다온:{door}", place="platform")
    station = gaon.station(tmp_path)
    (told,) = findings(station, "door_off_platform")
    assert told.message.ko == (
        f"4호선 엘리베이터 내부 2 옆이라는 다온 방면 {door} 문은 없어요. 열차는 10칸이고 칸마다 문이 4개예요."
    )
    assert told.value == f"다온:{door}"
    assert node(station, "4:EV:내부2@3F").x_m is None


# ── residuals ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("metres", "told"), [("60", False), ("10", True), ("150", True), ("31", False)])
def test_surveyed_metres_along_the_platform_beside_those_that_the_doors_give(
    tmp_path: Path,
    metres: str,
    told: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    """The survey left the train at 5-4 and the lift stands at 8-4: 60 m by their numbers."""
    gaon = two_lines()
    gaon.survey(
        "4:나래 > 7:마루",
        leg("4:3F:platform", f"{metres} elevator"),
        leg("4:2F:concourse", "- gate staff_call", "- elevator exit 2"),
        leg("street", "- elevator exit 3"),
        leg("7:B1:concourse", "- gate staff_call", "- elevator"),
        leg("7:B3:platform", "-"),
        doors="5-4|",
    )
    residuals = findings(gaon.station(tmp_path), "length_residual")
    assert bool(residuals) is told
    if told:
        assert residuals[0].value == f"{metres} / 60"
        assert residuals[0].message.ko == (
            f"2016년 조사(4호선 나래 방면 → 7호선 마루 방면)에서 잰 {metres} m가 문 번호로 셈하면 60 m예요"
            "(4호선 나래 방면 승강장)."
        )


def test_surveyed_metres_between_two_lifts_beside_those_of_their_doors(tmp_path: Path) -> None:
    gaon = two_lines()
    gaon.unit("4:EV:내부2", "2F|3F", doors="다온:8-4", place="platform")
    gaon.route(
        "4:나래 > 4:다온",
        """alight platform level=3F line=4 direction=나래
           ride elevator line=4 place=concourse
           go concourse level=2F
           ride elevator line=4 place=platform direction=다온
           go platform level=3F line=4 direction=다온""",
    )
    gaon.survey(
        "4:나래 > 4:다온",
        leg("4:3F:platform", "- elevator"),
        leg("4:2F:concourse", "40 elevator"),
        leg("4:3F:platform", "-"),
    )
    station = gaon.station(tmp_path)
    (told,) = findings(station, "length_residual")
    assert told.value == "40 / 115"
    (way,) = between(station, "4:EV:내부1@2F", "4:EV:내부2@2F")
    assert way.length_m == 40  # what was measured counts


def test_a_platforms_outline_is_as_long_as_its_train(tmp_path: Path) -> None:
    station = two_lines().station(tmp_path)
    spaces = {space.place: space for space in station.spaces}
    assert set(spaces) == {"4:platform:나래", "4:platform:다온", "7:platform"}
    outline = spaces["4:platform:나래"].outline
    assert outline is not None
    assert math.dist(outline[0], outline[1]) == pytest.approx(200, abs=0.1)
    assert spaces["4:platform:나래"].evidence.method is Method.ASSUMED
