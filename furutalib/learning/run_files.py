"""The files of one training run: their names, and how each is read and written.

The plain files are the truth about a run; everything else (plots, W&B) is made from them.
"""

import csv
import io
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import RunError
from furutalib.facts.files import write_atomically

Columns = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class RunFiles:
    """Where each part of a run lies."""

    folder: Path

    @property
    def config(self) -> Path:
        """What was asked for (JSON)."""
        return self.folder / "config.json"

    @property
    def reward(self) -> Path:
        """The learner's own reward as a module, if there is one."""
        return self.folder / "reward.py"

    @property
    def progress(self) -> Path:
        """One row per round of collecting and learning."""
        return self.folder / "progress.csv"

    @property
    def evaluations(self) -> Path:
        """One row per validation of the deterministic policy."""
        return self.folder / "evaluations.csv"

    @property
    def checkpoint(self) -> Path:
        """Everything that is needed to go on after a kill."""
        return self.folder / "checkpoint"

    @property
    def best(self) -> Path:
        """The best policy so far, a policy folder."""
        return self.folder / "best"

    @property
    def status(self) -> Path:
        """How far the run is (JSON)."""
        return self.folder / "status.json"

    @property
    def stop(self) -> Path:
        """Present when the run has been asked to stop."""
        return self.folder / "stop"

    @property
    def log(self) -> Path:
        """What the worker said."""
        return self.folder / "log.txt"

    @property
    def lock(self) -> Path:
        """Held by the worker as long as it lives."""
        return self.folder / "worker.lock"

    @property
    def wandb(self) -> Path:
        """Everything that Weights & Biases writes."""
        return self.folder / "wandb"

    def last_log_lines(self, count: int = 15) -> str:
        """The end of the worker's log, empty if there is none."""
        if not self.log.is_file():
            return ""
        return "\n".join(self.log.read_text("utf-8", errors="replace").splitlines()[-count:])


@dataclass(frozen=True)
class Status:
    """How far a run is.

    `state` is one of starting, running, finished, stopped (on request), failed, interrupted
    (the worker is gone without a word, e.g. after `kill -9`). Times are wall clock of this run
    over all its parts: setup (imports, compiling), training (collecting and learning),
    evaluation (validation and keeping the best policy), tracking (W&B).
    """

    state: str = "starting"
    steps: int = 0
    total_steps: int = 0
    seconds_setup: float = 0.0
    seconds_training: float = 0.0
    seconds_evaluation: float = 0.0
    seconds_checkpoint: float = 0.0
    seconds_tracking: float = 0.0
    steps_per_s: float = 0.0
    success_rate: float = 0.0  # of the best policy so far, on the validation starts
    steps_to_success: int | None = None  # when every validation start first succeeded
    seconds_to_success: float | None = None  # training, evaluation and checkpoints up to then
    message: str = ""
    pid: int | None = None

    @property
    def seconds(self) -> float:
        """Training, evaluation and checkpoints; without setup and tracking."""
        return self.seconds_training + self.seconds_evaluation + self.seconds_checkpoint

    @property
    def over(self) -> bool:
        """True when no worker is at it any more."""
        return self.state not in ("starting", "running")

    @property
    def seconds_left(self) -> float | None:
        """At most this long until all steps are done; None while the speed is unknown."""
        if self.steps_per_s <= 0:
            return None
        return max(0.0, (self.total_steps - self.steps) / self.steps_per_s)


def write_status(path: Path, status: Status) -> None:
    """Replace the status file."""
    write_atomically(path, json.dumps(asdict(status), indent=1) + "\n")


def read_status(path: Path) -> Status:
    """The stored status; a fresh one if nothing is stored yet.

    Raises:
        RunError: the file is not a status.
    """
    if not path.is_file():
        return Status()
    try:
        return Status(**json.loads(path.read_text("utf-8")))
    except (ValueError, TypeError) as error:
        raise RunError(f"{path} is damaged ({error}); delete it to go on") from error


@dataclass(frozen=True)
class Table:
    """A CSV file of numbers that grows by whole rows and is ordered by its column `steps`."""

    path: Path
    columns: Sequence[str]

    def append(self, row: Mapping[str, float]) -> None:
        """Add one row; columns that `row` lacks stay empty."""
        text = io.StringIO()
        writer = csv.DictWriter(text, self.columns, extrasaction="ignore", lineterminator="\n")
        if not self.path.exists():
            writer.writeheader()
        writer.writerow({name: _number(value) for name, value in row.items()})
        with self.path.open("a", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())

    def keep_until(self, steps: int) -> None:
        """Drop the rows after `steps`, and a row that a kill cut short."""
        if not self.path.exists():
            return
        header, *rows = _whole_lines(self.path) or [",".join(self.columns)]
        place = header.split(",").index("steps")
        kept = [row for row in rows if float(row.split(",")[place]) <= steps]
        write_atomically(self.path, "\n".join([header, *kept]) + "\n")


def read_table(path: Path) -> Columns:
    """The columns of a CSV file by name; a missing value is NaN, a row cut short is left out."""
    lines = _whole_lines(path) if path.is_file() else []
    if not lines:
        return {}
    names, *rows = csv.reader(lines)
    numbers = [[float(cell) if cell else np.nan for cell in row] for row in rows]
    values = np.array(numbers, np.float64).reshape(len(rows), len(names))
    return {name: values[:, i] for i, name in enumerate(names)}


def _whole_lines(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    return text[: text.rfind("\n") + 1].splitlines()


def _number(value: float) -> str:
    return "" if value != value else f"{value:.9g}"


class WorkerLock:
    """A file lock that the operating system lets go when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def acquire(self) -> bool:
        """Try to take the lock; False if another process has it."""
        file = self._path.open("ab")
        if _lock(file):
            self._file = file
            return True
        file.close()
        return False

    def release(self) -> None:
        """Let the lock go."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> "WorkerLock":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def is_locked(path: Path) -> bool:
    """True while a living process holds the lock; False where one cannot even look."""
    try:
        with WorkerLock(path) as probe:
            return path.exists() and not probe.acquire()
    except PermissionError:  # a run folder on a read-only share: nobody trains there
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
