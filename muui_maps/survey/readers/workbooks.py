"""What a workbook has beside its cells: merged ranges, hidden rows and sheets, macros. Told, never acted upon."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.sheets import Record, Sheet
from muui_maps.survey.fields import OWN_SHEETS
from muui_maps.survey.readers.grid import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=\"([A-Z]{1,3}\d+:[A-Z]{1,3}\d+)\"")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\bhidden=\"(?:1|true)\"")
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def workbook_notes(
    file: str, data: bytes, sheets: Sequence[Sheet]
) -> tuple[tuple[Finding, ...], Mapping[str, tuple[str, ...]]]:
    """What a person should know of a workbook, and the merged ranges of each sheet (`A2:A5`)."""
    notes: list[Finding] = []
    merged: dict[str, tuple[str, ...]] = {}
    by_name = {sheet.name: sheet for sheet in sheets}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(name.endswith("vbaProject.bin") for name in archive.namelist()):
            message = Text("매크로는 실행하지 않고 값만 읽었어요", "macros were not run; only values were read")
            notes.append(finding(file, "macros_ignored", Severity.INFO, message))
        for name, part, hidden in _parts(archive):
            sheet = by_name.get(name)
            if sheet is None or part not in archive.namelist():
                continue
            xml = archive.read(part)
            below = sheet.header_row or 0
            ranges = tuple(match.decode() for match in _MERGED.findall(xml) if _corners(match.decode())[3] > below)
            merged[name] = ranges
            notes.extend(_merged_note(file, name, each) for each in ranges)
            rows = len(_HIDDEN_ROW.findall(xml))
            if rows or (hidden and sheet.rows_in and name not in OWN_SHEETS):
                what = (
                    Text("숨은 시트예요. 그래도 읽었어요", "a hidden sheet: read all the same")
                    if hidden
                    else Text(f"숨은 행 {rows}개도 읽었어요", f"{rows} hidden rows were read too")
                )
                notes.append(finding(file, "rows_hidden", Severity.INFO, what, layer=name, value=str(rows)))
    return tuple(notes), merged


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str, bool]]:
    """Name of each sheet, its part of the archive, and whether it is hidden."""
    from defusedxml.ElementTree import fromstring

    try:
        book = fromstring(archive.read("xl/workbook.xml"))
        relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, SyntaxError, ValueError):  # openpyxl found its sheets some other way; there is nothing to tell
        return
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    for each in book.iter():
        if each.tag.endswith("}sheet"):
            target = targets.get(each.get(_RELATION_ID), "")
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            yield each.get("name", ""), part, each.get("state", "visible") != "visible"


def _merged_note(file: str, sheet: str, cells: str) -> Finding:
    message = Text(
        f"합쳐진 칸({cells})은 왼쪽 위에만 값이 있어요", f"merged cells ({cells}) have a value in their first one only"
    )
    fix = Text(
        "합친 칸을 풀고 값을 채우거나 --fill-merged를 써 주세요.",
        "Unmerge them and fill in the value, or use --fill-merged.",
    )
    row = _corners(cells)[1]
    return finding(file, "cell_merged", Severity.WARNING, message, fix, layer=sheet, row=row, value=cells)


def filled(sheet: Sheet, ranges: Sequence[str]) -> Sheet:
    """A sheet whose merged cells all hold the value of their first one."""
    records = {record.row: dict(record.cells) for record in sheet.records}
    for cells in ranges:
        left, top, right, bottom = _corners(cells)
        names = sheet.header[left - 1 : right]
        value = records.get(top, {}).get(names[0]) if names else None
        for row in range(top, bottom + 1):
            for name in names if row in records and value is not None else ():
                records[row][name] = records[row].get(name) or value
    return replace(sheet, records=tuple(Record(row, cells) for row, cells in records.items()))


def _corners(cells: str) -> tuple[int, int, int, int]:
    """Left column, top row, right column and bottom row of `A2:C5`, all from 1."""
    first, _, last = cells.partition(":")
    (left, top), (right, bottom) = (_place(corner) for corner in (first, last))
    return left, top, right, bottom


def _place(cell: str) -> tuple[int, int]:
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column, int(cell[len(letters) :])
