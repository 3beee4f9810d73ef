"""Step-free transfer maps of subway stations, from open data and field surveys.

>>> import muui_maps as mm
>>> station = mm.load("nowon")
>>> route = station.route("4:상계", "7:중계", profile="manual_wheelchair")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muui_maps.api import LoadedRoute, LoadedStation, load, load_all
    from muui_maps.errors import (
        InputRefusedError,
        MuuiError,
        NoRouteError,
        RowsSetAsideError,
        UnknownNameError,
        UsageError,
    )

__version__ = "0.1.0"

__all__ = [
    "InputRefusedError",
    "LoadedRoute",
    "LoadedStation",
    "MuuiError",
    "NoRouteError",
    "RowsSetAsideError",
    "UnknownNameError",
    "UsageError",
    "__version__",
    "load",
    "load_all",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute can be anything
    # Loaded when first asked for: `muui-maps --version` needs none of it.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from muui_maps import api, errors

    return getattr(api, name, None) or getattr(errors, name)
