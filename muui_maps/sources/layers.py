"""Safe opening of a foreign delivery of layers: a folder, a ZIP or a GeoPackage, whatever its files are called.

What a file is, is decided here by its first bytes, never by its name and never by GDAL: everything but shapefiles and
GeoPackages is refused. Archives are judged before anything is unpacked (`archives`), tables and shapes are checked
byte by byte (`dbf`, `shapefile`), and only copies of what is left, in a private folder and under names of ours, are
read by a child process that knows two formats (`gdal_worker`). A delivery with a broken file is refused whole and
leaves no trace; a broken row is set aside and listed.
"""

from __future__ import annotations

import tempfile
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muui_maps.sources import gdal_worker
from muui_maps.sources.archives import LIMITS, Files, Limits, first_bytes, listing, read_files, refused
from muui_maps.sources.dbf import Decoder, Table
from muui_maps.sources.indoor_notices import notice
from muui_maps.sources.shapefile import SHP_MAGIC, Shapes, check_shapes, packed, plain_wkb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from muui_maps.model import Finding

    Geometries = NDArray[np.object_]

_SQLITE = b"SQLite format 3\0"
_GEOPACKAGE_IDS = (b"GPKG", b"GP10", b"GP11")
_MAX_PRJ_BYTES = 64 << 10
_MAX_CPG_BYTES = 64
_SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer as delivered: its rows have a shape that can be used and cells of text.

    Parameters
    ----------
    name
        Of the file without its suffix, or of the table.
    file
        Where its rows stand, for Findings: the `.dbf`, or the GeoPackage.
    numbers
        Which record each row is: from 1, or the feature id of a GeoPackage.
    geometries
        shapely geometries in the delivery's coordinates, flat, finite, none of them empty.
    crs
        Text of its `.prj`, or `EPSG:5186`; None where nothing is stated.
    """

    name: str
    file: str
    numbers: tuple[int, ...]
    geometries: Geometries
    columns: Mapping[str, tuple[str | None, ...]]
    crs: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered.

    Parameters
    ----------
    files
        What else was asked for by name (`also`), by its name inside the delivery.
    unwanted
        Names of layers that were not read because they are not `wanted`.
    findings
        What was refused, set aside, guessed or passed by.
    """

    source: str
    layers: tuple[Layer, ...]
    files: Mapping[str, bytes]
    unwanted: tuple[str, ...]
    findings: tuple[Finding, ...]


def open_layers(
    path: Path,
    *,
    encoding: str | None = None,
    restore_shx: bool = False,
    also: Iterable[str] = (),
    wanted: Callable[[str], bool] | None = None,
    limits: Limits = LIMITS,
) -> Delivery:
    """Read the layers of a folder, a ZIP or a GeoPackage.

    Parameters
    ----------
    encoding
        Of the tables' texts, where the person knows better than `.cpg`.
    restore_shx
        Read shapefiles without an index by making one for the time of reading; the source stays as it is.
    also
        Names of further files to hand over unread (`muui.csv`).
    wanted
        Which layers to read, by name; all if None.

    Raises
    ------
    InputRefusedError
        If a file is none that is accepted, is broken, or is beyond a limit: the findings name every file that is. The
        source is never written to, and no other file remains.
    """
    gdal_worker.start()  # it needs a quarter of a second, which we spend on the archive; plain shapes don't wait for it
    files = read_files(path, limits=limits, also=also)
    opening = _Opening(files, limits, Decoder(encoding), list(files.findings))
    sets, packages = _sort_out(files, opening)
    opening.unwanted += [one.name for one in sets if wanted is not None and not wanted(one.name)]
    sets = [one for one in sets if wanted is None or wanted(one.name)]
    checked = [opening.check(one, restore_shx=restore_shx) for one in sets]
    layers = opening.read([one for one in checked if one is not None], packages, wanted)
    opening.stop_on_errors()
    sides = {name: data for name, data in files.parts.items() if _suffix(name) not in (*_SHAPE_PARTS, ".gpkg")}
    return Delivery(files.source, tuple(layers), sides, tuple(opening.unwanted), tuple(opening.findings))


@dataclass(frozen=True, slots=True)
class _Set:
    """The parts of one shapefile: suffix → name inside the delivery."""

    name: str
    parts: Mapping[str, str]

    @property
    def shp(self) -> str:
        return self.parts[".shp"]


# ── what is there ────────────────────────────────────────────────────────────


def _sort_out(files: Files, opening: _Opening) -> tuple[list[_Set], list[str]]:
    """Shapefiles and GeoPackages of a delivery; refuses it if there is neither, or if two layers have one name."""
    groups: dict[tuple[str, str], dict[str, str]] = {}
    packages = []
    is_alone = len(files.parts) == 1 and not files.others
    for name in files.parts:
        suffix = _suffix(name)
        if suffix == ".shp" or (suffix in _SHAPE_PARTS and not is_alone):
            folder, _, base = name.rpartition("/")
            groups.setdefault((folder, base[: -len(suffix)].casefold()), {})[suffix] = name
        elif suffix == ".gpkg" or is_alone:
            if _is_geopackage(files.parts[name]):
                packages.append(name)
            else:
                code = "format_not_allowed" if files.parts[name] else "file_empty"
                opening.fault(notice(code, file=name, first=first_bytes(files.parts[name])))
    sets = sorted(_sets(groups, opening), key=lambda one: one.shp)
    opening.stop_on_errors()
    _refuse_twins(sets, packages, opening)
    if not sets and not packages:
        opening.fault(notice("archive_no_layer", file=files.source, found=listing(files)))
    opening.stop_on_errors()
    return sets, packages


def _sets(groups: Mapping[tuple[str, str], dict[str, str]], opening: _Opening) -> Iterator[_Set]:
    for parts in groups.values():
        if ".shp" in parts:
            stem = parts[".shp"].rpartition("/")[2][:-4]
            yield _Set(unicodedata.normalize("NFC", stem), parts)
        elif ".shx" in parts:
            opening.fault(_part_missing(parts[".shx"], ".shp"))
        else:  # a table or a `.prj` by itself is no layer
            opening.findings += [notice("archive_skipped", file=name) for name in parts.values()]


def _refuse_twins(sets: Sequence[_Set], packages: Sequence[str], opening: _Opening) -> None:
    """The same layer in two folders, or more GeoPackages than one: which is meant, nobody says."""
    by_name: dict[str, list[str]] = {}
    for one in sets:
        by_name.setdefault(one.name.casefold(), []).append(one.shp)
    twins = [names for names in by_name.values() if len(names) > 1]
    if len(packages) + bool(sets) > 1:
        twins.append([*packages, *(one.shp for one in sets[:1])])
    for names in twins:
        opening.fault(notice("archive_ambiguous", file=opening.files.source, value=names[0], found=", ".join(names)))


def _is_geopackage(data: bytes) -> bool:
    return data.startswith(_SQLITE) and data[68:72] in _GEOPACKAGE_IDS


def _part_missing(present: str, suffix: str) -> Finding:
    base = present.rpartition("/")[2]
    missing = f"{base[:-4]}{suffix}"
    is_index = suffix == ".shx"
    return notice(
        "shp_part_missing",
        file=present,
        layer=base[:-4],
        value=missing,
        missing=missing,
        beside=base,
        also_ko=" 또는 --restore-shx를 붙이면 임시로 만들어 읽어요." if is_index else "",
        also_en=" Or add --restore-shx to make one for reading." if is_index else "",
    )


def _suffix(name: str) -> str:
    return f".{name.rsplit('.', 1)[-1].casefold()}" if "." in name.rpartition("/")[2] else ""


# ── checking and reading ─────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Checked:
    """A shapefile whose bytes passed.

    Parameters
    ----------
    wkb
        Of each good record; None for those of `left` until GDAL has read them.
    left
        Which good records only GDAL can read: of several rings or parts, or with heights.
    """

    set: _Set
    shapes: Shapes
    wkb: list[bytes | None]
    left: tuple[int, ...]


@dataclass(slots=True)
class _Opening:
    """A delivery being opened: what is wrong with it so far."""

    files: Files
    limits: Limits
    decoder: Decoder
    findings: list[Finding]
    faults: list[Finding] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)

    def fault(self, *findings: Finding) -> None:
        """A fault of a file: the delivery will be refused, once all its files were looked at."""
        self.findings += findings
        self.faults += findings

    def stop_on_errors(self) -> None:
        if self.faults:
            raise refused(self.files.source, self.findings, self.faults)

    def data(self, name: str) -> bytes:
        return self.files.parts[name]

    def check(self, one: _Set, *, restore_shx: bool) -> _Checked | None:
        """Its shapes' bytes."""
        if not self.data(one.shp).startswith(SHP_MAGIC):
            code = "format_not_allowed" if self.data(one.shp) else "file_empty"
            self.fault(notice(code, file=one.shp, layer=one.name, first=first_bytes(self.data(one.shp))))
            return None
        missing = [suffix for suffix in (".shx", ".dbf") if suffix not in one.parts]
        if ".shx" in missing and restore_shx:
            missing.remove(".shx")
            self.findings.append(notice("shx_restored", file=one.shp, layer=one.name))
        if missing:
            self.fault(*(_part_missing(one.shp, suffix) for suffix in missing))
            return None
        index = self.data(one.parts[".shx"]) if ".shx" in one.parts else None
        shapes = check_shapes(self.data(one.shp), index, file=one.shp, layer=one.name)
        if not isinstance(shapes, Shapes):
            self.fault(*shapes)
            return None
        self.findings += shapes.findings
        wkb = plain_wkb(shapes)
        return _Checked(one, shapes, wkb, tuple([n for n, shape in enumerate(wkb) if shape is None]))

    def read(
        self, checked: Sequence[_Checked], packages: Sequence[str], wanted: Callable[[str], bool] | None
    ) -> list[Layer]:
        """The child reads what is not plain while we read the tables."""
        groups = _by_kind(checked)
        tables, answered = self._ask(groups, checked, packages)
        if len(groups) < sum(map(len, groups)) and any("error" in read.head for read in answered[: len(groups)]):
            # One of those that were read together can't be: which, only reading each by itself tells.
            groups = [[one] for group in groups for one in group]
            answered = self._ask(groups, (), packages)[1]
        self.stop_on_errors()
        self._deal_out(groups, answered)
        self.stop_on_errors()
        raw = [self._shapefile(one, table) for one, table in zip(checked, tables, strict=True) if table is not None]
        packed = [self._package(packages[0], read, wanted) for read in answered[len(groups) :]]
        return _with_geometries([*raw, *(one for one in packed if one is not None)], self.findings)

    def _ask(
        self, groups: Sequence[Sequence[_Checked]], checked: Sequence[_Checked], packages: Sequence[str]
    ) -> tuple[list[Table | None], list[gdal_worker.ReadLayer]]:
        """What the child reads of the shapes, and what we read of the tables meanwhile."""
        if not groups and not packages:
            return [self._table(one) for one in checked], []
        with tempfile.TemporaryDirectory(prefix="muui-") as private, ThreadPoolExecutor(1) as pool:
            names = _copy(Path(private), groups, [self.data(name) for name in packages])
            answer = pool.submit(gdal_worker.read, Path(private), names, self.limits)
            tables = [self._table(one) for one in checked]
            try:
                return tables, answer.result()
            except gdal_worker.ChildStoppedError as error:
                self.fault(_stopped(self.files.source, self.limits, timed_out=error.timed_out))
        raise refused(self.files.source, self.findings, self.faults)

    def _deal_out(self, groups: Sequence[Sequence[_Checked]], answered: Sequence[gdal_worker.ReadLayer]) -> None:
        """The shapes that were read together, to each file its own."""
        for group, read in zip(groups, answered, strict=False):  # the tables of a GeoPackage come after them
            where: dict[str, Any] = {"file": group[0].set.shp, "layer": group[0].set.name}
            if self._is_unreadable(read, where):
                continue
            expected = sum(len(one.left) for one in group)
            if len(read.wkb) != expected:
                self.fault(notice("layer_unreadable", **where, why=f"{len(read.wkb)} ≠ {expected}"))
                continue
            shapes = iter(read.wkb)
            for one in group:
                for n in one.left:
                    one.wkb[n] = next(shapes)

    def _table(self, one: _Checked) -> Table | None:
        file = one.set.parts[".dbf"]
        cpg = one.set.parts.get(".cpg")
        table = self.decoder.table(
            self.data(file),
            file=file,
            layer=one.set.name,
            cpg=(cpg, self.data(cpg)[:_MAX_CPG_BYTES]) if cpg else None,
            shapes=one.shapes.records,
        )
        if not isinstance(table, Table):
            self.fault(*table)
            return None
        if table.records != one.shapes.records:
            counts: dict[str, Any] = {"shapes": one.shapes.records, "rows": table.records}
            self.fault(notice("shp_dbf_count_mismatch", file=file, layer=one.set.name, **counts))
            return None
        self.findings += table.findings
        return table

    def _shapefile(self, one: _Checked, table: Table) -> _Raw:
        where: dict[str, Any] = {"file": one.set.shp, "layer": one.set.name}
        live = set(table.numbers)
        for number in one.shapes.empty:
            if number in live:
                self.findings.append(notice("geometry_null", **where, row=number))
        if not table.records:
            self.findings.append(notice("layer_empty", **where))
        numbers, wkb = one.shapes.numbers, one.wkb
        kept: Sequence[int] = range(len(wkb))
        if numbers != table.numbers:
            row_of = {number: n for n, number in enumerate(table.numbers)}
            here = [n for n, number in enumerate(numbers) if number in row_of]
            numbers, wkb = tuple(numbers[n] for n in here), [wkb[n] for n in here]
            kept = [row_of[number] for number in numbers]
        prj = one.set.parts.get(".prj")
        return _Raw(
            where={"file": one.set.parts[".dbf"], "layer": one.set.name},
            numbers=numbers,
            wkb=wkb,
            columns=table.columns,
            rows=kept,
            crs=self.data(prj)[:_MAX_PRJ_BYTES].decode("utf-8", "replace").strip("\ufeff\0 \r\n\t") if prj else None,
        )

    def _package(self, file: str, read: gdal_worker.ReadLayer, wanted: Callable[[str], bool] | None) -> _Raw | None:
        """A table of a GeoPackage."""
        head = read.head
        name = unicodedata.normalize("NFC", str(head.get("name", "")))
        where: dict[str, Any] = {"file": file, "layer": name or None}
        for fault in head.get("faults", ()):
            self.fault(notice(fault["code"], **{**where, "layer": fault["table"]}, module=fault.get("module")))
        if "faults" in head or self._is_unreadable(read, where):
            return None
        if wanted is not None and not wanted(name):
            self.unwanted.append(name)
            return None
        if head.get("attributes"):
            where |= {"why_ko": "도형이 없는 표예요", "why_en": "a table without shapes"}
            self.findings.append(notice("layer_skipped", **where))
            return None
        if not head["rows"]:
            self.findings.append(notice("layer_empty", **where))
        if "Z" in str(head["kind"]).split() or "M" in str(head["kind"]).split():
            what: dict[str, Any] = {"what_ko": "높이(Z)와 M 값은 쓰지 않았어요"}
            what["what_en"] = "heights (Z) and M values are not used"
            self.findings.append(notice("geometry_type_converted", **where, **what))
        columns = {_nfc(column): tuple(map(_cell, cells)) for column, cells in head["columns"].items()}
        numbers = tuple(int(n) for n in head["numbers"])
        return _Raw(where, numbers, list(read.wkb), columns, range(len(numbers)), head["crs"])

    def _is_unreadable(self, read: gdal_worker.ReadLayer, where: dict[str, Any]) -> bool:
        self.findings += [notice("reader_says", **where, why=why) for why in read.head.get("warnings", ())]
        if error := read.head.get("error"):
            self.fault(notice("layer_unreadable", **where, why=str(error)))
        return bool(error)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _cell(text: str | None) -> str | None:
    return _nfc(text).strip() or None if text else None


def _by_kind(checked: Sequence[_Checked]) -> list[list[_Checked]]:
    """Shapefiles with shapes for GDAL, by their kind: one file for all is read many times faster than one for each."""
    full = [one for one in checked if one.left]
    return [[one for one in full if one.shapes.kind == kind] for kind in sorted({one.shapes.kind for one in full})]


def _copy(folder: Path, groups: Sequence[Sequence[_Checked]], packages: Sequence[bytes]) -> list[str]:
    """Write the copies that the child reads, under names that say nothing; no other part is ever beside them."""
    names = []
    for n, group in enumerate(groups):
        shp, shx = packed(group[0].shapes.kind, [one.shapes.good[n] for one in group for n in one.left])
        (folder / f"{n:04}.shp").write_bytes(shp)
        (folder / f"{n:04}.shx").write_bytes(shx)
        names.append(f"{n:04}.shp")
    for n, data in enumerate(packages, len(groups)):
        (folder / f"{n:04}.gpkg").write_bytes(data)
        names.append(f"{n:04}.gpkg")
    return names


def _stopped(source: str, limits: Limits, *, timed_out: bool) -> Finding:
    why_ko = f"{limits.seconds:g}초가 지났어요" if timed_out else "메모리 한도를 넘었거나 파일이 망가졌어요"
    why_en = f"it took over {limits.seconds:g} s" if timed_out else "it broke off, or needed more memory than allowed"
    return notice("reader_stopped", file=source, why_ko=why_ko, why_en=why_en)


# ── shapes ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Raw:
    """A layer whose shapes are still bytes. `rows` says which row of `columns` each shape has."""

    where: dict[str, Any]
    numbers: tuple[int, ...]
    wkb: list[bytes | None]
    columns: Mapping[str, tuple[str | None, ...]]
    rows: Sequence[int]
    crs: str | None


def _with_geometries(raw: Sequence[_Raw], findings: list[Finding]) -> list[Layer]:
    """All shapes of a delivery at once, and each row that has a usable one."""
    import numpy as np
    import shapely

    wkb = np.array([shape for one in raw for shape in one.wkb], dtype=object)
    with np.errstate(all="ignore"):  # NaN and 1e300 are told below, row by row
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
        lengths = shapely.length(shapes)
    is_usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    coordinates, owners = shapely.get_coordinates(shapes, return_index=True)
    is_finite = np.ones(len(shapes), bool)
    is_finite[owners[~np.logical_and(*np.isfinite(coordinates).T)]] = False
    is_line = np.isin(shapely.get_type_id(shapes), [1, 5])
    too_short = is_line & is_usable & is_finite & (lengths == 0)
    is_good = is_usable & is_finite & ~too_short
    layers, at = [], 0
    for one in raw:
        here = slice(at, at + len(one.wkb))
        at += len(one.wkb)
        good = is_good[here]
        for n in np.flatnonzero(~good):
            code = _fault(one.wkb[n], shapes[here][n], is_finite=is_finite[here][n], is_line=is_line[here][n])
            findings.append(notice(code, **one.where, row=one.numbers[n]))
        layers.append(_layer(one, shapes[here], good))
    return layers


def _fault(wkb: bytes | None, shape: object, *, is_finite: bool, is_line: bool) -> str:
    if wkb is None:
        return "geometry_null"
    if shape is None:
        # GEOS takes no line of one point; WKB says the kind in its second byte.
        return "line_too_short" if len(wkb) > 1 and wkb[1] in (2, 5) else "geometry_unreadable"
    if not is_finite:
        return "coord_not_finite"
    return "line_too_short" if is_line and not getattr(shape, "is_empty", False) else "geometry_null"


def _layer(one: _Raw, shapes: Geometries, good: Any) -> Layer:  # noqa: ANN401 - an array of truths
    name, file, crs = one.where["layer"], one.where["file"], one.crs or None
    if good.all() and isinstance(one.rows, range):  # as good as always
        return Layer(name, file, one.numbers, shapes, one.columns, crs)
    kept = good.nonzero()[0].tolist()
    rows = [one.rows[n] for n in kept]
    columns = {column: tuple([cells[row] for row in rows]) for column, cells in one.columns.items()}
    return Layer(name, file, tuple([one.numbers[n] for n in kept]), shapes[good], columns, crs)
