"""The operator's register of machines as it is today: which run, which are under repair, and how long that is good for.

The file has the shape of the register that the tables were made from (`seoulmetro-lift-status`). It has no date inside:
whoever gives it says of when it is, and for how many days it counts. After that a machine that ran is of unknown state,
and one that was under repair stays avoided, as out on that day.

A file that is not that register is refused whole; what it does not say of a machine stays as it was.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from muui_maps.errors import UsageError
from muui_maps.facts import UnitFact
from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.intake import read_download
from muui_maps.sources.open_data import convert
from muui_maps.sources.refusal import refuse
from muui_maps.sources.sheets import clean_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from muui_maps.sources.intake import Read

REGISTER = "seoulmetro-lift-status"
LIFETIME_DAYS = 1
"""How long a register counts unless told otherwise: repairs start and end within days."""

Machine = tuple[str, str, str, str]  # line, station, kind, number


@dataclass(frozen=True, slots=True)
class StatusFile:
    """A register and what is said of it; dates are ISO.

    Parameters
    ----------
    as_of
        The day it was downloaded.
    lifetime_days
        For how many days after that it counts.
    on
        The day of travel.
    digest
        Of the file's bytes, so that two states of it are told apart.
    """

    path: Path
    as_of: str
    lifetime_days: int
    on: str
    digest: str

    @property
    def stale(self) -> bool:
        """Whether the register no longer counts on the day of travel."""
        return date.fromisoformat(self.on) > date.fromisoformat(self.as_of) + timedelta(days=self.lifetime_days)


@dataclass(frozen=True, slots=True)
class LiveStatus:
    """A register that was read.

    Parameters
    ----------
    machines
        The rows of each machine; several where the register has its number more than once.
    findings
        On the file as a whole, and on rows that are kept.
    set_aside
        Rows that could not be read.
    """

    file: StatusFile
    machines: Mapping[Machine, tuple[UnitFact, ...]]
    findings: tuple[Finding, ...]
    set_aside: tuple[Finding, ...]


def status_file(
    path: Path, *, as_of: str | None, lifetime_days: int = LIFETIME_DAYS, on: str | None = None
) -> StatusFile:
    """What was said on the command line, checked.

    Raises
    ------
    UsageError
        If there is no date of the register, one of the dates is none, the day of travel lies before the register's, or
        the lifetime is negative.
    """
    if as_of is None:
        raise UsageError(
            Text(
                "--status에는 내려받은 날을 --status-as-of 2026-12-01처럼 함께 쓰세요. 파일 안에는 날짜가 없어요.",
                "--status needs the day of the download, as in --status-as-of 2026-12-01: no date is inside the file.",
            )
        )
    downloaded, travel = _date(as_of, "--status-as-of"), _date(on or as_of, "--on")
    if travel < downloaded:
        raise UsageError(
            Text(
                f"가는 날({on})이 상태 파일의 날({as_of})보다 앞이에요.",
                f"the day of travel ({on}) lies before the day of the status file ({as_of}).",
            )
        )
    if lifetime_days < 0:
        raise UsageError(Text("--status-lifetime에는 0 이상을 쓰세요.", "--status-lifetime takes 0 or more days."))
    try:
        content = path.read_bytes()
    except OSError as error:
        message = Text("읽을 수 없는 파일이에요", "a file that can't be read")
        fix = Text("파일 이름을 확인해 주세요.", "Check the file's name.")
        refuse(str(path), "file_missing", message, fix, value=error.strerror)
    return StatusFile(
        path, downloaded.isoformat(), lifetime_days, travel.isoformat(), hashlib.sha256(content).hexdigest()
    )


def _date(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            Text(f"{option}에는 2026-12-01처럼 날짜를 쓰세요: {text}", f"{option} takes a date like 2026-12-01: {text}")
        ) from None


@lru_cache(maxsize=2)
def read_live_status(file: StatusFile) -> LiveStatus:
    """Read a register.

    Raises
    ------
    InputRefusedError
        If the file is no such register: a web page, empty, cut off, another list, or one without its columns.
    """
    read = read_download(file.path)
    if isinstance(read, Finding):
        _refuse(file.path.name, Text("승강기 가동현황이 아니에요", "not the register of machines"), read.value)
    source, found = read
    if found.dataset.id != REGISTER:
        title = Text(
            f"가동현황이 아니라 ‘{found.dataset.title}’이에요", f"not the register but: {found.dataset.name_en}"
        )
        _refuse(source.file, title, found.dataset.id)
    converted = convert(source, found)
    machines: dict[Machine, list[UnitFact]] = defaultdict(list)
    for fact in converted.rows.get("units", ()):
        if isinstance(fact, UnitFact):
            machines[fact.line, fact.station, fact.kind, fact.number].append(fact)
    lost = tuple(each for each in converted.findings if each.severity is Severity.ERROR)
    kept = tuple(
        each
        for each in converted.findings
        if each.severity is Severity.WARNING and each.code not in {"as_of_unknown", "place_unread", "level_unknown"}
    )
    return LiveStatus(file, {key: tuple(rows) for key, rows in machines.items()}, (*_new_columns(read), *kept), lost)


def _refuse(file: str, message: Text, value: str | None) -> NoReturn:
    fix = Text(
        "서울 열린데이터광장 OA-15994(교통약자 이용시설 승강기 가동현황)를 다시 내려받아 주세요.",
        "Download OA-15994 (status of lifts and escalators) from data.seoul.go.kr again.",
    )
    refuse(file, "status_not_a_register", message, fix, value=value)


def _new_columns(read: Read) -> Iterable[Finding]:
    """Columns that the register did not have before: not read, and said so, for one may hold what matters."""
    source, found = read
    known = frozenset[str]().union(*found.dataset.sheets)
    for sheet in found.sheets:
        for column in sheet.header:
            if clean_header(column) not in known:
                yield Finding(
                    "column_new",
                    Severity.INFO,
                    Text(
                        f"{source.file}: 모르는 열 ‘{column}’은 읽지 않았어요.",
                        f"{source.file}: the new column ‘{column}’ was not read.",
                    ),
                    Text("운행과 관계가 있으면 알려 주세요.", "If it bears on whether machines run, tell us."),
                    file=source.file,
                    field=column,
                )
