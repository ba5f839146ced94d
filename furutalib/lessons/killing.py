"""Killing a training in the middle of an episode on a robot, and what is left of it."""

import os
import re
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from furutalib.facts.errors import ConfigurationError, RunError
from furutalib.facts.files import write_atomically
from furutalib.facts.robot import robot_file
from furutalib.learning.run import Run
from furutalib.lessons.deaths import possible
from furutalib.machine.emulator.wall import RemoteBench
from furutalib.machine.telemetry import read_telemetry

__all__ = ["Kill", "Memory", "kill_in_an_episode", "memory", "patient_robot", "possible"]

PATIENCE_S = 180.0
PATIENT: Mapping[str, float] = MappingProxyType({"heartbeat_s": 0.5, "late_periods": 100})
_TRIES = 4
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
    """A SIGKILL while the motor was on, as seen from outside."""

    run: Run
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


def patient_robot(path: str | Path) -> Path:
    """Write the file of a course robot whose guardian and safety are patient, and return its path.

    A notebook shares its computer with a browser; a controller that does nothing else for half a
    second would be switched off by the 0.1 s of a real robot.
    """
    text = robot_file("course").read_text("utf-8")
    for key, value in PATIENT.items():
        text, found = re.subn(rf"(?m)^({key} = {{ value = )[\d.]+", rf"\g<1>{value}", text)
        if found != 1:
            raise ConfigurationError(f"the course's robot has {found} values {key}, not one")
    write_atomically(Path(path), text)
    return Path(path).resolve()


def until_stored(begin: Callable[[], Run], episodes: int, patience_s: float = PATIENCE_S) -> Run:
    """Begin or continue a run and wait until so many of its episodes are stored.

    Where this computer was too busy for a robot in real time, the run has ended (the motor off),
    and is continued.

    Args:
        begin: starts the run, and continues it when called again.

    Raises:
        RunError: it ends each time, or takes too long.
    """
    for _ in range(_TRIES - 1):
        run = begin()
        with suppress(RunError):
            wait_for_episodes(run, episodes, patience_s)
            return run
    run = begin()
    wait_for_episodes(run, episodes, patience_s)
    return run


def wait_for_episodes(run: Run, count: int, patience_s: float = PATIENCE_S) -> None:
    """Wait until so many rounds of a run are stored.

    Raises:
        RunError: the run has ended before, or it takes too long.
    """
    _until(run, lambda: len(run.progress().get("steps", ())) >= count, patience_s)


def kill_in_an_episode(begin: Callable[[], Run], bench: RemoteBench, after: int = 1) -> Kill:
    """Kill a training in the episode after so many stored ones, and watch the motor.

    Args:
        begin: starts or continues a run on a robot that another process emulates.
        bench: that robot.
        after: episodes.

    Raises:
        RunError: the run ends by itself each time, or it takes too long.
    """
    for _ in range(_TRIES):
        run = until_stored(begin, after)
        with suppress(RunError):
            _until(run, lambda run=run: _driving(run), PATIENCE_S)  # type: ignore[misc]
            time.sleep(_LET_IT_MOVE_S)
            if bench.enabled() and run.status.pid is not None:
                return _kill(run, bench)
    raise RunError(f"this computer is too busy for a robot in real time: {run.files.log} says why")


def _kill(run: Run, bench: RemoteBench) -> Kill:
    os.kill(run.status.pid or 0, signal.SIGKILL)
    began = time.monotonic()
    while bench.enabled() and time.monotonic() - began < _WATCHED_S:
        pass
    off_s = np.nan if bench.enabled() else time.monotonic() - began
    if run.worker is not None:
        run.worker.wait()
    time.sleep(_LET_IT_MOVE_S)  # the writer of the recording ends by itself
    return Kill(run, off_s, _rows_of_the_newest(run))


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
