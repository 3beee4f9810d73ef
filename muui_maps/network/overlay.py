"""The terminals of all floors and the ways between them as arrays: one weight vector for each traveller.

A floor's shortest way from a to c by way of terminal b is left out: the ways a–b and b–c say it already. What remains
gives the same times as the whole visibility graph, with a small share of its edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from muui_maps.errors import NoRouteError, UnknownNameError
from muui_maps.model import LinkKind, Text
from muui_maps.profiles import RIDES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import networkx as nx
    from numpy.typing import NDArray

    from muui_maps.model import Profile
    from muui_maps.network.connectors import WalkLink
    from muui_maps.network.indoor import IndoorNetwork
    from muui_maps.profiles import Costs

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

FLOOR = -1
"""Stands in `Overlay.link` for a way over a floor."""
_SAME = 1e-12  # two ways whose lengths differ by a smaller share are one
_HERE_M = 1e-6  # terminals nearer than that stand in one place


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """What is travelled between terminals, each direction by itself.

    Parameters
    ----------
    ids
        Of the terminals; `start` and `end` count in them.
    length_m
        Metres walked.
    link
        Which of `links` it is, or `FLOOR`.
    storeys
        How many levels a link changes, at least 1; 0 on a floor.
    """

    ids: tuple[str, ...]
    index: Mapping[str, int]
    links: tuple[WalkLink, ...]
    start: Ints
    end: Ints
    length_m: Floats
    link: Ints
    storeys: Ints


def overlay(network: IndoorNetwork, *, levels: Collection[str] | None = None) -> Overlay:
    """The overlay of a network; of some of its levels alone if they are given."""
    inside = set(network.levels if levels is None else levels)
    ids = tuple(each.id for each in network.terminals if each.level in inside)
    index = {name: number for number, name in enumerate(ids)}
    rows = []
    for level, floor in network.floors.items():
        if level not in inside:
            continue
        names = np.array([index[each.id] for each in floor.terminals], dtype=np.int64)
        start, end = kept(floor.lengths_m)
        flat = np.zeros(len(start), np.int64)
        rows.append((names[start], names[end], floor.lengths_m[start, end], flat + FLOOR, flat))
    rank = {level: number for number, level in enumerate(network.levels)}
    at = {each.id: rank[each.level] for each in network.terminals}
    links = tuple(link for link in network.links if link.start in index and link.end in index)
    for number, link in enumerate(links):
        one, two, storeys = index[link.start], index[link.end], max(1, abs(at[link.start] - at[link.end]))
        ways = [(one, two)] if link.oneway else [(one, two), (two, one)]
        rows.append(
            (
                np.array([each[0] for each in ways]),
                np.array([each[1] for each in ways]),
                np.full(len(ways), link.length_m),
                np.full(len(ways), number),
                np.full(len(ways), storeys),
            )
        )
    columns = [np.concatenate([row[column] for row in rows]) for column in range(5)] if rows else [np.empty(0)] * 5
    whole = [column.astype(np.int64) for column in columns]
    return Overlay(ids, index, links, whole[0], whole[1], columns[2].astype(float), whole[3], whole[4])


def kept(lengths_m: Floats) -> tuple[Ints, Ints]:
    """Of all ways between a floor's terminals those that no third terminal lies on."""
    wanted = np.isfinite(lengths_m)
    np.fill_diagonal(wanted, val=False)
    leg = np.where(wanted & (lengths_m > _HERE_M), lengths_m, np.inf)
    at_most = lengths_m * (1 + _SAME)
    for third in range(len(lengths_m)):
        wanted &= leg[:, third, None] + leg[None, third, :] > at_most
    start, end = np.nonzero(wanted)
    return start, end


# ── what a traveller makes of it ─────────────────────────────────────────────


def refused(link: WalkLink, profile: Profile) -> bool:
    """Whether this traveller does not take the link: for its kind, for wheels, or as it is meant for others."""
    if link.kind in profile.refused or (link.handicap is False and profile.wheels):
        return True
    return link.only_reduced_mobility and not profile.wheels


def seconds(ways: Overlay, profile: Profile, costs: Costs) -> Floats:
    """The typical time of each way for one traveller; infinite where they do not go."""
    found: Floats = ways.length_m / costs["moving", "", profile.id].typical
    fixed = np.array([_fixed(link, profile, costs) for link in ways.links] or [(0.0, 0.0)])
    linked = ways.link != FLOOR
    which = ways.link[linked]
    found[linked] += fixed[which, 0] + fixed[which, 1] * ways.storeys[linked]
    return found


def metres(ways: Overlay, profile: Profile) -> Floats:
    """The metres of each way; infinite where this traveller does not go."""
    found: Floats = ways.length_m.copy()
    taken = np.array([np.inf if refused(link, profile) else 0.0 for link in ways.links] or [0.0])
    linked = ways.link != FLOOR
    found[linked] += taken[ways.link[linked]]
    return found


def _fixed(link: WalkLink, profile: Profile, costs: Costs) -> tuple[float, float]:
    """Seconds that a link takes beside walking its metres: once, and for each storey."""
    if refused(link, profile):
        return np.inf, 0.0
    if link.kind is LinkKind.GATE:
        return costs["gate", "staff_call" if profile.wheels else "tap", profile.id].typical, 0.0
    if link.kind not in RIDES:
        return 0.0, 0.0
    wait = costs.get("waiting", link.kind, profile.id)
    return (wait.typical if wait else 0.0), costs["riding", link.kind, profile.id].typical


class Router:
    """Shortest ways over an overlay for one traveller.

    Parameters
    ----------
    weights
        Seconds or metres for each way of the overlay, infinite where it is not taken.
    """

    def __init__(self, ways: Overlay, weights: Floats) -> None:
        self.ways = ways
        order = np.lexsort((weights, ways.end, ways.start))
        order = order[np.isfinite(weights[order])]
        # A sparse matrix adds parallel ways up, a lift beside a stair: only the best of them may go in.
        ends = ways.start[order] * len(ways.ids) + ways.end[order]
        self._best = order[np.concatenate([[True], ends[1:] != ends[:-1]])] if len(order) else order
        shape = (len(ways.ids), len(ways.ids))
        places = (ways.start[self._best], ways.end[self._best])
        self.matrix = csr_array((weights[self._best], places), shape=shape)

    def all_pairs(self) -> Floats:
        """The least weight between each two terminals."""
        found: Floats = dijkstra(self.matrix, directed=True)
        return found

    def lengths(self, starts: Collection[str]) -> dict[str, Floats]:
        """The least weight from each of some terminals to every one, in the order of the overlay's ids."""
        names = sorted(set(starts))
        found = dijkstra(self.matrix, directed=True, indices=[self.ways.index[name] for name in names])
        return dict(zip(names, np.atleast_2d(found), strict=True))

    def route(self, start: str, end: str) -> tuple[float, tuple[str, ...]]:
        """The least weight between two terminals and the terminals on the way, both ends among them.

        Raises
        ------
        UnknownNameError
            If one of them is no terminal.
        NoRouteError
            If there is no way.
        """
        for name in (start, end):
            if name not in self.ways.index:
                raise UnknownNameError(Text(f"이런 지점은 없어요: {name}", f"there is no such terminal: {name}"))
        one, place = self.ways.index[start], self.ways.index[end]
        weights, before = dijkstra(self.matrix, directed=True, indices=one, return_predecessors=True)
        if not np.isfinite(weights[place]):
            raise NoRouteError(Text(f"{start}에서 {end}로 가는 길이 없어요", f"no way leads from {start} to {end}"))
        found = [place]
        while place != one:
            place = int(before[place])
            found.append(place)
        return float(weights[found[0]]), tuple(self.ways.ids[each] for each in reversed(found))

    def graph(self) -> nx.DiGraph[int]:
        """The same ways as a networkx graph, numbered as the overlay's terminals are."""
        import networkx as nx

        found: nx.DiGraph[int] = nx.DiGraph()
        found.add_nodes_from(range(len(self.ways.ids)))
        places = self.matrix.tocoo()
        rows = zip(places.row.tolist(), places.col.tolist(), places.data.tolist(), strict=True)
        found.add_weighted_edges_from(rows)
        return found
