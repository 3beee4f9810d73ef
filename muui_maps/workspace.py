"""Where stations and facts are read from, and where anything is written.

Reading looks in the workspace first, then in what came with the program. Writing goes to `--workspace DIR`, else to the
checkout around the current folder, else to the user's data folder; the program's own copy is never written to.

    workspace/
      stations/sets.toml
      stations/<id>/station.toml  survey.csv
      data/datasets.csv  facts/*.csv
"""

from __future__ import annotations

import csv
import os
import shutil
import sys
import tempfile
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from muui_maps.definition import Definition, LineCode, Note, Override, valid_station_id
from muui_maps.errors import InputRefusedError, UnknownNameError, UsageError
from muui_maps.model import Finding, Severity, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = [
    "Definition",
    "LineCode",
    "Note",
    "Override",
    "StationSet",
    "Workspace",
    "all_definitions",
    "bundled_folder",
    "data_folder",
    "find_workspace",
    "joined",
    "load_definition",
    "newest_date",
    "read_definitions",
    "station_ids",
    "station_sets",
    "stations_folder",
    "valid_station_id",
    "writing_data",
]

OURSELVES = "muui-maps"
"""The publisher of the few tables that the project typed itself."""


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder that may be written to, and how it was chosen: `option`, `checkout` or `user`."""

    root: Path
    chosen_by: str


@dataclass(frozen=True, slots=True)
class StationSet:
    """A named set of stations."""

    id: str
    name: Text
    stations: tuple[str, ...]


# ── places ───────────────────────────────────────────────────────────────────


def bundled_folder() -> Path:
    """The folder that holds the `stations/` and `data/` that came with the program: in a wheel, or the checkout."""
    package = Path(__file__).resolve().parent
    inside = package / "bundled"
    return inside if inside.is_dir() else package.parent


def find_workspace(option: Path | None = None, *, around: Path | None = None) -> Workspace:
    """The folder for whatever is written.

    Parameters
    ----------
    option
        What the user gave as `--workspace`.
    around
        The current folder; a checkout is looked for in it and above.

    Raises
    ------
    UsageError
        If `option` exists but is no folder.
    """
    if option is not None:
        if option.exists() and not option.is_dir():
            raise UsageError(
                Text(f"작업 폴더가 폴더가 아니에요: {option}", f"the workspace is not a folder: {option}"),
            )
        return Workspace(option.resolve(), "option")
    start = (around or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if _is_checkout(folder):
            return Workspace(folder, "checkout")
    return Workspace(_user_data_folder(), "user")


def _is_checkout(folder: Path) -> bool:
    project = folder / "pyproject.toml"
    if not (project.is_file() and (folder / "stations" / "sets.toml").is_file()):
        return False
    return 'name = "muui-maps"' in project.read_text(encoding="utf-8", errors="replace")


def _user_data_folder() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "muui-maps"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "muui-maps"
    # The XDG base directory specification: a relative path in the variable is to be ignored.
    given = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (given if given.is_absolute() else Path.home() / ".local" / "share") / "muui-maps"


def stations_folder(workspace: Workspace | None = None) -> Path:
    """The folder that new stations are written to; it need not exist yet."""
    return (workspace or find_workspace()).root / "stations"


def data_folder(workspace: Workspace | None = None) -> Path:
    """The folder to read facts from: the workspace's if it holds any, else the program's own. Holds `facts/*.csv`."""
    own = (workspace or find_workspace()).root / "data"
    return own if any((own / "facts").glob("*.csv")) else bundled_folder() / "data"


@contextmanager
def writing_data(workspace: Workspace | None = None) -> Iterator[Path]:
    """The folder to write facts to, for as long as the writing takes.

    A workspace without facts gets a copy of the program's own first, because an import replaces some tables and the
    others must stay at hand. The copy is made beside its place and moved there when all went well: a refused import
    leaves no trace.
    """
    root = (workspace or find_workspace()).root
    own, bundled = root / "data", bundled_folder() / "data"
    if own.resolve() == bundled.resolve() or any((own / "facts").glob("*.csv")):
        yield own
        return
    above = next(folder for folder in (root, *root.parents) if folder.is_dir())
    with tempfile.TemporaryDirectory(dir=above, prefix=".muui-maps-") as name:
        draft = Path(name) / "data"
        shutil.copytree(bundled, draft)
        yield draft
        for file in sorted(draft.rglob("*")):
            if file.is_file():
                target = own / file.relative_to(draft)
                target.parent.mkdir(parents=True, exist_ok=True)
                file.replace(target)


def newest_date(data: Path) -> str | None:
    """The newest as-of date of the datasets in a data folder, ISO; None if no dataset has one.

    A date known only as a latest possible one (`<=2025-10-01`) counts as that day. What the project typed itself does
    not count: it says nothing about how old the publishers' facts are.
    """
    file = data / "datasets.csv"
    if not file.is_file():
        return None
    with file.open(encoding="utf-8", newline="") as lines:
        published = [row["as_of"].removeprefix("<=") for row in csv.DictReader(lines) if row["publisher"] != OURSELVES]
    return max((date for date in published if date), default=None)


# ── stations ─────────────────────────────────────────────────────────────────


def _station_files(workspace: Workspace) -> Mapping[str, Path]:
    """Station id → its file; the workspace's own comes before the program's."""
    files: dict[str, Path] = {}
    for folder in dict.fromkeys((workspace.root / "stations", bundled_folder() / "stations")):
        here: dict[str, Path] = {}
        for file in sorted(folder.glob("*/station.toml")):
            station_id = unicodedata.normalize("NFC", file.parent.name)
            twin = here.get(station_id.casefold())
            if twin is not None:
                raise _refused_twins(file, twin)
            here[station_id.casefold()] = file
            if station_id.casefold() not in {known.casefold() for known in files}:
                files[station_id] = file
    return dict(sorted(files.items()))


def _refused_twins(file: Path, twin: Path) -> InputRefusedError:
    message = Text(
        f"역 id가 겹쳐요(대소문자만 다른 것도 겹친 거예요): {file.parent.name}, {twin.parent.name}",
        f"two stations share an id (case does not tell them apart): {file.parent.name}, {twin.parent.name}",
    )
    fix = Text("두 폴더 중 하나의 이름을 바꾸세요.", "Rename one of the two folders.")
    finding = Finding(
        "station_id_duplicate", Severity.ERROR, message, fix, file=str(file), field="id", value=file.parent.name
    )
    return InputRefusedError(message, findings=[finding])


def station_ids(workspace: Workspace | None = None) -> tuple[str, ...]:
    """The ids of all stations, sorted."""
    return tuple(_station_files(workspace or find_workspace()))


def load_definition(station_id: str, workspace: Workspace | None = None) -> Definition:
    """Read a station's definition.

    Raises
    ------
    UnknownNameError
        If there is no such station.
    InputRefusedError
        If its file is not as it must be; with one Finding for each fault.
    """
    from muui_maps.station_file import read_station_file

    files = _station_files(workspace or find_workspace())
    if station_id not in files:
        raise UnknownNameError(
            Text(f"이런 역 id가 없어요: {station_id}", f"no station has this id: {station_id}"), existing=tuple(files)
        )
    return read_station_file(files[station_id])


def read_definitions(
    workspace: Workspace | None = None,
) -> tuple[tuple[Definition, ...], Mapping[Path, InputRefusedError]]:
    """All stations' definitions, sorted by id; and for each file that was refused, why: one bad file hides no other."""
    from muui_maps.station_file import read_station_file

    definitions: list[Definition] = []
    refusals: dict[Path, InputRefusedError] = {}
    for file in _station_files(workspace or find_workspace()).values():
        try:
            definitions.append(read_station_file(file))
        except InputRefusedError as refusal:
            refusals[file] = refusal
    return tuple(definitions), refusals


def all_definitions(workspace: Workspace | None = None) -> tuple[Definition, ...]:
    """All stations' definitions, sorted by id.

    Raises
    ------
    InputRefusedError
        If one of the files is not as it must be; the Findings of all such files.
    """
    definitions, refusals = read_definitions(workspace)
    if refusals:
        raise joined(tuple(refusals.values()))
    return definitions


def joined(refusals: Sequence[InputRefusedError]) -> InputRefusedError:
    """Several refusals as one, with the Findings of all."""
    if len(refusals) == 1:
        return refusals[0]
    return InputRefusedError(
        Text(f"역 파일 {len(refusals)}개를 읽지 않았어요.", f"{len(refusals)} station files were refused."),
        findings=[finding for refusal in refusals for finding in refusal.findings],
    )


def station_sets(workspace: Workspace | None = None) -> tuple[StationSet, ...]:
    """The named sets of stations, sorted by id; a set of the workspace comes before the program's of that name.

    A set lists its stations, or states a rule that they answer to (`sets.py`), so that it grows with the stations.

    Raises
    ------
    InputRefusedError
        If a `sets.toml` is not as it must be.
    """
    from muui_maps.sets import read_sets

    space = workspace or find_workspace()
    sets: dict[str, StationSet] = {}
    for folder in dict.fromkeys((space.root / "stations", bundled_folder() / "stations")):
        file = folder / "sets.toml"
        if file.is_file():
            for each in read_sets(file, space):
                sets.setdefault(each.id, each)
    return tuple(sets[key] for key in sorted(sets))
