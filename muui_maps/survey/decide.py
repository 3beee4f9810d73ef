"""What reviewers decide, and which decisions stand.

Decisions are a grow-only set, like claims. Each names those that it follows (`after`), so that their order needs no
clock: a later decision about one thing takes the place of the ones it follows. Undoing is a decision too: `retract`
takes a decision back, `restore` takes that back. Two reviewers who decide at once, each without knowing of the other,
leave two that follow neither: where these differ nothing stands, and both are shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from muui_maps.survey.claims import content_id, value_dict, value_from

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from muui_maps.survey.observations import Value


class Act(StrEnum):
    """What is decided."""

    ACCEPT = "accept"  # a claim, entry or run counts, whatever others say
    REJECT = "reject"  # it does not count
    MATCH = "match"  # an entry is about this feature
    KEEP = "keep"  # a fact stays as it was before the surveys
    OVERRIDE = "override"  # a fact is this value
    RETRACT = "retract"  # a decision is taken back
    RESTORE = "restore"  # … and stands again


MATCHING = "match"
"""What a `match` is about, beside its entry: which feature is meant is another question than whether it counts."""
_UNDOING = frozenset({Act.RETRACT, Act.RESTORE})


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision.

    Parameters
    ----------
    subject
        Id of the claim, entry, run or decision; for `keep` and `override` the feature's id.
    prop
        The property, for `keep` and `override`.
    feature
        For `match`: the feature that is meant.
    value
        For `override`.
    by, reason
        The reviewer's name and why.
    decided_on
        ISO date, for people; the order of decisions follows from `after`.
    after
        Ids of the decisions about the same thing that were known and are followed.
    """

    id: str
    act: Act
    subject: str
    by: str
    reason: str
    decided_on: str
    prop: str | None = None
    feature: str | None = None
    value: Value | None = None
    after: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[str, str | None]:
        """What it is about: decisions about the same thing follow one another."""
        return _about(self.act, self.subject, self.prop)


def _about(act: Act, subject: str, prop: str | None) -> tuple[str, str | None]:
    return subject, MATCHING if act is Act.MATCH else prop


def decision_dict(decision: Decision) -> dict[str, Any]:
    """A decision as the ledger writes it, its id first."""
    content = _content(decision)
    return {"id": decision.id, **content}


def _content(decision: Decision) -> dict[str, Any]:
    content = {
        "act": decision.act.value,
        "subject": decision.subject,
        "property": decision.prop,
        "feature": decision.feature,
        "value": None if decision.value is None else value_dict(decision.value),
        "by": decision.by,
        "reason": decision.reason,
        "decided_on": decision.decided_on,
        "after": list(decision.after),
    }
    return {key: value for key, value in content.items() if value is not None}


def decision_from(content: Mapping[str, Any]) -> Decision:
    value = content.get("value")
    return Decision(
        id=content["id"],
        act=Act(content["act"]),
        subject=content["subject"],
        by=content["by"],
        reason=content["reason"],
        decided_on=content["decided_on"],
        prop=content.get("property"),
        feature=content.get("feature"),
        value=None if value is None else value_from(value),
        after=tuple(content["after"]),
    )


def has_own_id(decision: Decision) -> bool:
    """Whether the id is the hash of the content: nobody changed it afterwards."""
    return decision.id == content_id("d", _content(decision))


def decide(
    known: Iterable[Decision],
    act: Act,
    subject: str,
    *,
    by: str,
    reason: str,
    decided_on: str,
    prop: str | None = None,
    feature: str | None = None,
    value: Value | None = None,
) -> Decision:
    """A new decision that follows all known ones about the same thing."""
    known = tuple(known)
    of_subject = [each for each in known if each.about == _about(act, subject, prop)]
    undone = [each for each in known if each.act in _UNDOING and each.subject in {d.id for d in of_subject}]
    history = {each.id: each for each in (*of_subject, *undone)}
    followed = {earlier for each in history.values() for earlier in (*each.after, *_undoes(each))}
    draft = Decision(
        "", act, subject, by, reason, decided_on, prop, feature, value, tuple(sorted(set(history) - followed))
    )
    return _with_id(draft)


def _undoes(decision: Decision) -> tuple[str, ...]:
    return (decision.subject,) if decision.act in _UNDOING else ()


def undo(known: Iterable[Decision], decision_id: str, *, by: str, reason: str, decided_on: str) -> Decision | None:
    """The decision that takes another back; None if that is undone already.

    Undoing a `retract` restores what it took back, and undoing a `restore` takes it back again.

    Raises
    ------
    KeyError
        If there is no such decision.
    """
    found = {each.id: each for each in known}
    decision = found[decision_id]
    subject = decision.subject if decision.act in _UNDOING else decision_id
    stands = subject in active(found.values())
    act = Act.RETRACT if decision.act is not Act.RETRACT else Act.RESTORE
    if stands is (act is Act.RESTORE):
        return None
    return decide(found.values(), act, subject, by=by, reason=reason, decided_on=decided_on)


def _with_id(decision: Decision) -> Decision:
    return replace(decision, id=content_id("d", _content(decision)))


# ── which stand ──────────────────────────────────────────────────────────────


def active(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The decisions that are not taken back, by id; `retract` and `restore` themselves are not among them."""
    every = {each.id: each for each in decisions}
    undoing: dict[str, list[Decision]] = {}
    for each in every.values():
        if each.act in _UNDOING:
            undoing.setdefault(each.subject, []).append(each)
    return {
        each.id: each
        for each in every.values()
        if each.act not in _UNDOING and not _taken_back(undoing.get(each.id, ()))
    }


def _taken_back(undoing: Iterable[Decision]) -> bool:
    """Whether the last word is `retract`. If two last words differ it is: what is in doubt does not stand."""
    return any(each.act is Act.RETRACT for each in _last(tuple(undoing)))


def _last(decisions: tuple[Decision, ...]) -> list[Decision]:
    followed = {earlier for each in decisions for earlier in each.after}
    return [each for each in decisions if each.id not in followed]


@dataclass(frozen=True, slots=True)
class Ruling:
    """What stands about one thing: the decision, or None where rivals cancel out; `rivals` are these."""

    decision: Decision | None
    rivals: tuple[Decision, ...] = ()


def rulings(decisions: Iterable[Decision]) -> dict[tuple[str, str | None], Ruling]:
    """What stands about each thing that anything was decided about and not taken back."""
    groups: dict[tuple[str, str | None], list[Decision]] = {}
    every = tuple(decisions)
    for each in active(every).values():
        groups.setdefault(each.about, []).append(each)
    follows = _followed_by(every)
    return {about: _ruling(group, follows) for about, group in sorted(groups.items(), key=lambda item: repr(item[0]))}


def _followed_by(decisions: Iterable[Decision]) -> dict[str, set[str]]:
    """For each decision all that it follows, through those in between that may have been taken back."""
    every = {each.id: each for each in decisions}
    earlier = {each.id: (*each.after, *_undoes(each)) for each in every.values()}
    found: dict[str, set[str]] = {}
    for decision_id in every:
        reached: set[str] = set()
        ahead = list(earlier[decision_id])
        while ahead:
            one = ahead.pop()
            if one not in reached:
                reached.add(one)
                ahead.extend(earlier.get(one, ()))
        found[decision_id] = reached
    return found


def _ruling(group: list[Decision], follows: Mapping[str, set[str]]) -> Ruling:
    replaced = {earlier for each in group for earlier in follows[each.id]}
    last = sorted((each for each in group if each.id not in replaced), key=lambda each: each.id)
    effects = {(each.act, each.feature, repr(each.value and value_dict(each.value))) for each in last}
    if len(effects) == 1:
        return Ruling(last[0])
    return Ruling(None, tuple(last))
