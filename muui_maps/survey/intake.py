"""Survey files, whatever their format, into `FileRead`s. Nothing is stored here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.errors import MuuiError
from muui_maps.model import Text
from muui_maps.survey.readers import read_all

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from muui_maps.survey.observations import FileRead
    from muui_maps.survey.rows import RowContext


def read_survey_files(
    paths: Sequence[Path],
    *,
    context: RowContext,
    known_station: Callable[[str], str | None] | None = None,
    mapping: Path | None = None,
    encoding: str | None = None,
    mappings: Path | None = None,
    fill_merged: bool = False,
) -> tuple[FileRead, ...]:
    """Read survey files that were sent together.

    Parameters
    ----------
    context
        What is known of all their rows.
    known_station
        Turns a station's name into its id, None if there is no such station.
    mapping
        How another form's columns and answers translate into ours: a file, or the name of one in `mappings`.
    encoding
        Of text files, where the person knows better.
    mappings
        Folder of the mapping files at hand.
    fill_merged
        Whether merged cells of a workbook all have the value of their first one.

    Raises
    ------
    InputRefusedError
        If one of the files can't be read as a whole; nothing has been stored.
    MuuiError
        If a file's rows don't add up: an internal fault.
    """
    found = read_all(
        paths,
        context=context,
        known_station=known_station,
        mapping=mapping,
        encoding=encoding,
        mappings=mappings,
        fill_merged=fill_merged,
    )
    for read in found:
        if not read.conserved:
            seen = f"{len(read.observations)} + {sum(len(run.rows) for run in read.runs)} + {len(read.quarantined)}"
            raise MuuiError(
                Text(
                    f"{read.file}: 행 수가 맞지 않아요 ({read.rows} ≠ {seen})",
                    f"{read.file}: the rows don't add up ({read.rows} ≠ {seen})",
                )
            )
    return found
