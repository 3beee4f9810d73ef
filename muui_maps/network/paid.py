"""Which terminals lie inside the fare gates: spaces say it, floors and lifts carry it on, gates change sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse.csgraph import connected_components

from muui_maps.model import Finding, LinkKind, Severity, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muui_maps.network.connectors import WalkLink
    from muui_maps.network.walkable import Floor
    from muui_maps.sources.fragment import Area


def paid_sides(
    floors: Mapping[str, Floor], links: Sequence[WalkLink], areas: Sequence[Area]
) -> tuple[dict[str, bool], tuple[Finding, ...]]:
    """For each terminal whose side is known whether it lies inside the gates.

    Whoever walks or rides without passing a gate stays on one side. A piece of floor that spaces or gates put on both
    sides is on neither, and a Finding says so; what nothing tells of is left out.
    """
    pieces = _pieces(floors)
    told: dict[int, set[bool]] = {piece: set() for piece in sorted(set(pieces.values()))}
    for terminal, side in _said(floors, areas):
        told[pieces[terminal]].add(side)
    joined, gates = _ways(links, pieces)
    torn: set[int] = set()
    waiting = sorted(piece for piece, sides in told.items() if sides)
    while waiting:
        piece = waiting.pop(0)
        if len(told[piece]) > 1:
            torn.add(piece)
            continue
        (side,) = told[piece]
        for other, its in [(each, side) for each in joined[piece]] + [(each, not side) for each in gates[piece]]:
            if its not in told[other] and other not in torn:
                told[other].add(its)
                waiting.append(other)
    sides = {name: next(iter(told[piece])) for name, piece in pieces.items() if len(told[piece]) == 1}
    level = {piece: each for each, floor in floors.items() for piece in {pieces[t.id] for t in floor.terminals}}
    return dict(sorted(sides.items())), tuple(_torn(level[piece]) for piece in sorted(torn))


def _pieces(floors: Mapping[str, Floor]) -> dict[str, int]:
    """For each terminal the piece of floor that it stands on, all floors counted through."""
    found: dict[str, int] = {}
    for floor in floors.values():
        first = 1 + max(found.values(), default=-1)
        _, label = connected_components(np.isfinite(floor.lengths_m), directed=False)
        found |= {each.id: first + int(number) for each, number in zip(floor.terminals, label, strict=True)}
    return found


def _said(floors: Mapping[str, Floor], areas: Sequence[Area]) -> Iterable[tuple[str, bool]]:
    """The terminals that are entered from a space that says on which side of the gates it lies."""
    for level, floor in floors.items():
        spaces = [area for area in areas if area.level == level and area.paid_area is not None]
        reached = [number for number, each in enumerate(floor.terminals) if floor.reached(each.id)]
        if not spaces or not reached:
            continue
        tree = shapely.STRtree([area.polygon for area in spaces])
        at, space = tree.query(shapely.points(floor.attached[reached]), predicate="intersects")
        for number, which in zip(at.tolist(), space.tolist(), strict=True):
            yield floor.terminals[reached[number]].id, bool(spaces[which].paid_area)


def _ways(links: Sequence[WalkLink], pieces: Mapping[str, int]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """For each piece of floor the pieces that a ride leads to, and those beyond a gate."""
    joined: dict[int, list[int]] = {piece: [] for piece in pieces.values()}
    gates: dict[int, list[int]] = {piece: [] for piece in pieces.values()}
    for link in links:
        one, two = pieces[link.start], pieces[link.end]
        if one != two:
            ways = gates if link.kind is LinkKind.GATE else joined
            ways[one].append(two)
            ways[two].append(one)
    return joined, gates


def _torn(level: str) -> Finding:
    return Finding(
        code="paid_area_conflict",
        severity=Severity.WARNING,
        message=Text(
            f"{level}: 한 바닥이 개찰구 안쪽이면서 바깥쪽이에요. 요금 구역을 정하지 못했어요.",
            f"{level}: one piece of floor lies inside the fare gates and outside; its side is left unknown",
        ),
        fix=Text("빠진 개찰구나 울타리를 그려 주세요", "draw the missing gate or fence"),
        field="paid_area",
        value=level,
    )
