"""The slow truth that the quick ways are checked against: every vertex, every pair, one test each."""

from __future__ import annotations

from itertools import combinations
from math import hypot

import networkx as nx
import numpy as np
import shapely
from shapely import Geometry, LineString
from shapely.prepared import prep


def every_way(floor: Geometry, points: dict[str, tuple[float, float]]) -> dict[tuple[str, str], float]:
    """The shortest way between each two points over a floor, infinite where there is none."""
    everything = {f"{x} {y}": (x, y) for x, y in shapely.get_coordinates(floor).tolist()} | points
    inside = prep(floor.buffer(1e-7, join_style="mitre"))
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(everything)
    for (one, a), (two, b) in combinations(everything.items(), 2):
        if inside.covers(LineString([a, b])):
            graph.add_edge(one, two, weight=hypot(a[0] - b[0], a[1] - b[1]))
    found: dict[tuple[str, str], float] = {}
    for one in points:
        lengths = nx.single_source_dijkstra_path_length(graph, one, weight="weight")
        found |= {(one, two): lengths.get(two, np.inf) for two in points}
    return found
