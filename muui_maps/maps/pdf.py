"""Scenes to one PDF: vector, tagged, the same bytes each time. The one place that knows fpdf2.

The bundled typefaces go into the file, cut down to what is used; the date inside is fixed. Shapes are artifacts, since
the words say all that they say; each text is a tagged paragraph with its language, in the order in which it is read.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from muui_maps.maps.fonts import families, font_path, glyph_runs, measure, require_glyphs
from muui_maps.maps.icons import BOX, ICONS, TILE_RADIUS
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Weight, Words
from muui_maps.maps.style import CARD_WIDTH
from muui_maps.maps.svg import clean_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from fpdf import FPDF

A4_WIDTH_MM, A4_HEIGHT_MM = 210.0, 297.0
A3, A2, A1 = (420.0, 297.0), (594.0, 420.0), (841.0, 594.0)  # landscape
LEAST_PT, POINT_MM = 10.0, 25.4 / 72
PAPERS: dict[str, tuple[float, float]] = {"a4": (A4_HEIGHT_MM, A4_WIDTH_MM), "a3": A3, "a0": (1189.0, 841.0)}
"""Width and height in millimetres, landscape."""
CARD_COLUMNS = {"a4": 2, "a3": 3, "a0": 4}
_WHEN = datetime(2000, 1, 1, tzinfo=UTC)
_STYLES: dict[Weight, str] = {"regular": "", "bold": "B"}
_ABOVE, _BELOW = 32.0, 60.0  # free of cards on a page that continues, in the scene's units
_GAP = 14.0  # free height where cards may be cut: between two of them, not between the lines of one
_PICTURE_GAP = 8.0  # free height where a picture may be cut: above its foot, between two lists
_PICTURE_BELOW = 28.0  # free of the picture on each of its two pages, for the page's number
_ROUNDEST = 0.4999  # of a side; fpdf2 takes half a side for a ratio
_NUMBER = 22.0  # size of the page's number: 18 points on A4
_PICTURE_NUMBER = 15.0  # the same below a picture: 10 points on A3


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A piece of a scene on a page or a column: from `top` down to `bottom`, `lead` below the edge of the paper."""

    scene: Scene
    room_mm: tuple[float, float]
    top: float
    bottom: float
    lead: float = 0.0
    number: str = ""
    number_size: float = _NUMBER
    left_mm: float = 0.0


def render_pdf(scenes: Sequence[Scene]) -> bytes:
    """One page for each scene, as wide as the paper: A4, or true to size where a scene's lengths are millimetres.

    The document's title and language are those of the first scene.
    """
    return _document([[_Sheet(scene, _a4(scene), 0.0, scene.height)] for scene in scenes])


def render_map_pdf(scene: Scene, *, paper: str | None = None) -> bytes:
    """A map on paper: step cards on pages of A4, no card cut in two; other views on A3, in large print on A1.

    Cards stand in two columns on A4 landscape, nothing under 11 points; in large print in one column on A4 portrait.
    A picture that is higher than its paper is made smaller to fit. Where words would fall under 10 points by that, its
    foot comes on a second page of A3; if nothing but marks stands where it would be cut, all of it lies on the next
    larger paper of the A series, upright if only that holds it. In large print on A1 the paper is higher instead.

    Parameters
    ----------
    paper
        One of `PAPERS`: pictures fill it, landscape, and cards stand on it in columns (a poster of A0 has four). None
        for the paper that suits the view.
    """
    large = scene.scale != 1.0
    if scene.width <= CARD_WIDTH:  # a picture may be higher than wide: it is still none of cards
        return _document(_columns(scene, *_card_columns(paper, large=large)))
    if not (paper or large):
        return _document(_readable(scene))
    width, height = PAPERS[paper] if paper else A1
    if large and not paper and (needed := width * scene.height / scene.width) > height * 1.01:
        height = needed
    return _document([[_Sheet(scene, (width, height), 0.0, scene.height)]])


def _readable(scene: Scene) -> list[list[_Sheet | None]]:
    """A page on which no words fall under `LEAST_PT`, A3 or as little larger as can be.

    Two pages of A3 are better than one that few can print. A line's bullet is a sign, not words.
    """
    sizes = [m.size for m in scene.marks if isinstance(m, Words) and not (m.role or "").startswith("line:")]
    least_mm = LEAST_PT * POINT_MM / min(sizes, default=LEAST_PT)
    for paper in (A3, A2, A1):
        for room in (paper, paper[::-1]):
            if min(room[0] / scene.width, room[1] / scene.height) >= least_mm:
                return [[_Sheet(scene, room, 0.0, scene.height)]]
        if paper is A3 and paper[0] / scene.width >= least_mm and (halves := _halves(scene, paper)):
            return [[half] for half in halves]
    return [[_Sheet(scene, PAPERS["a0"], 0.0, scene.height)]]


def _halves(scene: Scene, room_mm: tuple[float, float]) -> tuple[_Sheet, _Sheet] | None:
    """A picture on two pages, as wide as the paper and cut as low as nothing stands there; None if there is no such."""
    high = scene.width * room_mm[1] / room_mm[0] - _PICTURE_BELOW
    places = _gaps([_whole_span(mark) for mark in scene.marks], _PICTURE_GAP)
    # In the lower half: the head must not be torn from the drawing.
    cut = max((y for y in places if high / 2 <= y <= high and scene.height - y + _ABOVE <= high), default=None)
    if cut is None:
        return None
    return (
        _Sheet(scene, room_mm, 0.0, cut, 0.0, f"{scene.title}, 1 / 2", _PICTURE_NUMBER),
        _Sheet(scene, room_mm, cut, scene.height, _ABOVE, f"{scene.title}, 2 / 2", _PICTURE_NUMBER),
    )


def _card_columns(paper: str | None, *, large: bool) -> tuple[tuple[float, float], int]:
    """Width and height of a column of cards, and how many stand on a page."""
    if large and paper in {None, "a4"}:
        return (A4_WIDTH_MM, A4_HEIGHT_MM), 1
    width, height = PAPERS[paper or "a4"]
    count = CARD_COLUMNS[paper or "a4"]
    return (width / count, height), count


def _columns(scene: Scene, room: tuple[float, float], count: int) -> list[list[_Sheet | None]]:
    """The cards cut into columns, so many to a page; columns that stay empty keep their room."""
    sheets = _cut(scene, room)
    pages = [sheets[first : first + count] for first in range(0, len(sheets), count)]
    return [
        [
            *(replace(sheet, left_mm=number * room[0]) for number, sheet in enumerate(page)),
            *[None] * (count - len(page)),
        ]
        for page in pages
    ]


def _a4(scene: Scene) -> tuple[float, float]:
    """The paper of a scene: A4, or its own size where its lengths are millimetres."""
    if scene.unit == "mm":
        return scene.width, scene.height
    lying = scene.width > scene.height
    return (A4_HEIGHT_MM, A4_WIDTH_MM) if lying else (A4_WIDTH_MM, A4_HEIGHT_MM)


def _cut(scene: Scene, room_mm: tuple[float, float]) -> list[_Sheet]:
    """Columns that end between boxes: nothing is cut but what is higher than the paper."""
    high = scene.width * room_mm[1] / room_mm[0]
    # The line down the cards runs on over the cuts.
    places = _gaps([span for mark in scene.marks if (span := _span(mark)) is not None], _GAP)
    cuts = [0.0]
    while (room := cuts[-1] + high - _BELOW - (_ABOVE if cuts[-1] else 0.0)) < scene.height:
        cuts.append(max((y for y in places if cuts[-1] < y <= room), default=room))
    cuts.append(scene.height)
    count = len(cuts) - 1
    return [
        _Sheet(scene, room_mm, top, bottom, _ABOVE if top else 0.0, f"{n} / {count}" if count > 1 else "")
        for n, (top, bottom) in enumerate(pairwise(cuts), 1)
    ]


def _gaps(spans: Sequence[tuple[float, float]], least: float) -> list[float]:
    """The middles of all heights, at least so high, that none of these spans reaches into."""
    gaps: list[float] = []
    reached = 0.0
    for top, bottom in sorted(spans):
        if top - reached >= least:
            gaps.append((reached + top) / 2)
        reached = max(reached, bottom)
    return gaps


def _span(mark: Mark) -> tuple[float, float] | None:
    if isinstance(mark, Polyline):
        return None
    if isinstance(mark, Words):
        return mark.y - mark.size, mark.y + 0.3 * mark.size
    if isinstance(mark, Circle):
        return mark.y - mark.radius, mark.y + mark.radius
    return mark.y, mark.y + (mark.size if isinstance(mark, Icon) else mark.height)


def _whole_span(mark: Mark) -> tuple[float, float]:
    """How far down a mark reaches, lines too."""
    if isinstance(mark, Polyline):
        heights = [y for _, y in mark.points]
        return min(heights) - mark.stroke_width / 2, max(heights) + mark.stroke_width / 2
    span = _span(mark)
    assert span is not None  # noqa: S101 - only lines have none
    return span


def _document(pages: Sequence[Sequence[_Sheet | None]]) -> bytes:
    from fpdf import FPDF, ViewerPreferences

    sheets = [[sheet for sheet in page if sheet is not None] for page in pages]
    scene = sheets[0][0].scene
    document = FPDF(unit="mm", format="A4")
    document.set_auto_page_break(auto=False)
    document.set_margin(0)
    document.c_margin = 0
    document.set_creation_date(_WHEN)
    document.set_producer("muui_maps")
    document.set_lang(scene.lang)
    document.set_title(clean_text(scene.title))
    document.viewer_preferences = ViewerPreferences(display_doc_title=True)
    require_glyphs((clean_text(mark.text) for mark in scene.marks if isinstance(mark, Words)), scene.title, scene.names)
    for family in families(scene.names):
        for weight, style in _STYLES.items():
            document.add_font(family, style, font_path(weight, family))
    for page, columns in zip(sheets, pages, strict=True):
        width, height = page[0].room_mm
        short, long = sorted((width * len(columns), height))
        lying = width * len(columns) > height
        document.add_page(orientation="landscape" if lying else "portrait", format=(short, long))
        for sheet in page:
            _Page(document, sheet).draw()
    return bytes(document.output())


# ── what is read ─────────────────────────────────────────────────────────────

_STEP = re.compile(r"step:\d+")
_BESIDE = 60.0  # a step's number stands at most this far below the top of its card


def _paragraphs(words: Sequence[Words]) -> list[list[Words]]:
    """The texts in reading order, each with its runs and lines together; a step's number comes before its card."""
    groups: list[list[Words]] = []
    numbers: list[list[Words]] = []
    for mark in words:
        if _STEP.fullmatch(mark.role or ""):
            numbers.append([mark])
        elif groups and _goes_on(groups[-1][-1], mark):
            groups[-1].append(mark)
        else:
            groups.append([mark])
    for number in reversed(numbers):
        top = number[0].y - _BESIDE
        first = next((i for i, group in enumerate(groups) if group[0].y >= top), len(groups))
        groups.insert(first, number)
    return groups


def _goes_on(before: Words, mark: Words) -> bool:
    """Whether a text is the same paragraph: the same line in another weight, or the next line."""
    same = (before.size, before.lang, before.role, before.fill) == (mark.size, mark.lang, mark.role, mark.fill)
    return same and before.anchor == mark.anchor == "start" and 0 <= mark.y - before.y <= 1.5 * mark.size


class _Page:
    """A sheet on a page."""

    def __init__(self, document: FPDF, sheet: _Sheet) -> None:
        self.document = document
        self.sheet = sheet
        width, height = sheet.room_mm
        scene = sheet.scene
        self.scale = width / scene.width
        if sheet.bottom - sheet.top == scene.height:
            self.scale = min(self.scale, height / scene.height)
        self.left = sheet.left_mm + (width - scene.width * self.scale) / 2
        self.up = sheet.lead * self.scale - sheet.top * self.scale

    def x(self, of: float) -> float:
        return self.left + of * self.scale

    def y(self, of: float) -> float:
        return self.up + of * self.scale

    def draw(self) -> None:
        ink: dict[type[Mark], Callable[[Any], None]] = {
            Rect: self._rect,
            Circle: self._circle,
            Polyline: self._polyline,
            Icon: self._icon,
        }
        sheet, (width, height) = self.sheet, self.sheet.room_mm
        with self._artifact():
            paper = self.document.w if not sheet.left_mm else width  # also where the second column stays empty
            self.document.set_fill_color(sheet.scene.background)
            self.document.rect(sheet.left_mm, 0, paper, height, style="F")
            bounds = (sheet.left_mm, self.y(sheet.top), width, (sheet.bottom - sheet.top) * self.scale)
            with self.document.local_context(), self.document.rect_clip(*bounds):
                for mark in sheet.scene.marks:
                    if not isinstance(mark, Words) and self._is_here(mark):
                        ink[type(mark)](mark)
        words = [m for m in sheet.scene.marks if isinstance(m, Words) and sheet.top <= m.y < sheet.bottom and m.text]
        for paragraph in _paragraphs(words):
            with self._tagged("/H1" if paragraph[0].role == "station" else "/P", paragraph[0].lang):
                for mark in paragraph:
                    self._words(mark)
        if sheet.number:
            self._page_number()

    def _is_here(self, mark: Mark) -> bool:
        span = _span(mark)
        return span is None or (span[0] < self.sheet.bottom and span[1] > self.sheet.top)

    def _page_number(self) -> None:
        scene = self.sheet.scene
        from muui_maps.maps.style import contrast

        ink = max(("#000000", "#FFFFFF"), key=lambda each: contrast(each, scene.background))
        sheet, (width, height) = self.sheet, self.sheet.room_mm
        foot = sheet.top - sheet.lead + scene.width * height / width - sheet.number_size - 2
        with self._artifact():
            self._words(Words(scene.width - 32, foot, sheet.number, sheet.number_size, fill=ink, anchor="end"))

    @contextmanager
    def _artifact(self) -> Iterator[None]:
        self.document._out("/Artifact BMC")  # noqa: SLF001 - fpdf2 has no public way to mark artifacts
        yield
        self.document._out("EMC")  # noqa: SLF001

    @contextmanager
    def _tagged(self, kind: str, lang: str | None) -> Iterator[None]:
        """A structure element of its own, in another language than the document's where it is."""
        document = self.document
        number = document.struct_builder.next_mcid_for_page(document.page)
        document._add_marked_content(struct_type=kind, mcid=number)  # noqa: SLF001 - fpdf2 tags but figures by itself
        document._out(f"{kind} <</MCID {number}>> BDC")  # noqa: SLF001
        other = lang is not None and lang != self.sheet.scene.lang
        if other:
            document._out(f"/Span <</Lang ({lang})>> BDC")  # noqa: SLF001
        yield
        if other:
            document._out("EMC")  # noqa: SLF001
        document._out("EMC")  # noqa: SLF001

    def _pen(
        self, fill: str | None, stroke: str | None, width: float, dash: tuple[float, ...], *, rounded: bool = False
    ) -> str:
        """Sets colours; returns how a shape is painted, empty for not at all."""
        self.document._out("1 J 1 j" if rounded else "0 J 0 j")  # noqa: SLF001 - caps and joins, as SVG has them
        if fill:
            self.document.set_fill_color(fill)
        if stroke:
            self.document.set_draw_color(stroke)
            self.document.set_line_width(width * self.scale)
            on, off = (*dash, *dash)[:2] if dash else (0.0, 0.0)
            self.document.set_dash_pattern(on * self.scale, off * self.scale)
        return ("D" if stroke else "") + ("F" if fill else "")

    def _rect(self, mark: Rect) -> None:
        style = self._pen(mark.fill, mark.stroke, mark.stroke_width, mark.dash)
        if style:
            width, height = mark.width * self.scale, mark.height * self.scale
            radius = min(mark.radius * self.scale, width * _ROUNDEST, height * _ROUNDEST)
            self.document.rect(self.x(mark.x), self.y(mark.y), width, height, style, radius > 0, radius)

    def _circle(self, mark: Circle) -> None:
        style = self._pen(mark.fill, mark.stroke, mark.stroke_width, mark.dash)
        if style:
            self.document.circle(self.x(mark.x), self.y(mark.y), mark.radius * self.scale, style=style)

    def _polyline(self, mark: Polyline) -> None:
        style = self._pen(mark.fill, mark.stroke, mark.stroke_width, mark.dash, rounded=mark.rounded)
        points = [(self.x(x), self.y(y)) for x, y in mark.points]
        if mark.closed or mark.fill:
            self.document.polygon(points, style=style)
        else:
            self.document.polyline(points, style="D")

    def _words(self, mark: Words) -> None:
        text = clean_text(mark.text)
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[mark.anchor] * measure(text, mark.size, mark.weight)
        self.document.set_text_color(mark.fill)
        x = mark.x - shift
        for piece, family in glyph_runs(text, mark.weight, self.sheet.scene.names):
            self.document.set_font(family, _STYLES[mark.weight])
            self.document.set_font_size(mark.size * self.scale * self.document.k)
            self.document.text(self.x(x), self.y(mark.y), piece)
            x += measure(piece, mark.size, mark.weight)

    def _icon(self, mark: Icon) -> None:
        from fpdf.drawing_primitives import Transform

        side = mark.size / BOX
        if mark.background is not None:
            tile = Rect(mark.x, mark.y, mark.size, mark.size, fill=mark.background, radius=TILE_RADIUS * side)
            self._rect(tile)
        self.document.set_dash_pattern()
        with self.document.drawing_context() as context:
            for d, width in ((shape.d, shape.width) for shape in ICONS[mark.name]):
                path = _path(d, width, mark.colour)
                scale = side * self.scale
                path.transform = Transform.scaling(scale).translate(self.x(mark.x), self.y(mark.y))
                context.add_item(path)


@cache
def _path(d: str, width: float | None, colour: str) -> Any:  # noqa: ANN401 - fpdf2's own path
    from fpdf.drawing import PaintedPath
    from fpdf.svg import svg_path_converter

    path = PaintedPath()
    svg_path_converter(path, d)
    path.style.auto_close = width is None
    path.style.fill_color = colour if width is None else None
    path.style.stroke_color = None if width is None else colour
    if width is not None:
        path.style.stroke_width = width
        path.style.stroke_cap_style = "round"
        path.style.stroke_join_style = "round"
    path.style.intersection_rule = "evenodd"
    return path
