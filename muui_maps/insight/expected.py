"""The accepted routes of a station, as a file that people review: `stations/<id>/expected.json`.

`make expected` writes the files again; whoever changes a route on purpose reads the difference before keeping it. A
test fails while the files and the program disagree.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from muui_maps.assemble.directions import transfers
from muui_maps.assemble.station import assemble
from muui_maps.errors import NoRouteError
from muui_maps.model import Endpoint
from muui_maps.network.routes import find_route
from muui_maps.profiles import profile
from muui_maps.survey.runs import read_runs
from muui_maps.workspace import data_folder, load_definition, station_ids, station_sets, stations_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muui_maps.model import Route, Station

SET = "pilot"
"""The named set of stations whose routes are read one by one, and so stand in blocks; the others' have a line each."""


def load_station(station_id: str) -> Station:
    """A station as the program's own files have it."""
    definition = load_definition(station_id)
    runs = read_runs(definition.survey).runs if definition.survey else ()
    return assemble(definition, data=data_folder(), runs=runs)


def expected_routes(station: Station) -> list[dict[str, Any]]:
    """Every transfer of the station for a manual wheelchair, in the order of its ends."""
    ends = sorted((each.line, each.direction) for each in station.platforms)
    return [
        {"from": start.key, "to": end.key, **_route(station, start, end)}
        for start, end in transfers((Endpoint(*each) for each in ends), station.name.ko)
    ]


def _route(station: Station, start: Endpoint, end: Endpoint) -> dict[str, Any]:
    who = profile("manual_wheelchair")
    try:
        route = find_route(station, start, end, profile=who)
    except NoRouteError as error:
        return {"no_route": [blocker.en for blocker in error.blockers]}
    return _facts(route)


def _facts(route: Route) -> dict[str, Any]:
    seconds = route.seconds
    return {
        "rides": [f"{ride.unit} {ride.from_level} → {ride.to_level}" for ride in route.rides],
        "gates": route.gates,
        "staff_calls": route.staff_calls,
        "goes_outside": route.goes_outside,
        "length_m": None if route.length_m is None else round(route.length_m),
        "seconds": [round(seconds.low), round(seconds.typical), round(seconds.high)],
        "doubts": sorted({doubt.code for doubt in route.doubts}),
    }


def expected_text(station: Station) -> str:
    """The content of the file: a pilot's routes a block each, so that a difference reads as a sentence; else a line."""
    routes = expected_routes(station)
    if station.id in _pilots():
        return json.dumps(routes, ensure_ascii=False, indent=1) + "\n"
    return "[\n" + ",\n".join(json.dumps(route, ensure_ascii=False) for route in routes) + "\n]\n"


@cache
def _pilots() -> frozenset[str]:
    return frozenset(next(each.stations for each in station_sets() if each.id == SET))


def main(arguments: Sequence[str]) -> int:
    """Write the files of the stations named, else of all."""
    for station_id in arguments or station_ids():
        file = stations_folder() / station_id / "expected.json"
        text = expected_text(load_station(station_id))
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8", newline="\n")
            sys.stdout.write(f"written: {file}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
