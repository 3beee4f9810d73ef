"""A station with the operator's register of today: what it says of each unit, and what it leaves as it was."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from muui_maps.assemble.gather import today
from muui_maps.assemble.units import NO_NUMBER, unit_name
from muui_maps.model import STOPPED, Finding, Severity, Status, Text, Unit, UnitKind
from muui_maps.names import normal_station
from muui_maps.profiles import KIND_NAMES, UNIT_LINKS
from muui_maps.wording import STATUS_WORDS, line_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from muui_maps.facts import UnitFact
    from muui_maps.model import Station
    from muui_maps.sources.live_status import LiveStatus, StatusFile

OPERATORS_LINES = frozenset("12345678")
"""The lines whose machines the register lists; of others it says nothing, and nothing is missing."""

SEEN = frozenset({Status.OUT_OF_ORDER, Status.CLOSED})
"""What only somebody on site can say; registers know repairs alone."""

Key = tuple[str, str, str]  # line, kind, number


def with_live_status(
    station: Station, live: LiveStatus, *, names: Iterable[str], renamed: Mapping[str, str]
) -> Station:
    """The station with the states of a register.

    A unit that the register lacks, has under a number that stands for several, or whose state is not known keeps what
    was known of it. What was seen broken or shut on site on the register's day or later stays so.

    Parameters
    ----------
    names
        Korean names of the station.
    renamed
        Old name → newer one.
    """
    here = {today(normal_station(name), renamed) for name in names}
    told: dict[Key, list[UnitFact]] = defaultdict(list)
    for (line, name, kind, number), rows in live.machines.items():
        if today(name, renamed) in here and line in station.lines:
            told[line, kind, number or NO_NUMBER] += rows
    alike: dict[Key, list[Unit]] = defaultdict(list)
    for unit in station.units:
        if unit.in_register:
            alike[unit.line, unit.kind.value, unit.number.partition("(")[0]].append(unit)
    states: dict[str, Status] = {}
    findings: list[Finding] = []
    for key, units in sorted(alike.items()):
        for unit, state in zip(units, _states(units, told.pop(key, [])), strict=True):
            if state is not None:
                states[unit.id] = state
            elif key[0] in OPERATORS_LINES and any(_dataset(unit)):
                findings.append(_kept(station, unit, live.file))
    findings += [_unknown(station, key, live.file) for key in sorted(told)]
    return _applied(station, states, live.file, findings)


def _dataset(unit: Unit) -> Iterator[bool]:
    """Whether the register that the tables were made from had the unit."""
    return (evidence.dataset == "seoulmetro-lift-status" for evidence in unit.evidence)


def _states(units: Sequence[Unit], rows: Sequence[UnitFact]) -> list[Status | None]:
    """The state of each unit of one number; None where the register does not tell which row is which."""
    states = [Status(row.status) for row in sorted(rows, key=lambda row: (row.levels, row.record))]
    if len(set(states)) == 1:
        return [states[0]] * len(units)
    if len(states) == len(units) and len({row.levels for row in rows}) == len(rows):
        return list(states)
    return [None] * len(units)


def _applied(station: Station, states: Mapping[str, Status], file: StatusFile, findings: list[Finding]) -> Station:
    units: list[Unit] = []
    for unit in station.units:
        state = states.get(unit.id)
        if state is None:
            units.append(unit)
        elif unit.status in SEEN and (unit.status_as_of or "").removeprefix("<=") >= file.as_of:
            units.append(unit)
            findings.append(_seen(station, unit, state, file))
        elif not file.stale:
            units.append(replace(unit, status=state, status_as_of=file.as_of))
        else:
            then = state if state in STOPPED else Status.UNKNOWN
            units.append(replace(unit, status=then, status_as_of=file.as_of, status_expired=True))
    now = {unit.id: unit.status for unit in units if unit.id in states}
    links = tuple(replace(link, status=now[link.unit]) if link.unit in now else link for link in station.links)
    return replace(station, units=tuple(units), links=links, findings=(*station.findings, *findings))


# ── what a person should know ────────────────────────────────────────────────


def _words(unit_key: Key) -> Text:
    line, kind = line_text(unit_key[0]), KIND_NAMES[UNIT_LINKS[UnitKind(unit_key[1])]]
    name = unit_name(unit_key[2])
    return Text(f"{line.ko} {kind.ko} {name.ko}", f"{line.en} {kind.en} {name.en}")


def _finding(station: Station, file: StatusFile, code: str, said: tuple[Text, Text], *, about: str) -> Finding:
    message, fix = said
    return Finding(code, Severity.WARNING, message, fix, station=station.id, file=file.path.name, layer=about)


def _kept(station: Station, unit: Unit, file: StatusFile) -> Finding:
    name = _words((unit.line, unit.kind.value, unit.number))
    since = unit.status_as_of or "?"
    message = Text(
        f"{name.ko}: 상태 파일({file.as_of})로 알 수 없어서 전에 알던 상태({since})를 썼어요",
        f"{name.en}: the status file ({file.as_of}) does not tell; what was known before ({since}) was kept",
    )
    fix = Text("파일에서 이 설비의 행을 확인해 주세요.", "Look for the unit's rows in the file.")
    return _finding(station, file, "status_kept", (message, fix), about=unit.id)


def _unknown(station: Station, key: Key, file: StatusFile) -> Finding:
    name = _words(key)
    message = Text(
        f"{name.ko}: 상태 파일({file.as_of})에 있지만 이 역 자료에 없는 설비예요",
        f"{name.en}: in the status file ({file.as_of}), but this station has no such unit",
    )
    fix = Text(
        "번호가 바뀌었거나 새 설비예요. `muui-maps data import`로 새 목록을 가져와 주세요.",
        "It has a new number or is new: import the newer registers with `muui-maps data import`.",
    )
    return _finding(station, file, "status_unit_unknown", (message, fix), about=":".join(key))


def _seen(station: Station, unit: Unit, state: Status, file: StatusFile) -> Finding:
    name = _words((unit.line, unit.kind.value, unit.number))
    listed, seen = STATUS_WORDS[state], STATUS_WORDS[unit.status]
    message = Text(
        f"{name.ko}: 상태 파일({file.as_of})은 ‘{listed.ko}’, 현장({unit.status_as_of})은 ‘{seen.ko}’. 현장을 따랐어요",
        f"{name.en}: {listed.en} in the status file ({file.as_of}), {seen.en} on site ({unit.status_as_of}): "
        "the site counts",
    )
    fix = Text("다시 가서 확인해 주세요.", "Look at it on site again.")
    return _finding(station, file, "status_contradicts_site", (message, fix), about=unit.id)
