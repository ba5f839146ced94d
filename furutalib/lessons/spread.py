"""Several seeds, one statement: medians with bootstrap intervals, from plain rows or arrays."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.view.table import Column, Table

CONFIDENCE = 0.9
_RESAMPLES = 2000
_LEAST = 3  # values from which drawing again says anything

Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Spread:
    """A median with its bootstrap interval, and the values (n,) behind it; NaN if there is none."""

    median: float
    low: float
    high: float
    values: NDArray[np.float64]

    def text(self, form: str = ".3g") -> str:
        """Median and interval, as in "0.41 (0.30 to 0.55)"; "–" if there is no value."""
        if not np.isfinite(self.median):
            return "–"
        return f"{self.median:{form}} ({self.low:{form}} to {self.high:{form}})"


def spread(values: ArrayLike, confidence: float = CONFIDENCE) -> Spread:
    """The median of some values and where it may as well lie, by drawing them again.

    The percentile bootstrap of scipy, always with the same draws. With five values its ends are
    nearly the smallest and the largest: it says how little five seeds know, not more. Values that
    are not finite are left out; fewer than three give an interval from the smallest to the largest.

    Args:
        values: shape (n,), one per seed.
        confidence: share of the draws inside the interval.

    Raises:
        ConfigurationError: the confidence is not between 0 and 1.
    """
    from scipy import stats

    if not 0.0 < confidence < 1.0:
        raise ConfigurationError(f"confidence = {confidence}; give a share between 0 and 1")
    known = np.asarray(values, float).ravel()
    known = known[np.isfinite(known)]
    if known.size == 0:
        return Spread(np.nan, np.nan, np.nan, known)
    median = float(np.median(known))
    if known.size < _LEAST:
        return Spread(median, float(known.min()), float(known.max()), known)
    drawn = stats.bootstrap(
        (known,),
        np.median,
        confidence_level=confidence,
        n_resamples=_RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(0),
    )
    low, high = drawn.confidence_interval
    return Spread(median, float(low), float(high), known)


def group(rows: Iterable[Row], *keys: str) -> dict[tuple[Hashable, ...], list[Row]]:
    """Rows that agree in `keys`, under the values they agree in, in the order of the rows.

    Raises:
        ConfigurationError: a row lacks one of the keys.
    """
    found: dict[tuple[Hashable, ...], list[Row]] = {}
    for row in rows:
        missing = [key for key in keys if key not in row]
        if missing:
            raise ConfigurationError(
                f"a row has no {', '.join(missing)}; it has {', '.join(row) or 'nothing'}"
            )
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found


def column(rows: Iterable[Row], key: str) -> NDArray[np.float64]:
    """One number per row, NaN where it has none; shape (n,)."""
    cells = [row.get(key) for row in rows]
    return np.array([np.nan if cell is None else float(cell) for cell in cells])


@dataclass(frozen=True)
class Figure:
    """A figure of a table: the key in the rows, its heading, and how its numbers are written."""

    key: str
    title: str
    form: str = ".3g"


def spread_table(
    label: str, rows: Iterable[Row], by: Mapping[str, str], figures: Sequence[Figure]
) -> Table:
    """One line per setting: its median and interval over the seeds, for each figure.

    Args:
        label: what the table shows.
        rows: one per run.
        by: the keys that make a setting, with their headings.
        figures: what is shown of it, from left to right.
    """
    lines = []
    for setting, runs in group(rows, *by).items():
        line: dict[str, Any] = dict(zip(by, setting, strict=True))
        texts = {each.key: spread(column(runs, each.key)).text(each.form) for each in figures}
        lines.append(line | texts | {"seeds": str(len(runs))})
    columns = [Column(key, title, places=_places(rows_of(lines, key))) for key, title in by.items()]
    columns += [Column(each.key, each.title) for each in figures]
    note = (
        f"Median (bootstrap interval of the median, {CONFIDENCE:.0%}) over the runs; "
        f"of fewer than {_LEAST} the range."
    )
    return Table(label, [*columns, Column("seeds", "runs")], lines, note=note)


def rows_of(lines: Sequence[Row], key: str) -> list[Any]:
    """The cells of one column."""
    return [line[key] for line in lines]


def _places(cells: Sequence[Any]) -> int:
    """Decimals that show every number of a column in full, at most four."""
    numbers = [float(cell) for cell in cells if not isinstance(cell, str)]
    exact = (k for k in range(4) if all(round(x, k) == x for x in numbers))
    return next(exact, 4)
