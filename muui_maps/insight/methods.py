"""Two ways of knowing a station, side by side: going there in a wheelchair, and reading the official data.

For every surveyed transfer the official text of the same transfer is looked up (or, where there is none, that of the
way back, read backwards). Then each fact is asked of both: does it say anything, and the same? What is compared is what
both really say: the survey's own legs, and the text's own acts, never the station that was assembled from them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from muui_maps.forms.asked import platform_text
from muui_maps.insight.official import GROUND, Floors, stated_by_survey, stated_by_text
from muui_maps.maps.words import station_text
from muui_maps.model import HAZARDS, LinkKind, Method, PlaceKind, Text
from muui_maps.names import normal_line, normal_station
from muui_maps.survey.base import base_facts
from muui_maps.survey.fields import FIELDS
from muui_maps.survey.items import ITEMS, STAFF_CALL
from muui_maps.survey.view import agree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from muui_maps.facts import ActFact, OfficialRouteFact
    from muui_maps.insight.official import OfficialFacts, StatedRoute
    from muui_maps.model import Station, SurveyRun
    from muui_maps.survey.view import View

METRES_APART = 0.25
"""Share by which metres may differ and still agree: paces on one side, a round number on the other."""


class Verdict(StrEnum):
    """What two sources say of one fact."""

    AGREE = "agree"
    DIFFER = "differ"
    SURVEY_ONLY = "survey_only"
    OFFICIAL_ONLY = "official_only"
    NEITHER = "neither"


VERDICTS: Mapping[Verdict, Text] = {
    Verdict.AGREE: Text("같아요", "same"),
    Verdict.DIFFER: Text("달라요", "differ"),
    Verdict.SURVEY_ONLY: Text("조사만 알아요", "survey only"),
    Verdict.OFFICIAL_ONLY: Text("공식 자료만 알아요", "official only"),
    Verdict.NEITHER: Text("둘 다 몰라요", "neither"),
}

FACTS: Mapping[str, Text] = {
    "rides": Text("무엇을 몇 번 타나", "what is ridden, how often"),
    "floors": Text("어느 층을 지나나", "through which floors"),
    "gates": Text("개찰구를 몇 번 지나나", "how many fare gates"),
    "staff_call": Text("개찰구에서 역무원을 부르나", "whether staff open the gates"),
    "outside": Text("밖으로 나가나", "whether it goes outside"),
    "metres_outside": Text("바깥 길은 몇 m인가", "metres outside"),
    "metres": Text("모두 몇 m인가", "metres in all"),
    "minutes": Text("몇 분 걸리나", "minutes"),
    "alight": Text("어느 문에서 내리나", "which door to get off at"),
    "board": Text("어느 문에서 타나", "which door to get on at"),
    "hazards": Text("무엇을 조심하나", "what to be careful of"),
    "turns": Text("어느 쪽으로 도나", "which way to turn"),
}
"""What is asked of both about one transfer, in the order of the table."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One fact of one transfer, as each source says it; None where it says nothing."""

    fact: str
    survey: Text | None
    official: Text | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class TransferPair:
    """One surveyed transfer and its official text. `route_id` is None where no text tells it.

    `backwards` says that the text is of the way back.
    """

    station: str
    name: Text
    start: Text
    end: Text
    run_id: str
    surveyed_at: str
    route_id: str | None
    official_at: str | None
    backwards: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class FactCount:
    """One fact over all transfers that were surveyed."""

    fact: str
    label: Text
    survey: int
    official: int
    agree: int
    differ: int
    of: int


@dataclass(frozen=True, slots=True)
class PropertyCount:
    """One property of lifts, gates and ways: of how many things each source knows it."""

    prop: str
    label: Text
    survey: int
    official: int
    both: int
    agree: int


@dataclass(frozen=True, slots=True)
class StationCount:
    """How far each source reaches at one station, in transfers from platform to platform."""

    station: str
    name: Text
    transfers: int
    surveyed: int
    official: int
    both: int


@dataclass(frozen=True, slots=True)
class Age:
    """How old a source is: its oldest and newest date, None where the publisher states none."""

    source: str
    label: Text
    oldest: str | None
    newest: str | None


@dataclass(frozen=True, slots=True)
class MethodsComparison:
    """Everything that the two methods say of the stations that have both."""

    stations: tuple[StationCount, ...]
    pairs: tuple[TransferPair, ...]
    facts: tuple[FactCount, ...]
    properties: tuple[PropertyCount, ...]
    ages: tuple[Age, ...]
    all_stations: int

    def as_json(self) -> dict[str, Any]:
        """As `compare --methods --json` writes it."""
        return {
            "stations": [
                {
                    "station": each.station,
                    "name_ko": each.name.ko,
                    "name_en": each.name.en,
                    "transfers": each.transfers,
                    "surveyed": each.surveyed,
                    "official": each.official,
                    "both": each.both,
                }
                for each in self.stations
            ],
            "facts": [
                {
                    "fact": each.fact,
                    "label_ko": each.label.ko,
                    "label_en": each.label.en,
                    "transfers": each.of,
                    "survey": each.survey,
                    "official": each.official,
                    "agree": each.agree,
                    "differ": each.differ,
                }
                for each in self.facts
            ],
            "properties": [
                {
                    "property": each.prop,
                    "label_ko": each.label.ko,
                    "label_en": each.label.en,
                    "survey": each.survey,
                    "official": each.official,
                    "both": each.both,
                    "agree": each.agree,
                }
                for each in self.properties
            ],
            "ages": [
                {
                    "source": each.source,
                    "label_ko": each.label.ko,
                    "label_en": each.label.en,
                    "oldest": each.oldest,
                    "newest": each.newest,
                }
                for each in self.ages
            ],
            "transfers": [
                {
                    "station": each.station,
                    "start_ko": each.start.ko,
                    "start_en": each.start.en,
                    "end_ko": each.end.ko,
                    "end_en": each.end.en,
                    "run_id": each.run_id,
                    "surveyed_at": each.surveyed_at,
                    "route_id": each.route_id,
                    "official_at": each.official_at,
                    "backwards": each.backwards,
                    "facts": {
                        cell.fact: {
                            "survey_ko": cell.survey.ko if cell.survey else None,
                            "survey_en": cell.survey.en if cell.survey else None,
                            "official_ko": cell.official.ko if cell.official else None,
                            "official_en": cell.official.en if cell.official else None,
                            "verdict": cell.verdict.value,
                        }
                        for cell in each.cells
                    },
                }
                for each in self.pairs
            ],
            "all_stations": self.all_stations,
        }


def compare_methods(
    stations: Sequence[tuple[Station, OfficialFacts, View | None]], *, all_stations: int
) -> MethodsComparison:
    """Lay Muui's surveys beside the official data.

    Parameters
    ----------
    stations
        Each station with its official routes and, if it has a ledger, what that holds. Those without any survey are
        passed over.
    all_stations
        How many stations there are, to say how far the surveys reach.
    """
    both = [each for each in stations if each[0].runs or (each[2] is not None and each[2].facts)]
    pairs = tuple(pair for station, facts, _ in both for pair in _pairs(station, facts))
    return MethodsComparison(
        stations=tuple(_reach(station, facts) for station, facts, _ in both),
        pairs=pairs,
        facts=tuple(_counted(fact, pairs) for fact in FACTS),
        properties=tuple(_properties(both)),
        ages=tuple(_ages(both, pairs)),
        all_stations=all_stations,
    )


# ── one transfer ─────────────────────────────────────────────────────────────


def _pairs(station: Station, facts: OfficialFacts) -> Iterator[TransferPair]:
    for run in sorted(station.runs, key=lambda each: each.run_id):
        route, backwards = _text_of(station, run, facts)
        acts = tuple(facts.acts.get(route.route_id, ())) if route is not None else ()
        start = _today(station, run.from_line, run.from_direction)
        end = _today(station, run.to_line, run.to_direction)
        yield TransferPair(
            station=station.id,
            name=station_text(station),
            start=platform_text(station, *start),
            end=platform_text(station, *end),
            run_id=run.run_id,
            surveyed_at=run.observed_at,
            route_id=route.route_id if route is not None else None,
            official_at=route.as_of if route is not None else None,
            backwards=backwards,
            cells=tuple(_cells(station, run, acts, backwards=backwards)),
        )


def _text_of(station: Station, run: SurveyRun, facts: OfficialFacts) -> tuple[OfficialRouteFact | None, bool]:
    """The official text of a surveyed transfer, else that of the way back."""
    own = (_today(station, run.from_line, run.from_direction), _today(station, run.to_line, run.to_direction))
    back: OfficialRouteFact | None = None
    for route in sorted(facts.routes, key=lambda each: each.route_id):
        ends = (
            _today(station, route.from_line, route.from_direction),
            _today(station, route.to_line, route.to_direction),
        )
        if ends == own:
            return route, False
        if ends == own[::-1] and back is None:
            back = route
    return back, back is not None


def _today(station: Station, line: str, direction: str) -> tuple[str, str]:
    """A platform by the station's own names: stations were renamed since 2016."""
    line, direction = normal_line(line), normal_station(direction)
    for each in station.directions:
        if each.line == line and direction in {each.next_station.ko, *each.aliases}:
            return line, each.next_station.ko
    return line, direction


def _cells(station: Station, run: SurveyRun, acts: Sequence[ActFact], *, backwards: bool) -> Iterator[Cell]:
    ours, theirs = stated_by_survey(run), stated_by_text(acts) if acts else None
    if theirs is not None and backwards:
        theirs = theirs.back()
    yield _compared("rides", _rides(ours), _rides(theirs))
    yield _floors(station, ours, theirs)
    yield _compared("gates", _count(ours.gates), _count(theirs.gates) if theirs else None)
    yield _compared("staff_call", _yes_no(_run_calls(run)), _yes_no(_text_calls(acts)))
    yield _compared("outside", _yes_no(_run_outside(run)), _yes_no(_text_outside(acts)))
    yield _metres("metres_outside", _run_metres(run, outside=True), _text_metres(acts))
    yield _metres("metres", _run_metres(run, outside=False), None)
    yield _compared("minutes", Text(f"{run.minutes_chair:g}분", f"{run.minutes_chair:g} min"), None)
    first, last = ("board", "alight") if backwards else ("alight", "board")
    yield _compared("alight", _door(run.alight), _text_door(acts, first))
    yield _compared("board", _door(run.board), _text_door(acts, last))
    yield _compared("hazards", _run_hazards(run), None)
    yield _compared("turns", _run_turns(run), None if backwards else _text_turns(acts))


def _compared(fact: str, survey: Text | None, official: Text | None, *, same: bool | None = None) -> Cell:
    if survey is None or official is None:
        verdict = (
            Verdict.NEITHER
            if survey is official
            else Verdict.SURVEY_ONLY
            if official is None
            else Verdict.OFFICIAL_ONLY
        )
    else:
        verdict = Verdict.AGREE if (survey == official if same is None else same) else Verdict.DIFFER
    return Cell(fact, survey, official, verdict)


_RIDES = {
    LinkKind.ELEVATOR: Text("엘리베이터", "lift"),
    LinkKind.WHEELCHAIR_LIFT: Text("휠체어리프트", "wheelchair lift"),
    LinkKind.ESCALATOR: Text("에스컬레이터", "escalator"),
    LinkKind.MOVING_WALK: Text("무빙워크", "moving walk"),
    LinkKind.STAIRS: Text("계단", "stairs"),
}


def _rides(stated: StatedRoute | None) -> Text | None:
    if stated is None:
        return None
    counted = Counter(ride.kind for ride in stated.rides)
    if not counted:
        return Text("타지 않음", "no ride")
    said = [(_RIDES[kind], counted[kind]) for kind in _RIDES if counted[kind]]
    return Text(
        ", ".join(f"{kind.ko} {count}번" for kind, count in said),
        ", ".join(f"{kind.en} ×{count}" for kind, count in said),
    )


def _floors(station: Station, ours: StatedRoute, theirs: StatedRoute | None) -> Cell:
    survey, official = _floor_words(ours), _floor_words(theirs)
    # The same floors one after the other are the same, however many machines it takes.
    same = theirs is not None and (survey == official or Floors(station).texts(ours.rides, theirs.rides))
    return _compared("floors", survey, official, same=same)


def _floor_words(stated: StatedRoute | None) -> Text | None:
    if stated is None:
        return None
    labels = [label for ride in stated.rides for label in (ride.from_level, ride.to_level) if label is not None]
    once = [label for n, label in enumerate(labels) if n == 0 or labels[n - 1] != label]
    words = "→".join(once)
    return Text(words, words) if once else None


def _count(count: int) -> Text:
    return Text(f"{count}번", f"{count}")


def _yes_no(answer: bool | None) -> Text | None:  # noqa: FBT001 - it is the answer itself
    if answer is None:
        return None
    return Text("예", "yes") if answer else Text("아니요", "no")


def _run_calls(run: SurveyRun) -> bool | None:
    notes = [item.note for leg in run.legs for item in leg.items if item.item == "gate" and item.note != "unknown"]
    return any(note == STAFF_CALL for note in notes) if notes else None


def _text_calls(acts: Sequence[ActFact]) -> bool | None:
    said = [act.staff_call for act in acts if act.staff_call is not None]
    return any(said) if said else None


def _run_outside(run: SurveyRun) -> bool:
    return any(leg.place is PlaceKind.STREET for leg in run.legs)


def _text_outside(acts: Sequence[ActFact]) -> bool | None:
    """None for a text that names no place on its way, or passes the ground without saying whether that is outside."""
    if any(act.place in {"outside", "exit"} or act.exit for act in acts):
        return True
    if any(act.level == GROUND and act.place != "platform" for act in acts) or not any(act.level for act in acts):
        return None
    return False


def _run_metres(run: SurveyRun, *, outside: bool) -> float | None:
    found = [
        item.length_m
        for leg in run.legs
        if not outside or leg.place is PlaceKind.STREET
        for item in leg.items
        if item.length_m is not None
    ]
    return sum(found) if found else None


def _text_metres(acts: Sequence[ActFact]) -> float | None:
    """Metres that a text states: only ever those of a way outside."""
    found = [act.length_m for act in acts if act.length_m is not None]
    return sum(found) if found else None


def _metres(fact: str, survey: float | None, official: float | None) -> Cell:
    texts = [None if each is None else Text(f"{each:g} m", f"{each:g} m") for each in (survey, official)]
    near = (
        survey is not None and official is not None and abs(survey - official) <= METRES_APART * max(survey, official)
    )
    return _compared(fact, texts[0], texts[1], same=near)


def _door(door: tuple[int, int | None] | None) -> Text | None:
    if door is None:
        return None
    words = str(door[0]) if door[1] is None else f"{door[0]}-{door[1]}"
    return Text(words, words)


def _text_door(acts: Sequence[ActFact], kind: str) -> Text | None:
    return next((_door((act.car, act.door)) for act in acts if act.kind == kind and act.car is not None), None)


_HAZARDS = {kind.value for kind in HAZARDS}


def _run_hazards(run: SurveyRun) -> Text | None:
    met = [ITEMS[item.item].label for leg in run.legs for item in leg.items if item.item in _HAZARDS and item.item]
    once = tuple(dict.fromkeys(met))
    return Text(", ".join(each.ko for each in once), ", ".join(each.en for each in once)) if once else None


_HEADINGS = {
    "left": Text("왼쪽", "left"),
    "right": Text("오른쪽", "right"),
    "straight": Text("곧장", "straight"),
    "back": Text("뒤로", "back"),
}


def _run_turns(run: SurveyRun) -> Text | None:
    return _turns([item.note or "" for leg in run.legs for item in leg.items if item.item == "turn"])


def _text_turns(acts: Sequence[ActFact]) -> Text | None:
    return _turns([act.heading or "" for act in acts if act.kind == "turn"])


def _turns(headings: Sequence[str]) -> Text | None:
    said = [_HEADINGS.get(each, Text(each, each)) for each in headings if each]
    return Text(", ".join(each.ko for each in said), ", ".join(each.en for each in said)) if said else None


# ── counts ───────────────────────────────────────────────────────────────────


def _counted(fact: str, pairs: Sequence[TransferPair]) -> FactCount:
    cells = [cell for pair in pairs for cell in pair.cells if cell.fact == fact]
    found = Counter(cell.verdict for cell in cells)
    told = found[Verdict.AGREE] + found[Verdict.DIFFER]
    return FactCount(
        fact=fact,
        label=FACTS[fact],
        survey=told + found[Verdict.SURVEY_ONLY],
        official=told + found[Verdict.OFFICIAL_ONLY],
        agree=found[Verdict.AGREE],
        differ=found[Verdict.DIFFER],
        of=len(cells),
    )


def _reach(station: Station, facts: OfficialFacts) -> StationCount:
    ends = [(each.line, each.next_station.ko) for each in station.directions]
    known = {(start, end) for start in ends for end in ends if start[0] != end[0]}
    surveyed = {
        (_today(station, run.from_line, run.from_direction), _today(station, run.to_line, run.to_direction))
        for run in station.runs
    }
    official = {
        (_today(station, each.from_line, each.from_direction), _today(station, each.to_line, each.to_direction))
        for each in facts.routes
    } & known
    return StationCount(
        station.id,
        station_text(station),
        len(known | surveyed),  # a survey may change trains within a line
        len(surveyed),
        len(official),
        len(surveyed & official),
    )


def _properties(stations: Sequence[tuple[Station, OfficialFacts, View | None]]) -> Iterator[PropertyCount]:
    """Properties of single things: what the register and the texts know, and what the ledger and the runs know."""
    survey: dict[str, set[tuple[str, str]]] = {}
    official: dict[str, set[tuple[str, str]]] = {}
    same: Counter[str] = Counter()
    for station, _, view in stations:
        told = base_facts(station)
        for (feature, prop), fact in told.items():
            methods = {each.method for each in fact.evidence}
            for method, side in ((Method.SURVEYED, survey), (Method.OFFICIAL, official)):
                if method in methods:
                    side.setdefault(prop, set()).add((station.id, feature))
            same[prop] += methods >= {Method.SURVEYED, Method.OFFICIAL}
        for (feature, prop), settled in view.facts.items() if view is not None else ():
            claimed = [each for each in settled.standings if each.claim is not None]
            if not claimed:
                continue
            survey.setdefault(prop, set()).add((station.id, feature))
            base = next((each.value for each in settled.standings if each.base is not None), None)
            if base is not None and prop in FIELDS:
                official.setdefault(prop, set()).add((station.id, feature))
                same[prop] += all(agree(FIELDS[prop], each.value, base) for each in claimed)
    for prop in (name for name in FIELDS if name in survey or name in official):
        ours, theirs = survey.get(prop, set()), official.get(prop, set())
        both = len(ours & theirs)
        yield PropertyCount(prop, FIELDS[prop].label, len(ours), len(theirs), both, min(same[prop], both))


def _ages(
    stations: Sequence[tuple[Station, OfficialFacts, View | None]], pairs: Sequence[TransferPair]
) -> Iterator[Age]:
    surveyed = [run.observed_at for station, _, _ in stations for run in station.runs]
    for _, _, view in stations:
        if view is not None:
            surveyed += [each.date for settled in view.facts.values() for each in settled.standings if each.claim]
    yield _age("survey", Text("무의의 현장 조사", "Muui's surveys"), surveyed)
    texts = [pair.official_at for pair in pairs if pair.official_at]
    yield _age("official_text", Text("공식 환승 안내문", "official transfer texts"), texts)
    registers: dict[str, list[str]] = {"status": [], "register": []}
    for station, _, _ in stations:
        for unit in station.units:
            registers["register"] += [
                each.date for each in unit.evidence if each.date and each.method is Method.OFFICIAL
            ]
            registers["status"] += [unit.status_as_of] if unit.status_as_of else []
    yield _age("register", Text("승강기 목록", "registers of lifts"), registers["register"])
    yield _age("status", Text("승강기 가동현황", "status of lifts"), registers["status"])


def _age(source: str, label: Text, dates: Sequence[str]) -> Age:
    tidy = sorted(each.removeprefix("<=")[:10] for each in dates)
    return Age(source, label, tidy[0] if tidy else None, tidy[-1] if tidy else None)
