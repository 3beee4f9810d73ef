"""Hangul in Latin letters, by the Revised Romanisation of Korean (Ministry of Culture and Tourism notice 2000-8).

Good enough to name files and to recognise what somebody typed; published English names come first wherever there are
any. Proper nouns that break the sound rules are not known here.
"""

from __future__ import annotations

import re
import unicodedata

_INITIALS = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS = (
    *("a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae"),
    *("oe", "yo", "u", "wo", "we", "wi", "yu", "eu", "ui", "i"),
)
# A final consonant alone or before another consonant, and as it sounds when a vowel follows.
_FINALS = (
    *("", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l"),
    *("m", "p", "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t"),
)
_LINKED = (
    *("", "g", "kk", "ks", "n", "nj", "n", "d", "r", "lg", "lm", "lb", "ls", "lt", "lp", "r"),
    *("m", "b", "ps", "s", "ss", "ng", "j", "ch", "k", "t", "p", ""),
)
# Article 3.1: consonants that change each other where syllables meet.
_MEETING = {
    ("k", "n"): ("ng", "n"),
    ("k", "m"): ("ng", "m"),
    ("k", "r"): ("ng", "n"),
    ("t", "n"): ("n", "n"),
    ("t", "m"): ("n", "m"),
    ("t", "r"): ("n", "n"),
    ("p", "n"): ("m", "n"),
    ("p", "m"): ("m", "m"),
    ("p", "r"): ("m", "n"),
    ("n", "r"): ("l", "l"),
    ("l", "n"): ("l", "l"),
    ("l", "r"): ("l", "l"),
    ("m", "r"): ("m", "n"),
    ("ng", "r"): ("ng", "n"),
}


def romanise(text: str) -> str:
    """`text` with its Hangul in lower-case Latin letters: `왕십리` → `wangsimni`. Everything else stays."""
    syllables = [_parts(letter) for letter in unicodedata.normalize("NFC", text)]
    written: list[str] = []
    initial_was_written = ""  # by the syllable before, where the sounds changed each other
    for n, (letter, parts) in enumerate(zip(unicodedata.normalize("NFC", text), syllables, strict=True)):
        if parts is None:
            written.append(letter)
            initial_was_written = ""
            continue
        initial, vowel, final = parts
        following = syllables[n + 1] if n + 1 < len(syllables) else None
        start = initial_was_written or _INITIALS[initial]
        end, initial_was_written = _end(final, following)
        written.append(start + _VOWELS[vowel] + end)
    return "".join(written)


def _parts(letter: str) -> tuple[int, int, int] | None:
    """Numbers of the initial, vowel and final of a Hangul syllable, in Unicode's order."""
    n = ord(letter) - 0xAC00
    return (n // 588, n % 588 // 28, n % 28) if 0 <= n < len(_INITIALS) * 588 else None


def _end(final: int, following: tuple[int, int, int] | None) -> tuple[str, str]:
    """How the final is written before the next syllable, and that syllable's initial where it changes."""
    if following is None or not final:
        return _FINALS[final], ""
    initial = _INITIALS[following[0]]
    if not initial:
        return _LINKED[final], ""
    return _MEETING.get((_FINALS[final], initial), (_FINALS[final], ""))


def slug(text: str) -> str:
    """`text` as a part of a file name that every system takes: `Konkuk Univ.` → `konkuk-univ`, `노원` → `nowon`."""
    plain = unicodedata.normalize("NFKD", romanise(text)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
