"""Stations ranked for the next field research, from everything that is known of each: what `choose` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.insight.burden import IN_A_CHAIR, transfer_burdens
from muui_maps.insight.choose import MEASURES, Case, Choice, Judged, judge, rank
from muui_maps.profiles import profile as profile_of
from muui_maps.weights import read_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from muui_maps.api import Atlas
    from muui_maps.model import Station
    from muui_maps.workspace import Definition


def choose(
    atlas: Atlas,
    stations: Sequence[Definition],
    *,
    weights: Path | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> tuple[Choice, ...]:
    """The stations, most worth a visit first.

    Parameters
    ----------
    weights
        A file like `data/choose.toml`; that one unless given.
    progress
        Told of each station done: how many, of how many, and which.

    Raises
    ------
    InputRefusedError
        If the weights are not as they must be.
    """
    weighed = read_weights(weights or atlas.data / "choose.toml", [each.id for each in MEASURES])
    year = float((atlas.as_of or "0")[:4])
    judged: list[Judged] = []
    for number, definition in enumerate(stations, 1):
        station = atlas.load(definition).model
        judged.append(judge(station, case_of(station, year=year), weighed))
        if progress is not None:
            progress(number, len(stations), definition.name.ko)
    return rank(judged)


def case_of(station: Station, *, year: float) -> Case:
    """What the measures are taken from. `year` is that of the newest data."""
    transfers = transfer_burdens(station)
    return Case(transfers, _cut_off(station, sum(each.chair is not None for each in transfers)), year)


def _cut_off(station: Station, ways: int) -> float | None:
    """The share of the `ways` that some single unit out of service makes impossible in a wheelchair; None without any.

    Everything else is taken as working.
    """
    from muui_maps.network.outages import station_outages

    if not ways:
        return None
    found = station_outages(station, profiles=[profile_of(IN_A_CHAIR)], ignore_status=True, pairs=False)
    lost = {effect.trip for each in found.singles for effect in each.effects if effect.lost and effect.trip.is_transfer}
    return len(lost) / ways
