"""Routing beside networkx, in one run: one query, every lift out, a city of 700 stations, and all there are.

    python bench/bench_city.py [--quick]

Both sides get the same ways at the same weights, and their answers are compared. In a station they get the same graph,
of parallel ways the best; in the city networkx gets every platform as a node, ours leaves out where nothing is decided.
Ratios hold on any machine, times do not. `--quick` leaves out the city of 5,000 stations and the run over all stations.
"""

from __future__ import annotations

import copy
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import networkx as nx
import numpy as np
from bench_walkable import header, in_turn, ms, row

from muui_maps.api import open_atlas
from muui_maps.model import NodeKind, Station
from muui_maps.network.city import City, Network, Place, Stop
from muui_maps.network.graph import Index
from muui_maps.network.lines import Lines
from muui_maps.network.matrix import Matrix
from muui_maps.network.outages import station_outages
from muui_maps.network.routes import default_costs
from muui_maps.profiles import PROFILES

REPOSITORY = Path(__file__).resolve().parent.parent
STATION = "express-bus-terminal"
WHEELS = [profile for profile in PROFILES.values() if profile.wheels]
CHAIR = PROFILES["manual_wheelchair"]
PAIRS = 40
BAR = 700
ROUNDS = 4

Weighted = nx.DiGraph


def graph_of(matrix: Matrix, out: frozenset[str]) -> Weighted[str]:
    """What a traveller may take while some units are out, as networkx has it."""
    found: Weighted[str] = nx.DiGraph()
    ids = matrix.pattern.ids
    found.add_nodes_from(ids)
    for (start, end), weight in zip(matrix.pattern.ends, matrix.weights(out).tolist(), strict=True):
        if weight < float("inf"):
            found.add_edge(ids[start], ids[end], weight=weight)
    return found


def same(ours: Sequence[float], theirs: Sequence[float]) -> None:
    """Stop where the two sides do not answer alike: then their times compare nothing."""
    if not np.allclose(ours, theirs, rtol=1e-12):
        raise SystemExit("the answers differ")


# ── one station ──────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Case:
    """A station with its ends (platforms and exits) and its lifts."""

    station: Station
    ends: list[str]
    lifts: list[str]


def case(name: str) -> Case:
    station = open_atlas().load(name).model
    ends = sorted(node.id for node in station.nodes if node.kind in {NodeKind.TRAIN, NodeKind.EXIT})
    lifts = [unit.id for unit in station.units if unit.kind.value in {"EV", "WL"}]
    return Case(station, ends, lifts)


def one_station() -> None:
    at = case(STATION)
    index, costs = Index(at.station), default_costs()
    matrices = [Matrix(index, profile, costs) for profile in WHEELS]
    header(f"{STATION}: {len(at.station.nodes)} nodes, {len(at.station.links)} links", "csgraph", "networkx")
    one_query(at, matrices[0])
    every_lift(at, matrices)
    whole(at)


def one_query(at: Case, matrix: Matrix) -> None:
    """From a platform to a platform. Ours finds the ways to all others on the way."""
    graph = graph_of(matrix, matrix.out_now)
    platforms = [end for end in at.ends if end.startswith("train:")]
    pairs = [(one, two) for one in platforms for two in platforms if one != two and nx.has_path(graph, one, two)]

    def ours() -> list[float]:
        trees = matrix.trees(platforms, matrix.out_now)
        rows = {node: n for n, node in enumerate(platforms)}
        return [trees.cost(rows[one], two) for one, two in pairs]

    def each() -> list[float]:
        return [matrix.trees([one], matrix.out_now).cost(0, two) for one, two in pairs]

    def theirs() -> list[float]:
        return [nx.dijkstra_path_length(graph, one, two) for one, two in pairs]

    same(ours(), theirs())
    same(each(), theirs())
    times = in_turn(each, ours, theirs, rounds=ROUNDS)
    mine, together, plain = (taken / len(pairs) for taken in times)
    row("one query, asked by itself", ms(mine), ms(plain), f"{plain / mine:.0f} ×", "≥ 8 ×")
    row("one query among all of the station", ms(together), ms(plain), f"{plain / together:.0f} ×", "≥ 8 ×")


def every_lift(at: Case, matrices: Sequence[Matrix]) -> None:
    """Each lift and wheelchair lift out, for the four on wheels, from all platforms and exits."""
    units = [unit for unit in at.lifts if unit not in matrices[0].out_now]
    cases = [(matrix, matrix.out_now | {unit}) for matrix in matrices for unit in units]

    def ours() -> list[float]:
        return [float(np.nansum(finite(matrix.trees(at.ends, out).costs))) for matrix, out in cases]

    def theirs() -> list[float]:
        return [sum(plainly(graph, at.ends)) for graph in graphs_without(matrices, units)]

    same(ours(), theirs())
    mine, plain = in_turn(ours, theirs, rounds=ROUNDS)
    row(
        f"every lift out ({len(units)}) × 4 × {len(at.ends)} ends",
        ms(mine),
        ms(plain),
        f"{plain / mine:.0f} ×",
        "≥ 15 ×, < 150 ms",
    )


def finite(costs: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(costs), costs, np.nan)


def plainly(graph: Weighted[str], ends: Sequence[str]) -> Iterator[float]:
    for end in ends:
        yield sum(nx.single_source_dijkstra_path_length(graph, end).values())


def graphs_without(matrices: Sequence[Matrix], units: Sequence[str]) -> Iterator[Weighted[str]]:
    """One graph a traveller; a unit's edges are taken out (or get their next best weight) and put back."""
    for matrix in matrices:
        graph = graph_of(matrix, matrix.out_now)
        ids, usual = matrix.pattern.ids, matrix.weights(matrix.out_now)
        for unit in units:
            without = matrix.weights(matrix.out_now | {unit})
            changed = [n for n in matrix.pattern.pairs_of.get(unit, ()) if without[n] != usual[n]]
            for n in changed:
                start, end = (ids[each] for each in matrix.pattern.ends[n])
                if np.isfinite(without[n]):
                    graph[start][end]["weight"] = float(without[n])
                else:
                    graph.remove_edge(start, end)
            yield graph
            for n in changed:
                start, end = (ids[each] for each in matrix.pattern.ends[n])
                graph.add_edge(start, end, weight=float(usual[n]))


def whole(at: Case) -> None:
    """What `muui-maps outages` does at a station, from the assembled station to the effects on every trip."""

    def alone() -> object:
        return station_outages(replace(at.station), profiles=WHEELS, pairs=False)

    def together() -> object:
        return station_outages(replace(at.station), profiles=WHEELS)

    told, both = in_turn(alone, together, rounds=ROUNDS)
    row("its outages told, escalators too, × 4 travellers", ms(told), "", "", "< 150 ms")
    row("and those of all pairs", ms(both), "", "", "")


# ── a city of many stations ──────────────────────────────────────────────────


def tiled(city: City, stations: int) -> City:
    """Copies of the city beside each other until so many stations have data; lines lead on from copy to copy."""
    per_copy = len(city.places)
    copies = -(-stations // per_copy)

    def named(name: str, n: int) -> str:
        return f"{name}#{n}"

    runs = {}
    places: list[Place] = []
    for n in range(copies):
        for (line, start, end), run in city.lines.runs.items():
            runs[line, named(start, n), named(end, n)] = replace(run, start=named(start, n), end=named(end, n))
        for place in city.places.values():
            stops = {Stop(s.line, named(s.station, n), named(s.next_station, n)): e for s, e in place.stops.items()}
            if len(places) < stations:
                places.append(Place(named(place.id, n), stops))
    lasts = {line: start for (line, start), nexts in sorted(city.lines.nexts.items()) if len(nexts) == 1}
    for n in range(copies - 1):
        for line, last in lasts.items():
            some = next(run for run in city.lines.runs.values() if run.line == line)
            one, two = named(last, n), named(last, n + 1)
            runs[line, one, two], runs[line, two, one] = (
                replace(some, start=one, end=two),
                replace(some, start=two, end=one),
            )
    nexts: dict[tuple[str, str], list[str]] = {}
    for line, start, end in sorted(runs):
        nexts.setdefault((line, start), []).append(end)
    lines = Lines(runs, {key: tuple(each) for key, each in nexts.items()}, city.lines.pace)
    return City(lines, places, lambda name: city.station(name.partition("#")[0]))


def priced(city: City, base: Network) -> Network:
    """The copies' network, with the prices of the originals."""
    network = Network(city, base.profile)
    for place in city.places.values():
        prices = copy.copy(base.priced[place.id.partition("#")[0]])
        prices.stops = tuple(place.stops)
        network.put(place.id, prices)
    return network


def plain_graph(network: Network) -> Weighted[int]:
    """The city as one would write it down: every platform a node, every run and every change an edge."""
    city = network.city
    found: Weighted[int] = nx.DiGraph()
    found.add_nodes_from(range(len(city.stops)))
    for run in city.lines.runs.values():
        start = city.number[Stop(run.line, run.start, run.end)]
        for stop in city.arrivals(run):
            found.add_edge(start, city.number[stop], weight=float(round(run.seconds.typical * 1000)))
    for place, prices in network.priced.items():
        numbers = [city.number[stop] for stop in city.places[place].stops]
        pairs = [(one, two) for one in numbers for two in numbers if one != two]
        for (one, two), weight in zip(pairs, prices.changes.tolist(), strict=True):
            if np.isfinite(weight):
                found.add_edge(one, two, weight=weight)
    return found


def queries(network: Network, graph: Weighted[int]) -> list[tuple[Stop, Stop]]:
    """Random pairs of platforms that are joined."""
    chance = Random(1)  # noqa: S311 - a drawing, no secret
    stops = network.city.stops
    found: list[tuple[Stop, Stop]] = []
    while len(found) < PAIRS:
        one, two = chance.sample(range(len(stops)), 2)
        if nx.has_path(graph, one, two):
            found.append((stops[one], stops[two]))
    return found


def many_stations(sizes: Sequence[int]) -> None:
    atlas = open_atlas()
    city = atlas.city()
    start = time.perf_counter()
    base = city.network(CHAIR)
    base.price_all()
    print(f"\n{len(city.places)} stations assembled and priced for one traveller: {time.perf_counter() - start:.1f} s")
    header("a journey's way, random platforms of the city", "csgraph", "networkx")
    for size in sizes:
        network = base if size == len(city.places) else priced(tiled(city, size), base)
        one_city(network, size)


def one_city(network: Network, size: int) -> None:
    graph = plain_graph(network)
    pairs, number = queries(network, graph), network.city.number
    few = pairs[: PAIRS // 4]  # the ways to all platforms take networkx too long for so many

    def ours() -> list[float]:
        found = (network.search({one: 0.0}, {two: 0.0}) for one, two in pairs)
        return [each.cost for each in found if each is not None]

    def theirs() -> list[float]:
        return [nx.dijkstra_path_length(graph, number[one], number[two]) for one, two in pairs]

    def whole_trees() -> object:
        return [nx.single_source_dijkstra_path_length(graph, number[one]) for one, _ in few]

    same(ours(), theirs())
    mine, plain, tree = in_turn(ours, theirs, whole_trees, rounds=ROUNDS)
    mine, plain, tree = mine / PAIRS, plain / PAIRS, tree / len(few)
    what = f"{size:,} stations, {len(network.city.stops):,} platforms"
    row(what, ms(mine), ms(plain), f"{plain / mine:.1f} ×", "≥ 8 ×" if size == BAR else "")
    if size == BAR:
        row("the same, all platforms found, as ours does", ms(mine), ms(tree), f"{tree / mine:.1f} ×", "")


# ── all stations ─────────────────────────────────────────────────────────────

ALL = """
import resource, time, json
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

def work(ids):
    from muui_maps.api import open_atlas
    from muui_maps.errors import NoRouteError
    from muui_maps.profiles import PROFILES
    atlas = open_atlas()
    routes = lost = outages = 0
    for each in ids:
        loaded = atlas.load(atlas.definition(each))
        for profile in PROFILES:
            for start, end in loaded.transfers:
                try:
                    loaded.route(start, end, profile=profile)
                    routes += 1
                except NoRouteError:
                    lost += 1
        outages += len(loaded.outages(pairs=False).singles)
    return routes, lost, outages, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

if __name__ == "__main__":
    from muui_maps.api import open_atlas
    start = time.perf_counter()
    ids = [each.id for each in open_atlas().definitions]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        done = list(pool.map(work, [ids[n::8] for n in range(8)]))
    print(json.dumps({
        "stations": len(ids), "seconds": time.perf_counter() - start,
        "routes": sum(each[0] for each in done), "lost": sum(each[1] for each in done),
        "units": sum(each[2] for each in done), "kb": 2 * max(each[3] for each in done),
    }))
"""


def all_stations(folder: Path) -> Mapping[str, float]:
    """Assembled, routed for five travellers both ways, and every unit out, in two processes; started afresh."""
    script = folder / "all_stations.py"
    script.write_text(ALL, encoding="utf-8")
    ran = subprocess.run([sys.executable, str(script)], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    told: Mapping[str, float] = json.loads(ran.stdout)
    return told


def tell_all() -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        told = all_stations(Path(folder))
    header("all stations, two processes", "took", "")
    what = (
        f"{told['stations']} stations assembled, {told['routes'] + told['lost']:,} routes, {told['units']:,} units out"
    )
    row(what, f"{told['seconds']:.0f} s", "", "", "< 120 s")
    row("peak memory of both processes", f"{told['kb'] / 1024:.0f} MB", "", "", "< 1 GB")
    row("routes that there is no way for", f"{told['lost']:,}", "", "", "")


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    print(f"Routing ({os.cpu_count()} processors, Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f})")
    one_station()
    many_stations((5, 78, 700) if quick else (5, 78, 700, 5000))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row("peak memory of this process", f"{peak:.0f} MB", "", "", "")
    if not quick:
        tell_all()


if __name__ == "__main__":
    main()
