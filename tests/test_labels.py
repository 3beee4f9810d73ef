"""Placing words: first fit in order of importance, never an overlap, always the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muui_maps.maps.labels import Box, FreeRoom, Label, Line, Placement, Spot, block_size, box_at, place, set_lines
from muui_maps.maps.scene import Weight

ROOM = Box(0, 0, 400, 300)


def monospace(text: str, size: float, weight: Weight) -> float:
    """Ten characters at size 10 are 100 wide, bold ones a tenth wider."""
    return len(text) * size * (1.1 if weight == "bold" else 1.0)


def label(key: str, text: str, *spots: Spot) -> Label:
    return Label(key, (((Line(text, 10),), spots),))


def placed(labels: list[Label], obstacles: list[Box] | None = None) -> Placement:
    return place(labels, obstacles or [], ROOM, monospace)


def test_the_first_free_spot_is_taken() -> None:
    """Of two spots the first is taken, so the word goes to the second.

    ```
    ┌──────────┐
    │ obstacle │  [word]
    └──────────┘
    ```
    """
    result = placed([label("a", "word", Spot(10, 10), Spot(200, 10))], [Box(0, 0, 100, 40)])
    assert [(each.key, each.box.left) for each in result.placed] == [("a", 200)]
    assert result.dropped == ()


def test_the_more_important_label_comes_first_and_becomes_an_obstacle() -> None:
    spots = (Spot(10, 10), Spot(10, 60))
    result = placed([label("first", "word", *spots), label("second", "word", *spots)])
    assert {each.key: each.box.top for each in result.placed} == {"first": 10, "second": 60}


def test_what_fits_nowhere_is_handed_back_whole() -> None:
    homeless = label("b", "word", Spot(10, 10))
    result = placed([label("a", "word", Spot(10, 10)), homeless])
    assert result.dropped == (homeless,)


def test_fewer_lines_are_tried_before_giving_up() -> None:
    """Two lines are 22 high and don't fit above the obstacle; one line does."""
    one, two = (Line("ko", 10),), (Line("ko", 10), Line("en", 10))
    spots = (Spot(10, 0),)
    result = placed([Label("a", ((two, spots), (one, spots)))], [Box(0, 20, 100, 40)])
    assert [len(each.words) for each in result.placed] == [1]


def test_no_label_leaves_the_room() -> None:
    assert placed([label("a", "word", Spot(390, 10))]).placed == ()
    assert placed([label("a", "word", Spot(390, 10, "end"))]).placed != ()


def test_words_on_one_line_keep_more_air_than_words_above_each_other() -> None:
    beside = placed([label("a", "word", Spot(10, 10)), label("b", "word", Spot(55, 10), Spot(62, 10))])
    assert beside.placed[1].box.left == 62
    below = placed([label("a", "word", Spot(10, 10)), label("b", "word", Spot(10, 26))])
    assert below.placed[1].box.top == 26


@pytest.mark.parametrize(
    ("spot", "expected"),
    [
        (Spot(100, 50), Box(100, 50, 140, 70)),
        (Spot(100, 50, "middle", "middle"), Box(80, 40, 120, 60)),
        (Spot(100, 50, "end", "bottom"), Box(60, 30, 100, 50)),
    ],
)
def test_a_spot_holds_its_box_where_it_says(spot: Spot, expected: Box) -> None:
    assert box_at(spot, 40, 20) == expected


def test_a_block_is_as_wide_as_its_widest_line_and_leaves_room_for_its_plate() -> None:
    lines = (Line("wide", 10, "bold"), Line("no", 10))
    width, height = block_size(lines, monospace, inset=60, least_height=40)
    assert width == pytest.approx(60 + 44)
    assert height == 40


def test_lines_stand_inside_their_box_and_keep_their_language() -> None:
    box = Box(10, 10, 110, 60)
    first, second = set_lines((Line("위", 10, lang="ko"), Line("below", 8, lang="en")), box, "end")
    assert (first.x, first.anchor, first.lang, second.lang) == (110, "end", "ko", "en")
    assert box.top < first.y < second.y < box.bottom
    (beside_plate,) = set_lines((Line("위", 10),), box, "end", inset=60)
    assert (beside_plate.x, beside_plate.anchor) == (70, "start")


boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    st.integers(0, 350),
    st.integers(0, 250),
    st.integers(1, 90),
    st.integers(1, 60),
)
spots = st.builds(
    Spot,
    st.integers(-20, 420),
    st.integers(-20, 320),
    st.sampled_from(["start", "middle", "end"]),
    st.sampled_from(["top", "middle", "bottom"]),
)
labels = st.lists(
    st.builds(
        lambda text, where: (text, tuple(where)),
        st.text("가나abc ", min_size=1, max_size=9),
        st.lists(spots, max_size=6),
    ),
    max_size=12,
)


@settings(derandomize=True)
@given(labels, st.lists(boxes, max_size=8))
def test_nothing_overlaps_and_nothing_is_lost(wanted: list[tuple[str, tuple[Spot, ...]]], obstacles: list[Box]) -> None:
    made = [label(str(number), text, *where) for number, (text, where) in enumerate(wanted)]
    result = placed(made, obstacles)
    taken = [each.box for each in result.placed]
    for number, box in enumerate(taken):
        assert ROOM.holds(box)
        assert not any(box.overlaps(other) for other in [*obstacles, *taken[number + 1 :]])
    keys = [each.key for each in result.placed] + [each.key for each in result.dropped]
    assert sorted(keys) == sorted(each.key for each in made)
    assert result == placed(made, obstacles)


@settings(derandomize=True)
@given(st.lists(boxes, max_size=8), st.integers(20, 200), st.integers(20, 150))
def test_free_room_is_free_and_inside(obstacles: list[Box], width: int, height: int) -> None:
    found = FreeRoom(ROOM, obstacles, clearance=4).find(width, height, towards=(0, 300))
    if found is None:
        return
    assert (found.width, found.height) == (width, height)
    assert not any(found.overlaps(box.grown(4)) for box in obstacles)
    assert found.left >= 0
    assert found.top >= 0
    assert found.right <= 400
    assert found.bottom <= 300


def test_free_room_is_found_nearest_to_where_it_is_wanted() -> None:
    """Wanted in the lower right: the free half next to it.

    ```
    ┌────────────────────┐
    │        taken       │
    ├─────────┬──────────┤
    │  free   │  taken   │
    └─────────┴──────────┘
    ```
    """
    free = FreeRoom(ROOM, [Box(0, 0, 400, 150), Box(240, 150, 400, 300)], clearance=0)
    found = free.find(100, 60, towards=(400, 300))
    assert found is not None
    assert found.right > 200
    assert found.bottom > 280
    assert free.find(300, 60, towards=(0, 0)) is None
