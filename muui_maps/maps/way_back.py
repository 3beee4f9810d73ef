"""The way back beside the way there: the same in reverse, or what is different, so that nobody plans by half."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muui_maps.maps import summary, words
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from muui_maps.maps.summary import Note
    from muui_maps.model import Route, Station, Unit


WAY_BACK = Text("돌아오는 길", "The way back")


@dataclass(frozen=True, slots=True)
class WayBack:
    """The route from the end to the start for the same traveller; None if there is none."""

    route: Route | None


def way_back_notes(station: Station, route: Route, back: WayBack | None) -> tuple[Note, ...]:
    """What differs on the way back; empty where nobody searched for it.

    Compared are machines, gates and calls, going outside, metres and minutes: all that the header says.
    """
    if back is None:
        return ()
    blank = Text("", "")
    if back.route is None:
        return (summary.Note(blank, Text("**돌아오는 길을 몰라요.**", "**No way back is known.**")),)
    found = tuple(_differences(station, route, back.route))
    if not found:
        same = Text("같은 길을 거꾸로 가요.", "The same way in reverse.")
        return (summary.Note(blank, same),)
    return tuple(summary.Note(blank, each) for each in found)


def _differences(station: Station, there: Route, back: Route) -> Iterator[Text]:
    yield from _machines(station, there, back)
    go, come = summary.totals(there), summary.totals(back)
    if (go.gates, go.staff_calls) != (come.gates, come.staff_calls):
        a, b = summary.gates_text(go), summary.gates_text(come)
        yield Text(f"**개찰구**: 갈 때 {_short(a.ko)}, 올 때 {_short(b.ko)}", f"**Gates**: {a.en} there, {b.en} back")
    if there.goes_outside != back.goes_outside:
        yield (
            Text("올 때는 **밖으로 나가요**.", "The way back **goes outside**.")
            if back.goes_outside
            else Text("올 때는 밖으로 나가지 않아요.", "The way back stays inside.")
        )
    if summary.metres_text(go) != summary.metres_text(come):
        a_m, b_m = summary.metres_text(go), summary.metres_text(come)
        yield Text(f"**거리**: 갈 때 {a_m}, 올 때 {b_m}", f"**Distance**: {a_m} there, {b_m} back")
    a, b = words.minutes(there.seconds), words.minutes(back.seconds)
    if a != b:
        yield Text(f"**시간**: 갈 때 {a.ko}, 올 때 {b.ko}", f"**Time**: {a.en} there, {b.en} back")


def _short(gates: str) -> str:
    return gates.removeprefix("개찰구 ")


def _machines(station: Station, there: Route, back: Route) -> Iterator[Text]:
    """Units that only one of the ways rides: those that would do as well count as the same."""
    units = {unit.id: unit for unit in station.units}

    def ridden(route: Route) -> list[frozenset[str]]:
        return [frozenset({leg.unit.id, *leg.same_as}) for leg in route.legs if leg.unit is not None]

    def only(own: list[frozenset[str]], other: list[frozenset[str]], route: Route) -> list[Unit]:
        taken = frozenset[str]().union(*other)
        firsts = [leg.unit.id for leg in route.legs if leg.unit is not None]
        return [units[first] for first, group in zip(firsts, own, strict=True) if not group & taken and first in units]

    ways = ridden(there), ridden(back)
    go, come = only(ways[0], ways[1], there), only(ways[1], ways[0], back)
    if go or come:
        a, b = _named(go), _named(come)
        yield Text(f"**타는 것**: 갈 때 {a.ko}, 올 때 {b.ko}", f"**Rides**: {a.en} there, {b.en} back")


def _named(units: list[Unit]) -> Text:
    if not units:
        return Text("그대로", "the same")
    return words.together(words.unit_with_line(unit) for unit in units)
