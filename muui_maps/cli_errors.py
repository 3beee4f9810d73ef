"""How the program fails: in Korean and English on stderr, as an object on stdout if a machine reads along."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from muui_maps.cli_base import print_json
from muui_maps.errors import InputRefusedError, MuuiError, NoRouteError, RowsSetAsideError, UnknownNameError, UsageError
from muui_maps.model import Text
from muui_maps.plain import error_dict
from muui_maps.resolve import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from muui_maps.model import Finding

SHOWN = 20
"""How many Findings a person gets on the screen; `check --json` lists all."""


def fail(error: MuuiError, *, as_json: bool) -> int:
    """Say what went wrong; returns the exit code."""
    if as_json:
        print_json(error_dict(error))
    tell_error(error)
    return error.exit_code


def tell_error(error: MuuiError) -> None:
    """Say what went wrong to a person, on stderr."""
    _err(error.message.ko)
    _err(error.message.en)
    if isinstance(error, UnknownNameError):
        _listed(Text("비슷한 이름", "nearest"), error.nearest)
        _listed(Text("있는 이름", "what exists"), error.existing[:SHOWN])
        if (more := len(error.existing) - SHOWN) > 0:
            _err(f"  … {more}개 더 있어요. 모두 보려면 --json을 쓰세요. / {more} more; --json lists them all.")
    elif isinstance(error, NoRouteError):
        for each in error.blockers:
            _err(f"  - {each.ko}")
            _err(f"    {each.en}")
    elif isinstance(error, InputRefusedError | RowsSetAsideError):
        tell_findings(error.findings)


def tell_findings(findings: Sequence[Finding]) -> None:
    """Quote each Finding with its place and mend, on stderr."""
    for each in findings[:SHOWN]:
        _err(f"  {place(each)} [{each.code}]")
        _err(f"    {each.message.ko} → {each.fix.ko}")
        _err(f"    {each.message.en} → {each.fix.en}")
    if len(findings) > SHOWN:
        more = len(findings) - SHOWN
        _err(f"  … {more}건 더 있어요. 모두 보려면 --json을 쓰세요. / {more} more; --json lists them all.")


def place(finding: Finding) -> str:
    """Where a Finding is, as one line: `stations/x/station.toml:8 names.ko = "4"`."""
    where = finding.file or finding.station or ""
    if finding.layer:
        where += f" [{finding.layer}]"
    if finding.row is not None:
        where += f":{finding.row}"
    if finding.field:
        where += f" {finding.field}"
    if finding.value is not None:
        where += f" = {finding.value}"
    return where.strip()


def _err(line: str) -> None:
    click.echo(line, err=True)


def _listed(title: Text, names: Iterable[str]) -> None:
    if joined := ", ".join(names):
        _err(f"  {title.ko} / {title.en}: {joined}")


# ── click's own refusals, in both languages ──────────────────────────────────


def fault(error: click.ClickException) -> MuuiError:
    """What click refused, as one of our own errors: exit code 2, and how to get help."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "muui-maps"
    said = _said(error)
    return UsageError(Text(f"{said.ko}\n도움말: {path} --help", f"{said.en}\nHelp: {path} --help"))


def _said(error: click.ClickException) -> Text:
    english = error.format_message()
    if isinstance(error, click.NoSuchOption):
        near = f" ({', '.join(error.possibilities)}?)" if error.possibilities else ""
        return Text(f"이런 옵션은 없어요: {error.option_name}{near}", english)
    if isinstance(error, click.MissingParameter):
        name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else error.param_hint
        return Text(f"꼭 필요한 값이 빠졌어요: {name}", english)
    if isinstance(error, click.BadParameter):
        name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else error.param_hint
        return Text(f"값이 맞지 않아요: {name} ({english})", english)
    if isinstance(error, click.UsageError) and "No such command" in english and error.ctx is not None:
        group = error.ctx.command
        names = list(group.commands) if isinstance(group, click.Group) else []
        typed = english.split("'")[1] if "'" in english else english
        near = ", ".join(nearest(typed, names) or names)
        return Text(f"이런 명령은 없어요: {typed} (있는 명령: {near})", f"No such command: {typed} (there are: {near})")
    return Text(f"명령을 이렇게 쓸 수 없어요: {english}", english)
