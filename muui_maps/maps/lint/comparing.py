"""A drawing beside the same map drawn anew from the data: every difference that a traveller would go by.

Moving, restyling and rewording are a mapmaker's right. What may not differ is what is said: lines and their colours,
levels, doors, directions, figures, the number and order of the steps, and the warnings.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from muui_maps.maps import words
from muui_maps.maps.lint.claims import claims_of, line_of_colour
from muui_maps.model import Finding, Severity, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muui_maps.maps.lint.reading import Drawing, Seen

_BY_ROLE = (
    (r"station", "map_station"),
    (r"line:.*", "map_line"),
    (r"direction|terminus", "map_direction"),
    (r"total:.*|ribbon:.*", "map_total"),
    (r"metres:.*|minutes:.*|pill:.*", "map_figure"),
    (r"level:.*|button:.*|plate:.*|stop.*", "map_level"),
    (r"step:\d+|badge:\d+.*|badge-or:.*|leg:\d+", "map_step"),
    (r"unit:.*", "map_unit"),
    (r"door.*|label:door:.*|label:lift-door:.*", "map_door"),
)
_ROUTE = re.compile(r"leg:\d+|route|alternative:\d+")
_BULLET = re.compile(r"line:.*")
_COUNTED = re.compile(
    r"(?:symbol|label|braille|goes-on|leg|step|badge|gate|hazard|icon|stop|shaft|landing|banner|alternative|level|plate|line):.+"
    r"|crossing|train|street|route|traveller"
)

_WHAT = {
    "map_station": Text("역 이름", "the station's name"),
    "map_line": Text("노선", "a line"),
    "map_direction": Text("방면", "a direction"),
    "map_total": Text("머리의 합계", "a total of the header"),
    "map_figure": Text("거리나 시간", "metres or minutes"),
    "map_level": Text("층", "a level"),
    "map_step": Text("단계 번호", "the number of a step"),
    "map_unit": Text("설비 이름", "the name of a lift"),
    "map_door": Text("문 번호", "a door"),
    "map_exit": Text("출구 번호", "an exit"),
    "map_caption": Text("말", "the wording"),
}


def differences(expected: Drawing, actual: Drawing, file: str) -> list[Finding]:
    """What differs, in the order: words, marks, colours, order of the steps, places of words."""
    found = [
        *_words(expected, actual, file),
        *_marks(expected, actual, file),
        *_colours(expected, actual, file),
        *_order(expected, actual, file),
        *_places(expected, actual, file),
        *_aloud(expected, actual, file),
    ]
    return list(dict.fromkeys(found))


def texts(drawing: Drawing) -> list[Seen]:
    """Its texts, in drawing order."""
    return [mark for mark in drawing.marks if mark.text]


def squeezed(text: str) -> str:
    """A text without blanks: programs split and join them as they like."""
    return re.sub(r"\s+", "", text)


def added(expected: Drawing, actual: Drawing) -> list[Seen]:
    """Texts that the map drawn anew does not have."""
    return _without(texts(actual), texts(expected))


# ── words ────────────────────────────────────────────────────────────────────


def _words(expected: Drawing, actual: Drawing, file: str) -> Iterator[Finding]:
    roles = dict.fromkeys(each.role for each in texts(expected))
    for role in roles:
        ours = [each for each in texts(expected) if each.role == role]
        theirs = [each for each in texts(actual) if each.role == role]
        for should, does in _changes(ours, theirs, in_order=role in {"direction", "terminus"}):
            if should is not None and does is not None:
                yield _changed(role, should, does, file)
            elif should is not None:
                yield _missing(role, should.text, file)
            elif does is not None and role is not None:
                yield _doubled(role, does, file)


def _changes(
    ours: Sequence[Seen], theirs: Sequence[Seen], *, in_order: bool
) -> Iterator[tuple[Seen | None, Seen | None]]:
    """Pairs of what should stand there and what does; None for what is missing or too much.

    Programs raise and lower what they touch, so the order in the file counts only where it is all there is: which
    direction is the first.
    """
    if len(ours) == len(theirs):
        if not in_order:
            ours, theirs = _without(ours, theirs), _without(theirs, ours)
        yield from ((a, b) for a, b in zip(ours, theirs, strict=True) if squeezed(a.text) != squeezed(b.text))
        return
    matcher = SequenceMatcher(
        None, [squeezed(each.text) for each in ours], [squeezed(each.text) for each in theirs], autojunk=False
    )
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield from zip_longest(ours[i1:i2], theirs[j1:j2])


def _without(some: Sequence[Seen], others: Sequence[Seen]) -> list[Seen]:
    """Those that have no text of the others; each of the others stands for one."""
    left = Counter(squeezed(each.text) for each in others)
    found = []
    for each in some:
        if left[squeezed(each.text)]:
            left[squeezed(each.text)] -= 1
        else:
            found.append(each)
    return found


def code_of(role: str | None, should: str, does: str) -> str:
    """What kind of slip a changed text is: by what it stands for, else by what the two texts name."""
    for pattern, code in _BY_ROLE:
        if role is not None and re.fullmatch(pattern, role) and (code != "map_step" or should.isdigit()):
            return code  # a step's number; its sentences are what they name
    ours, theirs = claims_of(should), claims_of(does)
    for code, one, other in (
        ("map_line", ours.lines, theirs.lines),
        ("map_door", ours.doors, theirs.doors),
        ("map_level", ours.levels, theirs.levels),
        ("map_direction", ours.directions, theirs.directions),
        ("map_exit", ours.exits, theirs.exits),
    ):
        if one != other:
            return code
    return "map_figure" if re.findall(r"\d+", should) != re.findall(r"\d+", does) else "map_caption"


def _changed(role: str | None, should: Seen, does: Seen, file: str) -> Finding:
    code = code_of(role, should.text, does.text)
    what = _WHAT[code]
    severity = Severity.WARNING if code == "map_caption" else Severity.ERROR
    return Finding(
        code,
        severity,
        Text(
            f"{words.with_particle(what.ko, '이')} 자료와 달라요: “{does.text}”, 자료는 “{should.text}”",
            f"{what.en} differs from the data: “{does.text}”, the data say “{should.text}”",
        ),
        Text(f"{words.with_particle(f'“{should.text}”', '로')} 고쳐 주세요.", f"Correct it to “{should.text}”.")
        if severity is Severity.ERROR
        else Text("일부러 고쳤다면 그대로 두세요.", "Leave it, if it was meant."),
        file=file,
        row=does.row,
        field=role,
        value=does.text[:120],
    )


def _missing(role: str | None, text: str, file: str) -> Finding:
    step = role is not None and re.fullmatch(r"(?:step|badge|leg):\d+(?::text)?", role) is not None
    severity = Severity.WARNING if role is None else Severity.ERROR
    what = text or str(role)
    return Finding(
        "map_step_missing" if step else "map_missing",
        severity,
        Text(f"단계가 빠졌어요: {what}", f"a step is missing: {what}")
        if step
        else Text(f"지도에서 빠졌어요: “{what}”", f"missing from the map: “{what}”"),
        Text("지도를 다시 그리거나 그 부분을 되살려 주세요.", "Draw the map again, or put it back."),
        file=file,
        field=role,
        value=text[:120] or None,
    )


def _doubled(role: str, does: Seen, file: str) -> Finding:
    return Finding(
        "map_added",
        Severity.WARNING,
        Text(f"자료에 없는 것이 더 있어요: “{does.text}”", f"more than the data have: “{does.text}”"),
        Text("복사하며 생겼다면 지워 주세요.", "Delete it, if it is a leftover copy."),
        file=file,
        row=does.row,
        field=role,
        value=does.text[:120],
    )


# ── marks and colours ────────────────────────────────────────────────────────


def _marks(expected: Drawing, actual: Drawing, file: str) -> Iterator[Finding]:
    def counted(drawing: Drawing) -> Counter[str]:
        return Counter(m.role for m in drawing.marks if m.role and not m.text and _COUNTED.fullmatch(m.role))

    ours, theirs = counted(expected), counted(actual)
    for role, count in ours.items():
        if theirs[role] < count:
            yield _missing(role, "", file)


def _colours(expected: Drawing, actual: Drawing, file: str) -> Iterator[Finding]:
    inks = {m.role: (m.fill, m.stroke) for m in expected.marks if m.role and not m.text}
    for mark in actual.marks:
        if mark.role is None or mark.text or mark.role not in inks:
            continue
        for ours, theirs in zip(inks[mark.role], (mark.fill, mark.stroke), strict=True):
            if ours != theirs:
                yield from _recoloured(mark, ours, theirs, file)


def _recoloured(mark: Seen, ours: str, theirs: str, file: str) -> Iterator[Finding]:
    role, other = mark.role or "", line_of_colour(theirs)
    mend = Text(f"{ours}로 칠해 주세요.", f"Use {ours}.")
    if _BULLET.fullmatch(role) and line_of_colour(ours):
        name = words.line_text(role.partition(":")[2])
        message = Text(
            f"{name.ko} 표시의 색이 달라요: {theirs}", f"the bullet of {name.en} has another colour: {theirs}"
        )
        if other is not None:
            than = words.line_text(other)
            message = Text(
                f"{name.ko} 표시가 {than.ko} 색이에요", f"the bullet of {name.en} has the colour of {than.en}"
            )
        yield Finding("map_line_colour", Severity.ERROR, message, mend, None, file, None, mark.row, role, theirs)
    elif _ROUTE.fullmatch(role):
        if other is not None:
            than = words.line_text(other)
            message = Text(f"가는 길이 {than.ko} 색이에요", f"the way has the colour of {than.en}")
            yield Finding("map_route_colour", Severity.ERROR, message, mend, None, file, None, mark.row, role, theirs)
        elif theirs == "none" or ours == "none":
            message = Text("가는 길의 선이 보이지 않거나 달라요", "the line of the way is gone, or is another")
            yield Finding("map_route_colour", Severity.ERROR, message, mend, None, file, None, mark.row, role, theirs)


def _order(expected: Drawing, actual: Drawing, file: str) -> Iterator[Finding]:
    """Steps whose numbers have changed places: from one to the next, the way leads where it should."""

    def places(drawing: Drawing) -> dict[int, tuple[float, float]]:
        found = {}
        for mark in drawing.marks:
            if mark.tag == "circle" and (n := re.fullmatch(r"(?:step|badge):(\d+)", mark.role or "")):
                found[int(n[1])] = (mark.x + mark.width / 2, mark.y + mark.height / 2)
        return found

    ours, theirs = places(expected), places(actual)
    for first, second in pairwise(sorted(ours)):
        if first not in theirs or second not in theirs:
            continue
        steps = [b - a for a, b in zip(ours[first], ours[second], strict=True)]
        axis = 0 if abs(steps[0]) > abs(steps[1]) else 1
        moved = theirs[second][axis] - theirs[first][axis]
        if steps[axis] * moved < 0:
            yield Finding(
                "map_step_order",
                Severity.ERROR,
                Text(f"{first}단계와 {second}단계의 자리가 바뀌었어요", f"steps {first} and {second} changed places"),
                Text("번호를 제자리로 옮겨 주세요.", "Move the numbers back."),
                file=file,
                field=f"step:{second}",
            )


def _places(expected: Drawing, actual: Drawing, file: str) -> Iterator[Finding]:
    """Words that were moved from the card of their step onto another's."""

    def on_cards(drawing: Drawing) -> dict[tuple[str, str], list[str]]:
        cards = [m for m in drawing.marks if m.tag == "rect" and re.fullmatch(r"leg:\d+", m.role or "")]
        found: dict[tuple[str, str], list[str]] = {}
        for mark in drawing.marks:
            if mark.text and mark.role and not mark.role.startswith("step:"):
                card = next((card.role or "" for card in reversed(cards) if card.holds(mark.x, mark.y)), "")
                found.setdefault((mark.role, squeezed(mark.text)), []).append(card)
        return found if cards else {}

    ours, theirs = on_cards(expected), on_cards(actual)
    for (role, text), cards in ours.items():
        there = theirs.get((role, text), [])
        if len(there) != len(cards) or sorted(there) == sorted(cards):
            continue
        where = sorted((Counter(there) - Counter(cards)).elements())
        steps = ", ".join(str(int(card.partition(":")[2]) + 1) for card in where if card)
        yield Finding(
            "map_misplaced",
            Severity.ERROR,
            Text(
                f"{words.with_particle(f'“{text}”', '이')} 다른 단계의 카드에 있어요: {steps or '카드 밖'}",
                f"“{text}” stands on the card of another step: {steps or 'outside of the cards'}",
            ),
            Text("제 단계의 카드로 옮겨 주세요.", "Move it back to the card of its step."),
            file=file,
            field=role,
            value=text[:120],
        )


def _aloud(expected: Drawing, actual: Drawing, file: str) -> Iterator[Finding]:
    """The title and the description, which a screen reader reads in the picture's place."""
    for part, what in (("title", Text("제목", "title")), ("desc", Text("설명", "description"))):
        should, does = expected.facts.get(part, ""), actual.facts.get(part, "")
        if squeezed(should) == squeezed(does):
            continue
        named = words.with_particle(what.ko, "이")
        gone = Text(f"화면 낭독기가 읽을 {named} 없어요", f"no {what.en} for screen readers")
        other = Text(
            f"화면 낭독기가 읽을 {named} 자료와 달라요",
            f"the {what.en} for screen readers differs from the data",
        )
        yield Finding(
            "map_aloud",
            Severity.ERROR,
            other if does else gone,
            Text(f"<{part}>를 이렇게 써 주세요: {should}", f"Let <{part}> say: {should}"),
            file=file,
            field=part,
            value=does[:120] or None,
        )
