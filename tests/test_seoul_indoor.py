"""Layers of the official schema become a Fragment: what a mapmaker drew is what is read, and every guess is told."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import layer_builder as build
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from layer_builder import Files, key
from shapely import LineString, Point, Polygon, box
from shared import REPOSITORY, shared_data

from muui_maps import crs
from muui_maps.errors import InputRefusedError
from muui_maps.model import Severity
from muui_maps.sources.archives import LIMITS
from muui_maps.sources.fragment import Area, Facility, Fragment, NetLine
from muui_maps.sources.indoor_codes import AREA_KINDS, FACILITY_KINDS, floor_code, floor_span, layer_id, level_order
from muui_maps.sources.indoor_notices import NOTICES
from muui_maps.sources.seoul_indoor import read_indoor

MAPPINGS = REPOSITORY / "data" / "mappings"


def read(tmp_path: Path, *files: Files, **options: Any) -> Fragment:
    together: Files = {}
    for one in files:
        together |= one
    return read_indoor(build.write(tmp_path / "delivery", together), **options)


def codes(fragment: Fragment) -> Counter[str]:
    return Counter(finding.code for finding in fragment.findings)


def drawn(fragment: Fragment, x: float, y: float) -> Point:
    """Where a point that is drawn at (x, y) lies in the fragment's metres."""
    system = crs.system_of_code("5186")
    assert system is not None
    assert fragment.origin is not None
    xy = shapely.get_coordinates(Point(x + build.ORIGIN[0], y + build.ORIGIN[1]))
    return Point(crs.to_station_metres(xy, system, origin=fragment.origin)[0])


def space(tmp_path: Path, division: str, **cells: str) -> Area:
    made = read(tmp_path, build.layer("RM", [(box(0, 0, 9, 9), cells)], division=division).files())
    return made.areas[0]


def facility(tmp_path: Path, division: str, **cells: str) -> tuple[Facility, Counter[str]]:
    made = read(tmp_path, build.layer("FC", [(Point(3, 4), cells)], division=division).files())
    return made.facilities[0], codes(made)


def line(tmp_path: Path, **cells: str) -> tuple[NetLine, Counter[str]]:
    made = read(tmp_path, build.points().files(), build.lines(**cells).files())
    return made.lines[0], codes(made)


# ── the drawn station ────────────────────────────────────────────────────────


def test_the_drawn_station_is_read_whole(tmp_path: Path) -> None:
    made = read(tmp_path, build.station())
    assert made.source == "delivery"
    assert made.crs == "EPSG:5186"
    assert [(level.id, level.code) for level in made.levels] == [("B1", "B01")]
    assert [(area.kind, area.label, area.division, area.name) for area in made.areas] == [
        ("walkable", "복도", "MV", "환승통로"),
        ("closed", "상가", "SL", None),
    ]
    assert [(one.kind, one.level) for one in made.obstacles] == [("column", "B1")]
    assert [(one.kind, one.level) for one in made.points] == [("node", "B1"), ("node", "B1")]
    assert [(one.kind, one.oneway, one.handicap) for one in made.lines] == [("walkway", False, True)]
    assert made.findings == ()


def test_metres_are_metres_and_neighbours_still_touch(tmp_path: Path) -> None:
    made = read(tmp_path, build.station())
    hall, shop = made.areas
    assert hall.polygon.area == pytest.approx(400, rel=1e-4)
    assert made.lines[0].length_m == pytest.approx(12, rel=1e-4)
    shared = shapely.intersection(hall.polygon.exterior, shapely.buffer(shop.polygon, 1e-4))
    assert shared.length == pytest.approx(10, rel=1e-3)
    assert made.origin is not None
    assert made.origin[0] == pytest.approx(37.5496, abs=1e-3)
    assert made.origin[1] == pytest.approx(127.0001, abs=1e-3)
    assert shapely.distance(drawn(made, 2, 10), Point(made.points[0].x_m, made.points[0].y_m)) < 0.001


def test_the_affine_short_cut_is_true_to_half_a_millimetre() -> None:
    import numpy as np

    system = crs.system_of_code("5174")
    assert system is not None
    there = np.random.default_rng(1).uniform(-600, 600, (500, 2)) + np.array([200000, 450000])
    origin = crs.place(system, 200000, 450000)
    assert origin is not None
    together = crs.to_station_metres(there, system, origin=origin)
    apart = np.vstack([crs.to_station_metres(row[None, :], system, origin=origin) for row in there])
    assert np.abs(together - apart).max() < 0.0005


def test_the_same_delivery_gives_the_same_fragment(tmp_path: Path) -> None:
    folder = build.write(tmp_path / "delivery", build.station())
    assert read_indoor(folder) == read_indoor(folder)
    (tmp_path / "delivery.zip").write_bytes(build.zipped(dict(reversed(build.station().items()))))
    packed = read_indoor(tmp_path / "delivery.zip")
    assert packed.areas == read_indoor(folder).areas


def test_an_origin_that_is_given_is_kept(tmp_path: Path) -> None:
    made = read(tmp_path, build.station(), origin=(37.55, 127.0))
    assert made.origin == (37.55, 127.0)
    assert made.areas[0].polygon.centroid.distance(Point(0, 0)) < 100


# ── floors ───────────────────────────────────────────────────────────────────


def test_floors_are_ordered_by_their_code_and_the_lobby_is_a_guess(tmp_path: Path) -> None:
    made = read(
        tmp_path,
        *(build.spaces(floor=floor).files() for floor in ("F02F02", "B02B02", "L01L01", "F01F01", "B01B01", "F10F10")),
    )
    assert [level.id for level in made.levels] == ["B2", "B1", "L1", "1F", "2F", "10F"]
    assert codes(made) == {"level_order_assumed": 1}


def test_a_space_across_floors_lies_on_each(tmp_path: Path) -> None:
    shaft = build.layer("RM", [(box(5, 5, 7, 7), {"KIND": "엘리베이터", "NAME": "1호기"})], floor="B02F01").files()
    made = read(tmp_path, *(build.spaces(floor=floor).files() for floor in ("B02B02", "B01B01", "F01F01")), shaft)
    lifts = [area for area in made.areas if area.kind == "elevator"]
    assert [area.level for area in lifts] == ["B1", "B2", "1F"] or {area.level for area in lifts} == {"B2", "B1", "1F"}
    assert len({area.id for area in made.areas}) == len(made.areas)
    told = [finding for finding in made.findings if finding.code == "floor_span"]
    assert [finding.value for finding in told] == ["B2–1F"]


def test_a_facility_across_floors_stands_at_both_ends(tmp_path: Path) -> None:
    lift = build.layer("FC", [(Point(6, 6), {"KIND": "엘리베이터"})], floor="B02F01").files()
    made = read(tmp_path, build.spaces().files(), lift)
    assert [(one.kind, one.level) for one in made.facilities] == [("elevator", "1F"), ("elevator", "B2")]
    assert codes(made)["floor_span"] == 1


def test_a_line_between_floors_has_no_level(tmp_path: Path) -> None:
    low = build.layer("POINT", [(Point(2, 2), {})], floor="B01B01").files()
    high = build.layer("POINT", [(Point(8, 2), {})], floor="F01F01").files()
    ends = {"FPOINT": key("POINT", 1), "SPOINT": key("POINT", 1, "F01F01")}
    stairs = build.layer(
        "LINE", [(LineString([(2, 2), (8, 2)]), {"KIND": "계단", "HANDICAP": "HCP002", **ends})], floor="B01F01"
    )
    made = read(tmp_path, low, high, stairs.files())
    assert [(one.level, one.kind, one.handicap, one.oneway) for one in made.lines] == [(None, "stairs", False, False)]


@given(st.sampled_from(["B", "F", "L"]), st.integers(1, 99), st.sampled_from(["B", "F", "L"]), st.integers(1, 99))
def test_every_floor_code_is_read_and_written_back(low: str, first: int, high: str, last: int) -> None:
    text = f"{low}{first:02}{high}{last:02}"
    found = floor_span(text)
    assert found is not None
    span, _ = found
    assert {floor_code(span.first), floor_code(span.last)} == {text[:3], text[3:]}
    assert level_order(span.first) <= level_order(span.last)


def test_basements_go_down_and_mezzanines_lie_above_their_floor() -> None:
    ordered = ["B3", "B2", "BM2", "B1", "BM1", "L1", "L2", "1F", "M1", "2F", "10F", "R1"]
    assert sorted(ordered, key=level_order) == ordered


@pytest.mark.parametrize("length", [4, 17, 20, 24])
def test_a_layer_is_known_by_its_structure_whatever_the_length_of_its_building_id(length: int) -> None:
    found = layer_id(f"L_{'B' * length}_B01B01_MV_LINE")
    assert found is not None
    assert (found.ufid, found.floor, found.division, found.classify) == ("B" * length, "B01B01", "MV", "LINE")


@pytest.mark.parametrize(
    "name", ["L_X_B01B01_MV_RM", "L_B001_B01B01_XX_RM", "L_B001_B01B01_MV_YY", "rooms", "L_B001_B01_MV_RM"]
)
def test_other_names_are_none(name: str) -> None:
    assert layer_id(name) is None


# ── spaces ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("division", "kind", "expected"),
    [
        ("MV", "복도", "walkable"),
        ("MV", "홀", "walkable"),
        ("MV", "출입구", "walkable"),
        ("MV", "실내주차장", "walkable"),
        ("MV", "계단", "stairs"),
        ("MV", "에스컬레이터", "escalator"),
        ("MV", "엘리베이터", "elevator"),
        ("MV", "경사로", "ramp"),
        ("MV", "무빙워크", "closed"),
        ("CV", "대합실", "walkable"),
        ("CV", "화장실", "closed"),
        ("CV", "기타", "unknown"),
        ("TP", "기차승강장", "walkable"),
        ("TP", "기차 승강장", "walkable"),
        ("TP", "선로", "track"),
        ("SL", "매표소", "closed"),
        ("SF", "지하철파출소", "closed"),
        ("BS", "사무실", "closed"),
        ("MN", "", "closed"),
        ("MV", "", "walkable"),
    ],
)
def test_what_a_space_is_follows_from_division_and_kind(
    tmp_path: Path, division: str, kind: str, expected: str
) -> None:
    area = space(tmp_path, division, KIND=kind)
    assert (area.kind, area.division, area.label) == (expected, division, kind or None)
    assert area.kind in AREA_KINDS


def test_a_kind_taken_by_its_division_is_told(tmp_path: Path) -> None:
    made = read(tmp_path, build.layer("RM", [(box(0, 0, 9, 9), {"KIND": "기타"})], division="SL").files())
    told = made.findings[0]
    assert (told.code, told.severity, told.field, told.value) == ("kind_assumed", Severity.INFO, "KIND", "기타")
    assert "SL" in told.message.ko


def test_a_kind_that_nobody_knows_stays_unknown(tmp_path: Path) -> None:
    made = read(tmp_path, build.layer("RM", [(box(0, 0, 9, 9), {"KIND": "수수께끼"})], division="CV").files())
    assert made.areas[0].kind == "unknown"
    assert [(one.code, one.value, one.row) for one in made.findings] == [("kind_unknown", "수수께끼", 1)]


def test_a_space_outside_is_outdoor(tmp_path: Path) -> None:
    assert space(tmp_path, "MV", KIND="복도", SKT="SKT002").kind == "outdoor"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("대합실(유료)", True),
        ("대합실 (무료)", False),
        ("개찰구 안", True),
        ("개찰구밖 통로", False),
        ("게이트 내부", True),
        ("대합실", None),
        ("", None),
        ("2Fラチ内", True),
        ("2Fラチ外", False),
        ("unpaid area", False),
    ],
)
def test_a_name_may_say_on_which_side_of_the_gates_a_space_lies(
    tmp_path: Path, name: str, *, expected: bool | None
) -> None:
    one = build.layer("RM", [(box(0, 0, 9, 9), {"KIND": "복도", "NAME": name})], encoding="utf-8", cpg="UTF-8").files()
    assert read(tmp_path, one).areas[0].paid_area is expected


def test_entrances_and_toilets_are_also_things_to_look_for(tmp_path: Path) -> None:
    door = build.layer("RM", [(box(0, 0, 4, 4), {"KIND": "출입구", "NAME": "3"})]).files()
    toilet = build.layer("RM", [(box(4, 0, 8, 4), {"KIND": "화장실"})], division="CV").files()
    made = read(tmp_path, door, toilet)
    assert {(one.kind, one.name, one.geometry.geom_type) for one in made.facilities} == {
        ("exit", "3", "Polygon"),
        ("toilet", None, "Polygon"),
    }


def test_a_bow_tie_is_repaired_and_the_delivered_outline_kept(tmp_path: Path) -> None:
    tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    made = read(tmp_path, build.layer("RM", [(tie, {"KIND": "복도"})]).files())
    assert all(area.polygon.is_valid for area in made.areas)
    assert sum(area.polygon.area for area in made.areas) == pytest.approx(50, rel=1e-3)
    assert all(area.original is not None and not area.original.is_valid for area in made.areas)
    assert [area.id for area in made.areas] == [f"{key('RM', 1)}/1", f"{key('RM', 1)}/2"]
    told = made.findings[0]
    lat, lon = map(float, (told.value or "").split(", "))
    system = crs.system_of_code("5186")
    assert system is not None
    there = crs.place(system, build.ORIGIN[0] + 5, build.ORIGIN[1] + 5)
    assert there is not None
    assert crs.metres_apart(there, (lat, lon)) < 8  # the nearest corner


def test_a_space_with_a_hole_keeps_it(tmp_path: Path) -> None:
    ring = Polygon(box(0, 0, 20, 20).exterior, [box(5, 5, 8, 8).exterior.coords])
    made = read(tmp_path, build.layer("RM", [(ring, {"KIND": "복도"})]).files())
    assert made.areas[0].polygon.area == pytest.approx(391, rel=1e-3)
    assert len(made.areas[0].polygon.interiors) == 1


# ── facilities and structure ─────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("division", "kind", "code", "expected"),
    [
        ("MV", "계단", "01", "stairs"),
        ("MV", "에스컬레이터", "02", "escalator"),
        ("MV", "엘리베이터", "04", "elevator"),
        ("MV", "개찰구", "06", "gate"),
        ("MV", "휠체어리프트", "08", "wheelchair_lift"),
        ("MV", "", "09", "ramp"),
        ("MV", "기타", "04", "elevator"),
        ("TP", "개찰구", "03", "gate"),
        ("TP", "스크린도어", "04", "platform_door"),
        ("IF", "점자길", "01", "tactile_paving"),
        ("IF", "안내도", "03", "info"),
    ],
)
def test_facilities_are_known_by_word_and_code(
    tmp_path: Path, division: str, kind: str, code: str, expected: str
) -> None:
    foreign = f"M_{build.UFID}B01B01_{division}FC_{code}00001"
    made, told = facility(tmp_path, division, KIND=kind, FOREIGNKEY=foreign, DIR="DIR001")
    assert (made.kind, made.code, made.direction) == (expected, f"{division}{code}", "up")
    assert made.kind in FACILITY_KINDS
    assert told == {}


def test_a_code_that_says_otherwise_than_the_word_is_told(tmp_path: Path) -> None:
    foreign = f"M_{build.UFID}B01B01_MVFC_0200001"
    made, told = facility(tmp_path, "MV", KIND="엘리베이터", FOREIGNKEY=foreign)
    assert made.kind == "elevator"
    assert told == {"facility_code_conflict": 1}


def test_a_code_that_the_rule_lacks_is_told(tmp_path: Path) -> None:
    made, told = facility(tmp_path, "TP", KIND="개찰구", FOREIGNKEY=f"M_{build.UFID}B01B01_TPFC_0600001")
    assert (made.kind, made.code) == ("gate", "TP06")
    assert told == {"facility_code_unlisted": 1}


def test_structure_bars_and_doors_open(tmp_path: Path) -> None:
    wall = build.layer("WL", [(LineString([(0, 0), (9, 0)]), {"KIND": "벽"})]).files()
    window = build.layer("WD", [(LineString([(0, 5), (9, 5)]), {"KIND": "창문"})], division="IS").files()
    door = build.layer("DR", [(LineString([(4, 0), (5, 0)]), {"KIND": "문", "NAME": "정문"})]).files()
    ceiling = build.layer("CL", [(box(0, 0, 9, 9), {"KIND": "천장"})], division="IS").files()
    fence = build.layer("FC", [(LineString([(2, 2), (2, 8)]), {"KIND": "펜스"})]).files()
    made = read(tmp_path, wall, window, door, ceiling, fence)
    assert sorted(one.kind for one in made.obstacles) == ["fence", "wall", "window"]
    assert [(one.name, one.geometry.geom_type) for one in made.openings] == [("정문", "LineString")]
    assert codes(made) == {"structure_not_used": 1}


# ── the delivered network ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("code", "passes", "only"),
    [("HCP000", True, False), ("HCP001", True, True), ("HCP002", False, False), ("", None, False)],
)
def test_handicap(tmp_path: Path, code: str, passes: bool | None, only: bool) -> None:  # noqa: FBT001
    """HCP000 is passable: the rule's zero is no unknown."""
    made, told = line(tmp_path, HANDICAP=code)
    assert (made.handicap, made.only_reduced_mobility) == (passes, only)
    assert told == {}


def test_a_code_that_nobody_knows_stays_unknown(tmp_path: Path) -> None:
    made, told = line(tmp_path, HANDICAP="HCP777")
    assert made.handicap is None
    assert told == {"code_unknown": 1}


def test_a_column_that_is_absent_is_unknown_not_passable(tmp_path: Path) -> None:
    one = build.lines()
    one.widths.pop("HANDICAP")
    made = read(tmp_path, build.points().files(), one.files())
    assert made.lines[0].handicap is None
    assert codes(made) == {"field_absent": 1}


@pytest.mark.parametrize(
    ("word", "slope", "expected"),
    [
        ("경로", "SLP000", "walkway"),
        ("경로", "SLP002", "ramp"),
        ("계단", "SLP000", "stairs"),
        ("보행로", "SLP003", "walkway"),
    ],
)
def test_kinds_of_lines(tmp_path: Path, word: str, slope: str, expected: str) -> None:
    assert line(tmp_path, KIND=word, SLP=slope)[0].kind == expected


def rising(tmp_path: Path, direction: str, *, from_below: bool) -> NetLine:
    """An escalator between B1 at x = 2 and 1F at x = 8, written from its lower or its upper end."""
    low = build.layer("POINT", [(Point(2, 2), {})], floor="B01B01").files()
    high = build.layer("POINT", [(Point(8, 2), {})], floor="F01F01").files()
    below, above = key("POINT", 1), key("POINT", 1, "F01F01")
    ends = {"FPOINT": below, "SPOINT": above} if from_below else {"FPOINT": above, "SPOINT": below}
    shape = LineString([(2, 2), (8, 2)] if from_below else [(8, 2), (2, 2)])
    rows = [(shape, {"KIND": "에스컬레이터", "DIR": direction, **ends})]
    made = read(tmp_path, low, high, build.layer("LINE", rows, floor="B01F01").files())
    assert shapely.distance(Point(made.lines[0].geometry.coords[0]), start_of(made)) < 0.01
    return made.lines[0]


def start_of(made: Fragment) -> Point:
    one = next(point for point in made.points if point.id == made.lines[0].start)
    return Point(one.x_m, one.y_m)


@pytest.mark.parametrize("from_below", [True, False])
def test_up_is_up_from_whichever_end_it_is_written(tmp_path: Path, from_below: bool) -> None:  # noqa: FBT001
    up = rising(tmp_path / "up", "DIR001", from_below=from_below)
    assert (up.start, up.end, up.oneway) == (key("POINT", 1), key("POINT", 1, "F01F01"), True)
    down = rising(tmp_path / "down", "DIR002", from_below=from_below)
    assert (down.start, down.end, down.oneway) == (key("POINT", 1, "F01F01"), key("POINT", 1), True)


@pytest.mark.parametrize("code", ["DIR000", "DIR003", "DIR999", ""])
def test_other_directions_are_both_ways(tmp_path: Path, code: str) -> None:
    assert line(tmp_path, DIR=code)[0].oneway is False


def test_one_way_on_one_floor_is_a_guess_and_told(tmp_path: Path) -> None:
    made, told = line(tmp_path, DIR="DIR001")
    assert (made.start, made.end, made.oneway) == (key("POINT", 1), key("POINT", 2), True)
    assert told == {"direction_assumed": 1}


def test_a_line_drawn_the_other_way_round_is_turned(tmp_path: Path) -> None:
    rows = [(LineString([(14, 10), (2, 10)]), build.lines().rows[0][1])]
    made = read(tmp_path, build.points().files(), build.layer("LINE", rows).files())
    assert shapely.distance(Point(made.lines[0].geometry.coords[0]), start_of(made)) < 0.01
    assert made.findings == ()


def test_keys_that_the_rules_own_width_cuts_are_found_by_what_is_left(tmp_path: Path) -> None:
    """FPOINT is 36 wide, a key 38 or 41 long: cut in front it is certain, cut behind its place decides."""
    front, behind = key("POINT", 1)[-36:], key("POINT", 2)[:36]
    made, told = line(tmp_path, FPOINT=front, SPOINT=behind)
    assert (made.start, made.end) == (key("POINT", 1), key("POINT", 2))
    assert told == {"key_matched_by_part": 1, "edge_end_by_place": 1}


def test_a_key_of_another_building_is_found_by_its_tail_but_never_on_another_floor(tmp_path: Path) -> None:
    here, elsewhere = (key("POINT", 1, floor).replace(build.UFID, "B009") for floor in ("B01B01", "B02B02"))
    made, told = line(tmp_path / "here", FPOINT=here)
    assert (made.start, told) == (key("POINT", 1), {"key_matched_by_part": 1})
    files = build.points().files() | build.lines(FPOINT=elsewhere).files()
    lost = read(tmp_path / "elsewhere", files)
    assert lost.lines == ()
    assert [(one.code, one.value) for one in lost.findings] == [("edge_end_unknown", elsewhere)]


def test_a_cut_key_that_fits_several_points_far_away_is_told(tmp_path: Path) -> None:
    rows = [(LineString([(2, 5), (14, 5)]), build.lines(FPOINT=key("POINT", 1)[:36]).rows[0][1])]
    made = read(tmp_path, build.points().files(), build.layer("LINE", rows).files())
    assert made.lines == ()
    told = next(finding for finding in made.findings if finding.code == "edge_end_ambiguous")
    assert key("POINT", 1) in told.message.ko
    assert (told.row, told.field) == (1, "FPOINT")


# ── the rule's own faults ────────────────────────────────────────────────────


def test_the_rules_misprints_are_understood(tmp_path: Path) -> None:
    one = build.spaces()
    one.rows = [(shape, {"KANDENG" if k == "KINDENG" else k: v for k, v in cells.items()}) for shape, cells in one.rows]
    one.widths = {"KANDENG" if k == "KINDENG" else k: v for k, v in one.widths.items()}
    made = read(tmp_path, one.files())
    assert [(one.code, one.field) for one in made.findings] == [("column_matched", "KANDENG")]


def test_rows_that_say_something_else_than_their_layer_are_told(tmp_path: Path) -> None:
    rows = [(box(0, 0, 9, 9), {"KIND": "복도", "FLOOR": "B02B02", "DIVISION": "SL"})]
    made = read(tmp_path, build.layer("RM", rows).files())
    assert made.areas[0].level == "B1"
    assert {(one.code, one.field, one.value) for one in made.findings if one.code == "layer_conflict"} == {
        ("layer_conflict", "FLOOR", "B02B02"),
        ("layer_conflict", "DIVISION", "SL"),
    }


# ── columns.toml ─────────────────────────────────────────────────────────────

ROOMS = """
crs = "EPSG:5186"
encoding = "cp949"

[floors]
"지하" = "B01B01"

[[layers]]
match = "역_{floor}_방"
read_as = "RM"
columns = { PRIMARYKEY = "번호", KIND = "쓰임", NAME = "이름" }

[layers.kinds]
"길" = "MV 복도"
"가게" = "closed"

[layers.paid]
column = "요금"
inside = ["안"]
outside = ["밖"]

[[layers]]
match = "*_메모"
read_as = "skip"
why_ko = "메모예요"
why_en = "notes"
"""


def rooms(**cells: str) -> Files:
    widths = {"번호": 10, "쓰임": 20, "이름": 20, "요금": 10}
    row = {"번호": "1", "쓰임": "길", "이름": "가", "요금": "안", **cells}
    return build.LayerFiles("역_지하_방", [(box(0, 0, 9, 9), row)], widths, cpg=None, prj=None).files()


def mapped(tmp_path: Path, text: str, *files: Files) -> Fragment:
    path = tmp_path / "columns.toml"
    path.write_text(text, encoding="utf-8")
    return read(tmp_path, *files, mapping=path)


def test_with_a_mapping_another_vocabulary_loads(tmp_path: Path) -> None:
    notes = build.LayerFiles("역_메모", [(Point(1, 1), {"PRIMARYKEY": "1"})]).files()
    made = mapped(tmp_path, ROOMS, rooms(), notes)
    area = made.areas[0]
    assert (area.id, area.level, area.kind, area.name, area.paid_area) == ("1", "B1", "walkable", "가", True)
    assert [(one.code, one.layer) for one in made.findings] == [("layer_skipped", "역_메모")]
    assert "메모예요" in made.findings[0].message.ko


@pytest.mark.parametrize(
    ("kind", "paid", "expected"), [("가게", "밖", ("closed", False)), ("길", "?", ("walkable", None))]
)
def test_a_mapping_translates_kinds_and_sides(
    tmp_path: Path, kind: str, paid: str, expected: tuple[str, bool | None]
) -> None:
    area = mapped(tmp_path, ROOMS, rooms(쓰임=kind, 요금=paid)).areas[0]
    assert (area.kind, area.paid_area) == expected


def test_columns_alone_may_be_renamed(tmp_path: Path) -> None:
    one = build.spaces()
    one.rows = [(shape, {"종류" if k == "KIND" else k: v for k, v in cells.items()}) for shape, cells in one.rows]
    one.widths = {"종류" if k == "KIND" else k: v for k, v in one.widths.items()}
    made = mapped(tmp_path, '[columns]\nKIND = "종류"\n', one.files())
    assert made.areas[0].kind == "walkable"
    assert made.findings == ()


@pytest.mark.parametrize(
    ("text", "field", "says"),
    [
        ("colums = {}", "colums", "columns"),
        ("[columns]\nKINDD = 'x'", "columns.KINDD", "KIND"),
        ("[columns]\nKIND = 3", "columns.KIND", "글자"),
        ("[[layers]]\nmatch = 'x'\nread_as = 'ROOM'", "layers[1].read_as", "RM"),
        ("[[layers]]\nmatch = 'x'\nread_as = 'RM'\nkinds = { a = 'walk' }", "layers[1].kinds.a", "walkable"),
        ("[[layers]]\nread_as = 'RM'", "layers[1].match", "이름"),
        ("[[layers]]\nmatch = 'x'\nread_as = 'RM'\nfloor = 'cellar'", "layers[1].floor", "B01B01"),
        ("[floors]\na = 'attic'", "floors.a", "F01F01"),
        ("[layers]\na = 1", "layers", "[[layers]]"),
        ("not toml", None, "toml"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_key_and_the_mend(
    tmp_path: Path, text: str, field: str | None, says: str
) -> None:
    with pytest.raises(InputRefusedError) as caught:
        mapped(tmp_path, text, rooms())
    told = caught.value.findings[0]
    assert (told.code, told.file, told.field) == ("mapping_wrong", "columns.toml", field)
    assert says in f"{told.message.ko} {told.fix.ko}"


def test_a_rule_that_no_layer_needs_is_told(tmp_path: Path) -> None:
    made = mapped(tmp_path, ROOMS + '\n[[layers]]\nmatch = "none"\nread_as = "RM"\n', rooms())
    assert [(one.code, one.value) for one in made.findings] == [("mapping_unused", "none")]


# ── the real deliveries ──────────────────────────────────────────────────────


def test_the_real_terminal_is_read_whole() -> None:
    """76 layers of a large terminal, counted apart from this reader."""
    made = read_indoor(shared_data() / "indoor" / "terminal_a.zip")
    assert made.crs == "EPSG:5186"
    assert [level.id for level in made.levels] == ["B3", "B2", "B1", "1F", "2F", "3F", "4F", "5F"]
    assert len(made.points) == 1985
    assert len(made.lines) == 2542
    assert len(made.obstacles) == 608
    assert len(made.openings) == 61
    assert Counter(one.kind for one in made.facilities if one.code) == {
        "stairs": 248,
        "escalator": 128,
        "elevator": 81,
        "gate": 26,
        "ramp": 12,
    }
    assert Counter(one.level is None for one in made.lines) == {False: 2323, True: 219}
    assert Counter(one.handicap for one in made.lines) == {True: 2274, False: 268}
    assert sum(one.oneway for one in made.lines) == 72
    assert {one.severity for one in made.findings} <= {Severity.WARNING, Severity.INFO}
    assert len(made.areas) == 135 + 842 + 194
    assert codes(made)["geometry_invalid"] == 1
    known = {point.id: point for point in made.points}
    assert all(line.start in known and line.end in known for line in made.lines)


def test_real_floors_of_another_country_load_with_a_mapping_alone() -> None:
    made = read_indoor(shared_data() / "indoor" / "jr_shinjuku_shapefiles", mapping=MAPPINGS / "jr-shinjuku.toml")
    assert made.crs == "EPSG:6677"
    assert [level.id for level in made.levels] == ["B1", "1F", "2F"]
    assert len(made.areas) == 141 + 206 + 83
    assert len(made.openings) == 92 + 172 + 67
    assert Counter(one.kind for one in made.facilities)["gate"] == 81 + 116
    assert {area.paid_area for area in made.areas if area.kind == "walkable" and area.label == "복도"} == {True, False}
    assert {one.severity for one in made.findings} <= {Severity.WARNING, Severity.INFO}
    assert not [one for one in made.findings if one.code in ("kind_unknown", "layer_unknown", "mapping_unused")]
    assert (made.lines, made.points) == ((), ())


def test_without_the_mapping_they_are_refused_and_say_what_to_do() -> None:
    with pytest.raises(InputRefusedError) as caught:
        read_indoor(shared_data() / "indoor" / "jr_shinjuku_shapefiles")
    assert "columns.toml" in caught.value.message.ko


def test_real_districts_need_a_system_that_a_person_chooses(tmp_path: Path) -> None:
    """A Bessel system without a code: 5174 and 5181 lie 313 m apart."""
    mapping = tmp_path / "columns.toml"
    mapping.write_text(
        '[[layers]]\nmatch = "*"\nread_as = "RM"\nfloor = "F01F01"\nkind = "walkable"\n'
        'columns = { PRIMARYKEY = "code", NAME = "name" }\n'
    )
    path = shared_data() / "broken" / "shp_cp949_nocpg"
    with pytest.raises(InputRefusedError) as caught:
        read_indoor(path, mapping=mapping)
    assert [one.code for one in caught.value.findings][-2:] == ["crs_not_identified", "crs_needed"]
    assert "EPSG:5174" in caught.value.message.ko


# ── the page of the docs ─────────────────────────────────────────────────────


@pytest.mark.parametrize("page", ["indoor.md", "indoor.ko.md"])
def test_the_mapping_of_the_docs_loads_what_it_says(page: str, tmp_path: Path) -> None:
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    (mapping,) = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    area = mapped(tmp_path, mapping, rooms(쓰임="가게", 요금="밖")).areas[0]
    assert (area.kind, area.paid_area, area.level) == ("closed", False, "B1")


@pytest.mark.parametrize("page", ["indoor.md", "indoor.ko.md"])
def test_the_limits_of_the_docs_are_the_limits(page: str) -> None:
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    figures = [
        int(one.replace(",", "")) for one in re.findall(r"^\| [^|]+ \| ([\d,]+)(?: : 1)? \|$", text, re.MULTILINE)
    ]
    limits = LIMITS
    expected = [limits.files, limits.total_bytes, limits.ratio, limits.depth, limits.seconds, limits.memory_bytes]
    assert figures == expected
    assert limits.ratio_from_bytes == 16 << 20


@pytest.mark.parametrize("page", ["indoor.md", "indoor.ko.md"])
def test_the_codes_that_the_docs_name_exist(page: str) -> None:
    text = (REPOSITORY / "docs" / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", text))
    assert {"level_order_assumed"} <= named & set(NOTICES)


def test_every_sentence_has_both_languages_and_the_same_places() -> None:
    place = re.compile(r"\{(\w+?)(?:_ko|_en)?\}")
    for code, known in NOTICES.items():
        for text in (known.message, known.fix):
            assert text.ko, code
            assert text.en, code
            assert set(place.findall(text.ko)) == set(place.findall(text.en)), code
            assert re.search("[가-힣]", text.ko) or text.ko.startswith("{"), code


def test_every_code_that_the_readers_use_is_in_the_table_and_the_other_way_round() -> None:
    folder = REPOSITORY / "muui_maps" / "sources"
    sources = "".join(
        path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.name != "indoor_notices.py"
    )
    unused = [code for code in NOTICES if f'"{code}"' not in sources]
    assert unused == []
