"""The search itself: one traveller's question to one station, answered by burden alone."""

from __future__ import annotations

import heapq
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING

from muui_maps.errors import NoRouteError, UnknownNameError
from muui_maps.model import Endpoint, Link, NodeKind, Profile, Text, Times
from muui_maps.network.graph import Index, Step, way
from muui_maps.network.words import level_text, unit_text
from muui_maps.profiles import KIND_NAMES, Burden, Costs, Way, burden, refusal, times
from muui_maps.wording import STATUS_WORDS, line_text, toward_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

Path = tuple[Step, ...]
EXIT_NODE = "street:exit:"
"""How the id of an exit's node begins; its number follows."""
Weight = tuple[int, ...]


_WIDTH = 40
"""Bits of each part of a weight in the one number that a search adds up: no sum comes near 2⁴⁰ milliseconds."""


class Ways:
    """A station's links as a search runs over them: nodes by number, and from each the ways on with their weights.

    A weight's parts, compared in order, and the count of links become one whole number, so that a step of the search
    adds and compares just once.

    Parameters
    ----------
    weight
        What a link weighs; None if it is never taken.
    """

    def __init__(self, index: Index, weight: Callable[[Link], Weight | None]) -> None:
        self.number = {node: n for n, node in enumerate(index.nodes)}
        weights = {link.id: _as_number(weight(link)) for link in index.station.links}
        self.onward: list[list[tuple[int, int, Step]]] = [[] for _ in self.number]
        for step in index.steps:
            weighed = weights[step.link.id]
            if weighed is not None:
                self.onward[self.number[step.start]].append((self.number[step.end], weighed, step))

    def without(self, links: Iterable[Link]) -> Ways:
        """The same without some links."""
        return self._changed(links, lambda _: None)

    def heavier(self, links: Iterable[Link], more: Weight) -> Ways:
        """The same with some links weighing more, each once."""
        added = (_as_number(more) or 0) - 1  # the link itself is counted already
        return self._changed(links, added.__add__)

    def _changed(self, links: Iterable[Link], change: Callable[[int], int | None]) -> Ways:
        """The same with other weights of some links; none where they are never taken."""
        meant = {link.id: link for link in links}
        if not meant:
            return self
        found = copy(self)
        found.onward = list(self.onward)
        for node in {self.number[end] for link in meant.values() for end in (link.start, link.end)}:
            found.onward[node] = [
                (end, weight, step)
                for end, weighed, step in self.onward[node]
                if (weight := change(weighed) if step.link.id in meant else weighed) is not None
            ]
        return found

    def best(self, sources: Collection[str], targets: Collection[str]) -> Path | None:
        """Dijkstra from some nodes to the nearest of some others; None if there is no way.

        Among ways of equal weight the fewest links win, then the smallest ids: the order of the links never matters.
        """
        onward, number = self.onward, self.number
        goals = {number[node] for node in targets}
        best: list[int | None] = [None] * len(onward)
        came: list[Step | None] = [None] * len(onward)
        heap = [(0, number[node]) for node in sources]
        for _, node in heap:
            best[node] = 0
        heapq.heapify(heap)
        while heap:
            total, node = heapq.heappop(heap)
            if node in goals:
                # Whatever weighs as much has its last word too: each link adds to a way's weight.
                return min((self._way(came, each) for each in goals if best[each] == total), key=_ids)
            if total != best[node]:
                continue
            for end, weighed, step in onward[node]:
                label, known = total + weighed, best[end]
                if known is None or label < known:
                    best[end], came[end] = label, step
                    heapq.heappush(heap, (label, end))
                elif label == known and self._earlier((*self._way(came, node), step), came, end):
                    came[end] = step
        return None

    def _earlier(self, path: Path, came: Sequence[Step | None], end: int) -> bool:
        """Whether a way to a node comes before the one that is known, by the ids of its links."""
        return _ids(path) < _ids(self._way(came, end))

    def _way(self, came: Sequence[Step | None], node: int) -> Path:
        path: list[Step] = []
        while (step := came[node]) is not None:
            path.append(step)
            node = self.number[step.start]
        return tuple(reversed(path))


def _as_number(weight: Weight | None) -> int | None:
    """The parts of a weight one after the other, and one for the link itself."""
    if weight is None:
        return None
    number = 0
    for part in weight:
        number = number << _WIDTH | part
    return number << _WIDTH | 1


def _ids(path: Path) -> tuple[str, ...]:
    return tuple(step.link.id for step in path)


class Prices:
    """What each link weighs for one traveller, and why some are never taken; worked out when first asked for."""

    def __init__(self, index: Index, profile: Profile, costs: Costs) -> None:
        self.index, self.profile, self.costs = index, profile, costs
        self._storey_m = costs["storey", "", ""].typical
        self._ways: dict[str, Way] = {}
        self._burdens: dict[str, Burden] = {}
        self._refusals: dict[str, Text | None] = {}
        self._times: dict[str, Times] = {}

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

    @cached_property
    def ways(self) -> Ways:
        """The links that the traveller takes at all, as a search runs over them."""
        return Ways(self.index, lambda link: None if self.refused(link) else self.burden(link))

    @cached_property
    def blocked_ways(self) -> Ways:
        """All links, those that the traveller never takes weighing most; second is whether they run today."""
        return Ways(self.index, lambda link: (int(self.refused(link) is not None), 0, *self.burden(link)))

    def times(self, link: Link) -> Times:
        """How long the link takes."""
        if link.id not in self._times:
            self._times[link.id] = times(link, self.way(link), self.profile, self.costs)
        return self._times[link.id]


def prices_of(index: Index, profile: Profile, costs: Costs) -> Prices:
    """The prices of a station's links, kept with its Index: they depend on nothing that a single query changes."""
    key = ("prices", id(profile), id(costs))  # of objects that the prices hold on to
    if key not in index.memo:
        index.memo[key] = Prices(index, profile, costs)
    prices: Prices = index.memo[key]
    return prices


def _links_of_units(index: Index) -> Mapping[str, Sequence[Link]]:
    """Unit → the links that ride it, kept with the Index."""
    if ("links of units",) not in index.memo:
        found: dict[str, list[Link]] = {}
        for link in index.station.links:
            if link.unit is not None:
                found.setdefault(link.unit, []).append(link)
        index.memo["links of units",] = found
    kept: Mapping[str, Sequence[Link]] = index.memo["links of units",]
    return kept


def _stopped(index: Index) -> tuple[Link, ...]:
    """The links that don't run, kept with the Index."""
    if ("stopped",) not in index.memo:
        index.memo["stopped",] = tuple(link for link in index.station.links if index.out_of_service(link))
    kept: tuple[Link, ...] = index.memo["stopped",]
    return kept


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
        line, name = line_text(str(endpoint.line)), str(endpoint.direction)
        towards = toward_text(name, name, here=index.station.name.ko)
        return Text(
            f"{line.ko} {towards.ko} 승강장이 몇 층인지 어느 자료에도 없어요",
            f"no source gives the floor of the platform of {line.en} {towards.en}",
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

    @cached_property
    def _left_out(self) -> tuple[Link, ...]:
        """All links out of the question today."""
        units = _links_of_units(self.index)
        stopped = () if self.ignore_status else _stopped(self.index)
        return (*stopped, *(link for unit in sorted(self.without) for link in units.get(unit, ())))

    def best(self, sources: Collection[str], targets: Collection[str]) -> Path | None:
        """The best way that can be taken."""
        return self.prices.ways.without(self._left_out).best(sources, targets)

    def best_regardless(self, sources: Collection[str], targets: Collection[str]) -> Path:
        """The best way if everything worked and nothing were excluded."""
        return (self.prices.ways.best(sources, targets) if self._left_out else None) or ()

    def no_route(
        self, start: Endpoint, end: Endpoint, sources: Collection[str], targets: Collection[str]
    ) -> NoRouteError:
        """What to say where there is no way: the fewest things that stand in it, refused kinds weighing most."""
        ways = self.prices.blocked_ways.heavier(self._left_out, (1, 0, 0, 0))
        path = ways.best(sources, targets)
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
            why = Text(": 멈춘 것으로 보았어요", ": taken as out")
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
