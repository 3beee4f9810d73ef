"""What holds when researchers, official data and reviewers say different things."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ledger_samples import BASE, MATCHER, STATION, file_of, home, of, row, seen, store, values

from muui_maps.model import Evidence, Method
from muui_maps.survey.base import BaseFact
from muui_maps.survey.decide import Act, Decision, decide, undo
from muui_maps.survey.ledger import Ledger, read_ledger
from muui_maps.survey.observations import Basis, Value
from muui_maps.survey.rows import RawRow
from muui_maps.survey.view import Rule, Settled, Verdict, View, view

DOOR = ("4:EV:1", "door_width_mm")
STATUS = ("4:EV:1", "operational_status")
GATE = "4c.gate>4o.gate"


def ledger_of(folder: Path, *rows: RawRow) -> Ledger:
    store(folder, file_of(rows))
    return read_ledger(home(folder))


def holds(folder: Path, *rows: RawRow, as_of: str | None = None) -> View:
    return of(ledger_of(folder, *rows), as_of=as_of)


def verdicts(settled: Settled) -> list[str]:
    return [each.verdict.value for each in settled.standings]


def with_decisions(ledger: Ledger, *decisions: Decision) -> View:
    return view(replace(ledger, decisions=decisions), MATCHER, BASE)


def signed(ledger: Ledger, act: Act, subject: str, known: tuple[Decision, ...] = (), **more: Any) -> Decision:
    return decide(known or ledger.decisions, act, subject, by="kim", reason="seen", decided_on="2026-07-01", **more)


def claim_of(ledger: Ledger, value: object, prop: str = "door_width_mm") -> str:
    """The id of the claim that says this value."""
    return next(
        claim.id
        for entry in ledger.entries.values()
        for claim in entry.claims
        if claim.prop == prop and claim.value.value == value
    )


# ── stable facts ─────────────────────────────────────────────────────────────


def test_a_single_answer_holds_with_its_day_as_evidence(tmp_path: Path) -> None:
    fact = holds(tmp_path, row(door_width_mm="82cm")).facts[DOOR]
    assert fact.value is not None
    assert (fact.value.value, fact.rule) == (820.0, Rule.SINGLE)
    assert [(each.date, each.method) for each in fact.evidence] == [("2026-05-01", Method.SURVEYED)]


def test_answers_within_the_tolerance_agree_and_the_narrower_counts(tmp_path: Path) -> None:
    fact = holds(tmp_path, row(door_width_mm="820"), row(3, door_width_mm="800")).facts[DOOR]
    assert (fact.rule, fact.conflict, fact.value and fact.value.value) == (Rule.AGREE, False, 800.0)


def test_no_majority_outvotes_the_narrow_answer(tmp_path: Path) -> None:
    rows = [row(n, key=f"u{n}", door_width_mm=width) for n, width in enumerate(["900", "900", "900", "780"], 2)]
    fact = holds(tmp_path, *rows).facts[DOOR]
    assert (fact.rule, fact.value and fact.value.value) == (Rule.CONFLICT, 780.0)
    assert sorted(verdicts(fact)) == ["differs", "differs", "differs", "used"]


def test_official_data_are_a_claim_too(tmp_path: Path) -> None:
    base = {
        DOOR: BaseFact(
            Value(760.0, "mm", Basis.OFFICIAL), (Evidence("register", "1", "2025", Method.OFFICIAL),), "2025"
        )
    }
    fact = view(ledger_of(tmp_path, row(door_width_mm="900")), MATCHER, base).facts[DOOR]
    assert (fact.conflict, fact.value and fact.value.value) == (True, 760.0)
    assert {each.dataset for each in fact.evidence} == {"register"}


def test_an_estimate_by_eye_within_a_tenth_agrees_with_a_measurement(tmp_path: Path) -> None:
    rows = [row(door_width_mm="약 850"), row(3, door_width_mm="800", basis="쟀어요")]
    assert not holds(tmp_path, *rows).facts[DOOR].conflict
    rows = [row(door_width_mm="850", basis="measured"), row(3, door_width_mm="800", basis="쟀어요")]
    assert holds(tmp_path / "b", *rows).facts[DOOR].conflict


def test_where_neither_answer_is_careful_a_conflict_leaves_the_fact_unknown(tmp_path: Path) -> None:
    fact = holds(tmp_path, row(served_levels="3F, 2F"), row(3, served_levels="3F, 1F")).facts["4:EV:1", "served_levels"]
    assert (fact.conflict, fact.value) == (True, None)


def test_whoever_could_not_tell_contradicts_nobody(tmp_path: Path) -> None:
    fact = holds(tmp_path, row(door_width_mm="820"), row(3, door_width_mm="모름")).facts[DOOR]
    assert (fact.rule, sorted(verdicts(fact))) == (Rule.SINGLE, ["says_unknown", "used"])


def test_none_is_an_answer_and_not_the_same_as_unknown(tmp_path: Path) -> None:
    fact = holds(tmp_path, row(step_height_mm="없음")).facts["4:EV:1", "step_height_mm"]
    assert fact.value is not None
    assert (fact.value.value, fact.value.answer.value, fact.rule) == (None, "none", Rule.SINGLE)


def test_an_unusually_wide_door_waits_for_a_reviewer_and_an_unusually_narrow_one_counts(tmp_path: Path) -> None:
    wide = holds(tmp_path / "a", row(door_width_mm="2900")).facts[DOOR]
    assert (wide.value, verdicts(wide), len(wide.outliers)) == (None, ["outlier"], 1)
    narrow = holds(tmp_path / "b", row(door_width_mm="400")).facts[DOOR]
    assert (narrow.value and narrow.value.value, len(narrow.outliers)) == (400.0, 1)


# ── status, periods, samples ─────────────────────────────────────────────────


def test_the_newest_status_counts(tmp_path: Path) -> None:
    rows = [row(operational_status="고장"), row(3, observed_at="2026-05-04", operational_status="정상")]
    fact = holds(tmp_path, *rows).facts[STATUS]
    assert (fact.value and fact.value.value, fact.rule) == ("working", Rule.NEWEST)
    assert verdicts(fact) == ["older", "older", "used"]  # the register's own, with no date, comes first


def test_on_one_day_without_times_the_worse_status_counts(tmp_path: Path) -> None:
    fact = holds(tmp_path, row(operational_status="정상"), row(3, operational_status="고장")).facts[STATUS]
    assert (fact.value and fact.value.value, fact.rule, fact.conflict) == ("out_of_order", Rule.CONFLICT, True)


def test_on_one_day_with_times_the_later_one_counts(tmp_path: Path) -> None:
    rows = [
        row(observed_at="2026-05-01 18:00", operational_status="정상"),
        row(3, observed_at="2026-05-01 09:00", operational_status="고장"),
    ]
    fact = holds(tmp_path, *rows).facts[STATUS]
    assert (fact.value and fact.value.value, fact.conflict) == ("working", False)


def test_a_status_outlives_itself_and_an_older_register_does_not_come_back(tmp_path: Path) -> None:
    found = ledger_of(tmp_path, row(operational_status="고장"))
    assert of(found, as_of="2026-05-20").facts[STATUS].rule is Rule.NEWEST
    late = of(found, as_of="2026-09-01").facts[STATUS]
    assert (late.rule, late.value) == (Rule.EXPIRED, None)
    newer = {STATUS: replace(BASE[STATUS], date="2026-08-01")}
    assert view(found, MATCHER, newer, as_of="2026-09-01").facts[STATUS].rule is Rule.BASE


def test_what_is_gone_stays_gone(tmp_path: Path) -> None:
    assert values(holds(tmp_path, row(operational_status="없음"), as_of="2028-01-01"))[STATUS] == "absent"


def test_a_period_ends_an_answer(tmp_path: Path) -> None:
    found = ledger_of(tmp_path, row(operational_status="수리중", valid_to="2026-06-30"))
    assert values(of(found, as_of="2026-06-30"))[STATUS] == "under_repair"
    assert of(found, as_of="2026-07-01").facts[STATUS].rule is Rule.BASE


def test_what_was_seen_after_the_day_asked_for_does_not_count_yet(tmp_path: Path) -> None:
    fact = holds(tmp_path, row(door_width_mm="820"), as_of="2026-04-30").facts[DOOR]
    assert (fact.value, verdicts(fact)) == (None, ["not_yet"])


def test_waits_are_samples_of_what_varies(tmp_path: Path) -> None:
    rows = [row(n, key=f"u{n}", wait_seconds=wait) for n, wait in enumerate(["30", "2분", "60"], 2)]
    fact = holds(tmp_path, *rows).facts["4:EV:1", "wait_seconds"]
    assert (fact.rule, fact.conflict, fact.low, fact.value and fact.value.value, fact.high) == (
        Rule.SAMPLE, False, 30.0, 60.0, 120.0,
    )  # fmt: skip


# ── versions ─────────────────────────────────────────────────────────────────


def test_the_later_version_of_a_submission_counts_and_the_older_is_kept(tmp_path: Path) -> None:
    old = row(key="uuid:a", version="2026-05-01T10:00", door_width_mm="800")
    new = row(key="uuid:a", version="2026-05-03T10:00", door_width_mm="900")
    for order in ((old, new), (new, old)):
        folder = tmp_path / order[0].version[:10]
        for each in order:
            store(folder, file_of([each]))
        fact = seen(folder).facts[DOOR]
        assert (fact.value and fact.value.value, sorted(verdicts(fact))) == (900.0, ["superseded", "used"])


def test_versions_that_nothing_orders_are_rivals(tmp_path: Path) -> None:
    found = holds(tmp_path, row(key="uuid:a", door_width_mm="800"), row(3, key="uuid:a", door_width_mm="900"))
    assert (found.facts[DOOR].conflict, values(found)[DOOR]) == (True, 800.0)


def test_a_mended_row_takes_the_place_of_the_quarantined_one(tmp_path: Path) -> None:
    store(tmp_path, file_of([row(door_width_mm="82")]))
    (held,) = seen(tmp_path).held
    assert held.reason.code == "unit_unsure"
    store(tmp_path, file_of([row(9, door_width_mm="82cm", quarantine_id=held.id)]))
    found = seen(tmp_path)
    assert (found.held, found.rows["mended"], values(found)[DOOR]) == ((), 1, 820.0)


# ── decisions ────────────────────────────────────────────────────────────────


def test_accepting_a_claim_settles_a_conflict_and_undoing_brings_it_back(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, row(door_width_mm="780"), row(3, door_width_mm="900"))
    wide = signed(ledger, Act.ACCEPT, claim_of(ledger, 900.0))
    fact = with_decisions(ledger, wide).facts[DOOR]
    assert (fact.rule, fact.value and fact.value.value, sorted(verdicts(fact))) == (
        Rule.ACCEPTED, 900.0, ["overruled", "used"],
    )  # fmt: skip
    back = undo((wide,), wide.id, by="lee", reason="wrong door", decided_on="2026-07-02")
    assert back is not None
    assert with_decisions(ledger, wide, back).facts[DOOR] == with_decisions(ledger).facts[DOOR]
    again = undo((wide, back), back.id, by="lee", reason="right after all", decided_on="2026-07-03")
    assert again is not None
    assert again.act is Act.RESTORE
    assert with_decisions(ledger, wide, back, again).facts[DOOR] == fact


def test_rejecting_a_row_rejects_all_it_says_and_keeps_it(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, row(door_width_mm="780", wait_seconds="40"))
    (entry,) = ledger.entries
    found = with_decisions(ledger, signed(ledger, Act.REJECT, entry))
    assert {key[1]: verdicts(settled) for key, settled in found.facts.items()} == {
        "door_width_mm": ["rejected"],
        "wait_seconds": ["rejected"],
    }
    assert found.rows["rejected"] == 1


def test_a_reviewers_value_beats_everything_and_vouches_for_itself(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, row(door_width_mm="780"))
    made = signed(ledger, Act.OVERRIDE, "4:EV:1", prop="door_width_mm", value=Value(850.0, "mm"))
    fact = with_decisions(ledger, made).facts[DOOR]
    assert (fact.rule, fact.value and fact.value.value, verdicts(fact)) == (Rule.OVERRIDE, 850.0, ["overruled"])
    assert [each.dataset for each in fact.evidence] == [f"survey:{made.id}"]


def test_keeping_leaves_what_held_before(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, row(operational_status="고장"))
    made = signed(ledger, Act.KEEP, "4:EV:1", prop="operational_status")
    fact = with_decisions(ledger, made).facts[STATUS]
    assert (fact.value and fact.value.value, fact.changes_base) == ("working", False)


def test_matching_a_row_gives_it_a_feature_whatever_else_is_decided_about_it(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, row(feature_id="4:EV:77", door_width_mm="780"))
    (entry,) = ledger.entries
    assert [each.entry.id for each in of(ledger).unmatched] == [entry]
    match = signed(ledger, Act.MATCH, entry, feature="4:EV:2")
    accept = signed(ledger, Act.ACCEPT, entry, (match,))
    found = with_decisions(ledger, match, accept)
    assert (found.unmatched, values(found)) == ((), {("4:EV:2", "door_width_mm"): 780.0})


def test_a_match_to_what_the_station_no_longer_has_waits_again(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, row(feature_id="4:EV:77", door_width_mm="780"))
    (entry,) = ledger.entries
    assert len(with_decisions(ledger, signed(ledger, Act.MATCH, entry, feature="4:EV:99")).unmatched) == 1


def test_two_reviewers_who_did_not_know_of_each_other_cancel_out_and_are_shown(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, row(door_width_mm="780"))
    one = signed(ledger, Act.OVERRIDE, "4:EV:1", prop="door_width_mm", value=Value(850.0, "mm"))
    other = signed(ledger, Act.OVERRIDE, "4:EV:1", prop="door_width_mm", value=Value(900.0, "mm"))
    fact = with_decisions(ledger, one, other).facts[DOOR]
    assert (fact.rule, fact.value and fact.value.value, {each.id for each in fact.rivals}) == (
        Rule.SINGLE, 780.0, {one.id, other.id},
    )  # fmt: skip
    third = signed(ledger, Act.OVERRIDE, "4:EV:1", (one, other), prop="door_width_mm", value=Value(870.0, "mm"))
    assert values(with_decisions(ledger, one, other, third))[DOOR] == 870.0


# ── new things, runs, rows ───────────────────────────────────────────────────


def test_something_new_waits_until_a_reviewer_accepts_it(tmp_path: Path) -> None:
    ledger = ledger_of(
        tmp_path, row(feature_id="새로 생김", kind="EV", line="4", served_levels="2F, 1F", near_exit="3")
    )
    (new,) = of(ledger).new
    assert (new.kind, new.accepted) == ("elevator", False)
    (entry,) = ledger.entries
    (accepted,) = with_decisions(ledger, signed(ledger, Act.ACCEPT, entry)).new
    assert accepted.accepted


def test_two_who_describe_the_same_new_thing_mean_one(tmp_path: Path) -> None:
    new: dict[str, Any] = {"feature_id": "new", "kind": "EV", "line": "4", "served_levels": "1F 2F", "near_exit": "3"}
    found = holds(
        tmp_path, row(**new, wait_seconds="30"), row(3, **(new | {"served_levels": "2F,1F"}), wait_seconds="50")
    )
    assert [len(each.entries) for each in found.new] == [2]


@pytest.mark.parametrize("station", [STATION, replace(STATION, units=STATION.units[:1])])
def test_unmatched_rows_are_tried_again_when_the_station_grows(tmp_path: Path, station: Any) -> None:
    store(tmp_path, file_of([row(feature_id="4:EV:2", door_width_mm="820")]))
    grown = any(unit.id == "4:EV:2" for unit in station.units)
    found = seen(tmp_path, station=station)
    assert (len(found.unmatched), len(found.facts)) == ((0, 1) if grown else (1, 0))


def test_every_row_has_one_fate(tmp_path: Path) -> None:
    found = holds(
        tmp_path,
        row(door_width_mm="820"),
        row(3, door_width_mm="82"),
        row(4, feature_id="4:EV:77", door_width_mm="820"),
        row(5, feature_id="new", kind="ramp", door_width_mm="820"),
        row(6, key="u", version="1", door_width_mm="820"),
        row(7, key="u", version="2", door_width_mm="830"),
    )
    assert dict(found.rows) == {
        "matched": 2, "new": 1, "unmatched": 1, "superseded": 1, "rejected": 0, "held": 1, "mended": 0, "runs": 0,
    }  # fmt: skip
    assert Verdict.SUPERSEDED in found.set_aside.values()
    assert GATE in MATCHER.features
