"""Checks that catch nonsense: what a finished station lacks or contradicts becomes a Finding."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING

from muui_maps.assemble.levels import level_words
from muui_maps.assemble.match import FAR, NEAR
from muui_maps.model import STREET, LinkKind, Platform, Station, Text, UnitKind
from muui_maps.wording import line_text, with_particle

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from muui_maps.assemble.draft import Draft
    from muui_maps.assemble.report import Report
    from muui_maps.assemble.units import UnitDraft
    from muui_maps.assemble.walks import GateMention, Walk

_LIFTS = frozenset({UnitKind.ELEVATOR, UnitKind.WHEELCHAIR_LIFT})
_CHECK_LEVELS = Text("현장에서 운행층을 확인해 주세요.", "Check on site which levels it serves.")


# ── units ────────────────────────────────────────────────────────────────────


def check_units(draft: Draft, units: Mapping[str, UnitDraft], used: Collection[str]) -> None:
    """What is odd about single units: not in the register, levels that no two sources agree on, landings nowhere."""
    listed = {unit.line for unit in units.values() if unit.in_register and unit.kind in _LIFTS}
    for unit_id, unit in sorted(units.items()):
        if not unit.in_register:
            alike = [other for _, other in sorted(units.items()) if other.in_register and _alike(other, unit)]
            _report_not_in_register(draft.report, unit, alike, line_listed=unit.line in listed)
        stops = draft.landings_of(unit_id)
        if {stop.label for stop in stops} & {NEAR, FAR}:
            _report_levels_differ(draft.report, unit, sorted({stop.level for stop in stops}))
        lost = sorted(stop.label for stop in stops if draft.places[stop.place].paid_area is None)
        if lost and unit.kind in _LIFTS and unit_id not in used:
            _report_place_unknown(draft.report, unit, lost)


def _alike(candidate: UnitDraft, unit: UnitDraft) -> bool:
    """Whether a unit of the register may be the one that a text means: its kind and line, and its stops or its exit."""
    if candidate.kind is not unit.kind or candidate.line != unit.line:
        return False
    return set(unit.labels) <= set(candidate.labels) or bool(set(unit.exits) & set(candidate.exits))


def _report_not_in_register(report: Report, unit: UnitDraft, alike: Sequence[UnitDraft], *, line_listed: bool) -> None:
    words, line = unit.words, line_text(unit.line)
    more = Text("", "")
    if alike:
        names = [other.words for other in alike]
        more = Text(
            f" 비슷한 승강기: {', '.join(name.ko for name in names)}.",
            f" Alike: {', '.join(name.en for name in names)}.",
        )
    elif not line_listed:
        more = Text(f" 이 역의 {line.ko} 승강기는 목록에 하나도 없어요.", f" It lists no lift of {line.en} here.")
    report.warn(
        "unit_not_in_register",
        Text(
            f"안내문이나 조사에 나오는 {with_particle(words.ko, '이')} 승강기 목록에 없어요. "
            f"문 위치와 운행 상태를 몰라요.{more.ko}",
            f"{words.en} is named by a route or a survey but is not in the register: "
            f"doors and status are unknown.{more.en}",
        ),
        Text("현장에서 승강기 번호를 확인해 주세요.", "Note the unit's number on site."),
        layer=unit.id,
        field="number",
        value=", ".join(other.id for other in alike) or None,
    )


def _report_levels_differ(report: Report, unit: UnitDraft, levels: Sequence[str]) -> None:
    words, theirs = unit.words, "–".join(unit.labels)
    named = [level_words(level) for level in levels]
    ko, en = "–".join(level.ko for level in named), " – ".join(level.en for level in named)
    report.warn(
        "unit_levels_differ",
        Text(
            f"{words.ko}의 운행층이 승강기 목록에는 {theirs}, 안내문에는 {with_particle(ko, '로')} 나와요.",
            f"Levels of {words.en}: {theirs} in the register, {en} in the route texts.",
        ),
        _CHECK_LEVELS,
        layer=unit.id,
        field="levels",
        value="-".join(unit.labels),
    )


def _report_place_unknown(report: Report, unit: UnitDraft, labels: Sequence[str]) -> None:
    words, stops = unit.words, ", ".join(labels)
    report.warn(
        "unit_place_unknown",
        Text(
            f"{with_particle(words.ko, '이')} {stops}에서 어디로 이어지는지 자료에 없어요. 길 찾기에 쓰지 않아요.",
            f"No source says where {words.en} leads at {stops}; routes don't use it there.",
        ),
        Text(
            "현장에서 어느 승강장이나 대합실인지 확인해 주세요.",
            "Check on site which platform or concourse it opens on.",
        ),
        layer=unit.id,
        field="levels",
        value=stops,
    )


# ── the whole station ────────────────────────────────────────────────────────


def validate(station: Station, walks: Sequence[Walk], draft: Draft) -> None:
    """Whether every platform reaches every other and the street and is reached from it, whether official routes run
    both ways, and whether gates alternate between paid and free areas.
    """
    if not station.platforms:
        draft.report.error(
            "no_platforms",
            Text("이 역의 승강장을 자료에서 찾지 못했어요.", "The data have no platforms for this station."),
            Text("station.toml의 노선과 역 이름을 확인해 주세요.", "Check the lines and the name in station.toml."),
        )
    _check_reach(station, draft.report)
    _check_reverses(walks, draft.report)
    for walk in walks:
        _check_sides(walk, draft.report)
    _check_gates(station, draft)


def _check_reach(station: Station, report: Report) -> None:
    street = {node.id for node in station.nodes if node.place == STREET}
    onward: dict[str, set[str]] = defaultdict(set)
    for link in station.links:
        onward[link.start].add(link.end)
        if not link.oneway:
            onward[link.end].add(link.start)
    from_street = _reached(street, onward)
    if station.platforms and not street:
        _report_no_street(report)
    for platform in station.platforms:
        reached = _reached({platform.node}, onward)
        words = report.platform(platform.line, platform.direction)
        lost: list[tuple[Text, Text]] = []
        outside = level_words(STREET)
        if street and not reached & street:
            lost.append((words, outside))
        elif street and platform.node not in from_street:
            lost.append((outside, words))
        lost += [(words, end) for end in _lost_platforms(station.platforms, reached, report)]
        for start, end in lost:
            _report_cut_off(report, start, end, platform.place, f"{platform.line}:{platform.direction}")


def _report_no_street(report: Report) -> None:
    report.warn(
        "street_unknown",
        Text(
            "바깥으로 나가는 승강기나 에스컬레이터가 자료에 하나도 없어요. 갈아타는 길만 찾을 수 있어요.",
            "The data have no lift or escalator to the street here: only transfers can be found.",
        ),
        Text("출구의 엘리베이터를 현장에서 확인해 주세요.", "Look for the lifts at the exits on site."),
        layer=STREET,
    )


def _reached(start: Collection[str], onward: Mapping[str, set[str]]) -> set[str]:
    """All nodes that somebody gets to from these: on foot, with every kind of link, the one-way ones one way."""
    seen = set(start)
    queue = deque(sorted(start))
    while queue:
        new = onward.get(queue.popleft(), set()) - seen
        seen |= new
        queue.extend(new)
    return seen


def _lost_platforms(platforms: Iterable[Platform], reached: Collection[str], report: Report) -> list[Text]:
    """The platforms that are not reached: a line as a whole where it is all of them, else each by its direction."""
    by_line: dict[str, list[Platform]] = defaultdict(list)
    for platform in platforms:
        by_line[platform.line].append(platform)
    lost = []
    for line, of_line in sorted(by_line.items()):
        missing = [platform for platform in of_line if platform.node not in reached]
        if missing and len(missing) == len(of_line):
            of = line_text(line)
            lost.append(Text(f"{of.ko} 승강장", f"the platforms of {of.en}"))
        else:
            lost += [report.platform(line, platform.direction) for platform in missing]
    return lost


def _report_cut_off(report: Report, start: Text, end: Text, place: str, key: str) -> None:
    report.warn(
        "platform_cut_off",
        Text(
            f"{start.ko}에서 {end.ko}까지 가는 길을 자료에서 찾지 못했어요.",
            f"The data show no way from {start.en} to {end.en}.",
        ),
        Text("현장에서 길을 확인해 주세요.", "Look for the way on site."),
        layer=place,
        field=key,
    )


def _check_reverses(walks: Iterable[Walk], report: Report) -> None:
    """Official routes without one the other way round; why not, where a one-way escalator says it."""
    told = {(walk.start, walk.end): walk for walk in walks}
    missing: dict[tuple[str, str], list[Walk]] = defaultdict(list)
    for (start, end), walk in sorted(told.items(), key=lambda item: item[0]):
        if (end, start) not in told:
            missing[start[0], end[0]].append(walk)
    for (from_line, to_line), ways in sorted(missing.items()):
        of_start, of_end = line_text(from_line), line_text(to_line)
        transfers = [report.transfer(walk.end, walk.start) for walk in ways]
        escalator = any(ride.kind is UnitKind.ESCALATOR for walk in ways for ride in walk.rides)
        why = Text(" 에스컬레이터는 한 방향으로만 움직여요.", " They ride an escalator, which runs one way.")
        if not escalator:
            why = Text("", "")
        report.note(
            "route_reverse_missing",
            Text(
                f"{of_start.ko}에서 {with_particle(of_end.ko, '로')} 가는 안내문은 있는데 거꾸로 가는 안내문이 없어요: "
                f"{', '.join(way.ko for way in transfers)}.{why.ko}",
                f"Official texts lead from {of_start.en} to {of_end.en} but not back: "
                f"{', '.join(way.en for way in transfers)}.{why.en}",
            ),
            Text("거꾸로도 갈 수 있는지 현장에서 확인해 주세요.", "Check on site whether the way back works."),
            file=ways[0].route.dataset,
            row=ways[0].row,
            layer=f"{from_line}>{to_line}",
            value=", ".join(walk.route.route_id for walk in ways),
        )


def _check_sides(walk: Walk, report: Report) -> None:
    """A text that goes in where it is inside already, or out where it is outside."""
    inside: bool | None = True
    for index, stretch in enumerate(walk.stretches):
        for gate in stretch.gates:
            if gate.side is not None and inside is (gate.side == "in"):
                _report_side(walk, gate, report)
            if gate.side is not None:
                inside = gate.side == "in"
            elif inside is not None and not gate.transfer:
                inside = not inside
        if index < len(walk.rides):
            ends = walk.rides[index].ends
            if ends[1].on_platform:
                inside = True
            elif any(spot.on_street for spot in ends):
                inside = False


def _report_side(walk: Walk, gate: GateMention, report: Report) -> None:
    way = report.transfer(walk.start, walk.end)
    again = Text("안인데 다시 들어간다고", "goes in through a gate where one is inside already")
    if gate.side == "out":
        again = Text("밖인데 다시 나간다고", "goes out through a gate where one is outside already")
    report.note(
        "gate_order",
        Text(f"안내문({way.ko})은 이미 개찰구 {again.ko} 해요.", f"The text {way.en} {again.en}."),
        Text("현장에서 개찰구를 확인해 주세요.", "Check the gates on site."),
        file=walk.route.dataset,
        row=walk.row,
        layer=walk.route.route_id,
        field="gate",
        value=gate.side,
    )


def _check_gates(station: Station, draft: Draft) -> None:
    """Ways from a paid area into a free one without a gate, and gates with a free area on both sides."""
    paid = {place.id: place.paid_area for place in station.places}
    place_of = {node.id: node.place for node in station.nodes}
    lacking: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for link in station.links:
        first, second = sorted((place_of[link.start], place_of[link.end]))
        if link.kind is LinkKind.WALKWAY and {paid[first], paid[second]} == {True, False}:
            lacking[first, second].append(link.id)
        if link.kind is LinkKind.GATE and paid[first] is False and paid[second] is False:
            words = draft.gate_words(link.id)
            draft.report.note(
                "gate_outside",
                Text(
                    f"{words.ko}: 양쪽이 모두 개찰구 밖이에요.", f"Both sides of {words.en} are outside the paid area."
                ),
                Text("현장에서 개찰구를 확인해 주세요.", "Check the gate on site."),
                layer=link.id,
                field="gate",
            )
    for places, links in sorted(lacking.items()):
        between = draft.between_words(*places)
        draft.report.warn(
            "gate_missing",
            Text(
                f"{between.ko}: 개찰구 없이 안과 밖이 이어져요.",
                f"No gate {between.en}: inside and outside are joined.",
            ),
            Text("현장에서 개찰구를 확인해 주세요.", "Check the gate on site."),
            layer=links[0],
            field="gate",
        )
