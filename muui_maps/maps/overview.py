"""The overview of a station: every line with its levels, which lift stops where, gates, exits and toilets.

A chart for each line: its levels from top to bottom, its lifts and wheelchair lifts from left to right, each from stop
to stop. It needs no geometry, so every station has one, and what stands in a cell can't overlap what stands in another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.maps import style, summary, words
from muui_maps.maps.doors import doors_text
from muui_maps.maps.fonts import measure
from muui_maps.maps.identity import identity
from muui_maps.maps.parts import bullet, bullet_width, shifted
from muui_maps.maps.scene import Icon, Mark, Polyline, Rect, Scene, Words
from muui_maps.maps.section_boxes import wrapped
from muui_maps.maps.section_heights import heights_of
from muui_maps.maps.section_ink import tile
from muui_maps.maps.section_labels import PLATE_HEIGHT, PLATE_SIZE, plate_width
from muui_maps.maps.section_words import pair, sentence
from muui_maps.maps.theme import themed
from muui_maps.model import STOPPED, STREET, LinkKind, Text, UnitKind
from muui_maps.wording import STATUS_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muui_maps.maps.scene import Anchor, Weight
    from muui_maps.model import Level, Station, Unit

WIDTH, HEIGHT, MARGIN = 1684.0, 1191.0, 28.0
RIGHT = WIDTH - MARGIN
SIDE = 296.0  # of a chart: its levels with their names
COLUMN = 106.0
MOST_COLUMNS = 11
BETWEEN = 36.0
ICON, SHAFT = 34.0, 46.0
MAIN, SECOND, LEAST = 17.0, 15.0, 14.2
PAD = 14.0

_ICONS = {UnitKind.ELEVATOR: "lift", UnitKind.WHEELCHAIR_LIFT: "wheelchair_lift"}


def overview_scene(
    station: Station,
    *,
    lang: str,
    as_of: str | None = None,
    theme: style.Theme = "light",
    large_print: bool = False,
) -> Scene:
    """The overview, A3 landscape (1684 wide), higher where it needs the room.

    Parameters
    ----------
    lang
        `ko` or `en`: the language in large letters; the other one stands small below it.
    as_of
        The date to print, ISO; nothing is printed without one.
    theme, large_print
        As for the views of a route.
    """
    marks, y = _head(station, lang)
    blocks = [block for line in station.lines for block in _charts(station, line, lang)]
    y = _flow(marks, blocks, y + 26)
    y = _flow(marks, list(_lists(station, lang)), y + 22)
    note = Text(
        "층의 순서만 맞아요. 가로 자리는 뜻이 없어요. 떠나기 전에 운행을 확인하세요.",
        "Levels in order; places across mean nothing. Check that lifts run before you go.",
    )
    height = max(HEIGHT, y + 66)
    (first_lang, first), (other_lang, other) = pair(note, lang)
    date = {"ko": f" 자료 기준일 {as_of}.", "en": f" Data as of {as_of}."}[lang] if as_of else ""
    marks.append(Words(MARGIN, height - 42, first + date, 16, "bold", style.INK, lang=first_lang, role="note"))
    marks.append(Words(MARGIN, height - 18, other, LEAST, "regular", style.MUTED, lang=other_lang))
    name = words.station_text(station)
    title = Text(f"{name.ko} 한눈에 보기", f"{name.en}, overview")
    scene = Scene(
        id=f"overview-{station.id}-{lang}",
        width=WIDTH,
        height=round(height, 2),
        lang=lang,
        title=title.ko if lang == "ko" else title.en,
        description=_told(station, lang),
        marks=tuple(marks),
        scale=style.LARGE_SECTION if large_print else 1.0,
        facts=identity(station, None, "overview", as_of=as_of, theme=theme, large_print=large_print),
    )
    return themed(scene, theme)


def lifts_of(station: Station, line: str) -> tuple[Unit, ...]:
    """The lifts and wheelchair lifts that a line has, lifts first."""
    found = [unit for unit in station.units if unit.line == line and unit.kind in _ICONS]
    return tuple(sorted(found, key=lambda unit: (unit.kind is not UnitKind.ELEVATOR, unit.id)))


# ── head ─────────────────────────────────────────────────────────────────────


def _head(station: Station, lang: str) -> tuple[list[Mark], float]:
    name = words.station_text(station)
    (first_lang, first), (other_lang, other) = pair(name, lang)
    figures = _figures(station)
    room = RIGHT - MARGIN - 200 - 190 * len(figures)
    size = next((size for size in (54.0, 44.0, 36.0, 28.0) if measure(first, size, "bold") <= room), 22.0)
    marks: list[Mark] = [
        tile("wheelchair", MARGIN + 25, 58, 50, role="traveller"),
        Words(MARGIN + 66, 58 + size * 0.36, first, size, "bold", style.INK, lang=first_lang, role="station"),
        Words(MARGIN + 66, 58 + size * 0.36 + 30, other, 20, "regular", style.MUTED, lang=other_lang),
    ]
    x = RIGHT
    for figure, label in reversed(figures):
        (own_lang, own), (second_lang, second) = pair(label, lang)
        wide = max(measure(figure, 42, "bold"), measure(own, 17, "bold"), measure(second, 15)) + 34
        x -= wide
        marks.append(Words(round(x + 17, 2), 60, figure, 42, "bold", style.INK, role=f"total:{label.en}"))
        marks.append(Words(round(x + 17, 2), 86, own, 17, "bold", style.INK, lang=own_lang))
        marks.append(Words(round(x + 17, 2), 107, second, 15, "regular", style.MUTED, lang=second_lang))
    bottom = 132.0
    marks.append(Polyline(((MARGIN, bottom), (RIGHT, bottom)), style.INK, 2.5, role="rule"))
    return marks, bottom


def _figures(station: Station) -> list[tuple[str, Text]]:
    kinds = [unit.kind for unit in station.units]
    figures = [
        (str(len(station.lines)), Text("노선", "lines")),
        (str(kinds.count(UnitKind.ELEVATOR)), Text("엘리베이터", "lifts")),
        (str(kinds.count(UnitKind.WHEELCHAIR_LIFT)), Text("휠체어리프트", "wheelchair lifts")),
    ]
    if station.exits:
        figures.append((str(len(station.exits)), Text("아는 출구", "known exits")))
    return figures


# ── charts ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Block:
    """Marks from (0, 0) that take a width and height."""

    marks: tuple[Mark, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    weight: Weight
    fill: str
    lang: str


def _both(text: Text, lang: str, width: float, size: float, weight: Weight = "bold") -> list[_Line]:
    """A text in both languages, the map's own first, as lines that fit a width."""
    (first_lang, first), (other_lang, other) = pair(text, lang)
    small = SECOND if size > SECOND else LEAST
    lines = [_Line(line, size, weight, style.INK, first_lang) for line in wrapped(first, size, weight, width)]
    if other != first:
        said = wrapped(other, small, "regular", width)
        lines += [_Line(line, small, "regular", style.MUTED, other_lang) for line in said]
    return lines


def _set(
    lines: Sequence[_Line], x: float, y: float, *, anchor: Anchor = "start", role: str
) -> tuple[list[Mark], float]:
    """Lines below each other from a height on, and where they end."""
    marks: list[Mark] = []
    for line in lines:
        y += line.size * 1.24
        at = round(y - line.size * 0.28, 2)
        marks.append(Words(round(x, 2), at, line.text, line.size, line.weight, line.fill, anchor, line.lang, role=role))
    return marks, y


def _flow(marks: list[Mark], blocks: Sequence[Block], y: float) -> float:
    """Put blocks beside each other, in rows; where the last row ends."""
    x, deepest = MARGIN, y
    for block in blocks:
        if x > MARGIN and x + block.width > RIGHT:
            x, y = MARGIN, deepest + 30
        marks += [shifted(mark, x, y) for mark in block.marks]
        deepest = max(deepest, y + block.height)
        x += block.width + BETWEEN
    return deepest


def _charts(station: Station, line: str, lang: str) -> Iterator[Block]:
    """A line as one chart, or as several where it has more lifts than fit beside each other."""
    units = lifts_of(station, line)
    levels = _levels(station, line, units)
    for first in range(0, max(len(units), 1), MOST_COLUMNS):
        yield _Chart(station, line, levels, units[first : first + MOST_COLUMNS], lang).block(again=first > 0)


def _levels(station: Station, line: str, units: Sequence[Unit]) -> tuple[Level, ...]:
    """The levels of a line and those that its lifts reach, highest first."""
    reached = {level for unit in units for level in unit.levels}
    own = [level for level in station.levels if level.line == line or level.id in reached]
    heights = heights_of(station.levels, [level.id for level in own]).drawn
    return tuple(sorted(own, key=lambda level: (-heights[level.id], level.id)))


@dataclass(frozen=True, slots=True)
class _Chart:
    station: Station
    line: str
    levels: tuple[Level, ...]
    units: tuple[Unit, ...]
    lang: str

    def block(self, *, again: bool) -> Block:
        heads = [self._head(unit) for unit in self.units]
        top = 64.0 + max((height for _, height in heads), default=0.0)
        marks: list[Mark] = [*self._title(again=again)]
        rows: dict[str, tuple[float, float]] = {}
        y = top
        for level in self.levels:
            words_marks, high = self._row(level)
            high = max(high, ICON + 2 * PAD)
            rows[level.id] = (y, y + high)
            marks += [shifted(mark, 0, y) for mark in words_marks]
            y += high
        width = SIDE + COLUMN * max(len(self.units), 1)
        lines = [top, *(bottom for _, bottom in rows.values())]
        rules: list[Mark] = [Polyline(((0, round(at, 2)), (width, round(at, 2))), style.HAIRLINE, 1.5) for at in lines]
        for number, (unit, (head, high)) in enumerate(zip(self.units, heads, strict=True)):
            x = SIDE + COLUMN * number
            marks += [shifted(mark, x, top - high) for mark in head]
            marks += list(self._shaft(unit, x + COLUMN / 2, rows))
        if not self.units:
            told, bottom = self._none(top)
            marks += told
            y = max(y, bottom + PAD)
        return Block((*rules, *marks), width, y)

    def _title(self, *, again: bool) -> Iterator[Mark]:
        yield from bullet(self.line, 0, 24, 22, self.lang)
        text = words.line_text(self.line)
        more = Text(" (이어서)", " (continued)") if again else Text("", "")
        (first_lang, first), (other_lang, other) = pair(Text(text.ko + more.ko, text.en + more.en), self.lang)
        x = bullet_width(self.line, 22, self.lang) + 14
        yield Words(x, 24, first, 22, "bold", style.INK, lang=first_lang, role=f"chart:{self.line}")
        yield Words(x, 46, other, SECOND, "regular", style.MUTED, lang=other_lang)

    def _none(self, top: float) -> tuple[list[Mark], float]:
        text = Text("아는 엘리베이터가 없어요", "no lift known")
        return _set(_both(text, self.lang, COLUMN - 8, MAIN, "regular"), SIDE + 4, top + 6, role="none")

    # a column

    def _head(self, unit: Unit) -> tuple[list[Mark], float]:
        """The name of a lift over its column: exit, doors and whether it runs, as far as they are known."""
        y = 0.0
        marks: list[Mark] = []
        for text, size, weight in self._head_lines(unit):
            lines = _both(text, self.lang, COLUMN - 8, size, weight)
            made, y = _set(lines, COLUMN / 2, y, anchor="middle", role=f"unit:{unit.id}")
            marks += made
            y += 4
        return marks, y + 8

    def _head_lines(self, unit: Unit) -> Iterator[tuple[Text, float, Weight]]:
        plain = words.is_numbered(unit) and unit.number.isdigit()
        yield words.unit_text(unit) if plain else words.unit_short(unit), MAIN, "bold"
        if unit.exit is not None and words.is_numbered(unit):
            yield words.exit_text(unit.exit), LEAST, "regular"
        for direction in dict.fromkeys(door.direction for door in unit.doors):
            doors = sorted({(d.car, d.door) for d in unit.doors if d.direction == direction}, key=str)
            name, towards = doors_text(doors), words.towards(self.station, unit.line, direction)
            yield Text(f"{towards.ko} {name.ko}", f"{towards.en}: {name.en}"), LEAST, "regular"
        if unit.status in STOPPED:
            yield STATUS_WORDS[unit.status], LEAST, "bold"
        if not unit.in_register:
            yield Text("목록에 없음", "not in the register"), LEAST, "regular"

    def _shaft(self, unit: Unit, x: float, rows: dict[str, tuple[float, float]]) -> Iterator[Mark]:
        stops = [level for level in unit.levels if level in rows]
        ys = sorted((rows[level][0] + rows[level][1]) / 2 for level in stops)
        if not ys:
            return
        stopped = unit.status in STOPPED
        ink = style.UNUSED if stopped else style.ROUTE
        half = SHAFT / 2
        dash = (6.0, 4.0) if stopped or not unit.in_register else ()
        yield Rect(
            x - half,
            round(ys[0] - half, 2),
            SHAFT,
            round(ys[-1] - ys[0] + SHAFT, 2),
            fill=style.PAPER,
            stroke=ink,
            stroke_width=2,
            dash=dash,
            radius=12,
            role=f"shaft:{unit.id}",
        )
        called = {words.plate(level) for level in stops}  # of two floors called alike nobody knows that they are two
        if len(ys) > 1:
            yield Polyline(((x, round(ys[0], 2)), (x, round(ys[-1], 2))), ink, 6, role=f"travel:{unit.id}")
        for level, (top, bottom) in rows.items():
            y = round((top + bottom) / 2, 2)
            if level in stops:
                left, up = x - ICON / 2, y - ICON / 2
                yield Icon(
                    _ICONS[unit.kind], left, round(up, 2), ICON, style.PAPER, ink, role=f"stop:{unit.id}:{level}"
                )
            elif ys[0] < y < ys[-1] and words.plate(level) not in called:
                ends = ((x, y - 12), (x, y + 12))
                yield Polyline(ends, style.PAPER, 7, dash=(4, 4), rounded=False, role=f"pass:{unit.id}:{level}")

    # a row

    def _row(self, level: Level) -> tuple[list[Mark], float]:
        """The plate of a level, its places, and what stands there."""
        plate = words.plate(level.id)
        wide = plate_width(plate)
        known = level.elevation_m is not None or level.id == STREET
        marks: list[Mark] = [
            Rect(
                0,
                PAD,
                wide,
                PLATE_HEIGHT,
                fill=style.INK if known else style.PAPER,
                stroke=style.INK,
                stroke_width=2,
                dash=() if known else (5, 4),
                radius=7,
                role=f"plate:{level.id}",
            ),
            Words(
                round(wide / 2, 2),
                round(PAD + PLATE_HEIGHT / 2 + PLATE_SIZE * 0.355, 2),
                plate,
                PLATE_SIZE,
                "bold",
                style.PAPER if known else style.INK,
                "middle",
            ),
        ]
        left, y = max(wide, 62.0) + 14, PAD - 4
        for text in self._places(level):
            made, y = _set(_both(text, self.lang, SIDE - left - 12, MAIN), left, y, role=f"place:{level.id}")
            marks += made
            y += 4
        for icon, text, role in self._there(level):
            y += 6
            marks.append(tile(icon, left + 12, y + 13, 24, role=role))
            made, end = _set(_both(text, self.lang, SIDE - left - 46, SECOND), left + 32, y, role=role)
            marks += made
            y = max(end, y + 24)
        return marks, max(y, PAD + PLATE_HEIGHT) + PAD

    def _places(self, level: Level) -> list[Text]:
        """Its places, each name once; the directions of platforms with them."""
        if level.id == STREET:
            return [Text("바깥", "street")]
        found: dict[Text, list[Text]] = {}
        for place in self.station.places:
            if place.level == level.id:
                trains = [each for each in self.station.platforms if each.place == place.id]
                towards = [words.towards(self.station, each.line, each.direction) for each in trains]
                found.setdefault(words.place_text(place), []).extend(towards)
        texts = []
        for name, towards in found.items():
            there = words.together(towards) if towards else None
            texts.append(Text(f"{name.ko}: {there.ko}", f"{name.en}: {there.en}") if there else name)
        return texts

    def _there(self, level: Level) -> Iterator[tuple[str, Text, str]]:
        nodes = {node.id: node for node in self.station.nodes}
        gates = [
            link for link in self.station.links if link.kind is LinkKind.GATE and nodes[link.start].level == level.id
        ]
        if gates:
            calls = {link.staff_call for link in gates}
            if calls == {True}:
                yield "gate_staff", Text("개찰구, 역무원 호출", "gate, call staff"), f"gates:{level.id}"
            elif calls == {False}:
                yield "gate_tap", Text("개찰구, 카드 찍기", "gate, tap your card"), f"gates:{level.id}"
            else:
                yield "gate", Text("개찰구", "gate"), f"gates:{level.id}"
        for toilet in self.station.toilets:
            if toilet.level == level.id and toilet.line == self.line:
                side = {True: Text("개찰구 안", "inside the gates"), False: Text("개찰구 밖", "outside the gates")}
                where = side.get(toilet.paid_area) if toilet.paid_area is not None else None
                ko, en = "장애인 화장실", "accessible toilet"
                yield "toilet", Text(f"{ko}, {where.ko}", f"{en}, {where.en}") if where else Text(ko, en), "toilet"
        if level.id == STREET:
            for kind, name in _EXITS:
                exits = {unit.exit for unit in self.units if unit.exit and unit.kind is kind and STREET in unit.levels}
                if exits:
                    numbers = ", ".join(sorted(exits, key=_exit_order))
                    yield "exit", Text(f"{name.ko}: {numbers}", f"{name.en}: {numbers}"), f"exits:{kind.value}"


_EXITS = (
    (UnitKind.ELEVATOR, Text("엘리베이터 출구", "exits with a lift")),
    (UnitKind.WHEELCHAIR_LIFT, Text("휠체어리프트 출구", "exits with a wheelchair lift")),
)


def _exit_order(number: str) -> tuple[int, str]:
    head = number.split("-", maxsplit=1)[0].split("·", maxsplit=1)[0]
    return (int(head) if head.isdigit() else 999, number)


# ── lists ────────────────────────────────────────────────────────────────────


def _lists(station: Station, lang: str) -> Iterator[Block]:
    if station.exits:
        numbers = ", ".join(sorted(station.exits, key=_exit_order))
        yield _list("exit", Text("아는 출구", "Known exits"), [Text(numbers, numbers)], lang)
    walks = [
        Text(
            f"{words.line_text(a).ko} ↔ {words.line_text(b).ko}: {metres:.0f} m",
            f"{words.line_text(a).en} ↔ {words.line_text(b).en}: {metres:.0f} m",
        )
        for (a, b), metres in sorted(station.walking_transfer_m.items())
        if a < b
    ]
    if walks:
        title = Text("걷는 사람의 환승 거리(계단이 있을 수 있어요)", "Walkers' transfer distance (there may be stairs)")
        yield _list("walk", title, walks, lang)
    unplaced = [summary.toilet_note(each).body for each in station.toilets if each.level is None]
    if unplaced:
        plain = [Text(each.ko.replace("**", ""), each.en.replace("**", "")) for each in unplaced]
        yield _list("toilet", Text("장애인 화장실", "Accessible toilets"), plain, lang)
    if station.phones:
        phones = [
            Text(f"{words.line_text(line).ko} {phone}", f"{words.line_text(line).en} {phone}")
            for line, phone in sorted(station.phones.items())
        ]
        yield _list("phone", Text("역 전화", "Phone"), phones, lang)


def _list(icon: str, title: Text, items: Sequence[Text], lang: str) -> Block:
    (first_lang, first), (other_lang, other) = pair(title, lang)
    marks: list[Mark] = [
        tile(icon, 17, 18, 30, role=f"list:{icon}"),
        Words(44, 17, first, MAIN, "bold", style.INK, lang=first_lang),
        Words(44, 37, other, LEAST, "regular", style.MUTED, lang=other_lang),
    ]
    width, y = 44 + max(measure(first, MAIN, "bold"), measure(other, LEAST)), 46.0
    for item in items:
        lines = _both(sentence(item), lang, 440, SECOND)
        made, y = _set(lines, 44, y, role=f"list:{icon}:text")
        marks += made
        width = max(width, *(44 + measure(line.text, line.size, line.weight) for line in lines))
        y += 4
    return Block(tuple(marks), width, y + 6)


# ── in words ─────────────────────────────────────────────────────────────────


def _told(station: Station, lang: str) -> str:
    """All that the chart says, for a screen reader."""
    parts = [f"{label.ko if lang == 'ko' else label.en} {figure}." for figure, label in _figures(station)]
    for line in station.lines:
        name = words.line_text(line)
        parts.append(f"{name.ko if lang == 'ko' else name.en}:")
        for unit in lifts_of(station, line):
            text = words.unit_text(unit)
            stops = ", ".join(words.plate(level) for level in reversed(unit.levels))
            parts.append(f"{text.ko if lang == 'ko' else sentence(text).en}: {stops}.")
    return " ".join(parts)
