"""`station.toml` → `Definition`, strictly: one wrong key, value, unit, encoding or date, and the file is refused whole.

Every fault becomes a Finding with file, row, field, value and the mend.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from muui_maps.definition import Definition, IndoorLayers, LineCode, Note, Override, valid_station_id
from muui_maps.errors import InputRefusedError
from muui_maps.model import Evidence, Finding, Method, Severity, StationName, Status, Text, UnitKind
from muui_maps.names import normal_level, normal_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic_core import ErrorDetails

MAX_BYTES = 256 * 1024
"""A station file is written by hand; anything larger is something else."""

SHOWN = 80
"""How many characters of a value a Finding quotes."""


def refuse(
    file: Path,
    *,
    code: str,
    message: Text,
    fix: Text,
    row: int | None = None,
    field: str | None = None,
    value: str | None = None,
) -> InputRefusedError:
    """The error that refuses `file` for one fault."""
    finding = Finding(
        code,
        Severity.ERROR,
        message,
        fix,
        station=_station_of(file),
        file=str(file),
        row=row,
        field=field,
        value=_shown(value),
    )
    return InputRefusedError(_refused(file, 1), findings=[finding])


def _refused(file: Path, faults: int) -> Text:
    return Text(
        f"파일을 읽지 않았어요: {file} (고칠 곳 {faults}군데, 아무것도 바뀌지 않았어요)",
        f"refused: {file} ({faults} {'fault' if faults == 1 else 'faults'}; nothing was changed)",
    )


def _station_of(file: Path) -> str | None:
    return file.parent.name if file.name == "station.toml" else None


def _shown(value: object) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else repr(value)
    text = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def read_toml(file: Path) -> tuple[str, dict[str, Any]]:
    """A TOML file's text and content.

    Raises
    ------
    InputRefusedError
        If it is no regular file, too large, not UTF-8, or not TOML.
    """
    if not file.is_file() or file.is_symlink():
        raise refuse(
            file,
            code="not_a_regular_file",
            message=Text("보통 파일이 아니에요.", "this is not a regular file."),
            fix=Text("링크나 폴더 대신 파일을 두세요.", "Put the file itself there, not a link or a folder."),
        )
    raw = file.read_bytes()
    if len(raw) > MAX_BYTES:
        raise refuse(
            file,
            code="too_long",
            value=f"{len(raw)} bytes",
            message=Text("파일이 너무 커요.", "the file is too large."),
            fix=Text(f"{MAX_BYTES // 1024} KB보다 작아야 해요.", f"It must be smaller than {MAX_BYTES // 1024} KB."),
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        row = raw.count(b"\n", 0, fault.start) + 1
        raise refuse(
            file,
            code="encoding_mismatch",
            row=row,
            field=_key_on(raw.splitlines()[row - 1].decode("ascii", "replace")),
            value=_guess(raw, row),
            message=Text("UTF-8 글자가 아니에요.", "the text is not UTF-8."),
            fix=Text("편집기에서 인코딩을 UTF-8로 바꿔 저장하세요.", "Save the file as UTF-8 in your editor."),
        ) from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        at = re.search(r"line (\d+)", str(fault))
        row = int(at.group(1)) if at else max(1, len(text.splitlines()))
        line = (text.splitlines() or [""])[min(row, len(text.splitlines()) or 1) - 1]
        raise refuse(
            file,
            code="config_syntax",
            row=row,
            field=_key_on(line),
            value=line.strip(),
            message=Text(f"TOML 문법에 맞지 않아요: {fault}", f"this is not TOML: {fault}"),
            fix=Text(
                '글자는 큰따옴표로 감싸고, 괄호를 닫고, 같은 키는 한 번만 쓰세요. 예: ko = "노원"',
                'Put text in double quotes, close brackets, write each key once. For example: ko = "노원"',
            ),
        ) from None


def _key_on(line: str) -> str | None:
    match = re.match(r"\s*\[*\s*([A-Za-z0-9_.-]+)", line)
    return match.group(1) if match else None


def _guess(raw: bytes, row: int) -> str:
    """The unreadable line as Korean Windows would read it, so that the editor sees which line is meant."""
    line = raw.splitlines()[row - 1]
    for encoding in ("cp949", "utf-16"):
        try:
            return f"{line.decode(encoding)} ({encoding})"
        except UnicodeDecodeError:
            continue
    return line.hex()


# ── the schema ───────────────────────────────────────────────────────────────


def _wrong(code: str, message: Text, fix: Text) -> PydanticCustomError:
    # The texts travel in the context: pydantic's own message has but one language.
    return PydanticCustomError(
        "muui", "{en}", {"code": code, "ko": message.ko, "en": message.en, "fix_ko": fix.ko, "fix_en": fix.en}
    )


def _clean(value: str) -> str:
    if not value.strip() or value != value.strip():
        raise _wrong(
            "config_value",
            Text("비어 있거나 앞뒤에 빈칸이 있어요.", "this is empty or has blanks around it."),
            Text("빈칸을 지우세요. 모르면 그 줄을 지우세요.", "Remove the blanks; if unknown, remove the line."),
        )
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co"} for c in value):
        raise _wrong(
            "char_not_allowed",
            Text("보이지 않는 글자가 들어 있어요.", "it holds characters that can't be seen."),
            Text("값을 지우고 다시 입력하세요.", "Delete the value and type it again."),
        )
    return unicodedata.normalize("NFC", value)


Words = Annotated[str, AfterValidator(_clean)]


def _station_id(value: str) -> str:
    if not valid_station_id(value):
        raise _wrong(
            "station_id_invalid",
            Text("역 id로 쓸 수 없는 이름이에요.", "this can't be a station's id."),
            Text("영문자·숫자·한글·-·_ 1~64자로 쓰세요.", "Use 1 to 64 letters, digits, Hangul, - or _."),
        )
    return value


def _line(value: str) -> str:
    normal = normal_line(value)
    if not re.fullmatch(r"[1-9]|[가-힣A-Z0-9-]*[가-힣A-Z][가-힣A-Z0-9-]*", value) or normal != value:
        raise _wrong(
            "config_value",
            Text("노선 이름의 모양이 달라요.", "a line is not written like this."),
            Text(f'"{normal}"처럼 쓰세요(1~9호선은 숫자만).', f'Write "{normal}" (lines 1 to 9 as the digit alone).'),
        )
    return value


def _code(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{0,2}\d{1,4}(-\d)?", value):
        raise _wrong(
            "config_value",
            Text("역 번호의 모양이 달라요.", "a station number is not written like this."),
            Text("표지판에 적힌 대로 쓰세요: 411, P142", "Write it as the signs do: 411, P142"),
        )
    return value


def _day(value: object) -> str:
    """An ISO date, to the year, month or day; TOML's own dates count as well."""
    text = value.isoformat() if type(value) is date else value
    if isinstance(text, str) and re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
        try:
            date.fromisoformat(f"{text}-01-01"[:10] if len(text) < len("2026-01-01") else text)
        except ValueError:
            pass
        else:
            return text
    raise _wrong(
        "config_date",
        Text("있는 날짜가 아니거나 모양이 달라요.", "this is no date, or not written as one."),
        Text("2026-05-01, 2026-05, 2026처럼 쓰세요.", "Write 2026-05-01, 2026-05 or 2026."),
    )


Day = Annotated[str, BeforeValidator(_day)]


def _measure(unit: str, low: float, high: float) -> BeforeValidator:
    """A number in `unit`, between `low` and `high`: outside them, it was most likely meant in another unit."""

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(
                "config_unit",
                Text(f"{unit} 단위의 수가 아니에요.", f"this is not a number of {unit}."),
                Text(
                    f"따옴표와 단위 없이 {unit} 값만 쓰세요.",
                    f"Write the number of {unit} alone, unquoted, without a unit.",
                ),
            )
        if not low <= value <= high:
            raise _wrong(
                "config_unit",
                Text(
                    f"{unit} 값으로 보기 어려워요({low:g}~{high:g}).",
                    f"hardly a number of {unit} ({low:g} to {high:g}).",
                ),
                Text(f"{unit} 단위로 바꿔 쓰세요.", f"Convert it to {unit}."),
            )
        return value

    return BeforeValidator(check)


def _level(value: str) -> str:
    if normal_level(value) != value:
        raise _wrong(
            "level_unknown",
            Text("층을 이렇게 쓰지 않아요.", "a level is not written like this."),
            Text('"B3", "1F", "BM1"처럼 쓰세요.', 'Write "B3", "1F" or "BM1".'),
        )
    return value


def _unit_id(value: str) -> str:
    line, kind, number = (*value.split(":", 2), "", "")[:3]
    if normal_line(line) != line or kind not in set(UnitKind) or not number or re.search(r"[#\s]", number):
        raise _wrong(
            "config_value",
            Text("승강기 id의 모양이 달라요.", "a unit's id is not written like this."),
            Text(
                '"4:EV:외부1"처럼 노선:EV|WL|ES|MW:번호로 쓰세요.', 'Write LINE:EV|WL|ES|MW:NUMBER, as in "4:EV:외부1".'
            ),
        )
    return value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Names(_Strict):
    ko: Words
    en: Words | None = None
    ja: Words | None = None
    zh: Words | None = None


class _LineCode(_Strict):
    line: Annotated[str, AfterValidator(_line)]
    code: Annotated[str, AfterValidator(_code)] | None = None


class _Note(_Strict):
    ko: Words
    en: Words
    date: Day


class _Evidence(_Strict):
    dataset: Words
    record: Words
    date: Day
    method: Literal["surveyed", "official", "derived", "assumed"]


class _Override(_Strict):
    unit: Annotated[str, AfterValidator(_unit_id)]
    levels: list[Annotated[str, AfterValidator(_level)]] | None = None
    exit: Words | None = None
    status: Literal["working", "under_repair", "unknown"] | None = None
    rise_m: Annotated[float | None, _measure("m", 0.2, 90)] = None
    width_mm: Annotated[int | None, _measure("mm", 400, 3000)] = None
    evidence: _Evidence

    @model_validator(mode="after")
    def _something_given(self) -> Self:
        if not self.model_fields_set - {"unit", "evidence"}:
            raise _wrong(
                "config_value",
                Text("무엇을 고치는지 없어요.", "nothing is corrected here."),
                Text(
                    "levels, exit, status, rise_m, width_mm 가운데 하나 이상을 쓰세요.",
                    "Give at least one of levels, exit, status, rise_m and width_mm.",
                ),
            )
        return self


def _beside(value: str) -> str:
    """The name of a file or folder beside the station's file: no path, so that no other file is ever opened."""
    if "/" in value or "\\" in value or ":" in value or value in (".", ".."):
        raise _wrong(
            "config_value",
            Text("이 폴더 안의 이름이 아니에요.", "this is no name in this folder."),
            Text(
                "레이어를 station.toml 옆에 두고 이름만 쓰세요.", "Put it beside station.toml and write its name alone."
            ),
        )
    return value


class _Indoor(_Strict):
    layers: Annotated[Words, AfterValidator(_beside)]
    network: Literal["layers", "polygons", "both"] = "both"
    crs: Words | None = None
    encoding: Words | None = None
    columns: Annotated[Words, AfterValidator(_beside)] | None = None
    levels: dict[str, Words] = {}


class _StationFile(_Strict):
    id: Annotated[str, AfterValidator(_station_id)]
    names: _Names
    lines: list[_LineCode]
    also_known_as: list[Words] = []
    notes: list[_Note] = []
    overrides: list[_Override] = []
    indoor: _Indoor | None = None

    @model_validator(mode="after")
    def _lines_hold(self) -> Self:
        ids = [each.line for each in self.lines]
        if not ids or len(set(ids)) != len(ids):
            raise _wrong(
                "config_value",
                Text("노선이 없거나 같은 노선이 두 번 있어요.", "there is no line, or one stands twice."),
                Text("노선마다 한 줄씩 쓰세요.", "Write one entry for each line."),
            )
        for override in self.overrides:
            if override.unit.split(":")[0] not in ids:
                raise _wrong(
                    "config_value",
                    Text(
                        f"이 역에 없는 노선이에요: {override.unit}", f"this station has no such line: {override.unit}"
                    ),
                    Text(f"있는 노선: {', '.join(ids)}", f"Its lines are: {', '.join(ids)}"),
                )
        return self


# ── reading ──────────────────────────────────────────────────────────────────


def read_station_file(file: Path) -> Definition:
    """Read and check `stations/<id>/station.toml`.

    Raises
    ------
    InputRefusedError
        With a Finding for each fault; a file with a fault is refused whole.
    """
    text, content = read_toml(file)
    try:
        station = _StationFile.model_validate(content)
    except ValidationError as faults:
        findings = tuple(_finding(file, text, fault) for fault in faults.errors())
        findings = tuple(sorted(findings, key=lambda finding: (finding.row or 0, finding.field or "")))
        raise InputRefusedError(_refused(file, len(findings)), findings=findings) from None
    if station.id != unicodedata.normalize("NFC", file.parent.name):
        raise refuse(
            file,
            code="config_value",
            row=_row_of(text, ("id",)),
            field="id",
            value=station.id,
            message=Text("id가 폴더 이름과 달라요.", "the id differs from the folder's name."),
            fix=Text(
                f'id = "{file.parent.name}"로 쓰거나 폴더 이름을 바꾸세요.',
                f'Write id = "{file.parent.name}", or rename the folder.',
            ),
        )
    return Definition(
        id=station.id,
        name=StationName(station.names.ko, station.names.en, station.names.ja, station.names.zh),
        lines=tuple(LineCode(each.line, each.code) for each in station.lines),
        folder=file.parent,
        also_known_as=tuple(station.also_known_as),
        notes=tuple(Note(Text(each.ko, each.en), each.date) for each in station.notes),
        overrides=tuple(each for entry in station.overrides for each in _overrides(entry)),
        indoor=None if station.indoor is None else _indoor(station.indoor, file.parent),
    )


def _indoor(entry: _Indoor, folder: Path) -> IndoorLayers:
    return IndoorLayers(
        folder / entry.layers,
        entry.network,
        entry.crs,
        entry.encoding,
        None if entry.columns is None else folder / entry.columns,
        tuple(sorted(entry.levels.items())),
    )


def _overrides(entry: _Override) -> Iterator[Override]:
    evidence = Evidence(
        entry.evidence.dataset, entry.evidence.record, entry.evidence.date, Method(entry.evidence.method)
    )
    for field in sorted(entry.model_fields_set - {"unit", "evidence"}):
        value = getattr(entry, field)
        if field == "status":
            value = Status(value)
        yield Override(entry.unit, field, tuple(value) if isinstance(value, list) else value, evidence)


_PLAIN: dict[str, tuple[str, Text, Text]] = {
    "missing": (
        "config_field_missing",
        Text("꼭 있어야 하는 항목이 없어요.", "a field that must be there is missing."),
        Text("이 항목을 더하세요.", "Add this field."),
    ),
    "literal_error": (
        "config_value",
        Text("정해진 값이 아니에요.", "this is none of the values it may have."),
        Text("다음 중 하나를 쓰세요: {expected}", "Write one of: {expected}"),
    ),
    "string_type": (
        "config_type",
        Text("글자여야 해요.", "this must be text."),
        Text('큰따옴표로 감싸세요: "…"', 'Put it in double quotes: "…"'),
    ),
    "list_type": (
        "config_type",
        Text("목록이어야 해요.", "this must be a list."),
        Text("대괄호로 감싸세요: [ … ]", "Put it in brackets: [ … ]"),
    ),
    "model_type": (
        "config_type",
        Text("표여야 해요.", "this must be a table."),
        Text("중괄호로 감싸세요: { … = … }", "Put it in braces: { … = … }"),
    ),
}
_PLAIN["model_attributes_type"] = _PLAIN["dict_type"] = _PLAIN["model_type"]


def _finding(file: Path, text: str, fault: ErrorDetails) -> Finding:
    where = tuple(fault["loc"])
    code, message, fix = _words(fault, where)
    value = None if fault["type"] == "missing" else fault["input"]
    return Finding(
        code,
        Severity.ERROR,
        message,
        fix,
        station=_station_of(file),
        file=str(file),
        row=_row_of(text, where),
        field="".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in where).lstrip(".") or None,
        value=_shown(value) if where else None,
    )


def _words(fault: ErrorDetails, where: tuple[int | str, ...]) -> tuple[str, Text, Text]:
    context = fault.get("ctx", {})
    if fault["type"] == "muui":
        return context["code"], Text(context["ko"], context["en"]), Text(context["fix_ko"], context["fix_en"])
    if fault["type"] == "extra_forbidden":
        return _unknown_key(where)
    if fault["type"] in _PLAIN:
        code, message, fix = _PLAIN[fault["type"]]
        expected = str(context.get("expected", ""))
        return code, message, Text(fix.ko.format(expected=expected), fix.en.format(expected=expected))
    return (
        "config_value",
        Text(f"값이 맞지 않아요: {fault['msg']}", f"the value does not fit: {fault['msg']}"),
        Text("문서의 예를 보고 고치세요.", "Mend it after the example in the documentation."),
    )


_UNIT_SUFFIX = re.compile(r"_(?:mm|cm|m|km|ft|in)$")


def _unknown_key(where: tuple[int | str, ...]) -> tuple[str, Text, Text]:
    key = str(where[-1])
    names = [step for step in where[:-1] if isinstance(step, str)]
    model: Any = {
        "names": _Names,
        "lines": _LineCode,
        "notes": _Note,
        "overrides": _Override,
        "evidence": _Evidence,
        "indoor": _Indoor,
    }.get(names[-1] if names else "", _StationFile)
    known = sorted(model.model_fields)
    stem = _UNIT_SUFFIX.sub("", key)
    same_stem = [name for name in known if _UNIT_SUFFIX.sub("", name) == stem and _UNIT_SUFFIX.search(name)]
    if same_stem:
        return (
            "config_unit",
            Text(f"이 단위로는 쓸 수 없어요: {key}", f"it can't be given in this unit: {key}"),
            Text(f"단위를 바꿔 {same_stem[0]}로 쓰세요.", f"Convert it and write {same_stem[0]}."),
        )
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    hint = Text(f"{near[0]}인가요? ", f"Did you mean {near[0]}? ") if near else Text("", "")
    return (
        "config_key_unknown",
        Text(f"모르는 항목이에요: {key}", f"no such key: {key}"),
        Text(f"{hint.ko}쓸 수 있는 항목: {', '.join(known)}", f"{hint.en}Keys there are: {', '.join(known)}"),
    )


def _row_of(text: str, where: tuple[int | str, ...]) -> int | None:
    """The line on which the field at `where` stands, or that of the table it is missing from; the parser keeps none.

    Follows headers (`[names]`, `[[overrides]]`), then the n-th inline table of a list, then the key.
    """
    lines = text.splitlines()
    steps = list(where)
    first, last = 0, next((n for n, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    row: int | None = None
    while steps:
        step = steps.pop(0)
        if isinstance(step, int):
            braces = [n for n in range(first, last) for _ in range(lines[n].split("#")[0].count("{"))]
            if step >= len(braces):
                return row
            first = braces[step]
            row, last = first + 1, first + 1
            continue
        found = _find_key(lines, step, first, last)
        if found is not None:
            first, row = found, found + 1
            continue
        headers = [n for n, line in enumerate(lines) if re.match(rf"\s*\[+\s*{re.escape(step)}\s*\]+", line)]
        nth = steps.pop(0) if headers and "[[" in lines[headers[0]] and steps and isinstance(steps[0], int) else 0
        if not isinstance(nth, int) or nth >= len(headers):
            return row
        first = headers[nth]
        last = next((n for n in range(first + 1, len(lines)) if re.match(r"\s*\[+[A-Za-z]", lines[n])), len(lines))
        row = first + 1
    return row


def _find_key(lines: list[str], key: str, first: int, last: int) -> int | None:
    pattern = re.compile(rf'(?:^|[{{,])\s*"?{re.escape(key)}"?\s*=')
    return next((n for n in range(first, last) if pattern.search(lines[n])), None)
