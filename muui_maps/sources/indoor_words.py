"""What people call the kinds of things on a floor: areas, facilities and terminals of the walkable network."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "walkable": Text("걷는 곳", "walked"),
        "outdoor": Text("바깥", "outdoors"),
        "unknown": Text("종류 모름", "kind unknown"),
        "closed": Text("못 지나는 곳", "not walked through"),
        "stairs": Text("계단", "stairs"),
        "escalator": Text("에스컬레이터", "escalator"),
        "moving_walk": Text("무빙워크", "moving walk"),
        "elevator": Text("엘리베이터", "lift"),
        "wheelchair_lift": Text("휠체어리프트", "wheelchair lift"),
        "ramp": Text("경사로", "ramp"),
        "track": Text("선로", "track"),
        "gate": Text("개찰구", "fare gate"),
        "door": Text("문", "door"),
        "landing": Text("타고 내리는 곳", "landing"),
        "platform_door": Text("승강장 문", "platform door"),
        "exit": Text("출입구", "exit"),
        "point": Text("지점", "point"),
    }
)


def kind_words(kind: str) -> Text:
    """The words for a kind; the kind itself where we have none."""
    return KINDS.get(kind) or Text(kind, kind)
