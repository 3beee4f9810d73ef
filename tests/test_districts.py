"""In which district a station lies: as its own lifts say, or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.districts import districts
from muui_maps.facts import LiftPointFact, StationPointFact
from muui_maps.model import Evidence, Method
from muui_maps.tables import write_table

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Run

HERE = (37.50, 127.00)
"""가온 by the operator; a hundredth of a degree of latitude is 1.1 km."""
SEEN = {"publisher": "서울특별시", "licence": "출처표시", "as_of": "2020"}


def lift(record: str, station: str | None, district: str | None, *, north_km: float = 0.0) -> LiftPointFact:
    lat = HERE[0] + north_km / 111.2
    told = {"dataset": "seoul-elevator-points", "record": record, **SEEN}
    return LiftPointFact(**told, kind="EV", station=station, lat=lat, lon=HERE[1], district=district)


def placed(folder: Path, *lifts: LiftPointFact) -> Path:
    point = StationPointFact(dataset="points", record="1", **SEEN, line="1", station="가온", lat=HERE[0], lon=HERE[1])
    write_table("station_points", [point], folder / "facts")
    write_table("lift_points", lifts, folder / "facts")
    return folder


def test_a_station_lies_where_its_lifts_stand_and_each_vouches_for_it(tmp_path: Path) -> None:
    found = districts(placed(tmp_path, lift("7", "가온", "노원구"), lift("8", "가온", "노원구")))
    (district,) = found["가온"]
    assert district.name == "노원구"
    assert district.evidence == tuple(
        Evidence("seoul-elevator-points", record, "2020", Method.OFFICIAL) for record in ("7", "8")
    )


def test_a_station_on_a_boundary_lies_in_both_districts(tmp_path: Path) -> None:
    found = districts(placed(tmp_path, lift("7", "가온", "중구"), lift("8", "가온", "용산구", north_km=0.3)))
    assert [each.name for each in found["가온"]] == ["용산구", "중구"]


def test_a_lift_far_from_the_station_it_is_filed_under_tells_nothing_of_it(tmp_path: Path) -> None:
    found = districts(placed(tmp_path, lift("7", "가온", "관악구"), lift("8", "가온", "동작구", north_km=1.2)))
    assert [each.name for each in found["가온"]] == ["관악구"]


def test_nothing_is_guessed_for_a_station_without_a_lift_of_its_own(tmp_path: Path) -> None:
    """A lift without a station stands right beside it, and one of its own states no district."""
    assert dict(districts(placed(tmp_path, lift("7", None, "노원구"), lift("8", "가온", None)))) == {}


def test_a_station_that_was_renamed_is_found_under_its_name_of_today(tmp_path: Path) -> None:
    data = placed(tmp_path, lift("7", "옛가온", "노원구"))
    (data / "renamed_stations.csv").write_text("old,new,evidence\n옛가온,가온,a sign\n", encoding="utf-8")
    assert list(districts(data)) == ["가온"]


# ── through the program ──────────────────────────────────────────────────────


def test_the_list_of_stations_says_the_district_and_where_it_is_unknown(run: Run, workspace: Path) -> None:
    rows = {each["id"]: each for each in run("stations", "--workspace", workspace, "--json").json}
    assert rows["nowon"]["districts"] == ["노원구"]
    assert "nowon-gu" in rows["nowon"]["sets"]
    assert rows["sadang"]["districts"] == ["관악구", "동작구", "서초구"]
    assert rows["incheon"]["districts"] == []
    unknown = sum(not each["districts"] for each in rows.values())
    told = run("stations", "--workspace", workspace, "--lang", "en").out
    assert f"? {unknown} stations of no known district" in told
    assert f"자치구를 모르는 역 {unknown}개" in run("stations", "--workspace", workspace, "--lang", "ko").out


def test_a_district_is_a_set_by_its_korean_name_and_its_id(run: Run, workspace: Path, tmp_path: Path) -> None:
    """도봉구 has two transfer stations; both names mean the same, wherever a set is taken."""
    for name in ("도봉구", "dobong-gu", "Dobong-gu"):
        ranked = run("choose", "--set", name, "--workspace", workspace, "--json").json["stations"]
        assert {each["station"] for each in ranked} == {"chang-dong", "dobongsan"}
    made = run("report", "--set", "도봉구", "--out", tmp_path / "report", "--workspace", workspace, "--json")
    assert made.json["stations"] == 2


def test_a_set_without_stations_is_told_and_nothing_is_written(run: Run, workspace: Path, tmp_path: Path) -> None:
    ran = run("report", "--set", "양천구", "--out", tmp_path / "report", "--workspace", workspace)
    assert ran.code == 2
    assert "묶음 ‘양천구’에 드는 역이 하나도 없어요" in ran.err
    assert "no station is in the set “Yangcheon-gu”" in ran.err
    assert not (tmp_path / "report").exists()
