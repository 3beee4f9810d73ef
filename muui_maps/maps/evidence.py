"""What vouches for each step, in little: signs at its number, and a list of all steps with the cards' badges.

The signs are those of the cards (`steps.MARKS`). Section and oblique have no room for the words beside each step: the
section says them in the list at its foot, and both say them to a screen reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.maps import style
from muui_maps.maps.parts import badge_height, badge_width, centred, draw_badge, said
from muui_maps.maps.scene import Circle, Mark, Words
from muui_maps.maps.steps import MARKS, Step, Vouch
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZE = 14.2
"""Of the words in the list and of the signs: 10 points on A3."""
NUMBER, BADGE_GAP, STEP_GAP, ROW_GAP = 29.0, 5.0, 20.0, 6.0

SIGN_WORDS: dict[Vouch, Text] = {
    "surveyed": Text("조사", "survey"),
    "official": Text("공식", "official"),
    "derived": Text("계산", "derived"),
    "unknown": Text("모름", "unknown"),
    "differs": Text("다름", "differs"),
}
"""What each sign says."""


def signs(step: Step) -> tuple[str, ...]:
    """The signs of a step's badges, each once, the surest first."""
    methods = {badge.method for badge in step.evidence}
    return tuple(mark for method, mark in MARKS.items() if method in methods)


def vouched(step: Step) -> Text | None:
    """The words of a step's badges, for who can't see them; None if nothing vouches for it."""
    texts = [badge.text for badge in step.evidence]
    if not texts:
        return None
    return Text(f"근거: {', '.join(text.ko for text in texts)}", f"Evidence: {', '.join(text.en for text in texts)}")


def signs_used(steps: Sequence[Step]) -> Text | None:
    """The signs at these steps with their words: `● 조사 · ■ 공식`; None if there are none."""
    used = [method for method in MARKS if any(badge.method == method for step in steps for badge in step.evidence)]
    told = [(MARKS[method], SIGN_WORDS[method]) for method in used]
    if not told:
        return None
    return Text(" · ".join(f"{m} {text.ko}" for m, text in told), " · ".join(f"{m} {text.en}" for m, text in told))


def evidence_list(steps: Sequence[Step], width: float, lang: str) -> tuple[tuple[Mark, ...], float]:
    """Each step's number followed by its badges, in rows, as marks that begin at (0, 0); and their height."""
    marks: list[Mark] = []
    x = y = 0.0
    row = badge_height(SIZE)
    for step in steps:
        if not step.evidence:
            continue
        widths = [badge_width(badge, lang, SIZE) + BADGE_GAP for badge in step.evidence]
        if x and x + NUMBER + sum(widths) > width:
            x, y = 0.0, y + row + ROW_GAP
        marks += _number(step.n, x, y + row / 2)
        x += NUMBER
        for badge, wide in zip(step.evidence, widths, strict=True):
            if x > NUMBER and x + wide > width:
                x, y = NUMBER, y + row + ROW_GAP
            marks += draw_badge(badge, round(x, 2), y, lang, ink=style.INK, ground=style.PAPER, size=SIZE)
            x += wide
        x += STEP_GAP
    return tuple(marks), y + row if marks else 0.0


def _number(n: int, x: float, y: float) -> Iterator[Mark]:
    yield Circle(round(x + 12, 2), y, 12, fill=style.ROUTE, role=f"evidence:{n}")
    yield Words(round(x + 12, 2), round(centred(y, SIZE), 2), str(n), SIZE, "bold", style.ON_ROUTE, "middle")


def told_steps(steps: Sequence[Step], lang: str) -> str:
    """Each step with what vouches for it, in sentences for a screen reader."""
    return " ".join(
        f"{step.n}. {said(step.title, lang)}. {said(text, lang)}." for step in steps if (text := vouched(step))
    )
