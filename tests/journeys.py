"""Any route over any station, for properties that every view must keep."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from section_builder import Gate, RideSpec, Spec, WalkSpec, build, met, walk

from muui_maps.model import (
    STREET,
    Direction,
    Doubt,
    Endpoint,
    MetKind,
    Platform,
    PlatformShape,
    Route,
    Station,
    StationName,
    Text,
    UnitKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

THIRD = "경의중앙선"
"""A line that has a name instead of a number; the route may begin or end on it, or only pass its levels."""
LEVELS = ("1:B4", "1:B1", "1:2F", "2:B3", "2:B1", "2:3F", f"{THIRD}:B2", f"{THIRD}:1F", STREET)
THINGS = st.one_of(
    st.builds(met, st.sampled_from(sorted(set(MetKind) - {MetKind.TURN})), st.sampled_from([None, 1, 2, 5])),
    st.builds(Gate, out=st.booleans(), staff=st.sampled_from([True, False, None])),
)
NAMES = st.text(alphabet="가나다라마바사아자차카타파하 ABCDEfghij", min_size=1, max_size=30).filter(str.strip)


@dataclass(frozen=True)
class Journey:
    """What a station and a route are built of: short enough to be printed where a test fails."""

    specs: list[Spec]
    start: Endpoint
    end: Endpoint
    heights: dict[str, float]
    name: StationName
    doubts: tuple[Doubt, ...]
    walking_m: float | None

    def built(self) -> tuple[Station, Route]:
        return build(
            self.specs,
            start=self.start,
            end=self.end,
            heights=self.heights,
            name=self.name,
            doubts=self.doubts,
            walking_m=self.walking_m,
        )


@st.composite
def journeys(draw: st.DrawFn) -> Journey:
    """Any route of up to 15 legs over up to 9 levels of three lines, some of unknown or contradictory height."""
    heights = draw(
        st.dictionaries(st.sampled_from(LEVELS[:-1]), st.floats(-60, 40).map(lambda m: round(m, 2)), max_size=7)
    )
    here = draw(st.sampled_from(LEVELS))
    specs: list[Spec] = []
    for number in range(draw(st.integers(0, 7))):
        if draw(st.integers(0, 9)) or not specs:
            specs.append(_walk(draw, here))
        there = draw(st.sampled_from([level for level in LEVELS if level != here]))
        between = draw(
            st.lists(st.sampled_from([x for x in LEVELS if x not in {here, there}]), max_size=2, unique=True)
        )
        others = tuple(f"1:EV:{number}b{i}" for i in range(draw(st.sampled_from([0, 0, 0, 1, 2]))))
        specs.append(
            RideSpec(
                f"1:EV:{number}",
                here,
                there,
                same_as=others,
                passes=tuple(between),
                paid=draw(st.sampled_from([True, False])),
                kind=draw(st.sampled_from([UnitKind.ELEVATOR, UnitKind.ELEVATOR, UnitKind.WHEELCHAIR_LIFT])),
                exit=draw(st.sampled_from([None, "3", "12-1"])),
                rise_m=draw(st.sampled_from([None, 6.1])),
            )
        )
        here = there
    if draw(st.booleans()) or not specs:
        specs.append(_walk(draw, here))
    return Journey(
        specs,
        start=draw(st.sampled_from([Endpoint("1", "상계"), Endpoint(exit="3"), Endpoint()])),
        end=draw(st.sampled_from([Endpoint(THIRD, "디지털미디어시티"), Endpoint("2", "가"), Endpoint(exit="12-1")])),
        heights=heights,
        name=StationName(draw(NAMES), draw(NAMES)),
        doubts=tuple(
            Doubt(f"code_{i}", Text(draw(NAMES), draw(NAMES)), draw(st.sampled_from([None, 0])))
            for i in range(draw(st.integers(0, 4)))
        ),
        walking_m=draw(st.sampled_from([None, 278.0])),
    )


def _walk(draw: st.DrawFn, here: str) -> WalkSpec:
    return walk(
        here,
        draw(st.sampled_from([None, 5.0, 40.0, 270.0, 1234.0])),
        *draw(st.lists(THINGS, max_size=3)),
        paid=draw(st.sampled_from([True, False, None])),
        seconds=draw(st.sampled_from([4.0, 60.0, 600.0])),
    )


# ── places ───────────────────────────────────────────────────────────────────


@st.composite
def places(draw: st.DrawFn) -> Places:
    """Which nodes of a journey have a place, and which way its platforms lie; half of them lie across each other."""
    return Places(
        seed=draw(st.integers(0, 10**6)),
        share=draw(st.sampled_from([0.0, 0.2, 0.5, 1.0])),
        spread_m=draw(st.sampled_from([2.0, 30.0, 120.0, 300.0])),
        bearings=(draw(st.one_of(st.none(), st.floats(0, 359))), draw(st.one_of(st.none(), st.floats(0, 359)))),
        onward=draw(st.booleans()),
        shapes=(draw(st.sampled_from([None, *PlatformShape])), draw(st.sampled_from([None, *PlatformShape]))),
        crossing=draw(st.booleans()),
    )


@dataclass(frozen=True)
class Places:
    """Places for the nodes of a station: a lift's landings share one; `onward` ones lead east, the others anywhere.

    Of `crossing` platforms that of the end lies across that of the start, over or under it. Where the route passes the
    third line's levels, that line has a platform there too.
    """

    seed: int
    share: float
    spread_m: float
    onward: bool
    bearings: tuple[float | None, float | None]
    shapes: tuple[PlatformShape | None, PlatformShape | None]
    crossing: bool

    def given_to(self, station: Station, route: Route) -> tuple[Station, Route]:
        """The station with some of its nodes placed and its ends as platforms."""
        chance = Random(self.seed)  # noqa: S311  places, not secrets
        at: dict[str, tuple[float, float] | None] = {}
        for leg in route.legs:
            for traversal in leg.traversals:
                start, end = traversal.link.start, traversal.link.end
                if leg.unit is not None and leg.unit.kind is UnitKind.ELEVATOR and start in at:
                    at[end] = at[start]
                for node in (start, end):
                    if node not in at:
                        east, north = (round(chance.uniform(-self.spread_m, self.spread_m), 1) for _ in range(2))
                        if self.onward:
                            east, north = len(at) * self.spread_m, north / 4
                        at[node] = (east, north) if chance.random() < self.share else None
        first, last = route.legs[0].traversals[0].link.start, route.legs[-1].traversals[-1].link.end
        if self._cross(route) and at[first] is not None:
            at[last] = at[first]
        nodes = []
        for each in station.nodes:
            place = at.get(each.id)
            nodes.append(replace(each, x_m=place[0], y_m=place[1], error_m=40.0) if place else each)
        platforms = tuple(self._platforms(station, route))
        lines = tuple(sorted({*station.lines, *(each.line for each in platforms)}))
        passed = [Direction(THIRD, StationName("응봉", "Eungbong"), None)] if lines != station.lines else []
        directions = (*station.directions, *passed)
        return replace(station, nodes=tuple(nodes), platforms=platforms, lines=lines, directions=directions), route

    def _cross(self, route: Route) -> bool:
        """Platforms cross over or under each other, never on one level."""
        return self.crossing and route.legs[0].from_level != route.legs[-1].to_level

    def _platforms(self, station: Station, route: Route) -> Iterator[Platform]:
        nodes = {node.id: node for node in station.nodes}
        first, last = route.legs[0].traversals[0], route.legs[-1].traversals[-1]
        bearings = list(self.bearings)
        if self._cross(route) and bearings[0] is not None:
            bearings[1] = (bearings[0] + 90) % 360
        for number, (end, name) in enumerate(((route.start, first.link.start), (route.end, last.link.end))):
            if end.line is not None and end.direction is not None:
                node = nodes[name]
                yield Platform(
                    node.place, name, end.line, end.direction, node.level, 8, self.shapes[number], bearings[number]
                )
        on_third = [node for node in station.nodes if node.level.startswith(f"{THIRD}:")]
        if on_third and route.end.line != THIRD:
            node = on_third[0]
            yield Platform(node.place, node.id, THIRD, "응봉", node.level, 8, self.shapes[0], self.bearings[1])
