"""The network that a publisher drew, one level of it: its shortest ways, and where they leave the floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from muui_maps.model import LinkKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely import Geometry

    from muui_maps.model import Profile
    from muui_maps.network.gates import GateCut
    from muui_maps.network.walkable import Floor
    from muui_maps.sources.fragment import Fragment, NetLine

BESIDE_M = 0.3
"""How far beside the floor a drawn line may run and still be on it."""
LEAVES_M = 0.5
"""From how many metres off the floor a line leaves it."""


def refused(line: NetLine, profile: Profile) -> bool:
    """Whether this traveller does not take the line: the same rules as for the links over polygons."""
    if line.kind in profile.refused or (line.handicap is False and profile.wheels):
        return True
    return line.only_reduced_mobility and not profile.wheels


class DeliveredFloor:
    """The delivered lines of one level, for one traveller.

    Attributes
    ----------
    points
        Ids of the level's points that the fragment has, sorted.
    lines
        Those that the traveller takes.
    """

    def __init__(self, fragment: Fragment, level: str, profile: Profile) -> None:
        self.points = tuple(point.id for point in fragment.points if point.level == level)
        self.index = {name: number for number, name in enumerate(self.points)}
        self.lines = tuple(
            line
            for line in fragment.lines
            if line.level == level
            and line.start in self.index
            and line.end in self.index
            and not refused(line, profile)
        )
        self._best: dict[tuple[int, int], NetLine] = {}
        for line in self.lines:
            one, two = self.index[line.start], self.index[line.end]
            for ends in [(one, two)] if line.oneway else [(one, two), (two, one)]:
                known = self._best.get(ends)
                if known is None or line.length_m < known.length_m:
                    self._best[ends] = line

    def ways(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, tuple[NetLine, ...]] | None]:
        """For each pair of points the metres of the shortest way and its lines; None where there is none."""
        if not pairs:
            return []
        starts = sorted({self.index[start] for start, _ in pairs})
        ends = list(self._best)
        places = (np.array([one for one, _ in ends], dtype=int), np.array([two for _, two in ends], dtype=int))
        metres = np.array([self._best[each].length_m for each in ends], dtype=float)
        matrix = csr_array((metres, places), shape=(len(self.points),) * 2)
        lengths, before = dijkstra(matrix, directed=True, indices=starts, return_predecessors=True)
        row = {start: number for number, start in enumerate(starts)}
        found: list[tuple[float, tuple[NetLine, ...]] | None] = []
        for start, end in pairs:
            one, place = row[self.index[start]], self.index[end]
            if not np.isfinite(lengths[one, place]):
                found.append(None)
                continue
            total = float(lengths[one, place])
            lines: list[NetLine] = []
            while place != self.index[start]:
                previous = int(before[one, place])
                lines.append(self._best[previous, place])
                place = previous
            found.append((total, tuple(reversed(lines))))
        return found


def metres_off(lines: Iterable[NetLine], ground: Geometry) -> dict[str, float]:
    """For each line that leaves the floor how many metres of it do.

    Stairs, lifts and escalators are no floor: they lead over it by links of their own.
    """
    walked = [line for line in lines if line.kind in (LinkKind.WALKWAY, "unknown")]
    beside = shapely.buffer(ground, BESIDE_M, quad_segs=2)
    shapely.prepare(beside)
    drawn = np.array([line.geometry for line in walked], dtype=object)
    outside = np.flatnonzero(~shapely.covers(beside, drawn))
    off = shapely.length(shapely.difference(drawn[outside], beside))
    return {
        walked[number].id: float(metres)
        for number, metres in zip(outside.tolist(), off, strict=True)
        if metres > LEAVES_M
    }


def through_closed(line: NetLine, fragment: Fragment) -> bool:
    """Whether a line that leaves the floor runs through a shop or another space that is not walked through."""
    closed = [area.polygon for area in fragment.areas if area.level == line.level and area.kind == "closed"]
    inside = shapely.length(shapely.intersection(np.array(closed, dtype=object), line.geometry))
    return bool(np.sum(inside) > LEAVES_M)


def what_bars(line: NetLine, floor: Floor, cuts: Iterable[GateCut]) -> str | None:
    """Why a drawn line can't be followed over the polygons: `gate`, `narrow`, `off_floor`; None if it can."""
    if any(shapely.intersects(cut.line, line.geometry) for cut in cuts):
        return "gate"
    if line.kind not in (LinkKind.WALKWAY, "unknown"):
        return None
    outside = shapely.difference(line.geometry, shapely.buffer(floor.ground, BESIDE_M))
    if outside.length > 0:
        return "off_floor"
    here = shapely.intersection(shapely.buffer(line.geometry, 2 * floor.half_width_m), floor.free)
    return None if here.geom_type == "Polygon" and not here.is_empty else "narrow"
