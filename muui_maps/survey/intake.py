"""One survey file, whatever its format, into a `FileRead`. Nothing is stored here."""

from __future__ import annotations

import importlib
import importlib.util
from typing import TYPE_CHECKING, cast

from muui_maps.errors import MuuiError
from muui_maps.model import Text
from muui_maps.survey.own_layout import read_own

if TYPE_CHECKING:
    from pathlib import Path

    from muui_maps.survey.observations import FileRead
    from muui_maps.survey.own_layout import KnownStation
    from muui_maps.survey.rows import RowContext

_READERS = "muui_maps.survey.readers"
"""The other formats: `read(path, *, context, mapping)` gives a FileRead, or None for a file that is none of these."""


def read_survey_file(
    path: Path, *, context: RowContext, known_station: KnownStation | None = None, mapping: Path | None = None
) -> FileRead:
    """Read a survey file.

    Parameters
    ----------
    context
        What is known of all its rows.
    known_station
        Turns a station's name into its id, None if there is no such station.
    mapping
        How another form's columns and answers translate into ours.

    Raises
    ------
    InputRefusedError
        If the file can't be read as a whole; nothing has been stored.
    """
    read: FileRead | None = None
    if importlib.util.find_spec(_READERS) is not None:
        reader = getattr(importlib.import_module(_READERS), "read", None)
        if reader is not None:
            read = cast("FileRead | None", reader(path, context=context, mapping=mapping))
    if read is None:
        read = read_own(path, context=context, known_station=known_station)
    if not read.conserved:
        counts = (
            f"{read.rows} = {len(read.observations)} + {sum(len(r.rows) for r in read.runs)} + {len(read.quarantined)}?"
        )
        raise MuuiError(
            Text(f"{path.name}: 행 수가 맞지 않아요 ({counts})", f"{path.name}: the rows don't add up ({counts})")
        )
    return read
