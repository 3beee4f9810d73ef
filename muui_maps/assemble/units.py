"""Register rows → units of one station, with the travel heights and widths that the other registers give."""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.model import Door, Evidence, Method, Status, Text, Unit, UnitKind
from muui_maps.profiles import KIND_NAMES, UNIT_LINKS
from muui_maps.wording import line_text, with_particle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muui_maps.assemble.gather import StationFacts
    from muui_maps.assemble.report import Report
    from muui_maps.assemble.walks import Mention
    from muui_maps.facts import EscalatorFact, Origin, UnitFact, UnitHeightFact, WheelchairLiftFact

NO_NUMBER = "무번호"

ALIKE_M = 0.5
"""Lifts between the same two levels whose heights differ by no more may stand in for each other where the registers
number them differently: less than a tenth of a storey."""

TWO_STOPS = 2


@dataclass
class UnitDraft:
    """A unit while the station is being put together. `labels` are in the vocabulary of `line`, in register order."""

    id: str
    kind: UnitKind
    line: str
    number: str
    labels: tuple[str, ...]
    name: Text
    doors: tuple[Door, ...] = ()
    exits: tuple[str, ...] = ()
    toward_line: str | None = None
    toward_directions: tuple[str, ...] = ()
    place: str = "unknown"
    status: Status = Status.UNKNOWN
    status_as_of: str | None = None
    rise_m: float | None = None
    climb: tuple[str, str] | None = None  # the lower and the upper label, where a register says which is which
    upward: bool | None = None
    width_mm: int | None = None
    in_register: bool = True
    platforms: frozenset[str] = frozenset()  # directions whose platform a text says it serves, where no door is known
    homes: dict[str, str] = field(
        default_factory=dict
    )  # of one that only texts know: where each stop lies, see `where`
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def words(self) -> Text:
        """The unit in a sentence: `7호선 엘리베이터 1` / `Line 7 lift 1`, `7호선 3번 출구 옆 엘리베이터`."""
        line, kind = line_text(self.line), KIND_NAMES[UNIT_LINKS[self.kind]]
        if self.in_register and not self.number.startswith(NO_NUMBER):
            return Text(f"{line.ko} {kind.ko} {self.name.ko}", f"{line.en} {kind.en} {self.name.en}")
        return Text(f"{line.ko} {self.name.ko} {kind.ko}", f"{line.en} {kind.en} {self.name.en}")

    def frozen(self, levels: Sequence[str]) -> Unit:
        """The finished unit; `levels` are the ids of the levels it stops at."""
        return Unit(
            id=self.id,
            kind=self.kind,
            line=self.line,
            number=self.number,
            name=self.name,
            levels=tuple(levels),
            rise_m=self.rise_m,
            upward=self.upward,
            doors=self.doors,
            exit=self.exits[0] if self.exits else None,
            status=self.status,
            status_as_of=self.status_as_of,
            in_register=self.in_register,
            width_mm=self.width_mm,
            evidence=tuple(sorted(set(self.evidence), key=lambda e: (e.dataset, e.record, e.date or ""))),
        )


def official(fact: Origin) -> Evidence:
    """The evidence of a row of the tables. Its date may be `<=DATE`, as the table has it."""
    return Evidence(fact.dataset, fact.record, fact.as_of or None, Method.OFFICIAL)


def unit_name(number: str) -> Text:
    """A unit's short name for people: `외부1` → 외부 1 / Outside 1."""
    if number.startswith(NO_NUMBER):
        return Text("번호 없는", "without a number")
    if match := re.fullmatch(r"(내부|외부)(\d+)", number):
        side = {"내부": "Inside", "외부": "Outside"}[match.group(1)]
        return Text(f"{match.group(1)} {match.group(2)}", f"{side} {match.group(2)}")
    return Text(number, number)


def level_rank(label: str) -> float | None:
    """A rough order of the labels of ONE line: B3 < B2 < BM1 < 1F < 2F. Only for what no height tells."""
    if match := re.fullmatch(r"B(\d+)", label):
        return -float(match.group(1))
    if match := re.fullmatch(r"BM(\d*)", label):
        return 0.5 - float(match.group(1) or 1)
    if match := re.fullmatch(r"M(\d*)", label):
        return 0.5 + float(match.group(1) or 1)
    if match := re.fullmatch(r"(\d+)F", label):
        return float(match.group(1))
    return None


def storeys(low: float, high: float) -> float:
    """Storeys between two ranks of `level_rank`: there is no floor 0 between B1 and 1F."""
    return high - low - (1 if low < 0 < high else 0)


def register_units(facts: StationFacts, report: Report) -> list[UnitDraft]:
    """The units of the register, sorted by id, with heights and widths; where registers disagree is reported."""
    drafts: list[UnitDraft] = []
    taken: Counter[str] = Counter()
    for fact in sorted(facts.units, key=lambda u: (u.line, u.kind, u.number, u.levels, u.record)):
        number = fact.number or NO_NUMBER
        key = f"{fact.line}:{fact.kind}:{number}"
        taken[key] += 1
        drafts.append(_from_register(fact, number if taken[key] == 1 else f"{number}({taken[key]})"))
        if fact.number and taken[key] > 1:
            _report_doubled(report, drafts[-1], fact)
    says: dict[str, dict[str, Sequence[str]]] = defaultdict(dict)  # unit → other register → its levels
    used = _add_heights(drafts, facts.heights, says)
    _add_widths(drafts, facts, says)
    for draft in drafts:
        if says[draft.id]:
            _report_disagreement(report, draft, says[draft.id])
    drafts += _only_in_heights(facts.heights, used, {draft.id for draft in drafts})
    return sorted(drafts, key=lambda d: d.id)


def _from_register(fact: UnitFact, number: str) -> UnitDraft:
    return UnitDraft(
        id=f"{fact.line}:{fact.kind}:{number}",
        kind=UnitKind(fact.kind),
        line=fact.line,
        number=number,
        labels=fact.levels,
        name=unit_name(number),
        doors=tuple(Door(direction, car, door) for direction, car, door in fact.doors),
        exits=fact.exits,
        toward_line=fact.toward_line,
        toward_directions=fact.directions if fact.place != "platform" else (),
        platforms=frozenset(fact.directions) if fact.place == "platform" else frozenset(),
        place=fact.place,
        status=Status(fact.status),
        status_as_of=fact.as_of or None,
        upward=_goes_up(fact) if fact.kind in {"ES", "MW"} else None,
        evidence=[official(fact)],
    )


LEAST_RIDE_M = 2.5
"""Of 857 lifts in the list of heights (2026-02-11), all but four of those that pass two storeys or more rise at least
this much a storey."""


def stops_by_rise(units: Iterable[UnitDraft], rides: Sequence[Mention], report: Report) -> None:
    """A lift that rises too little to reach the stop of its register row stops where the texts leave it.

    The row says B5–B1, the list of heights 8.0 m, and every text rides from that platform to B3: the rise decides. The
    stop that loses is a Finding.
    """
    for unit in units:
        ends = ends_of(unit)
        if unit.kind is not UnitKind.ELEVATOR or unit.rise_m is None or ends is None or len(unit.labels) != TWO_STOPS:
            continue
        low, high = (level_rank(label) or 0.0 for label in ends)
        if storeys(low, high) < TWO_STOPS or unit.rise_m >= LEAST_RIDE_M * storeys(low, high):
            continue
        told = Counter(
            (at.label, other.label)
            for ride in rides
            for at, other in (ride.ends, ride.ends[::-1])
            if at.on_platform and at.line == unit.line and at.direction in {door.direction for door in unit.doors}
            if at.label in ends and other.label is not None and low < (level_rank(other.label) or low) < high
        )
        if told:
            platform, stop = min(told, key=lambda pair: (-told[pair], pair))
            _report_too_high(report, unit, str(stop))
            unit.labels = (str(platform), str(stop))


def _report_too_high(report: Report, unit: UnitDraft, stop: str) -> None:
    words, span = unit.words, "–".join(unit.labels)
    report.warn(
        "stops_by_rise",
        Text(
            f"{words.ko}: 목록에는 {span}인데 {unit.rise_m:g} m로는 닿지 않아요. "
            f"안내문을 따라 {with_particle(stop, '로')} 봐요.",
            f"{words.en}: the list says {span}, which {unit.rise_m:g} m can't reach. As the texts have it, it stops at "
            f"{stop}.",
        ),
        Text("현장에서 운행층을 확인해 주세요.", "Check on site which levels it serves."),
        layer=unit.id,
        field="levels",
        value=span,
    )


def ends_of(draft: UnitDraft) -> tuple[str, str] | None:
    """The lowest and the highest label, as a register says or else by the usual order of one line's labels."""
    ranked = sorted((rank, label) for label in draft.labels if (rank := level_rank(label)) is not None)
    if draft.climb is not None and set(draft.climb) == set(draft.labels):
        return draft.climb
    known = len(ranked) == len(draft.labels) and len(ranked) >= TWO_STOPS and ranked[0][0] != ranked[-1][0]
    return (ranked[0][1], ranked[-1][1]) if known else None


def _goes_up(fact: UnitFact) -> bool | None:
    """An escalator's register row lists its levels in the direction of travel: `B2-B1` goes up."""
    if len(fact.levels) != TWO_STOPS:
        return None
    start, end = (level_rank(label) for label in fact.levels)
    return None if start is None or end is None or start == end else end > start


# ── the other registers ──────────────────────────────────────────────────────


def _add_heights(
    drafts: Sequence[UnitDraft], heights: Iterable[UnitHeightFact], says: dict[str, dict[str, Sequence[str]]]
) -> set[str]:
    """Give each draft its travel height, by number and levels; by levels alone where the numbers were changed.

    Returns the records that were used.
    """
    by_number: dict[tuple[str, str, str], list[UnitHeightFact]] = defaultdict(list)
    by_levels: dict[tuple[str, str, frozenset[str]], list[UnitHeightFact]] = defaultdict(list)
    for fact in heights:
        by_number[fact.line, fact.kind, fact.number].append(fact)
        by_levels[fact.line, fact.kind, frozenset(fact.levels)].append(fact)
    used: set[str] = set()
    for draft in drafts:
        same_number = by_number.get((draft.line, draft.kind.value, draft.number), [])
        exact = [fact for fact in same_number if set(fact.levels) == set(draft.labels)]
        chosen = exact or by_levels.get((draft.line, draft.kind.value, frozenset(draft.labels)), [])
        if same_number and not exact:
            says[draft.id][same_number[0].dataset] = same_number[0].levels
        used.update(fact.record for fact in (*same_number, *chosen))
        rises = sorted(fact.rise_m for fact in chosen if fact.rise_m is not None)
        if rises and rises[-1] - rises[0] <= ALIKE_M:
            draft.rise_m = round(statistics.median(rises), 3)
            draft.evidence += [official(fact) for fact in chosen if fact.rise_m is not None][:1]
        if climbs := {climb for fact in chosen if (climb := _climb(fact)) is not None}:
            draft.climb = climbs.pop() if len(climbs) == 1 else None
            if draft.upward is not None and draft.climb is not None:
                draft.upward = draft.labels[0] == draft.climb[0]
    return used


def _climb(fact: UnitHeightFact) -> tuple[str, str] | None:
    """Which stop is the lower one. Asked only of mezzanines: between plain floors 27 rows of the list contradict it."""
    if fact.upward is None or len(fact.levels) != TWO_STOPS or not any("M" in label for label in fact.levels):
        return None
    start, end = fact.levels
    return (start, end) if fact.upward else (end, start)


def _add_widths(drafts: Sequence[UnitDraft], facts: StationFacts, says: dict[str, dict[str, Sequence[str]]]) -> None:
    """Widths of wheelchair lifts and escalators, by number."""
    wide: dict[tuple[str, str, str], list[EscalatorFact | WheelchairLiftFact]] = defaultdict(list)
    for lift in facts.wheelchair_lifts:
        wide[lift.line, "WL", lift.number].append(lift)
    for escalator in facts.escalators:
        wide[escalator.line, "ES", escalator.number].append(escalator)
        wide[escalator.line, "MW", escalator.number].append(escalator)
    for draft in drafts:
        found = wide.get((draft.line, draft.kind.value, draft.number), [])
        if len(found) != 1:
            continue  # none, or a number given twice: nobody knows which of them is meant
        fact = found[0]
        levels = (fact.from_level, fact.to_level)
        if len({*levels}) == TWO_STOPS and set(levels) != set(draft.labels):  # this list has no word for mezzanines
            says[draft.id][fact.dataset] = levels
        if fact.width_mm is not None:
            draft.width_mm = fact.width_mm
            draft.evidence.append(official(fact))


def _only_in_heights(heights: Iterable[UnitHeightFact], used: set[str], ids: set[str]) -> list[UnitDraft]:
    """Lifts that only the newer register of heights knows: they exist and serve these levels; no more is known."""
    drafts = []
    for fact in heights:
        unit_id = f"{fact.line}:{fact.kind}:{fact.number}"
        if fact.kind != UnitKind.ELEVATOR or fact.record in used or unit_id in ids:
            continue
        drafts.append(
            UnitDraft(
                id=unit_id,
                kind=UnitKind(fact.kind),
                line=fact.line,
                number=fact.number,
                labels=fact.levels,
                name=unit_name(fact.number),
                rise_m=fact.rise_m,
                evidence=[official(fact)],
            )
        )
    return drafts


# ── what they disagree about ─────────────────────────────────────────────────

_LISTS = {
    "seoulmetro-lift-status": Text("가동현황", "the status list"),
    "seoulmetro-lift-heights": Text("길이·높이 목록", "the list of heights"),
    "seoulmetro-escalators": Text("에스컬레이터 설치현황", "the list of escalators"),
    "seoulmetro-wheelchair-lifts": Text("휠체어리프트 설치현황", "the list of wheelchair lifts"),
}


def list_words(dataset: str) -> Text:
    """A register as a Finding names it."""
    return _LISTS.get(dataset, Text(dataset, dataset))


def _report_doubled(report: Report, draft: UnitDraft, fact: UnitFact) -> None:
    register, line, kind = list_words(fact.dataset), line_text(draft.line), KIND_NAMES[UNIT_LINKS[draft.kind]]
    number = unit_name(fact.number)
    report.note(
        "unit_doubled",
        Text(
            f"{register.ko}에 {with_particle(f'{line.ko} {kind.ko} {number.ko}', '이')} 두 번 있어요.",
            f"{line.en} {kind.en} {number.en} stands twice in {register.en}.",
        ),
        Text("현장에서 번호를 확인해 주세요.", "Check the numbers on site."),
        file=fact.dataset,
        layer=draft.id,
        field="number",
        value=fact.number,
    )


def _report_disagreement(report: Report, draft: UnitDraft, says: Mapping[str, Sequence[str]]) -> None:
    unit = draft.words
    told: dict[str, list[Text]] = {"-".join(draft.labels): [list_words(draft.evidence[0].dataset)]}
    for dataset, levels in says.items():
        told.setdefault("-".join(levels), []).append(list_words(dataset))
    ko = ", ".join(f"{'·'.join(each.ko for each in lists)} {levels}" for levels, lists in told.items())
    en = ", ".join(f"{levels} in {' and '.join(each.en for each in lists)}" for levels, lists in told.items())
    report.note(
        "registers_disagree",
        Text(f"{unit.ko}의 운행층이 목록마다 달라요: {ko}.", f"The lists disagree on the levels of {unit.en}: {en}."),
        Text("현장에서 운행층을 확인해 주세요.", "Check on site which levels it serves."),
        file=", ".join(says),
        layer=draft.id,
        field="levels",
        value=" / ".join(told),
    )
