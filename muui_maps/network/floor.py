"""From the spaces and structure of one level, as drawn and as dirty as they come, to the floor that feet may stand on.

    spaces ── mend ── union ── close ±5 cm ── minus walls ── plus doors ── minus shops, columns, stairs ── ground
    ground ── inwards by half the traveller's width ── free: where the traveller's middle may be

The spaces are closed before anything is taken away: closing afterwards would swallow a wall of 10 cm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import Geometry, LineString, Polygon

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from muui_maps.sources.fragment import Area, Obstacle, Opening

WALKED = frozenset({"walkable", "outdoor", "ramp", "unknown"})
"""Kinds of Area that one walks on. Of an unknown kind is what the source has no word for: halls among them."""

CONNECTORS = frozenset({"stairs", "escalator", "elevator"})
"""Kinds of Area that lead to another level: entered at a landing, not walked across."""

CLOSING_M = 0.05
"""Gaps up to twice this between neighbouring spaces are slips of the pen, not walls."""

DETAIL_M = 0.02
"""Corners that stick out less are left out."""

BALUSTRADE_M = 1.5
"""Nobody walks between an escalator and the flight beside it where they are no farther apart."""

DOOR_DEPTH_M = 0.3
"""How far to each side of its line a door reaches through the wall."""

DOOR_POINT_M = 0.45
"""Half the width of a door drawn as a point: 0.9 m, the least the Korean rules allow."""

MITRE_LIMIT = 2.0
_LINE_M = 0.02  # half the thickness of a wall drawn as a line: more than DETAIL_M may take from both sides
_SPIKE_M = 0.015  # half the breadth of what counts as a slip of the pen when it sticks out of a shop or a wall
_SLIP_M = 0.01
_SHARP = 0.99  # cosine of the angle at the tip of a spike
_LONG = 1.5  # a flight this much longer than broad is walked along its length
_WITHIN = 0.9  # share of a smaller space that must lie in a larger one to be inside it
_RING = range(4, 65)  # corners of a ring for which an order that does not cross itself is looked for
_OUTLINE = 2  # the dimension of a polygon
_ROUND = 9  # places in the ring of a column above which it is taken for round
_BOX = 5  # places in a rectangle's ring


def ground(
    areas: Sequence[Area],
    obstacles: Sequence[Obstacle] = (),
    openings: Sequence[Opening] = (),
    *,
    gate_doors: Collection[str] = (),
) -> Geometry:
    """The floor of one level that feet may stand on.

    Spaces that touch are one floor, also over gaps of up to 10 cm. Of two spaces that lie one inside the other the
    inner one counts: a shop in a hall is not walked through, a passage through a shop is.

    Parameters
    ----------
    gate_doors
        Ids of openings that are rows of fare gates: they open a wall that is drawn across them, and lead through the
        gap between two spaces; but where nothing is drawn behind them there is no floor.
    """
    walked = mended([_drawn(area) for area in areas if area.kind in WALKED])
    closed = _without_spikes(mended([_drawn(area) for area in areas if area.kind not in WALKED]))
    floor = _closed_gaps(shapely.union_all(walked))
    walls = [thing.geometry for thing in obstacles if thing.kind in ("wall", "window", "fence")]
    rows = [each.geometry for each in openings if each.id in gate_doors]
    doors = [passage(each.geometry) for each in openings if each.id not in gate_doors]
    doors = shapely.union_all([*doors, *(passage(row) for row in rows if _has_floor_on_both_sides(row, floor))])
    through = shapely.union_all([doors, *map(passage, rows)])
    floor = shapely.difference(floor, shapely.difference(_solid(walls), through)) if walls else floor
    floor = floor if doors.is_empty else shapely.union(floor, doors)
    standing = _plainer([thing.geometry for thing in obstacles if thing.kind not in ("wall", "window", "fence")])
    taken = _united([_solid(standing), *_without_inner(closed, walked), *_balustrades(areas)])
    return shapely.simplify(shapely.difference(floor, taken), DETAIL_M)


def _drawn(area: Area) -> Polygon:
    """As it was delivered: what makes an outline valid in general knows nothing of bow-ties."""
    return area.original or area.polygon


def cut(floor: Geometry, lines: Sequence[LineString]) -> Geometry:
    """The floor without lines that nobody crosses, such as a row of fare gates."""
    return shapely.difference(floor, _solid(lines)) if lines else floor


def free_space(floor: Geometry, half_width_m: float) -> Geometry:
    """Where the middle of a traveller of this half-width may be.

    Corners stay sharp: at most 3.1 % longer than round ones and never shorter, at a fraction of the corners.
    """
    return shapely.buffer(floor, -half_width_m, join_style="mitre", mitre_limit=MITRE_LIMIT)


def mended(polygons: Sequence[Geometry]) -> list[Geometry]:
    """The polygons, valid: a ring that crosses itself is laid open, spikes and doubled corners vanish."""
    whole = np.array(polygons, dtype=object)
    whole = shapely.force_2d(whole[~shapely.is_empty(whole)])
    for number in np.flatnonzero(~shapely.is_valid(whole)):
        valid = shapely.make_valid(whole[number], method="structure", keep_collapsed=False)
        unfolded = _unfolded(whole[number]) if valid.geom_type == "MultiPolygon" else None
        whole[number] = unfolded or valid
    found: list[Geometry] = whole[~shapely.is_empty(whole)].tolist()
    return found


def _unfolded(polygon: Geometry) -> Geometry | None:
    """A bow-tie with its corners in the order that was meant: two neighbours in the list change places.

    None if the ring has holes, many corners, or no such order; then it can only be taken as it crosses itself.
    """
    if polygon.geom_type != "Polygon" or len(polygon.interiors):
        return None
    ring = shapely.get_coordinates(polygon.exterior)[:-1]
    if len(ring) not in _RING:
        return None
    tries = []
    for number in range(len(ring)):
        order = np.arange(len(ring))
        order[[number, number - 1]] = order[[number - 1, number]]
        tries.append(Polygon(ring[order]))
    valid = [each for each in tries if each.is_valid]
    return max(valid, key=lambda each: float(each.area), default=None)


def passage(geometry: Geometry) -> Geometry:
    """The floor of a door: through the wall that it stands in."""
    if geometry.geom_type in ("Point", "MultiPoint"):
        return shapely.buffer(geometry, DOOR_POINT_M, cap_style="square")
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return shapely.buffer(geometry, CLOSING_M, join_style="mitre")
    return shapely.buffer(geometry, DOOR_DEPTH_M, cap_style="flat", join_style="mitre")


def _has_floor_on_both_sides(row: Geometry, floor: Geometry) -> bool:
    """Whether floor lies as near as a door reaches along at least half of each side of a row of gates."""
    beside = shapely.offset_curve(row, [DOOR_DEPTH_M - _SLIP_M, _SLIP_M - DOOR_DEPTH_M])
    along = shapely.length(shapely.intersection(beside, floor))
    return bool((along >= shapely.length(row) / 2).all())


def _plainer(things: Sequence[Geometry]) -> list[Geometry]:
    """Round columns as polygons of fewer corners that lie within 2.5 cm of them, to both sides."""
    found = np.array(things, dtype=object)
    round_ones = np.flatnonzero(shapely.get_num_coordinates(found) > _ROUND)
    fewer = shapely.simplify(found[round_ones], CLOSING_M)
    found[round_ones] = shapely.buffer(fewer, CLOSING_M / 2, join_style="mitre", mitre_limit=MITRE_LIMIT)
    plain: list[Geometry] = found.tolist()
    return plain


def _balustrades(areas: Sequence[Area]) -> list[Geometry]:
    """The strips between an escalator and the stair or escalator beside it.

    Sources draw them as floor. To take them for a passage would lead a wheelchair past the steps.
    """
    flights = mended([_drawn(area) for area in areas if area.kind in ("stairs", "escalator")])
    if len(flights) < 2:  # noqa: PLR2004 - a strip has two sides
        return []
    half = BALUSTRADE_M / 2
    together = shapely.buffer(_united(flights), half, join_style="mitre", mitre_limit=MITRE_LIMIT)
    between = shapely.buffer(together, -half, join_style="mitre", mitre_limit=MITRE_LIMIT)
    strips = shapely.intersection(between, _sides(flights))
    found: list[Geometry] = strips[~shapely.is_empty(strips)].tolist()
    return found


def _sides(flights: Sequence[Geometry]) -> NDArray[np.object_]:
    """What lies beside each flight along its length, and the flight; flights as broad as long have no such sides."""
    boxes = shapely.oriented_envelope(np.array(flights, dtype=object))
    corners = shapely.get_coordinates(boxes[shapely.get_num_coordinates(boxes) == _BOX]).reshape(-1, _BOX, 2)
    edges = corners[:, 1:3] - corners[:, 0:2]
    length = np.hypot(edges[..., 0], edges[..., 1])
    each, long = np.arange(len(edges)), length.argmax(axis=1)
    broad, along = length[each, 1 - long], edges[each, long] / 2
    across = edges[each, 1 - long] * (0.5 + BALUSTRADE_M / broad)[:, None]
    middle = corners[:, :4].mean(axis=1)
    around = [middle + along + across, middle + along - across, middle - along - across, middle - along + across]
    found: NDArray[np.object_] = shapely.polygons(np.stack(around, axis=1)[length[each, long] >= _LONG * broad])
    return found


def _closed_gaps(floor: Geometry) -> Geometry:
    grown = shapely.buffer(floor, CLOSING_M, join_style="mitre", mitre_limit=MITRE_LIMIT)
    return shapely.buffer(grown, -CLOSING_M, join_style="mitre", mitre_limit=MITRE_LIMIT)


def _solid(geometries: Sequence[Geometry]) -> Geometry:
    """Walls and columns as one: lines get a thickness, outlines are mended."""
    outlines = _without_spikes(mended([each for each in geometries if shapely.get_dimensions(each) == _OUTLINE]))
    lines = [each for each in geometries if shapely.get_dimensions(each) == 1]
    if lines:
        outlines.append(shapely.buffer(shapely.union_all(lines), _LINE_M, cap_style="square"))
    return _united(outlines)


def _without_spikes(outlines: Sequence[Geometry]) -> list[Geometry]:
    """Shops and walls without what sticks out of them as thin as a pen's slip: as walls such lines would bar the way.

    What is that thin altogether is kept: a thin wall is one.
    """
    found = list(outlines)
    for number in _spiked(found):
        small = shapely.buffer(found[number], -_SPIKE_M, join_style="mitre", mitre_limit=MITRE_LIMIT)
        again = shapely.buffer(small, _SPIKE_M, join_style="mitre", mitre_limit=MITRE_LIMIT)
        if again.area > 0.5 * found[number].area:
            found[number] = again
    return found


def _spiked(outlines: Sequence[Geometry]) -> list[int]:
    """Which outlines have a corner of a few degrees or an edge as short as a spike is wide."""
    rings, owner = shapely.get_rings(np.array(outlines, dtype=object), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(xy):
        return []
    inside = np.flatnonzero(ring[1:] == ring[:-1])
    edge, ring = (xy[1:] - xy[:-1])[inside], ring[inside]
    following = np.arange(len(edge)) + 1
    last = np.flatnonzero(np.diff(ring, append=-1))
    following[last] = np.concatenate([[0], last[:-1] + 1])  # a ring's last edge leads into its first
    length = np.hypot(*edge.T)
    turn = (edge * edge[following]).sum(1) / np.maximum(length * length[following], 1e-12)
    suspect = (turn < -_SHARP) | (length < 2 * _SPIKE_M)
    found: list[int] = np.unique(owner[ring[suspect]]).tolist()
    return found


def _united(scattered: Sequence[Geometry]) -> Geometry:
    """Their union, fast where most of them touch nothing: columns, shops."""
    return shapely.disjoint_subset_union_all(scattered) if len(scattered) else Polygon()


def _without_inner(closed: Sequence[Geometry], walked: Sequence[Geometry]) -> list[Geometry]:
    """The closed spaces without the smaller walked ones that lie in them."""
    if not closed or not walked:
        return list(closed)
    outer, inner = shapely.STRtree(walked).query(closed, predicate="intersects")
    holes: dict[int, list[Geometry]] = {}
    for around, within in zip(outer.tolist(), inner.tolist(), strict=True):
        larger, smaller = closed[around], walked[within]
        if smaller.area < larger.area and shapely.intersection(larger, smaller).area > _WITHIN * smaller.area:
            holes.setdefault(around, []).append(smaller)
    return [
        shapely.difference(each, shapely.union_all(holes[number])) if number in holes else each
        for number, each in enumerate(closed)
    ]
