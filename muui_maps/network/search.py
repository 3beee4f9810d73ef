"""The search itself: one traveller's question to one station, answered by burden alone."""

from __future__ import annotations

import heapq
from operator import add
from typing import TYPE_CHECKING

from muui_maps.errors import NoRouteError, UnknownNameError
from muui_maps.model import Endpoint, Link, NodeKind, Profile, Text, Times
from muui_maps.network.graph import Index, Step, way
from muui_maps.network.words import level_text, unit_text
from muui_maps.profiles import KIND_NAMES, Burden, Costs, Way, burden, refusal, times
from muui_maps.wording import STATUS_WORDS, line_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

Path = tuple[Step, ...]
EXIT_NODE = "street:exit:"
"""How the id of an exit's node begins; its number follows."""
Weight = tuple[int, ...]


def shortest(
    steps_from: Mapping[str, Sequence[Step]],
    sources: Collection[str],
    targets: Collection[str],
    weight: Callable[[Link], Weight | None],
) -> Path | None:
    """Dijkstra over whole-number weights compared in order; links that weigh None are not taken.

    A label is (weight, number of links, their ids): a total order, so equal ways are told apart by their ids alone.
    """
    heap: list[tuple[Weight, int, tuple[str, ...], str]] = [((), 0, (), node) for node in sorted(sources)]
    best: dict[str, tuple[Weight, int, tuple[str, ...]]] = dict.fromkeys(sources, ((), 0, ()))
    came: dict[str, Step] = {}
    done: set[str] = set()
    while heap:
        total, count, ids, node = heapq.heappop(heap)
        if node in done:
            continue
        done.add(node)
        if node in targets:
            return _walk_back(came, node)
        for step in steps_from.get(node, ()):
            if step.end in done or (weighed := weight(step.link)) is None:
                continue
            label = (tuple(map(add, total, weighed)) if total else weighed, count + 1, (*ids, step.link.id))
            if step.end not in best or label < best[step.end]:
                best[step.end] = label
                came[step.end] = step
                heapq.heappush(heap, (*label, step.end))
    return None


def _walk_back(came: dict[str, Step], node: str) -> Path:
    path: list[Step] = []
    while node in came:
        path.append(came[node])
        node = came[node].start
    return tuple(reversed(path))


class Prices:
    """What each link weighs for one traveller, and why some are never taken; worked out when first asked for."""

    def __init__(self, index: Index, profile: Profile, costs: Costs) -> None:
        self.index, self.profile, self.costs = index, profile, costs
        self._storey_m = costs["storey", "", ""].typical
        self._ways: dict[str, Way] = {}
        self._burdens: dict[str, Burden] = {}
        self._refusals: dict[str, Text | None] = {}
        self._open: dict[bool, dict[str, Burden | None]] = {True: {}, False: {}}

    def way(self, link: Link) -> Way:
        """The surroundings of the link."""
        if link.id not in self._ways:
            self._ways[link.id] = way(self.index, link, storey_m=self._storey_m)
        return self._ways[link.id]

    def burden(self, link: Link) -> Burden:
        """What the link weighs in a search."""
        if link.id not in self._burdens:
            self._burdens[link.id] = burden(link, self.way(link), self.profile, self.costs)
        return self._burdens[link.id]

    def refused(self, link: Link) -> Text | None:
        """Why the traveller never takes the link; None if nothing speaks against it."""
        if link.id not in self._refusals:
            self._refusals[link.id] = refusal(link, self.index.unit(link), self.profile)
        return self._refusals[link.id]

    def weight(self, link: Link, *, ignore_status: bool) -> Burden | None:
        """What the link weighs today; None if the traveller can't take it."""
        known = self._open[ignore_status]
        if link.id not in known:
            closed = (not ignore_status and self.index.out_of_service(link)) or self.refused(link) is not None
            known[link.id] = None if closed else self.burden(link)
        return known[link.id]

    def times(self, link: Link) -> Times:
        """How long the link takes."""
        return times(link, self.way(link), self.profile, self.costs)


def prices_of(index: Index, profile: Profile, costs: Costs) -> Prices:
    """The prices of a station's links, kept with its Index: they depend on nothing that a single query changes."""
    key = ("prices", id(profile), id(costs))  # of objects that the prices hold on to
    if key not in index.memo:
        index.memo[key] = Prices(index, profile, costs)
    prices: Prices = index.memo[key]
    return prices


def terminals(index: Index, endpoint: Endpoint) -> frozenset[str]:
    """The nodes that an endpoint stands for.

    Raises
    ------
    UnknownNameError
        If there is no such place.
    NoRouteError
        If there is one, but no source says where.
    """
    station = index.station
    if endpoint.line is not None:
        found = [p.node for p in station.platforms if (p.line, p.direction) == (endpoint.line, endpoint.direction)]
        existing = [f"{p.line}:{p.direction}" for p in station.platforms]
    else:
        exits = sorted(node.id for node in station.nodes if node.kind is NodeKind.EXIT)
        found = [each for each in exits if endpoint.exit is None or each == f"{EXIT_NODE}{endpoint.exit}"]
        existing = [each.removeprefix("street:") for each in exits]
    found = [node for node in found if node in index.nodes]
    if not found and (missing := _missing(index, endpoint)) is not None:
        raise NoRouteError(missing, blockers=(missing,))
    if not found:
        raise UnknownNameError(
            Text(f"이 역에 없는 곳이에요: {endpoint.key}", f"no such place here: {endpoint.key}"),
            existing=sorted(existing),
        )
    return frozenset(found)


def _missing(index: Index, endpoint: Endpoint) -> Text | None:
    """What the sources lack of a place that is there all the same; None if there is no such place."""
    known = {(each.line, each.next_station.ko) for each in index.station.directions}
    if (endpoint.line, endpoint.direction) in known:
        line = line_text(str(endpoint.line))
        return Text(
            f"{line.ko} {endpoint.direction} 방면 승강장이 몇 층인지 어느 자료에도 없어요",
            f"no source gives the floor of the platform of {line.en} for {endpoint.direction}",
        )
    return None


class Search:
    """One traveller's question to one station."""

    def __init__(
        self, index: Index, profile: Profile, without: frozenset[str], *, ignore_status: bool, costs: Costs
    ) -> None:
        unknown = sorted(without - index.units.keys())
        if unknown:
            raise UnknownNameError(
                Text(f"이 역에 없는 설비예요: {', '.join(unknown)}", f"no such unit here: {', '.join(unknown)}"),
                existing=sorted(index.units),
            )
        self.index = index
        self.profile = profile
        self.without = without
        self.ignore_status = ignore_status
        self.costs = costs
        self.prices = prices_of(index, profile, costs)

    def terminals(self, endpoint: Endpoint) -> frozenset[str]:
        """The nodes that an endpoint stands for."""
        return terminals(self.index, endpoint)

    def refused(self, link: Link) -> Text | None:
        """Why the traveller never takes this link."""
        return self.prices.refused(link)

    def left_out(self, link: Link) -> bool:
        """Whether the link is out of the question today: under repair, or its unit excluded."""
        return link.unit in self.without or (not self.ignore_status and self.index.out_of_service(link))

    def usable(self, link: Link) -> bool:
        return not self.left_out(link) and self.refused(link) is None

    def best(self, sources: Collection[str], targets: Collection[str]) -> Path | None:
        """The best way that can be taken."""

        def weight(link: Link) -> Weight | None:
            if link.unit in self.without:
                return None
            return self.prices.weight(link, ignore_status=self.ignore_status)

        return shortest(self.index.steps_from, sources, targets, weight)

    def best_regardless(self, sources: Collection[str], targets: Collection[str]) -> Path:
        """The best way if everything worked and nothing were excluded."""
        if not any(self.left_out(link) for link in self.index.station.links):
            return ()

        def weight(link: Link) -> Weight | None:
            return self.prices.weight(link, ignore_status=True)

        return shortest(self.index.steps_from, sources, targets, weight) or ()

    def no_route(
        self, start: Endpoint, end: Endpoint, sources: Collection[str], targets: Collection[str]
    ) -> NoRouteError:
        """What to say where there is no way: the fewest things that stand in it, refused kinds weighing most."""

        def weight(link: Link) -> Weight:
            return (int(self.refused(link) is not None), int(self.left_out(link)), *self.prices.burden(link))

        path = shortest(self.index.steps_from, sources, targets, weight)
        who = self.profile.name
        message = Text(
            f"{start.key}에서 {end.key}까지 {who.ko}로 갈 수 있는 길이 없어요",
            f"no way from {start.key} to {end.key} for: {who.en}",
        )
        if path is None:
            gap = Text("두 곳을 잇는 길이 자료에 없어요", "the data hold no link at all between the two")
            return NoRouteError(message, blockers=(gap,))
        blockers: dict[Text, None] = {}
        for step in path:
            if not self.usable(step.link):
                blockers[self._blocker(step)] = None
        return NoRouteError(message, blockers=tuple(blockers))

    def _blocker(self, step: Step) -> Text:
        unit, reason = self.index.unit(step.link), self.refused(step.link)
        name = unit_text(unit) if unit else KIND_NAMES[step.link.kind]
        if reason is None and step.link.unit in self.without:
            why = Text(": 빼고 찾았어요", ": excluded")
        elif reason is None and unit is not None and unit.status_expired:
            why = Text(f": {unit.status_as_of}에 멈춰 있었어요", f": out on {unit.status_as_of}")
        elif reason is None:
            word = STATUS_WORDS[self.index.status(step.link)]
            why = Text(f": {word.ko}이에요", f": {word.en}")
        elif reason == KIND_NAMES[step.link.kind]:
            why = Text("", "")
        else:
            why = Text(f": {reason.ko}", f": {reason.en}")
        start, end = (level_text(self.index.nodes[node].level) for node in (step.start, step.end))
        return Text(f"{name.ko} ({start.ko} → {end.ko}){why.ko}", f"{name.en} ({start.en} → {end.en}){why.en}")
