"""What the site says of itself, in both languages: headings, buttons, and what a page answers when it can't."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

UI: Mapping[str, Text] = MappingProxyType(
    {
        "site": Text("휠체어 환승 지도", "Step-free transfer maps"),
        "tagline": Text(
            "서울 지하철에서 계단 없이 갈아타는 길이에요.", "How to change trains in Seoul without a single stair."
        ),
        "other": Text("English", "한국어"),
        "skip": Text("본문으로 바로 가기", "Skip to the content"),
        "all_stations": Text("모든 역", "All stations"),
        "display": Text("화면", "Display"),
        "theme": Text("색", "Colours"),
        "theme_auto": Text("기기 설정대로", "as the device"),
        "theme_light": Text("밝게", "light"),
        "theme_dark": Text("어둡게", "dark"),
        "theme_contrast": Text("고대비", "high contrast"),
        "size": Text("글자", "Text"),
        "size_normal": Text("보통", "normal"),
        "size_large": Text("크게", "large"),
        "find": Text("역 찾기", "Find a station"),
        "find_hint": Text("노원, ㄴㅇ, nowon, 7호선, 411", "Nowon, 노원, ㄴㅇ, Line 7, 411"),
        "found": Text("개 역", "stations"),
        "found_none": Text(
            "찾는 역이 없어요. 다른 이름이나 노선으로 찾아보세요.",
            "No such station here. Try another spelling, or a line.",
        ),
        "no_maps": Text("이 역의 지도는 아직 없어요.", "There are no maps of this station yet."),
        "change": Text("갈아타기", "Change trains"),
        "exits_out": Text("출구로 나가기", "To an exit"),
        "exits_in": Text("출구에서 들어오기", "From an exit"),
        "exit": Text("출구", "Exit"),
        "quickest": Text("가장 빨라요", "quickest"),
        "who": Text("누가 가나요", "Who travels"),
        "out": Text("멈춘 것", "Out of order"),
        "all_run": Text("모두 움직여요", "everything works"),
        "choose": Text("나에게 맞추기", "Make it yours"),
        "choose_note": Text(
            "고르면 이 화면에서 바로 길을 바꿔 보여 줘요. 인터넷이 없어도 돼요.",
            "The way changes right here as you choose. No network is needed.",
        ),
        "no_script": Text(
            "자바스크립트가 꺼져 있어 수동휠체어로 모두 움직일 때의 길만 보여요. 멈췄을 때의 길은 아래 ‘엘리베이터가 "
            "멈추면’에 있어요.",
            "JavaScript is off: this is the way in a manual wheelchair with everything working. What to do when a lift "
            "is out stands below, under “If a lift is out”.",
        ),
        "too_old": Text(
            "이 브라우저는 다른 길을 펼칠 수 없어요. 아래는 수동휠체어로 모두 움직일 때의 길이에요.",
            "This browser can't open the other ways. Below is the way in a manual wheelchair with everything working.",
        ),
        "unknown_profile": Text("주소에 있는 이동 유형을 몰라요:", "The address asks for a traveller nobody knows:"),
        "unknown_unit": Text("주소에 있는 설비가 이 역에 없어요:", "The address names a unit that this station lacks:"),
        "unknown_end": Text("주소에 있는 곳이 이 역에 없어요:", "The address names a place that this station lacks:"),
        "default_shown": Text("기본 길을 보여 줘요.", "The usual way is shown."),
        "not_ridden": Text("이 길은 그것을 타지 않아요:", "This way does not use it:"),
        "shown": Text("길을 바꿨어요:", "The way has changed:"),
        "no_way": Text("갈 수 있는 길이 없어요", "No step-free way"),
        "no_way_known": Text(
            "지금 자료로는 갈 수 있는 길이 없어요.", "As far as the data go, there is no way that you can take."
        ),
        "why": Text("막는 것", "What blocks it"),
        "repaired": Text("수리가 끝나면 걸리는 시간", "Time once it is repaired"),
        "others_can": Text("이렇게는 갈 수 있어요", "There is a way for"),
        "ask": Text("역에 물어보기", "Ask the station"),
        "steps": Text("가는 순서", "Step by step"),
        "jump": Text("이 페이지에서", "On this page"),
        "time": Text("시간이 드는 곳", "Where the time goes"),
        "press": Text("누르기", "press"),
        "wide": Text("그림은 옆으로 밀어 볼 수 있어요.", "The picture scrolls sideways."),
        "picture_apart": Text(
            "이 그림은 자바스크립트가 있어야 펼쳐져요. 같은 내용이 위의 순서에 있어요.",
            "This picture opens with JavaScript only. The steps above say the same.",
        ),
        "picture_failed": Text(
            "그림 파일을 열지 못했어요. 연결을 확인하세요. 같은 내용이 위의 순서에 있어요.",
            "The file of pictures could not be opened: check the connection. The steps above say the same.",
        ),
        "unknown": Text("아직 몰라요", "Not known yet"),
        "key": Text("표시", "Marks"),
        "sources": Text("출처", "Sources"),
        "as_of": Text("자료 기준일", "Data as of"),
        "back_way": Text("돌아오는 길", "The way back"),
        "share": Text("링크 복사", "Copy the link"),
        "share_done": Text("복사했어요.", "Copied."),
        "share_by_hand": Text("이 주소를 복사하세요:", "Copy this address:"),
        "print": Text("인쇄", "Print"),
        "report": Text("본 것 알리기", "Report what you saw"),
        "report_lead": Text(
            "다른 사람을 위해 알려 주세요. 한 가지만 골라도 돼요. 이름과 전화번호는 쓰지 마세요.",
            "Tell it for the next traveller: one answer is enough. No names or phone numbers, please.",
        ),
        "report_note": Text("메모", "Note"),
        "report_add": Text("담기", "Add"),
        "report_save": Text("파일로 받기", "Save as a file"),
        "report_count": Text("담은 것", "Reports kept"),
        "report_clear": Text("모두 지우기", "Delete all"),
        "report_empty": Text("답이나 메모를 하나는 적어 주세요.", "Give an answer or a note first."),
        "report_kept": Text("담았어요. 이 기기에만 있어요.", "Kept, on this device alone."),
        "report_send": Text(
            "받은 파일을 지도를 만드는 사람에게 보내 주세요. 만드는 사람은 muui-maps survey import로 읽어요.",
            "Send the file to those who make these maps; they read it with muui-maps survey import.",
        ),
        "report_contact": Text("보낼 곳:", "Send it to:"),
        "report_no_script": Text(
            "자바스크립트가 꺼져 있으면 역, 경로, 걸음 번호, 본 것과 날짜를 적어 지도를 만드는 사람에게 알려 주세요.",
            "With JavaScript off, write down station, route, number of the step, what you saw and when, and tell those "
            "who make these maps.",
        ),
        "report_step": Text("걸음", "step"),
        "close": Text("닫기", "Close"),
        "lifts": Text("엘리베이터와 휠체어리프트", "Lifts and wheelchair lifts"),
        "toilets": Text("장애인 화장실", "Accessible toilets"),
        "phones": Text("역 전화", "Phone"),
        "offline_save": Text("이 역을 기기에 저장", "Keep this station offline"),
        "offline_saving": Text("저장하고 있어요…", "Saving…"),
        "offline_done": Text("저장했어요. 신호가 없어도 열려요.", "Saved: it opens without a signal."),
        "offline_failed": Text(
            "저장하지 못했어요. 연결과 저장 공간을 확인하세요.", "It could not be saved. Check connection and space."
        ),
        "lost": Text("이런 페이지는 없어요", "There is no such page"),
        "lost_lead": Text(
            "주소가 바뀌었거나 잘못 적혔어요. 역을 찾아 다시 시작하세요.",
            "The address has changed or is misspelled. Find your station and start again.",
        ),
        "offline": Text("신호가 없어요", "No signal"),
        "offline_lead": Text(
            "이 페이지는 기기에 저장되어 있지 않아요. 저장한 역은 아래에서 열려요.",
            "This page was not kept on the device. Stations that were kept open from here.",
        ),
        "check_before": Text(
            "승강기는 날마다 바뀌어요. 떠나기 전에 역에 확인하세요.", "Lifts change from day to day: ask before you go."
        ),
        "details": Text("자세히", "Details"),
    }
)
"""By key, as templates and scripts name them."""

SCRIPT_KEYS = (
    *("found", "found_none", "unknown_profile", "unknown_unit", "unknown_end", "default_shown", "not_ridden"),
    *("shown", "too_old", "share_done", "share_by_hand", "report_lead", "report_note", "report_add", "report_save"),
    *("report_count", "report_clear", "report_empty", "report_kept", "report_send", "close"),
    *("offline_saving", "offline_done", "offline_failed", "picture_failed"),
)
"""Those that the script says; it carries just these."""


@cache
def words_of(lang: str) -> Mapping[str, str]:
    """All words in one language."""
    return {key: text.ko if lang == "ko" else text.en for key, text in UI.items()}
