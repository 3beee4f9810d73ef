"""What a rider saw at a step → a row of a survey: the page knows what the row is about, the rider says what was there.

The row has the columns of `survey.fields`, so `muui-maps survey import` reads the file as it is. A ride is about its
unit; a walk of the published route is about that step of it (as a map check is); a walk of another way is about the
place where it begins, since the numbers of that way's steps are nobody's but the page's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.maps.parts import said
from muui_maps.model import PlaceKind, Route, Station
from muui_maps.profiles import DEFAULT_PROFILE
from muui_maps.survey.fields import FIELDS, SCHEMA_VERSION
from muui_maps.survey.match import features_of, platform_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muui_maps.maps.steps import Step

COLUMNS = (
    "station_id",
    "observed_at",
    "feature_id",
    "kind",
    "route",
    "step",
    "place_text",
    "operational_status",
    "passable",
    "step_verdict",
    "note",
    "role",
    "form_version",
)
"""The header of a report, in order."""

QUESTIONS = ("operational_status", "passable", "step_verdict")

FIXED: Mapping[str, str] = {"role": "volunteer", "form_version": SCHEMA_VERSION}
"""What every row says."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a report of one step is about, and the one question that it asks (a name of `FIELDS`)."""

    station: str
    route: str
    step: int
    feature: str
    kind: str
    question: str

    @property
    def cells(self) -> Mapping[str, str]:
        """The cells that the page fills in. A step without a feature of its own is named by route and number."""
        by_number = {"route": self.route, "step": str(self.step)} if not self.feature else {}
        return {"station_id": self.station, "feature_id": self.feature, "kind": self.kind, **by_number}


class Reports:
    """What can be reported of the steps at one station."""

    def __init__(self, station: Station) -> None:
        self.station = station
        self._kinds = {each.id: each.kind for each in features_of(station)}
        self._nodes = {each.id: each for each in station.nodes}
        self._places = {each.id: each for each in station.places}

    def seen_at(self, route: Route, step: Step, *, out: str = "") -> Seen:
        """What a report of this step is about. `out` is the unit that the way does without, if any."""
        path = f"{route.start.key}>{route.end.key}"
        if step.unit in self._kinds:
            return Seen(self.station.id, path, step.n, step.unit or "", self._kinds[step.unit], "operational_status")
        if route.profile.id == DEFAULT_PROFILE and not out:
            return Seen(self.station.id, path, step.n, "", "", "step_verdict")
        feature = self._feature(route, step)
        if feature in self._kinds:
            return Seen(self.station.id, path, step.n, feature, self._kinds[feature], "passable")
        return Seen(self.station.id, path, step.n, "", "", "step_verdict")

    def _feature(self, route: Route, step: Step) -> str:
        """The place where a walk begins."""
        first = route.legs[step.leg].traversals[0]
        place = self._places[self._nodes[first.link.start if first.forward else first.link.end].place]
        if place.kind is not PlaceKind.PLATFORM:
            return place.id
        end = route.start if step.leg == 0 else route.end
        return platform_id(end.line or "", end.direction or "")


def schema(lang: str) -> Mapping[str, object]:
    """The report as a page's script reads it: columns, what every row says, and the questions with their answers."""
    questions = {
        name: {
            "label": said(FIELDS[name].label, lang),
            "choices": [[choice.name, said(choice.label, lang)] for choice in FIELDS[name].choices],
        }
        for name in QUESTIONS
    }
    return {"columns": COLUMNS, "fixed": dict(FIXED), "questions": questions}
