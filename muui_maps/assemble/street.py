"""The street: its exits, and the ways outside between the lifts and escalators that come up there."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from muui_maps.assemble.draft import Draft, walkway_id
from muui_maps.model import STREET, Evidence, Method, Node, NodeKind, Text, UnitKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muui_maps.assemble.units import UnitDraft

UNKNOWN_EXIT = "?"
"""For units that come up on the street where no source says at which exit."""

_AT_EXIT = Evidence("muui_maps", "the register places the unit at this exit", None, Method.DERIVED)
_NO_EXIT = Evidence("muui_maps", "the unit comes up on the street; no source gives the exit", None, Method.DERIVED)
_OUTSIDE = Evidence(
    "muui_maps", "two places on the street of one station; no source describes the way", None, Method.ASSUMED
)


def add_exits(draft: Draft, units: Mapping[str, UnitDraft]) -> tuple[str, ...]:
    """An EXIT node for every exit at which a unit stands, joined to the unit's street landing; the exits' numbers."""
    landings: dict[str, list[str]] = defaultdict(list)
    for (unit_id, _), landing in sorted(draft.landings.items()):
        if landing.place == STREET:
            for number in units[unit_id].exits or (UNKNOWN_EXIT,):
                landings[number].append(landing.node)
    for number, nodes in sorted(landings.items()):
        name, told = Text(f"{number}번 출구", f"exit {number}"), _AT_EXIT
        if number == UNKNOWN_EXIT:
            name, told = Text("번호를 모르는 출구", "an exit of unknown number"), _NO_EXIT
        node = draft.add_node(Node(f"street:exit:{number}", draft.street(), STREET, NodeKind.EXIT, name))
        for landing_node in nodes:
            link = draft.add_walkway(node, landing_node, evidence=[told])
            if told is _AT_EXIT:  # the unit's door to the street is the exit itself: nothing lies between
                draft.change_link(link, length_m=0.0)
                draft.add_evidence(link, "length_m", [told])
    return tuple(sorted(landings.keys() - {UNKNOWN_EXIT}, key=_exit_order))


def _exit_order(number: str) -> tuple[int, str]:
    digits = "".join(char for char in number.partition("-")[0] if char.isdigit())
    return (int(digits) if digits else 10_000, number)


def join_street(draft: Draft, units: Mapping[str, UnitDraft]) -> None:
    """Join the lifts' street landings with each other: one can walk outside, but nothing says how.

    Such a way is assumed, and routing prefers any way that a source describes.
    """
    lifts = sorted(
        landing.node
        for landing in draft.landings.values()
        if landing.place == STREET and units[landing.unit].kind is not UnitKind.ESCALATOR
    )
    for first, second in combinations(lifts, 2):
        if walkway_id(first, second) not in draft.links:
            draft.add_walkway(first, second, evidence=[_OUTSIDE])
