"""Official step-free routes: the published steps, row by row, become routes and their typed acts.

The publisher's table has no route id. A route starts where the step number is 1; the last column of its first and last
step names the line and direction it comes from and goes to. A step that the grammar does not explain to the last word
gives no acts but a Finding that quotes it, so that steps in = steps with acts + Findings.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from muui_maps.facts import ActFact, OfficialRouteFact
from muui_maps.model import Finding, Severity, Text
from muui_maps.names import normal_line, normal_station
from muui_maps.sources.transfer_text import Act, ParsedStep, parse_end, parse_step

OPERATOR, LINE, STATION = "철도운영기관코드", "선명", "역명"
NUMBER, STEP, ENDS = "환승이동순서", "이동내용상세", "환승이동내용"
COLUMNS = (OPERATOR, LINE, STATION, NUMBER, STEP, ENDS)
"""The publisher's columns."""

_LINE_IDS = MappingProxyType(
    {
        **{name: f"{name}선" for name in ("경의중앙", "수인분당", "경춘", "우이신설", "서해", "경강")},
        "GTXA": "GTX-A",
        "인천1호선": "인천1",
        "인천2호선": "인천2",
        "용인에버라인": "에버라인",
        "분당선": "수인분당선",  # merged in 2020; some steps keep the old names
        "수인선": "수인분당선",
        "인천지하철": "인천1",
    }
)
_CITY_OF_OPERATOR = MappingProxyType({"BS": "부산", "BG": "부산", "DG": "대구"})  # whose Line 1 is not Seoul's
_STATED_REMARK = re.compile(r"\((?!지상|지하|종착)[^()]*[~가-힣]{2,}[^()]*까지[^()]*\)")
_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class RoutesRead:
    """What was read. `steps` rows came in; `explained` of them gave acts, each of the others a Finding."""

    routes: tuple[OfficialRouteFact, ...]
    acts: tuple[ActFact, ...]
    findings: tuple[Finding, ...]
    steps: int
    explained: int


@dataclass(frozen=True, slots=True)
class _Step:
    row: int
    number: int
    text: str
    end: str  # what the last column says
    parsed: ParsedStep


@dataclass(frozen=True, slots=True)
class _Block:
    """The steps of one route, as published."""

    operator: str
    line: str
    station: str
    steps: tuple[_Step, ...]


@dataclass(frozen=True, slots=True)
class _End:
    """Where a route comes from or goes to; None where nothing says it."""

    line: str | None
    direction: str | None


class _Findings:
    """Collects Findings about one file."""

    def __init__(self, file: str | None) -> None:
        self.all: list[Finding] = []
        self._file = file

    def add(self, code: str, severity: Severity, message: Text, fix: Text, station: str, step: _Step, **at: str) -> None:
        self.all.append(
            Finding(code, severity, message, fix, station=station, file=self._file, row=step.row, **at),
        )


# ── rows → blocks ────────────────────────────────────────────────────────────


def line_id(name: str, operator: str = "") -> str:
    """The line's id by the name that this dataset uses: `경의중앙` → `경의중앙선`, Busan's `2호선` → `부산2`."""
    line = _LINE_IDS.get(name, normal_line(name))
    return f"{_CITY_OF_OPERATOR.get(operator, '')}{line}" if line.isdigit() else line


def _blocks(rows: Iterable[tuple[int, Mapping[str, str]]], known: frozenset[str]) -> Iterator[_Block]:
    key: tuple[str, str, str] | None = None
    steps: list[_Step] = []
    for row, cells in rows:
        here = (cells[OPERATOR].strip(), cells[LINE].strip(), cells[STATION].strip())
        published = cells[NUMBER].strip()
        number = int(published) if published.isdigit() else steps[-1].number + 1 if steps else 1
        if steps and (number == 1 or here != key):
            yield _block(key or here, steps)
            steps = []
        key = here
        text = cells[STEP].strip()
        steps.append(_Step(row, number, text, cells[ENDS].strip(), parse_step(text, stations=known)))
    if steps and key:
        yield _block(key, steps)


def _block(key: tuple[str, str, str], steps: Sequence[_Step]) -> _Block:
    operator = key[0].split("(")[0]
    return _Block(operator, line_id(key[1], operator), normal_station(key[2]), tuple(steps))


# ── where a route comes from and goes to ─────────────────────────────────────


def _stated_end(block: _Block, step: _Step, known: frozenset[str]) -> _End:
    line, direction = parse_end(_STATED_REMARK.sub("", step.end), stations=known)
    return _End(_ids(line, block.operator), direction)


def _ids(lines: str | None, operator: str) -> str | None:
    return _SEPARATOR.join(line_id(line, operator) for line in lines.split(_SEPARATOR)) if lines else None


def _acted_end(block: _Block, steps: Sequence[_Step]) -> _End:
    """What the acts nearest to that end of the route say of line and direction; at most three steps away for the latter."""
    acts = [act for step in steps for act in step.parsed.acts]
    near = [act for step in steps[:3] for act in step.parsed.acts]
    line = next((act.line for act in acts if act.line and _names_platform(act)), None) or next(
        (act.line for act in acts if act.line), None
    )
    direction = next((act.direction for act in near if act.direction and _names_platform(act)), None)
    return _End(_ids(line, block.operator), direction)


def _names_platform(act: Act) -> bool:
    return act.kind in {"alight", "board"} or act.place == "platform"


def _ends(block: _Block, known: frozenset[str]) -> tuple[_End, _End]:
    """Both ends, by the last column, else by the acts; a route starts on the line it is filed under."""
    forward, backward = block.steps, block.steps[::-1]
    stated = _stated_end(block, forward[0], known), _stated_end(block, backward[0], known)
    acted = _acted_end(block, forward), _acted_end(block, backward)
    line_there = acted[1].line if acted[1].line != block.line else None
    return (
        _End(stated[0].line or block.line, stated[0].direction or acted[0].direction),
        _End(stated[1].line or line_there, stated[1].direction or acted[1].direction),
    )


def _line_by_direction(ends: Iterable[tuple[_Block, tuple[_End, _End]]]) -> Mapping[tuple[str, str], str]:
    """Which line a direction belongs to at a station, as the other routes there say; only where they agree."""
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    for block, pair in ends:
        for end in pair:
            if end.line and end.direction and _SEPARATOR not in end.line:
                said[block.station, end.direction].add(end.line)
    return {key: lines.pop() for key, lines in said.items() if len(lines) == 1}


# ── Findings ─────────────────────────────────────────────────────────────────


def _report_step(findings: _Findings, block: _Block, step: _Step) -> None:
    words = ", ".join(f"‘{word}’" for word in step.parsed.unexplained) or "—"
    findings.add(
        "route_step_unexplained",
        Severity.WARNING,
        Text(
            f"{block.station} {block.line} 환승 경로 {step.number}단계를 다 읽지 못했어요: {words}",
            f"{block.station}, line {block.line}, step {step.number} of a transfer route: not understood: {words}",
        ),
        Text(
            "원문을 보고 `sources/transfer_text.py`의 낱말에 더하거나, 발행 기관에 알려 주세요. 이 단계는 쓰지 않았어요.",
            "Read the quoted text and add its words to `sources/transfer_text.py`, or tell the publisher. "
            "This step was left out.",
        ),
        block.station,
        step,
        field=STEP,
        value=step.text,
    )


def _report_numbers(findings: _Findings, block: _Block) -> None:
    """Step numbers that jump: either only the number, or the steps themselves, are missing in the source."""
    before = 0
    for step in block.steps:
        if step.number != before + 1:
            prefix = re.match(r"\d+", step.text)
            is_mere_slip = prefix is not None and int(prefix[0]) != step.number
            what = ("번호만 건너뛰었어요", "only the number is skipped") if is_mere_slip else (
                "사이 단계가 원본에 없어요",
                "the steps between are not in the source",
            )
            findings.add(
                "route_step_number_missing",
                Severity.INFO if is_mere_slip else Severity.WARNING,
                Text(
                    f"{block.station} {block.line} 환승 경로의 단계 번호가 {before} 다음에 {step.number}이에요: {what[0]}.",
                    f"{block.station}, line {block.line}: step {step.number} follows step {before}: {what[1]}.",
                ),
                Text("발행 기관에 알려 주세요. 순서는 원본 행 차례를 따랐어요.", "Tell the publisher. The order of the rows was kept."),
                block.station,
                step,
                field=NUMBER,
                value=str(step.number),
            )
        before = step.number


def _report_ends(
    findings: _Findings, block: _Block, pair: tuple[_End, _End], known: frozenset[str], renamed: Mapping[str, str]
) -> None:
    for end, steps in zip(pair, (block.steps, block.steps[::-1]), strict=True):
        step = steps[0]
        if end.line is None or end.direction is None:
            findings.add(
                "route_end_unknown",
                Severity.WARNING,
                Text(
                    f"{block.station} {block.line} 환승 경로의 {'출발' if steps[0] is block.steps[0] else '도착'}"
                    f" 노선이나 방면을 알 수 없어요: ‘{step.end}’",
                    f"{block.station}, line {block.line}: a transfer route does not say its line or direction: ‘{step.end}’",
                ),
                Text("역 이름표와 노선도를 보고 발행 기관에 알려 주세요.", "Look at the signs and tell the publisher."),
                block.station,
                step,
                field=ENDS,
                value=step.end,
            )
        if remark := _STATED_REMARK.search(step.end):
            findings.add(
                "route_end_remark",
                Severity.INFO,
                Text(
                    f"{block.station} {block.line} 환승 경로에 덧붙은 말이 있어요: {remark[0]}",
                    f"{block.station}, line {block.line}: the publisher adds a remark to a transfer route: {remark[0]}",
                ),
                Text("기간이 지났는지 확인해 주세요.", "Check whether the period is over."),
                block.station,
                step,
                field=ENDS,
                value=step.end,
            )
        acted = _acted_end(block, steps[:3]).direction
        if acted and end.direction and not _same_direction(acted, end.direction, renamed):
            findings.add(
                "route_end_disagrees",
                Severity.WARNING,
                Text(
                    f"{block.station} {block.line} 환승 경로: 단계는 {acted} 방면, 요약은 {end.direction} 방면이라고 해요.",
                    f"{block.station}, line {block.line}: the steps say towards {acted}, the summary towards {end.direction}.",
                ),
                Text(
                    "요약을 따랐어요. 어느 쪽이 맞는지 현장에서 확인해 주세요.",
                    "The summary was followed. Check on site which is right.",
                ),
                block.station,
                step,
                field=ENDS,
                value=step.end,
            )


def _same_direction(one: str, other: str, renamed: Mapping[str, str]) -> bool:
    todays = [{renamed.get(name, name) for name in said.split(_SEPARATOR)} for said in (one, other)]
    return bool(todays[0] & todays[1])


# ── routes ───────────────────────────────────────────────────────────────────


def _route_id(block: _Block, start: _End, end: _End, used: Counter[str]) -> str:
    def name(half: _End) -> str:
        return f"{half.line or '?'}:{half.direction or '?'}".replace(_SEPARATOR, "+")

    line = normal_line(block.line)
    stem = f"{block.operator}:{line}:{block.station}:{name(start).removeprefix(line + ':')}-{name(end)}"
    used[stem] += 1
    return stem if used[stem] == 1 else f"{stem}#{used[stem]}"


def _act_facts(block: _Block, route_id: str, origin: Mapping[str, str]) -> Iterator[ActFact]:
    names = [field.name for field in fields(Act)]
    for step in block.steps:
        if not step.parsed.unexplained:
            for n, act in enumerate(step.parsed.acts, 1):
                said: dict[str, Any] = {name: getattr(act, name) for name in names} | dict(origin)
                yield ActFact(record=str(step.row), route_id=route_id, step=step.number, n=n, **said)


def parse_routes(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    *,
    stations: Collection[str],
    origin: Mapping[str, str],
    file: str | None = None,
    renamed: Mapping[str, str] = MappingProxyType({}),
) -> RoutesRead:
    """Read the publisher's table of transfer steps.

    Parameters
    ----------
    rows
        Row number as a person sees it (the header is row 1) and cells by column (`COLUMNS`), in the file's order.
    stations
        Known station names, normalised; the table's own are added.
    origin
        `dataset`, `publisher`, `licence`, `as_of` of every row.
    file
        Name of the file, for the Findings.
    renamed
        Old name → today's name of stations, so that a direction under its old name is no contradiction.

    Returns
    -------
    RoutesRead
        Routes and acts in the file's order.

    Raises
    ------
    KeyError
        If a row lacks one of `COLUMNS`.
    """
    listed = list(rows)
    known = frozenset(stations) | {normal_station(cells[STATION]) for _, cells in listed}
    found = _Findings(file)
    blocks = [(block, _ends(block, known)) for block in _blocks(listed, known)]
    lines = _line_by_direction(blocks)
    used: Counter[str] = Counter()
    routes: list[OfficialRouteFact] = []
    acts: list[ActFact] = []
    for block, (start, end) in blocks:
        end = _End(end.line or lines.get((block.station, end.direction or "")), end.direction)
        _report_numbers(found, block)
        _report_ends(found, block, (start, end), known, renamed)
        unexplained = [step for step in block.steps if step.parsed.unexplained or not step.parsed.acts]
        for step in unexplained:
            _report_step(found, block, step)
        route_id = _route_id(block, start, end, used)
        routes.append(_route_fact(block, route_id, start, end, origin))
        acts += _act_facts(block, route_id, origin)
    failed = sum(finding.code == "route_step_unexplained" for finding in found.all)
    return RoutesRead(tuple(routes), tuple(acts), tuple(found.all), len(listed), len(listed) - failed)


def _route_fact(
    block: _Block, route_id: str, start: _End, end: _End, origin: Mapping[str, str]
) -> OfficialRouteFact:
    return OfficialRouteFact(
        **origin,
        record=str(block.steps[0].row),
        route_id=route_id,
        operator=block.operator,
        line=block.line,
        station=block.station,
        from_line=start.line or "",
        from_direction=start.direction or "",
        to_line=end.line or "",
        to_direction=end.direction or "",
        steps=len(block.steps),
    )


def coverage_by_operator(
    rows: Iterable[tuple[int, Mapping[str, str]]], *, stations: Collection[str]
) -> Mapping[str, tuple[int, int]]:
    """Steps that leave no unexplained word, and all steps, by operator."""
    explained: Counter[str] = Counter()
    total: Counter[str] = Counter()
    known = frozenset(stations)
    for _, cells in rows:
        operator = cells[OPERATOR].strip()
        parsed = parse_step(cells[STEP], stations=known)
        total[operator] += 1
        explained[operator] += bool(parsed.acts) and not parsed.unexplained
    return {operator: (explained[operator], count) for operator, count in total.items()}
