"""Our routes beside the official ones and the surveyed ones, for one station or for many: what `compare` says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from muui_maps.errors import InputRefusedError
from muui_maps.insight.agreement import groups
from muui_maps.insight.compare import compare_official, compare_surveys, figures
from muui_maps.insight.minutes import fitted
from muui_maps.model import Finding, Severity, Text
from muui_maps.wording import name_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from muui_maps.api import Atlas
    from muui_maps.assemble.gather import StationFacts
    from muui_maps.facts import TransferDistanceFact
    from muui_maps.insight.agreement import Group
    from muui_maps.insight.compare import Figures, OfficialComparison, SurveyComparison
    from muui_maps.insight.methods import MethodsComparison
    from muui_maps.insight.walking import WalkingDistance
    from muui_maps.model import SurveyRun
    from muui_maps.workspace import Definition


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every comparison of some stations.

    `ignoring_status` takes units under repair as working: the official texts describe the building, not the day.
    `unseen` are the same routes, each compared with its station made without that very text; empty if not asked for.
    `surveys_unseen` are the surveyed transfers, each beside our route at its station made without any survey, with the
    figures that surveys tell fitted to those of the other stations alone.
    `set_aside` are the Findings of survey rows that could not be used.
    """

    ignoring_status: tuple[OfficialComparison, ...]
    with_status: tuple[OfficialComparison, ...]
    surveys: tuple[SurveyComparison, ...]
    set_aside: tuple[Finding, ...]
    unseen: tuple[OfficialComparison, ...] = ()
    surveys_unseen: tuple[SurveyComparison, ...] = ()
    names: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def figures(self) -> Figures:
        """The counts over all of it."""
        return figures(self.ignoring_status, self.with_status, self.surveys)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Agreement by operator, line and station."""
        return groups(self.ignoring_status, self.unseen, self.names)

    def official(self, *, apply_status: bool) -> tuple[OfficialComparison, ...]:
        return self.with_status if apply_status else self.ignoring_status

    def as_json(self, *, apply_status: bool = False) -> dict[str, Any]:
        """As `compare --json` writes it; its shape is `docs/schemas/compare.json`."""
        return {
            "official": [each.as_json() for each in self.official(apply_status=apply_status)],
            "surveys": [each.as_json() for each in self.surveys],
            "agreement": [each.as_json() for each in self.groups],
        } | ({"surveys_unseen": [each.as_json() for each in self.surveys_unseen]} if self.unseen else {})


def compare(
    atlas: Atlas,
    stations: Sequence[Definition],
    *,
    survey: Path | None = None,
    unseen: bool = False,
    progress: Callable[[int, int, str], None] = lambda *_: None,
) -> Comparison:
    """Compare every official route and every surveyed transfer of the stations.

    Parameters
    ----------
    survey
        A file of surveyed transfers to compare with instead of the stations' own.
    unseen
        Compare each official route once more with its station made without that very text.
    progress
        Told of each station: how many are done, of how many, and its name.

    Raises
    ------
    InputRefusedError
        If the survey can't be read as a whole.
    """
    from muui_maps.assemble.gather import gather

    given = _given(atlas, survey) if survey is not None else None
    ignoring: list[OfficialComparison] = []
    applied: list[OfficialComparison] = []
    hidden: list[OfficialComparison] = []
    surveys: list[SurveyComparison] = []
    surveyed: list[tuple[Definition, StationFacts, Sequence[SurveyRun]]] = []
    set_aside = list(given[1]) if given else []
    for count, definition in enumerate(stations, 1):
        loaded = atlas.load(definition)
        facts = gather(
            (definition.name.ko, *definition.also_known_as), definition.line_ids, folder=atlas.data / "facts"
        )
        ignoring += compare_official(loaded.model, facts, ignore_status=True)
        applied += compare_official(loaded.model, facts, ignore_status=False)
        if unseen:
            hidden += _unseen(definition, facts, loaded.model.runs)
        runs = loaded.model.runs if given is None else [run for run in given[0] if run.station == definition.id]
        surveys += compare_surveys(loaded.model, runs)
        if runs:
            surveyed.append((definition, facts, runs))
        if given is None:
            set_aside += loaded.set_aside
        progress(count, len(stations), definition.name.ko)
    names = MappingProxyType({each.id: name_text(each.name) for each in stations})
    surveys_unseen = tuple(_surveys_unseen(surveyed)) if unseen else ()
    return Comparison(
        tuple(ignoring), tuple(applied), tuple(surveys), tuple(set_aside), tuple(hidden), surveys_unseen, names
    )


def _unseen(definition: Definition, facts: StationFacts, runs: Sequence[SurveyRun]) -> Iterator[OfficialComparison]:
    """Each official route of a station beside ours, as the station would be had that text never been published."""
    from muui_maps.assemble.station import assembled_from

    for route in facts.routes:
        without = assembled_from(definition, facts.without_routes({route.route_id}), runs=runs)
        yield from compare_official(without, facts, only={route.route_id})


def _surveys_unseen(
    surveyed: Sequence[tuple[Definition, StationFacts, Sequence[SurveyRun]]],
) -> Iterator[SurveyComparison]:
    """Each surveyed transfer beside ours, as the program would tell it had nobody surveyed that station."""
    from muui_maps.assemble.station import assembled_from
    from muui_maps.network.routes import default_costs

    for definition, facts, runs in surveyed:
        others = [run for other, _, theirs in surveyed if other.id != definition.id for run in theirs]
        costs = fitted(default_costs(), others)
        yield from compare_surveys(assembled_from(definition, facts), runs, costs=costs)


def methods(atlas: Atlas, stations: Sequence[Definition]) -> tuple[MethodsComparison, tuple[Finding, ...]]:
    """Muui's surveys beside the official data, over those of the stations that have both; and rows set aside."""
    from muui_maps.assemble.gather import gather
    from muui_maps.insight.methods import compare_methods

    surveyed = [each for each in stations if each.survey or each in atlas.surveyed]
    loaded = [atlas.load(each) for each in surveyed]
    found = compare_methods(
        [
            (
                each.model,
                gather(
                    (each.definition.name.ko, *each.definition.also_known_as),
                    each.definition.line_ids,
                    folder=atlas.data / "facts",
                ),
                each.fieldwork.view if each.fieldwork is not None else None,
            )
            for each in loaded
        ],
        all_stations=len(stations),
    )
    return found, tuple(finding for each in loaded for finding in each.set_aside)


def _given(atlas: Atlas, survey: Path) -> tuple[Any, tuple[Finding, ...]]:
    """The runs of a survey file, and the Findings of rows set aside."""
    from muui_maps.survey.runs import read_runs

    if not survey.is_file():
        raise _no_file(survey, Text("조사 CSV 파일의 경로를 확인하세요.", "Check the path of the survey's CSV file."))
    read = read_runs(survey, known_station=atlas.station_id)
    findings = tuple(replace(each, file=each.file or str(survey)) for each in read.findings)
    return read.runs, findings if read.set_aside else ()


def _no_file(file: Path, fix: Text) -> InputRefusedError:
    message = Text(f"파일이 없어요: {file}", f"no such file: {file}")
    finding = Finding("not_a_regular_file", Severity.ERROR, message, fix, file=str(file))
    return InputRefusedError(message, findings=[finding])


# ── people on foot ───────────────────────────────────────────────────────────

DISTANCES = "seoulmetro-transfer-distance"
"""The dataset whose shape `--walking-distances` takes."""


def compare_walking(
    atlas: Atlas, file: Path, *, progress: Callable[[int, int, str], None] = lambda *_: None
) -> tuple[tuple[WalkingDistance, ...], tuple[Finding, ...]]:
    """Our walkers' metres beside the official ones of a table, and the Findings of rows that can't be compared.

    Parameters
    ----------
    file
        A table in the shape of the operator's transfer distances.
    progress
        Told of each station: how many are done, of how many, and its name.

    Raises
    ------
    InputRefusedError
        If the file is no such table.
    """
    from muui_maps.assemble.gather import gather
    from muui_maps.insight.walking import beside_official, ground_between, samples_of

    facts, findings = _distances(file)
    by_station: dict[str, list[TransferDistanceFact]] = {}
    for fact in facts:
        station = atlas.station_id(fact.station)
        if station is None:
            findings.append(_no_station(file, fact))
        else:
            by_station.setdefault(station, []).append(fact)
    samples, rows = [], []
    for count, definition in enumerate(atlas.definitions, 1):
        names = (definition.name.ko, *definition.also_known_as)
        of_it = gather(names, definition.line_ids, folder=atlas.data / "facts")
        if of_it.distances or definition.id in by_station:
            model = atlas.base(definition)
            samples += samples_of(model, of_it)
            rows += [
                (definition.id, fact, ground_between(model, of_it, fact.line, fact.to_line))
                for fact in by_station.get(definition.id, ())
            ]
        progress(count, len(atlas.definitions), definition.name.ko)
    return beside_official(rows, samples), tuple(findings)


def _distances(file: Path) -> tuple[list[TransferDistanceFact], list[Finding]]:
    from muui_maps.facts import TransferDistanceFact
    from muui_maps.sources.intake import read_download
    from muui_maps.sources.open_data import convert

    if not file.is_file():
        raise _no_file(file, Text("환승 거리 표의 경로를 확인하세요.", "Check the path of the table of distances."))
    read = read_download(file)
    if isinstance(read, Finding) or read[1].dataset.id != DISTANCES:
        message = Text(f"환승 거리 표가 아니에요: {file}", f"not a table of transfer distances: {file}")
        fix = Text(
            "서울교통공사 ‘환승역거리 소요시간 정보’와 같은 모양의 표를 주세요(호선, 환승역명, 환승노선, 환승거리).",
            "Give a table in the shape of Seoul Metro's transfer distances (line, station, line changed to, metres).",
        )
        finding = Finding("not_a_distance_table", Severity.ERROR, message, fix, file=str(file))
        raise InputRefusedError(message, findings=[finding, *([read] if isinstance(read, Finding) else [])])
    converted = convert(*read)
    rows = [row for row in converted.rows.get("transfer_distances", ()) if isinstance(row, TransferDistanceFact)]
    return rows, [each for each in converted.findings if each.severity is not Severity.INFO]


def _no_station(file: Path, fact: TransferDistanceFact) -> Finding:
    return Finding(
        "station_unknown",
        Severity.WARNING,
        Text(f"이런 역이 없어요: {fact.station}", f"no such station: {fact.station}"),
        Text(
            "이름이 바뀐 역이면 data/renamed_stations.csv에 두 이름을 적고, 없는 역이면 muui-maps new로 더하세요.",
            "If the station was renamed, add its old and new name to data/renamed_stations.csv; else add it with "
            "muui-maps new.",
        ),
        file=str(file),
        row=int(fact.record) if fact.record.isdigit() else None,
        field="station",
        value=fact.station,
    )
