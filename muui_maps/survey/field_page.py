"""The page of `docs/` that lists every question of field research, written from the schema itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

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


def _choices(field: Field) -> str:
    rows = ["| answer | 한국어 | English | also read |", "|---|---|---|---|"]
    return "\n".join([*rows, *map(_choice, field.choices)]) + "\n"


def _choice(choice: Choice) -> str:
    lives = f" ({choice.lifetime_days} days)" if choice.lifetime_days is not None else ""
    words = ", ".join(word.replace("|", "\\|") for word in choice.synonyms)
    return f"| `{choice.name}`{lives} | {choice.label.ko} | {choice.label.en} | {words} |"
