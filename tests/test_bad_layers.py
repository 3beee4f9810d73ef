"""Every bad indoor delivery of the catalogue (S01–S42, K01, K02, K09, K10): what is said, where, and no trace stays."""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import re
import stat
import struct
import tarfile
import tempfile
import time
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import layer_builder as build
import pytest
from layer_builder import Files
from shapely import LineString, Point, Polygon, box

from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity
from muui_maps.sources.archives import Limits
from muui_maps.sources.fragment import Fragment
from muui_maps.sources.seoul_indoor import read_indoor

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
HALL = f"L_{build.UFID}_B01B01_MV_RM"


@dataclass
class Bad:
    """A bad delivery: its files in a folder, or one file by itself, with what must come of it."""

    id: str
    code: str
    severity: Severity
    make: Callable[[], Files | bytes]
    refused: bool = False
    suffix: str = ".zip"  # of a delivery of one file
    row: int | None = None
    column: str | None = None
    says: str = ""  # part of the English message, value or file
    options: dict[str, Any] = field(default_factory=dict)
    then: Callable[[Fragment], bool] = lambda _: True


CASES: list[Bad] = []


def bad(ids: str, code: str, severity: Severity, **expected: Any) -> Callable[..., Callable[[], Files | bytes]]:
    def register(make: Callable[[], Files | bytes]) -> Callable[[], Files | bytes]:
        CASES.append(Bad(ids, code, severity, make, **expected))
        return make

    return register


def without(files: Files, *suffixes: str) -> Files:
    return {name: data for name, data in files.items() if not name.endswith(suffixes)}


def with_part(files: Files, suffix: str, change: Callable[[bytes], bytes], layer: str = HALL) -> Files:
    name = f"{layer}{suffix}"
    return files | {name: change(files[name])}


def hall(*rows: Any, **options: Any) -> Files:
    """Halls of these shapes, ten copies of the drawn one if none are given; the first column of cells is KIND."""
    shapes = rows or tuple(box(20 * n, 0, 20 * n + 20, 20) for n in range(10))
    return build.layer("RM", [(shape, {"KIND": "복도"}) for shape in shapes], **options).files()


# ── parts of a shapefile ─────────────────────────────────────────────────────


@bad("S01", "shp_part_missing", ERROR, refused=True, says=f"{HALL}.dbf")
def no_dbf() -> Files:
    return without(hall(), ".dbf")


@bad("S02", "shp_part_missing", ERROR, refused=True, says=f"{HALL}.shx")
def no_shx() -> Files:
    return without(hall(), ".shx")


@bad("S02", "shx_restored", INFO, options={"restore_shx": True}, then=lambda made: len(made.areas) == 10)
def no_shx_but_restored() -> Files:
    return without(hall(), ".shx")


@bad("S02", "shp_part_missing", ERROR, refused=True, says=f"{HALL}.shp")
def no_shp() -> Files:
    return without(hall(), ".shp") | build.points().files()


@bad("S03", "crs_missing", ERROR, refused=True, says="EPSG:5186 → 37.54")
def no_prj() -> Files:
    return hall(prj=None)


@bad("S03", "crs_missing", ERROR, refused=True, says="m from the station", options={"near": (37.5495, 127.0)})
def no_prj_but_a_station() -> Files:
    return hall(prj=None)


@bad("S04", "crs_unreadable", ERROR, refused=True, says="not a coordinate system")
def prj_of_garbage() -> Files:
    return hall(prj="this is not a coordinate system")


BESSEL = (
    'PROJCS["Bessel_1841_Transverse_Mercator",GEOGCS["GCS_Bessel_1841",DATUM["D_Bessel_1841",'
    'SPHEROID["Bessel_1841",6377397.155,299.1528128]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",200000.0],PARAMETER["False_Northing",500000.0],'
    'PARAMETER["Central_Meridian",127.0028902777778],PARAMETER["Scale_Factor",1.0],'
    'PARAMETER["Latitude_Of_Origin",38.0],UNIT["Meter",1.0]]'
)


@bad("S05", "crs_not_identified", WARNING, refused=True, says="Bessel_1841")
def prj_of_its_own() -> Files:
    return hall(prj=BESSEL, origin=(200000.0, 450000.0))


@bad("S05", "crs_needed", ERROR, refused=True, says="EPSG:5174")
def prj_of_its_own_needs_a_choice() -> Files:
    return hall(prj=BESSEL, origin=(200000.0, 450000.0))


@bad("S05", "crs_overridden", WARNING, options={"crs": "EPSG:5174"}, then=lambda made: made.crs == "EPSG:5174")
def prj_of_its_own_and_a_choice() -> Files:
    return hall(prj=BESSEL, origin=(200000.0, 450000.0))


@bad("S05", "crs_overridden", WARNING, options={"crs": "5181"}, says="100.0 km apart")
def prj_overridden() -> Files:
    return hall()


@bad("S05", "crs_unknown", ERROR, refused=True, options={"crs": "EPSG:9999999"})
@bad("S05", "crs_unknown", ERROR, refused=True, options={"crs": "https://example.org/crs"})
def crs_that_is_none() -> Files:
    return hall()


# ── encoding ─────────────────────────────────────────────────────────────────


def named(name: str | bytes, **options: Any) -> Files:
    return build.layer("RM", [(box(0, 0, 20, 20), {"KIND": "복도", "NAME": name})], **options).files()  # type: ignore[dict-item]


@bad("S06", "encoding_guessed", INFO, says="cp949", then=lambda made: made.areas[0].name == "환승통로")
def cp949_unstated() -> Files:
    return named("환승통로", cpg=None)


@bad("S06", "encoding_guessed", INFO, says="utf-8", then=lambda made: made.areas[0].name == "환승통로")
def utf8_unstated() -> Files:
    return named("환승통로", cpg=None, encoding="utf-8")


@bad("S06", "encoding_unsure", ERROR, refused=True, says="encoding")
def latin1_unstated() -> Files:
    one = build.layer("RM", [(box(0, 0, 20, 20), {"NAME": "Ñandú"})], cpg=None, encoding="latin-1")
    return one.files()


@bad("S06", "encoding_guessed", INFO, options={"encoding": None})
def cp949_unstated_without_an_option() -> Files:
    return named("강남", cpg=None)


@bad("S07", "encoding_unknown", ERROR, refused=True, says="klingon")
def cpg_of_no_encoding() -> Files:
    return named("환승통로", cpg="klingon")


@bad("S08", "encoding_mismatch", ERROR, refused=True, row=1, column="KIND", says="utf-8")
def cpg_that_lies() -> Files:
    return named("환승통로", cpg="UTF-8")


@bad("S08", "encoding_doubtful", WARNING, says="환승통로")
def cpg_of_latin1() -> Files:
    return named("환승통로", cpg="ISO-8859-1") | build.points().files()


FULL = "가" * 24 + "a"  # 49 bytes of cp949: one more letter of Hangul is cut in half


@bad("S09", "text_truncated", WARNING, row=1, column="NAME", says="b0", then=lambda made: made.areas[0].name == FULL)
def letter_cut_in_half() -> Files:
    return named((FULL + "가").encode("cp949"))


@bad("S10", "text_maybe_truncated", WARNING, row=1, column="NAME", says="50")
def text_as_wide_as_its_column() -> Files:
    return named("가" * 25)


# ── what headers say ─────────────────────────────────────────────────────────


@bad("S11", "shp_truncated", ERROR, refused=True, says="bytes")
def shp_cut_off() -> Files:
    return with_part(hall(), ".shp", lambda data: data[:-100])


@bad("S11", "shp_truncated", ERROR, refused=True)
def shp_cut_in_its_header() -> Files:
    return with_part(hall(), ".shp", lambda data: data[:50])


@bad("S12", "dbf_truncated", ERROR, refused=True, says="10 rows")
def dbf_cut_off() -> Files:
    return with_part(hall(), ".dbf", lambda data: data[:-400])


@bad("S12", "dbf_header_broken", ERROR, refused=True)
def dbf_cut_in_its_header() -> Files:
    return with_part(hall(), ".dbf", lambda data: data[:70])


@bad("S13", "shp_dbf_count_mismatch", ERROR, refused=True, says="10 shapes and 7 rows")
def dbf_of_seven() -> Files:
    return with_part(hall(), ".dbf", lambda data: build.spoilt(data, 4, struct.pack("<I", 7)))


@bad("S14", "dbf_header_lies", ERROR, refused=True, says="2000000000")
def dbf_of_two_thousand_million() -> Files:
    return with_part(hall(), ".dbf", lambda data: build.spoilt(data, 4, struct.pack("<I", 2_000_000_000)))


@bad("S15", "shx_header_lies", WARNING, then=lambda made: len(made.areas) == 10)
def shx_that_lies_of_its_length() -> Files:
    return with_part(hall(), ".shx", lambda data: build.spoilt(data, 24, struct.pack(">i", 5000)))


@bad("S15", "shx_header_lies", WARNING, then=lambda made: len(made.areas) == 10)
def shx_that_points_elsewhere() -> Files:
    return with_part(hall(), ".shx", lambda data: data[:100] + b"\0\0\xff\xff" * 20)


@bad("S16", "dbf_deleted_rows", WARNING, row=4, then=lambda made: len(made.areas) == 9)
def row_marked_as_deleted() -> Files:
    def mark(data: bytes) -> bytes:
        start, width = struct.unpack_from("<HH", data, 8)
        return build.spoilt(data, start + 3 * width, b"*")

    return with_part(hall(), ".dbf", mark)


@bad("S17", "file_empty", ERROR, refused=True, says=f"{HALL}.shp")
def empty_shp() -> Files:
    return with_part(hall(), ".shp", lambda _: b"")


@bad("S17", "file_empty", ERROR, refused=True, says=f"{HALL}.dbf")
def empty_dbf() -> Files:
    return with_part(hall(), ".dbf", lambda _: b"")


def record_with_length(number: int, words: int) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        at = 100
        for _ in range(number - 1):
            at += 8 + 2 * int(struct.unpack_from(">i", data, at + 4)[0])
        return build.spoilt(data, at + 4, struct.pack(">i", words))

    return change


@bad("S18", "shp_record_length", ERROR, row=3, then=lambda made: len(made.areas) == 9)
def record_too_long() -> Files:
    return with_part(hall(), ".shp", record_with_length(3, 5000))


@bad("S18", "shp_record_length", ERROR, row=10, then=lambda made: len(made.areas) == 9)
def bytes_after_the_last_record() -> Files:
    def longer(data: bytes) -> bytes:
        return build.spoilt(data, 24, struct.pack(">i", len(data) // 2 + 2)) + b"1234"

    return with_part(hall(), ".shp", longer)


@bad("S18", "shp_trailing_bytes", WARNING, then=lambda made: len(made.areas) == 10)
def bytes_after_the_file() -> Files:
    return with_part(hall(), ".shp", lambda data: data + b"1234")


# ── coordinates ──────────────────────────────────────────────────────────────


def corner(x: float, y: float) -> bytes:
    """A triangle in Seoul with one corner elsewhere."""
    ox, oy = build.ORIGIN
    return build.poly_record(5, [[(ox, oy), (x, y), (ox + 5, oy), (ox, oy)]])


@bad("S19", "coord_not_finite", ERROR, row=2, then=lambda made: len(made.areas) == 1)
def nan_corner() -> Files:
    return hall(box(0, 0, 9, 9), corner(math.nan, 550005.0))


@bad("S19", "coord_not_finite", ERROR, row=2, then=lambda made: len(made.areas) == 1)
def infinite_corner() -> Files:
    return hall(box(0, 0, 9, 9), corner(math.inf, 550005.0))


@bad("S20", "coord_out_of_area", ERROR, row=2, says="∞", then=lambda made: len(made.areas) == 3)
def corner_out_of_this_world() -> Files:
    return hall(box(0, 0, 9, 9), corner(1e300, 550005.0), box(9, 0, 18, 9), box(18, 0, 27, 9))


@bad("S20", "coord_out_of_area", ERROR, row=2, says="9.0 km", then=lambda made: len(made.areas) == 3)
def corner_in_another_district() -> Files:
    return hall(box(0, 0, 9, 9), corner(209000.0, 550005.0), box(9, 0, 18, 9), box(18, 0, 27, 9))


@bad("S20", "coord_out_of_area", ERROR, refused=True, says="km from the station", options={"near": (35.1, 129.0)})
def delivery_of_another_city() -> Files:
    return hall()


@bad("S21", "coord_axes_swapped", ERROR, refused=True, options={"crs": "EPSG:4326"})
def latitude_before_longitude() -> Files:
    return hall(box(0, 0, 0.0001, 0.0001), origin=(37.55, 127.0))


@bad("S21", "coord_axes_swapped", ERROR, refused=True)
def north_before_east() -> Files:
    return hall(box(0, 0, 20, 20), origin=(550000.0, 200000.0))


@bad("S22", "coord_units_wrong", ERROR, refused=True, says="metres", options={"crs": "EPSG:4326"})
def metres_as_degrees() -> Files:
    return hall()


@bad("S22", "coord_units_wrong", ERROR, refused=True, says="degrees")
def degrees_as_metres() -> Files:
    return hall(box(0, 0, 0.0001, 0.0001), origin=(127.0, 37.55))


# ── shapes ───────────────────────────────────────────────────────────────────


@bad("S23", "geometry_null", WARNING, row=2, then=lambda made: len(made.areas) == 1)
def row_without_a_shape() -> Files:
    return hall(box(0, 0, 9, 9), None)


BOW_TIE = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])


@bad("S24", "geometry_invalid", WARNING, row=1, says="37.5495")
def bow_tie() -> Files:
    return hall(BOW_TIE)


@bad("S25", "line_too_short", ERROR, row=2, then=lambda made: len(made.lines) == 1)
def line_of_one_point_and_of_none() -> Files:
    good = build.lines().rows[0]
    ox, oy = build.ORIGIN
    nowhere = build.poly_record(3, [[(ox + 2, oy), (ox + 2, oy)]])
    one = build.poly_record(3, [[(ox + 2, oy)]])
    rows = [good, (nowhere, good[1] | {"PRIMARYKEY": "x2"}), (one, good[1] | {"PRIMARYKEY": "x3"})]
    return build.points().files() | build.layer("LINE", rows).files()


@bad("S26", "geometry_type_converted", WARNING, then=lambda made: not made.areas[0].polygon.has_z)
def polygon_with_heights() -> Files:
    ring = [(x + build.ORIGIN[0], y + build.ORIGIN[1]) for x, y in ((0, 0), (0, 9), (9, 9), (9, 0), (0, 0))]
    flat = build.poly_record(15, [ring])
    return hall(flat + struct.pack("<2d5d", 3, 3, *[3.0] * 5))


@bad("S26", "geometry_type_refused", ERROR, refused=True, says="MultiPatch")
def multipatch() -> Files:
    return hall(struct.pack("<i", 31) + bytes(60))


@bad("S26", "geometry_type_refused", ERROR, row=2, then=lambda made: len(made.areas) == 1)
def point_among_polygons() -> Files:
    return hall(box(0, 0, 9, 9), struct.pack("<idd", 1, *build.ORIGIN))


@bad("S26", "geometry_wrong_type", ERROR, row=1, says="polygon")
def points_as_spaces() -> Files:
    return hall(Point(3, 3)) | build.points().files()


@bad("S26", "geometry_split", WARNING, row=1, says="2", then=lambda made: len(made.areas) == 2)
def polygon_of_two_pieces() -> Files:
    return hall(box(0, 0, 5, 5) | box(10, 0, 15, 5))


# ── archives ─────────────────────────────────────────────────────────────────


@bad("S27", "archive_ambiguous", ERROR, refused=True, says="a/L_")
def one_layer_in_two_folders() -> bytes:
    one = build.spaces()
    return build.zipped(one.files("a/") | one.files("b/"))


@bad("S27", "archive_ambiguous", ERROR, refused=True, says="groups2")
def two_sets_of_unknown_names() -> bytes:
    return build.zipped(hall(name="groups1") | hall(name="groups2"))


@bad("S28", "archive_no_layer", ERROR, refused=True, says="readme.txt")
def zip_without_layers() -> bytes:
    return build.zipped({"readme.txt": b"nothing", "docs/notes.txt": b"here"})


@bad("S28", "archive_no_layer", ERROR, refused=True)
def empty_zip() -> bytes:
    return build.zipped({})


@bad("S29", "archive_skipped", INFO, says="__MACOSX/._", then=lambda made: len(made.areas) == 2)
def zip_of_a_mac() -> bytes:
    inner = {f"노원/레이어/{name}": data for name, data in build.station().items()}
    twins = {f"__MACOSX/._{HALL}.shp": b"\0\5\x16\7", "노원/.DS_Store": b"Bud1", "노원/Thumbs.db": b"\xd0\xcf"}
    return build.zipped(inner | twins)


def with_cp949_names(files: Files) -> bytes:
    """As Windows in Korea packs: names in cp949, without the mark that says so."""
    data = build.zipped({f"XXXX/{name}": content for name, content in files.items()})
    return data.replace(b"XXXX/", "강남".encode("cp949") + b"/")


@bad("S30", "archive_names_decoded", INFO, says="cp949", then=lambda made: len(made.areas) == 2)
def zip_of_windows() -> bytes:
    return with_cp949_names(build.station())


@bad(
    "S31", "encoding_guessed", INFO, then=lambda made: made.areas[0].name == "강남" and made.areas[0].kind == "walkable"
)
def names_in_pieces() -> Files:
    decomposed = unicodedata.normalize("NFD", "강남")
    assert len(decomposed) == 6
    rows = [(box(0, 0, 9, 9), {"KIND": unicodedata.normalize("NFD", "복도"), "NAME": decomposed})]
    return build.layer("RM", rows, encoding="utf-8", cpg=None).files()


@bad("S32", "archive_path_escapes", ERROR, refused=True, says="../../evil")
@bad("S32", "archive_path_escapes", ERROR, refused=True, says="..\\..\\evil")
@bad("S32", "archive_path_escapes", ERROR, refused=True, says="/etc/evil")
@bad("S32", "archive_path_escapes", ERROR, refused=True, says="C:\\evil")
def zip_that_escapes() -> bytes:
    names = ["../../evil.shp", "..\\..\\evil.shp", "/etc/evil.shp", "C:\\evil.shp"]
    return build.zipped(build.station() | dict.fromkeys(names, b"evil"))


@bad("S32", "format_not_allowed", ERROR, refused=True, suffix=".tar")
def tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("../../evil.shp")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"evil"))
    return buffer.getvalue()


@bad("S33", "archive_too_big", ERROR, refused=True, says=":1")
def bomb() -> bytes:
    return build.zipped(build.station() | {"a.dbf": bytes(40 << 20)})


@bad("S33", "archive_too_big", ERROR, refused=True, says="B", options={"limits": Limits(total_bytes=1000)})
def more_than_allowed() -> Files:
    return hall()


@bad("S33", "archive_too_big", ERROR, refused=True, says="files", options={"limits": Limits(files=10)})
def more_files_than_allowed() -> bytes:
    return build.zipped(build.station())


@bad("S33", "archive_entry_refused", ERROR, refused=True, says="inner.zip")
def zip_in_a_zip() -> bytes:
    return build.zipped(build.station() | {"inner.zip": build.zipped({"a": b"b"})})


@bad("S33", "archive_unreadable", ERROR, refused=True, says="not what its header says")
def zip_whose_header_lies() -> bytes:
    """It announces 10 bytes and unpacks to 10 million."""
    data = bytearray(build.zipped({f"{HALL}.shp": bytes(10_000_000)}))
    central = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, central + 24, 10)
    return bytes(data)


def with_entry(change: Callable[[zipfile.ZipInfo], None], name: str = "x.shp") -> bytes:
    buffer = io.BytesIO(build.zipped(build.station()))
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo(name)
        change(info)
        archive.writestr(info, b"/etc/passwd")
    return buffer.getvalue()


@bad("S34", "archive_entry_refused", ERROR, refused=True, says="link")
def symlink_entry() -> bytes:
    def link(info: zipfile.ZipInfo) -> None:
        info.external_attr = (stat.S_IFLNK | 0o777) << 16

    return with_entry(link)


@bad("S34", "archive_entry_refused", ERROR, refused=True, says="device")
def device_entry() -> bytes:
    return with_entry(lambda _: None, "folder/CON.shp")


@bad("S34", "archive_entry_refused", ERROR, refused=True, says="twice")
def entry_twice() -> bytes:
    return with_entry(lambda _: None, f"{HALL}.SHP")


@bad("S34", "archive_entry_refused", ERROR, refused=True, says="encrypted")
def encrypted_entry() -> bytes:
    data = bytearray(build.zipped(build.spaces().files()))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    return bytes(data)


@bad("S34", "archive_entry_refused", ERROR, refused=True, says="control")
def entry_with_a_newline() -> bytes:
    return with_entry(lambda _: None, "a\nb.shp")


@bad("S35", "archive_unreadable", ERROR, refused=True, says="‘GIF89a’")
def gif_as_zip() -> bytes:
    return b"GIF89a"


@bad("S35", "archive_unreadable", ERROR, refused=True)
def zip_cut_off() -> bytes:
    return build.zipped(build.station())[:-60]


VRT = build.vrt("/etc/passwd")
GDALG = json.dumps({"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read secret.gpkg"}).encode()
DISGUISES = (
    ".shp",
    ".geojson",
    ".json",
    ".gml",
    ".gpkg",
    ".csv",
    ".osm",
    ".vrt",
    ".kml",
    ".gpx",
    ".dbf",
    ".sqlite",
    "",
)


def disguised(content: bytes) -> Callable[[], bytes]:
    return lambda: content


for _suffix in DISGUISES:
    bad("S36", "format_not_allowed", ERROR, refused=True, suffix=_suffix, says="OGRVRT")(disguised(VRT))
    bad("S37", "format_not_allowed", ERROR, refused=True, suffix=_suffix, says="gdal_str")(disguised(GDALG))
bad("S36", "archive_unreadable", ERROR, refused=True, suffix=".zip", says="OGRVRT")(disguised(VRT))


@bad("S36", "format_not_allowed", ERROR, refused=True, says=f"{HALL}.shp")
def vrt_among_the_parts() -> Files:
    return with_part(hall(), ".shp", lambda _: VRT)


@bad("S36", "format_not_allowed", ERROR, refused=True, says=f"{HALL}.dbf")
def vrt_as_the_table() -> Files:
    return with_part(hall(), ".dbf", lambda _: VRT)


# ── the schema ───────────────────────────────────────────────────────────────


@bad("S38", "id_duplicate", ERROR, row=2, says=f"{HALL}#1", then=lambda made: len(made.areas) == 2)
def same_key_twice() -> Files:
    rows = [(box(9 * n, 0, 9 * n + 9, 9), {"KIND": "복도", "PRIMARYKEY": f"key{n // 2}"}) for n in (0, 1, 2)]
    return build.layer("RM", rows).files()


@bad("S38", "id_missing", ERROR, row=2, then=lambda made: len(made.areas) == 1)
def no_key() -> Files:
    rows = [(box(0, 0, 9, 9), {"KIND": "복도"}), (box(9, 0, 18, 9), {"KIND": "복도", "PRIMARYKEY": ""})]
    return build.layer("RM", rows).files()


@bad("S39", "edge_end_unknown", ERROR, row=1, column="SPOINT", says="nowhere", then=lambda made: not made.lines)
def line_to_nowhere() -> Files:
    return build.points().files() | build.lines(SPOINT="nowhere").files()


@bad("S39", "edge_end_off", WARNING, row=1, column="SPOINT", says="5.0 m", then=lambda made: len(made.lines) == 1)
def line_that_ends_off_its_point() -> Files:
    rows = [(LineString([(2, 10), (9, 10)]), build.lines().rows[0][1])]
    return build.points().files() | build.layer("LINE", rows).files()


def renamed(old: str, new: str) -> Files:
    one = build.spaces()
    one.rows = [(shape, {new if k == old else k: v for k, v in cells.items()}) for shape, cells in one.rows]
    one.widths = {new if k == old else k: v for k, v in one.widths.items()}
    return one.files()


@bad("S40", "field_missing", ERROR, refused=True, column="PRIMARYKEY", says="PRIMARYK_1")
def column_laundered() -> Files:
    return renamed("PRIMARYKEY", "PRIMARYK_1")


@bad("S40", "field_absent", WARNING, column="SKT", says="SLP")
def column_absent() -> Files:
    return renamed("SKT", "XYZ")


@bad("S40", "column_matched", INFO, column="kind", says="KIND", then=lambda made: made.areas[0].kind == "walkable")
def column_in_small_letters() -> Files:
    return renamed("KIND", "kind")


@bad("S40", "layer_unknown", ERROR, says="ground")
def layer_of_another_name() -> Files:
    return build.station() | hall(name="background")


MAPPED = b"""
[[layers]]
match = "rooms"
read_as = "RM"
"""


def floors(*texts: str) -> Files:
    rows = [(box(9 * n, 0, 9 * n + 9, 9), {"KIND": "복도", "FLOOR": text}) for n, text in enumerate(texts)]
    one = build.layer("RM", rows, name="rooms")
    one.widths["FLOOR"] = 20
    return one.files() | {"columns.toml": MAPPED}


SEOUL_FEED = ("B1", "지하1층", "-1", "B1F", "BM1", "1F", "B1-F1", "1F-B1", "b01b01")


@bad(
    "S41",
    "level_text_read",
    INFO,
    row=2,
    column="FLOOR",
    says="지하1층",
    then=lambda made: [level.id for level in made.levels] == ["B1", "BM1", "1F"] and len(made.areas) == 13,
)
def floors_in_other_words() -> Files:
    return floors(*SEOUL_FEED)


@bad("S41", "level_unknown", ERROR, row=2, column="FLOOR", says="옥상쯤", then=lambda made: len(made.areas) == 1)
def floor_that_is_none() -> Files:
    return floors("B01B01", "옥상쯤")


@bad("S41", "level_unknown", ERROR, says="B00B00", then=lambda made: len(made.areas) == 1)
def layer_of_floor_zero() -> Files:
    return build.spaces().files() | build.spaces(floor="B00B00").files()


@bad("S42", "station_mixed", WARNING, column="ID", says="B00200000002BULW2", then=lambda made: len(made.areas) == 3)
def two_buildings() -> Files:
    return build.station() | build.spaces(ufid="B00200000002BULW2").files()


@bad(
    "S42",
    "structure_not_used",
    INFO,
    options={"building": build.UFID},
    then=lambda made: len(made.areas) == 1 and not any(one.code == "station_mixed" for one in made.findings),
)
def one_of_two_buildings() -> Files:
    other = build.spaces(ufid="B00200000002BULW2").files()
    return build.spaces().files() | other | build.layer("CL", [(box(0, 0, 9, 9), {})], division="IS").files()


# ── GeoPackages ──────────────────────────────────────────────────────────────


ENDLESS = (
    "CREATE VIEW endless AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x AS fid FROM c"
)


@bad("K01", "gpkg_view_refused", ERROR, refused=True, suffix=".gpkg", says="endless")
def endless_view() -> bytes:
    return build.geopackage(ENDLESS, build.listed("endless"))


@bad("K01", "archive_skipped", INFO, then=lambda made: len(made.areas) == 1)
def endless_view_that_is_not_listed() -> Files:
    return {"x.gpkg": build.geopackage(ENDLESS), "notes.txt": b"1"}


@bad("K02", "gpkg_table_refused", ERROR, refused=True, suffix=".gpkg", says="fts4")
def virtual_table() -> bytes:
    return build.geopackage("CREATE VIRTUAL TABLE search USING fts4(x)")


@bad("K02", "archive_skipped", INFO, then=lambda made: len(made.areas) == 1)
def trigger_that_never_runs() -> Files:
    trigger = f'CREATE TRIGGER t AFTER UPDATE ON "{HALL}" BEGIN SELECT load_extension("evil"); END'
    return {"x.gpkg": build.geopackage(trigger), "notes.txt": b"1"}


@bad("K09", "layer_empty", INFO, then=lambda made: len(made.areas) == 1)
def layer_without_rows() -> Files:
    return build.spaces().files() | build.layer("RM", [], division="SL").files()


@bad("K09", "layer_skipped", INFO, refused=True, suffix=".gpkg", says="without shapes")
def table_without_shapes() -> bytes:
    return build.geopackage(data_type="attributes")


@bad("K10", "crs_missing", ERROR, refused=True, suffix=".gpkg")
def undefined_system() -> bytes:
    return build.geopackage(srs=-1)


@bad("K10", "crs_missing", ERROR, refused=True, suffix=".gpkg")
def undefined_geographic_system() -> bytes:
    return build.geopackage(srs=0)


# ── the table ────────────────────────────────────────────────────────────────


def delivered(case: Bad, folder: Path) -> tuple[Path, dict[str, Any]]:
    made = case.make()
    options = dict(case.options)
    if isinstance(made, bytes):
        path = folder / f"delivery{case.suffix}"
        path.write_bytes(made)
        return path, options
    if "columns.toml" in made:
        (folder / "columns.toml").write_bytes(made.pop("columns.toml"))
        options["mapping"] = folder / "columns.toml"
    return build.write(folder / "delivery", made), options


def read(path: Path, options: dict[str, Any]) -> tuple[Fragment | None, tuple[Finding, ...]]:
    try:
        made = read_indoor(path, **options)
    except InputRefusedError as error:
        return None, error.findings
    return made, made.findings


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("case", CASES, ids=[f"{case.id}-{case.make.__name__}-{n}" for n, case in enumerate(CASES)])
def test_a_bad_delivery_is_told_with_its_place_and_leaves_no_trace(
    case: Bad, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    source = tmp_path / "source"
    source.mkdir()
    path, options = delivered(case, source)
    before = fingerprint(source)

    made, findings = read(path, options)

    assert (made is None) == case.refused, [finding.message.en for finding in findings]
    hits = [finding for finding in findings if finding.code == case.code and case.says in told(finding)]
    assert hits, [(finding.code, told(finding)) for finding in findings]
    hit = next((finding for finding in hits if case.row in (None, finding.row)), hits[0])
    assert hit.severity is case.severity
    assert hit.row == case.row or case.row is None
    assert hit.field == case.column or case.column is None
    assert hit.message.ko
    assert hit.fix.ko
    assert hit.fix.en
    assert not re.search(r"\{\w*\}", hit.message.ko + hit.message.en + hit.fix.ko + hit.fix.en)
    if made is not None:
        assert case.then(made)
    assert fingerprint(source) == before
    assert list(private.iterdir()) == []
    assert list(tmp_path.iterdir()) == [private, source] or sorted(tmp_path.iterdir()) == [private, source]


def told(finding: Finding) -> str:
    return " ".join(filter(None, [finding.message.en, finding.fix.en, finding.value, finding.file, finding.layer]))


def test_the_table_holds_every_row_of_the_catalogue() -> None:
    wanted = {f"S{n:02}" for n in range(1, 43)} | {"K01", "K02", "K09", "K10"}
    assert wanted - {case.id for case in CASES} == set()


@pytest.mark.parametrize("cpg", ["ANSI 949", "ms949", "ks_c_5601-1987", "CP949", "949", "EUC-KR", "x-windows-949", ""])
def test_the_names_of_korean_encodings_mean_cp949(cpg: str, tmp_path: Path) -> None:
    """S07: all of them read as Latin-1 by the usual libraries, without a word."""
    made = read_indoor(build.write(tmp_path / "x", named("환승통로", cpg=cpg)))
    assert made.areas[0].name == "환승통로"


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
def test_what_a_person_says_of_the_encoding_wins(encoding: str, tmp_path: Path) -> None:
    other = "UTF-8" if encoding == "cp949" else "CP949"
    made = read_indoor(build.write(tmp_path / "x", named("환승통로", cpg=other, encoding=encoding)), encoding=encoding)
    assert made.areas[0].name == "환승통로"
    assert made.findings == ()


def test_a_folder_with_a_link_to_a_file_elsewhere_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.shp"
    secret.write_bytes(b"secret")
    folder = build.write(tmp_path / "x", build.station())
    (folder / "link.shp").symlink_to(secret)
    with pytest.raises(InputRefusedError) as caught:
        read_indoor(folder)
    assert [(one.code, one.file) for one in caught.value.findings] == [("not_a_regular_file", "link.shp")]


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.shp")
    start = time.monotonic()
    with pytest.raises(InputRefusedError) as caught:
        read_indoor(tmp_path / "x.shp")
    assert caught.value.findings[0].code == "not_a_regular_file"
    assert time.monotonic() - start < 5


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    files = with_part(build.station(), ".shp", lambda data: data[:-9])
    files = without(files, f"SL_RM{'.dbf'}")
    with pytest.raises(InputRefusedError) as caught:
        read_indoor(build.write(tmp_path / "x", files))
    assert {one.code for one in caught.value.findings} == {"shp_truncated", "shp_part_missing"}
    assert caught.value.exit_code == 4
