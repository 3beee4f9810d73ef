"""A page for each floor, seen from above: spaces, obstacles, connectors, gates, and the route where there is one.

What nobody has measured is not drawn: it stands in a list beside the floor. An outline that is assumed is dashed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import shapely
from shapely import LineString, Point, Polygon

from muui_maps.maps import style, words
from muui_maps.maps.floor_frame import BUILT, FILLS, FLOOR, Frame, obstacle_marks, scale_bar, shape_marks, space_marks
from muui_maps.maps.floor_names import area_name
from muui_maps.maps.fonts import measure, wrap
from muui_maps.maps.parts import bullet, bullet_width, level_plate, other, said
from muui_maps.maps.scene import Circle, Icon, Polyline, Rect, Scene, Words
from muui_maps.model import LinkKind, Method, NodeKind, PlaceKind, Text, UnitKind
from muui_maps.sources.indoor_words import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shapely import Geometry

    from muui_maps.maps.parts import Lang
    from muui_maps.maps.scene import Mark, Weight
    from muui_maps.model import Endpoint, Node, Place, Route, Space, Station, Unit
    from muui_maps.network.layered import Layers
    from muui_maps.sources.fragment import Area

    XY = tuple[float, float]

WIDTH, HEIGHT = 1684.0, 1191.0
_MARGIN, _SIDE, _TOP, _FOOT = 48.0, 400.0, 150.0, 96.0
_NOTE = 66.0  # over a floor whose outline nobody knows, for the words that say so
_TILE = 42.0
_LABEL, _NAME, _ENTRY, _SMALL = 16.0, 19.0, 17.0, 15.0
"""Sizes of words: below a pictogram, of a space, in the list beside the floor, at the foot."""
_LEAST_GROUND_M = 60.0
"""Across, of a floor of which no outline is known: two lifts alone would fill the paper."""
_MILLIMETRE = 0.001
_UNIT_ICONS = {
    UnitKind.ELEVATOR: "lift",
    UnitKind.WHEELCHAIR_LIFT: "wheelchair_lift",
    UnitKind.ESCALATOR: "escalator",
    UnitKind.MOVING_WALK: "moving_walk",
}
_NODE_ICONS = {NodeKind.GATE: "gate", NodeKind.EXIT: "exit", NodeKind.TRAIN: "train"}
_KINDS = {
    PlaceKind.PLATFORM: "walkable",
    PlaceKind.CONCOURSE: "walkable",
    PlaceKind.PASSAGE: "walkable",
    PlaceKind.STREET: "outdoor",
}


_AREA_NAME = 14.2  # size of the names that the layers give to shops and rooms
_KEY_OF_KINDS = ("outdoor", "closed", "stairs", "escalator", "elevator", "ramp", "track")


@dataclass(frozen=True, slots=True)
class Underlay:
    """What indoor layers know of a level beside the station.

    Parameters
    ----------
    areas
        All spaces: halls, shops, stairs, tracks.
    obstacles
        Walls, columns, machines.
    rows
        Along which fare gates cut the floor.
    ways
        Link → where the way between its ends bends, in metres.
    """

    areas: tuple[Area, ...] = ()
    obstacles: tuple[Geometry, ...] = ()
    doors: tuple[Geometry, ...] = ()
    rows: tuple[Geometry, ...] = ()
    ways: Mapping[str, Sequence[XY]] = field(default_factory=dict)


def underlay(layers: Layers, level: str, *, ways: bool) -> Underlay:
    """What layers show of a level of the station.

    Parameters
    ----------
    ways
        Whether a route will be drawn; working out where ways bend takes a moment.
    """
    areas, obstacles, openings, _ = layers.on(level)
    return Underlay(
        tuple(areas),
        tuple(thing.geometry for thing in obstacles),
        tuple(opening.geometry for opening in openings),
        layers.rows(level),
        layers.ways if ways else {},
    )


def plan_levels(station: Station, layers: Layers | None = None) -> tuple[str, ...]:
    """Levels on which anything has a known place, highest first; those of unknown height last."""
    at = {node.level for node in station.nodes if node.x_m is not None}
    at |= {space.level for space in station.spaces if space.outline}
    at |= {level for level in (layers.levels if layers else ()) if layers and any(layers.on(level))}
    heights = {level.id: level.elevation_m for level in station.levels if level.id in at}
    return tuple(sorted(heights, key=lambda level: (heights[level] is None, -(heights[level] or 0.0), level)))


def plan_scene(
    station: Station, level: str, route: Route | None = None, *, lang: Lang, below: Underlay | None = None
) -> Scene:
    """The plan of one level.

    Parameters
    ----------
    route
        Its part on this level is drawn between the places that are known.
    """
    spaces = [space for space in station.spaces if space.level == level and space.outline]
    nodes = [node for node in station.nodes if node.level == level and node.x_m is not None]
    shapes: list[Geometry] = [Polygon(space.outline or ()) for space in spaces]
    shapes += [Point(node.x_m or 0.0, node.y_m or 0.0).buffer(6) for node in nodes]
    below = below or Underlay()
    shapes += [area.polygon for area in below.areas] + list(below.obstacles)
    shapeless = not (spaces or below.areas)
    if shapeless and shapes:
        shapes.append(shapely.union_all(shapes).centroid.buffer(_LEAST_GROUND_M / 2))
    top = _TOP + (_NOTE if shapeless else 0.0)
    frame = Frame.around(shapes, _MARGIN, top, WIDTH - _SIDE - 3 * _MARGIN, HEIGHT - top - _FOOT)
    name = words.station_text(station)
    plate = words.plate(level)
    marks: list[Mark] = [*_heading(station, level, route, lang)]
    marks += space_marks(frame, [*_drawn_areas(spaces, below), *(_space(station, space) for space in spaces)])
    marks += obstacle_marks(frame, below.obstacles)
    for door in below.doors:
        marks += shape_marks(frame, door, stroke=style.INK, width=2.0, role="door")
    for row in below.rows:
        marks.append(Polyline(frame.ring(row), style.INK, 2.4, dash=(6.0, 3.0), role="gates"))
    way = list(_route(station, route, level, frame, below.ways))
    marks += way
    taken: list[Box] = []
    beside = [box for mark in way if isinstance(mark, Polyline) for box in _beside(mark)]
    tiles = list(_tiles(station, nodes, route, frame, taken, lang, beside))
    marks += tiles
    taken += beside
    marks += _space_names(station, spaces, taken, frame, lang)
    if shapeless:
        marks += _shapeless(lang)
    marks += _area_names(spaces, below, taken, frame, lang)
    marks += _side(station, level, route, lang)
    marks += scale_bar(frame, _MARGIN, HEIGHT - 34)
    marks += _key(spaces, below, lang, aside=any(isinstance(mark, Polyline) for mark in tiles))
    title = Text(f"{name.ko} {plate} 평면도", f"{name.en}, plan of {plate}")
    count = len(spaces) + len(_drawn_areas(spaces, below))
    known = Text(
        f"위치를 아는 곳 {len(nodes)}군데, 공간 {count}개",
        f"{len(nodes)} places and {count} spaces of known position",
    )
    return Scene(f"plan-{level}", WIDTH, HEIGHT, lang, said(title, lang), said(known, lang), tuple(marks))


def _heading(station: Station, level: str, route: Route | None, lang: Lang) -> Iterator[Mark]:
    yield from level_plate(words.plate(level), _MARGIN, 40, level)
    x = _MARGIN + 84 + 18
    line = next((each.line for each in station.levels if each.id == level), None)
    if line is not None:
        yield from bullet(line, x, 69, 26, lang)
        x += bullet_width(line, 26, lang) + 16
    name = words.station_text(station)
    yield Words(x, 66, said(name, lang), 38, weight="bold", role="station")
    second = said(name, "en" if lang == "ko" else "ko")
    yield Words(x, 98, second, 20, fill=style.MUTED, lang="en" if lang == "ko" else "ko")
    if route is not None:
        told = f"{_end(station, route.start, lang)} → {_end(station, route.end, lang)}"
        yield Words(WIDTH - _MARGIN, 66, told, 24, weight="bold", fill=style.ROUTE, anchor="end", role="route")


def _end(station: Station, end: Endpoint, lang: Lang) -> str:
    """`4호선 상계 방면`, `3번 출구`, `바깥`."""
    if end.line is not None:
        towards = said(words.towards(station, end.line, end.direction), lang)
        return f"{said(words.line_text(end.line), lang)} {towards}"
    if end.exit is not None:
        return said(Text(f"{end.exit}번 출구", f"Exit {end.exit}"), lang)
    return said(Text("바깥", "street"), lang)


# ── spaces ───────────────────────────────────────────────────────────────────


def _space(station: Station, space: Space) -> tuple[Geometry, str, bool | None, str]:
    place = next(each for each in station.places if each.id == space.place)
    # The dash of what is not known for certain is that of the frame's unknown kind.
    kind = "unknown" if space.evidence.method is Method.ASSUMED else _KINDS[place.kind]
    return Polygon(space.outline or ()), kind, place.paid_area, f"space:{space.place}"


def _drawn_areas(spaces: Sequence[Space], below: Underlay) -> list[tuple[Geometry, str, bool | None, str]]:
    """The spaces of the layers but those that became one of the station's own."""
    outlines = [Polygon(space.outline or ()) for space in spaces]
    own = {each.normalize().wkb for each in outlines}
    return [
        (area.polygon, area.kind, area.paid_area, f"area:{area.id}")
        for area in below.areas
        if shapely.set_precision(Polygon(area.polygon.exterior), _MILLIMETRE).normalize().wkb not in own
    ]


def _area_names(spaces: Sequence[Space], below: Underlay, taken: list[Box], frame: Frame, lang: Lang) -> Iterator[Mark]:
    """Names that the layers give, where they fit into their space and hide nothing."""
    drawn = {role for _, _, _, role in _drawn_areas(spaces, below)}
    for area in below.areas:
        name = area_name(area, lang)
        if name is None or f"area:{area.id}" not in drawn:
            continue
        x, y = frame.at(*area.polygon.representative_point().coords[0][:2])
        half = measure(name, _AREA_NAME) / 2
        box = (x - half, y - 10, x + half, y + 8)
        west, north = frame.at(area.polygon.bounds[0], area.polygon.bounds[3])
        east, south = frame.at(area.polygon.bounds[2], area.polygon.bounds[1])
        fits = west < box[0] and box[2] < east and north < box[1] and box[3] < south
        if fits and not any(_hides(box, other) for other in taken):
            taken.append(box)
            ink = style.INK if area.kind in ("closed", "stairs", "escalator", "elevator") else style.MUTED
            yield Words(x, y + 4, name, _AREA_NAME, fill=ink, anchor="middle", role=f"name:{area.id}")


def _space_names(
    station: Station, spaces: Sequence[Space], taken: list[Box], frame: Frame, lang: Lang
) -> Iterator[Mark]:
    """Each space's name in it or near, where it hides nothing; one for both sides of an island platform."""
    places = {place.id: place for place in station.places}
    for together in _side_by_side(spaces):
        here = [places[space.place] for space in together]
        name = said(words.together(_place_names(station, here)), lang)
        half = measure(name, _NAME, "bold") / 2
        for x, y in _spots(together[0].outline or (), frame):
            box = (x - half, y - 14, x + half, y + 9)
            if not any(_hides(box, other) for other in taken):
                taken.append(box)
                yield Words(
                    x, y + 6, name, _NAME, "bold", style.MUTED, "middle", halo=style.PAPER, role=f"name:{here[0].id}"
                )
                break


def _side_by_side(spaces: Sequence[Space]) -> list[list[Space]]:
    """Spaces that lie on each other share a name: the two sides of an island, of which each has an outline."""
    found: list[list[Space]] = []
    for space in spaces:
        outline = Polygon(space.outline or ())
        for others in found:
            other_outline = Polygon(others[0].outline or ())
            if outline.intersection(other_outline).area > min(outline.area, other_outline.area) / 2:
                others.append(space)
                break
        else:
            found.append([space])
    return found


def _place_names(station: Station, places: Sequence[Place]) -> Iterator[Text]:
    """The places' names, each once, then where their trains go to."""
    yield from dict.fromkeys(words.place_text(place) for place in places)
    for place in places:
        if place.direction is not None:
            yield words.towards(station, place.line, place.direction)


def _shapeless(lang: Lang) -> Iterator[Mark]:
    """That nobody knows the floor's outline: empty paper must not look like an empty hall."""
    for row, (language, size, fill) in enumerate(((lang, 19.0, style.INK), (other(lang), 16.0, style.MUTED))):
        told = Text(
            "이 층의 모양은 아직 몰라요. 자리를 아는 것만 그렸어요.",
            "The outline of this floor is not known yet: only what has a known place is drawn.",
        )
        weight: Weight = "regular" if row else "bold"
        yield Words(_MARGIN, _TOP + 6 + row * 26, said(told, language), size, weight, fill, lang=language)


def _spots(ring: Sequence[XY], frame: Frame) -> Iterator[tuple[float, float]]:
    """Places for a name: from the middle towards the two ends of the space."""
    outline = Polygon(ring)
    middle = outline.representative_point()
    far = max(outline.exterior.coords, key=lambda xy: float(middle.distance(Point(xy))))
    for share in (0.0, 0.3, -0.3, 0.5, -0.5, 0.7, -0.7, 0.9, -0.9):
        x, y = middle.x + share * (far[0] - middle.x), middle.y + share * (far[1] - middle.y)
        yield frame.at(x, y)


Box = tuple[float, float, float, float]  # left, top, right, bottom


def _hides(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


# ── the route ────────────────────────────────────────────────────────────────


def route_nodes(station: Station, route: Route | None) -> tuple[str, ...]:
    """Ids of the nodes that a route passes, in order."""
    if route is None:
        return ()
    found: list[str] = []
    for leg in route.legs:
        for step in leg.traversals:
            ends = (step.link.start, step.link.end) if step.forward else (step.link.end, step.link.start)
            found += [each for each in ends if not found or each != found[-1]]
    known = {node.id for node in station.nodes}
    return tuple(each for each in found if each in known)


def _route(
    station: Station, route: Route | None, level: str, frame: Frame, ways: Mapping[str, Sequence[XY]]
) -> Iterator[Mark]:
    """The way on this level, round what stands there where that is known, else straight from place to place."""
    for part in _parts(station, route, level, ways):
        if len(part) > 1:
            on_paper = tuple(frame.at(x, y) for x, y in part)
            yield Polyline(on_paper, style.PAPER, style.CASING_WIDTH)
            yield Polyline(on_paper, style.ROUTE, style.ROUTE_WIDTH, role="route")
            for start, end in pairwise(on_paper):
                yield from _chevron(start, end)


def _parts(station: Station, route: Route | None, level: str, ways: Mapping[str, Sequence[XY]]) -> Iterator[list[XY]]:
    """The pieces of a route on a level, each as the places it runs through, in metres."""
    nodes = {node.id: node for node in station.nodes}
    part: list[XY] = []
    for leg in route.legs if route is not None else ():
        for step in leg.traversals:
            start, end = (nodes.get(name) for name in (step.link.start, step.link.end)[:: 1 if step.forward else -1])
            comes, goes = (node is not None and node.level == level for node in (start, end))
            if not comes:
                yield part
                part = []
            bends = list(ways.get(step.link.id, ())) if comes and goes else []
            if bends:
                part += bends if step.forward else reversed(bends)
            else:
                ends = [node for node, is_here in ((start, comes), (end, goes)) if node is not None and is_here]
                part += [(each.x_m, each.y_m) for each in ends if each.x_m is not None and each.y_m is not None]
            if not goes:
                yield part
                part = []
    yield part


def _beside(mark: Polyline) -> Iterator[Box]:
    """Boxes along a line that no name may hide."""
    line = LineString(mark.points)
    for metres in range(0, int(line.length) + 1, 10):
        at = line.interpolate(metres)
        yield at.x - 8, at.y - 8, at.x + 8, at.y + 8


def _chevron(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Mark]:
    """An arrow in the middle of a stretch that is long enough for one."""
    line = LineString([start, end])
    if line.length < style.CHEVRON_EVERY / 2:
        return
    x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    dx, dy = (end[0] - start[0]) / line.length, (end[1] - start[1]) / line.length
    tips = (
        (x - 4 * dx - 4 * dy, y - 4 * dy + 4 * dx),
        (x + 4 * dx, y + 4 * dy),
        (x - 4 * dx + 4 * dy, y - 4 * dy - 4 * dx),
    )
    yield Polyline(tips, style.PAPER, 2.2, role="chevron")


# ── connectors, gates, exits ─────────────────────────────────────────────────


def _unit_of(station: Station, node: Node) -> Unit | None:
    name = node.id.partition("@")[0]
    return next((unit for unit in station.units if unit.id == name), None)


def _icon(station: Station, node: Node) -> str | None:
    unit = _unit_of(station, node)
    if unit is not None:
        return _UNIT_ICONS[unit.kind]
    if node.kind in _NODE_ICONS:
        return _NODE_ICONS[node.kind]
    kinds = {link.kind for link in station.links if node.id in (link.start, link.end)}
    return "stairs" if LinkKind.STAIRS in kinds else None


def _label(station: Station, node: Node, lang: Lang) -> str:
    unit = _unit_of(station, node)
    if unit is not None:
        bare = unit.number.isdigit()
        return said(words.unit_text(unit) if bare else words.unit_short(unit), lang)
    if node.kind is NodeKind.EXIT:
        number = node.id.rpartition(":")[2]
        known = number != words.UNKNOWN
        return said(Text(f"{number}번 출구", f"Exit {number}") if known else Text("출구", "Exit"), lang)
    if node.kind is NodeKind.TRAIN:
        _, line, direction = [*node.id.split(":"), "", ""][:3]
        return said(words.towards(station, line, direction), lang)
    return said(node.name, lang) if node.kind is NodeKind.GATE else ""


def _tiles(  # noqa: PLR0917 - what is drawn, and where
    station: Station,
    nodes: Sequence[Node],
    route: Route | None,
    frame: Frame,
    taken: list[Box],
    lang: Lang,
    way: Sequence[Box],
) -> Iterator[Mark]:
    """A pictogram at each known place; those that would hide each other stand side by side, with a line to the spot.

    Its name stands below, or where the way runs on there, above or beside it.
    """
    passed = set(route_nodes(station, route))
    tiles: list[tuple[Node, str, XY]] = []
    for node in sorted(nodes, key=lambda each: (each.id not in passed, each.id)):
        icon, (x, y) = _icon(station, node), frame.at(node.x_m or 0.0, node.y_m or 0.0)
        near = [(u, v) for _, other, (u, v) in tiles if other == icon == "gate"]
        if icon is None or any(abs(x - u) < _TILE / 2 and abs(y - v) < _TILE / 2 for u, v in near):
            # or the other side of a gate with a tile; its middle is seen on the route, its edge on the floor
            yield Circle(x, y, 4, fill=style.PAPER, stroke=style.UNUSED, stroke_width=2, role=f"node:{node.id}")
        else:
            tiles.append((node, icon, (x, y)))
    leaders: list[Mark] = []
    signs: list[Mark] = []
    for node, icon, (x, y) in tiles:
        label = _label(station, node, lang)
        half = max(_TILE, measure(label, _LABEL, "bold")) / 2 + 4
        middle = x
        while any(_hides(_tile_box(middle, y, half), other) for other in taken):
            middle += 6
        taken.append(_tile_box(middle, y, half))
        if middle != x:
            leaders.append(Polyline(((x, y), (middle - _TILE / 2, y)), style.INK, 1.6, dash=(3.0, 3.0)))
            leaders.append(Circle(x, y, 3.5, fill=style.INK))
        ink = style.ROUTE if node.id in passed or route is None else style.UNUSED
        signs.append(Icon(icon, middle - _TILE / 2, y - _TILE / 2, _TILE, style.PAPER, ink, role=f"node:{node.id}"))
        if label:
            at, baseline = _name_place(middle, y, label, taken, way)
            signs.append(Words(at, baseline, label, _LABEL, "bold", anchor="middle", halo=style.PAPER))
    yield from (*leaders, *signs)  # a line to a spot under another's pictogram ends at its edge


def _name_place(x: float, y: float, label: str, taken: list[Box], way: Sequence[Box]) -> XY:
    """Where the name of a tile stands: below it, as its box foresees; else above, beside or further off."""
    half = measure(label, _LABEL, "bold") / 2
    aside = _TILE / 2 + 6 + half
    below = (x, y + _TILE / 2 + _LABEL)
    near = (below, (x, y - _TILE / 2 - 6), (x + aside, y + 5), (x - aside, y + 5))
    far = [
        (x + dx, y + dy)
        for out in (24, 48, 72)
        for dx, dy in ((aside + out, 5), (-aside - out, 5), (0, 29 + out), (0, -21 - out))
    ]
    for at, baseline in (*near, *far):
        box = (at - half, baseline - 0.85 * _LABEL, at + half, baseline + 0.3 * _LABEL)
        others = way if (at, baseline) == below else (*way, *taken[:-1])
        if not any(_hides(box, other) for other in others):
            taken.append(box)
            return at, baseline
    return below


def _tile_box(x: float, y: float, half: float) -> Box:
    return x - half, y - _TILE / 2 - 3, x + half, y + _TILE / 2 + 1.4 * _LABEL


# ── beside the floor ─────────────────────────────────────────────────────────


def _side(station: Station, level: str, route: Route | None, lang: Lang) -> Iterator[Mark]:
    """What stands on this level at a place that nobody knows."""
    left, y = WIDTH - _SIDE - _MARGIN, _TOP + 8
    passed = set(route_nodes(station, route))
    lost = [each for each in station.nodes if each.level == level and each.x_m is None and _icon(station, each)]
    lost.sort(key=lambda each: (each.id not in passed, each.id))
    beyond = {link.end: link.start for link in station.links if link.kind is LinkKind.GATE}
    here = {node.id for node in lost}
    lost = [node for node in lost if beyond.get(node.id) not in here]  # both sides of a gate are one gate
    if not lost:
        return
    title = Text(f"이 층에 있지만 위치를 모르는 곳 ({len(lost)})", f"On this level, place unknown ({len(lost)})")
    yield Words(left, y + 16, said(title, lang), 19, weight="bold", role="unplaced")
    y += 38
    for number, node in enumerate(lost):
        if y > HEIGHT - _FOOT - 60:
            more = len(lost) - number
            yield Words(left, y + 14, said(Text(f"… {more}곳 더", f"… {more} more"), lang), _ENTRY, fill=style.MUTED)
            return
        icon = _icon(station, node) or "landmark"
        ink = style.ROUTE if node.id in passed or route is None else style.UNUSED
        yield Icon(icon, left, y, 32, style.PAPER, ink, role=f"unplaced:{node.id}")
        weight: Weight = "bold" if node.id in passed else "regular"
        for line in wrap(_side_label(station, node, lang), _ENTRY, _SIDE - 44, weight)[:2]:
            yield Words(left + 42, y + 22, line, _ENTRY, weight=weight)
            y += 21
        y += 19


def _side_label(station: Station, node: Node, lang: Lang) -> str:
    unit = _unit_of(station, node)
    if unit is None:
        return _label(station, node, lang)
    stops = " ↔ ".join(words.plate(each) for each in unit.levels)
    return f"{said(words.unit_text(unit), lang)} · {stops}"


def _key(spaces: Sequence[Space], below: Underlay, lang: Lang, *, aside: bool) -> Iterator[Mark]:
    x, y = _MARGIN + 300.0, HEIGHT - 46.0
    entries: list[tuple[str, tuple[float, ...], Text]] = []
    if spaces or below.areas:
        entries.append((FLOOR, (), Text("공간", "space")))
        entries.append((style.PAID_TINT, (), Text("개찰구 안", "inside the gates")))
    kinds = {area.kind for area in below.areas}
    shown = [kind for kind in _KEY_OF_KINDS if kind in kinds]
    entries += [(FILLS[kind], (4.0, 3.0) if kind == "outdoor" else (), KINDS[kind]) for kind in shown]
    if below.obstacles:
        entries.append((BUILT, (), Text("벽과 기둥", "walls and columns")))
    if any(space.evidence.method is Method.ASSUMED for space in spaces):
        entries.append((style.PAPER, (4.0, 3.0), Text("짐작한 모양", "outline assumed")))
    for fill, dash, name in entries:
        yield Rect(x, y, 26, 16, fill=fill, stroke=style.EDGE, stroke_width=1, dash=dash)
        yield Words(x + 34, y + 14, said(name, lang), _SMALL, fill=style.MUTED)
        x += 34 + measure(said(name, lang), _SMALL) + 22
    lines: list[tuple[float, tuple[float, ...], Text]] = []
    if below.rows:
        lines.append((2.4, (6.0, 3.0), Text("개찰구 줄", "row of fare gates")))
    if aside:
        lines.append((1.6, (3.0, 3.0), Text("제자리 옆에 그린 것", "drawn beside its place")))
    for width, dash, name in lines:
        if x + 34 + measure(said(name, lang), _SMALL) > WIDTH - _MARGIN:
            x, y = _MARGIN + 300.0, y + 22
        yield Polyline(((x, y + 8), (x + 26, y + 8)), style.INK, width, dash=dash)
        yield Words(x + 34, y + 14, said(name, lang), _SMALL, fill=style.MUTED)
        x += 34 + measure(said(name, lang), _SMALL) + 22
    told = Text("북쪽이 위예요. 높이와 벽은 그리지 않았어요.", "North is up. Heights and walls are not drawn.")
    if below.areas or below.obstacles:
        told = Text(
            "북쪽이 위예요. 공간과 벽은 실내공간정보를 따랐어요.", "North is up. Spaces and walls as in the layers."
        )
    yield Words(WIDTH - _MARGIN, HEIGHT - 66, said(told, lang), _SMALL, fill=style.MUTED, anchor="end")
