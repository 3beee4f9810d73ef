"""The network that a delivery brings along: POINTs, and LINEs between them with direction and HANDICAP."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from muui_maps.sources.fragment import NetLine, NetPoint
from muui_maps.sources.indoor_codes import DIRECTIONS, HANDICAPS, LINES, POINTS, SLOPES, level_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from shapely import LineString

    from muui_maps.sources.indoor_rows import Reading, Row, Sheet

    Spot = tuple[float, float]
    Coordinates = NDArray[np.float64]

END_OFF_M = 1.0
"""How far a line may end from the point it names before it is told (catalogue of bad input, S39)."""

_SHORTEST_PART = 5
"""A cut key must keep this much to be looked for: a serial number's digits."""
_ONE_WAY = ("up", "down")
_NOT_STATED: tuple[bool | None, bool] = (None, False)
_TAIL = re.compile(r"_((?:B|F|L|R|BM|FM|LM)\d{2}){2}_[A-Z]{2}_POINT_\d+$", re.IGNORECASE)
"""What of a key must stay: its floor above all, as the same serial occurs on every floor."""


def read_points(sheet: Sheet, reading: Reading) -> Iterator[NetPoint]:
    """The POINTs of a layer; each lies on one level."""
    import shapely

    kinds, names = sheet.cells("KIND"), sheet.cells("NAME")
    shapes = sheet.layer.geometries
    is_point = (shapely.get_type_id(shapes) == 0).tolist()
    xs, ys = shapely.get_x(shapes).tolist(), shapely.get_y(shapes).tolist()
    known = {word: POINTS.get((word or "").replace(" ", ""), "node") for word in set(kinds)}
    for row in sheet.rows(reading):
        n, _, key, span, record = row
        if not is_point[n]:
            sheet.note(reading, "geometry_wrong_type", row, **wrong_type("점", "a point", shapes[n].geom_type))
            continue
        if not span.is_one:
            sheet.note(reading, "floor_span", row, levels=span.first)
        yield NetPoint(key, span.first, xs[n], ys[n], known[kinds[n]], record, names[n])


def wrong_type(wanted_ko: str, wanted_en: str, found: str) -> dict[str, Any]:
    """The words of `geometry_wrong_type`."""
    return {"wanted_ko": wanted_ko, "wanted_en": wanted_en, "found": found}


class Points:
    """The POINTs by key, and by the parts of keys that a narrow column leaves."""

    def __init__(self, points: Iterable[NetPoint]) -> None:
        self.all = tuple(points)
        self.by_key = {point.id: point for point in self.all}
        self.number = {point.id: n for n, point in enumerate(self.all)}

    @cached_property
    def xy(self) -> Coordinates:
        """Their coordinates, and after the last a place that is nowhere."""
        import numpy as np

        return np.array([*((point.x_m, point.y_m) for point in self.all), (math.inf, math.inf)])

    @cached_property
    def _forwards(self) -> list[tuple[str, str]]:
        return sorted((key, key) for key in self.by_key)

    @cached_property
    def _backwards(self) -> list[tuple[str, str]]:
        return sorted((key[::-1], key) for key in self.by_key)

    def like(self, text: str) -> list[NetPoint]:
        """Points whose key begins or ends with a text, the keys of the rule being longer than its FPOINT is wide.

        Where none does, those that share the longest tail with it, as far as that tail names the floor.
        """
        if len(text) < _SHORTEST_PART:
            return []
        found = _beginning(self._forwards, text) or _beginning(self._backwards, text[::-1])
        back, tail = text[::-1], _TAIL.search(text)
        while not found and tail is not None and len(back) > len(tail.group()):
            back = back[:-1]
            found = _beginning(self._backwards, back)
        return [self.by_key[key] for key in found]


def _beginning(ordered: Sequence[tuple[str, str]], text: str) -> list[str]:
    """Keys of the entries that begin with a text."""
    at = bisect_left(ordered, (text, ""))
    found = []
    while at < len(ordered) and ordered[at][0].startswith(text):
        found.append(ordered[at][1])
        at += 1
    return found


def read_lines(sheet: Sheet, reading: Reading, points: Points) -> Iterator[NetLine]:
    """The LINEs of a layer, from FPOINT to SPOINT; one whose end is unknown is set aside."""
    import shapely

    lines = _Lines(sheet, reading, points)
    lengths = shapely.length(sheet.layer.geometries).tolist()
    directions = sheet.coded(reading, "DIR", DIRECTIONS)
    handicaps = sheet.coded(reading, "HANDICAP", HANDICAPS)
    slopes = sheet.coded(reading, "SLP", SLOPES)
    names, shapes = sheet.cells("NAME"), sheet.layer.geometries.tolist()
    words = list(zip(sheet.cells("KIND"), slopes, strict=True))
    known = {pair: lines.kind(*pair) for pair in set(words)}
    kinds = [known[pair] for pair in words]
    for row in sheet.rows(reading):
        n, _, key, _, record = row
        start, end = lines.found[n]
        shape = shapes[n]
        oneway = directions[n] in _ONE_WAY
        if oneway or not lines.is_plain[n] or start is None or end is None:
            run = lines.run(row)
            if run is None:
                continue
            if oneway and lines.runs_against(row, run, is_up=directions[n] == "up"):
                run = run.turned()
            start, end, shape = run
        passes, only = handicaps[n] or _NOT_STATED
        kind = kinds[n]
        if kind is None:
            sheet.note(reading, "kind_unknown", row, field="KIND", value=sheet.cells("KIND")[n] or "")
            kind = "unknown"
        level = start.level if start.level == end.level else None
        yield NetLine(key, start.id, end.id, kind, level, lengths[n], shape, oneway, passes, record, only, names[n])


class _Run(NamedTuple):
    """A line from a point to a point, drawn that way round."""

    start: NetPoint
    end: NetPoint
    shape: LineString

    def turned(self) -> _Run:
        import shapely

        return _Run(self.end, self.start, shapely.reverse(self.shape))


class _Lines:
    """The lines of one layer being joined to their points."""

    def __init__(self, sheet: Sheet, reading: Reading, points: Points) -> None:
        import numpy as np
        import shapely

        self.sheet, self.reading, self.points = sheet, reading, points
        self.shapes = sheet.layer.geometries
        self.texts = list(zip(sheet.cells("FPOINT"), sheet.cells("SPOINT"), strict=True))
        number, nowhere = points.number.get, len(points.all)
        starts = [number(start or "", nowhere) for start, _ in self.texts]
        ends = [number(end or "", nowhere) for _, end in self.texts]
        there: list[NetPoint | None] = [*points.all, None]
        self.found = [(there[start], there[end]) for start, end in zip(starts, ends, strict=True)]
        xy, owners = shapely.get_coordinates(self.shapes, return_index=True)
        count = np.arange(len(self.shapes))
        first = xy[np.searchsorted(owners, count, "left")] if len(xy) else xy
        last = xy[np.searchsorted(owners, count, "right") - 1] if len(xy) else xy
        is_near = np.hypot(*(points.xy[starts] - first).T) <= END_OFF_M
        is_near &= np.hypot(*(points.xy[ends] - last).T) <= END_OFF_M
        is_line = shapely.get_type_id(self.shapes) == 1
        self.is_plain: list[bool] = (is_near & is_line).tolist()  # both ends are where they should be
        self.first, self.last = first, last

    def run(self, row: Row) -> _Run | None:
        """The line between the points that it names."""
        start, end = self.found[row.n]
        shape = _one_line(self.shapes[row.n])
        if shape is None:
            found = self.shapes[row.n].geom_type
            self.sheet.note(self.reading, "geometry_wrong_type", row, **wrong_type("선", "a line", found))
            return None
        (first, last), (text, other) = self._spots(row), self.texts[row.n]
        start = start or self._point(row, "FPOINT", text, first)
        end = end or self._point(row, "SPOINT", other, last)
        return None if start is None or end is None else self._drawn(row, _Run(start, end, shape))

    def _spots(self, row: Row) -> tuple[Spot, Spot]:
        """Where a line begins and ends."""
        (ax, ay), (bx, by) = self.first[row.n].tolist(), self.last[row.n].tolist()
        return (ax, ay), (bx, by)

    def _point(self, row: Row, column: str, text: str | None, at: Spot) -> NetPoint | None:
        """The point that a line's end names."""
        like = self.points.like(text or "")
        near = [point for point in like if _apart(point, at) <= END_OFF_M]
        code, found = "edge_end_unknown", None
        if len(like) == 1:
            code, found = "key_matched_by_part", like[0]
        elif len(near) == 1:
            code, found = "edge_end_by_place", near[0]
        elif like:
            code = "edge_end_ambiguous"
        names = found.id if found else ", ".join(sorted(point.id for point in like)[:4])
        self.sheet.note(self.reading, code, row, field=column, value=text or "", found=names)
        return found

    def _drawn(self, row: Row, run: _Run) -> _Run:
        """The run with its shape from start to end; an end far from its point is told."""
        import shapely

        first, last = self._spots(row)
        away = (_apart(run.start, first), _apart(run.end, last))
        if max(away) <= END_OFF_M:
            return run
        turned = (_apart(run.start, last), _apart(run.end, first))
        if sum(turned) < sum(away):
            run, away = _Run(run.start, run.end, shapely.reverse(run.shape)), turned
        for column, point, metres in zip(("FPOINT", "SPOINT"), (run.start, run.end), away, strict=True):
            if metres > END_OFF_M:
                said = f"{metres:.1f}"
                self.sheet.note(self.reading, "edge_end_off", row, field=column, value=point.id, metres=said)
        return run

    def runs_against(self, row: Row, run: _Run, *, is_up: bool) -> bool:
        """Whether an upward line is written from its upper end, or a downward one from its lower end."""
        rise = level_order(run.end.level) - level_order(run.start.level)
        is_against = rise != 0 and (rise > 0) != is_up
        if rise == 0 or is_against:
            self.sheet.note(self.reading, "direction_by_level" if is_against else "direction_assumed", row, field="DIR")
        return is_against

    def kind(self, word: str | None, slope: str | None) -> str | None:
        """Kind of a line by its word and slope; None for a word that nobody knows."""
        rule = self.sheet.rule
        said = rule.kinds.get(word or "") if rule is not None else None
        kind = LINES.get(((said.word if said else word) or "").replace(" ", ""))
        return "ramp" if kind == "walkway" and slope in ("wheelchair", "both") else kind


def _one_line(shape: Any) -> LineString | None:  # noqa: ANN401 - a shapely geometry
    import shapely

    if shape.geom_type == "MultiLineString":
        shape = shapely.line_merge(shape)
    return shape if shape.geom_type == "LineString" else None


def _apart(point: NetPoint, at: Spot) -> float:
    return math.hypot(point.x_m - at[0], point.y_m - at[1])
