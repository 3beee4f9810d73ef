"""What a map says beside its steps: totals, where the time goes, what differs, what if, what is unknown, sources."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.maps import words
from muui_maps.maps.gaps import gap_of
from muui_maps.maps.narrate import CONFLICTS, Step, door_conflicts
from muui_maps.model import (
    STREET,
    Endpoint,
    Evidence,
    LinkKind,
    Method,
    MetKind,
    Route,
    Seconds,
    Station,
    Status,
    Text,
    Toilet,
    UnitKind,
)
from muui_maps.profiles import KIND_NAMES, UNIT_LINKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph with a heading of its own; no heading where `heading` is empty. `**…**` in the body is bold."""

    heading: Text
    body: Text


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of the header.

    Parameters
    ----------
    surveyed_min, surveyed_in
        Minutes that this very transfer took when it was surveyed, and when; None if it was not.
    length_m
        Sum of the known metres.
    length_complete
        False if part of the way has no known length: then `length_m` is a least.
    """

    surveyed_min: float | None
    surveyed_in: str | None
    seconds: Seconds
    length_m: float
    length_complete: bool
    lifts: int
    wheelchair_lifts: int
    gates: int
    staff_calls: int


def totals(route: Route) -> Totals:
    """The figures of a route, added up from its legs."""
    kinds = Counter(ride.kind for ride in route.rides)
    lengths = [leg.length_m for leg in route.legs if leg.unit is None]
    return Totals(
        surveyed_min=route.run.minutes_chair if route.run and route.profile.wheels else None,
        surveyed_in=words.year(route.run.observed_at) if route.run else None,
        seconds=route.seconds,
        length_m=sum(length for length in lengths if length is not None),
        length_complete=None not in lengths,
        lifts=kinds[LinkKind.ELEVATOR],
        wheelchair_lifts=kinds[LinkKind.WHEELCHAIR_LIFT],
        gates=route.gates,
        staff_calls=route.staff_calls,
    )


def metres_text(of: Totals) -> str:
    """`470 m`; `385 m+` where part of the way is unknown."""
    if of.length_complete:
        return f"{of.length_m:.0f} m"
    return f"{of.length_m:.0f} m+" if of.length_m else "? m"


def length_label(of: Totals) -> Text:
    """What stands beside the metres: whether they are all of the way, a part of it, or not known at all."""
    if of.length_complete:
        return Text("거리", "distance")
    return Text("아는 거리", "known distance") if of.length_m else Text("거리 모름", "distance unknown")


# ── naming the transfer ──────────────────────────────────────────────────────


def endpoint_text(station: Station, endpoint: Endpoint) -> Text:
    """`4호선 상계 방면` / `Line 4 for Sanggye`, `3번 출구` / `exit 3`, `바깥` / `street`."""
    if endpoint.line is not None:
        line, towards = words.line_text(endpoint.line), words.towards(station, endpoint.line, endpoint.direction)
        return Text(f"{line.ko} {towards.ko}", f"{line.en} {towards.en}")
    if endpoint.exit is not None:
        return words.exit_text(endpoint.exit)
    return Text("바깥", "street")


def transfer_title(station: Station, route: Route) -> Text:
    """`노원역 4호선 상계 방면 → 7호선 중계 방면` / `Nowon: Line 4 for Sanggye → Line 7 for Junggye`."""
    start, end, name = (
        endpoint_text(station, route.start),
        endpoint_text(station, route.end),
        words.station_text(station),
    )
    return Text(f"{name.ko} {start.ko} → {end.ko}", f"{name.en}: {start.en} → {end.en}")


def kicker(route: Route) -> Text:
    """The line above the station's name: who goes, and whether it is a transfer."""
    transfer = route.start.line is not None and route.end.line is not None
    ko = "갈아타는 길" if transfer else "가는 길"
    if route.profile.id == "manual_wheelchair":
        return Text(f"휠체어로 {ko}", "Step-free transfer" if transfer else "Step-free way")
    who = route.profile.name
    by = who.ko if who.ko.endswith("서") else words.with_particle(who.ko, "로")
    return Text(f"{by} {ko}", f"{'Transfer' if transfer else 'Way'}: {who.en}")


def headline(station: Station, route: Route) -> Text:
    """The whole header in one line."""
    of = totals(route)
    title, who = transfer_title(station, route), route.profile.name
    derived = words.minutes(of.seconds)
    if of.surveyed_min is None:
        time = Text(f"{who.ko} {derived.ko} (계산)", f"{derived.en} (derived), {who.en}")
    else:
        minutes = f"{of.surveyed_min:.0f}"
        time = Text(
            f"{who.ko} {minutes}분 (조사 {of.surveyed_in}; 계산 {derived.ko})",
            f"{minutes} min (surveyed {of.surveyed_in}; derived {derived.en}), {who.en}",
        )
    parts = [title, time, Text(metres_text(of), metres_text(of))]
    if of.lifts:
        parts.append(Text(f"엘리베이터 {of.lifts}번", _counted(of.lifts, "lift")))
    if of.wheelchair_lifts:
        parts.append(Text(f"휠체어리프트 {of.wheelchair_lifts}번", _counted(of.wheelchair_lifts, "wheelchair lift")))
    if of.gates:
        parts.append(gates_text(of))
    if route.goes_outside:
        parts.append(Text("밖으로 나가요", "goes outside"))
    return Text(" · ".join(part.ko for part in parts), " · ".join(part.en for part in parts))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def gates_text(of: Totals) -> Text:
    """`개찰구 2번, 역무원 호출` / `2 gates, call staff`; `호출 1번` where only some need it."""
    ko, en = f"개찰구 {of.gates}번", _counted(of.gates, "gate")
    if of.gates and of.staff_calls == of.gates:
        return Text(f"{ko}, 역무원 호출", f"{en}, call staff")
    if of.staff_calls:
        return Text(f"{ko}, 호출 {of.staff_calls}번", f"{en}, call staff at {of.staff_calls}")
    return Text(ko, en)


# ── outside, warnings, time ──────────────────────────────────────────────────


def outside(route: Route) -> Text | None:
    """`270 m, 횡단보도 3번` of the legs in the street; None if the route stays inside."""
    if not route.goes_outside:
        return None
    legs = [leg for leg in route.legs if leg.unit is None and STREET in {leg.from_level, leg.to_level}]
    lengths = [leg.length_m for leg in legs]
    mets = [met for leg in legs for t in leg.traversals for met in t.link.met]
    crossings = [met for met in mets if met.kind is MetKind.CROSSING]
    ko, en = [], []
    if lengths and None not in lengths:
        metres = f"{sum(length for length in lengths if length is not None):.0f} m"
        ko.append(metres)
        en.append(metres)
    else:
        ko.append("거리 모름")
        en.append("distance unknown")
    if crossings:
        known = [met.count for met in crossings if met.count is not None]
        count = sum(known)
        ko.append(f"횡단보도 {count}번" if len(known) == len(crossings) else "횡단보도 몇 번")
        en.append(_counted(count, "crossing") if len(known) == len(crossings) else "some crossings")
    return Text(", ".join(ko), ", ".join(en))


def alerts(route: Route) -> tuple[Text, ...]:
    """What must be known before setting out: lifts under repair, going out of the gates and in again."""
    wanted = {"unit_under_repair", "reentry_30_minutes"}
    return tuple(dict.fromkeys(plainly(doubt.message) for doubt in route.doubts if doubt.code in wanted))


@dataclass(frozen=True, slots=True)
class TimePart:
    """A part of where the time goes. `minutes` of all parts add up to the rounded total."""

    key: str
    name: Text
    seconds: float
    minutes: int


def time_parts(route: Route) -> tuple[TimePart, ...]:
    """Lifts with waiting, moving, gates, trains: typical seconds, and whole minutes by largest remainder."""
    legs = [leg.times for leg in route.legs]
    only_lifts = all(ride.kind is LinkKind.ELEVATOR for ride in route.rides)
    riding = Text("엘리베이터", "lifts, with waiting") if only_lifts else Text("타는 시간", "riding, with waiting")
    raw = [
        ("riding", riding, sum(t.riding.typical + t.waiting.typical for t in legs)),
        ("moving", Text("이동", "moving"), sum(t.moving.typical for t in legs)),
        ("gates", Text("개찰구", "gates"), sum(t.gates.typical for t in legs)),
        ("train", Text("타고 내리기", "trains, finding the way"), sum(t.train.typical for t in legs)),
    ]
    raw = [part for part in raw if part[2] > 0]
    whole = [int(seconds // 60) for _, _, seconds in raw]
    rest = round(sum(seconds for _, _, seconds in raw) / 60) - sum(whole)
    by_remainder = sorted(range(len(raw)), key=lambda i: (-(raw[i][2] % 60), i))
    for index in by_remainder[: max(rest, 0)]:
        whole[index] += 1
    return tuple(TimePart(*part, minutes) for part, minutes in zip(raw, whole, strict=True))


_UNIT_ID = re.compile(r"([0-9A-Za-z가-힣-]+):(EV|WL|ES|MW):(\??[0-9A-Za-z가-힣-]*[0-9A-Za-z]|\?[가-힣]+)")
_LEVEL_ID = re.compile(r"\b([1-9]|[가-힣]+[선도철]|인천[12]):(B\d+|BM\d+|M\d+|\d+F)\b")


def plainly(message: Text) -> Text:
    """A Finding's message for passengers: ids of units and levels as words (`7:WL:1` → 7호선 휠체어리프트 1)."""

    def unit(found: re.Match[str]) -> Text:
        line, kind = words.line_text(found[1]), KIND_NAMES[UNIT_LINKS[UnitKind(found[2])]]
        number = words.number_text(found[3].lstrip("?"))
        return Text(f"{line.ko} {kind.ko} {number.ko}", f"{line.en} {kind.en} {number.en}")

    def level(found: re.Match[str]) -> Text:
        line = words.line_text(found[1])
        return Text(f"{line.ko} {found[2]}", f"{line.en} {found[2]}")

    ko = _LEVEL_ID.sub(lambda found: level(found).ko, _UNIT_ID.sub(lambda found: unit(found).ko, message.ko))
    en = _LEVEL_ID.sub(lambda found: level(found).en, _UNIT_ID.sub(lambda found: unit(found).en, message.en))
    return Text(ko, en)


# ── what differs, what if, what is unknown ───────────────────────────────────


def differences(station: Station, route: Route, steps: Sequence[Step]) -> tuple[Note, ...]:
    """Where sources contradict each other on this route, under the step it bears on, in the order of the steps."""
    told: list[tuple[int | None, Text]] = [(d.leg, plainly(d.message)) for d in route.doubts if d.code in CONFLICTS]
    told += door_conflicts(station, route)
    told.sort(key=lambda pair: -1 if pair[0] is None else pair[0])
    return tuple(dict.fromkeys(Note(_step_heading(leg, steps), message) for leg, message in told))


def _step_heading(leg: int | None, steps: Sequence[Step]) -> Text:
    if leg is None or not 0 <= leg < len(steps):
        return Text("", "")
    step = steps[leg]
    ko, en = (
        (f"{step.plate} {step.title.ko}", f"{step.plate} {step.title.en}")
        if step.kind == "walk"
        else (
            step.title.ko,
            step.title.en,
        )
    )
    return Text(f"{step.n}. {ko}", f"{step.n}. {en}")


def plan_b_notes(station: Station, route: Route, plan_b: Mapping[str, Route | Text | None]) -> tuple[Note, ...]:
    """What to do if a lift of this route is out.

    Parameters
    ----------
    plan_b
        For each unit of the route, the best route without it, the way round by another station in words, or None if
        neither is known.
    """
    units = {unit.id: unit for unit in station.units}
    by_answer: dict[Text, list[Text]] = {}
    for leg in route.legs:
        if leg.unit is None:
            continue
        name = words.unit_with_line(leg.unit)
        others = [units[unit] for unit in leg.same_as if unit in units]
        if others:
            other = words.either(words.unit_text(unit) for unit in others)
            answer = Text(f"{other.ko} 타기", f"Take {other.en} instead")
        elif leg.unit.id in plan_b:
            answer = _other_way(station, route, plan_b[leg.unit.id])
        else:
            continue
        by_answer.setdefault(answer, []).append(name)
    notes = [Note(words.together(names), answer) for answer, names in by_answer.items()]
    if phones := _phones(station, route):
        notes.append(phones)
    return tuple(notes)


def _other_way(station: Station, route: Route, other: Route | Text | None) -> Text:
    if isinstance(other, Text):
        return other
    if other is None:
        return Text("다른 길을 몰라요.", "No other way known.")
    units = {unit.id: unit for unit in station.units}
    ridden = {ride.unit for ride in route.rides}
    new = [words.unit_with_line(units[r.unit]) for r in other.rides if r.unit not in ridden and r.unit in units]
    of, minutes = totals(other), words.minutes(other.seconds)
    by = words.together(new) if new else Text("나머지 엘리베이터", "the remaining lifts")
    ko = [f"{by.ko} 이용", minutes.ko, metres_text(of)]
    en = [f"By {by.en}", minutes.en, metres_text(of)]
    if other.goes_outside and not route.goes_outside:
        ko.append("밖으로 나가요")
        en.append("goes outside")
    return Text(" · ".join(ko), " · ".join(en))


def _phones(station: Station, route: Route) -> Note | None:
    lines = dict.fromkeys([*(e.line for e in (route.start, route.end) if e.line), *(_unit_lines(route))])
    told = [(line, station.phones[line]) for line in lines if line in station.phones]
    if not told:
        return None
    ko = ", ".join(f"{words.line_text(line).ko} {phone}" for line, phone in told)
    en = ", ".join(f"{words.line_text(line).en} {phone}" for line, phone in told)
    return Note(Text("묻는 곳", "Ask"), Text(ko, en))


def _unit_lines(route: Route) -> list[str]:
    return [leg.unit.line for leg in route.legs if leg.unit is not None]


def toilet_notes(station: Station, route: Route) -> tuple[Note, ...]:
    """Accessible toilets of the lines of this route."""
    lines = {e.line for e in (route.start, route.end) if e.line} | set(_unit_lines(route))
    return tuple(toilet_note(toilet) for toilet in station.toilets if toilet.line in lines)


def toilet_note(toilet: Toilet) -> Note:
    """Where an accessible toilet is."""
    line = words.line_text(toilet.line)
    level = f" {words.plate(toilet.level)}" if toilet.level else ""
    side = {
        True: Text("개찰구 안", "inside the gates"),
        False: Text("개찰구 밖", "outside the gates"),
        None: Text("개찰구 안인지 밖인지 몰라요", "inside or outside the gates: unknown"),
    }[toilet.paid_area]
    return Note(Text("", ""), Text(f"**{line.ko}{level}** {side.ko}", f"**{line.en}{level}** {side.en}"))


def unknowns(station: Station, route: Route) -> tuple[Text, ...]:
    """What this map can't say, so that nobody takes silence for a promise."""
    legs = route.legs
    mets = {met.kind for leg in legs for t in leg.traversals for met in t.link.met}
    units = [leg.unit for leg in legs if leg.unit is not None]
    told = []
    if any(unit.status is Status.UNKNOWN or words.year(unit.status_as_of) is None for unit in units):
        told.append(Text("오늘의 운행", "lift status today"))
    if units and MetKind.TURN not in mets:
        told.append(Text("내려서 도는 방향", "which way to turn"))
    if any(e.line is not None and gap_of(station, e) is None for e in (route.start, route.end)):
        told.append(Text("승강장 틈과 턱", "platform gap and step"))
    walked = [t.link for leg in legs if leg.unit is None for t in leg.traversals if t.link.kind is LinkKind.WALKWAY]
    if any(link.slope_percent is None or link.width_mm is None for link in walked):
        told.append(Text("경사도와 폭", "slope and width"))
    lifts = [unit for unit in units if unit.kind is UnitKind.ELEVATOR]
    if any(unit.door_width_mm is None or unit.depth_mm is None for unit in lifts):
        told.append(Text("엘리베이터 문과 칸의 크기", "size of lift doors and cars"))
    if any(leg.unit is None and leg.length_m is None for leg in legs):
        told.append(Text("일부 거리", "some distances"))
    told += _unknown_gates(route)
    for leg in legs:
        told += [
            Text(f"{words.plate(level)}에 무엇이 있는지", f"what is on {words.plate(level)}") for level in leg.passes
        ]
    told += _other_doubts(route)
    return tuple(dict.fromkeys(told))


def _unknown_gates(route: Route) -> list[Text]:
    gates = [t.link for leg in route.legs for t in leg.traversals if t.link.kind is LinkKind.GATE]
    if any(gate.staff_call is None for gate in gates):
        return [Text("개찰구 여는 방법", "how to open the gate")]
    return [Text("카드를 찍는지", "whether to tap")] if route.reentries else []


_BRIEFLY = {
    "floor_change_untold": Text("타는 것 없이 층이 바뀌는 곳", "where floors change and no text names a lift"),
    "gate_unplaced": Text("개찰구가 있다는데 어디인지", "where a gate stands that a text names"),
    "train_time_unsurveyed": Text("타지 않고 갈아타는 시간", "the time of a change without a lift"),
}
"""Doubts in a word or two, said once whatever many texts they come from."""


def _other_doubts(route: Route) -> list[Text]:
    said = {*CONFLICTS, "unit_under_repair", "reentry_30_minutes", "length_unknown", "length_derived", "length_assumed"}
    said |= {"gate_staff_unknown", *_BRIEFLY}
    unlisted = [leg.unit for leg in route.legs if leg.unit is not None and not leg.unit.in_register]
    told = []
    told += [_BRIEFLY[doubt.code] for doubt in route.doubts if doubt.code in _BRIEFLY]
    if unlisted:
        names = words.together(words.unit_with_line(unit) for unit in unlisted)
        told.append(Text(f"설비 목록에 없는 {names.ko}", f"not in the register: {names.en}"))
    said.add("unit_not_in_register")
    told += [
        Text(plainly(doubt.message).ko.rstrip("."), plainly(doubt.message).en.rstrip("."))
        for doubt in route.doubts
        if doubt.code not in said
    ]
    return told


# ── who says so ──────────────────────────────────────────────────────────────


DATASETS: dict[str, Text] = {
    "line-colours": Text("노선색", "line colours"),
    "molit-transfer-movement": Text("국토교통부 환승 이동경로", "Ministry of Land: transfer routes"),
    "muui-2016": Text("무의 현장조사", "Muui surveys"),
    "seoul-elevator-points": Text("서울시 엘리베이터 위치", "Seoul: lift points"),
    "seoul-line-order": Text("서울시 노선별 역 정보", "Seoul: lines and stations"),
    "seoul-station-names": Text("서울시 역사마스터 정보", "Seoul: stations and names"),
    "seoul-wheelchair-lift-points": Text("서울시 휠체어리프트 위치", "Seoul: wheelchair lift points"),
    "seoulmetro-escalators": Text("서울교통공사 에스컬레이터 현황", "Seoul Metro: escalators"),
    "seoulmetro-interstation": Text("서울교통공사 역간거리", "Seoul Metro: distances between stations"),
    "seoulmetro-lift-heights": Text("서울교통공사 승강기 높이", "Seoul Metro: lift heights"),
    "seoulmetro-lift-status": Text("서울교통공사 승강기 가동현황", "Seoul Metro: lift status"),
    "seoulmetro-station-depth": Text("서울교통공사 역사심도", "Seoul Metro: station depths"),
    "seoulmetro-station-points": Text("서울교통공사 역사 좌표", "Seoul Metro: station points"),
    "seoulmetro-toilets": Text("서울교통공사 장애인 화장실", "Seoul Metro: accessible toilets"),
    "seoulmetro-transfer-distance": Text("서울교통공사 환승거리", "Seoul Metro: transfer distances"),
    "seoulmetro-wheelchair-lifts": Text("서울교통공사 휠체어리프트 현황", "Seoul Metro: wheelchair lifts"),
}
"""Short names of the datasets of `data/datasets.csv`."""


def sources(route: Route, datasets: Mapping[str, Text] | None = None) -> tuple[tuple[Text, Text], ...]:
    """The datasets behind a route and their as-of dates, surveys first.

    Parameters
    ----------
    datasets
        Names of datasets by id; one without a name goes by its id.
    """
    names = {**DATASETS, **(datasets or {})}
    dates: dict[str, set[str | None]] = {}
    for each in _all_evidence(route):
        if each.method in {Method.SURVEYED, Method.OFFICIAL}:
            key = "survey" if each.dataset.startswith("survey:") else each.dataset
            dates.setdefault(key, set()).add(each.date)
    told = []
    for key in sorted(dates, key=lambda key: (key != "survey", key)):
        name = Text("현장 조사", "survey on site") if key == "survey" else names.get(key, Text(key, key))
        if key == "survey" and route.run is not None:
            name = Text(f"현장 조사({route.run.source})", f"survey on site ({route.run.source})")
        newest = max((date for date in dates[key] if date), default=None)
        told.append((name, words.as_of_text(newest)))
    return tuple(told)


def source_texts(route: Route, as_of: str | None, datasets: Mapping[str, Text] | None, lang: str) -> tuple[str, ...]:
    """The sources of a route as a picture's foot names them, and the date to print if there is one."""
    told = [
        f"{name.ko} {date.ko}" if lang == "ko" else f"{name.en}, {date.en}" for name, date in sources(route, datasets)
    ]
    if as_of is not None:
        told.append(f"자료 기준일 {as_of}" if lang == "ko" else f"data as of {as_of}")
    return tuple(told)


def _all_evidence(route: Route) -> list[Evidence]:
    found: list[Evidence] = []
    for leg in route.legs:
        found += leg.unit.evidence if leg.unit else ()
        for traversal in leg.traversals:
            link = traversal.link
            found += [each for field in sorted(link.evidence) for each in link.evidence[field]]
            found += [met.evidence for met in link.met]
    return found


def how_computed() -> Text:
    """How minutes and badges come about, in a sentence."""
    return Text(
        "시간은 이동, 기다림, 타기, 개찰구, 열차 타고 내리기를 더해 범위로 적었어요.",
        "Times add up moving, waiting, riding, gates and trains, as a range.",
    )


def before_you_go() -> Text:
    """The last line of every map."""
    return Text("떠나기 전에 운행을 확인하세요.", "Check the lifts before you go.")
