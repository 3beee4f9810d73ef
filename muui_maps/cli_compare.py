"""`muui-maps compare`: our routes beside the official ones, the surveyed ones, and the published distances."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from muui_maps.cli_base import Command, Option, language, print_json, progress, say
from muui_maps.cli_commands import EVERY, JSON, LANG, STATIONS, WORKSPACE, ended, not_both
from muui_maps.errors import UsageError
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muui_maps.comparison import Comparison
    from muui_maps.insight.walking import WalkingDistance
    from muui_maps.model import Finding

LANGUAGES = ("ko", "en")


def compare(
    stations: Sequence[str],
    survey: Path | None,
    walking_distances: Path | None,
    out: Path | None,
    workspace: Path | None,
    *,
    every: bool,
    apply_status: bool,
    methods: bool,
    as_json: bool,
) -> int:
    not_both(stations, None, every=every)
    if methods:
        from muui_maps.cli_survey_forms import compare_methods

        if survey is not None or apply_status or walking_distances is not None:
            raise UsageError(
                Text(
                    "--methods는 --survey, --apply-status, --walking-distances와 함께 쓸 수 없어요.",
                    "--methods goes without --survey, --apply-status and --walking-distances.",
                )
            )
        return compare_methods(stations, out, workspace, as_json=as_json)
    if out is not None and not every:
        raise UsageError(Text("--out은 --all이나 --methods와 함께 쓰세요.", "--out goes with --all or --methods."))
    from muui_maps.api import open_atlas
    from muui_maps.comparison import compare as compare_all
    from muui_maps.comparison import compare_walking

    atlas = open_atlas(workspace)
    chosen = atlas.chosen(stations)
    walking: tuple[WalkingDistance, ...] = ()
    beside: tuple[Finding, ...] = ()
    if walking_distances is not None:
        with progress(say(Text("걷는 거리", "Walking distances"))) as tick:
            walking, beside = compare_walking(atlas, walking_distances, progress=tick)
    with progress(say(Text("견주기", "Comparing"))) as tick:
        result = compare_all(atlas, chosen, survey=survey, unseen=every, progress=tick if every else _silent)
    if as_json:
        content = result.as_json(apply_status=apply_status)
        if walking_distances is not None:
            content["walking_distances"] = [each.as_json() for each in walking]
        print_json(content)
    else:
        _tell(result, walking, beside, apply_status=apply_status, every=every)
    if out is not None:
        for path in _write(result, walking, out):
            click.echo(str(path), err=as_json)
    return ended(result.set_aside)


def _silent(done: int, total: int, name: str) -> None:
    """A few stations are compared before a bar could be drawn."""


def _tell(
    result: Comparison,
    walking: Sequence[WalkingDistance],
    beside: Sequence[Finding],
    *,
    apply_status: bool,
    every: bool,
) -> None:
    from muui_maps import cli_show

    if every:
        for line in result.figures.lines(language()):
            click.echo(line)
        cli_show.agreement(result.groups)
        cli_show.surveys_unseen(result.surveys_unseen)
    else:
        cli_show.comparison(result, apply_status=apply_status)
    if walking:
        cli_show.walking(walking, beside)


def _write(result: Comparison, walking: Sequence[WalkingDistance], folder: Path) -> tuple[Path, ...]:
    from muui_maps.insight.agreement_page import NAME, agreement_page, agreement_scene, agreement_table
    from muui_maps.maps.svg import render_svg
    from muui_maps.tables import write_files

    groups = result.groups
    unseen = {each.route_id: each.equal for each in result.unseen}
    contents = {f"{NAME}.csv": agreement_table(result.ignoring_status, unseen)}
    for lang in LANGUAGES:
        contents[f"{NAME}.{lang}.svg"] = render_svg(agreement_scene(groups, lang=lang))
        contents[f"{NAME}.{lang}.html"] = agreement_page(
            groups,
            result.ignoring_status,
            result.surveys_unseen,
            walking,
            names=result.names,
            lang=lang,
        )
    write_files({folder / name: content for name, content in contents.items()})
    return tuple(folder / name for name in contents)


COMPARE = Command(
    name="compare",
    callback=compare,
    text=Text(
        "우리 길을 공식 안내와 현장 조사 옆에 놓고 견줘요.",
        "Lay our routes beside the official ones and the surveyed transfers.",
    ),
    example=(
        "muui-maps compare 노원",
        "muui-maps compare 노원 --survey my-survey.csv --json",
        "muui-maps compare --all --out agreement",
        "muui-maps compare --all --walking-distances distances.csv --json",
        "muui-maps compare --methods --out methods",
    ),
    params=[
        STATIONS,
        EVERY,
        Option(
            ["--survey"],
            text=Text(
                "역에 있는 조사 대신 이 조사와 견줘요.", "Compare with this survey instead of the stations' own."
            ),
            type=click.Path(path_type=Path),
            metavar="FILE.csv",
        ),
        Option(
            ["--apply-status"],
            text=Text(
                "수리 중인 설비를 빼고 공식 안내와 견줘요.",
                "Leave out units under repair when comparing with the official routes.",
            ),
            is_flag=True,
        ),
        Option(
            ["--walking-distances"],
            text=Text(
                "환승 거리 표(서울교통공사 환승역거리와 같은 모양)와도 견줘요. 그 역의 공식 거리는 쓰지 않고 셈해요.",
                "Compare with a table of transfer distances too (in the shape of Seoul Metro's); ours are reckoned "
                "without the station's own official distance.",
            ),
            type=click.Path(path_type=Path),
            metavar="FILE",
        ),
        Option(
            ["--methods"],
            text=Text(
                "우리 길 대신, 현장 조사와 공식 자료를 나란히 놓아요: 무엇을 알고, 같고, 다른지.",
                "Instead of our routes, lay the surveys beside the official data: what each tells, what agrees.",
            ),
            is_flag=True,
        ),
        Option(
            ["--out"],
            text=Text(
                "--all이나 --methods의 표, 그림, 읽을거리를 둘 폴더예요.",
                "Folder for the table, picture and page of --all or --methods.",
            ),
            type=click.Path(path_type=Path),
            metavar="DIR",
        ),
        JSON,
        WORKSPACE,
        LANG,
    ],
)
