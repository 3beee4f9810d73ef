"""The barrier report over many stations: gathered, and written as pages, pictures and open data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.city_lines import city_tracks
from muui_maps.insight.barrier_page import Barriers, barrier_page, city_of
from muui_maps.insight.barrier_plots import lines_plot, times_plot
from muui_maps.insight.barrier_tables import (
    Surveyed,
    district_table,
    line_table,
    out_table,
    single_table,
    station_table,
    text_table,
    transfer_table,
)
from muui_maps.insight.burden import IN_A_CHAIR, transfer_burdens
from muui_maps.open_package import package_files, read_datasets
from muui_maps.profiles import profile as profile_of
from muui_maps.tables import write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from muui_maps.api import Atlas
    from muui_maps.insight.open_table import OpenTable
    from muui_maps.network.outages import StationOutages
    from muui_maps.workspace import Definition

LANGUAGES = ("ko", "en")


def barriers(
    atlas: Atlas, stations: Sequence[Definition], *, progress: Callable[[int, int, str], None] | None = None
) -> Barriers:
    """Everything that the report tells of these stations."""
    from muui_maps.assemble.gather import gather
    from muui_maps.insight.compare import compare_official
    from muui_maps.network.outages import ranking, station_outages

    surveyed: list[Surveyed] = []
    outages: list[StationOutages] = []
    for number, definition in enumerate(stations, 1):
        station = atlas.load(definition).model
        facts = gather(
            (definition.name.ko, *definition.also_known_as), definition.line_ids, folder=atlas.data / "facts"
        )
        districts = tuple(each.name for each in atlas.districts_of(definition))
        surveyed.append(Surveyed(station, transfer_burdens(station), compare_official(station, facts), districts))
        outages.append(station_outages(station, profiles=[profile_of(IN_A_CHAIR)], ignore_status=True, pairs=False))
        if progress is not None:
            progress(number, len(stations), definition.name.ko)
    return Barriers(tuple(surveyed), ranking(outages), city_tracks(atlas.data), atlas.as_of)


def tables_of(found: Barriers) -> tuple[OpenTable, ...]:
    """The report's figures as tables."""
    return (
        station_table(found.stations),
        transfer_table(found.stations),
        line_table(found.stations),
        district_table(found.stations),
        out_table(found.stations),
        single_table(found.stations, found.ranked),
        text_table(found.stations),
    )


def write_report(atlas: Atlas, found: Barriers, folder: Path) -> tuple[Path, ...]:
    """Write pages and pictures into `folder`, and the open data into `folder/data`, all or none; the files of both."""
    from muui_maps.maps.svg import render_svg

    files: dict[str, bytes] = {}
    for lang in LANGUAGES:
        files[f"report.{lang}.html"] = barrier_page(found, lang=lang).encode()
        files[f"times.{lang}.svg"] = times_plot(found.stations, lang=lang)
        files[f"lines.{lang}.svg"] = lines_plot(found.stations, lang=lang)
        files[f"city.{lang}.svg"] = render_svg(city_of(found, lang=lang)).encode()
    package = package_files(tables_of(found), datasets=read_datasets(atlas.data), as_of=atlas.as_of)
    contents = {folder / name: content for name, content in files.items()}
    contents |= {folder / "data" / name: content for name, content in package.items()}
    write_files(contents)
    return tuple(contents)
