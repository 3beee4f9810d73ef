"""Readers of what researchers send.

Forms of KoboToolbox, ODK Central and Ona, QField's GeoPackages, tables of Excel and of web forms, points of GPX and
KML, photos, OSM files; somebody else's forms through a mapping file.

`read` turns one file into a `FileRead`; `read_all` reads files that belong together (visits and their repeats in files
of their own, photos and the answers they belong to). Nothing is stored here, and no file is ever written to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.errors import InputRefusedError
from muui_maps.model import Text
from muui_maps.sources.refusal import refuse
from muui_maps.survey.readers.collect import collect
from muui_maps.survey.readers.files import open_file
from muui_maps.survey.readers.geopackage import is_rebase_note
from muui_maps.survey.readers.header import platform_of
from muui_maps.survey.readers.tables import Asked
from muui_maps.survey.readers.together import read_photo, with_missing_media, with_rivals
from muui_maps.survey.rows import RowContext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from muui_maps.survey.observations import FileRead
    from muui_maps.survey.readers.grid import Grid, Opened
    from muui_maps.survey.readers.mapping import Rules

__all__ = ["read", "read_all"]


def read(
    path: Path,
    *,
    context: RowContext | None = None,
    mapping: Path | None = None,
    encoding: str | None = None,
    known_station: Callable[[str], str | None] | None = None,
    fill_merged: bool = False,
    mappings: Path | None = None,
) -> FileRead:
    """Read one file; see `read_all`."""
    return read_all(
        [path],
        context=context,
        mapping=mapping,
        encoding=encoding,
        known_station=known_station,
        fill_merged=fill_merged,
        mappings=mappings,
    )[0]


def read_all(
    paths: Sequence[Path],
    *,
    context: RowContext | None = None,
    mapping: Path | None = None,
    encoding: str | None = None,
    known_station: Callable[[str], str | None] | None = None,
    fill_merged: bool = False,
    mappings: Path | None = None,
) -> tuple[FileRead, ...]:
    """Read files that were sent together.

    Parameters
    ----------
    context
        What is known of all rows.
    mapping
        How another form reads in our words: a mapping file (TOML), the form itself (XLSForm), or the name of one of
        `mappings` (`metro4all`).
    encoding
        Of text files, where the person knows better.
    known_station
        Turns a station's name into its id, for surveyed transfers; None if there is no such station.
    fill_merged
        Whether merged cells of a workbook all have the value of their first one.
    mappings
        Folder of the mapping files at hand: a file that one of them fits is refused with its name.

    Returns
    -------
    One FileRead for each file, in order. Repeats in a file of their own (ODK Central) take who, when and where from the
    file of the visits; each file's rows are counted once, in their own FileRead.

    Raises
    ------
    InputRefusedError
        If a file can't be read; with the findings of all that can't.
    """
    refusals: list[InputRefusedError] = []
    opened: dict[Path, tuple[Opened, Asked]] = {}
    for path in paths:
        try:
            rules = None if mapping is None else _rules(_at_hand(mapping, mappings), path.parent)
            _refuse_rebase_note(path)
            one = open_file(path, rules=rules, encoding=encoding, fill_merged=fill_merged)
            opened[path] = (one, Asked(context or RowContext(), rules, known_station, mappings))
        except InputRefusedError as error:
            refusals.append(error)
    found: dict[Path, FileRead] = {}
    # A photo belongs to an answer: these are read first.
    for path in sorted(opened, key=lambda path: opened[path][0].format == "photo"):
        one, asked = opened[path]
        try:
            if one.format == "photo":
                found[path] = read_photo(path, one, asked, tuple(found.values()))
            else:
                found[path] = collect(one, path, asked, _central_files_beside(path, opened))
        except InputRefusedError as error:
            refusals.append(error)
    if refusals:
        raise _joined(refusals)
    found = with_rivals(found)
    return tuple(with_missing_media(path, found[path], given=paths) for path in dict.fromkeys(paths))


def _central_files_beside(path: Path, opened: dict[Path, tuple[Opened, Asked]]) -> tuple[Grid, ...]:
    """The tables of the other files of an export of ODK Central, which keeps repeats in files of their own."""
    if not any(platform_of(grid.header) == "odk" for grid in opened[path][0].grids):
        return ()
    others = (one for other, (one, _) in opened.items() if other != path)
    return tuple(grid for one in others for grid in one.grids if platform_of(grid.header) == "odk")


def _at_hand(mapping: Path, mappings: Path | None) -> Path:
    """The mapping file meant: a name alone is that of one of those at hand, if there is no such file here."""
    if mappings is None or mapping.exists() or mapping.name != str(mapping):
        return mapping
    return found if (found := mappings / f"{mapping.name.removesuffix('.toml')}.toml").is_file() else mapping


def _rules(mapping: Path, beside: Path) -> Rules:
    try:
        with mapping.open("rb") as stream:
            is_workbook = stream.read(2) == b"PK"
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = Text(f"열 수 없어요 ({reason})", f"can't be opened ({reason})")
        refuse(mapping.name, "file_unreadable", message, Text("경로를 확인해 주세요.", "Check the path."))
    if is_workbook:
        from muui_maps.survey.readers.form import read_form

        return read_form(mapping)
    from muui_maps.survey.readers.mapping import read_mapping

    return read_mapping(mapping, beside=beside)


def _refuse_rebase_note(path: Path) -> None:
    if is_rebase_note(path):
        message = Text("Mergin이 합치며 남긴 기록이에요", "Mergin's own note on a merge")
        fix = Text("가져올 것이 없어요. GeoPackage를 주세요.", "Nothing to import: give the GeoPackage.")
        refuse(path.name, "table_not_observations", message, fix)


def _joined(refusals: Sequence[InputRefusedError]) -> InputRefusedError:
    """One error with the findings of all refused files."""
    if len(refusals) == 1:
        return refusals[0]
    more = len(refusals) - 1
    first = refusals[0].message
    message = Text(f"{first.ko} (파일 {more}개 더)", f"{first.en} (and {more} more files)")
    return InputRefusedError(message, findings=[each for error in refusals for each in error.findings])
