"""Charts of a report: SVG that stands in the page, in the colours of the page."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from furutalib.learning.run_files import Columns
from furutalib.learning.scene import GHOST_COLOURS
from furutalib.machine.robot import Flag
from furutalib.machine.telemetry import Telemetry
from furutalib.view.curves import common_steps, median_and_range, on_steps
from furutalib.view.report_part import Part, told
from furutalib.view.report_recording import LATENESS, from_upright_deg, trips
from furutalib.view.tracks import ARM, FROM_UPRIGHT, Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAIN = "var(--main)"  # the player's main colour, light and dark
COLOURS = (MAIN, *GHOST_COLOURS)
# table of the run, its column, what to write above the chart, range of y
_CURVES = (
    ("progress", "return_mean", "return in training (its own reward)", None),
    ("evaluations", "task_return", "task return in validation", None),
    ("evaluations", "success_rate", "success in validation", (-0.03, 1.03)),
    ("evaluations", "action_change", "action change in validation (low: smooth)", None),
)
_FLAG_SHARE = 120  # a flag is drawn at least as long as this part of the episode
_SPANS = {FROM_UPRIGHT: (-190.0, 190.0)}
_ROBOT_S = "robot_seconds"  # of runs on a robot
_INK, _GRID, _MAIN = "#010203", "#040506", "#d4581c"  # become colours of the page
_INCHES = (4.6, 2.1)
_STYLE: Any = {
    "svg.fonttype": "none",  # text stays text
    "svg.hashsalt": "furutalib",
    "font.size": 10.5,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "grid.color": _GRID,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.formatter.useoffset": False,
}


@dataclass(frozen=True, eq=False)
class Line:
    """One curve of a chart."""

    x: ArrayLike
    y: ArrayLike
    colour: str = MAIN
    width: float = 1.8
    dashed: bool = False
    low: ArrayLike | None = None  # with `high`: a band
    high: ArrayLike | None = None


def chart(
    title: str,
    x: str,
    lines: Sequence[Line],
    *,
    span: tuple[float, float] | None = None,
    marks: Sequence[float] = (),
    levels: Mapping[float, str] | None = None,
) -> str:
    """A figure of HTML with its title.

    Args:
        title: what is drawn, with its unit.
        x: what is along the chart, with its unit.
        span: lowest and highest y.
        marks: values of x with a dashed line across.
        levels: names in place of numbers along y.
    """
    import matplotlib
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=_INCHES, layout="constrained")
        axes = figure.add_subplot()
        axes.grid(visible=True, linewidth=0.6)
        for line in lines:
            _draw(axes, line)
        for mark in marks:
            axes.axvline(mark, color=_INK, linewidth=1.0, linestyle=":")
        axes.set_xlabel(x)
        axes.set_xlim(*_ends(lines))
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
        if span is not None:
            axes.set_ylim(*span)
        if levels:
            axes.set_yticks(list(levels), labels=list(levels.values()))
            axes.set_ylim(min(levels) - 0.6, max(levels) + 0.6)
        file = io.StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(file, format="svg", transparent=True, metadata=nothing)
    return (
        f"<figure><figcaption>{told(title)}</figcaption>{_inline(file.getvalue(), title)}</figure>"
    )


def learning_curves(runs: Sequence[tuple[str, Sequence[Part]]]) -> list[str]:
    """The charts of groups of runs, each with its colour; a group has its median and its range."""
    return [made for curve in _CURVES if (made := _curve(runs, *curve))]


def telemetry_charts(telemetry: Telemetry) -> list[str]:
    """What an episode's file holds, over time; dotted lines are trips."""
    time = telemetry.time_s
    marks = [moment for moment, _ in trips(telemetry)]
    asked = Line(time, telemetry.command_asked, GHOST_COLOURS[0], 1.4, dashed=True)
    drawn = [
        (FROM_UPRIGHT, [Line(time, from_upright_deg(telemetry))]),
        (ARM, [Line(time, np.degrees(telemetry.arm_angle_rad))]),
        ("command: sent, and asked for (dashed)", [Line(time, telemetry.command_sent), asked]),
        (LATENESS, [Line(time, 1000 * telemetry.lateness_s)]),
    ]
    charts = [
        chart(title, "time (s)", lines, marks=marks, span=_SPANS.get(title) or _flat(lines))
        for title, lines in drawn
        if _any(lines)
    ]
    flags = _flags(telemetry)
    if flags:
        lines = [Line(time, row, width=6.0) for row in flags.values()]
        levels = {float(i): name for i, name in enumerate(flags)}
        charts.append(chart("flags", "time (s)", lines, marks=marks, levels=levels))
    return charts


def _curve(
    runs: Sequence[tuple[str, Sequence[Part]]],
    table: str,
    column: str,
    title: str,
    span: tuple[float, float] | None,
) -> str:
    lines: list[Line] = []
    tables = [getattr(run, table) for _, group in runs for run in group]
    in_minutes = all(_ROBOT_S in columns for columns in tables if columns)
    for colour, group in runs:
        curves = [getattr(run, table) for run in group]
        known = [i for i, curve in enumerate(curves) if column in curve]
        steps = [_along(curves[i], in_minutes) for i in known]
        if not known:
            continue
        grid = common_steps(steps)
        values = [
            on_steps(grid, steps[n], curves[i][column], group[i].over) for n, i in enumerate(known)
        ]
        lines += _of_group(grid, values, colour)
    x = "robot time (min)" if in_minutes else "steps"
    return chart(title, x, lines, span=span) if _any(lines) else ""


def _along(table: Columns, in_minutes: bool) -> Floats:
    return table[_ROBOT_S] / 60 if in_minutes else table["steps"]


def _of_group(grid: Floats, values: Sequence[Floats], colour: str) -> list[Line]:
    if len(values) == 1:
        return [Line(grid, values[0], colour)]
    middle, low, high = median_and_range(np.stack(values))
    thin = [Line(grid, each, colour, 0.5) for each in values]
    return [*thin, Line(grid, middle, colour, 2.2, low=low, high=high)]


def _flags(telemetry: Telemetry) -> dict[str, Floats]:
    """For each flag that occurs its place along y where it is set, else NaN."""
    seen = [flag for flag in Flag if flag and np.any(telemetry.flags & flag.value)]
    return {
        (flag.name or "").lower().replace("_", " "): _widened(
            (telemetry.flags & flag.value) > 0, float(place)
        )
        for place, flag in enumerate(seen)
    }


def _widened(on: NDArray[np.bool_], place: float) -> Floats:
    """Also at some ticks after each one, so that a flag of one tick can be seen."""
    more = max(1, len(on) // _FLAG_SHARE)
    wide = np.convolve(on, np.ones(more + 1))[: len(on)] > 0
    if wide.sum() == 1 and len(wide) > 1:  # the last tick
        wide[-2] = True
    return np.where(wide, place, np.nan)


def _flat(lines: Sequence[Line]) -> tuple[float, float] | None:
    """A sensible range of y for curves that are nothing but 0."""
    return None if any(np.any(np.nan_to_num(line.y)) for line in lines) else (-0.1, 1.0)


def _ends(lines: Sequence[Line]) -> tuple[float, float]:
    """From the first to the last x, with a little room."""
    places = np.concatenate([np.asarray(line.x, float) for line in lines])
    low, high = float(np.nanmin(places)), float(np.nanmax(places))
    room = 0.01 * (high - low) or 1.0
    return low - room, high + room


def _any(lines: Sequence[Line]) -> bool:
    return any(bool(np.isfinite(np.asarray(line.y, float)).any()) for line in lines)


def _draw(axes: "Axes", line: Line) -> None:
    colour = _MAIN if line.colour == MAIN else line.colour
    style = "--" if line.dashed else "-"
    values = np.asarray(line.y, float)
    alone = np.isfinite(values).sum() == 1  # a single point is no line
    axes.plot(
        line.x,
        values,
        color=colour,
        linewidth=line.width,
        linestyle=style,
        marker="o" if alone else "",
        solid_capstyle="butt",
    )
    if line.low is not None and line.high is not None:
        axes.fill_between(line.x, line.low, line.high, color=colour, alpha=0.2, linewidth=0)


def _inline(svg: str, title: str) -> str:
    """An SVG file as an element of a page that takes the page's colours and width."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", body, count=1)
    body = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", body, count=1)
    body = body.replace(_INK, "currentColor").replace(_GRID, "var(--grid)").replace(_MAIN, MAIN)
    label = escape(title, quote=True)
    return body.strip().replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
