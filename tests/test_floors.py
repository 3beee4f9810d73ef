"""The house has floors: a module imports only from lower ones, and each heavy library has its rooms."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "muui_maps"

# From the ground up. Modules on one floor may import each other; nothing imports from above.
#
#     cli ▲ cli_*            ┐ the roof: words in, words out
#     build  workers         │
#     api  comparison        │
#     exports  plain         │
#     insight/ maps/ forms/  │ what is made of a route
#     network/               │
#     assemble/              │ the narrow waist: one Station
#     workspace  resolve     │
#     tables sources/ survey/│ what is read
#     facts geo crs profiles │
#     errors model names …   ┘ the ground (and `romanise`, `wording`: words alone)
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"collecting", "errors", "files", "model", "names", "romanise", "wording"}),
    frozenset({"facts", "geo", "crs", "profiles", "definition"}),
    frozenset({"tables", "sources", "survey", "station_file", "weights", "districts"}),
    frozenset({"workspace", "resolve", "sets"}),
    frozenset({"assemble"}),
    frozenset({"network"}),
    frozenset({"insight", "maps", "forms"}),
    frozenset(
        {
            "api",
            "comparison",
            "exports",
            "exports_indoor",
            "fieldwork",
            "newstation",
            "plain",
            "plain_indoor",
            "plain_travel",
            "choosing",
            "city_lines",
            "travel",
            "open_package",
            "reporting",
            "fingerprint",
            "station_cache",
        }
    ),
    frozenset(
        {
            "build",
            "built",
            "handouts",
            "mapcheck",
            "plans",
            "site",
            "workers",
        }
    ),
    frozenset({"cli"}),
    frozenset({"__init__", "__main__"}),
)

# Library → the rooms that may import it (a type's name may be used anywhere). Everything else gets plain nouns.
ROOMS = {
    "networkx": {"network"},
    "scipy": {"network", "assemble", "insight.walking"},
    "geopandas": {"sources", "exports"},
    "fiona": {"sources", "exports", "exports_indoor", "open_package"},
    "pyogrio": {"sources", "exports"},
    "pandas": {"sources", "exports"},
    "shapely": {"sources", "exports", "assemble", "network", "insight", "maps", "geo"},
    "pyproj": {"geo", "crs"},
    "matplotlib": {"maps.raster", "insight.barrier_plots", "insight.canvas", "insight.plots"},
    "resvg": {"maps.raster"},
    "svgwrite": {"maps.svg"},
    "fontTools": {"maps"},
    "fpdf": {"maps.pdf"},
    "jinja2": {"maps", "site"},
    "openpyxl": {"sources", "survey", "forms"},
    "defusedxml": {"sources", "survey", "maps"},
    "pydantic": {"station_file", "station_cache", "built"},
    "dask": {"workers"},
    "distributed": {"workers"},
    "click": {"cli"},
    "rich": {"cli"},
}


def modules() -> list[tuple[str, Path]]:
    """Every module with its dotted name inside the package: `maps.cards`."""
    return [
        (".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"), file)
        for file in sorted(PACKAGE.rglob("*.py"))
        if "bundled" not in file.parts
    ]


def room(module: str) -> str:
    """`maps.cards` → `maps`; `cli_words` → `cli`."""
    first = module.split(".", maxsplit=1)[0]
    return "cli" if first.startswith("cli_") else first


def floor(module: str) -> int:
    found = [n for n, rooms in enumerate(FLOORS) if room(module) in rooms]
    assert found, f"muui_maps/{module}: say in tests/test_floors.py on which floor it stands"
    return found[0]


def imports(source: str) -> Iterator[tuple[str, int, bool]]:
    """What a module imports, wherever the import stands, with its row, and whether for a type checker alone."""
    tree = ast.parse(source)
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        typed = id(node) in for_types
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno, typed) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield f"{node.module}", node.lineno, typed
            # `from muui_maps import workspace` imports a module too
            if node.module == "muui_maps":
                yield from ((f"muui_maps.{alias.name}", node.lineno, typed) for alias in node.names)


def breaches(module: str, source: str) -> list[str]:
    found = []
    for name, row, typed in imports(source):
        top, _, inside = name.partition(".")
        if top == "muui_maps" and inside:
            target = inside if (PACKAGE / (inside.split(".")[0])).is_dir() else inside.split(".")[0]
            known = (PACKAGE / target.split(".")[0]).is_dir() or (PACKAGE / f"{target}.py").is_file()
            if known and room(target) != "model" and floor(target) > floor(module):
                found.append(f"{module}:{row} imports {target}, which stands on a higher floor")
        elif top in ROOMS and not typed and not {module, room(module)} & ROOMS[top]:
            found.append(f"{module}:{row} imports {top}, which lives in {', '.join(sorted(ROOMS[top]))}")
    return found


def test_nothing_imports_from_a_higher_floor_and_heavy_libraries_stay_in_their_rooms() -> None:
    assert [line for name, file in modules() for line in breaches(name, file.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("module", "source", "says"),
    [
        ("network.graph", "from muui_maps.maps.cards import x", "higher floor"),
        ("tables", "def f():\n    import muui_maps.workspace", "higher floor"),
        ("workspace", "from muui_maps import cli", "higher floor"),
        ("maps.cards", "import networkx as nx", "lives in network"),
        ("build", "def f():\n    from geopandas import GeoDataFrame", "lives in exports, sources"),
        ("maps.cards", "import matplotlib.pyplot", "lives in insight.barrier_plots, insight.canvas"),
    ],
)
def test_a_breach_is_found(module: str, source: str, says: str) -> None:
    assert len(breaches(module, source)) == 1
    assert says in breaches(module, source)[0]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("maps.cards", "from muui_maps.network.routes import find_route"),
        ("network.graph", "import networkx"),
        ("cli_words", "import click\nfrom muui_maps.build import build"),
        ("maps.raster", "import matplotlib"),
    ],
)
def test_a_step_down_or_a_librarys_own_room_is_no_breach(module: str, source: str) -> None:
    assert breaches(module, source) == []


def test_the_page_of_the_house_names_every_room() -> None:
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {room(name) for name, _ in modules()} - {"", "__init__", "__main__"}
    assert sorted(each for each in rooms if f"`{each}`" not in page and f"`{each}/`" not in page) == []


def test_the_commands_module_loads_nothing_heavy() -> None:
    """`muui-maps --version` answers at once because this holds."""
    code = "import sys, muui_maps.cli; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = set(ROOMS) - {"click"} | {"numpy"}
    assert sorted(heavy & {name.split(".")[0] for name in loaded}) == []
