"""Which side of the fare gates a floor lies on: spaces say it, floors and lifts carry it on, gates change it.

    ┌─────────┬──────────────┬─────────┐
    │ 출입구   │   대합실      ╎ 승강장   │     ╎ a row of gates: what is beyond lies on the other side
    │ outside │   outside    ╎ inside  │     │ a plain edge: one piece of floor, one side
    └─────────┴──────────────┴─────────┘

A name or a mapping may state a space's side; else a platform lies inside, an entrance and the outdoors outside. What
lies on both sides, as drawn, is on neither, and told; what nothing tells of is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from muui_maps.model import Finding, LinkKind, Severity, Text
from muui_maps.network.floor import WALKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from muui_maps.network.connectors import WalkLink
    from muui_maps.network.walkable import Floor
    from muui_maps.sources.fragment import Area, Fragment

PLATFORMS = frozenset({"기차승강장", "승강장", "platform"})
ENTRANCES = frozenset({"출입구", "현관"})

SURE = 0.5
"""Gates whose row is surer than this change sides; where it is a guess, nothing is concluded from it."""
_MOST = 0.9  # of a space must lie on one side, to be on it

Piece = tuple[str, int]
"""A level, and the number of a part of its free floor."""


@dataclass(frozen=True, slots=True)
class Sides:
    """Parameters
    ----------
    terminals
        Whether a terminal lies inside the gates; those of which that is not known are left out.
    pieces
        The same of each piece of floor.
    findings
        Pieces that what is stated puts on both sides.
    """

    terminals: Mapping[str, bool]
    pieces: Mapping[Piece, bool]
    findings: tuple[Finding, ...]


def paid_sides(floors: Mapping[str, Floor], links: Sequence[WalkLink], areas: Sequence[Area]) -> Sides:
    """The sides of all pieces of floor, as far as they follow from what is stated."""
    if all(stated_side(area) is None for area in areas):
        return Sides({}, {}, ())
    at = dict(_standing(floors))
    spread = _Spread(links, at)
    for area in areas:
        side = stated_side(area)
        if side is not None and area.level in floors:
            for part, share in _parts_of(area, floors[area.level]):
                if share > 1 - _MOST:
                    spread.say((area.level, part), side, area.id)
    spread.run()
    known = dict(sorted(spread.known.items()))
    terminals = {name: known[piece] for name, piece in sorted(at.items()) if piece in known}
    return Sides(terminals, known, tuple(spread.findings()))


def stated_side(area: Area) -> bool | None:
    """What is said of a space itself; None where nothing is, and for what nobody walks on."""
    if area.kind not in WALKED:
        return None
    if area.paid_area is not None:
        return area.paid_area
    label = (area.label or "").replace(" ", "")
    if label in PLATFORMS:
        return True
    return False if label in ENTRANCES or area.kind == "outdoor" else None


def with_sides(fragment: Fragment, floors: Mapping[str, Floor], sides: Sides) -> Fragment:
    """The fragment, its spaces with the side on which nearly all of their floor lies; what was stated is kept."""

    def told(area: Area) -> Area:
        if area.paid_area is not None or area.kind not in WALKED or area.level not in floors:
            return area
        here = {True: 0.0, False: 0.0}
        for part, share in _parts_of(area, floors[area.level]):
            side = sides.pieces.get((area.level, part))
            if side is not None:
                here[side] += share
        found = next((side for side, share in here.items() if share >= _MOST), None)
        return area if found is None else replace(area, paid_area=found)

    return replace(fragment, areas=tuple(map(told, fragment.areas)))


def _standing(floors: Mapping[str, Floor]) -> Iterator[tuple[str, Piece]]:
    """For each terminal that can be reached the piece of floor it is entered from."""
    for level, floor in floors.items():
        reached = [number for number, each in enumerate(floor.terminals) if floor.reached(each.id)]
        if reached:
            nearest = shapely.STRtree(floor.pieces).nearest(shapely.points(floor.attached[reached]))
            for number, part in zip(reached, nearest.tolist(), strict=True):
                yield floor.terminals[number].id, (level, part)


def _parts_of(area: Area, floor: Floor) -> list[tuple[int, float]]:
    """The pieces of a floor that lie in a space, each with its share of what of them does."""
    if not len(floor.pieces):
        return []
    parts = np.sort(shapely.STRtree(floor.pieces).query(area.polygon, predicate="intersects"))
    sizes = shapely.area(shapely.intersection(np.array(floor.pieces, dtype=object)[parts], area.polygon))
    whole = float(sizes.sum())
    return [(part, size / whole) for part, size in zip(parts.tolist(), sizes.tolist(), strict=True) if size > 0]


@dataclass(slots=True)
class _Spread:
    """What is said of pieces, carried over rides and through gates. A contradiction goes no farther."""

    links: Sequence[WalkLink]
    at: Mapping[str, Piece]
    said: dict[Piece, dict[bool, str]] = field(default_factory=dict)  # the first space that says each side
    concluded: dict[Piece, set[bool]] = field(default_factory=dict)

    def say(self, piece: Piece, side: bool, who: str) -> None:  # noqa: FBT001 - a value, no switch
        self.said.setdefault(piece, {}).setdefault(side, who)

    def run(self) -> None:
        ways = self._ways()
        waiting = sorted(piece for piece, both in self.said.items() if len(both) == 1)
        self.concluded = {piece: set(both) for piece, both in self.said.items()}
        while waiting:
            piece = waiting.pop(0)
            if len(self.concluded[piece]) > 1 and piece not in self.said:
                continue
            side = next(iter(self.said.get(piece) or self.concluded[piece]))
            for other, is_gate in ways.get(piece, ()):
                its = side != is_gate
                known = self.concluded.setdefault(other, set())
                if its not in known:
                    known.add(its)
                    if other not in self.said:
                        waiting.append(other)

    @property
    def known(self) -> dict[Piece, bool]:
        """What is stated of a piece counts more than what follows from others."""
        found = {}
        for piece, sides in self.concluded.items():
            told = set(self.said.get(piece, ())) or sides
            if len(told) == 1:
                found[piece] = next(iter(told))
        return found

    def findings(self) -> Iterator[Finding]:
        for (level, part), sides in sorted(self.concluded.items()):
            if len(sides) > 1:
                yield _torn(level, self.said.get((level, part), {}))

    def _ways(self) -> dict[Piece, list[tuple[Piece, bool]]]:
        """For each piece of floor those that a link leads to, and whether through a gate."""
        found: dict[Piece, list[tuple[Piece, bool]]] = {}
        for link in self.links:
            one, two = self.at.get(link.start), self.at.get(link.end)
            is_gate = link.kind is LinkKind.GATE
            if one is None or two is None or one == two or (is_gate and link.confidence < SURE):
                continue
            found.setdefault(one, []).append((two, is_gate))
            found.setdefault(two, []).append((one, is_gate))
        return found


def _torn(level: str, said: Mapping[bool, str]) -> Finding:
    inside, outside = (said.get(side) for side in (True, False))
    if inside and outside:
        ko = f"{inside}(안)와 {outside}(밖) 사이를 막는 것이 없어요"
        en = f"nothing parts {inside} (inside) from {outside} (outside)"
    else:
        who = inside or outside
        named_ko, named_en = (f" ({who})", f" ({who})") if who else ("", "")
        ko = f"개찰구나 이동시설을 따라가면 한 바닥이 안이면서 밖이에요{named_ko}"
        en = f"by its gates, lifts or stairs one piece of floor lies inside and outside{named_en}"
    return Finding(
        code="paid_area_conflict",
        severity=Severity.WARNING,
        message=Text(
            f"{level}: 개찰구 안팎을 정하지 못했어요. {ko}.", f"{level}: the side of the gates is unclear: {en}"
        ),
        fix=Text(
            "빠진 개찰구나 울타리를 그리거나 공간 이름에 안/밖을 적어 주세요",
            "draw the missing gate or fence, or name the spaces inside and outside",
        ),
        field="paid_area",
        value=inside or outside or level,
    )
