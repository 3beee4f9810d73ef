"""The exploded oblique: the whole route over its floors, pulled apart, on what is known of their places.

`oblique_place` says where the points of the route lie and how well that is known, `oblique_layout` puts them on paper,
`oblique_ink` draws them, `oblique_labels` finds room for words, `oblique_frame` adds what stands around them; this
module puts them together. What nobody knows is dashed, and the picture says how true it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack

from muui_maps.maps import style, summary, words
from muui_maps.maps.evidence import signs_used
from muui_maps.maps.foreign import names_line
from muui_maps.maps.identity import identity
from muui_maps.maps.labels import Box, FreeRoom
from muui_maps.maps.oblique_frame import Panel, key_panels, truth_panels, view_panel
from muui_maps.maps.oblique_ink import Drawn, draw, edges, obstacles
from muui_maps.maps.oblique_labels import Letterer, Lettering
from muui_maps.maps.oblique_layout import Layout, Room, Way, lay_out
from muui_maps.maps.oblique_place import moves_of
from muui_maps.maps.oblique_words import Callout, callouts, truths
from muui_maps.maps.parts import said, shifted
from muui_maps.maps.scene import Icon, Mark, Scene
from muui_maps.maps.section_boxes import Item, TextBox, arrange, draw_box, heights_of
from muui_maps.maps.section_frame import foot, header
from muui_maps.maps.section_parts import parts_of
from muui_maps.maps.section_words import sentence
from muui_maps.maps.theme import themed
from muui_maps.model import Text, UnitKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muui_maps.maps.options import Options
    from muui_maps.maps.steps import Step
    from muui_maps.model import Node, Route, Station, Unit

HEIGHT, MARGIN = 1191.0, 28.0
OVER, UNDER = 96.0, 58.0  # the drawing, for words
EXTENSION = 48.0  # of the picture downward, step by step, where panels find no room
UNUSED = 26.0

_UNIT_ICONS = {UnitKind.ELEVATOR: "lift", UnitKind.WHEELCHAIR_LIFT: "wheelchair_lift"}


class Drawing:
    """A route on paper before there are words: laid out once for both languages, where it comes out the same.

    Parameters
    ----------
    route, steps
        The very route that is drawn.
    """

    def __init__(self, station: Station, route: Route, steps: Sequence[Step]) -> None:
        self.station, self.route, self.steps = station, route, steps
        self._pictures: list[tuple[float, Room, _Picture]] = []

    def picture(self, top: float, height: float) -> _Picture:
        """The route laid out below a header, in a room of that height."""
        for at, other, picture in self._pictures:
            if at == top and Room(height).answers_as(other):
                return picture
        room = Room(height)
        drawn = _picture(self.station, self.route, self.steps, top=top, room=room)
        self._pictures.append((top, room, drawn))
        return drawn


def oblique_scene(
    station: Station,
    route: Route,
    steps: Sequence[Step],
    *,
    lang: str,
    drawing: Drawing | None = None,
    **options: Unpack[Options],
) -> Scene:
    """The oblique of a route, A3 landscape (1684 × 1191), larger where it needs the room; in large print for A1.

    Parameters
    ----------
    steps
        Of the same route, from `narrate`: their numbers are the numbers of the callouts.
    lang
        `ko` or `en`: the language in large letters; the other one stands small below it.
    drawing
        Of the same route, where it has been drawn in the other language.
    options
        See `Options`. What to do if a lift is out is not shown: the cards and the section say it.
    """
    theme, large_print, as_of = options.get("theme", "light"), options.get("large_print", False), options.get("as_of")
    names = options.get("names", "")
    head, top = header(station, route, lang)
    sources = summary.source_texts(route, as_of, options.get("datasets"), lang)
    if names:
        sources = (names_line(station, route, names), *sources)
    foot_marks, foot_height = _foot(sources, lang)
    drawing = drawing or Drawing(station, route, steps)
    picture = drawing.picture(top, HEIGHT - foot_height - top - OVER - UNDER)
    layout = picture.layout
    around, bottom = _around(picture, lang, Box(MARGIN, top + 6, layout.width - MARGIN, HEIGHT - foot_height - 12))
    height = round(max(HEIGHT, bottom + 12 + foot_height), 2)
    marks: list[Mark] = [*head, *picture.ink, *around]
    marks += [shifted(mark, 0, height - foot_height) for mark in foot_marks]
    title, description = _told(picture, lang)
    scene = Scene(
        id=f"oblique-{station.id}-{route.start.key}-{route.end.key}-{names or lang}",
        width=layout.width,
        height=height,
        lang=lang,
        title=title,
        description=description,
        marks=tuple(marks),
        scale=style.LARGE_SECTION if large_print else 1.0,
        facts=identity(station, route, "oblique", as_of=as_of, theme=theme, large_print=large_print, names=names),
        names=names,
    )
    return themed(scene, theme)


def retold(drawn: Scene, first: Route, station: Station, route: Route, *, lang: str) -> Scene | None:
    """The oblique of a way, drawn for one traveller, as it is for another on the same way: other totals above it.

    Parameters
    ----------
    drawn, first
        The picture, and the route that it was drawn for: the same legs by the same machines, with the same doubts.
    route
        The other traveller's, who may be quicker or slower.

    Returns
    -------
    Scene | None
        What `oblique_scene` would draw with the same options; None if its header is of another height, so that
        everything below it stands elsewhere.
    """
    (old, top), (new, same) = (header(station, each, lang) for each in (first, route))
    if top != same:
        return None
    told, tells = (said(summary.headline(station, each), lang) for each in (first, route))
    by_name = dict(drawn.facts) | {name: value for name, value in identity(station, route, "oblique") if value}
    return replace(
        drawn,
        description=tells + drawn.description.removeprefix(told),
        marks=(*new, *drawn.marks[len(old) :]),
        facts=tuple(by_name.items()),
    )


Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Picture:
    """All that is drawn, before there are words."""

    station: Station
    route: Route
    layout: Layout
    callouts: tuple[Callout, ...]
    unused: tuple[tuple[Unit, Box], ...]
    errors: tuple[tuple[str, float], ...]  # line, metres
    rings: tuple[Ring, ...]
    signs: Text | None
    ink: tuple[Mark, ...]
    drawn: tuple[Drawn, ...]
    edges: tuple[Box, ...]


def _picture(station: Station, route: Route, steps: Sequence[Step], *, top: float, room: Room) -> _Picture:
    parts = parts_of(station, route, {index: step.n for index, step in enumerate(steps)})
    layout = lay_out(moves_of(station, route, parts), station.levels, top=top + OVER, room=room)
    errors = _errors(station, layout)
    rings, drawn = tuple(_rings(layout, errors)), tuple(obstacles(layout))
    unused = tuple(_unused(station, route, layout, drawn))
    return _Picture(
        station=station,
        route=route,
        layout=layout,
        callouts=callouts(station, route, parts, steps, layout),
        unused=unused,
        errors=errors,
        rings=rings,
        signs=signs_used(steps),
        ink=(*draw(layout, rings), *_unused_marks(unused)),
        drawn=drawn,
        edges=tuple(edges(layout, rings)),
    )


def _told(picture: _Picture, lang: str) -> tuple[str, str]:
    """Title and description for a screen reader: every step is in it."""
    station, route = picture.station, picture.route
    title, head = summary.transfer_title(station, route), summary.headline(station, route)
    steps = [(each.number, _vouched(each)) for each in picture.callouts]
    order = "순서대로 편 그림이에요. " if lang == "ko" else "Laid out in order. "
    how = order if picture.layout.in_order else ""
    if lang == "ko":
        return f"{title.ko}, 투시도", f"{head.ko}. {how}" + " ".join(f"{n}. {text.ko}." for n, text in steps)
    told = " ".join(f"{n}. {sentence(text).en}." for n, text in steps)
    return f"{title.en}, oblique view", f"{head.en}. {how}{told}"


def _vouched(callout: Callout) -> Text:
    """A step in words with what vouches for it."""
    whole, by = callout.whole, callout.vouched
    return Text(f"{whole.ko}. {by.ko}", f"{sentence(whole).en}. {by.en}") if by else whole


def _foot(sources: Sequence[str], lang: str) -> tuple[tuple[Mark, ...], float]:
    note = Text(
        "자리는 열차 문과 역 좌표로 셈했어요. 선로가 승강장 어느 쪽인지는 몰라요.",
        "Places derived from train doors and station points; on which side of a platform its track lies is not known.",
    )
    marks, bottom = foot(note=note, sources=sources, last=summary.before_you_go(), y=0, lang=lang)
    return marks, bottom + 16


# ── what this route does not use ─────────────────────────────────────────────


def _unused(station: Station, route: Route, layout: Layout, drawn: Sequence[Drawn]) -> Iterator[tuple[Unit, Box]]:
    """Lifts of a platform that the route does not take, where their place is known and free."""
    ridden = {ride.unit for ride in route.rides} | {other for leg in route.legs for other in leg.same_as}
    taken = [box for _, box in drawn]
    for way in layout.ways:
        slab, platform = way.slabs[0], way.move.platform
        if platform is None or not slab.solid:
            continue
        landings = {f"{unit.id}@": unit for unit in station.units if unit.id not in ridden and unit.kind in _UNIT_ICONS}
        for node in station.nodes:
            unit = landings.get(node.id[: node.id.find("@") + 1])
            at = _on_paper(node, way, layout) if unit is not None and node.level == platform.level else None
            if unit is None or at is None or unit.line != platform.line:
                continue
            # Doors say where along the platform it stands, not on which side: beside the route where that runs there.
            beside = (Box(at[0], at[1] + up, at[0], at[1] + up).grown(UNUSED / 2) for up in (0.0, -24.0, 24.0))
            inside = (box for box in beside if slab.box.holds(box.grown(-8)))
            box = next((box for box in inside if not any(box.grown(1).overlaps(each) for each in taken)), None)
            if box is not None:
                taken.append(box)
                yield unit, box


def _on_paper(node: Node, way: Way, layout: Layout) -> tuple[float, float] | None:
    """Where a node lies on the floor of a walk; None where nobody knows."""
    if way.move.start is None or node.x_m is None or node.y_m is None:
        return None
    dx, dy = layout.view.of_ground(node.x_m - way.move.start[0], node.y_m - way.move.start[1])
    return way.points[0][0] + dx * way.factor, way.points[0][1] + dy * way.factor


def _unused_marks(unused: Sequence[tuple[Unit, Box]]) -> Iterator[Mark]:
    for unit, box in unused:
        left, top = round(box.left, 2), round(box.top, 2)
        yield Icon(_UNIT_ICONS[unit.kind], left, top, UNUSED, style.PAPER, style.UNUSED, f"unused:{unit.id}")


# ── errors of position ───────────────────────────────────────────────────────


def _errors(station: Station, layout: Layout) -> tuple[tuple[str, float], ...]:
    """Lines whose platforms are drawn at a derived place, and by how much they may lie off."""
    nodes = {node.id: node for node in station.nodes}
    found: dict[str, float] = {}
    for way in layout.ways:
        platform = way.move.platform
        node = nodes.get(platform.node) if platform else None
        if platform and node and node.error_m is not None and not layout.in_order and way.slabs[0].solid:
            found.setdefault(platform.line, node.error_m)
    return tuple(found.items())


def _rings(layout: Layout, errors: Sequence[tuple[str, float]]) -> Iterator[Ring]:
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
            round(max(y + dy, layout.box.top - OVER + 4), 2),
        )


# ── what stands around ───────────────────────────────────────────────────────


def _around(picture: _Picture, lang: str, room: Box) -> tuple[list[Mark], float]:
    """Words on the drawing, then panels and the list of what found no room, in what is free; and how far down."""
    layout = picture.layout
    room = Box(room.left, room.top, room.right, max(layout.box.bottom + UNDER, room.bottom))
    letterer = Letterer(picture.station, layout, lang=lang, bounds=room, drawn=picture.drawn, edges=picture.edges)
    for _, box in picture.unused:
        letterer.reserve(box)
    lettered = letterer.letter(picture.callouts)
    marks: list[Mark] = list(lettered.marks)
    taken = [*lettered.boxes, *(slab.box for way in layout.ways for slab in way.slabs), *picture.edges]
    bottom = max(room.bottom, *(box.bottom for box in taken))
    room = replace(room, bottom=bottom)
    free = FreeRoom(room, taken, clearance=14)
    for panels in (
        truth_panels(picture.route, truths(picture.route, layout), picture.errors, lang),
        key_panels(layout, lang, rings=bool(picture.rings), unused=bool(picture.unused), signs=picture.signs),
        (view_panel(layout, lang),),
    ):
        panel, at = _free(panels, free, taken)
        taken.append(at)
        free = free.without(at)
        bottom = max(bottom, at.bottom)
        marks += [shifted(mark, at.left, at.top) for mark in panel.marks]
    boxes = _list(lettered)
    places, end = arrange(heights_of(boxes, lang), taken, Box(room.left, room.top, room.right, bottom))
    for text_box, place in zip(boxes, places, strict=True):
        marks += draw_box(text_box, place, lang)
    return marks, max(end, bottom) if boxes else bottom


def _free(panels: Sequence[Panel], free: FreeRoom, taken: Sequence[Box]) -> tuple[Panel, Box]:
    """The first of a panel's shapes that has room, nearest to its corner; below the drawing if there is none else."""
    room = free.bounds
    extra = 0.0
    while True:
        for panel in panels:
            towards = (room.left + room.width * panel.towards[0], room.top + room.height * panel.towards[1])
            if (found := free.find(panel.width, panel.height, towards=towards)) is not None:
                return panel, found
        extra += EXTENSION
        free = FreeRoom(Box(room.left, room.top, room.right, room.bottom + extra), taken, clearance=14)


def _list(lettered: Lettering) -> tuple[TextBox, ...]:
    items = [Item(_with_signs(callout), (callout.number,)) for callout in lettered.unplaced]
    for level in lettered.untagged:
        plate = words.plate(level)
        items.append(Item(Text(f"{plate} 이름표를 둘 자리가 없었어요", f"no room for the name of {plate}")))
    return (TextBox("+", Text("단계별 안내", "Steps in words"), tuple(items)),) if items else ()


def _with_signs(callout: Callout) -> Text:
    signs = f" ({''.join(callout.signs)})" if callout.signs else ""  # else a `?` would ask
    return Text(f"{callout.whole.ko}{signs}", f"{callout.whole.en}{signs}")
