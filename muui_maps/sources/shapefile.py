"""A shapefile's shapes (.shp, .shx), checked byte by byte before any C library sees them.

What leaves this module is a `.shp` with an index of our own making that lists only records whose length is right: the
reader can neither run past the file's end nor silently skip a row. Records count from 1, as editors show them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muui_maps.sources.indoor_notices import notice

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from muui_maps.model import Finding

    Integers = NDArray[np.int64]

SHP_MAGIC = b"\x00\x00\x27\x0a"
"""The first bytes of every .shp and .shx."""

_HEADER = 100
_POINT, _MULTIPOINT, _LINE, _POLYGON = 1, 8, 3, 5
_WITH_Z, _WITH_M = 10, 20
_MULTIPATCH = 31
_KINDS = {_POINT: "point", _MULTIPOINT: "multipoint", _LINE: "line", _POLYGON: "polygon"}


@dataclass(frozen=True, slots=True)
class Shapes:
    """A checked `.shp`.

    Parameters
    ----------
    kind
        `point`, `multipoint`, `line`, `polygon`, or `null` where no record has a shape.
    records
        How many records there are, good or not.
    numbers
        Those that `shx` lists, from 1.
    empty
        Records that say that they have no shape, from 1.
    shp, shx
        To be read.
    """

    kind: str
    records: int
    numbers: tuple[int, ...]
    empty: tuple[int, ...]
    shp: bytes
    shx: bytes
    findings: tuple[Finding, ...]


def check_shapes(shp: bytes, shx: bytes | None, *, file: str, layer: str) -> Shapes | tuple[Finding, ...]:
    """The shapes of a file that begins with `SHP_MAGIC`, or why it is refused. Without `shx` they are read in turn."""
    where: dict[str, Any] = {"file": file, "layer": layer}
    if len(shp) < _HEADER:
        return (notice("shp_truncated", **where, expected=_HEADER, found=len(shp)),)
    announced = 2 * struct.unpack_from(">i", shp, 24)[0]
    if announced > len(shp) or announced < _HEADER:
        return (notice("shp_truncated", **where, expected=announced, found=len(shp)),)
    findings = []
    if announced < len(shp):
        findings.append(notice("shp_trailing_bytes", **where, found=len(shp) - announced))
    kind = struct.unpack_from("<i", shp, 32)[0]
    base = kind % 10 if kind < _MULTIPATCH else kind
    if kind != 0 and base not in _KINDS:
        return (notice("geometry_type_refused", **where, kind="MultiPatch" if kind == _MULTIPATCH else str(kind)),)
    if kind > _WITH_Z:
        what = ("높이(Z)와 M 값은 쓰지 않았어요", "heights (Z) and M values are not used")
        findings.append(notice("geometry_type_converted", **where, what_ko=what[0], what_en=what[1]))
    offsets, lengths, is_trusted = _index(shp[:announced], shx)
    if not is_trusted and shx is not None:
        findings.append(notice("shx_header_lies", **{**where, "file": f"{file[:-4]}{_shx_suffix(file)}"}))
    return _judge(shp[:announced], kind=kind, offsets=offsets, lengths=lengths, where=where, findings=findings)


def _shx_suffix(file: str) -> str:
    return ".SHX" if file.endswith(".SHP") else ".shx"


# ── where the records are ────────────────────────────────────────────────────


def _index(shp: bytes, shx: bytes | None) -> tuple[Integers, Integers, bool]:
    """Where each record begins and how long it is by its own header, in bytes; and whether the `shx` was trusted."""
    import numpy as np

    if shx is not None and (entries := _entries(shx)) is not None:
        offsets, stated = entries
        if not len(offsets):
            return offsets, stated, len(shp) == _HEADER
        if offsets.min() >= _HEADER and (offsets + 12 <= len(shp)).all():
            lengths = 2 * _integers(shp, offsets + 4, ">i4")
            # One record may be damaged; an index that is wrong about most of them is no index.
            if (lengths == stated).mean() > 0.5 and len(np.unique(offsets)) == len(offsets):  # noqa: PLR2004
                return offsets, lengths, True
    return (*_in_turn(shp), False)


def _entries(shx: bytes) -> tuple[Integers, Integers] | None:
    import numpy as np

    if len(shx) < _HEADER or shx[:4] != SHP_MAGIC or (len(shx) - _HEADER) % 8:
        return None
    if 2 * struct.unpack_from(">i", shx, 24)[0] != len(shx):
        return None
    pairs = np.frombuffer(shx, ">i4", offset=_HEADER).reshape(-1, 2).astype("i8") * 2
    return pairs[:, 0], pairs[:, 1]


def _in_turn(shp: bytes) -> tuple[Integers, Integers]:
    import numpy as np

    offsets, lengths, at = [], [], _HEADER
    while at + 12 <= len(shp):
        length = 2 * struct.unpack_from(">i", shp, at + 4)[0]
        offsets.append(at)
        lengths.append(length)
        if length < 4 or at + 8 + length > len(shp):  # noqa: PLR2004 - a record holds at least its kind
            break
        at += 8 + length
    return np.array(offsets, "i8"), np.array(lengths, "i8")


def _integers(data: bytes, at: Integers, kind: str) -> Integers:
    """The 4-byte integers at those places."""
    import numpy as np

    places = np.asarray(at, "i8")[:, None] + np.arange(4)
    return np.ascontiguousarray(np.frombuffer(data, np.uint8)[places]).view(kind)[:, 0].astype("i8")


# ── whether they are whole ───────────────────────────────────────────────────


def _judge(
    shp: bytes,
    *,
    kind: int,
    offsets: Integers,
    lengths: Integers,
    where: dict[str, Any],
    findings: list[Finding],
) -> Shapes:
    import numpy as np

    numbers = np.arange(1, len(offsets) + 1)
    kinds = _integers(shp, offsets + 8, "<i4")
    needed = _needed(shp, offsets, kinds)
    is_inside = offsets + 8 + lengths <= len(shp)
    is_empty = (kinds == 0) & is_inside
    lengths = _with_loose_end(shp, offsets, lengths)
    is_good = is_inside & (kinds == kind) & (needed == lengths).any(axis=0)
    for n in np.flatnonzero(~is_good & ~is_empty):
        if kinds[n] != kind and is_inside[n]:
            findings.append(notice("geometry_type_refused", **where, row=int(numbers[n]), kind=str(int(kinds[n]))))
        else:
            expected, found = int(needed[0, n]), int(lengths[n])
            findings.append(notice("shp_record_length", **where, row=int(numbers[n]), expected=expected, found=found))
    index = np.stack([offsets[is_good] // 2, lengths[is_good] // 2], axis=1).astype(">i4").tobytes()
    head = bytearray(shp[:_HEADER])
    struct.pack_into(">i", head, 24, (_HEADER + len(index)) // 2)
    return Shapes(
        kind=_KINDS.get(kind % 10, "null"),
        records=len(offsets),
        numbers=tuple(numbers[is_good].tolist()),
        empty=tuple(numbers[is_empty].tolist()),
        shp=shp,
        shx=bytes(head) + index,
        findings=tuple(findings),
    )


def _with_loose_end(shp: bytes, offsets: Integers, lengths: Integers) -> Integers:
    """Lengths, where the last record gets the bytes that follow it and are no record: one of the two is wrong."""
    if not len(offsets):
        return lengths
    last = int(offsets.argmax())
    loose = len(shp) - int((offsets + 8 + lengths).max())
    grown = lengths.copy()
    grown[last] += max(0, loose)
    return grown


def _needed(shp: bytes, offsets: Integers, kinds: Integers) -> Integers:
    """Lengths that each record may have, by its kind and its counts of parts and points: without M values, and with."""
    import numpy as np

    base, dimension = kinds % 10, kinds // 10 * 10
    has_counts = np.isin(base, [_MULTIPOINT, _LINE, _POLYGON])
    last = len(shp) - 4
    is_multi = base == _MULTIPOINT
    first = np.minimum(offsets + 8 + 36, last)  # after the kind and the box
    second = np.minimum(offsets + 8 + 40, last)
    points = np.where(has_counts, _integers(shp, np.where(is_multi, first, second), "<i4"), 1)
    parts = np.where(has_counts & ~is_multi, _integers(shp, first, "<i4"), 0)
    flat = np.where(has_counts, np.where(is_multi, 40, 44) + 4 * parts + 16 * points, 20)
    extra = np.where(has_counts, 16 + 8 * points, 8)  # a range and a value a point
    with_z = np.where(dimension == _WITH_Z, flat + extra, flat)
    with_m = np.where(dimension >= _WITH_Z, with_z + extra, flat)
    # The M values of a Z shape, and those of an M shape with none to tell, may be left out.
    absurd = (points < 0) | (parts < 0)
    return np.where(absurd, -1, np.stack([with_z, with_m]))
