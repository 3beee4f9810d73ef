"""What a station's maps are made from, as one short text: if it is the same, so are their bytes.

It covers the program and its libraries, all open facts, everything in the station's own folder with its ledger of field
surveys and its indoor layers, and what was wished for. It is coarse on purpose: newer facts of any station make all
stations again, since the maps print the newest facts' date; a survey row makes its own station again.
"""

from __future__ import annotations

import hashlib
import sys
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from muui_maps.workspace import bundled_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muui_maps.api import Atlas
    from muui_maps.workspace import Definition

NOT_DRAWN = frozenset({"expected.json", "README.md"})
"""Files of a station's folder that no map is made from."""


def fingerprint(atlas: Atlas, definition: Definition, wish: object) -> str:
    """The key of a station's maps.

    Parameters
    ----------
    wish
        What was wished for; its `repr` must name all that changes a byte.
    """
    folders = {definition.folder, atlas.workspace.root / "stations" / definition.id}
    folders.add(bundled_folder() / "stations" / definition.id)
    layers = definition.indoor.layers if definition.indoor is not None else None
    parts = [_program(), _facts(atlas.data, _stamp(atlas.data)), repr(wish)]
    parts += [_content(each) for each in (*sorted(folders), *([layers] if layers is not None else []))]
    return _digest(part.encode() for part in parts)


def surroundings(atlas: Atlas) -> str:
    """The key of what the stations around a station are made from: the facts, and what editors wrote of each.

    What is surveyed at them is not in it: maps tell the way round a station by the facts alone.
    """
    files = [each.folder / "station.toml" for each in atlas.definitions]
    return _digest([_facts(atlas.data, _stamp(atlas.data)).encode(), *(each.read_bytes() for each in files)])


@cache
def _program() -> str:
    """The program's own code, templates and typefaces, and the versions of what it stands on."""
    package = Path(__file__).resolve().parent
    needed = metadata.requires("muui-maps") or []
    names = sorted({each.split(";")[0].split(">")[0].split("=")[0].strip() for each in needed if "extra" not in each})
    versions = [f"{name}={metadata.version(name)}" for name in names]
    files = [each for each in package.rglob("*") if "bundled" not in each.parts]
    return _digest([sys.version.encode(), *(each.encode() for each in versions), _files(package, files).encode()])


@lru_cache(maxsize=4)
def _facts(data: Path, stamp: tuple[tuple[str, int, int], ...]) -> str:
    del stamp  # tells a folder whose files were written since from the one that was read
    return _content(data)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    found = [(str(each), each.stat()) for each in sorted(folder.rglob("*")) if each.is_file()]
    return tuple((name, stat.st_size, stat.st_mtime_ns) for name, stat in found)


def _content(place: Path) -> str:
    return _files(place.parent, [place] if place.is_file() else place.rglob("*"))


def _files(root: Path, files: Iterable[Path]) -> str:
    """Names and content of files; caches, and what the system or an editor drops beside them, do not count."""
    counted = sorted(each for each in files if each.is_file() and _counts(each.relative_to(root)))
    return _digest(
        piece for each in counted for piece in (each.relative_to(root).as_posix().encode(), each.read_bytes())
    )


def _counts(file: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.parts)
    return not hidden and file.name not in NOT_DRAWN and file.suffix not in {".pyc", ".part"}


def _digest(pieces: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for piece in pieces:
        # Each piece's own digest, so that no two lists of pieces run together into the same bytes.
        whole.update(hashlib.sha256(piece).digest())
    return whole.hexdigest()[:32]
