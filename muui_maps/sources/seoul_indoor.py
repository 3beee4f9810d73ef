"""Layers in the schema of Seoul's indoor spatial information → a Fragment in station metres.

    folder, ZIP, GeoPackage ── layers.open_layers ──► layers of text and shapes, nothing dangerous left
        ── columns.toml ──► under the official names        ── CRS ──► station metres
        ── codes ──► areas, obstacles, openings, facilities, the delivered network

What a delivery says in other words than the rule's is either translated by a mapping or told as a Finding; a row that
can't be used is set aside and listed; a delivery with a broken file is refused whole. See `docs/indoor.md`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from muui_maps.collecting import without_collecting
from muui_maps.geo import to_wgs84
from muui_maps.sources.archives import LIMITS, Limits, refused
from muui_maps.sources.fragment import Area, Facility, Fragment, FragmentLevel, NetLine, NetPoint, Obstacle, Opening
from muui_maps.sources.indoor_codes import (
    DIRECTIONS,
    DIVISIONS,
    FACILITIES,
    FACILITY_WORDS,
    FENCES,
    OTHER,
    PLACES,
    SPACE_FACILITIES,
    SPACES,
    SPACES_OF_DIVISION,
    STRUCTURE,
    facility_code,
    floor_code,
    level_order,
    side_of_gates,
)
from muui_maps.sources.indoor_mapping import ColumnMapping, read_mapping
from muui_maps.sources.indoor_network import Points, read_lines, read_points, wrong_type
from muui_maps.sources.indoor_notices import notice
from muui_maps.sources.indoor_place import place_layers
from muui_maps.sources.indoor_rows import Reading, Row, Sheet, between
from muui_maps.sources.layers import Delivery, open_layers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future
    from pathlib import Path

    from shapely import Geometry, Polygon

SIDECAR = "muui.csv"
"""What our own export puts beside the layers; it is no layer and no stranger."""

_POLYGON, _MULTIPOLYGON = 3, 6  # shapely's type ids


def read_indoor(
    path: Path,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    mapping: Path | None = None,
    building: str | None = None,
    near: tuple[float, float] | None = None,
    origin: tuple[float, float] | None = None,
    restore_shx: bool = False,
    limits: Limits = LIMITS,
) -> Fragment:
    """Read a delivery of indoor layers.

    Parameters
    ----------
    path
        A folder, a ZIP or a GeoPackage.
    crs
        `EPSG:5186`: its coordinate system, where the files do not say it or are wrong.
    encoding
        Of its texts, the same.
    mapping
        A `columns.toml` that says what it calls the things of the schema.
    building
        The UFID of the one building to read, where several were delivered.
    near
        WGS84 latitude and longitude of the station: what lies elsewhere is refused.
    origin
        Of the station metres (latitude, longitude); the middle of the layers if None.
    restore_shx
        Read shapefiles without an index by making one for the time of reading.

    Raises
    ------
    InputRefusedError
        If a file is refused; its findings say which and why. Nothing was written.
    """
    columns = read_mapping(mapping) if mapping is not None else ColumnMapping()
    with without_collecting():
        delivery = open_layers(
            path,
            encoding=encoding or columns.encoding,
            restore_shx=restore_shx,
            also=(SIDECAR,),
            wanted=columns.wants,
            limits=limits,
        )
        return _made_of(delivery, columns, crs=crs or columns.crs, building=building, near=near, origin=origin)


def _made_of(
    delivery: Delivery,
    columns: ColumnMapping,
    *,
    crs: str | None,
    building: str | None,
    near: tuple[float, float] | None,
    origin: tuple[float, float] | None,
) -> Fragment:
    """The nouns in the layers of a delivery."""
    reading = Reading(columns, list(delivery.findings))
    reading.note_rules(delivery)
    sheets = _sheets(delivery, reading, building)
    with ThreadPoolExecutor(1) as pool:  # GEOS judges the outlines while we find out where they lie
        sound = pool.submit(_sound, sheets)
        placed = place_layers(
            delivery.source,
            [sheet.layer for sheet in sheets],
            reading.findings,
            option=crs,
            near=near,
            origin=origin,
        )
        there = {layer.name: layer for layer in placed.layers}
        made = _Made(reading, placed.origin, sound)
        for sheet in sheets:
            made.read(sheet.with_layer(there[sheet.layer.name]))
    return made.fragment(delivery.source, placed.crs)


def _sound(sheets: Sequence[Sheet]) -> dict[str, dict[int, bool]]:
    """For each layer of spaces, which of its rows have a valid outline as delivered.

    Judged as delivered: a crossing of a hair's breadth may vanish when shapes are moved.
    """
    import shapely

    spaces = [sheet for sheet in sheets if sheet.id.classify == "RM"]
    return {
        sheet.layer.name: dict(zip(sheet.layer.numbers, shapely.is_valid(sheet.layer.geometries).tolist(), strict=True))
        for sheet in spaces
    }


# ── which layers ─────────────────────────────────────────────────────────────


def _sheets(delivery: Delivery, reading: Reading, building: str | None) -> list[Sheet]:
    """The layers that have a place in the schema, in the order in which they must be read."""
    sheets = []
    for layer in delivery.layers:
        sheet = reading.sheet(layer)
        if sheet is None or (building is not None and sheet.id.ufid not in ("", building.upper())):
            continue
        sheets.append(sheet)
    if reading.faults:
        raise refused(delivery.source, [*reading.findings, *reading.faults], reading.faults)
    if not sheets:
        raise _nothing_known(delivery, reading)
    _note_mixture(sheets, reading)
    # Cross-floor spaces need to know the levels, lines need the points.
    return sorted(sheets, key=lambda sheet: (_ORDER.get(sheet.id.classify, 1), sheet.layer.name))


_ORDER = {"POINT": 0, "LINE": 2}


def _nothing_known(delivery: Delivery, reading: Reading) -> Exception:
    names = ", ".join(layer.name for layer in delivery.layers)
    faults = [finding for finding in reading.findings if finding.code in ("layer_unknown", "level_unknown")]
    if len(delivery.layers) > 1 and all(fault.code == "layer_unknown" for fault in faults):
        faults = [notice("archive_ambiguous", file=delivery.source, found=names)]
        reading.findings += faults
    if not faults:
        faults = [notice("archive_no_layer", file=delivery.source, found=names or "–")]
        reading.findings += faults
    return refused(delivery.source, reading.findings, faults)


def _note_mixture(sheets: list[Sheet], reading: Reading) -> None:
    """Layers of several buildings: perhaps one station, perhaps two stations in one folder."""
    count: dict[str, int] = {}
    for sheet in sheets:
        if sheet.id.ufid:
            count[sheet.id.ufid] = count.get(sheet.id.ufid, 0) + len(sheet)
    first, *others = sorted(count, key=lambda ufid: (-count[ufid], ufid)) or [""]
    for ufid in others:
        one = next(sheet for sheet in sheets if sheet.id.ufid == ufid)
        one.note(reading, "station_mixed", field="ID", value=ufid, first=first)


# ── what is in them ──────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Made:
    """What was made of the layers so far."""

    reading: Reading
    origin: tuple[float, float]
    sound: Future[dict[str, dict[int, bool]]]
    areas: list[Area] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    openings: list[Opening] = field(default_factory=list)
    facilities: list[Facility] = field(default_factory=list)
    points: list[NetPoint] = field(default_factory=list)
    lines: list[NetLine] = field(default_factory=list)
    levels: set[str] = field(default_factory=set)
    _known_points: Points | None = None
    _spanning: list[tuple[Row, Area]] = field(default_factory=list)

    def read(self, sheet: Sheet) -> None:
        """Read a layer, by its class."""
        classify = sheet.id.classify
        if classify == "POINT":
            found = list(read_points(sheet, self.reading))
            self.points += found
            self.levels.update(point.level for point in found)
        elif classify == "LINE":
            if self._known_points is None:
                self._known_points = Points(self.points)
            self.lines += read_lines(sheet, self.reading, self._known_points)
        elif classify == "RM":
            self._spaces(sheet)
        elif classify == "FC":
            self._facilities(sheet)
        elif classify in STRUCTURE:
            self._structure(sheet, STRUCTURE[classify])
        elif classify == "DR":
            self._doors(sheet)
        else:
            sheet.note(self.reading, "structure_not_used", value=classify)

    def fragment(self, source: str, crs: str) -> Fragment:
        self._spread()
        return Fragment(
            source=source,
            crs=crs,
            levels=tuple(self._levels()),
            areas=_sorted(self.areas),
            obstacles=_sorted(self.obstacles),
            openings=_sorted(self.openings),
            facilities=_sorted(self.facilities),
            points=_sorted(self.points),
            lines=_sorted(self.lines),
            findings=tuple(self.reading.findings),
            origin=self.origin,
        )

    def _levels(self) -> Iterator[FragmentLevel]:
        for level in sorted(self.levels, key=lambda level: (level_order(level), level)):
            code = floor_code(level)
            if code.startswith("L"):
                self.reading.findings.append(notice("level_order_assumed", field="FLOOR", value=f"{code}{code}"))
            yield FragmentLevel(level, code, level_order(level))

    # spaces

    def _spaces(self, sheet: Sheet) -> None:
        kinds = _SpaceKinds(sheet, self.reading)
        names = sheet.cells("NAME")
        divisions = sheet.cells("DIVISION")
        outside = [place == "outside" for place in sheet.coded(self.reading, "SKT", PLACES)]
        outlines = _Outlines(sheet, self.reading, self.origin, self.sound.result()[sheet.layer.name])
        for row in sheet.rows(self.reading):
            parts = outlines.of(row)
            kind, division, label = kinds.of(row, divisions[row.n])
            if kind == "walkable" and outside[row.n]:
                kind = "outdoor"
            paid = kinds.side(row.n)
            if paid is None and names[row.n] is not None:
                paid = side_of_gates(names[row.n])
            for number, (polygon, original) in enumerate(parts, 1):
                key = row.key if len(parts) == 1 else f"{row.key}/{number}"
                area = Area(
                    key, row.span.first, kind, division, names[row.n], polygon, paid, row.record, label, original
                )
                if not row.span.is_one:
                    self._spanning.append((row, area))
                    continue
                self.areas.append(area)
                self._also_facility(area)
            if parts and row.span.is_one:
                self.levels.add(row.span.first)

    def _also_facility(self, area: Area) -> None:
        """An exit or a toilet is a space in the schema, and something to look for."""
        kind = SPACE_FACILITIES.get(area.label or "")
        if kind is not None:
            shape = area.polygon
            self.facilities.append(
                Facility(area.id, area.level, kind, shape, area.name, None, area.record, label=area.label)
            )

    def _spread(self) -> None:
        """Spaces that span floors lie on each level of the delivery from their first to their last."""
        for row, area in self._spanning:
            levels = between(row.span, self.levels)
            layer, _, number = area.record.rpartition("#")
            where: dict[str, Any] = {"layer": layer, "row": int(number), "field": "FLOOR"}
            value = f"{row.span.first}–{row.span.last}"
            self.reading.findings.append(notice("floor_span", **where, value=value, levels=", ".join(levels)))
            self.levels.update(levels)
            for level in levels:
                here = Area(
                    f"{area.id}@{level}",
                    level,
                    area.kind,
                    area.division,
                    area.name,
                    area.polygon,
                    area.paid_area,
                    area.record,
                    area.label,
                    area.original,
                )
                self.areas.append(here)
                self._also_facility(here)

    # facilities

    def _facilities(self, sheet: Sheet) -> None:
        import shapely

        names, kinds, codes = sheet.cells("NAME"), sheet.cells("KIND"), sheet.cells("FOREIGNKEY")
        directions = sheet.coded(self.reading, "DIR", DIRECTIONS)
        shapes = sheet.layer.geometries
        is_point = (shapely.get_type_id(shapes) == 0).tolist()
        for row in sheet.rows(self.reading):
            n = row.n
            shape = shapes[n] if is_point[n] else _simple(shapes[n])
            kind, code = _facility_kind(sheet, self.reading, row, kinds[n], codes[n])
            levels = [row.span.first] if row.span.is_one else [row.span.first, row.span.last]
            if len(levels) > 1:
                sheet.note(self.reading, "floor_span", row, levels=", ".join(levels))
            self.levels.update(levels)
            for level in levels:
                key = row.key if len(levels) == 1 else f"{row.key}@{level}"
                self.facilities.append(
                    Facility(key, level, kind, shape, names[n], code, row.record, directions[n], kinds[n])
                )
                if not is_point[n] and (kind in FENCES or (kind == "gate" and shape.area > 0)):
                    # A gate with an outline is the machine's body: one passes beside it, not through it.
                    blocks = "fence" if kind in FENCES else "fixture"
                    self.obstacles.append(Obstacle(key, level, blocks, shape, row.record))

    # structure

    def _structure(self, sheet: Sheet, kind: str) -> None:
        kinds = sheet.cells("KIND")
        for row, level in self._on_floors(sheet):
            said = sheet.rule.kinds.get(kinds[row.n] or "", sheet.rule.kind) if sheet.rule else None
            ours = said.ours if said is not None and said.ours else kind
            key = row.key if row.span.is_one else f"{row.key}@{level}"
            self.obstacles.append(Obstacle(key, level, ours, sheet.layer.geometries[row.n], row.record))

    def _doors(self, sheet: Sheet) -> None:
        names = sheet.cells("NAME")
        for row, level in self._on_floors(sheet):
            key = row.key if row.span.is_one else f"{row.key}@{level}"
            self.openings.append(Opening(key, level, sheet.layer.geometries[row.n], names[row.n], row.record))

    def _on_floors(self, sheet: Sheet) -> Iterator[tuple[Row, str]]:
        """Rows with each level they stand on: a wall may run through several."""
        for row in sheet.rows(self.reading):
            levels = [row.span.first]
            if not row.span.is_one:
                levels = between(row.span, self.levels)
                sheet.note(self.reading, "floor_span", row, levels=", ".join(levels))
            self.levels.update(levels)
            for level in levels:
                yield row, level


def _sorted(things: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(things, key=attrgetter("id")))


def _simple(shape: Geometry) -> Geometry:
    """A shape of one piece without its wrapping."""
    return shape.geoms[0] if hasattr(shape, "geoms") and len(shape.geoms) == 1 else shape


# ── kinds ────────────────────────────────────────────────────────────────────


class _SpaceKinds:
    """What kind of Area each space of a layer is."""

    def __init__(self, sheet: Sheet, reading: Reading) -> None:
        self.sheet, self.reading = sheet, reading
        self.words = sheet.cells("KIND")
        self.known: dict[tuple[str | None, str | None], tuple[str, str | None, str | None]] = {}
        rule = sheet.rule
        self.paid = sheet.layer.columns.get(rule.paid_column or "", ()) if rule is not None else ()

    def of(self, row: Row, division: str | None) -> tuple[str, str | None, str | None]:
        """Kind of Area, division and label of a row."""
        word = self.words[row.n]
        if (division, word) in self.known:
            return self.known[division, word]
        told = len(self.reading.findings)
        found = self._of(row, division, word)
        if len(self.reading.findings) == told:  # nothing to say of it, nor of the next such row
            self.known[division, word] = found
        return found

    def _of(self, row: Row, division: str | None, word: str | None) -> tuple[str, str | None, str | None]:
        division = (division or self.sheet.id.division).upper() or None
        rule = self.sheet.rule
        said = (rule.kinds.get(word or "") or rule.kind) if rule is not None else None
        if said is not None:
            if said.ours is not None:
                return said.ours, division, word
            division, word = said.division, said.word
        if division is not None and division not in DIVISIONS:
            self.sheet.note(self.reading, "code_unknown", row, field="DIVISION", value=division)
            division = None
        plain = (word or "").replace(" ", "")
        known = SPACES.get(division or "", {}).get(plain)
        if known is not None:
            return known, division, word
        return self._by_division(row, division, word, plain), division, word

    def _by_division(self, row: Row, division: str | None, word: str | None, plain: str) -> str:
        """A space whose word is empty, `기타` or not in our table: its division says what it is for."""
        taken = SPACES_OF_DIVISION.get(division or "", "unknown")
        if plain and plain.upper() not in OTHER and taken == "unknown":
            self.sheet.note(self.reading, "kind_unknown", row, field="KIND", value=word)
        elif taken != "unknown":
            ko, en = (
                ("지나다닐 수 있는 곳", "a way") if taken == "walkable" else ("지나갈 수 없는 곳", "no way through")
            )
            words: dict[str, Any] = {"division": division, "taken_ko": ko, "taken_en": en}
            self.sheet.note(self.reading, "kind_assumed", row, field="KIND", value=word or "", **words)
        return taken

    def side(self, n: int) -> bool | None:
        """On which side of the gates a mapping puts a row."""
        rule = self.sheet.rule
        if rule is None or not self.paid:
            return None
        value = self.paid[n] or ""
        return True if value in rule.paid_inside else False if value in rule.paid_outside else None


def _facility_kind(
    sheet: Sheet, reading: Reading, row: Row, word: str | None, foreign_key: str | None
) -> tuple[str, str | None]:
    """Kind and code of a facility: by its word and by its code, which should agree."""
    rule = sheet.rule
    said = (rule.kinds.get(word or "") or rule.kind) if rule is not None else None
    if said is not None and said.ours is not None:
        return said.ours, None
    if said is not None:
        word = said.word
    plain = (word or "").replace(" ", "")
    by_word = FACILITY_WORDS.get(plain)
    found = facility_code(foreign_key) if foreign_key else None
    code = "".join(found) if found else None
    by_code = FACILITIES.get(found[0], {}).get(found[1]) if found else None
    if foreign_key and found is None:
        sheet.note(reading, "code_unknown", row, field="FOREIGNKEY", value=foreign_key)
    if by_word in (None, "other"):
        if by_code is None and by_word is None:
            sheet.note(reading, "kind_unknown", row, field="KIND", value=word or "")
        return by_code or "other", code
    if found is not None and by_code is None:
        sheet.note(reading, "facility_code_unlisted", row, field="FOREIGNKEY", value=foreign_key, kind=word)
    elif by_code not in (None, by_word):
        sheet.note(reading, "facility_code_conflict", row, field="FOREIGNKEY", value=foreign_key, said=code, kind=word)
    return str(by_word), code


# ── outlines ─────────────────────────────────────────────────────────────────


class _Outlines:
    """The polygons of a layer's rows, each valid: what is not is repaired, and told with its place."""

    def __init__(self, sheet: Sheet, reading: Reading, origin: tuple[float, float], sound: Mapping[int, bool]) -> None:
        import shapely

        self.sheet, self.reading, self.origin = sheet, reading, origin
        self.shapes = sheet.layer.geometries
        self.delivered = self.shapes if sheet.delivered is None else sheet.delivered
        self.types = shapely.get_type_id(self.shapes).tolist()
        self.is_valid = [sound[number] for number in sheet.layer.numbers]

    def of(self, row: Row) -> list[tuple[Polygon, Polygon | None]]:
        """The pieces of a row's outline, each with the delivered one where that was repaired."""
        import shapely

        n = row.n
        shape = self.shapes[n]
        if self.types[n] == _POLYGON and self.is_valid[n]:
            return [(shape, None)]
        if self.types[n] not in (_POLYGON, _MULTIPOLYGON):
            self.sheet.note(self.reading, "geometry_wrong_type", row, **wrong_type("면", "a polygon", shape.geom_type))
            return []
        original = None
        if not self.is_valid[n]:
            self._note_invalid(row, shape)
            original, shape = shape, shapely.make_valid(shape, method="structure", keep_collapsed=False)
        pieces = [piece for piece in shapely.get_parts(shape) if piece.geom_type == "Polygon" and piece.area > 0]
        if not pieces:
            self.sheet.note(self.reading, "geometry_unreadable", row)
        if len(pieces) > 1:
            self.sheet.note(self.reading, "geometry_split", row, count=len(pieces))
        return [(piece, original) for piece in pieces]

    def _note_invalid(self, row: Row, shape: Geometry) -> None:
        """Why, and where on Earth, as near as a corner: GEOS says `Self-intersection[198142.4 551102.4]`."""
        import shapely

        delivered = self.delivered[row.n]
        reason = shapely.is_valid_reason(delivered)
        why, _, spot = reason.rstrip("]").partition("[")
        at = [float(part) for part in spot.split()[:2]]
        where = None
        if len(at) > 1:
            corners = shapely.get_coordinates(delivered)
            nearest = int(((corners - at) ** 2).sum(axis=1).argmin())
            x_m, y_m = shapely.get_coordinates(shape)[nearest].tolist()
            where = "{:.6f}, {:.6f}".format(*to_wgs84(x_m, y_m, origin=self.origin))
        self.sheet.note(self.reading, "geometry_invalid", row, field="geometry", value=where, why=why)
