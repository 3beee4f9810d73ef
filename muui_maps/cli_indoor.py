"""The commands for indoor layers: each takes words, asks the rooms below, and prints."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from muui_maps.cli_base import LANGUAGES, Argument, Command, Group, Option, language, print_table, say
from muui_maps.cli_commands import JSON, LANG, answer
from muui_maps.cli_errors import place
from muui_maps.errors import UsageError
from muui_maps.model import Severity, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Unpack

    from muui_maps.exports_indoor import LayersWritten
    from muui_maps.insight.indoor_measure import Measure
    from muui_maps.insight.indoor_quality import Check, IndoorReport
    from muui_maps.sources.fragment import Fragment

SHOWN = 3
"""How many faults of a check a person gets on the screen; `--all` shows the rest."""

# ── options that the commands share ──────────────────────────────────────────

PATH = Argument(
    ["path"],
    text=Text("실내공간정보 폴더, ZIP, GeoPackage예요.", "Folder, ZIP or GeoPackage of indoor layers."),
    type=click.Path(path_type=Path),
    metavar="PATH",
)
CRS = Option(
    ["--crs"],
    text=Text(
        "좌표계예요(EPSG:5186). 파일에 없거나 틀릴 때 써요.",
        "Coordinate system (EPSG:5186), where the files do not say it or are wrong.",
    ),
    metavar="EPSG:N",
)
ENCODING = Option(
    ["--encoding"],
    text=Text(
        "글자 인코딩이에요. 파일에 없거나 틀릴 때 써요.",
        "Encoding of the texts, where the files do not say it or are wrong.",
    ),
    metavar="NAME",
)
COLUMNS = Option(
    ["--columns"],
    text=Text(
        "열과 종류의 이름이 다를 때 쓰는 대응표예요. data/mappings/의 이름도 돼요(jr-shinjuku).",
        "A columns.toml for a delivery that uses other names, or the name of one in data/mappings/ (jr-shinjuku).",
    ),
    metavar="FILE.toml|NAME",
)
BUILDING = Option(
    ["--building"],
    text=Text(
        "여러 건물이 섞여 있을 때 읽을 건물의 UFID예요.",
        "UFID of the building to read, where several were delivered.",
    ),
    metavar="UFID",
)
RESTORE_SHX = Option(
    ["--restore-shx"],
    text=Text(
        "색인(.shx)이 없으면 읽는 동안만 만들어 써요. 원본은 그대로예요.",
        "Where the index (.shx) is missing, make one for the time of reading; the source stays as it is.",
    ),
    is_flag=True,
)


class ReadOptions(TypedDict):
    """The options that say how to read a delivery."""

    crs: str | None
    encoding: str | None
    columns: str | None
    building: str | None
    restore_shx: bool


def read(path: Path, options: ReadOptions) -> Fragment:
    """The delivery as the options say."""
    from muui_maps.sources.seoul_indoor import read_indoor

    columns = options["columns"]
    return read_indoor(
        path,
        crs=options["crs"],
        encoding=options["encoding"],
        mapping=None if columns is None else mapping_file(columns),
        building=options["building"],
        restore_shx=options["restore_shx"],
    )


def mapping_file(name: str) -> Path:
    """The mapping of that path, or of that name in `data/mappings/`.

    Raises
    ------
    UsageError
        If there is neither.
    """
    from muui_maps.workspace import bundled_folder

    folder = bundled_folder() / "data" / "mappings"
    for file in (Path(name), folder / f"{name}.toml"):
        if file.is_file():
            return file
    known = ", ".join(sorted(file.stem for file in folder.glob("*.toml")))
    raise UsageError(
        Text(f"대응표가 없어요: {name} (있는 이름: {known})", f"there is no mapping {name} (by name: {known})")
    )


# ── report ───────────────────────────────────────────────────────────────────


def report(*, path: Path, out: Path | None, show_all: bool, as_json: bool, **options: Unpack[ReadOptions]) -> int:
    from muui_maps.insight.indoor_quality import indoor_report
    from muui_maps.plain_indoor import report_dict

    found = indoor_report(read(path, options))
    pictures = {} if out is None else draw(found, out)
    answer(
        lambda: report_dict(found, {level: files[language()] for level, files in pictures.items()}),
        lambda: _tell(found, pictures, show_all=show_all),
        as_json=as_json,
    )
    return 0


def draw(found: IndoorReport, folder: Path) -> Mapping[str, Mapping[str, Path]]:
    """A picture of each floor in each language; returns the files by level and language."""
    from muui_maps.maps.indoor_picture import floor_picture
    from muui_maps.maps.svg import render_svg

    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, dict[str, Path]] = {}
    for level in found.levels:
        for lang in LANGUAGES:
            file = folder / f"{level.level}.{lang}.svg"
            file.write_text(render_svg(floor_picture(found, level.level, lang=lang)), encoding="utf-8")
            files.setdefault(level.level, {})[lang] = file
    return files


def _tell(found: IndoorReport, pictures: Mapping[str, Mapping[str, Path]], *, show_all: bool) -> None:
    click.echo(f"{found.fragment.source} · {found.fragment.crs}\n")
    _tell_checks(found.checks)
    click.echo(
        say(
            Text(
                "위치와 내용이 실제와 90 % 이상 맞는지는 파일만으로는 알 수 없어요. 현장에서 확인해 주세요.\n",
                "Whether places and contents agree with the building at 90 % or more, no file can tell: "
                "check that on site.\n",
            )
        )
    )
    _tell_levels(found)
    shown = len(found.faults) if show_all else SHOWN
    for check in found.checks:
        faults = [(n, each) for n, each in enumerate(found.faults, 1) if each.check == check.id]
        if faults:
            click.echo(f"\n{say(check.name)} ({len(faults)})")
        for number, each in faults[:shown]:
            spot = "" if each.x_m is None else f"  ({each.x_m:.1f}, {each.y_m:.1f}) m"
            click.echo(f"{number:5}. {place(each.finding) or each.object}{spot}")
            click.echo(f"       {say(each.finding.message)} → {say(each.finding.fix)}")
        if len(faults) > shown:
            more = len(faults) - shown
            click.echo(say(Text(f"       … {more}건 더 (--all)", f"       … {more} more (--all)")))
    _tell_notes(found)
    for files in pictures.values():
        click.echo(str(files[language()]))


def _tell_checks(checks: Sequence[Check]) -> None:
    verdict = {True: Text("지킴", "kept"), False: Text("넘음", "exceeded"), None: Text("–", "–")}
    print_table(
        (
            say(Text("살펴본 것", "looked for")),
            say(Text("개수", "found")),
            say(Text("전체", "of")),
            say(Text("비율", "share")),
            say(Text("한도", "limit")),
            "",
        ),
        [
            (
                say(each.name),
                str(each.faulty),
                str(each.looked_at),
                "–" if each.share is None else f"{each.share:.2%}",
                "–" if each.limit is None else f"{each.limit:.0%}",
                say(verdict[each.within_limit]),
            )
            for each in checks
        ],
    )


def _tell_levels(found: IndoorReport) -> None:
    headings = (
        Text("층", "level"),
        Text("공간", "spaces"),
        Text("걷는 곳 m²", "walked m²"),
        Text("시설", "facilities"),
        Text("구조", "structure"),
        Text("문", "doors"),
        Text("지점", "points"),
        Text("선", "lines"),
        Text("살펴볼 곳", "to look at"),
    )
    print_table(
        [say(each) for each in headings],
        [
            (
                each.level,
                str(each.spaces),
                f"{each.area_m2:,.0f}",
                str(each.facilities),
                str(each.structure),
                str(each.doors),
                str(each.points),
                str(each.lines),
                str(each.faults),
            )
            for each in found.levels
        ],
    )


def _tell_notes(found: IndoorReport) -> None:
    """What reading said besides: each kind once, with its count."""
    by_code: dict[str, list[int]] = {}
    for number, each in enumerate(found.notes):
        by_code.setdefault(each.code, []).append(number)
    if by_code:
        click.echo("\n" + say(Text("그 밖에", "Besides")))
    for code, numbers in sorted(by_code.items()):
        first = found.notes[numbers[0]]
        mark = "" if first.severity is Severity.INFO else "⚠ "
        click.echo(f"  {mark}{code} ×{len(numbers)}: {place(first)}".rstrip(": "))
        click.echo(f"    {say(first.message)}")


# ── measure ──────────────────────────────────────────────────────────────────


def measure(*, path: Path, pairs: int, seed: int, profile: str, as_json: bool, **options: Unpack[ReadOptions]) -> int:
    import time

    from muui_maps.insight.indoor_measure import measure as measure_pairs

    began = time.perf_counter()
    fragment = read(path, options)
    seconds = time.perf_counter() - began
    found = measure_pairs(fragment, pairs=pairs, seed=seed, profile=profile, seconds_read=seconds)
    answer(found.as_json, lambda: _tell_measure(fragment, found), as_json=as_json)
    return 0


_MEASURED = {
    "both": Text("둘 다 이어짐", "both connect"),
    "polygons_only": Text("공간으로만", "over polygons only"),
    "network_only": Text("받은 경로로만", "along the network only"),
    "neither": Text("둘 다 안 됨", "neither"),
    "network_leaves_floor": Text("경로가 바닥을 벗어남", "the network leaves the floor"),
}


def _tell_measure(fragment: Fragment, found: Measure) -> None:
    count = Text(
        f"{fragment.source} · {found.pairs}쌍 · {found.profile} · seed {found.seed}",
        f"{fragment.source} · {found.pairs} pairs · {found.profile} · seed {found.seed}",
    )
    click.echo(say(count) + "\n")
    print_table(
        (say(Text("결과", "result")), say(Text("쌍", "pairs"))),
        [(say(name), str(found.counts.get(column, 0))) for column, name in _MEASURED.items()],
    )
    if found.ratios is not None:
        low, middle, high = (f"{each:.3f}" for each in found.ratios)
        told = Text(
            f"공간 위의 길 ÷ 받은 경로: 5 % {low}, 가운데 {middle}, 95 % {high}",
            f"polygons ÷ network: 5 % {low}, median {middle}, 95 % {high}",
        )
        click.echo("\n" + say(told))
    read_in = "–" if found.seconds_read is None else f"{found.seconds_read:.1f} s"
    peak = "–" if found.peak_mb is None else f"{found.peak_mb:.0f} MB"
    spent = Text(
        f"읽기 {read_in} · 만들기 {found.seconds_build:.1f} s · 메모리 최대 {peak}",
        f"reading {read_in} · building {found.seconds_build:.1f} s · peak memory {peak}",
    )
    click.echo(say(spent))
    if found.worst:
        heading = Text("먼저 볼 쌍 (공간 위 / 받은 경로)", "Pairs to look at first (over polygons / along the network)")
        click.echo("\n" + say(heading))
    for pair in found.worst:
        lengths = " / ".join("–" if each is None else f"{each:.1f} m" for each in (pair.polygons_m, pair.network_m))
        click.echo(f"  {pair.level}  {pair.start} → {pair.end}: {lengths}")
        if pair.why is not None:
            where = (pair.reason or "").partition(" ")[2]
            click.echo(f"      {say(pair.why)}{f' ({where})' if where else ''}")


# ── export ───────────────────────────────────────────────────────────────────


def tell_export(written: LayersWritten, file: Path) -> None:
    """What was written, and what a mapmaker should know of it."""
    rows = sum(written.rows.values())
    click.echo(
        say(
            Text(
                f"{file}에 썼어요: 레이어 {len(written.rows)}개, {rows}행, muui.csv",
                f"Wrote {file}: {len(written.rows)} layers, {rows} rows, muui.csv",
            )
        )
    )
    if written.put_somewhere:
        count = written.put_somewhere
        click.echo(
            say(
                Text(
                    f"위치를 모르는 지점 {count}개는 보이도록 층 안에 늘어놓았어요. 제자리로 옮겨 주세요.",
                    f"{count} points whose place is unknown stand in rows on their level: move them to where they are.",
                )
            )
        )
    if written.mezzanines:
        levels = ", ".join(written.mezzanines)
        click.echo(
            say(
                Text(
                    f"중간층({levels})은 FLOOR 6칸에 쓸 수 없어서 열을 8칸으로 넓혔어요.",
                    f"Mezzanines ({levels}) do not fit the 6 letters of FLOOR: its column is 8 wide.",
                )
            )
        )


# ── the list ─────────────────────────────────────────────────────────────────


def _command(name: str, run: Callable[..., int], text: Text, example: Sequence[str], *own: click.Parameter) -> Command:
    options = [PATH, *own, CRS, ENCODING, COLUMNS, BUILDING, RESTORE_SHX, JSON, LANG]
    return Command(name=name, callback=run, text=text, example=example, params=options)


INDOOR = Group(
    name="indoor",
    text=Text("실내공간정보(층별 공간, 시설, 경로)를 다뤄요.", "Work with indoor layers: spaces, facilities, network."),
    commands=[
        _command(
            "report",
            report,
            Text(
                "받은 실내공간정보의 품질을 살펴요: 빠지거나, 겹치거나, 이어지지 않은 것과 그 자리.",
                "Look at the quality of a delivery: what is missing, doubled or unjoined, and where.",
            ),
            (
                "muui-maps indoor report terminal_a.zip --out report",
                "muui-maps indoor report jr_shinjuku_shapefiles --columns jr-shinjuku --json",
            ),
            Option(
                ["--out"],
                text=Text("층마다 그림을 그려 둘 폴더예요.", "Folder for a picture of each floor."),
                type=click.Path(path_type=Path),
                metavar="DIR",
            ),
            Option(
                ["--all", "show_all"], text=Text("찾은 것을 모두 보여 줘요.", "Show all that was found."), is_flag=True
            ),
        ),
        _command(
            "measure",
            measure,
            Text(
                "같은 층의 두 지점을 뽑아, 공간 위의 길과 받은 경로의 길이를 견줘요.",
                "Draw pairs of points of one floor, and compare the way over polygons with the delivered network.",
            ),
            (
                "muui-maps indoor measure terminal_a.zip --pairs 1000 --seed 1",
                "muui-maps indoor measure terminal_a.zip --pairs 200 --seed 7 --profile manual_wheelchair --json",
            ),
            Option(
                ["--pairs"],
                text=Text("뽑을 쌍의 수예요.", "How many pairs to draw."),
                type=click.IntRange(min=1),
                default=500,
                show_default=True,
                metavar="N",
            ),
            Option(
                ["--seed"],
                text=Text("같은 수는 같은 쌍을 뽑아요.", "The same seed draws the same pairs."),
                type=int,
                default=1,
                show_default=True,
                metavar="S",
            ),
            Option(
                ["--profile"],
                text=Text("누가 가는지예요.", "Who walks."),
                default="walker",
                show_default=True,
                metavar="ID",
            ),
        ),
    ],
)
