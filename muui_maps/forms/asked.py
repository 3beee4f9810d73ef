"""What a form asks of one station: its own lifts, gates, exits and platforms as choices, its routes step by step.

The questions themselves are `survey.fields.FIELDS`; nothing here invents one. The three kinds of form:

========  ==============================================================================================
facility  things one by one: choose a thing, answer what is asked of its kind
transfer  one transfer in a chair, from platform to platform, floor by floor (the layout of `survey.csv`)
check     a published route, step by step: right, changed or wrong
========  ==============================================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from muui_maps.maps.words import station_text, towards, unit_with_line
from muui_maps.model import STREET, Text
from muui_maps.survey.fields import FIELDS, KINDS, fields_of
from muui_maps.survey.match import Feature, features_of
from muui_maps.survey.values import level_order
from muui_maps.wording import line_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muui_maps.model import Station, Unit
    from muui_maps.survey.fields import Field

_SINGLE_WAYS = ("walk:", "stairs:")
"""Ways between two landings: too many to choose from, and nobody knows them by name. Asked of only when named."""
_ONLY_IN_CHECKS = frozenset({"step_verdict"})
_ONLY_OF_NEW = frozenset({"from_place", "to_place"})
"""Asked of what the station's data lack: where a new passage begins and ends."""


class FormKind(StrEnum):
    """What a form is for."""

    FACILITY = "facility"
    TRANSFER = "transfer"
    CHECK = "check"


FORM_NAMES: Mapping[FormKind, Text] = {
    FormKind.FACILITY: Text("시설 조사", "Facilities"),
    FormKind.TRANSFER: Text("환승 조사", "Transfer"),
    FormKind.CHECK: Text("지도 점검", "Map check"),
}


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to look at, with the words by which it is found.

    `kinds` are those that it may be called: an exit has stairs, a ramp, a door and signs.
    """

    id: str
    kinds: tuple[str, ...]
    label: Text
    line: str | None
    levels: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Its own kind, the first of those that it may be called."""
        return self.kinds[0]


@dataclass(frozen=True, slots=True)
class StepAsked:
    """One step of a published route, in the words of its map."""

    number: int
    text: Text


@dataclass(frozen=True, slots=True)
class RouteAsked:
    """A published route: `id` is both ends, `4:상계>7:중계`."""

    id: str
    label: Text
    steps: tuple[StepAsked, ...]


@dataclass(frozen=True, slots=True)
class PlatformAsked:
    """A platform: `id` is line and next station, `4:상계`."""

    id: str
    label: Text


@dataclass(frozen=True, slots=True)
class Ask:
    """One question for the next visit.

    Parameters
    ----------
    feature, kind
        What to look at, and what kind of thing it is.
    props
        Names of the facts asked, of `survey.fields.FIELDS`.
    question, why
        As the sheet says it.
    """

    feature: str
    kind: str
    props: tuple[str, ...]
    label: Text
    question: Text
    why: Text


@dataclass(frozen=True, slots=True)
class StationForm:
    """All that a form of one station needs. `asks` is empty unless the form is for a next visit."""

    kind: FormKind
    station_id: str
    name: Text
    lines: tuple[str, ...]
    levels: tuple[str, ...]
    exits: tuple[str, ...]
    things: tuple[Thing, ...]
    platforms: tuple[PlatformAsked, ...]
    routes: tuple[RouteAsked, ...] = ()
    asks: tuple[Ask, ...] = ()

    @property
    def title(self) -> Text:
        """As it stands at the head of every form."""
        what = Text("다음 방문", "Next visit") if self.asks else FORM_NAMES[self.kind]
        return Text(f"{self.name.ko} {what.ko}", f"{self.name.en}: {what.en}")

    @property
    def stem(self) -> str:
        """The name of its files, without an ending."""
        return f"{self.station_id}_{'next' if self.asks else self.kind}"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of things that it asks of, in the order of the schema."""
        if self.asks:
            wanted = {ask.kind for ask in self.asks}
            return tuple(kind for kind in KINDS if kind in wanted)
        return tuple(KINDS)

    def asked_of(self, kind: str) -> tuple[Field, ...]:
        """The facts that it asks of a kind of thing."""
        fields = [each for each in fields_of(kind) if each.name not in _ONLY_IN_CHECKS]
        if self.asks:
            wanted = {prop for ask in self.asks if ask.kind == kind for prop in ask.props}
            fields = [each for each in fields if each.name in wanted]
        return tuple(fields)

    def kinds_asked(self, name: str) -> tuple[str, ...]:
        """The kinds of things of which it asks one fact; empty if of none."""
        return tuple(kind for kind in self.kinds if any(each.name == name for each in self.asked_of(kind)))


def station_form(
    station: Station, kind: FormKind, *, routes: Sequence[RouteAsked] = (), asks: Sequence[Ask] = ()
) -> StationForm:
    """The form of one kind for a station.

    Parameters
    ----------
    routes
        For kind `check`: the published routes with their steps.
    asks
        For a next visit: only these things and facts are asked, in this order.
    """
    features = {each.id: each for each in features_of(station)}
    return StationForm(
        kind=kind,
        station_id=station.id,
        name=station_text(station),
        lines=station.lines,
        levels=_levels(station),
        exits=station.exits,
        things=_asked_things(station, features, asks) if asks else _things(station, features.values()),
        platforms=tuple(
            PlatformAsked(
                f"{each.line}:{each.next_station.ko}", platform_text(station, each.line, each.next_station.ko)
            )
            for each in station.directions
        ),
        routes=tuple(routes),
        asks=tuple(asks),
    )


def platform_text(station: Station, line: str, direction: str) -> Text:
    """A platform in words: 4호선 상계 방면 / Line 4 for Sanggye."""
    to = towards(station, line, direction)
    named = line_text(line)
    return Text(f"{named.ko} {to.ko}", f"{named.en} {to.en}")


def thing_of(station: Station, feature: Feature) -> Thing:
    """A feature with the words by which a person finds it."""
    units = {unit.id: unit for unit in station.units}
    line = next(iter(sorted(feature.lines)), None)
    levels = tuple(sorted(feature.levels - {STREET}, key=level_order))
    return Thing(feature.id, feature.kinds, _label(station, feature, units), line, levels)


def _levels(station: Station) -> tuple[str, ...]:
    labels = {level.label for level in station.levels if level.label} | {"1F"}
    return tuple(sorted(labels, key=level_order, reverse=True))


def _things(station: Station, features: Iterable[Feature]) -> tuple[Thing, ...]:
    order = {kind: n for n, kind in enumerate(KINDS)}
    chosen = [thing_of(station, each) for each in features if not each.id.startswith(_SINGLE_WAYS)]
    return tuple(sorted(chosen, key=lambda each: (order[each.kind], each.line or "~", _natural(each.id))))


def _asked_things(station: Station, features: Mapping[str, Feature], asks: Sequence[Ask]) -> tuple[Thing, ...]:
    found: dict[str, Thing] = {}
    for ask in asks:
        feature = features.get(ask.feature)
        if feature is None:
            found.setdefault(ask.feature, Thing(ask.feature, (ask.kind,), ask.label, None, ()))
        else:
            found.setdefault(ask.feature, thing_of(station, feature))
    return tuple(found.values())


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Exit 10 after exit 9."""
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", text) if part)


def _label(station: Station, feature: Feature, units: Mapping[str, Unit]) -> Text:
    labels = sorted(feature.levels - {STREET}, key=level_order)
    if unit := units.get(feature.id):
        return _with(unit_with_line(unit), "–".join(dict.fromkeys((labels[0], labels[-1]))) if labels else "")
    if feature.kind == "platform":
        line, _, direction = feature.id.partition(":platform:")
        return _with(_platform(station, line, direction), ", ".join(labels[:1]))
    if feature.id == STREET or feature.kind == "exit":
        return feature.name
    name = feature.name
    for of in sorted(feature.lines)[:1]:
        if line_text(of).ko not in name.ko:
            name = Text(f"{line_text(of).ko} {name.ko}", f"{line_text(of).en} {name.en}")
    side = {"in": Text("안쪽", "inside the gates"), "out": Text("바깥쪽", "outside the gates")}
    told = side.get(feature.id.rpartition(":")[2])
    if told is not None:
        name = Text(f"{name.ko} {told.ko}", f"{name.en} {told.en}")
    return _with(name, ", ".join(labels[:2]))


def _platform(station: Station, line: str, direction: str) -> Text:
    told = platform_text(station, line, direction)
    return Text(f"{told.ko} 승강장", f"{told.en}, platform")


def _with(name: Text, levels: str) -> Text:
    return Text(f"{name.ko} ({levels})", f"{name.en} ({levels})") if levels else name


def form_hint(field: Field) -> Text:
    """What a form says below a question: a number's unit and what is usual; else the schema's own hint.

    The schema's hints for numbers tell how to write a unit, which a form's number has no room for.
    """
    if not field.is_number or field.usual is None:
        return field.hint
    unit = UNIT_WORDS[field.unit or ""]
    low, high = (f"{end:g}" for end in field.usual)
    return Text(f"{unit.ko}. 보통 {low}–{high}", f"{unit.en}; usually {low}–{high}")


UNIT_WORDS: Mapping[str, Text] = {
    "mm": Text("mm(밀리미터)", "mm"),
    "m": Text("m(미터)", "m"),
    "s": Text("초", "seconds"),
    "percent": Text("%(기울기)", "percent"),
    "steps": Text("단(세어서)", "steps, counted"),
}
"""Units as a form says them."""

UNIT_SIGNS: Mapping[str, Text] = {
    "mm": Text("mm", "mm"),
    "m": Text("m", "m"),
    "s": Text("초", "s"),
    "percent": Text("%", "%"),
    "steps": Text("단", "steps"),
}
"""Units as they stand behind a number."""


def question(field: Field) -> Text:
    """A question's label with its unit: `문 폭 (mm)`."""
    if field.unit is None:
        return field.label
    unit = UNIT_SIGNS[field.unit]
    return Text(f"{field.label.ko} ({unit.ko})", f"{field.label.en} ({unit.en})")


def new_thing() -> Text:
    """The choice for something that the station's data lack."""
    return Text("목록에 없음(새로 생김)", "not listed (new)")


def schema_choices(name: str) -> tuple[tuple[str, Text], ...]:
    """The choices of a question, by name and label."""
    return tuple((choice.name, choice.label) for choice in FIELDS[name].choices)


ONLY_OF_NEW = _ONLY_OF_NEW
