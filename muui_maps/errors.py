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

import contextlib
import errno
from typing import TYPE_CHECKING

from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from muui_maps.model import Finding


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


# ── files that can't be written ──────────────────────────────────────────────

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NO_ROOM_SAID = ("No space left on device", "disk is full")
"""As libraries say it that have no error number: GDAL, SQLite, and Python where it copies many files."""


def no_room(error: BaseException) -> bool:
    """Whether a disk, or what its owner allows, was full."""
    return getattr(error, "errno", None) in _NO_ROOM or any(said in str(error) for said in _NO_ROOM_SAID)


def unwritable(error: BaseException) -> MuuiError:
    """What to tell of a file that can't be read or written: which, why, and what to do."""
    file = getattr(error, "filename", None)
    if no_room(error):
        named = (f": {file}", f" for {file}") if file else ("", "")
        return MuuiError(
            Text(
                f"디스크에 자리가 없어서 다 쓰지 못했어요{named[0]}. 있던 파일은 온전해요. "
                "자리를 비우거나 다른 폴더를 고르고 같은 명령을 다시 하세요.",
                f"no room on the disk{named[1]}. The files that were there are whole: make room or choose another "
                "folder, and run the same command again.",
            )
        )
    what = f"{file}: {getattr(error, 'strerror', None) or type(error).__name__}" if file else str(error)
    return MuuiError(
        Text(
            f"파일을 읽거나 쓸 수 없어요. {what}. 폴더와 권한을 확인하세요.",
            f"a file can't be read or written: {what}. Check the folder and its permissions.",
        )
    )


@contextlib.contextmanager
def naming(file: Path) -> Iterator[None]:
    """Whatever fails while this file is written, the error names it: the system names none where a disk is full."""
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(file)
        raise
