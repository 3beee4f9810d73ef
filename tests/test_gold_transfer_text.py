"""The parser of official route steps against 300 steps annotated by hand (`tests/gold/README.md`)."""

from __future__ import annotations

import csv
import hashlib
import sys
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
from shared import shared_data

from muui_maps import names

REPOSITORY = Path(__file__).resolve().parent.parent
GOLD = REPOSITORY / "tests" / "gold" / "transfer_steps.csv"
PUBLISHED = Path("seoul") / "molit_transfer_movement_20250811.csv"
COLUMNS = (
    "kind", "means", "place", "level", "line", "direction", "exit", "car", "door", "side", "staff_call",
    "length_m", "heading",
)  # fmt: skip
KINDS = {"alight", "board", "ride", "go", "gate", "cross", "turn", "check", "wait", "press", "unclear"}
MEANS = {"", "elevator", "wheelchair_lift", "escalator", "moving_walk", "stairs"}
LEAST_AGREEMENT = 0.97

Acts = tuple[tuple[str, ...], ...]


def _gold() -> dict[int, tuple[str, str, Acts]]:
    """Row in the publisher's file → (operator, hash of the text, acts in order)."""
    steps: dict[int, tuple[str, str, Acts]] = {}
    with GOLD.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            row = int(line["row"])
            acts = steps[row][2] if row in steps else ()
            assert int(line["n"]) == len(acts) + 1, f"row {row}: acts out of order"
            steps[row] = (line["operator"], line["text_sha"], (*acts, tuple(line[name] for name in COLUMNS)))
    return steps


def _cell(value: object) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _published() -> list[dict[str, str]]:
    path = shared_data() / PUBLISHED
    if not path.exists():
        pytest.skip(f"the publisher's file of route steps is not here: {PUBLISHED}")
    with path.open(encoding="cp949", newline="") as file:
        return list(csv.DictReader(file))


def _station_names(published: list[dict[str, str]]) -> frozenset[str]:
    with (REPOSITORY / "data" / "facts" / "line_stations.csv").open(encoding="utf-8-sig", newline="") as file:
        known = {line["station"] for line in csv.DictReader(file)}
    return frozenset(names.normal_station(name) for name in known | {row["역명"] for row in published})


def _parsed(text: str, stations: frozenset[str]) -> Acts:
    from muui_maps.sources import transfer_text

    result: Any = transfer_text.parse_step(text, stations=stations)
    acts = getattr(result, "acts", result)
    return tuple(tuple(_cell(getattr(act, name)) for name in COLUMNS) for act in acts)


def _matched(ours: Acts, gold: Acts) -> int:
    """Acts that are equal in every column, in the same order."""
    return sum(block.size for block in SequenceMatcher(None, ours, gold, autojunk=False).get_matching_blocks())


def _shown(acts: Acts) -> str:
    return " ; ".join(
        " ".join([act[0], *(f"{name}={cell}" for name, cell in zip(COLUMNS[1:], act[1:], strict=True) if cell)])
        for act in acts
    )


def test_the_gold_table_is_whole_and_in_the_schema_of_acts() -> None:
    gold = _gold()

    assert len(gold) == 300
    assert len({operator for operator, _, _ in gold.values()}) == 18
    for row, (_, _, acts) in gold.items():
        for act in acts:
            cells = dict(zip(COLUMNS, act, strict=True))
            assert cells["kind"] in KINDS, (row, cells)
            assert cells["means"] in MEANS, (row, cells)
            assert cells["side"] in {"", "in", "out"}, (row, cells)
            assert cells["staff_call"] in {"", "true"}, (row, cells)
            assert cells["heading"] in {"", "straight", "left", "right", "back"}, (row, cells)
            for level in filter(None, cells["level"].split("|")):
                assert names.normal_level(level) == level, (row, cells)


def test_the_gold_table_reads_the_text_that_was_annotated() -> None:
    published = _published()

    for row, (operator, text_sha, _) in _gold().items():
        source = published[row - 2]
        assert source["철도운영기관코드"] == operator
        assert hashlib.sha256(source["이동내용상세"].encode()).hexdigest()[:12] == text_sha, f"row {row}: another text"


def test_the_parser_agrees_with_the_gold_table() -> None:
    published = _published()
    stations = _station_names(published)
    gold = _gold()
    equal = matched = longest = 0
    for row, (operator, _, acts) in sorted(gold.items()):
        ours = _parsed(published[row - 2]["이동내용상세"], stations)
        equal += ours == acts
        matched += _matched(ours, acts)
        longest += max(len(ours), len(acts))
        if ours != acts:
            sys.stdout.write(f"row {row} {operator}\n  gold   {_shown(acts)}\n  parser {_shown(ours)}\n")
    sys.stdout.write(f"steps equal: {equal}/{len(gold)} = {equal / len(gold):.2%}\n")
    sys.stdout.write(f"acts equal: {matched}/{longest} = {matched / longest:.2%}\n")

    assert matched / longest >= LEAST_AGREEMENT
