"""Everything that can go wrong, as one tree. Each error knows its exit code and speaks Korean and English.

    MuuiError                1  an internal fault that was foreseen
    ├── UsageError           2  the command was called wrongly
    ├── UnknownNameError     3  no such station, line, direction, profile or unit
    ├── InputRefusedError    4  a file was refused whole; carries its Findings; nothing was changed
    ├── NoRouteError         5  no way for this traveller; says what blocks it
    └── RowsSetAsideError    6  the good rows were taken, the others were set aside; carries their Findings

Exit code 0 means ok. The command line turns any other exception into exit code 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muui_maps.model import Finding, Text


class MuuiError(Exception):
    """The root of the tree.

    Parameters
    ----------
    message
        What happened and what to do about it, in Korean and English.
    """

    exit_code: int = 1

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


class UsageError(MuuiError):
    """The command or the function was called in a way that can't work."""

    exit_code = 2


class UnknownNameError(MuuiError):
    """A name that stands for nothing here.

    Parameters
    ----------
    message
        What was not found.
    nearest
        The names that look most like it, best first.
    existing
        What exists instead.
    """

    exit_code = 3

    def __init__(self, message: Text, *, nearest: Sequence[str] = (), existing: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.nearest = tuple(nearest)
        self.existing = tuple(existing)


class InputRefusedError(MuuiError):
    """A file that was refused whole. Nothing was changed.

    Parameters
    ----------
    message
        Which file and why.
    findings
        One Finding for each fault, with file, row, field, value and the mend.
    """

    exit_code = 4

    def __init__(self, message: Text, *, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)


class NoRouteError(MuuiError):
    """There is no way for this traveller.

    Parameters
    ----------
    message
        From where to where, for whom.
    blockers
        What stands in the way: units under repair, stairs, units that the caller excluded.
    """

    exit_code = 5

    def __init__(self, message: Text, *, blockers: Sequence[Text] = ()) -> None:
        super().__init__(message)
        self.blockers = tuple(blockers)


class RowsSetAsideError(MuuiError):
    """Some rows could not be read; they were set aside whole and the good ones were taken."""

    exit_code = 6

    def __init__(self, message: Text, *, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.findings = tuple(findings)
