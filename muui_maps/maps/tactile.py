"""Plates to feel: each walk of a route on swell paper, black on white, with braille, and the key that explains it.

A plate shows one leg as a line from left to right with a symbol for each thing met, in the order met; a number in
braille stands below each symbol, and the pages of the key say what it is. Where the outline of the floor was measured,
the leg is drawn in its true place instead (`tactile_plan.py`). A plate shows nothing else: what fingers read must be
little. Lengths are millimetres on paper.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from muui_maps.maps import braille, summary, words
from muui_maps.maps import section_words as short
from muui_maps.maps.context import link_ends
from muui_maps.maps.identity import identity
from muui_maps.maps.parts import said
from muui_maps.maps.scene import Circle, Polyline, Rect, Scene
from muui_maps.maps.section_parts import Ride, Symbol, SymbolKind, Walk, parts_of
from muui_maps.maps.tactile_plan import floor_of, seen_of
from muui_maps.maps.tactile_rules import BLACK, GAP_MM, WHITE
from muui_maps.model import LinkKind, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muui_maps.maps.parts import Lang
    from muui_maps.maps.scene import Mark
    from muui_maps.model import Leg, Route, Station
    from muui_maps.network.layered import Layers

A4 = (297.0, 210.0)
A3 = (420.0, 297.0)
MARGIN = 15.0
SYMBOL = 9.0  # side of a symbol
ROUTE, EDGE = 2.4, 1.2  # widths of lines
PITCH = 32.0  # at least, from symbol to symbol
_ROW = 52.0  # from one line of symbols to the next
_TOP, _FOOT = 45.0, 25.0


@dataclass(frozen=True, slots=True)
class Item:
    """A symbol of a plate.

    Parameters
    ----------
    kind
        `train`, `lift`, `machine`, `outside`, `gate`, `crossing` or `hazard`: which symbol is drawn.
    node
        The node of the station where it is, if there is one: for plans.
    """

    kind: str
    text: Text
    node: str | None = None


@dataclass(frozen=True, slots=True)
class Plate:
    """One walk: its title, its symbols in the order met, and its metres."""

    leg: int
    level: str
    title: Text
    items: tuple[Item, ...]
    metres: Text


@dataclass(frozen=True, slots=True)
class Tactile:
    """All plates of a route in one language, the pages of their key, and the same as a plain list."""

    plates: tuple[Scene, ...]
    key: tuple[Scene, ...]
    text: str

    @property
    def scenes(self) -> tuple[Scene, ...]:
        return (*self.plates, *self.key)


def tactile(station: Station, route: Route, *, lang: Lang, layers: Layers | None = None) -> Tactile:
    """The plates of a route, on the floors of the station's layers where it has some.

    The pages of the key are in braille, which needs liblouis on this machine; without it they are left out, and the
    list says so.
    """
    plates = plates_of(station, route)
    facts = identity(station, route, "tactile")

    def told(scenes: tuple[Scene, ...], kind: str) -> tuple[Scene, ...]:
        return tuple(replace(each, facts=(*facts, ("page", f"{kind}{n}"))) for n, each in enumerate(scenes, 1))

    drawn = tuple(_scene(station, route, plate, n, len(plates), lang, layers) for n, plate in enumerate(plates, 1))
    key = _key_scenes(station, route, plates, lang)
    return Tactile(
        told(drawn, ""),
        told(key, "key-"),
        _list(station, route, plates, lang),
    )


# ── what stands on a plate ───────────────────────────────────────────────────


def plates_of(station: Station, route: Route) -> tuple[Plate, ...]:
    """The walks of a route with what is met on them."""
    parts = parts_of(station, route, {index: index + 1 for index in range(len(route.legs))})
    found = []
    for at, part in enumerate(parts):
        if not isinstance(part, Walk) or part.leg is None:
            continue
        before = parts[at - 1] if at else None
        after = parts[at + 1] if at + 1 < len(parts) else None
        found.append(_plate(station, route, part, before, after))
    return tuple(found)


def _plate(station: Station, route: Route, walk: Walk, before: object, after: object) -> Plate:
    leg = route.legs[walk.leg or 0]
    off, on = short.door_texts(station, route)
    towards = words.towards(station, route.end.line, route.end.direction)
    on = on or Text("열차 타기", "Board")
    on = Text(f"{on.ko}, {towards.ko}", f"{on.en}, {towards.en}")
    items: list[Item] = []
    if isinstance(before, Ride):
        items.append(_ride_item(before, came=True))
    gates = iter(
        link_ends(step.link, forward=step.forward)[0] for step in leg.traversals if step.link.kind is LinkKind.GATE
    )
    for symbol in walk.symbols:
        if symbol.kind in {SymbolKind.TRAIN, SymbolKind.STREET}:
            items.append(_end_item(symbol, first=not items and symbol is walk.symbols[0], doors=(off, on)))
        elif (item := _met_item(symbol)) is not None:
            items.append(replace(item, node=next(gates, None)) if item.kind == "gate" else item)
    if isinstance(after, Ride):
        items.append(_ride_item(after, came=False))
    level = walk.levels[0]
    names = words.together(short.place_texts(walk, level))
    called = level_words(level)
    return Plate(
        leg=walk.leg or 0,
        level=level,
        title=Text(f"{called.ko} {names.ko}".strip(), f"{called.en} {names.en}".strip()),
        items=tuple(items),
        metres=_metres(leg),
    )


def _metres(leg: Leg) -> Text:
    """Metres as they are read aloud: `40 m`, `약 70 m` where they are computed, `거리 모름`."""
    if leg.length_m is None:
        return Text("거리 모름", "distance unknown")
    told = words.metres(leg.length_m, leg.length_method)
    return Text(told.replace("≈ ", "약 "), told.replace("≈ ", "about "))


def level_words(level: str) -> Text:
    """A level as it is read aloud: `지하 3층` / `B3`, `3층` / `3F`."""
    plate = words.plate(level)
    if below := re.fullmatch(r"B(\d+)", plate):
        return Text(f"지하 {below[1]}층", plate)
    if above := re.fullmatch(r"(\d+)F", plate):
        return Text(f"{above[1]}층", plate)
    return Text(plate, plate)


def _end_item(symbol: Symbol, *, first: bool, doors: tuple[Text | None, Text | None]) -> Item:
    if symbol.kind is SymbolKind.STREET:
        return Item("outside", Text("바깥에서 출발", "start outside") if first else Text("바깥 도착", "outside"))
    off, on = doors
    told = off or Text("열차에서 내리기", "Get off") if first else on or Text("열차 타기", "Board")
    return Item("train", told)


def _met_item(symbol: Symbol) -> Item | None:
    kinds = {
        SymbolKind.HAZARD: "hazard",
        SymbolKind.CROSSING: "crossing",
        SymbolKind.GATE: "gate",
        SymbolKind.MACHINE: "machine",
    }
    text = short.caption(symbol)
    return Item(kinds[symbol.kind], text) if symbol.kind in kinds and text is not None else None


def _ride_item(ride: Ride, *, came: bool) -> Item:
    units = [unit for unit in (ride.unit, *ride.others) if unit is not None]
    name = words.units_text(units) if units else short.shaft_text(None, ride)
    kind = "lift" if ride.kind is LinkKind.ELEVATOR else "machine"
    label = words.plate(ride.from_level if came else ride.to_level)
    node = f"{ride.unit.id}@{words.plate(ride.to_level if came else ride.from_level)}" if ride.unit else None
    if came:
        return Item(kind, Text(f"{name.ko}에서 내리기", f"out of {name.en}"), node)
    to = level_words(ride.to_level)
    if kind == "lift":
        return Item(kind, Text(f"{name.ko}, {to.ko} 누르기", f"{name.en}, press {label}"), node)
    return Item(kind, Text(f"{name.ko}, {to.ko}", f"{name.en}, to {label}"), node)


# ── drawing ──────────────────────────────────────────────────────────────────


def _scene(  # noqa: PLR0917 - a plate and what it stands on
    station: Station, route: Route, plate: Plate, n: int, count: int, lang: Lang, layers: Layers | None
) -> Scene:
    """A plate: on A4, on A3 where the symbols need it."""
    nodes, seen = [item.node for item in plate.items], seen_of(layers, plate.level)
    in_place = ((each, floor_of(station, route, plate.leg, nodes, each, seen)) for each in (A4, A3))
    on_a4 = A4 if _rows(plate, A4) * _ROW <= A4[1] - _TOP - _FOOT else A3
    paper, floor = next((found for found in in_place if found[1] is not None), (on_a4, None))
    marks: list[Mark] = [*_title(station, plate, n, lang)]
    if floor is None:
        marks += _strip(plate, paper)
    else:
        marks += floor.marks
        for number, (item, at, up) in enumerate(zip(plate.items, floor.places, floor.above, strict=True), 1):
            marks += symbol_marks(item.kind, *at, number, above=up)
    marks += _unread(paper, lang)
    order = Text("순서대로 놓았어요. 길이와 방향은 실제와 달라요.", "In order only: lengths and turns are not true.")
    place = Text("실제 모양이에요.", "True to place.") if floor is not None else order
    told = [f"{number} {said(item.text, lang)}" for number, item in enumerate(plate.items, 1)]
    name = words.station_text(station)
    title = Text(
        f"{name.ko} {plate.title.ko}, 촉지도 {n}/{count}, 교정 전",
        f"{name.en} {plate.title.en}, tactile plate {n}/{count}, not proof-read",
    )
    return Scene(
        id=f"tactile-{station.id}-{route.start.key}-{route.end.key}-{n}-{lang}",
        width=paper[0],
        height=paper[1],
        lang=lang,
        title=said(title, lang),
        description=" ".join([". ".join([*told, said(plate.metres, lang)]) + ".", said(place, lang)]),
        marks=tuple(marks),
        background=WHITE,
        unit="mm",
    )


def _title(station: Station, plate: Plate, n: int, lang: Lang) -> Iterator[Mark]:
    """The plate's number, and its name where words can be put into braille."""
    name = words.station_text(station)
    title = Text(f"{name.ko} {plate.title.ko}", f"{name.en} {plate.title.en}")
    told = braille.translate([_plain(said(title, lang))], lang)
    cells = braille.number_cells(n) + (f" {told[0]}" if told else "")
    lines = braille.wrapped(cells, A4[0] - 2 * MARGIN)[:2]
    for row, line in enumerate(lines):
        y = MARGIN + row * braille.LINE_MM
        yield from braille.dots(line, MARGIN, y, ink=BLACK, role=f"braille:title:{row}")


def _unread(paper: tuple[float, float], lang: Lang) -> Iterator[Mark]:
    cells = braille.UNREAD[lang]
    x, y = paper[0] - MARGIN - braille.width_mm(cells), paper[1] - MARGIN - braille.HEIGHT_MM
    yield from braille.dots(cells, x, y, ink=BLACK, role="braille:unread")


def _per_row(paper: tuple[float, float]) -> int:
    return int((paper[0] - 2 * MARGIN - SYMBOL) // PITCH) + 1


def _rows(plate: Plate, paper: tuple[float, float]) -> int:
    return -(-len(plate.items) // _per_row(paper))


def _strip(plate: Plate, paper: tuple[float, float]) -> Iterator[Mark]:
    """The symbols on lines from left to right; a line that goes on ends in an open arrow."""
    per_row = _per_row(paper)
    rows = [plate.items[start : start + per_row] for start in range(0, len(plate.items), per_row)]
    free = paper[1] - _TOP - _FOOT - len(rows) * _ROW
    top = _TOP + max(0.0, free) / 2 + 10
    number = 0
    for row, items in enumerate(rows):
        y = top + row * _ROW
        room = paper[0] - 2 * MARGIN - SYMBOL
        more = row + 1 < len(rows)
        pitch = room / max(1, per_row - 1) if more or row else room / max(1, len(items) - 1)
        xs = [MARGIN + SYMBOL / 2 + index * pitch for index in range(len(items))]
        for index, (item, x) in enumerate(zip(items, xs, strict=True)):
            number += 1
            yield from symbol_marks(item.kind, x, y, number)
            if index + 1 < len(items):
                ends = (x + SYMBOL / 2 + GAP_MM + 1.4, xs[index + 1] - SYMBOL / 2 - GAP_MM - 1.4)
                yield Polyline(((ends[0], y), (ends[1], y)), BLACK, ROUTE, rounded=False, role=f"route:{number}")
        if more:
            yield from _goes_on(xs[-1], y + SYMBOL, number)


def _goes_on(x: float, y: float, number: int) -> Iterator[Mark]:
    """An open arrow down from the last symbol of a line: it goes on below, at the left."""
    left = x - 16.0
    yield Polyline(((left, y - 4), (left, y + 9.2)), BLACK, EDGE, rounded=False, role=f"goes-on:{number}")
    yield Polyline(
        ((left - 4, y + 5), (left, y + 9.2), (left + 4, y + 5)), BLACK, EDGE, rounded=False, role=f"goes-on:{number}"
    )


def symbol_marks(kind: str, x: float, y: float, number: int, *, above: bool = False) -> Iterator[Mark]:
    """A symbol centred on a point, with its number in braille below, or above."""
    role, half = f"symbol:{number}:{kind}", SYMBOL / 2
    if kind == "train":
        yield Circle(x, y, half, fill=BLACK, role=role)
    elif kind == "lift":
        inner = SYMBOL - 1.6
        yield Rect(x - inner / 2, y - inner / 2, inner, inner, None, BLACK, 1.6, role=role)
    elif kind == "machine":
        diamond = ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
        yield Polyline((*diamond, diamond[0], diamond[1]), BLACK, 1.2, rounded=False, role=role)
    elif kind == "outside":
        yield Circle(x, y, half - 0.8, stroke=BLACK, stroke_width=1.6, role=role)
    elif kind == "gate":
        for side in (-1, 1):
            yield Rect(x + side * 3.4 - 1.1, y - half, 2.2, SYMBOL, BLACK, role=role)
    elif kind == "crossing":
        for bar in (-1, 0, 1):
            yield Rect(x - half, y + bar * 3.4 - 0.6, SYMBOL, 1.2, BLACK, role=role)
    else:
        triangle = ((x, y - half), (x + half, y + half), (x - half, y + half))
        yield Polyline((*triangle, triangle[0]), BLACK, 1.4, fill=BLACK, closed=True, rounded=False, role=role)
    cells = braille.number_cells(number)
    left = x - braille.width_mm(cells) / 2
    top = y - half - 2 * GAP_MM - braille.HEIGHT_MM if above else y + half + 2 * GAP_MM
    yield from braille.dots(cells, left, top, ink=BLACK, role=f"label:{number}")


# ── the key ──────────────────────────────────────────────────────────────────

SYMBOLS = {
    "train": Text("채운 동그라미는 열차", "filled circle: train"),
    "lift": Text("네모는 엘리베이터", "square: lift"),
    "machine": Text("마름모는 다른 설비", "diamond: another machine"),
    "outside": Text("빈 동그라미는 바깥", "ring: outside"),
    "gate": Text("기둥 둘은 개찰구", "two posts: gate"),
    "crossing": Text("줄 셋은 횡단보도", "three bars: crossing"),
    "hazard": Text("세모는 주의", "triangle: careful"),
}


def _entries(station: Station, plates: Sequence[Plate], lang: Lang) -> Iterator[str]:
    """The key, line by line, in plain words."""
    yield said(words.station_text(station), lang)
    used = {item.kind for plate in plates for item in plate.items}
    yield from (said(text, lang) for kind, text in SYMBOLS.items() if kind in used)
    for n, plate in enumerate(plates, 1):
        yield f"{n} {said(plate.title, lang)}, {said(plate.metres, lang)}"
        yield from (f"{number} {said(item.text, lang)}" for number, item in enumerate(plate.items, 1))


def _plain(text: str) -> str:
    """Words without signs that braille has not."""
    for sign, word in (("≈ ", ""), ("→", "-"), ("·", ", "), ("“", '"'), ("”", '"')):
        text = text.replace(sign, word)
    return " ".join(text.split())


def _key_scenes(station: Station, route: Route, plates: Sequence[Plate], lang: Lang) -> tuple[Scene, ...]:
    entries = [_plain(entry) for entry in _entries(station, plates, lang)]
    told = braille.translate(entries, lang)
    if told is None:
        return ()
    lines: list[tuple[str, float]] = []
    for cells in told:
        for n, line in enumerate(braille.wrapped(cells, A4[0] - 2 * MARGIN - 2 * braille.CELL_MM)):
            lines.append((line, 2 * braille.CELL_MM if n else 0.0))
    a_page = int((A4[1] - 2 * MARGIN - 2 * braille.LINE_MM) // braille.LINE_MM)
    pages = [lines[start : start + a_page] for start in range(0, len(lines), a_page)]
    return tuple(_key_scene(station, route, page, entries, (n, len(pages)), lang) for n, page in enumerate(pages, 1))


def _key_scene(  # noqa: PLR0917 - a page and what it says
    station: Station,
    route: Route,
    lines: Sequence[tuple[str, float]],
    entries: Sequence[str],
    page: tuple[int, int],
    lang: Lang,
) -> Scene:
    marks: list[Mark] = []
    for row, (line, indent) in enumerate(lines):
        y = MARGIN + row * braille.LINE_MM
        marks += braille.dots(line, MARGIN + indent, y, ink=BLACK, role=f"braille:{row}")
    marks += _unread(A4, lang)
    name = words.station_text(station)
    title = Text(f"{name.ko} 촉지도 설명 {page[0]}/{page[1]}", f"{name.en}, key of the plates {page[0]}/{page[1]}")
    return Scene(
        id=f"tactile-key-{station.id}-{route.start.key}-{route.end.key}-{page[0]}-{lang}",
        width=A4[0],
        height=A4[1],
        lang=lang,
        title=said(title, lang),
        description=". ".join(entries) + ".",
        marks=tuple(marks),
        background=WHITE,
        unit="mm",
    )


def _list(station: Station, route: Route, plates: Sequence[Plate], lang: Lang) -> str:
    """The same for sighted helpers, and whoever reads with a screen reader."""
    title = said(summary.transfer_title(station, route), lang)
    unread = Text(
        "교정 전: 점자를 읽는 사람이 아직 확인하지 않았어요.", "Not proof-read: no braille reader has checked it yet."
    )
    notes = [said(unread, lang)]
    if not braille.has_words():
        notes.append(
            said(
                Text(
                    "liblouis가 없어서 지도에는 번호만 점자로 있어요. 설명은 이 목록이에요.",
                    "Without liblouis the plates have numbers in braille alone; this list is their key.",
                ),
                lang,
            )
        )
    lines = [title, *notes, ""]
    used = {item.kind for plate in plates for item in plate.items}
    lines += [said(text, lang) for kind, text in SYMBOLS.items() if kind in used]
    for n, plate in enumerate(plates, 1):
        lines += ["", f"[{n}] {said(plate.title, lang)} · {said(plate.metres, lang)}"]
        lines += [f"  {number}. {said(item.text, lang)}" for number, item in enumerate(plate.items, 1)]
    return "\n".join(lines) + "\n"
