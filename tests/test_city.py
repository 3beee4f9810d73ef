"""The city: trains from the tables, journeys drawn small enough to check by hand, and those of the real one."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from conftest import Run as Runner
from drawn_station import drawn
from test_schemas import faults

import muui_maps as mm
from muui_maps.api import open_atlas
from muui_maps.errors import InputRefusedError, NoRouteError, UsageError
from muui_maps.facts import InterstationFact, SegmentFact
from muui_maps.model import Direction, Endpoint, Method, Seconds, Station, StationName
from muui_maps.network.city import Change, City, Network, Stop, places_of
from muui_maps.network.journeys import ByTrain, Inside, Spot, find_journey, nearest_places, neighbours
from muui_maps.network.lines import Lines, read_lines
from muui_maps.network.outages import ByTrain as Round
from muui_maps.network.outages import Effect, Trip, station_outages
from muui_maps.network.rounds import round_of_transfer, with_rounds
from muui_maps.profiles import PROFILES
from muui_maps.tables import write_table

CHAIR = PROFILES["manual_wheelchair"]
ORIGIN = {"dataset": "test", "publisher": "P", "licence": "L", "as_of": "2024-08-10"}


def tables(folder: Path, segments: str, interstation: str = "") -> Lines:
    """Lines from `1: 가 나 다` (neighbours, about 1,000 m each) and `1: 가 나=120 다=90` (the operator's seconds)."""
    near: list[SegmentFact] = []
    told: list[InterstationFact] = []
    for text in filter(None, map(str.strip, segments.splitlines())):
        line, _, names = text.partition(":")
        chain = names.split()
        for n, (one, two) in enumerate(pairwise(chain), 1):
            origin = {**ORIGIN, "record": f"{line}.{n}"}
            length_m = 990.0 + 10 * (n % 3)
            near.append(SegmentFact(**origin, line=line, from_station=one, to_station=two, seq=n, length_m=length_m))
    for text in filter(None, map(str.strip, interstation.splitlines())):
        line, _, names = text.partition(":")
        for n, word in enumerate(names.split(), 1):
            name, _, seconds = word.partition("=")
            told.append(
                InterstationFact(
                    **{**ORIGIN, "record": str(len(told) + 2)},
                    line=line,
                    station=name,
                    seq=n,
                    seconds=int(seconds or 0),
                    length_m=1000.0,
                )
            )
    write_table("segments", near, folder)
    write_table("interstation", told, folder)
    return read_lines(folder)


# ── trains ───────────────────────────────────────────────────────────────────


def test_a_run_takes_what_the_operator_says_both_ways(tmp_path: Path) -> None:
    lines = tables(tmp_path, "1: 가 나 다", "1: 가 나=120 다=90")
    assert lines.runs["1", "가", "나"].seconds == Seconds(120, 120, 120)
    assert lines.runs["1", "나", "가"].seconds == Seconds(120, 120, 120)
    assert lines.runs["1", "나", "다"].evidence.record == "4"
    assert not lines.runs["1", "가", "나"].derived
    assert lines.after("1", "가", "나") == ("다",)
    assert lines.after("1", "나", "다") == ()


def test_a_branch_starts_where_it_leaves_the_trunk_not_at_the_row_before(tmp_path: Path) -> None:
    lines = tables(tmp_path, "5: 가 나 다\n5: 나 라 마", "5: 가 나=60 다=70 라=80 마=90")
    assert ("5", "다", "라") not in lines.runs
    assert lines.runs["5", "나", "라"].seconds.typical == 80
    assert lines.after("5", "가", "나") == ("다", "라")


def test_a_loop_on_the_way_is_run_one_way_and_a_line_that_is_a_loop_both_ways(tmp_path: Path) -> None:
    lines = tables(
        tmp_path,
        "6: 응암 가 나 다 응암 새절\n2: 시청 가 나 시청\n2: 나 용답",
        "6: 응암 가=60 나=60 다=60 응암=60 새절=60\n2: 시청 가=60 나=60 시청=60 용답=60",
    )
    assert lines.nexts["6", "가"] == ("나",)
    assert lines.nexts["6", "응암"] == ("가", "새절")
    assert ("6", "응암", "다") not in lines.runs
    assert ("6", "새절", "응암") in lines.runs
    assert lines.nexts["2", "시청"] == ("가", "나")


def test_where_the_operator_is_silent_the_length_tells_and_says_so(tmp_path: Path) -> None:
    names = [f"역{n:02d}" for n in range(12)]
    told = " ".join([names[0], *(f"{name}={100 if n % 2 else 120}" for n, name in enumerate(names[1:]))])
    lines = tables(tmp_path, f"1: {' '.join(names)}\n9: 가 나", f"1: {told}")
    run = lines.runs["9", "가", "나"]
    assert run.derived
    assert run.evidence.method is Method.DERIVED
    assert run.seconds.low < run.seconds.typical < run.seconds.high
    assert run.seconds.low >= 100
    assert run.seconds.high <= 125
    assert lines.pace is not None
    assert lines.pace.known == 11


def test_without_known_times_nothing_is_made_up(tmp_path: Path) -> None:
    assert tables(tmp_path, "9: 가 나").runs == {}


@pytest.mark.parametrize("seconds", [0, -90])
def test_a_run_that_takes_no_time_is_refused_with_its_row(tmp_path: Path, seconds: int) -> None:
    with pytest.raises(InputRefusedError) as caught:
        tables(tmp_path, "1: 가 나", f"1: 가 나={seconds}")
    (finding,) = caught.value.findings
    assert (finding.code, finding.layer, finding.value) == ("run_takes_no_time", "1:나", str(seconds))


def test_the_real_tables_give_every_line_its_trains() -> None:
    lines = read_lines(open_atlas().data)
    assert {run.line for run in lines.runs.values()} == {str(n) for n in range(1, 10)}
    assert all(run.derived for run in lines.runs.values() if run.line == "9")
    assert not any(run.derived for run in lines.runs.values() if run.line in {"2", "5", "6", "8"})
    assert lines.nexts["2", "성수"] == ("건대입구", "뚝섬", "용답")
    assert lines.runs["2", "성수", "용답"].seconds.typical == 180
    assert lines.nexts["6", "역촌"] == ("불광",)  # the loop of Line 6 is run one way
    assert ("4", "이수", "사당") in lines.runs  # 총신대입구 by its name of today
    # each run leads to a platform that trains go on from
    assert all(lines.nexts.get((run.line, run.end)) for run in lines.runs.values())


# ── a small city ─────────────────────────────────────────────────────────────

# Two lines side by side that meet at 하나 and at 둘; 하나's lift to line 2 is far off, and it has no way out.
#   line 1:  가 – 하나 – 둘 – 나         line 2:  다 – 하나 – 둘 – 라
LINES = "1: 가 하나 둘 나\n2: 다 하나 둘 라"
TIMES = "1: 가 하나=100 둘=100 나=100\n2: 다 하나=100 둘=100 라=100"


def station(name: str, *, lift: str, far_m: int, exits: bool = True) -> Station:
    """A station of lines 1 and 2: side platforms, one lift each to a concourse, and a lift to the street."""
    ends = {"하나": (("가", "둘"), ("다", "둘")), "둘": (("하나", "나"), ("하나", "라"))}[name]
    head, body = [], []
    for line, nexts in zip("12", ends, strict=True):
        for n, towards in enumerate(nexts):
            place = f"p{line}{n}"
            head.append(f"{place} platform {line}:B2 in {line}:{towards}")
            ride = lift if line == "2" else f"1:EV:{n + 1}"
            if line == "2":
                body.append(f"{place}.train -- {far_m} -- {place}.ev")
                body.append(f"{place}.ev == {ride} == hall.{place} rise=5 id={place}.up")
            else:
                body.append(f"{place}.train -- 10 -- {place}.ev")
                body.append(f"{place}.ev == {ride} == hall.{place} rise=5")
            body.append(f"hall.{place} -- 10 -- hall.mid")
    head += ["hall concourse 1:B1 in", "st street street out"]
    if exits:
        body += ["hall.mid == 1:EV:9 == st.ev rise=5", "st.ev -- 10 -- st.exit:1"]
    built = drawn("\n".join(head) + "\n---\n" + "\n".join(body) + "\n")
    directions = tuple(
        Direction(line, StationName(towards), None) for line, nexts in zip("12", ends, strict=True) for towards in nexts
    )
    return replace(built, id=name, name=StationName(name), directions=directions, exits=("1",) if exits else ())


class Small:
    """A city of two stations, which counts what it reads."""

    def __init__(self, folder: Path, *, far_m: int = 400, exits: bool = True) -> None:
        self.read: list[str] = []
        built = {
            "하나": station("하나", lift="2:EV:1", far_m=far_m, exits=exits),
            "둘": station("둘", lift="2:EV:1", far_m=10),
        }
        self.stations = built

        def load(station_id: str) -> Station:
            self.read.append(station_id)
            return built[station_id]

        lines = tables(folder, LINES, TIMES)
        self.city = City(lines, places_of(lines, [(each, (("1", each), ("2", each))) for each in built]), load)


def told(legs: tuple[Any, ...]) -> list[tuple[str, ...]]:
    return [
        (leg.station.id, leg.route.start.key, leg.route.end.key)
        if isinstance(leg, Inside)
        else (leg.line, leg.runs[0].start, leg.runs[-1].end)
        for leg in legs
    ]


def test_a_journey_changes_where_that_is_quickest_and_adds_up(tmp_path: Path) -> None:
    city = Small(tmp_path).city
    found = find_journey(city, Spot("하나", Endpoint("1", "둘")), Spot("둘", Endpoint("2", "라")), profile=CHAIR)
    # from the platform of line 1 to the train of line 2 at 둘: ride on and change there, rather than 400 m here
    assert told(found.legs) == [("1", "하나", "둘"), ("둘", "1:나", "2:라")]
    inside = found.legs[1]
    assert isinstance(inside, Inside)
    assert found.seconds == Seconds(100, 100, 100) + inside.route.seconds
    assert found.legs[0].seconds == Seconds(100, 100, 100)


def test_a_journey_from_street_to_street_goes_in_and_out(tmp_path: Path) -> None:
    city = Small(tmp_path).city
    found = find_journey(city, Spot("하나", Endpoint()), Spot("둘", Endpoint(exit="1")), profile=CHAIR)
    assert told(found.legs) == [("하나", "street", "1:둘"), ("1", "하나", "둘"), ("둘", "1:나", "exit:1")]
    assert found.changes == ()
    assert [doubt.code for doubt in found.doubts] == ["waiting_not_included"]


def test_stations_are_read_only_where_the_way_leads_through_them(tmp_path: Path) -> None:
    small = Small(tmp_path)
    find_journey(small.city, Spot("하나", Endpoint("1", "둘")), Spot("하나", Endpoint()), profile=CHAIR)
    assert set(small.read) == {"하나"}
    assert len(small.read) == 1


def test_what_a_lazy_search_finds_is_what_a_search_over_all_prices_finds(tmp_path: Path) -> None:
    for far_m in (5, 90, 400):
        lazy, whole = Small(tmp_path, far_m=far_m).city, Small(tmp_path, far_m=far_m).city
        network: Network = whole.network(CHAIR)
        network.price_all()
        for start in lazy.stops:
            for end in lazy.stops:
                one = lazy.network(CHAIR).search({start: 0.0}, {end: 0.0})
                two = network.search({start: 0.0}, {end: 0.0})
                assert (one and one.cost) == (two and two.cost), (far_m, start, end)


def test_where_no_source_joins_platform_and_street_the_journey_says_so(tmp_path: Path) -> None:
    city = Small(tmp_path, exits=False).city
    found = find_journey(city, Spot("하나", Endpoint()), Spot("둘", Endpoint()), profile=CHAIR)
    assert [leg[0] for leg in told(found.legs)][1:] == ["둘"]
    assert isinstance(found.legs[0], ByTrain)
    assert [doubt.code for doubt in found.doubts] == ["street_unknown", "waiting_not_included"]


def test_a_journey_nowhere_and_one_that_no_lift_allows(tmp_path: Path) -> None:
    small = Small(tmp_path)
    here = Spot("하나", Endpoint())
    with pytest.raises(UsageError):
        find_journey(small.city, here, here, profile=CHAIR)
    two = small.stations["둘"]
    small.stations["둘"] = replace(two, links=tuple(link for link in two.links if link.unit != "1:EV:9"))
    with pytest.raises(NoRouteError) as caught:
        find_journey(small.city, here, Spot("둘", Endpoint()), profile=CHAIR)
    assert caught.value.blockers


def test_neighbours_are_the_next_stations_with_data(tmp_path: Path) -> None:
    city = Small(tmp_path).city
    found = {(each.line, each.direction): (each.station, each.seconds.typical) for each in neighbours(city, "하나")}
    assert found == {
        ("1", "둘"): ("둘", 100),
        ("2", "둘"): ("둘", 100),
        ("1", "가"): (None, 100),
        ("2", "다"): (None, 100),
    }
    assert list(nearest_places(city, "나")) == ["둘"]
    assert nearest_places(city, "nowhere") == {}


# ── ways round by train ──────────────────────────────────────────────────────


def effects(city: City, station_id: str, unit: str) -> dict[Trip, Effect]:
    found = with_rounds(city, station_outages(city.station(station_id), profiles=[CHAIR], pairs=False))
    (outage,) = (each for each in found.singles if each.units == (unit,))
    return {each.trip: each for each in outage.effects}


def test_a_lost_transfer_is_made_at_the_neighbour(tmp_path: Path) -> None:
    city = Small(tmp_path).city
    effect = effects(city, "하나", "2:EV:1")[Trip(Endpoint("1", "둘"), Endpoint("2", "둘"))]
    assert effect.lost
    assert isinstance(effect.by_train, Round)
    # from line 1 at 가 on to 둘, there to a train of line 2
    assert effect.by_train.changes == ("둘",)
    assert effect.by_train.street is None
    assert effect.by_train.stops >= 2
    assert effect.by_train.more.low <= effect.by_train.more.typical <= effect.by_train.more.high


def test_a_way_round_never_takes_the_unit_that_is_out_and_leaves_the_city_as_it_was(tmp_path: Path) -> None:
    city = Small(tmp_path, far_m=5).city  # with its lift, 하나 would be the best place to change
    start, end = Stop("1", "가", "하나"), Stop("2", "둘", "라")
    usual = city.network(CHAIR).search({start: 0.0}, {end: 0.0})
    assert usual is not None
    assert [part.station for part in usual.parts if isinstance(part, Change)] == ["하나"]
    trip, took = Trip(Endpoint("1", "둘"), Endpoint("2", "둘")), Seconds(100, 200, 300)
    way = round_of_transfer(city, city.station("하나"), trip, profile=CHAIR, out={"2:EV:1"}, usual=took)
    assert way is not None
    assert way.changes == ("둘",)
    assert city.network(CHAIR).search({start: 0.0}, {end: 0.0}) == usual


def test_a_lost_street_is_left_by_the_neighbours(tmp_path: Path) -> None:
    city = Small(tmp_path).city
    found = effects(city, "하나", "1:EV:9")
    out, back = found[Trip(Endpoint("1", "둘"), Endpoint())], found[Trip(Endpoint(), Endpoint("1", "둘"))]
    assert out.by_train is not None
    assert back.by_train is not None
    assert out.by_train.street == back.by_train.street == "둘"
    assert out.by_train.lines == ("1",)
    # one stop further: 100 s more, give or take what the two stations' ways to the street differ
    assert out.by_train.more.typical == pytest.approx(100, abs=1)


def test_an_exit_among_others_needs_no_train(tmp_path: Path) -> None:
    city = Small(tmp_path).city
    found = effects(city, "하나", "1:EV:9")
    assert found[Trip(Endpoint("1", "둘"), Endpoint(exit="1"))].by_train is None


# ── the real city ────────────────────────────────────────────────────────────


def whole_graph(network: Network) -> nx.DiGraph[Stop]:
    """Every platform a node, every run and every change an edge: also where nothing is decided."""
    city = network.city
    graph: nx.DiGraph[Stop] = nx.DiGraph()
    for run in city.lines.runs.values():
        for stop in city.arrivals(run):
            seconds = round(run.seconds.typical * 1000)
            graph.add_edge(Stop(run.line, run.start, run.end), stop, weight=float(seconds))
    for place, prices in network.priced.items():
        stops = tuple(city.places[place].stops)
        pairs = [(one, two) for one in stops for two in stops if one != two]
        for (one, two), weight in zip(pairs, prices.changes.tolist(), strict=True):
            if weight < float("inf"):
                graph.add_edge(one, two, weight=weight)
    return graph


@pytest.mark.parametrize("line", ["1", "2", "6"])
def test_what_is_left_out_where_nothing_is_decided_changes_no_answer(line: str) -> None:
    """From platforms that are only passed too: a fork, a loop both ways, and a loop one way."""
    atlas = open_atlas()
    city = atlas.city(load=lambda name: pytest.fail(f"{name} is no station of the test"))
    network = city.network(CHAIR)
    kept = set(network.nodes)
    for place in city.places.values():  # all changes at one price: the shape of the lines is what is tested
        network.put(place.id, Even(len(place.stops)))  # type: ignore[arg-type]
    graph = whole_graph(network)
    stops = [stop for stop in city.stops if stop.line == line][::7]
    compared = passed = 0
    for start in stops:
        lengths = nx.single_source_dijkstra_path_length(graph, start)
        for end in stops:
            found = network.search({start: 0.0}, {end: 0.0})
            assert (None if found is None else found.cost) == lengths.get(end), (start, end)
            compared += 1
            if found is not None and start not in kept and end not in kept:
                assert (found.first, found.last) == (start, end)
                passed += 1
    assert compared > passed > 10


class Even:
    """Prices of a station where every change takes three minutes."""

    def __init__(self, stops: int) -> None:
        self.changes = np.full(stops * (stops - 1), 180_000.0)


def test_nowons_lift_out_sends_riders_round_by_changdong_and_dobongsan() -> None:
    atlas = open_atlas()
    city = atlas.city()
    effect = effects(city, "nowon", "4:EV:외부1")[Trip(Endpoint("4", "상계"), Endpoint("7", "마들"))]
    assert effect.by_train is not None
    assert effect.by_train.changes == ("chang-dong", "dobongsan")
    assert effect.by_train.lines == ("1", "7")
    assert effect.by_train.early  # trains to 노원 for 상계 come by 창동


def test_who_knows_beforehand_does_not_ride_there_only_to_turn_back(tmp_path: Path) -> None:
    city = Small(tmp_path).city
    # line 1 from 나 to 가: 둘 comes first, and there one changes to line 2, rather than to ride to 하나 and back
    effect = effects(city, "하나", "2:EV:1")[Trip(Endpoint("1", "가"), Endpoint("2", "다"))]
    assert effect.by_train is not None
    assert effect.by_train.early
    assert effect.by_train.changes == ("둘",)


def test_the_library_knows_a_stations_neighbours() -> None:
    near = {(each.line, each.direction): each.station for each in mm.load("nowon").neighbours}
    assert near["4", "창동"] == "chang-dong"
    assert near["7", "마들"] == "dobongsan"


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_a_journey_is_told_to_a_person_step_by_step(run: Runner, lang: str) -> None:
    ran = run("journey", "노원", "건대입구:exit 3", "--lang", lang)
    assert ran.code == 0, ran.err
    first, second, *rest = ran.out.splitlines()
    wanted = {
        "ko": (
            "노원역 → 건대입구역 3번 출구 · 수동휠체어",
            "기다리는 시간은 빼고",
            "열차를 타고 건대입구역에서 내려요.",
        ),
        "en": ("Nowon → Konkuk Univ. exit 3 · manual wheelchair", "without waiting", "get off at Konkuk Univ."),
    }[lang]
    assert first == wanted[0]
    assert wanted[1] in second
    assert [line for line in rest if wanted[2] in line]
    if lang == "en":
        assert not any("가" <= letter <= "힣" for letter in ran.out)


def test_where_a_line_forks_the_traveller_is_told_to_look_at_the_trains_destination(run: Runner) -> None:
    ran = run("journey", "사당", "인천")
    assert "⚠ Line 1 forks at Guro: check where the train goes" in ran.out
    assert "⚠ train times of Line 1 are computed from lengths" in ran.out
    assert not any("가" <= letter <= "힣" for letter in ran.out)


@pytest.mark.parametrize(
    ("start", "end", "profile"),
    [
        ("노원", "신당", "manual_wheelchair"),
        ("nowon:4:상계", "express-bus-terminal:9:사평", "stroller"),
        ("노원:exit 3", "노원:7:중계", "walker"),
    ],
)
def test_the_json_of_a_journey_keeps_its_contract(run: Runner, start: str, end: str, profile: str) -> None:
    ran = run("journey", start, end, "--profile", profile, "--json")
    assert ran.code == 0, ran.err
    assert faults("journey", ran.json) == []
    legs = sum(leg["seconds"]["typical"] for leg in ran.json["legs"])
    assert ran.json["seconds"]["typical"] == pytest.approx(legs, abs=len(ran.json["legs"]))
    assert run("journey", start, end, "--profile", profile, "--json").out == ran.out


def test_a_station_without_data_is_told_from_one_that_does_not_exist(run: Runner) -> None:
    known = run("journey", "상계", "노원")
    assert known.code == 3
    assert "상계역은 4호선 역이지만, 역 안의 길 자료가 없어요" in known.err
    assert "Sanggye is a station of Line 4" in known.err
    assert "노원 (nowon)" in known.err
    unknown = run("journey", "없는역", "노원")
    assert unknown.code == 3
    assert "자료가 없어요" not in unknown.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["journey", "노원"], 2),
        (["journey", "노원", "노원"], 2),
        (["journey", "노원:exit 77", "신당"], 3),
        (["journey", "노원", "신당", "--profile", "horse"], 3),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_what_cant_be_asked_is_refused_with_the_right_code(run: Runner, arguments: list[str], code: int) -> None:
    assert run(*arguments).code == code


def test_a_line_without_trains_is_named(run: Runner) -> None:
    """A platform of a line that no table of trains has can be left on foot, never by train."""
    stops = {stop.line for stop in open_atlas().city().stops}
    assert "공항철도" not in stops
    assert Stop("9", "고속터미널", "사평") in open_atlas().city().stops
    ran = run("journey", "인천공항1터미널", "노원")
    assert ran.code in {3, 5}
