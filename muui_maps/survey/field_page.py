"""The page of `docs/` that lists every question of field research, written from the schema itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.survey.effects import EFFECTS, LIFETIMES
from muui_maps.survey.fields import BASIS_SUFFIX, FIELDS, KINDS, SCHEMA_VERSION, Part, Type

if TYPE_CHECKING:
    from muui_maps.survey.fields import Choice, Field

_PARTS = (
    (Part.SUBMISSION, "Who and when · 누가 언제"),
    (Part.TARGET, "About what · 무엇을"),
    (Part.FACT, "What was seen · 본 것"),
    (Part.REMARK, "Notes and photos · 메모와 사진"),
)

_INTRODUCTION = f"""\
# What field research asks · 현장 조사의 물음

Written by `make docs` from `muui_maps/survey/fields.py` (schema {SCHEMA_VERSION}). The form, the importer and the
messages come from the same place. Any of the words of a column may stand in a file's header, and any of the words of
an answer in its cells. `NAME{BASIS_SUFFIX}` says how one number is known, `basis` says it for the whole row.

이 표는 `make docs`가 써요. 열의 말은 무엇이든 파일의 머리글에, 답의 말은 무엇이든 칸에 적어도 돼요.
"""


_EFFECTS = """\
## What an answer changes on routes and maps · 답이 길과 지도에서 바꾸는 것

The step that it changes keeps the survey and its day among its evidence. Where answers differ the careful one is taken
and the step is marked ≠. The limits and their sources: [cost-model.md](cost-model.md).

바뀐 걸음의 근거에 조사와 날짜가 남아요. 답이 서로 다르면 조심스러운 쪽을 쓰고 그 걸음에 ≠ 표시를 해요. 한계값과 출처는
[cost-model.ko.md](cost-model.ko.md)에 있어요.

| fact | 한국어 | 바뀌는 것 | what changes |
|---|---|---|---|
"""
_LIFETIMES = """\
## How long a status counts · 상태는 며칠 동안 세나

The days are this project's own choice, for these reasons. After them the status is unknown, never \"working\" again.
A row with `valid_to` counts until that day instead. An operator's register is no sighting: it counts until something
newer was seen, and the map prints its date. `muui-maps survey explain` says until when each answer counts.

며칠은 우리가 정했어요. 그 뒤로는 모름이고, 저절로 ‘작동해요’가 되지 않아요. `valid_to`를 적은 행은 그 날까지 세요.
기관의 승강기 목록은 누가 본 것이 아니라서, 더 새로 본 것이 있을 때까지 세고 지도에 날짜를 적어요.

| answer | 한국어 | days | 까닭 | why |
|---|---|---|---|---|
"""


def fields_page() -> str:
    """`docs/survey-fields.md`: names, labels, units, ranges, choices and the words that are read as each."""
    parts = [_INTRODUCTION]
    for part, title in _PARTS:
        fields = [each for each in FIELDS.values() if each.part is part]
        rows = ["| name | 한국어 | English | answer | also read in a header |", "|---|---|---|---|---|"]
        rows += [_row(each) for each in fields]
        parts.append(f"## {title}\n\n" + "\n".join(rows) + "\n")
    asked = [f"| `{kind}` | {choice.label.ko} | {_asked_of(kind)} |" for kind, choice in KINDS.items()]
    parts.append(
        "## What is asked of which thing · 무엇에 무엇을 묻나\n\n| kind | 종류 | asked |\n|---|---|---|\n"
        + "\n".join(asked)
        + "\n"
    )
    choices = [each for each in FIELDS.values() if each.choices]
    parts += [f"## Answers to `{each.name}`\n\n" + _choices(each) for each in choices]
    parts[-len(choices) : -len(choices)] = [_effects(), _lifetimes()]
    return "\n".join(parts)


def _row(field: Field) -> str:
    words = ", ".join(field.synonyms)
    return f"| `{field.name}` | {field.label.ko} | {field.label.en} | {_answer(field)} | {words} |"


def _answer(field: Field) -> str:
    if field.is_number:
        said = f"{field.low:g}–{field.high:g} {field.unit}"
        if field.usual is not None:
            said += f", usually {field.usual[0]:g}–{field.usual[1]:g}"
        return said
    if field.choices:
        names = " · ".join(f"`{choice.name}`" for choice in field.choices)
        return f"any of {names}" if field.type is Type.CHOICES else names
    return field.hint.en.replace("|", "\\|")


def _asked_of(kind: str) -> str:
    found = [each.name for each in FIELDS.values() if each.part is Part.FACT and kind in each.kinds]
    return ", ".join(f"`{name}`" for name in found)


def _effects() -> str:
    rows = [f"| `{name}` | {FIELDS[name].label.ko} | {each.ko} | {each.en} |" for name, each in EFFECTS.items()]
    return _EFFECTS + "\n".join(rows) + "\n"


def _lifetimes() -> str:
    labels = {each.name: each.label for each in FIELDS["operational_status"].choices}
    rows = [
        f"| `{name}` | {labels[name].ko} | {'—' if each.days is None else each.days} | {each.why.ko} | {each.why.en} |"
        for name, each in LIFETIMES.items()
    ]
    return _LIFETIMES + "\n".join(rows) + "\n"


def _choices(field: Field) -> str:
    rows = ["| answer | 한국어 | English | also read |", "|---|---|---|---|"]
    return "\n".join([*rows, *map(_choice, field.choices)]) + "\n"


def _choice(choice: Choice) -> str:
    words = ", ".join(word.replace("|", "\\|") for word in choice.synonyms)
    return f"| `{choice.name}` | {choice.label.ko} | {choice.label.en} | {words} |"
