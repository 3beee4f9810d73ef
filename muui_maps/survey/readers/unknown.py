"""Refusals of files of which nothing can be used: what they lack, what they look like, and what would help."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity, Text
from muui_maps.survey.fields import FIELDS, word_key
from muui_maps.survey.readers.grid import Grid, Opened, finding
from muui_maps.survey.readers.header import platform_of
from muui_maps.survey.readers.tables import Asked, Table, missing
from muui_maps.wording import with_particle

if TYPE_CHECKING:
    from collections.abc import Sequence

KNOWN_FORMS = Text(
    "시설 조사(observed_at, feature_id나 kind, 본 것) · 환승 조사(run_id, leg, item …)",
    "facilities (observed_at, feature_id or kind, what was seen); transfers (run_id, leg, item …)",
)


def refuse_unknown(opened: Opened, tables: Sequence[Table], asked: Asked) -> NoReturn:
    """Refuse a file of which nothing can be used, with what it lacks and what else was seen."""
    seen = [*opened.findings, *(row.reason for table in tables for row in table.grid.bad)]
    if not any(table.grid.header or table.grid.rows for table in tables):
        message = Text("표가 하나도 없어요", "there is no table in it")
        fix = Text("조사한 내용이 있는 파일인지 봐 주세요.", "See whether this is the file with the answers.")
        raise refused(finding(opened.file, "file_empty", Severity.ERROR, message, fix), seen)
    form = next((table for table in tables if _is_form(table.grid)), None)
    if form is not None:
        message = Text("조사 결과가 아니라 양식(XLSForm)이에요", "this is the form (XLSForm), not its answers")
        fix = Text("Kobo나 ODK에서 ‘데이터’를 내보내 주세요.", "Export the data from Kobo or ODK.")
        raise refused(
            finding(opened.file, "form_not_answers", Severity.ERROR, message, fix, layer=form.grid.name), seen
        )
    for table in tables:
        refuse_unnamed(opened, table.grid)
    best = max(tables, key=lambda table: (len(table.fields), table.grid.rows))
    if reason := asked.rules.why_not(best.grid) if asked.rules is not None else None:
        fix = Text("이 파일은 가져올 것이 없어요.", "There is nothing in this file to import.")
        raise refused(finding(opened.file, "table_not_observations", Severity.ERROR, reason, fix), seen)
    raise refused(_unknown_header(opened, best, asked), [*_missing_fields(opened, best, asked), *seen])


def refused(first: Finding, more: Sequence[Finding]) -> InputRefusedError:
    """The error that refuses a file: the first finding is the message, the others go along."""
    said = Text(f"{first.message.ko} {first.fix.ko}", f"{first.message.en} {first.fix.en}")
    return InputRefusedError(said, findings=(first, *more))


def _is_form(grid: Grid) -> bool:
    names = {word_key(name) for name in grid.header}
    is_survey = {"type", "name"} <= names and any(name.startswith(("label", "calculation")) for name in names)
    return is_survey or (bool(grid.header) and word_key(grid.header[0]) == "survey")


def _unknown_header(opened: Opened, table: Table, asked: Asked) -> Finding:
    header = table.grid.header
    own = [name for name in header if name not in table.layout.own]
    worded = [name for name in own if " " in name.strip() or not name.isascii() or "?" in name]
    where = {"layer": table.grid.name, "row": table.grid.header_row}
    value = ", ".join(header)
    if platform_of(header) is not None and not table.layout.columns and 2 * len(worded) > len(own) > 0:
        message = Text("머리글이 질문 문장이에요", "its header has the questions' labels")
        fix = Text(
            "내보낼 때 ‘XML 값과 머리글’을 고르거나, 쓴 양식(XLSForm)을 --mapping으로 주세요.",
            "Export with “XML values and headers”, or give the form (XLSForm) as --mapping.",
        )
        return finding(opened.file, "headers_are_labels", Severity.ERROR, message, fix, value=value, **where)  # type: ignore[arg-type]
    listed = ", ".join(missing(table.fields, asked.context)) or "-"
    fitting = next((name for rules in asked.shelf() if (name := rules.fitting(header))), None)
    message = Text(
        f"아는 조사 양식이 아니에요 (없는 것: {listed}). 아는 양식: {KNOWN_FORMS.ko}",
        f"not a survey form that is known here (missing: {listed}). Known: {KNOWN_FORMS.en}",
    )
    fix = Text(
        "그 열을 더하거나, 다른 양식이면 열을 옮겨 읽는 파일을 --mapping으로 주세요.",
        "Add these columns; for another form give a mapping file with --mapping.",
    )
    if fitting is not None:
        fix = Text(f"--mapping {fitting} 옵션을 붙이면 읽을 수 있어요.", f"It can be read with --mapping {fitting}.")
    return finding(opened.file, "field_missing", Severity.ERROR, message, fix, field=listed, value=value, **where)  # type: ignore[arg-type]


def _missing_fields(opened: Opened, table: Table, asked: Asked) -> list[Finding]:
    """One finding for each missing column that another one looks like."""
    from difflib import get_close_matches

    found = []
    spelled = {word_key(name): name for name in table.grid.header if name not in table.layout.columns}
    for name in missing(table.fields, asked.context):
        wanted = [word_key(word) for word in (name, FIELDS[name].label.ko, *FIELDS[name].synonyms)]
        near = {spelled[key] for word in wanted for key in get_close_matches(word, list(spelled), n=1, cutoff=0.75)}
        if near:
            listed = ", ".join(sorted(near))
            message = Text(f"‘{name}’ 열이 없어요. 비슷한 열: {listed}", f"no column ‘{name}’; nearest: {listed}")
            fix = Text(f"열 이름을 {with_particle(name, '로')} 고쳐 주세요.", f"Rename it to {name}.")
            found.append(
                finding(opened.file, "field_missing", Severity.ERROR, message, fix, layer=table.grid.name, field=name,
                        value=listed)
            )  # fmt: skip
    return found


def refuse_unnamed(opened: Opened, grid: Grid) -> None:
    """Refuse a file that has a column without a name, with something in it."""
    sheet = grid.sheet
    if sheet is None or not sheet.unnamed:
        return
    column = sheet.unnamed[0]
    message = Text(f"{column}번째 열에 이름이 없어요", f"column {column} has no name")
    fix = Text("머리글에 열 이름을 적어 주세요.", "Write the column's name into the header.")
    fault = finding(
        opened.file, "header_blank", Severity.ERROR, message, fix, layer=sheet.name, row=sheet.header_row,
        field=str(column),
    )  # fmt: skip
    raise refused(fault, opened.findings)
