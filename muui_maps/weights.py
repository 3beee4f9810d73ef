"""How much each measure counts when stations are ranked for field research: `data/choose.toml`, or somebody's own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from muui_maps.model import Text
from muui_maps.station_file import read_toml, refuse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Weight:
    """A measure's weight, the value at which it counts in full, and why."""

    weight: float
    full_at: float
    why: Text


def read_weights(file: Path, measures: Collection[str]) -> Mapping[str, Weight]:
    """The weights of a file, by measure.

    Parameters
    ----------
    measures
        The measures there are: the file names each of them, and no other.

    Raises
    ------
    InputRefusedError
        If the file can't be read, a measure is missing or unknown, or a number is none.
    """
    text, content = read_toml(file)
    for name in content:
        if name not in measures:
            raise refuse(
                file,
                code="config_key_unknown",
                row=_row(text, name),
                field=name,
                message=Text("이런 잣대는 없어요.", "there is no such measure."),
                fix=Text(f"있는 잣대: {', '.join(measures)}", f"Measures there are: {', '.join(measures)}"),
            )
    return {name: _weight(file, text, name, content.get(name)) for name in measures}


def _weight(file: Path, text: str, name: str, entry: object) -> Weight:
    shape = entry if isinstance(entry, dict) else {}
    weight, full_at, why = shape.get("weight"), shape.get("full_at"), shape.get("why", {"ko": "", "en": ""})
    words = isinstance(why, dict) and set(why) == {"ko", "en"} and all(isinstance(each, str) for each in why.values())
    if (
        words
        and set(shape) <= {"weight", "full_at", "why"}
        and _number(weight)
        and _number(full_at)
        and weight >= 0
        and full_at > 0
    ):
        return Weight(float(weight), float(full_at), Text(why["ko"], why["en"]))
    raise refuse(
        file,
        code="config_value",
        row=_row(text, name),
        field=name,
        value=None if entry is None else str(entry),
        message=Text("잣대의 모양이 맞지 않아요.", "a measure is not in the form it must have."),
        fix=Text(
            f"[{name}] 아래에 weight(0 이상)와 full_at(0보다 큰 수)을 적으세요.",
            f"Below [{name}] write weight (0 or more) and full_at (above 0).",
        ),
    )


def _number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _row(text: str, name: str) -> int | None:
    return next((n for n, line in enumerate(text.splitlines(), 1) if line.strip() == f"[{name}]"), None)
