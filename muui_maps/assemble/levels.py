"""Levels of a station: which label a platform has, and how high each level lies.

Levels are each source's own words. For a platform the label of most sources counts: official texts, the lifts that open
on it, the depth register, in this order among equals. A label that loses is kept as an alias and reported. Heights
order levels; labels only tell the ends of one lift apart.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.assemble.units import UnitDraft, ends_of, level_rank, official, storeys
from muui_maps.assemble.walks import GROUND_LABEL, Walk
from muui_maps.model import STREET, Evidence, Level, Method, Text, UnitKind
from muui_maps.wording import line_text, with_particle

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from muui_maps.assemble.gather import StationFacts
    from muui_maps.assemble.report import Report
    from muui_maps.model import Place

UNKNOWN_LABEL = "?"
"""The floor of a platform, or the stop of a ride, of which no source says the level."""

UNKNOWN_HALL = "??"
"""The floor of a hall that no source names, on a line whose platform's is unknown too: two unknowns are not one floor,
and a lift that joins them leads from one to another."""

SAME_HEIGHT_M = 1.5
"""Two sources for one height that differ by more are reported: about a third of a storey, above every rounding met."""

LEAST_STOREY_M = 2.0
"""Of 857 lifts in the list of heights (2026-02-11) all but two rise at least this much a storey; less is a slip."""

Key = tuple[str, str]  # (line, direction) or (line, label)


@dataclass
class PlatformLevels:
    """The platform's label for each (line, direction), and the labels that lost."""

    label: dict[Key, str] = field(default_factory=dict)
    aliases: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))  # (line, label) → others

    @property
    def known(self) -> dict[Key, str]:
        """The labels that some source gives: two platforms of unknown floor are not on the same one."""
        return {key: label for key, label in self.label.items() if label != UNKNOWN_LABEL}


def level_id(line: str | None, label: str | None) -> str:
    """`7`, `B3` → `7:B3`; no line → `street`."""
    return f"{line}:{label}" if line is not None else STREET


def level_words(level: str) -> Text:
    """A level in a sentence: `7:B3` → 7호선 B3 / Line 7 B3."""
    if level == STREET:
        return Text("바깥", "the street")
    line, _, label = level.partition(":")
    label = UNKNOWN_LABEL if label.startswith(UNKNOWN_LABEL) else label
    of = line_text(line)
    return Text(f"{of.ko} {label}", f"{of.en} {label}")


# ── which label a platform has ───────────────────────────────────────────────


def platform_levels(
    facts: StationFacts,
    walks: Sequence[Walk],
    units: Collection[UnitDraft],
    platform_places: Mapping[Key, Place],
    report: Report,
) -> PlatformLevels:
    """Decide the platform label of each line and direction.

    A platform whose floor no source names has the label `UNKNOWN_LABEL` if an official route leads to it: the way is
    known all the same.

    Parameters
    ----------
    facts, walks, units
        What depth register, official routes and lift register say.
    platform_places
        (line, next station) of every platform → its place; an island's two directions share one.
    report
        Learns of every label that loses.
    """
    told = _told_by_walks(walks)
    used = {end for walk in walks for end in (walk.start, walk.end)}
    doors = _told_by_doors(units, told)
    depth = {fact.line: fact.level for fact in facts.platforms if fact.level}
    result = PlatformLevels()
    for (line, direction), place in sorted(platform_places.items(), key=lambda item: item[0]):
        text = told.get((line, direction)) or told.get((line, ""))
        says = {"text": text, "lifts": doors.get((line, direction)), "depth": depth.get(line)}
        named = [other for other in says.values() if other]
        if not named:
            if (line, direction) in used:
                result.label[line, direction] = UNKNOWN_LABEL
                _report_unknown(report, place)
            continue
        label = max(named, key=named.count)  # of equals the first: text, then lifts, then depth
        result.label[line, direction] = label
        others = {other for other in says.values() if other and other != label}
        if others:
            result.aliases[line, label] |= others
            _report_labels(report, place, label, says)
    return result


def _told_by_walks(walks: Iterable[Walk]) -> dict[Key, str]:
    """What the texts name counts; a label carried over from the place before only where no text names any."""
    named: dict[Key, Counter[str]] = defaultdict(Counter)
    carried: dict[Key, Counter[str]] = defaultdict(Counter)
    for walk in walks:
        spots = {spot for stretch in (walk.stretches[0], walk.stretches[-1]) for spot in stretch.spots}
        spots |= {end for ride in walk.rides for end in ride.ends}
        for spot in spots:
            if spot.on_platform and spot.label and spot.line:
                votes = carried if spot.carried else named
                votes[spot.line, spot.direction or ""][spot.label] += 1
                votes[spot.line, ""][spot.label] += 1
    lines = {line for line, _ in named}
    return {key: _most(counts) for key, counts in {**carried, **named}.items() if key in named or key[0] not in lines}


def _most(counts: Counter[str]) -> str:
    return min(counts, key=lambda label: (-counts[label], label))


def _told_by_doors(units: Iterable[UnitDraft], texts: Mapping[Key, str]) -> dict[Key, str]:
    """A lift beside a train door opens on the platform: at the stop that the texts name, if it has that one; else at
    its lowest below ground and at its highest above.
    """
    told: dict[Key, Counter[str]] = defaultdict(Counter)
    for unit in units:
        ends = ends_of(unit)
        if unit.kind is not UnitKind.ELEVATOR or ends is None:
            continue
        below = (level_rank(ends[0]) or 0.0) < 0
        for door in unit.doors:
            text = texts.get((unit.line, door.direction)) or texts.get((unit.line, ""))
            told[unit.line, door.direction][text if text in unit.labels else ends[0 if below else 1]] += 1
    return {key: _most(counts) for key, counts in told.items()}


_SOURCES = {
    "text": Text("환승 안내문", "the transfer text"),
    "lifts": Text("승강기 목록", "the lift register"),
    "depth": Text("역사심도", "the depth register"),
}


def _report_unknown(report: Report, place: Place) -> None:
    platform = report.platform(place.line or "", place.direction)
    report.warn(
        "platform_level_unknown",
        Text(
            f"{with_particle(platform.ko, '이')} 몇 층인지 어느 자료에도 없어요.",
            f"No source gives the level of {platform.en}.",
        ),
        Text("현장에서 층 표지를 확인해 주세요.", "Check the floor sign on site."),
        layer=place.id,
        field="level",
    )


def _report_labels(report: Report, place: Place, label: str, says: Mapping[str, str | None]) -> None:
    platform = report.platform(place.line or "", place.direction)
    ko = ", ".join(f"{_SOURCES[source].ko} {value}" for source, value in says.items() if value)
    en = ", ".join(f"{value} in {_SOURCES[source].en}" for source, value in says.items() if value)
    report.warn(
        "level_conflict",
        Text(
            f"{platform.ko}의 층이 자료마다 달라요: {ko}. 지도에는 {with_particle(label, '로')} 적어요.",
            f"Sources differ on the level of {platform.en}: {en}. The map says {label}.",
        ),
        Text("현장에서 층 표지를 확인해 주세요.", "Check the floor sign on site."),
        layer=place.id,
        field="level",
        value=", ".join(sorted({value for value in says.values() if value and value != label})),
    )


# ── heights ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Rise:
    unit: UnitDraft
    low: Key
    high: Key
    metres: float

    @property
    def evidence(self) -> Evidence:
        source = next((e for e in self.unit.evidence if "height" in e.dataset), self.unit.evidence[0])
        return Evidence(source.dataset, self.unit.id, source.date, Method.DERIVED)


@dataclass
class Elevations:
    """Metres above the street, each with its evidence."""

    metres: dict[Key, tuple[float, Evidence]] = field(default_factory=dict)

    def of_level(self, level: str) -> float | None:
        """Metres above the street of a level's id; None where unknown."""
        if level == STREET:
            return 0.0
        line, _, label = level.partition(":")
        known = self.metres.get((line, label))
        return known[0] if known else None


def elevations(
    facts: StationFacts,
    units: Iterable[UnitDraft],
    platforms: PlatformLevels,
    *,
    used: Collection[str],
    report: Report,
) -> Elevations:
    """Heights of the levels above the street: from the lifts' travel, then the depth register, then escalators.

    The lifts that official routes ride come first: of another one it is not sure that it opens on the same floor.
    A unit that joins exactly two levels gives their difference; one with more stops only that of its ends. A level that
    nothing measures stays unknown.

    Parameters
    ----------
    used
        Ids of the units that official routes ride.
    """
    result = Elevations()
    drafts = sorted(units, key=lambda unit: unit.id)
    lifts = [rise for unit in drafts if unit.kind is UnitKind.ELEVATOR and (rise := _rise_of(unit, report))]
    ridden = [rise for rise in lifts if rise.unit.id in used]
    others = [rise for unit in drafts if unit.kind is UnitKind.ESCALATOR and (rise := _rise_of(unit, report))]
    for line in sorted({draft.line for draft in drafts}):
        result.metres[line, GROUND_LABEL] = (0.0, Evidence("muui_maps", "1F is the street", None, Method.DERIVED))
    for rises in (ridden, lifts):
        _spread(result, rises)
    _from_depths(result, facts, platforms, report)
    for rises in (ridden, lifts, others):
        _spread(result, rises)
    for rise in (*lifts, *others):
        _check_rise(result, rise, report)
    return result


def level_across_lines(heights: Elevations, joined: Iterable[tuple[Key, Key]], report: Report) -> None:
    """Where two lines' floors of one label are joined on foot, without a ramp that anybody tells of, one height holds.

    Parameters
    ----------
    heights
        Changed in place.
    joined
        Pairs of (line, label) that a walkway joins.
    """
    for first, second in sorted({tuple(sorted(pair)) for pair in joined}):
        for known, other in ((first, second), (second, first)):
            if first[1] == second[1] and known in heights.metres and other not in heights.metres:
                rule = f"joined on foot with {level_id(*known)}"
                heights.metres[other] = (heights.metres[known][0], Evidence("muui_maps", rule, None, Method.DERIVED))
        ours, theirs = heights.metres.get(first), heights.metres.get(second)
        if ours and theirs and abs(ours[0] - theirs[0]) > SAME_HEIGHT_M:
            _report_joined(report, (first, ours[0]), (second, theirs[0]))


def _rise_of(unit: UnitDraft, report: Report) -> _Rise | None:
    ends = ends_of(unit)
    if unit.rise_m is None or ends is None:
        return None
    low, high = (level_rank(label) for label in ends)
    if low is not None and high is not None and unit.rise_m < LEAST_STOREY_M * storeys(low, high):
        _report_implausible(report, unit, ends)
        return None
    return _Rise(unit, (unit.line, ends[0]), (unit.line, ends[1]), unit.rise_m)


def _spread(result: Elevations, rises: Sequence[_Rise]) -> None:
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
            return
        for key, values in sorted(found.items()):
            metres = statistics.median(value for value, _ in values)
            nearest = min(values, key=lambda pair: (abs(pair[0] - metres), pair[1].record))
            result.metres[key] = (round(metres, 3), nearest[1])


def _from_depths(result: Elevations, facts: StationFacts, platforms: PlatformLevels, report: Report) -> None:
    for fact in facts.platforms:
        if fact.depth_m is None:
            continue
        for label in sorted({label for (line, _), label in platforms.label.items() if line == fact.line}):
            known = result.metres.get((fact.line, label))
            if known is None:
                result.metres[fact.line, label] = (-fact.depth_m, official(fact))
            elif abs(known[0] + fact.depth_m) > SAME_HEIGHT_M:
                _report_depth(report, level_id(fact.line, label), known[0], -fact.depth_m)


# ── what the heights contradict ──────────────────────────────────────────────

_CHECK_STOPS = Text("타고 내리는 곳의 층을 현장에서 확인해 주세요.", "Check on site at which levels it opens.")


def _check_rise(result: Elevations, rise: _Rise, report: Report) -> None:
    low, high = result.metres.get(rise.low), result.metres.get(rise.high)
    if not low or not high or abs(high[0] - low[0] - rise.metres) <= SAME_HEIGHT_M:
        return
    unit, ours = rise.unit.words, high[0] - low[0]
    span = f"{rise.low[1]}–{rise.high[1]}"
    report.note(
        "height_conflict",
        Text(
            f"{with_particle(unit.ko, '은')} {span} 사이가 {rise.metres:.1f} m인데, "
            f"다른 승강기로 셈하면 {ours:.1f} m예요.",
            f"{unit.en} rises {rise.metres:.1f} m over {span}; by the other units it is {ours:.1f} m.",
        ),
        _CHECK_STOPS,
        layer=rise.unit.id,
        field="rise_m",
        value=f"{rise.metres:g}",
    )


def _report_implausible(report: Report, unit: UnitDraft, ends: tuple[str, str]) -> None:
    words, span = unit.words, "–".join(ends)
    report.note(
        "rise_implausible",
        Text(
            f"{words.ko}: {span} 높이가 {unit.rise_m:g} m로 적혀 있어요. 너무 낮아서 층 높이를 셈할 때 쓰지 않아요.",
            f"{words.en} is said to rise {unit.rise_m:g} m over {span}: too little to take a floor's height from.",
        ),
        _CHECK_STOPS,
        layer=unit.id,
        field="rise_m",
        value=f"{unit.rise_m:g}",
    )


_SLOPE = Text(
    "땅 높이가 출구마다 다를 수 있어요. 현장에서 확인해 주세요.", "The ground may slope between exits; check on site."
)


def _report_depth(report: Report, level: str, ours: float, depth: float) -> None:
    words = level_words(level)
    report.note(
        "height_conflict",
        Text(
            f"{words.ko}의 높이가 승강기로 셈하면 {ours:.1f} m, 역사심도로는 {depth:.1f} m예요.",
            f"{words.en} lies at {ours:.1f} m by the lifts and at {depth:.1f} m by the depth register.",
        ),
        _SLOPE,
        layer=level,
        field="elevation_m",
        value=f"{depth:g}",
    )


def _report_joined(report: Report, first: tuple[Key, float], second: tuple[Key, float]) -> None:
    (a, height_a), (b, height_b) = first, second
    one, other = level_words(level_id(*a)), level_words(level_id(*b))
    report.note(
        "height_conflict",
        Text(
            f"{with_particle(one.ko, '과')} {with_particle(other.ko, '은')} 걸어서 이어지는데, "
            f"셈한 높이는 {height_a:.1f} m와 {height_b:.1f} m예요.",
            f"{one.en} and {other.en} are joined on foot, but come out at {height_a:.1f} m and {height_b:.1f} m.",
        ),
        _SLOPE,
        layer=level_id(*a),
        field="elevation_m",
        value=f"{height_a:g} / {height_b:g}",
    )


# ── finished ─────────────────────────────────────────────────────────────────


def finished_levels(keys: Iterable[Key], heights: Elevations, aliases: Mapping[Key, set[str]]) -> tuple[Level, ...]:
    """The levels that the station uses, and the street, sorted by id. Another floor's label is no alias."""
    wanted = sorted(set(keys))
    labels_of_line: dict[str, set[str]] = defaultdict(set)
    for line, label in wanted:
        labels_of_line[line].add(label)
    ground = Evidence("muui_maps", "the street", None, Method.DERIVED)
    levels = [Level(STREET, None, None, (GROUND_LABEL,), 0.0, ground)]
    for line, label in wanted:
        metres, evidence = heights.metres.get((line, label), (None, None))
        others = tuple(sorted(aliases.get((line, label), set()) - labels_of_line[line]))
        levels.append(Level(level_id(line, label), line, label, others, metres, evidence))
    return tuple(sorted(levels, key=lambda level: level.id))
