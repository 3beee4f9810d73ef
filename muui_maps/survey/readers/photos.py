"""Photos: when they were taken, by their EXIF time. Nothing is decoded, and where they were taken is never read.

A photo belongs to what its researcher looked at in those minutes; `photos_beside` finds that out when the answers are
imported together with it.
"""

from __future__ import annotations

import struct
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from muui_maps.model import Severity, Text
from muui_maps.sources.refusal import refuse
from muui_maps.survey.readers.grid import Grid, Line, Opened, finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from muui_maps.survey.observations import Observation

MAX_PIXELS = 178_956_970
"""What Pillow takes for a bomb: twice 1 GiB / 4 / 3. The largest phone makes 200 million, and stores fewer."""
NEAR = timedelta(minutes=10)
"""A photo taken longer before or after an answer is of something else."""
_TAKEN, _ZONE, _EXIF = 0x9003, 0x9011, 0x8769
_COLUMNS = MappingProxyType({"photo": "photo", "taken": "observed_at"})
_SIZES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_APP1 = 0xE1
_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_SAVE_JPEG = Text(
    "전화기의 카메라를 ‘높은 호환성(JPEG)’으로 두거나 JPEG로 바꿔 주세요.",
    "Set the phone's camera to “most compatible” (JPEG), or convert it.",
)


def open_photo(file: str, data: bytes, kind: str) -> Opened:
    """A photo as a row: its name and when it was taken.

    Raises
    ------
    InputRefusedError
        For HEIC, which few browsers show, and for a picture of more than 178 million pixels.
    """
    if kind == "heic":
        message = Text("HEIC 사진은 읽지 않아요", "HEIC photos are not read")
        refuse(file, "photo_format", message, _SAVE_JPEG)
    taken, pixels = ("", _png_pixels(data)) if kind == "png" else _jpeg(data)
    if pixels > MAX_PIXELS:
        message = Text(f"사진이 너무 커요 ({pixels:,}화소)", f"the picture is too big ({pixels:,} pixels)")
        refuse(file, "photo_too_big", message, _SAVE_JPEG)
    notes = []
    if not taken:
        message = Text("사진에 찍은 때가 없어요", "the photo does not say when it was taken")
        fix = Text("조사 행의 사진 칸에 이 파일 이름을 적어 주세요.", "Write its name into the photo cell of its row.")
        notes.append(finding(file, "photo_without_time", Severity.WARNING, message, fix))
    cells = {"photo": file, **({"taken": taken} if taken else {})}
    grid = Grid(None, ("photo", "taken"), (Line(1, MappingProxyType(cells)),), columns=_COLUMNS, is_survey=True)
    return Opened(file, "photo", None, (grid,), tuple(notes))


# ── bytes ────────────────────────────────────────────────────────────────────


def _png_pixels(data: bytes) -> int:
    if len(data) < 24:  # noqa: PLR2004 - signature, length, IHDR, width, height
        return 0
    width, height = struct.unpack(">II", data[16:24])
    return int(width) * int(height)


def _jpeg(data: bytes) -> tuple[str, int]:
    """When a JPEG was taken, as ISO, and how many pixels it has; empty and 0 where it does not say."""
    taken, pixels = "", 0
    for marker, part in _segments(data):
        if marker == _APP1 and part.startswith(b"Exif\0\0") and not taken:
            try:
                taken = _taken(part[6:])
            except (struct.error, IndexError, ValueError):  # whatever a camera or a cutting program left broken
                taken = ""
        elif marker in _SIZES and len(part) >= 5:  # noqa: PLR2004 - precision, height, width
            height, width = struct.unpack(">HH", part[1:5])
            pixels = max(pixels, int(height) * int(width))
    return taken, pixels


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and content of each segment before the picture itself."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004
        marker = data[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - fill
            at += 1
            continue
        if marker in _STANDALONE:
            at += 2
            continue
        if marker in {0xD9, 0xDA}:
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if length < 2:  # noqa: PLR2004 - it counts its own two bytes
            return
        yield marker, data[at + 4 : at + 2 + length]
        at += 2 + length


def _taken(tiff: bytes) -> str:
    """DateTimeOriginal of an EXIF block, with its zone where there is one: `2026:05:01 14:30:00` → ISO."""
    order = {b"II": "<", b"MM": ">"}[tiff[:2]] if tiff[:2] in {b"II", b"MM"} else ""
    if not order:
        return ""
    first = struct.unpack(f"{order}I", tiff[4:8])[0]
    below = _entries(tiff, first, order).get(_EXIF)
    if below is None:
        return ""
    tags = _entries(tiff, struct.unpack(f"{order}I", below[1])[0], order)
    taken = _ascii(tiff, tags.get(_TAKEN), order)
    moment = datetime.strptime(taken, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - cameras keep local time
    zone = _ascii(tiff, tags.get(_ZONE), order)
    return f"{moment.isoformat()}{zone if len(zone) == 6 else ''}"  # noqa: PLR2004 - `+09:00`


def _entries(tiff: bytes, at: int, order: str) -> dict[int, tuple[int, bytes]]:
    """Tag → how many values and the four bytes that hold them, or where they are."""
    count = struct.unpack(f"{order}H", tiff[at : at + 2])[0]
    found: dict[int, tuple[int, bytes]] = {}
    for n in range(min(count, 512)):
        entry = tiff[at + 2 + 12 * n : at + 14 + 12 * n]
        tag, _, values = struct.unpack(f"{order}HHI", entry[:8])
        found.setdefault(tag, (values, entry[8:12]))
    return found


def _ascii(tiff: bytes, entry: tuple[int, bytes] | None, order: str) -> str:
    if entry is None:
        return ""
    size, inline = entry
    if size <= 4:  # noqa: PLR2004
        return inline[:size].rstrip(b"\0 ").decode("ascii")
    at = struct.unpack(f"{order}I", inline)[0]
    return tiff[at : at + min(size, 64)].rstrip(b"\0 ").decode("ascii")


# ── whose photo ──────────────────────────────────────────────────────────────


def nearest_answer(moment: str, answers: Iterable[Observation]) -> tuple[Observation | None, tuple[str, ...]]:
    """The answer that a photo taken at a moment belongs to, or None and the ids of those that it could be of.

    Parameters
    ----------
    moment
        ISO, in Asia/Seoul, with a time of day.
    answers
        Observations imported together with it.
    """
    if "T" not in moment:
        return None, ()
    taken = datetime.fromisoformat(moment)
    near = []
    for answer in answers:
        said = answer.submission.observed_at or ""
        if "T" in said and abs(datetime.fromisoformat(said) - taken) <= NEAR:
            near.append((abs(datetime.fromisoformat(said) - taken), answer.feature_id or answer.kind or "", answer))
    near.sort(key=lambda found: (found[0], found[1]))
    if near and (len(near) == 1 or near[0][0] < near[1][0] or near[0][1] == near[1][1]):
        return near[0][2], ()
    return None, tuple(name for _, name, _ in near if name)
