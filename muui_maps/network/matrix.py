"""A station as a sparse matrix, for many questions at once: one traveller, any units left out, least burdens.

`routes.find_route` answers one question and tells its way; this answers thousands and tells their cost, with the same
result. A burden (wheelchair lifts, ways only assumed, milliseconds) and the number of links become one whole number
each, in a system of digits wide enough that no sum carries; a double holds whole numbers exactly up to 2⁵³.

The pattern of the matrix never changes. Of parallel ways, a lift beside a stair, only the best that runs is in it
(`csr_array` would add them up); leaving out a unit changes the weights of the few places where that unit runs.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from muui_maps.errors import InputRefusedError
from muui_maps.model import STOPPED, Finding, Severity, Text
from muui_maps.network.search import prices_of
from muui_maps.profiles import refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from muui_maps.model import Link, Profile
    from muui_maps.network.graph import Index, Step
    from muui_maps.network.search import Path
    from muui_maps.profiles import Burden, Costs

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

EXACT = float(2**53)
"""Every whole number below is exact in a double; no burden reaches it, so it also bounds the search."""

NOTHING: frozenset[str] = frozenset()


# ── burdens as numbers ───────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Digits:
    """How burdens are written as one number: the worth of a wheelchair lift, an assumed way and a millisecond.

    A link is worth 1, so that among equal burdens the way of fewest links is the least.
    """

    lift: int
    assumed: int
    millisecond: int

    def number(self, burden: Burden, links: int = 1) -> float:
        lifts, assumed, milliseconds = burden
        return float(lifts * self.lift + assumed * self.assumed + milliseconds * self.millisecond + links)

    def burden(self, number: float) -> tuple[Burden, int]:
        """The burden and the count of links that a number stands for."""
        lifts, rest = divmod(int(number), self.lift)
        assumed, rest = divmod(rest, self.assumed)
        milliseconds, links = divmod(rest, self.millisecond)
        return (lifts, assumed, milliseconds), links


def digits_for(most: Sequence[int], places: int, *, where: str) -> Digits:
    """Digits wide enough for every way without a loop.

    Parameters
    ----------
    most
        The greatest sums that such a way can reach: wheelchair lifts, assumed ways, milliseconds.
    places
        How many nodes there are: a way has fewer links.

    Raises
    ------
    InputRefusedError
        If the sums are too great to be told apart in a double.
    """
    lifts, assumed, milliseconds = most
    millisecond = places + 1
    one_assumed = millisecond * (milliseconds + 1)
    one_lift = one_assumed * (assumed + 1)
    if one_lift * (lifts + 1) >= EXACT:
        said = Text(f"{where}: 길의 부담이 너무 커서 셀 수 없어요", f"{where}: burdens too great to add up exactly")
        fix = Text("길이와 시간을 확인해 주세요.", "Look at the lengths and times.")
        raise InputRefusedError(said, findings=(Finding("graph_too_great", Severity.ERROR, said, fix, station=where),))
    return Digits(one_lift, one_assumed, millisecond)


# ── the pattern: the same for all travellers ─────────────────────────────────


class _Pattern:
    """Where a station's ways lead, as a matrix: `of_pair` are the steps of each place of it."""

    def __init__(self, index: Index) -> None:
        self.ids = tuple(sorted(index.nodes))
        self.number = {name: n for n, name in enumerate(self.ids)}
        pairs: dict[tuple[int, int], list[Step]] = defaultdict(list)
        for step in index.steps:
            if step.start != step.end:
                pairs[self.number[step.start], self.number[step.end]].append(step)
        self.ends = sorted(pairs)
        self.of_pair = [pairs[ends] for ends in self.ends]
        self.place = {ends: n for n, ends in enumerate(self.ends)}
        starts = np.array([start for start, _ in self.ends], dtype=np.int64)
        self.indices = np.array([end for _, end in self.ends], dtype=np.int32)
        self.indptr = np.searchsorted(starts, np.arange(len(self.ids) + 1)).astype(np.int32)
        self.pairs_of: dict[str, list[int]] = defaultdict(list)  # unit → places of the matrix where it runs
        for n, steps in enumerate(self.of_pair):
            for unit in {step.link.unit for step in steps if step.link.unit is not None}:
                self.pairs_of[unit].append(n)


def _pattern(index: Index) -> _Pattern:
    if ("pattern",) not in index.memo:
        index.memo["pattern",] = _Pattern(index)
    found: _Pattern = index.memo["pattern",]
    return found


# ── one traveller's weights ──────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Choice:
    """A way that the traveller would take, best first among those of its place."""

    weight: float
    step: Step
    unit: str | None


def _ranked(steps: Sequence[Step], weights: Mapping[str, float]) -> tuple[_Choice, ...]:
    """The steps of one place that are taken at all, best first; among equals by id."""
    found = [_Choice(weights[s.link.id], s, s.link.unit) for s in steps if s.link.id in weights]
    return tuple(sorted(found, key=lambda each: (each.weight, each.step.link.id))) if len(found) > 1 else tuple(found)


class Matrix:
    """A station for one traveller.

    Parameters
    ----------
    index
        The station.
    ignore_status
        Take what is under repair as working.
    """

    def __init__(self, index: Index, profile: Profile, costs: Costs, *, ignore_status: bool = False) -> None:
        self.index, self.profile = index, profile
        self.prices = prices_of(index, profile, costs)
        self.pattern = _pattern(index)
        self.out_now: frozenset[str] = (
            NOTHING if ignore_status else frozenset(u.id for u in index.units.values() if u.status in STOPPED)
        )
        self._ignore_status = ignore_status
        burdens = {link.id: self.prices.burden(link) for link in index.station.links if self._takes(link)}
        self.digits = self._digits(burdens)
        weights = {link: self.digits.number(burden) for link, burden in burdens.items()}
        self._choices = [_ranked(steps, weights) for steps in self.pattern.of_pair]
        self._everything = np.array([each[0].weight if each else np.inf for each in self._choices])
        size = len(self.pattern.ids)
        self._matrix = csr_array(
            (self._everything.copy(), self.pattern.indices, self.pattern.indptr), shape=(size, size)
        )

    def _takes(self, link: Link) -> bool:
        """Whether the traveller would take the link if its unit runs. A passage that is shut is out for good."""
        if refusal(link, self.index.unit(link), self.profile) is not None:
            return False
        return self._ignore_status or link.status not in STOPPED or link.unit in self.out_now

    def _digits(self, burdens: Mapping[str, Burden]) -> Digits:
        """A way without a loop enters each node once: by the heaviest step into it, at the most."""
        heaviest: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for step in self.index.steps:
            if (burden := burdens.get(step.link.id)) is not None:
                heaviest[step.end] = list(map(max, heaviest[step.end], burden))
        most = [sum(each[n] for each in heaviest.values()) for n in range(3)]
        return digits_for(most, len(self.pattern.ids), where=self.index.station.id)

    def weights(self, out: Collection[str]) -> Floats:
        """The weight of each place of the matrix while some units are out; infinite where nothing runs."""
        found = self._everything.copy()
        for n in {n for unit in out for n in self.pattern.pairs_of.get(unit, ())}:
            found[n] = next((each.weight for each in self._choices[n] if each.unit not in out), np.inf)
        return found

    def trees(self, sources: Sequence[str], out: Collection[str]) -> Trees:
        """The least burdens from some nodes to all, while exactly these units are out (`out_now` counts if given)."""
        self._matrix.data[:] = self.weights(out)
        numbers = [self.pattern.number[name] for name in sources]
        costs, before = dijkstra(
            self._matrix, directed=True, indices=numbers, return_predecessors=True, limit=EXACT
        )  # beyond the limit lies what is infinite: no way
        return Trees(self, frozenset(out), tuple(sources), costs, before)

    def step(self, start: int, end: int, out: Collection[str]) -> Step:
        """The way taken from one node to the next while some units are out."""
        n = self.pattern.place[start, end]
        return next(each.step for each in self._choices[n] if each.unit not in out)


@dataclass(frozen=True, slots=True, eq=False)
class Trees:
    """Shortest ways from some nodes: `costs` and `before` have a row for each of `sources`, a column for each node."""

    matrix: Matrix
    out: frozenset[str]
    sources: tuple[str, ...]
    costs: Floats
    before: Ints

    def cost(self, row: int, target: str) -> float:
        """The burden as a number; infinite if there is no way."""
        return float(self.costs[row, self.matrix.pattern.number[target]])

    def path(self, row: int, target: str) -> Path | None:
        """The way itself; None if there is none."""
        at = self.matrix.pattern.number[target]
        if not np.isfinite(self.costs[row, at]):
            return None
        return tuple(reversed(tuple(self._back(row, at))))

    def _back(self, row: int, at: int) -> Iterator[Step]:
        before = self.before[row]
        while (previous := int(before[at])) >= 0:
            yield self.matrix.step(previous, at, self.out)
            at = previous


def matrix_of(index: Index, profile: Profile, costs: Costs, *, ignore_status: bool = False) -> Matrix:
    """The matrix of a station for a traveller, kept with its Index."""
    key = ("matrix", profile.id, profile.wheels, id(costs), ignore_status)
    if key not in index.memo:
        index.memo[key] = Matrix(index, profile, costs, ignore_status=ignore_status)
    found: Matrix = index.memo[key]
    return found
