"""The parts of `docs/` that follow from the program: its help texts, and the licences of its data.

`make docs` writes them, and a test holds the two together, so that a page never says what the program does not.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muui_maps.cli import program
from muui_maps.cli_base import LANGUAGES, CommandWith, say, speak
from muui_maps.model import Text
from muui_maps.sources.indoor_notices import findings_page
from muui_maps.survey.field_page import fields_page
from muui_maps.workspace import bundled_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WIDTH = 96

_INTRODUCTION = Text(
    """\
# 명령줄

`muui-maps`, `python -m muui_maps`, 체크아웃의 `python cli.py`는 모두 같은 프로그램이에요. [English](cli.md)

- **이름은 너그럽게 받아요.** `노원`, `노원역`, `nowon`, `411` · `4:상계`, `4호선:상계 방면`, `Line 4:Sanggye`, `상계` ·
  `exit:3`, `3번 출구`, `street` · `4:EV:외부1`, `4호선 엘리베이터 외부#1`. 옛 역 이름과 종착역 이름도 돼요.
  둘 이상이 맞으면 고르지 않고 되물어요.
- **언어**는 `--lang`, 없으면 환경(`LC_ALL`, `LC_MESSAGES`, `LANG`)이 한국어일 때 한국어, 아니면 영어예요.
- **오류**는 한국어와 영어로 stderr에 나와요. `--json`이면 stdout에 `error` 하나가 나와요([모양](schemas/error.json)).
- **종료 코드**: 0 잘됨 · 1 내부 오류 · 2 잘못된 사용법 · 3 모르는 이름 · 4 거절한 입력(바뀐 것 없음) ·
  5 갈 수 있는 길 없음 · 6 읽을 수 없는 행을 따로 두고 나머지로 답함.
- **JSON**의 모양은 약속이에요: {schemas}.
- **파일 이름**(`map`, `build`): `<역>/<출발>_<도착>.<언어>.html`, `….cards.<언어>.svg`, `….section.<언어>.svg`,
  `….oblique.<언어>.svg`, `….plan-<층>.<언어>.svg`, `<역>/overview.<언어>.svg`.
  출발과 도착은 노선과 로마자로 쓴 다음 역이에요(`4-sanggye_7-junggye`).
""",
    """\
# Command line

`muui-maps`, `python -m muui_maps` and, from a checkout, `python cli.py` are the same program. [한국어](cli.ko.md)

- **Names are forgiving**: `노원`, `노원역`, `nowon`, `411` · `4:상계`, `4호선:상계 방면`, `Line 4:Sanggye`, `상계` ·
  `exit:3`, `3번 출구`, `street` · `4:EV:외부1`, `4호선 엘리베이터 외부#1`. Old station names and termini work too.
  Where two things answer to a name, none is picked: the program asks.
- **Language**: `--lang`; otherwise Korean where the environment (`LC_ALL`, `LC_MESSAGES`, `LANG`) says so, else
  English.
- **Errors** come in Korean and English on stderr; with `--json`, as one `error` on stdout too
  ([shape](schemas/error.json)).
- **Exit codes**: 0 ok · 1 internal fault · 2 usage · 3 unknown name · 4 input refused (nothing was changed) ·
  5 no route · 6 rows that could not be read were set aside, and the answer rests on the others.
- **JSON** shapes are contracts: {schemas}.
- **Names of files** (`map`, `build`): `<station>/<from>_<to>.<lang>.html`, `….cards.<lang>.svg`,
  `….section.<lang>.svg`, `….oblique.<lang>.svg`, `….plan-<level>.<lang>.svg`, `<station>/overview.<lang>.svg`; from
  and to are the line and the next station in English letters (`4-sanggye_arex-gyeyang`).
""",
)


def _commands(group: click.Group, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    def below(name: str, command: click.Command) -> click.Context:
        return click.Context(command, info_name=name, parent=context, terminal_width=WIDTH, max_content_width=WIDTH)

    for name, each in group.commands.items():
        if isinstance(each, click.Group):
            yield from _commands(each, below(name, each))
            continue
        yield each, below(name, each)
        if isinstance(each, CommandWith):
            yield from ((inner, below(f"{name} {word}", inner)) for word, inner in each.commands.items())


def command_page(lang: str) -> str:
    """`docs/cli.md` or `docs/cli.ko.md`: every command's help, as the program prints it."""
    speak(lang)
    schemas = sorted(file.stem for file in (bundled_folder() / "docs" / "schemas").glob("*.json"))
    links = ", ".join(f"[{name}](schemas/{name}.json)" for name in schemas)
    top = click.Context(program, info_name="muui-maps", terminal_width=WIDTH, max_content_width=WIDTH)
    parts = [say(_INTRODUCTION).format(schemas=links), f"## muui-maps\n\n```\n{program.get_help(top)}\n```\n"]
    for command, context in _commands(program, top):
        parts.append(f"## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def licence_page() -> str:
    """`docs/data-licences.md`: every dataset with its publisher, licence and date, from `data/datasets.csv`."""
    with (bundled_folder() / "data" / "datasets.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    table = ["| id | publisher | dataset | | where | licence as stated | as of |", "|---|---|---|---|---|---|---|"]
    table += [_licence_row(row) for row in rows]
    return (
        "# Licences of the data\n\n"
        "The code is under the MIT licence (`LICENSE`). The facts in `data/` keep the licence of whoever published\n"
        "them; every row names its dataset. The tables hold facts re-expressed in our own columns, no copies of the\n"
        "publishers' files and none of their prose. The bundled typefaces are Pretendard and, for names in\n"
        "Japanese and Chinese, Noto Sans, cut down, under the SIL Open Font License 1.1\n"
        "(`muui_maps/maps/typefaces/`). The surveyed transfers of 2016 in `stations/*/survey.csv`\n"
        "are facts read off maps that Muui (무의) published; cite them as *Muui 2016*.\n\n"
        "This table is written by `make docs` from `data/datasets.csv`.\n\n" + "\n".join(table) + "\n"
    )


def _licence_row(row: Mapping[str, str]) -> str:
    keys = ("id", "publisher", "title", "name_en", "where_published", "licence", "as_of")
    return "| " + " | ".join(row[key].replace("|", "\\|") for key in keys) + " |"


def pages() -> dict[str, str]:
    """File name in `docs/` → content."""
    names = {"en": "cli.md", "ko": "cli.ko.md"}
    made = {names[lang]: command_page(lang) for lang in LANGUAGES}
    return {
        **made,
        "data-licences.md": licence_page(),
        "indoor-findings.md": findings_page(),
        "survey-fields.md": fields_page(),
    }


def main(folder: Path) -> None:
    """Write the generated pages into `folder`."""
    for name, content in pages().items():
        (folder / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
