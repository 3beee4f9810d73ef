"""Levels and units in Korean and English, as messages about routes name them."""

from __future__ import annotations

from muui_maps.model import STREET, Text, Unit
from muui_maps.profiles import KIND_NAMES, UNIT_LINKS
from muui_maps.wording import line_text


def level_text(level: str) -> Text:
    """A level in words: `7:B3` → 7호선 B3 / Line 7 B3."""
    if level == STREET:
        return Text("바깥", "street")
    line, _, label = level.partition(":")
    label = "?" if label.startswith("?") else label  # two unknown floors of a line are told apart in ids alone
    return Text(f"{line_text(line).ko} {label}", f"{line_text(line).en} {label}")


def unit_text(unit: Unit) -> Text:
    """A unit in words: `4호선 엘리베이터 외부 1` / `Line 4 lift Outside 1`."""
    kind = KIND_NAMES[UNIT_LINKS[unit.kind]]
    line = line_text(unit.line)
    return Text(f"{line.ko} {kind.ko} {unit.name.ko}", f"{line.en} {kind.en} {unit.name.en}")
