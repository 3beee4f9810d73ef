"""Cut a bundled font down to a few characters and pack it as WOFF2, in milliseconds.

fontTools' subsetter does the same for any font, but takes fifty times as long, and a build embeds hundreds of fonts.
The bundled files have no layout tables and no hinting (`typeface_subset.py` took them out), so copying outlines is all
there is to do. Outlines go in untransformed, which WOFF2 allows.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_TAGS = ("cmap", "head", "hhea", "hmtx", "maxp", "name", "OS/2", "post", "glyf", "loca")
_KNOWN = {tag: index for index, tag in enumerate(_TAGS[:8])} | {"glyf": 10, "loca": 11}  # WOFF2's numbers
_GLYPH_HEADER = 10  # bytes before an outline: number of contours, bounding box
_UNTRANSFORMED = 3 << 6  # the transform version that leaves `glyf` and `loca` as they are
_LOSSLESS = 1 << 11  # head.flags: the font went through a lossless packing
_ARGS_ARE_WORDS, _HAS_SCALE, _MORE, _XY_SCALE, _TWO_BY_TWO = 0x1, 0x8, 0x20, 0x40, 0x80
_BROTLI_QUALITY = 9
_BROTLI_WINDOW = 16  # 64 KB, as long as a picture's outlines: a wider one costs four times as long for a thousandth


@dataclass(frozen=True, slots=True)
class FontData:
    """A TrueType font taken apart: tables to copy, outlines and metrics of each glyph, glyph numbers by code point."""

    tables: Mapping[str, bytes]
    glyphs: tuple[bytes, ...]
    metrics: tuple[tuple[int, int], ...]  # advance width, left side bearing
    cmap: Mapping[int, int]


def read_font(content: bytes) -> FontData:
    """Take a font apart."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(content), lazy=True, recalcTimestamp=False)
    offsets = list(font["loca"])
    outlines = font.reader["glyf"]
    order = font.getGlyphOrder()
    return FontData(
        tables={tag: font.reader[tag] for tag in ("head", "hhea", "maxp", "name", "OS/2", "post")},
        glyphs=tuple(outlines[start:end] for start, end in pairwise(offsets)),
        metrics=tuple(font["hmtx"].metrics[name] for name in order),
        cmap={code: font.getGlyphID(name) for code, name in font.getBestCmap().items()},
    )


def woff2(font: FontData, characters: Iterable[str]) -> bytes:
    """The font with only these characters. Those it lacks are left out; the same characters give the same bytes."""
    codes = sorted({ord(char) for char in characters} & font.cmap.keys())
    kept = _closure(font, [0, *(font.cmap[code] for code in codes)])
    new = {old: index for index, old in enumerate(kept)}
    glyphs = [_renumbered(font.glyphs[old], new) for old in kept]
    glyphs = [glyph + b"\0" * (-len(glyph) % 4) for glyph in glyphs]
    offsets = [0]
    for glyph in glyphs:
        offsets.append(offsets[-1] + len(glyph))
    tables = {
        "cmap": _cmap([(code, new[font.cmap[code]]) for code in codes]),
        "head": _head(font.tables["head"]),
        "hhea": font.tables["hhea"][:34] + struct.pack(">H", len(kept)),
        "hmtx": b"".join(struct.pack(">Hh", *font.metrics[old]) for old in kept),
        "maxp": font.tables["maxp"][:4] + struct.pack(">H", len(kept)) + font.tables["maxp"][6:],
        "name": font.tables["name"],
        "OS/2": font.tables["OS/2"],
        "post": font.tables["post"],
        "glyf": b"".join(glyphs),
        "loca": struct.pack(f">{len(offsets)}I", *offsets),
    }
    return _packed(tables)


def _closure(font: FontData, wanted: Sequence[int]) -> list[int]:
    """The glyphs and those that they are composed of, each once, in order of first need."""
    kept = list(dict.fromkeys(wanted))
    seen = set(kept)
    for glyph in kept:  # grows as it goes
        for at in _components(font.glyphs[glyph]):
            part = struct.unpack_from(">H", font.glyphs[glyph], at)[0]
            if part not in seen:
                seen.add(part)
                kept.append(part)
    return kept


def _components(glyph: bytes) -> list[int]:
    """Offsets of the glyph numbers in a composite outline; none for a simple one."""
    if len(glyph) < _GLYPH_HEADER or struct.unpack_from(">h", glyph)[0] >= 0:
        return []
    places, at, flags = [], _GLYPH_HEADER, _MORE
    while flags & _MORE:
        flags = struct.unpack_from(">H", glyph, at)[0]
        places.append(at + 2)
        at += 4 + (4 if flags & _ARGS_ARE_WORDS else 2)
        at += 2 if flags & _HAS_SCALE else 4 if flags & _XY_SCALE else 8 if flags & _TWO_BY_TWO else 0
    return places


def _renumbered(glyph: bytes, new: Mapping[int, int]) -> bytes:
    places = _components(glyph)
    if not places:
        return glyph
    out = bytearray(glyph)
    for at in places:
        struct.pack_into(">H", out, at, new[struct.unpack_from(">H", glyph, at)[0]])
    return bytes(out)


def _head(table: bytes) -> bytes:
    flags = struct.unpack_from(">H", table, 16)[0] | _LOSSLESS
    # Bytes 8 to 12 are a checksum that every reader computes afresh; 50 says that offsets are long.
    return b"".join(
        (table[:8], bytes(4), table[12:16], struct.pack(">H", flags), table[18:50], struct.pack(">h", 1), table[52:])
    )


def _cmap(pairs: Sequence[tuple[int, int]]) -> bytes:
    """Format 12: runs of code points that go with runs of glyphs."""
    groups: list[list[int]] = []
    for code, glyph in pairs:
        if groups and code == groups[-1][1] + 1 and glyph == groups[-1][2] + code - groups[-1][0]:
            groups[-1][1] = code
        else:
            groups.append([code, code, glyph])
    body = b"".join(struct.pack(">3I", *group) for group in groups)
    header = struct.pack(">HHHHI", 0, 1, 3, 10, 12)
    return header + struct.pack(">HHIII", 12, 0, 16 + len(body), 0, len(groups)) + body


def _packed(tables: Mapping[str, bytes]) -> bytes:
    import brotli

    directory = b""
    for tag in _TAGS:
        flags = _KNOWN[tag] | (_UNTRANSFORMED if tag in {"glyf", "loca"} else 0)
        directory += bytes([flags]) + _base128(len(tables[tag]))
    content = b"".join(tables[tag] for tag in _TAGS)
    compressed: bytes = brotli.compress(content, mode=brotli.MODE_FONT, quality=_BROTLI_QUALITY, lgwin=_BROTLI_WINDOW)
    plain = 12 + 16 * len(_TAGS) + sum(len(tables[tag]) + -len(tables[tag]) % 4 for tag in _TAGS)
    size = 48 + len(directory) + len(compressed)
    padding = -size % 4
    header = struct.pack(
        ">4sIIHHIIHHIIIII",
        b"wOF2", 0x00010000, size + padding, len(_TAGS), 0, plain, len(compressed), 1, 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    return header + directory + compressed + bytes(padding)


def _base128(value: int) -> bytes:
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))
