"""Our way of searching beside Valhalla's, on the same real station of OpenStreetMap, in one run.

    make bench-valhalla OSM=EXTRACT.osm.pbf

It runs in an environment of its own (`bench/requirements-valhalla.txt`), which the program does not need. Both get the
same file and the same pairs of points. Valhalla builds its tiles, snaps the points, and answers with a route; ours is
the search of `network/`, scipy's Dijkstra over sparse arrays, on the footways, steps and lifts of the extract. So this
tells what a query costs, and whether both walk about as far; it does not compare features: Valhalla routes the planet.
"""

from __future__ import annotations

import json
import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import osmium
import valhalla
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

ON_FOOT = frozenset({"footway", "steps", "corridor", "pedestrian", "path", "service", "residential", "unclassified"})
INDOORS = frozenset({"footway", "steps", "corridor"})
PAIRS, ROUNDS = 200, 5
EARTH_M = 6_371_008.8


def metres(one: tuple[float, float], two: tuple[float, float]) -> float:
    """Between two points of (latitude, longitude) that lie close together."""
    north = math.radians(two[0] - one[0])
    east = math.radians(two[1] - one[1]) * math.cos(math.radians((one[0] + two[0]) / 2))
    return EARTH_M * math.hypot(north, east)


class Walks:
    """The ways on foot of an extract as a sparse graph: a node for each point, an edge for each stretch, both ways."""

    def __init__(self, extract: Path) -> None:
        places: dict[int, tuple[float, float]] = {}
        stretches: list[tuple[int, int]] = []
        self.indoors: set[int] = set()
        for each in osmium.FileProcessor(str(extract)).with_locations():
            if not each.is_way() or each.tags.get("highway") not in ON_FOOT:
                continue
            nodes = [node for node in each.nodes if node.location.valid()]
            places.update({node.ref: (node.location.lat, node.location.lon) for node in nodes})
            stretches += [(one.ref, two.ref) for one, two in pairwise(nodes)]
            if each.tags.get("highway") in INDOORS:
                self.indoors |= {node.ref for node in nodes}
        self.ids = sorted(places)
        self.places = [places[each] for each in self.ids]
        number = {each: n for n, each in enumerate(self.ids)}
        shortest: dict[tuple[int, int], float] = {}
        for one, two in stretches:
            a, b = number[one], number[two]
            for pair in ((a, b), (b, a)):
                length = metres(self.places[a], self.places[b])
                shortest[pair] = min(length, shortest.get(pair, math.inf))
        rows, columns = zip(*shortest, strict=True)
        size = len(self.ids)
        self.graph = csr_array((list(shortest.values()), (rows, columns)), shape=(size, size))

    def pairs(self, count: int) -> list[tuple[int, int]]:
        """Random pairs of indoor points that are joined, always the same."""
        _, part = connected_components(self.graph, directed=False)
        largest = np.bincount(part).argmax()
        inside = [n for n, each in enumerate(self.ids) if part[n] == largest and each in self.indoors]
        chance = Random(1)  # noqa: S311 - a drawing, no secret
        return [(one, two) for one, two in (chance.sample(inside, 2) for _ in range(count))]

    def length_m(self, one: int, two: int) -> float:
        """The shortest way on foot."""
        return float(dijkstra(self.graph, indices=one, return_predecessors=True)[0][two])


def tiles(extract: Path, folder: Path) -> Path:
    """Valhalla's configuration, with its tiles built of the extract."""
    (folder / "tiles").mkdir()
    config = valhalla.get_config(tile_extract="", tile_dir=str(folder / "tiles"), verbose=False)
    file = folder / "valhalla.json"
    file.write_text(json.dumps(config))
    tool = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    subprocess.run([str(tool), "-c", str(file), str(extract)], check=True, capture_output=True)
    return file


def ask(actor: valhalla.Actor, one: tuple[float, float], two: tuple[float, float]) -> float | None:
    """Metres of Valhalla's way on foot, without its sentences; None if it finds none."""
    question = {
        "locations": [{"lat": one[0], "lon": one[1]}, {"lat": two[0], "lon": two[1]}],
        "costing": "pedestrian",
        "directions_type": "none",
        "units": "kilometers",
    }
    try:
        return float(actor.route(question)["trip"]["summary"]["length"]) * 1000
    except RuntimeError:
        return None


def best_s(ask_all: object, rounds: int) -> float:
    taken = []
    for _ in range(rounds):
        start = time.perf_counter()
        ask_all()  # type: ignore[operator]
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    extract = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        start = time.perf_counter()
        config = tiles(extract, Path(name))
        built = time.perf_counter() - start
        start = time.perf_counter()
        walks = Walks(extract)
        read = time.perf_counter() - start
        actor = valhalla.Actor(str(config))
        pairs = walks.pairs(PAIRS)
        ours = [walks.length_m(one, two) for one, two in pairs]
        theirs = [ask(actor, walks.places[one], walks.places[two]) for one, two in pairs]
        mine = best_s(lambda: [walks.length_m(one, two) for one, two in pairs], ROUNDS) / PAIRS
        other = best_s(lambda: [ask(actor, walks.places[one], walks.places[two]) for one, two in pairs], ROUNDS) / PAIRS
    ratios = [mine_m / theirs_m for mine_m, theirs_m in zip(ours, theirs, strict=True) if theirs_m]
    where = f"Python {platform.python_version()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    print(f"\n{extract.name}: {len(walks.ids):,} points; Valhalla {valhalla.__version__}; {where}")
    print(f"{'':44} {'ours':>10} {'Valhalla':>10}   ratio")
    for what, ours_s, theirs_s in (
        ("reading the extract / building tiles", read, built),
        ("one query on foot, indoors", mine, other),
    ):
        print(f"{what:44} {ours_s * 1000:>7.2f} ms {theirs_s * 1000:>7.2f} ms   {theirs_s / ours_s:.0f} ×")
    print(f"pairs that Valhalla finds a way for: {len(ratios)} of {PAIRS}")
    print(f"our metres over Valhalla's, median: {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()
