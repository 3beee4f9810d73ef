"""Trains from station to station: who is next to whom, and how long a train takes.

The order of a line is that of the table `segments`; times are those of the table `interstation` where it has them
(lines 1 to 8 of 서울교통공사), else computed from the length of the segment and marked as derived. Lines in neither
table have no trains here.

In `interstation` a time is from the row before, and branches follow the trunk: the first row of a branch starts at
the station where it leaves the trunk (용답 stands below 시청 and is reached from 성수). A loop that the table passes
through on its way (Line 6 goes from 응암 round to 응암 and on) is run that way round only; Line 2 ends where it began,
and goes round both ways.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from muui_maps.assemble.gather import today
from muui_maps.errors import InputRefusedError
from muui_maps.model import Evidence, Finding, Method, Seconds, Severity, Text
from muui_maps.tables import read_table, renamed_stations

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from muui_maps.facts import InterstationFact, SegmentFact

BAND = (0.1, 0.5, 0.9)
"""Of the known times over what their lengths say: how wide a derived time is told."""

Ends = tuple[str, str, str]  # line, station, next station


@dataclass(frozen=True, slots=True)
class Run:
    """A train's run from a station to the next.

    Parameters
    ----------
    start, end
        Today's names of the stations, without 역.
    seconds
        From departure to departure, as the operator has it; for a derived one, the range of the known times.
    evidence
        The operator's row, or the segment whose length the time was computed from.
    """

    line: str
    start: str
    end: str
    seconds: Seconds
    evidence: Evidence

    @property
    def derived(self) -> bool:
        return self.evidence.method is Method.DERIVED


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds that a run takes by its length: a straight line through the known ones, and how far they stray from it.

    `ratios` are the quantiles `BAND` of known over computed.
    """

    stop_s: float
    s_per_m: float
    ratios: tuple[float, float, float]
    known: int

    def seconds(self, length_m: float) -> Seconds:
        computed = self.stop_s + self.s_per_m * length_m
        return Seconds(*(computed * ratio for ratio in self.ratios))


@dataclass(frozen=True, slots=True)
class Lines:
    """All runs of trains, by line, station and next station."""

    runs: Mapping[Ends, Run]
    nexts: Mapping[tuple[str, str], tuple[str, ...]]
    pace: Pace | None

    def after(self, line: str, station: str, next_station: str) -> tuple[str, ...]:
        """Where a train goes on to from the next station, without turning back; none at the end of the line."""
        return tuple(each for each in self.nexts.get((line, next_station), ()) if each != station)


def read_lines(data: Path) -> Lines:
    """The runs of all trains that the tables know.

    Raises
    ------
    InputRefusedError
        If a table can't be read, or a run takes no time or less.
    """
    renamed = renamed_stations(data)
    lengths = _lengths(read_table("segments", data), renamed)
    told, one_way = _told(read_table("interstation", data), renamed, lengths)
    pace = _pace(told, lengths)
    runs = dict(told)
    for (line, start, end), fact in lengths.items():
        if (line, start, end) in runs or (line, start, end) in one_way or fact.length_m is None or pace is None:
            continue
        origin = Evidence(fact.dataset, fact.record, fact.as_of or None, Method.DERIVED)
        runs[line, start, end] = Run(line, start, end, pace.seconds(fact.length_m), origin)
    nexts: dict[tuple[str, str], list[str]] = defaultdict(list)
    for line, start, end in sorted(runs):
        nexts[line, start].append(end)
    return Lines(runs, {key: tuple(each) for key, each in nexts.items()}, pace)


def _lengths(segments: Iterable[SegmentFact], renamed: Mapping[str, str]) -> dict[Ends, SegmentFact]:
    """Neighbouring stations, both ways."""
    found: dict[Ends, SegmentFact] = {}
    for fact in segments:
        one, two = today(fact.from_station, renamed), today(fact.to_station, renamed)
        found[fact.line, one, two] = found[fact.line, two, one] = fact
    return found


def _told(
    rows: Sequence[InterstationFact], renamed: Mapping[str, str], lengths: Mapping[Ends, SegmentFact]
) -> tuple[dict[Ends, Run], set[Ends]]:
    """The runs whose times the operator gives, both ways; and the ways that a one-way loop is not run."""
    runs: dict[Ends, Run] = {}
    chains: dict[str, list[str]] = defaultdict(list)
    for fact in rows:
        name, chain = today(fact.station, renamed), chains[fact.line]
        start = _start(fact.line, name, chain, lengths)
        if start is not None:
            run = _run(fact, start, name)
            runs[fact.line, start, name] = run
            runs.setdefault((fact.line, name, start), Run(run.line, name, start, run.seconds, run.evidence))
        chain.append(name)
    one_way = {back for line, chain in chains.items() for back in _loop_backwards(line, chain, lengths)}
    return {ends: run for ends, run in runs.items() if ends not in one_way}, one_way


def _start(line: str, name: str, chain: Sequence[str], lengths: Mapping[Ends, SegmentFact]) -> str | None:
    """Where the run to a station starts: at the row before, or where its branch leaves the trunk; None if unknown."""
    if not chain:
        return None
    known = {end for of, _, end in lengths if of == line}
    if (line, chain[-1], name) in lengths or chain[-1] not in known or name not in known:
        return chain[-1]  # neighbours, or newer than the order of the line
    junctions = [each for each in dict.fromkeys(chain) if (line, each, name) in lengths]
    return junctions[0] if len(junctions) == 1 else None


def _run(fact: InterstationFact, start: str, end: str) -> Run:
    if fact.seconds <= 0:
        message = Text(
            f"interstation.csv: {start} → {end} 운행 시간이 {fact.seconds}초예요",
            f"interstation.csv: a run of {fact.seconds} s from {start} to {end}",
        )
        fix = Text("원본을 확인해 다시 가져와 주세요.", "Check the source and import it again.")
        finding = Finding(
            "run_takes_no_time",
            Severity.ERROR,
            message,
            fix,
            file="interstation.csv",
            layer=f"{fact.line}:{end}",
            field="seconds",
            value=str(fact.seconds),
        )
        raise InputRefusedError(message, findings=(finding,))
    time = Seconds(float(fact.seconds), float(fact.seconds), float(fact.seconds))
    return Run(fact.line, start, end, time, Evidence(fact.dataset, fact.record, fact.as_of or None, Method.OFFICIAL))


def _loop_backwards(line: str, chain: Sequence[str], lengths: Mapping[Ends, SegmentFact]) -> Iterable[Ends]:
    """Of a loop that the line passes through on its way, the runs against the table's order."""
    for name in {each for each in chain if chain.count(each) > 1}:
        first, again = (n for n, each in enumerate(chain) if each == name)
        goes_on = again + 1 < len(chain) and (line, name, chain[again + 1]) in lengths
        if goes_on:
            yield from ((line, end, start) for start, end in pairwise(chain[first : again + 1]))


def _pace(told: Mapping[Ends, Run], lengths: Mapping[Ends, SegmentFact]) -> Pace | None:
    """Known times against lengths, each pair of stations once; None where fewer than ten tell, or equal lengths."""
    pairs = {
        (line, *sorted((start, end))): (float(fact.length_m), run.seconds.typical)
        for (line, start, end), run in told.items()
        if (fact := lengths.get((line, start, end))) is not None and fact.length_m is not None
    }
    if len(pairs) < 10:  # noqa: PLR2004 - too few to tell a spread
        return None
    metres, seconds = np.array([pairs[key] for key in sorted(pairs)]).T
    if np.ptp(metres) == 0:
        return None
    s_per_m, stop_s = np.polyfit(metres, seconds, 1)
    low, middle, high = np.quantile(seconds / (stop_s + s_per_m * metres), BAND)
    return Pace(float(stop_s), float(s_per_m), (float(low), float(middle), float(high)), len(pairs))
