"""Easy read: one instruction a card, a large pictogram, one short sentence, large letters, one language.

For people who read with effort: what to do now stands alone, and where one is stands above it. The words come from
`easy_words`; this module only arranges. On A4 portrait no letter is under 18 points.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from muui_maps.maps import style, words
from muui_maps.maps.easy_words import Instruction, Stage, if_lost, introduction, stages
from muui_maps.maps.fonts import measure
from muui_maps.maps.identity import identity
from muui_maps.maps.parts import block, bullet, bullet_width, centred, level_plate, said, tile
from muui_maps.maps.scene import Circle, Polyline, Rect, Scene, Words
from muui_maps.maps.summary import transfer_title
from muui_maps.maps.tactile import level_words
from muui_maps.maps.theme import themed
from muui_maps.model import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from muui_maps.maps.parts import Lang
    from muui_maps.maps.scene import Mark
    from muui_maps.maps.steps import Step
    from muui_maps.model import Route, Station

WIDTH = style.CARD_WIDTH / style.LARGE_CARDS  # the type sizes of large print
MARGIN, PAD, GAP = 28.0, 20.0, 14.0
PICTOGRAM = 84.0
MAIN, SMALL = 30.0, 22.0
TEXT_X = MARGIN + PAD + PICTOGRAM + 22

UNREAD = Text(
    "읽기 쉬운 자료예요. 당사자가 아직 확인하지 않았어요.",
    "This is an easy read map. Readers have not checked it yet.",
)


def easy_scene(
    station: Station,
    route: Route,
    steps: Sequence[Step],
    *,
    lang: Lang,
    as_of: str | None = None,
    theme: style.Theme = "light",
) -> Scene:
    """The easy-read map of a route: as high as it needs, to be cut between its cards for A4.

    Parameters
    ----------
    steps
        Of the same route, from `narrate`.
    as_of
        The date to print, ISO; nothing is printed without one.
    """
    page = _Page(lang)
    page.header(station, route)
    told = stages(steps)
    for stage in told:
        page.stage(stage)
    page.foot(if_lost(station, route), as_of)
    title = transfer_title(station, route)
    kind = Text("읽기 쉬운 지도", "easy read map")
    sentences = [said(each.text, lang).replace("**", "") for stage in told for each in stage.instructions]
    intro = [said(each, lang) for each in introduction(station, route)]
    scene = Scene(
        id=f"easy-{station.id}-{route.start.key}-{route.end.key}-{lang}",
        width=WIDTH,
        height=round(page.y + 30, 2),
        lang=lang,
        title=f"{said(title, lang)}, {said(kind, lang)}",
        description=" ".join([*intro, *sentences]),
        marks=tuple(page.marks),
        scale=style.LARGE_CARDS,
        facts=identity(station, route, "easy", as_of=as_of, theme=theme),
    )
    return themed(scene, theme)


@dataclass
class _Page:
    """A page that grows downwards."""

    lang: Lang
    y: float = 30.0
    marks: list[Mark] = field(default_factory=list)
    count: int = 0

    @property
    def right(self) -> float:
        return WIDTH - MARGIN

    def put(self, *marks: Mark) -> None:
        self.marks += marks

    def paragraph(
        self, text: Text, *, size: float, x: float = MARGIN, role: str | None = None, bold: bool = False
    ) -> None:
        told = block(
            said(text, self.lang),
            size=size,
            width=self.right - x - (PAD if x > MARGIN else 0.0),
            lang=self.lang,
            weight="bold" if bold else "regular",
            leading=1.4,
            role=role,
        )
        self.put(*told.at(x, self.y))
        self.y += told.height

    def header(self, station: Station, route: Route) -> None:
        name = words.station_text(station)
        self.paragraph(name, size=64, role="station", bold=True)
        x = MARGIN
        for n, end in enumerate((route.start, route.end)):
            if n:
                middle = self.y + 30
                self.put(Polyline(((x, middle), (x + 44, middle)), style.ROUTE, 6))
                head = ((x + 30, middle - 13), (x + 44, middle), (x + 30, middle + 13))
                self.put(Polyline(head, style.ROUTE, 6, role="arrow"))
                x += 64
            if end.line is not None:
                self.put(*bullet(end.line, x, self.y + 30, 30, self.lang))
                x += bullet_width(end.line, 30, self.lang) + 20
            else:
                self.put(tile("outside", x, self.y, 60))
                x += 80
        self.y += 76
        for text in introduction(station, route):
            self.paragraph(text, size=MAIN, role="easy:intro")
            self.y += 2
        self.y += 18

    def stage(self, stage: Stage) -> None:
        """Where one is, then one card for each thing to do."""
        self.y += 14
        self.put(*level_plate(words.plate(stage.level), MARGIN, self.y, stage.level))
        where = level_words(stage.level)
        place = Text(f"{where.ko}, {stage.place.ko}", f"{stage.place.en}")
        told = block(
            said(place, self.lang), size=26, width=self.right - MARGIN - 104, weight="bold", lang=self.lang, leading=1.3
        )
        self.put(*told.at(MARGIN + 100, self.y + max(0.0, 29 - told.height / 2)))
        self.y += max(58.0, told.height) + 12
        for each in stage.instructions:
            self.card(each)
        self.y += 6

    def card(self, told: Instruction) -> None:
        """A pictogram and what to do."""
        self.count += 1
        at, top = len(self.marks), self.y
        width = self.right - PAD - TEXT_X - (96 if told.button else 0)
        ink = style.HAZARD if told.hazard else style.INK
        text = block(
            said(told.text, self.lang),
            size=MAIN,
            width=width,
            lang=self.lang,
            leading=1.4,
            fill=ink,
            role=f"easy:{self.count}",
        )
        self.y += PAD
        high = text.height
        self.put(*text.at(TEXT_X, self.y + max(0.0, (PICTOGRAM - high) / 2)))
        self.y += max(PICTOGRAM, high)
        if told.say is not None:
            self._say(told.say)
        self.y += PAD
        self.put(tile(told.icon, MARGIN + PAD, top + PAD, PICTOGRAM, role=f"icon:{told.icon}"))
        if told.button is not None:
            self._button(told.button, top + PAD + PICTOGRAM / 2)
        edge = style.HAZARD if told.hazard else style.EDGE
        role = f"card:{self.count}"
        self.marks.insert(
            at, Rect(MARGIN, top, self.right - MARGIN, self.y - top, style.PAPER, edge, 3, radius=16, role=role)
        )
        self.y += GAP

    def _say(self, say: Text) -> None:
        """What to say, to be shown too: in Korean as well on a map in English."""
        self.y += 10
        head = Text("이렇게 말해요.", "Say, or show this:")
        self.paragraph(head, size=SMALL, x=TEXT_X)
        self.paragraph(Text(say.ko, say.en), size=26, x=TEXT_X, role="quote", bold=True)
        if self.lang == "en":
            told = block(say.ko, size=26, width=self.right - PAD - TEXT_X, lang="ko", weight="bold", leading=1.4)
            self.put(*told.at(TEXT_X, self.y))
            self.y += told.height

    def _button(self, label: str, y: float) -> None:
        x = self.right - PAD - 42
        size = 34.0 if measure(label, 34, "bold") <= 0.75 * 84 else 24.0
        self.put(
            Circle(x, y, 42, fill=style.PAPER, stroke=style.ROUTE, stroke_width=5, role=f"button:{label}"),
            Words(x, centred(y, size), label, size, "bold", style.ROUTE, anchor="middle", role=f"button:{label}"),
        )

    def foot(self, lost: Sequence[Text], as_of: str | None) -> None:
        self.y += 18
        self.put(Polyline(((MARGIN, self.y), (self.right, self.y)), style.INK, 3, rounded=False))
        self.y += 22
        for text in lost:
            self.paragraph(text, size=MAIN, role="easy:lost")
            self.y += 4
        self.y += 12
        if as_of is not None:
            drawn = Text(f"{as_of} 자료로 만들었어요.", f"Made from data of {as_of}.")
            self.paragraph(drawn, size=SMALL, role="as-of")
        self.paragraph(UNREAD, size=SMALL, role="unread")
