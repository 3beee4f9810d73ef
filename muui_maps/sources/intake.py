"""The files of a download folder: which datasets they are, and which of them are broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.datasets import DATASETS, Recognised, is_known_header, recognise
from muui_maps.sources.refusal import refuse
from muui_maps.sources.sheets import clean_header
from muui_maps.sources.tabular import Tabular, read_tabular

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Read = tuple[Tabular, Recognised]

MAX_FILES = 500

_DATA_SUFFIXES = frozenset({".csv", ".json", ".xlsx", ".xls"})
_MERELY_UNKNOWN = frozenset({"json_no_records", "delimiter_unsure", "header_duplicate", "csv_syntax", "quote_unclosed"})
"""Faults that a sound file of somebody else's may have; ours are told from them by the columns they name."""


def list_files(folder: Path) -> tuple[list[Path], list[Finding]]:
    """The regular files of a folder, by name, and a Finding for whatever else lies there.

    Hidden files and the locks of open workbooks (`~$…`) are the machine's, not the publisher's: they are left out.

    Raises
    ------
    InputRefusedError
        If there is no such folder, or far too many files in it.
    """
    if not folder.is_dir():
        message = Text("그런 폴더가 없어요", "there is no such folder")
        fix = Text("내려받은 파일이 있는 폴더를 주세요.", "Give the folder that holds the downloads.")
        refuse(str(folder), "folder_missing", message, fix)
    entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith((".", "~$")))
    if len(entries) > MAX_FILES:
        message = Text(f"파일이 {len(entries)}개예요", f"{len(entries)} files")
        fix = Text("내려받은 파일만 있는 폴더를 주세요.", "Give a folder that holds only the downloads.")
        refuse(str(folder), "too_many_files", message, fix)
    files = [entry for entry in entries if entry.is_file()]
    return files, [unknown_file(entry.name, "not_a_regular_file") for entry in entries if entry not in files]


def unknown_file(file: str, why: str) -> Finding:
    """The Finding for a file that is none of the datasets known here."""
    return Finding(
        "file_unknown",
        Severity.INFO,
        Text(f"{file}: 아는 데이터셋이 아니라 가져오지 않았어요.", f"{file}: no dataset known here; not imported."),
        Text(
            "가져와야 하는 파일이라면 포털에서 CSV·JSON·XLSX로 다시 내려받아 주세요.",
            "If it should be one, download it again from the portal as CSV, JSON or XLSX.",
        ),
        file=file,
        value=why,
    )


def read_download(file: Path) -> Read | Finding:
    """Read and recognise one file; a Finding where it is none of ours.

    Raises
    ------
    InputRefusedError
        If it is a known dataset, or by its suffix meant to be one, and broken.
    """
    try:
        source = read_tabular(file, is_header=is_known_header)
    except InputRefusedError as error:
        code = error.findings[0].code
        if file.suffix.lower() in _DATA_SUFFIXES and (code not in _MERELY_UNKNOWN or _names_known_columns(file)):
            raise
        return unknown_file(file.name, code)
    found = recognise(source)
    if found is None:
        return unknown_file(file.name, "columns")
    _refuse_missing_columns(source, found)
    if not any(sheet.records for sheet in found.sheets):
        refuse(source.file, "no_rows", Text("읽을 수 있는 행이 하나도 없어요", "not one row that can be read"))
    return source, found


def _names_known_columns(file: Path) -> bool:
    """Whether the start of a file names every column of a dataset: then the broken file is one of ours."""
    with file.open("rb") as stream:
        start = stream.read(2**16)
    texts = [clean_header(start.decode(encoding, errors="ignore")) for encoding in ("utf-8", "cp949")]
    sets = [columns for known in DATASETS for columns in known.sheets]
    return any(all(column in text for column in columns) for columns in sets for text in texts)


def _refuse_missing_columns(source: Tabular, found: Recognised) -> None:
    findings = [_missing_column(source, found, column, near) for column, near in found.missing().items()]
    if findings:
        raise InputRefusedError(findings[0].message, findings=tuple(findings))


def _missing_column(source: Tabular, found: Recognised, column: str, near: tuple[str, ...]) -> Finding:
    hint = Text(f" 비슷한 열: {', '.join(near)}.", f" Nearest: {', '.join(near)}.") if near else Text("", "")
    return Finding(
        "field_missing",
        Severity.ERROR,
        Text(
            f"{source.file}: ‘{found.dataset.title}’에 있어야 할 열 ‘{column}’이 없어요.{hint.ko}",
            f"{source.file}: {found.dataset.id} without its column ‘{column}’.{hint.en}",
        ),
        Text(
            "열 이름을 되돌리거나 포털에서 다시 내려받아 주세요.",
            "Restore the column's name, or download the file again from the portal.",
        ),
        file=source.file,
        row=1,
        field=column,
        value=", ".join(near) or None,
    )


def twins(read: Iterable[Read]) -> list[Finding]:
    """Files that are the same dataset as another one: nothing in them says which is the newer."""
    first: dict[str, str] = {}
    findings = []
    for source, found in read:
        other = first.setdefault(found.dataset.id, source.file)
        if other != source.file:
            findings.append(_twin(source.file, other, found))
    return findings


def _twin(file: str, other: str, found: Recognised) -> Finding:
    return Finding(
        "dataset_twice",
        Severity.ERROR,
        Text(
            f"{file}: ‘{found.dataset.title}’인데 {other}도 그래요.",
            f"{file}: the same dataset as {other} ({found.dataset.id}).",
        ),
        Text("새것 하나만 남겨 주세요.", "Leave only the newer one in the folder."),
        file=file,
        value=other,
    )


def notes_on_file(source: Tabular, found: Recognised, as_of: str) -> list[Finding]:
    """What a person should know about a file as a whole: no date, a guess, sheets that were not used."""
    notes = []
    if not as_of and not any("기준일" in column for columns in found.dataset.sheets for column in columns):
        message = Text(f"{source.file}: 기준일을 알 수 없어요.", f"{source.file}: the as-of date is unknown.")
        fix = Text(
            "파일 이름에 기준일 여덟 자리(예: _20261123)를 넣고 다시 가져와 주세요.",
            "Put the date into the file's name as eight digits (for example _20261123) and import it again.",
        )
        notes.append(Finding("as_of_unknown", Severity.WARNING, message, fix, file=source.file))
    if found.guessed:
        message = Text(
            f"{source.file}: 열이 같은 두 데이터셋 가운데 ‘{found.dataset.title}’로 보았어요.",
            f"{source.file}: of two datasets with the same columns, taken to be {found.dataset.id}.",
        )
        fix = Text(
            "역 이름이 빈 점이 있으면 엘리베이터, 없으면 리프트로 봐요. 다르면 이 파일을 빼 주세요.",
            "With points that lack a station it is taken for the lifts, else for the wheelchair lifts. If that is "
            "wrong, leave the file out.",
        )
        notes.append(
            Finding("dataset_guessed", Severity.WARNING, message, fix, file=source.file, value=found.dataset.id)
        )
    for sheet in source.sheets:
        if sheet not in found.sheets:
            message = Text(
                f"{source.file}: ‘{sheet.name}’ 시트는 쓰지 않았어요.", f"{source.file}: sheet ‘{sheet.name}’ not used."
            )
            nothing = Text("할 일이 없어요.", "Nothing to do.")
            notes.append(Finding("sheet_unknown", Severity.INFO, message, nothing, file=source.file, layer=sheet.name))
    return notes
