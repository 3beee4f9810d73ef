"""Every transfer station that the official routes name: agreement, and what the dangerous cases were.

From the project's own tables alone. The figures stand in docs/agreement.md; a change that lowers one below what was
asked fails here, and the page says by how much.
"""

from __future__ import annotations

import math
import re
import statistics
from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

import pytest
from shared import REPOSITORY, shared_data

from muui_maps.api import open_atlas
from muui_maps.assemble.gather import gather
from muui_maps.comparison import Comparison, compare, compare_walking
from muui_maps.errors import InputRefusedError, NoRouteError
from muui_maps.insight.agreement import Group
from muui_maps.insight.compare import survey_error
from muui_maps.insight.minutes import CHAIR, fitted
from muui_maps.insight.walking import Ground, Sample, fit, ground_between, walking_figures
from muui_maps.model import Endpoint
from muui_maps.network.routes import default_costs, find_route
from muui_maps.profiles import PROFILES, profile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conftest import Run

    from muui_maps.assemble.gather import StationFacts
    from muui_maps.insight.walking import WalkingDistance
    from muui_maps.model import Finding, Station, SurveyRun

pytestmark = pytest.mark.xdist_group("city")  # one worker compares all stations, once for all
DOCS = ("agreement.md", "agreement.ko.md")
DISTANCES = "seoulmetro_transfer_distance_20250331.csv"


@cache
def walked() -> tuple[tuple[WalkingDistance, ...], tuple[Finding, ...]]:
    """The walkers' metres beside every published distance: of all stations, done once."""
    return compare_walking(open_atlas(REPOSITORY), shared_data() / "seoul" / DISTANCES)


@cache
def city() -> Comparison:
    """All stations, each text also with its station made without it: the long part of this module, done once."""
    atlas = open_atlas(REPOSITORY)
    return compare(atlas, atlas.chosen(), unseen=True)


def group(kind: str, key: str) -> Group:
    return next(each for each in city().groups if (each.kind, each.key) == (kind, key))


def test_98_percent_of_seoul_are_reproduced_or_differ_for_a_checked_reason_seen_and_unseen() -> None:
    seoul = group("seoul", "S1+S9")
    assert seoul.official == 569
    assert seoul.accounted >= 0.98 * seoul.official
    assert seoul.accounted_unseen is not None
    assert seoul.accounted_unseen >= 0.98 * seoul.official
    assert seoul.reproduced >= 0.78 * seoul.official
    assert seoul.reproduced_unseen is not None
    assert seoul.reproduced_unseen < seoul.reproduced, "a text that is left out can't help itself"


def test_all_operators() -> None:
    everything = group("all", "all")
    assert everything.official == sum(each.official for each in city().groups if each.kind == "operator") == 1063
    assert everything.accounted >= 0.98 * everything.official
    assert everything.official == sum(each.official for each in city().groups if each.kind == "station")


@pytest.mark.parametrize("name", DOCS)
def test_the_page_says_these_figures(name: str) -> None:
    said = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
    for each in (group("all", "all"), group("seoul", "S1+S9")):
        row = " | ".join(
            f"{part} ({100 * (part or 0) / each.official:.1f} %)"
            for part in (each.reproduced, each.accounted, each.reproduced_unseen, each.accounted_unseen)
        )
        assert f"| {each.official} | {row} |" in said


def test_no_transfer_that_a_text_calls_possible_is_impossible_without_a_reason() -> None:
    impossible = [each for each in city().ignoring_status if not each.ours.rides and "no_route" in each.reasons]
    bare = [each.route_id for each in impossible if set(each.reasons) == {"no_route", "unexplained"}]
    assert bare == []


@pytest.mark.parametrize(
    ("station", "start", "end", "units"),
    [
        ("garak-market", "3:수서", "8:송파", ["3:EV:내부1", "8:EV:3"]),
        ("garak-market", "8:문정", "3:경찰병원", ["8:EV:4", "3:EV:내부2"]),
        ("dobongsan", "7:장암", "1:도봉", ["7:EV:1", "7:EV:2", "1:EV:?수락산", "1:EV:?도봉"]),
        ("dongdaemun-history-culture-park", "5:청구", "2:신당", ["5:EV:2", "4:EV:내부1", "2:EV:내부2"]),
        ("euljiro-3-ga", "3:충무로", "2:을지로입구", ["3:EV:내부1", "2:EV:내부1"]),
    ],
)
def test_no_wrong_lift_and_none_left_out(station: str, start: str, end: str, units: list[str]) -> None:
    """Where the way was once told with a lift that does not go there, or without one that is needed."""
    model = open_atlas(REPOSITORY).load(station).model
    ends = [Endpoint(*each.split(":")) for each in (start, end)]
    route = find_route(model, *ends, profile=profile("manual_wheelchair"), ignore_status=True)
    assert [ride.unit for ride in route.rides] == units


def test_every_transfer_of_every_station_has_an_answer_for_every_traveller() -> None:
    atlas = open_atlas(REPOSITORY)
    silent = []
    for definition in atlas.definitions:
        loaded = atlas.load(definition)
        for who in PROFILES.values():
            for start, end in loaded.transfers:
                try:
                    find_route(loaded.model, start, end, profile=who)
                except NoRouteError as error:
                    if not error.blockers:
                        silent.append((definition.id, start.key, end.key, who.id))
    assert silent == []


def test_texts_of_other_operators_are_read_too() -> None:
    """Lines that no lift register knows still have ways by lift."""
    for operator in ("AR", "DX", "GX", "IC", "KR", "SL", "SW", "UI"):
        found = group("operator", operator)
        assert found.reproduced >= 0.5 * found.official, operator


# ── surveys ──────────────────────────────────────────────────────────────────


def test_minutes_of_stations_unseen_are_within_three_of_the_surveyed_and_the_range_covers_four_of_five() -> None:
    told = survey_error(city().surveys_unseen)
    assert told is not None
    assert told.known >= 11
    assert told.minutes < 2.5
    assert told.covered >= 0.8 * told.known
    for name in DOCS:
        said = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
        assert f"{told.minutes:.2f}" in said
        assert f"{told.covered}/{told.known}" in said.replace(" of ", "/")


def test_a_station_has_no_say_in_the_figures_that_price_it_unseen() -> None:
    """A survey that took an hour too long changes what is told of the other stations, and nothing of its own."""
    atlas = open_atlas(REPOSITORY)
    runs = [run for each in atlas.definitions if each.survey for run in atlas.load(each).model.runs]
    slow = [replace(run, minutes_chair=run.minutes_chair + 60) if run.station == "nowon" else run for run in runs]

    def train_s(of: list[SurveyRun], without: str) -> float:
        return fitted(default_costs(), [run for run in of if run.station != without])["train", "", CHAIR].typical

    assert train_s(slow, "nowon") == train_s(runs, "nowon")
    assert train_s(slow, "isu") > train_s(runs, "isu") + 60
    assert fitted(default_costs(), runs[:3]) == default_costs(), "three surveys tell nothing"


# ── people on foot ───────────────────────────────────────────────────────────


def test_the_fit_finds_the_rule_that_made_the_distances() -> None:
    grounds = [
        Ground(float(gap), rise, passage)
        for gap in (0, 40, 90, 200)
        for rise, passage in ((5.0, False), (20.0, True), (9.0, True))
    ]
    samples = [
        Sample(f"s{n}", ground, 30 + 0.8 * ground.gap_m + 2 * ground.rise_m + 25 * ground.passage)
        for n, ground in enumerate(grounds)
    ]
    model = fit(samples)
    assert model is not None
    found = (model.base_m, model.per_gap, model.per_rise, model.passage_m)
    assert found == pytest.approx((30, 0.8, 2, 25), abs=0.01)
    shorter = fit([replace(each, metres=120 - each.ground.rise_m) for each in samples])
    assert shorter is not None
    assert shorter.per_rise == pytest.approx(0, abs=0.01), "height never shortens a way"
    assert fit(samples[:3]) is None


def test_twice_too_long_counts_as_much_as_half_as_long() -> None:
    """Where half are 50 m and half 200 m, 100 m is told; the mean error in per cent would be least at 50 m."""
    grounds = [Ground(gap, rise, passage=passage) for gap, rise, passage in _APART]
    samples = [Sample(f"s{n}", ground, metres) for n, ground in enumerate(grounds) for metres in (50.0, 200.0)]
    model = fit(samples)
    assert model is not None
    assert model.metres(grounds[0]) == pytest.approx(100, abs=0.1)


_APART = ((0.0, 0.0, False), (80.0, 0.0, False), (0.0, 9.0, False), (0.0, 0.0, True))


def test_the_ground_is_told_by_both_publishers_and_a_passage_by_text_or_register() -> None:
    model, facts = _with_facts("samgakji", "삼각지", "4", "6")
    ground = ground_between(model, facts, "4", "6")
    assert ground is not None
    unsaid = replace(facts, line_stations=()), replace(facts, points=())
    gaps = [told.gap_m for each in unsaid if (told := ground_between(model, each, "4", "6"))]
    assert gaps[0] != gaps[1]
    assert ground.gap_m == pytest.approx(statistics.fmean(gaps))
    assert ground.passage
    mute = facts.without_routes({each.route_id for each in facts.routes})
    for known in (mute, replace(facts, units=())):
        assert ground_between(model, known, "4", "6") == ground, "moving walks lie in it, and the texts go through it"
    assert ground_between(model, replace(mute, units=()), "4", "6") is None, "nobody tells"
    model, facts = _with_facts("dongdaemun-history-culture-park", "동대문역사문화공원", "2", "4", "5")
    of = {pair: ground_between(model, facts, *pair) for pair in (("2", "4"), ("2", "5"))}
    assert {pair: ground and ground.passage for pair, ground in of.items()} == {("2", "4"): False, ("2", "5"): True}


def _with_facts(station: str, name: str, *lines: str) -> tuple[Station, StationFacts]:
    atlas = open_atlas(REPOSITORY)
    (definition,) = (each for each in atlas.definitions if each.id == station)
    return atlas.base(definition), gather((name,), lines, folder=REPOSITORY / "data" / "facts")


def test_walkers_metres_are_within_30_percent_of_the_published_ones() -> None:
    """Each reckoned without its own station's distance."""
    found, findings = walked()
    told = walking_figures(found)
    assert told is not None
    assert (told.rows, told.with_points) == (105, 74)
    assert told.median_error < 0.30 < told.constant_error
    assert [each.code for each in findings] == ["line_unclear"]
    for name in DOCS:
        said = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
        assert f"{100 * told.median_error:.1f} %" in said
        worst = told.worst[0]
        assert re.search(rf"{worst.official_m:g} \| {worst.ours_m:.0f} ", said), name


def test_they_are_too_where_no_station_has_a_say_in_what_the_rule_is_made_of() -> None:
    """Each station told by the rule, of four with the gap in it, that foretells the other stations best."""
    found, _ = walked()
    rows = [Sample(each.station, each.ground, each.official_m) for each in found if each.ground is not None]
    samples = list(dict.fromkeys(rows))
    off: dict[Sample, float] = {}
    for station in sorted({each.station for each in samples}):
        others = [each for each in samples if each.station != station]
        rule = min(_RULES, key=partial(_error, others))
        model = fit(_in_part(others, rule))
        assert model is not None
        its = [each for each in samples if each.station == station]
        for each, partly in zip(its, _in_part(its, rule), strict=True):
            off[each] = abs(model.metres(partly.ground) / each.metres - 1)
    anew = statistics.median(off[each] for each in rows)
    assert anew < 0.30
    for name in DOCS:
        said = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
        assert said.count(f"{100 * anew:.1f} %") >= 2, "for itself, and beside the error of the rule itself"


_RULES = ((True, True), (True, False), (False, True), (False, False))


def _in_part(samples: Sequence[Sample], rule: tuple[bool, bool]) -> list[Sample]:
    """The samples as a rule sees them that has the height or not, and the passage or not."""
    rise, passage = rule
    grounds = [replace(each.ground, passage=passage and each.ground.passage) for each in samples]
    return [
        replace(each, ground=ground if rise else replace(ground, rise_m=0.0))
        for each, ground in zip(samples, grounds, strict=True)
    ]


def _error(samples: Sequence[Sample], rule: tuple[bool, bool]) -> float:
    """How far a rule is off where it is fitted to five sixths of the stations and tells the last sixth."""
    stations = sorted({each.station for each in samples})
    partly = _in_part(samples, rule)
    off = 0.0
    for number in range(6):
        unseen = set(stations[number::6])
        model = fit([each for each in partly if each.station not in unseen])
        assert model is not None
        told = [(model.metres(each.ground), each.metres) for each in partly if each.station in unseen]
        off += sum(math.log(ours / official) ** 2 for ours, official in told)
    return off


def test_a_published_distance_has_no_say_in_its_own_estimate(tmp_path: Path) -> None:
    """Another figure for 노원 in the facts and in the file changes nothing of what is said of 노원."""
    header = "연번,호선,환승역명,환승노선,환승거리,환승소요시간\n"
    atlas = open_atlas(REPOSITORY)
    ours = []
    for metres in (278, 999):
        file = tmp_path / f"{metres}.csv"
        file.write_text(f"{header}1,4,노원,7호선,{metres},03:00\n", encoding="utf-8")
        ((each,), _) = compare_walking(atlas, file)
        ours.append(each.ours_m)
        assert each.official_m == metres
    assert ours[0] == ours[1] is not None
    facts = gather(("노원",), ("4", "7"), folder=REPOSITORY / "data" / "facts")
    assert [each.length_m for each in facts.distances if each.line == "4"] == [278]


# ── by command ───────────────────────────────────────────────────────────────


def test_a_table_that_is_none_of_distances_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "page.csv"
    file.write_text("<html><body>404 Not Found</body></html>", encoding="utf-8")
    ran = run("compare", "노원", "--walking-distances", file, "--json")
    assert ran.code == 4
    assert "표가 아니라 웹 페이지" in ran.err
    other = tmp_path / "costs.csv"
    other.write_text("term,kind,profile\nmoving,,walker\n", encoding="utf-8")
    assert "not a table of transfer distances" in run("compare", "노원", "--walking-distances", other).err
    absent = run("compare", "노원", "--walking-distances", tmp_path / "absent.csv")
    assert absent.code == 4
    assert "no such file" in absent.err


def test_a_station_that_was_renamed_is_said_with_the_mend(tmp_path: Path) -> None:
    file = tmp_path / "distances.csv"
    file.write_text(
        "연번,호선,환승역명,환승노선,환승거리,환승소요시간\n1,4,새노원,7호선,278,03:52\n2,4,노원,7호선,278,03:52\n",
        encoding="utf-8",
    )
    found, findings = compare_walking(open_atlas(REPOSITORY), file)
    assert [each.station for each in found] == ["nowon"]
    (told,) = [each for each in findings if each.code == "station_unknown"]
    assert told.value == "새노원"
    assert "renamed_stations.csv" in told.fix.en


@pytest.mark.parametrize(
    "wrong", [["노원", "--all"], ["--out", "x"], ["--all", "--methods", "--walking-distances", "x"]]
)
def test_options_that_do_not_go_together(run: Run, wrong: list[str]) -> None:
    assert run("compare", *wrong).code == 2


def test_an_unreadable_table_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "cut.csv"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputRefusedError):
        compare_walking(open_atlas(REPOSITORY), file)
