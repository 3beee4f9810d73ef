"""Words on an oblique: level tags, callouts with leaders, ends of tracks. Nothing is ever put over something else.

A callout that finds no room becomes the step's number on the line, and its words are handed back to go into a list.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from muui_maps.maps import section_words as said
from muui_maps.maps import style, words
from muui_maps.maps.evidence import SIZE as SIGNS
from muui_maps.maps.fonts import measure
from muui_maps.maps.labels import CROSSED, Box, Crowd, Line, block_size, set_lines
from muui_maps.maps.oblique_ink import Drawn, bare_points, number_box
from muui_maps.maps.oblique_layout import Layout, Slab, Way, line_boxes
from muui_maps.maps.oblique_words import Callout
from muui_maps.maps.parts import bullet, bullet_width
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Words
from muui_maps.maps.section_boxes import wrapped
from muui_maps.maps.section_ink import disc
from muui_maps.maps.section_labels import PLATE_HEIGHT, PLATE_SIZE, plate_width, two_lines
from muui_maps.maps.section_parts import SymbolKind
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muui_maps.model import Station

Point = tuple[float, float]

MAIN, SECOND, HAZARD, MORE = 18.0, 15.0, 16.0, 16.0
PAD, INDENT, AROUND_SIGNS = 12.0, 50.0, 14.0
WIDTHS = (330.0, 262.0, 214.0, 420.0)
"""Of a callout's words, to try in turn."""
NARROW, SPARE = 140.0, 90.0
"""For a callout that found no room: a width of its words, and how much lower than the drawing's room it may go."""
TRACK_END = 18.0  # size of the words at the end of a track: the second language has 10 points on A3
NEAREST, FURTHEST = 26.0, 330.0
"""Length of a leader."""
ON_OUTLINE, CLOSE = 70.0, 110.0
"""What it costs to hide a piece of a floor's outline, in units of a leader's length; what is near enough to stop."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """The words of a drawing: their marks, the room they take, and callouts that found none."""

    marks: tuple[Mark, ...]
    boxes: tuple[Box, ...]
    unplaced: tuple[Callout, ...]
    untagged: tuple[str, ...]


class Letterer:
    """Places the words of one oblique.

    Parameters
    ----------
    drawn
        What no words may lie on.
    edges
        What words keep off where there is room elsewhere.
    """

    def __init__(
        self,
        station: Station,
        layout: Layout,
        *,
        lang: str,
        bounds: Box,
        drawn: Sequence[Drawn],
        edges: Sequence[Box],
    ) -> None:
        self.station, self.layout, self.lang = station, layout, lang
        self.crowd = Crowd(bounds)
        self.boxes: list[Box] = []
        self.marks: list[Mark] = []
        self.untagged: list[str] = []
        self._cards: dict[int, tuple[_Card, ...]] = {}
        self.rides = {shaft.ride.number for shaft in layout.shafts}
        self.strict = Crowd(bounds)
        for leg, box in drawn:
            own = CROSSED if leg is None else leg
            self._add(box, own=own)
            self.strict.add(box, own=own)
        for box in edges:
            self.strict.add(box, own=CROSSED)
        for at, leg in self._numbers.values():
            self._add(number_box(at, layout.size), own=leg)

    def _add(self, box: Box, *, own: int = -1) -> None:
        self.boxes.append(box)
        self.crowd.add(box, own=own)

    def reserve(self, box: Box) -> None:
        """Room that is taken by something else."""
        self._add(box)
        self.strict.add(box)

    def letter(self, callouts: Sequence[Callout]) -> Lettering:
        """Tags first, since each floor must have its name; then steps in order; then what is good to have."""
        self._tags()
        missed = self._callouts(callouts)
        unplaced = [each for each in callouts if each.number in missed]
        for way in self.layout.ways:
            self._track_end(way)
        return Lettering(tuple(self.marks), tuple(self.boxes), tuple(unplaced), tuple(self.untagged))

    # numbers

    @cached_property
    def _numbers(self) -> dict[int, tuple[Point, int]]:
        """Where each step's number stands on the line, and its leg."""
        found: dict[int, tuple[Point, int]] = {}
        for way in self.layout.ways:
            for standing in way.standing:
                if (
                    standing.symbol.kind is SymbolKind.NUMBER
                    and way.walk.number is not None
                    and way.walk.leg is not None
                ):
                    found[way.walk.number] = ((standing.x, standing.y), way.walk.leg)
        for shaft in self.layout.shafts:
            found[shaft.ride.number] = (shaft.number, shaft.ride.leg)
        return found

    # placing

    def _try(self, spots: np.ndarray) -> int | None:
        """The first of the boxes that is free, off the outlines if any is."""
        for crowd in (self.strict, self.crowd):
            free = np.flatnonzero(crowd.free(spots, 6.0))
            if len(free):
                return int(free[0])
        return None

    def _take(self, box: Box) -> None:
        self._add(box)
        self.strict.add(box)

    # level tags

    def _tags(self) -> None:
        for level in self.layout.levels:
            ways = [way for way in self.layout.ways if any(slab.level == level for slab in way.slabs)]
            named: set[Text] = set()
            for way in ways:
                slab = next(each for each in way.slabs if each.level == level)
                places = said.place_texts(way.walk, level)
                new = [place for place in places if place not in named]  # each place of a level has its name once
                if named and not new:
                    continue
                if self._tag(level, slab, words.together(new) if new else None, way):
                    named |= set(new) or {Text(level, level)}
            if not named:
                self.untagged.append(level)

    def _tag(self, level: str, slab: Slab, text: Text | None, way: Way) -> bool:
        plate = words.plate(level)
        lines = two_lines(text, self.lang) if text else ()
        line = way.move.platform.line if way.move.platform is not None and way.move.platform.level == level else None
        for shown in (lines, lines[:1], ()):
            inset = plate_width(plate) + (12.0 if shown else 0.0)
            width, height = block_size(shown, measure, inset=inset, least_height=PLATE_HEIGHT)
            extra = bullet_width(line, 16, self.lang) + 12 if line and shown else 0.0
            spots = _around(slab, width + extra, height)
            found = self._try(spots)
            if found is None:
                continue
            left, top, right, bottom = (round(float(value), 2) for value in spots[found])
            self._take(Box(left, top, right, bottom))
            self._tag_ink(Box(left, top, left + width, bottom), shown, plate, level, inset)
            if extra and line:
                self.marks += bullet(line, left + width + 12, (top + bottom) / 2, 16, self.lang)
            return True
        return False

    def _tag_ink(self, box: Box, lines: Sequence[Line], plate: str, level: str, inset: float) -> None:
        middle, width = (box.top + box.bottom) / 2, plate_width(plate)
        dashed = level in self.layout.unknown_heights
        self.marks.append(
            Rect(
                box.left,
                round(middle - PLATE_HEIGHT / 2, 2),
                width,
                PLATE_HEIGHT,
                fill=style.PAPER if dashed else style.INK,
                stroke=style.INK,
                stroke_width=2,
                dash=(5, 4) if dashed else (),
                radius=7,
                role=f"plate:{level}",
            )
        )
        ink = style.INK if dashed else style.PAPER
        y = round(middle + PLATE_SIZE * 0.355, 2)
        self.marks.append(Words(round(box.left + width / 2, 2), y, plate, PLATE_SIZE, "bold", ink, "middle"))
        self.marks += _haloed(set_lines(lines, box, "start", inset=inset, role=f"tag:{level}"))

    # callouts

    def _callouts(self, callouts: Sequence[Callout]) -> set[int]:
        """Place the steps; numbers of those without room. Of several orders, the first that serves most steps best."""
        orders = (
            sorted(callouts, key=lambda each: (each.number not in self.rides, each.number)),
            sorted(callouts, key=lambda each: (each.number in self.rides, each.number)),
            list(callouts),
            list(reversed(callouts)),
        )
        start = (self.crowd.count, self.strict.count, len(self.boxes))
        best: tuple[tuple[int, float], dict[int, _Found | None]] | None = None
        for order in orders:
            best = self._placed(order, best) or best
            self._rewind(*start)
            if best is not None and best[0][0] == 0:
                break
        assert best is not None  # noqa: S101 - the first order is no worse than none
        found = best[1]
        for each in found.values():
            if each is not None:
                self._hold(each)
        lower = replace(self.crowd.bounds, bottom=self.crowd.bounds.bottom + SPARE)
        self.crowd.bounds = self.strict.bounds = lower
        for callout in callouts:
            if found[callout.number] is None:
                found[callout.number] = self._place_elsewhere(callout)
        self.marks += [mark for number in sorted(found) for mark in self._callout_ink(number, found[number])]
        return {number for number, each in found.items() if each is None}

    def _placed(
        self, order: Sequence[Callout], best: tuple[tuple[int, float], dict[int, _Found | None]] | None
    ) -> tuple[tuple[int, float], dict[int, _Found | None]] | None:
        """Each step's place in this order, with how many have none and what the others cost; None if no better."""
        missed, cost = 0, 0.0
        found: dict[int, _Found | None] = {}
        for callout in order:
            found[callout.number] = place = self._place(callout)
            missed, cost = (missed + 1, cost) if place is None else (missed, cost + place.cost)
            if best is not None and (missed, cost) >= best[0]:  # neither ever gets less
                return None
        return (missed, cost), found

    def _rewind(self, crowd: int, strict: int, boxes: int) -> None:
        self.crowd.rewind(crowd)
        self.strict.rewind(strict)
        del self.boxes[boxes:]

    def _place(self, callout: Callout) -> _Found | None:
        """Place a step where that costs least, its leader from where its number would stand; None if it has no room."""
        found = self._nearby(callout, self._numbers[callout.number][0], self._cards_of(callout))
        if found is not None:
            self._hold(found)
        return found

    def _place_elsewhere(self, callout: Callout) -> _Found | None:
        """Place a step that found no room: in narrow lines too, its leader from wherever its line is bare."""
        cards = (*self._cards_of(callout), _Card(callout, NARROW, self.lang))
        anchors = self._bare.get(self._numbers[callout.number][1], ())
        places = (self._nearby(callout, at, cards) for at in (self._numbers[callout.number][0], *anchors))
        found = min((each for each in places if each is not None), key=lambda each: each.cost, default=None)
        if found is not None:
            self._hold(found)
        return found

    @cached_property
    def _bare(self) -> dict[int, tuple[Point, ...]]:
        return bare_points(self.layout)

    def _nearby(self, callout: Callout, at: Point, cards: Sequence[_Card]) -> _Found | None:
        """The cheapest place of one of the cards whose leader begins at a point."""
        leg = self._numbers[callout.number][1]
        far = max(max(card.size) for card in cards) + FURTHEST
        around = Box(at[0] - far, at[1] - far, at[0] + far, at[1] + far)
        crowd, strict = self.crowd.near(around), self.strict.near(around)
        best: tuple[float, Box, _Card] | None = None
        for number, card in enumerate(cards):
            limit = best[0] if best else math.inf
            there = _beside(at, leg, card, (crowd, strict), extra=number * 12, limit=limit)
            if there is not None and there[0] + number * 12 < limit:
                best = (there[0] + number * 12, there[1], card)
            if best is not None and best[0] < CLOSE:
                break
        if best is None:
            return None
        cost, box, card = best
        return _Found(cost, at, _nearest(at, box), box, card)

    def _hold(self, found: _Found) -> None:
        """Take the room of a card and its leader."""
        self._take(found.box)
        for piece in line_boxes(found.at, found.end, 3.0):
            self._take(piece)

    def _callout_ink(self, number: int, found: _Found | None) -> Iterator[Mark]:
        """A card with its leader; without room for one its number on the line."""
        if found is None:
            at, _ = self._numbers[number]
            yield from disc(*at, number, max(self.layout.size, 0.9), role=f"badge:{number}")
            return
        yield Polyline((found.at, found.end), style.INK, 1.8, role=f"leader:{number}")
        yield Circle(*found.at, 5.5, fill=style.INK, stroke=style.PAPER, stroke_width=1.5)
        yield from found.card.draw(found.box)

    def _cards_of(self, callout: Callout) -> tuple[_Card, ...]:
        """The step's words in each width that makes a difference."""
        if callout.number not in self._cards:
            cards = [_Card(callout, width, self.lang) for width in WIDTHS]
            by_size = {card.size: card for card in reversed(cards)}  # of one size the first
            self._cards[callout.number] = tuple(card for card in cards if by_size[card.size] is card)
        return self._cards[callout.number]

    # ends of tracks

    def _track_end(self, way: Way) -> None:
        platform = way.move.platform
        slab = next((each for each in way.slabs if each.ahead is not None), None)
        if platform is None or slab is None or slab.ahead is None or not slab.solid:
            return
        towards = words.towards(self.station, platform.line, platform.direction)
        lines = two_lines(towards, self.lang, size=TRACK_END)
        width, height = block_size(lines, measure)
        x, y = slab.ahead
        right = slab.ahead[0] >= slab.track[0][0][0]
        sideways = (0.0, -16.0, 16.0, -34.0, 34.0, -52.0, 52.0)
        offsets = [(dx, dy) for dx in (14.0, 34.0, 58.0, 86.0, 114.0) for dy in sideways]
        lefts = [(x + dx if right else x - dx - width, y + dy) for dx, dy in offsets]
        spots = [(left, at - height / 2, left + width, at + height / 2) for left, at in lefts]
        middles = [(x + dx, y - up) for up in (14.0, 34.0, 58.0, 82.0) for dx in (0.0, -30.0, 30.0, -60.0, 60.0)]
        spots += [(at - width / 2, bottom - height, at + width / 2, bottom) for at, bottom in middles]
        free = np.flatnonzero(self.strict.free(np.array(spots), 10.0))
        if not len(free):  # the header says it too: better no words than words across an edge
            return
        found = int(free[0])
        box = Box(*(round(value, 2) for value in spots[found]))
        self._take(box)
        words_marks = set_lines(lines, box, "start" if right else "end", role=f"track-end:{platform.line}")
        self.marks += _haloed(words_marks)


def _haloed(marks: Sequence[Words]) -> Iterator[Words]:
    """Words that stay readable where an outline or the ring of an error passes behind them."""
    return (replace(mark, halo=style.PAPER) for mark in marks)


# ── callouts ─────────────────────────────────────────────────────────────────


class _Card:
    """The words of a callout, set to a width."""

    def __init__(self, callout: Callout, width: float, lang: str) -> None:
        self.callout, self.lang = callout, lang
        self.signs = "".join(callout.signs)
        self.indent = max(INDENT, round(measure(self.signs, SIGNS, "bold") + AROUND_SIGNS, 2))
        self.lines: list[tuple[Line, str | None, float]] = []  # line, pictogram, height
        self._add(callout.main, width, MAIN, SECOND, style.INK, style.MUTED)
        for hazard in callout.hazards:
            self._add(hazard, width, HAZARD, SECOND, style.HAZARD, style.HAZARD, icon="warning")
        for more in callout.more:
            self._add(more, width, MORE, SECOND, style.MUTED, style.MUTED)
        widest = max(measure(line.text, line.size, line.weight) for line, _, _ in self.lines)
        high = 2 * PAD + sum(height for _, _, height in self.lines)
        self.size = (round(self.indent + widest + PAD, 2), round(high, 2))

    def _add(  # noqa: PLR0917 - two inks and two sizes
        self, text: Text, width: float, size: float, small: float, ink: str, second: str, icon: str | None = None
    ) -> None:
        (_, first), (other_lang, other) = said.pair(text, self.lang)
        for number, line in enumerate(wrapped(first, size, "bold", width)):
            self.lines.append((Line(line, size, "bold", ink, self.lang), icon if number == 0 else None, size * 1.24))
        if other != first:
            for line in wrapped(other, small, "regular", width):
                self.lines.append((Line(line, small, "regular", second, other_lang), None, small * 1.28))

    def draw(self, box: Box) -> Iterator[Mark]:
        n = self.callout.number
        yield Rect(
            box.left,
            box.top,
            round(box.width, 2),
            round(box.height, 2),
            fill=style.PAPER,
            stroke=style.ROUTE,
            stroke_width=2,
            radius=12,
            role=f"callout:{n}",
        )
        x, y = box.left + self.indent / 2 + 1, box.top + PAD + 12
        yield Circle(round(x, 2), round(y, 2), 15, fill=style.ROUTE, role=f"badge:{n}")
        size = 17.0 if n < 10 else 15.0  # noqa: PLR2004  two digits need smaller ones
        yield Words(
            round(x, 2),
            round(y + size * 0.355, 2),
            str(n),
            size,
            "bold",
            style.ON_ROUTE,
            "middle",
            role=f"badge:{n}:text",
        )
        if self.signs:
            at = round(box.left + self.indent / 2, 2), round(y + 15 + SIGNS * 0.92, 2)
            yield Words(*at, self.signs, SIGNS, "bold", style.INK, "middle", role=f"signs:{n}")
        top = box.top + PAD
        for line, icon, height in self.lines:
            if icon is not None:
                yield Icon(icon, round(x - 11, 2), round(top, 2), 21, style.HAZARD)
            yield Words(
                round(box.left + self.indent, 2),
                round(top + line.size * 0.92, 2),
                line.text,
                line.size,
                line.weight,
                line.fill,
                lang=line.lang,
                role=f"callout:{n}:text",
            )
            top += height


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a card goes: what that costs, its leader from `at` to `end`, and its box."""

    cost: float
    at: Point
    end: Point
    box: Box
    card: _Card


REACH = 44.0
"""How far a leader may run over its own: out of half a shaft, or of the boxes that cover a sloping line."""
AT_ONCE = 96
"""Places of a card whose leaders are looked at together, the cheapest first: mostly one of the first serves."""


def _beside(
    at: Point, leg: int, card: _Card, crowds: tuple[Crowd, Crowd], *, extra: float, limit: float
) -> tuple[float, Box] | None:
    """The best place of a card whose leader meets nothing, with its cost; dearer where it hides an outline.

    Places whose cost and an extra come to the limit or more are not looked at.
    """
    crowd, strict = crowds
    fits, costs = _ring(*card.size)
    across, down = (
        (middles + to - size / 2, middles + to + size / 2)
        for middles, to, size in zip((ACROSS, DOWN), at, card.size, strict=True)
    )
    rows, columns = np.nonzero(fits & (costs + extra < limit) & crowd.free_grid(across, down, 7.0))
    spots = np.stack([across[0][columns], down[0][rows], across[1][columns], down[1][rows]], axis=1)
    cost = costs[rows, columns]
    best: tuple[float, int] | None = None
    order = cost.argsort(kind="stable")
    for first in range(0, len(order), AT_ONCE):
        some = order[first : first + AT_ONCE]
        if best is not None and cost[some[0]] > best[0]:
            break
        clear = some[crowd.open_lines(at, _ends(at, spots[some]), own=leg, reach=REACH)]
        whole = cost[clear] + np.where(strict.free(spots[clear], 7.0), 0.0, ON_OUTLINE)
        best = min([*zip(whole.tolist(), clear.tolist(), strict=True), *([best] if best else [])], default=None)
    if best is None:
        return None
    return best[0], Box(*(round(float(value), 2) for value in spots[best[1]]))


def _ends(at: Point, spots: np.ndarray) -> np.ndarray:
    """Where leaders from an anchor to cards end: on their borders, off the round corners."""
    x = np.minimum(np.maximum(at[0], spots[:, 0] + 14), spots[:, 2] - 14)
    y = np.minimum(np.maximum(at[1], spots[:, 1] + 14), spots[:, 3] - 14)
    away_x = np.maximum(spots[:, 0] - at[0], at[0] - spots[:, 2])
    away_y = np.maximum(spots[:, 1] - at[1], at[1] - spots[:, 3])
    aside = np.maximum(away_x, 0) > np.maximum(away_y, 0)
    side = np.where(at[0] < spots[:, 0], spots[:, 0], spots[:, 2])
    edge = np.where(at[1] < spots[:, 1], spots[:, 1], spots[:, 3])
    return np.stack([np.where(aside, side, x), np.where(aside, y, edge)], axis=1)


def _nearest(at: Point, box: Box) -> Point:
    """Where the leader from an anchor to a card ends."""
    (x, y), *_ = _ends(at, np.array([[box.left, box.top, box.right, box.bottom]]))
    return round(float(x), 2), round(float(y), 2)


ACROSS, DOWN = np.arange(-24, 25) * 20.0, np.arange(-24, 25) * 16.0
"""Where the middles of cards are tried around an anchor."""


@lru_cache(maxsize=1024)
def _ring(width: float, height: float) -> tuple[np.ndarray, np.ndarray]:
    """Which middles (rows, columns) keep a card of a size at the right distance, and what each costs.

    Near is cheap, level with the anchor and above before below.
    """
    away_x = np.maximum(np.abs(ACROSS) - width / 2, 0.0)[None, :]
    away_y = np.maximum(np.abs(DOWN) - height / 2, 0.0)[:, None]
    away = np.hypot(away_x, away_y)
    cost = away + 0.12 * np.abs(ACROSS)[None, :] + np.where(DOWN > 0, 8.0, 0.0)[:, None]
    return (away >= NEAREST) & (away <= FURTHEST), cost


def _around(slab: Slab, width: float, height: float) -> np.ndarray:
    """Boxes beside a floor: right of it, left of it, below, above, and further out."""
    box = slab.box
    middle = (box.top + box.bottom) / 2
    spots: list[tuple[float, float]] = []
    for out in (14.0, 30.0, 60.0):
        for dy in (0.0, -20.0, 20.0, -40.0, 40.0, -60.0, 60.0):
            spots += [
                (box.right + out - 20, middle + dy - height / 2),
                (box.left - out - width + 20, middle + dy - height / 2),
            ]
        steps = max(int((box.width + width) / 24), 1)
        along = sorted((box.left - width / 2 + i * 24 for i in range(steps)), key=lambda x: abs(x - box.left))
        spots += [(x, box.bottom + out - 2) for x in along]
        spots += [(x, box.top - out - height + 2) for x in along]
    return np.array([(x, y, x + width, y + height) for x, y in spots])
