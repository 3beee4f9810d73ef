"""What must hold for plans, overviews, easy cards and tactile plates: faults of a scene against the data, in words.

Used as `card_checks` and `section_checks` are: what the program draws has none, and each way of spoiling it is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from card_checks import by_role

from muui_maps.maps import words
from muui_maps.maps.easy_words import stages
from muui_maps.maps.overview import lifts_of
from muui_maps.maps.plan import route_nodes
from muui_maps.maps.scene import Circle, Icon, Polyline, Rect, Scene, Words
from muui_maps.maps.steps import Step
from muui_maps.maps.tactile import Tactile, plates_of
from muui_maps.maps.tactile_rules import plate_faults
from muui_maps.model import Route, Station, Unit

APART_M = 4.0  # what is nearer may stand in any order on a plan
DOOR = re.compile(r"\d+-\d+(?=\s?문)|(?<=door )\d+-\d+")


# ── plans ────────────────────────────────────────────────────────────────────


def plan_faults(scene: Scene, station: Station, level: str, route: Route) -> list[str]:
    """A plan beside its level: what stands on it, which way it lies, and the route from place to place."""
    nodes = {node.id: node for node in station.nodes if node.level == level and node.x_m is not None}
    marks = {str(m.role)[5:]: m for m in by_role(scene, r"node:.+")}
    found = [f"{name} is not drawn" for name in nodes if name not in marks]
    if words.plate(level) not in {m.text for m in by_role(scene, r"level:.+") if isinstance(m, Words)}:
        found.append(f"the plate does not say {words.plate(level)}")
    passed = [name for name in route_nodes(station, route) if name in nodes]
    lines = [m for m in by_role(scene, "route") if isinstance(m, Polyline)]
    if len(passed) > 1 and not lines:
        found.append("the route is not drawn")
    at = {name: (nodes[name].x_m or 0.0, -(nodes[name].y_m or 0.0)) for name in nodes}
    found += _mirrored(at, {name: _middle(marks[name]) for name in nodes if name in marks})
    ends = [point for line in lines for point in (line.points[0], line.points[-1])]
    ways = {name: _nearest(_middle(marks[name]), ends) for name in passed} if ends else {}
    found += [f"the route: {fault}" for fault in _mirrored({name: at[name] for name in ways}, ways)]
    return found


def _mirrored(metres: dict[str, tuple[float, float]], paper: dict[str, tuple[float, float]]) -> Iterator[str]:
    """North is up and east is right: what lies east of another stands to its right."""
    for axis, name in enumerate(("east and west", "north and south")):
        pairs = [
            (metres[b][axis] - metres[a][axis], paper[b][axis] - paper[a][axis])
            for a, b in combinations([each for each in metres if each in paper], 2)
        ]
        known = [(real > 0) == (drawn > 0) for real, drawn in pairs if abs(real) > APART_M and abs(drawn) > 1]
        if 2 * sum(known) < len(known):  # a pictogram moves aside for another
            yield f"{name} are changed about"


def _middle(mark: object) -> tuple[float, float]:
    assert isinstance(mark, Icon | Circle)
    half = mark.size / 2 if isinstance(mark, Icon) else 0.0
    return mark.x + half, mark.y + half


def _nearest(place: tuple[float, float], points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return min(points, key=lambda point: abs(point[0] - place[0]) + abs(point[1] - place[1]))


# ── overviews ────────────────────────────────────────────────────────────────


def overview_faults(scene: Scene, station: Station) -> list[str]:
    """Every lift of the station once, with the stops of the register, on levels in the order of their heights."""
    lifts = {unit.id: unit for line in station.lines for unit in lifts_of(station, line)}
    found = []
    for kind in ("shaft", "travel"):
        drawn = {str(m.role).removeprefix(f"{kind}:") for m in by_role(scene, rf"{kind}:.+")}
        found += [f"{unit} has no {kind}" for unit in lifts if unit not in drawn]
    stops = {str(m.role) for m in by_role(scene, r"stop:.+")}
    if stops != {f"stop:{unit.id}:{level}" for unit in lifts.values() for level in unit.levels}:
        found.append("the stops are not those of the register")
    heights = {level.id: level.elevation_m for level in station.levels}
    plates: dict[str, list[tuple[float, float]]] = {}
    for mark in by_role(scene, r"plate:.+"):
        line, _, level = str(mark.role).removeprefix("plate:").partition(":")
        height = heights.get(f"{line}:{level}", heights.get(level))
        if isinstance(mark, Rect) and height is not None:
            plates.setdefault(line, []).append((mark.y, -height))
    found += [fault for unit in lifts.values() for fault in _doors_of(unit, scene, station)]
    for line, rows in plates.items():
        if any(low > high for (_, low), (_, high) in pairwise(sorted(rows))):
            found.append(f"levels of Line {line} are not in the order of their heights")
    return found


def _doors_of(unit: Unit, scene: Scene, station: Station) -> Iterator[str]:
    """Doors that are named by a lift are its own, each of the direction that is named with it."""
    doors = [(words.towards(station, unit.line, door.direction), f"{door.car}-{door.door}") for door in unit.doors]
    for mark in by_role(scene, re.escape(f"unit:{unit.id}")):
        text = mark.text if isinstance(mark, Words) else ""
        here = [door for towards, door in doors if towards.ko in text or towards.en in text]
        known = here or [door for _, door in doors]
        yield from (f"door {door} is none of {unit.id}: {text}" for door in DOOR.findall(text) if door not in known)


# ── easy cards ───────────────────────────────────────────────────────────────


def easy_faults(scene: Scene, steps: Sequence[Step]) -> list[str]:
    """Each instruction on a card of its own, in order and in its own words."""
    told = [each for stage in stages(steps) for each in stage.instructions]
    cards = [m for m in by_role(scene, r"card:.+") if isinstance(m, Rect)]
    if len(cards) != len(told):
        return [f"{len(cards)} cards for {len(told)} instructions: the route is not told whole"]
    found = [f"{b.role} stands above {a.role}" for a, b in pairwise(cards) if b.y < a.y + a.height]
    for card, each in zip(cards, told, strict=True):
        inside = [
            m.text
            for m in scene.marks
            if isinstance(m, Words) and card.y <= m.y <= card.y + card.height and m.x > card.x
        ]
        sentence = (each.text.ko if scene.lang == "ko" else each.text.en).replace("**", "")
        if _squeezed(sentence) not in _squeezed("".join(inside)):
            found.append(f"{card.role} does not say: {sentence}")
    return found


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


# ── tactile plates ───────────────────────────────────────────────────────────


def tactile_faults(made: Tactile, station: Station, route: Route, steps: Sequence[Step]) -> list[str]:
    """A plate for each walk, with its line, and with what is met in order; and a list that names no other door."""
    plates = plates_of(station, route)
    found = [fault for scene in made.scenes for fault in plate_faults(scene)]
    if len(plates) != len(made.plates):
        found.append(f"{len(made.plates)} plates for {len(plates)} walks")
    for n, (plate, scene) in enumerate(zip(plates, made.plates, strict=False), 1):
        if not by_role(scene, r"route.*"):
            found.append(f"plate {n} has no route")
        symbols = list(dict.fromkeys(str(m.role) for m in scene.marks if (m.role or "").startswith("symbol:")))
        if [role.split(":")[2] for role in symbols] != [item.kind for item in plate.items]:
            found.append(f"plate {n} shows {symbols}")
        lefts = [min(_left(m) for m in by_role(scene, re.escape(role))) for role in symbols]
        if not by_role(scene, "goes-on") and not by_role(scene, r"outline:.+") and lefts != sorted(lefts):
            found.append(f"plate {n} leads to the left")
    doors = {door for step in steps for line in step.lines for door in DOOR.findall(f"{line.text.ko} {line.text.en}")}
    found += [f"door {door} is none of the way" for door in DOOR.findall(made.text) if door not in doors]
    return found


def _left(mark: object) -> float:
    if isinstance(mark, Polyline):
        return min(x for x, _ in mark.points)
    assert isinstance(mark, Circle | Rect)
    return mark.x - (mark.radius if isinstance(mark, Circle) else 0.0)
