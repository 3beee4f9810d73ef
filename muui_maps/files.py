"""Files and folders put in their place whole: whoever looks sees the old or the new, never half of one.

Whatever is on its way lies beside its place under a name that begins with `PART`; a folder that makes room for a new
one is called `LEFT…` for the blink of an eye between two renames. `clear_leftovers` mends what a kill left of either.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from muui_maps.errors import MuuiError, naming

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from muui_maps.model import Text

PART = ".muui-part-"
LEFT = ".muui-left-"


def write_whole(file: Path, content: bytes) -> Path:
    """Write a file beside its place, onto the disk, and move it there; readable by all. Returns the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=PART)
    part = file.parent / name
    try:
        with naming(file):
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            part.chmod(0o644)  # mkstemp's files are for their owner alone
            part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return file


def place_folder(folder: Path, files: Mapping[str, bytes], *, ours: frozenset[str]) -> None:
    """Put a folder with these files in the place of the one that may be there.

    Parameters
    ----------
    files
        Name → content.
    ours
        Names of the files that the old folder has from an earlier time and that may go. Everything else in it belongs
        to somebody: it stays.
    """
    staged, left = folder.with_name(PART + folder.name), folder.with_name(LEFT + folder.name)
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    try:
        for name, content in files.items():
            with naming(folder / name), (staged / name).open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        if folder.is_dir():
            for other in sorted(folder.iterdir()):
                if other.name not in ours and other.name not in files:
                    _copy(other, staged / other.name)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    if folder.exists():
        folder.replace(left)
    staged.replace(folder)
    shutil.rmtree(left, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def clear_leftovers(folder: Path) -> None:
    """Finish or undo what a killed process left in `folder` on its way. Only whoever may write there calls it."""
    for left in sorted(folder.glob(f"{LEFT}*")):
        place = folder / left.name.removeprefix(LEFT)
        staged = folder / (PART + place.name)
        if not place.exists():
            # An old folder makes room only for a new one that is complete.
            (staged if staged.is_dir() else left).replace(place)
        shutil.rmtree(left, ignore_errors=True)
    for part in sorted(folder.rglob(f"{PART}*")):
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(file: Path, *, seconds: float, busy: Text) -> Iterator[None]:
    """Keep other processes waiting that want the same. The lock goes with the process, however it ends.

    Raises
    ------
    MuuiError
        Saying `busy`, if another process holds it for longer than `seconds`.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as held:
        deadline = time.monotonic() + seconds
        while not _try_lock(held.fileno()):
            if time.monotonic() > deadline:
                raise MuuiError(busy)
            time.sleep(0.02)
        yield


def _try_lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
