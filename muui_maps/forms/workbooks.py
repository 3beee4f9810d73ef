"""Workbooks that are the same bytes whenever they are written, and hold text as text.

openpyxl stamps a workbook with the present time and takes a text that begins with `=` for a formula; both are undone
here.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from muui_maps.maps.svg import clean_text

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.workbook import Workbook

_WHEN = (1980, 1, 1, 0, 0, 0)
"""The oldest date that a zip file can hold."""
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write_cell(cell: Cell | MergedCell, content: str | float | None) -> None:
    """Put a text or a number into a cell; a text is never taken for a formula."""
    if isinstance(content, str):
        content = clean_text(content) or None
    cell.value = content
    if isinstance(content, str):
        cell.data_type = "s"


def workbook_bytes(book: Workbook) -> bytes:
    """The workbook as a file, without the time at which it was written."""
    written = io.BytesIO()
    book.save(written)
    repeatable = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(repeatable, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    return repeatable.getvalue()
