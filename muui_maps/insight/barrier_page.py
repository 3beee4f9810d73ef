"""The barrier report as a page: what the data say to the city, with methods and limits. Every sentence is counted."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from muui_maps.insight.barrier_tables import (
    FINE_MINUTES,
    LIMIT_MINUTES,
    REENTRY_MINUTES,
    by_district,
    kinds_of,
    line_order,
    there_and_back,
)
from muui_maps.maps import words
from muui_maps.maps.city import Dot, Track, city_scene
from muui_maps.maps.report_page import ReportPart, report_page
from muui_maps.model import STOPPED, Endpoint, LinkKind, Text
from muui_maps.wording import district_text, line_text, name_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from muui_maps.insight.barrier_tables import Surveyed
    from muui_maps.insight.burden import TransferBurden
    from muui_maps.insight.compare import OfficialComparison, Platform
    from muui_maps.maps.scene import Scene
    from muui_maps.model import Station
    from muui_maps.network.outages import Ranked

SHOWN = 20
"""Rows of a table on the page; the CSV beside it has all."""

TITLE = Text("환승역의 장벽: 자료가 말하는 것", "Barriers at transfer stations: what the data say")


@dataclass(frozen=True, slots=True)
class Barriers:
    """All that the report tells of.

    Parameters
    ----------
    ranked
        Single points of failure, worst first.
    tracks
        The lines of the city, for its map.
    as_of
        The date of the newest dataset.
    """

    stations: tuple[Surveyed, ...]
    ranked: tuple[Ranked, ...]
    tracks: tuple[Track, ...]
    as_of: str | None

    @property
    def transfers(self) -> list[TransferBurden]:
        return [transfer for each in self.stations for transfer in each.transfers]

    @property
    def ways(self) -> list[TransferBurden]:
        """Transfers with a known wheelchair way."""
        return [each for each in self.transfers if each.chair is not None]


def barrier_page(found: Barriers, *, lang: str) -> str:
    """The report in one language, as HTML."""
    parts = [
        _times(found),
        _lines(found),
        _districts(found),
        _worst(found),
        _forced_out(found),
        _wheelchair_lifts(found),
        _on_foot_only(found),
        _directions(found),
        _out_now(found),
        _single_points(found),
        _unknown(found),
        _methods(found),
        _files(),
    ]
    told = [each.said(lang) for each in parts]
    lead = [_said(each, lang) for each in _lead(found)]
    return report_page(_said(TITLE, lang), lead, told, city_of(found, lang=lang), lang=lang, name="report")


@dataclass(frozen=True, slots=True)
class _Part:
    """A part in both languages; `whole` shows every row of its table."""

    title: Text
    lead: tuple[Text, ...] = ()
    header: tuple[Text, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()
    image: tuple[str, Text] | None = None
    whole: bool = False

    def said(self, lang: str) -> ReportPart:
        return ReportPart(
            _said(self.title, lang),
            tuple(_said(each, lang) for each in self.lead),
            tuple(_said(each, lang) for each in self.header),
            tuple(tuple(_said(cell, lang) for cell in row) for row in self.rows[: None if self.whole else SHOWN]),
            image=None if self.image is None else (f"{self.image[0]}.{lang}.svg", _said(self.image[1], lang)),
        )


def _said(text: Text, lang: str) -> str:
    return text.ko if lang == "ko" else text.en


def _same(value: object) -> Text:
    return Text(str(value), str(value))


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %" if whole else "0 %"


# ── words for things ─────────────────────────────────────────────────────────

_UNKNOWN = Text("모름", "not known")
_STATION, _TRANSFER = Text("역", "station"), Text("환승", "transfer")
_CHAIR, _FOOT = Text("휠체어(분)", "wheelchair (min)"), Text("걸어서(분)", "on foot (min)")


def _end(station: Station, end: Endpoint) -> Text:
    line = line_text(end.line or "")
    towards = words.towards(station, end.line or "", end.direction)
    return Text(f"{line.ko} {towards.ko}", f"{line.en} {towards.en}")


def _range(each: TransferBurden) -> Text:
    return _same("?" if each.chair is None else words.minutes_text(each.chair.seconds))


def _on_foot(each: TransferBurden) -> Text:
    if each.walker is None:
        return _same("?")
    return _same(round(each.walker.seconds.typical / 60) or "<1")


Pair = tuple[Endpoint, Endpoint]


def _rows(transfers: Iterable[TransferBurden], *more: Callable[[TransferBurden], Text]) -> tuple[tuple[Text, ...], ...]:
    """A row for all transfers between two lines of a station, whichever way, of which it says the same."""
    return _alike(
        (each.station, (each.start, each.end), (_range(each), *(cell(each) for cell in more))) for each in transfers
    )


def _alike(told: Iterable[tuple[Station, Pair, tuple[Text, ...]]]) -> tuple[tuple[Text, ...], ...]:
    """Rows: the station, the platforms, and what is told of them, those of the same figures together."""
    of_lines: dict[tuple[str, frozenset[str | None], tuple[Text, ...]], list[tuple[Station, Pair]]] = defaultdict(list)
    for station, ends, cells in told:
        of_lines[station.id, frozenset(end.line for end in ends), cells].append((station, ends))
    return tuple(
        (name_text(alike[0][0].name), _platforms(alike[0][0], [ends for _, ends in alike]), *cells)
        for (_, _, cells), alike in of_lines.items()
    )


def _platforms(station: Station, pairs: Sequence[Pair]) -> Text:
    """`2호선 상계 방면 → 7호선 신풍 방면`, with `↔` where the way back is among them, and how many more are alike."""
    first, back = pairs[0], pairs[0][::-1]
    start, end = (_end(station, each) for each in first)
    arrow = "↔" if back in pairs else "→"
    more = len({*pairs} - {first, back})
    return Text(
        f"{start.ko} {arrow} {end.ko}" + (f" 외 {more}" if more else ""),
        f"{start.en} {arrow} {end.en}" + (f" (+{more} like it)" if more else ""),
    )


def _longest_first(transfers: Iterable[TransferBurden]) -> list[TransferBurden]:
    return sorted(transfers, key=lambda each: (-(each.minutes or 0.0), each.station.id, each.start.key, each.end.key))


def _more_in(file: str, count: int, rows: Sequence[tuple[Text, ...]]) -> tuple[Text, ...]:
    if len(rows) <= SHOWN:
        return ()
    words = f"표에는 앞의 것만 있어요. {count}개 모두 data/{file}에 있어요."
    return (Text(words, f"The table shows the first; all {count} are in data/{file}."),)


# ── the parts ────────────────────────────────────────────────────────────────


def _lead(found: Barriers) -> tuple[Text, ...]:
    ways = found.ways
    both = [each for each in ways if each.walker is not None]
    chair = median(each.minutes or 0 for each in both) if both else 0.0
    foot = median(each.walker.seconds.typical / 60 for each in both if each.walker) if both else 0.0
    over = sum((each.minutes or 0) > LIMIT_MINUTES for each in ways)
    return (
        Text(
            f"환승역 {len(found.stations)}개의 환승 {len(found.transfers)}개(방향마다 하나)를 휠체어와 걷는 사람으로 "
            f"찾아 견주었어요. 자료 기준일은 {found.as_of}이에요.",
            f"{len(found.transfers)} transfers (each direction by itself) at {len(found.stations)} stations, "
            f"searched "
            f"for a wheelchair and for somebody on foot. Data as of {found.as_of}.",
        ),
        Text(
            f"가운데값은 휠체어 {chair:.0f}분, 걸어서 {foot:.0f}분이에요. "
            f"휠체어로 보통 {LIMIT_MINUTES}분을 넘는 환승이 {over}개({_share(over, len(ways))})예요.",
            f"The median is {chair:.0f} minutes in a wheelchair and {foot:.0f} on foot. "
            f"{over} transfers ({_share(over, len(ways))}) typically take a wheelchair over {LIMIT_MINUTES} minutes.",
        ),
    )


def city_of(found: Barriers, *, lang: str) -> Scene:
    """The city, each station as large as its longest transfer, the ten worst numbered."""
    worst = {
        each.station.id: max((transfer.minutes or 0.0 for transfer in each.transfers), default=0.0)
        for each in found.stations
    }
    ordered = sorted(found.stations, key=lambda each: (-worst[each.station.id], each.station.id))
    top = max(worst.values(), default=1.0) or 1.0
    listed = [
        (n, name_text(each.station.name), Text(f"{worst[each.station.id]:.0f}분", f"{worst[each.station.id]:.0f} min"))
        for n, each in enumerate(ordered[:SHOWN], 1)
    ]
    numbers = {each.station.id: n for n, each in enumerate(ordered[:SHOWN], 1)}
    dots = [
        Dot(
            each.station.id,
            name_text(each.station.name),
            each.station.origin,
            worst[each.station.id] / top,
            number=numbers.get(each.station.id),
        )
        for each in ordered
        if each.station.origin is not None
    ]
    key = (
        Text("번호와 크기: 가장 긴 환승(휠체어, 보통)", "number and size: longest transfer (wheelchair, typically)"),
        Text("점선 테두리: 지도 밖 먼 역", "dashed: further out than the map"),
    )
    return city_scene(
        "barriers",
        title=Text("가장 오래 걸리는 환승", "Longest transfers"),
        lead=Text("휠체어로, 설비가 다 움직일 때", "in a wheelchair, while everything works"),
        key=key,
        listed=listed,
        source=Text(
            f"자료 기준일 {found.as_of}. 선로는 1–9호선만 있어요.",
            f"Data as of {found.as_of}. Tracks of lines 1–9 only.",
        ),
        tracks=found.tracks,
        dots=dots,
        lang=lang,
    )


def _times(found: Barriers) -> _Part:
    ways = found.ways
    fine = sum((each.minutes or 0) <= FINE_MINUTES for each in ways)
    over = sum((each.minutes or 0) > LIMIT_MINUTES for each in ways)
    could = sum(each.chair is not None and each.chair.seconds.high / 60 > LIMIT_MINUTES for each in ways)
    return _Part(
        Text(f"{FINE_MINUTES}분과 {LIMIT_MINUTES}분", "Ten minutes and fifteen"),
        (
            Text(
                f"이용자들은 환승 {FINE_MINUTES}분은 괜찮고 {LIMIT_MINUTES}분이 한계라고 말해요. 휠체어로 "
                f"{FINE_MINUTES}분 안에 되는 환승이 "
                f"{fine}개({_share(fine, len(ways))}), 보통 {LIMIT_MINUTES}분을 넘는 환승이 "
                f"{over}개({_share(over, len(ways))}), "
                f"느린 쪽이면 {LIMIT_MINUTES}분을 넘을 수 있는 환승이 {could}개({_share(could, len(ways))})예요.",
                f"Users call {FINE_MINUTES} minutes for a transfer fine and {LIMIT_MINUTES} the limit. In a "
                f"wheelchair {fine} "
                f"({_share(fine, len(ways))}) take no more than {FINE_MINUTES}; {over} ({_share(over, len(ways))}) "
                f"typically take "
                f"more than {LIMIT_MINUTES}; {could} ({_share(could, len(ways))}) may, at the slow end of their range.",
            ),
        ),
        image=(
            "times",
            Text(
                f"시간 안에 갈아타는 환승의 비율: 휠체어는 {FINE_MINUTES}분에 {_share(fine, len(ways))}.",
                f"Share of transfers done within a time: {_share(fine, len(ways))} within {FINE_MINUTES} minutes by "
                f"wheelchair.",
            ),
        ),
    )


_SUMMARY = (
    Text("환승", "transfers"),
    Text("가운데값(분)", "median (min)"),
    Text(f"{LIMIT_MINUTES}분 넘음", f"over {LIMIT_MINUTES} min"),
    Text("휠체어만 밖으로", "only wheelchairs leave"),
    Text("휠체어리프트", "wheelchair lift"),
)


def _summary(transfers: Sequence[TransferBurden]) -> tuple[Text, ...]:
    ways = [each for each in transfers if each.chair is not None]
    minutes = [each.minutes for each in ways if each.minutes is not None]
    return (
        _same(len(transfers)),
        _same(f"{median(minutes):.0f}" if minutes else "?"),
        _same(sum(each > LIMIT_MINUTES for each in minutes)),
        _same(sum(each.forced_out for each in ways)),
        _same(sum(each.wheelchair_lifts > 0 for each in ways)),
    )


def _lines(found: Barriers) -> _Part:
    names = {end.line for each in found.transfers for end in (each.start, each.end) if end.line is not None}
    rows = tuple(
        (line_text(line), *_summary([each for each in found.transfers if line in {each.start.line, each.end.line}]))
        for line in sorted(names, key=line_order)
    )
    return _Part(
        Text("노선마다", "By line"),
        (Text("그 노선에서 내리거나 그 노선을 타는 환승이에요.", "Transfers from the line and to it."),),
        (Text("노선", "line"), *_SUMMARY),
        rows,
        image=(
            "lines",
            Text(
                "노선마다 환승 시간을 점으로 찍은 그림. 값은 표에 있어요.",
                "Each line's transfers at their minutes; figures are in the table.",
            ),
        ),
        whole=True,
    )


def _districts(found: Barriers) -> _Part:
    here = by_district(found.stations)
    rows = tuple(
        (
            _UNKNOWN if district is None else district_text(district),
            _same(len(of)),
            *_summary([transfer for each in of for transfer in each.transfers]),
        )
        for district, of in here.items()
    )
    return _Part(
        Text("자치구마다", "By district"),
        (
            Text(
                "역의 엘리베이터·리프트가 선 서울의 자치구예요. 경계에 걸친 역은 구마다 들어가요. "
                f"자치구를 모르는 역이 {len(here.get(None, ()))}개예요: 서울 밖이거나, 서울시가 위치를 공개한 "
                "엘리베이터가 없어요.",
                "The district of Seoul in which a station's lifts stand; a station on a boundary counts in each. Of "
                f"{len(here.get(None, ()))} stations it is not known: they are outside Seoul, or Seoul publishes the "
                "place of none of their lifts.",
            ),
        ),
        (Text("자치구", "district"), Text("역", "stations"), *_SUMMARY),
        rows,
        whole=True,
    )


def _worst(found: Barriers) -> _Part:
    ordered = _longest_first(each for each in found.ways if (each.minutes or 0) > LIMIT_MINUTES)
    rows = _rows(ordered, _on_foot)
    return _Part(
        Text("가장 오래 걸리는 환승", "The longest transfers"),
        (
            Text(
                f"보통 {LIMIT_MINUTES}분을 넘는 환승 {len(ordered)}개예요.",
                f"{len(ordered)} transfers typically take more than {LIMIT_MINUTES} minutes.",
            ),
            *_more_in("transfers.csv", len(ordered), rows),
        ),
        (_STATION, _TRANSFER, _CHAIR, _FOOT),
        rows,
    )


def _forced_out(found: Barriers) -> _Part:
    forced = _longest_first(each for each in found.ways if each.forced_out)
    rows = _rows(forced, _on_foot)
    stations = {each.station.id for each in forced}
    late = sum(
        each.chair is not None
        and each.chair.outside_gates is not None
        and each.chair.outside_gates.high / 60 > REENTRY_MINUTES
        for each in found.ways
    )
    longer = (
        Text(
            f"밖에 있는 시간이 길면 넘을 수 있는 환승이 {late}개예요.",
            f"The stay outside may take longer on this number of transfers: {late}.",
        )
        if late
        else Text(
            "밖에 있는 시간이 길어도 넘는 환승은 없어요.", "On none of the transfers does the stay outside take longer."
        )
    )
    return _Part(
        Text("휠체어만 밖으로 나가요", "Only wheelchairs must leave"),
        (
            Text(
                f"걷는 사람은 개찰구 안에서 갈아타는데 휠체어는 나가야 하는 환승이 역 {len(stations)}개에 "
                f"{len(forced)}개 있어요. "
                f"다시 들어가려면 {REENTRY_MINUTES}분 안에 찍어야 해요. {longer.ko}",
                f"Walkers change inside the gates and wheelchairs must leave: {len(forced)} transfers at "
                f"{len(stations)} stations. One must be back inside within {REENTRY_MINUTES} minutes. {longer.en}",
            ),
            *_more_in("transfers.csv", len(forced), rows),
        ),
        (_STATION, _TRANSFER, _CHAIR, _FOOT),
        rows,
    )


def _wheelchair_lifts(found: Barriers) -> _Part:
    only = _longest_first(each for each in found.ways if each.wheelchair_lifts > 0)
    rows = _rows(only, lambda each: _same(each.wheelchair_lifts))
    return _Part(
        Text("휠체어리프트 없이는 못 가요", "Impossible without a wheelchair lift"),
        (
            Text(
                f"엘리베이터만으로 가는 길을 몰라서 휠체어리프트를 타야 하는 환승이 {len(only)}개예요. 리프트는 "
                f"역무원이 와야 움직여요.",
                f"{len(only)} transfers have no known way by lifts alone and need a wheelchair lift, which staff "
                f"must operate.",
            ),
            *_more_in("transfers.csv", len(only), rows),
        ),
        (_STATION, _TRANSFER, _CHAIR, Text("휠체어리프트", "wheelchair lifts")),
        rows,
    )


def _on_foot_only(found: Barriers) -> _Part:
    only = [each for each in found.transfers if each.chair is None and each.walker is not None]
    rows = _rows(only, _on_foot)
    return _Part(
        Text("걸어서만 갈 수 있어요", "On foot only"),
        (
            Text(
                f"자료에 걷는 길만 있는 환승이 {len(only)}개예요. 휠체어 길이 없는지, 적히지 않았는지는 자료가 "
                f"말하지 않아요.",
                f"Of {len(only)} transfers the data know a way on foot only. Whether there is none for wheelchairs, "
                f"or none "
                "written down, they do not say.",
            ),
            *_more_in("transfers.csv", len(only), rows),
        ),
        (_STATION, _TRANSFER, _CHAIR, _FOOT),
        rows,
    )


def _directions(found: Barriers) -> _Part:
    pairs = [pair for each in found.stations for pair in there_and_back(each)]
    other = [pair for pair in pairs if kinds_of(pair[1]) != kinds_of(pair[2])]
    gates = [pair for pair in pairs if pair not in other and pair[1].theirs.gates != pair[2].theirs.gates]
    differing = other + gates
    rows = _alike(
        (station, (_endpoint(there.start), _endpoint(there.end)), (_stated(there), _stated(back)))
        for station, there, back in differing
    )
    return _Part(
        Text("안내문이 방향마다 달라요", "The texts differ by direction"),
        (
            Text(
                f"두 방향 모두 공식 안내문이 있는 환승 {len(pairs)}쌍 가운데 {len(other)}쌍은 타는 것이, "
                f"{len(gates)}쌍은 개찰구 수만 "
                "방향마다 달라요. 한쪽 안내문만 보면 더 나은 길을 놓칠 수 있어요.",
                f"Of {len(pairs)} pairs of transfers with an official text each way, {len(other)} take other rides "
                f"on the way back, "
                f"and {len(gates)} more another number of gates. Who reads one text may miss the better way.",
            ),
            *_more_in("texts_by_direction.csv", len(differing), rows),
        ),
        (_STATION, _TRANSFER, Text("가는 길", "there"), Text("오는 길", "back")),
        rows,
    )


def _endpoint(of: Platform) -> Endpoint:
    return Endpoint(of.line, of.direction)


def _stated(text: OfficialComparison) -> Text:
    """What a text rides and passes: `엘리베이터 2, 개찰구 2`."""
    kinds = [ride.kind for ride in text.theirs.rides]
    counts = [(_RIDES[kind], kinds.count(kind)) for kind in _RIDES if kind in kinds]
    counts += [(_GATES, text.theirs.gates)] if text.theirs.gates else []
    return Text(
        ", ".join(f"{name.ko} {count}" for name, count in counts) or "없음",
        ", ".join(f"{name.en} {count}" for name, count in counts) or "none",
    )


_GATES = Text("개찰구", "gates")
_RIDES = {
    LinkKind.ELEVATOR: Text("엘리베이터", "lifts"),
    LinkKind.WHEELCHAIR_LIFT: Text("휠체어리프트", "wheelchair lifts"),
    LinkKind.ESCALATOR: Text("에스컬레이터", "escalators"),
    LinkKind.MOVING_WALK: Text("무빙워크", "moving walks"),
    LinkKind.STAIRS: Text("계단", "stairs"),
    LinkKind.RAMP: Text("경사로", "ramps"),
}


def _out_now(found: Barriers) -> _Part:
    out = [(each.station, unit) for each in found.stations for unit in each.station.units if unit.status in STOPPED]
    lost = [each for each in found.ways if each.today is None]
    rows = _rows(_longest_first(lost))
    dates = sorted({unit.status_as_of for _, unit in out if unit.status_as_of})
    when = [words.as_of_text(date) for date in dates] or [words.as_of_text(None)]
    when_ko, when_en = ", ".join(each.ko for each in when), ", ".join(each.en for each in when)
    return _Part(
        Text("지금 쓸 수 없는 설비", "Out of service now"),
        (
            Text(
                f"목록에서 쓸 수 없는 설비가 {len(out)}개(상태의 날짜: {when_ko}), 그 때문에 지금 안 되는 환승이 "
                f"{len(lost)}개예요. 상태는 날마다 바뀌어요.",
                f"{len(out)} units are out of service in the register (status {when_en}); {len(lost)} transfers are "
                "lost to that. Status changes from day to day.",
            ),
            Text("설비는 data/out_of_service.csv에 있어요.", "The units are in data/out_of_service.csv."),
        ),
        (_STATION, _TRANSFER, Text("움직이면(분)", "if it worked (min)")),
        rows,
    )


def _single_points(found: Barriers) -> _Part:
    names = {each.station.id: each.station for each in found.stations}
    rows = []
    for each in found.ranked:
        station = names[each.station]
        unit = next(unit for unit in station.units if unit.id == each.unit)
        rows.append(
            (
                _same(each.rank),
                name_text(station.name),
                words.unit_with_line(unit),
                _same(each.burden.transfers_lost),
                _same(each.burden.platforms_cut_off),
                _same(each.burden.trips_longer),
            )
        )
    losing = sum(each.burden.transfers_lost > 0 for each in found.ranked)
    return _Part(
        Text("하나만 멈춰도 끊겨요", "Single points of failure"),
        (
            Text(
                f"다른 것이 다 움직여도, 하나만 멈추면 환승이 끊기는 설비가 {losing}개예요. 고치는 날에 가장 먼저 "
                "알려야 할 것들이에요.",
                f"{losing} units each cut off a transfer when they stop, though all others work: the first to announce "
                "when they are repaired.",
            ),
            *_more_in("single_points.csv", len(found.ranked), rows),
        ),
        (
            Text("순위", "rank"),
            _STATION,
            Text("설비", "unit"),
            Text("끊기는 환승", "transfers lost"),
            Text("끊기는 승강장–거리", "platform–street lost"),
            Text("더 걸리는 길", "longer trips"),
        ),
        tuple(rows),
    )


def _unknown(found: Barriers) -> _Part:
    nothing = [each for each in found.transfers if each.chair is None and each.walker is None]
    stations = sorted({each.station.id for each in nothing})
    names = {each.station.id: name_text(each.station.name) for each in found.stations}
    part = [each for each in found.ways if each.chair is not None and each.chair.length_m is None]
    seen = sum(each.surveyed is not None for each in found.ways)
    listed = Text(", ".join(names[each].ko for each in stations), ", ".join(names[each].en for each in stations))
    none_known = (
        Text(
            f"어떤 길도 자료에 없는 환승이 {len(nothing)}개예요({listed.ko}).",
            f"Of {len(nothing)} transfers the data know no way at all ({listed.en}).",
        )
        if nothing
        else Text("길을 전혀 모르는 환승은 없어요.", "There is no transfer of which the data know no way at all.")
    )
    return _Part(
        Text("모르는 것", "What is not known"),
        (
            Text(
                f"{none_known.ko} 거리를 다 알지 못하는 환승이 {len(part)}개, 현장 조사가 닿은 환승은 {seen}개뿐"
                "이에요.",
                f"{none_known.en} Of {len(part)} a part of the metres is unknown, and only {seen} are touched by a "
                "field survey.",
            ),
        ),
    )


def _methods(found: Barriers) -> _Part:
    del found
    return _Part(
        Text("어떻게 셌나요?", "How this was counted"),
        (
            Text(
                "운영기관과 국토교통부의 안내문, 승강기 목록, 현장 조사를 합쳐 역마다 길을 잇고, 수동휠체어와 걷는 "
                "사람의 가장 나은 길을 찾았어요. "
                "따로 말하지 않으면 설비가 다 움직인다고 보았어요.",
                "Official route texts, registers of lifts and field surveys were joined into one network a station; "
                "on it the "
                "best way was searched for a manual wheelchair and for a walker. Unless said otherwise, everything "
                "is taken as "
                "working.",
            ),
            Text(
                "시간은 이동, 타기, 기다림, 개찰구, 열차 타고 내리기를 더한 값이고 늘 범위예요. "
                "보통값은 범위 안의 한 점일 뿐이에요. "
                "아무도 재지 않은 거리는 재어 본 구간들의 가운데값으로 어림해서, 그런 환승은 범위가 넓어요.",
                "Times add moving, riding, waiting, gates and trains, and are ranges; the typical value is one "
                "point of it. Metres that nobody measured are stood in for by medians of surveyed legs, and widen "
                "the range.",
            ),
            Text(
                "휠체어의 시간에는 조사에서 잰 열차 타고 내리기와 길 찾기(환승마다 보통 4분)가 들어 있어요. "
                "걷는 사람은 아무도 조사하지 않아서 들어 있지 않아요. 두 시간의 차이를 읽을 때 함께 보세요.",
                "Times in a wheelchair hold what surveys met at the trains: getting off and on, finding the way, "
                "typically 4 minutes a transfer. Nobody surveyed that of people on foot, and theirs do not: mind it "
                "when the two are compared.",
            ),
            Text(
                "이용객 수는 공개 자료에 없어서, 환승마다 같은 무게로 셌어요. 안내문에 없는 길은 실제로 있어도 세지 "
                "못해요. "
                "자료의 날짜는 서로 다르고, 상태는 날마다 바뀌어요.",
                "Passenger numbers are in none of the open data: each transfer counts the same. A way that no source "
                "writes down "
                "is not counted though it may exist. The data are of different dates, and status changes daily.",
            ),
        ),
    )


def _files() -> _Part:
    return _Part(
        Text("자료 받기", "The data"),
        (
            Text(
                "data/ 폴더에 CSV, GeoPackage, GeoJSON과 열마다의 설명(datapackage.json, DICTIONARY.md)이 있어요. "
                "출처와 이용허락은 datapackage.json에 적었어요.",
                "The folder data/ holds CSV, GeoPackage and GeoJSON, with a dictionary of every column "
                "(datapackage.json, "
                "DICTIONARY.md). Sources and licences stand in datapackage.json.",
            ),
        ),
    )
