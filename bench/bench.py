"""`make bench`: the figures that the documentation promises, measured on this machine and printed. Nothing is asserted.

Times depend on the machine and on what else it does; agreements don't.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from muui_maps.maps.options import Options

REPOSITORY = Path(__file__).resolve().parent.parent
PROGRAM = [sys.executable, "-m", "muui_maps"]


def seconds(arguments: Sequence[str], *, runs: int) -> float:
    """Median time of the program, from a cold start each."""
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([*PROGRAM, *arguments], cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def row(what: str, value: str, bar: str) -> None:
    print(f"{what:58} {value:>14}   {bar}")


def speed() -> None:
    print(f"\nSpeed (median; {os.cpu_count()} processors, Python {sys.version.split()[0]})")
    row("muui-maps --version", f"{seconds(['--version'], runs=7):.3f} s", "bar 0.2 s")
    route = ["route", "노원", "--from", "4:상계", "--to", "7:중계", "--json"]
    row("muui-maps route, cold", f"{seconds(route, runs=5):.2f} s", "bar 1.5 s")
    row("muui-maps compare, five stations", f"{seconds(['compare', '--json'], runs=1):.2f} s", "")
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        built = subprocess.run(
            [*PROGRAM, "build", "--set", "pilot", "--out", folder, "--json"],
            cwd=REPOSITORY,
            check=True,
            capture_output=True,
        )
        taken = time.perf_counter() - start
        content = json.loads(built.stdout)
        row(
            f"build --set pilot: {len(content['built'])} transfers, {content['files']} files",
            f"{taken:.1f} s",
            "bar 60 s",
        )
    # of all processes this one started, in KiB on Linux
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    row("peak memory of one process", f"{peak:.0f} MB", "bar 500 MB")


def views() -> None:
    """One transfer in one language, after loading, in processor time: what else runs here does not count."""
    from muui_maps.api import load
    from muui_maps.build import VIEWS, Wish, plan_b, view_scenes, way_back
    from muui_maps.maps.raster import pixels_of, render_png
    from muui_maps.maps.svg import render_svg
    from muui_maps.workers import call_helpers, do_beside

    print("\nViews (노원, Line 4 for 상계 → Line 7 for 중계, Korean; processor time, best of 5 after loading)")
    loaded = load("nowon")
    route = loaded.route("4:상계", "7:중계")
    options: Options = {"plan_b": plan_b(loaded, route.model, Wish()), "back": way_back(loaded, route.model, Wish())}
    taken: dict[str, tuple[list[float], list[float]]] = {view: ([], []) for view in VIEWS}
    for _ in range(5):
        for view in VIEWS:
            start = time.process_time()
            svgs = [render_svg(scene) for _, scene in view_scenes(loaded, route, view, "ko", options)]
            drawn = time.process_time()
            for svg in svgs:
                render_png(svg)
            taken[view][0].append((drawn - start) * 1000)
            taken[view][1].append((time.process_time() - drawn) * 1000)
    for view, (svg_ms, png_ms) in taken.items():
        row(f"{view}: SVG, then PNG", f"{min(svg_ms):.0f} + {min(png_ms):.0f} ms", "")
    row("all four views, SVG", f"{sum(min(svg) for svg, _ in taken.values()):.0f} ms", "bar 150 ms")
    row("all four views, PNG", f"{sum(min(png) for _, png in taken.values()):.0f} ms", "")
    processes = os.cpu_count() or 1
    scenes = [scene for view in VIEWS for _, scene in view_scenes(loaded, route, view, "ko", options)]
    svgs = [render_svg(scene) for scene in scenes]
    call_helpers(processes)
    waited = []
    for _ in range(5):
        start = time.perf_counter()
        do_beside(render_png, svgs, weight=pixels_of, processes=processes)
        waited.append((time.perf_counter() - start) * 1000)
    row(f"the same by {processes} processes, as `map` does it, on the wall", f"{min(waited):.0f} ms", "bar 500 ms")


def agreement() -> None:
    from muui_maps.api import open_atlas
    from muui_maps.comparison import compare

    atlas = open_atlas()
    print("\nAgreement (pilots)")
    result = compare(atlas, atlas.chosen(set_name="pilot"))
    for line in result.figures.lines("en"):
        print(line)


def coverage() -> None:
    """How many official routes the tables hold and, where the publishers' file is at hand, how much is explained."""
    from muui_maps.workspace import data_folder

    print("\nOfficial routes")
    data = data_folder()
    with (data / "facts" / "official_routes.csv").open(encoding="utf-8") as lines:
        routes = sum(1 for _ in lines) - 1
    with (data / "facts" / "official_acts.csv").open(encoding="utf-8") as lines:
        acts = sum(1 for _ in lines) - 1
    row("routes and acts in the tables", f"{routes:,} / {acts:,}", "")
    gold = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-k", "gold or coverage", "tests"],
        cwd=REPOSITORY,
        check=False,
        capture_output=True,
        text=True,
    )
    for line in gold.stdout.splitlines():
        if "%" in line:
            print(f"  {line.strip()}")


def main() -> None:
    speed()
    views()
    agreement()
    coverage()


if __name__ == "__main__":
    main()
