"""The library as a developer calls it: `mm.load("nowon").route("4:상계", "7:중계").steps("en")`.

The nouns underneath (`muui_maps.model`) have no behaviour; what hangs on them here only calls the rooms that do the
work.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muui_maps.districts import District, districts
from muui_maps.errors import InputRefusedError, UnknownNameError, UsageError
from muui_maps.model import Endpoint, Finding, Severity, Text
from muui_maps.resolve import (
    file_stem,
    names_folder,
    nearest,
    resolve_endpoint,
    resolve_profile,
    resolve_set,
    resolve_station,
    resolve_unit,
)
from muui_maps.workspace import (
    Definition,
    StationSet,
    Workspace,
    bundled_folder,
    data_folder,
    find_workspace,
    joined,
    newest_date,
    read_definitions,
    station_sets,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    import geopandas as gpd
    import networkx as nx

    from muui_maps.fieldwork import Fieldwork
    from muui_maps.maps.foreign import Names
    from muui_maps.maps.narrate import Step
    from muui_maps.model import Doubt, Ride, Route, Seconds, Station, SurveyRun
    from muui_maps.network.city import City
    from muui_maps.network.journeys import Neighbour
    from muui_maps.network.layered import Layers
    from muui_maps.network.outages import StationOutages
    from muui_maps.sources.live_status import StatusFile

__all__ = ["Atlas", "LoadedRoute", "LoadedStation", "load", "load_all", "open_atlas"]

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
        One Finding for each fault that made rows of the station's survey, or of the register of today, be set aside;
        empty when all rows count.
    data
        The folder its facts were read from.
    field_research
        Opens its ledger of field surveys; None if nothing was ever imported or decided.
    layers
        The indoor layers that its file names, for plans; None if it names none.
    around, beside
        The city it lies in, and that by the facts alone; None for a station that was made by itself.
    """

    definition: Definition
    model: Station
    set_aside: tuple[Finding, ...]
    data: Path
    field_research: Callable[[], Fieldwork] | None = None
    layers: Layers | None = None
    around: Callable[[], City] | None = None
    beside: Callable[[], City] | None = None

    @cached_property
    def neighbours(self) -> tuple[Neighbour, ...]:
        """From each of its platforms that has trains, the next station with data: where else to change or get off."""
        from muui_maps.network.journeys import neighbours

        return () if self.around is None else neighbours(self.around(), self.id)

    @cached_property
    def fieldwork(self) -> Fieldwork | None:
        """Its ledger of field surveys and what holds by it; None if nothing was ever imported or decided."""
        return None if self.field_research is None else self.field_research()

    @property
    def id(self) -> str:
        return self.model.id

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that could not be read, contradicts another source, is missing, or can't be written on a map."""
        if self.layers is None:
            return self.model.findings
        from muui_maps.maps.floor_names import names_not_drawn

        return (*self.model.findings, *names_not_drawn(self.layers.fragment.areas, self.id))

    @cached_property
    def transfers(self) -> tuple[tuple[Endpoint, Endpoint], ...]:
        """Every change from a platform of one line to a platform of another, in a stable order."""
        from muui_maps.assemble.directions import platforms_of, transfers

        return transfers(platforms_of(self.model.directions), self.model.name.ko)

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

    def outages(
        self, *, profiles: Sequence[str] = (), ignore_status: bool = False, pairs: bool = True
    ) -> StationOutages:
        """What is lost or gets longer when a lift, escalator or wheelchair lift is out, alone or two together.

        Parameters
        ----------
        profiles
            For whom; for all travellers unless given.
        ignore_status
            Take units under repair as working.
        pairs
            Whether to ask about pairs too.
        """
        from muui_maps.network.outages import station_outages
        from muui_maps.profiles import PROFILES

        wanted = [resolve_profile(each) for each in profiles] or list(PROFILES.values())
        return station_outages(self.model, profiles=wanted, ignore_status=ignore_status, pairs=pairs)

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

    def told(self, names: Names = "") -> tuple[Station, Route, tuple[Step, ...]]:
        """Station, route and steps, as maps take them; with names of stations in Japanese or Chinese beside English."""
        if not names:
            return self.station, self.model, self.narration
        from muui_maps.maps.foreign import with_names
        from muui_maps.maps.narrate import narrate

        station = with_names(self.station, names)
        return station, self.model, narrate(station, self.model)

    def steps(self, lang: str = "ko") -> tuple[str, ...]:
        """One sentence for each step, in Korean (`ko`) or English (`en`)."""
        if lang not in LANGUAGES:
            raise UsageError(
                Text(f"ko와 en만 돼요: {lang}", f"there are sentences in ko and en only, not in {lang}"),
            )
        return tuple(getattr(step.text, lang) for step in self.narration)

    def to_dict(self) -> dict[str, Any]:
        """The route as plain data; its shape is `docs/schemas/route.json`."""
        from muui_maps.plain import route_dict

        return route_dict(self.station, self.model, self.narration)


# ── loading ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Atlas:
    """All stations of a workspace and of the program, by definition; a station is assembled when it is asked for.

    `refused` are the station files that could not be read, each with its reasons: they hide no other station. `status`
    is the operator's register of today, if there is one: every station that is loaded has its states.
    """

    workspace: Workspace
    data: Path
    definitions: tuple[Definition, ...]
    refused: Mapping[Path, InputRefusedError]
    status: StatusFile | None = None

    def definition(self, name: str) -> Definition:
        """The station that `name` names.

        Raises
        ------
        UnknownNameError
            If there is none.
        InputRefusedError
            If that station's file is one of those refused.
        """
        for file, refusal in self.refused.items():
            if names_folder(name, file.parent.name):
                raise refusal
        try:
            return resolve_station(name, self.definitions, data=self.data)
        except UnknownNameError:
            for file, refusal in self.refused.items():
                if f'"{name}"' in file.read_bytes().decode("utf-8", "replace"):
                    raise refusal from None
            raise

    @cached_property
    def sets(self) -> tuple[StationSet, ...]:
        """The named sets of stations."""
        return station_sets(self.workspace)

    def chosen(self, names: Sequence[str] = (), set_name: str | None = None) -> tuple[Definition, ...]:
        """The stations named and those of the set, each once, in the order named; all stations if neither is given.

        Raises
        ------
        UsageError
            If the set holds no station.
        InputRefusedError
            If one of the files concerned was refused.
        """
        if not names and set_name is None:
            if self.refused:
                raise joined(tuple(self.refused.values()))
            return self.definitions
        wanted = list(names)
        if set_name is not None:
            group = resolve_set(set_name, self.sets)
            if not group.stations:
                raise UsageError(
                    Text(
                        f"묶음 ‘{group.name.ko}’에 드는 역이 하나도 없어요. "
                        "`muui-maps stations`가 역마다 묶음을 보여 줘요.",
                        f"no station is in the set “{group.name.en}”; `muui-maps stations` lists the sets of each.",
                    )
                )
            wanted += group.stations
        return tuple({each.id: each for each in map(self.definition, wanted)}.values())

    def load(self, station: str | Definition) -> LoadedStation:
        """A station, assembled: by any of its names, or by its definition."""
        definition = self.definition(station) if isinstance(station, str) else station
        return _assembled(definition, self)

    def fieldwork(self, station: str | Definition) -> Fieldwork:
        """The ledger of a station's field surveys, and what holds by it; an empty one if nothing was ever imported."""
        return _field_research(self.definition(station) if isinstance(station, str) else station, self)()

    @cached_property
    def surveyed(self) -> tuple[Definition, ...]:
        """The stations that have a ledger of field surveys."""
        return tuple(each for each in self.definitions if _ledger_files(each, self))

    def base(self, station: str | Definition) -> Station:
        """A station as its registers, official routes and `survey.csv` have it, without its ledger of field surveys."""
        from muui_maps.assemble.station import assemble

        definition = self.definition(station) if isinstance(station, str) else station
        runs, _, _ = _surveyed(definition, self.station_id)
        return assemble(definition, data=self.data, runs=runs)

    @cached_property
    def as_of(self) -> str | None:
        """The date of the newest dataset at hand: what maps print unless told otherwise. Never the clock's."""
        return newest_date(self.data)

    @cached_property
    def _districts(self) -> Mapping[str, tuple[District, ...]]:
        return districts(self.data)

    def districts_of(self, definition: Definition) -> tuple[District, ...]:
        """The districts of Seoul that the station lies in, each with its evidence; none where no source tells."""
        here = (self._districts.get(name, ()) for name in (definition.name.ko, *definition.also_known_as))
        return tuple(each for found in here for each in found)

    def count_transfers(self, definition: Definition) -> int:
        """How many platform-to-platform transfers the station has; quicker than assembling it."""
        from muui_maps.assemble.directions import directions, platforms_of, transfers
        from muui_maps.assemble.gather import gather

        names = (definition.name.ko, *definition.also_known_as)
        facts = gather(names, definition.line_ids, folder=self.data / "facts")
        platforms = platforms_of(directions(facts, names, definition.line_ids))
        return len(transfers(platforms, definition.name.ko))

    def city(self, *, load: Callable[[str], Station] | None = None, ignore_status: bool = False) -> City:
        """All stations joined by trains; a station is assembled when a journey needs it, or got from `load`."""
        from muui_maps.assemble.gather import today
        from muui_maps.names import normal_station
        from muui_maps.network.city import City, places_of
        from muui_maps.network.lines import read_lines
        from muui_maps.tables import renamed_stations

        lines, renamed = read_lines(self.data), renamed_stations(self.data)
        stations = []
        for each in self.definitions:
            names = dict.fromkeys(today(normal_station(name), renamed) for name in (each.name.ko, *each.also_known_as))
            stations.append((each.id, [(line, name) for line in each.line_ids for name in names]))
        by_id = {each.id: each for each in self.definitions}
        loader = load or (lambda station: self.load(by_id[station]).model)
        named = {each.id: each.name for each in self.definitions}
        return City(lines, places_of(lines, stations), loader, names=named, ignore_status=ignore_status)

    @cached_property
    def city_of_facts(self) -> City:
        """The city by registers and official routes alone, with the states of today if there are any.

        Maps tell by it how to go round a station: what is surveyed at one station then changes no map of another.
        """
        from muui_maps.assemble.station import assemble

        by_id = {each.id: each for each in self.definitions}

        def of_facts(station_id: str) -> Station:
            definition = by_id[station_id]
            station = assemble(definition, data=self.data, runs=())
            if self.status is not None:
                station, _ = _with_status(definition, station, self.data, self.status)
            return station

        return self.city(load=of_facts)

    def station_id(self, name: str) -> str | None:
        """The id of the station that `name` names, as a survey may write it; None if there is none."""
        try:
            return self.definition(name).id
        except (UnknownNameError, InputRefusedError):
            return None


def open_atlas(workspace: Workspace | Path | str | None = None, *, status: StatusFile | None = None) -> Atlas:
    """All stations: those of the workspace (or of the checkout around the current folder), and those of the program.

    Parameters
    ----------
    status
        The operator's register of today, see `sources.live_status.status_file`.

    Raises
    ------
    InputRefusedError
        If the register is none.
    """
    if status is not None:
        from muui_maps.sources.live_status import read_live_status

        read_live_status(status)  # a file that is no register is refused before anything is done with it
    given = Path(workspace) if isinstance(workspace, str) else workspace
    space = given if isinstance(given, Workspace) else find_workspace(given)
    definitions, refused = read_definitions(space)
    return Atlas(space, data_folder(space), definitions, refused, status)


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
    return open_atlas(workspace).load(name)


def load_all(*, workspace: Path | str | None = None) -> tuple[LoadedStation, ...]:
    """Every station there is, sorted by id.

    Raises
    ------
    InputRefusedError
        If one of their files can't be read.
    """
    atlas = open_atlas(workspace)
    return tuple(atlas.load(each) for each in atlas.chosen())


def _assembled(definition: Definition, atlas: Atlas) -> LoadedStation:
    from muui_maps.assemble.station import assemble

    runs, findings, set_aside = _surveyed(definition, atlas.station_id)
    field_research = _field_research(definition, atlas) if _ledger_files(definition, atlas) else None
    if field_research is None:
        station = assemble(definition, data=atlas.data, runs=runs)
    else:
        station = _with_ledger(definition, atlas, field_research)
    layers = None
    if definition.indoor is not None:
        from muui_maps.network.layered import with_layers

        station, layers = with_layers(definition, station)
    _check_overrides(definition, station)
    station = replace(station, findings=station.findings + findings)
    lost = findings if set_aside else ()
    if atlas.status is not None:
        station, more = _with_status(definition, station, atlas.data, atlas.status)
        lost += more
    return LoadedStation(
        definition,
        station,
        lost,
        atlas.data,
        field_research,
        layers=layers,
        around=atlas.city,
        beside=lambda: atlas.city_of_facts,
    )


def _with_status(
    definition: Definition, station: Station, data: Path, status: StatusFile
) -> tuple[Station, tuple[Finding, ...]]:
    """The station with the states of the operator's register, and the Findings of its rows that can't be read."""
    from muui_maps.assemble.live import with_live_status
    from muui_maps.sources.live_status import read_live_status
    from muui_maps.tables import renamed_stations

    names, live = (definition.name.ko, *definition.also_known_as), read_live_status(status)
    return with_live_status(station, live, names=names, renamed=renamed_stations(data)), live.set_aside


def _ledger_files(definition: Definition, atlas: Atlas) -> tuple[Path, ...]:
    """The files of the station's ledger. Looking whether there are any costs no import."""
    folders = dict.fromkeys(each / "stations" / definition.id / "survey" for each in _roots(atlas))
    return tuple(
        file
        for folder in folders
        for part in ("imports/*.jsonl", "decisions/*.json")
        for file in sorted(folder.glob(part))
    )


def _roots(atlas: Atlas) -> tuple[Path, ...]:
    return atlas.workspace.root.resolve(), bundled_folder().resolve()


def _field_research(definition: Definition, atlas: Atlas) -> Callable[[], Fieldwork]:
    """How to open the station's ledger of field surveys: once, when it is asked for."""

    @cache
    def opened() -> Fieldwork:
        from muui_maps.fieldwork import open_fieldwork

        return open_fieldwork(
            definition,
            workspace=atlas.workspace,
            known_station=atlas.station_id,
            data=atlas.data,
            newest_data=atlas.as_of,
        )

    return opened


def _with_ledger(definition: Definition, atlas: Atlas, opened: Callable[[], Fieldwork]) -> Station:
    """The station with what its ledger says; of a big ledger as it came out the last time, if nothing changed since."""
    from muui_maps.station_cache import cached

    def key() -> str:
        from muui_maps.fingerprint import fingerprint

        # Which stations there are decides whom a row of `survey.csv` may mean.
        return fingerprint(atlas, definition, ("station", atlas.definitions))

    folder = atlas.workspace.root / "stations" / definition.id / "survey"
    return cached(folder, _ledger_files(definition, atlas), key, lambda: opened().station)


def _surveyed(
    definition: Definition, known: Callable[[str], str | None]
) -> tuple[tuple[SurveyRun, ...], tuple[Finding, ...], int]:
    """The station's surveyed transfers, the Findings about them, and how many rows were set aside."""
    if definition.survey is None:
        return (), (), 0
    from muui_maps.survey.runs import read_runs

    read = read_runs(definition.survey, known_station=known)
    runs = tuple(run for run in read.runs if run.station == definition.id)
    findings = tuple(replace(each, station=each.station or definition.id) for each in read.findings)
    return runs, findings, read.set_aside


def _check_overrides(definition: Definition, station: Station) -> None:
    """An override of something that the station does not have would be lost without a word."""
    known = [each.id for each in station.units]
    findings = []
    for override in definition.overrides:
        if override.unit not in known:
            near = ", ".join(nearest(override.unit, known)) or ", ".join(known)
            findings.append(
                Finding(
                    "override_unknown",
                    Severity.ERROR,
                    Text(
                        f"고칠 대상이 이 역에 없어요: {override.unit}",
                        f"the station has nothing to override: {override.unit}",
                    ),
                    Text(f"이 중에 있나요? {near}", f"Is it one of these? {near}"),
                    station=definition.id,
                    file=str(definition.folder / "station.toml"),
                    field="overrides.unit",
                    value=override.unit,
                )
            )
    if findings:
        file = definition.folder / "station.toml"
        raise InputRefusedError(Text(f"파일을 읽지 않았어요: {file}", f"refused: {file}"), findings=findings)
