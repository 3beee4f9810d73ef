"""Step cards: a portrait for phone and pocket print, one card for each leg.

White cards are places, navy bands are rides. The map's language is large, the other one small below it: station names
and signs must be recognised by everybody. Every word comes from `narrate` and `summary`; this module only arranges.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.maps import style, summary, words
from muui_maps.maps.fonts import measure
from muui_maps.maps.identity import identity
from muui_maps.maps.narrate import Badge, Step, StepLine, Vouch, ride_names
from muui_maps.maps.parts import (
    BADGE_HEIGHT,
    LONGEST_USUAL_LABEL,
    Block,
    badge_width,
    block,
    bullet,
    bullet_width,
    centred,
    draw_badge,
    draw_badges,
    level_plate,
    other,
    said,
    shifted,
    tile,
)
from muui_maps.maps.scene import Circle, Icon, Mark, Polyline, Rect, Scene, Weight, Words
from muui_maps.maps.theme import themed
from muui_maps.model import Endpoint, LinkKind, Route, Station, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

MARGIN = 32.0
CARD_X, PAD = 108.0, 26.0
TEXT_X = 202.0  # where the acts of a card begin, beside their pictograms
RAIL_X = 64.0  # the route, down the left edge
GAP = 16.0  # between cards

KEY: tuple[tuple[Vouch, Text, Text], ...] = (
    ("surveyed", Text("조사", "survey"), Text("현장에서 잼", "measured on site")),
    ("official", Text("공식", "official"), Text("기관 자료", "published data")),
    ("derived", Text("계산", "derived"), Text("자료에서 셈", "computed")),
    ("unknown", Text("모름", "unknown"), Text("자료에 없음", "not in the data")),
    ("differs", Text("다름", "differ"), Text("자료가 서로 다름", "sources differ")),
)


def cards_scene(
    station: Station,
    route: Route,
    steps: Sequence[Step],
    *,
    lang: str,
    plan_b: Mapping[str, Route | None] | None = None,
    as_of: str | None = None,
    datasets: Mapping[str, Text] | None = None,
    theme: style.Theme = "light",
    large_print: bool = False,
) -> Scene:
    """The step cards of a route, 720 wide and as high as they need.

    Parameters
    ----------
    steps
        Of the same route, from `narrate`.
    lang
        `ko` or `en`: the language in large letters.
    plan_b
        For units of the route: the route without them, or None if there is none.
    as_of
        The date to print, ISO; nothing is printed without one.
    datasets
        Names of datasets by id, for the list of sources.
    theme
        `light`, `dark` or `contrast`.
    large_print
        Nothing under 18 points when printed on A4, instead of 16.
    """
    scale = style.LARGE_CARDS if large_print else 1.0
    page = _Page(station, route, lang, style.CARD_WIDTH / scale)
    page.header()
    page.totals()
    page.banners()
    page.time_bar()
    page.steps(steps)
    page.notes(Text("정보가 서로 달라요", "Sources differ"), "≠", summary.differences(station, route, steps))
    page.notes(Text("엘리베이터가 멈추면", "If a lift is out"), "B", summary.plan_b_notes(station, route, plan_b or {}))
    page.notes(Text("장애인 화장실", "Accessible toilets"), "toilet", summary.toilet_notes(station, route))
    page.unknowns(summary.unknowns(route))
    page.key()
    page.sources(summary.sources(route, datasets), as_of)
    title = summary.transfer_title(station, route)
    scene = Scene(
        id=f"cards-{station.id}-{route.start.key}-{route.end.key}-{lang}",
        width=page.width,
        height=round(page.y + 40, 2),
        lang=lang,
        title=said(title, lang),
        description=" ".join([said(summary.headline(station, route), lang), *(said(s.text, lang) for s in steps)]),
        marks=tuple(page.marks),
        scale=scale,
        facts=identity(station, route, "cards", as_of=as_of, theme=theme, large_print=large_print),
    )
    return themed(scene, theme)


def _marked(line: StepLine, lang: str) -> str:
    return said(line.marked, lang)


@dataclass
class _Page:
    """A page that grows downwards."""

    station: Station
    route: Route
    lang: str
    width: float = style.CARD_WIDTH
    y: float = 44.0
    marks: list[Mark] = field(default_factory=list)

    @property
    def right(self) -> float:
        return self.width - MARGIN

    @property
    def card_width(self) -> float:
        return self.right - CARD_X

    # ── small helpers ───────────────────────────────────────────────────────

    def put(self, *marks: Mark) -> None:
        self.marks += marks

    def pair(
        self,
        text: Text,
        x: float,
        y: float,
        *,
        width: float,
        size: float = style.MAIN,
        small: float = style.SECOND,
        weight: Weight = "regular",
        fill: str = style.INK,
        soft: str = style.MUTED,
        role: str | None = None,
    ) -> tuple[list[Mark], float]:
        """A text in large letters and the other language small below it, and their height."""
        first = block(
            said(text, self.lang), size=size, width=width, weight=weight, fill=fill, lang=self.lang, role=role
        )
        marks = list(first.at(x, y))
        second = self.second(text, width=width, size=small, fill=soft)
        if second is None:
            return marks, first.height
        marks += second.at(x, y + first.height + 2)
        return marks, first.height + 2 + second.height

    def second(self, text: Text, *, width: float, size: float = style.SECOND, fill: str = style.MUTED) -> Block | None:
        """A text in the other language; None if it would only repeat the first."""
        lang = other(self.lang)
        plain = said(text, lang).replace("**", "")
        if not plain or plain == said(text, self.lang).replace("**", ""):
            return None
        return block(plain, size=size, width=width, fill=fill, lang=lang)

    def rule(self, y: float, x: float, right: float, *, strong: bool = False) -> None:
        ink, width = (style.INK, 3.0) if strong else (style.HAIRLINE, 1.0)
        self.put(Polyline(((x, y), (right, y)), ink, width, rounded=False))

    # ── header ──────────────────────────────────────────────────────────────

    def header(self) -> None:
        icon = "wheelchair" if self.route.profile.wheels else "walk"
        self.put(tile(icon, MARGIN + 1, self.y + 2, 54))
        marks, height = self.pair(
            summary.kicker(self.route), MARGIN + 70, self.y - 5, width=self.right - MARGIN - 70, size=26, weight="bold"
        )
        self.put(*marks)
        self.y += max(height, 56) + 14
        self._name()
        self._ends()
        self.rule(self.y, MARGIN, self.right, strong=True)

    def _name(self) -> None:
        name = words.station_text(self.station)
        first, second = said(name, self.lang), said(name, other(self.lang))
        room = self.right - MARGIN
        size = next((s for s in (88.0, 76.0, 64.0, 54.0) if measure(first, s, "bold") <= room), 46.0)
        big = block(first, size=size, width=room, weight="bold", lang=self.lang, role="station", leading=1.16)
        self.put(*big.at(MARGIN - size * 0.03, self.y))
        beside = big.width + 26 + measure(second, 36) <= room and big.height < size * 1.5
        if beside:
            self.put(
                Words(
                    MARGIN + big.width + 24, self.y + size * 0.94, second, 36, fill=style.MUTED, lang=other(self.lang)
                )
            )
        self.y += big.height + 8
        if not beside:
            self.put(Words(MARGIN, self.y + 28, second, 32, fill=style.MUTED, lang=other(self.lang)))
            self.y += 60

    def _ends(self) -> None:
        """From and to: side by side if both are short, else one below the other."""
        start, end = self._end(self.route.start), self._end(self.route.end)
        arrow = 92.0
        if start.width + arrow + end.width <= self.right - MARGIN:
            self.put(*start.at(MARGIN, self.y))
            x = MARGIN + start.width
            self.put(Icon("arrow", x + 20, self.y + 9, 52, style.ROUTE, role="arrow"))
            self.put(*end.at(x + arrow, self.y))
            self.y += max(start.height, end.height) + 34
            return
        self.put(*start.at(MARGIN, self.y))
        self.y += start.height + 12
        tip = self.y + 30
        self.put(Polyline(((MARGIN + 34, self.y), (MARGIN + 34, tip)), style.ROUTE, 6))
        head = ((MARGIN + 20, tip - 13), (MARGIN + 34, tip), (MARGIN + 48, tip - 13))
        self.put(Polyline(head, style.ROUTE, 6, role="arrow"))
        self.y += 44
        self.put(*end.at(MARGIN, self.y))
        self.y += end.height + 34

    def _end(self, endpoint: Endpoint) -> _Piece:
        """Bullet and direction: the next station large, the other language and the terminus below."""
        marks: list[Mark]
        if endpoint.line is None:
            marks, x = [tile("outside", 0, 0, 68)], 82.0
            label, below = summary.endpoint_text(self.station, endpoint), None
        else:
            marks, x = list(bullet(endpoint.line, 0, 34, 33)), bullet_width(endpoint.line, 33) + 16
            label = words.towards(self.station, endpoint.line, endpoint.direction)
            below = words.terminus(self.station, endpoint.line, endpoint.direction)
        first, second = said(label, self.lang), said(label, other(self.lang))
        room = self.right - MARGIN - x
        top = block(first, size=31, width=room, weight="bold", lang=self.lang, role="direction")
        bottom = block(second, size=20, width=room, fill=style.MUTED, lang=other(self.lang))
        marks += top.at(x, 0)
        marks += bottom.at(x, top.height - 2)
        width, height = x + max(top.width, bottom.width), top.height + bottom.height
        if below is not None:
            last = block(self._terminus(below), size=20, width=room, fill=style.MUTED)
            marks += last.at(x, height - 2)
            width, height = max(width, x + last.width), height + last.height
        return _Piece(tuple(marks), width, max(height, 68.0))

    def _terminus(self, of: Text) -> str:
        """`진접행 · Jinjeop` / `to Jinjeop · 진접행`: short, so that both ends stand side by side."""
        name = of.en.removeprefix("terminus ")
        return f"{of.ko} · {name}" if self.lang == "ko" else f"to {name} · {of.ko}"

    # ── totals ──────────────────────────────────────────────────────────────

    def totals(self) -> None:
        cells = self._cells()
        pad = next((pad for pad in (28.0, 20.0, 14.0) if self._fits(cells, pad)), None)
        half = (len(cells) + 1) // 2
        for row in [cells] if pad else [cells[:half], cells[half:]]:
            self._totals_row(row, pad or 28.0)
            self.rule(self.y, MARGIN, self.right)
        self.y += 26

    def _fits(self, row: Sequence[_Cell], pad: float) -> bool:
        return sum(self._cell_width(cell) + pad for cell in row) - pad / 2 <= self.right - MARGIN

    def _totals_row(self, row: Sequence[_Cell], pad: float) -> None:
        widths = [self._cell_width(cell) + pad for cell in row]
        spare = max(0.0, self.right - MARGIN - sum(widths)) / len(row)
        x, top, bottom = MARGIN, self.y, self.y + 162
        for index, (cell, width) in enumerate(zip(row, widths, strict=True)):
            if index:
                self.put(Polyline(((x, top + 2), (x, bottom)), style.HAIRLINE, 1.5, rounded=False))
            inset = x + (pad / 2 if index else 0)
            number = measure(cell.figure, 60, "bold")
            role = f"total:{cell.key}"
            self.put(
                Words(inset, top + 72, cell.figure, 60, "bold", role=role),
                Words(inset + number + 5, top + 72, said(cell.unit, self.lang), 27, "bold", lang=self.lang),
                Words(inset, top + 111, said(cell.label, self.lang), 22, "bold", lang=self.lang, role=role),
                Words(
                    inset, top + 138, said(cell.label, other(self.lang)), 20, fill=style.MUTED, lang=other(self.lang)
                ),
            )
            x += width + spare
        self.y = bottom

    def _cell_width(self, cell: _Cell) -> float:
        figure = measure(cell.figure, 60, "bold") + 5 + measure(said(cell.unit, self.lang), 27, "bold")
        labels = (
            measure(said(cell.label, self.lang), 22, "bold"),
            measure(said(cell.label, other(self.lang)), 20),
        )
        return max(figure, *labels)

    def _cells(self) -> list[_Cell]:
        of = summary.totals(self.route)
        cells = [self._minutes_cell(of)]
        figure, _, unit = summary.metres_text(of).partition(" ")
        cells.append(_Cell("metres", figure, Text(unit, unit), summary.length_label(of)))
        times = Text("번", "")
        lifts = Text("엘리베이터", "lift" if of.lifts == 1 else "lifts")
        if of.lifts or not of.wheelchair_lifts:
            cells.append(_Cell("lifts", str(of.lifts), times, lifts))
        if of.wheelchair_lifts:
            cells.append(
                _Cell("wheelchair_lifts", str(of.wheelchair_lifts), times, Text("휠체어리프트", "wheelchair lift"))
            )
        gate = "gate" if of.gates == 1 else "gates"
        label = Text("개찰구", gate)
        if of.staff_calls:
            label = Text("개찰구, 호출", f"{gate}, call staff")
        cells.append(_Cell("gates", str(of.gates), times, label))
        return cells

    def _minutes_cell(self, of: summary.Totals) -> _Cell:
        if of.surveyed_min is not None:
            label = Text(f"조사 {of.surveyed_in}", f"surveyed {of.surveyed_in}")
            return _Cell("minutes", f"{of.surveyed_min:.0f}", Text("분", "min"), label)
        low, high = words.whole_minutes(of.seconds)
        figure = str(high) if low == high else f"{low}–{high}"
        return _Cell("minutes", figure, Text("분", "min"), Text("계산", "derived"))

    # ── banners ─────────────────────────────────────────────────────────────

    def banners(self) -> None:
        if (told := summary.outside(self.route)) is not None:
            self._banner(
                "outside",
                Text(f"**밖으로 나가요**  {told.ko}", f"**Goes outside:** {told.en}"),
                stroke=style.ROUTE,
                role="banner:outside",
            )
        for alert in summary.alerts(self.route):
            self._banner("warning", alert, stroke=style.INK, role="banner:alert")

    def _banner(self, icon: str, text: Text, *, stroke: str, role: str) -> None:
        marks, height = self.pair(text, MARGIN + 100, self.y + 18, width=self.right - MARGIN - 124)
        box = max(height + 36, 100.0)
        self.put(Rect(MARGIN, self.y, self.right - MARGIN, box, style.PAPER, stroke, 3, radius=16, role=role))
        mark = tile(icon, MARGIN + 24, self.y + (box - 58) / 2, 58)
        self.put(Icon(icon, mark.x, mark.y, 58, style.INK) if icon == "warning" else mark)
        offset = (box - 36 - height) / 2
        self.put(*(shifted(each, 0, offset) for each in marks))
        self.y += box + 16

    # ── time ────────────────────────────────────────────────────────────────

    def time_bar(self) -> None:
        self.y += 14
        parts = summary.time_parts(self.route)
        title = Text("시간이 드는 곳", "Where the time goes")
        first = said(title, self.lang)
        self.put(Words(MARGIN, self.y + 27, first, 24, "bold", lang=self.lang))
        range_ = words.minutes(self.route.seconds)
        badge = Badge("derived", Text(f"계산 {range_.ko}", f"derived {range_.en}"))
        width = badge_width(badge, self.lang)
        self.put(*draw_badge(badge, self.right - width, self.y, self.lang, ink=style.INK, ground=None))
        x = MARGIN + measure(first, 24, "bold") + 12
        if x + measure(said(title, other(self.lang)), 20) < self.right - width - 12:
            self.put(Words(x, self.y + 27, said(title, other(self.lang)), 20, fill=style.MUTED, lang=other(self.lang)))
        self.y += 48
        self._bar(parts)
        self.y += 92

    def _bar(self, parts: Sequence[summary.TimePart]) -> None:
        total = sum(part.seconds for part in parts) or 1.0
        room, height, x = self.right - MARGIN, 34.0, MARGIN
        label_x = MARGIN
        labels: list[tuple[float, summary.TimePart]] = []
        for part in parts:
            width = room * part.seconds / total
            self.put(*_segment(part.key, x, self.y, width, height))
            labels.append((x, part))
            x += width
        self.put(Rect(MARGIN, self.y, room, height, None, style.INK, 2.5, radius=8, role="time"))
        self.y += height + 10
        placed = self._label_places(labels)
        for label_x, part in placed:
            text = self._part_text(part)
            self.put(
                Words(label_x, self.y + 21, said(text, self.lang), 22, "bold", lang=self.lang, role=f"time:{part.key}"),
                Words(
                    label_x, self.y + 50, said(part.name, other(self.lang)), 20, fill=style.MUTED, lang=other(self.lang)
                ),
            )

    def _part_text(self, part: summary.TimePart) -> Text:
        minutes = Text(f"{part.minutes}분", f"{part.minutes} min") if part.minutes else Text("1분 미만", "< 1 min")
        return Text(f"{part.name.ko} {minutes.ko}", f"{part.name.en.split(',')[0]} {minutes.en}")

    def _label_places(self, labels: Sequence[tuple[float, summary.TimePart]]) -> list[tuple[float, summary.TimePart]]:
        """Labels under the start of their segment, pushed left so that the last one ends at the margin."""
        widths = [
            max(
                measure(said(self._part_text(part), self.lang), 22, "bold"),
                measure(said(part.name, other(self.lang)), 20),
            )
            for _, part in labels
        ]
        xs = [x + (8 if index else 0) for index, (x, _) in enumerate(labels)]
        limit = self.right
        for index in range(len(xs) - 1, -1, -1):
            xs[index] = max(MARGIN, min(xs[index], limit - widths[index]))
            limit = xs[index] - 20
        for index in range(1, len(xs)):
            xs[index] = max(xs[index], xs[index - 1] + widths[index - 1] + 16)
        return [(x, part) for x, (_, part) in zip(xs, labels, strict=True)]

    # ── cards ───────────────────────────────────────────────────────────────

    def steps(self, steps: Sequence[Step]) -> None:
        badges: list[tuple[float, int]] = []
        rail = len(self.marks)
        for step in steps:
            badges.append((self.y + 51, step.n))
            self._ride_card(step) if step.kind == "ride" else self._walk_card(step)
            self.y += GAP
        line = Polyline(((RAIL_X, badges[0][0]), (RAIL_X, badges[-1][0])), style.ROUTE, 10, role="route")
        self.marks.insert(rail, line)
        for y, n in badges:
            role = f"step:{n}"
            self.put(
                Circle(RAIL_X, y, 29, fill=style.PAPER),
                Circle(RAIL_X, y, 25, fill=style.ROUTE, role=role),
                Words(RAIL_X, centred(y, 30), str(n), 30, "bold", style.ON_ROUTE, anchor="middle", role=role),
            )
        self.y += 14

    def _boxed(self, draw: Callable[[], None], box: Callable[[float, float], Rect]) -> None:
        """Draw the content, then put its box behind it."""
        at, top = len(self.marks), self.y
        draw()
        self.marks.insert(at, box(top, self.y - top))

    def _walk_card(self, step: Step) -> None:
        self._boxed(
            lambda: self._walk_content(step),
            lambda top, height: Rect(
                CARD_X, top, self.card_width, height, style.PAPER, style.EDGE, 2, radius=18, role=f"leg:{step.leg}"
            ),
        )

    def _walk_content(self, step: Step) -> None:
        left, right = CARD_X + PAD, self.right - PAD
        self.y += 20
        self._card_head(step, left, right)
        for line in step.lines:
            if not line.quote:
                self.rule(self.y, left, right)
                self.y += 12
            self._act(line, left, right)
        self.rule(self.y, left, right)
        self.y += 16
        marks, height = draw_badges(step.evidence, right - left, self.lang)
        self.put(*(shifted(mark, left, self.y) for mark in marks))
        self.y += height + 20 if height else 4

    def _card_head(self, step: Step, left: float, right: float) -> None:
        top = self.y
        self.put(*level_plate(step.plate, left, top, step.level))
        metres = words.metres(step.length_m, step.length_method)
        self.put(Words(right, top + 31, metres, 34, "bold", anchor="end", role=f"metres:{step.leg}"))
        time = f"≈ {said(words.minutes(step.seconds), self.lang)}"
        width = measure(time, 20, "bold")
        self.put(
            Words(
                right, top + 58, time, 20, "bold", style.MUTED, anchor="end", lang=self.lang, role=f"minutes:{step.leg}"
            ),
            Polyline(((right - width, top + 66), (right, top + 66)), style.MUTED, 2, (6, 4), rounded=False),
        )
        x = left + 100
        room = right - max(width, measure(metres, 34, "bold")) - 20 - x
        title = block(
            said(step.title, self.lang), size=29, width=room - (46 if step.line else 0), weight="bold", lang=self.lang
        )
        self.put(*title.at(x, top - 4))
        if step.line is not None:
            last = max((mark.y for mark in title.marks), default=0.0)
            end = max((m.x + measure(m.text, m.size, m.weight) for m in title.marks if m.y == last), default=0.0)
            self.put(*bullet(step.line, x + end + 13, top - 4 + last - 10, 17))
        lang = other(self.lang)
        below = said(step.title, lang) + (f", {said(step.subtitle, lang)}" if step.subtitle else "")
        second = block(below, size=20, width=room, fill=style.MUTED, lang=lang)
        self.put(*second.at(x, top + title.height - 2))
        self.y = max(top + 80, top + title.height + second.height + 10)

    def _act(self, line: StepLine, left: float, right: float) -> None:
        if line.quote:
            self._quote(line, right)
            return
        ink = style.HAZARD if line.hazard else style.INK
        weight: Weight = "bold" if line.hazard else "regular"
        role = "hazard" if line.hazard else "act"
        text = Text(_marked(line, "ko"), _marked(line, "en"))
        top = self.y
        marks, height = self.pair(text, TEXT_X, top + 2, width=right - TEXT_X, weight=weight, fill=ink, role=role)
        if line.icon is not None:
            if line.icon == "warning" and not line.hazard:
                self.put(Icon("warning", left, top + 5, 50, style.INK))
            else:
                self.put(tile(line.icon, left, top + 5, 50, role=f"icon:{line.icon}"))
            height = max(height, 56)
        self.put(*marks)
        self.y = top + height + 16

    def _quote(self, line: StepLine, right: float) -> None:
        self.y -= 4
        x, width = TEXT_X, right - TEXT_X
        marks, height = self.pair(
            line.marked, x + 24, self.y + 14, width=width - 36, size=26, weight="bold", role="quote"
        )
        self.put(Rect(x, self.y, width, height + 28, style.ROUTE_TINT, radius=10))
        self.put(Rect(x, self.y, 6, height + 28, style.ROUTE))
        self.put(*marks)
        self.y += height + 28 + 18

    # ── rides ───────────────────────────────────────────────────────────────

    def _ride_card(self, step: Step) -> None:
        self._boxed(
            lambda: self._ride_content(step),
            lambda top, height: Rect(
                CARD_X, top, self.card_width, height, style.ROUTE, radius=18, role=f"leg:{step.leg}"
            ),
        )

    def _ride_content(self, step: Step) -> None:
        top = self.y
        x, right = CARD_X + 112, self.right - 144
        icon = {
            LinkKind.WHEELCHAIR_LIFT: "wheelchair_lift",
            LinkKind.ESCALATOR: "escalator",
            LinkKind.STAIRS: "stairs",
            LinkKind.MOVING_WALK: "moving_walk",
        }.get(step.link_kind or LinkKind.ELEVATOR, "lift")
        self.put(tile(icon, CARD_X + PAD + 2, top + 26, 66, inverse=True, role=f"icon:{icon}"))
        self.y = top + 20
        self._ride_title(step, x, right)
        for line in step.lines:
            if not (step.button and line.icon == "lift"):
                self._ride_line(line, x, self.right - 26 if self.y > top + 196 else right)
        self.y += 12
        time = words.minutes(step.seconds)
        badges = (*step.evidence, Badge("derived", time))
        wide = self.y > top + 196
        marks, height = draw_badges(badges, (self.right - 26 if wide else right) - x, self.lang, ink=style.ON_ROUTE)
        self.put(*(shifted(mark, x, self.y) for mark in marks))
        self.y = max(self.y + height + 24, top + 206)
        self._arrival(step, top)

    def _ride_title(self, step: Step, x: float, right: float) -> None:
        title = said(step.title, self.lang)
        kind, names = self._kind_and_names(step)
        start = x + measure(kind, 25, "bold") + 12
        size = next((s for s in (42.0, 36.0, 31.0) if start + measure(names, s, "bold") <= right), None)
        if names and size:
            role = f"unit:{step.unit}"
            self.put(Words(x, self.y + 46, kind, 25, "bold", style.ON_ROUTE, lang=self.lang))
            self.put(Words(start, self.y + 46, names, size, "bold", style.ON_ROUTE, lang=self.lang, role=role))
            self.y += 58
        else:
            first = block(
                title,
                size=32,
                width=right - x,
                weight="bold",
                fill=style.ON_ROUTE,
                lang=self.lang,
                role=f"unit:{step.unit}",
            )
            self.put(*first.at(x, self.y + 6))
            self.y += first.height + 10
        for lang in (self.lang, other(self.lang)):
            told = said(step.title, lang) if lang != self.lang else ""
            more = said(step.subtitle, lang) if step.subtitle else ""
            line = f"{told}, {more}" if told and more else told or more
            if line:
                below = block(
                    line, size=21 if lang == self.lang else 20, width=right - x, fill=style.ON_ROUTE_SOFT, lang=lang
                )
                self.put(*below.at(x, self.y))
                self.y += below.height + 2

    def _kind_and_names(self, step: Step) -> tuple[str, str]:
        """`엘리베이터` and `2 또는 4`, where the title begins with the kind."""
        units = {unit.id: unit for unit in self.station.units}
        numbered = all(words.is_numbered(units[unit]) for unit in (step.unit, *step.same_as) if unit in units)
        joined = said(words.either(ride_names(step, self.station)), self.lang)
        title = said(step.title, self.lang)
        if numbered and joined and title.endswith(joined) and title != joined:
            return title.removesuffix(joined).strip(), joined
        return title, ""

    def _ride_line(self, line: StepLine, x: float, right: float) -> None:
        self.y += 8
        text = Text(_marked(line, "ko"), _marked(line, "en"))
        marks, height = self.pair(
            text,
            x,
            self.y,
            width=right - x,
            size=26,
            weight="bold",
            fill=style.ON_ROUTE,
            soft=style.ON_ROUTE_SOFT,
            role="act",
        )
        self.put(*marks)
        self.y += height + 4

    def _arrival(self, step: Step, top: float) -> None:
        """The button to press, in a ring; for what has no buttons, the plate of the arrival."""
        x, y = self.right - 78, top + 74
        if step.button is not None:
            size = _label_size(step.button)
            role = f"button:{step.button}"
            self.put(
                Circle(x, y, 48.5, stroke=style.ON_ROUTE, stroke_width=3),
                Circle(x, y, 42, fill=style.PAPER, role=role),
                Words(x, centred(y, size), step.button, size, "bold", style.ROUTE, anchor="middle", role=role),
            )
            told = Text("누르기", "press")
        else:
            label = words.plate(step.to_level)
            size = _label_size(label)
            self.put(
                Rect(x - 42, y - 29, 84, 58, fill=style.PAPER, radius=8, role=f"level:{step.to_level}"),
                Words(x, centred(y, size), label, size, "bold", style.ROUTE, anchor="middle"),
            )
            told = Text("도착", "arrive")
        self.put(
            Words(x, top + 157, said(told, self.lang), 25, "bold", style.ON_ROUTE, anchor="middle", lang=self.lang),
            Words(
                x,
                top + 182,
                said(told, other(self.lang)),
                20,
                fill=style.ON_ROUTE_SOFT,
                anchor="middle",
                lang=other(self.lang),
            ),
        )

    # ── what stands below ───────────────────────────────────────────────────

    def notes(self, title: Text, sign: str, notes: Sequence[summary.Note]) -> None:
        if notes:
            self._section(title, sign, lambda: self._note_lines(notes))

    def unknowns(self, told: Sequence[Text]) -> None:
        between = "\N{NO-BREAK SPACE}· "
        text = Text(between.join(t.ko for t in told), between.join(t.en for t in told))
        self._section(Text("아직 몰라요", "Not known yet"), "?", lambda: self._paragraph(text), dash=(8, 6))

    def _section(self, title: Text, sign: str, content: Callable[[], None], *, dash: tuple[float, ...] = ()) -> None:
        self._boxed(
            lambda: self._section_content(title, sign, content),
            lambda top, height: Rect(
                MARGIN, top, self.right - MARGIN, height, style.PAPER, style.EDGE, 2, dash, 18, role=f"section:{sign}"
            ),
        )
        self.y += 28

    def _section_content(self, title: Text, sign: str, content: Callable[[], None]) -> None:
        x = MARGIN + 30
        self.y += 28
        if len(sign) > 1:
            self.put(tile(sign, x, self.y, 44))
        else:
            dots: tuple[float, ...] = (2, 4) if sign == "?" else ()
            self.put(
                Circle(x + 22, self.y + 22, 21, stroke=style.INK, stroke_width=3, dash=dots),
                Words(x + 22, centred(self.y + 22, 26), sign, 26, "bold", anchor="middle"),
            )
        first = said(title, self.lang)
        self.put(Words(x + 56, self.y + 33, first, 29, "bold", lang=self.lang))
        beside = x + 56 + measure(first, 29, "bold") + 12
        self.put(Words(beside, self.y + 33, said(title, other(self.lang)), 20, fill=style.MUTED, lang=other(self.lang)))
        self.y += 58
        content()
        self.y += 14

    def _note_lines(self, notes: Iterable[summary.Note]) -> None:
        x, width = MARGIN + 30, self.right - MARGIN - 60
        for note in notes:
            if said(note.heading, self.lang):
                head = block(said(note.heading, self.lang), size=24, width=width, weight="bold", lang=self.lang)
                self.put(*head.at(x, self.y))
                self.y += head.height + 2
            body = block(said(note.body, self.lang), size=25, width=width, lang=self.lang, leading=1.35)
            self.put(*body.at(x, self.y))
            self.y += body.height + 2
            lang = other(self.lang)
            heading = said(note.heading, lang)
            plain = said(note.body, lang).replace("**", "")
            below = f"{heading}: {plain}" if heading else plain
            small = block(below, size=20, width=width, fill=style.MUTED, lang=lang, leading=1.3)
            self.put(*small.at(x, self.y))
            self.y += small.height + 18

    def _paragraph(self, text: Text) -> None:
        x, width = MARGIN + 30, self.right - MARGIN - 60
        body = block(said(text, self.lang), size=25, width=width, lang=self.lang, leading=1.4)
        self.put(*body.at(x, self.y))
        self.y += body.height + 6
        small = block(
            said(text, other(self.lang)), size=20, width=width, fill=style.MUTED, lang=other(self.lang), leading=1.3
        )
        self.put(*small.at(x, self.y))
        self.y += small.height + 12

    def key(self) -> None:
        self.y += 8
        self.rule(self.y, MARGIN, self.right, strong=True)
        self.y += 22
        badge = max(badge_width(Badge(method, name), self.lang) for method, name, _ in KEY) + 12
        entry = badge + max(self._meaning_width(meaning) for _, _, meaning in KEY) + 24
        columns = 2 if 2 * entry <= self.right - MARGIN + 24 else 1
        for index, (method, name, meaning) in enumerate(KEY):
            x, y = MARGIN + (index % columns) * entry, self.y + (index // columns) * 68
            self.put(*draw_badge(Badge(method, name), x, y + 2, self.lang, ink=style.INK, ground=None))
            self.put(
                Words(x + badge, y + 17, said(meaning, self.lang), 20, "bold", lang=self.lang),
                Words(x + badge, y + 43, said(meaning, other(self.lang)), 20, fill=style.MUTED, lang=other(self.lang)),
            )
        self.y += -(-len(KEY) // columns) * 68 + 6

    def _meaning_width(self, meaning: Text) -> float:
        return max(measure(said(meaning, self.lang), 20, "bold"), measure(said(meaning, other(self.lang)), 20))

    def sources(self, told: Sequence[tuple[Text, Text]], as_of: str | None) -> None:
        listed = Text(
            ", ".join(f"{name.ko} {date.ko}" for name, date in told),
            ", ".join(f"{name.en} {date.en}" for name, date in told),
        )
        drawn = Text(f"**자료 기준일 {as_of}.** ", f"**Data as of {as_of}.** ") if as_of else Text("", "")
        go = summary.before_you_go()
        closing = Text(f"{drawn.ko}{go.ko} {go.en}", f"{drawn.en}{go.en} {go.ko}")
        head = Text("출처: ", "Sources: ")
        for text in (Text(f"{head.ko}{listed.ko}.", f"{head.en}{listed.en}."), summary.how_computed(), closing):
            paragraph = block(said(text, self.lang), size=20, width=self.right - MARGIN, lang=self.lang, leading=1.4)
            self.put(*paragraph.at(MARGIN, self.y))
            self.y += paragraph.height + 12


@dataclass(frozen=True, slots=True)
class _Cell:
    """One figure of the header."""

    key: str
    figure: str
    unit: Text
    label: Text


@dataclass(frozen=True, slots=True)
class _Piece:
    """Marks that begin at (0, 0)."""

    marks: tuple[Mark, ...]
    width: float
    height: float

    def at(self, x: float, y: float) -> Iterator[Mark]:
        return (shifted(mark, x, y) for mark in self.marks)


def _label_size(label: str) -> float:
    """Size of a level's label in the button ring: `BM12` is longer than `B1`."""
    return 36.0 if len(label) <= LONGEST_USUAL_LABEL else 28.0


def _segment(key: str, x: float, y: float, width: float, height: float) -> Iterator[Mark]:
    """A part of the time bar: solid for rides, hatched for moving, empty for gates."""
    role = f"time:{key}"
    if key == "riding":
        yield Rect(x, y, width, height, style.ROUTE, radius=8, role=role)
        yield Rect(x + width / 2, y, width / 2, height, style.ROUTE)
        return
    yield Rect(x, y, width, height, style.PAPER, role=role)
    if key == "moving":
        for index in range(1, int((width + height) / 12) + 1):
            yield from _stroke(x, y, width, height, index * 12.0)
    yield Polyline(((x, y), (x, y + height)), style.INK, 2, rounded=False)


def _stroke(x: float, y: float, width: float, height: float, at: float) -> Iterator[Mark]:
    """One slanted stroke of the hatching, cut to the segment."""
    low, high = max(0.0, at - height), min(width, at)
    if high - low > 1:
        yield Polyline(((x + low, y + (at - low)), (x + high, y + (at - high))), style.ROUTE, 2.5, rounded=False)


__all__ = ["BADGE_HEIGHT", "cards_scene"]
