"""The commands: each takes words, asks the library, and prints. Help texts stand beside what they help with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muui_maps.cli_base import LANGUAGES, Argument, Command, Group, Option, progress, say
from muui_maps.cli_status import STATUS, atlas_with
from muui_maps.errors import RowsSetAsideError, UsageError
from muui_maps.maps.style import THEMES
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Unpack

    from muui_maps.cli_status import Live
    from muui_maps.maps.foreign import Names
    from muui_maps.maps.style import Theme
    from muui_maps.model import Finding

NAMES: tuple[Names, ...] = ("ja", "zh")
"""Languages of names that maps can bear beside English ones."""
FORMATS = ("svg", "png", "pdf", "html")
"""What `map` and `build` write."""

# ── options that several commands share ──────────────────────────────────────

LANG = Option(
    ["--lang"],
    text=Text(
        "답할 언어예요. 없으면 환경(LANG)이 한국어일 때 한국어, 아니면 영어로 답해요.",
        "Language to answer in; otherwise Korean where the environment (LANG) says so, else English.",
    ),
    type=click.Choice(LANGUAGES),
    expose_value=False,  # `main` has read it already
)
MAP_LANG = Option(
    ["--lang"],
    text=Text(
        "답할 언어예요(ko, en). 지도는 언제나 한국어와 영어로 그려요. ja나 zh를 주면, 영어 문장에 역과 노선 이름을 "
        "일본어나 중국어로도 적은 지도를 더 그려요(파일 이름 끝이 .ja, .zh).",
        "Language to answer in (ko, en); maps are always drawn in both. With ja or zh, maps with names of stations and "
        "lines in Japanese or Chinese beside English sentences are drawn too (files end in .ja, .zh).",
    ),
    type=click.Choice((*LANGUAGES, *NAMES)),
)
WORKSPACE = Option(
    ["--workspace"],
    text=Text(
        "내 stations/와 data/가 있는 폴더예요. 없으면 지금 폴더를 담은 체크아웃, 그것도 없으면 사용자 데이터 폴더예요.",
        "Folder with stations/ and data/ of your own; otherwise the checkout around the current folder, else the "
        "user's data folder.",
    ),
    type=click.Path(path_type=Path),
    metavar="DIR",
)
JSON = Option(["--json", "as_json"], text=Text("JSON으로 답해요.", "Answer in JSON."), is_flag=True)
PROFILE = Option(
    ["--profile"],
    text=Text(
        "누가 가는지예요: manual_wheelchair, powered_wheelchair, stroller, walker, lift_averse.",
        "Who travels: manual_wheelchair, powered_wheelchair, stroller, walker or lift_averse.",
    ),
    default="manual_wheelchair",
    show_default=True,
    metavar="ID",
)
WITHOUT = Option(
    ["--without"],
    text=Text(
        "쓰지 않을 설비예요(노선:EV|WL|ES|MW:번호). 여러 번 쓸 수 있어요.",
        "A unit to do without (LINE:EV|WL|ES|MW:NUMBER); may be repeated.",
    ),
    multiple=True,
    metavar="UNIT",
)
IGNORE_STATUS = Option(
    ["--ignore-status"],
    text=Text("수리 중인 설비도 움직인다고 보고 찾아요.", "Take units under repair as working."),
    is_flag=True,
)
THEME = Option(
    ["--theme"],
    text=Text(
        "지도와 페이지의 색이에요: light(밝게), dark(어둡게), contrast(고대비).",
        "Colours of maps and pages: light, dark or contrast (high contrast).",
    ),
    type=click.Choice(THEMES),
    default="light",
    show_default=True,
)
LARGE_PRINT = Option(
    ["--large-print"],
    text=Text(
        "큰글씨: 카드는 A4, 단면도는 A1에 찍으면 모든 글자가 18포인트 이상이에요.",
        "Large print: no text under 18 points, with cards printed on A4 and the section on A1.",
    ),
    is_flag=True,
)


def format_option(text: Text) -> Option:
    return Option(["--format", "formats"], text=text, default="svg,html", show_default=True, metavar="FORMAT[,FORMAT]")


END_FORM = "LINE:DIRECTION|exit:N|street"


def ends(*, required: bool) -> list[click.Parameter]:
    """`--from` and `--to`."""
    start = Text("출발이에요: 노선:방면, exit:번호, street.", "Start: LINE:DIRECTION, exit:N or street.")
    end = Text("도착이에요: 노선:방면, exit:번호, street.", "End: LINE:DIRECTION, exit:N or street.")
    return [
        Option(["--from", "start"], text=start, required=required, metavar=END_FORM),
        Option(["--to", "end"], text=end, required=required, metavar=END_FORM),
    ]


def out(text: Text, metavar: str = "DIR") -> Option:
    return Option(["--out"], text=text, required=True, type=click.Path(path_type=Path), metavar=metavar)


_NAMES = Text(
    "역 이름, id, 역 번호 무엇이든 돼요: 노원, 노원역, nowon, 411.",
    "By name in any language, id or number: 노원, nowon, 411.",
)
ONE_STATION = Argument(["station"], text=_NAMES, metavar="STATION")
MAYBE_A_STATION = Argument(["station"], text=_NAMES, required=False, metavar="[STATION]")
STATIONS = Argument(["stations"], text=_NAMES, nargs=-1, metavar="[STATION]...")
SET = Option(
    ["--set", "set_name"],
    text=Text(
        "역 묶음의 이름이에요: 노선(line-4), 자치구(노원구), 조사 차수(muui-2016), … (stations/sets.toml).",
        "A named set of stations: of a line (line-4), a district (nowon-gu), a survey round (muui-2016), … "
        "(stations/sets.toml).",
    ),
    metavar="NAME",
)
EVERY = Option(["--all", "every"], text=Text("있는 역 모두예요.", "All stations there are."), is_flag=True)


def not_both(names: Sequence[str], set_name: str | None, *, every: bool) -> None:
    """`--all` stands alone: with a station or a set beside it nobody could tell which was meant."""
    if every and (names or set_name is not None):
        raise UsageError(
            Text("--all은 역 이름이나 --set과 함께 쓸 수 없어요.", "--all goes without station names and --set.")
        )


def answer(content: Callable[[], object], tell: Callable[[], None], *, as_json: bool) -> None:
    """Print the content as JSON if that was asked for; else tell it to a person."""
    if as_json:
        from muui_maps.cli_base import print_json

        print_json(content())
    else:
        tell()


def ended(set_aside: Iterable[Finding]) -> int:
    """The exit code of a command that did its work: 6, and what to mend, if rows had to be set aside."""
    from muui_maps.cli_errors import tell_error

    findings = tuple(set_aside)
    if not findings:
        return 0
    error = RowsSetAsideError(
        Text(
            "읽을 수 없는 행을 따로 두고, 나머지를 썼어요.",
            "Rows that could not be read were set aside; the others were taken.",
        ),
        findings=findings,
    )
    tell_error(error)
    return error.exit_code


# ── looking around ───────────────────────────────────────────────────────────


def stations(workspace: Path | None, *, as_json: bool) -> int:
    from muui_maps import cli_show
    from muui_maps.api import open_atlas
    from muui_maps.cli_errors import tell_error
    from muui_maps.workspace import joined

    atlas = open_atlas(workspace)
    rows = [
        {
            "id": each.id,
            "name_ko": each.name.ko,
            "name_en": each.name.en,
            "lines": list(each.line_ids),
            "districts": [district.name for district in atlas.districts_of(each)],
            "sets": [group.id for group in atlas.sets if each.id in group.stations],
            "transfers": atlas.count_transfers(each),
        }
        for each in atlas.definitions
    ]
    answer(lambda: rows, lambda: cli_show.stations(rows), as_json=as_json)
    if atlas.refused:
        refusal = joined(tuple(atlas.refused.values()))
        tell_error(refusal)
        return refusal.exit_code
    return 0


def new(stations: Sequence[str], workspace: Path | None, *, every: bool, as_json: bool) -> int:
    from muui_maps import cli_show
    from muui_maps.newstation import new_stations
    from muui_maps.workspace import find_workspace

    space = find_workspace(workspace)
    with progress(say(Text("역 파일 쓰기", "Writing stations"))) as tick:
        done = new_stations(stations, every=every, workspace=space, progress=tick)
    answer(lambda: [each.as_json() for each in done], lambda: cli_show.new_stations(done), as_json=as_json)
    return 0


def transfers(station: str, workspace: Path | None, *, as_json: bool) -> int:
    from muui_maps import cli_show
    from muui_maps.api import open_atlas
    from muui_maps.plain import platform_dict

    loaded = open_atlas(workspace).load(station)
    answer(
        lambda: [{"from": platform_dict(start), "to": platform_dict(end)} for start, end in loaded.transfers],
        lambda: cli_show.transfers(loaded),
        as_json=as_json,
    )
    return ended(loaded.set_aside)


# ── routes and maps ──────────────────────────────────────────────────────────


def route(
    *,
    station: str,
    start: str,
    end: str,
    profile: str,
    without: Sequence[str],
    workspace: Path | None,
    ignore_status: bool,
    as_json: bool,
    **live: Unpack[Live],
) -> int:
    from muui_maps import cli_show

    loaded = atlas_with(workspace, live).load(station)
    found = loaded.route(start, end, profile=profile, without=without, ignore_status=ignore_status)
    answer(found.to_dict, lambda: cli_show.route(found), as_json=as_json)
    return ended(loaded.set_aside)


def _formats(told: str) -> tuple[str, ...]:
    """`svg,pdf` as names of formats, each once."""
    wanted = tuple(dict.fromkeys(part.strip().lower() for part in told.split(",") if part.strip()))
    if not wanted or not set(wanted) <= set(FORMATS):
        raise UsageError(
            Text(
                f"--format에는 {', '.join(FORMATS)}를 쉼표로 이어 쓰세요: {told}",
                f"--format takes {', '.join(FORMATS)}, joined by commas: {told}",
            )
        )
    return wanted


def _names(lang: str | None) -> tuple[Names, ...]:
    """The language of names that `--lang` asks for, if it is one."""
    return tuple(each for each in NAMES if each == lang)


def map_(
    *,
    station: str,
    start: str | None,
    end: str | None,
    out: Path,
    view: str,
    formats: str,
    profile: str,
    without: Sequence[str],
    workspace: Path | None,
    ignore_status: bool,
    theme: Theme,
    large_print: bool,
    lang: str | None,
    paper: str | None,
    **live: Unpack[Live],
) -> int:
    from muui_maps.build import MOST_PAINTERS, VIEWS, Wish, draw
    from muui_maps.workers import call_helpers

    wanted = _formats(formats)
    if (start is None) != (end is None):
        raise UsageError(Text("--from과 --to는 함께 쓰세요.", "--from and --to go together."))
    atlas = atlas_with(workspace, live)
    loaded = atlas.load(station)
    wish = Wish(
        wanted,
        atlas.as_of,
        profile,
        tuple(without),
        ignore_status,
        names=_names(lang),
        theme=theme,
        large_print=large_print,
        views=VIEWS if view == "transfer" else (view,),
        paper=paper,
    )
    pairs = loaded.transfers if start is None or end is None else ((loaded.endpoint(start), loaded.endpoint(end)),)
    if view in {"plan", "overview"}:
        from muui_maps.plans import draw_overview, draw_plans

        pair = None if start is None else pairs[0]
        files = draw_overview(loaded, out, wish) if view == "overview" else draw_plans(loaded, pair, out, wish)
    elif view in {"easy", "tactile"}:
        from muui_maps.handouts import draw_handouts

        with progress(loaded.definition.name.ko) as tick:
            files = draw_handouts(loaded, pairs, out, wish, view, progress=tick)
    else:
        processes = min(os.cpu_count() or 1, MOST_PAINTERS) if "png" in wanted and view == "transfer" else 1
        call_helpers(processes)
        with progress(loaded.definition.name.ko) as tick:
            files = draw(loaded, pairs, out, wish, progress=tick, processes=processes)
    for file in files:
        click.echo(str(file))
    return ended(loaded.set_aside)


def build(
    stations: Sequence[str],
    set_name: str | None,
    out: Path,
    as_of: str | None,
    workspace: Path | None,
    *,
    every: bool,
    formats: str,
    png: bool,
    theme: Theme,
    large_print: bool,
    workers: int | None,
    scheduler: str | None,
    again: bool,
    lang: str | None,
    as_json: bool,
    **live: Unpack[Live],
) -> int:
    from muui_maps import cli_show
    from muui_maps.build import build as build_all

    not_both(stations, set_name, every=every)
    wanted = (*_formats(formats), *(["png"] if png else []))
    if scheduler is not None and workers is not None:
        raise UsageError(
            Text(
                "--scheduler를 쓰면 일꾼 수는 스케줄러가 정해요. --workers를 빼세요.",
                "with --scheduler the scheduler's workers do the work: leave --workers out.",
            )
        )
    atlas = atlas_with(workspace, live)
    chosen = atlas.chosen(stations, set_name)
    with progress(say(Text("지도 만들기", "Drawing maps"))) as tick:
        result = build_all(
            atlas,
            chosen,
            out,
            as_of=as_of,
            formats=wanted,
            theme=theme,
            large_print=large_print,
            names=_names(lang),
            workers=workers,
            scheduler=scheduler,
            again=again,
            progress=tick,
        )
    answer(result.as_json, lambda: cli_show.built(result, out), as_json=as_json)
    if result.failed:
        cli_show.failures(result.failed)
        return max(each.exit_code for each in result.failed)
    return ended(result.set_aside)


def export(station: str, out: Path, form: str | None, workspace: Path | None) -> int:
    from muui_maps.api import open_atlas

    loaded = open_atlas(workspace).load(station)
    if (form or ("seoul-indoor" if out.suffix.lower() == ".zip" else "gpkg")) == "seoul-indoor":
        from muui_maps.cli_indoor import tell_export
        from muui_maps.exports_indoor import write_seoul_indoor

        tell_export(write_seoul_indoor(loaded.model, out), out)
    else:
        from muui_maps.exports import write_geopackage

        counts = write_geopackage(loaded.model, out)
        layers = ", ".join(f"{layer} {count}" for layer, count in counts.items())
        click.echo(say(Text(f"{out}에 썼어요: {layers}", f"Wrote {out}: {layers}")))
    return ended(loaded.set_aside)


# ── checking ─────────────────────────────────────────────────────────────────


def check(station: str | None, workspace: Path | None, *, as_json: bool) -> int:
    from muui_maps import cli_show
    from muui_maps.api import open_atlas
    from muui_maps.plain import finding_dict

    atlas = open_atlas(workspace)
    loaded = [atlas.load(each) for each in atlas.chosen([station] if station else [])]
    findings = [finding for each in loaded for finding in each.findings]
    answer(lambda: [finding_dict(each) for each in findings], lambda: cli_show.findings(findings), as_json=as_json)
    return ended(finding for each in loaded for finding in each.set_aside)


# ── data ─────────────────────────────────────────────────────────────────────


def data_import(folder: Path, workspace: Path | None, *, as_json: bool) -> int:
    from muui_maps import cli_show
    from muui_maps.plain import import_dict
    from muui_maps.sources.open_data import import_folder
    from muui_maps.workspace import find_workspace, writing_data

    space = find_workspace(workspace)
    with progress(say(Text("자료 읽기", "Reading"))) as tick, writing_data(space) as target:
        report = import_folder(folder, target, progress=tick)
    written = space.root / "data"
    answer(lambda: import_dict(report, written), lambda: cli_show.imported(report, written), as_json=as_json)
    return ended(finding for file in report.files if file.set_aside for finding in file.findings)


# ── the list ─────────────────────────────────────────────────────────────────


def _command(name: str, run: Callable[..., int], text: Text, example: Sequence[str], *own: click.Parameter) -> Command:
    spoken = [] if MAP_LANG in own else [LANG]
    return Command(name=name, callback=run, text=text, example=example, params=[*own, WORKSPACE, *spoken])


COMMANDS = [
    _command(
        "stations",
        stations,
        Text("있는 역을 모두 보여 줘요.", "List the stations there are."),
        ("muui-maps stations", "muui-maps stations --json"),
        JSON,
    ),
    _command(
        "new",
        new,
        Text(
            "공공데이터로 새 역의 station.toml을 써요. 이미 있는 역은 그대로 둬요.",
            "Write station.toml of new stations from the open data; a station that exists is left as it is.",
        ),
        ("muui-maps new 사당 충무로", "muui-maps new --all --workspace my-maps"),
        STATIONS,
        Option(
            ["--all", "every"],
            text=Text("수도권의 모든 환승역이에요.", "All transfer stations of the capital area."),
            is_flag=True,
        ),
        JSON,
    ),
    _command(
        "transfers",
        transfers,
        Text("한 역의 환승을 모두 보여 줘요.", "List a station's transfers."),
        ("muui-maps transfers 노원", "muui-maps transfers nowon --json"),
        ONE_STATION,
        JSON,
    ),
    _command(
        "route",
        route,
        Text("한 역 안의 길을 찾아 걸음마다 알려 줘요.", "Find the way through a station, step by step."),
        (
            "muui-maps route 노원 --from 4:상계 --to 7:중계",
            'muui-maps route nowon --from "Line 4:Sanggye" --to exit:3 --profile lift_averse',
            "muui-maps route 노원 --from 4:상계 --to street --without 4:EV:외부1 --json",
        ),
        ONE_STATION,
        *ends(required=True),
        PROFILE,
        WITHOUT,
        IGNORE_STATUS,
        *STATUS,
        JSON,
    ),
    _command(
        "map",
        map_,
        Text(
            "한 역의 환승 지도를 그려요. --from과 --to가 없으면 모든 환승을 그려요.",
            "Draw a station's transfer maps: of all its transfers, or of the one between --from and --to.",
        ),
        (
            "muui-maps map 노원 --from 4:상계 --to 7:중계 --out maps",
            "muui-maps map nowon --out maps --format svg,png,pdf",
            "muui-maps map nowon --from 4:상계 --to 7:중계 --lang ja --out maps",
            "muui-maps map nowon --from 4:상계 --to exit:3 --view oblique --format pdf --paper a0 --out maps",
            "muui-maps map nowon --view overview --out maps",
        ),
        ONE_STATION,
        *ends(required=False),
        out(Text("지도를 둘 폴더예요.", "Folder for the maps.")),
        Option(
            ["--view"],
            text=Text(
                "transfer(한 환승의 모든 그림), cards(카드), section(단면도), oblique(투시도), "
                "plan(층마다 위에서 본 평면도), overview(역 전체), easy(읽기 쉬운 지도), tactile(촉지도)이에요.",
                "transfer (all pictures of a transfer), cards, section, oblique, plan (each floor seen from above), "
                "overview (the whole station), easy (easy read) or tactile (swell paper).",
            ),
            type=click.Choice(["transfer", "cards", "section", "oblique", "plan", "overview", "easy", "tactile"]),
            default="transfer",
            show_default=True,
        ),
        format_option(
            Text(
                "svg, png, pdf, html 가운데 골라 쉼표로 이어요. PDF는 카드가 A4, 다른 그림이 A3예요(--paper).",
                "Any of svg, png, pdf and html, joined by commas. PDF: cards on A4, others on A3 (or --paper).",
            )
        ),
        Option(
            ["--paper"],
            text=Text("PDF의 종이예요(가로). a0은 포스터예요.", "Paper of PDFs, landscape; a0 makes a poster."),
            type=click.Choice(["a4", "a3", "a0"]),
        ),
        THEME,
        LARGE_PRINT,
        MAP_LANG,
        PROFILE,
        WITHOUT,
        IGNORE_STATUS,
        *STATUS,
    ),
    _command(
        "check",
        check,
        Text(
            "자료끼리 어긋나거나, 빠졌거나, 읽지 못한 것을 보여 줘요.",
            "List what contradicts, is missing or could not be read.",
        ),
        ("muui-maps check 노원", "muui-maps check --json"),
        MAYBE_A_STATION,
        JSON,
    ),
    _command(
        "build",
        build,
        Text(
            "역마다 모든 환승 지도와 차례를 두 언어로 만들어요. 역도 묶음도 없으면 모든 역이에요.",
            "Make all maps of the stations, with an index, in both languages: of those named, of a set, or of all.",
        ),
        (
            "muui-maps build --set pilot --out build",
            "muui-maps build 노원 대림 --out build --png",
            "muui-maps build --all --workers 2 --out build",
        ),
        STATIONS,
        EVERY,
        SET,
        out(Text("지도를 둘 폴더예요.", "Folder for the maps.")),
        format_option(
            Text(
                "svg, png, pdf 가운데 골라 쉼표로 이어요. html은 언제나 만들어요. PDF는 카드가 A4, 단면도가 A3예요.",
                "Any of svg, png and pdf, joined by commas; html is always made. PDF: cards on A4, the section on A3.",
            )
        ),
        Option(["--png"], text=Text("PNG도 만들어요.", "Write PNG files too."), is_flag=True),
        THEME,
        LARGE_PRINT,
        MAP_LANG,
        Option(
            ["--workers"],
            text=Text(
                "함께 일할 프로세스 수예요. 적지 않으면 이 컴퓨터의 프로세서 수만큼이에요.",
                "Processes that share the work; as many as there are processors unless given.",
            ),
            type=click.IntRange(min=1),
            metavar="N",
        ),
        Option(
            ["--scheduler"],
            text=Text(
                "이 주소의 Dask 스케줄러에 일을 맡겨요(tcp://10.0.0.5:8786). 일꾼들도 같은 폴더를 볼 수 있어야 해요.",
                "Let the Dask scheduler at this address do the work (tcp://10.0.0.5:8786); "
                "its workers must see the same folders.",
            ),
            metavar="ADDRESS",
        ),
        Option(
            ["--again"],
            text=Text(
                "바뀐 것이 없는 역도 다시 만들어요. 보통은 바뀐 역만 만들어요.",
                "Make unchanged stations again too; otherwise only what changed is made.",
            ),
            is_flag=True,
        ),
        Option(
            ["--as-of"],
            text=Text(
                "지도에 적을 기준일이에요. 없으면 가장 새 자료의 날짜예요.",
                "Date to print on the maps; otherwise that of the newest dataset.",
            ),
            metavar="YYYY-MM-DD",
        ),
        *STATUS,
        JSON,
    ),
    _command(
        "export",
        export,
        Text(
            "한 역을 GeoPackage나 실내공간정보 레이어(ZIP)로 내보내요.",
            "Export a station as a GeoPackage, or as layers of Seoul's indoor spatial information (ZIP).",
        ),
        (
            "muui-maps export 노원 --out nowon.gpkg",
            "muui-maps export 노원 --format seoul-indoor --out nowon.zip",
        ),
        ONE_STATION,
        Option(
            ["--format", "form"],
            text=Text(
                "gpkg 또는 seoul-indoor예요. 없으면 파일 이름의 끝을 따라요.",
                "gpkg or seoul-indoor; otherwise as the file's name ends.",
            ),
            type=click.Choice(["gpkg", "seoul-indoor"]),
        ),
        out(Text("쓸 파일이에요.", "File to write."), metavar="FILE.gpkg|FILE.zip"),
    ),
    Group(
        name="data",
        text=Text("공공데이터를 다뤄요.", "Work with the open data."),
        commands=[
            _command(
                "import",
                data_import,
                Text(
                    "내려받은 공공데이터 폴더를 읽어 작업 폴더의 data/facts/에 표로 써요.",
                    "Read a folder of the publishers' downloads; write it as tables to data/facts/ of the workspace.",
                ),
                ("muui-maps data import ~/Downloads/seoul", "muui-maps data import downloads --workspace my-maps"),
                Argument(
                    ["folder"],
                    text=Text("내려받은 파일이 있는 폴더예요.", "Folder with the downloaded files."),
                    type=click.Path(path_type=Path),
                    metavar="DIR",
                ),
                JSON,
            )
        ],
    ),
]
"""In the order of a day's work."""
