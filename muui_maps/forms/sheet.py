"""The form as an Excel sheet with drop-downs: one row for each thing of the station, ready to be filled in.

The importer reads the sheet back by its header. Rows that nobody touched say nothing and are no rows to it: they are
known by `form_version`, which only the form writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.forms.asked import FormKind, StationForm, form_hint, question
from muui_maps.forms.workbooks import workbook_bytes, write_cell
from muui_maps.model import Text
from muui_maps.survey.fields import FACTS, FIELDS, HELP_SHEET, KINDS, LISTS_SHEET, SCHEMA_VERSION, Type
from muui_maps.survey.items import ITEMS
from muui_maps.survey.runs import COLUMNS, KOREAN_COLUMNS
from muui_maps.wording import line_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from muui_maps.survey.fields import Field

SPARE_ROWS = 40
"""Empty rows below the prefilled ones, with the same drop-downs."""
_WIDE, _MIDDLE, _NARROW = 34.0, 20.0, 13.0
_SUBMISSION = ("observed_at", "surveyor", "mobility_aid", "role", "consent")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the sheet: its header, a hint that appears on touch, and how it may be filled.

    `choices` go into a drop-down; `low` and `high` warn, and never forbid: `모름` and `85cm` are answers too.
    """

    name: str
    header: str
    hint: str
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    width: float = _NARROW
    given: bool = False  # filled by the form: shaded


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet before ink: columns, and the rows that come prefilled, by column name."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, str], ...]


def answer_sheet(form: StationForm, lang: str) -> bytes:
    """The form as an Excel workbook in one language."""
    from openpyxl import Workbook

    book = Workbook()
    first = book.active
    assert first is not None  # noqa: S101 - a new workbook has one sheet
    sheet = sheet_of(form, lang)
    first.title = sheet.title
    _write_help(book, form, lang)
    lists = _write_lists(book, sheet, lang)
    _write_rows(first, sheet)
    _write_rules(first, sheet, lists)
    return workbook_bytes(book)


def sheet_of(form: StationForm, lang: str) -> Sheet:
    """What stands in the sheet, before it is written."""
    title = _said(Text("조사", "survey"), lang)
    if form.kind is FormKind.TRANSFER:
        return Sheet(title, tuple(_run_columns(form, lang)), ())
    if form.kind is FormKind.CHECK:
        return Sheet(title, tuple(_check_columns(lang)), tuple(_check_rows(form, lang)))
    return Sheet(title, tuple(_thing_columns(form, lang)), tuple(_thing_rows(form, lang)))


def _said(text: Text, lang: str) -> str:
    return text.ko if lang == "ko" else text.en


# ── things ───────────────────────────────────────────────────────────────────


def _thing_columns(form: StationForm, lang: str) -> Iterator[Column]:
    yield _given("station_id", lang)
    yield _given("kind", lang, choices=tuple(_said(KINDS[kind].label, lang) for kind in form.kinds))
    yield _given("feature_id", lang, width=_MIDDLE)
    yield _given("place_text", lang, width=_WIDE)
    if form.asks:
        asked = _said(Text("물음", "question"), lang)
        yield Column(
            "question", asked, _said(Text("다음 방문에 볼 것이에요.", "What to look at."), lang), width=50, given=True
        )
    yield from (_column(FIELDS[name], form, lang) for name in _SUBMISSION)
    yield _column(FIELDS["direction"], form, lang)
    yield from (_column(FIELDS[name], form, lang) for name in FACTS if form.kinds_asked(name))
    yield from (_column(FIELDS[name], form, lang) for name in ("basis", "note", "photo"))
    yield _given("form_version", lang)


def _given(name: str, lang: str, *, choices: tuple[str, ...] = (), width: float = _NARROW) -> Column:
    field = FIELDS[name]
    return Column(name, _said(field.label, lang), _said(field.hint, lang), choices, width=width, given=True)


def _column(field: Field, form: StationForm, lang: str) -> Column:
    listed: tuple[str, ...] = tuple(_said(choice.label, lang) for choice in field.choices)
    if field.type is Type.EXIT:
        listed = form.exits
    elif field.type is Type.LEVEL:
        listed = form.levels
    elif field.type is Type.PLACE:
        listed = tuple(_places(form, lang))
    wide = field.name in {"note", "place_text", "sign_problem", "step_verdict"}
    hint = form_hint(field) if field.is_number else field.hint
    return Column(
        field.name,
        _said(question(field), lang),
        _said(hint, lang),
        () if field.type is Type.CHOICES else listed,
        field.usual[0] if field.usual else None,
        field.usual[1] if field.usual else None,
        _MIDDLE if wide else _NARROW,
    )


def _thing_rows(form: StationForm, lang: str) -> Iterator[Mapping[str, str]]:
    things = {thing.id: thing for thing in form.things}
    common = {"station_id": form.station_id, "form_version": SCHEMA_VERSION}
    if form.asks:
        for ask in form.asks:
            yield common | {
                "kind": _said(KINDS[ask.kind].label, lang),
                "feature_id": ask.feature,
                "place_text": _said(ask.label, lang),
                "question": _said(ask.question, lang),
            }
        return
    for thing in things.values():
        yield common | {
            "kind": _said(KINDS[thing.kind].label, lang),
            "feature_id": thing.id,
            "place_text": _said(thing.label, lang),
        }


# ── a published route ────────────────────────────────────────────────────────


def _check_columns(lang: str) -> Iterator[Column]:
    yield _given("station_id", lang)
    yield _given("route", lang, width=_MIDDLE)
    yield _given("step", lang)
    yield _given("place_text", lang, width=90)
    for name in ("step_verdict", "note", "photo", *_SUBMISSION):
        field = FIELDS[name]
        choices = tuple(_said(choice.label, lang) for choice in field.choices)
        width = _WIDE if name == "note" else _MIDDLE
        yield Column(name, _said(field.label, lang), _said(field.hint, lang), choices, width=width)
    yield _given("form_version", lang)


def _check_rows(form: StationForm, lang: str) -> Iterator[Mapping[str, str]]:
    for route in form.routes:
        for step in route.steps:
            yield {
                "station_id": form.station_id,
                "route": route.id,
                "step": str(step.number),
                "place_text": _said(step.text, lang),
                "form_version": SCHEMA_VERSION,
            }


# ── a transfer ───────────────────────────────────────────────────────────────

_RUN_HINTS: Mapping[str, Text] = {
    "run_id": Text("이 환승의 이름. 모든 행에 같게", "A name for this transfer, the same in every row"),
    "observed_at": Text("2026-05-01", "2026-05-01"),
    "source": Text("누가 조사했나요: 무의 2026", "Whose survey: Muui 2026"),
    "alight_door": Text("내린 문: 10-1", "Door you got off at: 10-1"),
    "board_door": Text("탄 문: 4-2", "Door you got on at: 4-2"),
    "minutes_chair": Text("휠체어로 모두 몇 분", "Minutes in all, in the chair"),
    "leg": Text("층이 바뀔 때마다 1씩 커져요.", "One more at every change of floor."),
    "length_m": Text("m로 적어요.", "In metres."),
    "item": Text("만난 것 하나에 한 행", "One row for each thing met"),
    "item_note": Text(
        "개찰구: 역무원 호출·카드 태그. 방향: 왼쪽. 개수: x3. 출구: exit 3",
        "Gate: staff_call or tap. Turn: left. Count: x3. Exit: exit 3",
    ),
}


def _run_columns(form: StationForm, lang: str) -> Iterator[Column]:
    korean = {name: header for header, name in KOREAN_COLUMNS.items()}
    directions = tuple(dict.fromkeys(platform.id.partition(":")[2] for platform in form.platforms))
    lists: dict[str, tuple[str, ...]] = {
        "station_id": (form.station_id,),
        "from_line": form.lines,
        "to_line": form.lines,
        "from_direction": directions,
        "to_direction": directions,
        "level": form.levels,
        "place": tuple(_places(form, lang)),
        "item": tuple(_said(item.label, lang) for item in ITEMS.values()),
    }
    for name in COLUMNS:
        hint = _RUN_HINTS.get(name, Text("", ""))
        header = korean.get(name, name) if lang == "ko" else name
        yield Column(name, header, _said(hint, lang), lists.get(name, ()), width=_MIDDLE)


def _places(form: StationForm, lang: str) -> Iterator[str]:
    for kind in (Text("승강장", "platform"), Text("대합실", "concourse"), Text("통로", "passage")):
        for line in form.lines:
            yield f"{_said(line_text(line), lang)} {_said(kind, lang)}"
    yield _said(Text("바깥", "outside"), lang)


# ── ink ──────────────────────────────────────────────────────────────────────


def _write_rows(target: Worksheet, sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    grey, head = PatternFill("solid", fgColor="EEF0F4"), PatternFill("solid", fgColor="1B2A8C")
    for number, column in enumerate(sheet.columns, start=1):
        top = target.cell(1, number)
        write_cell(top, column.header)
        top.font, top.fill = Font(bold=True, color="FFFFFF"), head
        top.alignment = Alignment(wrap_text=True, vertical="center")
        target.column_dimensions[get_column_letter(number)].width = column.width
        for row, cells in enumerate(sheet.rows, start=2):
            cell = target.cell(row, number)
            write_cell(cell, cells.get(column.name))
            cell.number_format = "@"  # `3-1` is an exit, no day in March
            cell.alignment = Alignment(wrap_text=column.width > _MIDDLE, vertical="top")
            if column.given:
                cell.fill = grey
        for row in range(len(sheet.rows) + 2, len(sheet.rows) + 2 + SPARE_ROWS):
            target.cell(row, number).number_format = "@"
    given = sum(1 for column in sheet.columns if column.given and column.name != "form_version")
    target.freeze_panes = f"{get_column_letter(given + 1)}2"
    target.row_dimensions[1].height = 44


def _write_rules(target: Worksheet, sheet: Sheet, lists: Mapping[str, str]) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    last = len(sheet.rows) + 1 + SPARE_ROWS
    for number, column in enumerate(sheet.columns, start=1):
        if column.name in lists:
            rule = DataValidation("list", formula1=lists[column.name], allow_blank=True, errorStyle="warning")
        elif column.low is not None:
            rule = DataValidation(
                "decimal",
                operator="between",
                formula1=f"{column.low:g}",
                formula2=f"{column.high:g}",
                allow_blank=True,
                errorStyle="warning",
            )
        else:
            rule = DataValidation(None, allow_blank=True)
        rule.promptTitle, rule.prompt = column.header[:32], column.hint[:255]
        rule.showInputMessage, rule.showErrorMessage = bool(column.hint), rule.type is not None
        rule.error = column.hint[:225]
        letter = get_column_letter(number)
        rule.add(f"{letter}2:{letter}{last}")
        target.add_data_validation(rule)


def _write_lists(book: Workbook, sheet: Sheet, lang: str) -> Mapping[str, str]:
    """The sheet of choices, and where each column finds its own."""
    from openpyxl.utils import get_column_letter

    title = _said(LISTS_SHEET, lang)
    target = book.create_sheet(title)
    ranges: dict[str, str] = {}
    for number, column in enumerate([each for each in sheet.columns if each.choices], start=1):
        letter = get_column_letter(number)
        write_cell(target.cell(1, number), f"{title} {number}")
        for row, choice in enumerate(column.choices, start=2):
            write_cell(target.cell(row, number), choice)
        ranges[column.name] = f"'{title}'!${letter}$2:${letter}${len(column.choices) + 1}"
    target.sheet_state = "hidden"
    return ranges


def _write_help(book: Workbook, form: StationForm, lang: str) -> None:
    from openpyxl.styles import Alignment, Font

    target = book.create_sheet(_said(HELP_SHEET, lang))
    target.column_dimensions["A"].width = 100
    lines = [form.title, *_HELP[form.kind]]
    for number, text in enumerate(lines, start=1):
        cell = target.cell(number, 1)
        write_cell(cell, _said(text, lang))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number == 1:
            cell.font = Font(bold=True, size=14)


_ALIKE = (
    Text(
        "빈칸, ‘없음’, ‘모름’은 서로 다른 답이에요. 보지 않은 것은 비워 두세요.",
        "Blank, `none` and `unknown` are three different answers. Leave blank what you did not look at.",
    ),
    Text(
        "이름과 전화번호는 적지 마세요. 조사자는 별칭으로 적어요.",
        "Write no names or phone numbers; the surveyor is a pseudonym.",
    ),
    Text("다 적었으면: muui-maps survey import 이파일.xlsx", "When done: muui-maps survey import THISFILE.xlsx"),
)
_HELP: Mapping[FormKind, tuple[Text, ...]] = {
    FormKind.FACILITY: (
        Text(
            "회색 칸은 채워져 있어요. 본 것의 행에만 날짜와 답을 적어요. 손대지 않은 행은 읽지 않아요.",
            "Grey cells are filled in. Give date and answers only in rows of what you saw; the others are not read.",
        ),
        Text(
            "목록에 없는 것은 아래 빈 행에, 시설 번호를 ‘새로 생김’으로 적어요.",
            "For what is not listed use an empty row below, with `new` as its feature id.",
        ),
        *_ALIKE,
    ),
    FormKind.TRANSFER: (
        Text(
            "만난 것 하나에 한 행이에요. 환승의 이름, 승강장, 문, 시간은 모든 행에 같게 적어요(끌어 내리면 돼요).",
            "One row for each thing met. Name, platforms, doors and minutes are the same in all rows (drag them down).",
        ),
        *_ALIKE,
    ),
    FormKind.CHECK: (
        Text(
            "지도를 따라가며 걸음마다 맞는지 골라요. 가지 않은 걸음은 비워 두세요.",
            "Follow the map and choose for each step; leave steps blank that you did not take.",
        ),
        *_ALIKE,
    ),
}


def sheet_file_name(form: StationForm, lang: str) -> str:
    """As the sheet is written into a folder."""
    return f"{form.stem}.{lang}.xlsx"
