"""Which tables of a file hold observations, which the legs of transfers, which the visits above, and which nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from muui_maps.errors import InputRefusedError
from muui_maps.survey.fields import FIELDS, Part
from muui_maps.survey.own_layout import run_column
from muui_maps.survey.readers.grid import POINT, Grid, Opened
from muui_maps.survey.readers.header import Layout, last_part, layout_of
from muui_maps.survey.values import is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from muui_maps.survey.readers.mapping import Rules, Translation
    from muui_maps.survey.readers.repeats import Family
    from muui_maps.survey.rows import RowContext

_TARGETS = ("feature_id", "kind", "place_text")
INHERITED = frozenset(
    name for name, field in FIELDS.items() if field.part in {Part.SUBMISSION, Part.TARGET} and name != "submission_id"
)
"""What a row of a repeat takes from its visit: who, when and where, never what was seen."""
SAID = frozenset(name for name, field in FIELDS.items() if field.part in {Part.FACT, Part.REMARK})
"""What was seen."""
_LEG_MARKS = frozenset({"leg", "item"})
_RUN_HEAD_MARKS = frozenset({"from_line", "to_line"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person who imports says of a file, beside the file itself."""

    context: RowContext
    rules: Rules | None = None
    known_station: Callable[[str], str | None] | None = None
    mappings: Path | None = None

    def shelf(self) -> Iterator[Rules]:
        """The mapping files at hand, to say which of them fits a file that came without one."""
        from muui_maps.survey.readers.mapping import read_mapping

        for file in sorted(self.mappings.glob("*.toml")) if self.mappings is not None and self.rules is None else ():
            with suppress(InputRefusedError):  # a broken one says so when it is used
                yield read_mapping(file)


@dataclass(frozen=True, slots=True)
class Table:
    """A table, what its columns mean, and what it is used as."""

    grid: Grid
    layout: Layout
    translation: Translation | None
    used_as: str  # `observations`, `runs` (legs), `repeats` (visits, told by their children) or `ignored`

    @property
    def fields(self) -> frozenset[str]:
        return self.layout.fields | (self.translation.fields if self.translation else frozenset())

    def cells(self, row: Mapping[str, str]) -> dict[str, str]:
        """A row's cells under the schema's names, the blank ones left out."""
        cells = self.layout.cells(row)
        if self.translation is not None:
            cells |= {name: cell for name, cell in self.translation.cells(row).items() if not is_blank(cell)}
        return {name: cell for name, cell in cells.items() if not is_blank(cell)}


def tables_of(opened: Opened, family: Family, asked: Asked) -> list[Table]:
    """The tables of a file, each with its meaning."""
    found: list[Table] = []
    for grid in family.grids:
        translation = asked.rules.translation(opened, grid) if asked.rules is not None else None
        # A mapping says what the columns mean; the point that a geometry gives is no column of theirs.
        geometry = {POINT: POINT} if POINT in grid.header else {}
        columns = geometry if translation is not None else grid.columns
        found.append(Table(grid, layout_of(grid.header, columns=columns), translation, "ignored"))
    for at, table in enumerate(found):
        fields = set(table.fields)
        above = family.above[at]
        while above is not None:
            fields |= found[above].fields & INHERITED
            above = family.above[above]
        if table.grid.is_survey or (not missing(fields, asked.context) and table.fields & SAID):
            found[at] = replace(table, used_as="observations")
        if family.above[at] is not None and _holds_legs(at, family):
            found[at] = replace(table, used_as="runs")
    for at, table in enumerate(found):
        if table.used_as == "ignored" and _has_observing_child(at, family, found):
            found[at] = replace(table, used_as="repeats")
    return found


def _has_observing_child(at: int, family: Family, tables: Sequence[Table]) -> bool:
    return any(
        above == at
        and (tables[child].used_as in {"observations", "runs"} or _has_observing_child(child, family, tables))
        for child, above in enumerate(family.above)
    )


def _holds_legs(at: int, family: Family) -> bool:
    """Whether a repeat holds the legs of a surveyed transfer, whose lines stand in the visit above."""
    own = {run_column(last_part(name)) for name in family.grids[at].header}
    above = family.above[at]
    heads: set[str] = set()
    while above is not None:
        heads |= {run_column(last_part(name)) for name in family.grids[above].header}
        above = family.above[above]
    return own >= _LEG_MARKS and heads >= _RUN_HEAD_MARKS


def missing(fields: Iterable[str], context: RowContext) -> tuple[str, ...]:
    """What a table of observations must tell and this one does not: when, of what, and what was seen."""
    known = {*fields, *(name for name, answer in context.defaults.items() if answer)}
    missing = [] if "observed_at" in known else ["observed_at"]
    missing += [] if known & set(_TARGETS) else ["feature_id"]
    return (*missing, *([] if known & SAID else ["note"]))
