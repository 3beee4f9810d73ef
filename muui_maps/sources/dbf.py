"""A shapefile's table (.dbf), read by ourselves: a C library would drop rows and garble Hangul without a word.

Cells are text, decoded by the encoding that is stated (an option, then `.cpg`, then the table's own language mark) or
else the one that fits; what was guessed, cut or deleted is a Finding with its row. Rows count from 1, as editors show
them.
"""

from __future__ import annotations

import codecs
import re
import struct
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from muui_maps.model import Finding, Severity
from muui_maps.sources.archives import first_bytes
from muui_maps.sources.decoding import in_ks_x_1001
from muui_maps.sources.indoor_notices import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_VERSIONS = frozenset({0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0x8E, 0xCB, 0xF5, 0xFB})
_HEADER_BYTES = 32
_HEADER_END = 0x0D
_DELETED = ord("*")
_TEXT_KINDS = frozenset("CNFDL")
_LANGUAGES = {0x4E: "cp949", 0x79: "cp949"}
"""Language marks (byte 29 of the header) of Korean tables."""

_KOREAN_ALIASES = frozenset(
    {
        "949",
        "ansi949",
        "cp949",
        "ms949",
        "windows949",
        "xwindows949",
        "uhc",
        "euckr",
        "ksc56011987",
        "ksc5601",
        "korean",
    }
)
_UTF8_ALIASES = frozenset({"utf8", "65001", "cp65001", "utf8sig", "unicode"})
_MIN_HANGUL_SHARE = 0.6
_CODE = re.compile(rb"[A-Za-z0-9_.:#-]+")
_WIDEST = 254  # of any DBF text; a code that fills even that was cut
_ONE_BYTE = re.compile(r"iso8859|cp125\d|latin|cp1252|mac")


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of text, and which record each row is: `numbers[i]`, from 1, of row `i`; deleted records are left out."""

    columns: Mapping[str, tuple[str | None, ...]]
    numbers: tuple[int, ...]
    records: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """The table's own description of itself."""

    records: int
    length: int
    width: int
    language: int
    fields: tuple[tuple[bytes, str, int, int], ...]  # name, kind, where in the row, width


def normal_encoding(name: str) -> str | None:
    """Python's name of an encoding as `.cpg` files spell it: `ANSI 949`, `ms949`, `ks_c_5601-1987` → `cp949`.

    Examples
    --------
    >>> normal_encoding("ANSI 949"), normal_encoding("UTF-8"), normal_encoding("klingon")
    ('cp949', 'utf-8', None)
    """
    short = re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKC", name).casefold())
    if short in _KOREAN_ALIASES:
        return "cp949"
    if short in _UTF8_ALIASES:
        return "utf-8"
    esri = f"iso8859-{short[4:]}" if re.fullmatch(r"8859\d{1,2}", short) else short
    for candidate in (name.strip(), esri, f"cp{short.removeprefix('ansi').removeprefix('oem')}"):
        try:
            known = codecs.lookup(candidate)
        except (LookupError, ValueError):
            continue
        return known.name if known._is_text_encoding else None  # noqa: SLF001 - `hex` and `zlib` are codecs too
    return None


@dataclass(slots=True)
class Decoder:
    """Decodes the tables of one delivery, remembering what it has decoded: most cells occur many times."""

    option: str | None = None
    memos: dict[str, _Texts] = field(default_factory=dict)

    def table(
        self, data: bytes, *, file: str, layer: str, cpg: tuple[str, bytes] | None, shapes: int | None
    ) -> Table | tuple[Finding, ...]:
        """The table, or why it is refused.

        Parameters
        ----------
        cpg
            Name and bytes of the `.cpg` beside it.
        shapes
            How many shapes the `.shp` has, to tell a cut table from a header that lies.
        """
        where: dict[str, Any] = {"file": file, "layer": layer}
        header = _header(data, where, shapes)
        if not isinstance(header, Header):
            return (header,)
        import numpy as np

        rows = np.frombuffer(data, np.uint8, header.records * header.width, header.length)
        rows = rows.reshape(header.records, header.width)
        is_live = rows[:, 0] != _DELETED
        findings = [notice("dbf_deleted_rows", **where, row=int(n) + 1) for n in np.flatnonzero(~is_live)]
        findings += [
            notice("dbf_field_type", **where, field=name.decode("ascii", "replace"), kind=kind)
            for name, kind, _, _ in header.fields
            if kind not in _TEXT_KINDS
        ]
        numbers = tuple((np.flatnonzero(is_live) + 1).tolist())
        raw = _Raw(where, header, rows[is_live] if findings else rows, numbers, findings)
        encoding = self._encoding(raw, cpg, header.language)
        if encoding is None:
            return tuple(findings)
        columns = dict(raw.decoded(self.memos.setdefault(encoding, _Texts(encoding)), cpg))
        if any(finding.severity is Severity.ERROR for finding in findings):
            return tuple(findings)
        return Table(columns, raw.numbers, header.records, tuple(findings))

    def _encoding(self, raw: _Raw, cpg: tuple[str, bytes] | None, language: int) -> str | None:
        """What is stated, else what fits; None where neither is any good, which is then among the Findings."""
        stated = self.option or (cpg[1].decode("ascii", "replace").strip("\ufeff\0 \t\r\n") if cpg else "")
        if stated:
            known = normal_encoding(stated)
            if known is None:
                raw.findings.append(notice("encoding_unknown", **raw.where, value=stated))
            elif _ONE_BYTE.search(known) and self.option is None:
                raw.doubt(known)
            return known
        return _LANGUAGES.get(language) or raw.guess()


# ── the header ───────────────────────────────────────────────────────────────


def _header(data: bytes, where: dict[str, Any], shapes: int | None) -> Header | Finding:
    if not data:
        return notice("file_empty", **where)
    if data[0] not in _VERSIONS:
        return notice("format_not_allowed", **where, first=first_bytes(data))
    if len(data) < _HEADER_BYTES:
        return notice("dbf_header_broken", **where)
    records, length, width = struct.unpack_from("<IHH", data, 4)
    fields = _fields_of(data[_HEADER_BYTES:length], width)
    if not fields or length > len(data):
        return notice("dbf_header_broken", **where)
    found = (len(data) - length) // width
    if records > found:
        lies = shapes is not None and shapes != records
        return notice("dbf_header_lies" if lies else "dbf_truncated", **where, expected=records, found=found)
    return Header(records, length, width, data[29], fields)


@lru_cache(maxsize=64)
def _fields_of(described: bytes, width: int) -> tuple[tuple[bytes, str, int, int], ...]:
    """The columns that the header describes, if they fill the row's width; the layers of a delivery share a few."""
    readings = (tuple(_fields(described, long_texts=is_long)) for is_long in (False, True))
    return next((some for some in readings if some and width == 1 + sum(wide for *_, wide in some)), ())


def _fields(data: bytes, *, long_texts: bool) -> Iterator[tuple[bytes, str, int, int]]:
    """Name, kind, where in the row and width of each column.

    With `long_texts` the high byte of a text's width stands where numbers keep their decimals, as some writers do.
    """
    start = 1
    for at in range(0, len(data) - _HEADER_BYTES + 1, _HEADER_BYTES):
        if data[at] == _HEADER_END:
            break
        kind, width = chr(data[at + 11]), data[at + 16]
        if kind == "C" and long_texts:
            width += data[at + 17] << 8
        yield data[at : at + 11].split(b"\0")[0], kind, start, width
        start += width


# ── the cells ────────────────────────────────────────────────────────────────


class _Texts(dict[bytes, str | None]):
    """Bytes → text, decoded when first asked for; a blank cell is None."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self.encoding = encoding
        self.cut: dict[bytes, int] = {}  # ends in the middle of a letter, from this byte on
        self.bad: set[bytes] = set()

    def __missing__(self, raw: bytes) -> str | None:
        try:
            text = raw.decode(self.encoding)
        except UnicodeDecodeError as error:
            text = raw[: error.start].decode(self.encoding)
            if _is_unfinished(raw[error.start :], self.encoding):
                self.cut[raw] = error.start
            else:
                self.bad.add(raw)
        text = text.split("\0")[0].strip()
        self[raw] = result = (text if text.isascii() else unicodedata.normalize("NFC", text)) or None
        return result


def _split(block: bytes, width: int) -> list[bytes]:
    """The cells of a column, without the NULs at their ends."""
    import numpy as np

    cells: list[bytes] = np.frombuffer(block, f"S{width}").tolist()
    return cells


def _cells(block: bytes, width: int, texts: _Texts) -> tuple[str | None, ...]:
    """The cells of a column as text. Most columns hold one value, or plain codes: both have a way that costs little."""
    count = len(block) // width
    if block[:width] == block[-width:] and block == block[:width] * count:
        return (texts[block[:width].rstrip(b"\0")],) * count
    if block.isascii() and b"\0" not in block:
        text = block.decode("ascii")
        is_apart = b" " not in block[::width] and block[width - 1 :: width] == b" " * count
        if is_apart and len(words := text.split()) == count:  # one word a cell, as codes and keys are
            return tuple(words)
        return tuple([text[at : at + width].strip() or None for at in range(0, len(text), width)])
    return tuple([texts[raw] for raw in _split(block, width)])


def _is_unfinished(tail: bytes, encoding: str) -> bool:
    """Whether more bytes could still make a letter of it."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(tail) == ""
    except UnicodeDecodeError:
        return False


@dataclass(frozen=True, slots=True)
class _Raw:
    """The rows of a table, still bytes."""

    where: dict[str, Any]
    header: Header
    rows: Any
    numbers: tuple[int, ...]
    findings: list[Finding]

    def decoded(self, texts: _Texts, cpg: tuple[str, bytes] | None) -> Iterator[tuple[str, tuple[str | None, ...]]]:
        """Name and cells of each column."""
        for n, (name, kind, start, width) in enumerate(self.header.fields):
            if kind not in _TEXT_KINDS or width == 0:
                continue
            column = texts[name] or f"#{n + 1}"
            block = self.rows[:, start : start + width].tobytes()
            yield column, _cells(block, width, texts)
            if texts.cut or texts.bad:
                self._note_broken(texts, _split(block, width), column, width, cpg)
            if kind == "C" and block[width - 1 :: width].strip(b" \0"):  # a letter at the very end of a cell
                self._note_full(texts, _split(block, width), column, width)

    def _note_broken(
        self, texts: _Texts, raws: list[bytes], column: str, width: int, cpg: tuple[str, bytes] | None
    ) -> None:
        for number, raw in zip(self.numbers, raws, strict=True):
            where = {**self.where, "row": number, "field": column}
            if raw in texts.cut and len(raw) == width:
                tail = raw[-12:].hex(" ")
                self.findings.append(notice("text_truncated", **where, value=texts[raw], raw=tail))
            elif raw in texts.bad or raw in texts.cut:
                shown = raw.rstrip(b" ").decode("ascii", "backslashreplace")
                stem = cpg[0] if cpg else ".cpg"
                self.findings.append(
                    notice("encoding_mismatch", **where, value=shown, encoding=texts.encoding, cpg=stem)
                )

    def _note_full(self, texts: _Texts, raws: list[bytes], column: str, width: int) -> None:
        """Texts as wide as their column, which may have been cut; codes are that wide by design."""
        for number, raw in zip(self.numbers, raws, strict=True):
            is_code = _CODE.fullmatch(raw) and width < _WIDEST
            if len(raw) == width and raw[-1:] != b" " and raw not in texts.cut and not is_code:
                where = {**self.where, "row": number, "field": column}
                self.findings.append(notice("text_maybe_truncated", **where, value=texts[raw], width=width))

    def guess(self) -> str | None:
        """UTF-8 if every text is that, else cp949 if it reads like Korean; None with a Finding where neither fits."""
        texts = self._foreign_texts()
        if not texts:
            return "utf-8"  # ASCII reads the same in all of them
        if all(_fits(text, "utf-8") for text in texts):
            return self._guessed("utf-8", texts)
        if all(_fits(text, "cp949") for text in texts) and hangul_share(_as_cp949(texts)) >= _MIN_HANGUL_SHARE:
            return self._guessed("cp949", texts)
        sample = _as_cp949(texts[:3])[:40]
        self.findings.append(notice("encoding_unsure", **self.where, value=sample, sample=sample))
        return None

    def _guessed(self, encoding: str, texts: list[bytes]) -> str:
        sample = texts[0].decode(encoding, "replace")
        self.findings.append(notice("encoding_guessed", **self.where, value=sample, encoding=encoding))
        return encoding

    def doubt(self, stated: str) -> None:
        """A one-byte encoding never fails: say so where cp949 would read like Korean."""
        texts = self._foreign_texts()
        if texts and all(_fits(text, "cp949") for text in texts):
            korean = _as_cp949(texts)
            if hangul_share(korean) >= _MIN_HANGUL_SHARE:
                self.findings.append(notice("encoding_doubtful", **self.where, encoding=stated, sample=korean[:20]))

    def _foreign_texts(self) -> list[bytes]:
        """Different cells that are not ASCII, in the order of columns and rows."""
        seen: dict[bytes, None] = {}
        for name, kind, start, width in self.header.fields:
            if not name.isascii():
                seen[name] = None
            if kind in _TEXT_KINDS and width:
                block = self.rows[:, start : start + width].tobytes()
                if not block.isascii():
                    seen.update(dict.fromkeys(raw.rstrip() for raw in _split(block, width) if not raw.isascii()))
        return list(seen)


def _fits(text: bytes, encoding: str) -> bool:
    """Whether a cell is text of that encoding; the last letter may be cut."""
    try:
        text.decode(encoding)
    except UnicodeDecodeError as error:
        return _is_unfinished(text[error.start :], encoding)
    return True


def _as_cp949(texts: Iterable[bytes]) -> str:
    return " ".join(text.decode("cp949", "replace") for text in texts)


def hangul_share(text: str) -> float:
    """The share of everyday Hangul among the letters that are not ASCII; Latin-1 decodes as cp949 too, to rare ones."""
    letters = [letter for letter in text if not letter.isascii() and (letter.isalpha() or letter == "\ufffd")]
    return sum(map(in_ks_x_1001, letters)) / len(letters) if letters else 1.0
