"""What lesson 05 makes of many trainings: learning curves with spread, minutes, the map, its words.

Rows are those of a benchmark table, one per run, with `variant`, `plant` and `test.success_rate`;
curves are columns by name, with `steps`. Everything is computed from them, the words too.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.spread import Row, group

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Floats = NDArray[np.float64]
Curves = Mapping[str, ArrayLike]

GOOD_RATE = 0.95
"""From this share of successful starts on a run counts as one that has learned the task."""

COLOURS = {
    "Gaussian": "#868e96",
    "gSDE 4": "#74b816",
    "gSDE 8": "#2b9a4b",
    "gSDE 16": "#0c8599",
    "gSDE 64": "#4c6ef5",
    "gSDE 8, trap": "#e8590c",
}


def points(curves: Curves, key: str) -> tuple[Floats, Floats]:
    """Steps and values of a column where it has any; both of shape (n,).

    Raises:
        ConfigurationError: there is no such column.
    """
    if key not in curves:
        raise ConfigurationError(f"no column {key!r}; there are {', '.join(curves)}")
    steps, values = np.asarray(curves["steps"], float), np.asarray(curves[key], float)
    known = np.isfinite(values)
    return steps[known], values[known]


def training_continuity(curves: Curves, last_step: float = np.inf) -> float:
    """C of the actions that a training sent, over all its steps up to `last_step`.

    Runs of different lengths are compared over the same steps: C falls as a policy gets sure.
    """
    steps, values = points(curves, "exploration_continuity")
    lengths = np.diff(steps, prepend=0.0)
    counted = steps <= last_step
    if not counted.any():
        return float("nan")
    return float(np.average(values[counted], weights=lengths[counted]))


def steps_to(curves: Curves, rate: float = GOOD_RATE) -> float:
    """The first validation at which so many starts succeed, in steps; NaN if there is none."""
    steps, success = points(curves, "success_rate")
    reached = np.flatnonzero(success >= rate)
    return float(steps[reached[0]]) if reached.size else float("nan")


def band(runs: Sequence[Curves], key: str, at: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Median, lowest and highest of several runs at the steps `at` (n,).

    Between its points a run is interpolated; after its last one it stays as it was.
    """
    grid = np.asarray(at, float)
    values = np.array([np.interp(grid, *points(curves, key)) for curves in runs])
    return np.median(values, axis=0), values.min(axis=0), values.max(axis=0)


def draw_bands(
    axes: "Axes", runs: Mapping[str, Sequence[Curves]], key: str, *, steps_per_minute: float
) -> None:
    """The median of each variant as a line, lowest to highest as a band, over robot minutes."""
    last = max(float(np.max(curves["steps"])) for each in runs.values() for curves in each)
    grid = np.linspace(0.0, last, 200)
    for name, each in runs.items():
        middle, low, high = band(each, key, grid)
        colour = COLOURS.get(name)
        (line,) = axes.plot(grid / steps_per_minute, middle, label=name, color=colour)
        axes.fill_between(
            grid / steps_per_minute, low, high, color=line.get_color(), alpha=0.12, linewidth=0
        )
    axes.set_xlabel("minutes of moving robot")


def learned(rows: Iterable[Row]) -> tuple[int, int]:
    """How many of these runs learned the task, and how many there are."""
    rates = [row.get("test.success_rate") or 0.0 for row in rows]
    return sum(rate >= GOOD_RATE for rate in rates), len(rates)


def map_table(rows: Iterable[Row]) -> dict[str, dict[str, tuple[int, int]]]:
    """Runs that learned and runs in all, by plant and variant, in the order of the rows."""
    table: dict[str, dict[str, tuple[int, int]]] = {}
    for (plant, variant), runs in group(rows, "plant", "variant").items():
        table.setdefault(str(plant), {})[str(variant)] = learned(runs)
    return table


def verdict(gaussian: tuple[int, int], gsde: tuple[int, int]) -> str:
    """What a handful of runs of each say, in words; each is (runs that learned, runs)."""
    majority = [2 * done > runs > 0 for done, runs in (gaussian, gsde)]
    if 0 in (gaussian[1], gsde[1]):
        return "not tried with both"
    if majority == [True, True]:
        return "both learn"
    if majority == [False, False]:
        return "neither learns" if not gaussian[0] + gsde[0] else "hardly any run learns"
    winner, other = ("gSDE", gaussian[0]) if majority[1] else ("Gaussian noise", gsde[0])
    return f"{winner} learns more often" if other else f"only {winner} learns"


def map_words(rows: Iterable[Row], gaussian: str = "Gaussian", gsde: str = "gSDE 8") -> list[str]:
    """One line per plant: who learns there, and in how many runs."""
    lines = []
    for plant, cells in map_table(rows).items():
        pair = cells.get(gaussian, (0, 0)), cells.get(gsde, (0, 0))
        counts = ", ".join(
            f"{name} {done} of {runs}"
            for name, (done, runs) in zip((gaussian, gsde), pair, strict=True)
        )
        lines.append(f"{plant}: {verdict(*pair)} ({counts})")
    return lines


def summary(rows: Iterable[Row], gaussian: str = "Gaussian", gsde: str = "gSDE 8") -> str:
    """The whole map in one sentence."""
    kinds: dict[str, int] = {}
    for cells in map_table(rows).values():
        word = verdict(cells.get(gaussian, (0, 0)), cells.get(gsde, (0, 0)))
        kinds[word] = kinds.get(word, 0) + 1
    parts = [f"{word} on {count}" for word, count in sorted(kinds.items(), key=lambda k: -k[1])]
    return f"Of {sum(kinds.values())} plants: {', '.join(parts)}."


def draw_map(
    axes: "Axes", rows: Iterable[Row], key: str, *, span: tuple[float, float], form: str
) -> Any:
    """Plants down, variants across; each cell the median of a figure, and how many runs learned.

    Args:
        rows: one per run.
        key: the figure.
        span: what is shown lightest and darkest.
        form: how its numbers are written.

    Returns:
        The picture, for a colour bar.
    """
    runs = list(rows)
    cells = group(runs, "plant", "variant")
    plants = list(dict.fromkeys(str(row["plant"]) for row in runs))
    variants = list(dict.fromkeys(str(row["variant"]) for row in runs))
    values = np.full((len(plants), len(variants)), np.nan)
    for (plant, variant), members in cells.items():
        down, across = plants.index(str(plant)), variants.index(str(variant))
        given = [float(row[key]) for row in members if row.get(key) is not None]
        known = [value for value in given if np.isfinite(value)]
        values[down, across] = np.median(known) if known else np.nan
        done, count = learned(members)
        text = f"{values[down, across]:{form}}\n{done} of {count}"
        axes.text(across, down, text, ha="center", va="center", fontsize=9)
    low, high = span
    picture = axes.imshow(
        values,
        cmap="YlGn",
        vmin=low,
        vmax=high,
        aspect="auto",
        alpha=0.55,  # text stays readable
    )
    axes.set_xticks(range(len(variants)), variants)
    axes.set_yticks(range(len(plants)), plants)
    axes.grid(visible=False)
    return picture


def draw_swings(axes: "Axes", swings_deg: Mapping[str, ArrayLike]) -> None:
    """The farthest swing of every pendulum as a point, medians as bars; the first one on top."""
    names = list(swings_deg)
    for place, name in enumerate(names):
        each = np.sort(np.asarray(swings_deg[name], float))
        spread = np.linspace(-0.3, 0.3, each.size)
        axes.plot(each, place + spread, ".", markersize=3, color="#4c6ef5", alpha=0.6)
        axes.plot([np.median(each)] * 2, [place - 0.4, place + 0.4], color="black", linewidth=2.5)
    axes.set_yticks(range(len(names)), names)
    axes.set(xlabel="farthest swing of each pendulum (degrees, 180 is upright)", xlim=(0, 184))
    axes.invert_yaxis()
