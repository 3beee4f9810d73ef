"""Field research on a station: its ledger, what holds by it, what is to be reviewed, and why a fact is what it is.

`muui_maps.api` asks here for a station with its surveys in it; the commands `survey import`, `review`, `explain` and
`undo` are thin over the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from muui_maps.errors import MuuiError, UnknownNameError, UsageError
from muui_maps.model import Text
from muui_maps.survey.base import base_facts
from muui_maps.survey.decide import Act, Decision, active, decide, undo
from muui_maps.survey.fields import FACTS, FIELDS, field_of
from muui_maps.survey.ledger import UNPLACED, Home, Ledger, add_decision, locked, read_ledger
from muui_maps.survey.match import Matcher, features_of
from muui_maps.survey.view import NEW_PREFIX, Rule, Settled, Standing, Verdict, newest_day, standing_runs, view
from muui_maps.survey.words import conflict_text, feature_text, source_text, value_text
from muui_maps.workspace import bundled_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from muui_maps.definition import Definition
    from muui_maps.model import Station, SurveyRun
    from muui_maps.survey.base import BaseFact, Key
    from muui_maps.survey.claims import Entry, HeldRow, RunEntry
    from muui_maps.survey.importing import ImportReport
    from muui_maps.survey.observations import Value
    from muui_maps.survey.view import View
    from muui_maps.workspace import Workspace


def home_of(workspace: Workspace, station: str, survey_csv: Path | None = None) -> Home:
    """Where the ledger of a station is written and read: in the workspace, and beside it what came with the program."""
    own = workspace.root / "stations" / station / "survey"
    bundled = bundled_folder() / "stations" / station / "survey"
    return Home(station, own, (own,) if own.resolve() == bundled.resolve() else (own, bundled), survey_csv)


def latest(*days: str | None) -> str | None:
    """The latest of the days that are known."""
    return max((day for day in days if day), default=None)


@dataclass(frozen=True)
class Fieldwork:
    """The field research on one station.

    Parameters
    ----------
    base
        The station as assembled from registers, official routes and surveyed transfers.
    as_of
        The day that `view` is of.
    """

    home: Home
    ledger: Ledger
    base: Station
    as_of: str | None

    @cached_property
    def matcher(self) -> Matcher:
        """What the station has that can be observed."""
        return Matcher(features_of(self.base))

    @cached_property
    def base_facts(self) -> Mapping[Key, BaseFact]:
        return base_facts(self.base)

    @cached_property
    def view(self) -> View:
        """What holds. Every row of the ledger is accounted for in it.

        Raises
        ------
        MuuiError
            If a row is not: an internal fault.
        """
        found = view(self.ledger, self.matcher, self.base_facts, as_of=self.as_of)
        rows = found.rows
        entries = sum(rows[name] for name in ("matched", "new", "unmatched", "superseded", "rejected"))
        if entries != len(self.ledger.entries) or rows["held"] + rows["mended"] != len(self.ledger.held):
            raise MuuiError(
                Text(
                    f"{self.home.station}: 조사 행 수가 맞지 않아요.",
                    f"{self.home.station}: the survey's rows don't add up.",
                )
            )
        return found

    @cached_property
    def station(self) -> Station:
        """The station with its surveys in it."""
        from muui_maps.assemble.observed import with_survey

        return with_survey(self.base, self.view, self.ledger)

    # ── names ───────────────────────────────────────────────────────────────

    def feature(self, text: str) -> str:
        """The id of the feature that `text` names.

        Raises
        ------
        UnknownNameError
            If there is none, or it is not clear which.
        """
        from muui_maps.survey.claims import Target

        if text in self.matcher.features or any(key[0] == text for key in self.view.facts):
            return text
        found = self.matcher.knowing(self.view.known_as).match(Target(feature_id=text))
        if found.feature is None:
            raise UnknownNameError(
                Text(f"이런 시설은 없어요: {text}", f"there is no such feature: {text}"), nearest=found.candidates
            )
        return found.feature

    def record(self, record_id: str) -> Entry | RunEntry | HeldRow | Decision:
        """A row, run, held row or decision by its id; of a claim the entry that makes it.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        ledger = self.ledger
        for known in (ledger.entries, ledger.runs, ledger.held, {each.id: each for each in ledger.decisions}):
            if record_id in known:
                found: Entry | RunEntry | HeldRow | Decision = known[record_id]
                return found
        for entry in ledger.entries.values():
            if any(claim.id == record_id for claim in entry.claims):
                return entry
        raise UnknownNameError(Text(f"장부에 없는 번호예요: {record_id}", f"the ledger has no such id: {record_id}"))

    # ── deciding ────────────────────────────────────────────────────────────

    def decide(
        self,
        act: Act,
        subject: str,
        *,
        by: str,
        reason: str,
        decided_on: str,
        prop: str | None = None,
        feature: str | None = None,
        value: Value | None = None,
    ) -> tuple[Decision, ...]:
        """Make and store a decision; of a new feature (`new:…`) one for each of its entries.

        Raises
        ------
        UnknownNameError
            If the subject, feature or property does not exist.
        UsageError
            If nobody signs it, or it gives no reason.
        """
        if not by.strip() or not reason.strip():
            raise UsageError(Text("--by와 --reason을 적어 주세요.", "a decision needs --by and --reason."))
        subjects = self._subjects(act, subject)
        if prop is not None and prop not in FACTS:
            raise UnknownNameError(
                Text(f"이런 항목은 없어요: {prop}", f"there is no such property: {prop}"), existing=FACTS
            )
        with locked(self.home):
            known = list(read_ledger(self.home).decisions)
            made = []
            for each in subjects:
                decision = decide(
                    known, act, each, by=by.strip(), reason=reason.strip(), decided_on=decided_on, prop=prop,
                    feature=feature, value=value,
                )  # fmt: skip
                add_decision(self.home, decision)
                known.append(decision)
                made.append(decision)
        return tuple(made)

    def _subjects(self, act: Act, subject: str) -> tuple[str, ...]:
        if act in {Act.KEEP, Act.OVERRIDE}:
            return (self.feature(subject),)
        if subject.startswith(NEW_PREFIX):
            found = next((each for each in self.view.new if each.id == subject), None)
            if found is not None:
                return found.entries
        self.record(subject)
        return (subject,)

    def undo(self, decision_id: str, *, by: str, reason: str, decided_on: str) -> Decision:
        """Take a decision back, or restore one that was taken back.

        Raises
        ------
        UnknownNameError
            If there is no such decision.
        UsageError
            If it is undone already.
        """
        with locked(self.home):
            known = read_ledger(self.home).decisions
            try:
                made = undo(known, decision_id, by=by, reason=reason, decided_on=decided_on)
            except KeyError:
                raise UnknownNameError(
                    Text(f"이런 결정은 없어요: {decision_id}", f"there is no such decision: {decision_id}"),
                    existing=tuple(each.id for each in known),
                ) from None
            if made is None:
                raise UsageError(Text(f"이미 되돌린 결정이에요: {decision_id}", f"undone already: {decision_id}"))
            add_decision(self.home, made)
        return made

    # ── reviewing and explaining ────────────────────────────────────────────

    def review(self) -> tuple[ReviewItem, ...]:
        """What waits for a reviewer: conflicts, unusual values, new things, rows that mean nothing or can't be read."""
        found = [*_facts_to_review(self), *_new_to_review(self), *_rows_to_review(self)]
        return tuple(sorted(found, key=lambda each: (_ORDER.index(each.kind), each.feature or "", each.id)))

    def explain(self, feature: str, prop: str | None = None) -> tuple[Explanation, ...]:
        """Why each fact of a feature is what it is: every claim with its row, every decision, and the rule.

        Raises
        ------
        UnknownNameError
            If there is no such feature or property.
        """
        feature_id = self.feature(feature)
        wanted = None if prop is None else self.property(prop)
        facts = {key: settled for key, settled in self.view.facts.items() if key[0] == feature_id}
        for key, fact in self.base_facts.items():
            if key[0] == feature_id and key not in facts:
                facts[key] = Settled(
                    *key, fact.value, Rule.BASE, conflict=False,
                    standings=(Standing(Verdict.USED, fact.value, fact.day, base=fact),),
                )  # fmt: skip
        order = {name: n for n, name in enumerate(FACTS)}
        chosen = sorted((key for key in facts if wanted in {None, key[1]}), key=lambda key: order.get(key[1], 0))
        return tuple(_explained(self, facts[key]) for key in chosen)

    def property(self, text: str) -> str:
        """The name of the property that `text` names in either language.

        Raises
        ------
        UnknownNameError
            If there is none.
        """
        found = field_of(text)
        if found is None or found.name not in FACTS:
            from muui_maps.resolve import nearest

            raise UnknownNameError(
                Text(f"이런 항목은 없어요: {text}", f"there is no such property: {text}"),
                nearest=nearest(text, FACTS),
                existing=FACTS,
            )
        return found.name


def open_fieldwork(
    definition: Definition,
    *,
    workspace: Workspace,
    known_station: Callable[[str], str | None],
    data: Path,
    newest_data: str | None = None,
    as_of: str | None = None,
) -> Fieldwork:
    """The field research on a station; of one where nothing was ever imported or decided, an empty one.

    Parameters
    ----------
    newest_data
        The day of the newest dataset: what was observed before it is not new to it.
    as_of
        Another day to look at; by default the day of the newest observation or dataset.

    Raises
    ------
    InputRefusedError
        If the ledger is not whole.
    """
    home = home_of(workspace, definition.id, definition.survey)
    from muui_maps.assemble.station import assemble

    ledger = read_ledger(home, known_station=known_station)
    day = as_of or latest(newest_day(ledger), newest_data)
    base = assemble(definition, data=data, runs=counting_runs(ledger, as_of=day))
    return Fieldwork(home, ledger, base, day)


def counting_runs(ledger: Ledger, *, as_of: str | None) -> tuple[SurveyRun, ...]:
    """The surveyed transfers that count, those of `survey.csv` among them."""
    return tuple(each.entry.run for each in standing_runs(ledger, as_of=as_of) if each.verdict is Verdict.USED)


def unplaced(workspace: Workspace) -> Ledger:
    """Rows that name no station that is known here."""
    return read_ledger(home_of(workspace, UNPLACED))


def find_decision(workspace: Workspace, decision_id: str, stations: Iterable[str]) -> str | None:
    """The station in whose ledger a decision stands; None if in none."""
    for station in stations:
        for folder in home_of(workspace, station).read:
            if (folder / "decisions" / f"{decision_id}.json").is_file():
                return station
    return None


# ── what waits for a reviewer ────────────────────────────────────────────────

_ORDER = ("new", "conflict", "outlier", "decisions", "versions", "unmatched", "unreadable")


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One thing that a reviewer is asked.

    Parameters
    ----------
    kind
        `new`, `conflict`, `outlier`, `decisions`, `versions`, `unmatched` or `unreadable`.
    id
        What a decision about it names: a claim, an entry, a held row, or a new feature.
    candidates
        Features it may mean.
    claims
        Ids of the claims concerned, each with its source and value.
    commands
        What can be done, as one types it after `survey review STATION`.
    """

    kind: str
    id: str
    feature: str | None
    prop: str | None
    message: Text
    candidates: tuple[str, ...] = ()
    claims: tuple[tuple[str, Text], ...] = ()
    commands: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "id": self.id,
            "feature": self.feature,
            "property": self.prop,
            "message_ko": self.message.ko,
            "message_en": self.message.en,
            "candidates": list(self.candidates),
            "claims": [{"id": key, "text_ko": text.ko, "text_en": text.en} for key, text in self.claims],
            "commands": list(self.commands),
        }


def _facts_to_review(work: Fieldwork) -> Iterable[ReviewItem]:
    for settled in work.view.facts.values():
        claims = _claims_told(settled)
        rivals = _claims_told(settled, unusual=False)
        if settled.conflict and not settled.feature.startswith(NEW_PREFIX):
            choices = [f"--accept {key}" for key, _ in rivals]
            keep = [f"--keep {settled.feature} {settled.prop}"] if any(s.base for s in settled.standings) else []
            yield ReviewItem(
                "conflict", rivals[0][0] if rivals else settled.feature, settled.feature, settled.prop,
                conflict_text(settled, work.matcher), claims=rivals, commands=(*choices, *keep),
            )  # fmt: skip
        for each in settled.outliers:
            if each.claim is None or each.verdict in {Verdict.REJECTED, Verdict.SUPERSEDED, Verdict.OVERRULED}:
                continue
            name, label = feature_text(settled.feature, work.matcher), FIELDS[settled.prop].label
            source, value = source_text(each), value_text(settled.prop, each.value)
            message = Text(
                f"{name.ko} {label.ko}: {source.ko} {value.ko}, 드문 값이에요.",
                f"{name.en}, {label.en}: {value.en} ({source.en}) is unusual.",
            )
            yield ReviewItem(
                "outlier", each.claim.id, settled.feature, settled.prop, message, claims=claims,
                commands=(f"--accept {each.claim.id}", f"--reject {each.claim.id}"),
            )  # fmt: skip
        if settled.rivals:
            ids = ", ".join(each.id for each in settled.rivals)
            message = Text(f"결정이 서로 달라요: {ids}", f"decisions differ: {ids}")
            commands = tuple(f"survey undo {each.id}" for each in settled.rivals)
            yield ReviewItem(
                "decisions", settled.rivals[0].id, settled.feature, settled.prop, message, commands=commands
            )


def _claims_told(settled: Settled, *, unusual: bool = True) -> tuple[tuple[str, Text], ...]:
    shown = {Verdict.USED, Verdict.AGREES, Verdict.DIFFERS} | ({Verdict.OUTLIER} if unusual else set())
    told = []
    for each in settled.standings:
        if each.claim is not None and each.verdict in shown:
            source, value = source_text(each), value_text(settled.prop, each.value)
            told.append((each.claim.id, Text(f"{source.ko}: {value.ko}", f"{source.en}: {value.en}")))
    return tuple(told)


def _new_to_review(work: Fieldwork) -> Iterable[ReviewItem]:
    for each in work.view.new:
        if each.accepted or all(entry in work.view.set_aside for entry in each.entries):
            continue
        facts = [settled for key, settled in work.view.facts.items() if key[0] == each.id and settled.value is not None]
        told = [(FIELDS[s.prop].label, value_text(s.prop, s.value)) for s in facts]
        name = feature_text(each.id, work.matcher)
        message = Text(
            f"{name.ko}: {', '.join(f'{label.ko} {value.ko}' for label, value in told)}",
            f"{name.en}: {', '.join(f'{label.en} {value.en}' for label, value in told)}",
        )
        yield ReviewItem(
            "new", each.id, each.id, None, message, commands=(f"--accept {each.id}", f"--reject {each.id}")
        )


def _rows_to_review(work: Fieldwork) -> Iterable[ReviewItem]:
    for unmatched in work.view.unmatched:
        entry, found = unmatched.entry, unmatched.match
        where = f"{entry.file} {entry.row}"
        message = Text(f"{where}행: {found.message.ko}.", f"{where}: {found.message.en}.")
        ids = tuple(each.partition(" ")[0] for each in found.candidates)
        commands = (*(f"--match {entry.id}={each}" for each in ids), f"--reject {entry.id}")
        yield ReviewItem("unmatched", entry.id, None, None, message, candidates=found.candidates, commands=commands)
    for held in work.view.held:
        yield held_item(held)
    by_key: dict[str, list[Entry]] = {}
    for entry in work.ledger.entries.values():
        if entry.id not in work.view.set_aside:
            by_key.setdefault(entry.key, []).append(entry)
    for group in by_key.values():
        if len(group) > 1:
            ids_said = ", ".join(each.id for each in group)
            message = Text(
                f"같은 제출의 판이 여럿인데 순서를 몰라요: {ids_said}",
                f"versions of one submission in no order: {ids_said}",
            )
            commands = tuple(f"--reject {each.id}" for each in group)
            yield ReviewItem(
                "versions", group[0].id, work.view.feature_of.get(group[0].id), None, message, commands=commands
            )


def held_item(held: HeldRow) -> ReviewItem:
    """A row that could not be read, as a reviewer sees it."""
    reason = held.reason
    where = f"{held.file} {held.sheet or ''}".strip()
    message = Text(f"{where}, {reason.message.ko} {reason.fix.ko}", f"{where}, {reason.message.en} {reason.fix.en}")
    return ReviewItem(
        "unreadable",
        held.id,
        None,
        reason.field,
        message,
        candidates=held.candidates,
        commands=(f"--reject {held.id}",),
    )


# ── why a fact is what it is ─────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one fact is what it is: its standings, the rows they come from, and every decision that bears on it."""

    settled: Settled
    entries: Mapping[str, Entry]  # by id, of every claim in `settled`
    decisions: tuple[tuple[Decision, bool], ...]  # and whether it stands

    def as_json(self) -> dict[str, Any]:
        return explanation_dict(self)


def _explained(work: Fieldwork, settled: Settled) -> Explanation:
    entries: dict[str, Entry] = {}
    subjects = {settled.feature}
    claims = {each.claim.id for each in settled.standings if each.claim is not None}
    for entry in work.ledger.entries.values():
        if work.view.feature_of.get(entry.id) == settled.feature and claims & {claim.id for claim in entry.claims}:
            entries[entry.id] = entry
    subjects |= claims | set(entries)
    standing = active(work.ledger.decisions)
    about = [each for each in work.ledger.decisions if each.subject in subjects and each.prop in {None, settled.prop}]
    named = {each.id for each in about}
    about += [each for each in work.ledger.decisions if each.subject in named]
    undoing = {Act.RETRACT, Act.RESTORE}
    told = tuple(
        (each, each.act in undoing or each.id in standing) for each in sorted(about, key=lambda d: (d.decided_on, d.id))
    )
    return Explanation(settled, entries, told)


def explanation_dict(found: Explanation) -> dict[str, Any]:
    """An explanation as plain data."""
    from muui_maps.plain import evidence_dicts
    from muui_maps.survey.claims import value_dict
    from muui_maps.survey.decide import decision_dict

    settled = found.settled
    return {
        "feature": settled.feature,
        "property": settled.prop,
        "value": None if settled.value is None else value_dict(settled.value),
        "low": settled.low,
        "high": settled.high,
        "rule": settled.rule.value,
        "conflict": settled.conflict,
        "claims": [
            {
                "id": each.claim.id if each.claim else None,
                "value": value_dict(each.value),
                "raw": each.value.raw,
                "date": each.date,
                "counts_until": each.until,
                "verdict": each.verdict.value,
                "outlier": each.outlier,
                "accepted": each.accepted,
                "rows": [
                    {
                        "entry": entry.id,
                        "file": entry.file,
                        "sheet": entry.sheet,
                        "row": entry.row,
                        "by": entry.surveyor,
                        "note": entry.note,
                    }
                    for entry in found.entries.values()
                    if each.claim is not None and any(claim.id == each.claim.id for claim in entry.claims)
                ],
                "evidence": evidence_dicts(each.base.evidence) if each.base else [],
            }
            for each in settled.standings
        ],
        "decisions": [{**decision_dict(each), "stands": stands} for each, stands in found.decisions],
    }


def import_dict(report: ImportReport) -> dict[str, Any]:
    """As `survey import --json` writes it; its shape is `docs/schemas/survey-import.json`."""
    from muui_maps.plain import finding_dict

    described = report.read.described
    return {
        "file": report.read.file,
        "format": described.format,
        "encoding": described.encoding,
        "sheets": [{"name": each.name, "rows": each.rows, "used_as": each.used_as} for each in described.sheets],
        "rows": report.read.rows,
        "stored": report.total("stored"),
        "claims": report.total("claims"),
        "duplicates": report.total("duplicates"),
        "quarantined": report.total("quarantined"),
        "dry_run": report.dry_run,
        "stations": [
            {
                "station": None if each.station == UNPLACED else each.station,
                "rows": each.rows,
                "stored": each.stored,
                "claims": each.claims,
                "runs": each.runs,
                "duplicates": each.duplicates,
                "held": each.held,
                "unmatched": each.unmatched,
                "import": each.import_id,
            }
            for each in report.stations
        ],
        "quarantine": [finding_dict(each) for each in report.quarantine],
        "remarks": [finding_dict(each) for each in report.remarks],
    }
