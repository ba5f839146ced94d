"""The files of one training run: their names, and how each is read and written.

The plain files are the truth about a run; everything else (plots, W&B) is made from them.
"""

import csv
import io
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import RunError
from furutalib.facts.files import write_atomically

SWEEP_FILE = "sweep.json"  # makes a folder that of a sweep; the folders in it are its runs

Columns = dict[str, NDArray[np.float64]]


class RunFiles:
    """Where each part of a run lies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.json"  # what was asked for
        self.reward = folder / "reward.py"  # the learner's own, if there is one
        self.status = folder / "status.json"  # how far it is
        self.progress = folder / "progress.csv"  # a row per round of collecting and learning
        self.evaluations = folder / "evaluations.csv"  # a row per validation
        self.episode = folder / "episode.npz"  # the first start of the newest validation
        self.first_episode = folder / "episode_first.npz"  # ... of the first validation
        self.best_episode = folder / "episode_best.npz"  # ... of the best policy
        self.notes = folder / "notes.txt"  # the learner's own words, for people and for W&B
        self.checkpoint = folder / "checkpoint"  # all that is needed to go on after a kill
        self.best = folder / "best"  # the best policy so far, a policy folder
        self.stop = folder / "stop"  # present when it has been asked to stop
        self.log = folder / "log.txt"  # what the worker said
        self.lock = folder / "worker.lock"  # held by the worker as long as it lives
        self.episodes = folder / "episodes"  # of a robot: recordings, one for each episode
        self.best_recording = folder / "recording_best.csv"  # of these, one of the best policy
        self.wandb = folder / "wandb"  # everything that Weights & Biases writes

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
    wandb_mode: str = "disabled"  # what was asked for; a run that goes on keeps to it
    wandb: str = ""  # what became of it, in one line

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


@contextmanager
def worker_lock(path: Path, patience_s: float = 0.0) -> Iterator[bool]:
    """Hold the lock of a run; gives False if another process has it, and goes on having it.

    The operating system lets go of it when its holder dies, however it dies.
    """
    end = time.monotonic() + patience_s
    with path.open("ab") as file:
        while not (held := _lock(file)) and time.monotonic() < end:
            time.sleep(0.05)
        yield held


def is_locked(path: Path) -> bool:
    """True while a living process holds the lock; False where one cannot even look."""
    try:
        if not path.exists():
            return False
        with worker_lock(path) as free:
            return not free
    except PermissionError:  # a run folder on a read-only share: nobody trains there
        return False


@dataclass(frozen=True)
class Episode:
    """One pendulum under the policy of some moment; arrays of shape (T,)."""

    steps: int  # of training before it
    times_s: NDArray[np.float64]
    arm_rad: NDArray[np.float64]
    pendulum_rad: NDArray[np.float64]  # 0 hangs down
    command: NDArray[np.float64]


def write_episode(path: Path, episode: Episode) -> None:
    """Replace the stored episode."""
    file = io.BytesIO()
    np.savez(file, **asdict(episode))
    write_atomically(path, file.getvalue())


def read_episode(path: Path) -> Episode | None:
    """The stored episode; None if there is none yet."""
    if not path.is_file():
        return None
    with np.load(io.BytesIO(path.read_bytes())) as stored:
        arrays = dict(stored)
    return Episode(int(arrays.pop("steps")), **arrays)


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
