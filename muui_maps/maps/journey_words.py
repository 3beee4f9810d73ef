"""A journey in sentences: each leg with a heading and its steps, in Korean and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.maps import words
from muui_maps.maps.narrate import narrate
from muui_maps.model import Text
from muui_maps.network.journeys import Inside
from muui_maps.wording import toward_text, with_particle

if TYPE_CHECKING:
    from collections.abc import Mapping

    from muui_maps.maps.narrate import Step
    from muui_maps.model import Doubt, Endpoint, Seconds, StationName
    from muui_maps.network.journeys import ByTrain, Journey, Leg, Spot


@dataclass(frozen=True, slots=True)
class JourneyStep:
    """A leg, told.

    Parameters
    ----------
    heading
        Where it is and what it is for: `창동역에서 4호선으로 갈아타기`.
    texts
        One sentence for each step.
    inside
        The steps inside a station as typed data; empty for a train.
    doubts
        What is not certain about the leg.
    """

    leg: Leg
    heading: Text
    texts: tuple[Text, ...]
    seconds: Seconds
    inside: tuple[Step, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def narrate_journey(journey: Journey, names: Mapping[str, StationName]) -> tuple[JourneyStep, ...]:
    """The legs of a journey, told; `names` are the names of the stations where trains stop, by their Korean one."""
    told: list[JourneyStep] = []
    for leg in journey.legs:
        if isinstance(leg, Inside):
            steps = narrate(leg.station, leg.route)
            texts = tuple(step.text for step in steps)
            told.append(JourneyStep(leg, _inside(leg), texts, leg.seconds, steps, leg.route.doubts))
        else:
            told.append(JourneyStep(leg, _train_heading(leg), (_train(leg, names),), leg.seconds))
    return tuple(told)


def _inside(leg: Inside) -> Text:
    station, route = words.station_text(leg.station), leg.route
    start, end = route.start, route.end
    if start.line is None and end.line is not None:
        line = words.line_text(end.line)
        return Text(f"{station.ko}: {line.ko} 타러 들어가기", f"{station.en}: in, to {line.en}")
    if start.line is not None and end.line is None:
        return Text(f"{station.ko}: 나가기", f"{station.en}: out")
    if start.line is not None and end.line is not None and start.line != end.line:
        line = words.line_text(end.line)
        to = with_particle(line.ko, "로")
        return Text(f"{station.ko}: {to} 갈아타기", f"{station.en}: change to {line.en}")
    if start.line is not None and start.line == end.line:
        return Text(f"{station.ko}: 반대 방향으로 갈아타기", f"{station.en}: change to the opposite direction")
    return Text(f"{station.ko}: 지나가기", f"{station.en}: through the station")


def _train_heading(leg: ByTrain) -> Text:
    line, count = words.line_text(leg.line), len(leg.runs)
    return Text(f"{line.ko} {count}정거장", f"{line.en}, {count} stop{'s' if count > 1 else ''}")


def _train(leg: ByTrain, names: Mapping[str, StationName]) -> Text:
    line = words.line_text(leg.line)
    start, towards, end = (_name(each, names) for each in (leg.runs[0].start, leg.runs[0].end, leg.runs[-1].end))
    return Text(
        f"{_station(start.ko)}에서 {towards.ko} 방면 {line.ko} 열차를 타고 {_station(end.ko)}에서 내려요.",
        f"From {start.en} take {line.en} for {towards.en}; get off at {end.en}.",
    )


def _name(station: str, names: Mapping[str, StationName]) -> Text:
    known = names.get(station)
    return Text(station, words.english(known) if known else words.latin(station))


def _station(name: str) -> str:
    return name if name.endswith("역") else f"{name}역"


def title(journey: Journey, stations: Mapping[str, StationName]) -> Text:
    """`노원역 → 건대입구역 3번 출구 · 수동휠체어`."""
    start, end = (_spot(each, stations) for each in (journey.start, journey.end))
    who = journey.profile.name
    return Text(f"{start.ko} → {end.ko} · {who.ko}", f"{start.en} → {end.en} · {who.en}")


def _spot(spot: Spot, stations: Mapping[str, StationName]) -> Text:
    name = stations[spot.station]
    station = Text(_station(name.ko), words.english(name))
    where = _endpoint(spot.endpoint, name.ko)
    return Text(f"{station.ko} {where.ko}".strip(), f"{station.en} {where.en}".strip())


def _endpoint(endpoint: Endpoint, here: str) -> Text:
    if endpoint.line is not None:
        line = words.line_text(endpoint.line)
        direction = endpoint.direction or ""
        towards = toward_text(direction, words.latin(direction), here=here)
        return Text(f"{line.ko} {towards.ko}", f"{line.en} {towards.en}")
    return Text("", "") if endpoint.exit is None else words.exit_text(endpoint.exit)


def summary(journey: Journey) -> Text:
    """The whole in a line: minutes, changes, stops."""
    time, changes = words.minutes(journey.seconds), len(journey.changes)
    stops = sum(len(leg.runs) for leg in journey.legs if not isinstance(leg, Inside))
    return Text(
        f"{time.ko} (열차 기다리는 시간은 빼고) · 갈아타기 {changes}번 · {stops}정거장",
        f"{time.en}, without waiting for trains · {changes} change{'s' if changes != 1 else ''} · {stops} stops",
    )
