"""Ways that only people on foot take: stairs beside wheelchair lifts, and the walkers' transfer between two lines.

No register lists stairs. Two facts stand in for them: a wheelchair lift runs along a flight of stairs, and the operator
publishes the metres that people on foot walk from one line to the other.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.assemble.units import official
from muui_maps.model import Evidence, Link, LinkKind, Method, Platform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muui_maps.assemble.draft import Draft
    from muui_maps.assemble.gather import StationFacts

_BESIDE = Evidence("muui_maps", "a wheelchair lift runs along stairs", None, Method.DERIVED)


def add_stairs_beside_lifts(draft: Draft) -> None:
    """Stairs between the landings of every wheelchair lift."""
    for link in draft.frozen_links():
        if link.kind is LinkKind.WHEELCHAIR_LIFT:
            told: dict[str, tuple[Evidence, ...]] = {"link": (_BESIDE,)}
            if link.rise_m is not None:
                told["rise_m"] = link.evidence.get("rise_m", (_BESIDE,))
            stairs = Link(
                id=f"stairs:{link.id}",
                start=link.start,
                end=link.end,
                kind=LinkKind.STAIRS,
                rise_m=link.rise_m,
                evidence=MappingProxyType(told),
            )
            draft.links[stairs.id] = stairs


def add_walkers_transfers(draft: Draft, facts: StationFacts, platforms: Mapping[tuple[str, str], Platform]) -> None:
    """The walkers' transfer from each platform of one line to each of the other, in the operator's metres.

    It counts as stairs: nothing says where on it stairs or escalators lie, only that people on foot walk it.
    """
    told: dict[tuple[str, str], tuple[float, Evidence]] = {}
    for fact in sorted(facts.distances, key=lambda each: (each.line, each.to_line, each.record)):
        pair = (min(fact.line, fact.to_line), max(fact.line, fact.to_line))
        told.setdefault(pair, (fact.length_m, official(fact)))
    for (line, other), (length_m, evidence) in sorted(told.items()):
        for first in _of_line(platforms, line):
            for second in _of_line(platforms, other):
                link_id = f"stairs:{first.node}~{second.node}"
                draft.links[link_id] = Link(
                    id=link_id,
                    start=first.node,
                    end=second.node,
                    kind=LinkKind.STAIRS,
                    length_m=length_m,
                    evidence=MappingProxyType({"length_m": (evidence,), "link": (evidence,)}),
                )


def _of_line(platforms: Mapping[tuple[str, str], Platform], line: str) -> list[Platform]:
    return [platform for key, platform in sorted(platforms.items()) if key[0] == line]
