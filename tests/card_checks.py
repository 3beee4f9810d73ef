"""What must hold for all step cards: faults of a scene against the route and steps that it shows, in words.

`faults` is used twice: no cards that the program draws have any, and each way of spoiling them is found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from muui_maps.maps import style, summary, words
from muui_maps.maps.fonts import measure, missing_glyphs
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muui_maps.maps.narrate import Step
    from muui_maps.model import Route

SMALLEST = 20.0
READABLE, VISIBLE = 4.5, 3.0


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right - 0.5
            and other.left < self.right - 0.5
            and self.top < other.bottom - 0.5
            and other.top < self.bottom - 0.5
        )

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


def text_box(mark: Words) -> Box:
    """The visible ink of a text."""
    width = measure(mark.text, mark.size, mark.weight)
    left = mark.x - {"start": 0.0, "middle": width / 2, "end": width}[mark.anchor]
    return Box(left, mark.y - 0.76 * mark.size, left + width, mark.y + 0.2 * mark.size)


def shape_box(mark: Mark) -> Box | None:
    if isinstance(mark, Rect):
        return Box(mark.x, mark.y, mark.x + mark.width, mark.y + mark.height)
    if isinstance(mark, Circle):
        return Box(mark.x - mark.radius, mark.y - mark.radius, mark.x + mark.radius, mark.y + mark.radius)
    if isinstance(mark, Icon) and mark.background:
        return Box(mark.x, mark.y, mark.x + mark.size, mark.y + mark.size)
    return None


def faults(scene: Scene, route: Route, steps: Sequence[Step]) -> list[str]:
    """Everything that is wrong with the cards, empty if nothing is."""
    return [
        *_card_faults(scene, steps),
        *_rail_faults(scene),
        *_figure_faults(scene, steps),
        *_total_faults(scene, route),
        *_word_faults(scene, steps),
        *_overlap_faults(scene),
        *_edge_faults(scene),
        *_type_faults(scene),
        *_contrast_faults(scene),
    ]


def by_role(scene: Scene, pattern: str) -> list[Mark]:
    return [mark for mark in scene.marks if mark.role and re.fullmatch(pattern, mark.role)]


def texts(scene: Scene, pattern: str) -> list[str]:
    return [mark.text for mark in by_role(scene, pattern) if isinstance(mark, Words)]


def cards(scene: Scene) -> list[Rect]:
    return [mark for mark in by_role(scene, r"leg:\d+") if isinstance(mark, Rect)]


def _card_faults(scene: Scene, steps: Sequence[Step]) -> Iterator[str]:
    drawn = cards(scene)
    if [mark.role for mark in drawn] != [f"leg:{step.leg}" for step in steps]:
        yield f"cards {[mark.role for mark in drawn]} are not the legs in order"
        return
    for first, second in pairwise(drawn):
        if second.y < first.y + first.height:
            yield f"{second.role} begins above the end of {first.role}"
    numbers = [mark for mark in by_role(scene, r"step:\d+") if isinstance(mark, Words)]
    if [mark.text for mark in numbers] != [str(step.n) for step in steps]:
        yield f"numbers {[mark.text for mark in numbers]} are not those of the steps"
        return
    for card, number, step in zip(drawn, numbers, steps, strict=True):
        if not card.y <= number.y <= card.y + card.height:
            yield f"number {step.n} is not beside its card"
        if (card.fill == style.ROUTE) != (step.kind == "ride"):
            yield f"card {step.n} has the colour of the other kind"


def _rail_faults(scene: Scene) -> Iterator[str]:
    """The route is one line from the first number to the last."""
    rails = [mark for mark in by_role(scene, "route") if isinstance(mark, Polyline)]
    numbers = [(mark.x, mark.y) for mark in by_role(scene, r"step:\d+") if isinstance(mark, Circle)]
    if [rail.points for rail in rails] != [(numbers[0], numbers[-1])]:
        yield f"the route runs along {[rail.points for rail in rails]}, not from the first number to the last"


def _figure_faults(scene: Scene, steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        if step.kind == "walk":
            expected = [words.metres(step.length_m, step.length_method)]
            if texts(scene, f"metres:{step.leg}") != expected:
                yield f"step {step.n}: metres {texts(scene, f'metres:{step.leg}')}, not {expected}"
            if texts(scene, f"minutes:{step.leg}") != [f"≈ {_said(scene, words.minutes(step.seconds))}"]:
                yield f"step {step.n}: minutes {texts(scene, f'minutes:{step.leg}')}"
    buttons = texts(scene, r"button:.*")
    if buttons != [step.button for step in steps if step.button]:
        yield f"buttons {buttons}"


def _total_faults(scene: Scene, route: Route) -> Iterator[str]:
    of = summary.totals(route)
    known = sum(leg.length_m or 0 for leg in route.legs if leg.unit is None)
    nothing_known = not known and any(leg.unit is None and leg.length_m is None for leg in route.legs)
    expected = {"metres": "?" if nothing_known else f"{known:.0f}", "gates": str(route.gates)}
    if of.lifts or not of.wheelchair_lifts:
        expected["lifts"] = str(sum(ride.kind == "elevator" for ride in route.rides))
    if of.wheelchair_lifts:
        expected["wheelchair_lifts"] = str(sum(ride.kind == "wheelchair_lift" for ride in route.rides))
    if of.surveyed_min is not None:
        expected["minutes"] = f"{of.surveyed_min:.0f}"
    for key, figure in expected.items():
        if texts(scene, f"total:{key}")[:1] != [figure]:
            yield f"total {key}: {texts(scene, f'total:{key}')[:1]}, not {figure}"


def _said(scene: Scene, text: object) -> str:
    return str(getattr(text, scene.lang))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _word_faults(scene: Scene, steps: Sequence[Step]) -> Iterator[str]:
    """Every act stands on the card of its step, in both languages."""
    drawn = cards(scene)
    for card, step in zip(drawn, steps, strict=False):
        inside = [
            m for m in scene.marks if isinstance(m, Words) and card.y <= m.y <= card.y + card.height and m.x > card.x
        ]
        said = _squeezed("".join(mark.text for mark in inside))
        for line in step.lines:
            if step.button and line.icon == "lift":
                continue  # the button in its ring says so
            for text in (line.text.ko, line.text.en):
                if _squeezed(text) not in said:
                    yield f"step {step.n} lacks: {text}"


def _overlap_faults(scene: Scene) -> Iterator[str]:
    found = [(text_box(mark), mark.text) for mark in scene.marks if isinstance(mark, Words) and mark.halo is None]
    found.sort(key=lambda pair: pair[0].top)
    for index, (box, text) in enumerate(found):
        for other, second in found[index + 1 :]:
            if other.top > box.bottom:
                break
            if box.overlaps(other):
                yield f"“{text}” and “{second}” overlap"


def _edge_faults(scene: Scene) -> Iterator[str]:
    for mark in scene.marks:
        if isinstance(mark, Words):
            box = text_box(mark)
            if box.left < 20 or box.right > scene.width - 20 or box.bottom > scene.height:
                yield f"“{mark.text}” runs off the page"
    for card in cards(scene):
        for mark in scene.marks:
            if isinstance(mark, Words) and card.y <= mark.y <= card.y + card.height and mark.x >= card.x:
                box = text_box(mark)
                if box.right > card.x + card.width - 12 or box.bottom > card.y + card.height - 4:
                    yield f"“{mark.text}” runs off its card"


def _type_faults(scene: Scene) -> Iterator[str]:
    for mark in scene.marks:
        if not isinstance(mark, Words):
            continue
        if mark.size < SMALLEST and not (mark.role or "").startswith("line:"):
            yield f"“{mark.text}” is set in {mark.size}"
        if missing := missing_glyphs(mark.text):
            yield f"“{mark.text}” has characters that no font draws: {missing}"


def _ground(scene: Scene, index: int, x: float, y: float) -> str:
    """The colour under a point: the last filled shape drawn before."""
    colour = scene.background
    for mark in scene.marks[:index]:
        box = shape_box(mark)
        if box is not None and box.holds(x, y):
            colour = (mark.background if isinstance(mark, Icon) else getattr(mark, "fill", None)) or colour
    return colour


def _contrast_faults(scene: Scene) -> Iterator[str]:
    for index, mark in enumerate(scene.marks):
        if isinstance(mark, Words):
            box = text_box(mark)
            ground = _ground(scene, index, (box.left + box.right) / 2, (box.top + box.bottom) / 2)
            ratio = style.contrast(mark.fill, ground)
            if ratio < (VISIBLE if mark.size >= 24 and mark.weight == "bold" else READABLE):
                yield f"“{mark.text}” has a contrast of {ratio:.1f} on {ground}"
        elif isinstance(mark, Icon):
            ground = mark.background or _ground(scene, index, mark.x + mark.size / 2, mark.y + mark.size / 2)
            if style.contrast(mark.colour, ground) < VISIBLE:
                yield f"pictogram {mark.name} has too little contrast on {ground}"
