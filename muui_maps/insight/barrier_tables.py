"""What the data say of barriers, as tables: transfers, stations, lines, units out, single points of failure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from muui_maps.insight.choose import conflicts
from muui_maps.insight.open_table import Cell, Column, OpenTable
from muui_maps.maps import words
from muui_maps.model import STOPPED, LinkKind, Text
from muui_maps.wording import english

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from muui_maps.insight.burden import TransferBurden
    from muui_maps.insight.compare import OfficialComparison
    from muui_maps.model import Route, Station, Unit
    from muui_maps.network.outages import Ranked

FINE_MINUTES, LIMIT_MINUTES, REENTRY_MINUTES = 10, 15, 30
"""Users call ten minutes for a transfer fine and fifteen the limit; who leaves the gates must be back within thirty."""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """A station with its transfers, each official text of them, and its districts, as the report looks at it."""

    station: Station
    transfers: tuple[TransferBurden, ...]
    official: tuple[OfficialComparison, ...] = ()
    districts: tuple[str, ...] = ()


_STATION = Column("station", "string", Text("역 id", "id of the station"))
_MINUTES = "minutes"
_FROM = "next station of the train one comes on; this station where trains end"
_TO = "next station of the train one changes to; this station where trains end"


def _of(name: str, kind: str, ko: str, en: str, unit: str | None = None) -> Column:
    return Column(name, kind, Text(ko, en), unit)  # type: ignore[arg-type]


# ── transfers ────────────────────────────────────────────────────────────────

TRANSFER_COLUMNS = (
    _STATION,
    _of("from_line", "string", "내리는 노선", "line one comes on"),
    _of("from_direction", "string", "내리는 열차의 다음 역. 이 역이면 종착 열차", _FROM),
    _of("to_line", "string", "타는 노선", "line one changes to"),
    _of("to_direction", "string", "타는 열차의 다음 역. 이 역이면 종착 열차", _TO),
    _of("wheelchair_way", "boolean", "다 움직이면 휠체어 길이 있음", "a wheelchair way is known, if everything works"),
    _of("wheelchair_way_today", "boolean", "수리 중인 것을 빼도 있음", "the same with what is under repair left out"),
    _of("minutes_low", "number", "휠체어, 짧으면", "in a manual wheelchair, at the least", _MINUTES),
    _of("minutes", "number", "휠체어, 보통", "in a manual wheelchair, typically", _MINUTES),
    _of("minutes_high", "number", "휠체어, 길면", "in a manual wheelchair, at the most", _MINUTES),
    _of("minutes_on_foot", "number", "걸어서, 보통", "on foot, typically", _MINUTES),
    _of("minutes_more", "number", "휠체어가 더 걸리는 분", "wheelchair over foot", _MINUTES),
    _of("length_m", "number", "휠체어 길의 거리", "length of the wheelchair way; empty where a part is unknown", "m"),
    _of("lifts", "integer", "엘리베이터를 타는 번수", "lifts ridden"),
    _of("wheelchair_lifts", "integer", "휠체어리프트를 타는 번수", "wheelchair lifts ridden"),
    _of("fare_gates", "integer", "지나는 개찰구", "fare gates passed"),
    _of("staff_calls", "integer", "역무원을 부르는 번수", "times staff are called at a gate"),
    _of("leaves_gates", "boolean", "개찰구를 나갔다 다시 들어감", "leaves the fare gates and goes in again"),
    _of(
        "outside_gates_minutes_high",
        "number",
        "개찰구 밖에 있는 가장 긴 시간",
        "longest stay outside the gates",
        _MINUTES,
    ),
    _of("goes_outside", "boolean", "역 밖으로 나감", "goes outside the station"),
    _of("only_wheelchairs_leave", "boolean", "걷는 사람은 나가지 않음", "walkers need not leave"),
    _of("conflicts", "integer", "자료가 서로 다른 곳", "places at which sources differ"),
    _of("surveyed", "string", "가장 새로운 현장 조사", "newest survey of anything on the way (ISO date or year)"),
    _of("datasets", "string", "근거가 된 자료(|로 이음)", "datasets the way rests on, joined by |"),
)


def transfer_table(surveyed: Sequence[Surveyed]) -> OpenTable:
    rows = [_transfer_row(transfer) for each in surveyed for transfer in each.transfers]
    title = Text("환승", "Transfers")
    key = ("station", "from_line", "from_direction", "to_line", "to_direction")
    return OpenTable("transfers", title, TRANSFER_COLUMNS, key, tuple(sorted(rows, key=lambda row: row[:5])))


def _transfer_row(transfer: TransferBurden) -> tuple[Cell, ...]:
    chair = transfer.chair
    known: tuple[Cell, ...] = (None,) * (len(TRANSFER_COLUMNS) - 7)
    if chair is not None:
        known = (
            _minutes(chair.seconds.low),
            _minutes(chair.seconds.typical),
            _minutes(chair.seconds.high),
            _minutes(transfer.walker.seconds.typical) if transfer.walker else None,
            None if transfer.minutes_more is None else round(transfer.minutes_more, 1),
            chair.length_m,
            transfer.lifts,
            transfer.wheelchair_lifts,
            chair.gates,
            transfer.staff_calls,
            chair.reentries > 0,
            _minutes(chair.outside_gates.high) if chair.outside_gates else None,
            chair.goes_outside,
            transfer.forced_out,
            conflicts(transfer),
            transfer.surveyed,
            "|".join(datasets_of(chair)),
        )
    elif transfer.walker is not None:
        known = (None, None, None, _minutes(transfer.walker.seconds.typical), *known[4:])
    # A transfer of which no way at all is known may well have one for wheelchairs: unknown, not impossible.
    possible = True if chair is not None else (False if transfer.walker is not None else None)
    today = None if possible is None else transfer.today is not None
    return (transfer.station.id, *_ends(transfer), possible, today, *known)


def _ends(transfer: TransferBurden) -> tuple[str, str, str, str]:
    start, end = transfer.start, transfer.end
    return start.line or "", start.direction or "", end.line or "", end.direction or ""


def _minutes(seconds: float) -> float:
    return round(seconds / 60, 1)


def datasets_of(route: Route) -> tuple[str, ...]:
    """The datasets that a way's links and units rest on, sorted; what is computed here is not among them."""
    found = set()
    for leg in route.legs:
        evidence = [each for link in leg.traversals for field in link.link.evidence.values() for each in field]
        evidence += leg.unit.evidence if leg.unit is not None else ()
        found |= {each.dataset for each in evidence if each.dataset != "muui_maps"}
    return tuple(sorted(found))


# ── stations and lines ───────────────────────────────────────────────────────

_SUMMARY = (
    _of("transfers", "integer", "환승 수(방향마다)", "transfers, each direction by itself"),
    _of("with_wheelchair_way", "integer", "휠체어 길을 아는 환승", "transfers with a known wheelchair way"),
    _of("on_foot_only", "integer", "걸어서만 되는 환승", "transfers that can be made on foot only"),
    _of("unknown", "integer", "어떤 길도 모르는 환승", "transfers of which no way at all is known"),
    _of("lost_today", "integer", "수리 때문에 지금 안 되는 환승", "transfers lost to repairs now"),
    _of(
        "minutes_median",
        "number",
        "휠체어 보통 시간의 가운데값",
        "median of the typical minutes in a wheelchair",
        _MINUTES,
    ),
    _of("minutes_on_foot_median", "number", "걸어서 보통 시간의 가운데값", "median of those on foot", _MINUTES),
    _of("minutes_worst", "number", "가장 긴 환승", "longest transfer, typically", _MINUTES),
    _of("over_10_minutes", "integer", "10분을 넘는 환승", "transfers of typically more than 10 minutes"),
    _of("over_15_minutes", "integer", "15분을 넘는 환승", "transfers of typically more than 15 minutes"),
    _of("wheelchair_lift_only", "integer", "휠체어리프트 없이는 안 되는 환승", "transfers that need a wheelchair lift"),
    _of(
        "only_wheelchairs_leave", "integer", "휠체어만 밖으로 나가는 환승", "transfers on which only wheelchairs leave"
    ),
    _of("surveyed", "integer", "현장 조사가 닿은 환승", "transfers that a survey touches"),
)

STATION_COLUMNS = (
    _STATION,
    _of("name_ko", "string", "역 이름", "name in Korean"),
    _of(
        "name_en",
        "string",
        "영어 이름. 공개된 이름이 없으면 로마자",
        "name in English; romanised where none is published",
    ),
    _of("lines", "string", "노선(|로 이음)", "lines, joined by |"),
    _of(
        "districts",
        "string",
        "서울의 자치구(|로 이음). 역의 엘리베이터가 선 곳이고, 모르면 빈칸",
        "districts of Seoul, joined by |: where its lifts stand; empty where no source tells",
    ),
    _of("lat", "number", "위도(WGS84)", "latitude (WGS84)", "degrees"),
    _of("lon", "number", "경도(WGS84)", "longitude (WGS84)", "degrees"),
    *_SUMMARY,
)

DISTRICT_COLUMNS = (
    _of("district", "string", "서울의 자치구", "district of Seoul"),
    _of("stations", "integer", "환승역 수(경계의 역은 구마다)", "transfer stations; one on a boundary in each"),
    *_SUMMARY,
)

LINE_COLUMNS = (_of("line", "string", "노선", "line"), *_SUMMARY)


def station_table(surveyed: Sequence[Surveyed]) -> OpenTable:
    rows = [
        (
            each.station.id,
            each.station.name.ko,
            english(each.station.name),
            "|".join(each.station.lines),
            "|".join(each.districts) or None,
            *(each.station.origin or (None, None)),
            *_summary(each.transfers),
        )
        for each in sorted(surveyed, key=lambda each: each.station.id)
    ]
    return OpenTable("stations", Text("역", "Stations"), STATION_COLUMNS, ("station",), tuple(rows))


def line_table(surveyed: Sequence[Surveyed]) -> OpenTable:
    """A row for each line: the transfers from it and to it."""
    of_line: Mapping[str, list[TransferBurden]] = defaultdict(list)
    for each in surveyed:
        for transfer in each.transfers:
            for line in {transfer.start.line, transfer.end.line} - {None}:
                of_line[line or ""].append(transfer)
    rows = [(line, *_summary(of_line[line])) for line in sorted(of_line, key=line_order)]
    return OpenTable("lines", Text("노선", "Lines"), LINE_COLUMNS, ("line",), tuple(rows))


def district_table(surveyed: Sequence[Surveyed]) -> OpenTable:
    """A row for each district that is known of a station: its stations' transfers. One on a boundary counts in each."""
    rows = [
        (district, len(here), *_summary([transfer for each in here for transfer in each.transfers]))
        for district, here in by_district(surveyed).items()
        if district is not None
    ]
    return OpenTable("districts", Text("자치구", "Districts"), DISTRICT_COLUMNS, ("district",), tuple(rows))


def by_district(surveyed: Sequence[Surveyed]) -> dict[str | None, list[Surveyed]]:
    """District → its stations, sorted; None → those of which no source tells it, last and only where there are any."""
    names = sorted({name for each in surveyed for name in each.districts})
    found: dict[str | None, list[Surveyed]] = {
        name: [each for each in surveyed if name in each.districts] for name in names
    }
    nowhere = [each for each in surveyed if not each.districts]
    return found | ({None: nowhere} if nowhere else {})


def line_order(line: str) -> tuple[int, str]:
    """Numbered lines first, in their order."""
    return (int(line), "") if line.isdigit() else (99, line)


def _summary(transfers: Sequence[TransferBurden]) -> tuple[Cell, ...]:
    ways = [each for each in transfers if each.chair is not None]
    minutes = [each.minutes for each in ways if each.minutes is not None]
    on_foot = [each.walker.seconds.typical / 60 for each in transfers if each.walker is not None]
    return (
        len(transfers),
        len(ways),
        sum(each.chair is None and each.walker is not None for each in transfers),
        sum(each.chair is None and each.walker is None for each in transfers),
        sum(each.today is None for each in ways),
        round(median(minutes), 1) if minutes else None,
        round(median(on_foot), 1) if on_foot else None,
        round(max(minutes), 1) if minutes else None,
        sum(each > FINE_MINUTES for each in minutes),
        sum(each > LIMIT_MINUTES for each in minutes),
        sum(each.wheelchair_lifts > 0 for each in ways),
        sum(each.forced_out for each in ways),
        sum(each.surveyed is not None for each in ways),
    )


# ── units ────────────────────────────────────────────────────────────────────

OUT_COLUMNS = (
    _STATION,
    _of("unit", "string", "설비 id", "id of the unit"),
    _of("name_ko", "string", "이름", "name in Korean"),
    _of("name_en", "string", "영어 이름", "name in English"),
    _of("levels", "string", "서는 층(|로 이음)", "levels it serves, joined by |"),
    _of("status", "string", "상태", "status"),
    _of("status_as_of", "string", "상태의 날짜", "date of the status (`<=` where only the latest possible is known)"),
    _of("transfers_lost", "integer", "이 때문에 지금 안 되는 환승", "transfers lost to it now"),
)


def out_table(surveyed: Sequence[Surveyed]) -> OpenTable:
    """Units that are out of service in the newest register at hand."""
    rows = [row for each in sorted(surveyed, key=lambda each: each.station.id) for row in _out_rows(each)]
    title = Text("지금 쓸 수 없는 설비", "Units out of service")
    return OpenTable("out_of_service", title, OUT_COLUMNS, ("station", "unit"), tuple(rows))


def _out_rows(surveyed: Surveyed) -> Iterator[tuple[Cell, ...]]:
    lost = [each.chair for each in surveyed.transfers if each.chair is not None and each.today is None]
    for unit in surveyed.station.units:
        if unit.status in STOPPED:
            name = words.unit_with_line(unit)
            yield (
                surveyed.station.id,
                unit.id,
                name.ko,
                name.en,
                _levels(unit),
                unit.status.value,
                unit.status_as_of,
                sum(any(ride.unit == unit.id for ride in route.rides) for route in lost),
            )


def _levels(unit: Unit) -> str:
    return "|".join(unit.levels)


SINGLE_COLUMNS = (
    _of("rank", "integer", "순위", "rank; what weighs the same shares it"),
    _STATION,
    _of("unit", "string", "설비 id", "id of the unit"),
    _of("name_ko", "string", "이름", "name in Korean"),
    _of("name_en", "string", "영어 이름", "name in English"),
    _of("out_now", "boolean", "지금 쓸 수 없음", "out of service now"),
    _of("transfers_lost", "integer", "멈추면 끊기는 환승", "transfers lost without it, to somebody on wheels"),
    _of(
        "platforms_cut_off",
        "integer",
        "멈추면 끊기는 승강장–거리 길",
        "ways between a platform and the street lost without it",
    ),
    _of("trips_longer", "integer", "더 걸리는 길", "trips that take longer without it"),
    _of("more_minutes", "number", "더 걸리는 분의 합", "sum of the minutes they take longer", _MINUTES),
)


def single_table(surveyed: Sequence[Surveyed], ranked: Sequence[Ranked]) -> OpenTable:
    """Single points of failure, worst first."""
    names = {(each.station.id, unit.id): words.unit_with_line(unit) for each in surveyed for unit in each.station.units}
    rows = [
        (
            each.rank,
            each.station,
            each.unit,
            names[each.station, each.unit].ko,
            names[each.station, each.unit].en,
            each.out_now,
            each.burden.transfers_lost,
            each.burden.platforms_cut_off,
            each.burden.trips_longer,
            _minutes(each.burden.more_s),
        )
        for each in ranked
    ]
    title = Text("하나만 멈춰도 끊기는 곳", "Single points of failure")
    return OpenTable("single_points", title, SINGLE_COLUMNS, ("station", "unit"), tuple(rows))


# ── official texts ───────────────────────────────────────────────────────────

_RIDDEN = (LinkKind.ELEVATOR, LinkKind.WHEELCHAIR_LIFT)

TEXT_COLUMNS = (
    _STATION,
    _of("from_line", "string", "내리는 노선", "line one comes on"),
    _of("from_direction", "string", "내리는 열차의 다음 역. 이 역이면 종착 열차", _FROM),
    _of("to_line", "string", "타는 노선", "line one changes to"),
    _of("to_direction", "string", "타는 열차의 다음 역. 이 역이면 종착 열차", _TO),
    _of("lifts", "integer", "가는 안내문의 엘리베이터", "lifts in the text there"),
    _of("wheelchair_lifts", "integer", "가는 안내문의 휠체어리프트", "wheelchair lifts in the text there"),
    _of("gates", "integer", "가는 안내문의 개찰구", "fare gates in the text there"),
    _of("lifts_back", "integer", "오는 안내문의 엘리베이터", "lifts in the text back"),
    _of("wheelchair_lifts_back", "integer", "오는 안내문의 휠체어리프트", "wheelchair lifts in the text back"),
    _of("gates_back", "integer", "오는 안내문의 개찰구", "fare gates in the text back"),
    _of("same_rides", "boolean", "타는 것이 같음", "the same kinds of rides, as many"),
)


def text_table(surveyed: Sequence[Surveyed]) -> OpenTable:
    """Official texts of the same two platforms, there and back."""
    rows: list[tuple[Cell, ...]] = [
        (
            station.id,
            there.start.line,
            there.start.direction,
            there.end.line,
            there.end.direction,
            *_counts(there),
            *_counts(back),
            kinds_of(there) == kinds_of(back),
        )
        for each in sorted(surveyed, key=lambda each: each.station.id)
        for station, there, back in there_and_back(each)
    ]
    title = Text("방향마다의 안내문", "Official texts by direction")
    key = ("station", "from_line", "from_direction", "to_line", "to_direction")
    return OpenTable("texts_by_direction", title, TEXT_COLUMNS, key, tuple(rows))


def there_and_back(of: Surveyed) -> Iterator[tuple[Station, OfficialComparison, OfficialComparison]]:
    """Official texts of the same two platforms, there and back, each pair once."""
    ends = {
        ((each.start.line, each.start.direction), (each.end.line, each.end.direction)): each for each in of.official
    }
    for (start, end), there in sorted(ends.items(), key=lambda item: item[0]):
        back = ends.get((end, start))
        if back is not None and start < end and there.start.direction and there.end.direction:
            yield of.station, there, back


def kinds_of(text: OfficialComparison) -> list[LinkKind]:
    """What a text rides, whatever the order."""
    return sorted(ride.kind for ride in text.theirs.rides)


def _counts(text: OfficialComparison) -> tuple[int, ...]:
    kinds = kinds_of(text)
    return (*(kinds.count(kind) for kind in _RIDDEN), text.theirs.gates)
