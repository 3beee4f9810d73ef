"""What all commands share: two languages, one way to print, one way to fail.

click holds one help text for each command; here it holds two, and the language is known before the arguments are read
(`--lang`, else the environment), because `--help` is answered while they are being read.
"""

from __future__ import annotations

import contextlib
import json
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

import click

from muui_maps.model import Text

LANGUAGES = ("ko", "en")

_language: ContextVar[str] = ContextVar("language", default="en")


def speak(lang: str) -> None:
    """Set the language of everything printed from now on."""
    _language.set(lang)


def language() -> str:
    return _language.get()


def say(text: Text) -> str:
    """The text in the reader's language."""
    return text.ko if language() == "ko" else text.en


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """`--lang`; else Korean where the environment (`LC_ALL`, `LC_MESSAGES`, `LANG`) says so; else English."""
    for n, argument in enumerate(arguments):
        given = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and n + 1 < len(arguments):
            given = arguments[n + 1]
        if given in LANGUAGES:
            return given
    spoken = next((value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := environment.get(name))), "")
    return "ko" if spoken.lower().startswith("ko") else "en"


# ── commands in two languages ────────────────────────────────────────────────

USAGE = Text("사용법", "Usage")
ARGUMENTS = Text("[옵션]", "[OPTIONS]")
OPTIONS = Text("옵션", "Options")
COMMANDS = Text("명령", "Commands")
EXAMPLE = Text("예", "Example")
SHOW_HELP = Text("이 도움말을 보여 줘요.", "Show this message and exit.")
SHOW_VERSION = Text("버전을 보여 줘요.", "Show the version and exit.")


class Option(click.Option):
    """An option whose help is said in the reader's language."""

    def __init__(self, *args: Any, text: Text, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        self.help = say(self.text)
        record = super().get_help_record(ctx)
        if record is None or language() == "en":
            return record
        return record[0], record[1].replace("[required]", "[꼭 필요]").replace("[default: ", "[기본값: ")


class Argument(click.Argument):
    """An argument whose help is said in the reader's language."""

    def __init__(self, *args: Any, text: Text, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        return self.make_metavar(ctx), say(self.text)


class _TwoLanguages(click.Command):
    """A command with its help and example in both languages."""

    text: Text
    example: Sequence[str] = ()

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say(SHOW_HELP)
        return option

    def get_short_help_str(self, limit: int = 80) -> str:
        del limit  # a sentence is never cut
        return say(self.text).split("\n")[0]

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = [say(ARGUMENTS) if piece == "[OPTIONS]" else piece for piece in self.collect_usage_pieces(ctx)]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=f"{say(USAGE)}: ")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        for paragraph in say(self.text).split("\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(paragraph)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        if self.example:
            with formatter.section(say(EXAMPLE)):
                for line in self.example:
                    formatter.write(f"  {line}\n")


class Command(_TwoLanguages):
    def __init__(self, *args: Any, text: Text, example: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text
        self.example = tuple(example)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for each in self.get_params(ctx) if (record := each.get_help_record(ctx)) is not None]
        with formatter.section(say(OPTIONS)):
            formatter.write_dl(records)


class CommandWith(Command):
    """A command that does its own work and has commands below it too: `map STATION` draws, `map check` checks."""

    commands: Mapping[str, click.Command]

    @classmethod
    def of(cls, command: click.Command, below: Sequence[click.Command]) -> CommandWith:
        """The command with others below it."""
        assert isinstance(command, Command)  # noqa: S101 - all of ours are
        made = cls(
            name=command.name,
            callback=command.callback,
            text=command.text,
            example=command.example,
            params=command.params,
        )
        made.commands = {str(each.name): each for each in below}
        return made

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        below = self.commands.get(args[0]) if args else None
        if below is None:
            return super().make_context(info_name, args, parent, **extra)
        return below.make_context(f"{info_name} {args[0]}", args[1:], parent, **extra)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(say(COMMANDS)):
            formatter.write_dl([(name, each.get_short_help_str()) for name, each in self.commands.items()])


class Group(_TwoLanguages, click.Group):
    def __init__(self, *args: Any, text: Text, example: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text
        self.example = tuple(example)

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self.commands)  # in the order of a day's work, not of the alphabet

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for each in self.get_params(ctx) if (record := each.get_help_record(ctx)) is not None]
        with formatter.section(say(OPTIONS)):
            formatter.write_dl(records)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section(say(COMMANDS)):
            formatter.write_dl([(name, each.get_short_help_str()) for name, each in self.commands.items()])


def print_json(content: object) -> None:
    """Print plain data for a machine."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False))


# ── printing for people ──────────────────────────────────────────────────────


def on_a_terminal() -> bool:
    return sys.stdout.isatty()


def width_of(text: str) -> int:
    """Columns that a terminal gives to `text`: Hangul takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text if not unicodedata.combining(c))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table: framed on a terminal, plain aligned columns elsewhere."""
    if on_a_terminal():
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text as Cell

        table = Table(*headings)
        for row in rows:
            table.add_row(*(Cell(cell) for cell in row))
        Console().print(table)
        return
    widths = [max(width_of(line[n]) for line in (headings, *rows)) for n in range(len(headings))]
    for row in (headings, *rows):
        cells = (cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())


Tick = Callable[[int, int, str], None]
"""Told of each piece of work done: how many, of how many, and which."""


@contextlib.contextmanager
def progress(label: str) -> Iterator[Tick]:
    """Yields what to call for each piece of work done: a bar on a terminal, lines elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total, name: click.echo(f"[{done}/{total}] {name}", err=True)
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    left = TextColumn(say(Text("남은 시간", "left")))
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        left,
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total, name: bar.update(task, completed=done, total=total, description=f"{label}: {name}")
        bar.update(task, description=label)
