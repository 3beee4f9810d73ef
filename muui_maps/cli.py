"""The command line: words in, words out. What it does is done by the rooms below.

Only `main` and the list of commands are here, and nothing heavy is imported until a command runs.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import TYPE_CHECKING

import click

from muui_maps import __version__
from muui_maps.cli_base import SHOW_VERSION, Group, Option, language_of, say, speak
from muui_maps.cli_city import CITY
from muui_maps.cli_commands import COMMANDS, LANG
from muui_maps.cli_compare import COMPARE
from muui_maps.cli_errors import fail, fault
from muui_maps.cli_indoor import INDOOR
from muui_maps.cli_map import with_check
from muui_maps.cli_site import COMMANDS as SITE
from muui_maps.cli_survey import SURVEY
from muui_maps.cli_travel import TRAVEL
from muui_maps.errors import MuuiError, no_room, unwritable
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
"""What a shell expects of a program that was stopped with Ctrl-C."""


def _show_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's form
    if wanted and not context.resilient_parsing:
        click.echo(f"muui-maps {__version__}")
        context.exit()


program = Group(
    name="muui-maps",
    text=Text(
        "지하철 환승역을 휠체어로 갈아타는 길을 찾고, 지도로 그려요.",
        "Find step-free ways through subway transfer stations, and draw them as maps.",
    ),
    example=(
        "muui-maps stations",
        "muui-maps route 노원 --from 4:상계 --to 7:중계",
        "muui-maps build --set pilot --out build",
    ),
    params=[
        Option(
            ["--version"], text=SHOW_VERSION, is_flag=True, is_eager=True, expose_value=False, callback=_show_version
        ),
        LANG,
    ],
    commands=[*with_check(COMMANDS), COMPARE, *SITE, *TRAVEL, *CITY, INDOOR, SURVEY],
)
"""All commands, as click knows them."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code (see `errors.py`)."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    speak(language_of(given, os.environ))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = program.main(args=given, prog_name="muui-maps", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(say(Text("멈췄어요.", "Stopped.")), err=True)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last resort: a person gets words, a developer the trace
        return fail(_as_ours(error), as_json="--json" in given)
    return code if isinstance(code, int) else 0


def _as_ours(error: Exception) -> MuuiError:
    if isinstance(error, MuuiError):
        return error
    if isinstance(error, click.ClickException):
        return fault(error)
    if isinstance(error, OSError) or no_room(error):
        return unwritable(error)
    traceback.print_exc()
    return _internal(error)


def _internal(error: Exception) -> MuuiError:
    what = f"{type(error).__name__}: {error}"
    return MuuiError(
        Text(f"내부 오류예요. 위의 내용을 알려 주세요. {what}", f"an internal fault; please report the above. {what}")
    )


if __name__ == "__main__":
    sys.exit(main())
