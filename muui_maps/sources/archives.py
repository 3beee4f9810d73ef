"""The files of a delivery as bytes, from a folder, a ZIP or a single file: nothing is written, every limit is checked.

An archive is judged by all its entries before the first of them is unpacked; what is unpacked is counted as it comes
out, whatever its header says. Nothing here knows what a layer is.
"""

from __future__ import annotations

import io
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from muui_maps.errors import InputRefusedError
from muui_maps.model import Finding, Severity, Text
from muui_maps.sources.indoor_notices import notice, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a foreign file is taken; beyond it the whole delivery is refused.

    Parameters
    ----------
    files
        Entries of an archive, or files of a folder.
    total_bytes
        Of everything, unpacked.
    ratio, ratio_from_bytes
        Unpacked to packed, for entries that are larger than `ratio_from_bytes`: a table of blanks packs well and is
        harmless while it is small.
    depth
        Folders within folders.
    seconds, memory_bytes
        Of the child process that reads the foreign file.
    """

    files: int = 10_000
    total_bytes: int = 1 << 30
    ratio: int = 100
    ratio_from_bytes: int = 16 << 20
    depth: int = 8
    seconds: float = 120.0
    memory_bytes: int = 2 << 30


LIMITS = Limits()

LAYER_SUFFIXES = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".gpkg")
_COMPANIONS = frozenset(
    {".qix", ".sbn", ".sbx", ".idx", ".ind", ".qmd", ".qpj", ".qml", ".sld", ".ain", ".aih", ".atx", ".ixs", ".mxs"}
    | {".fbn", ".fbx", ".lyr", ".xml"}
)
"""What GIS programs put beside a shapefile: spatial indexes, styles and metadata, all of it made from the rest."""

_LITTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_ARCHIVES = frozenset({".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".alz", ".egg"})
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))})
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_MAX_CENTRAL_DIRECTORY = 8 << 20
_SHOWN_FILES = 12
_SMALL = 1024


@dataclass(frozen=True, slots=True)
class Files:
    """What a delivery holds.

    Parameters
    ----------
    source
        Name of the folder or file, without its path.
    parts
        Name inside the delivery (`station/L_….shp`) → bytes, sorted; layers' files and those asked for by name.
    others
        Names of the rest.
    """

    source: str
    parts: Mapping[str, bytes]
    others: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Taking:
    """A delivery being taken: counts bytes, collects Findings."""

    source: str
    limits: Limits
    also: frozenset[str]
    parts: dict[str, bytes] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    taken: int = 0
    small: dict[bytes, bytes] = field(default_factory=dict)  # packed → unpacked

    def wants(self, name: str) -> bool:
        base = name.rsplit("/", 1)[-1].casefold()
        return base.endswith(LAYER_SUFFIXES) or base in self.also

    def passes_by(self, name: str) -> None:
        """A file that is not read: said, unless it is one that GIS programs make from the others."""
        self.others.append(name)
        if _suffix(name) not in _COMPANIONS:
            self.findings.append(notice("archive_skipped", file=name))

    def keep(self, name: str, data: bytes) -> None:
        self.taken += len(data)
        if self.taken > self.limits.total_bytes:
            raise refused(self.source, [too_big(self.source, f"> {self.limits.total_bytes:,} B", self.limits)])
        self.parts[name] = data

    def done(self) -> Files:
        return Files(self.source, dict(sorted(self.parts.items())), tuple(sorted(self.others)), tuple(self.findings))


def read_files(path: Path, *, limits: Limits = LIMITS, also: Iterable[str] = ()) -> Files:
    """The files of a folder, of a ZIP, or of one layer.

    Parameters
    ----------
    also
        Names of further files to read where they are there, such as `muui.csv`.

    Raises
    ------
    InputRefusedError
        If it is not there, is no regular file, is no ZIP though it looks like one, or is beyond a limit. Nothing was
        written.
    """
    taking = _Taking(path.name or str(path), limits, frozenset(name.casefold() for name in also))
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            return _of_folder(path, taking)
        if not stat.S_ISREG(kind):
            raise refused(taking.source, [notice("not_a_regular_file", file=taking.source, what=_special(kind))])
        return _of_file(path, taking)
    except OSError as error:
        finding = notice("file_unreadable", file=taking.source, why=error.strerror or type(error).__name__)
        raise refused(taking.source, [finding]) from error


def refused(source: str, findings: Iterable[Finding], faults: Sequence[Finding] = ()) -> InputRefusedError:
    """The error that refuses a delivery: the first of the faults (the ERRORs) is the message, all Findings go along."""
    found = tuple(findings)
    errors = faults or [one for one in found if one.severity is Severity.ERROR] or found
    first = errors[0]
    where = first.file if first.file not in (None, source) else None
    lead = f"{source}: {where}: " if where else f"{source}: "
    more = len(errors) - 1
    ko, en = f"{lead}{first.message.ko}", f"{lead}{first.message.en}"
    if more:
        ko, en = f"{ko} (이런 문제 {more}개 더)", f"{en} (and {more} more)"
    return InputRefusedError(Text(f"{ko} {first.fix.ko}", f"{en} {first.fix.en}"), findings=found)


def too_big(file: str, what: str, limits: Limits) -> Finding:
    limit = f"{limits.total_bytes:,} B, {limits.files:,} files, {limits.ratio}:1"
    return notice("archive_too_big", file=file, what=what, limit=limit)


def first_bytes(data: bytes) -> str:
    """The beginning of a file, for a person: its letters if it is text, else its bytes."""
    head = data[:24]
    if head.isascii() and head.decode("ascii").translate({9: " ", 10: " ", 13: " "}).isprintable():
        return f"‘{plain(head.decode('ascii'))}’"
    return head[:8].hex(" ") or "–"


# ── a folder ─────────────────────────────────────────────────────────────────


def _of_folder(folder: Path, taking: _Taking) -> Files:
    faults: list[Finding] = []
    for count, file in enumerate(_walk(folder, taking, taking.limits.depth), 1):
        if count > taking.limits.files:
            raise refused(taking.source, [too_big(taking.source, f"> {taking.limits.files:,} files", taking.limits)])
        name = unicodedata.normalize("NFC", file.relative_to(folder).as_posix())
        if _is_litter(name) or not taking.wants(name):
            taking.passes_by(name)
        elif not stat.S_ISREG(kind := file.lstat().st_mode):
            faults.append(notice("not_a_regular_file", file=name, what=_special(kind)))
        elif taking.taken + file.stat().st_size > taking.limits.total_bytes:
            faults.append(too_big(name, f"> {taking.limits.total_bytes:,} B", taking.limits))
        else:
            taking.keep(name, file.read_bytes())
    if faults:
        raise refused(taking.source, faults)
    return taking.done()


def _walk(folder: Path, taking: _Taking, depth: int) -> Iterator[Path]:
    """Files below a folder, sorted; links to folders are not followed."""
    if depth < 0:
        raise refused(taking.source, [too_big(folder.name, f"> {taking.limits.depth} folders deep", taking.limits)])
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    for entry in ordered:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), taking, depth - 1)
        else:
            yield Path(entry.path)


# ── one file ─────────────────────────────────────────────────────────────────


def _of_file(path: Path, taking: _Taking) -> Files:
    size = path.stat().st_size
    if size > taking.limits.total_bytes:
        raise refused(taking.source, [too_big(taking.source, f"{size:,} B", taking.limits)])
    if size == 0:
        raise refused(taking.source, [notice("file_empty", file=taking.source)])
    with path.open("rb") as file:
        head = file.read(4)
    if head in (b"PK\x03\x04", b"PK\x05\x06"):
        return _of_zip(path, taking)
    suffix = path.suffix.casefold()
    if suffix == ".zip":
        raise refused(taking.source, [_no_zip(taking.source, path.read_bytes()[:24])])
    if suffix == ".shp":
        return _with_siblings(path, taking)
    taking.keep(unicodedata.normalize("NFC", path.name), path.read_bytes())
    _note_unsaved_edits(path, taking)
    return taking.done()


def _with_siblings(path: Path, taking: _Taking) -> Files:
    """A .shp named by itself comes with the parts of the same name beside it."""
    for file in sorted(path.parent.iterdir()):
        same = file.stem.casefold() == path.stem.casefold() and _suffix(file.name) in LAYER_SUFFIXES
        if same and file.is_file():
            if file.stat().st_size + taking.taken > taking.limits.total_bytes:
                raise refused(taking.source, [too_big(file.name, f"{file.stat().st_size:,} B", taking.limits)])
            taking.keep(unicodedata.normalize("NFC", file.name), file.read_bytes())
    return taking.done()


def _note_unsaved_edits(path: Path, taking: _Taking) -> None:
    journal = path.with_name(f"{path.name}-wal")
    if journal.is_file() and journal.stat().st_size:
        taking.findings.append(notice("gpkg_wal_present", file=path.name, journal=journal.name))


# ── a ZIP ────────────────────────────────────────────────────────────────────


def _of_zip(path: Path, taking: _Taking) -> Files:
    data = path.read_bytes()
    _check_directory_size(data, taking)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = _names(archive, taking)
            _check_entries(names, taking)
            for info, name in names:
                _take_entry(data, info, name, taking)
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, EOFError, ValueError) as error:
        finding = notice("archive_unreadable", file=taking.source, why_ko=str(error), why_en=str(error))
        raise refused(taking.source, [finding]) from error
    return taking.done()


def _no_zip(source: str, head: bytes) -> Finding:
    begins = first_bytes(head)
    return notice(
        "archive_unreadable",
        file=source,
        why_ko=f"파일이 {begins} 로 시작해요",
        why_en=f"the file begins with {begins}",
    )


def _check_directory_size(data: bytes, taking: _Taking) -> None:
    """Refuse a table of contents of millions of entries before Python makes an object of each."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if end < 0 or end + 22 > len(data):
        raise refused(taking.source, [_no_zip(taking.source, data[:24])])
    entries = int.from_bytes(data[end + 10 : end + 12], "little")
    size = int.from_bytes(data[end + 12 : end + 16], "little")
    is_zip64 = data[max(0, end - 20) : max(0, end - 16)] == b"PK\x06\x07"
    if is_zip64 or entries > taking.limits.files or size > _MAX_CENTRAL_DIRECTORY:
        raise refused(taking.source, [too_big(taking.source, f"{entries:,} files", taking.limits)])


def _names(archive: zipfile.ZipFile, taking: _Taking) -> list[tuple[zipfile.ZipInfo, str]]:
    """Entries with their names: UTF-8 where flagged, else UTF-8 or cp949, whichever their bytes are."""
    plain_names = [info for info in archive.infolist() if not info.flag_bits & _UTF8_NAME]
    encoding = _name_encoding([info.orig_filename.encode("cp437", "replace") for info in plain_names])
    if encoding != "ascii":
        taking.findings.append(notice("archive_names_decoded", file=taking.source, encoding=encoding))
    named = []
    for info in archive.infolist():
        name = info.orig_filename
        if not info.flag_bits & _UTF8_NAME and not name.isascii():
            name = name.encode("cp437", "replace").decode(encoding, "replace")
        named.append((info, unicodedata.normalize("NFC", name)))
    return named


def _name_encoding(names: list[bytes]) -> str:
    for encoding in ("ascii", "utf-8", "cp949"):
        try:
            for name in names:
                name.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "cp437"


def _check_entries(names: list[tuple[zipfile.ZipInfo, str]], taking: _Taking) -> None:
    """Judge every entry by its header; raises with all that is wrong."""
    plain_names = [name.replace("\\", "/").rstrip("/").casefold() for _, name in names]
    twice = {name for name, count in Counter(plain_names).items() if count > 1}
    faults: list[Finding] = []
    for (info, name), plain_name in zip(names, plain_names, strict=True):
        faults += _entry_faults(info, name, taking.limits)
        if plain_name in twice:
            faults.append(_entry_refused(name, "같은 이름이 두 번 있어요", "the same name occurs twice"))
    total = sum(info.file_size for info, _ in names)
    if len(names) > taking.limits.files:
        faults.append(too_big(taking.source, f"{len(names):,} files", taking.limits))
    if total > taking.limits.total_bytes:
        faults.append(too_big(taking.source, f"{total:,} B", taking.limits))
    if faults:
        raise refused(taking.source, [*taking.findings, *faults])


def _entry_faults(info: zipfile.ZipInfo, name: str, limits: Limits) -> Iterator[Finding]:
    parts = name.replace("\\", "/").split("/")
    if parts[0] == "" or ".." in parts or ":" in parts[0]:
        yield notice("archive_path_escapes", file=plain(name), value=name)
    if not name.isprintable():
        yield _entry_refused(name, "이름에 제어 문자가 있어요", "a control character in its name")
    if not _DEVICES.isdisjoint(part.split(".")[0].strip().casefold() for part in parts):
        yield _entry_refused(name, "장치 이름이에요", "the name of a device")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield _entry_refused(name, "링크나 특수 파일이에요", "a link or special file")
    if info.flag_bits & _ENCRYPTED:
        yield _entry_refused(name, "암호가 걸려 있어요", "it is encrypted")
    if _suffix(name) in _ARCHIVES:
        yield _entry_refused(name, "압축 파일 안의 압축 파일이에요", "an archive within the archive")
    if info.file_size > limits.ratio_from_bytes and info.file_size > limits.ratio * max(1, info.compress_size):
        yield too_big(name, f"{info.file_size // max(1, info.compress_size):,}:1", limits)


def _entry_refused(name: str, why_ko: str, why_en: str) -> Finding:
    return notice("archive_entry_refused", file=plain(name), value=name, why_ko=why_ko, why_en=why_en)


def _take_entry(data: bytes, info: zipfile.ZipInfo, name: str, taking: _Taking) -> None:
    name = name.replace("\\", "/")
    if name.endswith("/"):
        return
    if _is_litter(name) or not taking.wants(name):
        taking.passes_by(name)
        return
    taking.keep(name, _unpacked(data, info, taking.small))


def _unpacked(data: bytes, info: zipfile.ZipInfo, small: dict[bytes, bytes]) -> bytes:
    """An entry's bytes: as many as announced, never more whatever is packed.

    Python's own reader does the same at five times the cost an entry, and a delivery has hundreds of small ones.

    Raises
    ------
    zipfile.BadZipFile
        If it is packed in another way than ZIP's two common ones, or is not what its header says.
    """
    at = info.header_offset
    if data[at : at + 4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(f"no entry where {info.filename} should be")
    start = at + 30 + sum(struct.unpack_from("<HH", data, at + 26))
    packed = data[start : start + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        found = packed
    elif info.compress_type == zipfile.ZIP_DEFLATED and packed in small and len(small[packed]) == info.file_size:
        return small[packed]
    elif info.compress_type == zipfile.ZIP_DEFLATED:
        found = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, info.file_size + 1)
    else:
        raise zipfile.BadZipFile(f"{info.filename} is packed by method {info.compress_type}")
    if len(found) != info.file_size or zlib.crc32(found) != info.CRC:
        raise zipfile.BadZipFile(f"{info.filename} is not what its header says")
    if info.compress_type == zipfile.ZIP_DEFLATED and len(packed) < _SMALL:
        small[packed] = found  # every layer brings the same .prj and .cpg
    return found


# ── names ────────────────────────────────────────────────────────────────────


def _suffix(name: str) -> str:
    base = name.rsplit("/", 1)[-1]
    return f".{base.rsplit('.', 1)[-1].casefold()}" if "." in base else ""


def _is_litter(name: str) -> bool:
    """What macOS and Windows leave in archives: twins of the real files, with the same suffixes."""
    parts = name.split("/")
    return "__MACOSX" in parts or parts[-1].startswith("._") or parts[-1].casefold() in _LITTER


def _special(mode: int) -> str:
    kinds = {stat.S_IFLNK: "symlink", stat.S_IFIFO: "FIFO", stat.S_IFSOCK: "socket", stat.S_IFDIR: "folder"}
    return kinds.get(stat.S_IFMT(mode), "device")


def listing(files: Files) -> str:
    """What a delivery holds, in a line."""
    names = [*files.parts, *files.others]
    shown = ", ".join(plain(name, 60) for name in names[:_SHOWN_FILES])
    return (shown or "–") + (f" … (+{len(names) - _SHOWN_FILES})" if len(names) > _SHOWN_FILES else "")
