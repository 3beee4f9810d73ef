"""What must hold for every section: faults of a scene against the route that it shows, in words.

`faults` is used twice: no section that the program draws has any, and each way of spoiling a section is found.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from muui_maps.maps import words
from muui_maps.maps.fonts import measure
from muui_maps.maps.labels import Box
from muui_maps.maps.narrate import is_ride
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Words
from muui_maps.maps.section_parts import CROSSINGS
from muui_maps.maps.section_words import met_text
from muui_maps.model import LinkKind, MetKind, Route, Text

SLAB_DROP = 26.0  # from the line down to the slab, see section_layout


def faults(scene: Scene, route: Route) -> list[str]:
    """Everything that is wrong with a section, empty if nothing is."""
    return [
        *_step_faults(scene, route),
        *_height_faults(scene, route),
        *_order_faults(scene, route),
        *_joint_faults(scene),
        *total_faults(scene, route),
        *word_faults(scene, route),
        *_overlap_faults(scene),
        *_edge_faults(scene),
    ]


def by_role(scene: Scene, pattern: str) -> list[Mark]:
    return [mark for mark in scene.marks if mark.role and re.fullmatch(pattern, mark.role)]


def text_box(words: Words) -> Box:
    """The box of a text's visible ink, without the air that fonts keep above and below."""
    width = measure(words.text, words.size, words.weight)
    left = words.x - {"start": 0.0, "middle": width / 2, "end": width}[words.anchor]
    return Box(left, words.y - 0.76 * words.size, left + width, words.y + 0.2 * words.size)


def _step_faults(scene: Scene, route: Route) -> Iterator[str]:
    badges = Counter(mark.role for mark in by_role(scene, r"badge:\d+"))
    pills = Counter(mark.role for mark in by_role(scene, r"pill:\d+"))
    for index, leg in enumerate(route.legs):
        number = index + 1
        if badges[f"badge:{number}"] != 1:
            yield f"step {number} has {badges[f'badge:{number}']} numbers on the line"
        if pills[f"pill:{number}"] != (0 if is_ride(leg) else 1):
            yield f"step {number} has {pills[f'pill:{number}']} metre pills"
        texts = [mark.text for mark in by_role(scene, rf"pill:{number}:text") if isinstance(mark, Words)]
        if not is_ride(leg):
            figure = "?" if leg.length_m is None else f"{leg.length_m:.0f}"
            if [text.removeprefix("≈ ") for text in texts] != [f"{figure} m"]:
                yield f"step {number}: the pill says {texts}, the route {figure} m"
    if sum(badges.values()) != len(route.legs):
        yield "there are numbers of no step"
    gates = len(by_role(scene, r"gate:\d+"))
    if gates != route.gates:
        yield f"{gates} gates are drawn, the route has {route.gates}"


def level_ys(scene: Scene) -> dict[str, set[float]]:
    """The line's height on each level, from its slabs."""
    ys: dict[str, set[float]] = {}
    for mark in by_role(scene, r"level:.+"):
        assert isinstance(mark, Rect)
        ys.setdefault(str(mark.role).removeprefix("level:"), set()).add(round(mark.y - SLAB_DROP, 2))
    return ys


def _height_faults(scene: Scene, route: Route) -> Iterator[str]:
    ys = level_ys(scene)
    for index, leg in enumerate(route.legs):
        line = [mark for mark in by_role(scene, f"leg:{index}") if isinstance(mark, Polyline)]
        if len(line) != 1:
            yield f"leg {index} is drawn {len(line)} times"
            continue
        ends = (line[0].points[0][1], line[0].points[-1][1])
        for end, level in zip(ends, (leg.from_level, leg.to_level), strict=True):
            if end not in ys.get(level, set()):
                yield f"leg {index} ends at {end}, level {level} lies at {sorted(ys.get(level, ()))}"


def _order_faults(scene: Scene, route: Route) -> Iterator[str]:
    starts = []
    for index in range(len(route.legs)):
        lines = [mark for mark in by_role(scene, f"leg:{index}") if isinstance(mark, Polyline)]
        starts += [(line.points[0], line.points[-1]) for line in lines[:1]]
    folds = 0
    for (_, (x, _)), ((following, _), _) in pairwise(starts):
        folds += following < x - 0.01
    bands = len(by_role(scene, r"fold(:\d+)?"))
    if folds > bands:
        yield "the line runs backwards"
    for (start, _), (end, _) in starts:
        if end < start - 0.01:
            yield "a leg runs to the left"


def _joint_faults(scene: Scene) -> Iterator[str]:
    """The line has no gaps: each piece begins where another ends, but for the ends of the route and of its bands."""
    lines = [m for m in by_role(scene, r"leg:\d+|landing") if isinstance(m, Polyline)]
    starts = {line.points[0] for line in lines}
    ends = {line.points[-1] for line in lines}
    tiles = [_box(mark) for mark in by_role(scene, r"train|street|fold(:\d+)?")]
    for point in sorted(starts ^ ends):
        at = Box(point[0] - 1, point[1] - 1, point[0] + 1, point[1] + 1)
        if not any(at.overlaps(tile) for tile in tiles):
            yield f"the line begins or ends at {point}, where nothing stands"


def total_faults(scene: Scene, route: Route) -> Iterator[str]:
    said = {str(mark.role): mark.text for mark in by_role(scene, r"total:.+") if isinstance(mark, Words)}
    lengths = [leg.length_m for leg in route.legs if leg.unit is None]
    total = math.fsum(length for length in lengths if length is not None)
    unknown = None in lengths
    figure = f"{total:.0f}" if total or not unknown else "?"
    units = [
        unit.text for mark, unit in pairwise(scene.marks) if mark.role == "total:metres" and isinstance(unit, Words)
    ]
    if said.get("total:metres") != figure:
        yield f"the header says {said.get('total:metres')} m, the legs add up to {figure}"
    if units != ["m+" if unknown and total else "m"]:
        yield f"the header counts in {units}"
    if said.get("total:gates") != str(route.gates):
        yield "the header's gates are not the route's"
    rides = Counter(ride.kind for ride in route.rides)
    for kind in (LinkKind.ELEVATOR, LinkKind.WHEELCHAIR_LIFT):
        if int(said.get(f"total:{kind.value}", "0")) != rides[kind]:
            yield f"the header's {kind.value}s are not the route's"
    if route.run is not None and route.profile.wheels:
        minutes = f"{route.run.minutes_chair:.0f}"
    else:
        low, high = round(route.seconds.low / 60), round(route.seconds.high / 60)
        minutes = str(low) if low == high else f"{low}–{high}"
    if said.get("total:minutes") != minutes:
        yield f"the header says {said.get('total:minutes')} minutes, the route {minutes}"


def word_faults(scene: Scene, route: Route) -> Iterator[str]:
    """What is met and ridden is said, in the drawing or in a box beside it."""
    told = "".join(texts_of(scene)).replace(" ", "").lower()
    for index, leg in enumerate(route.legs):
        mets = [met for traversal in leg.traversals for met in traversal.link.met]
        wanted = [met_text(met) for met in mets if met.kind not in {MetKind.CAUTION, *CROSSINGS}]
        wanted += [words.unit_short(leg.unit)] if leg.unit else []
        wanted += [Text("횡단보도", "crossing")] if any(met.kind in CROSSINGS for met in mets) else []
        for text in wanted:
            words_wanted = (text.ko if scene.lang == "ko" else text.en).replace(" ", "").lower()
            if words_wanted not in told:
                yield f"leg {index}: {text.ko!r} is not said"


def _overlap_faults(scene: Scene) -> Iterator[str]:
    texts = [(mark, text_box(mark)) for mark in scene.marks if isinstance(mark, Words)]
    things = list(_things(scene))
    for (mark, box), (other, other_box) in combinations(texts, 2):
        if box.overlaps(other_box):
            yield f"{mark.text!r} and {other.text!r} overlap"
    for mark, box in texts:
        if (mark.role or "").startswith(("label:", "box-")):
            yield from (f"{mark.text!r} lies on {name}" for name, thing in things if box.overlaps(thing))
    for (name, box), (other_name, other_box) in combinations(things, 2):
        if not {name, other_name} & {"line", "floor"} and box.overlaps(other_box):
            yield f"{name} and {other_name} overlap"


_SYMBOLS = (
    r"(badge(-or)?|pill):\d+|gate:\d+|hazard:\d+|machine:\d+|crossing|train|street|landing:\d+|plate:.+|stop-plate:.+"
)
_FLOORS = r"level:.+"


def _things(scene: Scene) -> Iterator[tuple[str, Box]]:
    for mark in scene.marks:
        role = mark.role or ""
        if isinstance(mark, Polyline) and re.fullmatch(r"leg:\d+|landing|alternative:\d+", role):
            for (x0, y0), (x1, y1) in pairwise(mark.points):
                if x0 == x1 or y0 == y1:
                    yield "line", Box(min(x0, x1) - 4, min(y0, y1) - 4, max(x0, x1) + 4, max(y0, y1) + 4)
        elif re.fullmatch(_SYMBOLS, role):
            yield role, _box(mark)
        elif re.fullmatch(_FLOORS, role):
            yield "floor", _box(mark)


def _box(mark: Mark) -> Box:
    if isinstance(mark, Circle):
        return Box(mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius)
    if isinstance(mark, Icon):
        return Box(mark.x, mark.y, mark.x + mark.size, mark.y + mark.size).grown(-2)
    assert isinstance(mark, Rect)
    return Box(mark.x, mark.y, mark.x + mark.width, mark.y + mark.height)


def _edge_faults(scene: Scene) -> Iterator[str]:
    for mark in scene.marks:
        if isinstance(mark, Words):
            box = text_box(mark)
            if box.left < 0 or box.right > scene.width or box.top < 0 or box.bottom > scene.height:
                yield f"{mark.text!r} leaves the picture"


def texts_of(scene: Scene) -> Sequence[str]:
    return [mark.text for mark in scene.marks if isinstance(mark, Words)]
