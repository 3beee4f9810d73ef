"""Mapping files: how somebody else's form reads in our words. Theirs → ours, in TOML, strict.

    name = "metro4all"
    [[table]]
    columns = ["id_entrance", "id_station", "max_width"]     # a table that has these is this one
    defaults = { kind = "exit" }
    [table.fields.clear_width_mm]
    from = "max_width"
    unit = "mm"
    not_recorded = ["0"]

A table of theirs that holds no observations is named too, with the reason (`nothing = { ko = …, en = … }`), so that it
is told from a mistake. `docs/mapping-files.md` has every key.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from muui_maps.model import Text
from muui_maps.sources.refusal import refuse
from muui_maps.sources.tabular import read_tabular
from muui_maps.survey.fields import BASIS_SUFFIX, FIELDS
from muui_maps.survey.values import is_blank

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from muui_maps.survey.readers.grid import Grid, Opened

MAX_BYTES = 256 * 1024
"""A mapping file is written by hand; anything larger is something else."""
_TOP_KEYS = ("name", "title", "source", "area", "table")
_TABLE_KEYS = ("columns", "layer", "defaults", "fields", "ignored", "nothing")
_FIELD_KEYS = ("from", "join", "unit", "values", "not_recorded", "prefix", "lookup")
_LOOKUP_KEYS = ("beside", "key", "value")
_BARE_NUMBER = re.compile(r"\s*[+-]?\d+(?:\.\d+)?\s*")
_AREA = 4


class Translation(Protocol):
    """How one table's rows read in our words."""

    @property
    def fields(self) -> frozenset[str]:
        """The fields that it gives."""

    @property
    def used(self) -> frozenset[str]:
        """The columns that it reads or passes by on purpose."""

    def cells(self, row: Mapping[str, str]) -> dict[str, str]:
        """A row's cells under the schema's names."""


class Rules(Protocol):
    """What a mapping file, or a form, says of somebody's tables."""

    @property
    def area(self) -> tuple[float, float, float, float] | None:
        """Where its points lie, if not in Korea."""

    def translation(self, opened: Opened, grid: Grid) -> Translation | None:
        """How this table reads; None where nothing is said of it."""

    def why_not(self, grid: Grid) -> Text | None:
        """Why a table of this source holds no observations."""

    def fitting(self, header: Iterable[str]) -> str | None:
        """The name of the mapping under which this table could be read."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A value that stands in a table beside this one, under the same key."""

    beside: tuple[str, str]
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class FieldRule:
    """Where one answer comes from, and how it is written there."""

    columns: tuple[str, ...]
    join: str = " "
    unit: str = ""
    values: Mapping[str, str] | None = None
    not_recorded: frozenset[str] = frozenset()
    prefix: str = ""
    lookup: Lookup | None = None


@dataclass(frozen=True, slots=True)
class TableRule:
    """One table of theirs."""

    columns: tuple[str, ...]
    layer: str | None
    defaults: Mapping[str, str]
    fields: Mapping[str, FieldRule]
    ignored: frozenset[str]
    nothing: Text | None

    def fits(self, header: Collection[str], name: str | None) -> bool:
        return set(self.columns) <= set(header) and (self.layer is None or self.layer == name)


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping file, read and checked."""

    name: str
    title: Text
    source: str
    area: tuple[float, float, float, float] | None
    tables: tuple[TableRule, ...]
    folder: Path | None = None

    def table_for(self, grid: Grid) -> TableRule | None:
        """The rule that fits best: the one that asks for the most columns."""
        fitting = [table for table in self.tables if table.fits(grid.header, grid.name)]
        return max(fitting, key=lambda table: len(table.columns), default=None)

    def translation(self, opened: Opened, grid: Grid) -> Translation | None:
        table = self.table_for(grid)
        if table is None or table.nothing is not None:
            return None
        found = {
            name: _lookup(self.folder, opened.file, rule.lookup)
            for name, rule in table.fields.items()
            if rule.lookup is not None
        }
        return _Translation(table, found)

    def why_not(self, grid: Grid) -> Text | None:
        table = self.table_for(grid)
        return None if table is None else table.nothing

    def fitting(self, header: Iterable[str]) -> str | None:
        columns = set(header)
        return self.name if any(table.fits(columns, None) and table.nothing is None for table in self.tables) else None


@dataclass(frozen=True, slots=True)
class _Translation:
    rule: TableRule
    lookups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def fields(self) -> frozenset[str]:
        return frozenset({*self.rule.fields, *self.rule.defaults})

    @property
    def used(self) -> frozenset[str]:
        return frozenset({column for rule in self.rule.fields.values() for column in rule.columns} | self.rule.ignored)

    def cells(self, row: Mapping[str, str]) -> dict[str, str]:
        cells = dict(self.rule.defaults)
        for name, rule in self.rule.fields.items():
            if text := self._cell(name, rule, row):
                cells[name] = text
        return cells

    def _cell(self, name: str, rule: FieldRule, row: Mapping[str, str]) -> str:
        parts = [row.get(column, "").strip() for column in rule.columns]
        said = [part for part in parts if not is_blank(part) and part not in rule.not_recorded]
        if not said or (name == "geopoint" and len(said) < len(parts)):
            return ""
        text = rule.join.join(said)
        if rule.lookup is not None:
            text = self.lookups[name].get(text, text)
        if rule.values is not None:
            text = rule.values.get(text, text)
        return f"{rule.prefix}{text}{rule.unit if _BARE_NUMBER.fullmatch(text) else ''}"


def _lookup(folder: Path | None, file: str, lookup: Lookup) -> Mapping[str, str]:
    """Key → value of the table beside the file that is read."""
    mine, other = lookup.beside
    beside = (folder or Path()) / file.replace(mine, other)
    if mine not in file or not beside.is_file():
        message = Text(f"같은 폴더에 ‘{beside.name}’이 있어야 해요", f"‘{beside.name}’ must lie beside it")
        fix = Text("두 파일을 한 폴더에 두고 다시 가져와 주세요.", "Put both files into one folder.")
        refuse(file, "lookup_missing", message, fix, value=beside.name)
    found: dict[str, str] = {}
    for sheet in read_tabular(beside).sheets:
        if {lookup.key, lookup.value} <= set(sheet.header):
            for record in sheet.records:
                key, value = record.cells.get(lookup.key), record.cells.get(lookup.value)
                if key and value:
                    found[str(key).strip()] = str(value).strip()
    return found


# ── reading ──────────────────────────────────────────────────────────────────


def read_mapping(path: Path, *, beside: Path | None = None) -> MappingFile:
    """Read a mapping file.

    Parameters
    ----------
    path
        The TOML file.
    beside
        The folder of the survey file, where the tables that it looks up lie.

    Raises
    ------
    InputRefusedError
        For bad syntax, an unknown key or field, or a value of the wrong kind.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        refuse(path.name, "file_unreadable", Text(f"열 수 없어요 ({reason})", f"can't be opened ({reason})"), _CHECK)
    if len(data) > MAX_BYTES:
        refuse(path.name, "file_too_big", Text("너무 커요", "too big"), _CHECK)
    try:
        content = tomllib.loads(data.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        refuse(path.name, "toml_syntax", Text(f"TOML 문법이 틀렸어요 ({error})", f"no valid TOML ({error})"), _CHECK)
    return _Checked(path.name).mapping(content, beside)


_CHECK = Text("docs/mapping-files.md의 예를 봐 주세요.", "See the example in docs/mapping-files.md.")


class _Checked:
    """Reads with every fault named by its place."""

    def __init__(self, file: str) -> None:
        self.file = file

    def mapping(self, content: dict[str, Any], folder: Path | None) -> MappingFile:
        self._keys(content, _TOP_KEYS, "")
        tables = content.get("table", [])
        if not isinstance(tables, list) or not tables:
            self._refuse("table", "[[table]]이 하나는 있어야 해요", "needs at least one [[table]]")
        return MappingFile(
            name=self._text(content, "name", ""),
            title=self._words(content.get("title"), "title"),
            source=str(content.get("source", "")),
            area=self._area(content.get("area")),
            tables=tuple(self._table(table, f"table[{n}]") for n, table in enumerate(tables, 1)),
            folder=folder,
        )

    def _table(self, content: object, at: str) -> TableRule:
        table = self._mapping(content, at)
        self._keys(table, _TABLE_KEYS, at)
        fields = self._mapping(table.get("fields", {}), f"{at}.fields")
        defaults = self._mapping(table.get("defaults", {}), f"{at}.defaults")
        for name in (*fields, *defaults):
            self._field_name(name, at)
        return TableRule(
            columns=self._list(table.get("columns"), f"{at}.columns"),
            layer=str(table["layer"]) if "layer" in table else None,
            defaults=MappingProxyType({name: str(answer) for name, answer in defaults.items()}),
            fields=MappingProxyType({name: self._rule(rule, f"{at}.fields.{name}") for name, rule in fields.items()}),
            ignored=frozenset(self._list(table.get("ignored", []), f"{at}.ignored")),
            nothing=self._words(table["nothing"], f"{at}.nothing") if "nothing" in table else None,
        )

    def _rule(self, content: object, at: str) -> FieldRule:
        rule = self._mapping(content, at)
        self._keys(rule, _FIELD_KEYS, at)
        columns = rule.get("from")
        values = rule.get("values")
        lookup = rule.get("lookup")
        return FieldRule(
            columns=(columns,) if isinstance(columns, str) else self._list(columns, f"{at}.from"),
            join=str(rule.get("join", " ")),
            unit=str(rule.get("unit", "")),
            values=None
            if values is None
            else MappingProxyType({str(k): str(v) for k, v in self._mapping(values, f"{at}.values").items()}),
            not_recorded=frozenset(self._list(rule.get("not_recorded", []), f"{at}.not_recorded")),
            prefix=str(rule.get("prefix", "")),
            lookup=None if lookup is None else self._lookup(lookup, f"{at}.lookup"),
        )

    def _lookup(self, content: object, at: str) -> Lookup:
        lookup = self._mapping(content, at)
        self._keys(lookup, _LOOKUP_KEYS, at)
        beside = self._list(lookup.get("beside"), f"{at}.beside")
        if len(beside) != 2 or any("/" in part or "\\" in part or ".." in part for part in beside):  # noqa: PLR2004
            self._refuse(
                f"{at}.beside", "이 파일 이름의 한 부분과 바꿀 말, 둘이에요", "a part of this file's name and its other"
            )
        return Lookup((beside[0], beside[1]), self._text(lookup, "key", at), self._text(lookup, "value", at))

    def _area(self, content: Any) -> tuple[float, float, float, float] | None:  # noqa: ANN401
        if content is None:
            return None
        is_four = isinstance(content, list) and len(content) == _AREA
        numbers = [float(n) for n in content if isinstance(n, int | float)] if is_four else []
        if len(numbers) != _AREA or not (-90 <= numbers[0] < numbers[2] <= 90 and numbers[1] < numbers[3]):  # noqa: PLR2004
            self._refuse("area", "[남, 서, 북, 동]의 네 수예요", "four numbers: [south, west, north, east]")
        return numbers[0], numbers[1], numbers[2], numbers[3]

    def _field_name(self, name: str, at: str) -> None:
        if name not in FIELDS and name.removesuffix(BASIS_SUFFIX) not in FIELDS:
            self._unknown(f"{at}.fields.{name}", name, FIELDS)

    def _keys(self, content: Mapping[str, Any], known: Sequence[str], at: str) -> None:
        for key in content:
            if key not in known:
                self._unknown(f"{at}.{key}".strip("."), key, known)

    def _unknown(self, at: str, key: str, known: Iterable[str]) -> NoReturn:
        near = ", ".join(get_close_matches(key, list(known), n=3, cutoff=0.5))
        hint = Text(f" 비슷한 것: {near}", f" Nearest: {near}") if near else Text("", "")
        message = Text(f"모르는 이름이에요: {at}.{hint.ko}", f"unknown name: {at}.{hint.en}")
        refuse(self.file, "config_key_unknown", Text(message.ko.rstrip("."), message.en.rstrip(".")), _CHECK, field=at)

    def _mapping(self, content: object, at: str) -> dict[str, Any]:
        if not isinstance(content, dict):
            self._refuse(at, "표({ … })여야 해요", "must be a table ({ … })")
        return content

    def _list(self, content: object, at: str) -> tuple[str, ...]:
        if not isinstance(content, list) or not all(isinstance(each, str) for each in content):
            self._refuse(at, '글자의 목록(["…"])이어야 해요', 'must be a list of texts (["…"])')
        return tuple(content)

    def _text(self, content: Mapping[str, Any], key: str, at: str) -> str:
        found = content.get(key)
        if not isinstance(found, str) or not found.strip():
            self._refuse(f"{at}.{key}".strip("."), "글자가 있어야 해요", "must be a text")
        return found

    def _words(self, content: object, at: str) -> Text:
        words = self._mapping({} if content is None else content, at)
        self._keys(words, ("ko", "en"), at)
        return Text(str(words.get("ko", "")), str(words.get("en", "")))

    def _refuse(self, at: str, ko: str, en: str) -> NoReturn:
        refuse(self.file, "config_type", Text(f"{at}: {ko}", f"{at}: {en}"), _CHECK, field=at)
