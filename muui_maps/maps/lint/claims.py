"""What the words of a drawing claim: lines, levels, doors, directions, exits and metres that a text names.

Maps drawn by hand have no roles, only words: these are laid beside what the station has. Each kind of claim is a
small pattern in Korean and English, so that a caption copied from another station's map is found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.maps import style, words
from muui_maps.maps.parts import bullet_label
from muui_maps.model import Finding, Severity, Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from muui_maps.maps.lint.reading import Seen
    from muui_maps.model import Route, Station

_NAMED_LINES = tuple(name for name in style.LINE_COLOURS if not name.isdigit())
_LINE = re.compile(r"(?<!\d)0?(\d{1,2})\s?호선|\bLines?\s(\d{1,2})\b")
_LEVEL = re.compile(r"(?<![A-Za-z0-9])(B\d{1,2}|\d{1,2}F)(?![A-Za-z0-9])|지하\s?(\d)\s?층|(?<!하\s)(?<!\d)(\d)\s?층")
_DOOR = re.compile(
    r"(?<![\d-])(\d{1,2}-\d)(?![\d-])(?=\s?(?:번\s?)?문|·\d)|(?<=door )(\d{1,2}-\d)\b|(?<=doors )(\d{1,2}-\d)\b"
)
_BARE_DOOR = re.compile(r"\d{1,2}-\d")
_DIRECTION = re.compile(r"([가-힣0-9()·]+?)\s?방(?:면|향)")
_FOR = re.compile(r"(?:\bLine \d{1,2} |^)for ([A-Z][\w.'’()-]*(?: [A-Z0-9][\w.'’()-]*)*)")
_EXIT = re.compile(r"(?<![\d-])(\d{1,2}(?:-\d)?)번\s?출구|\bexit (\d{1,2}(?:-\d)?)\b")
_METRES = re.compile(r"(?<![\d.])(\d{1,4})\s?(?:m|미터)(?![A-Za-z²])")
_TOTAL = re.compile(r"총|합계|전체|total", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a text names."""

    lines: frozenset[str]
    levels: frozenset[str]
    doors: frozenset[str]
    directions: frozenset[str]
    exits: frozenset[str]
    metres: tuple[int, ...]


def claims_of(text: str) -> Claims:
    """What one text names; a text that is a door and nothing else (`10-1`) names that door."""
    lines = {a or b for a, b in _LINE.findall(text)} | {name for name in _NAMED_LINES if name in text}
    levels = {plate or (f"B{below}" if below else f"{above}F") for plate, below, above in _LEVEL.findall(text)}
    doors = {a or b or c for a, b, c in _DOOR.findall(text)}
    if _BARE_DOOR.fullmatch(text.strip()):
        doors.add(text.strip())
    directions = {name for name in _DIRECTION.findall(text) if name not in {"양", "양쪽", "반대"}}
    directions |= set(_FOR.findall(text))
    exits = {a or b for a, b in _EXIT.findall(text)}
    return Claims(
        lines=frozenset(lines),
        levels=frozenset(levels),
        doors=frozenset(doors),
        directions=frozenset(directions),
        exits=frozenset(exits),
        metres=tuple(int(each) for each in _METRES.findall(text)),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """What a station has that a text could name."""

    station: Text
    lines: frozenset[str]
    levels: frozenset[str]
    doors: frozenset[str]
    directions: frozenset[str]
    exits: frozenset[str]


def known_of(station: Station, route: Route | None = None, told: Iterable[str] = ()) -> Known:
    """What there is to name.

    Parameters
    ----------
    route, told
        With a way and the words of its own cards, the doors are those of this way alone.
    """
    doors = {f"{d.car}-{d.door}" for unit in station.units for d in unit.doors if d.door is not None}
    doors |= {f"{at[0]}-{at[1]}" for run in station.runs for at in (run.alight, run.board) if at and at[1]}
    if route is not None:
        doors = {door for text in told for door in claims_of(text).doors}
    labels = {label for level in station.levels for label in (level.label, *level.aliases) if label}
    labels |= {words.plate(stop) for unit in station.units for stop in unit.levels} | {"1F"}
    directions: set[str] = set()
    for each in station.directions:
        directions |= {each.next_station.ko, words.english(each.next_station), *each.aliases}
        if each.terminus is not None:
            directions |= {each.terminus.ko, words.english(each.terminus)}
    exits = {part for unit in station.units if unit.exit for part in unit.exit.split("·")} | set(station.exits)
    return Known(
        station=words.station_text(station),
        lines=frozenset(station.lines),
        levels=frozenset(labels),
        doors=frozenset(doors),
        directions=frozenset(directions),
        exits=frozenset(exits),
    )


def false_claims(texts: Sequence[Seen], known: Known, file: str) -> Iterator[Finding]:
    """Each thing that a text names and the station (or, for doors, this way) has not."""
    for seen in texts:
        said = claims_of(seen.text)
        for line in sorted(said.lines - known.lines):
            name = words.line_text(line)
            ko = f"{known.station.ko}에 없는 노선이에요: {name.ko}"
            en = f"{known.station.en} has no {name.en}"
            yield _finding("map_line", seen, file, Text(ko, en), known.lines)
        for code, claimed, there, what in (
            ("map_level", said.levels, known.levels, Text("층", "level")),
            ("map_door", said.doors, known.doors, Text("문", "door")),
            ("map_direction", said.directions, known.directions, Text("방면", "direction")),
            ("map_exit", said.exits, known.exits, Text("출구", "exit")),
        ):
            for value in sorted(claimed - there) if there else ():
                ko, en = f"자료에 없는 {what.ko}이에요: {value}", f"the data know no such {what.en}: {value}"
                yield _finding(code, seen, file, Text(ko.replace("출구이에요", "출구예요"), en), there)


def _finding(code: str, seen: Seen, file: str, message: Text, there: Iterable[str]) -> Finding:
    near = ", ".join(sorted(there)[:20]) or "–"
    return Finding(
        code,
        Severity.ERROR,
        message,
        Text(f"이 중에서 맞는 것으로 고쳐 주세요: {near}", f"Correct it to one of: {near}"),
        file=file,
        row=seen.row,
        field=seen.role,
        value=seen.text[:120],
    )


# ── colours and sums, without roles ──────────────────────────────────────────


def line_of_colour(colour: str) -> str | None:
    """The line that has a colour, if any."""
    return next((line for line, own in style.LINE_COLOURS.items() if own == colour), None)


def wrong_bullets(marks: Sequence[Seen], file: str) -> Iterator[Finding]:
    """Bullets in the colour of another line: a shape filled with a line's colour and a line's name on it."""
    shapes = [m for m in marks if m.tag in {"circle", "ellipse", "rect"} and line_of_colour(m.fill) and _may_be(m)]
    names = {
        name: line
        for line in style.LINE_COLOURS
        for name in (bullet_label(line, "ko"), bullet_label(line, "en"), words.line_text(line).ko)
    }
    for seen in marks:
        line = names.get(seen.text)
        if line is None or not _may_be(seen):
            continue
        below = next((shape for shape in reversed(shapes) if shape.holds(seen.x, seen.y)), None)
        other = line_of_colour(below.fill) if below is not None else None
        if below is None or other is None or other == line:
            continue
        ours, theirs = words.line_text(line), words.line_text(other)
        yield Finding(
            "map_line_colour",
            Severity.ERROR,
            Text(f"{ours.ko} 표시가 {theirs.ko} 색이에요", f"the bullet of {ours.en} has the colour of {theirs.en}"),
            Text(f"{style.line_colour(line)}로 칠해 주세요.", f"Fill it with {style.line_colour(line)}."),
            file=file,
            row=below.row,
            field=below.role,
            value=below.fill,
        )


def _may_be(seen: Seen) -> bool:
    """Whether a mark may belong to a bullet: numbers of steps don't, though they are numerals on a disc."""
    return seen.role is None or seen.role.startswith("line:")


def wrong_sum(marks: Sequence[Seen], file: str) -> Iterator[Finding]:
    """A total of metres that is not the sum of the parts in the same drawing; each part may be rounded."""
    total = next((each for each in marks if each.text and _is_total(each)), None)
    parts = [each for each in marks if each.text and _is_part(each, roles=total is not None and total.role is not None)]
    if total is None or not parts:
        return
    figures = [claims_of(part.text).metres for part in parts]
    claimed = re.search(r"\d+", total.text)
    if claimed is None or any(len(figure) != 1 for figure in figures) or "+" in total.text:
        return
    summed = sum(figure[0] for figure in figures)
    if abs(summed - int(claimed.group())) <= len(parts) / 2:
        return
    yield Finding(
        "map_sum",
        Severity.ERROR,
        Text(
            f"머리의 거리 {claimed.group()} m가 구간의 합 {summed} m와 달라요",
            f"the header says {claimed.group()} m, its parts add up to {summed} m",
        ),
        Text("틀린 쪽을 고쳐 주세요.", "Correct whichever is wrong."),
        file=file,
        row=total.row,
        field=total.role,
        value=total.text,
    )


def _is_total(seen: Seen) -> bool:
    if seen.role is not None:
        return seen.role == "total:metres" and seen.text[:1].isdigit()
    return bool(_TOTAL.search(seen.text)) and len(claims_of(seen.text).metres) == 1


def _is_part(seen: Seen, *, roles: bool) -> bool:
    if roles:
        return seen.role is not None and re.fullmatch(r"metres:\d+|pill:\d+:text", seen.role) is not None
    return seen.role is None and re.fullmatch(r"(?:≈\s?|약\s?)?\d{1,4}\s?(?:m|미터)", seen.text) is not None
