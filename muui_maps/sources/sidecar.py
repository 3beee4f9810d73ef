"""`muui.csv`: what a station knows and the official layers have no room for, beside them in the same archive.

One row for each field: `noun, id, key, field, value`. `key` is the PRIMARYKEY of the object in the layers, if it is in
them. A value is text as it is, or JSON where it is no text; a field that is unknown or has its usual value has no row.
Besides the nouns' own fields there is `drawn`: where the layers show a node (its place may be unknown: then it is only
put somewhere to be seen), so that a later edit of the layers can be told from what was written.
"""

# ruff: noqa: ANN401 - the types of values are those of the nouns, known only when they are met

from __future__ import annotations

import csv
import io
import json
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any

from muui_maps import model
from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity, Station, Text

COLUMNS = ("noun", "id", "key", "field", "value")
DRAWN = "drawn"

NOUNS: Mapping[str, tuple[str, type]] = MappingProxyType(
    {
        "direction": ("directions", model.Direction),
        "level": ("levels", model.Level),
        "place": ("places", model.Place),
        "node": ("nodes", model.Node),
        "link": ("links", model.Link),
        "unit": ("units", model.Unit),
        "platform": ("platforms", model.Platform),
        "space": ("spaces", model.Space),
        "toilet": ("toilets", model.Toilet),
        "run": ("runs", model.SurveyRun),
        "finding": ("findings", model.Finding),
    }
)
"""Nouns of the file → the field of a Station that holds them, and their type."""

_OF_STATION = tuple(each.name for each in fields(Station) if each.name not in {field for field, _ in NOUNS.values()})

Row = tuple[str, str, str, str, str]
XY = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What a sidecar says.

    Parameters
    ----------
    station
        As it was when it was exported.
    keys
        PRIMARYKEY → noun and id of the object.
    drawn
        PRIMARYKEY → where the layers showed a node, in station metres.
    """

    station: Station
    keys: Mapping[str, tuple[str, str]]
    drawn: Mapping[str, XY]


# ── writing ──────────────────────────────────────────────────────────────────


def sidecar_text(station: Station, keys: Mapping[tuple[str, str], str], drawn: Mapping[str, XY]) -> str:
    """The content of `muui.csv`.

    Parameters
    ----------
    keys
        Noun and id → PRIMARYKEY, of what is in the layers.
    drawn
        Node id → where the layers show it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(("station", station.id, "", name, value) for name, value in _cells(station, _OF_STATION))
    for noun, (field, kind) in NOUNS.items():
        names = tuple(each.name for each in fields(kind))
        for number, thing in enumerate(getattr(station, field), 1):
            identity = str(getattr(thing, "id", number))
            key = keys.get((noun, identity), "")
            writer.writerows((noun, identity, key, name, value) for name, value in _cells(thing, names))
            if noun == "node" and identity in drawn:
                writer.writerow((noun, identity, key, DRAWN, json.dumps(drawn[identity])))
    return out.getvalue()


def _cells(thing: Any, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    usual = _usual(thing.__class__)
    for name in names:
        value = getattr(thing, name)
        if usual.get(name) == value:
            continue
        plain = _plain(value)
        yield name, plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


@cache
def _usual(kind: type) -> Mapping[str, Any]:
    """Defaults of a noun's fields."""
    found = {each.name: each.default for each in fields(kind) if each.default is not MISSING}
    return found | {each.name: each.default_factory() for each in fields(kind) if each.default_factory is not MISSING}


def _plain(value: Any) -> Any:
    """As JSON can say it: a noun as an object, a mapping as a list of pairs."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {
            name: _plain(getattr(value, name)) for name in (each.name for each in fields(value)) if _told(value, name)
        }
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(each)] for key, each in sorted(value.items())]
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _told(thing: Any, name: str) -> bool:
    return bool(_usual(thing.__class__).get(name) != getattr(thing, name))


# ── reading ──────────────────────────────────────────────────────────────────


def read_sidecar(text: str, *, file: str = "muui.csv") -> Sidecar:
    """A sidecar's station, keys and drawn places.

    Raises
    ------
    InputRefusedError
        If a row can't be read: with its number, field, value and the mend.
    """
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    head = tuple(cell.strip() for cell in next(lines, []))
    if head != COLUMNS:
        raise _refused(
            file,
            1,
            None,
            ",".join(head),
            Text(f"열이 {', '.join(COLUMNS)}여야 해요", f"its columns must be {', '.join(COLUMNS)}"),
        )
    things: dict[tuple[str, str], dict[str, Any]] = {}
    keys: dict[str, tuple[str, str]] = {}
    drawn: dict[str, XY] = {}
    for number, cells in enumerate(lines, 2):
        if not cells:
            continue
        noun, identity, key, field, value = _row(cells, number, file)
        kind = Station if noun == "station" else NOUNS[noun][1]
        if key:
            keys[key] = (noun, identity)
        if field == DRAWN and noun == "node":
            drawn[key] = _value(tuple[float, float], value, (file, number, field))
            continue
        hints = _hints(kind)
        if field not in hints:
            raise _refused(file, number, field, value, Text(f"모르는 항목이에요: {field}", f"no such field: {field}"))
        things.setdefault((noun, identity), {})[field] = _value(hints[field], value, (file, number, field))
    return Sidecar(_station(things, file), MappingProxyType(keys), MappingProxyType(drawn))


def _row(cells: Sequence[str], number: int, file: str) -> Row:
    if len(cells) != len(COLUMNS):
        said = Text(f"칸이 {len(COLUMNS)}개여야 해요", f"a row has {len(COLUMNS)} cells")
        raise _refused(file, number, None, ",".join(cells), said)
    if cells[0] not in NOUNS and cells[0] != "station":
        raise _refused(
            file, number, "noun", cells[0], Text(f"모르는 종류예요: {cells[0]}", f"no such noun: {cells[0]}")
        )
    return cells[0], cells[1], cells[2], cells[3], cells[4]


def _station(things: Mapping[tuple[str, str], dict[str, Any]], file: str) -> Station:
    groups: dict[str, list[Any]] = {noun: [] for noun in NOUNS}
    for (noun, identity), found in things.items():
        if noun != "station":
            groups[noun].append(_made(NOUNS[noun][1], found, (file, None, f"{noun} {identity}")))
    top = {name: value for (noun, _), found in things.items() if noun == "station" for name, value in found.items()}
    top |= {field: tuple(groups[noun]) for noun, (field, _) in NOUNS.items()}
    return typing.cast("Station", _made(Station, top, (file, None, "station")))


Where = tuple[str, int | None, str]


def _made(kind: type, found: Mapping[str, Any], where: Where) -> Any:
    """A noun of the values found; what may be unknown and is not there is None."""
    hints = _hints(kind)
    unknown = {name: None for name, hint in hints.items() if type(None) in typing.get_args(hint)}
    lacking = [
        each.name
        for each in fields(kind)
        if each.default is MISSING
        and each.default_factory is MISSING
        and each.name not in found
        and each.name not in unknown
        and not _is_tuple(hints[each.name])
    ]
    if lacking:
        said = Text(
            f"{where[2]}: 꼭 필요한 항목이 없어요: {', '.join(lacking)}", f"{where[2]} lacks {', '.join(lacking)}"
        )
        raise _refused(where[0], where[1], lacking[0], None, said)
    usual = _usual(kind)
    content = {
        each.name: found.get(each.name, usual.get(each.name, () if _is_tuple(hints[each.name]) else None))
        for each in fields(kind)
    }
    return kind(**content)


def _is_tuple(hint: Any) -> bool:
    return typing.get_origin(hint) is tuple


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return typing.get_type_hints(kind)


def _value(hint: Any, text: str, where: Where) -> Any:
    """The value that a cell holds: text as it is, anything else as JSON."""
    if _is_text(hint):
        return _shaped(hint, text, where)
    try:
        return _shaped(hint, json.loads(text), where)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        said = Text("읽을 수 없는 값이에요", "the value can't be read")
        raise _refused(where[0], where[1], where[2], text, said) from error


def _is_text(hint: Any) -> bool:
    kinds = [each for each in (typing.get_args(hint) if _is_union(hint) else (hint,)) if each is not type(None)]
    return all(isinstance(each, type) and issubclass(each, str) for each in kinds)


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


def _shaped(hint: Any, plain: Any, where: Where) -> Any:  # noqa: PLR0911 - one return for each form
    """Plain data as the noun's own type.

    Raises
    ------
    ValueError, TypeError, KeyError
        If it does not fit.
    """
    if _is_union(hint):
        options = [each for each in typing.get_args(hint) if each is not type(None)]
        if plain is None:
            return None
        return _shaped(options[0] if len(options) == 1 else type(plain), plain, where)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        if len(inner) == 2 and inner[1] is Ellipsis:  # noqa: PLR2004 - tuple[X, ...]
            return tuple(_shaped(inner[0], each, where) for each in plain)
        return tuple(_shaped(kind, each, where) for kind, each in zip(inner, plain, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return MappingProxyType({_shaped(inner[0], key, where): _shaped(inner[1], each, where) for key, each in plain})
    if isinstance(hint, type) and is_dataclass(hint):
        hints = _hints(hint)
        return _made(hint, {name: _shaped(hints[name], each, where) for name, each in plain.items()}, where)
    return _scalar(hint, plain, where)


def _scalar(hint: Any, plain: Any, where: Where) -> Any:
    if isinstance(hint, type) and issubclass(hint, Enum):
        try:
            return hint(plain)
        except ValueError as error:
            choices = ", ".join(str(each.value) for each in hint)
            said = Text(f"이 가운데 하나여야 해요: {choices}", f"must be one of {choices}")
            raise _refused(where[0], where[1], where[2], str(plain), said) from error
    if hint is float and isinstance(plain, int | float) and not isinstance(plain, bool):
        return float(plain) if isinstance(plain, float) else plain
    if not isinstance(plain, hint) or (hint is int and isinstance(plain, bool)):
        raise TypeError(plain)
    return plain


def _refused(file: str, row: int | None, field: str | None, value: str | None, said: Text) -> InputRefusedError:
    finding = Finding(
        "sidecar_unreadable",
        Severity.ERROR,
        said,
        Text("muui.csv를 고치거나 다시 내보내 주세요.", "Mend muui.csv, or export it again."),
        file=file,
        row=row,
        field=field,
        value=value,
    )
    return InputRefusedError(Text(f"{file}: {said.ko}", f"{file}: {said.en}"), findings=(finding,))
