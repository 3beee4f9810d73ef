"""What the ledger of surveys says, put into an assembled station: on its units, ways, gates and platforms.

The view has already decided what holds; here each fact finds its place. What differs between sources is a Finding on
the very thing, so that every route over it shows the doubt, and the cautious value is in the link. Who vouches for a
fact is added to the evidence of what it changed, with the day of the survey.
"""

from __future__ import annotations

import statistics
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from muui_maps.assemble.added import Additions
from muui_maps.model import (
    Evidence,
    Finding,
    Link,
    LinkKind,
    Met,
    Method,
    MetKind,
    NodeKind,
    Platform,
    Seconds,
    Severity,
    Station,
    Status,
    Text,
    Unit,
    UnitKind,
)
from muui_maps.survey.fields import FIELDS
from muui_maps.survey.importing import unmatched_finding
from muui_maps.survey.match import Matcher, features_of, platform_id
from muui_maps.survey.view import Rule, Settled, Verdict, View
from muui_maps.survey.words import conflict_text, feature_text, source_text, value_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from muui_maps.survey.base import Key
    from muui_maps.survey.ledger import Ledger

DOOR_MM, THRESHOLD_MM, GAP_MM, SLOPE_PERCENT = 900, 20, 100, 100 / 12
"""Beyond these a traveller is warned: the limits of `profiles.py`, whose sources stand there."""
CABIN_MM = (1100, 1350)
"""Width and depth of a lift's cabin that the rules for facilities for disabled people ask for at least (annex 1)."""
_CABIN = frozenset({"cabin_width_mm", "cabin_depth_mm"})

_STATUS: Mapping[str, Status] = MappingProxyType(
    {
        "working": Status.WORKING,
        "out_of_order": Status.OUT_OF_ORDER,
        "under_repair": Status.UNDER_REPAIR,
        "closed": Status.CLOSED,
        "absent": Status.CLOSED,
    }
)
_FLOORS: Mapping[str, Text] = MappingProxyType(
    {
        "rough": Text("울퉁불퉁해요", "rough"),
        "slippery": Text("미끄러워요", "slippery"),
        "damaged": Text("깨졌어요", "damaged"),
    }
)
_CHAIRS = frozenset({"manual_chair", "power_chair", "scooter"})
_OF_ONE_WAY = frozenset({"length_m", "traverse_seconds", "near_exit", "from_place", "to_place"})
"""Facts that a whole concourse can't have."""
_STRENGTH = {method: rank for rank, method in enumerate(Method)}


def with_survey(station: Station, view: View, ledger: Ledger) -> Station:
    """The station with what its ledger says.

    Parameters
    ----------
    station
        As assembled from everything else.
    view
        What holds, from `survey.view.view` over this station's features and facts.
    ledger
        The ledger that the view is of.
    """
    return _Observed(station, view, ledger).station()


class _Observed:
    def __init__(self, station: Station, view: View, ledger: Ledger) -> None:
        self.base, self.view, self.ledger = station, view, ledger
        self.matcher = Matcher(features_of(station))
        self.units = {unit.id: unit for unit in station.units}
        self.links = {link.id: link for link in station.links}
        self.platforms = {platform_id(each.line, each.direction): each for each in station.platforms}
        self.levels = {level.id: level for level in station.levels}
        self.places = {place.id for place in station.places}
        self.place_of = {node.id: node.place for node in station.nodes}
        self.exits = {f"exit:{n.id.rpartition(':')[2]}": n.id for n in station.nodes if n.kind is NodeKind.EXIT}
        self.facts: Mapping[Key, Settled] = {}
        self.findings: list[Finding] = []

    def station(self) -> Station:
        added = Additions(self.base, self.view, self.ledger)
        extended = added.extend(replace(self.base, links=(), units=()))
        self.units |= {unit.id: unit for unit in extended.units}
        self.links |= {link.id: link for link in extended.links}
        self.matcher = Matcher([*self.matcher.features.values(), *features_of(extended)])
        told = [fact for fact in map(added.as_made, self.view.facts.values()) if fact is not None]
        self.facts = {(each.feature, each.prop): each for each in told}
        for settled in told:
            self._tell(settled)
            if settled.changes_base:
                self._apply(settled)
        self._quarantined()
        return replace(
            self.base,
            units=tuple(self.units[key] for key in sorted(self.units)),
            links=tuple(self.links[key] for key in sorted(self.links)),
            nodes=extended.nodes,
            platforms=tuple(self._platform(each) for each in self.base.platforms),
            levels=tuple(self.levels[level.id] for level in self.base.levels),
            findings=self.base.findings + _sorted([*self.findings, *added.findings]),
        )

    def _platform(self, platform: Platform) -> Platform:
        return self.platforms[platform_id(platform.line, platform.direction)]

    # ── what a fact changes ─────────────────────────────────────────────────

    def _apply(self, settled: Settled) -> None:
        if settled.feature in self.units:
            self._on_unit(settled)
        elif settled.feature in self.platforms:
            self._on_platform(settled)
        else:
            for link in self._links_of(settled):
                self._on_link(link, settled)

    def _links_of(self, settled: Settled) -> list[str]:
        """The links that a fact about a gate, a way, an exit or a whole place is true of."""
        feature = settled.feature
        if feature in self.links:
            return [feature]
        if (node := self.exits.get(feature)) is not None:
            return [link.id for link in self.base.links if node in {link.start, link.end}]
        if feature in self.places and settled.prop not in _OF_ONE_WAY:
            closed = settled.prop == "operational_status"
            ends = any if closed else all
            return [
                link.id
                for link in self.base.links
                if link.unit is None
                and link.kind is not LinkKind.GATE
                and ends(self.place_of[node] == feature for node in (link.start, link.end))
            ]
        return []

    def _rides(self, unit: str) -> list[str]:
        return [link.id for link in self.links.values() if link.unit == unit]

    def _on_unit(self, settled: Settled) -> None:
        unit = self.units[settled.feature]
        change = _UNIT_CHANGES.get(settled.prop)
        fields = change(settled, unit) if change is not None else {}
        if settled.prop == "served_levels":
            self._levels_served(settled, unit)
        self.units[unit.id] = replace(unit, **fields, evidence=_joined(unit.evidence, settled.evidence))
        for link in self._rides(unit.id):
            if link in self.links:
                self._vouch(link, "status" if settled.prop == "operational_status" else "link", settled)
                if "status" in fields:
                    self.links[link] = replace(self.links[link], status=fields["status"])
                self._warn(link, settled)

    def _levels_served(self, settled: Settled, unit: Unit) -> None:
        """A stop that a reviewer took away is ridden to no more. A stop that was added needs a place of its own."""
        value = settled.value
        if value is None or not isinstance(value.value, tuple) or settled.rule not in {Rule.ACCEPTED, Rule.OVERRIDE}:
            return
        served = set(value.value) | ({"street"} if "1F" in value.value else set())
        for link in self._rides(unit.id):
            labels = {node.rpartition("@")[2] for node in (self.links[link].start, self.links[link].end)}
            if not labels <= served:
                del self.links[link]
        known = {level.rpartition(":")[2] for level in unit.levels} | {"1F"}
        for label in sorted(served - known - {"street"}):
            message = Text(
                f"{unit.id}가 {label}에도 선다는데 그 층의 자리를 몰라 잇지 못했어요.",
                f"{unit.id} is said to stop at {label} too; where on that floor is not known, so it was not joined.",
            )
            self._find("stop_unplaced", Severity.WARNING, message, _LOOK, unit.id, settled.prop)

    def _on_link(self, link_id: str, settled: Settled) -> None:
        link = self.links.get(link_id)
        if link is None:
            return
        change = _LINK_CHANGES.get(settled.prop)
        fields = change(settled, link) if change is not None else {}
        if settled.prop == "traverse_seconds" and (seconds := self._on_wheels(settled)) is not None:
            fields = {"traverse_s": seconds}
        if fields:
            self.links[link_id] = replace(link, **fields)
        for field in fields or ("link",):
            self._vouch(link_id, field, settled)
        self._warn(link_id, settled)

    def _on_wheels(self, settled: Settled) -> Seconds | None:
        """How long a way takes in a wheelchair: of those who timed it only they count who were in one."""
        found = [
            each.value
            for each in settled.standings
            if each.counts and each.claim and self.ledger.entries[each.claim.entry].mobility_aid in _CHAIRS
        ]
        middles = [each.value for each in found if isinstance(each.value, float)]
        ends = [end for each in found for end in (each.low, each.high, each.value) if isinstance(end, float)]
        return Seconds(min(ends), round(statistics.median(middles), 1), max(ends)) if middles else None

    def _on_platform(self, settled: Settled) -> None:
        platform = self.platforms[settled.feature]
        number = _number(settled)
        if settled.prop in {"gap_horizontal_mm", "gap_vertical_mm"} and number is not None:
            changed = replace(platform, evidence=_joined(platform.evidence, settled.evidence))
            across = settled.prop == "gap_horizontal_mm"
            self.platforms[settled.feature] = replace(
                changed,
                gap_horizontal_mm=round(number) if across else changed.gap_horizontal_mm,
                gap_vertical_mm=changed.gap_vertical_mm if across else round(number),
            )
        for link in self.base.links:
            if platform.node in {link.start, link.end} and link.id in self.links:
                self._vouch(link.id, settled.prop, settled)
                self._warn(link.id, settled)
        if settled.prop == "signed_level" and settled.value is not None and isinstance(settled.value.value, str):
            level = self.levels.get(platform.level)
            label = settled.value.value
            if level is not None and label not in {level.label, *level.aliases}:
                self.levels[level.id] = replace(level, aliases=tuple(sorted({*level.aliases, label})))

    def _vouch(self, link_id: str, field: str, settled: Settled) -> None:
        link = self.links[link_id]
        told = {**link.evidence, field: _joined(link.evidence.get(field, ()), settled.evidence)}
        self.links[link_id] = replace(link, evidence=MappingProxyType(dict(sorted(told.items()))))

    def _warn(self, link_id: str, settled: Settled) -> None:
        """What a traveller should be warned of on this link, beside whatever is met there."""
        found = self._hazard(settled)
        told = [each for each in settled.evidence if each.dataset.startswith("survey:")]
        if found is None or not told:
            return
        newest = max(told, key=lambda each: (each.date or "", each.record))
        link = self.links[link_id]
        met = Met(found[0], 1, newest, found[1])
        self.links[link_id] = replace(link, met=tuple(dict.fromkeys([*link.met, met])))

    def _hazard(self, settled: Settled) -> tuple[MetKind, Text | None] | None:
        value, number, prop = settled.value, _number(settled), settled.prop
        if number is not None:
            return self._beyond(settled, number)
        if value is None or not isinstance(value.value, str):
            return None
        if prop == "surface" and value.value in _FLOORS:
            return MetKind.SURFACE, _FLOORS[value.value]
        if prop == "passable" and value.value == "with_help":
            return MetKind.HELP, None
        alone = prop == "open_to" and (settled.feature, "open_from") not in self.facts
        return self._hours(settled.feature) if prop == "open_from" or alone else None

    def _beyond(self, settled: Settled, number: float) -> tuple[MetKind, Text] | None:
        """A measure that is beyond what most can pass with ease; a cabin's only of a lift, which has walls."""
        prop = settled.prop
        unit = self.units.get(settled.feature)
        if prop not in _LIMITS or (prop in _CABIN and (unit is None or unit.kind is not UnitKind.ELEVATOR)):
            return None
        kind, most, words = _LIMITS[prop]
        size = f"{number:.0f}{' %' if prop == 'slope_percent' else ' mm'}"
        beyond = number < most if kind is MetKind.NARROW else number > most
        return (kind, Text(f"{words.ko} {size}", f"{words.en} {size}")) if beyond else None

    def _hours(self, feature: str) -> tuple[MetKind, Text] | None:
        ends = [self.facts.get((feature, prop)) for prop in ("open_from", "open_to")]
        said = ["" if end is None or end.value is None else str(end.value.value or "") for end in ends]
        return (MetKind.HOURS, Text(f"{said[0]}–{said[1]}", f"{said[0]}–{said[1]}")) if any(said) else None

    # ── what is to be looked at ─────────────────────────────────────────────

    def _tell(self, settled: Settled) -> None:
        layer = self._layer(settled.feature)
        if settled.conflict:
            code = "level_conflict" if settled.prop == "signed_level" else "survey_conflict"
            self._find(code, Severity.WARNING, conflict_text(settled, self.matcher), _LOOK, layer, settled.prop)
        name, label = feature_text(settled.feature, self.matcher), FIELDS[settled.prop].label
        for each in settled.outliers:
            source, value = source_text(each), value_text(settled.prop, each.value)
            used = each.verdict is Verdict.USED
            then = (
                Text("조심해서 셌어요", "counted, to be careful")
                if used
                else Text("아직 세지 않았어요", "not counted yet")
            )
            message = Text(
                f"{name.ko} {label.ko}: {source.ko} {value.ko}, 드문 값이에요. {then.ko}.",
                f"{name.en}, {label.en}: {value.en} ({source.en}) is unusual; {then.en}.",
            )
            self._find("survey_outlier", Severity.WARNING, message, _REVIEW, layer, settled.prop)
        if settled.rule is Rule.EXPIRED:
            message = Text(
                f"{name.ko} {label.ko}: 조사한 지 오래돼 지금은 몰라요.",
                f"{name.en}, {label.en}: seen too long ago to tell.",
            )
            self._find("survey_expired", Severity.INFO, message, _LOOK, layer, settled.prop)
        if settled.rivals:
            message = Text(
                f"{name.ko} {label.ko}: 검토자의 결정이 서로 달라요.",
                f"{name.en}, {label.en}: reviewers decided differently.",
            )
            self._find("decisions_conflict", Severity.WARNING, message, _REVIEW, layer, settled.prop)
        self._tell_remarks(settled, name, layer)

    def _tell_remarks(self, settled: Settled, name: Text, layer: str) -> None:
        value = settled.value
        if value is None:
            return
        said = value_text(settled.prop, value)
        if settled.prop == "sign_problem":
            message = Text(f"{name.ko} 안내판: {said.ko}.", f"{name.en}, signs: {said.en}.")
            self._find("sign_problem", Severity.INFO, message, _LOOK, layer, settled.prop)
        if settled.prop == "step_verdict" and value.value in {"wrong", "changed"}:
            message = Text(f"{name.ko}이 지도와 달라요: {said.ko}.", f"{name.en} is not as the map says: {said.en}.")
            self._find("step_doubted", Severity.WARNING, message, _LOOK, layer, settled.prop)

    def _layer(self, feature: str) -> str:
        """The id under which a route looks for what is doubtful about it."""
        if feature in self.platforms:
            return self.platforms[feature].node
        return self.exits.get(feature, feature)

    def _quarantined(self) -> None:
        for each in self.view.unmatched:
            found = each.match
            finding = unmatched_finding(each.entry, found.code, found.message, found.candidates)
            self.findings.append(replace(finding, severity=Severity.WARNING))
        self.findings += [
            replace(held.reason, station=self.base.id, severity=Severity.WARNING) for held in self.view.held
        ]

    def _find(self, code: str, severity: Severity, message: Text, fix: Text, *where: str) -> None:
        layer, field = where
        self.findings.append(Finding(code, severity, message, fix, station=self.base.id, layer=layer, field=field))


_LOOK = Text("현장에서 확인해 주세요.", "Check it on site.")
_REVIEW = Text("`muui-maps survey review`로 검토해 주세요.", "Review it with `muui-maps survey review`.")

_LIMITS: Mapping[str, tuple[MetKind, float, Text]] = MappingProxyType(
    {
        "door_width_mm": (MetKind.NARROW, DOOR_MM, Text("문 폭", "door")),
        "clear_width_mm": (MetKind.NARROW, DOOR_MM, Text("폭", "width")),
        "cabin_width_mm": (MetKind.NARROW, CABIN_MM[0], Text("안쪽 폭", "inside, width")),
        "cabin_depth_mm": (MetKind.NARROW, CABIN_MM[1], Text("안쪽 깊이", "inside, depth")),
        "step_height_mm": (MetKind.THRESHOLD, THRESHOLD_MM, Text("높이", "height")),
        "slope_percent": (MetKind.STEEP_RAMP, SLOPE_PERCENT, Text("기울기", "slope")),
        "gap_horizontal_mm": (MetKind.GAP, GAP_MM, Text("가로", "across")),
        "gap_vertical_mm": (MetKind.GAP, THRESHOLD_MM, Text("위아래", "up or down")),
    }
)


def _number(settled: Settled) -> float | None:
    return settled.value.value if settled.value is not None and isinstance(settled.value.value, float) else None


def _whole(field: str) -> Callable[[Settled, Any], dict[str, Any]]:
    def change(settled: Settled, _before: Any) -> dict[str, Any]:  # noqa: ANN401
        number = _number(settled)
        return {} if number is None else {field: round(number)}

    return change


def _status(settled: Settled, _before: Any) -> dict[str, Any]:  # noqa: ANN401
    said = settled.value.value if settled.value is not None else None
    status = _STATUS.get(said, Status.UNKNOWN) if isinstance(said, str) else Status.UNKNOWN
    return {"status": status}


def _unit_status(settled: Settled, unit: Unit) -> dict[str, Any]:
    dates = [each.date[:10] for each in settled.standings if each.counts and each.date]
    return {**_status(settled, unit), "status_as_of": max(dates, default=unit.status_as_of)}


def _wait(settled: Settled, _before: Unit | Link) -> dict[str, Any]:
    middle = _number(settled)
    if middle is None or settled.low is None or settled.high is None:
        return {}
    return {"wait_s": Seconds(settled.low, middle, settled.high)}


def _ridden(settled: Settled, unit: Unit) -> dict[str, Any]:
    """Of a unit of several stops nobody knows which ride it was that took so long."""
    stops = 2
    seconds = _wait(settled, unit).get("wait_s")
    return {"traverse_s": seconds} if seconds is not None and len(unit.levels) <= stops else {}


def _exit(settled: Settled, unit: Unit) -> dict[str, Any]:
    said = settled.value.value if settled.value is not None else None
    return {"exit": said} if isinstance(said, str) and unit.exit is None else {}


def _yes(settled: Settled, _link: Link) -> dict[str, Any]:
    return {} if settled.value is None or settled.value.value is None else {"staff_call": settled.value.value == "yes"}


def _passable(settled: Settled, _link: Link) -> dict[str, Any]:
    return {} if settled.value is None or settled.value.value is None else {"passable": settled.value.value}


def _length(settled: Settled, link: Link) -> dict[str, Any]:
    number = _number(settled)
    return {} if number is None or link.kind is LinkKind.GATE else {"length_m": round(number, 3), "length_group": None}


def _gate_wait(settled: Settled, link: Link) -> dict[str, Any]:
    return _wait(settled, link) if link.kind is LinkKind.GATE else {}


def _slope(settled: Settled, _link: Link) -> dict[str, Any]:
    number = _number(settled)
    return {} if number is None else {"slope_percent": number}


_UNIT_CHANGES: Mapping[str, Callable[[Settled, Unit], dict[str, Any]]] = MappingProxyType(
    {
        "operational_status": _unit_status,
        "door_width_mm": _whole("door_width_mm"),
        "cabin_width_mm": _whole("width_mm"),
        "clear_width_mm": _whole("width_mm"),
        "cabin_depth_mm": _whole("depth_mm"),
        "steps_remaining_with_lift": _whole("steps_left"),
        "wait_seconds": _wait,
        "traverse_seconds": _ridden,
        "near_exit": _exit,
    }
)
_LINK_CHANGES: Mapping[str, Callable[[Settled, Link], dict[str, Any]]] = MappingProxyType(
    {
        "operational_status": _status,
        "clear_width_mm": _whole("width_mm"),
        "door_width_mm": _whole("width_mm"),
        "slope_percent": _slope,
        "step_count": _whole("steps"),
        "length_m": _length,
        "staff_call_needed": _yes,
        "passable": _passable,
        "step_height_mm": _whole("step_height_mm"),
        "wait_seconds": _gate_wait,
    }
)


def _joined(known: Sequence[Evidence], told: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Both, without repeats, the strongest method first."""
    every = {*known, *told}
    return tuple(sorted(every, key=lambda each: (_STRENGTH[each.method], each.dataset, each.record, each.date or "")))


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    unique = {repr(finding): finding for finding in findings}
    return tuple(unique[key] for key in sorted(unique, key=lambda key: (unique[key].code, key)))
