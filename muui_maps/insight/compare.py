"""Our route beside each official route and each surveyed transfer: agree or not, and why.

Agreement with an official route is about rides: as many, in the same order, of the same kind, between the same floors,
after the floors' labels are aligned and only where the text states them. Every difference carries reasons, and a reason
is given only if a predicate on the data holds (`reasons.py`); a difference without one is `unexplained`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muui_maps.errors import NoRouteError
from muui_maps.insight.official import Floors, StatedRide, StatedRoute, stated_by_survey, stated_by_text
from muui_maps.insight.reasons import GATE_REASONS, REASON_TEXTS, Case, Reason, StatedTransfer, reasons_for
from muui_maps.model import Endpoint, LinkKind, Text
from muui_maps.names import normal_line, normal_station
from muui_maps.network.routes import find_route
from muui_maps.profiles import profile as profile_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from muui_maps.insight.official import OfficialFacts
    from muui_maps.model import Direction, Profile, Ride, Route, Seconds, Station, SurveyRun
    from muui_maps.profiles import Costs

TYPICAL_SHARE = 0.25
"""How far our typical time may lie from the surveyed one to count as near."""
LENGTH_SHARE = 0.10
"""How far our metres may lie from the surveyed ones before a note says so."""


@dataclass(frozen=True, slots=True)
class Platform:
    """An end of a transfer: a line, and the direction of the train by its next station; empty if no source says."""

    line: str
    direction: str
    direction_en: str | None = None


@dataclass(frozen=True, slots=True)
class Ours:
    """Our route, or None in each field where there is none; `blockers` say what stands in the way."""

    rides: tuple[Ride, ...]
    gates: int | None
    length_m: float | None
    seconds: Seconds | None
    blockers: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class OfficialComparison:
    """One official route beside ours. `equal` is about rides; `reasons` say why rides or gates differ."""

    station: str
    route_id: str
    start: Platform
    end: Platform
    operator: str
    theirs: StatedRoute
    ours: Ours
    equal: bool
    reasons: tuple[Reason, ...]

    def as_json(self) -> dict[str, Any]:
        """As `compare --json` writes it."""
        return {
            "station": self.station,
            "route_id": self.route_id,
            "from": _platform_json(self.start),
            "to": _platform_json(self.end),
            "operator": self.operator,
            "theirs": {"rides": [_stated_json(ride) for ride in self.theirs.rides], "gates": self.theirs.gates},
            "ours": {"rides": [_ride_json(ride) for ride in self.ours.rides], "gates": self.ours.gates},
            "equal": self.equal,
            "reasons": [reason.value for reason in self.reasons],
        }


@dataclass(frozen=True, slots=True)
class Note:
    """What differs between a surveyed transfer and our route."""

    code: str
    message: Text

    def as_json(self) -> dict[str, str]:
        return {"code": self.code, "message_ko": self.message.ko, "message_en": self.message.en}


@dataclass(frozen=True, slots=True)
class SurveyComparison:
    """One surveyed transfer beside our route."""

    run_id: str
    station: str
    start: Platform
    end: Platform
    minutes: float
    length_m: float
    elevators: int
    wheelchair_lifts: int
    gates: int
    ours: Ours
    notes: tuple[Note, ...]

    @property
    def in_range(self) -> bool:
        """Whether our range covers the surveyed minutes."""
        seconds = self.ours.seconds
        return seconds is not None and seconds.low <= self.minutes * 60 <= seconds.high

    @property
    def typical_near(self) -> bool:
        """Whether our typical time lies within `TYPICAL_SHARE` of the surveyed minutes."""
        seconds = self.ours.seconds
        return seconds is not None and abs(seconds.typical - self.minutes * 60) <= TYPICAL_SHARE * self.minutes * 60

    def as_json(self) -> dict[str, Any]:
        """As `compare --json` writes it."""
        seconds = self.ours.seconds
        return {
            "run_id": self.run_id,
            "station": self.station,
            "from": _platform_json(self.start),
            "to": _platform_json(self.end),
            "minutes": self.minutes,
            "length_m": self.length_m,
            "elevators": self.elevators,
            "wheelchair_lifts": self.wheelchair_lifts,
            "gates": self.gates,
            "ours": {
                "seconds": None
                if seconds is None
                else {"low": round(seconds.low), "typical": round(seconds.typical), "high": round(seconds.high)},
                "length_m": self.ours.length_m,
                "rides": [_ride_json(ride) for ride in self.ours.rides],
                "gates": self.ours.gates,
            },
            "in_range": self.in_range,
            "notes": [note.as_json() for note in self.notes],
        }


def _platform_json(platform: Platform) -> dict[str, str | None]:
    return {"line": platform.line, "direction": platform.direction or None}


def _stated_json(ride: StatedRide) -> dict[str, str | None]:
    return {"kind": ride.kind.value, "from_level": ride.from_level, "to_level": ride.to_level}


def _ride_json(ride: Ride) -> dict[str, str]:
    return {"kind": ride.kind.value, "unit": ride.unit, "from_level": ride.from_level, "to_level": ride.to_level}


# ── official routes ──────────────────────────────────────────────────────────


def compare_official(
    station: Station,
    facts: OfficialFacts,
    *,
    ignore_status: bool = True,
    profile: Profile | None = None,
    only: Collection[str] | None = None,
) -> tuple[OfficialComparison, ...]:
    """Lay our route beside every official route of the station, in the order of the routes' ids.

    Parameters
    ----------
    facts
        The station's official routes and acts, as `assemble.gather.gather` picks them.
    ignore_status
        Take units under repair as working: the texts describe the building, not the day.
    profile
        Whose route; a manual wheelchair's unless given.
    only
        Ids of the routes to compare; all of them unless given. The others are still asked for reasons.
    """
    who = profile or profile_of("manual_wheelchair")
    texts = {
        route.route_id: tuple(
            StatedTransfer(route.operator, start, end, stated)
            for stated in [stated_by_text(facts.acts.get(route.route_id, ()))]
            for start in _platforms(station, route.from_line, route.from_direction)
            for end in _platforms(station, route.to_line, route.to_direction)
        )
        for route in sorted(facts.routes, key=lambda route: route.route_id)
    }
    surveys = tuple(
        StatedTransfer(
            operator=run.source,
            start=_today(station, run.from_line, run.from_direction),
            end=_today(station, run.to_line, run.to_direction),
            stated=stated_by_survey(run),
        )
        for run in station.runs
        if not run.incomplete
    )
    floors = Floors(station)
    found = []
    for route_id, meant in texts.items():
        if only is not None and route_id not in only:
            continue
        others = tuple(other for other_id, each in texts.items() if other_id != route_id for other in each)
        cases = []
        for text in meant:
            route, ours = _route(station, text.start, text.end, who, ignore_status=ignore_status)
            regardless = route if ignore_status else _route(station, text.start, text.end, who, ignore_status=True)[0]
            cases.append((Case(station, floors, text, others, surveys, route, regardless), ours))
        # A text that leaves a direction open is right if it holds for one of the platforms that it may mean.
        case, ours = min(cases, key=lambda each: (not each[0].rides_equal, each[0].ours is None))
        found.append(
            OfficialComparison(
                station=station.id,
                route_id=route_id,
                start=_platform(station, case.text.start),
                end=_platform(station, case.text.end),
                operator=case.text.operator,
                theirs=case.text.stated,
                ours=ours,
                equal=case.rides_equal,
                reasons=reasons_for(case),
            )
        )
    return tuple(found)


def _route(
    station: Station,
    start: tuple[str, str],
    end: tuple[str, str],
    who: Profile,
    *,
    ignore_status: bool,
    costs: Costs | None = None,
) -> tuple[Route | None, Ours]:
    if start == end or not {start, end} <= {(each.line, each.direction) for each in station.platforms}:
        return None, Ours((), None, None, None)
    try:
        route = find_route(
            station, Endpoint(*start), Endpoint(*end), profile=who, ignore_status=ignore_status, costs=costs
        )
    except NoRouteError as error:
        return None, Ours((), None, None, None, error.blockers)
    return route, Ours(route.rides, route.gates, route.length_m, route.seconds)


def _platform(station: Station, end: tuple[str, str]) -> Platform:
    names = {(each.line, each.next_station.ko): each.next_station.en for each in station.directions}
    return Platform(*end, names.get(end))


def _today(station: Station, line: str, direction: str) -> tuple[str, str]:
    """A published platform by the station's own names: 뚝섬유원지 is 자양 today. As published if it has none."""
    line, direction = normal_line(line), normal_station(direction)
    of_line = [each for each in station.directions if each.line == line]
    for names in (_exact, _also):
        for each in of_line:
            if direction in names(each):
                return line, each.next_station.ko
    return line, direction


def _platforms(station: Station, line: str, direction: str) -> tuple[tuple[str, str], ...]:
    """The platforms that a text may mean: it names several (`회기|제기동`), or a line without a direction."""
    found = []
    for each in line.split("|"):
        of_line = [(way.line, way.next_station.ko) for way in station.directions if way.line == normal_line(each)]
        named = [_today(station, each, name) for name in direction.split("|") if name]
        found += [end for end in named if end in of_line] or named or of_line or [(each, "")]
    return tuple(dict.fromkeys(found))


def _exact(direction: Direction) -> frozenset[str]:
    return frozenset({direction.next_station.ko})


def _also(direction: Direction) -> frozenset[str]:
    terminus = direction.terminus
    english = {name.en for name in (direction.next_station, terminus) if name and name.en}
    return frozenset({*direction.aliases, *english, *({terminus.ko} if terminus else ())})


# ── surveyed transfers ───────────────────────────────────────────────────────


def compare_surveys(
    station: Station, runs: Sequence[SurveyRun], *, profile: Profile | None = None, costs: Costs | None = None
) -> tuple[SurveyComparison, ...]:
    """Lay our route beside each surveyed transfer. Repair status is ignored: the survey was made on another day.

    `costs` is another table of figures than the program's own.
    """
    who = profile or profile_of("manual_wheelchair")
    floors = Floors(station)
    found = []
    for run in sorted(runs, key=lambda run: run.run_id):
        start = _today(station, run.from_line, run.from_direction)
        end = _today(station, run.to_line, run.to_direction)
        known = {(each.line, each.direction) for each in station.platforms}
        stated = stated_by_survey(run)
        if {start, end} <= known and start != end:
            _, ours = _route(station, start, end, who, ignore_status=True, costs=costs)
            notes = _notes(run, stated, ours, floors)
        else:
            ours = Ours((), None, None, None)
            notes = (_unknown_platform(start if start not in known else end),)
        kinds = Counter(ride.kind for ride in stated.rides)
        found.append(
            SurveyComparison(
                run_id=run.run_id,
                station=station.id,
                start=_platform(station, start),
                end=_platform(station, end),
                minutes=run.minutes_chair,
                length_m=_surveyed_metres(run),
                elevators=kinds[LinkKind.ELEVATOR],
                wheelchair_lifts=kinds[LinkKind.WHEELCHAIR_LIFT],
                gates=stated.gates,
                ours=ours,
                notes=notes,
            )
        )
    return tuple(found)


def _surveyed_metres(run: SurveyRun) -> float:
    return sum(item.length_m or 0.0 for leg in run.legs for item in leg.items)


def _unknown_platform(platform: tuple[str, str]) -> Note:
    name = ":".join(platform)
    return Note(
        "unknown_platform",
        Text(f"이 역에 {name} 승강장이 없어요.", f"This station has no platform {name}."),
    )


def _notes(run: SurveyRun, stated: StatedRoute, ours: Ours, floors: Floors) -> tuple[Note, ...]:
    if ours.seconds is None:
        why = Text(", ".join(b.ko for b in ours.blockers), ", ".join(b.en for b in ours.blockers))
        return (Note("no_route", Text(f"우리 길이 없어요: {why.ko}", f"We find no way: {why.en}")),)
    notes = [
        *_incomplete_note(run),
        *_minutes_notes(run, ours.seconds),
        *_length_note(run, ours.length_m),
        *_count_notes(stated, ours),
    ]
    if not any(note.code.endswith("lifts_differ") for note in notes):
        notes += _level_notes(stated, ours, floors)
    return tuple(notes)


def _incomplete_note(run: SurveyRun) -> list[Note]:
    if not run.incomplete:
        return []
    text = Text(
        "조사의 일부 행을 읽지 못해 합계가 적어요.", "Rows of the survey were set aside: its totals are too low."
    )
    return [Note("run_incomplete", text)]


def _minutes_notes(run: SurveyRun, seconds: Seconds) -> list[Note]:
    low, typical, high = (round(value / 60) for value in (seconds.low, seconds.typical, seconds.high))
    notes = []
    if not seconds.low <= run.minutes_chair * 60 <= seconds.high:
        text = Text(
            f"조사 {run.minutes_chair:g}분이 우리 범위 {low}–{high}분 밖이에요.",
            f"The surveyed {run.minutes_chair:g} min lie outside our range of {low}–{high} min.",
        )
        notes.append(Note("minutes_out_of_range", text))
    if abs(seconds.typical / 60 - run.minutes_chair) > TYPICAL_SHARE * run.minutes_chair:
        text = Text(
            f"보통 {typical}분은 조사 {run.minutes_chair:g}분과 25% 넘게 달라요.",
            f"Our typical {typical} min differ from the surveyed {run.minutes_chair:g} min by more than 25 %.",
        )
        notes.append(Note("typical_off", text))
    return notes


def _length_note(run: SurveyRun, ours: float | None) -> list[Note]:
    surveyed = _surveyed_metres(run)
    if ours is None:
        text = Text("우리 길에 거리를 모르는 구간이 있어요.", "Part of our distance is unknown.")
        return [Note("length_unknown", text)]
    if abs(ours - surveyed) <= LENGTH_SHARE * surveyed:
        return []
    text = Text(f"거리: 조사 {surveyed:g} m, 우리 {ours:.0f} m.", f"Metres: surveyed {surveyed:g}, ours {ours:.0f}.")
    return [Note("length_differs", text)]


def _count_notes(stated: StatedRoute, ours: Ours) -> list[Note]:
    theirs, mine = Counter(ride.kind for ride in stated.rides), Counter(ride.kind for ride in ours.rides)
    notes = []
    for code, name, one, other in (
        ("lifts_differ", Text("엘리베이터", "Lifts"), theirs[LinkKind.ELEVATOR], mine[LinkKind.ELEVATOR]),
        (
            "wheelchair_lifts_differ",
            Text("휠체어리프트", "Wheelchair lifts"),
            theirs[LinkKind.WHEELCHAIR_LIFT],
            mine[LinkKind.WHEELCHAIR_LIFT],
        ),
        ("gates_differ", Text("개찰구", "Fare gates"), stated.gates, ours.gates or 0),
    ):
        if one != other:
            text = Text(f"{name.ko}: 조사 {one}, 우리 {other}.", f"{name.en}: surveyed {one}, ours {other}.")
            notes.append(Note(code, text))
    return notes


def _level_notes(stated: StatedRoute, ours: Ours, floors: Floors) -> list[Note]:
    """Floors that the survey labels otherwise than every name we know for them."""
    notes: dict[str, Note] = {}
    for theirs, mine in zip(stated.rides, ours.rides, strict=False):
        for label, level in ((theirs.from_level, mine.from_level), (theirs.to_level, mine.to_level)):
            if label is not None and not floors.same(label, level):
                text = Text(f"층: 조사 {label}, 우리 {level}.", f"Floor: surveyed {label}, ours {level}.")
                notes.setdefault(level, Note("levels_differ", text))
    return list(notes.values())


@dataclass(frozen=True, slots=True)
class SurveyError:
    """How far our typical minutes are off the surveyed ones, on average; of how many; and how many our range covers."""

    known: int
    minutes: float
    covered: int


def survey_error(surveys: Sequence[SurveyComparison]) -> SurveyError | None:
    """The error over the surveyed transfers to which we know a way; None if there is none."""
    known = [(each, each.ours.seconds) for each in surveys if each.ours.seconds is not None]
    if not known:
        return None
    off = sum(abs(seconds.typical / 60 - each.minutes) for each, seconds in known) / len(known)
    return SurveyError(len(known), off, sum(each.in_range for each, _ in known))


# ── figures ──────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Figures:
    """What a whole comparison comes to."""

    official: int
    equal_ignoring_status: int
    equal_with_status: int
    reasons_ignoring_status: Mapping[Reason, int]
    reasons_with_status: Mapping[Reason, int]
    surveys: int
    in_range: int
    typical_near: int

    def lines(self, lang: str) -> tuple[str, ...]:
        """The figures as a person reads them."""

        def share(equal: int) -> str:
            return f"{equal}/{self.official}" + (f" ({100 * equal / self.official:.0f} %)" if self.official else "")

        ko = lang == "ko"
        found = [
            f"공식 경로와 탈것이 같음: {share(self.equal_ignoring_status)} (수리 상태 무시), "
            f"{share(self.equal_with_status)} (수리 상태 반영)"
            if ko
            else f"rides equal to the official routes: {share(self.equal_ignoring_status)} with repair status ignored, "
            f"{share(self.equal_with_status)} with it applied"
        ]
        for title, tally, about_gates in (
            (
                Text("탈것이 다른 까닭, 상태 무시", "why rides differ, status ignored"),
                self.reasons_ignoring_status,
                False,
            ),
            (Text("탈것이 다른 까닭, 상태 반영", "why rides differ, status applied"), self.reasons_with_status, False),
            (Text("개찰구 수만 다른 까닭", "why only gates differ"), self.reasons_ignoring_status, True),
        ):
            for reason, count in sorted(tally.items()):
                if (reason in GATE_REASONS) is about_gates:
                    words = REASON_TEXTS[reason]
                    found.append(
                        f"  {title.ko if ko else title.en}: {count} × {words.ko if ko else words.en} [{reason}]"
                    )
        found.append(
            f"조사 {self.surveys}건: 시간이 범위 안 {self.in_range}, 보통값이 25% 안 {self.typical_near}"
            if ko
            else f"{self.surveys} surveyed transfers: {self.in_range} within our range, "
            f"{self.typical_near} within 25 % of our typical time"
        )
        return tuple(found)


def figures(
    ignoring_status: Sequence[OfficialComparison],
    with_status: Sequence[OfficialComparison],
    surveys: Sequence[SurveyComparison],
) -> Figures:
    """Count agreement and reasons; an official route may count towards several reasons."""
    return Figures(
        official=len(ignoring_status),
        equal_ignoring_status=sum(each.equal for each in ignoring_status),
        equal_with_status=sum(each.equal for each in with_status),
        reasons_ignoring_status=Counter(reason for each in ignoring_status for reason in each.reasons),
        reasons_with_status=Counter(reason for each in with_status for reason in each.reasons),
        surveys=len(surveys),
        in_range=sum(each.in_range for each in surveys),
        typical_near=sum(each.typical_near for each in surveys),
    )
