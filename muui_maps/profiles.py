"""Who travels: what each traveller refuses, and what a link costs them.

Two figures belong to a link and are never mixed. Its *burden* is what a search minimises: first the number of
wheelchair lifts, then of ways that are only assumed, then milliseconds; whole numbers, so that sums are exact in either
direction and none is ever NaN.
Its *times* are what is printed: moving, riding, waiting and gates, each as low, typical and high. What getting off and
on a train takes belongs to no link, but to the ends of a way.

All figures stand in `data/costs.csv` with their sources; `docs/cost-model.md` tells why each was chosen.
"""

from __future__ import annotations

import csv
import math
from dataclasses import astuple, dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.errors import InputRefusedError, UnknownNameError
from muui_maps.model import (
    Finding,
    Link,
    LinkKind,
    Method,
    PlaceKind,
    Profile,
    Seconds,
    Severity,
    Text,
    Times,
    Unit,
    UnitKind,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

RIDES = frozenset(
    {
        LinkKind.STAIRS,
        LinkKind.ESCALATOR,
        LinkKind.MOVING_WALK,
        LinkKind.ELEVATOR,
        LinkKind.WHEELCHAIR_LIFT,
    }
)
"""Kinds of link that change the level or carry the traveller; each is a leg of its own."""

KIND_NAMES: Mapping[LinkKind, Text] = MappingProxyType(
    {
        LinkKind.STAIRS: Text("계단", "stairs"),
        LinkKind.ESCALATOR: Text("에스컬레이터", "escalator"),
        LinkKind.MOVING_WALK: Text("무빙워크", "moving walk"),
        LinkKind.WHEELCHAIR_LIFT: Text("휠체어리프트", "wheelchair lift"),
        LinkKind.ELEVATOR: Text("엘리베이터", "lift"),
        LinkKind.RAMP: Text("경사로", "ramp"),
        LinkKind.GATE: Text("개찰구", "fare gate"),
        LinkKind.WALKWAY: Text("통로", "walkway"),
    }
)
"""The kinds of link in words."""

UNIT_LINKS: Mapping[UnitKind, LinkKind] = MappingProxyType(
    {
        UnitKind.ELEVATOR: LinkKind.ELEVATOR,
        UnitKind.WHEELCHAIR_LIFT: LinkKind.WHEELCHAIR_LIFT,
        UnitKind.ESCALATOR: LinkKind.ESCALATOR,
        UnitKind.MOVING_WALK: LinkKind.MOVING_WALK,
    }
)
"""The kind of link that riding a unit makes."""

NOTHING = Seconds(0.0, 0.0, 0.0)

GATE_SIDE = "gate_side"
"""How the table of figures names one side of a concourse, from a fare gate to a lift or train."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a traveller's vehicle or the rules allow: a figure with its unit, source and date."""

    value: float
    unit: str
    source: str
    date: str


# ── the five travellers ──────────────────────────────────────────────────────

_RULES = "Korean rules for facilities for the mobility-impaired, as collected in docs/cost-model.md"
_TRANSPORTABLE = (
    "700 × 1,200 mm, the chair that European railways must carry: Design Standards for Accessible Railway Stations "
    "(UK Department for Transport), annex III; it adds 50 mm a side for hands while moving, and 50 mm for feet"
)
_WHEELCHAIR_LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        "door_width_mm": Limit(900, "mm", _RULES, "<=2026-11"),
        "gate_width_mm": Limit(900, "mm", "Ministry of Construction: guideline for subway stations", "2002-11-18"),
        "ramp_slope": Limit(1 / 12, "rise/run", _RULES, "<=2026-11"),
        "threshold_mm": Limit(20, "mm", _RULES, "<=2026-11"),
        "platform_gap_mm": Limit(100, "mm", _RULES, "<=2026-11"),
        "own_width_mm": Limit(700, "mm", _TRANSPORTABLE, "<=2026-11"),
        "own_length_mm": Limit(1200, "mm", _TRANSPORTABLE, "<=2026-11"),
        "highest_threshold_mm": Limit(100, "mm", "EN 12184: the highest step that a class C chair must climb", "2014"),
        "steepest_slope": Limit(1 / 8, "rise/run", "Seoul's accessible navigation avoids steeper ones", "2024"),
    }
)
_TOO_SMALL_A_LIFT = "City of Seoul: 760 × 1,050 mm and 225 kg is too little for a powered chair, 800 × 1,250 mm will do"
_POWERED_LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        **_WHEELCHAIR_LIMITS,
        "wheelchair_lift_width_mm": Limit(800, "mm", _TOO_SMALL_A_LIFT, "2005-08-04"),
        "wheelchair_lift_depth_mm": Limit(1250, "mm", _TOO_SMALL_A_LIFT, "2005-08-04"),
    }
)

_ON_WHEELS = frozenset({LinkKind.STAIRS, LinkKind.ESCALATOR, LinkKind.MOVING_WALK})

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        each.id: each
        for each in (
            Profile(
                "manual_wheelchair",
                Text("수동휠체어", "manual wheelchair"),
                wheels=True,
                refused=_ON_WHEELS,
                limits=_WHEELCHAIR_LIMITS,
            ),
            Profile(
                "powered_wheelchair",
                Text("전동휠체어", "powered wheelchair"),
                wheels=True,
                refused=_ON_WHEELS,
                limits=_POWERED_LIMITS,
            ),
            Profile(
                "stroller",
                Text("유아차", "stroller"),
                wheels=True,
                refused=frozenset({LinkKind.STAIRS, LinkKind.ESCALATOR, LinkKind.WHEELCHAIR_LIFT}),
            ),
            Profile(
                "walker",
                Text("걸어서", "on foot"),
                wheels=False,
                refused=frozenset({LinkKind.WHEELCHAIR_LIFT}),
            ),
            Profile(
                "lift_averse",
                Text("휠체어(리프트 제외)", "wheelchair, no wheelchair lifts"),
                wheels=True,
                refused=_ON_WHEELS | {LinkKind.WHEELCHAIR_LIFT},
                limits=_WHEELCHAIR_LIMITS,
            ),
        )
    }
)
"""The travellers by id.

Wheelchair users refuse stairs and escalators, and moving walks too: a moving walk follows the escalators' rules (Seoul
Metro, 2018), its comb catches castors, and a level floor always runs beside it. Strollers refuse what the operators
forbid them (escalators, wheelchair lifts) and stairs. `wheels` also means: passes by the wide gate.
"""

DEFAULT_PROFILE = "manual_wheelchair"


def profile(profile_id: str) -> Profile:
    """The traveller with this id.

    Raises
    ------
    UnknownNameError
        If there is none; `existing` lists those that there are.
    """
    if found := PROFILES.get(profile_id):
        return found
    raise UnknownNameError(
        Text(f"이런 이동 유형은 없어요: {profile_id}", f"there is no such profile: {profile_id}"),
        existing=tuple(PROFILES),
    )


def refusal(link: Link, unit: Unit | None, profile: Profile) -> Text | None:
    """Why this traveller does not take the link at all; None if they do. Repair is another matter."""
    if link.kind in profile.refused:
        return KIND_NAMES[link.kind]
    if found := _surveyed_refusal(link, unit, profile):
        return found
    return None if unit is None else _too_small(link, unit, profile)


def _too_small(link: Link, unit: Unit, profile: Profile) -> Text | None:
    """Why the traveller's chair does not fit; a wheelchair lift is open at its ends: only its own rule counts."""
    if link.kind is LinkKind.WHEELCHAIR_LIFT:
        width = _below(unit.width_mm, profile.limits.get("wheelchair_lift_width_mm"))
        depth = _below(unit.depth_mm, profile.limits.get("wheelchair_lift_depth_mm"))
    else:
        width, depth = None, _below(unit.depth_mm, profile.limits.get("own_length_mm"))
    if width is not None:
        return Text(f"폭이 {width} mm라 너무 좁아요", f"too narrow: {width} mm")
    if depth is not None:
        return Text(f"안쪽 깊이가 {depth} mm라 너무 짧아요", f"too short inside: {depth} mm")
    return None


def _below(size_mm: int | None, limit: Limit | None) -> int | None:
    """The size if it is known and below the limit."""
    return size_mm if size_mm is not None and limit is not None and size_mm < limit.value else None


def _surveyed_refusal(link: Link, unit: Unit | None, profile: Profile) -> Text | None:
    """What somebody measured or tried on site, and this traveller can't pass. What nobody measured stops nobody."""
    steps = max(link.steps or 0, (unit.steps_left or 0) if unit else 0)
    if steps and LinkKind.STAIRS in profile.refused:
        return Text(f"계단이 {steps}개 있어요", f"{steps} step{'s' if steps != 1 else ''}")
    if link.passable == "no" and profile.wheels:
        return Text("휠체어로 지나갈 수 없어요", "not passable on wheels")
    slope = profile.limits.get("steepest_slope")
    widths = [link.width_mm, *((unit.door_width_mm, unit.width_mm) if unit else ())]
    known = [width for width in widths if width is not None]
    narrowest = _below(min(known, default=None), profile.limits.get("own_width_mm"))
    if narrowest is not None:
        return Text(f"폭이 {narrowest} mm라 너무 좁아요", f"too narrow: {narrowest} mm")
    highest = profile.limits.get("highest_threshold_mm")
    if highest is not None and link.step_height_mm is not None and link.step_height_mm > highest.value:
        return Text(f"턱이 {link.step_height_mm} mm예요", f"a step of {link.step_height_mm} mm")
    if slope is not None and link.slope_percent is not None and link.slope_percent > 100 * slope.value:
        return Text(f"기울기가 {link.slope_percent:.0f} %예요", f"too steep: {link.slope_percent:.0f} %")
    return None


def calls_staff(link: Link, profile: Profile) -> bool:
    """Whether this traveller must call staff at the gate. Unknown counts as yes for whoever needs the wide gate."""
    return link.kind is LinkKind.GATE and profile.wheels and link.staff_call is not False


# ── the table of figures ─────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of `data/costs.csv`. `low` ≤ `typical` ≤ `high` in `unit`; for a speed, low is the slowest."""

    low: float
    typical: float
    high: float
    unit: str
    source: str
    date: str
    note: str


COLUMNS = ("term", "kind", "profile", "low", "typical", "high", "unit", "source", "date", "note")


@dataclass(frozen=True, slots=True)
class Costs:
    """The table of figures, by term, kind and profile."""

    figures: Mapping[tuple[str, str, str], Figure]

    def get(self, term: str, kind: str, profile: str = "") -> Figure | None:
        """The figure for just this traveller, else for everybody; None if the table has neither."""
        return self.figures.get((term, kind, profile)) or self.figures.get((term, kind, ""))

    def __getitem__(self, key: tuple[str, str, str]) -> Figure:
        if figure := self.get(*key):
            return figure
        term, kind, profile = key
        raise InputRefusedError(
            Text(
                f"비용 표에 값이 없어요: {term} {kind} {profile}",
                f"the table of costs lacks a figure: {term} {kind} {profile}",
            )
        )


def read_costs(path: Path) -> Costs:
    """Read a table of figures.

    Raises
    ------
    InputRefusedError
        If a row is no three rising, positive numbers with a unit, a source and a date; or stands there twice.
    """
    figures: dict[tuple[str, str, str], Figure] = {}
    findings: list[Finding] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            findings.append(_fault(path, 1, "header", ",".join(reader.fieldnames or ()), ",".join(COLUMNS)))
        else:
            for row_number, row in enumerate(reader, start=2):
                key = (row["term"], row["kind"], row["profile"])
                figure = _figure(row)
                if figure is None or key in figures:
                    value = ",".join(str(row[column]) for column in COLUMNS[:7])
                    findings.append(_fault(path, row_number, "low,typical,high", value, "0 < low <= typical <= high"))
                else:
                    figures[key] = figure
    if findings:
        raise InputRefusedError(
            Text(f"비용 표를 읽을 수 없어요: {path.name}", f"the table of costs can't be read: {path.name}"),
            findings=findings,
        )
    return Costs(MappingProxyType(figures))


def _figure(row: Mapping[str, str]) -> Figure | None:
    try:
        low, typical, high = (float(row[column]) for column in ("low", "typical", "high"))
    except (TypeError, ValueError):
        return None
    if not (0 < low <= typical <= high < math.inf):
        return None
    if not (row["unit"] and row["source"] and row["date"]):
        return None
    return Figure(low, typical, high, row["unit"], row["source"], row["date"], row["note"] or "")


def _fault(path: Path, row: int, field: str, value: str, wanted: str) -> Finding:
    return Finding(
        code="costs_bad_row",
        severity=Severity.ERROR,
        message=Text(f"비용 표 {row}행을 쓸 수 없어요", f"row {row} of the table of costs can't be used"),
        fix=Text(f"이렇게 고쳐 주세요: {wanted}, 단위·출처·날짜", f"make it: {wanted}, with unit, source and date"),
        file=path.name,
        row=row,
        field=field,
        value=value,
    )


# ── what a link costs ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Way:
    """What pricing needs to know of a link beside the link itself.

    Parameters
    ----------
    place
        Where it runs: decides the default of an unknown length.
    at_gate
        Whether it leads to or from a fare gate: it is only one side of a concourse then.
    levels
        How many storeys a ride spans, by its rise if known, else by the labels.
    error_m
        How far the ends may lie from where they are drawn; widens a derived length. 0 for a measured one.
    in_register
        False if the unit is known from an official route or a survey alone.
    wait_s, ride_s
        Seconds waited at the unit's door, and ridden in it, as surveyed; None where nobody took the time.
    """

    place: PlaceKind
    levels: float = 1.0
    error_m: float = 0.0
    in_register: bool = True
    wait_s: Seconds | None = None
    ride_s: Seconds | None = None
    at_gate: bool = False


def times(link: Link, way: Way, profile: Profile, costs: Costs) -> Times:
    """How long the link takes this traveller, to be printed."""
    if link.kind is LinkKind.GATE:
        figure = costs["gate", "staff_call" if calls_staff(link, profile) else "tap", profile.id]
        moving = NOTHING if link.length_m is None else _walking(link, way, profile, costs)
        return Times(moving=moving, gates=link.wait_s or Seconds(figure.low, figure.typical, figure.high))
    if link.kind not in RIDES:
        return Times(moving=_walking(link, way, profile, costs))
    return Times(riding=_riding(link, way, profile, costs), waiting=_waiting(link, way, profile, costs))


def at_train(profile: Profile, costs: Costs) -> Seconds:
    """What it takes to get off or on a train and to find the way from or to it: of each end of a way at a platform.

    It is known of wheelchairs alone: nobody surveyed how long others take, so theirs is nothing.
    """
    figure = costs.get("train", "", profile.id)
    return NOTHING if figure is None else Seconds(figure.low, figure.typical, figure.high)


def _waiting(link: Link, way: Way, profile: Profile, costs: Costs) -> Seconds:
    """Waiting for a lift, its doors. A surveyed wait takes the place of a walker's; the rest comes on top."""
    figure = costs.get("waiting", link.kind, profile.id)
    if figure is None:
        return NOTHING
    ours = Seconds(figure.low, figure.typical, figure.high)
    at_door = costs.get("waiting", link.kind, "walker")
    if way.wait_s is None or at_door is None:
        return ours
    surveyed, rest = way.wait_s, max(0.0, figure.typical - at_door.typical)
    return Seconds(
        min(max(0.0, figure.low - at_door.low), rest) + surveyed.low,
        rest + surveyed.typical,
        max(figure.high - at_door.high, rest) + surveyed.high,
    )


def _walking(link: Link, way: Way, profile: Profile, costs: Costs) -> Seconds:
    if profile.wheels and link.traverse_s is not None:
        return link.traverse_s
    speed = costs["moving", "", profile.id]
    if link.length_m is None:
        side = way.at_gate and way.place is PlaceKind.CONCOURSE
        metres = costs["assumed_length", GATE_SIDE if side else way.place, profile.id]
        return Seconds(metres.low / speed.high, metres.typical / speed.typical, metres.high / speed.low)
    shortest, longest = max(0.0, link.length_m - way.error_m), link.length_m + way.error_m
    return Seconds(shortest / speed.high, link.length_m / speed.typical, longest / speed.low)


def _riding(link: Link, way: Way, profile: Profile, costs: Costs) -> Seconds:
    if way.ride_s is not None:
        return way.ride_s
    if link.kind is LinkKind.MOVING_WALK and link.length_m is not None:
        speed = costs["moving", link.kind, profile.id]
        return Seconds(link.length_m / speed.high, link.length_m / speed.typical, link.length_m / speed.low)
    level = costs["riding", link.kind, profile.id]
    climbing = Seconds(level.low * way.levels, level.typical * way.levels, level.high * way.levels)
    if link.kind is not LinkKind.STAIRS or link.length_m is None:
        return climbing
    # A walkers' transfer has published metres and floors to climb: it takes no less than either.
    walking = _walking(link, way, profile, costs)
    return Seconds(*(max(a, b) for a, b in zip(astuple(climbing), astuple(walking), strict=True)))


Burden = tuple[int, int, int]
"""What a search minimises, in this order: wheelchair lifts, ways that nobody describes, milliseconds."""


def burden(link: Link, way: Way, profile: Profile, costs: Costs) -> Burden:
    """What the link weighs when routes are compared: the typical time, and caution where the register lacks the unit.

    A wheelchair lift outweighs any time: a way by lifts alone wins whenever one exists. So does a way that nobody
    describes (its existence is assumed): it is taken only where no described way leads on.
    """
    seconds = times(link, way, profile, costs).total().typical
    indoors = way.place is not PlaceKind.STREET and link.kind not in {*RIDES, LinkKind.GATE}
    timed = profile.wheels and link.traverse_s is not None
    if indoors and link.length_m is None and not timed:
        # As the longest there are, lest a chain of two guesses undercut a measured leg.
        seconds = costs["caution", way.place, profile.id].typical / costs["moving", "", profile.id].low
    if (caution := costs.get("caution", link.kind, profile.id)) is not None:
        seconds += caution.typical
    if not way.in_register:
        seconds += costs["caution", "unknown_unit", profile.id].typical
    return (int(link.kind is LinkKind.WHEELCHAIR_LIFT), int(only_assumed(link)), round(seconds * 1000))


def only_assumed(link: Link) -> bool:
    """Whether the link's existence has evidence, and all of it is assumption."""
    told = link.evidence.get("link", ())
    return bool(told) and all(evidence.method is Method.ASSUMED for evidence in told)
