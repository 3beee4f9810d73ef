"""Station metres: there and back, along a track, and doors counted from the front."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muui_maps import geo

SEOUL = (37.5665, 126.978)
METRES = st.floats(-2000, 2000)
BEARINGS = st.floats(0, 360, exclude_max=True)


@given(METRES, METRES)
def test_metres_to_degrees_and_back_is_the_same_place(x_m: float, y_m: float) -> None:
    lat, lon = geo.to_wgs84(x_m, y_m, origin=SEOUL)
    assert geo.to_station_metres(lat, lon, origin=SEOUL) == pytest.approx((x_m, y_m), abs=0.002)


def test_the_origin_is_zero_and_axes_point_east_and_north() -> None:
    assert geo.to_station_metres(*SEOUL, origin=SEOUL) == (0.0, 0.0)
    east = geo.to_station_metres(SEOUL[0], SEOUL[1] + 0.001, origin=SEOUL)
    north = geo.to_station_metres(SEOUL[0] + 0.001, SEOUL[1], origin=SEOUL)
    assert east == pytest.approx((88.3, 0), abs=0.2)  # a thousandth of a degree at 37.57° N
    assert north == pytest.approx((0, 111.0), abs=0.2)


@pytest.mark.parametrize(("end", "bearing"), [((0, 5), 0), ((5, 0), 90), ((0, -5), 180), ((-5, 0), 270), ((3, 3), 45)])
def test_bearings_run_clockwise_from_north(end: tuple[float, float], bearing: float) -> None:
    assert geo.bearing_deg((0, 0), end) == pytest.approx(bearing)


@given(BEARINGS, st.floats(1, 500))
def test_a_step_along_a_bearing_has_that_bearing_and_length(bearing: float, metres: float) -> None:
    end = geo.along((10.0, -20.0), bearing, metres)
    assert math.dist((10.0, -20.0), end) == pytest.approx(metres, abs=0.002)
    turned = abs(geo.bearing_deg((10.0, -20.0), end) - bearing)
    assert min(turned, 360 - turned) < 0.15


def test_the_first_door_is_ahead_of_the_middle_and_the_last_one_behind_it() -> None:
    """Ten cars of 20 m, four doors each: 1-1 stands 2.5 m behind the front, 10-4 as much before the rear."""
    assert geo.door_offset_m(1, 1, cars=10) == 97.5
    assert geo.door_offset_m(10, 4, cars=10) == -97.5
    assert geo.door_offset_m(5, 4, cars=10) == -geo.door_offset_m(6, 1, cars=10) == 2.5
    assert geo.door_offset_m(1, None, cars=10) == 90.0  # a car only: its middle


@given(st.integers(1, 10), st.data())
def test_an_islands_door_is_one_place_counted_from_either_front(cars: int, data: st.DataObject) -> None:
    """Car c door d one way is car cars + 1 − c door 5 − d the other way: 4-3 of ten cars is 7-2."""
    car, door = data.draw(st.integers(1, cars)), data.draw(st.integers(1, geo.DOORS_PER_CAR))
    bearing = data.draw(BEARINGS)
    there = geo.along((0, 0), bearing, geo.door_offset_m(car, door, cars=cars))
    back = geo.along((0, 0), bearing + 180, geo.door_offset_m(cars + 1 - car, geo.DOORS_PER_CAR + 1 - door, cars=cars))
    assert there == pytest.approx(back, abs=0.002)
