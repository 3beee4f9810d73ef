"""The commands about travelling when something is out, and from station to station: words in, words out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from muui_maps.cli_base import Argument, Command, Option, print_table, progress, say
from muui_maps.cli_commands import IGNORE_STATUS, JSON, LANG, PROFILE, SET, STATIONS, WORKSPACE, answer, ended
from muui_maps.cli_status import STATUS, atlas_with
from muui_maps.errors import UsageError
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from typing import Unpack

    from muui_maps.cli_status import Live
    from muui_maps.maps.journey_words import JourneyStep
    from muui_maps.model import StationName
    from muui_maps.network.journeys import Journey
    from muui_maps.network.outages import Outage, Ranked, StationOutages
    from muui_maps.travel import Outages

SHOWN = 40
"""How many places of the ranking a person gets on the screen; `--json` has all."""

PROFILES = Option(
    ["--profile", "profiles"],
    text=Text(
        "누구에게 어떤지예요. 여러 번 쓸 수 있고, 없으면 모두예요: "
        "manual_wheelchair, powered_wheelchair, stroller, walker, lift_averse.",
        "For whom; may be repeated, otherwise for all: manual_wheelchair, powered_wheelchair, stroller, walker, "
        "lift_averse.",
    ),
    multiple=True,
    metavar="ID",
)

# ── outages ──────────────────────────────────────────────────────────────────


def outages(
    stations: Sequence[str],
    set_name: str | None,
    workspace: Path | None,
    *,
    every: bool,
    profiles: Sequence[str],
    ignore_status: bool,
    as_json: bool,
    **live: Unpack[Live],
) -> int:
    from muui_maps.plain_travel import outages_dict
    from muui_maps.travel import names_of, outages_of

    if every == bool(stations or set_name is not None):
        raise UsageError(
            Text("역 이름, --set, --all 가운데 하나를 쓰세요.", "Give stations, --set or --all: one of the three.")
        )
    atlas = atlas_with(workspace, live)
    chosen = atlas.chosen(stations, set_name)
    with progress(say(Text("멈춘 설비 살펴보기", "Looking at outages"))) as tick:
        found = outages_of(
            atlas,
            chosen,
            profiles=profiles,
            ignore_status=ignore_status,
            progress=tick if len(chosen) > 1 else None,
        )
    answer(
        lambda: outages_dict(found.stations, found.ranking),
        lambda: _tell(found, names_of(atlas)),
        as_json=as_json,
    )
    return ended(found.set_aside)


def _tell(found: Outages, names: Mapping[str, StationName]) -> None:
    if len(found.stations) == 1:
        _tell_station(found.stations[0], found.ranking, names)
    else:
        _tell_ranking(found.stations, found.ranking)


def _tell_station(found: StationOutages, ranked: Sequence[Ranked], names: Mapping[str, StationName]) -> None:
    from muui_maps.maps import words
    from muui_maps.maps.outage_words import NO_WAITING, WHEELS, burden_text, units_of
    from muui_maps.network.outages import Burden, burden_of

    station = found.station
    name = words.station_text(station)
    click.echo(say(Text(f"{name.ko}: 설비가 멈추면", f"{name.en}: if something is out")))
    of = {outage.units[0]: outage for outage in found.singles}
    for each in ranked:
        click.echo(f"\n{each.rank:2}. {say(units_of(station, of[each.unit]))} — {say(burden_text(each.burden))}")
        _tell_effects(found, of[each.unit], names)
    ranked_units = {each.unit for each in ranked}
    wheels = {each.profile for outage in found.singles for each in outage.effects} & set(WHEELS)
    rest = [each for each in found.singles if each.effects and each.units[0] not in ranked_units]
    shown = [] if wheels else rest
    for outage in shown:
        click.echo(f"\n  · {say(units_of(station, outage))}")
        _tell_effects(found, outage, names)
    pairs = [each for each in found.pairs if not wheels or burden_of(each) != Burden()]
    if pairs:
        click.echo("\n" + say(Text("둘이 함께 멈추면", "If two are out together")))
    for outage in pairs:
        click.echo(f"\n  · {say(units_of(station, outage))}")
        _tell_effects(found, outage, names)
    click.echo()
    if len(rest) > len(shown):
        few = Text(
            f"걷는 사람의 길이나 한 출구만 달라지는 설비 {len(rest)}대 (--json, --profile walker)",
            f"Units that change only ways on foot or to one exit: {len(rest)} (--json, --profile walker)",
        )
        click.echo(say(few))
    if len(found.pairs) > len(pairs):
        more = len(found.pairs) - len(pairs)
        click.echo(say(Text(f"그런 쌍 {more}개 (--json)", f"Such pairs: {more} (--json)")))
    if any(effect.by_train for outage in (*found.singles, *found.pairs) for effect in outage.effects):
        click.echo(say(NO_WAITING))
    harmless = sum(not outage.effects for outage in found.singles)
    none = Text(f"멈춰도 달라지는 길이 없는 설비 {harmless}대", f"Units whose outage changes no way: {harmless}")
    click.echo(say(none))


def _tell_effects(found: StationOutages, outage: Outage, names: Mapping[str, StationName]) -> None:
    from muui_maps.maps.outage_words import rounds_told, state_of, told

    if outage.out_now:
        (unit,) = (unit for unit in found.station.units if unit.id in outage.units)
        now = state_of(unit)
        click.echo(f"    ⚠ {say(now)}")
    for line in told(found.station, outage):
        click.echo(f"    {'✗' if line.lost else '+'} {say(line.text)}")
    for way in rounds_told(found.station, outage, names):
        click.echo(f"    ↻ {say(way)}")


def _tell_ranking(found: Sequence[StationOutages], ranked: Sequence[Ranked]) -> None:
    from muui_maps.maps import words
    from muui_maps.maps.outage_words import burden_text, units_of

    of = {(each.station.id, outage.units[0]): (each, outage) for each in found for outage in each.singles}
    rows = []
    for each in ranked[:SHOWN]:
        of_station, outage = of[each.station, each.unit]
        now = say(Text("수리 중", "out now")) if each.out_now else ""
        rows.append(
            (
                str(each.rank),
                say(words.station_text(of_station.station)),
                say(units_of(of_station.station, outage)),
                say(burden_text(each.burden)),
                now,
            )
        )
    headings = (Text("순위", "rank"), Text("역", "station"), Text("설비", "unit"), Text("멈추면", "if it is out"))
    print_table([*(say(each) for each in headings), ""], rows)
    if len(ranked) > SHOWN:
        more = len(ranked) - SHOWN
        click.echo(say(Text(f"… {more}대 더 (--json)", f"… {more} more (--json)")))
    fatal = sum(each.burden.transfers_lost > 0 for each in ranked)
    units = sum(len(each.singles) for each in found)
    click.echo(
        say(
            Text(
                f"역 {len(found)}곳 · 설비 {units}대 · 한 대만 멈춰도 환승이 끊기는 설비 {fatal}대",
                f"{len(found)} stations · {units} units · {fatal} of them lose a transfer when they alone are out",
            )
        )
    )


# ── journeys ─────────────────────────────────────────────────────────────────


def journey(
    *,
    start: str,
    end: str,
    workspace: Path | None,
    profile: str,
    ignore_status: bool,
    as_json: bool,
    **live: Unpack[Live],
) -> int:
    from muui_maps.maps.journey_words import narrate_journey
    from muui_maps.plain_travel import journey_dict
    from muui_maps.travel import journey as find
    from muui_maps.travel import names_of, names_of_stops

    atlas = atlas_with(workspace, live)
    found = find(atlas, start, end, profile=profile, ignore_status=ignore_status)
    steps = narrate_journey(found, names_of_stops(atlas))
    answer(lambda: journey_dict(found, steps), lambda: _tell_journey(found, steps, names_of(atlas)), as_json=as_json)
    return 0


def _tell_journey(found: Journey, steps: Sequence[JourneyStep], names: Mapping[str, StationName]) -> None:
    from muui_maps.maps.journey_words import summary, title
    from muui_maps.maps.words import minutes

    click.echo(say(title(found, names)))
    click.echo(say(summary(found)))
    number = 0
    for step in steps:
        click.echo(f"\n{say(step.heading)} · {say(minutes(step.seconds))}")
        for text in step.texts:
            number += 1
            click.echo(f"{number:2}. {say(text)}")
    doubts = (*found.doubts, *(doubt for step in steps for doubt in step.doubts))
    for message in dict.fromkeys(["", *(f"⚠ {say(doubt.message)}" for doubt in doubts)]):
        click.echo(message)


# ── the list ─────────────────────────────────────────────────────────────────

OUTAGES = Command(
    name="outages",
    callback=outages,
    text=Text(
        "엘리베이터, 에스컬레이터, 휠체어리프트가 멈추면 어떤 길이 끊기거나 길어지는지 보여 줘요.",
        "Which ways are lost or get longer when a lift, escalator or wheelchair lift is out, and the best way round.",
    ),
    example=(
        "muui-maps outages 노원",
        "muui-maps outages nowon --profile manual_wheelchair --json",
        "muui-maps outages --all --json",
    ),
    params=[
        STATIONS,
        Option(
            ["--all", "every"],
            text=Text("모든 역이에요.", "All stations."),
            is_flag=True,
        ),
        SET,
        PROFILES,
        IGNORE_STATUS,
        *STATUS,
        JSON,
        WORKSPACE,
        LANG,
    ],
)

_SPOT = Text(
    "역(바깥), 역:exit 번호, 역:노선:방면이에요: 노원, 노원:exit 3, 노원:4:상계.",
    "A station (its street), STATION:exit N or STATION:LINE:DIRECTION: 노원, nowon:exit 3, nowon:4:Sanggye.",
)
JOURNEY = Command(
    name="journey",
    callback=journey,
    text=Text(
        "역에서 역까지 계단 없는 길을 찾아 걸음마다 알려 줘요: 들어가기, 열차, 갈아타기, 나가기.",
        "The step-free way from station to station, step by step: in, by train, changing, and out.",
    ),
    example=(
        "muui-maps journey 노원 건대입구",
        'muui-maps journey "노원:exit 3" 고속터미널:9:사평 --profile powered_wheelchair',
        "muui-maps journey nowon seoul-station --json --lang en",
    ),
    params=[
        Argument(["start"], text=_SPOT, metavar="FROM"),
        Argument(["end"], text=Text("도착이에요. 출발과 같은 모양이에요.", "The end, in the same form."), metavar="TO"),
        PROFILE,
        IGNORE_STATUS,
        *STATUS,
        JSON,
        WORKSPACE,
        LANG,
    ],
)

TRAVEL = [OUTAGES, JOURNEY]
"""In the order of a day's work."""
