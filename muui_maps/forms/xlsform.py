"""The form as an XLSForm: a workbook that KoboToolbox, ODK and QField's converters take as it is.

Every answer comes back under its name in `survey.fields.FIELDS` (or in the layout of `survey.csv`, for a transfer), so
that the importer needs no mapping. Each thing, leg or step is one entry of a repeat, which becomes one row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.forms.asked import (
    FORM_NAMES,
    ONLY_OF_NEW,
    FormKind,
    StationForm,
    form_hint,
    new_thing,
    question,
    schema_choices,
)
from muui_maps.forms.workbooks import workbook_bytes, write_cell
from muui_maps.model import PlaceKind, Text
from muui_maps.survey.fields import BASIS_SUFFIX, FACTS, FIELDS, NEW_FEATURE, SCHEMA_VERSION, Type
from muui_maps.survey.items import GATE_NOTES, ITEMS
from muui_maps.wording import line_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from muui_maps.survey.fields import Field

KOREAN, ENGLISH = "한국어 (ko)", "English (en)"
"""Languages of a form, as XLSForm names them."""

SURVEY_COLUMNS = (
    "type",
    "name",
    f"label::{KOREAN}",
    f"label::{ENGLISH}",
    f"hint::{KOREAN}",
    f"hint::{ENGLISH}",
    "required",
    "relevant",
    "constraint",
    f"constraint_message::{KOREAN}",
    f"constraint_message::{ENGLISH}",
    "calculation",
    "default",
    "choice_filter",
    "appearance",
    "parameters",
    "repeat_count",
)
CHOICE_COLUMNS = ("list_name", "name", f"label::{KOREAN}", f"label::{ENGLISH}")
EXTRA_COLUMNS = ("kinds", "route", "steps", "number", "text_ko", "text_en")
"""Further columns of choices: what filters them, and what a step says."""

MAX_PHOTO_PIXELS = 2048
_BASIS_UNITS = frozenset({"mm", "m", "percent"})
"""Numbers that are measured: how they are known is asked beside each. What is counted or timed is just that."""
_HOURS = "regex(., '^([01][0-9]|2[0-6]):[0-5][0-9]$')"
"""`24:00` and `25:30` are hours of a subway's day."""


@dataclass(frozen=True, slots=True)
class Question:
    """One row of the sheet `survey`."""

    type: str
    name: str
    label: Text | None = None
    hint: Text | None = None
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    constraint_message: Text | None = None
    calculation: str = ""
    default: str = ""
    choice_filter: str = ""
    appearance: str = ""
    parameters: str = ""
    repeat_count: str = ""

    def cells(self) -> tuple[str, ...]:
        """In the order of `SURVEY_COLUMNS`."""
        return (
            self.type,
            self.name,
            *_both(self.label),
            *_both(self.hint),
            "yes" if self.required else "",
            self.relevant,
            self.constraint,
            *_both(self.constraint_message),
            self.calculation,
            self.default,
            self.choice_filter,
            self.appearance,
            self.parameters,
            self.repeat_count,
        )


@dataclass(frozen=True, slots=True)
class Option:
    """One row of the sheet `choices`."""

    list_name: str
    name: str
    label: Text
    extra: tuple[tuple[str, str], ...] = ()

    def cells(self) -> tuple[str, ...]:
        """In the order of `CHOICE_COLUMNS` and `EXTRA_COLUMNS`."""
        extra = dict(self.extra)
        return (self.list_name, self.name, *_both(self.label), *(extra.get(name, "") for name in EXTRA_COLUMNS))


def _both(text: Text | None) -> tuple[str, str]:
    return (text.ko, text.en) if text is not None else ("", "")


def xlsform(form: StationForm) -> bytes:
    """The form as an XLSForm workbook."""
    from openpyxl import Workbook

    book = Workbook()
    survey = book.active
    assert survey is not None  # noqa: S101 - a new workbook has one sheet
    survey.title = "survey"
    tables: list[tuple[str, Sequence[str], Sequence[Sequence[str]]]] = [
        ("survey", SURVEY_COLUMNS, [each.cells() for each in questions(form)]),
        ("choices", (*CHOICE_COLUMNS, *EXTRA_COLUMNS), [each.cells() for each in options(form)]),
        ("settings", *_settings(form)),
    ]
    for name, header, rows in tables:
        sheet = survey if name == "survey" else book.create_sheet(name)
        for number, row in enumerate((header, *rows), start=1):
            for column, content in enumerate(row, start=1):
                if content:
                    write_cell(sheet.cell(number, column), content)
        sheet.freeze_panes = "A2"
    return workbook_bytes(book)


def _settings(form: StationForm) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    header = ("form_title", "form_id", "version", "default_language", "instance_name")
    title = f"{form.title.ko} · {form.title.en}"
    identity = f"muui_{form.stem.replace('-', '_')}"
    return header, [(title, identity, SCHEMA_VERSION, KOREAN, f"concat('{form.station_id} ', ${{observed_at}})")]


# ── questions ────────────────────────────────────────────────────────────────


def questions(form: StationForm) -> tuple[Question, ...]:
    """Every question of the form, in order."""
    body = {FormKind.FACILITY: _things, FormKind.TRANSFER: _transfer, FormKind.CHECK: _check}[form.kind]
    return (*_head(form), *body(form))


def _head(form: StationForm) -> Iterator[Question]:
    yield Question("start", "start")
    yield Question("end", "end")
    yield Question("calculate", "station_id", calculation=f"'{form.station_id}'")
    yield Question("calculate", "form_version", calculation=f"'{SCHEMA_VERSION}'")
    yield Question("note", "welcome", form.title, _welcome(form))
    for name in ("observed_at", "surveyor", "mobility_aid", "role", "consent"):
        field = FIELDS[name]
        kind = {Type.MOMENT: "dateTime", Type.CHOICE: f"select_one {name}"}.get(field.type, "text")
        default = "now()" if name == "observed_at" else ""
        hint = None if name == "observed_at" else field.hint
        yield Question(kind, name, field.label, hint, required=True, default=default)


def _welcome(form: StationForm) -> Text:
    if form.asks:
        asked_ko = " ".join(f"{n}. {ask.label.ko}: {ask.question.ko}" for n, ask in enumerate(form.asks, start=1))
        asked_en = " ".join(f"{n}. {ask.label.en}: {ask.question.en}" for n, ask in enumerate(form.asks, start=1))
        return Text(asked_ko, asked_en)
    return {
        FormKind.FACILITY: Text(
            "본 것마다 하나씩 더해요. 모르는 것은 비워 두세요.",
            "Add one entry for each thing. Leave blank what you don't know.",
        ),
        FormKind.TRANSFER: Text(
            "내린 문에서 타는 문까지 휠체어로 가면서, 만나는 것마다 하나씩 더해요.",
            "Go from door to door in a wheelchair; add one entry for each thing you meet.",
        ),
        FormKind.CHECK: Text(
            "지도를 따라가며 걸음마다 맞는지 골라 주세요.", "Follow the map and say of each step whether it is right."
        ),
    }[form.kind]


def _things(form: StationForm) -> Iterator[Question]:
    label = Text("본 것", "Thing looked at")
    yield Question("begin_repeat", "things", label)
    kind = FIELDS["kind"]
    yield Question("select_one kind", "kind", kind.label, kind.hint, required=True, appearance="minimal")
    yield Question(
        "select_one feature_id",
        "feature_id",
        Text("어느 것인가요", "which one"),
        Text("고른 종류의 것만 보여요.", "Only those of the kind chosen are shown."),
        required=True,
        choice_filter="selected(kinds, ${kind})",
        appearance="minimal",
    )
    is_new = f"${{feature_id}} = '{NEW_FEATURE}'"
    yield Question("select_one line", "line", FIELDS["line"].label, relevant=is_new, appearance="minimal")
    yield Question("select_one level", "level", FIELDS["level"].label, FIELDS["level"].hint, relevant=is_new)
    place = FIELDS["place_text"]
    yield Question("text", "place_text", place.label, place.hint, required=True, relevant=is_new)
    direction = FIELDS["direction"]
    yield Question(
        "select_one direction",
        "direction",
        direction.label,
        direction.hint,
        relevant=_any_of(("gate", "door", "passage")),
    )
    for name in FACTS:
        if kinds := form.kinds_asked(name):
            yield from _fact(FIELDS[name], kinds, is_new)
    yield from _remarks()
    point = FIELDS["geopoint"]
    above = " or ".join((f"({is_new} and ${{level}} = '1F')", "${kind} = 'exit'"))
    yield Question("geopoint", "geopoint", point.label, point.hint, relevant=above, appearance="placement-map")
    yield Question("end_repeat", "things")


def _any_of(kinds: Sequence[str]) -> str:
    return " or ".join(f"${{kind}} = '{kind}'" for kind in kinds)


def _fact(field: Field, kinds: Sequence[str], is_new: str) -> Iterator[Question]:
    relevant = _any_of(kinds)
    if field.name in ONLY_OF_NEW:
        relevant = f"({relevant}) and {is_new}"
    label, hint = question(field), form_hint(field)
    if field.is_number:
        low, high = f"{field.low:g}", f"{field.high:g}"
        yield Question(
            "integer" if field.type is Type.WHOLE else "decimal",
            field.name,
            label,
            hint,
            relevant=relevant,
            constraint=f". >= {low} and . <= {high}",
            constraint_message=Text(f"{low}–{high} 사이로 적어 주세요.", f"Between {low} and {high}, please."),
        )
        if field.unit in _BASIS_UNITS:
            basis = FIELDS["basis"].label
            yield Question(
                "select_one basis",
                field.name + BASIS_SUFFIX,
                Text(f"{field.label.ko}: {basis.ko}", f"{field.label.en}: how known"),
                relevant=f"string-length(${{{field.name}}}) > 0",
                appearance="minimal",
            )
        return
    kind, appearance, constraint = _question_type(field)
    message = field.hint if constraint else None
    yield Question(
        kind,
        field.name,
        label,
        hint,
        relevant=relevant,
        constraint=constraint,
        constraint_message=message,
        appearance=appearance,
    )


def _question_type(field: Field) -> tuple[str, str, str]:
    """XLSForm's type, appearance and constraint for an answer that is no number."""
    if field.type is Type.TIME:
        return "text", "", _HOURS
    kind = _SELECTS.get(field.type, "text").format(name=field.name)
    return kind, "minimal" if field.type in _LONG else "", ""


_SELECTS: Mapping[Type, str] = {
    Type.CHOICE: "select_one {name}",
    Type.CHOICES: "select_multiple {name}",
    Type.LEVELS: "select_multiple level",
    Type.LEVEL: "select_one level",
    Type.EXIT: "select_one exit",
    Type.PLACE: "select_one place",
}
_LONG = frozenset({Type.LEVEL, Type.EXIT, Type.PLACE})
"""Lists that are folded away until they are touched."""


def _remarks() -> Iterator[Question]:
    photo, note = FIELDS["photo"], FIELDS["note"]
    yield Question("image", "photo", photo.label, photo.hint, parameters=f"max-pixels={MAX_PHOTO_PIXELS}")
    yield Question("text", "note", note.label, note.hint, appearance="multiline")


# ── a transfer, in the layout of survey.csv ──────────────────────────────────


def _transfer(_form: StationForm) -> Iterator[Question]:
    yield from _ends()
    yield from _run_columns()
    yield Question("begin_repeat", "legs", Text("만난 것", "What you met"))
    whole = Text("층이 바뀔 때마다 1씩 커져요.", "One more at every change of floor.")
    yield Question("integer", "leg", Text("몇 번째 층인가요", "leg number"), whole, required=True, constraint=". >= 1")
    yield Question("select_one level", "level", FIELDS["level"].label, required=True, appearance="minimal")
    yield Question("select_one place", "place", Text("장소", "place"), required=True, appearance="minimal")
    length = FIELDS["length_m"]
    yield Question("decimal", "length_m", question(length), constraint=". > 0 and . <= 2000")
    met = Text("무엇을 만났나요", "what did you meet")
    yield Question("select_one item", "item", met, required=True, appearance="minimal")
    yield Question(
        "select_one gate_note", "gate_note", Text("어떻게 지났나요", "how did you pass"), relevant="${item} = 'gate'"
    )
    yield Question("select_one turn", "turn_note", Text("어느 쪽으로", "which way"), relevant="${item} = 'turn'")
    at_exit = " or ".join(f"${{item}} = '{item}'" for item in ("exit", "elevator"))
    yield Question(
        "select_one exit", "exit_no", Text("몇 번 출구", "which exit"), relevant=at_exit, appearance="minimal"
    )
    named = " or ".join(f"${{item}} = '{item}'" for item in ("landmark", "building_lift"))
    yield Question("text", "named_note", Text("이름", "its name"), relevant=named, required=True)
    many = " or ".join(f"${{item}} = '{item}'" for item in ("crossing", "crossing_unsignalled", "ramp", "narrow"))
    yield Question("integer", "how_many", Text("몇 개", "how many"), relevant=many, constraint=". >= 1 and . <= 99")
    yield Question("calculate", "item_note", calculation=_ITEM_NOTE)
    yield Question("end_repeat", "legs")


def _ends() -> Iterator[Question]:
    yield Question("select_one platform", "from_platform", Text("내린 승강장", "platform you came from"), required=True)
    yield from _door("alight", Text("내린 문", "door you got off at"))
    yield Question(
        "select_one platform",
        "to_platform",
        Text("탄 승강장", "platform you went to"),
        required=True,
        constraint=". != ${from_platform}",
        constraint_message=Text("내린 승강장과 달라야 해요.", "Not the platform you came from."),
    )
    yield from _door("board", Text("탄 문", "door you got on at"))
    yield Question(
        "decimal",
        "minutes_chair",
        Text("모두 몇 분", "minutes in all"),
        Text("내린 때부터 승강장에 닿은 때까지, 휠체어로", "From getting off to reaching the platform, in the chair"),
        required=True,
        constraint=". > 0 and . <= 120",
    )


def _door(end: str, label: Text) -> Iterator[Question]:
    hint = Text("문에 적힌 대로: 10-1의 10", "As on the door: the 10 of 10-1")
    yield Question(
        "integer", f"{end}_car", Text(f"{label.ko}: 칸", f"{label.en}: car"), hint, constraint=". >= 1 and . <= 12"
    )
    yield Question("integer", f"{end}_no", Text(f"{label.ko}: 문", f"{label.en}: door"), constraint=". >= 1 and . <= 6")


def _run_columns() -> Iterator[Question]:
    """What the whole transfer has in common, under the names of `survey.csv`; the surveyor is none of it."""
    pairs = [("source", "concat('survey ', substring-before(${observed_at}, '-'))")]
    for end, platform in (("from", "from_platform"), ("to", "to_platform")):
        pairs.append((f"{end}_line", f"substring-before(${{{platform}}}, ':')"))
        pairs.append((f"{end}_direction", f"substring-after(${{{platform}}}, ':')"))
    for end in ("alight", "board"):
        known = f"string-length(${{{end}_car}}) > 0"
        number = f"if(string-length(${{{end}_no}}) > 0, concat('-', ${{{end}_no}}), '')"
        pairs.append((f"{end}_door", f"if({known}, concat(${{{end}_car}}, {number}), '')"))
    for name, calculation in pairs:
        yield Question("calculate", name, calculation=calculation)


_ITEM_NOTE = (
    "concat(${gate_note}, ${turn_note}, ${named_note}, "
    "if(string-length(${exit_no}) > 0, concat('exit ', ${exit_no}), ''), "
    "if(${how_many} > 1, concat('x', ${how_many}), ''))"
)


# ── checking a published route ───────────────────────────────────────────────


def _entries(list_name: str) -> str:
    """The XPath of a list of choices inside the converted form."""
    return f"instance('{list_name}')" + "".join(f"/{each}" for each in ("root", "item"))


def _check(_form: StationForm) -> Iterator[Question]:
    route = FIELDS["route"]
    yield Question("select_one routes", "route_walked", route.label, required=True, appearance="minimal")
    chosen = _entries("routes") + "[name = ${route_walked}]/steps"
    yield Question("calculate", "step_total", calculation=chosen)
    yield Question("begin_repeat", "steps", Text("걸음", "Step"), repeat_count="${step_total}")
    yield Question("calculate", "route", calculation="${route_walked}")
    yield Question("calculate", "step", calculation="position(..)")
    this = _entries("steps") + "[route = ${route_walked} and number = ${step}]"
    yield Question("calculate", "place_text", calculation=f"{this}/text_ko")
    yield Question("calculate", "place_text_en", calculation=f"{this}/text_en")
    yield Question("note", "step_text", Text("${step}. ${place_text}", "${step}. ${place_text_en}"))
    verdict = FIELDS["step_verdict"]
    yield Question("select_one step_verdict", "step_verdict", verdict.label, verdict.hint, required=True)
    differs = "${step_verdict} = 'wrong' or ${step_verdict} = 'changed'"
    yield Question(
        "text",
        "note",
        Text("무엇이 다른가요", "what is different"),
        FIELDS["note"].hint,
        required=True,
        relevant=differs,
        appearance="multiline",
    )
    photo = FIELDS["photo"]
    yield Question(
        "image", "photo", photo.label, photo.hint, relevant=differs, parameters=f"max-pixels={MAX_PHOTO_PIXELS}"
    )
    # A list is only in the form if a question uses it; this one is never shown.
    yield Question(
        "select_one steps",
        "step_shown",
        Text("걸음", "step"),
        relevant="false()",
        choice_filter="route = ${route_walked}",
    )
    yield Question("end_repeat", "steps")


# ── choices ──────────────────────────────────────────────────────────────────


def options(form: StationForm) -> tuple[Option, ...]:
    """Every choice of the form: the schema's own, and this station's."""
    used = {each.type.partition(" ")[2] for each in questions(form)} - {""}
    lists = {**_schema_lists(used), **_station_lists(form)}
    return tuple(option for name in lists if name in used for option in lists[name])


def _schema_lists(used: set[str]) -> dict[str, tuple[Option, ...]]:
    named = [name for name in FIELDS if name in used and FIELDS[name].choices]
    return {name: tuple(Option(name, code, label) for code, label in schema_choices(name)) for name in named}


def _station_lists(form: StationForm) -> dict[str, tuple[Option, ...]]:
    kinds = {code: label for code, label in schema_choices("kind") if code in form.kinds}
    items = {code: item.label for code, item in ITEMS.items()}
    turns = {
        "left": Text("왼쪽", "left"),
        "right": Text("오른쪽", "right"),
        "straight": Text("곧장", "straight"),
        "back": Text("뒤로", "back"),
    }
    lists: dict[str, Mapping[str, Text]] = {
        "kind": kinds,
        "line": {line: line_text(line) for line in form.lines},
        "level": {level: Text(level, level) for level in form.levels},
        "exit": {number: Text(f"{number}번 출구", f"Exit {number}") for number in form.exits},
        "place": _places(form),
        "platform": {each.id: each.label for each in form.platforms},
        "item": items,
        "gate_note": dict(GATE_NOTES),
        "turn": turns,
    }
    found = {name: tuple(Option(name, code, label) for code, label in each.items()) for name, each in lists.items()}
    found["feature_id"] = tuple(_features(form))
    found["routes"] = tuple(
        Option("routes", each.id, each.label, (("steps", str(len(each.steps))),)) for each in form.routes
    )
    found["steps"] = tuple(
        Option(
            "steps",
            f"{route.id}#{step.number}",
            step.text,
            (("route", route.id), ("number", str(step.number)), ("text_ko", step.text.ko), ("text_en", step.text.en)),
        )
        for route in form.routes
        for step in route.steps
    )
    return found


def _features(form: StationForm) -> Iterator[Option]:
    for thing in form.things:
        yield Option("feature_id", thing.id, thing.label, (("kinds", " ".join(thing.kinds)),))
    if not form.asks:
        yield Option("feature_id", NEW_FEATURE, new_thing(), (("kinds", " ".join(form.kinds)),))


def _places(form: StationForm) -> dict[str, Text]:
    words = {
        PlaceKind.PLATFORM: Text("승강장", "platform"),
        PlaceKind.CONCOURSE: Text("대합실", "concourse"),
        PlaceKind.PASSAGE: Text("통로", "passage"),
    }
    found = {
        f"{line}:{kind.value}": Text(f"{line_text(line).ko} {word.ko}", f"{line_text(line).en} {word.en}")
        for line in form.lines
        for kind, word in words.items()
    }
    return found | {PlaceKind.STREET.value: Text("바깥", "outside")}


def form_file_name(form: StationForm) -> str:
    """As the form is written into a folder."""
    return f"{form.stem}.xlsform.xlsx"


__all__ = ["FORM_NAMES", "Option", "Question", "form_file_name", "options", "questions", "xlsform"]
