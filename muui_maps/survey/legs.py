"""The legs of a surveyed transfer out of its rows: floor and place, line, and whether it lies inside the fare gates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.model import Finding, PlaceKind, Severity, SurveyItem, SurveyLeg, Text
from muui_maps.survey.table import finding

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from muui_maps.survey.cells import LegRow


def read_legs(
    path: Path, rows: Sequence[LegRow], from_line: str, to_line: str, findings: list[Finding]
) -> tuple[tuple[SurveyLeg, ...], int]:
    """The legs in order, and how many rows they use. A row that contradicts its leg's floor or place is set aside."""
    if [row.leg for row in rows] != sorted(row.leg for row in rows):
        message = Text(
            "구간 번호가 섞여 있어 번호 순으로 읽었어요.", "The legs are out of order; they were read by number."
        )
        fix = Text("행을 구간 번호 순으로 놓아 주세요.", "Put the rows in the order of their legs.")
        findings.append(
            finding("legs_out_of_order", Severity.WARNING, message, fix, path=path, row=rows[0].number, field="leg")
        )
    heads: dict[int, tuple[str, tuple[str | None, PlaceKind]]] = {}
    items: dict[int, list[SurveyItem]] = {}
    kept = 0
    for row in sorted(rows, key=lambda r: r.leg):
        fault = _head_fault(path, row, heads.get(row.leg))
        if fault is not None:
            findings.append(fault)
            continue
        if row.leg not in heads and row.level is not None and row.place is not None:
            heads[row.leg] = (row.level, row.place)
        items.setdefault(row.leg, []).extend([row.item] if row.item is not None else [])
        kept += 1
    lines = _lines([heads[leg][1] for leg in heads], from_line, to_line)
    paid = _paid_areas([heads[leg][1][1] for leg in heads], [_gates(items[leg]) for leg in heads])
    legs = tuple(
        SurveyLeg(heads[leg][0], line, heads[leg][1][1], inside, tuple(items[leg]))
        for leg, line, inside in zip(heads, lines, paid, strict=True)
    )
    return legs, kept


def _head_fault(path: Path, row: LegRow, head: tuple[str, tuple[str | None, PlaceKind]] | None) -> Finding | None:
    fix = Text(
        "한 구간의 층과 장소는 하나예요. 첫 행에 꼭 적어 주세요.",
        "A leg has one floor and one place; its first row must name them.",
    )
    if head is None and row.level is not None and row.place is not None:
        return None
    if head is not None and row.level in (None, head[0]) and row.place in (None, head[1]):
        return None
    message = Text(
        f"{row.number}행: 구간 {row.leg}의 층이나 장소가 없거나 다른 행과 달라요.",
        f"Row {row.number}: the floor or place of leg {row.leg} is missing, or differs from its other rows.",
    )
    return finding(
        "leg_rows_disagree", Severity.ERROR, message, fix, path=path, row=row.number, field="place", value=str(row.leg)
    )


def missing_legs(
    path: Path, run_id: str, legs: Sequence[SurveyLeg], rows: Sequence[LegRow], findings: list[Finding]
) -> bool:
    """Whether the legs' numbers have holes or no leg is left; a Finding says so."""
    numbers = sorted({row.leg for row in rows})
    if numbers == list(range(1, len(legs) + 1)) and legs:
        return False
    message = Text(f"조사 {run_id}: 구간 번호가 1부터 이어지지 않아요.", f"Run {run_id}: the legs' numbers have holes.")
    fix = Text("빠진 구간의 행을 더하거나 번호를 고쳐 주세요.", "Add the missing leg or mend the numbers.")
    row = rows[0].number if rows else None
    value = ", ".join(map(str, numbers))
    findings.append(
        finding("leg_missing", Severity.WARNING, message, fix, path=path, row=row, field="leg", value=value)
    )
    return True


def _lines(places: Sequence[tuple[str | None, PlaceKind]], from_line: str, to_line: str) -> list[str | None]:
    """The line of each leg: as said, else that of its side of the street, else, at the ends, that of the platform."""
    streets = [i for i, (_, kind) in enumerate(places) if kind is PlaceKind.STREET]
    found: list[str | None] = []
    for i, (line, kind) in enumerate(places):
        if kind is PlaceKind.STREET:
            found.append(None)
        elif line is not None:
            found.append(line)
        elif i == 0 or (streets and i < streets[0]):
            found.append(from_line)
        elif i == len(places) - 1 or (streets and i > streets[-1]):
            found.append(to_line)
        else:  # inside, between two lines: only the survey can say
            found.append(from_line if from_line == to_line else None)
    return found


def _gates(items: Sequence[SurveyItem]) -> int:
    return sum(item.count or 1 for item in items if item.item == "gate")


def _paid_areas(kinds: Sequence[PlaceKind], gates: Sequence[int]) -> list[bool | None]:
    """Whether each leg lies inside the fare gates: None where a gate lies on it, or where the sources don't say.

    A run starts and ends at a train (inside), the street is outside, and each gate changes sides. Walked forwards and
    backwards. Where the two disagree (a gate between two lines has the inside on both sides), the one that has met no
    gate yet is right; with none or two of these, nothing is claimed.
    """
    forward = _one_way(kinds, gates)
    backward = _one_way(kinds[::-1], gates[::-1])[::-1]
    return [
        None if crossed else _agreed(one, other) for one, other, crossed in zip(forward, backward, gates, strict=True)
    ]


def _agreed(one: tuple[bool, bool], other: tuple[bool, bool]) -> bool | None:
    (inside, certain), (inside_too, certain_too) = one, other
    if inside == inside_too:
        return inside
    return None if certain == certain_too else (inside if certain else inside_too)


def _one_way(kinds: Sequence[PlaceKind], gates: Sequence[int]) -> list[tuple[bool, bool]]:
    """For each leg: inside or not, and whether no gate was met since that was last certain."""
    inside, certain, found = True, True, []
    for kind, crossed in zip(kinds, gates, strict=True):
        if kind is PlaceKind.STREET:
            inside, certain = False, True
        found.append((inside, certain))
        if crossed:
            inside, certain = inside is (crossed % 2 == 0), False
    return found
