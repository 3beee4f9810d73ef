"""How far our routes agree with the official ones, everywhere: by operator, by line, by station.

Two figures, each twice. *Reproduced*: our rides are the text's. *Accounted for*: they are, or a reason was checked why
not. Both once from stations made of all texts, and once from stations made without the very text that is compared: a
graph made from a text reproduces that text, so the second is the honest one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muui_maps.insight.reasons import Reason
from muui_maps.model import Text
from muui_maps.wording import line_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muui_maps.insight.compare import OfficialComparison

SEOUL = ("S1", "S9")
"""서울교통공사 and Line 9: whose lifts the registers list."""

OPERATORS: Mapping[str, Text] = {
    "AR": Text("공항철도", "AREX"),
    "DX": Text("신분당선", "Shinbundang Line"),
    "EV": Text("에버라인", "EverLine"),
    "GM": Text("김포골드라인", "Gimpo Goldline"),
    "GU": Text("구리도시공사", "Guri Urban Corporation"),
    "GX": Text("GTX-A", "GTX-A"),
    "IC": Text("인천교통공사", "Incheon Transit"),
    "KR": Text("코레일", "KORAIL"),
    "NU": Text("남양주도시공사", "Namyangju Urban Corporation"),
    "S1": Text("서울교통공사", "Seoul Metro"),
    "S9": Text("9호선", "Line 9"),
    "SL": Text("신림선", "Sillim Line"),
    "SW": Text("서해선", "Seohae Line"),
    "UI": Text("우이신설선", "Ui–Sinseol Line"),
    "UL": Text("의정부경전철", "U Line"),
}
"""Codes of the Ministry's file, in words."""


@dataclass(frozen=True, slots=True)
class Group:
    """Agreement over some official routes.

    Parameters
    ----------
    kind, key
        `all`, `seoul` (서울교통공사 and Line 9), `operator`, `line` or `station`; and which.
    official
        How many official routes.
    reproduced, accounted
        Of these, how many have our rides; how many have them or differ for a checked reason.
    reproduced_unseen, accounted_unseen
        The same from stations made without the text compared; None if that was not asked for.
    """

    kind: str
    key: str
    name: Text
    official: int
    reproduced: int
    accounted: int
    reproduced_unseen: int | None
    accounted_unseen: int | None

    def as_json(self) -> dict[str, Any]:
        """As `compare --all --json` writes it."""
        return {
            "kind": self.kind,
            "key": self.key,
            "name_ko": self.name.ko,
            "name_en": self.name.en,
            "official": self.official,
            "reproduced": self.reproduced,
            "accounted": self.accounted,
            "reproduced_unseen": self.reproduced_unseen,
            "accounted_unseen": self.accounted_unseen,
        }


def accounted(each: OfficialComparison) -> bool:
    """Whether our rides are the text's, or a reason was checked why not."""
    return each.equal or Reason.UNEXPLAINED not in each.reasons


def groups(
    seen: Sequence[OfficialComparison], unseen: Sequence[OfficialComparison], stations: Mapping[str, Text]
) -> tuple[Group, ...]:
    """Agreement over all routes, then by operator, by line (a route counts for both of its lines) and by station.

    Parameters
    ----------
    seen
        Compared with stations made of all texts.
    unseen
        Each compared with its station made without its own text; empty if that was not asked for.
    stations
        Station id → name.
    """
    told: dict[tuple[str, str], list[OfficialComparison]] = defaultdict(list)
    hidden: dict[tuple[str, str], list[OfficialComparison]] = defaultdict(list)
    for routes, found in ((seen, told), (unseen, hidden)):
        for each in routes:
            for key in _groups_of(each):
                found[key].append(each)
    return tuple(
        Group(
            kind,
            key,
            _name(kind, key, stations),
            len(told[kind, key]),
            sum(each.equal for each in told[kind, key]),
            sum(map(accounted, told[kind, key])),
            sum(each.equal for each in hidden[kind, key]) if unseen else None,
            sum(map(accounted, hidden[kind, key])) if unseen else None,
        )
        for kind, key in sorted(told, key=_order)
    )


_KINDS = ("all", "seoul", "operator", "line", "station")


def _groups_of(each: OfficialComparison) -> list[tuple[str, str]]:
    lines = dict.fromkeys((each.start.line, each.end.line))
    return [
        ("all", "all"),
        *([("seoul", "+".join(SEOUL))] if each.operator in SEOUL else []),
        ("operator", each.operator),
        *(("line", line) for line in lines),
        ("station", each.station),
    ]


def _name(kind: str, key: str, stations: Mapping[str, Text]) -> Text:
    if kind == "all":
        return Text("모든 운영기관", "all operators")
    if kind == "seoul":
        return Text("서울교통공사와 9호선", "Seoul Metro and Line 9")
    if kind == "line":
        return line_text(key)
    return (OPERATORS if kind == "operator" else stations).get(key, Text(key, key))


def _order(group: tuple[str, str]) -> tuple[int, bool, str]:
    kind, key = group
    return (_KINDS.index(kind), not key.isdigit(), key)


def reasons_tally(found: Iterable[OfficialComparison]) -> Counter[Reason]:
    """How many of the routes whose rides differ have each reason; one route may have several."""
    return Counter(reason for each in found if not each.equal for reason in each.reasons)
