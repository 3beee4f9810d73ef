"""Levels of a station: which label a platform has, and how high each level lies.

Levels are each source's own words. Per line, the label that the lifts' register uses where a lift opens on a platform
decides; official texts come next, then the depth register. A label that loses is kept as an alias and reported.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.assemble.units import UnitDraft, level_rank, official
from muui_maps.assemble.walks import GROUND_LABEL, Spot, Walk
from muui_maps.model import STREET, Evidence, Finding, Level, Method, PlaceKind, Severity, Text, UnitKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from muui_maps.assemble.gather import StationFacts

SAME_HEIGHT_M = 1.5
"""Two sources for one height that differ by more are reported: about a third of a storey, above every rounding met."""

Key = tuple[str, str]  # (line, direction) or (line, label)


@dataclass
class PlatformLevels:
    """The platform's label for each (line, direction), the labels that lost, and the Findings about them."""

    label: dict[Key, str] = field(default_factory=dict)
    aliases: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))  # (line, label) → others
    findings: list[Finding] = field(default_factory=list)


def level_id(line: str | None, label: str | None) -> str:
    """`7`, `B3` → `7:B3`; no line → `street`."""
    return f"{line}:{label}" if line is not None else STREET


def platform_levels(
    facts: StationFacts,
    walks: Sequence[Walk],
    units: Iterable[UnitDraft],
    platform_places: Mapping[Key, str],
    *,
    station: str,
) -> PlatformLevels:
    """Decide the platform label of each line and direction.

    Parameters
    ----------
    facts, walks, units
        What depth register, official routes and lift register say.
    platform_places
        (line, next station) of every platform → the id of its place; an island's two directions share one.
    station
        Id of the station, for Findings.
    """
    told = _told_by_walks(walks)
    doors = _told_by_doors(units, told)
    depth = {fact.line: fact.level for fact in facts.platforms if fact.level}
    result = PlatformLevels()
    for (line, direction), place in sorted(platform_places.items()):
        text = told.get((line, direction)) or told.get((line, ""))
        says = {"text": text, "lifts": doors.get((line, direction)), "depth": depth.get(line)}
        label = says["lifts"] if says["lifts"] and says["lifts"] == text else text or says["lifts"] or says["depth"]
        if label is None:
            continue
        result.label[line, direction] = label
        others = {source: other for source, other in says.items() if other and other != label}
        if others:
            result.aliases[line, label].update(others.values())
            finding = _level_conflict(line, place, label, says, station)
            if finding not in result.findings:
                result.findings.append(finding)
    return result


def _told_by_walks(walks: Iterable[Walk]) -> dict[Key, str]:
    votes: dict[Key, Counter[str]] = defaultdict(Counter)
    for walk in walks:
        spots = [spot for stretch in (walk.stretches[0], walk.stretches[-1]) for spot in stretch.spots]
        spots += [end for ride in walk.rides for end in (ride.start, ride.end)]
        for spot in set(spots):
            if spot.place is PlaceKind.PLATFORM and spot.label and spot.line:
                votes[spot.line, spot.direction or ""][spot.label] += 1
                votes[spot.line, ""][spot.label] += 1
    return {key: min(counts, key=lambda label: (-counts[label], label)) for key, counts in votes.items()}


def _told_by_doors(units: Iterable[UnitDraft], texts: Mapping[Key, str]) -> dict[Key, str]:
    """A lift beside a train door opens on the platform: at the stop that the texts name, if it has that one; else at its
    lowest below ground and at its highest above.
    """
    told: dict[Key, Counter[str]] = defaultdict(Counter)
    for unit in units:
        if unit.kind is not UnitKind.ELEVATOR:
            continue
        ranked = sorted((rank, label) for label in unit.labels if (rank := level_rank(label)) is not None)
        if not ranked:
            continue
        end = ranked[0][1] if ranked[0][0] < 0 else ranked[-1][1]
        for door in unit.doors:
            text = texts.get((unit.line, door.direction)) or texts.get((unit.line, ""))
            told[unit.line, door.direction][text if text in unit.labels else end] += 1
    return {key: min(counts, key=lambda label: (-counts[label], label)) for key, counts in told.items()}


def _level_conflict(line: str, place: str, label: str, says: Mapping[str, str | None], station: str) -> Finding:
    words_ko = {"text": "환승 안내문", "lifts": "승강기 목록", "depth": "역사심도"}
    words_en = {"text": "the transfer text", "lifts": "the lift register", "depth": "the depth register"}
    ko = ", ".join(f"{words_ko[source]} {value}" for source, value in says.items() if value)
    en = ", ".join(f"{words_en[source]} {value}" for source, value in says.items() if value)
    return Finding(
        code="level_conflict",
        severity=Severity.WARNING,
        message=Text(
            f"{line}호선 승강장 층이 자료마다 달라요: {ko}. 지도는 {label}로 적어요."
            if line.isdigit()
            else f"{line} 승강장 층이 자료마다 달라요: {ko}. 지도는 {label}로 적어요.",
            f"Sources differ on the platform level of line {line}: {en}. The map says {label}.",
        ),
        fix=Text("현장에서 층 표지를 확인해 주세요.", "Check the floor sign on site."),
        station=station,
        layer=place,
        field="level",
        value=label,
    )


# ── heights ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Rise:
    low: Key
    high: Key
    metres: float
    evidence: Evidence


@dataclass
class Elevations:
    """Metres above the street, and which Findings came up while solving for them."""

    metres: dict[Key, tuple[float, Evidence]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def elevations(
    facts: StationFacts,
    units: Iterable[UnitDraft],
    platforms: PlatformLevels,
    *,
    used: Collection[str],
    station: str,
) -> Elevations:
    """Heights of the levels above the street: from the lifts' travel, then the depth register, then escalators.

    The lifts that official routes ride come first: of another one it is not sure that it opens on the same floor.
    A unit that joins exactly two levels gives their difference; one with more stops only that of its ends. A level that
    nothing measures stays unknown.
    """
    result = Elevations()
    drafts = sorted(units, key=lambda unit: unit.id)
    lifts = [rise for unit in drafts if unit.kind is UnitKind.ELEVATOR and (rise := _rise_of(unit))]
    ridden = [rise for rise in lifts if rise.evidence.record in used]
    others = [rise for unit in drafts if unit.kind is UnitKind.ESCALATOR and (rise := _rise_of(unit))]
    for line in sorted({draft.line for draft in drafts}):
        result.metres[line, GROUND_LABEL] = (0.0, Evidence("muui_maps", "1F is the street", None, Method.DERIVED))
    for rises in (ridden, lifts):
        _spread(result, rises, station)
    _from_depths(result, facts, platforms, station)
    for rises in (ridden, lifts, others):
        _spread(result, rises, station)
    return result


def level_across_lines(heights: Elevations, joined: Iterable[tuple[Key, Key]]) -> None:
    """Where two lines' floors of one label are joined on foot, without a ramp that anybody tells of, one height holds.

    Parameters
    ----------
    heights
        Changed in place.
    joined
        Pairs of (line, label) that a walkway joins.
    """
    for first, second in sorted(joined):
        for known, other in ((first, second), (second, first)):
            if first[1] == second[1] and known in heights.metres and other not in heights.metres:
                rule = f"joined on foot with {level_id(*known)}"
                heights.metres[other] = (heights.metres[known][0], Evidence("muui_maps", rule, None, Method.DERIVED))


def _rise_of(unit: UnitDraft) -> _Rise | None:
    ranked = sorted((rank, label) for label in unit.labels if (rank := level_rank(label)) is not None)
    if unit.rise_m is None or len(ranked) < 2 or len(ranked) != len(unit.labels):
        return None
    low, high = (unit.line, ranked[0][1]), (unit.line, ranked[-1][1])
    source = next((e for e in unit.evidence if "height" in e.dataset), unit.evidence[0])
    return _Rise(low, high, unit.rise_m, Evidence(source.dataset, unit.id, source.date, Method.DERIVED))


def _spread(result: Elevations, rises: Sequence[_Rise], station: str) -> None:
    """Carry known heights along the rises until nothing new is learned; several rises to one level: their median."""
    while True:
        found: dict[Key, list[tuple[float, Evidence]]] = defaultdict(list)
        for rise in rises:
            low, high = result.metres.get(rise.low), result.metres.get(rise.high)
            if low and not high:
                found[rise.high].append((low[0] + rise.metres, rise.evidence))
            elif high and not low:
                found[rise.low].append((high[0] - rise.metres, rise.evidence))
        if not found:
            break
        for key, values in sorted(found.items()):
            metres = statistics.median(value for value, _ in values)
            nearest = min(values, key=lambda pair: (abs(pair[0] - metres), pair[1].record))
            result.metres[key] = (round(metres, 3), nearest[1])
    for rise in rises:
        low, high = result.metres.get(rise.low), result.metres.get(rise.high)
        if low and high and abs(high[0] - low[0] - rise.metres) > SAME_HEIGHT_M:
            finding = _height_conflict(rise, high[0] - low[0], station)
            if finding not in result.findings:
                result.findings.append(finding)


def _from_depths(result: Elevations, facts: StationFacts, platforms: PlatformLevels, station: str) -> None:
    for fact in facts.platforms:
        if fact.depth_m is None:
            continue
        labels = {label for (line, _), label in platforms.label.items() if line == fact.line}
        for label in sorted(labels):
            height = -fact.depth_m
            known = result.metres.get((fact.line, label))
            if known is None:
                evidence = official(fact)
                result.metres[fact.line, label] = (height, evidence)
            elif abs(known[0] - height) > SAME_HEIGHT_M:
                result.findings.append(_depth_conflict(fact.line, label, known[0], height, station))


def _height_conflict(rise: _Rise, ours: float, station: str) -> Finding:
    unit = rise.evidence.record
    low, high = rise.low[1], rise.high[1]
    return Finding(
        code="height_conflict",
        severity=Severity.INFO,
        message=Text(
            f"{unit}의 {low}–{high} 높이 {rise.metres:.1f} m가 다른 승강기로 셈한 {ours:.1f} m와 달라요.",
            f"{unit} rises {rise.metres:.1f} m from {low} to {high}; by the other units it is {ours:.1f} m.",
        ),
        fix=Text("타고 내리는 곳의 층을 현장에서 확인해 주세요.", "Check on site at which levels it opens."),
        station=station,
        layer=unit,
        field="rise_m",
        value=f"{rise.metres:g}",
    )


def _depth_conflict(line: str, label: str, ours: float, depth: float, station: str) -> Finding:
    return Finding(
        code="height_conflict",
        severity=Severity.INFO,
        message=Text(
            f"{line}:{label} 높이가 승강기로는 {ours:.1f} m, 역사심도로는 {depth:.1f} m예요.",
            f"{line}:{label} lies at {ours:.1f} m by the lifts and at {depth:.1f} m by the depth register.",
        ),
        fix=Text(
            "땅 높이가 출구마다 다를 수 있어요. 현장에서 확인해 주세요.",
            "The ground may slope between exits; check on site.",
        ),
        station=station,
        layer=level_id(line, label),
        field="elevation_m",
        value=f"{depth:g}",
    )


def finished_levels(keys: Iterable[Key], heights: Elevations, aliases: Mapping[Key, set[str]]) -> tuple[Level, ...]:
    """The levels that the station uses, and the street, sorted by id."""
    wanted = sorted(set(keys))
    labels_of_line: dict[str, set[str]] = defaultdict(set)
    for line, label in wanted:
        labels_of_line[line].add(label)
    levels = [
        Level(STREET, None, None, (GROUND_LABEL,), 0.0, Evidence("muui_maps", "the street", None, Method.DERIVED))
    ]
    for line, label in wanted:
        height = heights.metres.get((line, label))
        others = sorted(aliases.get((line, label), set()) - labels_of_line[line])
        metres, evidence = height or (None, None)
        levels.append(Level(level_id(line, label), line, label, tuple(others), metres, evidence))
    return tuple(sorted(levels, key=lambda level: level.id))


def spot_key(spot: Spot) -> Key | None:
    """(line, label) of a spot, where both are known."""
    return (spot.line, spot.label) if spot.line and spot.label else None
