"""A delivery of indoor layers as a city might give it for Line 7 at Nowon: another building's id, no `muui.csv`.

Drawn for tests: where Nowon's walls really stand nobody has told us. Upright here, turned to the platform's bearing.

    B1     y                                            B3
     45 ┌───────────────────────┐                        75 ┌──────┐
        │ ▒ shop     outside  ▒ │                           │      │
        │ [2]               [4] │                      track│      │track
      8 ├──────┬ gates ┬────────┤                           │  [1] │          [n] lift n
        │      inside           │                           │      │
     -2 │██████████████████     │ wall, open in the east    │ stair│
    -10 │        [1]            │                           │      │
    -45 └───────────────────────┘                       -75 └──────┘
       -14           0         14                          -4.5   4.5
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import layer_builder as build
from layer_builder import Files
from pyproj import Transformer
from shapely import LineString, Point, box
from shapely.affinity import rotate

LIFT_1 = (37.655376 - 102 / 111_000, 127.061869 - 115 / 88_200)
"""WGS84, about: where lift 1 stands by the open facts; the drawing's (0, -10)."""
TURN_DEG = 14.5
LIFTS = {1: (0.0, -10.0), 2: (-12.0, 30.0), 3: (12.0, 42.0), 4: (12.0, 20.0)}
WALL = LineString([(-14, -2), (8, -2)])
B1, B3, F1 = "B01B01", "B03B03", "F01F01"


def nowon_line_7(*, wall: LineString | None = WALL, lift_1: tuple[str, ...] = (B1, B3)) -> Files:
    """The layers' files.

    Parameters
    ----------
    wall
        Between lift 1 and the gates; None to leave it out.
    lift_1
        FLOOR codes that lift 1 is drawn on.
    """
    served = {1: lift_1, 2: (B1, F1), 3: (B1, F1), 4: (B1, F1)}
    made: Files = {}

    def put(classify: str, rows: list[tuple[Any, dict[str, str]]], floor: str, **options: Any) -> None:
        east, north = Transformer.from_crs("EPSG:4326", "EPSG:5186", always_xy=True).transform(LIFT_1[1], LIFT_1[0])
        turned = [(rotate(shape, TURN_DEG, origin=LIFTS[1]), cells) for shape, cells in rows]
        layer = build.layer(classify, turned, floor=floor, ufid="B00170000713AULW1", **options)
        made.update(replace(layer, origin=(east - LIFTS[1][0], north - LIFTS[1][1])).files())

    inside = (box(-14, -45, 14, 8), {"KIND": "대합실", "NAME": "대합실(개찰구 안)"})
    outside = (box(-14, 8, 14, 45), {"KIND": "대합실", "NAME": "대합실(개찰구 밖)"})
    put("RM", [inside, outside], B1, division="CV")
    put(
        "RM",
        [(box(-14, 34, -6, 44), {"KIND": "상가", "NAME": "꽃집"}), (box(-4, 36, 4, 44), {"KIND": "상가"})],
        B1,
        division="SL",
    )
    put(
        "PL", [(box(x - 0.5, y - 0.5, x + 0.5, y + 0.5), {"KIND": "기둥"}) for x in (-7, 7) for y in (-35, -20, 20)], B1
    )
    put("WL", [(wall, {"KIND": "벽"})] if wall is not None else [], B1)
    put("WL", [(LineString([(-14, 8), (-6, 8)]), {}), (LineString([(6, 8), (14, 8)]), {})], B1, division="MN")
    put("DR", [(LineString([(-6, 8), (6, 8)]), {"KIND": "개찰구"})], B1)
    put("FC", [(Point(x, 8), {"KIND": "개찰구"}) for x in (-4, -2, 0, 2, 4)], B1, division="TP")
    tracks = [(box(x, -75, x + 3.5, 75), {"KIND": "선로"}) for x in (-8, 4.5)]
    platform = (box(-4.5, -75, 4.5, 75), {"KIND": "기차승강장", "NAME": "7호선 승강장"})
    put("RM", [platform, *tracks], B3, division="TP")
    put("RM", [(box(-1.5, -40, 1.5, -30), {"KIND": "계단", "NAME": "계단"})], B3)
    put("RM", [(box(-30, -45, 30, 45), {"KIND": "홀", "NAME": "노원역 앞", "SKT": "SKT002"})], F1)
    for floor in (B1, B3, F1):
        here = [number for number, floors in served.items() if floor in floors]
        put("FC", [(Point(LIFTS[n]), {"KIND": "엘리베이터", "NAME": f"엘리베이터 {n}호기"}) for n in here], floor)
    return made
