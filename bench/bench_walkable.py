"""The walkable network beside the plain ways of doing the same, in one run: ratios hold on any machine, times do not.

    python bench/bench_walkable.py [LAYERS]

LAYERS is a delivery of indoor layers; by default the real terminal of the shared data beside the checkout, if it is
there. Nothing is asserted: the tests do that, on lengths; times are printed. What runs on one processor alone is
timed in processor time, which other programs disturb least; reading and building also by the clock on the wall.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import defaultdict
from collections.abc import Callable
from itertools import combinations
from math import hypot, inf
from pathlib import Path
from random import Random

import networkx as nx
import numpy as np
import shapely
from shapely import Geometry, LineString, box
from shapely.prepared import prep

from muui_maps.network.floor import free_space
from muui_maps.network.indoor import IndoorNetwork, walkable_network
from muui_maps.network.overlay import Router, overlay, seconds
from muui_maps.network.visibility import shortest_lengths, visibility_graph
from muui_maps.network.walkable import HALF_WIDTHS_M
from muui_maps.profiles import PROFILES, read_costs
from muui_maps.sources.fragment import Area, Fragment, FragmentLevel
from muui_maps.sources.seoul_indoor import read_indoor

Clock = Callable[[], float]

REPOSITORY = Path(__file__).resolve().parent.parent
TERMINAL = REPOSITORY.parent / "shared" / "data" / "indoor" / "terminal_a.zip"
QUERIES = 50
TERMINALS = 12
ROUNDS = 9
MOST = 50
NAIVE_ROUNDS = {8: 9, 20: 5, 40: 3, 80: 1}
"""Shops of a hall, and how often both ways of looking around in it are timed."""


def row(what: str, ours: str, plain: str, ratio: str, bar: str) -> None:
    print(f"| {what:52} | {ours:>12} | {plain:>12} | {ratio:>8} | {bar:16} |")


def header(what: str, ours: str, plain: str) -> None:
    print()
    row(what, ours, plain, "ratio", "bar")
    print(f"|{'-' * 54}|{'-' * 13}:|{'-' * 13}:|{'-' * 9}:|{'-' * 18}|")


def taken(work: Callable[[], object], clock: Clock = time.perf_counter) -> float:
    start = clock()
    work()
    return clock() - start


def in_turn(*works: Callable[[], object], rounds: int, clock: Clock = time.process_time) -> list[float]:
    """The median time of each, turn by turn, so that what else the machine does falls on all of them alike.

    In a turn each work is done about as long as the longest one takes: once is too short to be timed beside it.
    """
    once = [taken(work, clock) for work in works]
    often = [min(MOST, max(1, round(max(once) / max(each, 1e-6)))) for each in once]

    def turn(work: Callable[[], object], times: int) -> float:
        return taken(lambda: [work() for _ in range(times)], clock) / times

    turns = [[turn(work, times) for work, times in zip(works, often, strict=True)] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*turns, strict=True)]


def ms(seconds_taken: float) -> str:
    return f"{seconds_taken * 1000:,.3g} ms" if seconds_taken < 1 else f"{seconds_taken * 1000:,.0f} ms"


# ── the visibility graph ─────────────────────────────────────────────────────


def hall(shops: int) -> Geometry:
    """A concourse with rows of shops, and a column of eight corners before each."""
    chance = Random(shops)  # noqa: S311 - a drawing, no secret
    columns = max(2, round(shops**0.5 * 1.4))
    rows = -(-shops // columns)
    floor = box(0, 0, columns * 12 + 6, rows * 14 + 8)
    standing = []
    for number in range(shops):
        x, y = 6 + number % columns * 12, 8 + number // columns * 14
        width, depth = 5 + chance.random() * 3, 4 + chance.random() * 4
        standing.append(shapely.affinity.rotate(box(x, y, x + width, y + depth), chance.uniform(-8, 8)))
        standing.append(shapely.Point(x + width / 2, y - 2.5).buffer(0.4, quad_segs=2))
    return free_space(floor.difference(shapely.union_all(standing)), 0.35)


def naive(free: Geometry, points: list[tuple[float, float]]) -> tuple[nx.Graph[tuple[float, float]], int]:
    """All vertices, all pairs, one test each: the visibility graph as one first writes it."""
    places = list(dict.fromkeys([*points, *((x, y) for x, y in shapely.get_coordinates(free).tolist())]))
    inside = prep(free.buffer(1e-6, join_style="mitre"))
    graph: nx.Graph[tuple[float, float]] = nx.Graph()
    graph.add_nodes_from(places)
    for one, two in combinations(places, 2):
        if inside.covers(LineString([one, two])):
            graph.add_edge(one, two, weight=hypot(one[0] - two[0], one[1] - two[1]))
    return graph, len(places)


def visibility() -> None:
    header(f"Visibility graph, {TERMINALS} terminals", "ours", "naive loop")
    for shops, rounds in NAIVE_ROUNDS.items():
        free = hall(shops)
        west, south, east, north = free.bounds
        chance = Random(1)  # noqa: S311
        points: list[tuple[float, float]] = []
        while len(points) < TERMINALS:
            at = (chance.uniform(west, east), chance.uniform(south, north))
            if free.contains(shapely.Point(at)):
                points.append(at)
        graph, vertices = naive(free, points)
        ours, plain = in_turn(
            lambda free=free, points=points: visibility_graph(free, np.array(points)),  # type: ignore[misc]
            lambda free=free, points=points: naive(free, points),  # type: ignore[misc]
            rounds=rounds,
        )
        few = len(shapely.get_coordinates(free)) < 300  # noqa: PLR2004 - the bar changes there
        row(f"{vertices} vertices", ms(ours), ms(plain), f"{plain / ours:.0f} x", ">= 30 x" if few else ">= 75 x")
        lengths = shortest_lengths(visibility_graph(free, np.array(points)))
        worst = max(
            abs(lengths[i, j] / nx.dijkstra_path_length(graph, points[i], points[j]) - 1)
            for i, j in combinations(range(len(points)), 2)
        )
        row("  worst difference of a length", f"{worst:.1e}", "", "", "<= 1e-6")


# ── a whole set of layers ────────────────────────────────────────────────────


def kept_as_wkb(fragment: Fragment, file: Path) -> None:
    """The same geometries in the plainest form: one deflated entry a layer."""
    layers: dict[str, list[bytes]] = defaultdict(list)
    shapes = [(area.record, area.polygon) for area in fragment.areas]
    shapes += [(thing.record, thing.geometry) for thing in fragment.obstacles]
    shapes += [(thing.record, thing.geometry) for thing in fragment.openings]
    shapes += [(thing.record, thing.geometry) for thing in fragment.facilities]
    shapes += [(thing.record, thing.geometry) for thing in fragment.lines]
    shapes += [(point.record, shapely.Point(point.x_m, point.y_m)) for point in fragment.points]
    for record, shape in shapes:
        layers[record.split("#")[0]].append(shapely.to_wkb(shape))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, kept in sorted(layers.items()):
            archive.writestr(name, b"".join(len(each).to_bytes(4, "little") + each for each in kept))


def decoded(file: Path) -> int:
    """Inflate and decode them: what reading can't be quicker than."""
    count = 0
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            content, at, shapes = archive.read(name), 0, []
            while at < len(content):
                size = int.from_bytes(content[at : at + 4], "little")
                shapes.append(content[at + 4 : at + 4 + size])
                at += 4 + size
            count += len(shapely.from_wkb(shapes))
    return count


def reading(layers: Path) -> Fragment:
    fragment = read_indoor(layers)
    header(f"{layers.name}: {len(fragment.levels)} levels, {len(fragment.areas)} spaces", "ours", "against")
    with tempfile.TemporaryDirectory() as folder:
        plain_file = Path(folder) / "wkb.zip"
        kept_as_wkb(fragment, plain_file)
        works = (lambda: decoded(plain_file), lambda: read_indoor(layers), lambda: walkable_network(fragment))
        one_by_one = [[taken(work) for work in works] for _ in range(ROUNDS)]
        plain, read, built = (statistics.median(column) for column in zip(*one_by_one, strict=True))
        on_one = in_turn(*works, rounds=3)
    row("reading, against WKB in a ZIP", ms(read), ms(plain), f"{read / plain:.1f} x", "<= 10 x")
    row("  in processor time, without the child's", ms(on_one[1]), ms(on_one[0]), f"{on_one[1] / on_one[0]:.1f} x", "")
    row("building the network, against reading", ms(built), ms(read), f"{built / read:.1f} x", "<= 6 x")
    row("  in processor time, both threads", ms(on_one[2]), ms(on_one[1]), f"{on_one[2] / on_one[1]:.1f} x", "")
    network = walkable_network(fragment)
    row("all lengths between terminals, once it is built", ms(taken(lambda: overlay(network))), "", "", "")
    row("peak memory of reading and building", f"{peak_mb(layers):.0f} MB", "", "", "< 700 MB")
    return fragment


def peak_mb(layers: Path) -> float:
    """Of a process that does nothing else."""
    program = (
        "import resource, sys; from pathlib import Path;"
        "from muui_maps.sources.seoul_indoor import read_indoor;"
        "from muui_maps.network.indoor import walkable_network;"
        "walkable_network(read_indoor(Path(sys.argv[1])));"
        "print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))"
    )
    done = subprocess.run([sys.executable, "-c", program, str(layers)], check=True, capture_output=True, text=True)
    return int(done.stdout) / 1024


# ── routing ──────────────────────────────────────────────────────────────────


def routing(network: IndoorNetwork) -> None:
    ways = overlay(network)
    costs = read_costs(REPOSITORY / "data" / "costs.csv")
    made = {name: Router(ways, seconds(ways, profile, costs)) for name, profile in PROFILES.items()}
    header(f"Overlay: {len(ways.ids)} terminals, {len(ways.start)} ways", "scipy", "networkx")
    router, graph = made["walker"], made["walker"].graph()
    found = router.all_pairs()
    reachable = np.argwhere(np.isfinite(found) & (found > 0)).tolist()
    pairs = Random(1).sample(reachable, min(QUERIES, len(reachable)))  # noqa: S311
    ours, plain = in_turn(
        lambda: [router.route(ways.ids[one], ways.ids[two]) for one, two in pairs],
        lambda: [nx.dijkstra_path(graph, one, two) for one, two in pairs],
        rounds=3,
    )
    row("one query", ms(ours / len(pairs)), ms(plain / len(pairs)), f"{plain / ours:.0f} x", ">= 8 x")
    graphs = [each.graph() for each in made.values()]
    ours, plain = in_turn(
        lambda: [each.all_pairs() for each in made.values()],
        lambda: [dict(nx.all_pairs_dijkstra_path_length(each)) for each in graphs],
        rounds=1,
    )
    row(f"all terminals x {len(made)} profiles", ms(ours), ms(plain), f"{plain / ours:.0f} x", ">= 40 x")
    lengths = dict(nx.all_pairs_dijkstra_path_length(graph))
    worst = max(abs(found[one, two] - lengths[one].get(two, inf)) for one, two in reachable)
    row("  worst difference of a time", f"{worst:.0e} s", "", "", "")


def drawn_tower() -> Fragment:
    """Four halls with lifts and stairs, for a machine without the real layers."""
    levels = tuple(FragmentLevel(f"B{depth}", f"B0{depth}", -depth) for depth in (4, 3, 2, 1))
    areas = []
    for level in levels:
        areas += [
            Area(f"{level.id} {n}", level.id, "walkable", "MV", None, box(x, y, x + 12, y + 10), None, "RM#1")
            for n, (x, y) in enumerate((x, y) for x in range(0, 96, 12) for y in range(0, 40, 10))
        ]
        for n, x in enumerate(range(5, 95, 6)):
            kind = "elevator" if n % 3 == 0 else "stairs"
            y = 3 + n * 7 % 32
            areas.append(Area(f"{level.id} up {n}", level.id, kind, "MV", None, box(x, y, x + 2, y + 5), None, "RM#1"))
    return Fragment("drawn", "EPSG:5186", levels, areas=tuple(areas))


def main(layers: Path = TERMINAL) -> None:
    versions = f"Python {platform.python_version()}, shapely {shapely.__version__}, networkx {nx.__version__}"
    print(f"\nWalkable network ({os.cpu_count()} processors, {versions})")
    visibility()
    if layers.exists():
        fragment = reading(layers)
    else:
        print(f"\n{layers.name} is not beside the checkout (shared/data): reading and memory are not measured")
        fragment = drawn_tower()
    routing(walkable_network(fragment, half_width_m=HALF_WIDTHS_M["manual_wheelchair"]))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
