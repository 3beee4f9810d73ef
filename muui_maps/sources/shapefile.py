"""A shapefile's shapes (.shp, .shx), checked byte by byte before any C library sees them.

What leaves this module is plain shapes as WKB, and of the others a `.shp` of our own making: only records whose length
is right, under an index that lists every one of them. The reader can neither run past the file's end nor silently skip
a row. Records count from 1, as editors show them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muui_maps.sources.indoor_notices import notice

if TYPE_CHECKING:
    from collections.abc import Sequence

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
_KINDS = frozenset({_POINT, _MULTIPOINT, _LINE, _POLYGON})


@dataclass(frozen=True, slots=True)
class Shapes:
    """A checked `.shp`.

    Parameters
    ----------
    kind
        The format's number of its kind of shape.
    records
        How many records there are, good or not.
    numbers
        The good ones, from 1.
    empty
        Records that say that they have no shape, from 1.
    good
        Bytes of each good record, its head included.
    """

    kind: int
    records: int
    numbers: tuple[int, ...]
    empty: tuple[int, ...]
    good: tuple[bytes, ...]
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
            if 2 * np.count_nonzero(lengths == stated) > len(stated) and len(set(offsets.tolist())) == len(stated):
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

    if not (at & 3).any():  # as good as always: records begin at multiples of four
        return np.frombuffer(data, kind, len(data) // 4)[at >> 2].astype("i8")  # type: ignore[no-any-return]
    places = at[:, None] + np.arange(4)
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

    kinds = _integers(shp, offsets + 8, "<i4")
    least, most = _needed(shp, offsets, kind)
    is_inside = offsets + 8 + lengths <= len(shp)
    lengths = _with_loose_end(shp, offsets, lengths)
    is_good = is_inside & (kinds == kind) & ((lengths == least) | (lengths == most))
    empty: list[int] = []
    if not is_good.all():
        is_empty = (kinds == 0) & is_inside
        empty = (np.flatnonzero(is_empty) + 1).tolist()
        for n in np.flatnonzero(~is_good & ~is_empty).tolist():
            if kinds[n] != kind and is_inside[n]:
                findings.append(notice("geometry_type_refused", **where, row=n + 1, kind=str(kinds[n])))
            else:
                words: dict[str, Any] = {"expected": int(least[n]), "found": int(lengths[n])}
                findings.append(notice("shp_record_length", **where, row=n + 1, **words))
    good = np.flatnonzero(is_good)
    starts, ends = offsets[good].tolist(), (offsets + 8 + lengths)[good].tolist()
    return Shapes(
        kind=kind,
        records=len(offsets),
        numbers=tuple((good + 1).tolist()),
        empty=tuple(empty),
        good=tuple([shp[start:end] for start, end in zip(starts, ends, strict=True)]),
        findings=tuple(findings),
    )


def plain_wkb(shapes: Shapes) -> list[bytes | None]:
    """WKB of each good record; None for one whose rings or parts somebody else must sort out, or that has heights.

    A point, and a line or polygon of one part, hold their coordinates as WKB does: they are copied byte for byte.
    """
    if shapes.kind == _POINT:
        return [b"\1\1\0\0\0" + record[12:28] for record in shapes.good]
    head = _WKB_HEADS.get(shapes.kind)
    if head is None:
        return [None] * len(shapes.good)
    return [
        # How many parts, how many points, where the first part begins, and the points.
        head + record[48:52] + record[56:] if record[44:48] == _ONE and record[52:56] == _ZERO else None
        for record in shapes.good
    ]


_ZERO, _ONE = b"\0\0\0\0", b"\1\0\0\0"
_WKB_HEADS = {_LINE: b"\1\2\0\0\0", _POLYGON: b"\1\3\0\0\0" + _ONE}


def packed(kind: int, records: Sequence[bytes]) -> tuple[bytes, bytes]:
    """A `.shp` and `.shx` of good records of one kind, in their order."""
    import numpy as np

    sizes = np.array([len(record) for record in records], "i8")
    starts = _HEADER + np.concatenate([[0], np.cumsum(sizes)[:-1]]) if records else sizes
    index = np.stack([starts // 2, sizes // 2 - 4], axis=1).astype(">i4").tobytes()
    return _header(kind, int(sizes.sum())) + b"".join(records), _header(kind, len(index)) + index


def _header(kind: int, size: int) -> bytes:
    head = bytearray(_HEADER)
    head[:4] = SHP_MAGIC
    struct.pack_into(">i", head, 24, (_HEADER + size) // 2)
    struct.pack_into("<ii", head, 28, 1000, kind)
    return bytes(head)


def _with_loose_end(shp: bytes, offsets: Integers, lengths: Integers) -> Integers:
    """Lengths, where the last record gets the bytes that follow it and are no record: one of the two is wrong."""
    if not len(offsets):
        return lengths
    last = int(offsets.argmax())
    loose = len(shp) - int((offsets + 8 + lengths).max())
    if loose <= 0:
        return lengths
    grown = lengths.copy()
    grown[last] += loose
    return grown


def _needed(shp: bytes, offsets: Integers, kind: int) -> tuple[Integers, Integers]:
    """Lengths that each record may have, by its kind and its counts of parts and points: without M values, and with."""
    import numpy as np

    base, dimension = kind % 10, kind // 10 * 10
    if base in (0, _POINT):
        size = 20 + (8 if dimension == _WITH_Z else 0)
        least = np.full(len(offsets), size)
        return least, least + (8 if dimension else 0)
    last = len(shp) - 4 & ~1
    first = _integers(shp, np.minimum(offsets + 44, last), "<i4")  # after the head, the kind and the box
    if base == _MULTIPOINT:
        parts, points, flat = np.zeros_like(first), first, 40 + 16 * first
    else:
        parts, points = first, _integers(shp, np.minimum(offsets + 48, last), "<i4")
        flat = 44 + 4 * parts + 16 * points
    extra = 16 + 8 * points  # a range, and a value a point
    with_z = flat + extra if dimension == _WITH_Z else flat
    # The M values of a Z shape, and those of an M shape with none to tell, may be left out.
    with_m = with_z + extra if dimension else flat
    is_absurd = (points < 0) | (parts < 0)
    if is_absurd.any():
        with_z, with_m = np.where(is_absurd, -1, with_z), np.where(is_absurd, -1, with_m)
    return with_z, with_m
