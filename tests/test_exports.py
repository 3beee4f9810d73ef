"""A station for other programs: frames and a GeoPackage, with unknown positions kept as unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from muui_maps.errors import UsageError
from muui_maps.exports import links_gdf, nodes_gdf, spaces_gdf, write_geopackage
from muui_maps.model import (
    Evidence,
    Level,
    Link,
    LinkKind,
    Method,
    Node,
    NodeKind,
    Place,
    PlaceKind,
    Space,
    Station,
    StationName,
    Text,
    Unit,
    UnitKind,
)

WHO = Evidence("seoulmetro-lift-status", "12", "2025-10-01", Method.OFFICIAL)

#        y
#   20   ┌────────────┐        platform, outline known
#    0   └─[a]────────┘ 100
#              │ lift, 25 m east of the origin
#             [b]              concourse: nobody knows where


def station() -> Station:
    return Station(
        id="drawn",
        name=StationName("그린역", "Drawn"),
        lines=("4",),
        directions=(),
        levels=(Level("4:3F", "4", "3F", ("F3",), 12.5), Level("4:2F", "4", "2F")),
        places=(
            Place("4:platform:상계", PlaceKind.PLATFORM, "4:3F", "4", Text("승강장", "platform"), paid_area=True),
            Place("4:concourse", PlaceKind.CONCOURSE, "4:2F", "4", Text("대합실", "concourse"), paid_area=None),
        ),
        nodes=(
            Node("a", "4:platform:상계", "4:3F", NodeKind.LANDING, Text("가", "a"), 25.0, 0.0, 3.0, (WHO,)),
            Node("b", "4:concourse", "4:2F", NodeKind.LANDING, Text("나", "b")),
        ),
        links=(Link("l", "a", "b", LinkKind.ELEVATOR, unit="4:EV:1", length_m=0.0, evidence={"link": (WHO,)}),),
        units=(Unit("4:EV:1", UnitKind.ELEVATOR, "4", "1", Text("1", "1"), ("4:2F", "4:3F"), width_mm=900),),
        platforms=(),
        spaces=(
            Space("s", "4:platform:상계", "4:3F", ((0, 0), (100, 0), (100, 20), (0, 20)), WHO),
            Space("t", "4:concourse", "4:2F", None, WHO),
        ),
        origin=(37.6555, 127.0632),
    )


def test_frames_are_in_degrees_and_keep_what_has_no_place() -> None:
    nodes = nodes_gdf(station())
    assert nodes.crs.to_epsg() == 4326
    assert list(nodes["id"]) == ["a", "b"]
    a, b = nodes.geometry
    assert (round(a.y, 4), round(a.x, 4)) == (37.6555, 127.0635)  # 25 m east is 0.0003° here
    assert b is None
    assert nodes["method"][0] == "official"


def test_an_outline_has_its_size_and_an_unknown_one_none() -> None:
    spaces = spaces_gdf(station())
    assert spaces.geometry[1] is None
    area_m2 = spaces.iloc[:1].to_crs(32652).area.iloc[0]
    assert area_m2 == pytest.approx(2000, rel=0.002)
    assert bool(spaces["paid_area"][0]) is True


def test_a_link_to_an_unknown_place_has_no_line_but_keeps_its_facts() -> None:
    links = links_gdf(station())
    assert links.geometry[0] is None
    assert (links["unit"][0], links["kind"][0]) == ("4:EV:1", "elevator")


def test_a_geopackage_reads_back_with_every_row(tmp_path: Path) -> None:
    import fiona

    file = tmp_path / "drawn.gpkg"
    counts = write_geopackage(station(), file)
    assert counts == {"spaces": 2, "nodes": 2, "links": 1, "units": 1, "levels": 2}
    for layer, count in counts.items():
        with fiona.open(file, layer=layer) as rows:
            assert len(list(rows)) == count, layer
    with fiona.open(file, layer="spaces") as rows:
        first, second = rows
        assert first.geometry is not None
        assert second.geometry is None
    with fiona.open(file, layer="levels") as rows:
        high, low = rows
        assert (high.properties["elevation_m"], low.properties["elevation_m"]) == (12.5, None)
    assert [each.name for each in tmp_path.iterdir()] == ["drawn.gpkg"]


def test_an_old_file_is_replaced_whole(tmp_path: Path) -> None:
    file = tmp_path / "drawn.gpkg"
    file.write_text("old")
    write_geopackage(station(), file)
    assert file.read_bytes().startswith(b"SQLite format 3")


@pytest.mark.parametrize("name", ["drawn.shp", "drawn", "folder.gpkg"])
def test_what_is_no_geopackage_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.gpkg").mkdir()
    with pytest.raises(UsageError):
        write_geopackage(station(), tmp_path / name)
