"""Repeats: one visit with many things looked at, in the four ways in which programs write that.

    Kobo, Ona (XLSX)   a child sheet whose `_parent_index` is its parent's `_index`
    ODK Central (CSV)  a child file whose `PARENT_KEY` is its parent's `KEY`
    Ona (CSV)          columns `lifts[1]/kind`, `lifts[2]/kind` … in the parent's own row
    GeoPackage         a table with `note_uuid` or `notes_uuid` beside the table `notes` with `uuid`

All become the same: nodes with a parent, so that a child takes the visit's date, station and surveyor from above.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.survey.readers.grid import Grid, Line
from muui_maps.survey.values import is_blank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_INDEXED = re.compile(r"\[(\d+)\]")


@dataclass(slots=True)
class Node:
    """A row among its family. `ordinal` is its number among its parent's rows of the same table, from 1.

    `orphan` says that the row names a parent that is not there.
    """

    table: int
    line: Line
    parent: Node | None = None
    ordinal: int = 1
    orphan: str | None = None
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Family:
    """The tables of a file as trees of rows. `above` is the table above each, None for those at the top."""

    grids: tuple[Grid, ...]
    above: tuple[int | None, ...]
    nodes: tuple[tuple[Node, ...], ...]

    def is_parent(self, table: int) -> bool:
        return table in self.above


def family_of(grids: Sequence[Grid]) -> Family:
    """The rows of all tables of a file, each below its parent."""
    flat = [piece for grid in grids for piece in unfolded(grid)]
    tables = [grid for grid, _ in flat]
    above: list[int | None] = []
    starts: list[int] = []
    for at, (_, depth) in enumerate(flat):
        starts.append(at if depth == 0 else starts[-1])
        above.append(_above_unfolded(flat, at, starts[-1]) if depth else None)
    nodes = [tuple(Node(at, line) for line in grid.lines) for at, grid in enumerate(tables)]
    for at, (grid, depth) in enumerate(flat):
        if depth:
            _adopt_unfolded(nodes[at], (*nodes[starts[at]], *nodes[above[at] or 0]))
        else:
            above[at] = _link(at, grid, tables, nodes)
    _cut_circles(above, nodes)
    for generation in nodes:
        _count(generation)
    return Family(tuple(tables), tuple(above), tuple(nodes))


def _cut_circles(above: list[int | None], nodes: Sequence[Sequence[Node]]) -> None:
    """Tables that name one another as parents have none: no export does that, and walking up would never end."""
    over = [{node.parent.table for node in rows if node.parent is not None} for rows in nodes]
    for at, up in enumerate(above):
        over[at] |= set() if up is None else {up}
    for at, rows in enumerate(nodes):
        if at in _reached(at, over):
            above[at], over[at] = None, set()
            for node in rows:
                node.parent, node.orphan = None, node.orphan or "?"


def _reached(at: int, over: Sequence[set[int]]) -> set[int]:
    """All tables above a table, however far."""
    found: set[int] = set()
    waiting = list(over[at])
    while waiting:
        other = waiting.pop()
        if other not in found:
            found.add(other)
            waiting.extend(over[other])
    return found


def _count(nodes: Sequence[Node]) -> None:
    for node in nodes:
        if node.parent is not None:
            siblings = [child for child in node.parent.children if child.table == node.table]
            node.ordinal = len(siblings) + 1
            node.parent.children.append(node)


# ── `lifts[2]/kind` ──────────────────────────────────────────────────────────


def unfolded(grid: Grid) -> list[tuple[Grid, int]]:
    """A table with `lifts[2]/kind` columns as a table of visits and one for each repeat, with their depths."""
    if not any(_INDEXED.search(name) for name in grid.header):
        return [(grid, 0)]
    paths: dict[str, dict[tuple[str, ...], dict[str, str]]] = {}
    own: dict[str, str] = {}
    for name in grid.header:
        indices = tuple(_INDEXED.findall(name))
        bare = _INDEXED.sub("", name)
        if not indices:
            own[name] = name
            continue
        path = _INDEXED.sub("", name[: [m.end() for m in _INDEXED.finditer(name)][-1]])
        paths.setdefault(path, {}).setdefault(indices, {})[name] = bare
    top = replace(grid, header=tuple(own), lines=tuple(_kept(line, own) for line in grid.lines))
    pieces = [(top, 0)]
    for path, instances in sorted(paths.items()):
        header = tuple(dict.fromkeys(bare for names in instances.values() for bare in names.values()))
        lines = [
            _Instance(line.row, _kept(line, instances[indices]).cells, (line.row, *map(int, indices)))
            for line in grid.lines
            for indices in sorted(instances, key=lambda numbers: tuple(map(int, numbers)))
        ]
        filled = tuple(line for line in lines if any(not is_blank(cell) for cell in line.cells.values()))
        pieces.append((Grid(path, header, filled, header_row=grid.header_row, sheet=grid.sheet), path.count("/") + 1))
    return pieces


@dataclass(frozen=True, slots=True)
class _Instance(Line):
    """One repetition in a row: `at` is the row and its numbers, (5, 2, 1) for `lifts[2]/doors[1]` of row 5."""

    at: tuple[int, ...] = ()


def _kept(line: Line, names: Mapping[str, str]) -> Line:
    return Line(line.row, MappingProxyType({names[name]: cell for name, cell in line.cells.items() if name in names}))


def _above_unfolded(flat: Sequence[tuple[Grid, int]], at: int, start: int) -> int:
    """The nearest repeat that this one lies in, else the visits."""
    path = flat[at][0].name or ""
    for other in range(at - 1, start, -1):
        if path.startswith(f"{flat[other][0].name}/"):
            return other
    return start


def _adopt_unfolded(nodes: Sequence[Node], parents: Sequence[Node]) -> None:
    by_place = {_place(parent.line): parent for parent in parents}
    for node in nodes:
        place = _place(node.line)
        # A parent of which every cell is blank was left out: the visit itself is then above.
        node.parent = next((by_place[place[:n]] for n in range(len(place) - 1, 0, -1) if place[:n] in by_place), None)
        node.orphan = None if node.parent is not None else str(place[0])


def _place(line: Line) -> tuple[int, ...]:
    return line.at if isinstance(line, _Instance) else (line.row,)


# ── tables that name their parents ───────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Tie:
    """Which column of a table names which column of which other table."""

    column: str
    table: int
    parent_column: str


def _link(at: int, grid: Grid, tables: Sequence[Grid], nodes: Sequence[Sequence[Node]]) -> int | None:
    """Put each row of a table below the row that it names; the number of the table above."""
    ties = _ties(at, grid, tables)
    if not ties:
        if names_a_parent(grid.header):
            for node in nodes[at]:
                node.orphan = _named(node, ("PARENT_KEY", "_parent_index"))
        return None
    parents = [_by_cell(nodes[tie.table], tie.parent_column) for tie in ties]
    for node in nodes[at]:
        for tie, known in zip(ties, parents, strict=True):
            found = known.get(node.line.cells.get(tie.column, ""), ())
            if len(found) == 1:
                node.parent = found[0]
                break
        else:
            node.orphan = _named(node, tuple(tie.column for tie in ties))
    return ties[0].table


def _by_cell(nodes: Sequence[Node], column: str) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in nodes:
        if cell := node.line.cells.get(column):
            found.setdefault(cell, []).append(node)
    return found


def names_a_parent(header: Sequence[str]) -> bool:
    """Whether a table is a child of another, which may be in another file."""
    return bool({"PARENT_KEY", "_parent_index"} & set(header))


def _named(node: Node, columns: Sequence[str]) -> str:
    return next((node.line.cells[name] for name in columns if node.line.cells.get(name)), "?")


def _ties(at: int, grid: Grid, tables: Sequence[Grid]) -> list[_Tie]:
    header = set(grid.header)
    others = [(n, other) for n, other in enumerate(tables) if n != at]
    if "PARENT_KEY" in header:
        return [_Tie("PARENT_KEY", n, "KEY") for n, other in others if "KEY" in other.header and _is_above(grid, other)]
    if "_parent_index" in header:
        above = _parent_sheet(at, grid, tables)
        if above is None:
            return []
        by_index = _Tie("_parent_index", above, "_index")
        # The id of the submission outlives `_index`, which every export numbers anew.
        by_id = _Tie("_submission__uuid", above, "_uuid")
        is_top = "_parent_index" not in tables[above].header
        both = is_top and by_id.column in header and "_uuid" in tables[above].header
        return [by_index, by_id] if not both else [by_id, by_index]
    return [tie for n, other in others for tie in _foreign_keys(grid, n, other)]


def _is_above(grid: Grid, other: Grid) -> bool:
    """Whether some row of a table names a row of the other: nested repeats have keys of their own."""
    keys = {line.cells.get("KEY") for line in other.lines} - {None, ""}
    return any(line.cells.get("PARENT_KEY") in keys for line in grid.lines)


def _parent_sheet(at: int, grid: Grid, tables: Sequence[Grid]) -> int | None:
    """The sheet that a child names as its parent's, else the nearest one before it that is nobody's child."""
    named = {line.cells.get("_parent_table_name") for line in grid.lines} - {None, ""}
    for n, other in enumerate(tables):
        if n != at and other.name in named and "_index" in other.header:
            return n
    tops = [n for n, other in enumerate(tables) if "_index" in other.header and "_parent_index" not in other.header]
    return max((n for n in tops if n < at), default=tops[0] if tops else None)


def _foreign_keys(grid: Grid, n: int, other: Grid) -> list[_Tie]:
    """`note_uuid` of `notes_attachments` is `uuid` of `notes`, if every row finds one there."""
    if other.name is None or "uuid" not in other.header:
        return []
    ids = {line.cells.get("uuid") for line in other.lines} - {None, ""}
    stem = other.name.casefold()
    for name in grid.header:
        owner = name.casefold().removesuffix("_uuid")
        if owner == name.casefold() or owner not in {stem, stem.removesuffix("s")}:
            continue
        named = {line.cells.get(name) for line in grid.lines} - {None, ""}
        if named and named <= ids:
            return [_Tie(name, n, "uuid")]
    return []
