"""Names of stations and lines in Japanese or Chinese, beside English sentences.

Station names are those of the register of stations (`name_ja`, `name_zh` in `data/facts/line_stations.csv`); a station
without one keeps its English name alone. Sentences stay English: nobody here can vouch for others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from muui_maps.maps import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muui_maps.model import Endpoint, Route, Station, StationName

Names = Literal["", "ja", "zh"]
"""In which language names stand beside English; empty for none."""

TAGS: Mapping[str, str] = {"ja": "ja", "zh": "zh-Hans"}
"""Language tags of the names."""

_NUMBERED = {"ja": "{}号線", "zh": "{}号线"}
_LINES: Mapping[str, Mapping[str, str]] = {
    "공항철도": {"ja": "空港鉄道", "zh": "机场铁路"},
    "경의중앙선": {"ja": "京義・中央線", "zh": "京义中央线"},
    "경춘선": {"ja": "京春線", "zh": "京春线"},
    "수인분당선": {"ja": "水仁・盆唐線", "zh": "水仁盆唐线"},
    "신분당선": {"ja": "新盆唐線", "zh": "新盆唐线"},
    "우이신설선": {"ja": "牛耳新設線", "zh": "牛耳新设线"},
    "신림선": {"ja": "新林線", "zh": "新林线"},
    "서해선": {"ja": "西海線", "zh": "西海线"},
    "경강선": {"ja": "京江線", "zh": "京江线"},
    "인천1": {"ja": "仁川1号線", "zh": "仁川1号线"},
    "인천2": {"ja": "仁川2号線", "zh": "仁川2号线"},
}
"""Lines without a number: the Chinese characters of their own names as either language writes them. This is the
project's own transcription, no dataset has them; lines whose name has no characters go by their English name."""

_TOWARDS = {"ja": "{}方面", "zh": "{}方向"}
_EXIT = {"ja": "{}番出口", "zh": "{}号出口"}
_STREET = {"ja": "地上", "zh": "地面"}


def line_name(line: str, names: Names) -> str:
    """`4号線`, `京春线`; the English name where none is known."""
    if line.isdigit():
        return _NUMBERED[names].format(line)
    return _LINES.get(line, {}).get(names) or words.line_text(line).en


def name_of(name: StationName, names: Names) -> str | None:
    """A station's name in the language, as the register has it."""
    return {"ja": name.ja, "zh": name.zh}.get(names)


def with_names(station: Station, names: Names) -> Station:
    """The station with these names beside the English ones: `Nowon ノウォン`. Nothing else changes."""
    if not names:
        return station

    def beside(name: StationName) -> StationName:
        own = name_of(name, names)
        return replace(name, en=f"{words.english(name)} {own}") if own else name

    directions = tuple(
        replace(
            each,
            next_station=beside(each.next_station),
            terminus=beside(each.terminus) if each.terminus is not None else None,
        )
        for each in station.directions
    )
    return replace(station, name=beside(station.name), directions=directions)


def names_line(station: Station, route: Route, names: Names) -> str:
    """From and to in the language: `4号線 サンゲ方面 → 7号線 チュンゲ方面`."""
    return f"{_end(station, route.start, names)} → {_end(station, route.end, names)}"


def _end(station: Station, endpoint: Endpoint, names: Names) -> str:
    if endpoint.line is None:
        return _STREET[names] if endpoint.exit is None else _EXIT[names].format(endpoint.exit)
    found = words.find_direction(station, endpoint.line, endpoint.direction)
    next_name = name_of(found.next_station, names) if found else None
    line = line_name(endpoint.line, names)
    return f"{line} {_TOWARDS[names].format(next_name)}" if next_name else line


def characters(names: Names) -> set[str]:
    """Every character of the words above, for the typeface of a language."""
    told = {_NUMBERED[names], _TOWARDS[names], _EXIT[names], _STREET[names], *(line[names] for line in _LINES.values())}
    return set("".join(told))
