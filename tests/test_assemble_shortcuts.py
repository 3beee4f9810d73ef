"""No way that skips a ride: equal labels of two lines, one lift for two, and what other texts say of a stop.

A false way is worse than none for who can't take stairs.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from gaon import Gaon, findings, links

from muui_maps.model import Endpoint, LinkKind, Station
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
