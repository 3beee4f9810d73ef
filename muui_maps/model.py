"""The nouns of an indoor station, as frozen dataclasses without behaviour.

Station is the narrow waist of the house: every source makes one, everything after it takes one.
Three habits hold everywhere:

* unknown is a value: `None` is never 0, flat, ground level or "working";
* every fact has evidence, and evidence says by which method the fact is known;
* units are in the names (`length_m`, `rise_m`, `width_mm`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

STREET = "street"
"""The id of the one level that belongs to no line: the ground outside."""


class Method(StrEnum):
    """How a fact is known, strongest first."""

    SURVEYED = "surveyed"  # somebody measured or saw it on site
    OFFICIAL = "official"  # an operator or a ministry publishes it
    DERIVED = "derived"  # computed from surveyed or official facts
    ASSUMED = "assumed"  # none of these: a default, named as such


class PlaceKind(StrEnum):
    """Where a traveller can be."""

    PLATFORM = "platform"
    CONCOURSE = "concourse"
    PASSAGE = "passage"  # a transfer passage between lines, or a landing between two lifts
    STREET = "street"


class NodeKind(StrEnum):
    """What a node of a station marks."""

    TRAIN = "train"  # alighting from or boarding the train: one for each platform
    LANDING = "landing"  # where a lift, escalator or stair is entered on one level
    GATE = "gate"  # a side of a fare gate
    EXIT = "exit"  # the mouth of a numbered exit, on the street


class LinkKind(StrEnum):
    """The ways of getting from one node to another."""

    WALKWAY = "walkway"
    STAIRS = "stairs"
    ESCALATOR = "escalator"
    MOVING_WALK = "moving_walk"
    RAMP = "ramp"
    ELEVATOR = "elevator"
    WHEELCHAIR_LIFT = "wheelchair_lift"
    GATE = "gate"


class UnitKind(StrEnum):
    """The machines of the register; the values are the register's own codes."""

    ELEVATOR = "EV"
    WHEELCHAIR_LIFT = "WL"
    ESCALATOR = "ES"
    MOVING_WALK = "MW"


class Status(StrEnum):
    """Whether a unit runs."""

    WORKING = "working"
    UNDER_REPAIR = "under_repair"
    UNKNOWN = "unknown"
    OUT_OF_ORDER = "out_of_order"  # seen broken on site; the registers know repairs only
    CLOSED = "closed"  # shut, or no longer there


STOPPED = frozenset({Status.UNDER_REPAIR, Status.OUT_OF_ORDER, Status.CLOSED})
"""What can't be used."""


class PlatformShape(StrEnum):
    """Whether both directions share a platform."""

    ISLAND = "island"
    SIDE = "side"


class Severity(StrEnum):
    """How much a Finding matters."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Korean and English."""

    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class StationName:
    """A station's or line's name in the languages that the open data have; `None` where they have none."""

    ko: str
    en: str | None = None
    ja: str | None = None
    zh: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """Where a fact comes from.

    Parameters
    ----------
    dataset
        The id of a dataset in `data/datasets.csv`, or `survey:RUN_ID`, or `muui_maps` for what is computed here.
    record
        Which record of it: a row number, a unit number, a route id; for `derived` and `assumed`, by which rule.
    date
        As-of date in ISO form (`2025-08-11`, `2016`), `<=DATE` where only the latest possible one is known, else None.
    method
        Surveyed, official, derived or assumed.
    """

    dataset: str
    record: str
    date: str | None
    method: Method


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that could not be read, contradicts another, or is missing: never dropped, always listed.

    `file`, `layer`, `row` (as a person sees it: the header is row 1), `field` and `value` are None where they do not
    apply.
    """

    code: str
    severity: Severity
    message: Text
    fix: Text
    station: str | None = None
    file: str | None = None
    layer: str | None = None
    row: int | None = None
    field: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A floor as one line labels it.

    Parameters
    ----------
    id
        `LINE:LABEL` (`7:B3`), or `street`.
    line, label
        The two halves of the id; both None for the street.
    aliases
        Other labels that sources use for the same floor of this line (`B2` for `7:B3`).
    elevation_m
        Height above the street of the station where known. Levels are ordered by it, never by their label.
    evidence
        Of the elevation; None where that is unknown.
    """

    id: str
    line: str | None
    label: str | None
    aliases: tuple[str, ...] = ()
    elevation_m: float | None = None
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Direction:
    """One direction of travel of a line at a station."""

    line: str  # `7`, `경의중앙선`
    next_station: StationName
    terminus: StationName | None
    aliases: tuple[str, ...] = ()  # other names the sources use for it: renamed stations, termini


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a level where one can move about: a platform, one side of a concourse, a passage, the street.

    `paid_area` is True inside the fare gates, False outside, None where the sources don't say.
    `direction` is the next station's Korean name for a platform of one direction, else None.
    """

    id: str
    kind: PlaceKind
    level: str
    line: str | None
    name: Text
    paid_area: bool | None
    direction: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """A train door: car and door counted from the front in the direction of travel; `door` None for a car only."""

    direction: str
    car: int
    door: int | None


@dataclass(frozen=True, slots=True)
class Platform:
    """Where trains of one line and direction stop. Positions along it follow from the car doors."""

    place: str  # id of its Place
    node: str  # id of its TRAIN node
    line: str
    direction: str  # next station, Korean
    level: str
    cars: int | None
    shape: PlatformShape | None
    bearing_deg: float | None  # direction of travel, clockwise from north
    evidence: tuple[Evidence, ...] = ()
    gap_horizontal_mm: int | None = None
    gap_vertical_mm: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A point of a station.

    `x_m`, `y_m` (east, north of the station's origin) are None where the position is unknown.
    """

    id: str
    place: str
    level: str
    kind: NodeKind
    name: Text
    x_m: float | None = None
    y_m: float | None = None
    error_m: float | None = None
    evidence: tuple[Evidence, ...] = ()


class MetKind(StrEnum):
    """What a traveller meets on the way."""

    RAMP = "ramp"
    STEEP_RAMP = "steep_ramp"
    SLOPING_FLOOR = "sloping_floor"
    PILLAR = "pillar"
    NARROW = "narrow"
    CROSSING = "crossing"  # with or without signals, as `note` says; counted
    CROSSING_UNSIGNALLED = "crossing_unsignalled"
    NARROW_PAVEMENT = "narrow_pavement"
    CAUTION = "caution"  # the survey says caution without a word more
    LANDMARK = "landmark"  # `name` says which
    THRESHOLD = "threshold"  # `name` says how high
    GAP = "gap"  # between platform and train; `name` says how wide
    SURFACE = "surface"  # `name` says what is wrong with the floor
    HOURS = "hours"  # open at certain hours only; `name` says which
    HELP = "help"  # passable with somebody's help
    BUILDING_LIFT = "building_lift"  # a lift of a neighbouring building; `name` says whose
    TURN = "turn"  # `name` says which way


HAZARDS = frozenset(
    {
        MetKind.STEEP_RAMP,
        MetKind.SLOPING_FLOOR,
        MetKind.PILLAR,
        MetKind.NARROW,
        MetKind.CROSSING_UNSIGNALLED,
        MetKind.NARROW_PAVEMENT,
        MetKind.CAUTION,
        MetKind.THRESHOLD,
        MetKind.GAP,
        MetKind.SURFACE,
        MetKind.HOURS,
        MetKind.HELP,
    }
)
"""What can hurt, or stop one: shown as a warning."""


@dataclass(frozen=True, slots=True)
class Met:
    """Something met on a link. `count` is how many, None where the source only says that there are some."""

    kind: MetKind
    count: int | None
    evidence: Evidence
    name: Text | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A lift, wheelchair lift, escalator or moving walk.

    Parameters
    ----------
    id
        `LINE:KIND:NUMBER`, e.g. `4:EV:외부1`. A unit that only an official route mentions and the register lacks has a
        number that begins with `?` (`7:EV:?3번출구`).
    levels
        Ids of the levels it stops at, lowest first where elevations are known, else as the register lists them.
    upward
        For escalators: True up, False down, None unknown or not applicable.
    exit
        Number of the exit it stands at (`3`, `3-1`), if any.
    in_register
        False for a unit known from an official route or a survey alone.
    width_mm
        Of a wheelchair lift's platform, an escalator's or moving walk's step, a lift's cabin.
    wait_s
        Seconds waited at its door, as surveyed.
    traverse_s
        Seconds from stepping in to getting out, as surveyed; None for a unit of more than two stops.
    steps_left
        Steps that remain where one gets out, as surveyed: a lift to a landing with stairs.
    status_expired
        Whether the status was told longer ago than it counts for: then a unit that ran is of unknown status, and one
        that was under repair is still avoided.
    """

    id: str
    kind: UnitKind
    line: str
    number: str
    name: Text
    levels: tuple[str, ...]
    rise_m: float | None = None
    upward: bool | None = None
    doors: tuple[Door, ...] = ()
    exit: str | None = None
    status: Status = Status.UNKNOWN
    status_as_of: str | None = None
    in_register: bool = True
    width_mm: int | None = None
    evidence: tuple[Evidence, ...] = ()
    door_width_mm: int | None = None
    depth_mm: int | None = None
    wait_s: Seconds | None = None
    steps_left: int | None = None
    status_expired: bool = False
    traverse_s: Seconds | None = None


def _no_evidence() -> Mapping[str, tuple[Evidence, ...]]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Link:
    """A way from `start` to `end`, and back unless `oneway`.

    Parameters
    ----------
    length_m
        Metres moved on foot or on wheels (0 in a lift); None where unknown.
    length_group
        Links that share a group share ONE measured length (a survey gave the metres of a leg as a whole, with a gate
        somewhere on it); `length_m` is then this link's even share, never shown by itself.
    rise_m
        Metres up from start to end; None where unknown.
    staff_call
        For gates: True if staff must open it, False if a card does, None where unknown.
    paid_after
        For gates: whether the `end` side is inside the paid area.
    status
        Of the unit or the passage.
    met
        What is met on the way from start to end.
    width_mm, slope_percent, steps
        The narrowest width, the steepest slope and the number of steps, as surveyed; None where nobody measured.
    passable
        Whether one gets through in a wheelchair: `yes`, `with_help` or `no`; None where nobody says.
    step_height_mm
        The highest threshold, as surveyed; None where nobody measured.
    wait_s
        For gates: seconds waited until it opened, as surveyed.
    traverse_s
        Seconds from end to end in a wheelchair, as surveyed.
    evidence
        For each field that has a source, the sources; the key `link` holds those of the link's existence.
    """

    id: str
    start: str
    end: str
    kind: LinkKind
    unit: str | None = None
    length_m: float | None = None
    length_group: str | None = None
    rise_m: float | None = None
    oneway: bool = False
    staff_call: bool | None = None
    paid_after: bool | None = None
    status: Status = Status.UNKNOWN
    met: tuple[Met, ...] = ()
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=_no_evidence)
    width_mm: int | None = None
    slope_percent: float | None = None
    steps: int | None = None
    passable: str | None = None
    step_height_mm: int | None = None
    wait_s: Seconds | None = None
    traverse_s: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Space:
    """The outline of a place on its level, in station metres; None where it is unknown."""

    id: str
    place: str
    level: str
    outline: tuple[tuple[float, float], ...] | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Toilet:
    """An accessible toilet of the station."""

    line: str
    level: str | None
    paid_area: bool | None
    place: str
    phone: str | None
    hours: str | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class SurveyItem:
    """One row of a survey leg: metres, a thing met, or both (a row does not say that the thing ends those metres)."""

    length_m: float | None
    item: str | None  # a code of `survey.items.ITEMS`
    note: str | None
    count: int | None = 1  # None where the source only says that there are some


@dataclass(frozen=True, slots=True)
class SurveyLeg:
    """What a surveyed transfer met on one floor."""

    level: str  # label as surveyed, `B2`
    line: str | None  # None on the street
    place: PlaceKind
    paid_area: bool | None
    items: tuple[SurveyItem, ...]


@dataclass(frozen=True, slots=True)
class SurveyRun:
    """One surveyed transfer: platform to platform, in a wheelchair, with the minutes it took."""

    run_id: str
    station: str
    observed_at: str
    source: str
    from_line: str
    from_direction: str
    to_line: str
    to_direction: str
    alight: tuple[int, int | None] | None  # car, door
    board: tuple[int, int | None] | None
    minutes_chair: float
    legs: tuple[SurveyLeg, ...]
    incomplete: bool = False  # rows were set aside or a leg is missing: totals of metres, lifts and gates are too low


@dataclass(frozen=True, slots=True)
class Station:
    """A station, assembled: what every source becomes and everything after takes.

    `x_m`/`y_m` of nodes are metres east and north of `origin` (WGS84 latitude, longitude).
    All tuples are sorted by id; the same sources give the same bytes.
    """

    id: str
    name: StationName
    lines: tuple[str, ...]
    directions: tuple[Direction, ...]
    levels: tuple[Level, ...]
    places: tuple[Place, ...]
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    units: tuple[Unit, ...]
    platforms: tuple[Platform, ...]
    spaces: tuple[Space, ...] = ()
    toilets: tuple[Toilet, ...] = ()
    exits: tuple[str, ...] = ()
    runs: tuple[SurveyRun, ...] = ()
    findings: tuple[Finding, ...] = ()
    origin: tuple[float, float] | None = None
    walking_transfer_m: Mapping[tuple[str, str], float] = field(default_factory=lambda: MappingProxyType({}))
    phones: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # line → official phone


# ── travelling ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Seconds:
    """A time as a range."""

    low: float
    typical: float
    high: float

    def __add__(self, other: Seconds) -> Seconds:
        return Seconds(self.low + other.low, self.typical + other.typical, self.high + other.high)


@dataclass(frozen=True, slots=True)
class Times:
    """Where the time of a leg goes."""

    moving: Seconds = Seconds(0, 0, 0)
    riding: Seconds = Seconds(0, 0, 0)
    waiting: Seconds = Seconds(0, 0, 0)  # waiting for a lift, its doors
    gates: Seconds = Seconds(0, 0, 0)
    train: Seconds = Seconds(0, 0, 0)  # getting off or on a train, and finding the way

    def total(self) -> Seconds:
        return self.moving + self.riding + self.waiting + self.gates + self.train


@dataclass(frozen=True, slots=True)
class Traversal:
    """A link, walked from start to end (`forward`) or back."""

    link: Link
    forward: bool


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a route: either all that is walked between two rides, or one ride.

    Parameters
    ----------
    unit
        The unit ridden; None for a leg that is walked.
    same_as
        Ids of units that would do as well here: the same landings' places, not under repair. Never includes `unit`.
    length_m
        Sum of the walked metres; None if one of them is unknown.
    length_method
        The weakest method among its lengths; None where nothing is walked or nothing known.
    passes
        For rides: levels between the two ends where the unit stops without our getting out.
    """

    traversals: tuple[Traversal, ...]
    from_level: str
    to_level: str
    unit: Unit | None
    length_m: float | None
    length_method: Method | None
    times: Times
    same_as: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ride:
    """One ride of a route."""

    kind: LinkKind
    unit: str
    from_level: str
    to_level: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something about this route that the traveller should know is not certain."""

    code: str
    message: Text
    leg: int | None = None  # index into Route.legs


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a route starts or ends: a platform (`line` and `direction`), an exit (`exit`), or the street."""

    line: str | None = None
    direction: str | None = None
    exit: str | None = None

    @property
    def key(self) -> str:
        """As the command line writes it: `4:상계`, `exit:3` or `street`."""
        if self.line is not None:
            return f"{self.line}:{self.direction}"
        return f"exit:{self.exit}" if self.exit is not None else STREET


@dataclass(frozen=True, slots=True)
class Profile:
    """Who travels. What a link costs them, and which links they refuse, is in `profiles.py`."""

    id: str
    name: Text
    wheels: bool
    refused: frozenset[LinkKind]
    limits: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Route:
    """The best way for one traveller from one endpoint to another.

    `run` is the survey of just this transfer, if there is one: its doors and minutes go on the map.
    `unavailable` are the units that were left out (under repair, or excluded by the caller) though they lie on a way.
    `outside_gates` is the longest stay outside the paid area before one goes in again; None if there is none.
    """

    station: str
    start: Endpoint
    end: Endpoint
    profile: Profile
    legs: tuple[Leg, ...]
    length_m: float | None
    seconds: Seconds
    rides: tuple[Ride, ...]
    gates: int
    staff_calls: int
    reentries: int  # times the paid area is left and entered again
    goes_outside: bool
    doubts: tuple[Doubt, ...]
    run: SurveyRun | None = None
    unavailable: tuple[str, ...] = ()
    outside_gates: Seconds | None = None
