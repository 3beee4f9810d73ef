"""A station in the layer schema of Seoul's indoor spatial information: shapefiles in a ZIP, with a sidecar.

The schema has no room for staff calls, surveyed metres, train doors, heights or evidence; `muui.csv` in the same
archive holds them (`sources.sidecar`). What is put into the layers:

    Place with a known outline  RM     Node  POINT, with a LINE for each Link between two
    Unit's landing, fare gate   FC     Level FLOOR, with a building (UFID) for each line and one for the street

A node whose place is unknown is drawn somewhere on its level, so that a mapmaker sees it and can put it right; only the
sidecar knows that it was never measured. See `docs/edit-in-qgis.md`.
"""

from __future__ import annotations

import math
import tempfile
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muui_maps.errors import InputRefusedError, UsageError
from muui_maps.files import write_whole
from muui_maps.model import STREET, Finding, LinkKind, Node, NodeKind, PlaceKind, Severity, Text, UnitKind
from muui_maps.sources.indoor_codes import level_order
from muui_maps.sources.indoor_keys import floor_of, label_of, ufid
from muui_maps.sources.seoul_indoor import SIDECAR
from muui_maps.sources.sidecar import sidecar_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from muui_maps.model import Link, Place, Station, Unit

    XY = tuple[float, float]

CRS = "EPSG:5186"
ENCODING = "cp949"
WIDTHS = {"PRIMARYKEY": 41, "FOREIGNKEY": 38, "LAYER": 35, "ID": 17, "FLOOR": 6, "DIVISION": 2, "CLASSIFY": 2}
WIDTHS |= {"KIND": 50, "KINDENG": 100, "SERIAL": 5, "NAME": 50, "QAL": 6, "SLP": 6, "DIR": 6, "SKT": 6}
WIDTHS |= {"HANDICAP": 6, "FPOINT": 36, "SPOINT": 36}
"""Width of each column in bytes of cp949 (schema notes). Twelve-letter UFIDs keep keys within FPOINT's 36."""
MEZZANINE_WIDTHS = WIDTHS | {"FLOOR": 8, "PRIMARYKEY": 45, "LAYER": 39, "FOREIGNKEY": 42, "FPOINT": 40, "SPOINT": 40}
"""Where a level is a mezzanine: the rule's three letters for a floor (`B01`) can't say `BM01`."""
_NETWORK = ("PRIMARYKEY", "LAYER", "ID", "FLOOR", "DIVISION", "KIND", "KINDENG", "SERIAL", "NAME", "SLP", "DIR", "SKT")
_NETWORK_END = ("HANDICAP", "FPOINT", "SPOINT")
_SPACE = (
    "PRIMARYKEY",
    "FOREIGNKEY",
    "LAYER",
    "ID",
    "FLOOR",
    "DIVISION",
    "CLASSIFY",
    "KIND",
    "KINDENG",
    "SERIAL",
    "NAME",
)
_SPACE_END = ("QAL", "SLP", "DIR", "SKT")
COLUMNS = {"LINE": (*_NETWORK, *_NETWORK_END), "POINT": (*_NETWORK, *_NETWORK_END)}
COLUMNS |= {"RM": (*_SPACE, *_SPACE_END), "FC": (*_SPACE, *_SPACE_END)}
SHAPES = {"LINE": "LineString", "POINT": "Point", "RM": "Polygon", "FC": "Point"}

_SPACE_KINDS = {
    PlaceKind.PLATFORM: ("TP", "기차승강장", "platform"),
    PlaceKind.CONCOURSE: ("CV", "대합실", "concourse"),
    PlaceKind.PASSAGE: ("MV", "통로", "passage"),
    PlaceKind.STREET: ("MV", "광장", "street"),
}
_LINE_KINDS = {
    LinkKind.STAIRS: ("계단", "stairs"),
    LinkKind.ESCALATOR: ("에스컬레이터", "escalator"),
    LinkKind.MOVING_WALK: ("무빙워크", "moving walk"),
    LinkKind.RAMP: ("경사로", "ramp"),
    LinkKind.ELEVATOR: ("엘리베이터", "elevator"),
    LinkKind.WHEELCHAIR_LIFT: ("휠체어리프트", "wheelchair lift"),
}
_UNIT_KINDS = {
    UnitKind.ELEVATOR: ("04", "엘리베이터", "elevator"),
    UnitKind.WHEELCHAIR_LIFT: ("08", "휠체어리프트", "wheelchair lift"),
    UnitKind.ESCALATOR: ("02", "에스컬레이터", "escalator"),
    UnitKind.MOVING_WALK: ("03", "무빙워크", "moving walk"),
}
_POINT_KINDS = {
    NodeKind.GATE: ("개찰구", "fare gate"),
    NodeKind.EXIT: ("출입구", "exit"),
    NodeKind.TRAIN: ("지하철승하차위치", "train"),
}
_PLAIN = ("지점", "node")
_IMPASSABLE = frozenset({LinkKind.STAIRS, LinkKind.ESCALATOR, LinkKind.MOVING_WALK})  # in a wheelchair
_SIDES = {True: " (개찰구 안)", False: " (개찰구 밖)", None: ""}
_APART_M = 4.0  # between nodes that are only put somewhere
_HOOK_M = 0.3  # a line between two nodes in one place needs a length
_ARCHIVE_DATE = (1980, 1, 1, 0, 0, 0)
_TABLE_DATE = "2000-01-01"
"""Fixed dates: the same station gives the same bytes."""


@dataclass(frozen=True, slots=True)
class LayersWritten:
    """What was written.

    Parameters
    ----------
    rows
        By layer.
    put_somewhere
        How many nodes were drawn without their place being known.
    mezzanines
        Levels whose FLOOR is wider than the rule's.
    """

    rows: Mapping[str, int]
    put_somewhere: int
    mezzanines: tuple[str, ...]


@dataclass(slots=True)
class _Layer:
    ufid: str
    floor: str
    division: str
    classify: str
    rows: list[tuple[list[XY], dict[str, str]]]

    @property
    def name(self) -> str:
        return f"L_{self.ufid}_{self.floor}_{self.division}_{self.classify}"


def write_seoul_indoor(station: Station, file: Path) -> LayersWritten:
    """Write the station as layers of the official schema, with `muui.csv`, into a ZIP.

    Raises
    ------
    UsageError
        If `file` does not end in `.zip` or is a folder, or nobody knows where the station is.
    InputRefusedError
        If a text is too long for its column or has letters that cp949 lacks: nothing is ever cut. No file is written.
    """
    if file.suffix.lower() != ".zip" or file.is_dir():
        raise UsageError(Text(f"파일 이름이 .zip으로 끝나야 해요: {file}", f"the file's name must end in .zip: {file}"))
    if station.origin is None:
        raise UsageError(Text("역의 위치를 몰라서 레이어로 쓸 수 없어요.", "where the station is is not known"))
    made = _Made(station)
    made.make()
    faults = list(_too_long(made, station.id))
    if faults:
        first = faults[0]
        raise InputRefusedError(first.message, findings=tuple(faults))
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="muui-") as folder:
        draft = Path(folder) / "layers.zip"
        _write(made, station.origin, Path(folder), draft)
        write_whole(file, draft.read_bytes())
    return LayersWritten(
        {each.name: len(each.rows) for each in made.sorted_layers()}, len(made.nodes_put), made.mezzanines
    )


# ── rows ─────────────────────────────────────────────────────────────────────


class _Made:
    """The layers being made of a station."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self.layers: dict[str, _Layer] = {}
        self.keys: dict[tuple[str, str], str] = {}
        self.at, self.nodes_put = _drawn_places(station)
        self.levels = {each.id: each for each in station.levels}
        self.places = {each.id: each for each in station.places}
        wide = [each.id for each in station.levels if len(floor_of(each.label)) > len("B01")]
        self.mezzanines = tuple(wide)
        self.widths = MEZZANINE_WIDTHS if wide else WIDTHS

    def make(self) -> None:
        for node in self.station.nodes:
            self._point(node)
        for space in self.station.spaces:
            if space.outline is not None:
                self._space(space.id, self.places[space.place], space.level, list(space.outline))
        for unit in self.station.units:
            self._unit(unit)
        for node in self.station.nodes:
            if node.kind is NodeKind.GATE:
                self._facility(node, "TP", ("03", "개찰구", "fare gate"), node.name.ko)
        for link in self.station.links:
            self._line(link)

    def sorted_layers(self) -> list[_Layer]:
        return [self.layers[name] for name in sorted(self.layers)]

    def _ufid(self, level: str) -> str:
        known = self.levels.get(level)
        return ufid(self.station, known.line if known else None)

    def _half(self, level: str) -> str:
        known = self.levels.get(level)
        return floor_of(None if level == STREET or known is None else known.label)

    def _row(
        self, level: str, floor: str, division: str, classify: str, line: Sequence[XY], **cells: str
    ) -> dict[str, str]:
        """A row of its layer, with what all rows have; its key is in PRIMARYKEY."""
        layer = _Layer(self._ufid(level), floor, division, classify, [])
        layer = self.layers.setdefault(layer.name, layer)
        serial = f"{len(layer.rows) + 1:05}"
        row = {"PRIMARYKEY": f"{layer.name}_{serial}", "LAYER": layer.name, "ID": layer.ufid, "FLOOR": floor}
        row |= {"DIVISION": division, "CLASSIFY": classify, "SERIAL": serial}
        outside = "SKT002" if level == STREET else "SKT001"
        row |= {"QAL": "QAL000", "SLP": "SLP000", "DIR": "DIR000", "SKT": outside, **cells}
        layer.rows.append((list(line), row))
        return row

    def _point(self, node: Node) -> None:
        kind, english = _POINT_KINDS.get(node.kind, _PLAIN)
        floor = self._half(node.level) * 2
        cells = {"KIND": kind, "KINDENG": english, "NAME": _plain(node.name.ko), "HANDICAP": "HCP000"}
        row = self._row(node.level, floor, "MV", "POINT", [self.at[node.id]], **cells)
        self.keys["node", node.id] = row["PRIMARYKEY"]

    def _space(self, space: str, place: Place, level: str, outline: list[XY]) -> None:
        division, kind, english = _SPACE_KINDS[place.kind]
        name = _plain(place.name.ko) + _SIDES[place.paid_area]
        floor = self._half(level) * 2
        row = self._row(level, floor, division, "RM", outline, KIND=kind, KINDENG=english, NAME=name)
        row["FOREIGNKEY"] = f"M_{row['ID']}{floor}_{division}RM_99{row['SERIAL']}"
        self.keys["space", space] = row["PRIMARYKEY"]

    def _unit(self, unit: Unit) -> None:
        up = {True: "DIR001", False: "DIR002", None: "DIR003"}[unit.upward]
        for node in self.station.nodes:
            if node.kind is NodeKind.LANDING and node.id.startswith(f"{unit.id}@"):
                self._facility(node, "MV", _UNIT_KINDS[unit.kind], unit.id, up)

    def _facility(self, node: Node, division: str, kind: tuple[str, str, str], name: str, up: str = "DIR000") -> None:
        code, korean, english = kind
        floor = self._half(node.level) * 2
        cells = {"KIND": korean, "KINDENG": english, "NAME": _plain(name), "DIR": up}
        row = self._row(node.level, floor, division, "FC", [self.at[node.id]], **cells)
        row["FOREIGNKEY"] = f"M_{row['ID']}{floor}_{division}FC_{code}{row['SERIAL']}"

    def _line(self, link: Link) -> None:
        nodes = {each.id: each for each in self.station.nodes if each.id in (link.start, link.end)}
        start, end = nodes[link.start], nodes[link.end]
        halves = [self._half(start.level), self._half(end.level)]
        orders = [level_order(label_of(half)) for half in halves]
        floor = "".join(half for _, half in sorted(zip(orders, halves, strict=True)))
        kind, english = _LINE_KINDS.get(link.kind, ("보행로", "walkway"))
        cells = {
            "KIND": kind,
            "KINDENG": english,
            "NAME": "개찰구" if link.kind is LinkKind.GATE else _plain(link.unit),
        }
        cells["SLP"] = "SLP002" if link.kind is LinkKind.RAMP else "SLP000"
        cells["DIR"] = "DIR003" if not link.oneway else "DIR002" if orders[1] < orders[0] else "DIR001"
        cells["HANDICAP"] = _handicap(link)
        cells |= {"FPOINT": self.keys["node", link.start], "SPOINT": self.keys["node", link.end]}
        row = self._row(start.level, floor, "MV", "LINE", drawn_line(self.at[link.start], self.at[link.end]), **cells)
        self.keys["link", link.id] = row["PRIMARYKEY"]


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def _handicap(link: Link) -> str:
    """HCP000 says `passable`: there is no code for what nobody knows."""
    if link.kind in _IMPASSABLE or link.passable in ("no", False):
        return "HCP002"
    return "HCP001" if link.kind is LinkKind.WHEELCHAIR_LIFT else "HCP000"


def drawn_line(start: XY, end: XY) -> list[XY]:
    """A straight line; where both ends are in one place, one that goes aside and comes back."""
    if math.dist(start, end) > 0.01:  # noqa: PLR2004 - a centimetre
        return [start, end]
    return [start, (start[0] + _HOOK_M, start[1]), end]


# ── nodes without a place ────────────────────────────────────────────────────


def _drawn_places(station: Station) -> tuple[dict[str, XY], frozenset[str]]:
    """Where each node is drawn, and the ids of those whose place is unknown.

    Those stand in rows beside the middle of what is known of their place, else of their level, else of the station.
    """
    known = {each.id: (each.x_m, each.y_m) for each in station.nodes if each.x_m is not None and each.y_m is not None}
    at: dict[str, XY] = {name: (float(x), float(y)) for name, (x, y) in known.items()}
    by_place: dict[str, list[XY]] = defaultdict(list)
    by_level: dict[str, list[XY]] = defaultdict(list)
    for node in station.nodes:
        if node.id in at:
            by_place[node.place].append(at[node.id])
            by_level[node.level].append(at[node.id])
    for space in station.spaces:
        if space.outline:
            by_place[space.place] += space.outline
            by_level[space.level] += space.outline
    taken: dict[XY, int] = defaultdict(int)
    unknown = [each for each in station.nodes if each.id not in at]
    for node in unknown:
        around = by_place.get(node.place) or by_level.get(node.level) or list(known.values()) or [(0.0, 0.0)]
        middle = (_mean(x for x, _ in around), _mean(y for _, y in around))
        at[node.id] = _in_rows(middle, taken[middle])
        taken[middle] += 1
    return at, frozenset(each.id for each in unknown)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return round(sum(found) / len(found), 3)


def _in_rows(middle: XY, number: int) -> XY:
    row, column = divmod(number, 8)
    return round(middle[0] + (column - 3.5) * _APART_M, 3), round(middle[1] - (row + 1) * _APART_M, 3)


# ── texts that do not fit ────────────────────────────────────────────────────


def _too_long(made: _Made, station: str) -> Iterator[Finding]:
    for layer in made.sorted_layers():
        for number, (_, row) in enumerate(layer.rows, 1):
            for column in COLUMNS[layer.classify]:
                if (said := _fault(row.get(column, ""), made.widths[column])) is not None:
                    yield Finding(
                        "text_too_long",
                        Severity.ERROR,
                        said,
                        Text("이름을 줄여 주세요. 잘라서 쓰지 않아요.", "Shorten it; nothing is ever cut."),
                        station=station,
                        layer=layer.name,
                        row=number,
                        field=column,
                        value=row[column],
                    )


def _fault(text: str, width: int) -> Text | None:
    try:
        size = len(text.encode(ENCODING))
    except UnicodeEncodeError as error:
        letter = text[error.start]
        return Text(f"cp949에 없는 글자예요: {letter}", f"cp949 has no letter {letter}")
    if size <= width:
        return None
    return Text(f"열 너비보다 길어요: {size} > {width}바이트", f"longer than its column: {size} > {width} bytes")


# ── files ────────────────────────────────────────────────────────────────────


def _write(made: _Made, origin: XY, folder: Path, archive: Path) -> None:
    layers = folder / "layers"
    layers.mkdir()
    for layer in made.sorted_layers():
        _write_layer(layer, made.widths, origin, layers)
    side = sidecar_text(made.station, made.keys, made.at)
    contents = {file.name: file.read_bytes() for file in sorted(layers.iterdir())}
    contents[SIDECAR] = side.encode()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as out:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _ARCHIVE_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            out.writestr(entry, contents[name])


def _write_layer(layer: _Layer, widths: Mapping[str, int], origin: XY, folder: Path) -> None:
    import fiona
    import numpy as np

    from muui_maps.crs import from_station_metres, system_of_code

    columns = COLUMNS[layer.classify]
    schema = {"geometry": SHAPES[layer.classify], "properties": {name: f"str:{widths[name]}" for name in columns}}
    system = system_of_code(CRS)
    assert system is not None  # noqa: S101 - a system of our own choice
    file = folder / f"{layer.name}.shp"
    options: dict[str, Any] = {"driver": "ESRI Shapefile", "schema": schema, "crs": CRS, "encoding": ENCODING}
    with fiona.open(file, "w", **options, DBF_DATE_LAST_UPDATE=_TABLE_DATE) as out:
        for line, row in layer.rows:
            xy = from_station_metres(np.array(line, dtype=float), system, origin=origin).tolist()
            out.write(
                {"geometry": _geometry(SHAPES[layer.classify], xy), "properties": {n: row.get(n, "") for n in columns}}
            )
    file.with_suffix(".cpg").write_text("CP949", encoding="ascii")


def _geometry(kind: str, xy: list[list[float]]) -> dict[str, Any]:
    if kind == "Point":
        return {"type": kind, "coordinates": xy[0]}
    if kind == "Polygon":
        return {"type": kind, "coordinates": [[*xy, xy[0]]]}
    return {"type": kind, "coordinates": xy}
