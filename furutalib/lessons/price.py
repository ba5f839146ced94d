"""What a smoothness weight costs and what it brings: medians over seeds, against weight 0."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError
from furutalib.lessons.spread import Row, column, group
from furutalib.view.table import Column, Table

Floats = NDArray[np.float64]

SUCCESSES, SHARE_OF_RETURN = 99.0, 0.97
"""What a free weight keeps: successes of 100 starts, and of the task return at weight 0."""

WEIGHT = "reward.continuity"


@dataclass(frozen=True)
class Price:
    """What one weight does; each figure the median over the seeds."""

    weight: float
    seeds: int
    holding: int  # seeds with at least 99 successes
    successes: float
    task_return: float
    share: float  # of the task return at weight 0
    change: float  # mean squared, of the action
    times_smoother: float  # than at weight 0

    @property
    def free(self) -> bool:
        """Whether the task does not suffer: 99 successes, and 97 % of the return at weight 0."""
        return self.successes >= SUCCESSES and self.share >= SHARE_OF_RETURN


def prices(rows: Iterable[Row], weight: str = WEIGHT) -> list[Price]:
    """A price for each weight, from the lowest to the highest.

    Args:
        rows: one per run, which differ in nothing but weight and seed; with the columns
            `test.successes`, `test.task_return` and `test.action_change`.
        weight: key of the weight.

    Raises:
        ConfigurationError: no row has weight 0, or a row lacks a column.
    """
    runs = {float(str(value)): members for (value,), members in group(rows, weight).items()}
    if 0.0 not in runs:
        raise ConfigurationError(
            f"no run with {weight} = 0 to compare with; there are {sorted(runs)}"
        )
    earned = {value: _median(members, "test.task_return") for value, members in runs.items()}
    change = {value: _median(members, "test.action_change") for value, members in runs.items()}
    return [
        Price(
            weight=value,
            seeds=len(runs[value]),
            holding=int(np.sum(column(runs[value], "test.successes") >= SUCCESSES)),
            successes=_median(runs[value], "test.successes"),
            task_return=earned[value],
            share=earned[value] / earned[0.0],
            change=change[value],
            times_smoother=change[0.0] / change[value] if change[value] > 0 else np.inf,
        )
        for value in sorted(runs)
    ]


def choose_weight(weights: Floats, task_return: Floats, successes: Floats) -> float:
    """The largest weight that keeps 97 % of the return at weight 0, and 99 successes.

    Args:
        weights, task_return, successes: one per setting, of shape (n,); one of the weights is 0.
    """
    enough = task_return >= SHARE_OF_RETURN * task_return[weights == 0]
    return float(weights[enough & (successes >= SUCCESSES)].max())


def price_table(label: str, lists: Sequence[tuple[str, Sequence[Price]]]) -> Table:
    """Price lists below one another, each with a name of its own."""
    lines = [
        {
            "name": name,
            "weight": f"{price.weight:g}",
            "successes": price.successes,
            "holding": f"{price.holding} of {price.seeds}",
            "return": price.task_return,
            "lost": 100.0 * (1.0 - price.share),
            "change": price.change,
            "smoother": price.times_smoother,
            "free": "yes" if price.free else "no",
        }
        for name, prices_of in lists
        for price in prices_of
    ]
    columns = [
        Column("name", "plant"),
        Column("weight", "weight"),
        Column("successes", "success", "of 100"),
        Column("holding", "seeds with 99 or more"),
        Column("return", "task return", places=1),
        Column("lost", "lost", "%", 1),
        Column("change", "action change", places=4),
        Column("smoother", "times smoother", places=1),
        Column("free", "free?"),
    ]
    note = "Medians over the seeds; lost and smoother against weight 0 of the same plant."
    return Table(label, columns, lines, note=note)


def _median(rows: Iterable[Row], key: str) -> float:
    values = column(rows, key)
    if not np.isfinite(values).any():
        raise ConfigurationError(f"no row has a number in {key!r}; are these rows of a benchmark?")
    return float(np.nanmedian(values))
