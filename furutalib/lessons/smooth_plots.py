"""The pictures of lesson 04: traces, spectra, what a weight costs, and the trade-off."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.learning.rollout import Rollout
from furutalib.lessons.spread import Row, Spread, column, group, spread

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Drawing

Floats = NDArray[np.float64]

COLOURS = ("#4c6ef5", "#e8590c", "#2b9a4b", "#ae3ec9", "#868e96", "#0c8599", "#c92a2a", "#b08a1e")
_MARKS = ("o", "s", "^", "v", "D", "P", "X", "*", "<", ">")


def spectrum(commands: ArrayLike, rate_hz: float) -> tuple[Floats, Floats]:
    """How strongly commands swing at each frequency, averaged over runs.

    The mean command counts as frequency 0 and is left out. An amplitude is the root of the power
    that `scipy.signal.periodogram` finds: a sine of amplitude 1 gives 0.71 at its frequency.

    Args:
        commands: shape (T,) or (n, T); a run with a NaN in it is left out.
        rate_hz: commands per second.

    Returns:
        Frequencies in hertz up to half the rate, and amplitudes; both of shape (m,).

    Raises:
        ConfigurationError: no run is whole, or there are fewer than 4 steps.
    """
    from scipy import signal

    runs = np.atleast_2d(np.asarray(commands, float))
    whole = runs[np.isfinite(runs).all(axis=1)]
    if not len(whole) or whole.shape[1] < 4:
        raise ConfigurationError(
            f"commands of shape {runs.shape} hold {len(whole)} whole runs; "
            "a spectrum needs one at least, of 4 steps or more"
        )
    frequencies, power = signal.periodogram(whole, rate_hz, scaling="spectrum")
    return frequencies[1:], np.sqrt(power.mean(axis=0))[1:]


def draw_traces(
    runs: Mapping[str, Rollout], *, columns: int, seconds: float = 3.0, row: int = 0
) -> "Drawing":
    """The commands of one pendulum of each run, one small picture each, all to the same scale.

    Raises:
        ConfigurationError: there is no run.
    """
    import matplotlib.pyplot as plt

    if not runs:
        raise ConfigurationError("draw_traces: there is no run; give one at least under its title")
    lines = -(-len(runs) // columns)
    size = (min(10.0, max(7.0, 2.6 * columns)), 1.5 * lines + 0.6)
    figure, places = plt.subplots(
        lines, columns, sharex=True, sharey=True, squeeze=False, figsize=size
    )
    for axes, (title, run) in zip(places.flat, runs.items(), strict=False):
        axes.plot(run.time_s, run.command[row], drawstyle="steps-pre", linewidth=1)
        axes.set_title(title, fontsize=10 if columns < 5 else 8)
        axes.set(xlim=(0, seconds), ylim=(-1.1, 1.1))
    for axes in places.flat[len(runs) :]:
        axes.set_visible(False)
    for axes in places[-1]:
        axes.set_xlabel("time (s)")
    for axes in places[:, 0]:
        axes.set_ylabel("command")
    figure.tight_layout()
    return figure


def draw_over_weight(
    axes: "Axes", rows: Iterable[Row], figure: str, *, weight: str, curves: str, log: bool = False
) -> dict[Any, dict[float, Spread]]:
    """A figure over the weight: every run a point, medians joined, their intervals as bars.

    The weights stand at even distances, since 0 has no place on a logarithmic scale.

    Args:
        rows: one per run.
        figure: key of what is drawn.
        weight, curves: keys of the x axis, and of what makes a curve of its own.
        log: the figure on a logarithmic scale.

    Returns:
        The spreads that are drawn, by curve and weight.
    """
    runs = list(rows)
    weights = sorted({float(row[weight]) for row in runs})
    drawn: dict[Any, dict[float, Spread]] = {}
    settings = group(runs, curves)
    for k, ((name,), members) in enumerate(settings.items()):
        spreads = {w: spread(column(each, figure)) for w, each in _by_weight(members, weight)}
        at = np.array([weights.index(w) for w in spreads]) + 0.12 * (k - (len(settings) - 1) / 2)
        _bars(axes, at, list(spreads.values()), COLOURS[k % len(COLOURS)], str(name))
        drawn[name] = spreads
    axes.set_xticks(range(len(weights)), [f"{w:g}" for w in weights])
    if log:
        axes.set_yscale("log")
        axes.yaxis.set_minor_formatter("")  # whole powers of ten are enough
    return drawn


def draw_trade_off(
    axes: "Axes", rows: Iterable[Row], *, by: str, x: str, y: str, label: str, colour: str
) -> None:
    """All runs as points over two figures, and the medians of the settings joined to a curve.

    Args:
        rows: one per run; the settings are joined in their order.
        by: key of the setting, whose value is written beside its median.
        x, y: keys of the two figures; x is logarithmic.
        label: name of the curve.
    """
    runs = list(rows)
    medians = _medians(runs, by, x, y)
    axes.set_xscale("log")
    axes.plot(column(runs, x), column(runs, y), "o", markersize=3.5, alpha=0.4, color=colour)
    places = list(medians.values())
    axes.plot(*np.transpose(places), "D-", markersize=6, linewidth=1.2, label=label, color=colour)
    for name, place in medians.items():
        axes.annotate(
            _plain(name), place, (5, 5), textcoords="offset points", fontsize=9, color=colour
        )


def draw_alternatives(axes: "Axes", rows: Iterable[Row], *, by: str, x: str, y: str) -> None:
    """All runs as points over two figures, each setting and its median in a colour of its own."""
    runs = list(rows)
    axes.set_xscale("log")
    medians = _medians(runs, by, x, y)
    for k, ((name,), members) in enumerate(group(runs, by).items()):
        colour, mark = COLOURS[k % len(COLOURS)], _MARKS[k % len(_MARKS)]
        across, up = column(members, x), column(members, y)
        axes.plot(across, up, mark, markersize=3.5, alpha=0.45, color=colour)
        axes.plot(*medians[name], mark, markersize=9, label=_plain(name), color=colour)


def stretch_return(axes: "Axes", most: float = 400.0) -> None:
    """Make the y axis logarithmic in what is lost of the highest return, best at the top."""
    from matplotlib.ticker import FixedLocator, NullLocator

    axes.set_yscale(
        "function", functions=(lambda y: -np.log(most - y), lambda z: most - np.exp(-z))
    )
    axes.set_ylim(most - 130.0, most - 11.0)
    axes.yaxis.set_major_locator(FixedLocator([280, 300, 320, 340, 360, 370, 380, 385]))
    axes.yaxis.set_minor_locator(NullLocator())


def _medians(rows: Sequence[Row], by: str, x: str, y: str) -> dict[Any, tuple[float, float]]:
    return {
        name: (spread(column(runs, x)).median, spread(column(runs, y)).median)
        for (name,), runs in group(rows, by).items()
    }


def _plain(name: Any) -> str:
    return f"{name:g}" if isinstance(name, int | float) else str(name)


def _by_weight(rows: Sequence[Row], weight: str) -> list[tuple[float, list[Row]]]:
    return sorted((float(str(w)), members) for (w,), members in group(rows, weight).items())


def _bars(axes: "Axes", at: Floats, spreads: Sequence[Spread], colour: str, name: str) -> None:
    for place, each in zip(at, spreads, strict=True):
        axes.plot(np.full(each.values.size, place), each.values, ".", color=colour, alpha=0.5)
    medians = np.array([each.median for each in spreads])
    ends = np.array([[each.low for each in spreads], [each.high for each in spreads]])
    axes.errorbar(at, medians, np.abs(ends - medians), color=colour, capsize=3, label=name)
