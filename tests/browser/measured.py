"""What a browser shows, measured; `picture_checks` judges the pictures, `page_faults` the page around them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from picture_checks import SLACK, Box, Mark, Picture

MEASURE = (Path(__file__).parent / "measure.js").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Shown:
    """A page around its pictures: its words (text, box, whether they may scroll), its width and the window's."""

    words: tuple[tuple[str, Box, bool], ...]
    wide: float
    window: float


def pictures_of(page: Any) -> tuple[Picture, ...]:
    """The pictures of a page, measured in one call."""
    return tuple(
        Picture(each["id"], each["width"], each["height"], tuple(_mark(mark) for mark in each["marks"]))
        for each in json.loads(page.evaluate(MEASURE, "pictures"))
    )


def words_of(page: Any) -> Shown:
    """The page around its pictures, measured in one call."""
    got = json.loads(page.evaluate(MEASURE, "words"))
    words = tuple((each["text"], Box(*each["box"]), each["clipped"]) for each in got["words"])
    return Shown(words, got["wide"], got["window"])


def _mark(got: dict[str, Any]) -> Mark:
    points = tuple((x, y) for x, y in got.get("points", ()))
    return Mark(**(got | {"box": Box(*got["box"]), "points": points}))


# ── pages ────────────────────────────────────────────────────────────────────


def page_faults(shown: Shown) -> list[str]:
    """What is wrong with the page around the pictures: wider than its window, words cut off or over each other."""
    faults = []
    if shown.wide > shown.window + 1:
        faults.append(f"the page is {shown.wide:.0f} wide in a window of {shown.window:.0f}")
    faults += [
        f"“{text}” leaves the window"
        for text, box, clipped in shown.words
        if not clipped and (box.left < -SLACK or box.right > shown.window + SLACK)
    ]
    return [*faults, *_page_overlaps([(text, box) for text, box, clipped in shown.words if not clipped])]


def _page_overlaps(words: Sequence[tuple[str, Box]]) -> Iterator[str]:
    rows = sorted(words, key=lambda each: each[1].top)
    for n, (text, box) in enumerate(rows):
        for other, below in rows[n + 1 :]:
            if below.top > box.bottom:
                break
            if box.overlaps(below, slack=2.0):
                yield f"“{text}” and “{other}” overlap"
