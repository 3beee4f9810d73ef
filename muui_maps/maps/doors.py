"""Train doors: where to get off and to board, where lifts stand, and which way along the train it is between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.maps import words
from muui_maps.model import Direction, Endpoint, Leg, Method, Route, Station, Text, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence


def doors_text(doors: Sequence[tuple[int, int | None]]) -> Text:
    """`8-4 문` / `door 8-4`; two doors beside each other as `4-3·4-4 문`."""
    if len(doors) == 1:
        return words.door_text(*doors[0])
    if any(door is None for _, door in doors):
        return words.door_text(*doors[0])
    numbers = "·".join(f"{car}-{door}" for car, door in doors)
    return Text(f"{numbers} 문", f"doors {numbers}")


CAR_M = 20.0
"""Length of a car, with its share of the coupling (`assemble.positions` uses the same)."""


def doors_fit(door: tuple[int, int | None] | None, lift: Sequence[tuple[int, int | None]], leg: Leg) -> bool:
    """Whether a door and the doors a lift stands at can both be true, given the metres between them.

    Doors are told to a door or a car, metres to the next few: the train may say up to two cars more than the metres.
    """
    if door is None or not lift or leg.length_m is None:
        return True
    return min(abs(_along_m(door) - _along_m(each)) for each in lift) <= leg.length_m + 2 * CAR_M


def _along_m(door: tuple[int, int | None]) -> float:
    """Metres from the front of the train: four doors a car; the middle of a car whose door is not told."""
    car, number = door
    return (car - 1 + ((number or 2.5) - 0.5) / 4) * CAR_M


def along_train(start: tuple[int, int | None] | None, end: tuple[int, int | None] | None) -> Text | None:
    """Which way along the train from one door to another: car 1 is its front. None unless both are known and differ."""
    if start is None or end is None or start == end:
        return None
    if start[0] == end[0] and (start[1] is None or end[1] is None):
        return None
    ahead = (end[0], end[1] or 0) < (start[0], start[1] or 0)
    return Text("앞쪽", "front") if ahead else Text("뒤쪽", "back")


def alight_door(station: Station, route: Route) -> tuple[tuple[int, int | None] | None, Method | None]:
    """Where to get off, and how that is known.

    The door of the survey whose metres the first leg carries; without one, the door that the first lift stands at.
    """
    return _door(station, route, route.start, 0, first=True)


def board_door(station: Station, route: Route) -> tuple[tuple[int, int | None] | None, Method | None]:
    """Where to board, as `alight_door`."""
    return _door(station, route, route.end, len(route.legs) - 1, first=False)


def _door(
    station: Station, route: Route, endpoint: Endpoint, index: int, *, first: bool
) -> tuple[tuple[int, int | None] | None, Method | None]:
    if endpoint.line is None or not route.legs:
        return None, None
    if (door := _surveyed_door(station, route, route.legs[index], endpoint, first=first)) is not None:
        return door, Method.SURVEYED
    beside = index + 1 if first else index - 1
    if not 0 <= beside < len(route.legs) or (unit := route.legs[beside].unit) is None:
        return None, None
    doors = lift_doors(station, unit, endpoint)
    return (doors[0], Method.OFFICIAL) if doors else (None, None)


def _surveyed_door(
    station: Station, route: Route, leg: Leg, endpoint: Endpoint, *, first: bool
) -> tuple[int, int | None] | None:
    """The door of the survey of this very transfer; else that from or to which a survey measured this leg.

    A survey that got off where this route boards measured the same metres, so its door goes with them.
    """
    if route.run is not None:
        return route.run.alight if first else route.run.board
    measured = {e.dataset for t in leg.traversals for e in t.link.evidence.get("length_m", ())}
    names = _names(words.find_direction(station, endpoint.line, endpoint.direction), endpoint)
    runs = [run for run in station.runs if f"survey:{run.run_id}" in measured]
    for same_role in (True, False):
        for run in sorted(runs, key=lambda run: (run.observed_at, run.run_id), reverse=True):
            alights = first is same_role
            line, direction = (run.from_line, run.from_direction) if alights else (run.to_line, run.to_direction)
            door = run.alight if alights else run.board
            if door is not None and line == endpoint.line and direction in names:
                return door
    return None


def _names(direction: Direction | None, endpoint: Endpoint) -> set[str]:
    own = {endpoint.direction} if endpoint.direction else set()
    return own | ({direction.next_station.ko, *direction.aliases} if direction else set())


def lift_doors(station: Station, unit: Unit, endpoint: Endpoint) -> tuple[tuple[int, int | None], ...]:
    """The train doors that a lift stands at, for the trains of an endpoint; empty if the register has none."""
    if unit.line != endpoint.line:
        return ()
    names = _names(words.find_direction(station, endpoint.line, endpoint.direction), endpoint)
    return tuple(sorted({(d.car, d.door) for d in unit.doors if d.direction in names}, key=lambda d: (d[0], d[1] or 0)))


def door_conflicts(station: Station, route: Route) -> tuple[tuple[int, Text], ...]:
    """Where a surveyed door and metres contradict the door that the register gives the lift: leg and sentence."""
    found = []
    last = len(route.legs) - 1
    for endpoint, index, beside, told in (
        (route.start, 0, 1, alight_door(station, route)),
        (route.end, last, last - 1, board_door(station, route)),
    ):
        unit = route.legs[beside].unit if 0 <= beside <= last else None
        doors = lift_doors(station, unit, endpoint) if unit else ()
        door, leg = told[0], route.legs[index]
        if door is None or not doors or doors_fit(door, doors, leg):
            continue
        ours, theirs, metres = words.door_text(*door), doors_text(doors), words.metres(leg.length_m, leg.length_method)
        ko = f"엘리베이터 자리가 달라요: 조사는 {ours.ko}에서 {metres}, 공식 자료는 {theirs.ko} 옆이에요."
        en = f"The lift's place differs: {metres} from {ours.en} in the survey, by {theirs.en} in official data."
        found.append((index, Text(ko, en)))
    return tuple(found)
