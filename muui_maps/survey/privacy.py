"""Personal data in survey files: found, kept out of everything shared, and held where only the ledger's owner looks.

What a header calls personal (names, phones, device ids) and what looks like a phone number or a mail address anywhere
is replaced by dots before anything is stored in the shared text of the ledger. The original stands in `private/`, which
is not under version control.

A surveyor's code (`R07`) is kept as it is. A name becomes a pseudonym under a key that is made once for a workspace and
never leaves it: whoever has the shared ledger and a list of names can't try them one by one. So that two machines still
agree on what a row is, nothing that identifies a row depends on a name.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from muui_maps.survey.fields import field_of

if TYPE_CHECKING:
    from collections.abc import Mapping

HIDDEN = "•••"
"""Stands for what was personal."""

_PERSONAL_HEADER = re.compile(
    r"(?:^|[/:_\-.\s\[\]()])(?:device_?id|imei|phone(?:_?number)?|tel|mobile|sim_?(?:serial|id)|subscriber_?id|user_?name"
    r"|user|e?-?mail|address|exif\w*|submitted_?by|submitter\w*|enumerator|respondent\w*|surveyor_?name|author"
    r"|(?:first|last|full|family|given)_?name|ip|signature)(?:$|[/:_\-.\s\[\]()])"
    r"|(?:^|[/:])name$"  # a station's name is `station_name`
    r"|이름|성명|성함|전화|연락처|휴대폰|핸드폰|이메일|메일주소|주소|작성자|서명|생년월일",
    re.IGNORECASE,
)
_PERSONAL_TEXT = re.compile(
    r"(?<!\d)(?:\+?82[-. ]?)?0?1[016789][-. ]?\d{3,4}[-. ]?\d{4}(?!\d)"  # mobile
    r"|(?<!\d)0\d{1,2}[-.) ]\s?\d{3,4}[-. ]\d{4}(?!\d)"  # landline
    r"|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # tried once a word: a note of a million letters is one word
)
_SHORTEST = 5
"""Characters of the shortest mail address, `a@b.c`; a phone number has more."""
_PSEUDONYM = re.compile(r"[A-Za-z]{1,6}[-_]?\d{1,6}")
_PSEUDONYM_DIGITS = 8


@lru_cache(maxsize=1024)
def is_personal(header: str) -> bool:
    """Whether a column holds personal data, by its name. A column of the schema does only if it names the surveyor."""
    known = field_of(header)
    if known is not None:
        return known.name == "surveyor"
    return _PERSONAL_HEADER.search(unicodedata.normalize("NFKC", header)) is not None


def masked(text: str) -> str:
    """Text without phone numbers and mail addresses."""
    if len(text) < _SHORTEST:
        return text
    return _PERSONAL_TEXT.sub(HIDDEN, text)


def unmarked(cell: str) -> str:
    """A workbook's cell without the mark that the reader put before a formula, an error or a date."""
    return cell.partition(" ")[2] if cell.startswith("\0") else cell


def split_raw(raw: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """A row's cells as they may be shared, and the original of every cell that may not. Blank cells are left out."""
    shared: dict[str, str] = {}
    private: dict[str, str] = {}
    for header, marked in raw.items():
        cell = unmarked(marked)
        if not cell.strip():
            continue
        shown = HIDDEN if is_personal(header) else masked(cell)
        shared[header] = shown
        if shown != cell:
            private[header] = cell
    return shared, private


def surveyor_code(surveyor: str | None) -> str | None:
    """The surveyor's own code (`R07`), which names nobody; None for a name."""
    bare = unicodedata.normalize("NFKC", surveyor or "").strip()
    return bare if _PSEUDONYM.fullmatch(bare) else None


def pseudonym(surveyor: str | None, key: bytes) -> str | None:
    """The name under which a surveyor's answers are kept: their code, else a pseudonym made of the name and a key.

    Parameters
    ----------
    key
        The workspace's secret (`survey.ledger.pseudonym_key`): without it nobody can tell whether a pseudonym is
        somebody's. With another key the same name has another pseudonym.
    """
    if surveyor is None or not surveyor.strip():
        return None
    if (code := surveyor_code(surveyor)) is not None:
        return code
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", surveyor)).casefold()
    return f"p-{hmac.digest(key, bare.encode('utf-8'), 'sha256').hex()[:_PSEUDONYM_DIGITS]}"
