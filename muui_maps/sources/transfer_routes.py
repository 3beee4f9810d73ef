"""Official step-free routes: the published steps, row by row, become routes and their typed acts.

The publisher's table has no route id. A route starts where the step number is 1; the last column of its first and last
step names the line and direction it comes from and goes to. A step that the grammar does not explain to the last word
gives no acts but a Finding that quotes it, so that steps in = steps with acts + Findings.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from muui_maps.facts import ActFact, OfficialRouteFact
from muui_maps.model import Finding, Severity, Text
from muui_maps.names import normal_line, normal_station
from muui_maps.sources.transfer_text import Act, ParsedStep, parse_end, parse_step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

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
        "인천지하철": "인천1",
        "용인에버라인": "에버라인",
        "분당선": "수인분당선",  # one line since 2020; some steps keep the two old names
        "수인선": "수인분당선",
        "경의선": "경의중앙선",  # since 2014
    }
)
_CITY_OF_OPERATOR = MappingProxyType({"BS": "부산", "BG": "부산", "DG": "대구"})  # whose Line 1 is not Seoul's
_REMARK = re.compile(r"\([^()]*까지[^()]*\)")  # `(~'24.1월까지 폐쇄)`
_SEVERAL = "|"
_NEAR = 3  # steps from an end of a route in which its platform is looked for


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
    is_numbered: bool  # whether `number` is the publisher's
    text: str
    end: str  # the last column: line and direction, in the first and last step
    parsed: ParsedStep

    @property
    def is_explained(self) -> bool:
        return bool(self.parsed.acts) and not self.parsed.unexplained


@dataclass(frozen=True, slots=True)
class _Block:
    """The steps of one route, as published."""

    operator: str
    line: str
    station: str
    steps: tuple[_Step, ...]

    @property
    def ends(self) -> tuple[Sequence[_Step], Sequence[_Step]]:
        """The steps from the start on, and from the end back."""
        return self.steps, self.steps[::-1]

    def called(self, step: _Step) -> Text:
        return Text(
            f"{self.station} {self.line} 환승 경로 {step.number}단계",
            f"{self.station}, line {self.line}, step {step.number} of a transfer route",
        )


@dataclass(frozen=True, slots=True)
class _End:
    """Where a route comes from or goes to; None where nothing says it."""

    line: str | None
    direction: str | None


# ── rows → blocks ────────────────────────────────────────────────────────────


def line_id(name: str, operator: str = "") -> str:
    """The line's id by the name that this dataset uses: `경의중앙` → `경의중앙선`, Busan's `2호선` → `부산2`."""
    line = _LINE_IDS.get(name, normal_line(name))
    return f"{_CITY_OF_OPERATOR.get(operator, '')}{line}" if line.isdigit() else line


def _line_ids(lines: str | None, operator: str) -> str | None:
    return _SEVERAL.join(line_id(line, operator) for line in lines.split(_SEVERAL)) if lines else None


def _known_names(rows: Iterable[tuple[int, Mapping[str, str]]], stations: Collection[str]) -> frozenset[str]:
    """Station names: the caller's, the table's own, and the directions in its last column."""
    names = frozenset(normal_station(cells[STATION]) for _, cells in rows).union(stations)
    ends = {cells[ENDS].strip() for _, cells in rows}
    directions = (parse_end(end, stations=names)[1] for end in sorted(ends))
    return frozenset(names.union(*(said.split(_SEVERAL) for said in directions if said)))


def _blocks(rows: Iterable[tuple[int, Mapping[str, str]]], known: frozenset[str]) -> Iterator[_Block]:
    """A block ends where the number is 1 again, or another line-station begins."""
    key: tuple[str, str, str] | None = None
    steps: list[_Step] = []
    for row, cells in rows:
        here = (cells[OPERATOR].strip(), cells[LINE].strip(), cells[STATION].strip())
        step = _step(row, cells, after=steps[-1].number if steps and here == key else 0, known=known)
        if key is not None and (here != key or step.number == 1):
            yield _block(key, steps)
            steps = []
        key = here
        steps.append(step)
    if key is not None:
        yield _block(key, steps)


def _step(row: int, cells: Mapping[str, str], *, after: int, known: frozenset[str]) -> _Step:
    published, text = cells[NUMBER].strip(), cells[STEP].strip()
    is_numbered = published.isdecimal()
    number = int(published) if is_numbered else after + 1
    return _Step(row, number, is_numbered, text, cells[ENDS].strip(), parse_step(text, stations=known))


def _block(key: tuple[str, str, str], steps: Sequence[_Step]) -> _Block:
    operator = key[0].split("(")[0]
    return _Block(operator, line_id(key[1], operator), normal_station(key[2]), tuple(steps))


# ── where a route comes from and goes to ─────────────────────────────────────


def _stated_end(block: _Block, step: _Step, known: frozenset[str]) -> _End:
    line, direction = parse_end(_REMARK.sub("", step.end), stations=known)
    return _End(_line_ids(line, block.operator), direction)


def _acted_end(block: _Block, steps: Sequence[_Step]) -> _End:
    """What the acts nearest to that end say: a platform's direction, and the first line named."""
    acts = [act for step in steps for act in step.parsed.acts]
    platforms = [act for act in acts if _is_at_platform(act)]
    near = [act for step in steps[:_NEAR] for act in step.parsed.acts if _is_at_platform(act)]
    line = next((act.line for act in (*platforms, *acts) if act.line), None)
    direction = next((act.direction for act in near if act.direction), None)
    return _End(_line_ids(line, block.operator), direction)


def _is_at_platform(act: Act) -> bool:
    return act.kind in {"alight", "board"} or act.place == "platform"


def _line_by_direction(ends: Iterable[tuple[_Block, _End]]) -> dict[tuple[str, str], str]:
    """Station and direction → line, where all that name one agree."""
    lines: dict[tuple[str, str], set[str]] = defaultdict(set)
    for block, end in ends:
        if end.line and end.direction and _SEVERAL not in end.line:
            lines[block.station, end.direction].add(end.line)
    return {key: said.pop() for key, said in lines.items() if len(said) == 1}


class _Ends:
    """Both ends of every route: by the last column, else by the acts, else by the other routes of the station."""

    def __init__(self, blocks: Sequence[_Block], known: frozenset[str]) -> None:
        self._stated = {id(block): [_stated_end(block, steps[0], known) for steps in block.ends] for block in blocks}
        stated = [(block, end) for block in blocks for end in self._stated[id(block)]]
        filed = [(block, _End(block.line, self._stated[id(block)][0].direction)) for block in blocks]
        self._line_by_direction = _line_by_direction(filed) | _line_by_direction(stated)

    def of(self, block: _Block) -> tuple[_End, _End]:
        start, end = (
            _End(stated.line or self._line_by_direction.get((block.station, direction or "")), direction)
            for stated, direction in zip(self._stated[id(block)], self._directions(block), strict=True)
        )
        there = _acted_end(block, block.ends[1]).line
        return (
            _End(start.line or block.line, start.direction),
            _End(end.line or (there if there != block.line else None), end.direction),
        )

    def _directions(self, block: _Block) -> Iterator[str | None]:
        for stated, steps in zip(self._stated[id(block)], block.ends, strict=True):
            yield stated.direction or _acted_end(block, steps).direction


# ── Findings ─────────────────────────────────────────────────────────────────

_TELL = Text("발행 기관에 알려 주세요.", "Tell the publisher.")


@dataclass(frozen=True, slots=True)
class _Report:
    """Makes the Findings of one file."""

    file: str | None
    renamed: Mapping[str, str]

    def of(self, block: _Block, start: _End, end: _End) -> Iterator[Finding]:
        yield from self._numbers(block)
        for name, said, steps in zip((_FROM, _TO), (start, end), block.ends, strict=True):
            yield from self._end(block, name, said, steps)
        yield from (self._unexplained(block, step) for step in block.steps if not step.is_explained)

    def _finding(
        self, code: str, block: _Block, step: _Step, *, field: str, message: Text, fix: Text, is_minor: bool = False
    ) -> Finding:
        value = {NUMBER: str(step.number), STEP: step.text, ENDS: step.end}[field]
        severity = Severity.INFO if is_minor else Severity.WARNING
        at = {"station": block.station, "file": self.file, "field": field, "value": value}
        return Finding(code, severity, message, fix, row=step.row, **at)

    def _unexplained(self, block: _Block, step: _Step) -> Finding:
        words = ", ".join(f"‘{word}’" for word in step.parsed.unexplained) or f"‘{step.text}’"
        called = block.called(step)
        message = Text(f"{called.ko}: 뜻을 모르는 말 {words}", f"{called.en}: not understood: {words}")
        fix = Text(
            "이 단계는 쓰지 않았어요. 원문을 보고 문법(`transfer_text.py`)에 말을 더하거나 발행 기관에 알려 주세요.",
            "The step was left out. Add the words to the grammar (`transfer_text.py`), or tell the publisher.",
        )
        return self._finding("route_step_unexplained", block, step, field=STEP, message=message, fix=fix)

    def _numbers(self, block: _Block) -> Iterator[Finding]:
        """Step numbers that jump; where the text's own number goes on, only the number is wrong."""
        before = 0
        for step in block.steps:
            called = block.called(step)
            own = re.match(r"\d+", step.text)
            if not step.is_numbered:
                what = Text("단계 번호가 없어 행 차례를 따랐어요", "no number; the order of the rows was followed")
            elif step.number == before + 1:
                what = None
            elif own and int(own[0]) != step.number:
                what = Text(
                    f"{before}단계 다음이에요. 번호만 건너뛰었어요", f"follows step {before}; only a number is skipped"
                )
            else:
                what = Text(
                    f"{before}단계 다음이에요. 사이 단계가 없거나 이 행이 남는 행이에요",
                    f"follows step {before}; the steps between are missing, or this row is left over",
                )
            if what:
                message = Text(f"{called.ko}: {what.ko}.", f"{called.en}: {what.en}.")
                yield self._finding("route_step_number_missing", block, step, field=NUMBER, message=message, fix=_TELL)
            before = step.number

    def _end(self, block: _Block, name: Text, said: _End, steps: Sequence[_Step]) -> Iterator[Finding]:
        step, called = steps[0], block.called(steps[0])
        if said.line is None or said.direction is None:
            message = Text(
                f"{called.ko}: {name.ko} 노선이나 방면을 알 수 없어요: ‘{step.end}’",
                f"{called.en}: the line or direction it {name.en} is not said: ‘{step.end}’",
            )
            yield self._finding("route_end_unknown", block, step, field=ENDS, message=message, fix=_TELL)
        if remark := _REMARK.search(step.end):
            message = Text(f"{called.ko}: 덧붙은 말 {remark[0]}", f"{called.en}: a remark is added: {remark[0]}")
            fix = Text("기간이 지났는지 확인해 주세요.", "Check whether that time is over.")
            yield self._finding("route_end_remark", block, step, field=ENDS, message=message, fix=fix, is_minor=True)
        acted = _acted_end(block, steps[:_NEAR]).direction
        if acted and said.direction and not self._are_same(acted, said.direction):
            message = Text(
                f"{called.ko}: 단계에는 {acted} 방면, 요약에는 {said.direction} 방면이라고 적혀 있어요.",
                f"{called.en}: the steps say towards {acted}, the summary says towards {said.direction}.",
            )
            fix = Text(
                "요약을 따랐어요. 어느 쪽이 맞는지 현장에서 확인해 주세요.",
                "The summary was followed. Check on site which one is right.",
            )
            yield self._finding("route_end_disagrees", block, step, field=ENDS, message=message, fix=fix)

    def _are_same(self, one: str, other: str) -> bool:
        todays = [{self.renamed.get(name, name) for name in said.split(_SEVERAL)} for said in (one, other)]
        return bool(todays[0] & todays[1])


_FROM = Text("출발하는", "comes from")
_TO = Text("도착하는", "goes to")


# ── routes ───────────────────────────────────────────────────────────────────


def _route_id(block: _Block, start: _End, end: _End, used: Counter[str]) -> str:
    """`S1:4:노원:상계-7:중계`; the line it comes from is named only where it is not the one it is filed under."""
    here = "" if start.line == block.line else f"{start.line}:"
    stem = f"{block.operator}:{block.line}:{block.station}:{here}{start.direction or '?'}"
    stem = f"{stem}-{end.line or '?'}:{end.direction or '?'}".replace(_SEVERAL, "+")
    used[stem] += 1
    return stem if used[stem] == 1 else f"{stem}#{used[stem]}"


def _route_fact(block: _Block, route_id: str, start: _End, end: _End, origin: Mapping[str, str]) -> OfficialRouteFact:
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


_ACT_FIELDS = tuple(field.name for field in fields(Act))


def _act_facts(block: _Block, route_id: str, origin: Mapping[str, str]) -> Iterator[ActFact]:
    """A step that is not wholly understood gives no acts: half of it could mislead.

    Lines go by their ids, as at the ends of the route: a lift of the `분당선` is one of the `수인분당선`.
    """
    for step in block.steps:
        for n, act in enumerate(step.parsed.acts if step.is_explained else (), 1):
            said: dict[str, Any] = {name: getattr(act, name) for name in _ACT_FIELDS} | dict(origin)
            said["line"] = _line_ids(act.line, block.operator)
            yield ActFact(record=str(step.row), route_id=route_id, step=step.number, n=n, **said)


def _by_floors(acts: Sequence[ActFact]) -> list[ActFact]:
    """The acts of a route that names each lift twice, once for each floor.

    `지상1층 승강장 엘리베이터`, `지하1층 엘리베이터`: one ride, boarded on the first floor and left on the
    second. It is taken for that only if every lift of the route is named so, next to each other, for one line and
    direction.
    """
    rides = [n for n, act in enumerate(acts) if act.kind == "ride"]
    pairs = list(zip(rides[::2], rides[1::2], strict=False))
    if not pairs or len(rides) % 2 or not all(_one_lift(acts, *pair) for pair in pairs):
        return list(acts)
    told = list(acts)
    for first, second in pairs:
        told[first] = replace(acts[first], place=None)
        told[second] = replace(acts[second], kind="alight")
    return told


def _one_lift(acts: Sequence[ActFact], first: int, second: int) -> bool:
    one, other = acts[first], acts[second]
    floors = [act.level for act in (one, other) if act.level and _SEVERAL not in act.level]
    same = (one.means, one.line, one.direction) == (other.means, other.line, other.direction)
    return second == first + 1 and same and len(set(floors)) == len((one, other))


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
        Routes, acts and Findings in the file's order.

    Raises
    ------
    KeyError
        If a row lacks one of `COLUMNS`.
    """
    listed = list(rows)
    known = _known_names(listed, stations)
    blocks = list(_blocks(listed, known))
    ends, report, used = _Ends(blocks, known), _Report(file, renamed), Counter[str]()
    routes: list[OfficialRouteFact] = []
    acts: list[ActFact] = []
    findings: list[Finding] = []
    for block in blocks:
        start, end = ends.of(block)
        route_id = _route_id(block, start, end, used)
        routes.append(_route_fact(block, route_id, start, end, origin))
        acts += _by_floors(list(_act_facts(block, route_id, origin)))
        findings += report.of(block, start, end)
    explained = sum(step.is_explained for block in blocks for step in block.steps)
    return RoutesRead(tuple(routes), tuple(acts), tuple(findings), len(listed), explained)


def coverage_by_operator(
    rows: Iterable[tuple[int, Mapping[str, str]]], *, stations: Collection[str]
) -> dict[str, tuple[int, int]]:
    """Steps that leave no unexplained word, and all steps, by operator as published; largest first."""
    listed = list(rows)
    known = _known_names(listed, stations)
    explained, total = Counter[str](), Counter[str]()
    for row, cells in listed:
        operator = cells[OPERATOR].strip()
        total[operator] += 1
        explained[operator] += _step(row, cells, after=0, known=known).is_explained
    return {operator: (explained[operator], count) for operator, count in total.most_common()}
