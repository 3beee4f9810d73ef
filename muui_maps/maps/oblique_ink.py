"""The ink of an oblique: floors, tracks, shafts, the route and what stands on it, without words beside them."""

from __future__ import annotations

import math
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from muui_maps.maps import style
from muui_maps.maps.labels import Box
from muui_maps.maps.oblique_layout import ICON, SHAFT, Layout, Shaft, Slab, Standing, Way, line_boxes, shaft_boxes
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect
from muui_maps.maps.section_ink import ICONS, RIDE_ICONS, gate_icon, tile
from muui_maps.maps.section_parts import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Point = tuple[float, float]
DASH = (26.0, 10.0)
"""Of a way of which only the length is known."""
LEAST_CHEVRON_RUN = 26.0
OFF_SYMBOLS = 8.0  # the middle of a leader's dot from a symbol on the line


def draw(layout: Layout, rings: Sequence[tuple[Point, ...]]) -> Iterator[Mark]:
    """Everything but words and unused lifts, from the lowest floor up."""
    for _, floors in groupby(_floors(layout), key=lambda floor: layout.bases[floor[0].level]):
        yield from _level(list(floors))
    for ring in rings:
        yield Polyline(ring, style.MUTED, 1.8, dash=(2, 5), closed=True, role="error-ring")
    for shaft in layout.shafts:
        yield from _shaft(shaft)
    yield from _route(layout)
    for shaft in layout.shafts:
        yield from _landings(shaft)
    for way in layout.ways:
        for standing in way.standing:
            yield from _symbol(standing, way)


Floor = tuple[Slab, Way]


def _floors(layout: Layout) -> list[Floor]:
    """All pieces of floor, the lowest first."""
    floors = [(slab, way) for way in layout.ways for slab in way.slabs]
    return sorted(floors, key=lambda floor: -layout.bases[floor[0].level])


def _level(floors: Sequence[Floor]) -> Iterator[Mark]:
    """Floors of one height: the edges of all their tracks lie under all the colours, where two tracks meet too."""
    for slab, _ in floors:
        yield from _slab(slab)
    tracks = [(way.move.platform.line, track) for slab, way in floors if way.move.platform for track in slab.track]
    for _, track in tracks:
        yield Polyline(track, style.INK, 11.5, rounded=False, role="track-edge")
    for line, track in tracks:
        yield Polyline(track, style.line_colour(line), 8.0, rounded=False, role=f"track:{line}")


def _slab(slab: Slab) -> Iterator[Mark]:
    role = f"level:{slab.level}"
    fill = style.PAID_TINT if slab.paid else style.PALE
    if slab.solid:
        under = tuple((x, y + 9.0) for x, y in slab.outline)
        yield Polyline(under, style.EDGE, 1.4, fill=style.SLAB, closed=True, role="edge")
        yield Polyline(slab.outline, style.EDGE, 1.8, fill=fill, closed=True, role=role)
    else:
        yield Polyline(slab.outline, style.EDGE, 1.8, dash=(8, 6), fill=fill, closed=True, role=role)
    if slab.paid:
        yield paid_rim(slab.outline)


def paid_rim(outline: Sequence[Point]) -> Polyline:
    """A dotted rim inside an outline: the paid area is told without its colour, as on the section."""
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    wide, high = max(max(xs) - min(xs), 1.0), max(max(ys) - min(ys), 1.0)
    across, down = max(1 - 14 / wide, 0.5), max(1 - 12 / high, 0.5)
    points = tuple((round(x + (px - x) * across, 2), round(y + (py - y) * down, 2)) for px, py in outline)
    return Polyline(points, style.PAID_EDGE, 1.6, dash=(2.5, 4.5), closed=True, role="paid")


# ── shafts ───────────────────────────────────────────────────────────────────


def _shaft(shaft: Shaft) -> Iterator[Mark]:
    name = shaft.ride.unit.id if shaft.ride.unit else shaft.ride.kind.value
    half = SHAFT / 2 * shaft.size
    (x0, y0), (x1, y1) = shaft.start, shaft.end
    if x0 == x1:
        box = shaft.box
        yield Rect(
            round(box.left, 2),
            round(box.top, 2),
            round(box.width, 2),
            round(box.height, 2),
            fill=style.PAPER,
            stroke=style.ROUTE,
            stroke_width=2.2,
            radius=14,
            role=f"shaft:{name}",
        )
        return
    # A ride that leads on: a band around its line.
    length = math.dist(shaft.start, shaft.end)
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    across = (-dy * half, dx * half)
    ends = ((x0 - dx * half, y0 - dy * half), (x1 + dx * half, y1 + dy * half))
    corners = [
        (ends[0][0] + across[0], ends[0][1] + across[1]),
        (ends[1][0] + across[0], ends[1][1] + across[1]),
        (ends[1][0] - across[0], ends[1][1] - across[1]),
        (ends[0][0] - across[0], ends[0][1] - across[1]),
    ]
    points = tuple((round(x, 2), round(y, 2)) for x, y in corners)
    yield Polyline(points, style.ROUTE, 2.2, fill=style.PAPER, closed=True, role=f"shaft:{name}")


def _landings(shaft: Shaft) -> Iterator[Mark]:
    for x, y in (shaft.start, shaft.end):
        yield tile(RIDE_ICONS[shaft.ride.kind], x, y, ICON * shaft.size, role=f"landing:{shaft.ride.leg}")
    for level, (x, y) in shaft.stops:
        yield Circle(x, y, 9, fill=style.PAPER, stroke=style.ROUTE, stroke_width=4, role=f"stop:{level}")


# ── the route ────────────────────────────────────────────────────────────────


def _route(layout: Layout) -> Iterator[Mark]:
    """All casings, then the line leg by leg in order, then where lifts pass floors, then the chevrons."""
    lines = list(_lines(layout))
    for _, points, _, _ in lines:
        yield Polyline(points, style.PAPER, style.CASING_WIDTH)
    for role, points, dash, _ in lines:
        yield Polyline(points, style.ROUTE, style.ROUTE_WIDTH, dash=dash, rounded=not dash, role=role)
    for shaft in layout.shafts:
        for level, top, bottom in shaft.passed:
            x = shaft.start[0]
            yield Polyline(((x, top), (x, bottom)), style.PAPER, 9.0, dash=(6, 6), rounded=False, role=f"pass:{level}")
    for _, points, dash, boxes in lines:
        yield from chevrons(points, boxes, dashed=bool(dash))


def _lines(layout: Layout) -> Iterator[tuple[str, tuple[Point, ...], tuple[float, ...], tuple[Box, ...]]]:
    """Role, points and dash of each part in travel order, and what stands on it."""
    for part in layout.parts:
        if isinstance(part, Way):
            role = f"leg:{part.walk.leg}" if part.walk.leg is not None else "spot"
            ends = _end_boxes(part.points[0], part.points[-1], layout.size)
            boxes = (*(each.box for each in part.standing), *ends)
            yield role, part.points, () if part.solid else DASH, boxes
        else:
            stops = (square(x, y, 9) for _, (x, y) in part.stops)
            passed = (Box(part.start[0] - 5, top, part.start[0] + 5, bottom) for _, top, bottom in part.passed)
            boxes = (
                *_end_boxes(part.start, part.end, layout.size),
                number_box(part.number, layout.size),
                *stops,
                *passed,
            )
            yield f"leg:{part.ride.leg}", (part.start, part.end), () if part.move.upright else DASH, boxes


def square(x: float, y: float, half: float) -> Box:
    """A square box around a point."""
    return Box(x - half, y - half, x + half, y + half)


def number_box(at: Point, size: float) -> Box:
    """Where a step's number stands if its words find no room."""
    return square(at[0], at[1], 16.0 * max(size, 0.9))


def _end_boxes(start: Point, end: Point, size: float) -> tuple[Box, ...]:
    return tuple(square(x, y, ICON / 2 * size) for x, y in (start, end))


def chevrons(points: Sequence[Point], obstacles: Sequence[Box], *, dashed: bool = False) -> Iterator[Mark]:
    """Arrow tips along the free stretches of a line, about one for each 95 units."""
    for (x, y), step, low, high, count in _bare(points, obstacles):
        for number in range(count):
            at = low + (high - low) * (number + 0.5) / count
            here = (x + step[0] * at, y + step[1] * at)
            if dashed:  # on a dash of its own, since it is seen on the line only
                ends = tuple((round(here[0] + step[0] * d, 2), round(here[1] + step[1] * d, 2)) for d in (-12, 12))
                yield Polyline(ends, style.ROUTE, style.ROUTE_WIDTH, rounded=False, role="chevron-dash")
            yield _chevron(here, step)


def bare_points(layout: Layout) -> dict[int, tuple[Point, ...]]:
    """By leg, points where its line is bare, between symbols and chevrons: a leader may begin there."""
    found: dict[int, list[Point]] = {}
    for role, points, _, obstacles in _lines(layout):
        if not role.startswith("leg:"):
            continue
        there = found.setdefault(int(role.removeprefix("leg:")), [])
        for (x, y), step, low, high, count in _bare(points, obstacles):
            between = (low + (high - low) * number / count for number in range(1, count))
            for at in (low + OFF_SYMBOLS, *between, high - OFF_SYMBOLS):
                there.append((round(x + step[0] * at, 2), round(y + step[1] * at, 2)))
    return {leg: tuple(there) for leg, there in found.items()}


def _bare(points: Sequence[Point], obstacles: Sequence[Box]) -> Iterator[tuple[Point, Point, float, float, int]]:
    """The bare stretches of a line: where its run starts, its direction, from and to where along it, how many tips."""
    for start, end in pairwise(points):
        length = math.dist(start, end)
        if length < LEAST_CHEVRON_RUN:
            continue
        step = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
        for low, high in _free(length, start, step, obstacles):
            yield start, step, low, high, max(int((high - low) / style.CHEVRON_EVERY + 0.5), 1)


def _free(length: float, start: Point, step: Point, obstacles: Sequence[Box]) -> list[tuple[float, float]]:
    used = [(0.0, 0.0), (length, length)]
    for box in obstacles:
        x, y = (box.left + box.right) / 2 - start[0], (box.top + box.bottom) / 2 - start[1]
        at, off = x * step[0] + y * step[1], abs(y * step[0] - x * step[1])
        half = max(box.width, box.height) / 2
        if off < half and -half < at < length + half:
            used.append((at - half, at + half))
    free, reached = [], 0.0
    for low, high in sorted(used):
        if low - reached >= LEAST_CHEVRON_RUN:
            free.append((reached, low))
        reached = max(reached, high)
    return free


def _chevron(at: Point, step: Point) -> Polyline:
    across = (-step[1], step[0])
    tip = (at[0] + step[0] * 3, at[1] + step[1] * 3)
    tails = [(at[0] - step[0] * 2.5 + across[0] * s, at[1] - step[1] * 2.5 + across[1] * s) for s in (-5.0, 5.0)]
    points = tuple((round(x, 2), round(y, 2)) for x, y in (tails[0], tip, tails[1]))
    return Polyline(points, style.ON_ROUTE, 2.6, role="chevron")


# ── symbols ──────────────────────────────────────────────────────────────────


def _symbol(standing: Standing, way: Way) -> Iterator[Mark]:
    symbol, number = standing.symbol, way.walk.number
    if symbol.kind is SymbolKind.NUMBER:
        return
    if symbol.kind is SymbolKind.HAZARD:
        yield from _warning(standing, role=f"hazard:{number}")
        return
    if symbol.kind in ICONS and symbol.kind is not SymbolKind.CROSSING:
        yield tile(ICONS[symbol.kind], standing.x, standing.y, standing.size, role=symbol.kind.value)
        return
    if symbol.kind is SymbolKind.GATE:
        name, role = gate_icon(symbol), f"gate:{number}"
    elif symbol.kind is SymbolKind.MACHINE and symbol.machine is not None:
        name, role = RIDE_ICONS[symbol.machine], f"machine:{number}"
    else:
        name, role = "crossing", f"crossing:{number}"
    if standing.placed:
        yield tile(name, standing.x, standing.y, standing.size, role=role)
    else:
        yield from order_only(name, standing.x, standing.y, standing.size, role=role)


def order_only(name: str, x: float, y: float, size: float, *, role: str) -> Iterator[Mark]:
    """A pictogram of which only the order is known: dark on white within a dashed border."""
    box = Rect(
        round(x - size / 2, 2),
        round(y - size / 2, 2),
        round(size, 2),
        round(size, 2),
        fill=style.PAPER,
        stroke=style.ROUTE,
        stroke_width=2.2,
        dash=(5, 3.5),
        radius=8,
        role=role,
    )
    yield box
    inner = size * 0.86
    yield Icon(name, round(x - inner / 2, 2), round(y - inner / 2, 2), round(inner, 2), style.ROUTE)


def _warning(standing: Standing, *, role: str) -> Iterator[Mark]:
    """The red triangle, on white of its own: the line passes behind it."""
    size = standing.size
    left, top = standing.x - size / 2, standing.y - size * 0.54
    corners = ((0.5, 0.1), (0.96, 0.89), (0.04, 0.89))
    points = tuple((round(left + x * size, 2), round(top + y * size, 2)) for x, y in corners)
    yield Polyline(points, style.PAPER, 7, fill=style.PAPER, closed=True)
    yield Icon("warning", round(left, 2), round(top, 2), round(size, 2), style.HAZARD, role=role)


Drawn = tuple[int | None, Box]
"""The room of something drawn, with the leg whose leader may begin on it: none for symbols, any where it is None."""
SOLID = -1


def obstacles(layout: Layout) -> Iterator[Drawn]:
    """The room of all that is drawn but floors."""
    for way in layout.ways:
        for box in _boxes(way.points, 9.0):
            yield way.walk.leg, box
        for standing in way.standing:
            yield way.walk.leg if standing.symbol.kind is SymbolKind.NUMBER else SOLID, standing.box
        for slab in way.slabs:
            for track in slab.track:
                yield from ((None, box) for box in _boxes(track, 8.0))
    for shaft in layout.shafts:
        for box in shaft_boxes(shaft):
            yield shaft.ride.leg, box
        for box in _end_boxes(shaft.start, shaft.end, layout.size):
            yield SOLID, box


def _boxes(line: Sequence[Point], half: float) -> Iterator[Box]:
    for start, end in pairwise(line):
        yield from line_boxes(start, end, half)


def edges(layout: Layout, rings: Sequence[tuple[Point, ...]]) -> Iterator[Box]:
    """The room of the outlines of all floors, and of rings: words keep off them where there is room elsewhere."""
    for ring in (*rings, *(slab.outline for way in layout.ways for slab in way.slabs)):
        yield from _boxes((*ring, ring[0]), 2.0)
