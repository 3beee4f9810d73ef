"""A form (XLSForm) as a mapping: its labels read as its names, and its choices' labels as theirs.

Exports with labels for headers say `지금 쓸 수 있나요?` where the form says `operational_status`. With the form at hand
they read like any other; and choices whose names hold a blank can be told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Text
from muui_maps.sources.refusal import refuse
from muui_maps.sources.tabular import read_tabular
from muui_maps.survey.fields import FIELDS, Type
from muui_maps.survey.readers.header import last_part
from muui_maps.survey.rows import columns_of
from muui_maps.survey.values import tidy_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from muui_maps.sources.sheets import Sheet
    from muui_maps.survey.readers.grid import Grid, Opened

_FEWEST_LABELS = 2
"""A header that shares so many labels with the form is one of its exports."""


@dataclass(frozen=True, slots=True)
class FormRules:
    """What a form says of its exports.

    Parameters
    ----------
    labels
        Label, in any language → the question's name.
    choices
        Question → label or name of a choice, in any language → the choice's name.
    """

    name: str
    labels: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    area: tuple[float, float, float, float] | None = None

    def translation(self, opened: Opened, grid: Grid) -> _FormTranslation | None:  # noqa: ARG002 - as other rules have it
        names = {header: self._question(header) for header in grid.header if header.strip()}
        if sum(name is not None for name in names.values()) < _FEWEST_LABELS:
            return None
        # A field's name is looked up as the form spells it; a header that is no label of the form keeps its words.
        spelled = {header: name or header for header, name in names.items()}
        fields = columns_of(dict.fromkeys(spelled.values()))
        columns = {header: fields[name] for header, name in spelled.items() if name in fields}
        return _FormTranslation(columns, {header: self.choices.get(spelled[header], {}) for header in columns})

    def _question(self, header: str) -> str | None:
        for words in (header, last_part(header)):
            if (found := self.labels.get(tidy_text(words))) is not None:
                return found
        return None

    def why_not(self, grid: Grid) -> Text | None:  # noqa: ARG002
        return None

    def fitting(self, header: Iterable[str]) -> str | None:
        known = [name for name in header if self._question(name) is not None]
        return self.name if len(known) >= _FEWEST_LABELS else None


@dataclass(frozen=True, slots=True)
class _FormTranslation:
    columns: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self.columns.values())

    @property
    def used(self) -> frozenset[str]:
        return frozenset(self.columns)

    def cells(self, row: Mapping[str, str]) -> dict[str, str]:
        cells: dict[str, str] = {}
        for header, name in self.columns.items():
            if text := row.get(header, ""):
                known = self.choices[header]
                several = name in FIELDS and FIELDS[name].type is Type.CHOICES
                cells[name] = ", ".join(_named(text, known)) if several else known.get(tidy_text(text), text)
        return cells


def _named(text: str, choices: Mapping[str, str]) -> list[str]:
    """The choices in one cell; names and labels may hold blanks, so that the longest that fits is taken."""
    words = tidy_text(text).replace(",", " ").split()
    found: list[str] = []
    while words:
        for n in range(len(words), 0, -1):
            name = choices.get(" ".join(words[:n]))
            if name is not None or n == 1:
                found.append(name or words[0])
                del words[:n]
                break
    return found


def read_form(path: Path) -> FormRules:
    """Read an XLSForm.

    Raises
    ------
    InputRefusedError
        If it is no workbook, or has no sheet `survey` with the columns `type`, `name` and `label`.
    """
    sheets = {sheet.name: sheet for sheet in read_tabular(path).sheets}
    survey, listed = sheets.get("survey"), sheets.get("choices")
    if survey is None or not {"type", "name"} <= set(survey.header):
        message = Text("‘survey’ 시트에 type과 name 열이 없어요", "no sheet ‘survey’ with the columns type and name")
        refuse(path.name, "form_unreadable", message, Text("XLSForm을 주세요.", "Give an XLSForm."))
    lists = _choice_lists(listed) if listed is not None else {}
    labels: dict[str, str] = {}
    choices: dict[str, Mapping[str, str]] = {}
    for record in survey.records:
        name, kind = str(record.cells.get("name") or ""), str(record.cells.get("type") or "").split()
        for column in _label_columns(survey.header):
            if label := tidy_text(str(record.cells.get(column) or "")):
                labels.setdefault(label, name)
        if len(kind) > 1 and kind[0].startswith("select") and name:
            choices[name] = MappingProxyType(lists.get(kind[-1], {}))
    return FormRules(path.name, MappingProxyType(labels), MappingProxyType(choices))


def _choice_lists(sheet: Sheet) -> dict[str, dict[str, str]]:
    lists: dict[str, dict[str, str]] = {}
    list_column = next((name for name in ("list_name", "list name") if name in sheet.header), "list_name")
    for record in sheet.records:
        name = str(record.cells.get("name") or "")
        words = lists.setdefault(str(record.cells.get(list_column) or ""), {})
        words[name] = name
        for column in _label_columns(sheet.header):
            if label := tidy_text(str(record.cells.get(column) or "")):
                words.setdefault(label, name)
    return lists


def _label_columns(header: Sequence[str]) -> list[str]:
    return [name for name in header if name == "label" or name.startswith("label:")]
