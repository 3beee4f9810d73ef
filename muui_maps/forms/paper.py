"""The form on paper: A4 pages with a picture of the station, boxes to tick, and room to write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.forms.asked import (
    ONLY_OF_NEW,
    UNIT_SIGNS,
    Ask,
    FormKind,
    RouteAsked,
    StationForm,
    Thing,
)
from muui_maps.forms.picture import CAPTION, badge, picture
from muui_maps.maps import style
from muui_maps.maps.fonts import measure, wrap
from muui_maps.maps.pdf import render_pdf
from muui_maps.maps.scene import Mark, Polyline, Rect, Scene, Words
from muui_maps.model import Text
from muui_maps.survey.fields import FIELDS, KINDS, SCHEMA_VERSION, Type

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muui_maps.model import Station
    from muui_maps.survey.fields import Field

WIDTH, HEIGHT = 840.0, 1188.0
"""A4 in quarters of a millimetre."""
_EDGE, _BOTTOM = 48.0, HEIGHT - 56.0
_BODY, _SMALL = 14.0, 12.0
_LINE = 34.0
"""8.5 mm: a line that a hand can write on."""
_BOX = 13.0
_WRITE = {True: 62.0, False: 104.0}
"""Room for a number, and for words."""
_RUN_ROWS = 14
_SHORT = frozenset({Type.NUMBER, Type.WHOLE, Type.TIME, Type.LEVEL, Type.EXIT})


def paper(station: Station, form: StationForm, lang: str) -> bytes:
    """The form as a PDF to print, in one language."""
    return render_pdf(paper_scenes(station, form, lang))


def paper_scenes(station: Station, form: StationForm, lang: str) -> tuple[Scene, ...]:
    """The pages before ink."""
    sheets = _Sheets(form, lang)
    sheets.head()
    things = form.things
    shown, height = picture(station, things, x=_EDGE, y=sheets.y, width=WIDTH - 2 * _EDGE, lang=lang)
    sheets.put(*shown)
    sheets.y += height + 6
    if form.kind is FormKind.FACILITY:
        sheets.small(CAPTION)
    if form.asks:
        sheets.asks(form.asks)
    elif form.kind is FormKind.FACILITY:
        sheets.things(things)
    elif form.kind is FormKind.TRANSFER:
        sheets.transfer()
    else:
        for route in form.routes:
            sheets.route(route)
    return sheets.scenes()


@dataclass
class _Sheets:
    """Pages being filled from top to bottom."""

    form: StationForm
    lang: str
    y: float = 0.0
    pages: list[list[Mark]] = field(default_factory=lambda: [[]])

    def say(self, text: Text) -> str:
        return text.ko if self.lang == "ko" else text.en

    def put(self, *marks: Mark) -> None:
        self.pages[-1].extend(marks)

    def need(self, height: float) -> bool:
        """Start a new page if this one has no room left; says whether it did."""
        if self.y + height <= _BOTTOM:
            return False
        self.pages.append([])
        title = self.say(self.form.title)
        self.put(Words(_EDGE, 50, title, 16, "bold", lang=self.lang))
        self.y = 72.0
        return True

    def scenes(self) -> tuple[Scene, ...]:
        title = self.say(self.form.title)
        total = len(self.pages)
        found = []
        for number, marks in enumerate(self.pages, start=1):
            foot = f"{title} · {SCHEMA_VERSION} · {number}/{total}"
            marks.append(Words(WIDTH - _EDGE, HEIGHT - 26, foot, 11, fill=style.MUTED, anchor="end"))
            identity = f"{self.form.stem}-{number}"
            found.append(Scene(identity, WIDTH, HEIGHT, self.lang, title, title, tuple(marks)))
        return tuple(found)

    # pieces

    def head(self) -> None:
        other = self.form.title.en if self.lang == "ko" else self.form.title.ko
        title = self.say(self.form.title)
        self.put(Words(_EDGE, 66, title, 32, "bold", lang=self.lang))
        self.put(Words(_EDGE + measure(title, 32, "bold") + 14, 66, other, 15, fill=style.MUTED))
        self.y = 84.0
        cells = [self._blank(FIELDS[name].label, 150) for name in ("observed_at", "surveyor")]
        cells += [self._ticks(FIELDS[name]) for name in ("mobility_aid", "role", "consent")]
        self.flow(cells)
        self.y += 8

    def small(self, text: Text) -> None:
        for line in wrap(self.say(text), _SMALL, WIDTH - 2 * _EDGE):
            self.y += 15
            self.put(Words(_EDGE, self.y, line, _SMALL, fill=style.MUTED, lang=self.lang))
        self.y += 6

    def _blank(self, label: Text, width: float, unit: str = "") -> _Cell:
        return _Cell(self.say(label), width, unit, ())

    def _ticks(self, asked: Field) -> _Cell:
        return _Cell(self.say(asked.label), 0, "", tuple(self.say(choice.label) for choice in asked.choices))

    def _cell(self, asked: Field) -> _Cell:
        if asked.choices:
            return self._ticks(asked)
        unit = self.say(UNIT_SIGNS[asked.unit]) if asked.unit else ""
        return self._blank(asked.label, _WRITE[asked.type in _SHORT], unit)

    def flow(self, cells: Sequence[_Cell], left: float = _EDGE) -> None:
        """Cells one after another, a new line where the paper ends."""
        right = WIDTH - _EDGE
        x = left
        self.y += _LINE - 8
        for cell in cells:
            for piece in cell.pieces():
                if x > left and x + piece.width > right:
                    x = left
                    self.y += _LINE - 4
                self.put(*piece.marks(x, self.y))
                x += piece.width + (10 if piece.last else 6)
            x += 8
        self.y += 8

    def flow_height(self, cells: Sequence[_Cell], left: float) -> float:
        """How high `flow` would be."""
        trial = _Sheets(self.form, self.lang, 0.0)
        trial.flow(cells, left)
        return trial.y

    def write_line(self, label: Text, left: float = _EDGE) -> None:
        self.y += _LINE - 6
        words = self.say(label)
        start = left + measure(words, _SMALL) + 8
        self.put(Words(left, self.y, words, _SMALL, fill=style.MUTED, lang=self.lang))
        self.put(_rule(start, WIDTH - _EDGE, self.y + 3))

    # things

    def things(self, things: Sequence[Thing]) -> None:
        kind = ""
        for number, thing in enumerate(things, start=1):
            cells = [self._cell(each) for each in self.form.asked_of(thing.kind) if each.name not in ONLY_OF_NEW]
            high = 26 + self.flow_height(cells, _EDGE + 30) + _LINE
            heading = thing.kind != kind
            if self.need(high + (40 if heading else 0)) or heading:
                self._heading(KINDS[thing.kind].label)
            kind = thing.kind
            self._thing(number, self.say(thing.label), thing.id, cells)
        for _ in range(3):
            cells = [self._blank(FIELDS[name].label, 130) for name in ("kind", "place_text", "level")]
            self.need(90)
            self._thing(0, self.say(Text("목록에 없는 것", "Not listed")), "new", cells)

    def _heading(self, label: Text) -> None:
        self.y += 30
        self.put(Words(_EDGE, self.y, self.say(label), 18, "bold", lang=self.lang))
        self.put(_rule(_EDGE, WIDTH - _EDGE, self.y + 7, strong=True))
        self.y += 8

    def _thing(self, number: int, label: str, identity: str, cells: Sequence[_Cell]) -> None:
        self.y += 24
        if number:
            self.put(*badge(number, _EDGE + 11, self.y - 5, 11))
        self.put(Words(_EDGE + 30, self.y, label, _BODY, "bold", lang=self.lang, role=f"asked:{identity}"))
        self.put(Words(WIDTH - _EDGE, self.y, identity, 11, fill=style.MUTED, anchor="end"))
        self.flow(cells, _EDGE + 30)
        self.write_line(FIELDS["note"].label, _EDGE + 30)
        self.y += 6

    # next visit

    def asks(self, asks: Sequence[Ask]) -> None:
        for number, ask in enumerate(asks, start=1):
            cells = [self._cell(FIELDS[prop]) for prop in ask.props]
            question = wrap(self.say(ask.question), _BODY, WIDTH - 2 * _EDGE - 30)
            why = wrap(self.say(ask.why), _SMALL, WIDTH - 2 * _EDGE - 30)
            self.need(60 + 18 * len(question) + 16 * len(why) + self.flow_height(cells, _EDGE + 30) + _LINE)
            self.y += 28
            self.put(*badge(number, _EDGE + 11, self.y - 5, 11))
            label = self.say(ask.label)
            self.put(Words(_EDGE + 30, self.y, label, 16, "bold", lang=self.lang, role=f"asked:{ask.feature}"))
            self.put(Words(WIDTH - _EDGE, self.y, ask.feature, 11, fill=style.MUTED, anchor="end"))
            for line in question:
                self.y += 20
                self.put(Words(_EDGE + 30, self.y, line, _BODY, lang=self.lang))
            for line in why:
                self.y += 16
                self.put(Words(_EDGE + 30, self.y, line, _SMALL, fill=style.MUTED, lang=self.lang))
            self.flow(cells, _EDGE + 30)
            self.write_line(FIELDS["note"].label, _EDGE + 30)
            self.y += 6

    # a transfer

    def transfer(self) -> None:
        ends = [(Text("내린 곳", "From"), "alight"), (Text("탄 곳", "To"), "board")]
        for label, _ in ends:
            choices = tuple(self.say(each.label) for each in self.form.platforms)
            self.flow([_Cell(self.say(label), 0, "", choices), self._blank(Text("문 (10-1)", "door (10-1)"), 62)])
        self.flow([self._blank(Text("모두 걸린 시간", "minutes in all"), 62, self.say(Text("분", "min")))])
        heads = (
            (Text("층", "level"), 70.0),
            (Text("장소", "place"), 150.0),
            (Text("거리 m", "metres"), 80.0),
            (Text("만난 것", "what was met"), 190.0),
            (Text("비고", "note"), WIDTH - 2 * _EDGE - 490),
        )
        self._table(heads, _RUN_ROWS)
        self.small(
            Text(
                "만난 것: 엘리베이터, 휠체어리프트, 개찰구(역무원 호출·카드 태그), 경사로, 좁은 통로, 횡단보도 …",
                "Met: lift, wheelchair lift, fare gate (call staff, tap), ramp, steep ramp, narrow way, crossing …",
            )
        )

    def _table(self, heads: Sequence[tuple[Text, float]], rows: int) -> None:
        self.need(_LINE * 4)
        top = self.y + 6
        room = int((_BOTTOM - 40 - top) // _LINE) - 1
        bottom = top + 22 + _LINE * min(rows, room)
        x = _EDGE
        for label, width in heads:
            self.put(Words(x + 4, top + 15, self.say(label), _SMALL, "bold", lang=self.lang))
            self.put(Polyline(((x, top), (x, bottom)), stroke=style.EDGE, stroke_width=0.8))
            x += width
        self.put(Polyline(((x, top), (x, bottom)), stroke=style.EDGE, stroke_width=0.8))
        y = top
        while y <= bottom + 1:
            self.put(_rule(_EDGE, WIDTH - _EDGE, y))
            y += 22 if y == top else _LINE
        self.y = bottom + 4

    # a published route

    def route(self, route: RouteAsked) -> None:
        self.need(130)
        self._heading(route.label)
        for step in route.steps:
            lines = wrap(self.say(step.text), _BODY, WIDTH - 2 * _EDGE - 30)
            if self.need(18.0 * len(lines) + _LINE * 2):
                self._heading(route.label)
            self.y += 8
            self.put(*badge(step.number, _EDGE + 11, self.y + 13, 11))
            for line in lines:
                self.y += 18
                self.put(Words(_EDGE + 30, self.y, line, _BODY, lang=self.lang))
            self.flow([self._ticks(FIELDS["step_verdict"]), self._blank(FIELDS["note"].label, 250)], _EDGE + 30)


def _rule(x: float, right: float, y: float, *, strong: bool = False) -> Polyline:
    return Polyline(
        ((x, y), (right, y)), stroke=style.INK if strong else style.EDGE, stroke_width=1.4 if strong else 0.7
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a cell that is never torn apart: a label with its line, or a box with its word."""

    words: str
    line: float
    unit: str
    box: bool
    muted: bool
    last: bool

    @property
    def width(self) -> float:
        found = measure(self.words, _SMALL) + (_BOX + 5 if self.box else 0)
        if self.line:
            found += 6 + self.line + (measure(self.unit, _SMALL) + 4 if self.unit else 0)
        return found

    def marks(self, x: float, y: float) -> Iterator[Mark]:
        if self.box:
            yield Rect(x, y - _BOX + 2, _BOX, _BOX, stroke=style.INK, stroke_width=1.1, radius=2)
            x += _BOX + 5
        yield Words(x, y, self.words, _SMALL, fill=style.MUTED if self.muted else style.INK)
        x += measure(self.words, _SMALL) + 6
        if self.line:
            yield _rule(x, x + self.line, y + 3)
            if self.unit:
                yield Words(x + self.line + 4, y, self.unit, _SMALL, fill=style.MUTED)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A question on paper: a label with a line to write on, or with boxes to tick."""

    label: str
    line: float
    unit: str
    ticks: tuple[str, ...]

    def pieces(self) -> tuple[_Piece, ...]:
        if not self.ticks:
            return (_Piece(self.label, self.line, self.unit, box=False, muted=True, last=True),)
        boxes = [
            _Piece(tick, 0, "", box=True, muted=False, last=n == len(self.ticks))
            for n, tick in enumerate(self.ticks, 1)
        ]
        return (_Piece(f"{self.label}:", 0, "", box=False, muted=True, last=False), *boxes)


def paper_file_name(form: StationForm, lang: str) -> str:
    """As the paper is written into a folder."""
    return f"{form.stem}.{lang}.pdf"
