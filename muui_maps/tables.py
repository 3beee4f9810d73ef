"""Read and write the project's own tables: `data/facts/NAME.csv`, a row type of `facts.py` each.

The files are UTF-8 CSV with a header, one column for each field of the row type, in its order. An empty cell is None
(or the empty text, or no items); `|` separates items; a car door is `direction:car-door` (`상계:8-4`), or
`direction:car` where the door is not known. The same rows give the same bytes.
"""

from __future__ import annotations

import csv
import gc
import io
import math
import os
import tempfile
from collections import deque
from contextlib import contextmanager
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, overload

from muui_maps.errors import InputRefusedError, naming, unwritable
from muui_maps.facts import (
    ActFact,
    EscalatorFact,
    InterstationFact,
    LiftPointFact,
    LineFact,
    LineStationFact,
    OfficialRouteFact,
    Origin,
    PlatformFact,
    SegmentFact,
    StationPointFact,
    ToiletFact,
    TransferDistanceFact,
    UnitFact,
    UnitHeightFact,
    WheelchairLiftFact,
)
from muui_maps.model import Finding, Severity, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

TABLES: Mapping[str, type[Origin]] = MappingProxyType(
    {
        "lines": LineFact,
        "segments": SegmentFact,
        "line_stations": LineStationFact,
        "station_points": StationPointFact,
        "units": UnitFact,
        "unit_heights": UnitHeightFact,
        "escalators": EscalatorFact,
        "wheelchair_lifts": WheelchairLiftFact,
        "platforms": PlatformFact,
        "transfer_distances": TransferDistanceFact,
        "interstation": InterstationFact,
        "toilets": ToiletFact,
        "lift_points": LiftPointFact,
        "official_routes": OfficialRouteFact,
        "official_acts": ActFact,
    }
)
"""Every table by name."""

ITEMS = "|"
_UNSAFE_IN_ITEM = frozenset("|\r\n\0")
_UNSAFE_IN_TEXT = frozenset("\r\n\0")


def table_file(name: str, folder: Path) -> Path:
    """The file of a table. `folder` is the data folder, or its folder `facts`."""
    return (folder if folder.name == "facts" else folder / "facts") / f"{name}.csv"


# ── cells ────────────────────────────────────────────────────────────────────


def _text_or_none(cell: str) -> str | None:
    return cell or None


def _float(cell: str) -> float:
    number = float(cell)
    if not math.isfinite(number):
        raise ValueError(cell)
    return number


def _bool(cell: str) -> bool:
    return {"1": True, "0": False}[cell]


def _items(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(ITEMS)) if cell else ()


def _door(item: str) -> tuple[str, int, int | None]:
    direction, _, position = item.rpartition(":")
    car, dash, door = position.partition("-")
    if not direction:
        raise ValueError(item)
    return direction, int(car), int(door) if dash else None


def _doors(cell: str) -> tuple[tuple[str, int, int | None], ...]:
    return tuple(_door(item) for item in cell.split(ITEMS)) if cell else ()


def _or_none(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda cell: read(cell) if cell else None


_READERS: Mapping[str, Callable[[str], Any] | None] = MappingProxyType(
    {
        "str": None,  # as it stands
        "str | None": _text_or_none,
        "int": int,
        "int | None": _or_none(int),
        "float": _float,
        "float | None": _or_none(_float),
        "bool": _bool,
        "bool | None": _or_none(_bool),
        "tuple[str, ...]": _items,
        "tuple[tuple[str, int, int | None], ...]": _doors,
    }
)
"""How a cell of each declared type is read; the keys are the annotations of `facts.py`."""


def _write_float(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError(f"not a finite number: {value}")
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)  # noqa: PLR2004 - exact below 2**53


def _write_item(item: str) -> str:
    if not item or _UNSAFE_IN_ITEM & set(item):
        raise ValueError(f"can't stand between separators: {item!r}")
    return item


def _write_door(door: tuple[str, int, int | None]) -> str:
    direction, car, number = door
    return f"{_write_item(direction)}:{car}" + ("" if number is None else f"-{number}")


def _write_cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case float():
            return _write_float(value)
        case tuple():
            return ITEMS.join(_write_door(item) if isinstance(item, tuple) else _write_item(item) for item in value)
    text = str(value)
    if _UNSAFE_IN_TEXT & set(text):
        raise ValueError(f"a line break or NUL in a cell: {text!r}")
    return text


# ── reading ──────────────────────────────────────────────────────────────────


def _refused(file: Path, code: str, message: Text, *, row: int | None = None, **where: str) -> InputRefusedError:
    fix = Text(
        "`muui-maps data import`로 표를 다시 만들거나, 파일을 원래대로 되돌려 주세요.",
        "Make the table again with `muui-maps data import`, or restore the file.",
    )
    finding = Finding(code, Severity.ERROR, message, fix, file=file.name, row=row, **where)
    return InputRefusedError(message, findings=(finding,))


def _column(file: Path, name: str, kind: str, cells: Sequence[str]) -> Sequence[Any]:
    """A column's values. Each distinct cell is read once: registers repeat themselves."""
    reader = _READERS[kind]
    if reader is None:
        return cells
    read: dict[str, Any] = {}
    for cell in set(cells):
        try:
            read[cell] = reader(cell)
        except (ValueError, KeyError):
            row = cells.index(cell) + 2
            message = Text(
                f"{file.name} {row}행 {name}: 읽을 수 없는 값 ‘{cell[:80]}’",
                f"{file.name} row {row}, {name}: unreadable value ‘{cell[:80]}’",
            )
            raise _refused(file, "table_cell", message, row=row, field=name, value=cell[:80]) from None
    return [read[cell] for cell in cells]


def _columns(file: Path, row_type: type[Origin]) -> Sequence[Sequence[Any]]:
    wanted = [field.name for field in fields(row_type)]
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            header, *rows = list(csv.reader(stream, strict=True)) or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        message = Text(f"{file.name}: 읽을 수 없는 표예요 ({error}).", f"{file.name}: unreadable table ({error}).")
        raise _refused(file, "table_unreadable", message) from None
    if header != wanted:
        message = Text(
            f"{file.name}: 열이 달라요. 있어야 할 열: {', '.join(wanted)}",
            f"{file.name}: wrong columns. Expected: {', '.join(wanted)}",
        )
        raise _refused(file, "table_columns", message, row=1, value=",".join(header)[:80])
    for number, row in enumerate(rows, 2):
        if len(row) != len(wanted):
            message = Text(
                f"{file.name} {number}행: 칸이 {len(wanted)}개여야 하는데 {len(row)}개예요.",
                f"{file.name} row {number}: {len(row)} cells instead of {len(wanted)}.",
            )
            raise _refused(file, "table_row_length", message, row=number)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(wanted)
    described = zip(fields(row_type), columns, strict=True)
    return [_column(file, field.name, str(field.type), cells) for field, cells in described]


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """A hundred thousand new objects, none of them garbage, would be searched over and over: a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@lru_cache(maxsize=2 * len(TABLES))
def _read(file: Path, name: str, stamp: tuple[int, int, int]) -> tuple[Any, ...]:  # noqa: ARG001 - the stamp is part of the key
    row_type = TABLES[name]
    with _without_garbage_collection():
        columns = _columns(file, row_type)
        rows = tuple(row_type.__new__(row_type) for _ in columns[0])
        # Column by column through the slots: three times as fast as 12,000 calls of a frozen __init__ with 21 keywords.
        for field, values in zip(fields(row_type), columns, strict=True):
            deque(map(getattr(row_type, field.name).__set__, rows, values), maxlen=0)
        return rows


@overload
def read_table(name: Literal["lines"], folder: Path) -> tuple[LineFact, ...]: ...
@overload
def read_table(name: Literal["segments"], folder: Path) -> tuple[SegmentFact, ...]: ...
@overload
def read_table(name: Literal["line_stations"], folder: Path) -> tuple[LineStationFact, ...]: ...
@overload
def read_table(name: Literal["station_points"], folder: Path) -> tuple[StationPointFact, ...]: ...
@overload
def read_table(name: Literal["units"], folder: Path) -> tuple[UnitFact, ...]: ...
@overload
def read_table(name: Literal["unit_heights"], folder: Path) -> tuple[UnitHeightFact, ...]: ...
@overload
def read_table(name: Literal["escalators"], folder: Path) -> tuple[EscalatorFact, ...]: ...
@overload
def read_table(name: Literal["wheelchair_lifts"], folder: Path) -> tuple[WheelchairLiftFact, ...]: ...
@overload
def read_table(name: Literal["platforms"], folder: Path) -> tuple[PlatformFact, ...]: ...
@overload
def read_table(name: Literal["transfer_distances"], folder: Path) -> tuple[TransferDistanceFact, ...]: ...
@overload
def read_table(name: Literal["interstation"], folder: Path) -> tuple[InterstationFact, ...]: ...
@overload
def read_table(name: Literal["toilets"], folder: Path) -> tuple[ToiletFact, ...]: ...
@overload
def read_table(name: Literal["lift_points"], folder: Path) -> tuple[LiftPointFact, ...]: ...
@overload
def read_table(name: Literal["official_routes"], folder: Path) -> tuple[OfficialRouteFact, ...]: ...
@overload
def read_table(name: Literal["official_acts"], folder: Path) -> tuple[ActFact, ...]: ...
@overload
def read_table(name: str, folder: Path) -> tuple[Origin, ...]: ...
def read_table(name: str, folder: Path) -> tuple[Any, ...]:
    """Read the rows of a table, in the file's order.

    Parameters
    ----------
    name
        A key of `TABLES`.
    folder
        The data folder, or its folder `facts`.

    Returns
    -------
    tuple
        Rows of the table's type; none where no such table was imported yet.

    Raises
    ------
    InputRefusedError
        If the file is no such table: its columns, a row's length or a cell; the Finding says which.
    """
    file = table_file(name, folder)
    TABLES[name]  # a wrong name is a programmer's error, also where the file is missing
    try:
        status = file.stat()
    except FileNotFoundError:
        return ()
    return _read(file, name, (status.st_ino, status.st_mtime_ns, status.st_size))


# ── writing ──────────────────────────────────────────────────────────────────


def table_text(name: str, rows: Iterable[Origin]) -> str:
    """What the file of a table holds for these rows.

    Raises
    ------
    ValueError
        If a value could not be read back: a line break, a separator in an item, a number that is not finite.
    """
    names = [field.name for field in fields(TABLES[name])]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_write_cell(getattr(row, field)) for field in names] for row in rows)
    return out.getvalue()


def write_table(name: str, rows: Iterable[Origin], folder: Path) -> Path:
    """Write a table whole, atomically: whoever reads meanwhile sees the old file or the new one. Returns its path."""
    file = table_file(name, folder)
    write_files({file: table_text(name, rows)})
    return file


def write_files(contents: Mapping[Path, str | bytes]) -> tuple[Path, ...]:
    """Write several files, all of them or none; a file that already holds its content is left untouched.

    Everything is written and synced beside its target first, so that a full disk or a missing permission is met before
    the first file is replaced. Returns the files that changed.

    Raises
    ------
    MuuiError
        If a file can't be written.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for file, content in sorted(contents.items()):
            data = content.encode() if isinstance(content, str) else content
            if file.is_file() and file.read_bytes() == data:
                continue
            with naming(file):
                file.parent.mkdir(parents=True, exist_ok=True)
                staged.append((_staged(file, data), file))
        for temporary, file in staged:
            temporary.replace(file)
    except OSError as error:
        raise unwritable(error) from error
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
    return tuple(file for _, file in staged)


def _staged(file: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o644)  # mkstemp makes files that only their owner reads
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


# ── renamed stations ─────────────────────────────────────────────────────────

_RENAMED_COLUMNS = ["old", "new", "evidence"]


def renamed_stations(folder: Path) -> Mapping[str, str]:
    """Other names of a station: old name → today's name, both as `names.normal_station` writes them.

    The table `renamed_stations.csv` of the data folder says in `evidence` which records show it. Empty where there is
    no such table.
    """
    file = (folder.parent if folder.name == "facts" else folder) / "renamed_stations.csv"
    if not file.is_file():
        return MappingProxyType({})
    with file.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream)) or [[]]
    if header != _RENAMED_COLUMNS or any(len(row) != len(header) or not all(row) for row in rows):
        message = Text(
            f"{file.name}: 열은 {', '.join(_RENAMED_COLUMNS)}이고 빈칸이 없어야 해요.",
            f"{file.name}: the columns must be {', '.join(_RENAMED_COLUMNS)}, without empty cells.",
        )
        raise _refused(file, "table_columns", message, row=1)
    return MappingProxyType({old: new for old, new, _ in rows})
