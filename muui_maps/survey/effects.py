"""What an answer does: for how long a status counts, and what each fact changes on routes and maps.

Both are tables that the docs print and the tests hold the program to.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Lifetime:
    """For how many days a status that was seen counts, and why; `days` is None where only a newer answer ends it."""

    days: int | None
    why: Text


LIFETIMES: Mapping[str, Lifetime] = MappingProxyType(
    {
        "working": Lifetime(
            30,
            Text(
                "승강기는 달마다 자체점검을 받아요(승강기 안전관리법 31조). 지난 점검 전에 본 것으로는 지금을 몰라요.",
                "Lifts are inspected every month by law (Elevator Safety Management Act, art. 31): what was seen "
                "before the last inspection does not tell how it is now.",
            ),
        ),
        "out_of_order": Lifetime(
            30,
            Text(
                "다음 점검까지는 고쳐졌다고 믿지 않아요. 그 뒤로는 고쳤는지 아무도 모르니 모름이에요.",
                "Until the next inspection nobody may rely on its being mended; after it nobody knows whether it was.",
            ),
        ),
        "under_repair": Lifetime(
            180,
            Text(
                "교체 공사는 여러 달 걸려요. 끝나는 날을 알면 ‘이 날까지’에 적어요.",
                "Replacing a lift takes months. Where the last day is posted, write it into `valid_to`.",
            ),
        ),
        "closed": Lifetime(
            None,
            Text(
                "막은 것은 저절로 열리지 않아요. 열린 것을 본 사람이 있어야 해요.",
                "What was shut does not open by itself: somebody must have seen it open.",
            ),
        ),
        "absent": Lifetime(
            None,
            Text(
                "없어진 것은 돌아오지 않아요. 다시 생긴 것을 본 사람이 있어야 해요.",
                "What is gone does not come back: somebody must have seen it again.",
            ),
        ),
    }
)
"""How long a status counts after it was seen. The figures are our own choice; after them the status is unknown.

An operator's register is no sighting: it counts until something newer was seen, with its date on the map. A row with
`valid_to` counts until that day instead.
"""

EFFECTS: Mapping[str, Text] = MappingProxyType(
    {
        "operational_status": Text(
            "고장·수리·폐쇄·없어진 것은 지나지 않고, 언제 본 것인지 말해요.",
            "What is out of order, under repair, closed or gone is not used; the map says since when.",
        ),
        "door_width_mm": Text(
            "700 mm보다 좁으면 휠체어 길에서 빼요. 900 mm보다 좁으면 알려요.",
            "Below 700 mm it is left out of ways for wheelchairs; below 900 mm the map warns.",
        ),
        "clear_width_mm": Text(
            "700 mm보다 좁으면 휠체어 길에서 빼요. 900 mm보다 좁으면 알려요.",
            "Below 700 mm it is left out of ways for wheelchairs; below 900 mm the map warns.",
        ),
        "cabin_width_mm": Text(
            "700 mm보다 좁으면 휠체어 길에서 빼요. 엘리베이터가 1,100 mm보다 좁으면 알려요. "
            "전동휠체어는 800 mm보다 좁은 리프트를 타지 않아요.",
            "Below 700 mm it is left out of ways for wheelchairs; the map warns of a lift below 1,100 mm. "
            "Powered chairs use no wheelchair lift below 800 mm.",
        ),
        "cabin_depth_mm": Text(
            "엘리베이터가 1,200 mm보다 짧으면 휠체어 길에서 빼요. 1,350 mm보다 짧으면 알려요. "
            "전동휠체어는 1,250 mm보다 짧은 리프트를 타지 않아요.",
            "A lift below 1,200 mm is left out of ways for wheelchairs; below 1,350 mm the map warns. "
            "Powered chairs use no wheelchair lift below 1,250 mm.",
        ),
        "step_height_mm": Text(
            "100 mm보다 높으면 휠체어 길에서 빼요. 20 mm보다 높으면 알려요.",
            "Above 100 mm it is left out of ways for wheelchairs; above 20 mm the map warns.",
        ),
        "gap_horizontal_mm": Text(
            "100 mm보다 넓으면 타고 내리는 걸음에서 알려요.", "Above 100 mm the map warns where one boards."
        ),
        "gap_vertical_mm": Text(
            "20 mm보다 높으면 타고 내리는 걸음에서 알려요.", "Above 20 mm the map warns where one boards."
        ),
        "step_count": Text(
            "하나라도 있으면 바퀴가 있는 사람의 길에서 빼요.", "With any it is left out of ways for wheels."
        ),
        "steps_remaining_with_lift": Text(
            "하나라도 있으면 그 엘리베이터를 바퀴가 있는 사람의 길에서 빼요.",
            "With any the lift is left out of ways for wheels.",
        ),
        "slope_percent": Text(
            "12.5 %(1/8)보다 가파르면 휠체어 길에서 빼요. 8.3 %(1/12)보다 가파르면 알려요.",
            "Above 12.5 % (1 in 8) it is left out of ways for wheelchairs; above 8.3 % (1 in 12) the map warns.",
        ),
        "length_m": Text("그 길의 거리와 시간이 돼요.", "It is the way's metres, and makes its time."),
        "traverse_seconds": Text(
            "두 층만 오가는 엘리베이터는 타는 시간이 돼요. 길은 휠체어로 잰 것만 휠체어의 시간이 돼요.",
            "Of a lift with two stops it is the ride's time; of a way, if timed in a wheelchair, a wheelchair's time.",
        ),
        "wait_seconds": Text(
            "엘리베이터를 기다리거나 개찰구가 열리는 시간이 돼요.", "It is the wait for the lift, or at the gate."
        ),
        "call_button_height_mm": Text("장부에만 남아요.", "Kept in the ledger alone."),
        "surface": Text(
            "울퉁불퉁하거나 미끄럽거나 깨졌으면 알려요.", "The map warns of a rough, slippery or damaged floor."
        ),
        "door_type": Text("장부에만 남아요.", "Kept in the ledger alone."),
        "staff_call_needed": Text(
            "부를지, 카드를 찍을지 말하고 시간에 넣어요.",
            "The map says whether to call or to tap, and counts the time.",
        ),
        "passable": Text(
            "아니요면 바퀴가 있는 사람의 길에서 빼요. 도움이 필요하면 알려요.",
            "With `no` it is left out of ways for wheels; with `with_help` the map says so.",
        ),
        "open_from": Text("그 걸음에 이용 시간을 적어요.", "The step tells the hours."),
        "open_to": Text("그 걸음에 이용 시간을 적어요.", "The step tells the hours."),
        "signed_level": Text(
            "층의 다른 이름이 돼요. 자료와 다르면 다르다고 말해요.",
            "It is another name of the floor; where the data differ the map says so.",
        ),
        "served_levels": Text(
            "검토자가 받아들이면 서지 않는 층으로는 타지 않아요.",
            "Once accepted, no ride goes to a level where it does not stop.",
        ),
        "near_exit": Text("출구 번호를 모르던 것은 그 출구 옆이 돼요.", "What had no exit number stands by that exit."),
        "from_place": Text("새 통로의 한쪽 끝이 돼요.", "One end of a new passage."),
        "to_place": Text("새 통로의 다른 쪽 끝이 돼요.", "The other end of a new passage."),
        "sign_problem": Text("`muui-maps check`에 나와요.", "`muui-maps check` lists it."),
        "step_verdict": Text(
            "틀리거나 바뀌었으면 `muui-maps check`에 나와요.", "`muui-maps check` lists what is wrong or has changed."
        ),
    }
)
"""What each fact changes. Where answers differ the careful one is taken, and the map says that they differ."""
