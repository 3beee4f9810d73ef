"""`muui-maps map check`: drawn maps, perhaps corrected by hand, beside the stations as data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from muui_maps.cli_base import Argument, Command, CommandWith, Option, progress, say
from muui_maps.cli_commands import END_FORM, JSON, LANG, WORKSPACE, answer
from muui_maps.cli_status import STATUS, atlas_with
from muui_maps.errors import RowsSetAsideError
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from muui_maps.cli_status import Live
    from muui_maps.mapcheck import Checked


def check_maps(
    files: Sequence[Path],
    *,
    station: str | None,
    start: str | None,
    end: str | None,
    profile: str | None,
    workspace: Path | None,
    as_json: bool,
    **live: Unpack[Live],
) -> int:
    """Check maps; 6 if one of them says what the data don't, as for rows that can't be used."""
    from muui_maps.mapcheck import check_map

    atlas = atlas_with(workspace, live)
    given = {"station": station, "from": start, "to": end, "profile": profile}
    said = {key: value for key, value in given.items() if value is not None}
    done = []
    with progress(say(Text("지도 살피기", "Checking maps"))) as tick:
        for n, file in enumerate(files, 1):
            done.append(check_map(atlas, file, said))
            if len(files) > 1:
                tick(n, len(files), file.name)
    answer(lambda: [each.as_json() for each in done], lambda: _tell(done), as_json=as_json)
    return RowsSetAsideError.exit_code if any(each.is_false for each in done) else 0


def _tell(done: Sequence[Checked]) -> None:
    from muui_maps.cli_errors import tell_findings

    for each in done:
        if not each.findings:
            click.echo(say(_fine(each)))
            continue
        count = len(each.findings)
        click.echo(say(Text(f"{each.file}: {count}가지가 달라요.", f"{each.file}: {count} differences.")))
        tell_findings(each.findings)


def _fine(checked: Checked) -> Text:
    if checked.compared:
        n = checked.compared
        return Text(
            f"{checked.file}: 자료와 같아요(글자와 도형 {n}개를 견줬어요).",
            f"{checked.file}: as the data have it ({n} texts and shapes compared).",
        )
    n = checked.texts
    return Text(
        f"{checked.file}: 글 {n}개에서 자료와 어긋나는 말을 찾지 못했어요. 빠진 것은 알 수 없어요.",
        f"{checked.file}: nothing in its {n} texts contradicts the data. What is missing can't be told.",
    )


CHECK = Command(
    name="check",
    callback=check_maps,
    text=Text(
        "그린 지도(SVG)를 역 자료와 견줘요: 노선과 색, 방면, 층, 문, 거리와 시간, 빠진 단계, 스크립트와 링크.",
        "Compare drawn maps (SVG) with the data: lines and colours, directions, levels, doors, figures, missing steps, "
        "scripts and links.",
    ),
    example=(
        "muui-maps map check maps/nowon/4-sanggye_7-junggye.cards.ko.svg",
        "muui-maps map check maps/nowon/*.svg --json",
        "muui-maps map check hand-drawn.svg --station 노원 --from 4:상계 --to 7:중계",
    ),
    params=[
        Argument(
            ["files"],
            text=Text(
                "지도 파일이에요(SVG). 잉크스케이프로 고친 것도 돼요.", "Maps (SVG), also corrected in Inkscape."
            ),
            nargs=-1,
            required=True,
            type=click.Path(path_type=Path, exists=True, dir_okay=False),
            metavar="FILE.svg...",
        ),
        Option(
            ["--station"],
            text=Text("다른 곳에서 그린 지도라면 어느 역인지예요.", "For a map drawn elsewhere: its station."),
            metavar="STATION",
        ),
        Option(["--from", "start"], text=Text("그 지도의 출발이에요.", "Where that map starts."), metavar=END_FORM),
        Option(["--to", "end"], text=Text("그 지도의 도착이에요.", "Where that map ends."), metavar=END_FORM),
        Option(["--profile"], text=Text("그 지도는 누구를 위한 것인지예요.", "Who that map is for."), metavar="ID"),
        *STATUS,
        JSON,
        WORKSPACE,
        LANG,
    ],
)


def with_check(commands: Sequence[click.Command]) -> list[click.Command]:
    """The commands, with `check` below `map`."""
    return [CommandWith.of(each, [CHECK]) if each.name == "map" else each for each in commands]
