"""What to look at on the next visit: the facts that the routes lean on and that nobody knows for sure.

Every transfer that a wheelchair can make is laid through the station, with everything taken as working. A question's
rank is how many of these transfers go through the thing it asks about, times how badly it is known (`Doubt`), times
what may hang on it (`stake`). A thing that some transfer can't do without counts double.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from muui_maps.assemble.directions import platforms_of, transfers
from muui_maps.errors import NoRouteError
from muui_maps.forms.asked import UNIT_SIGNS, Ask, platform_text, thing_of
from muui_maps.insight.official import stated_by_survey, stated_by_text
from muui_maps.maps.words import unit_with_line
from muui_maps.model import (
    STREET,
    Endpoint,
    LinkKind,
    Method,
    NodeKind,
    Severity,
    Status,
    Text,
    UnitKind,
)
from muui_maps.names import normal_line, normal_station
from muui_maps.network.routes import find_route
from muui_maps.profiles import profile
from muui_maps.survey.effects import LIFETIMES
from muui_maps.survey.fields import FIELDS
from muui_maps.survey.match import Matcher, features_of, platform_id
from muui_maps.survey.view import Rule
from muui_maps.survey.words import conflict_text
from muui_maps.wording import line_text, with_particle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.insight.official import OfficialFacts, StatedRoute
    from muui_maps.model import Evidence, Finding, Link, Node, Route, Station, SurveyRun
    from muui_maps.survey.view import Settled, View


class Doubt(StrEnum):
    """How badly a fact is known, worst first."""

    CONFLICT = "conflict"
    UNKNOWN = "unknown"
    STALE = "stale"
    SINGLE = "single"


DOUBTS: Mapping[Doubt, Text] = {
    Doubt.CONFLICT: Text("자료가 서로 달라요", "sources differ"),
    Doubt.UNKNOWN: Text("아무도 몰라요", "nobody knows"),
    Doubt.STALE: Text("오래됐어요", "old"),
    Doubt.SINGLE: Text("한 곳에서만 알아요", "one source only"),
}
WEIGHTS: Mapping[Doubt, float] = {Doubt.CONFLICT: 4.0, Doubt.UNKNOWN: 3.0, Doubt.STALE: 2.0, Doubt.SINGLE: 1.0}
"""Our own choice: what contradicts can mislead, what is unknown can only surprise, what is old may still hold."""
STALE_YEARS = 5
"""Measures of a building older than this, at the newest data's date, are worth another look."""
STATUS_DAYS = LIFETIMES["working"].days or 0
"""A status is worth another look once a sighting of it would have outlived itself."""
CRITICAL = 2.0
METRES_A_STAKE = 50.0
"""A difference of so many metres doubles a question's rank: about a minute in a chair."""
MAX_STAKE = 6.0
NARROW_DOOR = 0.4
"""Hardly any lift has a door too narrow for a chair: its width is the least urgent of what is unknown."""
ASKED = 12
"""Questions on a sheet: what one visit can answer."""

_OF_FINDING: Mapping[str, tuple[Doubt, tuple[str, ...]]] = {
    "length_conflict": (Doubt.CONFLICT, ("length_m",)),
    "registers_disagree": (Doubt.CONFLICT, ("served_levels",)),
    "unit_levels_differ": (Doubt.CONFLICT, ("served_levels",)),
    "rides_conflict": (Doubt.CONFLICT, ("served_levels",)),
    "level_conflict": (Doubt.CONFLICT, ("signed_level",)),
    "gate_conflict": (Doubt.CONFLICT, ("operational_status", "staff_call_needed")),
    "gate_missing": (Doubt.CONFLICT, ("operational_status", "staff_call_needed")),
    "unit_not_in_register": (Doubt.UNKNOWN, ("operational_status", "served_levels", "near_exit")),
    "unit_place_unknown": (Doubt.UNKNOWN, ("served_levels", "near_exit")),
}
"""What a Finding of assembly asks for on site."""

CONFLICTS = frozenset(code for code, (doubt, _) in _OF_FINDING.items() if doubt is Doubt.CONFLICT)
"""Codes of Findings that say that sources differ."""

_QUESTIONS: Mapping[str, Text] = {
    "length_m": Text("몇 m인가요?", "How many metres is it?"),
    "served_levels": Text("어느 층에 서나요?", "At which levels does it stop?"),
    "signed_level": Text("표지에 몇 층이라고 적혀 있나요?", "Which level do the signs say?"),
    "staff_call_needed": Text("지나려면 역무원을 불러야 하나요?", "Must staff be called to pass?"),
    "operational_status": Text("지금 있고, 쓸 수 있나요?", "Is it there, and in use?"),
    "near_exit": Text("몇 번 출구 옆인가요?", "By which exit does it stand?"),
    "door_width_mm": Text("문 폭은 몇 mm인가요?", "How wide is the door, in mm?"),
    "passable": Text("휠체어로 지나갈 수 있나요?", "Can one pass in a wheelchair?"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to look at, with everything that is asked of it.

    Parameters
    ----------
    transfers, of
        How many transfers go through it, of how many.
    critical
        Whether some transfer can't be made without it.
    rank
        The number that the list is sorted by.
    """

    ask: Ask
    doubt: Doubt
    transfers: int
    of: int
    critical: bool
    rank: float

    def as_json(self) -> dict[str, Any]:
        """As `survey next --json` writes it."""
        return {
            "feature": self.ask.feature,
            "kind": self.ask.kind,
            "properties": list(self.ask.props),
            "doubt": self.doubt.value,
            "transfers": self.transfers,
            "of": self.of,
            "critical": self.critical,
            "rank": round(self.rank, 2),
            "label_ko": self.ask.label.ko,
            "label_en": self.ask.label.en,
            "question_ko": self.ask.question.ko,
            "question_en": self.ask.question.en,
            "why_ko": self.ask.why.ko,
            "why_en": self.ask.why.en,
        }


@dataclass
class _Open:
    """A thing under question, while reasons are gathered."""

    reasons: list[tuple[Doubt, tuple[str, ...], Text, float]] = field(default_factory=list)
    uses: set[int] = field(default_factory=set)
    question: Text | None = None


def next_visit(
    station: Station, *, view: View | None = None, official: OfficialFacts | None = None, newest: str | None = None
) -> tuple[Question, ...]:
    """Questions for the next visit, the most telling first.

    Parameters
    ----------
    view
        What its ledger holds: conflicts, what outlived itself, what waits for a reviewer.
    official
        Its official routes, to lay beside the surveyed transfers.
    newest
        Date of the newest data at hand, ISO; ages count back from it. Without it nothing is stale.
    """
    return _Asking(station, view, official, newest).questions()


class _Asking:
    def __init__(self, station: Station, view: View | None, official: OfficialFacts | None, newest: str | None) -> None:
        self.station, self.view, self.official, self.newest = station, view, official, newest
        self.matcher = Matcher(features_of(station))
        self.features = self.matcher.features
        self.nodes: Mapping[str, Node] = {node.id: node for node in station.nodes}
        self.links: Mapping[str, Link] = {link.id: link for link in station.links}
        self.units = {unit.id: unit for unit in station.units}
        self.pairs = _pairs(station)
        self.routes = [_route(station, *pair) for pair in self.pairs]
        self.open: dict[str, _Open] = defaultdict(_Open)
        self.uses = self._uses()
        self.critical = self._critical()

    def questions(self) -> tuple[Question, ...]:
        for finding in self.station.findings:
            self._finding(finding)
        for link_id in sorted(self.uses):
            if link_id in self.links:
                self._link(self.links[link_id])
            elif link_id in self.units:
                self._unit(link_id)
        if self.view is not None:
            for (feature, _), settled in sorted(self.view.facts.items()):
                self._settled(feature, settled)
        if self.official is not None:
            for run in self.station.runs:
                self._text_beside(run, self.official)
        found = [self._question(feature, state) for feature, state in self.open.items() if state.reasons]
        return tuple(sorted(found, key=lambda each: (-each.rank, each.ask.feature)))

    # ── what the routes lean on ─────────────────────────────────────────────

    def _uses(self) -> Mapping[str, frozenset[int]]:
        """Links, units and platforms by id, with the transfers that go through them."""
        found: dict[str, set[int]] = defaultdict(set)
        for number, route in enumerate(self.routes):
            if route is None:
                continue
            for leg in route.legs:
                for step in leg.traversals:
                    found[_asked_as(step.link)].add(number)
                for unit in (leg.unit.id, *leg.same_as) if leg.unit is not None else ():
                    found[unit].add(number)
            for end in (route.start, route.end):
                found[platform_id(end.line or "", end.direction or "")].add(number)
        return {key: frozenset(value) for key, value in found.items()}

    def _critical(self) -> frozenset[str]:
        """Units without which some transfer can't be made."""
        who = profile("manual_wheelchair")
        found: set[str] = set()
        for unit in sorted(set(self.uses) & set(self.units)):
            for number in self.uses[unit]:
                start, end = self.pairs[number]
                try:
                    find_route(self.station, start, end, profile=who, without=[unit], ignore_status=True)
                except NoRouteError:
                    found.add(unit)
                    break
        return frozenset(found)

    # ── what is in doubt ────────────────────────────────────────────────────

    def _doubt(self, feature: str, doubt: Doubt, props: tuple[str, ...], why: Text, stake: float = 1.0) -> None:
        asked = tuple(prop for prop in props if not self._answered(feature, prop))
        if asked:
            self.open[feature].reasons.append((doubt, asked, why, min(stake, MAX_STAKE)))

    def _answered(self, feature: str, prop: str) -> bool:
        """Whether researchers have settled it since: then what the sources say against each other is past."""
        settled = self.view.facts.get((feature, prop)) if self.view is not None else None
        return (
            settled is not None
            and settled.changes_base
            and settled.value is not None
            and not settled.conflict
            and not settled.outliers
        )

    def _finding(self, finding: Finding) -> None:
        asked = _OF_FINDING.get(finding.code)
        if asked is None or finding.layer is None:
            return
        doubt, props = asked
        for feature in self._features_at(finding.layer):
            if self._used(feature) or finding.severity is not Severity.INFO:
                self._doubt(feature, doubt, props, finding.message, _metres_between(finding))

    def _features_at(self, layer: str) -> tuple[str, ...]:
        """The features that a Finding's place stands for: a line's island platform is that of each direction."""
        if layer in self.features:
            return (layer,)
        return tuple(
            key for key in sorted(self.features) if layer.endswith(":platform") and key.startswith(f"{layer}:")
        )

    def _used(self, feature: str) -> bool:
        return bool(self.uses.get(feature))

    def _link(self, link: Link) -> None:
        if link.kind is LinkKind.GATE and link.staff_call is None:
            why = Text("카드로 열리는지 역무원이 여는지 몰라요.", "Whether a card or staff open it is not known.")
            self._doubt(link.id, Doubt.UNKNOWN, ("staff_call_needed",), why)
        if link.kind is not LinkKind.WALKWAY:
            return
        told = [each for each in link.evidence.get("length_m", ()) if each.method in {Method.SURVEYED, Method.OFFICIAL}]
        if link.length_m is None:
            why = Text("거리를 아는 자료가 없어요.", "No source says how far it is.")
            self._doubt(link.id, Doubt.UNKNOWN, ("length_m",), why)
        elif told:
            self._age(link.id, ("length_m",), told)

    def _age(self, feature: str, props: tuple[str, ...], told: Sequence[Evidence]) -> None:
        dates = sorted(each.date.removeprefix("<=") for each in told if each.date)
        if dates and self.newest is not None and int(self.newest[:4]) - int(dates[-1][:4]) >= STALE_YEARS:
            year = dates[-1][:4]
            why = Text(f"{year}년에 잰 값이에요.", f"Measured in {year}.")
            self._doubt(feature, Doubt.STALE, props, why)
        elif len({each.dataset for each in told}) == 1:
            why = Text("한 자료만 말해요.", "One source alone says so.")
            self._doubt(feature, Doubt.SINGLE, props, why)

    def _unit(self, unit_id: str) -> None:
        unit = self.units[unit_id]
        if unit.status is Status.UNKNOWN:
            why = Text("작동하는지 말하는 자료가 없어요.", "No source says whether it works.")
            self._doubt(unit_id, Doubt.UNKNOWN, ("operational_status",), why)
        elif self._is_past(unit.status_as_of):
            day = (unit.status_as_of or "").removeprefix("<=")
            why = Text(f"상태는 {day} 것이에요.", f"Its status is of {day}.")
            self._doubt(unit_id, Doubt.STALE, ("operational_status",), why)
        if unit.kind is UnitKind.ELEVATOR and getattr(unit, "door_width_mm", None) is None:
            why = Text("문 폭을 말하는 자료가 없어요.", "No source says how wide its door is.")
            self._doubt(unit_id, Doubt.UNKNOWN, ("door_width_mm",), why, stake=NARROW_DOOR)

    def _is_past(self, day: str | None) -> bool:
        from datetime import date

        if day is None or self.newest is None:
            return False
        try:
            seen, now = (date.fromisoformat(each.removeprefix("<=")) for each in (day, self.newest))
        except ValueError:
            return False
        return (now - seen).days > STATUS_DAYS

    def _settled(self, feature: str, settled: Settled) -> None:
        if settled.conflict:
            self._doubt(feature, Doubt.CONFLICT, (settled.prop,), conflict_text(settled, self.matcher))
        elif settled.rule is Rule.EXPIRED:
            last = settled.standings[-1].date
            why = Text(f"마지막으로 본 날은 {last}예요.", f"Last seen on {last}.")
            self._doubt(feature, Doubt.STALE, (settled.prop,), why)
        elif settled.outliers:
            why = Text("보기 드문 값이 검토를 기다려요.", "An unusual value waits for a reviewer.")
            self._doubt(feature, Doubt.CONFLICT, (settled.prop,), why)

    # ── an official text beside a surveyed transfer ─────────────────────────

    def _text_beside(self, run: SurveyRun, official: OfficialFacts) -> None:
        """Where both tell the same transfer, and one rides where the other doesn't: one platform, or two."""
        surveyed = stated_by_survey(run)
        for route in sorted(official.routes, key=lambda each: each.route_id):
            ends = ((route.from_line, route.from_direction), (route.to_line, route.to_direction))
            own = ((run.from_line, run.from_direction), (run.to_line, run.to_direction))
            stated = stated_by_text(official.acts.get(route.route_id, ()))
            if _ends(ends) == _ends(own):
                self._differ(run, surveyed, stated)

    def _differ(self, run: SurveyRun, surveyed: StatedRoute, stated: StatedRoute) -> None:
        if run.incomplete or bool(surveyed.rides) == bool(stated.rides):
            return
        start, end = (
            platform_text(self.station, normal_line(line), normal_station(direction))
            for line, direction in ((run.from_line, run.from_direction), (run.to_line, run.to_direction))
        )
        rides = len(surveyed.rides) or len(stated.rides)
        year = run.observed_at[:4]
        if stated.rides:
            why = Text(
                f"공식 안내는 엘리베이터를 {rides}번 타라고 하는데, {year}년 조사는 타지 않았어요.",
                f"The official text rides {rides} lifts; the survey of {year} rode none.",
            )
        else:
            why = Text(
                f"공식 안내는 탈것 없이 바로 간다고 하는데, {year}년 조사는 엘리베이터를 {rides}번 탔어요.",
                f"By the official text one goes straight across; the survey of {year} rode {rides} lifts.",
            )
        both = Text(
            f"{start.ko}과 {end.ko} 승강장" if not start.ko else f"{with_particle(start.ko, '과')} {end.ko}", ""
        )
        question = Text(
            f"{both.ko}은 같은 승강장인가요? 층을 옮기지 않고 건너갈 수 있나요?",
            f"Are {start.en} and {end.en} the same platform? Can one cross without changing levels?",
        )
        feature = platform_id(normal_line(run.to_line), normal_station(run.to_direction))
        if feature not in self.features:
            return
        self._doubt(feature, Doubt.CONFLICT, ("passable", "signed_level"), why, stake=2.0 * rides)
        if not self._answered(feature, "passable"):
            self.open[feature].question = question

    # ── words and rank ──────────────────────────────────────────────────────

    def _question(self, feature: str, state: _Open) -> Question:
        used = self.uses.get(feature, frozenset())
        reasons = sorted(state.reasons, key=lambda each: -WEIGHTS[each[0]] * each[3])
        props = tuple(dict.fromkeys(prop for _, names, _, _ in reasons for prop in names))
        doubt = reasons[0][0]
        critical = feature in self.critical
        total = sum(route is not None for route in self.routes)
        share = len(used) / total if total else 0.0
        worth = max(WEIGHTS[each[0]] * each[3] for each in reasons) + 0.1 * (len(reasons) - 1)
        rank = worth * (0.05 + share) * (CRITICAL if critical else 1.0)
        label, kind = self._named(feature)
        asked = [_QUESTIONS.get(prop) or _plain_question(prop) for prop in props]
        if state.question is not None:
            asked = [state.question, *(each for each in asked if each != _QUESTIONS["passable"])]
        question = _joined(asked)
        ask = Ask(
            feature, kind, props, label, question, _why([each[2] for each in reasons], len(used), total, critical)
        )
        return Question(ask, doubt, len(used), total, critical, rank)

    def _named(self, feature: str) -> tuple[Text, str]:
        link = self.links.get(feature)
        if link is not None and link.kind is LinkKind.WALKWAY:
            ends = [self._node_text(self.nodes[node]) for node in (link.start, link.end)]
            outside = self.nodes[link.start].level == STREET == self.nodes[link.end].level
            out = Text("바깥 길: ", "Outside: ") if outside else Text("", "")
            return Text(f"{out.ko}{ends[0].ko} – {ends[1].ko}", f"{out.en}{ends[0].en} – {ends[1].en}"), "passage"
        known = self.features.get(feature)
        if known is not None:
            return thing_of(self.station, known).label, known.kind
        return Text(feature, feature), "passage"

    def _node_text(self, node: Node) -> Text:
        stop = next((each for each in self.station.platforms if each.node == node.id), None)
        if stop is not None:
            to = platform_text(self.station, stop.line, stop.direction)
            return Text(f"{to.ko} 타는 곳", f"{to.en}, train")
        unit = self.units.get(node.id.rpartition("@")[0])
        if unit is not None:
            return unit_with_line(unit)
        line = next((place.line for place in self.station.places if place.id == node.place), None)
        if node.kind is NodeKind.GATE and line is not None:
            of = line_text(line)
            return Text(f"{of.ko} 개찰구", f"{of.en} fare gate")
        return node.name


def _pairs(station: Station) -> tuple[tuple[Endpoint, Endpoint], ...]:
    return transfers(platforms_of(station.directions), station.name.ko)


def _route(station: Station, start: Endpoint, end: Endpoint) -> Route | None:
    try:
        return find_route(station, start, end, profile=profile("manual_wheelchair"), ignore_status=True)
    except NoRouteError:
        return None


def _asked_as(link: Link) -> str:
    """A ride's link is asked of as its unit."""
    return link.unit or link.id


def _ends(ends: tuple[tuple[str, str], tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """A transfer and the way back are one question."""
    return frozenset((normal_line(line), normal_station(direction)) for line, direction in ends)


def _metres_between(finding: Finding) -> float:
    """What hangs on a conflict of metres; 1 for every other."""
    parts = (finding.value or "").split(" / ")
    if finding.field != "length_m" or len(parts) < 2:  # noqa: PLR2004 - two values make a conflict
        return 1.0
    try:
        metres = [float(part) for part in parts]
    except ValueError:
        return 1.0
    return 1.0 + (max(metres) - min(metres)) / METRES_A_STAKE


def _plain_question(prop: str) -> Text:
    """For facts that have no sentence of their own: the schema's label and unit."""
    known = FIELDS[prop]
    unit = UNIT_SIGNS.get(known.unit or "")
    if unit is None:
        return Text(f"{known.label.ko}?", f"{known.label.en.capitalize()}?")
    return Text(f"{known.label.ko}: 몇 {unit.ko}인가요?", f"{known.label.en.capitalize()}, in {unit.en}?")


def _joined(texts: Sequence[Text]) -> Text:
    once = tuple(dict.fromkeys(texts))
    return Text(" ".join(each.ko for each in once), " ".join(each.en for each in once))


def _why(reasons: Sequence[Text], used: int, total: int, critical: bool) -> Text:  # noqa: FBT001 - one fact among four
    through = Text(f"환승 {total}개 가운데 {used}개가 여기를 지나요.", f"{used} of {total} transfers go through it.")
    more = (
        [Text("이것이 없으면 갈 수 없는 환승이 있어요.", "Some transfer can't be made without it.")] if critical else []
    )
    return _joined([*reasons, through, *more])
