"""The ledger as files: what is written, what is refused, what is private."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from ledger_samples import file_of, home, row, seen, store, values

from muui_maps.errors import InputRefusedError, MuuiError
from muui_maps.survey import ledger as ledger_module
from muui_maps.survey.claims import content_id, entry_dict, entry_from, entry_of, held_dict, held_from, held_of, raw_id
from muui_maps.survey.decide import Act, decide
from muui_maps.survey.ledger import Import, add_decision, add_import, locked, read_ledger
from muui_maps.survey.privacy import HIDDEN, is_personal, masked, pseudonym, split_raw

DOOR = ("4:EV:1", "door_width_mm")


def imports(folder: Path) -> list[Path]:
    return sorted((folder / "gaon" / "imports").glob("*.jsonl"))


# ── identity ─────────────────────────────────────────────────────────────────


def test_the_same_data_from_another_format_has_the_same_ids() -> None:
    csv = file_of([row(door_width_mm="820", note="ok")], name="a.csv").observations[0]
    xlsx = file_of([row(7, file="b.xlsx", door_width_mm="820.0", note="ok")], name="b.xlsx").observations[0]
    one, other = (entry_of(each, "gaon", pseudonym_key=b"")[0] for each in (csv, xlsx))
    assert (one.id, one.key, [claim.id for claim in one.claims]) == (
        other.id,
        other.key,
        [claim.id for claim in other.claims],
    )


@pytest.mark.parametrize(
    "change",
    [{"door_width_mm": "830"}, {"observed_at": "2026-05-02"}, {"note": "wet"}, {"surveyor": "R07"}, {"remark2": "x"}],
)
def test_two_visits_that_differ_in_anything_are_two(tmp_path: Path, change: dict[str, str]) -> None:
    report = store(tmp_path, file_of([row(door_width_mm="820"), row(3, **{"door_width_mm": "820", **change})]))
    assert report.total("stored") == 2


def test_a_forms_own_bookkeeping_makes_no_new_visit(tmp_path: Path) -> None:
    first = row(door_width_mm="820", _index="1", _submission_time="2026-05-01T10:00", start="10:00")
    again = row(3, door_width_mm="820", _index="77", _submission_time="2026-05-09T10:00", start="11:00")
    store(tmp_path, file_of([first]))
    assert store(tmp_path, file_of([again])).total("duplicates") == 1


def test_an_entry_and_a_held_row_survive_being_written_and_read() -> None:
    read = file_of(
        [
            row(door_width_mm="80~85cm", wait_seconds="모름", note="메모", photo="a.jpg", geopoint="37.65 127.06"),
            row(3, door_width_mm="82"),
        ]
    )
    entry, _ = entry_of(read.observations[0], "gaon", pseudonym_key=b"")
    assert entry_from(json.loads(json.dumps(entry_dict(entry))), "gaon", entry.file) == entry
    held, _ = held_of(read.quarantined[0])
    back = held_from(json.loads(json.dumps(held_dict(held))), "gaon", held.file)
    assert replace(back, reason=replace(back.reason, station=None)) == held


def test_an_id_does_not_depend_on_the_order_of_keys() -> None:
    assert content_id("c", {"a": 1, "b": [1, 2]}) == content_id("c", {"b": [1, 2], "a": 1})
    assert raw_id({"문 폭": "82", "x": ""}) == raw_id({"문폭": "82.0"})


# ── files ────────────────────────────────────────────────────────────────────


def test_an_import_is_one_file_named_after_its_day_and_file(tmp_path: Path) -> None:
    store(tmp_path, file_of([row(door_width_mm="820"), row(3, door_width_mm="82")], name="우리 조사 (1).csv"))
    (file,) = imports(tmp_path)
    assert file.name.startswith("2026-05-01-우리-조사-1-")
    head, *lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert (head["rows"], head["stored"], head["quarantined"]) == (2, 1, 1)
    assert [line["type"] for line in lines] == ["observation", "quarantine"]


def test_importing_again_writes_no_file(tmp_path: Path) -> None:
    read = file_of([row(door_width_mm="820")])
    store(tmp_path, read)
    before = [(file, file.read_bytes()) for file in imports(tmp_path)]
    assert store(tmp_path, read).stations[0].import_id is None
    assert [(file, file.read_bytes()) for file in imports(tmp_path)] == before


def test_rows_of_several_stations_go_to_their_own_ledgers(tmp_path: Path) -> None:
    rows = [
        row(door_width_mm="820"),
        row(3, station_id="naru", door_width_mm="820"),
        row(4, station_id="?nowhere", door_width_mm="820"),
    ]
    report = store(tmp_path, file_of(rows))
    assert [(each.station, each.rows) for each in report.stations] == [("_unplaced", 1), ("gaon", 1), ("naru", 1)]
    assert (tmp_path / "naru" / "imports").is_dir()


@pytest.mark.parametrize("damage", ["a line changed", "cut short", "two lines swapped", "conflict marks", "empty"])
def test_a_file_that_is_not_as_it_was_written_is_refused_whole(tmp_path: Path, damage: str) -> None:
    store(tmp_path, file_of([row(door_width_mm="820"), row(3, door_width_mm="900")]))
    (file,) = imports(tmp_path)
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text(
        {
            "a line changed": "".join(lines).replace("820", "821"),
            "cut short": "".join(lines)[:-20],
            "two lines swapped": "".join([lines[0], lines[2], lines[1]]),
            "conflict marks": "<<<<<<< ours\n" + "".join(lines),
            "empty": "",
        }[damage],
        encoding="utf-8",
    )
    with pytest.raises(InputRefusedError) as refused:
        read_ledger(home(tmp_path))
    (finding,) = refused.value.findings
    assert (finding.code, file.name in (finding.file or "")) == ("ledger_damaged", True)


def test_a_decision_that_was_edited_is_refused(tmp_path: Path) -> None:
    where = home(tmp_path)
    decision = decide((), Act.REJECT, "o-1", by="kim", reason="seen", decided_on="2026-06-01")
    with locked(where):
        add_decision(where, decision)
    assert read_ledger(where).decisions == (decision,)
    file = where.write / "decisions" / f"{decision.id}.json"
    file.write_text(file.read_text(encoding="utf-8").replace("kim", "lee"), encoding="utf-8")
    with pytest.raises(InputRefusedError):
        read_ledger(where)


def test_counts_that_do_not_add_up_are_never_written(tmp_path: Path) -> None:
    entry, _ = entry_of(file_of([row(door_width_mm="820")]).observations[0], "gaon", pseudonym_key=b"")
    where = home(tmp_path)
    with pytest.raises(MuuiError), locked(where):
        add_import(where, [entry], Import("", "x.csv", "csv", None, 2, 1, 0, 0), {})
    assert not (where.write / "imports").exists()


def test_who_waits_too_long_for_another_import_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "LOCK_SECONDS", 0.05)
    where = home(tmp_path)
    with locked(where), pytest.raises(MuuiError) as busy, locked(where):
        pytest.fail("two held the lock at once")
    assert "another import" in busy.value.message.en


def test_half_written_files_of_a_killed_import_are_not_read_and_go_away(tmp_path: Path) -> None:
    where = home(tmp_path)
    (where.write / "imports").mkdir(parents=True)
    half = where.write / "imports" / ".new-1-2026-x-000000000000.jsonl.part"
    half.write_text('{"ledger": 1', encoding="utf-8")
    assert read_ledger(where).entries == {}
    store(tmp_path, file_of([row(door_width_mm="820")]))
    assert not half.exists()


def test_two_folders_are_one_ledger(tmp_path: Path) -> None:
    store(tmp_path / "program", file_of([row(door_width_mm="820")]))
    store(tmp_path / "mine", file_of([row(3, observed_at="2026-05-04", door_width_mm="780")]))
    both = read_ledger(home(tmp_path / "mine", also=tmp_path / "program"))
    assert len(both.entries) == 2
    assert values(seen(tmp_path / "mine")) == {DOOR: 780.0}


# ── privacy ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("header", "personal"),
    [
        ("phonenumber", True), ("meta/deviceid", True), ("imei", True), ("username", True), ("이름", True),
        ("연락처", True), ("E-mail", True), ("_submitted_by", True), ("exif_gps", True), ("조사자", True),
        ("문폭", False), ("station_name_en", False), ("비고", False), ("feature_id", False), ("역명", False),
    ],
)  # fmt: skip
def test_personal_columns_are_known_by_their_names(header: str, personal: bool) -> None:  # noqa: FBT001
    assert is_personal(header) is personal


@pytest.mark.parametrize(
    "text", ["010-1234-5678", "01012345678", "+82 10-1234-5678", "02-345-6789 역무실", "a.b@c.kr 로"]
)
def test_phone_numbers_and_addresses_are_hidden_wherever_they_stand(text: str) -> None:
    assert HIDDEN in masked(f"연락 {text}")
    assert not any(part in masked(text) for part in ("1234", "345", "a.b"))


@pytest.mark.parametrize(
    "text", ["폭 820 mm", "2026-05-01 14:30", "4:EV:외부1", "3-1번 출구", "약 80~85", "37.65 127.06 30 5"]
)
def test_measures_dates_and_ids_are_no_phone_numbers(text: str) -> None:
    assert masked(text) == text


def test_a_surveyors_name_becomes_a_pseudonym_that_only_its_workspace_can_tell() -> None:
    assert pseudonym("김 무의", b"one") == pseudonym("김무의", b"one")
    assert pseudonym("김무의", b"one") != pseudonym("이무의", b"one")
    assert pseudonym("김무의", b"one") != pseudonym("김무의", b"other")
    assert "김" not in (pseudonym("김무의", b"one") or "")
    assert pseudonym("R07", b"one") == "R07"
    assert pseudonym(None, b"one") is pseudonym(" ", b"one") is None


def test_the_shared_ledger_tells_nobody_whose_name_it_was(tmp_path: Path) -> None:
    """Names can't be tried out: but for the pseudonym, which needs the key, two names leave the same text."""
    told = []
    for name in ("김무의", "이무의"):
        phone = "010-1234-5678" if name == "김무의" else "010-8765-4321"
        folder = tmp_path / name
        unreadable = row(3, surveyor=name, door_width_mm="82", 연락처=phone)
        store(folder, file_of([row(surveyor=name, door_width_mm="820", note="ok"), unreadable]))
        head, *lines = imports(folder)[0].read_text(encoding="utf-8").splitlines()
        by = {json.loads(line).pop("by", None) for line in lines}
        told.append([head, *({**json.loads(line), "by": None} for line in lines)])
        assert by - {None}
        assert not any(name in line for line in lines)
    assert told[0] == told[1]


def test_two_workspaces_agree_on_what_a_row_is_though_their_pseudonyms_differ(tmp_path: Path) -> None:
    rows = file_of([row(surveyor="김무의", door_width_mm="820"), row(3, surveyor="R07", door_width_mm="800")])
    for name in ("one", "other"):
        store(tmp_path / name, rows)
    one, other = (read_ledger(home(tmp_path / name)) for name in ("one", "other"))
    assert list(one.entries) == list(other.entries)
    by = [sorted(each.surveyor or "" for each in ledger.entries.values()) for ledger in (one, other)]
    assert by[0] != by[1]
    assert by[0][0] == by[1][0] == "R07"
    both = read_ledger(home(tmp_path / "one", also=tmp_path / "other"))
    assert list(both.entries) == list(one.entries)


def test_a_workspaces_key_is_made_once_and_never_committed(tmp_path: Path) -> None:
    folder = tmp_path / "_private"
    key = ledger_module.pseudonym_key(folder)
    assert ledger_module.pseudonym_key(folder) == key
    assert (folder / ".gitignore").read_text(encoding="utf-8") == "*\n"
    (folder / "pseudonym.key").write_bytes(key[:7])  # cut off while it was written: nobody has used it
    assert len(ledger_module.pseudonym_key(folder)) == len(key)


def test_an_import_without_names_and_a_dry_run_make_no_key(tmp_path: Path) -> None:
    store(tmp_path, file_of([row(surveyor="R07", door_width_mm="820")]))
    store(tmp_path, file_of([row(3, surveyor="김무의", door_width_mm="800")]), dry_run=True)
    assert not (tmp_path / "_private").exists()


def test_the_original_of_what_is_hidden_is_kept_apart() -> None:
    shared, private = split_raw({"이름": "김무의", "비고": "전화 010-1234-5678", "문폭": "820", "x": " "})
    assert shared == {"이름": HIDDEN, "비고": f"전화 {HIDDEN}", "문폭": "820"}
    assert private == {"이름": "김무의", "비고": "전화 010-1234-5678"}


def test_of_a_row_without_consent_nothing_is_shared(tmp_path: Path) -> None:
    store(tmp_path, file_of([row(consent="아니요", note="비밀", door_width_mm="820")]))
    (file,) = imports(tmp_path)
    assert "비밀" not in file.read_text(encoding="utf-8")
    (private,) = (tmp_path / "gaon" / "private").glob("*.jsonl")
    assert (private.parent / ".gitignore").read_text(encoding="utf-8") == "*\n"
    assert "비밀" in private.read_text(encoding="utf-8")
    assert private.stat().st_mode & 0o077 == 0


def test_a_row_whose_answer_on_consent_can_not_be_read_is_not_shared_either(tmp_path: Path) -> None:
    store(tmp_path, file_of([row(consent="글쎄", note="비밀", door_width_mm="82")]))
    (file,) = imports(tmp_path)
    assert "비밀" not in file.read_text(encoding="utf-8")


def test_consent_is_asked_before_anything_else_of_a_row_is_told(tmp_path: Path) -> None:
    report = store(tmp_path, file_of([row(consent="아니요", note="비밀", door_width_mm="82")]))
    assert [each.code for each in report.quarantine] == ["consent_refused"]
    assert "비밀" not in imports(tmp_path)[0].read_text(encoding="utf-8")
