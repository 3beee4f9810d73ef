"""Personal data in survey files: found, kept out of everything shared, and held where only the ledger's owner looks.

What a header calls personal (names, phones, device ids) and what looks like a phone number or a mail address anywhere
is replaced by dots before anything is stored in the shared text of the ledger. The original stands in `private/`, which
is not under version control. A surveyor becomes a short pseudonym that is the same on every machine.
"""

from __future__ import annotations

import hashlib
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
    r"|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
_SHORTEST = 5
"""Characters of the shortest mail address, `a@b.c`; a phone number has more."""
_PSEUDONYM = re.compile(r"[A-Za-z]{1,6}[-_]?\d{1,6}")


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


def pseudonym(surveyor: str | None) -> str | None:
    """The name under which a surveyor's answers are kept: a pseudonym as it is (`R07`), else one made of a hash.

    The hash is short on purpose: many names share it, so that it can't be turned back, and two surveyors seldom do.
    """
    if surveyor is None:
        return None
    bare = unicodedata.normalize("NFKC", surveyor).strip()
    if _PSEUDONYM.fullmatch(bare):
        return bare
    digest = hashlib.sha256(re.sub(r"\s+", "", bare).casefold().encode("utf-8")).hexdigest()
    return f"p-{digest[:5]}"
