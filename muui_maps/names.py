"""Names of stations, lines and levels, brought to one spelling. Pure text, no data."""

from __future__ import annotations

import re
import unicodedata

_PARENTHESES = re.compile(r"\([^)]*\)")
_LEVEL_FORMS = (
    (re.compile(r"^(?:지하|B|b)\s*M\s*(\d*)\s*층?$"), "BM{}"),
    (re.compile(r"^(?:지하|B|b|-)\s*(\d+)\s*층?$"), "B{}"),
    (re.compile(r"^(?:지상|F|f)?\s*M\s*(\d*)\s*층?$"), "M{}"),  # a mezzanine, as `FM1` or `M1`
    (re.compile(r"^(\d+)\s*FM$"), "M{}"),
    (re.compile(r"^(?:지상|F|f)\s*(\d+)\s*층?$"), "{}F"),
    (re.compile(r"^(\d+)\s*(?:F|f|층)$"), "{}F"),
)


def normal_station(raw: str) -> str:
    """A station's Korean name without `역`, line number, by-name or blanks.

    `서울역(1)` → `서울`, `교대(법원.검찰청)` → `교대`, `총신대입구(이수)` → `총신대입구`.
    Names that are the same station under another name are not joined here.
    """
    name = unicodedata.normalize("NFC", raw)
    name = re.sub(r"\s+", "", _PARENTHESES.sub("", name))
    return name[:-1] if len(name) > 1 and name.endswith("역") else name


def normal_level(raw: str) -> str | None:
    """A floor label in the one spelling used here, or None if it is none.

    `지하2층` → `B2`, `F3` → `3F`, `지상` → `1F`; mezzanines are `BM1` (below ground) and `M1` (`FM1`, `1FM`).
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw)).strip("()")
    if text in {"지상", "1"}:
        return "1F"
    for pattern, form in _LEVEL_FORMS:
        if match := pattern.match(text):
            number = int(match.group(1) or "1")
            return form.format(number) if number else None  # there is no floor 0 in Korea
    return None


def normal_line(raw: str) -> str:
    """A line's id: `4호선`, `4`, `Line 4`, `04호선` → `4`; `경의중앙선` stays."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", raw))
    if match := re.match(r"^(?:line)?0*(\d+)(?:호선)?$", text, re.IGNORECASE):
        return match.group(1)
    return text
