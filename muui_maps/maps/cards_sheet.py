"""The sheet that step cards are put on: it grows downwards, and sets a text in two languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.maps import style
from muui_maps.maps.parts import Block, block, other, said
from muui_maps.maps.scene import Mark, Polyline, Rect, Weight
from muui_maps.model import Route, Station, Text

if TYPE_CHECKING:
    from collections.abc import Callable

MARGIN = 32.0
CARD_X, PAD = 108.0, 26.0
TEXT_X = 202.0  # where the acts of a card begin, beside their pictograms
RAIL_X = 64.0  # the route, down the left edge
GAP = 16.0  # between cards


@dataclass
class Sheet:
    """Marks so far, and `y`, where the next ones go."""

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

    def boxed(self, draw: Callable[[], None], box: Callable[[float, float], Rect]) -> None:
        """Draw the content, then put its box behind it."""
        at, top = len(self.marks), self.y
        draw()
        self.marks.insert(at, box(top, self.y - top))
