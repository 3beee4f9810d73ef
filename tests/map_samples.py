"""An invented station and transfer for the tests of the maps: its names say that it is none of Seoul's.

3F platform, Line 4 for 나다 ─ lift 내부1 ─ 2F concourse, gate ─ lift 외부1, exit 2 ─ street
─ lift 4 or 2, exit 5 or 3 ─ B1 concourse, gate ─ lift 1 ─ B3 platform, Line 7 for 라마
"""

from __future__ import annotations

from dataclasses import replace

from section_builder import Gate, Spec, build, met, ride, walk

from muui_maps.model import (
    STREET,
    Direction,
    Door,
    Doubt,
    Endpoint,
    Evidence,
    Method,
    MetKind,
    PlaceKind,
    Route,
    Station,
    StationName,
    Status,
    SurveyRun,
    Text,
    Times,
    Toilet,
)

START, END = Endpoint("4", "나다"), Endpoint("7", "라마")
RUN = SurveyRun(
    run_id="gana", station="gana", observed_at="2016", source="test", from_line="4", from_direction="나다",
    to_line="7", to_direction="라마", alight=(10, 1), board=(4, 2), minutes_chair=21, legs=(),
)  # fmt: skip
SPECS: tuple[Spec, ...] = (
    walk("4:3F", 40, paid=True, place=PlaceKind.PLATFORM, seconds=50),
    ride("4:EV:내부1", "4:3F", "4:2F", paid=True),
    walk("4:2F", 110, met(MetKind.SLOPING_FLOOR), Gate(out=True), paid=True, seconds=180),
    ride("4:EV:외부1", "4:2F", STREET, paid=False, exit="2"),
    walk(
        STREET, 270, met(MetKind.STEEP_RAMP), met(MetKind.PILLAR), met(MetKind.CROSSING, 3),
        met(MetKind.LANDMARK, 1, Text("가나백화점", "Gana Store")), paid=False, seconds=200,
    ),
    ride("7:EV:4", STREET, "7:B1", paid=False, same_as=("7:EV:2",), exit="5"),
    walk("7:B1", 35, Gate(out=False), paid=False, seconds=110),
    ride("7:EV:1", "7:B1", "7:B3", paid=True, passes=("7:B2",)),
    walk("7:B3", 15, paid=True, place=PlaceKind.PLATFORM, seconds=20),
)  # fmt: skip
DOUBTS = (
    Doubt("reentry_30_minutes", Text("30분 안에 다시 들어가요.", "Enter again within 30 minutes.")),
    Doubt("gate_conflict", Text("7:EV:1 옆 개찰구 수가 달라요.", "Gates differ by 7:EV:1."), 6),
)
HEIGHTS = {"4:3F": 11.9, "4:2F": 5.8, "7:B1": -12.1, "7:B2": -17.0, "7:B3": -22.6}


def gana(
    specs: tuple[Spec, ...] = SPECS,
    *,
    run: SurveyRun | None = RUN,
    doubts: tuple[Doubt, ...] = DOUBTS,
    start: Endpoint = START,
    end: Endpoint = END,
    name: str = "가나",
) -> tuple[Station, Route]:
    """The station and the route; its lifts have doors, exits and dates."""
    station, route = build(
        list(specs), start=start, end=end, heights=HEIGHTS, name=StationName(name, "Gana"), run=run, doubts=doubts
    )
    doors = {"4:EV:내부1": (Door("나다", 8, 4),), "7:EV:1": (Door("라마", 4, 3),)}
    exits = {"7:EV:2": "3"}
    units = {
        unit.id: replace(
            unit,
            name=_name(unit.number),
            doors=doors.get(unit.id, ()),
            exit=unit.exit or exits.get(unit.id),
            status=Status.WORKING,
            status_as_of="<=2025-10-01",
        )
        for unit in station.units
    }
    toilet = Toilet("7", "7:B1", paid_area=True, place="", phone=None, hours=None, evidence=_official("toilets"))
    station = replace(
        station,
        id="gana",
        directions=(
            Direction("4", StationName("나다", "Nada"), StationName("바사", "Basa")),
            Direction("7", StationName("라마", "Rama"), StationName("아자", "Aja"), aliases=("옛라마",)),
        ),
        units=tuple(units[unit.id] for unit in station.units),
        toilets=(toilet,),
        phones={"4": "02-000-0004"},
        runs=(RUN,) if run else (),
    )
    legs = tuple(
        replace(leg, unit=units[leg.unit.id] if leg.unit else None, times=_times(leg.times, gated=index in {2, 6}))
        for index, leg in enumerate(route.legs)
    )
    return station, replace(route, legs=legs, station="gana", reentries=1)


def _times(times: Times, *, gated: bool) -> Times:
    """The builder puts all time into one term; a gate takes a third of its leg."""
    if not gated:
        return times
    third = replace(
        times.moving, low=times.moving.low / 3, typical=times.moving.typical / 3, high=times.moving.high / 3
    )
    return Times(moving=third + third, gates=third)


def _official(dataset: str) -> Evidence:
    return Evidence(dataset, "1", "2024-11-27", Method.OFFICIAL)


def _name(number: str) -> Text:
    side = {"내부": "Inside", "외부": "Outside"}.get(number[:2])
    return Text(f"{number[:2]} {number[2:]}", f"{side} {number[2:]}") if side else Text(number, number)
