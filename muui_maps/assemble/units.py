"""Register rows → units of one station, with the travel heights of the second register."""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.model import Door, Evidence, Finding, Method, Severity, Status, Text, Unit, UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from muui_maps.assemble.gather import StationFacts
    from muui_maps.facts import Origin, UnitFact, UnitHeightFact

NO_NUMBER = "무번호"

ALIKE_M = 0.5
"""Lifts between the same two levels whose heights differ by no more may stand in for each other where the registers number
them differently: less than a tenth of a storey."""


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
    upward: bool | None = None
    width_mm: int | None = None
    in_register: bool = True
    platforms: frozenset[str] = frozenset()  # directions whose platform a text says it serves, where no door is known
    evidence: list[Evidence] = field(default_factory=list)

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
    """The evidence of a row of the tables."""
    return Evidence(fact.dataset, fact.record, fact.as_of or None, Method.OFFICIAL)


def unit_name(number: str) -> Text:
    """A unit's short name for people: `외부1` → 외부 1 / Outside 1."""
    if number.startswith(NO_NUMBER):
        return Text("번호 없음", "without a number")
    if match := re.fullmatch(r"(내부|외부)(\d+)", number):
        side = {"내부": "Inside", "외부": "Outside"}[match.group(1)]
        return Text(f"{match.group(1)} {match.group(2)}", f"{side} {match.group(2)}")
    return Text(number, number)


def register_units(facts: StationFacts, *, station: str) -> tuple[list[UnitDraft], list[Finding]]:
    """The units of the register, sorted by id, with heights; and what the registers disagree about."""
    drafts: list[UnitDraft] = []
    findings: list[Finding] = []
    taken: Counter[str] = Counter()
    for fact in sorted(facts.units, key=lambda u: (u.line, u.kind, u.number, u.levels, u.record)):
        number = fact.number or NO_NUMBER
        key = f"{fact.line}:{fact.kind}:{number}"
        taken[key] += 1
        if taken[key] > 1:
            number = f"{number}({taken[key]})"
            if fact.number:
                findings.append(_doubled(fact, key, station))
        drafts.append(_from_register(fact, number))
    used = _add_heights(drafts, facts.heights, findings, station)
    drafts += _only_in_heights(facts.heights, used, {draft.id for draft in drafts})
    return sorted(drafts, key=lambda d: d.id), findings


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


def _goes_up(fact: UnitFact) -> bool | None:
    """An escalator's register row lists its levels in the direction of travel: `B2-B1` goes up."""
    if len(fact.levels) != 2:
        return None
    start, end = (level_rank(label) for label in fact.levels)
    return None if start is None or end is None or start == end else end > start


def level_rank(label: str) -> float | None:
    """A rough order of the labels of ONE line: B3 < B2 < BM1 < 1F < 2F. Only for what no height tells."""
    if match := re.fullmatch(r"B(\d+)", label):
        return -float(match.group(1))
    if match := re.fullmatch(r"BM(\d*)", label):
        return -0.5 if match.group(1) in {"", "1"} else -0.4
    if match := re.fullmatch(r"M(\d*)", label):
        return 0.5
    if match := re.fullmatch(r"(\d+)F", label):
        return float(match.group(1))
    return None


def _add_heights(
    drafts: Sequence[UnitDraft], heights: Iterable[UnitHeightFact], findings: list[Finding], station: str
) -> set[str]:
    """Give each draft its travel height, by number and levels; by levels alone where the numbers were changed."""
    by_key: dict[tuple[str, str, str], list[UnitHeightFact]] = defaultdict(list)
    by_levels: dict[tuple[str, str, frozenset[str]], list[UnitHeightFact]] = defaultdict(list)
    for fact in heights:
        by_key[fact.line, fact.kind, fact.number].append(fact)
        by_levels[fact.line, fact.kind, frozenset(fact.levels)].append(fact)
    used: set[str] = set()
    for draft in drafts:
        same_number = by_key.get((draft.line, draft.kind.value, draft.number), [])
        exact = [fact for fact in same_number if set(fact.levels) == set(draft.labels)]
        same_levels = by_levels.get((draft.line, draft.kind.value, frozenset(draft.labels)), [])
        chosen = exact or same_levels
        if same_number and not exact:
            findings.append(_heights_differ(draft, same_number[0], station))
            used.update(fact.serial for fact in same_number)
        used.update(fact.serial for fact in chosen)
        rises = sorted(fact.rise_m for fact in chosen if fact.rise_m is not None)
        if rises and rises[-1] - rises[0] <= ALIKE_M:
            draft.rise_m = round(statistics.median(rises), 3)
            draft.evidence += [official(fact) for fact in chosen if fact.rise_m is not None][:1]
    return used


def _only_in_heights(heights: Iterable[UnitHeightFact], used: set[str], ids: set[str]) -> list[UnitDraft]:
    """Lifts that only the newer register of heights knows: they exist, but where they stand and run is unknown."""
    drafts = []
    for fact in heights:
        unit_id = f"{fact.line}:{fact.kind}:{fact.number}"
        if fact.kind != "EV" or fact.serial in used or unit_id in ids:
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


def _doubled(fact: UnitFact, key: str, station: str) -> Finding:
    return Finding(
        code="unit_doubled",
        severity=Severity.INFO,
        message=Text(f"승강기 목록에 {key}가 두 번 있어요.", f"The register lists {key} twice."),
        fix=Text("현장에서 번호를 확인해 주세요.", "Check the number on site."),
        station=station,
        file=fact.dataset,
        layer=key,
        field="number",
        value=fact.number,
    )


def _heights_differ(draft: UnitDraft, fact: UnitHeightFact, station: str) -> Finding:
    ours, theirs = "-".join(draft.labels), "-".join(fact.levels)
    return Finding(
        code="registers_disagree",
        severity=Severity.INFO,
        message=Text(
            f"{draft.id}의 운행층이 목록마다 달라요: 가동현황 {ours}, 승강행정 {theirs}.",
            f"The registers disagree on the levels of {draft.id}: {ours} in the status list, {theirs} in the list of heights.",
        ),
        fix=Text("현장에서 운행층을 확인해 주세요.", "Check on site which levels it serves."),
        station=station,
        file=fact.dataset,
        layer=draft.id,
        field="levels",
        value=theirs,
    )
