"""Ways that only people on foot take: stairs beside wheelchair lifts, and the published walkers' transfer."""

from __future__ import annotations

from types import MappingProxyType

from muui_maps.assemble.draft import Draft
from muui_maps.assemble.report import Report
from muui_maps.assemble.stairs import add_stairs_beside_lifts, add_walkers_transfers
from muui_maps.facts import TransferDistanceFact
from muui_maps.model import Evidence, Link, LinkKind, Method, Platform

HERE = Evidence("register", "1", "2025-03-10", Method.OFFICIAL)


class _Facts:
    """Only what the walkers' transfer reads of a station's facts."""

    def __init__(self, *distances: TransferDistanceFact) -> None:
        self.distances = distances


def _distance(line: str, to_line: str, length_m: float, record: str) -> TransferDistanceFact:
    return TransferDistanceFact(
        dataset="distances", publisher="P", licence="L", as_of="2025-03-31", record=record,
        line=line, station="가온", to_line=to_line, length_m=length_m,
    )  # fmt: skip


def _platform(line: str, direction: str) -> Platform:
    place = f"{line}:platform:{direction}"
    return Platform(place, f"train:{line}:{direction}", line, direction, "1:B1", None, None, None)


def test_stairs_run_beside_every_wheelchair_lift_and_rise_as_it_does() -> None:
    """A wheelchair lift runs along stairs:  3:B2 ═══ WL ═══ 7:B2."""
    draft = Draft(Report("gaon"))
    lift = Link(
        "7:WL:1:far>near", "a", "b", LinkKind.WHEELCHAIR_LIFT, unit="7:WL:1", rise_m=-4.2,
        evidence=MappingProxyType({"link": (HERE,), "rise_m": (HERE,)}),
    )  # fmt: skip
    draft.links = {lift.id: lift, "walk:a~c": Link("walk:a~c", "a", "c", LinkKind.WALKWAY)}
    add_stairs_beside_lifts(draft)
    (stairs,) = [link for link in draft.links.values() if link.kind is LinkKind.STAIRS]
    assert (stairs.start, stairs.end, stairs.rise_m, stairs.unit) == ("a", "b", -4.2, None)
    assert [evidence.method for evidence in stairs.evidence["link"]] == [Method.DERIVED]
    assert [evidence.method for evidence in stairs.evidence["rise_m"]] == [Method.OFFICIAL]


def test_the_walkers_transfer_joins_all_platforms_of_two_lines_once_in_published_metres() -> None:
    platforms = {
        (p.line, p.direction): p for p in (_platform("4", "나래"), _platform("4", "다온"), _platform("7", "라온"))
    }
    draft = Draft(Report("gaon"))
    facts = _Facts(_distance("4", "7", 278.0, "68"), _distance("7", "4", 278.0, "120"))
    add_walkers_transfers(draft, facts, platforms)  # type: ignore[arg-type]
    links = sorted((link.start, link.end, link.length_m) for link in draft.links.values())
    assert links == [("train:4:나래", "train:7:라온", 278.0), ("train:4:다온", "train:7:라온", 278.0)]
    told = {evidence for link in draft.links.values() for evidence in link.evidence["length_m"]}
    assert {(evidence.dataset, evidence.method, evidence.date) for evidence in told} == {
        ("distances", Method.OFFICIAL, "2025-03-31")
    }


def test_a_distance_to_a_line_without_a_platform_here_makes_no_way() -> None:
    draft = Draft(Report("gaon"))
    platforms = {("4", "나래"): _platform("4", "나래")}
    add_walkers_transfers(draft, _Facts(_distance("4", "공항철도", 309.0, "2")), platforms)  # type: ignore[arg-type]
    assert draft.links == {}
