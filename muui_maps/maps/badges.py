"""Badges: what vouches for a step, each naming the fact that it vouches for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.maps import words
from muui_maps.maps.doors import alight_door, along_train, board_door, doors_fit, doors_text, lift_doors
from muui_maps.maps.steps import CONFLICTS, Badge, Vouch
from muui_maps.model import STREET, Endpoint, Evidence, Leg, Link, LinkKind, Method, Status, Text, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muui_maps.maps.context import RouteContext, Stretch


def walk_badges(context: RouteContext, index: int, stretches: Sequence[Stretch]) -> tuple[Badge, ...]:
    """What vouches for a walk: surveys, lengths, doors, exits, gates, and what sources disagree about."""
    badges: list[Badge] = []
    links = [stretch.link for stretch in stretches]
    badges += _dated("surveyed", Text("조사", "survey"), _evidence(links, Method.SURVEYED))
    badges += _length_badges(context.route.legs[index], links)
    badges += _door_badges(context, index)
    badges += _exit_badges(context, index)
    badges += _gate_badges(context, links)
    if any(doubt.code == "floor_change_untold" for doubt in context.doubts(index)):
        badges.append(Badge("unknown", Text("층 옮기는 법 모름", "how floors are joined: unknown")))
    badges += _conflict_badges(context, index)
    return tuple(dict.fromkeys(badges))


def _evidence(links: Sequence[Link], method: Method) -> list[Evidence]:
    found = [e for link in links for field in sorted(link.evidence) for e in link.evidence[field]]
    found += [met.evidence for link in links for met in link.met]
    return [each for each in found if each.method is method]


def _dated(method: Vouch, what: Text, evidence: Sequence[Evidence]) -> list[Badge]:
    """One badge with the years of the evidence; `날짜 모름` where no publisher states a date."""
    if not evidence:
        return []
    years = sorted({year for each in evidence if (year := words.year(each.date))})
    when = Text(", ".join(years), ", ".join(years)) if years else Text("날짜 모름", "undated")
    dates = [each.date for each in evidence if each.date]
    latest = max(dates, key=lambda date: date.removeprefix("<="), default=None)
    return [Badge(method, Text(f"{what.ko} {when.ko}", f"{what.en} {when.en}"), latest)]


def _length_badges(leg: Leg, links: Sequence[Link]) -> list[Badge]:
    if leg.length_m is None:
        return [Badge("unknown", Text("거리 모름", "distance unknown"))]
    if leg.length_method is Method.DERIVED:
        return [Badge("derived", Text("거리 계산", "distance derived"))]
    if leg.length_method is Method.ASSUMED:
        return [Badge("unknown", Text("거리 짐작", "distance assumed"))]
    if leg.length_method is Method.OFFICIAL:
        told = [e for link in links for e in link.evidence.get("length_m", ()) if e.method is Method.OFFICIAL]
        return _dated("official", Text("거리 공식", "distance official"), told)
    return []


def _door_badges(context: RouteContext, index: int) -> list[Badge]:
    badges: list[Badge] = []
    station, route = context.station, context.route
    ends: list[tuple[Endpoint, int, tuple[int, int | None] | None]] = []
    if index == 0 and route.start.line is not None:
        ends.append((route.start, 1, alight_door(station, route)[0]))
    if index == len(route.legs) - 1 and route.end.line is not None:
        ends.append((route.end, index - 1, board_door(station, route)[0]))
    for endpoint, beside, door in ends:
        unit = next(iter(context.ridden(beside)), None)
        doors = lift_doors(station, unit, endpoint) if unit else ()
        if not doors or unit is None:
            continue
        name = doors_text(doors)
        short = Text(name.ko.removesuffix(" 문"), name.en)
        official = [each for each in unit.evidence if each.method is Method.OFFICIAL]
        badges += _dated("official", Text(f"{short.ko} 공식", f"{short.en} official"), official)
        if not doors_fit(door, doors, route.legs[index]):
            badges.append(Badge("differs", Text("문 위치가 다름", "door: sources differ")))
        elif door not in doors and along_train(door, doors[0]):
            badges.append(Badge("derived", Text("방향 계산", "direction derived")))
    return badges


def _exit_badges(context: RouteContext, index: int) -> list[Badge]:
    units = context.ridden(index + 1)
    leg, ride = context.route.legs[index], context.leg(index + 1)
    if ride is None or STREET not in {leg.to_level, ride.to_level} or any(unit.exit is None for unit in units):
        return []
    badges: list[Badge] = []
    elsewhere = list(dict.fromkeys(unit.exit for unit in units[1:] if unit.exit and unit.exit != units[0].exit))
    for unit in units[:1]:
        official = [each for each in unit.evidence if each.method is Method.OFFICIAL]
        surveyed = [each for each in unit.evidence if each.method is Method.SURVEYED]
        badges += _dated("official", Text(f"{unit.exit}번 공식", f"exit {unit.exit} official"), official)
        if not official:
            badges += _dated("surveyed", Text(f"{unit.exit}번 조사", f"exit {unit.exit} survey"), surveyed)
    if elsewhere and leg.length_m is not None:
        numbers = "·".join(elsewhere)
        badges.append(Badge("unknown", Text(f"{numbers}번까지 거리 모름", f"exit {numbers}: distance unknown")))
    return badges


def _gate_badges(context: RouteContext, links: Sequence[Link]) -> list[Badge]:
    badges: list[Badge] = []
    for link in links:
        if link.kind is not LinkKind.GATE:
            continue
        told = link.evidence.get("link", ())
        methods = {each.method for each in told}
        if Method.SURVEYED not in methods:
            official = [each for each in told if each.method is Method.OFFICIAL]
            badges += _dated("official", Text("개찰구 공식", "gate official"), official)
            if not official:
                badges.append(Badge("derived", Text("개찰구 계산", "gate derived")))
        if link.staff_call is None and context.route.profile.wheels:
            badges.append(Badge("unknown", Text("여는 방법 모름", "how to open: unknown")))
    if any(link.kind is LinkKind.GATE for link in links) and any(link.length_group for link in links):
        badges.append(Badge("unknown", Text("개찰구 자리 모름", "gate position unknown")))
    return badges


def _conflict_badges(context: RouteContext, index: int) -> list[Badge]:
    return [Badge("differs", CONFLICTS[d.code]) for d in context.doubts(index) if d.code in CONFLICTS]


def ride_badges(context: RouteContext, index: int, units: Sequence[Unit]) -> tuple[Badge, ...]:
    """What vouches for a ride: registers and surveys, whether it is listed, and when it was last said to run."""
    if not units:  # stairs: what is told of them is told of their link
        link = context.route.legs[index].traversals[0].link
        told = [evidence for field in ("link", "length_m") for evidence in link.evidence.get(field, ())]
        official = _dated("official", Text("공식", "official"), [e for e in told if e.method is Method.OFFICIAL])
        return tuple(dict.fromkeys(official))
    unit = units[0]
    told = [*unit.evidence, *_evidence([t.link for t in context.route.legs[index].traversals], Method.SURVEYED)]
    badges: list[Badge] = []
    badges += _dated("surveyed", Text("조사", "survey"), [e for e in told if e.method is Method.SURVEYED])
    badges += _dated("official", Text("공식", "official"), [e for e in told if e.method is Method.OFFICIAL])
    if not unit.in_register:
        badges.append(Badge("unknown", Text("목록에 없음", "not in the register")))
    if unit.status is Status.WORKING and (year := words.year(unit.status_as_of)):
        badges.append(Badge("official", Text(f"운행 {unit.status_as_of}", f"working {unit.status_as_of}"), year))
    badges += _conflict_badges(context, index)
    return tuple(dict.fromkeys(badges))
