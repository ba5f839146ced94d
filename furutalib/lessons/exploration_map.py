"""The runs behind lesson 05's map: both tables as one, with minutes and C in training."""

from typing import Any

from furutalib.learning.benchmarks import load_benchmark
from furutalib.lessons.exploration_figures import steps_to, training_continuity

RATE_HZ = 50.0
"""Of the course's robot; runs at another rate say so."""


def map_rows() -> list[dict[str, Any]]:
    """One row per run, with `plant`, `variant` ("Gaussian" or "gSDE 8"), `minutes`, `training C`.

    Raises:
        RunError: a table is missing.
    """
    rows = []
    for name in ("exploration", "exploration-map"):
        table = load_benchmark(name)
        for row in table.rows:
            if name == "exploration" and row["variant"] not in ("Gaussian", "gSDE 8"):
                continue
            curves, rate_hz = table.curves(row), row.get("rate_hz") or RATE_HZ
            rows.append(
                {
                    **row,
                    "plant": "full" if name == "exploration" else row["variant"],
                    "variant": "gSDE 8" if row["use_sde"] else "Gaussian",
                    "minutes": steps_to(curves) / rate_hz / 60.0,
                    "training C": training_continuity(curves),
                }
            )
    return rows
