"""The ranking as a map of the city and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.insight.choose import MEASURES
from muui_maps.insight.open_table import write_csv
from muui_maps.maps.city import Dot, Track, city_scene
from muui_maps.model import Text
from muui_maps.wording import english, name_text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from muui_maps.insight.choose import Choice
    from muui_maps.insight.open_table import Cell
    from muui_maps.maps.scene import Scene

TITLE = Text("다음에 어느 역을 조사할까요?", "Which stations to survey next?")
_KEY = (
    Text("번호: 순위", "number: rank"),
    Text("원의 크기: 점수", "size of a disc: score"),
    Text("테두리: 파일럿 역", "ring: pilot stations"),
    Text("점선 테두리: 지도 밖 먼 역", "dashed: further out than the map"),
)


def choose_scene(
    choices: Sequence[Choice], tracks: Sequence[Track], *, budget: int, pilots: Collection[str], source: Text, lang: str
) -> Scene:
    """The city with the first `budget` stations numbered, the pilots ringed, and all others small."""
    most = max((each.score for each in choices), default=1.0) or 1.0
    dots = [
        Dot(
            each.station,
            name_text(each.name),
            each.origin,
            each.score / most,
            number=each.rank if place < budget else None,
            ringed=each.station in pilots,
        )
        for place, each in enumerate(choices)
        if each.origin is not None
    ]
    nowhere = len(choices) - len(dots)
    lead = Text(
        f"환승역 {len(choices)}개를 필요와 모르는 정도로 줄 세웠어요",
        f"{len(choices)} transfer stations, ranked by need and by what is unknown",
    )
    if nowhere:
        lead = Text(
            f"{lead.ko} (좌표를 모르는 역 {nowhere}개는 표에만 있어요)",
            f"{lead.en} ({nowhere} without a position are in the table only)",
        )
    listed = [
        (each.rank, name_text(each.name), Text(f"{each.score:.0f}점", f"{each.score:.0f}"))
        for place, each in enumerate(choices)
        if place < budget or each.station in pilots
    ]
    return city_scene(
        "choose", title=TITLE, lead=lead, key=_KEY, listed=listed, source=source, tracks=tracks, dots=dots, lang=lang
    )


def choose_table(choices: Sequence[Choice], lang: str) -> str:
    """One row for each station, with every measure, as CSV. An unknown value is an empty cell."""
    heading = [
        "rank",
        "station",
        "name",
        "score",
        "need",
        "gap",
        "transfers",
        *(each.id for each in MEASURES),
        "reasons",
    ]
    return write_csv(heading, [_table_row(each, lang) for each in choices])


def _table_row(choice: Choice, lang: str) -> tuple[Cell, ...]:
    values = {reading.measure.id: reading.value for reading in choice.readings}
    return (
        choice.rank,
        choice.station,
        choice.name.ko if lang == "ko" else english(choice.name),
        round(choice.score, 1),
        None if choice.need is None else round(choice.need, 3),
        round(choice.gap, 3),
        choice.transfers,
        *(None if (value := values[each.id]) is None else round(value, 3) for each in MEASURES),
        "; ".join(reason.ko if lang == "ko" else reason.en for reason in choice.reasons()),
    )
