"""Stations → files: every transfer in both languages, and an index that leads to them.

    OUT/index.ko.html  index.en.html
    OUT/<station>/<from>_<to>.<lang>.html            the page: the steps as a list, and all views
    OUT/<station>/<from>_<to>.cards.<lang>.svg       (and .png, .pdf on request)
    OUT/<station>/<from>_<to>.section.<lang>.svg
    OUT/<station>/<from>_<to>.oblique.<lang>.svg
    OUT/<station>/<from>_<to>.plan-<level>.<lang>.svg
    OUT/<station>/.muui-maps                         the record of what was made here and from what (`built.Record`)

Names are plain letters: lines and next stations in English (`4-sanggye_arex-gyeyang`). A station's folder is made
beside its place and then moved there whole: a build that is killed leaves finished stations, old or new, and the next
one goes on from there; stations whose record says that they were made from the very same are not drawn again. Files
that a build did not make are never touched.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muui_maps.api import open_atlas
from muui_maps.built import RECORD, Built, BuiltTransfer, Failed, Record, read_record
from muui_maps.errors import InputRefusedError, MuuiError, NoRouteError, UsageError
from muui_maps.files import clear_leftovers, locked, place_folder, write_whole
from muui_maps.fingerprint import fingerprint, surroundings
from muui_maps.model import LinkKind, Text
from muui_maps.resolve import file_stem
from muui_maps.workers import do_all, do_beside

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from muui_maps.api import Atlas, LoadedRoute, LoadedStation
    from muui_maps.maps.foreign import Names
    from muui_maps.maps.index import Row
    from muui_maps.maps.options import Options
    from muui_maps.maps.page import PageLink
    from muui_maps.maps.scene import Scene
    from muui_maps.maps.style import Theme
    from muui_maps.maps.way_back import WayBack
    from muui_maps.model import Endpoint, Finding, Route
    from muui_maps.sources.live_status import StatusFile
    from muui_maps.workspace import Definition, Workspace

LANGUAGES = ("ko", "en")
FORMATS = ("svg", "png", "pdf", "html")
VIEWS = ("cards", "section", "oblique", "plan")
"""Of a transfer, in the order of its page."""
LOCK = ".muui-lock"
Tick = Callable[[int, int, str], None]
"""Told of each piece of work done: how many, of how many, and which."""

MOST_PAINTERS = 3
"""Processes that paint one transfer's pictures: its cards are over a third of the work, which more would wait for."""
TRANSFERS_A_TASK = 4
"""Small enough that the processes finish together, large enough that assembling the station is not the work."""

LOCK_SECONDS = 2.0
"""How long a build waits for another that is at work in the same folder."""


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
    names
        Languages in which names stand beside English, each as further files (`.ja`, `.zh`).
    theme, large_print
        As for `cards_scene`.
    status
        The operator's register of today, if there is one.
    around
        What the stations around are made from, see `surroundings`: maps tell the way round by them.
    views
        Any of `VIEWS`.
    paper
        Of PDFs: `a4`, `a3` or `a0`; None for the paper that suits each view.
    """

    formats: tuple[str, ...] = ("svg", "html")
    as_of: str | None = None
    profile: str = "manual_wheelchair"
    without: tuple[str, ...] = ()
    ignore_status: bool = False
    index: bool = False
    names: tuple[Names, ...] = ()
    theme: Theme = "light"
    large_print: bool = False
    status: StatusFile | None = None
    around: str = ""
    views: tuple[str, ...] = VIEWS
    paper: str | None = None

    @property
    def look(self) -> dict[str, Any]:
        """Theme and size, as views and pages take them."""
        return {"theme": self.theme, "large_print": self.large_print}


@dataclass(frozen=True, slots=True)
class _Task:
    """Some transfers of one station, for one worker."""

    workspace: Workspace
    station: str
    name: str
    first: int
    wish: Wish


@dataclass(frozen=True, slots=True)
class _Done:
    """What came of a task: transfers, and the content of their files by name."""

    built: tuple[BuiltTransfer, ...]
    failed: tuple[Failed, ...]
    set_aside: tuple[Finding, ...]
    files: Mapping[str, bytes]


# ── one transfer ─────────────────────────────────────────────────────────────


def draw(
    loaded: LoadedStation,
    pairs: Sequence[tuple[Endpoint, Endpoint]],
    out: Path,
    wish: Wish,
    *,
    progress: Tick | None = None,
    processes: int = 1,
) -> tuple[Path, ...]:
    """Draw routes of one station in both languages, into `out/<station>/`.

    Parameters
    ----------
    processes
        How many paint PNGs, which takes longer than all else; this one is among them.

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
        for name, content in _drawn(loaded, (start, end), route, wish, processes=processes).items():
            files.append(write_whole(out / loaded.id / name, content))
        if progress is not None:
            progress(done, len(pairs), f"{start.key} → {end.key}")
    return tuple(files)


def _route(loaded: LoadedStation, start: Endpoint, end: Endpoint, wish: Wish) -> LoadedRoute | NoRouteError:
    try:
        return loaded.route(start, end, profile=wish.profile, without=wish.without, ignore_status=wish.ignore_status)
    except NoRouteError as error:
        return error


def plan_b(
    loaded: LoadedStation, route: Route, wish: Wish, *, find: Callable[[frozenset[str]], Route | None] | None = None
) -> Mapping[str, Route | Text | None]:
    """For each unit ridden: the way without it; else, for a transfer, the way round by train; None if there is none.

    Parameters
    ----------
    find
        As for `outages.plan_b`.
    """
    from muui_maps.network.outages import plan_b
    from muui_maps.resolve import resolve_unit

    without = [resolve_unit(loaded.model, each) for each in wish.without]
    others = plan_b(loaded.model, route, without=without, ignore_status=wish.ignore_status, find=find)
    return {
        unit: _by_train(loaded, route, {*without, unit}) if other is None and not wish.ignore_status else other
        for unit, other in others.items()
    }


def _by_train(loaded: LoadedStation, route: Route, out: set[str]) -> Text | None:
    from muui_maps.maps.outage_words import instead_text
    from muui_maps.network.outages import Trip
    from muui_maps.network.rounds import round_of_transfer

    trip = Trip(route.start, route.end)
    if loaded.beside is None or not trip.is_transfer:
        return None
    city = loaded.beside()
    way = round_of_transfer(city, loaded.model, trip, profile=route.profile, out=out, usual=route.seconds)
    return None if way is None else instead_text(way, city.names)


def way_back(loaded: LoadedStation, route: Route, wish: Wish) -> WayBack:
    """The way from the end of a route to its start."""
    from muui_maps.maps.way_back import WayBack

    back = _route(loaded, route.end, route.start, wish)
    return WayBack(None if isinstance(back, NoRouteError) else back.model)


def _drawn(
    loaded: LoadedStation,
    ends: tuple[Endpoint, Endpoint],
    route: LoadedRoute | NoRouteError,
    wish: Wish,
    *,
    processes: int = 1,
) -> dict[str, bytes]:
    """File name → content, for one transfer in both languages."""
    if isinstance(route, NoRouteError):
        return _page_without_way(loaded, ends, route, wish)
    return _pictures(loaded, route, wish, processes=processes)


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


def view_options(loaded: LoadedStation, route: Route, wish: Wish) -> Options:
    """What the views of a route take, but for names: whoever draws a map again needs the same."""
    return {
        "plan_b": plan_b(loaded, route, wish),
        "back": way_back(loaded, route, wish),
        "as_of": wish.as_of,
        "datasets": dataset_names(loaded.data),
        "theme": wish.theme,
        "large_print": wish.large_print,
    }


def _pictures(loaded: LoadedStation, route: LoadedRoute, wish: Wish, *, processes: int) -> dict[str, bytes]:
    from muui_maps.maps.page import transfer_page
    from muui_maps.maps.svg import render_svg

    more = view_options(loaded, route.model, wish)
    files: dict[str, bytes] = {}
    tongues: list[tuple[str, Names]] = [*((lang, "") for lang in LANGUAGES), *(("en", names) for names in wish.names)]
    for lang, names in tongues:
        suffix, told = names or lang, route.told(names)
        more["names"] = names
        scenes = {
            name: replace(scene, names=names)
            for view in wish.views
            for name, scene in view_scenes(loaded, route, view, lang, more)
        }
        # A picture stands in files of its own and in the page: it is written once.
        apart = {"svg", "png"} & set(wish.formats)
        svgs = {name: render_svg(scene) for name, scene in scenes.items()} if apart else {}
        pngs = _painted(svgs, processes) if "png" in wish.formats else {}
        for name, scene in scenes.items():
            for ending, content in in_formats(scene, wish, svg=svgs.get(name), png=pngs.get(name)):
                files[f"{route.stem}.{name}.{suffix}.{ending}"] = content
        if "html" in wish.formats:
            links = _links(loaded, route.model, suffix) if wish.index else ()
            beside: dict[str, Any] = {"stem": route.stem, "links": links, "index": wish.index}
            page = transfer_page(*told, scenes, lang=lang, svgs=svgs, **beside, **more)
            files[f"{route.stem}.{suffix}.html"] = page.encode()
    return files


def _painted(svgs: Mapping[str, str], processes: int) -> dict[str, bytes]:
    from muui_maps.maps.raster import pixels_of, render_png

    return dict(zip(svgs, do_beside(render_png, [*svgs.values()], weight=pixels_of, processes=processes), strict=True))


def view_scenes(
    loaded: LoadedStation, route: LoadedRoute, view: str, lang: str, options: Options
) -> Iterator[tuple[str, Scene]]:
    """The pictures of one of `VIEWS`, by name: one, or for plans one for each floor of the route with a known place."""
    told = route.told(options.get("names", ""))
    if view == "plan":
        from muui_maps.plans import floor_plan, plan_name, route_floors

        for level in route_floors(loaded, route.model):
            yield plan_name(level), floor_plan(loaded, level, route.model, lang=lang, **look_of(options))
    elif view == "oblique":
        from muui_maps.maps.oblique import oblique_scene

        yield view, oblique_scene(*told, lang=lang, **options)
    elif view == "section":
        from muui_maps.maps.section import section_scene

        yield view, section_scene(*told, lang=lang, **options)
    else:
        from muui_maps.maps.cards import cards_scene

        yield view, cards_scene(*told, lang=lang, **options)


def look_of(options: Options) -> dict[str, Any]:
    """Of the views' options, those that pictures without steps take too."""
    return {key: options[key] for key in ("as_of", "theme", "large_print", "names") if key in options}


def in_formats(
    scene: Scene, wish: Wish, *, svg: str | None = None, png: bytes | None = None
) -> Iterator[tuple[str, bytes]]:
    """A picture in each wanted format that holds pictures: ending and content.

    `svg` is it as `render_svg` wrote it, and `png` as `render_png` did, where they are there already.
    """
    from muui_maps.maps.svg import render_svg

    if svg is None:
        svg = render_svg(scene) if {"svg", "png"} & set(wish.formats) else ""
    if "svg" in wish.formats:
        yield "svg", svg.encode()
    if "png" in wish.formats:
        from muui_maps.maps.raster import render_png

        yield "png", render_png(svg) if png is None else png
    if "pdf" in wish.formats:
        from muui_maps.maps.pdf import render_map_pdf

        yield "pdf", render_map_pdf(scene, paper=wish.paper)


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
    names: Sequence[Names] = (),
    workers: int | None = None,
    scheduler: str | None = None,
    again: bool = False,
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
    names
        Languages (`ja`, `zh`) in which names stand beside English on further maps and pages.
    workers, scheduler
        Who does the work, as for `workers.do_all`; as many processes as the machine has processors unless given.
    again
        Draw every station, also those that lie there made from the very same.
    progress
        Called after each piece of work: how many are done, how many there are, and the piece's station.

    Raises
    ------
    UsageError
        If `as_of` is no date, `out` can't be a folder, or the scheduler can't be reached.
    MuuiError
        If another build is at work in `out`, or workers or the scheduler go away. Finished stations stay.
    """
    printed = checked_date(as_of) if as_of is not None else atlas.as_of
    made = tuple(each for each in FORMATS if each in {*formats, "html"})
    wish = Wish(
        made, printed, index=True, names=tuple(names), theme=theme, large_print=large_print, status=atlas.status
    )
    wish = replace(wish, around=surroundings(atlas))
    _prepare(out)
    busy = Text(
        f"다른 작업이 {out}에 지도를 만들고 있어요. 끝난 뒤에 다시 해 주세요.",
        f"another build is at work in {out}; try again when it has ended.",
    )
    with locked(out / LOCK, seconds=LOCK_SECONDS, busy=busy):
        clear_leftovers(out)
        stands = {each.id: _Stand(out / each.id, fingerprint(atlas, each, wish)) for each in stations}
        kept = {} if again else {name: stand.kept for name, stand in stands.items() if stand.kept is not None}
        drawn = [each for each in stations if each.id not in kept]
        tasks = _tasks(atlas, drawn, wish)
        working = do_all(_do, tasks, workers=workers or os.cpu_count() or 1, scheduler=scheduler)
        made_now = _place_all(working, tasks, stands, progress)
        results = [kept[each.id] if each.id in kept else made_now[each.id] for each in stations]
        built = tuple(made for result in results for made in result.built)
        for lang, content in _indexes(stations, built, wish):
            write_whole(out / f"index.{lang}.html", content)
    return Built(
        built,
        tuple(each for result in results if isinstance(result, _Done) for each in result.failed),
        sum(len(each.files) for each in built) + len(LANGUAGES),
        tuple(dict.fromkeys(finding for result in results for finding in result.set_aside)),
        tuple(kept),
    )


class _Stand:
    """Where a station's maps lie, what they are to be made from, and what is there."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder, self.key = folder, key
        self.there = read_record(folder)

    @property
    def kept(self) -> Record | None:
        """The record of what lies there, if it was made from the very same and is all there."""
        there = self.there
        if there is None or there.key != self.key:
            return None
        return there if all((self.folder / name).is_file() for name in there.files) else None

    def place(self, done: _Done) -> None:
        """Put the station's new folder in the place of the old one.

        One that failed in part gets no key: it is due again. One that failed as a whole leaves what was there. One that
        has no transfer to draw, since no source gives the floor of a platform, is done with its record alone.
        """
        if done.failed and not done.built:
            return
        files = (*done.files, RECORD)
        record = Record("" if done.failed else self.key, files, done.built, done.set_aside)
        ours = frozenset(self.there.files if self.there is not None else ())
        place_folder(self.folder, {**done.files, RECORD: record.dump()}, ours=ours)


def _tasks(atlas: Atlas, stations: Sequence[Definition], wish: Wish) -> list[_Task]:
    return [
        _Task(atlas.workspace, each.id, each.name.ko, first, wish)
        for each in stations
        for first in range(0, max(1, atlas.count_transfers(each)), TRANSFERS_A_TASK)
    ]


def _place_all(
    working: Iterator[tuple[_Task, _Done]],
    tasks: Sequence[_Task],
    stands: Mapping[str, _Stand],
    progress: Tick | None,
) -> dict[str, _Done]:
    """Put each station in its place when the last of its tasks is done; what came of each, without its files."""
    due = Counter(task.station for task in tasks)
    parts: dict[str, dict[int, _Done]] = {station: {} for station in due}
    finished: dict[str, _Done] = {}
    for number, (task, result) in enumerate(working, 1):
        parts[task.station][task.first] = result
        if len(parts[task.station]) == due[task.station]:
            whole = _joined(parts.pop(task.station))
            stands[task.station].place(whole)
            finished[task.station] = replace(whole, files={})
        if progress is not None:
            progress(number, len(tasks), task.name + (" ✗" if result.failed else ""))
    return finished


def _joined(parts: Mapping[int, _Done]) -> _Done:
    """A station's tasks as one, in the order of its transfers."""
    ordered = [parts[first] for first in sorted(parts)]
    return _Done(
        tuple(each for part in ordered for each in part.built),
        # A station that can't be read fails in each of its tasks, for the same reason.
        tuple(dict.fromkeys(each for part in ordered for each in part.failed)),
        tuple(dict.fromkeys(each for part in ordered for each in part.set_aside)),
        {name: content for part in ordered for name, content in part.files.items()},
    )


@lru_cache(maxsize=1)
def _atlas(workspace: Workspace, status: StatusFile | None, around: str) -> Atlas:
    """One for all stations of a build: those around are read once. `around` tells one build's from another's."""
    del around
    return open_atlas(workspace, status=status)


@lru_cache(maxsize=2)
def _loaded(workspace: Workspace, station: str, status: StatusFile | None, around: str) -> LoadedStation:
    return _atlas(workspace, status, around).load(station)


def _do(task: _Task) -> _Done:
    """Draw the transfers of one task; what goes wrong with one stops no other."""
    try:
        loaded = _loaded(task.workspace, task.station, task.wish.status, task.wish.around)
    except MuuiError as error:
        findings = error.findings if isinstance(error, InputRefusedError) else ()
        return _Done((), (Failed(task.station, error.exit_code, error.message, findings),), (), {})
    built: list[BuiltTransfer] = []
    files: dict[str, bytes] = {}
    failed: list[Failed] = []
    for start, end in loaded.transfers[task.first : task.first + TRANSFERS_A_TASK]:
        try:
            transfer, drawn = _build_one(loaded, start, end, task.wish)
        except Exception as error:  # noqa: BLE001 - one broken map must not cost the others
            code = error.exit_code if isinstance(error, MuuiError) else 1
            said = error.message if isinstance(error, MuuiError) else Text(repr(error), repr(error))
            where = f"{start.key} → {end.key}"
            failed.append(Failed(task.station, code, Text(f"{where}: {said.ko}", f"{where}: {said.en}")))
        else:
            built.append(transfer)
            files |= drawn
    return _Done(tuple(built), tuple(failed), loaded.set_aside, files)


def _build_one(
    loaded: LoadedStation, start: Endpoint, end: Endpoint, wish: Wish
) -> tuple[BuiltTransfer, dict[str, bytes]]:
    route = _route(loaded, start, end, wish)
    drawn = _drawn(loaded, (start, end), route, wish)
    found = None if isinstance(route, NoRouteError) else route.model
    files = tuple(f"{loaded.id}/{name}" for name in drawn)
    return BuiltTransfer(loaded.id, start, end, found is not None, files, _row(loaded, (start, end), found)), drawn


def _indexes(stations: Sequence[Definition], built: Sequence[BuiltTransfer], wish: Wish) -> Iterator[tuple[str, bytes]]:
    from muui_maps.maps.index import Part, index_page

    parts = [
        Part(each.id, each.name, tuple(made.row for made in built if made.station == each.id)) for each in stations
    ]
    for lang in LANGUAGES:
        yield lang, index_page(parts, lang=lang, as_of=wish.as_of, **wish.look).encode()


# ── files ────────────────────────────────────────────────────────────────────


def checked_date(as_of: str) -> str:
    """A date as it is printed.

    Raises
    ------
    UsageError
        If it is none.
    """
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
