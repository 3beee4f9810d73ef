"""Stations and routes for the tests of the section, built from a list of legs.

route(
    start="4:상계", end="7:중계",
    legs=[walk("4:3F", 40, paid=True), lift("4:EV:1", "4:3F", "4:2F"), walk("4:2F", 110, gate_out()), …],
    heights={"4:3F": 11.9, "4:2F": 5.8},
)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.model import (
    STREET,
    Direction,
    Doubt,
    Endpoint,
    Evidence,
    Leg,
    Level,
    Link,
    LinkKind,
    Met,
    Method,
    MetKind,
    Node,
    NodeKind,
    Place,
    PlaceKind,
    Profile,
    Ride,
    Route,
    Seconds,
    Station,
    StationName,
    SurveyRun,
    Text,
    Times,
    Traversal,
    Unit,
    UnitKind,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SURVEY = Evidence("survey:test-run", "1", "2016", Method.SURVEYED)
REGISTER = Evidence("seoulmetro_lift_status", "7", "2025-10-01", Method.OFFICIAL)
CHAIR = Profile("manual_wheelchair", Text("수동 휠체어", "manual wheelchair"), wheels=True, refused=frozenset())


@dataclass(frozen=True)
class Gate:
    out: bool
    staff: bool | None = True


@dataclass(frozen=True)
class WalkSpec:
    level: str
    length_m: float | None
    things: tuple[Gate | Met, ...] = ()
    paid: bool | None = None  # at its start; gates turn it over
    to_level: str | None = None
    place: PlaceKind | None = None
    seconds: float = 90.0


@dataclass(frozen=True)
class RideSpec:
    unit: str
    from_level: str
    to_level: str
    same_as: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
    paid: bool | None = None
    kind: UnitKind = UnitKind.ELEVATOR
    exit: str | None = None
    rise_m: float | None = None
    seconds: float = 170.0


Spec = WalkSpec | RideSpec


def walk(level: str, length_m: float | None, *things: Gate | Met, **more: object) -> WalkSpec:
    return WalkSpec(level, length_m, tuple(things), **more)  # type: ignore[arg-type]


def ride(unit: str, from_level: str, to_level: str, **more: object) -> RideSpec:
    return RideSpec(unit, from_level, to_level, **more)  # type: ignore[arg-type]


def met(kind: MetKind, count: int | None = 1, name: Text | None = None) -> Met:
    return Met(kind, count, SURVEY, name)


def _unit_name(number: str) -> Text:
    english = number.replace("내부", "Inside ").replace("외부", "Outside ")
    return Text(number.replace("부", "부 "), english)


@dataclass
class _Made:
    nodes: list[Node] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    units: dict[str, Unit] = field(default_factory=dict)
    legs: list[Leg] = field(default_factory=list)

    def place(self, level: str, kind: PlaceKind | None, *, paid: bool | None) -> str:
        line = None if level == STREET else level.partition(":")[0]
        kind = kind or (PlaceKind.STREET if level == STREET else PlaceKind.CONCOURSE)
        place_id = f"{line or ''}:{kind.value}:{level}:{paid}"
        words = {
            PlaceKind.PLATFORM: Text(f"{line}호선 승강장", f"Line {line} platform"),
            PlaceKind.CONCOURSE: Text(f"{line}호선 대합실", f"Line {line} concourse"),
            PlaceKind.PASSAGE: Text("환승통로", "transfer passage"),
            PlaceKind.STREET: Text("바깥", "outside"),
        }
        self.places.setdefault(place_id, Place(place_id, kind, level, line, words[kind], paid))
        return place_id

    def node(self, level: str, kind: PlaceKind | None, node_kind: NodeKind, *, paid: bool | None) -> str:
        node_id = f"n{len(self.nodes):03d}"
        place = self.place(level, kind, paid=paid)
        self.nodes.append(Node(node_id, place, level, node_kind, Text(node_id, node_id)))
        return node_id

    def link(self, **more: object) -> Link:
        made = Link(id=f"k{len(self.links):03d}", **more)  # type: ignore[arg-type]
        self.links.append(made)
        return made

    def unit(self, spec: RideSpec, unit_id: str, exit_number: str | None) -> Unit:
        line, _, number = unit_id.split(":")
        made = Unit(
            id=unit_id,
            kind=spec.kind,
            line=line,
            number=number,
            name=_unit_name(number),
            levels=(spec.from_level, *spec.passes, spec.to_level),
            rise_m=spec.rise_m,
            exit=exit_number,
            evidence=(REGISTER,),
        )
        return self.units.setdefault(unit_id, made)

    def add_walk(self, spec: WalkSpec, at: str | None, *, last: bool) -> str:
        paid = spec.paid
        start = at or self.node(spec.level, spec.place, NodeKind.TRAIN, paid=paid)
        traversals: list[Traversal] = []
        here = start
        waiting: list[Met] = []
        stretches = sum(isinstance(thing, Gate) for thing in spec.things) + 1
        length = None if spec.length_m is None else spec.length_m / stretches

        def stretch(level: str, node_kind: NodeKind) -> None:
            nonlocal here
            end = self.node(level, spec.place, node_kind, paid=paid)
            link = self.link(
                start=here,
                end=end,
                kind=LinkKind.WALKWAY,
                length_m=length,
                met=tuple(waiting),
                evidence={"length_m": (SURVEY,), "link": (SURVEY,)},
            )
            traversals.append(Traversal(link, forward=True))
            waiting.clear()
            here = end

        for thing in spec.things:
            if isinstance(thing, Met):
                waiting.append(thing)
                continue
            stretch(spec.level, NodeKind.GATE)
            paid = not thing.out
            end = self.node(spec.level, spec.place, NodeKind.GATE, paid=paid)
            gate = self.link(
                start=here,
                end=end,
                kind=LinkKind.GATE,
                staff_call=thing.staff,
                paid_after=paid,
                evidence={"link": (SURVEY,)},
            )
            traversals.append(Traversal(gate, forward=True))
            here = end
        stretch(spec.to_level or spec.level, NodeKind.TRAIN if last else NodeKind.LANDING)
        seconds = Seconds(spec.seconds * 0.8, spec.seconds, spec.seconds * 1.2)
        self.legs.append(
            Leg(
                traversals=tuple(traversals),
                from_level=spec.level,
                to_level=spec.to_level or spec.level,
                unit=None,
                length_m=spec.length_m,
                length_method=Method.SURVEYED if spec.length_m is not None else None,
                times=Times(moving=seconds),
            )
        )
        return here

    def add_ride(self, spec: RideSpec, at: str | None, following: WalkSpec | None) -> str:
        start = at or self.node(spec.from_level, None, NodeKind.LANDING, paid=spec.paid)
        place = following.place if following else None
        end = self.node(spec.to_level, place, NodeKind.LANDING, paid=spec.paid)
        unit = self.unit(spec, spec.unit, spec.exit)
        for other in spec.same_as:
            self.unit(spec, other, None)
        kind = LinkKind.WHEELCHAIR_LIFT if spec.kind is UnitKind.WHEELCHAIR_LIFT else LinkKind.ELEVATOR
        link = self.link(start=start, end=end, kind=kind, unit=spec.unit, length_m=0.0, evidence={"link": (REGISTER,)})
        self.legs.append(
            Leg(
                traversals=(Traversal(link, forward=True),),
                from_level=spec.from_level,
                to_level=spec.to_level,
                unit=unit,
                length_m=None,
                length_method=None,
                times=Times(riding=Seconds(spec.seconds * 0.8, spec.seconds, spec.seconds * 1.2)),
                same_as=spec.same_as,
                passes=spec.passes,
            )
        )
        return end


def build(
    specs: Sequence[Spec],
    *,
    start: Endpoint,
    end: Endpoint,
    heights: Mapping[str, float] | None = None,
    name: StationName | None = None,
    doubts: tuple[Doubt, ...] = (),
    run: SurveyRun | None = None,
    walking_m: float | None = None,
) -> tuple[Station, Route]:
    """A station that has just this route, and the route."""
    made = _Made()
    at: str | None = None
    for position, spec in enumerate(specs):
        if isinstance(spec, WalkSpec):
            at = made.add_walk(spec, at, last=position == len(specs) - 1)
        else:
            following = specs[position + 1] if position + 1 < len(specs) else None
            at = made.add_ride(spec, at, following if isinstance(following, WalkSpec) else None)
    station = Station(
        id="test",
        name=name or StationName("시험", "Test"),
        lines=tuple(sorted({end.line for end in (start, end) if end.line})),
        directions=tuple(
            Direction(end.line, StationName(end.direction, f"To {end.direction}"), None)
            for end in (start, end)
            if end.line and end.direction
        ),
        levels=_levels(made, specs, heights or {}),
        places=tuple(sorted(made.places.values(), key=lambda place: place.id)),
        nodes=tuple(made.nodes),
        links=tuple(made.links),
        units=tuple(sorted(made.units.values(), key=lambda unit: unit.id)),
        platforms=(),
        walking_transfer_m=_walking(start, end, walking_m),
    )
    return station, _route(made, start, end, doubts, run)


def _walking(start: Endpoint, end: Endpoint, metres: float | None) -> Mapping[tuple[str, str], float]:
    return {(start.line, end.line): metres} if metres is not None and start.line and end.line else {}


def _levels(made: _Made, specs: Sequence[Spec], heights: Mapping[str, float]) -> tuple[Level, ...]:
    ids = {node.level for node in made.nodes}
    ids |= {level for spec in specs if isinstance(spec, RideSpec) for level in spec.passes}
    return tuple(
        Level(
            level,
            None if level == STREET else level.partition(":")[0],
            None if level == STREET else level.partition(":")[2],
            elevation_m=0.0 if level == STREET else heights.get(level),
            evidence=REGISTER if level in heights else None,
        )
        for level in sorted(ids)
    )


def _route(made: _Made, start: Endpoint, end: Endpoint, doubts: tuple[Doubt, ...], run: SurveyRun | None) -> Route:
    lengths = [leg.length_m for leg in made.legs if leg.unit is None]
    gates = [t.link for leg in made.legs for t in leg.traversals if t.link.kind is LinkKind.GATE]
    seconds = Seconds(0, 0, 0)
    for leg in made.legs:
        seconds = seconds + leg.times.total()
    return Route(
        station="test",
        start=start,
        end=end,
        profile=CHAIR,
        legs=tuple(made.legs),
        length_m=None if None in lengths else sum(length for length in lengths if length is not None),
        seconds=seconds,
        rides=tuple(
            Ride(leg.traversals[0].link.kind, leg.unit.id, leg.from_level, leg.to_level)
            for leg in made.legs
            if leg.unit
        ),
        gates=len(gates),
        staff_calls=sum(gate.staff_call is True for gate in gates),
        reentries=0,
        goes_outside=any(leg.from_level == STREET for leg in made.legs),
        doubts=doubts,
        run=run,
    )


def nowon() -> tuple[Station, Route]:
    """노원, Line 4 for 상계 → Line 7 for 중계, as the survey of 2016 and the registers have it."""
    run = SurveyRun(
        run_id="test-run",
        station="test",
        observed_at="2016",
        source="survey",
        from_line="4",
        from_direction="상계",
        to_line="7",
        to_direction="중계",
        alight=(10, 1),
        board=(4, 2),
        minutes_chair=21,
        legs=(),
    )
    specs: list[Spec] = [
        walk("4:3F", 40, paid=True, place=PlaceKind.PLATFORM, seconds=50),
        ride("4:EV:내부1", "4:3F", "4:2F", paid=True, rise_m=6.1),
        walk("4:2F", 110, met(MetKind.SLOPING_FLOOR), Gate(out=True), paid=True, seconds=180),
        ride("4:EV:외부1", "4:2F", STREET, paid=False, rise_m=5.8, exit="2"),
        walk(
            STREET,
            270,
            met(MetKind.STEEP_RAMP),
            met(MetKind.PILLAR),
            met(MetKind.CROSSING, 3),
            met(MetKind.LANDMARK, 1, Text("롯데백화점 앞", "past Lotte")),
            paid=False,
            seconds=200,
        ),
        ride("7:EV:4", STREET, "7:B1", paid=False, same_as=("7:EV:2",), exit="5", rise_m=12.1),
        walk("7:B1", 35, Gate(out=False), paid=False, seconds=110),
        ride("7:EV:1", "7:B1", "7:B3", paid=True, passes=("7:B2",), rise_m=10.5),
        walk("7:B3", 15, paid=True, place=PlaceKind.PLATFORM, seconds=20),
    ]
    return build(
        specs,
        start=Endpoint("4", "상계"),
        end=Endpoint("7", "중계"),
        heights={"4:3F": 11.9, "4:2F": 5.8, "7:B1": -12.1, "7:B3": -22.6},
        name=StationName("노원", "Nowon"),
        run=run,
        walking_m=278.0,
    )
