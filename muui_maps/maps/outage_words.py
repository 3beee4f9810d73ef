"""What an outage does, in sentences of two languages: who loses which trips, and who needs how much longer.

Sixteen transfers that are lost alike are one line (`4호선 ↔ 7호선`), and travellers that fare alike share it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from muui_maps.maps import words
from muui_maps.model import Endpoint, StationName, Text, Unit
from muui_maps.network.outages import endpoints_of, trips_of
from muui_maps.profiles import PROFILES
from muui_maps.wording import STATUS_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from muui_maps.model import Station
    from muui_maps.network.outages import Burden, ByTrain, Effect, Outage, Trip

NO_WAITING = Text("↻ 시간에 열차 기다리는 시간은 넣지 않았어요.", "↻ Times do not include waiting for trains.")
"""To be said once where ways round by train are told."""

NAMED = 3
"""How many units of a way round are named; the rest are counted."""

PROFILE_ORDER = tuple(PROFILES)
WHEELS = tuple(profile.id for profile in PROFILES.values() if profile.wheels)


@dataclass(frozen=True, slots=True)
class Told:
    """A line about an outage: what becomes of which trips, and for whom."""

    lost: bool
    trips: Text
    what: Text
    who: Text

    @property
    def text(self) -> Text:
        return Text(
            f"{self.trips.ko}: {self.what.ko} — {self.who.ko}", f"{self.trips.en}: {self.what.en} — {self.who.en}"
        )


def units_of(station: Station, outage: Outage) -> Text:
    """The units of an outage: `4호선 엘리베이터 외부 1`; a pair with `+`."""
    units = {unit.id: unit for unit in station.units}
    names = [words.unit_with_line(units[each]) for each in outage.units]
    return Text(" + ".join(name.ko for name in names), " + ".join(name.en for name in names))


def state_of(unit: Unit) -> Text:
    """That a unit is out already, and since when that is known: `수리 중 (2025-10-01 이전)`."""
    word, known = STATUS_WORDS[unit.status], words.as_of_text(unit.status_as_of)
    if unit.status_expired:
        return Text(f"{known.ko}에 {word.ko}, 지금은 몰라요", f"{word.en} on {known.en}; not known today")
    return Text(f"{word.ko} ({known.ko})", f"{word.en} ({known.en})")


def told(station: Station, outage: Outage) -> tuple[Told, ...]:
    """What an outage does: what is lost first, transfers before ways to the street."""
    lines: list[Told] = []
    for lost in (True, False):
        for kind in ("transfer", "street", "exit"):
            for who, effects in _alike(outage, lost=lost, kind=kind):
                where = _where(station, kind, [effect.trip for effect in effects])
                what = Text("끊겨요", "lost") if lost else _longer(station, effects)
                lines.append(Told(lost, where, what, who_text(who)))
    return tuple(lines)


def _kind(trip: Trip) -> str:
    return "transfer" if trip.is_transfer else "street" if trip.is_street else "exit"


def _alike(outage: Outage, *, lost: bool, kind: str) -> list[tuple[tuple[str, ...], list[Effect]]]:
    """The effects of one kind, by the travellers that share them. One exit says nothing where the street is lost."""
    cut_off = {(_street(each.trip), each.profile) for each in outage.effects if each.lost and each.trip.is_street}
    # Who must take a wheelchair lift and who walks round it don't share a line.
    alike: dict[tuple[Trip, int], list[Effect]] = defaultdict(list)
    for effect in outage.effects:
        if effect.lost is not lost or _kind(effect.trip) != kind:
            continue
        if kind == "exit" and (_street(effect.trip), effect.profile) in cut_off:
            continue
        alike[effect.trip, effect.more_wheelchair_lifts].append(effect)
    found: dict[tuple[tuple[str, ...], int], list[Effect]] = defaultdict(list)
    for (_, lifts), effects in alike.items():
        found[tuple(effect.profile for effect in effects), lifts] += effects
    ordered = sorted(found.items(), key=lambda each: (-len(each[0][0]), each[0]))
    return [(who, effects) for (who, _), effects in ordered]


def _street(trip: Trip) -> tuple[Endpoint, bool]:
    """The platform of a way to or from outside, and whether it leads out."""
    return (trip.start, True) if trip.end.line is None else (trip.end, False)


def who_text(profiles: Collection[str]) -> Text:
    """The travellers, by name; `바퀴로 다니는 모두` where it is all of those on wheels."""
    if set(profiles) == set(PROFILES):
        return Text("누구나", "everybody")
    rest = [each for each in profiles if each not in WHEELS]
    if set(WHEELS) <= set(profiles):
        on_wheels = Text("바퀴로 다니는 모두", "everybody on wheels")
        return words.together([on_wheels, *(PROFILES[each].name for each in rest)])
    return words.together(PROFILES[each].name for each in profiles)


def _longer(station: Station, effects: Sequence[Effect]) -> Text:
    """How much longer, at least and at most, and by which units the way round leads."""
    more = [effect.more for effect in effects if effect.more is not None]
    ko, en = [], []
    if any(each.typical > 0 for each in more):
        time = more_text(min(each.low for each in more), max(each.high for each in more))
        ko, en = [time.ko], [time.en]
    if lifts := max((effect.more_wheelchair_lifts for effect in effects), default=0):
        ko.append(f"휠체어리프트 {lifts}번 더")
        en.append(f"{lifts} more wheelchair lift{'s' if lifts > 1 else ''}")
    if any(effect.more_assumed > 0 for effect in effects):
        ko.append("안내에 없는 길")
        en.append("a way that nobody describes")
    if any(effect.goes_outside for effect in effects):
        ko.append("밖으로 나가요")
        en.append("goes outside")
    units = {unit.id: unit for unit in station.units}
    by = list(dict.fromkeys(unit for effect in effects for unit in effect.by if unit in units))
    if by:
        names = words.together(words.unit_with_line(units[unit]) for unit in by[:NAMED])
        rest = len(by) - NAMED
        ko.append(f"{names.ko}{f' 외 {rest}대' if rest > 0 else ''} 이용")
        en.append(f"by {names.en}{f' and {rest} more' if rest > 0 else ''}")
    return Text(" · ".join(ko) or "다른 길로 가요", " · ".join(en) or "another way")


def more_text(low: float, high: float) -> Text:
    """`3–8분 더` / `3–8 min more`; from seconds. A detour's least is never told as less than nothing."""
    least, most = max(0, round(low / 60)), round(high / 60)
    if most <= 0:
        return Text("1분 미만 더", "under 1 min more")
    if least == most:
        return Text(f"{most}분 더", f"{most} min more")
    if least == 0:
        return Text(f"{most}분까지 더", f"up to {most} min more")
    return Text(f"{least}–{most}분 더", f"{least}–{most} min more")


# ── the way round by train ───────────────────────────────────────────────────


def rounds_told(station: Station, outage: Outage, names: Mapping[str, StationName]) -> tuple[Text, ...]:
    """The ways round by train for what an outage loses; `names` are the stations' by id.

    Trips that go round alike share a line; of several travellers it is told for the one on wheels that is named first.
    """
    first: dict[Trip, Effect] = {}
    for effect in sorted(outage.effects, key=lambda each: PROFILE_ORDER.index(each.profile)):
        if effect.lost and effect.by_train is not None:
            first.setdefault(effect.trip, effect)
    alike: dict[tuple[object, ...], list[Effect]] = defaultdict(list)
    for effect in first.values():
        if effect.by_train is not None:
            train = effect.by_train
            alike[_kind(effect.trip), train.changes, train.turns, train.street, train.early].append(effect)
    lines = []
    for effects in alike.values():
        where = _where(station, _kind(effects[0].trip), [effect.trip for effect in effects])
        way = round_text([effect.by_train for effect in effects if effect.by_train is not None], names)
        lines.append(Text(f"{where.ko}: {way.ko}", f"{where.en}: {way.en}"))
    return tuple(lines)


def round_text(rounds: Sequence[ByTrain], names: Mapping[str, StationName]) -> Text:
    """`창동역, 도봉산역에서 갈아타기 · 4–21분 더`: of ways by the same stations; see `NO_WAITING`.

    `미리`: before the train reaches the station. `반대 방향으로`: back on the same line.
    """
    changes, street = rounds[0].changes, rounds[0].street
    ko, en = [], []
    for back, stations in groupby(changes, key=rounds[0].turns.__contains__):
        at = _station_names(tuple(stations), names)
        ko.append(f"{at.ko}에서 {'반대 방향으로 ' if back else ''}갈아타기")
        en.append(f"change {'direction ' if back else ''}at {at.en}")
    if street is not None:
        at = _station_names((street,), names)
        ko.append(f"{at.ko}에서 타고 내리기")
        en.append(f"use the street lifts of {at.en}")
    if rounds[0].early:
        ko[0], en[0] = f"미리 {ko[0]}", f"earlier: {en[0]}"
    more = more_text(min(each.more.low for each in rounds), max(each.more.high for each in rounds))
    ko.append(more.ko)
    en.append(more.en)
    return Text(" · ".join(ko), " · ".join(en))


def instead_text(way: ByTrain, names: Mapping[str, StationName]) -> Text:
    """The way round by train on a map: `창동역, 도봉산역에서 갈아타기 · 열차 기다림 빼고 4–21분 더`."""
    told = round_text([way], names)
    ko, _, more_ko = told.ko.rpartition(" · ")
    en, _, more_en = told.en.rpartition(" · ")
    return Text(
        f"{ko} · 열차 기다림 빼고 {more_ko}", f"{en[:1].upper()}{en[1:]} · {more_en}, without waiting for trains"
    )


def _station_names(ids: Sequence[str], names: Mapping[str, StationName]) -> Text:
    told = [names[each] for each in ids]
    ko = [name.ko if name.ko.endswith("역") else f"{name.ko}역" for name in told]
    return Text(", ".join(ko), ", ".join(words.english(name) for name in told))


# ── which trips ──────────────────────────────────────────────────────────────


def _where(station: Station, kind: str, trips: Iterable[Trip]) -> Text:
    unique = list(dict.fromkeys(trips))
    if kind == "transfer":
        return words.together(_transfers(station, unique))
    if kind == "street":
        return words.together(_streets(station, unique))
    return words.together(_exits(station, unique))


def _transfers(station: Station, trips: Sequence[Trip]) -> list[Text]:
    """`4호선 ↔ 7호선` where all of them are meant; else the directions too."""
    all_trips: Mapping[tuple[str, str], set[tuple[str, str]]] = _by_lines(trips_of(station))
    meant = _by_lines(trips)
    whole = {lines for lines, pairs in meant.items() if pairs == all_trips[lines]}
    told: list[Text] = []
    for lines, pairs in meant.items():
        a, b = (words.line_text(line) for line in lines)
        if lines in whole:
            if lines[::-1] not in whole:
                told.append(Text(f"{a.ko} → {b.ko}", f"{a.en} → {b.en}"))
            elif lines < lines[::-1]:
                told.append(Text(f"{a.ko} ↔ {b.ko}", f"{a.en} ↔ {b.en}"))
            continue
        told += _some_transfers(station, lines, pairs, all_trips[lines])
    return told


def _by_lines(trips: Iterable[Trip]) -> dict[tuple[str, str], set[tuple[str, str]]]:
    found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for trip in trips:
        if trip.start.line is not None and trip.end.line is not None:
            found[trip.start.line, trip.end.line].add((trip.start.direction or "", trip.end.direction or ""))
    return found


def _some_transfers(
    station: Station, lines: tuple[str, str], pairs: set[tuple[str, str]], whole: set[tuple[str, str]]
) -> list[Text]:
    """Some directions of two lines: all from one direction, all to one, or one by one."""
    left = set(pairs)
    told: list[Text] = []
    for n in (0, 1):
        for direction in sorted({pair[n] for pair in whole}):
            same = {pair for pair in whole if pair[n] == direction}
            if same <= left and len(same) > 1:
                left -= same
                told.append(_transfer(station, lines, (direction, None) if n == 0 else (None, direction)))
    return told + [_transfer(station, lines, pair) for pair in sorted(left)]


def _transfer(station: Station, lines: tuple[str, str], directions: tuple[str | None, str | None]) -> Text:
    a, b = (_platform(station, line, direction) for line, direction in zip(lines, directions, strict=True))
    return Text(f"{a.ko} → {b.ko}", f"{a.en} → {b.en}")


def _platform(station: Station, line: str, direction: str | None) -> Text:
    name = words.line_text(line)
    if direction is None:
        return name
    towards = words.towards(station, line, direction)
    return Text(f"{name.ko} {towards.ko}", f"{name.en} {towards.en}")


def _streets(station: Station, trips: Sequence[Trip]) -> list[Text]:
    """`7호선 ↔ 바깥`; one way only with an arrow; single directions where not all of the line are meant."""
    ways: dict[Endpoint, set[bool]] = defaultdict(set)
    for trip in trips:
        platform, outward = _street(trip)
        ways[platform].add(outward)
    platforms, _ = endpoints_of(station)
    told: list[Text] = []
    for line in dict.fromkeys(each.line or "" for each in platforms):
        of_line = [each for each in platforms if each.line == line]
        if len({frozenset(ways[each]) for each in of_line}) == 1:
            if ways[of_line[0]]:
                told.append(_to_street(words.line_text(line), ways[of_line[0]]))
            continue
        told += [_to_street(_platform(station, line, each.direction), ways[each]) for each in of_line if ways[each]]
    return told


def _to_street(platform: Text, ways: set[bool]) -> Text:
    sign = "↔" if len(ways) > 1 else "→" if True in ways else "←"
    return Text(f"{platform.ko} {sign} 바깥", f"{platform.en} {sign} street")


def _exits(station: Station, trips: Sequence[Trip]) -> list[Text]:
    """`3번 출구`, with the lines where it is lost to some of them only."""
    lines: dict[str, set[str]] = defaultdict(set)
    for trip in trips:
        outside = trip.end if trip.end.line is None else trip.start
        lines[outside.exit or ""].add(_street(trip)[0].line or "")
    whole = {each.line or "" for each in endpoints_of(station)[0]}
    told: list[Text] = []
    for number, concerned in sorted(lines.items(), key=lambda each: _by_number(each[0])):
        name = words.exit_text(number)
        if concerned == whole:
            told.append(name)
        else:
            of = words.together(words.line_text(line) for line in sorted(concerned))
            told.append(Text(f"{name.ko}({of.ko})", f"{name.en} ({of.en})"))
    return told


def _by_number(exit_number: str) -> tuple[tuple[int, ...], str]:
    """Exit 2 before exit 10, 3-1 after 3."""
    return tuple(int(part) for part in re.findall(r"\d+", exit_number)), exit_number


# ── the ranking ──────────────────────────────────────────────────────────────


def burden_text(burden: Burden) -> Text:
    """What hangs on a unit, in a line: `환승 8개 끊김 · 바깥 출입 4개 끊김`."""
    ko, en = [], []
    if burden.transfers_lost:
        ko.append(f"환승 {burden.transfers_lost}개 끊김")
        en.append(f"{burden.transfers_lost} transfers lost")
    if burden.platforms_cut_off:
        ko.append(f"바깥 출입 {burden.platforms_cut_off}개 끊김")
        en.append(f"{burden.platforms_cut_off} ways to the street lost")
    if burden.trips_longer:
        more = more_text(burden.more_s / burden.trips_longer, burden.more_s / burden.trips_longer)
        ko.append(f"{burden.trips_longer}개는 평균 {more.ko}")
        en.append(f"{burden.trips_longer} longer, {more.en} on average")
    return Text(" · ".join(ko), " · ".join(en))
