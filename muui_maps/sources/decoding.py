"""The text of a file whose encoding nobody states: UTF-8 first, then cp949, and no guess beyond these."""

from __future__ import annotations

import re

from muui_maps.model import Text
from muui_maps.sources.refusal import refuse

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_MIN_HANGUL_SHARE = 0.6
_SAVE_AS_UTF8 = Text("UTF-8로 저장하거나 다시 내려받아 주세요.", "Save it as UTF-8, or download it again.")


def decode(file: str, data: bytes, *, encoding: str | None = None) -> tuple[str, str]:
    """The text and its encoding: a byte order mark decides, else UTF-8, else cp949 if it reads like Korean.

    Parameters
    ----------
    encoding
        What the person says it is; believed, as long as the bytes fit.

    Raises
    ------
    InputRefusedError
        If neither fits, or if what cp949 makes of it is not Korean: Latin-1 often decodes as cp949 without an error.
    """
    if encoding is not None:
        return _decoded(file, data, encoding), encoding
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return _decoded(file, data, marked), marked
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text = _decoded(file, data, "cp949")
    if _hangul_share(text) < _MIN_HANGUL_SHARE:
        samples = "; ".join(f"{name} ‘{_sample(data, name)}’" for name in ("cp949", "latin-1", "mac-roman"))
        message = Text(
            f"글자 인코딩을 알 수 없어요 ({samples})", f"the encoding is not clear; it could be read as {samples}"
        )
        refuse(file, "encoding_unsure", message, _SAVE_AS_UTF8, value=_sample(data, "cp949"))
    return text, "cp949"


def _sample(data: bytes, encoding: str) -> str:
    """What the first words that are not ASCII would be."""
    words = re.findall(r"\w*[^\x00-\x7f]+\w*", data.decode(encoding, errors="replace"))
    return " ".join(words[:3])[:40]


def _decoded(file: str, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        message = Text(f"‘{encoding}’이라는 인코딩은 없어요", f"there is no encoding ‘{encoding}’")
        refuse(file, "encoding_unknown", message, Text("cp949, utf-8처럼 적어 주세요.", "Write cp949 or utf-8."))
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        message = Text(f"{row}줄의 글자를 읽을 수 없어요", f"line {row} is neither UTF-8 nor cp949")
        value = data[error.start : error.start + 8].hex(" ")
        refuse(file, "encoding_unknown", message, _SAVE_AS_UTF8, row=row, value=value)


def _hangul_share(text: str) -> float:
    """The share of everyday Hangul among the letters that are not ASCII."""
    letters = [letter for letter in text if not letter.isascii() and letter.isalpha()]
    everyday = sum(map(in_ks_x_1001, letters))
    return everyday / len(letters) if letters else 1.0


def in_ks_x_1001(letter: str) -> bool:
    """Whether a letter is among the 2,350 syllables in daily use; cp949 has 8,822 more, which hardly occur.

    Python's `euc_kr` writes those in two bytes and spells the others out in eight, without an error.
    """
    return "가" <= letter <= "힣" and len(letter.encode("euc_kr")) == len("가".encode("euc_kr"))
