"""Which stations to survey next: what burdens and what is unknown ranks a station up, and each figure says why."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import Run
from drawn_station import drawn
from shared import REPOSITORY
from test_schemas import faults

from muui_maps.choosing import case_of
from muui_maps.errors import InputRefusedError
from muui_maps.insight.burden import transfer_burdens
from muui_maps.insight.choose import MEASURES, Case, Judged, judge, rank
from muui_maps.insight.choose_map import choose_scene, choose_table
from muui_maps.maps.city import FRAME, NUMBERED, Dot, Track, city_scene
from muui_maps.maps.fonts import measure
from muui_maps.maps.scene import Circle, Words
from muui_maps.model import Direction, Evidence, Finding, Method, Severity, Station, StationName, Text
from muui_maps.weights import Weight, read_weights

#   4:상계 ── 40 m ── lift ── {middle} m ── lift ── 20 m ── 7:중계;  on foot there are stairs all the way
WAYS = """
  4p  platform   4:3F    in   4:상계
  4c  concourse  4:2F    in
  7p  platform   7:B3    in   7:중계
  ---
  4p.train  -- 40! --     4p.ev
  4p.ev     == 4:EV:1 ==  4c.ev
  4c.ev     -- {middle}! --     4c.low   id=middle
  4c.low    == 7:EV:1 ==  7p.ev
  7p.ev     -- 20! --     7p.train
"""
WEIGHTS = read_weights(REPOSITORY / "data" / "choose.toml", [each.id for each in MEASURES])


def station(
    ways: str = WAYS, *, middle: str = "50", name: str = "nowon", findings: tuple[Finding, ...] = ()
) -> Station:
    made = drawn(ways.format(middle=middle), findings=findings)
    ends = (("4", "상계"), ("7", "중계"))
    directions = tuple(Direction(line, StationName(towards), None) for line, towards in ends)
    return replace(made, id=name, directions=directions, origin=(37.65, 127.06))


def judged(made: Station, weights: Mapping[str, Weight] | None = None) -> Judged:
    return judge(made, case_of(made, year=2026.0), weights or WEIGHTS)


def conflict(layer: str) -> Finding:
    words = Text("거리가 달라요: 200 m, 575 m.", "Lengths differ: 200 m, 575 m.")
    return Finding("length_conflict", Severity.WARNING, words, words, layer=layer, field="length_m", value="200 / 575")


def value(of: Judged, measure: str) -> float | None:
    return next(each.value for each in of.readings if each.measure.id == measure)


def test_each_measure_says_what_a_wheelchair_meets() -> None:
    found = judged(station())
    assert value(found, "lifts") == 2
    assert value(found, "single_lifts") == 1.0, "without either lift there is no way"
    assert value(found, "wheelchair_lifts") == 0
    assert value(found, "survey") == 1.0, "nobody ever surveyed it"
    assert value(found, "conflicts") == 0


def test_a_wheelchair_lift_and_a_conflict_rank_a_station_up() -> None:
    plain = judged(station())
    with_lift = judged(station(WAYS.replace("7:EV:1", "7:WL:1")))
    differing = judged(station(findings=(conflict("middle"),)))
    assert value(with_lift, "wheelchair_lifts") == 1.0
    assert (with_lift.need or 0) > (plain.need or 0)
    assert value(differing, "conflicts") == 1
    assert differing.gap > plain.gap
    assert differing.need == plain.need


def test_unknown_metres_are_a_gap_and_no_zero() -> None:
    known, unknown = judged(station()), judged(station(middle="?"))
    assert (value(unknown, "unknown_metres") or 0) > (value(known, "unknown_metres") or 0)


def test_a_survey_lowers_the_gap_and_ages() -> None:
    made = station()
    seen = Evidence("survey:run", "1", "2024-05-02", Method.SURVEYED)
    surveyed = replace(made, links=tuple(replace(each, evidence={"link": (seen,)}) for each in made.links))
    recent = judge(surveyed, Case(transfer_burdens(surveyed), None, 2026.0), WEIGHTS)
    later = judge(surveyed, Case(transfer_burdens(surveyed), None, 2030.0), WEIGHTS)
    assert value(recent, "survey") == pytest.approx((2026 - 2024 - 4 / 12) / 10)
    assert (value(recent, "survey") or 0) < (value(later, "survey") or 0) < 1
    assert "2024" in next(each.told.ko for each in recent.readings if each.measure.id == "survey" and each.told)


def test_a_measure_that_is_unknown_is_left_out_of_its_mean() -> None:
    made = station()
    case = Case(transfer_burdens(made), None, 2026.0)
    without = judge(made, case, WEIGHTS)
    assert value(without, "single_lifts") is None
    known = [each for each in without.readings if each.part is not None and each.measure.half == "need"]
    assert without.need == pytest.approx(sum(each.part or 0 for each in known))
    full = judge(made, replace(case, cut_off=0.0), WEIGHTS)
    assert (without.need or 0) > (full.need or 0), "a known 0 counts, an unknown value does not"


def test_a_station_without_any_known_way_takes_the_others_mean_need_and_says_so() -> None:
    nothing = "\n".join(line for line in WAYS.splitlines() if "==" not in line)
    unknown = judged(station(nothing, name="juan"))
    assert unknown.need is None
    ranked = rank([unknown, judged(station())])
    found = next(each for each in ranked if each.station == "juan")
    assert found.need is None
    assert found.score == pytest.approx(100 * (judged(station()).need or 0) * unknown.gap)
    assert "need is taken as the others' mean" in found.reasons()[0].en
    assert found.as_json()["need"] is None


def test_weights_decide_and_a_weight_of_zero_leaves_a_measure_out() -> None:
    only_lifts = {name: replace(each, weight=float(name in {"lifts", "survey"})) for name, each in WEIGHTS.items()}
    found = judged(station(), only_lifts)
    assert found.need == pytest.approx(2 / WEIGHTS["lifts"].full_at)
    assert found.gap == 1.0
    assert {each.en for each in rank([found])[0].reasons()} == {"lifts: 2", "never surveyed"}


def test_equal_scores_share_a_rank_and_stand_by_id() -> None:
    twins = [judged(station(name=name)) for name in ("b", "a")]
    worse = judged(station(WAYS.replace("7:EV:1", "7:WL:1"), name="c"))
    assert [(each.rank, each.station) for each in rank([*twins, worse])] == [(1, "c"), (2, "a"), (2, "b")]


def test_the_map_numbers_the_chosen_and_keeps_everything_in_its_frame() -> None:
    ranked = rank(
        [
            judged(
                replace(
                    station(name=f"s{n}"), origin=(37.5 + n / 100, 127 + n / 90), name=StationName(f"역{n}", f"S{n}")
                )
            )
            for n in range(40)
        ]
    )
    far = [replace(each, origin=(36.0, 126.0)) if each.station == "s7" else each for each in ranked]
    source = Text("자료", "data")
    scene = choose_scene(
        far, [Track("4", ((37.5, 127.0), (37.6, 127.1)))], budget=3, pilots=["s9"], source=source, lang="en"
    )
    discs = {each.role: each for each in scene.marks if isinstance(each, Circle) and each.role}
    assert len(discs) == 40, "none is left out"
    inside = FRAME.grown(0)
    assert all(
        inside.left <= each.x <= inside.right and inside.top <= each.y <= inside.bottom for each in discs.values()
    )
    assert discs["station:s7"].dash, "too far out for the frame, and drawn as such"
    numbered = [each for each in discs.values() if each.radius == NUMBERED]
    assert len(numbered) == 3
    words = [each.text for each in scene.marks if isinstance(each, Words)]
    assert {"S0", "S1", "S10"} <= set(words), "the list names the first three, by id where scores are equal"
    assert scene == choose_scene(
        far, [Track("4", ((37.5, 127.0), (37.6, 127.1)))], budget=3, pilots=["s9"], source=source, lang="en"
    )


def test_the_table_leaves_an_unknown_value_empty() -> None:
    made = station()
    ranked = rank([judge(made, Case(transfer_burdens(made), None, 2026.0), WEIGHTS)])
    row = next(csv.DictReader(io.StringIO(choose_table(ranked, "en"))))
    assert row["single_lifts"] == ""
    assert row["lifts"] == "2.0"


@pytest.mark.parametrize(
    ("change", "code", "says"),
    [
        (("weight = 3.0", 'weight = "much"'), "config_value", "weight (0 or more)"),
        (("full_at = 15.0", "full_at = 0"), "config_value", "above 0"),
        (("[lifts]", "[lift]"), "config_key_unknown", "lifts"),
        (("weight = 3.0", "weight = nan"), "config_value", "weight (0 or more)"),
        (("[minutes_more]", "[minutes_more"), "config_syntax", ""),
    ],
)
def test_weights_that_are_not_in_form_are_refused_with_their_place(
    tmp_path: Path, change: tuple[str, str], code: str, says: str
) -> None:
    file = tmp_path / "mine.toml"
    content = (REPOSITORY / "data" / "choose.toml").read_text(encoding="utf-8")
    assert change[0] in content
    file.write_text(content.replace(*change, 1), encoding="utf-8")
    with pytest.raises(InputRefusedError) as told:
        read_weights(file, [each.id for each in MEASURES])
    finding = told.value.findings[0]
    assert finding.code == code
    assert finding.row is not None
    assert says in finding.fix.en


def test_the_command_ranks_the_pilots_with_reasons_and_keeps_its_contract(run: Run, tmp_path: Path) -> None:
    ran = run("choose", "노원", "대림", "사당", "--budget", "1", "--out", tmp_path, "--json")
    assert ran.code == 0, ran.err
    assert faults("choose", ran.json) == []
    assert {each["station"] for each in ran.json["stations"]} == {"nowon", "daerim", "sadang"}
    assert all(each["reasons_ko"] and each["reasons_en"] for each in ran.json["stations"])
    assert {each.name for each in tmp_path.iterdir()} == {
        f"choose.{lang}.{ending}" for lang in ("ko", "en") for ending in ("svg", "png", "csv")
    }
    told = run("choose", "노원", "대림", "사당", "--budget", "1").out
    assert "★" in told, "the pilots are told wherever they rank"
    assert "Nowon" in told
    assert "Daerim" in told


def test_names_on_the_citys_map_do_not_run_into_one_and_long_ones_are_written_smaller() -> None:
    """온수 and 대림 lie on one line, with room for both names between them and none for a gap."""
    long = "Seoul Nat’l Univ. of Education"
    named = [("a", "Onsu", (37.5, 126.80)), ("b", "Daerim", (37.5, 126.8395)), ("c", long, (37.6, 127.1))]
    around = [(37.5, 126.849), (37.508, 126.8395), (37.492, 126.8395)]  # so that Daerim is named at its left alone
    texts = [Text(name, name) for _, name, _ in named]
    dots = [Dot(each[0], Text(each[1], each[1]), each[2], 1.0, number=n) for n, each in enumerate(named, 1)]
    scene = city_scene(
        "city",
        title=Text("도시", "City"),
        lead=Text("", ""),
        key=(),
        listed=[(n, text, Text("1", "1")) for n, text in enumerate(texts, 1)],
        source=Text("", ""),
        tracks=(),
        dots=[*(Dot(f"x{n}", Text("", ""), at, 1.0) for n, at in enumerate(around)), *dots],
        lang="en",
    )
    words = [mark for mark in scene.marks if isinstance(mark, Words)]
    labels = {mark.text: mark for mark in words if mark.halo is not None}
    spans = {}
    for name, mark in labels.items():
        width = measure(name, mark.size, "bold")
        left = mark.x - {"start": 0.0, "middle": width / 2, "end": width}[mark.anchor]
        spans[name] = (left, left + width, mark.y)
    for (_, end, y), (start, _, other) in pairwise(sorted(spans.values())):
        assert start - end >= 15 or abs(y - other) > 18
    (listed,) = [mark for mark in words if mark.text.startswith("Seoul Nat") and mark.halo is None]
    assert (listed.text, listed.size < 18) == (long, True)
