"""Building maps: every transfer, both languages, whole files, the same bytes, and nobody else's files touched."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest
from conftest import Run, write_station
from shared import REPOSITORY

from muui_maps import build as building
from muui_maps import cli_commands
from muui_maps.api import Atlas, open_atlas
from muui_maps.errors import UsageError
from muui_maps.resolve import file_stem


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return open_atlas()


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, atlas: Atlas) -> Path:
    """대림, built once: some of its transfers have no way today."""
    folder = tmp_path_factory.mktemp("build")
    result = building.build(atlas, [atlas.definition("대림")], folder, jobs=1)
    assert result.failed == ()
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def test_every_transfer_has_its_files_in_both_languages(out: Path, atlas: Atlas) -> None:
    loaded = atlas.load("대림")
    names = {file.name for file in (out / "daerim").iterdir()}
    for start, end in loaded.transfers:
        stem = file_stem(loaded.model, start, end)
        assert {f"{stem}.ko.html", f"{stem}.en.html"} <= names
    assert all(re.fullmatch(r"[a-z0-9_.-]+", name) for name in names), "plain letters on every system"


def test_a_transfer_without_a_way_says_so_what_blocks_it_and_whom_to_ask(out: Path) -> None:
    """신풍's platform has one lift, and the register says that it is under repair."""
    korean = (out / "daerim" / "7-sinpung_2-sindorim.ko.html").read_text(encoding="utf-8")
    english = (out / "daerim" / "7-sinpung_2-sindorim.en.html").read_text(encoding="utf-8")
    assert "갈 수 있는 길이 없어요" in korean
    assert "수리 중" in korean
    assert "No step-free way" in english
    assert "under repair" in english
    assert "tel:" in english
    assert '<html lang="ko">' in korean
    assert '<html lang="en">' in english


def test_the_index_leads_to_every_page_and_each_page_back(out: Path) -> None:
    for lang in ("ko", "en"):
        index = (out / f"index.{lang}.html").read_text(encoding="utf-8")
        pages = {f"daerim/{file.name}" for file in (out / "daerim").glob(f"*.{lang}.html")}
        assert set(re.findall(r'href="(daerim/[^"#]+)"', index)) == pages
        for page in pages:
            text = (out / page).read_text(encoding="utf-8")
            for href in re.findall(r'href="([^"#:]+)(?:#[^"]*)?"', text):
                assert ((out / page).parent / href).resolve().is_file(), f"{page} → {href}"


def test_the_date_is_the_datas_not_the_clocks(out: Path, atlas: Atlas) -> None:
    assert atlas.as_of is not None
    assert atlas.as_of in (out / "index.ko.html").read_text(encoding="utf-8")


def test_the_same_input_gives_the_same_bytes_however_many_processes(out: Path, atlas: Atlas, tmp_path: Path) -> None:
    building.build(atlas, [atlas.definition("대림")], tmp_path / "again", jobs=2)
    assert digests(tmp_path / "again") == digests(out)


def test_another_date_is_printed_and_a_wrong_one_is_refused(atlas: Atlas, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        building.build(atlas, [], tmp_path, as_of="2026-02-30")
    building.build(atlas, [], tmp_path, as_of="2026-05-01")
    assert "2026-05-01" in (tmp_path / "index.en.html").read_text(encoding="utf-8")


def test_what_an_earlier_build_made_goes_and_what_others_put_there_stays(out: Path, tmp_path: Path) -> None:
    folder = tmp_path / "daerim"
    shutil.copytree(out / "daerim", folder)
    (folder / "mine.txt").write_text("mine")
    manifest = folder / building.MANIFEST
    manifest.write_text(manifest.read_text("utf-8") + "old.ko.html\n../outside.txt\n", encoding="utf-8")
    (folder / "old.ko.html").write_text("old")
    (tmp_path / "outside.txt").write_text("outside")
    made = [f"daerim/{name}" for name in (out / "daerim" / building.MANIFEST).read_text("utf-8").splitlines()]
    building._tidy(folder, made)  # noqa: SLF001 - the rule itself, without drawing everything again
    assert not (folder / "old.ko.html").exists()
    assert (folder / "mine.txt").read_text() == "mine"
    assert (tmp_path / "outside.txt").exists()
    assert digests(folder).keys() - {"mine.txt"} == digests(out / "daerim").keys()


def test_a_build_that_is_killed_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "page.html"
    file.write_text("old, and whole")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("muui_maps.build.os.fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        building._write(file, b"new")  # noqa: SLF001 - the moment of the kill
    assert file.read_text() == "old, and whole"
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


def test_leftovers_of_a_killed_build_are_cleared(atlas: Atlas, tmp_path: Path) -> None:
    (tmp_path / "nowon").mkdir()
    left = tmp_path / "nowon" / f"{building.PART}abc"
    left.write_text("half")
    building.build(atlas, [], tmp_path)
    assert not left.exists()


def test_a_station_that_is_refused_does_not_cost_the_others(run: Run, workspace: Path, tmp_path: Path) -> None:
    write_station(workspace, "guro", 'id = "guro"\nlines = [{ line = "1" }, { line = "2" }]\n[names]\nko = "구로"\n')
    shutil.copytree(REPOSITORY / "stations" / "nowon", workspace / "stations" / "nowon")
    survey = workspace / "stations" / "guro" / "survey.csv"
    survey.write_text("a,b\n1,2\n", encoding="utf-8")
    ran = run("build", "guro", "대림", "--workspace", workspace, "--out", tmp_path / "out", "--json")
    assert ran.code == 4
    assert {each["station"] for each in ran.json["failed"]} == {"guro"}
    assert ran.json["failed"][0]["findings"]
    assert len(ran.json["built"]) == 8
    assert "guro" in ran.err


def test_a_folder_that_is_a_file_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    assert run("build", "노원", "--out", tmp_path / "out").code == 2


def test_other_formats_lie_beside_the_pages(atlas: Atlas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muui_maps.maps.pdf.render_map_pdf", lambda scene: b"%PDF- " + scene.id.encode())
    built = building.build(atlas, [atlas.definition("대림")], tmp_path, formats=("pdf",), jobs=1)
    found = next(each for each in built.built if each.found)
    stem = found.row.page
    names = {f"{stem}.{view}.{lang}.pdf" for view in ("cards", "section") for lang in ("ko", "en")}
    assert {Path(file).name for file in found.files} == names | {f"{stem}.ko.html", f"{stem}.en.html"}
    assert (tmp_path / f"{found.station}/{stem}.cards.ko.pdf").read_bytes().startswith(b"%PDF- cards-")


def test_the_command_offers_what_the_library_makes() -> None:
    assert cli_commands.FORMATS == building.FORMATS
