"""Ways over floor polygons beside the network that the publisher drew: how often both connect, and how long they are.

Random pairs of delivered points of one floor are walked twice, both times by the same traveller: over the polygons and
along the delivered lines. Pairs whose delivered way leaves the floor polygons are counted apart, in no other column.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity, Text
from muui_maps.network.delivered import DeliveredFloor, metres_off, through_closed, what_bars
from muui_maps.network.indoor import level_ground, points_near, walkable_network
from muui_maps.network.overlay import Router, metres, overlay
from muui_maps.network.walkable import HALF_WIDTHS_M, OFF_FLOOR_M, Terminal
from muui_maps.profiles import profile as profile_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muui_maps.model import Profile
    from muui_maps.network.indoor import IndoorNetwork
    from muui_maps.sources.fragment import Fragment, NetLine, NetPoint

WORST = 20
"""How many of the worst pairs are listed; of those that one side alone connects, all."""


@dataclass(frozen=True, slots=True)
class MeasuredPair:
    """One pair, walked twice. Lengths are None where there is no way.

    Parameters
    ----------
    column
        `both`, `polygons_only`, `network_only`, `neither` or `network_leaves_floor`.
    reason
        For what is in neither `both` nor `neither`: why.
    """

    level: str
    start: str
    end: str
    column: str
    polygons_m: float | None
    network_m: float | None
    reason: str | None = None

    @property
    def why(self) -> Text | None:
        """The reason in words; None where there is none to give."""
        return None if self.reason is None else _REASONS[self.reason.partition(" ")[0]][0]

    @property
    def ratio(self) -> float | None:
        """Polygons ÷ network; None where one of them has no way."""
        if self.column != "both" or self.polygons_m is None or self.network_m is None:
            return None
        return self.polygons_m / self.network_m if self.network_m > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Measure:
    """The comparison in figures; `as_json` has the keys that `muui-maps indoor measure --json` prints."""

    profile: str
    seed: int
    pairs: int
    counts: Mapping[str, int]
    ratios: tuple[float, float, float] | None  # 5th percentile, median, 95th
    seconds_read: float | None
    seconds_build: float
    peak_mb: float | None
    measured: tuple[MeasuredPair, ...]
    floors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def worst(self) -> tuple[MeasuredPair, ...]:
        """What one would look at first: pairs that one side alone connects, then ways long beside the lines."""
        return _worst(self.measured)

    def as_json(self) -> dict[str, Any]:
        """Plain data, rounded to what is measured."""
        low, middle, high = (None, None, None) if self.ratios is None else (round(each, 4) for each in self.ratios)
        return {
            "profile": self.profile,
            "seed": self.seed,
            "pairs": self.pairs,
            **{column: self.counts.get(column, 0) for column in COLUMNS},
            "ratio_p5": low,
            "ratio_median": middle,
            "ratio_p95": high,
            "seconds_read": None if self.seconds_read is None else round(self.seconds_read, 3),
            "seconds_build": round(self.seconds_build, 3),
            "peak_mb": None if self.peak_mb is None else round(self.peak_mb, 1),
            "floors": {level: dict(figures) for level, figures in self.floors.items()},
            "worst": [
                {
                    "level": pair.level,
                    "start": pair.start,
                    "end": pair.end,
                    "column": pair.column,
                    "polygons_m": None if pair.polygons_m is None else round(pair.polygons_m, 2),
                    "network_m": None if pair.network_m is None else round(pair.network_m, 2),
                    "ratio": None if pair.ratio is None else round(pair.ratio, 4),
                    "reason": pair.reason,
                }
                for pair in self.worst
            ],
        }


COLUMNS = ("both", "polygons_only", "network_only", "neither", "network_leaves_floor")


def measure(
    fragment: Fragment, *, pairs: int, seed: int, profile: str = "walker", seconds_read: float | None = None
) -> Measure:
    """Walk random pairs of delivered points of one floor over the polygons and along the delivered network.

    Parameters
    ----------
    pairs
        How many; fewer if the layers have fewer.
    seed
        The same seed draws the same pairs.
    profile
        Who walks: decides the width, and which lines and links are taken, on both sides alike.
    seconds_read
        How long reading took; handed on.

    Raises
    ------
    InputRefusedError
        If the layers bring no network, or none of its points lies on walkable floor.
    UnknownNameError
        If there is no such profile.
    """
    traveller = profile_of(profile)
    if not fragment.lines or not fragment.points:
        raise InputRefusedError(
            Text(
                f"이 자료에는 경로 네트워크(LINE, POINT)가 없어 비교할 수 없어요: {fragment.source}",
                f"these layers bring no network (LINE, POINT) to measure against: {fragment.source}",
            )
        )
    drawn = _draw(_on_floor(fragment), pairs, seed)
    if not drawn:
        raise InputRefusedError(
            Text(
                f"걸을 수 있는 바닥 위에 놓인 경로 지점(POINT)이 두 개도 없어요: {fragment.source}",
                f"no floor has two points of the network (POINT) on it: {fragment.source}",
            )
        )
    used = {point.id: point for pair in drawn for point in pair}
    ends = [Terminal(each.id, each.level, "point", each.x_m, each.y_m, each.name) for each in used.values()]
    start = time.perf_counter()
    network = walkable_network(fragment, half_width_m=HALF_WIDTHS_M[profile], clearance_m=None, more=ends)
    seconds_build = time.perf_counter() - start
    levels = sorted({one.level for one, _ in drawn}, key=network.levels.index)
    measured = [pair for level in levels for pair in _walk(level, drawn, network, fragment, traveller)]
    return Measure(
        profile=profile,
        seed=seed,
        pairs=len(measured),
        counts=Counter(pair.column for pair in measured),
        ratios=_percentiles(measured),
        seconds_read=seconds_read,
        seconds_build=seconds_build,
        peak_mb=_peak_mb(),
        measured=tuple(measured),
        floors={level: _figures([pair for pair in measured if pair.level == level]) for level in levels},
        findings=tuple(_told(pair) for pair in measured if pair.reason is not None),
    )


# ── which pairs ──────────────────────────────────────────────────────────────


def _on_floor(fragment: Fragment) -> dict[str, list[NetPoint]]:
    """The delivered points of each level that lie on walkable floor or beside it."""
    found = {}
    for level in fragment.levels:
        points = [point for point in fragment.points if point.level == level.id]
        near = points_near(points, level_ground(fragment, level.id), OFF_FLOOR_M)
        if len(near) > 1:
            found[level.id] = near
    return found


def _draw(points: Mapping[str, Sequence[NetPoint]], pairs: int, seed: int) -> list[tuple[NetPoint, NetPoint]]:
    """Pairs of two points of one level, each once, all of them equally likely."""
    sizes = {level: len(each) * (len(each) - 1) for level, each in points.items()}
    total = sum(sizes.values())
    chosen = random.Random(seed).sample(range(total), min(pairs, total))  # noqa: S311 - a sample, no secret
    found = []
    for number in sorted(chosen):
        left = number
        for level, size in sizes.items():
            if left < size:
                one, two = divmod(left, len(points[level]) - 1)
                found.append((points[level][one], points[level][two + (two >= one)]))
                break
            left -= size
    return found


# ── walking them ─────────────────────────────────────────────────────────────


def _walk(
    level: str,
    drawn: Sequence[tuple[NetPoint, NetPoint]],
    network: IndoorNetwork,
    fragment: Fragment,
    traveller: Profile,
) -> Iterable[MeasuredPair]:
    """The pairs of one level, along its lines and over its polygons."""
    pairs = [(one.id, two.id) for one, two in drawn if one.level == level]
    delivered = DeliveredFloor(fragment, level, traveller)
    ways = delivered.ways(pairs)
    ours = overlay(network, levels=(level,))
    router = Router(ours, metres(ours, traveller))
    lengths = router.lengths([start for start, _ in pairs])
    off = metres_off(delivered.lines, network.floors[level].ground)
    for (start, end), way in zip(pairs, ways, strict=True):
        over = float(lengths[start][ours.index[end]])
        polygons_m = over if over < float("inf") else None
        network_m = way[0] if way else None
        lines = way[1] if way else ()
        leaves = [line for line in lines if line.id in off]
        column = _column(polygons_m, network_m, leaves=bool(leaves))
        if column == "network_only":
            reason: str | None = _bar((start, end), lines, network, level)
        elif column == "network_leaves_floor":
            reason = f"{'closed_space' if through_closed(leaves[0], fragment) else 'off_floor'} {leaves[0].record}"
        else:
            reason = "no_line" if column == "polygons_only" else None
        yield MeasuredPair(level, start, end, column, polygons_m, network_m, reason)


def _column(polygons_m: float | None, network_m: float | None, *, leaves: bool) -> str:
    if leaves:
        return "network_leaves_floor"
    if polygons_m is None:
        return "neither" if network_m is None else "network_only"
    return "polygons_only" if network_m is None else "both"


def _bar(ends: tuple[str, str], lines: Sequence[NetLine], network: IndoorNetwork, level: str) -> str:
    """Why the polygons do not connect a pair that the drawn lines do."""
    floor = network.floors[level]
    for end in ends:
        if not floor.reached(end):
            return f"narrow {end}"
    for line in lines:
        if barred := what_bars(line, floor, [cut for cut in network.cuts if cut.level == level]):
            return f"{barred} {line.record}"
    return "unexplained"


# ── in figures ───────────────────────────────────────────────────────────────


def _percentiles(pairs: Iterable[MeasuredPair]) -> tuple[float, float, float] | None:
    """The 5th, 50th and 95th percentile of the ratios, between neighbours where they fall between."""
    ratios = sorted(pair.ratio for pair in pairs if pair.ratio is not None)
    if not ratios:
        return None
    found = []
    for share in (0.05, 0.5, 0.95):
        at = share * (len(ratios) - 1)
        low = int(at)
        high = min(low + 1, len(ratios) - 1)
        found.append(ratios[low] + (ratios[high] - ratios[low]) * (at - low))
    return found[0], found[1], found[2]


def _figures(pairs: Sequence[MeasuredPair]) -> dict[str, Any]:
    """The counts and ratios of one level."""
    counts = Counter(pair.column for pair in pairs)
    ratios = _percentiles(pairs)
    low, middle, high = (None, None, None) if ratios is None else (round(each, 4) for each in ratios)
    return {
        "pairs": len(pairs),
        **{column: counts.get(column, 0) for column in COLUMNS},
        "ratio_p5": low,
        "ratio_median": middle,
        "ratio_p95": high,
    }


def _worst(pairs: Sequence[MeasuredPair]) -> tuple[MeasuredPair, ...]:
    one_sided = [pair for column in ("network_only", "polygons_only") for pair in pairs if pair.column == column]
    longest = sorted(
        (pair for pair in pairs if pair.ratio is not None),
        key=lambda pair: (-(pair.ratio or 0.0), pair.start, pair.end),
    )
    return (*one_sided, *longest[: max(0, WORST - len(one_sided))])


def _peak_mb() -> float | None:
    """The most memory that this process has held; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


_REASONS: Mapping[str, tuple[Text, Text]] = {
    "off_floor": (
        Text("그려진 경로가 바닥 도형 밖으로 나가요", "the drawn way leaves the floor polygons"),
        Text(
            "빠진 공간(RM)을 그리거나 바깥 경로로 표시해 주세요",
            "draw the missing space (RM), or mark the line as outdoor",
        ),
    ),
    "closed_space": (
        Text(
            "그려진 경로가 상가나 화장실처럼 지나갈 수 없는 공간을 가로질러요",
            "the drawn way leads through a shop or another space that is not walked through",
        ),
        Text(
            "경로를 옮기거나 그 안의 통로를 따로 그려 주세요",
            "move the line, or draw the passage inside as its own space",
        ),
    ),
    "gate": (
        Text("그려진 경로가 개찰구 선을 지나요", "the drawn way crosses a row of fare gates"),
        Text("개찰구 양쪽 공간을 그려 주세요", "draw the spaces on both sides of the gates"),
    ),
    "narrow": (
        Text("그려진 경로가 지나기에 너무 좁은 곳으로 나 있어요", "the drawn way leads through what is too narrow"),
        Text("공간의 모양이나 경로의 위치를 고쳐 주세요", "mend the outline of the space or the place of the line"),
    ),
    "no_line": (
        Text("바닥은 이어져 있는데 그려진 경로가 없어요", "the floor connects them, no drawn way does"),
        Text("LINE 레이어에 빠진 경로를 그려 주세요", "draw the missing line in the LINE layer"),
    ),
    "unexplained": (
        Text("그려진 경로는 있는데 바닥으로는 이어지지 않아요", "a drawn way connects them, the floor does not"),
        Text("공간과 경로를 함께 살펴봐 주세요", "look at the spaces and the line together"),
    ),
}


def _told(pair: MeasuredPair) -> Finding:
    kind, _, where = (pair.reason or "unexplained").partition(" ")
    message, fix = _REASONS[kind]
    layer, _, row = where.partition("#")
    return Finding(
        code=f"measure_{pair.column}",
        severity=Severity.WARNING if pair.column == "network_only" else Severity.INFO,
        message=Text(f"{pair.level}: {message.ko}", f"{pair.level}: {message.en}"),
        fix=fix,
        layer=layer or None,
        row=int(row) if row.isdigit() else None,
        field="geometry",
        value=f"{pair.start} > {pair.end}",
    )
