"""A Chromium without network, windows of it, and the pages that are looked at, built once for all tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from muui_maps.api import open_atlas
from muui_maps.build import Wish, build, draw
from muui_maps.errors import NoRouteError
from muui_maps.files import locked
from muui_maps.maps.style import Theme
from muui_maps.model import Text
from muui_maps.site.making import make_site
from muui_maps.site.serving import in_background

WHOLE = bool(os.environ.get("MUUI_WHOLE_SITE"))
"""Whether all is looked at in both languages, also where a check of every change does with a part."""
FLAGS = (
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",  # widths are those of the font, as on the screens of phones
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
OWN = ("file:", "data:", "blob:", "about:", "http://localhost:", "http://127.0.0.1:")
PHONE, DESKTOP = 360, 1280
USUAL_PHONE = 390
PAPER = 718  # A4 between a browser's usual margins, in CSS pixels


def chromium_path() -> str:
    """The Chromium of this machine, as `set_up.sh` saw to it."""
    names = (os.environ.get("MUUI_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    assert found, "no Chromium here: run `make test-browser`, which installs one or says how"
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests; each window is a context of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Window:
    """A page of the browser that keeps account of what it asked for and complained of."""

    page: Any
    width: int
    height: int
    media: str = "screen"
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def show(self, file: Path) -> None:
        """Open a file and wait for its fonts."""
        self.page.goto(file.as_uri())
        if self.page.evaluate("typeof document === 'object'"):
            self.page.evaluate("document.fonts.ready.then(() => true)")

    def place(self, width: int, media: str = "screen") -> None:
        """Put the page as it stands into a window of another width, or on paper (`print`)."""
        if width != self.width:
            self.page.set_viewport_size({"width": width, "height": self.height})
        if media != self.media:
            self.page.emulate_media(media=media)
        self.width, self.media = width, media


Open = Callable[..., AbstractContextManager[Window]]


@pytest.fixture
def window(chromium: Any) -> Open:
    """Open a window: `with window(width=360, javascript=False) as shown: shown.show(file)`.

    When it closes, the test fails if the page asked for anything outside of this machine or had an error of its own.
    """

    @contextmanager
    def opened(*, width: int = DESKTOP, height: int = 900, **options: Any) -> Iterator[Window]:
        context = chromium.new_context(viewport={"width": width, "height": height}, **options)
        shown = Window(context.new_page(), width, height)
        shown.page.on("request", lambda asked: shown.asked.append(asked.url))
        shown.page.on("pageerror", lambda error: shown.errors.append(str(error)))
        shown.page.on("console", lambda said: shown.errors.extend([said.text] if said.type == "error" else []))
        yield shown
        context.close()
        assert [url for url in shown.asked if not url.startswith(OWN)] == [], "asked for something outside"
        assert shown.errors == []

    return opened


# ── what is looked at ────────────────────────────────────────────────────────

Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """A folder that is made once for all workers of a run: `once("site", make)`; `make` fills what it is given."""
    own = tmp_path_factory.getbasetemp()
    root = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    busy = Text("다른 작업자가 만드는 데 너무 오래 걸려요.", "another worker takes too long to make it")

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder = root / name
        with locked(root / f"{name}.lock", seconds=600, busy=busy):
            if not folder.exists():
                making = root / f"{name}.making"
                make(making)
                making.rename(folder)
        return folder

    return made


@dataclass(frozen=True)
class Look:
    """How pages are made: a theme and the size of print."""

    theme: Theme = "light"
    large_print: bool = False

    def __str__(self) -> str:
        return f"{self.theme}{'-large' if self.large_print else ''}"


Pages = Callable[[Look], Path]
DESPITE = "despite"
"""The folder of the transfers that have no way today, as they are once everything works again."""


@pytest.fixture(scope="session")
def pages(once: Once) -> Pages:
    """The folder of the pilots' transfers built in a look, once for all tests."""

    def built(look: Look) -> Path:
        return once(f"pages-{look}", lambda folder: _build(folder, look))

    return built


def _build(folder: Path, look: Look) -> None:
    atlas = open_atlas()
    pilots = atlas.chosen(set_name="pilot")
    if look.theme != "light":  # the same pages in other colours: two stations show it
        pilots = pilots[:2]
    made = build(atlas, pilots, folder, formats=("html",), theme=look.theme, large_print=look.large_print)
    assert made.failed == ()
    wish = Wish(("html",), ignore_status=True, theme=look.theme, large_print=look.large_print)
    for pilot in pilots:
        loaded = atlas.load(pilot.id)
        for pair in loaded.transfers:
            try:
                loaded.route(*pair)
            except NoRouteError:
                draw(loaded, [pair], folder / DESPITE, wish)


def transfers(folder: Path, lang: str) -> list[Path]:
    """The pages of all transfers in one language, those without a way today told as if everything worked as well."""
    found = sorted(folder.glob(f"*/*.{lang}.html")) + sorted(folder.glob(f"{DESPITE}/*/*.{lang}.html"))
    assert len(found) > 50
    return found


@pytest.fixture(scope="session")
def site(once: Once) -> Path:
    """The site of all pilots, made once for all tests."""

    def make(folder: Path) -> None:
        atlas = open_atlas()
        made = make_site(atlas, atlas.chosen(set_name="pilot"), folder, contact="maps@example.org")
        assert made.failed == ()

    return once("site", make)


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """Its address on this machine."""
    running, address = in_background(site)
    yield address
    running.shutdown()
    running.server_close()
