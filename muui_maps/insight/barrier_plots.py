"""How long changing trains takes, as pictures: how many transfers are done within a time, and each line's transfers."""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from typing import TYPE_CHECKING

from muui_maps.insight.barrier_tables import FINE_MINUTES, LIMIT_MINUTES, line_order
from muui_maps.insight.canvas import FileFormat, figure_bytes
from muui_maps.maps.style import EDGE, HAIRLINE, HAZARD, INK, MUTED, ROUTE, line_colour
from muui_maps.model import Text
from muui_maps.wording import line_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from muui_maps.insight.barrier_tables import Surveyed

TIMES = Text("갈아타는 데 몇 분 걸리나요?", "How many minutes to change trains?")
LINES = Text("노선마다 갈아타는 시간(휠체어)", "Time to change trains, by line (wheelchair)")
_SHARE = Text("이 시간 안에 갈아타는 환승의 비율 (%)", "share of transfers done within the time (%)")
_AXIS = Text("분(보통)", "minutes, typically")
_CHAIR, _FOOT = Text("휠체어", "wheelchair"), Text("걸어서", "on foot")
_MARKS = (
    (FINE_MINUTES, Text(f"{FINE_MINUTES}분까지 괜찮아요", f"up to {FINE_MINUTES} min: fine")),
    (LIMIT_MINUTES, Text(f"{LIMIT_MINUTES}분이 한계예요", f"{LIMIT_MINUTES} min: the limit")),
)
_MEDIAN = Text("굵은 줄: 가운데값", "heavy bar: median")


def _said(text: Text, lang: str) -> str:
    return text.ko if lang == "ko" else text.en


def times_plot(surveyed: Sequence[Surveyed], *, lang: str, file_format: FileFormat = "svg") -> bytes:
    """The share of transfers that are done within a time, in a wheelchair and on foot."""
    transfers = [each for station in surveyed for each in station.transfers]
    chair = sorted(each.minutes for each in transfers if each.minutes is not None)
    foot = sorted(each.walker.seconds.typical / 60 for each in transfers if each.walker is not None)

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        _plain(axes, _said(TIMES, lang))
        for values, style, colour, name in ((chair, "-", ROUTE, _CHAIR), (foot, "--", MUTED, _FOOT)):
            shares = [100 * (n + 1) / len(values) for n in range(len(values))]
            axes.plot(values, shares, linestyle=style, linewidth=2.5, color=colour, drawstyle="steps-post")
            if values:
                at = values[len(values) // 2]
                axes.annotate(
                    _said(name, lang),
                    (at, 50),
                    xytext=(8, -4),
                    textcoords="offset points",
                    color=colour,
                    weight="bold",
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
                    zorder=5,
                )
        end = max([*chair, *foot, LIMIT_MINUTES]) + 2
        axes.set_xlim(0, end)
        axes.set_ylim(0, 104)
        _mark(axes, 104, lang)
        axes.set_xlabel(_said(_AXIS, lang), color=MUTED)
        axes.set_ylabel(_said(_SHARE, lang), color=MUTED)
        axes.grid(axis="y", color=HAIRLINE, linewidth=0.6)
        figure.subplots_adjust(left=0.09, right=0.97, top=0.86, bottom=0.12)

    return figure_bytes(draw, size_in=(9.0, 5.0), title=_said(TIMES, lang), lang=lang, file_format=file_format)


def lines_plot(surveyed: Sequence[Surveyed], *, lang: str, file_format: FileFormat = "svg") -> bytes:
    """Each line's transfers as marks at their typical minutes in a wheelchair, with the median."""
    of_line = minutes_of_lines(surveyed)
    names = sorted(of_line, key=line_order)

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        _plain(axes, f"{_said(LINES, lang)}\n{_said(_MEDIAN, lang)}")
        for row, line in enumerate(names):
            values = of_line[line]
            axes.plot(values, [row] * len(values), "|", markersize=11, markeredgewidth=1.1, color=INK, alpha=0.55)
            axes.plot([median(values)] * 2, [row - 0.34, row + 0.34], color=INK, linewidth=4.5, solid_capstyle="butt")
            axes.plot([median(values)] * 2, [row - 0.3, row + 0.3], color=line_colour(line), linewidth=2.5)
        axes.set_xlim(0, max([LIMIT_MINUTES, *(value for each in of_line.values() for value in each)]) + 2)
        axes.set_ylim(len(names) - 0.4, -0.9)
        axes.set_yticks(range(len(names)), [_said(line_text(line), lang) for line in names], color=INK)
        axes.tick_params(axis="y", length=0)
        _mark(axes, -0.9, lang)
        axes.set_xlabel(_said(_AXIS, lang), color=MUTED)
        figure.subplots_adjust(left=0.2, right=0.97, top=1 - 0.9 / height, bottom=0.6 / height)

    height = 1.7 + 0.36 * max(1, len(names))
    return figure_bytes(draw, size_in=(9.0, height), title=_said(LINES, lang), lang=lang, file_format=file_format)


def minutes_of_lines(surveyed: Sequence[Surveyed]) -> Mapping[str, list[float]]:
    """Line → typical minutes in a wheelchair of the transfers from it and to it, sorted."""
    found: dict[str, list[float]] = defaultdict(list)
    for station in surveyed:
        for each in station.transfers:
            if each.minutes is not None:
                for line in {each.start.line, each.end.line} - {None}:
                    found[line or ""].append(each.minutes)
    return {line: sorted(values) for line, values in found.items()}


def _plain(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=14, fontweight="bold", color=INK, pad=22)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="x", color=EDGE, labelcolor=INK)
    axes.set_axisbelow(True)


def _mark(axes: Axes, top: float, lang: str) -> None:
    """Where a transfer is fine, and where the limit is: told by words and dash, not by colour."""
    for (minutes, name), dash in zip(_MARKS, ((0, (6, 3)), (0, (2, 2))), strict=True):
        axes.axvline(minutes, color=HAZARD, linewidth=1.2, linestyle=dash)
        axes.annotate(
            _said(name, lang),
            (minutes, top),
            xytext=(0, 4),
            textcoords="offset points",
            ha="right" if minutes == FINE_MINUTES else "left",
            color=HAZARD,
            fontsize=9.5,
        )
