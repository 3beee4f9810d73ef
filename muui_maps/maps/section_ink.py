"""The ink of a section: paid area, slabs, shafts, the route line and the symbols on it, but no words beside them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from muui_maps.maps import section_words as said
from muui_maps.maps import style
from muui_maps.maps.labels import Box
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Words
from muui_maps.maps.section_layout import (
    ICON,
    NUMBER_RADIUS,
    PILL_HEIGHT,
    SHAFT,
    STOP_RADIUS,
    Field,
    Layout,
    Placed,
    Row,
    Shaft,
    Slab,
    pill_size,
)
from muui_maps.maps.section_parts import Symbol, SymbolKind, Walk
from muui_maps.model import LinkKind, Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ICONS = {
    SymbolKind.TRAIN: "train",
    SymbolKind.STREET: "outside",
    SymbolKind.CROSSING: "crossing",
}
RIDE_ICONS = {
    LinkKind.ELEVATOR: "lift",
    LinkKind.WHEELCHAIR_LIFT: "wheelchair_lift",
    LinkKind.ESCALATOR: "escalator",
    LinkKind.MOVING_WALK: "moving_walk",
    LinkKind.STAIRS: "stairs",
}

Point = tuple[float, float]


LEAST_SIZE = 14.2  # of text: 10 points on A3
TICK = 6.0  # of a gate below its slab
FIELD_ABOVE, FIELD_BELOW = 80.0, 38.0  # of the paid area beyond its lines: labels above, the slab below
TALL_FIELD = 420.0
PLATE_ROOM = 210.0  # what a level plate and the name of a place take


# ── the line and what it stands on ───────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the route line: one leg, or the landing between two rides."""

    role: str
    points: tuple[Point, ...]
    obstacles: tuple[Box, ...]  # symbols on it, where no chevron may stand


def stretches(layout: Layout) -> tuple[Stretch, ...]:
    """The route as pieces in travel order; a ride with an alternative has the other shaft as a piece of its own."""
    pieces: list[tuple[float, int, Stretch]] = []
    for row in layout.rows:
        role = f"leg:{row.walk.leg}" if row.walk.leg is not None else "landing"
        boxes = tuple(symbol_box(placed, layout.scale) for placed in row.placed)
        pieces.append((row.points[0][0], 1, Stretch(role, row.points, boxes)))
    pieces += [(shaft.x, int(shaft.alternative) * 2, _ride_stretch(shaft, layout)) for shaft in layout.shafts]
    return tuple(piece for _, _, piece in sorted(pieces, key=lambda each: each[:2]))


def _ride_stretch(shaft: Shaft, layout: Layout) -> Stretch:
    pair = [other for other in layout.shafts if other.ride is shaft.ride]
    last = pair[-1]
    points: tuple[Point, ...] = ((shaft.x, shaft.from_y), (shaft.x, shaft.to_y))
    if shaft.alternative:
        points = ((pair[0].x, shaft.from_y), *points)
    elif last is not shaft:
        points = (*points, (last.x, last.to_y))
    role = f"alternative:{shaft.ride.leg}" if shaft.alternative else f"leg:{shaft.ride.leg}"
    return Stretch(role, points, tuple(shaft_symbols(shaft, layout.scale)))


def symbol_box(placed: Placed, scale: float) -> Box:
    """The room that a symbol takes on the line."""
    heights = {SymbolKind.NUMBER: 2 * NUMBER_RADIUS, SymbolKind.METRES: PILL_HEIGHT}
    half = heights.get(placed.symbol.kind, ICON) * scale / 2
    return Box(placed.x - placed.width / 2, placed.y - half, placed.x + placed.width / 2, placed.y + half)


def shaft_symbols(shaft: Shaft, scale: float) -> Iterator[Box]:
    """The icons at both ends of a shaft, its number and the stops between."""
    half = shaft.icon / 2
    for y in (shaft.from_y, shaft.to_y):
        yield Box(shaft.x - half, y - half, shaft.x + half, y + half)
    radius = NUMBER_RADIUS * scale
    yield Box(shaft.x - radius, shaft.number_y - radius, shaft.x + radius, shaft.number_y + radius)
    for _, y in shaft.stops:
        yield Box(shaft.x - STOP_RADIUS, y - STOP_RADIUS, shaft.x + STOP_RADIUS, y + STOP_RADIUS)


def draw_fields(layout: Layout) -> Iterator[Mark]:
    """The paid area: a tinted field for each stretch inside the gates."""
    for number, field in enumerate(layout.fields):
        points = field_outline(field, layout)
        role = f"paid:{number}"
        if len(points) > 4:  # noqa: PLR2004  more corners than a box has
            yield Polyline(points, style.PAID_EDGE, 2, dash=(2.5, 4.5), fill=style.PAID_TINT, closed=True, role=role)
            continue
        box = field_box(field, layout)
        yield Rect(
            box.left,
            box.top,
            box.width,
            box.height,
            fill=style.PAID_TINT,
            stroke=style.PAID_EDGE,
            stroke_width=2,
            dash=(2.5, 4.5),
            radius=10,
            role=role,
        )


def field_box(field: Field, layout: Layout) -> Box:
    """The box around all that lies between the field's ends: lines, slabs and the labels above them."""
    ys = [y for row in layout.rows if row.band == field.band for y in _line_ys(row, field)]
    for shaft in layout.shafts:
        if shaft.band == field.band and field.left <= shaft.x <= field.right:
            ys += [shaft.from_y, shaft.to_y]
    return Box(field.left, min(ys) - FIELD_ABOVE, field.right, max(ys) + FIELD_BELOW)


def _line_ys(row: Row, field: Field) -> Iterator[float]:
    """Heights of the line of a row within a field; those of a line that ends in the field's first or last inch too."""
    segments = [
        (y0, y1) for (x0, y0), (x1, y1) in pairwise(row.points) if min(x1, field.right) - max(x0, field.left) > 1
    ]
    if not segments and min(row.inner[1], field.right) - max(row.inner[0], field.left) > 0:
        segments = [(row.points[0][1], row.points[-1][1])]
    for pair in segments:
        yield from pair


def field_outline(field: Field, layout: Layout) -> tuple[Point, ...]:
    """The corners of a field, clockwise from the upper left.

    A box, unless it would be tall or is the whole drawing: then the field hugs the line and leaves the corners free.
    Where a gate stands on a higher level than the lowest of its field, the corner below it is cut off if else the rim
    would leave no room for the plate of the gate's level on either side.
    """
    box = field_box(field, layout)
    if _hugs(field, layout):
        return _hugging(field, layout)
    lower_right: tuple[Point, ...] = ((box.right, box.bottom),)
    lower_left: tuple[Point, ...] = ((box.left, box.bottom),)
    if field.gate_right and (corner := _cut(field.right, field, layout, side=-1)) is not None:
        x, y = corner
        lower_right = ((box.right, y), (x, y), (x, box.bottom))
    if field.gate_left and (corner := _cut(field.left, field, layout, side=1)) is not None:
        x, y = corner
        lower_left = ((x, box.bottom), (x, y), (box.left, y))
    return ((box.left, box.top), (box.right, box.top), *lower_right, *lower_left)


def _hugging(field: Field, layout: Layout) -> tuple[Point, ...]:
    """The outline that follows the line from level to level."""
    boxes = list(_hugged(field, layout))
    xs = sorted({x for box in boxes for x in (box.left, box.right)})
    above: list[Point] = []
    below: list[Point] = []
    for left, right in pairwise(xs):
        over = [box for box in boxes if box.left < right and box.right > left]
        top, bottom = min(box.top for box in over), max(box.bottom for box in over)
        above += [(left, top), (right, top)]
        below += [(left, bottom), (right, bottom)]
    return _corners([*above, *reversed(below)])


def _hugged(field: Field, layout: Layout) -> Iterator[Box]:
    """Boxes around each walk and each ride of a field."""
    yield from _row_boxes(field, layout)
    margin = SHAFT * layout.scale / 2 + 14
    for ride in dict.fromkeys(shaft.ride for shaft in layout.shafts if shaft.band == field.band):
        pair = [shaft for shaft in layout.shafts if shaft.ride is ride]
        if field.left <= pair[0].x <= field.right:
            ys = [pair[0].from_y, pair[0].to_y]
            left, right = pair[0].x - margin, pair[-1].x + margin
            yield Box(round(left, 2), min(ys) - FIELD_ABOVE, round(right, 2), max(ys) + FIELD_BELOW)


def _row_boxes(field: Field, layout: Layout) -> Iterator[Box]:
    margin = SHAFT * layout.scale / 2 + 14
    for row in layout.rows:
        start, end = min(row.points[0][0], row.inner[0]), max(row.points[-1][0], row.inner[1])
        ys = [y for _, y in row.points]
        if row.band != field.band or min(end, field.right) <= max(start, field.left):
            continue
        left, right = max(start - margin, field.left), min(end + margin, field.right)
        yield Box(round(left, 2), min(ys) - FIELD_ABOVE, round(right, 2), max(ys) + FIELD_BELOW)


def field_rooms(field: Field, layout: Layout) -> tuple[Box, ...]:
    """Boxes inside a field in whose corners its name may stand, the highest first."""
    if _hugs(field, layout):
        return tuple(sorted(_row_boxes(field, layout), key=lambda box: (box.top, box.left)))
    return (field_box(field, layout),)


def _hugs(field: Field, layout: Layout) -> bool:
    whole = not (field.gate_left or field.gate_right)
    return whole or field_box(field, layout).height > TALL_FIELD


def _corners(points: Sequence[Point]) -> tuple[Point, ...]:
    """A closed outline without points that are no corners."""
    kept = [point for point, before in zip(points, [points[-1], *points[:-1]], strict=True) if point != before]
    ring = list(zip([kept[-1], *kept[:-1]], kept, [*kept[1:], kept[0]], strict=True))
    return tuple(b for a, b, c in ring if not (a[0] == b[0] == c[0] or a[1] == b[1] == c[1]))


def _cut(gate_x: float, field: Field, layout: Layout, *, side: int) -> Point | None:
    """Where to cut the corner below a gate; `side` is the way into the field. None if there is no need to."""
    row = next((row for row in layout.rows if any(_is_gate(p, gate_x) for p in row.placed)), None)
    box = field_box(field, layout)
    if row is None:
        return None
    slab = slab_at(row, gate_x)
    bottom = slab.line_y + FIELD_BELOW
    inside = [
        s for s in layout.shafts if s.band == field.band and (s.x - gate_x) * side > 0 and s.box.bottom > bottom + 1
    ]
    if bottom + 1 >= box.bottom or not inside:
        return None
    near = min(inside, key=lambda shaft: abs(shaft.x - gate_x))
    edge = near.x - side * (near.half + 14)
    left, right = sorted((edge, slab.right if side < 0 else slab.left))
    if max(gate_x - left, right - gate_x) >= PLATE_ROOM:
        return None
    return (round(edge, 2), bottom)


def _is_gate(placed: Placed, x: float) -> bool:
    return placed.symbol.kind is SymbolKind.GATE and placed.x == x


def draw_slabs(layout: Layout) -> Iterator[Mark]:
    """Floors, the lowest first; dashed where nobody published the height."""
    slabs = sorted((slab for row in layout.rows for slab in row.slabs), key=lambda slab: (-slab.line_y, slab.left))
    for slab in slabs:
        unknown = slab.level in layout.heights.unknown
        yield Rect(
            slab.left,
            slab.top,
            slab.right - slab.left,
            slab.bottom - slab.top,
            fill=style.PAPER if unknown else style.SLAB,
            stroke=style.EDGE,
            stroke_width=1.5,
            dash=(5, 4) if unknown else (),
            role=f"level:{slab.level}",
        )


def draw_gate_ticks(layout: Layout) -> Iterator[Mark]:
    for row in layout.rows:
        for placed in row.placed:
            if placed.symbol.kind is SymbolKind.GATE:
                slab = slab_at(row, placed.x)
                yield Rect(
                    placed.x - 3,
                    slab.top - 4,
                    6,
                    slab.bottom - slab.top + 4 + TICK,
                    fill=style.PAID_EDGE,
                    role="gate-tick",
                )


def slab_at(row: Row, x: float) -> Slab:
    return min(row.slabs, key=lambda slab: max(slab.left - x, x - slab.right, 0.0))


def draw_shafts(layout: Layout) -> Iterator[Mark]:
    for shaft in layout.shafts:
        box = shaft.box
        name = shaft.unit.id if shaft.unit else shaft.ride.kind.value
        yield Rect(
            box.left,
            box.top,
            box.width,
            box.height,
            fill=style.PAPER,
            stroke=style.ROUTE,
            stroke_width=2,
            radius=min(12, shaft.half),
            role=f"shaft:{name}",
        )


def draw_line(layout: Layout) -> Iterator[Mark]:
    """All casings, then the line leg by leg, then the chevrons."""
    pieces = stretches(layout)
    for piece in pieces:
        yield Polyline(piece.points, style.PAPER, style.CASING_WIDTH)
    for piece in pieces:
        yield Polyline(piece.points, style.ROUTE, style.ROUTE_WIDTH, role=piece.role)
    every = [box for piece in pieces for box in piece.obstacles]
    for piece in pieces:
        yield from _chevrons(piece, every)


def _chevrons(piece: Stretch, obstacles: Sequence[Box]) -> Iterator[Mark]:
    """Arrow tips along the free stretches of the line, about one for each 95 units."""
    for start, end in pairwise(piece.points):
        length = abs(end[0] - start[0]) + abs(end[1] - start[1])
        if not length or (start[0] != end[0] and start[1] != end[1]):
            continue
        step = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
        for low, high in _free_stretches(start, step, length, obstacles):
            count = max(int((high - low) / style.CHEVRON_EVERY + 0.5), 1)
            for number in range(count):
                along = low + (high - low) * (number + 0.5) / count
                yield _chevron((start[0] + step[0] * along, start[1] + step[1] * along), step)


def _free_stretches(start: Point, step: Point, length: float, obstacles: Sequence[Box]) -> list[tuple[float, float]]:
    marks = [(0.0, 0.0), (length, length)]
    end = (start[0] + step[0] * length, start[1] + step[1] * length)
    line = Box(
        min(start[0], end[0]) - 1, min(start[1], end[1]) - 1, max(start[0], end[0]) + 1, max(start[1], end[1]) + 1
    )
    for box in obstacles:
        if box.overlaps(line):
            ends = [
                (box.left - start[0]) * step[0] + (box.top - start[1]) * step[1],
                (box.right - start[0]) * step[0] + (box.bottom - start[1]) * step[1],
            ]
            marks.append((min(ends), max(ends)))
    marks.sort()
    free, reached = [], 0.0
    for low, high in marks:
        if low - reached >= LEAST_CHEVRON_RUN:
            free.append((reached, low))
        reached = max(reached, high)
    return free


LEAST_CHEVRON_RUN = 22.0


def _chevron(at: Point, step: Point) -> Polyline:
    across = (-step[1], step[0])
    tip = (at[0] + step[0] * 3, at[1] + step[1] * 3)
    tails = [
        (at[0] - step[0] * 2.5 + across[0] * side, at[1] - step[1] * 2.5 + across[1] * side) for side in (-5.0, 5.0)
    ]
    points = tuple((round(x, 2), round(y, 2)) for x, y in (tails[0], tip, tails[1]))
    return Polyline(points, style.ON_ROUTE, 2.6, role="chevron")


# ── symbols ──────────────────────────────────────────────────────────────────


def draw_symbols(layout: Layout, route: Route) -> Iterator[Mark]:
    for shaft in layout.shafts:
        yield from _shaft_marks(shaft, layout.scale)
    for row in layout.rows:
        for placed in row.placed:
            yield from _symbol_marks(placed, row.walk, layout.scale, route)


def _shaft_marks(shaft: Shaft, scale: float) -> Iterator[Mark]:
    half = shaft.icon / 2
    for y in (shaft.from_y, shaft.to_y):
        yield tile(RIDE_ICONS[shaft.ride.kind], shaft.x, y, half * 2, role=f"landing:{shaft.ride.leg}")
    for level, y in shaft.stops:
        ring = STOP_RADIUS - 2
        yield Circle(shaft.x, y, ring, fill=style.PAPER, stroke=style.ROUTE, stroke_width=4, role=f"stop:{level}")
    role = f"badge-or:{shaft.ride.number}" if shaft.alternative else f"badge:{shaft.ride.number}"
    yield from disc(shaft.x, shaft.number_y, shaft.ride.number, scale, role=role)


def _symbol_marks(placed: Placed, walk: Walk, scale: float, route: Route) -> Iterator[Mark]:
    symbol = placed.symbol
    if symbol.kind is SymbolKind.NUMBER:
        yield from disc(placed.x, placed.y, walk.number, scale, role=f"badge:{walk.number}")
    elif symbol.kind is SymbolKind.METRES:
        yield from _pill(placed, scale, said.pill(route.legs[symbol.leg or 0]), role=f"pill:{walk.number}")
    elif symbol.kind is SymbolKind.CROSSING:
        yield from _crossings(placed, scale)
    elif symbol.kind is SymbolKind.HAZARD:
        yield from _warning(placed, ICON * scale, role=f"hazard:{walk.number}")
    elif symbol.kind is SymbolKind.GATE:
        yield tile(gate_icon(symbol), placed.x, placed.y, ICON * scale, role=f"gate:{walk.number}")
    elif symbol.kind is SymbolKind.MACHINE and symbol.machine is not None:
        yield tile(RIDE_ICONS[symbol.machine], placed.x, placed.y, ICON * scale, role=f"machine:{walk.number}")
    elif symbol.kind is SymbolKind.FOLD:
        after = "" if walk.leg is None else f":{walk.leg}"  # between two rides no leg is walked
        yield tile("arrow", placed.x, placed.y, ICON * scale, role=f"fold{after}")
    else:
        yield tile(ICONS[symbol.kind], placed.x, placed.y, ICON * scale, role=symbol.kind.value)


def gate_icon(symbol: Symbol) -> str:
    """A gate in its three states: staff opens it, a card opens it, nobody says."""
    return {True: "gate_staff", False: "gate_tap", None: "gate"}[symbol.calls]


def _warning(placed: Placed, size: float, *, role: str) -> Iterator[Mark]:
    """The red triangle, on white of its own: the line passes behind it."""
    size *= 1.12
    left, top = placed.x - size / 2, placed.y - size * 0.54
    corners = ((0.5, 0.1), (0.96, 0.89), (0.04, 0.89))
    points = tuple((round(left + x * size, 2), round(top + y * size, 2)) for x, y in corners)
    yield Polyline(points, style.PAPER, 5, fill=style.PAPER, closed=True)
    yield Icon("warning", round(left, 2), round(top, 2), round(size, 2), style.HAZARD, role=role)


def tile(name: str, x: float, y: float, size: float, *, role: str | None = None) -> Icon:
    """A pictogram in white on a tile of the route's colour, centred on a point."""
    return Icon(name, round(x - size / 2, 2), round(y - size / 2, 2), round(size, 2), style.ON_ROUTE, style.ROUTE, role)


def disc(x: float, y: float, number: int | None, scale: float, *, role: str) -> Iterator[Mark]:
    """A step number on the line."""
    radius = round(NUMBER_RADIUS * scale, 2)
    size = round(max((18 if (number or 0) < 10 else 16) * scale, LEAST_SIZE), 2)  # noqa: PLR2004  two digits need smaller ones
    yield Circle(x, y, radius + 3, fill=style.PAPER)
    yield Circle(x, y, radius, fill=style.ROUTE, role=role)
    yield Words(x, round(y + size * 0.355, 2), str(number), size, "bold", style.ON_ROUTE, "middle", role=f"{role}:text")


def _pill(placed: Placed, scale: float, text: str, *, role: str) -> Iterator[Mark]:
    size = pill_size(scale)
    height = max(PILL_HEIGHT * scale, size + 10)
    yield Rect(
        round(placed.x - placed.width / 2, 2),
        round(placed.y - height / 2, 2),
        round(placed.width, 2),
        round(height, 2),
        fill=style.PAPER,
        stroke=style.ROUTE,
        stroke_width=3,
        radius=round(height / 2, 2),
        role=role,
    )
    yield Words(
        placed.x, round(placed.y + size * 0.355, 2), text, size, "bold", style.ROUTE, "middle", role=f"{role}:text"
    )


def _crossings(placed: Placed, scale: float) -> Iterator[Mark]:
    size = ICON * scale
    count = max(round((placed.width + 4 * scale) / (size + 4 * scale)), 1)
    for number in range(count):
        x = placed.x - placed.width / 2 + size / 2 + number * (size + 4 * scale)
        yield tile("crossing", x, placed.y, size, role="crossing")
