"""Stations → a folder that is a website: whole pages only, the same input giving the same bytes.

    OUT/index.html index.ko.html index.en.html                the first page
    OUT/404.html offline.html                                 an address that leads nowhere; no signal
    OUT/app.ko.webmanifest app.en.webmanifest sw.js assets/   what makes it an app that works without a signal
    OUT/<station>/index.<lang>.html                           a station
    OUT/<station>/<from>_<to>.<lang>.html                     a transfer
    OUT/<station>/<from>_exits.<lang>.html  exits_<to>.…      a platform and all exits
    OUT/<station>/transfers.<lang>.js exits.<lang>.js         pictures that its pages open when somebody comes near
    OUT/<station>/files.json                                  what a phone keeps of it for when there is no signal
    OUT/<station>/.muui-site                                  what was made here and from what

The two halves of a station, its transfers and its exits, are made apart, so that processors share even a few large
stations evenly. Its folder is put in its place whole, and left alone by the next run if nothing that it was made from
has changed. Files that an earlier run did not make are never touched.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from muui_maps.api import open_atlas
from muui_maps.build import checked_date, dataset_names
from muui_maps.built import Failed
from muui_maps.collecting import without_collecting
from muui_maps.errors import InputRefusedError, MuuiError, UsageError
from muui_maps.files import clear_leftovers, locked, place_folder, write_whole
from muui_maps.fingerprint import fingerprint
from muui_maps.model import Finding, Text
from muui_maps.site.front import FONTS, Entry, front_pages, old_names
from muui_maps.site.letters import letter_files
from muui_maps.site.pages import EXITS, TRANSFERS, StationPages, Wish
from muui_maps.site.pages import FONTS as STATION_FONTS
from muui_maps.site.shell import said_by_script, shared_files, worker
from muui_maps.tables import renamed_stations
from muui_maps.workers import do_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from muui_maps.api import Atlas
    from muui_maps.sources.live_status import StatusFile
    from muui_maps.workspace import Definition, Workspace

    Tick = Callable[[int, int, str], None]

FILES = "files.json"
"""In a station's folder: the names of its files, which a page keeps for when there is no signal."""
RECORD = ".muui-site"
"""In a station's folder: what it was made from, and the names of the files that were made there."""
LOCK, LOCK_SECONDS = ".muui-site-lock", 2.0


@dataclass(frozen=True, slots=True)
class MadeStation:
    """A station's pages: how many transfers and exits they tell, how many files and bytes that is."""

    id: str
    transfers: int
    exits: int
    files: int
    size: int

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "transfers": self.transfers,
            "exits": self.exits,
            "files": self.files,
            "bytes": self.size,
        }


@dataclass(frozen=True, slots=True)
class Site:
    """What making a site came to.

    `set_aside` are the Findings of survey rows that could not be used; `unchanged` the stations that an earlier run had
    made from the very same.
    """

    stations: tuple[MadeStation, ...]
    failed: tuple[Failed, ...]
    files: int
    size: int
    set_aside: tuple[Finding, ...] = ()
    unchanged: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As `site --json` writes it; its shape is `docs/schemas/site.json`."""
        return {
            "stations": [each.as_json() for each in self.stations],
            "failed": [each.as_json() for each in self.failed],
            "files": self.files,
            "bytes": self.size,
            "unchanged": list(self.unchanged),
        }


@dataclass(frozen=True, slots=True)
class _Task:
    """One half of a station's pages."""

    workspace: Workspace
    station: str
    half: str
    wish: Wish


@dataclass(frozen=True, slots=True)
class _Half:
    """What a task made: files by name, the letters on them, and how many transfers, or exits, they tell of."""

    files: Mapping[str, str]
    letters: frozenset[str]
    told: int
    failed: tuple[Failed, ...]
    set_aside: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Done:
    """A station; `made` is None if its data can't be read."""

    made: MadeStation | None
    failed: tuple[Failed, ...] = ()
    set_aside: tuple[Finding, ...] = ()


def make_site(
    atlas: Atlas,
    stations: Sequence[Definition],
    out: Path,
    *,
    as_of: str | None = None,
    contact: str | None = None,
    workers: int | None = None,
    again: bool = False,
    progress: Tick | None = None,
) -> Site:
    """Make the site of these stations in a folder.

    Parameters
    ----------
    as_of
        The date to print; otherwise that of the newest dataset. Never the clock's.
    contact
        Where riders' reports are to be sent: words, or an `https://` address.
    workers
        Processes to share the work; as many as the machine has processors unless given.
    again
        Make every station, also those that lie there made from the very same.
    progress
        Called after each station: how many are done, how many there are, and its name.

    Raises
    ------
    UsageError
        If `as_of` is no date, or `out` is no folder.
    MuuiError
        If another run is at work in `out`, or workers go away. Finished stations stay.
    """
    wish = Wish(checked_date(as_of) if as_of is not None else atlas.as_of, contact, atlas.status)
    if out.exists() and not out.is_dir():
        raise UsageError(Text(f"폴더가 아니에요: {out}", f"not a folder: {out}"))
    out.mkdir(parents=True, exist_ok=True)
    busy = Text(
        f"다른 작업이 {out}에 사이트를 만들고 있어요. 끝난 뒤에 다시 해 주세요.",
        f"another run is making a site in {out}; try again when it has ended.",
    )
    with locked(out / LOCK, seconds=LOCK_SECONDS, busy=busy):
        clear_leftovers(out)
        keys = {each.id: fingerprint(atlas, each, wish) for each in stations}
        kept = {} if again else {name: made for name, key in keys.items() if (made := _kept(out / name, key))}
        # The largest first: the last one to finish should be a small one.
        left = sorted((each for each in stations if each.id not in kept), key=lambda each: _weight(atlas, each))
        tasks = [_Task(atlas.workspace, each.id, half, wish) for each in left for half in _HALVES]
        done = {name: _Done(made) for name, made in kept.items()}
        halves: dict[str, dict[str, _Half | Failed]] = {each.id: {} for each in left}
        names = {each.id: each.name.ko for each in stations}
        for task, result in do_all(_do, tasks, workers=workers or os.cpu_count() or 1):
            halves[task.station][task.half] = result
            if len(halves[task.station]) < len(_HALVES):
                continue
            done[task.station] = _joined(out, task.station, halves.pop(task.station), keys[task.station])
            if progress is not None:
                progress(len(done) - len(kept), len(left), names[task.station])
        results = [done[each.id] for each in stations]
        shared = _shared(atlas, [each for each in stations if done[each.id].made is not None], wish)
        for name, content in shared.items():
            write_whole(out / name, content)
    pages = tuple(each.made for each in results if each.made is not None)
    return Site(
        pages,
        tuple(failed for each in results for failed in each.failed),
        len(shared) + sum(each.files for each in pages),
        sum(map(len, shared.values())) + sum(each.size for each in pages),
        tuple(dict.fromkeys(finding for each in results for finding in each.set_aside)),
        tuple(kept),
    )


def _weight(atlas: Atlas, definition: Definition) -> tuple[int, str]:
    return -atlas.count_transfers(definition), definition.id


def _shared(atlas: Atlas, stations: Sequence[Definition], wish: Wish) -> dict[str, bytes]:
    """What lies in the site's first folder and in `assets/`: name → content."""
    renamed = renamed_stations(atlas.data)
    entries = [Entry(each, tuple(old_names(renamed, each))) for each in stations]
    pages = dict(front_pages(entries, as_of=wish.as_of))
    written = {letter for each in (*pages.values(), said_by_script()) for letter in each}
    letters = letter_files(written, FONTS.rpartition("/")[2])
    files = shared_files(letters) | {name: content.encode() for name, content in pages.items()}
    return files | {"sw.js": worker(sorted(files.items()))}


# ── one station ──────────────────────────────────────────────────────────────


@lru_cache(maxsize=1)
def _atlas(workspace: Workspace, status: StatusFile | None) -> Atlas:
    return open_atlas(workspace, status=status)


_HALVES = (TRANSFERS, EXITS)


def _do(task: _Task) -> _Half | Failed:
    """Make half of a station's pages; what goes wrong with one stops no other."""
    with without_collecting():  # of a million marks: what is in cycles waits until the pages are made
        return _made(task)


def _made(task: _Task) -> _Half | Failed:
    atlas = _atlas(task.workspace, task.wish.status)
    try:
        loaded = atlas.load(task.station)
    except MuuiError as error:
        findings = error.findings if isinstance(error, InputRefusedError) else ()
        return Failed(task.station, error.exit_code, error.message, findings)
    pages = StationPages(loaded, task.wish, dataset_names(atlas.data), half=task.half)
    files: dict[str, str] = {}
    failed: list[Failed] = []
    for where, made in _parts(pages):
        try:
            files |= made()
        except Exception as error:  # noqa: BLE001 - one broken page must not cost the others
            code = error.exit_code if isinstance(error, MuuiError) else 1
            said = error.message if isinstance(error, MuuiError) else Text(repr(error), repr(error))
            failed.append(Failed(task.station, code, Text(f"{where}: {said.ko}", f"{where}: {said.en}")))
    files |= pages.pictures()
    if task.half == TRANSFERS:
        files |= pages.own()
    told = len(loaded.transfers if task.half == TRANSFERS else pages.exits)
    return _Half(files, frozenset(pages.letters), told, tuple(failed), loaded.set_aside)


def _parts(pages: StationPages) -> Iterator[tuple[str, Callable[[], Iterator[tuple[str, str]]]]]:
    """The pages of this half but for the station's own: which, and how to make them."""
    if pages.half == TRANSFERS:
        for pair in pages.loaded.transfers:
            yield f"{pair[0].key} → {pair[1].key}", lambda pair=pair: pages.transfer(pair)  # type: ignore[misc]
    elif pages.exits:
        for platform in pages.platforms:
            for inwards in (False, True):
                where = f"{platform.key} {'←' if inwards else '→'} exit"
                yield where, lambda platform=platform, inwards=inwards: pages.to_exits(platform, inwards=inwards)  # type: ignore[misc]


def _joined(out: Path, station: str, halves: Mapping[str, _Half | Failed], key: str) -> _Done:
    """Put a station's folder in its place, made of its halves."""
    transfers, exits = (halves[each] for each in _HALVES)
    if isinstance(transfers, Failed) or isinstance(exits, Failed):
        return _Done(None, tuple(dict.fromkeys(each for each in (transfers, exits) if isinstance(each, Failed))))
    files = {name: content.encode() for half in (transfers, exits) for name, content in half.files.items()}
    files |= letter_files(transfers.letters | exits.letters | set(said_by_script()), STATION_FONTS)
    files[FILES] = json.dumps(sorted(files)).encode()
    failed, set_aside = transfers.failed + exits.failed, tuple(dict.fromkeys(transfers.set_aside + exits.set_aside))
    made = MadeStation(station, transfers.told, exits.told, len(files), sum(map(len, files.values())))
    # What failed, or lacks rows, is tried again next time: it gets no key.
    _place(out / station, files, made, "" if failed or set_aside else key)
    return _Done(made, failed, set_aside)


# ── a station's folder and its record ────────────────────────────────────────


def _place(folder: Path, files: dict[str, bytes], made: MadeStation, key: str) -> None:
    record = {"key": key, "files": sorted(files), "made": asdict(made)}
    content = (json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    place_folder(folder, files | {RECORD: content}, ours=frozenset(_record(folder).get("files", ())) | {RECORD})


def _kept(folder: Path, key: str) -> MadeStation | None:
    """The station as an earlier run made it from the very same, if all its files are there."""
    record = _record(folder)
    if record.get("key") != key or not all((folder / name).is_file() for name in record["files"]):
        return None
    return MadeStation(**record["made"])


def _record(folder: Path) -> dict[str, Any]:
    """Empty if there is none, or one that nobody can read: then nothing in the folder counts as ours."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        MadeStation(**record["made"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    whole = isinstance(record.get("files"), list) and all(isinstance(name, str) for name in record["files"])
    return record if whole else {}
