"""What files say of one another: whose photo it is, which copies rival, which photos are missing."""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Finding, Severity, Text
from muui_maps.survey.observations import Described, FileRead, Quarantined, SheetSeen
from muui_maps.survey.readers.collect import collect
from muui_maps.survey.readers.geopackage import conflict_copy_of
from muui_maps.survey.readers.grid import finding
from muui_maps.survey.readers.photos import nearest_answer
from muui_maps.survey.values import ValueRefusedError, read_moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from muui_maps.survey.observations import Observation
    from muui_maps.survey.readers.grid import Opened
    from muui_maps.survey.readers.tables import Asked

_TARGET = ("station_id", "line", "level", "feature_id", "kind", "place_text")


def read_photo(path: Path, opened: Opened, asked: Asked, others: Sequence[FileRead]) -> FileRead:
    """A photo: named by an answer, taken in the minutes of one, or set aside."""
    answers = [answer for other in others for answer in other.observations]
    if owner := next((answer for answer in answers if path.name in _names(answer)), None):
        message = Text(
            f"{owner.submission.source_file} {owner.submission.row}행의 사진이에요",
            f"the photo of row {owner.submission.row} of {owner.submission.source_file}",
        )
        described = Described("photo", None, (SheetSeen(None, 1, "ignored"),))
        return FileRead(path.name, described, 0, findings=(finding(path.name, "photo_of_row", Severity.INFO, message),))
    known = {name for name, answer in asked.context.defaults.items() if answer}
    if known & {"feature_id", "kind", "place_text"}:
        return collect(opened, path, asked)
    owner, candidates = nearest_answer(_moment(opened), answers)
    if owner is None:
        return _unmatched(opened, candidates)
    target = {name: str(getattr(owner, name)) for name in _TARGET if getattr(owner, name)}
    context = replace(asked.context, defaults=MappingProxyType({**asked.context.defaults, **target}))
    read = collect(opened, path, replace(asked, context=context, rules=None))
    message = Text(
        f"찍은 때로 보아 {owner.submission.row}행의 것이에요 ({owner.submission.source_file})",
        f"by its time it belongs to row {owner.submission.row} of {owner.submission.source_file}",
    )
    note = finding(path.name, "photo_by_time", Severity.INFO, message, value=owner.submission.observed_at)
    return replace(read, findings=(*read.findings, note))


def _names(answer: Observation) -> set[str]:
    return {re.split(r"[/\\]", photo)[-1] for photo in answer.photos}


def _moment(opened: Opened) -> str:
    taken = opened.grids[0].lines[0].cells.get("taken", "")
    try:
        return read_moment(taken) if taken else ""
    except ValueRefusedError:  # a camera whose clock stands in 1970
        return ""


def _unmatched(opened: Opened, candidates: tuple[str, ...]) -> FileRead:
    cells = opened.grids[0].lines[0].cells
    message = Text("무엇을 찍은 사진인지 알 수 없어요", "it is not clear what the photo shows")
    fix = Text(
        "조사 파일과 함께 가져오거나, 조사 행의 사진 칸에 이름을 적어 주세요.",
        "Import it together with the survey, or write its name into the photo cell of its row.",
    )
    code = "feature_ambiguous" if candidates else "photo_unmatched"
    reason = finding(opened.file, code, Severity.ERROR, message, fix, row=1, field="photo", value=cells.get("taken"))
    described = Described("photo", None, (SheetSeen(None, 1, "observations"),))
    held = Quarantined(cells, reason, candidates)
    return FileRead(opened.file, described, 1, quarantined=(held,), findings=opened.findings)


def with_rivals(found: Mapping[Path, FileRead]) -> dict[Path, FileRead]:
    """Conflict copies that came with their originals: rows that differ get keys of their own, so that both count."""
    by_name = {path.name: read for path, read in found.items()}
    result = dict(found)
    for path, read in found.items():
        original = by_name.get(conflict_copy_of(path.name) or "")
        if original is None:
            continue
        said = {each.submission.key: each.submission.raw for each in original.observations if each.submission.key}
        rivals = tuple(
            _renamed(each, path.name)
            if each.submission.key in said and said[each.submission.key] != each.submission.raw
            else each
            for each in read.observations
        )
        result[path] = replace(read, observations=rivals)
    return result


def _renamed(observation: Observation, file: str) -> Observation:
    who = re.sub(r"^.*\(([^)]*)\).*$", r"\1", file)
    return replace(observation, submission=replace(observation.submission, key=f"{observation.submission.key}~{who}"))


def with_missing_media(path: Path, read: FileRead, *, given: Sequence[Path]) -> FileRead:
    """The same, with a remark on photos that rows name and that are not here.

    A GeoPackage travels with its photos: each that is missing is told. Other exports leave them on the server: one
    remark for all.
    """
    here = {each.name for each in given}
    missing: list[tuple[Observation, str]] = []
    for answer in read.observations:
        for photo in answer.photos:
            name = re.split(r"[/\\]", photo)[-1]
            if name not in here and not photo.startswith("https://") and not (path.parent / photo).is_file():
                missing.append((answer, photo))
    if not missing or read.described.format == "photo":
        return read
    return replace(read, findings=(*read.findings, *_missing_media(read, missing)))


def _missing_media(read: FileRead, missing: Sequence[tuple[Observation, str]]) -> list[Finding]:
    fix = Text("사진을 같은 폴더에 두고 다시 가져오면 이어져요.", "Put the photos beside the file and import it again.")
    if read.described.format != "gpkg":
        count = len(missing)
        message = Text(f"사진 {count}장이 여기에 없어요", f"{count} photos are not here")
        return [finding(read.file, "media_missing", Severity.INFO, message, fix, value=missing[0][1])]
    message = Text("사진 파일이 없어요", "the photo's file is missing")
    return [
        finding(
            read.file, "media_missing", Severity.WARNING, message, fix, layer=answer.submission.sheet,
            row=answer.submission.row, field="photo", value=photo,
        )
        for answer, photo in missing
    ]  # fmt: skip
