"""A training run, followed from outside: everything is read from the files in its folder."""

import asyncio
import contextlib
import subprocess
import time
from dataclasses import replace
from pathlib import Path

from furutalib.facts.errors import PolicyError, RunError
from furutalib.facts.files import recover_folder, write_atomically
from furutalib.learning.policy_folder import LoadedPolicy, load_policy
from furutalib.learning.progress import Display, choose_display, keep_showing, notebook_display
from furutalib.learning.run_config import RunConfig, read_config
from furutalib.learning.run_files import (
    Columns,
    RunFiles,
    Status,
    is_locked,
    read_status,
    read_table,
)

_POLL_S = 0.2
_ATTEMPTS = 3
_START_S = 20.0
_PATIENCE_S = 120.0  # for a worker that has been asked to stop to end its round


class Run:
    """One run folder.

    The worker that trains is a process of its own. It goes on when the notebook's kernel ends;
    `Run(folder)` follows it again. `train(folder)` continues a run that was stopped or killed.
    """

    def __init__(self, folder: str | Path, worker: "subprocess.Popen[bytes] | None" = None) -> None:
        self._files = RunFiles(Path(folder).resolve())
        self.worker = worker  # the training process, if this Python started it
        self._config = read_config(self._files.config)
        self.display: Display | None = None  # what `wait` shows it on; None for a progress bar
        self._showing: asyncio.Task[None] | None = None  # kept, or it would be thrown away

    @property
    def folder(self) -> Path:
        """Where everything about this run lies."""
        return self._files.folder

    @property
    def files(self) -> RunFiles:
        """The names of its files."""
        return self._files

    @property
    def config(self) -> RunConfig:
        """What was asked for."""
        return self._config

    @property
    def status(self) -> Status:
        """How far the run is now."""
        ours = self.worker is not None
        alive = (self.worker and self.worker.poll() is None) or is_locked(self._files.lock)
        stored = read_status(self._files.status)  # after the look at the worker: no false alarm
        if alive or stored.over or (not ours and self._just_started(stored)):
            return stored
        return replace(stored, state="interrupted", message="its worker is gone")

    def progress(self) -> Columns:
        """The learning curve: columns of `progress.csv` by name, one entry per round.

        `steps`, `seconds` of training, `return_mean` and `length_mean` (steps) of the last 100
        episodes, and what the algorithm reports about its learning.
        """
        return read_table(self._files.progress)

    def evaluations(self) -> Columns:
        """Columns of `evaluations.csv` by name, one entry per validation."""
        return read_table(self._files.evaluations)

    def policy(self) -> LoadedPolicy:
        """The best policy so far.

        Raises:
            RunError: the run has not been evaluated yet.
        """
        for _ in range(_ATTEMPTS - 1):
            with contextlib.suppress(PolicyError):
                return self._load_best()
            time.sleep(_POLL_S)  # the worker may be replacing the folder at this instant
        return self._load_best()

    def _load_best(self) -> LoadedPolicy:
        if self.status.over:
            recover_folder(self._files.best)
        if not self._files.best.is_dir() and len(self.evaluations()) == 0:
            raise RunError(
                f"{self.folder} has no policy yet: the first one is kept after the first "
                "validation; wait a little, or look at run.status"
            )
        return load_policy(self._files.best)

    def stop(self) -> None:
        """Ask the worker to stop after its current round; it keeps what it has."""
        write_atomically(self._files.stop, "")

    def wait(self, timeout_s: float | None = None, show: bool = True) -> Status:
        """Block until the worker has ended, showing its progress.

        Ctrl-C asks the worker to stop, waits for it and returns; a second Ctrl-C returns at once
        and leaves the worker to stop by itself.

        Args:
            timeout_s: return after this time even if the worker is still at it.

        Raises:
            RunError: the worker failed or was killed; with the last lines of its log.
        """
        try:
            status = self._follow(timeout_s, show)
        except KeyboardInterrupt:
            self.stop()
            status = self._follow(_PATIENCE_S, show)
        if status.state in ("failed", "interrupted"):
            raise RunError(
                f"training in {self.folder} {status.state}: {status.message}\n"
                f"{self._last_words()}\n"
                "train(...) with the same folder and settings continues from the last checkpoint"
            )
        return status

    def show(self) -> None:
        """Show the progress below this notebook cell, which stays free; elsewhere nothing."""
        display = notebook_display()
        if display is not None:
            refresh = keep_showing(lambda: not self._show_on(display).over)
            self._showing = asyncio.get_running_loop().create_task(refresh)

    def _show_on(self, display: Display | None) -> Status:
        status = self.status
        if display is not None:
            display.show(status)
        return status

    def _follow(self, timeout_s: float | None, show: bool) -> Status:
        end = None if timeout_s is None else time.monotonic() + timeout_s
        display = (self.display or choose_display()) if show else None
        while True:
            status = self._show_on(display)
            if status.over or (end is not None and time.monotonic() >= end):
                break
            self._pause()
        if display is not None:
            display.end()
        return status

    def _just_started(self, stored: Status) -> bool:
        """A worker has been started a moment ago and has not reached its first line yet."""
        if stored.pid is not None or not self._files.status.exists():
            return False
        return time.time() - self._files.status.stat().st_mtime < _START_S

    def _pause(self) -> None:
        """Wait a little, or until our worker ends."""
        if self.worker is None:
            time.sleep(_POLL_S)
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.worker.wait(_POLL_S)

    def _last_words(self) -> str:
        lines = self._files.last_log_lines()
        return f"its log ends:\n{lines}" if lines else "its log is empty"

    def __repr__(self) -> str:
        status = self.status
        return f"Run({str(self.folder)!r}: {status.state}, {status.steps} steps)"
