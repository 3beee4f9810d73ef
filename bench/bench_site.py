"""How large and how quick the riders' site of the five pilots is: `python bench/bench_site.py`.

Asked: under 30 s and under 15 MB for the whole site, under 150 KB compressed for the first view of a page. Processor
time is printed beside the clock's, because other work on the machine lengthens the one more than the other.
"""

from __future__ import annotations

import gzip
import os
import resource
import tempfile
import time
from pathlib import Path

from muui_maps.api import open_atlas
from muui_maps.site.making import make_site


def first_view(page: Path, site: Path) -> int:
    """Bytes that a browser asks for to show a page for the first time, compressed as a web server sends them."""
    shared = [site / "assets" / name for name in ("site.css", "site.js", "icon.svg")]
    own = [page, page.parent / "letters.css", *sorted(page.parent.glob("*.woff2"))]
    return sum(len(gzip.compress(file.read_bytes(), 9, mtime=0)) for file in (*own, *shared))


def main() -> None:
    atlas = open_atlas()
    with tempfile.TemporaryDirectory() as folder:
        site, began = Path(folder) / "site", time.perf_counter()
        made = make_site(atlas, atlas.chosen(set_name="pilot"), site)
        seconds = time.perf_counter() - began
        spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        busy = sum(each.ru_utime + each.ru_stime for each in spent)
        assert made.failed == ()  # noqa: S101 - half a site has no figures
        views = {page: first_view(page, site) for page in site.glob("*/*.html")}
        heaviest = max(views, key=lambda page: (views[page], page))
        began = time.perf_counter()
        again = make_site(atlas, atlas.chosen(set_name="pilot"), site)
        unchanged = time.perf_counter() - began
        assert len(again.unchanged) == len(made.stations)  # noqa: S101
    print(f"whole site of the pilots   {seconds:6.1f} s  (processor time {busy:.1f} s on {os.cpu_count()} processors)")
    print(f"the same again, unchanged  {unchanged:6.1f} s")
    print(f"size                       {made.size / 1e6:6.1f} MB in {made.files} files")
    print(f"heaviest first view        {views[heaviest] / 1e3:6.1f} KB  {heaviest.parent.name}/{heaviest.name}")


if __name__ == "__main__":
    main()
