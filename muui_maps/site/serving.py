"""A preview of a site on this machine alone. It is no server for the world: any web host takes the folder as it is."""

from __future__ import annotations

import errno
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from muui_maps.errors import UsageError
from muui_maps.model import Text

if TYPE_CHECKING:
    from http.server import HTTPServer

HOST = "127.0.0.1"
DEFAULT_PORT = 8000

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json; charset=utf-8",
}
"""What browsers must hear of each kind of file; the machine's own table may know less."""


class _Handler(SimpleHTTPRequestHandler):
    """Files of one folder and nothing else: no listing, no dot files, no way out, not even by a link."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **TYPES}  # noqa: RUF012 - as the base class has it

    def send_head(self) -> Any:  # noqa: ANN401 - as the base class has it
        file = self._wanted()
        if file is None:
            self._lost()
            return None
        return super().send_head()

    def _wanted(self) -> Path | None:
        """The file asked for, if there is one that may be shown."""
        root = Path(self.directory).resolve()
        parts = [unquote(part) for part in urlsplit(self.path).path.split("/") if part]
        if any(part.startswith(".") or "\0" in part or "\\" in part or "/" in part for part in parts):
            return None
        file = root.joinpath(*parts).resolve()
        if not file.is_relative_to(root):
            return None
        if file.is_dir():
            return file if (file / "index.html").is_file() else None
        return file if file.is_file() else None

    def _lost(self) -> None:
        page = Path(self.directory) / "404.html"
        content = page.read_bytes() if page.is_file() else b"404\n"
        self.send_response(404)
        self.send_header("Content-Type", TYPES[".html"] if page.is_file() else "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing: the preview's reader looks at the browser."""


def server(folder: Path, *, port: int = DEFAULT_PORT) -> HTTPServer:
    """A server of the folder on this machine alone, listening; `serve_forever` is the caller's.

    Raises
    ------
    UsageError
        If the folder is none, or has no `index.html`, or the port is taken or not to be had.
    """
    if not (folder / "index.html").is_file():
        raise UsageError(
            Text(
                f"{folder}에 index.html이 없어요. 먼저 만드세요: muui-maps site --out {folder}",
                f"there is no index.html in {folder}: make it first with muui-maps site --out {folder}",
            )
        )
    try:
        return ThreadingHTTPServer((HOST, port), partial(_Handler, directory=str(folder)))
    except OSError as error:
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise UsageError(
                Text(
                    f"포트 {port}를 쓸 수 없어요(다른 프로그램이 쓰고 있을 수 있어요). --port로 다른 번호를 고르세요.",
                    f"port {port} can't be had (another program may use it): choose another with --port.",
                )
            ) from None
        raise


def in_background(folder: Path) -> tuple[HTTPServer, str]:
    """A server on a free port in a thread of its own, and its address; `shutdown` ends it."""
    made = server(folder, port=0)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    return made, f"http://{HOST}:{made.server_address[1]}/"
