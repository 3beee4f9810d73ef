"""Make the bundled typefaces from npm packages; run by `make fonts`, never by the product.

    npm pack pretendard@1.3.9 && tar xzf pretendard-1.3.9.tgz
    python -m muui_maps.maps.typeface_subset package [package-of-noto-sans-jp package-of-noto-sans-sc]

Japanese and Chinese names have typefaces of their own, Noto Sans JP and SC with the characters of the names alone: the
same character is drawn otherwise in each.

Kept are Latin, digits, the marks that the maps use, the 2,350 syllables of KS X 1001, and every other syllable that
occurs in the project's tables. Layout features are left out on purpose: without kerning and ligatures the width of a
text is the sum of its advance widths, so `fonts.measure` is exact in every renderer. The licence reserves the name
`Pretendard` for unmodified files, so the cut-down family is called `Muui Sans`.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from muui_maps.maps.foreign import Names
from muui_maps.maps.foreign import characters as characters_of_words

FAMILY = "Muui Sans"
MARKS = "●■≈?≠→←↔↑↓–—·“”‘’±▲△▼▽…×÷°~≤≥•※○□◆①②③④⑤⑥⑦⑧⑨⑩−½"
HANGUL = range(0xAC00, 0xD7A4)
WINDOWS = 3  # platform of the names that every system reads
BLOCKS = ((0x20, 0x7E), (0xA0, 0x17F), (0x3131, 0x3163))


def ks_x_1001() -> set[str]:
    """The 2,350 syllables of KS X 1001, those that Python's `euc_kr` codec writes in two bytes."""
    return {char for char in map(chr, HANGUL) if len(char.encode("euc_kr", "replace")) == len("가".encode("euc_kr"))}


def syllables_in(folder: Path) -> set[str]:
    """Every Hangul syllable in the tables below a folder."""
    texts = (path.read_text("utf-8") for suffix in ("csv", "toml") for path in sorted(folder.rglob(f"*.{suffix}")))
    return {char for text in texts for char in text if ord(char) in HANGUL}


def characters(*folders: Path) -> set[int]:
    """Code points to keep."""
    kept = {code for first, last in BLOCKS for code in range(first, last + 1)} | {ord(char) for char in MARKS}
    kept |= {ord(char) for char in ks_x_1001() | {"밬"}}  # 밬 occurs in the national table of transfer routes
    for folder in folders:
        kept |= {ord(char) for char in syllables_in(folder)}
    return kept


def names_in(folder: Path, names: Names) -> set[str]:
    """Every character of the stations' names in a language, and of the words around them."""
    found = characters_of_words(names)
    with (folder / "data" / "facts" / "line_stations.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found |= set(row[f"name_{names}"])
    return found


def cut(source: Path, target: Path, weight: str, codes: set[int], family: str = FAMILY) -> None:
    """Write the subset of one weight, renamed; the same source gives the same bytes."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.recalc_timestamp = False
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "DSIG"]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    post_script = family.replace(" ", "") + "-" + weight
    names = {1: family, 2: weight, 3: post_script, 4: f"{family} {weight}", 6: post_script}
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in (0, 13, 14) and record.platformID == WINDOWS]
    for name_id, value in names.items():
        table.setName(value, name_id, WINDOWS, 1, 0x409)
    font.save(target)


def main(package: Path, *of_names: Path) -> None:
    """Write both weights and the licences beside this module; those of names where their packages are given."""
    here = Path(__file__).parent
    root = here.parent.parent
    codes = characters(root / "data", root / "stations")
    folder = here / "typefaces"
    for weight in ("Regular", "Bold"):
        source = package / "dist" / "public" / "static" / "alternative" / f"Pretendard-{weight}.ttf"
        cut(source, folder / f"MuuiSans-{weight}.ttf", weight, codes)
    (folder / "OFL.txt").write_bytes((package / "dist" / "LICENSE.txt").read_bytes())
    languages: tuple[Names, ...] = ("ja", "zh")
    for names, other in zip(languages, of_names, strict=False):
        wanted = {ord(char) for char in names_in(root, names)} - codes
        for weight, number in (("Regular", 400), ("Bold", 700)):
            source = next((other / f"{number}{weight}").glob("*.ttf"))
            target = folder / f"MuuiNames{names.upper()}-{weight}.ttf"
            cut(source, target, weight, wanted, f"Muui Names {names.upper()}")
        (folder / "OFL-Noto.txt").write_bytes((other / "LICENSE_FONT").read_bytes())


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
