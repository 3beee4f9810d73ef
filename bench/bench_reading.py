"""Reading indoor layers against the floor: inflating and decoding the same geometries kept as WKB in a ZIP.

    python bench/bench_reading.py DELIVERY [RUNS]

Both sides run in turn in one process, and both the best runs and the medians are compared: what else the machine does
falls on both alike.
The floor decodes no text, knows no coordinate system and makes no nouns.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import shapely

from muui_maps.sources.layers import open_layers
from muui_maps.sources.seoul_indoor import read_indoor

RUNS = 30


def as_wkb(delivery: Path) -> bytes:
    """The delivery's geometries as WKB, each after its length, a ZIP entry a layer."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for layer in open_layers(delivery).layers:
            shapes = [bytes(one) for one in shapely.to_wkb(layer.geometries)]
            archive.writestr(layer.name, b"".join(len(one).to_bytes(4, "little") + one for one in shapes))
    return buffer.getvalue()


def floor(packed: bytes) -> int:
    """Inflate and decode; how many geometries there are."""
    count = 0
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for name in archive.namelist():
            data, at, shapes = archive.read(name), 0, []
            while at < len(data):
                end = at + 4 + int.from_bytes(data[at : at + 4], "little")
                shapes.append(data[at + 4 : end])
                at = end
            count += len(shapely.from_wkb(shapes))
    return count


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(delivery: Path, runs: int = RUNS) -> dict[str, list[float]]:
    """Seconds of each run: of the floor, of the layers alone, and of the whole Fragment; and the first one, cold."""
    cold = timed(lambda: read_indoor(delivery))
    packed = as_wkb(delivery)
    taken: dict[str, list[float]] = {"cold": [cold], "floor": [], "layers": [], "fragment": []}
    for _ in range(runs):
        taken["floor"].append(timed(lambda: floor(packed)))
        taken["layers"].append(timed(lambda: open_layers(delivery)))
        taken["fragment"].append(timed(lambda: read_indoor(delivery)))
    return taken


def report(taken: dict[str, list[float]]) -> None:
    names = {
        "floor": "WKB in a ZIP, inflated and decoded (the floor)",
        "layers": "layers: checked, shapes and cells of text",
        "fragment": "fragment: in station metres, with all nouns",
    }
    runs = len(taken["floor"])
    print(f"\nReading, {runs} runs in turn{'best ms':>37} {'median ms':>10} {'best × floor':>13} {'median ×':>9}")
    for key, name in names.items():
        best, median = min(taken[key]), statistics.median(taken[key])
        times, usual = best / min(taken["floor"]), median / statistics.median(taken["floor"])
        bar = "   bar 10" if key != "floor" else ""
        print(f"{name:58} {best * 1e3:10.1f} {median * 1e3:10.1f} {times:13.1f} {usual:9.1f}{bar}")
    print(f"{'the first reading of a process, with the child to start':58} {taken['cold'][0] * 1e3:10.1f}")


if __name__ == "__main__":
    report(measure(Path(sys.argv[1]), *map(int, sys.argv[2:3])))
