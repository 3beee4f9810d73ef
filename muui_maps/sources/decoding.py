"""The text of a file whose encoding nobody states: UTF-8 first, then cp949, and no guess beyond these."""

from __future__ import annotations

import re

from muui_maps.model import Text
from muui_maps.sources.refusal import refuse

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_MIN_HANGUL_SHARE = 0.6
_SAVE_AS_UTF8 = Text("UTF-8로 저장하거나 다시 내려받아 주세요.", "Save it as UTF-8, or download it again.")


def decode(file: str, data: bytes) -> tuple[str, str]:
    """The text and its encoding: a byte order mark decides, else UTF-8, else cp949 if it reads like Korean.

    Raises
    ------
    InputRefusedError
        If neither fits, or if what cp949 makes of it is not Korean: Latin-1 often decodes as cp949 without an error.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(file, data, encoding), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text = _decoded(file, data, "cp949")
    if _hangul_share(text) < _MIN_HANGUL_SHARE:
        sample = " ".join(re.findall(r"[^\x00-\x7f]+", text)[:3])[:40]
        message = Text(
            f"글자 인코딩을 알 수 없어요 (cp949로 읽으면 ‘{sample}’)",
            f"the encoding is not clear (as cp949 it reads ‘{sample}’)",
        )
        refuse(file, "encoding_unsure", message, _SAVE_AS_UTF8, value=sample)
    return text, "cp949"


def _decoded(file: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        message = Text(f"{row}줄의 글자를 읽을 수 없어요", f"line {row} is neither UTF-8 nor cp949")
        value = data[error.start : error.start + 8].hex(" ")
        refuse(file, "encoding_unknown", message, _SAVE_AS_UTF8, row=row, value=value)


def _hangul_share(text: str) -> float:
    """The share of everyday Hangul among the letters that are not ASCII."""
    letters = [letter for letter in text if not letter.isascii() and letter.isalpha()]
    everyday = sum("가" <= letter <= "힣" and _in_ks_x_1001(letter) for letter in letters)
    return everyday / len(letters) if letters else 1.0


def _in_ks_x_1001(letter: str) -> bool:
    """Among the 2,350 syllables in daily use; cp949 has 8,822 more, which hardly occur."""
    try:
        letter.encode("euc_kr")
    except UnicodeEncodeError:
        return False
    return True
