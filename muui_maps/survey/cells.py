"""One cell of a survey row into one value, or a Finding that says which cell, what stood there, and the mend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from muui_maps.model import STREET, Finding, PlaceKind, Severity, SurveyItem, Text
from muui_maps.names import normal_level
from muui_maps.survey.items import WALK, ItemRead, nearest_items, read_item, read_place, tidy
from muui_maps.survey.table import Row, finding, shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAX_LENGTH_M = 2000.0
MAX_MINUTES = 600.0
MAX_LEGS = 50
LAST_YEAR = 2100
FIRST_YEAR = 1974
"""The year in which Seoul's first line opened."""
MAX_CAR = 10
MAX_DOOR = 4
"""Doors on one side of a car; Seoul's longest trains have ten cars."""
NO_ANSWER = frozenset({"", "-", "?", "unknown", "모름", "n/a", "na", "null"})
"""What people write where they have no answer; `없음` is an answer."""


@dataclass(frozen=True, slots=True)
class LegRow:
    """One good row below the run's columns. `level` and `place` are None where the row leaves them to its leg."""

    number: int
    leg: int
    level: str | None
    place: tuple[str | None, PlaceKind] | None
    item: SurveyItem | None


class RefusedCellError(Exception):
    """A cell that can't be read: carries its Finding, and ends the reading of its row or run."""

    def __init__(self, fault: Finding) -> None:
        super().__init__(fault.message.en)
        self.finding = fault


def read_date(words: str) -> str | None:
    match = re.fullmatch(
        r"(\d{4})(?:년|[-./](\d{1,2})(?:[-./](\d{1,2}))?|년\s*(\d{1,2})월(?:\s*(\d{1,2})일)?)?\.?", words
    )
    if match is None or not FIRST_YEAR <= int(match.group(1)) <= LAST_YEAR:
        return None
    month, day = match.group(2) or match.group(4), match.group(3) or match.group(5)
    if month is None:
        return match.group(1)
    try:
        found = date(int(match.group(1)), int(month), int(day or 1)).isoformat()
    except ValueError:
        return None
    return found if day else found.removesuffix("-01")


def read_number(words: str, unit: str, most: float) -> float | None:
    """A number above 0 with or without its unit; None for anything else: 0 is not a way to say unknown."""
    match = re.fullmatch(rf"(\d+(?:\.\d+)?)\s*{unit}", words, re.IGNORECASE)
    if match is None or not 0 < float(match.group(1)) <= most:
        return None
    return float(match.group(1))


Doors = dict[str, "tuple[int, int | None] | None"]
"""The run's doors as far as they have been read."""


def good_rows(path: Path, rows: Sequence[Row], findings: list[Finding]) -> tuple[Doors, list[LegRow]]:
    doors: Doors = {"alight_door": None, "board_door": None}
    good: list[LegRow] = []
    for row in rows:
        try:
            own_doors = {field: _door(path, row, field, doors[field]) for field in doors}
            good.append(_leg_row(path, row))
        except RefusedCellError as refusal:
            findings.append(refusal.finding)
        else:
            doors.update(own_doors)
    return doors, good


def _refuse_cell(path: Path, row: Row, field: str, code: str, fix: Text) -> RefusedCellError:
    cell = shown(row.cells[field])
    message = Text(
        f"{row.number}행 {field}: '{cell}'을(를) 읽을 수 없어 이 행을 빼 두었어요.",
        f"Row {row.number}, {field}: '{cell}' can't be read; the row was set aside.",
    )
    return RefusedCellError(
        finding(code, Severity.ERROR, message, fix, path=path, row=row.number, field=field, value=row.cells[field])
    )


def _door(path: Path, row: Row, field: str, known: tuple[int, int | None] | None) -> tuple[int, int | None] | None:
    """`10-1` is car 10, door 1; `6` is a car only; blank leaves it to the run's other rows."""
    words = tidy(row.cells[field])
    if words.casefold() in NO_ANSWER:
        return known
    fix = Text("10-1처럼 칸-문으로 써 주세요. 칸 1~10, 문 1~4.", "Write car-door as 10-1: car 1 to 10, door 1 to 4.")
    if re.search(r"월|일|:|\d{4}|[A-Za-z]{3}", words):
        mend = Text(
            f"{fix.ko} 표 프로그램이 날짜로 바꾼 것 같아요: 칸을 텍스트로 두세요.",
            f"{fix.en} A spreadsheet made it a date: format the cell as text.",
        )
        raise _refuse_cell(path, row, field, "cell_is_date", mend)
    match = re.fullmatch(r"(\d{1,2})(?:\s*[-–]\s*(\d))?(?:번|번 칸)?", words)
    if match is None or not 1 <= int(match.group(1)) <= MAX_CAR or not 1 <= int(match.group(2) or 1) <= MAX_DOOR:
        raise _refuse_cell(path, row, field, "door_unreadable", fix)
    door = (int(match.group(1)), int(match.group(2)) if match.group(2) else None)
    if known is not None and door != known:
        raise _refuse_cell(
            path,
            row,
            field,
            "doors_disagree",
            Text("한 조사의 문은 하나예요.", "A run has one door to leave by and one to board."),
        )
    return door


def _leg_row(path: Path, row: Row) -> LegRow:
    leg = tidy(row.cells["leg"])
    if not re.fullmatch(r"\d{1,3}", leg) or not 1 <= int(leg) <= MAX_LEGS:
        fix = Text(f"구간 번호를 1부터 {MAX_LEGS}까지로 써 주세요.", f"Number the legs from 1, at most {MAX_LEGS}.")
        raise _refuse_cell(path, row, "leg", "leg_unreadable", fix)
    place = None
    if row.cells["place"]:
        place = read_place(row.cells["place"])
        if place is None:
            fix = Text(
                "승강장, 대합실, 통로, 외부 가운데 하나로 써 주세요.", "Write platform, concourse, passage or street."
            )
            raise _refuse_cell(path, row, "place", "choice_unknown", fix)
    return LegRow(row.number, int(leg), _level(path, row, place), place, _item(path, row))


def _level(path: Path, row: Row, place: tuple[str | None, PlaceKind] | None) -> str | None:
    words = tidy(row.cells["level"])
    if not words:
        return None
    if place is not None and place[1] is PlaceKind.STREET and words.casefold() in {STREET, "외부", "지상"}:
        return STREET
    level = normal_level(words)
    if level is None:
        fix = Text("B1, 2F, 지하1층, 3층처럼 써 주세요.", "Write it as B1 or 2F.")
        raise _refuse_cell(path, row, "level", "level_unknown", fix)
    return level


def _item(path: Path, row: Row) -> SurveyItem | None:
    length: float | None = None
    if tidy(row.cells["length_m"]).casefold() not in NO_ANSWER:
        length = read_number(tidy(row.cells["length_m"]), r"(?:m|미터)?", MAX_LENGTH_M)
        if length is None:
            fix = Text(
                f"0보다 크고 {MAX_LENGTH_M:.0f} 이하인 m를 써 주세요. 모르면 비워 두세요.",
                f"Write metres above 0, at most {MAX_LENGTH_M:.0f}; leave it blank if unknown.",
            )
            raise _refuse_cell(path, row, "length_m", "number_out_of_range", fix)
    words = row.cells["item"]
    read = read_item(words, row.cells["item_note"]) if words else ItemRead(WALK, None, None)
    if read is None or (not words and row.cells["item_note"]):
        raise _refuse_cell(path, row, *_item_fault(row))
    if read.code == WALK:  # nothing was met
        return None if length is None else SurveyItem(length, None, None)
    return SurveyItem(length, read.code, read.note, read.count)


def _item_fault(row: Row) -> tuple[str, str, Text]:
    """Which of item and note can't be read, and the mend."""
    words = row.cells["item"]
    if not words:
        return "item_note", "note_without_item", Text("item 칸도 채워 주세요.", "Fill in item as well.")
    if read_item(words) is None and not any(read_item(words, note) for note in ("left", "exit 1")):
        near = ", ".join(nearest_items(words)) or "elevator, gate, ramp"
        return (
            "item",
            "choice_unknown",
            Text(f"비슷한 것: {near}. 목록은 docs/survey.md에 있어요.", f"Nearest: {near}. docs/survey.md lists all."),
        )
    fix = Text(
        "개찰구는 staff_call·tap·unknown, 출구는 exit 5, 건물은 이름을 적어 주세요.",
        "For a gate write staff_call, tap or unknown; for an exit, exit 5; for a landmark, its name.",
    )
    return "item_note", "choice_unknown", fix
