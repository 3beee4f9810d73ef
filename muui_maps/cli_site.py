"""The commands of the site for riders: make it, and look at it before it goes out."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muui_maps.cli_base import Argument, Command, Option, language, progress, say
from muui_maps.cli_commands import EVERY, JSON, LANG, SET, STATIONS, WORKSPACE, answer, ended, not_both, out
from muui_maps.cli_status import STATUS, atlas_with
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from muui_maps.cli_status import Live
    from muui_maps.site.making import Site

PORT = 8000


def site(
    stations: Sequence[str],
    set_name: str | None,
    out: Path,
    as_of: str | None,
    workspace: Path | None,
    *,
    every: bool,
    contact: str | None,
    workers: int | None,
    again: bool,
    as_json: bool,
    **live: Unpack[Live],
) -> int:
    from muui_maps import cli_show
    from muui_maps.site.making import make_site

    not_both(stations, set_name, every=every)
    atlas = atlas_with(workspace, live)
    chosen = atlas.chosen(stations, set_name)
    with progress(say(Text("사이트 만들기", "Making the site"))) as tick:
        made = make_site(atlas, chosen, out, as_of=as_of, contact=contact, workers=workers, again=again, progress=tick)
    answer(made.as_json, lambda: _tell(made, out), as_json=as_json)
    if made.failed:
        cli_show.failures(made.failed)
        return max(each.exit_code for each in made.failed)
    return ended(made.set_aside)


def _tell(made: Site, out: Path) -> None:
    megabytes = made.size / 1e6
    count = len(made.stations)
    click.echo(
        say(
            Text(
                f"역 {count}개, 파일 {made.files}개({megabytes:.1f} MB)를 {out}에 만들었어요.",
                f"Made {count} stations, {made.files} files ({megabytes:.1f} MB), in {out}.",
            )
        )
    )
    if made.unchanged:
        kept = len(made.unchanged)
        click.echo(
            say(
                Text(
                    f"그 가운데 역 {kept}개는 바뀐 것이 없어 그대로 두었어요(다시 만들려면 --again).",
                    f"Of these, {kept} stations had not changed and were kept (--again makes them anew).",
                )
            )
        )
    click.echo(say(Text("여기를 열어 보세요:", "Open this:")))
    click.echo(f"  {out / f'index.{language()}.html'}")
    click.echo(say(Text("휴대전화처럼 보려면:", "To see it as a phone does:")))
    click.echo(f"  muui-maps serve {out}")


def serve(folder: Path, port: int) -> int:
    from muui_maps.site.serving import HOST, server

    made = server(folder, port=port)
    click.echo(
        say(Text("여기를 열어 보세요(이 컴퓨터에서만 열려요):", "Open this (it answers on this machine alone):"))
    )
    click.echo(f"  http://{HOST}:{made.server_address[1]}/")
    click.echo(say(Text("끝내려면 Ctrl-C를 누르세요.", "Ctrl-C ends it.")))
    with contextlib.suppress(KeyboardInterrupt), made:
        made.serve_forever()
    return 0


COMMANDS: list[click.Command] = [
    Command(
        name="site",
        callback=site,
        text=Text(
            "이용자가 보는 사이트를 만들어요: 역을 찾고, 누가 가는지, 무엇이 멈췄는지 골라요. 신호가 없어도 열려요.",
            "Make the site for riders: find a station, say who travels and what is out; it opens without a signal.",
        ),
        example=(
            "muui-maps site --set pilot --out site",
            "muui-maps site 노원 대림 --out site --contact https://example.org/report",
            "muui-maps site --all --out site --status today.json --status-as-of 2026-12-01",
            "muui-maps serve site",
        ),
        params=[
            STATIONS,
            EVERY,
            SET,
            out(Text("사이트를 둘 폴더예요.", "Folder for the site.")),
            Option(
                ["--contact"],
                text=Text(
                    "이용자가 본 것을 적은 파일을 보낼 곳이에요: 글이나 https:// 주소.",
                    "Where riders are to send the file of what they saw: words, or an https:// address.",
                ),
                metavar="TEXT",
            ),
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
                    "페이지에 적을 기준일이에요. 없으면 가장 새 자료의 날짜예요.",
                    "Date to print on the pages; otherwise that of the newest dataset.",
                ),
                metavar="YYYY-MM-DD",
            ),
            *STATUS,
            JSON,
            WORKSPACE,
            LANG,
        ],
    ),
    Command(
        name="serve",
        callback=serve,
        text=Text(
            "만든 사이트를 이 컴퓨터에서만 미리 보여 줘요.",
            "Preview a site on this machine alone.",
        ),
        example=("muui-maps serve site", "muui-maps serve site --port 8080"),
        params=[
            Argument(
                ["folder"],
                text=Text("사이트가 있는 폴더예요.", "Folder of the site."),
                required=False,
                default=Path("site"),
                type=click.Path(path_type=Path),
                metavar="[DIR]",
            ),
            Option(
                ["--port"],
                text=Text("쓸 포트예요.", "Port to listen on."),
                type=click.IntRange(0, 65535),
                default=PORT,
                show_default=True,
                metavar="N",
            ),
            LANG,
        ],
    ),
]
"""As the program registers them."""
