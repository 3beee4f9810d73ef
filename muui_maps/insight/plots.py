"""Surveyed minutes beside ours, as a picture: a row for each surveyed transfer, our range a bar, figures marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muui_maps.insight.canvas import FONT_PT, FileFormat, figure_bytes
from muui_maps.maps.fonts import measure
from muui_maps.maps.style import EDGE, HAIRLINE, INK, MUTED, PAPER, ROUTE, ROUTE_TINT
from muui_maps.model import Text
from muui_maps.wording import latin, name_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from muui_maps.insight.compare import SurveyComparison
    from muui_maps.model import StationName

_TITLE = Text("휠체어로 몇 분 걸릴까요? 조사와 우리 계산", "How many minutes by wheelchair? Surveyed and computed")
_AXIS = Text("분", "minutes")
_NOTHING = Text("비교할 조사가 없어요", "No surveyed transfers to compare")
_NO_ROUTE = Text("우리 길 없음", "no route of ours")
_SURVEYED = Text("조사", "Surveyed")
_TYPICAL = Text("우리 보통값", "Ours, typical")
_RANGE = Text("우리 범위", "Ours, range")

WIDTH_IN = 9.0
PT_PER_IN = 72.0
MARGIN_IN = 0.25
ROW_IN = 0.62
AROUND_IN = 1.9
MINUTES_BEYOND = 4


def agreement_plot(
    comparisons: Sequence[SurveyComparison],
    *,
    names: Mapping[str, StationName],
    lang: str,
    file_format: FileFormat = "svg",
) -> bytes:
    """Draw surveyed minutes beside our range. The same comparisons give the same bytes.

    Parameters
    ----------
    names
        Station names by id; a station without one goes by its id.
    lang
        `ko` or `en`.
    file_format
        SVG holds real text and its own typeface, so that it can be read aloud and searched; PNG is for slides.
    """
    height = AROUND_IN + ROW_IN * max(1, len(comparisons))

    def draw(figure: Figure) -> None:
        _draw(figure, comparisons, names, lang)

    return figure_bytes(draw, size_in=(WIDTH_IN, height), title=_said(_TITLE, lang), lang=lang, file_format=file_format)


def _said(text: Text, lang: str) -> str:
    return text.ko if lang == "ko" else text.en


def _draw(figure: Figure, comparisons: Sequence[SurveyComparison], names: Mapping[str, StationName], lang: str) -> None:
    axes = figure.add_subplot()
    axes.set_title(_said(_TITLE, lang), loc="left", fontsize=14, fontweight="bold", color=INK, pad=30)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    if not comparisons:
        axes.set_axis_off()
        axes.text(0.5, 0.5, _said(_NOTHING, lang), ha="center", va="center", color=MUTED, transform=axes.transAxes)
        return
    for row, compared in enumerate(comparisons):
        _row(axes, row, compared, lang)
    most = max(max(c.minutes, c.ours.seconds.high / 60 if c.ours.seconds else 0) for c in comparisons)
    axes.set_xlim(0, most + MINUTES_BEYOND)
    axes.set_ylim(len(comparisons) - 0.4, -0.6)
    labels = [_name(each, names, lang) for each in comparisons]
    axes.set_yticks(range(len(comparisons)), labels, color=INK)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", color=EDGE, labelcolor=INK)
    axes.grid(axis="x", color=HAIRLINE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel(_said(_AXIS, lang), color=MUTED)
    _legend(axes, lang)
    height = figure.get_figheight()
    names_in = max(measure(line, FONT_PT, "regular") for each in labels for line in each.split("\n")) / PT_PER_IN
    figure.subplots_adjust(
        left=(names_in + MARGIN_IN) / WIDTH_IN, right=0.97, top=1 - 0.95 / height, bottom=0.6 / height
    )


def _name(compared: SurveyComparison, names: Mapping[str, StationName], lang: str) -> str:
    name = names.get(compared.station)
    station = compared.station if name is None else _said(name_text(name), lang)
    ends = (
        f"{end.line} {end.direction if lang == 'ko' else end.direction_en or latin(end.direction or '')}"
        for end in (compared.start, compared.end)
    )
    return f"{station}\n{' → '.join(ends)}"


def _row(axes: Axes, row: int, compared: SurveyComparison, lang: str) -> None:
    seconds = compared.ours.seconds
    if seconds is None:
        axes.text(compared.minutes + 1, row + 0.22, _said(_NO_ROUTE, lang), color=MUTED, fontsize=9, va="center")
    else:
        low, typical, high = (value / 60 for value in (seconds.low, seconds.typical, seconds.high))
        axes.barh(row, high - low, left=low, height=0.34, color=ROUTE_TINT, edgecolor=ROUTE, linewidth=1.2)
        axes.plot([typical], [row], marker="|", markersize=17, markeredgewidth=3, color=ROUTE)
    axes.plot([compared.minutes], [row], marker="o", markersize=9, color=INK, markeredgecolor=PAPER)
    axes.text(
        compared.minutes, row - 0.36, f"{compared.minutes:g}", ha="center", va="center", color=INK, fontweight="bold"
    )


def _legend(axes: Axes, lang: str) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Line2D([], [], marker="o", linestyle="", color=INK, markersize=9, label=_said(_SURVEYED, lang)),
        Line2D(
            [], [], marker="|", linestyle="", color=ROUTE, markersize=15, markeredgewidth=3, label=_said(_TYPICAL, lang)
        ),
        Patch(facecolor=ROUTE_TINT, edgecolor=ROUTE, linewidth=1.2, label=_said(_RANGE, lang)),
    ]
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, frameon=False, labelcolor=INK,
        borderaxespad=0.2, handletextpad=0.5, columnspacing=1.4,
    )  # fmt: skip
