"""What must hold for every oblique: faults of a scene against the route that it shows, in words.

`faults` is used twice: no oblique that the program draws has any, and each way of spoiling one is found.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from section_checks import by_role, text_box, texts_of, total_faults, word_faults

from muui_maps.maps import words
from muui_maps.maps.doors import alight_door, board_door
from muui_maps.maps.labels import Box
from muui_maps.maps.narrate import narrate
from muui_maps.maps.oblique_layout import line_boxes
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Words
from muui_maps.model import LinkKind, Node, Route, Station

Point = tuple[float, float]


def faults(scene: Scene, station: Station, route: Route) -> list[str]:
    """Everything that is wrong with an oblique, empty if nothing is."""
    return [
        *_leg_faults(scene, route),
        *_step_faults(scene, station, route),
        *_door_faults(scene, station, route),
        *_shaft_faults(scene, route),
        *_turn_faults(scene, station, route),
        *_truth_faults(scene, route),
        *total_faults(scene, route),
        *word_faults(scene, _without_choices(route)),
        *_overlap_faults(scene),
        *_edge_faults(scene),
    ]


def _without_choices(route: Route) -> Route:
    """The route without the units that others would do as well for: their names stand together, as `4 or 2`."""
    return replace(route, legs=tuple(replace(leg, unit=None) if leg.same_as else leg for leg in route.legs))


def legs_of(scene: Scene) -> list[Polyline]:
    return [mark for mark in by_role(scene, r"leg:\d+") if isinstance(mark, Polyline)]


def _leg_faults(scene: Scene, route: Route) -> Iterator[str]:
    drawn = [mark.role for mark in legs_of(scene)]
    if drawn != [f"leg:{index}" for index in range(len(route.legs))]:
        yield f"legs are drawn as {drawn}, there are {len(route.legs)}"
    pieces = [mark for mark in by_role(scene, r"leg:\d+|spot") if isinstance(mark, Polyline)]
    for before, after in pairwise(pieces):
        if math.dist(before.points[-1], after.points[0]) > 0.05:
            yield f"{after.role} begins at {after.points[0]}, {before.role} ends at {before.points[-1]}"


def _step_faults(scene: Scene, station: Station, route: Route) -> Iterator[str]:
    badges = Counter(mark.role for mark in by_role(scene, r"badge:\d+"))
    numbers = {mark.role: mark.text for mark in by_role(scene, r"badge:\d+:text") if isinstance(mark, Words)}
    callouts = {str(mark.role).partition(":")[2] for mark in by_role(scene, r"callout:\d+")}
    leaders = {str(mark.role).partition(":")[2] for mark in by_role(scene, r"leader:\d+")}
    if callouts != leaders:
        yield f"callouts of {sorted(callouts)}, leaders of {sorted(leaders)}"
    for number in range(1, len(route.legs) + 1):
        if badges[f"badge:{number}"] != 1:
            yield f"step {number} has {badges[f'badge:{number}']} numbers"
        if numbers.get(f"badge:{number}:text") != str(number):
            yield f"the number of step {number} says {numbers.get(f'badge:{number}:text')}"
    if sum(badges.values()) != len(route.legs):
        yield "there are numbers of no step"
    if len(by_role(scene, r"gate:\d+")) != route.gates:
        yield f"{len(by_role(scene, r'gate:[0-9]+'))} gates are drawn, the route has {route.gates}"
    told = _plain("".join(texts_of(scene)))
    for door, before in ((alight_door(station, route)[0], "off"), (board_door(station, route)[0], "board")):
        if door is not None:
            name = words.door_text(*door)
            wanted = f"{name.ko}에서" if scene.lang == "ko" else f"{before} at {name.en}"
            if _plain(wanted) not in told:
                yield f"{wanted!r} is not said"


_DOORS = re.compile(r"(\d+-\d+)(?=\s?문)|(?<=door\s)(\d+-\d+)")


def _door_faults(scene: Scene, station: Station, route: Route) -> Iterator[str]:
    """Only doors that the steps name."""
    steps = narrate(station, route)
    named = _doors([text for step in steps for line in step.lines for text in (line.text.ko, line.text.en)])
    for door in sorted(_doors(texts_of(scene)) - named):
        yield f"door {door} is none of the way"


def _doors(texts: Sequence[str]) -> set[str]:
    return {door for text in texts for found in _DOORS.findall(text) for door in found if door}


def _plain(text: str) -> str:
    return text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "").lower()


def _shaft_faults(scene: Scene, route: Route) -> Iterator[str]:
    lines = {mark.role: mark for mark in legs_of(scene)}
    slabs: dict[str, list[Polyline]] = {}
    for mark in by_role(scene, r"level:.+"):
        assert isinstance(mark, Polyline)
        slabs.setdefault(str(mark.role).removeprefix("level:"), []).append(mark)
    stops = Counter(mark.role for mark in by_role(scene, r"stop:.+"))
    wanted = Counter(f"stop:{level}" for leg in route.legs for level in leg.passes)
    if stops != wanted:
        yield f"stops {dict(stops)} are drawn, the route has {dict(wanted)}"
    for index, leg in enumerate(route.legs):
        line = lines.get(f"leg:{index}")
        if line is None:
            continue
        for point, level in ((line.points[0], leg.from_level), (line.points[-1], leg.to_level)):
            if not any(_within(point, slab.points) for slab in slabs.get(level, ())):
                yield f"leg {index} touches level {level} at {point}, where it has no floor"
        changes = leg.from_level != leg.to_level
        if leg.unit is not None and changes and not by_role(scene, re.escape(f"shaft:{leg.unit.id}")):
            yield f"{leg.unit.id} has no shaft"


def _within(point: Point, outline: Sequence[Point]) -> bool:
    """Whether a point lies in an outline, by the number of edges to its right; a margin for rounding."""
    inside = False
    x, y = point
    for (x0, y0), (x1, y1) in pairwise((*outline, outline[0])):
        if (y0 > y) != (y1 > y) and x < x0 + (x1 - x0) * (y - y0) / (y1 - y0):
            inside = not inside
    return inside


def _turn_faults(scene: Scene, station: Station, route: Route) -> Iterator[str]:
    """Where two neighbouring solid walks turn left in the station, they turn left on paper."""
    nodes = {node.id: node for node in station.nodes}
    lines = {mark.role: mark for mark in legs_of(scene)}
    walks = []
    for index, leg in enumerate(route.legs):
        line = lines.get(f"leg:{index}")
        inner, level = index not in {0, len(route.legs) - 1}, leg.from_level == leg.to_level
        if leg.unit is None and line is not None and not line.dash and inner and level:
            first, last = leg.traversals[0], leg.traversals[-1]
            start = nodes[first.link.start if first.forward else first.link.end]
            end = nodes[last.link.end if last.forward else last.link.start]
            walks.append((_vector(start, end), line.points[0], line.points[-1]))
    for (before, a, b), (after, c, d) in pairwise(walks):
        turn = before[0] * after[1] - before[1] * after[0]
        drawn = (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0])
        if abs(turn) > 1 and abs(drawn) > 1 and (turn > 0) == (drawn > 0):  # y runs down on paper
            yield "the drawing is mirrored"


def _vector(start: Node, end: Node) -> Point:
    assert start.x_m is not None
    assert start.y_m is not None
    assert end.x_m is not None
    assert end.y_m is not None
    return end.x_m - start.x_m, end.y_m - start.y_m


def _truth_faults(scene: Scene, route: Route) -> Iterator[str]:
    said = {str(m.role): m.text for m in by_role(scene, r"truth-told:\d+:text") if isinstance(m, Words)}
    walks = {
        f"truth-told:{index + 1}:text": leg
        for index, leg in enumerate(route.legs)
        if leg.unit is None and all(t.link.kind is not LinkKind.STAIRS for t in leg.traversals)
    }
    for role, leg in walks.items():
        figure = "?" if leg.length_m is None else f"{leg.length_m:.0f}"
        if said.get(role, "").removeprefix("≈ ") != figure:
            yield f"{role} says {said.get(role)}, the route {figure}"


# ── overlaps ─────────────────────────────────────────────────────────────────

_SYMBOLS = r"gate:\d+|hazard:\d+|machine:\d+|crossing:\d+|train|street|landing:\d+|plate:.+|badge:\d+|unused:.+"


def _overlap_faults(scene: Scene) -> Iterator[str]:
    texts = [(f"{m.role} {m.text!r}", text_box(m)) for m in scene.marks if isinstance(m, Words) and m.text]
    cards = [(str(m.role), _box(m)) for m in by_role(scene, r"callout:\d+")]
    symbols = [(str(m.role), _box(m).grown(-1.5)) for m in by_role(scene, _SYMBOLS)]
    lines = [
        (str(line.role), box)
        for line in legs_of(scene)
        for start, end in pairwise(line.points)
        for box in line_boxes(start, end, 4)
    ]
    for things in (texts, cards, symbols):
        for (name, box), (other, other_box) in combinations(things, 2):
            if box.overlaps(other_box):
                yield f"{name} and {other} overlap"
    own = {f"callout:{n}": f"badge:{n}" for n in range(1, 100)}
    outside = [(name, box) for name, box in texts if re.match(_ON_THE_DRAWING, name)]
    for name, box in (*cards, *outside):
        for other, other_box in (*symbols, *lines, *(cards if (name, box) in outside else ())):
            if other != own.get(name) and box.overlaps(other_box):
                yield f"{name} lies on {other}"
    yield from _leader_faults(scene, [*cards, *symbols])
    yield from _track_end_faults(scene)
    yield from _ring_faults(scene)
    yield from _sign_faults(scene)


def _ring_faults(scene: Scene) -> Iterator[str]:
    """No ring of an error strikes words through: over one stand only those on a ground of their own or with a halo."""
    sides: list[Box] = []
    grounds: list[Box] = []
    for mark in scene.marks:
        if isinstance(mark, Polyline) and mark.role == "error-ring":
            for side in pairwise((*mark.points, mark.points[0])):
                sides += line_boxes(*side, 0.5)
        elif isinstance(mark, Rect | Circle) and mark.fill is not None:
            grounds.append(_box(mark))
        elif isinstance(mark, Words) and mark.text and mark.halo is None:
            box = text_box(mark).grown(-1, -3)
            if any(box.overlaps(side) for side in sides) and not any(ground.holds(box) for ground in grounds):
                yield f"a ring strikes {mark.text!r} through"


def _sign_faults(scene: Scene) -> Iterator[str]:
    """The signs of a step's evidence stand apart from its words."""
    for signs in by_role(scene, r"signs:\d+"):
        assert isinstance(signs, Words)
        for words_mark in by_role(scene, f"callout:{str(signs.role).partition(':')[2]}:text"):
            assert isinstance(words_mark, Words)
            if text_box(signs).grown(4, -2).overlaps(text_box(words_mark)):
                yield f"{signs.role} {signs.text} run into {words_mark.text!r}"


def _track_end_faults(scene: Scene) -> Iterator[str]:
    """The words at the end of a track keep off the edges of floors and the rings of errors."""
    edges = [m for m in by_role(scene, r"level:.+|error-ring") if isinstance(m, Polyline)]
    for mark in by_role(scene, r"track-end:.+"):
        assert isinstance(mark, Words)
        for edge in edges:
            sides = pairwise((*edge.points, edge.points[0]))
            if any(text_box(mark).overlaps(box) for start, end in sides for box in line_boxes(start, end, 0.5)):
                yield f"{mark.text!r} lies on the edge of {edge.role}"


_ON_THE_DRAWING = r"tag:|track-end:|key |truth-reason|view"


def _leader_faults(scene: Scene, things: Sequence[tuple[str, Box]]) -> Iterator[str]:
    for leader in by_role(scene, r"leader:\d+"):
        assert isinstance(leader, Polyline)
        number = str(leader.role).partition(":")[2]
        for name, box in things:
            if name.rpartition(":")[2] != number and any(box.overlaps(piece) for piece in _pieces(leader)):
                yield f"the leader of {number} crosses {name}"


def _pieces(leader: Polyline) -> Iterator[Box]:
    (x0, y0), (x1, y1) = leader.points
    steps = max(int(math.dist(*leader.points) / 4), 1)
    for i in range(steps + 1):
        x, y = x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps
        yield Box(x - 0.5, y - 0.5, x + 0.5, y + 0.5)


def _box(mark: Mark) -> Box:
    if isinstance(mark, Circle):
        return Box(mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius)
    if isinstance(mark, Icon):
        return Box(mark.x, mark.y, mark.x + mark.size, mark.y + mark.size)
    assert isinstance(mark, Rect)
    return Box(mark.x, mark.y, mark.x + mark.width, mark.y + mark.height)


def _edge_faults(scene: Scene) -> Iterator[str]:
    for mark in scene.marks:
        if isinstance(mark, Words):
            box = text_box(mark)
            if box.left < 0 or box.right > scene.width or box.top < 0 or box.bottom > scene.height:
                yield f"{mark.text!r} leaves the picture"
        elif isinstance(mark, Polyline):
            xs, ys = [x for x, _ in mark.points], [y for _, y in mark.points]
            if min(xs) < 0 or max(xs) > scene.width or min(ys) < 0 or max(ys) > scene.height:
                yield f"{mark.role} leaves the picture"
