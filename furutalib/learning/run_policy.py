"""Episodes of a policy on a robot, as `furuta run` drives them.

Nothing here needs more than numpy, so that a board can do it.
"""

import logging
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from furutalib.facts.errors import ConfigurationError, PolicyError, ResetError, SafetyTrip
from furutalib.learning.pilot import Pilot
from furutalib.learning.policy import Policy
from furutalib.learning.policy_folder import LoadedPolicy, check_same_rate
from furutalib.learning.tasks import SWING_UP, Task, task
from furutalib.machine.clock import MonotonicClock
from furutalib.machine.episode import episode
from furutalib.machine.recorder import RecordedRobot
from furutalib.machine.robot import Flag, Reading, Robot
from furutalib.machine.safety import SafeRobot

_log = logging.getLogger(__name__)

# Those of `furutalib.learning.evaluation`, which a board cannot load; a test compares them.
UPRIGHT_WITHIN_RAD = math.radians(12.0)
HOLD_S = 3.0
DURATION_S = 8.0
SHORTEST_S = 4.0


@dataclass(frozen=True)
class Outcome:
    """What came of one episode; nan is what there was not.

    `upright`: within 12 degrees for the whole last 3 s, and nothing ended the episode before its
    time. The balance figure is over these 3 s. Lateness is that of the loop's ticks, of a robot in
    real time.
    """

    number: int
    seconds: float
    upright: bool
    swing_up_s: float
    balance_rms_deg: float
    ended: str  # why before its time; empty if it was not
    tripped: bool
    limited: int  # commands that safety turned down
    worst_lateness_s: float
    missed: int  # periods that the loop skipped
    permitted: str  # scheduling and memory, for people
    file: Path | None  # its telemetry

    def __str__(self) -> str:
        found = "upright" if self.upright else "not upright"
        if self.upright:
            found += f", swing-up {self.swing_up_s:.2f} s, {self.balance_rms_deg:.1f} degrees RMS"
        parts = [f"episode {self.number}: {found}; {self.seconds:.1f} s"]
        if math.isfinite(self.worst_lateness_s):
            parts.append(f"late by {1e3 * self.worst_lateness_s:.2f} ms at worst")
        parts += [f"{self.missed} periods missed"] if self.missed else []
        parts += [f"{self.limited} commands limited by safety"] if self.limited else []
        return ", ".join(parts) + (f"; {self.ended}" if self.ended else "")


def run_policy(
    policy: Policy,
    robot: Robot,
    episodes: int = 1,
    seconds: float = DURATION_S,
    record_to: str | Path | None = None,
    about: Mapping[str, Any] | None = None,
) -> Iterator[Outcome]:
    """Drive a robot by a policy, without exploration; the motor is off between episodes and after.

    Every episode begins hanging at rest. One that touches a limit of the robot ends there, and the
    next one begins. A trip of safety ends them all: somebody has to look first.

    Args:
        policy: one that was loaded for this robot.
        robot: simulated, emulated or real.
        episodes: how many.
        seconds: how long each is.
        record_to: a folder for the telemetry, one file per episode.
        about: what the telemetry shall say beside policy, robot and versions.

    Yields:
        The outcome of each episode, once it is over.

    Raises:
        ConfigurationError: an option is out of range.
        PolicyError: the policy was trained at another rate, for another observation, or for a
            start that the robot does not have.
        ResetError: the pendulum cannot be brought to hang at rest.
        TelemetryError: the telemetry cannot be written.
    """
    given: Any = episodes
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise ConfigurationError(f"episodes = {episodes!r}; it must be an integer of 1 or above")
    if not SHORTEST_S <= seconds < math.inf:
        raise ConfigurationError(
            f"seconds = {seconds!r}; it must be {SHORTEST_S:g} or above: to count as upright a "
            f"pendulum has to stand for {HOLD_S:g} s after it swung up"
        )
    if isinstance(policy, LoadedPolicy):
        check_same_rate(policy.info, robot.description)
    if record_to is not None:
        robot = RecordedRobot(robot, record_to, {**_about(policy), **(about or {})})
    return _run(policy, robot, episodes, seconds)


def _run(policy: Policy, robot: Robot, episodes: int, seconds: float) -> Iterator[Outcome]:
    wanted = task(policy.info.task) if isinstance(policy, LoadedPolicy) else SWING_UP
    pilot = Pilot(policy, robot)
    pilot.begin(Reading(0.0, 0.0, 0.0, 0.0))
    pilot.command()  # the first inference is slow, and may find that the policy does not fit
    for number in range(1, episodes + 1):
        outcome = _Episode(pilot, robot, wanted, number).fly(round(seconds / robot.dt))
        yield outcome
        if outcome.tripped:
            return


class _Episode:
    """One episode and the notes that are taken of it."""

    def __init__(self, pilot: Pilot, robot: Robot, wanted: Task, number: int) -> None:
        self._pilot, self._robot, self._task, self._number = pilot, robot, wanted, number
        self._driven = _innermost(robot)
        self._real_time = isinstance(getattr(self._driven, "clock", None), MonotonicClock)
        self._from_upright: list[float] = []
        self._worst_s, self._missed, self._limited = math.nan, 0, 0
        self._ended, self._tripped = "", False
        self._file: Path | None = None

    def fly(self, periods: int) -> Outcome:
        """Drive for so many periods, or until something ends it."""
        with episode(self._robot, self._task.centre, self._real_time) as (first, permitted):
            log = getattr(self._robot, "log", None)
            self._file = log.path if log else None
            if self._task.terminated(self._pilot.begin(first)):
                raise PolicyError(
                    f"the task {self._task.name} does not begin hanging at rest, as this robot "
                    "does; use a policy that swings up"
                )
            try:
                while len(self._from_upright) < periods and not self._ended:
                    self._period()
                self._park()
            except SafetyTrip as trip:
                self._ended, self._tripped = str(trip), True
        return self._outcome(permitted)

    def _park(self) -> None:
        """Turn the arm back before the motor is let go; not a part of the episode any more."""
        robot: Any = self._robot.inner if isinstance(self._robot, RecordedRobot) else self._robot
        if isinstance(robot, SafeRobot):
            try:
                robot.park()
            except ResetError as error:  # the next reset says so again, if it is serious
                _log.warning("after the episode: %s", error)
            except SafetyTrip as trip:  # what came of the episode stands
                _log.warning("after the episode: %s", trip)
                self._tripped = True

    def _period(self) -> None:
        reading = self._robot.step(self._pilot.command())
        q = self._pilot.see(reading)
        self._from_upright.append(float(q.from_upright_rad))
        if self._real_time:
            self._worst_s = max(self._driven.late_s, self._worst_s)
            self._missed += self._driven.missed
        self._limited += bool(reading.flags & Flag.LIMITED)
        if self._task.terminated(q):
            self._ended = "the arm came to a limit of the robot" if q.limit_touched else "it fell"

    def _outcome(self, permitted: str) -> Outcome:
        dt = self._robot.dt
        angles = np.array(self._from_upright)
        outside = np.flatnonzero(np.abs(angles) >= UPRIGHT_WITHIN_RAD)
        to_stay = int(outside[-1]) + 1 if outside.size else 0
        held = angles[-round(HOLD_S / dt) :]
        upright = not self._ended and len(angles) - to_stay >= len(held)
        return Outcome(
            number=self._number,
            seconds=len(angles) * dt,
            upright=upright,
            swing_up_s=(to_stay + 1) * dt if upright else math.nan,
            balance_rms_deg=(
                math.degrees(math.sqrt(np.mean(np.square(held)))) if upright else math.nan
            ),
            ended=self._ended,
            tripped=self._tripped,
            limited=self._limited,
            worst_lateness_s=self._worst_s,
            missed=self._missed,
            permitted=permitted,
            file=self._file,
        )


def _about(policy: Policy) -> dict[str, Any]:
    about: dict[str, Any] = {"wrappers": policy.wrappers.without_randomisation().to_dict()}
    if isinstance(policy, LoadedPolicy):
        about["policy"] = {"name": policy.info.name, "task": policy.info.task}
    return about


def _innermost(robot: Any) -> Any:
    while hasattr(robot, "inner"):
        robot = robot.inner
    return robot
