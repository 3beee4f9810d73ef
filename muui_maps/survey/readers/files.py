"""What a file is, by its content, and its tables. A file's name plays no part, but for what it says of its origin."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, NoReturn

from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.decoding import decode
from muui_maps.sources.refusal import refuse
from muui_maps.sources.sheets import MAX_COLUMNS
from muui_maps.sources.tabular import file_bytes, read_csv
from muui_maps.sources.workbook import ZIP_ERRORS, read_workbook
from muui_maps.survey.own_layout import is_runs
from muui_maps.survey.readers.grid import Grid, Opened, finding, grid_of
from muui_maps.survey.readers.header import layout_of, platform_of
from muui_maps.wording import with_particle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from muui_maps.sources.sheets import Sheet
    from muui_maps.survey.readers.mapping import Rules

_NUMBER = re.compile(r"\s*-?\d+(?:\.\d+)?\s*")
_FEWEST = 3
"""Columns of the schema that make a row a header: one or two of its everyday words stand on many sheets."""
_SQLITE = b"SQLite format 3\0"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SHAPE = b"\x00\x00\x27\x0a"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE_XLSX = Text(
    "엑셀에서 암호 없이 ‘Excel 통합 문서(.xlsx)’로 저장해 주세요.",
    "Save it without a password as an Excel workbook (.xlsx).",
)
_KNOWN = Text(
    "CSV·XLSX·GeoJSON·GeoPackage·GPX·KML·OSM·JPEG 사진을 읽어요.",
    "CSV, XLSX, GeoJSON, GeoPackage, GPX, KML, OSM and JPEG photos are read.",
)


def open_file(
    path: Path, *, rules: Rules | None = None, encoding: str | None = None, fill_merged: bool = False
) -> Opened:
    """A file cut into tables.

    Raises
    ------
    InputRefusedError
        If it is of no format that is read here, or can't be trusted whole.
    """
    file, data = path.name, file_bytes(path)
    if data.startswith(b"PK"):
        return _open_zip(file, data, rules, fill_merged=fill_merged)
    if data.startswith(_OLD_OFFICE):
        if _ENCRYPTED in data:
            refuse(file, "workbook_locked", Text("암호가 걸린 파일이에요", "it has a password"), _SAVE_XLSX)
        message = Text("옛 엑셀(.xls) 파일이에요", "an old Excel file (.xls)")
        refuse(file, "workbook_old_format", message, _SAVE_XLSX)
    if data.startswith(_SQLITE):
        from muui_maps.survey.readers.geopackage import open_geopackage

        return open_geopackage(path)
    if (kind := image_kind(data)) is not None:
        from muui_maps.survey.readers.photos import open_photo

        return open_photo(file, data, kind)
    if _is_binary(data):
        message = Text("읽을 수 있는 조사 파일이 아니에요", "not a survey file that can be read")
        refuse(file, "format_unknown", message, _KNOWN, value=data[:8].hex(" "))
    text, encoding = decode(file, data, encoding=encoding)
    return _open_text(file, text, encoding, rules)


def _is_binary(data: bytes) -> bool:
    """Whether a file is no text at all; one stray NUL in a table is a fault of its row."""
    head = data[:512]
    return data.startswith(_SHAPE) or (head.count(0) * 20 > len(head) and not data.startswith(_UTF_16))


def image_kind(data: bytes) -> str | None:
    """`jpeg`, `png` or `heic` by the first bytes; None for anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "heic" if data[4:8] == b"ftyp" and data[8:12] in {b"heic", b"heix", b"mif1", b"hevc", b"msf1"} else None


def header_test(rules: Rules | None) -> _HeaderTest:
    """Which row is a header: one with columns that are known, here or in the mapping."""
    return _HeaderTest(rules)


class _HeaderTest:
    def __init__(self, rules: Rules | None) -> None:
        self.rules = rules

    def __call__(self, cells: Sequence[str]) -> bool:
        if len(cells) > MAX_COLUMNS:
            return False
        if is_runs(cells) or len(layout_of(cells).fields) >= _FEWEST:
            return True
        return self.rules is not None and self.rules.fitting([cell for cell in cells if cell]) is not None


# ── text ─────────────────────────────────────────────────────────────────────


def _open_text(file: str, text: str, encoding: str, rules: Rules | None) -> Opened:
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start == "<":
        from muui_maps.survey.readers.markup import open_markup

        return open_markup(file, text, encoding)
    if start in {"{", "["}:
        from muui_maps.survey.readers.geojson import open_json

        return open_json(file, text, encoding)
    sheet = _csv(file, text, rules)
    platform = platform_of(sheet.header)
    notes = tuple(_encoding_notes(file, encoding))
    return Opened(file, f"{platform}_csv" if platform else "csv", encoding, (grid_of(sheet),), notes)


def _csv(file: str, text: str, rules: Rules | None) -> Sheet:
    try:
        sheet = read_csv(file, text, header_test(rules))
    except InputRefusedError as error:
        first = error.findings[0]
        if first.code == "header_duplicate" and first.field is not None and _NUMBER.fullmatch(first.field):
            _refuse_headless(file, 1, first.field)
        raise
    header = sheet.header
    if header and all(_NUMBER.fullmatch(cell) for cell in header[:2]):
        _refuse_headless(file, sheet.header_row, ", ".join(header))
    if len(header) == 1 and (re.search(r"\S\s+\S+\s+\S", header[0]) or any("," in row[0] for row in sheet.bad_cells)):
        message = Text("칸을 나누는 글자를 알 수 없어요", "the separator is not clear")
        fix = Text("쉼표로 나눈 CSV로 저장해 주세요.", "Save it as CSV with commas.")
        refuse(file, "delimiter_unsure", message, fix, row=sheet.header_row, value=header[0][:80])
    lengths = {len(cells) for cells in sheet.bad_cells}
    if not sheet.records and len(sheet.bad) > 1 and len(lengths) == 1 and sheet.bad[0].code == "row_length":
        message = Text(
            f"모든 행의 칸이 {lengths.pop()}개인데 머리글은 {len(header)}개예요",
            f"every row has {len(sheet.bad_cells[0])} cells, the header {len(header)}",
        )
        fix = Text(
            "머리글과 행의 칸 수를 같게 고쳐 다시 내보내 주세요.",
            "Make the header and the rows equally long, or export it again.",
        )
        refuse(file, "row_length", message, fix, row=sheet.header_row)
    return sheet


def _encoding_notes(file: str, encoding: str) -> list[Finding]:
    if encoding in {"utf-8", "utf-8-sig"}:
        return []
    message = Text(f"글자 인코딩을 {with_particle(encoding, '로')} 읽었어요", f"the text was read as {encoding}")
    return [finding(file, "encoding_guessed", Severity.INFO, message, value=encoding)]


def _refuse_headless(file: str, row: int | None, value: str) -> NoReturn:
    """A first row of numbers is data: the header was cut off."""
    message = Text("머리글이 없는 것 같아요 (첫 행이 수예요)", "the header seems to be missing (row 1 holds numbers)")
    fix = Text("첫 행에 열 이름을 적어 주세요.", "Write the columns' names into the first row.")
    refuse(file, "header_blank", message, fix, row=row, value=value[:80])


# ── archives: a workbook, or none ────────────────────────────────────────────


def _open_zip(file: str, data: bytes, rules: Rules | None, *, fill_merged: bool) -> Opened:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except ZIP_ERRORS as error:
        name = type(error).__name__
        refuse(file, "archive_unreadable", Text(f"압축을 풀 수 없어요 ({name})", f"can't be unpacked ({name})"))
    if "xl/workbook.bin" in names or "mimetype" in names:
        message = Text("‘Excel 통합 문서(.xlsx)’가 아니에요 (.xlsb, .ods)", "not an .xlsx workbook (.xlsb, .ods)")
        refuse(file, "workbook_old_format", message, _SAVE_XLSX)
    if not any(name.startswith("xl/") for name in names):
        listed = ", ".join(name[:40] for name in names[:5])
        message = Text(f"압축 파일이에요 ({listed})", f"an archive ({listed})")
        fix = Text("압축을 풀고 그 안의 파일을 주세요.", "Unpack it and give the files in it.")
        refuse(file, "archive_not_read", message, fix, value=listed)
    from muui_maps.survey.readers.workbooks import filled, workbook_notes

    sheets = read_workbook(file, data, header_test(rules))
    notes, merged = workbook_notes(file, data, sheets)
    if fill_merged:
        sheets = tuple(filled(sheet, merged.get(sheet.name or "", ())) for sheet in sheets)
    platform = next((found for sheet in sheets if (found := platform_of(sheet.header))), None)
    grids: tuple[Grid, ...] = tuple(grid_of(sheet) for sheet in sheets)
    return Opened(file, f"{platform}_xlsx" if platform else "xlsx", None, grids, notes)
