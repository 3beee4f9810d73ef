"""The library as a developer calls it: `mm.load("nowon").route("4:상계", "7:중계").steps("en")`.

The nouns underneath (`muui_maps.model`) have no behaviour; what hangs on them here only calls the rooms that do the work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muui_maps.errors import InputRefusedError
from muui_maps.model import Endpoint, Finding, Severity, Text
from muui_maps.resolve import file_stem, nearest, resolve_endpoint, resolve_profile, resolve_station, resolve_unit
from muui_maps.workspace import Workspace, all_definitions, data_folder, find_workspace

if TYPE_CHECKING:
    from collections.abc import Collection

    import geopandas as gpd
    import networkx as nx

    from muui_maps.maps.narrate import Step
    from muui_maps.model import Doubt, Ride, Route, Seconds, Station
    from muui_maps.workspace import Definition

__all__ = ["LoadedRoute", "LoadedStation", "load", "load_all"]

LANGUAGES = ("ko", "en")


@dataclass(frozen=True)
class LoadedStation:
    """A station, ready to be asked for routes.

    Parameters
    ----------
    definition
        What its editors wrote.
    model
        The station as assembled: levels, places, links, units, findings.
    set_aside
        One Finding for each fault that made rows of the station's survey be set aside; empty when all rows count.
    data
        The folder its facts were read from.
    """

    definition: Definition
    model: Station
    set_aside: tuple[Finding, ...]
    data: Path

    @property
    def id(self) -> str:
        return self.model.id

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that could not be read, contradicts another source, or is missing."""
        return self.model.findings

    @cached_property
    def transfers(self) -> tuple[tuple[Endpoint, Endpoint], ...]:
        """Every way from a platform of one line to a platform of another, in a stable order."""
        ends = [Endpoint(each.line, each.next_station.ko) for each in self.model.directions]
        return tuple((start, end) for start in ends for end in ends if start.line != end.line)

    def endpoint(self, text: str | Endpoint) -> Endpoint:
        """The platform, exit or street that `text` names: `4:상계`, `Line 4:Sanggye`, `exit:3`, `street`."""
        return text if isinstance(text, Endpoint) else resolve_endpoint(self.model, text, data=self.data)

    def route(
        self,
        start: str | Endpoint,
        end: str | Endpoint,
        *,
        profile: str = "manual_wheelchair",
        without: Collection[str] = (),
        ignore_status: bool = False,
    ) -> LoadedRoute:
        """The best way for one traveller.

        Parameters
        ----------
        start, end
            `LINE:DIRECTION`, `exit:N` or `street`; names are forgiving.
        profile
            `manual_wheelchair`, `powered_wheelchair`, `stroller`, `walker` or `lift_averse`.
        without
            Units to do without (`4:EV:외부1`).
        ignore_status
            Take units under repair as working.

        Raises
        ------
        UnknownNameError
            If a name stands for nothing at this station.
        NoRouteError
            If there is no way for this traveller; its `blockers` say what stands in it.
        """
        from muui_maps.network.routes import find_route

        found = find_route(
            self.model,
            self.endpoint(start),
            self.endpoint(end),
            profile=resolve_profile(profile),
            without=[resolve_unit(self.model, each) for each in without],
            ignore_status=ignore_status,
        )
        return LoadedRoute(self.model, found)

    def graph(self) -> nx.MultiDiGraph[str]:
        """The station as one networkx graph for all travellers."""
        from muui_maps.network.graph import build_graph

        return build_graph(self.model)

    def spaces_gdf(self) -> gpd.GeoDataFrame:
        """The outlines of platforms and concourses, WGS84; one row each, `geometry` None where unknown."""
        from muui_maps.exports import spaces_gdf

        return spaces_gdf(self.model)

    def nodes_gdf(self) -> gpd.GeoDataFrame:
        """Landings, gates, exits and trains, WGS84; `geometry` None where the position is unknown."""
        from muui_maps.exports import nodes_gdf

        return nodes_gdf(self.model)

    def links_gdf(self) -> gpd.GeoDataFrame:
        """Every way between two nodes, WGS84; `geometry` None where an end's position is unknown."""
        from muui_maps.exports import links_gdf

        return links_gdf(self.model)


@dataclass(frozen=True)
class LoadedRoute:
    """A route, with the sentences that tell it."""

    station: Station
    model: Route

    @property
    def length_m(self) -> float | None:
        """Metres on wheels or on foot; None where a part is unknown."""
        return self.model.length_m

    @property
    def seconds(self) -> Seconds:
        """Time as low, typical and high."""
        return self.model.seconds

    @property
    def rides(self) -> tuple[Ride, ...]:
        return self.model.rides

    @property
    def gates(self) -> int:
        """Fare gates passed."""
        return self.model.gates

    @property
    def staff_calls(self) -> int:
        """Gates at which staff must be called."""
        return self.model.staff_calls

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What the traveller should know is not certain."""
        return self.model.doubts

    @property
    def stem(self) -> str:
        """The name of this route's files, without language and ending: `4-sanggye_7-junggye`."""
        return file_stem(self.station, self.model.start, self.model.end)

    @cached_property
    def narration(self) -> tuple[Step, ...]:
        """The steps as typed data, with sentences in both languages."""
        from muui_maps.maps.narrate import narrate

        return narrate(self.station, self.model)

    def steps(self, lang: str = "ko") -> tuple[str, ...]:
        """One sentence for each step, in Korean (`ko`) or English (`en`)."""
        if lang not in LANGUAGES:
            from muui_maps.errors import UsageError

            raise UsageError(
                Text(f"ko와 en만 돼요: {lang}", f"there are sentences in ko and en only, not in {lang}"),
            )
        return tuple(getattr(step.text, lang) for step in self.narration)

    def to_dict(self) -> dict[str, Any]:
        """The route as plain data; its shape is `docs/schemas/route.json`."""
        from muui_maps.plain import route_dict

        return route_dict(self.station, self.model, self.narration)


# ── loading ──────────────────────────────────────────────────────────────────


def load(name: str, *, workspace: Path | str | None = None) -> LoadedStation:
    """A station by id or name, in any language or spelling: `nowon`, `노원역`.

    Parameters
    ----------
    workspace
        A folder with `stations/` and `data/` of one's own; it comes before what the program brought.

    Raises
    ------
    UnknownNameError
        If there is no such station; `nearest` and `existing` say which there are.
    InputRefusedError
        If the station's file or its survey can't be read as a whole.
    """
    space = find_workspace(Path(workspace) if workspace is not None else None)
    data = data_folder(space)
    definitions = all_definitions(space)
    return _assembled(resolve_station(name, definitions, data=data), definitions, data)


def load_all(*, workspace: Path | str | None = None) -> tuple[LoadedStation, ...]:
    """Every station there is, sorted by id."""
    space = find_workspace(Path(workspace) if workspace is not None else None)
    definitions = all_definitions(space)
    return tuple(_assembled(each, definitions, data_folder(space)) for each in definitions)


def load_defined(definition: Definition, *, workspace: Workspace) -> LoadedStation:
    """The station of a definition that has been read already."""
    return _assembled(definition, all_definitions(workspace), data_folder(workspace))


def _assembled(definition: Definition, definitions: Collection[Definition], data: Path) -> LoadedStation:
    from muui_maps.assemble.station import assemble

    runs, findings, set_aside = _surveyed(definition, definitions)
    station = assemble(definition, data=data, runs=runs)
    _check_overrides(definition, station)
    station = replace(station, findings=station.findings + findings)
    return LoadedStation(definition, station, findings if set_aside else (), data)


def _surveyed(definition: Definition, definitions: Collection[Definition]) -> tuple[Any, tuple[Finding, ...], int]:
    """The station's surveyed transfers, the Findings about them, and how many rows were set aside."""
    if definition.survey is None:
        return (), (), 0
    from muui_maps.survey.runs import read_runs

    ids = {name: each.id for each in definitions for name in (each.id, each.name.ko, *each.also_known_as)}
    read = read_runs(definition.survey, known_station=ids.get)
    runs = tuple(run for run in read.runs if run.station == definition.id)
    findings = tuple(replace(each, station=each.station or definition.id) for each in read.findings)
    return runs, findings, read.set_aside


def _check_overrides(definition: Definition, station: Station) -> None:
    """An override of something that the station does not have would be lost without a word."""
    known = {"unit": [each.id for each in station.units], "level": [each.id for each in station.levels]}
    findings = []
    for override in definition.overrides:
        if override.id not in known[override.target]:
            near = ", ".join(nearest(override.id, known[override.target])) or ", ".join(known[override.target])
            findings.append(
                Finding(
                    "override_unknown",
                    Severity.ERROR,
                    Text(f"고칠 대상이 이 역에 없어요: {override.id}", f"the station has nothing to override: {override.id}"),
                    Text(f"이 중에 있나요? {near}", f"Is it one of these? {near}"),
                    station=definition.id,
                    file=str(definition.folder / "station.toml"),
                    field=f"overrides.{override.target}",
                    value=override.id,
                )
            )
    if findings:
        file = definition.folder / "station.toml"
        raise InputRefusedError(Text(f"파일을 읽지 않았어요: {file}", f"refused: {file}"), findings=findings)
