"""The commands around a visit: a form for a station, what to look at next, and two ways of knowing side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from muui_maps.cli_base import LANGUAGES, Command, Option, language, print_table, say
from muui_maps.cli_commands import JSON, LANG, ONE_STATION, WORKSPACE, answer, ended, out
from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muui_maps.forms.asked import StationForm
    from muui_maps.insight.methods import MethodsComparison
    from muui_maps.insight.next_visit import Question
    from muui_maps.model import Station

KINDS = ("facility", "transfer", "check")


def survey_form(station: str, kind: str | None, out: Path, workspace: Path | None, *, as_json: bool) -> int:
    from muui_maps.api import open_atlas
    from muui_maps.forms.asked import FormKind, station_form
    from muui_maps.forms.writing import routes_asked, write_forms

    loaded = open_atlas(workspace).load(station)
    kinds = [FormKind(kind)] if kind else list(FormKind)
    routes, missing = routes_asked(loaded.model) if FormKind.CHECK in kinds else ((), ())
    if kind == FormKind.CHECK and not routes:
        raise _nothing_to_check(loaded.model.name.ko)
    forms = [
        station_form(loaded.model, each, routes=routes if each is FormKind.CHECK else ())
        for each in kinds
        if each is not FormKind.CHECK or routes
    ]
    files = write_forms(loaded.model, forms, out)
    answer(
        lambda: {
            "station": loaded.id,
            "kinds": [each.kind.value for each in forms],
            "files": [str(path) for path in files],
            "without_a_way": [{"ko": each.ko, "en": each.en} for each in missing],
        },
        lambda: click.echo("\n".join(map(str, files))),
        as_json=as_json,
    )
    if missing:
        listed = Text(", ".join(each.ko for each in missing), ", ".join(each.en for each in missing))
        click.echo(
            say(Text(f"길이 없어 점검표에 없어요: {listed.ko}", f"No way, so not in the check: {listed.en}")), err=True
        )
    return 0


def _nothing_to_check(station: str) -> InputRefusedError:
    message = Text(f"{station}에는 점검할 환승 경로가 없어요.", f"{station} has no transfer to check.")
    fix = Text("시설 조사(--kind facility)를 쓰세요.", "Use --kind facility.")
    return InputRefusedError(message, findings=[Finding("no_route", Severity.ERROR, message, fix, station=station)])


FORM = Command(
    name="form",
    callback=survey_form,
    text=Text(
        "한 역을 조사할 양식을 만들어요: Kobo·ODK용 XLSForm, 고르는 칸이 있는 엑셀, 인쇄할 A4 PDF.",
        "Make a station's survey forms: XLSForm for Kobo and ODK, Excel with drop-downs, an A4 PDF to print.",
    ),
    example=(
        "muui-maps survey form 노원 --out forms",
        "muui-maps survey form nowon --kind check --out forms",
    ),
    params=[
        ONE_STATION,
        Option(
            ["--kind"],
            text=Text(
                "facility(시설 하나하나), transfer(환승 한 번), check(지도를 따라가며 점검). 없으면 셋 다예요.",
                "facility (things one by one), transfer (one transfer), check (walk a map); otherwise all three.",
            ),
            type=click.Choice(KINDS),
        ),
        out(Text("양식을 둘 폴더예요.", "Folder for the forms.")),
        JSON,
        WORKSPACE,
        LANG,
    ],
)


def survey_next(station: str, out: Path | None, count: int, workspace: Path | None, *, as_json: bool) -> int:
    from muui_maps.api import open_atlas
    from muui_maps.assemble.gather import gather
    from muui_maps.insight.next_visit import next_visit

    atlas = open_atlas(workspace)
    loaded = atlas.load(station)
    names = (loaded.definition.name.ko, *loaded.definition.also_known_as)
    found = next_visit(
        loaded.model,
        view=loaded.fieldwork.view if loaded.fieldwork is not None else None,
        official=gather(names, loaded.definition.line_ids, folder=atlas.data / "facts"),
        newest=atlas.as_of,
    )
    asked = found[:count]
    answer(lambda: [each.as_json() for each in asked], lambda: _tell(asked, len(found)), as_json=as_json)
    if out is not None and asked:
        from muui_maps.forms.asked import FormKind, station_form

        form = station_form(loaded.model, FormKind.FACILITY, asks=[each.ask for each in asked])
        for path in _written(loaded.model, form, out):
            click.echo(str(path), err=as_json)
    return 0


def _written(station: Station, form: StationForm, out: Path) -> tuple[Path, ...]:
    """A folder takes every format; a file name says which one is wanted."""
    from muui_maps.forms.writing import form_content, write_forms
    from muui_maps.tables import write_files

    if not out.suffix:
        return write_forms(station, [form], out)
    write_files({out: form_content(station, form, out.name, language())})
    return (out,)


def _tell(asked: Sequence[Question], total: int) -> None:
    from muui_maps.insight.next_visit import DOUBTS

    if not asked:
        click.echo(say(Text("다음 방문에 볼 것이 없어요.", "Nothing to look at on the next visit.")))
        return
    for number, each in enumerate(asked, start=1):
        click.echo(f"{number:>2}. {say(each.ask.label)}  [{say(DOUBTS[each.doubt])}]")
        click.echo(f"    {say(each.ask.question)}")
        click.echo(f"    {say(each.ask.why)}")
        click.echo(f"    {each.ask.feature}")
    if total > len(asked):
        more = total - len(asked)
        click.echo(say(Text(f"… {more}가지 더 있어요(--count).", f"… {more} more (--count).")))


NEXT = Command(
    name="next",
    callback=survey_next,
    text=Text(
        "다음에 무엇을 볼지, 경로가 많이 기대는 것부터 알려 줘요: 서로 다르거나, 모르거나, 오래된 것.",
        "What to look at next, first what routes lean on most: what differs, is unknown, is old, or has one source.",
    ),
    example=(
        "muui-maps survey next 대림",
        "muui-maps survey next daerim --out next",
        "muui-maps survey next 대림 --out next.pdf",
    ),
    params=[
        ONE_STATION,
        Option(
            ["--out"],
            text=Text(
                "쓸 파일(.pdf, .xlsx, .xlsform.xlsx)이나, 셋을 모두 둘 폴더예요.",
                "File to write (.pdf, .xlsx or .xlsform.xlsx), or a folder for all of them.",
            ),
            type=click.Path(path_type=Path),
            metavar="FILE|DIR",
        ),
        Option(
            ["--count"],
            text=Text("몇 가지까지 물을까요?", "How many questions at most."),
            type=click.IntRange(1, 200),
            default=12,
            show_default=True,
            metavar="N",
        ),
        JSON,
        WORKSPACE,
        LANG,
    ],
)

# ── two methods ──────────────────────────────────────────────────────────────


def compare_methods(stations: Sequence[str], out: Path | None, workspace: Path | None, *, as_json: bool) -> int:
    """What `muui-maps compare --methods` does."""
    from muui_maps.api import open_atlas
    from muui_maps.comparison import methods

    atlas = open_atlas(workspace)
    found, set_aside = methods(atlas, atlas.chosen(stations))
    answer(found.as_json, lambda: _tell_methods(found), as_json=as_json)
    if out is not None:
        for path in _write_methods(found, out):
            click.echo(str(path), err=as_json)
    return ended(set_aside)


def _write_methods(found: MethodsComparison, folder: Path) -> tuple[Path, ...]:
    from muui_maps.insight.methods_page import methods_page, methods_table
    from muui_maps.insight.methods_plot import methods_scene
    from muui_maps.maps.svg import render_svg
    from muui_maps.tables import write_files

    contents: dict[str, str] = {}
    for lang in LANGUAGES:
        contents[f"methods.{lang}.csv"] = "\ufeff" + methods_table(found, lang)
        contents[f"methods.{lang}.svg"] = render_svg(methods_scene(found, lang=lang))
        contents[f"methods.{lang}.html"] = methods_page(found, lang)
    write_files({folder / name: content for name, content in contents.items()})
    return tuple(folder / name for name in contents)


def _tell_methods(found: MethodsComparison) -> None:
    columns = (
        Text("무엇을", "fact"),
        Text("조사", "survey"),
        Text("공식", "official"),
        Text("같음", "same"),
        Text("다름", "differ"),
    )
    rows = [
        (say(each.label), str(each.survey), str(each.official), str(each.agree), str(each.differ))
        for each in found.facts
    ]
    transfers, stations = len(found.pairs), len(found.stations)
    click.echo(
        say(
            Text(
                f"{found.all_stations}개 역 가운데 {stations}개 역에서 조사한 환승 {transfers}개",
                f"{transfers} surveyed transfers at {stations} of {found.all_stations} stations",
            )
        )
    )
    print_table([say(each) for each in columns], rows)
    for each in found.ages:
        click.echo(f"{say(each.label)}: {each.oldest or '?'} – {each.newest or '?'}")


COMMANDS: list[click.Command] = [FORM, NEXT]
"""To be registered under `muui-maps survey`."""
