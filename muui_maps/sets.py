"""Named sets of stations: `stations/sets.toml`.

A set lists its stations, or says which stations belong to it. A rule is asked anew every time, so that a station that
is added joins its sets by itself:

    stations = ["nowon", "sadang"]   these
    every = true                     all stations there are
    lines = ["2", "경의중앙선"]         those of any of these lines
    operators = ["S1", "S9"]         those for which one of these operators publishes a step-free transfer
    districts = ["노원구"]             those with a street lift in any of these districts of Seoul (`districts.py`)
    surveyed = "2016"                those with a surveyed transfer whose date begins so
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from muui_maps.districts import districts
from muui_maps.model import Text
from muui_maps.names import normal_line, normal_station
from muui_maps.tables import read_table, renamed_stations
from muui_maps.workspace import (
    Definition,
    StationSet,
    Workspace,
    data_folder,
    read_definitions,
    station_ids,
    valid_station_id,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class _Stations:
    """The stations of a workspace, as far as a rule asks for them: most sets are read without any being opened."""

    workspace: Workspace

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return station_ids(self.workspace)

    @cached_property
    def definitions(self) -> tuple[Definition, ...]:
        """Those whose file can be read: one bad file empties no set, and whoever opens the station hears of it."""
        return read_definitions(self.workspace)[0]

    @cached_property
    def operators(self) -> Mapping[str, frozenset[str]]:
        """Station (by today's name) → who publishes a step-free transfer there."""
        data = data_folder(self.workspace)
        renamed = renamed_stations(data)
        found: dict[str, set[str]] = {}
        for route in read_table("official_routes", data / "facts"):
            name = normal_station(route.station)
            found.setdefault(renamed.get(name, name), set()).add(route.operator)
        return {name: frozenset(each) for name, each in found.items()}

    @cached_property
    def districts(self) -> Mapping[str, frozenset[str]]:
        """Station (by today's name) → the districts it lies in."""
        found = districts(data_folder(self.workspace))
        return {name: frozenset(each.name for each in here) for name, here in found.items()}

    def answering(self, wanted: Sequence[str], known: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
        """The ids of those of which something wanted is known under one of their names."""
        nothing: frozenset[str] = frozenset()
        return tuple(
            each.id
            for each in self.definitions
            if any(known.get(name, nothing) & set(wanted) for name in (each.name.ko, *each.also_known_as))
        )


def _every(stations: _Stations, value: object) -> tuple[str, ...]:
    del value
    return stations.ids


def _of_lines(stations: _Stations, value: Sequence[str]) -> tuple[str, ...]:
    wanted = {normal_line(line) for line in value}
    return tuple(each.id for each in stations.definitions if wanted & set(each.line_ids))


def _of_operators(stations: _Stations, value: Sequence[str]) -> tuple[str, ...]:
    return stations.answering(value, stations.operators)


def _of_districts(stations: _Stations, value: Sequence[str]) -> tuple[str, ...]:
    return stations.answering(value, stations.districts)


def _surveyed(stations: _Stations, value: str) -> tuple[str, ...]:
    return tuple(
        each.id
        for each in stations.definitions
        if each.survey is not None and any(date.startswith(value) for date in _dates(each.survey))
    )


def _dates(survey: Path) -> set[str]:
    """When the transfers of a `survey.csv` were surveyed. What is wrong with the file is told when it is merged."""
    with survey.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        return {row.get("observed_at") or row.get("조사일") or "" for row in csv.DictReader(lines)}


def _names(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) and each for each in value)


_RULES: Mapping[str, tuple[Callable[[Any], bool], Callable[[_Stations, Any], tuple[str, ...]]]] = MappingProxyType(
    {
        "every": (lambda value: value is True, _every),
        "lines": (_names, _of_lines),
        "operators": (_names, _of_operators),
        "districts": (_names, _of_districts),
        "surveyed": (lambda value: isinstance(value, str) and bool(value), _surveyed),
    }
)
"""Rule → whether its value is in form, and which stations answer to it."""


def read_sets(file: Path, workspace: Workspace) -> list[StationSet]:
    """The sets of one `sets.toml`, in its order.

    Raises
    ------
    InputRefusedError
        If it is not as it must be, or names a station that does not exist.
    """
    from muui_maps.station_file import read_toml, refuse

    text, content = read_toml(file)
    known = _Stations(workspace)
    sets: list[StationSet] = []
    for set_id, entry in content.items():
        row = next((n for n, line in enumerate(text.splitlines(), 1) if line.strip() == f"[{set_id}]"), None)
        fault = _fault(set_id, entry)
        if fault is not None:
            raise refuse(
                file,
                code="config_value",
                row=row,
                field=set_id,
                value=fault,
                message=Text("역 묶음의 모양이 맞지 않아요.", "a set of stations is not in the form it must have."),
                fix=Text(
                    '[이름] 아래에 name = { ko = "…", en = "…" }와, stations = ["역 id", …], lines = ["2", …], '
                    'operators = ["S1", …], districts = ["노원구", …], surveyed = "2016", every = true 가운데 하나만 '
                    "적으세요.",
                    'Below [name] write name = { ko = "…", en = "…" } and one of stations = ["station id", …], '
                    'lines = ["2", …], operators = ["S1", …], districts = ["노원구", …], surveyed = "2016" or '
                    "every = true; nothing else.",
                ),
            )
        chosen = _chosen(entry, known)
        for station in chosen:
            if station not in known.ids:
                there_are = ", ".join(known.ids)
                raise refuse(
                    file,
                    code="config_value",
                    row=row,
                    field=f"{set_id}.stations",
                    value=str(station),
                    message=Text("묶음에 적힌 역이 없어요.", "the set names a station that does not exist."),
                    fix=Text(f"있는 역: {there_are}", f"Stations there are: {there_are}"),
                )
        sets.append(StationSet(set_id, Text(entry["name"]["ko"], entry["name"]["en"]), chosen))
    return sets


def _fault(set_id: str, entry: object) -> str | None:
    """What is out of form in a set; None if nothing is."""
    shape = entry if isinstance(entry, dict) else {}
    name, rules = shape.get("name"), set(shape) - {"name"}
    if unknown := rules - {"stations", *_RULES}:
        return str(sorted(unknown))
    named = isinstance(name, dict) and set(name) == {"ko", "en"} and all(isinstance(v, str) for v in name.values())
    if not named or len(rules) != 1 or not valid_station_id(set_id):
        return str(entry)
    rule = rules.pop()
    value = shape[rule]
    in_form = isinstance(value, list) if rule == "stations" else _RULES[rule][0](value)
    return None if in_form else str(value)


def _chosen(entry: Mapping[str, Any], known: _Stations) -> tuple[str, ...]:
    if "stations" in entry:
        return tuple(entry["stations"])
    rule = next(each for each in _RULES if each in entry)
    return _RULES[rule][1](known, entry[rule])
