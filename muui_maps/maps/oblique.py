"""The exploded oblique: the whole route over its floors, pulled apart, on what is known of their places.

`oblique_place` says where the points of the route lie and how well that is known, `oblique_layout` puts them on paper,
`oblique_ink` draws them, `oblique_labels` finds room for words, `oblique_frame` adds what stands around them; this
module puts them together. What nobody knows is dashed, and the picture says how true it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.maps import style, summary, words
from muui_maps.maps.labels import Box, FreeRoom
from muui_maps.maps.oblique_frame import Panel, key_panel, truth_panel, view_panel
from muui_maps.maps.oblique_ink import draw, obstacles
from muui_maps.maps.oblique_labels import Letterer, Lettering
from muui_maps.maps.oblique_layout import Layout, Way, lay_out
from muui_maps.maps.oblique_place import moves_of
from muui_maps.maps.oblique_words import Callout, callouts, truths
from muui_maps.maps.parts import shifted
from muui_maps.maps.scene import Icon, Mark, Scene
from muui_maps.maps.section_boxes import Item, TextBox, arrange, draw_box
from muui_maps.maps.section_frame import foot, header
from muui_maps.maps.section_parts import parts_of
from muui_maps.maps.theme import themed
from muui_maps.model import Text, UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from muui_maps.maps.steps import Step
    from muui_maps.model import Route, Station

HEIGHT, MARGIN = 1191.0, 28.0
BAND = 58.0  # over and under the drawing, for words
EXTENSION = 48.0  # of the picture downward, step by step, where panels find no room
UNUSED = 30.0

_UNIT_ICONS = {UnitKind.ELEVATOR: "lift", UnitKind.WHEELCHAIR_LIFT: "wheelchair_lift"}


def oblique_scene(
    station: Station,
    route: Route,
    steps: Sequence[Step],
    *,
    lang: str,
    plan_b: Mapping[str, Route | None] | None = None,  # noqa: ARG001  all views are called alike
    as_of: str | None = None,
    datasets: Mapping[str, Text] | None = None,
    theme: style.Theme = "light",
    large_print: bool = False,
) -> Scene:
    """The oblique of a route, A3 landscape (1684 × 1191), larger where it needs the room.

    Parameters
    ----------
    steps
        Of the same route, from `narrate`: their numbers are the numbers of the callouts.
    lang
        `ko` or `en`: the language in large letters; the other one stands small below it.
    plan_b
        Not shown: the cards and the section say it.
    as_of
        The date to print, ISO; nothing is printed without one.
    datasets
        Names of datasets by id, for the sources at the foot.
    theme, large_print
        As for `section_scene`.
    """
    head, top = header(station, route, lang)
    sources = summary.source_texts(route, as_of, datasets, lang)
    foot_marks, foot_height = _foot(sources, lang)
    parts = parts_of(station, route, {index: step.n for index, step in enumerate(steps)})
    told = callouts(station, route, parts, steps)
    room = HEIGHT - foot_height - top - 2 * BAND
    layout = lay_out(moves_of(station, route, parts), station.levels, top=top + BAND, room=room)
    unused = tuple(_unused(station, route, layout))
    errors = _errors(station, route, layout)
    rings = tuple(_rings(layout, errors))
    lettered, panels = _around(
        station, route, layout, told, unused, errors, rings, top=top, lang=lang, foot=foot_height
    )
    marks: list[Mark] = [*head, *draw(layout, rings)]
    marks += [
        Icon(
            _UNIT_ICONS[kind],
            round(box.left, 2),
            round(box.top, 2),
            UNUSED,
            style.PAPER,
            style.UNUSED,
            f"unused:{name}",
        )
        for name, kind, box in unused
    ]
    marks += [*lettered.marks, *panels.marks]
    height = round(max(HEIGHT, panels.bottom + 12 + foot_height), 2)
    marks += [shifted(mark, 0, height - foot_height) for mark in foot_marks]
    title, description = _told(station, route, told, layout, lang)
    scene = Scene(
        id=f"oblique-{station.id}-{route.start.key}-{route.end.key}-{lang}",
        width=layout.width,
        height=height,
        lang=lang,
        title=title,
        description=description,
        marks=tuple(marks),
        scale=style.LARGE_SECTION if large_print else 1.0,
    )
    return themed(scene, theme)


def _told(station: Station, route: Route, callouts: Sequence[Callout], layout: Layout, lang: str) -> tuple[str, str]:
    """Title and description for a screen reader: every step is in it."""
    title = summary.transfer_title(station, route)
    steps = Text(
        " ".join(f"{each.number}. {each.whole.ko}." for each in callouts),
        " ".join(f"{each.number}. {each.whole.en[:1].upper()}{each.whole.en[1:]}." for each in callouts),
    )
    how = Text("순서대로 편 그림이에요.", "Laid out in order.") if layout.in_order else Text("", "")
    if lang == "ko":
        return f"{title.ko}, 투시도", f"{summary.headline(station, route).ko}. {how.ko} {steps.ko}".replace("  ", " ")
    return f"{title.en}, oblique view", f"{summary.headline(station, route).en}. {how.en} {steps.en}".replace("  ", " ")


def _foot(sources: Sequence[str], lang: str) -> tuple[tuple[Mark, ...], float]:
    note = Text(
        "자리는 열차 문과 역 좌표로 셈했어요. 선로가 승강장 어느 쪽인지는 몰라요.",
        "Places derived from train doors and station points; on which side of a platform its track lies is not known.",
    )
    marks, bottom = foot((), note=note, sources=sources, last=summary.before_you_go(), y=0, lang=lang)
    return marks, bottom + 16


# ── what this route does not use ─────────────────────────────────────────────


def _unused(station: Station, route: Route, layout: Layout) -> Iterator[tuple[str, UnitKind, Box]]:
    """Lifts of a platform that the route does not take, where their place is known and free."""
    ridden = {ride.unit for ride in route.rides} | {other for leg in route.legs for other in leg.same_as}
    taken = [box for _, box in obstacles(layout)]
    for way in layout.ways:
        if not way.solid or way.move.platform is None or way.move.start is None or not way.slabs[0].solid:
            continue
        for unit in station.units:
            if unit.id in ridden or unit.kind not in _UNIT_ICONS or unit.line != way.move.platform.line:
                continue
            node = next(
                (
                    n
                    for n in station.nodes
                    if n.id.startswith(f"{unit.id}@") and n.level == way.move.platform.level and n.x_m is not None
                ),
                None,
            )
            if node is None or node.x_m is None or node.y_m is None:
                continue
            dx, dy = layout.view.of_ground(node.x_m - way.move.start[0], node.y_m - way.move.start[1])
            x, y = way.points[0][0] + dx * way.factor, way.points[0][1] + dy * way.factor
            box = Box(x - UNUSED / 2, y - UNUSED / 2, x + UNUSED / 2, y + UNUSED / 2)
            if way.slabs[0].box.holds(box.grown(-8)) and not any(box.grown(4).overlaps(each) for each in taken):
                taken.append(box)
                yield unit.id, unit.kind, box


# ── errors of position ───────────────────────────────────────────────────────


def _errors(station: Station, route: Route, layout: Layout) -> tuple[tuple[str, float], ...]:
    """Lines whose platforms are drawn at a derived place, and by how much they may lie off."""
    nodes = {node.id: node for node in station.nodes}
    found: dict[str, float] = {}
    for way in layout.ways:
        platform = way.move.platform
        node = nodes.get(platform.node) if platform else None
        if platform and node and node.error_m is not None and not layout.in_order and way.slabs[0].solid:
            found.setdefault(platform.line, node.error_m)
    return tuple(found.items())


def _rings(layout: Layout, errors: Sequence[tuple[str, float]]) -> Iterator[tuple[tuple[float, float], ...]]:
    """Around where the route meets each of these lines, as large as the error."""
    for line, error_m in errors:
        way = next((each for each in layout.ways if each.move.platform and each.move.platform.line == line), None)
        if way is not None:
            yield tuple(_ring(layout, way, error_m))


def _ring(layout: Layout, way: Way, error_m: float) -> Iterator[tuple[float, float]]:
    x, y = ((a + b) / 2 for a, b in zip(way.points[0], way.points[-1], strict=True))
    for i in range(48):
        angle = 2 * math.pi * i / 48
        dx, dy = layout.view.of_ground(error_m * math.cos(angle), error_m * math.sin(angle))
        yield (
            round(min(max(x + dx, 6.0), layout.width - 6.0), 2),
            round(max(y + dy, layout.box.top - BAND + 4), 2),
        )


# ── what stands around ───────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Around:
    marks: tuple[Mark, ...]
    bottom: float


def _around(  # noqa: PLR0913 - all that the words and panels are about
    station: Station,
    route: Route,
    layout: Layout,
    told: Sequence[Callout],
    unused: Sequence[tuple[str, UnitKind, Box]],
    errors: Sequence[tuple[str, float]],
    rings: Sequence[tuple[tuple[float, float], ...]],
    *,
    top: float,
    lang: str,
    foot: float,
) -> tuple[Lettering, _Around]:
    """Words on the drawing, then panels and the list of what found no room, in what is free."""
    bottom = max(layout.box.bottom + BAND, HEIGHT - foot - 12)
    letterer = Letterer(
        station, layout, lang=lang, bounds=Box(MARGIN, top + 6, layout.width - MARGIN, bottom), rings=rings
    )
    for _, _, box in unused:
        letterer.reserve(box)
    lettered = letterer.letter(told)
    taken = [*lettered.boxes, *(slab.box for way in layout.ways for slab in way.slabs)]
    panels = (
        view_panel(layout, lang),
        truth_panel(route, truths(route, layout), errors, lang),
        key_panel(layout, lang, rings=bool(errors), unused=bool(unused)),
    )
    room = Box(MARGIN, top + 12, layout.width - MARGIN, bottom)
    marks: list[Mark] = []
    reached = bottom
    for panel in panels:
        box = _free(panel, taken, room)
        taken.append(box)
        reached = max(reached, box.bottom)
        marks += [shifted(mark, box.left, box.top) for mark in panel.marks]
    boxes = _list(lettered, lang)
    places, end = arrange(boxes, taken, Box(room.left, room.top, room.right, reached), lang)
    for text_box, at in zip(boxes, places, strict=True):
        marks += draw_box(text_box, at, lang)
    return lettered, _Around(tuple(marks), max(end, reached) if boxes else reached)


def _free(panel: Panel, taken: Sequence[Box], room: Box) -> Box:
    """Free room for a panel, nearest to its corner; further down than the drawing if there is none else."""
    extra = 0.0
    while True:
        larger = Box(room.left, room.top, room.right, room.bottom + extra)
        x = larger.left + larger.width * panel.towards[0]
        y = room.top + room.height * panel.towards[1]
        found = FreeRoom(larger, taken, clearance=14).find(panel.width, panel.height, towards=(x, y))
        if found is not None:
            return found
        extra += EXTENSION


def _list(lettered: Lettering, lang: str) -> tuple[TextBox, ...]:  # noqa: ARG001
    items = [Item(callout.whole, (callout.number,)) for callout in lettered.unplaced]
    for level in lettered.untagged:
        plate = words.plate(level)
        items.append(Item(Text(f"{plate} 이름표를 둘 자리가 없었어요", f"no room for the name of {plate}")))
    return (TextBox("+", Text("단계별 안내", "Steps in words"), tuple(items)),) if items else ()
