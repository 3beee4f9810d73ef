"""A workspace in which whoever could write something wrote something that should harm whoever reads it."""

from __future__ import annotations

import csv
from pathlib import Path

from conftest import Run

from muui_maps.workspace import bundled_folder

SCRIPT = "<script>window.harmed = 1; alert(1)</script>"
IMAGE = '"><img src=x onerror="window.harmed = 2; alert(2)">'
LINK = "javascript:alert(3)"
FORMULA = "=HYPERLINK(1)"
TURNED = "\u202edetrevni\u202c\u2066\u200b"
CONTROL = "\x0b\x1b[31m"
EVIL = f"{SCRIPT}{IMAGE}{LINK}{TURNED}{CONTROL}]]>&amp;</text></svg>"
HARMFUL = ("<script", "<img", "\u202e", "\u2066", "\x0b", "\x1b")
"""What must never stand as it is in anything that is drawn."""

LANDMARK = "<img src=x onerror=alert(1)>백화점 / <script>alert(1)<script>Store"
NOTE = f"{FORMULA} {EVIL}"
HEADER = [
    *("station", "line", "feature id", "kind", "observed at", "status", "door width", "nearest exit"),
    *("where", "note", "photo", "stops at", EVIL),
]


def hostile_workspace(run: Run, folder: Path) -> Path:
    """노원 with an evil note of its editors, an evil landmark in its survey, and an evil visit in its ledger."""
    station = folder / "ws" / "stations" / "nowon"
    station.mkdir(parents=True)
    bundled = bundled_folder() / "stations" / "nowon"
    toml = (bundled / "station.toml").read_text(encoding="utf-8")
    seen = f"{SCRIPT}{IMAGE}{LINK}]]>&amp;</text></svg>"  # the file refuses what can't be seen
    said = seen.replace('"', '\\"')
    notes = f'\n[[notes]]\nko = "{said}"\nen = "{said}"\ndate = "2026-11-01"\n'
    (station / "station.toml").write_text(toml + notes, encoding="utf-8")
    rows = list(csv.reader((bundled / "survey.csv").read_text(encoding="utf-8").splitlines()))
    for row in rows:
        row[-1] = LANDMARK if row[-2] == "landmark" else row[-1]
    with (station / "survey.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    with (folder / "visit.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        lift = ["Nowon", "4", "4:EV:내부1", "lift", "2026-05-01", "working"]
        writer.writerow([*lift, "82cm", "", EVIL, NOTE, "javascript:alert(1)", "", EVIL])
        writer.writerow([*lift, "75cm", "", EVIL, NOTE, "", "", EVIL])
        writer.writerow(["Nowon", "4", EVIL, "lift", "2026-05-01", "working", "82cm", "", EVIL, NOTE, "", "", FORMULA])
        writer.writerow([*lift[:5], EVIL, "82", EVIL, FORMULA, NOTE, "", "", FORMULA])
        writer.writerow(["Nowon", "4", "new", "lift", "2026-05-01", "", "90cm", "1", EVIL, NOTE, "", "1F, 2F", EVIL])
    ran = run("survey", "import", folder / "visit.csv", "--workspace", folder / "ws")
    assert ran.code == 6, ran.err
    return folder / "ws"
