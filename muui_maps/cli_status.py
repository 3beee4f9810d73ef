"""`--status` and its companions: the operator's register of today, for every command that looks for a way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from muui_maps.cli_base import Option, say
from muui_maps.model import Text

if TYPE_CHECKING:
    from muui_maps.api import Atlas

STATUS: tuple[click.Parameter, ...] = (
    Option(
        ["--status"],
        text=Text(
            "운영기관의 승강기 가동현황 파일이에요. 자료의 상태 대신 써요.",
            "The operator's current status of lifts and escalators, instead of the states in the data.",
        ),
        type=click.Path(path_type=Path),
        metavar="FILE",
    ),
    Option(
        ["--status-as-of"],
        text=Text("그 파일을 내려받은 날이에요.", "The day that file was downloaded."),
        metavar="YYYY-MM-DD",
    ),
    Option(
        ["--status-lifetime"],
        text=Text(
            "그 파일을 며칠 동안 믿는지예요. 지나면 움직이던 설비는 모름, 멈춰 있던 설비는 계속 피해요.",
            "For how many days that file counts; after that what ran is unknown, and what was out stays avoided.",
        ),
        type=click.IntRange(min=0),
        default=1,
        show_default=True,
        metavar="DAYS",
    ),
    Option(
        ["--on"],
        text=Text(
            "가는 날이에요. 없으면 파일을 내려받은 날이에요.",
            "The day of travel; otherwise that of the download.",
        ),
        metavar="YYYY-MM-DD",
    ),
)


class Live(TypedDict):
    """What the options give a command."""

    status: Path | None
    status_as_of: str | None
    status_lifetime: int
    on: str | None


def atlas_with(workspace: Path | None, live: Live) -> Atlas:
    """All stations, with the register of today if one was given; what it says oddly is told on stderr."""
    from muui_maps.api import open_atlas
    from muui_maps.errors import UsageError
    from muui_maps.sources.live_status import status_file

    if live["status"] is None:
        if live["status_as_of"] is not None or live["on"] is not None:
            raise UsageError(
                Text("--status-as-of와 --on은 --status와 함께 쓰세요.", "--status-as-of and --on go with --status.")
            )
        return open_atlas(workspace)
    file = status_file(live["status"], as_of=live["status_as_of"], lifetime_days=live["status_lifetime"], on=live["on"])
    atlas = open_atlas(workspace, status=file)
    _tell(atlas)
    return atlas


def _tell(atlas: Atlas) -> None:
    from muui_maps.cli_errors import tell_findings
    from muui_maps.sources.live_status import read_live_status

    if atlas.status is None:
        return
    live = read_live_status(atlas.status)
    tell_findings(live.findings)
    if atlas.status.stale:
        day, on, days = atlas.status.as_of, atlas.status.on, atlas.status.lifetime_days
        words = Text(
            f"상태 파일({day})은 {days}일 동안만 믿어요. {on}에 움직이는지는 몰라요.",
            f"The status file ({day}) counts for {days} days: what runs on {on} is unknown.",
        )
        click.echo(say(words), err=True)
