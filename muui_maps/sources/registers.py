"""From the publishers' registers to rows of our tables: one function for each register, one call for each record."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypedDict

from muui_maps import facts
from muui_maps.model import Severity, Text
from muui_maps.names import normal_level, normal_line, normal_station
from muui_maps.sources.places import PlaceWords, read_place
from muui_maps.sources.rows import Row, RowFaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


LATITUDES = (33.0, 39.0)
LONGITUDES = (124.0, 132.0)
"""South Korea; a point outside has its axes swapped or is no point of a station."""

_LINE_OF_CODE = MappingProxyType(
    {"01": "1", "02": "2", "03": "3", "04": "4", "25": "5", "26": "6", "27": "7", "28": "8"}
)
"""서울교통공사's station codes begin so; the register of station names has the same codes under the same lines."""

_BOTH_WAYS = Text("오르내림이 정해지지 않은 기계예요", "the machine runs both ways")
_NO_LEVEL = Text("층 이름이 아니라 비웠어요", "not a level: left out")


class Where(TypedDict):
    """The line-station of a row."""

    line: str
    station: str


def _where(row: Row, line_column: str, station_column: str) -> Where:
    """`5(연)` is line 5's extension; `동대문(4)` names the line again."""
    line = normal_line(re.sub(r"\(.*\)$", "", row.text(line_column)))
    name = row.text(station_column)
    _check_line(station_column, name, line)
    return {"line": line, "station": normal_station(name)}


def _check_line(column: str, name: str, line: str) -> None:
    if (found := re.search(r"\((\d)\)$", name)) and found.group(1) != line:
        message = Text(f"{line}호선 행인데 역 이름은 {found.group(1)}호선이에요", f"a row of Line {line}")
        raise RowFaultError("line_contradicts", column, name, message)


def unit_number(raw: str) -> str:
    """A machine's number: `승강기)엘리베이터 내부#1` → `내부1`, `승강기)에스컬레이터 에스컬레이터 19호기` → `19`.

    Empty where the register gives none.
    """
    return re.sub(r"^승강기\)|엘리베이터|에스컬레이터|휠체어리프트|무빙워크|호기|[#\s]", "", raw)


def level_list(raw: str) -> tuple[tuple[str, ...], bool, str]:
    """The levels that `B2-B1-1F` lists, whether it lists both ways (`B3-B1, B1-B3`), and words that are no level."""
    runs = [re.sub(r"\([^)]*\)", "", run).strip().split("-") for run in raw.split(",")]
    levels = [normal_level(word) for word in runs[0]]
    unread = [word for word, level in zip(runs[0], levels, strict=True) if level is None]
    both_ways = runs[1:] == [runs[0][::-1]]
    if runs[1:] and not both_ways:
        unread = [raw]
    return tuple(level for level in levels if level), both_ways, " ".join(unread)


def _levels(row: Row, column: str) -> tuple[str, ...]:
    text = row.text(column)
    levels, both_ways, unread = level_list(text)
    if both_ways:
        row.note("runs_both_ways", column, text, _BOTH_WAYS, severity=Severity.INFO)
    if unread:
        message = Text("층 이름이 아닌 말이 있어 층을 비웠어요", "not a level: the levels were left out")
        row.note("level_unknown", column, text, message)
        return ()
    return levels


def _read_places(row: Row, *columns: str) -> tuple[PlaceWords, ...]:
    """The words for places in some columns, each text read once; what is not understood is noted."""
    column_of: dict[str, str] = {}
    for column in columns:
        column_of.setdefault(row.optional(column) or "", column)
    read = tuple(read_place(text) for text in column_of)
    for (text, column), words in zip(column_of.items(), read, strict=True):
        if words.unread:
            message = Text(f"읽지 못한 말: {words.unread}", f"words not understood: {words.unread}")
            row.note("place_unread", column, text, message)
    return read


def _towards(words: PlaceWords, own: str) -> str | None:
    others = [line for line in words.lines if line != own]
    return others[0] if others else None


# ── machines ─────────────────────────────────────────────────────────────────

_STATUS = {"사용가능": "working", "보수중": "under_repair"}
_KINDS = {"EV": "EV", "ES": "ES", "WL": "WL", "MW": "MW"}


def lift_status(row: Row) -> Iterator[tuple[str, facts.Origin]]:
    """서울교통공사's register of machines with their state."""
    code, name = row.text("stn_cd"), row.text("stn_nm")
    line = _LINE_OF_CODE.get(code.zfill(4)[:2])
    if line is None:
        raise RowFaultError("station_code_unknown", "stn_cd", code, Text("모르는 역 코드예요", "unknown station code"))
    _check_line("stn_nm", name, line)
    (words,) = _read_places(row, "instl_pstn")
    number = unit_number(row.text("elvtr_nm"))
    if not number:
        message = Text("호기 번호가 없어요", "the machine has no number")
        row.note("unit_number_missing", "elvtr_nm", row.text("elvtr_nm"), message, severity=Severity.INFO)
    yield (
        "units",
        facts.UnitFact(
            **row.origin(),
            line=line,
            station=normal_station(name),
            kind=row.choice("elvtr_se", _KINDS),
            number=number,
            status=_status(row),
            levels=_levels(row, "opr_sec"),
            doors=words.doors,
            exits=words.exits,
            toward_line=_towards(words, line),
            place=words.place,
            directions=words.directions,
        ),
    )


def _status(row: Row) -> str:
    """A state that is new to us is unknown, not working: nobody is sent to a lift on a guess."""
    text = row.optional("use_yn")
    if text not in _STATUS:
        message = Text("모르는 운행상태라 ‘모름’으로 두었어요", "an unknown state, kept as unknown")
        row.note("status_unknown", "use_yn", text, message)
        return "unknown"
    return _STATUS[text]


_UPWARD = {"상행": True, "하행": False, "상/하겸용": None}


def lift_heights(row: Row) -> Iterator[tuple[str, facts.Origin]]:
    """The workbook of travel heights: a sheet of lifts (mm), a sheet of escalators (m)."""
    is_lift = "승강행정(mm)" in row.cells
    kind = "EV" if is_lift else "ES"
    yield (
        "unit_heights",
        facts.UnitHeightFact(
            **row.origin(record=f"{kind}:{row.number}"),
            **_where(row, "호선", "역명"),
            kind=kind,
            number=unit_number(row.text("호기")),
            serial=row.text("승강기번호"),
            levels=_levels(row, "운행구간" if is_lift else "운행구간(자체조사)"),
            upward=None if is_lift else row.choice("운행방향", _UPWARD),
            rise_m=_lift_rise_m(row) if is_lift else row.number_or_none("설치높이(m)", 0.1, 100),
            slope_length_m=None if is_lift else row.number_or_none("경사길이(m)", 0.1, 200),
            run_length_m=None if is_lift else row.number_or_none("운행길이(m)", 0.1, 300),
        ),
    )


def _lift_rise_m(row: Row) -> float | None:
    rise_mm = row.number_or_none("승강행정(mm)", 300, 100_000)
    if rise_mm is None:
        message = Text("높이를 모르는 엘리베이터예요", "a lift without a known travel height")
        row.note("height_unknown", "승강행정(mm)", row.cells.get("승강행정(mm)"), message, severity=Severity.INFO)
        return None
    return rise_mm / 1000


_GROUND = {"지하": "B", "지상": ""}


def _end_levels(row: Row) -> tuple[str, str]:
    """The levels of both ends; empty, with a note, where one is no level.

    A machine that runs both ways lists both levels at each end (`1, M`): the start's list names them.
    """
    start = row.text("시작층(운행역층)").split(",")
    if len(start) == 2 and row.cells.get("상하행구분") == "상/하겸용":  # noqa: PLR2004 - a machine has two ends
        return _one_level(row, "시작층", start[0]), _one_level(row, "시작층", start[1])
    return _one_level(row, "시작층"), _one_level(row, "종료층")


def _one_level(row: Row, end: str, floor: str | None = None) -> str:
    """A level out of `지하` or `지상` and a number or `M`."""
    column = f"{end}(운행역층)"
    below = row.choice(f"{end}(지상_지하)", _GROUND)
    floor = (floor or row.text(column)).strip()
    level = normal_level(f"B{floor}" if below else f"{floor}F" if floor.isdigit() else floor)
    if level is None:
        row.note("level_unknown", column, floor, _NO_LEVEL)
    return level or ""


def _places_together(row: Row) -> PlaceWords:
    """What the exit column and both ends say of the place, taken together; the ends say the same nearly always."""
    read = _read_places(row, "(근접)출입구번호", "시작층(상세위치)", "종료층(상세위치)")

    def together(name: str) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(item for words in read for item in getattr(words, name)))

    return PlaceWords(
        doors=together("doors"),
        directions=together("directions"),
        exits=together("exits"),
        lines=together("lines"),
    )


def escalators(row: Row) -> Iterator[tuple[str, facts.Origin]]:
    """서울교통공사's list of escalators."""
    where = _where(row, "호선", "역명")
    words = _places_together(row)
    from_level, to_level = _end_levels(row)
    yield (
        "escalators",
        facts.EscalatorFact(
            **row.origin(as_of=row.date("데이터기준일자")),
            **where,
            number=unit_number(row.text("관리번호(호기)")),
            upward=row.choice("상하행구분", _UPWARD),
            from_level=from_level,
            to_level=to_level,
            doors=words.doors,
            exits=words.exits,
            toward_line=_towards(words, where["line"]),
            width_mm=row.whole_or_none("승강기형폭", 400, 2000),
            serial=row.text("승강기일련번호"),
            directions=words.directions,
        ),
    )


def wheelchair_lifts(row: Row) -> Iterator[tuple[str, facts.Origin]]:
    """서울교통공사's list of wheelchair lifts on stairs."""
    where = _where(row, "호선", "역명")
    words = _places_together(row)
    from_level, to_level = _end_levels(row)
    yield (
        "wheelchair_lifts",
        facts.WheelchairLiftFact(
            **row.origin(as_of=row.date("데이터기준일자")),
            **where,
            number=unit_number(row.text("관리번호(호기)")),
            from_level=from_level,
            to_level=to_level,
            doors=words.doors,
            exits=words.exits,
            toward_line=_towards(words, where["line"]),
            length_m=row.number_or_none("길이", 0.1, 300),
            width_mm=row.whole_or_none("폭", 400, 2000),
            load_kg=row.whole_or_none("한계중량", 50, 2000),
            serial=row.text("승강기일련번호"),
            directions=words.directions,
        ),
    )


# ── stations and platforms ───────────────────────────────────────────────────

_SHAPES = {"섬식": "island", "상대식": "side"}


def station_depth(row: Row) -> Iterator[tuple[str, facts.Origin]]:
    """Depth, elevations and platform shape."""
    floor = row.text("층수")
    elevated = floor == "고가"
    level = None if elevated else normal_level(floor)
    if level is None and not elevated:
        row.note("level_unknown", "층수", floor, _NO_LEVEL)
    shape = row.optional("형식")
    if shape not in _SHAPES:
        message = Text("섬식도 상대식도 아니라 비웠어요", "neither island nor side: left out")
        row.note("platform_shape_unknown", "형식", shape, message)
    yield (
        "platforms",
        facts.PlatformFact(
            **row.origin(),
            **_where(row, "호선", "역명"),
            level=level,
            elevated=elevated,
            shape=_SHAPES.get(shape or ""),
            ground_elevation_m=row.number_or_none("지반고", 0, 1000),
            rail_elevation_m=row.number_or_none("레일면고", 0, 1000),
            depth_m=row.number_or_none("정거장깊이", -100, 200),
        ),
    )


def transfer_distance(row: Row) -> Iterator[tuple[str, facts.Origin]]:
    """Walking distances between lines."""
    to_line = normal_line(row.text("환승노선"))
    if to_line == "국철":
        message = Text("어느 노선인지 이름으로는 알 수 없어요", "the name does not say which line")
        row.note("line_unclear", "환승노선", to_line, message)
    yield (
        "transfer_distances",
        facts.TransferDistanceFact(
            **row.origin(),
            **_where(row, "호선", "환승역명"),
            to_line=to_line,
            length_m=row.measure("환승거리", 0, 5000),
        ),
    )


def interstation(row: Row) -> Iterator[tuple[str, facts.Origin]]:
    """Train times and distances from the row before."""
    text = row.text("소요시간")
    if not (found := re.fullmatch(r"(\d{1,3}):([0-5]\d)", text)):
        raise RowFaultError("time_unreadable", "소요시간", text, Text("분:초가 아니에요", "not minutes:seconds"))
    yield (
        "interstation",
        facts.InterstationFact(
            **row.origin(),
            **_where(row, "호선", "역명"),
            seq=row.number,
            seconds=60 * int(found[1]) + int(found[2]),
            length_m=round(row.measure("역간거리(km)", 0, 100) * 1000, 3),
        ),
    )


def station_points(row: Row) -> Iterator[tuple[str, facts.Origin]]:
    """The operator's points of its stations."""
    yield (
        "station_points",
        facts.StationPointFact(
            **row.origin(as_of=row.date("작성기준일")),
            **_where(row, "호선", "역명"),
            lat=row.measure("위도", *LATITUDES),
            lon=row.measure("경도", *LONGITUDES),
        ),
    )


def _point_or_none(row: Row, lat_column: str, lon_column: str) -> tuple[float, float] | tuple[None, None]:
    """A point that lies elsewhere than in Korea is no point: noted, and the row kept without it."""
    try:
        lat, lon = row.number_or_none(lat_column, *LATITUDES), row.number_or_none(lon_column, *LONGITUDES)
    except RowFaultError as fault:
        row.note(
            "coord_out_of_area", fault.column, fault.value, Text("없는 자리라 비웠어요", "no such place: left out")
        )
        return None, None
    return (None, None) if lat is None or lon is None else (lat, lon)


def _foreign_name(row: Row, column: str) -> str | None:
    """Single blanks, and the apostrophe that the register types as a back quote (``Women`s``)."""
    text = row.optional(column)
    return None if text is None else re.sub(r"\s+", " ", text).replace("`", "’")


def station_names(row: Row) -> Iterator[tuple[str, facts.Origin]]:
    """Names in four languages, codes and points."""
    lat, lon = _point_or_none(row, "lat", "lng")
    yield (
        "line_stations",
        facts.LineStationFact(
            **row.origin(),
            **_where(row, "line", "name"),
            name_en=_foreign_name(row, "station_nm_eng"),
            name_ja=_foreign_name(row, "station_nm_jpn"),
            name_zh=_foreign_name(row, "station_nm_chn"),
            code=row.optional("fr_code") or "",
            station_code=row.optional("station_cd") or "",
            lat=lat,
            lon=lon,
        ),
    )


def line_order(row: Row) -> Iterator[tuple[str, facts.Origin]]:
    """A line with its colour, and its segments of two neighbouring stations."""
    line = normal_line(row.text("line"))
    colour = row.text("color").upper()
    if not re.fullmatch(r"#[0-9A-F]{6}", colour):
        raise RowFaultError("colour_unreadable", "color", colour, Text("#RRGGBB가 아니에요", "not #RRGGBB"))
    name_en = f"Line {line}" if line.isdigit() else line
    yield "lines", facts.LineFact(**row.origin(), line=line, name_ko=row.text("line"), name_en=name_en, colour=colour)
    nodes = row.cells.get("node")
    if not isinstance(nodes, list):
        raise RowFaultError("segments_missing", "node", type(nodes).__name__, Text("목록이 아니에요", "not a list"))
    for seq, node in enumerate(nodes, 1):
        yield "segments", _segment(row, line, seq, node)


def _segment(row: Row, line: str, seq: int, node: object) -> facts.SegmentFact:
    try:
        stations = [normal_station(str(end["name"])) for end in node["station"]]  # type: ignore[index]
        track = [(float(lat), float(lon)) for lat, lon in node["via"]]  # type: ignore[index]
        first, second = stations
    except (TypeError, KeyError, ValueError) as error:
        message = Text(f"{seq}번째 구간을 읽을 수 없어요", f"segment {seq} is unreadable")
        raise RowFaultError("segment_unreadable", "node", seq, message) from error
    return facts.SegmentFact(
        **row.origin(record=f"{row.number}.{seq}"),
        line=line,
        from_station=first,
        to_station=second,
        seq=seq,
        length_m=_track_length_m(track),
    )


def _track_length_m(track: list[tuple[float, float]]) -> float | None:
    """Geodesic, in whole metres: the register's points have five decimals."""
    from muui_maps.geo import to_station_metres

    if len(track) < 2 or not all(  # noqa: PLR2004 - a line has two ends
        LATITUDES[0] <= lat <= LATITUDES[1] and LONGITUDES[0] <= lon <= LONGITUDES[1] for lat, lon in track
    ):
        return None
    # Azimuthal equidistant about its own start: the distance from there is the geodesic one.
    pairs = pairwise(track)
    return float(round(sum(math.hypot(*to_station_metres(*end, origin=start)) for start, end in pairs)))


# ── places to go to ──────────────────────────────────────────────────────────

_INSIDE = {"내부": True, "외부": False}


def toilets(row: Row) -> Iterator[tuple[str, facts.Origin]]:
    """Accessible toilets."""
    floor = row.whole_or_none("역층", 1, 20)
    below = row.choice("지상또는지하구분", _GROUND)
    level = None if floor is None else (f"B{floor}" if below else f"{floor}F")
    lat, lon = _point_or_none(row, "위도", "경도")
    exits = re.findall(r"\d{1,2}(?:-\d{1,2})?", row.optional("(근접)출입구번호") or "")
    yield (
        "toilets",
        facts.ToiletFact(
            **row.origin(as_of=row.date("데이터기준일자")),
            **_where(row, "운영노선명", "역명"),
            level=level,
            paid_area=_INSIDE.get(row.optional("게이트내외구분") or ""),
            exits=tuple(dict.fromkeys(exits)),
            lat=lat,
            lon=lon,
            phone=row.optional("전화번호"),
            hours=row.optional("개방시간"),
        ),
    )


_POINT = re.compile(r"POINT\s*\(\s*(-?[\d.]+)\s+(-?[\d.]+)\s*\)")


def lift_points(row: Row) -> Iterator[tuple[str, facts.Origin]]:
    """Points of the walking network at which a lift stands."""
    text = row.text("node_wkt")
    found = _POINT.fullmatch(text)
    if not found:
        raise RowFaultError(
            "point_unreadable", "node_wkt", text, Text("POINT(경도 위도)가 아니에요", "not POINT(lon lat)")
        )
    lon, lat = (float(number) for number in found.groups())
    if not (LATITUDES[0] <= lat <= LATITUDES[1] and LONGITUDES[0] <= lon <= LONGITUDES[1]):
        message = Text("대한민국 밖의 점이에요", "a point outside Korea")
        raise RowFaultError("coord_out_of_area", "node_wkt", text, message)
    name = row.optional("sbwy_stn_nm")
    yield (
        "lift_points",
        facts.LiftPointFact(
            **row.origin(record=row.text("node_id")),
            kind="EV" if row.known.id == "seoul-elevator-points" else "WL",
            station=None if name is None else normal_station(name),
            lat=round(lat, 7),
            lon=round(lon, 7),
            district=row.optional("sgg_nm"),
        ),
    )


CONVERTERS: Mapping[str, Callable[[Row], Iterator[tuple[str, facts.Origin]]]] = MappingProxyType(
    {
        "seoulmetro-lift-status": lift_status,
        "seoulmetro-lift-heights": lift_heights,
        "seoulmetro-escalators": escalators,
        "seoulmetro-wheelchair-lifts": wheelchair_lifts,
        "seoul-elevator-points": lift_points,
        "seoul-wheelchair-lift-points": lift_points,
        "seoulmetro-station-points": station_points,
        "seoulmetro-station-depth": station_depth,
        "seoulmetro-transfer-distance": transfer_distance,
        "seoulmetro-interstation": interstation,
        "seoulmetro-toilets": toilets,
        "seoul-station-names": station_names,
        "seoul-line-order": line_order,
    }
)
"""By dataset id. The official routes are read block by block: see `transfer_text`."""
