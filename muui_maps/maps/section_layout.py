"""Where everything of a section stands: x tells order only and always advances, y tells height.

The parts of a route (`section_parts.py`) are laid side by side, so that nothing can overlap across. If they don't fit
the width, first the symbols shrink, then crossings share one symbol, then the line is folded into bands. Each band
has its own top; the scale of heights is one for all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from muui_maps.maps.labels import Box
from muui_maps.maps.section_heights import Heights, HeightsKind, heights_of, in_order
from muui_maps.maps.section_parts import Part, Ride, Symbol, SymbolKind, Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from muui_maps.model import Level, Unit

MARGIN = 28.0
WIDTH = 1684.0

ICON, NUMBER_RADIUS, PILL_HEIGHT, SHAFT, PILL_SIZE = 44.0, 16.0, 36.0, 56.0, 22.0
GAP, LEAST_GAP = 12.0, 6.0
OVERHANG = 26.0  # of a slab beyond the shaft at its end
SLAB_DROP, SLAB_HEIGHT = 26.0, 8.0  # from the line down to the slab; not scaled: one look for all slabs
OR_GAP = 48.0  # between two shafts that are alternatives: room for the word "or"
SLOPE = 64.0  # run of a way that changes its level on foot
ABOVE, BELOW = 86.0, 76.0  # room for labels above the highest line and below the lowest

SCALES = (1.0, 0.92, 0.85, 0.78, 0.72, 0.66)
"""Sizes of the symbols to try. At 0.72 they are 32 units, 8 mm on A3; below that the line is rather folded."""

MOST_STRETCH = 0.6  # of walks beyond what their words want
MOST_PX_PER_M = 40.0
SHORTEST_RIDE_PX, COMFORTABLE_RIDE_PX = 66.0, 92.0  # two icons and a number, small and at full size
SHORTEST_PASS_PX = 30.0  # from a stop between to the next stop
STOP_RADIUS = 11.0  # of its ring, with half its line
MOST_SECTION_PX = 1500.0
ORDER_STEP_PX = 132.0


@dataclass(frozen=True, slots=True)
class Demand:
    """The room that the words of a walk ask for, in user units.

    Parameters
    ----------
    plates
        Width of the level plates with the names beside them: what each level should have room for.
    above, below
        Width of all labels over the line, and of all under its slab, the plates among them.
    captions
        Width of the words of each symbol, in the order of `walk.symbols`; 0 where it has none.
    pill_em
        Width of the words in the metre pill at size 1.
    """

    plates: float = 0.0
    above: float = 0.0
    below: float = 0.0
    captions: tuple[float, ...] = ()
    pill_em: float = 0.0


@dataclass(frozen=True, slots=True)
class Placed:
    """A symbol of a walk with its place on the line (centre) and its width."""

    symbol: Symbol
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Slab:
    """A piece of floor: under the part of a walk that lies on one level."""

    level: str
    left: float
    right: float
    line_y: float  # of the route above it

    @property
    def top(self) -> float:
        return self.line_y + SLAB_DROP

    @property
    def bottom(self) -> float:
        return self.top + SLAB_HEIGHT

    @property
    def box(self) -> Box:
        return Box(self.left, self.top, self.right, self.bottom)


@dataclass(frozen=True, slots=True)
class Row:
    """A walk, laid out: the points of its line, its symbols in order and its slabs, one for each level walked."""

    walk: Walk
    band: int
    points: tuple[tuple[float, float], ...]
    placed: tuple[Placed, ...]
    slabs: tuple[Slab, ...]
    inner: tuple[float, float]  # between the shafts on both sides: where labels of its own may stand


@dataclass(frozen=True, slots=True)
class Shaft:
    """A ride, laid out. `alternative` shafts stand for units that would do as well."""

    ride: Ride
    unit: Unit | None
    band: int
    x: float
    from_y: float
    to_y: float
    number_y: float
    icon: float  # size of the icons at both ends
    stops: tuple[tuple[str, float], ...]  # levels passed with a stop, where there is room to show them
    alternative: bool
    half: float  # half its width

    @property
    def box(self) -> Box:
        low, high = sorted((self.from_y, self.to_y))
        return Box(self.x - self.half, low - self.half, self.x + self.half, high + self.half)


@dataclass(frozen=True, slots=True)
class Field:
    """A stretch of the line inside the fare gates; `leads_on` where it goes on in the next band."""

    band: int
    left: float
    right: float
    gate_left: bool
    gate_right: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A section with all its places."""

    scale: float
    heights: Heights
    px_per_m: float
    rows: tuple[Row, ...]
    shafts: tuple[Shaft, ...]
    fields: tuple[Field, ...]
    bands: tuple[Box, ...]
    bottom: float


def lay_out(
    parts: Sequence[Part],
    levels: Sequence[Level],
    *,
    top: float,
    room: float,
    demand: Callable[[Walk], Demand],
) -> Layout:
    """Lay the parts out below `top`.

    Parameters
    ----------
    parts
        Of the route, from `parts_of`.
    levels
        Of the station.
    room
        The height to aim at; more is taken if a ride would get too short.
    demand
        What the words of each walk ask for: walks are stretched for them where there is room.
    """
    return _Layouter(parts, levels, top, room, demand).run()


@dataclass(frozen=True, slots=True)
class _Sized:
    """A part with the width it must have, that which its plates need, and that which would suit all its words."""

    part: Part
    least: float
    needed: float
    wanted: float


class _Layouter:
    def __init__(
        self,
        parts: Sequence[Part],
        levels: Sequence[Level],
        top: float,
        room: float,
        demand: Callable[[Walk], Demand],
    ) -> None:
        self.parts = tuple(parts)
        self.top = top
        self.demand = demand
        self.scale = 1.0
        used = {level for part in parts for level in _levels_of(part)}
        self.heights, self.px_per_m = _vertical_scale(parts, heights_of(levels, used), room)

    def run(self) -> Layout:
        bands = self._fold()
        rows: list[Row] = []
        shafts: list[Shaft] = []
        boxes: list[Box] = []
        top = self.top
        for index, band in enumerate(bands):
            box = self._band_box(band, top)
            boxes.append(box)
            new_rows, new_shafts = self._lay_band(index, band, box)
            rows += new_rows
            shafts += new_shafts
            top = box.bottom
        fields = tuple(_fields(rows, shafts, len(bands)))
        return Layout(self.scale, self.heights, self.px_per_m, tuple(rows), tuple(shafts), fields, tuple(boxes), top)

    # ── widths ───────────────────────────────────────────────────────────────

    def _fold(self) -> list[list[_Sized]]:
        available = WIDTH - 2 * MARGIN
        for scale in SCALES[:-1]:
            self.scale = scale
            sized = self._sized()
            enough = sum(part.least if scale <= SCALES[-2] else part.needed for part in sized)
            if enough <= available:
                return [sized]
        for bands in range(2, len(self.parts) + 1):
            for scale in (SCALES[2], SCALES[-1]):
                self.scale = scale
                room = available - 2 * (ICON * scale + GAP)  # the arrows that lead on to the next band
                if (folded := _folded(self._sized(), bands, room)) is not None:
                    return [[self._size(part) for part in band] for band in _with_arrows(folded)]
        return [[part] for part in self._sized()]

    def _sized(self) -> list[_Sized]:
        return [self._size(part) for part in self.parts]

    def _size(self, part: Part) -> _Sized:
        if isinstance(part, Ride):
            width = SHAFT * self.scale
            if part.others:
                width = 2 * width + OR_GAP
            return _Sized(part, width, width, width)
        demand = self.demand(part)
        widths = self._widths(part, demand)
        slopes = sum(self._slope(before, after) for before, after in pairwise(part.levels))
        least = max(sum(widths) + (len(widths) + 1) * LEAST_GAP + slopes, 64.0 * self.scale)
        wanted = max(sum(widths) + (len(widths) + 1) * GAP + slopes, demand.above, demand.below)
        needed = max(sum(widths) + (len(widths) + 1) * LEAST_GAP + slopes, demand.plates - OVERHANG, least)
        return _Sized(part, least, needed, max(needed, wanted))

    def _widths(self, walk: Walk, demand: Demand) -> list[float]:
        return [self._width(symbol, demand) for symbol in walk.symbols]

    def _slope(self, before: str, after: str) -> float:
        same = abs(self.heights.drawn[before] - self.heights.drawn[after]) * self.px_per_m < 1
        return (GAP * 2 if same else SLOPE) * self.scale

    def _width(self, symbol: Symbol, demand: Demand) -> float:
        if symbol.kind is SymbolKind.NUMBER:
            return 2 * NUMBER_RADIUS * self.scale
        if symbol.kind is SymbolKind.METRES:
            return demand.pill_em * pill_size(self.scale) + 22 * self.scale
        if symbol.kind is SymbolKind.CROSSING:
            return self.crossing_width(symbol.count)
        return ICON * self.scale

    def crossing_width(self, count: int | None) -> float:
        """One icon for each crossing up to three while the symbols are large, else one for all."""
        icon = ICON * self.scale
        shown = count if count is not None and count <= MOST_CROSSING_ICONS and self.scale > SCALES[2] else 1
        return shown * icon + (shown - 1) * 4 * self.scale

    # ── places ───────────────────────────────────────────────────────────────

    def _band_box(self, band: Sequence[_Sized], top: float) -> Box:
        drawn = [self.heights.drawn[level] for sized in band for level in _levels_of(sized.part)]
        span = (max(drawn) - min(drawn)) * self.px_per_m
        return Box(MARGIN, top, WIDTH - MARGIN, top + ABOVE + span + SLAB_DROP + SLAB_HEIGHT + BELOW)

    def _lay_band(self, index: int, band: Sequence[_Sized], box: Box) -> tuple[list[Row], list[Shaft]]:
        highest = max(self.heights.drawn[level] for sized in band for level in _levels_of(sized.part))

        def y_of(level: str) -> float:
            return round(box.top + ABOVE + (highest - self.heights.drawn[level]) * self.px_per_m, 2)

        rows: list[Row] = []
        shafts: list[Shaft] = []
        x = box.left
        widths = _stretched(band, box.width)
        for position, (sized, width) in enumerate(zip(band, widths, strict=True)):
            if isinstance(sized.part, Ride):
                shafts += self._shafts(sized.part, index, x, y_of)
            else:
                shafts_beside = (self._ride_width(band, position - 1), self._ride_width(band, position + 1))
                rows.append(self._row(sized.part, index, (x, x + width), shafts_beside, y_of))
            x += width
        return rows, shafts

    @staticmethod
    def _ride_width(band: Sequence[_Sized], position: int) -> float:
        """Width of the shafts next to a walk; 0 at the end of a band and beside another walk."""
        if not 0 <= position < len(band) or isinstance(band[position].part, Walk):
            return 0.0
        return band[position].least

    def _shafts(self, ride: Ride, band: int, left: float, y_of: Callable[[str], float]) -> list[Shaft]:
        half = SHAFT * self.scale / 2
        from_y, to_y = y_of(ride.from_level), y_of(ride.to_level)
        span = abs(to_y - from_y)
        icon = max(min(ICON * self.scale, span - 2 * NUMBER_RADIUS * self.scale - 10), 18.0)
        stops = _shown_stops(ride, from_y, to_y, y_of, icon, number=2 * NUMBER_RADIUS * self.scale)
        number_y = round(sum(_longest_free(from_y, to_y, [y for _, y in stops], icon)) / 2, 2)
        units = [ride.unit, *ride.others[:1]]
        return [
            Shaft(
                ride,
                unit,
                band,
                round(left + half + position * (2 * half + OR_GAP), 2),
                from_y,
                to_y,
                number_y,
                icon,
                stops,
                alternative=position > 0,
                half=half,
            )
            for position, unit in enumerate(units)
        ]

    def _row(
        self,
        walk: Walk,
        band: int,
        inner: tuple[float, float],
        beside: tuple[float, float],
        y_of: Callable[[str], float],
    ) -> Row:
        places, bends = self._spread(walk, inner, y_of)
        axis = SHAFT * self.scale / 2
        ends = [placed.x for placed in places if placed.symbol.kind in ENDS]
        start = inner[0] - axis if beside[0] else ends[0] if ends else inner[0]
        end = inner[1] + axis if beside[1] else ends[-1] if ends else inner[1]
        points = [(start, y_of(walk.levels[0]))]
        for (left, right), (before, after) in zip(bends, pairwise(walk.levels), strict=True):
            points += [(left, y_of(before)), (right, y_of(after))]
        points.append((end, y_of(walk.levels[-1])))
        return Row(
            walk=walk,
            band=band,
            points=tuple((round(x, 2), y) for x, y in points),
            placed=places,
            slabs=self._slabs(walk, inner, beside, bends, y_of),
            inner=inner,
        )

    def _slabs(
        self,
        walk: Walk,
        inner: tuple[float, float],
        beside: tuple[float, float],
        bends: Sequence[tuple[float, float]],
        y_of: Callable[[str], float],
    ) -> tuple[Slab, ...]:
        left = max(inner[0] - (beside[0] + OVERHANG if beside[0] else 0.0), MARGIN)
        right = min(inner[1] + (beside[1] + OVERHANG if beside[1] else 0.0), WIDTH - MARGIN)
        starts = [left, *(bend[1] for bend in bends)]
        ends = [*(bend[0] for bend in bends), right]
        return tuple(
            Slab(level, round(start, 2), round(end, 2), y_of(level))
            for level, start, end in zip(walk.levels, starts, ends, strict=True)
        )

    def _spread(
        self, walk: Walk, inner: tuple[float, float], y_of: Callable[[str], float]
    ) -> tuple[tuple[Placed, ...], list[tuple[float, float]]]:
        """Symbols along the line, the number at its start, the others with room for their words; and its bends."""
        symbols, demand = walk.symbols, self.demand(walk)
        widths = self._widths(walk, demand)
        slopes = [self._slope(before, after) for before, after in pairwise(walk.levels)]
        spare = inner[1] - inner[0] - sum(widths) - sum(slopes)
        gaps = _gaps(symbols, widths, demand.captions or (0.0,) * len(symbols), spare)
        x = inner[0]
        level = 0
        placed: list[Placed] = []
        bends: list[tuple[float, float]] = []
        for symbol, width, gap in zip(symbols, widths, gaps, strict=False):
            while walk.levels[level] != symbol.level and symbol.level in walk.levels[level:]:
                bends.append((x + gap / 2, x + gap / 2 + slopes[level]))
                x += slopes[level]
                level += 1
            x += gap
            placed.append(Placed(symbol, round(x + width / 2, 2), y_of(walk.levels[level]), width))
            x += width
        while level < len(slopes):
            bends.append((x + gaps[-1] / 2, x + gaps[-1] / 2 + slopes[level]))
            x += slopes[level]
            level += 1
        return tuple(placed), bends


def pill_size(scale: float) -> float:
    """Size of the metres' digits at a scale of the symbols; never below what can be read on A3."""
    return round(max(PILL_SIZE * scale, 15.0), 2)


ENDS = frozenset({SymbolKind.TRAIN, SymbolKind.STREET, SymbolKind.FOLD})
MOST_CROSSING_ICONS = 3


def _levels_of(part: Part) -> Iterable[str]:
    if isinstance(part, Ride):
        return (part.from_level, *part.passes, part.to_level)
    return part.levels


def _vertical_scale(parts: Sequence[Part], heights: Heights, room: float) -> tuple[Heights, float]:
    """Units for each metre: as many as fit, at least so many that the shortest ride can be drawn; else order only."""
    rides = [(part.from_level, part.to_level) for part in parts if isinstance(part, Ride)]
    shortest = min((abs(heights.drawn[start] - heights.drawn[end]) for start, end in rides), default=None)
    if heights.kind is not HeightsKind.ORDER:
        if shortest is None:
            return heights, MOST_PX_PER_M
        fitting = min(room / max(heights.range, 0.1), MOST_PX_PER_M)
        if shortest * fitting >= SHORTEST_RIDE_PX:
            return heights, fitting
        if shortest > 0 and (needed := SHORTEST_RIDE_PX / shortest) * heights.range <= MOST_SECTION_PX:
            return heights, needed
    if heights.kind is not HeightsKind.ORDER or shortest == 0:
        heights = in_order(heights.drawn, heights.unknown, apart=rides)
    return heights, max(min(room / max(heights.range, 1.0), ORDER_STEP_PX * 1.5), COMFORTABLE_RIDE_PX)


def _folded(sized: Sequence[_Sized], bands: int, available: float) -> list[list[_Sized]] | None:
    """The parts in so many bands, each about as full as the others; None if one is too wide. Folds come after walks."""
    goal = sum(part.needed for part in sized) / bands
    folded: list[list[_Sized]] = [[]]
    for part in sized:
        band = folded[-1]
        full = sum(each.needed for each in band) >= goal or sum(each.least for each in [*band, part]) > available
        if band and full and isinstance(band[-1].part, Walk) and len(folded) < bands:
            folded.append([])
        folded[-1].append(part)
    if any(sum(part.least for part in band) > available for band in folded):
        return None
    return folded


def _with_arrows(bands: Sequence[Sequence[_Sized]]) -> list[list[Part]]:
    """The parts of each band, with an arrow where the line leaves a band and where it comes in again."""
    parts: list[list[Part]] = [[sized.part for sized in band] for band in bands]
    for before, after in pairwise(parts):
        last = before[-1]
        assert isinstance(last, Walk)  # noqa: S101  bands are folded after walks
        arrow = Symbol(SymbolKind.FOLD, last.levels[-1])
        before[-1] = replace(last, symbols=(*last.symbols, arrow))
        paid = last.paid[1]
        after.insert(0, Walk(None, None, (arrow,), (last.levels[-1],), {}, (), (paid, paid)))
    return parts


def _stretched(band: Sequence[_Sized], available: float) -> list[float]:
    """Widths that fill the room: what plates need, what words want, then more for the walks, but not beyond sense."""
    widths = _raised([part.least for part in band], [part.needed for part in band], available)
    widths = _raised(widths, [part.wanted for part in band], available)
    walks = [position for position, part in enumerate(band) if isinstance(part.part, Walk) and part.part.symbols]
    spare = available - sum(widths)
    if walks and spare > 0:
        total = sum(widths[position] for position in walks)
        factor = min(spare, total * MOST_STRETCH) / total
        for position in walks:
            widths[position] *= 1 + factor
    return widths


def _raised(widths: Sequence[float], goals: Sequence[float], available: float) -> list[float]:
    """Widths on their way to their goals, as far as the room goes, each by the same share of what it lacks."""
    lacking = sum(goals) - sum(widths)
    share = min(max(available - sum(widths), 0.0) / lacking, 1.0) if lacking > 0 else 0.0
    return [width + (goal - width) * share for width, goal in zip(widths, goals, strict=True)]


def _gaps(symbols: Sequence[Symbol], widths: Sequence[float], labels: Sequence[float], spare: float) -> list[float]:
    """Air before each symbol and after the last: little before the first two, the rest where words need it."""
    count = len(symbols) + 1
    least = min(spare / count, GAP)
    gaps = [least] * count
    rest = spare - sum(gaps)
    needs = [0.0] * count
    for position, (width, label) in enumerate(zip(widths, labels, strict=True)):
        need = max(label + GAP - width, 0.0) / 2
        needs[position] += need
        needs[position + 1] += need
    needs[0] = 0.0
    if total := sum(needs):
        given = min(rest, total)
        gaps = [gap + given * need / total for gap, need in zip(gaps, needs, strict=True)]
        rest -= given
    movable = _movable(symbols)
    for position in movable:
        gaps[position] += rest / len(movable)
    return gaps


def _movable(symbols: Sequence[Symbol]) -> list[int]:
    """Gaps that take the air nobody asked for: those after the number; the ends of the route stay at their ends."""
    count = len(symbols) + 1
    first = next((i + 1 for i, symbol in enumerate(symbols) if symbol.kind is SymbolKind.NUMBER), 0)
    last = count - 1 if len(symbols) > 1 and symbols[-1].kind in ENDS else count
    return list(range(first, last)) or [count - 1]


def _shown_stops(
    ride: Ride, from_y: float, to_y: float, y_of: Callable[[str], float], icon: float, *, number: float
) -> tuple[tuple[str, float], ...]:
    """Stops on the way with room for their rings, as long as the ride's number, so high, finds room as well."""
    low, high = sorted((from_y, to_y))
    taken = [low + icon / 2 - 8, high - icon / 2 + 8]
    shown: list[tuple[str, float]] = []
    for level in ride.passes:
        y = y_of(level)
        if taken[0] + 18 <= y <= taken[1] - 18 and all(abs(y - other) >= SHORTEST_PASS_PX for _, other in shown):
            above, below = _longest_free(from_y, to_y, [y, *(other for _, other in shown)], icon)
            if below - above >= number:
                shown.append((level, y))
    return tuple(shown)


def _longest_free(from_y: float, to_y: float, stops: Sequence[float], icon: float) -> tuple[float, float]:
    """The longest stretch of a shaft between icons and the rings of its stops, the upper one if there are two."""
    low, high = sorted((from_y, to_y))
    rings = [edge for y in sorted(stops) for edge in (y - STOP_RADIUS, y + STOP_RADIUS)]
    edges = iter([low + icon / 2, *rings, high - icon / 2])
    return max(zip(edges, edges, strict=True), key=lambda pair: (pair[1] - pair[0], -pair[0]))


def _fields(rows: Sequence[Row], shafts: Sequence[Shaft], bands: int) -> Iterable[Field]:
    """Stretches inside the gates, band by band, from what each walk and ride says about its ends and from its gates."""
    for band in range(bands):
        marks = sorted(_paid_marks(rows, shafts, band), key=lambda mark: mark[0])
        yield from _joined(band, marks)


def _paid_marks(
    rows: Sequence[Row], shafts: Sequence[Shaft], band: int
) -> Iterable[tuple[float, float, bool | None, bool, bool]]:
    """Pieces of the line: left, right, inside the gates, and whether a gate bounds them on the left and right."""
    for shaft in shafts:
        if shaft.band == band:
            yield shaft.x - shaft.half, shaft.x + shaft.half, shaft.ride.paid, False, False
    for row in rows:
        if row.band == band:
            yield from _row_marks(row)


def _row_marks(row: Row) -> Iterable[tuple[float, float, bool | None, bool, bool]]:
    left, paid, gate_left = row.inner[0], row.walk.paid[0], False
    gates = [placed for placed in row.placed if placed.symbol.kind is SymbolKind.GATE]
    for placed in gates:
        if paid is None and placed.symbol.inward is not None:
            paid = not placed.symbol.inward
        yield left, placed.x, paid, gate_left, True
        left, gate_left = placed.x, True
        paid = placed.symbol.inward
    yield left, row.inner[1], paid if gates else row.walk.paid[1], gate_left, False


def _joined(band: int, marks: Sequence[tuple[float, float, bool | None, bool, bool]]) -> Iterable[Field]:
    current: Field | None = None
    for left, right, paid, gate_left, gate_right in marks:
        if not paid:
            if current is not None:
                yield current
            current = None
        elif current is None:
            current = Field(band, left, right, gate_left, gate_right)
        elif gate_left:
            yield current
            current = Field(band, left, right, gate_left, gate_right)
        else:
            current = replace(current, right=max(right, current.right), gate_right=gate_right)
    if current is not None:
        yield current
