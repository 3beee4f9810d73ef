"""What assembling a station has to tell people: Findings, and the words for stations and transfers in them.

A sentence names things as signs do (`7호선 엘리베이터 1`, `상계 방면`); ids stand in a Finding's `layer`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict, Unpack

from muui_maps.model import Finding, Severity, Text
from muui_maps.wording import latin, line_text, toward_text

if TYPE_CHECKING:
    from collections.abc import Mapping


class Where(TypedDict, total=False):
    """The fields of a Finding that say where it was found."""

    layer: str | None
    file: str | None
    row: int | None
    field: str | None
    value: str | None


@dataclass
class Report:
    """Collects the Findings of one station.

    Parameters
    ----------
    station
        Its id.
    english
        Published English names of stations, by their Korean name.
    here
        Its Korean name.
    """

    station: str
    english: Mapping[str, str] = field(default_factory=dict)
    here: str = ""
    findings: list[Finding] = field(default_factory=list)

    def warn(self, code: str, message: Text, fix: Text, **where: Unpack[Where]) -> None:
        """What may lead a traveller astray."""
        self._add(code, Severity.WARNING, message, fix, where)

    def note(self, code: str, message: Text, fix: Text, **where: Unpack[Where]) -> None:
        """What an editor should know."""
        self._add(code, Severity.INFO, message, fix, where)

    def error(self, code: str, message: Text, fix: Text, **where: Unpack[Where]) -> None:
        """What keeps a part of the station from being used at all."""
        self._add(code, Severity.ERROR, message, fix, where)

    def _add(self, code: str, severity: Severity, message: Text, fix: Text, where: Where) -> None:
        self.findings.append(Finding(code, severity, message, fix, station=self.station, **where))

    def finished(self) -> tuple[Finding, ...]:
        """Each Finding once, in one order."""
        return tuple(sorted(dict.fromkeys(self.findings), key=lambda f: (f.code, f.layer or "", repr(f))))

    # ── words ───────────────────────────────────────────────────────────────

    def toward(self, direction: str) -> Text:
        """`상계 방면` / `for Sanggye`."""
        return toward_text(direction, self.english.get(direction) or latin(direction), here=self.here)

    def platform(self, line: str, direction: str | None) -> Text:
        """`4호선 상계 방면 승강장` / `the Line 4 platform for Sanggye`; None for an island."""
        of = line_text(line)
        if direction is None:
            return Text(f"{of.ko} 승강장", f"the {of.en} platform")
        toward = self.toward(direction)
        return Text(f"{of.ko} {toward.ko} 승강장", f"the {of.en} platform {toward.en}")

    def transfer(self, start: tuple[str, str], end: tuple[str, str]) -> Text:
        """`4호선 상계 방면 → 7호선 중계 방면` / `Line 4 for Sanggye → Line 7 for Junggye`."""
        ends = [(line_text(line), self.toward(direction)) for line, direction in (start, end)]
        return Text(
            " → ".join(f"{line.ko} {toward.ko}" for line, toward in ends),
            " → ".join(f"{line.en} {toward.en}" for line, toward in ends),
        )


def survey_words(date: str) -> Text:
    """A survey by its date: `2016년 조사` / `the survey of 2016`."""
    return Text(f"{date}년 조사" if date.isdigit() else f"{date} 조사", f"the survey of {date}")
