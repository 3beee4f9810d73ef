"""A station's pages: its own, one for each transfer, and two for each platform (to the exits, and from them).

A page holds its usual answer as plain HTML, and all other answers packed beside it. So it says the most important thing
without a script, and the rest without a network.

What is made of transfers and what of exits share nothing but the station: they can be made in two places at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from muui_maps.maps import summary, words
from muui_maps.maps.narrate import narrate
from muui_maps.maps.page import block_content, foot_content, header_content, route_told, step_content, strong
from muui_maps.maps.parts import other, said
from muui_maps.model import STOPPED, Endpoint, LinkKind, Route, Status, Text, UnitKind
from muui_maps.profiles import DEFAULT_PROFILE, PROFILES
from muui_maps.resolve import file_stem
from muui_maps.romanise import slug
from muui_maps.site.answers import Answer, Asked, NoWay, Pair
from muui_maps.site.lightening import light_svg
from muui_maps.site.packing import Pack
from muui_maps.site.report import Reports
from muui_maps.site.views import VIEWS, Kept, Told, View, path_text
from muui_maps.site.wording import UI
from muui_maps.site.writing import LANGUAGES, json_in_attribute, page, part, svg
from muui_maps.wording import STATUS_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from markupsafe import Markup

    from muui_maps.api import LoadedStation
    from muui_maps.maps.options import Options
    from muui_maps.maps.page import Block, RouteTold
    from muui_maps.maps.steps import Step
    from muui_maps.model import Profile, Station, Unit
    from muui_maps.sources.live_status import StatusFile

FONTS = "letters.css"
"""The style sheet of a station's letters, beside its pages."""
TRANSFERS, EXITS = "transfers", "exits"
"""The halves of a station's pages. Each has a file of the pictures that stand apart: `transfers.ko.js`."""

_ICONS = {
    LinkKind.WHEELCHAIR_LIFT: "wheelchair_lift",
    LinkKind.ESCALATOR: "escalator",
    LinkKind.STAIRS: "stairs",
    LinkKind.MOVING_WALK: "moving_walk",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """The date to print on all pages, where reports are to be sent, and the operator's register of today."""

    as_of: str | None = None
    contact: str | None = None
    status: StatusFile | None = None


@dataclass(frozen=True, slots=True)
class _Narrated:
    """An answer, and in both languages the steps and all else that is told of its way, if it has one."""

    answer: Answer
    steps: tuple[Step, ...]
    told: RouteTold | None


class StationPages:
    """The pages of one station, in both languages.

    Parameters
    ----------
    half
        `TRANSFERS` or `EXITS`: whose pages these are.
    """

    def __init__(
        self, loaded: LoadedStation, wish: Wish, datasets: Mapping[str, Text], *, half: str = TRANSFERS
    ) -> None:
        self.loaded, self.station = loaded, loaded.model
        self.wish, self.datasets, self.half = wish, datasets, half
        self.asked = Asked(loaded)
        self.reports = Reports(self.station)
        self.platforms = tuple(Endpoint(each.line, each.next_station.ko) for each in self.station.directions)
        self.letters: set[str] = set()
        self._drawn: dict[object, tuple[Profile, tuple[str, ...]]] = {}
        self._kept = Kept()
        self._apart = {lang: Pack() for lang in LANGUAGES}
        self._units = {unit.id: unit for unit in self.station.units}

    @cached_property
    def exits(self) -> tuple[Endpoint, ...]:
        """The exits that the data know, in the order of their numbers."""
        return tuple(Endpoint(exit=number) for number in sorted(self.station.exits, key=_in_numbers))

    def transfer(self, pair: Pair) -> Iterator[tuple[str, str]]:
        """File name and content of a transfer's page, in each language."""
        answers = tuple(self.asked.answers(pair))
        stem = file_stem(self.station, *pair)
        back = f"{file_stem(self.station, pair[1], pair[0])}" if (pair[1], pair[0]) in self.loaded.transfers else None
        narrated = self._narrated(answers)
        for lang in LANGUAGES:
            pack = Pack()
            pieces = [self._answer(each, lang, VIEWS) for each in narrated]
            numbers = [pack.add(each) for each in pieces]
            yield (
                f"{stem}.{lang}.html",
                self._page(
                    lang,
                    stem,
                    title=self._title(pair, lang),
                    description=self._description(answers[0], lang),
                    answer=pieces[0],
                    ends=(),
                    back=f"{back}.{lang}.html" if back else None,
                    answers=answers,
                    ways=self._packed(pack, _table(answers, numbers), lang),
                ),
            )

    def to_exits(self, platform: Endpoint, *, inwards: bool) -> Iterator[tuple[str, str]]:
        """File name and content of the page of one platform and all exits, in each language."""
        pairs = [(each, platform) if inwards else (platform, each) for each in self.exits]
        asked = {pair: tuple(self.asked.answers(pair)) for pair in pairs}
        told = {pair: self._narrated(answers) for pair, answers in asked.items()}
        stem = exits_stem(self.station, platform, inwards=inwards)
        back = exits_stem(self.station, platform, inwards=not inwards)
        whole = tuple(each for answers in asked.values() for each in answers)
        for lang in LANGUAGES:
            pack, numbers, ends = Pack(), [], []
            nearest = _quickest(answers[0] for answers in asked.values())
            for pair, narrated in told.items():
                for each in narrated:
                    usual = each.answer.profile == DEFAULT_PROFILE and not each.answer.out
                    numbers.append(pack.add(self._answer(each, lang, VIEWS if usual else ())))
                pictured = [view for view in VIEWS if narrated[0].answer is nearest and not view.apart]
                ends.append(self._exit(pair, narrated[0], lang, pictured))
            yield (
                f"{stem}.{lang}.html",
                self._page(
                    lang,
                    stem,
                    title=self._exits_title(platform, lang, inwards=inwards),
                    description=self._exits_title(platform, lang, inwards=inwards),
                    answer="",
                    ends=ends,
                    back=f"{back}.{lang}.html",
                    answers=whole,
                    ways=self._packed(pack, _table(whole, numbers), lang),
                ),
            )

    def pictures(self) -> Iterator[tuple[str, str]]:
        """File name and content of what stands apart from the pages made so far, in each language.

        A script, since that is all that a page opened as a file may ask for; `site.js` unpacks what it hands over.
        """
        for lang, pack in self._apart.items():
            if not len(pack):
                continue
            self.letters |= pack.letters
            yield f"{self.half}.{lang}.js", f'muuiPictures("{pack.text()}");\n'

    def own(self) -> Iterator[tuple[str, str]]:
        """File name and content of the station's own page, in each language."""
        for lang in LANGUAGES:
            name = words.station_text(self.station)
            yield (
                f"index.{lang}.html",
                self._lettered(
                    "station.html.j2",
                    lang,
                    root="../",
                    fonts=FONTS,
                    other_href=f"index.{other(lang)}.html",
                    as_of=self.wish.as_of,
                    title=said(name, lang),
                    name=said(name, lang),
                    name_other=said(name, other(lang)),
                    lines=self.station.lines,
                    starts=[self._start(each, lang) for each in self.platforms],
                    lifts=[_lift(unit, lang) for unit in self.station.units if unit.kind in _LIFTS],
                    toilets=[strong(said(summary.toilet_note(each).body, lang)) for each in self.station.toilets],
                    phones=sorted(self.station.phones.items()),
                ),
            )

    # ── the station's page ──────────────────────────────────────────────────

    def _start(self, start: Endpoint, lang: str) -> dict[str, Any]:
        ends = [end for begin, end in self.loaded.transfers if begin == start]
        exits = {
            f"{way}_href": f"{exits_stem(self.station, start, inwards=way == 'in')}.{lang}.html" if self.exits else ""
            for way in ("out", "in")
        }
        return self._end(start, lang) | exits | {"to": [self._goal(start, end, lang) for end in ends]}

    def _goal(self, start: Endpoint, end: Endpoint, lang: str) -> dict[str, Any]:
        found = self.asked.route((start, end), DEFAULT_PROFILE)
        href = f"{file_stem(self.station, start, end)}.{lang}.html"
        goal = self._end(end, lang) | {"href": href, "minutes": "", "told": ""}
        if isinstance(found, NoWay):
            return goal
        return goal | {"minutes": _minutes(found, lang), "told": _told(found, lang)}

    def _end(self, end: Endpoint, lang: str) -> dict[str, Any]:
        if end.line is None:
            name = said(summary.endpoint_text(self.station, end), lang)
            return {"key": end.key, "line": None, "towards": name, "terminus": ""}
        terminus = words.terminus(self.station, end.line, end.direction)
        towards = words.towards(self.station, end.line, end.direction)
        return {
            "key": end.key,
            "line": end.line,
            "towards": said(towards, lang),
            "terminus": said(terminus, lang) if terminus else "",
        }

    # ── a page of ways ──────────────────────────────────────────────────────

    def _page(self, lang: str, stem: str, *, answers: Sequence[Answer], **content: object) -> str:
        units = [unit for unit in self._units if any(unit == each.out for each in answers)]
        return self._lettered(
            "way.html.j2",
            lang,
            root="../",
            fonts=FONTS,
            other_href=f"{stem}.{other(lang)}.html",
            as_of=self.wish.as_of,
            apart=self.half,
            contact=self.wish.contact,
            station_name=said(words.station_text(self.station), lang),
            profiles=[(each.id, said(each.name, lang)) for each in PROFILES.values()],
            units=[(unit, said(words.unit_with_line(self._units[unit]), lang)) for unit in units],
            **content,
        )

    def _lettered(self, template: str, lang: str, **content: Any) -> str:  # noqa: ANN401 - what a template takes
        """A page; its letters are noted, so that the station's typeface has them."""
        made = page(template, lang, **content)
        self.letters |= set(made)
        return made

    def _packed(self, pack: Pack, table: Mapping[str, object], lang: str) -> str:
        names = {unit: said(words.unit_with_line(each), lang) for unit, each in self._units.items()}
        self.letters |= pack.letters
        return pack.text(answers=table, units=names)

    def _narrated(self, answers: Iterable[Answer]) -> list[_Narrated]:
        found = []
        for each in answers:
            steps: tuple[Step, ...] = ()
            told = None
            if isinstance(each.found, Route):
                steps = narrate(self.station, each.found)
                told = route_told(
                    self.station, each.found, steps, plan_b=each.plan_b, back=each.back, datasets=self.datasets
                )
            found.append(_Narrated(each, steps, told))
        return found

    def _answer(self, narrated: _Narrated, lang: str, views: Sequence[View]) -> str:
        """One answer as it stands in a page, with the pictures of these views, or the numbers of those kept apart."""
        answer, told, steps = narrated.answer, narrated.told, narrated.steps
        second = other(lang)
        name = words.station_text(self.station)
        ends = [said(summary.endpoint_text(self.station, each), second) for each in (answer.start, answer.end)]
        head = {
            "station": said(name, lang),
            "title_other": f"{said(name, second)}: {ends[0]} → {ends[1]}",
            "start": self._end(answer.start, lang),
            "finish": self._end(answer.end, lang),
            "out_text": said(words.unit_with_line(self._units[answer.out]), lang) if answer.out else "",
            "profile": said(PROFILES[answer.profile].name, lang),
        }
        if isinstance(answer.found, NoWay):
            return part("answer.html.j2", lang, head | self._no_way(answer, answer.found, lang))
        assert told is not None  # noqa: S101 - a way is told
        seen = [self.reports.seen_at(answer.found, step, out=answer.out) for step in steps]
        content = head | header_content(told, lang)
        content |= {
            "path": path_text(answer.found),
            "blockers": None,
            "parts": _parts(answer.found, lang),
            "cards": [
                _card(step, (*each.cells.items(), ("question", each.question)), lang)
                for step, each in zip(steps, seen, strict=True)
            ],
            "pictures": [each for view in views if (each := self._pictures(view, narrated, lang))],
            "blocks": [_block(each, lang) for each in told.blocks],
            "foot": _foot(told.unknowns, told.sources, lang),
        }
        return part("answer.html.j2", lang, content)

    def _pictures(self, view: View, narrated: _Narrated, lang: str) -> dict[str, Any] | None:
        """A view's pictures: as markup, or as numbers among those kept apart."""
        answer, steps = narrated.answer, narrated.steps
        assert isinstance(answer.found, Route)  # noqa: S101 - only a way has pictures
        options: Options = {
            "plan_b": answer.plan_b,
            "back": answer.back,
            "as_of": self.wish.as_of,
            "datasets": self.datasets,
        }
        drawn = self._draw(view, Told(self.loaded, answer.found, steps, options, self._kept), lang)
        if not drawn:
            return None
        apart = [self._apart[lang].add(each) for each in drawn] if view.apart else []
        svgs = [] if view.apart else [svg(each) for each in drawn]
        return {"id": view.id, "title": said(view.title, lang), "svgs": svgs, "apart": apart}

    def _draw(self, view: View, told: Told, lang: str) -> tuple[str, ...]:
        """A way that is the same for two travellers is drawn once; only the description says who travels."""
        who, key = told.route.profile, (view.id, lang, view.figures(told))
        if key not in self._drawn:
            scenes = view.draw(told, lang)
            made = tuple(light_svg(each) for each in scenes)
            self._drawn[key] = (who, made)
        first, drawn = self._drawn[key]
        return drawn if first == who else tuple(_said_of(each, first, who, lang) for each in drawn)

    def _no_way(self, answer: Answer, found: NoWay, lang: str) -> dict[str, Any]:
        pair = (answer.start, answer.end)
        others = [
            said(profile.name, lang)
            for profile in PROFILES.values()
            if self.asked.has_way(pair, profile.id, answer.out)
        ]
        lines = {answer.start.line, answer.end.line}
        return {
            "path": "",
            "kicker": said(PROFILES[answer.profile].name, lang),
            "blockers": [said(each, lang) for each in found.blockers],
            "repaired": said(words.minutes(answer.repaired.seconds), lang) if answer.repaired else "",
            "instead": said(answer.instead, lang) if answer.instead else "",
            "others": others,
            "phones": sorted((line, phone) for line, phone in self.station.phones.items() if line in lines),
        }

    def _exit(self, pair: Pair, narrated: _Narrated, lang: str, views: Sequence[View]) -> dict[str, Any]:
        """An exit in the page's list, with its steps in words and these pictures: what is there without a script."""
        answer = narrated.answer
        number = pair[0].exit or pair[1].exit or ""
        told = said(UI["no_way"], lang)
        content: dict[str, Any] = {"blockers": None, "steps": [], "profile": said(PROFILES[answer.profile].name, lang)}
        if isinstance(answer.found, NoWay):
            content["blockers"] = [said(each, lang) for each in answer.found.blockers]
        else:
            told = " · ".join(filter(None, [_minutes(answer.found, lang), _told(answer.found, lang)]))
            content["steps"] = [{"text": said(step.text, lang)} for step in narrated.steps]
        return {
            "key": f"{pair[0].key}>{pair[1].key}",
            "anchor": f"exit-{number}",
            "name": said(words.exit_text(number), lang),
            "told": told,
            "text": part("exit_steps.html.j2", lang, content),
            "pictures": [each for view in views if (each := self._pictures(view, narrated, lang))],
        }

    def _title(self, pair: Pair, lang: str) -> str:
        ends = [said(summary.endpoint_text(self.station, each), lang) for each in pair]
        name = said(words.station_text(self.station), lang)
        return f"{name} {ends[0]} → {ends[1]}" if lang == "ko" else f"{name}: {ends[0]} → {ends[1]}"

    def _exits_title(self, platform: Endpoint, lang: str, *, inwards: bool) -> str:
        name, place = words.station_text(self.station), summary.endpoint_text(self.station, platform)
        ends = (Text("출구", "exits"), place) if inwards else (place, Text("출구", "exits"))
        colon = "" if lang == "ko" else ":"
        return f"{said(name, lang)}{colon} {said(ends[0], lang)} → {said(ends[1], lang)}"

    def _description(self, answer: Answer, lang: str) -> str:
        if isinstance(answer.found, Route):
            return said(summary.headline(self.station, answer.found), lang)
        return self._title((answer.start, answer.end), lang)


def exits_stem(station: Station, platform: Endpoint, *, inwards: bool) -> str:
    """The name of a platform's pages of exits: `4-sanggye_exits`, `exits_4-sanggye`."""
    own = file_stem(station, platform, Endpoint()).rpartition("_")[0]
    return f"{slug('exits')}_{own}" if inwards else f"{own}_{slug('exits')}"


def _table(answers: Sequence[Answer], numbers: Sequence[int]) -> dict[str, dict[str, dict[str, int]]]:
    """Pair → traveller → unit that is out ("" if none) → number of the piece."""
    table: dict[str, dict[str, dict[str, int]]] = {}
    for each, number in zip(answers, numbers, strict=True):
        pair = table.setdefault(f"{each.start.key}>{each.end.key}", {})
        pair.setdefault(each.profile, {})[each.out] = number
    return table


def _quickest(answers: Iterable[Answer]) -> Answer | None:
    """The answer whose way takes least time; None if none has a way. Of equals the first."""
    found = [(each.found.seconds.typical, n, each) for n, each in enumerate(answers) if isinstance(each.found, Route)]
    return min(found)[2] if found else None


@lru_cache(maxsize=1 << 12)
def _block(block: Block, lang: str) -> Markup:
    """Notes as they stand in a page."""
    return part("block.html.j2", lang, block_content(block, lang))


@lru_cache(maxsize=1 << 10)
def _foot(unknowns: tuple[Text, ...], sources: tuple[tuple[Text, Text], ...], lang: str) -> Markup:
    """What is unknown, what the marks mean, and who says so, as it stands in a page."""
    return part("foot.html.j2", lang, foot_content(unknowns, sources, lang))


@lru_cache(maxsize=1 << 13)
def _card(step: Step, asked: tuple[tuple[str, str], ...], lang: str) -> Markup:
    """A step as it stands in a page, with what its report is about: many ways share it."""
    content = step_content(step, lang)
    told = {**dict(asked), "place_text": said(step.text, lang)}
    content |= {
        "icon": _ICONS.get(step.link_kind or LinkKind.ELEVATOR, "lift"),
        "metres": words.metres(step.length_m, step.length_method),
        "minutes": said(words.minutes(step.seconds), lang),
        "seen": json_in_attribute(told),
        # the button of a lift stands in its ring
        "lines": [line for line in content["lines"] if not (content["button"] and line["icon"] == "lift")],
    }
    return part("card.html.j2", lang, {"step": content})


def _said_of(picture: str, drawn_for: Profile, who: Profile, lang: str) -> str:
    """The picture with another traveller in its description, which names the traveller once, before the steps."""
    start, end = picture.index("<desc"), picture.index("</desc>")
    told = picture[start:end].replace(said(drawn_for.name, lang), said(who.name, lang), 1)
    return picture[:start] + told + picture[end:]


def _parts(route: Route, lang: str) -> list[dict[str, Any]]:
    """The bar of where the time goes: parts of 100, in the order of the summary."""
    parts = summary.time_parts(route)
    whole = sum(each.seconds for each in parts)
    x, drawn = 0.0, []
    for each in parts:
        width = round(100 * each.seconds / whole, 2)
        minutes = f"{each.minutes}분" if lang == "ko" else f"{each.minutes} min"
        drawn.append(
            {"key": each.key, "name": said(each.name, lang), "minutes": minutes, "x": round(x, 2), "width": width}
        )
        x += width
    return drawn


_LIFTS = frozenset({UnitKind.ELEVATOR, UnitKind.WHEELCHAIR_LIFT})


def _lift(unit: Unit, lang: str) -> dict[str, Any]:
    levels = list(dict.fromkeys(words.plate(level) for level in unit.levels))
    status = ""
    if unit.status is not Status.UNKNOWN:
        word, date = STATUS_WORDS[unit.status], words.as_of_text(unit.status_as_of)
        status = f"{said(word, lang)} ({said(date, lang)})"
    return {
        "line": unit.line,
        "name": said(words.unit_text(unit), lang),
        "levels": " · ".join(levels),
        "exit": said(words.exit_text(unit.exit), lang) if unit.exit and words.is_numbered(unit) else "",
        "status": status,
        "stopped": unit.status in STOPPED,
    }


def _minutes(route: Route, lang: str) -> str:
    return said(words.minutes(route.seconds), lang)


def _told(route: Route, lang: str) -> str:
    """What is most worth knowing of a way in a list: going outside, wheelchair lifts."""
    told = []
    if route.goes_outside and route.start.line is not None and route.end.line is not None:
        told.append(said(Text("밖으로 나가요", "goes outside"), lang))
    lifts = sum(ride.kind is LinkKind.WHEELCHAIR_LIFT for ride in route.rides)
    if lifts:
        told.append(said(Text(f"휠체어리프트 {lifts}번", f"{lifts} wheelchair lift" + "s" * (lifts > 1)), lang))
    return " · ".join(told)


def _in_numbers(number: str) -> tuple[int, ...]:
    """Exits in the order of their numbers: 2 before 10, 3 before 3-1."""
    return tuple(int(part) for part in re.findall(r"\d+", number))
