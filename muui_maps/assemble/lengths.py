"""Stated and surveyed metres on the links they were given for; metres of a whole leg are shared out over its links."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from muui_maps.assemble.connect import Rides, landing_nodes
from muui_maps.assemble.draft import walkway_id
from muui_maps.assemble.report import survey_words
from muui_maps.assemble.units import official
from muui_maps.model import LinkKind, Method, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muui_maps.assemble.draft import Draft
    from muui_maps.assemble.walks import Walk
    from muui_maps.model import Evidence, Platform

LENGTHS_AGREE = 2.0
"""Two sources for one length that differ by this factor or more are shown as a conflict."""

MEASURE_AGAIN = Text("현장에서 다시 재 주세요.", "Measure again on site.")


def official_lengths(
    draft: Draft,
    walks: Iterable[Walk],
    matches: Rides,
    platforms: Mapping[tuple[str, str], Platform],
) -> None:
    """Metres that a text states for a stretch go on the way it describes; where that is no single way, it is told."""
    for walk in walks:
        nodes = [[platforms[walk.start].node]]
        for index in range(len(walk.rides)):
            match = matches[walk.route.route_id, index]
            nodes += [landing_nodes(draft, match, end) for end in (0, 1)]
        nodes.append([platforms[walk.end].node])
        for index, stretch in enumerate(walk.stretches):
            if stretch.length_m is None:
                continue
            pairs = [(a, b) for a in nodes[2 * index] for b in nodes[2 * index + 1]]
            _state(draft, walk, pairs, stretch.length_m)


def _state(draft: Draft, walk: Walk, pairs: Sequence[tuple[str, str]], metres: float) -> None:
    direct = [link for a, b in pairs if (link := walkway_id(a, b)) in draft.links]
    chains = [[link] for link in direct]
    if not direct and len(pairs) == 1:
        path = path_between(draft, *pairs[0]) or []
        chains = [[link for link in path if draft.links[link].kind is LinkKind.WALKWAY]]
    if not any(chains):
        _report_unplaced(draft, walk, metres)
    for chain in filter(None, chains):
        share_out(draft, chain, metres, official(walk.route), group=walk.route.route_id)


def share_out(draft: Draft, walkways: Sequence[str], metres: float, evidence: Evidence, *, group: str) -> None:
    """The longer of the length that is known and this one goes on the links, in shares that add up to it.

    A difference of `LENGTHS_AGREE` and more is reported.
    """
    known = [draft.links[link].length_m for link in walkways]
    before = sum(length for length in known if length is not None)
    if before and None not in known:
        if max(before, metres) >= LENGTHS_AGREE * min(before, metres):
            _report_conflict(draft, walkways, before, metres, evidence)
        if before >= metres:
            return
    of = group if len(walkways) > 1 else None
    share = round(metres / len(walkways), 3)
    for link in walkways[:-1]:
        draft.set_length(link, share, evidence, group=of)
    rest = round(metres - share * (len(walkways) - 1), 3)
    draft.set_length(walkways[-1], rest, evidence, group=of)


def shared_otherwise(draft: Draft, walkways: Sequence[str]) -> bool:
    """Whether some of these links share one length with others: it can't be shared out a second time."""
    groups = {draft.links[link].length_group for link in walkways} - {None}
    members = {link.id for link in draft.links.values() if link.length_group in groups}
    return bool(groups) and members != set(walkways)


def path_between(draft: Draft, start: str, end: str) -> list[str] | None:
    """The chain of walkways and gates with the fewest links, ties by id; None if there is none."""
    near: dict[str, list[tuple[str, str]]] = {}
    for link in draft.links.values():
        if link.kind in {LinkKind.WALKWAY, LinkKind.GATE}:
            near.setdefault(link.start, []).append((link.id, link.end))
            near.setdefault(link.end, []).append((link.id, link.start))
    came: dict[str, tuple[str, str]] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        if node == end:
            chain: list[str] = []
            while node != start:
                node, link_id = came[node]
                chain.append(link_id)
            return chain[::-1]
        for link_id, other in sorted(near.get(node, ())):
            if other != start and other not in came:
                came[other] = (node, link_id)
                queue.append(other)
    return None


# ── what differs ─────────────────────────────────────────────────────────────


def _source_words(evidence: Evidence) -> Text:
    if evidence.method is Method.SURVEYED and evidence.date:
        return survey_words(evidence.date)
    return Text("안내문", "the text")


def _report_conflict(draft: Draft, walkways: Sequence[str], before: float, metres: float, evidence: Evidence) -> None:
    first, last = draft.links[walkways[0]], draft.links[walkways[-1]]
    where = draft.way_words(first.start, last.end)
    sources = first.evidence.get("length_m", (evidence,))
    earlier, now = _source_words(sources[0]), _source_words(evidence)
    draft.report.warn(
        "length_conflict",
        Text(
            f"{where.ko} 거리가 달라요: {earlier.ko} {before:g} m, {now.ko} {metres:g} m. 긴 쪽으로 셌어요.",
            f"Lengths differ {where.en}: {before:g} m in {earlier.en}, {metres:g} m in {now.en}. The longer counts.",
        ),
        MEASURE_AGAIN,
        layer=first.id,
        field="length_m",
        value=f"{before:g} / {metres:g}",
    )


def _report_unplaced(draft: Draft, walk: Walk, metres: float) -> None:
    way = draft.report.transfer(walk.start, walk.end)
    draft.report.note(
        "length_unplaced",
        Text(
            f"안내문({way.ko})에 나오는 {metres:g} m를 놓을 길이 없어요. 거리에 넣지 않았어요.",
            f"The {metres:g} m in the text {way.en} have no single way to lie on. They are not counted.",
        ),
        MEASURE_AGAIN,
        file=walk.route.dataset,
        row=walk.row,
        layer=walk.route.route_id,
        field="length_m",
        value=f"{metres:g}",
    )
