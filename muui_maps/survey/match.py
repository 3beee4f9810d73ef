"""What a station has that can be observed, and which of it an observation means.

A match is exact (the id of the form) or the only thing that fits the researcher's words: kind, line, level, exit,
direction and number. What fits nothing, or several things, is quarantined with its candidates, and tried again at every
build, because a station's data may grow. Nothing is matched by a point taken underground.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import STREET, LinkKind, NodeKind, PlaceKind, Station, Text, UnitKind
from muui_maps.survey.fields import NEW_FEATURE, word_key
from muui_maps.survey.items import tidy
from muui_maps.wording import toward_text, with_particle

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from muui_maps.model import Link, Node, Unit
    from muui_maps.survey.claims import Target
    from muui_maps.survey.observations import Point

KIND_OF_UNIT: Mapping[UnitKind, str] = MappingProxyType(
    {
        UnitKind.ELEVATOR: "elevator",
        UnitKind.WHEELCHAIR_LIFT: "wheelchair_lift",
        UnitKind.ESCALATOR: "escalator",
        UnitKind.MOVING_WALK: "moving_walk",
    }
)
_WALKED = frozenset({"passage", "ramp", "stairs", "door", "sign"})
NEAR_M = 30.0
"""A point above ground means something no further off than this; and nothing else may be within twice its distance."""
MAX_CANDIDATES = 6


@dataclass(frozen=True, slots=True)
class Feature:
    """Something at a station that can be looked at.

    Parameters
    ----------
    id
        `4:EV:외부1`, `gate:4:2F`, `4:platform:상계`, `exit:3`, a place's or a link's id, `toilet:4:2F`.
    kinds
        Kinds of observation that it may be called; the first is its own.
    lines
        Lines it belongs to; empty for the street.
    levels
        Labels of its levels with their aliases, `street` for the ground.
    words
        Words that tell it from its neighbours: exit numbers (`exit 3`), next stations, its number.
    point
        Latitude and longitude, of what stands above ground and has a known place.
    """

    id: str
    kinds: tuple[str, ...]
    name: Text
    lines: frozenset[str]
    levels: frozenset[str]
    words: frozenset[str] = frozenset()
    point: tuple[float, float] | None = None

    @property
    def kind(self) -> str:
        return self.kinds[0]


_NO_WORDS = Text("", "")


@dataclass(frozen=True, slots=True)
class Matched:
    """What an observation means.

    `feature` is None where that is not clear: `code` and `message` then say why, and `candidates` what it may be.
    """

    feature: str | None
    new: bool = False
    code: str = ""
    message: Text = _NO_WORDS
    candidates: tuple[str, ...] = ()


# ── what there is ────────────────────────────────────────────────────────────


def features_of(station: Station) -> tuple[Feature, ...]:
    """Everything at a station that can be observed, sorted by id."""
    return _Reader(station).all()


class _Reader:
    def __init__(self, station: Station) -> None:
        self.station = station
        self.nodes = {node.id: node for node in station.nodes}
        self.places = {place.id: place for place in station.places}
        self.labels = {level.id: frozenset({level.label or STREET, *level.aliases}) for level in station.levels}

    def all(self) -> tuple[Feature, ...]:
        found = [*map(self._unit, self.station.units), *self._gates(), *self._platforms(), *self._exits()]
        found += [*self._places(), *self._walkways(), *self._toilets()]
        return tuple(sorted({each.id: each for each in found}.values(), key=lambda each: each.id))

    def _labels(self, levels: Iterable[str]) -> frozenset[str]:
        found = frozenset(label for level in levels for label in self.labels.get(level, {level.rpartition(":")[2]}))
        return found | {"1F", STREET} if STREET in found else found

    def _unit(self, unit: Unit) -> Feature:
        kind = KIND_OF_UNIT[unit.kind]
        words = {_number_key(unit.number), *(door.direction for door in unit.doors)}
        words |= {f"exit {unit.exit}"} if unit.exit else set()
        kinds = (kind, "door", "sign") if kind == "elevator" else (kind, "sign")
        at = [node for node in self.nodes.values() if node.id.startswith(f"{unit.id}@") and node.level == STREET]
        return Feature(
            unit.id, kinds, unit.name, frozenset({unit.line}), self._labels(unit.levels), frozenset(words),
            self._point(at[0]) if at else None,
        )  # fmt: skip

    def _gates(self) -> Iterable[Feature]:
        for link in self.station.links:
            if link.kind is LinkKind.GATE:
                lines, levels = self._ends(link)
                yield Feature(link.id, ("gate", "sign"), Text("개찰구", "fare gate"), lines, levels)

    def _platforms(self) -> Iterable[Feature]:
        for each in self.station.platforms:
            toward = toward_text(each.direction, each.direction, here=self.station.name.ko)
            name = Text(f"{toward.ko} 승강장", f"platform {toward.en}")
            yield Feature(
                platform_id(each.line, each.direction), ("platform", "passage", "sign"), name, frozenset({each.line}),
                self._labels([each.level]), frozenset({each.direction}),
            )  # fmt: skip

    def _exits(self) -> Iterable[Feature]:
        at = {node.id.rpartition(":")[2]: node for node in self.nodes.values() if node.kind is NodeKind.EXIT}
        for number in self.station.exits:
            yield Feature(
                f"exit:{number}", ("exit", "passage", "ramp", "stairs", "door", "sign"),
                Text(f"{number}번 출구", f"exit {number}"), frozenset(), frozenset({STREET, "1F"}),
                frozenset({f"exit {number}"}), self._point(at[number]) if number in at else None,
            )  # fmt: skip

    def _places(self) -> Iterable[Feature]:
        for place in self.station.places:
            if place.kind is not PlaceKind.PLATFORM:
                lines = frozenset({place.line}) if place.line else frozenset()
                kinds = ("passage", "ramp", "stairs", "door", "sign")
                yield Feature(place.id, kinds, place.name, lines, self._labels([place.level]))

    def _walkways(self) -> Iterable[Feature]:
        """Single ways: only an exact id means one of them, as words could mean any."""
        for link in self.station.links:
            if link.unit is None and link.kind is not LinkKind.GATE:
                lines, levels = self._ends(link)
                yield Feature(
                    link.id, ("passage", "ramp", "stairs", "door", "sign"), Text("통로", "passage"), lines, levels
                )

    def _toilets(self) -> Iterable[Feature]:
        taken: dict[str, int] = {}
        for each in self.station.toilets:
            base = f"toilet:{each.line}:{(each.level or '?').rpartition(':')[2]}"
            taken[base] = taken.get(base, 0) + 1
            name = base if taken[base] == 1 else f"{base}:{taken[base]}"
            words = frozenset(f"exit {number}" for number in each.place.split("|") if number)
            levels = self._labels([each.level]) if each.level else frozenset()
            yield Feature(name, ("toilet",), Text("화장실", "toilet"), frozenset({each.line}), levels, words)

    def _ends(self, link: Link) -> tuple[frozenset[str], frozenset[str]]:
        ends = [self.nodes[node] for node in (link.start, link.end)]
        lines = {self.places[node.place].line for node in ends} - {None}
        return frozenset(line for line in lines if line), self._labels(node.level for node in ends)

    def _point(self, node: Node) -> tuple[float, float] | None:
        origin = self.station.origin
        if origin is None or node.x_m is None or node.y_m is None:
            return None
        return _degrees(origin, node.x_m, node.y_m)


def platform_id(line: str, direction: str) -> str:
    """The id under which a direction's platform is observed, island or not."""
    return f"{line}:platform:{direction}"


_METRES_A_DEGREE = 111_195.0
"""Of a great circle on a sphere of 6,371 km: good to half a percent, and only nearness is asked."""


def _degrees(origin: tuple[float, float], x_m: float, y_m: float) -> tuple[float, float]:
    lat = origin[0] + y_m / _METRES_A_DEGREE
    return lat, origin[1] + x_m / (_METRES_A_DEGREE * math.cos(math.radians(origin[0])))


def _metres(point: Point, at: tuple[float, float]) -> float:
    north = (at[0] - point.lat) * _METRES_A_DEGREE
    east = (at[1] - point.lon) * _METRES_A_DEGREE * math.cos(math.radians(point.lat))
    return math.hypot(north, east)


# ── which is meant ───────────────────────────────────────────────────────────


class Matcher:
    """Finds the feature of a station that an observation means."""

    def __init__(self, features: Iterable[Feature], known_as: Mapping[str, str] = MappingProxyType({})) -> None:
        self.features = {each.id: each for each in features}
        self._by_key = {word_key(each): each for each in self.features}
        self._known_as = {word_key(each): feature for each, feature in known_as.items()}
        self._memo: dict[Target, Matched] = {}

    def knowing(self, known_as: Mapping[str, str]) -> Matcher:
        """The same, and new things that were accepted since, by the ids that forms and maps give them."""
        return Matcher(self.features.values(), known_as) if known_as else self

    def match(self, target: Target) -> Matched:
        """The feature meant, or why it is not clear. The same target always means the same."""
        found = self._memo.get(target)
        if found is None:
            found = self._memo[target] = self._match(target)
        return found

    def _match(self, target: Target) -> Matched:
        if target.feature_id == NEW_FEATURE:
            return Matched(None, new=True)
        if target.feature_id is not None:
            return self._by_id(target.feature_id, target)
        if target.route is not None and target.step is not None:
            return Matched(step_id(target.route, target.step))
        return self._by_words(target)

    def _by_id(self, text: str, target: Target) -> Matched:
        if (new := self._known_as.get(word_key(text))) is not None:
            return Matched(new)
        named = self._named(text, target)
        if len(named) == 1:
            return self._checked(named[0], target)
        return self._ambiguous(named, target) if named else self._unknown(target)

    def _named(self, text: str, target: Target) -> list[Feature]:
        """A feature by its id, however it is spelled; an exit by its number; units by their number."""
        if (found := self._by_key.get(word_key(text))) is not None:
            return [self.features[found]]
        if (exit_number := _exit_in(text)) and target.kind in {None, "exit"}:
            return [each for each in self.features.values() if each.id == f"exit:{exit_number}"]
        line = target.line or _line_in(text)
        return [
            each
            for each in self.features.values()
            if (target.kind is None or target.kind == each.kind)
            and each.kind in KIND_OF_UNIT.values()
            and (line is None or line in each.lines)
            and _number_key(text) == _number_key(each.id.rpartition(":")[2])
        ]

    def _checked(self, feature: Feature, target: Target) -> Matched:
        """The named feature, if what else the row says of it can be true."""
        faults = []
        if target.kind is not None and target.kind not in feature.kinds:
            faults.append(Text("종류", "kind"))
        if target.line is not None and feature.lines and target.line not in feature.lines:
            faults.append(Text("노선", "line"))
        if target.level is not None and feature.levels and not self._on_level(feature, target.level):
            faults.append(Text("층", "level"))
        if not faults:
            return Matched(feature.id)
        ko, en = ", ".join(each.ko for each in faults), ", ".join(each.en for each in faults)
        message = Text(
            f"{feature.id}의 {with_particle(ko, '이')} 자료와 달라요 ({_known(feature)})",
            f"the {en} of {feature.id} differs from the data ({_known(feature)})",
        )
        near = [each.id for each in self._fitting(target) if each.id != feature.id]
        return Matched(None, code="feature_unmatched", message=message, candidates=(feature.id, *near)[:MAX_CANDIDATES])

    @staticmethod
    def _on_level(feature: Feature, level: str) -> bool:
        return level in feature.levels or (level in {STREET, "1F"} and bool(feature.levels & {STREET, "1F"}))

    def _fitting(self, target: Target) -> list[Feature]:
        """Features of the kind, line and level said; single ways only by their id."""
        return [
            each
            for each in self.features.values()
            if not each.id.startswith(("walk:", "stairs:"))
            and (target.kind is None or target.kind in (each.kinds if target.kind in _WALKED else (each.kind,)))
            and (target.line is None or not each.lines or target.line in each.lines)
            and (target.level is None or not each.levels or self._on_level(each, target.level))
        ]

    def _by_words(self, target: Target) -> Matched:
        fitting = self._fitting(target) if target.kind is not None else []
        told = self._told(target.place_text or "", fitting)
        chosen = told or fitting
        own = [each for each in chosen if each.kind == target.kind]
        if len(own) == 1 or len(chosen) == 1:
            # A lone thing of another kind (a door at an exit) only where the words name it.
            only = own[0] if len(own) == 1 else chosen[0]
            if only.kind == target.kind or told:
                return Matched(only.id)
        if target.point is not None and (near := self._nearest(target.point, chosen)) is not None:
            return Matched(near)
        if not chosen:
            return self._unknown(target)
        return self._ambiguous(chosen, target)

    def _ambiguous(self, fitting: Sequence[Feature], target: Target) -> Matched:
        message = Text(f"맞는 시설이 {len(fitting)}곳이에요", f"{len(fitting)} features fit")
        return Matched(None, code="feature_ambiguous", message=message, candidates=self._listed(fitting, target.point))

    @staticmethod
    def _told(text: str, fitting: Iterable[Feature]) -> list[Feature]:
        """The features that the description names: by an exit, a next station or a number; all that are named best."""
        words = tidy(text)
        if not words:
            return []
        exit_number = _exit_in(words)
        scores: list[tuple[int, Feature]] = []
        for each in fitting:
            exits = {word for word in each.words if word.startswith("exit ")}
            score = sum(2 for word in exits if word == f"exit {exit_number}")
            score += sum(1 for word in each.words - exits if len(word) > 1 and word_key(word) in word_key(words))
            scores.append((score, each))
        best = max((score for score, _ in scores), default=0)
        return [each for score, each in scores if score == best] if best else []

    @staticmethod
    def _nearest(point: Point, features: Iterable[Feature]) -> str | None:
        off = sorted((_metres(point, each.point), each.id) for each in features if each.point is not None)
        if not off or off[0][0] > NEAR_M:
            return None
        return off[0][1] if len(off) == 1 or off[1][0] > 2 * off[0][0] else None

    @staticmethod
    def _listed(features: Iterable[Feature], point: Point | None) -> tuple[str, ...]:
        def off(each: Feature) -> float:
            return _metres(point, each.point) if point is not None and each.point is not None else math.inf

        ordered = sorted(features, key=lambda each: (off(each), each.id))[:MAX_CANDIDATES]
        return tuple(each.id if math.isinf(off(each)) else f"{each.id} ({off(each):.0f} m)" for each in ordered)

    def _unknown(self, target: Target) -> Matched:
        from difflib import get_close_matches

        near: list[str] = []
        if target.feature_id is not None:
            keys = [key for key in self._by_key if not key.startswith(("walk:", "stairs:"))]
            near = [self._by_key[key] for key in get_close_matches(word_key(target.feature_id), keys, n=3, cutoff=0.6)]
            message = Text(
                f"‘{with_particle(target.feature_id[:40] + '’', '은')} 이 역의 자료에 없어요",
                f"‘{target.feature_id[:40]}’ is not in this station's data",
            )
        else:
            message = Text("이 역의 자료에 맞는 것이 없어요", "nothing in this station's data fits")
        near += [each.id for each in self._fitting(target) if each.id not in near and target.kind == each.kind]
        return Matched(None, code="feature_unmatched", message=message, candidates=tuple(near[:MAX_CANDIDATES]))


def step_id(route: str, step: str) -> str:
    """The id under which a step of a published route is checked."""
    return f"route:{route}#{step}"


def _known(feature: Feature) -> str:
    lines = "·".join(sorted(feature.lines)) or "-"
    return f"{feature.kind}, {lines}, {'/'.join(sorted(feature.levels)) or '-'}"


def _number_key(text: str) -> str:
    """A unit's number as people write it: `외부 1`, `#외부1`, `외부1호기`, `EV1`."""
    bare = re.sub(r"^.*:|^\S*선\s+", "", tidy(text))
    bare = re.sub(
        r"엘리베이터|승강기|에스컬레이터|휠체어리프트|리프트|호기?$|번$|#|\s|^(?:ev|es|wl|mw)(?=\d)",
        "",
        bare,
        flags=re.IGNORECASE,
    )
    return bare.casefold()


def _exit_in(text: str) -> str | None:
    match = re.search(
        r"(?<!\d)(\d{1,2}(?:-\d{1,2})?)\s*번?\s*(?:출구|출입구)|exit[\s:]*(\d{1,2}(?:-\d{1,2})?)",
        tidy(text),
        re.IGNORECASE,
    )
    return (match.group(1) or match.group(2)) if match else None


def _line_in(text: str) -> str | None:
    match = re.match(r"(\d)호선|(\d):", tidy(text))
    return (match.group(1) or match.group(2)) if match else None
