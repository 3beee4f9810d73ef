"""What the boxes and the foot of a section say, in items: drawn from what every map says beside its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.maps import summary, words
from muui_maps.maps.gaps import gap_of, gap_text
from muui_maps.maps.section_boxes import Item, TextBox
from muui_maps.maps.section_heights import Heights, HeightsKind
from muui_maps.maps.steps import CONFLICTS
from muui_maps.maps.way_back import WAY_BACK, way_back_notes
from muui_maps.model import Route, Station, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.maps.options import Options
    from muui_maps.maps.section_labels import Note
    from muui_maps.maps.steps import Step

ON_THE_LINE = frozenset({"length_unknown", "length_derived", "length_assumed", "gate_staff_unknown"})
"""Doubts that the line itself shows: `? m`, `≈`, a gate with a question mark."""

SHORT = {
    "unit_not_in_register": Text(
        "승강기 목록에 없어요. 운행하는지 몰라요.", "Not in the register of lifts; may not run."
    ),
    "gate_unplaced": Text(
        "개찰구를 지난다는 안내문이 있는데, 어디인지 몰라요.", "A text passes a gate here; where it stands is unknown."
    ),
}
"""Doubts said once for all steps and texts: which lift or floor it is stands at the step."""


def text_boxes(
    station: Station,
    route: Route,
    steps: Sequence[Step],
    notes: Sequence[Note],
    options: Options,
) -> tuple[TextBox, ...]:
    """The boxes that have something to say; `notes` are labels that found no room in the drawing."""
    plan_b = options.get("plan_b") or {}
    back = way_back_notes(station, route, options.get("back"))
    unknown = summary.unknowns(station, route)
    boxes = (
        TextBox("≠", Text("정보가 서로 달라요", "Sources differ"), _numbered(route, steps, conflicts=True)),
        TextBox("B", Text("엘리베이터가 멈추면", "If a lift is out"), _plan_b(station, route, plan_b)),
        TextBox(
            "!",
            Text("알아두세요", "Good to know"),
            (*_gaps(station, route, steps), *_numbered(route, steps, conflicts=False)),
        ),
        TextBox("+", Text("단계별 메모", "Notes by step"), _left_over(notes)),
        TextBox("↔", WAY_BACK, tuple(Item(_bare(note.body)) for note in back)),
        TextBox("toilet", Text("장애인 화장실", "Accessible toilets"), _toilets(station, route)),
        TextBox("?", Text("아직 몰라요", "Not known yet"), (Item(_listed(unknown)),) if unknown else ()),
    )
    return tuple(box for box in boxes if box.items)


def _gaps(station: Station, route: Route, steps: Sequence[Step]) -> tuple[Item, ...]:
    """The gaps to the train at both ends, where they were measured."""
    ends = ((route.start, steps[0].n), (route.end, steps[-1].n)) if steps else ()
    found = ((gap_of(station, end), n) for end, n in ends)
    return tuple(Item(_bare(gap_text(gap)), (n,)) for gap, n in found if gap is not None)


def _bare(text: Text) -> Text:
    """Without marks of bold: a box has one weight."""
    return Text(text.ko.replace("**", ""), text.en.replace("**", ""))


def _listed(texts: Sequence[Text]) -> Text:
    return Text(" · ".join(each.ko for each in texts), " · ".join(each.en for each in texts))


def _toilets(station: Station, route: Route) -> tuple[Item, ...]:
    return tuple(Item(_bare(note.body)) for note in summary.toilet_notes(station, route))


def _left_over(notes: Sequence[Note]) -> tuple[Item, ...]:
    """Labels without room, gathered by step."""
    by_step: dict[int | None, list[Text]] = {}
    for note in notes:
        by_step.setdefault(note.number, []).append(note.text)
    order = sorted(by_step, key=lambda number: number or 0)
    return tuple(Item(words.together(by_step[number]), () if number is None else (number,)) for number in order)


def _numbered(route: Route, steps: Sequence[Step], *, conflicts: bool) -> tuple[Item, ...]:
    """Doubts with the numbers of the steps that they concern, each message once, in travel order."""
    found: dict[Text, list[int]] = {}
    for doubt in route.doubts:
        if doubt.code in ON_THE_LINE or (doubt.code in CONFLICTS) is not conflicts:
            continue
        numbers = found.setdefault(SHORT.get(doubt.code, doubt.message), [])
        if doubt.leg is not None and steps[doubt.leg].n not in numbers:
            numbers.append(steps[doubt.leg].n)
    items = (Item(message, tuple(sorted(numbers))) for message, numbers in found.items())
    return tuple(sorted(items, key=lambda item: item.numbers))


def _plan_b(station: Station, route: Route, plan_b: Mapping[str, Route | Text | None]) -> tuple[Item, ...]:
    notes = summary.plan_b_notes(station, route, plan_b) if any(leg.unit for leg in route.legs) else ()
    return tuple(
        Item(Text(f"{note.heading.ko}: {note.body.ko}", f"{note.heading.en}: {note.body.en}")) for note in notes
    )


_NOT_PUBLISHED = Text("높이 자료가 없어요.", "No heights of these levels are published")
_CONTRADICT = Text("높이 자료가 서로 달라요.", "Sources contradict each other on heights")


def heights_note(heights: Heights, plates: Sequence[str]) -> Text:
    """How true the heights are; `plates` are the level plates of unknown height."""
    across = Text("가로는 순서만.", "Widths show order only.")
    if heights.kind is HeightsKind.ORDER:
        why = _NOT_PUBLISHED if heights.unknown else _CONTRADICT
        up = Text(f"{why.ko} 층의 순서만 같은 간격으로 그렸어요.", f"{why.en}: levels in order only, evenly spaced.")
    elif heights.kind is HeightsKind.PARTLY:
        names = ", ".join(dict.fromkeys(plates))
        up = Text(f"높이는 실제 비율. {names} 높이는 몰라요.", f"Heights to scale; {names}: height unknown.")
    else:
        up = Text("높이는 실제 비율.", "Heights to scale.")
    return Text(f"{up.ko} {across.ko}", f"{up.en} {across.en}")
