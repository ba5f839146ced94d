"""Learning curves of several runs on common steps, and what they have in common."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.learning.run_config import flat

Floats = NDArray[np.float64]

_MOST_POINTS = 400
_LONG_NAME = 60  # characters


def common_steps(steps: Sequence[Floats]) -> Floats:
    """Rising steps (P,) that serve all curves: every step of any of them, or 400 evenly spread."""
    every = np.unique(np.concatenate([np.zeros(0), *steps]))
    if every.size <= _MOST_POINTS:
        return every
    return np.linspace(every[0], every[-1], _MOST_POINTS)


def on_steps(grid: Floats, steps: Floats, values: Floats, over: bool) -> Floats:
    """A curve (n,) at the steps of `grid` (P,), straight between its points.

    NaN before its first point and after its last one; but a run that is over keeps its last
    value, since its policy does not change any more.
    """
    known = np.isfinite(values)
    if not known.any():
        return np.full(grid.shape, np.nan)
    right = float(values[known][-1]) if over else np.nan
    return np.interp(grid, steps[known], values[known], left=np.nan, right=right)


def median_and_range(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Median, lowest and highest (P,) of curves (n, P); NaN where one of them has no value."""
    return np.median(values, axis=0), np.min(values, axis=0), np.max(values, axis=0)


def same_settings(configs: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Which runs differ in nothing but the seed: their places, by what sets them apart.

    Args:
        configs: `RunConfig.to_dict()` of each run.
    """
    settings = [flat({k: v for k, v in config.items() if k != "seed"}) for config in configs]
    names = sorted(set().union(*settings))
    apart = [n for n in names if any(values.get(n) != settings[0].get(n) for values in settings)]
    groups: dict[str, list[int]] = {}
    for i, values in enumerate(settings):
        told = ", ".join(f"{n.rsplit('.', 1)[-1]}={_short(values.get(n))}" for n in apart)
        groups.setdefault(told, []).append(i)
    return {
        (name if len(name) <= _LONG_NAME else f"setting {number}"): places
        for number, (name, places) in enumerate(groups.items(), start=1)
    }


def _short(value: Any) -> str:
    text = "+".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= 20 else f"{text[:8]}…"
