"""Checks that catch nonsense: what a finished station lacks or contradicts becomes a Finding."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from muui_maps.assemble.draft import Draft, line_name
from muui_maps.assemble.match import FAR, NEAR, Matcher
from muui_maps.model import STREET, Finding, Severity, Station, Text, UnitKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from muui_maps.assemble.walks import Walk


def unit_findings(draft: Draft, matcher: Matcher, used: Collection[str]) -> list[Finding]:
    """What is odd about single units: not in the register, levels that no two sources agree on, landings nowhere."""
    findings = []
    for unit_id in sorted(matcher.units):
        unit = matcher.units[unit_id]
        if not unit.in_register:
            alike = [u.id for u in matcher.units.values() if _alike(u, unit) and u.in_register]
            findings.append(_not_in_register(draft.station, unit_id, sorted(alike)))
        if (unit_id, NEAR) in draft.landings or (unit_id, FAR) in draft.landings:
            findings.append(_levels_differ(draft, unit_id, unit.labels))
        lost = [
            key
            for key, landing in draft.landings.items()
            if key[0] == unit_id and draft.places[landing.place].paid_area is None
        ]
        if lost and unit.kind in {UnitKind.ELEVATOR, UnitKind.WHEELCHAIR_LIFT} and unit_id not in used:
            findings.append(_place_unknown(draft.station, unit_id, sorted(label for _, label in lost)))
    return findings


def _alike(candidate: object, unit: object) -> bool:
    a, b = candidate, unit
    return (
        getattr(a, "kind", None) == getattr(b, "kind", None)
        and getattr(a, "line", None) == getattr(b, "line", None)
        and set(getattr(b, "labels", ())) <= set(getattr(a, "labels", ()))
    )


def validate(station: Station, walks: Sequence[Walk]) -> list[Finding]:
    """Whether every platform reaches every other and the street, and whether official routes run both ways."""
    findings = [] if station.platforms else [_no_platforms(station.id)]
    findings += _unreachable(station)
    findings += _one_way_texts(station, walks)
    findings += _gates_one_side(station)
    return findings


def _unreachable(station: Station) -> list[Finding]:
    reached = _components(station)
    places = {node.id: node.place for node in station.nodes}
    street = {reached[node] for node, place in places.items() if place == STREET}
    findings = []
    for platform in station.platforms:
        if reached[platform.node] not in street:
            findings.append(_platform_cut_off(station.id, platform.line, platform.direction, platform.place, None))
    main = min((reached[p.node] for p in station.platforms), default="")
    for platform in station.platforms:
        if reached[platform.node] != main:
            other = next(p for p in station.platforms if reached[p.node] == main)
            findings.append(
                _platform_cut_off(station.id, platform.line, platform.direction, platform.place, other.line)
            )
    return findings


def _components(station: Station) -> dict[str, str]:
    """Each node → the smallest node id it is joined to, by links of any kind, in any direction."""
    near: dict[str, set[str]] = {node.id: set() for node in station.nodes}
    for link in station.links:
        near[link.start].add(link.end)
        near[link.end].add(link.start)
    component: dict[str, str] = {}
    for root in sorted(near):
        if root in component:
            continue
        queue = deque([root])
        component[root] = root
        while queue:
            for other in sorted(near[queue.popleft()]):
                if other not in component:
                    component[other] = root
                    queue.append(other)
    return component


def _one_way_texts(station: Station, walks: Sequence[Walk]) -> list[Finding]:
    told = {(w.route.from_line, w.route.from_direction, w.route.to_line, w.route.to_direction) for w in walks}
    findings = []
    lines = sorted({(a, c) for a, _, c, _ in told})
    for from_line, to_line in lines:
        if (to_line, from_line) not in lines:
            start, end = line_name(from_line), line_name(to_line)
            findings.append(
                Finding(
                    code="route_reverse_missing",
                    severity=Severity.INFO,
                    message=Text(
                        f"{start.ko}에서 {end.ko}로 가는 안내문은 있고, 거꾸로 가는 안내문은 없어요.",
                        f"Official texts describe {start.en} to {end.en} but not the way back.",
                    ),
                    fix=Text(
                        "거꾸로도 갈 수 있는지 현장에서 확인해 주세요.", "Check on site whether the way back works."
                    ),
                    station=station.id,
                    layer=f"{from_line}>{to_line}",
                )
            )
    return findings


def _gates_one_side(station: Station) -> list[Finding]:
    """Paid and unpaid areas that a plain walkway joins: somewhere a gate is missing."""
    paid = {place.id: place.paid_area for place in station.places}
    at = {node.id: paid[node.place] for node in station.nodes}
    findings = []
    for link in station.links:
        if link.kind.value == "walkway" and {at[link.start], at[link.end]} == {True, False}:
            findings.append(
                Finding(
                    code="gate_missing",
                    severity=Severity.WARNING,
                    message=Text(
                        f"{link.id}: 개찰구 없이 안과 밖이 이어져요.",
                        f"{link.id} joins inside and outside without a gate.",
                    ),
                    fix=Text("현장에서 개찰구를 확인해 주세요.", "Check the gate on site."),
                    station=station.id,
                    layer=link.id,
                    field="gate",
                )
            )
    return findings


def _no_platforms(station: str) -> Finding:
    return Finding(
        code="no_platforms",
        severity=Severity.ERROR,
        message=Text("이 역의 승강장을 자료에서 찾지 못했어요.", "The data have no platforms for this station."),
        fix=Text("station.toml의 노선과 역 이름을 확인해 주세요.", "Check the lines and the name in station.toml."),
        station=station,
    )


def _platform_cut_off(station: str, line: str, direction: str, place: str, other: str | None) -> Finding:
    of = line_name(line)
    ko = "길까지" if other is None else f"{line_name(other).ko} 승강장까지"
    en = "the street" if other is None else f"the platforms of {line_name(other).en}"
    return Finding(
        code="platform_cut_off",
        severity=Severity.WARNING,
        message=Text(
            f"{of.ko} {direction} 방면 승강장에서 {ko} 가는 길을 자료에서 찾지 못했어요.",
            f"The data show no way from the {of.en} platform for {direction} to {en}.",
        ),
        fix=Text("현장에서 길을 확인해 주세요.", "Look for the way on site."),
        station=station,
        layer=place,
        field=direction,
    )


def _not_in_register(station: str, unit: str, alike: Sequence[str]) -> Finding:
    more_ko = f" 비슷한 승강기: {', '.join(alike)}." if alike else ""
    more_en = f" Alike: {', '.join(alike)}." if alike else ""
    return Finding(
        code="unit_not_in_register",
        severity=Severity.WARNING,
        message=Text(
            f"안내문이나 조사에 나오는 승강기({unit})가 승강기 목록에 없어요. 문 위치와 운행 상태를 몰라요.{more_ko}",
            f"{unit} is named by a route or a survey but is not in the register: doors and status unknown.{more_en}",
        ),
        fix=Text("현장에서 승강기 번호를 확인해 주세요.", "Note the unit's number on site."),
        station=station,
        layer=unit,
        field="number",
    )


def _levels_differ(draft: Draft, unit: str, labels: Sequence[str]) -> Finding:
    ours = " – ".join(sorted({stop.level for key, stop in draft.landings.items() if key[0] == unit}))
    theirs = "-".join(labels)
    return Finding(
        code="unit_levels_differ",
        severity=Severity.WARNING,
        message=Text(
            f"{unit}의 운행층: 승강기 목록은 {theirs}, 안내문은 {ours}예요.",
            f"Levels of {unit}: {theirs} in the register, {ours} in the route texts.",
        ),
        fix=Text("현장에서 운행층을 확인해 주세요.", "Check on site which levels it serves."),
        station=draft.station,
        layer=unit,
        field="levels",
        value=theirs,
    )


def _place_unknown(station: str, unit: str, labels: Sequence[str]) -> Finding:
    stops = ", ".join(labels)
    return Finding(
        code="unit_place_unknown",
        severity=Severity.WARNING,
        message=Text(
            f"{unit}이 {stops}에서 어디로 이어지는지 자료에 없어요. 길 찾기에 쓰지 않아요.",
            f"No source says where {unit} leads at {stops}; routes don't use it there.",
        ),
        fix=Text(
            "현장에서 어느 승강장이나 대합실인지 확인해 주세요.",
            "Check on site which platform or concourse it opens on.",
        ),
        station=station,
        layer=unit,
        field="levels",
        value=stops,
    )
