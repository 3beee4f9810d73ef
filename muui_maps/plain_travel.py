"""Outages and journeys → plain data for machines: `docs/schemas/outages.json`, `journey.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from muui_maps.maps import words
from muui_maps.network.journeys import Inside
from muui_maps.plain import endpoint_dict, evidence_dicts, route_dict, seconds_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muui_maps.maps.journey_words import JourneyStep
    from muui_maps.model import Doubt, Station
    from muui_maps.network.journeys import Journey, Spot
    from muui_maps.network.outages import ByTrain, Effect, Outage, Ranked, StationOutages


def outages_dict(found: Sequence[StationOutages], ranked: Sequence[Ranked]) -> dict[str, Any]:
    """What every outage of some stations does, and the ranking of single points of failure."""
    return {
        "stations": [_station_dict(each) for each in found],
        "ranking": [
            {
                "rank": each.rank,
                "station": each.station,
                "unit": each.unit,
                "out_now": each.out_now,
                "transfers_lost": each.burden.transfers_lost,
                "platforms_cut_off": each.burden.platforms_cut_off,
                "trips_longer": each.burden.trips_longer,
                "more_seconds": round(each.burden.more_s),
            }
            for each in ranked
        ],
    }


def _station_dict(found: StationOutages) -> dict[str, Any]:
    station = found.station
    return {
        "station": station.id,
        "name_ko": station.name.ko,
        "name_en": station.name.en,
        "profiles": list(found.profiles),
        "units": [_unit_dict(station, each) for each in found.singles],
        "pairs": [
            {"units": list(each.units), "effects": [_effect_dict(effect) for effect in each.effects]}
            for each in found.pairs
        ],
    }


def _unit_dict(station: Station, outage: Outage) -> dict[str, Any]:
    (unit,) = (unit for unit in station.units if unit.id in outage.units)
    name = words.unit_with_line(unit)
    return {
        "unit": unit.id,
        "kind": unit.kind.value,
        "name_ko": name.ko,
        "name_en": name.en,
        "in_register": unit.in_register,
        "status": unit.status.value,
        "status_as_of": unit.status_as_of,
        "out_now": outage.out_now,
        "effects": [_effect_dict(each) for each in outage.effects],
    }


def _effect_dict(effect: Effect) -> dict[str, Any]:
    return {
        "from": endpoint_dict(effect.trip.start),
        "to": endpoint_dict(effect.trip.end),
        "profile": effect.profile,
        "lost": effect.lost,
        "before": seconds_dict(effect.before),
        "after": None if effect.after is None else seconds_dict(effect.after),
        "more": None if effect.more is None else seconds_dict(effect.more),
        "more_wheelchair_lifts": effect.more_wheelchair_lifts,
        "more_assumed": effect.more_assumed,
        "by": list(effect.by),
        "goes_outside": effect.goes_outside,
        "by_train": None if effect.by_train is None else _by_train_dict(effect.by_train),
    }


def _by_train_dict(way: ByTrain) -> dict[str, Any]:
    return {
        "changes": list(way.changes),
        "street": way.street,
        "lines": list(way.lines),
        "stops": way.stops,
        "early": way.early,
        "seconds": seconds_dict(way.seconds),
        "more": seconds_dict(way.more),
    }


# ── journeys ─────────────────────────────────────────────────────────────────


def journey_dict(found: Journey, steps: Sequence[JourneyStep]) -> dict[str, Any]:
    """A journey, leg by leg."""
    return {
        "from": _spot_dict(found.start),
        "to": _spot_dict(found.end),
        "profile": found.profile.id,
        "seconds": seconds_dict(found.seconds),
        "waiting_included": False,
        "changes": list(found.changes),
        "legs": [_leg_dict(each) for each in steps],
        "doubts": [doubt_dict(each) for each in found.doubts],
    }


def _spot_dict(spot: Spot) -> dict[str, Any]:
    return {"station": spot.station, **endpoint_dict(spot.endpoint)}


def _leg_dict(step: JourneyStep) -> dict[str, Any]:
    leg = step.leg
    common = {"heading_ko": step.heading.ko, "heading_en": step.heading.en, "seconds": seconds_dict(step.seconds)}
    if isinstance(leg, Inside):
        return {"kind": "inside", **common, "route": route_dict(leg.station, leg.route, step.inside)}
    (text,) = step.texts
    return {
        "kind": "train",
        **common,
        "line": leg.line,
        "from_station": leg.runs[0].start,
        "towards": leg.runs[0].end,
        "to_station": leg.runs[-1].end,
        "stops": [run.end for run in leg.runs],
        "forks": list(leg.branches),
        "derived": leg.derived,
        "text_ko": text.ko,
        "text_en": text.en,
        "evidence": evidence_dicts(dict.fromkeys(run.evidence for run in leg.runs)),
    }


def doubt_dict(doubt: Doubt) -> dict[str, Any]:
    return {"code": doubt.code, "message_ko": doubt.message.ko, "message_en": doubt.message.en}
