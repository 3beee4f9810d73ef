"""What holds at a station: a pure function of what it says by itself, the claims, the decisions, and a day.

Rules, in the order in which they are asked (`Rule`):

1. What a reviewer overrides or keeps, holds.
2. Rejected claims, older versions of a submission, and what was observed after the day asked for, do not count.
3. If a reviewer accepted a claim, only accepted claims count.
4. Status is volatile: the newest counts as long as it lives; where all have outlived themselves it is unknown.
5. Times are samples: all count, as a range.
6. Everything else is stable: where all agree that holds; where they differ it is a conflict: all are shown and the
   cautious one is used, however many say otherwise. Where no answer is the cautious one, the fact is unknown.
7. What is hardly ever met (a lift door of 2.5 m) counts if it makes the way harder, and waits for a reviewer if easier.

Nothing depends on the order of imports. Every claim has a standing, and every standing says why.
"""

from __future__ import annotations

import calendar
import statistics
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Evidence, Method
from muui_maps.survey.claims import content_id
from muui_maps.survey.decide import MATCHING, Act, Ruling, rulings
from muui_maps.survey.fields import FIELDS, Cautious, Nature
from muui_maps.survey.match import KIND_OF_UNIT, Matcher
from muui_maps.survey.observations import Answer, Basis, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muui_maps.model import SurveyRun
    from muui_maps.survey.base import BaseFact, Key
    from muui_maps.survey.claims import Claim, Entry, HeldRow, RunEntry
    from muui_maps.survey.decide import Decision
    from muui_maps.survey.fields import Field
    from muui_maps.survey.ledger import Ledger
    from muui_maps.survey.match import Matched

NEW_PREFIX = "new:"
MOST_EVIDENCE = 3
"""Claims that a fact names on a map: nobody reads a hundred dates."""


class Rule(StrEnum):
    """Why a fact is what it is."""

    OVERRIDE = "override"
    KEEP = "keep"
    ACCEPTED = "accepted"
    NEWEST = "newest"
    EXPIRED = "expired"
    SAMPLE = "sample"
    SINGLE = "single"
    AGREE = "agree"
    CONFLICT = "conflict"
    NOTHING = "nothing"  # no claim counts, and the station says nothing by itself
    BASE = "base"  # no claim counts, so what the station says holds


class Verdict(StrEnum):
    """What became of one claim."""

    USED = "used"
    AGREES = "agrees"
    DIFFERS = "differs"  # in conflict, and not the cautious one
    OLDER = "older"  # a newer one counts
    EXPIRED = "expired"
    OVERRULED = "overruled"  # by a decision
    REJECTED = "rejected"
    SUPERSEDED = "superseded"  # by a later version of the submission
    NOT_YET = "not_yet"  # observed, or valid, after the day asked for
    OVER = "over"  # no longer valid on the day asked for
    OUTLIER = "outlier"  # waits for a reviewer
    SAYS_UNKNOWN = "says_unknown"


@dataclass(frozen=True, slots=True)
class Standing:
    """One claim about a fact, or what the station says by itself (`claim` is None then), and what became of it.

    `until` is the last day on which it counts, for what outlives itself.
    """

    verdict: Verdict
    value: Value
    date: str
    claim: Claim | None = None
    base: BaseFact | None = None
    outlier: bool = False
    accepted: bool = False
    until: str | None = None

    @property
    def counts(self) -> bool:
        return self.verdict in {Verdict.USED, Verdict.AGREES}

    @property
    def order(self) -> tuple[str, str]:
        return self.date, self.claim.id if self.claim else ""


@dataclass(frozen=True, slots=True)
class Settled:
    """One fact: a property of a feature.

    Parameters
    ----------
    value
        None where it is unknown.
    low, high
        Of samples: the least and the greatest; `value` is the median.
    conflict
        Whether what counts differs; the value is then the cautious one, or None.
    prop
        Name of the property, a field of `survey.fields.FIELDS`.
    standings
        Every claim about it, oldest first; what the station says by itself comes before the claims of its day.
    """

    feature: str
    prop: str
    value: Value | None
    rule: Rule
    conflict: bool
    standings: tuple[Standing, ...]
    decision: Decision | None = None
    rivals: tuple[Decision, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def changes_base(self) -> bool:
        """Whether the ledger has a say in it: False if what the station says by itself simply stays."""
        return self.rule not in {Rule.BASE, Rule.NOTHING, Rule.KEEP}

    @property
    def outliers(self) -> tuple[Standing, ...]:
        return tuple(each for each in self.standings if each.outlier and not each.accepted)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Who vouches for the value: claims by their entry, the decision that set it, or the station's own sources.

        Of many claims the newest few: `explain` shows all.
        """
        if self.decision is not None and self.rule is Rule.OVERRIDE:
            told = Evidence(f"survey:{self.decision.id}", self.prop, self.decision.decided_on, Method.SURVEYED)
            return (told,)
        found = {told for each in self.standings if each.counts and each.base for told in each.base.evidence}
        claims = [each for each in self.standings if each.counts and each.claim is not None]
        for each in claims[-MOST_EVIDENCE:]:
            if each.claim is not None:
                found.add(Evidence(f"survey:{each.claim.entry}", each.claim.id, each.date, Method.SURVEYED))
        return tuple(sorted(found, key=lambda each: (each.method.value, each.dataset, each.record, each.date or "")))


@dataclass(frozen=True, slots=True)
class NewFeature:
    """Something that the station's data lack, as researchers describe it. It is used once a reviewer accepted it.

    `known_as` is the id that it then has at the station, on maps and in forms; `near_exit` the exit it stands by.
    """

    id: str
    kind: str
    line: str | None
    level: str | None
    near_exit: str | None
    entries: tuple[str, ...]
    accepted: bool

    @property
    def known_as(self) -> str:
        unit = next((unit for unit, kind in KIND_OF_UNIT.items() if kind == self.kind), None)
        if unit is None:
            return f"walk:{self.id}@from~{self.id}@to"
        number = f"{self.near_exit}번출구" if self.near_exit else self.id.rpartition(":")[2]
        return f"{self.line}:{unit.value}:+{number}"


@dataclass(frozen=True, slots=True)
class Unmatched:
    """An entry that means no feature, or any of several: quarantined, and tried again at every build."""

    entry: Entry
    match: Matched


@dataclass(frozen=True, slots=True)
class RunStanding:
    """A surveyed transfer and whether it counts."""

    entry: RunEntry
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class View:
    """What holds at a station on a day.

    `rows` says what became of every row of the ledger: `matched`, `new`, `unmatched`, `superseded`, `rejected`, `held`,
    `mended` and `runs`; the numbers add up to all rows stored.
    """

    station: str
    as_of: str | None
    facts: Mapping[Key, Settled]
    new: tuple[NewFeature, ...]
    unmatched: tuple[Unmatched, ...]
    runs: tuple[RunStanding, ...]
    held: tuple[HeldRow, ...]
    feature_of: Mapping[str, str]  # entry → feature
    set_aside: Mapping[str, Verdict]  # entries that were rejected, or of which a later version is known
    rows: Mapping[str, int]

    @property
    def known_as(self) -> Mapping[str, str]:
        """The ids that accepted new things have at the station → theirs in the ledger."""
        return {each.known_as: each.id for each in self.new if each.accepted}

    @property
    def surveyed_runs(self) -> tuple[SurveyRun, ...]:
        """The transfers that count, by run id."""
        return tuple(each.entry.run for each in self.runs if each.verdict is Verdict.USED)


def newest_day(ledger: Ledger) -> str | None:
    """The day of the newest observation: the day that a view is of unless another is asked for. Never the clock's."""
    days = [entry.observed_at[:10] for entry in ledger.entries.values()]
    days += [entry.run.observed_at[:10] for entry in ledger.runs.values()]
    return max(days, default=None)


def standing_runs(ledger: Ledger, *, as_of: str | None = None) -> tuple[RunStanding, ...]:
    """The surveyed transfers of a ledger, and whether each counts: they are needed before there is a station."""
    return _Viewing(ledger, Matcher(()), {}, as_of or newest_day(ledger)).standing_runs()


def view(ledger: Ledger, matcher: Matcher, base: Mapping[Key, BaseFact], *, as_of: str | None = None) -> View:
    """What holds at the station.

    Parameters
    ----------
    matcher
        Over the features that the station has by itself.
    base
        What it says by itself.
    as_of
        ISO day; what was observed later does not count. Without it, the day of the newest observation.
    """
    return _Viewing(ledger, matcher, base, as_of or newest_day(ledger)).view()


class _Viewing:
    def __init__(self, ledger: Ledger, matcher: Matcher, base: Mapping[Key, BaseFact], as_of: str | None) -> None:
        self.ledger, self.matcher, self.base, self.as_of = ledger, matcher, base, as_of
        self.rulings = rulings(ledger.decisions)
        self.superseded = _superseded(ledger.entries.values()) & set(ledger.entries)
        rejected = {each for each in ledger.entries if self._ruled(each) is Act.REJECT}
        self.set_aside = {
            each: Verdict.SUPERSEDED if each in self.superseded else Verdict.REJECTED
            for each in sorted(self.superseded | rejected)
        }
        self.feature_of: dict[str, str] = {}
        self.unmatched: list[Unmatched] = []
        self.new: dict[str, list[Entry]] = defaultdict(list)

    def view(self) -> View:
        for entry in self.ledger.entries.values():
            self._place(entry)
        new = tuple(self._new_feature(key, entries) for key, entries in sorted(self.new.items()))
        self._place_again(new)
        facts = {key: self._settle(key, claims) for key, claims in sorted(self._claims().items())}
        held = self._held()
        return View(
            station=self.ledger.station,
            as_of=self.as_of,
            facts=MappingProxyType(facts),
            new=new,
            unmatched=tuple(sorted(self.unmatched, key=lambda each: each.entry.id)),
            set_aside=MappingProxyType(self.set_aside),
            runs=self.standing_runs(),
            held=held,
            feature_of=MappingProxyType(dict(sorted(self.feature_of.items()))),
            rows=self._rows(held),
        )

    # ── which feature ───────────────────────────────────────────────────────

    def _place(self, entry: Entry) -> None:
        ruling = self.rulings.get((entry.id, MATCHING))
        decision = ruling.decision if ruling else None
        if decision is not None and decision.feature is not None:
            feature = decision.feature
            if feature in self.matcher.features or feature.startswith((NEW_PREFIX, "route:")):
                self.feature_of[entry.id] = feature
                if feature.startswith(NEW_PREFIX):
                    self.new[feature].append(entry)
                return
        found = self.matcher.match(entry.target)
        if found.new:
            feature = new_id(entry)
            self.feature_of[entry.id] = feature
            self.new[feature].append(entry)
        elif found.feature is None:
            if entry.id not in self.set_aside:
                self.unmatched.append(Unmatched(entry, found))
        else:
            self.feature_of[entry.id] = found.feature

    def _place_again(self, new: Iterable[NewFeature]) -> None:
        """Entries that name a new thing by the id that it got when it was accepted."""
        matcher = self.matcher.knowing({each.known_as: each.id for each in new if each.accepted})
        if matcher is self.matcher:
            return
        still: list[Unmatched] = []
        for each in self.unmatched:
            found = matcher.match(each.entry.target)
            if found.feature is None:
                still.append(each)
            else:
                self.feature_of[each.entry.id] = found.feature
        self.unmatched = still

    def _new_feature(self, feature: str, entries: Sequence[Entry]) -> NewFeature:
        first = min(entries, key=lambda each: each.id)
        target, near_exit = first.target, _said(first.facts.get("near_exit"))
        accepted = any(self._ruled(entry.id) is Act.ACCEPT and entry.id not in self.superseded for entry in entries)
        ids = tuple(sorted(entry.id for entry in entries))
        return NewFeature(feature, target.kind or "passage", target.line, target.level, near_exit, ids, accepted)

    # ── claims ──────────────────────────────────────────────────────────────

    def _claims(self) -> dict[Key, dict[str, list[tuple[Claim, Entry]]]]:
        """Claims by feature and property; one claim may stand in several versions of a submission."""
        found: dict[Key, dict[str, list[tuple[Claim, Entry]]]] = defaultdict(lambda: defaultdict(list))
        for entry in self.ledger.entries.values():
            feature = self.feature_of.get(entry.id)
            if feature is not None:
                for claim in entry.claims:
                    found[feature, claim.prop][claim.id].append((claim, entry))
        return found

    def _ruled(self, subject: str) -> Act | None:
        ruling = self.rulings.get((subject, None))
        return ruling.decision.act if ruling and ruling.decision else None

    def _standing(self, field: Field, places: Sequence[tuple[Claim, Entry]]) -> Standing:
        """One claim before it is held against others, as far as it counts by itself."""
        live = [pair for pair in places if pair[1].id not in self.superseded]
        claim, entry = min(live or places, key=lambda pair: pair[1].id)
        acts = {self._ruled(claim.id), *(self._ruled(each.id) for _, each in live)}
        outlier = _is_outlier(field, claim.value)
        accepted = self._ruled(claim.id) is Act.ACCEPT or (self._ruled(claim.id) is None and Act.ACCEPT in acts)
        rejected = self._ruled(claim.id) is Act.REJECT or (self._ruled(claim.id) is None and Act.REJECT in acts)
        standing = Standing(Verdict.USED, claim.value, claim.observed_at, claim, outlier=outlier, accepted=accepted)
        if not live:
            return replace(standing, verdict=Verdict.SUPERSEDED)
        if rejected:
            return replace(standing, verdict=Verdict.REJECTED)
        if claim.value.answer is Answer.UNKNOWN:
            return replace(standing, verdict=Verdict.SAYS_UNKNOWN)
        if verdict := self._out_of_time(claim, entry):
            return replace(standing, verdict=verdict)
        if outlier and not accepted and not _is_harder(field, claim.value):
            return replace(standing, verdict=Verdict.OUTLIER)
        return standing

    def _out_of_time(self, claim: Claim, entry: Entry) -> Verdict | None:
        if self.as_of is None:
            return None
        begins = max(claim.observed_at[:10], entry.valid_from or "")
        if begins > self.as_of[: len(begins)]:
            return Verdict.NOT_YET
        if entry.valid_to is not None and entry.valid_to < self.as_of:
            return Verdict.OVER
        return None

    # ── facts ───────────────────────────────────────────────────────────────

    def _settle(self, key: Key, claims: Mapping[str, Sequence[tuple[Claim, Entry]]]) -> Settled:
        field = FIELDS[key[1]]
        standings = [self._standing(field, places) for places in claims.values()]
        base = self.base.get(key)
        if base is not None:
            standings.append(Standing(Verdict.USED, base.value, base.day, base=base))
        standings.sort(key=lambda each: each.order)
        ruling = self.rulings.get(key, Ruling(None))
        settled = self._by_decision(key, ruling, standings) or self._by_rule(field, key, standings)
        return replace(settled, rivals=ruling.rivals)

    @staticmethod
    def _by_decision(key: Key, ruling: Ruling, standings: Sequence[Standing]) -> Settled | None:
        decision = ruling.decision
        if decision is None or decision.act not in {Act.OVERRIDE, Act.KEEP}:
            return None
        keeps = decision.act is Act.KEEP
        told = tuple(
            replace(each, verdict=Verdict.OVERRULED)
            if each.verdict is Verdict.USED and not (keeps and each.base is not None)
            else each
            for each in standings
        )
        base = next((each.value for each in standings if each.base is not None), None)
        value = base if keeps else decision.value
        return Settled(
            *key, value, Rule.KEEP if keeps else Rule.OVERRIDE, conflict=False, standings=told, decision=decision
        )

    def _by_rule(self, field: Field, key: Key, standings: list[Standing]) -> Settled:
        accepted = any(each.accepted and each.verdict is Verdict.USED for each in standings)
        if accepted:
            standings = [
                replace(each, verdict=Verdict.OVERRULED) if each.verdict is Verdict.USED and not each.accepted else each
                for each in standings
            ]
        if field.nature is Nature.VOLATILE:
            settled = self._newest(field, key, standings)
        elif field.nature is Nature.SAMPLE:
            settled = _sampled(key, standings)
        else:
            settled = _agreed(field, key, standings)
        if accepted and settled.rule in {Rule.SINGLE, Rule.AGREE}:
            return replace(settled, rule=Rule.ACCEPTED)
        return settled

    def _newest(self, field: Field, key: Key, standings: Sequence[Standing]) -> Settled:
        told = [self._as_it_lives(field, each) for each in standings]
        counting = [each for each in told if each.verdict is Verdict.USED]
        outlived = max((each.date for each in told if each.verdict is Verdict.EXPIRED), default="")
        # An old register does not come back to life when what was seen after it has outlived itself.
        counting = [each for each in counting if each.claim is not None or each.date >= outlived[:10]]
        if not counting:
            told = [_older(each) for each in told]
            rule = Rule.EXPIRED if outlived else Rule.NOTHING
            return Settled(*key, None, rule, conflict=False, standings=tuple(told))
        newest = _newest_of(counting)
        accepted = [each for each in newest if each.accepted]
        settled = _agreed(field, key, _only_accepted(newest) if accepted else newest)
        chosen = {id(each) for each in newest}
        rest = [_older(each) for each in told if id(each) not in chosen]
        only_base = all(each.claim is None for each in newest)
        rule = Rule.CONFLICT if settled.conflict else Rule.BASE if only_base else Rule.NEWEST
        rule = Rule.ACCEPTED if accepted and not settled.conflict else rule
        every = tuple(sorted((*settled.standings, *rest), key=lambda each: each.order))
        return replace(settled, rule=rule, standings=every)

    def _as_it_lives(self, field: Field, standing: Standing) -> Standing:
        """A status that was seen lives for some days (`fields.LIFETIMES`), or as long as its own period says."""
        claim = standing.claim
        if standing.verdict is not Verdict.USED or claim is None or self.as_of is None:
            return standing
        if (valid_to := self.ledger.entries[claim.entry].valid_to) is not None:
            return replace(standing, until=valid_to)
        choice = next((each for each in field.choices if each.name == claim.value.value), None)
        if choice is None or choice.lifetime_days is None:
            return standing
        dies = _last_day(standing.date) + timedelta(days=choice.lifetime_days)
        verdict = Verdict.EXPIRED if dies < _last_day(self.as_of) else Verdict.USED
        return replace(standing, verdict=verdict, until=dies.isoformat())

    # ── runs and rows ───────────────────────────────────────────────────────

    def standing_runs(self) -> tuple[RunStanding, ...]:
        groups: dict[str, list[RunEntry]] = defaultdict(list)
        found: list[RunStanding] = []
        for entry in self.ledger.runs.values():
            if self._ruled(entry.id) is Act.REJECT:
                found.append(RunStanding(entry, Verdict.REJECTED))
            elif self.as_of is not None and entry.run.observed_at[:10] > self.as_of[: len(entry.run.observed_at[:10])]:
                found.append(RunStanding(entry, Verdict.NOT_YET))
            else:
                groups[entry.run.run_id].append(entry)
        for group in groups.values():
            used = self._current(group)
            found += [RunStanding(each, Verdict.USED if each is used else Verdict.SUPERSEDED) for each in group]
        return tuple(sorted(found, key=lambda each: (each.entry.run.run_id, each.entry.id)))

    def _current(self, versions: Sequence[RunEntry]) -> RunEntry:
        """Of the versions of one run: the accepted one, else the latest, else the slower, which is the careful one."""
        return max(
            versions,
            key=lambda each: (
                self._ruled(each.id) is Act.ACCEPT, each.run.observed_at, each.run.minutes_chair, each.id,
            ),
        )  # fmt: skip

    def _held(self) -> tuple[HeldRow, ...]:
        """Rows that could not be read, but for those that have been read since, or that a reviewer rejected."""
        read = {entry.raw_id for entry in self.ledger.entries.values()} | {
            entry.mends for entry in self.ledger.entries.values() if entry.mends
        }
        return tuple(
            each
            for each in self.ledger.held.values()
            if each.raw_id not in read and each.id not in read and self._ruled(each.id) is not Act.REJECT
        )

    def _rows(self, held: Sequence[HeldRow]) -> Mapping[str, int]:
        new = {entry.id for entries in self.new.values() for entry in entries}
        unmatched = {each.entry.id for each in self.unmatched}
        counts = dict.fromkeys(("matched", "new", "unmatched", "superseded", "rejected"), 0)
        for entry in self.ledger.entries.values():
            if (aside := self.set_aside.get(entry.id)) is not None:
                counts[aside.value] += 1
            else:
                counts["unmatched" if entry.id in unmatched else "new" if entry.id in new else "matched"] += 1
        counts["held"] = len(held)
        counts["mended"] = len(self.ledger.held) - len(held)
        counts["runs"] = sum(len(each.rows) for each in self.ledger.runs.values())
        return MappingProxyType(counts)


# ── rules ────────────────────────────────────────────────────────────────────


def _superseded(entries: Iterable[Entry]) -> frozenset[str]:
    """Entries of which a later version or a mended form is known. Versions in no order stand beside each other."""
    groups: dict[str, list[Entry]] = defaultdict(list)
    found = set()
    for entry in entries:
        groups[entry.key].append(entry)
        found |= {entry.mends} if entry.mends and entry.mends != entry.id else set()
    for group in groups.values():
        last = max((each.version, each.observed_at) for each in group)
        found |= {each.id for each in group if (each.version, each.observed_at) < last}
    return frozenset(found)


def new_id(entry: Entry) -> str:
    """The id of something new: the same for all who describe it alike."""
    target, facts = entry.target, entry.facts
    said = [target.line, target.kind, target.level]
    said += [_said(facts.get(name)) for name in ("served_levels", "near_exit", "from_place", "to_place")]
    digest = content_id("n", said).removeprefix("n-")[:6]
    return f"{NEW_PREFIX}{target.line or '-'}:{target.kind or 'passage'}:{digest}"


def _said(value: Value | None) -> str | None:
    if value is None or value.value is None:
        return None
    return "/".join(value.value) if isinstance(value.value, tuple) else str(value.value)


def _is_outlier(field: Field, value: Value) -> bool:
    if field.usual is None or not isinstance(value.value, float):
        return False
    ends = [end for end in (value.low, value.high, value.value) if end is not None]
    return min(ends) < field.usual[0] or max(ends) > field.usual[1]


def _is_harder(field: Field, value: Value) -> bool:
    """Whether an unusual value makes the way harder: then caution says to believe it until somebody has looked."""
    if field.nature is Nature.SAMPLE or field.usual is None or not isinstance(value.value, float):
        return False
    return value.value < field.usual[0] if field.cautious is Cautious.LOW else value.value > field.usual[1]


def _sampled(key: Key, standings: Sequence[Standing]) -> Settled:
    ends = [
        end
        for each in standings
        if each.verdict is Verdict.USED
        for end in (each.value.low, each.value.high, each.value.value)
        if isinstance(end, float)
    ]
    middles = [
        each.value.value for each in standings if each.verdict is Verdict.USED and isinstance(each.value.value, float)
    ]
    if not middles:
        return Settled(*key, None, Rule.NOTHING, conflict=False, standings=tuple(standings))
    value = Value(round(statistics.median(middles), 1), FIELDS[key[1]].unit)
    return Settled(*key, value, Rule.SAMPLE, conflict=False, standings=tuple(standings), low=min(ends), high=max(ends))


def _agreed(field: Field, key: Key, standings: Sequence[Standing]) -> Settled:
    counting = [each for each in standings if each.verdict is Verdict.USED]
    if not counting:
        return Settled(*key, None, Rule.NOTHING, conflict=False, standings=tuple(standings))
    conflict = not _all_agree(field, counting)
    if conflict and field.cautious is Cautious.NONE and field.nature is Nature.STABLE:
        told = tuple(replace(e, verdict=Verdict.DIFFERS) if e.verdict is Verdict.USED else e for e in standings)
        return Settled(*key, None, Rule.CONFLICT, conflict=True, standings=told)
    chosen = _cautious(field, counting)
    told = tuple(_judged(field, each, chosen) if each.verdict is Verdict.USED else each for each in standings)
    claims = sum(each.claim is not None for each in counting)
    rule = Rule.CONFLICT if conflict else Rule.BASE if not claims else Rule.SINGLE if len(counting) == 1 else Rule.AGREE
    return Settled(*key, chosen.value, rule, conflict=conflict, standings=told)


def _all_agree(field: Field, counting: Sequence[Standing]) -> bool:
    """Whether every two answers agree. Thousands of answers say few different things: each is asked once."""
    said = {
        (each.value.value, each.value.low, each.value.high, each.value.basis, each.value.answer): each.value
        for each in counting
    }
    distinct = sorted(said.values(), key=_size)
    if len(distinct) > 1 and not agree(field, distinct[0], distinct[-1]):
        return False
    return all(agree(field, one, other) for n, one in enumerate(distinct) for other in distinct[n + 1 :])


def _size(value: Value) -> tuple[bool, float, str]:
    number = value.value if isinstance(value.value, float) else 0.0
    return value.answer is not Answer.GIVEN, number, str(value.value)


def _judged(field: Field, standing: Standing, chosen: Standing) -> Standing:
    if standing is chosen or standing.value == chosen.value:
        return standing
    return replace(standing, verdict=Verdict.AGREES if agree(field, standing.value, chosen.value) else Verdict.DIFFERS)


def agree(field: Field, first: Value, second: Value) -> bool:
    """Whether two answers say the same, within what measuring by hand can tell."""
    if first.answer is not second.answer:
        return False
    if not (isinstance(first.value, float) and isinstance(second.value, float)):
        return _plain(first) == _plain(second)
    low, high = sorted((_ends(first), _ends(second)))
    if high[0] <= low[1]:
        return True
    if field.relative:
        return high[0] <= low[1] * field.tolerance
    slack = field.tolerance
    if Basis.ESTIMATED in {first.basis, second.basis}:
        slack = max(slack, _ESTIMATE * low[1])
    return high[0] - low[1] <= slack


_ESTIMATE = 0.1
"""An estimate by eye is good to a tenth at best."""


def _ends(value: Value) -> tuple[float, float]:
    middle = value.value if isinstance(value.value, float) else 0.0
    return (middle if value.low is None else value.low, middle if value.high is None else value.high)


def _plain(value: Value) -> object:
    return frozenset(value.value) if isinstance(value.value, tuple) else value.value


def _cautious(field: Field, counting: Sequence[Standing]) -> Standing:
    """The answer to be careful with; among equals the oldest, a claim before what the station says by itself."""
    order = [choice.name for choice in field.choices]

    def care(each: Standing) -> tuple[bool, float | str, bool, str, str]:
        value = each.value.value
        rank: float | str = 0.0
        if field.cautious is Cautious.LAST and isinstance(value, str):
            rank = -float(order.index(value))
        elif isinstance(value, float):
            rank = -value if field.cautious is Cautious.HIGH else value
        return each.value.answer is not Answer.GIVEN, rank, each.claim is None, *each.order

    if field.choices == () and all(isinstance(each.value.value, str) for each in counting):
        texts = sorted(counting, key=lambda each: (str(each.value.value), each.claim is None, *each.order))
        return texts[-1] if field.cautious is Cautious.HIGH else texts[0]
    return min(counting, key=care)


def _newest_of(counting: Sequence[Standing]) -> list[Standing]:
    """The newest; if on its day another has no time of day, nobody knows which was later, and both are."""
    day = max(each.date[:10] for each in counting)
    same_day = [each for each in counting if each.date[:10] == day]
    if all(len(each.date) > len(day) for each in same_day):
        latest = max(each.date for each in same_day)
        return [each for each in same_day if each.date == latest]
    return same_day


def _only_accepted(standings: Sequence[Standing]) -> list[Standing]:
    return [
        replace(each, verdict=Verdict.OVERRULED) if each.verdict is Verdict.USED and not each.accepted else each
        for each in standings
    ]


def _older(standing: Standing) -> Standing:
    return replace(standing, verdict=Verdict.OLDER) if standing.verdict is Verdict.USED else standing


def _last_day(day: str) -> date:
    """The last day that a date may mean: `2026-05` is its 31st."""
    parts = [int(part) for part in day[:10].split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])  # noqa: PLR2004
