"""Killing a training in the middle of an episode on a robot, and what is left of it."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import RunError
from furutalib.learning.run import Run
from furutalib.lessons.deaths import possible
from furutalib.machine.emulator.wall import RemoteBench
from furutalib.machine.telemetry import read_telemetry

__all__ = ["Kill", "Memory", "kill_in_an_episode", "memory", "possible", "wait_for_episodes"]

PATIENCE_S = 180.0
_LOOKS_S = 0.02
_LET_IT_MOVE_S = 0.3
_WATCHED_S = 2.0


@dataclass(frozen=True, eq=False)
class Memory:
    """The replay buffer in a checkpoint: what was done and what came of it, shape (n, ...)."""

    actions: NDArray[np.float32]
    observations: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.actions)

    def begins_with(self, other: "Memory") -> bool:
        """Whether the other one's steps are the first of these, to the last bit."""
        pairs = zip(
            (self.actions, self.observations), (other.actions, other.observations), strict=True
        )
        return len(other) <= len(self) and all(
            np.array_equal(mine[: len(other)], theirs) for mine, theirs in pairs
        )


@dataclass(frozen=True)
class Kill:
    """A SIGKILL, as seen from outside."""

    was_on: bool  # the motor, right before
    off_s: float  # until its enable line was low; NaN if that never happened
    recorded: int  # rows of the episode that was under way, in its recording


def memory(run: Run) -> Memory:
    """The replay buffer as the newest checkpoint of a run on a robot has it.

    Raises:
        RunError: there is no checkpoint yet.
    """
    path = run.files.checkpoint / "replay.npz"
    try:
        with np.load(path) as stored:
            filled = int(stored["pos"])
            return Memory(stored["actions"][:filled], stored["observations"][:filled])
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error}; wait for the first episode") from error


def wait_for_episodes(run: Run, count: int, patience_s: float = PATIENCE_S) -> None:
    """Wait until so many rounds of a run are stored.

    Raises:
        RunError: the run has ended before, or it takes too long.
    """
    _until(run, lambda: len(run.progress().get("steps", ())) >= count, patience_s)


def kill_in_an_episode(run: Run, bench: RemoteBench, after: int = 1) -> Kill:
    """Wait for the episode after so many stored ones, kill the training in it, watch the motor.

    Args:
        run: whose robot another process emulates.
        bench: that robot.
        after: episodes.

    Raises:
        RunError: the run has ended by itself, or it takes too long.
    """
    wait_for_episodes(run, after)
    _until(run, lambda: _driving(run), PATIENCE_S)
    time.sleep(_LET_IT_MOVE_S)
    was_on, pid = bench.motor_is_on() or bench.enabled(), run.status.pid
    if pid is None:
        raise RunError(f"{run.folder}: nobody knows the number of its process")
    os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    while bench.enabled() and time.monotonic() - began < _WATCHED_S:
        pass
    off_s = np.nan if bench.enabled() else time.monotonic() - began
    if run.worker is not None:
        run.worker.wait()
    time.sleep(_LET_IT_MOVE_S)  # the writer of the recording ends by itself
    return Kill(was_on, off_s, _rows_of_the_newest(run))


def _driving(run: Run) -> bool:
    """Whether an episode is under way that has begun to be recorded."""
    stored = len(run.progress().get("steps", ()))
    return len(list(run.files.episodes.glob("*.csv"))) > stored and _rows_of_the_newest(run) > 2


def _rows_of_the_newest(run: Run) -> int:
    files = sorted(run.files.episodes.glob("*.csv"))
    return len(read_telemetry(files[-1])) if files else 0


def _until(run: Run, done: Callable[[], bool], patience_s: float) -> None:
    end = time.monotonic() + patience_s
    while not done():
        if run.status.over:
            raise RunError(
                f"{run.folder} has ended ({run.status.state}): {run.files.last_log_lines(5)}"
            )
        if time.monotonic() > end:
            raise RunError(f"{run.folder}: nothing happened for {patience_s:.0f} s")
        time.sleep(_LOOKS_S)
