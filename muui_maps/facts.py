"""The project's own tables of open facts, as typed rows: what `data/facts/*.csv` holds.

`sources/open_data.py` writes these tables from the publishers' downloads; `assemble/` reads them. One table for each
kind of fact and dataset, so that two datasets that contradict each other both keep their say.

Every row begins with the same five columns (`Origin`): dataset, publisher, licence, as-of date, record.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a row comes from. `as_of` is an ISO date, or `<=DATE` where only the latest possible one is known."""

    dataset: str  # id in data/datasets.csv
    publisher: str
    licence: str
    as_of: str
    record: str  # the record in the publisher's file: a row number or its own key


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFact(Origin):
    """A line: table `lines`."""

    line: str  # id: `1`…`9`, else the Korean name (`경의중앙선`, `공항철도`)
    name_ko: str  # `4호선`
    name_en: str  # `Line 4`
    colour: str  # `#00A5DE`


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFact(Origin):
    """Two neighbouring stations of a line: table `segments`. Station order and next stations follow from them."""

    line: str
    from_station: str
    to_station: str
    seq: int  # order in the source
    length_m: float | None  # of the published track line, WGS84 geodesic; None if it has no points


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStationFact(Origin):
    """A station of a line, names and WGS84 point: table `line_stations`."""

    line: str
    station: str  # normalised Korean name, see `names.normal_station`
    name_en: str | None
    name_ja: str | None
    name_zh: str | None
    code: str  # the number on the signs (`411`, `P142`)
    station_code: str
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StationPointFact(Origin):
    """The operator's own WGS84 point of a line's station: table `station_points`."""

    line: str
    station: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFact(Origin):
    """A row of the register of lifts, escalators, moving walks and wheelchair lifts: table `units`.

    `levels` in the register's order, normalised labels (`B3`, `1F`, `BM1`); `doors` as (direction, car, door or None).
    `(line, station, kind, number)` is not unique in the source.
    `exits`: at which it stands if `place` is `exit`, else towards which it leads. Where `toward_line` is set, `doors`
    and `directions` may be those of that line.
    """

    line: str
    station: str
    kind: str  # EV, WL, ES, MW
    number: str  # `외부1`, `2`
    status: str  # working, under_repair, unknown
    levels: tuple[str, ...]
    doors: tuple[tuple[str, int, int | None], ...]
    exits: tuple[str, ...]
    toward_line: str | None  # a transfer passage towards that line
    place: str  # one of platform, concourse, passage, exit, unknown
    directions: tuple[str, ...] = ()  # directions named without a door


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHeightFact(Origin):
    """Travel heights: table `unit_heights`. Lifts have only `rise_m`."""

    line: str
    station: str
    kind: str  # EV, ES
    number: str
    serial: str
    levels: tuple[str, ...]
    upward: bool | None
    rise_m: float | None
    slope_length_m: float | None
    run_length_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalatorFact(Origin):
    """The operator's list of escalators and moving walks: table `escalators`."""

    line: str
    station: str
    number: str
    upward: bool | None
    from_level: str
    to_level: str
    doors: tuple[tuple[str, int, int | None], ...]
    exits: tuple[str, ...]
    toward_line: str | None
    width_mm: int | None
    serial: str
    directions: tuple[str, ...] = ()  # directions named without a door


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelchairLiftFact(Origin):
    """The operator's list of wheelchair lifts on stairs: table `wheelchair_lifts`."""

    line: str
    station: str
    number: str
    from_level: str
    to_level: str
    doors: tuple[tuple[str, int, int | None], ...]
    exits: tuple[str, ...]
    toward_line: str | None
    length_m: float | None
    width_mm: int | None
    load_kg: int | None
    serial: str
    directions: tuple[str, ...] = ()  # directions named without a door


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformFact(Origin):
    """Depth and shape of a line's platforms: table `platforms`."""

    line: str
    station: str
    level: str | None  # `B3`; None where the source says only that the track is elevated
    elevated: bool
    shape: str | None  # island, side
    ground_elevation_m: float | None  # the source's datum is sea level + 100 m; kept as published
    rail_elevation_m: float | None
    depth_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferDistanceFact(Origin):
    """The official walking distance of a transfer: table `transfer_distances`."""

    line: str
    station: str
    to_line: str
    length_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InterstationFact(Origin):
    """Train minutes and km from the row before: table `interstation`."""

    line: str
    station: str
    seq: int
    seconds: int
    length_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ToiletFact(Origin):
    """An accessible toilet: table `toilets`. `lat`/`lon` are the publisher's; some lie at another station."""

    line: str
    station: str
    level: str | None
    paid_area: bool | None
    exits: tuple[str, ...]
    lat: float | None
    lon: float | None
    phone: str | None
    hours: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftPointFact(Origin):
    """A lift of the walking network above ground: table `lift_points`. kind EV or WL; `station` None where unnamed."""

    kind: str
    station: str | None
    lat: float
    lon: float
    district: str | None = None  # in which the lift stands, as published: `노원구`; None where the cell is empty


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialRouteFact(Origin):
    """The head of one official step-free transfer route: table `official_routes`. `record` is the first step's row."""

    route_id: str  # stable: OPERATOR:LINE:STATION:FROM-TOLINE:TO and a running number where that repeats
    operator: str  # S1, KR, …
    line: str  # the line-station it is filed under
    station: str
    from_line: str
    from_direction: str
    to_line: str
    to_direction: str
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActFact(Origin):
    """One act of one step of an official route: table `official_acts`. Fields as in `transfer_text.Act`."""

    route_id: str
    step: int
    n: int  # order within the step, from 1
    kind: str
    means: str | None
    place: str | None
    level: str | None
    line: str | None
    direction: str | None
    exit: str | None
    car: int | None
    door: int | None
    side: str | None
    staff_call: bool | None
    length_m: float | None
    heading: str | None
    number: str | None = None
    also: str | None = None
