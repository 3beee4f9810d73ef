"""Connectors that no delivered line touches: joined across floors by code, name, overlap of the outlines and nearness.

Each has a confidence and says in its evidence by what it was joined; each is told in a Finding, and so is each that
stays alone on its floor.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import LineString, Polygon

from muui_maps.model import Evidence, Finding, LinkKind, Method, Severity, Text
from muui_maps.network.connectors import LINE_KINDS, Connector, WalkLink
from muui_maps.network.floor import CONNECTORS
from muui_maps.network.walkable import Terminal
from muui_maps.sources.indoor_words import kind_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from shapely import Geometry

    from muui_maps.sources.fragment import Facility, Fragment

    Floats = NDArray[np.float64]

TOUCH_M = 0.5
"""A line that ends this near an outline belongs to it."""
OVERLAP = 0.5
"""Share of the smaller outline that must lie under the other: below it they are two connectors."""
NEAR_M = 3.0
"""How far apart the outlines of one connector may be drawn on two floors."""
NAMED_M = 30.0
"""The same, where both bear one name."""
NAMESAKES = 3
"""A name that more things of one kind bear on one level is no name: banks of lifts and escalators share one."""
CLEARLY = 0.7
"""An end of a stair that touches the floor less than this share of what the other does is not its end there."""

CONFIDENCE = {"code": 0.95, "name": 0.9, "overlap": 0.7, "near": 0.4}
"""How sure two landings are one connector's, by what they have in common; a line that was delivered is sure (1.0)."""


@dataclass(frozen=True, slots=True)
class _Thing:
    """A connector as one floor shows it: an outline or a point."""

    id: str
    level: str
    kind: str
    shape: Geometry
    name: str | None
    code: str | None
    direction: str | None
    record: str


@dataclass(frozen=True, slots=True)
class _Match:
    """Two things on two floors that seem to be one connector."""

    confidence: float
    apart_m: float
    low: _Thing
    high: _Thing
    how: str


def connectors_by_shape(
    fragment: Fragment, grounds: Mapping[str, Geometry]
) -> tuple[tuple[Connector, ...], tuple[Finding, ...]]:
    """Connectors that no delivered line touches, joined across floors by what their outlines and names have in common.

    Each is told in a Finding with its confidence; so is each that stays alone on its floor.
    """
    things = _things(fragment)
    order = [level.id for level in sorted(fragment.levels, key=lambda level: level.order)]
    matches: list[_Match] = []
    for kind in sorted({thing.kind for thing in things}):
        up, down = set[str](), set[str]()  # what is walked leads up to one level and down to one
        for low, high in _level_pairs(order):
            here = [thing for thing in things if (thing.kind, thing.level) == (kind, low) and thing.id not in up]
            there = [thing for thing in things if (thing.kind, thing.level) == (kind, high) and thing.id not in down]
            found = _matched(here, there, next_level=order.index(high) == order.index(low) + 1)
            matches += found
            if kind != LinkKind.ELEVATOR:
                up |= {match.low.id for match in found}
                down |= {match.high.id for match in found}
    connectors = tuple(_joined(match, grounds) for match in matches)
    paired = {thing.id for match in matches for thing in (match.low, match.high)}
    findings = [_told(match) for match in matches]
    findings += [_alone(thing) for thing in things if thing.id not in paired]
    return connectors, tuple(findings)


def _things(fragment: Fragment) -> list[_Thing]:
    """Outlines and points of connectors without a delivered line."""
    areas = [area for area in fragment.areas if area.kind in CONNECTORS or area.kind == "ramp"]
    facilities = [thing for thing in fragment.facilities if thing.kind in LINE_KINDS]
    inside: dict[str, list[Facility]] = {}
    tree = shapely.STRtree([each.geometry for each in facilities])
    outlines = np.array([area.polygon for area in areas], dtype=object)
    pairs = tree.query(outlines, predicate="dwithin", distance=TOUCH_M)
    for number, other in pairs.T.tolist():
        area, thing = areas[number], facilities[other]
        if (area.level, area.kind) == (thing.level, thing.kind):
            inside.setdefault(area.id, []).append(thing)
    within = {thing.id for things in inside.values() for thing in things}
    found: list[_Thing] = []
    for area in areas:
        told = inside[area.id][0] if len(inside.get(area.id, ())) == 1 else None
        found.append(
            _Thing(
                area.id,
                area.level,
                area.kind,
                area.polygon,
                area.name or (told.name if told else None),
                _identity(told.code if told else None),
                told.direction if told else None,
                area.record,
            )
        )
    for each in facilities:
        if each.id not in within:
            code = _identity(each.code)
            found.append(
                _Thing(each.id, each.level, each.kind, each.geometry, each.name, code, each.direction, each.record)
            )
    taken = _touched(fragment, found)
    return _with_telling_names([thing for thing in sorted(found, key=lambda thing: thing.id) if thing.id not in taken])


def _with_telling_names(things: Sequence[_Thing]) -> list[_Thing]:
    """The things without names that many of one level bear: such a name (`계단`, `unknown`) tells none from another."""
    bear = Counter((thing.level, thing.kind, thing.name) for thing in things)
    common = {(kind, name) for (_, kind, name), count in bear.items() if count > NAMESAKES}
    return [replace(thing, name=None) if (thing.kind, thing.name) in common else thing for thing in things]


def _identity(code: str | None) -> str | None:
    """A code that names one thing; a class of things (`MV04`) is none."""
    return code if code and len(code) > len("MV04") else None


def _touched(fragment: Fragment, things: Sequence[_Thing]) -> set[str]:
    """Ids of the things that a delivered connector line begins or ends at."""
    points = {point.id: point for point in fragment.points}
    rides = [line for line in fragment.lines if line.kind in LINE_KINDS or line.level is None]
    nodes = sorted({node for line in rides for node in (line.start, line.end) if node in points})
    found: set[str] = set()
    for level in sorted({thing.level for thing in things}):
        here = [thing for thing in things if thing.level == level]
        xy = [(points[each].x_m, points[each].y_m) for each in nodes if points[each].level == level]
        if xy:
            at = shapely.points(xy)
            tree = shapely.STRtree([thing.shape for thing in here])
            _, touched = tree.query(at, predicate="dwithin", distance=TOUCH_M)
            found |= {here[number].id for number in touched.tolist()}
    return found


def _level_pairs(order: Sequence[str]) -> list[tuple[str, str]]:
    """All pairs of levels, the next ones first: a stair seldom passes a level, but some do."""
    return sorted(combinations(order, 2), key=lambda pair: order.index(pair[1]) - order.index(pair[0]))


def _matched(here: Sequence[_Thing], there: Sequence[_Thing], *, next_level: bool) -> list[_Match]:
    """The likeliest pairs, each thing in one at most. Nearness alone joins only what lies on one level and the next."""
    near = shapely.STRtree([each.shape for each in there]).query(
        np.array([each.shape for each in here], dtype=object), predicate="dwithin", distance=NEAR_M
    )
    pairs = set(zip(*near.tolist(), strict=True))
    for key in ("name", "code"):
        called: dict[str | None, list[int]] = {}
        for number, high in enumerate(there):
            called.setdefault(getattr(high, key), []).append(number)
        pairs |= {
            (number, other)
            for number, low in enumerate(here)
            if getattr(low, key) is not None
            for other in called.get(getattr(low, key), ())
        }
    ranked = [match for one, two in sorted(pairs) if (match := _match(here[one], there[two]))]
    ranked = [match for match in ranked if next_level or match.how != "near"]
    ranked.sort(key=lambda match: (-match.confidence, match.apart_m, match.low.id, match.high.id))
    taken: set[str] = set()
    found = []
    for match in ranked:
        if match.low.id not in taken and match.high.id not in taken:
            taken |= {match.low.id, match.high.id}
            found.append(match)
    return found


def _match(low: _Thing, high: _Thing) -> _Match | None:
    apart = float(shapely.distance(low.shape, high.shape))
    if apart > NAMED_M:
        return None
    smaller = min(float(low.shape.area), float(high.shape.area))
    overlap = float(shapely.intersection(low.shape, high.shape).area) / smaller if smaller else 0.0
    found = {
        "code": low.code is not None and low.code == high.code,
        "name": low.name is not None and low.name == high.name,
        "overlap": overlap >= OVERLAP,
        "near": apart <= NEAR_M,
    }
    if not (kinds := [how for how, holds in found.items() if holds]):
        return None
    middle = float(shapely.distance(shapely.centroid(low.shape), shapely.centroid(high.shape)))
    words = " ".join(f"overlap {overlap:.2f}" if how == "overlap" else how for how in kinds)
    return _Match(max(CONFIDENCE[how] for how in kinds), middle, low, high, words)


def _joined(match: _Match, grounds: Mapping[str, Geometry]) -> Connector:
    """The connector of two matched things, entered where their outlines touch the floor."""
    low, high, confidence = match.low, match.high, match.confidence
    if low.kind == LinkKind.ELEVATOR:
        places, sure = (_door(low, grounds), _door(high, grounds)), True
    else:
        places, sure = _ends(low, high, grounds)
    ends = tuple(
        Terminal(f"{thing.id}@landing", thing.level, "landing", float(at[0]), float(at[1]), thing.name)
        for thing, at in zip((low, high), places, strict=True)
    )
    direction = low.direction or high.direction
    start, end = ends if direction != "down" else ends[::-1]
    identity = f"shape:{low.id}+{high.id}"
    link = WalkLink(
        id=identity,
        start=start.id,
        end=end.id,
        kind=LinkKind(low.kind),
        length_m=0.0 if low.kind == LinkKind.ELEVATOR else float(np.hypot(*(places[0] - places[1]))),
        oneway=direction in ("up", "down") and low.kind == LinkKind.ESCALATOR,
        connector=identity,
        handicap=None,
        evidence=Evidence("muui_maps", f"{match.how}: {low.record} {high.record}", None, Method.DERIVED),
        confidence=confidence if sure else confidence / 2,
    )
    return Connector(identity, link.kind, low.name or high.name, ends, (link,))


def _door(thing: _Thing, grounds: Mapping[str, Geometry]) -> Floats:
    """Where a lift is entered: the middle of the longest edge that it shares with the floor, else its own middle."""
    west, south, east, north = shapely.bounds(thing.shape).tolist()
    beside = shapely.clip_by_rect(_ground(thing, grounds), west - 1, south - 1, east + 1, north + 1)
    rim = shapely.intersection(shapely.boundary(thing.shape), shapely.buffer(beside, TOUCH_M / 2))
    merged = shapely.line_merge(rim) if rim.geom_type == "MultiLineString" else rim
    pieces = [each for each in shapely.get_parts(merged) if each.geom_type == "LineString" and each.length > 0]
    if not pieces:
        middle: Floats = shapely.get_coordinates(shapely.centroid(thing.shape))[0]
        return middle
    longest = max(pieces, key=lambda each: float(each.length))
    found: Floats = shapely.get_coordinates(longest.interpolate(0.5, normalized=True))[0]
    return found


def _ground(thing: _Thing, grounds: Mapping[str, Geometry]) -> Geometry:
    return grounds.get(thing.level, Polygon())


def _ends(low: _Thing, high: _Thing, grounds: Mapping[str, Geometry]) -> tuple[tuple[Floats, Floats], bool]:
    """Where a stair is entered below and above, and whether the floors around it leave no doubt.

    The outline's short sides are its ends. Each floor touches one of them more than the other; where a floor touches
    both alike, its end is the one that the other floor does not have.
    """
    sides_low, sides_high = _short_sides(low), _short_sides(high)
    touch_low = [_touch(side, _ground(low, grounds)) for side in sides_low]
    touch_high = [_touch(side, _ground(high, grounds)) for side in sides_high]
    at_low = _clear_winner(touch_low)
    at_high = _clear_winner(touch_high)
    middles_low, middles_high = [_mid(side) for side in sides_low], [_mid(side) for side in sides_high]
    if at_low is None and at_high is None:
        return (middles_low[0], _farthest(middles_high, middles_low[0])), False
    if at_low is None and at_high is not None:
        return (_farthest(middles_low, middles_high[at_high]), middles_high[at_high]), True
    if at_high is None and at_low is not None:
        return (middles_low[at_low], _farthest(middles_high, middles_low[at_low])), True
    return (middles_low[at_low or 0], middles_high[at_high or 0]), True


def _short_sides(thing: _Thing) -> list[LineString]:
    box = shapely.minimum_rotated_rectangle(thing.shape)
    xy = shapely.get_coordinates(box)
    if box.geom_type != "Polygon":
        return [LineString([xy[0], xy[0]]), LineString([xy[-1], xy[-1]])]
    sides = [LineString(xy[number : number + 2]) for number in range(4)]
    return sides[0::2] if sides[0].length <= sides[1].length else sides[1::2]


def _mid(side: LineString) -> Floats:
    found: Floats = shapely.get_coordinates(side.interpolate(0.5, normalized=True))[0]
    return found


def _touch(side: LineString, ground: Geometry) -> float:
    return float(shapely.intersection(shapely.buffer(side, TOUCH_M), ground).area)


def _clear_winner(touch: Sequence[float]) -> int | None:
    """Which of two ends touches the floor clearly more; None if neither does."""
    if max(touch) <= 0 or min(touch) > CLEARLY * max(touch):
        return None
    return touch.index(max(touch))


def _farthest(places: Sequence[Floats], other: Floats) -> Floats:
    return max(places, key=lambda xy: float(np.hypot(*(xy - other))))


def _told(match: _Match) -> Finding:
    low, high, how = match.low, match.high, f"{match.how}: {match.confidence:.2f}"
    return _finding(
        "connector_matched",
        Severity.INFO,
        Text(
            f"{low.level}–{high.level}: 이어 주는 선이 없어 모양으로 이었어요 ({how})",
            f"{low.level} to {high.level}: no line joins them; joined by shape ({how})",
        ),
        Text("LINE 레이어에 이어 주는 선을 그려 주세요", "draw the line between them in the LINE layer"),
        low,
    )


def _alone(thing: _Thing) -> Finding:
    kind = kind_words(thing.kind)
    return _finding(
        "connector_alone",
        Severity.WARNING,
        Text(
            f"{thing.level}: 다른 층으로 이어지지 않는 이동시설이에요 ({kind.ko})",
            f"{thing.level}: this {kind.en} leads to no other level",
        ),
        Text("LINE 레이어에 이어 주는 선을 그려 주세요", "draw its line to the other level in the LINE layer"),
        thing,
    )


def _finding(code: str, severity: Severity, message: Text, fix: Text, thing: _Thing) -> Finding:
    layer, _, row = thing.record.partition("#")
    return Finding(
        code=code,
        severity=severity,
        message=message,
        fix=fix,
        layer=layer,
        row=int(row) if row.isdigit() else None,
        field="geometry",
        value=thing.id,
    )
