"""A map of the city: its lines, and a disc for each station that has something to tell. Geographic, north up.

Discs with a number are named on the map as far as there is room; the list beside the map names them all. Few stations
lie so far out that the city would shrink for them: they are drawn at the frame's edge, with a dashed outline.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from muui_maps.geo import to_station_metres
from muui_maps.maps.fonts import measure
from muui_maps.maps.labels import Box, Label, Line, Spot, place
from muui_maps.maps.scene import Circle, Mark, Polyline, Scene, Words
from muui_maps.maps.style import INK, MUTED, PAPER, ROUTE, ROUTE_TINT, line_colour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from muui_maps.model import Text

Point = tuple[float, float]

WIDTH, HEIGHT, EDGE = 1684.0, 1191.0, 40.0
FRAME = Box(400.0, 150.0, WIDTH - EDGE, HEIGHT - 70.0)
LIST_TOP, LIST_ROW, LIST_NAME, LIST_FIGURE = 190.0, 32.0, 240.0, 66.0
FAR = 0.03
"""The share of the stations, at each side of the city, that may lie beyond the frame."""
TRACK = 3.0
NAME, KEY, NUMBER = 18.0, 18.0, 15.0
LEAST_NAME = 14.0
"""How small a long name in the list gets before it is cut."""
APART = (16.0, 2.0)
"""Between two names, across and along the page: less across would read as one name (`Onsu Daerim`)."""
LEAST_RADIUS, SPREAD, NUMBERED = 4.0, 8.0, 14.0


@dataclass(frozen=True, slots=True)
class Track:
    """A line between neighbouring stations, as WGS84 points (latitude, longitude)."""

    line: str
    points: tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Dot:
    """A station on the map.

    Parameters
    ----------
    at
        Latitude and longitude.
    share
        How large, from 0 to 1.
    number
        Written inside; None for a small disc that only says that the station was looked at.
    ringed
        Drawn with a ring: stations to be told apart from the rest.
    """

    id: str
    name: Text
    at: Point
    share: float
    number: int | None = None
    ringed: bool = False


def city_scene(
    scene_id: str,
    *,
    title: Text,
    lead: Text,
    key: Sequence[Text],
    listed: Sequence[tuple[int, Text, Text]],
    source: Text,
    tracks: Sequence[Track],
    dots: Sequence[Dot],
    lang: str,
) -> Scene:
    """The map.

    Parameters
    ----------
    key
        What numbers, sizes and rings mean.
    listed
        Number, name and figure of the stations in the list.
    dots
        Most important first.
    """

    def said(text: Text) -> str:
        return text.ko if lang == "ko" else text.en

    onto = _Projection([dot.at for dot in dots] or [point for track in tracks for point in track.points])
    marks: list[Mark] = [
        Polyline(tuple(onto(point) for point in track.points), stroke=line_colour(track.line), stroke_width=TRACK)
        for track in tracks
        if not any(onto.beyond(point) for point in track.points)
    ]
    for dot in sorted(dots, key=lambda each: (each.number is not None, -(each.number or 0))):
        marks += _disc(dot, onto(dot.at), far=onto.beyond(dot.at))
    marks += _names(dots, onto, said)
    marks += [
        Words(EDGE, 70, said(title), 44, "bold", lang=lang),
        Words(EDGE, 108, said(lead), 22, fill=MUTED, lang=lang),
        Words(EDGE, HEIGHT - 24, said(source), 15, fill=MUTED, lang=lang),
        *_key(key, said, lang),
        *_list(listed, said, lang),
    ]
    told = ". ".join(f"{number} {said(name)}, {said(figure)}" for number, name, figure in listed)
    return Scene(scene_id, WIDTH, HEIGHT, lang, said(title), f"{said(lead)}. {told}", tuple(marks))


class _Projection:
    """WGS84 → the frame, north up, true to scale about the middle of the stations."""

    def __init__(self, points: Sequence[Point]) -> None:
        lats, lons = [each[0] for each in points], [each[1] for each in points]
        self.origin = ((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)
        spots = [to_station_metres(*each, origin=self.origin) for each in points]
        west, east = _middle([each[0] for each in spots])
        south, north = _middle([each[1] for each in spots])
        self.middle = ((west + east) / 2, (south + north) / 2)
        self.scale = min(
            (FRAME.width - 4 * NUMBERED) / max(east - west, 1.0),
            (FRAME.height - 4 * NUMBERED) / max(north - south, 1.0),
        )

    def __call__(self, point: Point) -> Point:
        x, y = self._free(point)
        inner = FRAME.grown(-NUMBERED)
        return min(max(x, inner.left), inner.right), min(max(y, inner.top), inner.bottom)

    def beyond(self, point: Point) -> bool:
        """Whether a point lies outside the frame."""
        return self(point) != self._free(point)

    def _free(self, point: Point) -> Point:
        east, north = to_station_metres(*point, origin=self.origin)
        x = (FRAME.left + FRAME.right) / 2 + (east - self.middle[0]) * self.scale
        y = (FRAME.top + FRAME.bottom) / 2 - (north - self.middle[1]) * self.scale
        return round(x, 1), round(y, 1)


def _middle(values: Sequence[float]) -> tuple[float, float]:
    """Where most of the values lie: all but the share `FAR` at each side."""
    ordered = sorted(values)
    out = int(len(ordered) * FAR)
    return ordered[out], ordered[len(ordered) - 1 - out]


def _radius(dot: Dot) -> float:
    return NUMBERED if dot.number is not None else LEAST_RADIUS + SPREAD * dot.share


def _disc(dot: Dot, at: Point, *, far: bool) -> Iterator[Mark]:
    role, radius, dash = f"station:{dot.id}", _radius(dot), (3.0, 3.0) if far else ()
    if dot.ringed:
        yield Circle(*at, radius + 5, fill=PAPER, stroke=INK, stroke_width=2.5)
    if dot.number is None:
        yield Circle(*at, radius, fill=ROUTE_TINT, stroke=ROUTE, stroke_width=1.5, dash=dash, role=role)
        return
    yield Circle(*at, radius, fill=ROUTE, stroke=PAPER, stroke_width=2.0, dash=dash, role=role)
    yield Words(at[0], at[1] + NUMBER * 0.36, str(dot.number), NUMBER, "bold", fill=PAPER, anchor="middle")


def _names(dots: Sequence[Dot], onto: Callable[[Point], Point], said: Callable[[Text], str]) -> Iterator[Mark]:
    """Names of the numbered and ringed stations, as far as there is room."""
    boxes, labels = [], []
    for dot in dots:
        (x, y), radius = onto(dot.at), _radius(dot) + (6 if dot.ringed else 2)
        boxes.append(Box(x - radius, y - radius, x + radius, y + radius))
        if dot.number is None and not dot.ringed:
            continue
        spots = (
            Spot(x + radius + 5, y, "start", "middle"),
            Spot(x - radius - 5, y, "end", "middle"),
            Spot(x, y - radius - 4, "middle", "bottom"),
            Spot(x, y + radius + 4, "middle", "top"),
        )
        labels.append(Label(dot.id, (((Line(said(dot.name), NAME, "bold"),), spots),)))
    for placed in place(labels, boxes, FRAME.grown(20), measure, clearance=APART).placed:
        yield from (replace(words, halo=PAPER) for words in placed.words)


def _key(key: Sequence[Text], said: Callable[[Text], str], lang: str) -> Iterator[Mark]:
    """What the marks mean, at the upper right."""
    for number, text in enumerate(key):
        yield Words(WIDTH - EDGE, 56 + 26 * number, said(text), KEY, fill=INK, anchor="end", lang=lang)


def _list(listed: Sequence[tuple[int, Text, Text]], said: Callable[[Text], str], lang: str) -> Iterator[Mark]:
    """The numbered stations beside the map, as many as fit."""
    fit = int((FRAME.bottom - LIST_TOP) / LIST_ROW)
    for row, (number, name, figure) in enumerate(listed[:fit]):
        y = LIST_TOP + LIST_ROW * row
        yield Words(EDGE + 30, y, str(number), NAME, "bold", anchor="end")
        size = max(LEAST_NAME, min(NAME, NAME * LIST_NAME / max(measure(said(name), NAME, "bold"), 1.0)))
        yield Words(EDGE + 44, y, shortened(said(name), size, LIST_NAME), size, "bold", lang=lang)
        yield Words(EDGE + 44 + LIST_NAME + LIST_FIGURE, y, said(figure), NAME, fill=MUTED, anchor="end", lang=lang)


def shortened(text: str, size: float, width: float) -> str:
    """The text, or as much of it as fits the width, with an ellipsis."""
    if measure(text, size, "bold") <= width:
        return text
    kept = next(n for n in range(len(text), -1, -1) if measure(text[:n] + "…", size, "bold") <= width)
    return text[:kept] + "…"
