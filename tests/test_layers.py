"""Safe opening: nothing of a foreign file reaches the caller's GDAL, the network, another file, or the disk."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import layer_builder as build
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pyogrio.raw import read
from shapely import box
from shared import shared_data

from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding
from muui_maps.sources import gdal_worker
from muui_maps.sources.archives import Limits, read_files
from muui_maps.sources.dbf import Decoder, Table, hangul_share, normal_encoding
from muui_maps.sources.fragment import Fragment
from muui_maps.sources.gdal_worker import environment
from muui_maps.sources.layers import open_layers
from muui_maps.sources.seoul_indoor import read_indoor

EXTENSIONS = (
    "shp",
    "geojson",
    "json",
    "gml",
    "gpkg",
    "csv",
    "osm",
    "vrt",
    "kml",
    "gpx",
    "dbf",
    "sqlite",
    "fgb",
    "tab",
    "x",
)
OPEN_IT = """
import sys
for name in ("geopandas", "pandas", "pyarrow", "pyproj", "shapely"):
    sys.modules[name] = None
from pyogrio.raw import read
try:
    found = read(sys.argv[1])
    print("READ", len(found[2]))
except Exception as error:
    print("REFUSED", type(error).__name__)
"""


def in_a_process(path: str, env: dict[str, str] | None) -> str:
    """What pyogrio makes of a path in a fresh process, with the child's environment or the caller's."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", OPEN_IT, path], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file that no delivery may reach."""
    path = tmp_path / "secret.gpkg"
    path.write_bytes(build.geopackage())
    return path


def with_a_court() -> build.Files:
    """The drawn station and a hall around a court: rings are GDAL's to sort out."""
    court = build.layer("RM", [(box(40, 0, 60, 20).difference(box(45, 5, 55, 15)), {"KIND": "홀"})], division="CV")
    return build.station() | court.files()


# ── the child's GDAL ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_a_vrt_under_any_name_opens_nothing_in_the_child(extension: str, secret: Path, tmp_path: Path) -> None:
    """The second wall: were its first bytes not looked at, GDAL would not know what a VRT is."""
    disguised = tmp_path / f"layer.{extension}"
    disguised.write_bytes(build.vrt(str(secret)))
    assert in_a_process(str(disguised), environment()).startswith("REFUSED")
    with pytest.raises(InputRefusedError) as caught:
        open_layers(disguised)
    assert caught.value.findings[0].code == "format_not_allowed"


def test_the_same_vrt_opens_the_other_file_in_an_ordinary_process(secret: Path, tmp_path: Path) -> None:
    """So the test above tests something."""
    (tmp_path / "x.vrt").write_bytes(build.vrt(str(secret)))
    assert in_a_process(str(tmp_path / "x.vrt"), None) == "READ 1"


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine, and the paths it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_GET = do_HEAD  # noqa: N815 - the library's name

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("prefix", ["/vsicurl/", "/vsicurl_streaming/", "/vsizip//vsicurl/", ""])
def test_the_child_asks_no_address(prefix: str, listener: tuple[str, list[str]]) -> None:
    address, asked = listener
    assert in_a_process(f"{prefix}{address}/layer.gpkg", environment()).startswith("REFUSED")
    assert asked == []


def test_an_ordinary_process_does_ask(listener: tuple[str, list[str]]) -> None:
    address, asked = listener
    plain = {name: value for name, value in os.environ.items() if "proxy" not in name.casefold()}
    in_a_process(f"/vsicurl/{address}/layer.gpkg", plain)
    assert asked


def test_the_callers_gdal_stays_as_it_was(tmp_path: Path) -> None:
    drivers, env = pyogrio.list_drivers(), dict(os.environ)
    open_layers(build.write(tmp_path / "x", with_a_court()))
    assert pyogrio.list_drivers() == drivers
    assert "OGR_VRT" in drivers
    assert dict(os.environ) == env
    assert "GDAL_SKIP" not in env


def test_a_driver_that_nobody_knew_of_is_skipped_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer GDAL brings new drivers: the child says so, and starts again without them."""
    gdal_worker.stop()
    monkeypatch.setattr(gdal_worker._NURSERY, "skipped", "OGR_VRT,GDALG")  # noqa: SLF001
    assert len(open_layers(build.write(tmp_path / "x", with_a_court())).layers) == 6
    skipped = gdal_worker._NURSERY.skipped.split(",")  # noqa: SLF001
    assert {"OGR_VRT", "GDALG", "GeoJSON", "CSV", "GML"} <= set(skipped)
    gdal_worker.stop()


def test_a_reading_that_takes_too_long_is_stopped_and_the_next_one_works(tmp_path: Path) -> None:
    folder = build.write(tmp_path / "x", with_a_court())
    gdal_worker.stop()  # so that it must start first, which takes longer than the limit
    with pytest.raises(InputRefusedError) as caught:
        open_layers(folder, limits=Limits(seconds=0.001))
    assert caught.value.findings[-1].code == "reader_stopped"
    assert "0.001" in caught.value.message.en
    assert len(open_layers(folder).layers) == 6


def test_a_child_that_dies_is_told_and_started_again(tmp_path: Path) -> None:
    folder = build.write(tmp_path / "x", with_a_court())
    open_layers(folder)
    child = gdal_worker._NURSERY.child  # noqa: SLF001
    assert child is not None
    child.kill()
    child.process.wait()
    with pytest.raises(InputRefusedError) as caught:
        open_layers(folder)
    assert caught.value.findings[-1].code == "reader_stopped"
    assert len(open_layers(folder).layers) == 6


def test_the_child_can_write_no_file(tmp_path: Path) -> None:
    """A GeoPackage whose journal would have to be rolled back, say: the copy is read as it is."""
    path = tmp_path / "x.gpkg"
    path.write_bytes(build.geopackage(rows=50))
    before = path.read_bytes()
    assert len(open_layers(path).layers[0].numbers) == 50
    assert path.read_bytes() == before
    assert sorted(tmp_path.iterdir()) == [path]


def test_unsaved_edits_beside_a_geopackage_are_told(tmp_path: Path) -> None:
    (tmp_path / "x.gpkg").write_bytes(build.geopackage())
    (tmp_path / "x.gpkg-wal").write_bytes(b"edits")
    delivery = open_layers(tmp_path / "x.gpkg")
    assert [(one.code, one.file) for one in delivery.findings] == [("gpkg_wal_present", "x.gpkg")]


def test_plain_shapes_wait_for_no_child_and_are_what_gdal_reads(tmp_path: Path) -> None:
    gdal_worker.stop()
    folder = build.write(tmp_path / "x", build.station())
    layers = open_layers(folder).layers
    child = gdal_worker._NURSERY.child  # noqa: SLF001
    assert child is not None
    assert not child.has_greeted  # nobody asked it for anything
    for layer in layers:
        _, _, shapes, _ = read(folder / f"{layer.name}.shp", columns=[])
        assert [bytes(shape) for shape in shapely.to_wkb(layer.geometries)] == list(shapes)


def test_rings_and_parts_are_sorted_out_beside_plain_shapes(tmp_path: Path) -> None:
    court = box(0, 0, 9, 9).difference(box(3, 3, 6, 6))
    rows = [
        (each, {"KIND": "홀"})
        for each in (box(20, 0, 21, 1), court, box(30, 0, 31, 1), court.buffer(1), box(8, 8, 9, 9))
    ]
    (layer,) = open_layers(build.write(tmp_path / "x", build.layer("RM", rows).files())).layers
    east, north = build.ORIGIN
    for (drawn, _), shape in zip(rows, layer.geometries, strict=True):
        assert shapely.transform(shape, lambda xy: xy - (east, north)).symmetric_difference(drawn).area < 1e-6


# ── what comes out ───────────────────────────────────────────────────────────


def test_folder_zip_and_geopackage_give_the_same_rows(tmp_path: Path) -> None:
    hall = build.spaces().files()
    folder = open_layers(build.write(tmp_path / "x", hall)).layers[0]
    (tmp_path / "x.zip").write_bytes(build.zipped(hall))
    (tmp_path / "x.gpkg").write_bytes(build.geopackage())
    packed = open_layers(tmp_path / "x.zip").layers[0]
    table = open_layers(tmp_path / "x.gpkg").layers[0]
    assert folder == packed or list(folder.geometries) == list(packed.geometries)
    assert folder.columns == packed.columns
    assert folder.numbers == packed.numbers == table.numbers == (1,)
    assert folder.geometries[0].equals(table.geometries[0])
    assert {name: table.columns[name] for name in ("KIND", "NAME")} == {"KIND": ("복도",), "NAME": ("환승통로",)}
    assert table.crs == "EPSG:5186"


def test_a_single_shp_comes_with_its_parts(tmp_path: Path) -> None:
    folder = build.write(tmp_path / "x", build.station())
    layers = open_layers(folder / f"{build.spaces().name}.shp").layers
    assert [layer.name for layer in layers] == [build.spaces().name]


def test_files_asked_for_by_name_come_unread(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(
        build.zipped({f"a/{k}": v for k, v in build.station().items()} | {"a/muui.csv": b"1,2"})
    )
    delivery = open_layers(tmp_path / "x.zip", also=["muui.csv"])
    assert delivery.files == {"a/muui.csv": b"1,2"}
    assert delivery.findings == ()


def test_layers_that_are_not_wanted_are_not_read(tmp_path: Path) -> None:
    files = build.station() | {"L_B00100000001AULW1_B01B01_SL_RM.dbf": b"broken"}
    delivery = open_layers(build.write(tmp_path / "x", files), wanted=lambda name: "SL" not in name)
    assert delivery.unwanted == ("L_B00100000001AULW1_B01B01_SL_RM",)
    assert len(delivery.layers) == 4


def test_rows_of_mixed_fates_keep_their_cells(tmp_path: Path) -> None:
    """Deleted, without a shape, good: the good ones' cells are their own."""
    rows = [(box(n, 0, n + 1, 1) if n != 2 else None, {"KIND": "복도", "NAME": f"n{n}"}) for n in range(1, 6)]
    files = build.layer("RM", rows).files()
    name = f"{build.spaces().name}.dbf"
    start, width = int.from_bytes(files[name][8:10], "little"), int.from_bytes(files[name][10:12], "little")
    files[name] = build.spoilt(files[name], start + 3 * width, b"*")
    delivery = open_layers(build.write(tmp_path / "x", files))
    layer = delivery.layers[0]
    assert layer.numbers == (1, 3, 5)
    assert layer.columns["NAME"] == ("n1", "n3", "n5")
    assert [shape.bounds[0] - build.ORIGIN[0] for shape in layer.geometries] == [1, 3, 5]
    assert {(one.code, one.row) for one in delivery.findings} == {("dbf_deleted_rows", 4), ("geometry_null", 2)}


def test_a_layer_that_can_t_be_read_is_the_one_that_is_named(tmp_path: Path) -> None:
    """Layers of a kind are read together; a broken one is found again among them."""
    broken = build.layer("RM", [(build.poly_record(5, [[(0, 0), (1, 1), (1, 0), (0, 0)]]), {})], division="CV").files()
    name = next(name for name in broken if name.endswith(".shp"))
    broken[name] = build.spoilt(broken[name], 152, b"\xff\xff\xff\x7f")  # its first part begins nowhere
    told = findings(lambda: open_layers(build.write(tmp_path / "x", build.station() | broken)).findings)
    assert {one.layer for one in told} == {name[:-4]}


def findings(read: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """What is said of a delivery, refused or not."""
    try:
        return read()
    except InputRefusedError as error:
        return error.findings


# ── tables ───────────────────────────────────────────────────────────────────


def table(cells: list[str | bytes], *, width: int = 20, encoding: str = "cp949", cpg: bytes | None = b"cp949") -> Table:
    data = build.dbf({"NAME": width}, [{"NAME": cell} for cell in cells], encoding)
    made = Decoder().table(data, file="x.dbf", layer="x", cpg=("x.cpg", cpg) if cpg is not None else None, shapes=None)
    assert isinstance(made, Table), made
    return made


@given(st.lists(st.text(st.characters(codec="cp949", exclude_categories=["Cc", "Zs"]), max_size=9), max_size=8))
def test_every_text_that_fits_comes_back(cells: list[str]) -> None:
    import unicodedata

    expected = tuple(unicodedata.normalize("NFC", cell) or None for cell in cells)
    assert table(list(cells)).columns["NAME"] == expected


@pytest.mark.parametrize(
    "cells",
    [
        ["A B", ""],
        ["", "A B"],
        ["A", "B"],
        ["A", "A"],
        [],
        ["", ""],
        ["ABCDEFGHIJ", "A B"],
        ["A\tB", "C"],
        ["0150", "150"],
    ],
)
def test_cells_stay_apart(cells: list[str]) -> None:
    """Columns of single words have a way of their own."""
    assert table(list(cells), width=10).columns["NAME"] == tuple(cell or None for cell in cells)


def test_wide_texts_keep_the_high_byte_of_their_width() -> None:
    data = bytearray(build.dbf({"NAME": 10, "NOTE": 10}, [{"NAME": "a", "NOTE": "b"}]))
    wide = 300
    field = 32 + 32
    data[field + 16], data[field + 17] = wide & 255, wide >> 8
    data[10:12] = (1 + 10 + wide).to_bytes(2, "little")
    body = bytes(data[:-21]) + b" " + b"a".ljust(10) + b"x".ljust(wide)
    made = Decoder().table(body, file="x", layer="x", cpg=None, shapes=None)
    assert isinstance(made, Table)
    assert made.columns == {"NAME": ("a",), "NOTE": ("x",)}


def test_columns_that_hold_no_text_are_told() -> None:
    data = bytearray(build.dbf({"A": 4, "MEMO": 10}, [{"A": "1", "MEMO": "2"}]))
    data[32 + 32 + 11] = ord("M")
    made = Decoder().table(bytes(data), file="x", layer="x", cpg=None, shapes=None)
    assert isinstance(made, Table)
    assert set(made.columns) == {"A"}
    assert [(one.code, one.field) for one in made.findings] == [("dbf_field_type", "MEMO")]


def test_korean_column_names_are_read() -> None:
    made = Decoder().table(
        build.dbf({"층": 6}, [{"층": "B1"}]), file="x", layer="x", cpg=("x.cpg", b"CP949"), shapes=None
    )
    assert isinstance(made, Table)
    assert made.columns == {"층": ("B1",)}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UTF-8", "utf-8"),
        ("65001", "utf-8"),
        ("ANSI 1252", "cp1252"),
        ("88591", "iso8859-1"),
        ("hex", None),
        ("?", None),
    ],
)
def test_names_of_encodings(name: str, expected: str | None) -> None:
    assert normal_encoding(name) == expected


def test_hangul_is_told_from_what_merely_decodes() -> None:
    assert hangul_share("강남역 3번 출구") == 1
    assert hangul_share("똠펲뷁믜") < 0.6
    assert hangul_share("Gangnam") == 1


# ── any bytes at all ─────────────────────────────────────────────────────────


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    part=st.sampled_from([".shp", ".shx", ".dbf", ".prj", ".cpg"]),
    changes=st.lists(st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=6)), min_size=1, max_size=4),
    cut=st.none() | st.integers(0, 2000),
)
def test_spoilt_bytes_are_refused_or_told_but_never_crash(
    part: str, changes: list[tuple[int, bytes]], cut: int | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = build.station()
    name = f"{build.lines().name}{part}"
    data = files[name]
    for at, new in changes:
        data = build.spoilt(data, min(at, len(data) - 1), new)[: len(data)]
    files[name] = data[:cut]
    folder = build.write(tmp_path_factory.mktemp("spoilt"), files)
    made = read_or_refused(folder, crs="EPSG:5186")
    assert made is None or len(made.areas) == 2


def read_or_refused(path: Path, **options: Any) -> Fragment | None:
    """What is read; None if it is refused with reasons. Any other exception fails the test."""
    try:
        return read_indoor(path, **options)
    except InputRefusedError as error:
        if not error.findings:
            raise
        return None


@settings(max_examples=40)
@given(at=st.integers(0, 40_000), new=st.binary(min_size=1, max_size=40))
@example(at=24_502, new=b"\0")
def test_a_spoilt_zip_or_geopackage_never_crashes(
    at: int, new: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("spoilt")
    for name, data in (("x.zip", build.zipped(build.station())), ("x.gpkg", build.geopackage())):
        (folder / name).write_bytes(build.spoilt(data, at % len(data), new))
        made = read_or_refused(folder / name)
        # The package has one row: if that is what broke, it is set aside and nothing is left, which is told.
        assert made is None or made.levels or any(one.row is not None for one in made.findings)


def test_no_private_folder_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    open_layers(build.write(tmp_path / "x", build.station()))
    assert list(private.iterdir()) == []


def test_a_folder_too_deep_is_refused(tmp_path: Path) -> None:
    build.write(tmp_path / "x", {"/".join("abcdefghij") + "/x.shp": b""})
    with pytest.raises(InputRefusedError) as caught:
        read_files(tmp_path / "x")
    assert caught.value.findings[0].code == "archive_too_big"


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError) as caught:
        open_layers(tmp_path / "nowhere")
    assert caught.value.findings[0].code == "file_unreadable"
    assert "nowhere" in caught.value.message.ko


# ── the publishers' broken files ─────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("shp/latin1.shp", {"shp_part_missing"}),
        ("shp/corrupt_too_long.dbf", {"format_not_allowed"}),
        ("zip/zip-slip.zip", {"archive_path_escapes"}),
        ("zip/zip-slip.tar", {"format_not_allowed"}),
        ("gpx/3d_point_empty.shp", {"shp_part_missing"}),
        ("gpx/empty.gpx", {"format_not_allowed"}),
        ("json/null_feature.geojson", {"format_not_allowed"}),
        ("json/invalid-arc-index.topojson", {"format_not_allowed"}),
        ("gml", {"archive_no_layer"}),
        ("gtfs", {"archive_no_layer", "archive_entry_refused"}),
    ],
)
def test_real_broken_files_are_refused(path: str, codes: set[str]) -> None:
    with pytest.raises(InputRefusedError) as caught:
        open_layers(shared_data() / "broken" / path)
    assert {one.code for one in caught.value.findings if one.severity == "error"} & codes


def test_a_real_file_with_a_record_too_long_loses_that_row() -> None:
    delivery = open_layers(shared_data() / "broken" / "shp" / "corrupt_too_long.shp")
    assert [(one.code, one.row) for one in delivery.findings if one.row] == [("shp_record_length", 10)]
    assert len(delivery.layers[0].numbers) == 9


def test_a_real_file_without_an_index_is_read_when_asked() -> None:
    """Its table is Latin-1 and says nothing: that is refused, not guessed."""
    with pytest.raises(InputRefusedError) as caught:
        open_layers(shared_data() / "broken" / "shp" / "latin1.shp", restore_shx=True)
    assert [one.code for one in caught.value.findings] == ["shx_restored", "encoding_unsure"]
    delivery = open_layers(shared_data() / "broken" / "shp" / "latin1.shp", restore_shx=True, encoding="latin-1")
    assert delivery.layers[0].columns["Name"] == ("Ñandú",)


def test_real_districts_in_unstated_cp949_are_read() -> None:
    delivery = open_layers(shared_data() / "broken" / "shp_cp949_nocpg")
    assert {"강남구", "노원구"} <= set(delivery.layers[0].columns["name"])
    assert [one.code for one in delivery.findings] == ["encoding_guessed"]


def test_a_real_nested_zip_is_read() -> None:
    delivery = open_layers(shared_data() / "broken" / "shp" / "REL.zip")
    assert [(layer.name, len(layer.numbers)) for layer in delivery.layers] == [("releaseArea20090407", 1)]


def test_real_geopackages_of_field_programs_are_read() -> None:
    for path in sorted((shared_data() / "survey" / "qfield").glob("*.gpkg")):
        assert open_layers(path).layers, path.name
