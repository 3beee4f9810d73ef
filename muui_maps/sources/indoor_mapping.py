"""`columns.toml`: what a delivery calls the things of the official schema, so that one reader reads both.

A mapping renames columns, says of each layer what it is, and translates kinds. It is data: with one alone, per-floor
shapefiles of quite another vocabulary load. It is read strictly; a wrong key, name or kind refuses it whole.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn

from muui_maps.model import Finding, Text
from muui_maps.sources.archives import refused
from muui_maps.sources.indoor_codes import AREA_KINDS, CLASSES, DIVISIONS, FACILITY_KINDS, floor_span
from muui_maps.sources.indoor_notices import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

COLUMNS = frozenset(
    {"PRIMARYKEY", "FOREIGNKEY", "LAYER", "ID", "FLOOR", "DIVISION", "CLASSIFY", "KIND", "KINDENG", "SERIAL", "NAME"}
    | {"QAL", "SLP", "DIR", "SKT", "HANDICAP", "FPOINT", "SPOINT"}
)
"""The columns of the official schema."""

OBSTACLE_KINDS = frozenset({"wall", "window", "column", "fence", "kiosk", "fixture"})

SKIP = "skip"
_TOP_KEYS = frozenset({"name", "crs", "encoding", "columns", "floors", "layers"})
_LAYER_KEYS = frozenset(
    {"match", "read_as", "division", "floor", "kind", "columns", "kinds", "paid", "why_ko", "why_en"}
)
_PAID_KEYS = frozenset({"column", "inside", "outside"})
_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Kind:
    """What a delivery's word stands for: an official division and kind, or one of our kinds."""

    division: str | None
    word: str | None
    ours: str | None


@dataclass(frozen=True, slots=True)
class LayerRule:
    """How a layer is read.

    Parameters
    ----------
    match
        Of the layer's name; its group `floor` is looked up in the mapping's `floors`.
    read_as
        A class of the official schema, or `skip`.
    kinds
        The delivery's word → what it stands for.
    """

    pattern: str
    match: re.Pattern[str]
    read_as: str
    division: str | None
    floor: str | None
    kind: Kind | None
    columns: Mapping[str, str]
    kinds: Mapping[str, Kind]
    paid_column: str | None
    paid_inside: frozenset[str]
    paid_outside: frozenset[str]
    why: Text


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """A whole `columns.toml`; an empty one changes nothing."""

    name: str = ""
    crs: str | None = None
    encoding: str | None = None
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    floors: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    layers: tuple[LayerRule, ...] = ()

    def rule(self, layer: str) -> LayerRule | None:
        """The first rule whose `match` is the layer's name."""
        return next((rule for rule in self.layers if rule.match.fullmatch(layer)), None)

    def wants(self, layer: str) -> bool:
        """Whether a layer is read at all."""
        rule = self.rule(layer)
        return rule is None or rule.read_as != SKIP

    def floor_of(self, layer: str, rule: LayerRule) -> str | None:
        """FLOOR of a layer by its rule: as stated, or by the part of its name that `{floor}` stands for."""
        if rule.floor is not None:
            return rule.floor
        found = rule.match.fullmatch(layer)
        word = found.groupdict().get("floor") if found else None
        return None if word is None else self.floors.get(word, word)


def read_mapping(path: Path) -> ColumnMapping:
    """Read a `columns.toml`.

    Raises
    ------
    InputRefusedError
        If it is not there, is no TOML, or has a wrong key, value or kind: with key, value and the mend.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise refused(path.name, [_wrong(path.name, None, None, "너무 커요", "too big")])
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        finding = notice("file_unreadable", file=path.name, why=error.strerror or type(error).__name__)
        raise refused(path.name, [finding]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refused(path.name, [_wrong(path.name, None, None, str(error), str(error))]) from error
    return _Reader(path.name).mapping(data)


def _wrong(  # noqa: PLR0917 - a Finding has that many parts
    file: str, key: str | None, value: object, why_ko: str, why_en: str, near: Iterable[str] = ()
) -> Finding:
    known = ", ".join(near)
    return notice(
        "mapping_wrong",
        file=file,
        field=key,
        value=None if value is None else str(value),
        why_ko=why_ko,
        why_en=why_en,
        fix_ko=f"쓸 수 있는 것: {known}." if known else "docs/indoor.ko.md의 예를 보고 고쳐 주세요.",
        fix_en=f"Possible: {known}." if known else "Correct it after the example in docs/indoor.md.",
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads a mapping's tables, refusing it at the first thing that is wrong."""

    file: str

    def mapping(self, data: Mapping[str, Any]) -> ColumnMapping:
        self.keys(data, _TOP_KEYS, "")
        floors = self.texts(data.get("floors", {}), "floors")
        for word, floor in floors.items():
            self.floor(floor, f"floors.{word}")
        layers = data.get("layers", [])
        if not isinstance(layers, list):
            self.fail("layers", layers, "[[layers]] 여야 해요", "it must be [[layers]]")
        return ColumnMapping(
            name=self.text(data.get("name", ""), "name"),
            crs=self.optional(data, "crs"),
            encoding=self.optional(data, "encoding"),
            columns=self.columns(data.get("columns", {}), "columns"),
            floors=floors,
            layers=tuple(self.layer(one, f"layers[{n}]") for n, one in enumerate(layers, 1)),
        )

    def layer(self, data: object, at: str) -> LayerRule:
        if not isinstance(data, dict):
            self.fail(at, data, "표여야 해요", "it must be a table")
        self.keys(data, _LAYER_KEYS, f"{at}.")
        pattern = self.text(data.get("match", ""), f"{at}.match")
        read_as = self.text(data.get("read_as", ""), f"{at}.read_as")
        if not pattern:
            self.fail(f"{at}.match", pattern, "레이어 이름이 필요해요", "it needs the name of a layer")
        if read_as not in CLASSES | {SKIP}:
            self.fail(f"{at}.read_as", read_as, "모르는 구조예요", "no such class", sorted(CLASSES | {SKIP}))
        division = self.optional(data, "division", at)
        if division is not None and division not in DIVISIONS:
            self.fail(f"{at}.division", division, "모르는 용도예요", "no such division", sorted(DIVISIONS))
        floor = self.optional(data, "floor", at)
        if floor is not None:
            self.floor(floor, f"{at}.floor")
        kind = self.optional(data, "kind", at)
        kinds = self.texts(data.get("kinds", {}), f"{at}.kinds")
        paid = data.get("paid", {})
        if not isinstance(paid, dict):
            self.fail(f"{at}.paid", paid, "표여야 해요", "it must be a table")
        self.keys(paid, _PAID_KEYS, f"{at}.paid.")
        return LayerRule(
            pattern=pattern,
            match=_pattern(pattern),
            read_as=read_as,
            division=division,
            floor=floor,
            kind=None if kind is None else self.kind(kind, read_as, f"{at}.kind"),
            columns=self.columns(data.get("columns", {}), f"{at}.columns"),
            kinds={word: self.kind(said, read_as, f"{at}.kinds.{word}") for word, said in kinds.items()},
            paid_column=self.optional(paid, "column", f"{at}.paid"),
            paid_inside=self.words(paid.get("inside", []), f"{at}.paid.inside"),
            paid_outside=self.words(paid.get("outside", []), f"{at}.paid.outside"),
            why=Text(
                self.text(data.get("why_ko", "쓰지 않는 레이어예요"), f"{at}.why_ko"),
                self.text(data.get("why_en", "a layer that is not used"), f"{at}.why_en"),
            ),
        )

    def kind(self, said: str, read_as: str, at: str) -> Kind:
        """`MV 복도`, or one of our kinds (`closed`, `gate`)."""
        ours = {"RM": AREA_KINDS, "FC": FACILITY_KINDS, "WL": OBSTACLE_KINDS, "PL": OBSTACLE_KINDS}.get(
            read_as, frozenset()
        )
        if said in ours:
            return Kind(None, None, said)
        division, _, word = said.partition(" ")
        if division in DIVISIONS and word.strip():
            return Kind(division, word.strip(), None)
        return self.fail(at, said, "모르는 종류예요", "no such kind", ["MV 복도", *sorted(ours)])

    def columns(self, data: object, at: str) -> Mapping[str, str]:
        names = self.texts(data, at)
        self.keys(names, COLUMNS, f"{at}.")
        return names

    def floor(self, text: str, at: str) -> None:
        if floor_span(text) is None:
            self.fail(at, text, "층이 아니에요", "it is no floor", ["B01B01", "F01F01"])

    def texts(self, data: object, at: str) -> Mapping[str, str]:
        if not isinstance(data, dict):
            self.fail(at, data, "표여야 해요", "it must be a table")
        return {str(key): self.text(value, f"{at}.{key}") for key, value in data.items()}

    def words(self, data: object, at: str) -> frozenset[str]:
        if not isinstance(data, list):
            self.fail(at, data, "목록이어야 해요", "it must be a list")
        return frozenset(self.text(one, at) for one in data)

    def optional(self, data: Mapping[str, Any], key: str, at: str = "") -> str | None:
        return None if key not in data else self.text(data[key], f"{at}.{key}".lstrip("."))

    def text(self, value: object, at: str) -> str:
        if not isinstance(value, str):
            self.fail(at, value, "글자여야 해요", "it must be a text")
        return value

    def keys(self, data: Mapping[str, Any], known: frozenset[str], at: str) -> None:
        for key in data:
            if key not in known:
                near = difflib.get_close_matches(key, sorted(known), 3, 0.4) or sorted(known)
                self.fail(f"{at}{key}", key, "모르는 이름이에요", "an unknown key", near)

    def fail(self, at: str, value: object, why_ko: str, why_en: str, near: Iterable[str] = ()) -> NoReturn:
        raise refused(self.file, [_wrong(self.file, at, value, why_ko, why_en, near)])


def _pattern(glob: str) -> re.Pattern[str]:
    """`Station_{floor}_unit` or `*_unit` as a pattern of whole names, in any case."""
    parts = re.split(r"(\{floor\}|\*|\?)", glob)
    signs = {"{floor}": "(?P<floor>.+)", "*": ".*", "?": "."}
    return re.compile("".join(signs.get(part, re.escape(part)) for part in parts), re.IGNORECASE)
