"""The records of a portal's JSON download, with numbers as text."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from muui_maps.model import Finding, Text
from muui_maps.sources.refusal import DOWNLOAD_AGAIN, refuse
from muui_maps.sources.sheets import MAX_ROWS, Fault, Record, Sheet, bad_row, text_fault

_RECORDS_UNDER = ("DATA", "data", "row", "records")
_HEADER_FROM = 100
_MAX_DIGITS = 40  # of a number; no measure of a station is longer


def read_json(file: str, text: str) -> Sheet:
    """Records out of `[{…}, …]`, `{"DATA": [{…}]}` and what the portals' interfaces wrap around these.

    Raises
    ------
    InputRefusedError
        See `parse_json`; also if there is no list of records, or too long a one.
    """
    records = _records(parse_json(file, text))
    if records is None:
        message = Text("레코드의 목록이 없어요", "there is no list of records")
        fix = Text("포털의 JSON 내려받기를 주세요.", "Give the portal's JSON download.")
        refuse(file, "json_no_records", message, fix)
    if len(records) > MAX_ROWS:
        refuse(file, "too_many_rows", Text(f"{MAX_ROWS}개를 넘어요", f"more than {MAX_ROWS} records"))
    header = dict.fromkeys(key for record in records[:_HEADER_FROM] if isinstance(record, dict) for key in record)
    good: list[Record] = []
    bad: list[Finding] = []
    for row, record in enumerate(records, 1):
        if fault := _fault(record):
            bad.append(bad_row(file, None, row, fault))
        else:
            good.append(Record(row, record))
    return Sheet(None, tuple(header), tuple(good), tuple(bad))


def _records(root: object) -> list[Any] | None:
    """The list of records: the root itself, or under a portal's usual key, one object down at most."""
    if isinstance(root, list):
        return root
    if not isinstance(root, dict):
        return None
    for holder in (root, *(value for value in root.values() if isinstance(value, dict))):
        for key in _RECORDS_UNDER:
            found = holder.get(key)
            if isinstance(found, list):
                return found
    return None


def _fault(record: object) -> Fault | None:
    if not isinstance(record, dict):
        return Fault("row_not_an_object", Text("객체({…})가 아니에요", "not an object ({…})"), value=str(record))
    faults = (text_fault(value, key) for key, value in record.items() if isinstance(value, str))
    return next((fault for fault in faults if fault), None)


def parse_json(file: str, text: str) -> Any:  # noqa: ANN401 - JSON is anything
    """JSON with its numbers as text.

    Raises
    ------
    InputRefusedError
        For bad syntax, NaN, infinite or absurdly long numbers, a key given twice, or nesting without end.
    """

    def number(raw: str) -> str:
        if len(raw) > _MAX_DIGITS or not math.isfinite(float(raw)):
            message = Text(f"있을 수 없는 수 ‘{raw[:20]}’이 있어요", f"an impossible number, ‘{raw[:20]}’")
            refuse(file, "json_number", message, value=raw[:80])
        return raw

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            _refuse_twin(file, [key for key, _ in items])
        return found

    try:
        return json.loads(text, parse_int=number, parse_float=number, parse_constant=number, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        at, why = f"{error.lineno}:{error.colno}", error.msg
        if re.search(r",\s*$", text[: error.pos]) and text[error.pos : error.pos + 1] in {"]", "}"}:
            why = "trailing comma"
        message = Text(f"JSON 문법이 틀렸어요 (줄:칸 {at}, {why})", f"no valid JSON (line:column {at}, {why})")
        fix = Text(
            "내려받기가 끊겼을 수 있어요. 다시 내려받아 주세요.", "The download may be cut off: download it again."
        )
        refuse(file, "json_syntax", message, fix, row=error.lineno)
    except RecursionError:
        refuse(file, "json_too_deep", Text("너무 깊이 겹쳐 있어요", "nested too deeply"), DOWNLOAD_AGAIN)


def _refuse_twin(file: str, keys: list[str]) -> None:
    seen: set[str] = set()
    twin = next(key for key in keys if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    message = Text(f"한 객체에 ‘{twin[:40]}’이 두 번 있어요", f"‘{twin[:40]}’ twice in one object")
    refuse(file, "json_key_twice", message, field=twin[:80])
