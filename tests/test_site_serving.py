"""The preview of a site: this machine alone, one folder alone, and browsers told what each file is."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import Run

from muui_maps.site.serving import HOST, in_background, server


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("served")
    (folder / "secret.txt").write_text("secret", encoding="utf-8")
    site = folder / "site"
    (site / "nowon").mkdir(parents=True)
    (site / "empty").mkdir()
    for name in ("index.html", "404.html", "sw.js", "app.ko.webmanifest", ".muui-site", "nowon/index.html"):
        (site / name).write_text(name, encoding="utf-8")
    (site / "letters.woff2").write_bytes(b"wOF2")
    (site / "way out").symlink_to(folder / "secret.txt")
    running, where = in_background(site)
    yield where
    running.shutdown()
    running.server_close()


def get(address: str, path: str) -> tuple[int, str, bytes]:
    """Asked for as it stands: no client tidies the path up."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port or 0, timeout=10)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers.get("Content-Type", ""), content


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/nowon/", "text/html; charset=utf-8"),
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/app.ko.webmanifest", "application/manifest+json; charset=utf-8"),
        ("/letters.woff2", "font/woff2"),
        ("/index.html?from=4:%EC%83%81%EA%B3%84", "text/html; charset=utf-8"),
    ],
)
def test_each_file_goes_out_as_what_it_is(address: str, path: str, kind: str) -> None:
    status, told, content = get(address, path)
    assert (status, told) == (200, kind)
    assert content


@pytest.mark.parametrize(
    "path",
    [
        "/secret.txt",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/nowon/../../secret.txt",
        "/way%20out",
        "/.muui-site",
        "/%00",
        "/nowon\\..\\..\\secret.txt",
        "/empty/",
        "/nobody.html",
    ],
)
def test_what_is_not_there_or_not_for_showing_is_a_page_that_says_so(address: str, path: str) -> None:
    status, _, content = get(address, path)
    assert status == 404
    assert content == b"404.html"


def test_it_answers_on_this_machine_alone_and_says_when_the_port_is_taken(run: Run, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("", encoding="utf-8")
    made = server(tmp_path, port=0)
    try:
        assert made.server_address[0] == HOST == "127.0.0.1"
        ran = run("serve", tmp_path, "--port", str(made.server_address[1]))
    finally:
        made.server_close()
    assert ran.code == 2
    assert "--port" in ran.err
    assert "포트" in ran.err


def test_a_folder_without_a_site_is_refused_with_what_to_do(run: Run, tmp_path: Path) -> None:
    ran = run("serve", tmp_path)
    assert ran.code == 2
    assert "muui-maps site --out" in ran.err
