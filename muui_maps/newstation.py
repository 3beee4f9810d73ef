"""A station's `station.toml` out of the open facts: names, lines and numbers; nothing that the tables don't say.

A transfer station is one that an official step-free route is filed under. `--all` takes those whose lines are reached
from the lines of the names list by changing trains: the tables hold other cities' routes as well.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muui_maps.assemble.gather import today
from muui_maps.assemble.levels import UNKNOWN_LABEL
from muui_maps.assemble.station import assemble
from muui_maps.definition import Definition, LineCode
from muui_maps.errors import UnknownNameError, UsageError
from muui_maps.model import StationName, Text, UnitKind
from muui_maps.resolve import resolve_station
from muui_maps.romanise import slug
from muui_maps.tables import read_table, renamed_stations, write_files
from muui_maps.wording import STATION_NAMES_EN, line_text, toward_text
from muui_maps.workspace import data_folder, find_workspace, read_definitions, stations_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from muui_maps.facts import LineStationFact
    from muui_maps.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Candidate:
    """A station as the facts have it.

    `derived_id` says that no English name is published and the id follows the Korean one; `transfer` that an official
    route is filed under it.
    """

    definition: Definition
    derived_id: bool
    transfer: bool


@dataclass(frozen=True, slots=True)
class NewStation:
    """What became of one station: the file that holds it, whether it was written just now, and what the facts lack."""

    definition: Definition
    file: Path
    written: bool
    derived_id: bool
    missing: tuple[Text, ...]

    def as_json(self) -> dict[str, Any]:
        """As `new --json` writes it: `docs/schemas/new.json`."""
        return {
            "id": self.definition.id,
            "name_ko": self.definition.name.ko,
            "name_en": self.definition.name.en,
            "lines": [{"line": each.line, "code": each.code} for each in self.definition.lines],
            "file": str(self.file),
            "written": self.written,
            "derived_id": self.derived_id,
            "missing": [{"message_ko": each.ko, "message_en": each.en} for each in self.missing],
        }


# ── which stations the facts know ────────────────────────────────────────────


def candidates(data: Path, folder: Path) -> tuple[Candidate, ...]:
    """Every station that the facts name, transfer stations first, then by name.

    Several spellings of one station (`총신대입구`, `이수`) are one, under today's name.

    Parameters
    ----------
    data
        The folder `data/`.
    folder
        The folder of stations; each candidate's definition lies in `folder/<id>`.
    """
    facts, renamed = data / "facts", renamed_stations(data)
    named: dict[str, list[LineStationFact]] = defaultdict(list)
    lines: dict[str, set[str]] = defaultdict(set)
    spellings: dict[str, set[str]] = defaultdict(set)
    transfers: set[str] = set()
    for row in read_table("line_stations", facts):
        name = today(row.station, renamed)
        named[name].append(row)
        lines[name].add(row.line)
        spellings[name].add(row.station)
    for route in read_table("official_routes", facts):
        name = today(route.station, renamed)
        transfers.add(name)
        lines[name] |= {line for each in (route.from_line, route.to_line) for line in each.split("|")}
        spellings[name].add(route.station)
    taken: set[str] = set()
    found = []
    for name in sorted(lines, key=lambda each: (each not in transfers, each)):
        rows = sorted(named[name], key=lambda row: (_line_order(row.line), row.record))
        names = _names(name, [row for row in rows if row.station == name])  # not what it was called before
        station_id = _free_id(names, taken)
        taken.add(station_id.casefold())
        codes = {row.line: row.code or None for row in reversed(rows)}
        definition = Definition(
            id=station_id,
            name=names,
            lines=tuple(LineCode(line, codes.get(line)) for line in sorted(lines[name], key=_line_order)),
            folder=folder / station_id,
            also_known_as=tuple(sorted(spellings[name] - {name})),
        )
        found.append(Candidate(definition, names.en is None, name in transfers))
    return tuple(found)


def _line_order(line: str) -> tuple[bool, str]:
    return (not line.isdigit(), line)


def _names(name: str, rows: Sequence[LineStationFact]) -> StationName:
    """The published names; of several English ones (two lines, two by-names) the one that spells the Korean name.

    Where none is published, the English one that signs have, if it is known: `인천시청` is Incheon City Hall.
    """
    english = sorted(
        {_without_by_name(row.name_en) for row in rows if row.name_en},
        key=lambda each: (slug(each) != slug(name), len(each), each),
    )
    # All languages from one row, lest the signs of one name stand beside those of another.
    of_it = [row for row in rows if english and (row.name_en or "").startswith(english[0])] or rows
    ja, zh = (
        next((_without_by_name(value) for row in of_it if (value := getattr(row, key))), None)
        for key in ("name_ja", "name_zh")
    )
    return StationName(name, english[0] if english else STATION_NAMES_EN.get(name), ja, zh)


def _without_by_name(name: str) -> str:
    """`大林(九老区厅)` is `大林` on the signs."""
    return re.sub(r"\s*[(（][^)）]*[)）]", "", name).strip()


def _free_id(names: StationName, taken: set[str]) -> str:
    tries = [slug(each)[:60].strip("-") for each in (names.en, names.ko) if each]
    tries += [f"{tries[-1]}-{n}" for n in range(2, len(taken) + 3)]
    return next(each for each in tries if each and each.casefold() not in taken)


def _of_the_capital(found: Iterable[Candidate], data: Path) -> list[Candidate]:
    """The transfer stations whose lines can be reached, change by change, from a line of the names list."""
    transfers = [each for each in found if each.transfer]
    reached = {row.line for row in read_table("line_stations", data / "facts")}
    while True:
        near = [each for each in transfers if reached & set(each.definition.line_ids)]
        wider = reached.union(*(each.definition.line_ids for each in near))
        if wider == reached:
            return near
        reached = wider


# ── writing ──────────────────────────────────────────────────────────────────


def new_stations(
    names: Sequence[str] = (),
    *,
    every: bool = False,
    workspace: Workspace | None = None,
    progress: Callable[[int, int, str], None] = lambda *_: None,
) -> tuple[NewStation, ...]:
    """Write `station.toml` for stations of the facts; one that exists already is left as it is.

    Parameters
    ----------
    names
        Stations, by name in any language, number, or the id they will get.
    every
        All transfer stations of the capital area instead.
    workspace
        Where to write, and whose facts to read.
    progress
        Told of each station: how many are done, of how many, and its name.

    Raises
    ------
    UsageError
        If neither names nor `every` is given, or both.
    UnknownNameError
        If the facts have no station of a name: before anything is written; it offers the nearest.
    MuuiError
        If a file can't be written; then none is.
    """
    if bool(names) is every:
        raise UsageError(
            Text("역 이름이나 --all 가운데 하나만 쓰세요.", "Name stations, or say --all: one of the two.")
        )
    space = workspace or find_workspace()
    data = data_folder(space)
    known = candidates(data, stations_folder(space))
    by_id = {each.definition.id: each for each in known}
    if every:
        chosen = _of_the_capital(known, data)
    else:
        wanted = [_named(name, [each.definition for each in known], data) for name in names]
        chosen = [by_id[station_id] for station_id in dict.fromkeys(each.id for each in wanted)]
    existing = _existing(space)
    texts: dict[Path, str] = {}
    done = []
    for count, each in enumerate(sorted(chosen, key=lambda one: one.definition.id), 1):
        here = next((existing[name] for name in _all_names(each.definition) if name in existing), each.definition)
        file = here.folder / "station.toml"
        written = not file.exists()
        if written:
            texts[file] = station_toml(each)
        done.append(NewStation(here, file, written, each.derived_id and written, missing_of(here, data)))
        progress(count, len(chosen), here.name.ko)
    write_files(texts)
    return tuple(done)


def _named(name: str, definitions: Sequence[Definition], data: Path) -> Definition:
    try:
        return resolve_station(name, definitions, data=data)
    except UnknownNameError as error:
        # A list of all stations of the country helps nobody; of several that answer to the name, each is shown.
        existing = error.existing if len(error.existing) < len(definitions) else ()
        raise UnknownNameError(error.message, nearest=error.nearest, existing=existing) from None


def _existing(space: Workspace) -> dict[str, Definition]:
    """The stations that there are, by every Korean name they go by. A file that was refused is met by its id."""
    definitions, _ = read_definitions(space)
    return {name: each for each in definitions for name in _all_names(each)}


def _all_names(definition: Definition) -> tuple[str, ...]:
    return (definition.name.ko, *definition.also_known_as)


def station_toml(candidate: Candidate) -> str:
    """The text of a new station's file, as an editor would have written it."""
    station = candidate.definition
    head = "what people edit. Everything else comes from the open facts in data/ and from survey.csv beside this file."
    rows = [f"# {station.name.ko}역: {head}"]
    if candidate.derived_id:
        rows.append("# No English name is published: the id is derived from the Korean name (Revised Romanization).")
    rows += [f"id = {_quoted(station.id)}", "lines = ["]
    for each in station.lines:
        code = f", code = {_quoted(each.code)}" if each.code else ""
        rows.append(f"  {{ line = {_quoted(each.line)}{code} }},")
    rows.append("]")
    if station.also_known_as:
        rows.append(f"also_known_as = [{', '.join(map(_quoted, station.also_known_as))}]")
    rows += ["", "[names]"]
    for key in ("ko", "en", "ja", "zh"):
        if value := getattr(station.name, key):
            rows.append(f"{key} = {_quoted(value)}")
    return "\n".join(rows) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string is a TOML basic string


# ── what is missing ──────────────────────────────────────────────────────────


def missing_of(definition: Definition, data: Path) -> tuple[Text, ...]:
    """What the facts lack of a station: its maps are made as far as the rest reaches."""
    station = assemble(definition, data=data)
    numbered = {each.line for each in definition.lines if each.code}
    listed = {unit.line for unit in station.units if unit.in_register and unit.kind is UnitKind.ELEVATOR}
    floors = {level.id for level in station.levels if level.label and not level.label.startswith(UNKNOWN_LABEL)}
    platforms = {(each.line, each.direction) for each in station.platforms if each.level in floors}
    found = []
    for line in definition.line_ids:
        of = line_text(line)
        if line not in numbered:
            found.append(
                Text(f"{of.ko}: 역명 목록에 없어서 역 번호를 몰라요.", f"{of.en}: not in the list of names, no number.")
            )
        if line not in listed:
            found.append(
                Text(
                    f"{of.ko}: 승강기 목록에 엘리베이터가 없어요. 안내문에 나오는 것만 그려요.",
                    f"{of.en}: no lift in the register; only those that official routes name are drawn.",
                )
            )
        here = [each for each in station.directions if each.line == line]
        lost = [each.next_station.ko for each in here if (line, each.next_station.ko) not in platforms]
        if not here:
            found.append(
                Text(
                    f"{of.ko}: 다음 역이 어느 자료에도 없어서 승강장을 몰라요.",
                    f"{of.en}: no source names a next station, so its platforms are unknown.",
                )
            )
        found += [
            Text(
                f"{of.ko} {toward.ko}: 승강장이 몇 층인지 어느 자료에도 없어요.",
                f"{of.en} {toward.en}: no source gives the platform's floor.",
            )
            for toward in (toward_text(direction, direction, here=definition.name.ko) for direction in lost)
        ]
    return tuple(found)
