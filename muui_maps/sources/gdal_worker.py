"""Reading foreign files with GDAL in a child process, so that the caller's own GDAL stays as it was.

GDAL reads `GDAL_SKIP` only when it loads, and a driver that is there can be reached by a file's content whatever its
name. So the child starts with every driver skipped but shapefiles and GeoPackages (it checks that itself and refuses
to work otherwise), without access to the network through `/vsicurl`, with no environment of ours, and with bounds on
time and memory. It gets copies in a private folder under names that we chose.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from muui_maps.sources.archives import Limits

_SCRIPT = Path(__file__).with_name("gdal_child.py")
_SKIPPED = (
    "ADBC,AIVector,AVCBin,AVCE00,AmigoCloud,ARCGEN,BNA,CAD,CSV,CSW,Carto,Cloudant,CouchDB,DB2ODBC,DGN,DODS,"
    "DXF,EDIGEO,EEDA,ESRIJSON,Elasticsearch,FileGDB,FlatGeobuf,GDALG,GFT,GML,GMLAS,GPSBabel,GPSTrackMaker,"
    "GPX,GTFS,GeoJSON,GeoJSONSeq,GeoRSS,Geoconcept,HTTP,Idrisi,Interlis 1,Interlis 2,JML,JSONFG,KML,LIBKML,"
    "LVBAG,MBTiles,MVT,MapInfo File,MapML,MiraMonVector,NGW,OAPIF,ODS,OGCAPI,OGDI,OGR_GMT,OGR_PDS,OGR_SDTS,"
    "OGR_VRT,OSM,OpenFileGDB,PCIDSK,PDF,PDS4,PGDUMP,PLSCENES,PMTiles,Parquet,Arrow,PostgreSQL,REC,S57,"
    "SEGUKOOA,SEGY,SQLite,SUA,SVG,SXF,Selafin,TIGER,TopoJSON,UK .NTF,VDV,VFK,VICAR,Walk,WAsP,WFS,XLS,XLSX,"
    "XODR,XPlane,netCDF,VRT,GTI,DERIVED,GNMFile,GNMDatabase,MySQL,MSSQLSpatial,ODBC,PGeo,OCI,SOSI,HANA,"
    "TileDB,BAG,WMS,WMTS,WCS,STACTA,STACIT"
)
"""Drivers that the child does without. Those of a newer GDAL are found by the child, which then starts once more."""

_ANSWER_LIMIT = 1 << 32
_PIPE_BYTES = 1 << 20 if sys.platform == "linux" else -1


class ChildStoppedError(Exception):
    """The child ended without an answer: it crashed, ran out of memory, or took too long."""

    def __init__(self, *, timed_out: bool) -> None:
        super().__init__("the child process stopped")
        self.timed_out = timed_out


@dataclass(frozen=True, slots=True)
class ReadLayer:
    """What the child says about one layer: its head (see `gdal_child`), and WKB of each row, None for no geometry."""

    head: Mapping[str, Any]
    wkb: tuple[bytes | None, ...]


def environment(skipped: str = _SKIPPED) -> dict[str, str]:
    """What the child sees: nothing of the caller's, and a GDAL that opens two formats and no address.

    `CPL_VSIL_CURL_ALLOWED_FILENAME` lets GDAL's network file systems open that one name, which does not exist, and the
    proxy leads nowhere should anything else try.
    """
    nowhere = "http://127.0.0.1:9"
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {
        "GDAL_SKIP": skipped,
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_HTTP_MAX_RETRY": "0",
        "GDAL_HTTP_PROXY": nowhere,
        "GDAL_PAM_ENABLED": "NO",
        "GDAL_PYTHON_DRIVER_PATH": "",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
        "http_proxy": nowhere,
        "https_proxy": nowhere,
        "OGR_SQLITE_LOAD_EXTENSIONS": "",
        "OGR_SQLITE_PRAGMA": "trusted_schema=OFF",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONIOENCODING": "utf-8",
        "SHAPE_RESTORE_SHX": "NO",
        "SHAPE_ENCODING": "",
    }


class _Child:
    """A running child process. Ends when told to, when its input ends, or when its time is up."""

    def __init__(self, skipped: str) -> None:
        self.owner = os.getpid()
        self.has_greeted = False
        self.process = subprocess.Popen(  # noqa: S603 - our own script
            [sys.executable, "-I", "-B", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(skipped),
            cwd=tempfile.gettempdir(),
            pipesize=_PIPE_BYTES,
            start_new_session=True,  # so that it and what it forks can be ended together
        )
        self.input = cast("IO[bytes]", self.process.stdin)
        self.output = cast("IO[bytes]", self.process.stdout)

    def refused_drivers(self) -> list[str]:
        """Wait until it is ready; drivers that its GDAL knows and should not."""
        self.has_greeted = True
        return [str(name) for name in self._head()["refused_drivers"]]

    def ask(self, request: dict[str, Any]) -> list[ReadLayer]:
        """Its answer; the token keeps an answer from being taken for another's."""
        token = secrets.token_hex(8)
        self.input.write(json.dumps({**request, "token": token}).encode() + b"\n")
        self.input.flush()
        head = self._head()
        if head["token"] != token:
            raise EOFError
        return [ReadLayer(layer, self._geometries(layer)) for layer in head["layers"]]

    def _head(self) -> dict[str, Any]:
        size = int.from_bytes(self._exactly(8), "little")
        head = json.loads(self._exactly(size))
        return dict(head)

    def _geometries(self, layer: Mapping[str, Any]) -> tuple[bytes | None, ...]:
        rows = int(layer.get("rows", 0))
        data = self._exactly(int(layer.get("bytes", 0)))
        if not data:
            return ()
        lengths = memoryview(data)[: 4 * rows].cast("i").tolist()
        found: list[bytes | None] = []
        at = 4 * rows
        for length in lengths:
            found.append(None if length < 0 else data[at : at + length])
            at += max(0, length)
        if at != len(data):
            raise EOFError
        return tuple(found)

    def _exactly(self, size: int) -> bytes:
        """That many bytes; an answer that is shorter, or longer than any of ours, is no answer."""
        data = self.output.read(size) if 0 <= size <= _ANSWER_LIMIT else b""
        if len(data) != size:
            raise EOFError
        return data

    def kill(self) -> None:
        """End it and what it forked."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()

    def close(self) -> None:
        self.kill()
        for pipe in (self.input, self.output):
            with contextlib.suppress(OSError):
                pipe.close()
        self.process.wait()


@dataclass(slots=True)
class _Nursery:
    """The one child of this process, started when first needed and again after it was stopped."""

    lock: threading.Lock
    skipped: str = _SKIPPED
    child: _Child | None = None

    def start(self) -> _Child:
        if self.child is not None and self.child.owner != os.getpid():
            self.child = None  # a fork of ours: the child belongs to the parent
        if self.child is None:
            self.child = _Child(self.skipped)
        return self.child

    def ready(self) -> _Child:
        child = self.start()
        if not child.has_greeted and (found := child.refused_drivers()):
            child.close()
            self.skipped = ",".join([self.skipped, *found])
            self.child = child = _Child(self.skipped)
            if child.refused_drivers():
                raise EOFError
        return child

    def stop(self) -> None:
        if self.child is not None and self.child.owner == os.getpid():
            self.child.close()
        self.child = None


_NURSERY = _Nursery(threading.Lock())


def start() -> None:
    """Let the child start while the caller does something else."""
    with _NURSERY.lock:
        _NURSERY.start()


@atexit.register
def stop() -> None:
    """End the child; the next request starts another."""
    with _NURSERY.lock:
        _NURSERY.stop()


def read(folder: Path, names: Sequence[str], limits: Limits) -> list[ReadLayer]:
    """What the child reads of those files of a private folder, in their order; a GeoPackage gives a layer a table.

    Raises
    ------
    ChildStoppedError
        If it ends without an answer, or after `limits.seconds`. The next request starts another.
    """
    request = {
        "folder": str(folder),
        "files": list(names),
        "seconds": limits.seconds,
        "memory_bytes": limits.memory_bytes,
    }
    is_late = threading.Event()
    with _NURSERY.lock:
        child = _NURSERY.start()

        def end_it() -> None:
            is_late.set()
            child.kill()

        timer = threading.Timer(limits.seconds, end_it)
        timer.start()
        try:
            child = _NURSERY.ready()
            return child.ask(request)
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            _NURSERY.stop()
            raise ChildStoppedError(timed_out=is_late.is_set()) from error
        finally:
            timer.cancel()
