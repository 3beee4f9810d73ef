"""The sheets of an XLSX workbook, read as text: nothing is computed, no link followed, no macro run."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from muui_maps.errors import InputRefusedError
from muui_maps.model import Text
from muui_maps.sources.refusal import refuse
from muui_maps.sources.sheets import DATE, ERROR, FORMULA, MAX_COLUMNS, MAX_ROWS, Sheet, read_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from muui_maps.sources.sheets import HeaderTest

_ENTRIES = 1_000
_UNPACKED_BYTES = 128 * 2**20
_RATIO = 200
"""What a workbook may unpack to: real ones hold 20 bytes for each packed one."""

ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError,
)  # fmt: skip
"""What zipfile raises over a damaged archive."""
_FORMULA = re.compile(rb"<(?:[\w.-]+:)?f[\s/>]")
_MARKS = {"e": ERROR, "d": DATE}
_SAVE_AGAIN = Text(
    "엑셀에서 암호 없이 ‘Excel 통합 문서(.xlsx)’로 다시 저장해 주세요 (Strict Open XML은 안 돼요).",
    "Save it again without a password as an Excel workbook (.xlsx), not as Strict Open XML.",
)


def read_workbook(file: str, data: bytes, is_header: HeaderTest) -> tuple[Sheet, ...]:
    """Every sheet of a workbook.

    Raises
    ------
    InputRefusedError
        If it is no workbook, has no sheets, unpacks to too much or is too wide or long.
    """
    _guard(file, data)
    with warnings.catch_warnings():
        # openpyxl warns of styles, names and extensions that it leaves out; none of them is read here.
        warnings.simplefilter("ignore")
        return _sheets(file, data, is_header)


def _sheets(file: str, data: bytes, is_header: HeaderTest) -> tuple[Sheet, ...]:
    # Twice where there are formulas: as formulas, so that one without a result is set aside instead of read as nothing,
    # and as the results that the publisher's own program left in the file.
    book = _opened(file, data, data_only=False)
    results = _opened(file, data, data_only=True) if _has_formulas(data) else None
    try:
        resulting = [None] * len(book.worksheets) if results is None else results.worksheets
        sheets = tuple(
            read_sheet(file, sheet.title, _rows(file, sheet, other), is_header, ragged=True)
            for sheet, other in zip(book.worksheets, resulting, strict=True)
        )
    finally:
        book.close()
        if results is not None:
            results.close()
    if not sheets:
        refuse(file, "workbook_no_sheets", Text("시트가 하나도 없어요", "there is no sheet"), _SAVE_AGAIN)
    return sheets


def _has_formulas(data: bytes) -> bool:
    """Whether any part holds an `<f>` element, with or without a prefix. Cells' own text has its `<` escaped."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = (name for name in archive.namelist() if name.endswith(".xml"))
        return any(_FORMULA.search(archive.read(name)) for name in parts)


def _opened(file: str, data: bytes, *, data_only: bool) -> Any:  # noqa: ANN401 - openpyxl's workbook, known only inside
    from openpyxl import load_workbook

    try:
        return load_workbook(io.BytesIO(data), read_only=True, keep_links=False, data_only=data_only)
    except Exception as error:  # noqa: BLE001 - openpyxl raises whatever a broken part happens to raise
        name = type(error).__name__
        message = Text(f"엑셀 파일로 읽을 수 없어요 ({name})", f"unreadable as a workbook ({name})")
        refuse(file, "workbook_unreadable", message, _SAVE_AGAIN)


def _guard(file: str, data: bytes) -> None:
    """Refuse bombs by what the archive declares: zipfile never gives more than that, so a lie cuts only itself."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            total = sum(entry.file_size for entry in entries)
            if len(entries) > _ENTRIES or total > min(_UNPACKED_BYTES, max(2**20, _RATIO * len(data))):
                message = Text(
                    f"풀면 파일 {len(entries)}개, {total >> 20} MB예요",
                    f"unpacks to {len(entries)} files and {total >> 20} MB",
                )
                refuse(file, "archive_too_big", message)
            for entry in entries:
                with archive.open(entry) as stream:
                    # Entities are declared before the root element; the zero bytes are those of UTF-16.
                    start = stream.read(4096)
                    while stream.read(2**20):  # to the end: damage is found here, and nowhere later
                        pass
                    if b"<!DOCTYPE" in start.replace(b"\0", b"").upper():
                        message = Text("문서형 선언(DOCTYPE)이 들어 있어요", "it holds a document type declaration")
                        refuse(file, "xml_doctype", message, layer=entry.filename[:80])
    except ZIP_ERRORS as error:
        name = type(error).__name__
        refuse(file, "archive_unreadable", Text(f"압축을 풀 수 없어요 ({name})", f"can't be unpacked ({name})"))


def _rows(file: str, sheet: Any, resulting: Any) -> Iterator[tuple[int, Sequence[str]]]:  # noqa: ANN401
    # A workbook states how wide and long a sheet is, and openpyxl believes it: a lie would cost a billion empty cells.
    sheet.reset_dimensions()
    if resulting is not None:
        resulting.reset_dimensions()
    try:
        both = (
            ((row, row) for row in sheet.iter_rows())
            if resulting is None
            else zip(sheet.iter_rows(), resulting.iter_rows(), strict=True)
        )
        for number, (cells, results) in enumerate(both, 1):
            if number > MAX_ROWS or len(cells) > MAX_COLUMNS:
                message = Text(f"‘{sheet.title}’ 시트가 너무 커요", f"sheet ‘{sheet.title}’ is too big")
                fix = Text("표 밖의 빈 행과 열을 지워 주세요.", "Delete the rows and columns outside of the table.")
                refuse(file, "sheet_too_big", message, fix, layer=sheet.title, row=number)
            yield number, [_text(*pair) for pair in zip(cells, results, strict=True)]
    except InputRefusedError:
        raise
    except Exception as error:  # noqa: BLE001 - see _opened
        name = type(error).__name__
        message = Text(
            f"‘{sheet.title}’ 시트를 읽을 수 없어요 ({name})", f"sheet ‘{sheet.title}’ is unreadable ({name})"
        )
        refuse(file, "workbook_unreadable", message, _SAVE_AGAIN, layer=sheet.title)


def _text(cell: Any, resulting: Any) -> str:  # noqa: ANN401
    if cell.data_type == "f":
        if resulting.value is None:
            return f"{FORMULA} {cell.value}"
        cell = resulting
    value = cell.value
    if value is None:
        return ""
    if mark := _MARKS.get(cell.data_type):
        return f"{mark} {value}"
    if isinstance(value, float):
        # Excel keeps 15 digits; the 17 of 14.200000000000001 are arithmetic, not measurement.
        return f"{value:.15g}"
    text = str(value)
    if "_x" in text:
        from openpyxl.utils.escape import unescape

        text = str(unescape(text))
    return text.replace("\0", "�")
