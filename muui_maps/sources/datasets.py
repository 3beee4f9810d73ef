"""The open datasets this program knows: who publishes them, under which licence, and by which columns they are told."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.sources.sheets import clean_header

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.sources.sheets import Sheet
    from muui_maps.sources.tabular import Tabular

NOT_STATED = "not stated"


def _no_editions() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One dataset as its publisher offers it.

    Parameters
    ----------
    id
        What the rows of our tables carry.
    name_en
        What English maps call it: publisher and content, in our words.
    sheets
        The columns by which a table is known, and without one of which it can't be read; for a workbook, of each sheet
        that holds data. Empty for what is not imported from a file.
    editions
        As-of dates of downloads that carry none inside, by the fingerprint of their content.
    """

    id: str
    name_en: str
    publisher: str
    title: str
    where: str
    licence: str
    sheets: tuple[frozenset[str], ...] = ()
    note: str = ""
    editions: Mapping[str, str] = field(default_factory=_no_editions)


SEOUL_METRO = "서울교통공사"
SEOUL = "서울특별시"
MOLIT = "국토교통부"

_NODE_COLUMNS = frozenset({"node_wkt", "node_id", "node_type_cd", "sbwy_stn_nm", "sbwy_stn_cd", "sgg_nm"})

DATASETS: tuple[Dataset, ...] = (
    Dataset(
        id="molit-transfer-movement",
        name_en="MOLIT: step-free transfer routes of railway stations",
        publisher=MOLIT,
        title="철도역 환승 이동경로",
        where="data.go.kr 15130556",
        licence="이용허락범위 제한 없음",
        sheets=(frozenset({"철도운영기관코드", "선명", "역명", "환승이동순서", "이동내용상세", "환승이동내용"}),),
        note="The tables keep typed acts, not the publisher's sentences.",
        editions=MappingProxyType({"f456fb1dec9cbc38": "2025-08-11"}),
    ),
    Dataset(
        id="seoulmetro-lift-status",
        name_en="Seoul Metro: status of lifts and escalators",
        publisher=SEOUL_METRO,
        title="교통약자 이용시설 승강기 가동현황",
        where="data.seoul.go.kr OA-15994",
        licence="출처표시",
        sheets=(frozenset({"elvtr_se", "elvtr_nm", "stn_nm", "stn_cd", "use_yn", "opr_sec", "instl_pstn"}),),
        note="No date inside. Line by station code: 01xx to 04xx are Lines 1 to 4, 25xx to 28xx Lines 5 to 8.",
        editions=MappingProxyType({"c8b2c9fe8efb53fe": "<=2025-10-01"}),
    ),
    Dataset(
        id="seoulmetro-lift-heights",
        name_en="Seoul Metro: heights of lifts and escalators",
        publisher=SEOUL_METRO,
        title="엘리베이터·에스컬레이터 길이·높이",
        where="data.go.kr 15133412",
        licence="공공누리 제1유형",
        sheets=(
            frozenset({"호선", "역명", "호기", "승강기번호", "운행구간", "승강행정(mm)"}),
            frozenset(
                {"호선", "역명", "호기", "승강기번호", "운행구간(자체조사)", "운행방향"}
                | {"설치높이(m)", "경사길이(m)", "운행길이(m)"}
            ),
        ),
        note="Two sheets: lifts with their travel, escalators with height, slope length and run length.",
        editions=MappingProxyType({"8ac3ec2d5f7c1558": "2026-02-11"}),
    ),
    Dataset(
        id="seoulmetro-escalators",
        name_en="Seoul Metro: escalators",
        publisher=SEOUL_METRO,
        title="에스컬레이터 설치현황",
        where="data.go.kr 15044260",
        licence="이용허락범위 제한 없음",
        sheets=(
            frozenset(
                {
                    "호선",
                    "역명",
                    "관리번호(호기)",
                    "상하행구분",
                    "(근접)출입구번호",
                    "시작층(지상_지하)",
                    "시작층(운행역층)",
                }
                | {
                    "시작층(상세위치)",
                    "종료층(지상_지하)",
                    "종료층(운행역층)",
                    "승강기형폭",
                    "승강기일련번호",
                    "데이터기준일자",
                }
            ),
        ),
    ),
    Dataset(
        id="seoulmetro-wheelchair-lifts",
        name_en="Seoul Metro: wheelchair lifts",
        publisher=SEOUL_METRO,
        title="휠체어리프트 설치현황",
        where="data.go.kr",
        licence=NOT_STATED,
        sheets=(
            frozenset(
                {
                    "호선",
                    "역명",
                    "관리번호(호기)",
                    "(근접)출입구번호",
                    "시작층(지상_지하)",
                    "시작층(운행역층)",
                    "길이",
                    "폭",
                }
                | {
                    "시작층(상세위치)",
                    "종료층(지상_지하)",
                    "종료층(운행역층)",
                    "한계중량",
                    "승강기일련번호",
                    "데이터기준일자",
                }
            ),
        ),
    ),
    Dataset(
        id="seoul-elevator-points",
        name_en="Seoul: positions of street lifts",
        publisher=SEOUL,
        title="지하철역 엘리베이터 위치정보",
        where="data.go.kr 15098148 · data.seoul.go.kr OA-21212",
        licence="출처표시",
        sheets=(_NODE_COLUMNS,),
        note="Points of the walking network, without level or unit number; some have no station.",
        editions=MappingProxyType({"1bd0349a581cf434": "2020"}),
    ),
    Dataset(
        id="seoul-wheelchair-lift-points",
        name_en="Seoul: positions of wheelchair lifts",
        publisher=SEOUL,
        title="지하철역 리프트 위치정보",
        where="data.seoul.go.kr OA-21211",
        licence="출처표시",
        sheets=(_NODE_COLUMNS,),
        note="Every one of these points also stands in OA-21212, most of them there without a station.",
        editions=MappingProxyType({"97d2b0f84b27c316": "2020"}),
    ),
    Dataset(
        id="seoulmetro-station-points",
        name_en="Seoul Metro: positions of stations",
        publisher=SEOUL_METRO,
        title="1~8호선 역사 좌표(위경도) 정보",
        where="data.go.kr 15099316",
        licence=NOT_STATED,
        sheets=(frozenset({"호선", "고유역번호(외부역코드)", "역명", "위도", "경도", "작성기준일"}),),
    ),
    Dataset(
        id="seoulmetro-station-depth",
        name_en="Seoul Metro: depths of stations",
        publisher=SEOUL_METRO,
        title="역사심도정보",
        where="data.seoul.go.kr OA-13305",
        licence=NOT_STATED,
        sheets=(frozenset({"호선", "역명", "층수", "형식", "지반고", "레일면고", "정거장깊이"}),),
        note="Elevations are above a datum 100 m below sea level; some old station names and abbreviations.",
        editions=MappingProxyType({"ef53654c153ee73b": "2024-11-04"}),
    ),
    Dataset(
        id="seoulmetro-transfer-distance",
        name_en="Seoul Metro: walking distances of transfers",
        publisher=SEOUL_METRO,
        title="환승역거리 소요시간 정보",
        where="data.go.kr 15044419",
        licence="이용허락범위 제한 없음",
        sheets=(frozenset({"호선", "환승역명", "환승노선", "환승거리", "환승소요시간"}),),
        note="Distances on foot. The publisher's time is the distance at 1.2 m/s, no second measurement: not kept.",
        editions=MappingProxyType({"da5ce43c526b995d": "2025-03-31"}),
    ),
    Dataset(
        id="seoulmetro-interstation",
        name_en="Seoul Metro: distances between stations",
        publisher=SEOUL_METRO,
        title="역간거리 및 소요시간 정보",
        where="data.go.kr",
        licence=NOT_STATED,
        sheets=(frozenset({"호선", "역명", "소요시간", "역간거리(km)", "호선별누계(km)"}),),
        note="From the row before; branches follow the trunk, so their first row doesn't start at the row before.",
        editions=MappingProxyType({"7b02228b5058090d": "2024-08-10"}),
    ),
    Dataset(
        id="seoulmetro-toilets",
        name_en="Seoul Metro: accessible toilets",
        publisher=SEOUL_METRO,
        title="역사 공중화장실(장애인) 정보",
        where="data.go.kr",
        licence=NOT_STATED,
        sheets=(
            frozenset(
                {"운영노선명", "역명", "위도", "경도", "지상또는지하구분", "역층", "게이트내외구분", "(근접)출입구번호"}
                | {"전화번호", "개방시간", "데이터기준일자"}
            ),
        ),
    ),
    Dataset(
        id="seoul-station-names",
        name_en="Seoul: names of stations",
        publisher=SEOUL,
        title="노선별 지하철역 정보 · 역사마스터 정보",
        where="data.seoul.go.kr OA-15442 · OA-21232",
        licence=NOT_STATED,
        sheets=(
            frozenset(
                {
                    "line",
                    "name",
                    "station_nm_chn",
                    "station_nm_jpn",
                    "station_nm_eng",
                    "fr_code",
                    "station_cd",
                    "lat",
                    "lng",
                }
            ),
        ),
        note="As compiled by the public repository rltjqdl1138/data-archive. Lines 1 to 9, before 당고개 was renamed "
        "(so not after the lift status, which has the new name) and the extension of Line 8.",
        editions=MappingProxyType({"982b5bea887c5595": "<=2025-10-01"}),
    ),
    Dataset(
        id="seoul-line-order",
        name_en="Seoul: order of stations, line colours",
        publisher=SEOUL,
        title="노선별 지하철역 정보 · 역사마스터 정보 (역 순서와 노선색)",
        where="data.seoul.go.kr OA-15442 · OA-21232",
        licence=NOT_STATED,
        sheets=(frozenset({"line", "line_name", "color", "node"}),),
        note="As compiled by the public repository rltjqdl1138/data-archive. Segment lengths are straight lines "
        "between the stations' points. English line names are the numbers in English.",
        editions=MappingProxyType({"cf1f20abf22132ff": "<=2025-10-01"}),
    ),
    Dataset(
        id="line-colours",
        name_en="muui_maps: colours of further lines",
        publisher="muui-maps",
        title="Colours and English names of the lines that no register here has",
        where="data/facts/lines.csv",
        licence="MIT",
        note="Typed by hand from this project's drawing rules; no measurement depends on them.",
    ),
    Dataset(
        id="line-names",
        name_en="muui_maps: English names of further lines and stations",
        publisher="muui-maps",
        title="English names of the lines and stations that stand in no table here",
        where="muui_maps/wording.py",
        licence="MIT",
        note="Typed by hand: no open dataset at hand has them. EverLine, U Line and Gyeonggang Line are as in "
        "Wikipedia's article Seoul Metropolitan Subway, Incheon Airport Maglev as in its own (read 2026-12-01): "
        "not the operators' word. The Korean names are the Ministry's (molit-transfer-movement). Those of stations are "
        "as on exploremetro.com's map of Seoul and in public lists of the network's stations (read 2026-12-01); "
        "서강대, 장기주차장 and 킨텍스 were found in neither.",
    ),
    Dataset(
        id="muui-2016",
        name_en="Muui: transfers surveyed in wheelchairs, 2016",
        publisher="협동조합 무의(Muui)",
        title="지하철 환승지도, 2016년 휠체어 현장조사",
        where="stations/*/survey.csv",
        licence=NOT_STATED,
        note="Facts read off the published maps (metres, doors, lifts, gates, minutes); drawings and text stay Muui's.",
    ),
)
"""Every dataset, in the order in which their rows stand in a shared table."""


def dataset(dataset_id: str) -> Dataset:
    return next(known for known in DATASETS if known.id == dataset_id)


_COLUMN_SETS = tuple(dict.fromkeys(columns for known in DATASETS for columns in known.sheets))
_NEARLY = 0.7
"""With this share of a dataset's columns a file is that dataset, broken; with less it is some other file."""


def nearest_columns(cells: Sequence[str]) -> frozenset[str] | None:
    """The columns of the dataset that this header is, or comes nearest to; None if it is like none."""
    names = {clean_header(cell) for cell in cells}

    def fit(columns: frozenset[str]) -> tuple[float, int]:
        common = len(columns & names)
        return common / len(columns), common

    best = max(_COLUMN_SETS, key=fit)
    return best if fit(best)[0] >= _NEARLY else None


def is_known_header(cells: Sequence[str]) -> bool:
    """Whether a row is the header of a dataset, or nearly."""
    return nearest_columns(cells) is not None


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file is: its dataset, the sheets that hold it, and whether that was guessed."""

    dataset: Dataset
    sheets: tuple[Sheet, ...]
    guessed: bool = False

    def missing(self) -> Mapping[str, tuple[str, ...]]:
        """The columns that the file should have and has not, each with the nearest names that it has."""
        found: dict[str, tuple[str, ...]] = {}
        for columns in self.dataset.sheets:
            headers = [{clean_header(cell) for cell in sheet.header} for sheet in self.sheets]
            best = max(headers, key=lambda header: len(columns & header))
            for column in sorted(columns - best):
                found[column] = tuple(get_close_matches(column, sorted(best - columns), n=3))
        return found


def recognise(source: Tabular) -> Recognised | None:
    """Tell a file's dataset by its columns alone; None if it is none of those known here."""
    columns_of = [(sheet, nearest_columns(sheet.header)) for sheet in source.sheets]
    sheets = tuple(sheet for sheet, columns in columns_of if columns is not None)
    if not sheets:
        return None
    columns = next(columns for _, columns in columns_of if columns is not None)
    if columns == _NODE_COLUMNS:
        known, guessed = _which_points(sheets)
        return Recognised(known, sheets, guessed)
    return Recognised(next(known for known in DATASETS if columns in known.sheets), sheets)


def _which_points(sheets: Sequence[Sheet]) -> tuple[Dataset, bool]:
    """The two sets of points have the same columns and the same description.

    A known edition tells by its fingerprint. Else: only the set of all lifts holds points without a station; that is a
    guess, and the import says so.
    """
    mark = fingerprint(sheets, (_NODE_COLUMNS,))
    for known in DATASETS:
        if _NODE_COLUMNS in known.sheets and mark in known.editions:
            return known, False
    unnamed = any(not record.cells.get("sbwy_stn_nm") for sheet in sheets for record in sheet.records)
    return dataset("seoul-elevator-points" if unnamed else "seoul-wheelchair-lift-points"), True


def fingerprint(sheets: Sequence[Sheet], column_sets: Sequence[frozenset[str]]) -> str:
    """Of what is read from a file, whatever its name, format, encoding and other columns: 16 hexadecimal digits."""
    columns = sorted(frozenset[str]().union(*column_sets))
    content = []
    for sheet in sheets:
        names = {clean_header(name): name for name in sheet.header}
        wanted = [names[column] for column in columns if column in names]
        content.append([wanted, [[record.cells.get(name) or "" for name in wanted] for record in sheet.records]])
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")


def as_of(file: str, found: Recognised) -> str:
    """The as-of date of a whole file: of a known edition, else the date the portal puts into the name, else unknown."""
    if edition := found.dataset.editions.get(fingerprint(found.sheets, found.dataset.sheets)):
        return edition
    date = _DATE_IN_NAME.search(file)
    return "-".join(date.groups()) if date else ""


def datasets_table(dates: Mapping[str, str]) -> str:
    """What `data/datasets.csv` holds; `dates` are the as-of dates of the rows at hand, by dataset id."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "publisher", "title", "name_en", "where_published", "licence", "as_of", "note"])
    for known in DATASETS:
        writer.writerow(
            [
                known.id,
                known.publisher,
                known.title,
                known.name_en,
                known.where,
                known.licence,
                dates.get(known.id, ""),
                known.note,
            ]
        )
    return out.getvalue()
