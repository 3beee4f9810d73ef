"""Forms into files: the XLSForm in both languages at once, a sheet and a paper in each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.errors import NoRouteError, UsageError
from muui_maps.forms.asked import RouteAsked, StationForm, StepAsked, platform_text
from muui_maps.forms.paper import paper, paper_file_name
from muui_maps.forms.sheet import answer_sheet, sheet_file_name
from muui_maps.forms.xlsform import form_file_name, xlsform
from muui_maps.maps.narrate import narrate
from muui_maps.model import Endpoint, Text
from muui_maps.network.routes import find_route
from muui_maps.profiles import profile
from muui_maps.tables import write_files

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from muui_maps.model import Station

LANGUAGES = ("ko", "en")


def routes_asked(station: Station) -> tuple[tuple[RouteAsked, ...], tuple[Text, ...]]:
    """Every transfer that a wheelchair can make, in the words of its map; and those that it can't."""
    ends = [Endpoint(each.line, each.next_station.ko) for each in station.directions]
    who = profile("manual_wheelchair")
    found: list[RouteAsked] = []
    missing: list[Text] = []
    for start, end in ((start, end) for start in ends for end in ends if start.line != end.line):
        label = _label(station, start, end)
        try:
            route = find_route(station, start, end, profile=who, ignore_status=True)
        except NoRouteError:
            missing.append(label)
            continue
        steps = tuple(StepAsked(n, step.text) for n, step in enumerate(narrate(station, route), start=1))
        found.append(RouteAsked(f"{start.key}>{end.key}", label, steps))
    return tuple(found), tuple(missing)


def _label(station: Station, start: Endpoint, end: Endpoint) -> Text:
    first, last = (platform_text(station, each.line or "", each.direction or "") for each in (start, end))
    return Text(f"{first.ko} → {last.ko}", f"{first.en} → {last.en}")


def write_forms(station: Station, forms: Iterable[StationForm], folder: Path) -> tuple[Path, ...]:
    """Write each form into a folder: `nowon_facility.xlsform.xlsx`, `….ko.xlsx`, `….ko.pdf` and in English.

    All are made before the first is written, and all are written or none.

    Raises
    ------
    MuuiError
        If a file can't be written.
    """
    contents: dict[str, bytes] = {}
    for form in forms:
        names = [form_file_name(form)]
        names += [name(form, lang) for lang in LANGUAGES for name in (sheet_file_name, paper_file_name)]
        for name in names:
            lang = next((lang for lang in LANGUAGES if f".{lang}." in name), LANGUAGES[0])
            contents[name] = form_content(station, form, name, lang)
    write_files({folder / name: content for name, content in contents.items()})
    return tuple(folder / name for name in contents)


def form_content(station: Station, form: StationForm, name: str, lang: str) -> bytes:
    """A form in the format that a file's name asks for: `.xlsform.xlsx`, `.xlsx` or `.pdf`.

    Raises
    ------
    UsageError
        If the name asks for none of them.
    """
    if name.endswith(".xlsform.xlsx"):
        return xlsform(form)
    if name.endswith(".xlsx"):
        return answer_sheet(form, lang)
    if name.endswith(".pdf"):
        return paper(station, form, lang)
    raise UsageError(
        Text(
            f"파일 이름은 .pdf, .xlsx, .xlsform.xlsx 가운데 하나로 끝나야 해요: {name}",
            f"the file's name must end in .pdf, .xlsx or .xlsform.xlsx: {name}",
        )
    )
