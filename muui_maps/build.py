"""Stations → files: every transfer in both languages, and an index that leads to them.

    OUT/index.ko.html  index.en.html
    OUT/<station>/<from>_<to>.<lang>.html            the page: cards, section and the steps as a list
    OUT/<station>/<from>_<to>.cards.<lang>.svg       (and .png, .pdf on request)
    OUT/<station>/<from>_<to>.section.<lang>.svg
    OUT/<station>/.muui-maps                         what was made here, so that the next build can tidy up after it

Names are plain letters: lines and the romanised next stations (`4-sanggye_7-junggye`). Each file is written beside its
place and then moved there whole: a build that is killed leaves old pages and new ones, never half of one. Files that a
build did not make are never touched.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muui_maps.api import open_atlas
from muui_maps.errors import InputRefusedError, MuuiError, NoRouteError, UsageError
from muui_maps.model import Finding, LinkKind, Text
from muui_maps.plain import finding_dict, platform_dict
from muui_maps.resolve import file_stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from muui_maps.api import Atlas, LoadedRoute, LoadedStation
    from muui_maps.maps.index import Row
    from muui_maps.maps.page import PageLink
    from muui_maps.maps.style import Theme
    from muui_maps.model import Endpoint, Route
    from muui_maps.workspace import Definition, Workspace

LANGUAGES = ("ko", "en")
FORMATS = ("svg", "png", "pdf", "html")
MANIFEST = ".muui-maps"
PART = ".muui-part-"
Tick = Callable[[int, int, str], None]
"""Told of each piece of work done: how many, of how many, and which."""

TRANSFERS_A_TASK = 4
"""Small enough that the processes finish together, large enough that assembling the station is not the work."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose routes to draw, and how.

    Parameters
    ----------
    formats
        Any of `FORMATS`.
    as_of
        The date to print, ISO; None prints none.
    profile, without, ignore_status
        As for `LoadedStation.route`.
    index
        Whether every transfer is drawn, with an index of them in the folder above: pages link to what is there.
    theme, large_print
        As for `cards_scene`.
    """

    formats: tuple[str, ...] = ("svg", "html")
    as_of: str | None = None
    profile: str = "manual_wheelchair"
    without: tuple[str, ...] = ()
    ignore_status: bool = False
    index: bool = False
    theme: Theme = "light"
    large_print: bool = False

    @property
    def look(self) -> dict[str, Any]:
        """Theme and size, as views and pages take them."""
        return {"theme": self.theme, "large_print": self.large_print}


@dataclass(frozen=True, slots=True)
class BuiltTransfer:
    """One transfer, drawn. `files` are relative to the folder built into; `row` is its row of the index."""

    station: str
    start: Endpoint
    end: Endpoint
    found: bool
    files: tuple[str, ...]
    row: Row

    def as_json(self) -> dict[str, Any]:
        return {
            "station": self.station,
            "from": platform_dict(self.start),
            "to": platform_dict(self.end),
            "route": self.found,
            "files": list(self.files),
        }


@dataclass(frozen=True, slots=True)
class Failed:
    """What could not be built, and why."""

    station: str
    exit_code: int
    reason: Text
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "station": self.station,
            "exit_code": self.exit_code,
            "reason_ko": self.reason.ko,
            "reason_en": self.reason.en,
            "findings": [finding_dict(each) for each in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to. `set_aside` are the Findings of survey rows that could not be used."""

    built: tuple[BuiltTransfer, ...]
    failed: tuple[Failed, ...]
    files: int
    set_aside: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As `build --json` writes it; its shape is `docs/schemas/build.json`."""
        return {
            "built": [each.as_json() for each in self.built],
            "failed": [each.as_json() for each in self.failed],
            "files": self.files,
        }


@dataclass(frozen=True, slots=True)
class _Task:
    """Some transfers of one station, for one process."""

    workspace: Workspace
    station: str
    first: int
    out: Path
    wish: Wish


@dataclass(frozen=True, slots=True)
class _Done:
    built: tuple[BuiltTransfer, ...]
    failed: tuple[Failed, ...]
    set_aside: tuple[Finding, ...]


# ── one transfer ─────────────────────────────────────────────────────────────


def draw(
    loaded: LoadedStation,
    pairs: Sequence[tuple[Endpoint, Endpoint]],
    out: Path,
    wish: Wish,
    *,
    progress: Tick | None = None,
) -> tuple[Path, ...]:
    """Draw routes of one station in both languages, into `out/<station>/`.

    Raises
    ------
    NoRouteError
        If just one route is wanted and there is no way. Among several, such a one becomes a page that says so.
    """
    files: list[Path] = []
    for done, (start, end) in enumerate(pairs, 1):
        route = _route(loaded, start, end, wish)
        if isinstance(route, NoRouteError) and len(pairs) == 1:
            raise route
        for name, content in _drawn(loaded, (start, end), route, wish).items():
            files.append(_write(out / loaded.id / name, content))
        if progress is not None:
            progress(done, len(pairs), f"{start.key} → {end.key}")
    return tuple(files)


def _route(loaded: LoadedStation, start: Endpoint, end: Endpoint, wish: Wish) -> LoadedRoute | NoRouteError:
    try:
        return loaded.route(start, end, profile=wish.profile, without=wish.without, ignore_status=wish.ignore_status)
    except NoRouteError as error:
        return error


def plan_b(loaded: LoadedStation, route: Route, wish: Wish) -> Mapping[str, Route | None]:
    """For each unit ridden, the way without it; None if there is none."""
    others: dict[str, Route | None] = {}
    for unit in dict.fromkeys(ride.unit for ride in route.rides):
        other = _route(loaded, route.start, route.end, replace(wish, without=(*wish.without, unit)))
        others[unit] = None if isinstance(other, NoRouteError) else other.model
    return others


def _drawn(
    loaded: LoadedStation, ends: tuple[Endpoint, Endpoint], route: LoadedRoute | NoRouteError, wish: Wish
) -> dict[str, bytes]:
    """File name → content, for one transfer in both languages."""
    if isinstance(route, NoRouteError):
        return _page_without_way(loaded, ends, route, wish)
    return _pictures(loaded, route, wish)


def _page_without_way(
    loaded: LoadedStation, ends: tuple[Endpoint, Endpoint], error: NoRouteError, wish: Wish
) -> dict[str, bytes]:
    from muui_maps.maps.index import no_way_page
    from muui_maps.maps.words import minutes
    from muui_maps.resolve import resolve_profile

    repaired = _route(loaded, *ends, replace(wish, ignore_status=True))
    row = _row(loaded, ends, None)
    return {
        f"{row.page}.{lang}.html": no_way_page(
            loaded.model,
            row,
            profile=resolve_profile(wish.profile).name,
            blockers=error.blockers,
            lang=lang,
            repaired=None if isinstance(repaired, NoRouteError) else minutes(repaired.seconds),
            as_of=wish.as_of,
            index=wish.index,
            **wish.look,
        ).encode()
        for lang in LANGUAGES
    }


def _pictures(loaded: LoadedStation, route: LoadedRoute, wish: Wish) -> dict[str, bytes]:
    from muui_maps.maps.cards import cards_scene
    from muui_maps.maps.page import transfer_page
    from muui_maps.maps.section import section_scene
    from muui_maps.maps.svg import render_svg

    told = (route.station, route.model, route.narration)
    more: dict[str, Any] = {
        "plan_b": plan_b(loaded, route.model, wish),
        "as_of": wish.as_of,
        "datasets": dataset_names(loaded.data),
        **wish.look,
    }
    files: dict[str, bytes] = {}
    for lang in LANGUAGES:
        scenes = {
            "cards": cards_scene(*told, lang=lang, **more),
            "section": section_scene(*told, lang=lang, **more),
        }
        for view, scene in scenes.items():
            svg = render_svg(scene) if {"svg", "png"} & set(wish.formats) else ""
            if "svg" in wish.formats:
                files[f"{route.stem}.{view}.{lang}.svg"] = svg.encode()
            if "png" in wish.formats:
                from muui_maps.maps.raster import render_png

                files[f"{route.stem}.{view}.{lang}.png"] = render_png(svg)
            if "pdf" in wish.formats:
                from muui_maps.maps.pdf import render_map_pdf

                files[f"{route.stem}.{view}.{lang}.pdf"] = render_map_pdf(scene)
        if "html" in wish.formats:
            links = _links(loaded, route.model, lang) if wish.index else ()
            page = transfer_page(*told, scenes, lang=lang, stem=route.stem, links=links, index=wish.index, **more)
            files[f"{route.stem}.{lang}.html"] = page.encode()
    return files


def _links(loaded: LoadedStation, route: Route, lang: str) -> tuple[PageLink, ...]:
    """The way back lies beside this page, if it is a transfer."""
    from muui_maps.maps.page import PageLink

    if (route.end, route.start) not in loaded.transfers:
        return ()
    back = file_stem(loaded.model, route.end, route.start)
    return (PageLink(Text("돌아오는 길", "The way back"), f"{back}.{lang}.html"),)


def _row(loaded: LoadedStation, ends: tuple[Endpoint, Endpoint], route: Route | None) -> Row:
    from muui_maps.maps.index import Row, end_of
    from muui_maps.maps.words import minutes

    kinds = [ride.kind for ride in route.rides] if route else []
    return Row(
        start=end_of(loaded.model, ends[0]),
        end=end_of(loaded.model, ends[1]),
        page=file_stem(loaded.model, *ends),
        minutes=None if route is None else minutes(route.seconds),
        length_m=route.length_m if route else None,
        lifts=kinds.count(LinkKind.ELEVATOR),
        wheelchair_lifts=kinds.count(LinkKind.WHEELCHAIR_LIFT),
        gates=route.gates if route else 0,
        outside=route.goes_outside if route else False,
        surveyed=route.run.observed_at if route and route.run else None,
    )


@lru_cache(maxsize=2)
def dataset_names(data: Path) -> Mapping[str, Text]:
    """Datasets by id, as maps name their sources: publisher and content."""
    file = data / "datasets.csv"
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: Text(f"{row['publisher']} {row['title']}", row["name_en"]) for row in csv.DictReader(lines)}


# ── many stations ────────────────────────────────────────────────────────────


def build(
    atlas: Atlas,
    stations: Sequence[Definition],
    out: Path,
    *,
    as_of: str | None = None,
    formats: Sequence[str] = ("svg", "html"),
    theme: Theme = "light",
    large_print: bool = False,
    jobs: int | None = None,
    progress: Tick | None = None,
) -> Built:
    """Make the maps of every transfer of the stations, in both languages, and an index of them.

    Parameters
    ----------
    as_of
        The date to print; otherwise that of the newest dataset. Never the clock's: the same input gives the same bytes.
    formats
        Any of `FORMATS`; HTML is always made, since the index leads to it.
    theme, large_print
        As for `cards_scene`.
    jobs
        Processes to share the work; as many as the machine has processors unless given.
    progress
        Called after each piece of work: how many are done, how many there are, and the piece's station.

    Raises
    ------
    UsageError
        If `as_of` is no date, or `out` can't be written to.
    """
    printed = _checked(as_of) if as_of is not None else atlas.as_of
    _prepare(out)
    made = tuple(each for each in FORMATS if each in {*formats, "html"})
    wish = Wish(made, printed, index=True, theme=theme, large_print=large_print)
    tasks = [
        _Task(atlas.workspace, each.id, first, out, wish)
        for each in stations
        for first in range(0, max(1, atlas.count_transfers(each)), TRANSFERS_A_TASK)
    ]
    names = {each.id: each.name.ko for each in stations}
    done: dict[tuple[str, int], _Done] = {}
    for task, result in _all_done(tasks, jobs or os.cpu_count() or 1):
        done[task.station, task.first] = result
        if progress is not None:
            progress(len(done), len(tasks), names[task.station])
    results = [done[task.station, task.first] for task in tasks]
    built = tuple(each for result in results for each in result.built)
    failed = tuple(dict.fromkeys(each for result in results for each in result.failed))
    for each in stations:
        _tidy(out / each.id, [file for made in built if made.station == each.id for file in made.files])
    written = [_write(out / f"index.{lang}.html", content) for lang, content in _indexes(stations, built, wish)]
    set_aside = tuple(dict.fromkeys(finding for result in results for finding in result.set_aside))
    return Built(built, failed, sum(len(each.files) for each in built) + len(written), set_aside)


def _all_done(tasks: Sequence[_Task], jobs: int) -> Iterator[tuple[_Task, _Done]]:
    jobs = min(jobs, len(tasks))
    if jobs <= 1:
        yield from ((task, _do(task)) for task in tasks)
        return
    # Processes are started afresh: a copy of this one would copy its threads' locks too.
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(_do, task): task for task in tasks}
        for future in as_completed(waiting):
            yield waiting[future], future.result()


@lru_cache(maxsize=2)
def _loaded(workspace: Workspace, station: str) -> LoadedStation:
    return open_atlas(workspace).load(station)


def _do(task: _Task) -> _Done:
    """Draw the transfers of one task; what goes wrong with one stops no other."""
    try:
        loaded = _loaded(task.workspace, task.station)
    except MuuiError as error:
        findings = error.findings if isinstance(error, InputRefusedError) else ()
        return _Done((), (Failed(task.station, error.exit_code, error.message, findings),), ())
    built: list[BuiltTransfer] = []
    failed: list[Failed] = []
    for start, end in loaded.transfers[task.first : task.first + TRANSFERS_A_TASK]:
        try:
            built.append(_build_one(loaded, start, end, task))
        except Exception as error:  # noqa: BLE001 - one broken map must not cost the others
            code = error.exit_code if isinstance(error, MuuiError) else 1
            said = error.message if isinstance(error, MuuiError) else Text(repr(error), repr(error))
            where = f"{start.key} → {end.key}"
            failed.append(Failed(task.station, code, Text(f"{where}: {said.ko}", f"{where}: {said.en}")))
    return _Done(tuple(built), tuple(failed), loaded.set_aside)


def _build_one(loaded: LoadedStation, start: Endpoint, end: Endpoint, task: _Task) -> BuiltTransfer:
    route = _route(loaded, start, end, task.wish)
    drawn = _drawn(loaded, (start, end), route, task.wish)
    for name, content in drawn.items():
        _write(task.out / loaded.id / name, content)
    found = None if isinstance(route, NoRouteError) else route.model
    files = tuple(f"{loaded.id}/{name}" for name in drawn)
    return BuiltTransfer(loaded.id, start, end, found is not None, files, _row(loaded, (start, end), found))


def _indexes(stations: Sequence[Definition], built: Sequence[BuiltTransfer], wish: Wish) -> Iterator[tuple[str, bytes]]:
    from muui_maps.maps.index import Part, index_page

    parts = [
        Part(each.id, each.name, tuple(made.row for made in built if made.station == each.id)) for each in stations
    ]
    for lang in LANGUAGES:
        yield lang, index_page(parts, lang=lang, as_of=wish.as_of, **wish.look).encode()


# ── files ────────────────────────────────────────────────────────────────────


def _checked(as_of: str) -> str:
    try:
        return date.fromisoformat(as_of).isoformat()
    except ValueError:
        raise UsageError(
            Text(f"--as-of에는 2026-05-01처럼 날짜를 쓰세요: {as_of}", f"--as-of takes a date like 2026-05-01: {as_of}")
        ) from None


def _prepare(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError(Text(f"폴더가 아니에요: {out}", f"not a folder: {out}"))
    out.mkdir(parents=True, exist_ok=True)
    for left in out.rglob(f"{PART}*"):  # of a build that was killed
        left.unlink(missing_ok=True)


def _write(file: Path, content: bytes) -> Path:
    """Write a file whole: beside its place first, then moved there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=PART)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(0o644)  # mkstemp's files are for their owner alone
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return file


def _tidy(folder: Path, made: Sequence[str]) -> None:
    """Remove what an earlier build made here and this one did not; files of other origin stay."""
    manifest = folder / MANIFEST
    names = sorted(Path(each).name for each in made)
    before = manifest.read_text(encoding="utf-8").splitlines() if manifest.is_file() else []
    for name in sorted(set(before) - set(names)):
        if name == Path(name).name and name not in {"", ".", ".."}:
            (folder / name).unlink(missing_ok=True)
    if names:
        _write(manifest, "".join(f"{name}\n" for name in names).encode())
