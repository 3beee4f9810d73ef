"""The operator's register of today: what it changes, how long it counts, and what is done with a bad one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from gaon import findings, two_lines, unit

from muui_maps.api import load, open_atlas
from muui_maps.assemble.live import with_live_status
from muui_maps.build import Wish
from muui_maps.errors import InputRefusedError, NoRouteError, UsageError
from muui_maps.fingerprint import fingerprint
from muui_maps.model import Endpoint, Link, LinkKind, Station, Status
from muui_maps.network.routes import find_route
from muui_maps.profiles import PROFILES
from muui_maps.sources.live_status import LiveStatus, StatusFile, read_live_status, status_file
from muui_maps.tables import read_table

CHAIR = PROFILES["manual_wheelchair"]
DAY = "2026-12-01"
Row = dict[str, str]

GAON: Sequence[Row] = (
    {
        "elvtr_se": "EV",
        "elvtr_nm": "승강기)엘리베이터 내부#1",
        "stn_nm": "가온(4)",
        "stn_cd": "0499",
        "opr_sec": "2F-3F",
    },
    {
        "elvtr_se": "EV",
        "elvtr_nm": "승강기)엘리베이터 외부#1",
        "stn_nm": "가온(4)",
        "stn_cd": "0499",
        "opr_sec": "1F-2F",
    },
    {"elvtr_se": "EV", "elvtr_nm": "승강기)엘리베이터 1", "stn_nm": "가온", "stn_cd": "2799", "opr_sec": "B3-B1"},
    {"elvtr_se": "EV", "elvtr_nm": "승강기)엘리베이터 2", "stn_nm": "가온", "stn_cd": "2799", "opr_sec": "B1-1F"},
)
"""The machines of 가온, as the operator's register writes them."""


def register(folder: Path, rows: Sequence[Row], **out: str) -> Path:
    """The download: all rows in use, but for those whose number is given a state."""
    records = []
    for row in rows:
        number = row["elvtr_nm"].split()[-1]
        state = next((state for name, state in out.items() if number == name.replace("_", "#")), "사용가능")
        records.append({"instl_pstn": "", "use_yn": state, **row})
    file = folder / "status.json"
    file.write_text(json.dumps({"DATA": records}, ensure_ascii=False), encoding="utf-8")
    return file


def live(file: Path, *, on: str = DAY, lifetime_days: int = 1) -> LiveStatus:
    return read_live_status(status_file(file, as_of=DAY, lifetime_days=lifetime_days, on=on))


def gaon(folder: Path, read: LiveStatus, **renamed: str) -> Station:
    built = two_lines().station(folder)
    return with_live_status(built, read, names=["가온"], renamed=renamed)


def links_of(station: Station, unit_id: str) -> list[Link]:
    return [link for link in station.links if link.unit == unit_id]


# ── what it changes ──────────────────────────────────────────────────────────


def test_a_lift_under_repair_today_is_avoided_and_one_that_runs_again_is_taken(tmp_path: Path) -> None:
    station = gaon(tmp_path, live(register(tmp_path, GAON, 내부_1="보수중")))
    lift = unit(station, "4:EV:내부1")
    assert (lift.status, lift.status_as_of, lift.status_expired) == (Status.UNDER_REPAIR, DAY, False)
    assert {link.status for link in links_of(station, lift.id)} == {Status.UNDER_REPAIR}
    with pytest.raises(NoRouteError) as caught:
        find_route(station, Endpoint("4", "나래"), Endpoint("7", "마루"), profile=CHAIR)
    assert "수리 중" in caught.value.blockers[0].ko
    again = with_live_status(station, live(register(tmp_path, GAON)), names=["가온"], renamed={})
    assert unit(again, lift.id).status is Status.WORKING
    assert {link.status for link in links_of(again, lift.id)} == {Status.WORKING}
    assert find_route(again, Endpoint("4", "나래"), Endpoint("7", "마루"), profile=CHAIR).rides


def test_the_same_register_changes_nothing_but_the_date(tmp_path: Path) -> None:
    before = two_lines().station(tmp_path)
    after = gaon(tmp_path, live(register(tmp_path, GAON)))
    assert [replace(each, status_as_of=None) for each in after.units] == [
        replace(each, status_as_of=None) for each in before.units
    ]
    assert {each.status_as_of for each in after.units} == {DAY}
    assert (after.links, after.findings) == (before.links, before.findings)


def test_the_stations_name_may_be_an_old_one(tmp_path: Path) -> None:
    rows = [{**row, "stn_nm": "옛가온"} for row in GAON]
    station = gaon(tmp_path, live(register(tmp_path, rows, 내부_1="보수중")), 옛가온="가온")
    assert unit(station, "4:EV:내부1").status is Status.UNDER_REPAIR
    assert findings(station, "status_kept") == []


# ── how long it counts ───────────────────────────────────────────────────────


@pytest.mark.parametrize(("on", "stale"), [(DAY, False), ("2026-12-02", False), ("2026-12-03", True)])
def test_it_counts_for_its_lifetime(tmp_path: Path, on: str, *, stale: bool) -> None:
    station = gaon(tmp_path, live(register(tmp_path, GAON, 내부_1="보수중"), on=on))
    runs, out = unit(station, "7:EV:1"), unit(station, "4:EV:내부1")
    assert runs.status is (Status.UNKNOWN if stale else Status.WORKING)
    assert out.status is Status.UNDER_REPAIR
    assert (runs.status_expired, out.status_expired) == (stale, stale)
    assert {link.status for link in links_of(station, "7:EV:1")} == {runs.status}


def test_past_it_a_repair_is_told_as_out_on_its_day_and_a_working_one_as_unknown_today(tmp_path: Path) -> None:
    station = gaon(tmp_path, live(register(tmp_path, GAON, 내부_1="보수중"), on="2026-12-09"))
    start, end = Endpoint("4", "나래"), Endpoint("7", "마루")
    with pytest.raises(NoRouteError) as caught:
        find_route(station, start, end, profile=CHAIR)
    assert caught.value.blockers[0].en.endswith(f"out on {DAY}")
    assert caught.value.blockers[0].ko.endswith(f"{DAY}에 멈춰 있었어요")
    route = find_route(station, start, end, profile=CHAIR, ignore_status=True)
    said = {doubt.code: doubt.message for doubt in route.doubts}
    assert said["unit_under_repair"].en == f"Line 4 lift Inside 1: out on {DAY}; not known today, so avoided"
    assert said["unit_status_expired"].ko.endswith(f"{DAY}에는 움직였어요. 지금은 몰라요")


# ── what it does not say ─────────────────────────────────────────────────────


def test_a_machine_that_the_register_lacks_keeps_what_was_known_and_is_named(tmp_path: Path) -> None:
    station = gaon(tmp_path, live(register(tmp_path, GAON[1:])))
    lift = unit(station, "4:EV:내부1")
    assert (lift.status, lift.status_as_of) == (Status.WORKING, "<=2025-10-01")
    (finding,) = findings(station, "status_kept")
    assert finding.layer == "4:EV:내부1"
    assert "<=2025-10-01" in finding.message.en
    route = find_route(station, Endpoint("4", "나래"), Endpoint("7", "마루"), profile=CHAIR)
    assert "status_kept" in {doubt.code for doubt in route.doubts}


def test_a_number_that_stands_twice_counts_only_where_both_rows_agree(tmp_path: Path) -> None:
    twice = [*GAON, {**GAON[0]}]
    agreed = gaon(tmp_path, live(register(tmp_path, twice, 내부_1="보수중")))
    assert unit(agreed, "4:EV:내부1").status is Status.UNDER_REPAIR
    rows = [*GAON, {**GAON[0], "use_yn": "보수중"}]
    torn = gaon(tmp_path, live(register(tmp_path, rows)))
    assert unit(torn, "4:EV:내부1").status_as_of == "<=2025-10-01"
    assert [each.layer for each in findings(torn, "status_kept")] == ["4:EV:내부1"]


def test_a_number_that_the_station_does_not_have_is_named_and_goes_to_no_other(tmp_path: Path) -> None:
    rows = [*GAON[:3], {**GAON[3], "elvtr_nm": "승강기)엘리베이터 9"}]
    station = gaon(tmp_path, live(register(tmp_path, rows, **{"9": "보수중"})))
    assert [each.layer for each in findings(station, "status_unit_unknown")] == ["7:EV:9"]
    assert [each.layer for each in findings(station, "status_kept")] == ["7:EV:2"]
    assert {each.status for each in station.units} == {Status.WORKING}


def test_a_state_that_is_new_is_unknown_and_never_working(tmp_path: Path) -> None:
    read = live(register(tmp_path, GAON, 내부_1="점검중"))
    assert [each.code for each in read.findings] == ["status_unknown"]
    assert unit(gaon(tmp_path, read), "4:EV:내부1").status is Status.UNKNOWN


def test_what_was_seen_on_site_later_stays_and_earlier_gives_way(tmp_path: Path) -> None:
    built = two_lines().station(tmp_path)

    def seen(day: str) -> Station:
        units = tuple(
            replace(each, status=Status.OUT_OF_ORDER, status_as_of=day) if each.id == "7:EV:1" else each
            for each in built.units
        )
        return with_live_status(replace(built, units=units), live(register(tmp_path, GAON)), names=["가온"], renamed={})

    later = seen("2026-12-02")
    assert unit(later, "7:EV:1").status is Status.OUT_OF_ORDER
    assert [each.layer for each in findings(later, "status_contradicts_site")] == ["7:EV:1"]
    assert unit(seen("2026-11-01"), "7:EV:1").status is Status.WORKING


def test_lines_that_the_register_does_not_list_are_not_missing(tmp_path: Path) -> None:
    built = two_lines().station(tmp_path)
    other = replace(unit(built, "7:EV:2"), id="9:EV:2", line="9")
    station = replace(built, units=(*built.units, other))
    after = with_live_status(station, live(register(tmp_path, GAON)), names=["가온"], renamed={})
    assert findings(after, "status_kept") == []
    assert unit(after, "9:EV:2").status_as_of == "<=2025-10-01"


# ── bad files ────────────────────────────────────────────────────────────────

GOOD = {**GAON[0], "use_yn": "사용가능", "instl_pstn": ""}
WITHOUT_STATE = {key: value for key, value in GOOD.items() if key != "use_yn"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "file_is_html"),
        ("", "file_empty"),
        ('{"DATA": []}', "status_not_a_register"),
        ('{"RESULT": {"CODE": "INFO-200", "MESSAGE": "해당하는 데이터가 없습니다."}}', "status_not_a_register"),
        (json.dumps({"DATA": [GOOD]}, ensure_ascii=False)[:-9], "json_syntax"),
        (json.dumps({"DATA": [WITHOUT_STATE]}, ensure_ascii=False), "field_missing"),
        (json.dumps({"DATA": [{**WITHOUT_STATE, "status": "사용가능"}]}, ensure_ascii=False), "field_missing"),
        (json.dumps({"DATA": [{"a": 1, "b": 2}]}), "status_not_a_register"),
        ('{"DATA": [{"use_yn": NaN}]}', "json_number"),
    ],
    ids=["html", "empty", "no rows", "portal's error", "cut off", "column gone", "column renamed", "other", "NaN"],
)
def test_a_file_that_is_no_register_is_refused_whole_in_both_languages(
    run: Run, tmp_path: Path, content: str, code: str
) -> None:
    file = tmp_path / "status.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputRefusedError) as caught:
        live(file)
    (finding, *_) = caught.value.findings
    assert finding.code == code
    assert finding.fix.ko
    assert finding.fix.en
    ran = run("route", "노원", "--from", "4:상계", "--to", "7:중계", "--status", file, "--status-as-of", DAY)
    assert ran.code == 4
    assert ran.out == ""
    assert caught.value.message.ko in ran.err
    assert caught.value.message.en in ran.err


def test_another_list_of_the_operator_is_told_from_the_register(tmp_path: Path) -> None:
    file = tmp_path / "distances.csv"
    file.write_text("연번,호선,환승역명,환승노선,환승거리,환승소요시간\n1,4,노원,7호선,278,03:52\n", encoding="utf-8")
    with pytest.raises(InputRefusedError, match="not the register but"):
        live(file)


def test_a_new_column_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    rows = [{**row, "use_yn_detail": "정상"} for row in GAON]
    read = live(register(tmp_path, rows, 내부_1="보수중"))
    assert [(each.code, each.field) for each in read.findings] == [("column_new", "use_yn_detail")]
    assert unit(gaon(tmp_path, read), "4:EV:내부1").status is Status.UNDER_REPAIR


def test_rows_that_cant_be_read_are_set_aside_and_the_others_count(tmp_path: Path) -> None:
    rows = [*GAON, {**GAON[0], "elvtr_se": "로켓"}]
    read = live(register(tmp_path, rows))
    (finding,) = read.set_aside
    assert (finding.code, finding.row, finding.field, finding.value) == ("choice_unknown", 5, "elvtr_se", "로켓")
    assert len(read.machines) == 4


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"as_of": None}, "--status-as-of"),
        ({"as_of": "yesterday"}, "--status-as-of"),
        ({"as_of": DAY, "on": "tomorrow"}, "--on"),
        ({"as_of": DAY, "on": "2026-11-30"}, "before"),
        ({"as_of": DAY, "lifetime_days": -1}, "--status-lifetime"),
    ],
    ids=str,
)
def test_what_is_said_of_the_file_is_checked(tmp_path: Path, options: dict[str, Any], says: str) -> None:
    file = register(tmp_path, GAON)
    with pytest.raises(UsageError) as caught:
        status_file(file, **options)
    assert says in caught.value.message.en


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as caught:
        status_file(tmp_path / "nothing.json", as_of=DAY)
    assert "nothing.json" in caught.value.message.ko


# ── at the command line ──────────────────────────────────────────────────────


CODES = {"2": "0234", "4": "0411", "5": "2519", "7": "2713"}
WORDS = {"EV": "엘리베이터", "ES": "에스컬레이터", "WL": "휠체어리프트", "MW": "무빙워크"}


def register_of(folder: Path, station: str, *out: str) -> Path:
    """A station's rows of the register in the tables, written as the operator does; some units are under repair."""
    rows = [
        {
            "elvtr_se": fact.kind,
            "elvtr_nm": f"승강기){WORDS[fact.kind]} {fact.number}",
            "stn_nm": f"{station}({fact.line})",
            "stn_cd": CODES[fact.line],
            "use_yn": "보수중" if f"{fact.line}:{fact.kind}:{fact.number}" in out else "사용가능",
            "opr_sec": "-".join(fact.levels) or "B1-B2",
            "instl_pstn": "",
        }
        for fact in read_table("units", open_atlas().data)
        if fact.station == station
    ]
    file = folder / "today.json"
    file.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return file


ENDS = ("--from", "4:상계", "--to", "7:중계")


def test_every_command_that_looks_for_a_way_takes_it(run: Run, tmp_path: Path) -> None:
    file = register_of(tmp_path, "노원", "7:EV:4")
    said = ("--status", file, "--status-as-of", DAY)
    usual = run("route", "노원", *ENDS, "--json").json
    assert "7:EV:4" in {ride["unit"] for ride in usual["rides"]}
    today = run("route", "노원", *ENDS, *said, "--json")
    assert today.code == 0, today.err
    assert "7:EV:4" not in {ride["unit"] for ride in today.json["rides"]}
    assert today.json["unavailable"] == ["7:EV:4"]
    drawn = run("map", "노원", *ENDS, *said, "--out", tmp_path / "map")
    assert drawn.code == 0, drawn.err
    page = (tmp_path / "map" / "nowon" / "4-sanggye_7-junggye.ko.html").read_text(encoding="utf-8")
    assert DAY in page
    outages = run("outages", "노원", "--profile", "manual_wheelchair", *said, "--json")
    assert [each["unit"] for each in outages.json["stations"][0]["units"] if each["out_now"]] == ["7:EV:4"]
    assert run("journey", "노원:4:상계", "노원:7:중계", *said).code == 0


def test_a_build_draws_the_states_of_today(run: Run, tmp_path: Path) -> None:
    file, out = register_of(tmp_path, "까치산"), tmp_path / "out"
    ran = run("build", "까치산", "--out", out, "--workers", "1", "--status", file, "--status-as-of", DAY)
    assert ran.code == 0, ran.err
    ran = run(
        "build", "까치산", "--out", out, "--workers", "1", "--status", file, "--status-as-of", DAY, "--on", "2027-01-09"
    )
    assert ran.code == 0, ran.err
    pages = sorted((out / "kkachisan").glob("*.en.html"))
    assert pages
    assert any(f"ran on {DAY}; not known today" in page.read_text(encoding="utf-8") for page in pages)


def test_a_site_tells_the_states_of_today_and_is_made_again_when_they_change(run: Run, tmp_path: Path) -> None:
    file, out = register_of(tmp_path, "까치산", "5:EV:1"), tmp_path / "site"
    said = ("--workers", "1", "--out", out, "--json", "--status", file, "--status-as-of", DAY)

    def page() -> str:
        return (out / "kkachisan" / "index.en.html").read_text(encoding="utf-8")

    assert run("site", "까치산", *said).code == 0
    assert f"under repair ({DAY})" in page()
    assert f"working ({DAY})" in page()
    assert run("site", "까치산", *said).json["unchanged"] == ["kkachisan"]
    later = run("site", "까치산", *said, "--on", "2027-01-09")
    assert later.json["unchanged"] == []
    assert "counts for 1 days: what runs on 2027-01-09 is unknown" in later.err
    assert f"under repair ({DAY})" in page()
    assert f"working ({DAY})" not in page()
    assert run("site", "까치산", *said[:5]).json["unchanged"] == []
    assert DAY not in page()


def test_maps_made_with_it_are_made_again_when_it_or_its_day_changes(tmp_path: Path) -> None:
    atlas = open_atlas()
    nowon = atlas.definition("노원")

    def key(status: StatusFile | None) -> str:
        return fingerprint(atlas, nowon, Wish(status=status))

    file = register_of(tmp_path, "노원")
    first = key(status_file(file, as_of=DAY))
    assert first == key(status_file(file, as_of=DAY))
    assert len({first, key(None), key(status_file(file, as_of=DAY, on="2026-12-20"))}) == 3
    register_of(tmp_path, "노원", "7:EV:4")
    assert key(status_file(file, as_of=DAY)) != first


def test_past_its_lifetime_a_person_is_told(run: Run, tmp_path: Path) -> None:
    file = register_of(tmp_path, "노원")
    ran = run("route", "노원", *ENDS, "--status", file, "--status-as-of", DAY, "--on", "2026-12-09")
    assert ran.code == 0
    assert f"The status file ({DAY}) counts for 1 days: what runs on 2026-12-09 is unknown." in ran.err
    assert f"ran on {DAY}; not known today" in ran.out
    longer = run(
        "route", "노원", *ENDS, "--status", file, "--status-as-of", DAY, "--on", "2026-12-09", "--status-lifetime", "30"
    )
    assert "not known today" not in longer.out


@pytest.mark.parametrize("options", [("--status-as-of", DAY), ("--on", DAY)], ids=" ".join)
def test_a_date_without_a_file_is_a_mistake(run: Run, options: tuple[str, str]) -> None:
    assert run("route", "노원", *ENDS, *options).code == 2


def test_a_row_set_aside_ends_with_6_and_the_answer_stands(run: Run, tmp_path: Path) -> None:
    file = register_of(tmp_path, "노원")
    rows = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps([*rows, {**rows[0], "elvtr_se": "?"}], ensure_ascii=False), encoding="utf-8")
    ran = run("route", "노원", *ENDS, "--status", file, "--status-as-of", DAY)
    assert ran.code == 6
    assert ran.out
    assert "choice_unknown" in ran.err


def test_the_register_of_the_tables_itself_agrees_with_them_everywhere() -> None:
    """Every pilot's units are told by the number and line that the register has: none is lost on the way."""
    from shared import shared_data

    file = shared_data() / "seoul" / "seoulmetro_lift_status.json"
    atlas = open_atlas(status=status_file(file, as_of="2025-10-01"))
    for name in ("nowon", "daerim", "konkuk-univ"):
        before, after = load(name).model, atlas.load(name).model
        assert [each.code for each in after.findings if each.code.startswith("status_")] == []
        assert {each.id: each.status for each in after.units} == {each.id: each.status for each in before.units}
        kinds = {LinkKind.ELEVATOR, LinkKind.ESCALATOR}
        assert [each.status for each in after.links if each.kind in kinds] == [
            each.status for each in before.links if each.kind in kinds
        ]
