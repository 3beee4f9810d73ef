"""The commands that look at all stations together: which to survey next, and what the data say to the city."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from muui_maps.cli_base import LANGUAGES, Command, Option, language, print_table, progress, say
from muui_maps.cli_commands import JSON, LANG, SET, STATIONS, WORKSPACE, answer, out
from muui_maps.model import Text
from muui_maps.wording import name_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muui_maps.api import Atlas
    from muui_maps.insight.choose import Choice

PILOTS = "pilot"
"""The set whose stations are always told, wherever they rank."""


# ── choose ───────────────────────────────────────────────────────────────────


def choose(
    stations: Sequence[str],
    set_name: str | None,
    budget: int,
    *,
    weights: Path | None,
    out: Path | None,
    workspace: Path | None,
    as_json: bool,
) -> int:
    from muui_maps.api import open_atlas
    from muui_maps.choosing import choose as ranked

    atlas = open_atlas(workspace)
    with progress(say(Text("역을 견주는 중", "Comparing stations"))) as tick:
        choices = ranked(atlas, atlas.chosen(stations, set_name), weights=weights, progress=tick)
    pilots = next((each.stations for each in atlas.sets if each.id == PILOTS), ())
    answer(
        lambda: {"budget": budget, "stations": [each.as_json() for each in choices]},
        lambda: _tell(choices, budget, pilots),
        as_json=as_json,
    )
    if out is not None:
        for path in _write(atlas, choices, out, budget, pilots):
            click.echo(str(path), err=as_json)
    return 0


def _tell(choices: Sequence[Choice], budget: int, pilots: Sequence[str]) -> None:
    told = [each for place, each in enumerate(choices) if place < budget or each.station in pilots]
    click.echo(
        say(
            Text(
                f"환승역 {len(choices)}개 가운데 다음에 조사할 {min(budget, len(choices))}개예요. "
                "점수 = 100 × 필요 × 모르는 정도. %는 그 역의 환승이나 구간의 비율, 횟수는 환승의 평균이에요.",
                f"The {min(budget, len(choices))} of {len(choices)} transfer stations to survey next. "
                "Score = 100 × need × gap. Shares are of the station's transfers or legs; counts, means over them.",
            )
        )
    )
    rows = [
        (
            f"{each.rank}{' ★' if each.station in pilots else ''}",
            say(name_text(each.name)),
            f"{each.score:.0f}",
            "?" if each.need is None else f"{each.need:.2f}",
            f"{each.gap:.2f}",
            " · ".join(say(reason) for reason in each.reasons()),
        )
        for each in told
    ]
    headings = (Text("순위", "rank"), Text("역", "station"), Text("점수", "score"), Text("필요", "need"))
    print_table([say(each) for each in (*headings, Text("모름", "gap"), Text("까닭", "why"))], rows)
    if any(each.station in pilots for each in told):
        click.echo(say(Text("★ 파일럿 역: 순위 밖이어도 보여 줘요.", "★ a pilot station, told wherever it ranks.")))


def _write(
    atlas: Atlas, choices: Sequence[Choice], folder: Path, budget: int, pilots: Sequence[str]
) -> tuple[Path, ...]:
    from muui_maps.city_lines import city_tracks
    from muui_maps.insight.choose_map import choose_scene, choose_table
    from muui_maps.maps.raster import render_png
    from muui_maps.maps.svg import render_svg
    from muui_maps.tables import write_files

    tracks = city_tracks(atlas.data)
    source = Text(
        f"자료 기준일 {atlas.as_of}. 선로는 1–9호선만 있어요. 이용객 수는 공개 자료에 없어 셈에 없어요.",
        f"Data as of {atlas.as_of}. Tracks of lines 1–9 only. Passenger numbers are in none of the data.",
    )
    contents: dict[Path, bytes] = {}
    for lang in LANGUAGES:
        scene = choose_scene(choices, tracks, budget=budget, pilots=pilots, source=source, lang=lang)
        svg = render_svg(scene)
        contents[folder / f"choose.{lang}.svg"] = svg.encode()
        contents[folder / f"choose.{lang}.png"] = render_png(svg)
        contents[folder / f"choose.{lang}.csv"] = ("\ufeff" + choose_table(choices, lang)).encode()
    write_files(contents)
    return tuple(contents)


CHOOSE = Command(
    name="choose",
    callback=choose,
    text=Text(
        "다음에 어느 역을 조사하면 좋을지 줄 세워요: 갈아타기 힘든데 아는 것이 적은 역부터, 까닭과 함께.",
        "Rank stations for the next field research: where changing trains is hardest and least is known, with reasons.",
    ),
    example=("muui-maps choose --budget 10", "muui-maps choose --weights mine.toml --out choose"),
    params=[
        STATIONS,
        SET,
        Option(
            ["--budget"],
            text=Text("몇 개 역을 조사할 수 있나요?", "How many stations can be surveyed."),
            type=click.IntRange(min=1),
            default=10,
            show_default=True,
            metavar="N",
        ),
        Option(
            ["--weights"],
            text=Text(
                "무엇을 얼마나 칠지 적은 파일이에요(data/choose.toml을 베껴 고치세요).",
                "What counts how much: a changed copy of data/choose.toml.",
            ),
            type=click.Path(path_type=Path),
            metavar="FILE.toml",
        ),
        Option(
            ["--out"],
            text=Text("도시 지도와 표를 둘 폴더예요.", "Folder for a map of the city and the table."),
            type=click.Path(path_type=Path),
            metavar="DIR",
        ),
        JSON,
        WORKSPACE,
        LANG,
    ],
)


# ── report ───────────────────────────────────────────────────────────────────


def report(stations: Sequence[str], set_name: str | None, out: Path, workspace: Path | None, *, as_json: bool) -> int:
    from muui_maps.api import open_atlas
    from muui_maps.reporting import barriers, tables_of, write_report

    atlas = open_atlas(workspace)
    with progress(say(Text("장벽을 세는 중", "Counting barriers"))) as tick:
        found = barriers(atlas, atlas.chosen(stations, set_name), progress=tick)
    files = write_report(atlas, found, out)
    answer(
        lambda: {
            "stations": len(found.stations),
            "transfers": len(found.transfers),
            "as_of": found.as_of,
            "tables": [{"name": each.name, "rows": len(each.rows)} for each in tables_of(found)],
            "files": sorted(str(each.relative_to(out)) for each in files),
        },
        lambda: _tell_report(found.stations, len(found.transfers), out),
        as_json=as_json,
    )
    return 0


def _tell_report(stations: Sequence[object], transfers: int, out: Path) -> None:
    click.echo(
        say(
            Text(
                f"역 {len(stations)}개, 환승 {transfers}개를 세었어요. 여기를 열어 보세요:",
                f"Counted {transfers} transfers at {len(stations)} stations. Open this:",
            )
        )
    )
    click.echo(f"  {out / f'report.{language()}.html'}")


REPORT = Command(
    name="report",
    callback=report,
    text=Text(
        "자료가 도시에 말하는 장벽을 쪽, 그림, 공개 자료로 만들어요: 시간, 휠체어리프트, 밖으로 나가는 길, 고장.",
        "What the data say of barriers to the city, as pages, pictures and open data: times, wheelchair lifts, forced "
        "exits, outages.",
    ),
    example=("muui-maps report --out report", "muui-maps report --set pilot --out report --json"),
    params=[
        STATIONS,
        SET,
        out(Text("쪽과 자료를 둘 폴더예요.", "Folder for the pages and the data.")),
        JSON,
        WORKSPACE,
        LANG,
    ],
)

CITY = (CHOOSE, REPORT)
"""To be registered under `muui-maps`."""
