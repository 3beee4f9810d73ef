"""Random histories of a ledger: imports in any order, repeated and interleaved, with decisions and undo, give one view.

`MUUI_HISTORIES=1000 pytest tests/test_ledger_histories.py` runs as many as the figures in docs/field-research.md.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_samples import BASE, MATCHER, STATION, file_of, home, known_station, of, row, store

from muui_maps.fieldwork import Fieldwork
from muui_maps.survey.claims import entry_of
from muui_maps.survey.decide import Act, Decision, decide, undo
from muui_maps.survey.ledger import Ledger, add_decision, locked, read_ledger
from muui_maps.survey.observations import FileRead, Value
from muui_maps.survey.rows import RawRow
from muui_maps.survey.view import Standing, View, view

HISTORIES = int(os.environ.get("MUUI_HISTORIES", "60"))

# ── what researchers and reviewers do ────────────────────────────────────────

CELLS = st.fixed_dictionaries(
    {
        "station_id": st.sampled_from(["gaon", "gaon", "gaon", "가온", "nowhere"]),
        "feature_id": st.sampled_from(["4:EV:1", "4:EV:1", "4:EV:2", "4:EV:7", "new", "4c.gate>4o.gate"]),
        "observed_at": st.sampled_from(["2026-05-01", "2026-05-01 09:00", "2026-05-02", "2026-06-30"]),
    },
    optional={
        "kind": st.sampled_from(["elevator", "elevator", "gate"]),
        "operational_status": st.sampled_from(["working", "고장", "under_repair", "absent", "모름", "broken?"]),
        "door_width_mm": st.sampled_from(["800", "82cm", "900", "82", "800~850", "2900"]),
        "wait_seconds": st.sampled_from(["30", "2분", "1200"]),
        "staff_call_needed": st.sampled_from(["예", "아니요"]),
        "served_levels": st.sampled_from(["1F, 2F", "2F,3F"]),
        "near_exit": st.sampled_from(["2", "3"]),
        "valid_to": st.sampled_from(["2026-05-03", "2026-12-31"]),
        "note": st.sampled_from(["", "전화 010-1234-5678", "memo"]),
        "surveyor": st.sampled_from(["R01", "김무의"]),
        "remark2": st.sampled_from(["x", "y"]),
    },
)
ROWS = st.builds(
    lambda number, key, version, cells: row(number, key=key, version=version, **cells),
    st.integers(2, 4),
    st.sampled_from(["", "", "uuid:a", "uuid:b"]),
    st.sampled_from(["", "2026-05-01T10:00", "2026-05-02T10:00"]),
    CELLS,
)
FILES = st.lists(st.lists(ROWS, min_size=1, max_size=4), min_size=1, max_size=4)


@dataclass(frozen=True)
class Pick:
    """A decision to be: which of the things there are by then, and what about it."""

    act: Act
    which: int
    by: str
    feature: str
    value: float


PICKS = st.lists(
    st.builds(
        Pick,
        st.sampled_from(list(Act)),
        st.integers(0, 50),
        st.sampled_from(["kim", "lee"]),
        st.sampled_from(["4:EV:1", "4:EV:2", "gone"]),
        st.sampled_from([700.0, 900.0]),
    ),
    max_size=6,
)


def decided(pick: Pick, ledger: Ledger) -> Decision | None:
    """The decision that somebody who sees this ledger makes."""
    known = ledger.decisions
    signed: dict[str, Any] = {"by": pick.by, "reason": "because", "decided_on": "2026-07-01"}
    if pick.act in {Act.RETRACT, Act.RESTORE}:
        if not known:
            return None
        return undo(known, known[pick.which % len(known)].id, **signed)
    claims = sorted({claim.id for entry in ledger.entries.values() for claim in entry.claims})
    subjects = sorted([*ledger.entries, *claims, *ledger.held])
    if pick.act in {Act.KEEP, Act.OVERRIDE}:
        value = Value(pick.value, "mm") if pick.act is Act.OVERRIDE else None
        return decide(known, pick.act, pick.feature, prop="door_width_mm", value=value, **signed)
    rows = sorted(ledger.entries) if pick.act is Act.MATCH else subjects
    if not rows:
        return None
    feature = pick.feature if pick.act is Act.MATCH else None
    return decide(known, pick.act, rows[pick.which % len(rows)], feature=feature, **signed)


def lived(folder: Path, files: Sequence[FileRead], picks: Sequence[Pick]) -> tuple[Decision, ...]:
    """One history: import and decide in turn."""
    made: list[Decision] = []
    where = home(folder)
    for n in range(max(len(files), len(picks))):
        if n < len(files):
            store(folder, files[n])
        if n < len(picks) and (decision := decided(picks[n], read_ledger(where))) is not None:
            with locked(where):
                add_decision(where, decision)
            made.append(decision)
    return tuple(made)


def relived(folder: Path, files: Sequence[FileRead], decisions: Sequence[Decision], order: Sequence[int]) -> None:
    """The same imports and decisions in another order, some of them more than once, as a merge of branches gives."""
    todo: list[FileRead | Decision] = [*files, *decisions]
    where = home(folder)
    for n in (*order, *range(len(todo))):
        what = todo[n % len(todo)]
        if isinstance(what, FileRead):
            store(folder, what)
        else:
            with locked(where):
                add_decision(where, what)


def shape(found: View) -> object:
    """All that a view says, but for which of two equal rows was seen first."""
    return (
        found.as_of,
        {key: replace(settled, standings=tuple(map(plain, settled.standings))) for key, settled in found.facts.items()},
        found.new,
        [(each.entry.id, each.match) for each in found.unmatched],
        sorted(each.id for each in found.held),
        dict(found.feature_of),
        dict(found.set_aside),
        dict(found.rows),
    )


def plain(standing: Standing) -> Standing:
    """Without how each researcher happened to write it: of two equal rows the first is shown."""
    claim = standing.claim
    if claim is not None:
        claim = replace(claim, value=replace(claim.value, raw=""), surveyor=None, entry="")
    return replace(standing, value=replace(standing.value, raw=""), claim=claim)


@settings(max_examples=HISTORIES, suppress_health_check=list(HealthCheck))
@given(files=FILES, picks=PICKS, order=st.lists(st.integers(0, 9), max_size=8))
def test_one_set_of_imports_and_decisions_has_one_view_whatever_its_history(
    files: list[list[RawRow]], picks: list[Pick], order: list[int]
) -> None:
    reads = [file_of(rows, name=f"visit-{n}.csv") for n, rows in enumerate(files)]
    with tempfile.TemporaryDirectory() as name:
        here, there, merged = (Path(name) / part for part in ("a", "b", "c"))
        decisions = lived(here, reads, picks)
        first = read_ledger(home(here))
        relived(there, reads, decisions, order)
        second = read_ledger(home(there))
        assert shape(of(first)) == shape(of(second))

        # Two workspaces that each saw a part, put together by version control, say the same as one that saw all.
        for n, read in enumerate(reads):
            store(merged if n % 2 else here, read)
        shutil.copytree(here / "gaon" / "decisions", merged / "gaon" / "decisions", dirs_exist_ok=True) if (
            here / "gaon" / "decisions"
        ).exists() else None
        both = read_ledger(home(merged, also=here))
        assert shape(of(both)) == shape(of(first))

        nothing_is_lost(reads, first)
        everything_is_explained(first)


def nothing_is_lost(reads: Sequence[FileRead], ledger: Ledger) -> None:
    """Every answer of every row that was read is a claim with a standing, and every row has one fate."""
    told = [
        entry_of(observation, "gaon", pseudonym_key=b"")[0]
        for read in reads
        for observation in read.observations
        if known_station(observation.station_id or "") == "gaon"
    ]
    assert {entry.id for entry in told} == set(ledger.entries)
    found = of(ledger)
    standing = {each.claim.id for settled in found.facts.values() for each in settled.standings if each.claim}
    homeless = {each.entry.id for each in found.unmatched} | set(found.set_aside)
    for entry in told:
        for claim in entry.claims:
            assert claim.id in standing or entry.id in homeless
    rows = found.rows
    assert sum(rows[name] for name in ("matched", "new", "unmatched", "superseded", "rejected")) == len(ledger.entries)


def everything_is_explained(ledger: Ledger) -> None:
    """`explain` over all features shows each claim once, with its row, and each decision about what it shows."""
    work = Fieldwork(home(Path("unused")), ledger, STATION, None)
    shown: Counter[str] = Counter()
    decisions: set[str] = set()
    for feature in {key[0] for key in work.view.facts}:
        for found in work.explain(feature):
            content = found.as_json()
            assert content["rule"]
            for claim in content["claims"]:
                if claim["id"] is not None:
                    shown[claim["id"]] += 1
                    assert claim["rows"], "a claim without its row"
            decisions |= {each["id"] for each in content["decisions"]}
    placed = {
        claim.id for entry in ledger.entries.values() if entry.id in work.view.feature_of for claim in entry.claims
    }
    assert set(shown) == placed
    for decision in ledger.decisions:
        if decision.act in {Act.KEEP, Act.OVERRIDE} and (decision.subject, decision.prop) in work.view.facts:
            assert decision.id in decisions
        if decision.subject in placed:
            assert decision.id in decisions


@settings(max_examples=HISTORIES, suppress_health_check=list(HealthCheck))
@given(files=FILES, picks=PICKS)
def test_undoing_every_decision_gives_the_view_without_any(files: list[list[RawRow]], picks: list[Pick]) -> None:
    reads = [file_of(rows, name=f"visit-{n}.csv") for n, rows in enumerate(files)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lived(folder, reads, picks)
        ledger = read_ledger(home(folder))
        undone = list(ledger.decisions)
        for decision in ledger.decisions:
            if decision.act in {Act.RETRACT, Act.RESTORE}:
                continue
            made = undo(undone, decision.id, by="kim", reason="all of it", decided_on="2026-08-01")
            undone += [made] if made is not None else []
        bare = shape(view(replace(ledger, decisions=()), MATCHER, BASE))
        assert shape(view(replace(ledger, decisions=tuple(undone)), MATCHER, BASE)) == bare
