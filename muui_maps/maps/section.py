"""The unrolled section: one route as a line through the levels, from left to right in the order travelled.

Heights are true where the lifts' travel heights are known; widths tell order only, so nothing overlaps and no geometry
is needed: every station has a section. `section_parts` strings the route, `section_layout` gives it places,
`section_ink` draws it, `section_labels` finds room for words, `section_boxes` and `section_frame` add what stands
around it; this module puts them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack

from muui_maps.maps import section_words as said
from muui_maps.maps import style, summary, words
from muui_maps.maps.evidence import evidence_list, signs, told_steps
from muui_maps.maps.foreign import names_line
from muui_maps.maps.identity import identity
from muui_maps.maps.labels import Box
from muui_maps.maps.parts import shifted
from muui_maps.maps.scene import Mark, Scene
from muui_maps.maps.section_boxes import TextBox, arrange, draw_box, heights_of
from muui_maps.maps.section_frame import foot, header, metre_cells, minute_cells, ribbon
from muui_maps.maps.section_ink import (
    draw_fields,
    draw_gate_ticks,
    draw_line,
    draw_shafts,
    draw_slabs,
    draw_symbols,
)
from muui_maps.maps.section_labels import Letterer, Note, demand_of
from muui_maps.maps.section_layout import ABOVE, BELOW, MARGIN, SLAB_DROP, SLAB_HEIGHT, WIDTH, Layout, lay_out
from muui_maps.maps.section_notes import heights_note, text_boxes
from muui_maps.maps.section_parts import parts_of
from muui_maps.maps.section_walkers import WalkersWay, walkers_way, walking_m, way_text
from muui_maps.maps.theme import themed
from muui_maps.model import Route, Station, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from muui_maps.maps.options import Options
    from muui_maps.maps.steps import Step

HEIGHT = 1191.0
LEAST_FOOT = 182.0  # ribbons, what the heights are and one line of sources; the evidence comes on top
WORTH = 48.0  # what seeing the walkers' way may add to a sheet that is too high already
RIBBONS = 102.0  # both ribbons with the air below them
EVIDENCE_GAP = 8.0


class Drawing:
    """What stands in the drawing of a way, and where: found once for all who take it, however quick they are.

    Parameters
    ----------
    route, steps
        Of anybody on the way: the same legs by the same machines, with the same doubts.
    """

    def __init__(self, station: Station, route: Route, steps: Sequence[Step], lang: str) -> None:
        self.station, self.route, self.lang = station, route, lang
        self.parts = parts_of(station, route, {index: step.n for index, step in enumerate(steps)})
        self.signs = {step.n: signs(step) for step in steps}
        self._letterers: dict[tuple[float, float], Letterer] = {}
        self._ink: dict[tuple[float, float], tuple[tuple[Mark, ...], tuple[Mark, ...]]] = {}
        self._walkers: dict[tuple[float, float, Box], WalkersWay | None] = {}
        self._places: dict[object, tuple[tuple[Box, ...], float]] = {}

    def letterer(self, top: float, foot: float) -> Letterer:
        """The way laid out between a head and a foot, with its words."""
        if (top, foot) not in self._letterers:
            layout = self._laid_out(top, foot)
            self._letterers[top, foot] = Letterer(
                self.station, self.route, layout, lang=self.lang, bottom=layout.bottom, signs=self.signs
            )
        return self._letterers[top, foot]

    def _laid_out(self, top: float, foot: float) -> Layout:
        doors = said.door_texts(self.station, self.route)
        return lay_out(
            self.parts,
            self.station.levels,
            top=top,
            room=HEIGHT - foot - 12 - top - ABOVE - SLAB_DROP - SLAB_HEIGHT - BELOW,
            demand=lambda walk: demand_of(walk, self.route, doors, self.lang),
        )

    def ink(self, top: float, foot: float) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
        """The marks of the same drawing: what lies under the line of the walkers' way, and what lies over it."""
        if (top, foot) not in self._ink:
            letterer = self.letterer(top, foot)
            layout = letterer.layout
            under = (*draw_fields(layout), *draw_slabs(layout), *draw_gate_ticks(layout))
            over = (*draw_shafts(layout), *draw_line(layout), *draw_symbols(layout, self.route))
            self._ink[top, foot] = under, (*over, *letterer.lettering.marks)
        return self._ink[top, foot]

    def walkers(self, top: float, foot: float, room: Box) -> WalkersWay | None:
        """The walkers' way in the same drawing, where one is published and there is room for it."""
        if (top, foot, room) not in self._walkers:
            metres, letterer = walking_m(self.station, self.route), self.letterer(top, foot)
            words, drawn = letterer.lettering.boxes, letterer.obstacles
            self._walkers[top, foot, room] = (
                walkers_way(metres, letterer.layout, words=words, drawn=drawn, room=room, lang=self.lang)
                if metres is not None
                else None
            )
        return self._walkers[top, foot, room]

    def places(
        self, boxes: Sequence[TextBox], top: float, foot: float, room: Box, *, walkers: bool
    ) -> tuple[tuple[Box, ...], float]:
        """Where boxes go beside what is drawn, with or without the walkers' way, and down to where room is used.

        What is written in them doesn't count: boxes as high go to the same places.
        """
        heights = heights_of(boxes, self.lang)
        key = (top, foot, room, walkers, *heights.values())
        if key not in self._places:
            letterer, way = self.letterer(top, foot), self.walkers(top, foot, room) if walkers else None
            taken = [*letterer.obstacles, *letterer.lettering.boxes, *(way.boxes if way else ())]
            self._places[key] = arrange(heights, taken, room)
        return self._places[key]


def section_scene(
    station: Station,
    route: Route,
    steps: Sequence[Step],
    *,
    lang: str,
    drawing: Drawing | None = None,
    **options: Unpack[Options],
) -> Scene:
    """The section of a route, A3 landscape (1684 × 1191), higher where it needs the room; in large print for A1.

    Parameters
    ----------
    steps
        Of the same route, from `narrate`: their numbers are the numbers on the line.
    lang
        `ko` or `en`: the language in large letters; the other one stands small below it.
    drawing
        Of the same way in this language, where it has been drawn for another traveller.
    options
        See `Options`.
    """
    theme, large_print, as_of = options.get("theme", "light"), options.get("large_print", False), options.get("as_of")
    names = options.get("names", "")
    head, top = header(station, route, lang)
    sources = summary.source_texts(route, as_of, options.get("datasets"), lang)
    if names:
        sources = (names_line(station, route, names), *sources)
    drawing = drawing or Drawing(station, route, steps, lang)
    foot, foot_marks, foot_height = _foot_of(drawing, route, steps, sources, top=top + 8)
    letterer = drawing.letterer(top + 8, foot)
    layout, lettering = letterer.layout, letterer.lettering
    room = Box(MARGIN, top + 8, WIDTH - MARGIN, max(layout.bottom, HEIGHT - foot_height - 12))

    def filled(way: WalkersWay | None, *notes: Note) -> _Beside:
        boxes = text_boxes(station, route, steps, [*lettering.notes, *notes], options)
        return _Beside(way, boxes, *drawing.places(boxes, top + 8, foot, room, walkers=way is not None))

    beside = _beside(walking_m(station, route), drawing.walkers(top + 8, foot, room), room, filled)
    height = max(HEIGHT, round(beside.bottom + 12 + foot_height, 2))
    (under, over), way = drawing.ink(top + 8, foot), beside.way
    marks: list[Mark] = [*head, *under, *(way.line if way else ()), *over, *(way.words if way else ())]
    marks += letterer.outside([*lettering.boxes, *beside.taken])
    for box, at in zip(beside.boxes, beside.places, strict=True):
        marks += draw_box(box, at, lang)
    marks += [shifted(mark, 0, height - foot_height) for mark in foot_marks]
    title, description = _told(station, route, steps, lang)
    scene = Scene(
        id=f"section-{station.id}-{route.start.key}-{route.end.key}-{names or lang}",
        width=WIDTH,
        height=height,
        lang=lang,
        title=title,
        description=description,
        marks=tuple(marks),
        scale=style.LARGE_SECTION if large_print else 1.0,
        facts=identity(station, route, "section", as_of=as_of, theme=theme, large_print=large_print, names=names),
        names=names,
    )
    return themed(scene, theme)


def _foot_of(
    drawing: Drawing, route: Route, steps: Sequence[Step], sources: Sequence[str], *, top: float
) -> tuple[float, list[Mark], float]:
    """The room for the foot, its marks and its height: it grows with its words; the drawing takes what it leaves."""
    evidence = evidence_list(steps, WIDTH - 2 * MARGIN, drawing.lang)
    least = LEAST_FOOT + evidence[1] + EVIDENCE_GAP
    layout = drawing.letterer(top, least).layout
    foot_marks, height = _foot(route, steps, layout, evidence, sources, drawing.lang)
    return max(least, height), foot_marks, height


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands in the free room: the walkers' way and the boxes of text, down to `bottom`."""

    way: WalkersWay | None
    boxes: tuple[TextBox, ...]
    places: tuple[Box, ...]
    bottom: float

    @property
    def taken(self) -> tuple[Box, ...]:
        return (*self.places, *(self.way.boxes if self.way else ()))


def _beside(metres: float | None, way: WalkersWay | None, room: Box, filled: Callable[..., _Beside]) -> _Beside:
    """The walkers' way and the boxes; where both need a higher sheet, the way is told in a box instead.

    A sheet that is too high as it is grows by `WORTH` for the way to be seen.
    """
    if metres is None:
        return filled(None)
    shown = filled(way) if way else None
    if shown is not None and shown.bottom <= room.bottom:
        return shown
    told = filled(None, Note(None, way_text(metres)))
    if shown is None:
        return told
    worth = WORTH if told.bottom > room.bottom else 0.0
    return shown if shown.bottom <= told.bottom + worth else told


def _foot(  # noqa: PLR0917 - what stands in it, from above
    route: Route,
    steps: Sequence[Step],
    layout: Layout,
    evidence: tuple[tuple[Mark, ...], float],
    sources: Sequence[str],
    lang: str,
) -> tuple[list[Mark], float]:
    """Ribbons, evidence by step and sources as if the foot began at y 0, and its height."""
    plates = [words.plate(level) for level in sorted(layout.heights.unknown)]
    badges, height = evidence
    told, bottom = foot(
        note=heights_note(layout.heights, plates),
        sources=sources,
        last=summary.before_you_go(),
        y=RIBBONS + height + EVIDENCE_GAP,
        lang=lang,
    )
    listed = (shifted(mark, MARGIN, RIBBONS) for mark in badges)
    return [*_ribbons(route, steps, lang), *listed, *told], bottom + 16


def _ribbons(route: Route, steps: Sequence[Step], lang: str) -> Iterator[Mark]:
    numbers = {index: step.n for index, step in enumerate(steps)}
    of = summary.totals(route)
    metres = summary.metres_text(of)
    unknown = not of.length_complete
    yield from ribbon(
        metre_cells(route, numbers, lang),
        0,
        key="metres",
        title=Text(f"거리 {metres}", metres),
        note=Text("아는 거리만" if unknown else "거리", "known metres" if unknown else "metres"),
        lang=lang,
    )
    derived = words.minutes(route.seconds)
    yield from ribbon(
        minute_cells(route, numbers, lang),
        50,
        key="minutes",
        title=Text(f"시간 {derived.ko}", derived.en),
        note=Text("계산", "derived"),
        lang=lang,
    )


def _told(station: Station, route: Route, steps: Sequence[Step], lang: str) -> tuple[str, str]:
    """Title and description for a screen reader; the page's list of steps says the rest."""
    title, told = summary.transfer_title(station, route), told_steps(steps, lang)
    if lang == "ko":
        return f"{title.ko}, 단면도", f"{summary.headline(station, route).ko}. {len(steps)}단계. {told}"
    count = f"{len(steps)} step{'' if len(steps) == 1 else 's'}"
    return f"{title.en}, section", f"{summary.headline(station, route).en}. {count}. {told}"
