"""Drawn maps beside the stations as data: which station and way a map shows, drawn again, and what differs.

A map of ours says which way it shows (`maps/identity.py`). For one drawn elsewhere the caller says it; then its words
and colours are checked against the station.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muui_maps.build import Wish, view_options, view_scenes
from muui_maps.errors import NoRouteError, UsageError
from muui_maps.maps.lint.claims import false_claims, known_of, wrong_bullets, wrong_sum
from muui_maps.maps.lint.comparing import added, differences, texts
from muui_maps.maps.lint.reading import read_drawing
from muui_maps.maps.style import THEMES
from muui_maps.model import STOPPED, Finding, Severity, Text
from muui_maps.plain import finding_dict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from muui_maps.api import Atlas, LoadedRoute, LoadedStation
    from muui_maps.maps.foreign import Names
    from muui_maps.maps.lint.reading import Drawing
    from muui_maps.maps.options import Options
    from muui_maps.maps.scene import Scene
    from muui_maps.model import Route

NAMES: tuple[Names, ...] = ("ja", "zh")
OURS = ("cards", "section", "oblique")
"""Views of a way that `build` draws again to the letter; easy read, plates, plans and the overview are drawn too."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One map, checked.

    Parameters
    ----------
    facts
        What the map says it shows, or the caller said.
    compared
        How many texts and marks of the same map drawn anew were looked for; 0 where it was not drawn by this program.
    texts
        How many texts the map has.
    """

    file: str
    facts: Mapping[str, str]
    compared: int
    texts: int
    findings: tuple[Finding, ...]

    @property
    def is_false(self) -> bool:
        """Whether it says anything that the data don't."""
        return any(each.severity is Severity.ERROR for each in self.findings)

    def as_json(self) -> dict[str, Any]:
        """As `map check --json` writes it; its shape is `docs/schemas/map-check.json`."""
        told = ("view", "lang", "station", "from", "to", "profile")
        return {
            "file": self.file,
            **{key: self.facts.get(key) for key in told},
            "texts": self.texts,
            "compared": self.compared,
            "ok": not self.is_false,
            "findings": [finding_dict(each) for each in self.findings],
        }


def check_map(atlas: Atlas, file: Path, said: Mapping[str, str]) -> Checked:
    """Check one map.

    Parameters
    ----------
    said
        `station`, `from`, `to`, `profile` as the caller says them; they go before what the map says of itself.

    Raises
    ------
    InputRefusedError
        If the file is no SVG that can be read safely.
    UnknownNameError
        If its station, ends or profile are none.
    UsageError
        If nobody says which station it shows.
    """
    drawing = read_drawing(file.read_bytes(), file.name)
    facts = {**drawing.facts, **said}
    if "station" not in facts:
        raise UsageError(
            Text(
                f"{file.name}: 어느 역인지 적혀 있지 않아요. --station(과 --from, --to)을 주세요.",
                f"{file.name}: it does not say which station it shows: give --station (and --from, --to).",
            )
        )
    if ("from" in facts) != ("to" in facts):
        raise UsageError(Text("--from과 --to는 함께 쓰세요.", "--from and --to go together."))
    loaded = atlas.load(facts["station"])
    found = list(drawing.findings)
    try:
        route = _route(loaded, facts) if "from" in facts else None
    except NoRouteError as error:
        return Checked(file.name, facts, 0, len(texts(drawing)), (*found, _no_way(file.name, error)))
    again = None if said else _again(loaded, route, facts)
    if again is None:
        found += _by_words(loaded, route, drawing, file.name)
        compared = 0
    else:
        found += differences(again, drawing, file.name)
        told = [each.text for each in texts(again)]
        route_model = None if route is None else route.model
        known = known_of(loaded.model, route_model, told)
        found += [each for each in false_claims(added(again, drawing), known, file.name) if not _is_said(each, found)]
        compared = len(again.marks)
    found += wrong_bullets([m for m in drawing.marks if again is None or m.role is None], file.name)
    found += wrong_sum(drawing.marks, file.name)
    return Checked(file.name, facts, compared, len(texts(drawing)), tuple(dict.fromkeys(found)))


def _is_said(finding: Finding, found: list[Finding]) -> bool:
    """Whether the same slip was found already, at the same text."""
    return any(each.code == finding.code and each.value == finding.value for each in found)


def _route(loaded: LoadedStation, facts: Mapping[str, str]) -> LoadedRoute:
    known = {unit.id for unit in loaded.model.units}
    return loaded.route(
        facts["from"],
        facts["to"],
        profile=facts.get("profile", "manual_wheelchair"),
        without=[unit for unit in facts.get("without", "").split() if unit in known],
        ignore_status=facts.get("ignore-status") == "yes",
    )


def _again(loaded: LoadedStation, route: LoadedRoute | None, facts: Mapping[str, str]) -> Drawing | None:
    """The same map drawn from the data as they are now; None for what this program can't draw again."""
    theme = next((each for each in THEMES if each == facts.get("theme")), None)
    lang, view = facts.get("lang", ""), facts.get("view", "")
    if theme is None or lang not in {"ko", "en"}:
        return None
    from muui_maps.maps.svg import render_svg

    if view == "tactile" and route is not None:
        from muui_maps.maps.tactile import tactile

        plates = tactile(route.station, route.model, lang=lang, layers=loaded.layers).scenes
        plate = next((each for each in plates if ("page", facts.get("page", "")) in each.facts), None)
        return None if plate is None else read_drawing(render_svg(plate).encode(), "")
    look: dict[str, Any] = {
        "as_of": facts.get("as-of") or None,
        "theme": theme,
        "large_print": facts.get("size") == "large",
        "names": next((each for each in NAMES if each == facts.get("names")), ""),
    }
    scene = _scene(loaded, route, view, lang, look) if route else _floors(loaded, None, view, lang, look)
    return None if scene is None else read_drawing(render_svg(scene, embed_fonts=False).encode(), "")


def _floors(loaded: LoadedStation, route: Route | None, view: str, lang: str, look: dict[str, Any]) -> Scene | None:
    from muui_maps.maps.overview import overview_scene
    from muui_maps.plans import floor_plan, plan_name

    names = look.pop("names")
    if view == "overview":
        return overview_scene(loaded.model, lang=lang, **look)
    level = next((each.id for each in loaded.model.levels if plan_name(each.id) == view), None)
    return None if level is None else floor_plan(loaded, level, route, lang=lang, names=names, **look)


def _scene(loaded: LoadedStation, route: LoadedRoute, view: str, lang: str, look: dict[str, Any]) -> Scene | None:
    if view == "easy":
        from muui_maps.maps.easy import easy_scene

        told = (route.station, route.model, route.narration)
        return easy_scene(*told, lang=lang, as_of=look["as_of"], theme=look["theme"])
    if view not in OURS:
        return _floors(loaded, route.model, view, lang, look)
    wish = Wish(
        as_of=look["as_of"],
        profile=route.model.profile.id,
        without=route.model.unavailable,
        ignore_status=any(leg.unit is not None and leg.unit.status in STOPPED for leg in route.model.legs),
        theme=look["theme"],
        large_print=look["large_print"],
    )
    options: Options = {**view_options(loaded, route.model, wish), "names": look["names"]}
    return next(scene for _, scene in view_scenes(loaded, route, view, lang, options))


def _by_words(loaded: LoadedStation, route: LoadedRoute | None, drawing: Drawing, file: str) -> list[Finding]:
    """A map drawn elsewhere: its words against the station, its doors against the way."""
    told: list[str] = []
    if route is not None:
        for step in route.narration:
            told += [line.text.ko for line in step.lines] + [line.text.en for line in step.lines]
            told += [badge.text.ko + " 문" for badge in step.evidence]
    model = route.model if route is not None else None
    return list(false_claims(texts(drawing), known_of(loaded.model, model, told), file))


def _no_way(file: str, error: NoRouteError) -> Finding:
    blockers = error.blockers
    ko = " ".join(each.ko for each in blockers)
    en = " ".join(each.en for each in blockers)
    return Finding(
        "map_no_way",
        Severity.ERROR,
        Text(
            f"지도의 길을 지금 자료에서는 갈 수 없어요. {ko}".strip(),
            f"by the data there is no such way now. {en}".strip(),
        ),
        Text("지도를 거두거나 다시 그려 주세요.", "Withdraw the map, or draw it again."),
        file=file,
    )
