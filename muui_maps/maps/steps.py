"""Steps as data: what a person does on one floor or in one lift, in Korean and English, and what vouches for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from muui_maps.maps import words
from muui_maps.model import LinkKind, Method, Seconds, Text

Vouch = Literal["surveyed", "official", "derived", "unknown", "differs"]


MARKS: dict[Vouch, str] = {"surveyed": "●", "official": "■", "derived": "≈", "unknown": "?", "differs": "≠"}
"""The mark of each kind of badge."""


CONFLICTS: dict[str, Text] = {
    "gate_conflict": Text("개찰구 자료가 다름", "gate: sources differ"),
    "level_conflict": Text("층 이름이 다름", "floor: sources differ"),
    "length_conflict": Text("거리 자료가 다름", "length: sources differ"),
    "rides_conflict": Text("타는 횟수가 다름", "rides: sources differ"),
    "unit_levels_differ": Text("운행층이 다름", "levels: sources differ"),
    "height_conflict": Text("높이가 다름", "height: sources differ"),
    "door_mirror": Text("문 번호가 안 맞음", "door: sources differ"),
    "survey_conflict": Text("조사와 자료가 다름", "survey differs"),
    "registers_disagree": Text("승강기 자료가 다름", "lift: sources differ"),
}
"""Codes of findings that say that sources differ, and their badges."""


_RIDE_ICONS = {
    LinkKind.WHEELCHAIR_LIFT: "wheelchair_lift",
    LinkKind.ESCALATOR: "escalator",
    LinkKind.STAIRS: "stairs",
    LinkKind.MOVING_WALK: "moving_walk",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """What vouches for a step: a kind, the words after its mark, and the as-of date behind it, if any."""

    method: Vouch
    text: Text
    date: str | None = None

    @property
    def mark(self) -> str:
        """The sign that tells the kinds apart without colour."""
        return MARKS[self.method]


@dataclass(frozen=True, slots=True)
class StepLine:
    """One act.

    Parameters
    ----------
    icon
        A pictogram of `icons.py`, None for a sentence that belongs to the line before it.
    marked
        The words, with `**…**` around what to look for.
    hazard
        A bodily hazard: shown in red with a triangle.
    quote
        A sentence to say aloud.
    """

    icon: str | None
    marked: Text
    hazard: bool = False
    quote: bool = False

    @property
    def text(self) -> Text:
        """The words without marks."""
        return Text(self.marked.ko.replace("**", ""), self.marked.en.replace("**", ""))


@dataclass(frozen=True, slots=True)
class Step:
    """One leg of a route, told.

    Parameters
    ----------
    n
        Its number on the map, from 1; `n - 1` is its index in `route.legs`.
    kind
        `walk` on a level, or `ride`.
    level, to_level
        Ids of the levels where it starts and ends.
    title
        `4호선 승강장` / `Line 4 platform`, or the machine and its name: `엘리베이터 내부 1`.
    subtitle
        What tells it from others: the direction of a platform, the exit and levels of a lift; None if there is nothing.
    line
        The line whose bullet stands beside the title.
    lines
        The acts, in order.
    button
        What to press in a lift: the label of the arrival as that lift calls it.
    unit, same_as
        The unit ridden, and those that would do as well.
    length_m, length_method
        Metres moved; None if unknown or nothing is moved.
    text
        The whole step as plain sentences.
    """

    n: int
    kind: Literal["walk", "ride"]
    level: str
    to_level: str
    title: Text
    subtitle: Text | None
    line: str | None
    lines: tuple[StepLine, ...]
    button: str | None
    unit: str | None
    same_as: tuple[str, ...]
    length_m: float | None
    length_method: Method | None
    seconds: Seconds
    evidence: tuple[Badge, ...]
    text: Text
    link_kind: LinkKind | None = None

    @property
    def leg(self) -> int:
        """Index into `route.legs`."""
        return self.n - 1

    @property
    def ride_icon(self) -> str:
        """The pictogram of what is ridden."""
        return _RIDE_ICONS.get(self.link_kind or LinkKind.ELEVATOR, "lift")

    @property
    def plate(self) -> str:
        """What the level plate says."""
        return words.plate(self.level)
