"""Plans show what is known where it is known, and list the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run
from picture_checks import picture_faults, picture_of
from shapely import box

import muui_maps as mm
from muui_maps.maps.floor_names import names_not_drawn
from muui_maps.maps.plan import Underlay, plan_levels, plan_scene, route_nodes
from muui_maps.maps.scene import Circle, Icon, Polyline, Scene, Words
from muui_maps.maps.svg import render_svg
from muui_maps.romanise import slug
from muui_maps.sources.fragment import Area

NOWON = mm.load("nowon")
ROUTE = NOWON.route("4:상계", "7:중계").model


def roles(scene: Scene, kind: type) -> set[str]:
    return {mark.role for mark in scene.marks if isinstance(mark, kind) and mark.role is not None}


def texts(scene: Scene) -> str:
    return "\n".join(mark.text for mark in scene.marks if isinstance(mark, Words))


@pytest.mark.parametrize("level", plan_levels(NOWON.model))
def test_each_thing_of_a_level_is_on_its_plan_or_in_the_list_beside_it(level: str) -> None:
    scene = plan_scene(NOWON.model, level, lang="ko")
    drawn = {role.removeprefix("node:") for role in roles(scene, Icon) | roles(scene, Circle) if "node:" in role}
    listed = {role.removeprefix("unplaced:") for role in roles(scene, Icon) if role.startswith("unplaced:")}
    known = {node.id for node in NOWON.model.nodes if node.level == level and node.x_m is not None}
    assert drawn == known
    assert not drawn & listed
    assert listed <= {node.id for node in NOWON.model.nodes if node.level == level and node.x_m is None}


def test_the_route_runs_between_the_places_it_passes_and_is_named_in_words() -> None:
    korean = plan_scene(NOWON.model, "4:3F", ROUTE, lang="ko")
    english = plan_scene(NOWON.model, "4:3F", ROUTE, lang="en")
    lines = [mark for mark in korean.marks if isinstance(mark, Polyline) and mark.role == "route"]
    passed = [name for name in route_nodes(NOWON.model, ROUTE) if name.endswith("3F") or name.startswith("train:4")]
    spots = {
        mark.role: (mark.x + mark.size / 2, mark.y + mark.size / 2) for mark in korean.marks if isinstance(mark, Icon)
    }
    assert lines[0].points[0] == pytest.approx(spots[f"node:{passed[0]}"])
    assert "4호선 상계 방면 → 7호선 중계 방면" in texts(korean)
    assert "Line 4 for Sanggye → Line 7 for Junggye" in texts(english)


def test_without_a_route_no_way_is_drawn() -> None:
    assert "route" not in roles(plan_scene(NOWON.model, "4:3F", lang="ko"), Polyline)


def test_an_assumed_outline_is_dashed_and_the_key_says_so() -> None:
    scene = plan_scene(NOWON.model, "7:B3", lang="en")
    (outline,) = [mark for mark in scene.marks if isinstance(mark, Polyline) and mark.role == "space:7:platform"]
    assert outline.dash != ()
    assert "outline assumed" in texts(scene)


def test_the_key_tells_what_the_lines_to_pictograms_beside_their_place_are() -> None:
    """On Line 7's platform escalators of one place stand side by side; on Line 4's concourse one lift stands alone."""
    assert "drawn beside its place" in texts(plan_scene(NOWON.model, "7:B3", lang="en"))
    assert "drawn beside its place" not in texts(plan_scene(NOWON.model, "4:2F", lang="en"))


def test_no_pictogram_hides_another_and_no_name_hides_a_pictogram() -> None:
    for level in plan_levels(NOWON.model):
        scene = plan_scene(NOWON.model, level, ROUTE, lang="ko")
        at = [
            (mark.x, mark.y) for mark in scene.marks if isinstance(mark, Icon) and (mark.role or "").startswith("node")
        ]
        assert all(abs(x - u) >= 30 or abs(y - v) >= 30 for n, (x, y) in enumerate(at) for u, v in at[n + 1 :]), level


def test_both_sides_of_a_gate_are_one_gate_in_the_list() -> None:
    scene = plan_scene(NOWON.model, "4:2F", ROUTE, lang="ko")
    assert texts(scene).count("개찰구") == 1


def test_a_floor_of_unknown_outline_says_so_and_is_not_drawn_as_if_it_were_small() -> None:
    scene = plan_scene(NOWON.model, "4:2F", ROUTE, lang="en")
    assert "The outline of this floor is not known yet" in texts(scene)
    assert "이 층의 모양은 아직 몰라요" in texts(scene)
    assert "inside the gates" not in texts(scene)  # no key of what is not drawn
    assert "10 m" in texts(scene)
    assert "not known yet" not in texts(plan_scene(NOWON.model, "4:3F", ROUTE, lang="en"))


def test_the_two_sides_of_an_island_have_one_name_with_both_directions() -> None:
    scene = plan_scene(mm.load("daerim").model, "7:B2", lang="ko")
    names = [mark.text for mark in scene.marks if isinstance(mark, Words) and (mark.role or "").startswith("name:")]
    assert names == ["7호선 승강장, 남구로 방면, 신풍 방면"]


def test_nothing_on_a_plan_is_smaller_than_ten_points_on_a3() -> None:
    for level in plan_levels(NOWON.model):
        marks = plan_scene(NOWON.model, level, ROUTE, lang="ko").marks
        assert min(mark.size for mark in marks if isinstance(mark, Words)) >= 14.2
        assert min(mark.size for mark in marks if isinstance(mark, Icon)) >= 32  # 8 mm


def area(name: str, kind: str, label: str | None, west: float, number: int = 42) -> Area:
    key = f"L_X_B03B03_SL_RM_{number:05}"
    return Area(key, "B3", kind, "SL", name, box(west, 0, west + 60, 60), None, f"L_X_B03B03_SL_RM#{number}", label)


@pytest.mark.parametrize(("lang", "called"), [("ko", "화장실"), ("en", "RM 00042")])
def test_a_name_in_letters_that_the_typefaces_lack_gives_way_to_the_kind_or_code(lang: str, called: str) -> None:
    shops = (
        area("女子トイレ", "closed", "화장실", 0),
        area("꽃집", "closed", "상가", 80),
        area("F階段", "stairs", None, 160),
    )
    scene = plan_scene(NOWON.model, "7:B1", lang=lang, below=Underlay(shops))
    names = [mark.text for mark in scene.marks if isinstance(mark, Words) and (mark.role or "").startswith("name:L_X")]
    assert names == [called, "꽃집", {"ko": "계단", "en": "stairs"}[lang]]
    render_svg(scene)  # refuses what it can't draw


def test_a_name_that_is_not_drawn_is_told_once_with_its_place() -> None:
    shops = (area("꽃집", "closed", None, 0), *(area("改札", "closed", None, 80 * n, n) for n in (7, 8)))
    (finding,) = names_not_drawn(shops, "nowon")
    assert (finding.code, finding.value, finding.layer, finding.row) == (
        "name_not_drawable",
        "改札",
        "L_X_B03B03_SL_RM",
        8,
    )
    assert "改 札" in finding.message.en


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert render_svg(plan_scene(NOWON.model, "4:2F", lang="ko")) == render_svg(
        plan_scene(NOWON.model, "4:2F", lang="ko")
    )


def test_the_command_writes_a_page_for_each_floor_and_language(tmp_path: Path, run: Run) -> None:
    done = run("map", "노원", "--view", "plan", "--out", str(tmp_path))
    assert done.code == 0
    names = sorted(file.name for file in (tmp_path / "nowon").iterdir())
    stems = [slug(level) for level in plan_levels(NOWON.model)]
    assert names == sorted(f"plan-{stem}.{lang}.svg" for stem in stems for lang in ("en", "ko"))


@pytest.mark.parametrize(
    ("name", "start", "end"), [("konkuk-univ", "2:구의", "7:자양"), ("express-bus-terminal", "3:교대", "7:반포")]
)
@pytest.mark.parametrize("lang", ["ko", "en"])
def test_names_keep_clear_of_the_way_and_of_each_other(name: str, start: str, end: str, lang: str) -> None:
    """Below their sign, or where the way runs on there, above or beside it."""
    route = mm.load(name).route(start, end, ignore_status=True)
    levels = plan_levels(route.station)
    assert len(levels) > 2
    for level in levels:
        assert picture_faults(picture_of(plan_scene(route.station, level, route.model, lang=lang))) == []
