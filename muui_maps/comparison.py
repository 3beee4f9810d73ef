"""Our routes beside the official ones and the surveyed ones, for one station or for many: what `compare` says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from muui_maps.errors import InputRefusedError
from muui_maps.insight.compare import compare_official, compare_surveys, figures
from muui_maps.model import Finding, Severity, Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from muui_maps.api import Atlas
    from muui_maps.insight.compare import Figures, OfficialComparison, SurveyComparison
    from muui_maps.insight.methods import MethodsComparison
    from muui_maps.workspace import Definition


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every comparison of some stations.

    `ignoring_status` takes units under repair as working: the official texts describe the building, not the day.
    `set_aside` are the Findings of survey rows that could not be used.
    """

    ignoring_status: tuple[OfficialComparison, ...]
    with_status: tuple[OfficialComparison, ...]
    surveys: tuple[SurveyComparison, ...]
    set_aside: tuple[Finding, ...]

    @property
    def figures(self) -> Figures:
        """The counts over all of it."""
        return figures(self.ignoring_status, self.with_status, self.surveys)

    def official(self, *, apply_status: bool) -> tuple[OfficialComparison, ...]:
        return self.with_status if apply_status else self.ignoring_status

    def as_json(self, *, apply_status: bool = False) -> dict[str, Any]:
        """As `compare --json` writes it; its shape is `docs/schemas/compare.json`."""
        return {
            "official": [each.as_json() for each in self.official(apply_status=apply_status)],
            "surveys": [each.as_json() for each in self.surveys],
        }


def compare(atlas: Atlas, stations: Sequence[Definition], *, survey: Path | None = None) -> Comparison:
    """Compare every official route and every surveyed transfer of the stations.

    Parameters
    ----------
    survey
        A file of surveyed transfers to compare with instead of the stations' own.

    Raises
    ------
    InputRefusedError
        If the survey can't be read as a whole.
    """
    from muui_maps.assemble.gather import gather

    given = _given(atlas, survey) if survey is not None else None
    ignoring: list[OfficialComparison] = []
    applied: list[OfficialComparison] = []
    surveys: list[SurveyComparison] = []
    set_aside = list(given[1]) if given else []
    for definition in stations:
        loaded = atlas.load(definition)
        facts = gather(
            (definition.name.ko, *definition.also_known_as), definition.line_ids, folder=atlas.data / "facts"
        )
        ignoring += compare_official(loaded.model, facts, ignore_status=True)
        applied += compare_official(loaded.model, facts, ignore_status=False)
        runs = loaded.model.runs if given is None else [run for run in given[0] if run.station == definition.id]
        surveys += compare_surveys(loaded.model, runs)
        if given is None:
            set_aside += loaded.set_aside
    return Comparison(tuple(ignoring), tuple(applied), tuple(surveys), tuple(set_aside))


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
        message = Text(f"파일이 없어요: {survey}", f"no such file: {survey}")
        fix = Text("조사 CSV 파일의 경로를 확인하세요.", "Check the path of the survey's CSV file.")
        finding = Finding("not_a_regular_file", Severity.ERROR, message, fix, file=str(survey))
        raise InputRefusedError(message, findings=[finding])
    read = read_runs(survey, known_station=atlas.station_id)
    findings = tuple(replace(each, file=each.file or str(survey)) for each in read.findings)
    return read.runs, findings if read.set_aside else ()
