"""A layer whose place in the schema is known: its rows with key and floor, its columns under their official names."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field, replace
from itertools import repeat
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from muui_maps.sources.indoor_codes import (
    COLUMN_ALIASES,
    MISPRINTS,
    FloorSpan,
    LayerId,
    floor_span,
    layer_id,
    level_order,
)
from muui_maps.sources.indoor_mapping import COLUMNS, SKIP
from muui_maps.sources.indoor_notices import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from muui_maps.model import Finding
    from muui_maps.sources.indoor_mapping import ColumnMapping, LayerRule
    from muui_maps.sources.layers import Delivery, Geometries, Layer

Value = TypeVar("Value")

_NEEDED = {
    "RM": ("PRIMARYKEY", "KIND"),
    "FC": ("PRIMARYKEY", "KIND"),
    "LINE": ("PRIMARYKEY", "KIND", "FPOINT", "SPOINT"),
}
_EXPECTED = {
    "RM": ("FLOOR", "DIVISION", "NAME", "SKT"),
    "FC": ("FLOOR", "DIVISION", "NAME", "DIR", "FOREIGNKEY"),
    "LINE": ("FLOOR", "DIR", "HANDICAP", "SLP"),
    "POINT": ("FLOOR", "KIND"),
}
"""Columns whose absence is told: without the first ones a layer can't be read, without the others less is known."""

_NEAR = 0.6


class Row(NamedTuple):
    """A row that has a key of its own and a floor. `n` counts the rows of the sheet, `number` those of the file."""

    n: int
    number: int
    key: str
    span: FloorSpan
    record: str


@dataclass(slots=True)
class Reading:
    """What has been read of a delivery so far."""

    mapping: ColumnMapping
    findings: list[Finding] = field(default_factory=list)
    faults: list[Finding] = field(default_factory=list)  # for which the delivery is refused
    keys: dict[str, str] = field(default_factory=dict)  # key → the record that has it

    def sheet(self, layer: Layer) -> Sheet | None:
        """The layer in terms of the schema; None where it has no place in it, or lacks what it can't do without."""
        where: dict[str, Any] = {"file": layer.file, "layer": layer.name}
        rule = self.mapping.rule(layer.name)
        named = layer_id(layer.name)
        if rule is None and named is None:
            self.findings.append(notice("layer_unknown", **where))
            return None
        if rule is not None:
            floor = self.mapping.floor_of(layer.name, rule)
            named = LayerId("", floor or "", rule.division or "", rule.read_as)
        assert named is not None  # noqa: S101 - one of the two is there
        columns = self._columns(layer, rule, named.classify)
        if columns is None:
            return None
        found = floor_span(named.floor) if named.floor else None
        if named.floor and found is None:
            self.findings.append(notice("level_unknown", **where, value=named.floor))
            return None
        return Sheet(layer, named, found[0] if found else None, rule, columns, where)

    def note_rules(self, delivery: Delivery) -> None:
        """Layers that the mapping skips, and rules that no layer needs: a misspelt name, most often."""
        names = [*(layer.name for layer in delivery.layers), *delivery.unwanted]
        for name in delivery.unwanted:
            rule = self.mapping.rule(name)
            if rule is not None:
                self.findings.append(notice("layer_skipped", layer=name, why_ko=rule.why.ko, why_en=rule.why.en))
        for rule in self.mapping.layers:
            if rule.read_as != SKIP and not any(rule.match.fullmatch(name) for name in names):
                self.findings.append(notice("mapping_unused", field="match", value=rule.pattern))

    def _columns(
        self, layer: Layer, rule: LayerRule | None, classify: str
    ) -> Mapping[str, tuple[str | None, ...]] | None:
        """The layer's columns under their official names; None where one is missing that must be there."""
        where: dict[str, Any] = {"file": layer.file, "layer": layer.name}
        said = {**self.mapping.columns, **(rule.columns if rule else {})}
        columns = {official: layer.columns[theirs] for official, theirs in said.items() if theirs in layer.columns}
        for name, cells in layer.columns.items():
            official = COLUMN_ALIASES.get(name.upper().strip(), name.upper().strip())
            if official in columns or official in said or official not in COLUMNS:
                continue
            if rule is not None and official != name:
                continue  # another vocabulary: its `id` is not our ID
            columns[official] = cells
            if official != name:
                self.findings.append(notice("column_matched", **where, field=name, official=official))
        return self._complete(layer, rule, classify, columns)

    def _complete(
        self, layer: Layer, rule: LayerRule | None, classify: str, columns: dict[str, tuple[str | None, ...]]
    ) -> Mapping[str, tuple[str | None, ...]] | None:
        """The columns, if none is missing that must be there."""
        where: dict[str, Any] = {"file": layer.file, "layer": layer.name}
        said = {**self.mapping.columns, **(rule.columns if rule else {})}
        missing = [name for name in _NEEDED.get(classify, ("PRIMARYKEY",)) if name not in columns]
        if rule is not None and rule.kind is not None and "KIND" in missing:
            missing.remove("KIND")
        for name in missing:
            self.faults.append(notice("field_missing", **where, field=name, near=_near(said.get(name, name), layer)))
        if rule is None:  # a mapping knows what it left out
            for name in _EXPECTED.get(classify, ()):
                if name not in columns:
                    self.findings.append(notice("field_absent", **where, field=name, near=_near(name, layer)))
        return None if missing else columns


def _near(name: str, layer: Layer) -> str:
    """Columns that look like a name, for a person to find theirs."""
    folded = {column.casefold(): column for column in layer.columns}
    close = difflib.get_close_matches(name.casefold(), list(folded), 3, _NEAR)
    return ", ".join(folded[column] for column in close) or ", ".join(list(layer.columns)[:20]) or "–"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A layer and its place in the schema.

    Parameters
    ----------
    span
        Its floors by its name or its rule; None where each row says its own.
    columns
        Under their official names.
    delivered
        The shapes before they were moved into station metres; None while they are where they were.
    """

    layer: Layer
    id: LayerId
    span: FloorSpan | None
    rule: LayerRule | None
    columns: Mapping[str, tuple[str | None, ...]]
    where: Mapping[str, Any]
    delivered: Geometries | None = None

    def __len__(self) -> int:
        return len(self.layer.numbers)

    def with_layer(self, layer: Layer) -> Sheet:
        """The same sheet after its layer was moved and its strays taken out."""
        delivered = self.layer.geometries
        if len(layer.numbers) == len(self):
            return replace(self, layer=layer, delivered=delivered)
        kept = {number: n for n, number in enumerate(self.layer.numbers)}
        rows = [kept[number] for number in layer.numbers]
        columns = {name: tuple(cells[n] for n in rows) for name, cells in self.columns.items()}
        return replace(self, layer=layer, columns=columns, delivered=delivered[rows])

    def cells(self, column: str) -> tuple[str | None, ...]:
        """A column's texts; all None where it is absent."""
        return self.columns.get(column) or (None,) * len(self)

    def note(self, reading: Reading, code: str, row: Row | None = None, **words: Any) -> None:  # noqa: ANN401
        """Add a Finding about this layer or one of its rows."""
        number = row.number if row is not None else None
        reading.findings.append(notice(code, **self.where, row=number, **words))

    def rows(self, reading: Reading) -> list[Row]:
        """Rows that have a key that no row before them has, and a floor; the others are set aside and told."""
        self._note_conflicts(reading)
        keys = self.cells("PRIMARYKEY")
        numbers = self.layer.numbers
        records = [f"{self.layer.name}#{number}" for number in numbers]
        fresh = {key: record for key, record in zip(keys, records, strict=True) if key is not None}
        if len(fresh) == len(keys) and reading.keys.keys().isdisjoint(fresh):
            reading.keys.update(fresh)  # as good as always
            if self.span is not None:
                return list(map(Row._make, zip(range(len(keys)), numbers, fresh, repeat(self.span), records)))
            good: Iterable[int] = range(len(keys))
        else:
            good = [n for n in range(len(keys)) if self._has_own_key(n, records[n], reading)]
        if self.span is not None:
            span = self.span
            return [Row(n, numbers[n], keys[n] or "", span, records[n]) for n in good]
        spans = self._spans(good, reading)
        return [Row(n, numbers[n], keys[n] or "", span, records[n]) for n, span in spans]

    def _has_own_key(self, n: int, record: str, reading: Reading) -> bool:
        key = self.cells("PRIMARYKEY")[n]
        where = {**self.where, "row": self.layer.numbers[n], "field": "PRIMARYKEY"}
        if key is None:
            reading.findings.append(notice("id_missing", **where))
            return False
        if (first := reading.keys.setdefault(key, record)) != record:
            reading.findings.append(notice("id_duplicate", **where, value=key, first=first))
            return False
        return True

    def _spans(self, rows: Iterable[int], reading: Reading) -> Iterator[tuple[int, FloorSpan]]:
        """Rows with the floors that each says itself; one whose floor can't be read is set aside."""
        floors = self.cells("FLOOR")
        known: dict[str | None, FloorSpan | None] = {}
        for n in rows:
            text = floors[n]
            if text not in known:
                known[text] = self._read_span(text, self.layer.numbers[n], reading)
            span = known[text]
            if span is None:
                where = {**self.where, "row": self.layer.numbers[n], "field": "FLOOR"}
                reading.findings.append(notice("level_unknown", **where, value=text or ""))
            else:
                yield n, span

    def _read_span(self, text: str | None, number: int, reading: Reading) -> FloorSpan | None:
        found = floor_span(text) if text else None
        if found is None:
            return None
        span, is_by_the_rule = found
        if not is_by_the_rule:
            code = span.first if span.is_one else f"{span.first}–{span.last}"
            where = {**self.where, "row": number, "field": "FLOOR"}
            reading.findings.append(notice("level_text_read", **where, value=text, taken=code))
        return span

    def _note_conflicts(self, reading: Reading) -> None:
        """Rows that say something else than their layer's name."""
        if self.rule is not None:
            return
        said = {"FLOOR": self.id.floor, "DIVISION": self.id.division, "CLASSIFY": self.id.classify, "ID": self.id.ufid}
        for column, expected in said.items():
            cells = self.columns.get(column, ())
            if not set(cells) <= {expected, None}:
                for number, cell in zip(self.layer.numbers, cells, strict=True):
                    if cell is None or cell.upper() == expected:
                        continue
                    if column == "FLOOR" and (found := floor_span(cell)) and found[0] == self.span:
                        continue  # the same floor in other words
                    where = {**self.where, "row": number, "field": column}
                    reading.findings.append(notice("layer_conflict", **where, value=cell, expected=expected))

    def coded(self, reading: Reading, column: str, table: Mapping[str, Value]) -> list[Value | None]:
        """A column of codes by their table; an unknown one is told and stays unknown."""
        cells = self.columns.get(column)
        if cells is None:
            return [None] * len(self)
        known: dict[str | None, Value | None] = {None: None}
        for cell in dict.fromkeys(cells):
            if cell is None:
                continue
            code = cell.upper()
            for wrong, right in MISPRINTS:
                code = code.replace(wrong, right)
            if code in table:
                known[cell] = table[code]
            if code in table and code != cell:
                number = self.layer.numbers[cells.index(cell)]
                where = {**self.where, "row": number, "field": column}
                reading.findings.append(notice("code_misprint", **where, value=cell, taken=code))
        if len(known) <= len(set(cells) - {None}):
            for number, cell in zip(self.layer.numbers, cells, strict=True):
                if cell not in known:
                    where = {**self.where, "row": number, "field": column}
                    reading.findings.append(notice("code_unknown", **where, value=cell))
        return [known.get(cell) for cell in cells]


def between(span: FloorSpan, levels: set[str]) -> list[str]:
    """The levels from first to last that the delivery has anything on, bottom to top; the two ends always."""
    low, high = level_order(span.first), level_order(span.last)
    found = {level for level in levels if low <= level_order(level) <= high}
    return sorted(found | {span.first, span.last}, key=level_order)
