"""The commands that send researchers out: a form for a station, and what to look at next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from muui_maps.cli_base import Command, Option, say
from muui_maps.cli_commands import LANG, ONE_STATION, WORKSPACE, out
from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity, Text

KINDS = ("facility", "transfer", "check")


def survey_form(station: str, kind: str | None, out: Path, workspace: Path | None) -> int:
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
    for path in write_forms(loaded.model, forms, out):
        click.echo(str(path))
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
        "Make a station's survey forms: an XLSForm for Kobo and ODK, an Excel sheet with drop-downs, an A4 PDF to print.",
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
                "facility (things one by one), transfer (one transfer), check (walk a published map); otherwise all three.",
            ),
            type=click.Choice(KINDS),
        ),
        out(Text("양식을 둘 폴더예요.", "Folder for the forms.")),
        WORKSPACE,
        LANG,
    ],
)

COMMANDS: list[click.Command] = [FORM]
"""To be registered under `muui-maps survey`."""
