"""What the program says to machines is a contract: a schema for each command, checked on real output."""

from __future__ import annotations

import copy
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from jsonschema import Draft202012Validator
from shared import REPOSITORY

SCHEMAS = sorted((REPOSITORY / "docs" / "schemas").glob("*.json"))


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((REPOSITORY / "docs" / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


def faults(name: str, content: object) -> list[str]:
    return [f"{'/'.join(map(str, each.path))}: {each.message}" for each in validator(name).iter_errors(content)]


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.stem)
def test_each_schema_is_one_and_closes_its_objects(file: Path) -> None:
    schema = json.loads(file.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)

    def objects(part: Any) -> list[dict[str, Any]]:
        if isinstance(part, list):
            return [found for each in part for found in objects(each)]
        if not isinstance(part, dict):
            return []
        here = [part] if part.get("type") == "object" else []
        return here + [found for each in part.values() for found in objects(each)]

    assert objects(schema) != []
    # a table's counts are named by the tables; nothing else is open
    assert all(each["additionalProperties"] in (False, {"type": "integer", "minimum": 0}) for each in objects(schema))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("stations", ["stations"]),
        ("transfers", ["transfers", "노원"]),
        ("transfers", ["transfers", "express-bus-terminal"]),
        ("route", ["route", "노원", "--from", "4:상계", "--to", "7:중계"]),
        ("route", ["route", "노원", "--from", "exit:3", "--to", "7:중계", "--profile", "walker"]),
        ("route", ["route", "대림", "--from", "2:신도림", "--to", "street"]),
        ("check", ["check", "금정"]),
        ("check", ["check", "대림"]),
        ("compare", ["compare", "노원", "대림"]),
        ("compare", ["compare", "가산디지털단지", "--apply-status"]),
        ("compare-methods", ["compare", "--methods"]),
        ("survey-next", ["survey", "next", "대림", "--count", "100"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_the_output_of_a_command_keeps_its_contract(run: Run, name: str, arguments: Sequence[str]) -> None:
    ran = run(*arguments, "--json")
    assert ran.code == 0, ran.err
    assert ran.json != []
    assert faults(name, ran.json) == []


def test_a_build_keeps_its_contract_and_names_the_files_it_wrote(run: Run, tmp_path: Path) -> None:
    ran = run("build", "판교", "--out", tmp_path / "out", "--json")
    assert ran.code == 0, ran.err
    assert faults("build", ran.json) == []
    assert len(ran.json["built"]) == 6
    named = [file for each in ran.json["built"] for file in each["files"]]
    assert all((tmp_path / "out" / file).is_file() for file in named)
    assert ran.json["files"] == sum(each.is_file() for each in (tmp_path / "out").rglob("[!.]*"))


def test_the_forms_written_keep_their_contract(run: Run, tmp_path: Path) -> None:
    ran = run("survey", "form", "노원", "--kind", "facility", "--out", tmp_path / "forms", "--json")
    assert ran.code == 0, ran.err
    assert faults("survey-form", ran.json) == []
    assert sorted(ran.json["files"]) == sorted(str(file) for file in (tmp_path / "forms").iterdir())


def test_an_import_keeps_its_contract(run: Run, tmp_path: Path) -> None:
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    (downloads / "any name.csv").write_text(
        "연번,호선,환승역명,환승노선,환승거리,환승소요시간\n1,4,노원,7호선,278,03:52\n", encoding="utf-8"
    )
    (downloads / "notes.csv").write_text("nothing,we,know\n1,2,3\n", encoding="utf-8")
    ran = run("data", "import", downloads, "--workspace", tmp_path / "mine", "--json")
    assert faults("import", ran.json) == []
    assert ran.json["folder"] == str(tmp_path / "mine" / "data")
    assert {each["file"]: each["dataset"] for each in ran.json["files"]} == {
        "any name.csv": "seoulmetro-transfer-distance",
        "notes.csv": None,
    }


@pytest.mark.parametrize(
    ("arguments", "code", "key"),
    [
        (["route", "노원"], 2, None),
        (["nothing"], 2, None),
        (["transfers", "노언"], 3, "nearest"),
        (["route", "노원", "--from", "4:상계", "--to", "9:중계"], 3, "existing"),
        (["compare", "노원", "--survey", "absent.csv"], 4, "findings"),
        (["route", "대림", "--from", "7:신풍", "--to", "2:신도림"], 5, "blockers"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_failure_is_one_object_for_machines_and_two_languages_for_people(
    run: Run, arguments: Sequence[str], code: int, key: str | None
) -> None:
    ran = run(*arguments, "--json")
    assert ran.code == code
    assert faults("error", ran.json) == []
    assert ran.json["error"]["exit_code"] == code
    assert key is None or ran.json["error"][key]
    assert ran.json["error"]["message_ko"].splitlines()[0] in ran.err
    assert ran.json["error"]["message_en"].splitlines()[0] in ran.err


def test_a_schema_refuses_what_it_should(run: Run) -> None:
    """A contract that accepts anything is none."""
    good = run("route", "노원", "--from", "4:상계", "--to", "7:중계", "--json").json

    def without(key: str) -> dict[str, Any]:
        return {name: value for name, value in good.items() if name != key}

    assert [key for key in good if not faults("route", without(key))] == []
    assert faults("route", good | {"extra": 1})
    wrong = copy.deepcopy(good)
    wrong["rides"][0]["kind"] = "rocket"
    assert faults("route", wrong)
    assert faults("route", good | {"seconds": {"low": 1, "typical": 2}})
    assert faults("route", good | {"gates": -1})
