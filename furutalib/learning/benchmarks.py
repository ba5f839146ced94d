"""Tables of many trainings that come with the course: what the lessons draw.

Each is a folder `data/benchmarks/NAME` that `data/benchmarks/make.py` writes: `benchmark.json`
(command, versions, machine, hashes), `results.csv` (a row per run), `curves.csv` (how each run got
there) and `policies/` (the best policy of each run, without its stable-baselines3 file).
"""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import RunError
from furutalib.facts.paths import data_folder
from furutalib.learning.policy_folder import LoadedPolicy, load_policy
from furutalib.learning.run_files import Columns

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Benchmark:
    """One table, or some of its rows.

    Attributes:
        made: `command` that makes it again, `versions`, `machine`, `code_hash`, `made` (date).
        rows: one per run, by column: numbers, text, or None where there is nothing.
    """

    folder: Path
    made: Mapping[str, Any]
    rows: tuple[Row, ...]

    def column(self, name: str) -> NDArray[np.float64]:
        """The numbers of a column, one per row; NaN where there is none.

        Raises:
            RunError: there is no such column.
        """
        self._check_columns([name])
        return np.array([np.nan if row[name] is None else row[name] for row in self.rows], float)

    def where(self, **values: Any) -> "Benchmark":
        """Only the rows with these values; dotted names as `**{"reward.continuity": 0.5}`.

        Raises:
            RunError: there is no such column.
        """
        self._check_columns(values)
        kept = [row for row in self.rows if all(row[k] == v for k, v in values.items())]
        return replace(self, rows=tuple(kept))

    def policy(self, row: Row) -> LoadedPolicy:
        """The best policy of a run.

        Raises:
            PolicyError: it is missing or was changed.
        """
        return load_policy(self.folder / "policies" / row["run"])

    def curves(self, row: Row) -> Columns:
        """How the run of this row got there: columns of `curves.csv` by name, in order of steps."""
        rows = [line for line in _read(self.folder / "curves.csv") if line["run"] == row["run"]]
        names = [name for name in (rows[0] if rows else ()) if name != "run"]
        cells = [[np.nan if line[n] is None else line[n] for n in names] for line in rows]
        table = np.array(cells, float).reshape(len(rows), len(names))
        return {name: table[:, i] for i, name in enumerate(names)}

    def _check_columns(self, names: Any) -> None:
        known = self.rows[0].keys() if self.rows else names
        for name in names:
            if name not in known:
                raise RunError(
                    f"{self.folder.name} has no column {name!r}; there are {', '.join(known)}"
                )


def load_benchmark(name: str, folder: Path | None = None) -> Benchmark:
    """The table of this name.

    Args:
        folder: where tables lie; None takes those that come with the course.

    Raises:
        RunError: there is none, or a file is missing.
    """
    place = (folder or data_folder() / "benchmarks") / name
    try:
        made = json.loads((place / "benchmark.json").read_text("utf-8"))
        return Benchmark(place, made, tuple(_read(place / "results.csv")))
    except (OSError, ValueError) as error:
        known = sorted(each.parent.name for each in place.parent.glob("*/benchmark.json"))
        raise RunError(
            f"there is no whole benchmark {name!r} in {place.parent} ({error}); "
            f"there are: {', '.join(known) or 'none'}"
        ) from error


def _read(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: _cell(name, text) for name, text in row.items()} for row in csv.DictReader(file)
        ]


def _cell(name: str, text: str) -> Any:
    """A cell as a number, a truth value or text; a run's name stays text."""
    if name == "run":
        return text
    if text in ("", "True", "False"):
        return {"True": True, "False": False}.get(text)
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
